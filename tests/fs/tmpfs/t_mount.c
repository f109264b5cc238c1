/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs, mounting: arguments, and what becomes of a mount without limits.
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

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, mountargs);
	return atf_no_error();
}
