/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(9): interfaces that show their packets, as struct bpf_ops.
 *
 * A driver's pointer is NULL while nobody listens.  He looks at it and calls
 * at once, without sleeping: so a read section, and with it the end of an
 * interface, covers both.
 */
#include "bpf_private.h"

#include <sys/intr.h>

#include <net/slip.h>

#define	SOFTQ_MAX	256		/* packets for a soft interrupt */

kmutex_t bpf_mtx;
pserialize_t bpf_psz;
struct bpf_dlist bpf_descriptors = LIST_HEAD_INITIALIZER(bpf_descriptors);
static TAILQ_HEAD(, bpf_if) interfaces = TAILQ_HEAD_INITIALIZER(interfaces);

void
bpf_if_init(void)
{

	mutex_init(&bpf_mtx, MUTEX_DEFAULT, IPL_NONE);
	bpf_psz = pserialize_create();
}

/*
 * Who listens.
 */
struct bpf_if *
bpf_if_find(const char *name, u_int dlt, bool anydlt)
{
	struct bpf_if *bp;

	KASSERT(mutex_owned(&bpf_mtx));
	TAILQ_FOREACH(bp, &interfaces, bif_entry) {
		if (strncmp(bp->bif_ifp->if_xname, name, IFNAMSIZ) == 0 &&
		    (anydlt || bp->bif_dlt == dlt))
			break;
	}
	return bp;
}

/* The link types of an interface, NULL is before the first. */
struct bpf_if *
bpf_if_next(const struct ifnet *ifp, struct bpf_if *bp)
{

	KASSERT(mutex_owned(&bpf_mtx));
	bp = bp == NULL ? TAILQ_FIRST(&interfaces) :
	    TAILQ_NEXT(bp, bif_entry);
	while (bp != NULL && bp->bif_ifp != ifp)
		bp = TAILQ_NEXT(bp, bif_entry);
	return bp;
}

static void
track(struct bpf_if *bp, int event)
{
	struct bpf_track *t;

	SLIST_FOREACH(t, &bp->bif_tracks, bt_entry)
		(*t->bt_func)(bp, bp->bif_ifp, (int)bp->bif_dlt, event);
}

void
bpf_listen(struct bpf_d *d, struct bpf_if *bp)
{

	KASSERT(mutex_owned(&bpf_mtx));
	KASSERT(d->bd_bif == NULL && d->bd_sbuf != NULL);
	d->bd_bif = bp;
	mutex_spin_enter(&d->bd_mtx);
	d->bd_gone = false;
	mutex_spin_exit(&d->bd_mtx);
	PSLIST_ENTRY_INIT(d, bd_bifentry);
	PSLIST_WRITER_INSERT_HEAD(&bp->bif_dlist, d, bd_bifentry);
	atomic_store_release(bp->bif_driverp, bp);
	track(bp, BPF_TRACK_EVENT_ATTACH);
}

/* Nobody brings it a packet afterwards.  Sleeps. */
static void
unlist(struct bpf_d *d)
{
	struct bpf_if *bp = d->bd_bif;

	KASSERT(mutex_owned(&bpf_mtx));
	PSLIST_WRITER_REMOVE(d, bd_bifentry);
	if (PSLIST_WRITER_FIRST(&bp->bif_dlist, struct bpf_d,
	    bd_bifentry) == NULL)
		atomic_store_relaxed(bp->bif_driverp, NULL);
	pserialize_perform(bpf_psz);
	PSLIST_ENTRY_DESTROY(d, bd_bifentry);
	d->bd_bif = NULL;
	track(bp, BPF_TRACK_EVENT_DETACH);
}

int
bpf_promisc(struct bpf_d *d, bool on)
{
	int error;

	KASSERT(mutex_owned(&bpf_mtx));
	if (d->bd_promisc == on)
		return 0;
	error = ifpromisc(d->bd_bif->bif_ifp, on);
	/* There is no way to fail to stop. */
	if (error == 0 || !on)
		d->bd_promisc = on;
	return error;
}

void
bpf_unlisten(struct bpf_d *d)
{

	KASSERT(mutex_owned(&bpf_mtx));
	(void)bpf_promisc(d, false);
	unlist(d);
}

/*
 * Life of interfaces.
 */
static void
attach(struct ifnet *ifp, u_int dlt, u_int hdrlen, struct bpf_if **driverp)
{
	struct bpf_if *bp = kmem_zalloc(sizeof(*bp), KM_SLEEP);

	*driverp = NULL;
	bp->bif_driverp = driverp;
	bp->bif_ifp = ifp;
	bp->bif_dlt = dlt;
	bp->bif_linklen = hdrlen;
	PSLIST_INIT(&bp->bif_dlist);
	SLIST_INIT(&bp->bif_tracks);
	mutex_init(&bp->bif_simtx, MUTEX_DEFAULT, IPL_NET);
	mutex_enter(&bpf_mtx);
	TAILQ_INSERT_TAIL(&interfaces, bp, bif_entry);
	mutex_exit(&bpf_mtx);
}

/* Its listeners read what they have, and then that it is gone. */
static void
release_listeners(struct bpf_if *bp)
{
	struct bpf_d *d;

	KASSERT(mutex_owned(&bpf_mtx));
	while ((d = PSLIST_WRITER_FIRST(&bp->bif_dlist, struct bpf_d,
	    bd_bifentry)) != NULL) {
		d->bd_promisc = false;
		unlist(d);
		bpf_buf_gone(d);
	}
}

static void
destroy(struct bpf_if *bp)
{
	struct bpf_track *t;

	KASSERT(mutex_owned(&bpf_mtx));
	KASSERT(*bp->bif_driverp == NULL);
	TAILQ_REMOVE(&interfaces, bp, bif_entry);
	/* Who saw the driver's pointer before is through. */
	pserialize_perform(bpf_psz);
	if (bp->bif_si != NULL)
		softint_disestablish(bp->bif_si);
	IF_PURGE(&bp->bif_siq);
	while ((t = SLIST_FIRST(&bp->bif_tracks)) != NULL) {
		SLIST_REMOVE_HEAD(&bp->bif_tracks, bt_entry);
		kmem_free(t, sizeof(*t));
	}
	PSLIST_DESTROY(&bp->bif_dlist);
	mutex_destroy(&bp->bif_simtx);
	kmem_free(bp, sizeof(*bp));
}

static void
detach(struct ifnet *ifp)
{
	struct bpf_if *bp;

	mutex_enter(&bpf_mtx);
	while ((bp = bpf_if_next(ifp, NULL)) != NULL) {
		release_listeners(bp);
		destroy(bp);
	}
	mutex_exit(&bpf_mtx);
}

static void
change_type(struct ifnet *ifp, u_int dlt, u_int hdrlen)
{
	struct bpf_if *bp = NULL;

	mutex_enter(&bpf_mtx);
	while ((bp = bpf_if_next(ifp, bp)) != NULL) {
		if (bp->bif_driverp != &ifp->if_bpf)
			continue;
		bp->bif_dlt = dlt;
		atomic_store_relaxed(&bp->bif_linklen, hdrlen);
	}
	mutex_exit(&bpf_mtx);
}

static struct bpf_if *
by_driverp(struct bpf_if **driverp)
{
	struct bpf_if *bp;

	KASSERT(mutex_owned(&bpf_mtx));
	TAILQ_FOREACH(bp, &interfaces, bif_entry) {
		if (bp->bif_driverp == driverp)
			break;
	}
	return bp;
}

static int
track_register(struct bpf_if **driverp, bpf_track_event_t func)
{
	struct bpf_track *t = kmem_alloc(sizeof(*t), KM_SLEEP);
	struct bpf_if *bp;

	t->bt_func = func;
	mutex_enter(&bpf_mtx);
	if ((bp = by_driverp(driverp)) != NULL)
		SLIST_INSERT_HEAD(&bp->bif_tracks, t, bt_entry);
	mutex_exit(&bpf_mtx);
	if (bp == NULL)
		kmem_free(t, sizeof(*t));
	return bp == NULL ? ENXIO : 0;
}

static int
track_deregister(struct bpf_if **driverp, bpf_track_event_t func)
{
	struct bpf_track *t = NULL;
	struct bpf_if *bp;

	mutex_enter(&bpf_mtx);
	if ((bp = by_driverp(driverp)) != NULL) {
		SLIST_FOREACH(t, &bp->bif_tracks, bt_entry) {
			if (t->bt_func == func)
				break;
		}
		if (t != NULL)
			SLIST_REMOVE(&bp->bif_tracks, t, bpf_track, bt_entry);
	}
	mutex_exit(&bpf_mtx);
	if (t != NULL)
		kmem_free(t, sizeof(*t));
	return bp == NULL ? ENXIO : t == NULL ? ENOENT : 0;
}

/*
 * Packets.
 */
static void
tap(struct bpf_if *bp, struct mbuf *m, u_int direction)
{
	const u_int len = m_length(m);

	if (bp == NULL || len == 0)
		return;
	/* In one piece it is copied faster. */
	if (m->m_len == (int)len)
		bpf_deliver(bp, mtod(m, const void *), len, len, direction);
	else
		bpf_deliver(bp, m, len, 0, direction);
}

/* As a chain with an mbuf before it that nobody owns. */
static void
tap2(struct bpf_if *bp, void *data, u_int dlen, struct mbuf *m,
    u_int direction)
{
	struct mbuf first;

	if (bp == NULL)
		return;
	memset(&first, 0, sizeof(first));
	first.m_type = MT_DATA;
	first.m_next = m;
	first.m_data = data;
	first.m_len = (int)dlen;
	bpf_deliver(bp, &first, dlen + m_length(m), 0, direction);
}

static void
tap_af(struct bpf_if *bp, uint32_t af, struct mbuf *m, u_int direction)
{

	tap2(bp, &af, sizeof(af), m, direction);
}

static void
tap_slip(struct bpf_if *bp, const u_char *chdr, struct mbuf *m, u_int dir,
    u_int direction)
{
	u_char hdr[SLIP_HDRLEN] = { [SLX_DIR] = (u_char)dir };

	memcpy(&hdr[SLX_CHDR], chdr, CHDR_LEN);
	tap2(bp, hdr, sizeof(hdr), m, direction);
}

static void
tap_sl_in(struct bpf_if *bp, u_char *chdr, struct mbuf **mp)
{

	tap_slip(bp, chdr, *mp, SLIPDIR_IN, BPF_D_IN);
}

static void
tap_sl_out(struct bpf_if *bp, u_char *chdr, struct mbuf *m)
{

	tap_slip(bp, chdr, m, SLIPDIR_OUT, BPF_D_OUT);
}

/*
 * From interrupt handlers: a copy, later.
 */
static void
softint(void *arg)
{
	struct bpf_if *bp = arg;
	struct mbuf *m;

	for (;;) {
		mutex_spin_enter(&bp->bif_simtx);
		IF_DEQUEUE(&bp->bif_siq, m);
		mutex_spin_exit(&bp->bif_simtx);
		if (m == NULL)
			return;
		tap(bp, m, BPF_D_IN);
		m_freem(m);
	}
}

static void
softint_init(struct ifnet *ifp)
{
	struct bpf_if *bp = NULL;

	mutex_enter(&bpf_mtx);
	while ((bp = bpf_if_next(ifp, bp)) != NULL) {
		if (bp->bif_driverp != &ifp->if_bpf || bp->bif_si != NULL)
			continue;
		bp->bif_siq.ifq_maxlen = SOFTQ_MAX;
		bp->bif_si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
		    softint, bp);
	}
	mutex_exit(&bpf_mtx);
}

static void
tap_softint(struct ifnet *ifp, struct mbuf *m)
{
	struct bpf_if *bp = atomic_load_consume(&ifp->if_bpf);
	struct mbuf *copy;
	bool full;

	if (bp == NULL || bp->bif_si == NULL ||
	    (copy = m_dup(m, 0, M_COPYALL, M_DONTWAIT)) == NULL)
		return;
	mutex_spin_enter(&bp->bif_simtx);
	full = IF_QFULL(&bp->bif_siq);
	if (!full)
		IF_ENQUEUE(&bp->bif_siq, copy);
	mutex_spin_exit(&bp->bif_simtx);
	if (full)
		m_freem(copy);
	else
		softint_schedule(bp->bif_si);
}

struct bpf_ops bpf_ops_kernel = {
	.bpf_attach = attach,
	.bpf_detach = detach,
	.bpf_change_type = change_type,
	.bpf_mtap = tap,
	.bpf_mtap2 = tap2,
	.bpf_mtap_af = tap_af,
	.bpf_mtap_sl_in = tap_sl_in,
	.bpf_mtap_sl_out = tap_sl_out,
	.bpf_mtap_softint = tap_softint,
	.bpf_mtap_softint_init = softint_init,
	.bpf_register_track_event = track_register,
	.bpf_deregister_track_event = track_deregister,
};
