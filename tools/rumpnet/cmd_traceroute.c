/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet traceroute: which routers a packet passes.  Probes with a hop limit
 * of 1, 2, ... are answered by the router that may not pass them on, until
 * they arrive: datagrams to ports where nobody is, or echo requests.
 */
#include <arpa/inet.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "rumpnet.h"

/* What differs between IPv4 (RFC 792) and IPv6 (RFC 4443): types and the code
 * of a port where nobody is; where a header of IP has the protocol and the
 * destination; whether a raw socket gives that header, too. */
static const struct proto {
	uint8_t	p_echo, p_reply, p_unreachable, p_exceeded, p_port;
	uint8_t	p_at_proto, p_at_dst, p_alen;
	bool	p_header;
	int	p_number, p_level, p_ttl;
} protos[] = {
	{ 8, 0, 3, 11, 3, 9, 16, 4, true, RUMP_IPPROTO_ICMP,
	    RUMP_IPPROTO_IP, 4 },
	{ 128, 129, 1, 3, 4, 6, 24, 16, false, RUMP_IPPROTO_ICMPV6,
	    RUMP_IPPROTO_IPV6, RUMP_IPV6_UNICAST_HOPS },
};
#define	PROTO_UDP	17
#define	IP6_HEAD	40

struct icmp {
	uint8_t		type, code;
	uint16_t	sum, id, seq;
};

struct trace {
	union rn_host	t_to;
	const struct proto *t_proto;
	int		t_raw;		/* hears ICMP, and sends echoes */
	int		t_udp;		/* -1: echoes are sent */
	unsigned long	t_maxttl, t_probes, t_port;
	int		t_wait;		/* ms */
	uint16_t	t_id;
	uint16_t	t_seq;		/* of the last probe */
	union rn_host	t_last;		/* who answered before */
};

/* What came of a probe. */
enum verdict { NOTHING, PASSED, ARRIVED, UNABLE };

static int
set_ttl(const struct trace *t, int ttl)
{

	return rump_sys_setsockopt(t->t_udp != -1 ? t->t_udp : t->t_raw,
	    t->t_proto->p_level, t->t_proto->p_ttl, &ttl, sizeof(ttl));
}

static const void *
address_of(const struct trace *t)
{

	return t->t_proto->p_alen == 4 ? (const void *)&t->t_to.in.sin_addr :
	    (const void *)t->t_to.in6.sin6_addr;
}

static ssize_t
send_probe(struct trace *t)
{
	union rn_host to = t->t_to;
	struct icmp h = { .type = t->t_proto->p_echo, .id = t->t_id };

	h.seq = htons(++t->t_seq);
	/* That of ICMPv6 is the kernel's: it has the addresses in it. */
	if (t->t_proto->p_header)
		h.sum = rn_checksum(&h, sizeof(h));
	if (t->t_udp == -1)
		return rump_sys_sendto(t->t_raw, &h, sizeof(h), 0, RN_SA(&to),
		    to.sa.sa_len);
	/* The port, at the same place in both, tells which probe an answer is
	 * about. */
	to.in.sin_port = htons((uint16_t)(t->t_port + t->t_seq));
	return rump_sys_sendto(t->t_udp, &h, sizeof(h), 0, RN_SA(&to),
	    to.sa.sa_len);
}

/* The length of a header of IP; 0: it is not there.  A probe of IPv6 has no
 * other headers. */
static size_t
header(const struct trace *t, const uint8_t *p, size_t len)
{
	size_t hlen = IP6_HEAD;

	if (t->t_proto->p_alen == 4)
		hlen = len > 0 ? (size_t)(p[0] & 0xf) * 4 : 0;
	return hlen < 20 || hlen > len ? 0 : hlen;
}

/* Does an error quote the last probe? */
static bool
quotes_probe(const struct trace *t, const uint8_t *p, size_t len)
{
	const struct proto *pr = t->t_proto;
	const size_t hlen = header(t, p, len);
	uint16_t w[4];

	if (hlen == 0 || len < hlen + sizeof(w) || memcmp(p + pr->p_at_dst,
	    address_of(t), pr->p_alen) != 0)
		return false;
	memcpy(w, p + hlen, sizeof(w));
	if (t->t_udp == -1)
		return p[pr->p_at_proto] == pr->p_number &&
		    p[hlen] == pr->p_echo && w[2] == t->t_id &&
		    w[3] == htons(t->t_seq);
	return p[pr->p_at_proto] == PROTO_UDP &&
	    w[1] == htons((uint16_t)(t->t_port + t->t_seq));
}

static enum verdict
judge(const struct trace *t, const uint8_t *p, size_t len, int *code)
{
	const struct proto *pr = t->t_proto;
	const size_t hlen = pr->p_header ? header(t, p, len) : 0;
	struct icmp h;

	if ((pr->p_header && hlen == 0) || len < hlen + sizeof(h))
		return NOTHING;
	memcpy(&h, p + hlen, sizeof(h));
	p += hlen + sizeof(h);
	len -= hlen + sizeof(h);
	*code = h.code;
	if (h.type == pr->p_reply)
		return t->t_udp == -1 && h.id == t->t_id &&
		    h.seq == htons(t->t_seq) ? ARRIVED : NOTHING;
	if ((h.type != pr->p_exceeded && h.type != pr->p_unreachable) ||
	    !quotes_probe(t, p, len))
		return NOTHING;
	if (h.type == pr->p_exceeded)
		return PASSED;
	return t->t_udp != -1 && h.code == pr->p_port ? ARRIVED : UNABLE;
}

/* The answer to the last probe, or NOTHING when the time is over. */
static enum verdict
hear(const struct trace *t, union rn_host *from, int *code)
{
	const int64_t end = rn_now() + (int64_t)t->t_wait * 1000;
	struct pollfd pfd = { .fd = t->t_raw, .events = POLLIN };
	enum verdict v = NOTHING;
	uint8_t buf[2048];
	socklen_t slen;
	int64_t left;
	ssize_t n;

	while (v == NOTHING && (left = end - rn_now()) > 0) {
		if (rump_sys_poll(&pfd, 1, (int)((left + 999) / 1000)) <= 0)
			break;
		slen = sizeof(*from);
		n = rump_sys_recvfrom(t->t_raw, buf, sizeof(buf), 0,
		    RN_SA(from), &slen);
		if (n > 0)
			v = judge(t, buf, (size_t)n, code);
	}
	return v;
}

static void
show_answer(struct trace *t, enum verdict v, const union rn_host *from,
    int code, int64_t took)
{

	if (v == NOTHING) {
		(void)printf(" *");
		return;
	}
	if (memcmp(from, &t->t_last, sizeof(*from)) != 0)
		(void)printf(" %s", rn_host_text(from));
	t->t_last = *from;
	(void)printf(" %.3f ms", (double)took / 1000);
	if (v == UNABLE)
		(void)printf(" unreachable, code %d", code);
}

/* The probes of one hop limit. */
static enum verdict
probe_hop(struct trace *t, unsigned long ttl)
{
	enum verdict v, best = NOTHING;
	union rn_host from;
	unsigned long i;
	int64_t sent;
	int code = 0;

	memset(&t->t_last, 0, sizeof(t->t_last));
	(void)printf("%2lu ", ttl);
	for (i = 0; i < t->t_probes; i++) {
		sent = rn_now();
		memset(&from, 0, sizeof(from));
		/* What cannot be sent is unanswered. */
		v = send_probe(t) == -1 ? NOTHING : hear(t, &from, &code);
		show_answer(t, v, &from, code, rn_now() - sent);
		if (v > best)
			best = v;
		(void)fflush(stdout);
	}
	(void)putchar('\n');
	return best;
}

static int
trace(struct trace *t)
{
	enum verdict v = NOTHING;
	unsigned long ttl;

	for (ttl = 1; ttl <= t->t_maxttl && v != ARRIVED && v != UNABLE;
	    ttl++) {
		if (set_ttl(t, (int)ttl) == -1)
			return rn_fail("ttl %lu", ttl);
		v = probe_hop(t, ttl);
	}
	return v == ARRIVED ? RN_OK : RN_FAILED;
}

static bool
option(struct trace *t, int opt, const char *arg, bool *icmp)
{

	switch (opt) {
	case 'I':
		*icmp = true;
		return true;
	case 'm':
		return rn_number(arg, 255, &t->t_maxttl) && t->t_maxttl > 0;
	case 'p':
		return rn_number(arg, 65535, &t->t_port) && t->t_port > 0;
	case 'q':
		return rn_number(arg, 100, &t->t_probes) && t->t_probes > 0;
	case 'w':
		return rn_seconds(arg, &t->t_wait) && t->t_wait > 0;
	default:
		return false;
	}
}

int
rn_traceroute(int argc, char **argv)
{
	struct trace t = { .t_udp = -1, .t_maxttl = 30, .t_probes = 3,
	    .t_port = 33434, .t_wait = 5000,
	    .t_id = htons((uint16_t)getpid()) };
	bool icmp = false;
	int opt, rv;

	while ((opt = getopt(argc, argv, "+Im:p:q:w:")) != -1)
		if (!option(&t, opt, optarg, &icmp))
			return opt == '?' ? rn_usage("which option?") :
			    rn_usage("-%c does not take %s", opt, optarg);
	/* Each probe has a port of its own. */
	if (t.t_port + t.t_maxttl * t.t_probes > 65535)
		return rn_usage("there are not so many ports");
	if (optind != argc - 1 || !rn_host(argv[optind], &t.t_to))
		return rn_usage("one address is needed");
	t.t_proto = &protos[t.t_to.sa.sa_family == RUMP_AF_INET6];
	t.t_raw = rump_sys_socket(t.t_to.sa.sa_family, RUMP_SOCK_RAW,
	    t.t_proto->p_number);
	if (t.t_raw == -1)
		return rn_fail("socket");
	if (!icmp && (t.t_udp = rump_sys_socket(t.t_to.sa.sa_family,
	    RUMP_SOCK_DGRAM, 0)) == -1)
		rv = rn_fail("socket");
	else
		rv = trace(&t);
	if (t.t_udp != -1)
		(void)rump_sys_close(t.t_udp);
	(void)rump_sys_close(t.t_raw);
	return rv;
}
