/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of UDP have in common and no other.
 */

#ifndef _NETINET_UDP_PRIVATE_H_
#define	_NETINET_UDP_PRIVATE_H_

#include <sys/percpu.h>

extern percpu_t *udpstat_percpu;

#endif /* !_NETINET_UDP_PRIVATE_H_ */
