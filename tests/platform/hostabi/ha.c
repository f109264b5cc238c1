/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two sides, and where their tests run.
 */
#include "ha.h"

#define	CALLS(pre)							\
	.s_open = pre##open, .s_close = pre##close, .s_read = pre##read, \
	.s_write = pre##write, .s_pread = pre##pread,			\
	.s_lseek = pre##lseek, .s_ftruncate = pre##ftruncate,		\
	.s_truncate = pre##truncate, .s_fallocate = pre##fallocate,	\
	.s_dup3 = pre##dup3, .s_pipe2 = pre##pipe2,			\
	.s_fcntl = pre##fcntl, .s_flock = pre##flock,			\
	.s_mkdir = pre##mkdir, .s_rmdir = pre##rmdir,			\
	.s_mknod = pre##mknod, .s_link = pre##link,			\
	.s_symlink = pre##symlink, .s_readlink = pre##readlink,		\
	.s_unlink = pre##unlink, .s_unlinkat = pre##unlinkat,		\
	.s_rename = pre##rename, .s_chmod = pre##chmod,			\
	.s_chown = pre##chown, .s_utimensat = pre##utimensat,		\
	.s_stat = pre##stat, .s_lstat = pre##lstat,			\
	.s_fstatat = pre##fstatat, .s_statx = pre##statx,		\
	.s_statvfs = pre##statvfs, .s_access = pre##access,		\
	.s_getdents64 = pre##getdents64, .s_chdir = pre##chdir,		\
	.s_getcwd = pre##getcwd, .s_umask = pre##umask,			\
	.s_setxattr = pre##setxattr, .s_getxattr = pre##getxattr,	\
	.s_listxattr = pre##listxattr, .s_removexattr = pre##removexattr

int	flock(int, int);

const struct side ha_sides[2] = {
	{ .s_name = "host", CALLS() },
	{ .s_name = "kernel", CALLS(rump_host_) },
};

static char hostdir[64];

static void
host_folder(void)
{

	(void)snprintf(hostdir, sizeof(hostdir), "%s/hostabi.XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ".");
	ATF_REQUIRE(mkdtemp(hostdir) != NULL);
	ATF_REQUIRE_EQ(0, chmod(hostdir, 0777));
	RL(chdir(hostdir));
}

static void
mount_ext2(const char *img)
{
	struct rump_ufs_args args = { .fspec = (char *)(uintptr_t)"/dev/img" };

	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/img", img,
	    RUMP_ETFS_BLK));
	RL(rump_sys_mount(RUMP_MOUNT_EXT2FS, "/t", 0, &args, sizeof(args)));
	RL(rump_sys_chmod("/t", 0777));
}

void
ha_boot(bool ext2)
{
	struct rump_tmpfs_args args = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION, .ta_root_mode = 0777,
	};

	if (ext2)
		ATF_REQUIRE_EQ(0, system("PATH=$PATH:/sbin:/usr/sbin; "
		    "rm -f test.img; mke2fs -q -t ext2 -I 256 "
		    "test.img 8M"));
	ATF_REQUIRE_EQ(0, rump_init());
	RL(rump_host_mkdir("/t", 0777));
	if (ext2)
		mount_ext2("test.img");
	else
		RL(rump_sys_mount(RUMP_MOUNT_TMPFS, "/t", 0, &args,
		    sizeof(args)));
	RL(rump_host_chdir("/t"));
	(void)umask(022);
	(void)rump_host_umask(022);
	host_folder();
}

void
ha_done(void)
{
	char cmd[128];

	RL(rump_host_chdir("/"));
	RL(rump_sys_unmount("/t", 0));
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", hostdir);
	RL(chdir("/"));
	ATF_REQUIRE_EQ(0, system(cmd));
}
