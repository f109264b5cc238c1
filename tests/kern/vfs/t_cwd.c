/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Current and root directories: chdir, getcwd through mounts and renames,
 * chroot and what must not lead out of it, per process.
 */
#include "vk.h"

VK_CASE(getcwd)
{
	char buf[64];

	vk_cwd_is("/");
	RL(rump_sys_mkdir("/a", 0755));
	RL(rump_sys_mkdir("/a/b", 0755));
	RL(rump_sys_chdir("/a/b"));
	vk_cwd_is("/a/b");
	RE(ERANGE, rump_sys___getcwd(buf, 4));
	RL(rump_sys_chdir(".."));
	vk_cwd_is("/a");
	vk_tmpfs("/a/t");
	RL(rump_sys_mkdir("/a/t/deep", 0755));
	RL(rump_sys_mkdir("/a/t/deep/er", 0755));
	RL(rump_sys_chdir("t/deep/er"));
	vk_cwd_is("/a/t/deep/er");
	RL(rump_sys_rename("/a/t/deep", "/a/t/low"));
	vk_cwd_is("/a/t/low/er");
	RL(rump_sys_rmdir("/a/t/low/er"));
	RE(ENOENT, rump_sys___getcwd(buf, sizeof(buf)));
	RL(rump_sys_chdir("/"));
	RL(rump_sys_unmount("/a/t", 0));
}

VK_CASE(chdir_errors)
{
	int fd;

	vk_write("/f", "x");
	RE(ENOTDIR, rump_sys_chdir("/f"));
	RE(ENOENT, rump_sys_chdir("/none"));
	fd = RL(rump_sys_open("/f", RUMP_O_RDONLY));
	RE(ENOTDIR, rump_sys_fchdir(fd));
	RE(EBADF, rump_sys_fchdir(99));
	RL(rump_sys_mkdir("/d", 0755));
	fd = RL(rump_sys_open("/d", RUMP_O_RDONLY));
	RL(rump_sys_fchdir(fd));
	vk_cwd_is("/d");
}

VK_CASE(root)
{
	int fd;

	vk_write("/secret", "outside");
	RL(rump_sys_mkdir("/jail", 0755));
	RL(rump_sys_mkdir("/jail/in", 0755));
	vk_write("/jail/f", "inside");
	RL(rump_sys_symlink("/f", "/jail/abs"));
	RL(rump_sys_symlink("../../secret", "/jail/up"));
	fd = RL(rump_sys_open("/", RUMP_O_RDONLY));
	RL(rump_sys_chroot("/jail"));
	vk_cwd_is("/");
	vk_holds("/f", "inside");
	vk_holds("/abs", "inside");
	vk_holds("/../../f", "inside");
	RE(ENOENT, rump_sys_access("/secret", 0));
	RE(ENOENT, rump_sys_access("/../secret", 0));
	RE(ENOENT, rump_sys_access("up", 0));
	RL(rump_sys_chdir("/in"));
	vk_holds("../../../f", "inside");
	vk_cwd_is("/in");
	RE(EPERM, rump_sys_fchdir(fd));
	RE(EPERM, rump_sys_fchroot(fd));
}

/* A new process starts where its parent is, and goes its own way. */
VK_CASE(processes)
{
	struct lwp *l1, *l2;

	RL(rump_sys_mkdir("/a", 0755));
	RL(rump_sys_mkdir("/b", 0755));
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	l1 = rump_pub_lwproc_curlwp();
	RL(rump_sys_chdir("/a"));
	RL(rump_sys_umask(0));
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFDG));
	l2 = rump_pub_lwproc_curlwp();
	vk_cwd_is("/a");
	RL(rump_sys_chdir("/b"));
	RL(rump_sys_umask(077));
	rump_pub_lwproc_switch(l1);
	vk_cwd_is("/a");
	ATF_REQUIRE_EQ(0, (int)rump_sys_umask(0));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l2);
	vk_cwd_is("/b");
	rump_pub_lwproc_releaselwp();
	RL(rump_sys_rmdir("/a"));
	RL(rump_sys_rmdir("/b"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, getcwd);
	ATF_TP_ADD_TC(tp, chdir_errors);
	ATF_TP_ADD_TC(tp, root);
	ATF_TP_ADD_TC(tp, processes);
	return atf_no_error();
}
