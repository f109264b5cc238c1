/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP, for IPv4 and IPv6: a family looks at the headers of what comes in,
 * netinet finds the sockets and does what programs ask of them.
 */

#ifndef _SYS_RUMP_NET_UDP_H_
#define	_SYS_RUMP_NET_UDP_H_

#include <sys/types.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>

#include <rump-sys/net_in.h>

struct ifnet;
struct lwp;
struct mbuf;
struct sockaddr;
struct socket;

/* Who sent it, as sockets of either family are told. */
union in_sender {
	struct sockaddr		sa;
	struct sockaddr_in	sin;
	struct sockaddr_in6	sin6;
};

/* A datagram that came, whose headers are in the first mbuf. */
struct udp_dgram {
	struct mbuf	*d_m;
	int		d_off;		/* of UDP's header */
	uint8_t		d_ttl;
	struct inaddrs	d_addrs;
};

/* What a family of addresses does for datagrams that come in. */
struct udp_family {
	/* Of its counters: */
	void	(*uf_statinc)(u_int);
	u_int	uf_miss;		/* no socket is connected to that */
	u_int	uf_noport;		/* nor bound; */
	u_int	uf_noportmany;		/* and it was to many */
	u_int	uf_fullsock;		/* no room in the socket's buffer */
	/* The sender, for that socket. */
	void	(*uf_sender)(const struct inpcb *, const struct inaddrs *,
		    union in_sender *);
	/* Nobody has the port: the sender is told; the datagram is gone. */
	void	(*uf_unreach)(struct mbuf *);
};
/* udp_input.c: to its socket, or to all that match; it is gone. */
void	udp_family_input(const struct udp_family *, struct udp_dgram *,
	    bool many);

/* udp_usrreq.c: requests of sockets of both families. */
int	udp_bind(struct socket *, struct sockaddr *, struct lwp *);
int	udp_connect(struct socket *, struct sockaddr *, struct lwp *);
int	udp_disconnect(struct socket *);
int	udp_purgeif(struct socket *, struct ifnet *);
#define	UDP_USRREQS							\
	IN_USRREQS,							\
	.pr_bind = udp_bind,						\
	.pr_connect = udp_connect,					\
	.pr_disconnect = udp_disconnect,				\
	.pr_purgeif = udp_purgeif

#endif /* !_SYS_RUMP_NET_UDP_H_ */
