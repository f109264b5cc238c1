/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File contents: offsets of every kind of block, holes, truncation, files
 * without names, a full volume, appending and synchronous writes.
 */
#include "e2.h"

static void
both_formats(void (*func)(void))
{
	int bsize;

	for (bsize = 1024; bsize <= 4096; bsize *= 2) {
		e2_mkfs("16M", "-t ext2 -b %d", bsize);
		e2_mount(0);
		func();
		e2_umount();
		e2_fsck();
	}
}

/* Offsets around the ends of direct, single, double and triple blocks. */
static void
write_sparse(void)
{
	struct rump_statvfs sv;
	uint64_t b, p, offs[16], n = 0, i;
	struct rump_stat st;
	char buf[3000], got[3000], name[32];
	int fd;

	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	b = sv.f_bsize;
	p = b / 4;
	offs[n++] = 0;
	offs[n++] = 11 * b + 7;
	offs[n++] = 12 * b - 100;
	offs[n++] = (12 + p) * b - 1500;
	offs[n++] = (12 + p + p * p) * b - 50;
	if ((12 + p + p * p + p) * b < 1ULL << 40)
		offs[n++] = (12 + p + p * p + 5) * b + 3;
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "sparse%d", (int)i);
		e2_fill(buf, sizeof(buf), 7, offs[i]);
		e2_write(name, buf, sizeof(buf), offs[i]);
		e2_write("all", buf, sizeof(buf), offs[i]);
		e2_stat(name, &st);
		ATF_REQUIRE_EQ((int64_t)(offs[i] + sizeof(buf)), st.st_size);
		ATF_REQUIRE_MSG(st.st_blocks * 512 <= 10 * (int64_t)b + 8192,
		    "%s has %jd blocks", name, (intmax_t)st.st_blocks);
	}
	e2_again();
	RL(fd = rump_sys_open(MNT "/all", RUMP_O_RDONLY));
	for (i = 0; i < n; i++) {
		e2_fill(buf, sizeof(buf), 7, offs[i]);
		ATF_REQUIRE_EQ((ssize_t)sizeof(got), rump_sys_pread(fd, got,
		    sizeof(got), offs[i]));
		ATF_REQUIRE(memcmp(buf, got, sizeof(got)) == 0);
	}
	/* Holes are zero. */
	ATF_REQUIRE_EQ(1000, rump_sys_pread(fd, got, 1000, 5 * b + 1));
	for (i = 0; i < 1000; i++)
		ATF_REQUIRE_EQ(0, got[i]);
	RL(rump_sys_close(fd));
	for (i = 0; i < n; i++) {
		RL(rump_sys_unlink(e2_path("sparse%d", (int)i)));
	}
	RL(rump_sys_truncate(MNT "/all", (12 + p) * b - 1000));
	RL(rump_sys_truncate(MNT "/all", 100));
}

E2_TC(sparse, "writes far apart, holes between them")
{

	both_formats(write_sparse);
}

static void
seek_holes(void)
{
	const off_t at = 5 << 20, size = 9 << 20;
	int fd;

	e2_write("s", "x", 1, at);
	RL(rump_sys_truncate(MNT "/s", size));
	RL(fd = rump_sys_open(MNT "/s", RUMP_O_RDWR));
	ATF_CHECK_EQ(at, rump_sys_lseek(fd, 0, RUMP_SEEK_DATA));
	ATF_CHECK_EQ(at, rump_sys_lseek(fd, at, RUMP_SEEK_DATA));
	ATF_CHECK_EQ(0, rump_sys_lseek(fd, 0, RUMP_SEEK_HOLE));
	ATF_CHECK_EQ(at + 4096, (rump_sys_lseek(fd, at, RUMP_SEEK_HOLE) +
	    4095) / 4096 * 4096);
	ATF_CHECK_EQ(size - 1, rump_sys_lseek(fd, size - 1, RUMP_SEEK_HOLE));
	RE(ENXIO, rump_sys_lseek(fd, at + 4096, RUMP_SEEK_DATA));
	RE(ENXIO, rump_sys_lseek(fd, size, RUMP_SEEK_HOLE));
	RE(ENXIO, rump_sys_lseek(fd, size, RUMP_SEEK_DATA));
	RL(rump_sys_close(fd));
	/* a file without holes has one at its end */
	e2_create("d", 70000, 3);
	RL(fd = rump_sys_open(MNT "/d", RUMP_O_RDONLY));
	ATF_CHECK_EQ(69999, rump_sys_lseek(fd, 69999, RUMP_SEEK_DATA));
	ATF_CHECK_EQ(70000, rump_sys_lseek(fd, 0, RUMP_SEEK_HOLE));
	RL(rump_sys_close(fd));
}

E2_TC(seek, "SEEK_DATA and SEEK_HOLE find data and holes")
{

	both_formats(seek_holes);
}

static void
truncate_all(void)
{
	static const size_t sizes[] = { 0, 1, 1000, 1024, 4095, 4096, 4097,
	    20000, 49152, 49153, 300000, 1100000 };
	const size_t n = sizeof(sizes) / sizeof(sizes[0]);
	char buf[5000];
	size_t i, j, k;
	ssize_t got;
	int fd;

	for (i = 0; i < n; i++) {
		for (j = 0; j < n; j++) {
			e2_create("t", sizes[i], 9);
			RL(rump_sys_truncate(MNT "/t", sizes[j]));
			if (j <= i) {
				e2_check("t", sizes[j], 9);
				/* What was cut off must not come back. */
				RL(rump_sys_truncate(MNT "/t",
				    sizes[j] + sizeof(buf)));
			}
			RL(fd = rump_sys_open(MNT "/t", RUMP_O_RDONLY));
			RL(got = rump_sys_pread(fd, buf, sizeof(buf),
			    sizes[i < j ? i : j]));
			for (k = 0; k < (size_t)got; k++)
				ATF_REQUIRE_EQ_MSG(0, buf[k],
				    "%zu to %zu: byte %zu", sizes[i],
				    sizes[j], k);
			RL(rump_sys_close(fd));
		}
	}
}

E2_TC(truncate, "all sizes to all sizes")
{

	both_formats(truncate_all);
}

E2_TC(unlinked, "a file lives until its last descriptor is closed")
{
	struct rump_statvfs a, b;
	char buf[8192];
	int fd;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&a, RUMP_MNT_WAIT));
	e2_create("f", 1000000, 4);
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_RDWR));
	RL(rump_sys_unlink(MNT "/f"));
	RE(ENOENT, rump_sys_open(MNT "/f", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(8192, rump_sys_pwrite(fd, buf, 8192, 2000000));
	ATF_REQUIRE_EQ(8192, rump_sys_pread(fd, buf, 8192, 500000));
	RE(EBUSY, rump_sys_unmount(MNT, 0));
	RL(rump_sys_close(fd));
	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&b, RUMP_MNT_WAIT));
	ATF_REQUIRE_EQ(a.f_bfree, b.f_bfree);
	ATF_REQUIRE_EQ(a.f_ffree, b.f_ffree);
	e2_again();
	/* An open directory, too. */
	RL(rump_sys_mkdir(MNT "/d", 0755));
	RL(fd = rump_sys_open(MNT "/d", RUMP_O_RDONLY));
	RL(rump_sys_rmdir(MNT "/d"));
	RL(rump_sys_close(fd));
	e2_umount();
	e2_fsck();
}

static void
fill_up(void)
{
	struct rump_statvfs sv, sv0;
	static char buf[100000];
	int fd, i, ndirs = 0;

	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv0, RUMP_MNT_WAIT));
	for (i = 0; i < 2; i++) {
		RL(fd = rump_sys_open(MNT "/full", RUMP_O_CREAT |
		    RUMP_O_WRONLY, 0644));
		while (rump_sys_write(fd, buf, sizeof(buf)) > 0)
			continue;
		ATF_REQUIRE_EQ_MSG(RUMP_ENOSPC, errno, "%s",
		    rump_strerror(errno));
		RL(rump_sys_close(fd));
		RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv,
		    RUMP_MNT_WAIT));
		/* The last page may not have found all its blocks. */
		ATF_REQUIRE_MSG(sv.f_bfree < 4, "%ju blocks left",
		    (uintmax_t)sv.f_bfree);
		e2_again();
		while (rump_sys_mkdir(e2_path("d%d", ndirs), 0755) == 0)
			ndirs++;
		ATF_REQUIRE_EQ(RUMP_ENOSPC, errno);
		ATF_REQUIRE(ndirs < 4);
		while (ndirs > 0)
			RL(rump_sys_rmdir(e2_path("d%d", --ndirs)));
		/* Freed blocks can be had again at once. */
		RL(rump_sys_unlink(MNT "/full"));
		e2_create("again", 1000000, 5);
		e2_check("again", 1000000, 5);
		RL(rump_sys_unlink(MNT "/again"));
	}
	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	ATF_REQUIRE_EQ(sv0.f_bfree, sv.f_bfree);
}

E2_TC(enospc, "a full volume, and room again")
{

	both_formats(fill_up);
}

/* Filled up by that user and group, so many blocks are free. */
static void
fill_as(unsigned uid, unsigned gid, uint64_t left)
{
	static const char name[] = MNT "/fill";
	static char buf[16384];
	struct rump_statvfs sv;
	int fd;

	RL(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_setgid(gid));
	RL(rump_sys_setuid(uid));
	RL(fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_WRONLY, 0644));
	while (rump_sys_write(fd, buf, sizeof(buf)) > 0)
		continue;
	ATF_REQUIRE_EQ(RUMP_ENOSPC, errno);
	RL(rump_sys_close(fd));
	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	RL(rump_sys_unlink(name));
	rump_pub_lwproc_releaselwp();
	/* The last page may not have found all its blocks. */
	ATF_CHECK_MSG(sv.f_bfree >= left && sv.f_bfree < left + 4,
	    "%u, %u: %ju blocks left", uid, gid, (uintmax_t)sv.f_bfree);
}

E2_TC(reserved, "blocks for the superuser, one user and one group")
{

	e2_mkfs("16M", "-t ext2 -b 1024 -m 0");
	e2_host("/sbin/tune2fs -r 2000 -u 100 -g 200 " IMG " >/dev/null");
	e2_mount(0);
	RL(rump_sys_chmod(MNT, 0777));
	fill_as(500, 500, 2000);
	fill_as(100, 500, 0);
	fill_as(500, 200, 0);
	fill_as(0, 0, 0);
	e2_umount();
	e2_fsck();
	/* No group is named: being in group 0 is of no help. */
	e2_host("/sbin/tune2fs -u 0 -g 0 " IMG " >/dev/null");
	e2_mount(0);
	fill_as(500, 0, 2000);
	fill_as(100, 200, 2000);
	e2_umount();
	e2_fsck();
}

E2_TC(noinodes, "no inode left")
{
	int i;

	e2_mkfs("2M", "-t ext2 -N 64");
	e2_mount(0);
	for (i = 0; rump_sys_mknod(e2_path("f%d", i), S_IFREG | 0644, 0) == 0;
	    i++)
		continue;
	ATF_REQUIRE_EQ_MSG(RUMP_ENOSPC, errno, "%s", rump_strerror(errno));
	ATF_REQUIRE(i > 40);
	RL(rump_sys_unlink(MNT "/f3"));
	RL(rump_sys_mkdir(MNT "/d", 0755));
	e2_umount();
	e2_fsck();
}

E2_TC(append, "O_APPEND, O_EXCL, O_SYNC, O_TRUNC")
{
	char buf[100];
	int fd, i;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	RL(fd = rump_sys_open(MNT "/log", RUMP_O_CREAT | RUMP_O_EXCL |
	    RUMP_O_WRONLY | RUMP_O_APPEND, 0600));
	for (i = 0; i < 1000; i++) {
		e2_fill(buf, sizeof(buf), 6, i * 100);
		RL(rump_sys_lseek(fd, 0, SEEK_SET));
		ATF_REQUIRE_EQ(100, rump_sys_write(fd, buf, 100));
	}
	RL(rump_sys_close(fd));
	e2_check("log", 100000, 6);
	RE(EEXIST, rump_sys_open(MNT "/log", RUMP_O_CREAT | RUMP_O_EXCL |
	    RUMP_O_WRONLY, 0600));
	RL(fd = rump_sys_open(MNT "/log", RUMP_O_WRONLY | RUMP_O_TRUNC |
	    RUMP_O_SYNC));
	e2_fill(buf, sizeof(buf), 6, 0);
	ATF_REQUIRE_EQ(100, rump_sys_write(fd, buf, 100));
	/* It is on the disk already. */
	e2_host("/sbin/debugfs -R 'cat /log' " IMG " 2>/dev/null | "
	    "wc -c | grep -qx 100");
	RL(rump_sys_close(fd));
	e2_umount();
	e2_fsck();
}

E2_TC(large, "files beyond 4 GiB")
{
	char c;
	int fd;

	e2_mkfs("8M", "-t ext2 -b 4096");
	e2_mount(0);
	e2_write("big", "x", 1, 5000000000LL);
	RL(fd = rump_sys_open(MNT "/big", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(1, rump_sys_pread(fd, &c, 1, 5000000000LL));
	ATF_REQUIRE_EQ('x', c);
	ATF_REQUIRE_EQ(0, rump_sys_pread(fd, &c, 1, 5000000001LL));
	RE(EFBIG, rump_sys_pwrite(fd, &c, 1, 5000000000000LL));
	RE(EFBIG, rump_sys_ftruncate(fd, 5000000000000LL));
	RL(rump_sys_close(fd));
	e2_umount();
	e2_fsck();
}

static uint64_t
free_blocks(void)
{
	struct rump_statvfs sv;

	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	return sv.f_bfree;
}

/* The first byte of the file there is c, or there is a hole. */
static void
byte_is(int fd, off_t at, char c)
{
	char got = 1;

	ATF_REQUIRE_EQ(1, rump_sys_pread(fd, &got, 1, at));
	ATF_REQUIRE_EQ_MSG(c, got, "byte %jd", (intmax_t)at);
}

/*
 * Cut the file between the reach of direct, single, double and triple blocks,
 * and a block off, with data on both sides, from the end to the front.
 */
static void
cut_levels(int fd, off_t b, off_t limit)
{
	const off_t n = b / 4;
	const off_t cuts[] = {
		0, b, 11 * b, 12 * b, 13 * b, (12 + n) * b, (13 + n) * b,
		(12 + 2 * n) * b, (12 + n + n * n) * b,
		(13 + n + n * n) * b, (12 + n + 2 * n * n) * b, limit - b,
	};
	int i, j, ncuts = sizeof(cuts) / sizeof(cuts[0]);

	while (cuts[ncuts - 2] >= limit - b)
		ncuts--;
	for (i = 0; i < ncuts; i++)
		ATF_REQUIRE_EQ(1, rump_sys_pwrite(fd, "x", 1, cuts[i]));
	for (i = ncuts - 1; i > 0; i--) {
		RL(rump_sys_ftruncate(fd, cuts[i]));
		RL(rump_sys_ftruncate(fd, limit));
		for (j = 0; j < ncuts; j++)
			byte_is(fd, cuts[j], j < i ? 'x' : 0);
		ATF_REQUIRE_EQ(cuts[i - 1], rump_sys_lseek(fd, cuts[i - 1],
		    RUMP_SEEK_DATA));
		/* Of the page of the cut zeros may be left. */
		RE(ENXIO, rump_sys_lseek(fd, (cuts[i] + 4095) / 4096 * 4096,
		    RUMP_SEEK_DATA));
	}
}

/* What block pointers reach and, without huge_file, i_blocks can count. */
static void
size_limit(off_t b, bool huge)
{
	const off_t n = b / 4, counted = ((off_t)UINT32_MAX << 9) - b;
	off_t limit = (12 + n + n * n + n * n * n) * b;
	struct rump_stat st;
	uint64_t before;
	char c[3];
	int fd;

	if (!huge && limit > counted)
		limit = counted;
	e2_mkfs("8M", "-t ext2 -b %d -O %shuge_file", (int)b, huge ? "" : "^");
	e2_mount(0);
	before = free_blocks();
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EFBIG, rump_sys_ftruncate(fd, limit + 1));
	RE(EFBIG, rump_sys_pwrite(fd, "end", 3, limit - 2));
	RE(EFBIG, rump_sys_pwrite(fd, "end", 3, limit));
	ATF_REQUIRE_EQ(3, rump_sys_pwrite(fd, "end", 3, limit - 3));
	RL(rump_sys_close(fd));
	e2_again();
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_RDWR));
	RL(rump_sys_fstat(fd, (struct stat *)&st));
	ATF_REQUIRE_EQ(limit, st.st_size);
	ATF_REQUIRE(st.st_blocks * 512 <= 8 * b);
	ATF_REQUIRE_EQ(3, rump_sys_pread(fd, c, 3, limit - 3));
	ATF_REQUIRE_EQ(0, memcmp(c, "end", 3));
	/* A page has all its blocks, or none. */
	ATF_REQUIRE_EQ((limit - 3) / 4096 * 4096, rump_sys_lseek(fd, 0,
	    RUMP_SEEK_DATA));
	ATF_REQUIRE_EQ(limit, rump_sys_lseek(fd, limit - 3, RUMP_SEEK_HOLE));
	RL(rump_sys_ftruncate(fd, 0));
	ATF_REQUIRE_EQ(before, free_blocks());
	cut_levels(fd, b, limit);
	RL(rump_sys_close(fd));
	e2_again();
	RL(rump_sys_unlink(MNT "/f"));
	ATF_REQUIRE_EQ(before, free_blocks());
	e2_umount();
	e2_fsck();
}

E2_TC(limit, "files of the largest size, cut at every level")
{
	int b;

	for (b = 1024; b <= 4096; b *= 2) {
		size_limit(b, false);
		size_limit(b, true);
	}
}

E2_TC(fsync, "what fsync wrote is on the disk")
{
	int fd;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	e2_create("d/f", 300000, 8);
	RL(fd = rump_sys_open(MNT "/d/f", RUMP_O_RDWR));
	RL(rump_sys_fsync(fd));
	e2_host("/sbin/debugfs -R 'dump /d/f out' " IMG " 2>/dev/null");
	e2_host("test $(wc -c <out) = 300000");
	RL(rump_sys_close(fd));
	e2_umount();
	e2_fsck();
}

E2_TC(interleaved, "files that grow side by side")
{
	char buf[700], name[16];
	int fds[8], i, j;

	e2_mkfs("16M", "-t ext2 -b 1024");
	e2_mount(0);
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		RL(fds[i] = rump_sys_open(e2_path("%s", name), RUMP_O_CREAT |
		    RUMP_O_WRONLY, 0644));
	}
	for (j = 0; j < 1000; j++) {
		for (i = 0; i < 8; i++) {
			e2_fill(buf, sizeof(buf), i, (off_t)j * 700);
			ATF_REQUIRE_EQ(700, rump_sys_write(fds[i], buf, 700));
		}
	}
	for (i = 0; i < 8; i++)
		RL(rump_sys_close(fds[i]));
	e2_again();
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		e2_check(name, 700000, i);
	}
	e2_umount();
}

/* The count of blocks must not wrap: set it close to its end. */
E2_TC(iblocks, "no more blocks than an inode can count")
{
	char buf[4096];
	struct rump_stat st;
	off_t at;
	int fd;

	e2_mkfs("16M", "-t ext2 -b 4096 -O ^huge_file");
	e2_mount(0);
	e2_create("f", 4096, 1);
	e2_umount();
	e2_host("/sbin/debugfs -w -R 'sif /f blocks 4294967248' " IMG
	    " >dbg.out 2>&1");
	e2_mount(0);
	memset(buf, 7, sizeof(buf));
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_RDWR));
	for (at = 4096; at < 5 * 4096; at += 4096)
		RL(rump_sys_pwrite(fd, buf, sizeof(buf), at));
	RE(EFBIG, rump_sys_pwrite(fd, buf, sizeof(buf), at));
	/* Two are needed here. */
	RE(EFBIG, rump_sys_pwrite(fd, buf, sizeof(buf), 20 * 4096));
	/* The blocks that are there can be written, and others freed. */
	RL(rump_sys_pwrite(fd, buf, sizeof(buf), 0));
	e2_stat("f", &st);
	ATF_REQUIRE_EQ(5 * 4096, st.st_size);
	ATF_REQUIRE_EQ(4294967280, st.st_blocks);
	RL(rump_sys_ftruncate(fd, 4096));
	RL(rump_sys_pwrite(fd, buf, sizeof(buf), 4096));
	RL(rump_sys_ftruncate(fd, 4096));
	RL(rump_sys_close(fd));
	e2_umount();
	e2_host("/sbin/debugfs -w -R 'sif /f blocks 8' " IMG
	    " >dbg.out 2>&1");
	e2_fsck();
}

E2_TC(windows, "files that grow in turns are in few pieces")
{
	char buf[4096];
	off_t at;
	int a, b;

	e2_mkfs("64M", "-t ext2 -b 4096");
	e2_mount(0);
	RL(a = rump_sys_open(MNT "/a", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(b = rump_sys_open(MNT "/b", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	memset(buf, 1, sizeof(buf));
	for (at = 0; at < 1024 * 4096; at += 4096) {
		RL(rump_sys_pwrite(a, buf, sizeof(buf), at));
		RL(rump_sys_pwrite(b, buf, sizeof(buf), at));
	}
	RL(rump_sys_close(a));
	RL(rump_sys_close(b));
	e2_umount();
	e2_fsck();
	printf("pieces of 1024 blocks: %u, %u\n", e2_pieces("a"),
	    e2_pieces("b"));
	ATF_REQUIRE(e2_pieces("a") >= 1 && e2_pieces("a") <= 40);
	ATF_REQUIRE(e2_pieces("b") >= 1 && e2_pieces("b") <= 40);
}

E2_TC(badblocks, "bad blocks are nobody's")
{
	char buf[64];
	unsigned i;

	e2_host("seq 3000 7 4000 >bad.list");
	e2_mkfs("8M", "-t ext2 -b 1024 -l bad.list");
	e2_mount(0);
	for (i = 0; i < 2; i++) {
		char chunk[65536];
		off_t at = 0;
		int fd;

		memset(chunk, i, sizeof(chunk));
		RL(fd = rump_sys_open(MNT "/f", RUMP_O_CREAT | RUMP_O_WRONLY,
		    0644));
		while (rump_sys_pwrite(fd, chunk, sizeof(chunk), at) > 0)
			at += sizeof(chunk);
		ATF_REQUIRE_EQ(RUMP_ENOSPC, errno);
		RL(rump_sys_close(fd));
		e2_again();
		RL(rump_sys_unlink(MNT "/f"));
	}
	e2_umount();
	e2_fsck();
	ATF_REQUIRE_STREQ("143", e2_out(buf, sizeof(buf),
	    "/sbin/dumpe2fs -b " IMG " 2>/dev/null | wc -l"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, sparse);
	ATF_TP_ADD_TC(tp, seek);
	ATF_TP_ADD_TC(tp, truncate);
	ATF_TP_ADD_TC(tp, unlinked);
	ATF_TP_ADD_TC(tp, enospc);
	ATF_TP_ADD_TC(tp, reserved);
	ATF_TP_ADD_TC(tp, noinodes);
	ATF_TP_ADD_TC(tp, append);
	ATF_TP_ADD_TC(tp, large);
	ATF_TP_ADD_TC(tp, limit);
	ATF_TP_ADD_TC(tp, fsync);
	ATF_TP_ADD_TC(tp, interleaved);
	ATF_TP_ADD_TC(tp, iblocks);
	ATF_TP_ADD_TC(tp, windows);
	ATF_TP_ADD_TC(tp, badblocks);
	return atf_no_error();
}
