/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statistics and limits of mbuf(9), and the nodes of kern.mbuf that tell and
 * change them.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>
#include <sys/pool.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/xcall.h>

#include <rump-sys/kern.h>

#include "mbuf_stat.h"

/* Clusters if memory is not limited: 128 megabytes. */
#define	NMBCLUSTERS_DEFAULT	65536
#define	NMBCLUSTERS_MIN		256

percpu_t *mbstat_percpu;
struct mbstat_cpu *mbstat_cpus[MAXCPUS];
struct mbstat mbstat;

const int msize = MSIZE;
const int mclbytes = MCLBYTES;
int nmbclusters;
int mblowat = 16;
int mcllowat = 8;

/* Clusters that a part of the memory makes. */
static int
clusters_in(unsigned long bytes)
{

	return MIN(MAX(bytes / MCLBYTES, NMBCLUSTERS_MIN), NMBCLUSTERS_MAX);
}

/* What nmbclusters may be set to. */
static int
nmbclusters_limit(void)
{

	if (rump_physmemlimit == RUMPMEM_UNLIMITED)
		return NMBCLUSTERS_MAX;
	return clusters_in(rump_physmemlimit / 2);
}

static void
limits_apply(void)
{

	pool_cache_sethardlimit(mcl_cache, nmbclusters,
	    "all mbuf clusters are in use: increase kern.mbuf.nmbclusters",
	    60);
	pool_cache_setlowat(mb_cache, mblowat);
	pool_cache_setlowat(mcl_cache, mcllowat);
}

static void
cpu_attach(void *p, void *arg, struct cpu_info *ci)
{

	mbstat_cpus[cpu_index(ci)] = p;
}

void
mbstat_init(void)
{

	mbstat_percpu = percpu_create(sizeof(struct mbstat_cpu), cpu_attach,
	    NULL, NULL);
	nmbclusters = rump_physmemlimit == RUMPMEM_UNLIMITED ?
	    NMBCLUSTERS_DEFAULT : clusters_in(rump_physmemlimit / 4);
	limits_apply();
}

static void
types_add(void *p, void *arg, struct cpu_info *ci)
{
	const struct mbstat_cpu *mb = p;
	struct mbstat *sum = arg;
	size_t i;

	for (i = 0; i < __arraycount(sum->m_mtypes); i++)
		sum->m_mtypes[i] += mb->m_mtypes[i];
}

static int
sysctl_kern_mbuf_stats(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct mbstat sum;

	memset(&sum, 0, sizeof(sum));
	sum.m_drops = atomic_load_relaxed(&mbstat.m_drops);
	sum.m_wait = atomic_load_relaxed(&mbstat.m_wait);
	sum.m_drain = atomic_load_relaxed(&mbstat.m_drain);
	percpu_foreach_xcall(mbstat_percpu, XC_HIGHPRI_IPL(IPL_SOFTNET),
	    types_add, &sum);
	node.sysctl_data = &sum;
	node.sysctl_size = sizeof(sum);
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

/* The limits: no fewer clusters than there may be in use, and reserves of no
 * more than there may be clusters. */
static int
sysctl_kern_mbuf_limit(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int *limit = rnode->sysctl_data;
	int value = *limit, error;

	node.sysctl_data = &value;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (limit == &nmbclusters ? value < nmbclusters ||
	    value > nmbclusters_limit() : value < 0 || value > nmbclusters)
		return EINVAL;
	*limit = value;
	limits_apply();
	return 0;
}

static int
sysctl_kern_mbuf_max(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int value = nmbclusters_limit();

	node.sysctl_data = &value;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static void
add_int(int num, int flags, const char *name, const char *descr,
    sysctlfn func, const int *p)
{

	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT | flags,
	    CTLTYPE_INT, name, descr, func, 0, __UNCONST(p),
	    p != NULL ? 0 : sizeof(int), CTL_KERN, KERN_MBUF, num, CTL_EOL);
}

SYSCTL_SETUP(sysctl_kern_mbuf_setup, "kern.mbuf")
{

	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "mbuf", SYSCTL_DESCR("Memory of the network"), NULL, 0, NULL, 0,
	    CTL_KERN, KERN_MBUF, CTL_EOL);
	add_int(MBUF_MSIZE, 0, "msize", SYSCTL_DESCR("Size of an mbuf"),
	    NULL, &msize);
	add_int(MBUF_MCLBYTES, 0, "mclbytes",
	    SYSCTL_DESCR("Size of a cluster"), NULL, &mclbytes);
	add_int(MBUF_NMBCLUSTERS, CTLFLAG_READWRITE, "nmbclusters",
	    SYSCTL_DESCR("Limit on the number of clusters"),
	    sysctl_kern_mbuf_limit, &nmbclusters);
	add_int(MBUF_MBLOWAT, CTLFLAG_READWRITE, "mblowat",
	    SYSCTL_DESCR("Mbufs the pool keeps"), sysctl_kern_mbuf_limit,
	    &mblowat);
	add_int(MBUF_MCLLOWAT, CTLFLAG_READWRITE, "mcllowat",
	    SYSCTL_DESCR("Clusters the pool keeps"), sysctl_kern_mbuf_limit,
	    &mcllowat);
	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "stats", SYSCTL_DESCR("Counters of mbufs"),
	    sysctl_kern_mbuf_stats, 0, NULL, sizeof(struct mbstat), CTL_KERN,
	    KERN_MBUF, MBUF_STATS, CTL_EOL);
	add_int(MBUF_NMBCLUSTERS_LIMIT, 0, "nmbclusters_limit",
	    SYSCTL_DESCR("Highest value of nmbclusters"),
	    sysctl_kern_mbuf_max, NULL);
}
