/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links by AF_XDP: the program of BPF that turns an interface's packets to the
 * link's socket, between the file that loads it and the one that has the
 * socket.  Linux's Documentation/networking/af_xdp.rst tells of both.
 */
#ifndef _VIRTIF_XDP_H_
#define	_VIRTIF_XDP_H_

#include <stdint.h>

/* Descriptors; the program is gone from the interface when they are closed. */
struct xdp_redirect {
	int		xr_map;		/* of queues to sockets */
	int		xr_prog;
	int		xr_link;	/* of the program to the interface */
};

/*
 * Packets of the interface's queue go to the socket, others to the host as
 * ever.  0 or the host's errno: EBUSY, somebody else's program is there.
 */
int	virtif_xdp_attach(struct xdp_redirect *, int sock,
	    unsigned int ifindex, uint32_t queue);
void	virtif_xdp_detach(struct xdp_redirect *);

#endif /* !_VIRTIF_XDP_H_ */
