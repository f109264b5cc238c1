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
#define	TCP_OFF		12	/* of its own length, in the header of TCP */
#define	PIECES		48	/* of a frame that are sent as they are */

_Static_assert(VIRTIF_OFFLOAD_CSUM == NET_OFFLOAD_CSUM &&
    VIRTIF_OFFLOAD_UDP == NET_OFFLOAD_UDP &&
    VIRTIF_OFFLOAD_IP6 == NET_OFFLOAD_IP6 &&
    VIRTIF_OFFLOAD_GSO == NET_OFFLOAD_GSO, "numbers");

/* A queue.  c: constant; the rest is of the thread that sends. */
struct virt_wire {
	struct virtif	*vw_link;	/* c */
	struct virt_wire *vw_next;	/* c */
	uint8_t		*vw_flat;	/* frames of many pieces, or NULL */
	uint8_t		vw_hdr[HDRLEN];
};

static struct virt_wire *
make_queues(struct virtif *link)
{
	struct virt_wire *first = NULL, **vwp = &first;

	for (; link != NULL; link = rumpcomp_virtif_next(link)) {
		*vwp = kmem_zalloc(sizeof(**vwp), KM_SLEEP);
		(*vwp)->vw_link = link;
		vwp = &(*vwp)->vw_next;
	}
	return first;
}

static int
virt_open(const char *name, const uint8_t *lla, void **wire, bool *offload)
{
	struct virtif *link;
	char why[VIRTIF_WHYMAX];
	int error;

	error = rumpcomp_virtif_open(name, &link, offload, why);
	if (error == 0)
		*wire = make_queues(link);
	else if (why[0] != '\0')
		printf("virt: %s: %s\n", name, why);
	return error;
}

static void
virt_close(void *wire)
{
	struct virt_wire *vw = wire, *next;

	rumpcomp_virtif_close(vw->vw_link);
	for (; vw != NULL; vw = next) {
		next = vw->vw_next;
		if (vw->vw_flat != NULL)
			kmem_free(vw->vw_flat, VIRTIF_FRAMEMAX);
		kmem_free(vw, sizeof(*vw));
	}
}

static void *
virt_next(void *wire)
{
	struct virt_wire *vw = wire;

	return vw->vw_next;
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

/*
 * Of the bytes in hdr, those before the data of a segment of TCP, that the host
 * keeps apart: what is behind them is copied fast if it is aligned there as it
 * is here.
 */
static size_t
headers(const uint8_t *hdr, size_t len, const struct net_offload *no)
{
	const size_t at = (size_t)no->no_start + TCP_OFF;

	return (no->no_flags & NET_OFFLOAD_GSO) == 0 || at >= len ? len :
	    MIN(no->no_start + MAX(hdr[at] >> 4, 5) * 4u, len);
}

static bool
flatten(struct virt_wire *vw, struct mbuf *m, int off,
    struct virtif_iovec *iov)
{
	const int len = m->m_pkthdr.len - off;

	KASSERT(len >= 0 && len <= VIRTIF_FRAMEMAX);
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
	size_t n, hdrlen = (size_t)MIN(m->m_pkthdr.len, HDRLEN);
	struct virtif_iovec iov[PIECES + 1];
	struct virtif_offload vo;
	struct net_offload no;

	if (m->m_pkthdr.len > VIRTIF_FRAMEMAX)
		return EMSGSIZE;
	m_copydata(m, 0, (int)hdrlen, vw->vw_hdr);
	net_offload_out(m, vw->vw_hdr, hdrlen, &no);
	hdrlen = headers(vw->vw_hdr, hdrlen, &no);
	vo.vo_flags = no.no_flags;
	vo.vo_start = no.no_start;
	vo.vo_offset = no.no_offset;
	vo.vo_gso = no.no_gso;
	iov[0].iov_base = vw->vw_hdr;
	iov[0].iov_len = hdrlen;
	n = pieces(m, (int)hdrlen, iov + 1);
	if (n > PIECES) {
		if (!flatten(vw, m, (int)hdrlen, iov + 1))
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

static bool
virt_holds(void *wire)
{
	struct virt_wire *vw = wire;

	return rumpcomp_virtif_holds(vw->vw_link);
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

static int
virt_poll(void *wire, unsigned int nsec)
{
	struct virt_wire *vw = wire;

	return rumpcomp_virtif_poll(vw->vw_link, nsec);
}

static void
virt_polled(void *wire, bool any)
{
	struct virt_wire *vw = wire;

	rumpcomp_virtif_polled(vw->vw_link, any);
}

static struct net_wire virt = {
	.nw_name = "virt",
	.nw_open = virt_open,
	.nw_close = virt_close,
	.nw_next = virt_next,
	.nw_send = virt_send,
	.nw_recv = virt_recv,
	.nw_holds = virt_holds,
	.nw_wait = virt_wait,
	.nw_kick = virt_kick,
	.nw_poll = virt_poll,
	.nw_polled = virt_polled,
};

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	net_wire_attach(&virt);
}
