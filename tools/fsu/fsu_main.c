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
	    "[-1AaCcdFhiLlnRrSstUu] IMAGE[:PATH] ...",
	    "list files" },
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
	{ "stat", cmd_stat, false, "[-fL] [-c FORMAT] IMAGE:PATH ...",
	    "show what inodes say" },
	{ "find", cmd_find, false, "IMAGE[:PATH] ... [EXPRESSION]",
	    "search trees" },
	{ "du", cmd_du, false, "[-abchks] [-d DEPTH] IMAGE[:PATH] ...",
	    "show the space files use" },
	{ "df", cmd_df, false, "[-hik] IMAGE ...",
	    "show the space of file systems" },
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
	{ "info", cmd_info, false, "IMAGE ...",
	    "say what an image is" },
};
#define	NCMDS	(sizeof(cmds) / sizeof(cmds[0]))

const struct fsu_cmd	*fsu_cmd;
const char		*fsu_opt_type;
bool			 fsu_opt_readonly;
char			*fsu_opt_mount;

static void
help(FILE *f)
{
	size_t i;

	(void)fputs("usage: fsu [-r] [-l LIBRARY] [-o OPTIONS] [-t TYPE] "
	    "COMMAND [ARGUMENTS]\n\n"
	    "Work on the files in a disk image, without root.\n\n"
	    "  -l LIBRARY  load a file system driver first\n"
	    "  -o OPTIONS  options for mounting, as in -o noatime,uid=5\n"
	    "  -r          never write to an image\n"
	    "  -t TYPE     type of the file system (otherwise detected)\n\n"
	    "A file is named IMAGE[#PARTITION]:PATH, as in disk.img#2:/etc.\n\n"
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

	*argc -= optind;
	*argv += optind;
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

/* The options before the command; returns how many words they take. */
static int
common_options(int argc, char **argv)
{
	int ch;

	while ((ch = getopt(argc, argv, "+hl:o:rt:")) != -1) {
		switch (ch) {
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

/* --help among the options; find's expression may hold any word. */
static bool
wants_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return true;
		if (fsu_cmd->c_main == cmd_find)
			break;
	}
	return false;
}

/* find only writes when it deletes. */
static const struct fsu_cmd *
find_deletes(const struct fsu_cmd *c, int argc, char **argv)
{
	static struct fsu_cmd writing;
	int i;

	for (i = 1; c->c_main == cmd_find && i < argc; i++) {
		if (strcmp(argv[i], "-delete") == 0) {
			writing = *c;
			writing.c_writes = true;
			return &writing;
		}
	}
	return c;
}

/* ecp writes to images only where its last operand names one. */
static const struct fsu_cmd *
ecp_direction(const struct fsu_cmd *c, int argc, char **argv)
{
	static struct fsu_cmd reading;

	if (c->c_main == cmd_ecp && argc > 2 &&
	    !fsu_names_image(argv[argc - 1])) {
		reading = *c;
		reading.c_writes = false;
		return &reading;
	}
	return c;
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
	fsu_cmd = find_deletes(ecp_direction(fsu_cmd, argc, argv), argc, argv);
	optind = 0;
	status = fsu_cmd->c_main(argc, argv);
	fsu_operands_free();
	fsu_exit(status);
}
