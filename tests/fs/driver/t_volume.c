/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loaded driver, what is about a whole image: contents outlive the mount, a
 * full image stays sound and gives everything back, mounts change between
 * read-only and not, files are found by handle, mounting often costs nothing.
 */
#include "dr.h"
#include "../suite/suite.h"

#define	CHUNK	65536
#define	NCYCLES	100

static char buf[CHUNK], buf2[CHUNK];

static void
pattern(char *p, unsigned int seed)
{
	size_t i;

	for (i = 0; i < CHUNK; i++)
		p[i] = (char)(i * 31 + i / 512 + seed);
}

static void
remount(int flags)
{

	RL(rump_sys_chdir("/"));
	RL(rump_sys_unmount("/t", 0));
	dr_check("/t");
	RL(dr_try_mount("/t", flags));
	RL(rump_sys_chdir("/t"));
}

ATF_TC_WITHOUT_HEAD(persist);
ATF_TC_BODY(persist, tc)
{
	char name[32];
	int fd, i;

	fs_boot();
	RL(rump_sys_mkdir("dir", 0755));
	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "dir/a longer name.%d", i);
		fd = RL(rump_sys_open(name, RUMP_O_CREAT | RUMP_O_RDWR, 0644));
		pattern(buf, i);
		ATF_REQUIRE_EQ(1000 * i, rump_sys_write(fd, buf, 1000 * i));
		RL(rump_sys_close(fd));
	}
	remount(RUMP_MNT_RDONLY);
	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "dir/a longer name.%d", i);
		pattern(buf, i);
		fd = RL(rump_sys_open(name, RUMP_O_RDONLY));
		ATF_REQUIRE_EQ(1000 * i, rump_sys_read(fd, buf2, CHUNK));
		ATF_CHECK_EQ(0, memcmp(buf, buf2, 1000 * i));
		RL(rump_sys_close(fd));
	}
	RE(EROFS, rump_sys_open("new", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EROFS, rump_sys_unlink("dir/a longer name.1"));
	fs_done();
}

/* Write chunks to a new file until there is no space; returns how many. */
static int
fill(const char *name)
{
	ssize_t len;
	int fd, n;

	fd = RL(rump_sys_open(name, RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	for (n = 0;; n++) {
		pattern(buf, n);
		len = rump_sys_write(fd, buf, CHUNK);
		if (len != CHUNK)
			break;
	}
	ATF_REQUIRE_MSG(len >= 0 || errno == RUMP_ENOSPC, "errno %d", errno);
	if (len >= 0)
		RE(ENOSPC, rump_sys_write(fd, buf, CHUNK));
	RL(rump_sys_close(fd));
	return n;
}

static void
holds_pattern(const char *name, int n)
{
	int fd, i;

	fd = RL(rump_sys_open(name, RUMP_O_RDONLY));
	for (i = 0; i < n; i++) {
		pattern(buf, i);
		ATF_REQUIRE_EQ(CHUNK, rump_sys_read(fd, buf2, CHUNK));
		ATF_REQUIRE_EQ(0, memcmp(buf, buf2, CHUNK));
	}
	RL(rump_sys_close(fd));
}

ATF_TC_WITHOUT_HEAD(full);
ATF_TC_BODY(full, tc)
{
	int n;

	fs_boot();
	vk_write("before", "kept");
	n = fill("big");
	ATF_REQUIRE(n > 0);
	holds_pattern("big", n);
	remount(0);
	holds_pattern("big", n);
	vk_holds("before", "kept");
	RL(rump_sys_truncate("big", 3 * CHUNK));
	holds_pattern("big", 3);
	RL(rump_sys_unlink("big"));
	ATF_CHECK_EQ(n, fill("again"));
	holds_pattern("again", n);
	RL(rump_sys_unlink("again"));
	vk_holds("before", "kept");
	fs_done();
}

/* mount(2) with MNT_UPDATE: to read-only only when nobody writes, and back. */
ATF_TC_WITHOUT_HEAD(update);
ATF_TC_BODY(update, tc)
{
	int fd;

	fs_boot();
	vk_write("a", "one");
	fd = RL(rump_sys_open("a", RUMP_O_RDWR));
	if (dr_try_mount("/t", RUMP_MNT_UPDATE | RUMP_MNT_RDONLY) == -1 &&
	    errno == RUMP_EOPNOTSUPP)
		atf_tc_skip("the file system has no update of mounts");
	RE(EBUSY, dr_try_mount("/t", RUMP_MNT_UPDATE | RUMP_MNT_RDONLY));
	ATF_CHECK_EQ(3, rump_sys_write(fd, "two", 3));
	RL(rump_sys_close(fd));
	RL(dr_try_mount("/t", RUMP_MNT_UPDATE | RUMP_MNT_RDONLY));
	vk_holds("a", "two");
	RE(EROFS, rump_sys_open("a", RUMP_O_RDWR));
	RE(EROFS, rump_sys_mkdir("d", 0755));
	dr_check("/t");
	RL(dr_try_mount("/t", RUMP_MNT_UPDATE));
	vk_write("a", "three");
	RL(rump_sys_mkdir("d", 0755));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(handle);
ATF_TC_BODY(handle, tc)
{
	char fh[128], text[8];
	size_t len = sizeof(fh);
	int fd;

	fs_boot();
	vk_write("a", "text");
	if (rump_sys_getfh("a", fh, &len) == -1 && errno == RUMP_EOPNOTSUPP)
		atf_tc_skip("the file system has no handles");
	len = sizeof(fh);
	RL(rump_sys_getfh("a", fh, &len));
	fd = RL(rump_sys_fhopen(fh, len, RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(4, rump_sys_read(fd, text, sizeof(text)));
	ATF_CHECK_EQ(0, memcmp(text, "text", 4));
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("a"));
	RE(ESTALE, rump_sys_fhopen(fh, len, RUMP_O_RDONLY));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(cycles);
ATF_TC_BODY(cycles, tc)
{
	int i;

	fs_boot();
	for (i = 0; i < NCYCLES; i++) {
		RL(rump_sys_mkdir("d", 0755));
		vk_write("d/a", "x");
		RL(rump_sys_chdir("/"));
		RL(rump_sys_unmount("/t", 0));
		RL(dr_try_mount("/t", 0));
		RL(rump_sys_chdir("/t"));
		vk_holds("d/a", "x");
		RL(rump_sys_unlink("d/a"));
		RL(rump_sys_rmdir("d"));
	}
	fs_done();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, persist);
	ATF_TP_ADD_TC(tp, full);
	ATF_TP_ADD_TC(tp, update);
	ATF_TP_ADD_TC(tp, handle);
	ATF_TP_ADD_TC(tp, cycles);
	return atf_no_error();
}
