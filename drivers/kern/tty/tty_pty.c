/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_pty.c: the pseudo-terminals there are, pty(4): their numbers, and the
 * nodes in /dev for the first of them.
 */
#include "tty_private.h"

#include <sys/kmem.h>
#include <sys/stat.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include "tty_pty.h"

#define	PTS_MAJOR	5	/* these as in NetBSD */
#define	PTC_MAJOR	6
#define	PTM_MAJOR	165
#define	PTM_PTMX	0
#define	PTM_PTM		1
#define	MAXPTYS		992
#define	PTY_NODES	16	/* /dev/ttyp0 to ttypf and their masters */

int npty = MAXPTYS;

static kmutex_t pty_lock;		/* before ttylock() */
static struct pt_softc **pt_softc;	/* pty_lock to write */
static devmajor_t ptc_major, pts_major;	/* constant */

dev_t
pty_makedev(char ms, int unit)
{

	return makedev(ms == 't' ? pts_major : ptc_major, unit);
}

static struct pt_softc *
pty_get(int unit)
{

	if (unit < 0 || unit >= npty)
		return NULL;
	return atomic_load_consume(&pt_softc[unit]);
}

struct pt_softc *
pty_softc(dev_t dev)
{

	return pty_get((int)minor(dev));
}

struct tty *
pty_tty(dev_t dev)
{
	struct pt_softc *pt = pty_softc(dev);

	return pt != NULL ? pt->pt_tty : NULL;
}

static struct pt_softc *
pty_make(int unit)
{
	struct pt_softc *pt;
	struct tty *tp;

	pt = kmem_zalloc(sizeof(*pt), KM_SLEEP);
	pt->pt_tty = tp = tty_alloc();
	tp->t_dev = makedev(pts_major, unit);
	tp->t_sc = pt;
	selinit(&pt->pt_selr);
	selinit(&pt->pt_selw);
	clalloc(&pt->pt_tail, tp->t_outq.c_cn, 0);
	tty_attach(tp);
	return pt;
}

int
pty_check(int unit)
{

	if (unit < 0 || unit >= npty)
		return ENXIO;
	if (pty_get(unit) != NULL)
		return 0;
	mutex_enter(&pty_lock);
	if (pt_softc[unit] == NULL)
		atomic_store_release(&pt_softc[unit], pty_make(unit));
	mutex_exit(&pty_lock);
	return 0;
}

/* Without a master; with strict, without a slave either. */
static bool
unit_free(int unit, bool strict)
{
	struct pt_softc *pt = pty_get(unit);
	struct tty *tp;
	bool rv;

	if (pt == NULL)
		return true;
	tp = pt->pt_tty;
	ttylock(tp);
	rv = tp->t_oproc == NULL && (!strict || tp->t_wopen +
	    ISSET(tp->t_state, TS_ISOPEN) == 0);
	ttyunlock(tp);
	return rv;
}

/* No lock is needed to ask. */
int
pty_isfree(int unit, int lock)
{

	return unit_free(unit, false);
}

int
pty_getfree(void)
{
	int unit;

	for (unit = 0; unit < npty; unit++)
		if (unit_free(unit, true))
			return unit;
	return -1;
}

void
pty_wakeup(struct pt_softc *pt, int rw)
{
	struct tty *tp = pt->pt_tty;

	KASSERT(ttylocked(tp));
	if (ISSET(rw, FREAD)) {
		selnotify(&pt->pt_selr, 0, NOTE_SUBMIT);
		cv_broadcast(&tp->t_outcvf);
	}
	if (ISSET(rw, FWRITE)) {
		selnotify(&pt->pt_selw, 0, NOTE_SUBMIT);
		cv_broadcast(&tp->t_rawcvf);
	}
}

static devmajor_t
attach(const char *name, const struct cdevsw *cdev, devmajor_t cmaj)
{
	devmajor_t bmaj = -1;

	FLAWLESSCALL(devsw_attach(name, NULL, &bmaj, cdev, &cmaj));
	return cmaj;
}

static void
pty_node(char ms, int unit)
{
	char name[32];

	if ((*ptm_bsdpty.makename)(NULL, curlwp, name, sizeof(name),
	    pty_makedev(ms, unit), ms) == 0)
		rump_vfs_devnode(name, ms == 't' ? pts_major : ptc_major, unit);
}

void
tty_pty_init(void)
{
	devmajor_t ptm_major;
	int unit;

	mutex_init(&pty_lock, MUTEX_DEFAULT, IPL_NONE);
	pt_softc = kmem_zalloc(npty * sizeof(*pt_softc), KM_SLEEP);
	pts_major = attach("pts", &pts_cdevsw, PTS_MAJOR);
	ptc_major = attach("ptc", &ptc_cdevsw, PTC_MAJOR);
	ptm_major = attach("ptm", &ptm_cdevsw, PTM_MAJOR);
	rump_vfs_devnode("/dev/ptmx", ptm_major, PTM_PTMX);
	rump_vfs_devnode("/dev/ptm", ptm_major, PTM_PTM);
	for (unit = 0; unit < PTY_NODES; unit++) {
		pty_node('p', unit);
		pty_node('t', unit);
	}
}
