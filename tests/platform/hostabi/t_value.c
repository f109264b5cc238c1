/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values, type by type: every row in both directions, against the host's
 * headers and NetBSD's numbers; and values in no row, bit by bit.
 */
#include <linux/fs.h>
#include <linux/sockios.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "ha.h"

struct pair {
	int	host, rump;
	int	oneway;		/* 1: from the host only; 2: to it only */
};

static const struct pair open_pairs[] = {
	{ O_RDONLY, 0, 0 }, { O_WRONLY, 1, 0 }, { O_RDWR, 2, 0 },
	{ O_NONBLOCK, 0x4, 0 }, { O_APPEND, 0x8, 0 }, { O_ASYNC, 0x40, 0 },
	{ O_SYNC, 0x80, 0 }, { O_NOFOLLOW, 0x100, 0 }, { O_CREAT, 0x200, 0 },
	{ O_TRUNC, 0x400, 0 }, { O_EXCL, 0x800, 0 }, { O_NOCTTY, 0x8000, 0 },
	{ O_DSYNC, 0x10000, 0 }, { O_RSYNC, 0x20000, 2 },
	{ O_DIRECT, 0x80000, 0 }, { O_DIRECTORY, 0x200000, 0 },
	{ O_CLOEXEC, 0x400000, 0 },
	{ O_PATH | O_DIRECTORY, 0x800000 | 0x200000, 0 },
	{ O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0x400a02, 0 },
};
static const struct pair at_pairs[] = {
	{ 0, 0, 0 }, { AT_SYMLINK_NOFOLLOW, 0x200, 0 },
	{ AT_NO_AUTOMOUNT, 0, 1 },
};
static const struct pair access_pairs[] = {
	{ AT_EACCESS, 0x100, 0 }, { AT_SYMLINK_NOFOLLOW, 0x200, 0 },
};
static const struct pair link_pairs[] = { { AT_SYMLINK_FOLLOW, 0x400, 0 } };
static const struct pair unlink_pairs[] = { { AT_REMOVEDIR, 0x800, 0 } };
static const struct pair mode_pairs[] = {
	{ S_IFIFO, 0010000, 0 }, { S_IFCHR, 0020000, 0 },
	{ S_IFDIR, 0040000, 0 }, { S_IFBLK, 0060000, 0 },
	{ S_IFREG, 0100000, 0 }, { S_IFLNK, 0120000, 0 },
	{ S_IFSOCK, 0140000, 0 }, { S_ISUID, 04000, 0 },
	{ S_ISGID, 02000, 0 }, { S_ISVTX, 01000, 0 }, { 0777, 0777, 0 },
};
static const struct pair mnt_pairs[] = {
	{ ST_RDONLY, 0x1, 0 }, { ST_SYNCHRONOUS, 0x2, 0 },
	{ ST_NOEXEC, 0x4, 0 }, { ST_NOSUID, 0x8, 0 }, { ST_NODEV, 0x10, 0 },
	{ ST_RELATIME, 0x20000, 0 }, { ST_NOATIME, 0x4000000, 0 },
};
static const struct pair seek_pairs[] = {
	{ SEEK_SET, 0, 0 }, { SEEK_CUR, 1, 0 }, { SEEK_END, 2, 0 },
	{ SEEK_DATA, 3, 0 }, { SEEK_HOLE, 4, 0 },
};
static const struct pair fcntl_pairs[] = {
	{ F_DUPFD, 0, 0 }, { F_GETFD, 1, 0 }, { F_SETFD, 2, 0 },
	{ F_GETFL, 3, 0 }, { F_SETFL, 4, 0 }, { F_GETOWN, 5, 0 },
	{ F_SETOWN, 6, 0 }, { F_GETLK, 7, 0 }, { F_SETLK, 8, 0 },
	{ F_SETLKW, 9, 0 }, { F_DUPFD_CLOEXEC, 12, 0 },
};
static const struct pair lock_pairs[] = {
	{ F_RDLCK, 1, 0 }, { F_UNLCK, 2, 0 }, { F_WRLCK, 3, 0 },
};
static const struct pair flock_pairs[] = {
	{ LOCK_SH, 1, 0 }, { LOCK_EX, 2, 0 }, { LOCK_NB, 4, 0 },
	{ LOCK_UN, 8, 0 },
};
static const struct pair xattr_pairs[] = {
	{ XATTR_CREATE, 1, 0 }, { XATTR_REPLACE, 2, 0 },
};
static const struct pair poll_pairs[] = {
	{ POLLIN, 0x1, 0 }, { POLLPRI, 0x2, 0 }, { POLLOUT, 0x4, 0 },
	{ POLLERR, 0x8, 0 }, { POLLHUP, 0x10, 0 }, { POLLNVAL, 0x20, 0 },
	{ POLLRDNORM, 0x40, 0 }, { POLLRDBAND, 0x80, 0 },
	{ POLLWRNORM, 0x4, 1 }, { POLLWRBAND, 0x100, 0 },
};
static const struct pair clock_pairs[] = {
	{ CLOCK_REALTIME, 0, 0 }, { CLOCK_MONOTONIC, 3, 0 },
	{ CLOCK_THREAD_CPUTIME_ID, 0x20000000, 0 },
	{ CLOCK_PROCESS_CPUTIME_ID, 0x40000000, 0 },
	{ CLOCK_REALTIME_COARSE, 0, 1 }, { CLOCK_MONOTONIC_COARSE, 3, 1 },
};
static const struct pair signal_pairs[] = {
	{ SIGHUP, 1, 0 }, { SIGINT, 2, 0 }, { SIGQUIT, 3, 0 },
	{ SIGILL, 4, 0 }, { SIGTRAP, 5, 0 }, { SIGABRT, 6, 0 },
	{ SIGFPE, 8, 0 }, { SIGKILL, 9, 0 }, { SIGBUS, 10, 0 },
	{ SIGSEGV, 11, 0 }, { SIGSYS, 12, 0 }, { SIGPIPE, 13, 0 },
	{ SIGALRM, 14, 0 }, { SIGTERM, 15, 0 }, { SIGURG, 16, 0 },
	{ SIGSTOP, 17, 0 }, { SIGTSTP, 18, 0 }, { SIGCONT, 19, 0 },
	{ SIGCHLD, 20, 0 }, { SIGTTIN, 21, 0 }, { SIGTTOU, 22, 0 },
	{ SIGIO, 23, 0 }, { SIGXCPU, 24, 0 }, { SIGXFSZ, 25, 0 },
	{ SIGVTALRM, 26, 0 }, { SIGPROF, 27, 0 }, { SIGWINCH, 28, 0 },
	{ SIGUSR1, 30, 0 }, { SIGUSR2, 31, 0 }, { SIGPWR, 32, 0 },
};
static const struct pair domain_pairs[] = {
	{ AF_UNSPEC, 0, 0 }, { AF_UNIX, 1, 0 }, { AF_INET, 2, 0 },
	{ AF_SNA, 11, 0 }, { AF_DECnet, 12, 0 }, { AF_APPLETALK, 16, 0 },
	{ AF_IPX, 23, 0 }, { AF_INET6, 24, 0 }, { AF_ISDN, 26, 0 },
	{ AF_KEY, 29, 0 }, { AF_BLUETOOTH, 31, 0 }, { AF_MPLS, 33, 0 },
	{ AF_CAN, 35, 0 },
};
static const struct pair sock_pairs[] = {
	{ SOCK_STREAM, 1, 0 }, { SOCK_DGRAM, 2, 0 }, { SOCK_RAW, 3, 0 },
	{ SOCK_RDM, 4, 0 }, { SOCK_SEQPACKET, 5, 0 }, { SOCK_DCCP, 6, 0 },
	{ SOCK_STREAM | SOCK_CLOEXEC, 0x10000001, 0 },
	{ SOCK_DGRAM | SOCK_NONBLOCK, 0x20000002, 0 },
	{ SOCK_NONBLOCK, 0x20000000, 0 },
};
static const struct pair shut_pairs[] = {
	{ SHUT_RD, 0, 0 }, { SHUT_WR, 1, 0 }, { SHUT_RDWR, 2, 0 },
};
static const struct pair msg_pairs[] = {
	{ MSG_OOB, 0x1, 0 }, { MSG_PEEK, 0x2, 0 }, { MSG_DONTROUTE, 0x4, 0 },
	{ MSG_EOR, 0x8, 0 }, { MSG_TRUNC, 0x10, 2 },
	{ MSG_CTRUNC, 0x20, 2 }, { MSG_WAITALL, 0x40, 0 },
	{ MSG_DONTWAIT, 0x80, 0 }, { 0, 0x100, 2 }, { 0, 0x200, 2 },
	{ MSG_NOSIGNAL, 0x400, 0 }, { MSG_CMSG_CLOEXEC, 0x800, 0 },
	{ MSG_WAITFORONE, 0x2000, 0 },
};

static const struct pair ioctl_pairs[] = {
	{ FIOCLEX, 0x20006601, 0 }, { FIONCLEX, 0x20006602, 0 },
	{ TIOCOUTQ, 0x40046679, 0 }, { FIOGETOWN, 0x4004667b, 0 },
	{ FIOSETOWN, (int)0x8004667c, 0 }, { FIOASYNC, (int)0x8004667d, 0 },
	{ FIONBIO, (int)0x8004667e, 0 }, { FIONREAD, 0x4004667f, 0 },
	{ SIOCATMARK, 0x40047307, 0 }, { SIOCSPGRP, (int)0x80047308, 0 },
	{ SIOCGPGRP, 0x40047309, 0 }, { BLKFLSBUF, (int)0x80046476, 0 },
	{ BLKGETSIZE64, 0x40086484, 0 }, { BLKGETSIZE, 0x40086484, 1 },
	{ BLKSSZGET, 0x40046485, 0 }, { BLKPBSZGET, 0x40046485, 1 },
};
static const struct pair fsflags_pairs[] = {
	{ FS_NODUMP_FL, 0x1, 0 }, { FS_IMMUTABLE_FL, 0x2, 2 },
	{ FS_APPEND_FL, 0x4, 2 }, { FS_IMMUTABLE_FL, 0x20000, 0 },
	{ FS_APPEND_FL, 0x40000, 0 },
	{ FS_NODUMP_FL | FS_IMMUTABLE_FL, 0x20001, 0 },
};
static const struct pair advice_pairs[] = {
	{ POSIX_FADV_NORMAL, 0, 0 }, { POSIX_FADV_RANDOM, 1, 0 },
	{ POSIX_FADV_SEQUENTIAL, 2, 0 }, { POSIX_FADV_WILLNEED, 3, 0 },
	{ POSIX_FADV_DONTNEED, 4, 0 }, { POSIX_FADV_NOREUSE, 5, 0 },
};
static const struct pair pathconf_pairs[] = {
	{ _PC_LINK_MAX, 1, 0 }, { _PC_MAX_CANON, 2, 0 },
	{ _PC_MAX_INPUT, 3, 0 }, { _PC_NAME_MAX, 4, 0 },
	{ _PC_PATH_MAX, 5, 0 }, { _PC_PIPE_BUF, 6, 0 },
	{ _PC_CHOWN_RESTRICTED, 7, 0 }, { _PC_NO_TRUNC, 8, 0 },
	{ _PC_VDISABLE, 9, 0 }, { _PC_SYNC_IO, 10, 0 },
	{ _PC_FILESIZEBITS, 11, 0 }, { _PC_SYMLINK_MAX, 12, 0 },
	{ _PC_2_SYMLINKS, 13, 0 },
};
static const struct pair eventfd_pairs[] = {
	{ EFD_SEMAPHORE, 0x2, 0 }, { EFD_NONBLOCK, 0x4, 0 },
	{ EFD_CLOEXEC, 0x400000, 0 },
};
static const struct pair timerfd_pairs[] = {
	{ TFD_NONBLOCK, 0x4, 0 }, { TFD_CLOEXEC, 0x400000, 0 },
};
static const struct pair timerfd_set_pairs[] = {
	{ TFD_TIMER_ABSTIME, 1, 0 }, { TFD_TIMER_CANCEL_ON_SET, 2, 0 },
};
static const struct pair random_pairs[] = {
	{ GRND_NONBLOCK, 1, 0 }, { GRND_RANDOM, 2, 0 },
	{ GRND_INSECURE, 4, 0 },
};

/*
 * Types, their pairs, and bits or numbers of each side that must be refused.
 * tt_flags: of plain bits, so each single bit that is in no pair is refused.
 */
#define	T(name, pairs, flags, err)					\
	{ RUMP_HOSTABI_##name, #name, pairs, NITEMS(pairs), flags, err }
static const struct type {
	enum rump_hostabi tt_type;
	const char	*tt_name;
	const struct pair *tt_pairs;
	size_t		 tt_n;
	bool		 tt_flags;
	int		 tt_error;
} types[] = {
	T(OPEN, open_pairs, true, EINVAL),
	T(AT, at_pairs, true, EINVAL),
	T(AT_ACCESS, access_pairs, true, EINVAL),
	T(AT_LINK, link_pairs, true, EINVAL),
	T(AT_UNLINK, unlink_pairs, true, EINVAL),
	T(MODE, mode_pairs, false, EINVAL),
	T(MNT, mnt_pairs, true, EINVAL),
	T(SEEK, seek_pairs, false, EINVAL),
	T(FCNTL, fcntl_pairs, false, EINVAL),
	T(LOCK, lock_pairs, false, EINVAL),
	T(FLOCK, flock_pairs, true, EINVAL),
	T(XATTR, xattr_pairs, true, EINVAL),
	T(POLL, poll_pairs, true, EINVAL),
	T(CLOCK, clock_pairs, false, EINVAL),
	T(SIGNAL, signal_pairs, false, EINVAL),
	T(DOMAIN, domain_pairs, false, EAFNOSUPPORT),
	T(SOCK, sock_pairs, false, EINVAL),
	T(SHUT, shut_pairs, false, EINVAL),
	T(MSG, msg_pairs, true, EOPNOTSUPP),
	T(IOCTL, ioctl_pairs, false, ENOTTY),
	T(FSFLAGS, fsflags_pairs, true, EOPNOTSUPP),
	T(ADVICE, advice_pairs, false, EINVAL),
	T(PATHCONF, pathconf_pairs, false, EINVAL),
	T(EVENTFD, eventfd_pairs, true, EINVAL),
	T(TIMERFD, timerfd_pairs, true, EINVAL),
	T(TIMERFD_SET, timerfd_set_pairs, true, EINVAL),
	T(RANDOM, random_pairs, true, EINVAL),
};

ATF_TC_WITHOUT_HEAD(pairs);
ATF_TC_BODY(pairs, tc)
{
	const struct type *t;
	const struct pair *p;
	int out, error;

	ATF_REQUIRE_EQ(RUMP_HOSTABI__N, NITEMS(types));
	for (t = types; t < types + NITEMS(types); t++) {
		for (p = t->tt_pairs; p < t->tt_pairs + t->tt_n; p++) {
			out = -1;
			error = p->oneway == 2 ? 0 : rump_hostabi_from_host(
			    t->tt_type, p->host, &out);
			ATF_CHECK_MSG(error == 0 && (p->oneway == 2 ||
			    out == p->rump), "%s from %#x: %d, %#x",
			    t->tt_name, p->host, error, out);
			error = p->oneway == 1 ? 0 : rump_hostabi_to_host(
			    t->tt_type, p->rump, &out);
			ATF_CHECK_MSG(error == 0 && (p->oneway == 1 ||
			    out == p->host), "%s to %#x: %d, %#x",
			    t->tt_name, p->rump, error, out);
		}
	}
}

/* Is the value part of a pair, or flags are asked for, one of its bits? */
static bool
known(const struct type *t, unsigned value, bool host)
{
	const struct pair *p;
	unsigned v;

	for (p = t->tt_pairs; p < t->tt_pairs + t->tt_n; p++) {
		if (p->oneway == (host ? 2 : 1))
			continue;
		v = (unsigned)(host ? p->host : p->rump);
		if (v == value || (t->tt_flags && (v & value) != 0))
			return true;
	}
	return false;
}

static void
refused(const struct type *t, unsigned value)
{
	int out = -1, error;

	if (!known(t, value, true) && t->tt_type != RUMP_HOSTABI_OPEN) {
		error = rump_hostabi_from_host(t->tt_type, (int)value, &out);
		ATF_CHECK_MSG(error == t->tt_error, "%s from %#x: %d",
		    t->tt_name, value, error);
	}
	if (!known(t, value, false)) {
		error = rump_hostabi_to_host(t->tt_type, (int)value, &out);
		ATF_CHECK_MSG(error == t->tt_error, "%s to %#x: %d",
		    t->tt_name, value, error);
	}
	ATF_CHECK_EQ(-1, out);
}

ATF_TC_WITHOUT_HEAD(unknown);
ATF_TC_BODY(unknown, tc)
{
	const struct type *t;
	int i;

	for (t = types; t < types + NITEMS(types); t++) {
		if (t->tt_type == RUMP_HOSTABI_MODE) {
			refused(t, 0160000);
			refused(t, 0200000);
			continue;
		}
		for (i = 0; t->tt_flags && i < 32; i++)
			refused(t, 1U << i);
		for (i = 1; !t->tt_flags && i < 1024; i++)
			refused(t, (unsigned)i);
		if (!t->tt_flags)
			refused(t, (unsigned)-1);
	}
	ATF_CHECK_EQ(EINVAL, rump_hostabi_from_host(RUMP_HOSTABI__N, 0, &i));
	ATF_CHECK_EQ(EINVAL, rump_hostabi_to_host(RUMP_HOSTABI__N, 0, &i));
}

/* What the host has that the kernel has not, by name. */
ATF_TC_WITHOUT_HEAD(refusals);
ATF_TC_BODY(refusals, tc)
{
	static const struct {
		enum rump_hostabi type;
		int value, error;
	} no[] = {
		{ RUMP_HOSTABI_OPEN, O_NOATIME, EPERM },
		{ RUMP_HOSTABI_OPEN, O_TMPFILE | O_RDWR, EOPNOTSUPP },
		{ RUMP_HOSTABI_OPEN, O_PATH, EINVAL },
		{ RUMP_HOSTABI_OPEN, O_ACCMODE, EINVAL },
		{ RUMP_HOSTABI_AT, AT_EMPTY_PATH, EINVAL },
		{ RUMP_HOSTABI_FCNTL, F_OFD_SETLK, EINVAL },
		{ RUMP_HOSTABI_POLL, POLLRDHUP, EINVAL },
		{ RUMP_HOSTABI_CLOCK, CLOCK_BOOTTIME, EINVAL },
		{ RUMP_HOSTABI_SIGNAL, SIGSTKFLT, EINVAL },
		{ RUMP_HOSTABI_DOMAIN, AF_NETLINK, EAFNOSUPPORT },
		{ RUMP_HOSTABI_DOMAIN, AF_PACKET, EAFNOSUPPORT },
		{ RUMP_HOSTABI_MSG, MSG_MORE, EOPNOTSUPP },
		{ RUMP_HOSTABI_MSG, MSG_TRUNC, EOPNOTSUPP },
		{ RUMP_HOSTABI_MSG, MSG_ERRQUEUE, EOPNOTSUPP },
		{ RUMP_HOSTABI_IOCTL, TCGETS, ENOTTY },
		{ RUMP_HOSTABI_IOCTL, TIOCGWINSZ, ENOTTY },
		{ RUMP_HOSTABI_IOCTL, BLKRRPART, ENOTTY },
		{ RUMP_HOSTABI_FSFLAGS, FS_COMPR_FL, EOPNOTSUPP },
		{ RUMP_HOSTABI_PATHCONF, _PC_REC_XFER_ALIGN, EINVAL },
	};
	size_t i;
	int out;

	for (i = 0; i < NITEMS(no); i++)
		ATF_CHECK_EQ_MSG(no[i].error, rump_hostabi_from_host(
		    no[i].type, no[i].value, &out), "%zu", i);
	ATF_CHECK_EQ(EINVAL, rump_hostabi_to_host(RUMP_HOSTABI_OPEN,
	    RUMP_O_NOSIGPIPE, &out));
}

/* Error numbers: common ones both ways, the others to what is documented. */
ATF_TC_WITHOUT_HEAD(errnos);
ATF_TC_BODY(errnos, tc)
{
	static const struct pair pairs[] = {
		{ EPERM, 1, 0 }, { ENOENT, 2, 0 }, { EDEADLK, 11, 0 },
		{ EAGAIN, 35, 0 }, { EINPROGRESS, 36, 0 }, { ENOTSOCK, 38, 0 },
		{ EOPNOTSUPP, 45, 0 }, { EAFNOSUPPORT, 47, 0 },
		{ EADDRINUSE, 48, 0 }, { ETIMEDOUT, 60, 0 }, { ELOOP, 62, 0 },
		{ ENAMETOOLONG, 63, 0 }, { ENOTEMPTY, 66, 0 },
		{ EDQUOT, 69, 0 }, { ENOLCK, 77, 0 }, { ENOSYS, 78, 0 },
		{ EOVERFLOW, 84, 0 }, { EILSEQ, 85, 0 }, { ENODATA, 89, 0 },
		{ EPROTO, 96, 0 }, { ENOTSUP, 86, 2 }, { ENODATA, 93, 2 },
		{ EINVAL, 79, 2 }, { EAGAIN, 67, 2 }, { EUCLEAN, 5, 1 },
		{ EINVAL, 97, 2 }, { EINVAL, -1, 2 }, { 4711, 22, 1 },
		{ -1, 22, 1 }, { 0, 0, 0 },
	};
	size_t i;

	for (i = 0; i < NITEMS(pairs); i++) {
		if (pairs[i].oneway != 2)
			ATF_CHECK_EQ(pairs[i].rump,
			    rump_hostabi_errno_from_host(pairs[i].host));
		if (pairs[i].oneway != 1)
			ATF_CHECK_EQ(pairs[i].host,
			    rump_hostabi_errno_to_host(pairs[i].rump));
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, pairs);
	ATF_TP_ADD_TC(tp, unknown);
	ATF_TP_ADD_TC(tp, refusals);
	ATF_TP_ADD_TC(tp, errnos);
	return atf_no_error();
}
