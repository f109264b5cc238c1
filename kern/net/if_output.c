/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets between the stack and drivers: out by the queue if_snd, started now
 * or from a soft interrupt; in by queues of each CPU that a soft interrupt
 * empties, for drivers whose interrupt handlers bring them.
 */

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>

#include "if_private.h"

#define	PERCPUQ_MAXLEN	512

/* Constant, except the queues: of their CPU. */
struct if_percpuq {
	struct ifnet	*ipq_ifp;
	void		*ipq_si;
	percpu_t	*ipq_ifqs;	/* struct ifqueue */
};

/* All constant. */
struct if_deferred_start {
	struct ifnet	*ids_ifp;
	void		(*ids_start)(struct ifnet *);
	void		*ids_si;
};

/*
 * Out.
 */
void
if_start_lock(struct ifnet *ifp)
{

	KERNEL_LOCK_UNLESS_IFP_MPSAFE(ifp);
	(*atomic_load_relaxed(&ifp->if_start))(ifp);
	KERNEL_UNLOCK_UNLESS_IFP_MPSAFE(ifp);
}

/* For drivers without an if_transmit of their own. */
int
if_transmit(struct ifnet *ifp, struct mbuf *m)
{
	const int len = m->m_pkthdr.len;
	const bool mcast = (m->m_flags & M_MCAST) != 0;
	int error;

	IFQ_ENQUEUE(&ifp->if_snd, m, error);
	if (error != 0) {
		if_statinc(ifp, if_oerrors);
		return error;
	}
	if_statadd(ifp, if_obytes, len);
	if (mcast)
		if_statinc(ifp, if_omcasts);
	if ((atomic_load_relaxed(&ifp->if_flags) & IFF_OACTIVE) == 0)
		if_start_lock(ifp);
	return 0;
}

int
if_transmit_lock(struct ifnet *ifp, struct mbuf *m)
{
	int error;

	KERNEL_LOCK_UNLESS_IFP_MPSAFE(ifp);
	error = (*atomic_load_relaxed(&ifp->if_transmit))(ifp, m);
	KERNEL_UNLOCK_UNLESS_IFP_MPSAFE(ifp);
	return error;
}

int
ifq_enqueue(struct ifnet *ifp, struct mbuf *m)
{

	return if_transmit_lock(ifp, m);
}

/* By a queue of the driver's own, or if_snd, without starting. */
int
ifq_enqueue2(struct ifnet *ifp, struct ifqueue *ifq, struct mbuf *m)
{
	int error = 0;

	if (ifq == NULL) {
		IFQ_ENQUEUE(&ifp->if_snd, m, error);
	} else if (IF_QFULL(ifq)) {
		IF_DROP(ifq);
		m_freem(m);
		error = ENOBUFS;
	} else {
		IF_ENQUEUE(ifq, m);
	}
	if (error != 0)
		if_statinc(ifp, if_oerrors);
	return error;
}

static void
deferred_start(void *arg)
{
	struct if_deferred_start *ids = arg;

	(*ids->ids_start)(ids->ids_ifp);
}

static void
deferred_start_queued(struct ifnet *ifp)
{

	/* As if_snd is looked at without its lock: a hint. */
	if (!IFQ_IS_EMPTY(&ifp->if_snd))
		if_start_lock(ifp);
}

void
if_deferred_start_init(struct ifnet *ifp, void (*start)(struct ifnet *))
{
	struct if_deferred_start *ids;

	KASSERT(ifp->if_deferred_start == NULL);
	ids = kmem_zalloc(sizeof(*ids), KM_SLEEP);
	ids->ids_ifp = ifp;
	ids->ids_start = start != NULL ? start : deferred_start_queued;
	ids->ids_si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    deferred_start, ids);
	ifp->if_deferred_start = ids;
}

void
if_deferred_start_fini(struct ifnet *ifp)
{
	struct if_deferred_start *ids = ifp->if_deferred_start;

	if (ids == NULL)
		return;
	ifp->if_deferred_start = NULL;
	softint_disestablish(ids->ids_si);
	kmem_free(ids, sizeof(*ids));
}

void
if_schedule_deferred_start(struct ifnet *ifp)
{

	KASSERT(ifp->if_deferred_start != NULL);
	softint_schedule(ifp->if_deferred_start->ids_si);
}

/*
 * In.
 */
static void
input_one(struct ifnet *ifp, struct mbuf *m)
{

	if_statinc(ifp, if_ipackets);
	bpf_mtap(ifp, m, BPF_D_IN);
	(*atomic_load_relaxed(&ifp->_if_input))(ifp, m);
}

/* From a thread or soft interrupt of the driver's. */
void
if_input(struct ifnet *ifp, struct mbuf *m)
{

	KASSERT(ifp->if_percpuq == NULL);
	KASSERT(!cpu_intr_p());
	input_one(ifp, m);
}

static struct mbuf *
percpuq_dequeue(struct if_percpuq *ipq)
{
	struct ifqueue *ifq = percpu_getref(ipq->ipq_ifqs);
	struct mbuf *m;

	IF_DEQUEUE(ifq, m);
	percpu_putref(ipq->ipq_ifqs);
	return m;
}

static void
percpuq_input(void *arg)
{
	struct if_percpuq *ipq = arg;
	struct mbuf *m;

	while ((m = percpuq_dequeue(ipq)) != NULL)
		input_one(ipq->ipq_ifp, m);
}

static void
percpuq_init1(void *p, void *arg, struct cpu_info *ci)
{
	struct ifqueue *ifq = p;

	memset(ifq, 0, sizeof(*ifq));
	ifq->ifq_maxlen = PERCPUQ_MAXLEN;
}

static void
percpuq_purge1(void *p, void *arg, struct cpu_info *ci)
{
	struct ifqueue *ifq = p;

	IF_PURGE(ifq);
}

struct if_percpuq *
if_percpuq_create(struct ifnet *ifp)
{
	struct if_percpuq *ipq;

	ipq = kmem_zalloc(sizeof(*ipq), KM_SLEEP);
	ipq->ipq_ifp = ifp;
	ipq->ipq_ifqs = percpu_create(sizeof(struct ifqueue), percpuq_init1,
	    percpuq_purge1, NULL);
	ipq->ipq_si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    percpuq_input, ipq);
	return ipq;
}

/* Nothing is enqueued any more; what is there is thrown away. */
void
if_percpuq_destroy(struct if_percpuq *ipq)
{

	softint_disestablish(ipq->ipq_si);
	percpu_free(ipq->ipq_ifqs, sizeof(struct ifqueue));
	kmem_free(ipq, sizeof(*ipq));
}

/* The packet is the queue's, even if there is no room. */
void
if_percpuq_enqueue(struct if_percpuq *ipq, struct mbuf *m)
{
	struct ifqueue *ifq = percpu_getref(ipq->ipq_ifqs);
	const bool full = IF_QFULL(ifq);

	if (full) {
		IF_DROP(ifq);
		if_statinc(ipq->ipq_ifp, if_iqdrops);
	} else {
		IF_ENQUEUE(ifq, m);
		softint_schedule(ipq->ipq_si);
	}
	percpu_putref(ipq->ipq_ifqs);
	if (full)
		m_freem(m);
}
