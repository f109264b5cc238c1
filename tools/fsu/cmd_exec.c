/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu exec: runs a program of the host on a file or directory of an image.  The
 * program gets a copy, in a private directory that is removed afterwards; with
 * -w a file that it changed is written back.  The copying is done by this
 * program as processes of its own: no kernel is here, and the image is not in
 * use, while the program runs.
 */
#include <sys/stat.h>

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"

struct exec_copy {
	const char	*x_file;	/* as on the command line */
	char		*x_dir;		/* private directory */
	char		*x_path;	/* the copy in it */
	struct stat	 x_before;
};

/* Run this program: "COMMAND A B". */
static int
run_self(const char *command, const char *option, const char *a,
    const char *b)
{
	const char *const part[] = { command, option, "--", a, b };
	struct fsu_words w;
	size_t i;
	int status;

	fsu_words_self(&w, fsu_opt_dir);
	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		if (part[i] != NULL)
			fsu_words_add(&w, part[i]);
	}
	status = fsu_run(w.w_word);
	fsu_words_free(&w);
	return status;
}

/* A name of its own for the copy, that of the file if that is one. */
static const char *
copy_name(const char *file)
{
	const char *base;

	base = fsu_base(strrchr(file, ':') != NULL ? strrchr(file, ':') + 1 :
	    file);
	return base[0] == '\0' || base[0] == '/' || base[0] == '.' ||
	    strchr(base, '/') != NULL ? "copy" : base;
}

static int
copy_out(struct exec_copy *x)
{
	const char *tmp;

	tmp = getenv("TMPDIR");
	x->x_dir = fsu_join(tmp != NULL && tmp[0] == '/' ? tmp : "/tmp",
	    "fsu.XXXXXX");
	if (mkdtemp(x->x_dir) == NULL) {
		fsu_warn(errno, "cannot make a directory '%s'", x->x_dir);
		free(x->x_dir);
		x->x_dir = NULL;
		return 1;
	}
	x->x_path = fsu_join(x->x_dir, copy_name(x->x_file));
	if (run_self("ecp", "-rTq", x->x_file, x->x_path) != 0)
		return 1;
	if (lstat(x->x_path, &x->x_before) != 0) {
		fsu_warn(errno, "'%s'", x->x_path);
		return 1;
	}
	return 0;
}

/* Editors put a new file in the place of the old one, others write to it. */
static bool
changed(const struct exec_copy *x)
{
	struct stat now;

	return lstat(x->x_path, &now) == 0 && S_ISREG(now.st_mode) &&
	    (now.st_ino != x->x_before.st_ino ||
	    now.st_size != x->x_before.st_size ||
	    now.st_mtim.tv_sec != x->x_before.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != x->x_before.st_mtim.tv_nsec);
}

/* The words of the program, with the copy's path for each {}, or at the end. */
static int
run_program(const struct exec_copy *x, int argc, char **argv)
{
	struct fsu_words w = { 0 };
	bool placed;
	int i, status;

	placed = false;
	for (i = 0; i < argc; i++) {
		if (strcmp(argv[i], "{}") == 0)
			placed = true;
		fsu_words_add(&w, strcmp(argv[i], "{}") == 0 ? x->x_path :
		    argv[i]);
	}
	if (!placed)
		fsu_words_add(&w, x->x_path);
	status = fsu_run(w.w_word);
	fsu_words_free(&w);
	return status;
}

/*
 * In place, so that owner, mode and links stay; what cannot be written back
 * must not be lost.
 */
static int
write_back(struct exec_copy *x)
{

	if (run_self("ecp", "-Tq", x->x_path, x->x_file) == 0)
		return 0;
	fsu_warn(0, "the changed file is kept as '%s'", x->x_path);
	free(x->x_dir);
	x->x_dir = NULL;
	return 1;
}

static int
remove_visit(void *arg, enum fsu_visit what, const char *path,
    const char *rel, const struct fsu_stat *st, unsigned depth)
{
	struct fsu_side *s = arg;
	int error;

	(void)rel;
	(void)depth;
	/* a directory's own mode may be in the way */
	if (what == FSU_PRE)
		return s->s_ops->o_chmod(s, path, st->st_mode | 0700);
	error = what == FSU_POST ? s->s_ops->o_rmdir(s, path) :
	    s->s_ops->o_unlink(s, path);
	if (error != 0)
		fsu_warn(error, "cannot remove '%s'", path);
	return error;
}

static int
remove_copy(struct exec_copy *x)
{
	struct fsu_walk w = {
		.w_side = fsu_side_host(), .w_fn = remove_visit,
		.w_arg = fsu_side_host(),
	};
	int status;

	status = 0;
	if (x->x_dir != NULL && (fsu_walk(&w, x->x_dir) != 0 ||
	    w.w_errors != 0))
		status = 1;
	free(x->x_dir);
	free(x->x_path);
	return status;
}

static int
exec_on_copy(struct exec_copy *x, bool back, int argc, char **argv)
{
	int status;

	if (back && !S_ISREG(x->x_before.st_mode)) {
		fsu_warn(0, "'%s': only a regular file can be written back",
		    x->x_file);
		return 1;
	}
	status = run_program(x, argc, argv);
	if (back && status == 0 && changed(x))
		status = write_back(x);
	return status;
}

int
cmd_exec(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "write", no_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 }
	};
	struct exec_copy x = { 0 };
	bool back;
	int ch, rstatus, status;

	back = false;
	while ((ch = getopt_long(argc, argv, "+w", longopts, NULL)) != -1) {
		if (ch != 'w')
			fsu_usage();
		back = true;
	}
	fsu_skip_options(&argc, &argv, 2);
	x.x_file = argv[0];
	if (!fsu_names_image(x.x_file))
		fsu_die(0, "'%s' is no file of an image: it is named "
		    "IMAGE:PATH", x.x_file);
	if (strcmp(argv[1], "--") == 0) {
		argv++;
		argc--;
	}
	if (argc < 2)
		fsu_usage();
	status = copy_out(&x) != 0 ? 1 :
	    exec_on_copy(&x, back, argc - 1, argv + 1);
	rstatus = remove_copy(&x);
	return status != 0 ? status : rstatus;
}
