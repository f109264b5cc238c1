/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(4): sysctl(7), net.bpf: the largest buffer, and counts of all listeners
 * together.
 */
#include "bpf_private.h"

#include <sys/percpu.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/xcall.h>

u_int bpf_maxbufsize = BPF_MAXBUFSIZE;
static percpu_t *gstats;		/* uint64_t[BPF_NGSTATS] */

void
bpf_stat_inc(enum bpf_gstat which)
{
	uint64_t *counts = percpu_getref(gstats);

	KASSERT(which < BPF_NGSTATS);
	counts[which]++;
	percpu_putref(gstats);
}

static void
add_cpu(void *p, void *arg, struct cpu_info *ci)
{
	const uint64_t *counts = p;
	struct bpf_stat *bs = arg;

	bs->bs_recv += counts[BPF_GRECV];
	bs->bs_drop += counts[BPF_GDROP];
	bs->bs_capt += counts[BPF_GCAPT];
}

static int
sysctl_stats(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct bpf_stat bs;

	memset(&bs, 0, sizeof(bs));
	percpu_foreach_xcall(gstats, XC_HIGHPRI_IPL(IPL_SOFTNET), add_cpu,
	    &bs);
	node.sysctl_data = &bs;
	node.sysctl_size = sizeof(bs);
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static int
sysctl_maxbufsize(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int error, size = (int)atomic_load_relaxed(&bpf_maxbufsize);

	node.sysctl_data = &size;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (size < BPF_MINBUFSIZE || size > BPF_MAXBUFSIZE)
		return EINVAL;
	atomic_store_relaxed(&bpf_maxbufsize, (u_int)size);
	return 0;
}

SYSCTL_SETUP(sysctl_net_bpf_setup, "sysctl net.bpf")
{
	const struct sysctlnode *node = NULL;

	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "net", "Networking", NULL, 0, NULL, 0, CTL_NET,
	    CTL_EOL);
	if (sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "bpf", "Packet filter device", NULL, 0, NULL, 0,
	    CTL_NET, CTL_CREATE, CTL_EOL) != 0)
		return;
	(void)sysctl_createv(clog, 0, &node, NULL, CTLFLAG_PERMANENT |
	    CTLFLAG_READWRITE, CTLTYPE_INT, "maxbufsize",
	    "Largest buffer, in bytes", sysctl_maxbufsize, 0, NULL, 0,
	    CTL_CREATE, CTL_EOL);
	(void)sysctl_createv(clog, 0, &node, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "stats", "Packets of all listeners", sysctl_stats,
	    0, NULL, sizeof(struct bpf_stat), CTL_CREATE, CTL_EOL);
}

void
bpf_sysctl_init(void)
{

	gstats = percpu_alloc(sizeof(uint64_t) * BPF_NGSTATS);
}
