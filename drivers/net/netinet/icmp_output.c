/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP out: answers, and errors, which RFC 1122 section 3.2.2 forbids about
 * much, and RFC 1812 section 4.3.2.8 wants limited.
 */

#include <sys/param.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/hash.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <net/if.h>

#include <netinet/icmp_var.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <rump-sys/net.h>
#include <rump-sys/net_in.h>

#include "icmp_private.h"
#include "ip_private.h"

int icmpreturndatabytes = 8;
int icmperrppslim = 100;

static struct icmp_limit limit;
static uint32_t limit_seed;

void
icmp_limit_init(struct icmp_limit *il)
{

	mutex_init(&il->il_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
}

static bool
count_one(struct icmp_count *ic, int most)
{

	return ppsratecheck(&ic->ic_last, &ic->ic_sent, most) != 0;
}

bool
icmp_over_limit(struct icmp_limit *il, const void *dst, size_t dstlen,
    int most)
{
	const u_int i = murmurhash2(dst, dstlen, limit_seed) %
	    __arraycount(il->il_each);
	bool over;

	if (most < 0)
		return false;
	mutex_enter(&il->il_mtx);
	/* What one may not have does not count for all. */
	over = !count_one(&il->il_each[i], most / 2 + most % 2) ||
	    !count_one(&il->il_all, most);
	mutex_exit(&il->il_mtx);
	return over;
}

void
icmp_output_init(void)
{

	limit_seed = cprng_strong32();
	icmp_limit_init(&limit);
}

/* The address to answer with: the one that was meant, if it is ours, or one
 * of the interface the packet came by.  None: by the route. */
static struct in_addr
answer_src(const struct mbuf *m, struct in_addr dst)
{
	struct in_addr src = { .s_addr = INADDR_ANY };
	struct in_ifaddr *ia;
	struct ifnet *ifp;
	int s;

	if ((ifp = m_get_rcvif(m, &s)) == NULL)
		return src;
	if ((ia = in_get_ia(dst)) == NULL &&
	    net_ifflags(ifp, IFF_LOOPBACK) == 0)
		ia = in_get_ia_from_ifp(ifp);
	if (ia != NULL)
		src = ia->ia_addr.sin_addr;
	m_put_rcvif(ifp, &s);
	return src;
}

/* One host, that may be answered. */
static bool
single_host(struct in_addr addr)
{

	return !in_nullhost(addr) && !IN_MULTICAST(addr.s_addr) &&
	    !IN_EXPERIMENTAL(addr.s_addr);
}

/* The header and the message are complete but for the checksum. */
static void
icmp_send(struct mbuf *m, struct mbuf *opts)
{
	struct ip *ip = mtod(m, struct ip *);
	struct icmp *icp = (struct icmp *)(ip + 1);

	icp->icmp_cksum = 0;
	icp->icmp_cksum = (uint16_t)cpu_in_cksum(m,
	    m->m_pkthdr.len - (int)sizeof(*ip), sizeof(*ip), 0);
	m->m_pkthdr.csum_flags = 0;
	m->m_flags &= ~(M_BCAST | M_MCAST);
	m_reset_rcvif(m);
	(void)ip_output(m, opts, NULL, 0, NULL, NULL);
	m_freem(opts);
}

void
icmp_reflect(struct mbuf *m)
{
	struct ip *ip = mtod(m, struct ip *);
	struct mbuf *opts = NULL;
	struct in_addr src;

	if (!single_host(ip->ip_src)) {
		m_freem(m);
		return;
	}
	src = answer_src(m, ip->ip_dst);
	ip->ip_dst = ip->ip_src;
	ip->ip_src = src;
	ip->ip_ttl = MAXTTL;
	ip->ip_off = 0;
	if (ip->ip_hl > sizeof(*ip) >> 2) {
		/* Back the way it came, RFC 1122 section 3.2.2.6. */
		opts = ip_srcroute(m);
		ip_stripoptions(m);
	}
	if ((m = m_pullup(m, sizeof(*ip) + ICMP_MINLEN)) == NULL) {
		m_freem(opts);
		return;
	}
	m_tag_delete_chain(m);
	icmp_send(m, opts);
}

/* To all of the net it came by, or from all of it. */
bool
icmp_broadcast_p(const struct mbuf *m, const struct ip *ip)
{
	struct ifnet *ifp;
	bool is;
	int s;

	if ((ifp = m_get_rcvif(m, &s)) == NULL)
		return false;
	is = in_broadcast(ip->ip_dst, ifp) || in_broadcast(ip->ip_src, ifp);
	m_put_rcvif(ifp, &s);
	return is;
}

/* May there be an error about it?  If not, why, by ICMP_STAT_*, or -1. */
static bool
deserves_error(struct mbuf *m, int type, int *why)
{
	const struct ip *oip = mtod(m, const struct ip *);
	const int hlen = oip->ip_hl << 2;
	uint8_t otype;

	*why = -1;
	if ((m->m_flags & (M_BCAST | M_MCAST)) != 0 ||
	    IN_MULTICAST(oip->ip_dst.s_addr) ||
	    !single_host(oip->ip_src) || icmp_broadcast_p(m, oip) ||
	    (oip->ip_off & htons(IP_OFFMASK)) != 0)
		return false;
	if (oip->ip_p != IPPROTO_ICMP || type == ICMP_REDIRECT)
		return true;
	*why = ICMP_STAT_OLDSHORT;
	if (m->m_pkthdr.len < hlen + ICMP_MINLEN)
		return false;
	m_copydata(m, hlen, sizeof(otype), &otype);
	*why = ICMP_STAT_OLDICMP;
	return ICMP_INFOTYPE(otype);
}

static void
fill_message(struct icmp *icp, int type, int code, n_long dest, int destmtu)
{

	memset(icp, 0, ICMP_MINLEN);
	icp->icmp_type = (uint8_t)type;
	icp->icmp_code = (uint8_t)code;
	switch (type) {
	case ICMP_REDIRECT:
		icp->icmp_gwaddr.s_addr = dest;
		break;
	case ICMP_PARAMPROB:
		/* The code says where. */
		icp->icmp_pptr = (uint8_t)code;
		icp->icmp_code = 0;
		break;
	case ICMP_UNREACH:
		if (code == ICMP_UNREACH_NEEDFRAG && destmtu > 0)
			icp->icmp_nextmtu = htons((uint16_t)MIN(destmtu,
			    IP_MAXPACKET));
		break;
	}
}

/* A new packet that quotes n, its header and len bytes in all. */
static struct mbuf *
make_error(struct mbuf *n, int len, int type, int code, n_long dest,
    int destmtu)
{
	const struct ip *oip = mtod(n, const struct ip *);
	const int all = (int)sizeof(struct ip) + ICMP_MINLEN + len;
	struct mbuf *m;
	struct ip *ip;

	if ((m = m_gethdr(M_DONTWAIT, MT_HEADER)) == NULL)
		return NULL;
	if (all + max_linkhdr > MHLEN) {
		m_clget(m, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0) {
			m_freem(m);
			return NULL;
		}
	}
	m_align(m, all);
	m->m_len = m->m_pkthdr.len = all;
	ip = mtod(m, struct ip *);
	memset(ip, 0, sizeof(*ip));
	ip->ip_len = htons((uint16_t)all);
	ip->ip_tos = oip->ip_tos & IPTOS_PREC_NETCONTROL;
	ip->ip_ttl = MAXTTL;
	ip->ip_p = IPPROTO_ICMP;
	ip->ip_src = answer_src(n, oip->ip_dst);
	ip->ip_dst = oip->ip_src;
	fill_message((struct icmp *)(ip + 1), type, code, dest, destmtu);
	m_copydata(n, 0, len, (char *)(ip + 1) + ICMP_MINLEN);
	return m;
}

void
icmp_error(struct mbuf *n, int type, int code, n_long dest, int destmtu)
{
	const struct ip *oip = mtod(n, const struct ip *);
	const int ohlen = oip->ip_hl << 2;
	struct mbuf *m;
	int why, len;

	if (type != ICMP_REDIRECT)
		icmp_statinc(ICMP_STAT_ERROR);
	if (!deserves_error(n, type, &why)) {
		if (why != -1)
			icmp_statinc((u_int)why);
		m_freem(n);
		return;
	}
	if (icmp_over_limit(&limit, &oip->ip_src, sizeof(oip->ip_src),
	    icmperrppslim)) {
		m_freem(n);
		return;
	}
	len = MIN(n->m_pkthdr.len, ntohs(oip->ip_len));
	len = MIN(len, ohlen + MAX(icmpreturndatabytes, 8));
	m = make_error(n, len, type, code, dest, destmtu);
	m_freem(n);
	if (m == NULL)
		return;
	icmp_statinc(ICMP_STAT_OUTHIST + (u_int)type);
	icmp_send(m, NULL);
}
