/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting a volume, and changing a mount between read-only and writing.
 *
 * A volume mounted for writing is marked as in use on disk at once and as
 * clean again by the last act of unmounting, unless it was not clean to
 * begin with: only a checker may call it clean then.
 */

#include "ext2.h"

#include <sys/conf.h>
#include <sys/device.h>
#include <sys/proc.h>
#include <miscfs/specfs/specdev.h>

/* What mount(2) hands over: NetBSD's struct ufs_args. */
struct ext2_mountargs {
	char	*fspec;			/* block device */
};

CTASSERT(sizeof(struct ext2_mountargs) == EXT2_MOUNTARGS_SIZE);

static struct ext2_mount *
ext2_mount_create(struct mount *mp, struct vnode *devvp)
{
	struct ext2_mount *em;
	u_int i;

	em = kmem_zalloc(sizeof(*em), KM_SLEEP);
	em->em_sb = kmem_alloc(sizeof(*em->em_sb), KM_SLEEP);
	em->em_mp = mp;
	em->em_devvp = devvp;
	em->em_dev = devvp->v_rdev;
	strlcpy(em->em_name, mp->mnt_stat.f_mntfromname,
	    sizeof(em->em_name));
	mutex_init(&em->em_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&em->em_commitlock, MUTEX_DEFAULT, IPL_NONE);
	ext2_gate_init(em);
	for (i = 0; i < EXT2_NPENDLOCKS; i++)
		mutex_init(&em->em_pendlocks[i].pl_lock, MUTEX_DEFAULT,
		    IPL_NONE);
	cv_init(&em->em_cv, "ext2ino");
	callout_init(&em->em_watchco, CALLOUT_MPSAFE);
	callout_setfunc(&em->em_watchco, ext2_log_watch, em);
	SLIST_INIT(&em->em_pendlist[EXT2_PEND_NEW]);
	SLIST_INIT(&em->em_pendlist[EXT2_PEND_OLD]);
	return em;
}

/*
 * Give up what ext2_mount_create() made, and the groups.
 */
void
ext2_mount_destroy(struct ext2_mount *em)
{
	u_int i;

	ext2_log_abandon(em);
	if (em->em_journal != NULL)
		ext2_journal_free(em->em_journal);
	if (em->em_groups != NULL) {
		ext2_gate_close(em);
		ext2_pend_rotate(em);
		ext2_gate_open(em);
		ext2_pend_drop(em);
	}
	ext2_groups_free(em);
	callout_destroy(&em->em_watchco);
	cv_destroy(&em->em_cv);
	for (i = 0; i < EXT2_NPENDLOCKS; i++)
		mutex_destroy(&em->em_pendlocks[i].pl_lock);
	ext2_gate_destroy(em);
	mutex_destroy(&em->em_commitlock);
	mutex_destroy(&em->em_lock);
	ext2_newblocks_free(em->em_newblocks, em->em_maxnewblocks);
	kmem_free(em->em_sb, sizeof(*em->em_sb));
	kmem_free(em, sizeof(*em));
}

/* Tell what the superblock says about the volume's health. */
static void
ext2_warn_state(struct ext2_mount *em)
{
	const uint16_t state = le16toh(em->em_sb->s_state);

	if (EXT2_HAS_I(em, RECOVER) && em->em_journal == NULL)
		ext2_warn(em, "journal needs recovery: read as it is, "
		    "without what the journal holds");
	else if ((state & E2_STATE_ERROR) != 0)
		ext2_warn(em, "has errors" EXT2_FSCK);
	else if ((state & E2_STATE_CLEAN) == 0)
		ext2_warn(em, "was not unmounted cleanly, e2fsck is "
		    "recommended");
}

/* What was not unmounted, or has errors, may have wrong bitmaps. */
static int
ext2_mount_scan(struct ext2_mount *em)
{
	const uint16_t state = le16toh(em->em_sb->s_state);
	int error;

	if ((state & (E2_STATE_CLEAN | E2_STATE_ERROR)) == E2_STATE_CLEAN)
		return 0;
	/* For the error policy, too. */
	em->em_flags |= EMF_WRITE;
	error = ext2_scan_used(em);
	em->em_flags &= ~EMF_WRITE;
	return error;
}

/*
 * Begin or end writing: record it on disk.
 */
int
ext2_set_writing(struct ext2_mount *em, bool writing)
{
	struct e2_sb *sb = em->em_sb;
	struct ext2_log *lg = NULL;
	int error;

	if (!writing && (error = ext2_tx_detach(em)) != 0)
		return error;
	if (writing && (error = ext2_mount_scan(em)) != 0)
		return error;
	mutex_enter(&em->em_lock);
	if (writing) {
		if ((sb->s_state & htole16(E2_STATE_CLEAN)) != 0)
			em->em_flags |= EMF_WASCLEAN;
		em->em_flags |= EMF_WRITE;
		sb->s_state &= ~htole16(E2_STATE_CLEAN);
		sb->s_mtime = htole32((uint32_t)time_second);
		sb->s_mnt_count = htole16(le16toh(sb->s_mnt_count) + 1);
		strncpy(sb->s_last_mounted, em->em_mp->mnt_stat.f_mntonname,
		    sizeof(sb->s_last_mounted));
	} else if ((em->em_flags & EMF_WASCLEAN) != 0)
		sb->s_state |= htole16(E2_STATE_CLEAN);
	mutex_exit(&em->em_lock);
	error = ext2_super_sync(em);
	/* Not before the disk knows that the volume is in use. */
	if (writing && error == 0 && (lg = ext2_log_borrow(em)) != NULL) {
		error = ext2_tx_commit(em, true);
		ext2_log_start(em, lg);
	}
	if (writing && error != 0)
		ext2_log_abandon(em);
	if (writing == (error != 0))
		em->em_flags &= ~(EMF_WRITE | EMF_WASCLEAN);
	return error;
}

/* Load the group descriptors once more. */
static int
ext2_mount_regroup(struct ext2_mount *em)
{

	ext2_groups_free(em);
	em->em_bfree = 0;
	return ext2_groups_load(em);
}

/*
 * To be written, with a journal: if it is a borrowed one, it is not there
 * any more after this.  The groups are in its way then.
 */
static int
ext2_mount_recover(struct ext2_mount *em, uint64_t devbytes)
{
	int error;

	error = ext2_groups_load(em);
	if (error == 0)
		error = ext2_log_recover(em);
	ext2_groups_free(em);
	em->em_bfree = 0;
	if (error == 0)
		error = ext2_super_read(em, em->em_devvp);
	return error != 0 ? error : ext2_super_check(em, devbytes);
}

/*
 * To be read, with a journal that has to be replayed: read what it has out
 * of it, if it is sound.  EOPNOTSUPP if there is more than that can do.
 */
static int
ext2_mount_journal(struct ext2_mount *em)
{
	const ino_t ino = le32toh(em->em_sb->s_journal_inum);

	int error;

	if (ino == 0 || !EXT2_HAS_C(em, HAS_JOURNAL))
		return 0;
	error = ext2_journal_load(em, ino, true, &em->em_journal);
	if (error == 0)
		return ext2_mount_regroup(em);
	return error == EOPNOTSUPP ? error : 0;
}

/* Without a root directory a mount could not even be undone by its name. */
static int
ext2_mount_checkroot(struct ext2_mount *em)
{
	struct ext2_inode *ip;
	int error;

	error = ext2_iget_private(em, E2_ROOTINO, &ip);
	if (error == ESTALE)
		error = EXT2_EDAMAGE;
	if (error != 0) {
		ext2_warn(em, "cannot mount: no root directory" EXT2_FSCK);
		return error;
	}
	if (!S_ISDIR(ip->ei_mode)) {
		ext2_warn(em, "cannot mount: the root is no directory"
		    EXT2_FSCK);
		error = EXT2_EDAMAGE;
	}
	ext2_iput_private(ip);
	return error;
}

/* The part of mounting that reads the volume. */
static int
ext2_mount_load(struct ext2_mount *em, bool rdonly)
{
	uint64_t numsec;
	unsigned int secsize;
	int error;

	if (getdisksize(em->em_devvp, &numsec, &secsize) != 0)
		numsec = secsize = 0;
	if ((error = ext2_super_read(em, em->em_devvp)) != 0)
		return error;
	if ((error = ext2_super_check(em, numsec * secsize)) != 0)
		return error;
	if ((error = ext2_mmp_check(em)) != 0)
		return error;
	if (!rdonly && EXT2_HAS_C(em, HAS_JOURNAL) &&
	    (error = ext2_mount_recover(em, numsec * secsize)) != 0)
		return error;
	if (!rdonly) {
		if ((error = ext2_super_writable(em)) != 0)
			return error;
		/* Damage that reading can live with is fatal now. */
		em->em_flags |= EMF_WRITE;
	}
	error = ext2_groups_load(em);
	em->em_flags &= ~EMF_WRITE;
	if (error == 0 && EXT2_HAS_I(em, RECOVER))
		error = ext2_mount_journal(em);
	if (error == 0)
		error = ext2_mount_checkroot(em);
	if (error == 0)
		ext2_warn_state(em);
	return error;
}

static void
ext2_mount_publish(struct mount *mp, struct ext2_mount *em)
{

	mp->mnt_data = em;
	mp->mnt_stat.f_fsidx.__fsid_val[0] = (int32_t)em->em_dev;
	mp->mnt_stat.f_fsidx.__fsid_val[1] = makefstype(MOUNT_EXT2FS);
	mp->mnt_stat.f_fsid = mp->mnt_stat.f_fsidx.__fsid_val[0];
	mp->mnt_stat.f_namemax = E2_NAME_MAX;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE | IMNT_SHRLOOKUP | IMNT_NCLOOKUP |
	    IMNT_DTYPE | IMNT_CAN_RWTORO;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	mp->mnt_fs_bshift = em->em_bshift;
	spec_node_setmountedfs(em->em_devvp, mp);
}

/*
 * Mount the open device.
 */
static int
ext2_mountfs(struct mount *mp, struct vnode *devvp)
{
	const bool rdonly = (mp->mnt_flag & MNT_RDONLY) != 0;
	struct ext2_mount *em;
	int error;

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = vinvalbuf(devvp, V_SAVE, curlwp->l_cred, curlwp, false, 0);
	VOP_UNLOCK(devvp);
	if (error != 0)
		return error;
	em = ext2_mount_create(mp, devvp);
	error = ext2_mount_load(em, rdonly);
	if (error == 0 && !rdonly)
		error = ext2_set_writing(em, true);
	if (error != 0) {
		ext2_mount_destroy(em);
		return error;
	}
	ext2_mount_publish(mp, em);
	return 0;
}

/* From the argument to the device's vnode, referenced. */
static int
ext2_mount_device(struct mount *mp, const struct ext2_mountargs *args,
    struct vnode **devvpp)
{
	struct vnode *devvp;
	accmode_t accmode = VREAD;
	int error;

	error = namei_simple_user(args->fspec, NSM_FOLLOW_NOEMULROOT, &devvp);
	if (error != 0)
		return error;
	if (devvp->v_type != VBLK)
		error = ENOTBLK;
	else if (bdevsw_lookup(devvp->v_rdev) == NULL)
		error = ENXIO;
	if ((mp->mnt_flag & MNT_RDONLY) == 0)
		accmode |= VWRITE;
	if (error == 0) {
		vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
		error = kauth_authorize_system(curlwp->l_cred,
		    KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_DEVICE, mp,
		    devvp, KAUTH_ARG(accmode));
		VOP_UNLOCK(devvp);
	}
	if (error != 0) {
		vrele(devvp);
		return error;
	}
	*devvpp = devvp;
	return 0;
}

/*
 * How the device of a mount is open.
 */
int
ext2_open_flags(const struct mount *mp)
{

	return (mp->mnt_flag & MNT_RDONLY) != 0 ? FREAD : FREAD | FWRITE;
}

/*
 * Close the device and release its vnode.
 */
void
ext2_close_device(struct vnode *devvp, int flags)
{

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)VOP_CLOSE(devvp, flags, FSCRED);
	vput(devvp);
}

static int
ext2_mount_new(struct mount *mp, const char *path,
    const struct ext2_mountargs *args)
{
	const int flags = ext2_open_flags(mp);
	struct vnode *devvp;
	int error;

	/* First of all, so that messages can name the device. */
	error = set_statvfs_info(path, UIO_USERSPACE, args->fspec,
	    UIO_USERSPACE, mp->mnt_op->vfs_name, mp, curlwp);
	if (error == 0)
		error = ext2_mount_device(mp, args, &devvp);
	if (error != 0)
		return error;
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(devvp, flags, FSCRED);
	VOP_UNLOCK(devvp);
	if (error != 0) {
		vrele(devvp);
		return error;
	}
	error = ext2_mountfs(mp, devvp);
	if (error != 0)
		ext2_close_device(devvp, flags);
	return error;
}

/*
 * Exchange the open mode of the device, which can be open only once and not
 * at all while mounted.  The old mode worked before and does again if the
 * new one does not.
 */
static int
ext2_reopen(struct ext2_mount *em, int old, int new)
{
	struct vnode *devvp = em->em_devvp;
	int error;

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	spec_node_setmountedfs(devvp, NULL);
	error = VOP_CLOSE(devvp, old, FSCRED);
	if (error == 0) {
		error = VOP_OPEN(devvp, new, FSCRED);
		if (error != 0 && VOP_OPEN(devvp, old, FSCRED) != 0)
			ext2_warn(em, "device lost");
	}
	spec_node_setmountedfs(devvp, em->em_mp);
	VOP_UNLOCK(devvp);
	return error;
}

static int
ext2_to_rdonly(struct mount *mp, struct ext2_mount *em)
{
	int error;

	error = vflush(mp, NULLVP, WRITECLOSE |
	    ((mp->mnt_flag & MNT_FORCE) != 0 ? FORCECLOSE : 0));
	if (error == 0)
		error = VFS_SYNC(mp, MNT_WAIT, curlwp->l_cred);
	if (error == 0)
		error = ext2_set_writing(em, false);
	if (error == 0)
		error = ext2_reopen(em, FREAD | FWRITE, FREAD);
	return error;
}

static int
ext2_to_writing(struct ext2_mount *em)
{
	uint32_t g;
	int error;

	if ((error = ext2_super_writable(em)) != 0)
		return error;
	if ((em->em_flags & EMF_ALIASED) != 0) {
		ext2_warn(em, "cannot mount for writing: directories are "
		    "damaged" EXT2_FSCK);
		return EROFS;
	}
	for (g = 0; g < em->em_ngroups; g++) {
		if (em->em_groups[g].eg_bad) {
			ext2_warn(em, "cannot mount for writing: group %u is "
			    "damaged" EXT2_FSCK, g);
			return EROFS;
		}
	}
	if ((error = ext2_reopen(em, FREAD, FREAD | FWRITE)) != 0)
		return error;
	ext2_warn_state(em);
	error = ext2_set_writing(em, true);
	if (error != 0)
		(void)ext2_reopen(em, FREAD | FWRITE, FREAD);
	return error;
}

static int
ext2_mount_update(struct mount *mp, const struct ext2_mountargs *args)
{
	struct ext2_mount *em = VFSTOEXT2(mp);
	struct vnode *devvp;
	int error = 0;

	if ((mp->mnt_flag & MNT_RELOAD) != 0)
		return EOPNOTSUPP;
	if (args->fspec != NULL) {
		error = ext2_mount_device(mp, args, &devvp);
		if (error != 0)
			return error;
		if (devvp->v_rdev != em->em_dev)
			error = EINVAL;
		vrele(devvp);
		if (error != 0)
			return error;
	}
	if ((em->em_flags & EMF_WRITE) != 0 &&
	    (mp->mnt_iflag & IMNT_WANTRDONLY) != 0)
		error = ext2_to_rdonly(mp, em);
	else if ((em->em_flags & EMF_WRITE) == 0 &&
	    (mp->mnt_iflag & IMNT_WANTRDWR) != 0)
		error = ext2_to_writing(em);
	return error;
}

/*
 * VFS_MOUNT.
 */
int
ext2fs_mount(struct mount *mp, const char *path, void *data,
    size_t *data_len)
{
	struct ext2_mountargs *args = data;

	if (args == NULL || *data_len < sizeof(*args))
		return EINVAL;
	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		args->fspec = NULL;
		*data_len = sizeof(*args);
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return ext2_mount_update(mp, args);
	if (args->fspec == NULL)
		return EINVAL;
	return ext2_mount_new(mp, path, args);
}
