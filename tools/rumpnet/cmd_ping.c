/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet ping: echo requests of ICMP (RFC 792) by a raw socket, one every
 * interval until enough were answered or the time is over.
 */
#include <arpa/inet.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "rumpnet.h"

#define	ECHO_REPLY	0
#define	UNREACHABLE	3
#define	ECHO		8
#define	EXCEEDED	11

#define	DATA_MAX	(65535 - 20 - 8)
#define	LINGER		10000	/* ms to wait for the last answers */
#define	OPT_TTL		4	/* IP_TTL */

struct icmp {
	uint8_t		type, code;
	uint16_t	sum, id, seq;
};

struct ping {
	int		p_sock;
	struct rump_sockaddr_in p_to;
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

/* RFC 1071. */
static uint16_t
checksum(const void *buf, size_t len)
{
	const uint8_t *p = buf;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* What byte i of a request's data is, behind the time. */
static char
pattern(size_t i)
{

	return (char)(i * 7 + 1);
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
	struct icmp h = { .type = ECHO, .id = p->p_id,
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
	h.sum = checksum(p->p_buf, len);
	memcpy(p->p_buf, &h, sizeof(h));
	p->p_sent++;
	if (rump_sys_sendto(p->p_sock, p->p_buf, len, 0, RN_SA(&p->p_to),
	    sizeof(p->p_to)) != -1)
		return true;
	over = hopeless(errno);
	(void)rn_fail("%s", rn_text(p->p_to.sin_addr));
	return !over;
}

static void
show_reply(struct ping *p, const struct icmp *h, const char *data,
    size_t len, uint32_t from, int ttl)
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
	    rn_text(from), ntohs(h->seq), ttl);
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
    size_t len, uint32_t from)
{
	struct icmp ours;
	const size_t hlen = len > 0 ? (size_t)(quote[0] & 0xf) * 4 : 0;

	if (len < hlen + sizeof(ours) || hlen < 20)
		return;
	memcpy(&ours, quote + hlen, sizeof(ours));
	if (ours.type != ECHO || ours.id != p->p_id)
		return;
	(void)printf("from %s: icmp_seq=%d %s, code %d\n", rn_text(from),
	    ntohs(ours.seq), h->type == EXCEEDED ? "time exceeded" :
	    "destination unreachable", h->code);
	(void)fflush(stdout);
}

/* A packet with its header of IP. */
static void
take(struct ping *p, size_t len, uint32_t from)
{
	const size_t hlen = (size_t)(p->p_buf[0] & 0xf) * 4;
	const char *data = p->p_buf + hlen + sizeof(struct icmp);
	struct icmp h;

	if (len < hlen + sizeof(h))
		return;
	memcpy(&h, p->p_buf + hlen, sizeof(h));
	len -= hlen + sizeof(h);
	if (h.type == ECHO_REPLY && h.id == p->p_id)
		show_reply(p, &h, data, len, from, (uint8_t)p->p_buf[8]);
	else if (h.type == UNREACHABLE || h.type == EXCEEDED)
		show_error(p, &h, data, len, from);
}

/* Packets until a time; 0, or -1 with errno. */
static int
receive_until(struct ping *p, int64_t until)
{
	struct rump_sockaddr_in from;
	struct pollfd pfd = { .fd = p->p_sock, .events = POLLIN };
	socklen_t flen;
	int64_t left;
	ssize_t n;
	int ready;

	while (p->p_count == 0 || p->p_got < p->p_count) {
		left = until - rn_now();
		/* Those that are there already are taken. */
		ready = rump_sys_poll(&pfd, 1, left <= 0 ? 0 :
		    (int)((left + 999) / 1000));
		if (ready <= 0)
			return ready;
		flen = sizeof(from);
		n = rump_sys_recvfrom(p->p_sock, p->p_buf, sizeof(p->p_buf),
		    0, RN_SA(&from), &flen);
		/* An error is about what was sent; it is shown by take(). */
		if (n >= 20)
			take(p, (size_t)n, from.sin_addr);
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
	if (optind != argc - 1 || !rn_address(argv[optind], &p->p_to))
		return rn_usage("one address is wanted");
	return RN_OK;
}

int
rn_ping(int argc, char **argv)
{
	static struct ping p = { .p_size = 56, .p_interval = 1000 };
	const int space = 2 * 65536;
	int rv = options(&p, argc, argv), ttl = (int)p.p_ttl;

	if (rv != RN_OK)
		return rv;
	p.p_id = (uint16_t)getpid();
	p.p_sock = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_RAW,
	    RUMP_IPPROTO_ICMP);
	if (p.p_sock == -1)
		return rn_fail("socket");
	if (rump_sys_setsockopt(p.p_sock, RUMP_SOL_SOCKET, RUMP_SO_SNDBUF,
	    &space, sizeof(space)) == -1 ||
	    rump_sys_setsockopt(p.p_sock, RUMP_SOL_SOCKET, RUMP_SO_RCVBUF,
	    &space, sizeof(space)) == -1)
		return rn_fail("buffers");
	if (ttl != 0 && rump_sys_setsockopt(p.p_sock, RUMP_IPPROTO_IP,
	    OPT_TTL, &ttl, sizeof(ttl)) == -1)
		return rn_fail("-t %d", ttl);
	rv = ping(&p);
	(void)rump_sys_close(p.p_sock);
	return rv;
}
