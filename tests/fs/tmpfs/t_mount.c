/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs, mounting: arguments, limits that CPUs share, and what becomes of a
 * mount without limits.
 */
#include "tm.h"
#include "../suite/suite.h"

/* Without a limit of its own the kernel's is the limit. */
ATF_TC_WITHOUT_HEAD(memlimit);
ATF_TC_BODY(memlimit, tc)
{
	static char buf[65536];
	uint64_t n;
	int fd;

	setenv("RUMP_MEMLIMIT", "16m", 1);
	fs_boot();
	fd = RL(rump_sys_open("a", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	for (n = 0; rump_sys_write(fd, buf, 65536) == 65536; n += 65536)
		ATF_REQUIRE(n <= 16 << 20);
	ATF_CHECK_EQ(RUMP_ENOSPC, errno);
	ATF_CHECK_MSG(n > 4 << 20, "%ju bytes", (uintmax_t)n);
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("a"));
	vk_write("b", "again");
	vk_holds("b", "again");
	fs_done();
}

static void
badargs(int version, int64_t size)
{
	struct rump_tmpfs_args ta = {
		.ta_version = version, .ta_size_max = size,
	};

	RE(EINVAL, rump_sys_mount("tmpfs", "/m", 0, &ta, sizeof(ta)));
}

ATF_TC_WITHOUT_HEAD(mountargs);
ATF_TC_BODY(mountargs, tc)
{
	struct rump_tmpfs_args ta;

	fs_boot();
	RL(rump_sys_mkdir("/m", 0755));
	badargs(2, 0);
	badargs(1, -1);
	RE(EINVAL, rump_sys_mount("tmpfs", "/m", 0, &ta, 4));
	RE(ENODEV, rump_sys_mount("nosuchfs", "/m", 0, &ta, sizeof(ta)));
	RL(rump_sys_rmdir("/m"));
	fs_mount_args("/m", 0, 0, RUMP_MNT_RDONLY);
	RE(EROFS, rump_sys_mkdir("/m/d", 0755));
	RE(EROFS, rump_sys_open("/m/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(rump_sys_unmount("/m", 0));
	RL(rump_sys_chdir("/t"));
	RE(EBUSY, rump_sys_unmount("/t", 0));
	fs_done();
}

#define	NTHREADS	4
#define	NODES		600

/* Make files until there is no room; the number of them is the result. */
static void *
fill(void *arg)
{
	const int id = (int)(intptr_t)arg;
	char path[32];
	intptr_t n;
	int fd;

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	for (n = 0;; n++) {
		snprintf(path, sizeof(path), "/l/%d/%d", id, (int)n);
		fd = rump_sys_open(path, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		if (fd == -1)
			break;
		RL(rump_sys_close(fd));
	}
	ATF_CHECK_EQ(RUMP_ENOSPC, errno);
	rump_pub_lwproc_releaselwp();
	return (void *)n;
}

static int
relimit(uint64_t nodes, int64_t size)
{
	struct rump_tmpfs_args ta = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION,
		.ta_nodes_max = nodes, .ta_size_max = size,
	};

	return rump_sys_mount("tmpfs", "/l", RUMP_MNT_UPDATE, &ta, sizeof(ta));
}

/* However many CPUs ask, they get all there is and no more. */
ATF_TC_WITHOUT_HEAD(sharedlimit);
ATF_TC_BODY(sharedlimit, tc)
{
	pthread_t pt[NTHREADS];
	struct rump_statvfs sv;
	char path[32];
	void *made;
	int i, n = 0, some = 0;

	setenv("RUMP_NCPU", "4", 1);
	fs_boot();
	fs_mount_args("/l", NODES, 0, 0);
	for (i = 0; i < NTHREADS; i++) {
		snprintf(path, sizeof(path), "/l/%d", i);
		RL(rump_sys_mkdir(path, 0755));
	}
	for (i = 0; i < NTHREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, fill,
		    (void *)(intptr_t)i));
	for (i = 0; i < NTHREADS; i++) {
		ATF_REQUIRE_EQ(0, pthread_join(pt[i], &made));
		n += (int)(intptr_t)made;
		/* Who comes last may find nothing left. */
		if (made != NULL)
			some = i;
	}
	ATF_CHECK_EQ(NODES - NTHREADS - 1, n);
	RL(rump_sys_statvfs1("/l", (void *)&sv, RUMP_MNT_WAIT));
	ATF_CHECK_EQ(NODES, sv.f_files);
	ATF_CHECK_EQ(0, sv.f_ffree);
	RE(EBUSY, relimit(NODES - 1, 0));
	RE(EBUSY, relimit(NODES, 4096));

	/* What a CPU has in stock is not there below a lower limit. */
	snprintf(path, sizeof(path), "/l/%d/0", some);
	RL(rump_sys_unlink(path));
	RL(relimit(NODES - 1, 0));
	RE(ENOSPC, rump_sys_mkdir("/l/0/d", 0755));
	RL(relimit(NODES, 0));
	RL(rump_sys_mkdir("/l/0/d", 0755));
	fs_unmount("/l");
	fs_done();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, sharedlimit);
	ATF_TP_ADD_TC(tp, mountargs);
	return atf_no_error();
}
