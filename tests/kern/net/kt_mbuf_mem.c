/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_mbuf_mem.
 */
#include "kmb.h"

#include <sys/domain.h>
#include <sys/protosw.h>
#include <sys/sysctl.h>

void	rump_kt_mbuf_nomem(void);
void	rump_kt_mbuf_limit(void);
void	rump_kt_mbuf_reclaim(void);
void	rump_kt_mbuf_sysctl(void);
void	rump_kt_mbuf_memlimit(int);

static char wbuf[12000];

static void
mbuf_sysctl(int num, void *oldp, size_t len, const int *newp, int error)
{
	int name[] = { CTL_KERN, KERN_MBUF, num };

	KT_EQ(error, old_sysctl(name, 3, oldp, oldp != NULL ? &len : NULL,
	    __UNCONST(newp), newp != NULL ? sizeof(*newp) : 0, curlwp));
}

/*
 * A function that must fail at each allocation, and then not: what it does to
 * the chain then is told by `after', which sees if it failed.
 */
#define	NOMEM(prepare, call, after)					\
	do {								\
		u_int n_;						\
		bool ok_ = false;					\
		for (n_ = 1; !ok_; n_++) {				\
			prepare;					\
			rump_fault_alloc = n_;				\
			ok_ = (call);					\
			KT_EQ(ok_, rump_fault_alloc != 0);		\
			rump_fault_alloc = 0;				\
			after;						\
		}							\
		KT(n_ > 2);						\
	} while (0)

/* The chain is freed by a failure, */
#define	NOMEM_FREED(spec, call)						\
	NOMEM(kmb_make(&kb, spec, true), (kb.kb_m = (call)) != NULL,	\
	    kmb_free(&kb))
/* or it is whole and a copy was to be made, or a change. */
#define	NOMEM_WHOLE(spec, call)						\
	NOMEM(kmb_make(&kb, spec, true), (c = (call)) != NULL,		\
	    { if (c == NULL) kmb_is(kb.kb_m, 0, kb.kb_len);		\
	    if (c != kb.kb_m) m_freem(c); kmb_free(&kb); })

static struct mbuf *
tagged(struct mbuf *m)
{

	m_tag_prepend(m, m_tag_get(PACKET_TAG_PF, 5, M_WAIT));
	m_tag_prepend(m, m_tag_get(PACKET_TAG_NPF, 5, M_WAIT));
	return m;
}

static struct mbuf *
extmalloc(struct mbuf *m)
{

	MEXTMALLOC(m, 10, M_DONTWAIT);
	return (m->m_flags & M_EXT) != 0 ? m : NULL;
}

void
rump_kt_mbuf_nomem(void)
{
	struct mbuf *c = NULL, *m;
	struct kmb kb;
	int off;
	KMB_BEGIN;

	for (off = 0; off < (int)sizeof(wbuf); off++)
		wbuf[off] = kmb_byte(off);
	NOMEM(, (c = m_get(M_DONTWAIT, MT_DATA)) != NULL, m_freem(c));
	NOMEM(, (c = m_gethdr(M_DONTWAIT, MT_DATA)) != NULL, m_freem(c));
	NOMEM(, (c = m_getcl(M_DONTWAIT, MT_DATA, M_PKTHDR)) != NULL,
	    m_freem(c));
	NOMEM(, (c = m_get_n(M_DONTWAIT, MT_DATA, 0, 1000)) != NULL,
	    m_freem(c));
	NOMEM(, (c = m_gethdr_n(M_DONTWAIT, MT_DATA, 0, 1000)) != NULL,
	    m_freem(c));
	NOMEM(m = m_get(M_WAIT, MT_DATA), extmalloc(m) != NULL, m_freem(m));
	NOMEM(m = tagged(m_gethdr(M_WAIT, MT_DATA)),
	    (c = m_copypacket(m, M_DONTWAIT)) != NULL,
	    { m_freem(c); m_freem(m); });
	NOMEM({ m = tagged(m_gethdr(M_WAIT, MT_DATA));
	    c = tagged(m_gethdr(M_WAIT, MT_DATA)); },
	    m_tag_copy_chain(c, m) != 0,
	    { KT_EQ(ok_, !SLIST_EMPTY(&c->m_pkthdr.tags));
	    m_freem(c); m_freem(m); });
	NOMEM(, (c = m_devget(wbuf, 5000, 0, NULL)) != NULL, m_freem(c));

	NOMEM_WHOLE("i20 c300 x50 i3",
	    m_copym(kb.kb_m, 3, M_COPYALL, M_DONTWAIT));
	NOMEM_WHOLE("i20 c300 x5000 i3",
	    m_dup(kb.kb_m, 3, M_COPYALL, M_DONTWAIT));
	NOMEM_WHOLE("i20 x5000 i3", m_defrag(kb.kb_m, M_DONTWAIT));
	NOMEM_WHOLE("i20 i456 i3", m_split(kb.kb_m, 21, M_DONTWAIT));
	NOMEM_WHOLE("x20 s200 i3",
	    m_makewritable(&kb.kb_m, 0, M_COPYALL, M_DONTWAIT) == 0 ?
	    kb.kb_m : NULL);
	NOMEM_WHOLE("x20 i300", m_ensure_contig(&kb.kb_m, 50) ?
	    kb.kb_m : NULL);

	NOMEM_FREED("x20 s500", m_pullup(kb.kb_m, 300));
	NOMEM_FREED("i20 s500", m_copyup(kb.kb_m, 300, 16));
	NOMEM_FREED("i20 s500 c1600", m_pulldown(kb.kb_m, 100, 200, &off) ==
	    NULL ? NULL : kb.kb_m);
	NOMEM_FREED("i20 s500 i16", m_pulldown(kb.kb_m, 100, 430, NULL) ==
	    NULL ? NULL : kb.kb_m);
	NOMEM_FREED("i20", m_prepend(kb.kb_m, 100, M_DONTWAIT));
	NOMEM_FREED("s20 x400", m_copyback_cow(kb.kb_m, 10, 400, wbuf,
	    M_DONTWAIT));

	/* These tell how far they came, and nothing is lost. */
	NOMEM(kmb_make(&kb, "i400", true),
	    m_append(kb.kb_m, 6000, wbuf + 400) != 0,
	    { kmb_is(kb.kb_m, 0, kb.kb_m->m_pkthdr.len);
	    KT_EQ(ok_, kb.kb_m->m_pkthdr.len == 6400); kmb_free(&kb); });
	NOMEM(kmb_make(&kb, "i400", true),
	    (m_copyback(kb.kb_m, 400, 6000, wbuf + 400),
	    kb.kb_m->m_pkthdr.len == 6400),
	    { kmb_is(kb.kb_m, 0, kb.kb_m->m_pkthdr.len); kmb_free(&kb); });
	/* A gap there is no memory for. */
	NOMEM(kmb_make(&kb, "i400", true),
	    (m_copyback(kb.kb_m, 6000, 10, wbuf),
	    kb.kb_m->m_pkthdr.len == 6010),
	    { m_verify_packet(kb.kb_m); kmb_free(&kb); });
	KMB_END;
}

/* kt_mbuf_limit: a thread that wants a cluster there is none of. */
static void
want_cluster(void *arg)
{
	struct mbuf **mp = arg;

	*mp = m_getcl(M_WAIT, MT_DATA, 0);
	kthread_exit(0);
}

static void
free_cluster(void *arg)
{

	m_free(arg);
	kthread_exit(0);
}

static lwp_t *
start_on(int cpu, void (*func)(void *), void *arg)
{
	lwp_t *l;

	KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    cpu_lookup(cpu), func, arg, &l, "kt%d", cpu));
	return l;
}

#define	LIMIT	32

static int
take_all(struct mbuf **list)
{
	struct mbuf *m;
	int n = 0;

	*list = NULL;
	while ((m = m_getcl(M_DONTWAIT, MT_DATA, 0)) != NULL) {
		m->m_next = *list;
		*list = m;
		n++;
	}
	return n;
}

static u_long
waits(void)
{
	struct mbstat st;

	mbuf_sysctl(MBUF_STATS, &st, sizeof(st), NULL, 0);
	return st.m_wait;
}

void
rump_kt_mbuf_limit(void)
{
	struct mbuf *list, *got = NULL;
	struct mbstat st;
	struct mbuf *next;
	lwp_t *waiter;
	KMB_BEGIN;

	pool_cache_sethardlimit(mcl_cache, LIMIT, NULL, 0);
	KT_EQ(LIMIT - cl_, take_all(&list));
	mbuf_sysctl(MBUF_STATS, &st, sizeof(st), NULL, 0);
	KT_EQ(1, st.m_drops);
	KT_EQ(0, st.m_wait);

	/* Who waits gets one that comes back, on whatever CPU. */
	waiter = start_on(1, want_cluster, &got);
	while (waits() == 0)
		kt_pause(1);
	KT(got == NULL);
	next = list->m_next;
	KT_EQ(0, kthread_join(start_on(0, free_cluster, list)));
	list = next;
	KT_EQ(0, kthread_join(waiter));
	KT(got != NULL && (got->m_flags & M_EXT_CLUSTER) != 0);
	m_freem(got);
	m_freem(list);

	pool_cache_sethardlimit(mcl_cache, nmbclusters, NULL, 0);
	KMB_END;
}

static struct mbuf *stash;
static int drained;

static void
kt_drain(void)
{

	KT(KERNEL_LOCKED_P());
	drained++;
	m_freem(stash);
	stash = NULL;
}

static int inited;

static void
kt_init(void)
{

	inited++;
	max_protohdr = MAX(max_protohdr, 60);
}

static struct domain kt_domain;
static const struct protosw kt_protosw[] = {
	{ .pr_domain = &kt_domain, .pr_init = kt_init },
	{ .pr_domain = &kt_domain, .pr_drain = kt_drain },
};
static struct domain kt_domain = {
	.dom_family = AF_MAX + 1,
	.dom_name = "kt",
	.dom_init = kt_init,
	.dom_protosw = kt_protosw,
	.dom_protoswNPROTOSW = &kt_protosw[__arraycount(kt_protosw)],
};

/* Protocols that have memory to spare give it when there is none. */
void
rump_kt_mbuf_reclaim(void)
{
	struct mbstat before, after;
	struct mbuf *m;
	KMB_BEGIN;

	KT(pffinddomain(AF_MAX + 1) == NULL);
	domain_attach(&kt_domain);
	KT(pffinddomain(AF_MAX + 1) == &kt_domain);
	KT_EQ(2, inited);
	KT_EQ(16 + 60, max_hdr);
	KT_EQ(MHLEN - max_hdr, max_datalen);

	pool_cache_sethardlimit(mcl_cache, LIMIT, NULL, 0);
	(void)take_all(&stash);
	mbuf_sysctl(MBUF_STATS, &before, sizeof(before), NULL, 0);
	KT_EQ(0, drained);
	m = m_getcl(M_WAIT, MT_DATA, 0);
	KT_EQ(1, drained);
	KT(stash == NULL);
	m_freem(m);
	(void)pool_cache_reclaim(mb_cache);
	KT_EQ(2, drained);
	mbuf_sysctl(MBUF_STATS, &after, sizeof(after), NULL, 0);
	KT_EQ(before.m_drain + 2, after.m_drain);
	KT_EQ(before.m_wait, after.m_wait);
	pool_cache_sethardlimit(mcl_cache, nmbclusters, NULL, 0);
	KMB_END;
}

void
rump_kt_mbuf_sysctl(void)
{
	struct mbstat a, b;
	struct mbuf *m;
	int v, w, max;
	KMB_BEGIN;

	mbuf_sysctl(MBUF_MSIZE, &v, sizeof(v), NULL, 0);
	KT_EQ(512, v);
	mbuf_sysctl(MBUF_MCLBYTES, &v, sizeof(v), NULL, 0);
	KT_EQ(2048, v);
	v = 100;
	mbuf_sysctl(MBUF_MSIZE, NULL, 0, &v, EPERM);

	mbuf_sysctl(MBUF_NMBCLUSTERS, &v, sizeof(v), NULL, 0);
	mbuf_sysctl(MBUF_NMBCLUSTERS_LIMIT, &max, sizeof(max), NULL, 0);
	KT(v > 0 && max > v);
	w = v - 1;
	mbuf_sysctl(MBUF_NMBCLUSTERS, NULL, 0, &w, EINVAL);
	w = max + 1;
	mbuf_sysctl(MBUF_NMBCLUSTERS, NULL, 0, &w, EINVAL);
	w = v + 10;
	mbuf_sysctl(MBUF_NMBCLUSTERS, NULL, 0, &w, 0);
	KT_EQ(v + 10, nmbclusters);

	w = -1;
	mbuf_sysctl(MBUF_MBLOWAT, NULL, 0, &w, EINVAL);
	w = nmbclusters + 1;
	mbuf_sysctl(MBUF_MCLLOWAT, NULL, 0, &w, EINVAL);
	w = 40;
	mbuf_sysctl(MBUF_MCLLOWAT, NULL, 0, &w, 0);
	mbuf_sysctl(MBUF_MCLLOWAT, &v, sizeof(v), NULL, 0);
	KT_EQ(40, v);

	mbuf_sysctl(MBUF_STATS, &a, sizeof(a), NULL, 0);
	m = m_get(M_WAIT, MT_FTABLE);
	m->m_next = m_get(M_WAIT, MT_OOBDATA);
	m->m_next->m_next = m_get(M_WAIT, MT_OOBDATA);
	mbuf_sysctl(MBUF_STATS, &b, sizeof(b), NULL, 0);
	KT_EQ(a.m_mtypes[MT_FTABLE] + 1, b.m_mtypes[MT_FTABLE]);
	KT_EQ(a.m_mtypes[MT_OOBDATA] + 2, b.m_mtypes[MT_OOBDATA]);
	MCHTYPE(m, MT_DATA);
	m_freem(m->m_next);
	m->m_next = NULL;
	mbuf_sysctl(MBUF_STATS, &b, sizeof(b), NULL, 0);
	KT_EQ(a.m_mtypes[MT_FTABLE], b.m_mtypes[MT_FTABLE]);
	KT_EQ(a.m_mtypes[MT_DATA] + 1, b.m_mtypes[MT_DATA]);
	KT_EQ(a.m_mtypes[MT_OOBDATA], b.m_mtypes[MT_OOBDATA]);
	m_freem(m);
	KMB_END;
}

void
rump_kt_mbuf_memlimit(int bytes)
{
	struct mbuf *list;
	int v, max;

	mbuf_sysctl(MBUF_NMBCLUSTERS, &v, sizeof(v), NULL, 0);
	mbuf_sysctl(MBUF_NMBCLUSTERS_LIMIT, &max, sizeof(max), NULL, 0);
	KT_EQ(bytes / 4 / MCLBYTES, v);
	KT_EQ(bytes / 2 / MCLBYTES, max);
	v = max + 1;
	mbuf_sysctl(MBUF_NMBCLUSTERS, NULL, 0, &v, EINVAL);
	KT_EQ(nmbclusters, take_all(&list));
	m_freem(list);
}
