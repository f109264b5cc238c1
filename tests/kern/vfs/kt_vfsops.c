/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_vfsops: types of file systems, their operations, the list
 * of mounts, file handles, hooks of exporters.
 */
#include "kfs.h"

#include <sys/extattr.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/statvfs.h>
#include <sys/syscallargs.h>
#include <sys/vnode_impl.h>

void	rump_kt_types(void);
void	rump_kt_ops(void);
void	rump_kt_failing(void);
void	rump_kt_busy(void);
void	rump_kt_list(void);
void	rump_kt_fsid(void);
void	rump_kt_rootmount(void);
void	rump_kt_handles(void);
void	rump_kt_hooks(void);
void	rump_kt_extattr(void);
void	rump_kt_attributes(void);
void	rump_kt_lower(void);
void	rump_kt_fstrans(void);
void	rump_kt_lostroot(void);

static struct mount *
mount_at(const char *path)
{
	struct vnode *vp = kt_namei(path);
	struct mount *mp = vp->v_mount;

	vrele(vp);
	return mp;
}

void
rump_kt_types(void)
{
	static struct vfsops twin;
	struct vfsops *vfs;

	KT(vfs_getopsbyname("kfs") == NULL);
	KT_EQ(ESRCH, vfs_detach(&kfs_vfsops));
	KT_EQ(0, vfs_attach(&kfs_vfsops));
	KT_EQ(EEXIST, vfs_attach(&kfs_vfsops));
	twin = kfs_vfsops;
	KT_EQ(EEXIST, vfs_attach(&twin));
	KT_EQ(ESRCH, vfs_detach(&twin));	/* not the one attached */
	vfs = vfs_getopsbyname("kfs");
	KT(vfs == &kfs_vfsops);
	KT_EQ(EBUSY, vfs_detach(&kfs_vfsops));
	vfs_delref(vfs);
	KT_EQ(0, vfs_detach(&kfs_vfsops));
	KT_EQ(ESRCH, vfs_detach(&kfs_vfsops));
	KT_EQ(0, kfs_mount_on("/k", 0));
	KT_EQ(EBUSY, vfs_detach(&kfs_vfsops));
	vfs_reinit();
	KT_EQ(0, kfs_unmount_from("/k"));
	KT_EQ(0, vfs_detach(&kfs_vfsops));
	KT(makefstype("kfs") == makefstype("kfs"));
	KT(makefstype("kfs") != makefstype("ffs"));
}

/* Each VFS_ operation reaches the file system and its answer comes back. */
void
rump_kt_ops(void)
{
	struct quotactl_args *qa = NULL;
	struct statvfs *sb = kmem_zalloc(sizeof(*sb), KM_SLEEP);
	struct vnode *vp, *root;
	struct timespec ts;
	struct mount *mp;
	struct fid fid;
	size_t len = sizeof(fid);

	KT_EQ(0, kfs_mount_on("/k", 0));
	mp = mount_at("/k");
	KT_EQ(1, kfs_counts.kc_start);
	KT_EQ(0, VFS_ROOT(mp, LK_SHARED, &root));
	KT_EQ(LK_SHARED, VOP_ISLOCKED(root));
	KT(root->v_vflag & VV_ROOT);
	VOP_UNLOCK(root);
	KT_EQ(0, VFS_VGET(mp, 5, LK_EXCLUSIVE, &vp));
	KT_EQ(LK_EXCLUSIVE, VOP_ISLOCKED(vp));
	vput(vp);
	KT_EQ(ENOENT, VFS_VGET(mp, 5000, LK_EXCLUSIVE, &vp));
	KT_EQ(0, VFS_STATVFS(mp, sb));
	KT_EQ(KFS_NFILES, sb->f_files);
	kt_streq(sb->f_mntonname, "/k");
	kt_streq(sb->f_fstypename, "kfs");
	KT_EQ(0, VFS_SYNC(mp, MNT_WAIT, kauth_cred_get()));
	KT(kfs_counts.kc_sync > 0);
	KT_EQ(EOPNOTSUPP, VFS_QUOTACTL(mp, qa));
	KT_EQ(EOPNOTSUPP, VFS_VPTOFH(root, &fid, &len));
	KT_EQ(EOPNOTSUPP, VFS_FHTOVP(mp, &fid, LK_EXCLUSIVE, &vp));
	KT_EQ(EOPNOTSUPP, VFS_SNAPSHOT(mp, root, &ts));
	KT_EQ(0, VFS_SUSPENDCTL(mp, SUSPEND_SUSPEND));
	KT_EQ(FSTRANS_SUSPENDED, fstrans_getstate(mp));
	KT_EQ(0, VFS_SUSPENDCTL(mp, SUSPEND_RESUME));
	KT_EQ(FSTRANS_NORMAL, fstrans_getstate(mp));
	KT_EQ(EINVAL, VFS_SUSPENDCTL(mp, 99));
	KT_EQ(0, VFS_RENAMELOCK_ENTER(mp));
	KT(mutex_owned(mp->mnt_renamelock));
	VFS_RENAMELOCK_EXIT(mp);
	KT(!mutex_owned(mp->mnt_renamelock));
	KT_EQ(0, genfs_renamelock_enter(mp));
	KT(mutex_owned(mp->mnt_renamelock));
	genfs_renamelock_exit(mp);
	KT_EQ(EINVAL, genfs_suspendctl(mp, 99));
	KT_EQ(0, genfs_statvfs(mp, sb));
	vrele(root);
	kmem_free(sb, sizeof(*sb));
	kfs_unmount_error = EIO;
	KT_EQ(EIO, kfs_unmount_from("/k"));
	KT(mount_at("/k") == mp);
	kfs_unmount_error = 0;
	KT_EQ(0, kfs_unmount_from("/k"));
	KT(mount_at("/k") != mp);
}

/* A mount that fails leaves nothing behind, wherever it fails. */
void
rump_kt_failing(void)
{

	kfs_mount_error = ENXIO;
	KT_EQ(ENXIO, kfs_mount_on("/k", 0));
	kfs_mount_error = 0;
	KT_EQ(0, vfs_detach(&kfs_vfsops));
	kfs_start_error = ENODEV;
	KT_EQ(ENODEV, kfs_mount_on("/k", 0));
	kfs_start_error = 0;
	KT_EQ(0, vfs_detach(&kfs_vfsops));
	KT_EQ(EINVAL, kfs_mount_on("/k", MNT_EXPORTED));
	KT_EQ(0, kfs_mount_on("/k", 0));
	kfs_mount_error = EROFS;
	KT_EQ(EROFS, kfs_remount("/k", MNT_NOEXEC));
	KT_EQ(0, mount_at("/k")->mnt_flag & (MNT_NOEXEC | MNT_OP_FLAGS));
	kfs_mount_error = 0;
	KT_EQ(EOPNOTSUPP, kfs_remount("/k", MNT_RELOAD));
	KT_EQ(0, kfs_remount("/k", MNT_NOEXEC));
	KT_EQ(MNT_NOEXEC, mount_at("/k")->mnt_flag & MNT_NOEXEC);
	KT_EQ(0, kfs_unmount_from("/k"));
}

static struct mount *other_mp;

static void
other_busy(void *arg)
{

	*(int *)arg = vfs_trybusy(other_mp);
	if (*(int *)arg == 0)
		vfs_unbusy(other_mp);
	kthread_exit(0);
}

static int
trybusy_elsewhere(struct mount *mp)
{
	struct kt_threads kt;
	static int error;

	other_mp = mp;
	kt_start(&kt, 1, other_busy, &error);
	kt_join(&kt);
	return error;
}

void
rump_kt_busy(void)
{
	struct mount *mp;

	KT_EQ(0, kfs_mount_on("/k", 0));
	mp = mount_at("/k");
	KT_EQ(0, vfs_busy(mp));
	KT_EQ(1, fstrans_held(mp) != 0);
	KT_EQ(0, vfs_trybusy(mp));
	vfs_unbusy(mp);
	vfs_unbusy(mp);
	KT_EQ(0, fstrans_held(mp));
	KT_EQ(0, trybusy_elsewhere(mp));
	KT_EQ(0, vfs_suspend(mp, 0));
	KT_EQ(EBUSY, trybusy_elsewhere(mp));
	vfs_resume(mp);
	KT_EQ(0, trybusy_elsewhere(mp));
	vfs_ref(mp);
	KT_EQ(0, kfs_unmount_from("/k"));
	KT_EQ(ENOENT, vfs_busy(mp));
	KT_EQ(ENOENT, vfs_trybusy(mp));
	vfs_rele(mp);
}

static u_int
count(struct mount *(*next)(mount_iterator_t *), struct mount *want,
    u_int *nwant)
{
	mount_iterator_t *iter;
	struct mount *mp;
	u_int n = 0;

	*nwant = 0;
	mountlist_iterator_init(&iter);
	while ((mp = (*next)(iter)) != NULL) {
		KT(fstrans_held(mp));
		n++;
		if (mp == want)
			++*nwant;
	}
	mountlist_iterator_destroy(iter);
	return n;
}

void
rump_kt_list(void)
{
	mount_iterator_t *iter;
	struct mount *mp, *root = rootvnode->v_mount;
	u_int n, found;

	n = count(mountlist_iterator_next, root, &found);
	KT_EQ(1, found);
	KT_EQ(0, kfs_mount_on("/k", 0));
	mp = mount_at("/k");
	KT_EQ(n + 1, count(mountlist_iterator_next, mp, &found));
	KT_EQ(1, found);
	KT_EQ(n + 1, count(mountlist_iterator_trynext, mp, &found));
	KT(_mountlist_next(NULL) == root);
	KT(_mountlist_next(root) == mp);
	KT(_mountlist_next(mp) == NULL);
	/* one that goes while somebody walks is passed over */
	mountlist_iterator_init(&iter);
	KT(mountlist_iterator_next(iter) == root);
	KT_EQ(0, kfs_unmount_from("/k"));
	KT(mountlist_iterator_next(iter) == NULL);
	KT_EQ(0, fstrans_held(root));
	mountlist_iterator_destroy(iter);
	/* given up in the middle, the mount is not kept */
	mountlist_iterator_init(&iter);
	KT(mountlist_iterator_next(iter) == root);
	mountlist_iterator_destroy(iter);
	KT_EQ(0, fstrans_held(root));
}

void
rump_kt_fsid(void)
{
	struct mount *mp;
	fsid_t id, first;

	KT_EQ(0, kfs_mount_on("/k", 0));
	mp = mount_at("/k");
	first = mp->mnt_stat.f_fsidx;
	KT_EQ(first.__fsid_val[0], (int)mp->mnt_stat.f_fsid);
	KT_EQ(makefstype("kfs"), first.__fsid_val[1]);
	KT(vfs_getvfs(&first) == mp);
	vfs_rele(mp);
	vfs_getnewfsid(mp);
	id = mp->mnt_stat.f_fsidx;
	KT(id.__fsid_val[0] != first.__fsid_val[0]);
	KT(vfs_getvfs(&first) == NULL);
	KT(vfs_getvfs(&id) == mp);
	vfs_rele(mp);
	KT_EQ(0, kfs_unmount_from("/k"));
	KT(vfs_getvfs(&id) == NULL);
}

void
rump_kt_rootmount(void)
{
	struct mount *mp = NULL;
	struct vnode *vp;

	KT_EQ(ENODEV, vfs_rootmountalloc("nosuchfs", "dev", &mp));
	KT(mp == NULL);
	KT_EQ(0, vfs_attach(&kfs_vfsops));
	KT_EQ(0, vfs_rootmountalloc("kfs", "kdev", &mp));
	KT_EQ(MNT_RDONLY, mp->mnt_flag);
	kt_streq(mp->mnt_stat.f_mntonname, "/");
	kt_streq(mp->mnt_stat.f_mntfromname, "kdev");
	KT(fstrans_held(mp));
	vfs_unbusy(mp);
	vfs_rele(mp);
	KT(kfs_vfsops.vfs_refcount == 0);

	vp = kt_namei("/k");
	vfs_getopsbyname("kfs");
	mp = vfs_mountalloc(&kfs_vfsops, vp);
	KT(mp->mnt_op == &kfs_vfsops && mp->mnt_vnodecovered == vp);
	KT(vfs_novnodes(mp));
	vfs_rele(mp);
	vrele(vp);
	KT_EQ(0, vfs_detach(&kfs_vfsops));
}

/* A handle leads back to the file, and only to that. */
void
rump_kt_handles(void)
{
	struct vnode *vp = kt_namei("/t/f"), *got;
	fhandle_t *fh, *bad, *copy;
	size_t size = 0, room;

	KT_EQ(E2BIG, vfs_composefh(vp, NULL, &size));
	KT(size >= FHANDLE_SIZE_MIN && size <= FHANDLE_SIZE_MAX);
	KT_EQ(0, vfs_composefh_alloc(vp, &fh));
	KT_EQ(size, FHANDLE_SIZE(fh));
	bad = kmem_zalloc(size, KM_SLEEP);
	room = size;
	KT_EQ(0, vfs_composefh(vp, bad, &room));
	KT_EQ(size, room);
	KT(memcmp(bad, fh, size) == 0);
	KT_EQ(0, vfs_fhtovp(fh, &got));
	KT(got == vp);
	KT_EQ(LK_EXCLUSIVE, VOP_ISLOCKED(got));
	vput(got);
	/* sizes that lie, as they come from programs */
	KT_EQ(0, vfs_copyinfh_alloc(fh, size, &copy));
	KT(memcmp(copy, fh, size) == 0);
	vfs_copyinfh_free(copy);
	KT_EQ(EINVAL, vfs_copyinfh_alloc(fh, FHANDLE_SIZE_MIN - 1, &copy));
	KT_EQ(EINVAL, vfs_copyinfh_alloc(fh, FHANDLE_SIZE_MAX + 1, &copy));
	KT(copy == NULL);
	bad->fh_fid.fid_len += 8;
	KT_EQ(EINVAL, vfs_copyinfh_alloc(bad, size, &copy));
	bad->fh_fid.fid_len = 0;
	KT(vfs_fhtovp(bad, &got) != 0);
	memcpy(bad, fh, size);
	bad->fh_fsid.__fsid_val[0] ^= 0x5555;
	KT_EQ(ESTALE, vfs_fhtovp(bad, &got));
	KT(got == NULL);
	vrele(vp);
	kmem_free(bad, size);
	vfs_composefh_free(fh);
}

static struct mount *hook_mp;
static int hook_unmounts, hook_reexports, hook_answer;

static void
hook_unmount(struct mount *mp)
{

	hook_mp = mp;
	hook_unmounts++;
}

static int
hook_reexport(struct mount *mp, const char *path, void *data)
{

	KT(data != NULL);
	kt_streq(path, "/k");
	hook_mp = mp;
	hook_reexports++;
	return hook_answer;
}

/* An exporter hears of unmounts, and of remounts the type does not want. */
void
rump_kt_hooks(void)
{
	static struct vfs_hooks vh = {
		.vh_unmount = hook_unmount, .vh_reexport = hook_reexport
	}, blind;
	struct mount *mp;

	KT_EQ(ESRCH, vfs_hooks_detach(&vh));
	KT_EQ(0, kfs_mount_on("/k", 0));
	mp = mount_at("/k");
	KT_EQ(EJUSTRETURN, vfs_hooks_reexport(mp, "/k", &vh));
	KT_EQ(0, vfs_hooks_attach(&vh));
	KT_EQ(0, vfs_hooks_attach(&blind));

	/* the file system is content: nobody else is asked */
	KT_EQ(0, kfs_remount("/k", 0));
	KT_EQ(0, hook_reexports);
	kfs_mount_error = EINVAL;
	hook_answer = EJUSTRETURN;
	KT_EQ(EINVAL, kfs_remount("/k", 0));
	KT_EQ(1, hook_reexports);
	KT(hook_mp == mp);
	hook_answer = EPERM;
	KT_EQ(EPERM, kfs_remount("/k", 0));
	hook_answer = 0;
	KT_EQ(0, kfs_remount("/k", MNT_NOEXEC | MNT_RDONLY));
	KT_EQ(3, hook_reexports);
	KT_EQ(0, mp->mnt_flag & (MNT_NOEXEC | MNT_RDONLY));
	kfs_mount_error = 0;

	hook_mp = NULL;
	KT_EQ(0, kfs_unmount_from("/k"));
	KT_EQ(1, hook_unmounts);
	KT(hook_mp == mp);
	vfs_hooks_unmount(NULL);
	KT_EQ(2, hook_unmounts);
	KT_EQ(0, vfs_hooks_detach(&vh));
	KT_EQ(0, vfs_hooks_detach(&blind));
	KT_EQ(0, kfs_mount_on("/k", 0));
	KT_EQ(0, kfs_unmount_from("/k"));
	KT_EQ(2, hook_unmounts);
}

/* MNT_EXTATTR starts them and stops them; the flag tells whether they run. */
void
rump_kt_extattr(void)
{
	struct vnode *vp;
	struct mount *mp;

	KT_EQ(0, kfs_mount_on("/k", 0));
	mp = mount_at("/k");
	KT_EQ(0, kfs_counts.kc_extattr);
	KT_EQ(0, kfs_remount("/k", MNT_EXTATTR));
	KT_EQ(1, kfs_counts.kc_extattr);
	KT_EQ(EXTATTR_CMD_START, kfs_counts.kc_extattr_cmd);
	KT_EQ(0, kfs_remount("/k", MNT_EXTATTR));
	KT_EQ(1, kfs_counts.kc_extattr);
	kfs_extattr_error = EIO;
	KT_EQ(0, kfs_remount("/k", 0));
	KT_EQ(2, kfs_counts.kc_extattr);
	KT_EQ(EXTATTR_CMD_STOP, kfs_counts.kc_extattr_cmd);
	KT_EQ(MNT_EXTATTR, mp->mnt_flag & MNT_EXTATTR);
	kfs_extattr_error = 0;
	KT_EQ(0, kfs_remount("/k", 0));
	KT_EQ(0, mp->mnt_flag & MNT_EXTATTR);
	KT_EQ(0, kfs_unmount_from("/k"));

	kfs_extattr_error = EIO;
	KT_EQ(0, kfs_mount_on("/k", MNT_EXTATTR));
	KT_EQ(4, kfs_counts.kc_extattr);
	KT_EQ(0, mount_at("/k")->mnt_flag & MNT_EXTATTR);
	KT_EQ(EIO, VFS_EXTATTRCTL(mount_at("/k"), EXTATTR_CMD_START, NULL, 0,
	    NULL));
	kfs_extattr_error = 0;
	KT_EQ(0, kfs_unmount_from("/k"));

	/* the default lets go of the file it was given locked */
	vp = kt_namei("/t/f");
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(EOPNOTSUPP, vfs_stdextattrctl(vp->v_mount, EXTATTR_CMD_START,
	    vp, 0, NULL));
	KT_EQ(LK_NONE, VOP_ISLOCKED(vp));
	vrele(vp);
}

/* vattr(9): what a caller does not set, the file system leaves. */
void
rump_kt_attributes(void)
{
	struct vattr va;
	struct vnode *vp = kt_namei("/t/f");

	memset(&va, 0x55, sizeof(va));
	vattr_null(&va);
	KT(va.va_type == VNON);
	KT(va.va_mode == (mode_t)VNOVAL && va.va_nlink == (nlink_t)VNOVAL);
	KT(va.va_uid == (uid_t)VNOVAL && va.va_gid == (gid_t)VNOVAL);
	KT(va.va_size == (u_quad_t)VNOVAL && va.va_bytes == (u_quad_t)VNOVAL);
	KT(va.va_atime.tv_sec == VNOVAL && va.va_mtime.tv_nsec == VNOVAL);
	KT(va.va_birthtime.tv_sec == VNOVAL);
	KT_EQ(0, va.va_vaflags);
	KT(va.va_flags == VNOVALFLAGS);
	va.va_mode = 0640;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, VOP_SETATTR(vp, &va, kauth_cred_get()));
	KT_EQ(0, VOP_GETATTR(vp, &va, kauth_cred_get()));
	KT_EQ(0640, va.va_mode);
	KT_EQ(4, va.va_size);
	/* what nobody can set */
	vattr_null(&va);
	va.va_fileid = 1;
	KT_EQ(EINVAL, VOP_SETATTR(vp, &va, kauth_cred_get()));
	vattr_null(&va);
	va.va_nlink = 1;
	KT_EQ(EINVAL, VOP_SETATTR(vp, &va, kauth_cred_get()));
	vput(vp);
}

void
rump_kt_lower(void)
{
	struct mount *mp, *low = mount_at("/t");

	KT_EQ(0, kfs_mount_on("/k", 0));
	mp = mount_at("/k");
	KT(mp->mnt_lower == NULL);
	KT_EQ(0, vfs_set_lowermount(mp, low));
	KT_EQ(0, vfs_set_lowermount(mp, low));
	KT(mp->mnt_lower == low);
	KT_EQ(0, vfs_busy(mp));
	KT(fstrans_held(low));
	vfs_unbusy(mp);
	KT_EQ(0, fstrans_held(low));
	KT_EQ(0, vfs_set_lowermount(mp, NULL));
	KT_EQ(0, kfs_unmount_from("/k"));
}

static int cow_calls, cow_answer;

static int
cow(void *arg, struct buf *bp, bool valid)
{

	KT(arg == &cow_calls);
	cow_calls++;
	return cow_answer;
}

/* fstrans(9): transactions nest and count; suspension has an owner. */
void
rump_kt_fstrans(void)
{
	struct mount *mp = mount_at("/t");

	KT_EQ(0, fstrans_held(mp));
	fstrans_start(mp);
	fstrans_start_lazy(mp);
	KT_EQ(0, fstrans_start_nowait(mp));
	KT(fstrans_held(mp));
	fstrans_done(mp);
	fstrans_done(mp);
	KT(fstrans_held(mp));
	fstrans_done(mp);
	KT_EQ(0, fstrans_held(mp));
	KT_EQ(0, fstrans_is_owner(mp));
	KT_EQ(0, vfs_suspend(mp, 0));
	KT(fstrans_is_owner(mp));
	KT_EQ(EBUSY, trybusy_elsewhere(mp));
	KT_EQ(0, fstrans_start_nowait(mp));	/* the owner may */
	fstrans_done(mp);
	KT_EQ(0, fstrans_setstate(mp, FSTRANS_NORMAL));
	KT_EQ(FSTRANS_NORMAL, fstrans_getstate(mp));
	KT_EQ(0, fstrans_setstate(mp, FSTRANS_SUSPENDING));
	KT_EQ(FSTRANS_SUSPENDING, fstrans_getstate(mp));
	KT_EQ(0, fstrans_setstate(mp, FSTRANS_SUSPENDED));
	vfs_resume(mp);
	KT_EQ(0, fstrans_is_owner(mp));

	KT_EQ(EINVAL, fscow_disestablish(mp, cow, &cow_calls));
	KT_EQ(0, fscow_establish(mp, cow, &cow_calls));
	KT_EQ(EINVAL, fscow_disestablish(mp, cow, NULL));
	KT_EQ(0, fscow_disestablish(mp, cow, &cow_calls));
	KT_EQ(0, cow_calls);
}

static int
unmount_with(const char *path, int flags)
{
	struct sys_unmount_args args;
	register_t rv;

	SCARG(&args, path) = path;
	SCARG(&args, flags) = flags;
	return sys_unmount(curlwp, &args, &rv);
}

/* A root that cannot be read any more: with force the mount's name will do. */
void
rump_kt_lostroot(void)
{

	KT_EQ(0, vfs_attach(&kfs_vfsops));
	KT_EQ(0, kfs_mount_on("/k", 0));
	kfs_root_error = EIO;
	KT_EQ(EIO, unmount_with("/k", 0));
	KT_EQ(EIO, unmount_with("/k/1", MNT_FORCE));
	KT_EQ(ENOENT, unmount_with("/none", MNT_FORCE));
	KT_EQ(0, unmount_with("/k", MNT_FORCE));
	kfs_root_error = 0;
	KT_EQ(EINVAL, unmount_with("/k", MNT_FORCE));
	KT_EQ(0, vfs_detach(&kfs_vfsops));
}
