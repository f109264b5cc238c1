/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of mbufs: chains of any shape with known bytes, what a chain holds
 * seen without the functions under test, and whether all memory came back.
 */
#ifndef _TESTS_KERN_NET_KMB_H_
#define _TESTS_KERN_NET_KMB_H_

#include "../base/kt.h"

#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/pool.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/mem.h>

/* Byte number i of every chain that is built. */
static inline uint8_t
kmb_byte(int i)
{

	return (uint8_t)(i * 31 + (i >> 8) * 7 + 5);
}

/* Objects of a cache in use, those in the CPUs' groups not counted. */
static inline long
kmb_inuse(pool_cache_t pc)
{

	pool_cache_invalidate(pc);
	return (long)pool_cache_nget(pc) - (long)pool_cache_nput(pc);
}

static volatile u_int kmb_nexts;	/* buffers given to MEXTADD() */

#define	KMB_BEGIN							\
	const long mb_ = kmb_inuse(mb_cache), cl_ = kmb_inuse(mcl_cache); \
	const u_int ext_ = kmb_nexts
#define	KMB_END								\
	do {								\
		KT_EQ(mb_, kmb_inuse(mb_cache));			\
		KT_EQ(cl_, kmb_inuse(mcl_cache));			\
		KT_EQ(ext_, kmb_nexts);					\
	} while (0)

static inline void
kmb_extfree(struct mbuf *m, void *buf, size_t size, void *arg)
{

	KT(arg == (void *)kmb_extfree);
	memset(buf, 0xdb, size);
	kmem_free(buf, size);
	atomic_dec_uint(&kmb_nexts);
	if (m != NULL)
		pool_cache_put(mb_cache, m);
}

static inline void
kmb_ext(struct mbuf *m, size_t size)
{
	void *buf = kmem_alloc(size, KM_SLEEP);

	atomic_inc_uint(&kmb_nexts);
	MEXTADD(m, buf, size, 0, kmb_extfree, (void *)kmb_extfree);
}

/*
 * Add a piece to a chain: i inside, e inside at the end of the buffer,
 * c cluster, w malloc'ed, x read-only storage, s a cluster of which *twin gets
 * a share.
 */
static inline void
kmb_piece(struct mbuf *m, int kind, int len, int first, struct mbuf **twin)
{
	int i;

	switch (kind) {
	case 'e':
		m->m_data += M_BUFSIZE(m) - len;
		break;
	case 'c':
	case 's':
		m_clget(m, M_WAIT);
		m->m_data += MIN(100, MCLBYTES - len);
		break;
	case 'w':
		MEXTMALLOC(m, len + 8, M_WAIT);
		m->m_data += 3;
		break;
	case 'x':
		kmb_ext(m, len + 20);
		m->m_data += 11;
		break;
	default:
		KT(kind == 'i');
	}
	KT(len <= M_BUFSIZE(m));
	for (i = 0; i < len; i++)
		m->m_data[i] = kmb_byte(first + i);
	m->m_len = len;
	if (kind == 's') {
		*twin = m_get(M_WAIT, MT_DATA);
		m_ext_share(m, *twin);
		(*twin)->m_data = m->m_data;
		(*twin)->m_len = len;
		/* So that whose bytes they are can be told. */
		(*twin)->m_pkthdr.len = first;
	}
}

#define	KMB_MAXTWINS	8

struct kmb {
	struct mbuf	*kb_m;
	struct mbuf	*kb_twin[KMB_MAXTWINS];
	int		kb_ntwins;
	int		kb_len;
};

/* From a list like "i10 c300 i0 s77"; with a header or not. */
static inline void
kmb_make(struct kmb *kb, const char *spec, bool hdr)
{
	struct mbuf **tail = &kb->kb_m, *m, *twin;
	char *end;
	int kind, len;

	memset(kb, 0, sizeof(*kb));
	while (*spec != '\0') {
		kind = *spec++;
		len = (int)strtoul(spec, &end, 10);
		spec = *end == ' ' ? end + 1 : end;
		m = hdr && kb->kb_m == NULL ? m_gethdr(M_WAIT, MT_DATA) :
		    m_get(M_WAIT, MT_DATA);
		twin = NULL;
		kmb_piece(m, kind, len, kb->kb_len, &twin);
		if (twin != NULL) {
			KT(kb->kb_ntwins < KMB_MAXTWINS);
			kb->kb_twin[kb->kb_ntwins++] = twin;
		}
		kb->kb_len += len;
		*tail = m;
		tail = &m->m_next;
	}
	if (hdr)
		kb->kb_m->m_pkthdr.len = kb->kb_len;
}

/* The chain holds these bytes, no more and no less, and is in order. */
static inline void
kmb_flat(struct mbuf *m, const uint8_t *want, int len)
{
	struct mbuf *n;
	int i, at = 0;

	for (n = m; n != NULL; n = n->m_next) {
		KT(n->m_len >= 0 && n->m_type == MT_DATA);
		KT(n->m_data >= M_BUFADDR(n));
		KT(n->m_data + n->m_len <= M_BUFADDR(n) + M_BUFSIZE(n));
		KT(at + n->m_len <= len);
		for (i = 0; i < n->m_len; i++, at++) {
			if ((uint8_t)n->m_data[i] != want[at])
				panic("kmb: byte %d is %#x, not %#x", at,
				    (uint8_t)n->m_data[i], want[at]);
		}
	}
	KT_EQ(len, at);
	if (m != NULL && (m->m_flags & M_PKTHDR) != 0)
		m_verify_packet(m);
}

static uint8_t kmb_want[32768];

/* The same, of bytes first and on of what was built. */
static inline void
kmb_is(struct mbuf *m, int first, int len)
{
	int i;

	KT(len <= (int)sizeof(kmb_want));
	for (i = 0; i < len; i++)
		kmb_want[i] = kmb_byte(first + i);
	kmb_flat(m, kmb_want, len);
}

/* Nobody wrote what twins share; they are freed. */
static inline void
kmb_twins(struct kmb *kb)
{
	int i, first;

	for (i = 0; i < kb->kb_ntwins; i++) {
		first = kb->kb_twin[i]->m_pkthdr.len;
		kmb_is(kb->kb_twin[i], first, kb->kb_twin[i]->m_len);
		m_freem(kb->kb_twin[i]);
	}
}

static inline void
kmb_free(struct kmb *kb)
{

	m_freem(kb->kb_m);
	kmb_twins(kb);
}

/* Shapes that have gone wrong for somebody. */
static const char *const kmb_shapes[] = {
	"i1",
	"i400",
	"i0 i5",
	"i14 i20 i20 i3",
	"e40 i0 i0 c1500",
	"c2048 c2048 i1",
	"x700 i30 x1 i200",
	"s300 s1 i9 s1000",
	"i1 s600 w900 e100 i0",
	"w100 i0 x40 c2 s2000 i0",
	"i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1 i1",
	"x9000 i3",
};

/*
 * Places worth a look in a chain: each border between mbufs, one byte before
 * and after, and a few more.  Into at, sorted; how many.
 */
#define	KMB_MAXPLACES	128

static inline int
kmb_places(const struct kmb *kb, int *at)
{
	const struct mbuf *m;
	int border = 0, n = 0, i, j, d;

	for (m = kb->kb_m; m != NULL; border += m->m_len, m = m->m_next) {
		for (d = -1; d <= 1; d++)
			at[n++] = border + d;
		at[n++] = border + m->m_len / 2;
	}
	at[n++] = kb->kb_len - 1;
	at[n++] = kb->kb_len;
	KT(n <= KMB_MAXPLACES);
	/* Sort, and let out what is twice or outside. */
	for (i = 1; i < n; i++) {
		for (j = i; j > 0 && at[j - 1] > at[j]; j--) {
			d = at[j];
			at[j] = at[j - 1];
			at[j - 1] = d;
		}
	}
	for (i = j = 0; i < n; i++) {
		if (at[i] >= 0 && at[i] <= kb->kb_len &&
		    (j == 0 || at[j - 1] != at[i]))
			at[j++] = at[i];
	}
	return j;
}

#endif /* !_TESTS_KERN_NET_KMB_H_ */
