/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(4): ioctl(2), all with bpf_mtx.  One that was locked (BIOCLOCK) only
 * answers what cannot make it see more than before.
 */
#include "bpf_private.h"

#include <sys/filio.h>
#include <sys/intr.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/signal.h>

static bool
is_harmless(u_long cmd)
{

	switch (cmd) {
	case BIOCFLUSH:
	case BIOCGBLEN:
	case BIOCGDIRECTION:
	case BIOCGDLT:
	case BIOCGDLTLIST:
	case BIOCGETIF:
	case BIOCGFEEDBACK:
	case BIOCGHDRCMPLT:
	case BIOCGRTIMEOUT:
	case BIOCGSTATS:
	case BIOCGSTATS_30:
	case BIOCIMMEDIATE:
	case BIOCLOCK:
	case BIOCSRTIMEOUT:
	case BIOCVERSION:
	case FIOASYNC:
	case FIONBIO:
	case FIONREAD:
	case TIOCGPGRP:
		return true;
	default:
		return false;
	}
}

/* It is told back what it got. */
static int
set_bufsize(struct bpf_d *d, u_int *size)
{

	if (d->bd_sbuf != NULL)
		return EINVAL;
	*size = MIN(*size, atomic_load_relaxed(&bpf_maxbufsize));
	*size = MAX(*size, BPF_MINBUFSIZE);
	d->bd_bufsize = *size;
	return 0;
}

static int
set_filter(struct bpf_d *d, const struct bpf_program *fp, bool writing)
{
	struct bpf_prog **where = writing ? &d->bd_wfilter : &d->bd_rfilter;
	struct bpf_prog *prog, *old;
	int error;

	if ((error = bpf_prog_copyin(fp, &prog)) != 0)
		return error;
	old = *where;
	atomic_store_release(where, prog);
	if (!writing) {
		pserialize_perform(bpf_psz);
		bpf_buf_reset(d);
	}
	bpf_prog_free(old);
	return 0;
}

static int
set_interface(struct bpf_d *d, struct ifreq *ifr)
{
	struct bpf_if *bp;

	if (strnlen(ifr->ifr_name, IFNAMSIZ) == IFNAMSIZ ||
	    (bp = bpf_if_find(ifr->ifr_name, 0, true)) == NULL)
		return ENXIO;
	if (d->bd_bif == bp) {
		bpf_buf_reset(d);
		return 0;
	}
	if (d->bd_bif != NULL)
		bpf_unlisten(d);
	bpf_buf_alloc(d);
	bpf_buf_reset(d);
	bpf_listen(d, bp);
	return 0;
}

static int
get_interface(const struct bpf_d *d, struct ifreq *ifr)
{

	if (d->bd_bif == NULL)
		return EINVAL;
	strlcpy(ifr->ifr_name, d->bd_bif->bif_ifp->if_xname, IFNAMSIZ);
	return 0;
}

static int
set_dlt(struct bpf_d *d, u_int dlt)
{
	const bool promisc = d->bd_promisc;
	struct bpf_if *bp;

	if (d->bd_bif == NULL)
		return EINVAL;
	if (d->bd_bif->bif_dlt == dlt)
		return 0;
	bp = bpf_if_find(d->bd_bif->bif_ifp->if_xname, dlt, false);
	if (bp == NULL)
		return EINVAL;
	bpf_unlisten(d);
	bpf_buf_reset(d);
	bpf_listen(d, bp);
	return promisc ? bpf_promisc(d, true) : 0;
}

/* ENOMEM: there is not enough room in the list. */
static int
get_dltlist(struct bpf_d *d, struct bpf_dltlist *bfl)
{
	struct bpf_if *bp = NULL;
	u_int n = 0;
	int error = 0;

	if (d->bd_bif == NULL)
		return EINVAL;
	while (error == 0 && (bp = bpf_if_next(d->bd_bif->bif_ifp, bp)) !=
	    NULL) {
		if (bfl->bfl_list != NULL) {
			if (n >= bfl->bfl_len)
				return ENOMEM;
			error = copyout(&bp->bif_dlt, bfl->bfl_list + n,
			    sizeof(u_int));
		}
		n++;
	}
	bfl->bfl_len = n;
	return error;
}

static int
set_timeout(struct bpf_d *d, const struct timeval *tv)
{
	int64_t ticks;

	if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= 1000000 ||
	    tv->tv_sec > INT_MAX / hz - 1)
		return EINVAL;
	/* The shortest is one tick. */
	ticks = (int64_t)tv->tv_sec * hz + (tv->tv_usec + tick - 1) / tick;
	KASSERT(ticks >= 0 && ticks <= INT_MAX);
	mutex_spin_enter(&d->bd_mtx);
	d->bd_rtout = (int)ticks;
	mutex_spin_exit(&d->bd_mtx);
	return 0;
}

static void
get_timeout(const struct bpf_d *d, struct timeval *tv)
{

	tv->tv_sec = d->bd_rtout / hz;
	tv->tv_usec = (d->bd_rtout % hz) * tick;
}

static void
get_stats(struct bpf_d *d, struct bpf_stat *bs)
{

	memset(bs, 0, sizeof(*bs));
	mutex_spin_enter(&d->bd_mtx);
	bs->bs_recv = atomic_load_relaxed(&d->bd_rcount);
	bs->bs_drop = d->bd_dcount;
	bs->bs_capt = d->bd_ccount;
	mutex_spin_exit(&d->bd_mtx);
}

/* As it was before NetBSD 4. */
static void
get_stats30(struct bpf_d *d, struct bpf_stat30 *bs30)
{
	struct bpf_stat bs;

	get_stats(d, &bs);
	bs30->bs_recv = (u_int)bs.bs_recv;
	bs30->bs_drop = (u_int)bs.bs_drop;
}

/* SIGIO is sent by a soft interrupt: here there are spin locks. */
static void
send_sigio(void *arg)
{
	struct bpf_d *d = arg;

	fownsignal(atomic_load_relaxed(&d->bd_pgid), SIGIO, 0, 0, NULL);
}

static void
set_async(struct bpf_d *d, bool on)
{

	if (on && d->bd_si == NULL)
		d->bd_si = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
		    send_sigio, d);
	mutex_spin_enter(&d->bd_mtx);
	d->bd_async = on;
	mutex_spin_exit(&d->bd_mtx);
}

static void
set_immediate(struct bpf_d *d, bool on)
{

	mutex_spin_enter(&d->bd_mtx);
	d->bd_immediate = on;
	mutex_spin_exit(&d->bd_mtx);
}

static int
set_direction(struct bpf_d *d, u_int direction)
{

	if (direction != BPF_D_IN && direction != BPF_D_INOUT &&
	    direction != BPF_D_OUT)
		return EINVAL;
	atomic_store_relaxed(&d->bd_direction, direction);
	return 0;
}

static u_int
nread(struct bpf_d *d)
{
	u_int n;

	mutex_spin_enter(&d->bd_mtx);
	n = bpf_buf_nread(d);
	mutex_spin_exit(&d->bd_mtx);
	return n;
}

/* Answers that are numbers; false: cmd is no question for one. */
static bool
get_number(struct bpf_d *d, u_long cmd, u_int *n)
{

	switch (cmd) {
	case FIONREAD:
		*n = nread(d);
		return true;
	case BIOCGBLEN:
		*n = d->bd_bufsize;
		return true;
	case BIOCGHDRCMPLT:
		*n = d->bd_hdrcmplt;
		return true;
	case BIOCGDIRECTION:
		*n = d->bd_direction;
		return true;
	case BIOCGFEEDBACK:
		*n = d->bd_feedback;
		return true;
	default:
		return false;
	}
}

static int
set_number(struct bpf_d *d, u_long cmd, const u_int *n)
{

	switch (cmd) {
	case FIONBIO:
		return 0;
	case FIOASYNC:
		set_async(d, *n != 0);
		return 0;
	case BIOCIMMEDIATE:
		set_immediate(d, *n != 0);
		return 0;
	case BIOCSHDRCMPLT:
		d->bd_hdrcmplt = *n != 0;
		return 0;
	case BIOCSFEEDBACK:
		d->bd_feedback = *n != 0;
		return 0;
	case BIOCSDIRECTION:
		return set_direction(d, *n);
	case BIOCSDLT:
		return set_dlt(d, *n);
	default:
		return ENOTTY;
	}
}

static int
get_something(struct bpf_d *d, u_long cmd, void *data)
{
	static const struct bpf_version bv = { BPF_MAJOR_VERSION,
	    BPF_MINOR_VERSION };

	switch (cmd) {
	case BIOCGDLT:
		if (d->bd_bif == NULL)
			return EINVAL;
		*(u_int *)data = d->bd_bif->bif_dlt;
		return 0;
	case BIOCGDLTLIST:
		return get_dltlist(d, data);
	case BIOCGETIF:
		return get_interface(d, data);
	case BIOCGRTIMEOUT:
	case BIOCGORTIMEOUT:
		get_timeout(d, data);
		return 0;
	case BIOCGSTATS:
		get_stats(d, data);
		return 0;
	case BIOCGSTATS_30:
		get_stats30(d, data);
		return 0;
	case BIOCVERSION:
		memcpy(data, &bv, sizeof(bv));
		return 0;
	default:
		return set_number(d, cmd, data);
	}
}

static int
do_ioctl(struct bpf_d *d, u_long cmd, void *data)
{

	if (get_number(d, cmd, data))
		return 0;
	switch (cmd) {
	case BIOCSBLEN:
		return set_bufsize(d, data);
	case BIOCSETF:
	case BIOCSETWF:
		return set_filter(d, data, cmd == BIOCSETWF);
	case BIOCFLUSH:
		bpf_buf_reset(d);
		return 0;
	case BIOCPROMISC:
		return d->bd_bif == NULL ? EINVAL : bpf_promisc(d, true);
	case BIOCSETIF:
		return set_interface(d, data);
	case BIOCSRTIMEOUT:
	case BIOCSORTIMEOUT:
		return set_timeout(d, data);
	case BIOCLOCK:
		d->bd_locked = true;
		return 0;
	case TIOCSPGRP:
	case FIOSETOWN:
		return fsetown(&d->bd_pgid, cmd, data);
	case TIOCGPGRP:
	case FIOGETOWN:
		return fgetown(d->bd_pgid, cmd, data);
	default:
		return get_something(d, cmd, data);
	}
}

int
bpf_ioctl(struct file *fp, u_long cmd, void *data)
{
	struct bpf_d *d = fp->f_bpf;
	int error;

	mutex_enter(&bpf_mtx);
	/* What a poll waited for is to be asked for again. */
	mutex_spin_enter(&d->bd_mtx);
	if (d->bd_state == BPF_WAITING)
		callout_stop(&d->bd_callout);
	d->bd_state = BPF_IDLE;
	mutex_spin_exit(&d->bd_mtx);
	error = d->bd_locked && !is_harmless(cmd) ? EPERM :
	    do_ioctl(d, cmd, data);
	mutex_exit(&bpf_mtx);
	return error;
}
