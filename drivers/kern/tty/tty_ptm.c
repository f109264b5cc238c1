/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_ptm.c: ptm(4), which hands out ptys: an open of /dev/ptmx is a master,
 * TIOCPTMGET on /dev/ptm gives both ends.  Where the devices are found is the
 * handler's business: nodes in /dev, or those of ptyfs while it is mounted.
 */
#include "tty_private.h"

#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>

#include <miscfs/specfs/specdev.h>

#include "tty_pty.h"

#define	PTM_PTMX	0
#define	PTM_PTM		1
#define	TTY_GID		4	/* group "tty" */
#define	TTY_MODE	(S_IRUSR | S_IWUSR | S_IWGRP)

static struct ptm_pty *ptm = &ptm_bsdpty;	/* atomic */

struct ptm_pty *
pty_sethandler(struct ptm_pty *handler)
{

	return atomic_swap_ptr(&ptm, handler);
}

static struct ptm_pty *
handler_get(void)
{

	return atomic_load_consume(&ptm);
}

int
pty_getmp(struct lwp *l, struct mount **mpp)
{
	struct ptm_pty *h = handler_get();

	return h == NULL ? EOPNOTSUPP : (*h->getmp)(l, mpp);
}

static void
file_fill(struct file *fp, struct vnode *vp, int flag)
{

	fp->f_flag = flag & FMASK;
	fp->f_type = DTYPE_VNODE;
	fp->f_ops = &vnops;
	fp->f_vnode = vp;
}

static int
vnode_open(struct vnode *vp, int flag, kauth_cred_t cred)
{
	int error;

	if (vp->v_type != VCHR)
		return EINVAL;
	error = VOP_OPEN(vp, flag, cred);
	if (error == 0 && ISSET(flag, FWRITE)) {
		mutex_enter(vp->v_interlock);
		vp->v_writecount++;
		mutex_exit(vp->v_interlock);
	}
	return error;
}

int
tty_fd_open(struct vnode *vp, int flag, kauth_cred_t cred, int *fdp)
{
	struct file *fp;
	int error;

	error = fd_allocfile(&fp, fdp);
	if (error != 0) {
		vput(vp);
		return error;
	}
	error = vnode_open(vp, flag, cred);
	if (error != 0) {
		vput(vp);
		fd_abort(curproc, fp, *fdp);
		return error;
	}
	VOP_UNLOCK(vp);
	file_fill(fp, vp, flag);
	fd_affix(curproc, fp, *fdp);
	return 0;
}

/* Open an end of a pty; the kernel itself does, so no mode forbids it. */
static int
end_open(struct lwp *l, dev_t dev, char ms, int flag, struct mount *mp,
    int *fdp)
{
	struct ptm_pty *h = handler_get();
	struct vnode *vp;
	int error;

	if (h == NULL)
		return EOPNOTSUPP;
	error = (*h->allocvp)(mp, l, &vp, dev, ms);
	if (error != 0)
		return error;
	return tty_fd_open(vp, FREAD | FWRITE | flag, lwp0.l_cred, fdp);
}

/* Somebody may be faster: then the next one that is free. */
static int
master_open(struct lwp *l, int flag, struct mount *mp, int *fdp, int *unitp)
{
	int error = EIO, tries, unit;

	for (tries = 0; error == EIO && tries < npty; tries++) {
		unit = pty_getfree();
		if (unit < 0)
			return EAGAIN;
		error = end_open(l, pty_makedev('p', unit), 'p', flag, mp,
		    fdp);
		*unitp = unit;
	}
	/* There is no node for it. */
	return error == EIO || error == ENOENT ? EAGAIN : error;
}

/*
 * The slave is to be the caller's: whoever has it open loses it.
 */
int
pty_grant_slave(struct lwp *l, dev_t dev, struct mount *mp)
{
	struct ptm_pty *h = handler_get();
	struct vattr va;
	struct vnode *vp;
	int error;

	if (h == NULL)
		return EOPNOTSUPP;
	dev = pty_makedev('t', minor(dev));
	error = (*h->allocvp)(mp, l, &vp, dev, 't');
	if (error != 0)
		return error;
	if ((vp->v_mount->mnt_flag & MNT_RDONLY) == 0) {
		(*h->getvattr)(mp, l, &va);
		error = VOP_SETATTR(vp, &va, lwp0.l_cred);
	}
	VOP_UNLOCK(vp);
	if (error == 0)
		error = VOP_REVOKE(vp, REVOKEALL);
	vrele(vp);
	return error;
}

int
pty_fill_ptmget(struct lwp *l, dev_t dev, int cfd, int sfd, void *data,
    struct mount *mp)
{
	struct ptm_pty *h = handler_get();
	struct ptmget *pg = data;
	int error;

	if (h == NULL)
		return EOPNOTSUPP;
	memset(pg, 0, sizeof(*pg));
	pg->cfd = cfd;
	pg->sfd = sfd;
	error = (*h->makename)(mp, l, pg->cn, sizeof(pg->cn),
	    pty_makedev('p', minor(dev)), 'p');
	if (error == 0)
		error = (*h->makename)(mp, l, pg->sn, sizeof(pg->sn),
		    pty_makedev('t', minor(dev)), 't');
	return error;
}

static void
fd_drop(int fd)
{

	if (fd_getfile(fd) != NULL)
		(void)fd_close(fd);
}

/* Both ends, or none. */
static int
pair_open(struct lwp *l, struct mount *mp, void *data)
{
	int cfd, error, sfd, unit;
	dev_t dev;

	error = master_open(l, 0, mp, &cfd, &unit);
	if (error != 0)
		return error;
	dev = pty_makedev('t', unit);
	error = pty_grant_slave(l, dev, mp);
	if (error == 0)
		error = end_open(l, dev, 't', 0, mp, &sfd);
	if (error == 0) {
		error = pty_fill_ptmget(l, dev, cfd, sfd, data, mp);
		if (error == 0)
			return 0;
		fd_drop(sfd);
	}
	fd_drop(cfd);
	return error;
}

static int
ptm_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct mount *mp;
	int error, fd, unit;

	if (minor(dev) == PTM_PTM)
		return 0;
	if (minor(dev) != PTM_PTMX)
		return ENXIO;
	error = pty_getmp(l, &mp);
	if (error == 0)
		error = master_open(l, flag & O_NONBLOCK, mp, &fd, &unit);
	if (error != 0)
		return error;
	l->l_dupfd = fd;
	return EMOVEFD;
}

static int
ptm_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct mount *mp;
	int error;

	if (cmd == FIONBIO || cmd == FIOASYNC)
		return 0;
	if (cmd != TIOCPTMGET)
		return EPASSTHROUGH;
	error = pty_getmp(l, &mp);
	return error != 0 ? error : pair_open(l, mp, data);
}

const struct cdevsw ptm_cdevsw = {
	.d_open = ptm_open,
	.d_close = nullclose,
	.d_read = noread,
	.d_write = nowrite,
	.d_ioctl = ptm_ioctl,
	.d_stop = nullstop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_TTY | D_MPSAFE,
};

void
ptmattach(int n)
{

	/* The component attaches it. */
}

/*
 * The traditional names: /dev/ttyp0 is slave 0, ttypf 15, ttyq0 16; ttyT... is
 * the last of 256.
 */
static const char bsd_letters[] = "pqrstuvwxyzPQRST";
static const char bsd_digits[] = "0123456789abcdef";

static int
bsd_makename(struct mount *mp, struct lwp *l, char *buf, size_t size,
    dev_t dev, char ms)
{
	const unsigned unit = minor(dev);
	int n;

	if (ms != 'p' && ms != 't')
		return EINVAL;
	if (unit >= (sizeof(bsd_letters) - 1) * 16)
		return ENOENT;
	n = snprintf(buf, size, "/dev/%cty%c%c", ms, bsd_letters[unit / 16],
	    bsd_digits[unit % 16]);
	return (size_t)n >= size ? ENOSPC : 0;
}

static int
bsd_allocvp(struct mount *mp, struct lwp *l, struct vnode **vpp, dev_t dev,
    char ms)
{
	struct vnode *vp;
	char name[32];
	int error;

	error = bsd_makename(mp, l, name, sizeof(name), dev, ms);
	if (error == 0)
		error = namei_simple_kernel(name, NSM_FOLLOW_NOEMULROOT, &vp);
	if (error != 0)
		return error;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	/* Something else may have been put there. */
	if (vp->v_type != VCHR || vp->v_rdev != dev) {
		vput(vp);
		return ENOENT;
	}
	*vpp = vp;
	return 0;
}

static void
bsd_getvattr(struct mount *mp, struct lwp *l, struct vattr *vap)
{

	vattr_null(vap);
	vap->va_uid = kauth_cred_getuid(l->l_cred);
	vap->va_gid = TTY_GID;
	vap->va_mode = TTY_MODE;
}

static int
bsd_getmp(struct lwp *l, struct mount **mpp)
{

	*mpp = NULL;
	return 0;
}

struct ptm_pty ptm_bsdpty = {
	.allocvp = bsd_allocvp,
	.makename = bsd_makename,
	.getvattr = bsd_getvattr,
	.getmp = bsd_getmp,
};
