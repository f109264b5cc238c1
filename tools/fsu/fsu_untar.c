/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking an archive apart in an image.  An archive is not trusted: no name in
 * it, of a file or of the file a hard link is to, leads out of the directory
 * that was named: neither by ".." nor through a symbolic link, whoever made
 * that.  What is refused is told and the rest goes on; the status is 1 then.
 * Attributes of directories wait for the end, as files are still to be made in
 * them.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "fsu_tar.h"

#define	UNTAR_BUFLEN	((size_t)1 << 17)

/* Beside errno values: what has been told already. */
#define	UNTAR_TOLD	(-1)		/* an entry is left out */
#define	UNTAR_BAD	(-2)		/* the archive ends here */

/* A directory whose attributes are still to be set. */
struct late_dir {
	struct late_dir	*ld_next;	/* the one met before */
	char		*ld_path;
	uint32_t	 ld_mode;
	uint32_t	 ld_uid;
	uint32_t	 ld_gid;
	bool		 ld_timed;
	struct timespec	 ld_mtime;
};

struct untar {
	const struct fsu_tar *t;
	struct fsu_side	*u_side;
	const char	*u_root;
	char		*u_checked;	/* a directory known to be good */
	char		*u_buf;
	struct archive	*u_archive;
	struct late_dir	*u_late;
	int		 u_status;
};

static void
refuse(struct untar *u, const char *name, const char *why)
{

	fsu_warn(0, "'%s' left out: %s", name, why);
	u->u_status = 1;
}

static void
untar_failed(struct untar *u, int error, const char *path)
{

	fsu_warn(error, "cannot make '%s%s%s'", FSU_SHOW(u->u_side, path));
	u->u_status = 1;
}

/*
 * A name without slashes in front, "." and doubled slashes, or NULL for one
 * that leads upwards or is none.  "" is the directory itself.  The caller frees
 * it.
 */
static char *
plain_name(const char *name)
{
	char *plain;
	size_t len, at;

	if (name == NULL || name[0] == '\0')
		return NULL;
	plain = fsu_alloc(strlen(name) + 1);
	for (at = 0; *name != '\0'; name += len) {
		name += strspn(name, "/");
		len = strcspn(name, "/");
		if (len == 2 && name[0] == '.' && name[1] == '.') {
			free(plain);
			return NULL;
		}
		if (len == 0 || (len == 1 && name[0] == '.'))
			continue;
		if (at != 0)
			plain[at++] = '/';
		memcpy(plain + at, name, len);
		at += len;
	}
	plain[at] = '\0';
	return plain;
}

/* Is a path a directory, and no link to one?  Made if it is not there. */
static int
check_dir(struct untar *u, const char *path)
{
	const struct fsu_ops *ops = u->u_side->s_ops;
	struct fsu_stat st;
	int error;

	error = ops->o_stat(u->u_side, path, false, &st);
	if (error == ENOENT)
		return ops->o_mkdir(u->u_side, path, 0777);
	if (error == 0 && !S_ISDIR(st.st_mode))
		error = S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR;
	return error;
}

/*
 * The directories above a plain name, one after the other.  Tars come sorted:
 * the last one is remembered.
 */
static int
check_parents(struct untar *u, const char *plain)
{
	char *path, *slash, *dir;
	int error;

	path = fsu_join(u->u_root, plain);
	slash = strrchr(path, '/');
	*slash = '\0';
	error = 0;
	if (u->u_checked == NULL || strcmp(u->u_checked, path) != 0) {
		dir = path + strlen(u->u_root);
		dir += u->u_root[1] != '\0' && *dir == '/';
		while (error == 0 && dir < slash) {
			dir += strcspn(dir, "/");
			*dir = '\0';
			if (path[0] != '\0')
				error = check_dir(u, path);
			if (dir < slash)
				*dir++ = '/';
		}
		*slash = '\0';
		free(u->u_checked);
		u->u_checked = error == 0 ? fsu_strdup(path) : NULL;
	}
	free(path);
	return error;
}

/*
 * Make room for a file: what is there goes, unless it is a directory, so that
 * a directory that was checked stays one.
 */
static int
clear_way(struct untar *u, const char *path)
{
	const struct fsu_ops *ops = u->u_side->s_ops;
	struct fsu_stat st;
	int error;

	error = ops->o_stat(u->u_side, path, false, &st);
	if (error == ENOENT)
		return 0;
	if (error == 0 && u->t->t_keep)
		error = EEXIST;
	else if (error == 0 && S_ISDIR(st.st_mode))
		error = EISDIR;
	if (error == 0)
		error = ops->o_unlink(u->u_side, path);
	return error;
}

static int
write_piece(struct untar *u, int fd, const char *p, size_t len, int64_t off)
{
	size_t done;
	int error;

	for (; len != 0; p += done, len -= done, off += (int64_t)done) {
		error = u->u_side->s_ops->o_pwrite(u->u_side, fd, p, len, off,
		    &done);
		if (error == 0 && done == 0)
			error = EIO;
		if (error != 0)
			return error;
	}
	return 0;
}

/* The archive cannot be read on. */
static void
archive_bad(struct untar *u)
{

	fsu_warn(0, "cannot read the archive: %s",
	    archive_error_string(u->u_archive));
	u->u_status = 1;
}

/* Data comes with its place, so that holes stay holes. */
static int
untar_data(struct untar *u, int fd, struct archive_entry *e)
{
	const void *p;
	size_t len;
	la_int64_t off, end;
	int error, rv;

	end = 0;
	while ((rv = archive_read_data_block(u->u_archive, &p, &len, &off)) ==
	    ARCHIVE_OK) {
		if (off < 0 || (uint64_t)off > INT64_MAX - len)
			return EFBIG;
		error = write_piece(u, fd, p, len, off);
		if (error != 0)
			return error;
		end = off + (la_int64_t)len;
	}
	if (rv != ARCHIVE_EOF) {
		archive_bad(u);
		return UNTAR_BAD;
	}
	if (archive_entry_size_is_set(e) && archive_entry_size(e) > end)
		return u->u_side->s_ops->o_ftruncate(u->u_side, fd,
		    archive_entry_size(e));
	return 0;
}

static int
untar_regular(struct untar *u, const char *path, struct archive_entry *e)
{
	const struct fsu_ops *ops = u->u_side->s_ops;
	int cerror, error, fd;

	error = ops->o_open(u->u_side, path, O_WRONLY | O_CREAT | O_EXCL |
	    O_NOFOLLOW, 0600, &fd);
	if (error != 0)
		return error;
	error = untar_data(u, fd, e);
	cerror = ops->o_close(u->u_side, fd);
	return error != 0 ? error : cerror;
}

/* The file a hard link is to is a name in the archive like any other. */
static int
untar_hardlink(struct untar *u, const char *path, const char *to)
{
	char *plain, *target;
	int error;

	plain = plain_name(to);
	if (plain == NULL || plain[0] == '\0') {
		free(plain);
		refuse(u, to, "a hard link to it leads out of the destination");
		return UNTAR_TOLD;
	}
	error = check_parents(u, plain);
	target = fsu_join(u->u_root, plain);
	if (error == 0)
		error = u->u_side->s_ops->o_link(u->u_side, target, path);
	free(target);
	free(plain);
	return error;
}

static int
untar_node(struct untar *u, const char *path, struct archive_entry *e)
{
	const struct fsu_ops *ops = u->u_side->s_ops;
	const mode_t type = archive_entry_filetype(e);

	switch (type) {
	case AE_IFREG:
		return untar_regular(u, path, e);
	case AE_IFLNK:
		return archive_entry_symlink(e) == NULL ? EINVAL :
		    ops->o_symlink(u->u_side, archive_entry_symlink(e), path);
	case AE_IFCHR:
	case AE_IFBLK:
	case AE_IFIFO:
		return ops->o_mknod(u->u_side, path, (uint32_t)type | 0600,
		    (uint32_t)archive_entry_rdevmajor(e),
		    (uint32_t)archive_entry_rdevminor(e));
	default:
		return EOPNOTSUPP;
	}
}

static uint32_t
owner_of(int64_t wanted, int64_t stored)
{

	return (uint32_t)(wanted >= 0 ? wanted : stored);
}

static void
set_xattrs(struct untar *u, const char *path, struct archive_entry *e)
{
	const char *name;
	const void *value;
	size_t len;
	int error;

	(void)archive_entry_xattr_reset(e);
	while (archive_entry_xattr_next(e, &name, &value, &len) ==
	    ARCHIVE_OK) {
		error = name == NULL ? EINVAL :
		    u->u_side->s_ops->o_setxattr(u->u_side, path, name, value,
		    len);
		if (error != 0 && error != EOPNOTSUPP) {
			fsu_warn(error, "cannot set attribute '%s' of "
			    "'%s%s%s'", name != NULL ? name : "",
			    FSU_SHOW(u->u_side, path));
			u->u_status = 1;
		}
	}
}

static bool
mtime_of(struct archive_entry *e, struct timespec *ts)
{

	*ts = (struct timespec){ .tv_sec = archive_entry_mtime(e),
	    .tv_nsec = archive_entry_mtime_nsec(e) };
	if (ts->tv_nsec < 0 || ts->tv_nsec > 999999999)
		ts->tv_nsec = 0;
	return archive_entry_mtime_is_set(e) != 0;
}

/* Owner first: a change of it may clear set-id bits. */
static int
set_attributes(struct untar *u, const char *path, mode_t type, uint32_t mode,
    uint32_t uid, uint32_t gid, const struct timespec *mtime)
{
	const struct fsu_ops *ops = u->u_side->s_ops;
	const struct timespec ts[2] = {
		{ .tv_nsec = UTIME_NOW }, mtime != NULL ? *mtime :
		(struct timespec){ .tv_nsec = UTIME_NOW }
	};
	int error;

	error = ops->o_chown(u->u_side, path, uid, gid, false);
	if (error == 0 && type != AE_IFLNK)
		error = ops->o_chmod(u->u_side, path, mode & 07777);
	if (error == 0)
		error = ops->o_utimens(u->u_side, path, ts, false);
	return error;
}

static int
entry_attributes(struct untar *u, const char *path, struct archive_entry *e)
{
	struct timespec mtime;
	bool timed;

	set_xattrs(u, path, e);
	timed = mtime_of(e, &mtime);
	return set_attributes(u, path, archive_entry_filetype(e),
	    (uint32_t)archive_entry_perm(e),
	    owner_of(u->t->t_uid, archive_entry_uid(e)),
	    owner_of(u->t->t_gid, archive_entry_gid(e)),
	    timed ? &mtime : NULL);
}

static int
untar_dir(struct untar *u, const char *path, struct archive_entry *e)
{
	struct late_dir *ld;
	int error;

	error = check_dir(u, path);
	if (error != 0)
		return error;
	set_xattrs(u, path, e);
	ld = fsu_alloc(sizeof(*ld));
	ld->ld_path = fsu_strdup(path);
	ld->ld_mode = (uint32_t)archive_entry_perm(e);
	ld->ld_uid = owner_of(u->t->t_uid, archive_entry_uid(e));
	ld->ld_gid = owner_of(u->t->t_gid, archive_entry_gid(e));
	ld->ld_timed = mtime_of(e, &ld->ld_mtime);
	ld->ld_next = u->u_late;
	u->u_late = ld;
	return 0;
}

/* A directory of the archive may have been replaced by something since. */
static void
finish_dirs(struct untar *u)
{
	struct late_dir *ld;
	struct fsu_stat st;
	int error;

	while ((ld = u->u_late) != NULL) {
		u->u_late = ld->ld_next;
		error = u->u_side->s_ops->o_stat(u->u_side, ld->ld_path, false,
		    &st);
		if (error == 0 && S_ISDIR(st.st_mode))
			error = set_attributes(u, ld->ld_path, AE_IFDIR,
			    ld->ld_mode, ld->ld_uid, ld->ld_gid,
			    ld->ld_timed ? &ld->ld_mtime : NULL);
		if (error != 0)
			untar_failed(u, error, ld->ld_path);
		free(ld->ld_path);
		free(ld);
	}
}

static int
untar_path(struct untar *u, const char *path, struct archive_entry *e)
{
	const char *link;
	int error;

	if (archive_entry_filetype(e) == AE_IFDIR &&
	    archive_entry_hardlink(e) == NULL)
		return untar_dir(u, path, e);
	if (strcmp(path, u->u_root) == 0)
		return EISDIR;
	error = clear_way(u, path);
	if (error != 0)
		return error;
	link = archive_entry_hardlink(e);
	if (link != NULL)
		error = untar_hardlink(u, path, link);
	else {
		error = untar_node(u, path, e);
		if (error == 0)
			error = entry_attributes(u, path, e);
	}
	return error;
}

/* True if the rest of the archive is worth reading. */
static bool
untar_entry(struct untar *u, struct archive_entry *e)
{
	const char *name;
	char *plain, *path;
	int error;

	name = archive_entry_pathname(e);
	plain = plain_name(name);
	if (plain == NULL) {
		refuse(u, name != NULL ? name : "", "it leads out of the "
		    "destination, or is no name");
		return true;
	}
	if (u->t->t_verbose)
		fsu_tell_name(name);
	path = plain[0] != '\0' ? fsu_join(u->u_root, plain) :
	    fsu_strdup(u->u_root);
	error = plain[0] != '\0' ? check_parents(u, plain) : 0;
	if (error == 0)
		error = untar_path(u, path, e);
	if (error == ELOOP)
		refuse(u, name, "a symbolic link is in its way");
	else if (error > 0)
		untar_failed(u, error, path);
	free(path);
	free(plain);
	return error != ENOSPC && error != EROFS && error != EIO &&
	    error != UNTAR_BAD && !fsu_stopped();
}

static la_ssize_t
in_callback(struct archive *a, void *arg, const void **bufp)
{
	struct untar *u = arg;
	ssize_t n;

	do {
		n = fsu_stopped() ? -1 : read(u->t->t_fd, u->u_buf,
		    UNTAR_BUFLEN);
	} while (n < 0 && errno == EINTR && !fsu_stopped());
	*bufp = u->u_buf;
	if (n < 0)
		archive_set_error(a, errno, "%s", strerror(errno));
	return n;
}

/* Not every format of the library: those that hold trees with attributes. */
static int
in_open(struct untar *u)
{
	struct archive *a = u->u_archive;

	if (archive_read_support_format_tar(a) != ARCHIVE_OK ||
	    archive_read_support_format_cpio(a) != ARCHIVE_OK ||
	    archive_read_support_filter_gzip(a) != ARCHIVE_OK ||
	    archive_read_support_filter_bzip2(a) != ARCHIVE_OK ||
	    archive_read_support_filter_xz(a) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(a) != ARCHIVE_OK)
		return -1;
	return archive_read_open(a, u, NULL, in_callback, NULL) ==
	    ARCHIVE_OK ? 0 : -1;
}

static void
untar_all(struct untar *u)
{
	struct archive_entry *e;
	int rv;

	for (;;) {
		rv = archive_read_next_header(u->u_archive, &e);
		if (rv == ARCHIVE_EOF)
			return;
		if (rv == ARCHIVE_WARN)
			fsu_warn(0, "%s", archive_error_string(u->u_archive));
		if (rv == ARCHIVE_RETRY)
			continue;
		if (rv != ARCHIVE_OK && rv != ARCHIVE_WARN) {
			archive_bad(u);
			return;
		}
		if (!untar_entry(u, e))
			return;
	}
}

int
fsu_untar(const struct fsu_tar *t, struct fsu_path *p)
{
	struct untar u = {
		.t = t, .u_side = p->p_side, .u_root = p->p_path,
	};
	struct fsu_stat st;
	size_t len;
	int error;

	for (len = strlen(p->p_path); len > 1 && p->p_path[len - 1] == '/';
	    len--)
		p->p_path[len - 1] = '\0';
	error = p->p_side->s_ops->o_stat(p->p_side, p->p_path, true, &st);
	if (error == 0 && !S_ISDIR(st.st_mode))
		error = ENOTDIR;
	if (error != 0) {
		fsu_warn(error, "'%s'", p->p_text);
		return 1;
	}
	u.u_archive = archive_read_new();
	if (u.u_archive == NULL)
		fsu_die(ENOMEM, "archive");
	u.u_buf = fsu_alloc(UNTAR_BUFLEN);
	if (in_open(&u) != 0)
		archive_bad(&u);
	else
		untar_all(&u);
	finish_dirs(&u);
	(void)archive_read_free(u.u_archive);
	free(u.u_checked);
	free(u.u_buf);
	return u.u_status;
}
