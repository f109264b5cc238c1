/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu chmod, chown and touch: changing what an inode says, as chmod(1),
 * chown(1) and touch(1) do.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

#ifndef UTIME_OMIT
#error "needs utimensat(2)"
#endif

/* What one run of chmod or chown applies to each file. */
struct attr_opts {
	struct fsu_side	*a_side;
	const char	*a_mode;	/* NULL: chown */
	uint32_t	 a_umask;
	int64_t		 a_uid;
	int64_t		 a_gid;
	bool		 a_recursive;
	bool		 a_nofollow;
	bool		 a_verbose;
	int		 a_status;
};

/* On the host a change of owner leaves the set-id bits of a directory on. */
static int
attr_chown(struct attr_opts *o, const char *path, const struct fsu_stat *st,
    bool follow)
{
	const struct fsu_ops *ops = o->a_side->s_ops;
	int error;

	error = ops->o_chown(o->a_side, path,
	    o->a_uid < 0 ? UINT32_MAX : (uint32_t)o->a_uid,
	    o->a_gid < 0 ? UINT32_MAX : (uint32_t)o->a_gid, follow);
	if (error == 0 && S_ISDIR(st->st_mode) &&
	    (st->st_mode & (S_ISUID | S_ISGID)) != 0)
		error = ops->o_chmod(o->a_side, path, st->st_mode & 07777);
	return error;
}

static int
attr_apply(struct attr_opts *o, const char *path, const struct fsu_stat *st,
    bool follow)
{
	const struct fsu_ops *ops = o->a_side->s_ops;
	uint32_t mode;

	if (o->a_mode == NULL)
		return attr_chown(o, path, st, follow);
	if (S_ISLNK(st->st_mode))
		return 0;
	if (fsu_parse_mode(o->a_mode, st->st_mode, S_ISDIR(st->st_mode),
	    o->a_umask, &mode) != 0)
		fsu_die(0, "invalid mode: '%s'", o->a_mode);
	return ops->o_chmod(o->a_side, path, mode);
}

/* What -v says: the mode or the owners before and after. */
static void
attr_tell(struct attr_opts *o, const char *path, const struct fsu_stat *old)
{
	struct fsu_stat st;
	char before[11], after[11];

	if (o->a_side->s_ops->o_stat(o->a_side, path, !S_ISLNK(old->st_mode),
	    &st) != 0)
		return;
	(void)printf("%s of '%s%s%s' ", o->a_mode != NULL ? "mode" :
	    "ownership", FSU_SHOW(o->a_side, path));
	if (o->a_mode == NULL) {
		(void)printf("changed from %u:%u to %u:%u\n", old->st_uid,
		    old->st_gid, st.st_uid, st.st_gid);
		return;
	}
	fsu_modestr(old->st_mode, before);
	fsu_modestr(st.st_mode, after);
	if (old->st_mode == st.st_mode)
		(void)printf("retained as %04o (%s)\n", st.st_mode & 07777,
		    after + 1);
	else
		(void)printf("changed from %04o (%s) to %04o (%s)\n",
		    old->st_mode & 07777, before + 1, st.st_mode & 07777,
		    after + 1);
}

static void
attr_report(struct attr_opts *o, int error, const char *path,
    const struct fsu_stat *old)
{

	if (error != 0) {
		fsu_warn(error, "changing %s of '%s%s%s'",
		    o->a_mode != NULL ? "permissions" : "ownership",
		    FSU_SHOW(o->a_side, path));
		o->a_status = 1;
	} else if (o->a_verbose)
		attr_tell(o, path, old);
}

static int
attr_visit(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{
	struct attr_opts *o = arg;

	(void)rel;
	(void)depth;
	if (what != FSU_PRE)
		attr_report(o, attr_apply(o, path, st, false), path, st);
	return 0;
}

static void
attr_one(struct attr_opts *o, struct fsu_path *p)
{
	struct fsu_walk w = {
		.w_side = p->p_side, .w_fn = attr_visit, .w_arg = o,
	};
	struct fsu_stat st;
	int error;

	o->a_side = p->p_side;
	if (o->a_recursive) {
		(void)fsu_walk(&w, p->p_path);
		if (w.w_errors != 0)
			o->a_status = 1;
		return;
	}
	error = p->p_side->s_ops->o_stat(p->p_side, p->p_path, !o->a_nofollow,
	    &st);
	if (error != 0) {
		fsu_warn(error, "cannot access '%s'", p->p_text);
		o->a_status = 1;
		return;
	}
	attr_report(o, attr_apply(o, p->p_path, &st, !o->a_nofollow),
	    p->p_path, &st);
}

/* Is a word that begins with a dash a mode, as -w, rather than options? */
static bool
is_mode(const char *word)
{

	return word[0] == '-' && word[1] != '\0' &&
	    strspn(word, "-+=,augorwxXst") == strlen(word) &&
	    strcmp(word, "--") != 0;
}

/*
 * The words with a "--" in front of the first one that is such a mode; the
 * caller frees them if they are not argv itself.
 */
static char **
guard_mode(int *argcp, char **argv)
{
	static char end[] = "--";
	char **guarded;
	int i;

	for (i = 1; i < *argcp && argv[i][0] == '-' && !is_mode(argv[i]); i++)
		continue;
	if (i == *argcp || !is_mode(argv[i]))
		return argv;
	guarded = fsu_alloc(sizeof(*guarded) * ((size_t)*argcp + 2));
	memcpy(guarded, argv, sizeof(*guarded) * (size_t)i);
	guarded[i] = end;
	memcpy(guarded + i + 1, argv + i,
	    sizeof(*guarded) * (size_t)(*argcp - i));
	(*argcp)++;
	return guarded;
}

static int
attr_main(int argc, char **argv, bool ismode)
{
	static const struct option longopts[] = {
		{ "no-dereference", no_argument, NULL, 'h' },
		{ "recursive", no_argument, NULL, 'R' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	struct attr_opts o = { .a_umask = fsu_umask() };
	struct fsu_path *p;
	bool guarded;
	char **words;
	uint32_t dummy;
	int ch, i;

	words = ismode ? guard_mode(&argc, argv) : argv;
	guarded = words != argv;
	argv = words;
	while ((ch = getopt_long(argc, argv, ismode ? "+Rv" : "+hRv",
	    longopts, NULL)) != -1) {
		switch (ch) {
		case 'h':
			o.a_nofollow = true;
			break;
		case 'R':
			o.a_recursive = true;
			break;
		case 'v':
			o.a_verbose = true;
			break;
		default:
			fsu_usage();
		}
	}
	fsu_skip_options(&argc, &argv, 2);
	if (ismode) {
		o.a_mode = argv[0];
		if (fsu_parse_mode(o.a_mode, 0, false, 022, &dummy) != 0)
			fsu_die(0, "invalid mode: '%s'", o.a_mode);
	} else if (fsu_parse_owner(argv[0], &o.a_uid, &o.a_gid) != 0)
		fsu_die(0, "invalid user or group: '%s'", argv[0]);
	p = fsu_parse_all(argc - 1, argv + 1, false);
	for (i = 0; i < argc - 1; i++)
		attr_one(&o, &p[i]);
	if (guarded)
		free(words);
	return o.a_status;
}

int
cmd_chmod(int argc, char **argv)
{

	return attr_main(argc, argv, true);
}

int
cmd_chown(int argc, char **argv)
{

	return attr_main(argc, argv, false);
}

struct touch_opts {
	struct timespec	t_ts[2];
	bool		t_nocreate;
	bool		t_nofollow;
};

static int
touch_one(const struct touch_opts *o, struct fsu_path *p)
{
	struct fsu_side *s = p->p_side;
	struct fsu_stat st;
	int error, fd;

	error = s->s_ops->o_stat(s, p->p_path, !o->t_nofollow, &st);
	if (error == ENOENT && o->t_nocreate)
		return 0;
	if (error == ENOENT) {
		error = s->s_ops->o_open(s, p->p_path, O_WRONLY | O_CREAT,
		    0666, &fd);
		if (error == 0)
			error = s->s_ops->o_close(s, fd);
	}
	if (error == 0)
		error = s->s_ops->o_utimens(s, p->p_path, o->t_ts,
		    !o->t_nofollow);
	if (error != 0)
		fsu_warn(error, "cannot touch '%s'", p->p_text);
	return error != 0;
}

static void
touch_reference(struct touch_opts *o, const char *text)
{
	struct fsu_path ref;
	struct fsu_stat st;
	int error;

	if (fsu_parse_path(text, true, &ref) != 0)
		fsu_exit(1);
	error = ref.p_side->s_ops->o_stat(ref.p_side, ref.p_path, true, &st);
	if (error != 0)
		fsu_die(error, "failed to get attributes of '%s'", text);
	o->t_ts[0] = st.st_atime_ts;
	o->t_ts[1] = st.st_mtime_ts;
	fsu_path_free(&ref);
}

int
cmd_touch(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "date", required_argument, NULL, 'd' },
		{ "no-create", no_argument, NULL, 'c' },
		{ "no-dereference", no_argument, NULL, 'h' },
		{ "reference", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 }
	};
	struct touch_opts o = { 0 };
	struct fsu_path *p;
	bool aonly, monly;
	int ch, i, status;

	aonly = monly = false;
	(void)clock_gettime(CLOCK_REALTIME, &o.t_ts[0]);
	o.t_ts[1] = o.t_ts[0];
	while ((ch = getopt_long(argc, argv, "acd:hmr:t:", longopts, NULL)) !=
	    -1) {
		switch (ch) {
		case 'a':
			aonly = true;
			break;
		case 'c':
			o.t_nocreate = true;
			break;
		case 'd':
			if (fsu_parse_date(optarg, &o.t_ts[0]) != 0)
				fsu_die(0, "invalid date format '%s'", optarg);
			o.t_ts[1] = o.t_ts[0];
			break;
		case 'h':
			o.t_nofollow = true;
			break;
		case 'm':
			monly = true;
			break;
		case 'r':
			touch_reference(&o, optarg);
			break;
		case 't':
			if (fsu_parse_stamp(optarg, &o.t_ts[0]) != 0)
				fsu_die(0, "invalid date format '%s'", optarg);
			o.t_ts[1] = o.t_ts[0];
			break;
		default:
			fsu_usage();
		}
	}
	fsu_skip_options(&argc, &argv, 1);
	if (aonly && !monly)
		o.t_ts[1].tv_nsec = UTIME_OMIT;
	if (monly && !aonly)
		o.t_ts[0].tv_nsec = UTIME_OMIT;
	p = fsu_parse_all(argc, argv, false);
	for (i = 0, status = 0; i < argc; i++)
		status |= touch_one(&o, &p[i]);
	return status;
}
