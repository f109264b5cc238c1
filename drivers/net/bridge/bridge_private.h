/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of bridge(4) share: a bridge, its members, the table of
 * addresses that tells behind which member somebody is, and the spanning tree.
 */

#ifndef _DRIVERS_NET_BRIDGE_PRIVATE_H_
#define	_DRIVERS_NET_BRIDGE_PRIVATE_H_

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/pslist.h>
#include <sys/psref.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/workqueue.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/if_ether.h>

#include <lib/libkern/libkern.h>

#define	BRIDGE_HASH	256		/* buckets; a power of two */
#define	BRIDGE_RTMAX	100		/* addresses, unless told otherwise */
#define	BRIDGE_RTMAX_LIMIT 65536
#define	BRIDGE_TIMEOUT	(20 * 60)	/* seconds, likewise */
#define	BRIDGE_AGE	(5 * 60)	/* seconds between looks */
/* 802.1D-1998, 8.10.2, in the eight bits that they have here. */
#define	BRIDGE_PORT_PRIORITY 0x80
#define	BRIDGE_PATH_COST 55

struct bridge_softc;

/*
 * What bridges tell one another, 802.1D-1998, 8.5.1.  A vector is who is the
 * root, what the way there costs, and by which bridge and port of it; the least
 * is the best.  An identifier is a priority and then a link address, or a port.
 */
struct bridge_vector {
	uint64_t	bv_root;
	uint64_t	bv_bridge;
	uint32_t	bv_cost;
	uint16_t	bv_port;
};

/* Of the root, so that all have the same; a second is BRIDGE_SECOND. */
#define	BRIDGE_SECOND	256
struct bridge_times {
	uint16_t	bt_maxage;
	uint16_t	bt_hello;
	uint16_t	bt_fwddelay;
};

/* A message; with bb_tcn, that the topology changed, there is no more in it. */
struct bridge_bpdu {
	bool		bb_tcn;
	bool		bb_change;	/* the root says that it changed */
	bool		bb_ack;		/* we know that it did */
	struct bridge_vector bb_vector;
	struct bridge_times bb_times;
	uint32_t	bb_age;		/* since the root sent it */
};

/*
 * A member.  Locks: c, constant; i, IFNET_LOCK of the bridge; a, atomic, with
 * that to change; r, sc_rtlock; s, st_lock.
 *
 * As a port of the spanning tree, with IFBIF_STP, it goes
 *	DISABLED -> BLOCKING -> LISTENING -> LEARNING -> FORWARDING
 * as its bridge finds that it should, a forwarding delay at each of the last
 * two, and back to BLOCKING or DISABLED at once.  Others are FORWARDING.
 */
struct bridge_iflist {
	struct pslist_entry bif_entry;		/* i; read in a section */
	struct psref_target bif_psref;
	struct bridge_softc *bif_sc;		/* c */
	struct ifnet	*bif_ifp;		/* c */
	uint32_t	bif_flags;		/* a: IFBIF_* */
	bool		bif_gone;		/* i: it is being removed */
	bool		bif_noroutes;		/* r: and learns no more */
	bool		bif_promisc;		/* i */
	void		*bif_detachhook;	/* c */

	LIST_ENTRY(bridge_iflist) bif_stpentry;	/* s */
	bool		bif_stp;		/* s: it is on that list */
	uint8_t		bif_state;		/* a, s: BSTP_IFSTATE_* */
	uint8_t		bif_priority;		/* s */
	uint8_t		bif_pathcost;		/* s */
	uint8_t		bif_portno;		/* c */
	/* s: a better bridge is there; otherwise we are the designated one */
	bool		bif_heard;
	struct bridge_vector bif_vector;	/* s: of who was heard */
	uint32_t	bif_age;		/* s: of that */
	u_int		bif_fwddelay;		/* s: seconds left; 0: none */
	u_int		bif_hold;		/* s: likewise */
	bool		bif_pending;		/* s: a message waits */
	bool		bif_ack;		/* s: it shall say bb_ack */
};

/* An address.  Locks as above. */
struct bridge_rtnode {
	struct pslist_entry brt_entry;		/* r; read in a section */
	SLIST_ENTRY(bridge_rtnode) brt_gone;	/* of who removes it */
	struct bridge_iflist *brt_bif;		/* r; read in a section */
	time_t		brt_expire;		/* a: time_uptime */
	uint8_t		brt_flags;		/* a: IFBAF_* */
	uint8_t		brt_addr[ETHER_ADDR_LEN]; /* c */
};

/* The spanning tree.  st_lock is s above, i as above. */
struct bridge_stp {
	kmutex_t	st_lock;
	LIST_HEAD(, bridge_iflist) st_ports;	/* s */
	bool		st_running;		/* s: the bridge is */
	callout_t	st_callout;		/* each second, with ports */
	uint16_t	st_priority;		/* s */
	struct bridge_times st_own;		/* s: used when we are root */
	struct bridge_times st_times;		/* s: those of the root */
	uint64_t	st_id;			/* s: of this bridge */
	uint64_t	st_root;		/* s */
	uint32_t	st_rootcost;		/* s */
	struct bridge_iflist *st_rootport;	/* s: NULL: we are the root */
	bool		st_detected;		/* s: a change, by us */
	u_int		st_hello;		/* s: seconds left; 0: none */
	u_int		st_tcn;			/* s: likewise */
	u_int		st_change;		/* s: likewise */
	MBUFQ_HEAD(bridge_out) st_out;		/* s: to be sent without it */
};

struct bridge_softc {
	struct ifnet	sc_if;			/* first */
	struct pslist_head sc_members;		/* i; read in a section */
	u_int		sc_nmembers;		/* i */
	pserialize_t	sc_psz;			/* c */
	kmutex_t	sc_rtlock;
	struct pslist_head *sc_rthash;		/* r; read in a section */
	uint32_t	sc_rtkey;		/* c: of the hash */
	uint32_t	sc_rtcount;		/* r */
	uint32_t	sc_rtmax;		/* a */
	uint32_t	sc_rttimeout;		/* a: seconds */
	callout_t	sc_rtcallout;
	struct workqueue *sc_rtwq;		/* c */
	struct work	sc_rtwork;		/* of the callout */
	struct work	sc_flushwork;		/* of the spanning tree */
	bool		sc_flushing;		/* r: that is on its way */
	bool		sc_running;		/* a */
	/* a, s: not 0: the topology is; so many seconds addresses are kept */
	uint32_t	sc_changing;
	struct bridge_stp sc_stp;
};

/* Do frames pass by a member? */
static inline bool
bridge_forwards(const struct bridge_iflist *bif)
{

	return atomic_load_relaxed(&bif->bif_state) == BSTP_IFSTATE_FORWARDING;
}

/* bridge_member.c: with IFNET_LOCK of the bridge, except the last ones. */
extern struct psref_class *bridge_psref_class;
struct bridge_iflist *bridge_member_find(struct bridge_softc *, const char *);
int	bridge_member_add(struct bridge_softc *, const char *);
void	bridge_member_remove(struct bridge_iflist *);
/* Of an interface, or the next one of a bridge (NULL: the first); the one
 * before is released.  The caller is bound. */
struct bridge_iflist *bridge_member_get(struct ifnet *, struct psref *);
struct bridge_iflist *bridge_member_next(struct bridge_softc *,
	    struct bridge_iflist *, struct psref *);
void	bridge_member_put(struct bridge_iflist *, struct psref *);

/* bridge_rt.c */
int	bridge_rt_init(struct bridge_softc *);
void	bridge_rt_fini(struct bridge_softc *);
void	bridge_rt_learn(struct bridge_iflist *, const uint8_t *);
struct bridge_iflist *bridge_rt_lookup(struct bridge_softc *, const uint8_t *,
	    struct psref *);
int	bridge_rt_static(struct bridge_iflist *, const struct ifbareq *);
int	bridge_rt_delete(struct bridge_softc *, const uint8_t *);
enum bridge_flush { BRIDGE_EXPIRED, BRIDGE_DYNAMIC, BRIDGE_ALL };
/* Of one member, or (NULL) of all; with the first this one learns no more. */
void	bridge_rt_forget(struct bridge_iflist *);
void	bridge_rt_flush(struct bridge_softc *, enum bridge_flush);
void	bridge_rt_trim(struct bridge_softc *, uint32_t max);
u_int	bridge_rt_list(struct bridge_softc *, struct ifbareq *, u_int room);
/* Without sleeping: those that were learnt go soon. */
void	bridge_rt_flush_later(struct bridge_softc *);
void	bridge_rt_start(struct bridge_softc *);
void	bridge_rt_stop(struct bridge_softc *);

/* bridge_forward.c */
void	bridge_input(struct ifnet *, struct mbuf *);

/* bridge_stp.c */
void	bridge_stp_init(struct bridge_softc *);
void	bridge_stp_fini(struct bridge_softc *);
/* With IFNET_LOCK of the bridge: it is up, or down. */
void	bridge_stp_start(struct bridge_softc *);
void	bridge_stp_stop(struct bridge_softc *);
/* A member becomes a port of the tree, or is none any more.  Both do nothing
 * if that is so already. */
void	bridge_stp_add(struct bridge_iflist *);
void	bridge_stp_remove(struct bridge_iflist *);
/* A frame to the bridges' address that came in by a port; it is read only. */
void	bridge_stp_input(struct bridge_iflist *, struct mbuf *);
/* Changes of priorities, costs and times are made between these. */
void	bridge_stp_enter(struct bridge_softc *);
void	bridge_stp_exit(struct bridge_softc *);
/* What happens each second. */
void	bridge_stp_tick(struct bridge_softc *);

/* bridge_bpdu.c: a frame of a message, or NULL, no memory; what a frame says,
 * or false: it makes no sense. */
extern const uint8_t bridge_bpdu_address[ETHER_ADDR_LEN];
struct mbuf *bridge_bpdu_frame(const struct bridge_bpdu *, const uint8_t *src);
bool	bridge_bpdu_parse(const struct mbuf *, struct bridge_bpdu *);

/* bridge_ctl.c: with IFNET_LOCK of the bridge. */
int	bridge_control(struct bridge_softc *, u_long, struct ifdrv *);

#endif /* !_DRIVERS_NET_BRIDGE_PRIVATE_H_ */
