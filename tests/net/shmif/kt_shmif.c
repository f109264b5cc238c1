/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_shmif.  A protocol of Ethernet type 0x88b5 (local
 * experiments) counts and checks what comes in; each packet begins with its
 * number.
 */
#include "../../kern/base/kt.h"

#include <sys/endian.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/socketvar.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

void	rump_kt_frames(void);
void	rump_kt_offload(void);
void	rump_kt_tagged(void);
void	rump_kt_hostile(void);
void	rump_kt_linkstr(void);
void	rump_kt_settings(void);
void	rump_kt_traffic(void);
void	rump_kt_nobody(void);
void	rump_kt_ends(void);
void	rump_kt_plain(void);
void	rump_kt_race(void);

#define	ETYPE		0x88b5
#define	MAXLEN		65535

/*
 * What came in last, with in_mtx: sanitizers do not see that what comes out of
 * a bus went in before.
 */
static kmutex_t in_mtx;
static u_int nin, nbad;
static int in_len, in_flags, in_csum;
static uint32_t in_csumdata, in_number;
static u_int in_segsz;
static char in_name[IFNAMSIZ];

static uint8_t
content(uint32_t number, int n)
{

	return (uint8_t)(number * 131 + n * 7 + (n >> 8));
}

static void
proto_input(struct ifnet *ifp, struct mbuf *m)
{
	const int len = m->m_pkthdr.len;
	uint8_t *buf = kmem_alloc(len, KM_SLEEP);
	uint32_t number;
	int i;

	m_copydata(m, 0, len, buf);
	memcpy(&number, buf, 4);
	mutex_enter(&in_mtx);
	for (i = 4; i < len; i++) {
		if (buf[i] != content(number, i)) {
			nbad++;
			break;
		}
	}
	kmem_free(buf, len);
	in_number = number;
	in_len = len;
	in_flags = m->m_flags & (M_BCAST | M_MCAST | M_PROMISC);
	in_csum = m->m_pkthdr.csum_flags;
	in_csumdata = m->m_pkthdr.csum_data;
	in_segsz = m->m_pkthdr.segsz;
	strlcpy(in_name, ifp->if_xname, sizeof(in_name));
	nin++;
	mutex_exit(&in_mtx);
	m_freem(m);
}

static int
ifcmd(struct ifnet *ifp, u_long cmd, void *data)
{
	int error;

	IFNET_LOCK(ifp);
	error = (*ifp->if_ioctl)(ifp, cmd, data);
	IFNET_UNLOCK(ifp);
	return error;
}

static int
linkstr(struct ifnet *ifp, u_long cmd, u_long how, char *path, size_t len)
{
	struct ifdrv ifd = { .ifd_cmd = how, .ifd_data = path,
	    .ifd_len = len };
	int error = ifcmd(ifp, cmd, &ifd);

	if (how == IFLINKSTR_QUERYLEN && error == 0)
		KT_EQ(len, ifd.ifd_len);
	return error;
}

static int
setflags(struct ifnet *ifp, short flags)
{
	struct ifreq ifr = { .ifr_flags = flags };

	return ifcmd(ifp, SIOCSIFFLAGS, &ifr);
}

static char bus_path[16] = "bus";

static struct ifnet *
makeif(const char *name)
{
	struct ifnet *ifp;

	KT_EQ(0, if_clone_create(name));
	ifp = ifunit(name);
	KT(ifp != NULL);
	KT_EQ(0, linkstr(ifp, SIOCSLINKSTR, 0, bus_path,
	    strlen(bus_path) + 1));
	KT_EQ(0, setflags(ifp, IFF_UP));
	KT((ifp->if_flags & IFF_RUNNING) != 0);
	return ifp;
}

static void
takes_packets(void)
{
	const struct net_input byfunc = { .ni_etype = ETYPE,
	    .ni_func = proto_input };

	mutex_init(&in_mtx, MUTEX_DEFAULT, IPL_NONE);
	KT_EQ(0, net_input_register(&byfunc));
}

static struct mbuf *
packet(uint32_t number, int len)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);
	uint8_t *buf = kmem_alloc(len, KM_SLEEP);
	int i;

	m->m_len = m->m_pkthdr.len = 0;
	memcpy(buf, &number, 4);
	for (i = 4; i < len; i++)
		buf[i] = content(number, i);
	m_copyback(m, 0, len, buf);
	KT_EQ(len, m->m_pkthdr.len);
	kmem_free(buf, len);
	return m;
}

static u_int
received(void)
{
	u_int n;

	mutex_enter(&in_mtx);
	n = nin;
	mutex_exit(&in_mtx);
	return n;
}

static int
send(struct ifnet *ifp, const void *dst, struct mbuf *m)
{
	struct sockaddr sa = { .sa_len = sizeof(sa), .sa_family = AF_UNSPEC };
	struct ether_header eh = { .ether_type = htons(ETYPE) };

	/* What was read before this was read before it comes in. */
	(void)received();
	memcpy(eh.ether_dhost, dst, ETHER_ADDR_LEN);
	memcpy(sa.sa_data, &eh, sizeof(eh));
	return if_output_lock(ifp, ifp, m, &sa, NULL);
}

static void
await(u_int n)
{
	int i;

	for (i = 0; i < 3000 && received() < n; i++)
		kpause("await", false, MAX(1, mstohz(10)), NULL);
	KT_EQ(n, received());
}

static uint64_t
packets_in(struct ifnet *ifp)
{
	struct if_data ifd;

	if_export_if_data(ifp, &ifd, false);
	return ifd.ifi_ipackets;
}

void
rump_kt_frames(void)
{
	struct ifnet *a, *b;
	int len, n = 0;

	takes_packets();
	a = makeif("shmif0");
	b = makeif("shmif1");
	KT(memcmp(CLLADDR(a->if_sadl), CLLADDR(b->if_sadl), 6) != 0);
	for (len = 46; len <= MAXLEN; len += len / 2) {
		KT_EQ(0, send(a, CLLADDR(b->if_sadl), packet(n, len)));
		await(++n);
		KT_EQ(len, in_len);
		KT_EQ(n - 1, in_number);
		KT_EQ(0, in_flags);
		KT_EQ(0, in_csum);
		KT_EQ(0, strcmp(in_name, "shmif1"));
	}
	KT_EQ(0, send(b, etherbroadcastaddr, packet(7, 100)));
	await(++n);
	KT_EQ(M_BCAST, in_flags);
	KT_EQ(0, strcmp(in_name, "shmif0"));
	KT_EQ(0, nbad);
	/* Down, they hear nothing. */
	KT_EQ(0, setflags(b, 0));
	KT_EQ(0, send(a, CLLADDR(b->if_sadl), packet(8, 100)));
	KT_EQ(0, setflags(b, IFF_UP));
	KT_EQ(ENETDOWN, setflags(a, 0) != 0 ? 0 :
	    send(a, CLLADDR(b->if_sadl), packet(9, 100)));
	KT_EQ(0, if_clone_destroy("shmif0"));
	KT_EQ(0, if_clone_destroy("shmif1"));
}

/* What is still to be done comes out as it went in. */
void
rump_kt_offload(void)
{
	static const struct {
		int	flags, is;
		uint32_t data;
		u_int	segsz;
	} t[] = {
		{ M_CSUM_TCPv4, M_CSUM_TCPv4, 20 << 16 | 16, 0 },
		{ M_CSUM_UDPv4, M_CSUM_UDPv4, 24 << 16 | 6, 0 },
		{ M_CSUM_TCPv6, M_CSUM_TCPv6, 40 << 16 | 16, 0 },
		{ M_CSUM_UDPv6, M_CSUM_UDPv6, 40 << 16 | 6, 0 },
		{ M_CSUM_TSOv4, M_CSUM_TSOv4 | M_CSUM_TCPv4, 20 << 16 | 16,
		    1448 },
		{ M_CSUM_TSOv6, M_CSUM_TSOv6 | M_CSUM_TCPv6, 40 << 16 | 16,
		    1428 },
	};
	struct ifnet *a, *b;
	struct mbuf *m;
	u_int i;

	takes_packets();
	a = makeif("shmif0");
	b = makeif("shmif1");
	KT_EQ(M_CSUM_IPv4 | M_CSUM_TCPv4 | M_CSUM_UDPv4 | M_CSUM_TCPv6 |
	    M_CSUM_UDPv6 | M_CSUM_TSOv4 | M_CSUM_TSOv6, a->if_csum_flags_tx);
	for (i = 0; i < __arraycount(t); i++) {
		/* The first byte is that of IPv4 without options. */
		m = packet(0x45, 5000);
		m->m_pkthdr.csum_flags = t[i].flags;
		m->m_pkthdr.csum_data = t[i].data;
		m->m_pkthdr.segsz = t[i].segsz;
		mutex_enter(&in_mtx);
		nbad = 0;
		mutex_exit(&in_mtx);
		KT_EQ(0, send(a, CLLADDR(b->if_sadl), m));
		await(i + 1);
		KT_EQ(t[i].is | M_CSUM_BLANK, in_csum);
		KT_EQ(t[i].data, in_csumdata);
		KT_EQ(t[i].segsz, in_segsz);
		/* The header's own checksum is there. */
		KT_EQ(t[i].flags == M_CSUM_TSOv4, nbad);
	}
}

/* A tag before the header moves it; no other byte is written to. */
void
rump_kt_tagged(void)
{
	uint8_t hdr[14 + 4 + 20 + 20] = {
		[12] = 0x81, [14] = 0x0f, [15] = 0xff, [16] = 0x08,
		[18] = 0x45,
	}, was[sizeof(hdr)];
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);
	struct net_offload no;

	m->m_len = m->m_pkthdr.len = 0;
	m_copyback(m, 0, sizeof(hdr), hdr);
	m->m_pkthdr.csum_flags = M_CSUM_TSOv4;
	m->m_pkthdr.csum_data = 24 << 16 | 16;
	m->m_pkthdr.segsz = 1448;
	memcpy(was, hdr, sizeof(hdr));
	net_offload_out(m, hdr, sizeof(hdr), &no);
	m_freem(m);
	KT_EQ(NET_OFFLOAD_CSUM | NET_OFFLOAD_GSO, no.no_flags);
	KT_EQ(14 + 24, no.no_start);
	KT_EQ(1448, no.no_gso);
	KT_EQ(0xbaff, be16dec(hdr + 18 + 10));
	/* The pseudo header's sum with the length. */
	KT_EQ(20, be16dec(hdr + 14 + 24 + 16));
	memcpy(hdr + 18 + 10, was, 2);
	memcpy(hdr + 14 + 24 + 16, was, 2);
	KT_EQ(0, memcmp(hdr, was, sizeof(hdr)));
}

static void
comes_in(bool good, const struct net_offload *no, int flags)
{
	static const uint8_t frame[200];
	struct mbuf *m = net_frame_mbuf(frame, sizeof(frame));

	KT(m != NULL);
	KT_EQ(good, net_offload_in(m, no));
	if (good)
		KT_EQ(flags, m->m_pkthdr.csum_flags);
	m_freem(m);
}

#define	IN(good, csum_flags, ...)					\
	comes_in(good, &(const struct net_offload) { __VA_ARGS__ }, csum_flags)

/* What the other end says is undone makes sense, or the frame is none. */
void
rump_kt_hostile(void)
{
	const uint16_t csum = NET_OFFLOAD_CSUM;
	const uint16_t gso = NET_OFFLOAD_CSUM | NET_OFFLOAD_GSO;

	IN(true, 0, .no_flags = 0);
	IN(true, M_CSUM_TCPv4 | M_CSUM_BLANK, .no_flags = csum,
	    .no_start = 34, .no_offset = 16);
	IN(true, M_CSUM_UDPv6 | M_CSUM_BLANK, .no_flags = csum |
	    NET_OFFLOAD_UDP | NET_OFFLOAD_IP6, .no_start = 54, .no_offset = 6);
	/* Nowhere, in the header of Ethernet, behind the end. */
	IN(false, 0, .no_flags = csum, .no_start = 34, .no_offset = 6);
	IN(false, 0, .no_flags = csum | NET_OFFLOAD_UDP, .no_start = 34,
	    .no_offset = 16);
	IN(false, 0, .no_flags = csum, .no_start = 14, .no_offset = 16);
	IN(false, 0, .no_flags = csum, .no_start = 183, .no_offset = 16);
	IN(false, 0, .no_flags = csum, .no_start = 65535, .no_offset = 16);
	IN(true, M_CSUM_TCPv4 | M_CSUM_BLANK, .no_flags = csum,
	    .no_start = 182, .no_offset = 16);
	/* Segments have a checksum, are TCP's, and more than a few bytes. */
	IN(false, 0, .no_flags = NET_OFFLOAD_GSO, .no_gso = 1000);
	IN(false, 0, .no_flags = gso | NET_OFFLOAD_UDP, .no_start = 34,
	    .no_offset = 6, .no_gso = 1000);
	IN(false, 0, .no_flags = gso, .no_start = 34, .no_offset = 16);
	IN(false, 0, .no_flags = gso, .no_start = 34, .no_offset = 16,
	    .no_gso = 15);
	IN(true, M_CSUM_TSOv4 | M_CSUM_TCPv4 | M_CSUM_BLANK, .no_flags = gso,
	    .no_start = 34, .no_offset = 16, .no_gso = 16);
}

static int
link_state(struct ifnet *ifp)
{
	int state;

	IFNET_LOCK(ifp);
	state = ifp->if_link_state;
	IFNET_UNLOCK(ifp);
	return state;
}

/* Changes are told by a thread. */
static void
await_link(struct ifnet *ifp, int state)
{
	int i;

	for (i = 0; i < 3000 && link_state(ifp) != state; i++)
		kpause("await", false, MAX(1, mstohz(10)), NULL);
	KT_EQ(state, link_state(ifp));
}

void
rump_kt_linkstr(void)
{
	char path[] = "bus", other[] = "other", bad[] = "no/such", buf[32];
	struct ifnet *ifp;

	KT_EQ(0, if_clone_create("shmif3"));
	KT_EQ(EEXIST, if_clone_create("shmif3"));
	ifp = ifunit("shmif3");
	await_link(ifp, LINK_STATE_DOWN);
	KT_EQ(ENOENT, linkstr(ifp, SIOCGLINKSTR, 0, buf, sizeof(buf)));
	KT_EQ(ENXIO, setflags(ifp, IFF_UP));
	KT_EQ(0, setflags(ifp, 0));
	KT_EQ(ENOENT, linkstr(ifp, SIOCSLINKSTR, 0, bad, sizeof(bad)));
	KT_EQ(ENAMETOOLONG, linkstr(ifp, SIOCSLINKSTR, 0, path, 2));
	KT_EQ(ENAMETOOLONG, linkstr(ifp, SIOCSLINKSTR, 0, path, 0));
	KT_EQ(ENOTTY, linkstr(ifp, SIOCSLINKSTR, 9, path, sizeof(path)));
	KT_EQ(0, linkstr(ifp, SIOCSLINKSTR, 0, path, sizeof(path)));
	await_link(ifp, LINK_STATE_UP);
	KT_EQ(EBUSY, linkstr(ifp, SIOCSLINKSTR, 0, other, sizeof(other)));
	KT_EQ(0, linkstr(ifp, SIOCGLINKSTR, IFLINKSTR_QUERYLEN, NULL,
	    sizeof(path)));
	KT_EQ(0, linkstr(ifp, SIOCGLINKSTR, 0, buf, sizeof(buf)));
	KT_EQ(0, strcmp(buf, path));
	KT_EQ(0, linkstr(ifp, SIOCSLINKSTR, IFLINKSTR_UNSET, NULL, 0));
	KT_EQ(0, linkstr(ifp, SIOCSLINKSTR, IFLINKSTR_UNSET, NULL, 0));
	KT_EQ(0, linkstr(ifp, SIOCSLINKSTR, 0, other, sizeof(other)));
	KT_EQ(0, if_clone_destroy("shmif3"));
	KT_EQ(ENXIO, if_clone_destroy("shmif3"));
}

void
rump_kt_settings(void)
{
	struct ifnet *a, *b, *c;
	struct ifreq ifr = { .ifr_mtu = 65535 };
	int i;

	takes_packets();
	a = makeif("shmif0");
	b = makeif("shmif1");
	c = makeif("shmif2");
	KT_EQ(ETHERMTU, a->if_mtu);
	KT_EQ(0, ifcmd(a, SIOCSIFMTU, &ifr));
	KT_EQ(65535, a->if_mtu);
	ifr.ifr_mtu = 65536;
	KT_EQ(EINVAL, ifcmd(a, SIOCSIFMTU, &ifr));
	ifr.ifr_mtu = 67;
	KT_EQ(EINVAL, ifcmd(a, SIOCSIFMTU, &ifr));
	/* A third one hears what is not for it, if it asks for that. */
	KT_EQ(0, send(a, CLLADDR(b->if_sadl), packet(1, 100)));
	await(1);
	KT_EQ(0, packets_in(c));
	IFNET_LOCK(c);
	KT_EQ(0, ifpromisc_locked(c, 1));
	IFNET_UNLOCK(c);
	KT_EQ(0, send(a, CLLADDR(b->if_sadl), packet(2, 100)));
	await(2);
	/* The bus has it for the third one as well, after the second. */
	for (i = 0; i < 3000 && packets_in(c) == 0; i++)
		kpause("await", false, MAX(1, mstohz(10)), NULL);
	/* Perhaps the first one too, as it had no reason to wake for it. */
	KT(packets_in(c) == 1 || packets_in(c) == 2);
	KT_EQ(2, received());
}

/* Both ways from two threads, while a third one is made and destroyed. */
static struct ifnet *pair[2];
#define	NTRAFFIC	3000

static void
talker(void *arg)
{
	const int me = (int)(intptr_t)arg;
	int i, error;

	for (i = 0; i < NTRAFFIC; i++) {
		while ((error = send(pair[me], CLLADDR(pair[!me]->if_sadl),
		    packet(i, 46 + i * 13 % 9000))) == ENOBUFS)
			kpause("full", false, 1, NULL);
		KT_EQ(0, error);
	}
	kthread_exit(0);
}

void
rump_kt_traffic(void)
{
	lwp_t *l[2];
	int i;

	takes_packets();
	pair[0] = makeif("shmif0");
	pair[1] = makeif("shmif1");
	for (i = 0; i < 2; i++)
		KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE |
		    KTHREAD_MUSTJOIN, NULL, talker, (void *)(intptr_t)i, &l[i],
		    "talker%d", i));
	for (i = 0; i < 20; i++) {
		(void)makeif("shmif7");
		kpause("pause", false, 1, NULL);
		KT_EQ(0, if_clone_destroy("shmif7"));
	}
	for (i = 0; i < 2; i++)
		KT_EQ(0, kthread_join(l[i]));
	await(2 * NTRAFFIC);
	KT_EQ(0, nbad);
}

/* To nobody: the bus forgets. */
void
rump_kt_nobody(void)
{
	static const uint8_t nobody[] = { 2, 9, 9, 9, 9, 9 };
	struct ifnet *a = makeif("shmif0");
	int i, n, error;

	for (i = 0; i < 2000; i++) {
		/* The queue may be full until the bus is read. */
		for (n = 0; (error = send(a, nobody, packet(i, 9000))) ==
		    ENOBUFS && n < 1000; n++)
			kpause("nobody", false, 1, NULL);
		KT_EQ(0, error);
	}
	KT_EQ(0, linkstr(a, SIOCSLINKSTR, IFLINKSTR_UNSET, NULL, 0));
	KT_EQ(0, send(a, nobody, packet(i, 100)));
}

/* A wire with two ends: all sizes both ways, and no third end. */
void
rump_kt_ends(void)
{
	char path[] = "p2p:bus";
	struct ifnet *a, *b, *c;
	int len, n = 0;

	strlcpy(bus_path, path, sizeof(bus_path));
	takes_packets();
	a = makeif("shmif0");
	b = makeif("shmif1");
	KT_EQ(0, if_clone_create("shmif2"));
	c = ifunit("shmif2");
	KT_EQ(EMFILE, linkstr(c, SIOCSLINKSTR, 0, path, sizeof(path)));
	KT_EQ(EINVAL, linkstr(c, SIOCSLINKSTR, 0, path + 4,
	    sizeof(path) - 4));
	for (len = 46; len <= MAXLEN; len += len / 2) {
		KT_EQ(0, send(a, CLLADDR(b->if_sadl), packet(n, len)));
		await(++n);
		KT_EQ(len, in_len);
		KT_EQ(0, send(b, etherbroadcastaddr, packet(n, len)));
		await(++n);
		KT_EQ(M_BCAST, in_flags);
	}
	/* The place of one that has gone is another's. */
	KT_EQ(0, if_clone_destroy("shmif0"));
	KT_EQ(0, linkstr(c, SIOCSLINKSTR, 0, path, sizeof(path)));
	KT_EQ(0, setflags(c, IFF_UP));
	KT_EQ(0, send(c, CLLADDR(b->if_sadl), packet(1, 100)));
	await(++n);
	KT_EQ(0, nbad);
}

static void
enable(struct ifnet *ifp, uint64_t caps)
{
	struct ifcapreq ifcr = { .ifcr_capenable = caps };

	KT_EQ(0, ifcmd(ifp, SIOCSIFCAP, &ifcr));
}

static uint64_t
errors_out(struct ifnet *ifp)
{
	struct if_data ifd;

	if_export_if_data(ifp, &ifd, false);
	return ifd.ifi_oerrors;
}

static struct mbuf *
undone(void)
{
	struct mbuf *m = packet(0x45, 5000);

	m->m_pkthdr.csum_flags = M_CSUM_UDPv4;
	m->m_pkthdr.csum_data = 20 << 16 | 6;
	return m;
}

/* One that takes nothing undone gets nothing undone. */
void
rump_kt_plain(void)
{
	struct ifnet *a, *b, *c;
	int all;

	takes_packets();
	a = makeif("shmif0");
	b = makeif("shmif1");
	c = makeif("shmif2");
	all = a->if_csum_flags_tx;
	KT(all != 0);
	enable(b, 0);
	KT_EQ(0, send(a, CLLADDR(c->if_sadl), undone()));
	KT_EQ(1, errors_out(a));
	KT_EQ(0, a->if_csum_flags_tx);
	KT_EQ(0, send(a, CLLADDR(b->if_sadl), packet(1, 5000)));
	await(1);
	KT_EQ(0, in_csum);
	/* It has changed its mind, or has gone. */
	enable(b, NET_OFFLOAD_CAPS);
	KT_EQ(0, send(a, CLLADDR(b->if_sadl), packet(2, 100)));
	await(2);
	KT_EQ(all, a->if_csum_flags_tx);
	enable(b, 0);
	KT_EQ(0, send(a, CLLADDR(c->if_sadl), undone()));
	KT_EQ(2, errors_out(a));
	KT_EQ(0, if_clone_destroy("shmif1"));
	KT_EQ(0, send(a, CLLADDR(c->if_sadl), packet(3, 100)));
	await(3);
	KT_EQ(all, a->if_csum_flags_tx);
	KT_EQ(0, send(a, CLLADDR(c->if_sadl), undone()));
	await(4);
	KT_EQ(M_CSUM_BLANK | M_CSUM_UDPv4, in_csum);
	KT_EQ(2, errors_out(a));
}

/* Interfaces are destroyed by others while they are made. */
#define	NRACE	300

static void
destroyer(void *arg)
{
	int i;

	for (i = 0; i < NRACE; i++) {
		/* Who makes it lets nobody have it before it is whole. */
		KT_EQ(ENXIO, if_clone_destroy("shmif0"));
		yield();
	}
	kthread_exit(0);
}

void
rump_kt_race(void)
{
	static const struct net_wire shmif = { .nw_name = "shmif" };
	int i, error;
	lwp_t *l;

	KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, destroyer, NULL, &l, "destroyer"));
	for (i = 0; i < NRACE; i++) {
		/* No bus at all: it goes as it came. */
		error = net_wire_create(&shmif, "bus/bus", NULL);
		KT(error == ENOENT || error == ENOTDIR);
	}
	KT_EQ(0, kthread_join(l));
	KT_EQ(ENXIO, if_clone_destroy("shmif0"));
}
