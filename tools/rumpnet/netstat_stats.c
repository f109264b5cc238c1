/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet netstat -s: the counters of protocols that are not 0, in words.
 * Each protocol's are numbers of 64 bits in a node "stats" of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "rumpnet.h"

/* In the order of their numbers; NULL: no counter of ours. */
static const char *const ip_names[] = {
	"packets received", "bad checksums", "shorter than their length",
	"shorter than a header", "bad header lengths", "bad lengths",
	"fragments received", "fragments dropped", "fragments timed out",
	"forwarded", "forwarded fast", "not forwardable", "redirects sent",
	"of unknown protocols", "delivered", "packets made here",
	"dropped for want of memory or room", "reassembled", "fragmented",
	"fragments made", "not fragmentable", "bad options", "no route",
	"bad versions", "raw packets sent", "bad fragments",
	"fragments dropped for want of memory", "too long when reassembled",
	NULL, "bad addresses", NULL, NULL, "dropped by filters coming in",
	"dropped by filters going out", NULL, NULL, "dropped by interfaces",
	"hop limit exceeded", "no address to answer with",
	"rejected by routes", "broadcasts denied",
};

static const char *const udp_names[] = {
	"datagrams received", "shorter than a header", "bad checksums",
	"bad lengths", "no socket", "broadcasts without a socket",
	"full buffers", "not to a connected socket", "datagrams sent",
};

static const char *const tcp_names[] = {
	"connections asked for", "connections accepted",
	"connections established", "connections dropped",
	"connections dropped before they were established",
	"connections closed", "segments timed", "round trips measured",
	"delayed acknowledgements sent", "given up after timeouts",
	"retransmission timeouts", "persist timeouts", "keepalive timeouts",
	"keepalive probes sent", "dropped by keepalive",
	"dropped by persist timeouts", "queues drained",
	"path MTU black holes", "segments sent", "data segments sent",
	"bytes sent", "segments sent again", "bytes sent again",
	"acknowledgements sent", "window probes sent",
	"urgent segments sent", "window updates sent",
	"SYN, FIN and RST sent", "segments received",
	"segments received in sequence", "bytes received in sequence",
	"bad checksums", "bad header lengths",
	"dropped for want of memory", "shorter than a header",
	"duplicate segments", "duplicate bytes",
	"partly duplicate segments", "bytes of those",
	"segments out of order", "bytes out of order",
	"segments behind the window", "bytes behind the window",
	"after close", "window probes received",
	"duplicate acknowledgements", "acknowledgements of what was not sent",
	"acknowledgements received", "bytes acknowledged",
	"window updates received", "dropped as too old",
	"acknowledgements predicted", "data segments predicted",
	"no connection", "no socket", "acknowledgements of no SYN", NULL,
	"SYN entries added", "SYN entries completed",
	"SYN entries timed out", "SYN entries without room",
	"SYN entries reset", "SYN entries unreachable", NULL,
	"SYN entries aborted", "SYNs received again", "SYNs dropped", NULL,
	"SYNs answered again", NULL, "quenched here", NULL, NULL,
	"connections with ECN", "congestion experienced",
	"ECN capable segments",
};

/* By type of ICMP, sent and received. */
#define	OUT(type)	(3 + (type))
#define	IN(type)	(49 + (type))
static const char *const icmp_names[] = {
	"errors asked for", "none about what is too short",
	"none about an error",
	[OUT(0)] = "echo replies sent",
	[OUT(3)] = "unreachables sent",
	[OUT(5)] = "redirects sent",
	[OUT(11)] = "time exceededs sent",
	[OUT(12)] = "parameter problems sent",
	[OUT(14)] = "timestamp replies sent",
	[OUT(18)] = "mask replies sent",
	[44] = "bad codes", "too short", "bad checksums", "bad lengths",
	"answers",
	[IN(0)] = "echo replies received",
	[IN(3)] = "unreachables received", "source quenches received",
	"redirects received",
	[IN(8)] = "echoes received",
	[IN(11)] = "time exceededs received", "parameter problems received",
	"timestamps received", "timestamp replies received",
	[IN(17)] = "mask requests received", "mask replies received",
	[90] = "path MTUs changed",
};

static const char *const igmp_names[] = {
	"messages received", "too short", "bad checksums",
	"queries received", "bad queries", "reports received",
	"bad reports", "reports of our groups", "reports sent",
};

static const char *const arp_names[] = {
	"packets sent", "replies sent", "requests sent", "packets received",
	"requests received", "replies received", "multicast senders",
	"bad protocol types", "bad lengths", "without target address",
	"without sender address", "not from the interface's net",
	"from our own link address", "from the broadcast link address",
	"from our own address: conflicts", "static entries attacked",
	"from the wrong interface", "entries changed",
	"entries with another length", "packets put off",
	"packets put off and sent", "packets put off and dropped",
	"no memory",
};

/* 256 by next header, what a packet was made of, sources by scope: numbers. */
static const char *const ip6_names[] = {
	"packets received", "shorter than their length",
	"shorter than a header", "fragments received", "fragments dropped",
	"fragments timed out", "fragments too many", "forwarded",
	"not forwardable", "redirects sent", "delivered",
	"packets made here", "dropped for want of memory or room",
	"reassembled", "fragmented", "fragments made", "not fragmentable",
	"bad options", "no route", "bad versions", "raw packets sent",
	"bad zones", "of groups we are not in",
	[314] = "headers not in one piece",
	[316] = "too many headers", "no source to choose",
	[398] = "forwarded by a known route", "forwarded by a new route",
	[403] = "dropped by filters coming in",
	"dropped by filters going out",
	[407] = "dropped by interfaces", "dropped coming in for want of room",
	"hop limit exceeded", "too big for the way", "rejected by routes",
};

/* By type of ICMPv6, RFC 4443, RFC 4861, RFC 2710, RFC 3810. */
#define	OUT6(type)	(3 + (type))
#define	IN6(type)	(264 + (type))
static const char *const icmp6_names[] = {
	"errors made", "none about what there is none about",
	"not sent: too many",
	[OUT6(1)] = "unreachables sent", "packet too bigs sent",
	"time exceededs sent", "parameter problems sent",
	[OUT6(128)] = "echoes sent", "echo replies sent",
	"listener queries sent", "listener reports sent",
	"listener dones sent", "router solicitations sent",
	"router advertisements sent", "neighbor solicitations sent",
	"neighbor advertisements sent", "redirects sent",
	[OUT6(143)] = "listener reports of version 2 sent",
	[259] = "bad codes", "too short", "bad checksums", "bad lengths",
	"answers",
	[IN6(1)] = "unreachables received", "packet too bigs received",
	"time exceededs received", "parameter problems received",
	[IN6(128)] = "echoes received", "echo replies received",
	"listener queries received", "listener reports received",
	"listener dones received", "router solicitations received",
	"router advertisements received", "neighbor solicitations received",
	"neighbor advertisements received", "redirects received",
	[IN6(143)] = "listener reports of version 2 received",
	[520] = "too many options of neighbors",
	[534] = "path MTUs changed", "bad options of neighbors",
	"bad neighbor solicitations", "bad neighbor advertisements",
	"bad router solicitations", "bad router advertisements",
	"bad redirects",
};

static const char *const udp6_names[] = {
	"datagrams received", "shorter than a header", "bad checksums",
	"bad lengths", "without a checksum", "no socket",
	"multicasts without a socket", "full buffers",
	"not to a connected socket", "datagrams sent",
};

#define	NAMES(t)	t, sizeof(t) / sizeof((t)[0])
static const struct {
	const char	*name, *node;
	const char *const *names;
	size_t		n;
} protocols[] = {
	{ "ip", "net.inet.ip.stats", NAMES(ip_names) },
	{ "icmp", "net.inet.icmp.stats", NAMES(icmp_names) },
	{ "igmp", "net.inet.igmp.stats", NAMES(igmp_names) },
	{ "arp", "net.inet.arp.stats", NAMES(arp_names) },
	{ "udp", "net.inet.udp.stats", NAMES(udp_names) },
	{ "tcp", "net.inet.tcp.stats", NAMES(tcp_names) },
	{ "ip6", "net.inet6.ip6.stats", NAMES(ip6_names) },
	{ "icmp6", "net.inet6.icmp6.stats", NAMES(icmp6_names) },
	{ "udp6", "net.inet6.udp6.stats", NAMES(udp6_names) },
};

static int
show(size_t p)
{
	uint64_t *v;
	size_t len, i;
	int mib[RN_MIB], n;

	if ((n = rn_mib(protocols[p].node, mib)) == -1 ||
	    (v = rn_sysctl(mib, n, &len)) == NULL)
		return rn_fail("%s", protocols[p].node);
	(void)printf("%s:\n", protocols[p].name);
	for (i = 0; i < len / sizeof(*v); i++) {
		if (v[i] == 0)
			continue;
		if (i < protocols[p].n && protocols[p].names[i] != NULL)
			(void)printf("\t%ju %s\n", (uintmax_t)v[i],
			    protocols[p].names[i]);
		else
			(void)printf("\t%ju of counter %zu\n",
			    (uintmax_t)v[i], i);
	}
	free(v);
	return RN_OK;
}

int
rn_show_stats(const char *only)
{
	bool found = false;
	int rv = RN_OK;
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(protocols[0]) &&
	    rv == RN_OK; i++) {
		if (only != NULL && strcmp(only, protocols[i].name) != 0)
			continue;
		found = true;
		rv = show(i);
	}
	return found ? rv : rn_usage("no protocol %s", only);
}
