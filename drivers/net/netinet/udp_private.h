/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of UDP have in common and no other.
 */

#ifndef _NETINET_UDP_PRIVATE_H_
#define	_NETINET_UDP_PRIVATE_H_

#include <sys/percpu.h>

#include <netinet/in.h>

/* Who sent it, as sockets of either family are told. */
union in_sender {
	struct sockaddr		sa;
	struct sockaddr_in	sin;
	struct sockaddr_in6	sin6;
};

extern percpu_t *udpstat_percpu;

#endif /* !_NETINET_UDP_PRIVATE_H_ */
