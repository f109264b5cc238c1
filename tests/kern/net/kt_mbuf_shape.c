/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_mbuf_shape.
 */
#include "kmb.h"

void	rump_kt_shape_pullup(void);
void	rump_kt_shape_pulldown(void);
void	rump_kt_shape_region(void);
void	rump_kt_shape_split(void);
void	rump_kt_shape_adj(void);
void	rump_kt_shape_prepend(void);
void	rump_kt_shape_cat(void);
void	rump_kt_shape_defrag(void);
void	rump_kt_shape_align(void);

/*
 * For each shape and each two places in it, first not behind second.
 */
static void
everywhere(void (*func)(const char *, int, int))
{
	int at[KMB_MAXPLACES], n, i, j;
	struct kmb kb;
	size_t s;

	for (s = 0; s < __arraycount(kmb_shapes); s++) {
		kmb_make(&kb, kmb_shapes[s], true);
		n = kmb_places(&kb, at);
		kmb_free(&kb);
		for (i = 0; i < n; i++)
			for (j = i; j < n; j++)
				(*func)(kmb_shapes[s], at[i], at[j]);
	}
}

/* dstoff and length of m_copyup(); len alone for m_pullup(). */
static void
pullup_at(const char *spec, int off, int len)
{
	struct mbuf *m;
	struct kmb kb;
	bool able;

	kmb_make(&kb, spec, true);
	able = len <= MHLEN || kb.kb_m->m_len >= len;
	kb.kb_m->m_nextpkt = kb.kb_m;
	m = kb.kb_m;
	KT_EQ(able, m_ensure_contig(&m, len));
	KT(m->m_nextpkt == kb.kb_m);
	m->m_nextpkt = NULL;
	kmb_is(m, 0, kb.kb_len);
	kb.kb_m = m_pullup(m, len);
	KT_EQ(able, kb.kb_m != NULL);
	if (able) {
		KT(kb.kb_m->m_len >= len);
		kmb_is(kb.kb_m, 0, kb.kb_len);
	}
	kmb_free(&kb);

	kmb_make(&kb, spec, true);
	able = len <= MHLEN && off <= MHLEN - len;
	kb.kb_m = m_copyup(kb.kb_m, len, off);
	KT_EQ(able, kb.kb_m != NULL);
	if (able) {
		KT_EQ(len, kb.kb_m->m_len);
		KT_EQ(off, M_LEADINGSPACE(kb.kb_m));
		KT_EQ(0, kb.kb_m->m_flags & M_EXT);
		kmb_is(kb.kb_m, 0, kb.kb_len);
	}
	kmb_free(&kb);
}

void
rump_kt_shape_pullup(void)
{
	struct mbuf *m;
	struct kmb kb;
	KMB_BEGIN;

	everywhere(pullup_at);

	/* More than there is; more than an mbuf holds. */
	kmb_make(&kb, "i10 i20", true);
	m = kb.kb_m;
	KT(!m_ensure_contig(&kb.kb_m, 31));
	KT(kb.kb_m == m);
	kb.kb_m = m_pullup(kb.kb_m, 31);
	KT(kb.kb_m == NULL);
	kmb_make(&kb, "i10 i20", false);
	KT(m_copyup(kb.kb_m, 31, 0) == NULL);
	kmb_make(&kb, "i10 c1000", true);
	KT(m_pullup(kb.kb_m, MHLEN + 1) == NULL);
	kmb_make(&kb, "i10 c1000", true);
	KT(m_copyup(kb.kb_m, 1, INT_MAX) == NULL);

	/* A little more comes along, as far as there is. */
	max_protohdr = 60;
	kmb_make(&kb, "i10 c1000", true);
	kb.kb_m = m_pullup(kb.kb_m, 20);
	KT_EQ(60, kb.kb_m->m_len);
	kmb_is(kb.kb_m, 0, 1010);
	kmb_free(&kb);
	kmb_make(&kb, "i10 i30", true);
	kb.kb_m = m_pullup(kb.kb_m, 20);
	KT_EQ(20, kb.kb_m->m_len);
	kmb_free(&kb);
	KMB_END;
}

static void
pulldown_at(const char *spec, int off, int end)
{
	const int len = end - off;
	struct mbuf *m, *n;
	struct kmb kb;
	int pos, i, how, at;
	bool able;

	for (how = 0; how < 2; how++) {
		kmb_make(&kb, spec, how == 0);
		able = len <= MCLBYTES && off < kb.kb_len;
		pos = -1;
		n = m_pulldown(kb.kb_m, off, len, how == 0 ? &pos : NULL);
		KT_EQ(able, n != NULL);
		if (!able) {
			kb.kb_m = NULL;
			kmb_free(&kb);
			continue;
		}
		if (how == 1)
			pos = 0;
		KT(pos >= 0 && pos + len <= n->m_len);
		kmb_is(kb.kb_m, 0, kb.kb_len);
		at = 0;
		for (m = kb.kb_m; m != n; m = m->m_next)
			at += m->m_len;
		KT_EQ(off, at + pos);
		/* It may be written. */
		if (len > 0)
			KT(!M_READONLY(n));
		for (i = 0; i < len; i++)
			n->m_data[pos + i] ^= 0x55;
		for (i = 0; i < kb.kb_len; i++)
			kmb_want[i] = kmb_byte(i) ^
			    (i >= off && i < end ? 0x55 : 0);
		kmb_flat(kb.kb_m, kmb_want, kb.kb_len);
		kmb_free(&kb);
	}
}

void
rump_kt_shape_pulldown(void)
{
	struct mbuf *m, *first;
	struct kmb kb;
	int pos;
	KMB_BEGIN;

	everywhere(pulldown_at);
	kmb_make(&kb, "i10 i20", true);
	KT(m_pulldown(kb.kb_m, 10, 21, &pos) == NULL);
	kmb_make(&kb, "i10 i20", true);
	KT(m_pulldown(kb.kb_m, 30, 1, &pos) == NULL);
	kmb_make(&kb, "i10 i20", true);
	KT(m_pulldown(kb.kb_m, 5, INT_MAX, &pos) == NULL);

	/* What is before stays where it is. */
	kmb_make(&kb, "i20 x100 i30", true);
	first = kb.kb_m;
	m = first->m_next;
	KT(m_pulldown(kb.kb_m, 50, 60, &pos) == m->m_next);
	KT(kb.kb_m == first && first->m_next == m);
	KT_EQ(0, pos);
	KT_EQ(30, m->m_len);
	kmb_free(&kb);
	/* No mbuf is left without bytes. */
	kmb_make(&kb, "i20 x100 i30", true);
	m = m_pulldown(kb.kb_m, 20, 60, &pos);
	KT(kb.kb_m->m_next == m);
	KT_EQ(60, m->m_len);
	KT_EQ(40, m->m_next->m_len);
	kmb_free(&kb);
	/* Nothing changes if it is there already. */
	kmb_make(&kb, "i20 c100 i30", true);
	m = kb.kb_m->m_next;
	KT(m_pulldown(kb.kb_m, 50, 60, &pos) == m);
	KT_EQ(30, pos);
	KT_EQ(100, m->m_len);
	kmb_free(&kb);
	KMB_END;
}

struct quad {
	uint8_t	q[4];
};

void
rump_kt_shape_region(void)
{
	struct quad *q;
	struct kmb kb;
	KMB_BEGIN;

	kmb_make(&kb, "i10 i20", true);
	M_REGION_GET(q, struct quad *, kb.kb_m, 3, sizeof(*q));
	KT((void *)q == kb.kb_m->m_data + 3);
	M_REGION_GET(q, struct quad *, kb.kb_m, 8, sizeof(*q));
	KT(q->q[0] == kmb_byte(8) && q->q[3] == kmb_byte(11));
	kmb_is(kb.kb_m, 0, 30);
	M_REGION_GET(q, struct quad *, kb.kb_m, 27, sizeof(*q));
	KT(q == NULL && kb.kb_m == NULL);

	kmb_make(&kb, "i2 i28", true);
	KT_EQ(0, M_GET_ALIGNED_HDR(&kb.kb_m, struct quad, true));
	KT(kb.kb_m->m_len >= (int)sizeof(*q));
	kmb_is(kb.kb_m, 0, 30);
	kmb_free(&kb);
	kmb_make(&kb, "i2 i1", true);
	KT_EQ(1, M_GET_ALIGNED_HDR(&kb.kb_m, struct quad, false));
	KT(kb.kb_m == NULL);
	KMB_END;
}

static void
split_at(const char *spec, int len, int unused)
{
	struct mbuf *tail;
	struct kmb kb;
	int hdr;

	/* Once for each first place. */
	if (len != unused)
		return;
	for (hdr = 0; hdr < 2; hdr++) {
		kmb_make(&kb, spec, hdr);
		if (hdr) {
			kb.kb_m->m_pkthdr.rcvif_index = 9;
			m_tag_prepend(kb.kb_m, m_tag_get(PACKET_TAG_PF, 1,
			    M_WAIT));
		}
		tail = m_split(kb.kb_m, len, M_DONTWAIT);
		kmb_is(kb.kb_m, 0, len);
		kmb_is(tail, len, kb.kb_len - len);
		if (hdr) {
			KT((tail->m_flags & M_PKTHDR) != 0);
			KT_EQ(9, tail->m_pkthdr.rcvif_index);
			KT(SLIST_EMPTY(&tail->m_pkthdr.tags));
			KT(m_tag_find(kb.kb_m, PACKET_TAG_PF) != NULL);
		}
		m_freem(tail);
		kmb_free(&kb);
	}
}

void
rump_kt_shape_split(void)
{
	struct mbuf *m;
	struct kmb kb;
	KMB_BEGIN;

	everywhere(split_at);
	/* Between mbufs nothing is made. */
	kmb_make(&kb, "i10 i20", false);
	m = kb.kb_m->m_next;
	KT(m_split(kb.kb_m, 10, M_WAIT) == m);
	KT(m_split(m, 20, M_WAIT) == NULL);
	m_freem(m);
	kmb_free(&kb);
	kmb_make(&kb, "i10 i20", true);
	KT(m_split(kb.kb_m, 31, M_WAIT) == NULL);
	kmb_is(kb.kb_m, 0, 30);
	kmb_free(&kb);
	KMB_END;
}

static void
adj_at(const char *spec, int head, int end)
{
	struct kmb kb;
	int len;

	kmb_make(&kb, spec, true);
	len = kb.kb_len;
	m_adj(kb.kb_m, head);
	m_adj(kb.kb_m, end - len);
	kmb_is(kb.kb_m, head, end - head);
	kmb_free(&kb);
}

void
rump_kt_shape_adj(void)
{
	struct kmb kb;
	KMB_BEGIN;

	everywhere(adj_at);
	m_adj(NULL, 3);
	kmb_make(&kb, "i10 i20", true);
	m_adj(kb.kb_m, 31);
	kmb_is(kb.kb_m, 0, 0);
	kmb_free(&kb);
	kmb_make(&kb, "i10 i20", true);
	m_adj(kb.kb_m, INT_MIN);
	kmb_is(kb.kb_m, 0, 0);
	kmb_free(&kb);
	KMB_END;
}

void
rump_kt_shape_prepend(void)
{
	static const int plens[] = { 0, 1, 14, 40, MHLEN };
	struct mbuf *m;
	struct kmb kb;
	size_t s, i;
	int j, hdr;
	KMB_BEGIN;

	for (s = 0; s < __arraycount(kmb_shapes) * 2; s++) {
		hdr = s % 2;
		for (i = 0; i < __arraycount(plens); i++) {
			kmb_make(&kb, kmb_shapes[s / 2], hdr);
			m = kb.kb_m;
			M_PREPEND(m, plens[i], M_DONTWAIT);
			KT(m->m_len >= plens[i]);
			KT_EQ(hdr, (m->m_flags & M_PKTHDR) != 0);
			memset(m->m_data, 'P', plens[i]);
			memset(kmb_want, 'P', plens[i]);
			for (j = 0; j < kb.kb_len; j++)
				kmb_want[plens[i] + j] = kmb_byte(j);
			kmb_flat(m, kmb_want, plens[i] + kb.kb_len);
			kb.kb_m = m;
			kmb_free(&kb);
		}
	}
	KMB_END;
}

void
rump_kt_shape_cat(void)
{
	struct kmb a, b;
	size_t i, j;
	int k;
	KMB_BEGIN;

	for (i = 0; i < __arraycount(kmb_shapes); i++) {
		for (j = 0; j < __arraycount(kmb_shapes); j++) {
			kmb_make(&a, kmb_shapes[i], false);
			kmb_make(&b, kmb_shapes[j], false);
			m_cat(a.kb_m, b.kb_m);
			for (k = 0; k < a.kb_len + b.kb_len; k++)
				kmb_want[k] = kmb_byte(k < a.kb_len ? k :
				    k - a.kb_len);
			kmb_flat(a.kb_m, kmb_want, a.kb_len + b.kb_len);
			b.kb_m = NULL;
			kmb_free(&a);
			kmb_free(&b);
		}
	}
	/* The header is left to the caller; small ones are copied. */
	kmb_make(&a, "i10", true);
	kmb_make(&b, "i20 i30 s10", false);
	m_cat(a.kb_m, b.kb_m);
	KT_EQ(10, a.kb_m->m_pkthdr.len);
	KT_EQ(70, a.kb_m->m_len);
	KT(a.kb_m->m_next == NULL);
	b.kb_m = NULL;
	kmb_free(&a);
	kmb_free(&b);
	KMB_END;
}

void
rump_kt_shape_defrag(void)
{
	struct mbuf *m;
	struct kmb kb;
	size_t s;
	int n;
	KMB_BEGIN;

	for (s = 0; s < __arraycount(kmb_shapes); s++) {
		kmb_make(&kb, kmb_shapes[s], true);
		KT(m_defrag(kb.kb_m, M_DONTWAIT) == kb.kb_m);
		kmb_is(kb.kb_m, 0, kb.kb_len);
		n = howmany(kb.kb_len - kb.kb_m->m_len, MCLBYTES);
		for (m = kb.kb_m->m_next; m != NULL; m = m->m_next, n--)
			KT(!M_READONLY(m));
		KT_EQ(0, n);
		kmb_free(&kb);
	}
	kmb_make(&kb, "i10 i0 i0", true);
	KT(m_defrag(kb.kb_m, M_WAIT) == kb.kb_m);
	KT(kb.kb_m->m_next == NULL);
	kmb_free(&kb);
	KMB_END;
}

void
rump_kt_shape_align(void)
{
	struct mbuf *m;
	int len;
	KMB_BEGIN;

	for (len = 0; len <= MHLEN; len++) {
		m = m_gethdr(M_WAIT, MT_DATA);
		m_align(m, len);
		m->m_len = len;
		KT(M_TRAILINGSPACE(m) >= 0 &&
		    M_TRAILINGSPACE(m) < (int)sizeof(long));
		KT_EQ(0, (uintptr_t)m->m_data % sizeof(long));
		MRESETDATA(m);
		KT(m->m_data == m->m_pktdat);
		m_free(m);
	}
	m = m_get(M_WAIT, MT_DATA);
	M_ALIGN(m, MLEN);
	KT(m->m_data == m->m_dat);
	MCLGET(m, M_WAIT);
	M_ALIGN(m, 1000);
	KT_EQ(MCLBYTES - 1000, M_LEADINGSPACE(m));
	m_free(m);
	KMB_END;
}
