/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu console: a prompt in an image.  A line is a command of fsu, with names
 * below the directory where the prompt is; cd, pwd, help, exit; or !, with a
 * command for the host's shell behind it.  Every command is a process of its
 * own (fsu -C IMAGE:DIRECTORY ...): what it does is on the image's medium when
 * the prompt is back, ^C ends it and not the console, and nothing holds the
 * image in between.  Lines are edited, remembered and completed with
 * editline(3) on a terminal; otherwise they are just read.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <histedit.h>

#include "fsu.h"
#include "fsu_console.h"

#define	CON_HISTORY	1000		/* lines */

struct fsu_console {
	char		*co_image;
	char		*co_dir;	/* absolute, without "." and ".." */
	char		*co_where;	/* IMAGE:DIRECTORY */
	char		*co_prompt;
	int		 co_status;	/* of the last command */
	bool		 co_done;
	EditLine	*co_el;		/* NULL: no terminal */
	History		*co_history;
	HistEvent	 co_event;
	Tokenizer	*co_tok;
};

static struct fsu_console con;	/* callbacks of the prompt get no argument */

/* A path as the console's user means it, without "." and ".."; to be freed. */
static char *
con_path(const char *text)
{
	char *joined, *out;
	const char *p;
	size_t at, len;

	joined = text[0] == '/' ? fsu_strdup(text) :
	    fsu_join(con.co_dir, text);
	out = fsu_alloc(strlen(joined) + 2);
	for (p = joined, at = 0; *p != '\0'; p += len) {
		p += strspn(p, "/");
		len = strcspn(p, "/");
		if (len == 0 || (len == 1 && p[0] == '.'))
			continue;
		if (len == 2 && p[0] == '.' && p[1] == '.') {
			while (at > 0 && out[--at] != '/')
				continue;
			continue;
		}
		out[at++] = '/';
		memcpy(out + at, p, len);
		at += len;
	}
	if (at == 0)
		out[at++] = '/';
	out[at] = '\0';
	free(joined);
	return out;
}

static void
con_enter(char *dir)
{

	free(con.co_dir);
	free(con.co_where);
	free(con.co_prompt);
	con.co_dir = dir;
	if (asprintf(&con.co_where, "%s:%s", con.co_image, dir) < 0 ||
	    asprintf(&con.co_prompt, "%s:%s> ", fsu_base(con.co_image),
	    dir) < 0)
		fsu_die(ENOMEM, "%s", dir);
}

/* What "fsu -C HERE COMMAND OPTION NAME" prints, NULL if it fails. */
static char *
con_ask(const char *command, const char *option, const char *format,
    const char *name, bool quiet)
{
	const char *const part[] = { command, option, format, "--", name };
	struct fsu_words w;
	char *out;
	size_t i;

	fsu_words_self(&w, con.co_where);
	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		if (part[i] != NULL)
			fsu_words_add(&w, part[i]);
	}
	if (fsu_run_output(w.w_word, quiet, &out) != 0) {
		free(out);
		out = NULL;
	}
	fsu_words_free(&w);
	return out;
}

static int
con_cd(const char *text)
{
	char *dir, *type;
	bool is;

	dir = con_path(text != NULL ? text : "/");
	type = con_ask("stat", "-L", "-c%F", dir, false);
	is = type != NULL && strcmp(type, "directory\n") == 0;
	if (type != NULL && !is)
		fsu_warn(ENOTDIR, "cd: '%s'", dir);
	free(type);
	if (is)
		con_enter(dir);
	else
		free(dir);
	return !is;
}

/* Signals of the terminal are the shell's business then. */
static int
con_host(const char *command)
{
	char *const argv[] = {
		(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c",
		(char *)(uintptr_t)command, NULL
	};

	return fsu_run(argv);
}

static int
con_run(int argc, const char **argv)
{
	struct fsu_words w;
	int i, status;

	fsu_words_self(&w, con.co_where);
	for (i = 0; i < argc; i++)
		fsu_words_add(&w, argv[i]);
	status = fsu_run(w.w_word);
	fsu_words_free(&w);
	return status;
}

static int
con_help(void)
{
	struct fsu_words w;
	int status;

	fsu_words_self(&w, NULL);
	fsu_words_add(&w, "--help");
	status = fsu_run(w.w_word);
	fsu_words_free(&w);
	(void)fputs("\nIn the console: cd [DIRECTORY], pwd, !COMMAND of the "
	    "host, status, exit [N].\nNames are below the directory of the "
	    "prompt; ecp takes those of the image as\n\":name\" and others as "
	    "the host's.\n", stdout);
	return status;
}

/* "exit" or "exit N". */
static int
con_exit(int argc, const char **argv)
{
	unsigned long n;
	char *end;

	if (argc > 1) {
		n = strtoul(argv[1], &end, 10);
		if (argc > 2 || end == argv[1] || *end != '\0' || n > 255) {
			fsu_warn(0, "usage: exit [N]");
			return 2;
		}
		con.co_status = (int)n;
	}
	con.co_done = true;
	return con.co_status;
}

static int
con_words(int argc, const char **argv)
{

	if (strcmp(argv[0], "cd") == 0 && argc <= 2)
		return con_cd(argc == 2 ? argv[1] : NULL);
	if (strcmp(argv[0], "pwd") == 0 && argc == 1)
		return printf("%s\n", con.co_where) < 0;
	if (strcmp(argv[0], "help") == 0 || strcmp(argv[0], "?") == 0)
		return con_help();
	if (strcmp(argv[0], "status") == 0 && argc == 1) {
		(void)printf("%d\n", con.co_status);
		return con.co_status;
	}
	if (strcmp(argv[0], "exit") == 0 || strcmp(argv[0], "quit") == 0)
		return con_exit(argc, argv);
	if (strcmp(argv[0], "console") == 0) {
		fsu_warn(0, "this is the console");
		return 2;
	}
	return con_run(argc, argv);
}

/* One line: quotes and backslashes are the shell's. */
static void
con_line(const char *line)
{
	const char **argv;
	const char *p;
	int argc, rv;

	p = line + strspn(line, " \t");
	if (*p == '!') {
		con.co_status = con_host(p + 1);
		return;
	}
	if (*p == '#')
		return;
	tok_reset(con.co_tok);
	rv = tok_str(con.co_tok, p, &argc, &argv);
	if (rv != 0) {
		fsu_warn(0, "a quote is not closed");
		con.co_status = 2;
	} else if (argc > 0)
		con.co_status = con_words(argc, argv);
	(void)fflush(stdout);
}

static char *
con_prompt(EditLine *el)
{

	(void)el;
	return con.co_prompt;
}

/* Names below a directory that begin with some letters, for completion. */
char *
fsu_console_names(const char *dir)
{
	char *path, *names;

	path = con_path(dir);
	names = con_ask("ls", "-1ALF", NULL, path, true);
	free(path);
	return names;
}

static unsigned char
con_complete(EditLine *el, int ch)
{

	(void)ch;
	return fsu_console_complete(el);
}

/* NULL without a home. */
static char *
history_file(void)
{
	const char *home;

	home = getenv("HOME");
	return home != NULL && home[0] == '/' ?
	    fsu_join(home, ".fsu_history") : NULL;
}

static void
con_terminal(void)
{
	char *file;

	con.co_el = el_init("fsu", stdin, stdout, stderr);
	con.co_history = history_init();
	if (con.co_el == NULL || con.co_history == NULL)
		fsu_die(ENOMEM, "terminal");
	(void)history(con.co_history, &con.co_event, H_SETSIZE, CON_HISTORY);
	(void)history(con.co_history, &con.co_event, H_SETUNIQUE, 1);
	file = history_file();
	if (file != NULL)
		(void)history(con.co_history, &con.co_event, H_LOAD, file);
	free(file);
	(void)el_set(con.co_el, EL_PROMPT, con_prompt);
	(void)el_set(con.co_el, EL_EDITOR, "emacs");
	(void)el_set(con.co_el, EL_HIST, history, con.co_history);
	(void)el_set(con.co_el, EL_SIGNAL, 1);
	/* the call for narrow characters makes copies that nobody frees */
	(void)el_wset(con.co_el, EL_ADDFN, L"fsu-complete",
	    L"Complete a command or a name", con_complete);
	(void)el_set(con.co_el, EL_BIND, "^I", "fsu-complete", NULL);
	(void)el_set(con.co_el, EL_BIND, "^R", "em-inc-search-prev", NULL);
	(void)el_source(con.co_el, NULL);
}

static void
con_terminal_end(void)
{
	char *file;

	if (con.co_el == NULL)
		return;
	file = history_file();
	if (file != NULL)
		(void)history(con.co_history, &con.co_event, H_SAVE, file);
	free(file);
	history_end(con.co_history);
	el_end(con.co_el);
}

/* The next line without its end, or NULL; *bufp is freed by the caller. */
static const char *
con_read(char **bufp, size_t *roomp)
{
	const char *line;
	ssize_t len;
	int n;

	if (con.co_el == NULL) {
		len = getline(bufp, roomp, stdin);
		if (len > 0 && (*bufp)[len - 1] == '\n')
			(*bufp)[len - 1] = '\0';
		return len < 0 ? NULL : *bufp;
	}
	line = el_gets(con.co_el, &n);
	if (line == NULL || n <= 0)
		return NULL;
	if (line[strspn(line, " \t\n")] != '\0')
		(void)history(con.co_history, &con.co_event, H_ENTER, line);
	free(*bufp);
	*bufp = fsu_strdup(line);
	(*bufp)[strcspn(*bufp, "\n")] = '\0';
	return *bufp;
}

static void
con_loop(void)
{
	const char *line;
	char *buf;
	size_t room;

	buf = NULL;
	room = 0;
	while (!con.co_done && !fsu_stopped()) {
		line = con_read(&buf, &room);
		if (line == NULL)
			break;
		con_line(line);
	}
	free(buf);
}

static void
con_free(void)
{

	tok_end(con.co_tok);
	free(con.co_image);
	free(con.co_dir);
	free(con.co_where);
	free(con.co_prompt);
}

int
cmd_console(int argc, char **argv)
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };
	char *image;
	const char *rest;

	while (getopt_long(argc, argv, "", none, NULL) != -1)
		fsu_usage();
	fsu_skip_options(&argc, &argv, 1);
	if (argc != 1)
		fsu_usage();
	rest = fsu_split_image(argv[0], &image);
	con.co_image = image;
	con.co_tok = tok_init(NULL);
	if (con.co_tok == NULL)
		fsu_die(ENOMEM, "console");
	con_enter(fsu_strdup("/"));
	/* an image that cannot be used is told about now, not at each line */
	if (con_cd(rest) != 0) {
		con_free();
		return 1;
	}
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		con_terminal();
	con_loop();
	if (con.co_el != NULL && !con.co_done)
		(void)putchar('\n');
	con_terminal_end();
	con_free();
	return con.co_status;
}
