/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet(1): boots a kernel with a network, sets it up as a description says
 * and runs a command in it.  The lines of a description are commands
 * themselves.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>

#include "rumpnet.h"

#define	WORDS_MAX	64	/* in a line */

static const struct rn_command commands[] = {
	{ "ifconfig", rn_ifconfig, true, "ifconfig [interface [create | "
	    "destroy | link string | -link | address/bits | "
	    "-address | mtu bytes | up | down] ...]" },
	{ "ping", rn_ping, false, "ping [-c count] [-i interval] [-s size] "
	    "[-t ttl] [-w deadline] address" },
	{ "route", rn_route, true, "route [show | add destination gateway | "
	    "delete destination | get address]" },
	{ "router", rn_router, false, "router" },
	{ "stream", rn_stream, false, "stream [-v] [-w deadline] "
	    "{listen port | connect address port}" },
	{ "wait", rn_wait, false, "wait" },
};

static const struct rn_command *
find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].c_name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
run(const struct rn_command *c, int argc, char **argv)
{
	int rv;

	rn_command = c;
	optind = 0;
	rv = (*c->c_main)(argc, argv);
	rn_command = NULL;
	return rv;
}

/* A line of a description, which is changed. */
static int
run_line(char *line, const char *where, unsigned int number)
{
	char *words[WORDS_MAX + 1], *save, *w;
	const struct rn_command *c;
	int n = 0, rv;

	for (w = strtok_r(line, " \t\r\n", &save); w != NULL && *w != '#';
	    w = strtok_r(NULL, " \t\r\n", &save)) {
		if (n == WORDS_MAX) {
			rn_failx("%s:%u: too many words", where, number);
			return RN_USAGE;
		}
		words[n++] = w;
	}
	if (n == 0)
		return RN_OK;
	words[n] = NULL;
	if ((c = find(words[0])) == NULL || !c->c_setup) {
		rn_failx("%s:%u: a description has no command %s", where,
		    number, words[0]);
		return RN_USAGE;
	}
	if ((rv = run(c, n, words)) != RN_OK)
		rn_failx("%s:%u: that was the line", where, number);
	return rv;
}

static int
run_lines(FILE *f, const char *where)
{
	char *line = NULL;
	size_t size = 0;
	unsigned int number = 0;
	int rv = RN_OK;

	errno = 0;
	while (rv == RN_OK && getline(&line, &size, f) != -1)
		rv = run_line(line, where, ++number);
	if (rv == RN_OK && !feof(f))
		rv = rn_failx("%s: %s", where, strerror(errno));
	free(line);
	return rv;
}

static int
run_file(const char *path)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	int rv;

	if (f == NULL)
		return rn_failx("%s: %s", path, strerror(errno));
	rv = run_lines(f, path);
	if (f != stdin)
		(void)fclose(f);
	return rv;
}

static int
run_text(char *text)
{
	FILE *f;
	int rv;

	if (*text == '\0')
		return RN_OK;
	if ((f = fmemopen(text, strlen(text), "r")) == NULL)
		return rn_failx("-e: %s", strerror(errno));
	rv = run_lines(f, "-e");
	(void)fclose(f);
	return rv;
}

static void
help(void)
{
	size_t i;

	(void)printf("usage: rumpnet [-e lines] [-f file] command "
	    "[arguments]\n\n"
	    "Boots a kernel with a network, sets it up by lines of ifconfig "
	    "and route,\nand runs a command in it:\n\n");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		(void)printf("    %s\n", commands[i].c_usage);
}

/* Options once more, as descriptions wait for the kernel. */
static int
setup(int argc, char **argv)
{
	int opt, saved, rv = RN_OK;

	if ((errno = rump_init()) != 0)
		return rn_fail("cannot boot");
	optind = 0;
	while (rv == RN_OK && (opt = getopt(argc, argv, "+e:f:h")) != -1) {
		saved = optind;
		rv = opt == 'e' ? run_text(optarg) : run_file(optarg);
		optind = saved;
	}
	return rv;
}

static int
finish(int rv)
{

	if (fflush(stdout) != 0 || ferror(stdout))
		return rn_failx("standard output: %s", strerror(errno));
	return rv;
}

int
main(int argc, char **argv)
{
	const struct rn_command *c;
	int opt, first, rv;

	while ((opt = getopt(argc, argv, "+e:f:h")) != -1) {
		if (opt == 'h') {
			help();
			return finish(RN_OK);
		}
		if (opt == '?')
			return RN_USAGE;
	}
	first = optind;
	if (first == argc)
		return rn_usage("which command?");
	if ((c = find(argv[first])) == NULL)
		return rn_usage("no command %s", argv[first]);
	if ((rv = setup(argc, argv)) != RN_OK)
		return finish(rv);
	return finish(run(c, argc - first, argv + first));
}
