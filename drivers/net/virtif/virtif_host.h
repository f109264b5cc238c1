/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What virt(4) asks of its host half, revision 4.  Errors are NetBSD's numbers.
 *
 * A link is named by its kind, a colon and what the kind needs:
 *
 *	tap:NAME[,queues=N]	a tap device, made if there is none; with so
 *				many queues, 1 to 8, of one that has several
 *	packet:NAME[,noring]	an interface of the host, by AF_PACKET
 *	dgram:HERE,THERE	UNIX datagram sockets, a frame each (QEMU's
 *				-netdev dgram)
 *	stream:PATH[,server]	a UNIX stream socket, each frame after its
 *				length in four bytes, big-endian (QEMU's
 *				-netdev stream)
 *	pcap:[IN],[OUT]		frames from a file, and to a file of pcap(3)
 *	slirp:[OPTION,...]	a network inside the process, whose router is
 *				libslirp: the host's sockets are its outside
 *	vde:[PATH]		a port of a switch of VDE
 *	xdp:NAME[:QUEUE]	an interface of the host, by AF_XDP
 *
 * virt(4) has the options.
 */
#ifndef _VIRTIF_HOST_H_
#define	_VIRTIF_HOST_H_

#ifdef _KERNEL
#include <sys/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#define	VIRTIF_HOST_REVISION	4
#define	VIRTIF_FRAMEMAX		(65536 + 256)	/* bytes of a frame */
#define	VIRTIF_FRAMEMIN		14

/* What is left undone in a frame: <rump-sys/net.h>, struct net_offload. */
struct virtif_offload {
	uint16_t	vo_flags;
	uint16_t	vo_start;
	uint16_t	vo_offset;
	uint16_t	vo_gso;
};
#define	VIRTIF_OFFLOAD_CSUM	0x0001
#define	VIRTIF_OFFLOAD_UDP	0x0002
#define	VIRTIF_OFFLOAD_IP6	0x0004
#define	VIRTIF_OFFLOAD_GSO	0x0008

/* Same as rumpuser's. */
struct virtif_iovec {
	void		*iov_base;
	size_t		iov_len;
};

/*
 * A link, or a queue of one.  One thread at a time sends, and one receives and
 * waits.
 */
struct virtif;

/*
 * Opens a link.  *offload: the other end takes frames with something undone,
 * and may give such.  EINVAL: no such kind, or not what it needs; ENODEV: the
 * library it needs is not there, or was not at build time; what the host's
 * calls give.  With an error, why holds a line of text that says more, if it
 * is not empty.  May block.
 */
#define	VIRTIF_WHYMAX	160
int	rumpcomp_virtif_open(const char *link, struct virtif **,
	    bool *offload, char why[VIRTIF_WHYMAX]);
/* Nobody else uses it any more; not for queues that are not the first. */
void	rumpcomp_virtif_close(struct virtif *);
/* A link is its first queue; the next one, or NULL. */
struct virtif *rumpcomp_virtif_next(struct virtif *);

/*
 * Sends a frame, whose first piece is its headers if it has
 * VIRTIF_OFFLOAD_GSO.  EAGAIN: not now; rumpcomp_virtif_wait() with room tells
 * when.  Others: it is lost, as the link is in the end perhaps.
 */
int	rumpcomp_virtif_send(struct virtif *, const struct virtif_iovec *,
	    size_t, const struct virtif_offload *);
/*
 * The next frame, which stays until the next call: its length, and where it
 * is; 0: there is none now; -1: the link has ended, and there never will be.
 */
long	rumpcomp_virtif_recv(struct virtif *, const void **,
	    struct virtif_offload *);
/* Frames stay where they are for as long as nobody asks for them. */
bool	rumpcomp_virtif_holds(const struct virtif *);
/*
 * Blocks without a virtual CPU until there may be a frame (if in), or room to
 * send (if room), or another thread calls rumpcomp_virtif_kick().
 */
void	rumpcomp_virtif_wait(struct virtif *, bool in, bool room);
void	rumpcomp_virtif_kick(struct virtif *);
/*
 * For another thread that needs a frame: 0, there may be one, within so many
 * nanoseconds; then rumpcomp_virtif_polled() is told if there was.  EAGAIN:
 * none came; EBUSY: who waits is up.  Without a virtual CPU meanwhile.
 */
int	rumpcomp_virtif_poll(struct virtif *, unsigned int nsec);
void	rumpcomp_virtif_polled(struct virtif *, bool any);

#endif /* !_VIRTIF_HOST_H_ */
