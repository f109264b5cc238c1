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

/* c: constant once open; t: of the thread that sends; r: that receives;
 * a: atomically. */
struct virtif {
	const struct virtif_kind *v_kind;	/* c */
	struct virtif	*v_next;		/* c: its next queue */
	int		v_fd;			/* c: frames come here; -1 */
	int		v_kickfd;		/* c: eventfd(2) */
	bool		v_vnethdr;		/* c: VNET_HDRLEN bytes before */
	uint8_t		*v_buf;			/* r: a frame, header and all */
	size_t		v_have;			/* r: stream: bytes in v_buf */
	uint8_t		*v_out;			/* t: stream: under way */
	size_t		v_outlen, v_outoff;	/* t */
	bool		v_untold;		/* a: of room nobody tells */
	bool		v_looked;		/* a: a thread found frames */
	int		v_wait;			/* a: who waits, for what */
	char		*v_why;			/* while it is opened */
	void		*v_private;		/* of the kind */
};
#define	WAIT_NOT	0	/* he is up */
#define	WAIT_FRAME	1	/* for a frame */
#define	WAIT_SHORT	2	/* for a short time */
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
    virtif_stream, virtif_pcap, virtif_slirp, virtif_vde, virtif_xdp;

/* In vk_open: a queue behind all others, without a v_fd; NULL: errno. */
struct virtif *virtif_add_queue(struct virtif *);

/* In vk_recv: what it returns when a call of the host that does not block has
 * returned n. */
long	virtif_received(ssize_t n);

/* In vk_open: says what is wrong, and returns the error. */
int	virtif_why(struct virtif *, int error, const char *, ...)
	    __attribute__((__format__(__printf__, 3, 4)));

/*
 * Libraries of the host that few links need are loaded by the first that
 * does: a program with a tap device needs none of them.
 */
struct virtif_symbol {
	const char	*vs_name;
	void		*vs_where;	/* of a pointer to a function */
};
/*
 * Fills in all of them, up to one without a name.  ENODEV: no such library
 * here, or an older one.
 */
int	virtif_library(struct virtif *, const char *soname,
	    const struct virtif_symbol *);
/* vk_open of a kind whose library was not there at build time: ENODEV. */
int	virtif_left_out(struct virtif *, const char *, bool *);

#endif /* !_VIRTIF_BACKEND_H_ */
