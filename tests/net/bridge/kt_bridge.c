/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_bridge: frames that leave checksums and segments undone,
 * for a member that does neither.
 */
#define	KIF_NO_DOMAIN
#include "../../kern/net/kif.h"

#include <sys/endian.h>

#include <net/ether_sw_offload.h>
#include <net/if_bridgevar.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <rump-sys/mem.h>

void	rump_kt_offload(void);
void	rump_kt_offload6(void);
void	rump_kt_offload6_mem(void);

#define	HDRS	(14 + 20 + 20)
#define	HDRS6	(14 + 40 + 20)

static void
join(struct ifnet *br, const char *name)
{
	struct ifbreq req;
	struct ifdrv ifd = { .ifd_cmd = BRDGADD, .ifd_data = &req,
	    .ifd_len = sizeof(req) };

	memset(&req, 0, sizeof(req));
	strlcpy(req.ifbr_ifsname, name, sizeof(req.ifbr_ifsname));
	IFNET_LOCK(br);
	KT_EQ(0, if_ioctl(br, SIOCSDRVSPEC, &ifd));
	IFNET_UNLOCK(br);
}

/* A frame of TCP to somebody unknown with n bytes of data. */
static struct mbuf *
segment(int n, int flags, u_int mss)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);
	uint8_t f[HDRS] = { 0xb2, 1, 1, 1, 1, 1, 0xb2, 2, 2, 2, 2, 2, 8, 0,
	    0x45, [22] = 64, [23] = 6, [26] = 10, [29] = 1, [30] = 10,
	    [33] = 2, [46] = 0x50, [47] = 0x18 };
	uint16_t sum;
	uint8_t c;
	int i;

	f[16] = (uint8_t)((n + 40) >> 8);
	f[17] = (uint8_t)(n + 40);
	/* The field has the sum of the pseudo header. */
	sum = in_cksum_phdr(htonl(0x0a000001), htonl(0x0a000002),
	    htonl((uint32_t)(n + 20) + IPPROTO_TCP));
	memcpy(f + 50, &sum, sizeof(sum));
	m->m_len = m->m_pkthdr.len = 0;
	m_copyback(m, 0, HDRS, f);
	for (i = 0; i < n; i++) {
		c = (uint8_t)(i * 7);
		m_copyback(m, HDRS + i, 1, &c);
	}
	m->m_pkthdr.csum_flags = flags;
	m->m_pkthdr.csum_data = 20 << 16 | 16;
	m->m_pkthdr.segsz = mss;
	return m;
}

/* Both checksums are right. */
static void
check_sums(struct mbuf *m)
{
	const int len = m->m_pkthdr.len - 14 - 20;

	KT_EQ(0, cpu_in_cksum(m, 20, 14, 0));
	KT_EQ(0, cpu_in_cksum(m, len, 34, in_cksum_phdr(htonl(0x0a000001),
	    htonl(0x0a000002), htonl((uint32_t)len + IPPROTO_TCP))));
	KT_EQ(0, m->m_pkthdr.csum_flags & IFNET_TX_OFFLOADS);
}

static void
arrive(struct ifnet *ifp, struct mbuf *m)
{

	m_set_rcvif(m, ifp);
	(*ifp->_if_input)(ifp, m);
}

static struct ifnet *a, *b;

static void
setup(void)
{
	struct ifnet *br;

	a = kif_make("tst0");
	b = kif_make("tst1");
	KT_EQ(0, if_clone_create("bridge0"));
	br = ifunit("bridge0");
	kif_flags(a, IFF_UP);
	kif_flags(b, IFF_UP);
	kif_flags(br, IFF_UP);
	join(br, "tst0");
	join(br, "tst1");
}

static void
end(void)
{

	KT_EQ(0, if_clone_destroy("tst0"));
	KT_EQ(0, if_clone_destroy("bridge0"));
	KT_EQ(0, if_clone_destroy("tst1"));
}

void
rump_kt_offload(void)
{
	struct mbuf *m;
	int n = 0, data = 0;

	setup();
	/* A checksum. */
	arrive(a, segment(100, M_CSUM_TCPv4 | M_CSUM_IPv4 | M_CSUM_BLANK, 0));
	IFQ_DEQUEUE(&b->if_snd, m);
	KT(m != NULL);
	check_sums(m);
	m_freem(m);
	/* One that was verified is as it was. */
	arrive(a, segment(100, M_CSUM_TCPv4, 0));
	IFQ_DEQUEUE(&b->if_snd, m);
	KT_EQ(0, m->m_pkthdr.csum_flags);
	m_freem(m);
	/* Segments. */
	arrive(a, segment(10000, M_CSUM_TSOv4 | M_CSUM_TCPv4 | M_CSUM_BLANK,
	    1460));
	for (;;) {
		IFQ_DEQUEUE(&b->if_snd, m);
		if (m == NULL)
			break;
		check_sums(m);
		data += m->m_pkthdr.len - HDRS;
		m_freem(m);
		n++;
	}
	KT_EQ(7, n);
	KT_EQ(10000, data);
	/* Those that lie. */
	m = segment(100, M_CSUM_TCPv4 | M_CSUM_BLANK, 0);
	mtod(m, uint8_t *)[14] = 0x65;
	arrive(a, m);
	m = segment(100, M_CSUM_TCPv4 | M_CSUM_BLANK, 0);
	mtod(m, uint8_t *)[16] = 0xff;
	arrive(a, m);
	arrive(a, segment(100, M_CSUM_TSOv4 | M_CSUM_BLANK, 0));
	arrive(a, segment(100, M_CSUM_TSOv6 | M_CSUM_BLANK, 1400));
	m = segment(0, M_CSUM_TCPv6 | M_CSUM_BLANK, 0);
	m->m_pkthdr.csum_data = 0xffffU << 16 | 16;
	arrive(a, m);
	KT(IFQ_IS_EMPTY(&b->if_snd));
	/* As long as it will be cut, it may be long; otherwise not. */
	arrive(a, segment(2000, 0, 0));
	KT(IFQ_IS_EMPTY(&b->if_snd));
	end();
}

/*
 * The same above IPv6, which this kernel does not speak.
 */
static struct in6_addr
host6(uint8_t n)
{
	struct in6_addr addr = { .s6_addr = { 0xfd, [15] = n } };

	return addr;
}

static uint8_t
content(int i)
{

	return (uint8_t)(i * 7 + i / 256);
}

/* A frame with n bytes of data, to be cut. */
static struct mbuf *
segment6(int n, u_int mss)
{
	const struct in6_addr src = host6(1), dst = host6(2);
	uint8_t f[HDRS6] = { 0xb2, 1, 1, 1, 1, 1, 0xb2, 2, 2, 2, 2, 2, 0x86,
	    0xdd, 0x60, [20] = IPPROTO_TCP, [21] = 64,
	    [66] = 0x50, [67] = 0x89 };	/* CWR, PSH, FIN */
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);
	uint8_t c;
	int i;

	be16enc(f + 18, (uint16_t)(n + 20));
	memcpy(f + 22, &src, sizeof(src));
	memcpy(f + 38, &dst, sizeof(dst));
	be32enc(f + 58, 0xfffffff0);	/* its number */
	m->m_len = m->m_pkthdr.len = 0;
	m_copyback(m, 0, HDRS6, f);
	for (i = 0; i < n; i++) {
		c = content(i);
		m_copyback(m, HDRS6 + i, 1, &c);
	}
	m->m_pkthdr.csum_flags = M_CSUM_TSOv6 | M_CSUM_TCPv6 | M_CSUM_BLANK;
	m->m_pkthdr.csum_data = 40 << 16 | 16;
	m->m_pkthdr.segsz = mss;
	return m;
}

/* With as many bytes of data, from that one on. */
static void
check_segment6(struct mbuf *m, int at, int n, uint8_t flags)
{
	const struct in6_addr src = host6(1), dst = host6(2);
	uint8_t f[HDRS6], c;
	int i;

	KT_EQ(HDRS6 + n, m->m_pkthdr.len);
	KT_EQ(0, m->m_pkthdr.csum_flags & IFNET_TX_OFFLOADS);
	m_copydata(m, 0, HDRS6, f);
	KT_EQ(0x86dd, be16dec(f + 12));
	KT_EQ(n + 20, be16dec(f + 18));
	KT_EQ(0xfffffff0 + (uint32_t)at, be32dec(f + 58));
	KT_EQ(flags, f[67]);
	KT_EQ(0, cpu_in_cksum(m, n + 20, 54, in6_cksum_phdr(&src, &dst,
	    htonl((uint32_t)n + 20), htonl(IPPROTO_TCP))));
	for (i = 0; i < n; i++) {
		m_copydata(m, HDRS6 + i, 1, &c);
		KT_EQ(content(at + i), c);
	}
}

/* Where the sum is 0 UDP has 0xffff instead, RFC 8200 8.1, and TCP has not. */
static void
check_zero6(int flag, uint16_t sum)
{
	struct mbuf *m = segment6(2, 0);
	uint8_t *f = mtod(m, uint8_t *);
	uint16_t data;

	memset(f + HDRS6, 0, sizeof(data));
	data = (uint16_t)cpu_in_cksum(m, 20 + 2, 54, 0);
	memcpy(f + HDRS6, &data, sizeof(data));
	m->m_pkthdr.csum_flags = flag | M_CSUM_BLANK;
	arrive(a, m);
	IFQ_DEQUEUE(&b->if_snd, m);
	KT(m != NULL);
	KT_EQ(sum, be16dec(mtod(m, uint8_t *) + 70));
	m_freem(m);
}

void
rump_kt_offload6(void)
{
	static const struct {
		int	n;
		uint8_t	flags;
	} t[] = { { 1440, 0x80 }, { 1440, 0 }, { 1440, 0 }, { 680, 0x09 } };
	struct mbuf *m;
	int at = 0;
	u_int i;

	setup();
	arrive(a, segment6(5000, 1440));
	for (i = 0; i < __arraycount(t); i++) {
		IFQ_DEQUEUE(&b->if_snd, m);
		KT(m != NULL);
		check_segment6(m, at, t[i].n, t[i].flags);
		at += t[i].n;
		m_freem(m);
	}
	KT(IFQ_IS_EMPTY(&b->if_snd));
	check_zero6(M_CSUM_TCPv6, 0);
	check_zero6(M_CSUM_UDPv6, 0xffff);
	/* Those that lie: of the family, what follows, lengths. */
	m = segment6(3000, 1440);
	mtod(m, uint8_t *)[14] = 0x45;
	arrive(a, m);
	m = segment6(3000, 1440);
	mtod(m, uint8_t *)[12] = 8;
	mtod(m, uint8_t *)[13] = 0;
	arrive(a, m);
	m = segment6(3000, 1440);
	mtod(m, uint8_t *)[20] = IPPROTO_DSTOPTS;
	arrive(a, m);
	m = segment6(3000, 1440);
	mtod(m, uint8_t *)[66] = 0x40;
	arrive(a, m);
	m = segment6(30, 1440);
	mtod(m, uint8_t *)[66] = 0xf0;
	arrive(a, m);
	arrive(a, segment6(3000, 0));
	m = segment6(30, 1440);
	m_adj(m, -40);
	arrive(a, m);
	m = segment6(0, 1440);
	m_adj(m, -30);
	arrive(a, m);
	KT(IFQ_IS_EMPTY(&b->if_snd));
	end();
}

/* All of them or none: whichever allocation fails. */
void
rump_kt_offload6_mem(void)
{
	struct mbuf *m;
	u_int i, left = 0;
	int n;

	setup();
	for (i = 1; left == 0 && i < 100; i++) {
		m = segment6(5000, 1440);
		rump_fault_alloc = i;
		arrive(a, m);
		left = rump_fault_alloc;
		rump_fault_alloc = 0;
		for (n = 0; ; n++) {
			IFQ_DEQUEUE(&b->if_snd, m);
			if (m == NULL)
				break;
			m_freem(m);
		}
		KT(n == 4 || (left == 0 && n == 0));
	}
	KT(left != 0 && i > 8);
	end();
}
