/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of both families as text, for commands of rumpnet(1) that take
 * either.  A link-local address of IPv6 is followed by "%" and the name of its
 * interface.
 */
#include <arpa/inet.h>

#include <stdlib.h>
#include <string.h>

#include "rumpnet.h"

/* An interface by its name, if index is 0, or the name of one: false if there
 * is none. */
static bool
interface(char name[RUMP_IFNAMSIZ], unsigned int *index)
{
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];
	const struct rump_sockaddr_dl *sdl;
	const struct rump_if_msghdr *ifm;
	bool found = false;
	size_t len, off;
	char *buf = rn_dump(RUMP_NET_RT_IFLIST, &len);

	for (off = 0; buf != NULL && !found && len - off >= sizeof(*ifm);
	    off += ifm->ifm_msglen) {
		ifm = (const void *)(buf + off);
		if (ifm->ifm_msglen < sizeof(struct rump_ifa_msghdr) ||
		    ifm->ifm_msglen > len - off)
			break;
		if (ifm->ifm_type != RUMP_RTM_IFINFO || !rn_addrs(ifm,
		    ifm->ifm_msglen, sizeof(*ifm), ifm->ifm_addrs, sa) ||
		    (sdl = (const void *)sa[RUMP_RTAX_IFP]) == NULL ||
		    sdl->sdl_nlen >= RUMP_IFNAMSIZ)
			continue;
		if (*index != 0)
			found = sdl->sdl_index == *index;
		else
			found = strlen(name) == sdl->sdl_nlen &&
			    memcmp(name, sdl->sdl_data, sdl->sdl_nlen) == 0;
		if (found) {
			*index = sdl->sdl_index;
			memcpy(name, sdl->sdl_data, sdl->sdl_nlen);
			name[sdl->sdl_nlen] = '\0';
		}
	}
	free(buf);
	return found;
}

static bool
zone(const char *text, uint32_t *id)
{
	char name[RUMP_IFNAMSIZ];
	unsigned int index = 0;

	if (strlen(text) >= sizeof(name))
		return false;
	(void)strcpy(name, text);
	if (!interface(name, &index))
		return false;
	*id = index;
	return true;
}

/* Addresses of a link, or of a group there. */
static bool
has_zone(const uint8_t addr[16])
{

	return (addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80) ||
	    (addr[0] == 0xff && (addr[1] & 0xf) <= 2);
}

void
rn_embed(union rn_host *h)
{

	if (h->sa.sa_family != RUMP_AF_INET6 || h->in6.sin6_scope_id == 0 ||
	    !has_zone(h->in6.sin6_addr))
		return;
	h->in6.sin6_addr[2] = (uint8_t)(h->in6.sin6_scope_id >> 8);
	h->in6.sin6_addr[3] = (uint8_t)h->in6.sin6_scope_id;
	h->in6.sin6_scope_id = 0;
}

void
rn_sin6(union rn_host *h, const void *addr)
{

	memset(h, 0, sizeof(*h));
	h->in6.sin6_len = sizeof(h->in6);
	h->in6.sin6_family = RUMP_AF_INET6;
	memcpy(h->in6.sin6_addr, addr, sizeof(h->in6.sin6_addr));
}

bool
rn_host(const char *text, union rn_host *h)
{
	char copy[INET6_ADDRSTRLEN + RUMP_IFNAMSIZ], *percent;
	struct in6_addr addr;

	memset(h, 0, sizeof(*h));
	if (strchr(text, ':') == NULL)
		return rn_address(text, &h->in);
	if (strlen(text) >= sizeof(copy))
		return false;
	(void)strcpy(copy, text);
	if ((percent = strchr(copy, '%')) != NULL)
		*percent = '\0';
	if (inet_pton(AF_INET6, copy, &addr) != 1)
		return false;
	rn_sin6(h, &addr);
	return percent == NULL || zone(percent + 1, &h->in6.sin6_scope_id);
}

bool
rn_net(const char *text, union rn_host *h, union rn_host *mask)
{
	char copy[INET6_ADDRSTRLEN + RUMP_IFNAMSIZ + 4], *slash;
	unsigned long bits = 128, i;
	struct in6_addr m;

	memset(mask, 0, sizeof(*mask));
	if (strchr(text, ':') == NULL)
		return rn_prefix(text, &h->in, &mask->in);
	if (strlen(text) >= sizeof(copy))
		return false;
	(void)strcpy(copy, text);
	if ((slash = strchr(copy, '/')) != NULL) {
		*slash = '\0';
		if (!rn_number(slash + 1, 128, &bits))
			return false;
	}
	memset(&m, 0, sizeof(m));
	for (i = 0; i < bits; i++)
		m.s6_addr[i / 8] |= (uint8_t)(0x80 >> i % 8);
	rn_sin6(mask, &m);
	return rn_host(copy, h);
}

/* As many bytes of a mask as there are; -1: no prefix. */
int
rn_host_bits(const struct rump_sockaddr *mask, int family)
{
	const bool six = family == RUMP_AF_INET6;
	const size_t size = six ? 16 : 4, first = six ?
	    offsetof(struct rump_sockaddr_in6, sin6_addr) :
	    offsetof(struct rump_sockaddr_in, sin_addr);
	const uint8_t *p = (const uint8_t *)mask;
	uint8_t b;
	size_t i;
	int bits = 0;
	bool over = false;

	if (mask == NULL)
		return (int)size * 8;
	for (i = 0; i < size * 8; i++) {
		b = first + i / 8 < mask->sa_len ? p[first + i / 8] : 0;
		if ((b & 0x80 >> i % 8) == 0)
			over = true;
		else if (over)
			return -1;
		else
			bits++;
	}
	return bits;
}

const char *
rn_host_text(const void *sa)
{
	static char text[4][INET6_ADDRSTRLEN + RUMP_IFNAMSIZ];
	static unsigned int next;
	struct rump_sockaddr_in6 sin6;
	char name[RUMP_IFNAMSIZ], *t = text[next++ % 4];
	unsigned int index;

	memcpy(&sin6, sa, 2);
	if (sin6.sin6_family == RUMP_AF_INET)
		return rn_text(((const struct rump_sockaddr_in *)
		    sa)->sin_addr);
	memcpy(&sin6, sa, sizeof(sin6));
	index = sin6.sin6_scope_id;
	if (has_zone(sin6.sin6_addr) && index == 0) {
		index = (unsigned int)sin6.sin6_addr[2] << 8 |
		    sin6.sin6_addr[3];
		sin6.sin6_addr[2] = sin6.sin6_addr[3] = 0;
	}
	(void)inet_ntop(AF_INET6, sin6.sin6_addr, t, INET6_ADDRSTRLEN);
	if (index != 0 && interface(name, &index)) {
		(void)strcat(t, "%");
		(void)strcat(t, name);
	}
	return t;
}

bool
rn_host_is_any(const union rn_host *h)
{
	static const uint8_t any[16];

	return h->in.sin_family == RUMP_AF_INET ? h->in.sin_addr == 0 :
	    memcmp(h->in6.sin6_addr, any, sizeof(any)) == 0;
}
