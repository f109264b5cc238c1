/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_ctty.c: /dev/tty.  Opening it opens the terminal of the process's
 * session: the descriptor is that one's, so that it counts as open, and
 * nothing else is ever called here.
 */
#include "tty_private.h"

#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/stat.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include "tty_pty.h"

#define	CTTY_MAJOR	1	/* as in NetBSD */

static struct vnode *
ctty_vnode(struct proc *p)
{
	struct vnode *vp = NULL;

	mutex_enter(&proc_lock);
	if (ISSET(p->p_lflag, PL_CONTROLT))
		vp = p->p_session->s_ttyvp;
	if (vp != NULL)
		vref(vp);
	mutex_exit(&proc_lock);
	return vp;
}

static int
ctty_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct vnode *vp = ctty_vnode(l->l_proc);
	int error, fd;

	if (vp == NULL)
		return ENXIO;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = tty_fd_open(vp, flag, l->l_cred, &fd);
	if (error != 0)
		return error;
	l->l_dupfd = fd;
	return EMOVEFD;
}

static const struct cdevsw ctty_cdevsw = {
	.d_open = ctty_open,
	.d_close = nullclose,
	.d_read = noread,
	.d_write = nowrite,
	.d_ioctl = noioctl,
	.d_stop = nullstop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_TTY | D_MPSAFE,
};

void
tty_ctty_init(void)
{
	devmajor_t bmaj = -1, cmaj = CTTY_MAJOR;

	FLAWLESSCALL(devsw_attach("ctty", NULL, &bmaj, &ctty_cdevsw, &cmaj));
	FLAWLESSCALL((*rump_vfs_makeonedevnode)(S_IFCHR, "/dev/tty", cmaj,
	    0));
}
