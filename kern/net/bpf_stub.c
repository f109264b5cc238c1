/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(9) without bpf: interfaces show their packets to nobody, until the
 * driver puts its operations here.  Interfaces that came before are handed to
 * it then.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>

/* An interface, or one more link type of it, that waits for bpf. */
struct laglist {
	TAILQ_ENTRY(laglist) l_entry;
	struct ifnet	*l_ifp;
	u_int		l_dlt;
	u_int		l_hdrlen;
	struct bpf_if	**l_drvp;
};

static struct bpf_ops bpf_ops_stub;
static TAILQ_HEAD(, laglist) lagging = TAILQ_HEAD_INITIALIZER(lagging);
static kmutex_t handover_mtx;
static ONCE_DECL(handover_once);

static int
handover_init(void)
{

	mutex_init(&handover_mtx, MUTEX_DEFAULT, IPL_NONE);
	return 0;
}

static void
stub_attach(struct ifnet *ifp, u_int dlt, u_int hdrlen, struct bpf_if **drvp)
{
	struct laglist *l = kmem_alloc(sizeof(*l), KM_SLEEP);
	struct bpf_ops *ops;

	*drvp = NULL;
	l->l_ifp = ifp;
	l->l_dlt = dlt;
	l->l_hdrlen = hdrlen;
	l->l_drvp = drvp;
	(void)RUN_ONCE(&handover_once, handover_init);
	mutex_enter(&handover_mtx);
	/* It may have come while this one waited. */
	ops = atomic_load_consume(&bpf_ops);
	if (ops == &bpf_ops_stub)
		TAILQ_INSERT_TAIL(&lagging, l, l_entry);
	mutex_exit(&handover_mtx);
	if (ops != &bpf_ops_stub) {
		kmem_free(l, sizeof(*l));
		(*ops->bpf_attach)(ifp, dlt, hdrlen, drvp);
	}
}

static void
stub_detach(struct ifnet *ifp)
{
	struct laglist *l, *next;

	(void)RUN_ONCE(&handover_once, handover_init);
	mutex_enter(&handover_mtx);
	TAILQ_FOREACH_SAFE(l, &lagging, l_entry, next) {
		if (l->l_ifp == ifp) {
			TAILQ_REMOVE(&lagging, l, l_entry);
			kmem_free(l, sizeof(*l));
		}
	}
	mutex_exit(&handover_mtx);
}

static void
stub_change_type(struct ifnet *ifp, u_int dlt, u_int hdrlen)
{
	struct laglist *l;

	(void)RUN_ONCE(&handover_once, handover_init);
	mutex_enter(&handover_mtx);
	TAILQ_FOREACH(l, &lagging, l_entry) {
		if (l->l_ifp == ifp && l->l_drvp == &ifp->if_bpf) {
			l->l_dlt = dlt;
			l->l_hdrlen = hdrlen;
		}
	}
	mutex_exit(&handover_mtx);
}

static void
stub_mtap(struct bpf_if *bp, struct mbuf *m, u_int direction)
{
}

static void
stub_mtap2(struct bpf_if *bp, void *data, u_int len, struct mbuf *m,
    u_int direction)
{
}

static void
stub_mtap_af(struct bpf_if *bp, uint32_t af, struct mbuf *m, u_int direction)
{
}

static void
stub_mtap_sl_in(struct bpf_if *bp, u_char *hdr, struct mbuf **mp)
{
}

static void
stub_mtap_sl_out(struct bpf_if *bp, u_char *hdr, struct mbuf *m)
{
}

static void
stub_mtap_softint(struct ifnet *ifp, struct mbuf *m)
{
}

static void
stub_mtap_softint_init(struct ifnet *ifp)
{
}

static int
stub_track_event(struct bpf_if **dp,
    void (*func)(struct bpf_if *, struct ifnet *, int, int))
{

	return ENXIO;
}

static struct bpf_ops bpf_ops_stub = {
	.bpf_attach = stub_attach,
	.bpf_detach = stub_detach,
	.bpf_change_type = stub_change_type,
	.bpf_mtap = stub_mtap,
	.bpf_mtap2 = stub_mtap2,
	.bpf_mtap_af = stub_mtap_af,
	.bpf_mtap_sl_in = stub_mtap_sl_in,
	.bpf_mtap_sl_out = stub_mtap_sl_out,
	.bpf_mtap_softint = stub_mtap_softint,
	.bpf_mtap_softint_init = stub_mtap_softint_init,
	.bpf_register_track_event = stub_track_event,
	.bpf_deregister_track_event = stub_track_event,
};

struct bpf_ops *bpf_ops = &bpf_ops_stub;

void
bpf_setops(void)
{

	bpf_ops = &bpf_ops_stub;
}

/* Until the exit no other interface attaches to the stub. */
void
bpf_ops_handover_enter(struct bpf_ops *new)
{
	struct laglist *l;

	(void)RUN_ONCE(&handover_once, handover_init);
	mutex_enter(&handover_mtx);
	while ((l = TAILQ_FIRST(&lagging)) != NULL) {
		TAILQ_REMOVE(&lagging, l, l_entry);
		(*new->bpf_attach)(l->l_ifp, l->l_dlt, l->l_hdrlen, l->l_drvp);
		kmem_free(l, sizeof(*l));
	}
}

void
bpf_ops_handover_exit(void)
{

	mutex_exit(&handover_mtx);
}
