/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages, numbers and addresses as text, dumps: what several commands of
 * rumpnet(1) need.
 */
#include <arpa/inet.h>

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rump/rump_syscalls.h>
#include <rump/rumperr.h>

#include "rumpnet.h"

const struct rn_command *rn_command;

static void
message(const char *fmt, va_list ap)
{

	(void)fflush(stdout);
	(void)fprintf(stderr, "rumpnet%s%s: ", rn_command != NULL ? " " : "",
	    rn_command != NULL ? rn_command->c_name : "");
	(void)vfprintf(stderr, fmt, ap);
}

int
rn_fail(const char *fmt, ...)
{
	const int error = errno;
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, ": %s\n", rump_strerror(error));
	return RN_FAILED;
}

int
rn_failx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	return RN_FAILED;
}

int
rn_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "\nusage: rumpnet [options] %s\n",
	    rn_command != NULL ? rn_command->c_usage : "command ...");
	return RN_USAGE;
}

bool
rn_number(const char *s, unsigned long max, unsigned long *n)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	*n = strtoul(s, &end, 10);
	return errno == 0 && *end == '\0' && *n <= max;
}

bool
rn_seconds(const char *s, int *ms)
{
	char *end;
	double sec;

	if ((*s < '0' || *s > '9') && *s != '.')
		return false;
	sec = strtod(s, &end);
	if (*end != '\0' || !(sec >= 0) || sec > 1e6)
		return false;
	*ms = (int)(sec * 1000 + .5);
	return true;
}

void
rn_sin(struct rump_sockaddr_in *sin, uint32_t addr)
{

	memset(sin, 0, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = RUMP_AF_INET;
	sin->sin_addr = addr;
}

bool
rn_address(const char *s, struct rump_sockaddr_in *sin)
{
	struct in_addr in;

	if (inet_pton(AF_INET, s, &in) != 1)
		return false;
	rn_sin(sin, in.s_addr);
	return true;
}

bool
rn_prefix(const char *s, struct rump_sockaddr_in *sin,
    struct rump_sockaddr_in *mask)
{
	char addr[INET_ADDRSTRLEN];
	const char *slash = strchrnul(s, '/');
	unsigned long bits = 32;
	const size_t len = (size_t)(slash - s);

	if (len >= sizeof(addr))
		return false;
	memcpy(addr, s, len);
	addr[len] = '\0';
	if (!rn_address(addr, sin))
		return false;
	if (*slash == '/' && !rn_number(slash + 1, 32, &bits))
		return false;
	rn_sin(mask, bits == 0 ? 0 : htonl(~0u << (32 - bits)));
	return true;
}

/* -1: no prefix. */
int
rn_bits(uint32_t mask)
{
	const uint32_t host = ~ntohl(mask);

	return (host & (host + 1)) != 0 ? -1 : 32 - __builtin_popcount(host);
}

const char *
rn_text(uint32_t addr)
{
	static char text[4][INET_ADDRSTRLEN];
	static unsigned int next;
	char *t = text[next++ % 4];

	return inet_ntop(AF_INET, &addr, t, INET_ADDRSTRLEN);
}

void *
rn_dump(int what, size_t *lenp)
{
	const int name[] = { RUMP_CTL_NET, RUMP_PF_ROUTE, 0, 0, what,
	    what == RUMP_NET_RT_FLAGS ? RUMP_RTF_LLDATA : 0 };

	return rn_sysctl(name, 6, lenp);
}

bool
rn_addrs(const void *msg, size_t len, size_t head, int addrs,
    const struct rump_sockaddr *sa[RUMP_RTAX_MAX])
{
	const char *p = (const char *)msg + head;
	size_t left, room;
	int i;

	if (len < head)
		return false;
	left = len - head;
	for (i = 0; i < RUMP_RTAX_MAX; i++) {
		sa[i] = NULL;
		if ((addrs & 1 << i) == 0)
			continue;
		if (left < 8)
			return false;
		sa[i] = (const void *)p;
		room = RUMP_RT_ROUNDUP(sa[i]->sa_len);
		if (room > left)
			return false;
		p += room;
		left -= room;
	}
	return true;
}

int64_t
rn_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

const char *
rn_ifname(unsigned int index)
{
	static char text[RUMP_IFNAMSIZ];
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];
	const struct rump_sockaddr_dl *sdl;
	const struct rump_if_msghdr *ifm;
	size_t len, off;
	char *buf = rn_dump(RUMP_NET_RT_IFLIST, &len);

	strcpy(text, "-");
	for (off = 0; buf != NULL && len - off >= sizeof(*ifm);
	    off += ifm->ifm_msglen) {
		ifm = (const void *)(buf + off);
		if (ifm->ifm_msglen < sizeof(struct rump_ifa_msghdr) ||
		    ifm->ifm_msglen > len - off)
			break;
		if (ifm->ifm_type != RUMP_RTM_IFINFO ||
		    ifm->ifm_index != index || !rn_addrs(ifm, ifm->ifm_msglen,
		    sizeof(*ifm), ifm->ifm_addrs, sa) ||
		    (sdl = (const void *)sa[RUMP_RTAX_IFP]) == NULL ||
		    sdl->sdl_nlen >= sizeof(text))
			continue;
		(void)snprintf(text, sizeof(text), "%.*s", sdl->sdl_nlen,
		    sdl->sdl_data);
		break;
	}
	free(buf);
	return text;
}

uint16_t
rn_checksum(const void *buf, size_t len)
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

int
rn_control(unsigned long cmd, void *arg)
{

	return rn_control_by(RUMP_AF_INET, cmd, arg);
}

int
rn_control_by(int family, unsigned long cmd, void *arg)
{
	int s = rump_sys_socket(family, RUMP_SOCK_DGRAM, 0), rv, error;

	if (s == -1)
		return -1;
	rv = rump_sys_ioctl(s, cmd, arg);
	error = errno;
	(void)rump_sys_close(s);
	errno = error;
	return rv;
}
