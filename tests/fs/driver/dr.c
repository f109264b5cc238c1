/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads the driver that the environment names, makes images for it, and tries
 * what its file system can do; see dr.h.
 */
#include "dr.h"
#include "../suite/suite.h"

#include <dlfcn.h>

#include <rump/rumpmount.h>

#include "fsu_mount.h"

#define	SMALL	512			/* of mount arguments without a table */

int dr_lacks;
uint32_t dr_root_nlink, dr_immutable, dr_append;

static const char *
env(const char *name, const char *dflt)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? s : dflt;
}

/* /a/b has a-b.img, in the case's own directory, and the device /dev-a-b. */
static void
name_of(const char *dir, char *name, size_t size)
{
	char *p;

	snprintf(name, size, "%s", dir + 1);
	for (p = name; *p != '\0'; p++)
		if (*p == '/')
			*p = '-';
}

static void
load(void)
{
	static void *handle;

	if (handle != NULL)
		return;
	handle = dlopen(env("CHECK_SO", "librumpfs_ext2fs.so"),
	    RTLD_NOW | RTLD_GLOBAL);
	ATF_REQUIRE_MSG(handle != NULL, "%s", dlerror());
}

static void
command(const char *cmd, const char *args)
{
	char line[4096];
	int n;

	n = snprintf(line, sizeof(line),
	    "%s %s >cmd.out 2>&1 || { cat cmd.out >&2; false; }", cmd, args);
	ATF_REQUIRE(n > 0 && n < (int)sizeof(line));
	ATF_REQUIRE_MSG(system(line) == 0, "%s %s fails", cmd, args);
}

void
dr_image(const char *dir)
{
	char name[32], img[64], dev[64], args[128];

	name_of(dir, name, sizeof(name));
	snprintf(img, sizeof(img), "%s.img", name);
	snprintf(dev, sizeof(dev), "/dev-%s", name);
	snprintf(args, sizeof(args), "%s %s", img, env("CHECK_KIB", "32768"));
	(void)unlink(img);
	command(env("CHECK_MKFS", "/sbin/mke2fs -q -F -t ext2 -b 1024"), args);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register(dev, img, RUMP_ETFS_BLK));
}

void
dr_check(const char *dir)
{
	char name[32], img[64];

	name_of(dir, name, sizeof(name));
	snprintf(img, sizeof(img), "%s.img", name);
	command(env("CHECK_FSCK", "/sbin/e2fsck -fn"), img);
}

/* The driver's own table, or fsu's; without one the device's path is first. */
static const struct rump_mountargs *
table_of(const char *type)
{
	char symbol[64];
	const struct rump_mountargs *ma;

	snprintf(symbol, sizeof(symbol), "rump_mountargs_%s", type);
	ma = dlsym(RTLD_DEFAULT, symbol);
	return ma != NULL ? ma : fsu_mounttab(type);
}

int
dr_try_mount(const char *dir, int flags)
{
	const char *type = env("CHECK_TYPE", "ext2fs");
	const struct rump_mountargs *ma;
	char name[32], dev[64], *fspec = dev;
	size_t size = SMALL, at = 0;
	unsigned int i;
	char *args;
	int rv;

	load();
	name_of(dir, name, sizeof(name));
	snprintf(dev, sizeof(dev), "/dev-%s", name);
	ma = table_of(type);
	if (ma != NULL) {
		size = ma->ma_size;
		for (i = 0; i < ma->ma_nopts; i++)
			if (ma->ma_opts[i].mo_kind == RUMP_MOUNT_FSPEC)
				at = ma->ma_opts[i].mo_offset;
	}
	ATF_REQUIRE((args = calloc(1, size)) != NULL);
	if (ma != NULL && ma->ma_defaults != NULL)
		memcpy(args, ma->ma_defaults, size);
	ATF_REQUIRE(at + sizeof(fspec) <= size);
	memcpy(args + at, &fspec, sizeof(fspec));
	rv = rump_sys_mount(type, dir, flags, args, size);
	free(args);
	return rv;
}

/* Whether a call works; all else it may do is to say that it cannot. */
static bool
works(int rv, const char *what)
{

	if (rv != -1)
		return true;
	ATF_REQUIRE_MSG(errno == RUMP_EOPNOTSUPP || errno == RUMP_ENOSYS ||
	    errno == RUMP_EPERM || errno == RUMP_EINVAL, "%s: errno %d", what,
	    errno);
	return false;
}

static bool
try_flag(const char *path, uint32_t flag)
{
	bool can;

	can = works(rump_sys_chflags(path, flag), "chflags") &&
	    (fs_stat(path).st_flags & flag) != 0;
	(void)works(rump_sys_chflags(path, 0), "chflags");
	return can;
}

static bool
try_flags(const char *path)
{

	dr_immutable = RUMP_UF_IMMUTABLE;
	dr_append = RUMP_UF_APPEND;
	if (try_flag(path, dr_immutable) && try_flag(path, dr_append))
		return true;
	dr_immutable = RUMP_SF_IMMUTABLE;
	dr_append = RUMP_SF_APPEND;
	return try_flag(path, dr_immutable) && try_flag(path, dr_append);
}

static bool
try_times(const char *path)
{
	const struct rump_timespec ts[2] = { { 86400, 1 }, { 172800, 3 } };
	struct rump_stat st;

	RL(rump_sys_utimensat(RUMP_AT_FDCWD, path, (const struct timespec *)ts,
	    0));
	st = fs_stat(path);
	return st.st_atimespec.tv_nsec == 1 && st.st_mtimespec.tv_nsec == 3;
}

static bool
try_modes(const char *path)
{

	return works(rump_sys_chown(path, 100, 200), "chown") &&
	    works(rump_sys_chmod(path, 0641), "chmod") &&
	    fs_stat(path).st_uid == 100 && fs_stat(path).st_gid == 200 &&
	    (fs_stat(path).st_mode & 07777) == 0641;
}

static bool
try_sparse(const char *path)
{
	int fd;

	fd = RL(rump_sys_open(path, RUMP_O_RDWR));
	ATF_REQUIRE_EQ(1, rump_sys_pwrite(fd, "x", 1, 1 << 20));
	RL(rump_sys_close(fd));
	return fs_stat(path).st_blocks < (1 << 20) / 512;
}

static bool
try_made(int rv, const char *what, const char *path)
{

	if (!works(rv, what))
		return false;
	RL(rump_sys_unlink(path));
	return true;
}

static void
find_lacks(const char *dir)
{
	char f[64], g[64];
	int has = 0;

	snprintf(f, sizeof(f), "%s/try", dir);
	snprintf(g, sizeof(g), "%s/try2", dir);
	vk_write(f, "x");
	if (try_made(rump_sys_link(f, g), "link", g))
		has |= FS_LINKS;
	if (try_made(rump_sys_symlink("f", g), "symlink", g))
		has |= FS_SYMLINKS;
	if (try_made(rump_sys_mkfifo(g, 0644), "mkfifo", g) &&
	    try_made(rump_sys_mknod(g, S_IFCHR | 0600, 1), "mknod", g))
		has |= FS_SPECIAL;
	if (try_times(f))
		has |= FS_TIMES;
	if (try_modes(f))
		has |= FS_MODES;
	if (try_flags(f))
		has |= FS_FLAGS;
	if (try_sparse(f))
		has |= FS_SPARSE;
	RL(rump_sys_unlink(f));
	dr_lacks = (FS_LINKS | FS_SYMLINKS | FS_SPECIAL | FS_MODES | FS_TIMES |
	    FS_FLAGS | FS_SPARSE | FS_LIMITS) & ~has;
}

/* No image can be told here how many files it holds: no limits are kept. */
void
fs_mount_args(const char *dir, uint64_t nodes, int64_t size, int flags)
{

	ATF_REQUIRE(nodes == 0 && size == 0);
	dr_image(dir);
	RL(rump_sys_mkdir(dir, 0777));
	RL(dr_try_mount(dir, flags));
	if (flags & RUMP_MNT_RDONLY)
		return;
	dr_root_nlink = fs_stat(dir).st_nlink;
	(void)works(rump_sys_chmod(dir, 0777), "chmod");
	find_lacks(dir);
}
