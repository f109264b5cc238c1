/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's structures for programs whose own headers have other ones.
 *
 * rump_sys calls read and write NetBSD 10's structures.  On another host, use
 * those below through a cast:
 *	struct rump_stat st;
 *	rump_sys_stat("/etc/motd", (struct stat *)&st);
 * Mode bits (S_IFDIR, S_IRUSR ...) and directory entry types are the same
 * numbers on every host.  The layouts are those of 64-bit machines; their sizes
 * are asserted at the end.
 */
#ifndef _RUMP_RUMP_ABI_H_
#define	_RUMP_RUMP_ABI_H_

#include <rump/rumpdefs.h>

/* fcntl(2): commands, lock types, descriptor flag. */
#define	RUMP_F_DUPFD		0
#define	RUMP_F_GETFD		1
#define	RUMP_F_SETFD		2
#define	RUMP_F_GETFL		3
#define	RUMP_F_SETFL		4
#define	RUMP_F_GETOWN		5
#define	RUMP_F_SETOWN		6
#define	RUMP_F_GETLK		7
#define	RUMP_F_SETLK		8
#define	RUMP_F_SETLKW		9
#define	RUMP_F_CLOSEM		10
#define	RUMP_F_MAXFD		11
#define	RUMP_F_DUPFD_CLOEXEC	12
#define	RUMP_F_RDLCK		1
#define	RUMP_F_UNLCK		2
#define	RUMP_F_WRLCK		3
#define	RUMP_FD_CLOEXEC		1

/* The *at(2) calls. */
#define	RUMP_AT_FDCWD		(-100)
#define	RUMP_AT_EACCESS		0x100
#define	RUMP_AT_SYMLINK_NOFOLLOW 0x200
#define	RUMP_AT_SYMLINK_FOLLOW	0x400
#define	RUMP_AT_REMOVEDIR	0x800

/* utimensat(2): in tv_nsec. */
#define	RUMP_UTIME_NOW		((1 << 30) - 1)
#define	RUMP_UTIME_OMIT		((1 << 30) - 2)

/* lseek(2). */
#define	RUMP_SEEK_SET		0
#define	RUMP_SEEK_CUR		1
#define	RUMP_SEEK_END		2
#define	RUMP_SEEK_DATA		3
#define	RUMP_SEEK_HOLE		4

/* File flags: st_flags, chflags(2). */
#define	RUMP_UF_NODUMP		0x00000001
#define	RUMP_UF_IMMUTABLE	0x00000002
#define	RUMP_UF_APPEND		0x00000004
#define	RUMP_UF_OPAQUE		0x00000008
#define	RUMP_SF_ARCHIVED	0x00010000
#define	RUMP_SF_IMMUTABLE	0x00020000
#define	RUMP_SF_APPEND		0x00040000

struct rump_timespec {
	int64_t tv_sec;
	long tv_nsec;
};

struct rump_timeval {
	int64_t tv_sec;
	int32_t tv_usec;
};

struct rump_stat {
	uint64_t st_dev;
	uint32_t st_mode;
	uint64_t st_ino;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint64_t st_rdev;
	struct rump_timespec st_atimespec;
	struct rump_timespec st_mtimespec;
	struct rump_timespec st_ctimespec;
	struct rump_timespec st_birthtimespec;
	int64_t st_size;
	int64_t st_blocks;		/* of 512 bytes */
	int32_t st_blksize;
	uint32_t st_flags;		/* RUMP_UF_*, RUMP_SF_* */
	uint32_t st_gen;
	uint32_t st_spare[2];
};

struct rump_statvfs {
	unsigned long f_flag;		/* RUMP_MNT_* */
	unsigned long f_bsize;
	unsigned long f_frsize;		/* unit of the counts of blocks */
	unsigned long f_iosize;
	uint64_t f_blocks;
	uint64_t f_bfree;
	uint64_t f_bavail;
	uint64_t f_bresvd;
	uint64_t f_files;
	uint64_t f_ffree;
	uint64_t f_favail;
	uint64_t f_fresvd;
	uint64_t f_syncreads;
	uint64_t f_syncwrites;
	uint64_t f_asyncreads;
	uint64_t f_asyncwrites;
	struct {
		int32_t __fsid_val[2];
	} f_fsidx;
	unsigned long f_fsid;
	unsigned long f_namemax;
	uint32_t f_owner;
	uint64_t f_spare[4];
	char f_fstypename[32];
	char f_mntonname[1024];
	char f_mntfromname[1024];
	char f_mntfromlabel[1024];
};

struct rump_flock {
	int64_t l_start;
	int64_t l_len;
	int32_t l_pid;
	int16_t l_type;			/* RUMP_F_*LCK */
	int16_t l_whence;
};

/* Arguments of a tmpfs mount; those of ext2fs are struct rump_ufs_args. */
#define	RUMP_TMPFS_ARGS_VERSION	1

struct rump_tmpfs_args {
	int ta_version;
	uint64_t ta_nodes_max;		/* 0: no limit but memory */
	int64_t ta_size_max;		/* bytes, 0: the same */
	uint32_t ta_root_uid;
	uint32_t ta_root_gid;
	uint32_t ta_root_mode;
};

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L && \
    __SIZEOF_LONG__ == 8
_Static_assert(sizeof(struct rump_timespec) == 16, "timespec");
_Static_assert(sizeof(struct rump_timeval) == 16, "timeval");
_Static_assert(sizeof(struct rump_stat) == 152, "stat");
_Static_assert(offsetof(struct rump_stat, st_size) == 112, "st_size");
_Static_assert(sizeof(struct rump_statvfs) == 3296, "statvfs");
_Static_assert(sizeof(struct rump_flock) == 24, "flock");
_Static_assert(sizeof(struct rump_tmpfs_args) == 40, "tmpfs_args");
_Static_assert(sizeof(struct rump_dirent) == 528, "dirent");
#endif

#endif /* !_RUMP_RUMP_ABI_H_ */
