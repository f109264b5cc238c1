/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of network devices, by system calls: interfaces made and
 * configured, listeners of bpf(4), frames.
 */
#ifndef _TESTS_NET_BPF_DV_H_
#define _TESTS_NET_BPF_DV_H_

#include "../netinet/inet.h"

#include <rump/rump_netabi.h>
#include <rump/rumpnet_if_pub.h>

#define	DV_ETYPE	0x88b5		/* of local experiments */
#define	DV_FRAME(n)	(14 + (n))

/* A system call that is to fail, with which of NetBSD's numbers. */
#define	DV_FAILS(err, call)						\
	do {								\
		errno = 0;						\
		ATF_CHECK_MSG((call) == -1 && errno == (err),		\
		    "%s: error %d, not %d", #call, errno, (err));	\
	} while (0)
#define	DV_OK(call)							\
	ATF_REQUIRE_MSG((call) != -1, "%s: error %d", #call, errno)

static inline int
dv_control(unsigned long cmd, void *arg)
{
	int s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0), rv, error;

	DV_OK(s);
	rv = rump_sys_ioctl(s, cmd, arg);
	error = errno;
	(void)rump_sys_close(s);
	errno = error;
	return rv;
}

static inline struct rump_ifreq
dv_ifreq(const char *name)
{
	struct rump_ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	return ifr;
}

static inline int
dv_simple(unsigned long cmd, const char *name)
{
	struct rump_ifreq ifr = dv_ifreq(name);

	return dv_control(cmd, &ifr);
}

static inline void
dv_create(const char *name)
{

	ATF_REQUIRE_EQ_MSG(0, dv_simple(RUMP_SIOCIFCREATE, name),
	    "%s: error %d", name, errno);
}

static inline void
dv_destroy(const char *name)
{

	ATF_REQUIRE_EQ_MSG(0, dv_simple(RUMP_SIOCIFDESTROY, name),
	    "%s: error %d", name, errno);
}

static inline int
dv_flags(const char *name)
{
	struct rump_ifreq ifr = dv_ifreq(name);

	ATF_REQUIRE_EQ(0, dv_control(RUMP_SIOCGIFFLAGS, &ifr));
	return (uint16_t)ifr.ifr_flags;
}

static inline int
dv_setflags(const char *name, int set, int clear)
{
	struct rump_ifreq ifr = dv_ifreq(name);

	ifr.ifr_flags = (int16_t)((dv_flags(name) | set) & ~clear);
	return dv_control(RUMP_SIOCSIFFLAGS, &ifr);
}

static inline void
dv_up(const char *name)
{

	ATF_REQUIRE_EQ_MSG(0, dv_setflags(name, RUMP_IFF_UP, 0),
	    "%s: error %d", name, errno);
}

static inline int
dv_mtu(const char *name)
{
	struct rump_ifreq ifr = dv_ifreq(name);

	ATF_REQUIRE_EQ(0, dv_control(RUMP_SIOCGIFMTU, &ifr));
	return ifr.ifr_mtu;
}

static inline int
dv_setmtu(const char *name, int mtu)
{
	struct rump_ifreq ifr = dv_ifreq(name);

	ifr.ifr_mtu = mtu;
	return dv_control(RUMP_SIOCSIFMTU, &ifr);
}

/* Unit n of shmif on a bus in the test's folder, up. */
static inline void
dv_shmif(int n, const char *bus)
{
	char name[16];
	int unit;

	ATF_REQUIRE_EQ(0, rump_pub_shmif_create(bus, &unit));
	ATF_REQUIRE_EQ(n, unit);
	snprintf(name, sizeof(name), "shmif%d", n);
	dv_up(name);
}

/* The wire of an interface on something of the host's. */
static inline void
dv_link(const char *name, const char *link)
{
	struct rump_ifdrv ifd;

	memset(&ifd, 0, sizeof(ifd));
	snprintf(ifd.ifd_name, sizeof(ifd.ifd_name), "%s", name);
	ifd.ifd_data = (void *)(uintptr_t)link;
	ifd.ifd_len = strlen(link) + 1;
	ATF_REQUIRE_EQ_MSG(0, dv_control(RUMP_SIOCSLINKSTR, &ifd),
	    "error %d", errno);
}

static inline int
dv_address(const char *name, const char *addr)
{
	struct rump_in_aliasreq ifra;

	memset(&ifra, 0, sizeof(ifra));
	snprintf(ifra.ifra_name, sizeof(ifra.ifra_name), "%s", name);
	ifra.ifra_addr = in_addr(addr, 0);
	ifra.ifra_mask = in_addr("255.255.255.0", 0);
	ifra.ifra_broadaddr = ifra.ifra_addr;
	ifra.ifra_broadaddr.sin_addr |= htonl(0xff);
	return dv_control(RUMP_SIOCAIFADDR, &ifra);
}

/*
 * Listeners.
 */
static inline int
dv_bpf(const char *name)
{
	struct rump_ifreq ifr = dv_ifreq(name);
	unsigned int on = 1, size = 65536;
	int fd = rump_sys_open("/dev/bpf", RUMP_O_RDWR);

	DV_OK(fd);
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &size));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSETIF, &ifr));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCIMMEDIATE, &on));
	return fd;
}

static inline int
dv_bpf_set(int fd, unsigned long cmd, unsigned int value)
{

	return rump_sys_ioctl(fd, cmd, &value);
}

static inline unsigned int
dv_bpf_get(int fd, unsigned long cmd)
{
	unsigned int value = 0;

	DV_OK(rump_sys_ioctl(fd, cmd, &value));
	return value;
}

/* Packets that were read and not looked at yet. */
struct dv_packets {
	uint64_t buf[65536 / 8];
	size_t	len, off;
};

/* The next of a listener, waited for if there is none. */
static inline const uint8_t *
dv_next(int fd, struct dv_packets *p, size_t *lenp)
{
	const struct rump_bpf_hdr *h;
	ssize_t n;

	if (p->off >= p->len) {
		n = rump_sys_read(fd, p->buf, sizeof(p->buf));
		ATF_REQUIRE_MSG(n > 0, "read: %zd, error %d", n, errno);
		p->len = (size_t)n;
		p->off = 0;
	}
	h = (const void *)((const char *)p->buf + p->off);
	ATF_REQUIRE(p->off % 8 == 0 && p->off + sizeof(*h) - 6 <= p->len);
	ATF_REQUIRE(h->bh_hdrlen >= sizeof(*h) - 6);
	ATF_REQUIRE(p->off + h->bh_hdrlen + h->bh_caplen <= p->len);
	ATF_REQUIRE(h->bh_caplen <= h->bh_datalen);
	p->off += RUMP_BPF_WORDALIGN(h->bh_hdrlen + h->bh_caplen);
	*lenp = h->bh_caplen;
	return (const uint8_t *)h + h->bh_hdrlen;
}

/* Only frames of a type, of Ethernet. */
static inline const uint8_t *
dv_next_type(int fd, struct dv_packets *p, unsigned type, size_t *lenp)
{
	const uint8_t *f;

	do {
		f = dv_next(fd, p, lenp);
	} while (*lenp < 14 || (unsigned)(f[12] << 8 | f[13]) != type);
	return f;
}

/* Nothing is there now. */
static inline bool
dv_nothing(int fd)
{

	return dv_bpf_get(fd, RUMP_FIONREAD) == 0;
}

/*
 * Frames.
 */
static const uint8_t dv_broadcast[6] = { 255, 255, 255, 255, 255, 255 };

/* A frame of n bytes of data that tell which one it is. */
static inline size_t
dv_frame(uint8_t *f, const uint8_t *dst, const uint8_t *src, unsigned type,
    uint8_t seed, size_t n)
{
	size_t i;

	memcpy(f, dst, 6);
	memcpy(f + 6, src, 6);
	f[12] = (uint8_t)(type >> 8);
	f[13] = (uint8_t)type;
	for (i = 0; i < n; i++)
		f[14 + i] = (uint8_t)(seed + i * 7);
	return 14 + n;
}

static inline void
dv_check_data(const uint8_t *data, size_t n, uint8_t seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		ATF_REQUIRE_EQ_MSG((uint8_t)(seed + i * 7), data[i],
		    "byte %zu", i);
}

#endif
