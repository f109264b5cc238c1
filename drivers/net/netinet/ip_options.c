/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of IP, RFC 791 section 3.1: those that come in, and those a socket
 * sends.  What is done for each is RFC 1812 section 4.2.2 and RFC 1122 section
 * 3.2.1.8; source routes only if net.inet.ip.allowsrcrt.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include "ip_private.h"

int ip_allowsrcrt;		/* ours may have come by one */
int ip_forwsrcrt;		/* and others be forwarded */

/* The way a source-routed packet came, for an answer: PACKET_TAG_SRCROUTE. */
struct srcroute {
	u_int		sr_n;			/* hops */
	struct in_addr	sr_dst;			/* who sent it */
	uint8_t		sr_kind;		/* IPOPT_LSRR or _SSRR */
	struct in_addr	sr_hop[MAX_IPOPTLEN / sizeof(struct in_addr)];
};

/* What is being looked at. */
struct options {
	struct mbuf	*op_m;
	struct ip	*op_ip;
	uint8_t		*op_cp;		/* the option */
	u_int		op_len;		/* its length */
	bool		op_forward;	/* to the next hop of a source route */
	int		op_type;	/* of an error */
	int		op_code;
};

bool
ip_options_wellformed(const uint8_t *cp, u_int left)
{
	u_int len;

	for (; left > 0; left -= len, cp += len) {
		if (*cp == IPOPT_EOL)
			break;
		if (*cp == IPOPT_NOP)
			len = 1;
		else if (left < 2 || (len = cp[IPOPT_OLEN]) < 2 || len > left)
			return false;
	}
	return true;
}

/* Where in the header something is wrong. */
static bool
bad(struct options *op, u_int off)
{

	op->op_type = ICMP_PARAMPROB;
	op->op_code = (int)(op->op_cp + off - (uint8_t *)op->op_ip);
	return false;
}

static bool
unreach(struct options *op, int code)
{

	op->op_type = ICMP_UNREACH;
	op->op_code = code;
	return false;
}

static bool
get_ours(struct in_addr addr, struct ifnet *ifp, struct in_addr *ours)
{
	struct in_ifaddr *ia;
	int s = pserialize_read_enter();

	ia = ifp != NULL ? in_get_ia_from_ifp(ifp) : in_get_ia(addr);
	if (ia != NULL)
		*ours = ia->ia_addr.sin_addr;
	pserialize_read_exit(s);
	return ia != NULL;
}

/* The address a packet to there would go out with. */
static bool
get_outgoing(struct in_addr dst, struct in_addr *ours, bool *direct)
{
	struct route ro;
	struct sockaddr_in sin;
	struct rtentry *rt;
	bool found = false;
	int s;

	memset(&ro, 0, sizeof(ro));
	sockaddr_in_init(&sin, &dst, 0);
	if ((rt = rtcache_lookup(&ro, sintosa(&sin))) != NULL) {
		s = pserialize_read_enter();
		if (rt->rt_ifa->ifa_addr->sa_family == AF_INET) {
			*ours = satosin(rt->rt_ifa->ifa_addr)->sin_addr;
			found = true;
		}
		pserialize_read_exit(s);
		*direct = (rt->rt_flags & RTF_GATEWAY) == 0;
		rtcache_unref(rt, &ro);
	}
	rtcache_free(&ro);
	return found;
}

static void
save_srcroute(struct options *op, struct in_addr from)
{
	const u_int n = (op->op_len - 3) / sizeof(struct in_addr);
	struct srcroute *sr;
	struct m_tag *tag;

	tag = m_tag_get(PACKET_TAG_SRCROUTE, sizeof(*sr), M_NOWAIT);
	if (tag == NULL)
		return;
	sr = (struct srcroute *)(tag + 1);
	sr->sr_n = n;
	sr->sr_dst = from;
	sr->sr_kind = *op->op_cp;
	memcpy(sr->sr_hop, op->op_cp + 3, n * sizeof(struct in_addr));
	m_tag_prepend(op->op_m, tag);
}

/* A hop of it is reached, or the last one. */
static bool
do_srcroute(struct options *op)
{
	struct ip *ip = op->op_ip;
	struct in_addr next, ours;
	u_int off;
	bool direct;

	if (op->op_len < 3)
		return bad(op, IPOPT_OLEN);
	if (!ip_allowsrcrt)
		return unreach(op, ICMP_UNREACH_SRCFAIL);
	if ((off = op->op_cp[IPOPT_OFFSET]) < IPOPT_MINOFF)
		return bad(op, IPOPT_OFFSET);
	if (!get_ours(ip->ip_dst, NULL, &ours)) {
		/* Not for us: a loose one lets us be on the way. */
		return *op->op_cp == IPOPT_SSRR ?
		    unreach(op, ICMP_UNREACH_SRCFAIL) : true;
	}
	off--;
	if (op->op_len < sizeof(next) || off > op->op_len - sizeof(next)) {
		save_srcroute(op, ip->ip_src);
		return true;
	}
	if (!ip_forwsrcrt)
		return unreach(op, ICMP_UNREACH_SRCFAIL);
	memcpy(&next, op->op_cp + off, sizeof(next));
	if (!get_outgoing(next, &ours, &direct) ||
	    (*op->op_cp == IPOPT_SSRR && !direct) ||
	    IN_MULTICAST(next.s_addr))
		return unreach(op, ICMP_UNREACH_SRCFAIL);
	ip->ip_dst = next;
	memcpy(op->op_cp + off, &ours, sizeof(ours));
	op->op_cp[IPOPT_OFFSET] += sizeof(ours);
	op->op_forward = true;
	return true;
}

static bool
do_record(struct options *op)
{
	struct in_addr ours;
	u_int off;
	bool direct;

	if (op->op_len < IPOPT_OFFSET + 1)
		return bad(op, IPOPT_OLEN);
	if ((off = op->op_cp[IPOPT_OFFSET]) < IPOPT_MINOFF)
		return bad(op, IPOPT_OFFSET);
	off--;
	/* Full: it goes as it is. */
	if (op->op_len < sizeof(ours) || off > op->op_len - sizeof(ours))
		return true;
	if (!get_ours(op->op_ip->ip_dst, NULL, &ours) &&
	    !get_outgoing(op->op_ip->ip_dst, &ours, &direct))
		return unreach(op, ICMP_UNREACH_HOST);
	memcpy(op->op_cp + off, &ours, sizeof(ours));
	op->op_cp[IPOPT_OFFSET] += sizeof(ours);
	return true;
}

static bool
stamp_overflow(struct options *op)
{

	if ((op->op_cp[3] >> 4) == 15)
		return bad(op, IPOPT_OFFSET);
	op->op_cp[3] += 1 << 4;
	return true;
}

static bool
do_timestamp(struct options *op)
{
	struct in_addr addr, ours;
	struct psref psref;
	struct ifnet *ifp;
	u_int off, need;
	n_time now;
	bool found;

	if (op->op_len < 4 || op->op_len > MAX_IPOPTLEN)
		return bad(op, IPOPT_OLEN);
	if ((off = op->op_cp[IPOPT_OFFSET]) < 5)
		return bad(op, IPOPT_OFFSET);
	off--;
	need = (op->op_cp[3] & 0xf) == IPOPT_TS_TSONLY ? 4 : 8;
	if (off + need > op->op_len)
		return off >= op->op_len ? stamp_overflow(op) :
		    bad(op, IPOPT_OFFSET);
	switch (op->op_cp[3] & 0xf) {
	case IPOPT_TS_TSONLY:
		break;
	case IPOPT_TS_TSANDADDR:
		ifp = m_get_rcvif_psref(op->op_m, &psref);
		found = ifp != NULL && get_ours(op->op_ip->ip_dst, ifp, &ours);
		m_put_rcvif_psref(ifp, &psref);
		if (!found)
			return true;
		memcpy(op->op_cp + off, &ours, sizeof(ours));
		off += sizeof(ours);
		break;
	case IPOPT_TS_PRESPEC:
		memcpy(&addr, op->op_cp + off, sizeof(addr));
		if (!get_ours(addr, NULL, &ours))
			return true;
		off += sizeof(addr);
		break;
	default:
		return bad(op, IPOPT_OFFSET + 1);
	}
	now = iptime();
	memcpy(op->op_cp + off, &now, sizeof(now));
	op->op_cp[IPOPT_OFFSET] = (uint8_t)(off + sizeof(now) + 1);
	return true;
}

static bool
do_options(struct options *op)
{
	u_int left = (op->op_ip->ip_hl << 2) - sizeof(struct ip);
	bool ok = true;

	for (; ok && left > 0; left -= op->op_len, op->op_cp += op->op_len) {
		if (*op->op_cp == IPOPT_EOL)
			break;
		if (*op->op_cp == IPOPT_NOP) {
			op->op_len = 1;
			continue;
		}
		if (left < 2)
			return bad(op, 0);
		op->op_len = op->op_cp[IPOPT_OLEN];
		if (op->op_len < 2 || op->op_len > left)
			return bad(op, IPOPT_OLEN);
		switch (*op->op_cp) {
		case IPOPT_LSRR:
		case IPOPT_SSRR:
			ok = do_srcroute(op);
			break;
		case IPOPT_RR:
			ok = do_record(op);
			break;
		case IPOPT_TS:
			ok = do_timestamp(op);
			break;
		default:
			break;
		}
	}
	return ok;
}

bool
ip_dooptions(struct mbuf *m)
{
	struct options op = { .op_m = m, .op_ip = mtod(m, struct ip *) };

	KASSERT(m->m_len >= op.op_ip->ip_hl << 2);
	op.op_cp = (uint8_t *)(op.op_ip + 1);
	if (!do_options(&op)) {
		ip_statinc(IP_STAT_BADOPTIONS);
		icmp_error(m, op.op_type, op.op_code, 0, 0);
		return true;
	}
	if (op.op_forward) {
		ip_forward(m, 1, NULL);
		return true;
	}
	return false;
}

/* The hops backwards, and at last who sent it. */
struct mbuf *
ip_srcroute(struct mbuf *m0)
{
	struct m_tag *tag = m_tag_find(m0, PACKET_TAG_SRCROUTE);
	const struct srcroute *sr;
	struct ipoption *io;
	uint8_t *cp;
	struct mbuf *m;
	u_int i;

	if (tag == NULL)
		return NULL;
	sr = (const struct srcroute *)(tag + 1);
	if (sr->sr_n == 0 || (m = m_get(M_DONTWAIT, MT_SOOPTS)) == NULL)
		return NULL;
	io = mtod(m, struct ipoption *);
	memset(io, 0, sizeof(*io));
	io->ipopt_dst = sr->sr_hop[sr->sr_n - 1];
	cp = (uint8_t *)io->ipopt_list;
	*cp++ = IPOPT_NOP;
	*cp++ = sr->sr_kind;
	*cp++ = (uint8_t)(3 + sr->sr_n * sizeof(struct in_addr));
	*cp++ = IPOPT_MINOFF;
	for (i = sr->sr_n - 1; i > 0; i--) {
		memcpy(cp, &sr->sr_hop[i - 1], sizeof(struct in_addr));
		cp += sizeof(struct in_addr);
	}
	memcpy(cp, &sr->sr_dst, sizeof(struct in_addr));
	cp += sizeof(struct in_addr);
	m->m_len = (int)(cp - mtod(m, uint8_t *));
	return m;
}

struct mbuf *
ip_insertoptions(struct mbuf *m, const struct mbuf *opt, int *hlenp,
    int *errorp)
{
	const struct ipoption *io = mtod(opt, const struct ipoption *);
	const int optlen = opt->m_len - (int)sizeof(io->ipopt_dst);
	struct ip hdr, *ip;

	KASSERT(optlen >= 0 && optlen % 4 == 0 && optlen <= MAX_IPOPTLEN);
	memcpy(&hdr, mtod(m, void *), sizeof(hdr));
	if (ntohs(hdr.ip_len) + optlen > IP_MAXPACKET) {
		m_freem(m);
		*errorp = EMSGSIZE;
		return NULL;
	}
	hdr.ip_len = htons((uint16_t)(ntohs(hdr.ip_len) + optlen));
	if (!in_nullhost(io->ipopt_dst))
		hdr.ip_dst = io->ipopt_dst;
	m_adj(m, sizeof(hdr));
	M_PREPEND(m, (int)sizeof(hdr) + optlen, M_DONTWAIT);
	if (m == NULL) {
		*errorp = ENOBUFS;
		return NULL;
	}
	ip = mtod(m, struct ip *);
	memcpy(ip, &hdr, sizeof(hdr));
	memcpy(ip + 1, io->ipopt_list, (size_t)optlen);
	*hlenp = (int)sizeof(hdr) + optlen;
	return m;
}

void
ip_stripoptions(struct mbuf *m)
{
	struct ip *ip = mtod(m, struct ip *);
	const int hlen = ip->ip_hl << 2;
	const int optlen = hlen - (int)sizeof(*ip);

	KASSERT(m->m_len >= hlen && !M_READONLY(m));
	memmove(mtod(m, char *) + optlen, ip, sizeof(*ip));
	m_adj(m, optlen);
	ip = mtod(m, struct ip *);
	ip->ip_hl = sizeof(*ip) >> 2;
	ip->ip_len = htons((uint16_t)(ntohs(ip->ip_len) - optlen));
}
