/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root file system: what is there after boot, files of every type, data
 * with holes, attributes, links, and reading directories while they change.
 *
 * Covers: domountroothook(9)
 */
#include "vk.h"

int	rump_kt_roothooks(void);

/* The one of the root device is called before the root is mounted. */
VK_CASE(hooks)
{
	int n;

	rump_schedule();
	n = rump_kt_roothooks();
	rump_unschedule();
	ATF_REQUIRE_EQ(1, n);
}

int	rump_kt_fdopen(const char *, int, int);

static int
fdopen_inside(const char *path, int flags, int mode)
{
	int fd;

	rump_schedule();
	fd = rump_kt_fdopen(path, flags, mode);
	rump_unschedule();
	return fd;
}

/* fd_open(): as open(2) of whoever the kernel works for. */
VK_CASE(fd_open)
{
	int fd;

	fd = fdopen_inside("/f", RUMP_O_CREAT | RUMP_O_RDWR, 0640);
	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(4, rump_sys_write(fd, "data", 4));
	RL(rump_sys_close(fd));
	ATF_REQUIRE_EQ(0100640, (int)vk_stat("/f").st_mode);
	vk_holds("/f", "data");
	ATF_REQUIRE_EQ(-RUMP_ENOENT, fdopen_inside("/g", RUMP_O_RDONLY, 0));
	ATF_REQUIRE_EQ(-RUMP_EISDIR, fdopen_inside("/dev", RUMP_O_RDWR, 0));
	ATF_REQUIRE_EQ(-RUMP_EEXIST, fdopen_inside("/f", RUMP_O_CREAT |
	    RUMP_O_EXCL | RUMP_O_RDWR, 0644));
}

VK_CASE(fresh)
{
	struct rump_statvfs sv;
	struct rump_stat st;

	st = vk_stat("/");
	ATF_REQUIRE_EQ(0040755, (int)st.st_mode);
	ATF_REQUIRE_EQ(2, (int)st.st_ino);
	ATF_REQUIRE_EQ(3, (int)st.st_nlink);
	ATF_REQUIRE_EQ(0040755, (int)vk_stat("/dev").st_mode);
	ATF_REQUIRE_EQ(0020666, (int)vk_stat("/dev/null").st_mode);
	ATF_REQUIRE_EQ(st.st_ino, vk_stat("/dev/..").st_ino);
	RL(rump_sys_statvfs1("/", (struct statvfs *)&sv, 1));
	ATF_REQUIRE_STREQ("rumpfs", sv.f_fstypename);
	ATF_REQUIRE_STREQ("/", sv.f_mntonname);
	ATF_REQUIRE_EQ(255, (int)sv.f_namemax);
	RE(EINVAL, rump_sys_unmount("/", 0));
	RL(rump_sys_mkdir("/m", 0755));
	RE(EOPNOTSUPP, rump_sys_mount("rumpfs", "/m", 0, NULL, 0));
}

VK_CASE(types)
{
	char buf[64];

	vk_write("/reg", "data");
	ATF_REQUIRE_EQ(0100644, (int)vk_stat("/reg").st_mode);
	RL(rump_sys_mkfifo("/fifo", 0600));
	ATF_REQUIRE_EQ(0010600, (int)vk_stat("/fifo").st_mode);
	RL(rump_sys_mknod("/chr", 0020644, 0x1234));
	ATF_REQUIRE_EQ(0020644, (int)vk_stat("/chr").st_mode);
	ATF_REQUIRE_EQ(0x1234, (int)vk_stat("/chr").st_rdev);
	RL(rump_sys_symlink("reg", "/link"));
	ATF_REQUIRE_EQ(3, rump_sys_readlink("/link", buf, sizeof(buf)));
	ATF_REQUIRE_EQ(2, rump_sys_readlink("/link", buf, 2));
	RE(EINVAL, rump_sys_readlink("/reg", buf, sizeof(buf)));
	vk_holds("/link", "data");
	RE(EEXIST, rump_sys_mkdir("/reg", 0755));
	RE(EEXIST, rump_sys_symlink("x", "/link"));
	RE(ENXIO, rump_sys_open("/chr", RUMP_O_RDONLY));
	RE(EISDIR, rump_sys_open("/dev", RUMP_O_RDWR));
}

VK_CASE(data)
{
	static char big[300000], back[sizeof(big)];
	size_t i;
	int fd;

	for (i = 0; i < sizeof(big); i++)
		big[i] = i * 7 + i / 4096;
	fd = RL(rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_REQUIRE_EQ((ssize_t)sizeof(big), rump_sys_pwrite(fd, big,
	    sizeof(big), 12345));
	ATF_REQUIRE_EQ(12345 + (int)sizeof(big), (int)vk_stat("/f").st_size);
	ATF_REQUIRE_EQ((ssize_t)sizeof(big), rump_sys_pread(fd, back,
	    sizeof(big), 12345));
	ATF_REQUIRE_EQ(0, memcmp(big, back, sizeof(big)));
	memset(back, 1, sizeof(back));
	ATF_REQUIRE_EQ(12345, rump_sys_pread(fd, back, 12345, 0));
	for (i = 0; i < 12345; i++)
		ATF_REQUIRE_EQ(0, back[i]);

	/* What is cut off does not come back. */
	RL(rump_sys_ftruncate(fd, 20000));
	RL(rump_sys_ftruncate(fd, 40000));
	ATF_REQUIRE_EQ(20000, rump_sys_pread(fd, back, 20000, 20000));
	for (i = 0; i < 20000; i++)
		ATF_REQUIRE_EQ(0, back[i]);
	ATF_REQUIRE_EQ(7655, rump_sys_pread(fd, back, 7655, 12345));
	ATF_REQUIRE_EQ(0, memcmp(big, back, 7655));
	RE(EINVAL, rump_sys_ftruncate(fd, -1));
	RE(EFBIG, rump_sys_pwrite(fd, "x", 1, INT64_MAX - 1));
	RE(EFAULT, rump_sys_write(fd, NULL, 100));
	RL(rump_sys_close(fd));
}

VK_CASE(append)
{
	int a, b;

	a = RL(rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_WRONLY |
	    RUMP_O_APPEND, 0644));
	b = RL(rump_sys_open("/f", RUMP_O_WRONLY | RUMP_O_APPEND));
	ATF_REQUIRE_EQ(3, rump_sys_write(a, "one", 3));
	ATF_REQUIRE_EQ(3, rump_sys_write(b, "two", 3));
	ATF_REQUIRE_EQ(3, rump_sys_write(a, "thr", 3));
	vk_holds("/f", "onetwothr");
	RL(rump_sys_close(a));
	RL(rump_sys_close(b));
}

VK_CASE(attributes)
{
	struct rump_stat st;

	vk_write("/f", "x");
	RL(rump_sys_chmod("/f", 04711));
	RL(rump_sys_chown("/f", 100, 200));
	st = vk_stat("/f");
	ATF_REQUIRE_EQ(100, (int)st.st_uid);
	ATF_REQUIRE_EQ(200, (int)st.st_gid);
	ATF_REQUIRE_EQ(1, (int)st.st_nlink);
	RL(rump_sys_link("/f", "/g"));
	ATF_REQUIRE_EQ(2, (int)vk_stat("/f").st_nlink);
	ATF_REQUIRE_EQ(vk_stat("/f").st_ino, vk_stat("/g").st_ino);
	RL(rump_sys_unlink("/f"));
	ATF_REQUIRE_EQ(1, (int)vk_stat("/g").st_nlink);
	RE(EPERM, rump_sys_link("/dev", "/dev2"));
	RE(EOPNOTSUPP, rump_sys_chflags("/g", 1));
	ATF_REQUIRE_EQ(255, rump_sys_pathconf("/g", 4));
	RE(EINVAL, rump_sys_pathconf("/g", 9999));
}

/* Names of a directory in the order of getdents, one call for each. */
static int
names(int fd, char *out, int max)
{
	union {
		struct rump_dirent d;
		char b[1024];
	} u;
	int n = 0, len, off;
	struct rump_dirent *d;

	while (n < max && (len = RL(rump_sys_getdents(fd, u.b, 64))) > 0)
		for (off = 0; off < len; off += d->d_reclen) {
			d = (struct rump_dirent *)(u.b + off);
			if (d->d_name[0] != '.')
				out[n++] = d->d_name[0];
		}
	return n;
}

/* Offsets stay valid while names come and go. */
VK_CASE(readdir)
{
	char name[8], list[32];
	int fd, i, n;

	RL(rump_sys_mkdir("/d", 0755));
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "/d/%c", 'a' + i);
		vk_write(name, "");
	}
	fd = RL(rump_sys_open("/d", RUMP_O_RDONLY));
	n = names(fd, list, 5);
	ATF_REQUIRE(n >= 5 && n < 10);
	ATF_REQUIRE_EQ(0, memcmp(list, "abcdefghij", n));
	RL(rump_sys_unlink("/d/a"));
	RL(rump_sys_unlink("/d/j"));
	vk_write("/d/z", "");
	n += names(fd, list + n, sizeof(list) - n);
	ATF_REQUIRE_EQ(10, n);
	ATF_REQUIRE_EQ(0, memcmp(list, "abcdefghiz", n));
	RL(rump_sys_lseek(fd, 0, RUMP_SEEK_SET));
	ATF_REQUIRE_EQ(9, names(fd, list, sizeof(list)));
	RL(rump_sys_lseek(fd, 0, RUMP_SEEK_SET));
	RE(EINVAL, rump_sys_getdents(fd, list, 8));
	RL(rump_sys_close(fd));
	RE(ENOTEMPTY, rump_sys_rmdir("/d"));
}

VK_CASE(unlinked)
{
	char buf[8];
	int fd;

	fd = RL(rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(rump_sys_unlink("/f"));
	ATF_REQUIRE_EQ(4, rump_sys_pwrite(fd, "gone", 4, 0));
	ATF_REQUIRE_EQ(4, rump_sys_pread(fd, buf, 8, 0));
	RL(rump_sys_close(fd));
	RL(rump_sys_mkdir("/d", 0755));
	fd = RL(rump_sys_open("/d", RUMP_O_RDONLY));
	RL(rump_sys_rmdir("/d"));
	RE(ENOENT, rump_sys_openat(fd, "new", RUMP_O_CREAT | RUMP_O_RDWR,
	    0644));
	RL(rump_sys_close(fd));
}

#define	NTHREADS	4
#define	ROUNDS		200

static void *
churn(void *arg)
{
	char a[32], b[32];
	int i, self = (int)(intptr_t)arg;

	for (i = 0; i < ROUNDS; i++) {
		snprintf(a, sizeof(a), "/c%d/f", i % 3);
		snprintf(b, sizeof(b), "/c%d/f", (i + self) % 3);
		(void)rump_sys_close(rump_sys_open(a, RUMP_O_CREAT |
		    RUMP_O_RDWR, 0644));
		(void)rump_sys_rename(a, b);
		(void)rump_sys_unlink(b);
		(void)rump_sys_mkdir(a, 0755);
		(void)rump_sys_rename(a, b);
		(void)rump_sys_rmdir(b);
	}
	return NULL;
}

/* Threads that make, move and remove the same names. */
VK_CASE(race)
{
	pthread_t pt[NTHREADS];
	char name[8];
	intptr_t i;

	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "/c%d", (int)i);
		RL(rump_sys_mkdir(name, 0755));
	}
	for (i = 0; i < NTHREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, churn,
		    (void *)i));
	for (i = 0; i < NTHREADS; i++)
		pthread_join(pt[i], NULL);
	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "/c%d/f", (int)i);
		if (rump_sys_unlink(name) == -1)
			(void)rump_sys_rmdir(name);
		name[3] = '\0';
		ATF_REQUIRE_EQ(2, (int)vk_stat(name).st_nlink);
		ATF_REQUIRE_EQ(0, (int)vk_stat(name).st_size);
		RL(rump_sys_rmdir(name));
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, hooks);
	ATF_TP_ADD_TC(tp, fd_open);
	ATF_TP_ADD_TC(tp, fresh);
	ATF_TP_ADD_TC(tp, types);
	ATF_TP_ADD_TC(tp, data);
	ATF_TP_ADD_TC(tp, append);
	ATF_TP_ADD_TC(tp, attributes);
	ATF_TP_ADD_TC(tp, readdir);
	ATF_TP_ADD_TC(tp, unlinked);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
