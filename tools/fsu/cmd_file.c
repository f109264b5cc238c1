/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu cat, rm, mkdir, rmdir and ln: the short commands on files and names,
 * each with the options of its namesake that make sense in an image.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

static int
cat_one(struct fsu_path *p, char *buf, size_t buflen)
{
	struct fsu_side *s = p->p_side;
	struct fsu_stat st;
	int64_t off;
	size_t n;
	int fd, error;

	error = s->s_ops->o_stat(s, p->p_path, true, &st);
	if (error == 0 && S_ISDIR(st.st_mode))
		error = EISDIR;
	if (error == 0)
		error = s->s_ops->o_open(s, p->p_path, O_RDONLY | O_NONBLOCK,
		    0, &fd);
	if (error != 0)
		goto fail;
	for (off = 0;; off += (int64_t)n) {
		error = s->s_ops->o_pread(s, fd, buf, buflen, off, &n);
		if (error != 0 || n == 0)
			break;
		if (fwrite(buf, 1, n, stdout) != n)
			break;
	}
	(void)s->s_ops->o_close(s, fd);
	if (error == 0)
		return 0;
fail:
	fsu_warn(error, "%s", p->p_text);
	return 1;
}

int
cmd_cat(int argc, char **argv)
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };
	const size_t buflen = 1 << 18;
	struct fsu_path *p;
	char *buf;
	int i, status;

	while (getopt_long(argc, argv, "", none, NULL) != -1)
		fsu_usage();
	fsu_skip_options(&argc, &argv, 1);
	p = fsu_parse_all(argc, argv, false);
	buf = fsu_alloc(buflen);
	for (i = 0, status = 0; i < argc; i++)
		status |= cat_one(&p[i], buf, buflen);
	free(buf);
	return status;
}

struct rm_opts {
	struct fsu_side	*rm_side;
	bool	rm_recursive;
	bool	rm_force;
	bool	rm_dirs;
	bool	rm_verbose;
	bool	rm_ask;
	int	rm_status;
};

/* -i: only a line that begins with y or Y is a yes. */
static bool
rm_agreed(const struct rm_opts *o, const char *what, const char *path)
{
	char answer[256];

	if (!o->rm_ask)
		return true;
	(void)fflush(stdout);
	(void)fprintf(stderr, "fsu rm: %s '%s%s%s'? ", what,
	    FSU_SHOW(o->rm_side, path));
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	    (answer[0] == 'y' || answer[0] == 'Y');
}

static int
rm_visit(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{
	struct rm_opts *o = arg;
	struct fsu_side *s = o->rm_side;
	int error;

	(void)rel;
	(void)st;
	(void)depth;
	if (what == FSU_PRE)
		return rm_agreed(o, "descend into directory", path) ? 0 : -1;
	if (!rm_agreed(o, what == FSU_POST ? "remove directory" :
	    "remove file", path))
		return 0;
	error = what == FSU_POST ? s->s_ops->o_rmdir(s, path) :
	    s->s_ops->o_unlink(s, path);
	if (error != 0) {
		fsu_warn(error, "cannot remove '%s%s%s'", FSU_SHOW(s, path));
		o->rm_status = 1;
	} else if (o->rm_verbose)
		(void)printf("removed %s'%s%s%s'\n", what == FSU_POST ?
		    "directory " : "", FSU_SHOW(s, path));
	return 0;
}

/* Is the last component the root, "." or ".."? */
static bool
names_itself(const char *path)
{
	size_t len;

	len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	path += len;
	return path[strspn(path, "/")] == '\0' ||
	    (path[0] == '.' && (strspn(path + 1, "/") == strlen(path + 1) ||
	    (path[1] == '.' && strspn(path + 2, "/") == strlen(path + 2))));
}

static void
rm_one(struct rm_opts *o, struct fsu_path *p)
{
	struct fsu_walk w = {
		.w_side = p->p_side, .w_fn = rm_visit, .w_arg = o,
	};
	struct fsu_stat st;
	int error;

	o->rm_side = p->p_side;
	error = p->p_side->s_ops->o_stat(p->p_side, p->p_path, false, &st);
	if ((error == ENOENT || error == ENOTDIR) && o->rm_force)
		return;
	if (error == 0 && S_ISDIR(st.st_mode) && !o->rm_recursive)
		error = o->rm_dirs ?
		    p->p_side->s_ops->o_rmdir(p->p_side, p->p_path) : EISDIR;
	else if (error == 0 && names_itself(p->p_path))
		error = EBUSY;
	else if (error == 0)
		(void)fsu_walk(&w, p->p_path);
	if (error != 0)
		fsu_warn(error, "cannot remove '%s'", p->p_text);
	if (error != 0 || w.w_errors != 0)
		o->rm_status = 1;
}

int
cmd_rm(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "dir", no_argument, NULL, 'd' },
		{ "force", no_argument, NULL, 'f' },
		{ "interactive", no_argument, NULL, 'i' },
		{ "recursive", no_argument, NULL, 'r' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	struct rm_opts o = { 0 };
	struct fsu_path *p;
	int ch, i;

	while ((ch = getopt_long(argc, argv, "dfirRv", longopts, NULL)) != -1) {
		switch (ch) {
		case 'd':
			o.rm_dirs = true;
			break;
		case 'f':
			o.rm_force = true;
			o.rm_ask = false;
			break;
		case 'i':
			o.rm_ask = true;
			o.rm_force = false;
			break;
		case 'r':
		case 'R':
			o.rm_recursive = true;
			break;
		case 'v':
			o.rm_verbose = true;
			break;
		default:
			fsu_usage();
		}
	}
	fsu_skip_options(&argc, &argv, o.rm_force ? 0 : 1);
	if (argc == 0)
		return 0;
	p = fsu_parse_all(argc, argv, false);
	for (i = 0; i < argc; i++)
		rm_one(&o, &p[i]);
	return o.rm_status;
}

/* Make the directories above a path as mkdir -p does. */
static int
mkdir_parents(struct fsu_side *s, const char *path)
{
	struct fsu_stat st;
	char *up;
	int error;

	up = fsu_dirname(path);
	error = s->s_ops->o_stat(s, up, true, &st);
	if (error == 0 && !S_ISDIR(st.st_mode))
		error = ENOTDIR;
	if (error == ENOENT && strcmp(up, path) != 0) {
		error = mkdir_parents(s, up);
		if (error == 0)
			error = s->s_ops->o_mkdir(s, up, 0777);
	}
	free(up);
	return error;
}

static int
mkdir_one(struct fsu_path *p, bool parents, bool verbose, const char *mode)
{
	struct fsu_side *s = p->p_side;
	struct fsu_stat st;
	uint32_t perm;
	int error;

	perm = 0777;
	if (mode != NULL &&
	    fsu_parse_mode(mode, 0777, true, fsu_umask(), &perm) != 0)
		fsu_die(0, "invalid mode '%s'", mode);
	error = parents ? mkdir_parents(s, p->p_path) : 0;
	if (error == 0)
		error = s->s_ops->o_mkdir(s, p->p_path, perm & 0777);
	if (error == 0 && mode != NULL)
		error = s->s_ops->o_chmod(s, p->p_path, perm);
	if (error == EEXIST && parents &&
	    s->s_ops->o_stat(s, p->p_path, true, &st) == 0 &&
	    S_ISDIR(st.st_mode))
		return 0;
	if (error != 0) {
		fsu_warn(error, "cannot create directory '%s'", p->p_text);
		return 1;
	}
	if (verbose)
		(void)printf("created directory '%s'\n", p->p_text);
	return 0;
}

int
cmd_mkdir(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "mode", required_argument, NULL, 'm' },
		{ "parents", no_argument, NULL, 'p' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	struct fsu_path *p;
	const char *mode;
	bool parents, verbose;
	int ch, i, status;

	mode = NULL;
	parents = verbose = false;
	while ((ch = getopt_long(argc, argv, "m:pv", longopts, NULL)) != -1) {
		switch (ch) {
		case 'm':
			mode = optarg;
			break;
		case 'p':
			parents = true;
			break;
		case 'v':
			verbose = true;
			break;
		default:
			fsu_usage();
		}
	}
	fsu_skip_options(&argc, &argv, 1);
	p = fsu_parse_all(argc, argv, false);
	for (i = 0, status = 0; i < argc; i++)
		status |= mkdir_one(&p[i], parents, verbose, mode);
	return status;
}

static int
rmdir_one(struct fsu_path *p, bool parents, bool verbose)
{
	char *path, *up;
	int error;

	for (path = fsu_strdup(p->p_path);; path = up) {
		error = p->p_side->s_ops->o_rmdir(p->p_side, path);
		if (error != 0) {
			fsu_warn(error, "failed to remove '%s%s%s'",
			    FSU_SHOW(p->p_side, path));
			break;
		}
		if (verbose)
			(void)printf("removing directory, '%s%s%s'\n",
			    FSU_SHOW(p->p_side, path));
		up = fsu_dirname(path);
		if (!parents || strcmp(up, "/") == 0) {
			free(up);
			break;
		}
		free(path);
	}
	free(path);
	return error != 0;
}

int
cmd_rmdir(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "parents", no_argument, NULL, 'p' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	struct fsu_path *p;
	bool parents, verbose;
	int ch, i, status;

	parents = verbose = false;
	while ((ch = getopt_long(argc, argv, "pv", longopts, NULL)) != -1) {
		if (ch == 'p')
			parents = true;
		else if (ch == 'v')
			verbose = true;
		else
			fsu_usage();
	}
	fsu_skip_options(&argc, &argv, 1);
	p = fsu_parse_all(argc, argv, false);
	for (i = 0, status = 0; i < argc; i++)
		status |= rmdir_one(&p[i], parents, verbose);
	return status;
}

/* text: the link's text as typed; a hard link takes the path within. */
static int
ln_one(struct fsu_side *s, const char *text, const char *path, const char *to,
    bool symbolic, bool force, bool verbose)
{
	int error;

	error = symbolic ? s->s_ops->o_symlink(s, text, to) :
	    s->s_ops->o_link(s, path, to);
	if (error == EEXIST && force && s->s_ops->o_unlink(s, to) == 0)
		error = symbolic ? s->s_ops->o_symlink(s, text, to) :
		    s->s_ops->o_link(s, path, to);
	if (error != 0) {
		fsu_warn(error, "failed to create %s link '%s%s%s'",
		    symbolic ? "symbolic" : "hard", FSU_SHOW(s, to));
		return 1;
	}
	if (verbose)
		(void)printf("'%s%s%s' %s '%s'\n", FSU_SHOW(s, to),
		    symbolic ? "->" : "=>", text);
	return 0;
}

static int
ln_run(int argc, char **argv, bool symbolic, bool force, bool verbose,
    bool notarget)
{
	struct fsu_path dst, src;
	struct fsu_stat st;
	char *to;
	bool into;
	int i, status;

	if (fsu_parse_path(argv[argc - 1], false, &dst) != 0)
		return 1;
	into = !notarget && dst.p_side->s_ops->o_stat(dst.p_side, dst.p_path,
	    true, &st) == 0 && S_ISDIR(st.st_mode);
	if (argc > 2 && !into)
		fsu_die(0, "target '%s' is not a directory", dst.p_text);
	for (i = 0, status = 0; i < argc - 1; i++) {
		src = (struct fsu_path){ .p_side = dst.p_side };
		if (!symbolic && fsu_parse_path(argv[i], false, &src) != 0)
			return 1;
		if (src.p_side != dst.p_side)
			fsu_die(EXDEV, "cannot link '%s' to '%s'", argv[i],
			    dst.p_text);
		to = into ? fsu_target_in(dst.p_path, argv[i]) :
		    fsu_strdup(dst.p_path);
		status |= ln_one(dst.p_side, argv[i], src.p_path, to,
		    symbolic, force, verbose);
		free(to);
		fsu_path_free(&src);
	}
	fsu_path_free(&dst);
	return status;
}

int
cmd_ln(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "force", no_argument, NULL, 'f' },
		{ "no-target-directory", no_argument, NULL, 'T' },
		{ "symbolic", no_argument, NULL, 's' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	bool symbolic, force, verbose, notarget;
	int ch;

	symbolic = force = verbose = notarget = false;
	while ((ch = getopt_long(argc, argv, "fsTv", longopts, NULL)) != -1) {
		switch (ch) {
		case 'f':
			force = true;
			break;
		case 's':
			symbolic = true;
			break;
		case 'T':
			notarget = true;
			break;
		case 'v':
			verbose = true;
			break;
		default:
			fsu_usage();
		}
	}
	fsu_skip_options(&argc, &argv, 2);
	return ln_run(argc, argv, symbolic, force, verbose, notarget);
}
