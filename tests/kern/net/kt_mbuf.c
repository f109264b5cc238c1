/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_mbuf.
 */
#include "kmb.h"

void	rump_kt_mbuf_get(void);
void	rump_kt_mbuf_ext(void);
void	rump_kt_mbuf_copym(void);
void	rump_kt_mbuf_dup(void);
void	rump_kt_mbuf_copydata(void);
void	rump_kt_mbuf_copyback(void);
void	rump_kt_mbuf_cow(void);
void	rump_kt_mbuf_append(void);
void	rump_kt_mbuf_devget(void);
void	rump_kt_mbuf_hdr(void);
void	rump_kt_mbuf_tags(void);
void	rump_kt_mbuf_queues(void);
void	rump_kt_mbuf_print(void);
void	rump_kt_mbuf_misuse(int);

void
rump_kt_mbuf_get(void)
{
	static const struct {
		int		alignbytes;
		int		nbytes;
		bool		cluster;
	} n[] = {
		{ 0, 0, false }, { 16, 40, false }, { 0, MHLEN, false },
		{ 0, MLEN + 1, true }, { 1000, 1048, true },
	};
	struct mbuf *m, *m2;
	size_t i;
	KMB_BEGIN;

	KT_EQ(512, sizeof(*m));
	KT_EQ(456, MLEN);
	KT_EQ(400, MHLEN);

	MGET(m, M_WAIT, MT_SONAME);
	KT_EQ(0, m->m_len);
	KT_EQ(0, m->m_flags);
	KT_EQ(MT_SONAME, m->m_type);
	KT(m->m_next == NULL && m->m_nextpkt == NULL);
	KT(mtod(m, char *) == m->m_dat);
	KT_EQ(0, M_LEADINGSPACE(m));
	KT_EQ(MLEN, M_TRAILINGSPACE(m));
	MCHTYPE(m, MT_CONTROL);
	KT_EQ(MT_CONTROL, m->m_type);

	MGETHDR(m2, M_DONTWAIT, MT_DATA);
	KT_EQ(M_PKTHDR, m2->m_flags);
	KT(m2->m_data == m2->m_pktdat);
	KT_EQ(0, m2->m_pkthdr.len);
	KT_EQ(0, m2->m_pkthdr.csum_flags);
	KT_EQ(0, m2->m_pkthdr.rcvif_index);
	KT(SLIST_EMPTY(&m2->m_pkthdr.tags));
	KT_EQ(MHLEN, M_TRAILINGSPACE(m2));
	MCLGET(m2, M_DONTWAIT);
	KT_EQ(M_PKTHDR | M_EXT | M_EXT_CLUSTER | M_EXT_RW, m2->m_flags);
	KT_EQ(MCLBYTES, M_BUFSIZE(m2));
	KT_EQ(MCLBYTES, M_TRAILINGSPACE(m2));
	m->m_next = m2;
	KT(m_free(m) == m2);
	m_freem(m2);
	m_freem(NULL);

	m = m_getcl(M_WAIT, MT_HEADER, M_PKTHDR);
	KT((m->m_flags & (M_PKTHDR | M_EXT_CLUSTER)) ==
	    (M_PKTHDR | M_EXT_CLUSTER));
	m_freem(m);
	m = m_getcl(M_WAIT, MT_DATA, 0);
	KT((m->m_flags & (M_PKTHDR | M_EXT_CLUSTER)) == M_EXT_CLUSTER);
	m_freem(m);

	for (i = 0; i < __arraycount(n); i++) {
		m = m_gethdr_n(M_DONTWAIT, MT_DATA, n[i].alignbytes,
		    n[i].nbytes);
		KT_EQ(n[i].nbytes, m->m_len);
		KT_EQ(n[i].nbytes, m->m_pkthdr.len);
		KT_EQ(n[i].alignbytes, M_LEADINGSPACE(m));
		KT(M_TRAILINGSPACE(m) >= 0);
		KT_EQ(n[i].cluster, (m->m_flags & M_EXT) != 0);
		m_freem(m);
		m = m_get_n(M_WAIT, MT_DATA, n[i].alignbytes, n[i].nbytes);
		KT_EQ(0, m->m_flags & M_PKTHDR);
		KT_EQ(n[i].nbytes, m->m_len);
		m_freem(m);
	}
	KT(m_get_n(M_WAIT, MT_DATA, 1, MCLBYTES) == NULL);
	KT(m_gethdr_n(M_WAIT, MT_DATA, MCLBYTES + 1, 0) == NULL);
	KT(m_get_n(M_WAIT, MT_DATA, 8, SIZE_MAX - 4) == NULL);
	KMB_END;
}

/* Storage lives as long as somebody has it, whoever goes first. */
void
rump_kt_mbuf_ext(void)
{
	struct mbuf *m[4];
	int first, i, j;
	KMB_BEGIN;

	for (first = 0; first < 4; first++) {
		m[0] = m_get(M_WAIT, MT_DATA);
		kmb_ext(m[0], 1000);
		KT(M_READONLY(m[0]));
		KT_EQ(0, M_LEADINGSPACE(m[0]));
		KT_EQ(0, M_TRAILINGSPACE(m[0]));
		m[0]->m_flags |= M_EXT_RW;
		KT(!M_READONLY(m[0]) && !MCLISREFERENCED(m[0]));
		KT_EQ(1000, M_TRAILINGSPACE(m[0]));
		m[0]->m_data[0] = 'q';
		for (i = 1; i < 4; i++) {
			m[i] = m_get(M_WAIT, MT_DATA);
			m_ext_share(m[i - 1], m[i]);
			m[i]->m_data = m[0]->m_data;
			m[i]->m_len = 1;
		}
		KT_EQ(4, m[2]->m_ext.ext_refcnt);
		KT(MCLISREFERENCED(m[0]) && M_READONLY(m[0]));
		KT(M_UNWRITABLE(m[3], 1));
		for (i = 0; i < 4; i++) {
			KT_EQ(ext_ + 1, kmb_nexts);
			j = (first + i) % 4;
			KT(m[j]->m_data[0] == 'q');
			KT_EQ(4 - i, m[j]->m_ext.ext_refcnt);
			KT_EQ(i < 3, M_READONLY(m[j]));
			m_free(m[j]);
		}
		KT_EQ(ext_, kmb_nexts);
	}
	m[0] = m_gethdr(M_WAIT, MT_DATA);
	MEXTMALLOC(m[0], 5000, M_WAIT);
	KT_EQ(5000, M_TRAILINGSPACE(m[0]));
	memset(m[0]->m_data, 1, 5000);
	m_freem(m[0]);
	/* Without a function it is from malloc(9). */
	m[0] = m_gethdr(M_WAIT, MT_DATA);
	MEXTADD(m[0], malloc(300, M_TEMP, M_WAITOK), 300, M_TEMP, NULL, NULL);
	KT(M_READONLY(m[0]));
	m_freem(m[0]);
	m[0] = m_gethdr(M_WAIT, MT_DATA);
	kmb_ext(m[0], 100);
	m[0]->m_flags |= M_EXT_RW | M_EXT_ROMAP;
	KT(M_READONLY(m[0]));
	m_freem(m[0]);
	KMB_END;
}

static void
copym_all(const char *spec, struct mbuf *(*copy)(struct mbuf *, int, int,
    int), bool shares)
{
	int at[KMB_MAXPLACES], n, i, j;
	struct mbuf *m, *c;
	struct kmb kb;

	kmb_make(&kb, spec, true);
	m = kb.kb_m;
	m->m_flags |= M_BCAST;
	m->m_pkthdr.csum_flags = M_CSUM_UDPv4;
	n = kmb_places(&kb, at);
	for (i = 0; i < n; i++) {
		for (j = i; j < n; j++) {
			c = (*copy)(m, at[i], at[j] - at[i], M_DONTWAIT);
			KT_EQ(at[i] == at[j], c == NULL);
			kmb_is(c, at[i], at[j] - at[i]);
			if (c == NULL)
				continue;
			KT_EQ(at[i] == 0, (c->m_flags & M_PKTHDR) != 0);
			if (at[i] == 0)
				KT((c->m_flags & M_BCAST) != 0 &&
				    c->m_pkthdr.csum_flags == M_CSUM_UDPv4);
			if (!shares)
				KT(!M_READONLY(c));
			m_freem(c);
		}
		c = (*copy)(m, at[i], M_COPYALL, M_WAIT);
		kmb_is(c, at[i], kb.kb_len - at[i]);
		m_freem(c);
	}
	kmb_is(m, 0, kb.kb_len);
	kmb_free(&kb);
}

void
rump_kt_mbuf_copym(void)
{
	struct mbuf *c, *c2, *n;
	struct kmb kb;
	size_t i;
	KMB_BEGIN;

	for (i = 0; i < __arraycount(kmb_shapes); i++)
		copym_all(kmb_shapes[i], m_copym, true);

	/* Storage is shared, and stays when the first goes. */
	kmb_make(&kb, "i20 c1000 x3000", true);
	c = m_copypacket(kb.kb_m, M_WAIT);
	KT(c->m_data != kb.kb_m->m_data);
	KT(c->m_next->m_data == kb.kb_m->m_next->m_data);
	KT(M_READONLY(c->m_next) && M_READONLY(kb.kb_m->m_next));
	c2 = m_copym(c, 500, 600, M_WAIT);
	kmb_free(&kb);
	kmb_is(c, 0, 4020);
	KT(!m_ensure_contig(&c2, 4000));
	kmb_is(c2, 500, 600);
	m_freem(c);
	kmb_is(c2, 500, 600);
	m_freem(c2);

	/* Room in front of a header stays; a packet of nothing has one too. */
	c = m_gethdr(M_WAIT, MT_DATA);
	MH_ALIGN(c, 40);
	n = m_copypacket(c, M_WAIT);
	KT_EQ(M_LEADINGSPACE(c), M_LEADINGSPACE(n));
	KT(n != NULL && n->m_pkthdr.len == 0);
	m_freem(n);
	n = m_dup(c, 0, M_COPYALL, M_WAIT);
	KT(n != NULL && n->m_pkthdr.len == 0);
	m_freem(n);
	m_freem(c);
	KMB_END;
}

void
rump_kt_mbuf_dup(void)
{
	struct mbuf *c;
	struct kmb kb;
	size_t i;
	KMB_BEGIN;

	for (i = 0; i < __arraycount(kmb_shapes); i++)
		copym_all(kmb_shapes[i], m_dup, false);

	/* Few mbufs, storage of its own. */
	kmb_make(&kb, "x9000 i3", true);
	c = m_dup(kb.kb_m, 0, M_COPYALL, M_WAIT);
	for (i = 0; c != NULL; c = m_free(c), i++)
		KT(c->m_next == NULL || c->m_len == MCLBYTES);
	KT_EQ(howmany(9003, MCLBYTES), i);
	kmb_free(&kb);
	KMB_END;
}

static int
apply_sum(void *arg, void *data, unsigned int len)
{
	const uint8_t *p = data;
	u_int *sum = arg;

	KT(len > 0);
	while (len-- > 0)
		*sum += *p++;
	return 0;
}

static int
apply_stop(void *arg, void *data, unsigned int len)
{
	int *calls = arg;

	return ++*calls == 2 ? EBUSY : 0;
}

void
rump_kt_mbuf_copydata(void)
{
	static uint8_t buf[10010];
	int at[KMB_MAXPLACES], n, i, j, k, off, calls = 0;
	u_int sum, want;
	struct mbuf *p;
	struct kmb kb;
	size_t s;
	KMB_BEGIN;

	for (s = 0; s < __arraycount(kmb_shapes); s++) {
		kmb_make(&kb, kmb_shapes[s], s % 2 == 0);
		KT_EQ(kb.kb_len, m_length(kb.kb_m));
		n = kmb_places(&kb, at);
		for (i = 0; i < n; i++) {
			for (j = i; j < n; j++) {
				const int len = at[j] - at[i];

				memset(buf, 0xee, len + 2);
				m_copydata(kb.kb_m, at[i], len, buf + 1);
				sum = want = 0;
				for (k = 0; k < len; k++) {
					KT(buf[k + 1] ==
					    kmb_byte(at[i] + k));
					want += buf[k + 1];
				}
				KT(buf[0] == 0xee && buf[len + 1] == 0xee);
				KT_EQ(0, m_apply(kb.kb_m, at[i], len,
				    apply_sum, &sum));
				KT_EQ(want, sum);
			}
			p = m_getptr(kb.kb_m, at[i], &off);
			KT(p != NULL && off <= p->m_len);
			if (at[i] < kb.kb_len)
				KT(off < p->m_len && (uint8_t)
				    p->m_data[off] == kmb_byte(at[i]));
			else
				KT(off == p->m_len && p->m_next == NULL);
		}
		KT(m_getptr(kb.kb_m, kb.kb_len + 1, &off) == NULL);
		kmb_free(&kb);
	}
	kmb_make(&kb, "i3 i3 i3", false);
	KT_EQ(EBUSY, m_apply(kb.kb_m, 1, 8, apply_stop, &calls));
	KT_EQ(2, calls);
	kmb_free(&kb);
	KMB_END;
}

/* What a write of len bytes of 'W' at off should make of the chain. */
static void
written(struct mbuf *m, int oldlen, int off, int len)
{
	const int total = MAX(oldlen, off + len);
	int i;

	for (i = 0; i < total; i++)
		kmb_want[i] = i >= off && i < off + len ? 'W' :
		    i < oldlen ? kmb_byte(i) : 0;
	kmb_flat(m, kmb_want, total);
}

static char wbuf[12000];

void
rump_kt_mbuf_copyback(void)
{
	static const char *const spec[] = {
		"i1", "i400", "i0 i5", "e40 i0 i0 c1500", "c2048 c2048 i1",
		"w100 i0 c2 i0",
	};
	static const int beyond[] = { 0, 1, 100, 3000 };
	int at[KMB_MAXPLACES], n, i, j;
	struct kmb kb;
	size_t s, b;
	KMB_BEGIN;

	memset(wbuf, 'W', sizeof(wbuf));
	for (s = 0; s < __arraycount(spec); s++) {
		kmb_make(&kb, spec[s], true);
		n = kmb_places(&kb, at);
		kmb_free(&kb);
		for (i = 0; i < n; i++) {
			for (j = i; j < n; j++) {
				kmb_make(&kb, spec[s], true);
				m_copyback(kb.kb_m, at[i], at[j] - at[i],
				    wbuf);
				written(kb.kb_m, kb.kb_len, at[i],
				    at[j] - at[i]);
				kmb_free(&kb);
			}
			for (b = 0; b < __arraycount(beyond); b++) {
				kmb_make(&kb, spec[s], true);
				m_copyback(kb.kb_m, at[i] + beyond[b], 5000,
				    wbuf);
				written(kb.kb_m, kb.kb_len,
				    at[i] + beyond[b], 5000);
				kmb_free(&kb);
			}
		}
	}
	m_copyback(NULL, 0, 1, wbuf);
	KMB_END;
}

/* Each place of each shape, where some bytes are not ours to write. */
static void
cow_at(const char *spec, int off, int len)
{
	struct mbuf *m, *keep;
	struct kmb kb;

	kmb_make(&kb, spec, true);
	keep = m_copypacket(kb.kb_m, M_WAIT);
	kb.kb_m = m_copyback_cow(kb.kb_m, off, len, wbuf, M_DONTWAIT);
	written(kb.kb_m, kb.kb_len, off, len);
	kmb_is(keep, 0, kb.kb_len);
	m_freem(keep);
	kmb_free(&kb);

	kmb_make(&kb, spec, false);
	keep = m_copym(kb.kb_m, 0, M_COPYALL, M_WAIT);
	KT_EQ(0, m_makewritable(&kb.kb_m, off, len, M_DONTWAIT));
	kmb_is(kb.kb_m, 0, kb.kb_len);
	for (m = kb.kb_m; m != NULL; off -= m->m_len, m = m->m_next) {
		if (off < m->m_len && off + len > 0 && m->m_len > 0 &&
		    len > 0)
			KT(!M_READONLY(m));
		if (off < 0) {
			len += off;
			off = 0;
		}
	}
	m_freem(keep);
	kmb_free(&kb);
}

void
rump_kt_mbuf_cow(void)
{
	int at[KMB_MAXPLACES], n, i, j;
	struct mbuf *keep, *m;
	struct kmb kb;
	size_t s;
	KMB_BEGIN;

	memset(wbuf, 'W', sizeof(wbuf));
	for (s = 0; s < __arraycount(kmb_shapes); s++) {
		kmb_make(&kb, kmb_shapes[s], true);
		n = kmb_places(&kb, at);
		kmb_free(&kb);
		for (i = 0; i < n; i++)
			for (j = i; j < n; j++)
				cow_at(kmb_shapes[s], at[i], at[j] - at[i]);
	}
	/* All of it; what can be written already stays where it is. */
	kmb_make(&kb, "i10 s300 c40 x4000 s2", true);
	keep = m_copypacket(kb.kb_m, M_WAIT);
	m = kb.kb_m;
	m->m_next->m_nextpkt = keep;
	KT_EQ(0, m_makewritable(&kb.kb_m, 0, M_COPYALL, M_WAIT));
	KT(m == kb.kb_m);
	/* Whatever a socket's buffer has after it is there still. */
	KT(m->m_next->m_nextpkt == keep);
	for (m = m->m_next; m != NULL; m = m->m_next)
		KT(!M_READONLY(m));
	kmb_is(kb.kb_m, 0, kb.kb_len);
	m_freem(keep);
	kmb_free(&kb);
	KMB_END;
}

void
rump_kt_mbuf_append(void)
{
	static const int more[] = { 0, 1, 30, 456, 457, 5000 };
	struct kmb kb;
	size_t s, i;
	KMB_BEGIN;

	memset(wbuf, 'W', sizeof(wbuf));
	for (s = 0; s < __arraycount(kmb_shapes); s++) {
		for (i = 0; i < __arraycount(more); i++) {
			kmb_make(&kb, kmb_shapes[s], i % 2 == 0);
			KT_EQ(1, m_append(kb.kb_m, more[i], wbuf));
			written(kb.kb_m, kb.kb_len, kb.kb_len, more[i]);
			kmb_free(&kb);
		}
	}
	KMB_END;
}

void
rump_kt_mbuf_devget(void)
{
	static const int lens[] = { 0, 1, 60, 384, 385, 400, 401, 856, 857,
	    2048, 2049, 9000 };
	struct ifnet *ifp;
	struct mbuf *m;
	size_t i;
	int j;
	KMB_BEGIN;

	ifp = kmem_zalloc(sizeof(*ifp), KM_SLEEP);
	ifp->if_index = 7;
	for (j = 0; j < (int)sizeof(wbuf); j++)
		wbuf[j] = kmb_byte(j);
	for (i = 0; i < __arraycount(lens); i++) {
		m = m_devget(wbuf, lens[i], 0, ifp);
		KT_EQ(7, m->m_pkthdr.rcvif_index);
		kmb_is(m, 0, lens[i]);
		m_freem(m);
	}
	/* A trailer: 512 bytes, four of header, then what was before. */
	m = m_devget(wbuf, 600, 512, NULL);
	KT_EQ(0, m->m_pkthdr.rcvif_index);
	for (j = 0; j < 596; j++)
		kmb_want[j] = kmb_byte(j < 84 ? 516 + j : j - 84);
	kmb_flat(m, kmb_want, 596);
	m_freem(m);
	kmem_free(ifp, sizeof(*ifp));
	KMB_END;
}

void
rump_kt_mbuf_hdr(void)
{
	struct mbuf *m, *n;
	struct m_tag *t;
	KMB_BEGIN;

	m = m_gethdr(M_WAIT, MT_DATA);
	m->m_pkthdr.len = 77;
	m->m_pkthdr.segsz = 1460;
	m->m_pkthdr.ether_vtag = 12;
	m->m_pkthdr.rcvif_index = 3;
	m->m_flags |= M_MCAST | M_VLANTAG | M_LINK1 | M_LINK5 | M_PROTO1;
	t = m_tag_get(PACKET_TAG_INET6, 4, M_WAIT);
	m_tag_prepend(m, t);

	n = m_get(M_WAIT, MT_DATA);
	m_copy_pkthdr(n, m);
	KT_EQ(M_PKTHDR | M_MCAST | M_VLANTAG | M_LINK1, n->m_flags);
	KT(n->m_data == n->m_pktdat);
	KT_EQ(77, n->m_pkthdr.len);
	KT_EQ(1460, n->m_pkthdr.segsz);
	KT_EQ(12, n->m_pkthdr.ether_vtag);
	KT_EQ(3, n->m_pkthdr.rcvif_index);
	KT(m_tag_find(n, PACKET_TAG_INET6) != NULL);
	KT(m_tag_find(n, PACKET_TAG_INET6) != t);
	m_copy_rcvif(n, m);
	m_reset_rcvif(m);
	KT_EQ(0, m->m_pkthdr.rcvif_index);
	KT_EQ(3, n->m_pkthdr.rcvif_index);
	m_freem(n);

	n = m_get(M_WAIT, MT_DATA);
	m_move_pkthdr(n, m);
	KT_EQ(M_LINK5 | M_PROTO1, m->m_flags & ~(M_MCAST | M_VLANTAG |
	    M_LINK1));
	KT(m_tag_find(n, PACKET_TAG_INET6) == t);
	m_remove_pkthdr(n);
	KT_EQ(0, n->m_flags & M_PKTHDR);
	m_freem(n);
	m_freem(m);
	KMB_END;
}

void
rump_kt_mbuf_tags(void)
{
	struct m_tag *t[3], *c;
	struct mbuf *m, *n;
	int i;
	KMB_BEGIN;

	m = m_gethdr(M_WAIT, MT_DATA);
	KT(m_tag_find(m, PACKET_TAG_PF) == NULL);
	KT(m_tag_get(PACKET_TAG_PF, -1, M_WAIT) == NULL);
	KT(m_tag_get(PACKET_TAG_PF, 65536, M_WAIT) == NULL);
	for (i = 0; i < 3; i++) {
		t[i] = m_tag_get(PACKET_TAG_PF + i, 10 * i, M_WAIT);
		KT_EQ(10 * i, t[i]->m_tag_len);
		memset(t[i] + 1, 'a' + i, 10 * i);
		m_tag_prepend(m, t[i]);
	}
	for (i = 0; i < 3; i++)
		KT(m_tag_find(m, PACKET_TAG_PF + i) == t[i]);

	c = m_tag_copy(t[2]);
	KT_EQ(20, c->m_tag_len);
	KT_EQ(PACKET_TAG_PF + 2, c->m_tag_id);
	KT_EQ(0, memcmp(c + 1, t[2] + 1, 20));
	m_tag_free(c);

	/* A chain of tags: in order, instead of those there were. */
	n = m_gethdr(M_WAIT, MT_DATA);
	m_tag_prepend(n, m_tag_get(PACKET_TAG_MPLS, 1, M_WAIT));
	KT_EQ(1, m_tag_copy_chain(n, m));
	KT(m_tag_find(n, PACKET_TAG_MPLS) == NULL);
	i = 2;
	SLIST_FOREACH(c, &n->m_pkthdr.tags, m_tag_link) {
		KT_EQ(PACKET_TAG_PF + i, c->m_tag_id);
		KT_EQ(0, memcmp(c + 1, t[i] + 1, 10 * i));
		i--;
	}
	KT_EQ(-1, i);
	m_freem(n);

	m_tag_unlink(m, t[1]);
	KT(m_tag_find(m, PACKET_TAG_PF + 1) == NULL);
	m_tag_free(t[1]);
	m_tag_delete(m, t[2]);
	KT(SLIST_FIRST(&m->m_pkthdr.tags) == t[0]);
	n = m_copypacket(m, M_WAIT);
	m_tag_delete_chain(m);
	KT(SLIST_EMPTY(&m->m_pkthdr.tags));
	KT(m_tag_find(n, PACKET_TAG_PF) != NULL);
	m_freem(n);
	m_freem(m);
	KMB_END;
}

static struct mbuf *
numbered(int i)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	m->m_pkthdr.segsz = i;
	return m;
}

static void
is_numbered(struct mbuf *m, int i)
{

	KT(m != NULL && m->m_nextpkt == NULL);
	KT_EQ(i, m->m_pkthdr.segsz);
	m_freem(m);
}

void
rump_kt_mbuf_queues(void)
{
	MBUFQ_HEAD(kt_mbufq) q;
	struct ifaltq ifq;
	struct mbuf *m;
	int i, error;
	KMB_BEGIN;

	MBUFQ_INIT(&q);
	for (i = 1; i < 4; i++) {
		m = numbered(i);
		MBUFQ_ENQUEUE(&q, m);
	}
	m = numbered(0);
	MBUFQ_PREPEND(&q, m);
	KT_EQ(0, MBUFQ_FIRST(&q)->m_pkthdr.segsz);
	KT_EQ(1, MBUFQ_NEXT(MBUFQ_FIRST(&q))->m_pkthdr.segsz);
	for (i = 0; i < 4; i++) {
		MBUFQ_DEQUEUE(&q, m);
		is_numbered(m, i);
	}
	MBUFQ_DEQUEUE(&q, m);
	KT(m == NULL);
	m = numbered(8);
	MBUFQ_PREPEND(&q, m);
	m = numbered(9);
	MBUFQ_ENQUEUE(&q, m);
	KT_EQ(9, MBUFQ_NEXT(MBUFQ_FIRST(&q))->m_pkthdr.segsz);
	MBUFQ_DRAIN(&q);
	KT(MBUFQ_FIRST(&q) == NULL);

	memset(&ifq, 0, sizeof(ifq));
	IFQ_LOCK_INIT(&ifq);
	IFQ_SET_MAXLEN(&ifq, 3);
	IFQ_SET_READY(&ifq);
	KT(ALTQ_IS_READY(&ifq) && !ALTQ_IS_ENABLED(&ifq));
	KT(IFQ_IS_EMPTY(&ifq));
	for (i = 0; i < 5; i++) {
		m = numbered(i);
		IFQ_ENQUEUE(&ifq, m, error);
		KT_EQ(i < 3 ? 0 : ENOBUFS, error);
	}
	KT_EQ(3, ifq.ifq_len);
	KT_EQ(2, ifq.ifq_drops);
	IFQ_POLL(&ifq, m);
	KT_EQ(0, m->m_pkthdr.segsz);
	for (i = 0; i < 3; i++) {
		IFQ_DEQUEUE(&ifq, m);
		is_numbered(m, i);
	}
	IFQ_DEQUEUE(&ifq, m);
	KT(m == NULL && IFQ_IS_EMPTY(&ifq) && ifq.ifq_tail == NULL);
	m = numbered(1);
	IF_PREPEND(&ifq, m);
	m = numbered(2);
	IF_ENQUEUE(&ifq, m);
	KT_EQ(2, ifq.ifq_len);
	IFQ_PURGE(&ifq);
	KT(IFQ_IS_EMPTY(&ifq));
	IFQ_LOCK_DESTROY(&ifq);
	KMB_END;
}

static char printed[4096];

static void __printflike(1, 2)
collect(const char *fmt, ...)
{
	const size_t at = strlen(printed);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(printed + at, sizeof(printed) - at, fmt, ap);
	va_end(ap);
}

void
rump_kt_mbuf_print(void)
{
	struct kmb kb;
	KMB_BEGIN;

	kmb_make(&kb, "i3 c2", true);
	m_print(kb.kb_m, "", collect);
	KT(strstr(printed, "len 3 type 1") != NULL);
	KT(strstr(printed, "PKTHDR") != NULL);
	KT(strstr(printed, "pktlen 5") != NULL);
	KT(strstr(printed, "ext buf") == NULL);
	printed[0] = '\0';
	m_print(kb.kb_m, "cd", collect);
	KT(strstr(printed, "EXT_CLUSTER") != NULL);
	KT(strstr(printed, "size 2048 refcnt 1") != NULL);
	/* Bytes 3 and 4, in the cluster. */
	KT(strstr(printed, "\n   62 81\n") != NULL);
	kmb_free(&kb);
	KMB_END;
}

/* Each of these ends in a panic, whose text t_mbuf knows. */
void
rump_kt_mbuf_misuse(int how)
{
	static char buf[100];
	struct kmb kb;
	struct mbuf *m;

	kmb_make(&kb, "i10 i20", true);
	m = kb.kb_m;
	switch (how) {
	case 0:
		m_copydata(m, 0, 31, buf);
		break;
	case 1:
		m_copydata(m, 32, 0, buf);
		break;
	case 2:
		(void)m_copym(m, -1, 3, M_WAIT);
		break;
	case 3:
		(void)m_dup(m, 0, -2, M_WAIT);
		break;
	case 4:
		(void)m_copyback_cow(m, 20, 11, buf, M_WAIT);
		break;
	case 5:
		(void)m_split(m, -1, M_WAIT);
		break;
	case 6:
		(void)m_prepend(m, 401, M_WAIT);
		break;
	case 7:
		(void)m_apply(m, 25, 10, apply_sum, buf);
		break;
	case 8:
		m_remove_pkthdr(m);
		m_verify_packet(m);
		break;
	case 9:
		m->m_nextpkt = m;
		m_verify_packet(m);
		break;
	case 10:
		m->m_next->m_flags |= M_PKTHDR;
		m_verify_packet(m);
		break;
	case 11:
		m->m_pkthdr.len = 31;
		m_verify_packet(m);
		break;
	case 12:
		m->m_next->m_len = MLEN + 1;
		m_verify_packet(m);
		break;
	case 13:
		m_copyback(m, INT_MAX, 1, buf);
		break;
	case 14:
		(void)m_devget(buf, 10, 8, NULL);
		break;
	case 15:
		m->m_data = m->m_pktdat - 1;
		m_verify_packet(m);
		break;
	case 16:
		(void)m_free(m);
		(void)m_free(m);
		break;
	}
	printf("nothing happened\n");
}
