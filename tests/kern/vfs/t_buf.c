/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The buffer cache on a host file: what is written arrives there, errors of
 * reads and of delayed writes reach whom they should, memory stays bounded.
 *
 * Covers: buffercache(9), bufferio(9)
 */
#include "../base/hk.h"

#include <fcntl.h>

#include <rump/rump_syscalls.h>

void	rump_kt_open(const char *);
void	rump_kt_close(int);
void	rump_kt_fill(int, int, int);
void	rump_kt_verify(int, int);
void	rump_kt_flush(int);
void	rump_kt_cache(void);
void	rump_kt_model(unsigned int);
void	rump_kt_inject(int, long, long, unsigned int, int);
void	rump_kt_readerror(long);
void	rump_kt_release(void);
void	rump_kt_nested(void);
void	rump_kt_together(void);

#define	IMG	"disk.img"
#define	BS	1024
#define	NBLK	2048
#define	N_EIO	5		/* NetBSD's number */

/* An image whose blocks are filled with their number. */
static void
mkimage(void)
{
	unsigned char buf[BS];
	int fd, i;

	ATF_REQUIRE((fd = open(IMG, O_CREAT | O_RDWR, 0644)) != -1);
	for (i = 0; i < NBLK; i++) {
		memset(buf, i & 0xff, sizeof(buf));
		ATF_REQUIRE_EQ(sizeof(buf), write(fd, buf, sizeof(buf)));
	}
	close(fd);
}

static void
check_image(int n, int add)
{
	unsigned char buf[BS];
	int fd, i;

	ATF_REQUIRE((fd = open(IMG, O_RDONLY)) != -1);
	for (i = 0; i < n; i++) {
		ATF_REQUIRE_EQ(sizeof(buf), read(fd, buf, sizeof(buf)));
		ATF_REQUIRE_EQ((i + add) & 0xff, buf[0]);
		ATF_REQUIRE_EQ((i + add) & 0xff, buf[BS - 1]);
	}
	close(fd);
}

static void
start(void)
{

	mkimage();
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/img", IMG,
	    RUMP_ETFS_BLK));
	rump_schedule();
	rump_kt_open("/img");
}

static void
finish(int error)
{

	rump_kt_close(error);
	rump_unschedule();
}

ATF_TC_WITHOUT_HEAD(read);
ATF_TC_BODY(read, tc)
{

	start();
	rump_kt_verify(NBLK, 0);
	finish(0);
}

ATF_TC_WITHOUT_HEAD(cache);
ATF_TC_BODY(cache, tc)
{

	start();
	rump_kt_cache();
	finish(0);
}

ATF_TC_WITHOUT_HEAD(delayed);
ATF_TC_BODY(delayed, tc)
{

	start();
	rump_kt_fill(0, NBLK, 7);
	rump_kt_verify(NBLK, 7);
	rump_kt_flush(0);
	check_image(NBLK, 7);
	rump_kt_fill(0, 10, 9);
	finish(0);
	check_image(10, 9);
}

/* More than fits: the oldest are written and reused. */
ATF_TC_WITHOUT_HEAD(memlimit);
ATF_TC_BODY(memlimit, tc)
{

	setenv("RUMP_MEMLIMIT", "4m", 1);
	start();
	rump_kt_fill(0, NBLK, 3);
	rump_kt_verify(NBLK, 3);
	finish(0);
	check_image(NBLK, 3);
}

ATF_TC_WITHOUT_HEAD(release);
ATF_TC_BODY(release, tc)
{

	start();
	rump_kt_release();
	finish(0);
}

ATF_TC_WITHOUT_HEAD(model);
ATF_TC_BODY(model, tc)
{

	start();
	rump_kt_model(1);
	finish(0);
}

ATF_TC_WITHOUT_HEAD(readerror);
ATF_TC_BODY(readerror, tc)
{

	start();
	rump_kt_inject(1, 5 * BS, 6 * BS, 1, N_EIO);
	rump_kt_verify(5, 0);
	rump_kt_readerror(5);
	finish(0);
}

/* A delayed write that fails is reported once, by the next flush. */
ATF_TC_WITHOUT_HEAD(lateerror);
ATF_TC_BODY(lateerror, tc)
{

	start();
	rump_kt_inject(2, 100 * BS, 101 * BS, 1, N_EIO);
	rump_kt_fill(0, 200, 1);
	rump_kt_flush(N_EIO);
	rump_kt_flush(0);
	rump_kt_fill(0, 200, 1);
	rump_kt_inject(2, 100 * BS, 101 * BS, 1, N_EIO);
	finish(N_EIO);
}

ATF_TC_WITHOUT_HEAD(nested);
ATF_TC_BODY(nested, tc)
{

	start();
	rump_kt_inject(1, 11 * BS, 12 * BS, 1, N_EIO);
	rump_kt_nested();
	finish(0);
}

ATF_TC_WITHOUT_HEAD(together);
ATF_TC_BODY(together, tc)
{

	start();
	rump_kt_together();
	finish(0);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, read);
	ATF_TP_ADD_TC(tp, cache);
	ATF_TP_ADD_TC(tp, delayed);
	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, release);
	ATF_TP_ADD_TC(tp, model);
	ATF_TP_ADD_TC(tp, readerror);
	ATF_TP_ADD_TC(tp, lateerror);
	ATF_TP_ADD_TC(tp, nested);
	ATF_TP_ADD_TC(tp, together);
	return atf_no_error();
}
