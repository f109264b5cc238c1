/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu cp, mv and ecp: copying and moving.  cp and mv work within images, as
 * cp(1) and mv(1) do; ecp copies between the host and images in any
 * direction, by default keeping holes, and shows its progress on a terminal.
 */
#include <sys/stat.h>

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"

static int
sparse_arg(const char *text)
{

	if (strcmp(text, "never") == 0)
		return 0;
	if (strcmp(text, "auto") == 0)
		return 1;
	if (strcmp(text, "always") == 0)
		return 2;
	fsu_usage();
}

static void
copy_option(struct fsu_copy *cp, int ch)
{

	switch (ch) {
	case 'a':
		cp->cp_recursive = cp->cp_nofollow = true;
		cp->cp_mode = cp->cp_links = cp->cp_xattr = true;
		break;
	case 'd':
		cp->cp_nofollow = cp->cp_links = true;
		break;
	case 'f':
		cp->cp_force = true;
		break;
	case 'n':
		cp->cp_noclobber = true;
		break;
	case 'p':
		cp->cp_mode = true;
		break;
	case 'P':
		cp->cp_nofollow = true;
		break;
	case 'r':
	case 'R':
		cp->cp_recursive = cp->cp_nofollow = true;
		break;
	case 'S':
		cp->cp_sparse = sparse_arg(optarg);
		break;
	case 'v':
		cp->cp_verbose = true;
		break;
	default:
		fsu_usage();
	}
}

/*
 * The destination first, if it names an image: only that one is mounted for
 * writing.
 */
static struct fsu_path *
parse_copy(int argc, char **argv, bool hostok)
{
	const bool readonly = fsu_opt_readonly;
	struct fsu_path *p;
	int i;

	if (!fsu_names_image(argv[argc - 1]))
		return fsu_parse_all(argc, argv, hostok);
	p = fsu_operands(argc);
	if (fsu_parse_path(argv[argc - 1], hostok, &p[argc - 1]) != 0)
		fsu_exit(1);
	fsu_opt_readonly = true;
	for (i = 0; i < argc - 1; i++) {
		if (fsu_parse_path(argv[i], hostok, &p[i]) != 0)
			fsu_exit(1);
	}
	fsu_opt_readonly = readonly;
	return p;
}

static int
copy_main(int argc, char **argv, bool hostok)
{
	static const struct option longopts[] = {
		{ "archive", no_argument, NULL, 'a' },
		{ "force", no_argument, NULL, 'f' },
		{ "no-clobber", no_argument, NULL, 'n' },
		{ "no-dereference", no_argument, NULL, 'P' },
		{ "no-target-directory", no_argument, NULL, 'T' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "recursive", no_argument, NULL, 'R' },
		{ "sparse", required_argument, NULL, 'S' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	struct fsu_copy cp = { .cp_sparse = 1 };
	struct fsu_path *p;
	bool notarget;
	int ch;

	notarget = false;
	cp.cp_progress = hostok && isatty(STDERR_FILENO) != 0;
	while ((ch = getopt_long(argc, argv, "adfnpPqrRTv", longopts,
	    NULL)) != -1) {
		if (ch == 'T')
			notarget = true;
		else if (ch == 'q')
			cp.cp_progress = false;
		else
			copy_option(&cp, ch);
	}
	fsu_skip_options(&argc, &argv, 2);
	fsu_writes = fsu_names_image(argv[argc - 1]) || !hostok;
	if (cp.cp_verbose)
		cp.cp_progress = false;
	p = parse_copy(argc, argv, hostok);
	return fsu_copy_args(&cp, p, argc - 1, &p[argc - 1], notarget);
}

int
cmd_cp(int argc, char **argv)
{

	return copy_main(argc, argv, false);
}

int
cmd_ecp(int argc, char **argv)
{

	return copy_main(argc, argv, true);
}

struct mv_opts {
	bool	mv_noclobber;
	bool	mv_verbose;
	bool	mv_notarget;
};

static int
mv_remove(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{
	struct fsu_side *s = arg;
	int error;

	(void)rel;
	(void)st;
	(void)depth;
	if (what == FSU_PRE)
		return 0;
	error = what == FSU_POST ? s->s_ops->o_rmdir(s, path) :
	    s->s_ops->o_unlink(s, path);
	if (error != 0)
		fsu_warn(error, "cannot remove '%s%s%s'", FSU_SHOW(s, path));
	return error;
}

/*
 * From one image to another: copy all, then remove the source, once what was
 * copied is known to have reached the other image.
 */
static int
mv_across(struct fsu_path *src, struct fsu_path *dst, const char *to)
{
	struct fsu_copy cp = {
		.cp_recursive = true, .cp_nofollow = true, .cp_mode = true,
		.cp_links = true, .cp_xattr = true, .cp_force = true,
		.cp_sparse = 1, .cp_sync = true,
	};
	struct fsu_path target = {
		.p_side = dst->p_side, .p_path = (char *)(uintptr_t)to,
		.p_text = dst->p_text,
	};
	struct fsu_walk w = {
		.w_side = src->p_side, .w_fn = mv_remove,
		.w_arg = src->p_side,
	};

	if (fsu_copy_args(&cp, src, 1, &target, true) != 0)
		return 1;
	return fsu_walk(&w, src->p_path) != 0 || w.w_errors != 0;
}

/* rename(2) says nothing, or drops a name, where both are one file. */
static bool
mv_same(struct fsu_path *src, struct fsu_side *dst, const char *to)
{
	struct fsu_stat a, b;

	if (src->p_side != dst ||
	    dst->s_ops->o_stat(dst, src->p_path, false, &a) != 0 ||
	    dst->s_ops->o_stat(dst, to, false, &b) != 0 ||
	    a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		return false;
	fsu_warn(0, "'%s' and '%s%s%s' are the same file", src->p_text,
	    FSU_SHOW(dst, to));
	return true;
}

static int
mv_one(const struct mv_opts *o, struct fsu_path *src, struct fsu_path *dst,
    bool into)
{
	const struct fsu_ops *ops = dst->p_side->s_ops;
	struct fsu_stat st;
	char *to;
	int error, status;

	to = into ? fsu_target_in(dst->p_path, src->p_path) :
	    fsu_strdup(dst->p_path);
	status = 0;
	if (o->mv_noclobber && ops->o_stat(dst->p_side, to, false, &st) == 0)
		goto out;
	if (mv_same(src, dst->p_side, to))
		status = 1;
	else if (src->p_side != dst->p_side) {
		status = mv_across(src, dst, to);
	} else {
		error = ops->o_rename(dst->p_side, src->p_path, to);
		if (error != 0) {
			fsu_warn(error, "cannot move '%s' to '%s%s%s'",
			    src->p_text, FSU_SHOW(dst->p_side, to));
			status = 1;
		}
	}
	if (status == 0 && o->mv_verbose)
		(void)printf("renamed '%s' -> '%s%s%s'\n", src->p_text,
		    FSU_SHOW(dst->p_side, to));
out:
	free(to);
	return status;
}

int
cmd_mv(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "force", no_argument, NULL, 'f' },
		{ "no-clobber", no_argument, NULL, 'n' },
		{ "no-target-directory", no_argument, NULL, 'T' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	struct mv_opts o = { 0 };
	struct fsu_path *p, *dst;
	struct fsu_stat st;
	bool into;
	int ch, i, status;

	while ((ch = getopt_long(argc, argv, "fnTv", longopts, NULL)) != -1) {
		switch (ch) {
		case 'f':
			o.mv_noclobber = false;
			break;
		case 'n':
			o.mv_noclobber = true;
			break;
		case 'T':
			o.mv_notarget = true;
			break;
		case 'v':
			o.mv_verbose = true;
			break;
		default:
			fsu_usage();
		}
	}
	fsu_skip_options(&argc, &argv, 2);
	p = fsu_parse_all(argc, argv, false);
	dst = &p[argc - 1];
	into = !o.mv_notarget && dst->p_side->s_ops->o_stat(dst->p_side,
	    dst->p_path, true, &st) == 0 && S_ISDIR(st.st_mode);
	if (argc > 2 && !into)
		fsu_die(0, "target '%s' is not a directory", dst->p_text);
	for (i = 0, status = 0; i < argc - 1; i++)
		status |= mv_one(&o, &p[i], dst, into);
	return status;
}
