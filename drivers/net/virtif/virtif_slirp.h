/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links to libslirp: what the link string asked for, between the file that
 * reads it and the one that does it.  Addresses are in network byte order.
 */
#ifndef _VIRTIF_SLIRP_H_
#define	_VIRTIF_SLIRP_H_

#include <netinet/in.h>

#include "virtif_backend.h"

#define	SLIRP_FORWARDS	32

/* A port of the host that leads to one of ours. */
struct slirp_forward {
	bool		sf_udp;
	struct in_addr	sf_host, sf_guest;
	uint16_t	sf_hostport, sf_guestport;	/* host byte order */
};

/* The network's addresses are fixed ones in it, as with QEMU. */
struct slirp_options {
	bool		so_restricted;
	struct in_addr	so_net, so_mask;
	size_t		so_nforwards;
	struct slirp_forward so_forwards[SLIRP_FORWARDS];
};
#define	SLIRP_ROUTER	2
#define	SLIRP_RESOLVER	3
#define	SLIRP_FIRST	15	/* that DHCP gives */

static inline struct in_addr
slirp_address(const struct slirp_options *so, uint32_t n)
{
	const struct in_addr in = { htonl(ntohl(so->so_net.s_addr) + n) };

	return in;
}

/* EINVAL: it makes no sense, and why is told. */
int	virtif_slirp_options(struct virtif *, const char *,
	    struct slirp_options *);

#endif /* !_VIRTIF_SLIRP_H_ */
