/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A layer of <miscfs/genfs/layer_extern.h> (kt_layer.c) on tmpfs: what happens
 * above is seen below and the other way round, the upper mount's own flags and
 * identity count, nothing is left over, and no order of unmounting hurts.
 *
 * Covers: layerfs(9)
 */
#include "vk.h"

void	rump_kt_pair(const char *, const char *);
int	rump_kt_writers(const char *);
int	rump_kt_vget(const char *, unsigned long, int);
void	rump_kt_gone(const char *);
int	rump_kt_suspend(const char *);
void	rump_kt_cut(const char *);

#define	KT(expr) ({							\
	__typeof__(expr) kt_v;						\
	rump_schedule();						\
	kt_v = (expr);							\
	rump_unschedule();						\
	kt_v; })
#define	KTV(call) \
	do { rump_schedule(); call; rump_unschedule(); } while (0)

#define	KT_LK_SHARED	1
#define	KT_LK_EXCLUSIVE	2

static int
layer_on(const char *below, int flags)
{
	char path[64] = "";

	strcpy(path, below);
	return rump_sys_mount("ktlayer", "/up", flags, path, sizeof(path));
}

static void
setup(int flags)
{

	vk_tmpfs("/low");
	RL(rump_sys_mkdir("/up", 0755));
	vk_write("/low/f", "file");
	RL(rump_sys_mkdir("/low/d", 0755));
	RL(layer_on("/low", flags));
}

/* Files and directories that tmpfs has, its root included. */
static long
files(const char *path)
{
	static struct rump_statvfs sv;

	RL(rump_sys_statvfs1(path, (struct statvfs *)&sv, 1));
	return sv.f_files - sv.f_ffree;
}

VK_CASE(content)
{
	char buf[4];
	int fd;

	setup(0);
	vk_holds("/up/f", "file");
	vk_write("/low/f", "below");
	vk_holds("/up/f", "below");
	vk_write("/up/f", "above it");
	vk_holds("/low/f", "above it");
	RL(rump_sys_truncate("/up/f", 2));
	ATF_REQUIRE_EQ(2, vk_stat("/low/f").st_size);
	vk_write("/up/d/new", "new");
	vk_holds("/low/d/new", "new");
	vk_holds("/up/d/../d/new", "new");
	RL(rump_sys_mkfifo("/up/fifo", 0644));
	fd = RL(rump_sys_open("/up/fifo", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(2, rump_sys_write(fd, "xy", 2));
	ATF_REQUIRE_EQ(2, rump_sys_read(fd, buf, 4));
	RL(rump_sys_close(fd));
	RL(rump_sys_symlink("d/new", "/up/link"));
	vk_holds("/up/link", "new");
	RL(rump_sys_chdir("/up/d"));
	vk_cwd_is("/up/d");
	RL(rump_sys_chdir(".."));
	vk_cwd_is("/up");
}

VK_CASE(identity)
{
	static struct rump_statvfs sv;
	struct rump_stat up, low;

	setup(0);
	up = vk_stat("/up/f");
	low = vk_stat("/low/f");
	ATF_REQUIRE_EQ(low.st_ino, up.st_ino);
	ATF_REQUIRE(low.st_dev != up.st_dev);
	ATF_REQUIRE_EQ(vk_stat("/up").st_dev, up.st_dev);
	RL(rump_sys_statvfs1("/up", (struct statvfs *)&sv, 1));
	ATF_REQUIRE_STREQ("ktlayer", sv.f_fstypename);
	ATF_REQUIRE_STREQ("/up", sv.f_mntonname);
	ATF_REQUIRE_STREQ("/low", sv.f_mntfromname);
	ATF_REQUIRE_EQ(255, (int)sv.f_namemax);
	RE(EXDEV, rump_sys_rename("/up/f", "/low/g"));
	RE(EXDEV, rump_sys_link("/low/f", "/up/g"));
}

VK_CASE(names)
{
	char buf[8];
	int fd;

	setup(0);
	ATF_REQUIRE_EQ(3, files("/low"));
	RL(rump_sys_rename("/up/f", "/up/d/g"));
	vk_holds("/low/d/g", "file");
	vk_write("/up/h", "other");
	RL(rump_sys_rename("/up/h", "/up/d/g"));
	vk_holds("/up/d/g", "other");
	ATF_REQUIRE_EQ(3, files("/low"));
	RL(rump_sys_link("/up/d/g", "/up/i"));
	ATF_REQUIRE_EQ(2, vk_stat("/low/d/g").st_nlink);
	RL(rump_sys_unlink("/up/i"));
	RE(ENOENT, rump_sys_unlink("/up/i"));
	RL(rump_sys_mkdir("/up/e", 0755));
	RE(EEXIST, rump_sys_mkdir("/low/e", 0755));
	RE(ENOTEMPTY, rump_sys_rmdir("/up/d"));
	RL(rump_sys_rmdir("/up/e"));
	ATF_REQUIRE(!vk_exists("/low/e"));

	/* An open file outlives its name, and then it is really gone. */
	fd = RL(rump_sys_open("/up/d/g", RUMP_O_RDONLY));
	RL(rump_sys_unlink("/up/d/g"));
	ATF_REQUIRE_EQ(3, files("/low"));
	ATF_REQUIRE_EQ(5, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	ATF_REQUIRE_EQ(2, files("/low"));
}

VK_CASE(readonly)
{
	setup(RUMP_MNT_RDONLY);
	vk_holds("/up/f", "file");
	RE(EROFS, rump_sys_open("/up/f", RUMP_O_RDWR));
	RE(EROFS, rump_sys_open("/up/n", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EROFS, rump_sys_unlink("/up/f"));
	RE(EROFS, rump_sys_rename("/up/f", "/up/g"));
	RE(EROFS, rump_sys_link("/up/f", "/up/g"));
	RE(EROFS, rump_sys_mkdir("/up/e", 0755));
	RE(EROFS, rump_sys_rmdir("/up/d"));
	RE(EROFS, rump_sys_chmod("/up/f", 0600));
	RE(EROFS, rump_sys_truncate("/up/f", 0));
	RE(EROFS, rump_sys_utimes("/up/f", NULL));
	vk_write("/low/f", "still");
	vk_holds("/up/f", "still");
}

VK_CASE(nodev)
{
	const char *null = "/low/null";
	int fd;

	setup(RUMP_MNT_NODEV);
	RL(rump_sys_mknod(null, 0020666, vk_stat("/dev/null").st_rdev));
	ATF_REQUIRE_EQ(vk_stat(null).st_rdev, vk_stat("/up/null").st_rdev);
	RE(ENXIO, rump_sys_open("/up/null", RUMP_O_RDWR));
	RL(rump_sys_unmount("/up", 0));
	RL(layer_on("/low", 0));
	fd = RL(rump_sys_open("/up/null", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(3, rump_sys_write(fd, "abc", 3));
	RL(rump_sys_close(fd));
}

VK_CASE(vnodes)
{
	unsigned long ino;
	int fd;

	setup(0);
	KTV(rump_kt_pair("/up/f", "/low/f"));
	KTV(rump_kt_pair("/up/d", "/low/d"));
	KTV(rump_kt_gone("/up/f"));
	vk_holds("/up/f", "file");
	fd = RL(rump_sys_open("/up/f", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(1, KT(rump_kt_writers("/up/f")));
	ATF_REQUIRE_EQ(1, KT(rump_kt_writers("/low/f")));
	RL(rump_sys_close(fd));
	ATF_REQUIRE_EQ(0, KT(rump_kt_writers("/low/f")));
	RL(rump_sys_unmount("/up", 0));

	/* By number, which tmpfs does not do. */
	RL(layer_on("/", 0));
	ino = vk_stat("/low").st_ino;
	ATF_REQUIRE(KT(rump_kt_vget("/up", ino, KT_LK_SHARED)) != 0);
}

VK_CASE(handles)
{
	char fh[64], buf[8];
	size_t size = sizeof(fh);
	int fd;

	setup(0);
	RL(rump_sys_getfh("/up/f", fh, &size));
	fd = RL(rump_sys_fhopen(fh, size, RUMP_O_RDWR));
	ATF_REQUIRE_EQ(4, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_unlink("/up/f"));
	RL(rump_sys_close(fd));
	RE(ESTALE, rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
}

/* Who is thrown out with the upper mount has closed the lower file. */
VK_CASE(thrown)
{
	char buf[8];
	int fd, w;

	setup(0);
	RL(rump_sys_mkfifo("/low/fifo", 0644));
	fd = RL(rump_sys_open("/low/fifo", RUMP_O_RDONLY | RUMP_O_NONBLOCK));
	w = RL(rump_sys_open("/up/fifo", RUMP_O_WRONLY));
	ATF_REQUIRE_EQ(1, rump_sys_write(w, "x", 1));
	ATF_REQUIRE_EQ(1, rump_sys_read(fd, buf, sizeof(buf)));
	RE(EAGAIN, rump_sys_read(fd, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(1, KT(rump_kt_writers("/low/fifo")));
	RL(rump_sys_unmount("/up", RUMP_MNT_FORCE));
	ATF_REQUIRE_EQ(0, rump_sys_read(fd, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(0, KT(rump_kt_writers("/low/fifo")));
	RL(rump_sys_close(w));
	ATF_REQUIRE_EQ(0, KT(rump_kt_writers("/low/fifo")));
	RL(rump_sys_close(fd));
}

VK_CASE(unmount)
{
	char buf[8];
	int fd;

	setup(0);
	RE(ENOENT, layer_on("/none", 0));
	fd = RL(rump_sys_open("/up/f", RUMP_O_RDWR));
	RE(EBUSY, rump_sys_unmount("/low", 0));
	RE(EBUSY, rump_sys_unmount("/up", 0));
	RL(rump_sys_unmount("/up", RUMP_MNT_FORCE));
	RE(EIO, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));

	/* The mount below is as it was, even if its layer was forced out. */
	vk_write("/low/f", "again");
	RL(layer_on("/low/d", 0));
	ATF_REQUIRE(!vk_exists("/up/f"));
	RL(rump_sys_unmount("/up", 0));

	/* And it may go first, if forced. */
	RL(layer_on("/low", 0));
	fd = RL(rump_sys_open("/up/f", RUMP_O_RDWR));
	RL(rump_sys_unmount("/low", RUMP_MNT_FORCE));
	RE(EIO, rump_sys_read(fd, buf, sizeof(buf)));
	ATF_REQUIRE(vk_staterr("/up/f") != 0);
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/up", 0));
}

/* A layer on a layer. */
VK_CASE(twice)
{
	char path[64] = "/up";

	setup(0);
	RL(rump_sys_mkdir("/top", 0755));
	RL(rump_sys_mount("ktlayer", "/top", 0, path, sizeof(path)));
	vk_holds("/top/f", "file");
	vk_write("/top/d/x", "x");
	vk_holds("/low/d/x", "x");
	RL(rump_sys_unlink("/top/d/x"));
	ATF_REQUIRE_EQ(3, files("/low"));
	RE(EBUSY, rump_sys_unmount("/up", 0));
	RL(rump_sys_unmount("/top", 0));
	RL(rump_sys_unmount("/up", 0));
	RL(rump_sys_unmount("/low", 0));
}

VK_CASE(cut)
{
	setup(0);
	KTV(rump_kt_cut("/up/f"));
}

VK_CASE(suspend)
{
	char path[64] = "/";

	setup(0);
	ATF_REQUIRE_EQ(0, KT(rump_kt_suspend("/up")));
	vk_write("/up/f", "on it goes");
	RL(rump_sys_unmount("/up", 0));
	RL(rump_sys_mount("ktlayer", "/up", 0, path, sizeof(path)));
	ATF_REQUIRE_EQ(0, KT(rump_kt_suspend("/up")));
}

#define	RACE_OPS	4000
#define	RACE_FILES	10

/* One step of somebody who works above and below. */
static void
race_step(u_int n)
{
	char from[32], to[32];
	struct rump_stat st;
	int fd;

	snprintf(from, sizeof(from), "%s/r%u", (n & 1) ? "/up" : "/low",
	    (n >> 1) % RACE_FILES);
	snprintf(to, sizeof(to), "%s/r%u", (n & 1) ? "/up" : "/low",
	    (n >> 6) % RACE_FILES);
	switch ((n >> 10) % 5) {
	case 0:
	case 1:
		fd = rump_sys_open(from, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		if (fd != -1) {
			(void)rump_sys_write(fd, "race", 4);
			RL(rump_sys_close(fd));
		}
		break;
	case 2:
		(void)rump_sys_unlink(from);
		break;
	case 3:
		(void)rump_sys_rename(from, to);
		break;
	default:
		(void)rump_sys_stat(from, (struct stat *)&st);
	}
}

static void *
racer(void *arg)
{
	u_int seed = (u_int)(uintptr_t)arg, i;

	rump_pub_lwproc_rfork(RUMP_RFFDG);
	for (i = 0; i < RACE_OPS; i++) {
		seed = seed * 1103515245 + 12345;
		race_step(seed >> 16);
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/*
 * The layer comes and goes under the feet of those who use it.  In the end
 * everything can be unmounted and no file is left over.
 */
VK_CASE(race)
{
	pthread_t pt[3];
	char path[32];
	long i;

	setup(0);
	for (i = 0; i < 3; i++)
		pthread_create(&pt[i], NULL, racer, (void *)(i * 7919 + 1));
	for (i = 0; i < 40; i++) {
		if (rump_sys_unmount("/up", i % 4 == 0 ?
		    RUMP_MNT_FORCE : 0) == 0)
			RL(layer_on("/low", 0));
		else
			ATF_REQUIRE_EQ(RUMP_EBUSY, errno);
		sched_yield();
	}
	for (i = 0; i < 3; i++)
		pthread_join(pt[i], NULL);
	for (i = 0; i < RACE_FILES; i++) {
		snprintf(path, sizeof(path), "/up/r%ld", i);
		(void)rump_sys_unlink(path);
	}
	/* Names removed below leave their upper vnodes cached till now. */
	RL(rump_sys_unmount("/up", 0));
	ATF_REQUIRE_EQ(3, files("/low"));
	RL(rump_sys_unmount("/low", 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, content);
	ATF_TP_ADD_TC(tp, identity);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, nodev);
	ATF_TP_ADD_TC(tp, vnodes);
	ATF_TP_ADD_TC(tp, handles);
	ATF_TP_ADD_TC(tp, thrown);
	ATF_TP_ADD_TC(tp, unmount);
	ATF_TP_ADD_TC(tp, twice);
	ATF_TP_ADD_TC(tp, cut);
	ATF_TP_ADD_TC(tp, suspend);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
