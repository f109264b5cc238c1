/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integers of the network: n_short, n_long and n_time are in network order.
 */

#ifndef _NETINET_IN_SYSTM_H_
#define	_NETINET_IN_SYSTM_H_

#include <sys/types.h>

typedef uint16_t n_short;
typedef uint32_t n_long;
typedef uint32_t n_time;	/* milliseconds since midnight, UTC */

#ifdef _KERNEL
n_time	iptime(void);
#endif

#endif /* !_NETINET_IN_SYSTM_H_ */
