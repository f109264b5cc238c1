/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ifmedia(9): kinds of media an interface can use, which one is chosen, and
 * what the driver says of the link.  A kind is a word: type, subtype, options
 * and modes, an instance.
 */

#ifndef _NET_IF_MEDIA_H_
#define	_NET_IF_MEDIA_H_

#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/types.h>

/* Type, */
#define	IFM_ETHER	0x00000020
#define	IFM_TOKEN	0x00000040
#define	IFM_FDDI	0x00000060
#define	IFM_IEEE80211	0x00000080
#define	IFM_ATM		0x000000a0
#define	IFM_CARP	0x000000c0
#define	IFM_NMASK	0x000000e0
#define	IFM_NSHIFT	5

/* subtype of any, */
#define	IFM_AUTO	0
#define	IFM_MANUAL	1
#define	IFM_NONE	2

/* of Ethernet: speed and wire; those from 32 on use bits 16 to 18 too, */
#define	IFM_10_T	3
#define	IFM_10_2	4
#define	IFM_10_5	5
#define	IFM_100_TX	6
#define	IFM_100_FX	7
#define	IFM_100_T4	8
#define	IFM_100_VG	9
#define	IFM_100_T2	10
#define	IFM_1000_SX	11
#define	IFM_10_STP	12
#define	IFM_10_FL	13
#define	IFM_1000_LX	14
#define	IFM_1000_CX	15
#define	IFM_1000_T	16
#define	IFM_HPNA_1	17
#define	IFM_10G_LR	18
#define	IFM_10G_SR	19
#define	IFM_10G_CX4	20
#define	IFM_2500_SX	21
#define	IFM_1000_BX10	22
#define	IFM_10G_TWINAX	23
#define	IFM_10G_TWINAX_LONG 24
#define	IFM_10G_LRM	25
#define	IFM_10G_T	26
#define	IFM_1000_KX	27
#define	IFM_2500_KX	28
#define	IFM_2500_T	29
#define	IFM_5000_T	30
#define	IFM_OTHER	31
#define	IFM_TMASK	0x0007001f

/* options of Ethernet, */
#define	IFM_ETH_MASTER	0x00000100	/* of 1000BASE-T */
#define	IFM_ETH_RXPAUSE	0x00000200
#define	IFM_ETH_TXPAUSE	0x00000400
#define	IFM_OMASK	0x0000ff00

/* modes: none for Ethernet, */
#define	IFM_MMASK	0x00070000
#define	IFM_MSHIFT	16

/* options of any, */
#define	IFM_FDX		0x00100000	/* full duplex */
#define	IFM_HDX		0x00200000
#define	IFM_FLOW	0x00400000
#define	IFM_FLAG0	0x01000000
#define	IFM_FLAG1	0x02000000
#define	IFM_FLAG2	0x04000000
#define	IFM_LOOP	0x08000000
#define	IFM_GMASK	0x0ff00000
#define	IFM_ETH_FMASK	(IFM_FLOW | IFM_ETH_RXPAUSE | IFM_ETH_TXPAUSE)

/* instance. */
#define	IFM_IMASK	0xf0000000
#define	IFM_ISHIFT	28

/* ifm_status. */
#define	IFM_AVALID	0x00000001	/* IFM_ACTIVE is to be believed */
#define	IFM_ACTIVE	0x00000002	/* there is a link */

#define	IFM_TYPE(x)	((x) & IFM_NMASK)
#define	IFM_SUBTYPE(x)	((x) & IFM_TMASK)
#define	IFM_TYPE_SUBTYPE(x) ((x) & (IFM_NMASK | IFM_TMASK))
#define	IFM_TYPE_OPTIONS(x) ((x) & IFM_OMASK)
#define	IFM_INST(x)	(((x) & IFM_IMASK) >> IFM_ISHIFT)
#define	IFM_OPTIONS(x)	((x) & (IFM_OMASK | IFM_GMASK))
#define	IFM_MODE(x)	(((x) & IFM_MMASK) >> IFM_MSHIFT)
#define	IFM_INST_MAX	IFM_INST(IFM_IMASK)
#define	IFM_MAKEWORD(type, subtype, options, instance)			\
	((type) | (subtype) | (options) | ((u_int)(instance) << IFM_ISHIFT))

#ifdef _KERNEL
struct ifmedia;
struct ifnet;
struct ifreq;
struct ifmediareq;

/* The driver's: make the change; tell the state of the link. */
typedef int (*ifm_change_cb_t)(struct ifnet *);
typedef void (*ifm_stat_cb_t)(struct ifnet *, struct ifmediareq *);

/* Locks: m, ifm_lock; c, constant. */
struct ifmedia_entry {
	TAILQ_ENTRY(ifmedia_entry) ifm_list;	/* m */
	u_int		ifm_media;	/* c */
	u_int		ifm_data;	/* c: the driver's */
	void		*ifm_aux;	/* c: the driver's */
};

struct ifmedia {
	kmutex_t	*ifm_lock;	/* c: the driver's, or one of all */
	u_int		ifm_mask;	/* c: bits that need not match */
	u_int		ifm_media;	/* m: chosen */
	struct ifmedia_entry *ifm_cur;	/* m: the entry that matches */
	TAILQ_HEAD(, ifmedia_entry) ifm_list; /* m */
	ifm_change_cb_t	ifm_change_cb;	/* c */
	ifm_stat_cb_t	ifm_status_cb;	/* c */
	uintptr_t	ifm_legacy;	/* c: without a lock of the driver */
};

#define	ifmedia_lock(ifm)	mutex_enter((ifm)->ifm_lock)
#define	ifmedia_unlock(ifm)	mutex_exit((ifm)->ifm_lock)
#define	ifmedia_locked(ifm)	mutex_owned((ifm)->ifm_lock)

void	ifmedia_init(struct ifmedia *, int, ifm_change_cb_t, ifm_stat_cb_t);
void	ifmedia_init_with_lock(struct ifmedia *, int, ifm_change_cb_t,
	    ifm_stat_cb_t, kmutex_t *);
void	ifmedia_fini(struct ifmedia *);
int	ifmedia_change(struct ifmedia *, struct ifnet *);
void	ifmedia_add(struct ifmedia *, int, int, void *);
void	ifmedia_list_add(struct ifmedia *, struct ifmedia_entry *, int);
void	ifmedia_set(struct ifmedia *, int);
int	ifmedia_ioctl(struct ifnet *, struct ifreq *, struct ifmedia *,
	    u_long);
struct ifmedia_entry *ifmedia_match(struct ifmedia *, u_int, u_int);
void	ifmedia_delete_instance(struct ifmedia *, u_int);
void	ifmedia_removeall(struct ifmedia *);
/* Bits per second of an Ethernet subtype, 0 if it has none. */
uint64_t ifmedia_baudrate(int);
#endif

#endif /* !_NET_IF_MEDIA_H_ */
