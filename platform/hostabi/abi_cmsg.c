/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control messages.  Headers differ, data begins 16 bytes after their start
 * and is padded to 8 on both sides; so messages are written one by one.
 */
#include <netinet/in.h>
#include <string.h>

#include "hostabi.h"

#define	CM_HEAD		16
#define	CM_MAX		4096		/* bytes of one message */
#define	CM_ALIGN(n)	(((n) + 7) & ~(size_t)7)

_Static_assert(sizeof(struct cmsghdr) == CM_HEAD, "cmsghdr");
_Static_assert(sizeof(struct rump_cmsghdr) <= CM_HEAD, "rump_cmsghdr");

/* Data from one side to the other; the bytes written, or 0: not possible. */
typedef size_t (*cmsg_fn)(const void *, size_t, void *);

static size_t
same(const void *in, size_t len, void *out)
{

	memcpy(out, in, len);
	return len;
}

static size_t
time_to(const void *in, size_t len, void *out)
{
	struct rump_timeval rtv;
	struct timeval tv;

	if (len < sizeof(rtv))
		return 0;
	memcpy(&rtv, in, sizeof(rtv));
	rump_hostabi_timeval_to_host(&rtv, &tv);
	return same(&tv, sizeof(tv), out);
}

static size_t
creds_to(const void *in, size_t len, void *out)
{
	struct rump_sockcred sc;
	struct ucred uc;

	if (len < offsetof(struct rump_sockcred, sc_groups))
		return 0;
	memcpy(&sc, in, offsetof(struct rump_sockcred, sc_groups));
	uc.pid = sc.sc_pid;
	uc.uid = sc.sc_euid;
	uc.gid = sc.sc_egid;
	return same(&uc, sizeof(uc), out);
}

static size_t
pktinfo_to(const void *in, size_t len, void *out)
{
	struct rump_in_pktinfo rpi;
	struct in_pktinfo pi;

	if (len < sizeof(rpi))
		return 0;
	memcpy(&rpi, in, sizeof(rpi));
	pi.ipi_ifindex = (int)rpi.ipi_ifindex;
	pi.ipi_spec_dst.s_addr = pi.ipi_addr.s_addr = rpi.ipi_addr;
	return same(&pi, sizeof(pi), out);
}

/* When sending, the host takes the source from ipi_spec_dst. */
static size_t
pktinfo_from(const void *in, size_t len, void *out)
{
	struct rump_in_pktinfo rpi;
	struct in_pktinfo pi;

	if (len < sizeof(pi))
		return 0;
	memcpy(&pi, in, sizeof(pi));
	rpi.ipi_ifindex = (uint32_t)pi.ipi_ifindex;
	rpi.ipi_addr = pi.ipi_spec_dst.s_addr;
	return same(&rpi, sizeof(rpi), out);
}

/* A byte there, an int here. */
static size_t
ttl_to(const void *in, size_t len, void *out)
{
	int ttl;

	if (len < 1)
		return 0;
	ttl = *(const uint8_t *)in;
	return same(&ttl, sizeof(ttl), out);
}

#define	IP6(name)							\
	{ IPPROTO_IPV6, name, RUMP_IPPROTO_IPV6, RUMP_##name, same, same }

static const struct {
	int	cm_level, cm_type;
	int	cm_rlevel, cm_rtype;
	cmsg_fn	cm_from, cm_to;		/* cm_from NULL: the kernel's only */
} kinds[] = {
	{ SOL_SOCKET, SCM_RIGHTS, RUMP_SOL_SOCKET, RUMP_SCM_RIGHTS, same,
	    same },
	{ SOL_SOCKET, SCM_TIMESTAMP, RUMP_SOL_SOCKET, RUMP_SCM_TIMESTAMP,
	    NULL, time_to },
	{ SOL_SOCKET, SCM_CREDENTIALS, RUMP_SOL_SOCKET, RUMP_SCM_CREDS, NULL,
	    creds_to },
	{ IPPROTO_IP, IP_PKTINFO, RUMP_IPPROTO_IP, RUMP_IP_PKTINFO,
	    pktinfo_from, pktinfo_to },
	{ IPPROTO_IP, IP_TTL, RUMP_IPPROTO_IP, RUMP_IP_RECVTTL, NULL, ttl_to },
	IP6(IPV6_PKTINFO), IP6(IPV6_HOPLIMIT), IP6(IPV6_TCLASS),
};

static size_t
kind_from(int level, int type)
{
	size_t i;

	for (i = 0; i < NITEMS(kinds); i++) {
		if (kinds[i].cm_level == level && kinds[i].cm_type == type &&
		    kinds[i].cm_from != NULL)
			break;
	}
	return i;
}

static size_t
kind_to(int level, int type)
{
	size_t i;

	for (i = 0; i < NITEMS(kinds); i++) {
		if (kinds[i].cm_rlevel == level && kinds[i].cm_rtype == type)
			break;
	}
	return i;
}

/* Put header and data at *used; ENOBUFS if there is no room. */
static int
emit(const void *head, size_t headlen, const void *data, size_t n, char *out,
    size_t room, size_t *used)
{

	if (*used > room || CM_HEAD + n > room - *used)
		return ENOBUFS;
	memset(out + *used, 0, CM_HEAD);
	memcpy(out + *used, head, headlen);
	memcpy(out + *used + CM_HEAD, data, n);
	*used += CM_HEAD + n;
	for (; *used % 8 != 0 && *used < room; (*used)++)
		out[*used] = 0;
	return 0;
}

static int
one_from(const struct cmsghdr *h, const char *data, char *out, size_t room,
    size_t *used)
{
	struct rump_cmsghdr r;
	char buf[CM_MAX];
	size_t i, n;

	i = kind_from(h->cmsg_level, h->cmsg_type);
	if (i == NITEMS(kinds) || h->cmsg_len - CM_HEAD > sizeof(buf))
		return EINVAL;
	n = (*kinds[i].cm_from)(data, h->cmsg_len - CM_HEAD, buf);
	if (n == 0)
		return EINVAL;
	r.cmsg_len = (uint32_t)(CM_HEAD + n);
	r.cmsg_level = kinds[i].cm_rlevel;
	r.cmsg_type = kinds[i].cm_rtype;
	return emit(&r, sizeof(r), buf, n, out, room, used);
}

static int
one_to(const struct rump_cmsghdr *r, const char *data, char *out, size_t room,
    size_t *used)
{
	struct cmsghdr h;
	char buf[CM_MAX];
	size_t i, n;

	i = kind_to(r->cmsg_level, r->cmsg_type);
	if (i == NITEMS(kinds) || r->cmsg_len - CM_HEAD > sizeof(buf))
		return EINVAL;
	n = (*kinds[i].cm_to)(data, r->cmsg_len - CM_HEAD, buf);
	if (n == 0)
		return EINVAL;
	memset(&h, 0, sizeof(h));
	h.cmsg_len = CM_HEAD + n;
	h.cmsg_level = kinds[i].cm_level;
	h.cmsg_type = kinds[i].cm_type;
	return emit(&h, sizeof(h), buf, n, out, room, used);
}

int
rump_hostabi_cmsg_from_host(const void *in, size_t len, void *out,
    size_t *outlen)
{
	const char *p = in;
	struct cmsghdr h;
	size_t at, used = 0;
	int error = 0;

	for (at = 0; error == 0 && at < len && len - at >= CM_HEAD;
	    at += CM_ALIGN(h.cmsg_len)) {
		memcpy(&h, p + at, sizeof(h));
		if (h.cmsg_len < CM_HEAD || h.cmsg_len > len - at)
			return EINVAL;
		error = one_from(&h, p + at + CM_HEAD, out, *outlen, &used);
	}
	*outlen = used;
	return error;
}

int
rump_hostabi_cmsg_to_host(const void *in, size_t len, void *out,
    size_t *outlen)
{
	const char *p = in;
	struct rump_cmsghdr r;
	size_t at, used = 0;
	int error = 0;

	for (at = 0; error == 0 && at < len && len - at >= CM_HEAD;
	    at += CM_ALIGN((size_t)r.cmsg_len)) {
		memcpy(&r, p + at, sizeof(r));
		if (r.cmsg_len < CM_HEAD || r.cmsg_len > len - at)
			return EINVAL;
		error = one_to(&r, p + at + CM_HEAD, out, *outlen, &used);
	}
	*outlen = used;
	return error;
}
