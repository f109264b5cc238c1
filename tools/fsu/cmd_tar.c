/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu tar: the command line, and making an archive of what is in images.  The
 * way in is fsu_untar.c.  Formats and compression are libarchive(3)'s.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "fsu.h"
#include "fsu_tar.h"

#define	TAR_BUFLEN	((size_t)1 << 18)
#define	TAR_XATTRLEN	((size_t)65536)

/* One run that makes an archive. */
struct tar_out {
	const struct fsu_tar *t;
	struct fsu_side	*o_side;
	struct archive	*o_archive;
	struct archive_entry *o_entry;
	struct fsu_linktab *o_links;
	const char	*o_root;	/* name of the operand in the archive */
	char		*o_buf;
	int		 o_status;
};

static void
out_failed(struct tar_out *o, int error, const char *path)
{

	fsu_warn(error, "%s%s%s", FSU_SHOW(o->o_side, path));
	o->o_status = 1;
}

/* The archive itself cannot be written: nothing goes on. */
static int
archive_failed(struct tar_out *o)
{
	int error;

	error = archive_errno(o->o_archive);
	fsu_warn(0, "cannot write the archive: %s",
	    archive_error_string(o->o_archive));
	o->o_status = 1;
	return error > 0 ? error : EIO;
}

/*
 * The data that begins at *startp or behind it; false where there are only
 * zeros up to the end.  A side that cannot tell has data everywhere.
 */
static bool
next_data(const struct tar_out *o, int fd, int64_t size, int64_t *startp,
    int64_t *endp)
{
	const struct fsu_ops *ops = o->o_side->s_ops;
	int64_t data, hole;
	int error;

	error = ops->o_seekdata(o->o_side, fd, *startp, false, &data);
	if (error == ENXIO || (error == 0 && data >= size))
		return false;
	if (error != 0 || data < *startp)
		data = *startp;
	if (error != 0 || ops->o_seekdata(o->o_side, fd, data, true,
	    &hole) != 0 || hole <= data || hole > size)
		hole = size;
	*startp = data;
	*endp = hole;
	return true;
}

/* Where data is, so that the archive need not hold the zeros. */
static void
entry_sparse(struct tar_out *o, int fd, const struct fsu_stat *st)
{
	int64_t start, end;

	if (st->st_blocks >= st->st_size / 512)
		return;
	for (start = 0; start < st->st_size; start = end) {
		if (!next_data(o, fd, st->st_size, &start, &end))
			break;
		archive_entry_sparse_add_entry(o->o_entry, start, end - start);
	}
	/* one hole and nothing else */
	if (start == 0)
		archive_entry_sparse_add_entry(o->o_entry, st->st_size, 0);
}

static int
entry_xattrs(struct tar_out *o, const char *path)
{
	const struct fsu_ops *ops = o->o_side->s_ops;
	char *list, *name, *value;
	size_t len, vlen;
	int error;

	/* most files have none: do not make room before asking */
	error = ops->o_listxattr(o->o_side, path, NULL, 0, &len);
	if (error != 0 || len == 0)
		return error == EOPNOTSUPP ? 0 : error;
	list = fsu_alloc(TAR_XATTRLEN + 1);
	value = fsu_alloc(TAR_XATTRLEN);
	error = ops->o_listxattr(o->o_side, path, list, TAR_XATTRLEN, &len);
	list[len] = '\0';
	for (name = list; error == 0 && name < list + len;
	    name += strlen(name) + 1) {
		error = ops->o_getxattr(o->o_side, path, name, value,
		    TAR_XATTRLEN, &vlen);
		if (error == 0)
			archive_entry_xattr_add_entry(o->o_entry, name, value,
			    vlen);
	}
	free(value);
	free(list);
	return error;
}

/* All that lstat tells, and the owner that was asked for. */
static int
entry_attributes(struct tar_out *o, const char *path,
    const struct fsu_stat *st)
{
	struct archive_entry *e = o->o_entry;
	char target[4096];
	int error;

	archive_entry_set_mode(e, st->st_mode);
	archive_entry_set_size(e, S_ISREG(st->st_mode) ? st->st_size : 0);
	archive_entry_set_uid(e, o->t->t_uid >= 0 ? o->t->t_uid : st->st_uid);
	archive_entry_set_gid(e, o->t->t_gid >= 0 ? o->t->t_gid : st->st_gid);
	archive_entry_set_mtime(e, st->st_mtime_ts.tv_sec,
	    st->st_mtime_ts.tv_nsec);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
		archive_entry_set_rdevmajor(e, st->st_major);
		archive_entry_set_rdevminor(e, st->st_minor);
	}
	if (S_ISLNK(st->st_mode)) {
		error = o->o_side->s_ops->o_readlink(o->o_side, path, target,
		    sizeof(target));
		if (error != 0)
			return error;
		archive_entry_set_symlink(e, target);
	}
	return entry_xattrs(o, path);
}

/* A stretch of data, or of zeros that the archive knows to be a hole. */
static int
out_stretch(struct tar_out *o, int fd, const char *path, int64_t off,
    int64_t end, bool hole)
{
	size_t n;
	int error;

	if (hole)
		memset(o->o_buf, 0, TAR_BUFLEN);
	for (; off < end; off += (int64_t)n) {
		n = end - off < (int64_t)TAR_BUFLEN ? (size_t)(end - off) :
		    TAR_BUFLEN;
		error = hole ? 0 : o->o_side->s_ops->o_pread(o->o_side, fd,
		    o->o_buf, n, off, &n);
		if (error == 0 && n == 0)
			error = EIO;
		if (error != 0) {	/* the archive is no good without it */
			out_failed(o, error, path);
			return error;
		}
		if (archive_write_data(o->o_archive, o->o_buf, n) !=
		    (la_ssize_t)n)
			return archive_failed(o);
	}
	return 0;
}

static int
out_data(struct tar_out *o, int fd, const char *path,
    const struct fsu_stat *st)
{
	const bool holes = st->st_blocks < st->st_size / 512;
	int64_t off, start, end;
	int error;

	error = 0;
	for (off = 0; off < st->st_size && error == 0; off = end) {
		start = off;
		end = st->st_size;
		if (holes && !next_data(o, fd, st->st_size, &start, &end))
			start = end;
		error = out_stretch(o, fd, path, off, start, true);
		if (error == 0)
			error = out_stretch(o, fd, path, start, end, false);
	}
	return error;
}

static bool
entry_utf8(const struct tar_out *o)
{
	const char *link;

	link = archive_entry_hardlink(o->o_entry);
	if (link == NULL)
		link = archive_entry_symlink(o->o_entry);
	return fsu_is_utf8(archive_entry_pathname(o->o_entry)) &&
	    (link == NULL || fsu_is_utf8(link));
}

static int
out_header(struct tar_out *o)
{
	int rv;

	rv = archive_write_header(o->o_archive, o->o_entry);
	/* names that are not UTF-8 are stored as bytes, with a warning */
	if (rv == ARCHIVE_OK || (rv == ARCHIVE_WARN && !entry_utf8(o)))
		return 0;
	if (rv == ARCHIVE_FATAL)
		return archive_failed(o);
	fsu_warn(0, "%s: %s", archive_entry_pathname(o->o_entry),
	    archive_error_string(o->o_archive));
	o->o_status = 1;
	return rv == ARCHIVE_WARN ? 0 : -1;
}

static int
out_regular(struct tar_out *o, const char *path, const struct fsu_stat *st)
{
	int error, fd;

	error = o->o_side->s_ops->o_open(o->o_side, path, O_RDONLY, 0, &fd);
	if (error != 0) {
		out_failed(o, error, path);
		return 0;
	}
	entry_sparse(o, fd, st);
	error = out_header(o);
	if (error == 0)
		error = out_data(o, fd, path, st);
	(void)o->o_side->s_ops->o_close(o->o_side, fd);
	return error > 0 ? error : 0;
}

/* One file, whose name in the archive is set. */
static int
out_entry(struct tar_out *o, const char *path, const char *name,
    const struct fsu_stat *st)
{
	const char *earlier;
	int error;

	error = entry_attributes(o, path, st);
	if (error != 0) {
		out_failed(o, error, path);
		return 0;
	}
	earlier = st->st_nlink > 1 && !S_ISDIR(st->st_mode) ?
	    fsu_linktab_enter(o->o_links, st->st_dev ^
	    (uintptr_t)o->o_side, st->st_ino, name) : NULL;
	if (earlier == NULL && S_ISREG(st->st_mode))
		return out_regular(o, path, st);
	if (earlier != NULL) {
		archive_entry_set_hardlink(o->o_entry, earlier);
		archive_entry_set_size(o->o_entry, 0);
	}
	error = out_header(o);
	return error > 0 ? error : 0;
}

static int
out_visit(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{
	struct tar_out *o = arg;
	char *name;
	int error;

	(void)depth;
	if (what == FSU_POST)
		return 0;
	if (S_ISSOCK(st->st_mode)) {
		fsu_warn(0, "%s%s%s: socket ignored",
		    FSU_SHOW(o->o_side, path));
		return 0;
	}
	name = rel[0] == '\0' ? fsu_strdup(o->o_root) :
	    fsu_join(o->o_root, rel);
	archive_entry_clear(o->o_entry);
	archive_entry_set_pathname(o->o_entry, name);
	if (o->t->t_verbose)
		fsu_tell_name(name);
	error = out_entry(o, path, name, st);
	free(name);
	return error;
}

/* Names in the archive are relative: "/etc" is "etc", the root ".". */
static void
out_operand(struct tar_out *o, const struct fsu_path *p)
{
	struct fsu_walk w = {
		.w_side = p->p_side, .w_fn = out_visit, .w_arg = o,
		.w_sorted = true,
	};
	const char *root;
	char *name;
	size_t len;

	root = p->p_path + strspn(p->p_path, "/");
	name = fsu_strdup(root[0] != '\0' ? root : ".");
	for (len = strlen(name); len > 1 && name[len - 1] == '/'; len--)
		name[len - 1] = '\0';
	o->o_side = p->p_side;
	o->o_root = name;
	if (fsu_walk(&w, p->p_path) != 0 || w.w_errors != 0)
		o->o_status = 1;
	free(name);
}

/* By the letter, or by what the archive's name ends in. */
static int
out_filter(const struct fsu_tar *t)
{
	static const struct {
		const char	*end;
		int		 filter;
	} ends[] = {
		{ "gz", 'z' }, { "tgz", 'z' }, { "bz2", 'j' }, { "xz", 'J' },
		{ "txz", 'J' }, { "zst", 'Z' }, { "tzst", 'Z' },
	};
	const char *dot;
	size_t i;

	dot = t->t_file != NULL ? strrchr(t->t_file, '.') : NULL;
	for (i = 0; t->t_filter == 0 && dot != NULL &&
	    i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (strcmp(dot + 1, ends[i].end) == 0)
			return ends[i].filter;
	}
	return t->t_filter;
}

static int
out_format(const struct fsu_tar *t, struct archive *a)
{
	int rv;

	switch (out_filter(t)) {
	case 'z':
		rv = archive_write_add_filter_gzip(a);
		break;
	case 'j':
		rv = archive_write_add_filter_bzip2(a);
		break;
	case 'J':
		rv = archive_write_add_filter_xz(a);
		break;
	case 'Z':
		rv = archive_write_add_filter_zstd(a);
		break;
	default:
		rv = archive_write_add_filter_none(a);
		break;
	}
	return rv != ARCHIVE_OK ? rv : archive_write_set_format_pax(a);
}

static la_ssize_t
out_callback(struct archive *a, void *arg, const void *buf, size_t len)
{
	const struct fsu_tar *t = arg;
	ssize_t n;

	do {
		n = fsu_stopped() ? -1 : write(t->t_fd, buf, len);
	} while (n < 0 && errno == EINTR && !fsu_stopped());
	if (n < 0)
		archive_set_error(a, errno, "%s", strerror(errno));
	return n;
}

static int
tar_create(struct fsu_tar *t, int argc, char **argv)
{
	struct tar_out o = { .t = t };
	struct fsu_path *p;
	int i;

	p = fsu_parse_all(argc, argv, false);
	o.o_archive = archive_write_new();
	o.o_entry = archive_entry_new();
	if (o.o_archive == NULL || o.o_entry == NULL)
		fsu_die(ENOMEM, "archive");
	o.o_links = fsu_linktab_create();
	o.o_buf = fsu_alloc(TAR_BUFLEN);
	/* nothing behind the end that a decompressor would take for data */
	if (out_format(t, o.o_archive) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(o.o_archive, 1) !=
	    ARCHIVE_OK ||
	    archive_write_open(o.o_archive, t, NULL, out_callback, NULL) !=
	    ARCHIVE_OK)
		(void)archive_failed(&o);
	else {
		for (i = 0; i < argc && !fsu_stopped(); i++)
			out_operand(&o, &p[i]);
		if (archive_write_close(o.o_archive) != ARCHIVE_OK &&
		    o.o_status == 0)
			(void)archive_failed(&o);
	}
	(void)archive_write_free(o.o_archive);
	archive_entry_free(o.o_entry);
	fsu_linktab_destroy(o.o_links);
	free(o.o_buf);
	return o.o_status;
}

static void
tar_option(struct fsu_tar *t, int ch)
{

	switch (ch) {
	case 'c':
	case 'x':
		if (t->t_mode != 0)
			fsu_usage();
		t->t_mode = (char)ch;
		break;
	case 'f':
		t->t_file = optarg;
		break;
	case 'k':
		t->t_keep = true;
		break;
	case 'O':
		if (fsu_parse_owner(optarg, &t->t_uid, &t->t_gid) != 0)
			fsu_die(0, "invalid user or group: '%s'", optarg);
		break;
	case 'v':
		t->t_verbose = true;
		break;
	case 'z':
	case 'j':
	case 'J':
	case 'Z':
		t->t_filter = ch;
		break;
	default:
		fsu_usage();
	}
}

/* The archive: standard input or output unless it is named. */
static void
tar_open(struct fsu_tar *t)
{

	t->t_fd = t->t_mode == 'c' ? STDOUT_FILENO : STDIN_FILENO;
	if (t->t_file == NULL || strcmp(t->t_file, "-") == 0) {
		if (t->t_mode == 'c' && isatty(t->t_fd))
			fsu_die(0, "an archive is not written to a terminal; "
			    "use -f");
		return;
	}
	t->t_fd = open(t->t_file, t->t_mode == 'c' ?
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY :
	    O_RDONLY | O_CLOEXEC | O_NOCTTY, 0666);
	if (t->t_fd < 0)
		fsu_die(errno, "cannot open '%s'", t->t_file);
}

int
cmd_tar(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "create", no_argument, NULL, 'c' },
		{ "extract", no_argument, NULL, 'x' },
		{ "file", required_argument, NULL, 'f' },
		{ "keep-old-files", no_argument, NULL, 'k' },
		{ "owner", required_argument, NULL, 'O' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "gzip", no_argument, NULL, 'z' },
		{ "bzip2", no_argument, NULL, 'j' },
		{ "xz", no_argument, NULL, 'J' },
		{ "zstd", no_argument, NULL, 'Z' },
		{ NULL, 0, NULL, 0 }
	};
	struct fsu_tar t = { .t_uid = -1, .t_gid = -1 };
	int ch, status;

	while ((ch = getopt_long(argc, argv, "cf:jJkvxz", longopts, NULL)) !=
	    -1)
		tar_option(&t, ch);
	fsu_skip_options(&argc, &argv, 1);
	/* libarchive has names of UTF-8 in its own form in between */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	if (t.t_mode == 0 || (t.t_mode == 'x' && argc != 1))
		fsu_usage();
	fsu_writes = t.t_mode == 'x';
	tar_open(&t);
	status = t.t_mode == 'c' ? tar_create(&t, argc, argv) :
	    fsu_untar(&t, fsu_parse_all(argc, argv, false));
	if (t.t_fd > STDERR_FILENO && close(t.t_fd) != 0) {
		fsu_warn(errno, "%s", t.t_file);
		status = 1;
	}
	return status;
}
