/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A disk that is a host file, from inside the kernel: see kt_disk.c.
 *
 * Covers: disk(9), buffercache(9), bufferio(9), bufq(9), physio(9)
 * Covers: vnode(9), vnsubr(9), vfssubr(9), vnodeops(9)
 */
#include "../base/hk.h"

#include <fcntl.h>

#define	BS	1024
#define	NBLK	64

static void
disk_call(void (*func)(void))
{
	unsigned char buf[BS];
	int fd, i;

	ATF_REQUIRE((fd = open("disk.img", O_CREAT | O_RDWR, 0644)) != -1);
	for (i = 0; i < NBLK; i++) {
		memset(buf, i, sizeof(buf));
		ATF_REQUIRE_EQ(sizeof(buf), write(fd, buf, sizeof(buf)));
	}
	close(fd);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/img", "disk.img",
	    RUMP_ETFS_BLK));
	rump_schedule();
	(*func)();
	rump_unschedule();
}

#define	DISK_CASE(name)							\
void	rump_kt_##name(void);						\
ATF_TC_WITHOUT_HEAD(name);						\
ATF_TC_BODY(name, tc)							\
{									\
									\
	disk_call(rump_kt_##name);					\
}

DISK_CASE(ioctls)
DISK_CASE(nodes)
DISK_CASE(opens)
DISK_CASE(mountedon)
DISK_CASE(gone)
DISK_CASE(bdevopen)
DISK_CASE(readahead)
DISK_CASE(inval)
DISK_CASE(trunc)
DISK_CASE(bufhead)
DISK_CASE(nest)
DISK_CASE(errors)
DISK_CASE(fcfs)
DISK_CASE(disksort)
DISK_CASE(queue)
DISK_CASE(iostat)
DISK_CASE(physio)

void	rump_kt_misuse(int);
static int what;

static void
misuse_one(void)
{

	rump_kt_misuse(what);
}

static void
misuser(void)
{

	disk_call(misuse_one);
}

ATF_TC_WITHOUT_HEAD(misuse);
ATF_TC_BODY(misuse, tc)
{
	static const char *const text[] = {
		"is done already",
		"bufq_peek(bufq) == NULL",
		"mutex_owned(&bufcache_lock)",
		"b_cflags & BC_BUSY",
		"mbp->b_bcount >= offset + size",
		"sd->sd_mountpoint == NULL",
		"error != 0",
	};

	for (what = 0; what < (int)(sizeof(text) / sizeof(text[0])); what++)
		hk_panics(misuser, text[what]);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, ioctls);
	ATF_TP_ADD_TC(tp, nodes);
	ATF_TP_ADD_TC(tp, opens);
	ATF_TP_ADD_TC(tp, mountedon);
	ATF_TP_ADD_TC(tp, gone);
	ATF_TP_ADD_TC(tp, bdevopen);
	ATF_TP_ADD_TC(tp, readahead);
	ATF_TP_ADD_TC(tp, inval);
	ATF_TP_ADD_TC(tp, trunc);
	ATF_TP_ADD_TC(tp, bufhead);
	ATF_TP_ADD_TC(tp, nest);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, fcfs);
	ATF_TP_ADD_TC(tp, disksort);
	ATF_TP_ADD_TC(tp, queue);
	ATF_TP_ADD_TC(tp, iostat);
	ATF_TP_ADD_TC(tp, physio);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
