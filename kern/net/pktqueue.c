/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pktqueue(9): the input queues of a protocol.  A queue is a ring for each
 * CPU, filled by anybody and emptied by that CPU's soft interrupt, so that
 * packets of a flow, which have one hash, stay in order.
 */

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/pcq.h>
#include <sys/percpu.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/xcall.h>

#include <net/pktqueue.h>

#include <lib/libkern/libkern.h>

#define	PKTQ_LIMIT	65536	/* packets a CPU can be given room for */
#define	CONSUMERS(ci)	((u_int)cpu_index(ci))

enum { PQC_IN, PQC_OUT, PQC_DROPS, PQC_N };

/* Locks: a, atomic; c, constant; l, pktq_mtx; o, of each CPU its own. */
struct pktqueue {
	void		*pq_sih;		/* c */
	volatile u_int	pq_barrier;		/* a: CPUs yet to come by */
	LIST_ENTRY(pktqueue) pq_list;		/* l */
	size_t		pq_maxlen;		/* l */
	bool		*pq_marked;		/* o: a marker came last */
	percpu_t	*pq_counts;		/* c: PQC_* of their CPU */
	pcq_t *volatile	pq_queue[];		/* a: by CPU index */
};

/* What stands in a ring for "all before this is done". */
static struct mbuf pktq_marker;

static LIST_HEAD(, pktqueue) pktqs = LIST_HEAD_INITIALIZER(pktqs);
static kmutex_t pktq_mtx;
static kmutex_t barrier_mtx;		/* comes after pktq_mtx */
static kcondvar_t barrier_cv;		/* pq_barrier of any has become 0 */
static ONCE_DECL(pktq_once);

static int
pktq_init1(void)
{

	mutex_init(&pktq_mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&barrier_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	cv_init(&barrier_cv, "pktqbar");
	return 0;
}

static size_t
pktq_size(void)
{

	return offsetof(struct pktqueue, pq_queue[ncpu]);
}

/* Everything goes to the caller's CPU... */
static uint32_t
pktq_hash_curcpu(const struct mbuf *m)
{

	return cpu_index(curcpu());
}

/* ...or to the first one. */
static uint32_t
pktq_hash_zero(const struct mbuf *m)
{

	return 0;
}

const pktq_rps_hash_func_t pktq_rps_hash_default = pktq_hash_curcpu;

static const struct {
	const char	*name;
	pktq_rps_hash_func_t func;
} hashes[] = {
	{ "curcpu", pktq_hash_curcpu },
	{ "zero", pktq_hash_zero },
};

uint32_t
pktq_rps_hash(const pktq_rps_hash_func_t *funcp, const struct mbuf *m)
{

	return (*atomic_load_relaxed(funcp))(m);
}

/* The handler runs on each CPU, there alone calling pktq_dequeue(). */
pktqueue_t *
pktq_create(size_t maxlen, void (*handler)(void *), void *arg)
{
	pktqueue_t *pq;
	int i;

	KASSERT(maxlen > 0);
	(void)RUN_ONCE(&pktq_once, pktq_init1);
	pq = kmem_zalloc(pktq_size(), KM_SLEEP);
	pq->pq_maxlen = maxlen;
	pq->pq_marked = kmem_zalloc(ncpu * sizeof(bool), KM_SLEEP);
	for (i = 0; i < ncpu; i++)
		pq->pq_queue[i] = pcq_create(maxlen, KM_SLEEP);
	pq->pq_counts = percpu_alloc(PQC_N * sizeof(uint64_t));
	pq->pq_sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE |
	    SOFTINT_RCPU, handler, arg);
	mutex_enter(&pktq_mtx);
	LIST_INSERT_HEAD(&pktqs, pq, pq_list);
	mutex_exit(&pktq_mtx);
	return pq;
}

/* It is empty, and nobody enqueues. */
void
pktq_destroy(pktqueue_t *pq)
{
	int i;

	mutex_enter(&pktq_mtx);
	LIST_REMOVE(pq, pq_list);
	mutex_exit(&pktq_mtx);
	softint_disestablish(pq->pq_sih);
	for (i = 0; i < ncpu; i++) {
		KASSERT(pcq_peek(pq->pq_queue[i]) == NULL);
		pcq_destroy(pq->pq_queue[i]);
	}
	percpu_free(pq->pq_counts, PQC_N * sizeof(uint64_t));
	kmem_free(pq->pq_marked, ncpu * sizeof(bool));
	kmem_free(pq, pktq_size());
}

static void
count(pktqueue_t *pq, int what)
{
	uint64_t *counts = percpu_getref(pq->pq_counts);

	counts[what]++;
	percpu_putref(pq->pq_counts);
}

bool
pktq_enqueue(pktqueue_t *pq, struct mbuf *m, const u_int hash)
{
	const u_int i = hash % ncpu;

	if (!pcq_put(atomic_load_consume(&pq->pq_queue[i]), m)) {
		if (m != &pktq_marker)
			count(pq, PQC_DROPS);
		return false;
	}
	if (m != &pktq_marker)
		count(pq, PQC_IN);
	if (i == CONSUMERS(curcpu()))
		softint_schedule(pq->pq_sih);
	else
		softint_schedule_cpu(pq->pq_sih, cpu_lookup(i));
	return true;
}

/* A CPU has come by a marker. */
static void
barrier_passed(pktqueue_t *pq)
{

	membar_release();
	if (atomic_dec_uint_nv(&pq->pq_barrier) > 0)
		return;
	mutex_enter(&barrier_mtx);
	cv_broadcast(&barrier_cv);
	mutex_exit(&barrier_mtx);
}

/*
 * At a marker the handler is let go, to finish with what it has in hand, and
 * comes again: then all that came before it is done.
 */
struct mbuf *
pktq_dequeue(pktqueue_t *pq)
{
	const u_int i = CONSUMERS(curcpu());
	struct mbuf *m;

	if (__predict_false(pq->pq_marked[i])) {
		pq->pq_marked[i] = false;
		barrier_passed(pq);
	}
	m = pcq_get(pq->pq_queue[i]);
	if (__predict_true(m != &pktq_marker)) {
		if (m != NULL)
			count(pq, PQC_OUT);
		return m;
	}
	pq->pq_marked[i] = true;
	softint_schedule(pq->pq_sih);
	return NULL;
}

/* Waits until all that is in the queue now is done with. */
static void
barrier_locked(pktqueue_t *pq)
{
	int i;

	KASSERT(mutex_owned(&pktq_mtx));
	KASSERT(pq->pq_barrier == 0);
	for (i = 0; i < ncpu; i++) {
		atomic_inc_uint(&pq->pq_barrier);
		while (!pktq_enqueue(pq, &pktq_marker, i))
			(void)kpause("pktqbar", false, 1, NULL);
	}
	mutex_enter(&barrier_mtx);
	while (atomic_load_acquire(&pq->pq_barrier) != 0)
		cv_wait(&barrier_cv, &barrier_mtx);
	mutex_exit(&barrier_mtx);
}

void
pktq_barrier(pktqueue_t *pq)
{

	mutex_enter(&pktq_mtx);
	barrier_locked(pq);
	mutex_exit(&pktq_mtx);
}

/* No packet of an interface that is off the list is in a queue any more. */
void
pktq_ifdetach(void)
{
	pktqueue_t *pq;

	(void)RUN_ONCE(&pktq_once, pktq_init1);
	mutex_enter(&pktq_mtx);
	LIST_FOREACH(pq, &pktqs, pq_list)
		barrier_locked(pq);
	mutex_exit(&pktq_mtx);
}

/* On each CPU in turn, so that its handler does not run. */
static void
flush_here(void *pqp, void *unused)
{
	pktqueue_t *pq = pqp;
	struct mbuf *m;

	do {
		while ((m = pktq_dequeue(pq)) != NULL)
			m_freem(m);
	} while (pq->pq_marked[CONSUMERS(curcpu())]);
}

void
pktq_flush(pktqueue_t *pq)
{

	xc_wait(xc_broadcast(0, flush_here, pq, NULL));
}

/* The CPU's packets move to a new ring; those without room are lost. */
struct resize {
	pktqueue_t	*rs_pq;
	pcq_t		**rs_new;
	pcq_t		**rs_old;
};

static void
resize_here(void *arg, void *unused)
{
	struct resize *rs = arg;
	const u_int i = CONSUMERS(curcpu());

	rs->rs_old[i] = rs->rs_pq->pq_queue[i];
	atomic_store_release(&rs->rs_pq->pq_queue[i], rs->rs_new[i]);
}

static void
resize_drain(struct resize *rs, u_int i)
{
	struct mbuf *m;

	while ((m = pcq_get(rs->rs_old[i])) != NULL) {
		if (!pcq_put(rs->rs_new[i], m)) {
			count(rs->rs_pq, PQC_OUT);
			count(rs->rs_pq, PQC_DROPS);
			m_freem(m);
		}
	}
	pcq_destroy(rs->rs_old[i]);
	softint_schedule_cpu(rs->rs_pq->pq_sih, cpu_lookup(i));
}

int
pktq_set_maxlen(pktqueue_t *pq, size_t maxlen)
{
	const size_t size = 2 * ncpu * sizeof(pcq_t *);
	struct resize rs = { .rs_pq = pq };
	int i;

	if (maxlen == 0 || maxlen > PKTQ_LIMIT)
		return EINVAL;
	rs.rs_new = kmem_zalloc(size, KM_SLEEP);
	rs.rs_old = rs.rs_new + ncpu;
	for (i = 0; i < ncpu; i++)
		rs.rs_new[i] = pcq_create(maxlen, KM_SLEEP);
	mutex_enter(&pktq_mtx);
	pq->pq_maxlen = maxlen;
	xc_wait(xc_broadcast(0, resize_here, &rs, NULL));
	/* Who had an old one in hand has left the CPU. */
	xc_barrier(0);
	for (i = 0; i < ncpu; i++)
		resize_drain(&rs, i);
	mutex_exit(&pktq_mtx);
	kmem_free(rs.rs_new, size);
	return 0;
}

static void
count_sum(void *p, void *arg, struct cpu_info *ci)
{
	const uint64_t *counts = p;
	uint64_t *sums = arg;
	int i;

	for (i = 0; i < PQC_N; i++)
		sums[i] += counts[i];
}

uint64_t
pktq_get_count(pktqueue_t *pq, pktq_count_t what)
{
	uint64_t sums[PQC_N] = { 0 };

	if (what == PKTQ_MAXLEN_COUNT)
		return pq->pq_maxlen;
	percpu_foreach_xcall(pq->pq_counts, XC_HIGHPRI_IPL(IPL_SOFTNET),
	    count_sum, sums);
	/* A CPU that was visited first may have taken what came later. */
	if (what == PKTQ_NITEMS)
		return sums[PQC_IN] - MIN(sums[PQC_IN], sums[PQC_OUT]);
	return sums[PQC_DROPS];
}

/*
 * sysctl(7): nodes len, maxlen, drops, with the numbers of NetBSD.
 */
enum { IFQCTL_LEN = 1, IFQCTL_MAXLEN = 2, IFQCTL_DROPS = 4 };

static int
sysctl_count(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	pktqueue_t *pq = rnode->sysctl_data;
	int n, error;

	switch (rnode->sysctl_num) {
	case IFQCTL_LEN:
		n = (int)pktq_get_count(pq, PKTQ_NITEMS);
		break;
	case IFQCTL_MAXLEN:
		n = (int)pktq_get_count(pq, PKTQ_MAXLEN_COUNT);
		break;
	default:
		n = (int)pktq_get_count(pq, PKTQ_DROPS);
		break;
	}
	node.sysctl_data = &n;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	return n <= 0 ? EINVAL : pktq_set_maxlen(pq, n);
}

void
pktq_sysctl_setup(pktqueue_t *pq, struct sysctllog **clog,
    const struct sysctlnode *parent, const int num)
{
	const struct sysctlnode *node;

	if (sysctl_createv(clog, 0, &parent, &node, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "ifq", "Input queue", NULL, 0, NULL, 0, num,
	    CTL_EOL) != 0)
		return;
	(void)sysctl_createv(clog, 0, &node, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_INT, "len", "Packets in it", sysctl_count, 0, (void *)pq,
	    0, IFQCTL_LEN, CTL_EOL);
	(void)sysctl_createv(clog, 0, &node, NULL, CTLFLAG_PERMANENT |
	    CTLFLAG_READWRITE, CTLTYPE_INT, "maxlen",
	    "Packets there is room for, on each CPU", sysctl_count, 0,
	    (void *)pq, 0, IFQCTL_MAXLEN, CTL_EOL);
	(void)sysctl_createv(clog, 0, &node, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_INT, "drops", "Packets there was no room for",
	    sysctl_count, 0, (void *)pq, 0, IFQCTL_DROPS, CTL_EOL);
}

/* The node's data is a hash function, told by its name. */
int
sysctl_pktq_rps_hash_handler(SYSCTLFN_ARGS)
{
	pktq_rps_hash_func_t *funcp = rnode->sysctl_data;
	char hash[PKTQ_RPS_HASH_NAME_LEN] = "";
	struct sysctlnode node = *rnode;
	u_int i;
	int error;

	for (i = 0; i < __arraycount(hashes); i++) {
		if (hashes[i].func == *funcp)
			strlcpy(hash, hashes[i].name, sizeof(hash));
	}
	node.sysctl_data = hash;
	node.sysctl_size = sizeof(hash);
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	for (i = 0; i < __arraycount(hashes); i++) {
		if (strcmp(hashes[i].name, hash) == 0) {
			atomic_store_relaxed(funcp, hashes[i].func);
			return 0;
		}
	}
	return EINVAL;
}
