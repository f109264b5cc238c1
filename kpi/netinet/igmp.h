/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet Group Management Protocol: RFC 1112, RFC 2236, RFC 3376.
 */

#ifndef _NETINET_IGMP_H_
#define	_NETINET_IGMP_H_

#include <netinet/in.h>

/* In network order. */
struct igmp {
	uint8_t		igmp_type;
	uint8_t		igmp_code;	/* of a query: longest delay */
	uint16_t	igmp_cksum;
	struct in_addr	igmp_group;	/* 0: all */
} __packed;
#define	IGMP_MINLEN		8

#define	IGMP_HOST_MEMBERSHIP_QUERY	0x11
#define	IGMP_v1_HOST_MEMBERSHIP_REPORT	0x12
#define	IGMP_DVMRP			0x13
#define	IGMP_PIM			0x14
#define	IGMP_v2_HOST_MEMBERSHIP_REPORT	0x16
#define	IGMP_HOST_LEAVE_MESSAGE		0x17
#define	IGMP_MTRACE_REPLY		0x1e
#define	IGMP_MTRACE_QUERY		0x1f
#define	IGMP_v3_HOST_MEMBERSHIP_REPORT	0x22

#define	IGMP_MAX_HOST_REPORT_DELAY	10	/* seconds, of version 1 */
#define	IGMP_TIMER_SCALE		10	/* igmp_code is 1/10 seconds */

/* inm_state. */
#define	IGMP_DELAYING_MEMBER	1	/* a report is due */
#define	IGMP_IDLE_MEMBER	2	/* we told, and nobody else did */
#define	IGMP_LAZY_MEMBER	3	/* somebody else told last */
#define	IGMP_SLEEPING_MEMBER	4
#define	IGMP_AWAKENING_MEMBER	5

/* rti_type: the version routers on a link speak. */
#define	IGMP_v1_ROUTER		1
#define	IGMP_v2_ROUTER		2
#define	IGMP_v3_ROUTER		3
#define	IGMP_AGE_THRESHOLD	540	/* seconds until that is forgotten */

#endif /* !_NETINET_IGMP_H_ */
