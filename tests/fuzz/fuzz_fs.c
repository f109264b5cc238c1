/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Use a mounted file system that may be damaged, whatever type it is.
 */
#include <sys/stat.h>

#include <stdio.h>
#include <string.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "fuzz.h"

#define	DEPTH_MAX	6

/* A walk, with what is left of its budget and the path it is at. */
struct use {
	unsigned	u_left;
	bool		u_write;
	char		u_path[1024];
};

static char buf[65536];

static void
use_attrs(const char *path)
{
	static const char *const names[] = {
		"a", "big", "selinux", "posix_acl_access", "data"
	};
	char name[256];
	ssize_t n, at;
	size_t i, len;
	int ns;

	for (ns = RUMP_EXTATTR_USER; ns <= RUMP_EXTATTR_SYSTEM; ns++) {
		n = rump_sys_extattr_list_link(path, ns, buf, 4096);
		for (at = 0; at < n && at < 600; at += len + 1) {
			len = (uint8_t)buf[at];
			if (at + (ssize_t)len + 1 > n)
				break;
			memcpy(name, buf + at + 1, len);
			name[len] = '\0';
			(void)rump_sys_extattr_get_link(path, ns, name,
			    buf + 4096, sizeof(buf) - 4096);
		}
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)rump_sys_extattr_get_link(path, RUMP_EXTATTR_USER,
		    names[i], buf, sizeof(buf));
}

static void
change_file(const struct use *u, int fd, off_t size)
{

	(void)rump_sys_pwrite(fd, buf, 5000, size / 2);
	(void)rump_sys_pwrite(fd, buf, 5000, size);
	(void)rump_sys_extattr_set_link(u->u_path, RUMP_EXTATTR_USER, "new",
	    buf, 100);
	if (u->u_left % 4 == 0)
		(void)rump_sys_fsync(fd);
	(void)rump_sys_ftruncate(fd, size / 3);
	(void)rump_sys_fchmod(fd, 0600);
	(void)rump_sys_extattr_delete_link(u->u_path, RUMP_EXTATTR_USER, "a");
}

static void
use_file(const struct use *u, const struct rump_stat *st)
{
	const off_t size = st->st_size;
	int fd, i;

	use_attrs(u->u_path);
	if (S_ISLNK(st->st_mode)) {
		(void)rump_sys_readlink(u->u_path, buf, sizeof(buf));
		return;
	}
	if (!S_ISREG(st->st_mode))
		return;
	fd = rump_sys_open(u->u_path, u->u_write ? RUMP_O_RDWR :
	    RUMP_O_RDONLY);
	if (fd == -1)
		return;
	for (i = 0; i < 4; i++)
		if (rump_sys_read(fd, buf, sizeof(buf)) <= 0)
			break;
	(void)rump_sys_pread(fd, buf, 4096, size - 2000);
	(void)rump_sys_pread(fd, buf, 4096, size / 2);
	(void)rump_sys_lseek(fd, 0, RUMP_SEEK_HOLE);
	(void)rump_sys_lseek(fd, size / 3, RUMP_SEEK_DATA);
	if (u->u_write)
		change_file(u, fd, size);
	(void)rump_sys_close(fd);
}

/* Names come, go and move. */
static void
change_name(const struct use *u, const char *dir)
{
	char to[1100];

	snprintf(to, sizeof(to), "%s/moved-%u", dir, u->u_left);
	switch (u->u_left % 5) {
	case 0:
		if (rump_sys_unlink(u->u_path) == -1)
			(void)rump_sys_rmdir(u->u_path);
		break;
	case 1:
		(void)rump_sys_rename(u->u_path, to);
		break;
	case 2:
		(void)rump_sys_link(u->u_path, to);
		break;
	default:
		break;
	}
}

static void use_dir(struct use *, unsigned);

static void
use_entry(struct use *u, const struct rump_dirent *d, unsigned depth)
{
	const size_t len = strlen(u->u_path);
	struct rump_stat st;
	char dir[1024];

	if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0 ||
	    len + strlen(d->d_name) + 2 > sizeof(u->u_path))
		return;
	memcpy(dir, u->u_path, len + 1);
	snprintf(u->u_path + len, sizeof(u->u_path) - len, "/%s", d->d_name);
	if (rump_sys_lstat(u->u_path, (struct stat *)&st) == 0) {
		if (S_ISDIR(st.st_mode))
			use_dir(u, depth + 1);
		else
			use_file(u, &st);
		if (u->u_write)
			change_name(u, dir);
	}
	u->u_path[len] = '\0';
}

/* Add a few names to the directory at u_path. */
static void
fill_dir(struct use *u)
{
	const size_t len = strlen(u->u_path);
	int fd, i;

	if (len + 64 > sizeof(u->u_path))
		return;
	for (i = 0; i < 3; i++) {
		snprintf(u->u_path + len, 64, "/a-new-file-with-a-name-%d", i);
		fd = rump_sys_open(u->u_path, RUMP_O_CREAT | RUMP_O_RDWR,
		    0644);
		if (fd == -1)
			continue;
		(void)rump_sys_write(fd, buf, 3000);
		(void)rump_sys_close(fd);
	}
	strcpy(u->u_path + len, "/new-dir");
	(void)rump_sys_mkdir(u->u_path, 0755);
	strcpy(u->u_path + len, "/new-link");
	(void)rump_sys_symlink("a/b/c", u->u_path);
	u->u_path[len] = '\0';
}

static void
use_dir(struct use *u, unsigned depth)
{
	struct rump_dirent *d;
	char ents[4096];
	ssize_t n, at;
	int fd;

	use_attrs(u->u_path);
	if (depth > DEPTH_MAX)
		return;
	fd = rump_sys_open(u->u_path, RUMP_O_RDONLY);
	if (fd == -1)
		return;
	while (u->u_left > 0 &&
	    (n = rump_sys_getdents(fd, ents, sizeof(ents))) > 0) {
		for (at = 0; at < n && u->u_left > 0; at += d->d_reclen) {
			d = (void *)(ents + at);
			u->u_left--;
			use_entry(u, d, depth);
		}
	}
	(void)rump_sys_close(fd);
	if (u->u_write)
		fill_dir(u);
}

void
fuzz_fs_use(const char *mountpoint, bool writing, unsigned names)
{
	struct use u = { .u_left = names, .u_write = writing };
	struct rump_statvfs sv;

	snprintf(u.u_path, sizeof(u.u_path), "%s", mountpoint);
	use_dir(&u, 0);
	/* A name that is not there, through whatever index there is. */
	snprintf(u.u_path, sizeof(u.u_path), "%s/d/not-there", mountpoint);
	(void)rump_sys_access(u.u_path, 0);
	(void)rump_sys_statvfs1(mountpoint, (struct statvfs *)&sv,
	    RUMP_MNT_WAIT);
}
