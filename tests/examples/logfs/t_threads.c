/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logfs with several at work: in one directory and in their own, all the time
 * syncing, on a disk with little space and with a log that is soon full.
 */
#include "lg.h"

#define	NTHREADS	4
#define	NOPS		600
#define	NBLOCKS		500

static char img[NBLOCKS * LF_BSIZE];

static void
step(unsigned me, unsigned n)
{
	static char data[50000];
	char from[32], to[32];
	int fd;

	snprintf(from, sizeof(from), "/t/d%u/f%u", n % 2 != 0 ? me : 9,
	    n / 2 % 8);
	snprintf(to, sizeof(to), "/t/d%u/f%u", n / 16 % NTHREADS, n / 64 % 8);
	switch (n / 512 % 8) {
	case 0:
	case 1:
	case 2:
		fd = rump_sys_open(from, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		if (fd == -1)
			break;
		(void)rump_sys_pwrite(fd, data, n % sizeof(data), n % 9000);
		if (n % 5 == 0)
			(void)rump_sys_fsync(fd);
		(void)rump_sys_unlink(n % 3 == 0 ? from : to);
		RL(rump_sys_close(fd));
		break;
	case 3:
		(void)rump_sys_truncate(from, n % sizeof(data));
		break;
	case 4:
	case 5:
		(void)rump_sys_rename(from, to);
		break;
	case 6:
		if (rump_sys_mkdir(from, 0755) == -1)
			(void)rump_sys_rmdir(from);
		break;
	default:
		(void)rump_sys_link(from, to);
	}
}

static void *
worker(void *arg)
{
	const unsigned me = (unsigned)(uintptr_t)arg;
	unsigned i, seed = me + 1;

	rump_pub_lwproc_rfork(RUMP_RFFDG);
	for (i = 0; i < NOPS; i++) {
		seed = seed * 1103515245 + 12345;
		step(me, seed >> 8);
		if (i % 100 == 99)
			rump_sys_sync();
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
image(int flags)
{
	int fd = open("d.img", flags, 0644);

	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ(sizeof(img), (flags & O_CREAT) != 0 ?
	    write(fd, img, sizeof(img)) : read(fd, img, sizeof(img)));
	close(fd);
}

static void
run(const char *memlimit)
{
	pthread_t pt[NTHREADS];
	char name[32];
	uintptr_t i;

	if (memlimit != NULL)
		setenv("RUMP_MEMLIMIT", memlimit, 1);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE(logfs_mkfs(img, NBLOCKS, 64, 60, 0) > 0);
	image(O_RDWR | O_CREAT);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/disk", "d.img",
	    RUMP_ETFS_BLK));
	RL(rump_sys_mkdir("/t", 0777));
	RL(lg_try_mount("/disk", "/t", 0));
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "/t/d%u", (unsigned)i);
		RL(rump_sys_mkdir(name, 0777));
	}
	for (i = 0; i < NTHREADS; i++)
		pthread_create(&pt[i], NULL, worker, (void *)i);
	for (i = 0; i < NTHREADS; i++)
		pthread_join(pt[i], NULL);
	RL(rump_sys_unmount("/t", 0));
	image(O_RDWR);
	lg_fsck(img);
}

ATF_TC_WITHOUT_HEAD(together);
ATF_TC_BODY(together, tc)
{

	run(NULL);
}

ATF_TC_WITHOUT_HEAD(memlimit);
ATF_TC_BODY(memlimit, tc)
{

	run("4m");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, together);
	ATF_TP_ADD_TC(tp, memlimit);
	return atf_no_error();
}
