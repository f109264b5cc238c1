/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets in pieces, of both families.  The pieces of one are on a list in the
 * order of their data; it is complete when as many bytes are there as the last
 * piece says.  Pieces that overlap are not from an honest sender: all of the
 * packet is dropped, and what comes of it later too (RFC 5722 section 3, which
 * does IPv4 good as well); one that came before is not heard twice.
 *
 * Limits: packets and pieces of all, which the family says, pieces of one
 * packet (PIECES_MAX) and of one sender, time.  Where a new packet has no room
 * the oldest of its chain goes, or else it; a piece that has none is dropped.
 * A sender has a quarter of all pieces at most, so that others have room
 * however many he sends; senders are told apart by a hash.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/hash.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/systm.h>

#include <netinet/ip.h>

#include <rump-sys/net_reass.h>

#define	NCHAINS		64		/* a power of two */
#define	PIECES_MAX	512
#define	NSENDERS	256		/* a power of two */

/* It is compared and hashed as bytes. */
CTASSERT(sizeof(struct reass_key) == 2 * sizeof(struct in6_addr) +
    2 * sizeof(uint32_t) + sizeof(uint64_t));

/* A packet, or what is remembered of one that was dropped. */
struct packet {
	TAILQ_ENTRY(packet) q_next;
	TAILQ_HEAD(piecehead, reass_piece) q_pieces;
	struct reass_key q_key;
	uint8_t		q_ttl;		/* slow ticks */
	uint8_t		q_ecn;		/* bits 1 << IPTOS_ECN */
	bool		q_dead;
	u_int		q_n;
	u_int		q_have;		/* bytes */
	u_int		q_all;		/* bytes, 0: not known */
};

/* The oldest is first. */
struct chain {
	kmutex_t	c_mtx;
	TAILQ_HEAD(, packet) c_head;	/* c_mtx */
};

/* c: constant; a: atomic. */
struct reass {
	const struct reass_family *r_fam; /* c */
	uint32_t	r_seed;		/* c */
	volatile u_int	r_npackets;	/* a */
	volatile u_int	r_npieces;	/* a */
	volatile u_int	r_npieces_of[NSENDERS];	/* a */
	struct pool	r_pieces;
	struct pool	r_packets;
	struct chain	r_chains[NCHAINS];
};

struct reass *
reass_create(const struct reass_family *fam)
{
	struct reass *r = kmem_zalloc(sizeof(*r), KM_SLEEP);
	u_int i;

	for (i = 0; i < NCHAINS; i++) {
		mutex_init(&r->r_chains[i].c_mtx, MUTEX_DEFAULT,
		    IPL_SOFTNET);
		TAILQ_INIT(&r->r_chains[i].c_head);
	}
	r->r_fam = fam;
	r->r_seed = cprng_strong32();
	pool_init(&r->r_pieces, sizeof(struct reass_piece), 0, 0, 0,
	    fam->rf_piecepool, NULL, IPL_SOFTNET);
	pool_init(&r->r_packets, sizeof(struct packet), 0, 0, 0,
	    fam->rf_packetpool, NULL, IPL_SOFTNET);
	return r;
}

static void
count(const struct reass *r, enum reass_event why, u_int n)
{

	(*r->r_fam->rf_count)(why, n);
}

static struct chain *
chain_of(struct reass *r, const struct reass_key *key)
{

	return &r->r_chains[murmurhash2(key, sizeof(*key), r->r_seed) %
	    NCHAINS];
}

static volatile u_int *
pieces_of(struct reass *r, const struct reass_key *key)
{

	return &r->r_npieces_of[murmurhash2(&key->rk_sender,
	    sizeof(key->rk_sender), r->r_seed) % NSENDERS];
}

static bool
have_room(struct reass *r, const struct reass_key *key)
{
	const u_int most = (u_int)*r->r_fam->rf_maxpieces;

	return atomic_load_relaxed(&r->r_npieces) < most &&
	    atomic_load_relaxed(pieces_of(r, key)) < MAX(most / 4, 1);
}

/* So many of a packet come, or go. */
static void
count_pieces(struct reass *r, const struct packet *q, int n)
{

	atomic_add_int(&r->r_npieces, n);
	atomic_add_int(pieces_of(r, &q->q_key), n);
}

static struct packet *
find(struct chain *c, const struct reass_key *key)
{
	struct packet *q;

	KASSERT(mutex_owned(&c->c_mtx));
	TAILQ_FOREACH(q, &c->c_head, q_next) {
		if (memcmp(&q->q_key, key, sizeof(*key)) == 0)
			break;
	}
	return q;
}

/* They are counted as dropped, or late. */
static void
free_pieces(struct reass *r, struct packet *q, enum reass_event why)
{
	struct reass_piece *p;

	while ((p = TAILQ_FIRST(&q->q_pieces)) != NULL) {
		TAILQ_REMOVE(&q->q_pieces, p, rp_next);
		m_freem(p->rp_m);
		pool_put(&r->r_pieces, p);
	}
	count(r, why, q->q_n);
	count_pieces(r, q, -(int)q->q_n);
	q->q_n = 0;
}

static void
remove_packet(struct reass *r, struct chain *c, struct packet *q,
    enum reass_event why)
{

	KASSERT(mutex_owned(&c->c_mtx));
	free_pieces(r, q, why);
	TAILQ_REMOVE(&c->c_head, q, q_next);
	pool_put(&r->r_packets, q);
	atomic_dec_uint(&r->r_npackets);
}

static void
kill_packet(struct reass *r, struct packet *q)
{

	free_pieces(r, q, REASS_DROPPED);
	q->q_dead = true;
}

/* NULL: there is no room, or no memory. */
static struct packet *
make_packet(struct reass *r, struct chain *c, const struct reass_key *key)
{
	const int most = *r->r_fam->rf_maxpackets;
	struct packet *q;

	if (most == 0)
		return NULL;
	if (most > 0 && atomic_load_relaxed(&r->r_npackets) >= (u_int)most) {
		if ((q = TAILQ_FIRST(&c->c_head)) == NULL)
			return NULL;
		count(r, REASS_OVERFLOW, 1);
		remove_packet(r, c, q, REASS_DROPPED);
	}
	if ((q = pool_get(&r->r_packets, PR_NOWAIT | PR_ZERO)) == NULL) {
		count(r, REASS_NOMEM, 1);
		return NULL;
	}
	TAILQ_INIT(&q->q_pieces);
	q->q_key = *key;
	q->q_ttl = r->r_fam->rf_ttl;
	TAILQ_INSERT_TAIL(&c->c_head, q, q_next);
	atomic_inc_uint(&r->r_npackets);
	return q;
}

/* Where the piece goes, behind which; false: it overlaps, *dup if all of it
 * is there already. */
static bool
find_place(struct packet *q, const struct reass_piece *new,
    struct reass_piece **behind, bool *dup)
{
	struct reass_piece *p, *next;

	*dup = false;
	TAILQ_FOREACH_REVERSE(p, &q->q_pieces, piecehead, rp_next) {
		if (p->rp_first <= new->rp_first)
			break;
	}
	if (p != NULL && p->rp_end > new->rp_first) {
		*dup = p->rp_first == new->rp_first &&
		    p->rp_end == new->rp_end;
		return false;
	}
	next = p != NULL ? TAILQ_NEXT(p, rp_next) :
	    TAILQ_FIRST(&q->q_pieces);
	*behind = p;
	return next == NULL || next->rp_first >= new->rp_end;
}

/* Does it say the same of the packet's length as the others? */
static bool
length_fits(const struct packet *q, const struct reass_piece *new)
{
	const struct reass_piece *tail;

	if (q->q_all != 0)
		return new->rp_last ? new->rp_end == q->q_all :
		    new->rp_end <= q->q_all;
	if (!new->rp_last)
		return true;
	tail = TAILQ_LAST(&q->q_pieces, piecehead);
	return tail == NULL || tail->rp_end <= new->rp_end;
}

/* The piece is the packet's, or else its owner frees it. */
static bool
add(struct reass *r, struct packet *q, struct reass_piece *new)
{
	struct reass_piece *behind;
	bool dup;

	if (q->q_dead)
		return false;
	if (!find_place(q, new, &behind, &dup)) {
		if (!dup)
			kill_packet(r, q);
		return false;
	}
	if (!length_fits(q, new) || q->q_n >= PIECES_MAX) {
		kill_packet(r, q);
		return false;
	}
	if (behind == NULL)
		TAILQ_INSERT_HEAD(&q->q_pieces, new, rp_next);
	else
		TAILQ_INSERT_AFTER(&q->q_pieces, behind, new, rp_next);
	if (new->rp_last)
		q->q_all = new->rp_end;
	q->q_have += new->rp_end - new->rp_first;
	q->q_ecn |= (uint8_t)(1 << new->rp_ecn);
	q->q_n++;
	count_pieces(r, q, 1);
	return true;
}

/* A whole packet that no sender can mean. */
static bool
wrong(const struct reass *r, const struct packet *q)
{
	const uint8_t bad = 1 << IPTOS_ECN_CE | 1 << IPTOS_ECN_NOTECT;
	const struct reass_piece *p = TAILQ_FIRST(&q->q_pieces);

	/* The first one's headers may be longer than the last one's. */
	if (p->rp_hlen - r->r_fam->rf_uncounted + q->q_all > IP_MAXPACKET) {
		count(r, REASS_TOOLONG, 1);
		return true;
	}
	if ((q->q_ecn & bad) == bad) {
		count(r, REASS_BADECN, 1);
		return true;
	}
	return false;
}

/* The data of all, behind the first one's headers. */
static void
join(struct packet *q, struct reass_piece *whole)
{
	struct reass_piece *p = TAILQ_FIRST(&q->q_pieces);
	struct mbuf *m = p->rp_m, *tail = m, *n;

	KASSERT(p->rp_first == 0);
	*whole = *p;
	p->rp_m = NULL;
	while ((p = TAILQ_NEXT(p, rp_next)) != NULL) {
		n = p->rp_m;
		p->rp_m = NULL;
		m_adj(n, (int)p->rp_hlen);
		m_remove_pkthdr(n);
		while (tail->m_next != NULL)
			tail = tail->m_next;
		tail->m_next = n;
	}
	m->m_pkthdr.len = (int)(whole->rp_hlen + q->q_all);
	m->m_pkthdr.csum_flags = 0;
	if ((q->q_ecn & 1 << IPTOS_ECN_CE) != 0)
		whole->rp_ecn = IPTOS_ECN_CE;
}

int
reass_add(struct reass *r, const struct reass_key *key,
    struct reass_piece *p)
{
	struct chain *c = chain_of(r, key);
	struct reass_piece *new;
	struct packet *q = NULL;

	KASSERT(p->rp_end > p->rp_first);
	KASSERT(p->rp_ecn <= IPTOS_ECN_MASK);
	if ((new = pool_get(&r->r_pieces, PR_NOWAIT)) == NULL) {
		count(r, REASS_NOMEM, 1);
		count(r, REASS_DROPPED, 1);
		m_freem(p->rp_m);
		return ENOBUFS;
	}
	*new = *p;
	p->rp_m = NULL;
	mutex_enter(&c->c_mtx);
	if (have_room(r, key) && (q = find(c, key)) == NULL)
		q = make_packet(r, c, key);
	if (q == NULL || !add(r, q, new)) {
		mutex_exit(&c->c_mtx);
		count(r, REASS_DROPPED, 1);
		m_freem(new->rp_m);
		pool_put(&r->r_pieces, new);
		return EINVAL;
	}
	if (q->q_have == q->q_all) {
		if (!wrong(r, q)) {
			join(q, p);
			/* They are not dropped. */
			count_pieces(r, q, -(int)q->q_n);
			q->q_n = 0;
		}
		remove_packet(r, c, q, REASS_DROPPED);
	}
	mutex_exit(&c->c_mtx);
	return 0;
}

/* The first piece of a packet that is late, for an answer; or NULL. */
static struct mbuf *
expire(struct reass *r, struct chain *c, struct packet *q)
{
	struct reass_piece *p = TAILQ_FIRST(&q->q_pieces);
	struct mbuf *m = NULL;

	if (p != NULL && p->rp_first == 0) {
		m = p->rp_m;
		p->rp_m = NULL;
	}
	remove_packet(r, c, q, REASS_LATE);
	return m;
}

void
reass_slowtimo(struct reass *r)
{
	struct packet *q, *next;
	struct mbuf *m, *late = NULL;
	struct chain *c;

	if (atomic_load_relaxed(&r->r_npackets) == 0)
		return;
	for (c = r->r_chains; c < &r->r_chains[NCHAINS]; c++) {
		mutex_enter(&c->c_mtx);
		TAILQ_FOREACH_SAFE(q, &c->c_head, q_next, next) {
			if (--q->q_ttl > 0 || (m = expire(r, c, q)) == NULL)
				continue;
			m->m_nextpkt = late;
			late = m;
		}
		mutex_exit(&c->c_mtx);
	}
	while ((m = late) != NULL) {
		late = m->m_nextpkt;
		m->m_nextpkt = NULL;
		(*r->r_fam->rf_late)(m);
	}
}

void
reass_drain(struct reass *r)
{
	struct chain *c;

	for (c = r->r_chains; c < &r->r_chains[NCHAINS]; c++) {
		if (!mutex_tryenter(&c->c_mtx))
			continue;
		while (!TAILQ_EMPTY(&c->c_head))
			remove_packet(r, c, TAILQ_FIRST(&c->c_head),
			    REASS_DROPPED);
		mutex_exit(&c->c_mtx);
	}
}
