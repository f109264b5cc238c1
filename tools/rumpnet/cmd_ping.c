/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet ping: echo requests of ICMP (RFC 792) or ICMPv6 (RFC 4443) by a raw
 * socket, one every interval until enough were answered or the time is over.
 */
#include <sys/uio.h>

#include <arpa/inet.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "rumpnet.h"

/* What differs: types, headers in front of what is quoted and what comes in,
 * the option of how far a packet goes. */
static const struct proto {
	uint8_t		p_reply, p_unreachable, p_echo, p_exceeded;
	size_t		p_head;		/* of IP; 0: as long as it says */
	int		p_number, p_level, p_ttl;
} protos[] = {
	{ 0, 3, 8, 11, 0, RUMP_IPPROTO_ICMP, RUMP_IPPROTO_IP, 4 },
	{ 129, 1, 128, 3, 40, RUMP_IPPROTO_ICMPV6, RUMP_IPPROTO_IPV6, 4 },
};
#define	OPT_RECVHOPLIMIT 37	/* IPV6_RECVHOPLIMIT */
#define	OPT_HOPLIMIT	47	/* IPV6_HOPLIMIT */

#define	DATA_MAX	(65535 - 20 - 8)
#define	LINGER		10000	/* ms to wait for the last answers */

struct icmp {
	uint8_t		type, code;
	uint16_t	sum, id, seq;
};

struct ping {
	int		p_sock;
	union rn_host	p_to;
	const struct proto *p_proto;
	unsigned long	p_count;	/* 0: no end */
	unsigned long	p_size;		/* bytes after the header of ICMP */
	int		p_interval;	/* ms */
	int		p_deadline;	/* ms, 0: none */
	unsigned long	p_ttl;		/* 0: as ever */
	uint16_t	p_id;
	unsigned long	p_sent, p_got;
	int64_t		p_min, p_max, p_sum;	/* microseconds */
	char		p_buf[65536];
};

/* What byte i of a request's data is, behind the time. */
static char
pattern(size_t i)
{

	return (char)(i * 7 + 1);
}

static bool
is_six(const struct ping *p)
{

	return p->p_to.sa.sa_family == RUMP_AF_INET6;
}

/* Is it about this request, not about the way it takes? */
static bool
hopeless(int error)
{

	return error == RUMP_EMSGSIZE || error == RUMP_EACCES ||
	    error == RUMP_EINVAL || error == RUMP_EADDRNOTAVAIL;
}

/* False: none will ever go. */
static bool
send_echo(struct ping *p)
{
	struct icmp h = { .type = p->p_proto->p_echo, .id = p->p_id,
	    .seq = htons((uint16_t)p->p_sent) };
	const size_t len = sizeof(h) + p->p_size;
	char *data = p->p_buf + sizeof(h);
	bool over;
	int64_t now;
	size_t i;

	for (i = 0; i < p->p_size; i++)
		data[i] = pattern(i);
	now = rn_now();
	if (p->p_size >= sizeof(now))
		memcpy(data, &now, sizeof(now));
	memcpy(p->p_buf, &h, sizeof(h));
	/* That of ICMPv6 is the kernel's: it has the addresses in it. */
	h.sum = is_six(p) ? 0 : rn_checksum(p->p_buf, len);
	memcpy(p->p_buf, &h, sizeof(h));
	p->p_sent++;
	if (rump_sys_sendto(p->p_sock, p->p_buf, len, 0, RN_SA(&p->p_to),
	    p->p_to.sa.sa_len) != -1)
		return true;
	/* An address of IPv6 may be yet to come. */
	over = hopeless(errno) &&
	    (errno != RUMP_EADDRNOTAVAIL || !is_six(p));
	(void)rn_fail("%s", rn_host_text(&p->p_to));
	return !over;
}

static void
show_reply(struct ping *p, const struct icmp *h, const char *data,
    size_t len, const union rn_host *from, int ttl)
{
	int64_t sent, took = -1;
	size_t i;

	if (len != p->p_size)
		return;
	for (i = sizeof(sent); i < len; i++)
		if (data[i] != pattern(i)) {
			(void)rn_failx("an answer with wrong data at %zu", i);
			return;
		}
	p->p_got++;
	(void)printf("%zu bytes from %s: icmp_seq=%d ttl=%d", len + sizeof(*h),
	    rn_host_text(from), ntohs(h->seq), ttl);
	if (len >= sizeof(sent)) {
		memcpy(&sent, data, sizeof(sent));
		took = rn_now() - sent;
		if (took < p->p_min || p->p_got == 1)
			p->p_min = took;
		if (took > p->p_max)
			p->p_max = took;
		p->p_sum += took;
		(void)printf(" time=%.3f ms", (double)took / 1000);
	}
	(void)putchar('\n');
	(void)fflush(stdout);
}

/* Somebody could not pass on a request of ours, which is quoted. */
static void
show_error(const struct ping *p, const struct icmp *h, const char *quote,
    size_t len, const union rn_host *from)
{
	struct icmp ours;
	const size_t hlen = is_six(p) ? p->p_proto->p_head :
	    len > 0 ? (size_t)(quote[0] & 0xf) * 4 : 0;

	if (len < hlen + sizeof(ours) || hlen < 20)
		return;
	memcpy(&ours, quote + hlen, sizeof(ours));
	if (ours.type != p->p_proto->p_echo || ours.id != p->p_id)
		return;
	(void)printf("from %s: icmp_seq=%d %s, code %d\n", rn_host_text(from),
	    ntohs(ours.seq), h->type == p->p_proto->p_exceeded ?
	    "time exceeded" : "destination unreachable", h->code);
	(void)fflush(stdout);
}

/* A packet: with its header of IPv4, without that of IPv6. */
static void
take(struct ping *p, size_t len, const union rn_host *from, int ttl)
{
	const size_t hlen = is_six(p) ? 0 : (size_t)(p->p_buf[0] & 0xf) * 4;
	const char *data = p->p_buf + hlen + sizeof(struct icmp);
	struct icmp h;

	if (len < hlen + sizeof(h))
		return;
	memcpy(&h, p->p_buf + hlen, sizeof(h));
	len -= hlen + sizeof(h);
	if (h.type == p->p_proto->p_reply && h.id == p->p_id)
		show_reply(p, &h, data, len, from, is_six(p) ? ttl :
		    (uint8_t)p->p_buf[8]);
	else if (h.type == p->p_proto->p_unreachable ||
	    h.type == p->p_proto->p_exceeded)
		show_error(p, &h, data, len, from);
}

/* A control message, whose data is aligned; and others. */
struct control {
	struct rump_cmsghdr hdr;
	int value __attribute__((__aligned__(8)));
	char room[60];
};

/* A packet and whom it is from; -1. */
static ssize_t
receive(struct ping *p, union rn_host *from, int *ttl)
{
	struct control ctl;
	struct iovec iov = { p->p_buf, sizeof(p->p_buf) };
	struct rump_msghdr msg;
	ssize_t n;

	memset(&msg, 0, sizeof(msg));
	memset(&ctl, 0, sizeof(ctl));
	memset(from, 0, sizeof(*from));
	msg.msg_name = from;
	msg.msg_namelen = sizeof(*from);
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = &ctl;
	msg.msg_controllen = sizeof(ctl);
	n = rump_sys_recvmsg(p->p_sock, (struct msghdr *)(void *)&msg, 0);
	*ttl = n >= 0 && msg.msg_controllen >=
	    offsetof(struct control, room) &&
	    ctl.hdr.cmsg_type == OPT_HOPLIMIT ?
	    ctl.value : 0;
	return n;
}

/* Packets until a time; 0, or -1 with errno. */
static int
receive_until(struct ping *p, int64_t until)
{
	union rn_host from;
	struct pollfd pfd = { .fd = p->p_sock, .events = POLLIN };
	int64_t left;
	ssize_t n;
	int ready, ttl;

	while (p->p_count == 0 || p->p_got < p->p_count) {
		left = until - rn_now();
		/* Those that are there already are taken. */
		ready = rump_sys_poll(&pfd, 1, left <= 0 ? 0 :
		    (int)((left + 999) / 1000));
		if (ready <= 0)
			return ready;
		n = receive(p, &from, &ttl);
		/* An error is about what was sent; it is shown by take(). */
		if (n >= (is_six(p) ? 8 : 20))
			take(p, (size_t)n, &from, ttl);
	}
	return 0;
}

static int
summary(const struct ping *p)
{

	(void)printf("%lu sent, %lu received", p->p_sent, p->p_got);
	if (p->p_got > 0 && p->p_size >= sizeof(int64_t))
		(void)printf(", min/avg/max = %.3f/%.3f/%.3f ms",
		    (double)p->p_min / 1000, (double)p->p_sum / 1000 /
		    (double)p->p_got, (double)p->p_max / 1000);
	(void)putchar('\n');
	if (p->p_count != 0 && p->p_got < p->p_count)
		return RN_FAILED;
	return p->p_got > 0 ? RN_OK : RN_FAILED;
}

/*
 * With a deadline, requests are sent until there are enough answers; else
 * there are as many as answers are wanted, and some time for the last.
 */
static int
ping(struct ping *p)
{
	const int64_t start = rn_now();
	const int64_t end = start + (int64_t)p->p_deadline * 1000;
	int64_t next;

	do {
		if (p->p_deadline != 0 && rn_now() >= end)
			break;
		if (!send_echo(p))
			return RN_FAILED;
		next = rn_now() + (int64_t)p->p_interval * 1000;
		if (p->p_deadline != 0 && next > end)
			next = end;
		if (p->p_deadline == 0 && p->p_sent == p->p_count)
			next = rn_now() + LINGER * 1000;
		if (receive_until(p, next) == -1)
			return rn_fail("poll");
	} while (p->p_count == 0 || (p->p_got < p->p_count &&
	    (p->p_deadline != 0 || p->p_sent < p->p_count)));
	return summary(p);
}

static int
options(struct ping *p, int argc, char **argv)
{
	int opt;
	bool ok = true;

	while (ok && (opt = getopt(argc, argv, "+c:i:s:t:w:")) != -1) {
		switch (opt) {
		case 'c':
			ok = rn_number(optarg, 1000000000, &p->p_count);
			break;
		case 'i':
			ok = rn_seconds(optarg, &p->p_interval);
			break;
		case 's':
			ok = rn_number(optarg, DATA_MAX, &p->p_size);
			break;
		case 't':
			ok = rn_number(optarg, 255, &p->p_ttl);
			break;
		case 'w':
			ok = rn_seconds(optarg, &p->p_deadline);
			break;
		default:
			return rn_usage("which option?");
		}
		if (!ok)
			return rn_usage("-%c does not take %s", opt, optarg);
	}
	if (optind != argc - 1 || !rn_host(argv[optind], &p->p_to))
		return rn_usage("one address is wanted");
	p->p_proto = &protos[is_six(p)];
	return RN_OK;
}

static int
open_socket(struct ping *p, int ttl)
{
	const int space = 2 * 65536, on = 1;

	p->p_sock = rump_sys_socket(p->p_to.sa.sa_family, RUMP_SOCK_RAW,
	    p->p_proto->p_number);
	if (p->p_sock == -1)
		return rn_fail("socket");
	if (rump_sys_setsockopt(p->p_sock, RUMP_SOL_SOCKET, RUMP_SO_SNDBUF,
	    &space, sizeof(space)) == -1 ||
	    rump_sys_setsockopt(p->p_sock, RUMP_SOL_SOCKET, RUMP_SO_RCVBUF,
	    &space, sizeof(space)) == -1)
		return rn_fail("buffers");
	if (is_six(p) && rump_sys_setsockopt(p->p_sock, RUMP_IPPROTO_IPV6,
	    OPT_RECVHOPLIMIT, &on, sizeof(on)) == -1)
		return rn_fail("hop limits");
	if (ttl != 0 && rump_sys_setsockopt(p->p_sock, p->p_proto->p_level,
	    p->p_proto->p_ttl, &ttl, sizeof(ttl)) == -1)
		return rn_fail("-t %d", ttl);
	return RN_OK;
}

int
rn_ping(int argc, char **argv)
{
	static struct ping p = { .p_size = 56, .p_interval = 1000 };
	int rv = options(&p, argc, argv);

	if (rv != RN_OK || (rv = open_socket(&p, (int)p.p_ttl)) != RN_OK)
		return rv;
	p.p_id = (uint16_t)getpid();
	rv = ping(&p);
	(void)rump_sys_close(p.p_sock);
	return rv;
}
