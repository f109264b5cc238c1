/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet sockstat, and rumpnet netstat without a list: sockets of the
 * Internet protocols, by the pcblist of each in net.inet and net.inet6.
 */
#include <arpa/inet.h>

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "rumpnet.h"

#define	LISTEN	1	/* RUMP_TCPS_LISTEN */

static const char *const states[] = {
	"CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED",
	"CLOSE_WAIT", "FIN_WAIT_1", "CLOSING", "LAST_ACK", "FIN_WAIT_2",
	"TIME_WAIT",
};

static const struct protocol {
	const char	*name, *node;
	bool		tcp;
} protocols[] = {
	{ "tcp", "net.inet.tcp.pcblist", true },
	{ "tcp6", "net.inet6.tcp6.pcblist", true },
	{ "udp", "net.inet.udp.pcblist", false },
	{ "udp6", "net.inet6.udp6.pcblist", false },
	{ "raw", "net.inet.raw.pcblist", false },
	{ "raw6", "net.inet6.raw6.pcblist", false },
};

static const union rn_host *
host(const struct rump_sockaddr *sa)
{

	return (const void *)sa;
}

/* Both families have it at the same place. */
static uint16_t
port(const struct rump_sockaddr *sa)
{

	return ntohs(host(sa)->in.sin_port);
}

/* An address and a port, "*" for any. */
static void
show_end(const struct rump_sockaddr *sa)
{
	char text[96], number[8] = "*";

	if (port(sa) != 0)
		(void)snprintf(number, sizeof(number), "%u", port(sa));
	(void)snprintf(text, sizeof(text), "%s.%s", rn_host_is_any(host(sa)) ?
	    "*" : rn_host_text(sa), number);
	(void)printf(" %-21s", text);
}

static bool
has_peer(const struct rump_kinfo_pcb *ki)
{

	return !rn_host_is_any(host(&ki->ki_dst)) || port(&ki->ki_dst) != 0;
}

static bool
wanted(const struct rump_kinfo_pcb *ki, bool tcp, int what)
{

	if ((ki->ki_src.sa_family != RUMP_AF_INET &&
	    ki->ki_src.sa_family != RUMP_AF_INET6) ||
	    ki->ki_dst.sa_family != ki->ki_src.sa_family)
		return false;
	if (has_peer(ki))
		return (what & RN_CONNECTED) != 0;
	return (what & RN_LISTENING) != 0 && (!tcp ||
	    ki->ki_tstate == LISTEN);
}

static void
show(const struct protocol *p, const struct rump_kinfo_pcb *ki, int what)
{

	(void)printf("%-5s", p->name);
	if ((what & RN_QUEUES) != 0)
		(void)printf(" %7ju %7ju", (uintmax_t)ki->ki_rcvq,
		    (uintmax_t)ki->ki_sndq);
	show_end(&ki->ki_src);
	show_end(&ki->ki_dst);
	if (p->tcp && ki->ki_tstate >= 0 && (size_t)ki->ki_tstate <
	    sizeof(states) / sizeof(states[0]))
		(void)printf(" %s", states[ki->ki_tstate]);
	(void)putchar('\n');
}

static int
show_protocol(const struct protocol *p, int what)
{
	struct rump_kinfo_pcb *ki;
	int mib[RN_MIB], n;
	size_t len, i;

	if ((n = rn_mib(p->node, mib)) == -1)
		return rn_fail("%s", p->node);
	mib[n++] = 0;
	mib[n++] = 0;
	mib[n++] = sizeof(*ki);
	mib[n++] = INT_MAX;
	if ((ki = rn_sysctl(mib, n, &len)) == NULL)
		return rn_fail("%s", p->node);
	for (i = 0; i < len / sizeof(*ki); i++)
		if (wanted(&ki[i], p->tcp, what))
			show(p, &ki[i], what);
	free(ki);
	return RN_OK;
}

int
rn_show_sockets(int what)
{
	int rv = RN_OK;
	size_t i;

	(void)printf("%-5s%s %-21s %-21s %s\n", "proto",
	    (what & RN_QUEUES) != 0 ? "  recv-q  send-q" : "", "local",
	    "foreign", "state");
	for (i = 0; i < sizeof(protocols) / sizeof(protocols[0]) &&
	    rv == RN_OK; i++)
		rv = show_protocol(&protocols[i], what);
	return rv;
}

int
rn_sockstat(int argc, char **argv)
{
	int opt, what = 0;

	while ((opt = getopt(argc, argv, "+cl")) != -1) {
		if (opt == '?')
			return rn_usage("which option?");
		what |= opt == 'c' ? RN_CONNECTED : RN_LISTENING;
	}
	if (optind != argc)
		return rn_usage("too many words");
	return rn_show_sockets(what != 0 ? what :
	    RN_CONNECTED | RN_LISTENING);
}
