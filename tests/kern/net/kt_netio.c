/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_netio.  The test's protocol takes Ethernet type 0x88b5
 * (local experiments) by a function, and family AF_INET by a queue.
 */
#include "kif.h"

void	rump_kt_io_ether_in(void);
void	rump_kt_io_ether_out(void);
void	rump_kt_io_ether_vlan(void);
void	rump_kt_io_ether_text(void);
void	rump_kt_io_loop(void);
void	rump_kt_io_register(void);
void	rump_kt_io_queue(void);
void	rump_kt_io_percpuq(void);
void	rump_kt_io_pfil(void);
void	rump_kt_io_pktq(void);
void	rump_kt_io_pktq_len(void);

#define	ETYPE	0x88b5

static const uint8_t own[] = { 0x02, 0, 0, 0, 0, 0 };	/* tst0 */
static const uint8_t other[] = { 0x02, 0, 0, 0, 0, 0x99 };
static const uint8_t group[] = { 0x01, 0, 0x5e, 0, 0, 1 };

static volatile u_int nin;		/* packets the protocol got */
static struct ifnet *in_ifp;
static int in_len, in_flags;
static uint8_t in_first;

static void
proto_input(struct ifnet *ifp, struct mbuf *m)
{

	in_ifp = ifp;
	in_len = m->m_pkthdr.len;
	in_flags = m->m_flags;
	in_first = *mtod(m, uint8_t *);
	m_freem(m);
	atomic_inc_uint(&nin);
}

static pktqueue_t *inet_q;

static void
inet_input(void *arg)
{
	struct mbuf *m;
	struct ifnet *ifp;
	struct psref psref;
	int bound = curlwp_bind();

	while ((m = pktq_dequeue(inet_q)) != NULL) {
		ifp = m_get_rcvif_psref(m, &psref);
		if (ifp != NULL) {
			proto_input(ifp, m);
			m_put_rcvif_psref(ifp, &psref);
		} else {
			m_freem(m);
		}
	}
	curlwp_bindx(bound);
}

/* The link address of 10.0.0.n is 2:0:0:0:0:n; that of .7 is not known. */
static int
inet_resolve(struct ifnet *ifp, const struct rtentry *rt, struct mbuf *m,
    const struct sockaddr *dst, void *lla, size_t len)
{
	const struct kif_sin *sin = (const void *)dst;
	const uint8_t n = ntohl(sin->sin_addr) & 0xff;

	KT_EQ(ETHER_ADDR_LEN, len);
	if (n == 7 || n == 8) {
		m_freem(m);
		return n == 7 ? EWOULDBLOCK : EHOSTDOWN;
	}
	memcpy(lla, own, len);
	((uint8_t *)lla)[5] = n;
	return 0;
}

static int
inet_mapmulti(const struct sockaddr *sa, uint8_t *lo, uint8_t *hi)
{
	const struct kif_sin *sin = (const void *)sa;

	if (ntohl(sin->sin_addr) >> 28 != 0xe)
		return EINVAL;
	ETHER_MAP_IP_MULTICAST(&sin->sin_addr, lo);
	memcpy(hi, lo, ETHER_ADDR_LEN);
	return 0;
}

static struct ifnet *
setup(void)
{
	const struct net_input byfunc = { .ni_etype = ETYPE,
	    .ni_func = proto_input };
	struct net_input byqueue = { .ni_family = AF_INET };
	const struct net_ether ether = { .ne_family = AF_INET,
	    .ne_etype = ETHERTYPE_IP, .ne_resolve = inet_resolve,
	    .ne_mapmulti = inet_mapmulti };
	struct ifnet *ifp;

	inet_q = pktq_create(64, inet_input, NULL);
	byqueue.ni_pktq = inet_q;
	KT_EQ(0, net_input_register(&byfunc));
	KT_EQ(0, net_input_register(&byqueue));
	KT_EQ(0, net_ether_register(&ether));
	ifp = kif_make("tst0");
	kif_flags(ifp, IFF_UP);
	return ifp;
}

static void
teardown(void)
{

	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	KT_EQ(0, kif_count);
}

/* A frame of a length, bytes of data being 0x5a. */
static struct mbuf *
frame(const uint8_t *dst, const uint8_t *src, int etype, int len)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	struct ether_header *eh;

	KT(len <= (int)MHLEN);
	memset(mtod(m, void *), 0x5a, len);
	m->m_len = m->m_pkthdr.len = len;
	if (len < (int)sizeof(*eh))
		return m;
	eh = mtod(m, struct ether_header *);
	memcpy(eh->ether_dhost, dst, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, src, ETHER_ADDR_LEN);
	eh->ether_type = htons(etype);
	return m;
}

static void
input(struct ifnet *ifp, struct mbuf *m)
{

	m_set_rcvif(m, ifp);
	ether_input(ifp, m);
}

static uint64_t
stat(struct ifnet *ifp, if_stat_t which)
{
	struct if_data ifi;

	if_export_if_data(ifp, &ifi, false);
	switch (which) {
	case if_ierrors:
		return ifi.ifi_ierrors;
	case if_noproto:
		return ifi.ifi_noproto;
	case if_imcasts:
		return ifi.ifi_imcasts;
	case if_omcasts:
		return ifi.ifi_omcasts;
	case if_oerrors:
		return ifi.ifi_oerrors;
	case if_iqdrops:
		return ifi.ifi_iqdrops;
	case if_ipackets:
		return ifi.ifi_ipackets;
	default:
		panic("stat %d", which);
	}
}

void
rump_kt_io_ether_in(void)
{
	struct ifnet *ifp = setup();
	struct mbuf *m;

	input(ifp, frame(own, other, ETYPE, 60));
	KT_EQ(1, nin);
	KT(in_ifp == ifp);
	KT_EQ(60 - ETHER_HDR_LEN, in_len);
	KT_EQ(0x5a, in_first);
	KT_EQ(0, in_flags & (M_BCAST | M_MCAST | M_PROMISC));
	input(ifp, frame(etherbroadcastaddr, other, ETYPE, 60));
	KT_EQ(2, nin);
	KT_EQ(M_BCAST, in_flags & (M_BCAST | M_MCAST));
	input(ifp, frame(group, other, ETYPE, 60));
	KT_EQ(3, nin);
	KT_EQ(M_MCAST, in_flags & (M_BCAST | M_MCAST));
	KT_EQ(2, stat(ifp, if_imcasts));
	/* With its checksum behind it. */
	m = frame(own, other, ETYPE, 64);
	m->m_flags |= M_HASFCS;
	input(ifp, m);
	KT_EQ(4, nin);
	KT_EQ(60 - ETHER_HDR_LEN, in_len);
	/* In pieces: the header is too. */
	m = frame(own, other, ETYPE, 60);
	m->m_next = m_split(m, 5, M_WAIT);
	m->m_next->m_flags &= ~M_PKTHDR;
	m->m_pkthdr.len = 60;
	KT_EQ(5, m->m_len);
	input(ifp, m);
	KT_EQ(5, nin);
	KT_EQ(60 - ETHER_HDR_LEN, in_len);

	/* Not for us; from ourselves; from many. */
	input(ifp, frame(other, other, ETYPE, 60));
	input(ifp, frame(etherbroadcastaddr, own, ETYPE, 60));
	input(ifp, frame(own, group, ETYPE, 60));
	KT_EQ(5, nin);
	/* No such protocol; 802.3, LLC, with a length. */
	input(ifp, frame(own, other, 0x88b6, 60));
	input(ifp, frame(own, other, 46, 60));
	input(ifp, frame(own, other, 0, 60));
	KT_EQ(3, stat(ifp, if_noproto));
	/* Too short, also after the checksum is off. */
	input(ifp, frame(own, other, ETYPE, 13));
	input(ifp, frame(own, other, ETYPE, 1));
	m = frame(own, other, ETYPE, 16);
	m->m_flags |= M_HASFCS;
	input(ifp, m);
	KT_EQ(3, stat(ifp, if_ierrors));
	/* Down. */
	kif_flags(ifp, 0);
	input(ifp, frame(own, other, ETYPE, 60));
	KT_EQ(5, nin);
	teardown();
}

/* What was sent last, and nothing else. */
static struct mbuf *
sent(struct ifnet *ifp)
{
	struct mbuf *m, *more;

	IFQ_DEQUEUE(&ifp->if_snd, m);
	IFQ_DEQUEUE(&ifp->if_snd, more);
	KT(more == NULL);
	return m;
}

static struct mbuf *
packet(int len)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	memset(mtod(m, void *), 0xa5, len);
	m->m_len = m->m_pkthdr.len = len;
	return m;
}

static int
output(struct ifnet *ifp, uint32_t addr, int flags)
{
	struct kif_sin sin = kif_sin(addr);
	struct mbuf *m = packet(40);

	m->m_flags |= flags;
	return if_output_lock(ifp, ifp, m, SA(&sin), NULL);
}

static void
check_frame(struct ifnet *ifp, const uint8_t *dst, const uint8_t *src,
    int etype)
{
	const struct ether_header *eh;
	struct mbuf *m = sent(ifp);

	KT(m != NULL);
	KT_EQ(40 + ETHER_HDR_LEN, m->m_pkthdr.len);
	eh = mtod(m, const struct ether_header *);
	KT_EQ(0, memcmp(eh->ether_dhost, dst, ETHER_ADDR_LEN));
	KT_EQ(0, memcmp(eh->ether_shost, src, ETHER_ADDR_LEN));
	KT_EQ(etype, ntohs(eh->ether_type));
	m_freem(m);
}

void
rump_kt_io_ether_out(void)
{
	struct ifnet *ifp = setup();
	struct sockaddr sa = { .sa_len = sizeof(sa), .sa_family = AF_UNSPEC };
	struct ether_header eh;
	struct kif_sin six = kif_sin(0);

	KT_EQ(0, output(ifp, 0x0a000099, 0));
	check_frame(ifp, other, own, ETHERTYPE_IP);
	/* Many; all, which is for us as well. */
	KT_EQ(0, output(ifp, 0xe0000001, M_MCAST));
	check_frame(ifp, group, own, ETHERTYPE_IP);
	KT_EQ(1, stat(ifp, if_omcasts));
	KT_EQ(0, nin);
	KT_EQ(0, output(ifp, 0x0affffff, M_BCAST));
	check_frame(ifp, etherbroadcastaddr, own, ETHERTYPE_IP);
	pktq_barrier(inet_q);
	KT_EQ(1, nin);
	KT_EQ(EINVAL, output(ifp, 0x0a000099, M_MCAST));
	/* The address is asked for; nobody answered. */
	KT_EQ(0, output(ifp, 0x0a000007, 0));
	KT_EQ(EHOSTDOWN, output(ifp, 0x0a000008, 0));
	KT(sent(ifp) == NULL);
	/* A header that is given, with a source or without. */
	memcpy(eh.ether_dhost, group, ETHER_ADDR_LEN);
	memcpy(eh.ether_shost, other, ETHER_ADDR_LEN);
	eh.ether_type = htons(ETYPE);
	memcpy(sa.sa_data, &eh, sizeof(eh));
	KT_EQ(0, (*ifp->if_output)(ifp, packet(40), &sa, NULL));
	check_frame(ifp, group, own, ETYPE);
	sa.sa_family = pseudo_AF_HDRCMPLT;
	KT_EQ(0, (*ifp->if_output)(ifp, packet(40), &sa, NULL));
	check_frame(ifp, group, other, ETYPE);
	sa.sa_len = 8;
	KT_EQ(EINVAL, (*ifp->if_output)(ifp, packet(40), &sa, NULL));
	six.sin_family = AF_INET6;
	KT_EQ(EAFNOSUPPORT, (*ifp->if_output)(ifp, packet(40), SA(&six),
	    NULL));
	kif_flags(ifp, 0);
	KT_EQ(ENETDOWN, output(ifp, 0x0a000099, 0));
	KT(sent(ifp) == NULL);
	teardown();
}

void
rump_kt_io_ether_vlan(void)
{
	struct ifnet *ifp = setup();
	struct ethercom *ec = (struct ethercom *)ifp;
	struct mbuf *m, *n;
	bool filters = true;
	uint8_t first;

	/* In and out again: as it was. */
	m = frame(own, other, ETYPE, 60);
	KT_EQ(0, ether_inject_vlantag(&m, ETHERTYPE_VLAN, 0x6005));
	KT_EQ(64, m->m_pkthdr.len);
	KT_EQ(ETHERTYPE_VLAN,
	    ntohs(mtod(m, struct ether_header *)->ether_type));
	n = m_copypacket(m, M_WAIT);
	m = ether_strip_vlantag(m);
	KT(m != NULL && vlan_has_tag(m));
	KT_EQ(0x6005, vlan_get_tag(m));
	KT_EQ(5, EVL_VLANOFTAG(vlan_get_tag(m)));
	KT_EQ(3, EVL_PRIOFTAG(vlan_get_tag(m)));
	KT_EQ(60, m->m_pkthdr.len);
	KT_EQ(ETYPE, ntohs(mtod(m, struct ether_header *)->ether_type));
	m_copydata(m, ETHER_HDR_LEN, 1, &first);
	KT_EQ(0x5a, first);
	m_freem(m);
	/* Of an interface that is not there; a priority alone. */
	input(ifp, n);
	KT_EQ(0, nin);
	KT_EQ(1, stat(ifp, if_noproto));
	m = frame(own, other, ETYPE, 60);
	KT_EQ(0, ether_inject_vlantag(&m, ETHERTYPE_VLAN, 0x6000));
	input(ifp, m);
	KT_EQ(1, nin);
	KT_EQ(60 - ETHER_HDR_LEN, in_len);
	m = frame(own, other, ETYPE, 60);
	vlan_set_tag(m, 0x2000);
	input(ifp, m);
	KT_EQ(2, nin);
	/* Too short for a tag. */
	input(ifp, frame(own, other, ETHERTYPE_VLAN, 16));
	KT_EQ(1, stat(ifp, if_ierrors));
	m = packet(10);
	KT_EQ(EINVAL, ether_inject_vlantag(&m, ETHERTYPE_VLAN, 1));
	KT(m == NULL);

	KT_EQ(0, ether_add_vlantag(ifp, 5, &filters));
	KT(!filters);
	KT(VLAN_ATTACHED(ec));
	KT_EQ(0, ether_del_vlantag(ifp, 5));
	KT_EQ(ENOENT, ether_del_vlantag(ifp, 5));
	KT(!VLAN_ATTACHED(ec));
	IFNET_LOCK(ifp);
	KT_EQ(0, ether_enable_vlan_mtu(ifp));
	KT_EQ(ETHERCAP_VLAN_MTU, ec->ec_capenable);
	KT_EQ(0, ether_enable_vlan_mtu(ifp));
	KT_EQ(0, ether_disable_vlan_mtu(ifp));
	KT_EQ(0, ec->ec_capenable);
	ec->ec_capabilities = 0;
	KT_EQ(-1, ether_enable_vlan_mtu(ifp));
	IFNET_UNLOCK(ifp);
	teardown();
}

void
rump_kt_io_ether_text(void)
{
	const uint8_t ea[] = { 0x00, 0x1b, 0x21, 0xab, 0xcd, 0xef };
	static const char *const bad[] = { "", "1:2:3:4:5", "1:2:3:4:5:6:7",
	    "1:2:3:4:5:g", "1:2:3:4:5:", "111:2:3:4:5:6", "1 2 3 4 5 6" };
	struct sockaddr_dl sdl;
	uint8_t out[ETHER_ADDR_LEN];
	char buf[40];
	u_int i;

	kt_streq(ether_sprintf(ea), "00:1b:21:ab:cd:ef");
	kt_streq(ether_snprintf(buf, 8, ea), "00:1b:2");
	buf[0] = 'x';
	(void)ether_snprintf(buf, 0, ea);
	KT_EQ('x', buf[0]);
	KT_EQ(0, ether_aton_r(out, sizeof(out), "0:1b:21:AB:cd:ef"));
	KT_EQ(0, memcmp(out, ea, sizeof(ea)));
	for (i = 0; i < __arraycount(bad); i++)
		KT_EQ(EINVAL, ether_aton_r(out, sizeof(out), bad[i]));
	KT_EQ(ENOSPC, ether_aton_r(out, 5, "1:2:3:4:5:6"));
	/* Of "123456789", as catalogues of checksums have them. */
	KT_EQ(0xcbf43926, (uint32_t)~ether_crc32_le((const uint8_t *)
	    "123456789", 9));
	KT_EQ(ether_crc32_be(ea, 0), 0xffffffff);
	/* The same remainder, its bits the other way round. */
	for (i = 0; i < 32; i++)
		KT_EQ(ether_crc32_le(ea, 6) >> i & 1,
		    ether_crc32_be(ea, 6) >> (31 - i) & 1);

	KT(sockaddr_dl_init(&sdl, sizeof(sdl), 3, IFT_ETHER, "wm0", 3, ea, 6)
	    != NULL);
	KT_EQ(sockaddr_dl_measure(3, 6), sdl.sdl_len);
	KT_EQ(0, memcmp(CLLADDR(&sdl), ea, 6));
	KT(sockaddr_dl_init(&sdl, 10, 3, IFT_ETHER, "wm0", 3, ea, 6) == NULL);
	KT(sockaddr_dl_setaddr(&sdl, 10, ea, 6) == NULL);
	KT(sdl_print(buf, sizeof(buf), &sdl) > 0);
	kt_streq(buf, "[wm0(6):00:1b:21:ab:cd:ef]:3");
}

void
rump_kt_io_loop(void)
{
	struct kif_sin sin = kif_sin(0x7f000001), six;
	struct rtentry rt;
	struct ifreq ifr;

	(void)setup();
	KT_EQ(0, looutput(lo0ifp, packet(40), SA(&sin), NULL));
	pktq_barrier(inet_q);
	KT_EQ(1, nin);
	KT(in_ifp == lo0ifp);
	KT_EQ(40, in_len);
	six = sin;
	six.sin_family = AF_INET6;
	KT_EQ(EAFNOSUPPORT, looutput(lo0ifp, packet(40), SA(&six), NULL));
	KT_EQ(1, stat(lo0ifp, if_noproto));
	/* Routes that lead nowhere. */
	memset(&rt, 0, sizeof(rt));
	rt.rt_flags = RTF_REJECT;
	KT_EQ(ENETUNREACH, looutput(lo0ifp, packet(40), SA(&sin), &rt));
	rt.rt_flags = RTF_REJECT | RTF_HOST;
	KT_EQ(EHOSTUNREACH, looutput(lo0ifp, packet(40), SA(&sin), &rt));
	rt.rt_flags = RTF_BLACKHOLE;
	KT_EQ(0, looutput(lo0ifp, packet(40), SA(&sin), &rt));
	pktq_barrier(inet_q);
	KT_EQ(1, nin);
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "lo0", sizeof(ifr.ifr_name));
	ifr.ifr_mtu = 65536;
	KT_EQ(EINVAL, kif_ifioctl(SIOCSIFMTU, &ifr));
	ifr.ifr_mtu = 1500;
	KT_EQ(0, kif_ifioctl(SIOCSIFMTU, &ifr));
	KT_EQ(1500, lo0ifp->if_mtu);
	teardown();
}

void
rump_kt_io_register(void)
{
	struct net_input in = { .ni_etype = ETYPE };
	struct net_ether ether = { .ne_family = AF_INET };

	(void)setup();
	/* Neither function nor queue, both, no packets, taken. */
	KT_EQ(EINVAL, net_input_register(&in));
	in.ni_func = proto_input;
	KT_EQ(EEXIST, net_input_register(&in));
	in.ni_pktq = inet_q;
	KT_EQ(EINVAL, net_input_register(&in));
	in.ni_etype = 0;
	in.ni_pktq = NULL;
	KT_EQ(EINVAL, net_input_register(&in));
	in.ni_family = AF_INET;
	KT_EQ(EEXIST, net_input_register(&in));
	KT_EQ(EEXIST, net_ether_register(&ether));
	teardown();
}

static volatile u_int starts;

static void
count_start(struct ifnet *ifp)
{

	atomic_inc_uint(&starts);
}

void
rump_kt_io_queue(void)
{
	struct ifnet *ifp = setup();
	int i;

	ifp->if_start = count_start;
	IFQ_SET_MAXLEN(&ifp->if_snd, 3);
	for (i = 0; i < 3; i++)
		KT_EQ(0, if_transmit_lock(ifp, packet(60)));
	KT_EQ(3, starts);
	KT_EQ(ENOBUFS, if_transmit_lock(ifp, packet(60)));
	KT_EQ(ENOBUFS, ifq_enqueue2(ifp, NULL, packet(60)));
	KT_EQ(2, stat(ifp, if_oerrors));
	KT_EQ(2, ifp->if_snd.ifq_drops);
	KT_EQ(3, starts);
	if_schedule_deferred_start(ifp);
	while (atomic_load_acquire(&starts) < 4)
		kt_pause(1);
	IFQ_PURGE(&ifp->if_snd);
	/* Busy: what is queued waits. */
	ifp->if_flags |= IFF_OACTIVE;
	KT_EQ(0, ifq_enqueue(ifp, packet(60)));
	KT_EQ(4, starts);
	/* The queue is empty when it goes down. */
	kif_flags(ifp, 0);
	KT(IFQ_IS_EMPTY(&ifp->if_snd));
	teardown();
}

void
rump_kt_io_percpuq(void)
{
	struct ifnet *ifp = setup();
	struct mbuf *m;
	u_int i;
	int bound = curlwp_bind();

	for (i = 0; i < 10; i++) {
		m = frame(own, other, ETYPE, 60);
		m_set_rcvif(m, ifp);
		if_percpuq_enqueue(ifp->if_percpuq, m);
	}
	while (atomic_load_acquire(&nin) < 10)
		kt_pause(1);
	KT_EQ(10, stat(ifp, if_ipackets));
	/* More than it has room for, while its CPU is ours. */
	for (i = 0; i < 600; i++) {
		m = frame(own, other, ETYPE, 60);
		m_set_rcvif(m, ifp);
		if_percpuq_enqueue(ifp->if_percpuq, m);
	}
	while (atomic_load_acquire(&nin) - 10 + stat(ifp, if_iqdrops) < 600)
		kt_pause(1);
	KT_EQ(600, atomic_load_acquire(&nin) - 10 + stat(ifp, if_iqdrops));
	curlwp_bindx(bound);
	teardown();
}

static int filtered[2], verdict;
static bool swallow;

static int
filter(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{

	filtered[*(int *)arg]++;
	KT_EQ(PFIL_IN, dir);
	if (verdict != 0 || swallow) {
		m_freem(*mp);
		*mp = NULL;
	}
	return verdict;
}

static void
on_event(void *arg, unsigned long what, void *obj)
{

	panic("an event");
}

void
rump_kt_io_pfil(void)
{
	static int first = 0, second = 1;
	struct ifnet *ifp = setup();
	pfil_head_t *ph = ifp->if_pfil;
	int key;

	KT(pfil_head_get(PFIL_TYPE_IFNET, ifp) == ph);
	KT(pfil_head_create(PFIL_TYPE_IFNET, ifp) == NULL);
	KT(pfil_head_get(PFIL_TYPE_AF, &key) == NULL);
	KT(!pfil_has_hooks(ph, PFIL_IN));
	KT_EQ(EINVAL, pfil_add_hook(filter, &first, 0, ph));
	KT_EQ(EINVAL, pfil_add_hook(filter, &first, PFIL_IFNET, ph));
	KT_EQ(EINVAL, pfil_add_ihook(on_event, NULL, PFIL_IN, ph));
	KT_EQ(0, pfil_add_hook(filter, &first, PFIL_IN, ph));
	KT_EQ(0, pfil_add_hook(filter, &second, PFIL_IN, ph));
	KT_EQ(EEXIST, pfil_add_hook(filter, &first, PFIL_ALL, ph));
	KT(pfil_has_hooks(ph, PFIL_IN) && !pfil_has_hooks(ph, PFIL_OUT));
	input(ifp, frame(own, other, ETYPE, 60));
	KT_EQ(1, nin);
	KT(filtered[0] == 1 && filtered[1] == 1);
	/* One that says no is the last; so is one that keeps it. */
	verdict = EPERM;
	input(ifp, frame(own, other, ETYPE, 60));
	verdict = 0;
	swallow = true;
	input(ifp, frame(own, other, ETYPE, 60));
	KT_EQ(1, nin);
	KT(filtered[0] == 3 && filtered[1] == 1);
	swallow = false;
	KT_EQ(ENOENT, pfil_remove_hook(filter, &first, PFIL_ALL, ph));
	KT_EQ(0, pfil_remove_hook(filter, &first, PFIL_IN, ph));
	input(ifp, frame(own, other, ETYPE, 60));
	KT_EQ(2, nin);
	KT(filtered[0] == 3 && filtered[1] == 2);
	/* The other one goes with the interface. */
	teardown();
	ph = pfil_head_create(PFIL_TYPE_AF, &key);
	KT(ph != NULL && pfil_head_get(PFIL_TYPE_AF, &key) == ph);
	pfil_head_destroy(ph);
}

/* Packets of many to all CPUs: in order, and none is lost. */
#define	SENDERS		3
#define	PACKETS		2000
static u_int last[SENDERS];
static volatile u_int got;
static pktqueue_t *q;

static void
order_input(void *arg)
{
	struct mbuf *m;
	u_int who, n;

	while ((m = pktq_dequeue(q)) != NULL) {
		who = m->m_pkthdr.csum_flags;
		n = m->m_pkthdr.csum_data;
		KT_EQ(last[who] + 1, n);
		last[who] = n;
		m_freem(m);
		atomic_inc_uint(&got);
	}
}

static void
sender(void *arg)
{
	const u_int who = (u_int)(uintptr_t)arg;
	struct mbuf *m;
	u_int n;

	for (n = 1; n <= PACKETS; n++) {
		m = packet(20);
		m->m_pkthdr.csum_flags = who;
		m->m_pkthdr.csum_data = n;
		/* One flow to one CPU. */
		while (!pktq_enqueue(q, m, who * 5))
			kt_pause(1);
	}
	kthread_exit(0);
}

void
rump_kt_io_pktq(void)
{
	struct kt_threads kt[SENDERS];
	u_int i;

	q = pktq_create(128, order_input, NULL);
	for (i = 0; i < SENDERS; i++)
		kt_start(&kt[i], 1, sender, (void *)(uintptr_t)i);
	pktq_barrier(q);
	for (i = 0; i < SENDERS; i++)
		kt_join(&kt[i]);
	pktq_barrier(q);
	KT_EQ(SENDERS * PACKETS, got);
	KT_EQ(0, pktq_get_count(q, PKTQ_NITEMS));
	pktq_destroy(q);
}

static void
no_input(void *arg)
{
}

/* Nobody takes them out. */
void
rump_kt_io_pktq_len(void)
{
	struct mbuf *m;
	int i;

	q = pktq_create(4, no_input, NULL);
	for (i = 0; i < 4; i++)
		KT(pktq_enqueue(q, packet(20), 1));
	m = packet(20);
	KT(!pktq_enqueue(q, m, 1));
	KT_EQ(4, pktq_get_count(q, PKTQ_NITEMS));
	KT_EQ(1, pktq_get_count(q, PKTQ_DROPS));
	KT_EQ(4, pktq_get_count(q, PKTQ_MAXLEN_COUNT));
	KT_EQ(EINVAL, pktq_set_maxlen(q, 0));
	KT_EQ(EINVAL, pktq_set_maxlen(q, 1 << 20));
	/* More room: what was there stays. */
	KT_EQ(0, pktq_set_maxlen(q, 8));
	KT(pktq_enqueue(q, m, 1));
	KT_EQ(8, pktq_get_count(q, PKTQ_MAXLEN_COUNT));
	/* Less: what does not fit is lost. */
	KT_EQ(0, pktq_set_maxlen(q, 2));
	KT(!pktq_enqueue(q, m = packet(20), 1));
	m_freem(m);
	pktq_flush(q);
	KT_EQ(0, pktq_get_count(q, PKTQ_NITEMS));
	KT(pktq_enqueue(q, packet(20), 0));
	pktq_flush(q);
	pktq_destroy(q);
}
