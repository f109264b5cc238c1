/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of ARCNET, RFC 1201, for who looks at them: there are no interfaces of
 * that kind here.
 */

#ifndef _NET_IF_ARC_H_
#define	_NET_IF_ARC_H_

#include <sys/types.h>

#define	ARC_ADDR_LEN	1

struct arc_header {
	uint8_t		arc_shost;
	uint8_t		arc_dhost;
	uint8_t		arc_type;
	/* Only of types of RFC 1201; with flag 0xff these four are skipped. */
	uint8_t		arc_flag;
	uint16_t	arc_seqid;
	uint8_t		arc_type2;
	uint8_t		arc_flag2;
	uint16_t	arc_seqid2;
} __packed;

#define	ARC_HDRLEN	3	/* of old types */
#define	ARC_HDRNEWLEN	6	/* of others */
#define	ARC_HDRNEWLEN_EXC 10	/* with an exception, a longer one */

#endif /* !_NET_IF_ARC_H_ */
