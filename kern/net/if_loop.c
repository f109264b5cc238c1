/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loopback interface, lo0, and others that programs make: what is sent
 * comes in.  A packet goes to the input of its family, which is a queue, so
 * that output does not become input on the same stack.
 */

#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#define	LOMTU		33136
#define	LOMTU_MAX	65535

struct ifnet *lo0ifp;

static int	loop_clone_create(struct if_clone *, int);
static int	loop_clone_destroy(struct ifnet *);

static struct if_clone loop_cloner =
    IF_CLONE_INITIALIZER("lo", loop_clone_create, loop_clone_destroy);

static int
loop_clone_create(struct if_clone *ifc, int unit)
{
	struct ifnet *ifp = if_alloc(IFT_LOOP);

	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_type = IFT_LOOP;
	ifp->if_flags = IFF_LOOPBACK | IFF_MULTICAST;
	ifp->if_extflags = IFEF_MPSAFE | IFEF_NO_LINK_STATE_CHANGE;
	ifp->if_mtu = LOMTU;
	ifp->if_dlt = DLT_NULL;
	ifp->if_ioctl = loioctl;
	ifp->if_output = looutput;
	IFQ_SET_READY(&ifp->if_snd);
	if_initialize(ifp);
	ifp->if_link_state = LINK_STATE_UP;
	if_alloc_sadl(ifp);
	bpf_attach(ifp, DLT_NULL, sizeof(u_int));
	if_register(ifp);
	if (unit == 0)
		lo0ifp = ifp;
	return 0;
}

/* The first one stays: routes to our own addresses lead there. */
static int
loop_clone_destroy(struct ifnet *ifp)
{

	if (ifp == lo0ifp)
		return EPERM;
	bpf_detach(ifp);
	if_detach(ifp);
	if_free(ifp);
	return 0;
}

/* So many of them from the beginning. */
void
loopattach(int n)
{
	int i;

	for (i = 0; i < n; i++)
		(void)loop_clone_create(&loop_cloner, i);
}

void
loopinit(void)
{

	if (lo0ifp == NULL)
		loopattach(1);
	if_clone_attach(&loop_cloner);
}

int
looutput(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	const int len = m->m_pkthdr.len, flags = rt == NULL ? 0 :
	    atomic_load_relaxed(&rt->rt_flags);

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	if ((flags & (RTF_REJECT | RTF_BLACKHOLE)) != 0) {
		m_freem(m);
		return (flags & RTF_BLACKHOLE) != 0 ? 0 :
		    (flags & RTF_HOST) != 0 ? EHOSTUNREACH : ENETUNREACH;
	}
	bpf_mtap_af(ifp, dst->sa_family, m, BPF_D_OUT);
	/* What came from another interface is here as if from this one. */
	m_set_rcvif(m, ifp);
	m->m_flags &= ~(M_BCAST | M_MCAST | M_VLANTAG);
	m_tag_delete_chain(m);
	if_statadd2(ifp, if_opackets, 1, if_obytes, len);
	if (!net_input_family(ifp, m, dst->sa_family)) {
		if_statinc(ifp, if_noproto);
		m_freem(m);
		return EAFNOSUPPORT;
	}
	if_statadd2(ifp, if_ipackets, 1, if_ibytes, len);
	return 0;
}

int
loioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifreq *ifr = data;
	int error;

	switch (cmd) {
	case SIOCINITIFADDR:
		ifp->if_flags |= IFF_UP | IFF_RUNNING;
		return 0;
	case SIOCSIFMTU:
		if (ifr->ifr_mtu > LOMTU_MAX)
			return EINVAL;
		error = ifioctl_common(ifp, cmd, data);
		return error == ENETRESET ? 0 : error;
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		/* It hears itself in any case. */
		return 0;
	default:
		error = ifioctl_common(ifp, cmd, data);
		return error == ENETRESET ? 0 : error;
	}
}
