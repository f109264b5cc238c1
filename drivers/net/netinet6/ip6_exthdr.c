/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extension headers, RFC 8200 section 4: options of each hop and of the
 * destination, routing headers (RFC 5095: not followed), and walking from one
 * header to the next.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/ip6protosw.h>

#include "in6_private.h"

/*
 * What the first two bits of its type say of an option that is not known: it
 * is passed over, or the packet is gone, and the sender may be told.
 */
int
ip6_unknown_opt(uint8_t *opt, struct mbuf *m, int off)
{
	const struct ip6_hdr *ip6 = mtod(m, const struct ip6_hdr *);

	switch (IP6OPT_TYPE(*opt)) {
	case IP6OPT_TYPE_SKIP:
		return opt[1];
	case IP6OPT_TYPE_DISCARD:
		m_freem(m);
		return -1;
	case IP6OPT_TYPE_FORCEICMP:
		break;
	default:
		if (IN6_IS_ADDR_MULTICAST(&ip6->ip6_dst) ||
		    (m->m_flags & (M_BCAST | M_MCAST)) != 0) {
			ip6_statinc(IP6_STAT_BADOPTIONS);
			m_freem(m);
			return -1;
		}
		break;
	}
	ip6_statinc(IP6_STAT_BADOPTIONS);
	icmp6_error(m, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_OPTION, off);
	return -1;
}

/* The header is malformed at that place of the packet. */
static int
malformed(struct mbuf *m, int off)
{

	ip6_statinc(IP6_STAT_BADOPTIONS);
	icmp6_error(m, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER, off);
	return -1;
}

/*
 * All options of a header; opt is in the first mbuf.  alert, if it is not
 * NULL, gets the value of a router alert (RFC 2711), which is known only
 * there.  -1: the packet is gone.  Jumbo payloads (RFC 2675) are not known.
 */
static int
options(struct mbuf *m, uint8_t *opt, int len, uint32_t *alert)
{
	uint8_t *const base = mtod(m, uint8_t *);
	int optlen;

	for (; len > 0; len -= optlen, opt += optlen) {
		if (*opt == IP6OPT_PAD1) {
			optlen = 1;
			continue;
		}
		if (len < IP6OPT_MINLEN || opt[1] + 2 > len)
			return malformed(m, (int)(opt - base) + 1);
		optlen = opt[1] + 2;
		if (*opt == IP6OPT_PADN)
			continue;
		if (*opt == IP6OPT_RTALERT && alert != NULL) {
			if (optlen != IP6OPT_RTALERT_LEN)
				return malformed(m, (int)(opt - base) + 1);
			*alert = (uint32_t)opt[2] << 8 | opt[3];
			continue;
		}
		if (ip6_unknown_opt(opt, m, (int)(opt - base)) == -1)
			return -1;
	}
	return 0;
}

int
ip6_process_hopopts(struct mbuf *m, uint8_t *opt, int len, uint32_t *alert,
    uint32_t *plen __unused)
{

	return options(m, opt, len, alert);
}

int
dest6_input(struct mbuf **mp, int *offp, int proto __unused)
{
	const int off = *offp;
	const struct ip6_dest *dst;
	struct mbuf *m = *mp;
	int len;

	if ((m = ip6_pullup(m, off + 8)) == NULL)
		return IPPROTO_DONE;
	dst = (const struct ip6_dest *)(mtod(m, const char *) + off);
	len = (dst->ip6d_len + 1) << 3;
	if ((m = ip6_pullup(m, off + len)) == NULL)
		return IPPROTO_DONE;
	if (options(m, mtod(m, uint8_t *) + off + sizeof(*dst),
	    len - (int)sizeof(*dst), NULL) == -1)
		return IPPROTO_DONE;
	*mp = m;
	*offp = off + len;
	return ((const struct ip6_dest *)(mtod(m, const char *) +
	    off))->ip6d_nxt;
}

/* One that is at its end is passed over, whatever its type: section 4.4. */
int
route6_input(struct mbuf **mp, int *offp, int proto __unused)
{
	const int off = *offp;
	const struct ip6_rthdr *rh;
	struct mbuf *m = *mp;
	int len;

	if ((m = ip6_pullup(m, off + (int)sizeof(*rh))) == NULL)
		return IPPROTO_DONE;
	rh = (const struct ip6_rthdr *)(mtod(m, const char *) + off);
	len = (rh->ip6r_len + 1) << 3;
	if (rh->ip6r_segleft != 0) {
		ip6_statinc(IP6_STAT_BADOPTIONS);
		icmp6_error(m, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER,
		    off + (int)offsetof(struct ip6_rthdr, ip6r_type));
		return IPPROTO_DONE;
	}
	*mp = m;
	*offp = off + len;
	return rh->ip6r_nxt;
}

int
ip6_nexthdr(struct mbuf *m, int off, int proto, int *nxtp)
{
	struct ip6_ext ext;
	struct ip6_frag frag;

	if (proto == IPPROTO_IPV6) {
		struct ip6_hdr ip6;

		if (m->m_pkthdr.len < off + (int)sizeof(ip6))
			return -1;
		m_copydata(m, off, sizeof(ip6), &ip6);
		*nxtp = ip6.ip6_nxt;
		return off + (int)sizeof(ip6);
	}
	if (m->m_pkthdr.len < off + (int)sizeof(frag))
		return -1;
	switch (proto) {
	case IPPROTO_FRAGMENT:
		m_copydata(m, off, sizeof(frag), &frag);
		/* Only the first piece has more headers. */
		if ((frag.ip6f_offlg & IP6F_OFF_MASK) != 0)
			return -1;
		*nxtp = frag.ip6f_nxt;
		return off + (int)sizeof(frag);
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		m_copydata(m, off, sizeof(ext), &ext);
		*nxtp = ext.ip6e_nxt;
		return off + ((ext.ip6e_len + 1) << 3);
	case IPPROTO_AH:
		m_copydata(m, off, sizeof(ext), &ext);
		*nxtp = ext.ip6e_nxt;
		return off + ((ext.ip6e_len + 2) << 2);
	default:
		return -1;
	}
}

int
ip6_lasthdr(struct mbuf *m, int off, int proto, int *nxtp)
{
	int next;

	for (*nxtp = proto;; off = next, proto = *nxtp) {
		next = ip6_nexthdr(m, off, proto, nxtp);
		if (next < 0) {
			*nxtp = proto;
			return off;
		}
		/* Headers have a length: this ends. */
		KASSERT(next > off);
		if (m->m_pkthdr.len < next)
			return -1;
	}
}

int
ip6_prevhdr(struct mbuf *m, int off)
{
	int at = 0, next, proto = IPPROTO_IPV6, nxt, where;

	for (where = offsetof(struct ip6_hdr, ip6_nxt);; at = next,
	    proto = nxt) {
		next = ip6_nexthdr(m, at, proto, &nxt);
		if (next < 0 || next > off)
			return offsetof(struct ip6_hdr, ip6_nxt);
		where = at + (proto == IPPROTO_IPV6 ?
		    (int)offsetof(struct ip6_hdr, ip6_nxt) : 0);
		if (next == off)
			return where;
	}
}
