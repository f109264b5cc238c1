/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters of interfaces and protocols: kept by each CPU, summed up when
 * somebody asks.
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/percpu.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/xcall.h>

#include <net/if.h>
#include <net/net_stats.h>

#include <lib/libkern/libkern.h>

#define	STATS_SIZE	(sizeof(uint64_t) * IF_NSTATS)
#define	STATS_XC	XC_HIGHPRI_IPL(IPL_SOFTNET)

/* A sum under way. */
struct sum {
	uint64_t	*s_sums;
	u_int		s_n;
	bool		s_zero;
};

void
if_stats_init(ifnet_t *ifp)
{

	ifp->if_stats = percpu_alloc(STATS_SIZE);
}

void
if_stats_fini(ifnet_t *ifp)
{

	percpu_free(ifp->if_stats, STATS_SIZE);
	ifp->if_stats = NULL;
}

static void
sum_up(void *p, void *arg, struct cpu_info *ci)
{
	const struct sum *sum = arg;
	uint64_t *counts = p;
	u_int i;

	for (i = 0; i < sum->s_n; i++) {
		sum->s_sums[i] += counts[i];
		if (sum->s_zero)
			counts[i] = 0;
	}
}

/* Each CPU adds up its own, so that none is lost.  May sleep. */
void
if_stats_to_if_data(ifnet_t *ifp, struct if_data *ifi, const bool zero)
{
	uint64_t n[IF_NSTATS] = { 0 };
	struct sum sum = { n, IF_NSTATS, zero };

	percpu_foreach_xcall(ifp->if_stats, STATS_XC, sum_up, &sum);
	ifi->ifi_ipackets = n[if_ipackets];
	ifi->ifi_ierrors = n[if_ierrors];
	ifi->ifi_opackets = n[if_opackets];
	ifi->ifi_oerrors = n[if_oerrors];
	ifi->ifi_collisions = n[if_collisions];
	ifi->ifi_ibytes = n[if_ibytes];
	ifi->ifi_obytes = n[if_obytes];
	ifi->ifi_imcasts = n[if_imcasts];
	ifi->ifi_omcasts = n[if_omcasts];
	ifi->ifi_iqdrops = n[if_iqdrops];
	ifi->ifi_noproto = n[if_noproto];
}

/* The sums as an array. */
int
netstat_sysctl(percpu_t *stat, u_int n, SYSCTLFN_ARGS)
{
	const size_t size = n * sizeof(uint64_t);
	struct sysctlnode node = *rnode;
	struct sum sum = { .s_n = n };
	int error;

	if (newp != NULL)
		return EPERM;
	sum.s_sums = kmem_zalloc(size, KM_SLEEP);
	percpu_foreach_xcall(stat, STATS_XC, sum_up, &sum);
	node.sysctl_data = sum.s_sums;
	node.sysctl_size = size;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	kmem_free(sum.s_sums, size);
	return error;
}
