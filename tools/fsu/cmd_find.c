/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu find: walks trees of images and prints, or deletes, the files that an
 * expression of find(1) selects: tests joined by -a, -o, ! and parentheses.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

struct find_file {
	struct fsu_side		*f_side;
	const char		*f_path;
	const char		*f_shown;
	const struct fsu_stat	*f_st;
};

struct find_node;
typedef bool (*find_eval_fn)(const struct find_node *,
	    const struct find_file *);

struct find_node {
	find_eval_fn	 n_eval;
	struct find_node *n_left;
	struct find_node *n_right;
	const char	*n_text;
	int64_t		 n_num;
	long		 n_nsec;	/* -newer: of the second n_num */
	uint64_t	 n_unit;
	int		 n_cmp;		/* -1 less, 0 equal, 1 more */
};

static struct {
	char		**argv;
	int		 argc;
	int		 at;
	unsigned	 mindepth;
	unsigned	 maxdepth;
	bool		 action;
	bool		 prune;
	int		 status;
	time_t		 now;
	struct find_node *expr;
	const char	*root;
	struct fsu_side	*side;
} fd;

static bool
ev_and(const struct find_node *n, const struct find_file *f)
{

	return n->n_left->n_eval(n->n_left, f) &&
	    n->n_right->n_eval(n->n_right, f);
}

static bool
ev_or(const struct find_node *n, const struct find_file *f)
{

	return n->n_left->n_eval(n->n_left, f) ||
	    n->n_right->n_eval(n->n_right, f);
}

static bool
ev_not(const struct find_node *n, const struct find_file *f)
{

	return !n->n_left->n_eval(n->n_left, f);
}

static bool
ev_true(const struct find_node *n, const struct find_file *f)
{

	(void)n;
	(void)f;
	return true;
}

static bool
ev_false(const struct find_node *n, const struct find_file *f)
{

	return !ev_true(n, f);
}

/* Leave out what is below; without effect when directories come last. */
static bool
ev_prune(const struct find_node *n, const struct find_file *f)
{

	fd.prune = S_ISDIR(f->f_st->st_mode);
	return ev_true(n, f);
}

static bool
ev_name(const struct find_node *n, const struct find_file *f)
{

	return fnmatch(n->n_text, fsu_base(f->f_path), 0) == 0;
}

static bool
ev_iname(const struct find_node *n, const struct find_file *f)
{

	return fnmatch(n->n_text, fsu_base(f->f_path), FNM_CASEFOLD) == 0;
}

static bool
ev_path(const struct find_node *n, const struct find_file *f)
{

	return fnmatch(n->n_text, f->f_shown, 0) == 0;
}

static bool
ev_type(const struct find_node *n, const struct find_file *f)
{
	char c;

	c = fsu_typechar(f->f_st->st_mode);
	return strchr(n->n_text, c == '-' ? 'f' : c) != NULL;
}

static bool
compare(const struct find_node *n, int64_t have)
{

	return n->n_cmp < 0 ? have < n->n_num :
	    n->n_cmp > 0 ? have > n->n_num : have == n->n_num;
}

static bool
ev_size(const struct find_node *n, const struct find_file *f)
{

	return compare(n, (int64_t)(((uint64_t)f->f_st->st_size +
	    n->n_unit - 1) / n->n_unit));
}

static bool
ev_links(const struct find_node *n, const struct find_file *f)
{

	return compare(n, (int64_t)f->f_st->st_nlink);
}

static bool
ev_inum(const struct find_node *n, const struct find_file *f)
{

	return compare(n, (int64_t)f->f_st->st_ino);
}

static bool
ev_uid(const struct find_node *n, const struct find_file *f)
{

	return compare(n, f->f_st->st_uid);
}

static bool
ev_gid(const struct find_node *n, const struct find_file *f)
{

	return compare(n, f->f_st->st_gid);
}

static bool
ev_mtime(const struct find_node *n, const struct find_file *f)
{

	return compare(n, (fd.now - f->f_st->st_mtime_ts.tv_sec) / 86400);
}

static bool
ev_mmin(const struct find_node *n, const struct find_file *f)
{

	return compare(n, (fd.now - f->f_st->st_mtime_ts.tv_sec + 59) / 60);
}

static bool
ev_newer(const struct find_node *n, const struct find_file *f)
{
	const struct timespec *ts = &f->f_st->st_mtime_ts;

	return ts->tv_sec != n->n_num ? ts->tv_sec > n->n_num :
	    ts->tv_nsec > n->n_nsec;
}

static bool
ev_perm(const struct find_node *n, const struct find_file *f)
{
	uint32_t have, want;

	have = f->f_st->st_mode & 07777;
	want = (uint32_t)n->n_num;
	return n->n_cmp == 0 ? have == want : n->n_cmp < 0 ?
	    (have & want) == want : want == 0 || (have & want) != 0;
}

static bool
ev_empty(const struct find_node *n, const struct find_file *f)
{
	struct fsu_names names;
	bool empty;

	(void)n;
	if (S_ISREG(f->f_st->st_mode))
		return f->f_st->st_size == 0;
	if (!S_ISDIR(f->f_st->st_mode) ||
	    fsu_names_read(f->f_side, f->f_path, &names) != 0)
		return false;
	empty = names.n_count == 0;
	fsu_names_free(&names);
	return empty;
}

static bool
ev_print(const struct find_node *n, const struct find_file *f)
{

	if (fsu_opt_json) {
		fsu_json_file(f->f_side, f->f_path, f->f_st);
		return true;
	}
	if (n->n_num == '\n')
		fsu_print_name(f->f_shown);
	else
		(void)fputs(f->f_shown, stdout);
	(void)putchar((int)n->n_num);
	return true;
}

static bool
ev_delete(const struct find_node *n, const struct find_file *f)
{
	int error;

	(void)n;
	error = S_ISDIR(f->f_st->st_mode) ?
	    f->f_side->s_ops->o_rmdir(f->f_side, f->f_path) :
	    f->f_side->s_ops->o_unlink(f->f_side, f->f_path);
	if (error != 0) {
		fsu_warn(error, "cannot delete '%s'", f->f_shown);
		fd.status = 1;
	}
	return error == 0;
}

static const char *
next_arg(const char *what)
{

	if (fd.at >= fd.argc)
		fsu_die(0, "missing argument to '%s'", what);
	return fd.argv[fd.at++];
}

/* +n, -n or n, with a unit letter behind it for -size. */
static void
parse_number(struct find_node *n, const char *what)
{
	static const char units[] = "cwbkMG";
	static const uint64_t scale[] = { 1, 2, 512, 1024, 1 << 20, 1 << 30 };
	const char *text, *u;
	char *end;

	text = next_arg(what);
	n->n_cmp = text[0] == '+' ? 1 : text[0] == '-' ? -1 : 0;
	if (n->n_cmp != 0)
		text++;
	errno = 0;
	n->n_num = strtoll(text, &end, 10);
	n->n_unit = 512;
	if (end == text || text[0] < '0' || text[0] > '9' || errno != 0)
		fsu_die(0, "invalid argument '%s' to '%s'", text, what);
	if (*end == '\0')
		return;
	u = strchr(units, *end);
	if (strcmp(what, "-size") != 0 || u == NULL || end[1] != '\0')
		fsu_die(0, "invalid argument '%s' to '%s'", text, what);
	n->n_unit = scale[u - units];
}

static void
parse_perm_arg(struct find_node *n)
{
	const char *text;
	uint32_t mode;

	text = next_arg("-perm");
	n->n_cmp = text[0] == '-' ? -1 : text[0] == '/' ? 1 : 0;
	if (fsu_parse_mode(text + (n->n_cmp != 0), 0, false, 0, &mode) != 0)
		fsu_die(0, "invalid mode '%s'", text);
	n->n_num = mode;
}

static void
parse_newer(struct find_node *n)
{
	struct fsu_path p;
	struct fsu_stat st;
	const char *text;
	int error;

	text = next_arg("-newer");
	if (fsu_parse_path(text, false, &p) != 0)
		fsu_exit(1);
	error = p.p_side->s_ops->o_stat(p.p_side, p.p_path, true, &st);
	if (error != 0)
		fsu_die(error, "'%s'", text);
	n->n_num = st.st_mtime_ts.tv_sec;
	n->n_nsec = st.st_mtime_ts.tv_nsec;
	fsu_path_free(&p);
}

static void
parse_owner_arg(struct find_node *n, bool user)
{
	const char *text;
	char *group;
	int64_t uid, gid;
	int error;

	text = next_arg(user ? "-user" : "-group");
	group = fsu_alloc(strlen(text) + 2);
	(void)sprintf(group, "%s%s", user ? "" : ":", text);
	error = fsu_parse_owner(group, &uid, &gid);
	free(group);
	if (error != 0)
		fsu_die(0, "'%s' is not the name of a known %s", text,
		    user ? "user" : "group");
	n->n_num = user ? uid : gid;
}

enum find_argkind { A_NONE, A_TEXT, A_NUM, A_PERM, A_NEWER, A_USER, A_GROUP };

static const struct find_primary {
	const char	*fp_name;
	find_eval_fn	 fp_eval;
	enum find_argkind fp_arg;
	bool		 fp_action;
	int		 fp_num;
} primaries[] = {
	{ "-name",	ev_name,	A_TEXT,	false,	0 },
	{ "-iname",	ev_iname,	A_TEXT,	false,	0 },
	{ "-path",	ev_path,	A_TEXT,	false,	0 },
	{ "-type",	ev_type,	A_TEXT,	false,	0 },
	{ "-size",	ev_size,	A_NUM,	false,	0 },
	{ "-links",	ev_links,	A_NUM,	false,	0 },
	{ "-inum",	ev_inum,	A_NUM,	false,	0 },
	{ "-uid",	ev_uid,		A_NUM,	false,	0 },
	{ "-gid",	ev_gid,		A_NUM,	false,	0 },
	{ "-mtime",	ev_mtime,	A_NUM,	false,	0 },
	{ "-mmin",	ev_mmin,	A_NUM,	false,	0 },
	{ "-perm",	ev_perm,	A_PERM,	false,	0 },
	{ "-newer",	ev_newer,	A_NEWER, false,	0 },
	{ "-user",	ev_uid,		A_USER,	false,	0 },
	{ "-group",	ev_gid,		A_GROUP, false,	0 },
	{ "-empty",	ev_empty,	A_NONE,	false,	0 },
	{ "-true",	ev_true,	A_NONE,	false,	0 },
	{ "-false",	ev_false,	A_NONE,	false,	0 },
	{ "-prune",	ev_prune,	A_NONE,	false,	0 },
	{ "-print",	ev_print,	A_NONE,	true,	'\n' },
	{ "-print0",	ev_print,	A_NONE,	true,	'\0' },
	{ "-delete",	ev_delete,	A_NONE,	true,	0 },
};

static struct find_node *
new_node(find_eval_fn fn, struct find_node *left, struct find_node *right)
{
	struct find_node *n;

	n = fsu_alloc(sizeof(*n));
	n->n_eval = fn;
	n->n_left = left;
	n->n_right = right;
	return n;
}

static struct find_node *
parse_test(const char *name)
{
	const struct find_primary *fp;
	struct find_node *n;
	size_t i;

	for (i = 0; i < sizeof(primaries) / sizeof(primaries[0]); i++) {
		if (strcmp(primaries[i].fp_name, name) == 0)
			break;
	}
	if (i == sizeof(primaries) / sizeof(primaries[0]))
		fsu_die(0, "unknown predicate '%s'", name);
	fp = &primaries[i];
	n = new_node(fp->fp_eval, NULL, NULL);
	n->n_num = fp->fp_num;
	fd.action |= fp->fp_action;
	switch (fp->fp_arg) {
	case A_TEXT:
		n->n_text = next_arg(name);
		if (fp->fp_eval == ev_type && (n->n_text[0] == '\0' ||
		    strspn(n->n_text, "bcdpfls,") != strlen(n->n_text)))
			fsu_die(0, "unknown argument to -type: %s",
			    n->n_text);
		break;
	case A_NUM:
		parse_number(n, name);
		break;
	case A_PERM:
		parse_perm_arg(n);
		break;
	case A_NEWER:
		parse_newer(n);
		break;
	case A_USER:
	case A_GROUP:
		parse_owner_arg(n, fp->fp_arg == A_USER);
		break;
	case A_NONE:
		break;
	}
	return n;
}

static struct find_node	*parse_or(unsigned);

static struct find_node *
parse_unary(unsigned depth)
{
	struct find_node *n;
	const char *a;
	uint64_t v;

	if (depth > 200)
		fsu_die(0, "expression is nested too deeply");
	a = next_arg("expression");
	if (strcmp(a, "!") == 0 || strcmp(a, "-not") == 0)
		return new_node(ev_not, parse_unary(depth + 1), NULL);
	if (strcmp(a, "(") == 0) {
		n = parse_or(depth + 1);
		if (strcmp(next_arg("("), ")") != 0)
			fsu_die(0, "missing ')'");
		return n;
	}
	if (strcmp(a, "-maxdepth") == 0 || strcmp(a, "-mindepth") == 0) {
		if (fsu_parse_size(next_arg(a), &v) != 0 || v > 100000)
			fsu_die(0, "invalid argument to '%s'", a);
		if (a[2] == 'a')
			fd.maxdepth = (unsigned)v;
		else
			fd.mindepth = (unsigned)v;
		return new_node(ev_true, NULL, NULL);
	}
	return parse_test(a);
}

static bool
next_is(const char *a, const char *b)
{

	return fd.at < fd.argc && (strcmp(fd.argv[fd.at], a) == 0 ||
	    strcmp(fd.argv[fd.at], b) == 0);
}

static struct find_node *
parse_and(unsigned depth)
{
	struct find_node *n;

	n = parse_unary(depth);
	while (fd.at < fd.argc && !next_is("-o", "-or") && !next_is(")", ")")) {
		if (next_is("-a", "-and"))
			fd.at++;
		n = new_node(ev_and, n, parse_unary(depth));
	}
	return n;
}

static struct find_node *
parse_or(unsigned depth)
{
	struct find_node *n;

	n = parse_and(depth);
	while (next_is("-o", "-or")) {
		fd.at++;
		n = new_node(ev_or, n, parse_and(depth));
	}
	return n;
}

static int
find_visit(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{
	struct find_file f;
	enum fsu_visit when;
	char *shown;

	/* what -delete removes must be empty by then: directories last */
	when = *(bool *)arg ? FSU_POST : FSU_PRE;
	if (what == FSU_PRE && depth > fd.maxdepth)
		return -1;
	if (depth < fd.mindepth || depth > fd.maxdepth ||
	    (what != FSU_FILE && what != when))
		return what == FSU_PRE && depth >= fd.maxdepth &&
		    when == FSU_PRE ? -1 : 0;
	shown = rel[0] != '\0' ? fsu_join(fd.root, rel) : fsu_strdup(fd.root);
	f = (struct find_file){ fd.side, path, shown, st };
	fd.prune = false;
	(void)fd.expr->n_eval(fd.expr, &f);
	free(shown);
	return what == FSU_PRE && (fd.prune || depth >= fd.maxdepth) ? -1 : 0;
}

int
cmd_find(int argc, char **argv)
{
	bool deletes;
	struct fsu_walk w = {
		.w_fn = find_visit, .w_arg = &deletes,
	};
	static char dot[] = ".";
	static char *here[] = { dot, NULL };
	struct fsu_path *p;
	int i, npaths;

	for (npaths = 0; npaths + 1 < argc; npaths++) {
		if (strchr("-!(", argv[npaths + 1][0]) != NULL)
			break;
	}
	if (npaths == 0 && fsu_opt_dir == NULL)
		fsu_usage();
	for (i = 1, deletes = false; i < argc; i++)
		deletes |= strcmp(argv[i], "-delete") == 0;
	fsu_writes = deletes;
	p = fsu_parse_all(npaths != 0 ? npaths : 1,
	    npaths != 0 ? argv + 1 : here, false);
	fd.argv = argv;
	fd.argc = argc;
	fd.at = npaths + 1;
	fd.maxdepth = ~0U;
	fd.now = time(NULL);
	fd.expr = fd.at < argc ? parse_or(0) : new_node(ev_true, NULL, NULL);
	if (fd.at < argc)
		fsu_die(0, "unexpected '%s'", argv[fd.at]);
	if (!fd.action) {
		fd.expr = new_node(ev_and, fd.expr,
		    new_node(ev_print, NULL, NULL));
		fd.expr->n_right->n_num = '\n';
	}
	for (i = 0; i < npaths || i == 0; i++) {
		fd.root = p[i].p_text;
		fd.side = w.w_side = p[i].p_side;
		if (fsu_walk(&w, p[i].p_path) != 0)
			fd.status = 1;
	}
	return fd.status != 0 || w.w_errors != 0;
}
