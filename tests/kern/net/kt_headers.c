/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_headers.
 */
#include "../base/kt.h"

#include <sys/domain.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>

#include <net/bpf.h>
#include <net/bpfjit.h>
#include <net/ether_slowprotocols.h>
#include <net/if.h>
#include <net/if_arc.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_llc.h>
#include <net/if_media.h>
#include <net/if_module.h>
#include <net/route.h>
#include <net/slip.h>
#include <netmpls/mpls_var.h>

void	rump_kt_headers_layout(void);
void	rump_kt_headers_arp(void);
void	rump_kt_headers_ether(void);
void	rump_kt_headers_vlan(void);
void	rump_kt_headers_stats(void);
void	rump_kt_headers_macros(void);
void	rump_kt_headers_module(void);
void	rump_kt_headers_mpls(void);

/* Sizes and places on amd64 and aarch64. */
void
rump_kt_headers_layout(void)
{

	KT_EQ(144, sizeof(struct ifreq));
	KT_EQ(64, sizeof(struct ifaliasreq));
	KT_EQ(136, sizeof(struct if_data));
	KT_EQ(152, sizeof(struct ifdatareq));
	KT_EQ(48, sizeof(struct ifmediareq));
	KT_EQ(40, sizeof(struct ifdrv));
	KT_EQ(280, sizeof(struct if_laddrreq));
	KT_EQ(32, sizeof(struct sockaddr_dl));
	KT_EQ(8, offsetof(struct sockaddr_dl, sdl_data));
	KT_EQ(14, sizeof(struct ether_header));
	KT_EQ(8, sizeof(struct arphdr));
	KT_EQ(8, offsetof(struct llc, llc_snap.ether_type) + 2);
	KT_EQ(0, offsetof(struct ethercom, ec_if));
	KT_EQ(0, offsetof(struct rtentry, rt_nodes));
	KT_EQ(32, SIZEOF_BPF_HDR);
	KT_EQ(20, SIZEOF_BPF_HDR32);
	KT_EQ(128, sizeof(struct bpf_stat));
	KT_EQ(8, sizeof(struct bpf_insn));
	/* A queue and an output queue are alike where IF_* look. */
	KT_EQ(offsetof(struct ifqueue, ifq_lock),
	    offsetof(struct ifaltq, ifq_lock));
	KT_EQ(offsetof(struct ifqueue, ifq_maxlen),
	    offsetof(struct ifaltq, ifq_maxlen));
}

void
rump_kt_headers_arp(void)
{
	uint8_t buf[28];
	struct arphdr *ap = (struct arphdr *)(void *)buf;
	int i;

	for (i = 0; i < (int)sizeof(buf); i++)
		buf[i] = i;
	ap->ar_hrd = htons(ARPHRD_ETHER);
	ap->ar_hln = 6;
	ap->ar_pln = 4;
	KT_EQ(8, *ar_sha(ap));
	KT_EQ(14, *ar_spa(ap));
	KT_EQ(18, *ar_tha(ap));
	KT_EQ(24, *ar_tpa(ap));
	/* No target's hardware address. */
	ap->ar_hrd = htons(ARPHRD_IEEE1394);
	ap->ar_hln = 8;
	KT_EQ(8, *ar_sha(ap));
	KT_EQ(16, *ar_spa(ap));
	KT(ar_tha(ap) == NULL);
	KT_EQ(20, *ar_tpa(ap));
}

void
rump_kt_headers_ether(void)
{
	static const uint8_t ip4[4] = { 224, 129, 2, 3 };
	static const uint8_t ip6[16] = { 0xff, 2, [12] = 4, 5, 6, 7 };
	static const uint8_t want4[6] = { 1, 0, 0x5e, 1, 2, 3 };
	static const uint8_t want6[6] = { 0x33, 0x33, 4, 5, 6, 7 };
	struct sockaddr_dl sdl = { .sdl_nlen = 3, .sdl_alen = 6 };
	struct ether_multi enm[2], *p;
	struct ether_multistep step;
	struct ethercom *ec;
	uint8_t en[6];
	int n = 0;

	ETHER_MAP_IP_MULTICAST(ip4, en);
	KT_EQ(0, memcmp(en, want4, 6));
	KT(ETHER_IS_MULTICAST(en) && !ETHER_IS_LOCAL(en));
	ETHER_MAP_IPV6_MULTICAST(ip6, en);
	KT_EQ(0, memcmp(en, want6, 6));
	KT(CLLADDR(&sdl) == sdl.sdl_data + 3);
	KT((char *)LLADDR(&sdl) == sdl.sdl_data + 3);

	ec = kmem_zalloc(sizeof(*ec), KM_SLEEP);
	ec->ec_if.if_mtu = 1500;
	KT_EQ(1514, ETHER_MAX_FRAME(&ec->ec_if, ETHERTYPE_IP, 0));
	KT_EQ(1522, ETHER_MAX_FRAME(&ec->ec_if, ETHERTYPE_VLAN, 1));

	memset(enm, 0, sizeof(enm));
	memcpy(enm[0].enm_addrlo, want4, 6);
	memcpy(enm[0].enm_addrhi, want4, 6);
	memcpy(enm[1].enm_addrlo, want4, 6);
	memcpy(enm[1].enm_addrhi, want6, 6);
	ETHER_FIRST_MULTI(step, ec, p);
	KT(p == NULL);
	LIST_INSERT_HEAD(&ec->ec_multiaddrs, &enm[0], enm_list);
	LIST_INSERT_HEAD(&ec->ec_multiaddrs, &enm[1], enm_list);
	ETHER_FIRST_MULTI(step, ec, p);
	for (; p != NULL; n++) {
		KT(p == &enm[1 - n]);
		ETHER_NEXT_MULTI(step, p);
	}
	KT_EQ(2, n);
	KT(ether_lookup_multi(want4, want4, ec) == &enm[0]);
	ETHER_LOOKUP_MULTI(want4, want6, ec, p);
	KT(p == &enm[1]);
	KT(ether_lookup_multi(want6, want6, ec) == NULL);
	kmem_free(ec, sizeof(*ec));
}

void
rump_kt_headers_vlan(void)
{
	struct ethercom *ec = kmem_zalloc(sizeof(*ec), KM_SLEEP);
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA), *n;

	KT(!vlan_has_tag(m));
	vlan_set_tag(m, 0xe07b);
	KT(vlan_has_tag(m));
	n = m_copypacket(m, M_WAIT);
	KT_EQ(0xe07b, vlan_get_tag(n));
	KT_EQ(123, EVL_VLANOFTAG(vlan_get_tag(n)));
	KT_EQ(7, EVL_PRIOFTAG(vlan_get_tag(n)));
	m_freem(n);
	m_freem(m);
	KT(!vlan_is_hwtag_enabled(&ec->ec_if));
	ec->ec_capenable = ETHERCAP_VLAN_HWTAGGING;
	KT(vlan_is_hwtag_enabled(&ec->ec_if));
	kmem_free(ec, sizeof(*ec));
}

static void
sum(void *p, void *arg, struct cpu_info *ci)
{
	const uint64_t *from = p;
	uint64_t *to = arg;
	int i;

	for (i = 0; i < IF_NSTATS; i++)
		to[i] += from[i];
}

void
rump_kt_headers_stats(void)
{
	struct ifnet *ifp = kmem_zalloc(sizeof(*ifp), KM_SLEEP);
	uint64_t total[IF_NSTATS] = { 0 };
	net_stat_ref_t nsr;

	ifp->if_stats = percpu_alloc(sizeof(total));
	if_statinc(ifp, if_ipackets);
	if_statinc(ifp, if_ipackets);
	if_statdec(ifp, if_ipackets);
	if_statadd(ifp, if_ibytes, 1000);
	if_statadd2(ifp, if_opackets, 2, if_obytes, 300);
	nsr = IF_STAT_GETREF(ifp);
	if_statinc_ref(ifp, nsr, if_noproto);
	if_statadd_ref(ifp, nsr, if_obytes, 7);
	IF_STAT_PUTREF(ifp);
	percpu_foreach(ifp->if_stats, sum, total);
	KT_EQ(1, total[if_ipackets]);
	KT_EQ(1000, total[if_ibytes]);
	KT_EQ(2, total[if_opackets]);
	KT_EQ(307, total[if_obytes]);
	KT_EQ(1, total[if_noproto]);
	KT_EQ(0, total[if_ierrors]);
	percpu_free(ifp->if_stats, sizeof(total));
	kmem_free(ifp, sizeof(*ifp));
}

void
rump_kt_headers_macros(void)
{
	static const struct if_clone ifc =
	    IF_CLONE_INITIALIZER("kt", NULL, NULL);
	uint32_t csum = 0x12345678;
	const int media = IFM_MAKEWORD(IFM_ETHER, IFM_1000_T, IFM_FDX, 3);

	KT_EQ(2, ifc.ifc_namelen);
	KT_EQ(0x1234, M_CSUM_DATA_IPv4_IPHL(csum));
	KT_EQ(0x5678, M_CSUM_DATA_IPv4_OFFSET(csum));
	M_CSUM_DATA_IPv6_SET(csum, 40);
	KT_EQ(40, M_CSUM_DATA_IPv6_IPHL(csum));
	KT_EQ(0x5678, M_CSUM_DATA_IPv6_OFFSET(csum));
	KT_EQ(IFM_ETHER, IFM_TYPE(media));
	KT_EQ(IFM_1000_T, IFM_SUBTYPE(media));
	KT_EQ(IFM_FDX, IFM_OPTIONS(media));
	KT_EQ(3, IFM_INST(media));
	KT_EQ(8, RT_ROUNDUP(0));
	KT_EQ(8, RT_ROUNDUP(8));
	KT_EQ(16, RT_ROUNDUP(9));
	KT_EQ(40, BPF_WORDALIGN(33));
	KT_EQ(36, BPF_WORDALIGN32(33));
	KT(PRC_IS_REDIRECT(PRC_REDIRECT_HOST));
	KT(!PRC_IS_REDIRECT(PRC_TIMXCEED_INTRANS));
	KT(DLT_IS_RAWAF(DLT_RAWAF(AF_INET)));
	KT_EQ(AF_INET, DLT_RAWAF_AF(DLT_RAWAF(AF_INET)));
	KT_EQ(IF_Gbps(10), IF_Mbps(10000));
}

/* A driver's own part of its module: how often it began, and is it busy? */
static int ktif_inits;
static int ktif_error;

static void
ktifinit(void)
{

	ktif_inits++;
}

static int
ktifdetach(void)
{

	return ktif_error;
}

IF_MODULE(MODULE_CLASS_DRIVER, ktif, NULL)

void
rump_kt_headers_module(void)
{
	const int before = ktif_inits;

	kt_streq(if_ktif_modinfo.mi_name, "if_ktif");
	KT_EQ(MODULE_CLASS_DRIVER, if_ktif_modinfo.mi_class);
	KT_EQ(0, (*if_ktif_modinfo.mi_modcmd)(MODULE_CMD_INIT, NULL));
	KT_EQ(before + 1, ktif_inits);
	KT_EQ(0, (*if_ktif_modinfo.mi_modcmd)(MODULE_CMD_FINI, NULL));
	ktif_error = EBUSY;
	KT_EQ(EBUSY, (*if_ktif_modinfo.mi_modcmd)(MODULE_CMD_FINI, NULL));
	KT_EQ(ENOTTY, (*if_ktif_modinfo.mi_modcmd)(MODULE_CMD_STAT, NULL));
	ktif_error = 0;
}

/* RFC 3032, 2.1: label, class, bottom of stack, time to live. */
void
rump_kt_headers_mpls(void)
{
	struct sockaddr_mpls smpls = { .smpls_len = sizeof(smpls),
	    .smpls_family = AF_MPLS };
	union mpls_shim s = { .s_addr = 0x12345b40 };
	struct rtentry rt;

	KT_EQ(4, sizeof(s));
	KT_EQ(0x12345, s.shim.label);
	KT_EQ(5, s.shim.exp);
	KT_EQ(1, s.shim.bos);
	KT_EQ(0x40, s.shim.ttl);
	KT_EQ(8, sizeof(smpls));
	KT_EQ(4, offsetof(struct sockaddr_mpls, smpls_addr));
	smpls.smpls_addr.shim.label = MPLS_LABEL_IMPLNULL;
	memset(&rt, 0, sizeof(rt));
	rt.rt_tag = (struct sockaddr *)&smpls;
	KT_EQ(0x3000, MPLS_GETSADDR(&rt));
	KT_EQ(ARC_HDRNEWLEN_EXC, sizeof(struct arc_header));
	KT_EQ(ARC_HDRLEN, offsetof(struct arc_header, arc_flag));
	KT_EQ(ARC_HDRNEWLEN, offsetof(struct arc_header, arc_type2));
}
