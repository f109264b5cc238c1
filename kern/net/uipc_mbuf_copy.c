/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbuf(9): copying out of chains, into chains, and chains themselves.  An
 * offset or length beyond the chain is a mistake of the caller, which panics;
 * no byte outside is touched.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include "net_private.h"

/* The mbuf with byte off and the offset in it; NULL at the end. */
static struct mbuf *
seek(struct mbuf *m, int *off, const char *who)
{

	if (*off < 0)
		panic("%s: offset %d", who, *off);
	while (m != NULL && *off > 0 && *off >= m->m_len) {
		*off -= m->m_len;
		m = m->m_next;
	}
	if (m == NULL && *off > 0)
		panic("%s: offset is %d bytes behind the chain", who, *off);
	return m;
}

static void
check_len(int len, const char *who)
{

	if (len < 0 && len != M_COPYALL)
		panic("%s: length %d", who, len);
}

static int
chain_len(const struct mbuf *m)
{
	int len = 0;

	for (; m != NULL; m = m->m_next)
		len += m->m_len;
	return len;
}

bool
mbuf_has_bytes(const struct mbuf *m, int len)
{

	for (; m != NULL && len > 0; m = m->m_next)
		len -= m->m_len;
	return len <= 0;
}

/*
 * The first mbuf of a copy: with the header if the copy is from the start of a
 * packet.
 */
static struct mbuf *
copy_head(struct mbuf *m, int off, int len, int how)
{
	struct mbuf *n;

	if (off > 0 || (m->m_flags & M_PKTHDR) == 0)
		return m_get(how, m->m_type);
	n = m_gethdr(how, m->m_type);
	if (n == NULL)
		return NULL;
	if (!mbuf_copy_pkthdr(n, m, how)) {
		m_free(n);
		return NULL;
	}
	if (len != M_COPYALL)
		n->m_pkthdr.len = len;
	return n;
}

/*
 * Make n hold len bytes at off of m: storage is shared; bytes inside begin
 * where m's do, so that there is the same room before them.
 */
static void
copy_one(struct mbuf *n, struct mbuf *m, int off, int len)
{

	n->m_len = len;
	if ((m->m_flags & M_EXT) != 0) {
		m_ext_share(m, n);
		n->m_data = m->m_data + off;
		return;
	}
	if (((n->m_flags ^ m->m_flags) & M_PKTHDR) == 0)
		n->m_data += m->m_data - M_BUFADDR(m);
	memcpy(mtod(n, char *), mtod(m, char *) + off, len);
}

struct mbuf *
m_copym(struct mbuf *m, int off, int len, int how)
{
	struct mbuf *m0 = m, *top = NULL, **tail = &top, *n;
	const int off0 = off, len0 = len;
	int count;

	check_len(len, __func__);
	m = seek(m, &off, __func__);
	for (; len != 0 && (m != NULL || len != M_COPYALL); m = m->m_next) {
		if (m == NULL)
			panic("%s: length is %d bytes too much", __func__,
			    len);
		n = top == NULL ? copy_head(m0, off0, len0, how) :
		    m_get(how, m->m_type);
		if (n == NULL) {
			m_freem(top);
			return NULL;
		}
		*tail = n;
		tail = &n->m_next;
		count = m->m_len - off;
		if (len != M_COPYALL) {
			count = MIN(count, len);
			len -= count;
		}
		copy_one(n, m, off, count);
		off = 0;
	}
	return top;
}

struct mbuf *
m_copypacket(struct mbuf *m, int how)
{

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	return m_copym(m, 0, M_COPYALL, how);
}

/*
 * Into as few mbufs as will do.
 */
struct mbuf *
m_dup(struct mbuf *m, int off, int len, int how)
{
	struct mbuf *m0 = m, *top = NULL, **tail = &top, *n;
	const int off0 = off, len0 = len;

	check_len(len, __func__);
	m = seek(m, &off, __func__);
	if (len == M_COPYALL)
		len = chain_len(m) - off;
	/* A packet without bytes has a header all the same. */
	while (len > 0 || (top == NULL && len0 == M_COPYALL && m != NULL)) {
		n = top == NULL ? copy_head(m0, off0, len0, how) :
		    m_get(how, m0->m_type);
		if (n == NULL)
			goto fail;
		*tail = n;
		tail = &n->m_next;
		if (len > M_BUFSIZE(n)) {
			m_clget(n, how);
			if ((n->m_flags & M_EXT) == 0)
				goto fail;
		}
		n->m_len = MIN(len, M_BUFSIZE(n));
		m_copydata(m, off, n->m_len, mtod(n, void *));
		len -= n->m_len;
		off += n->m_len;
		m = seek(m, &off, __func__);
	}
	return top;
 fail:
	m_freem(top);
	return NULL;
}

void
m_copydata(struct mbuf *m, int off, int len, void *buf)
{
	char *to = buf;
	int count;

	if (len < 0)
		panic("%s: length %d", __func__, len);
	for (m = seek(m, &off, __func__); len > 0; m = m->m_next, off = 0) {
		if (m == NULL)
			panic("%s: length is %d bytes too much", __func__,
			    len);
		count = MIN(m->m_len - off, len);
		memcpy(to, mtod(m, char *) + off, count);
		to += count;
		len -= count;
	}
}

int
m_apply(struct mbuf *m, int off, int len,
    int (*func)(void *, void *, unsigned int), void *arg)
{
	int count, error;

	if (len < 0)
		panic("%s: length %d", __func__, len);
	for (m = seek(m, &off, __func__); len > 0; m = m->m_next, off = 0) {
		if (m == NULL)
			panic("%s: length is %d bytes too much", __func__,
			    len);
		count = MIN(m->m_len - off, len);
		if (count == 0)
			continue;
		error = (*func)(arg, mtod(m, char *) + off, count);
		if (error != 0)
			return error;
		len -= count;
	}
	return 0;
}

/*
 * Add up to len bytes to the end, uninitialised; tells how many there was
 * memory for.
 */
static int
chain_extend(struct mbuf *m, int len)
{
	struct mbuf *n;
	int got;

	while (m->m_next != NULL)
		m = m->m_next;
	got = MIN(M_TRAILINGSPACE(m), len);
	m->m_len += got;
	while (got < len) {
		n = m_get_n(M_DONTWAIT, m->m_type, 0,
		    MIN(len - got, MCLBYTES));
		if (n == NULL)
			break;
		got += n->m_len;
		m->m_next = n;
		m = n;
	}
	return got;
}

static int
write_bytes(void *arg, void *data, unsigned int len)
{
	const char **from = arg;

	memcpy(data, *from, len);
	*from += len;
	return 0;
}

static int
write_zeroes(void *arg, void *data, unsigned int len)
{

	memset(data, 0, len);
	return 0;
}

void
m_copyback(struct mbuf *m, int off, int len, const void *buf)
{
	int old;

	if (m == NULL)
		return;
	if (off < 0 || len < 0 || off > INT_MAX - len)
		panic("%s: offset %d, length %d", __func__, off, len);
	if (!mbuf_has_bytes(m, off + len)) {
		old = chain_len(m);
		len = old + chain_extend(m, off + len - old) - off;
		if (off > old)
			(void)m_apply(m, old, MIN(off, off + len) - old,
			    write_zeroes, NULL);
		if ((m->m_flags & M_PKTHDR) != 0 &&
		    m->m_pkthdr.len < off + len)
			m->m_pkthdr.len = off + len;
	}
	if (len > 0)
		(void)m_apply(m, off, len, write_bytes, &buf);
}

struct mbuf *
m_copyback_cow(struct mbuf *m, int off, int len, const void *buf, int how)
{

	if (m_makewritable(&m, off, len, how) != 0) {
		m_freem(m);
		return NULL;
	}
	(void)m_apply(m, off, len, write_bytes, &buf);
	return m;
}

/* A chain with the data of one mbuf, and its header, that may be written. */
static struct mbuf *
copy_private(struct mbuf *m, int how)
{
	struct mbuf *n;

	n = m_dup(m, 0, m->m_len, how);
	if (n == NULL)
		return NULL;
	if ((m->m_flags & M_PKTHDR) != 0)
		n->m_pkthdr.len = m->m_pkthdr.len;
	n->m_nextpkt = m->m_nextpkt;
	return n;
}

int
m_makewritable(struct mbuf **mp, int off, int len, int how)
{
	struct mbuf *m, *n;
	int end;

	check_len(len, __func__);
	if (off < 0 || len > INT_MAX - off)
		panic("%s: offset %d, length %d", __func__, off, len);
	if (len == 0)
		return 0;
	end = len == M_COPYALL ? INT_MAX : off + len;
	for (; (m = *mp) != NULL && end > 0; mp = &m->m_next) {
		off -= m->m_len;
		end -= m->m_len;
		if (off >= 0 || m->m_len == 0 || !M_READONLY(m))
			continue;
		n = copy_private(m, how);
		if (n == NULL)
			return ENOBUFS;
		*mp = n;
		while (n->m_next != NULL)
			n = n->m_next;
		n->m_next = m_free(m);
		m = n;
	}
	if (end > 0 && len != M_COPYALL)
		panic("%s: length is %d bytes too much", __func__, end);
	return 0;
}

int
m_append(struct mbuf *m, int len, const void *buf)
{
	int got, off;

	if (len < 0)
		panic("%s: length %d", __func__, len);
	off = chain_len(m);
	got = chain_extend(m, len);
	(void)m_apply(m, off, got, write_bytes, &buf);
	if ((m->m_flags & M_PKTHDR) != 0)
		m->m_pkthdr.len += got;
	return got == len;
}

/*
 * With trailers the header, a type and a length, is at off; what is behind it
 * belongs before what is before.
 */
struct mbuf *
m_devget(char *buf, int totlen, int off, struct ifnet *ifp)
{
	const int hdr = off != 0 ? 2 * (int)sizeof(uint16_t) : 0;
	const int behind = totlen - off - hdr;
	struct mbuf *m;

	if (off < 0 || behind < 0)
		panic("%s: length %d, offset %d", __func__, totlen, off);
	m = m_gethdr(M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return NULL;
	if (ifp != NULL)
		m_set_rcvif(m, ifp);
	if (totlen >= MINCLSIZE) {
		m_clget(m, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0)
			goto fail;
	} else if (totlen <= MHLEN - max_linkhdr)
		m->m_data += max_linkhdr;
	if (m_append(m, behind, buf + off + hdr) && m_append(m, off, buf))
		return m;
 fail:
	m_freem(m);
	return NULL;
}
