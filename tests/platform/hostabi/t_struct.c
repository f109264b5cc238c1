/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Structures of files: device numbers, stat, statvfs, entries, locks, times,
 * sets, names of attributes; no kernel is needed.
 */
#include <sys/sysmacros.h>

#include "ha.h"

ATF_TC_WITHOUT_HEAD(dev);
ATF_TC_BODY(dev, tc)
{
	static const struct { unsigned maj, min; uint64_t rump; } d[] = {
		{ 0, 0, 0 }, { 8, 1, 0x801 }, { 0, 0xff, 0xff },
		{ 0xfff, 0xfffff, 0xffffffff }, { 1, 0x12345, 0x12300145 },
	};
	uint64_t rdev;
	dev_t dev;
	size_t i;

	for (i = 0; i < NITEMS(d); i++) {
		ATF_CHECK_EQ(0, rump_hostabi_dev_from_host(
		    makedev(d[i].maj, d[i].min), &rdev));
		ATF_CHECK_EQ(d[i].rump, rdev);
		ATF_CHECK_EQ(0, rump_hostabi_dev_to_host(rdev, &dev));
		ATF_CHECK_EQ(makedev(d[i].maj, d[i].min), dev);
	}
	ATF_CHECK_EQ(EINVAL, rump_hostabi_dev_from_host(makedev(0x1000, 0),
	    &rdev));
	ATF_CHECK_EQ(EINVAL, rump_hostabi_dev_from_host(makedev(0, 0x100000),
	    &rdev));
	ATF_CHECK_EQ(EINVAL, rump_hostabi_dev_to_host(1ULL << 32, &dev));
	ATF_CHECK_EQ(0, rump_hostabi_dev_to_host(UINT64_MAX, &dev));
	ATF_CHECK_EQ((dev_t)-1, dev);
}

static const struct rump_stat sample = {
	.st_dev = 0x102, .st_mode = S_IFBLK | 04640, .st_ino = 1ULL << 40,
	.st_nlink = 3, .st_uid = 4, .st_gid = 5, .st_rdev = 0x803,
	.st_atimespec = { 10, 11 }, .st_mtimespec = { -12, 13 },
	.st_ctimespec = { 14, 15 }, .st_birthtimespec = { 16, 17 },
	.st_size = 1LL << 35, .st_blocks = 19, .st_blksize = 4096,
	.st_flags = RUMP_SF_IMMUTABLE,
};

ATF_TC_WITHOUT_HEAD(stat);
ATF_TC_BODY(stat, tc)
{
	struct rump_stat sb = sample;
	struct stat st;

	ATF_REQUIRE_EQ(0, rump_hostabi_stat_to_host(&sb, &st));
	ATF_CHECK(st.st_dev == makedev(1, 2) && st.st_rdev == makedev(8, 3));
	ATF_CHECK(st.st_mode == (S_IFBLK | 04640) && st.st_nlink == 3);
	ATF_CHECK(st.st_ino == 1ULL << 40 && st.st_uid == 4 && st.st_gid == 5);
	ATF_CHECK(st.st_atim.tv_sec == 10 && st.st_atim.tv_nsec == 11);
	ATF_CHECK(st.st_mtim.tv_sec == -12 && st.st_mtim.tv_nsec == 13);
	ATF_CHECK(st.st_ctim.tv_sec == 14 && st.st_ctim.tv_nsec == 15);
	ATF_CHECK(st.st_size == 1LL << 35 && st.st_blocks == 19);
	ATF_CHECK_EQ(4096, st.st_blksize);
	sb.st_mode = S_IFREG | 0644;
	ATF_REQUIRE_EQ(0, rump_hostabi_stat_to_host(&sb, &st));
	ATF_CHECK_EQ(0, st.st_rdev);
	sb.st_mode = 0160000;
	ATF_CHECK_EQ(EOVERFLOW, rump_hostabi_stat_to_host(&sb, &st));
}

ATF_TC_WITHOUT_HEAD(statx);
ATF_TC_BODY(statx, tc)
{
	struct rump_stat sb = sample;
	struct statx stx;

	ATF_REQUIRE_EQ(0, rump_hostabi_statx_to_host(&sb, &stx));
	ATF_CHECK_EQ(STATX_BASIC_STATS | STATX_BTIME, stx.stx_mask);
	ATF_CHECK(stx.stx_dev_major == 1 && stx.stx_dev_minor == 2);
	ATF_CHECK(stx.stx_rdev_major == 8 && stx.stx_rdev_minor == 3);
	ATF_CHECK(stx.stx_mode == (S_IFBLK | 04640) && stx.stx_uid == 4);
	ATF_CHECK(stx.stx_gid == 5 && stx.stx_nlink == 3);
	ATF_CHECK(stx.stx_ino == 1ULL << 40 && stx.stx_size == 1ULL << 35);
	ATF_CHECK(stx.stx_blocks == 19 && stx.stx_blksize == 4096);
	ATF_CHECK(stx.stx_btime.tv_sec == 16 && stx.stx_btime.tv_nsec == 17);
	ATF_CHECK(stx.stx_mtime.tv_sec == -12 && stx.stx_atime.tv_sec == 10);
	ATF_CHECK_EQ(STATX_ATTR_IMMUTABLE, stx.stx_attributes);
	sb.st_birthtimespec.tv_sec = -1;
	ATF_REQUIRE_EQ(0, rump_hostabi_statx_to_host(&sb, &stx));
	ATF_CHECK_EQ(STATX_BASIC_STATS, stx.stx_mask);
}

ATF_TC_WITHOUT_HEAD(statvfs);
ATF_TC_BODY(statvfs, tc)
{
	static struct rump_statvfs sb = {
		.f_flag = RUMP_MNT_RDONLY | RUMP_MNT_LOCAL | RUMP_MNT_NOATIME |
		    RUMP_MNT_SOFTDEP,
		.f_bsize = 1, .f_frsize = 2, .f_blocks = 3, .f_bfree = 4,
		.f_bavail = 5, .f_files = 6, .f_ffree = 7, .f_favail = 8,
		.f_fsid = 9, .f_namemax = 10,
	};
	struct statvfs sv;

	ATF_REQUIRE_EQ(0, rump_hostabi_statvfs_to_host(&sb, &sv));
	ATF_CHECK(sv.f_bsize == 1 && sv.f_frsize == 2 && sv.f_blocks == 3);
	ATF_CHECK(sv.f_bfree == 4 && sv.f_bavail == 5 && sv.f_files == 6);
	ATF_CHECK(sv.f_ffree == 7 && sv.f_favail == 8 && sv.f_fsid == 9);
	ATF_CHECK(sv.f_namemax == 10);
	ATF_CHECK_EQ(ST_RDONLY | ST_NOATIME, sv.f_flag);
	sb.f_flag = RUMP_MNT_UPDATE;
	ATF_CHECK_EQ(EINVAL, rump_hostabi_statvfs_to_host(&sb, &sv));
}

/* Put an entry of the kernel at p, return where the next one goes. */
static char *
entry(char *p, const char *name, uint64_t ino, uint8_t type)
{
	struct rump_dirent *d = (void *)p;

	d->d_fileno = ino;
	d->d_namlen = (uint16_t)strlen(name);
	d->d_reclen = (uint16_t)((offsetof(struct rump_dirent, d_name) +
	    d->d_namlen + 8) & ~7U);
	d->d_type = type;
	strcpy(d->d_name, name);
	return p + d->d_reclen;
}

ATF_TC_WITHOUT_HEAD(dirents);
ATF_TC_BODY(dirents, tc)
{
	_Alignas(8) char in[1024], out[1024];
	struct dirent64 *d = (void *)out;
	char *p = in;
	ssize_t n;
	size_t len;

	memset(in, 0, sizeof(in));
	p = entry(p, "a", 5, DT_DIR);
	p = entry(p, "gone", 0, DT_REG);
	p = entry(p, "name-of-16-bytes", 7, DT_LNK);
	len = (size_t)(p - in);
	n = RL(rump_hostabi_dirents_to_host(in, len, 99, out, sizeof(out)));
	ATF_CHECK_STREQ("a", d->d_name);
	ATF_CHECK(d->d_ino == 5 && d->d_type == DT_DIR && d->d_off == -1);
	ATF_CHECK_EQ(24, d->d_reclen);
	d = (void *)(out + d->d_reclen);
	ATF_CHECK_STREQ("name-of-16-bytes", d->d_name);
	ATF_CHECK(d->d_ino == 7 && d->d_type == DT_LNK && d->d_off == 99);
	ATF_CHECK_EQ(n, 24 + d->d_reclen);
	RE(EINVAL, rump_hostabi_dirents_to_host(in, len, 0, out, (size_t)n -
	    1));
	RE(EIO, rump_hostabi_dirents_to_host(in, len - 1, 0, out, 1024));
	((struct rump_dirent *)(void *)in)->d_namlen = 300;
	RE(EIO, rump_hostabi_dirents_to_host(in, len, 0, out, 1024));
	((struct rump_dirent *)(void *)in)->d_reclen = 0;
	RE(EIO, rump_hostabi_dirents_to_host(in, len, 0, out, 1024));
}

ATF_TC_WITHOUT_HEAD(flock);
ATF_TC_BODY(flock, tc)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_END,
	    .l_start = -5, .l_len = 1LL << 40, .l_pid = 7 }, back;
	struct rump_flock rfl;

	ATF_REQUIRE_EQ(0, rump_hostabi_flock_from_host(&fl, &rfl));
	ATF_CHECK(rfl.l_type == 3 && rfl.l_whence == 2 && rfl.l_start == -5);
	ATF_CHECK(rfl.l_len == 1LL << 40 && rfl.l_pid == 7);
	ATF_REQUIRE_EQ(0, rump_hostabi_flock_to_host(&rfl, &back));
	ATF_CHECK(back.l_type == F_WRLCK && back.l_whence == SEEK_END);
	ATF_CHECK(back.l_start == -5 && back.l_len == 1LL << 40);
	fl.l_type = 77;
	ATF_CHECK_EQ(EINVAL, rump_hostabi_flock_from_host(&fl, &rfl));
	rfl.l_type = 0;
	ATF_CHECK_EQ(EINVAL, rump_hostabi_flock_to_host(&rfl, &back));
}

ATF_TC_WITHOUT_HEAD(times);
ATF_TC_BODY(times, tc)
{
	struct timespec ts[2] = { { 1, UTIME_NOW }, { -3, 999999999 } };
	struct rump_timespec rts[2];
	struct timeval tv = { 5, 999999 };
	struct rump_timeval rtv;

	ATF_REQUIRE_EQ(0, rump_hostabi_times_from_host(ts, rts));
	ATF_CHECK(rts[0].tv_nsec == (1 << 30) - 1);
	ATF_CHECK(rts[1].tv_sec == -3 && rts[1].tv_nsec == 999999999);
	ts[0].tv_nsec = UTIME_OMIT;
	ATF_REQUIRE_EQ(0, rump_hostabi_times_from_host(ts, rts));
	ATF_CHECK(rts[0].tv_nsec == (1 << 30) - 2);
	ts[0].tv_nsec = 1000000000;
	ATF_CHECK_EQ(EINVAL, rump_hostabi_times_from_host(ts, rts));
	ATF_REQUIRE_EQ(0, rump_hostabi_timeval_from_host(&tv, &rtv));
	ATF_CHECK(rtv.tv_sec == 5 && rtv.tv_usec == 999999);
	tv.tv_usec = 1000000;
	ATF_CHECK_EQ(EINVAL, rump_hostabi_timeval_from_host(&tv, &rtv));
}

ATF_TC_WITHOUT_HEAD(sets);
ATF_TC_BODY(sets, tc)
{
	struct rump_sigset rs;
	uint32_t words[4];
	fd_set set, back;
	sigset_t ss;
	int fd;

	sigemptyset(&ss);
	sigaddset(&ss, SIGCHLD);
	sigaddset(&ss, SIGPWR);
	sigaddset(&ss, SIGSTKFLT);
	rump_hostabi_sigset_from_host(&ss, &rs);
	ATF_CHECK(rs.bits[0] == (1U << 19 | 1U << 31) && rs.bits[1] == 0);
	FD_ZERO(&set);
	FD_SET(0, &set);
	FD_SET(31, &set);
	FD_SET(32, &set);
	FD_SET(99, &set);
	FD_SET(100, &set);
	ATF_REQUIRE_EQ(0, rump_hostabi_fdset_from_host(100, &set, words));
	ATF_CHECK(words[0] == 0x80000001 && words[1] == 1 && words[3] == 8);
	ATF_REQUIRE_EQ(0, rump_hostabi_fdset_to_host(100, words, &back));
	for (fd = 0; fd < 101; fd++)
		ATF_CHECK_EQ(fd < 100 && FD_ISSET(fd, &set),
		    !!FD_ISSET(fd, &back));
	ATF_CHECK_EQ(EINVAL, rump_hostabi_fdset_from_host(FD_SETSIZE + 1,
	    &set, words));
}

ATF_TC_WITHOUT_HEAD(xattr);
ATF_TC_BODY(xattr, tc)
{
	static const struct {
		const char *full;
		int ns;
		const char *name;
	} x[] = {
		{ "user.a", 1, "a" }, { "user.user.a", 1, "user.a" },
		{ "system.posix_acl_access", 2, "posix_acl_access" },
		{ "trusted.b", 2, "trusted.b" },
		{ "security.selinux", 2, "security.selinux" },
	};
	const char *name;
	char full[64];
	size_t i;
	int ns;

	for (i = 0; i < NITEMS(x); i++) {
		ATF_REQUIRE_EQ(0, rump_hostabi_xattr_from_host(x[i].full, &ns,
		    &name));
		ATF_CHECK_EQ(x[i].ns, ns);
		ATF_CHECK_STREQ(x[i].name, name);
		ATF_REQUIRE_EQ(0, rump_hostabi_xattr_to_host(ns, name, full,
		    sizeof(full)));
		ATF_CHECK_STREQ(x[i].full, full);
	}
	ATF_CHECK_EQ(EOPNOTSUPP, rump_hostabi_xattr_from_host("x", &ns, &name));
	ATF_CHECK_EQ(EINVAL, rump_hostabi_xattr_from_host("user.", &ns, &name));
	ATF_CHECK_EQ(ERANGE, rump_hostabi_xattr_to_host(1, "a", full, 6));
	ATF_CHECK_EQ(EOPNOTSUPP, rump_hostabi_xattr_to_host(0, "a", full, 9));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, dev);
	ATF_TP_ADD_TC(tp, stat);
	ATF_TP_ADD_TC(tp, statx);
	ATF_TP_ADD_TC(tp, statvfs);
	ATF_TP_ADD_TC(tp, dirents);
	ATF_TP_ADD_TC(tp, flock);
	ATF_TP_ADD_TC(tp, times);
	ATF_TP_ADD_TC(tp, sets);
	ATF_TP_ADD_TC(tp, xattr);
	return atf_no_error();
}
