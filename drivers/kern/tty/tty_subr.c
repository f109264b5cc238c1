/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_subr.c: the life of a terminal: made, attached, opened, closed, freed;
 * its lock, its sizes and its control characters.
 */
#include "tty_private.h"

#include <sys/kmem.h>

#include <rump-sys/kern.h>

int tty_count;				/* ttylist_lock */
const char ttclos[] = "ttycls";

static kmutex_t ttylist_lock;		/* spin: below everything */
static struct ttylist_head ttylist = TAILQ_HEAD_INITIALIZER(ttylist);

static const unsigned char default_cc[NCCS] = {
	[VEOF] = CEOF, [VEOL] = CEOL, [VEOL2] = CEOL, [VERASE] = CERASE,
	[VWERASE] = CWERASE, [VKILL] = CKILL, [VREPRINT] = CREPRINT,
	[7] = _POSIX_VDISABLE, [VINTR] = CINTR, [VQUIT] = CQUIT,
	[VSUSP] = CSUSP, [VDSUSP] = CDSUSP, [VSTART] = CSTART,
	[VSTOP] = CSTOP, [VLNEXT] = CLNEXT, [VDISCARD] = CDISCARD,
	[VMIN] = CMIN, [VTIME] = CTIME, [VSTATUS] = CSTATUS,
	[19] = _POSIX_VDISABLE,
};

void
ttylock(struct tty *tp)
{

	mutex_spin_enter(&tp->t_lock);
}

void
ttyunlock(struct tty *tp)
{

	mutex_spin_exit(&tp->t_lock);
}

bool
ttylocked(struct tty *tp)
{

	return mutex_owned(&tp->t_lock);
}

/* Room for output above the high water mark: what is cooked at once. */
int
tty_outsize(int qsize)
{

	return 2 * qsize + 8 * OBUFSIZ;
}

struct tty *
tty_alloc(void)
{
	struct tty *tp;

	tp = kmem_zalloc(sizeof(*tp), KM_SLEEP);
	mutex_init(&tp->t_lock, MUTEX_DEFAULT, IPL_VM);
	callout_init(&tp->t_rstrt_ch, CALLOUT_MPSAFE);
	callout_setfunc(&tp->t_rstrt_ch, ttrstrt, tp);
	tp->t_qsize = TTY_QSIZE;
	clalloc(&tp->t_rawq, tp->t_qsize, 1);
	clalloc(&tp->t_canq, tp->t_qsize, 1);
	clalloc(&tp->t_pendq, tp->t_qsize, 1);
	clalloc(&tp->t_outq, tty_outsize(tp->t_qsize), 0);
	cv_init(&tp->t_rawcv, "ttyin");
	cv_init(&tp->t_rawcvf, "ttyroom");
	cv_init(&tp->t_cancv, "ttycan");
	cv_init(&tp->t_cancvf, "ttybg");
	cv_init(&tp->t_outcv, "ttyout");
	cv_init(&tp->t_outcvf, "ttydata");
	selinit(&tp->t_rsel);
	selinit(&tp->t_wsel);
	tp->t_dev = NODEV;
	tp->t_linesw = ttyldisc_default();
	return tp;
}

void
tty_free(struct tty *tp)
{

	KASSERT(tp->t_session == NULL && tp->t_refcnt == 0);
	tty_sig_forget(tp);
	callout_halt(&tp->t_rstrt_ch, NULL);
	callout_destroy(&tp->t_rstrt_ch);
	ttyldisc_release(tp->t_linesw);
	clfree(&tp->t_rawq);
	clfree(&tp->t_canq);
	clfree(&tp->t_pendq);
	clfree(&tp->t_outq);
	cv_destroy(&tp->t_rawcv);
	cv_destroy(&tp->t_rawcvf);
	cv_destroy(&tp->t_cancv);
	cv_destroy(&tp->t_cancvf);
	cv_destroy(&tp->t_outcv);
	cv_destroy(&tp->t_outcvf);
	seldestroy(&tp->t_rsel);
	seldestroy(&tp->t_wsel);
	mutex_destroy(&tp->t_lock);
	kmem_free(tp, sizeof(*tp));
}

void
tty_attach(struct tty *tp)
{

	mutex_spin_enter(&ttylist_lock);
	TAILQ_INSERT_TAIL(&ttylist, tp, tty_link);
	tty_count++;
	mutex_spin_exit(&ttylist_lock);
}

void
tty_detach(struct tty *tp)
{

	mutex_spin_enter(&ttylist_lock);
	KASSERT(tty_count > 0);
	TAILQ_REMOVE(&ttylist, tp, tty_link);
	tty_count--;
	mutex_spin_exit(&ttylist_lock);
}

void
tty_acquire(struct tty *tp)
{

	atomic_inc_uint(&tp->t_refcnt);
}

void
tty_release(struct tty *tp)
{

	KASSERT(tp->t_refcnt > 0);
	atomic_dec_uint(&tp->t_refcnt);
}

int
tty_unit(dev_t dev)
{

	return TTUNIT(dev);
}

void
ttychars(struct tty *tp)
{

	memcpy(tp->t_cc, default_cc, sizeof(tp->t_cc));
}

unsigned char
tty_getctrlchar(struct tty *tp, unsigned which)
{

	KASSERT(which < NCCS);
	return tp->t_cc[which];
}

void
tty_setctrlchar(struct tty *tp, unsigned which, unsigned char val)
{

	KASSERT(which < NCCS);
	tp->t_cc[which] = val;
}

/* What a second of output is, within what there is room for. */
void
ttsetwater(struct tty *tp)
{
	const int cps = MIN((u_int)tp->t_ospeed / 10, 1 << 20);

	tp->t_lowat = MAX(MIN(cps / 2, TTMAXLOWAT), TTMINLOWAT);
	tp->t_hiwat = MAX(MIN(cps + tp->t_lowat, TTMAXHIWAT), TTMINHIWAT);
	tp->t_hiwat = MIN(roundup(tp->t_hiwat, TTROUND), 2 * tp->t_qsize);
	KASSERT(tp->t_lowat < tp->t_hiwat);
	KASSERT(tp->t_hiwat + 8 * OBUFSIZ <= tp->t_outq.c_cn);
}

int
ttspeedtab(int speed, const struct speedtab *table)
{

	for (; table->sp_speed != -1; table++)
		if (table->sp_speed == speed)
			return table->sp_code;
	return -1;
}

/* Who dials out has the line alone; who waits for a call waits for that. */
static int
open_wait(struct tty *tp, bool dialout, bool nonblock)
{
	int error;

	KASSERT(ttylocked(tp));
	if (dialout) {
		if (ISSET(tp->t_state, TS_ISOPEN | TS_DIALOUT) == TS_ISOPEN)
			return EBUSY;
		SET(tp->t_state, TS_DIALOUT);
		return 0;
	}
	if (nonblock)
		return ISSET(tp->t_state, TS_DIALOUT) ? EBUSY : 0;
	while (ISSET(tp->t_state, TS_DIALOUT) || !tty_connected(tp)) {
		tp->t_wopen++;
		error = ttysleep(tp, &tp->t_rawcv, true, 0);
		tp->t_wopen--;
		if (error != 0)
			return error;
	}
	return 0;
}

int
ttyopen(struct tty *tp, int dialout, int nonblock)
{
	int error;

	ttylock(tp);
	error = open_wait(tp, dialout != 0, nonblock != 0);
	ttyunlock(tp);
	return error;
}

int
ttylopen(dev_t dev, struct tty *tp)
{

	ttylock(tp);
	tp->t_dev = dev;
	if (!ISSET(tp->t_state, TS_ISOPEN)) {
		SET(tp->t_state, TS_ISOPEN);
		memset(&tp->t_winsize, 0, sizeof(tp->t_winsize));
		tp->t_flags = 0;
	}
	ttyunlock(tp);
	return 0;
}

int
ttylclose(struct tty *tp, int flag)
{

	if ((flag & FNONBLOCK) == 0)
		return ttywflush(tp);
	ttylock(tp);
	ttyflush(tp, FREAD | FWRITE);
	ttyunlock(tp);
	return 0;
}

/* Sleepers see that t_gen has changed. */
static void
wake_all(struct tty *tp)
{

	cv_broadcast(&tp->t_rawcv);
	cv_broadcast(&tp->t_rawcvf);
	cv_broadcast(&tp->t_cancv);
	cv_broadcast(&tp->t_outcv);
	cv_broadcast(&tp->t_outcvf);
	selnotify(&tp->t_rsel, 0, NOTE_SUBMIT);
	selnotify(&tp->t_wsel, 0, NOTE_SUBMIT);
}

void
ttycancel(struct tty *tp)
{

	ttylock(tp);
	SET(tp->t_state, TS_CANCEL);
	wake_all(tp);
	ttyunlock(tp);
}

int
ttyclose(struct tty *tp)
{
	struct session *ss;
	struct vnode *vp;

	mutex_enter(&proc_lock);
	ttylock(tp);
	ttyflush(tp, FREAD | FWRITE);
	tp->t_gen++;
	tp->t_state = 0;
	tp->t_column = 0;
	ss = tty_session_leave(tp, &vp);
	wake_all(tp);
	ttyunlock(tp);
	if (ss != NULL)
		SESSRELE(ss);		/* drops proc_lock */
	else
		mutex_exit(&proc_lock);
	if (vp != NULL)
		vrele_async(vp);
	return 0;
}

void
tty_init(void)
{

	mutex_init(&ttylist_lock, MUTEX_DEFAULT, IPL_VM);
	ttyldisc_init();
	tty_sig_init();
	tty_jobc_init();
}

RUMP_COMPONENT(RUMP_COMPONENT_KERN)
{

	tty_init();
	rump_ttycomponent = true;
}

/* Nodes need /dev. */
RUMP_COMPONENT(RUMP_COMPONENT_KERN_VFS)
{

	tty_ctty_init();
	tty_pty_init();
}
