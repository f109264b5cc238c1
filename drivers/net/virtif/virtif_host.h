/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What virt(4) asks of its host half, revision 1.  Errors are NetBSD's numbers.
 *
 * A link is named by its kind, a colon and what the kind needs:
 *
 *	tap:NAME		a tap device, made if there is none
 *	packet:NAME		an interface of the host, by AF_PACKET
 *	dgram:HERE,THERE	UNIX datagram sockets, a frame each (QEMU's
 *				-netdev dgram)
 *	stream:PATH[,server]	a UNIX stream socket, each frame after its
 *				length in four bytes, big-endian (QEMU's
 *				-netdev stream)
 *	pcap:[IN],[OUT]		frames from a file, and to a file of pcap(3)
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

#define	VIRTIF_HOST_REVISION	1
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

/* A link.  One thread at a time sends, and one receives and waits. */
struct virtif;

/*
 * Opens a link.  *offload: the other end takes frames with something undone,
 * and may give such.  EINVAL: no such kind, or not what it needs; ENODEV: built
 * without the library it needs; what the host's calls give.  May block.
 */
int	rumpcomp_virtif_open(const char *link, struct virtif **,
	    bool *offload);
/* Nobody else uses it any more. */
void	rumpcomp_virtif_close(struct virtif *);

/*
 * Sends a frame.  EAGAIN: not now; rumpcomp_virtif_wait() with room tells when.
 * Others: it is lost, as the link is in the end perhaps.
 */
int	rumpcomp_virtif_send(struct virtif *, const struct virtif_iovec *,
	    size_t, const struct virtif_offload *);
/*
 * The next frame, which stays until the next call: its length, and where it
 * is; 0: there is none now; -1: the link has ended, and there never will be.
 */
long	rumpcomp_virtif_recv(struct virtif *, const void **,
	    struct virtif_offload *);
/*
 * Blocks without a virtual CPU until there may be a frame (if in), or room to
 * send (if room), or another thread calls rumpcomp_virtif_kick().
 */
void	rumpcomp_virtif_wait(struct virtif *, bool in, bool room);
void	rumpcomp_virtif_kick(struct virtif *);

#endif /* !_VIRTIF_HOST_H_ */
