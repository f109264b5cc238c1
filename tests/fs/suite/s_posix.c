/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any file system through the corners of POSIX's calls: flags of open(2),
 * vectors, space given and taken, data and holes, limits, directories that are
 * gone, set-id bits, access times as the mount wants them, a read-only mount.
 */
#include "suite.h"

#include <limits.h>
#include <stdbool.h>

#include <rump/rumpdefs.h>

static char buf[65536];

static void
become(unsigned int uid)
{

	RL(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_setgid(uid));
	RL(rump_sys_setuid(uid));
	RL(rump_sys_chdir("/t"));
}

ATF_TC_WITHOUT_HEAD(open_flags);
ATF_TC_BODY(open_flags, tc)
{
	int fd;

	fs_boot();
	FS_NEEDS(FS_SYMLINKS);
	vk_write("f", "text");
	RL(rump_sys_mkdir("d", 0755));
	RL(rump_sys_symlink("f", "lf"));
	RL(rump_sys_symlink("nothing", "ln"));
	RE(EEXIST, rump_sys_open("f", RUMP_O_CREAT | RUMP_O_EXCL, 0644));
	RE(EEXIST, rump_sys_open("d", RUMP_O_CREAT | RUMP_O_EXCL, 0644));
	RE(EEXIST, rump_sys_open("ln", RUMP_O_CREAT | RUMP_O_EXCL, 0644));
	RE(ENOENT, rump_sys_open("ln", RUMP_O_RDWR));
	RE(EFTYPE, rump_sys_open("lf", RUMP_O_RDONLY | RUMP_O_NOFOLLOW));
	RE(ENOTDIR, rump_sys_open("f", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	RE(ENOTDIR, rump_sys_open("lf", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	RE(ENOTDIR, rump_sys_open("f/", RUMP_O_RDONLY));
	RE(ENOTDIR, rump_sys_open("f/x", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EISDIR, rump_sys_open("d", RUMP_O_WRONLY));
	RE(EISDIR, rump_sys_open("d", RUMP_O_RDWR));
	RE(EISDIR, rump_sys_open("d", RUMP_O_RDONLY | RUMP_O_TRUNC));
	RE(EINVAL, rump_sys_open("f", RUMP_O_ACCMODE));
	RE(ENOENT, rump_sys_open("", RUMP_O_RDONLY));
	/* what a link names is made where it says */
	vk_touch("ln", RUMP_O_CREAT | RUMP_O_WRONLY);
	ATF_CHECK(S_ISREG(fs_stat("nothing").st_mode));
	vk_touch("f", RUMP_O_WRONLY | RUMP_O_CREAT);
	vk_holds("f", "text");
	fd = RL(rump_sys_open("f", RUMP_O_RDONLY));
	RE(EBADF, rump_sys_write(fd, "x", 1));
	RE(EINVAL, rump_sys_ftruncate(fd, 0));
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open("f", RUMP_O_WRONLY | RUMP_O_SYNC));
	RE(EBADF, rump_sys_read(fd, buf, 1));
	ATF_CHECK_EQ(3, rump_sys_write(fd, "new", 3));
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open("f", RUMP_O_RDWR | RUMP_O_DSYNC));
	ATF_CHECK_EQ(1, rump_sys_pwrite(fd, "!", 1, 4));
	RL(rump_sys_close(fd));
	vk_holds("f", "newt!");
	vk_touch("f", RUMP_O_WRONLY | RUMP_O_TRUNC);
	ATF_CHECK_EQ(0, fs_stat("f").st_size);
	fs_done();
}

/* Two who append never overwrite each other. */
ATF_TC_WITHOUT_HEAD(append);
ATF_TC_BODY(append, tc)
{
	int a, b;

	fs_boot();
	a = RL(rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR | RUMP_O_APPEND,
	    0644));
	b = RL(rump_sys_open("f", RUMP_O_WRONLY | RUMP_O_APPEND));
	ATF_CHECK_EQ(1, rump_sys_write(a, "1", 1));
	ATF_CHECK_EQ(2, rump_sys_write(b, "22", 2));
	ATF_CHECK_EQ(1, rump_sys_write(a, "3", 1));
	ATF_CHECK_EQ(4, RL(rump_sys_lseek(a, 0, RUMP_SEEK_CUR)));
	ATF_CHECK_EQ(0, rump_sys_read(a, buf, 1));
	RL(rump_sys_ftruncate(a, 2));
	ATF_CHECK_EQ(1, rump_sys_write(b, "4", 1));
	RL(rump_sys_close(a));
	RL(rump_sys_close(b));
	vk_holds("f", "124");
	fs_done();
}

static ssize_t
vec(ssize_t (*op)(int, const struct iovec *, int, off_t), int fd, off_t off,
    char *p, size_t n1, size_t n2, size_t n3)
{
	struct iovec iov[3] = {
		{ p, n1 }, { p + n1, n2 }, { p + n1 + n2, n3 },
	};

	return op(fd, iov, 3, off);
}

ATF_TC_WITHOUT_HEAD(vectors);
ATF_TC_BODY(vectors, tc)
{
	struct iovec big[2] = { { buf, SSIZE_MAX }, { buf, SSIZE_MAX } };
	struct iovec one = { buf, 1 };
	char *copy = malloc(20000);
	int fd, i;

	fs_boot();
	for (i = 0; i < 20000; i++)
		buf[i] = (char)(i % 251 + 1);
	fd = RL(rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_CHECK_EQ(20000, vec(rump_sys_pwritev, fd, 5000, buf, 1, 0, 19999));
	ATF_CHECK_EQ(0, RL(rump_sys_lseek(fd, 0, RUMP_SEEK_CUR)));
	ATF_CHECK_EQ(25000, fs_stat("f").st_size);
	ATF_CHECK_EQ(20000, vec(rump_sys_preadv, fd, 5000, copy, 4095, 4096,
	    11809));
	ATF_CHECK_EQ(0, memcmp(copy, buf, 20000));
	/* across the hole and the end */
	ATF_CHECK_EQ(5002, vec(rump_sys_preadv, fd, 0, copy, 2, 4998, 2));
	for (i = 0; i < 5000; i++)
		ATF_REQUIRE_EQ(0, copy[i]);
	ATF_CHECK_EQ(buf[0], copy[5000]);
	ATF_CHECK_EQ(10, vec(rump_sys_preadv, fd, 24990, copy, 4, 4, 100));
	ATF_CHECK_EQ(0, vec(rump_sys_preadv, fd, 25000, copy, 4, 4, 4));
	RE(EINVAL, rump_sys_preadv(fd, &one, 1, -1));
	RE(EINVAL, rump_sys_pwritev(fd, &one, 1, -1));
	RE(EINVAL, rump_sys_pwritev(fd, big, 2, 0));
	RE(EINVAL, rump_sys_preadv(fd, &one, -1, 0));
	RE(EINVAL, rump_sys_preadv(fd, &one, 1025, 0));
	RL(rump_sys_close(fd));
	free(copy);
	fs_done();
}

static uint64_t
bytes_used(const char *path)
{

	return (uint64_t)fs_stat(path).st_blocks * 512;
}

ATF_TC_WITHOUT_HEAD(fallocate);
ATF_TC_BODY(fallocate, tc)
{
	int error, fd, i;

	fs_boot();
	fd = RL(rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_REQUIRE_EQ(4, rump_sys_pwrite(fd, "kept", 4, 9000));
	ATF_CHECK_EQ(RUMP_EINVAL, rump_sys_posix_fallocate(fd, 0, 0));
	ATF_CHECK_EQ(RUMP_EINVAL, rump_sys_posix_fallocate(fd, -1, 1));
	ATF_CHECK_EQ(RUMP_EFBIG, rump_sys_posix_fallocate(fd, INT64_MAX, 1));
	ATF_CHECK_EQ(RUMP_EBADF, rump_sys_posix_fallocate(999, 0, 1));
	error = rump_sys_posix_fallocate(fd, 100, 40000);
	if (error == RUMP_EOPNOTSUPP) {
		/* then nothing happened */
		ATF_CHECK_EQ(9004, fs_stat("f").st_size);
		RL(rump_sys_close(fd));
		fs_done();
		return;
	}
	ATF_REQUIRE_EQ(0, error);
	ATF_CHECK_EQ(40100, fs_stat("f").st_size);
	ATF_CHECK(bytes_used("f") >= 40000);
	memset(buf, 1, 40100);
	ATF_REQUIRE_EQ(40100, rump_sys_pread(fd, buf, 40100, 0));
	ATF_CHECK_EQ(0, memcmp(buf + 9000, "kept", 4));
	memset(buf + 9000, 0, 4);
	for (i = 0; i < 40100; i++)
		ATF_REQUIRE_EQ(0, buf[i]);
	/* within the file nothing changes */
	ATF_REQUIRE_EQ(0, rump_sys_posix_fallocate(fd, 0, 10));
	ATF_CHECK_EQ(40100, fs_stat("f").st_size);
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open("f", RUMP_O_RDONLY));
	ATF_CHECK_EQ(RUMP_EBADF, rump_sys_posix_fallocate(fd, 0, 10));
	RL(rump_sys_close(fd));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(fdiscard);
ATF_TC_BODY(fdiscard, tc)
{
	static const off_t lo[] = { 0, 100, 4096, 5000, 12288, 59999 };
	static const off_t len[] = { 1, 4096, 4097, 20000, 100000 };
	uint64_t full;
	size_t i, j;
	off_t k;
	int fd;

	fs_boot();
	fd = RL(rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EINVAL, rump_sys_fdiscard(fd, -1, 1));
	RE(EINVAL, rump_sys_fdiscard(fd, 0, -1));
	for (i = 0; i < 6; i++)
		for (j = 0; j < 5; j++) {
			memset(buf, 'x', 60000);
			ATF_REQUIRE_EQ(60000, rump_sys_pwrite(fd, buf, 60000,
			    0));
			full = bytes_used("f");
			if (rump_sys_fdiscard(fd, lo[i], len[j]) == -1) {
				ATF_REQUIRE_EQ(RUMP_EOPNOTSUPP, errno);
				goto out;
			}
			ATF_REQUIRE_EQ(60000, fs_stat("f").st_size);
			ATF_REQUIRE_EQ(60000, rump_sys_pread(fd, buf, 60000,
			    0));
			for (k = 0; k < 60000; k++)
				ATF_REQUIRE_MSG(buf[k] == (k >= lo[i] && k <
				    lo[i] + len[j] ? 0 : 'x'), "%jd after %jd "
				    "from %jd", (intmax_t)k, (intmax_t)len[j],
				    (intmax_t)lo[i]);
			ATF_REQUIRE(len[j] < 20000 || lo[i] > 12288 ||
			    bytes_used("f") < full);
		}
	RL(rump_sys_fdiscard(fd, 100000, 5));
	ATF_CHECK_EQ(60000, fs_stat("f").st_size);
out:
	RL(rump_sys_close(fd));
	fs_done();
}

/* Data and holes cover the file in turn; only data may be other than zero. */
static void
check_map(int fd, off_t size)
{
	off_t data, hole = 0, off;
	ssize_t i, n;

	do {
		data = rump_sys_lseek(fd, hole, RUMP_SEEK_DATA);
		if (data == -1) {
			ATF_REQUIRE_EQ(RUMP_ENXIO, errno);
			data = size;
		}
		ATF_REQUIRE(data >= hole && data <= size);
		for (off = hole; off < data; off += n) {
			n = data - off < 65536 ? data - off : 65536;
			ATF_REQUIRE_EQ(n, rump_sys_pread(fd, buf, n, off));
			for (i = 0; i < n; i++)
				ATF_REQUIRE_EQ(0, buf[i]);
		}
		if (data == size)
			break;
		hole = RL(rump_sys_lseek(fd, data, RUMP_SEEK_HOLE));
		ATF_REQUIRE(hole > data && hole <= size);
		ATF_CHECK_EQ(data, RL(rump_sys_lseek(fd, data,
		    RUMP_SEEK_DATA)));
	} while (hole < size);
	RE(ENXIO, rump_sys_lseek(fd, size, RUMP_SEEK_DATA));
	RE(ENXIO, rump_sys_lseek(fd, size, RUMP_SEEK_HOLE));
	RE(ENXIO, rump_sys_lseek(fd, size + 1, RUMP_SEEK_HOLE));
}

ATF_TC_WITHOUT_HEAD(seek_sparse);
ATF_TC_BODY(seek_sparse, tc)
{
	int fd;

	fs_boot();
	fd = RL(rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(ENXIO, rump_sys_lseek(fd, 0, RUMP_SEEK_DATA));
	RE(ENXIO, rump_sys_lseek(fd, 0, RUMP_SEEK_HOLE));
	ATF_REQUIRE_EQ(1, rump_sys_pwrite(fd, "a", 1, 0));
	check_map(fd, 1);
	ATF_CHECK_EQ(1, RL(rump_sys_lseek(fd, 0, RUMP_SEEK_HOLE)));
	RL(rump_sys_ftruncate(fd, 300000));
	check_map(fd, 300000);
	ATF_REQUIRE_EQ(3, rump_sys_pwrite(fd, "bcd", 3, 131071));
	check_map(fd, 300000);
	ATF_REQUIRE_EQ(1, rump_sys_pwrite(fd, "e", 1, 299999));
	check_map(fd, 300000);
	memset(buf, 'x', sizeof(buf));
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_pwrite(fd, buf, sizeof(buf),
	    40001));
	check_map(fd, 300000);
	RL(rump_sys_ftruncate(fd, 50000));
	check_map(fd, 50000);
	RL(rump_sys_close(fd));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(names);
ATF_TC_BODY(names, tc)
{
	char ok[256], longer[257], path[1100], text[1100];
	int i;

	fs_boot();
	FS_NEEDS(FS_LINKS | FS_SYMLINKS);
	memset(ok, 'n', 255);
	ok[255] = '\0';
	memset(longer, 'n', 256);
	longer[256] = '\0';
	vk_write(ok, "x");
	vk_holds(ok, "x");
	RE(ENAMETOOLONG, rump_sys_open(longer, RUMP_O_CREAT | RUMP_O_RDWR,
	    0644));
	RE(ENAMETOOLONG, rump_sys_mkdir(longer, 0755));
	RE(ENAMETOOLONG, rump_sys_symlink("x", longer));
	RE(ENAMETOOLONG, rump_sys_link(ok, longer));
	RE(ENAMETOOLONG, rump_sys_rename(ok, longer));
	RE(ENAMETOOLONG, rump_sys_unlink(longer));
	RE(ENAMETOOLONG, rump_sys_rmdir(longer));
	RL(rump_sys_unlink(ok));
	RL(rump_sys_mkdir(ok, 0755));
	RL(rump_sys_rmdir(ok));
	/* a path of 1023 bytes is the longest one */
	vk_write("f", "x");
	memset(path, '/', sizeof(path));
	memcpy(path, "/t", 2);
	memcpy(path + 1022, "f", 2);
	vk_holds(path, "x");
	memset(path + 2, '/', 1024);
	memcpy(path + 1023, "f", 2);
	RE(ENAMETOOLONG, rump_sys_open(path, RUMP_O_RDONLY));
	memset(text, 'y', 1024);
	text[1024] = '\0';
	RE(ENAMETOOLONG, rump_sys_symlink(text, "l"));
	text[1023] = '\0';
	RL(rump_sys_symlink(text, "l"));
	ATF_CHECK_EQ(1023, rump_sys_readlink("l", path, sizeof(path)));
	ATF_CHECK_EQ(0, memcmp(path, text, 1023));
	ATF_CHECK_EQ(3, rump_sys_readlink("l", path, 3));
	/* 32 symbolic links may be on the way */
	for (i = 0; i < 40; i++) {
		snprintf(path, sizeof(path), "c%d", i);
		snprintf(text, sizeof(text), i == 0 ? "f" : "c%d", i - 1);
		RL(rump_sys_symlink(text, path));
	}
	vk_holds("c31", "x");
	RE(ELOOP, rump_sys_open("c32", RUMP_O_RDONLY));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(sizes);
ATF_TC_BODY(sizes, tc)
{
	int fd;

	fs_boot();
	fd = RL(rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EFBIG, rump_sys_pwrite(fd, "xy", 2, INT64_MAX - 1));
	RE(EFBIG, rump_sys_ftruncate(fd, INT64_MAX));
	RE(EINVAL, rump_sys_lseek(fd, -1, RUMP_SEEK_SET));
	ATF_CHECK_EQ(0, fs_stat("f").st_size);
	ATF_CHECK_EQ(0, rump_sys_pread(fd, buf, 1, INT64_MAX - 1));
	ATF_CHECK_EQ(0, rump_sys_pwrite(fd, buf, 0, 1000));
	ATF_CHECK_EQ(0, fs_stat("f").st_size);
	RL(rump_sys_lseek(fd, 100, RUMP_SEEK_END));
	ATF_CHECK_EQ(0, fs_stat("f").st_size);
	ATF_CHECK_EQ(1, rump_sys_write(fd, "x", 1));
	ATF_CHECK_EQ(101, fs_stat("f").st_size);
	RL(rump_sys_close(fd));
	fs_done();
}

/* A directory that is gone is empty and takes nothing. */
ATF_TC_WITHOUT_HEAD(removed_dir);
ATF_TC_BODY(removed_dir, tc)
{
	struct rump_stat st;
	int fd, i, n;

	fs_boot();
	FS_NEEDS(FS_LINKS | FS_SYMLINKS);
	RL(rump_sys_mkdir("d", 0755));
	RL(rump_sys_mkdir("d/e", 0755));
	RE(EINVAL, rump_sys_rmdir("d/e/."));
	RE(ENOTEMPTY, rump_sys_rmdir("d/e/.."));
	RL(rump_sys_rmdir("d/e"));
	RE(EPERM, rump_sys_unlink("d"));
	vk_write("f", "x");
	RE(ENOTDIR, rump_sys_rmdir("f"));
	fd = RL(rump_sys_open("d", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	RL(rump_sys_rmdir("d"));
	RL(rump_sys_fstat(fd, (struct stat *)&st));
	ATF_CHECK_EQ(0, st.st_nlink);
	for (i = 0; i < 3; i++) {
		n = rump_sys_getdents(fd, buf, sizeof(buf));
		ATF_CHECK(n >= 0 || errno == RUMP_ENOENT);
		if (n <= 0)
			break;
	}
	RE(ENOENT, rump_sys_openat(fd, "g", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(ENOENT, rump_sys_mkdirat(fd, "g", 0755));
	RE(ENOENT, rump_sys_symlinkat("x", fd, "g"));
	RE(ENOENT, rump_sys_linkat(RUMP_AT_FDCWD, "f", fd, "g", 0));
	RE(ENOENT, rump_sys_renameat(RUMP_AT_FDCWD, "f", fd, "g"));
	RL(rump_sys_mkdir("d", 0755));
	ATF_CHECK_EQ(2, fs_stat("d").st_nlink);
	RL(rump_sys_close(fd));
	RL(rump_sys_rmdir("d"));
	fs_done();
}

/* Calls by name that are for files or directories, on what is neither. */
static void
special_by_name(const char *name)
{
	char list[64];

	RE(ENOTDIR, rump_sys_chdir(name));
	RE(ENOTDIR, rump_sys_chroot(name));
	RE(ENOTDIR, rump_sys_rmdir(name));
	RE(EEXIST, rump_sys_mkdir(name, 0755));
	RE(EINVAL, rump_sys_readlink(name, list, sizeof(list)));
	RE(EINVAL, rump_sys_unmount(name, 0));
	(void)rump_sys_truncate(name, 0);
	(void)rump_sys_truncate(name, 10);
	(void)rump_sys_chflags(name, 0);
	(void)rump_sys_revoke(name);
	(void)rump_sys_extattr_list_file(name, 1, list, sizeof(list));
	(void)rump_sys_extattr_set_file(name, 1, "a", "b", 1);
	(void)rump_sys_extattr_get_file(name, 1, "a", list, 1);
	(void)rump_sys_extattr_delete_file(name, 1, "a");
	RL(rump_sys_chmod(name, 0600));
	RL(rump_sys_chown(name, 0, 0));
	RL(rump_sys_access(name, 4));
	RL(rump_sys_link(name, "other"));
	RL(rump_sys_rename("other", name));
	RL(rump_sys_rename(name, "other"));
	RL(rump_sys_rename("other", name));
}

static void
special_as_dir(int fd)
{
	struct rump_stat st;

	RE(ENOTDIR, rump_sys_fchdir(fd));
	RE(ENOTDIR, rump_sys_fchroot(fd));
	RE(ENOTDIR, rump_sys_openat(fd, "x", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RE(ENOTDIR, rump_sys_mkdirat(fd, "x", 0755));
	RE(ENOTDIR, rump_sys_mkfifoat(fd, "x", 0755));
	RE(ENOTDIR, rump_sys_symlinkat("y", fd, "x"));
	RE(ENOTDIR, rump_sys_linkat(fd, "x", RUMP_AT_FDCWD, "y", 0));
	RE(ENOTDIR, rump_sys_renameat(fd, "x", RUMP_AT_FDCWD, "y"));
	RE(ENOTDIR, rump_sys_renameat(RUMP_AT_FDCWD, "f", fd, "y"));
	RE(ENOTDIR, rump_sys_unlinkat(fd, "x", 0));
	RE(ENOTDIR, rump_sys_readlinkat(fd, "x", buf, 10));
	RE(ENOTDIR, rump_sys_fstatat(fd, "x", (struct stat *)&st, 0));
	RE(ENOTDIR, rump_sys_faccessat(fd, "x", 0, 0));
}

ATF_TC_WITHOUT_HEAD(special_calls);
ATF_TC_BODY(special_calls, tc)
{
	int fd;

	fs_boot();
	FS_NEEDS(FS_SPECIAL | FS_LINKS | FS_MODES);
	vk_write("f", "x");
	RL(rump_sys_mkfifo("p", 0644));
	RL(rump_sys_mknod("c", S_IFCHR | 0600, 0xff0a));
	RL(rump_sys_mknod("b", S_IFBLK | 0600, 0xff0a));
	special_by_name("p");
	special_by_name("c");
	special_by_name("b");
	RE(ENXIO, rump_sys_open("c", RUMP_O_RDWR));
	RE(ENXIO, rump_sys_open("b", RUMP_O_RDWR));
	fd = RL(rump_sys_open("p", RUMP_O_RDWR | RUMP_O_NONBLOCK));
	special_as_dir(fd);
	RE(ESPIPE, rump_sys_lseek(fd, 0, RUMP_SEEK_SET));
	RE(ESPIPE, rump_sys_lseek(fd, 0, RUMP_SEEK_DATA));
	RE(ESPIPE, rump_sys_pread(fd, buf, 1, 0));
	RE(ESPIPE, rump_sys_pwrite(fd, buf, 1, 0));
	RE(ENOTDIR, rump_sys_getdents(fd, buf, sizeof(buf)));
	ATF_CHECK(rump_sys_posix_fallocate(fd, 0, 10) != 0);
	ATF_CHECK_EQ(-1, rump_sys_fdiscard(fd, 0, 10));
	(void)rump_sys_ftruncate(fd, 0);
	(void)rump_sys_fsync(fd);
	(void)rump_sys_fsync_range(fd, 0, 0, 0);
	RL(rump_sys_fpathconf(fd, 6));			/* _PC_PIPE_BUF */
	RL(rump_sys_close(fd));
	fs_done();
}

/* What becomes of set-id bits, and whose group a new file has. */
ATF_TC_WITHOUT_HEAD(setid);
ATF_TC_BODY(setid, tc)
{
	int fd;

	fs_boot();
	FS_NEEDS(FS_MODES);
	RL(rump_sys_mkdir("d", 0777));
	RL(rump_sys_chown("d", 0, 77));
	RL(rump_sys_chmod("d", 0777));
	become(100);
	vk_write("d/f", "x");
	ATF_CHECK_EQ(77, fs_stat("d/f").st_gid);
	ATF_CHECK_EQ(100, fs_stat("d/f").st_uid);
	/* not of that group: the bit cannot be had */
	RE(EPERM, rump_sys_chmod("d/f", 02755));
	RL(rump_sys_chown("d/f", -1, 100));
	RE(EPERM, rump_sys_chown("d/f", -1, 77));
	RL(rump_sys_chmod("d/f", 06755));
	ATF_CHECK_EQ(06755, fs_stat("d/f").st_mode & 07777);
	/* only a directory may be sticky */
	RE(EFTYPE, rump_sys_chmod("d/f", 01644));
	/* who is not root loses the bits by writing */
	fd = RL(rump_sys_open("d/f", RUMP_O_WRONLY));
	ATF_CHECK_EQ(1, rump_sys_write(fd, "y", 1));
	RL(rump_sys_close(fd));
	ATF_CHECK_EQ(0755, fs_stat("d/f").st_mode & 07777);
	rump_pub_lwproc_releaselwp();
	/* and the superuser does not */
	RL(rump_sys_chmod("d/f", 06755));
	fd = RL(rump_sys_open("d/f", RUMP_O_WRONLY));
	ATF_CHECK_EQ(1, rump_sys_write(fd, "z", 1));
	RL(rump_sys_close(fd));
	ATF_CHECK_EQ(06755, fs_stat("d/f").st_mode & 07777);
	fs_done();
}

static int64_t
atime_of(const char *path)
{
	struct rump_stat st = fs_stat(path);

	return st.st_atimespec.tv_sec * 1000000000 + st.st_atimespec.tv_nsec;
}

#ifndef FS_NO_MOUNT
static void
set_times(const char *path, int64_t atime, int64_t mtime)
{
	struct rump_timespec ts[2] = { { atime, 5 }, { mtime, 5 } };

	RL(rump_sys_utimensat(RUMP_AT_FDCWD, path,
	    (const struct timespec *)ts, 0));
}
#endif

static bool
read_changes_atime(const char *path)
{
	const int64_t before = atime_of(path);
	char c;
	int fd;

	usleep(2000);
	fd = RL(rump_sys_open(path, RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(1, rump_sys_read(fd, &c, 1));
	RL(rump_sys_close(fd));
	return atime_of(path) != before;
}

ATF_TC_WITHOUT_HEAD(atime);
ATF_TC_BODY(atime, tc)
{

	fs_boot();
	FS_NEEDS(FS_TIMES);
#ifndef FS_NO_MOUNT
	fs_mount_args("/n", 0, 0, RUMP_MNT_NOATIME);
	vk_write("/n/f", "x");
	ATF_CHECK(!read_changes_atime("/n/f"));
	set_times("/n/f", 1000, 2000);
	ATF_CHECK(!read_changes_atime("/n/f"));
	ATF_CHECK_EQ(1000000000005, atime_of("/n/f"));
	fs_unmount("/n");
	fs_mount_args("/r", 0, 0, RUMP_MNT_RELATIME);
	vk_write("/r/f", "x");
	/* older than the change, then newer, then a day old */
	set_times("/r/f", 1000, 2000);
	ATF_CHECK(read_changes_atime("/r/f"));
	ATF_CHECK(!read_changes_atime("/r/f"));
	usleep(2000);
	vk_write("/r/f", "y");
	ATF_CHECK(read_changes_atime("/r/f"));
	ATF_CHECK(!read_changes_atime("/r/f"));
	fs_unmount("/r");
#endif
	vk_write("f", "x");
	ATF_CHECK(read_changes_atime("f"));
	ATF_CHECK(read_changes_atime("f"));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(readonly);
ATF_TC_BODY(readonly, tc)
{
#ifdef FS_NO_MOUNT
	fs_boot();
#else
	struct rump_timespec ts[2] = { { 1, 1 }, { 1, 1 } };

	fs_boot();
	fs_mount_args("/o", 0, 0, RUMP_MNT_RDONLY);
	RE(EROFS, rump_sys_mkdir("/o/d", 0755));
	RE(EROFS, rump_sys_open("/o/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EROFS, rump_sys_symlink("x", "/o/l"));
	RE(EROFS, rump_sys_mkfifo("/o/p", 0644));
	RE(EROFS, rump_sys_mknod("/o/c", S_IFCHR | 0600, 0x1234));
	RE(EROFS, rump_sys_chmod("/o", 0700));
	RE(EROFS, rump_sys_chown("/o", 1, 1));
	RE(EROFS, rump_sys_utimensat(RUMP_AT_FDCWD, "/o",
	    (const struct timespec *)ts, 0));
	RE(EROFS, rump_sys_access("/o", 2));
	RL(rump_sys_access("/o", 4));
	fs_unmount("/o");
#endif
	fs_done();
}

/* What statvfs(2) counts is what files have. */
ATF_TC_WITHOUT_HEAD(statvfs);
ATF_TC_BODY(statvfs, tc)
{
#ifdef FS_NO_MOUNT
	fs_boot();
#else
	struct rump_statvfs a, b;
	int fd, i;

	fs_boot();
	FS_NEEDS(FS_LIMITS);
	fs_mount_args("/l", 0, 4 << 20, 0);
	RL(rump_sys_statvfs1("/l", (struct statvfs *)&a, RUMP_MNT_WAIT));
	fd = RL(rump_sys_open("/l/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	for (i = 0; i < 20; i++)
		ATF_REQUIRE_EQ(sizeof(buf), rump_sys_write(fd, buf,
		    sizeof(buf)));
	RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
	RL(rump_sys_statvfs1("/l", (struct statvfs *)&b, RUMP_MNT_WAIT));
	ATF_CHECK((a.f_bfree - b.f_bfree) * a.f_frsize >= bytes_used("/l/f"));
	ATF_CHECK((a.f_bfree - b.f_bfree) * a.f_frsize <= bytes_used("/l/f") +
	    3 * a.f_frsize);
	ATF_CHECK(b.f_bavail <= b.f_bfree && b.f_bfree <= b.f_blocks);
	ATF_CHECK(b.f_ffree < b.f_files);
	ATF_CHECK_EQ(255, b.f_namemax);
	RL(rump_sys_unlink("/l/f"));
	RL(rump_sys_statvfs1("/l", (struct statvfs *)&b, RUMP_MNT_WAIT));
	ATF_CHECK_EQ(a.f_bfree, b.f_bfree);
	ATF_CHECK_EQ(a.f_ffree, b.f_ffree);
	fs_unmount("/l");
#endif
	fs_done();
}

/* Who keeps no quotas says so, whatever is asked. */
ATF_TC_WITHOUT_HEAD(quotas);
ATF_TC_BODY(quotas, tc)
{
	enum { Q_STAT, Q_GET = 3, Q_NONE = 14 };
	struct { unsigned int op; void *arg[8]; } qa = { .op = Q_STAT };
	struct quotactl_args *args = (struct quotactl_args *)&qa;
	char info[256], key[64] = { 0 };

	fs_boot();
	qa.arg[0] = info;
	if (rump_sys___quotactl("/t", args) == 0) {
		fs_done();
		atf_tc_skip("the file system keeps quotas");
	}
	ATF_REQUIRE_EQ(RUMP_EOPNOTSUPP, errno);
	qa.op = Q_GET;
	qa.arg[0] = key;
	qa.arg[1] = info;
	RE(EOPNOTSUPP, rump_sys___quotactl("/t", args));
	qa.op = Q_NONE;
	RE(EINVAL, rump_sys___quotactl("/t", args));
	RE(ENOENT, rump_sys___quotactl("/t/none", args));
	fs_done();
}

#define	NS_USER		1
#define	NS_SYSTEM	2

/* Lists are of names, each behind a byte that tells its length. */
static bool
listed(const char *path, const char *name)
{
	const size_t len = strlen(name);
	char list[256];
	ssize_t i, n;

	n = RL(rump_sys_extattr_list_file(path, NS_USER, list, sizeof(list)));
	for (i = 0; i < n; i += 1 + (uint8_t)list[i])
		if ((uint8_t)list[i] == len && i + 1 + (ssize_t)len <= n &&
		    memcmp(list + i + 1, name, len) == 0)
			return true;
	return false;
}

/* Who may do what, attributes "a" and "b" being there. */
static void
attr_perms(void)
{
	char c[8];

	RL(rump_sys_chmod("f", 0644));
	become(100);
	ATF_CHECK_EQ(3, rump_sys_extattr_get_file("f", NS_USER, "a", c, 8));
	RE(EACCES, rump_sys_extattr_set_file("f", NS_USER, "a", "x", 1));
	RE(EACCES, rump_sys_extattr_delete_file("f", NS_USER, "a"));
	RE(EPERM, rump_sys_extattr_set_file("f", NS_SYSTEM, "a", "x", 1));
	rump_pub_lwproc_releaselwp();
	RL(rump_sys_chmod("f", 0600));
	become(100);
	RE(EACCES, rump_sys_extattr_get_file("f", NS_USER, "a", c, 8));
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(attributes);
ATF_TC_BODY(attributes, tc)
{
	char c[8];

	fs_boot();
	vk_write("f", "x");
	if (rump_sys_extattr_set_file("f", NS_USER, "a", "one", 3) == -1) {
		ATF_REQUIRE_EQ(RUMP_EOPNOTSUPP, errno);
		RE(EOPNOTSUPP, rump_sys_extattr_get_file("f", NS_USER, "a", c,
		    sizeof(c)));
		fs_done();
		return;
	}
	RE(ENOATTR, rump_sys_extattr_get_file("f", NS_USER, "b", c, 8));
	RE(ENOATTR, rump_sys_extattr_delete_file("f", NS_USER, "b"));
	ATF_CHECK_EQ(0, rump_sys_extattr_set_file("f", NS_USER, "b", "", 0));
	ATF_CHECK(listed("f", "a") && listed("f", "b") && !listed("f", "c"));
	/* without a buffer: its size */
	ATF_CHECK_EQ(3, rump_sys_extattr_get_file("f", NS_USER, "a", NULL, 0));
	ATF_CHECK_EQ(0, rump_sys_extattr_get_file("f", NS_USER, "b", c, 8));
	ATF_CHECK_EQ(5, rump_sys_extattr_set_file("f", NS_USER, "a", "other",
	    5));
	ATF_CHECK_EQ(5, rump_sys_extattr_get_file("f", NS_USER, "a", c, 8));
	ATF_CHECK_EQ(0, memcmp(c, "other", 5));
	RL(rump_sys_extattr_set_file("f", NS_USER, "a", "one", 3));
	RE(EPERM, rump_sys_extattr_set_file("f", 77, "a", "x", 1));
	attr_perms();
	RL(rump_sys_extattr_delete_file("f", NS_USER, "a"));
	RE(ENOATTR, rump_sys_extattr_get_file("f", NS_USER, "a", c, 8));
	ATF_CHECK(!listed("f", "a") && listed("f", "b"));
	fs_done();
}

/* The same by names with the namespace in front, as setxattr(2) has them. */
ATF_TC_WITHOUT_HEAD(xattrs);
ATF_TC_BODY(xattrs, tc)
{
	enum { CREATE = 1, REPLACE = 2 };
	char c[16];

	fs_boot();
	vk_write("f", "x");
	if (rump_sys_setxattr("f", "user.a", "one", 3, CREATE) == -1) {
		ATF_REQUIRE_EQ(RUMP_EOPNOTSUPP, errno);
		fs_done();
		return;
	}
	RE(EEXIST, rump_sys_setxattr("f", "user.a", "two", 3, CREATE));
	RE(ENODATA, rump_sys_setxattr("f", "user.b", "b", 1, REPLACE));
	RE(EINVAL, rump_sys_setxattr("f", "user.a", "b", 1, 4));
	RE(EOPNOTSUPP, rump_sys_setxattr("f", "other.a", "b", 1, 0));
	RE(EOPNOTSUPP, rump_sys_setxattr("f", "user.", "b", 1, 0));
	ATF_CHECK_EQ(3, rump_sys_getxattr("f", "user.a", NULL, 0));
	RE(ERANGE, rump_sys_getxattr("f", "user.a", c, 2));
	ATF_CHECK_EQ(3, rump_sys_getxattr("f", "user.a", c, 3));
	ATF_CHECK_EQ(0, memcmp(c, "one", 3));
	RL(rump_sys_setxattr("f", "user.a", "", 0, REPLACE));
	ATF_CHECK_EQ(0, rump_sys_getxattr("f", "user.a", c, sizeof(c)));
	ATF_CHECK_EQ(7, rump_sys_listxattr("f", NULL, 0));
	RE(ERANGE, rump_sys_listxattr("f", c, 6));
	ATF_CHECK_EQ(7, rump_sys_listxattr("f", c, 7));
	ATF_CHECK_STREQ("user.a", c);
	RE(ENODATA, rump_sys_removexattr("f", "user.b"));
	RL(rump_sys_removexattr("f", "user.a"));
	RE(ENODATA, rump_sys_getxattr("f", "user.a", c, sizeof(c)));
	ATF_CHECK_EQ(0, rump_sys_listxattr("f", c, sizeof(c)));
	fs_done();
}

/* As many links as pathconf(2) says, if that can be tried, and no more. */
ATF_TC_WITHOUT_HEAD(most_links);
ATF_TC_BODY(most_links, tc)
{
	char name[32];
	long i, most;

	fs_boot();
	vk_write("f", "x");
	most = RL(rump_sys_pathconf("f", 1));		/* _PC_LINK_MAX */
	ATF_REQUIRE(most >= 8);
	if (most > 100000) {
		fs_done();
		return;
	}
	for (i = 1; i < most; i++) {
		snprintf(name, sizeof(name), "l%ld", i);
		RL(rump_sys_link("f", name));
	}
	ATF_CHECK_EQ(most, (long)fs_stat("f").st_nlink);
	RE(EMLINK, rump_sys_link("f", "more"));
	RE(ENOENT, rump_sys_unlink("more"));
	ATF_CHECK_EQ(most, (long)fs_stat("f").st_nlink);
	/* neither renaming nor a link after an unlink is one too many */
	RL(rump_sys_rename("l1", "more"));
	RL(rump_sys_unlink("l2"));
	RL(rump_sys_link("f", "l2"));
	RE(EMLINK, rump_sys_link("l2", "l1"));
	vk_holds("more", "x");
	fs_done();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, open_flags);
	ATF_TP_ADD_TC(tp, append);
	ATF_TP_ADD_TC(tp, vectors);
	ATF_TP_ADD_TC(tp, fallocate);
	ATF_TP_ADD_TC(tp, fdiscard);
	ATF_TP_ADD_TC(tp, seek_sparse);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, sizes);
	ATF_TP_ADD_TC(tp, removed_dir);
	ATF_TP_ADD_TC(tp, special_calls);
	ATF_TP_ADD_TC(tp, setid);
	ATF_TP_ADD_TC(tp, atime);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, statvfs);
	ATF_TP_ADD_TC(tp, quotas);
	ATF_TP_ADD_TC(tp, attributes);
	ATF_TP_ADD_TC(tp, xattrs);
	ATF_TP_ADD_TC(tp, most_links);
	return atf_no_error();
}
