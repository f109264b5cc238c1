/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namei(9): from a path name to vnodes.  The result, by flags:
 *	LOOKUP		ni_vp referenced, locked with LOCKLEAF; no ni_dvp
 *	LOCKPARENT	ni_dvp referenced and locked exclusively, too;
 *			for CREATE and RENAME ni_vp may be NULL
 * and nothing after an error.  A name that ends at a mount point or at the
 * root has no parent to lock: creating or removing it fails here.
 *
 * Locks: one vnode at a time, the directory being searched; then, if asked
 * for, the leaf.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/filedesc.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/uio.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"

/* What one name led to. */
struct found {
	struct vnode	*fo_dvp;	/* directory searched, referenced */
	struct vnode	*fo_vp;		/* result, referenced, or NULL */
	bool		fo_dlocked;	/* fo_dvp is locked exclusively */
};

static inline bool
namei_wantparent(const struct componentname *cnp)
{

	return (cnp->cn_flags & LOCKPARENT) != 0;
}

static struct vnode *
namei_cwdi_root(const struct nameidata *ndp, const struct cwdinfo *cwdi)
{

	if (cwdi->cwdi_rdir == NULL ||
	    (ndp->ni_cnd.cn_flags & NOCHROOT) != 0)
		return rootvnode;
	return cwdi->cwdi_rdir;
}

/*
 * The root that the walk cannot leave, referenced in ni_rootdir from now on.
 * Few walks that begin in the name cache ever ask: all who do meet at its
 * reference count and at the lock here.
 */
static struct vnode *
namei_rootdir(struct nameidata *ndp)
{
	struct cwdinfo *cwdi = curlwp->l_proc->p_cwdi;

	if (ndp->ni_rootdir == NULL) {
		rw_enter(&cwdi->cwdi_lock, RW_READER);
		ndp->ni_rootdir = namei_cwdi_root(ndp, cwdi);
		vref(ndp->ni_rootdir);
		rw_exit(&cwdi->cwdi_lock);
	}
	return ndp->ni_rootdir;
}

/* Where the walk starts, referenced. */
static struct vnode *
namei_start(struct nameidata *ndp)
{
	struct cwdinfo *cwdi = curlwp->l_proc->p_cwdi;
	struct vnode *dvp;

	for (ndp->ni_next = ndp->ni_pnbuf; *ndp->ni_next == '/';
	    ndp->ni_next++)
		continue;
	rw_enter(&cwdi->cwdi_lock, RW_READER);
	if (ndp->ni_pnbuf[0] == '/')
		dvp = namei_cwdi_root(ndp, cwdi);
	else if (ndp->ni_atdir != NULL)
		dvp = ndp->ni_atdir;
	else
		dvp = cwdi->cwdi_cdir;
	vref(dvp);
	rw_exit(&cwdi->cwdi_lock);
	return dvp;
}

/*
 * Cut the next name off ni_next into ni_cnd, and set the flags that follow
 * from it.
 */
static int
namei_parse(struct nameidata *ndp, struct vnode *dvp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	const char *end, *next;
	size_t len;
	bool last;
	int error;

	cnp->cn_nameptr = ndp->ni_next;
	error = VOP_PARSEPATH(dvp, cnp->cn_nameptr, &len);
	if (error != 0)
		return error;
	if (len > KERNEL_NAME_MAX)
		return ENAMETOOLONG;
	cnp->cn_namelen = len;
	end = cnp->cn_nameptr + len;
	for (next = end; *next == '/'; next++)
		continue;
	ndp->ni_next = next;
	ndp->ni_pathlen = strlen(next) + 1;
	last = *next == '\0';

	cnp->cn_flags &= ~(ISLASTCN | ISDOTDOT | MAKEENTRY | REQUIREDIR |
	    ISWHITEOUT);
	if (last)
		cnp->cn_flags |= ISLASTCN;
	/* A slash behind the name: it has to be a directory. */
	if (next != end && (!last || (cnp->cn_flags & CREATEDIR) == 0 ||
	    cnp->cn_nameiop == LOOKUP || cnp->cn_nameiop == DELETE))
		cnp->cn_flags |= REQUIREDIR;
	if (len == 2 && cnp->cn_nameptr[0] == '.' && cnp->cn_nameptr[1] == '.')
		cnp->cn_flags |= ISDOTDOT;
	/* What is going to change is not worth remembering. */
	if (!last || ((cnp->cn_flags & NOCACHE) == 0 &&
	    cnp->cn_nameiop != DELETE && cnp->cn_nameiop != RENAME))
		cnp->cn_flags |= MAKEENTRY;
	return 0;
}

/*
 * "..": up through mount points, but not out of the root of the process.
 * *dvpp is replaced by the directory to search; true if ".." is that
 * directory itself.
 */
static bool
namei_dotdot(struct nameidata *ndp, struct vnode **dvpp)
{
	struct vnode *dvp = *dvpp, *root = namei_rootdir(ndp), *up;

	for (;;) {
		if (dvp == root || dvp == rootvnode)
			return true;
		if (root != rootvnode && vn_isunder(dvp, root, curlwp) == 0) {
			/* Moved out of the chroot: back to its root. */
			vref(root);
			vrele(dvp);
			*dvpp = root;
			return true;
		}
		if ((dvp->v_vflag & VV_ROOT) == 0 ||
		    (ndp->ni_cnd.cn_flags & NOCROSSMOUNT) != 0 ||
		    dvp->v_mount->mnt_vnodecovered == NULL)
			return false;
		up = dvp->v_mount->mnt_vnodecovered;
		vref(up);
		vrele(dvp);
		*dvpp = dvp = up;
	}
}

/* May a name that does not exist be created here?  dvp is locked. */
static int
namei_absent(struct nameidata *ndp, struct vnode *dvp)
{
	struct componentname *cnp = &ndp->ni_cnd;

	KASSERT(cnp->cn_flags & ISLASTCN);
	if ((dvp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;
	/* A file cannot become a directory: what is it to be renamed to? */
	if (cnp->cn_flags & REQUIREDIR)
		return cnp->cn_nameiop == RENAME ? ENOTDIR : ENOENT;
	return 0;
}

static int
namei_locktype(struct nameidata *ndp, struct vnode *dvp)
{
	struct componentname *cnp = &ndp->ni_cnd;

	if ((cnp->cn_flags & ISLASTCN) != 0 && namei_wantparent(cnp))
		return LK_EXCLUSIVE;
	return (atomic_load_relaxed(&dvp->v_mount->mnt_iflag) &
	    IMNT_SHRLOOKUP) != 0 ?
	    LK_SHARED : LK_EXCLUSIVE;
}

/* A union mount shows what it covers where it has nothing itself. */
static bool
namei_union(struct nameidata *ndp, struct found *fo)
{
	struct vnode *dvp = fo->fo_dvp;

	if ((dvp->v_vflag & VV_ROOT) == 0 ||
	    (dvp->v_mount->mnt_flag & MNT_UNION) == 0 ||
	    dvp->v_mount->mnt_vnodecovered == NULL)
		return false;
	fo->fo_dvp = dvp->v_mount->mnt_vnodecovered;
	vref(fo->fo_dvp);
	vrele(dvp);
	return true;
}

/* Ask the file system for one name.  fo_dvp in, unlocked; result in fo. */
static int
namei_ask(struct nameidata *ndp, struct found *fo)
{
	struct componentname *cnp = &ndp->ni_cnd;
	struct vnode *dvp;
	int error, lktype;

 again:
	dvp = fo->fo_dvp;
	lktype = namei_locktype(ndp, dvp);
	error = vn_lock(dvp, lktype);
	if (error != 0)
		return error;
	if (dvp->v_type != VDIR)
		error = ENOTDIR;
	else
		error = VOP_LOOKUP(dvp, &fo->fo_vp, cnp);
	if (error == EJUSTRETURN) {
		KASSERT(fo->fo_vp == NULL);
		error = namei_absent(ndp, dvp);
	}
	fo->fo_dlocked = error == 0 && lktype == LK_EXCLUSIVE &&
	    (cnp->cn_flags & ISLASTCN) != 0 && namei_wantparent(cnp);
	if (!fo->fo_dlocked)
		VOP_UNLOCK(dvp);
	if (error != 0)
		fo->fo_vp = NULL;
	if (error == ENOENT && namei_union(ndp, fo))
		goto again;
	return error;
}

/* One name, with "." and ".." at the limits answered here. */
static int
namei_once(struct nameidata *ndp, struct found *fo)
{
	struct componentname *cnp = &ndp->ni_cnd;
	int error;

	fo->fo_vp = NULL;
	fo->fo_dlocked = false;
	if ((cnp->cn_flags & ISDOTDOT) == 0 ||
	    !namei_dotdot(ndp, &fo->fo_dvp))
		return namei_ask(ndp, fo);
	if ((cnp->cn_flags & ISLASTCN) != 0 && namei_wantparent(cnp)) {
		error = vn_lock(fo->fo_dvp, LK_EXCLUSIVE);
		if (error != 0)
			return error;
		fo->fo_dlocked = true;
	}
	vref(fo->fo_dvp);
	fo->fo_vp = fo->fo_dvp;
	return 0;
}

static void
namei_drop_parent(struct found *fo)
{

	if (fo->fo_dvp == NULL)
		return;
	if (fo->fo_dlocked)
		VOP_UNLOCK(fo->fo_dvp);
	vrele(fo->fo_dvp);
	fo->fo_dvp = NULL;
	fo->fo_dlocked = false;
}

static void
namei_drop(struct found *fo)
{

	if (fo->fo_vp != NULL)
		vrele(fo->fo_vp);
	fo->fo_vp = NULL;
	namei_drop_parent(fo);
}

/*
 * Go from covered directories to the roots above.  The parent is let go:
 * vnodes of two file systems must not be locked together.
 */
static int
namei_cross(struct nameidata *ndp, struct found *fo)
{
	struct vnode *vp, *root;
	struct mount *mp;
	int error, s;

	while ((vp = fo->fo_vp)->v_type == VDIR &&
	    (ndp->ni_cnd.cn_flags & NOCROSSMOUNT) == 0) {
		s = pserialize_read_enter();
		mp = atomic_load_consume(&vp->v_mountedhere);
		if (mp == NULL || !vfs_tryref(mp)) {
			pserialize_read_exit(s);
			break;
		}
		pserialize_read_exit(s);
		namei_drop_parent(fo);
		error = vfs_busy(mp);
		if (error == ENOENT) {
			vfs_rele(mp);
			continue;
		}
		if (error == 0) {
			error = VFS_ROOT(mp, LK_SHARED, &root);
			vfs_unbusy(mp);
		}
		if (error == 0) {
			VOP_UNLOCK(root);
			atomic_store_release(&mp->mnt_rootcache, root);
		}
		vfs_rele(mp);
		if (error != 0)
			return error;
		vrele(vp);
		fo->fo_vp = root;
	}
	return 0;
}

static bool
namei_must_follow(const struct componentname *cnp, const struct vnode *vp)
{

	return vp->v_type == VLNK && ((cnp->cn_flags & (FOLLOW | REQUIREDIR)) !=
	    0 || (cnp->cn_flags & ISLASTCN) == 0);
}

/* The text of a symbolic link, in front of what is left of the path. */
static int
namei_readlink(struct nameidata *ndp, struct vnode *vp, char *buf)
{
	struct componentname *cnp = &ndp->ni_cnd;
	struct iovec iov = { .iov_base = buf, .iov_len = MAXPATHLEN };
	struct uio uio = {
		.uio_iov = &iov, .uio_iovcnt = 1, .uio_resid = MAXPATHLEN,
		.uio_rw = UIO_READ
	};
	size_t len;
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	error = vn_lock(vp, LK_SHARED);
	if (error != 0)
		return error;
	if (vp->v_mount->mnt_flag & MNT_SYMPERM)
		error = VOP_ACCESS(vp, VEXEC, cnp->cn_cred);
	if (error == 0)
		error = VOP_READLINK(vp, &uio, cnp->cn_cred);
	VOP_UNLOCK(vp);
	if (error != 0)
		return error;
	len = MAXPATHLEN - uio.uio_resid;
	if (len == 0)
		return ENOENT;
	/* A slash after the link's name counts for where it leads. */
	if (len + ndp->ni_pathlen + 1 >= MAXPATHLEN)
		return ENAMETOOLONG;
	if (ndp->ni_pathlen > 1 || (cnp->cn_flags & REQUIREDIR) != 0)
		buf[len++] = '/';
	memcpy(buf + len, ndp->ni_next, ndp->ni_pathlen);
	return 0;
}

/* Replace the link just found by its text: back to fo_dvp, or to the root. */
static int
namei_follow(struct nameidata *ndp, struct found *fo)
{
	char *buf;
	int error;

	if (ndp->ni_loopcnt++ >= MAXSYMLINKS)
		return ELOOP;
	if (fo->fo_dlocked) {
		VOP_UNLOCK(fo->fo_dvp);
		fo->fo_dlocked = false;
	}
	buf = PNBUF_GET();
	error = namei_readlink(ndp, fo->fo_vp, buf);
	if (error == 0)
		strlcpy(ndp->ni_pnbuf, buf, MAXPATHLEN);
	PNBUF_PUT(buf);
	if (error != 0)
		return error;
	vrele(fo->fo_vp);
	fo->fo_vp = NULL;
	ndp->ni_next = ndp->ni_pnbuf;
	if (ndp->ni_pnbuf[0] == '/') {
		vrele(fo->fo_dvp);
		fo->fo_dvp = namei_rootdir(ndp);
		vref(fo->fo_dvp);
		while (*ndp->ni_next == '/')
			ndp->ni_next++;
	}
	return 0;
}

/* What is wrong with changing a name that has no parent directory here. */
static int
namei_noparent(const struct componentname *cnp)
{

	switch (cnp->cn_nameiop) {
	case CREATE:
		if (cnp->cn_flags & NONEXCLHACK)
			return 0;
		return EEXIST;
	case DELETE:
	case RENAME:
		return EBUSY;
	default:
		return 0;
	}
}

/* Hand out the result with the locks that were asked for. */
static int
namei_finish(struct nameidata *ndp, struct found *fo)
{
	struct componentname *cnp = &ndp->ni_cnd;
	int error = 0;

	if (namei_wantparent(cnp) && fo->fo_dvp == NULL)
		error = namei_noparent(cnp);
	if (error == 0 && fo->fo_vp != NULL &&
	    (cnp->cn_flags & REQUIREDIR) != 0 && fo->fo_vp->v_type != VDIR)
		error = ENOTDIR;
	if (error == 0 && fo->fo_vp != NULL &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME) &&
	    (fo->fo_vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		error = EROFS;
	if (!namei_wantparent(cnp))
		namei_drop_parent(fo);
	if (error == 0 && (cnp->cn_flags & LOCKLEAF) != 0 &&
	    fo->fo_vp != NULL && !(fo->fo_dlocked && fo->fo_vp == fo->fo_dvp))
		error = vn_lock(fo->fo_vp, (cnp->cn_flags & LOCKSHARED) != 0 ?
		    LK_SHARED : LK_EXCLUSIVE);
	if (error != 0) {
		namei_drop(fo);
		return error;
	}
	ndp->ni_dvp = fo->fo_dvp;
	ndp->ni_vp = fo->fo_vp;
	return 0;
}

/* The path is nothing but slashes, or a link to such. */
static int
namei_root(struct nameidata *ndp, struct found *fo)
{

	ndp->ni_cnd.cn_flags |= ISLASTCN;
	ndp->ni_cnd.cn_nameptr = ndp->ni_next;
	ndp->ni_cnd.cn_namelen = 0;
	fo->fo_vp = fo->fo_dvp;
	fo->fo_dvp = NULL;
	return namei_finish(ndp, fo);
}

/* Name after name, from fo_dvp and ni_next on. */
static int
namei_walk(struct nameidata *ndp, struct found *fo)
{
	struct componentname *cnp = &ndp->ni_cnd;
	int error;

	for (;;) {
		if (*ndp->ni_next == '\0')
			return namei_root(ndp, fo);
		/* Others cannot even parse; a dead one says so when locked. */
		error = fo->fo_dvp->v_type != VDIR &&
		    fo->fo_dvp->v_type != VBAD ? ENOTDIR : 0;
		if (error == 0)
			error = namei_parse(ndp, fo->fo_dvp);
		if (error == 0)
			error = namei_once(ndp, fo);
		if (error == 0 && fo->fo_vp != NULL &&
		    namei_must_follow(cnp, fo->fo_vp)) {
			error = namei_follow(ndp, fo);
			if (error == 0)
				continue;
		}
		if (error == 0 && fo->fo_vp != NULL)
			error = namei_cross(ndp, fo);
		if (error != 0) {
			namei_drop(fo);
			return error;
		}
		if (cnp->cn_flags & ISLASTCN)
			return namei_finish(ndp, fo);
		KASSERT(fo->fo_vp != NULL);
		namei_drop_parent(fo);
		fo->fo_dvp = fo->fo_vp;
		fo->fo_vp = NULL;
	}
}

int
namei(struct nameidata *ndp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	struct found fo = { .fo_dvp = NULL };
	enum namei_walk walk;
	int error;

	KASSERT((cnp->cn_nameiop & ~OPMASK) == 0);
	KASSERT((cnp->cn_flags & OPMASK) == 0);
	ndp->ni_pnbuf = pathbuf_buffer(ndp->ni_pathbuf);
	ndp->ni_vp = ndp->ni_dvp = NULL;
	ndp->ni_loopcnt = 0;
	ndp->ni_rootdir = ndp->ni_erootdir = NULL;
	if (ndp->ni_pnbuf[0] == '\0')
		return ENOENT;

	walk = namei_fast(ndp, &fo.fo_dvp);
	if (walk == WALK_DONE) {
		if ((cnp->cn_flags & LOCKLEAF) == 0)
			return 0;
		error = vn_lock(ndp->ni_vp, (cnp->cn_flags & LOCKSHARED) ?
		    LK_SHARED : LK_EXCLUSIVE);
		if (error == 0)
			return 0;
		/* It died since: the slow way knows better. */
		vrele(ndp->ni_vp);
		ndp->ni_vp = NULL;
		walk = WALK_NONE;
	}
	if (walk != WALK_PART)
		fo.fo_dvp = namei_start(ndp);
	error = namei_walk(ndp, &fo);
	if (ndp->ni_rootdir != NULL)
		vrele(ndp->ni_rootdir);
	ndp->ni_rootdir = NULL;
	if (error != 0)
		ndp->ni_vp = ndp->ni_dvp = NULL;
	return error;
}

/*
 * Look the last name up again in its directory, which is locked exclusively
 * before and after.  *vpp is NULL if it is not there and may be created.
 */
int
relookup(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    int dummy)
{
	int error;

	KASSERT(cnp->cn_flags & ISLASTCN);
	*vpp = NULL;
	error = VOP_LOOKUP(dvp, vpp, cnp);
	if (error == EJUSTRETURN) {
		KASSERT(*vpp == NULL);
		return (dvp->v_mount->mnt_flag & MNT_RDONLY) ? EROFS : 0;
	}
	if (error != 0)
		return error;
	if ((cnp->cn_flags & LOCKLEAF) != 0 && *vpp != dvp) {
		error = vn_lock(*vpp, LK_EXCLUSIVE);
		if (error != 0) {
			vrele(*vpp);
			*vpp = NULL;
		}
	}
	return error;
}

int
nameiat(struct nameidata *ndp, struct vnode *at)
{

	NDAT(ndp, at);
	return namei(ndp);
}

/* The flags of the namei_simple calls: pointers, so that nobody mixes them. */
struct namei_simple_flags_type { uint32_t nsf_flags; };
static const struct namei_simple_flags_type nsf_nofollow = { NOFOLLOW };
static const struct namei_simple_flags_type nsf_follow = { FOLLOW };
const namei_simple_flags_t NSM_NOFOLLOW_NOEMULROOT = &nsf_nofollow;
const namei_simple_flags_t NSM_NOFOLLOW_TRYEMULROOT = &nsf_nofollow;
const namei_simple_flags_t NSM_FOLLOW_NOEMULROOT = &nsf_follow;
const namei_simple_flags_t NSM_FOLLOW_TRYEMULROOT = &nsf_follow;

int
nameiat_simple(struct vnode *at, struct pathbuf *pb,
    namei_simple_flags_t sflags, struct vnode **vpp)
{
	struct nameidata nd;
	int error;

	NDINIT(&nd, LOOKUP, sflags->nsf_flags, pb);
	NDAT(&nd, at);
	error = namei(&nd);
	*vpp = error == 0 ? nd.ni_vp : NULL;
	return error;
}

static int
namei_simple_seg(struct vnode *at, const char *path, enum uio_seg seg,
    namei_simple_flags_t sflags, struct vnode **vpp)
{
	struct pathbuf *pb;
	int error;

	*vpp = NULL;
	error = pathbuf_maybe_copyin(path, seg, &pb);
	if (error != 0)
		return error;
	error = nameiat_simple(at, pb, sflags, vpp);
	pathbuf_destroy(pb);
	return error;
}

int
nameiat_simple_kernel(struct vnode *at, const char *path,
    namei_simple_flags_t sflags, struct vnode **vpp)
{

	return namei_simple_seg(at, path, UIO_SYSSPACE, sflags, vpp);
}

int
nameiat_simple_user(struct vnode *at, const char *path,
    namei_simple_flags_t sflags, struct vnode **vpp)
{

	return namei_simple_seg(at, path, UIO_USERSPACE, sflags, vpp);
}

int
namei_simple_kernel(const char *path, namei_simple_flags_t sflags,
    struct vnode **vpp)
{

	return namei_simple_seg(NULL, path, UIO_SYSSPACE, sflags, vpp);
}

int
namei_simple_user(const char *path, namei_simple_flags_t sflags,
    struct vnode **vpp)
{

	return namei_simple_seg(NULL, path, UIO_USERSPACE, sflags, vpp);
}
