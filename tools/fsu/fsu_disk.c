/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image's bytes, and who else has them.  Programs that write an image know
 * of each other by locks on its file: the kernel here locks all of it, QEMU
 * single bytes of it, so both see the other's.  A loop device takes no lock and
 * is looked for among those the host has.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"
#include "fsu_disk.h"

/*
 * QEMU locks byte 100 + n for a permission n that it uses and 200 + n for one
 * that nobody else may: 1 is writing, 3 resizing.
 */
#define	QEMU_WRITES	101

static int
disk_kind(const char *file, const struct stat *sb)
{

	if (S_ISREG(sb->st_mode) || S_ISBLK(sb->st_mode))
		return 0;
	fsu_warn(0, "'%s' is not a disk image: it is a %s", file,
	    S_ISDIR(sb->st_mode) ? "directory" : "special file");
	return EINVAL;
}

static int
disk_open_nbd(const char *file, struct fsu_disk *d)
{
	int error;

	error = fsu_nbd_open(file, &d->d_nbd);
	if (error == 0)
		d->d_size = fsu_nbd_size(d->d_nbd);
	return error;
}

int
fsu_disk_open(const char *file, struct fsu_disk *d)
{
	struct stat sb;
	off_t end;
	int error;

	*d = (struct fsu_disk){ .d_fd = -1 };
	if (fsu_nbd_end(file) != NULL)
		return disk_open_nbd(file, d);
	d->d_fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (d->d_fd < 0 || fstat(d->d_fd, &sb) != 0) {
		error = errno;
		fsu_warn(error, "cannot open image '%s'", file);
	} else
		error = disk_kind(file, &sb);
	if (error == 0) {
		end = lseek(d->d_fd, 0, SEEK_END);
		error = end < 0 ? errno : 0;
		if (error != 0)
			fsu_warn(error, "cannot read image '%s'", file);
		d->d_size = (uint64_t)end;
	}
	if (error != 0)
		fsu_disk_close(d);
	return error;
}

void
fsu_disk_close(struct fsu_disk *d)
{

	if (d->d_fd >= 0)
		(void)close(d->d_fd);
	d->d_fd = -1;
}

/* Does somebody hold a lock there that a writer's would conflict with? */
static bool
locked(int fd, off_t start, off_t len)
{
	struct flock fl = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start,
		.l_len = len,
	};

	return fcntl(fd, F_OFD_GETLK, &fl) == 0 && fl.l_type != F_UNLCK;
}

/* The first word of a file below /sys or /proc, or false. */
static bool
read_line(const char *dir, const char *name, char *buf, size_t len)
{
	char *path;
	FILE *f;
	bool ok;

	path = fsu_join(dir, name);
	f = fopen(path, "re");
	free(path);
	if (f == NULL)
		return false;
	ok = fgets(buf, (int)len, f) != NULL;
	(void)fclose(f);
	buf[ok ? strcspn(buf, "\n") : 0] = '\0';
	return ok;
}

static bool
same_file(const char *path, const struct stat *sb)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_dev == sb->st_dev &&
	    other.st_ino == sb->st_ino;
}

/* Where a block device of the host is mounted; the caller frees it. */
static char *
mounted_on(const char *device)
{
	char *line, *where, *sep, dev[256], dir[4096];
	size_t room;
	FILE *f;

	f = fopen("/proc/self/mountinfo", "re");
	if (f == NULL)
		return NULL;
	line = where = NULL;
	room = 0;
	while (where == NULL && getline(&line, &room, f) > 0) {
		sep = strstr(line, " - ");
		if (sep != NULL && sscanf(sep + 3, "%*s %255s", dev) == 1 &&
		    strcmp(dev, device) == 0 &&
		    sscanf(line, "%*s %*s %*s %*s %4095s", dir) == 1)
			where = fsu_strdup(dir);
	}
	free(line);
	(void)fclose(f);
	return where;
}

/* What to say of /sys/block/NAME, if it is a loop device on that file. */
static char *
loop_of(const char *name, const struct stat *sb, bool writers)
{
	char backing[4096], ro[8], *dir, *dev, *where, *text;
	bool is;

	dir = fsu_join("/sys/block", name);
	is = read_line(dir, "loop/backing_file", backing, sizeof(backing)) &&
	    same_file(backing, sb) && !(writers &&
	    read_line(dir, "ro", ro, sizeof(ro)) && ro[0] == '1');
	free(dir);
	if (!is)
		return NULL;
	dev = fsu_join("/dev", name);
	where = mounted_on(dev);
	if (asprintf(&text, "attached to %s%s%s", dev, where != NULL ?
	    " and mounted on " : " (losetup -d detaches it)",
	    where != NULL ? where : "") < 0)
		fsu_die(ENOMEM, "%s", dev);
	free(where);
	free(dev);
	return text;
}

static char *
loop_user(const struct stat *sb, bool writers)
{
	struct dirent *de;
	char *text;
	DIR *dir;

	dir = opendir("/sys/block");
	if (dir == NULL)
		return NULL;
	text = NULL;
	while (text == NULL && (de = readdir(dir)) != NULL) {
		if (strncmp(de->d_name, "loop", 4) == 0)
			text = loop_of(de->d_name, sb, writers);
	}
	(void)closedir(dir);
	return text;
}

/* Has a process, whose descriptors are in dir, the file open? */
static bool
process_has(const char *dir, const struct stat *sb)
{
	struct dirent *de;
	char *path;
	bool has;
	DIR *d;

	d = opendir(dir);
	if (d == NULL)
		return false;
	has = false;
	while (!has && (de = readdir(d)) != NULL) {
		path = fsu_join(dir, de->d_name);
		has = same_file(path, sb);
		free(path);
	}
	(void)closedir(d);
	return has;
}

/* Locks do not tell whose they are; look who has the file, where we may. */
static char *
holder(const struct stat *sb)
{
	struct dirent *de;
	char *proc, *fds, *text, comm[64];
	bool is;
	DIR *d;

	d = opendir("/proc");
	text = NULL;
	while (d != NULL && text == NULL && (de = readdir(d)) != NULL) {
		if (strspn(de->d_name, "0123456789") != strlen(de->d_name) ||
		    atol(de->d_name) == getpid())
			continue;
		proc = fsu_join("/proc", de->d_name);
		fds = fsu_join(proc, "fd");
		is = process_has(fds, sb) &&
		    read_line(proc, "comm", comm, sizeof(comm));
		if (is && asprintf(&text, "open in %s, process %s", comm,
		    de->d_name) < 0)
			fsu_die(ENOMEM, "%s", proc);
		free(fds);
		free(proc);
	}
	if (d != NULL)
		(void)closedir(d);
	return text != NULL ? text : fsu_strdup("open in another process");
}

char *
fsu_disk_user(const char *file, bool writers)
{
	struct stat sb;
	char *text;
	int fd;

	if (fsu_nbd_end(file) != NULL)
		return NULL;
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return NULL;
	text = NULL;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode)) {
		text = loop_user(&sb, writers);
		if (text == NULL && (writers ? locked(fd, QEMU_WRITES, 1) :
		    locked(fd, 0, 0)))
			text = holder(&sb);
	}
	(void)close(fd);
	return text;
}
