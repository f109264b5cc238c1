/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4): the table of addresses.  Packets look into it without a lock;
 * changes have sc_rtlock, and free what nobody can be looking at any more.
 * There are never more than sc_rtmax, whatever comes in.
 */
#include "bridge_private.h"

#include <sys/cprng.h>
#include <sys/kernel.h>
#include <sys/timevar.h>

SLIST_HEAD(bridge_gone, bridge_rtnode);

static void	age(struct work *, void *);
static void	age_later(void *);

int
bridge_rt_init(struct bridge_softc *sc)
{
	u_int i;
	int error;

	error = workqueue_create(&sc->sc_rtwq, sc->sc_if.if_xname, age, sc,
	    PRI_SOFTNET, IPL_SOFTNET, WQ_MPSAFE);
	if (error != 0)
		return error;
	mutex_init(&sc->sc_rtlock, MUTEX_DEFAULT, IPL_SOFTNET);
	sc->sc_rthash = kmem_zalloc(BRIDGE_HASH * sizeof(*sc->sc_rthash),
	    KM_SLEEP);
	for (i = 0; i < BRIDGE_HASH; i++)
		PSLIST_INIT(&sc->sc_rthash[i]);
	sc->sc_rtkey = cprng_fast32();
	sc->sc_rtmax = BRIDGE_RTMAX;
	sc->sc_rttimeout = BRIDGE_TIMEOUT;
	callout_init(&sc->sc_rtcallout, CALLOUT_MPSAFE);
	callout_setfunc(&sc->sc_rtcallout, age_later, sc);
	return 0;
}

void
bridge_rt_fini(struct bridge_softc *sc)
{

	bridge_rt_stop(sc);
	KASSERT(sc->sc_rtcount == 0);
	callout_destroy(&sc->sc_rtcallout);
	workqueue_destroy(sc->sc_rtwq);
	kmem_free(sc->sc_rthash, BRIDGE_HASH * sizeof(*sc->sc_rthash));
	mutex_destroy(&sc->sc_rtlock);
}

/* Keyed: nobody outside can choose addresses of one bucket. */
static struct pslist_head *
bucket(struct bridge_softc *sc, const uint8_t *addr)
{
	uint32_t h;

	h = murmurhash2(addr, ETHER_ADDR_LEN, sc->sc_rtkey);
	return &sc->sc_rthash[h & (BRIDGE_HASH - 1)];
}

/* In a read section, or with the lock. */
static struct bridge_rtnode *
find(struct bridge_softc *sc, const uint8_t *addr)
{
	struct bridge_rtnode *brt;

	PSLIST_READER_FOREACH(brt, bucket(sc, addr), struct bridge_rtnode,
	    brt_entry) {
		if (memcmp(brt->brt_addr, addr, ETHER_ADDR_LEN) == 0)
			break;
	}
	return brt;
}

static bool
is_static(const struct bridge_rtnode *brt)
{

	return (atomic_load_relaxed(&brt->brt_flags) & IFBAF_TYPEMASK) ==
	    IFBAF_STATIC;
}

static bool
is_expired(const struct bridge_rtnode *brt)
{

	return !is_static(brt) &&
	    time_uptime >= atomic_load_relaxed(&brt->brt_expire);
}

static void
touch(struct bridge_softc *sc, struct bridge_rtnode *brt)
{
	const uint32_t changing = atomic_load_relaxed(&sc->sc_changing);
	uint32_t timeout = atomic_load_relaxed(&sc->sc_rttimeout);

	if (changing != 0 && changing < timeout)
		timeout = changing;
	atomic_store_relaxed(&brt->brt_expire, time_uptime + (time_t)timeout);
}

/*
 * Removing.
 */
static void
unlink(struct bridge_softc *sc, struct bridge_rtnode *brt,
    struct bridge_gone *gone)
{

	KASSERT(mutex_owned(&sc->sc_rtlock));
	KASSERT(sc->sc_rtcount > 0);
	PSLIST_WRITER_REMOVE(brt, brt_entry);
	sc->sc_rtcount--;
	SLIST_INSERT_HEAD(gone, brt, brt_gone);
}

/* Without a lock.  Sleeps. */
static void
free_gone(struct bridge_softc *sc, struct bridge_gone *gone)
{
	struct bridge_rtnode *brt;

	if (SLIST_EMPTY(gone))
		return;
	pserialize_perform(sc->sc_psz);
	while ((brt = SLIST_FIRST(gone)) != NULL) {
		SLIST_REMOVE_HEAD(gone, brt_gone);
		PSLIST_ENTRY_DESTROY(brt, brt_entry);
		kmem_intr_free(brt, sizeof(*brt));
	}
}

static bool
is_to_go(const struct bridge_rtnode *brt, const struct bridge_iflist *of,
    enum bridge_flush which)
{

	if (of != NULL && brt->brt_bif != of)
		return false;
	return which == BRIDGE_ALL || (which == BRIDGE_DYNAMIC ?
	    !is_static(brt) : is_expired(brt));
}

/* At most so many; of one member if that is not NULL. */
static void
unlink_some(struct bridge_softc *sc, const struct bridge_iflist *of,
    enum bridge_flush which, uint32_t most, struct bridge_gone *gone)
{
	struct bridge_rtnode *brt, *next;
	u_int i;

	KASSERT(mutex_owned(&sc->sc_rtlock));
	for (i = 0; i < BRIDGE_HASH; i++) {
		for (brt = PSLIST_WRITER_FIRST(&sc->sc_rthash[i],
		    struct bridge_rtnode, brt_entry); brt != NULL && most > 0;
		    brt = next) {
			next = PSLIST_WRITER_NEXT(brt, struct bridge_rtnode,
			    brt_entry);
			if (!is_to_go(brt, of, which))
				continue;
			unlink(sc, brt, gone);
			most--;
		}
	}
}

void
bridge_rt_flush(struct bridge_softc *sc, enum bridge_flush which)
{
	struct bridge_gone gone = SLIST_HEAD_INITIALIZER(gone);

	mutex_enter(&sc->sc_rtlock);
	unlink_some(sc, NULL, which, UINT32_MAX, &gone);
	mutex_exit(&sc->sc_rtlock);
	free_gone(sc, &gone);
}

void
bridge_rt_forget(struct bridge_iflist *bif)
{
	struct bridge_softc *sc = bif->bif_sc;
	struct bridge_gone gone = SLIST_HEAD_INITIALIZER(gone);

	mutex_enter(&sc->sc_rtlock);
	bif->bif_noroutes = true;
	unlink_some(sc, bif, BRIDGE_ALL, UINT32_MAX, &gone);
	mutex_exit(&sc->sc_rtlock);
	free_gone(sc, &gone);
}

/* Those that were learnt go first if there are too many. */
void
bridge_rt_trim(struct bridge_softc *sc, uint32_t max)
{
	struct bridge_gone gone = SLIST_HEAD_INITIALIZER(gone);

	mutex_enter(&sc->sc_rtlock);
	atomic_store_relaxed(&sc->sc_rtmax, max);
	if (sc->sc_rtcount > max)
		unlink_some(sc, NULL, BRIDGE_EXPIRED, UINT32_MAX, &gone);
	if (sc->sc_rtcount > max)
		unlink_some(sc, NULL, BRIDGE_DYNAMIC, sc->sc_rtcount - max,
		    &gone);
	mutex_exit(&sc->sc_rtlock);
	free_gone(sc, &gone);
}

/* ENOENT: it is not there. */
int
bridge_rt_delete(struct bridge_softc *sc, const uint8_t *addr)
{
	struct bridge_gone gone = SLIST_HEAD_INITIALIZER(gone);
	struct bridge_rtnode *brt;

	mutex_enter(&sc->sc_rtlock);
	if ((brt = find(sc, addr)) != NULL)
		unlink(sc, brt, &gone);
	mutex_exit(&sc->sc_rtlock);
	free_gone(sc, &gone);
	return brt == NULL ? ENOENT : 0;
}

/*
 * Adding.
 */

/* NULL: there is no room, no memory, or the member goes. */
static struct bridge_rtnode *
insert(struct bridge_iflist *bif, const uint8_t *addr, uint8_t flags)
{
	struct bridge_softc *sc = bif->bif_sc;
	struct bridge_rtnode *brt;

	KASSERT(mutex_owned(&sc->sc_rtlock));
	if (bif->bif_noroutes || sc->sc_rtcount >= sc->sc_rtmax ||
	    (brt = kmem_intr_zalloc(sizeof(*brt), KM_NOSLEEP)) == NULL)
		return NULL;
	PSLIST_ENTRY_INIT(brt, brt_entry);
	memcpy(brt->brt_addr, addr, ETHER_ADDR_LEN);
	brt->brt_bif = bif;
	brt->brt_flags = flags;
	touch(sc, brt);
	PSLIST_WRITER_INSERT_HEAD(bucket(sc, addr), brt, brt_entry);
	sc->sc_rtcount++;
	return brt;
}

/* It is new here, or was behind another member. */
static void
learn_locked(struct bridge_iflist *bif, const uint8_t *addr)
{
	struct bridge_softc *sc = bif->bif_sc;
	struct bridge_rtnode *brt;

	mutex_enter(&sc->sc_rtlock);
	brt = find(sc, addr);
	if (brt == NULL) {
		(void)insert(bif, addr, IFBAF_DYNAMIC);
	} else if (!is_static(brt) && !bif->bif_noroutes) {
		atomic_store_relaxed(&brt->brt_bif, bif);
		touch(sc, brt);
	}
	mutex_exit(&sc->sc_rtlock);
}

/* With a reference of the member.  Mostly it is known and young. */
void
bridge_rt_learn(struct bridge_iflist *bif, const uint8_t *addr)
{
	struct bridge_softc *sc = bif->bif_sc;
	struct bridge_rtnode *brt;
	bool known;
	int s;

	if ((atomic_load_relaxed(&bif->bif_flags) & IFBIF_LEARNING) == 0 ||
	    ETHER_IS_MULTICAST(addr))
		return;
	s = pserialize_read_enter();
	brt = find(sc, addr);
	known = brt != NULL && (is_static(brt) ||
	    atomic_load_relaxed(&brt->brt_bif) == bif);
	if (known && !is_static(brt))
		touch(sc, brt);
	pserialize_read_exit(s);
	if (!known)
		learn_locked(bif, addr);
}

/* ENOSPC: the table is full; EINVAL: nobody has such an address. */
int
bridge_rt_static(struct bridge_iflist *bif, const struct ifbareq *req)
{
	struct bridge_softc *sc = bif->bif_sc;
	const uint8_t flags = req->ifba_flags & IFBAF_TYPEMASK;
	struct bridge_rtnode *brt;
	int error = 0;

	if (ETHER_IS_MULTICAST(req->ifba_dst) ||
	    (flags != IFBAF_STATIC && flags != IFBAF_DYNAMIC))
		return EINVAL;
	mutex_enter(&sc->sc_rtlock);
	if ((brt = find(sc, req->ifba_dst)) == NULL) {
		if (insert(bif, req->ifba_dst, flags) == NULL)
			error = ENOSPC;
	} else {
		atomic_store_relaxed(&brt->brt_bif, bif);
		atomic_store_relaxed(&brt->brt_flags, flags);
		touch(sc, brt);
	}
	mutex_exit(&sc->sc_rtlock);
	return error;
}

/*
 * Looking.
 */

/* With a reference of the member; NULL: not known. */
struct bridge_iflist *
bridge_rt_lookup(struct bridge_softc *sc, const uint8_t *addr,
    struct psref *psref)
{
	struct bridge_iflist *bif = NULL;
	struct bridge_rtnode *brt;
	int s;

	s = pserialize_read_enter();
	if ((brt = find(sc, addr)) != NULL && !is_expired(brt)) {
		bif = atomic_load_consume(&brt->brt_bif);
		psref_acquire(psref, &bif->bif_psref, bridge_psref_class);
	}
	pserialize_read_exit(s);
	return bif;
}

/* How many there are; as many as there is room for are told. */
u_int
bridge_rt_list(struct bridge_softc *sc, struct ifbareq *req, u_int room)
{
	struct bridge_rtnode *brt;
	u_int n = 0, i;

	mutex_enter(&sc->sc_rtlock);
	for (i = 0; i < BRIDGE_HASH; i++) {
		PSLIST_WRITER_FOREACH(brt, &sc->sc_rthash[i],
		    struct bridge_rtnode, brt_entry) {
			if (n++ >= room)
				continue;
			strlcpy(req->ifba_ifsname,
			    brt->brt_bif->bif_ifp->if_xname, IFNAMSIZ);
			memcpy(req->ifba_dst, brt->brt_addr, ETHER_ADDR_LEN);
			req->ifba_flags = brt->brt_flags;
			req->ifba_expire = is_static(brt) ? 0 : MAX(0,
			    atomic_load_relaxed(&brt->brt_expire) -
			    time_uptime);
			req++;
		}
	}
	mutex_exit(&sc->sc_rtlock);
	return n;
}

/*
 * Growing old, and all becoming wrong at once: a callout and who has a message
 * must not sleep, so a thread does it.
 */
static void
age(struct work *wk, void *arg)
{
	struct bridge_softc *sc = arg;

	if (wk == &sc->sc_flushwork) {
		mutex_enter(&sc->sc_rtlock);
		sc->sc_flushing = false;
		mutex_exit(&sc->sc_rtlock);
		bridge_rt_flush(sc, BRIDGE_DYNAMIC);
		return;
	}
	bridge_rt_flush(sc, BRIDGE_EXPIRED);
	if (atomic_load_relaxed(&sc->sc_running))
		callout_schedule(&sc->sc_rtcallout, BRIDGE_AGE * hz);
}

static void
age_later(void *arg)
{
	struct bridge_softc *sc = arg;

	workqueue_enqueue(sc->sc_rtwq, &sc->sc_rtwork, NULL);
}

void
bridge_rt_flush_later(struct bridge_softc *sc)
{
	bool flushing;

	mutex_enter(&sc->sc_rtlock);
	flushing = sc->sc_flushing;
	sc->sc_flushing = true;
	mutex_exit(&sc->sc_rtlock);
	if (!flushing)
		workqueue_enqueue(sc->sc_rtwq, &sc->sc_flushwork, NULL);
}

/* With IFNET_LOCK of the bridge, both, or when nobody has it any more. */
void
bridge_rt_start(struct bridge_softc *sc)
{

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	atomic_store_relaxed(&sc->sc_running, true);
	callout_schedule(&sc->sc_rtcallout, BRIDGE_AGE * hz);
}

void
bridge_rt_stop(struct bridge_softc *sc)
{

	atomic_store_relaxed(&sc->sc_running, false);
	/* One that is on its way ends, and starts no other. */
	callout_halt(&sc->sc_rtcallout, NULL);
	workqueue_wait(sc->sc_rtwq, &sc->sc_rtwork);
	workqueue_wait(sc->sc_rtwq, &sc->sc_flushwork);
	callout_halt(&sc->sc_rtcallout, NULL);
}
