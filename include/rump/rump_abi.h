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

/* Whole-file locks: flock(2). */
#define	RUMP_LOCK_SH		0x01
#define	RUMP_LOCK_EX		0x02
#define	RUMP_LOCK_NB		0x04
#define	RUMP_LOCK_UN		0x08

/* poll(2). */
#define	RUMP_POLLIN		0x0001
#define	RUMP_POLLPRI		0x0002
#define	RUMP_POLLOUT		0x0004
#define	RUMP_POLLERR		0x0008
#define	RUMP_POLLHUP		0x0010
#define	RUMP_POLLNVAL		0x0020
#define	RUMP_POLLRDNORM		0x0040
#define	RUMP_POLLRDBAND		0x0080
#define	RUMP_POLLWRBAND		0x0100
#define	RUMP_POLLWRNORM		RUMP_POLLOUT

/* Extended attributes: flags of setxattr(2), namespaces of extattr(2). */
#define	RUMP_XATTR_CREATE	0x01
#define	RUMP_XATTR_REPLACE	0x02
#define	RUMP_EXTATTR_USER	1
#define	RUMP_EXTATTR_SYSTEM	2

/* Clocks. */
#define	RUMP_CLOCK_REALTIME	0
#define	RUMP_CLOCK_VIRTUAL	1
#define	RUMP_CLOCK_PROF		2
#define	RUMP_CLOCK_MONOTONIC	3
#define	RUMP_CLOCK_THREAD_CPUTIME_ID	0x20000000
#define	RUMP_CLOCK_PROCESS_CPUTIME_ID	0x40000000
#define	RUMP_TIMER_ABSTIME	1

/* Signals, those whose numbers differ between systems included. */
#define	RUMP_SIGHUP		1
#define	RUMP_SIGINT		2
#define	RUMP_SIGQUIT		3
#define	RUMP_SIGILL		4
#define	RUMP_SIGTRAP		5
#define	RUMP_SIGABRT		6
#define	RUMP_SIGEMT		7
#define	RUMP_SIGFPE		8
#define	RUMP_SIGKILL		9
#define	RUMP_SIGBUS		10
#define	RUMP_SIGSEGV		11
#define	RUMP_SIGSYS		12
#define	RUMP_SIGPIPE		13
#define	RUMP_SIGALRM		14
#define	RUMP_SIGTERM		15
#define	RUMP_SIGURG		16
#define	RUMP_SIGSTOP		17
#define	RUMP_SIGTSTP		18
#define	RUMP_SIGCONT		19
#define	RUMP_SIGCHLD		20
#define	RUMP_SIGTTIN		21
#define	RUMP_SIGTTOU		22
#define	RUMP_SIGIO		23
#define	RUMP_SIGXCPU		24
#define	RUMP_SIGXFSZ		25
#define	RUMP_SIGVTALRM		26
#define	RUMP_SIGPROF		27
#define	RUMP_SIGWINCH		28
#define	RUMP_SIGINFO		29
#define	RUMP_SIGUSR1		30
#define	RUMP_SIGUSR2		31
#define	RUMP_SIGPWR		32

/* Sockets: what rumpdefs.h has not. */
#define	RUMP_SHUT_RD		0
#define	RUMP_SHUT_WR		1
#define	RUMP_SHUT_RDWR		2
#define	RUMP_SCM_RIGHTS		0x01
#define	RUMP_SCM_TIMESTAMP	0x08
#define	RUMP_SCM_CREDS		0x10
#define	RUMP_SOL_LOCAL		0
#define	RUMP_LOCAL_PEEREID	0x0003
#define	RUMP_LOCAL_CREDS	0x0004

/* Options at the level of IPv6. */
#define	RUMP_IPV6_UNICAST_HOPS	4
#define	RUMP_IPV6_MULTICAST_IF	9
#define	RUMP_IPV6_MULTICAST_HOPS	10
#define	RUMP_IPV6_MULTICAST_LOOP	11
#define	RUMP_IPV6_JOIN_GROUP	12
#define	RUMP_IPV6_LEAVE_GROUP	13
#define	RUMP_IPV6_CHECKSUM	26
#define	RUMP_IPV6_V6ONLY	27
#define	RUMP_IPV6_RTHDRDSTOPTS	35
#define	RUMP_IPV6_RECVPKTINFO	36
#define	RUMP_IPV6_RECVHOPLIMIT	37
#define	RUMP_IPV6_RECVRTHDR	38
#define	RUMP_IPV6_RECVHOPOPTS	39
#define	RUMP_IPV6_RECVDSTOPTS	40
#define	RUMP_IPV6_RECVPATHMTU	43
#define	RUMP_IPV6_PKTINFO	46
#define	RUMP_IPV6_HOPLIMIT	47
#define	RUMP_IPV6_NEXTHOP	48
#define	RUMP_IPV6_HOPOPTS	49
#define	RUMP_IPV6_DSTOPTS	50
#define	RUMP_IPV6_RTHDR		51
#define	RUMP_IPV6_RECVTCLASS	57
#define	RUMP_IPV6_TCLASS	61
#define	RUMP_IPV6_DONTFRAG	62

/* ioctl(2): of descriptors, of sockets, of disks. */
#define	RUMP_FIOCLEX		_RUMP_IO('f', 1)
#define	RUMP_FIONCLEX		_RUMP_IO('f', 2)
#define	RUMP_FIONWRITE		_RUMP_IOR('f', 121, int)
#define	RUMP_FIOGETOWN		_RUMP_IOR('f', 123, int)
#define	RUMP_FIOSETOWN		_RUMP_IOW('f', 124, int)
#define	RUMP_FIOASYNC		_RUMP_IOW('f', 125, int)
#define	RUMP_FIONBIO		_RUMP_IOW('f', 126, int)
#define	RUMP_FIONREAD		_RUMP_IOR('f', 127, int)
#define	RUMP_SIOCATMARK		_RUMP_IOR('s', 7, int)
#define	RUMP_SIOCSPGRP		_RUMP_IOW('s', 8, int)
#define	RUMP_SIOCGPGRP		_RUMP_IOR('s', 9, int)
#define	RUMP_DIOCCACHESYNC	_RUMP_IOW('d', 118, int)
#define	RUMP_DIOCGMEDIASIZE	_RUMP_IOR('d', 132, int64_t)
#define	RUMP_DIOCGSECTORSIZE	_RUMP_IOR('d', 133, unsigned)

/* posix_fadvise(2), pathconf(2), getrandom(2). */
#define	RUMP_POSIX_FADV_NORMAL	0
#define	RUMP_POSIX_FADV_RANDOM	1
#define	RUMP_POSIX_FADV_SEQUENTIAL	2
#define	RUMP_POSIX_FADV_WILLNEED	3
#define	RUMP_POSIX_FADV_DONTNEED	4
#define	RUMP_POSIX_FADV_NOREUSE	5
#define	RUMP__PC_LINK_MAX	1
#define	RUMP__PC_MAX_CANON	2
#define	RUMP__PC_MAX_INPUT	3
#define	RUMP__PC_NAME_MAX	4
#define	RUMP__PC_PATH_MAX	5
#define	RUMP__PC_PIPE_BUF	6
#define	RUMP__PC_CHOWN_RESTRICTED	7
#define	RUMP__PC_NO_TRUNC	8
#define	RUMP__PC_VDISABLE	9
#define	RUMP__PC_SYNC_IO	10
#define	RUMP__PC_FILESIZEBITS	11
#define	RUMP__PC_SYMLINK_MAX	12
#define	RUMP__PC_2_SYMLINKS	13
#define	RUMP_GRND_NONBLOCK	0x01
#define	RUMP_GRND_RANDOM	0x02
#define	RUMP_GRND_INSECURE	0x04

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

/* Addresses: the length comes first, the family is one byte. */
struct rump_sockaddr {
	uint8_t sa_len;
	uint8_t sa_family;		/* RUMP_AF_* */
	char sa_data[14];
};

struct rump_sockaddr_in {
	uint8_t sin_len;
	uint8_t sin_family;
	uint16_t sin_port;		/* network order, as the address */
	uint32_t sin_addr;
	uint8_t sin_zero[8];
};

struct rump_sockaddr_in6 {
	uint8_t sin6_len;
	uint8_t sin6_family;
	uint16_t sin6_port;
	uint32_t sin6_flowinfo;
	uint8_t sin6_addr[16];
	uint32_t sin6_scope_id;
};

struct rump_sockaddr_un {
	uint8_t sun_len;
	uint8_t sun_family;
	char sun_path[104];
};

struct rump_sockaddr_storage {
	uint8_t ss_len;
	uint8_t ss_family;
	uint8_t ss_pad1[6];
	int64_t ss_align;
	uint8_t ss_pad2[112];
};

struct rump_msghdr {
	void *msg_name;
	uint32_t msg_namelen;
	struct iovec *msg_iov;
	int msg_iovlen;
	void *msg_control;
	uint32_t msg_controllen;
	int msg_flags;			/* RUMP_MSG_* */
};

/* The data of a control message begins 16 bytes after its header does. */
struct rump_cmsghdr {
	uint32_t cmsg_len;		/* with the 16 bytes */
	int cmsg_level;
	int cmsg_type;
};

struct rump_sockcred {
	int32_t sc_pid;
	uint32_t sc_uid;
	uint32_t sc_euid;
	uint32_t sc_gid;
	uint32_t sc_egid;
	int sc_ngroups;
	uint32_t sc_groups[1];
};

struct rump_in_pktinfo {
	uint32_t ipi_addr;
	uint32_t ipi_ifindex;
};

struct rump_sigset {
	uint32_t bits[4];		/* bit n - 1: signal n */
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
_Static_assert(sizeof(struct rump_sockaddr_storage) == 128, "sockaddr");
_Static_assert(sizeof(struct rump_sockaddr_in6) == 28, "sockaddr_in6");
_Static_assert(sizeof(struct rump_msghdr) == 48, "msghdr");
_Static_assert(sizeof(struct rump_sigset) == 16, "sigset");
#endif

#endif /* !_RUMP_RUMP_ABI_H_ */
