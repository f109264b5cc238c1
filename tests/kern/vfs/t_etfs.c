/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_etfs(3): host files under keys of the root directory, as regular
 * files, block devices and directories, registered before and after boot.
 */
#include <fcntl.h>

#include "vk.h"

#include <stdatomic.h>

static void
host_file(const char *name, const char *text, size_t pad)
{
	int fd;

	fd = open(name, O_CREAT | O_TRUNC | O_RDWR, 0644);
	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ((ssize_t)strlen(text), write(fd, text, strlen(text)));
	if (pad != 0)
		ATF_REQUIRE_EQ(0, ftruncate(fd, pad));
	close(fd);
}

VK_CASE(reg)
{
	struct rump_stat st;
	char buf[16];
	int fd;

	host_file("h", "host text", 0);
	ATF_REQUIRE_EQ(RUMP_ENOENT, rump_pub_etfs_register("/none",
	    "nosuchfile", RUMP_ETFS_REG));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/key", "h", RUMP_ETFS_REG));
	ATF_REQUIRE_EQ(RUMP_EEXIST, rump_pub_etfs_register("/key", "h",
	    RUMP_ETFS_REG));
	st = vk_stat("/key");
	ATF_REQUIRE_EQ(0100000, (int)(st.st_mode & 0170000));
	ATF_REQUIRE_EQ(9, (int)st.st_size);
	vk_holds("/key", "host text");
	fd = RL(rump_sys_open("/key", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(4, rump_sys_pwrite(fd, "HOST", 4, 0));
	ATF_REQUIRE_EQ(4, rump_sys_pread(fd, buf, 4, 5));
	ATF_REQUIRE_EQ(0, memcmp(buf, "text", 4));
	ATF_REQUIRE_EQ(0, rump_sys_pread(fd, buf, 4, 100));
	RL(rump_sys_close(fd));
	vk_holds("/key", "HOST text");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_remove("/key"));
	ATF_REQUIRE(rump_pub_etfs_remove("/key") != 0);
	RE(ENOENT, rump_sys_access("/key", 0));
	fd = open("h", O_RDONLY);
	ATF_REQUIRE_EQ(9, read(fd, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(0, memcmp(buf, "HOST text", 9));
}

/* A key with slashes is one name, and hides nothing else. */
VK_CASE(slashes)
{

	host_file("h", "deep", 0);
	RL(rump_sys_mkdir("/dir", 0755));
	vk_write("/dir/own", "own");
	RL(rump_sys_access("/dir/own", 0));
	RE(ENOENT, rump_sys_access("/dir/key", 0));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dir/key", "h",
	    RUMP_ETFS_REG));
	vk_holds("/dir/key", "deep");
	vk_holds("/dir/own", "own");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_remove("/dir/key"));
	RE(ENOENT, rump_sys_access("/dir/key", 0));
	vk_holds("/dir/own", "own");
}

VK_CASE(blk)
{
	struct rump_stat st;
	char buf[512];
	int fd;

	host_file("img", "sector zero", 64 * 1024);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/disk", "img",
	    RUMP_ETFS_BLK));
	st = vk_stat("/disk");
	ATF_REQUIRE_EQ(0060000, (int)(st.st_mode & 0170000));
	fd = RL(rump_sys_open("/disk", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(512, rump_sys_pread(fd, buf, 512, 0));
	ATF_REQUIRE_EQ(0, memcmp(buf, "sector zero", 11));
	memset(buf, 'w', sizeof(buf));
	ATF_REQUIRE_EQ(512, rump_sys_pwrite(fd, buf, 512, 1024));
	RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
	fd = open("img", O_RDONLY);
	ATF_REQUIRE_EQ(512, pread(fd, buf, 512, 1024));
	ATF_REQUIRE_EQ('w', buf[0]);
	ATF_REQUIRE_EQ('w', buf[511]);
}

/* A window on a host file. */
VK_CASE(window)
{
	char buf[1024];
	int fd;

	host_file("img", "", 8192);
	fd = open("img", O_RDWR);
	ATF_REQUIRE_EQ(6, pwrite(fd, "window", 6, 2048));
	close(fd);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register_withsize("/win", "img",
	    RUMP_ETFS_BLK, 2048, 1024));
	fd = RL(rump_sys_open("/win", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(512, rump_sys_pread(fd, buf, 512, 0));
	ATF_REQUIRE_EQ(0, memcmp(buf, "window", 6));
	ATF_REQUIRE(rump_sys_pread(fd, buf, 512, 1024) <= 0);
}

VK_CASE(dirs)
{

	ATF_REQUIRE_EQ(0, mkdir("hd", 0755));
	ATF_REQUIRE_EQ(0, mkdir("hd/sub", 0755));
	host_file("hd/f", "in dir", 0);
	host_file("hd/sub/g", "in sub", 0);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/flat", "hd",
	    RUMP_ETFS_DIR));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/deep", "hd",
	    RUMP_ETFS_DIR_SUBDIRS));
	vk_holds("/flat/f", "in dir");
	RE(ENOENT, rump_sys_access("/flat/none", 0));
	ATF_REQUIRE(vk_staterr("/flat/sub/g") != 0);
	vk_holds("/deep/f", "in dir");
	vk_holds("/deep/sub/g", "in sub");
}

/* Keys and types that make no sense. */
VK_CASE(misuse)
{
	char key[300];

	host_file("h", "text", 4096);
	ATF_REQUIRE_EQ(0, mkdir("hd", 0755));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_register("key", "h",
	    RUMP_ETFS_REG));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_register("/", "h",
	    RUMP_ETFS_REG));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_register("/key/", "h",
	    RUMP_ETFS_REG));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_register("/key", "h", 77));
	memset(key, 'k', sizeof(key));
	key[0] = '/';
	key[sizeof(key) - 1] = '\0';
	ATF_REQUIRE_EQ(RUMP_ENAMETOOLONG, rump_pub_etfs_register(key, "h",
	    RUMP_ETFS_REG));
	ATF_REQUIRE_EQ(RUMP_EISDIR, rump_pub_etfs_register("/key", "hd",
	    RUMP_ETFS_REG));
	ATF_REQUIRE_EQ(RUMP_ENOTDIR, rump_pub_etfs_register("/key", "h",
	    RUMP_ETFS_DIR));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_register("/key", "hd",
	    RUMP_ETFS_BLK));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_register_withsize("/key",
	    "h", RUMP_ETFS_REG, 512, 512));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_register_withsize("/key",
	    "h", RUMP_ETFS_BLK, 4096, 512));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_register_withsize("/key",
	    "h", RUMP_ETFS_BLK, 100, 512));
	ATF_REQUIRE_EQ(RUMP_ENOENT, rump_pub_etfs_remove("/key"));
	ATF_REQUIRE_EQ(RUMP_EINVAL, rump_pub_etfs_remove("key"));
	RE(ENOENT, rump_sys_access("/key", 0));
	/* After all that the key is free. */
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("//key", "h",
	    RUMP_ETFS_REG));
	RL(rump_sys_access("//key", 0));
	RE(ENOTDIR, rump_sys_access("/key/x", 0));
	RE(ENOTDIR, rump_sys_access("/key/", 0));
}

/* What cannot be done to a key, and removal while it is in use. */
VK_CASE(busy)
{
	int fd;

	host_file("h", "text", 4096);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/a", "h",
	    RUMP_ETFS_REG));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/b", "h",
	    RUMP_ETFS_BLK));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/c", "h",
	    RUMP_ETFS_CHR));
	RE(EBUSY, rump_sys_unlink("/dev/a"));
	vk_write("/own", "own");
	RE(EBUSY, rump_sys_rename("/own", "/dev/a"));
	RE(EBUSY, rump_sys_rename("/dev/b", "/new"));
	RE(EEXIST, rump_sys_mkdir("/dev/a", 0755));
	RE(EEXIST, rump_sys_open("/dev/a", RUMP_O_CREAT | RUMP_O_EXCL |
	    RUMP_O_RDWR, 0644));

	fd = RL(rump_sys_open("/dev/a", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(RUMP_EBUSY, rump_pub_etfs_remove("/dev/a"));
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open("/dev/b", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(RUMP_EBUSY, rump_pub_etfs_remove("/dev/b"));
	/* The same window of the same file: another use of one device. */
	ATF_REQUIRE_EQ(0, rump_pub_etfs_remove("/dev/c"));
	ATF_REQUIRE_EQ(4, rump_sys_pread(fd, (char[8]){ 0 }, 4, 0));
	RL(rump_sys_close(fd));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_remove("/dev/b"));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_remove("/dev/a"));
	RE(ENOENT, rump_sys_access("/dev/a", 0));
	RL(rump_sys_access("/dev/null", 0));
}

/* A regular file grows with writes and keeps no size of its own. */
VK_CASE(grow)
{
	static char buf[200000], back[sizeof(buf)];
	int fd, hfd;

	memset(buf, 'g', sizeof(buf));
	host_file("h", "0123456789", 0);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/f", "h", RUMP_ETFS_REG));
	fd = RL(rump_sys_open("/f", RUMP_O_WRONLY | RUMP_O_APPEND));
	ATF_REQUIRE_EQ((ssize_t)sizeof(buf), rump_sys_write(fd, buf,
	    sizeof(buf)));
	RL(rump_sys_fsync(fd));
	ATF_REQUIRE_EQ(10 + (int)sizeof(buf), (int)vk_stat("/f").st_size);
	RE(EBADF, rump_sys_read(fd, back, 1));
	RE(EOPNOTSUPP, rump_sys_ftruncate(fd, 3));
	RL(rump_sys_close(fd));
	hfd = open("h", O_RDWR);
	ATF_REQUIRE_EQ((ssize_t)sizeof(buf), pread(hfd, back, sizeof(buf),
	    10));
	ATF_REQUIRE_EQ(0, memcmp(buf, back, sizeof(buf)));
	ATF_REQUIRE_EQ(0, ftruncate(hfd, 5));
	ATF_REQUIRE_EQ(5, (int)vk_stat("/f").st_size);
	vk_holds("/f", "01234");
	close(hfd);
}

/* What happens on the host is seen; nothing is made there. */
VK_CASE(dirchanges)
{
	int fd;

	ATF_REQUIRE_EQ(0, mkdir("hd", 0755));
	ATF_REQUIRE_EQ(0, mkdir("hd/sub", 0755));
	host_file("hd/sub/f", "one", 0);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/h", "hd",
	    RUMP_ETFS_DIR_SUBDIRS));
	vk_holds("/h/sub/f", "one");
	ATF_REQUIRE_EQ(vk_stat("/h/sub/f").st_ino,
	    vk_stat("/h/sub/../sub/./f").st_ino);
	ATF_REQUIRE_EQ(vk_stat("/").st_ino, vk_stat("/h/..").st_ino);
	host_file("hd/sub/f", "three", 0);
	vk_holds("/h/sub/f", "three");
	RE(EROFS, rump_sys_open("/h/new", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EROFS, rump_sys_mkdir("/h/new", 0755));
	RE(EROFS, rump_sys_unlink("/h/sub/f"));
	RE(EROFS, rump_sys_rmdir("/h/sub"));
	RE(EROFS, rump_sys_rename("/h/sub", "/sub"));

	/* A directory goes away below us, a file takes its name. */
	fd = RL(rump_sys_open("/h/sub/f", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(0, unlink("hd/sub/f"));
	ATF_REQUIRE_EQ(0, rmdir("hd/sub"));
	RE(ENOENT, rump_sys_access("/h/sub/f", 0));
	host_file("hd/sub", "now a file", 0);
	vk_holds("/h/sub", "now a file");
	ATF_REQUIRE_EQ(RUMP_EBUSY, rump_pub_etfs_remove("/h"));
	ATF_REQUIRE_EQ(5, rump_sys_read(fd, (char[8]){ 0 }, 8));
	RL(rump_sys_close(fd));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_remove("/h"));
	RE(ENOENT, rump_sys_access("/h", 0));
}

static atomic_bool stop;

static void *
looker(void *arg)
{

	while (!stop) {
		(void)rump_sys_access("/r/f", 0);
		(void)rump_sys_access("/dev/r", 0);
	}
	return NULL;
}

/* Lookups while keys come and go. */
VK_CASE(race)
{
	pthread_t pt[2];
	int error, i;

	ATF_REQUIRE_EQ(0, mkdir("hd", 0755));
	host_file("hd/f", "text", 4096);
	for (i = 0; i < 2; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, looker, NULL));
	for (i = 0; i < 200; i++) {
		ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/r", "hd",
		    RUMP_ETFS_DIR));
		ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/r", "hd/f",
		    RUMP_ETFS_BLK));
		usleep(100);
		do
			error = rump_pub_etfs_remove("/r");
		while (error == RUMP_EBUSY);
		ATF_REQUIRE_EQ(0, error);
		do
			error = rump_pub_etfs_remove("/dev/r");
		while (error == RUMP_EBUSY);
		ATF_REQUIRE_EQ(0, error);
	}
	stop = true;
	for (i = 0; i < 2; i++)
		pthread_join(pt[i], NULL);
}

ATF_TC_WITHOUT_HEAD(boot);
ATF_TC_BODY(boot, tc)
{
	struct rump_boot_etfs good = {
		.eb_key = "/good", .eb_hostpath = "h",
		.eb_type = RUMP_ETFS_REG, .eb_size = RUMP_ETFS_SIZE_ENDOFF
	}, bad = {
		.eb_key = "/bad", .eb_hostpath = "nosuchfile",
		.eb_type = RUMP_ETFS_REG, .eb_size = RUMP_ETFS_SIZE_ENDOFF
	};

	host_file("h", "early", 0);
	rump_boot_etfs_register(&good);
	rump_boot_etfs_register(&bad);
	ATF_REQUIRE_EQ(-1, good.eb_status);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, good.eb_status);
	ATF_REQUIRE_EQ(RUMP_ENOENT, bad.eb_status);
	vk_holds("/good", "early");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, reg);
	ATF_TP_ADD_TC(tp, slashes);
	ATF_TP_ADD_TC(tp, blk);
	ATF_TP_ADD_TC(tp, window);
	ATF_TP_ADD_TC(tp, dirs);
	ATF_TP_ADD_TC(tp, misuse);
	ATF_TP_ADD_TC(tp, busy);
	ATF_TP_ADD_TC(tp, grow);
	ATF_TP_ADD_TC(tp, dirchanges);
	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, boot);
	return atf_no_error();
}
