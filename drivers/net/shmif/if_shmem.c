/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shmif(4): Ethernet interfaces on a bus that is a file in memory, shared by
 * any number of kernels of one machine.  ifconfig's linkstr, or
 * rump_pub_shmif_create(), tells which file.
 *
 * A checksum that was left to the hardware stays undone, and TCP's large
 * segments whole, as nothing on a bus can damage or cut them: who sends them
 * on to another wire sees in the packet what is still to be done.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "shmif_host.h"

/* What is undone on a bus has the numbers that it has in here. */
_Static_assert(SHMIF_FRAME_CSUM == NET_OFFLOAD_CSUM &&
    SHMIF_FRAME_UDP == NET_OFFLOAD_UDP && SHMIF_FRAME_IP6 == NET_OFFLOAD_IP6 &&
    SHMIF_FRAME_GSO == NET_OFFLOAD_GSO, "numbers");

static int
shmif_open(const char *path, const uint8_t *lla, void **wire, bool *offload)
{
	struct shmif_bus *b;
	int error;

	error = rumpcomp_shmif_open(path, lla, &b);
	if (error == 0)
		*wire = b;
	*offload = true;
	return error;
}

static void
shmif_close(void *wire)
{

	rumpcomp_shmif_close(wire);
}

static int
shmif_send(void *wire, struct mbuf *m)
{
	const size_t len = (size_t)m->m_pkthdr.len;
	struct shmif_frame meta;
	struct net_offload no;
	void *data;
	int error;

	error = rumpcomp_shmif_begin(wire, (uint32_t)len, &data);
	if (error != 0)
		return error;
	m_copydata(m, 0, (int)len, data);
	net_offload_out(m, data, len, &no);
	meta.sf_flags = no.no_flags;
	meta.sf_csumstart = no.no_start;
	meta.sf_csumoff = no.no_offset;
	meta.sf_gso = no.no_gso;
	rumpcomp_shmif_commit(wire, &meta);
	return 0;
}

static int
shmif_recv(void *wire, struct mbuf **mp)
{
	struct shmif_frame meta;
	struct net_offload no;
	const void *data;

	if ((data = rumpcomp_shmif_next(wire, &meta)) == NULL)
		return EAGAIN;
	no.no_flags = meta.sf_flags;
	no.no_start = meta.sf_csumstart;
	no.no_offset = meta.sf_csumoff;
	no.no_gso = meta.sf_gso;
	*mp = net_frame_mbuf(data, meta.sf_len);
	if (!rumpcomp_shmif_done(wire) || *mp == NULL ||
	    !net_offload_in(*mp, &no)) {
		m_freem(*mp);
		return EIO;
	}
	return 0;
}

static void
shmif_wait(void *wire, bool in, bool room)
{

	rumpcomp_shmif_wait(wire);
}

static void
shmif_kick(void *wire)
{

	rumpcomp_shmif_kick(wire);
}

static int
shmif_poll(void *wire, unsigned int nsec)
{

	return rumpcomp_shmif_poll(wire, nsec);
}

static void
shmif_polled(void *wire, bool any)
{

	rumpcomp_shmif_polled(wire, any);
}

static void
shmif_setpromisc(void *wire, bool on)
{

	rumpcomp_shmif_setpromisc(wire, on);
}

static void
shmif_setplain(void *wire, bool on)
{

	rumpcomp_shmif_setplain(wire, on);
}

static bool
shmif_undone(void *wire)
{

	return rumpcomp_shmif_undone(wire);
}

static void
shmif_setmac(void *wire, const uint8_t *lla)
{

	rumpcomp_shmif_setmac(wire, lla);
}

static struct net_wire shmif = {
	.nw_name = "shmif",
	.nw_open = shmif_open,
	.nw_close = shmif_close,
	.nw_send = shmif_send,
	.nw_recv = shmif_recv,
	.nw_wait = shmif_wait,
	.nw_kick = shmif_kick,
	.nw_poll = shmif_poll,
	.nw_polled = shmif_polled,
	.nw_setpromisc = shmif_setpromisc,
	.nw_setmac = shmif_setmac,
	.nw_setplain = shmif_setplain,
	.nw_undone = shmif_undone,
};

int
rump_shmif_create(const char *path, int *unitp)
{

	return net_wire_create(&shmif, path, unitp);
}

int
rump_pub_shmif_create(const char *path, int *unitp)
{
	int error;

	rump_schedule();
	error = rump_shmif_create(path, unitp);
	rump_unschedule();
	return error;
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	net_wire_attach(&shmif);
}
