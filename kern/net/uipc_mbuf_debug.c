/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbuf(9) for who looks for mistakes: is a packet in order, and what is in
 * one.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

static void
verify_one(struct mbuf *m, const struct mbuf *first)
{
	const char *low = M_BUFADDR(m), *high = low + M_BUFSIZE(m);

	if (m->m_type == MT_FREE)
		panic("%s: mbuf %p is free", __func__, m);
	if (m != first && (m->m_flags & M_PKTHDR) != 0)
		panic("%s: mbuf %p has a header inside a packet", __func__,
		    m);
	if (m->m_len < 0 || m->m_data < low || m->m_data > high ||
	    m->m_len > high - m->m_data)
		panic("%s: mbuf %p has %d bytes at %p, its buffer is %p-%p",
		    __func__, m, m->m_len, m->m_data, low, high);
}

void
m_verify_packet(struct mbuf *m)
{
	struct mbuf *n;
	int len = 0;

	if ((m->m_flags & M_PKTHDR) == 0)
		panic("%s: mbuf %p has no header", __func__, m);
	if (m->m_nextpkt != NULL)
		panic("%s: packet %p is in a queue", __func__, m);
	for (n = m; n != NULL; n = n->m_next) {
		verify_one(n, m);
		len += n->m_len;
	}
	if (len != m->m_pkthdr.len)
		panic("%s: packet %p has %d bytes, not %d", __func__, m, len,
		    m->m_pkthdr.len);
}

static void
print_data(const struct mbuf *m, void (*pr)(const char *, ...))
{
	int i;

	for (i = 0; i < m->m_len; i++)
		(*pr)("%s%02x", i % 16 == 0 ? "\n   " : " ",
		    (uint8_t)m->m_data[i]);
	(*pr)("\n");
}

static void
print_one(const struct mbuf *m, void (*pr)(const char *, ...))
{
	char buf[256];

	(*pr)("MBUF %p next %p nextpkt %p data %p len %d type %d\n", m,
	    m->m_next, m->m_nextpkt, m->m_data, m->m_len, m->m_type);
	snprintb(buf, sizeof(buf), M_FLAGS_BITS, (u_int)m->m_flags);
	(*pr)("  flags %s\n", buf);
	if ((m->m_flags & M_PKTHDR) != 0) {
		snprintb(buf, sizeof(buf), M_CSUM_BITS,
		    (u_int)m->m_pkthdr.csum_flags);
		(*pr)("  pktlen %d rcvif %u csum_flags %s csum_data %#x "
		    "segsz %u\n", m->m_pkthdr.len, m->m_pkthdr.rcvif_index,
		    buf, m->m_pkthdr.csum_data, m->m_pkthdr.segsz);
	}
	if ((m->m_flags & M_EXT) != 0)
		(*pr)("  ext buf %p size %zu refcnt %u free %p arg %p\n",
		    m->m_ext.ext_buf, m->m_ext.ext_size, m->m_ext.ext_refcnt,
		    m->m_ext.ext_free, m->m_ext.ext_arg);
}

void
m_print(const struct mbuf *m, const char *modif,
    void (*pr)(const char *, ...) __printflike(1, 2))
{
	const bool chain = strchr(modif, 'c') != NULL;
	const bool data = strchr(modif, 'd') != NULL;

	for (; m != NULL; m = chain ? m->m_next : NULL) {
		print_one(m, pr);
		if (data)
			print_data(m, pr);
	}
}
