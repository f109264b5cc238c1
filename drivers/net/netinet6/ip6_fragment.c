/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cutting packets into pieces, RFC 8200 section 4.5: those of this machine,
 * with numbers that cannot be guessed (RFC 7739).
 */

#include <sys/param.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/ip6_var.h>

#include "in6_private.h"

uint32_t
ip6_randomid(void)
{

	return cprng_fast32();
}

/* 20 bits, not 0: RFC 6437 section 3. */
uint32_t
ip6_randomflowlabel(void)
{
	uint32_t label = cprng_fast32() & 0xfffff;

	return label != 0 ? label : 1;
}

/* What all pieces of a packet have. */
struct cut {
	struct mbuf	*c_m;		/* the packet */
	int		c_unfrag;	/* bytes of headers in each */
	int		c_all;		/* bytes to be cut */
	uint32_t	c_id;
	uint8_t		c_nxt;		/* of the first header that is cut */
	int		c_nxtat;	/* where that was said */
};

static struct mbuf *
make_piece(const struct cut *c, int off, int len)
{
	const int hlen = c->c_unfrag + (int)sizeof(struct ip6_frag);
	struct mbuf *m;
	struct ip6_frag *frag;

	m = m_gethdr_n(M_DONTWAIT, MT_HEADER, (size_t)max_linkhdr,
	    (size_t)hlen);
	if (m == NULL)
		return NULL;
	m->m_pkthdr.csum_flags = 0;
	m_copydata(c->c_m, 0, c->c_unfrag, mtod(m, void *));
	mtod(m, uint8_t *)[c->c_nxtat] = IPPROTO_FRAGMENT;
	mtod(m, struct ip6_hdr *)->ip6_plen = htons((uint16_t)(hlen + len -
	    (int)sizeof(struct ip6_hdr)));
	frag = (struct ip6_frag *)(void *)(mtod(m, char *) + c->c_unfrag);
	frag->ip6f_nxt = c->c_nxt;
	frag->ip6f_reserved = 0;
	frag->ip6f_offlg = htons((uint16_t)off);
	if (off + len < c->c_all)
		frag->ip6f_offlg |= IP6F_MORE_FRAG;
	frag->ip6f_ident = c->c_id;
	m->m_next = m_copym(c->c_m, c->c_unfrag + off, len, M_DONTWAIT);
	if (m->m_next == NULL) {
		m_freem(m);
		return NULL;
	}
	m->m_pkthdr.len = hlen + len;
	m_copy_rcvif(m, c->c_m);
	m->m_flags |= c->c_m->m_flags & (M_MCAST | M_BCAST);
	return m;
}

/*
 * The first unfrag bytes are in each piece.  EMSGSIZE: nothing fits, or they
 * are too many; ENOBUFS.
 * The packet is gone.
 */
int
ip6_fragment(struct mbuf *m0, int unfrag, u_long mtu, struct mbuf **chain)
{
	struct cut c = { .c_m = m0, .c_unfrag = unfrag,
	    .c_all = m0->m_pkthdr.len - unfrag, .c_id = ip6_randomid() };
	const int room = ((int)MIN(mtu, IPV6_MAXPACKET) - unfrag -
	    (int)sizeof(struct ip6_frag)) & ~7;
	struct mbuf *m, **last = chain;
	int off, n = 0, len, error = EMSGSIZE;

	*chain = NULL;
	/* The headers of a piece are in one mbuf. */
	if (room < 8 || unfrag + (int)sizeof(struct ip6_frag) + max_linkhdr >
	    MCLBYTES)
		goto fail;
	/* Hop-by-hop options come first, and their first byte tells. */
	c.c_nxtat = unfrag > (int)sizeof(struct ip6_hdr) ?
	    (int)sizeof(struct ip6_hdr) :
	    (int)offsetof(struct ip6_hdr, ip6_nxt);
	m_copydata(m0, c.c_nxtat, 1, &c.c_nxt);
	error = ENOBUFS;
	for (off = 0; off < c.c_all; off += len, n++) {
		len = MIN(room, c.c_all - off);
		if ((m = make_piece(&c, off, len)) == NULL)
			goto fail;
		*last = m;
		last = &m->m_nextpkt;
	}
	m_freem(m0);
	ip6_statinc(IP6_STAT_FRAGMENTED);
	ip6_statadd(IP6_STAT_OFRAGMENTS, (uint64_t)n);
	return 0;
fail:
	while ((m = *chain) != NULL) {
		*chain = m->m_nextpkt;
		m->m_nextpkt = NULL;
		m_freem(m);
	}
	m_freem(m0);
	ip6_statinc(error == EMSGSIZE ? IP6_STAT_CANTFRAG :
	    IP6_STAT_ODROPPED);
	return error;
}
