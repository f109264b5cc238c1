/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4): the spanning tree of IEEE 802.1D-1998, section 8.  Bridges tell
 * their neighbours the best root they know of; each port of a bridge either
 * leads to the root, is the designated one of its network, or blocks, so that
 * there is one way between any two networks.
 *
 * All is done with st_lock, in three kinds of calls: a message came, a second
 * is over, somebody changed something.  What is sent meanwhile waits in st_out
 * until the lock is given up, as a wire may lead back here.
 */
#include "bridge_private.h"

#include <sys/kernel.h>

#include <net/if_dl.h>

#include <rump-sys/net.h>

/* Seconds and priorities unless told otherwise: 802.1D-1998, 8.10.2. */
#define	MAX_AGE		20
#define	HELLO		2
#define	FORWARD_DELAY	15
#define	PRIORITY	0x8000
#define	HOLD		1
/* A bridge adds that to the age of what it passes on. */
#define	AGE_INCREMENT	BRIDGE_SECOND

#define	FOREACH_PORT(p, sc)						\
	LIST_FOREACH(p, &(sc)->sc_stp.st_ports, bif_stpentry)

static void	each_second(void *);

static bool
is_enabled(const struct bridge_iflist *p)
{

	return p->bif_state != BSTP_IFSTATE_DISABLED;
}

static bool
is_root(const struct bridge_softc *sc)
{

	return sc->sc_stp.st_rootport == NULL;
}

static bool
is_designated(const struct bridge_iflist *p)
{

	return is_enabled(p) && !p->bif_heard;
}

static void
set_state(struct bridge_iflist *p, uint8_t state)
{

	KASSERT(mutex_owned(&p->bif_sc->sc_stp.st_lock));
	atomic_store_relaxed(&p->bif_state, state);
}

static uint16_t
port_id(const struct bridge_iflist *p)
{

	return (uint16_t)(p->bif_priority << 8 | p->bif_portno);
}

/* 1/256 s, as whole seconds. */
static u_int
seconds(uint32_t t)
{

	return MAX(1, howmany(t, BRIDGE_SECOND));
}

static bool
is_less(const struct bridge_vector *a, const struct bridge_vector *b)
{

	if (a->bv_root != b->bv_root)
		return a->bv_root < b->bv_root;
	if (a->bv_cost != b->bv_cost)
		return a->bv_cost < b->bv_cost;
	if (a->bv_bridge != b->bv_bridge)
		return a->bv_bridge < b->bv_bridge;
	return a->bv_port < b->bv_port;
}

/* What this bridge has to say at a port. */
static struct bridge_vector
own_vector(const struct bridge_iflist *p)
{
	const struct bridge_stp *st = &p->bif_sc->sc_stp;
	const struct bridge_vector v = { .bv_root = st->st_root,
	    .bv_cost = st->st_rootcost, .bv_bridge = st->st_id,
	    .bv_port = port_id(p) };

	return v;
}

/*
 * Sending.
 */
static void
queue_bpdu(struct bridge_iflist *p, const struct bridge_bpdu *bb)
{
	struct mbuf *m;

	KASSERT(mutex_owned(&p->bif_sc->sc_stp.st_lock));
	m = bridge_bpdu_frame(bb, CLLADDR(p->bif_ifp->if_sadl));
	/* The next one is not far. */
	if (m == NULL)
		return;
	m_set_rcvif(m, p->bif_ifp);
	MBUFQ_ENQUEUE(&p->bif_sc->sc_stp.st_out, m);
}

/* The lock is given up. */
static void
exit_and_send(struct bridge_softc *sc)
{
	const int bound = curlwp_bind();
	struct bridge_out out;
	struct psref psref;
	struct ifnet *ifp;
	struct mbuf *m;

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	MBUFQ_INIT(&out);
	for (;;) {
		MBUFQ_DEQUEUE(&sc->sc_stp.st_out, m);
		if (m == NULL)
			break;
		MBUFQ_ENQUEUE(&out, m);
	}
	mutex_exit(&sc->sc_stp.st_lock);
	for (;;) {
		MBUFQ_DEQUEUE(&out, m);
		if (m == NULL)
			break;
		if ((ifp = m_get_rcvif_psref(m, &psref)) == NULL) {
			m_freem(m);
			continue;
		}
		m_reset_rcvif(m);
		(void)if_transmit_lock(ifp, m);
		m_put_rcvif_psref(ifp, &psref);
	}
	curlwp_bindx(bound);
}

/* Not more than one in HOLD: the last one waits, and says what is true then. */
static void
send_config(struct bridge_iflist *p)
{
	const struct bridge_stp *st = &p->bif_sc->sc_stp;
	struct bridge_bpdu bb = { .bb_times = st->st_times };

	KASSERT(is_designated(p));
	if (p->bif_hold != 0) {
		p->bif_pending = true;
		return;
	}
	if (st->st_rootport != NULL)
		bb.bb_age = st->st_rootport->bif_age + AGE_INCREMENT;
	if (bb.bb_age >= bb.bb_times.bt_maxage)
		return;
	bb.bb_vector = own_vector(p);
	bb.bb_change = p->bif_sc->sc_changing != 0;
	bb.bb_ack = p->bif_ack;
	p->bif_ack = p->bif_pending = false;
	p->bif_hold = HOLD;
	queue_bpdu(p, &bb);
}

static void
send_configs(struct bridge_softc *sc)
{
	struct bridge_iflist *p;

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	FOREACH_PORT(p, sc) {
		if (is_designated(p))
			send_config(p);
	}
}

/* To the root, again and again until the next bridge there knows. */
static void
send_tcn(struct bridge_softc *sc)
{
	static const struct bridge_bpdu bb = { .bb_tcn = true };
	struct bridge_stp *st = &sc->sc_stp;

	KASSERT(!is_root(sc));
	queue_bpdu(st->st_rootport, &bb);
	st->st_tcn = seconds(st->st_own.bt_hello);
}

/*
 * The topology changes: what was learnt may be wrong now.
 */
static void
set_changing(struct bridge_softc *sc, bool changing)
{

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	if (changing && sc->sc_changing == 0)
		bridge_rt_flush_later(sc);
	atomic_store_relaxed(&sc->sc_changing, changing ?
	    seconds(sc->sc_stp.st_times.bt_fwddelay) : 0);
}

static void
detect_change(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	if (is_root(sc)) {
		st->st_change = seconds(st->st_own.bt_maxage +
		    (uint32_t)st->st_own.bt_fwddelay);
		set_changing(sc, true);
	} else if (!st->st_detected) {
		send_tcn(sc);
	}
	st->st_detected = true;
}

/*
 * Who is what.
 */
/* From here to the root by a port: a sum that is too large is the largest. */
static uint32_t
cost_by(const struct bridge_iflist *p)
{

	return MIN(p->bif_vector.bv_cost, UINT32_MAX - p->bif_pathcost) +
	    p->bif_pathcost;
}

static bool
is_better_way(const struct bridge_iflist *p, const struct bridge_iflist *than)
{
	struct bridge_vector a, b;

	if (than == NULL)
		return p->bif_vector.bv_root < p->bif_sc->sc_stp.st_id;
	a = p->bif_vector;
	b = than->bif_vector;
	a.bv_cost = cost_by(p);
	b.bv_cost = cost_by(than);
	if (is_less(&a, &b) || is_less(&b, &a))
		return is_less(&a, &b);
	return port_id(p) < port_id(than);
}

static void
select_root(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;
	struct bridge_iflist *p, *best = NULL;

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	FOREACH_PORT(p, sc) {
		if (is_enabled(p) && p->bif_heard &&
		    p->bif_vector.bv_bridge != st->st_id &&
		    p->bif_vector.bv_root < st->st_id &&
		    is_better_way(p, best))
			best = p;
	}
	st->st_rootport = best;
	st->st_root = best == NULL ? st->st_id : best->bif_vector.bv_root;
	st->st_rootcost = best == NULL ? 0 : cost_by(best);
}

static void
unblock(struct bridge_iflist *p)
{

	KASSERT(mutex_owned(&p->bif_sc->sc_stp.st_lock));
	if (p->bif_state != BSTP_IFSTATE_BLOCKING)
		return;
	set_state(p, BSTP_IFSTATE_LISTENING);
	p->bif_fwddelay = seconds(p->bif_sc->sc_stp.st_times.bt_fwddelay);
}

static void
block(struct bridge_iflist *p)
{
	const uint8_t was = p->bif_state;

	p->bif_fwddelay = 0;
	set_state(p, BSTP_IFSTATE_BLOCKING);
	if (was == BSTP_IFSTATE_FORWARDING || was == BSTP_IFSTATE_LEARNING)
		detect_change(p->bif_sc);
}

static void
select_states(struct bridge_softc *sc)
{
	struct bridge_iflist *p;
	struct bridge_vector own;

	FOREACH_PORT(p, sc) {
		if (!is_enabled(p))
			continue;
		own = own_vector(p);
		if (p->bif_heard && is_less(&own, &p->bif_vector) &&
		    p != sc->sc_stp.st_rootport)
			p->bif_heard = false;
		if (is_designated(p) || p == sc->sc_stp.st_rootport)
			unblock(p);
		else
			block(p);
		if (!is_designated(p))
			p->bif_pending = p->bif_ack = false;
	}
}

/* The least address of its ports is the bridge's. */
static void
set_id(struct bridge_softc *sc)
{
	const uint64_t prio = (uint64_t)sc->sc_stp.st_priority << 48;
	uint64_t least = UINT64_MAX, id;
	struct bridge_iflist *p;
	const uint8_t *a;
	size_t i;

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	FOREACH_PORT(p, sc) {
		a = CLLADDR(p->bif_ifp->if_sadl);
		for (i = 0, id = 0; i < ETHER_ADDR_LEN; i++)
			id = id << 8 | a[i];
		least = MIN(least, prio | id);
	}
	sc->sc_stp.st_id = least;
}

/* We are the root, and perhaps have been before. */
static void
act_as_root(struct bridge_softc *sc, bool since)
{
	struct bridge_stp *st = &sc->sc_stp;

	KASSERT(is_root(sc));
	st->st_times = st->st_own;
	st->st_tcn = 0;
	if (!since)
		detect_change(sc);
	if (st->st_hello == 0 && st->st_running && !LIST_EMPTY(&st->st_ports)) {
		st->st_hello = seconds(st->st_own.bt_hello);
		send_configs(sc);
	}
}

/* For an assertion: is all of it as select_root() and select_states() say? */
static bool
is_consistent(const struct bridge_softc *sc)
{
	const struct bridge_stp *st = &sc->sc_stp;
	const struct bridge_iflist *p, *root = st->st_rootport;
	bool blocking;

	if (root == NULL ? st->st_root != st->st_id || st->st_rootcost != 0 :
	    st->st_root >= st->st_id || !root->bif_heard)
		return false;
	FOREACH_PORT(p, sc) {
		blocking = p->bif_state == BSTP_IFSTATE_BLOCKING;
		if (is_enabled(p) &&
		    blocking == (p == root || is_designated(p)))
			return false;
		if (p->bif_pending && !is_designated(p))
			return false;
	}
	return true;
}

/* Whatever changed: who is the root, and what are our ports? */
static void
reconsider(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;
	const bool was_root = is_root(sc);

	KASSERT(mutex_owned(&st->st_lock));
	set_id(sc);
	select_root(sc);
	select_states(sc);
	if (is_root(sc)) {
		act_as_root(sc, was_root);
	} else if (was_root) {
		st->st_hello = 0;
		/* Somebody else tells the others now. */
		if (st->st_change != 0)
			send_tcn(sc);
		st->st_change = 0;
	}
	KASSERT(is_consistent(sc));
}

/*
 * Ports come and go.
 */
static void
clear_port(struct bridge_iflist *p)
{

	KASSERT(mutex_owned(&p->bif_sc->sc_stp.st_lock));
	p->bif_heard = p->bif_pending = p->bif_ack = false;
	p->bif_fwddelay = p->bif_hold = 0;
}

/* Is there somebody at the other end?  Changed, all is to be reconsidered. */
static bool
look_at_link(struct bridge_iflist *p)
{
	struct ifnet *ifp = p->bif_ifp;
	const bool up = p->bif_sc->sc_stp.st_running &&
	    net_ifflags(ifp, IFF_UP | IFF_RUNNING) ==
	    (IFF_UP | IFF_RUNNING) &&
	    atomic_load_relaxed(&ifp->if_link_state) != LINK_STATE_DOWN;

	if (up == is_enabled(p))
		return false;
	clear_port(p);
	set_state(p, up ? BSTP_IFSTATE_BLOCKING : BSTP_IFSTATE_DISABLED);
	/* What was behind it may be elsewhere. */
	if (!up)
		bridge_rt_flush_later(p->bif_sc);
	return true;
}

static void
look_at_links(struct bridge_softc *sc)
{
	struct bridge_iflist *p;
	bool changed = false;

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	FOREACH_PORT(p, sc)
		changed |= look_at_link(p);
	if (changed)
		reconsider(sc);
}

/* No port is there, or none in use: nothing goes on. */
static void
forget_all(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;

	KASSERT(is_root(sc));
	st->st_hello = st->st_tcn = st->st_change = 0;
	st->st_detected = false;
	set_changing(sc, false);
}

void
bridge_stp_add(struct bridge_iflist *bif)
{
	struct bridge_softc *sc = bif->bif_sc;

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	mutex_enter(&sc->sc_stp.st_lock);
	if (!bif->bif_stp) {
		clear_port(bif);
		set_state(bif, BSTP_IFSTATE_DISABLED);
		bif->bif_stp = true;
		LIST_INSERT_HEAD(&sc->sc_stp.st_ports, bif, bif_stpentry);
		look_at_links(sc);
		if (sc->sc_stp.st_running)
			callout_schedule(&sc->sc_stp.st_callout, hz);
	}
	exit_and_send(sc);
}

void
bridge_stp_remove(struct bridge_iflist *bif)
{
	struct bridge_softc *sc = bif->bif_sc;

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	mutex_enter(&sc->sc_stp.st_lock);
	if (bif->bif_stp) {
		LIST_REMOVE(bif, bif_stpentry);
		bif->bif_stp = false;
		clear_port(bif);
		set_state(bif, BSTP_IFSTATE_FORWARDING);
		reconsider(sc);
		if (LIST_EMPTY(&sc->sc_stp.st_ports))
			forget_all(sc);
	}
	KASSERT(sc->sc_stp.st_rootport != bif);
	exit_and_send(sc);
}

/*
 * A message came.
 */

/* Is it as good as what was heard there, or what we say ourselves? */
static bool
is_heeded(const struct bridge_iflist *p, const struct bridge_vector *v)
{
	const struct bridge_vector have = p->bif_heard ? p->bif_vector :
	    own_vector(p);

	return !is_less(&have, v);
}

static void
input_config(struct bridge_iflist *p, const struct bridge_bpdu *bb)
{
	struct bridge_softc *sc = p->bif_sc;
	struct bridge_stp *st = &sc->sc_stp;

	KASSERT(bb->bb_age < bb->bb_times.bt_maxage);
	/* 9.3.4: it is our own, come back. */
	if (bb->bb_vector.bv_bridge == st->st_id &&
	    bb->bb_vector.bv_port == port_id(p))
		return;
	if (!is_heeded(p, &bb->bb_vector)) {
		/* Who says that does not know. */
		if (is_designated(p))
			send_config(p);
		return;
	}
	p->bif_heard = true;
	p->bif_vector = bb->bb_vector;
	p->bif_age = bb->bb_age;
	reconsider(sc);
	if (p != st->st_rootport)
		return;
	st->st_times = bb->bb_times;
	set_changing(sc, bb->bb_change);
	if (bb->bb_ack) {
		st->st_detected = false;
		st->st_tcn = 0;
	}
	send_configs(sc);
}

/* From a bridge further away from the root. */
static void
input_tcn(struct bridge_iflist *p)
{

	KASSERT(mutex_owned(&p->bif_sc->sc_stp.st_lock));
	if (!is_designated(p))
		return;
	detect_change(p->bif_sc);
	p->bif_ack = true;
	send_config(p);
}

void
bridge_stp_input(struct bridge_iflist *bif, struct mbuf *m)
{
	struct bridge_softc *sc = bif->bif_sc;
	struct bridge_bpdu bb;

	if (!bridge_bpdu_parse(m, &bb))
		return;
	mutex_enter(&sc->sc_stp.st_lock);
	if (bif->bif_stp && is_enabled(bif)) {
		if (bb.bb_tcn)
			input_tcn(bif);
		else
			input_config(bif, &bb);
	}
	exit_and_send(sc);
}

/*
 * A second is over.
 */

/* One of them less; true: it was the last. */
static bool
is_over(u_int *left)
{

	return *left != 0 && --*left == 0;
}

/* The bridge that was heard there is silent: we are better than nobody. */
static void
grow_old(struct bridge_iflist *p)
{

	KASSERT(mutex_owned(&p->bif_sc->sc_stp.st_lock));
	if (!p->bif_heard)
		return;
	p->bif_age += BRIDGE_SECOND;
	if (p->bif_age < p->bif_sc->sc_stp.st_times.bt_maxage)
		return;
	p->bif_heard = false;
	reconsider(p->bif_sc);
	if (!is_root(p->bif_sc))
		send_config(p);
}

/* An end of the tree does not matter to others. */
static bool
has_designated(const struct bridge_softc *sc)
{
	const struct bridge_iflist *p;

	FOREACH_PORT(p, sc) {
		if (is_designated(p))
			return true;
	}
	return false;
}

static void
go_forward(struct bridge_iflist *p)
{

	KASSERT(mutex_owned(&p->bif_sc->sc_stp.st_lock));
	if (!is_over(&p->bif_fwddelay))
		return;
	if (p->bif_state == BSTP_IFSTATE_LISTENING) {
		set_state(p, BSTP_IFSTATE_LEARNING);
		p->bif_fwddelay =
		    seconds(p->bif_sc->sc_stp.st_times.bt_fwddelay);
		return;
	}
	KASSERT(p->bif_state == BSTP_IFSTATE_LEARNING);
	set_state(p, BSTP_IFSTATE_FORWARDING);
	if (has_designated(p->bif_sc))
		detect_change(p->bif_sc);
}

static void
tick_bridge(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	if (is_over(&st->st_hello) && is_root(sc)) {
		st->st_hello = seconds(st->st_own.bt_hello);
		send_configs(sc);
	}
	if (is_over(&st->st_tcn) && !is_root(sc))
		send_tcn(sc);
	if (is_over(&st->st_change)) {
		st->st_detected = false;
		set_changing(sc, false);
	}
}

void
bridge_stp_tick(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;
	struct bridge_iflist *p;

	mutex_enter(&st->st_lock);
	look_at_links(sc);
	tick_bridge(sc);
	FOREACH_PORT(p, sc) {
		grow_old(p);
		go_forward(p);
		if (is_over(&p->bif_hold) && p->bif_pending)
			send_config(p);
	}
	exit_and_send(sc);
}

static void
each_second(void *arg)
{
	struct bridge_softc *sc = arg;
	struct bridge_stp *st = &sc->sc_stp;

	bridge_stp_tick(sc);
	mutex_enter(&st->st_lock);
	if (st->st_running && !LIST_EMPTY(&st->st_ports))
		callout_schedule(&st->st_callout, hz);
	mutex_exit(&st->st_lock);
}

/*
 * The bridge.
 */
void
bridge_stp_enter(struct bridge_softc *sc)
{

	mutex_enter(&sc->sc_stp.st_lock);
}

void
bridge_stp_exit(struct bridge_softc *sc)
{

	KASSERT(mutex_owned(&sc->sc_stp.st_lock));
	reconsider(sc);
	exit_and_send(sc);
}

void
bridge_stp_init(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;

	mutex_init(&st->st_lock, MUTEX_DEFAULT, IPL_SOFTNET);
	LIST_INIT(&st->st_ports);
	MBUFQ_INIT(&st->st_out);
	st->st_priority = PRIORITY;
	st->st_own.bt_maxage = MAX_AGE * BRIDGE_SECOND;
	st->st_own.bt_hello = HELLO * BRIDGE_SECOND;
	st->st_own.bt_fwddelay = FORWARD_DELAY * BRIDGE_SECOND;
	st->st_times = st->st_own;
	callout_init(&st->st_callout, CALLOUT_MPSAFE);
	callout_setfunc(&st->st_callout, each_second, sc);
}

void
bridge_stp_fini(struct bridge_softc *sc)
{

	KASSERT(LIST_EMPTY(&sc->sc_stp.st_ports));
	KASSERT(MBUFQ_FIRST(&sc->sc_stp.st_out) == NULL);
	callout_destroy(&sc->sc_stp.st_callout);
	mutex_destroy(&sc->sc_stp.st_lock);
}

void
bridge_stp_start(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	mutex_enter(&st->st_lock);
	st->st_running = true;
	look_at_links(sc);
	if (!LIST_EMPTY(&st->st_ports))
		callout_schedule(&st->st_callout, hz);
	exit_and_send(sc);
}

void
bridge_stp_stop(struct bridge_softc *sc)
{
	struct bridge_stp *st = &sc->sc_stp;

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	mutex_enter(&st->st_lock);
	st->st_running = false;
	look_at_links(sc);
	forget_all(sc);
	exit_and_send(sc);
	/* One that is on its way starts no other. */
	callout_halt(&st->st_callout, NULL);
}
