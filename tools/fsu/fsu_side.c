/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names on the command line, and the host's side.  IMAGE[#PART]:PATH names a
 * file in an image; a name without an image is the host's where a command
 * allows that (ecp, touch -r), else a path in the image named last.
 */
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"
#include "fsu_disk.h"

static int
host_err(long rv)
{

	return rv < 0 ? errno : 0;
}

static int
host_stat(struct fsu_side *s, const char *path, bool follow,
    struct fsu_stat *st)
{
	struct stat sb;

	(void)s;
	if (fstatat(AT_FDCWD, path, &sb, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
		return errno;
	*st = (struct fsu_stat){
		.st_dev = sb.st_dev, .st_ino = sb.st_ino,
		.st_mode = sb.st_mode, .st_nlink = sb.st_nlink,
		.st_uid = sb.st_uid, .st_gid = sb.st_gid,
		.st_major = major(sb.st_rdev), .st_minor = minor(sb.st_rdev),
		.st_size = sb.st_size, .st_blocks = sb.st_blocks,
		.st_blksize = (uint32_t)sb.st_blksize,
		.st_atime_ts = sb.st_atim, .st_mtime_ts = sb.st_mtim,
		.st_ctime_ts = sb.st_ctim, .st_btime_ts = { .tv_sec = -1 },
	};
	return 0;
}

static int
host_statvfs(struct fsu_side *s, const char *path, struct fsu_statvfs *sv)
{
	struct statvfs sb;

	(void)s;
	if (statvfs(path, &sb) != 0)
		return errno;
	*sv = (struct fsu_statvfs){
		.f_bsize = sb.f_bsize, .f_frsize = sb.f_frsize,
		.f_blocks = sb.f_blocks, .f_bfree = sb.f_bfree,
		.f_bavail = sb.f_bavail, .f_files = sb.f_files,
		.f_ffree = sb.f_ffree, .f_namemax = sb.f_namemax,
		.f_rdonly = (sb.f_flag & ST_RDONLY) != 0, .f_fstype = "host",
	};
	return 0;
}

static int
host_open(struct fsu_side *s, const char *path, int oflags, uint32_t mode,
    int *fdp)
{

	(void)s;
	*fdp = open(path, oflags | O_CLOEXEC | O_NOCTTY, mode);
	return host_err(*fdp);
}

static int
host_close(struct fsu_side *s, int fd)
{

	(void)s;
	return host_err(close(fd));
}

static int
host_pread(struct fsu_side *s, int fd, void *buf, size_t len, int64_t off,
    size_t *donep)
{
	ssize_t n;

	(void)s;
	do {
		n = pread(fd, buf, len, off);
	} while (n < 0 && errno == EINTR);
	*donep = n > 0 ? (size_t)n : 0;
	return host_err(n);
}

static int
host_pwrite(struct fsu_side *s, int fd, const void *buf, size_t len,
    int64_t off, size_t *donep)
{
	ssize_t n;

	(void)s;
	do {
		n = pwrite(fd, buf, len, off);
	} while (n < 0 && errno == EINTR);
	*donep = n > 0 ? (size_t)n : 0;
	return host_err(n);
}

static int
host_ftruncate(struct fsu_side *s, int fd, int64_t len)
{

	(void)s;
	return host_err(ftruncate(fd, len));
}

static int
host_fsync(struct fsu_side *s, int fd)
{

	(void)s;
	return host_err(fsync(fd));
}

static int
host_seekdata(struct fsu_side *s, int fd, int64_t off, bool hole, int64_t *np)
{

	(void)s;
	*np = lseek(fd, off, hole ? SEEK_HOLE : SEEK_DATA);
	return host_err(*np);
}

static int
host_readdir(struct fsu_side *s, const char *path, fsu_dirent_fn fn, void *arg)
{
	struct dirent *d;
	DIR *dir;
	int error;

	(void)s;
	dir = opendir(path);
	if (dir == NULL)
		return errno;
	for (error = 0; error == 0;) {
		errno = 0;
		d = readdir(dir);
		if (d == NULL) {
			error = errno;
			break;
		}
		error = fn(arg, d->d_name, d->d_ino);
	}
	(void)closedir(dir);
	return error;
}

static int
host_readlink(struct fsu_side *s, const char *path, char *buf, size_t len)
{
	ssize_t n;

	(void)s;
	n = readlink(path, buf, len);
	if (n < 0)
		return errno;
	if ((size_t)n >= len)
		return ENAMETOOLONG;
	buf[n] = '\0';
	return 0;
}

static int
host_mkdir(struct fsu_side *s, const char *path, uint32_t mode)
{

	(void)s;
	return host_err(mkdir(path, mode));
}

static int
host_rmdir(struct fsu_side *s, const char *path)
{

	(void)s;
	return host_err(rmdir(path));
}

static int
host_unlink(struct fsu_side *s, const char *path)
{

	(void)s;
	return host_err(unlink(path));
}

static int
host_rename(struct fsu_side *s, const char *from, const char *to)
{

	(void)s;
	return host_err(rename(from, to));
}

static int
host_link(struct fsu_side *s, const char *from, const char *to)
{

	(void)s;
	return host_err(linkat(AT_FDCWD, from, AT_FDCWD, to, 0));
}

static int
host_symlink(struct fsu_side *s, const char *text, const char *path)
{

	(void)s;
	return host_err(symlink(text, path));
}

static int
host_mknod(struct fsu_side *s, const char *path, uint32_t mode, uint32_t maj,
    uint32_t min)
{

	(void)s;
	return host_err(mknod(path, mode, makedev(maj, min)));
}

static int
host_chmod(struct fsu_side *s, const char *path, uint32_t mode)
{

	(void)s;
	return host_err(chmod(path, mode));
}

static int
host_chown(struct fsu_side *s, const char *path, uint32_t uid, uint32_t gid,
    bool follow)
{

	(void)s;
	return host_err(fchownat(AT_FDCWD, path, uid, gid,
	    follow ? 0 : AT_SYMLINK_NOFOLLOW));
}

static int
host_utimens(struct fsu_side *s, const char *path,
    const struct timespec ts[2], bool follow)
{

	(void)s;
	return host_err(utimensat(AT_FDCWD, path, ts,
	    follow ? 0 : AT_SYMLINK_NOFOLLOW));
}

static int
host_listxattr(struct fsu_side *s, const char *path, char *buf, size_t len,
    size_t *np)
{
	ssize_t n;

	(void)s;
	n = llistxattr(path, buf, len);
	*np = n > 0 ? (size_t)n : 0;
	return host_err(n);
}

static int
host_getxattr(struct fsu_side *s, const char *path, const char *name,
    void *buf, size_t len, size_t *np)
{
	ssize_t n;

	(void)s;
	n = lgetxattr(path, name, buf, len);
	*np = n > 0 ? (size_t)n : 0;
	return host_err(n);
}

static int
host_setxattr(struct fsu_side *s, const char *path, const char *name,
    const void *buf, size_t len)
{

	(void)s;
	return host_err(lsetxattr(path, name, buf, len, 0));
}

static int
host_removexattr(struct fsu_side *s, const char *path, const char *name)
{

	(void)s;
	return host_err(lremovexattr(path, name));
}

/* Flags are worked on in images only. */
static int
host_getflags(struct fsu_side *s, const char *path, uint32_t *flagsp)
{

	(void)s;
	(void)path;
	(void)flagsp;
	return EOPNOTSUPP;
}

static int
host_setflags(struct fsu_side *s, const char *path, uint32_t flags)
{

	(void)s;
	(void)path;
	(void)flags;
	return EOPNOTSUPP;
}

static const struct fsu_ops host_ops = {
	.o_stat = host_stat,
	.o_statvfs = host_statvfs,
	.o_open = host_open,
	.o_close = host_close,
	.o_pread = host_pread,
	.o_pwrite = host_pwrite,
	.o_ftruncate = host_ftruncate,
	.o_fsync = host_fsync,
	.o_seekdata = host_seekdata,
	.o_readdir = host_readdir,
	.o_readlink = host_readlink,
	.o_mkdir = host_mkdir,
	.o_rmdir = host_rmdir,
	.o_unlink = host_unlink,
	.o_rename = host_rename,
	.o_link = host_link,
	.o_symlink = host_symlink,
	.o_mknod = host_mknod,
	.o_chmod = host_chmod,
	.o_chown = host_chown,
	.o_utimens = host_utimens,
	.o_listxattr = host_listxattr,
	.o_getxattr = host_getxattr,
	.o_setxattr = host_setxattr,
	.o_removexattr = host_removexattr,
	.o_getflags = host_getflags,
	.o_setflags = host_setflags,
};

struct fsu_side *
fsu_side_host(void)
{
	static struct fsu_side host = { .s_ops = &host_ops, .s_name = "" };

	return &host;
}

/* Is there a host file of this name that can hold a file system? */
static bool
is_image_file(const char *spec)
{
	struct stat sb;
	char *file, *part;
	bool yes;

	if (fsu_nbd_end(spec) != NULL)
		return true;
	file = fsu_strdup(spec);
	yes = stat(file, &sb) == 0;
	part = strrchr(file, '#');
	if (!yes && part != NULL && part[1] != '\0' &&
	    strspn(part + 1, "0123456789") == strlen(part + 1)) {
		*part = '\0';
		yes = stat(file, &sb) == 0;
	}
	free(file);
	return yes && (S_ISREG(sb.st_mode) || S_ISBLK(sb.st_mode));
}

/*
 * Where the image's name ends.  A file name may hold colons, so the longest
 * prefix that is a file wins; without one the first colon divides, and
 * opening the image then says what is wrong with it.
 */
static const char *
find_colon(const char *text)
{
	const char *c, *best;
	char *pre;

	best = fsu_nbd_end(text);
	if (best != NULL)
		return *best == ':' ? best : NULL;
	for (c = strchr(text, ':'); c != NULL; c = strchr(c + 1, ':')) {
		pre = fsu_strdup(text);
		pre[c - text] = '\0';
		if (is_image_file(pre))
			best = c;
		free(pre);
	}
	return best != NULL ? best : strchr(text, ':');
}

const char *
fsu_split_image(const char *text, char **imagep)
{
	const char *colon;

	colon = find_colon(text);
	*imagep = fsu_strdup(text);
	if (colon == NULL || (fsu_nbd_end(text) == NULL && is_image_file(text)))
		return NULL;
	(*imagep)[colon - text] = '\0';
	return colon[1] != '\0' ? colon + 1 : NULL;
}

/* The parts of -C, found once. */
static struct {
	char	*spec;
	char	*dir;		/* absolute */
} here;

static bool
have_here(void)
{
	const char *dir;

	if (fsu_opt_dir == NULL || here.spec != NULL)
		return here.spec != NULL;
	dir = fsu_split_image(fsu_opt_dir, &here.spec);
	here.dir = dir == NULL || dir[0] != '/' ?
	    fsu_join("/", dir != NULL ? dir : "") : fsu_strdup(dir);
	return true;
}

/* A path in the directory of -C, or else in the root. */
static char *
absolute(const char *path, bool ishere)
{

	if (path[0] == '/')
		return fsu_strdup(path);
	return fsu_join(ishere ? here.dir : "/", path);
}

static bool
is_image(const char *text, const char *colon)
{
	char *spec;
	bool yes;

	spec = fsu_strdup(text);
	spec[colon - text] = '\0';
	yes = is_image_file(spec);
	free(spec);
	return yes;
}

/*
 * Where IMAGE ends in IMAGE:PATH, or NULL if the text names no image.  What
 * begins like a path of the host is one, unless an image of that name exists.
 */
static const char *
image_end(const char *text)
{
	const char *colon;

	colon = find_colon(text);
	if (colon == text)		/* ":path" is in the image of -C */
		return have_here() ? colon : NULL;
	if (colon != NULL && have_here() && !is_image(text, colon))
		return NULL;
	if (colon == NULL || (text[0] != '/' && text[0] != '.'))
		return colon;
	return is_image(text, colon) ? colon : NULL;
}

bool
fsu_names_image(const char *text)
{

	return image_end(text) != NULL;
}

/*
 * Take a name apart.  hostok: a name without an image is the host's.
 * Returns 0 or an errno after a message.  Free with fsu_path_free().
 */
int
fsu_parse_path(const char *text, bool hostok, struct fsu_path *p)
{
	static struct fsu_side *last;
	const char *colon;
	char *spec;

	*p = (struct fsu_path){ .p_text = fsu_strdup(text) };
	colon = image_end(text);
	if (colon == text) {
		p->p_side = fsu_image_side(here.spec);
		p->p_path = absolute(text + 1, true);
	} else if (colon != NULL) {
		spec = fsu_strdup(text);
		spec[colon - text] = '\0';
		p->p_side = fsu_image_side(spec);
		free(spec);
		p->p_path = absolute(colon + 1, false);
	} else if (hostok) {
		p->p_side = fsu_side_host();
		p->p_path = fsu_strdup(text);
		return 0;
	} else if (have_here()) {
		p->p_side = fsu_image_side(here.spec);
		p->p_path = absolute(text, true);
	} else if (last == NULL || is_image_file(text)) {
		p->p_side = fsu_image_side(text);
		p->p_path = fsu_strdup("/");
	} else {
		p->p_side = last;
		p->p_path = absolute(text, false);
	}
	if (p->p_side == NULL)
		return EINVAL;
	last = p->p_side;
	return 0;
}

void
fsu_path_free(struct fsu_path *p)
{

	free(p->p_path);
	free(p->p_text);
	*p = (struct fsu_path){ 0 };
}

/* The command's operands: one array, which fsu_operands_free() gives back. */
static struct fsu_path *operands;
static int noperands;

struct fsu_path *
fsu_operands(int n)
{

	fsu_operands_free();
	operands = fsu_alloc(sizeof(*operands) * (size_t)(n + 1));
	noperands = n;
	return operands;
}

void
fsu_operands_free(void)
{
	int i;

	for (i = 0; i < noperands; i++)
		fsu_path_free(&operands[i]);
	free(operands);
	operands = NULL;
	noperands = 0;
	free(here.spec);
	free(here.dir);
	here.spec = here.dir = NULL;
}

/* All operands at once; an operand that cannot be used ends the program. */
struct fsu_path *
fsu_parse_all(int argc, char **argv, bool hostok)
{
	struct fsu_path *p;
	int i;

	p = fsu_operands(argc);
	for (i = 0; i < argc; i++) {
		if (fsu_parse_path(argv[i], hostok, &p[i]) != 0)
			fsu_exit(fsu_trouble);
	}
	return p;
}
