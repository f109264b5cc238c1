/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wqinput: input of a protocol in threads, one per CPU, so that it may sleep.
 */

#include <sys/param.h>
#include <sys/container_of.h>
#include <sys/cpu.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/workqueue.h>

#include <netinet/wqinput.h>

#define	WQI_MAXLEN	1024	/* packets that wait, per CPU */

struct packet {
	TAILQ_ENTRY(packet) p_next;
	struct mbuf	*p_m;
	int		p_off;
	int		p_proto;
};

/* A CPU's; its own thread empties it. */
struct wqqueue {
	struct work	q_work;
	struct cpu_info	*q_ci;		/* constant */
	kmutex_t	q_mtx;
	TAILQ_HEAD(, packet) q_head;	/* q_mtx */
	u_int		q_len;		/* q_mtx */
	bool		q_queued;	/* q_mtx: the thread will come */
};

struct wqinput {
	struct workqueue *wqi_wq;
	percpu_t	*wqi_queues;	/* pointers */
	void		(*wqi_input)(struct mbuf *, int, int);
};

static void
queue_init(void *p, void *arg __unused, struct cpu_info *ci)
{
	struct wqqueue **qp = p;

	*qp = kmem_zalloc(sizeof(**qp), KM_SLEEP);
	(*qp)->q_ci = ci;
	mutex_init(&(*qp)->q_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	TAILQ_INIT(&(*qp)->q_head);
}

static void
run(struct work *wk, void *arg)
{
	struct wqqueue *q = container_of(wk, struct wqqueue, q_work);
	struct wqinput *wqi = arg;
	struct packet *p;

	for (;;) {
		mutex_enter(&q->q_mtx);
		if ((p = TAILQ_FIRST(&q->q_head)) == NULL) {
			q->q_queued = false;
			mutex_exit(&q->q_mtx);
			return;
		}
		TAILQ_REMOVE(&q->q_head, p, p_next);
		q->q_len--;
		mutex_exit(&q->q_mtx);
		(*wqi->wqi_input)(p->p_m, p->p_off, p->p_proto);
		kmem_intr_free(p, sizeof(*p));
	}
}

struct wqinput *
wqinput_create(const char *name, void (*input)(struct mbuf *, int, int))
{
	struct wqinput *wqi = kmem_zalloc(sizeof(*wqi), KM_SLEEP);
	int error;

	wqi->wqi_input = input;
	error = workqueue_create(&wqi->wqi_wq, name, run, wqi, PRI_SOFTNET,
	    IPL_SOFTNET, WQ_MPSAFE | WQ_PERCPU);
	if (error != 0)
		panic("%s: no thread for %s (%d)", __func__, name, error);
	wqi->wqi_queues = percpu_create(sizeof(struct wqqueue *), queue_init,
	    NULL, NULL);
	return wqi;
}

void
wqinput_input(struct wqinput *wqi, struct mbuf *m, int off, int proto)
{
	struct packet *p = kmem_intr_alloc(sizeof(*p), KM_NOSLEEP);
	struct wqqueue *q, **qp;
	bool wake = false;

	if (p == NULL) {
		m_freem(m);
		return;
	}
	p->p_m = m;
	p->p_off = off;
	p->p_proto = proto;
	qp = percpu_getref(wqi->wqi_queues);
	q = *qp;
	percpu_putref(wqi->wqi_queues);
	mutex_enter(&q->q_mtx);
	if (q->q_len >= WQI_MAXLEN) {
		mutex_exit(&q->q_mtx);
		kmem_intr_free(p, sizeof(*p));
		m_freem(m);
		return;
	}
	TAILQ_INSERT_TAIL(&q->q_head, p, p_next);
	q->q_len++;
	wake = !q->q_queued;
	q->q_queued = true;
	mutex_exit(&q->q_mtx);
	if (wake)
		workqueue_enqueue(wqi->wqi_wq, &q->q_work, q->q_ci);
}
