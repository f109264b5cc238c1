/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a directory to its path name: getcwd_common() climbs to a given root,
 * asking the name cache first and reading parent directories otherwise.
 * vn_isunder() only climbs.  Also the directory context of processes.
 *
 * Locks: one vnode at a time.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/uio.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"

#define	GETCWD_BUFSIZE	(16 * 1024)

/* Put a name in front of what is in the buffer. */
static int
getcwd_prepend(char **bpp, char *bufp, const char *name, size_t len)
{

	if (bpp == NULL)
		return 0;
	if (*bpp - bufp < len)
		return ERANGE;
	*bpp -= len;
	memcpy(*bpp, name, len);
	return 0;
}

/* One read of a directory: look for a file number.  1: found. */
static int
getcwd_match(const char *buf, size_t len, ino_t fileno, char **bpp,
    char *bufp)
{
	const struct dirent *dp;
	size_t pos = 0;
	int error;

	while (pos + offsetof(struct dirent, d_name) < len) {
		dp = (const void *)(buf + pos);
		if (dp->d_reclen == 0 || dp->d_reclen > len - pos ||
		    dp->d_namlen >= dp->d_reclen)
			return -1;
		if (dp->d_fileno == fileno && dp->d_type != DT_WHT &&
		    !(dp->d_namlen <= 2 && dp->d_name[0] == '.' &&
		    (dp->d_namlen == 1 || dp->d_name[1] == '.'))) {
			error = getcwd_prepend(bpp, bufp, dp->d_name,
			    dp->d_namlen);
			return error != 0 ? error : 1;
		}
		pos += dp->d_reclen;
	}
	return 0;
}

/* Find the name of a file number in a locked directory. */
static int
getcwd_readdir(struct vnode *dvp, ino_t fileno, char **bpp, char *bufp)
{
	char *buf = kmem_alloc(GETCWD_BUFSIZE, KM_SLEEP);
	struct iovec iov;
	struct uio uio;
	off_t off = 0;
	int eof = 0, error;

	do {
		iov.iov_base = buf;
		iov.iov_len = GETCWD_BUFSIZE;
		uio.uio_iov = &iov;
		uio.uio_iovcnt = 1;
		uio.uio_offset = off;
		uio.uio_resid = GETCWD_BUFSIZE;
		uio.uio_rw = UIO_READ;
		UIO_SETUP_SYSSPACE(&uio);
		error = VOP_READDIR(dvp, &uio, curlwp->l_cred, &eof, NULL,
		    NULL);
		if (error != 0)
			break;
		if (uio.uio_resid == GETCWD_BUFSIZE || uio.uio_offset == off) {
			error = ENOENT;
			break;
		}
		off = uio.uio_offset;
		error = getcwd_match(buf, GETCWD_BUFSIZE - uio.uio_resid,
		    fileno, bpp, bufp);
		if (error == 0 && eof)
			error = ENOENT;
	} while (error == 0);
	kmem_free(buf, GETCWD_BUFSIZE);
	if (error == -1)
		return EIO;
	return error == 1 ? 0 : error;
}

/*
 * The parent of a locked directory and, unless bpp is NULL, its name there.
 * The directory comes back unlocked, the parent referenced.
 */
static int
getcwd_scandir(struct vnode *lvp, struct vnode **uvpp, char **bpp, char *bufp)
{
	struct componentname cn = {
		.cn_nameiop = LOOKUP,
		.cn_flags = ISLASTCN | ISDOTDOT,
		.cn_cred = curlwp->l_cred,
		.cn_nameptr = "..",
		.cn_namelen = 2,
	};
	struct vattr va;
	struct vnode *uvp = NULL;
	int error;

	*uvpp = NULL;
	error = bpp != NULL ? VOP_GETATTR(lvp, &va, curlwp->l_cred) : 0;
	if (error == 0)
		error = VOP_LOOKUP(lvp, &uvp, &cn);
	VOP_UNLOCK(lvp);
	if (error != 0)
		return error;
	if (bpp != NULL) {
		error = vn_lock(uvp, LK_SHARED);
		if (error == 0) {
			error = getcwd_readdir(uvp, va.va_fileid, bpp, bufp);
			VOP_UNLOCK(uvp);
		}
		if (error != 0) {
			vrele(uvp);
			return error;
		}
	}
	*uvpp = uvp;
	return 0;
}

/* One step up; lvp is used up, *uvpp referenced. */
static int
getcwd_up(struct vnode *lvp, struct vnode **uvpp, char **bpp, char *bufp,
    int flags)
{
	int error;

	*uvpp = NULL;
	error = cache_revlookup(lvp, uvpp, bpp, bufp,
	    (flags & GETCWD_CHECK_ACCESS) != 0, VREAD | VEXEC);
	if (error == -1) {
		error = vn_lock(lvp, LK_SHARED);
		if (error == 0 && (flags & GETCWD_CHECK_ACCESS) != 0) {
			error = VOP_ACCESS(lvp, VEXEC, curlwp->l_cred);
			if (error != 0)
				VOP_UNLOCK(lvp);
		}
		if (error == 0)
			error = getcwd_scandir(lvp, uvpp, bpp, bufp);
	}
	vrele(lvp);
	return error;
}

/* Through mount points; lvp is used up.  NULL: this is the top. */
static struct vnode *
getcwd_uncross(struct vnode *lvp, const struct vnode *rvp)
{
	struct vnode *up;

	while (lvp != rvp && (lvp->v_vflag & VV_ROOT) != 0) {
		up = lvp->v_mount->mnt_vnodecovered;
		if (up != NULL)
			vref(up);
		vrele(lvp);
		lvp = up;
		if (lvp == NULL)
			break;
	}
	return lvp;
}

/*
 * The path from rvp (NULL: the root of the process) down to lvp, built
 * backwards from *bpp, not beyond bufp.  With bpp NULL only whether lvp is
 * below rvp.  limit bounds the number of steps.
 */
int
getcwd_common(struct vnode *lvp, struct vnode *rvp, char **bpp, char *bufp,
    int limit, int flags, struct lwp *l)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	char *start = bpp != NULL ? *bpp : NULL;
	struct vnode *uvp;
	int error = 0;

	if (rvp == NULL) {
		rvp = cwdi->cwdi_rdir;
		if (rvp == NULL)
			rvp = rootvnode;
	}
	vref(rvp);
	vref(lvp);
	for (;;) {
		lvp = getcwd_uncross(lvp, rvp);
		if (lvp == NULL) {
			error = ENOENT;
			break;
		}
		if (lvp == rvp)
			break;
		if (limit-- <= 0) {
			error = EINVAL;
			break;
		}
		error = getcwd_up(lvp, &uvp, bpp, bufp, flags);
		lvp = uvp;
		if (error != 0)
			break;
		error = getcwd_prepend(bpp, bufp, "/", 1);
		if (error != 0)
			break;
	}
	if (error == 0 && bpp != NULL && *bpp == start)
		error = getcwd_prepend(bpp, bufp, "/", 1);
	if (lvp != NULL)
		vrele(lvp);
	vrele(rvp);
	return error;
}

/* Is lvp below (or the same as) rvp?  1 or 0. */
int
vn_isunder(struct vnode *lvp, struct vnode *rvp, struct lwp *l)
{

	return getcwd_common(lvp, rvp, NULL, NULL, MAXPATHLEN / 2, 0, l) == 0;
}

/* The path of a vnode from the root, if the name cache knows its name. */
int
vnode_to_path(char *path, size_t len, struct vnode *vp, struct lwp *curl,
    struct proc *p)
{
	struct vnode *dvp;
	char *bp, *bufp;
	size_t left;
	int error;

	bufp = kmem_alloc(MAXPATHLEN, KM_SLEEP);
	bp = bufp + MAXPATHLEN;
	*--bp = '\0';
	error = cache_revlookup(vp, &dvp, &bp, bufp, false, 0);
	if (error == 0) {
		error = getcwd_prepend(&bp, bufp, "/", 1);
		if (error == 0)
			error = getcwd_common(dvp, NULL, &bp, bufp,
			    MAXPATHLEN / 2, GETCWD_CHECK_ACCESS, curl);
		vrele(dvp);
	} else if (error == -1)
		error = ENOENT;
	if (error == 0) {
		/* A file right below the root has two slashes in front. */
		if (bp[0] == '/' && bp[1] == '/')
			bp++;
		left = bufp + MAXPATHLEN - bp;
		if (left > len)
			error = ERANGE;
		else
			memcpy(path, bp, left);
	}
	kmem_free(bufp, MAXPATHLEN);
	return error;
}
