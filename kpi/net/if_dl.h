/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of the link level, family AF_LINK: which interface, by number or
 * name, and its hardware address.  Name and address follow each other in
 * sdl_data, neither with a NUL.
 */

#ifndef _NET_IF_DL_H_
#define	_NET_IF_DL_H_

#include <sys/ansi.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Of the link's type, and the length of what follows. */
struct dl_addr {
	uint8_t		dl_type;	/* IFT_* */
	uint8_t		dl_nlen;	/* of the name, or 0 */
	uint8_t		dl_alen;	/* of the address, or 0 */
	uint8_t		dl_slen;	/* of a selector, or 0 */
	char		dl_data[24];
};

struct sockaddr_dl {
	uint8_t		sdl_len;
	sa_family_t	sdl_family;	/* AF_LINK */
	uint16_t	sdl_index;	/* of the interface, or 0 */
	struct dl_addr	sdl_addr;
#define	sdl_type	sdl_addr.dl_type
#define	sdl_nlen	sdl_addr.dl_nlen
#define	sdl_alen	sdl_addr.dl_alen
#define	sdl_slen	sdl_addr.dl_slen
#define	sdl_data	sdl_addr.dl_data
};

#define	satosdl(__sa)	((struct sockaddr_dl *)(__sa))
#define	satocsdl(__sa)	((const struct sockaddr_dl *)(__sa))

#ifdef _KERNEL
/* Where the address is in a struct sockaddr_dl. */
#define	LLADDR(s)	((char *)((s)->sdl_data + (s)->sdl_nlen))
#define	CLLADDR(s)	((const char *)((s)->sdl_data + (s)->sdl_nlen))

/* Room for an address of 16 bytes as text, "xx:" each. */
#define	LLA_ADDRSTRLEN	(16 * 3)

/* Lengths of name and address: length of the whole. */
uint8_t	sockaddr_dl_measure(uint8_t, uint8_t);
struct sockaddr *sockaddr_dl_alloc(uint16_t, uint8_t, const void *, uint8_t,
	    const void *, uint8_t, int);
/* NULL: does not fit the size given. */
struct sockaddr_dl *sockaddr_dl_init(struct sockaddr_dl *, socklen_t, uint16_t,
	    uint8_t, const void *, uint8_t, const void *, uint8_t);
struct sockaddr_dl *sockaddr_dl_setaddr(struct sockaddr_dl *, socklen_t,
	    const void *, uint8_t);
char	*lla_snprintf(char *, size_t, const void *, size_t);
int	dl_print(char *, size_t, const struct dl_addr *);
int	sdl_print(char *, size_t, const void *);
#endif

#endif /* !_NET_IF_DL_H_ */
