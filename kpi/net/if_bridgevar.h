/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4): commands of SIOCSDRVSPEC and SIOCGDRVSPEC, and what they take.
 * ifd_data points to the structure named, except for the two lists, where it is
 * the list itself and ifd_len its size.
 */

#ifndef _NET_IF_BRIDGEVAR_H_
#define	_NET_IF_BRIDGEVAR_H_

#include <sys/types.h>

#include <net/if.h>
#include <net/if_ether.h>

#define	BRDGADD		0	/* ifbreq: a member */
#define	BRDGDEL		1	/* ifbreq */
#define	BRDGGIFFLGS	2	/* ifbreq: about a member */
#define	BRDGSIFFLGS	3	/* ifbreq: its flags */
#define	BRDGSCACHE	4	/* ifbrparam: most addresses there may be */
#define	BRDGGCACHE	5	/* ifbrparam */
#define	OBRDGGIFS	6	/* ifbifconf: as before NetBSD 5 */
#define	OBRDGRTS	7	/* ifbaconf */
#define	BRDGSADDR	8	/* ifbareq: an address that stays */
#define	BRDGSTO		9	/* ifbrparam: how long others do */
#define	BRDGGTO		10	/* ifbrparam */
#define	BRDGDADDR	11	/* ifbareq */
#define	BRDGFLUSH	12	/* ifbreq: IFBF_FLUSH* */
/* 802.1D, spanning trees. */
#define	BRDGGPRI	13	/* ifbrparam */
#define	BRDGSPRI	14
#define	BRDGGHT		15
#define	BRDGSHT		16
#define	BRDGGFD		17
#define	BRDGSFD		18
#define	BRDGGMA		19
#define	BRDGSMA		20
#define	BRDGSIFPRIO	21	/* ifbreq */
#define	BRDGSIFCOST	22
#define	BRDGGFILT	23	/* ifbrparam: IFBF_FILT_* */
#define	BRDGSFILT	24
#define	BRDGGIFS	25	/* list of ifbreq: members */
#define	BRDGRTS		26	/* list of ifbareq: addresses */

struct ifbreq {
	char		ifbr_ifsname[IFNAMSIZ];
	uint32_t	ifbr_ifsflags;		/* IFBIF_* */
	uint8_t		ifbr_state;		/* BSTP_IFSTATE_* */
	uint8_t		ifbr_priority;
	uint8_t		ifbr_path_cost;
	uint8_t		ifbr_portno;
};

#define	IFBIF_LEARNING	0x01	/* addresses behind it are learnt */
#define	IFBIF_DISCOVER	0x02	/* gets frames for unknown addresses */
#define	IFBIF_STP	0x04	/* takes part in the spanning tree */
#define	IFBIF_PROTECTED	0x08	/* hears nothing of others that have this */
#define	IFBIFBITS	"\020\1LEARNING\2DISCOVER\3STP\4PROTECTED"

#define	IFBF_FLUSHDYN	0x00	/* learnt addresses */
#define	IFBF_FLUSHALL	0x01

#define	IFBF_FILT_USEIPF 0x00000001
#define	IFBF_FILT_MASK	0x00000001

#define	BSTP_IFSTATE_DISABLED	0
#define	BSTP_IFSTATE_LISTENING	1
#define	BSTP_IFSTATE_LEARNING	2
#define	BSTP_IFSTATE_FORWARDING	3
#define	BSTP_IFSTATE_BLOCKING	4

struct ifbifconf {
	uint32_t	ifbic_len;		/* bytes */
	union {
		void		*ifbicu_buf;
		struct ifbreq	*ifbicu_req;
	} ifbic_ifbicu;
#define	ifbic_buf	ifbic_ifbicu.ifbicu_buf
#define	ifbic_req	ifbic_ifbicu.ifbicu_req
};

struct ifbareq {
	char		ifba_ifsname[IFNAMSIZ];
	time_t		ifba_expire;		/* seconds left */
	uint8_t		ifba_flags;		/* IFBAF_* */
	uint8_t		ifba_dst[ETHER_ADDR_LEN];
};

#define	IFBAF_TYPEMASK	0x03
#define	IFBAF_DYNAMIC	0x00
#define	IFBAF_STATIC	0x01
#define	IFBAFBITS	"\020\1STATIC"

struct ifbaconf {
	uint32_t	ifbac_len;		/* bytes */
	union {
		void		*ifbacu_buf;
		struct ifbareq	*ifbacu_req;
	} ifbac_ifbacu;
#define	ifbac_buf	ifbac_ifbacu.ifbacu_buf
#define	ifbac_req	ifbac_ifbacu.ifbacu_req
};

struct ifbrparam {
	union {
		uint32_t	ifbrpu_int32;
		uint16_t	ifbrpu_int16;
		uint8_t		ifbrpu_int8;
	} ifbrp_ifbrpu;
};
#define	ifbrp_csize	ifbrp_ifbrpu.ifbrpu_int32	/* addresses */
#define	ifbrp_ctime	ifbrp_ifbrpu.ifbrpu_int32	/* seconds */
#define	ifbrp_prio	ifbrp_ifbrpu.ifbrpu_int16
#define	ifbrp_hellotime	ifbrp_ifbrpu.ifbrpu_int8	/* seconds */
#define	ifbrp_fwddelay	ifbrp_ifbrpu.ifbrpu_int8	/* seconds */
#define	ifbrp_maxage	ifbrp_ifbrpu.ifbrpu_int8	/* seconds */
#define	ifbrp_filter	ifbrp_ifbrpu.ifbrpu_int32	/* IFBF_FILT_* */

#ifdef _KERNEL
int	bridge_output(struct ifnet *, struct mbuf *, const struct sockaddr *,
	    const struct rtentry *);
#endif

#endif /* !_NET_IF_BRIDGEVAR_H_ */
