/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets in pieces.  The pieces of one are on a list in the order of their
 * data; it is complete when as many bytes are there as the last piece says.
 * Pieces that overlap are not from an honest sender: all of the packet is
 * dropped, and what comes of it later too (RFC 5722 section 3); one that came
 * before is not heard twice.
 *
 * Limits: packets (net.inet.ip.maxfragpackets), pieces of all (ip_maxfrags)
 * and of one (FRAGS_MAX), time (IPFRAGTTL).  Where a new packet has no room
 * the oldest of its chain goes, or else it; a piece that has none is dropped.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/hash.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include "ip_private.h"

#define	NCHAINS		64		/* a power of two */
#define	FRAGS_MAX	512

int ip_maxfragpackets = 200;
int ip_maxfrags = 4096;

/* A piece; its header is still there. */
struct frag {
	TAILQ_ENTRY(frag) f_next;
	struct mbuf	*f_m;
	u_int		f_first;	/* bytes of the packet's data */
	u_int		f_end;
	u_int		f_hlen;
};

/* A packet, or what is remembered of one that was dropped. */
struct fragq {
	TAILQ_ENTRY(fragq) q_next;
	TAILQ_HEAD(fraghead, frag) q_frags;
	struct in_addr	q_src, q_dst;
	uint16_t	q_id;
	uint8_t		q_p;
	uint8_t		q_ttl;		/* slow ticks */
	uint8_t		q_ecn;		/* bits 1 << IPTOS_ECN */
	bool		q_dead;
	u_int		q_n;
	u_int		q_have;		/* bytes */
	u_int		q_all;		/* bytes, 0: not known */
};

/* The oldest is first. */
static struct chain {
	kmutex_t	c_mtx;
	TAILQ_HEAD(, fragq) c_head;	/* c_mtx */
} chains[NCHAINS];

static volatile u_int npackets, nfrags;
static uint32_t seed;			/* constant */
static struct pool frag_pool, fragq_pool;

void
ip_reass_init(void)
{
	u_int i;

	for (i = 0; i < NCHAINS; i++) {
		mutex_init(&chains[i].c_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
		TAILQ_INIT(&chains[i].c_head);
	}
	seed = cprng_strong32();
	pool_init(&frag_pool, sizeof(struct frag), 0, 0, 0, "ipfrag", NULL,
	    IPL_SOFTNET);
	pool_init(&fragq_pool, sizeof(struct fragq), 0, 0, 0, "ipfragq", NULL,
	    IPL_SOFTNET);
}

static struct chain *
chain_of(const struct ip *ip)
{
	const uint32_t key[] = { ip->ip_src.s_addr, ip->ip_dst.s_addr,
	    (uint32_t)ip->ip_id << 16 | ip->ip_p };

	return &chains[murmurhash2(key, sizeof(key), seed) % NCHAINS];
}

static struct fragq *
find(struct chain *c, const struct ip *ip)
{
	struct fragq *q;

	KASSERT(mutex_owned(&c->c_mtx));
	TAILQ_FOREACH(q, &c->c_head, q_next) {
		if (q->q_id == ip->ip_id && q->q_p == ip->ip_p &&
		    in_hosteq(q->q_src, ip->ip_src) &&
		    in_hosteq(q->q_dst, ip->ip_dst))
			break;
	}
	return q;
}

/* They are counted as dropped, or late. */
static void
free_frags(struct fragq *q, u_int why)
{
	struct frag *f;

	while ((f = TAILQ_FIRST(&q->q_frags)) != NULL) {
		TAILQ_REMOVE(&q->q_frags, f, f_next);
		m_freem(f->f_m);
		pool_put(&frag_pool, f);
	}
	ip_statadd(why, q->q_n);
	atomic_add_int(&nfrags, -(int)q->q_n);
	q->q_n = 0;
}

static void
remove_q(struct chain *c, struct fragq *q, u_int why)
{

	KASSERT(mutex_owned(&c->c_mtx));
	free_frags(q, why);
	TAILQ_REMOVE(&c->c_head, q, q_next);
	pool_put(&fragq_pool, q);
	atomic_dec_uint(&npackets);
}

static void
kill_q(struct fragq *q)
{

	free_frags(q, IP_STAT_FRAGDROPPED);
	q->q_dead = true;
}

/* NULL: there is no room, or no memory. */
static struct fragq *
make_q(struct chain *c, const struct ip *ip)
{
	const int most = ip_maxfragpackets;
	struct fragq *q;

	if (most == 0)
		return NULL;
	if (most > 0 && npackets >= (u_int)most) {
		if ((q = TAILQ_FIRST(&c->c_head)) == NULL)
			return NULL;
		remove_q(c, q, IP_STAT_FRAGDROPPED);
	}
	if ((q = pool_get(&fragq_pool, PR_NOWAIT | PR_ZERO)) == NULL) {
		ip_statinc(IP_STAT_RCVMEMDROP);
		return NULL;
	}
	TAILQ_INIT(&q->q_frags);
	q->q_src = ip->ip_src;
	q->q_dst = ip->ip_dst;
	q->q_id = ip->ip_id;
	q->q_p = ip->ip_p;
	q->q_ttl = IPFRAGTTL;
	TAILQ_INSERT_TAIL(&c->c_head, q, q_next);
	atomic_inc_uint(&npackets);
	return q;
}

/* Where the piece goes, behind which; false: it overlaps, *dup if all of it
 * is there already. */
static bool
find_place(struct fragq *q, const struct frag *new, struct frag **behind,
    bool *dup)
{
	struct frag *f, *next;

	*dup = false;
	TAILQ_FOREACH_REVERSE(f, &q->q_frags, fraghead, f_next) {
		if (f->f_first <= new->f_first)
			break;
	}
	if (f != NULL && f->f_end > new->f_first) {
		*dup = f->f_first == new->f_first && f->f_end == new->f_end;
		return false;
	}
	next = f != NULL ? TAILQ_NEXT(f, f_next) : TAILQ_FIRST(&q->q_frags);
	*behind = f;
	return next == NULL || next->f_first >= new->f_end;
}

/* Does it say the same of the packet's length as the others? */
static bool
length_fits(const struct fragq *q, const struct frag *new, bool last)
{
	const struct frag *tail;

	if (q->q_all != 0)
		return last ? new->f_end == q->q_all : new->f_end <= q->q_all;
	if (!last)
		return true;
	TAILQ_FOREACH(tail, &q->q_frags, f_next) {
		if (tail->f_end > new->f_end)
			return false;
	}
	return true;
}

/* The data of all, behind the first header.  NULL: dropped. */
static struct mbuf *
join(struct fragq *q)
{
	struct frag *f = TAILQ_FIRST(&q->q_frags);
	struct mbuf *m = f->f_m, *tail, *n;
	struct ip *ip = mtod(m, struct ip *);
	const u_int len = f->f_hlen + q->q_all;

	/* RFC 3168 section 5.3. */
	if (len > IP_MAXPACKET || (q->q_ecn & (1 << IPTOS_ECN_CE |
	    1 << IPTOS_ECN_NOTECT)) == (1 << IPTOS_ECN_CE |
	    1 << IPTOS_ECN_NOTECT)) {
		ip_statinc(len > IP_MAXPACKET ? IP_STAT_TOOLONG :
		    IP_STAT_BADFRAGS);
		return NULL;
	}
	if ((q->q_ecn & 1 << IPTOS_ECN_CE) != 0)
		ip->ip_tos |= IPTOS_ECN_CE;
	ip->ip_len = htons((uint16_t)len);
	ip->ip_off = 0;
	for (tail = m; tail->m_next != NULL; tail = tail->m_next)
		continue;
	f->f_m = NULL;
	while ((f = TAILQ_NEXT(f, f_next)) != NULL) {
		n = f->f_m;
		f->f_m = NULL;
		m_adj(n, (int)f->f_hlen);
		m_remove_pkthdr(n);
		tail->m_next = n;
		for (tail = n; tail->m_next != NULL; tail = tail->m_next)
			continue;
	}
	m->m_pkthdr.len = (int)len;
	m->m_pkthdr.csum_flags = 0;
	return m;
}

/* The piece is the queue's, or freed with an error. */
static int
add(struct fragq *q, struct frag *new, bool last)
{
	struct frag *behind;
	bool dup;

	if (q->q_dead)
		return EINVAL;
	if (!find_place(q, new, &behind, &dup)) {
		if (!dup)
			kill_q(q);
		return EINVAL;
	}
	if (!length_fits(q, new, last) || q->q_n >= FRAGS_MAX) {
		kill_q(q);
		return EINVAL;
	}
	if (behind == NULL)
		TAILQ_INSERT_HEAD(&q->q_frags, new, f_next);
	else
		TAILQ_INSERT_AFTER(&q->q_frags, behind, new, f_next);
	if (last)
		q->q_all = new->f_end;
	q->q_have += new->f_end - new->f_first;
	q->q_ecn |= (uint8_t)(1 << IPTOS_ECN(
	    mtod(new->f_m, const struct ip *)->ip_tos));
	q->q_n++;
	atomic_inc_uint(&nfrags);
	return 0;
}

/* Lengths and place of a piece: RFC 791, RFC 1858. */
static bool
measure(struct mbuf *m, struct frag *f, bool *last)
{
	const struct ip *ip = mtod(m, const struct ip *);
	const u_int off = (u_int)(ntohs(ip->ip_off) & IP_OFFMASK) << 3;
	u_int len;

	f->f_m = m;
	f->f_hlen = ip->ip_hl << 2;
	f->f_first = off;
	len = ntohs(ip->ip_len) - f->f_hlen;
	f->f_end = off + len;
	*last = (ip->ip_off & htons(IP_MF)) == 0;
	if (len == 0 || (!*last && (len & 7) != 0))
		return false;
	/* The headers of a transport come in one piece. */
	if (off > 0 && off + f->f_hlen < IP_MINFRAGSIZE - 1)
		return false;
	return f->f_end + f->f_hlen <= IP_MAXPACKET;
}

int
ip_reass_packet(struct mbuf **mp)
{
	struct mbuf *m = *mp;
	const struct ip *ip = mtod(m, const struct ip *);
	struct chain *c = chain_of(ip);
	struct frag *new;
	struct fragq *q = NULL;
	bool last;
	int error = EINVAL;

	*mp = NULL;
	if ((new = pool_get(&frag_pool, PR_NOWAIT)) == NULL) {
		ip_statinc(IP_STAT_RCVMEMDROP);
		m_freem(m);
		return ENOBUFS;
	}
	if (!measure(m, new, &last)) {
		ip_statinc(IP_STAT_BADFRAGS);
		goto drop;
	}
	mutex_enter(&c->c_mtx);
	if (nfrags < (u_int)ip_maxfrags && (q = find(c, ip)) == NULL)
		q = make_q(c, ip);
	if (q == NULL || (error = add(q, new, last)) != 0) {
		mutex_exit(&c->c_mtx);
		ip_statinc(IP_STAT_FRAGDROPPED);
		goto drop;
	}
	if (q->q_have == q->q_all) {
		if ((*mp = join(q)) != NULL) {
			/* They are not dropped. */
			atomic_add_int(&nfrags, -(int)q->q_n);
			q->q_n = 0;
		}
		remove_q(c, q, IP_STAT_FRAGDROPPED);
	}
	mutex_exit(&c->c_mtx);
	return 0;
drop:
	pool_put(&frag_pool, new);
	m_freem(m);
	return error;
}

/* The first piece of a packet that is late, for an answer; or NULL. */
static struct mbuf *
expire(struct chain *c, struct fragq *q)
{
	struct frag *f = TAILQ_FIRST(&q->q_frags);
	struct mbuf *m = NULL;

	if (f != NULL && f->f_first == 0) {
		m = f->f_m;
		f->f_m = NULL;
	}
	remove_q(c, q, IP_STAT_FRAGTIMEOUT);
	return m;
}

void
ip_reass_slowtimo(void)
{
	struct fragq *q, *next;
	struct mbuf *m, *late = NULL;
	struct chain *c;

	if (atomic_load_relaxed(&npackets) == 0)
		return;
	for (c = chains; c < &chains[NCHAINS]; c++) {
		mutex_enter(&c->c_mtx);
		TAILQ_FOREACH_SAFE(q, &c->c_head, q_next, next) {
			if (--q->q_ttl > 0 || (m = expire(c, q)) == NULL)
				continue;
			m->m_nextpkt = late;
			late = m;
		}
		mutex_exit(&c->c_mtx);
	}
	for (; (m = late) != NULL;) {
		late = m->m_nextpkt;
		m->m_nextpkt = NULL;
		icmp_error(m, ICMP_TIMXCEED, ICMP_TIMXCEED_REASS, 0, 0);
	}
}

/* Memory is short. */
void
ip_reass_drain(void)
{
	struct chain *c;

	for (c = chains; c < &chains[NCHAINS]; c++) {
		if (!mutex_tryenter(&c->c_mtx))
			continue;
		while (!TAILQ_EMPTY(&c->c_head))
			remove_q(c, TAILQ_FIRST(&c->c_head),
			    IP_STAT_FRAGDROPPED);
		mutex_exit(&c->c_mtx);
	}
}
