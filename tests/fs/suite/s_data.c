/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any file system's contents: holes, truncation both ways, appending, limits of
 * the mount and what they are charged for, directories of many entries.
 */
#include "suite.h"

static char buf[200000], buf2[200000];

static int
open_new(const char *name)
{

	return RL(rump_sys_open(name, RUMP_O_CREAT | RUMP_O_RDWR, 0644));
}

ATF_TC_WITHOUT_HEAD(rdwr);
ATF_TC_BODY(rdwr, tc)
{
	size_t i;
	int fd;

	fs_boot();
	for (i = 0; i < sizeof(buf); i++)
		buf[i] = (char)(i * 7 + i / 4096);
	fd = open_new("a");
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_write(fd, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(0, RL(rump_sys_lseek(fd, 0, RUMP_SEEK_SET)));
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_read(fd, buf2, sizeof(buf2)));
	ATF_CHECK_EQ(0, memcmp(buf, buf2, sizeof(buf)));
	ATF_CHECK_EQ(0, rump_sys_read(fd, buf2, 10));
	ATF_REQUIRE_EQ(1, rump_sys_pread(fd, buf2, 1, 4096));
	ATF_CHECK_EQ(buf[4096], buf2[0]);
	ATF_CHECK_EQ(100, rump_sys_pread(fd, buf2, 4096, sizeof(buf) - 100));
	RE(EINVAL, rump_sys_pread(fd, buf2, 1, -1));
	RL(rump_sys_close(fd));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(sparse);
ATF_TC_BODY(sparse, tc)
{
	const off_t far = FS_FAR;
	int fd, i;

	fs_boot();
	FS_NEEDS(FS_SPARSE);
	fd = open_new("a");
	ATF_REQUIRE_EQ(1, rump_sys_pwrite(fd, "x", 1, far));
	ATF_CHECK_EQ(far + 1, fs_stat("a").st_size);
	ATF_CHECK_EQ(FS_FAR_BLOCKS, fs_stat("a").st_blocks);
	memset(buf, 1, 5000);
	ATF_REQUIRE_EQ(5000, rump_sys_pread(fd, buf, 5000, 123));
	for (i = 0; i < 5000; i++)
		ATF_REQUIRE_EQ(0, buf[i]);
	ATF_REQUIRE_EQ(4, rump_sys_pread(fd, buf, 4, far - 3));
	ATF_CHECK_EQ('x', buf[3]);
	ATF_CHECK_EQ(FS_FAR_BLOCKS, fs_stat("a").st_blocks);
	RL(rump_sys_close(fd));
	fs_done();
}

/* What was cut off does not come back. */
ATF_TC_WITHOUT_HEAD(truncate);
ATF_TC_BODY(truncate, tc)
{
	static const off_t sizes[] = { 0, 1, 4095, 4096, 4097, 10000, 65536 };
	size_t i, j;
	off_t k;
	int fd;

	fs_boot();
	fd = open_new("a");
	for (i = 0; i < 7; i++)
		for (j = 0; j < 7; j++) {
			RL(rump_sys_ftruncate(fd, 0));
			memset(buf, 'x', sizes[i]);
			ATF_REQUIRE_EQ(sizes[i], rump_sys_pwrite(fd, buf,
			    sizes[i], 0));
			RL(rump_sys_ftruncate(fd, sizes[j]));
			ATF_REQUIRE_EQ(sizes[j], fs_stat("a").st_size);
			RL(rump_sys_ftruncate(fd, 70000));
			ATF_REQUIRE_EQ(70000, rump_sys_pread(fd, buf2,
			    sizeof(buf2), 0));
			for (k = 0; k < 70000; k++)
				ATF_REQUIRE_MSG(buf2[k] == (k < sizes[i] &&
				    k < sizes[j] ? 'x' : 0),
				    "%jd after %jd and %jd", (intmax_t)k,
				    (intmax_t)sizes[i], (intmax_t)sizes[j]);
		}
	RE(EINVAL, rump_sys_ftruncate(fd, -1));
	RL(rump_sys_close(fd));
	RL(rump_sys_mkdir("d", 0755));
	RE(EISDIR, rump_sys_truncate("d", 0));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(append);
ATF_TC_BODY(append, tc)
{
	int fd;

	fs_boot();
	vk_write("a", "one");
	fd = RL(rump_sys_open("a", RUMP_O_WRONLY | RUMP_O_APPEND));
	RL(rump_sys_lseek(fd, 0, RUMP_SEEK_SET));
	ATF_REQUIRE_EQ(3, rump_sys_write(fd, "two", 3));
	RL(rump_sys_close(fd));
	vk_holds("a", "onetwo");
	fs_done();
}

#ifndef FS_NO_MOUNT
static uint64_t
bfree(const char *path)
{
	struct rump_statvfs sv;

	RL(rump_sys_statvfs1(path, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	ATF_CHECK(sv.f_bfree <= sv.f_blocks);
	return sv.f_bfree * sv.f_frsize;
}

/* A mount of 1 MiB is full when it should be, and usable again after. */
ATF_TC_WITHOUT_HEAD(sizelimit);
ATF_TC_BODY(sizelimit, tc)
{
	uint64_t before, n;
	int fd;

	fs_boot();
	FS_NEEDS(FS_LIMITS);
	fs_mount_args("/l", 0, 1 << 20, 0);
	before = bfree("/l");
	ATF_CHECK(before > 900000 && before <= 1 << 20);
	fd = open_new("/l/a");
	for (n = 0; rump_sys_write(fd, buf, 4096) == 4096; n += 4096)
		ATF_REQUIRE(n <= 1 << 20);
	ATF_CHECK_EQ(RUMP_ENOSPC, errno);
	ATF_CHECK_MSG(n > 950000, "%ju bytes", (uintmax_t)n);
	ATF_CHECK_EQ(n, (uint64_t)fs_stat("/l/a").st_size);
	/* what is there can be overwritten */
	ATF_CHECK_EQ(4096, rump_sys_pwrite(fd, buf, 4096, 8192));
	RL(rump_sys_ftruncate(fd, 8192));
	ATF_CHECK_EQ(4096, rump_sys_pwrite(fd, buf, 4096, 500000));
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("/l/a"));
	ATF_CHECK_EQ(before, bfree("/l"));
	fs_unmount("/l");
	fs_done();
}

ATF_TC_WITHOUT_HEAD(nodelimit);
ATF_TC_BODY(nodelimit, tc)
{
	char name[32];
	int i;

	fs_boot();
	FS_NEEDS(FS_LIMITS);
	fs_mount_args("/l", 10, 0, 0);
	for (i = 0; i < 9; i++) {
		snprintf(name, sizeof(name), "/l/%d", i);
		vk_write(name, "");
	}
	RE(ENOSPC, rump_sys_mkdir("/l/d", 0755));
	RE(ENOSPC, rump_sys_symlink("x", "/l/s"));
	RL(rump_sys_link("/l/1", "/l/link"));
	RL(rump_sys_unlink("/l/3"));
	RL(rump_sys_mkdir("/l/d", 0755));
	fs_unmount("/l");
	fs_done();
}

#endif /* !FS_NO_MOUNT */

#define	NENTRIES	3000

/* Count and check the entries that `mask' says are there. */
static void
readall(const char *mask)
{
	static char seen[NENTRIES];
	struct rump_dirent *d;
	int fd, i, n, pos;

	memset(seen, 0, sizeof(seen));
	fd = RL(rump_sys_open("d", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	while ((n = RL(rump_sys_getdents(fd, buf, 1000))) > 0)
		for (pos = 0; pos < n; pos += d->d_reclen) {
			d = (void *)(buf + pos);
			ATF_REQUIRE(d->d_reclen > 0 && pos + d->d_reclen <= n);
			if (d->d_name[0] == '.')
				continue;
			i = atoi(d->d_name);
			ATF_REQUIRE(i >= 0 && i < NENTRIES);
			ATF_REQUIRE_MSG(seen[i]++ == 0, "%d twice", i);
		}
	RL(rump_sys_close(fd));
	for (i = 0; i < NENTRIES; i++)
		ATF_REQUIRE_MSG(seen[i] == mask[i], "entry %d", i);
}

ATF_TC_WITHOUT_HEAD(bigdir);
ATF_TC_BODY(bigdir, tc)
{
	static char mask[NENTRIES];
	char name[32];
	int i;

	fs_boot();
	RL(rump_sys_mkdir("d", 0755));
	readall(mask);
	for (i = 0; i < NENTRIES; i++) {
		snprintf(name, sizeof(name), "d/%d", i);
		vk_write(name, "");
		mask[i] = 1;
	}
	readall(mask);
	for (i = 0; i < NENTRIES; i += 3) {
		snprintf(name, sizeof(name), "d/%d", i);
		RL(rump_sys_unlink(name));
		mask[i] = 0;
	}
	readall(mask);
	for (i = 0; i < NENTRIES; i++) {
		snprintf(name, sizeof(name), "d/%d", i);
		ATF_REQUIRE_EQ(mask[i], vk_exists(name));
	}
	fs_done();
}

/* Removing while reading: what stays is seen once. */
ATF_TC_WITHOUT_HEAD(readdir_remove);
ATF_TC_BODY(readdir_remove, tc)
{
	struct rump_dirent *d;
	char name[32];
	int fd, i, n, pos, seen;

	fs_boot();
	RL(rump_sys_mkdir("d", 0755));
	for (i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "d/%d", i);
		vk_write(name, "");
	}
	fd = RL(rump_sys_open("d", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	for (seen = 0; (n = RL(rump_sys_getdents(fd, buf, 700))) > 0;)
		for (pos = 0; pos < n; pos += d->d_reclen) {
			d = (void *)(buf + pos);
			if (d->d_name[0] == '.')
				continue;
			snprintf(name, sizeof(name), "d/%.20s", d->d_name);
			RL(rump_sys_unlink(name));
			seen++;
		}
	ATF_CHECK_EQ(500, seen);
	RL(rump_sys_close(fd));
	RL(rump_sys_rmdir("d"));
	fs_done();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, rdwr);
	ATF_TP_ADD_TC(tp, sparse);
	ATF_TP_ADD_TC(tp, truncate);
	ATF_TP_ADD_TC(tp, append);
#ifndef FS_NO_MOUNT
	ATF_TP_ADD_TC(tp, sizelimit);
	ATF_TP_ADD_TC(tp, nodelimit);
#endif
	ATF_TP_ADD_TC(tp, bigdir);
	ATF_TP_ADD_TC(tp, readdir_remove);
	return atf_no_error();
}
