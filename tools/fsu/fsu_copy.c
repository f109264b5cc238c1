/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The copy engine of cp and ecp: files and trees from one side to another.
 * Data moves in large pieces; holes stay holes; hard links, owners, modes and
 * times are kept on request.  A file that cannot be copied is reported and
 * counted and the rest goes on, as cp(1) does.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"

#define	COPY_BUFLEN	((size_t)1 << 20)
#define	COPY_ZEROLEN	((size_t)4096)	/* grain of looking for zeros */

static void
copy_fail(struct fsu_copy *cp, int error, const char *what,
    const struct fsu_side *s, const char *path)
{

	fsu_warn(error, "%s '%s%s%s'", what, FSU_SHOW(s, path));
	cp->cp_errors++;
}

/* A line that says how far the copy is, at most ten times a second. */
static void
progress(struct fsu_copy *cp, bool last)
{
	static struct timespec then;
	struct timespec now;
	char done[16], all[16];
	double part;
	int64_t ms;
	int i, full;

	if (!cp->cp_progress)
		return;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - then.tv_sec) * 1000 +
	    (now.tv_nsec - then.tv_nsec) / 1000000;
	if (!last && ms < 100)
		return;
	then = now;
	part = cp->cp_allbytes != 0 ?
	    (double)cp->cp_bytes / (double)cp->cp_allbytes :
	    cp->cp_allfiles != 0 ?
	    (double)cp->cp_files / (double)cp->cp_allfiles : 1.0;
	if (part > 1.0 || (last && cp->cp_errors == 0))
		part = 1.0;
	fsu_human(done, sizeof(done), cp->cp_bytes);
	fsu_human(all, sizeof(all), cp->cp_allbytes);
	(void)fputs("\r[", stderr);
	full = (int)(part * 30);
	for (i = 0; i < 30; i++)
		(void)fputc(i < full ? '#' : '.', stderr);
	(void)fprintf(stderr, "] %3d%%  %ju/%ju files  %s/%s ",
	    (int)(part * 100), (uintmax_t)cp->cp_files,
	    (uintmax_t)cp->cp_allfiles, done, all);
	if (last)
		(void)fputc('\n', stderr);
	(void)fflush(stderr);
}

static bool
all_zero(const char *p, size_t len)
{

	return len == 0 || (p[0] == '\0' && memcmp(p, p + 1, len - 1) == 0);
}

static int
write_all(struct fsu_copy *cp, int fd, const char *p, size_t len, int64_t off)
{
	size_t done;
	int error;

	while (len > 0) {
		error = cp->cp_dst->s_ops->o_pwrite(cp->cp_dst, fd, p, len,
		    off, &done);
		if (error == 0 && done == 0)
			error = EIO;
		if (error != 0)
			return error;
		p += done;
		len -= done;
		off += (int64_t)done;
	}
	return 0;
}

/* Write what is not zero; what is skipped becomes a hole. */
static int
write_sparse(struct fsu_copy *cp, int fd, const char *p, size_t len,
    int64_t off)
{
	size_t at, run, piece;
	int error;

	for (at = 0; at < len; at += run) {
		piece = len - at < COPY_ZEROLEN ? len - at : COPY_ZEROLEN;
		if (all_zero(p + at, piece)) {
			run = piece;
			continue;
		}
		for (run = piece; at + run < len; run += piece) {
			piece = len - at - run < COPY_ZEROLEN ?
			    len - at - run : COPY_ZEROLEN;
			if (all_zero(p + at + run, piece))
				break;
		}
		error = write_all(cp, fd, p + at, run, off + (int64_t)at);
		if (error != 0)
			return error;
	}
	return 0;
}

/* Where the next data begins; without help from the side, right here. */
static int64_t
next_data(struct fsu_copy *cp, int fd, int64_t off, int64_t size)
{
	int64_t data;
	int error;

	error = cp->cp_src->s_ops->o_seekdata(cp->cp_src, fd, off, false,
	    &data);
	if (error == ENXIO)
		return size;
	return error != 0 || data < off ? off : data;
}

static int
copy_data(struct fsu_copy *cp, int in, int out, const struct fsu_stat *st)
{
	bool holes, zeros;
	int64_t off, left;
	size_t want, n;
	int error;

	holes = cp->cp_sparse != 0 &&
	    st->st_blocks < st->st_size / 512;
	zeros = cp->cp_sparse == 2 || holes;
	for (off = 0;; off += (int64_t)n) {
		if (holes)
			off = next_data(cp, in, off, st->st_size);
		want = COPY_BUFLEN;
		left = st->st_size - off;
		if (left > 0 && (uint64_t)left < want)
			want = (size_t)left;
		error = cp->cp_src->s_ops->o_pread(cp->cp_src, in,
		    cp->cp_buf, want, off, &n);
		if (error != 0)
			return error;
		if (n == 0)
			break;
		error = zeros ? write_sparse(cp, out, cp->cp_buf, n, off) :
		    write_all(cp, out, cp->cp_buf, n, off);
		if (error != 0)
			return error;
		cp->cp_bytes += n;
		progress(cp, false);
		if (off + (int64_t)n >= st->st_size && st->st_size != 0) {
			off += (int64_t)n;
			break;
		}
	}
	if (zeros)
		return cp->cp_dst->s_ops->o_ftruncate(cp->cp_dst, out,
		    off > st->st_size ? off : st->st_size);
	return 0;
}

/* Is a target one of a tree, rather than what the user named? */
static bool
below_root(const struct fsu_copy *cp, const char *to)
{

	return strcmp(to, cp->cp_dstroot) != 0;
}

static int
open_target(struct fsu_copy *cp, const char *to, uint32_t mode, int *fdp)
{
	const struct fsu_ops *d = cp->cp_dst->s_ops;
	int error;

	error = d->o_open(cp->cp_dst, to, O_WRONLY | O_CREAT | O_TRUNC |
	    (below_root(cp, to) ? O_NOFOLLOW : 0), mode, fdp);
	if (error != 0 && cp->cp_force &&
	    d->o_unlink(cp->cp_dst, to) == 0)
		error = d->o_open(cp->cp_dst, to,
		    O_WRONLY | O_CREAT | O_EXCL, mode, fdp);
	return error;
}

static int
copy_regular(struct fsu_copy *cp, const char *from, const char *to,
    const struct fsu_stat *st)
{
	int in, out, error, cerror;

	error = cp->cp_src->s_ops->o_open(cp->cp_src, from, O_RDONLY, 0, &in);
	if (error != 0) {
		copy_fail(cp, error, "cannot open", cp->cp_src, from);
		return error;
	}
	error = open_target(cp, to, st->st_mode & 0777, &out);
	if (error != 0) {
		copy_fail(cp, error, "cannot create regular file", cp->cp_dst,
		    to);
		(void)cp->cp_src->s_ops->o_close(cp->cp_src, in);
		return error;
	}
	error = copy_data(cp, in, out, st);
	if (error == 0 && cp->cp_sync)
		error = cp->cp_dst->s_ops->o_fsync(cp->cp_dst, out);
	cerror = cp->cp_dst->s_ops->o_close(cp->cp_dst, out);
	if (error == 0)
		error = cerror;
	(void)cp->cp_src->s_ops->o_close(cp->cp_src, in);
	if (error != 0)
		copy_fail(cp, error, "error writing", cp->cp_dst, to);
	return error;
}

static int
copy_symlink(struct fsu_copy *cp, const char *from, const char *to)
{
	char text[4096];
	int error;

	error = cp->cp_src->s_ops->o_readlink(cp->cp_src, from, text,
	    sizeof(text));
	if (error != 0) {
		copy_fail(cp, error, "cannot read symbolic link", cp->cp_src,
		    from);
		return error;
	}
	error = cp->cp_dst->s_ops->o_symlink(cp->cp_dst, text, to);
	if (error == EEXIST &&
	    cp->cp_dst->s_ops->o_unlink(cp->cp_dst, to) == 0)
		error = cp->cp_dst->s_ops->o_symlink(cp->cp_dst, text, to);
	if (error != 0)
		copy_fail(cp, error, "cannot create symbolic link",
		    cp->cp_dst, to);
	return error;
}

static int
copy_special(struct fsu_copy *cp, const char *to, const struct fsu_stat *st)
{
	int error;

	error = cp->cp_dst->s_ops->o_mknod(cp->cp_dst, to, st->st_mode,
	    st->st_major, st->st_minor);
	if (error == EEXIST &&
	    cp->cp_dst->s_ops->o_unlink(cp->cp_dst, to) == 0)
		error = cp->cp_dst->s_ops->o_mknod(cp->cp_dst, to,
		    st->st_mode, st->st_major, st->st_minor);
	if (error != 0)
		copy_fail(cp, error, "cannot create special file", cp->cp_dst,
		    to);
	return error;
}

/* Who may not give files away keeps the group where he can. */
static int
keep_owner(struct fsu_copy *cp, const char *to, const struct fsu_stat *st)
{
	const struct fsu_ops *d = cp->cp_dst->s_ops;
	int error;

	error = d->o_chown(cp->cp_dst, to, st->st_uid, st->st_gid, false);
	if (error == EPERM && geteuid() != 0)
		(void)d->o_chown(cp->cp_dst, to, UINT32_MAX, st->st_gid,
		    false);
	else if (error != 0)
		copy_fail(cp, error, "failed to preserve ownership for",
		    cp->cp_dst, to);
	return error;
}

/*
 * Owner first: a change of owner may clear set-id bits of the mode.  Those
 * bits are not for another owner.
 */
static void
keep_attributes(struct fsu_copy *cp, const char *from, const char *to,
    const struct fsu_stat *st)
{
	const struct fsu_ops *d = cp->cp_dst->s_ops;
	const struct timespec ts[2] = { st->st_atime_ts, st->st_mtime_ts };
	uint32_t mode;
	int error;

	if (!cp->cp_mode)
		return;
	mode = st->st_mode & 07777;
	if (keep_owner(cp, to, st) != 0)
		mode &= ~(uint32_t)(S_ISUID | S_ISGID);
	error = cp->cp_xattr ? fsu_xattr_copy(cp->cp_src, from, cp->cp_dst,
	    to) : 0;
	if (error != 0)
		copy_fail(cp, error, "setting attributes for", cp->cp_dst,
		    to);
	if (!S_ISLNK(st->st_mode)) {
		error = d->o_chmod(cp->cp_dst, to, mode);
		if (error != 0)
			copy_fail(cp, error, "setting permissions for",
			    cp->cp_dst, to);
	}
	error = d->o_utimens(cp->cp_dst, to, ts, false);
	if (error != 0)
		copy_fail(cp, error, "preserving times for", cp->cp_dst, to);
}

/* True when the file was copied before and only had to be linked. */
static bool
copy_link(struct fsu_copy *cp, const char *to, const struct fsu_stat *st)
{
	const struct fsu_ops *d = cp->cp_dst->s_ops;
	const char *earlier;
	int error;

	if (!cp->cp_links || st->st_nlink < 2 || S_ISDIR(st->st_mode))
		return false;
	earlier = fsu_linktab_enter(cp->cp_tab,
	    st->st_dev ^ (uintptr_t)cp->cp_src, st->st_ino, to);
	if (earlier == NULL)
		return false;
	error = d->o_link(cp->cp_dst, earlier, to);
	if (error == EEXIST && d->o_unlink(cp->cp_dst, to) == 0)
		error = d->o_link(cp->cp_dst, earlier, to);
	if (error != 0)
		copy_fail(cp, error, "cannot create hard link", cp->cp_dst,
		    to);
	return true;
}

static int
copy_file(struct fsu_copy *cp, const char *from, const char *to,
    const struct fsu_stat *st)
{
	struct fsu_stat old;
	int error;

	error = cp->cp_dst->s_ops->o_stat(cp->cp_dst, to, false, &old);
	cp->cp_skipped = error == 0 && cp->cp_noclobber;
	if (cp->cp_skipped)
		return 0;
	if (error == 0 && S_ISDIR(old.st_mode)) {
		copy_fail(cp, EISDIR, "cannot overwrite directory",
		    cp->cp_dst, to);
		return 0;
	}
	if (error == 0 && cp->cp_src == cp->cp_dst &&
	    old.st_dev == st->st_dev && old.st_ino == st->st_ino) {
		copy_fail(cp, 0, "source and destination are the same file:",
		    cp->cp_dst, to);
		return 0;
	}
	/* no link that lies in the way leads out of the tree that is made */
	if (error == 0 && S_ISLNK(old.st_mode) && below_root(cp, to))
		(void)cp->cp_dst->s_ops->o_unlink(cp->cp_dst, to);
	if (copy_link(cp, to, st))
		return 0;
	if (S_ISREG(st->st_mode))
		error = copy_regular(cp, from, to, st);
	else if (S_ISLNK(st->st_mode))
		error = copy_symlink(cp, from, to);
	else
		error = copy_special(cp, to, st);
	if (error == 0)
		keep_attributes(cp, from, to, st);
	return error == ENOSPC || error == EROFS ? error : 0;
}

static int
copy_mkdir(struct fsu_copy *cp, const char *to, const struct fsu_stat *st)
{
	struct fsu_stat old;
	int error;

	error = cp->cp_dst->s_ops->o_mkdir(cp->cp_dst, to,
	    (st->st_mode & 0777) | 0700);
	if (error == EEXIST && cp->cp_dst->s_ops->o_stat(cp->cp_dst, to,
	    !below_root(cp, to), &old) == 0) {
		if (S_ISDIR(old.st_mode))
			return 0;
		copy_fail(cp, 0, "cannot overwrite non-directory with "
		    "directory", cp->cp_dst, to);
	} else if (error != 0)
		copy_fail(cp, error, "cannot create directory", cp->cp_dst,
		    to);
	return error;
}

static int
copy_visit(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{
	struct fsu_copy *cp = arg;
	const int errors = cp->cp_errors;
	char *to;
	int error;

	(void)depth;
	to = rel[0] != '\0' ? fsu_join(cp->cp_dstroot, rel) :
	    fsu_strdup(cp->cp_dstroot);
	error = 0;
	switch (what) {
	case FSU_PRE:
		cp->cp_skipped = false;
		error = copy_mkdir(cp, to, st);
		if (error != 0 && error != ENOSPC && error != EROFS)
			error = -1;
		break;
	case FSU_FILE:
		error = copy_file(cp, path, to, st);
		cp->cp_files++;
		break;
	case FSU_POST:
		keep_attributes(cp, path, to, st);
		cp->cp_files++;
		break;
	}
	if (cp->cp_verbose && what != FSU_POST && cp->cp_errors == errors &&
	    !cp->cp_skipped)
		(void)printf("'%s%s%s' -> '%s%s%s'\n",
		    FSU_SHOW(cp->cp_src, path), FSU_SHOW(cp->cp_dst, to));
	progress(cp, false);
	free(to);
	return error;
}

static int
count_visit(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{
	struct fsu_copy *cp = arg;

	(void)path;
	(void)rel;
	(void)depth;
	if (what != FSU_PRE)
		cp->cp_allfiles++;
	if (what == FSU_FILE && S_ISREG(st->st_mode))
		cp->cp_allbytes += (uint64_t)st->st_size;
	return 0;
}

/* Is the directory "to" inside of, or the same as, the source? */
static bool
copies_into_itself(struct fsu_copy *cp, const char *from, const char *to)
{
	struct fsu_stat root, st;
	char *dir, *up;
	bool inside;

	if (cp->cp_src != cp->cp_dst || cp->cp_src->s_ops->o_stat(cp->cp_src,
	    from, true, &root) != 0)
		return false;
	inside = false;
	for (dir = fsu_strdup(to);; dir = up) {
		if (cp->cp_src->s_ops->o_stat(cp->cp_src, dir, true, &st) ==
		    0 && st.st_dev == root.st_dev && st.st_ino == root.st_ino)
			inside = true;
		up = fsu_dirname(dir);
		if (inside || strcmp(up, dir) == 0)
			break;
		free(dir);
	}
	free(dir);
	free(up);
	return inside;
}

static void
copy_tree(struct fsu_copy *cp, const struct fsu_path *src, char *to)
{
	struct fsu_walk w = {
		.w_side = src->p_side, .w_fn = copy_visit, .w_arg = cp,
		.w_follow_root = !cp->cp_nofollow,
	};
	struct fsu_stat st;
	int error;

	error = src->p_side->s_ops->o_stat(src->p_side, src->p_path,
	    !cp->cp_nofollow, &st);
	if (error != 0) {
		copy_fail(cp, error, "cannot stat", src->p_side, src->p_path);
		return;
	}
	if (S_ISDIR(st.st_mode) && !cp->cp_recursive) {
		copy_fail(cp, 0, "-r not specified; omitting directory",
		    src->p_side, src->p_path);
		return;
	}
	/* no name of a file ends in a slash, only that of a directory */
	if (to[strlen(to) - 1] == '/' && to[1] != '\0') {
		if (!S_ISDIR(st.st_mode)) {
			copy_fail(cp, ENOTDIR, "cannot create regular file",
			    cp->cp_dst, to);
			return;
		}
		while (to[1] != '\0' && to[strlen(to) - 1] == '/')
			to[strlen(to) - 1] = '\0';
	}
	if (S_ISDIR(st.st_mode) && copies_into_itself(cp, src->p_path, to)) {
		copy_fail(cp, 0, "cannot copy a directory into itself:",
		    src->p_side, src->p_path);
		return;
	}
	cp->cp_dstroot = to;
	error = fsu_walk(&w, src->p_path);
	cp->cp_errors += w.w_errors;
	if (error != 0)
		fsu_warn(error, "giving up on '%s'", src->p_text);
}

static void
count_all(struct fsu_copy *cp, const struct fsu_path *src, int nsrc)
{
	struct fsu_walk w = {
		.w_fn = count_visit, .w_arg = cp, .w_quiet = true,
	};
	int i;

	for (i = 0; cp->cp_progress && i < nsrc; i++) {
		w.w_side = src[i].p_side;
		(void)fsu_walk(&w, src[i].p_path);
	}
}

/* Does a path end in a name of its own: not "/", "." or ".."? */
static bool
has_name(const char *path)
{
	const char *base;
	size_t dots;

	base = fsu_base(path);
	dots = strspn(base, ".");
	return base[0] != '/' && (dots == 0 || dots > 2 ||
	    (base[dots] != '\0' && base[dots] != '/'));
}

/*
 * Copy each source to dst; into it when it is a directory (unless notarget).
 * Returns the exit status, after messages.
 */
int
fsu_copy_args(struct fsu_copy *cp, struct fsu_path *src, int nsrc,
    struct fsu_path *dst, bool notarget)
{
	struct fsu_stat st;
	char *to;
	bool into;
	int i;

	into = !notarget && dst->p_side->s_ops->o_stat(dst->p_side,
	    dst->p_path, true, &st) == 0 && S_ISDIR(st.st_mode);
	if (nsrc > 1 && !into)
		fsu_die(0, "target '%s' is not a directory", dst->p_text);
	cp->cp_dst = dst->p_side;
	cp->cp_buf = fsu_alloc(COPY_BUFLEN);
	cp->cp_tab = fsu_linktab_create();
	count_all(cp, src, nsrc);
	for (i = 0; i < nsrc; i++) {
		cp->cp_src = src[i].p_side;
		if (into && has_name(src[i].p_path))
			to = fsu_target_in(dst->p_path, src[i].p_path);
		else
			to = fsu_strdup(dst->p_path);
		copy_tree(cp, &src[i], to);
		free(to);
	}
	progress(cp, true);
	fsu_linktab_destroy(cp->cp_tab);
	free(cp->cp_buf);
	return cp->cp_errors != 0;
}
