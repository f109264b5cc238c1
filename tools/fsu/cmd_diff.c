/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu diff: compares files and trees, of images and of the host, and names
 * what differs as "diff -q" does.  The exit status is diff(1)'s: 0 the same, 1
 * different, 2 trouble.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

#define	DIFF_BUFLEN	((size_t)1 << 18)
#define	DIFF_MAXDEPTH	2000	/* deeper only on a damaged image */

/* The two sides: [0] is the left one. */
static struct {
	struct fsu_side	*side[2];
	char		*buf[2];
	bool		 recursive;
	bool		 attributes;	/* modes, owners and times, too */
	bool		 differs;
	bool		 trouble;
} df;

static void
diff_trouble(int error, int which, const char *path)
{

	fsu_warn(error, "%s%s%s", FSU_SHOW(df.side[which], path));
	df.trouble = true;
}

static void
show(int which, const char *path)
{

	if (df.side[which]->s_name[0] != '\0') {
		fsu_print_name(df.side[which]->s_name);
		(void)putchar(':');
	}
	fsu_print_name(path);
}

/* how: a word that says what differs; of --json, and the text's sense. */
static void
diff_json(const char *how, const char *a, const char *b)
{
	const char *const key[2][2] = {
		{ "left_image", "left" }, { "right_image", "right" }
	};
	const char *const path[2] = { a, b };
	int i;

	fsu_json_open();
	fsu_json_text("difference", how);
	for (i = 0; i < 2; i++) {
		if (path[i] == NULL)
			continue;
		fsu_json_text(key[i][0], df.side[i]->s_name);
		fsu_json_text(key[i][1], path[i]);
	}
	fsu_json_close();
}

static void
differ(const char *how, const char *a, const char *b)
{

	df.differs = true;
	if (fsu_opt_json) {
		diff_json(how, a, b);
		return;
	}
	(void)fputs(strcmp(how, "target") == 0 ? "Symbolic links " : "Files ",
	    stdout);
	show(0, a);
	(void)fputs(" and ", stdout);
	show(1, b);
	if (strcmp(how, "content") == 0 || strcmp(how, "target") == 0)
		(void)fputs(" differ\n", stdout);
	else
		(void)printf(" differ in %s\n", how);
}

static void
only_in(int which, const char *dir, const char *name)
{
	char *path;

	df.differs = true;
	if (fsu_opt_json) {
		path = fsu_join(dir, name);
		diff_json(which == 0 ? "only-left" : "only-right",
		    which == 0 ? path : NULL, which == 1 ? path : NULL);
		free(path);
		return;
	}
	(void)fputs("Only in ", stdout);
	show(which, dir);
	(void)fputs(": ", stdout);
	fsu_print_name(name);
	(void)putchar('\n');
}

static void
differ_type(const char *a, const struct fsu_stat *sa, const char *b,
    const struct fsu_stat *sb)
{

	df.differs = true;
	if (fsu_opt_json) {
		diff_json("type", a, b);
		return;
	}
	(void)fputs("File ", stdout);
	show(0, a);
	(void)printf(" is a %s while file ", fsu_typename(sa));
	show(1, b);
	(void)printf(" is a %s\n", fsu_typename(sb));
}

/* Fill a buffer, as far as the file goes. */
static int
read_full(int which, int fd, int64_t off, size_t *np)
{
	struct fsu_side *s = df.side[which];
	size_t n;
	int error;

	for (*np = 0; *np < DIFF_BUFLEN; *np += n) {
		error = s->s_ops->o_pread(s, fd, df.buf[which] + *np,
		    DIFF_BUFLEN - *np, off + (int64_t)*np, &n);
		if (error != 0 || n == 0)
			return error;
	}
	return 0;
}

/* 0 the same, 1 different, -1 after a message. */
static int
compare_open(const int fd[2], const char *const path[2])
{
	size_t n[2];
	int64_t off;
	int error, i;

	for (off = 0;; off += (int64_t)n[0]) {
		for (i = 0; i < 2; i++) {
			error = read_full(i, fd[i], off, &n[i]);
			if (error != 0) {
				diff_trouble(error, i, path[i]);
				return -1;
			}
		}
		if (n[0] != n[1] || memcmp(df.buf[0], df.buf[1], n[0]) != 0)
			return 1;
		if (n[0] == 0)
			return 0;
	}
}

static int
compare_data(const char *a, const char *b)
{
	const char *const path[2] = { a, b };
	int fd[2], error, i, rv;

	for (i = 0; i < 2; i++) {
		error = df.side[i]->s_ops->o_open(df.side[i], path[i],
		    O_RDONLY | O_NONBLOCK, 0, &fd[i]);
		if (error == 0)
			continue;
		diff_trouble(error, i, path[i]);
		if (i == 1)
			(void)df.side[0]->s_ops->o_close(df.side[0], fd[0]);
		return -1;
	}
	rv = compare_open(fd, path);
	for (i = 0; i < 2; i++)
		(void)df.side[i]->s_ops->o_close(df.side[i], fd[i]);
	return rv;
}

static void
compare_links(const char *a, const char *b)
{
	const char *const path[2] = { a, b };
	char text[2][4096];
	int error, i;

	for (i = 0; i < 2; i++) {
		error = df.side[i]->s_ops->o_readlink(df.side[i], path[i],
		    text[i], sizeof(text[i]));
		if (error != 0) {
			diff_trouble(error, i, path[i]);
			return;
		}
	}
	if (strcmp(text[0], text[1]) != 0)
		differ("target", a, b);
}

static void
compare_attributes(const char *a, const struct fsu_stat *sa, const char *b,
    const struct fsu_stat *sb)
{

	if (!df.attributes)
		return;
	if (sa->st_mode != sb->st_mode && !S_ISLNK(sa->st_mode))
		differ("mode", a, b);
	if (sa->st_uid != sb->st_uid || sa->st_gid != sb->st_gid)
		differ("owner", a, b);
	if (sa->st_mtime_ts.tv_sec != sb->st_mtime_ts.tv_sec)
		differ("mtime", a, b);
}

static void	compare(const char *, const char *, bool, unsigned);

static void
compare_entry(const char *a, const char *b, const char *name, unsigned depth)
{
	char *suba, *subb;

	suba = fsu_join(a, name);
	subb = fsu_join(b, name);
	compare(suba, subb, false, depth + 1);
	free(suba);
	free(subb);
}

/* Both lists are sorted: walk them together. */
static void
compare_names(const char *a, const struct fsu_names *na, const char *b,
    const struct fsu_names *nb, unsigned depth)
{
	size_t i, j;
	int order;

	for (i = j = 0; i < na->n_count || j < nb->n_count;) {
		order = i == na->n_count ? 1 : j == nb->n_count ? -1 :
		    strcmp(na->n_name[i], nb->n_name[j]);
		if (order < 0)
			only_in(0, a, na->n_name[i++]);
		else if (order > 0)
			only_in(1, b, nb->n_name[j++]);
		else {
			compare_entry(a, b, na->n_name[i], depth);
			i++;
			j++;
		}
	}
}

static void
compare_dirs(const char *a, const char *b, unsigned depth)
{
	struct fsu_names na, nb;
	int error;

	error = fsu_names_read(df.side[0], a, &na);
	if (error != 0) {
		diff_trouble(error, 0, a);
		return;
	}
	error = fsu_names_read(df.side[1], b, &nb);
	if (error != 0) {
		diff_trouble(error, 1, b);
		fsu_names_free(&na);
		return;
	}
	fsu_names_sort(&na);
	fsu_names_sort(&nb);
	compare_names(a, &na, b, &nb, depth);
	fsu_names_free(&na);
	fsu_names_free(&nb);
}

static void
compare_regular(const char *a, const struct fsu_stat *sa, const char *b,
    const struct fsu_stat *sb)
{

	if (sa->st_size != sb->st_size || compare_data(a, b) == 1)
		differ("content", a, b);
}

static void
compare_same_type(const char *a, const struct fsu_stat *sa, const char *b,
    const struct fsu_stat *sb, unsigned depth)
{

	compare_attributes(a, sa, b, sb);
	if (S_ISREG(sa->st_mode))
		compare_regular(a, sa, b, sb);
	else if (S_ISLNK(sa->st_mode))
		compare_links(a, b);
	else if (S_ISDIR(sa->st_mode)) {
		if (depth > DIFF_MAXDEPTH)
			diff_trouble(ELOOP, 0, a);
		else if (depth == 0 || df.recursive)
			compare_dirs(a, b, depth);
	} else if ((S_ISCHR(sa->st_mode) || S_ISBLK(sa->st_mode)) &&
	    (sa->st_major != sb->st_major || sa->st_minor != sb->st_minor))
		differ("device number", a, b);
}

static void
compare(const char *a, const char *b, bool follow, unsigned depth)
{
	struct fsu_stat sa, sb;
	int error;

	if (fsu_stopped())
		return;
	error = df.side[0]->s_ops->o_stat(df.side[0], a, follow, &sa);
	if (error != 0) {
		diff_trouble(error, 0, a);
		return;
	}
	error = df.side[1]->s_ops->o_stat(df.side[1], b, follow, &sb);
	if (error != 0)
		diff_trouble(error, 1, b);
	else if ((sa.st_mode & S_IFMT) != (sb.st_mode & S_IFMT))
		differ_type(a, &sa, b, &sb);
	else
		compare_same_type(a, &sa, b, &sb, depth);
}

/* A file against a directory is compared with its namesake in there. */
static char *
namesake(struct fsu_path *p, const struct fsu_path *other)
{
	struct fsu_stat st, ost;

	if (p->p_side->s_ops->o_stat(p->p_side, p->p_path, true, &st) == 0 &&
	    other->p_side->s_ops->o_stat(other->p_side, other->p_path, true,
	    &ost) == 0 && S_ISDIR(st.st_mode) && !S_ISDIR(ost.st_mode))
		return fsu_target_in(p->p_path, other->p_path);
	return fsu_strdup(p->p_path);
}

static void
diff_options(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "attributes", no_argument, NULL, 'p' },
		{ "brief", no_argument, NULL, 'q' },
		{ "recursive", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 }
	};
	int ch;

	while ((ch = getopt_long(argc, argv, "pqr", longopts, NULL)) != -1) {
		if (ch == 'r')
			df.recursive = true;
		else if (ch == 'p')
			df.attributes = true;
		else if (ch != 'q')	/* it never is anything but brief */
			fsu_usage();
	}
}

int
cmd_diff(int argc, char **argv)
{
	struct fsu_path *p;
	char *path[2];
	int i;

	fsu_trouble = 2;
	diff_options(argc, argv);
	fsu_skip_options(&argc, &argv, 2);
	if (argc != 2)
		fsu_usage();
	p = fsu_parse_all(2, argv, true);
	for (i = 0; i < 2; i++) {
		df.side[i] = p[i].p_side;
		df.buf[i] = fsu_alloc(DIFF_BUFLEN);
		path[i] = namesake(&p[i], &p[1 - i]);
	}
	compare(path[0], path[1], true, 0);
	for (i = 0; i < 2; i++) {
		free(path[i]);
		free(df.buf[i]);
	}
	return df.trouble ? 2 : df.differs;
}
