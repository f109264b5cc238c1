/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(4): packets into listeners' buffers, and buffers to readers.
 *
 * Drivers show packets with spin locks held.  So bd_mtx spins, nothing sleeps
 * on this way, and who takes a listener off its interface waits until nobody
 * is on it.
 */
#include "bpf_private.h"

#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/timevar.h>

static void	poll_timeout(void *);

void
bpf_buf_init(struct bpf_d *d)
{

	mutex_init(&d->bd_mtx, MUTEX_DEFAULT, IPL_NET);
	cv_init(&d->bd_cv, "bpf");
	callout_init(&d->bd_callout, CALLOUT_MPSAFE);
	callout_setfunc(&d->bd_callout, poll_timeout, d);
	selinit(&d->bd_sel);
}

/* Nobody knows the listener any more. */
void
bpf_buf_fini(struct bpf_d *d)
{
	const u_int size = d->bd_bufsize;

	callout_halt(&d->bd_callout, NULL);
	callout_destroy(&d->bd_callout);
	if (d->bd_sbuf != NULL)
		kmem_free(d->bd_sbuf, size);
	if (d->bd_hbuf != NULL)
		kmem_free(d->bd_hbuf, size);
	if (d->bd_fbuf != NULL)
		kmem_free(d->bd_fbuf, size);
	seldestroy(&d->bd_sel);
	cv_destroy(&d->bd_cv);
	mutex_destroy(&d->bd_mtx);
}

void
bpf_buf_alloc(struct bpf_d *d)
{

	KASSERT(mutex_owned(&bpf_mtx));
	if (d->bd_sbuf != NULL)
		return;
	/* Of no interface yet: nobody looks. */
	KASSERT(d->bd_bif == NULL);
	d->bd_fbuf = kmem_zalloc(d->bd_bufsize, KM_SLEEP);
	d->bd_sbuf = kmem_zalloc(d->bd_bufsize, KM_SLEEP);
}

static void
wakeup_readers(struct bpf_d *d)
{

	KASSERT(mutex_owned(&d->bd_mtx));
	cv_broadcast(&d->bd_cv);
	if (d->bd_async)
		softint_schedule(d->bd_si);
	selnotify(&d->bd_sel, 0, NOTE_SUBMIT);
}

/* What is stored is held from now on; there is a free one. */
static void
rotate(struct bpf_d *d)
{

	KASSERT(mutex_owned(&d->bd_mtx));
	KASSERT(d->bd_hbuf == NULL && d->bd_fbuf != NULL);
	d->bd_hbuf = d->bd_sbuf;
	d->bd_hlen = d->bd_slen;
	d->bd_sbuf = d->bd_fbuf;
	d->bd_fbuf = NULL;
	d->bd_slen = 0;
}

/* What is buffered is forgotten, and what was counted. */
void
bpf_buf_reset(struct bpf_d *d)
{

	mutex_spin_enter(&d->bd_mtx);
	if (d->bd_hbuf != NULL) {
		KASSERT(d->bd_fbuf == NULL);
		d->bd_fbuf = d->bd_hbuf;
		d->bd_hbuf = NULL;
	}
	d->bd_slen = d->bd_hlen = 0;
	atomic_store_relaxed(&d->bd_rcount, 0);
	d->bd_dcount = d->bd_ccount = 0;
	mutex_spin_exit(&d->bd_mtx);
}

/* Nothing comes any more. */
void
bpf_buf_gone(struct bpf_d *d)
{

	mutex_spin_enter(&d->bd_mtx);
	d->bd_gone = true;
	wakeup_readers(d);
	mutex_spin_exit(&d->bd_mtx);
}

/*
 * In.
 */
struct packet {
	const void	*p_data;	/* bytes, or a chain of mbufs */
	u_int		p_wirelen;
	u_int		p_buflen;	/* 0: a chain */
	struct timespec	p_time;		/* tv_sec 0: not asked for yet */
};

/* The bytes that a filter took behind their header. */
static void
store(struct bpf_d *d, u_char *to, u_int hdrlen, u_int len,
    const struct packet *p)
{
	struct bpf_hdr h;

	memset(&h, 0, sizeof(h));
	h.bh_tstamp.tv_sec = p->p_time.tv_sec;
	h.bh_tstamp.tv_usec = p->p_time.tv_nsec / 1000;
	h.bh_datalen = p->p_wirelen;
	h.bh_caplen = len;
	h.bh_hdrlen = (uint16_t)hdrlen;
	memset(to + sizeof(h), 0, hdrlen - sizeof(h));
	memcpy(to, &h, sizeof(h));
	if (p->p_buflen != 0)
		memcpy(to + hdrlen, p->p_data, len);
	else
		m_copydata(__UNCONST(p->p_data), 0, (int)len, to + hdrlen);
}

static void
catch_packet(struct bpf_d *d, u_int linklen, u_int taken,
    const struct packet *p)
{
	/* What follows the link's header is aligned. */
	const u_int hdrlen = BPF_WORDALIGN(linklen + SIZEOF_BPF_HDR) - linklen;
	u_int len = MIN(taken, p->p_wirelen), off;
	bool wake = false;

	mutex_spin_enter(&d->bd_mtx);
	KASSERT(d->bd_sbuf != NULL);
	d->bd_ccount++;
	bpf_stat_inc(BPF_GCAPT);
	/* One that is too long for a buffer is cut. */
	len = hdrlen >= d->bd_bufsize ? 0 : MIN(len, d->bd_bufsize - hdrlen);
	off = BPF_WORDALIGN(d->bd_slen);
	if (off + hdrlen + len > d->bd_bufsize) {
		if (d->bd_fbuf == NULL || hdrlen > d->bd_bufsize) {
			d->bd_dcount++;
			mutex_spin_exit(&d->bd_mtx);
			bpf_stat_inc(BPF_GDROP);
			return;
		}
		rotate(d);
		wake = true;
		off = 0;
	} else if (off > d->bd_slen) {
		memset(d->bd_sbuf + d->bd_slen, 0, off - d->bd_slen);
	}
	store(d, d->bd_sbuf + off, hdrlen, len, p);
	d->bd_slen = off + hdrlen + len;
	if (wake || d->bd_immediate || d->bd_state == BPF_TIMED_OUT)
		wakeup_readers(d);
	mutex_spin_exit(&d->bd_mtx);
}

static u_int
filter(const struct bpf_d *d, const struct packet *p)
{
	const struct bpf_prog *prog = atomic_load_consume(&d->bd_rfilter);

	return bpf_filter(prog == NULL ? NULL : prog->bp_insns, p->p_data,
	    p->p_wirelen, p->p_buflen);
}

static bool
wants_direction(const struct bpf_d *d, u_int direction)
{
	const u_int wanted = atomic_load_relaxed(&d->bd_direction);

	return wanted == BPF_D_INOUT || direction == BPF_D_INOUT ||
	    wanted == direction;
}

void
bpf_deliver(struct bpf_if *bp, const void *pkt, u_int wirelen, u_int buflen,
    u_int direction)
{
	struct packet p = {
		.p_data = pkt,
		.p_wirelen = wirelen,
		.p_buflen = buflen,
	};
	struct bpf_d *d;
	u_int taken;
	int s;

	KASSERT(!cpu_intr_p());
	s = pserialize_read_enter();
	PSLIST_READER_FOREACH(d, &bp->bif_dlist, struct bpf_d, bd_bifentry) {
		if (!wants_direction(d, direction))
			continue;
		atomic_inc_ulong(&d->bd_rcount);
		bpf_stat_inc(BPF_GRECV);
		if ((taken = filter(d, &p)) == 0)
			continue;
		if (p.p_time.tv_sec == 0)
			nanotime(&p.p_time);
		catch_packet(d, atomic_load_relaxed(&bp->bif_linklen), taken,
		    &p);
	}
	pserialize_read_exit(s);
}

/*
 * Out.
 */

/* Bytes that a read would give now. */
u_int
bpf_buf_nread(struct bpf_d *d)
{

	KASSERT(mutex_owned(&d->bd_mtx));
	if (d->bd_hbuf != NULL)
		return d->bd_hlen;
	return d->bd_fbuf != NULL ? d->bd_slen : 0;
}

static void
poll_timeout(void *arg)
{
	struct bpf_d *d = arg;

	mutex_spin_enter(&d->bd_mtx);
	if (d->bd_state == BPF_WAITING) {
		d->bd_state = BPF_TIMED_OUT;
		if (d->bd_slen != 0)
			wakeup_readers(d);
	}
	mutex_spin_exit(&d->bd_mtx);
}

/* A read would not sleep.  start: if it would, the time of it begins. */
bool
bpf_buf_ready(struct bpf_d *d, bool start)
{

	KASSERT(mutex_owned(&d->bd_mtx));
	if (d->bd_hbuf != NULL || d->bd_gone)
		return true;
	if (d->bd_slen != 0 && d->bd_fbuf != NULL &&
	    (d->bd_immediate || d->bd_state == BPF_TIMED_OUT))
		return true;
	if (start && d->bd_rtout > 0 && d->bd_state == BPF_IDLE) {
		d->bd_state = BPF_WAITING;
		callout_schedule(&d->bd_callout, d->bd_rtout);
	}
	return false;
}

/* Sleeps once; true: it is over, with an error or without. */
static bool
wait(struct bpf_d *d, int *error)
{

	*error = cv_timedwait_sig(&d->bd_cv, &d->bd_mtx, d->bd_rtout);
	if (*error == 0)
		return false;
	if (*error != EWOULDBLOCK)
		return true;
	/* Time is up: as much as there is, or nothing. */
	*error = 0;
	if (d->bd_hbuf == NULL && d->bd_slen != 0 && d->bd_fbuf != NULL)
		rotate(d);
	return true;
}

/*
 * The holding buffer goes to a reader; *bufp NULL: time was up.  Errors:
 * EWOULDBLOCK, if he must not sleep; EINTR, ERESTART; ENXIO, the interface has
 * gone and nothing is left.
 */
int
bpf_buf_take(struct bpf_d *d, bool nonblock, u_char **bufp, u_int *lenp)
{
	int error = 0;
	bool timed;

	mutex_spin_enter(&d->bd_mtx);
	timed = d->bd_state == BPF_TIMED_OUT;
	if (d->bd_state == BPF_WAITING)
		callout_stop(&d->bd_callout);
	d->bd_state = BPF_IDLE;
	while (d->bd_hbuf == NULL) {
		if (d->bd_slen != 0 && d->bd_fbuf != NULL && (nonblock ||
		    timed || d->bd_immediate || d->bd_gone)) {
			rotate(d);
			break;
		}
		if (d->bd_gone && d->bd_slen == 0)
			error = ENXIO;
		else if (nonblock)
			error = EWOULDBLOCK;
		if (error != 0 || wait(d, &error))
			break;
	}
	*bufp = NULL;
	*lenp = 0;
	if (error == 0) {
		*bufp = d->bd_hbuf;
		*lenp = d->bd_hlen;
		d->bd_hbuf = NULL;
		d->bd_hlen = 0;
	}
	mutex_spin_exit(&d->bd_mtx);
	return error;
}

void
bpf_buf_return(struct bpf_d *d, u_char *buf)
{

	mutex_spin_enter(&d->bd_mtx);
	KASSERT(d->bd_fbuf == NULL);
	d->bd_fbuf = buf;
	/* Other readers may have it now. */
	if (d->bd_slen != 0 && (d->bd_immediate || d->bd_gone))
		cv_broadcast(&d->bd_cv);
	mutex_spin_exit(&d->bd_mtx);
}
