/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources about packets and sockets of IPv6 - ip6_*.c, frag6.c,
 * icmp6*.c, in6_*.c, udp6_*.c, raw_ip6.c, tcp6_family.c - have in common and
 * no other.  README.md has the lock order.
 */

#ifndef _NETINET6_IN6_PRIVATE_H_
#define	_NETINET6_IN6_PRIVATE_H_

#include <sys/types.h>

#include <net/pfil.h>

#include <netinet/in.h>

struct ifaddr;
struct ifnet;
struct inpcb;
struct inpcb_family;
struct ip6_hdr;
struct ip6_moptions;
struct ip6_pktopts;
struct ip6ctlparam;
struct lwp;
struct mbuf;
struct sockaddr;
struct sockaddr_in6;
struct socket;
struct sockopt;
struct tcp_family;

extern pfil_head_t *inet6_pfil_hook;

/* in6_proto.c: ip6_protox. */
void	ip6_protocols_init(void);

/* in6_pcb.c */
extern const struct inpcb_family inpcb_family6;
/* A copy with its zone embedded; ENXIO: there is no such zone. */
int	in6_take_addr(const struct sockaddr *, struct sockaddr_in6 *);
/* The same of one to bind to; EADDRNOTAVAIL: it is not ours. */
int	in6_checkbind(const struct inpcb *, const struct sockaddr *,
	    struct in6_addr *);

/* in6_usrreq.c: the first 40 bytes of a packet of a socket but for its
 * length; what a new pcb has that does not come from another one. */
void	in6_fill_header(struct ip6_hdr *, struct inpcb *,
	    const struct in6_addr *, const struct in6_addr *, uint8_t nxt);
void	in6_attached(struct socket *);

/* in6_offload.c: of a packet that came in, M_CSUM_TCPv6 or M_CSUM_UDPv6; what
 * does not leave the machine has none, unless loop says so. */
bool	in6_checksum_right(struct mbuf *, uint8_t nxt, int off, int len,
	    int flag, int loop);

/* ip6_moptions.c */
void	ip6_moptions_purgeif(struct inpcb *, struct ifnet *);
int	ip6_setmoptions(struct inpcb *, const struct sockopt *);
int	ip6_getmoptions(const struct inpcb *, struct sockopt *);
/* ip6_pktopts.c: an option of a socket for all its packets. */
bool	ip6_is_pktopt(int name);
int	ip6_set_sticky(struct inpcb *, const struct sockopt *);
int	ip6_get_sticky(const struct inpcb *, struct sockopt *);

/* tcp6_family.c: TCP is netinet's. */
extern const struct tcp_family tcp_family6;
void	tcp6_init(void);
int	tcp6_input(struct mbuf **, int *, int);
void	*tcp6_ctlinput(int, const struct sockaddr *, void *);

/*
 * ip6_input.c: the first so many bytes in the first mbuf, as m_pullup();
 * NULL: it is gone, and counted.
 */
struct mbuf *ip6_pullup(struct mbuf *, int);
void	ip6_statadd(u_int, uint64_t);
/* ip6_exthdr.c: where the type of the header at an offset is said. */
int	ip6_prevhdr(struct mbuf *, int off);
/*
 * ip6_fragment.c: into pieces for an MTU, of which each has the first so many
 * bytes, linked by m_nextpkt.  EMSGSIZE, ENOBUFS; the packet is gone.
 */
int	ip6_fragment(struct mbuf *, int unfrag, u_long mtu, struct mbuf **);
/* in6_src.c: the interface that options, or an address, say; 0: none. */
u_int	in6_outifindex(const struct ip6_pktopts *,
	    const struct ip6_moptions *, const struct in6_addr *);
/* icmp6_output.c, icmp6_mtudisc.c */
extern int icmp6errppslim;
void	icmp6_output_init(void);
void	icmp6_mtudisc_init(void);
/* raw_ip6.c */
bool	rip6_has_sockets(void);
/* ip6_forward.c, in6_policy.c, ip6_sysctl.c */
void	ip6_forward_init(void);
void	in6_policy_init(void);
void	in6_policy_sysctl(void);
/* The label of an address's longest prefix, or -1. */
int	in6_policy_label(const struct in6_addr *);

/* in6_ifattach.c: interfaces there are when the component starts. */
void	in6_ifattach_all(void);
/* nd6.c: of Ethernet, an address was set. */
void	nd6_ifinit(struct ifnet *, struct ifaddr *);
void	ip6_sysctl_setup(void);

#endif /* !_NETINET6_IN6_PRIVATE_H_ */
