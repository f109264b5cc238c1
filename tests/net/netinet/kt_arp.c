/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_arp: tst0 has 10.1.0.1/24.
 */
#include "nt.h"

void	rump_kt_arp_resolve(void);
void	rump_kt_arp_answer(void);
void	rump_kt_arp_malformed(void);
void	rump_kt_arp_moves(void);
void	rump_kt_arp_nobody(void);
void	rump_kt_arp_queue(void);
void	rump_kt_arp_static(void);
void	rump_kt_arp_conflict(void);
void	rump_kt_arp_dad(void);
void	rump_kt_arp_net_gone(void);
void	rump_kt_arp_probe(void);

#define	US	0x0a010001
#define	PEER	0x0a010002

static const uint8_t other[] = { 2, 0, 0, 0, 0, 0x77 };

/* An address in a packet, wherever it lies. */
static uint32_t
addr_at(const uint8_t *p)
{
	struct in_addr addr;

	memcpy(&addr, p, sizeof(addr));
	return ntohl(addr.s_addr);
}

#define	IS_FROM(ah, addr)	KT_EQ((addr), addr_at(ar_spa(__UNCONST(ah))))
#define	IS_FOR(ah, addr)	KT_EQ((addr), addr_at(ar_tpa(__UNCONST(ah))))

static int
state(struct ifnet *ifp, uint32_t addr)
{
	struct sockaddr_in sin = nt_sin(addr);
	struct llentry *lle;
	int st = -99;

	IF_AFDATA_RLOCK(ifp);
	lle = lla_lookup(in_lltable_get(ifp), 0, sintosa(&sin));
	if (lle != NULL) {
		st = lle->ln_state;
		LLE_RUNLOCK(lle);
	}
	IF_AFDATA_RUNLOCK(ifp);
	return st;
}

static void
goes_to(struct ifnet *ifp, const uint8_t *lla)
{
	struct mbuf *m = nt_out(ifp);

	(void)nt_is_ip(m, IPPROTO_UDP);
	KT_EQ(0, memcmp(mtod(m, uint8_t *), lla, 6));
	m_freem(m);
}

void
rump_kt_arp_resolve(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);
	const struct arphdr *ah;
	struct mbuf *m;

	KT_EQ(0, nt_sendto(so, PEER, 9, "1", 1));
	ah = nt_is_arp(m = nt_out(ifp), ARPOP_REQUEST);
	IS_FROM(ah, US);
	IS_FOR(ah, PEER);
	KT_EQ(0, memcmp(mtod(m, uint8_t *), etherbroadcastaddr, 6));
	m_freem(m);
	KT_EQ(ND_LLINFO_INCOMPLETE, state(ifp, PEER));
	/* Asked once, although there is more to send. */
	KT_EQ(0, nt_sendto(so, PEER, 9, "2", 1));
	nt_nothing(ifp);
	nt_arp_in(ifp, ARPOP_REPLY, nt_peer, PEER, US);
	KT_EQ(ND_LLINFO_REACHABLE, state(ifp, PEER));
	goes_to(ifp, nt_peer);
	goes_to(ifp, nt_peer);
	KT_EQ(0, nt_sendto(so, PEER, 9, "3", 1));
	goes_to(ifp, nt_peer);
	nt_nothing(ifp);
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

void
rump_kt_arp_answer(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	const struct arphdr *ah;
	struct socket *so;
	struct mbuf *m;

	/* Whoever asks us is remembered, RFC 826. */
	nt_arp_in(ifp, ARPOP_REQUEST, nt_peer, PEER, US);
	ah = nt_is_arp(m = nt_out(ifp), ARPOP_REPLY);
	IS_FROM(ah, US);
	IS_FOR(ah, PEER);
	KT_EQ(0, memcmp(ar_sha(__UNCONST(ah)), CLLADDR(ifp->if_sadl), 6));
	KT_EQ(0, memcmp(ar_tha(__UNCONST(ah)), nt_peer, 6));
	KT_EQ(0, memcmp(mtod(m, uint8_t *), nt_peer, 6));
	m_freem(m);
	KT_EQ(ND_LLINFO_STALE, state(ifp, PEER));
	so = nt_udp(0, 1234);
	KT_EQ(0, nt_sendto(so, PEER, 9, "1", 1));
	goes_to(ifp, nt_peer);
	KT_EQ(ND_LLINFO_DELAY, state(ifp, PEER));
	/* Who asks for others is not; nor is he answered. */
	nt_arp_in(ifp, ARPOP_REQUEST, nt_peer, 0x0a010003, 0x0a010004);
	nt_nothing(ifp);
	KT_EQ(-99, state(ifp, 0x0a010003));
	/* Who is on another net is not remembered, but answered. */
	nt_arp_in(ifp, ARPOP_REQUEST, nt_peer, 0x0b010003, US);
	m_freem(m = nt_out(ifp));
	KT(m != NULL);
	KT_EQ(-99, state(ifp, 0x0b010003));
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

void
rump_kt_arp_malformed(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	uint8_t good[28] = { 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 0x99,
	    10, 1, 0, 2, 0, 0, 0, 0, 0, 0, 10, 1, 0, 1 };
	uint8_t buf[28];
	struct mbuf *m;
	int i, len;

#define	TRY(at, v)							\
do {									\
	memcpy(buf, good, sizeof(buf));					\
	buf[at] = (v);							\
	nt_frame(ifp, ETHERTYPE_ARP, NULL, buf, sizeof(buf));		\
	nt_nothing(ifp);						\
	KT_EQ(-99, state(ifp, PEER));					\
} while (0)
	TRY(0, 1);		/* hardware */
	TRY(1, 2);
	TRY(2, 9);		/* protocol */
	TRY(4, 5);		/* lengths */
	TRY(4, 255);
	TRY(5, 16);
	TRY(5, 0);
	TRY(7, 3);		/* operation */
	TRY(7, 0);
	TRY(8, 1);		/* from a group's link address */
#undef TRY
	memcpy(buf, good, sizeof(buf));
	memset(buf + 8, 0xff, 6);
	nt_frame(ifp, ETHERTYPE_ARP, NULL, buf, sizeof(buf));
	memcpy(buf, good, sizeof(buf));
	memset(buf + 24, 0, 4);
	nt_frame(ifp, ETHERTYPE_ARP, NULL, buf, sizeof(buf));
	memcpy(buf, good, sizeof(buf));
	memset(buf + 14, 0xe0, 1);	/* a group's address */
	nt_frame(ifp, ETHERTYPE_ARP, NULL, buf, sizeof(buf));
	memcpy(buf, good, sizeof(buf));
	memcpy(buf + 8, CLLADDR(ifp->if_sadl), 6);	/* ourselves */
	nt_frame(ifp, ETHERTYPE_ARP, NULL, buf, sizeof(buf));
	for (len = 0; len < 28; len++)
		nt_frame(ifp, ETHERTYPE_ARP, NULL, good, len);
	nt_nothing(ifp);
	KT_EQ(-99, state(ifp, PEER));
	for (i = 0; i < 2000; i++) {
		cprng_fast(buf, sizeof(buf));
		memcpy(buf, good, 8);
		if (i % 4 == 0)
			buf[cprng_fast32() % 8] = (uint8_t)cprng_fast32();
		nt_frame(ifp, ETHERTYPE_ARP, NULL, buf,
		    (int)(cprng_fast32() % 29));
	}
	nt_drain(ifp);
	/* All the same it answers who asks. */
	nt_frame(ifp, ETHERTYPE_ARP, NULL, good, sizeof(good));
	(void)nt_is_arp(m = nt_out(ifp), ARPOP_REPLY);
	m_freem(m);
	nt_destroy("tst0");
}

void
rump_kt_arp_moves(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);

	nt_learn(ifp, PEER, US);
	nt_arp_in(ifp, ARPOP_REPLY, nt_peer, PEER, US);
	KT_EQ(0, nt_sendto(so, PEER, 9, "1", 1));
	goes_to(ifp, nt_peer);
	/* Told to all: somebody else has it now. */
	nt_arp_in(ifp, ARPOP_REQUEST, other, PEER, PEER);
	KT_EQ(ND_LLINFO_STALE, state(ifp, PEER));
	KT_EQ(0, nt_sendto(so, PEER, 9, "1", 1));
	goes_to(ifp, other);
	nt_nothing(ifp);
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

static int
error_of(struct socket *so)
{
	int error;

	solock(so);
	error = so->so_error;
	sounlock(so);
	return error;
}

static u_int
requests(struct ifnet *ifp)
{
	struct mbuf *m;
	u_int n = 0;

	while ((m = nt_out(ifp)) != NULL) {
		(void)nt_is_arp(m, ARPOP_REQUEST);
		m_freem(m);
		n++;
	}
	return n;
}

/* Nobody answers: asked three times more, then who sends is told. */
void
rump_kt_arp_nobody(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);
	struct sockaddr_in sin = nt_sin(PEER);
	struct mbuf *m;
	u_int asked = 0;

	extern int arp_retrans;

	arp_retrans = 1;
	sin.sin_port = htons(9);
	solock(so);
	KT_EQ(0, soconnect(so, sintosa(&sin), curlwp));
	sounlock(so);
	m = m_gethdr(M_WAIT, MT_DATA);
	m->m_len = m->m_pkthdr.len = 1;
	KT_EQ(0, (*so->so_send)(so, NULL, NULL, m, NULL, 0, curlwp));
	while (error_of(so) == 0) {
		asked += requests(ifp);
		kpause("arp", false, 1, NULL);
	}
	/* All of them may have gone out in that pause. */
	asked += requests(ifp);
	KT(asked >= 3);
	solock(so);
	KT_EQ(EHOSTUNREACH, so->so_error);
	so->so_error = 0;
	sounlock(so);
	KT_EQ(ND_LLINFO_WAITDELETE, state(ifp, PEER));
	/* From here on at once. */
	m = m_gethdr(M_WAIT, MT_DATA);
	m->m_len = m->m_pkthdr.len = 1;
	KT_EQ(EHOSTDOWN, (*so->so_send)(so, NULL, NULL, m, NULL, 0, curlwp));
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

/* As many wait as there is room for; the oldest goes first. */
void
rump_kt_arp_queue(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);
	struct mbuf *m;
	uint8_t c;
	int i, n = 0;

	for (i = 0; i < 100; i++) {
		c = (uint8_t)i;
		KT_EQ(0, nt_sendto(so, PEER, 9, &c, 1));
	}
	m_freem(nt_out(ifp));
	nt_arp_in(ifp, ARPOP_REPLY, nt_peer, PEER, US);
	while ((m = nt_out(ifp)) != NULL) {
		m_copydata(m, ETHER_HDR_LEN + 28, 1, &c);
		m_freem(m);
		n++;
	}
	KT_EQ(16, n);
	KT_EQ(99, c);
	/* Those that wait go with the interface. */
	KT_EQ(0, nt_sendto(so, 0x0a010003, 9, "x", 1));
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

static int
rt_output(u_char type, struct ifnet *ifp, uint32_t addr, const uint8_t *lla,
    int flags)
{
	struct sockaddr_in sin = nt_sin(addr);
	union {
		struct sockaddr_dl	sdl;
		struct sockaddr_storage	ss;
	} u;
	struct rt_addrinfo info;

	memset(&info, 0, sizeof(info));
	memset(&u, 0, sizeof(u));
	sockaddr_dl_init(&u.sdl, sizeof(u), ifp->if_index, ifp->if_type,
	    NULL, 0, lla, lla == NULL ? 0 : 6);
	info.rti_info[RTAX_DST] = sintosa(&sin);
	info.rti_info[RTAX_GATEWAY] = (struct sockaddr *)&u.sdl;
	return lla_rt_output(type, flags, 0, &info, ifp->if_index);
}

void
rump_kt_arp_static(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);
	const struct arphdr *ah;
	struct mbuf *m;

	KT_EQ(0, rt_output(RTM_ADD, ifp, PEER, nt_peer, 0));
	KT_EQ(0, nt_sendto(so, PEER, 9, "1", 1));
	goes_to(ifp, nt_peer);
	/* Nobody talks us out of it. */
	nt_arp_in(ifp, ARPOP_REPLY, other, PEER, US);
	KT_EQ(0, nt_sendto(so, PEER, 9, "1", 1));
	goes_to(ifp, nt_peer);
	/* For somebody behind us. */
	nt_arp_in(ifp, ARPOP_REQUEST, other, 0x0a010008, 0x0a010005);
	nt_nothing(ifp);
	KT_EQ(0, rt_output(RTM_ADD, ifp, 0x0a010005, nt_peer, RTF_ANNOUNCE));
	nt_arp_in(ifp, ARPOP_REQUEST, other, 0x0a010008, 0x0a010005);
	ah = nt_is_arp(m = nt_out(ifp), ARPOP_REPLY);
	IS_FROM(ah, 0x0a010005);
	KT_EQ(0, memcmp(ar_sha(__UNCONST(ah)), nt_peer, 6));
	m_freem(m);
	/* Our own can be neither replaced nor deleted. */
	KT_EQ(EEXIST, rt_output(RTM_ADD, ifp, US, nt_peer, 0));
	KT_EQ(ENOENT, rt_output(RTM_DELETE, ifp, US, NULL, 0));
	KT_EQ(0, rt_output(RTM_DELETE, ifp, PEER, NULL, 0));
	KT_EQ(ENOENT, rt_output(RTM_DELETE, ifp, PEER, NULL, 0));
	KT_EQ(0, nt_sendto(so, PEER, 9, "1", 1));
	(void)nt_is_arp(m = nt_out(ifp), ARPOP_REQUEST);
	m_freem(m);
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

/* Somebody says he has our address: we say it is ours, but not for ever. */
void
rump_kt_arp_conflict(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	const struct arphdr *ah;
	struct mbuf *m;

	nt_arp_in(ifp, ARPOP_REQUEST, other, US, US);
	ah = nt_is_arp(m = nt_out(ifp), ARPOP_REQUEST);
	IS_FROM(ah, US);
	IS_FOR(ah, US);
	m_freem(m);
	nt_arp_in(ifp, ARPOP_REPLY, other, US, PEER);
	nt_nothing(ifp);
	KT_EQ(ND_LLINFO_REACHABLE, state(ifp, US));
	nt_destroy("tst0");
}

static int
flags_of(struct ifnet *ifp)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifp->if_xname, sizeof(ifr.ifr_name));
	KT_EQ(0, nt_ioctl(SIOCGIFAFLAG_IN, &ifr));
	return ifr.ifr_addrflags;
}

/* RFC 5227: somebody else has it, or asks for it too. */
void
rump_kt_arp_dad(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct socket *so;
	struct mbuf *m;

	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_DAD_COUNT, 3));
	KT_EQ(0, nt_addr(ifp, US, 24));
	KT_EQ(IN_IFF_TENTATIVE, flags_of(ifp));
	/* It is not used, nor told. */
	nt_arp_in(ifp, ARPOP_REQUEST, nt_peer, PEER, US);
	while ((m = nt_out(ifp)) != NULL) {
		IS_FROM(nt_is_arp(m, ARPOP_REQUEST), 0);
		m_freem(m);
	}
	so = nt_udp(0, 1234);
	KT_EQ(EADDRNOTAVAIL, nt_sendto(so, PEER, 9, "1", 1));
	nt_arp_in(ifp, ARPOP_REPLY, other, US, PEER);
	KT_EQ(IN_IFF_DUPLICATED, flags_of(ifp));
	KT_EQ(EADDRNOTAVAIL, nt_sendto(so, PEER, 9, "1", 1));
	KT_EQ(0, nt_deladdr(ifp, US));
	KT_EQ(0, nt_addr(ifp, US, 24));
	KT_EQ(IN_IFF_TENTATIVE, flags_of(ifp));
	nt_arp_in(ifp, ARPOP_REQUEST, other, 0, US);
	KT_EQ(IN_IFF_DUPLICATED, flags_of(ifp));
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

/* Nobody has it: asked for, then ours. */
void
rump_kt_arp_probe(void)
{
	struct ifnet *ifp = kif_make("tst0");
	u_int probes = 0, announced = 0;
	const struct arphdr *ah;
	struct mbuf *m;

	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_DAD_COUNT, 1));
	KT_EQ(0, nt_addr(ifp, US, 24));
	while (announced == 0) {
		kpause("dad", false, hz / 10, NULL);
		while ((m = nt_out(ifp)) != NULL) {
			if (ntohs(mtod(m, struct ether_header *)->
			    ether_type) == ETHERTYPE_ARP) {
				ah = nt_is_arp(m, ARPOP_REQUEST);
				IS_FOR(ah, US);
				if (addr_at(ar_spa(__UNCONST(ah))) == 0)
					probes++;
				else
					announced++;
			}
			m_freem(m);
		}
	}
	KT_EQ(1, probes);
	KT_EQ(0, flags_of(ifp));
	nt_destroy("tst0");
}

/* With the last address of a net its neighbours go, and no others. */
void
rump_kt_arp_net_gone(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);

	KT_EQ(0, nt_addr(ifp, US + 9, 24));
	KT_EQ(0, nt_addr(ifp, 0x0b010001, 24));
	nt_learn(ifp, PEER, US);
	nt_learn(ifp, 0x0b010002, 0x0b010001);
	KT_EQ(ND_LLINFO_STALE, state(ifp, PEER));
	KT_EQ(0, nt_deladdr(ifp, US));
	KT_EQ(ND_LLINFO_STALE, state(ifp, PEER));
	KT_EQ(0, nt_deladdr(ifp, US + 9));
	KT_EQ(-99, state(ifp, PEER));
	KT_EQ(ND_LLINFO_STALE, state(ifp, 0x0b010002));
	nt_destroy("tst0");
}
