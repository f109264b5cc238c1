/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounts: making, finding and freeing struct mount, the list of them and its
 * iterators.  mount_domount() and dounmount() are in vfs_mountsub.c.
 *
 * A mount is referenced by the mount list, by each of its vnodes and by
 * whoever calls vfs_ref().  vfs_busy() keeps it from being unmounted.
 *
 * Lock order: mnt_updating, then mountlist_lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/filedesc.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"

/* An element of the list is a mount or the place of an iterator. */
struct mountlist_entry {
	TAILQ_ENTRY(mountlist_entry) me_list;	/* mountlist_lock */
	struct mount	*me_mount;		/* NULL: a marker */
};

struct mount_iterator {
	struct mountlist_entry mi_entry;
	struct mount	*mi_busy;	/* returned last; busy */
};

static TAILQ_HEAD(, mountlist_entry) mountlist =
    TAILQ_HEAD_INITIALIZER(mountlist);
kmutex_t		mountlist_lock;
/* Consulted by file systems that unmount by force; they declare it. */
extern int	doforce;
int		doforce = 1;

static u_int		fsid_next;	/* atomic */

void
vfs_mount_sysinit(void)
{

	mutex_init(&mountlist_lock, MUTEX_DEFAULT, IPL_NONE);
}

static struct vnode_lane *
lanes_alloc(void)
{
	struct vnode_lane *lanes;
	u_int i;

	lanes = kmem_zalloc(VLANES * sizeof(*lanes), KM_SLEEP);
	for (i = 0; i < VLANES; i++) {
		mutex_init(&lanes[i].vn_lock, MUTEX_DEFAULT, IPL_NONE);
		TAILQ_INIT(&lanes[i].vn_list);
	}
	return lanes;
}

static void
lanes_free(struct vnode_lane *lanes)
{
	u_int i;

	for (i = 0; i < VLANES; i++)
		mutex_destroy(&lanes[i].vn_lock);
	kmem_free(lanes, VLANES * sizeof(*lanes));
}

/* Are there none at the moment? */
bool
vfs_novnodes(const struct mount *mp)
{
	u_int i;

	for (i = 0; i < VLANES; i++)
		if (atomic_load_relaxed(&mp->mnt_lanes[i].vn_count) != 0)
			return false;
	return true;
}

/* A mount with one reference; takes over one use of the type. */
struct mount *
vfs_mountalloc(struct vfsops *vfsops, struct vnode *vp)
{
	struct mount *mp;

	mp = kmem_zalloc(sizeof(*mp), KM_SLEEP);
	mp->mnt_op = vfsops;
	mp->mnt_refcnt = 1;
	mp->mnt_vnodecovered = vp;
	mp->mnt_updating = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mp->mnt_renamelock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mp->mnt_lanes = lanes_alloc();
	fstrans_mount(mp);
	return mp;
}

/* For the root file system: a mount of a type, read-only to begin with. */
int
vfs_rootmountalloc(const char *fstypename, const char *devname,
    struct mount **mpp)
{
	struct vfsops *vfsops;
	struct mount *mp;

	vfsops = vfs_getopsbyname(fstypename);
	if (vfsops == NULL)
		return ENODEV;
	mp = vfs_mountalloc(vfsops, NULL);
	mutex_enter(mp->mnt_updating);
	(void)vfs_busy(mp);
	mp->mnt_flag = MNT_RDONLY;
	strlcpy(mp->mnt_stat.f_fstypename, vfsops->vfs_name,
	    sizeof(mp->mnt_stat.f_fstypename));
	strlcpy(mp->mnt_stat.f_mntonname, "/",
	    sizeof(mp->mnt_stat.f_mntonname));
	strlcpy(mp->mnt_stat.f_mntfromname, devname,
	    sizeof(mp->mnt_stat.f_mntfromname));
	mutex_exit(mp->mnt_updating);
	*mpp = mp;
	return 0;
}

void
vfs_ref(struct mount *mp)
{

	KASSERT(atomic_load_relaxed(&mp->mnt_refcnt) > 0);
	atomic_inc_uint(&mp->mnt_refcnt);
}

/* For callers that found the mount without owning a reference. */
bool
vfs_tryref(struct mount *mp)
{
	u_int n = atomic_load_relaxed(&mp->mnt_refcnt), seen;

	while (n != 0) {
		seen = atomic_cas_uint(&mp->mnt_refcnt, n, n + 1);
		if (seen == n)
			return true;
		n = seen;
	}
	return false;
}

void
vfs_rele(struct mount *mp)
{

	KASSERT(atomic_load_relaxed(&mp->mnt_refcnt) > 0);
	membar_release();
	if (atomic_dec_uint_nv(&mp->mnt_refcnt) > 0)
		return;
	membar_acquire();

	KASSERT(vfs_novnodes(mp));
	pserialize_perform(vfs_psz);
	mutex_obj_free(mp->mnt_updating);
	mutex_obj_free(mp->mnt_renamelock);
	lanes_free(mp->mnt_lanes);
	vfs_set_lowermount(mp, NULL);
	fstrans_unmount(mp);
	if (mp->mnt_op != NULL)
		vfs_delref(mp->mnt_op);
	kmem_free(mp, sizeof(*mp));
}

/* Keep the mount mounted; ENOENT if it already is not. */
int
vfs_busy(struct mount *mp)
{

	fstrans_start(mp);
	if (__predict_false((atomic_load_relaxed(&mp->mnt_iflag) &
	    IMNT_GONE) != 0)) {
		fstrans_done(mp);
		return ENOENT;
	}
	return 0;
}

/* As vfs_busy(), but EBUSY instead of waiting. */
int
vfs_trybusy(struct mount *mp)
{

	if (fstrans_start_nowait(mp) != 0)
		return EBUSY;
	if (atomic_load_relaxed(&mp->mnt_iflag) & IMNT_GONE) {
		fstrans_done(mp);
		return ENOENT;
	}
	return 0;
}

void
vfs_unbusy(struct mount *mp)
{

	fstrans_done(mp);
}

/*
 * A layer: transactions on mp count on the mount below, till mp is no more, as
 * each has to end where it began.
 */
int
vfs_set_lowermount(struct mount *mp, struct mount *lowermp)
{
	struct mount *oldmp = mp->mnt_lower;
	int error;

	if (lowermp == oldmp)
		return 0;
	if (lowermp != NULL) {
		error = vfs_busy(lowermp);
		if (error != 0)
			return error;
		vfs_ref(lowermp);
	}
	mp->mnt_lower = lowermp;
	if (lowermp != NULL)
		vfs_unbusy(lowermp);
	if (oldmp != NULL)
		vfs_rele(oldmp);
	return 0;
}

/* An identifier nobody else has. */
void
vfs_getnewfsid(struct mount *mp)
{
	long type = makefstype(mp->mnt_op->vfs_name);
	u_int n = atomic_inc_uint_nv(&fsid_next);

	mp->mnt_stat.f_fsidx.__fsid_val[0] =
	    makedev(255 - (type & 63), n & 0xffff);
	mp->mnt_stat.f_fsidx.__fsid_val[1] = type;
	mp->mnt_stat.f_fsid = mp->mnt_stat.f_fsidx.__fsid_val[0];
}

void
mountlist_append(struct mount *mp)
{
	struct mountlist_entry *me;

	me = kmem_zalloc(sizeof(*me), KM_SLEEP);
	me->me_mount = mp;
	mutex_enter(&mountlist_lock);
	TAILQ_INSERT_TAIL(&mountlist, me, me_list);
	mutex_exit(&mountlist_lock);
}

void
mountlist_remove(struct mount *mp)
{
	struct mountlist_entry *me;

	mutex_enter(&mountlist_lock);
	TAILQ_FOREACH(me, &mountlist, me_list)
		if (me->me_mount == mp)
			break;
	if (me == NULL)
		panic("mountlist_remove: mount %p is not listed", mp);
	TAILQ_REMOVE(&mountlist, me, me_list);
	mutex_exit(&mountlist_lock);
	kmem_free(me, sizeof(*me));
}

void
mountlist_iterator_init(mount_iterator_t **mip)
{
	struct mount_iterator *mi;

	mi = kmem_zalloc(sizeof(*mi), KM_SLEEP);
	mutex_enter(&mountlist_lock);
	TAILQ_INSERT_HEAD(&mountlist, &mi->mi_entry, me_list);
	mutex_exit(&mountlist_lock);
	*mip = mi;
}

void
mountlist_iterator_destroy(mount_iterator_t *mi)
{

	if (mi->mi_busy != NULL)
		vfs_unbusy(mi->mi_busy);
	mutex_enter(&mountlist_lock);
	TAILQ_REMOVE(&mountlist, &mi->mi_entry, me_list);
	mutex_exit(&mountlist_lock);
	kmem_free(mi, sizeof(*mi));
}

/* Move the marker behind the next mount; that mount, referenced. */
static struct mount *
mountlist_step(mount_iterator_t *mi)
{
	struct mountlist_entry *me;
	struct mount *mp = NULL;

	mutex_enter(&mountlist_lock);
	me = &mi->mi_entry;
	do
		me = TAILQ_NEXT(me, me_list);
	while (me != NULL && me->me_mount == NULL);
	TAILQ_REMOVE(&mountlist, &mi->mi_entry, me_list);
	if (me != NULL) {
		TAILQ_INSERT_AFTER(&mountlist, me, &mi->mi_entry, me_list);
		mp = me->me_mount;
		vfs_ref(mp);
	} else
		TAILQ_INSERT_TAIL(&mountlist, &mi->mi_entry, me_list);
	mutex_exit(&mountlist_lock);
	return mp;
}

static struct mount *
mountlist_next(mount_iterator_t *mi, int (*busy)(struct mount *))
{
	struct mount *mp;
	int error;

	if (mi->mi_busy != NULL) {
		vfs_unbusy(mi->mi_busy);
		mi->mi_busy = NULL;
	}
	while ((mp = mountlist_step(mi)) != NULL) {
		error = (*busy)(mp);
		vfs_rele(mp);
		if (error == 0) {
			mi->mi_busy = mp;
			return mp;
		}
	}
	return NULL;
}

/* The next mount, busy until the next call. */
struct mount *
mountlist_iterator_next(mount_iterator_t *mi)
{

	return mountlist_next(mi, vfs_busy);
}

struct mount *
mountlist_iterator_trynext(mount_iterator_t *mi)
{

	return mountlist_next(mi, vfs_trybusy);
}

/* For debuggers: the mount after mp, the first for NULL; no references. */
struct mount *
_mountlist_next(struct mount *mp)
{
	struct mountlist_entry *me;
	bool found = mp == NULL;

	TAILQ_FOREACH(me, &mountlist, me_list) {
		if (me->me_mount == NULL)
			continue;
		if (found)
			return me->me_mount;
		found = me->me_mount == mp;
	}
	return NULL;
}

/* The mount with an identifier, referenced. */
struct mount *
vfs_getvfs(fsid_t *fsid)
{
	mount_iterator_t *iter;
	struct mount *mp;

	mountlist_iterator_init(&iter);
	while ((mp = mountlist_iterator_next(iter)) != NULL)
		if (memcmp(&mp->mnt_stat.f_fsidx, fsid, sizeof(*fsid)) == 0) {
			vfs_ref(mp);
			break;
		}
	mountlist_iterator_destroy(iter);
	return mp;
}

/* One name of struct statvfs, from user or kernel memory. */
static int
statvfs_name(char *dst, const char *src, int seg)
{
	size_t len = _VFS_MNAMELEN - 1, done;
	int error;

	if (src == NULL)
		return 0;
	error = (seg == UIO_USERSPACE ? copyinstr : copystr)(src, dst, len,
	    &done);
	if (error == ENAMETOOLONG)
		error = 0;
	dst[len] = '\0';
	return error;
}

/* The name of the caller's root directory, "" outside of a chroot. */
static int
statvfs_rootname(char *dst, struct lwp *l)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	char *path, *bp;
	int error = 0;

	dst[0] = '\0';
	if (cwdi == NULL || cwdi->cwdi_rdir == NULL)
		return 0;
	path = PNBUF_GET();
	bp = path + MAXPATHLEN;
	*--bp = '\0';
	rw_enter(&cwdi->cwdi_lock, RW_READER);
	error = getcwd_common(cwdi->cwdi_rdir, rootvnode, &bp, path,
	    MAXPATHLEN / 2, 0, l);
	rw_exit(&cwdi->cwdi_lock);
	if (error == 0 && strcmp(bp, "/") != 0)
		strlcpy(dst, bp, _VFS_MNAMELEN);
	PNBUF_PUT(path);
	return error;
}

/*
 * Fill in the names a mount is known by, as a file system's mount routine
 * does; a mount point inside of a chroot gets its full name.
 */
int
set_statvfs_info(const char *onp, int ukon, const char *fromp, int ukfrom,
    const char *vfsname, struct mount *mp, struct lwp *l)
{
	struct statvfs *sfs = &mp->mnt_stat;
	char *name;
	int error;

	strlcpy(sfs->f_fstypename, vfsname, sizeof(sfs->f_fstypename));
	if (onp != NULL) {
		name = kmem_zalloc(_VFS_MNAMELEN, KM_SLEEP);
		memset(sfs->f_mntonname, 0, sizeof(sfs->f_mntonname));
		error = statvfs_rootname(sfs->f_mntonname, l);
		if (error == 0)
			error = statvfs_name(name, onp, ukon);
		if (error == 0)
			strlcat(sfs->f_mntonname, name, _VFS_MNAMELEN);
		kmem_free(name, _VFS_MNAMELEN);
		if (error != 0)
			return error;
	}
	if (fromp != NULL) {
		memset(sfs->f_mntfromname, 0, sizeof(sfs->f_mntfromname));
		return statvfs_name(sfs->f_mntfromname, fromp, ukfrom);
	}
	return 0;
}

/* What a file system's statvfs copies from its mount. */
void
copy_statvfs_info(struct statvfs *sbp, const struct mount *mp)
{
	const struct statvfs *mbp = &mp->mnt_stat;

	if (sbp == mbp)
		return;
	sbp->f_fsidx = mbp->f_fsidx;
	sbp->f_fsid = mbp->f_fsid;
	sbp->f_owner = mbp->f_owner;
	sbp->f_flag = mbp->f_flag;
	sbp->f_namemax = mbp->f_namemax;
	sbp->f_namemax = mbp->f_namemax;
	sbp->f_syncwrites = mbp->f_syncwrites;
	sbp->f_asyncwrites = mbp->f_asyncwrites;
	sbp->f_syncreads = mbp->f_syncreads;
	sbp->f_asyncreads = mbp->f_asyncreads;
	memcpy(sbp->f_spare, mbp->f_spare, sizeof(mbp->f_spare));
	memcpy(sbp->f_fstypename, mbp->f_fstypename,
	    sizeof(sbp->f_fstypename));
	memcpy(sbp->f_mntonname, mbp->f_mntonname, sizeof(sbp->f_mntonname));
	memcpy(sbp->f_mntfromname, mbp->f_mntfromname,
	    sizeof(sbp->f_mntfromname));
	memcpy(sbp->f_mntfromlabel, mbp->f_mntfromlabel,
	    sizeof(sbp->f_mntfromlabel));
}

void
vfs_mount_print(struct mount *mp, int full, void (*pr)(const char *, ...))
{
	const struct statvfs *st = &mp->mnt_stat;
	struct vnode_lane *vn;
	struct vnode_impl *vip;

	(*pr)("mount %p: %s on %s type %s, flags 0x%x, iflags 0x%x, "
	    "references %u\n", mp, st->f_mntfromname, st->f_mntonname,
	    st->f_fstypename, mp->mnt_flag, mp->mnt_iflag, mp->mnt_refcnt);
	(*pr)("blocks of %lu: %ju, %ju free; files %ju, %ju free\n",
	    st->f_frsize, (uintmax_t)st->f_blocks, (uintmax_t)st->f_bfree,
	    (uintmax_t)st->f_files, (uintmax_t)st->f_ffree);
	if (!full)
		return;
	for (vn = mp->mnt_lanes; vn < mp->mnt_lanes + VLANES; vn++) {
		mutex_enter(&vn->vn_lock);
		TAILQ_FOREACH(vip, &vn->vn_list, vi_mntvnodes)
			(*pr)("vnode %p, state %d, uses %d\n",
			    VIMPL_TO_VNODE(vip), vip->vi_state,
			    vrefcnt(VIMPL_TO_VNODE(vip)));
		mutex_exit(&vn->vn_lock);
	}
}
