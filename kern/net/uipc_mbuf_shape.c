/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbuf(9): changing where the bytes of a chain are, but not the bytes: room in
 * front, pieces that are contiguous, parts cut off or joined.  These do not
 * sleep unless told how.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include "net_private.h"

/* Move len bytes, which are there, from behind m to the end of m's data. */
static void
take_bytes(struct mbuf *m, int len)
{
	struct mbuf *n;
	int count;

	KASSERT(len <= M_TRAILINGSPACE(m));
	while (len > 0) {
		n = m->m_next;
		count = MIN(len, n->m_len);
		memcpy(mtod(m, char *) + m->m_len, mtod(n, char *), count);
		m->m_len += count;
		len -= count;
		n->m_data += count;
		n->m_len -= count;
		if (n->m_len == 0)
			m->m_next = m_free(n);
	}
}

/* Cut len bytes, which are there, off the front of a chain without header. */
static struct mbuf *
drop_bytes(struct mbuf *m, int len)
{
	int count;

	while (len > 0) {
		count = MIN(len, m->m_len);
		len -= count;
		m->m_data += count;
		m->m_len -= count;
		if (m->m_len == 0)
			m = m_free(m);
	}
	return m;
}

/* A new, empty mbuf before m, with the packet's header. */
static struct mbuf *
put_before(struct mbuf *m, int how)
{
	struct mbuf *n;

	n = m_get(how, m->m_type);
	if (n == NULL)
		return NULL;
	if ((m->m_flags & M_PKTHDR) != 0)
		m_move_pkthdr(n, m);
	n->m_nextpkt = m->m_nextpkt;
	m->m_nextpkt = NULL;
	n->m_next = m;
	return n;
}

struct mbuf *
m_prepend(struct mbuf *m, int len, int how)
{
	struct mbuf *n;

	if (len < 0 || len > MHLEN)
		panic("%s: length %d", __func__, len);
	n = put_before(m, how);
	if (n == NULL) {
		m_freem(m);
		return NULL;
	}
	m_align(n, len);
	n->m_len = len;
	return n;
}

/*
 * The first len bytes are in the first mbuf.  False: no memory, or not so many
 * bytes in the chain or in an mbuf with a header; nothing has changed.
 */
bool
m_ensure_contig(struct mbuf **mp, int len)
{
	struct mbuf *m = *mp;
	int want;

	KASSERT(len >= 0);
	if (m->m_len >= len)
		return true;
	if (len > MHLEN || !mbuf_has_bytes(m, len))
		return false;
	if (M_TRAILINGSPACE(m) < len - m->m_len) {
		m = put_before(m, M_DONTWAIT);
		if (m == NULL)
			return false;
		*mp = m;
	}
	/* A little more spares the next call. */
	want = MIN(max_protohdr, m->m_len + M_TRAILINGSPACE(m));
	if (want < len || !mbuf_has_bytes(m, want))
		want = len;
	take_bytes(m, want - m->m_len);
	return true;
}

struct mbuf *
m_pullup(struct mbuf *m, int len)
{

	if (m_ensure_contig(&m, len))
		return m;
	m_freem(m);
	return NULL;
}

struct mbuf *
m_copyup(struct mbuf *m, int len, int dstoff)
{
	struct mbuf *n = NULL;

	KASSERT(len >= 0);
	KASSERT(dstoff >= 0);
	if (dstoff <= MHLEN && len <= MHLEN - dstoff && mbuf_has_bytes(m, len))
		n = put_before(m, M_DONTWAIT);
	if (n == NULL) {
		m_freem(m);
		return NULL;
	}
	n->m_data += dstoff;
	take_bytes(n, len);
	return n;
}

/*
 * Replace len bytes at pos of *mp and on by an mbuf of their own, which is
 * returned.  What is before stays where it is.  NULL: no memory, nothing has
 * changed.
 */
static struct mbuf *
region_replace(struct mbuf **mp, bool first, int pos, int len)
{
	struct mbuf *n = *mp, *o, *rest;
	int inside = n->m_len - pos;

	o = m_get_n(M_DONTWAIT, n->m_type, 0, len);
	if (o == NULL)
		return NULL;
	m_copydata(n, pos, len, mtod(o, void *));
	if (inside > len) {
		rest = m_copym(n, pos + len, inside - len, M_DONTWAIT);
		if (rest == NULL) {
			m_free(o);
			return NULL;
		}
		rest->m_next = n->m_next;
	} else
		rest = drop_bytes(n->m_next, len - inside);
	o->m_next = rest;
	n->m_len = pos;
	n->m_next = o;
	if (pos == 0 && !first)
		*mp = m_free(n);
	return o;
}

struct mbuf *
m_pulldown(struct mbuf *m, int off, int len, int *offp)
{
	struct mbuf **np = &m, *n;
	int pos = off;
	int more;

	KASSERT(off >= 0);
	KASSERT(len >= 0);
	while ((n = *np) != NULL && pos >= n->m_len) {
		pos -= n->m_len;
		np = &n->m_next;
	}
	if (len > MCLBYTES || n == NULL || pos > INT_MAX - len ||
	    !mbuf_has_bytes(n, pos + len))
		goto bad;
	more = pos + len - n->m_len;
	if ((offp == NULL && pos > 0) || (M_READONLY(n) && len > 0) ||
	    more > M_TRAILINGSPACE(n)) {
		n = region_replace(np, np == &m, pos, len);
		if (n == NULL)
			goto bad;
		pos = 0;
	} else if (more > 0)
		take_bytes(n, more);
	if (offp != NULL)
		*offp = pos;
	return n;
 bad:
	m_freem(m);
	return NULL;
}

/*
 * n, which is empty, gets what m has behind its first len bytes.
 */
static void
split_one(struct mbuf *m, int len, struct mbuf *n)
{
	const int remain = m->m_len - len;

	if ((m->m_flags & M_EXT) != 0) {
		m_ext_share(m, n);
		n->m_data = m->m_data + len;
	} else {
		m_align(n, remain);
		memcpy(mtod(n, char *), mtod(m, char *) + len, remain);
	}
	n->m_len = remain;
	m->m_len = len;
}

struct mbuf *
m_split(struct mbuf *m0, int len0, int how)
{
	struct mbuf *m, *top = NULL, *part = NULL;
	const bool hdr = (m0->m_flags & M_PKTHDR) != 0;
	int len = len0, remain;

	if (len0 < 0)
		panic("%s: length %d", __func__, len0);
	for (m = m0; m != NULL && len > m->m_len; m = m->m_next)
		len -= m->m_len;
	if (m == NULL)
		return NULL;
	remain = m->m_len - len;
	if (hdr && (top = m_gethdr(how, m0->m_type)) == NULL)
		return NULL;
	/* The header's mbuf takes the first part if it can. */
	if (hdr && ((m->m_flags & M_EXT) != 0 || remain <= MHLEN))
		part = top;
	else if (remain > 0 && (part = m_get(how, m->m_type)) == NULL) {
		m_freem(top);
		return NULL;
	}
	if (hdr) {
		m_copy_rcvif(top, m0);
		top->m_pkthdr.len = m0->m_pkthdr.len - len0;
		m0->m_pkthdr.len = len0;
	}
	if (part == NULL)
		top = m->m_next;
	else {
		if (remain > 0)
			split_one(m, len, part);
		part->m_next = m->m_next;
		if (top == NULL)
			top = part;
		else if (top != part)
			top->m_next = part;
	}
	m->m_next = NULL;
	return top;
}

/*
 * All but the first mbuf's data into as few as will do.
 */
struct mbuf *
m_defrag(struct mbuf *m, int how)
{
	struct mbuf *n = NULL;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	if (m->m_next == NULL)
		return m;
	if (mbuf_has_bytes(m->m_next, 1)) {
		n = m_dup(m->m_next, 0, M_COPYALL, how);
		if (n == NULL)
			return NULL;
	}
	m_freem(m->m_next);
	m->m_next = n;
	return m;
}

void
m_cat(struct mbuf *m, struct mbuf *n)
{

	while (m->m_next != NULL)
		m = m->m_next;
	while (n != NULL) {
		if (n->m_len > M_TRAILINGSPACE(m)) {
			m->m_next = n;
			return;
		}
		memcpy(mtod(m, char *) + m->m_len, mtod(n, char *), n->m_len);
		m->m_len += n->m_len;
		n = m_free(n);
	}
}

/* The mbufs stay, even if there is nothing in them any more. */
static void
adj_head(struct mbuf *m, int len)
{
	int count;

	for (; m != NULL && len > 0; m = m->m_next) {
		count = MIN(len, m->m_len);
		m->m_data += count;
		m->m_len -= count;
		len -= count;
	}
}

static void
adj_tail(struct mbuf *m, int keep)
{

	for (; m != NULL; m = m->m_next) {
		m->m_len = MIN(m->m_len, keep);
		keep -= m->m_len;
	}
}

void
m_adj(struct mbuf *m, int req_len)
{
	struct mbuf *n;
	int total = 0, cut;

	if (m == NULL)
		return;
	for (n = m; n != NULL; n = n->m_next)
		total += n->m_len;
	if (req_len >= 0) {
		cut = MIN(req_len, total);
		adj_head(m, cut);
	} else {
		cut = req_len < -total ? total : -req_len;
		adj_tail(m, total - cut);
	}
	if ((m->m_flags & M_PKTHDR) != 0)
		m->m_pkthdr.len -= cut;
}

/*
 * Data of len bytes shall end at the end of the buffer, or begin aligned
 * before that.
 */
void
m_align(struct mbuf *m, int len)
{
	const int size = M_BUFSIZE(m);

	KASSERTMSG(len >= 0 && len <= size, "%d bytes in %d", len, size);
	m->m_data = M_BUFADDR(m) + rounddown2(size - len, sizeof(long));
}

struct mbuf *
m_getptr(struct mbuf *m, int loc, int *off)
{

	KASSERT(loc >= 0);
	for (; m != NULL; m = m->m_next) {
		if (loc < m->m_len || (loc == m->m_len && m->m_next == NULL)) {
			*off = loc;
			return m;
		}
		loc -= m->m_len;
	}
	return NULL;
}
