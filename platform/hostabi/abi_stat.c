/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attributes of files and of file systems: modes, device numbers, stat, statx
 * and statvfs, to the host; what mknod and chmod need, from it.
 */
#include <linux/magic.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "hostabi.h"

/* The same numbers everywhere, but not every kernel has the same ones. */
static const struct hostabi_row mode_rows[] = {
	{ 0, 0, 0 },
	{ S_IFIFO, 0010000, 0 },
	{ S_IFCHR, 0020000, 0 },
	{ S_IFDIR, 0040000, 0 },
	{ S_IFBLK, 0060000, 0 },
	{ S_IFREG, 0100000, 0 },
	{ S_IFLNK, 0120000, 0 },
	{ S_IFSOCK, 0140000, 0 },
#define	MODE_NFIELD	8
	{ S_ISUID, 04000, 0 },
	{ S_ISGID, 02000, 0 },
	{ S_ISVTX, 01000, 0 },
	{ S_IRUSR, 0400, 0 }, { S_IWUSR, 0200, 0 }, { S_IXUSR, 0100, 0 },
	{ S_IRGRP, 0040, 0 }, { S_IWGRP, 0020, 0 }, { S_IXGRP, 0010, 0 },
	{ S_IROTH, 0004, 0 }, { S_IWOTH, 0002, 0 }, { S_IXOTH, 0001, 0 },
};
const struct hostabi_table hostabi_mode = {
	mode_rows, MODE_NFIELD, NITEMS(mode_rows), S_IFMT, 0170000, EINVAL
};

/* Flags of a mount that the host has no words for. */
#define	MNT_NOHOST							\
	(RUMP_MNT_UNION | RUMP_MNT_ASYNC | RUMP_MNT_EXRDONLY |		\
	RUMP_MNT_EXPORTED | RUMP_MNT_DEFEXPORTED | RUMP_MNT_EXPORTANON |	\
	RUMP_MNT_EXKERB | RUMP_MNT_LOCAL | RUMP_MNT_QUOTA |		\
	RUMP_MNT_ROOTFS | RUMP_MNT_NOCOREDUMP | RUMP_MNT_IGNORE |	\
	RUMP_MNT_DISCARD | RUMP_MNT_EXTATTR | RUMP_MNT_LOG |		\
	RUMP_MNT_EXNORESPORT | RUMP_MNT_EXPUBLIC | RUMP_MNT_SYMPERM |	\
	RUMP_MNT_NODEVMTIME | RUMP_MNT_SOFTDEP)

static const struct hostabi_row mnt_rows[] = {
	{ ST_RDONLY, RUMP_MNT_RDONLY, 0 },
	{ ST_SYNCHRONOUS, RUMP_MNT_SYNCHRONOUS, 0 },
	{ ST_NOEXEC, RUMP_MNT_NOEXEC, 0 },
	{ ST_NOSUID, RUMP_MNT_NOSUID, 0 },
	{ ST_NODEV, RUMP_MNT_NODEV, 0 },
	{ ST_NOATIME, RUMP_MNT_NOATIME, 0 },
	{ ST_RELATIME, RUMP_MNT_RELATIME, 0 },
};
const struct hostabi_table hostabi_mnt = HOSTABI_BITS(mnt_rows, EINVAL);

/* NetBSD's dev_t: twelve bits of major number, twenty of minor, in parts. */
static unsigned
rdev_major(uint64_t dev)
{

	return (unsigned)(dev >> 8) & 0xfff;
}

static unsigned
rdev_minor(uint64_t dev)
{

	return (unsigned)((dev >> 12) & 0xfff00) | (unsigned)(dev & 0xff);
}

int
rump_hostabi_dev_to_host(uint64_t dev, dev_t *out)
{

	if (dev == UINT64_MAX)
		*out = (dev_t)-1;
	else if (dev > UINT32_MAX)
		return EINVAL;
	else
		*out = makedev(rdev_major(dev), rdev_minor(dev));
	return 0;
}

int
rump_hostabi_dev_from_host(dev_t dev, uint64_t *out)
{
	uint64_t maj = major(dev), min = minor(dev);

	if (dev == (dev_t)-1) {
		*out = UINT64_MAX;
		return 0;
	}
	if (maj > 0xfff || min > 0xfffff)
		return EINVAL;
	*out = maj << 8 | (min & 0xfff00) << 12 | (min & 0xff);
	return 0;
}

/* What both kinds of stat need: mode, the device it is on, the one it is. */
static int
stat_parts(const struct rump_stat *sb, int *mode, dev_t *dev, dev_t *rdev)
{
	int error;

	*rdev = 0;
	error = rump_hostabi_to_host(RUMP_HOSTABI_MODE, (int)sb->st_mode, mode);
	if (error == 0)
		error = rump_hostabi_dev_to_host(sb->st_dev, dev);
	if (error == 0 && (S_ISBLK(*mode) || S_ISCHR(*mode)))
		error = rump_hostabi_dev_to_host(sb->st_rdev, rdev);
	return error == 0 ? 0 : EOVERFLOW;
}

int
rump_hostabi_stat_to_host(const struct rump_stat *sb, struct stat *st)
{
	dev_t dev, rdev;
	int mode, error;

	error = stat_parts(sb, &mode, &dev, &rdev);
	if (error != 0)
		return error;
	*st = (struct stat){
		.st_dev = dev, .st_ino = sb->st_ino, .st_mode = (mode_t)mode,
		.st_nlink = sb->st_nlink, .st_uid = sb->st_uid,
		.st_gid = sb->st_gid, .st_rdev = rdev,
		.st_size = sb->st_size, .st_blocks = sb->st_blocks,
		.st_blksize = sb->st_blksize,
	};
	rump_hostabi_timespec_to_host(&sb->st_atimespec, &st->st_atim);
	rump_hostabi_timespec_to_host(&sb->st_mtimespec, &st->st_mtim);
	rump_hostabi_timespec_to_host(&sb->st_ctimespec, &st->st_ctim);
	return 0;
}

static struct statx_timestamp
statx_time(const struct rump_timespec *ts)
{

	return (struct statx_timestamp){
		.tv_sec = ts->tv_sec, .tv_nsec = (uint32_t)ts->tv_nsec
	};
}

/* File flags that statx has a word for. */
static uint64_t
statx_attrs(uint32_t flags)
{
	uint64_t attrs = 0;

	if (flags & (RUMP_UF_IMMUTABLE | RUMP_SF_IMMUTABLE))
		attrs |= STATX_ATTR_IMMUTABLE;
	if (flags & (RUMP_UF_APPEND | RUMP_SF_APPEND))
		attrs |= STATX_ATTR_APPEND;
	if (flags & RUMP_UF_NODUMP)
		attrs |= STATX_ATTR_NODUMP;
	return attrs;
}

/* A birth time of -1 s is none. */
int
rump_hostabi_statx_to_host(const struct rump_stat *sb, struct statx *stx)
{
	dev_t dev, rdev;
	int mode, error;

	error = stat_parts(sb, &mode, &dev, &rdev);
	if (error != 0)
		return error;
	*stx = (struct statx){
		.stx_mask = STATX_BASIC_STATS, .stx_nlink = sb->st_nlink,
		.stx_uid = sb->st_uid, .stx_gid = sb->st_gid,
		.stx_mode = (uint16_t)mode, .stx_ino = sb->st_ino,
		.stx_size = (uint64_t)sb->st_size,
		.stx_blocks = (uint64_t)sb->st_blocks,
		.stx_blksize = (uint32_t)sb->st_blksize,
		.stx_attributes = statx_attrs(sb->st_flags),
		.stx_attributes_mask = STATX_ATTR_IMMUTABLE |
		    STATX_ATTR_APPEND | STATX_ATTR_NODUMP,
		.stx_atime = statx_time(&sb->st_atimespec),
		.stx_mtime = statx_time(&sb->st_mtimespec),
		.stx_ctime = statx_time(&sb->st_ctimespec),
		.stx_dev_major = major(dev), .stx_dev_minor = minor(dev),
		.stx_rdev_major = major(rdev), .stx_rdev_minor = minor(rdev),
	};
	if (sb->st_birthtimespec.tv_sec != -1) {
		stx->stx_btime = statx_time(&sb->st_birthtimespec);
		stx->stx_mask |= STATX_BTIME;
	}
	return 0;
}

int
rump_hostabi_statvfs_to_host(const struct rump_statvfs *sb,
    struct statvfs *sv)
{
	int flags, error;

	error = rump_hostabi_to_host(RUMP_HOSTABI_MNT,
	    (int)(sb->f_flag & ~(unsigned long)MNT_NOHOST), &flags);
	if (error != 0)
		return error;
	memset(sv, 0, sizeof(*sv));
	sv->f_bsize = sb->f_bsize;
	sv->f_frsize = sb->f_frsize;
	sv->f_blocks = sb->f_blocks;
	sv->f_bfree = sb->f_bfree;
	sv->f_bavail = sb->f_bavail;
	sv->f_files = sb->f_files;
	sv->f_ffree = sb->f_ffree;
	sv->f_favail = sb->f_favail;
	sv->f_fsid = sb->f_fsid;
	sv->f_flag = (unsigned long)flags;
	sv->f_namemax = sb->f_namemax;
	return 0;
}

/* The numbers that the host knows file systems by; not all are in a header. */
#define	UFS_MAGIC	0x00011954
#define	NTFS_MAGIC	0x5346544e
#define	UDF_MAGIC	0x15013346

static const struct {
	const char	*fs_name;
	unsigned	 fs_magic;
} fstypes[] = {
	{ RUMP_MOUNT_TMPFS, TMPFS_MAGIC },
	{ RUMP_MOUNT_RUMPFS, RAMFS_MAGIC },
	{ RUMP_MOUNT_EXT2FS, EXT2_SUPER_MAGIC },
	{ RUMP_MOUNT_FFS, UFS_MAGIC },
	{ RUMP_MOUNT_MSDOS, MSDOS_SUPER_MAGIC },
	{ RUMP_MOUNT_CD9660, ISOFS_SUPER_MAGIC },
	{ RUMP_MOUNT_UDF, UDF_MAGIC },
	{ RUMP_MOUNT_NTFS, NTFS_MAGIC },
	{ RUMP_MOUNT_NILFS, NILFS_SUPER_MAGIC },
	{ RUMP_MOUNT_NFS, NFS_SUPER_MAGIC },
	{ RUMP_MOUNT_PROCFS, PROC_SUPER_MAGIC },
};

int
rump_hostabi_statfs_to_host(const struct rump_statvfs *sb, struct statfs *sf)
{
	struct statvfs sv;
	size_t i;
	int error;

	error = rump_hostabi_statvfs_to_host(sb, &sv);
	if (error != 0)
		return error;
	memset(sf, 0, sizeof(*sf));
	for (i = 0; i < NITEMS(fstypes); i++) {
		if (strncmp(sb->f_fstypename, fstypes[i].fs_name,
		    sizeof(sb->f_fstypename)) == 0)
			sf->f_type = fstypes[i].fs_magic;
	}
	sf->f_bsize = sf->f_frsize = (__fsword_t)sv.f_frsize;
	sf->f_blocks = sv.f_blocks;
	sf->f_bfree = sv.f_bfree;
	sf->f_bavail = sv.f_bavail;
	sf->f_files = sv.f_files;
	sf->f_ffree = sv.f_ffree;
	sf->f_fsid.__val[0] = sb->f_fsidx.__fsid_val[0];
	sf->f_fsid.__val[1] = sb->f_fsidx.__fsid_val[1];
	sf->f_namelen = (__fsword_t)sv.f_namemax;
	sf->f_flags = (__fsword_t)sv.f_flag;
	return 0;
}
