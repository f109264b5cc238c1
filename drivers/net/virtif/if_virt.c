/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virt(4): Ethernet interfaces on links that the host has, virtif_host.h:
 * "virt0" with linkstr "tap:tap0".
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "virtif_host.h"

#define	HDRLEN		192	/* bytes that hold all headers */
#define	PIECES		48	/* of a frame that are sent as they are */

_Static_assert(VIRTIF_OFFLOAD_CSUM == NET_OFFLOAD_CSUM &&
    VIRTIF_OFFLOAD_UDP == NET_OFFLOAD_UDP &&
    VIRTIF_OFFLOAD_IP6 == NET_OFFLOAD_IP6 &&
    VIRTIF_OFFLOAD_GSO == NET_OFFLOAD_GSO, "numbers");

/* All of the thread that sends, but vw_link, which is constant. */
struct virt_wire {
	struct virtif	*vw_link;
	uint8_t		*vw_flat;	/* frames of many pieces, or NULL */
	uint8_t		vw_hdr[HDRLEN];
};

static int
virt_open(const char *link, const uint8_t *lla, void **wire, bool *offload)
{
	struct virt_wire *vw = kmem_zalloc(sizeof(*vw), KM_SLEEP);
	int error;

	error = rumpcomp_virtif_open(link, &vw->vw_link, offload);
	if (error != 0)
		kmem_free(vw, sizeof(*vw));
	else
		*wire = vw;
	return error;
}

static void
virt_close(void *wire)
{
	struct virt_wire *vw = wire;

	rumpcomp_virtif_close(vw->vw_link);
	if (vw->vw_flat != NULL)
		kmem_free(vw->vw_flat, VIRTIF_FRAMEMAX);
	kmem_free(vw, sizeof(*vw));
}

/* What is behind the first off bytes; the number of pieces, or PIECES + 1. */
static size_t
pieces(const struct mbuf *m, int off, struct virtif_iovec *iov)
{
	size_t n = 0;

	for (; m != NULL; m = m->m_next) {
		if (off >= m->m_len) {
			off -= m->m_len;
			continue;
		}
		if (n == PIECES)
			return PIECES + 1;
		iov[n].iov_base = mtod(m, uint8_t *) + off;
		iov[n++].iov_len = (size_t)(m->m_len - off);
		off = 0;
	}
	return n;
}

static bool
flatten(struct virt_wire *vw, struct mbuf *m, int off,
    struct virtif_iovec *iov)
{
	const int len = m->m_pkthdr.len - off;

	if (vw->vw_flat == NULL)
		vw->vw_flat = kmem_alloc(VIRTIF_FRAMEMAX, KM_NOSLEEP);
	if (vw->vw_flat == NULL)
		return false;
	m_copydata(m, off, len, vw->vw_flat);
	iov->iov_base = vw->vw_flat;
	iov->iov_len = (size_t)len;
	return true;
}

static int
virt_send(void *wire, struct mbuf *m)
{
	struct virt_wire *vw = wire;
	const int hdrlen = MIN(m->m_pkthdr.len, HDRLEN);
	struct virtif_iovec iov[PIECES + 1];
	struct virtif_offload vo;
	struct net_offload no;
	size_t n;

	if (m->m_pkthdr.len > VIRTIF_FRAMEMAX)
		return EMSGSIZE;
	m_copydata(m, 0, hdrlen, vw->vw_hdr);
	net_offload_out(m, vw->vw_hdr, (size_t)hdrlen, &no);
	vo.vo_flags = no.no_flags;
	vo.vo_start = no.no_start;
	vo.vo_offset = no.no_offset;
	vo.vo_gso = no.no_gso;
	iov[0].iov_base = vw->vw_hdr;
	iov[0].iov_len = (size_t)hdrlen;
	n = pieces(m, hdrlen, iov + 1);
	if (n > PIECES) {
		if (!flatten(vw, m, hdrlen, iov + 1))
			return ENOBUFS;
		n = 1;
	}
	return rumpcomp_virtif_send(vw->vw_link, iov, n + 1, &vo);
}

static int
virt_recv(void *wire, struct mbuf **mp)
{
	struct virt_wire *vw = wire;
	struct virtif_offload vo;
	struct net_offload no;
	const void *data;
	long len;

	len = rumpcomp_virtif_recv(vw->vw_link, &data, &vo);
	if (len <= 0)
		return len == 0 ? EAGAIN : ENETDOWN;
	no.no_flags = vo.vo_flags;
	no.no_start = vo.vo_start;
	no.no_offset = vo.vo_offset;
	no.no_gso = vo.vo_gso;
	*mp = net_frame_mbuf(data, (size_t)len);
	if (*mp == NULL || !net_offload_in(*mp, &no)) {
		m_freem(*mp);
		return EIO;
	}
	return 0;
}

static void
virt_wait(void *wire, bool in, bool room)
{
	struct virt_wire *vw = wire;

	rumpcomp_virtif_wait(vw->vw_link, in, room);
}

static void
virt_kick(void *wire)
{
	struct virt_wire *vw = wire;

	rumpcomp_virtif_kick(vw->vw_link);
}

static struct net_wire virt = {
	.nw_name = "virt",
	.nw_open = virt_open,
	.nw_close = virt_close,
	.nw_send = virt_send,
	.nw_recv = virt_recv,
	.nw_wait = virt_wait,
	.nw_kick = virt_kick,
};

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	net_wire_attach(&virt);
}
