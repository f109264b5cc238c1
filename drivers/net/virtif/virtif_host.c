/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host half of virt(4): what all kinds of links have in common.  A link is
 * a descriptor that does not block; its thread waits for it and for an
 * eventfd, by which others wake it.
 */

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/virtio_net.h>

#include <rump/rumpuser_component.h>

#include "virtif_backend.h"

#define	IOV_MAX_FRAME	64	/* pieces of a frame, with one for a header */
#define	SHORT_MS	1	/* between looks for what nobody tells of */
#define	SKIP_MAX	64	/* frames that are none, at a time */

_Static_assert(sizeof(struct virtio_net_hdr) == VNET_HDRLEN, "Linux's");

static const struct virtif_kind *const kinds[] = {
	&virtif_tap, &virtif_packet, &virtif_dgram, &virtif_stream,
	&virtif_pcap, &virtif_slirp, &virtif_vde, &virtif_xdp,
};

static const struct virtif_kind *
kind_of(const char *link, const char **rest)
{
	size_t i, len;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		len = strlen(kinds[i]->vk_name);
		if (strncmp(link, kinds[i]->vk_name, len) == 0 &&
		    link[len] == ':') {
			*rest = link + len + 1;
			return kinds[i];
		}
	}
	return NULL;
}

int
virtif_why(struct virtif *v, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(v->v_why, VIRTIF_WHYMAX, fmt, ap);
	va_end(ap);
	return error;
}

static void
release(struct virtif *v)
{
	struct virtif *next;

	for (; v != NULL; v = next) {
		next = v->v_next;
		if (v->v_kickfd != -1)
			(void)close(v->v_kickfd);
		if (v->v_fd != -1)
			(void)close(v->v_fd);
		free(v->v_out);
		free(v->v_buf);
		free(v);
	}
}

/* NULL: errno. */
static struct virtif *
make(const struct virtif_kind *kind, char *why)
{
	struct virtif *v = calloc(1, sizeof(*v));
	int error;

	if (v == NULL)
		return NULL;
	v->v_kind = kind;
	v->v_fd = -1;
	v->v_why = why;
	v->v_kickfd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (v->v_kickfd != -1 && (v->v_buf = malloc(VIRTIF_BUFSIZE)) != NULL)
		return v;
	error = errno;
	release(v);
	errno = error;
	return NULL;
}

struct virtif *
virtif_add_queue(struct virtif *v)
{
	struct virtif *queue = make(v->v_kind, NULL);

	while (v->v_next != NULL)
		v = v->v_next;
	return v->v_next = queue;
}

static int
unblock(struct virtif *v)
{

	for (; v != NULL; v = v->v_next)
		if (v->v_fd != -1 && fcntl(v->v_fd, F_SETFL,
		    fcntl(v->v_fd, F_GETFL) | O_NONBLOCK) == -1)
			return errno;
	return 0;
}

static int
open_link(const char *link, struct virtif **vp, bool *offload, char *why)
{
	const struct virtif_kind *kind;
	const char *rest;
	struct virtif *v;
	int error;

	*offload = false;
	*why = '\0';
	if ((kind = kind_of(link, &rest)) == NULL) {
		(void)snprintf(why, VIRTIF_WHYMAX, "no such kind of link");
		return EINVAL;
	}
	if ((v = make(kind, why)) == NULL)
		return errno;
	error = (*kind->vk_open)(v, rest, offload);
	if (error == 0 && (error = unblock(v)) != 0 && kind->vk_close != NULL)
		(*kind->vk_close)(v);
	if (error != 0)
		release(v);
	else {
		v->v_why = NULL;
		*vp = v;
	}
	return error;
}

int
rumpcomp_virtif_open(const char *link, struct virtif **vp, bool *offload,
    char why[VIRTIF_WHYMAX])
{
	void *cookie = rumpuser_component_unschedule();
	int error = open_link(link, vp, offload, why);

	rumpuser_component_schedule(cookie);
	return rumpuser_component_errtrans(error);
}

void
rumpcomp_virtif_close(struct virtif *v)
{

	if (v->v_kind->vk_close != NULL)
		(*v->v_kind->vk_close)(v);
	release(v);
}

struct virtif *
rumpcomp_virtif_next(struct virtif *v)
{

	return v->v_next;
}

/*
 * Linux's header of a frame, and ours.
 */
static void
vnet_put(struct virtio_net_hdr *vh, const struct virtif_offload *vo,
    size_t hdrlen)
{

	memset(vh, 0, sizeof(*vh));
	if ((vo->vo_flags & VIRTIF_OFFLOAD_CSUM) == 0)
		return;
	vh->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	vh->csum_start = vo->vo_start;
	vh->csum_offset = vo->vo_offset;
	if ((vo->vo_flags & VIRTIF_OFFLOAD_GSO) == 0)
		return;
	vh->gso_type = (vo->vo_flags & VIRTIF_OFFLOAD_IP6) != 0 ?
	    VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
	vh->gso_size = vo->vo_gso;
	vh->hdr_len = (uint16_t)hdrlen;
}

/* Tags of VLANs may come first. */
static bool
is_ip6(const uint8_t *frame, size_t len)
{
	size_t at = 12;

	while (at + 6 <= len && ((frame[at] == 0x81 && frame[at + 1] == 0) ||
	    (frame[at] == 0x88 && frame[at + 1] == 0xa8)))
		at += 4;
	return at + 2 <= len && frame[at] == 0x86 && frame[at + 1] == 0xdd;
}

/* False: something that was not offered. */
static bool
vnet_get(const struct virtio_net_hdr *vh, const uint8_t *frame, size_t len,
    struct virtif_offload *vo)
{

	if ((vh->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) == 0)
		return vh->gso_type == VIRTIO_NET_HDR_GSO_NONE;
	vo->vo_flags = VIRTIF_OFFLOAD_CSUM;
	vo->vo_start = vh->csum_start;
	vo->vo_offset = vh->csum_offset;
	/* The checksum of TCP is at 16, that of UDP at 6. */
	if (vh->csum_offset == 6)
		vo->vo_flags |= VIRTIF_OFFLOAD_UDP;
	if (is_ip6(frame, len))
		vo->vo_flags |= VIRTIF_OFFLOAD_IP6;
	switch (vh->gso_type & ~VIRTIO_NET_HDR_GSO_ECN) {
	case VIRTIO_NET_HDR_GSO_NONE:
		return true;
	case VIRTIO_NET_HDR_GSO_TCPV4:
	case VIRTIO_NET_HDR_GSO_TCPV6:
		vo->vo_flags |= VIRTIF_OFFLOAD_GSO;
		vo->vo_gso = vh->gso_size;
		return true;
	default:
		return false;
	}
}

/*
 * Frames.
 */
int
rumpcomp_virtif_send(struct virtif *v, const struct virtif_iovec *iov,
    size_t n, const struct virtif_offload *vo)
{
	struct iovec hiov[IOV_MAX_FRAME];
	struct virtio_net_hdr vh;
	ssize_t done;
	size_t i;
	int error;

	if (n + 1 > IOV_MAX_FRAME)
		return rumpuser_component_errtrans(EMSGSIZE);
	for (i = 0; i < n; i++) {
		hiov[i + 1].iov_base = iov[i].iov_base;
		hiov[i + 1].iov_len = iov[i].iov_len;
	}
	hiov[0].iov_base = &vh;
	hiov[0].iov_len = 0;
	if (v->v_vnethdr) {
		vnet_put(&vh, vo, iov[0].iov_len);
		hiov[0].iov_len = sizeof(vh);
	}
	if (v->v_kind->vk_send != NULL) {
		error = (*v->v_kind->vk_send)(v, hiov, n + 1);
		return rumpuser_component_errtrans(error);
	}
	do {
		done = writev(v->v_fd, hiov, (int)n + 1);
	} while (done == -1 && errno == EINTR);
	return done == -1 ? rumpuser_component_errtrans(errno) : 0;
}

static long
read_frame(struct virtif *v, const void **data)
{
	ssize_t n;

	do {
		n = read(v->v_fd, v->v_buf, VIRTIF_BUFSIZE);
	} while (n == -1 && errno == EINTR);
	*data = v->v_buf;
	return virtif_received(n);
}

long
virtif_received(ssize_t n)
{

	if (n >= 0)
		return n;
	/* A neighbour that is not there yet, an interface that is down. */
	return errno == EAGAIN || errno == ECONNREFUSED || errno == ENETDOWN ||
	    errno == EIO ? 0 : -1;
}

long
rumpcomp_virtif_recv(struct virtif *v, const void **data,
    struct virtif_offload *vo)
{
	struct virtio_net_hdr vh;
	long n;
	int i;

	/* Who sends nothing but rubbish must not keep us here. */
	for (i = 0; i < SKIP_MAX; i++) {
		memset(vo, 0, sizeof(*vo));
		n = v->v_kind->vk_recv != NULL ?
		    (*v->v_kind->vk_recv)(v, data) : read_frame(v, data);
		if (n <= 0)
			return n;
		if (v->v_vnethdr) {
			if (n <= VNET_HDRLEN)
				continue;
			memcpy(&vh, *data, sizeof(vh));
			*data = (const uint8_t *)*data + VNET_HDRLEN;
			n -= VNET_HDRLEN;
			if (!vnet_get(&vh, *data, (size_t)n, vo))
				continue;
		}
		if (n >= VIRTIF_FRAMEMIN && n <= VIRTIF_FRAMEMAX)
			return n;
	}
	return 0;
}

static int64_t
now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/*
 * Waiting.  While threads that need frames look for them, and find them, who
 * waits only looks now and then, so that nobody wakes him for frames.
 */
bool
rumpcomp_virtif_holds(const struct virtif *v)
{

	return v->v_fd == -1;
}

void
rumpcomp_virtif_wait(struct virtif *v, bool in, bool room)
{
	const bool looked = __atomic_exchange_n(&v->v_looked, false,
	    __ATOMIC_RELAXED);
	const bool untold = room && __atomic_load_n(&v->v_untold,
	    __ATOMIC_RELAXED);
	struct pollfd pfd[2] = {
		{ .fd = v->v_kickfd, .events = POLLIN },
		{ .fd = (in && !looked) || room ? v->v_fd : -1,
		    .events = (short)((in && !looked ? POLLIN : 0) |
			(room && !untold ? POLLOUT : 0)) },
	};
	const int ms = untold || looked ? SHORT_MS : -1;
	void *cookie = rumpuser_component_unschedule();
	socklen_t len = sizeof(int);
	uint64_t count;
	int error;

	/* Without a descriptor the next frame is there already. */
	__atomic_store_n(&v->v_wait, looked ? WAIT_SHORT : WAIT_FRAME,
	    __ATOMIC_SEQ_CST);
	(void)poll(pfd, 2, in && v->v_fd == -1 ? 0 : ms);
	__atomic_store_n(&v->v_wait, WAIT_NOT, __ATOMIC_SEQ_CST);
	if (pfd[0].revents != 0)
		(void)!read(v->v_kickfd, &count, sizeof(count));
	/* An error that nobody is told of would stay, and wake us for ever. */
	if ((pfd[1].revents & POLLERR) != 0)
		(void)getsockopt(v->v_fd, SOL_SOCKET, SO_ERROR, &error, &len);
	/* An interface of the host that is down is an error without end. */
	if ((pfd[1].revents & (POLLERR | POLLHUP)) != 0 &&
	    (pfd[1].revents & POLLIN) == 0)
		(void)poll(pfd, 1, 100);
	rumpuser_component_schedule(cookie);
}

void
rumpcomp_virtif_kick(struct virtif *v)
{
	const uint64_t one = 1;

	(void)!write(v->v_kickfd, &one, sizeof(one));
}

int
rumpcomp_virtif_poll(struct virtif *v, unsigned int nsec)
{
	struct pollfd pfd = { .fd = v->v_fd, .events = POLLIN };
	int64_t end = 0, now;
	void *cookie;

	if (v->v_fd == -1 ||
	    __atomic_load_n(&v->v_wait, __ATOMIC_SEQ_CST) == WAIT_NOT)
		return rumpuser_component_errtrans(EBUSY);
	cookie = rumpuser_component_unschedule();
	while (poll(&pfd, 1, 0) == 0) {
		now = now_ns();
		if (end == 0)
			end = now + nsec;
		if (now >= end)
			break;
	}
	rumpuser_component_schedule(cookie);
	if ((pfd.revents & POLLIN) != 0)
		return 0;
	rumpcomp_virtif_polled(v, false);
	return rumpuser_component_errtrans(EAGAIN);
}

void
rumpcomp_virtif_polled(struct virtif *v, bool any)
{
	const int wait = any ? WAIT_FRAME : WAIT_SHORT;

	__atomic_store_n(&v->v_looked, any, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&v->v_wait, __ATOMIC_SEQ_CST) == wait)
		rumpcomp_virtif_kick(v);
}
