/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of ICMP have in common and no other.
 */

#ifndef _NETINET_ICMP_PRIVATE_H_
#define	_NETINET_ICMP_PRIVATE_H_

#include <sys/percpu.h>

extern percpu_t *icmpstat_percpu;
extern int icmpreturndatabytes;
extern int icmperrppslim;

void	icmp_output_init(void);

#endif /* !_NETINET_ICMP_PRIVATE_H_ */
