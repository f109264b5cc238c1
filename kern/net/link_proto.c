/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Link addresses, struct sockaddr_dl, and their text.
 */

#include <sys/param.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>

#include <lib/libkern/libkern.h>

#define	SDL_HDRLEN	offsetof(struct sockaddr_dl, sdl_data)

uint8_t
sockaddr_dl_measure(uint8_t namelen, uint8_t addrlen)
{

	return (uint8_t)MIN(SDL_HDRLEN + namelen + addrlen, UINT8_MAX);
}

struct sockaddr *
sockaddr_dl_alloc(uint16_t ifindex, uint8_t type, const void *name,
    uint8_t namelen, const void *addr, uint8_t addrlen, int flags)
{
	const uint8_t len = sockaddr_dl_measure(namelen, addrlen);
	struct sockaddr *sa;

	if ((sa = sockaddr_alloc(AF_LINK, len, flags)) == NULL)
		return NULL;
	if (sockaddr_dl_init(satosdl(sa), len, ifindex, type, name, namelen,
	    addr, addrlen) == NULL) {
		sockaddr_free(sa);
		return NULL;
	}
	return sa;
}

struct sockaddr_dl *
sockaddr_dl_init(struct sockaddr_dl *sdl, socklen_t socklen, uint16_t ifindex,
    uint8_t type, const void *name, uint8_t namelen, const void *addr,
    uint8_t addrlen)
{
	const size_t len = SDL_HDRLEN + namelen + addrlen;

	if (len > socklen || len > UINT8_MAX)
		return NULL;
	memset(sdl, 0, socklen);
	sdl->sdl_len = len;
	sdl->sdl_family = AF_LINK;
	sdl->sdl_index = ifindex;
	sdl->sdl_type = type;
	if (name != NULL) {
		memcpy(sdl->sdl_data, name, namelen);
		sdl->sdl_nlen = namelen;
	}
	if (addr != NULL) {
		memcpy(&sdl->sdl_data[sdl->sdl_nlen], addr, addrlen);
		sdl->sdl_alen = addrlen;
	}
	return sdl;
}

struct sockaddr_dl *
sockaddr_dl_setaddr(struct sockaddr_dl *sdl, socklen_t socklen,
    const void *addr, uint8_t addrlen)
{
	const size_t len = SDL_HDRLEN + sdl->sdl_nlen + addrlen;

	if (len > socklen || len > UINT8_MAX)
		return NULL;
	memcpy(&sdl->sdl_data[sdl->sdl_nlen], addr, addrlen);
	sdl->sdl_alen = addrlen;
	sdl->sdl_len = len;
	return sdl;
}

/* Bytes in hexadecimal, colons between; cut where the buffer ends. */
char *
lla_snprintf(char *dst, size_t dst_len, const void *src, size_t src_len)
{
	const uint8_t *p = src;
	size_t i, at = 0;

	if (dst_len == 0)
		return dst;
	dst[0] = '\0';
	for (i = 0; i < src_len && at < dst_len; i++)
		at += snprintf(dst + at, dst_len - at, "%s%02x",
		    i == 0 ? "" : ":", p[i]);
	return dst;
}

/* "[name type]:address"; the length it has without an end of the buffer. */
int
dl_print(char *buf, size_t len, const struct dl_addr *dl)
{
	char lla[LLA_ADDRSTRLEN];
	const size_t max = sizeof(dl->dl_data);
	const size_t nlen = MIN(dl->dl_nlen, max);
	const size_t alen = MIN(dl->dl_alen, max - nlen);

	lla_snprintf(lla, sizeof(lla), dl->dl_data + nlen, alen);
	return snprintf(buf, len, "%.*s(%hhu)%s%s", (int)nlen, dl->dl_data,
	    dl->dl_type, alen == 0 ? "" : ":", lla);
}

int
sdl_print(char *buf, size_t len, const void *arg)
{
	const struct sockaddr_dl *sdl = arg;
	char text[LLA_ADDRSTRLEN + IFNAMSIZ + 16];

	if (sdl->sdl_family != AF_LINK)
		return snprintf(buf, len, "(not a link address)");
	(void)dl_print(text, sizeof(text), &sdl->sdl_addr);
	return snprintf(buf, len, "[%s]:%hu", text, sdl->sdl_index);
}
