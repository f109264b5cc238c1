/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet forward: connections and datagrams that come to the host are passed
 * on by the kernel, and those that come to the kernel by the host, so that any
 * program reaches a private network or is reached from there.  This file has
 * the rules; forward_*.c move bytes.
 */
#include <arpa/inet.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "forward.h"

#define	STACK		(256 * 1024)
#define	ENDING		3	/* seconds, for connections */
#define	TEXT_MAX	160

void
fw_log(const struct fw_rule *r, const char *what, int error)
{

	(void)fprintf(stderr, "rumpnet forward: %s: %s: %s\n", r->r_text, what,
	    strerror(error));
}

int
fw_thread(pthread_t *place, void *(*f)(void *), void *arg)
{
	pthread_attr_t attr;
	sigset_t all, old;
	pthread_t unused;
	int error;

	if ((error = pthread_attr_init(&attr)) != 0)
		return error;
	(void)pthread_attr_setstacksize(&attr, STACK);
	if (place == NULL)
		(void)pthread_attr_setdetachstate(&attr,
		    PTHREAD_CREATE_DETACHED);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(place != NULL ? place : &unused, &attr, f, arg);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attr);
	return error;
}

/* "address:port", "[address]:port" or "port"; false: none of them.  The
 * address is left out: an empty one. */
static bool
split(const char *text, char *addr, size_t size, unsigned long *port)
{
	const char *colon = strrchr(text, ':'), *start = text, *end = colon;

	addr[0] = '\0';
	if (colon == NULL)
		return rn_number(text, 65535, port);
	if (text[0] == '[') {
		start++;
		if (end == text || *--end != ']')
			return false;
	} else if (memchr(text, ':', (size_t)(colon - text)) != NULL)
		return false;
	if (end <= start || (size_t)(end - start) >= size)
		return false;
	memcpy(addr, start, (size_t)(end - start));
	addr[end - start] = '\0';
	return rn_number(colon + 1, 65535, port);
}

static bool
unix_path(const char *path, struct fw_addr *to)
{
	const size_t len = strlen(path);

	if (len == 0 || len >= sizeof(to->a.un.sun_path))
		return false;
	memset(to, 0, sizeof(*to));
	to->a.un.sun_family = AF_UNIX;
	memcpy(to->a.un.sun_path, path, len + 1);
	to->a_len = sizeof(to->a.un);
	return true;
}

/* An address as the kernel has it into the host's. */
static bool
for_host(const union rn_host *h, struct fw_addr *to)
{

	memset(to, 0, sizeof(*to));
	if (h->sa.sa_family == RUMP_AF_INET) {
		to->a.in.sin_family = AF_INET;
		to->a.in.sin_port = h->in.sin_port;
		to->a.in.sin_addr.s_addr = h->in.sin_addr;
		to->a_len = sizeof(to->a.in);
		return true;
	}
	to->a.in6.sin6_family = AF_INET6;
	to->a.in6.sin6_port = h->in6.sin6_port;
	memcpy(&to->a.in6.sin6_addr, h->in6.sin6_addr, 16);
	to->a_len = sizeof(to->a.in6);
	/* Its interface would be one of the kernel's. */
	return h->in6.sin6_scope_id == 0;
}

/* One end of a rule; false: it is none. */
static bool
parse_end(const char *text, struct fw_rule *r, int end)
{
	static const uint8_t any[16];
	const bool host = r->r_side[end] == &fw_host;
	struct fw_addr *to = &r->r_addr[end];
	char addr[INET6_ADDRSTRLEN + RUMP_IFNAMSIZ];
	unsigned long port;
	union rn_host h;

	if (host && strncmp(text, "unix:", 5) == 0)
		return !r->r_dgram && unix_path(text + 5, to);
	if (!split(text, addr, sizeof(addr), &port) ||
	    (port == 0 && end == FW_TO))
		return false;
	if (addr[0] != '\0') {
		if (!rn_host(addr, &h))
			return false;
	} else if (host)
		rn_sin(&h.in, htonl(INADDR_LOOPBACK));
	else if (end == FW_FROM)
		rn_sin6(&h, any);
	else
		return false;
	/* In the same place in both families. */
	h.in.sin_port = htons((uint16_t)port);
	if (host)
		return for_host(&h, to);
	to->a.kernel = h;
	to->a_len = h.sa.sa_len;
	to->a_all = addr[0] == '\0';
	return true;
}

/* The comma that is not one of the path of a socket of the host. */
static char *
comma(char *text, bool host_listens)
{

	return host_listens ? strrchr(text, ',') : strchr(text, ',');
}

static int
parse(char *text, bool host_listens, struct fw_rule *r)
{
	char *at;

	r->r_side[FW_FROM] = host_listens ? &fw_host : &fw_kernel;
	r->r_side[FW_TO] = host_listens ? &fw_kernel : &fw_host;
	r->r_dgram = strncmp(text, "udp:", 4) == 0;
	if (r->r_dgram)
		text += 4;
	if ((at = comma(text, host_listens)) == NULL)
		return rn_usage("%s leads nowhere", text);
	*at = '\0';
	if (!parse_end(text, r, FW_FROM))
		return rn_usage("nobody can listen on %s", text);
	if (!parse_end(at + 1, r, FW_TO))
		return rn_usage("%s is nowhere to connect to", at + 1);
	return RN_OK;
}

static void
describe(const struct fw_rule *r, int end, const struct fw_addr *addr,
    char *buf, size_t size)
{
	const struct sockaddr *sa = &addr->a.sa;
	char text[INET6_ADDRSTRLEN];
	const char *t = text;
	bool six;

	if (r->r_side[end] == &fw_kernel) {
		t = rn_host_text(&addr->a.kernel);
		six = addr->a.kernel.sa.sa_family == RUMP_AF_INET6;
	} else if (sa->sa_family == AF_UNIX) {
		(void)snprintf(buf, size, "unix:%s", addr->a.un.sun_path);
		return;
	} else {
		six = sa->sa_family == AF_INET6;
		(void)inet_ntop(sa->sa_family, six ?
		    (const void *)&addr->a.in6.sin6_addr :
		    (const void *)&addr->a.in.sin_addr, text, sizeof(text));
	}
	(void)snprintf(buf, size, six ? "[%s]:%u" : "%s:%u", t,
	    ntohs(addr->a.in.sin_port));
}

/* Listens and says so: with the port it got, if that was left open. */
static int
open_rule(struct fw_rule *r)
{
	char from[TEXT_MAX], to[TEXT_MAX];
	struct fw_addr name;

	describe(r, FW_FROM, &r->r_addr[FW_FROM], from, sizeof(from));
	r->r_fd = (*r->r_side[FW_FROM]->s_listen)(&r->r_addr[FW_FROM],
	    r->r_dgram);
	if (r->r_fd == -1 ||
	    (*r->r_side[FW_FROM]->s_name)(r->r_fd, &name) == -1)
		return rn_failx("%s: %s", from, strerror(errno));
	describe(r, FW_FROM, &name, from, sizeof(from));
	describe(r, FW_TO, &r->r_addr[FW_TO], to, sizeof(to));
	if (asprintf(&r->r_text, "%s %s -> %s", r->r_dgram ? "udp" : "tcp",
	    from, to) == -1)
		return rn_failx("out of memory");
	return RN_OK;
}

static int
serve(struct fw_rule *r)
{
	const int error = fw_thread(NULL, r->r_dgram ? fw_dgram_main :
	    fw_stream_main, r);

	if (error != 0)
		return rn_failx("thread: %s", strerror(error));
	(void)printf("%s\n", r->r_text);
	return RN_OK;
}

/* Names of sockets go; whoever connects now is told that nobody is there. */
static void
close_rule(const struct fw_rule *r)
{

	if (r->r_side[FW_FROM] == &fw_host &&
	    r->r_addr[FW_FROM].a.sa.sa_family == AF_UNIX)
		(void)unlink(r->r_addr[FW_FROM].a.un.sun_path);
}

/* All are there before one serves.  Threads may use the rules to the end of
 * the program. */
static int
forward(struct fw_rule *rules, int n)
{
	int i, rv = RN_OK, opened;

	rn_hold();
	for (opened = 0; opened < n; opened++)
		if ((rv = open_rule(&rules[opened])) != RN_OK)
			break;
	for (i = 0; rv == RN_OK && i < n; i++)
		rv = serve(&rules[i]);
	if (rv == RN_OK) {
		(void)fflush(stdout);
		rv = rn_stay();
		fw_stream_end(ENDING);
	}
	for (i = 0; i < opened; i++)
		close_rule(&rules[i]);
	return rv;
}

int
rn_forward(int argc, char **argv)
{
	static struct fw_rule *rules;
	int opt, n = 0, rv;

	if ((rules = calloc((size_t)argc, sizeof(*rules))) == NULL)
		return rn_failx("out of memory");
	while ((opt = getopt(argc, argv, "+L:R:")) != -1) {
		if (opt == '?')
			return rn_usage("which option?");
		if ((rv = parse(optarg, opt == 'L', &rules[n++])) != RN_OK)
			return rv;
	}
	if (optind != argc)
		return rn_usage("too many words");
	if (n == 0)
		return rn_usage("from where to where?");
	return forward(rules, n);
}
