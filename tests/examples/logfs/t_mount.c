/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logfs as a mount: what is refused, what stays, file handles, revoke, forced
 * unmount.
 */
#include "lg.h"

static char img[800 * LF_BSIZE];

/* Put img on a disk of the kernel's that is not mounted. */
static void
store(void)
{
	int fd;

	fd = open("m.img", O_RDWR | O_CREAT, 0644);
	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ(sizeof(img), write(fd, img, sizeof(img)));
	close(fd);
}

static void
load(void)
{
	int fd;

	fd = open("m.img", O_RDONLY);
	ATF_REQUIRE_EQ(sizeof(img), read(fd, img, sizeof(img)));
	close(fd);
}

static void
boot(void)
{

	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE(logfs_mkfs(img, 800, 64, 100, 0) > 0);
	store();
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/disk", "m.img",
	    RUMP_ETFS_BLK));
	RL(rump_sys_mkdir("/t", 0777));
}

ATF_TC_WITHOUT_HEAD(arguments);
ATF_TC_BODY(arguments, tc)
{
	struct logfs_args la = { .la_fspec = NULL };

	boot();
	RE(EINVAL, rump_sys_mount("logfs", "/t", 0, &la, sizeof(la)));
	RE(EINVAL, rump_sys_mount("logfs", "/t", 0, &la, 4));
	RE(ENOENT, lg_try_mount("/none", "/t", 0));
	RE(ENOTBLK, lg_try_mount("/t", "/t", 0));
	RE(ENXIO, (rump_sys_mknod("/nodev", S_IFBLK | 0600, 0xfe00),
	    lg_try_mount("/nodev", "/t", 0)));
	RL(lg_try_mount("/disk", "/t", 0));
	RL(rump_sys_mkdir("/u", 0777));
	RE(EBUSY, lg_try_mount("/disk", "/u", 0));
	RE(EOPNOTSUPP, lg_try_mount("/disk", "/t", RUMP_MNT_UPDATE));
	RL(rump_sys_mount("logfs", "/t", RUMP_MNT_GETARGS, &la, sizeof(la)));
	RL(rump_sys_unmount("/t", 0));
}

/* Superblocks and logs that are wrong. */
ATF_TC_WITHOUT_HEAD(damaged);
ATF_TC_BODY(damaged, tc)
{
	struct lf_super *ls = (void *)img;
	uint32_t *word, save;
	unsigned i;

	boot();
	/* every word but the flag and the padding */
	for (i = 0; i < sizeof(*ls) / 4 - 1; i++) {
		word = (uint32_t *)img + i;
		if (word == &ls->ls_clean)
			continue;
		save = *word;
		*word += word == &ls->ls_ninodes ? LF_IPERBLOCK : 1000000;
		store();
		RE(EINVAL, lg_try_mount("/disk", "/t", 0));
		*word = save;
	}
	/* in use, but the log has no head */
	ls->ls_clean = 0;
	store();
	RE(EINVAL, lg_try_mount("/disk", "/t", 0));
	RE(EINVAL, lg_try_mount("/disk", "/t", RUMP_MNT_RDONLY));
	ls->ls_clean = 1;
	store();
	RL(lg_try_mount("/disk", "/t", 0));
	vk_write("/t/f", "x");
	RL(rump_sys_unmount("/t", 0));
	load();
	lg_fsck(img);
	/* half of a head: the other one counts */
	ls->ls_clean = 0;
	memset(img + ls->ls_log * LF_BSIZE, 0xff, 8);
	store();
	RL(lg_try_mount("/disk", "/t", 0));
	vk_holds("/t/f", "x");
	RL(rump_sys_unmount("/t", 0));
}

ATF_TC_WITHOUT_HEAD(stays);
ATF_TC_BODY(stays, tc)
{
	static char buf[100000];
	struct rump_stat st;
	int fd;

	boot();
	RL(lg_try_mount("/disk", "/t", 0));
	memset(buf, 'x', sizeof(buf));
	RL(rump_sys_mkdir("/t/d", 0750));
	fd = RL(rump_sys_open("/t/d/f", RUMP_O_CREAT | RUMP_O_RDWR, 0640));
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_write(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	RL(rump_sys_symlink("d/f", "/t/l"));
	st = vk_stat("/t/d/f");
	RL(rump_sys_unmount("/t", 0));
	load();
	lg_fsck(img);
	RL(lg_try_mount("/disk", "/t", RUMP_MNT_RDONLY));
	ATF_CHECK_EQ(st.st_ino, vk_stat("/t/l").st_ino);
	ATF_CHECK_EQ(st.st_mode, vk_stat("/t/l").st_mode);
	fd = RL(rump_sys_open("/t/l", RUMP_O_RDONLY));
	memset(buf, 0, sizeof(buf));
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_read(fd, buf, sizeof(buf)));
	ATF_CHECK(buf[0] == 'x' && buf[sizeof(buf) - 1] == 'x');
	RL(rump_sys_close(fd));
	RE(EROFS, rump_sys_unlink("/t/l"));
	RE(EROFS, rump_sys_mkdir("/t/e", 0755));
	RE(EROFS, rump_sys_chmod("/t/d", 0700));
	RE(EROFS, rump_sys_open("/t/l", RUMP_O_RDWR));
	RE(EROFS, rump_sys_rename("/t/l", "/t/m"));
	RE(EROFS, rump_sys_truncate("/t/l", 0));
	RL(rump_sys_unmount("/t", 0));
}

ATF_TC_WITHOUT_HEAD(handles);
ATF_TC_BODY(handles, tc)
{
	char fh[64], buf[8];
	size_t size = sizeof(fh);
	int fd;

	boot();
	RL(lg_try_mount("/disk", "/t", 0));
	vk_write("/t/f", "file");
	RL(rump_sys_getfh("/t/f", fh, &size));
	RL(rump_sys_unmount("/t", 0));
	RL(lg_try_mount("/disk", "/t", 0));
	fd = RL(rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(4, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("/t/f"));
	RE(ESTALE, rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
	/* another file with the same number */
	vk_write("/t/g", "other");
	RE(ESTALE, rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
	RL(rump_sys_unmount("/t", 0));
}

ATF_TC_WITHOUT_HEAD(thrown);
ATF_TC_BODY(thrown, tc)
{
	char buf[8];
	int fd, gone;

	boot();
	RL(lg_try_mount("/disk", "/t", 0));
	vk_write("/t/f", "file");
	fd = RL(rump_sys_open("/t/f", RUMP_O_RDWR));
	RL(rump_sys_revoke("/t/f"));
	RE(EIO, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	vk_holds("/t/f", "file");
	fd = RL(rump_sys_open("/t/f", RUMP_O_RDWR));
	gone = RL(rump_sys_open("/t/gone", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	ATF_REQUIRE_EQ(4, rump_sys_write(gone, "gone", 4));
	RL(rump_sys_unlink("/t/gone"));
	ATF_REQUIRE_EQ(3, rump_sys_write(fd, "new", 3));
	RE(EBUSY, rump_sys_unmount("/t", 0));
	RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
	RE(EIO, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	RL(rump_sys_close(gone));
	load();
	lg_fsck(img);
	RL(lg_try_mount("/disk", "/t", 0));
	vk_holds("/t/f", "newe");
	RL(rump_sys_unmount("/t", 0));
}

/* Full of files, then of contents, then empty: all comes back. */
ATF_TC_WITHOUT_HEAD(full);
ATF_TC_BODY(full, tc)
{
	static char data[LF_BSIZE];
	struct rump_statvfs before, after;
	char name[32];
	int fd, i, round;

	boot();
	RL(lg_try_mount("/disk", "/t", 0));
	RL(rump_sys_statvfs1("/t", (struct statvfs *)&before, RUMP_MNT_WAIT));
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 50; i++) {
			snprintf(name, sizeof(name), "/t/f%d", i);
			fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_RDWR,
			    0644);
			if (fd == -1)
				break;
			while (rump_sys_write(fd, data, sizeof(data)) > 0 &&
			    rump_sys_lseek(fd, 0, RUMP_SEEK_CUR) < 200000)
				continue;
			RL(rump_sys_close(fd));
		}
		ATF_REQUIRE(i > 5);
		RE(ENOSPC, rump_sys_mkdir("/t/dir", 0755));
		while (i-- > 0) {
			snprintf(name, sizeof(name), "/t/f%d", i);
			RL(rump_sys_unlink(name));
		}
		/* what was freed just now is found */
		RL(rump_sys_mkdir("/t/dir", 0755));
		RL(rump_sys_rmdir("/t/dir"));
	}
	RL(rump_sys_statvfs1("/t", (struct statvfs *)&after, RUMP_MNT_WAIT));
	ATF_CHECK_EQ(before.f_bfree, after.f_bfree);
	ATF_CHECK_EQ(before.f_ffree, after.f_ffree);
	RL(rump_sys_unmount("/t", 0));
	load();
	lg_fsck(img);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, arguments);
	ATF_TP_ADD_TC(tp, damaged);
	ATF_TP_ADD_TC(tp, stays);
	ATF_TP_ADD_TC(tp, handles);
	ATF_TP_ADD_TC(tp, thrown);
	ATF_TP_ADD_TC(tp, full);
	return atf_no_error();
}
