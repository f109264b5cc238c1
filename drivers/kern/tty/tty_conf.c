/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_conf.c: linesw(9), the line disciplines there are.  Who looks one up
 * holds it until ttyldisc_release(); the default one is never let go.
 */
#include "tty_private.h"

#include <sys/poll.h>

static kmutex_t ldisc_lock;		/* spin: below everything */
static LIST_HEAD(, linesw) ldiscs;	/* ldisc_lock */

static struct linesw termios_disc = {
	.l_name = "termios",
	.l_no = TTYDISC,
	.l_open = ttylopen,
	.l_close = ttylclose,
	.l_read = ttread,
	.l_write = ttwrite,
	.l_ioctl = ttynullioctl,
	.l_rint = ttyinput,
	.l_start = ttstart,
	.l_modem = ttymodem,
	.l_poll = ttpoll,
};

void
ttyldisc_init(void)
{

	mutex_init(&ldisc_lock, MUTEX_DEFAULT, IPL_VM);
	LIST_INSERT_HEAD(&ldiscs, &termios_disc, l_list);
}

struct linesw *
ttyldisc_default(void)
{

	return &termios_disc;
}

/* By name, or by number if there is no name. */
static struct linesw *
ldisc_find(const char *name, int no)
{
	struct linesw *ld;

	KASSERT(mutex_owned(&ldisc_lock));
	LIST_FOREACH(ld, &ldiscs, l_list)
		if (name != NULL ? strcmp(ld->l_name, name) == 0 :
		    ld->l_no == no)
			break;
	return ld;
}

static struct linesw *
ldisc_get(const char *name, int no)
{
	struct linesw *ld;

	mutex_spin_enter(&ldisc_lock);
	ld = ldisc_find(name, no);
	if (ld != NULL && ld != &termios_disc)
		ld->l_refcnt++;
	mutex_spin_exit(&ldisc_lock);
	return ld;
}

struct linesw *
ttyldisc_lookup(const char *name)
{

	return ldisc_get(name, 0);
}

struct linesw *
ttyldisc_lookup_bynum(int no)
{

	return ldisc_get(NULL, no);
}

void
ttyldisc_release(struct linesw *ld)
{

	if (ld == NULL || ld == &termios_disc)
		return;
	mutex_spin_enter(&ldisc_lock);
	KASSERT(ld->l_refcnt > 0);
	ld->l_refcnt--;
	mutex_spin_exit(&ldisc_lock);
}

/* The number may be left to us: 0, which is the default one's. */
static int
ldisc_freeno(void)
{
	int no = TTYDISC + 1;

	while (ldisc_find(NULL, no) != NULL)
		no++;
	return no;
}

int
ttyldisc_attach(struct linesw *ld)
{
	int error = 0;

	KASSERT(ld->l_name != NULL && ld->l_open != NULL &&
	    ld->l_close != NULL && ld->l_read != NULL &&
	    ld->l_write != NULL && ld->l_ioctl != NULL &&
	    ld->l_rint != NULL && ld->l_start != NULL &&
	    ld->l_modem != NULL && ld->l_poll != NULL);
	mutex_spin_enter(&ldisc_lock);
	if (ldisc_find(ld->l_name, 0) != NULL ||
	    (ld->l_no != 0 && ldisc_find(NULL, ld->l_no) != NULL)) {
		error = EEXIST;
	} else {
		if (ld->l_no == 0)
			ld->l_no = ldisc_freeno();
		ld->l_refcnt = 0;
		LIST_INSERT_HEAD(&ldiscs, ld, l_list);
	}
	mutex_spin_exit(&ldisc_lock);
	return error;
}

int
ttyldisc_detach(struct linesw *ld)
{
	int error = 0;

	mutex_spin_enter(&ldisc_lock);
	if (ldisc_find(ld->l_name, 0) != ld)
		error = ENOENT;
	else if (ld == &termios_disc || ld->l_refcnt != 0)
		error = EBUSY;
	else
		LIST_REMOVE(ld, l_list);
	mutex_spin_exit(&ldisc_lock);
	return error;
}

/*
 * Change the discipline of a terminal; takes over the reference to the new
 * one.  If that does not want to, the old one is opened again.  No locks.
 */
int
tty_setdisc(struct tty *tp, struct linesw *ld, int flag)
{
	struct linesw *old = tp->t_linesw;
	int error;

	if (ld == old) {
		ttyldisc_release(ld);
		return 0;
	}
	(void)(*old->l_close)(tp, flag);
	error = (*ld->l_open)(tp->t_dev, tp);
	if (error != 0) {
		(void)(*old->l_open)(tp->t_dev, tp);
		ttyldisc_release(ld);
		return error;
	}
	ttylock(tp);
	tp->t_linesw = ld;
	ttyunlock(tp);
	ttyldisc_release(old);
	return 0;
}

int
ttyenodev(struct tty *tp, ...)
{

	return ENODEV;
}

int
ttyerrinput(int c, struct tty *tp)
{

	return ENODEV;
}

int
ttyerrpoll(struct tty *tp, int events, struct lwp *l)
{

	return POLLERR;
}

int
ttynullioctl(struct tty *tp, u_long cmd, void *data, int flag,
    struct lwp *l)
{

	return EPASSTHROUGH;
}
