/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_hostabi(3): the calls of rump_syscalls.h with the host's flags,
 * structures and errno, and the translations they are made of.
 *
 * rump_host_X() takes what the host's X(2) or X(3) takes and returns what that
 * returns: -1 with the host's errno on failure.  All may sleep where the
 * host's may.  Nothing is allocated unless said here.  The caller must be
 * able to make rump_sys calls, that is, the kernel is booted.
 *
 * A value that the kernel has no counterpart for is refused, never dropped:
 * EINVAL, or what is said at the value's type below.  Errors of the kernel
 * become the host's by rump/rumperrno2host.h, unknown ones EINVAL.
 *
 * Linux only.  _GNU_SOURCE must be defined.
 */
#ifndef _RUMP_RUMP_HOSTABI_H_
#define	_RUMP_RUMP_HOSTABI_H_

#include <sys/types.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <utime.h>

#include <rump/rump_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Types of values, one table each. */
enum rump_hostabi {
	RUMP_HOSTABI_OPEN,	/* O_*; EPERM O_NOATIME, EOPNOTSUPP O_TMPFILE */
	RUMP_HOSTABI_AT,	/* AT_* of fstatat, fchownat, utimensat ... */
	RUMP_HOSTABI_AT_ACCESS,	/* of faccessat */
	RUMP_HOSTABI_AT_LINK,	/* of linkat */
	RUMP_HOSTABI_AT_UNLINK,	/* of unlinkat */
	RUMP_HOSTABI_MODE,	/* st_mode, mode_t */
	RUMP_HOSTABI_MNT,	/* ST_* of statvfs, MNT_* */
	RUMP_HOSTABI_SEEK,	/* whence of lseek */
	RUMP_HOSTABI_FCNTL,	/* commands of fcntl */
	RUMP_HOSTABI_LOCK,	/* l_type of struct flock */
	RUMP_HOSTABI_FLOCK,	/* LOCK_* of flock */
	RUMP_HOSTABI_XATTR,	/* XATTR_* of setxattr */
	RUMP_HOSTABI_POLL,	/* POLL* */
	RUMP_HOSTABI_CLOCK,	/* CLOCK_* */
	RUMP_HOSTABI_SIGNAL,	/* SIG*, not the real-time ones */
	RUMP_HOSTABI_DOMAIN,	/* AF_*, PF_*; EAFNOSUPPORT */
	RUMP_HOSTABI_SOCK,	/* SOCK_*, type and flags */
	RUMP_HOSTABI_SHUT,	/* SHUT_* */
	RUMP_HOSTABI_MSG,	/* MSG_*; EOPNOTSUPP */
	RUMP_HOSTABI_IOCTL,	/* requests of ioctl; ENOTTY */
	RUMP_HOSTABI_FSFLAGS,	/* FS_*_FL of a file, UF_*, SF_*; EOPNOTSUPP */
	RUMP_HOSTABI_ADVICE,	/* POSIX_FADV_* */
	RUMP_HOSTABI_PATHCONF,	/* _PC_* */
	RUMP_HOSTABI_EVENTFD,	/* EFD_* */
	RUMP_HOSTABI_TIMERFD,	/* TFD_* of timerfd_create */
	RUMP_HOSTABI_TIMERFD_SET, /* of timerfd_settime */
	RUMP_HOSTABI_RANDOM,	/* GRND_* */
	RUMP_HOSTABI__N
};

/*
 * Translate a value of a type.  0 and the result in *out, or an errno of the
 * host.  Neither sleeps.
 */
int	rump_hostabi_from_host(enum rump_hostabi, int value, int *out);
int	rump_hostabi_to_host(enum rump_hostabi, int value, int *out);

/* Error numbers; total: unknown ones become EINVAL. */
int	rump_hostabi_errno_to_host(int error);
int	rump_hostabi_errno_from_host(int error);

/*
 * Structures.  Those that return int return 0 or an errno of the host; results
 * are only valid with 0.
 *
 * dev: 12 bits of major number and 20 of minor are all there are: EINVAL
 *	for more.  The kernel's "no device" and the host's are all bits.
 * stat, statx: st_rdev is 0 for what is no device, as on Linux.  EOVERFLOW
 *	for a device number or a mode that the host cannot express.
 * statvfs, statfs: flags that mean nothing to the host (MNT_LOCAL ...) do not
 *	show.  f_type is 0 for a file system that the host does not know;
 *	f_bsize of statfs is the unit of the counts, as programs take it to be.
 * times: two timespecs of utimensat(2); NULL stays NULL.  EINVAL for
 *	nanoseconds out of range.
 * flock: EINVAL.
 * sigset: signals that the kernel does not have are left out, as it can send
 *	none of them.
 * fdset: bits below n; EINVAL if there are more than FD_SETSIZE.
 */
int	rump_hostabi_dev_to_host(uint64_t dev, dev_t *out);
int	rump_hostabi_dev_from_host(dev_t dev, uint64_t *out);
int	rump_hostabi_stat_to_host(const struct rump_stat *, struct stat *);
int	rump_hostabi_statx_to_host(const struct rump_stat *, struct statx *);
int	rump_hostabi_statvfs_to_host(const struct rump_statvfs *,
	    struct statvfs *);
int	rump_hostabi_statfs_to_host(const struct rump_statvfs *,
	    struct statfs *);
void	rump_hostabi_timespec_to_host(const struct rump_timespec *,
	    struct timespec *);
void	rump_hostabi_timespec_from_host(const struct timespec *,
	    struct rump_timespec *);
void	rump_hostabi_timeval_to_host(const struct rump_timeval *,
	    struct timeval *);
int	rump_hostabi_timeval_from_host(const struct timeval *,
	    struct rump_timeval *);
int	rump_hostabi_times_from_host(const struct timespec *,
	    struct rump_timespec *);
int	rump_hostabi_flock_to_host(const struct rump_flock *, struct flock *);
int	rump_hostabi_flock_from_host(const struct flock *, struct rump_flock *);
void	rump_hostabi_sigset_from_host(const sigset_t *, struct rump_sigset *);
int	rump_hostabi_fdset_to_host(int n, const uint32_t *, fd_set *);
int	rump_hostabi_fdset_from_host(int n, const fd_set *, uint32_t *);

/*
 * Directory entries: len bytes as rump_sys_getdents() left them become records
 * of the layout of Linux's getdents64, at most room bytes; the bytes used are
 * the result, or -1 and errno: EIO if the input is no list of entries, EINVAL
 * if it does not all fit.  Twice len always is enough.
 * next is the position after the last entry, its d_off.  The kernel does not
 * tell the positions in between; they are -1, which no seek accepts.
 */
ssize_t	rump_hostabi_dirents_to_host(const void *buf, size_t len, off_t next,
	    void *out, size_t room);

/*
 * Names of extended attributes: "user.x" is x in the user's namespace,
 * "system.x" x in the system's, and "trusted.x" and "security.x" are
 * there under their whole names.  from: a pointer into the argument; EOPNOTSUPP
 * for other prefixes.  to: writes at most room bytes, ERANGE if too few.
 */
int	rump_hostabi_xattr_from_host(const char *full, int *nspace,
	    const char **name);
int	rump_hostabi_xattr_to_host(int nspace, const char *name, char *full,
	    size_t room);

/*
 * Socket addresses: AF_UNSPEC, AF_UNIX (not the abstract ones, EINVAL;
 * at most 104 bytes, ENAMETOOLONG), AF_INET, AF_INET6; else EAFNOSUPPORT.
 * from: out has room for struct rump_sockaddr_storage.
 * to: *outlen is the room, then the whole length; cut as by accept(2).
 */
int	rump_hostabi_sockaddr_from_host(const struct sockaddr *, socklen_t,
	    void *out, socklen_t *outlen);
int	rump_hostabi_sockaddr_to_host(const void *, socklen_t,
	    struct sockaddr *out, socklen_t *outlen);

/* Socket options: ENOPROTOOPT.  The kind tells what the value is. */
enum rump_hostabi_optkind {
	RUMP_HOSTABI_OPT_SAME,		/* the same bytes on both sides */
	RUMP_HOSTABI_OPT_TIMEVAL,
	RUMP_HOSTABI_OPT_ERRNO,		/* int, an error number */
	RUMP_HOSTABI_OPT_INADDR,	/* in_addr; also ip_mreqn on the host */
	RUMP_HOSTABI_OPT_MREQ		/* ip_mreq; also ip_mreqn on the host */
};

int	rump_hostabi_sockopt_from_host(int level, int name, int *rlevel,
	    int *rname, enum rump_hostabi_optkind *);
int	rump_hostabi_sockopt_to_host(int rlevel, int rname, int *level,
	    int *name, enum rump_hostabi_optkind *);
/* Values; out has room for *outlen bytes, EINVAL if that is too little. */
int	rump_hostabi_optval_from_host(enum rump_hostabi_optkind, const void *,
	    socklen_t, void *out, socklen_t *outlen);
int	rump_hostabi_optval_to_host(enum rump_hostabi_optkind, const void *,
	    socklen_t, void *out, socklen_t *outlen);

/*
 * Control messages of sendmsg(2) and recvmsg(2): SCM_RIGHTS, SCM_TIMESTAMP,
 * credentials (to the host only), IP_PKTINFO, IP_TTL (to the host only),
 * IPV6_PKTINFO, IPV6_HOPLIMIT, IPV6_TCLASS.  *outlen is the room, then the
 * bytes used.  from: EINVAL for others.  to: ENOBUFS if the room ends; the
 * messages that fit are there (the caller reports MSG_CTRUNC).
 */
int	rump_hostabi_cmsg_from_host(const void *, size_t len, void *out,
	    size_t *outlen);
int	rump_hostabi_cmsg_to_host(const void *, size_t len, void *out,
	    size_t *outlen);

/* Files by descriptor. */
ssize_t	rump_host_read(int, void *, size_t);
ssize_t	rump_host_write(int, const void *, size_t);
ssize_t	rump_host_readv(int, const struct iovec *, int);
ssize_t	rump_host_writev(int, const struct iovec *, int);
ssize_t	rump_host_pread(int, void *, size_t, off_t);
ssize_t	rump_host_pwrite(int, const void *, size_t, off_t);
ssize_t	rump_host_preadv(int, const struct iovec *, int, off_t);
ssize_t	rump_host_pwritev(int, const struct iovec *, int, off_t);
/*
 * Offset -1 is the file's position.  RWF_HIPRI is a hint; RWF_DSYNC and
 * RWF_SYNC write all of the file through; other flags EOPNOTSUPP.
 */
ssize_t	rump_host_preadv2(int, const struct iovec *, int, off_t, int flags);
ssize_t	rump_host_pwritev2(int, const struct iovec *, int, off_t, int flags);
/* Copied through memory of this process, in pieces. */
ssize_t	rump_host_copy_file_range(int, off_t *, int, off_t *, size_t,
	    unsigned flags);
ssize_t	rump_host_sendfile(int out, int in, off_t *, size_t);
off_t	rump_host_lseek(int, off_t, int whence);
int	rump_host_close(int);
int	rump_host_fsync(int);
int	rump_host_fdatasync(int);
/* Flags as the host's; all of the file is written. */
int	rump_host_sync_file_range(int, off_t, off_t len, unsigned flags);
int	rump_host_syncfs(int);
int	rump_host_ftruncate(int, off_t);
/* Mode 0, or FALLOC_FL_PUNCH_HOLE with KEEP_SIZE; else EOPNOTSUPP. */
int	rump_host_fallocate(int, int mode, off_t, off_t len);
/* These two return the error, as the host's do. */
int	rump_host_posix_fallocate(int, off_t, off_t len);
int	rump_host_posix_fadvise(int, off_t, off_t len, int advice);
ssize_t	rump_host_readahead(int, off_t, size_t);
int	rump_host_dup(int);
int	rump_host_dup2(int, int);
int	rump_host_dup3(int, int, int flags);
int	rump_host_pipe(int *);
int	rump_host_pipe2(int *, int flags);
void	rump_host_closefrom(int);
/* CLOSE_RANGE_CLOEXEC or 0. */
int	rump_host_close_range(unsigned first, unsigned last, int flags);
int	rump_host_flock(int, int how);
int	rump_host_lockf(int, int cmd, off_t);
/* DUPFD, DUPFD_CLOEXEC, and GET and SET of FD, FL, OWN, LK; SETLKW. */
int	rump_host_fcntl(int, int cmd, ...);
/*
 * FIOCLEX, FIONCLEX, FIONREAD, FIONBIO, FIOASYNC, TIOCOUTQ, FIO and SIOC GETOWN
 * and SETOWN, SIOCATMARK; of disks BLKGETSIZE, BLKGETSIZE64, BLKSSZGET,
 * BLKPBSZGET, BLKFLSBUF; FS_IOC_GETFLAGS, FS_IOC_SETFLAGS.  Others ENOTTY, or
 * EBADF if the descriptor is no good: there are no terminals.
 */
int	rump_host_ioctl(int, unsigned long request, ...);
int	rump_host_isatty(int);		/* 0 and errno, as the host's */
long	rump_host_fpathconf(int, int name);

/* Files by name. */
int	rump_host_open(const char *, int flags, ... /* mode_t */);
int	rump_host_openat(int, const char *, int flags, ... /* mode_t */);
int	rump_host_creat(const char *, mode_t);
int	rump_host_access(const char *, int);
int	rump_host_euidaccess(const char *, int);
int	rump_host_faccessat(int, const char *, int, int flags);
int	rump_host_mkdir(const char *, mode_t);
int	rump_host_mkdirat(int, const char *, mode_t);
int	rump_host_mknod(const char *, mode_t, dev_t);
int	rump_host_mknodat(int, const char *, mode_t, dev_t);
int	rump_host_mkfifo(const char *, mode_t);
int	rump_host_mkfifoat(int, const char *, mode_t);
int	rump_host_link(const char *, const char *);
int	rump_host_linkat(int, const char *, int, const char *, int flags);
int	rump_host_symlink(const char *, const char *);
int	rump_host_symlinkat(const char *, int, const char *);
ssize_t	rump_host_readlink(const char *, char *, size_t);
ssize_t	rump_host_readlinkat(int, const char *, char *, size_t);
int	rump_host_unlink(const char *);
int	rump_host_unlinkat(int, const char *, int flags);
int	rump_host_rmdir(const char *);
int	rump_host_remove(const char *);
int	rump_host_rename(const char *, const char *);
int	rump_host_renameat(int, const char *, int, const char *);
/* No flag is known: EINVAL, and programs do it another way. */
int	rump_host_renameat2(int, const char *, int, const char *, unsigned);
int	rump_host_truncate(const char *, off_t);
long	rump_host_pathconf(const char *, int name);
void	rump_host_sync(void);

/* Attributes. */
int	rump_host_stat(const char *, struct stat *);
int	rump_host_lstat(const char *, struct stat *);
int	rump_host_fstat(int, struct stat *);
int	rump_host_fstatat(int, const char *, struct stat *, int flags);
/* All that is known is filled in, whatever the mask asks for. */
int	rump_host_statx(int, const char *, int flags, unsigned mask,
	    struct statx *);
int	rump_host_statvfs(const char *, struct statvfs *);
int	rump_host_fstatvfs(int, struct statvfs *);
int	rump_host_statfs(const char *, struct statfs *);
int	rump_host_fstatfs(int, struct statfs *);
int	rump_host_chmod(const char *, mode_t);
int	rump_host_fchmod(int, mode_t);
int	rump_host_fchmodat(int, const char *, mode_t, int flags);
int	rump_host_chown(const char *, uid_t, gid_t);
int	rump_host_lchown(const char *, uid_t, gid_t);
int	rump_host_fchown(int, uid_t, gid_t);
int	rump_host_fchownat(int, const char *, uid_t, gid_t, int flags);
int	rump_host_utimensat(int, const char *, const struct timespec *,
	    int flags);
int	rump_host_futimens(int, const struct timespec *);
int	rump_host_utimes(const char *, const struct timeval *);
int	rump_host_lutimes(const char *, const struct timeval *);
int	rump_host_futimes(int, const struct timeval *);
int	rump_host_futimesat(int, const char *, const struct timeval *);
int	rump_host_utime(const char *, const struct utimbuf *);

/* Extended attributes. */
ssize_t	rump_host_getxattr(const char *, const char *, void *, size_t);
ssize_t	rump_host_lgetxattr(const char *, const char *, void *, size_t);
ssize_t	rump_host_fgetxattr(int, const char *, void *, size_t);
int	rump_host_setxattr(const char *, const char *, const void *, size_t,
	    int flags);
int	rump_host_lsetxattr(const char *, const char *, const void *, size_t,
	    int flags);
int	rump_host_fsetxattr(int, const char *, const void *, size_t, int flags);
ssize_t	rump_host_listxattr(const char *, char *, size_t);
ssize_t	rump_host_llistxattr(const char *, char *, size_t);
ssize_t	rump_host_flistxattr(int, char *, size_t);
int	rump_host_removexattr(const char *, const char *);
int	rump_host_lremovexattr(const char *, const char *);
int	rump_host_fremovexattr(int, const char *);

/* Directories.  getcwd allocates with malloc(3) if there is no buffer. */
ssize_t	rump_host_getdents64(int, void *, size_t);
int	rump_host_chdir(const char *);
int	rump_host_fchdir(int);
int	rump_host_chroot(const char *);
char	*rump_host_getcwd(char *, size_t);

/* Waiting. */
int	rump_host_poll(struct pollfd *, nfds_t, int timeout);
int	rump_host_ppoll(struct pollfd *, nfds_t, const struct timespec *,
	    const sigset_t *);
int	rump_host_select(int, fd_set *, fd_set *, fd_set *, struct timeval *);
int	rump_host_pselect(int, fd_set *, fd_set *, fd_set *,
	    const struct timespec *, const sigset_t *);

/* Processes. */
mode_t	rump_host_umask(mode_t);
pid_t	rump_host_getpid(void);
pid_t	rump_host_getppid(void);
pid_t	rump_host_getpgrp(void);
pid_t	rump_host_getpgid(pid_t);
int	rump_host_setpgid(pid_t, pid_t);
pid_t	rump_host_getsid(pid_t);
pid_t	rump_host_setsid(void);
uid_t	rump_host_getuid(void);
uid_t	rump_host_geteuid(void);
gid_t	rump_host_getgid(void);
gid_t	rump_host_getegid(void);
int	rump_host_getgroups(int, gid_t *);
int	rump_host_setgroups(size_t, const gid_t *);
int	rump_host_setuid(uid_t);
int	rump_host_seteuid(uid_t);
int	rump_host_setreuid(uid_t, uid_t);
int	rump_host_setgid(gid_t);
int	rump_host_setegid(gid_t);
int	rump_host_setregid(gid_t, gid_t);
/*
 * The kernel has no call for the saved id alone, and none to read it: EINVAL
 * for a real id that changes without a saved one, and for three ids of which
 * the effective is neither of the others, unless root goes on being the saved
 * user.  Made of two calls where one does not do.
 */
int	rump_host_setresuid(uid_t, uid_t, uid_t);
int	rump_host_setresgid(gid_t, gid_t, gid_t);

/* Time.  clock_nanosleep returns the error, as the host's does. */
int	rump_host_clock_gettime(clockid_t, struct timespec *);
int	rump_host_clock_settime(clockid_t, const struct timespec *);
int	rump_host_clock_getres(clockid_t, struct timespec *);
int	rump_host_clock_nanosleep(clockid_t, int flags, const struct timespec *,
	    struct timespec *);
int	rump_host_nanosleep(const struct timespec *, struct timespec *);
int	rump_host_gettimeofday(struct timeval *, void *);

/* Files that count, and random bytes. */
int	rump_host_eventfd(unsigned, int flags);
int	rump_host_timerfd_create(clockid_t, int flags);
int	rump_host_timerfd_settime(int, int flags, const struct itimerspec *,
	    struct itimerspec *);
int	rump_host_timerfd_gettime(int, struct itimerspec *);
ssize_t	rump_host_getrandom(void *, size_t, unsigned flags);

/* Sockets. */
int	rump_host_socket(int domain, int type, int protocol);
int	rump_host_socketpair(int domain, int type, int protocol, int *);
int	rump_host_bind(int, const struct sockaddr *, socklen_t);
int	rump_host_connect(int, const struct sockaddr *, socklen_t);
int	rump_host_listen(int, int);
int	rump_host_accept(int, struct sockaddr *, socklen_t *);
int	rump_host_accept4(int, struct sockaddr *, socklen_t *, int flags);
int	rump_host_getsockname(int, struct sockaddr *, socklen_t *);
int	rump_host_getpeername(int, struct sockaddr *, socklen_t *);
ssize_t	rump_host_send(int, const void *, size_t, int flags);
ssize_t	rump_host_sendto(int, const void *, size_t, int flags,
	    const struct sockaddr *, socklen_t);
ssize_t	rump_host_sendmsg(int, const struct msghdr *, int flags);
ssize_t	rump_host_recv(int, void *, size_t, int flags);
ssize_t	rump_host_recvfrom(int, void *, size_t, int flags,
	    struct sockaddr *, socklen_t *);
ssize_t	rump_host_recvmsg(int, struct msghdr *, int flags);
/*
 * One message after the other.  An error after the first is lost, as is one of
 * the host's sendmmsg; the timeout counts when a message has come.
 */
int	rump_host_sendmmsg(int, struct mmsghdr *, unsigned n, int flags);
int	rump_host_recvmmsg(int, struct mmsghdr *, unsigned n, int flags,
	    struct timespec *timeout);
int	rump_host_sockatmark(int);
int	rump_host_setsockopt(int, int level, int name, const void *, socklen_t);
int	rump_host_getsockopt(int, int level, int name, void *, socklen_t *);
int	rump_host_shutdown(int, int how);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMP_HOSTABI_H_ */
