/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the network faction.
 */

#ifndef _SYS_RUMP_NET_H_
#define	_SYS_RUMP_NET_H_

#include <sys/conf.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include <net/if.h>
#include <net/pktqueue.h>

#include <rump-sys/net_if.h>

struct file;
struct knote;
struct lwp;
struct selinfo;
struct stat;
struct timespec;
struct uio;

/*
 * A protocol above links: what packets it takes, and either a queue or a
 * function, which is called in a soft interrupt and owns the packet.  The
 * header of the link is off; the interface is in the packet's header.
 */
struct net_input {
	uint16_t	ni_etype;	/* of Ethernet, ETHERTYPE_*, or 0 */
	int		ni_family;	/* of the loopback interface, or 0 */
	pktqueue_t	*ni_pktq;
	const pktq_rps_hash_func_t *ni_hash;	/* of the queue, or NULL */
	void		(*ni_func)(struct ifnet *, struct mbuf *);
};
/* EEXIST: another one takes such packets. */
int	net_input_register(const struct net_input *);
/* A packet of a family came in by an interface.  It is taken, or false: there
 * is no such protocol, it is the caller's. */
bool	net_input_family(struct ifnet *, struct mbuf *, int family);

/*
 * What Ethernet has to know of an address family: all but the number may be
 * NULL or 0.
 */
struct net_ether {
	int		ne_family;
	uint16_t	ne_etype;	/* of its packets */
	/* The link address of the other end.  EWOULDBLOCK: it is asked for
	 * and the packet waits; other errors: it was freed. */
	int		(*ne_resolve)(struct ifnet *, const struct rtentry *,
			    struct mbuf *, const struct sockaddr *, void *,
			    size_t);
	/* A multicast address, or all if it is the wildcard, as a range. */
	int		(*ne_mapmulti)(const struct sockaddr *, uint8_t *,
			    uint8_t *);
	/* An address of the family was set. */
	void		(*ne_ifinit)(struct ifnet *, struct ifaddr *);
};
int	net_ether_register(const struct net_ether *);

/*
 * What a family knows of an address of its own - tentative, duplicated - for
 * ifam_addrflags of route(4).  It may be called in a pserialize(9) section.
 */
typedef int net_addrflags_t(const struct ifaddr *);
void	net_addrflags_register(int family, net_addrflags_t *);

/*
 * bridge(4), or NULL: frames that a member (if_bridge) sends are given to it;
 * what is no member any more it sends on.  Set once.
 */
extern int (*net_bridge_output)(struct ifnet *, struct mbuf *,
	    const struct sockaddr *, const struct rtentry *);

/*
 * ether_sw_offload_tx(), or NULL: there is no protocol that leaves anything
 * undone.  Set once.
 */
extern struct mbuf *(*net_finish_output)(struct ifnet *, struct mbuf *);

/* May curlwp change that of an interface?  EPERM. */
int	net_authorize(struct ifnet *, u_long cmd);

/*
 * An interface by name, "shmif0", through its cloner, as SIOCIFCREATE and
 * SIOCIFDESTROY do.  May sleep.  EINVAL: there is no such cloner; EEXIST;
 * ENXIO: no such interface; EOPNOTSUPP: it stays; those of the cloner.
 */
int	if_clone_create(const char *);
int	if_clone_destroy(const char *);

/*
 * What is left undone in a frame of Ethernet on a virtual wire.  A checksum is
 * over all from no_start on and goes to no_offset behind that, where the sum of
 * the pseudo-header is; with NET_OFFLOAD_GSO, which comes with _CSUM, the frame
 * is a segment of TCP to be cut in such with no_gso bytes of data.
 */
struct net_offload {
	uint16_t	no_flags;
	uint16_t	no_start;	/* bytes from the frame's beginning */
	uint16_t	no_offset;
	uint16_t	no_gso;
};
#define	NET_OFFLOAD_CSUM	0x0001
#define	NET_OFFLOAD_UDP		0x0002	/* it is of UDP, not of TCP */
#define	NET_OFFLOAD_IP6		0x0004	/* above IPv6 */
#define	NET_OFFLOAD_GSO		0x0008
/* Capabilities of an interface that leaves all that to the other end. */
#define	NET_OFFLOAD_CAPS						\
	(IFCAP_CSUM_IPv4_Tx | IFCAP_CSUM_TCPv4_Tx | IFCAP_CSUM_UDPv4_Tx | \
	IFCAP_CSUM_TCPv6_Tx | IFCAP_CSUM_UDPv6_Tx | IFCAP_CSUM_TCPv4_Rx | \
	IFCAP_CSUM_UDPv4_Rx | IFCAP_CSUM_TCPv6_Rx | IFCAP_CSUM_UDPv6_Rx | \
	IFCAP_TSOv4 | IFCAP_TSOv6)

/*
 * Out: what packet m, a frame, leaves undone; hdr is a copy of its first
 * hdrlen bytes, all headers in it, that will be sent instead of them: the
 * checksum of IPv4 is filled in.
 */
void	net_offload_out(const struct mbuf *m, uint8_t *hdr, size_t hdrlen,
	    struct net_offload *);
/* In: the same in the packet, with M_CSUM_BLANK.  False: that makes no sense;
 * the packet is still the caller's. */
bool	net_offload_in(struct mbuf *, const struct net_offload *);
/* A packet of len bytes, ETHER_HDR_LEN or more, copied from a buffer.  NULL:
 * there is no memory.  Does not sleep. */
struct mbuf *net_frame_mbuf(const void *, size_t len);

/*
 * A kind of Ethernet interfaces whose wire is something of the host's; the
 * driver has it in a static variable.  A wire is closed when nobody uses it
 * any more; one thread at a time sends, and of each queue one receives, and one
 * waits.
 */
struct net_wire {
	const char	*nw_name;	/* of interfaces, without the unit */
	/* Opens the wire that a link string names, for an interface of that
	 * address; *offload: it takes frames with NET_OFFLOAD_*.  Sleeps. */
	int		(*nw_open)(const char *, const uint8_t *, void **,
			    bool *offload);
	void		(*nw_close)(void *);
	/* Or NULL.  A wire is its first queue: the next one, or NULL.  One
	 * that is not the first is for all that send, receive and wait. */
	void		*(*nw_next)(void *);
	/* The packet stays the caller's.  EAGAIN: no room now; other errors:
	 * it is lost.  Does not sleep. */
	int		(*nw_send)(void *, struct mbuf *);
	/* The next packet.  EAGAIN: none now; ENETDOWN: never again; other
	 * errors: there was one, but it is lost.  Does not sleep. */
	int		(*nw_recv)(void *, struct mbuf **);
	/* Or NULL.  Packets stay where they are until they are asked for: that
	 * is when the interface is up.  Of others, those that come before are
	 * lost. */
	bool		(*nw_holds)(void *);
	/* Sleeps without a CPU until there may be a packet (if in) or room (if
	 * room), or nw_kick() is called; returns at once if it was before. */
	void		(*nw_wait)(void *, bool in, bool room);
	void		(*nw_kick)(void *);
	/* Or both NULL.  For a thread that is not the one that waits: 0,
	 * there may be a packet, within so many nanoseconds, and who waits is
	 * not woken for one until nw_polled(), which is told if there was
	 * one.  EAGAIN: none came; EBUSY: who waits is up.  Without a CPU
	 * meanwhile. */
	int		(*nw_poll)(void *, unsigned int);
	void		(*nw_polled)(void *, bool any);
	/* NULL: the wire does not have to know. */
	void		(*nw_setpromisc)(void *, bool);
	void		(*nw_setmac)(void *, const uint8_t *);
	/* Or NULL, with *offload: the other ends shall send nothing undone;
	 * do they all take that themselves?  Does not sleep. */
	void		(*nw_setplain)(void *, bool);
	bool		(*nw_undone)(void *);
	struct if_clone	nw_clone;	/* used by net_wire_attach() */
};
/* For the driver's component: there are such interfaces from now on. */
void	net_wire_attach(struct net_wire *);
/*
 * An interface with the first unit that is free, on the wire that link names
 * (NULL: none yet); its unit number to *unit, if that is not NULL.  Sleeps.
 * Errors: those of nw_open.
 */
int	net_wire_create(const struct net_wire *, const char *link, int *unit);

/*
 * Another link address of a registered interface, with IFNET_LOCK: of
 * ETHER_ADDR_LEN bytes.  Sleeps.
 */
void	net_set_lladdr(struct ifnet *, const uint8_t *);

/*
 * Interfaces whose other end is a program, by a device: if_user.c.  A kind of
 * them is in a static variable of the driver.  Functions are called with the
 * interface there, and may sleep; NULL: there is nothing to do.
 */
struct net_user;
struct net_userdev {
	const char	*ud_name;		/* of interfaces, and nodes */
	/* The device is opened, with FREAD and the like, by a thread. */
	int		(*ud_open)(int unit, int flag, struct lwp *);
	/* One packet that a program wrote. */
	int		(*ud_write)(struct ifnet *, struct uio *);
	/* A request of a program's: ENOTTY, it is none of the driver's. */
	int		(*ud_ioctl)(struct ifnet *, u_long, void *);
	/* It is opened, or closed. */
	void		(*ud_opened)(struct ifnet *, bool);
	bool		ud_tap;			/* bpf(9) sees what is read */
	kmutex_t	ud_lock;		/* used by if_user.c */
	LIST_HEAD(, net_user) ud_list;		/* ud_lock */
	struct cdevsw	ud_cdevsw;		/* constant once attached */
};
void	net_userdev_init(struct net_userdev *);
/* For the driver's component of the vfs faction: the device is there, by that
 * major number, with so many nodes, /dev/tap0 and so on.  Sleeps. */
void	net_userdev_attach(struct net_userdev *, devmajor_t, int nodes);
/* An interface is being made, and then there.  EBUSY: its device is still open
 * since there was another one. */
int	net_user_attach(struct net_userdev *, int unit, struct net_user **);
void	net_user_ready(struct net_user *, struct ifnet *);
/* Nobody reads or writes afterwards; before bpf and the interface go.  Sleeps
 * while somebody does. */
void	net_user_detach(struct net_user *);
/* After if_detach(): until then the interface's functions may look at it. */
void	net_user_release(struct net_user *);
/* An if_start: there is something to read.  Does not sleep. */
void	net_user_start(struct net_user *);
bool	net_user_isopen(struct net_user *);
/*
 * The device.  net_user_open: ENXIO, no such unit; EBUSY, it is open.  Those
 * for a device switch: ENXIO, also if the interface has gone.
 */
int	net_user_open(struct net_userdev *, int unit, struct net_user **);
void	net_user_close(struct net_user *);
struct net_user *net_user_find(struct net_userdev *, int unit);
int	net_user_read(struct net_user *, struct uio *, bool nonblock);
int	net_user_write(struct net_user *, struct uio *);
int	net_user_ioctl(struct net_user *, u_long, void *);
int	net_user_poll(struct net_user *, int events, struct lwp *);
int	net_user_kqfilter(struct net_user *, struct knote *);
/* A packet of what is left in uio, of at most so many bytes: EMSGSIZE. */
int	net_user_packet(struct uio *, size_t max, struct mbuf **);

/*
 * For devices of the network.  A d_kqfilter: one can always write, and for
 * reading there are the operations, with hook, and those who wait in sel, under
 * a lock that spins.  EINVAL: another filter.
 */
struct filterops;
int	net_kqfilter_read(struct knote *, const struct filterops *, void *hook,
	    struct selinfo *sel, kmutex_t *);
/* An fo_stat of a file that an open of dev made, at that time. */
void	net_clonefile_stat(const struct file *, dev_t dev,
	    const struct timespec *, struct stat *);

/* Flags of an interface, in the path of packets: they may be changing. */
static inline int
net_ifflags(const struct ifnet *ifp, int flags)
{

	return __atomic_load_n(&ifp->if_flags, __ATOMIC_RELAXED) & flags;
}

#endif /* !_SYS_RUMP_NET_H_ */
