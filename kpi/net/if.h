/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network interfaces, ifnet(9): what programs ask with ioctl(2), and in the
 * kernel the interface itself, its addresses and its queues.
 *
 * A driver allocates a struct ifnet (if_alloc(9), or inside its softc), fills
 * in name, flags and functions, then calls if_initialize() and if_register(),
 * or if_attach() for both; if_detach() is the end.  Who holds no lock keeps an
 * interface by a passive reference: if_get*(), if_acquire(), if_put().
 */

#ifndef _NET_IF_H_
#define	_NET_IF_H_

#include <sys/featuretest.h>
#include <sys/stdbool.h>
#include <sys/types.h>

#define	IFNAMSIZ	16	/* of a name, with its NUL */
#define	IF_NAMESIZE	IFNAMSIZ

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/queue.h>

#include <net/dlt.h>
#include <net/if_types.h>

/* Flags: if_flags.  Those in IFF_CANTCHANGE are the kernel's. */
#define	IFF_UP		0x0001
#define	IFF_BROADCAST	0x0002	/* has a broadcast address */
#define	IFF_DEBUG	0x0004
#define	IFF_LOOPBACK	0x0008
#define	IFF_POINTOPOINT	0x0010
#define	IFF_UNNUMBERED	0x0020	/* the address is another one's */
#define	IFF_RUNNING	0x0040	/* resources are there */
#define	IFF_NOARP	0x0080
#define	IFF_PROMISC	0x0100	/* takes all packets */
#define	IFF_ALLMULTI	0x0200	/* takes all multicast packets */
#define	IFF_OACTIVE	0x0400	/* is sending, no room */
#define	IFF_SIMPLEX	0x0800	/* does not hear itself */
#define	IFF_LINK0	0x1000	/* the driver's */
#define	IFF_LINK1	0x2000
#define	IFF_LINK2	0x4000
#define	IFF_MULTICAST	0x8000
#define	IFF_CANTCHANGE	(IFF_BROADCAST | IFF_POINTOPOINT | IFF_RUNNING | \
			IFF_OACTIVE | IFF_SIMPLEX | IFF_MULTICAST |	\
			IFF_ALLMULTI | IFF_PROMISC)
#define	IFFBITS								\
	"\020\1UP\2BROADCAST\3DEBUG\4LOOPBACK\5POINTOPOINT\6UNNUMBERED"	\
	"\7RUNNING\10NOARP\11PROMISC\12ALLMULTI\13OACTIVE\14SIMPLEX"	\
	"\15LINK0\16LINK1\17LINK2\20MULTICAST"

/* What the hardware can do for the stack: if_capabilities. */
#define	IFCAP_TSOv4		0x00080	/* cuts up TCP segments */
#define	IFCAP_CSUM_IPv4_Rx	0x00100	/* verifies header checksums */
#define	IFCAP_CSUM_IPv4_Tx	0x00200	/* computes them */
#define	IFCAP_CSUM_TCPv4_Rx	0x00400
#define	IFCAP_CSUM_TCPv4_Tx	0x00800
#define	IFCAP_CSUM_UDPv4_Rx	0x01000
#define	IFCAP_CSUM_UDPv4_Tx	0x02000
#define	IFCAP_CSUM_TCPv6_Rx	0x04000
#define	IFCAP_CSUM_TCPv6_Tx	0x08000
#define	IFCAP_CSUM_UDPv6_Rx	0x10000
#define	IFCAP_CSUM_UDPv6_Tx	0x20000
#define	IFCAP_TSOv6		0x40000
#define	IFCAP_LRO		0x80000	/* joins received segments */
#define	IFCAP_MASK		0xfff80
#define	IFCAPBITS							\
	"\020\10TSO4\11IP4CSUM_Rx\12IP4CSUM_Tx\13TCP4CSUM_Rx"		\
	"\14TCP4CSUM_Tx\15UDP4CSUM_Rx\16UDP4CSUM_Tx\17TCP6CSUM_Rx"	\
	"\20TCP6CSUM_Tx\21UDP6CSUM_Rx\22UDP6CSUM_Tx\23TSO6\24LRO"

/* if_link_state. */
#define	LINK_STATE_UNKNOWN	0
#define	LINK_STATE_DOWN		1
#define	LINK_STATE_UP		2

/* Traffic, as sysctl(3), the routing socket and SIOCGIFDATA tell it. */
struct if_data {
	u_char		ifi_type;	/* IFT_* */
	u_char		ifi_addrlen;
	u_char		ifi_hdrlen;
	int		ifi_link_state;
	uint64_t	ifi_mtu;
	uint64_t	ifi_metric;
	uint64_t	ifi_baudrate;	/* bits per second */
	uint64_t	ifi_ipackets;
	uint64_t	ifi_ierrors;
	uint64_t	ifi_opackets;
	uint64_t	ifi_oerrors;
	uint64_t	ifi_collisions;
	uint64_t	ifi_ibytes;
	uint64_t	ifi_obytes;
	uint64_t	ifi_imcasts;
	uint64_t	ifi_omcasts;
	uint64_t	ifi_iqdrops;
	uint64_t	ifi_noproto;
	struct timespec	ifi_lastchange;
};

/*
 * Structures of ioctl(2) requests.
 */
struct ifreq {
	char		ifr_name[IFNAMSIZ];
	union {
		struct sockaddr	ifru_addr;
		struct sockaddr	ifru_dstaddr;
		struct sockaddr	ifru_broadaddr;
		struct sockaddr_storage ifru_space;
		short		ifru_flags;
		int		ifru_addrflags;
		int		ifru_metric;
		int		ifru_mtu;
		int		ifru_dlt;
		u_int		ifru_value;
		void		*ifru_data;
		struct {
			uint32_t	b_buflen;
			void		*b_buf;
		} ifru_b;
	} ifr_ifru;
#define	ifr_addr	ifr_ifru.ifru_addr
#define	ifr_dstaddr	ifr_ifru.ifru_dstaddr
#define	ifr_broadaddr	ifr_ifru.ifru_broadaddr
#define	ifr_space	ifr_ifru.ifru_space
#define	ifr_flags	ifr_ifru.ifru_flags
#define	ifr_addrflags	ifr_ifru.ifru_addrflags
#define	ifr_metric	ifr_ifru.ifru_metric
#define	ifr_mtu		ifr_ifru.ifru_mtu
#define	ifr_dlt		ifr_ifru.ifru_dlt
#define	ifr_value	ifr_ifru.ifru_value
#define	ifr_index	ifr_ifru.ifru_value
#define	ifr_media	ifr_ifru.ifru_metric
#define	ifr_data	ifr_ifru.ifru_data
#define	ifr_buf		ifr_ifru.ifru_b.b_buf
#define	ifr_buflen	ifr_ifru.ifru_b.b_buflen
};

struct ifcapreq {
	char		ifcr_name[IFNAMSIZ];
	uint64_t	ifcr_capabilities;	/* IFCAP_* there are */
	uint64_t	ifcr_capenable;		/* and in use */
};

struct ifaliasreq {
	char		ifra_name[IFNAMSIZ];
	struct sockaddr	ifra_addr;
	struct sockaddr	ifra_dstaddr;
#define	ifra_broadaddr	ifra_dstaddr
	struct sockaddr	ifra_mask;
};

struct ifdatareq {
	char		ifdr_name[IFNAMSIZ];
	struct if_data	ifdr_data;
};

struct ifmediareq {
	char		ifm_name[IFNAMSIZ];
	int		ifm_current;	/* chosen, IFM_* */
	int		ifm_mask;	/* bits that do not matter */
	int		ifm_status;	/* IFM_AVALID, IFM_ACTIVE */
	int		ifm_active;	/* in use */
	int		ifm_count;	/* entries in ifm_ulist */
	int		*ifm_ulist;	/* possible ones */
};

/* To the driver. */
struct ifdrv {
	char		ifd_name[IFNAMSIZ];
	unsigned long	ifd_cmd;
	size_t		ifd_len;
	void		*ifd_data;
};
#define	IFLINKSTR_QUERYLEN	0x01
#define	IFLINKSTR_UNSET		0x02

/* All interfaces: a buffer of struct ifreq. */
struct ifconf {
	int		ifc_len;	/* its size, then what is used */
	union {
		void		*ifcu_buf;
		struct ifreq	*ifcu_req;
	} ifc_ifcu;
#define	ifc_buf	ifc_ifcu.ifcu_buf
#define	ifc_req	ifc_ifcu.ifcu_req
};

/* Addresses longer than a struct sockaddr. */
struct if_laddrreq {
	char		iflr_name[IFNAMSIZ];
	unsigned int	flags;		/* IFLR_* */
#define	IFLR_PREFIX	0x8000		/* in: prefixlen counts */
#define	IFLR_ACTIVE	0x4000
#define	IFLR_FACTORY	0x2000
	unsigned int	prefixlen;	/* bits */
	struct sockaddr_storage addr;
	struct sockaddr_storage dstaddr;
};

struct if_addrprefreq {
	char		ifap_name[IFNAMSIZ];
	uint16_t	ifap_preference;
	struct sockaddr_storage ifap_addr;
};

/* Names of what can be cloned. */
struct if_clonereq {
	int		ifcr_total;	/* out: how many there are */
	int		ifcr_count;	/* room for so many */
	char		*ifcr_buffer;	/* IFNAMSIZ bytes each */
};

/*
 * Messages of the routing socket.
 */
struct if_msghdr {
	u_short		ifm_msglen;
	u_char		ifm_version;
	u_char		ifm_type;
	int		ifm_addrs;	/* RTA_* */
	int		ifm_flags;	/* IFF_* */
	u_short		ifm_index;
	struct if_data	ifm_data __aligned(8);
};

struct ifa_msghdr {
	u_short		ifam_msglen __aligned(8);
	u_char		ifam_version;
	u_char		ifam_type;
	u_short		ifam_index;
	int		ifam_flags;
	int		ifam_addrs;
	pid_t		ifam_pid;
	int		ifam_addrflags;
	int		ifam_metric;
};

struct if_announcemsghdr {
	u_short		ifan_msglen;
	u_char		ifan_version;
	u_char		ifan_type;
	u_short		ifan_index;
	char		ifan_name[IFNAMSIZ];
	u_short		ifan_what;
};
#define	IFAN_ARRIVAL	0
#define	IFAN_DEPARTURE	1

#define	IF_Kbps(x)	((x) * 1000ULL)
#define	IF_Mbps(x)	(IF_Kbps((x) * 1000ULL))
#define	IF_Gbps(x)	(IF_Mbps((x) * 1000ULL))

#ifdef _KERNEL
#include <sys/atomic.h>
#include <sys/hook.h>
#include <sys/module_hook.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/pserialize.h>
#include <sys/pslist.h>
#include <sys/psref.h>
#include <sys/systm.h>
#include <sys/workqueue.h>

#include <altq/if_altq.h>
#include <net/pfil.h>
#include <net/pktqueue.h>

struct bpf_if;
struct bridge_iflist;
struct bridge_softc;
struct if_clone;
struct if_deferred_start;
struct if_percpuq;
struct ifaddr;
struct in6_multi;
struct lwp;
struct mbuf;
struct mowner;
struct rt_addrinfo;
struct rtentry;
struct socket;
struct sockaddr_dl;
struct sysctllog;

typedef unsigned short	if_index_t;

/* A plain queue of packets; struct ifaltq begins like this. */
struct ifqueue {
	struct mbuf	*ifq_head;
	struct mbuf	*ifq_tail;
	int		ifq_len;
	int		ifq_maxlen;
	int		ifq_drops;
	kmutex_t	*ifq_lock;
};

/*
 * An interface.  Lock legend:
 *   :	constant once registered
 *   i	written under if_ioctl_lock (IFNET_LOCK), read with it or with a
 *	pserialize(9) section or a passive reference
 *   g	the global list's lock
 *   q	if_snd.ifq_lock (IFQ_LOCK)
 *   d	the driver's own
 *   6	the protocol's
 */
typedef struct ifnet {
	void		*if_softc;		/* : the driver's */
	TAILQ_ENTRY(ifnet) if_list;		/* g */
	TAILQ_HEAD(ifaddrhead, ifaddr) if_addrlist;	/* i */
	char		if_xname[IFNAMSIZ];	/* : "wm0" */
	int		if_pcount;		/* i: promiscuous users */
	struct bpf_if	*if_bpf;		/* i */
	if_index_t	if_index;		/* : */
	short		if_timer;		/* d: seconds, to if_watchdog */
	unsigned short	if_flags;		/* i: IFF_* */
	short		if_extflags;		/* : IFEF_* */
	u_char		if_type;		/* : IFT_* */
	u_char		if_addrlen;		/* : of a link address */
	u_char		if_hdrlen;		/* : of a link header */
	int		if_link_state;		/* q: LINK_STATE_* */
	uint64_t	if_mtu;			/* i */
	uint64_t	if_metric;		/* i */
	uint64_t	if_baudrate;		/* i */
	struct timespec	if_lastchange;		/* i */
	percpu_t	*if_stats;		/* : <net/if_stats.h> */

	/* Entry points: to send a packet of a protocol, */
	int		(*if_output)(struct ifnet *, struct mbuf *,
			    const struct sockaddr *, const struct rtentry *);
	/* to take in one of the link, */
	void		(*_if_input)(struct ifnet *, struct mbuf *);
	/* to send what is queued, */
	void		(*if_start)(struct ifnet *);
	/* to send one packet of the link, queueing or not, */
	int		(*if_transmit)(struct ifnet *, struct mbuf *);
	int		(*if_ioctl)(struct ifnet *, u_long, void *);
	int		(*if_init)(struct ifnet *);
	void		(*if_stop)(struct ifnet *, int);
	/* each second that if_timer ends, */
	void		(*if_slowtimo)(struct ifnet *);
#define	if_watchdog	if_slowtimo
	/* when memory is short, */
	void		(*if_drain)(struct ifnet *);
	/* and for listeners. */
	void		(*if_bpf_mtap)(struct bpf_if *, struct mbuf *, u_int);

	struct ifaltq	if_snd;			/* q: output queue */
	struct ifaddr	*if_dl;			/* i: of if_sadl */
	const struct sockaddr_dl *if_sadl;	/* i: link address in use */
	struct ifaddr	*if_hwdl;		/* i: the hardware's */
	const uint8_t	*if_broadcastaddr;	/* : */
	struct bridge_softc *if_bridge;		/* i */
	struct bridge_iflist *if_bridgeif;	/* i */
	int		if_dlt;			/* : DLT_* */
	pfil_head_t	*if_pfil;		/* : */
	uint64_t	if_capabilities;	/* : IFCAP_* */
	uint64_t	if_capenable;		/* i */
	union {
		void		*carp_s;	/* i: carps on it */
		struct ifnet	*carp_d;	/* i: a carp's parent */
	} if_carp_ptr;
#define	if_carp		if_carp_ptr.carp_s
#define	if_carpdev	if_carp_ptr.carp_d
	int		if_csum_flags_tx;	/* i: M_CSUM_* */
	int		if_csum_flags_rx;	/* i */
	void		*if_afdata[AF_MAX];	/* i: the domains' */
	struct mowner	*if_mowner;		/* : */
	void		*if_lagg;		/* i */
	void		*if_npf_private;	/* 6 */
	void		*if_pf_kif;		/* 6 */
	void		*if_pf_groups;		/* 6 */
	kmutex_t	*if_ioctl_lock;		/* : */
	char		*if_description;	/* i */
	struct callout	*if_slowtimo_ch;	/* : */
	kmutex_t	*if_afdata_lock;	/* : */
	struct if_percpuq *if_percpuq;		/* : input, see if_input() */
	struct work	if_link_work;		/* q */
	uint16_t	if_link_queue;		/* q: states not told yet */
	bool		if_link_scheduled;	/* q */
	struct pslist_entry if_pslist_entry;	/* g */
	struct psref_target if_psref;		/* : */
	struct pslist_head if_addr_pslist;	/* i */
	struct if_deferred_start *if_deferred_start; /* : */
	LIST_HEAD(, in6_multi) if_multiaddrs;	/* 6 */
	khook_list_t	*if_linkstate_hooks;	/* : */
} ifnet_t;

#include <net/if_stats.h>

#define	if_name(ifp)	((ifp)->if_xname)

/* if_extflags. */
#define	IFEF_MPSAFE		0x0001	/* needs no kernel lock */
#define	IFEF_NO_LINK_STATE_CHANGE 0x0002

static __inline bool
if_is_mpsafe(struct ifnet *ifp)
{
	return (ifp->if_extflags & IFEF_MPSAFE) != 0;
}

static __inline if_index_t
if_get_index(const struct ifnet *ifp)
{
	return ifp != NULL ? ifp->if_index : 0;
}

/* Bytes in and out by an address; used with option IFA_STATS. */
struct ifaddr_data {
	int64_t		ifad_inbytes;
	int64_t		ifad_outbytes;
};

/*
 * An address of an interface; protocols have it at the beginning of their
 * own.  Locks as above.
 */
struct ifaddr {
	struct sockaddr	*ifa_addr;		/* : */
	struct sockaddr	*ifa_dstaddr;		/* i: the other end */
#define	ifa_broadaddr	ifa_dstaddr
	struct sockaddr	*ifa_netmask;		/* i */
	struct ifnet	*ifa_ifp;		/* : */
	TAILQ_ENTRY(ifaddr) ifa_list;		/* i */
	struct ifaddr_data ifa_data;		/* statistics */
	void		(*ifa_rtrequest)(int, struct rtentry *,
			    const struct rt_addrinfo *);
	u_int		ifa_flags;		/* i: IFA_* */
	int		ifa_refcnt;		/* atomic */
	int		ifa_metric;		/* i */
	struct ifaddr	*(*ifa_getifa)(struct ifaddr *,
			    const struct sockaddr *);
	uint32_t	*ifa_seqno;		/* i */
	int16_t		ifa_preference;		/* i */
	struct pslist_entry ifa_pslist_entry;	/* i */
	struct psref_target ifa_psref;		/* : */
};
#define	IFA_ROUTE	0x01	/* a route was made for it */
#define	IFA_DESTROYING	0x02

/*
 * Queues.  IF_* take no lock, except IF_PURGE that wants none.
 */
#define	IF_QFULL(ifq)		((ifq)->ifq_len >= (ifq)->ifq_maxlen)
#define	IF_DROP(ifq)		((ifq)->ifq_drops++)
#define	IF_ENQUEUE(ifq, m)						\
do {									\
	(m)->m_nextpkt = NULL;						\
	if ((ifq)->ifq_tail == NULL)					\
		(ifq)->ifq_head = (m);					\
	else								\
		(ifq)->ifq_tail->m_nextpkt = (m);			\
	(ifq)->ifq_tail = (m);						\
	(ifq)->ifq_len++;						\
} while (0)
#define	IF_PREPEND(ifq, m)						\
do {									\
	(m)->m_nextpkt = (ifq)->ifq_head;				\
	if ((ifq)->ifq_tail == NULL)					\
		(ifq)->ifq_tail = (m);					\
	(ifq)->ifq_head = (m);						\
	(ifq)->ifq_len++;						\
} while (0)
#define	IF_DEQUEUE(ifq, m)						\
do {									\
	(m) = (ifq)->ifq_head;						\
	if ((m) != NULL) {						\
		(ifq)->ifq_head = (m)->m_nextpkt;			\
		if ((ifq)->ifq_head == NULL)				\
			(ifq)->ifq_tail = NULL;				\
		(m)->m_nextpkt = NULL;					\
		(ifq)->ifq_len--;					\
	}								\
} while (0)
#define	IF_POLL(ifq, m)		((m) = (ifq)->ifq_head)
#define	IF_IS_EMPTY(ifq)	((ifq)->ifq_len == 0)
#define	IF_PURGE(ifq)							\
do {									\
	struct mbuf *_m0;						\
									\
	for (;;) {							\
		IF_DEQUEUE((ifq), _m0);					\
		if (_m0 == NULL)					\
			break;						\
		m_freem(_m0);						\
	}								\
} while (0)

#ifndef IFQ_MAXLEN
#define	IFQ_MAXLEN	256
#endif

#define	IFQ_LOCK_INIT(ifq)						\
	((ifq)->ifq_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET))
#define	IFQ_LOCK_DESTROY(ifq)	mutex_obj_free((ifq)->ifq_lock)
#define	IFQ_LOCK(ifq)		mutex_enter((ifq)->ifq_lock)
#define	IFQ_UNLOCK(ifq)		mutex_exit((ifq)->ifq_lock)

#define	IFQ_SET_READY(ifq)	((void)((ifq)->altq_flags |= ALTQF_READY))
#define	IFQ_SET_MAXLEN(ifq, len) ((ifq)->ifq_maxlen = (len))
#define	IFQ_INC_LEN(ifq)	((ifq)->ifq_len++)
#define	IFQ_DEC_LEN(ifq)	(--(ifq)->ifq_len)
#define	IFQ_INC_DROPS(ifq)	((ifq)->ifq_drops++)
#define	IFQ_IS_EMPTY(ifq)	IF_IS_EMPTY(ifq)
#define	IFQ_CLASSIFY(ifq, m, af) __nothing

/* These lock the queue.  A packet without room is freed: ENOBUFS. */
#define	IFQ_ENQUEUE(ifq, m, err)					\
do {									\
	IFQ_LOCK(ifq);							\
	if (IF_QFULL(ifq)) {						\
		IFQ_INC_DROPS(ifq);					\
		IFQ_UNLOCK(ifq);					\
		m_freem(m);						\
		(err) = ENOBUFS;					\
	} else {							\
		IF_ENQUEUE((ifq), (m));					\
		IFQ_UNLOCK(ifq);					\
		(err) = 0;						\
	}								\
} while (0)
#define	IFQ_DEQUEUE(ifq, m)						\
do {									\
	IFQ_LOCK(ifq);							\
	IF_DEQUEUE((ifq), (m));						\
	IFQ_UNLOCK(ifq);						\
} while (0)
#define	IFQ_POLL(ifq, m)						\
do {									\
	IFQ_LOCK(ifq);							\
	IF_POLL((ifq), (m));						\
	IFQ_UNLOCK(ifq);						\
} while (0)
#define	IFQ_PURGE(ifq)							\
do {									\
	IFQ_LOCK(ifq);							\
	IF_PURGE(ifq);							\
	IFQ_UNLOCK(ifq);						\
} while (0)

/*
 * The kernel lock and softnet_lock, for a stack that is built to need them
 * and for interfaces that do.
 */
#ifdef NET_MPSAFE
#define	KERNEL_LOCK_UNLESS_NET_MPSAFE()		__nothing
#define	KERNEL_UNLOCK_UNLESS_NET_MPSAFE()	__nothing
#define	SOFTNET_LOCK_UNLESS_NET_MPSAFE()	__nothing
#define	SOFTNET_UNLOCK_UNLESS_NET_MPSAFE()	__nothing
#define	SOFTNET_LOCK_IF_NET_MPSAFE()		mutex_enter(softnet_lock)
#define	SOFTNET_UNLOCK_IF_NET_MPSAFE()		mutex_exit(softnet_lock)
#else
#define	KERNEL_LOCK_UNLESS_NET_MPSAFE()		KERNEL_LOCK(1, NULL)
#define	KERNEL_UNLOCK_UNLESS_NET_MPSAFE()	KERNEL_UNLOCK_ONE(NULL)
#define	SOFTNET_LOCK_UNLESS_NET_MPSAFE()	mutex_enter(softnet_lock)
#define	SOFTNET_UNLOCK_UNLESS_NET_MPSAFE()	mutex_exit(softnet_lock)
#define	SOFTNET_LOCK_IF_NET_MPSAFE()		__nothing
#define	SOFTNET_UNLOCK_IF_NET_MPSAFE()		__nothing
#endif
#define	SOFTNET_KERNEL_LOCK_UNLESS_NET_MPSAFE()				\
do {									\
	SOFTNET_LOCK_UNLESS_NET_MPSAFE();				\
	KERNEL_LOCK_UNLESS_NET_MPSAFE();				\
} while (0)
#define	SOFTNET_KERNEL_UNLOCK_UNLESS_NET_MPSAFE()			\
do {									\
	KERNEL_UNLOCK_UNLESS_NET_MPSAFE();				\
	SOFTNET_UNLOCK_UNLESS_NET_MPSAFE();				\
} while (0)
#define	KERNEL_LOCK_IF_IFP_MPSAFE(ifp)					\
do {									\
	if (if_is_mpsafe(ifp))						\
		KERNEL_LOCK(1, NULL);					\
} while (0)
#define	KERNEL_UNLOCK_IF_IFP_MPSAFE(ifp)				\
do {									\
	if (if_is_mpsafe(ifp))						\
		KERNEL_UNLOCK_ONE(NULL);				\
} while (0)
#define	KERNEL_LOCK_UNLESS_IFP_MPSAFE(ifp)				\
do {									\
	if (!if_is_mpsafe(ifp))						\
		KERNEL_LOCK(1, NULL);					\
} while (0)
#define	KERNEL_UNLOCK_UNLESS_IFP_MPSAFE(ifp)				\
do {									\
	if (!if_is_mpsafe(ifp))						\
		KERNEL_UNLOCK_ONE(NULL);				\
} while (0)

#define	IFNET_LOCK(ifp)		mutex_enter((ifp)->if_ioctl_lock)
#define	IFNET_UNLOCK(ifp)	mutex_exit((ifp)->if_ioctl_lock)
#define	IFNET_LOCKED(ifp)	mutex_owned((ifp)->if_ioctl_lock)
#define	IFNET_ASSERT_UNLOCKED(ifp)					\
	KASSERT(mutex_ownable((ifp)->if_ioctl_lock))

#define	IF_AFDATA_LOCK_INIT(ifp)					\
	((ifp)->if_afdata_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SOFTNET))
#define	IF_AFDATA_LOCK_DESTROY(ifp) mutex_obj_free((ifp)->if_afdata_lock)
#define	IF_AFDATA_WLOCK(ifp)	mutex_enter((ifp)->if_afdata_lock)
#define	IF_AFDATA_WUNLOCK(ifp)	mutex_exit((ifp)->if_afdata_lock)
#define	IF_AFDATA_RLOCK(ifp)	IF_AFDATA_WLOCK(ifp)
#define	IF_AFDATA_RUNLOCK(ifp)	IF_AFDATA_WUNLOCK(ifp)
#define	IF_AFDATA_LOCK(ifp)	IF_AFDATA_WLOCK(ifp)
#define	IF_AFDATA_UNLOCK(ifp)	IF_AFDATA_WUNLOCK(ifp)
#define	IF_AFDATA_LOCK_ASSERT(ifp)					\
	KASSERT(mutex_owned((ifp)->if_afdata_lock))
#define	IF_AFDATA_WLOCK_ASSERT(ifp) IF_AFDATA_LOCK_ASSERT(ifp)
#define	IF_AFDATA_RLOCK_ASSERT(ifp) IF_AFDATA_LOCK_ASSERT(ifp)
#define	IF_AFDATA_UNLOCK_ASSERT(ifp)					\
	KASSERT(!mutex_owned((ifp)->if_afdata_lock))

/*
 * Walking: READER inside a pserialize(9) section, WRITER with the lock.
 */
#define	IFNET_READER_EMPTY()						\
	(PSLIST_READER_FIRST(&ifnet_pslist, struct ifnet,		\
	if_pslist_entry) == NULL)
#define	IFNET_READER_FIRST()						\
	PSLIST_READER_FIRST(&ifnet_pslist, struct ifnet, if_pslist_entry)
#define	IFNET_READER_NEXT(__ifp)					\
	PSLIST_READER_NEXT((__ifp), struct ifnet, if_pslist_entry)
#define	IFNET_READER_FOREACH(__ifp)					\
	PSLIST_READER_FOREACH((__ifp), &ifnet_pslist, struct ifnet,	\
	    if_pslist_entry)
#define	IFNET_WRITER_FOREACH(__ifp)					\
	PSLIST_WRITER_FOREACH((__ifp), &ifnet_pslist, struct ifnet,	\
	    if_pslist_entry)

#define	IFADDR_FOREACH(__ifa, __ifp)					\
	TAILQ_FOREACH((__ifa), &(__ifp)->if_addrlist, ifa_list)
#define	IFADDR_FOREACH_SAFE(__ifa, __ifp, __nifa)			\
	TAILQ_FOREACH_SAFE((__ifa), &(__ifp)->if_addrlist, ifa_list, __nifa)
#define	IFADDR_EMPTY(__ifp)	TAILQ_EMPTY(&(__ifp)->if_addrlist)
#define	IFADDR_FIRST(__ifp)	TAILQ_FIRST(&(__ifp)->if_addrlist)
#define	IFADDR_NEXT(__ifa)	TAILQ_NEXT((__ifa), ifa_list)
#define	IFADDR_ENTRY_INIT(__ifa)					\
	PSLIST_ENTRY_INIT((__ifa), ifa_pslist_entry)
#define	IFADDR_ENTRY_DESTROY(__ifa)					\
	PSLIST_ENTRY_DESTROY((__ifa), ifa_pslist_entry)
#define	IFADDR_READER_EMPTY(__ifp)					\
	(PSLIST_READER_FIRST(&(__ifp)->if_addr_pslist, struct ifaddr,	\
	ifa_pslist_entry) == NULL)
#define	IFADDR_READER_FIRST(__ifp)					\
	PSLIST_READER_FIRST(&(__ifp)->if_addr_pslist, struct ifaddr,	\
	    ifa_pslist_entry)
#define	IFADDR_READER_NEXT(__ifa)					\
	PSLIST_READER_NEXT((__ifa), struct ifaddr, ifa_pslist_entry)
#define	IFADDR_READER_FOREACH(__ifa, __ifp)				\
	PSLIST_READER_FOREACH((__ifa), &(__ifp)->if_addr_pslist,	\
	    struct ifaddr, ifa_pslist_entry)
#define	IFADDR_WRITER_FIRST(__ifp)					\
	PSLIST_WRITER_FIRST(&(__ifp)->if_addr_pslist, struct ifaddr,	\
	    ifa_pslist_entry)
#define	IFADDR_WRITER_FOREACH(__ifa, __ifp)				\
	PSLIST_WRITER_FOREACH((__ifa), &(__ifp)->if_addr_pslist,	\
	    struct ifaddr, ifa_pslist_entry)

/*
 * Interfaces that programs make and destroy by name.  The first fields are
 * initialised by position.
 */
struct if_clone {
	LIST_ENTRY(if_clone) ifc_list;		/* cloners' list */
	const char	*ifc_name;		/* "vlan" */
	size_t		ifc_namelen;
	int		(*ifc_create)(struct if_clone *, int);
	int		(*ifc_destroy)(struct ifnet *);
};
#define	IF_CLONE_INITIALIZER(name, create, destroy)			\
	{ { NULL, NULL }, name, sizeof(name) - 1, create, destroy }

void	ifinit(void);
void	ifinit1(void);
void	ifinit_post(void);

/* Life. */
struct ifnet *if_alloc(u_char);
void	if_free(struct ifnet *);
void	if_initname(struct ifnet *, const char *, int);
void	if_initialize(struct ifnet *);
void	if_register(struct ifnet *);
void	if_attach(struct ifnet *);
void	if_attachdomain(void);
void	if_deactivate(struct ifnet *);
bool	if_is_deactivated(const struct ifnet *);
void	if_detach(struct ifnet *);
void	if_alloc_sadl(struct ifnet *);
void	if_set_sadl(struct ifnet *, const void *, u_char, bool);
void	if_free_sadl(struct ifnet *, int);
int	if_addr_init(ifnet_t *, struct ifaddr *, bool);

void	if_clone_attach(struct if_clone *);
void	if_clone_detach(struct if_clone *);

/* Finding one; with a reference if there is a struct psref. */
struct ifnet *ifunit(const char *);
struct ifnet *if_get(const char *, struct psref *);
ifnet_t	*if_byindex(u_int);
ifnet_t	*if_get_byindex(u_int, struct psref *);
ifnet_t	*if_get_bylla(const void *, unsigned char, struct psref *);
void	if_acquire(struct ifnet *, struct psref *);
void	if_put(const struct ifnet *, struct psref *);
#define	if_release	if_put
bool	if_held(struct ifnet *);

/* State. */
void	if_up(struct ifnet *);
void	if_down(struct ifnet *);
void	if_down_locked(struct ifnet *);
int	if_flags_set(struct ifnet *, const u_short);
void	if_link_state_change(struct ifnet *, int);
void	if_domain_link_state_change(struct ifnet *, int);
/* Called with IFNET_LOCK: the link's state may have changed, and here the MTU
 * and the link address as well. */
void	*if_linkstate_change_establish(struct ifnet *, void (*)(void *),
	    void *);
void	if_linkstate_change_disestablish(struct ifnet *, void *, kmutex_t *);
int	ifpromisc(struct ifnet *, int);
int	ifpromisc_locked(struct ifnet *, int);
int	if_mcast_op(ifnet_t *, const unsigned long, const struct sockaddr *);
int	if_do_dad(struct ifnet *);
void	if_export_if_data(struct ifnet *, struct if_data *, bool);

/* ioctl(2) on a socket, and what all drivers share of it. */
extern int (*ifioctl)(struct socket *, u_long, void *, struct lwp *);
int	ifioctl_common(struct ifnet *, u_long, void *);
int	ifaddrpref_ioctl(struct socket *, u_long, void *, struct ifnet *);
int	ifreq_setaddr(u_long, struct ifreq *, const struct sockaddr *);

/* Calling a driver. */
int	if_init(struct ifnet *);
void	if_stop(struct ifnet *, int);
int	if_ioctl(struct ifnet *, u_long, void *);
int	ifq_enqueue(struct ifnet *, struct mbuf *);
int	ifq_enqueue2(struct ifnet *, struct ifqueue *, struct mbuf *);
int	if_transmit_lock(struct ifnet *, struct mbuf *);
void	if_start_lock(struct ifnet *);
void	if_nulloutput_init(struct ifnet *);
int	if_nulloutput(struct ifnet *, struct mbuf *, const struct sockaddr *,
	    const struct rtentry *);
int	if_nullioctl(struct ifnet *, u_long, void *);
int	if_nullinit(struct ifnet *);
void	if_nullstop(struct ifnet *, int);
void	if_nullstart(struct ifnet *);
void	if_nulldrain(struct ifnet *);

/* Called by a driver: a packet is in; send later, from a softint(9). */
void	if_input(struct ifnet *, struct mbuf *);
struct if_percpuq *if_percpuq_create(struct ifnet *);
void	if_percpuq_destroy(struct if_percpuq *);
void	if_percpuq_enqueue(struct if_percpuq *, struct mbuf *);
void	if_deferred_start_init(struct ifnet *, void (*)(struct ifnet *));
void	if_schedule_deferred_start(struct ifnet *);

/* Addresses. */
void	ifaref(struct ifaddr *);
void	ifafree(struct ifaddr *);
void	ifa_insert(struct ifnet *, struct ifaddr *);
void	ifa_remove(struct ifnet *, struct ifaddr *);
void	ifa_psref_init(struct ifaddr *);
void	ifa_acquire(struct ifaddr *, struct psref *);
bool	ifa_held(struct ifaddr *);
void	ifa_release(struct ifaddr *, struct psref *);
bool	ifa_is_destroying(struct ifaddr *);
void	if_purgeaddrs(struct ifnet *, int, void (*)(struct ifaddr *));
struct ifaddr *if_dl_create(const struct ifnet *, const struct sockaddr_dl **);
void	if_activate_sadl(struct ifnet *, struct ifaddr *,
	    const struct sockaddr_dl *);
struct ifaddr *ifa_ifwithaddr(const struct sockaddr *);
struct ifaddr *ifa_ifwithaddr_psref(const struct sockaddr *, struct psref *);
struct ifaddr *ifa_ifwithaf(int);
struct ifaddr *ifa_ifwithdstaddr(const struct sockaddr *);
struct ifaddr *ifa_ifwithdstaddr_psref(const struct sockaddr *,
	    struct psref *);
struct ifaddr *ifa_ifwithladdr(const struct sockaddr *);
struct ifaddr *ifa_ifwithladdr_psref(const struct sockaddr *, struct psref *);
struct ifaddr *ifa_ifwithnet(const struct sockaddr *);
struct ifaddr *ifa_ifwithnet_psref(const struct sockaddr *, struct psref *);
struct ifaddr *ifa_ifwithroute(int, const struct sockaddr *,
	    const struct sockaddr *);
struct ifaddr *ifaof_ifpforaddr(const struct sockaddr *, struct ifnet *);
struct ifaddr *ifaof_ifpforaddr_psref(const struct sockaddr *, struct ifnet *,
	    struct psref *);
void	link_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);
void	p2p_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);

/* The loopback interface. */
void	loopattach(int);
void	loopinit(void);
int	looutput(struct ifnet *, struct mbuf *, const struct sockaddr *,
	    const struct rtentry *);
int	loioctl(struct ifnet *, u_long, void *);
extern struct ifnet *lo0ifp;

extern struct pslist_head ifnet_pslist;
extern kmutex_t ifnet_mtx;

MODULE_HOOK(if_vlan_vlan_input_hook,
    struct mbuf *, (struct ifnet *, struct mbuf *));

/* The address in a request, whichever of its names the request gives it. */
static __inline const struct sockaddr *
ifreq_getaddr(u_long cmd __unused, const struct ifreq *ifr)
{
	return &ifr->ifr_addr;
}
#define	ifreq_getdstaddr	ifreq_getaddr
#define	ifreq_getbroadaddr	ifreq_getaddr
#define	ifreq_setdstaddr	ifreq_setaddr
#define	ifreq_setbroadaddr	ifreq_setaddr

/* Send, with the kernel lock if the interface wants it. */
static __inline int
if_output_lock(struct ifnet *cifp, struct ifnet *ifp, struct mbuf *m,
    const struct sockaddr *dst, const struct rtentry *rt)
{
	int error;

	if (if_is_mpsafe(cifp))
		return (*atomic_load_relaxed(&cifp->if_output))(ifp, m, dst,
		    rt);
	KERNEL_LOCK(1, NULL);
	error = (*atomic_load_relaxed(&cifp->if_output))(ifp, m, dst, rt);
	KERNEL_UNLOCK_ONE(NULL);
	return error;
}
#endif /* _KERNEL */

#endif /* !_NET_IF_H_ */
