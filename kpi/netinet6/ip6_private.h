/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters of IPv6, for drivers that look into packets themselves.
 */

#ifndef _NETINET6_IP6_PRIVATE_H_
#define	_NETINET6_IP6_PRIVATE_H_

#ifdef _KERNEL
#include <sys/percpu.h>

#include <net/net_stats.h>

extern percpu_t *ip6stat_percpu;

#define	IP6_STAT_GETREF()	_NET_STAT_GETREF(ip6stat_percpu)
#define	IP6_STAT_PUTREF()	_NET_STAT_PUTREF(ip6stat_percpu)
#define	IP6_STATINC(x)		_NET_STATINC(ip6stat_percpu, x)
#define	IP6_STATDEC(x)		_NET_STATDEC(ip6stat_percpu, x)
#endif

#endif /* !_NETINET6_IP6_PRIVATE_H_ */
