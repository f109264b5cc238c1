/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of pcbs, in_pcb.h: chains by connection and by port, ports given
 * out, pcbs that come and go.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <netinet/in_pcb.h>

LIST_HEAD(inpcbhead, inpcb);

/* Chains share this many locks, each in a line of its own. */
#define	NCHAINLOCKS	64

struct chainlock {
	kmutex_t	cl_mtx;
} __aligned(COHERENCY_UNIT);

/* Two sets of chains of the same size: connected, bound to a port. */
struct inpcbtable {
	kmutex_t	it_mtx;		/* changes */
	TAILQ_HEAD(, inpcb) it_all;	/* it_mtx */
	u_int		it_mask;	/* c */
	uint64_t	it_seed;	/* c */
	uint64_t	it_seed2;	/* c: odd */
	uint64_t	it_nr;		/* it_mtx: the last that was given */
	struct inpcbhead *it_conn;	/* chain locks */
	struct inpcbhead *it_port;
	struct inpcbhead *it_held;	/* it_mtx: by port */
	struct chainlock it_connlock[NCHAINLOCKS];
	struct chainlock it_portlock[NCHAINLOCKS];
};

int in_anonportmin = IPPORT_ANONMIN;
int in_anonportmax = IPPORT_ANONMAX;
int in_lowportmin = IPPORT_RESERVEDMIN;
int in_lowportmax = IPPORT_RESERVEDMAX;

static pool_cache_t inpcb_cache;

/* IPv4 and IPv6; written before there are sockets. */
static const struct inpcb_family *families[2];

struct inpcbtable *
inpcbtable_create(u_int nchains)
{
	struct inpcbtable *it;
	u_int i;

	KASSERT(powerof2(nchains));
	if (inpcb_cache == NULL)
		inpcb_cache = pool_cache_init(sizeof(struct inpcb),
		    sizeof(void *), 0, 0, "inpcb", NULL, IPL_SOFTNET, NULL,
		    NULL, NULL);
	it = kmem_zalloc(sizeof(*it), KM_SLEEP);
	mutex_init(&it->it_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	TAILQ_INIT(&it->it_all);
	it->it_mask = nchains - 1;
	it->it_seed = cprng_strong64();
	it->it_seed2 = cprng_strong64() | 1;
	it->it_conn = kmem_zalloc(nchains * sizeof(*it->it_conn), KM_SLEEP);
	it->it_port = kmem_zalloc(nchains * sizeof(*it->it_port), KM_SLEEP);
	it->it_held = kmem_zalloc(nchains * sizeof(*it->it_held), KM_SLEEP);
	for (i = 0; i < NCHAINLOCKS; i++) {
		mutex_init(&it->it_connlock[i].cl_mtx, MUTEX_DEFAULT,
		    IPL_SOFTNET);
		mutex_init(&it->it_portlock[i].cl_mtx, MUTEX_DEFAULT,
		    IPL_SOFTNET);
	}
	return it;
}

/* Both halves of a product depend on all bits of both factors. */
static uint64_t
mix(uint64_t a, uint64_t b)
{
	const unsigned __int128 p = (unsigned __int128)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

static u_int
hash_conn(const struct inpcbtable *it, const struct inaddrs *ia)
{
	uint64_t f[2], l[2], h = it->it_seed;

	memcpy(f, &ia->ia_faddr, sizeof(f));
	memcpy(l, &ia->ia_laddr, sizeof(l));
	if ((f[0] | l[0]) != 0)
		h = mix(f[0] ^ h, l[0] ^ it->it_seed2);
	h = mix(f[1] ^ h, l[1] ^ it->it_seed2);
	h = mix(h ^ ((uint32_t)ia->ia_lport << 16 | ia->ia_fport),
	    it->it_seed2);
	return (u_int)h & it->it_mask;
}

static u_int
hash_port(const struct inpcbtable *it, in_port_t lport)
{

	return (u_int)mix(lport ^ it->it_seed, it->it_seed2) & it->it_mask;
}

static kmutex_t *
connlock(struct inpcbtable *it, u_int i)
{

	return &it->it_connlock[i % NCHAINLOCKS].cl_mtx;
}

static kmutex_t *
portlock(struct inpcbtable *it, u_int i)
{

	return &it->it_portlock[i % NCHAINLOCKS].cl_mtx;
}

/* On chains and off them; it_mtx is held. */

static void
put_port(struct inpcb *inp)
{
	struct inpcbtable *it = inp->inp_table;
	const u_int i = hash_port(it, inp->inp_lport);

	KASSERT(mutex_owned(&it->it_mtx));
	KASSERT((inp->inp_chains & (INPC_PORT | INPC_HELD)) == 0);
	mutex_enter(portlock(it, i));
	inp->inp_portnr = ++it->it_nr;
	LIST_INSERT_HEAD(&it->it_port[i], inp, inp_port);
	inp->inp_chains |= INPC_PORT;
	mutex_exit(portlock(it, i));
}

/* An accepted connection: packets do not look for it by the port, of which
 * there may be any number. */
static void
hold_port(struct inpcb *inp)
{
	struct inpcbtable *it = inp->inp_table;

	KASSERT(mutex_owned(&it->it_mtx));
	KASSERT((inp->inp_chains & (INPC_PORT | INPC_HELD)) == 0);
	LIST_INSERT_HEAD(&it->it_held[hash_port(it, inp->inp_lport)], inp,
	    inp_port);
	inp->inp_chains |= INPC_HELD;
}

static void
take_port(struct inpcb *inp)
{
	struct inpcbtable *it = inp->inp_table;
	const u_int i = hash_port(it, inp->inp_lport);

	KASSERT(mutex_owned(&it->it_mtx));
	if ((inp->inp_chains & INPC_HELD) != 0) {
		LIST_REMOVE(inp, inp_port);
		inp->inp_chains &= ~INPC_HELD;
	}
	if ((inp->inp_chains & INPC_PORT) == 0)
		return;
	mutex_enter(portlock(it, i));
	LIST_REMOVE(inp, inp_port);
	inp->inp_chains &= ~INPC_PORT;
	mutex_exit(portlock(it, i));
}

static void
put_conn(struct inpcb *inp)
{
	struct inpcbtable *it = inp->inp_table;
	const u_int i = hash_conn(it, &inp->inp_addrs);

	KASSERT(mutex_owned(&it->it_mtx));
	KASSERT((inp->inp_chains & INPC_CONN) == 0);
	mutex_enter(connlock(it, i));
	LIST_INSERT_HEAD(&it->it_conn[i], inp, inp_conn);
	inp->inp_chains |= INPC_CONN;
	mutex_exit(connlock(it, i));
}

static void
take_conn(struct inpcb *inp)
{
	struct inpcbtable *it = inp->inp_table;
	const u_int i = hash_conn(it, &inp->inp_addrs);

	if ((inp->inp_chains & INPC_CONN) == 0)
		return;
	mutex_enter(connlock(it, i));
	LIST_REMOVE(inp, inp_conn);
	inp->inp_chains &= ~INPC_CONN;
	mutex_exit(connlock(it, i));
}

/* References and locks. */

void
inpcb_ref(struct inpcb *inp)
{

	KASSERT(atomic_load_relaxed(&inp->inp_refs) > 0);
	atomic_inc_uint(&inp->inp_refs);
}

void
inpcb_unref(struct inpcb *inp)
{

	membar_release();
	if (atomic_dec_uint_nv(&inp->inp_refs) > 0)
		return;
	membar_acquire();
	KASSERT(inp->inp_so == NULL && inp->inp_chains == 0);
	mutex_obj_free(inp->inp_ownlock);
	if (inp->inp_headlock != NULL)
		mutex_obj_free(inp->inp_headlock);
	pool_cache_put(inpcb_cache, inp);
}

bool
inpcb_lock(struct inpcb *inp)
{
	kmutex_t *lock;

	for (;;) {
		lock = atomic_load_consume(&inp->inp_lock);
		mutex_enter(lock);
		if (lock == atomic_load_relaxed(&inp->inp_lock))
			break;
		mutex_exit(lock);
	}
	if (inp->inp_so != NULL)
		return true;
	mutex_exit(lock);
	return false;
}

void
inpcb_unlock(struct inpcb *inp)
{

	mutex_exit(inp->inp_lock);
}

void
inpcb_family_register(const struct inpcb_family *pf)
{
	const u_int i = pf->pf_family != AF_INET;

	KASSERT(families[i] == NULL);
	families[i] = pf;
}

int
inpcb_attach(struct socket *so, struct inpcbtable *it, sa_family_t family)
{
	struct inpcb *inp;
	kmutex_t *own;

	KASSERT(so->so_pcb == NULL);
	/* A connection's socket comes with the listening one's lock held. */
	inp = pool_cache_get(inpcb_cache,
	    so->so_lock == NULL ? PR_WAITOK : PR_NOWAIT);
	if (inp == NULL) {
		return ENOBUFS;
	}
	own = so->so_lock == NULL ?
	    mutex_obj_alloc(MUTEX_DEFAULT, IPL_SOFTNET) :
	    mutex_obj_tryalloc(MUTEX_DEFAULT, IPL_SOFTNET);
	if (own == NULL) {
		pool_cache_put(inpcb_cache, inp);
		return ENOBUFS;
	}
	memset(inp, 0, sizeof(*inp));
	inp->inp_table = it;
	inp->inp_family = family;
	inp->inp_refs = 1;
	inp->inp_fam = families[family != AF_INET];
	KASSERT(inp->inp_fam->pf_family == family);
	inp->inp_cksum = UINT16_MAX;
	inp->inp_ownlock = own;
	if (so->so_lock == NULL) {
		mutex_obj_hold(own);
		so->so_lock = own;
		mutex_enter(own);
	} else if (so->so_lock != own) {
		mutex_obj_hold(so->so_lock);
		inp->inp_headlock = so->so_lock;
	}
	KASSERT(solocked(so));
	inp->inp_lock = so->so_lock;
	inp->inp_so = so;
	so->so_pcb = inp;
	mutex_enter(&it->it_mtx);
	inp->inp_allnr = ++it->it_nr;
	TAILQ_INSERT_TAIL(&it->it_all, inp, inp_all);
	inp->inp_chains |= INPC_ALL;
	mutex_exit(&it->it_mtx);
	return 0;
}

void
inpcb_detach(struct inpcb *inp)
{
	struct inpcbtable *it = inp->inp_table;
	struct socket *so = inp->inp_so;

	KASSERT(solocked(so));
	mutex_enter(&it->it_mtx);
	take_conn(inp);
	take_port(inp);
	TAILQ_REMOVE(&it->it_all, inp, inp_all);
	inp->inp_chains &= ~INPC_ALL;
	mutex_exit(&it->it_mtx);
	(*inp->inp_fam->pf_release)(inp);
	m_freem(inp->inp_options);
	inp->inp_options = NULL;
	rtcache_free(&inp->inp_route);
	inp->inp_so = NULL;
	so->so_pcb = NULL;
	inpcb_unref(inp);
}

void
inpcb_accepted(struct inpcb *inp)
{
	struct socket *so = inp->inp_so;
	kmutex_t *old = so->so_lock, *own = inp->inp_ownlock;

	KASSERT(solocked(so));
	if (old == own)
		return;
	KASSERT(so->so_head == NULL && old == inp->inp_headlock);
	/* Nobody waits for it: nobody could know it. */
	mutex_enter(own);
	atomic_store_release(&inp->inp_lock, own);
	mutex_obj_hold(own);
	solockreset(so, own);
	mutex_exit(old);
	mutex_obj_free(old);		/* the socket's; the pcb has one */
}

/* Looking up. */

static bool
same_addr(const struct in6_addr *a, const struct in6_addr *b)
{

	return a->s6_addr32[3] == b->s6_addr32[3] &&
	    a->s6_addr32[0] == b->s6_addr32[0] &&
	    a->s6_addr32[1] == b->s6_addr32[1] &&
	    a->s6_addr32[2] == b->s6_addr32[2];
}

static bool
same_conn(const struct inpcb *inp, const struct inaddrs *ia)
{

	return inp->inp_fport == ia->ia_fport &&
	    inp->inp_lport == ia->ia_lport &&
	    same_addr(&inp->inp_faddr, &ia->ia_faddr) &&
	    same_addr(&inp->inp_laddr, &ia->ia_laddr) &&
	    (inp->inp_zone == 0 || inp->inp_zone == ia->ia_zone);
}

struct inpcb *
inpcb_lookup(struct inpcbtable *it, const struct inaddrs *ia)
{
	const u_int i = hash_conn(it, ia);
	struct inpcb *inp;

	mutex_enter(connlock(it, i));
	LIST_FOREACH(inp, &it->it_conn[i], inp_conn) {
		if (same_conn(inp, ia)) {
			inpcb_ref(inp);
			break;
		}
	}
	mutex_exit(connlock(it, i));
	return inp;
}

/* Does a socket without a peer take packets for that address? */
static bool
takes_for(const struct inpcb *inp, const struct inaddrs *ia)
{
	const bool v4 = IN6_IS_ADDR_V4MAPPED(&ia->ia_laddr);

	if (inp->inp_lport != ia->ia_lport ||
	    (inp->inp_zone != 0 && inp->inp_zone != ia->ia_zone))
		return false;
	if (v4 ? inp->inp_family != AF_INET &&
	    (inp->inp_flags & INP_V6ONLY) != 0 : inp->inp_family == AF_INET)
		return false;
	return inpcb_anyaddr(&inp->inp_laddr) ||
	    same_addr(&inp->inp_laddr, &ia->ia_laddr);
}

/* One with the address before one for all; of the packet's family before
 * the other. */
static int
rank(const struct inpcb *inp, const struct inaddrs *ia)
{

	return (inpcb_anyaddr(&inp->inp_laddr) ? 0 : 2) +
	    ((inp->inp_family == AF_INET) ==
	    IN6_IS_ADDR_V4MAPPED(&ia->ia_laddr) ? 1 : 0);
}

struct inpcb *
inpcb_lookup_bound(struct inpcbtable *it, const struct inaddrs *ia)
{
	const u_int i = hash_port(it, ia->ia_lport);
	struct inpcb *inp, *best = NULL;

	mutex_enter(portlock(it, i));
	LIST_FOREACH(inp, &it->it_port[i], inp_port) {
		if ((inp->inp_chains & INPC_CONN) == 0 && takes_for(inp, ia) &&
		    (best == NULL || rank(inp, ia) > rank(best, ia)))
			best = inp;
	}
	if (best != NULL)
		inpcb_ref(best);
	mutex_exit(portlock(it, i));
	return best;
}

/*
 * The pcb before this one may have left its chain, never to come back: those
 * behind it are the ones that came before it.
 */
static struct inpcb *
behind_on_port(struct inpcbtable *it, u_int i, const struct inpcb *prev)
{
	struct inpcb *inp;

	KASSERT(mutex_owned(portlock(it, i)));
	if (prev == NULL)
		return LIST_FIRST(&it->it_port[i]);
	if ((prev->inp_chains & INPC_PORT) != 0)
		return LIST_NEXT(prev, inp_port);
	LIST_FOREACH(inp, &it->it_port[i], inp_port) {
		if (inp->inp_portnr < prev->inp_portnr)
			break;
	}
	return inp;
}

struct inpcb *
inpcb_next_match(struct inpcbtable *it, const struct inaddrs *ia,
    struct inpcb *prev, bool (*match)(const struct inpcb *,
    const struct inaddrs *))
{
	const u_int i = hash_port(it, ia->ia_lport);
	struct inpcb *inp;

	KASSERT(prev == NULL || prev->inp_lport == ia->ia_lport);
	mutex_enter(portlock(it, i));
	inp = behind_on_port(it, i, prev);
	for (; inp != NULL; inp = LIST_NEXT(inp, inp_port)) {
		if ((inp->inp_chains & INPC_CONN) != 0 ?
		    !same_conn(inp, ia) &&
		    !(takes_for(inp, ia) && inp->inp_fport == ia->ia_fport &&
		    same_addr(&inp->inp_faddr, &ia->ia_faddr)) :
		    inp->inp_lport != ia->ia_lport)
			continue;
		if ((*match)(inp, ia)) {
			inpcb_ref(inp);
			break;
		}
	}
	mutex_exit(portlock(it, i));
	if (prev != NULL)
		inpcb_unref(prev);
	return inp;
}

/* As above, but the oldest is first. */
static struct inpcb *
behind(struct inpcbtable *it, const struct inpcb *prev)
{
	struct inpcb *inp;

	KASSERT(mutex_owned(&it->it_mtx));
	if (prev == NULL)
		return TAILQ_FIRST(&it->it_all);
	if ((prev->inp_chains & INPC_ALL) != 0)
		return TAILQ_NEXT(prev, inp_all);
	TAILQ_FOREACH(inp, &it->it_all, inp_all) {
		if (inp->inp_allnr > prev->inp_allnr)
			break;
	}
	return inp;
}

bool
inpcbtable_empty(struct inpcbtable *it)
{
	bool empty;

	mutex_enter(&it->it_mtx);
	empty = TAILQ_EMPTY(&it->it_all);
	mutex_exit(&it->it_mtx);
	return empty;
}

struct inpcb *
inpcb_next(struct inpcbtable *it, struct inpcb *prev)
{
	struct inpcb *inp;

	mutex_enter(&it->it_mtx);
	inp = behind(it, prev);
	if (inp != NULL)
		inpcb_ref(inp);
	mutex_exit(&it->it_mtx);
	if (prev != NULL)
		inpcb_unref(prev);
	return inp;
}

void
inpcb_purgeif(struct inpcbtable *it, struct ifnet *ifp)
{
	struct inpcb *inp = NULL;

	while ((inp = inpcb_next(it, inp)) != NULL) {
		if (!inpcb_lock(inp))
			continue;
		(*inp->inp_fam->pf_purgeif)(inp, ifp);
		inpcb_unlock(inp);
	}
}

/* What comes in. */

bool
inpcb_append(struct inpcb *inp, const struct sockaddr *from, struct mbuf *m,
    struct mbuf *control)
{
	struct socket *so = inp->inp_so;

	KASSERT(solocked(so));
	if (sbappendaddr(&so->so_rcv, from, m, control) == 0) {
		soroverflow(so);
		m_freem(m);
		m_freem(control);
		return false;
	}
	sorwakeup(so);
	return true;
}

void
inpcb_seterror(struct inpcb *inp, int error)
{
	struct socket *so = inp->inp_so;

	KASSERT(solocked(so));
	so->so_error = (u_short)error;
	sorwakeup(so);
	sowwakeup(so);
}

/* Binding. */

/* Both could have a packet's address. */
static bool
overlap(const struct inpcb *a, const struct in6_addr *laddr,
    sa_family_t family, bool v6only)
{
	const bool anya = inpcb_anyaddr(&a->inp_laddr);
	const bool anyb = inpcb_anyaddr(laddr);

	if (a->inp_family != family) {
		const bool only = family == AF_INET6 ? v6only :
		    (a->inp_flags & INP_V6ONLY) != 0;

		if (only)
			return false;
	}
	if (anya || anyb)
		return true;
	return same_addr(&a->inp_laddr, laddr);
}

/* Who wants a port. */
struct wish {
	struct inpcb	*w_inp;
	const struct in6_addr *w_laddr;
	in_port_t	w_lport;
	bool		w_multi;	/* the address is a group's */
	bool		w_wild;		/* nothing is shared */
	short		w_reuse;	/* who says so as well may have it */
	uid_t		w_uid;
};

static bool
in_the_way(const struct inpcb *t, const struct wish *w)
{
	const struct inpcb *inp = w->w_inp;
	const struct socket *so = t->inp_so;

	if (t == inp || t->inp_lport != w->w_lport || !overlap(t, w->w_laddr,
	    inp->inp_family, (inp->inp_flags & INP_V6ONLY) != 0))
		return false;
	if (!w->w_multi && w->w_uid != 0 &&
	    w->w_uid != kauth_cred_geteuid(so->so_cred))
		return true;
	if (!w->w_wild && ((t->inp_chains & INPC_CONN) != 0 ||
	    inpcb_anyaddr(&t->inp_laddr) != inpcb_anyaddr(w->w_laddr)))
		return false;
	return (atomic_load_relaxed(&so->so_options) & w->w_reuse) == 0;
}

/*
 * it_mtx.  Is the port taken for that address?  With SO_REUSEADDR or
 * SO_REUSEPORT neither by a connection nor by one bound to all addresses
 * beside one; with SO_REUSEPORT, or SO_REUSEADDR for a multicast address, not
 * by one that says the same.  What another user has is his.
 */
static bool
conflicts(struct inpcb *inp, const struct in6_addr *laddr, in_port_t lport)
{
	struct inpcbtable *it = inp->inp_table;
	const short reuse = inp->inp_so->so_options &
	    (SO_REUSEADDR | SO_REUSEPORT);
	const u_int i = hash_port(it, lport);
	struct wish w = {
		.w_inp = inp, .w_laddr = laddr, .w_lport = lport,
		.w_multi = IN6_IS_ADDR_V4MAPPED(laddr) ?
		    IN_MULTICAST(laddr->s6_addr32[3]) :
		    IN6_IS_ADDR_MULTICAST(laddr),
		.w_wild = reuse == 0,
		.w_uid = kauth_cred_geteuid(inp->inp_so->so_cred),
	};
	struct inpcb *t;

	KASSERT(mutex_owned(&it->it_mtx));
	w.w_reuse = w.w_multi && reuse != 0 ? SO_REUSEADDR | SO_REUSEPORT :
	    reuse & SO_REUSEPORT;
	LIST_FOREACH(t, &it->it_port[i], inp_port) {
		if (in_the_way(t, &w))
			return true;
	}
	LIST_FOREACH(t, &it->it_held[i], inp_port) {
		if (in_the_way(t, &w))
			return true;
	}
	return false;
}

static int
bind_allowed(struct inpcb *inp, in_port_t port, const struct sockaddr *sa,
    struct lwp *l)
{

	if (port == 0 || ntohs(port) >= IPPORT_RESERVED)
		return 0;
	return kauth_authorize_network(l != NULL ? l->l_cred : NOCRED,
	    KAUTH_NETWORK_BIND, KAUTH_REQ_NETWORK_BIND_PRIVPORT, inp->inp_so,
	    __UNCONST(sa), NULL) != 0 ? EACCES : 0;
}

int
inpcb_bindaddrs(struct inpcb *inp, const struct in6_addr *laddr,
    uint32_t zone, in_port_t lport, const struct sockaddr *sa, struct lwp *l)
{
	struct inpcbtable *it = inp->inp_table;
	int error;

	KASSERT(solocked(inp->inp_so));
	if (inp->inp_lport != 0 || !inpcb_anyaddr(&inp->inp_laddr))
		return EINVAL;
	if ((error = bind_allowed(inp, lport, sa, l)) != 0)
		return error;
	if (lport == 0) {
		struct inaddrs want = { .ia_laddr = *laddr, .ia_zone = zone };

		return inpcb_bindany(inp, &want, l);
	}
	mutex_enter(&it->it_mtx);
	if (conflicts(inp, laddr, lport))
		error = EADDRINUSE;
	else {
		inp->inp_laddr = *laddr;
		inp->inp_zone = zone;
		inp->inp_lport = lport;
		put_port(inp);
	}
	mutex_exit(&it->it_mtx);
	return error;
}

/* it_mtx: is there a connection with these ends? */
static bool
connected_p(struct inpcbtable *it, const struct inaddrs *ia)
{
	struct inpcb *t;

	LIST_FOREACH(t, &it->it_conn[hash_conn(it, ia)], inp_conn) {
		if (same_conn(t, ia))
			return true;
	}
	return false;
}

/* it_mtx: nobody else's port, or for a connection nobody's with that peer. */
static bool
port_free(struct inpcb *inp, const struct inaddrs *want, in_port_t lport)
{
	struct inaddrs ia = *want;
	struct inpcb *t;
	u_int i;

	if (want->ia_fport == 0)
		return !conflicts(inp, &want->ia_laddr, lport);
	ia.ia_lport = lport;
	if (connected_p(inp->inp_table, &ia))
		return false;
	/* Nor one that somebody bound himself to by hand. */
	i = hash_port(inp->inp_table, lport);
	LIST_FOREACH(t, &inp->inp_table->it_port[i], inp_port) {
		if (t != inp && t->inp_lport == lport &&
		    (t->inp_chains & INPC_CONN) == 0 &&
		    overlap(t, &want->ia_laddr, inp->inp_family, false))
			return false;
	}
	return true;
}

int
inpcb_bindany(struct inpcb *inp, const struct inaddrs *want, struct lwp *l)
{
	struct inpcbtable *it = inp->inp_table;
	const bool low = inp->inp_portrange == IP_PORTRANGE_LOW;
	const u_int first = (u_int)(low ? in_lowportmin : in_anonportmin);
	const u_int last = (u_int)(low ? in_lowportmax : in_anonportmax);
	u_int n = last - first + 1, port;
	in_port_t nport;
	int error;

	if (low && (error = bind_allowed(inp, htons(first), NULL, l)) != 0)
		return error;
	port = first + cprng_fast32() % n;
	mutex_enter(&it->it_mtx);
	for (; n > 0; n--, port = port == last ? first : port + 1) {
		nport = htons((uint16_t)port);
		if (port_free(inp, want, nport))
			break;
	}
	if (n == 0) {
		mutex_exit(&it->it_mtx);
		return EADDRNOTAVAIL;
	}
	inp->inp_flags |= INP_ANONPORT;
	inp->inp_laddr = want->ia_laddr;
	inp->inp_zone = want->ia_zone;
	inp->inp_lport = nport;
	put_port(inp);
	if (want->ia_fport != 0) {
		inp->inp_faddr = want->ia_faddr;
		inp->inp_fport = want->ia_fport;
		put_conn(inp);
	}
	mutex_exit(&it->it_mtx);
	return 0;
}

int
inpcb_connectaddrs(struct inpcb *inp, const struct inaddrs *to, struct lwp *l)
{
	struct inpcbtable *it = inp->inp_table;
	struct inaddrs ia = *to;
	int error = 0;

	KASSERT(solocked(inp->inp_so));
	KASSERT((inp->inp_chains & INPC_CONN) == 0);
	if (inp->inp_lport == 0)
		return inpcb_bindany(inp, to, l);
	ia.ia_lport = inp->inp_lport;
	mutex_enter(&it->it_mtx);
	if (connected_p(it, &ia))
		error = EADDRINUSE;
	else {
		inp->inp_addrs = ia;
		put_conn(inp);
		if ((inp->inp_chains & INPC_PORT) == 0)
			hold_port(inp);
	}
	mutex_exit(&it->it_mtx);
	return error;
}

void
inpcb_disconnect(struct inpcb *inp)
{
	struct inpcbtable *it = inp->inp_table;

	KASSERT(solocked(inp->inp_so));
	mutex_enter(&it->it_mtx);
	take_conn(inp);
	memset(&inp->inp_faddr, 0, sizeof(inp->inp_faddr));
	inp->inp_fport = 0;
	if ((inp->inp_flags & INP_ANONADDR) != 0) {
		memset(&inp->inp_laddr, 0, sizeof(inp->inp_laddr));
		inp->inp_flags &= ~INP_ANONADDR;
	}
	mutex_exit(&it->it_mtx);
}
