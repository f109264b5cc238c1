/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct statvfs as statvfs1(2) and getvfsstat(2) return it.  The layout is
 * shared with programs and must not change.  mnt_stat in struct mount keeps
 * the file system's own copy of it.
 */
#ifndef _SYS_STATVFS_H_
#define _SYS_STATVFS_H_

#include <sys/types.h>
#include <sys/fstypes.h>
#include <sys/kmem.h>

#define	VFSNAMELEN	_VFS_NAMELEN
#define	VFSMNAMELEN	_VFS_MNAMELEN

struct statvfs {
	unsigned long	f_flag;
	unsigned long	f_bsize;
	unsigned long	f_frsize;
	unsigned long	f_iosize;
	fsblkcnt_t	f_blocks;
	fsblkcnt_t	f_bfree;
	fsblkcnt_t	f_bavail;
	fsblkcnt_t	f_bresvd;
	fsfilcnt_t	f_files;
	fsfilcnt_t	f_ffree;
	fsfilcnt_t	f_favail;
	fsfilcnt_t	f_fresvd;
	uint64_t	f_syncreads;
	uint64_t	f_syncwrites;
	uint64_t	f_asyncreads;
	uint64_t	f_asyncwrites;
	fsid_t		f_fsidx;
	unsigned long	f_fsid;
	unsigned long	f_namemax;
	uid_t		f_owner;
	uint64_t	f_spare[4];
	char		f_fstypename[_VFS_NAMELEN];
	char		f_mntonname[_VFS_MNAMELEN];
	char		f_mntfromname[_VFS_MNAMELEN];
	char		f_mntfromlabel[_VFS_MNAMELEN];
};

#define	ST_RDONLY	MNT_RDONLY
#define	ST_SYNCHRONOUS	MNT_SYNCHRONOUS
#define	ST_NOEXEC	MNT_NOEXEC
#define	ST_NOSUID	MNT_NOSUID
#define	ST_NODEV	MNT_NODEV
#define	ST_UNION	MNT_UNION
#define	ST_ASYNC	MNT_ASYNC
#define	ST_NOATIME	MNT_NOATIME
#define	ST_LOCAL	MNT_LOCAL
#define	ST_QUOTA	MNT_QUOTA
#define	ST_ROOTFS	MNT_ROOTFS
#define	ST_WAIT		MNT_WAIT
#define	ST_NOWAIT	MNT_NOWAIT

struct lwp;
struct mount;

int	set_statvfs_info(const char *, int, const char *, int, const char *,
	    struct mount *, struct lwp *);
void	copy_statvfs_info(struct statvfs *, const struct mount *);

/* dostatvfs(): statvfs of one mount, as the caller may see it. */
int	dostatvfs(struct mount *, struct statvfs *, struct lwp *, int, int);
int	do_sys_pstatvfs(struct lwp *, const char *, int, struct statvfs *);
int	do_sys_fstatvfs(struct lwp *, int, int, struct statvfs *);
int	do_sys_getvfsstat(struct lwp *, void *, size_t, int,
	    int (*)(const void *, void *, size_t), size_t, register_t *);

/* One full of zeroes; may sleep.  STATVFSBUF_PUT() frees it. */
#define	STATVFSBUF_GET()						\
	((struct statvfs *)kmem_zalloc(sizeof(struct statvfs), KM_SLEEP))
#define	STATVFSBUF_PUT(sb)	kmem_free((sb), sizeof(struct statvfs))

#endif /* _SYS_STATVFS_H_ */
