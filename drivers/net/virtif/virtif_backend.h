/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kinds of links, between virtif_host.c and the file of each kind.
 */
#ifndef _VIRTIF_BACKEND_H_
#define	_VIRTIF_BACKEND_H_

#include <sys/uio.h>

#include "virtif_host.h"

/* Before each frame that Linux gives or takes, if the link has them. */
#define	VNET_HDRLEN	10

/* c: constant once open; t: of the thread that sends; r: that receives. */
struct virtif {
	const struct virtif_kind *v_kind;	/* c */
	int		v_fd;			/* c: frames come here; -1 */
	int		v_kickfd;		/* c: eventfd(2) */
	bool		v_vnethdr;		/* c: VNET_HDRLEN bytes before */
	uint8_t		*v_buf;			/* r: a frame, header and all */
	size_t		v_have;			/* r: stream: bytes in v_buf */
	uint8_t		*v_out;			/* t: stream: to be sent first */
	size_t		v_outlen, v_outoff;	/* t */
	void		*v_private;		/* of the kind */
};
#define	VIRTIF_BUFSIZE	(VIRTIF_FRAMEMAX + 64)

/*
 * All but the name and open may be NULL: then a frame is one read(2) or
 * writev(2) of v_fd.  Errors are the host's.
 */
struct virtif_kind {
	const char	*vk_name;
	/* What is behind the colon; sets v_fd, v_vnethdr, v_private. */
	int		(*vk_open)(struct virtif *, const char *, bool *);
	void		(*vk_close)(struct virtif *);
	/* iov[0] is for the kind's own header, empty. */
	int		(*vk_send)(struct virtif *, struct iovec *, size_t);
	long		(*vk_recv)(struct virtif *, const void **);
};

extern const struct virtif_kind virtif_tap, virtif_packet, virtif_dgram,
    virtif_stream, virtif_pcap;

#endif /* !_VIRTIF_BACKEND_H_ */
