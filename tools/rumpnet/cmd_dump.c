/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet dump: packets of an interface, by bpf(4), as lines or into a file in
 * the format of pcap-savefile(5).
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "rumpnet.h"

#define	BUFFER		(256 * 1024)	/* of bpf, bytes, if it may be */
#define	SNAPLEN		65535
#define	WAIT_MS		100		/* then a signal is looked for */

struct capture {
	const char	*c_if;
	const char	*c_path;
	FILE		*c_file;	/* NULL: lines */
	unsigned long	c_count;	/* 0: no end */
	bool		c_promisc;
	unsigned int	c_dlt;
	unsigned int	c_size;		/* of the buffer: reads take it all */
};

static volatile sig_atomic_t ended;

static void
note(int sig)
{

	ended = sig;
}

static int
attach(struct capture *c, int fd)
{
	unsigned int on = 1;
	struct rump_timeval tv;
	struct rump_ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	memset(&tv, 0, sizeof(tv));
	memcpy(ifr.ifr_name, c->c_if, strlen(c->c_if));
	tv.tv_usec = WAIT_MS * 1000;
	c->c_size = BUFFER;
	if (rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &c->c_size) == -1 ||
	    rump_sys_ioctl(fd, RUMP_BIOCSETIF, &ifr) == -1 ||
	    rump_sys_ioctl(fd, RUMP_BIOCIMMEDIATE, &on) == -1 ||
	    rump_sys_ioctl(fd, RUMP_BIOCSRTIMEOUT, &tv) == -1 ||
	    rump_sys_ioctl(fd, RUMP_BIOCGDLT, &c->c_dlt) == -1 ||
	    (c->c_promisc &&
	    rump_sys_ioctl(fd, RUMP_BIOCPROMISC, NULL) == -1))
		return rn_fail("%s", c->c_if);
	return RN_OK;
}

/*
 * The file: numbers in the machine's byte order, which its first one tells.
 */
static bool
put(FILE *f, const uint32_t *words, size_t n)
{

	return fwrite(words, sizeof(*words), n, f) == n;
}

static int
open_file(struct capture *c)
{
	const uint32_t head[] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, SNAPLEN,
	    c->c_dlt };
	const uint16_t version[] = { 2, 4 };
	uint32_t words[6];

	memcpy(words, head, sizeof(words));
	memcpy(&words[1], version, sizeof(version));
	c->c_file = strcmp(c->c_path, "-") == 0 ? stdout :
	    fopen(c->c_path, "we");
	if (c->c_file == NULL || !put(c->c_file, words, 6) ||
	    fflush(c->c_file) != 0)
		return rn_failx("%s: %s", c->c_path, strerror(errno));
	return RN_OK;
}

static int
write_packet(struct capture *c, const struct rump_bpf_hdr *h,
    const uint8_t *p)
{
	const uint32_t words[] = { (uint32_t)h->bh_tstamp.tv_sec,
	    (uint32_t)h->bh_tstamp.tv_usec, h->bh_caplen, h->bh_datalen };

	if (!put(c->c_file, words, 4) ||
	    fwrite(p, 1, h->bh_caplen, c->c_file) != h->bh_caplen)
		return rn_failx("%s: %s", c->c_path, strerror(errno));
	return RN_OK;
}

/*
 * Lines.
 */
static void
show_ip(const uint8_t *p, size_t len)
{
	static const char *const names[256] = { [1] = "icmp", [2] = "igmp",
	    [6] = "tcp", [17] = "udp" };
	const size_t hl = len < 20 ? 0 : (size_t)(p[0] & 0xf) * 4;

	if (len < 20 || p[0] >> 4 != 4 || hl < 20) {
		(void)printf(" ip, malformed");
		return;
	}
	(void)printf(" %u.%u.%u.%u > %u.%u.%u.%u", p[12], p[13], p[14], p[15],
	    p[16], p[17], p[18], p[19]);
	if (names[p[9]] != NULL)
		(void)printf(" %s", names[p[9]]);
	else
		(void)printf(" protocol %u", p[9]);
	/* Ports are in the first fragment. */
	if ((p[9] == 6 || p[9] == 17) && len >= hl + 4 &&
	    ((p[6] << 8 | p[7]) & 0x1fff) == 0)
		(void)printf(" %u > %u", p[hl] << 8 | p[hl + 1],
		    p[hl + 2] << 8 | p[hl + 3]);
}

static void
show_arp(const uint8_t *p, size_t len)
{

	if (len < 28)
		(void)printf(" arp, malformed");
	else if (p[7] == 1)
		(void)printf(" arp who has %u.%u.%u.%u, tell %u.%u.%u.%u",
		    p[24], p[25], p[26], p[27], p[14], p[15], p[16], p[17]);
	else
		(void)printf(" arp %u.%u.%u.%u is at "
		    "%02x:%02x:%02x:%02x:%02x:%02x", p[14], p[15], p[16],
		    p[17], p[8], p[9], p[10], p[11], p[12], p[13]);
}

static void
show_ethernet(const uint8_t *p, size_t len)
{
	unsigned int type;

	if (len < 14) {
		(void)printf(" malformed");
		return;
	}
	type = (unsigned int)(p[12] << 8 | p[13]);
	p += 14;
	len -= 14;
	while (type == 0x8100 && len >= 4) {
		(void)printf(" vlan %u", (p[0] << 8 | p[1]) & 0xfff);
		type = (unsigned int)(p[2] << 8 | p[3]);
		p += 4;
		len -= 4;
	}
	if (type == 0x0800)
		show_ip(p, len);
	else if (type == 0x0806)
		show_arp(p, len);
	else
		(void)printf(" type 0x%04x", type);
}

static void
show_packet(const struct capture *c, const struct rump_bpf_hdr *h,
    const uint8_t *p)
{
	const int64_t day = h->bh_tstamp.tv_sec % 86400;
	uint32_t family = 0;

	(void)printf("%02d:%02d:%02d.%06d", (int)(day / 3600),
	    (int)(day / 60 % 60), (int)(day % 60),
	    (int)h->bh_tstamp.tv_usec);
	if (c->c_dlt == RUMP_DLT_EN10MB) {
		show_ethernet(p, h->bh_caplen);
	} else if (c->c_dlt == RUMP_DLT_NULL && h->bh_caplen >= 4) {
		memcpy(&family, p, 4);
		if (family == RUMP_AF_INET)
			show_ip(p + 4, h->bh_caplen - 4);
		else
			(void)printf(" family %u", family);
	}
	(void)printf(", %u bytes\n", h->bh_datalen);
}

/*
 * What a read gave; how many packets that were, in *n.
 */
static int
packets(struct capture *c, const char *buf, size_t len, unsigned long *n)
{
	const size_t hdrmin = offsetof(struct rump_bpf_hdr, bh_hdrlen) + 2;
	struct rump_bpf_hdr h;
	size_t off;
	int rv = RN_OK;

	for (off = 0; len - off >= hdrmin && rv == RN_OK &&
	    (c->c_count == 0 || *n < c->c_count); ++*n) {
		memcpy(&h, buf + off, hdrmin);
		if (h.bh_hdrlen < hdrmin || h.bh_hdrlen > len - off ||
		    h.bh_caplen > len - off - h.bh_hdrlen)
			return rn_failx("%s: malformed", c->c_if);
		if (c->c_file != NULL)
			rv = write_packet(c, &h, (const uint8_t *)buf + off +
			    h.bh_hdrlen);
		else
			show_packet(c, &h, (const uint8_t *)buf + off +
			    h.bh_hdrlen);
		off += RUMP_BPF_WORDALIGN(h.bh_hdrlen + h.bh_caplen);
		if (off > len)
			off = len;
	}
	if (rv == RN_OK && fflush(c->c_file != NULL ? c->c_file : stdout) != 0)
		rv = rn_failx("%s", strerror(errno));
	return rv;
}

/* Until there are enough, or a signal comes. */
static int
loop(struct capture *c, int fd)
{
	char *buf = malloc(c->c_size);
	unsigned long n = 0;
	ssize_t len;
	int rv = RN_OK;

	if (buf == NULL)
		return rn_failx("out of memory");
	while (ended == 0 && rv == RN_OK && (c->c_count == 0 ||
	    n < c->c_count)) {
		len = rump_sys_read(fd, buf, c->c_size);
		if (len == -1 && errno != RUMP_EINTR)
			rv = rn_fail("%s", c->c_if);
		else if (len > 0)
			rv = packets(c, buf, (size_t)len, &n);
	}
	free(buf);
	return rv;
}

static int
report(const struct capture *c, int fd)
{
	struct rump_bpf_stat bs;

	if (rump_sys_ioctl(fd, RUMP_BIOCGSTATS, &bs) == -1)
		return rn_fail("%s", c->c_if);
	(void)fprintf(stderr, "%" PRIu64 " packets, %" PRIu64 " lost\n",
	    bs.bs_capt, bs.bs_drop);
	return RN_OK;
}

static int
capture(struct capture *c)
{
	const int ending[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction sa = { .sa_handler = note };
	int fd, rv;
	size_t i;

	if ((fd = rump_sys_open("/dev/bpf", RUMP_O_RDONLY)) == -1)
		return rn_fail("/dev/bpf");
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		(void)sigaction(ending[i], &sa, NULL);
	rv = attach(c, fd);
	if (rv == RN_OK && c->c_path != NULL)
		rv = open_file(c);
	if (rv == RN_OK) {
		(void)fprintf(stderr, "listening on %s\n", c->c_if);
		rv = loop(c, fd);
	}
	if (rv == RN_OK)
		rv = report(c, fd);
	if (c->c_file != NULL && c->c_file != stdout &&
	    fclose(c->c_file) != 0 && rv == RN_OK)
		rv = rn_failx("%s: %s", c->c_path, strerror(errno));
	(void)rump_sys_close(fd);
	return rv;
}

int
rn_capture(int argc, char **argv)
{
	struct capture c = { .c_promisc = true };
	int opt;

	while ((opt = getopt(argc, argv, "+c:i:pw:")) != -1) {
		switch (opt) {
		case 'c':
			if (!rn_number(optarg, UINT32_MAX, &c.c_count) ||
			    c.c_count == 0)
				return rn_usage("%s is no count", optarg);
			break;
		case 'i':
			c.c_if = optarg;
			break;
		case 'p':
			c.c_promisc = false;
			break;
		case 'w':
			c.c_path = optarg;
			break;
		default:
			return RN_USAGE;
		}
	}
	if (optind != argc)
		return rn_usage("too many words");
	if (c.c_if == NULL || c.c_if[0] == '\0' ||
	    strlen(c.c_if) >= RUMP_IFNAMSIZ)
		return rn_usage("-i wants an interface");
	return capture(&c);
}
