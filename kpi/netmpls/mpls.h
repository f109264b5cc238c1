/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Labels of MPLS, RFC 3032, and their addresses.  There is no such protocol
 * here: this is what their numbers and words are.
 */

#ifndef _NETMPLS_MPLS_H_
#define	_NETMPLS_MPLS_H_

#include <sys/types.h>
#include <sys/endian.h>
#include <sys/socket.h>

#define	MPLS_LABEL_IPV4NULL	0	/* reserved ones: section 2.1 */
#define	MPLS_LABEL_RTALERT	1
#define	MPLS_LABEL_IPV6NULL	2
#define	MPLS_LABEL_IMPLNULL	3	/* never in a packet */

/* An entry of a label's stack, in host order. */
union mpls_shim {
	uint32_t	s_addr;
	struct {
#if BYTE_ORDER == LITTLE_ENDIAN
		uint32_t	ttl:8;
		uint32_t	bos:1;		/* it is the last one */
		uint32_t	exp:3;		/* traffic class */
		uint32_t	label:20;
#else
		uint32_t	label:20;
		uint32_t	exp:3;
		uint32_t	bos:1;
		uint32_t	ttl:8;
#endif
	} shim;
};

struct sockaddr_mpls {
	uint8_t		smpls_len;
	sa_family_t	smpls_family;		/* AF_MPLS */
	uint8_t		smpls_pad[2];
	union mpls_shim	smpls_addr;
};

#endif /* !_NETMPLS_MPLS_H_ */
