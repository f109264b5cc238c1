/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters of an interface, kept per virtual CPU.  Comes with <net/if.h>,
 * which is needed first.
 */

#ifndef _NET_IF_STATS_H_
#define	_NET_IF_STATS_H_

#ifdef _KERNEL
#include <net/net_stats.h>

typedef enum {
	if_ipackets = 0,
	if_ierrors = 1,
	if_opackets = 2,
	if_oerrors = 3,
	if_collisions = 4,
	if_ibytes = 5,
	if_obytes = 6,
	if_imcasts = 7,
	if_omcasts = 8,
	if_iqdrops = 9,
	if_noproto = 10,
} if_stat_t;
#define	IF_NSTATS	(if_noproto + 1)

#define	IF_STAT_GETREF(ifp)	_NET_STAT_GETREF((ifp)->if_stats)
#define	IF_STAT_PUTREF(ifp)	_NET_STAT_PUTREF((ifp)->if_stats)

/* With a reference in hand. */
static __inline void
if_statinc_ref(ifnet_t *ifp __unused, net_stat_ref_t nsr, if_stat_t x)
{
	_NET_STATINC_REF(nsr, x);
}

static __inline void
if_statadd_ref(ifnet_t *ifp __unused, net_stat_ref_t nsr, if_stat_t x,
    uint64_t v)
{
	_NET_STATADD_REF(nsr, x, v);
}

static __inline void
if_statinc(ifnet_t *ifp, if_stat_t x)
{
	_NET_STATINC(ifp->if_stats, x);
}

static __inline void
if_statdec(ifnet_t *ifp, if_stat_t x)
{
	_NET_STATDEC(ifp->if_stats, x);
}

static __inline void
if_statadd(ifnet_t *ifp, if_stat_t x, uint64_t v)
{
	_NET_STATADD(ifp->if_stats, x, v);
}

static __inline void
if_statadd2(ifnet_t *ifp, if_stat_t x1, uint64_t v1, if_stat_t x2, uint64_t v2)
{
	net_stat_ref_t nsr = IF_STAT_GETREF(ifp);

	_NET_STATADD_REF(nsr, x1, v1);
	_NET_STATADD_REF(nsr, x2, v2);
	IF_STAT_PUTREF(ifp);
}

void	if_stats_init(ifnet_t *);
void	if_stats_fini(ifnet_t *);
/* Sum up, and set to zero if told so. */
void	if_stats_to_if_data(ifnet_t *, struct if_data *, const bool);
#endif

#endif /* !_NET_IF_STATS_H_ */
