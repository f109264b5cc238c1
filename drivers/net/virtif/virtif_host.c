/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host half of virt(4): what all kinds of links have in common.  A link is
 * a descriptor that does not block; its thread waits for it and for an
 * eventfd, by which others wake it.
 */

#include <sys/eventfd.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/virtio_net.h>

#include <rump/rumpuser_component.h>

#include "virtif_backend.h"

#define	IOV_MAX_FRAME	64	/* pieces of a frame, with one for a header */

_Static_assert(sizeof(struct virtio_net_hdr) == VNET_HDRLEN, "Linux's");

static const struct virtif_kind *const kinds[] = {
	&virtif_tap, &virtif_packet, &virtif_dgram, &virtif_stream,
	&virtif_pcap,
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

static void
release(struct virtif *v)
{

	if (v->v_kickfd != -1)
		(void)close(v->v_kickfd);
	if (v->v_fd != -1)
		(void)close(v->v_fd);
	free(v->v_out);
	free(v->v_buf);
	free(v);
}

static int
open_link(const char *link, struct virtif **vp, bool *offload)
{
	const struct virtif_kind *kind;
	const char *rest;
	struct virtif *v;
	int error = ENOMEM;

	*offload = false;
	if ((kind = kind_of(link, &rest)) == NULL)
		return EINVAL;
	if ((v = calloc(1, sizeof(*v))) == NULL)
		return ENOMEM;
	v->v_kind = kind;
	v->v_fd = -1;
	v->v_kickfd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (v->v_kickfd == -1)
		error = errno;
	else if ((v->v_buf = malloc(VIRTIF_BUFSIZE)) != NULL)
		error = (*kind->vk_open)(v, rest, offload);
	if (error == 0 && v->v_fd != -1 && fcntl(v->v_fd, F_SETFL,
	    fcntl(v->v_fd, F_GETFL) | O_NONBLOCK) == -1)
		error = errno;
	if (error != 0)
		release(v);
	else
		*vp = v;
	return error;
}

int
rumpcomp_virtif_open(const char *link, struct virtif **vp, bool *offload)
{
	void *cookie = rumpuser_component_unschedule();
	int error = open_link(link, vp, offload);

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

/*
 * Linux's header of a frame, and ours.
 */
static void
vnet_put(struct virtio_net_hdr *vh, const struct virtif_offload *vo)
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
	/* A hint only: the length of all headers; TCP's is at least that. */
	vh->hdr_len = (uint16_t)(vo->vo_start + 20);
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
	if (len >= VIRTIF_FRAMEMIN && frame[12] == 0x86 && frame[13] == 0xdd)
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
		vnet_put(&vh, vo);
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

	for (;;) {
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
}

/*
 * Waiting.
 */
void
rumpcomp_virtif_wait(struct virtif *v, bool in, bool room)
{
	struct pollfd pfd[2] = {
		{ .fd = v->v_kickfd, .events = POLLIN },
		{ .fd = in || room ? v->v_fd : -1,
		    .events = (short)((in ? POLLIN : 0) |
			(room ? POLLOUT : 0)) },
	};
	void *cookie = rumpuser_component_unschedule();
	uint64_t count;

	(void)poll(pfd, 2, -1);
	if (pfd[0].revents != 0)
		(void)!read(v->v_kickfd, &count, sizeof(count));
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
