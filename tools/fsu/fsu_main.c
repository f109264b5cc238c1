/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu: file system utilities for images.  One program with many commands,
 * chosen by its first argument or by the name it is called under (fsu_ls).
 * This file parses the common options, runs the command and puts the images
 * away; the exit status is not 0 if any of that failed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"

static const struct fsu_cmd cmds[] = {
	{ "ls", cmd_ls, false,
	    "[-1AaCcdFhiLlnRrSstUu] [--json] IMAGE[:PATH] ...",
	    "list files", true },
	{ "cat", cmd_cat, false, "IMAGE:PATH ...",
	    "print files" },
	{ "cp", cmd_cp, true, "[-adfnPpRrTv] [--sparse=WHEN] "
	    "IMAGE:SOURCE ... DESTINATION",
	    "copy files within images" },
	{ "mv", cmd_mv, true, "[-fnTv] IMAGE:SOURCE ... DESTINATION",
	    "rename or move files" },
	{ "rm", cmd_rm, true, "[-dfiRrv] IMAGE:PATH ...",
	    "remove files and trees" },
	{ "mkdir", cmd_mkdir, true, "[-pv] [-m MODE] IMAGE:PATH ...",
	    "make directories" },
	{ "rmdir", cmd_rmdir, true, "[-pv] IMAGE:PATH ...",
	    "remove empty directories" },
	{ "ln", cmd_ln, true, "[-fsTv] TARGET ... IMAGE:PATH",
	    "make links" },
	{ "stat", cmd_stat, false, "[-fL] [-c FORMAT] [--json] IMAGE:PATH ...",
	    "show what inodes say", true },
	{ "find", cmd_find, false, "[--json] IMAGE[:PATH] ... [EXPRESSION]",
	    "search trees", true },
	{ "du", cmd_du, false, "[-abchks] [-d DEPTH] IMAGE[:PATH] ...",
	    "show the space files use" },
	{ "df", cmd_df, false, "[-hik] [--json] IMAGE ...",
	    "show the space of file systems", true },
	{ "chmod", cmd_chmod, true, "[-Rv] MODE IMAGE:PATH ...",
	    "change permissions" },
	{ "chown", cmd_chown, true, "[-hRv] OWNER[:GROUP] IMAGE:PATH ...",
	    "change owners" },
	{ "touch", cmd_touch, true, "[-achm] [-d DATE] [-r FILE] "
	    "[-t STAMP] IMAGE:PATH ...",
	    "set times, make empty files" },
	{ "ecp", cmd_ecp, true, "[-adfnPpqRrTv] [--sparse=WHEN] "
	    "SOURCE ... DESTINATION",
	    "copy between the host and images" },
	{ "tar", cmd_tar, true, "-c|-x [-jJkvz] [--zstd] [-f ARCHIVE] "
	    "[--owner=OWNER[:GROUP]] IMAGE[:PATH] ...",
	    "make and take apart archives" },
	{ "diff", cmd_diff, false, "[-pqr] [--json] FILE FILE",
	    "name what differs, also from the host's files", true },
	{ "mknod", cmd_mknod, true, "[-m MODE] IMAGE:PATH b|c|p "
	    "[MAJOR MINOR]",
	    "make device nodes" },
	{ "mkfifo", cmd_mkfifo, true, "[-m MODE] IMAGE:PATH ...",
	    "make pipes with names" },
	{ "write", cmd_write, true, "[-ac] [-o OFFSET] IMAGE:PATH",
	    "write standard input to a file" },
	{ "chflags", cmd_chflags, true, "[-Rv] FLAGS IMAGE:PATH ...",
	    "change file flags" },
	{ "xattr", cmd_xattr, true, "[-x] [-n user|system] [--json] "
	    "list|get NAME|set NAME VALUE|rm NAME IMAGE:PATH ...",
	    "work on extended attributes", true },
	{ "exec", cmd_exec, false, "[-w] IMAGE:PATH [--] PROGRAM "
	    "[ARGUMENTS | {}] ...",
	    "run a program of the host on a copy" },
	{ "console", cmd_console, false, "IMAGE[:DIRECTORY]",
	    "a prompt in an image" },
	{ "info", cmd_info, false, "[--json] IMAGE ...",
	    "say what an image is", true },
};
#define	NCMDS	(sizeof(cmds) / sizeof(cmds[0]))

const struct fsu_cmd	*fsu_cmd;
const char		*fsu_opt_type;
bool			 fsu_opt_readonly;
bool			 fsu_writes;
char			*fsu_opt_mount;
const char		*fsu_opt_dir;
struct fsu_words	 fsu_opt_common;
int			 fsu_trouble = 1;

const struct fsu_cmd *
fsu_command(size_t n)
{

	return n < NCMDS ? &cmds[n] : NULL;
}

static void
help(FILE *f)
{
	size_t i;

	(void)fputs("usage: fsu [-r] [-C IMAGE[:DIRECTORY]] [-l LIBRARY] "
	    "[-o OPTIONS] [-t TYPE]\n           COMMAND [ARGUMENTS]\n\n"
	    "Work on the files in a disk image, without root.\n\n"
	    "  -C IMAGE[:DIRECTORY]  where names without an image are\n"
	    "  -l LIBRARY  load a file system driver first\n"
	    "  -o OPTIONS  options for mounting, as in -o noatime,uid=5\n"
	    "  -r          never write to an image\n"
	    "  -t TYPE     type of the file system (otherwise detected)\n\n"
	    "A file is named IMAGE[#PARTITION]:PATH, as in disk.img#2:/etc; "
	    "an image is\na file or the address of a server, as in "
	    "nbd://host/export.\n\n"
	    "Commands:\n", f);
	for (i = 0; i < NCMDS; i++)
		(void)fprintf(f, "  %-8s  %s\n", cmds[i].c_name,
		    cmds[i].c_help);
	(void)fputs("\n\"fsu COMMAND --help\" tells a command's arguments; "
	    "fsu(1) tells all.\n", f);
}

static void
help_cmd(FILE *f)
{

	(void)fprintf(f, "usage: fsu %s %s\n", fsu_cmd->c_name,
	    fsu_cmd->c_usage);
}

void
fsu_usage(void)
{

	if (fsu_cmd != NULL)
		help_cmd(stderr);
	else
		help(stderr);
	fsu_exit(2);
}

void
fsu_skip_options(int *argc, char ***argv, int least)
{

	static char dot[] = ".";
	static char *here[] = { dot, NULL };

	*argc -= optind;
	*argv += optind;
	if (*argc == 0 && least == 1 && fsu_opt_dir != NULL && !fsu_writes) {
		*argc = 1;
		*argv = here;
	}
	if (*argc < least)
		fsu_usage();
}

static const struct fsu_cmd *
find_cmd(const char *name)
{
	size_t i;

	for (i = 0; i < NCMDS; i++) {
		if (strcmp(cmds[i].c_name, name) == 0)
			return &cmds[i];
	}
	return NULL;
}

/* Several -o are one. */
static void
add_options(const char *more)
{
	char *all;

	if (asprintf(&all, "%s%s%s", fsu_opt_mount != NULL ? fsu_opt_mount :
	    "", fsu_opt_mount != NULL ? "," : "", more) < 0)
		fsu_die(ENOMEM, "-o");
	free(fsu_opt_mount);
	fsu_opt_mount = all;
}

/* A common option, for when this program runs itself. */
static void
remember(int ch, const char *arg)
{
	const char option[3] = { '-', (char)ch, '\0' };

	fsu_words_add(&fsu_opt_common, option);
	if (ch != 'r')
		fsu_words_add(&fsu_opt_common, arg);
}

/* The options before the command; returns how many words they take. */
static int
common_options(int argc, char **argv)
{
	int ch;

	while ((ch = getopt(argc, argv, "+C:hl:o:rt:")) != -1) {
		if (ch != 'C' && strchr("lort", ch) != NULL)
			remember(ch, optarg);
		switch (ch) {
		case 'C':
			fsu_opt_dir = optarg;
			break;
		case 'h':
			help(stdout);
			fsu_exit(0);
		case 'l':
			fsu_load(optarg);
			break;
		case 'o':
			add_options(optarg);
			break;
		case 'r':
			fsu_opt_readonly = true;
			break;
		case 't':
			fsu_opt_type = optarg;
			break;
		default:
			fsu_usage();
		}
	}
	return optind;
}

/* --help among the options; what find and exec are given may be any word. */
static bool
wants_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return true;
		if (fsu_cmd->c_main == cmd_find ||
		    (fsu_cmd->c_main == cmd_exec && argv[i][0] != '-'))
			break;
	}
	return false;
}

/* --json is taken out of the words of a command that knows it. */
static int
take_json(int argc, char **argv)
{
	int from, to;
	bool options;

	options = true;
	for (from = to = 1; from < argc; from++) {
		options = options && strcmp(argv[from], "--") != 0;
		if (options && strcmp(argv[from], "--json") == 0)
			fsu_opt_json = true;
		else
			argv[to++] = argv[from];
	}
	argv[to] = NULL;
	return to;
}

int
main(int argc, char **argv)
{
	const char *name;
	int skip, status;

	if (argc < 1)
		return 2;
	fsu_fds_init();
	fsu_signal_init();
	name = fsu_base(argv[0]);
	if (strncmp(name, "fsu_", 4) == 0 && find_cmd(name + 4) != NULL)
		fsu_cmd = find_cmd(name + 4);
	else {
		if (argc > 1 && strcmp(argv[1], "--help") == 0) {
			help(stdout);
			fsu_exit(0);
		}
		skip = common_options(argc, argv);
		argc -= skip;
		argv += skip;
		if (argc < 1)
			fsu_usage();
		fsu_cmd = find_cmd(argv[0]);
		if (fsu_cmd == NULL) {
			(void)fprintf(stderr, "fsu: '%s' is not a command; "
			    "\"fsu --help\" lists them\n", argv[0]);
			return 2;
		}
	}
	if (wants_help(argc, argv)) {
		help_cmd(stdout);
		fsu_exit(0);
	}
	if (fsu_cmd->c_json)
		argc = take_json(argc, argv);
	fsu_writes = fsu_cmd->c_writes;
	optind = 0;
	status = fsu_cmd->c_main(argc, argv);
	fsu_operands_free();
	fsu_words_free(&fsu_opt_common);
	fsu_exit(status);
}
