/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_bpf_if: an interface with two link types, whose packets are
 * shown in all the ways there are.  A program listens to "kbpf0".
 */
#include "../../kern/base/kt.h"

#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/sysctl.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/slip.h>

void	rump_kt_attach(void);
void	rump_kt_detach(void);
void	rump_kt_taps(void);
void	rump_kt_retype(void);
int	rump_kt_events(int);
void	rump_kt_stats(uint64_t *);
void	rump_kt_maxbufsize(void);

static struct ifnet *kif;
static struct bpf_if *second;
static int events[3];

static void
event(struct bpf_if *bp, struct ifnet *ifp, int dlt, int what)
{

	KT(ifp == kif);
	KT(what == BPF_TRACK_EVENT_ATTACH || what == BPF_TRACK_EVENT_DETACH);
	events[what]++;
}

int
rump_kt_events(int which)
{

	return events[which];
}

void
rump_kt_attach(void)
{

	kif = if_alloc(IFT_OTHER);
	if_initname(kif, "kbpf", 0);
	kif->if_mtu = 1500;
	kif->if_extflags = IFEF_MPSAFE;
	if_initialize(kif);
	bpf_attach(kif, DLT_RAW, 0);
	bpf_attach2(kif, DLT_EN10MB, 14, &second);
	if_register(kif);
	KT_EQ(0, bpf_register_track_event(&kif->if_bpf, event));
	KT_EQ(ENOENT, bpf_deregister_track_event(&second, event));
	KT_EQ(ENXIO, bpf_register_track_event(NULL, event));
	bpf_mtap_softint_init(kif);
}

void
rump_kt_detach(void)
{

	bpf_detach(kif);
	KT(kif->if_bpf == NULL && second == NULL);
	if_detach(kif);
	if_free(kif);
}

/* "abcdef" in pieces of n bytes. */
static struct mbuf *
packet(int n)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA), *p = m;
	static const char text[] = "abcdef";
	int i;

	m->m_pkthdr.len = 6;
	for (i = 0; i < 6; i += n) {
		if (i > 0)
			p = p->m_next = m_get(M_WAITOK, MT_DATA);
		p->m_len = MIN(n, 6 - i);
		memcpy(mtod(p, void *), text + i, p->m_len);
	}
	return m;
}

void
rump_kt_taps(void)
{
	u_char chdr[CHDR_LEN] = { 'c' };
	char before[] = "--";
	struct mbuf *m = packet(6), *parts = packet(1);

	bpf_mtap(kif, m, BPF_D_IN);
	bpf_mtap(kif, parts, BPF_D_OUT);
	bpf_mtap3(kif->if_bpf, m, BPF_D_IN);
	bpf_mtap3(second, m, BPF_D_IN);
	bpf_mtap2(kif->if_bpf, before, 2, parts, BPF_D_IN);
	bpf_mtap_af(kif, AF_INET, parts, BPF_D_IN);
	bpf_mtap_sl_in(kif, chdr, &m);
	bpf_mtap_sl_out(kif, chdr, m);
	bpf_mtap_softint(kif, parts);
	m_freem(m);
	/* The copy is its own. */
	m_freem(parts);
	m = m_gethdr(M_WAITOK, MT_DATA);
	m->m_len = m->m_pkthdr.len = 0;
	bpf_mtap(kif, m, BPF_D_IN);
	m_freem(m);
}

void
rump_kt_retype(void)
{

	bpf_change_type(kif, DLT_NULL, 4);
}

/* The number of a node below those that mib[] names. */
static int
number(const int *mib, u_int n, const char *name)
{
	struct sysctlnode query = { .sysctl_flags = SYSCTL_VERSION };
	static struct sysctlnode nodes[64];
	size_t len = sizeof(nodes), i;
	int path[CTL_MAXNAME];

	memcpy(path, mib, n * sizeof(int));
	path[n] = CTL_QUERY;
	KT_EQ(0, old_sysctl(path, n + 1, nodes, &len, &query, sizeof(query),
	    NULL));
	for (i = 0; i < len / sizeof(nodes[0]); i++) {
		if (strcmp(nodes[i].sysctl_name, name) == 0)
			return nodes[i].sysctl_num;
	}
	panic("kt: no %s", name);
}

void
rump_kt_stats(uint64_t *counts)
{
	int mib[3] = { CTL_NET };
	struct bpf_stat bs;
	size_t len = sizeof(bs);

	mib[1] = number(mib, 1, "bpf");
	mib[2] = number(mib, 2, "stats");
	KT_EQ(0, old_sysctl(mib, 3, &bs, &len, NULL, 0, NULL));
	KT_EQ(sizeof(bs), len);
	counts[0] = bs.bs_recv;
	counts[1] = bs.bs_capt;
	counts[2] = bs.bs_drop;
}

void
rump_kt_maxbufsize(void)
{
	int mib[3] = { CTL_NET }, size = 8192, bad = 8;

	mib[1] = number(mib, 1, "bpf");
	mib[2] = number(mib, 2, "maxbufsize");
	KT_EQ(EINVAL, old_sysctl(mib, 3, NULL, NULL, &bad, sizeof(bad),
	    NULL));
	KT_EQ(0, old_sysctl(mib, 3, NULL, NULL, &size, sizeof(size), NULL));
}
