/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * veilfs: what it hides, what it shares with the file system below, and how
 * it comes and goes.
 */
#include "vl.h"

static void
setup(const char *prefix)
{

	fs_mount_args("/low", 0, 0, 0);
	RL(rump_sys_mkdir("/up", 0755));
	vk_write("/low/f", "file");
	vk_write("/low/.x", "hidden");
	RL(rump_sys_mkdir("/low/d", 0755));
	RL(vl_mount("/low", "/up", prefix, 0));
}

/* The names in a directory, read in steps of so many bytes. */
static int
list(const char *path, size_t step, const char *want)
{
	struct rump_dirent *d;
	char buf[4096];
	int fd, found = 0, len, pos;

	fd = RL(rump_sys_open(path, RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	while ((len = RL(rump_sys_getdents(fd, buf, step))) > 0)
		for (pos = 0; pos < len; pos += d->d_reclen) {
			d = (void *)(buf + pos);
			ATF_REQUIRE(d->d_reclen > 0);
			if (strcmp(d->d_name, want) == 0)
				found++;
		}
	RL(rump_sys_close(fd));
	return found;
}

VK_CASE(hidden)
{

	setup(".");
	RE(ENOENT, rump_sys_open("/up/.x", RUMP_O_RDONLY));
	RE(ENOENT, rump_sys_unlink("/up/.x"));
	RE(EPERM, rump_sys_open("/up/.x", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RE(EPERM, rump_sys_mkdir("/up/.new", 0755));
	RE(EPERM, rump_sys_symlink("f", "/up/.link"));
	RE(EPERM, rump_sys_link("/up/f", "/up/.link"));
	RE(EPERM, rump_sys_rename("/up/f", "/up/d/.f"));
	RE(ENOENT, rump_sys_rename("/up/.x", "/up/y"));
	vk_holds("/up/f", "file");
	vk_holds("/low/.x", "hidden");
	/* the dots are no names */
	vk_holds("/up/d/../f", "file");
	vk_holds("/up/./f", "file");
	RL(rump_sys_rmdir("/up/d"));
}

VK_CASE(listed)
{
	char name[64];
	int i;

	setup(".");
	ATF_CHECK_EQ(1, list("/low", 4096, ".x"));
	ATF_CHECK_EQ(0, list("/up", 4096, ".x"));
	ATF_CHECK_EQ(1, list("/up", 4096, "."));
	ATF_CHECK_EQ(1, list("/up", 4096, "f"));
	/* more hidden ones in a row than fit: no early end */
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "/low/d/.hidden%d", i);
		vk_write(name, "");
	}
	vk_write("/low/d/last", "");
	ATF_CHECK_EQ(1, list("/up/d", 600, "last"));
	ATF_CHECK_EQ(0, list("/up/d", 600, ".hidden50"));
	/* which is why it is not empty */
	RL(rump_sys_unlink("/up/d/last"));
	RE(ENOTEMPTY, rump_sys_rmdir("/up/d"));
}

/* One file, open above and below; the pages are the same. */
VK_CASE(shared)
{
	static char buf[100000], back[100000];
	int low, up;

	setup("veil-");
	up = RL(rump_sys_open("/up/f", RUMP_O_RDWR));
	low = RL(rump_sys_open("/low/f", RUMP_O_RDWR));
	memset(buf, 'u', sizeof(buf));
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_pwrite(up, buf, sizeof(buf), 0));
	ATF_REQUIRE_EQ(3, rump_sys_pwrite(low, "low", 3, 50000));
	ATF_REQUIRE_EQ(sizeof(back), rump_sys_pread(up, back, sizeof(back),
	    0));
	memcpy(buf + 50000, "low", 3);
	ATF_CHECK_EQ(0, memcmp(buf, back, sizeof(buf)));
	RL(rump_sys_fsync(up));
	RL(rump_sys_ftruncate(low, 10));
	ATF_CHECK_EQ(10, rump_sys_pread(up, back, sizeof(back), 0));
	/* without its name it lives in both */
	RL(rump_sys_unlink("/up/f"));
	ATF_CHECK(!vk_exists("/low/f"));
	ATF_REQUIRE_EQ(4, rump_sys_pwrite(low, "more", 4, 10));
	ATF_CHECK_EQ(14, rump_sys_pread(up, back, sizeof(back), 0));
	RL(rump_sys_close(low));
	ATF_CHECK_EQ(14, rump_sys_pread(up, back, sizeof(back), 0));
	RL(rump_sys_close(up));
	RL(rump_sys_unmount("/up", 0));
	RL(rump_sys_unmount("/low", 0));
}

VK_CASE(handles)
{
	char fh[64], buf[8];
	size_t size = sizeof(fh);
	int fd;

	setup("veil-");
	RL(rump_sys_getfh("/up/f", fh, &size));
	fd = RL(rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(4, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_unlink("/low/f"));
	RL(rump_sys_close(fd));
	RE(ESTALE, rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
}

/* Taken away from who has it open, above and below. */
VK_CASE(revoked)
{
	char buf[8];
	int low, up;

	setup("veil-");
	up = RL(rump_sys_open("/up/f", RUMP_O_RDONLY));
	low = RL(rump_sys_open("/low/f", RUMP_O_RDONLY));
	RL(rump_sys_revoke("/up/f"));
	RE(EIO, rump_sys_read(up, buf, sizeof(buf)));
	RE(EIO, rump_sys_read(low, buf, sizeof(buf)));
	RL(rump_sys_close(up));
	RL(rump_sys_close(low));
	vk_holds("/up/f", "file");
	vk_holds("/low/f", "file");
}

VK_CASE(unmount)
{
	char buf[8];
	int fd;

	setup("veil-");
	fd = RL(rump_sys_open("/up/f", RUMP_O_RDONLY));
	RE(EBUSY, rump_sys_unmount("/up", 0));
	RE(EBUSY, rump_sys_unmount("/low", 0));
	RL(rump_sys_unmount("/up", RUMP_MNT_FORCE));
	RE(EIO, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	vk_holds("/low/f", "file");
	/* with the lower one gone nothing is reached, and it still ends */
	RL(vl_mount("/low", "/up", "veil-", 0));
	fd = RL(rump_sys_open("/up/f", RUMP_O_RDONLY));
	RL(rump_sys_unmount("/low", RUMP_MNT_FORCE));
	RE(EIO, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/up", 0));
}

VK_CASE(arguments)
{
	struct veilfs_args va = { .va_target = NULL };

	setup("veil-");
	RL(rump_sys_mkdir("/m", 0755));
	RE(EINVAL, vl_mount("/low", "/m", "", 0));
	RE(EINVAL, vl_mount("/low", "/m", "a/b", 0));
	RE(EINVAL, vl_mount("/low", "/m",
	    "12345678901234567890123456789012", 0));
	RE(ENOENT, vl_mount("/none", "/m", "x", 0));
	RE(ENOTDIR, vl_mount("/low/f", "/m", "x", 0));
	RE(EINVAL, rump_sys_mount("veilfs", "/m", 0, &va, 4));
	RE(EINVAL, rump_sys_mount("veilfs", "/m", 0, &va, sizeof(va)));
	RE(EOPNOTSUPP, vl_mount("/low", "/up", "x", RUMP_MNT_UPDATE));
	RL(rump_sys_mount("veilfs", "/up", RUMP_MNT_GETARGS, &va,
	    sizeof(va)));
	ATF_CHECK_STREQ("veil-", va.va_prefix);
	RL(rump_sys_unmount("/up", 0));
	RL(rump_sys_unmount("/low", 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, hidden);
	ATF_TP_ADD_TC(tp, listed);
	ATF_TP_ADD_TC(tp, shared);
	ATF_TP_ADD_TC(tp, handles);
	ATF_TP_ADD_TC(tp, revoked);
	ATF_TP_ADD_TC(tp, unmount);
	ATF_TP_ADD_TC(tp, arguments);
	return atf_no_error();
}
