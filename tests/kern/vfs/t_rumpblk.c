/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disks on host files through system calls: block and character device,
 * windows, read-only files, misuse, and the usual small devices.
 */
#include "../base/hk.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperr.h>

#define	IMG	"disk.img"
#define	SECT	512
#define	NSECT	1000

/* NetBSD's numbers */
#define	N_EINVAL	22
#define	N_ENOSPC	28
#define	N_EROFS		30
#define	N_EBUSY		16
#define	N_ENOENT	2

static void
mkimage(int mode)
{
	unsigned char buf[SECT];
	int fd, i;

	ATF_REQUIRE((fd = open(IMG, O_CREAT | O_RDWR, mode)) != -1);
	for (i = 0; i < NSECT; i++) {
		memset(buf, i & 0xff, sizeof(buf));
		ATF_REQUIRE_EQ(sizeof(buf), write(fd, buf, sizeof(buf)));
	}
	close(fd);
}

static unsigned char
host_byte(off_t off)
{
	unsigned char c;
	int fd;

	ATF_REQUIRE((fd = open(IMG, O_RDONLY)) != -1);
	ATF_REQUIRE_EQ(1, pread(fd, &c, 1, off));
	close(fd);
	return c;
}

static void
start(enum rump_etfs_type type)
{

	mkimage(0644);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/img", IMG, type));
}

static int
opendev(const char *path, int flags)
{
	int fd;

	fd = rump_sys_open(path, flags);
	ATF_REQUIRE_MSG(fd != -1, "%s: errno %d", path, errno);
	return fd;
}

ATF_TC_WITHOUT_HEAD(blk_rdwr);
ATF_TC_BODY(blk_rdwr, tc)
{
	static unsigned char buf[NSECT * SECT + 100];
	int fd;

	start(RUMP_ETFS_BLK);
	fd = opendev("/img", RUMP_O_RDWR);
	/* odd offset and length, across buffers */
	ATF_REQUIRE_EQ(3000, rump_sys_pread(fd, buf, 3000, 700));
	ATF_CHECK_EQ(1, buf[0]);
	ATF_CHECK_EQ(2, buf[1024 - 700]);
	ATF_CHECK_EQ(7, buf[2999]);
	memset(buf, 0xee, 5000);
	ATF_REQUIRE_EQ(5000, rump_sys_pwrite(fd, buf, 5000, 700));
	/* all of it, and no more at the end */
	ATF_REQUIRE_EQ(NSECT * SECT, rump_sys_pread(fd, buf, sizeof(buf), 0));
	ATF_CHECK_EQ(1, buf[699]);
	ATF_CHECK_EQ(0xee, buf[700]);
	ATF_CHECK_EQ(0xee, buf[5699]);
	ATF_CHECK_EQ(5700 / SECT, buf[5700]);
	ATF_CHECK_EQ(0, rump_sys_pread(fd, buf, 10, NSECT * SECT));
	ATF_REQUIRE_EQ(0, rump_sys_fsync(fd));
	ATF_CHECK_EQ(0xee, host_byte(700));
	ATF_CHECK_EQ(1, host_byte(699));
	/* a write across the end stops there */
	ATF_CHECK_EQ(12, rump_sys_pwrite(fd, buf, 100, NSECT * SECT - 12));
	ATF_CHECK_EQ(-1, rump_sys_pwrite(fd, buf, 100, NSECT * SECT));
	ATF_CHECK_EQ(N_ENOSPC, errno);
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
}

/* One open at a time: two would not see each other's buffers. */
ATF_TC_WITHOUT_HEAD(blk_busy);
ATF_TC_BODY(blk_busy, tc)
{
	int fd;

	start(RUMP_ETFS_BLK);
	fd = opendev("/img", RUMP_O_RDONLY);
	ATF_CHECK_EQ(-1, rump_sys_open("/img", RUMP_O_RDONLY));
	ATF_CHECK_EQ(N_EBUSY, errno);
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
	fd = opendev("/img", RUMP_O_RDWR);
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
}

ATF_TC_WITHOUT_HEAD(chr);
ATF_TC_BODY(chr, tc)
{
	static unsigned char buf[200 * 1024];
	int fd;

	start(RUMP_ETFS_CHR);
	fd = opendev("/img", RUMP_O_RDWR);
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_pread(fd, buf, sizeof(buf),
	    2 * SECT));
	ATF_CHECK_EQ(2, buf[0]);
	ATF_CHECK_EQ((2 + sizeof(buf) / SECT - 1) & 0xff,
	    buf[sizeof(buf) - 1]);
	ATF_CHECK_EQ(-1, rump_sys_pread(fd, buf, SECT, 100));
	ATF_CHECK_EQ(N_EINVAL, errno);
	ATF_CHECK_EQ(-1, rump_sys_pread(fd, buf, 100, 0));
	ATF_CHECK_EQ(N_EINVAL, errno);
	memset(buf, 0x77, SECT);
	ATF_REQUIRE_EQ(SECT, rump_sys_pwrite(fd, buf, SECT, 5 * SECT));
	ATF_CHECK_EQ(0x77, host_byte(5 * SECT + 1));
	ATF_CHECK_EQ(6, host_byte(6 * SECT));
	ATF_CHECK_EQ(2 * SECT, rump_sys_pread(fd, buf, 4 * SECT,
	    (NSECT - 2) * SECT));
	ATF_CHECK_EQ(0, rump_sys_pread(fd, buf, SECT, NSECT * SECT));
	ATF_CHECK_EQ(-1, rump_sys_pwrite(fd, buf, 2 * SECT,
	    (NSECT - 1) * SECT));
	ATF_CHECK_EQ(N_ENOSPC, errno);
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
}

ATF_TC_WITHOUT_HEAD(window);
ATF_TC_BODY(window, tc)
{
	unsigned char buf[4 * SECT];
	int fd;

	mkimage(0644);
	hk_boot("2");
	ATF_CHECK(rump_pub_etfs_register_withsize("/bad", IMG, RUMP_ETFS_BLK,
	    100, 1024) != 0);
	ATF_CHECK(rump_pub_etfs_register_withsize("/bad", IMG, RUMP_ETFS_BLK,
	    (NSECT - 1) * SECT, 2 * SECT) != 0);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register_withsize("/win", IMG,
	    RUMP_ETFS_BLK, 10 * SECT, 3 * SECT));
	fd = opendev("/win", RUMP_O_RDWR);
	ATF_REQUIRE_EQ(3 * SECT, rump_sys_pread(fd, buf, sizeof(buf), 0));
	ATF_CHECK_EQ(10, buf[0]);
	ATF_CHECK_EQ(12, buf[3 * SECT - 1]);
	memset(buf, 0x11, sizeof(buf));
	ATF_CHECK_EQ(3 * SECT, rump_sys_pwrite(fd, buf, sizeof(buf), 0));
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
	ATF_CHECK_EQ(9, host_byte(10 * SECT - 1));
	ATF_CHECK_EQ(0x11, host_byte(10 * SECT));
	ATF_CHECK_EQ(0x11, host_byte(13 * SECT - 1));
	ATF_CHECK_EQ(13, host_byte(13 * SECT));
}

/* A file that cannot be written can be read. */
ATF_TC_WITHOUT_HEAD(readonly);
ATF_TC_BODY(readonly, tc)
{
	const bool root = geteuid() == 0;
	unsigned char c;
	int fd;

	mkimage(0444);
	/* Root may write any file. */
	if (root)
		ATF_REQUIRE_EQ(0, seteuid(65534));
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/img", IMG,
	    RUMP_ETFS_BLK));
	ATF_CHECK_EQ(-1, rump_sys_open("/img", RUMP_O_RDWR));
	ATF_CHECK_EQ(N_EROFS, errno);
	fd = opendev("/img", RUMP_O_RDONLY);
	ATF_CHECK_EQ(1, rump_sys_pread(fd, &c, 1, 3 * SECT));
	ATF_CHECK_EQ(3, c);
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
	if (root)
		ATF_REQUIRE_EQ(0, seteuid(0));
}

ATF_TC_WITHOUT_HEAD(missing);
ATF_TC_BODY(missing, tc)
{

	hk_boot("2");
	ATF_CHECK_EQ(ENOENT, rump_pub_etfs_register("/img", "nothere",
	    RUMP_ETFS_BLK));
	ATF_REQUIRE_EQ(0, mkdir("dir", 0755));
	ATF_CHECK(rump_pub_etfs_register("/img", "dir", RUMP_ETFS_BLK) != 0);
}

/* Errors by chance repeat with the seed. */
ATF_TC_WITHOUT_HEAD(blkfail);
ATF_TC_BODY(blkfail, tc)
{
	static unsigned char buf[SECT];
	int fd, i, failed;

	setenv("RUMP_BLKFAIL", "5000", 1);
	setenv("RUMP_BLKFAIL_SEED", "42", 1);
	start(RUMP_ETFS_CHR);
	fd = opendev("/img", RUMP_O_RDONLY);
	for (i = failed = 0; i < NSECT; i++)
		if (rump_sys_pread(fd, buf, SECT, (off_t)i * SECT) == -1) {
			ATF_REQUIRE_EQ(5, errno);
			failed++;
		}
	ATF_CHECK_MSG(failed > 350 && failed < 650, "%d failed", failed);
	rump_sys_close(fd);
}

ATF_TC_WITHOUT_HEAD(smalldevs);
ATF_TC_BODY(smalldevs, tc)
{
	unsigned char buf[64], buf2[64];
	int fd;

	hk_boot("2");
	fd = opendev("/dev/null", RUMP_O_RDWR);
	ATF_CHECK_EQ(0, rump_sys_read(fd, buf, sizeof(buf)));
	ATF_CHECK_EQ(sizeof(buf), rump_sys_write(fd, buf, sizeof(buf)));
	rump_sys_close(fd);
	fd = opendev("/dev/zero", RUMP_O_RDWR);
	memset(buf, 1, sizeof(buf));
	memset(buf2, 0, sizeof(buf2));
	ATF_CHECK_EQ(sizeof(buf), rump_sys_read(fd, buf, sizeof(buf)));
	ATF_CHECK_EQ(0, memcmp(buf, buf2, sizeof(buf)));
	rump_sys_close(fd);
	fd = opendev("/dev/full", RUMP_O_RDWR);
	ATF_CHECK_EQ(-1, rump_sys_write(fd, buf, sizeof(buf)));
	ATF_CHECK_EQ(N_ENOSPC, errno);
	rump_sys_close(fd);
	fd = opendev("/dev/urandom", RUMP_O_RDONLY);
	ATF_CHECK_EQ(sizeof(buf), rump_sys_read(fd, buf, sizeof(buf)));
	ATF_CHECK_EQ(sizeof(buf2), rump_sys_read(fd, buf2, sizeof(buf2)));
	ATF_CHECK(memcmp(buf, buf2, sizeof(buf)) != 0);
	rump_sys_close(fd);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, blk_rdwr);
	ATF_TP_ADD_TC(tp, blk_busy);
	ATF_TP_ADD_TC(tp, chr);
	ATF_TP_ADD_TC(tp, window);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, missing);
	ATF_TP_ADD_TC(tp, blkfail);
	ATF_TP_ADD_TC(tp, smalldevs);
	return atf_no_error();
}
