/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet(1): boots a kernel with a network, sets it up as a description says
 * and runs a command in it.  The lines of a description are commands
 * themselves.
 */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>

#include "rumpnet.h"

#define	WORDS_MAX	64	/* in a line */

static const struct rn_command commands[] = {
	{ "arp", rn_arp, true, "arp [-a | [-d] address | -d -a | "
	    "-s address link-address [temp] [pub]]" },
	{ "bridge", rn_bridge, true, "bridge name [add interface | "
	    "delete interface | static interface link-address | "
	    "forget link-address | flush | maxaddr number | "
	    "timeout seconds | stp interface | -stp interface | "
	    "priority number | hello seconds | fwddelay seconds | "
	    "maxage seconds | ifpriority interface number | "
	    "ifcost interface number] ..." },
	{ "dhcp", rn_dhcp, true, "dhcp [-6 [-aipr]] [-q] interface" },
	{ "dump", rn_capture, false, "dump -i interface [-p] [-c count] "
	    "[-w file]" },
	{ "forward", rn_forward, false, "forward {-L | -R} "
	    "[udp:]listen,connect ..." },
	{ "help", rn_help, false, "help [command]" },
	{ "ifconfig", rn_ifconfig, true, "ifconfig [interface [create | "
	    "destroy | link string | -link | address/bits | "
	    "-address | autoconf | -autoconf | mtu bytes | up | down | "
	    "vlan tag vlanif interface | "
	    "-vlanif] ...]" },
	{ "ndp", rn_ndp, true, "ndp [-a | -d address | -p | -r | address]" },
	{ "netstat", rn_netstat, true, "netstat [-a | -i | -r | "
	    "-s [-p protocol]]" },
	{ "ping", rn_ping, true, "ping [-c count] [-i interval] [-s size] "
	    "[-t ttl] [-w deadline] address" },
	{ "resolver", rn_resolver, true, "resolver interface" },
	{ "route", rn_route, true, "route [show | add destination gateway | "
	    "change destination gateway | delete destination | "
	    "get address]" },
	{ "router", rn_router, false, "router" },
	{ "sockstat", rn_sockstat, true, "sockstat [-cl]" },
	{ "stream", rn_stream, true, "stream [-v] [-w deadline] "
	    "{listen port | connect address port}" },
	{ "traceroute", rn_traceroute, true, "traceroute [-I] [-m hops] "
	    "[-p port] [-q probes] [-w wait] address" },
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
	    "Boots a kernel with a network, sets it up by lines of "
	    "commands,\nand runs a command in it:\n\n");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		(void)printf("    %s\n", commands[i].c_usage);
}

int
rn_help(int argc, char **argv)
{
	const struct rn_command *c;

	if (argc > 2)
		return rn_usage("too many words");
	if (argc == 1)
		help();
	else if ((c = find(argv[1])) == NULL)
		return rn_usage("no command %s", argv[1]);
	else
		(void)printf("usage: rumpnet [options] %s\n", c->c_usage);
	return RN_OK;
}

/* Descriptions wait for the kernel; their commands have options, too. */
struct description {
	bool	d_file;
	char	*d_arg;
};

static int
setup(const struct description *d, int n)
{
	int i, rv = RN_OK;

	if ((errno = rump_init()) != 0)
		return rn_fail("cannot boot");
	for (i = 0; i < n && rv == RN_OK; i++)
		rv = d[i].d_file ? run_file(d[i].d_arg) :
		    run_text(d[i].d_arg);
	return rv;
}

static int
finish(int rv)
{

	if (fflush(stdout) != 0 || ferror(stdout))
		return rn_failx("standard output: %s", strerror(errno));
	return rv;
}

static int
run_all(const struct description *d, int n, int argc, char **argv)
{
	const struct rn_command *c;
	int rv;

	if (argc == 0)
		return rn_usage("which command?");
	if ((c = find(argv[0])) == NULL)
		return rn_usage("no command %s", argv[0]);
	/* What needs no kernel. */
	if (c->c_main == rn_help)
		return finish(run(c, argc, argv));
	/* Files are there before a kernel boots, or not at all. */
	if ((rv = rn_load(c->c_name)) != RN_OK ||
	    (rv = setup(d, n)) != RN_OK)
		return finish(rv);
	return finish(run(c, argc, argv));
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct description *d = calloc((size_t)argc + 1, sizeof(*d));
	int opt, n = 0, rv;

	if (d == NULL)
		return rn_failx("out of memory");
	/* Threads of a kernel use little of the host's heap: not one each. */
	(void)mallopt(M_ARENA_MAX, 1);
	while ((opt = getopt_long(argc, argv, "+e:f:h", options, NULL)) !=
	    -1) {
		if (opt == 'h') {
			help();
			free(d);
			return finish(RN_OK);
		}
		if (opt == '?') {
			free(d);
			return RN_USAGE;
		}
		d[n].d_file = opt == 'f';
		d[n++].d_arg = optarg;
	}
	rv = run_all(d, n, argc - optind, argv + optind);
	free(d);
	return rv;
}
