/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links by AF_XDP, which has packets of an interface's queue in memory that is
 * shared with Linux, past its network stack.
 *
 * The memory consists of frames, half of them for packets in.  A frame in goes
 * from the ring of fill to that of rx, and is ours until the next packet is
 * asked for; a frame out goes to the ring of tx, and comes back by that of
 * completion.  Linux drives neither ring unless it is told so when a ring's
 * flag says that it wants to be: by poll(2) in, by sendto(2) out.
 */

#include <sys/mman.h>
#include <sys/socket.h>

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>

#include "virtif_backend.h"
#include "virtif_xdp.h"

#define	FRAME		4096u		/* bytes; a page, as Linux wants it */
#define	SIDE		1024u		/* frames in, and out; a power of two */
#define	MEMORY		(2ul * SIDE * FRAME)
#define	BUSY_WAIT	20000		/* microseconds */
#define	BUSY_WAITS	100

/* One with Linux as the other side; the mapping's numbers are shared. */
struct ring {
	uint32_t	*r_producer, *r_consumer, *r_flags;
	void		*r_desc;
	void		*r_map;
	size_t		r_maplen;
};

/* t, r: as in struct virtif. */
struct xdp {
	uint8_t		*x_memory;
	struct ring	x_fill, x_rx;		/* r */
	struct ring	x_completion, x_tx;	/* t */
	uint64_t	x_held;		/* r: frame of the packet given out */
	bool		x_holds;	/* r */
	uint32_t	x_nfree;	/* t */
	uint64_t	x_free[SIDE];	/* t: frames for packets out */
	int		x_promisc;	/* a socket that only is */
	struct xdp_redirect x_redirect;
};

static uint32_t
load(const uint32_t *p)
{

	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static void
store(uint32_t *p, uint32_t val)
{

	__atomic_store_n(p, val, __ATOMIC_RELEASE);
}

static bool
wants_wakeup(const struct ring *r)
{

	return (__atomic_load_n(r->r_flags, __ATOMIC_RELAXED) &
	    XDP_RING_NEED_WAKEUP) != 0;
}

/* Rings of addresses: fill has room for all frames in, always. */
static void
put_address(struct ring *r, uint64_t addr)
{
	const uint32_t at = *r->r_producer;

	((uint64_t *)r->r_desc)[at & (SIDE - 1)] = addr;
	store(r->r_producer, at + 1);
}

/*
 * Opening.
 */
static int
map_ring(int fd, struct ring *r, const struct xdp_ring_offset *off,
    size_t descsize, uint64_t pgoff)
{
	uint8_t *p;

	r->r_maplen = off->desc + SIDE * descsize;
	p = mmap(NULL, r->r_maplen, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_POPULATE, fd, (off_t)pgoff);
	if (p == MAP_FAILED)
		return errno;
	r->r_map = p;
	r->r_producer = (uint32_t *)(p + off->producer);
	r->r_consumer = (uint32_t *)(p + off->consumer);
	r->r_flags = (uint32_t *)(p + off->flags);
	r->r_desc = p + off->desc;
	return 0;
}

static int
map_rings(int fd, struct xdp *x)
{
	struct xdp_mmap_offsets off;
	socklen_t len = sizeof(off);
	int error;

	if (getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &off, &len) == -1)
		return errno;
	/* Before Linux 5.4 rings had no flags. */
	if (len != sizeof(off))
		return EOPNOTSUPP;
	if ((error = map_ring(fd, &x->x_fill, &off.fr, sizeof(uint64_t),
	    XDP_UMEM_PGOFF_FILL_RING)) != 0 ||
	    (error = map_ring(fd, &x->x_completion, &off.cr,
	    sizeof(uint64_t), XDP_UMEM_PGOFF_COMPLETION_RING)) != 0 ||
	    (error = map_ring(fd, &x->x_rx, &off.rx, sizeof(struct xdp_desc),
	    XDP_PGOFF_RX_RING)) != 0)
		return error;
	return map_ring(fd, &x->x_tx, &off.tx, sizeof(struct xdp_desc),
	    XDP_PGOFF_TX_RING);
}

static int
set_sizes(int fd)
{
	static const int rings[] = { XDP_UMEM_FILL_RING,
	    XDP_UMEM_COMPLETION_RING, XDP_RX_RING, XDP_TX_RING };
	const uint32_t size = SIDE;
	size_t i;

	for (i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
		if (setsockopt(fd, SOL_XDP, rings[i], &size,
		    sizeof(size)) == -1)
			return errno;
	}
	return 0;
}

/* The first half of the frames is for packets in. */
static int
make_memory(int fd, struct xdp *x)
{
	struct xdp_umem_reg reg = { .len = MEMORY, .chunk_size = FRAME };
	void *p;

	p = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return errno;
	x->x_memory = p;
	reg.addr = (uintptr_t)p;
	for (x->x_nfree = 0; x->x_nfree < SIDE; x->x_nfree++)
		x->x_free[x->x_nfree] = (uint64_t)(SIDE + x->x_nfree) * FRAME;
	return setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg)) == -1 ?
	    errno : 0;
}

/* All packets of the wire, not only those to the host's address. */
static int
be_promiscuous(struct xdp *x, unsigned int ifindex)
{
	const struct packet_mreq mreq = { .mr_ifindex = (int)ifindex,
	    .mr_type = PACKET_MR_PROMISC };

	x->x_promisc = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (x->x_promisc == -1 || setsockopt(x->x_promisc, SOL_PACKET,
	    PACKET_ADD_MEMBERSHIP, &mreq, sizeof(mreq)) == -1)
		return errno;
	return 0;
}

/* Linux lets go of a queue only a moment after its socket was closed. */
static int
bind_queue(int fd, unsigned int ifindex, uint32_t queue)
{
	const struct sockaddr_xdp sxdp = { .sxdp_family = AF_XDP,
	    .sxdp_flags = XDP_USE_NEED_WAKEUP, .sxdp_ifindex = ifindex,
	    .sxdp_queue_id = queue };
	int i;

	for (i = 0; bind(fd, (const struct sockaddr *)&sxdp,
	    sizeof(sxdp)) == -1; i++) {
		if (errno != EBUSY || i == BUSY_WAITS)
			return errno;
		(void)usleep(BUSY_WAIT);
	}
	return 0;
}

static int
set_up(struct virtif *v, struct xdp *x, unsigned int ifindex, uint32_t queue)
{
	uint32_t i;
	int error;

	if ((v->v_fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0)) == -1)
		return virtif_why(v, errno, "no socket of AF_XDP: %s",
		    strerror(errno));
	if ((error = make_memory(v->v_fd, x)) != 0 ||
	    (error = set_sizes(v->v_fd)) != 0 ||
	    (error = map_rings(v->v_fd, x)) != 0)
		return virtif_why(v, error, "no rings: %s", strerror(error));
	for (i = 0; i < SIDE; i++)
		put_address(&x->x_fill, (uint64_t)i * FRAME);
	if ((error = bind_queue(v->v_fd, ifindex, queue)) != 0)
		return virtif_why(v, error, "queue %u: %s", queue,
		    strerror(error));
	if ((error = virtif_xdp_attach(&x->x_redirect, v->v_fd, ifindex,
	    queue)) != 0)
		return virtif_why(v, error, "no program: %s",
		    strerror(error));
	return be_promiscuous(x, ifindex);
}

static void
unmap_ring(struct ring *r)
{

	if (r->r_map != NULL)
		(void)munmap(r->r_map, r->r_maplen);
}

static void
xdp_close(struct virtif *v)
{
	struct xdp *x = v->v_private;

	virtif_xdp_detach(&x->x_redirect);
	if (x->x_promisc != -1)
		(void)close(x->x_promisc);
	if (v->v_fd != -1)
		(void)close(v->v_fd);
	v->v_fd = -1;
	unmap_ring(&x->x_fill);
	unmap_ring(&x->x_completion);
	unmap_ring(&x->x_rx);
	unmap_ring(&x->x_tx);
	if (x->x_memory != NULL)
		(void)munmap(x->x_memory, MEMORY);
	free(x);
	v->v_private = NULL;
}

/* "NAME" or "NAME:QUEUE". */
static int
parse(struct virtif *v, const char *arg, unsigned int *ifindex,
    uint32_t *queue)
{
	char name[IF_NAMESIZE], *end;
	const size_t len = strcspn(arg, ":");
	unsigned long n = 0;

	if (len == 0 || len >= sizeof(name))
		return virtif_why(v, EINVAL, "no name of an interface");
	if (arg[len] == ':') {
		errno = 0;
		n = strtoul(arg + len + 1, &end, 10);
		if (arg[len + 1] < '0' || arg[len + 1] > '9' || errno != 0 ||
		    *end != '\0' || n > USHRT_MAX)
			return virtif_why(v, EINVAL, "no number of a queue");
	}
	memcpy(name, arg, len);
	name[len] = '\0';
	*queue = (uint32_t)n;
	if ((*ifindex = if_nametoindex(name)) == 0)
		return virtif_why(v, ENXIO, "no interface %s", name);
	return 0;
}

static int
xdp_open(struct virtif *v, const char *arg, bool *offload)
{
	unsigned int ifindex = 0;
	uint32_t queue = 0;
	struct xdp *x;
	int error;

	(void)offload;
	if ((error = parse(v, arg, &ifindex, &queue)) != 0)
		return error;
	if ((x = calloc(1, sizeof(*x))) == NULL)
		return ENOMEM;
	x->x_promisc = -1;
	x->x_redirect.xr_link = x->x_redirect.xr_prog =
	    x->x_redirect.xr_map = -1;
	v->v_private = x;
	if ((error = set_up(v, x, ifindex, queue)) != 0)
		xdp_close(v);
	return error;
}

/*
 * In.
 */

/* An address of Linux's may be anywhere in a frame; the frame is checked. */
static long
xdp_recv(struct virtif *v, const void **data)
{
	struct xdp *x = v->v_private;
	struct ring *r = &x->x_rx;
	const struct xdp_desc *desc;
	const uint32_t at = *r->r_consumer;
	long len;

	if (x->x_holds)
		put_address(&x->x_fill, x->x_held);
	x->x_holds = false;
	if (load(r->r_producer) == at)
		return 0;
	desc = &((const struct xdp_desc *)r->r_desc)[at & (SIDE - 1)];
	x->x_held = desc->addr & ~(uint64_t)(FRAME - 1);
	x->x_holds = true;
	*data = x->x_memory + desc->addr;
	len = (long)desc->len;
	/* From here on the descriptor is Linux's. */
	store(r->r_consumer, at + 1);
	return len;
}

/*
 * Out.
 */
static void
collect_sent(struct xdp *x)
{
	struct ring *r = &x->x_completion;
	const uint32_t end = load(r->r_producer);
	uint32_t at = *r->r_consumer;

	for (; at != end; at++)
		x->x_free[x->x_nfree++] =
		    ((const uint64_t *)r->r_desc)[at & (SIDE - 1)];
	store(r->r_consumer, at);
}

/* Linux is asked to send; when it cannot now, poll(2) asks again. */
static void
push(struct virtif *v)
{

	if (sendto(v->v_fd, NULL, 0, MSG_DONTWAIT, NULL, 0) == -1 &&
	    (errno == EAGAIN || errno == EBUSY || errno == ENOBUFS))
		rumpcomp_virtif_kick(v);
}

static int
xdp_send(struct virtif *v, struct iovec *iov, size_t n)
{
	struct xdp *x = v->v_private;
	struct ring *r = &x->x_tx;
	const uint32_t at = *r->r_producer;
	struct xdp_desc *desc;
	uint64_t addr;
	size_t i, len = 0;

	collect_sent(x);
	/* poll(2) tells of room in the ring, not of frames that come back. */
	__atomic_store_n(&v->v_untold, x->x_nfree == 0, __ATOMIC_RELAXED);
	if (x->x_nfree == 0 || at - load(r->r_consumer) == SIDE)
		return EAGAIN;
	addr = x->x_free[x->x_nfree - 1];
	for (i = 1; i < n; i++) {
		if (iov[i].iov_len > FRAME - len)
			return EMSGSIZE;
		memcpy(x->x_memory + addr + len, iov[i].iov_base,
		    iov[i].iov_len);
		len += iov[i].iov_len;
	}
	x->x_nfree--;
	desc = &((struct xdp_desc *)r->r_desc)[at & (SIDE - 1)];
	desc->addr = addr;
	desc->len = (uint32_t)len;
	desc->options = 0;
	store(r->r_producer, at + 1);
	if (wants_wakeup(r))
		push(v);
	return 0;
}

const struct virtif_kind virtif_xdp = {
	.vk_name = "xdp", .vk_open = xdp_open, .vk_close = xdp_close,
	.vk_send = xdp_send, .vk_recv = xdp_recv,
};
