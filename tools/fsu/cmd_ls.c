/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu ls: lists files of an image as ls(1) does: columns on a terminal, one a
 * line elsewhere, long lines with -l.
 */
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"

struct ls_entry {
	char		*e_name;
	char		*e_path;
	struct fsu_side	*e_side;
	struct fsu_stat	 e_st;
	bool		 e_known;	/* e_st says something */
};

static struct {
	bool	all, almost, dir, reverse, recurse, inode, blocks, human;
	bool	numeric, classify, longform, onecol, unsorted, follow;
	char	sort;		/* 0 name, 't' time, 'S' size */
	char	stamp;		/* 'm' modify, 'c' change, 'u' access */
	int	width;
	int	status;
	bool	before;		/* something is printed already */
	/* the widest of what is listed together */
	int	w_inode, w_blocks, w_links, w_user, w_group, w_size;
} ls;

static const struct timespec *
stamp(const struct fsu_stat *st)
{

	return ls.stamp == 'c' ? &st->st_ctime_ts :
	    ls.stamp == 'u' ? &st->st_atime_ts : &st->st_mtime_ts;
}

static int
by_order(const void *va, const void *vb)
{
	const struct ls_entry *a = va, *b = vb;
	const struct timespec *ta, *tb;
	int r;

	r = 0;
	if (ls.sort == 't') {
		ta = stamp(&a->e_st);
		tb = stamp(&b->e_st);
		r = ta->tv_sec != tb->tv_sec ?
		    (ta->tv_sec < tb->tv_sec ? 1 : -1) :
		    ta->tv_nsec != tb->tv_nsec ?
		    (ta->tv_nsec < tb->tv_nsec ? 1 : -1) : 0;
	} else if (ls.sort == 'S' && a->e_st.st_size != b->e_st.st_size)
		r = a->e_st.st_size < b->e_st.st_size ? 1 : -1;
	if (r == 0)
		r = strcmp(a->e_name, b->e_name);
	return ls.reverse ? -r : r;
}

static char
class_char(const struct fsu_stat *st)
{

	if (!ls.classify)
		return '\0';
	switch (st->st_mode & S_IFMT) {
	case S_IFDIR:
		return '/';
	case S_IFLNK:
		return '@';
	case S_IFIFO:
		return '|';
	case S_IFSOCK:
		return '=';
	case S_IFREG:
		return (st->st_mode & 0111) != 0 ? '*' : '\0';
	default:
		return '\0';
	}
}

static void
blocks_text(const struct fsu_stat *st, char *buf, size_t len)
{

	if (ls.human)
		fsu_human(buf, len, (uint64_t)st->st_blocks * 512);
	else
		(void)snprintf(buf, len, "%jd",
		    (intmax_t)((st->st_blocks + 1) / 2));
}

static void
size_text(const struct fsu_stat *st, char *buf, size_t len)
{

	if (S_ISBLK(st->st_mode) || S_ISCHR(st->st_mode))
		(void)snprintf(buf, len, "%u, %u", st->st_major,
		    st->st_minor);
	else if (ls.human)
		fsu_human(buf, len, (uint64_t)st->st_size);
	else
		(void)snprintf(buf, len, "%jd", (intmax_t)st->st_size);
}

static void
widen(int *width, size_t len)
{

	if ((int)len > *width)
		*width = (int)len;
}

static void
measure(const struct ls_entry *e, size_t n)
{
	const struct fsu_stat *st;
	char buf[32];
	size_t i;

	ls.w_inode = ls.w_blocks = ls.w_links = 1;
	ls.w_user = ls.w_group = ls.w_size = 1;
	for (i = 0; i < n; i++) {
		st = &e[i].e_st;
		widen(&ls.w_inode, (size_t)snprintf(buf, sizeof(buf), "%ju",
		    (uintmax_t)st->st_ino));
		widen(&ls.w_links, (size_t)snprintf(buf, sizeof(buf), "%ju",
		    (uintmax_t)st->st_nlink));
		blocks_text(st, buf, sizeof(buf));
		widen(&ls.w_blocks, strlen(buf));
		if (!ls.longform)
			continue;
		size_text(st, buf, sizeof(buf));
		widen(&ls.w_size, strlen(buf));
		widen(&ls.w_user, strlen(fsu_user(st->st_uid, ls.numeric)));
		widen(&ls.w_group,
		    strlen(fsu_group(st->st_gid, ls.numeric)));
	}
}

static void
print_prefix(const struct fsu_stat *st)
{
	char buf[32];

	if (ls.inode)
		(void)printf("%*ju ", ls.w_inode, (uintmax_t)st->st_ino);
	if (ls.blocks) {
		blocks_text(st, buf, sizeof(buf));
		(void)printf("%*s ", ls.w_blocks, buf);
	}
}

static void
print_long(const struct ls_entry *e)
{
	struct fsu_side *s = e->e_side;
	const struct fsu_stat *st = &e->e_st;
	char mode[11], size[32], when[32], target[4096];
	struct tm tm;
	time_t now;

	fsu_modestr(st->st_mode, mode);
	size_text(st, size, sizeof(size));
	now = time(NULL);
	if (localtime_r(&stamp(st)->tv_sec, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	(void)strftime(when, sizeof(when),
	    stamp(st)->tv_sec > now ||
	    stamp(st)->tv_sec < now - 31556952 / 2 ?
	    "%b %e  %Y" : "%b %e %H:%M", &tm);
	(void)printf("%s %*ju %-*s ", mode, ls.w_links,
	    (uintmax_t)st->st_nlink, ls.w_user,
	    fsu_user(st->st_uid, ls.numeric));
	(void)printf("%-*s %*s %s ", ls.w_group,
	    fsu_group(st->st_gid, ls.numeric), ls.w_size, size, when);
	fsu_print_name(e->e_name);
	if (S_ISLNK(st->st_mode) && s->s_ops->o_readlink(s, e->e_path, target,
	    sizeof(target)) == 0) {
		(void)fputs(" -> ", stdout);
		fsu_print_name(target);
	} else if (class_char(st) != '\0')
		(void)putchar(class_char(st));
	(void)putchar('\n');
}

static size_t
cell_width(const struct ls_entry *e)
{

	return strlen(e->e_name) + (class_char(&e->e_st) != '\0' ? 1 : 0) +
	    (ls.inode ? (size_t)ls.w_inode + 1 : 0) +
	    (ls.blocks ? (size_t)ls.w_blocks + 1 : 0);
}

static void
print_cell(const struct ls_entry *e, size_t pad)
{
	size_t w;

	print_prefix(&e->e_st);
	fsu_print_name(e->e_name);
	if (class_char(&e->e_st) != '\0')
		(void)putchar(class_char(&e->e_st));
	for (w = cell_width(e); w < pad; w++)
		(void)putchar(' ');
}

static void
print_columns(const struct ls_entry *e, size_t n)
{
	size_t i, row, rows, cols, w;

	for (i = 0, w = 1; i < n; i++)
		w = cell_width(&e[i]) > w ? cell_width(&e[i]) : w;
	w += 2;
	cols = (size_t)ls.width / w;
	cols = cols == 0 ? 1 : cols;
	rows = (n + cols - 1) / cols;
	for (row = 0; row < rows; row++) {
		for (i = row; i < n; i += rows)
			print_cell(&e[i], i + rows < n ? w : 0);
		(void)putchar('\n');
	}
}

static void
print_json(const struct ls_entry *e, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (e[i].e_known)
			fsu_json_file(e[i].e_side, e[i].e_path, &e[i].e_st);
	}
}

static void
print_entries(struct ls_entry *e, size_t n, bool total)
{
	int64_t blocks;
	char buf[16];
	size_t i;

	if (!ls.unsorted && n > 1)
		qsort(e, n, sizeof(*e), by_order);
	if (fsu_opt_json) {
		print_json(e, n);
		return;
	}
	measure(e, n);
	for (i = 0, blocks = 0; i < n; i++)
		blocks += e[i].e_st.st_blocks;
	if (total && (ls.longform || ls.blocks)) {
		fsu_human(buf, sizeof(buf), (uint64_t)blocks * 512);
		if (ls.human)
			(void)printf("total %s\n", buf);
		else
			(void)printf("total %jd\n", (intmax_t)(blocks / 2));
	}
	if (!ls.longform && !ls.onecol) {
		print_columns(e, n);
		return;
	}
	for (i = 0; i < n; i++) {
		if (ls.longform) {
			print_prefix(&e[i].e_st);
			print_long(&e[i]);
		} else {
			print_cell(&e[i], 0);
			(void)putchar('\n');
		}
	}
}

static bool
wants_stat(void)
{

	return fsu_opt_json || ls.longform || ls.blocks || ls.inode ||
	    ls.classify || ls.recurse || ls.sort != 0;
}

static void
add_entry(struct fsu_side *s, const char *dir, const char *name,
    struct ls_entry *e)
{
	int error;

	e->e_name = fsu_strdup(name);
	e->e_path = fsu_join(dir, name);
	e->e_side = s;
	e->e_st = (struct fsu_stat){ 0 };
	if (!wants_stat())
		return;
	error = s->s_ops->o_stat(s, e->e_path, ls.follow, &e->e_st);
	if (error != 0 && ls.follow)	/* a link that leads nowhere */
		error = s->s_ops->o_stat(s, e->e_path, false, &e->e_st);
	if (error != 0) {
		fsu_warn(error, "cannot access '%s:%s'", s->s_name, e->e_path);
		ls.status = 1;
	}
	e->e_known = error == 0;
}

static void
free_entries(struct ls_entry *e, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		free(e[i].e_name);
		free(e[i].e_path);
	}
	free(e);
}

/* -R goes into directories only: with -L links could lead in circles. */
static bool
descends(const struct ls_entry *e)
{
	struct fsu_stat st;

	if (!S_ISDIR(e->e_st.st_mode) || !ls.follow)
		return S_ISDIR(e->e_st.st_mode);
	return e->e_side->s_ops->o_stat(e->e_side, e->e_path, false, &st) ==
	    0 && S_ISDIR(st.st_mode);
}

static void
list_dir(struct fsu_side *s, const char *path, bool header, unsigned depth)
{
	struct fsu_names names;
	struct ls_entry *e;
	size_t i, n;
	int error;

	error = fsu_names_read(s, path, &names);
	if (error != 0) {
		fsu_warn(error, "cannot open directory '%s:%s'", s->s_name,
		    path);
		ls.status = 1;
		return;
	}
	if (header && !fsu_opt_json)
		(void)printf("%s%s:%s:\n", ls.before ? "\n" : "", s->s_name,
		    path);
	ls.before = true;
	e = fsu_alloc((names.n_count + 2) * sizeof(*e));
	n = 0;
	if (ls.all) {
		add_entry(s, path, ".", &e[n++]);
		add_entry(s, path, "..", &e[n++]);
	}
	for (i = 0; i < names.n_count; i++) {
		if (names.n_name[i][0] != '.' || ls.all || ls.almost)
			add_entry(s, path, names.n_name[i], &e[n++]);
	}
	fsu_names_free(&names);
	print_entries(e, n, true);
	for (i = 0; ls.recurse && i < n; i++) {
		if (descends(&e[i]) && depth < 1000 &&
		    strcmp(e[i].e_name, ".") != 0 &&
		    strcmp(e[i].e_name, "..") != 0)
			list_dir(s, e[i].e_path, true, depth + 1);
	}
	free_entries(e, n);
}

static bool
is_listed_dir(const struct fsu_path *p, struct fsu_stat *st)
{
	struct fsu_stat target;

	if (S_ISDIR(st->st_mode))
		return !ls.dir;
	/* like ls: a link to a directory is followed unless -l, -d or -F */
	return S_ISLNK(st->st_mode) && !ls.dir && !ls.longform &&
	    !ls.classify && p->p_side->s_ops->o_stat(p->p_side, p->p_path,
	    true, &target) == 0 && S_ISDIR(target.st_mode);
}

/* The files first, together, then what is in each directory. */
static void
list_all(struct fsu_path *p, int n)
{
	struct ls_entry *file, *dir, *e;
	size_t nfiles, ndirs, i;
	struct fsu_stat st;
	int error;

	file = fsu_alloc(sizeof(*file) * (size_t)n);
	dir = fsu_alloc(sizeof(*dir) * (size_t)n);
	nfiles = ndirs = 0;
	for (i = 0; i < (size_t)n; i++) {
		error = p[i].p_side->s_ops->o_stat(p[i].p_side, p[i].p_path,
		    ls.follow, &st);
		if (error != 0) {
			fsu_warn(error, "cannot access '%s'", p[i].p_text);
			ls.status = 2;
			continue;
		}
		e = is_listed_dir(&p[i], &st) ? &dir[ndirs++] :
		    &file[nfiles++];
		*e = (struct ls_entry){
			.e_name = p[i].p_path, .e_path = p[i].p_path,
			.e_side = p[i].p_side, .e_st = st,
			.e_known = true,
		};
	}
	if (nfiles != 0)
		print_entries(file, nfiles, false);
	ls.before = nfiles != 0;
	if (!ls.unsorted && ndirs > 1)
		qsort(dir, ndirs, sizeof(*dir), by_order);
	for (i = 0; i < ndirs; i++)
		list_dir(dir[i].e_side, dir[i].e_path, n > 1 || ls.recurse,
		    0);
	free(file);
	free(dir);
}

static void
ls_option(int ch)
{

	switch (ch) {
	case '1':
		ls.onecol = true;
		break;
	case 'A':
		ls.almost = true;
		break;
	case 'a':
		ls.all = true;
		break;
	case 'C':
		ls.onecol = ls.longform = false;
		break;
	case 'c':
	case 'u':
		ls.stamp = (char)ch;
		break;
	case 'd':
		ls.dir = true;
		break;
	case 'F':
		ls.classify = true;
		break;
	case 'h':
		ls.human = true;
		break;
	case 'i':
		ls.inode = true;
		break;
	case 'L':
		ls.follow = true;
		break;
	case 'l':
		ls.longform = true;
		break;
	case 'n':
		ls.longform = ls.numeric = true;
		break;
	case 'R':
		ls.recurse = true;
		break;
	case 'r':
		ls.reverse = true;
		break;
	case 'S':
	case 't':
		ls.sort = (char)ch;
		break;
	case 's':
		ls.blocks = true;
		break;
	case 'U':
		ls.unsorted = true;
		break;
	default:
		fsu_usage();
	}
}

int
cmd_ls(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "almost-all", no_argument, NULL, 'A' },
		{ "classify", no_argument, NULL, 'F' },
		{ "directory", no_argument, NULL, 'd' },
		{ "human-readable", no_argument, NULL, 'h' },
		{ "inode", no_argument, NULL, 'i' },
		{ "numeric-uid-gid", no_argument, NULL, 'n' },
		{ "recursive", no_argument, NULL, 'R' },
		{ "reverse", no_argument, NULL, 'r' },
		{ "size", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 }
	};
	struct fsu_path *p;
	struct winsize ws;
	int ch;

	ls.width = 80;
	ls.onecol = isatty(STDOUT_FILENO) == 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col != 0)
		ls.width = ws.ws_col;
	while ((ch = getopt_long(argc, argv, "1AaCcdFhiLlnRrStsUu", longopts,
	    NULL)) != -1)
		ls_option(ch);
	fsu_skip_options(&argc, &argv, 1);
	p = fsu_parse_all(argc, argv, false);
	list_all(p, argc);
	return ls.status;
}
