/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What IPv6 needs of the protocols above both families, and those of it:
 * netinet has them, netinet6 may be there or not.
 */

#ifndef _SYS_RUMP_NET_IN_H_
#define	_SYS_RUMP_NET_IN_H_

#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/time.h>
#include <sys/types.h>

#include <netinet/in.h>

struct cmsghdr;
struct ifnet;
struct inaddrs;
struct inpcb;
struct inpcbtable;
struct kinfo_pcb;
struct lwp;
struct mbuf;
struct pktqueue;
struct route;
struct rtentry;
struct rttimer_queue;
struct sockaddr;
struct socket;
struct stat;

/*
 * in_sysctl.c: nodes below net.inet.NAME, or net.inet6.NAME for PF_INET6,
 * which is made first; a number of 0 is any.  The structures stay.
 */
struct in_sysctl_var {
	const char	*iv_name;
	const char	*iv_descr;
	int		*iv_value;
	int		iv_min, iv_max;
	int		iv_num;
	int		(*iv_set)(int);	/* before it changes, or NULL */
};
struct in_sysctl_stats {
	percpu_t *const	*is_stats;
	u_int		is_n;
	int		is_num;
};
struct in_sysctl_pcbs {
	struct inpcbtable *const *ip_table;
	sa_family_t	ip_family;	/* of sockets */
	/* What a protocol adds, or NULL; the pcb is locked. */
	void		(*ip_fill)(const struct inpcb *, struct kinfo_pcb *);
};
void	in_sysctl_node(int pf, int proto, const char *, const char *);
void	in_sysctl_vars(int pf, int proto, const struct in_sysctl_var *,
	    u_int);
void	in_sysctl_stats(int pf, int proto, const struct in_sysctl_stats *);
void	in_sysctl_pcblist(int proto, const struct in_sysctl_pcbs *);

/*
 * ip_control.c: the next of a packet's control messages that is of a level, in
 * *cmp; NULL: there is none.  *off is 0 at first.  EINVAL: they are not
 * well-formed.
 */
int	in_cmsg_next(struct mbuf *, int level, size_t *off,
	    const struct cmsghdr **cmp);

/*
 * icmp_output.c: how many errors may be sent in a second (-1: any number), of
 * which one destination gets no more than half, so that who causes them takes
 * none from others.  True: it is too many.
 */
struct icmp_limit {
	kmutex_t	il_mtx;
	struct icmp_count {
		struct timeval	ic_last;
		int		ic_sent;
	} il_all, il_each[64];		/* il_mtx; by a hash */
};
void	icmp_limit_init(struct icmp_limit *);
bool	icmp_over_limit(struct icmp_limit *, const void *dst, size_t dstlen,
	    int most);

/*
 * What a family of addresses does for TCP.  Packets begin with room for a
 * header of tf_hlen bytes, which these fill; the checksum is theirs too.
 */
struct tcp_family {
	sa_family_t	tf_af;
	uint8_t		tf_hlen;
	/* A new socket's pcb, which no other one had before. */
	void	(*tf_attached)(struct socket *);
	/* For a connection; the packet is gone afterwards. */
	int	(*tf_send)(struct inpcb *, struct mbuf *, u_int ecn);
	/* Without one. */
	int	(*tf_respond)(const struct inaddrs *, struct mbuf *,
		    u_int ecn);
	/* Bytes a packet to the peer may have; *localp: it stays here. */
	u_int	(*tf_mtu)(const struct inaddrs *, struct route *,
		    bool *localp);
	/* tf_send takes several segments in one packet: m_pkthdr.segsz bytes
	 * of data each, unless that is 0. */
	bool	tf_tso;
	/* Something we sent there has arrived, RFC 4861 section 7.3.1. */
	void	(*tf_confirmed)(const struct rtentry *,
		    const struct sockaddr *);
	/* bind(2) and connect(2) of a socket of that family. */
	int	(*tf_bind)(struct inpcb *, const struct sockaddr *,
		    struct lwp *);
	int	(*tf_connect)(struct inpcb *, const struct sockaddr *,
		    struct lwp *);
	/*
	 * For tcp_gro.c, of packets whose headers before that of TCP are in
	 * the first mbuf: pr_input of TCP; is the checksum of so many bytes
	 * from an offset on wrong?  Are these headers alike, but for lengths
	 * and numbers of packets?  The packet's sums are right, its length
	 * may be another: no one looks at them again.
	 */
	void	(*tf_input)(struct mbuf *, int, int);
	bool	(*tf_wrongsum)(struct mbuf *, int, int);
	bool	(*tf_samehead)(const struct mbuf *, const struct mbuf *);
	void	(*tf_checked)(struct mbuf *);
};
/* Once, for the other family than IPv4. */
void	tcp_family_register(const struct tcp_family *);
/*
 * A segment, or several with M_CSUM_TSOv4 or M_CSUM_TSOv6 and segsz, of len
 * bytes at an offset in a packet, whose headers are right so
 * far, with its checksum: it is gone afterwards.  The ports in the addresses
 * are filled in here; ecn: IPTOS_ECN_*.
 */
void	tcp_family_input(const struct tcp_family *, struct mbuf *, int off,
	    u_int len, const struct inaddrs *, u_int ecn);
/*
 * Something was heard of a segment of ours, with these addresses and ports and
 * that number: PRC_* and an errno.  For PRC_MSGSIZE mtudisc is called, if
 * there is such a connection and it is believable, and has to remember the
 * path's MTU.  Takes the socket's lock.
 */
void	tcp_family_error(const struct inaddrs *, uint32_t seq, int cmd,
	    int error, void (*mtudisc)(void *), void *);

/*
 * Joining segments that come in, tcp_gro.c: for the input of a family of
 * addresses, which has one of these for as long as it empties its queue.
 */
#define	TCP_GRO_HELD	8		/* connections at a time */
#define	TCP_GRO_MAX	65535		/* bytes of a packet */
#define	TCP_GRO_BATCH	64		/* packets until it has to be flushed */

/* A segment that others may follow, or h_m is NULL. */
struct tcp_held {
	struct mbuf	*h_m;
	struct mbuf	*h_last;	/* of the chain */
	int		h_off;		/* of TCP's header */
	u_int		h_mss;		/* data of all but the last; 0: of one */
	u_int		h_len;		/* bytes of data */
	uint32_t	h_next;		/* the number behind it, host order */
};

struct tcp_gro {
	const struct tcp_family *g_fam;
	struct tcp_held	g_held[TCP_GRO_HELD];
};

void	tcp_gro_init(struct tcp_gro *, const struct tcp_family *);
/* A packet for this machine whose header of TCP is so many bytes on: to TCP,
 * now or when it is flushed.  It is gone. */
void	tcp_gro_input(struct tcp_gro *, struct mbuf *, int off);
void	tcp_gro_flush(struct tcp_gro *);
/* Empties a queue: each packet goes to a function, with the interface it came
 * by, which hands it on to tcp_gro_input() if it is TCP's. */
void	tcp_gro_dequeue(const struct tcp_family *, struct pktqueue *,
	    void (*)(struct mbuf *, struct ifnet *, struct tcp_gro *));

/*
 * icmp_mtudisc.c: a route to that host alone, made of the one that leads
 * there, with a reference; it is as it was when the queue's time is over.
 * NULL: no memory, no route, or others have made us make too many.
 */
struct rtentry *in_mtudisc_route(const struct sockaddr *,
	    struct rttimer_queue *);
/* The path's MTU, which only ever becomes less; false: it is not. */
bool	in_mtudisc_lower(struct rtentry *, uint64_t old, u_int mtu);

/*
 * ip_forward.c: calls a function that forwards a packet with this CPU's cache
 * of a route, of those at the percpu_t.  False: no memory for one.
 */
bool	in_forward(percpu_t *, void (*)(struct mbuf *, bool, struct ifnet *,
	    struct route *), struct mbuf *, bool, struct ifnet *);

/*
 * ip_output.c: what a route says of a way that begins with *mtup bytes and
 * leads to an address, which becomes the gateway's.  EHOSTUNREACH and the
 * like: it is one that rejects.
 */
int	in_route_follow(struct rtentry *, struct sockaddr *, u_long *mtup);

/*
 * Requests of sockets, <sys/protosw.h>, in_usrreq.c.  A protocol's struct
 * pr_usrreqs begins with those of datagrams; listen(2), accept(2) and the like
 * are not for them.
 */
void	in_detach(struct socket *);
int	in_abort(struct socket *);
int	in_shutdown(struct socket *);
int	in_noaccept(struct socket *, struct sockaddr *);
int	in_noconnect2(struct socket *, struct socket *);
int	in_nolisten(struct socket *, struct lwp *);
int	in_norcvd(struct socket *, int, struct lwp *);
int	in_norecvoob(struct socket *, struct mbuf *, int);
int	in_nosendoob(struct socket *, struct mbuf *, struct mbuf *);
int	in_stat(struct socket *, struct stat *);
int	in_peeraddr(struct socket *, struct sockaddr *);
int	in_sockaddr(struct socket *, struct sockaddr *);
#define	IN_USRREQS							\
	.pr_detach = in_detach,						\
	.pr_accept = in_noaccept,					\
	.pr_connect2 = in_noconnect2,					\
	.pr_listen = in_nolisten,					\
	.pr_shutdown = in_shutdown,					\
	.pr_abort = in_abort,						\
	.pr_stat = in_stat,						\
	.pr_peeraddr = in_peeraddr,					\
	.pr_sockaddr = in_sockaddr,					\
	.pr_rcvd = in_norcvd,						\
	.pr_recvoob = in_norecvoob,					\
	.pr_sendoob = in_nosendoob
/* pr_attach of a raw socket: EPROTONOSUPPORT, and as inpcb_attach(). */
int	in_raw_attach(struct socket *, int proto, struct inpcbtable *,
	    sa_family_t);
/*
 * An address that a program gave: EAFNOSUPPORT, EINVAL.  May a socket of
 * datagrams send to it, or, if that is NULL, without?  EISCONN, EDESTADDRREQ.
 */
int	in_checkaddr(const struct sockaddr *, sa_family_t);
int	in_checkdst(const struct socket *, const struct sockaddr *);

/* udp_usrreq.c: the table of both families. */
extern struct inpcbtable *udbtable;

#endif /* !_SYS_RUMP_NET_IN_H_ */
