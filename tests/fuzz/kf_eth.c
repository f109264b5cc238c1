/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of target "eth": tags and a bridge on interfaces whose wires
 * are the program.
 */
#define	KIF_NO_DOMAIN
#include "../kern/net/kif.h"

#include <net/if_bridgevar.h>
#include <net/if_vlanvar.h>
#include <netinet/in.h>
#include <netinet/in_var.h>

#include "kf_eth.h"

static void
clone_up(const char *name)
{

	KT_EQ(0, kif_clone(SIOCIFCREATE, name));
	kif_flags(ifunit(name), ifunit(name)->if_flags | IFF_UP);
}

static void
make_vlan(const char *name, const char *parent, uint16_t tag)
{
	struct vlanreq vlr = { .vlr_tag = tag };
	struct ifreq ifr = { .ifr_data = &vlr };

	KT_EQ(0, kif_clone(SIOCIFCREATE, name));
	strlcpy(vlr.vlr_parent, parent, sizeof(vlr.vlr_parent));
	strlcpy(ifr.ifr_name, name, sizeof(ifr.ifr_name));
	KT_EQ(0, kif_ifioctl(SIOCSETVLAN, &ifr));
	kif_flags(ifunit(name), ifunit(name)->if_flags | IFF_UP);
}

static void
bridge_request(u_long cmd, const char *member, uint32_t flags)
{
	struct ifbreq req = { .ifbr_ifsflags = flags };
	struct ifdrv ifd = { .ifd_cmd = cmd, .ifd_data = &req,
	    .ifd_len = sizeof(req) };

	strlcpy(ifd.ifd_name, "bridge0", sizeof(ifd.ifd_name));
	strlcpy(req.ifbr_ifsname, member, sizeof(req.ifbr_ifsname));
	KT_EQ(0, kif_ifioctl(SIOCSDRVSPEC, &ifd));
}

void
rump_kt_eth_make(void)
{
	static const char *const ports[] = { "tst1", "tst2" };
	int i;

	for (i = 0; i < 2; i++)
		clone_up(ports[i]);
	make_vlan("vlan0", "tst0", 5);
	make_vlan("vlan1", "vlan0", 6);
	make_vlan("vlan2", "tst0", 7);
	clone_up("bridge0");
	for (i = 0; i < 2; i++)
		bridge_request(BRDGADD, ports[i], 0);
	bridge_request(BRDGADD, "vlan2", 0);
	rump_kt_eth_drain();
}

static struct ifnet *
port(int n)
{
	static const char *const names[KF_PORTS] = { "tst0", "tst1", "tst2" };

	return ifunit(names[n]);
}

/* As a driver gives it: the header in one piece; the tag may be taken out. */
void
rump_kt_eth_frame(int n, const void *p, int len, int csum, int tag)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	struct ifnet *ifp = port(n);

	KT(ifp != NULL && len <= MCLBYTES);
	m_clget(m, M_WAIT);
	m->m_len = m->m_pkthdr.len = len;
	memcpy(mtod(m, char *), p, (size_t)len);
	m_set_rcvif(m, ifp);
	m->m_pkthdr.csum_flags = csum;
	if (tag >= 0)
		vlan_set_tag(m, (uint16_t)tag);
	ether_input(ifp, m);
}

void
rump_kt_eth_flush(void)
{

	bridge_request(BRDGFLUSH, "", IFBF_FLUSHALL);
}

void
rump_kt_eth_drain(void)
{
	struct mbuf *m;
	int i;

	for (i = 0; i < KF_PORTS; i++) {
		for (;;) {
			IFQ_DEQUEUE(&port(i)->if_snd, m);
			if (m == NULL)
				break;
			KT(m_length(m) == (u_int)m->m_pkthdr.len);
			m_freem(m);
		}
	}
}
