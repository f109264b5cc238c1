/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4): messages of the spanning tree as they are in frames, IEEE
 * 802.1D-1998, section 9.  They are for the next bridge only, and come in a
 * frame of 802.3 with a header of LLC.
 */
#include "bridge_private.h"

#include <sys/endian.h>

#include <net/if_llc.h>

#define	BPDU_TCN	0x80		/* types; that of configuration is 0 */
#define	BPDU_CHANGE	0x01		/* flags */
#define	BPDU_ACK	0x80

struct frame {
	struct ether_header f_eh;	/* its type is the length of the rest */
	uint8_t		f_dsap;
	uint8_t		f_ssap;
	uint8_t		f_control;
	uint8_t		f_protocol[2];
	uint8_t		f_version;
	uint8_t		f_type;
	uint8_t		f_flags;	/* configuration only, from here on */
	uint8_t		f_root[8];
	uint8_t		f_cost[4];
	uint8_t		f_bridge[8];
	uint8_t		f_port[2];
	uint8_t		f_age[2];	/* this and the rest: 1/256 s */
	uint8_t		f_maxage[2];
	uint8_t		f_hello[2];
	uint8_t		f_fwddelay[2];
} __packed;
__CTASSERT(sizeof(struct frame) == 52);

#define	TCN_LEN		offsetof(struct frame, f_flags)

const uint8_t bridge_bpdu_address[ETHER_ADDR_LEN] =
    { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 };

static void
fill_config(struct frame *f, const struct bridge_bpdu *bb)
{

	f->f_flags = (uint8_t)((bb->bb_change ? BPDU_CHANGE : 0) |
	    (bb->bb_ack ? BPDU_ACK : 0));
	be64enc(f->f_root, bb->bb_vector.bv_root);
	be32enc(f->f_cost, bb->bb_vector.bv_cost);
	be64enc(f->f_bridge, bb->bb_vector.bv_bridge);
	be16enc(f->f_port, bb->bb_vector.bv_port);
	be16enc(f->f_age, (uint16_t)bb->bb_age);
	be16enc(f->f_maxage, bb->bb_times.bt_maxage);
	be16enc(f->f_hello, bb->bb_times.bt_hello);
	be16enc(f->f_fwddelay, bb->bb_times.bt_fwddelay);
}

struct mbuf *
bridge_bpdu_frame(const struct bridge_bpdu *bb, const uint8_t *src)
{
	const size_t len = bb->bb_tcn ? TCN_LEN : sizeof(struct frame);
	const int min = ETHER_MIN_LEN - ETHER_CRC_LEN;
	struct mbuf *m;
	struct frame *f;

	KASSERT(bb->bb_age <= UINT16_MAX);
	if ((m = m_gethdr(M_DONTWAIT, MT_DATA)) == NULL)
		return NULL;
	m->m_len = m->m_pkthdr.len = min;
	m->m_flags |= M_MCAST;
	f = mtod(m, struct frame *);
	memset(f, 0, (size_t)min);
	memcpy(f->f_eh.ether_dhost, bridge_bpdu_address, ETHER_ADDR_LEN);
	memcpy(f->f_eh.ether_shost, src, ETHER_ADDR_LEN);
	f->f_eh.ether_type = htons((uint16_t)(len - ETHER_HDR_LEN));
	f->f_dsap = f->f_ssap = LLC_8021D_LSAP;
	f->f_control = LLC_UI;
	if (bb->bb_tcn)
		f->f_type = BPDU_TCN;
	else
		fill_config(f, bb);
	return m;
}

/* 9.3.4: what is older than it may become is not taken. */
static bool
parse_config(const struct frame *f, struct bridge_bpdu *bb)
{

	bb->bb_change = (f->f_flags & BPDU_CHANGE) != 0;
	bb->bb_ack = (f->f_flags & BPDU_ACK) != 0;
	bb->bb_vector.bv_root = be64dec(f->f_root);
	bb->bb_vector.bv_cost = be32dec(f->f_cost);
	bb->bb_vector.bv_bridge = be64dec(f->f_bridge);
	bb->bb_vector.bv_port = be16dec(f->f_port);
	bb->bb_age = be16dec(f->f_age);
	bb->bb_times.bt_maxage = be16dec(f->f_maxage);
	bb->bb_times.bt_hello = be16dec(f->f_hello);
	bb->bb_times.bt_fwddelay = be16dec(f->f_fwddelay);
	return bb->bb_age < bb->bb_times.bt_maxage;
}

bool
bridge_bpdu_parse(const struct mbuf *m, struct bridge_bpdu *bb)
{
	const size_t have = (size_t)m->m_pkthdr.len;
	size_t len;
	struct frame f;

	memset(bb, 0, sizeof(*bb));
	if (have < TCN_LEN)
		return false;
	m_copydata(__UNCONST(m), 0, (int)MIN(have, sizeof(f)), &f);
	len = ntohs(f.f_eh.ether_type) + (size_t)ETHER_HDR_LEN;
	if (len > have || len > ETHER_HDR_LEN + ETHERMTU || len < TCN_LEN ||
	    f.f_dsap != LLC_8021D_LSAP || f.f_ssap != LLC_8021D_LSAP ||
	    f.f_control != LLC_UI || be16dec(f.f_protocol) != 0)
		return false;
	bb->bb_tcn = f.f_type == BPDU_TCN;
	if (bb->bb_tcn)
		return true;
	return f.f_type == 0 && len >= sizeof(f) && parse_config(&f, bb);
}
