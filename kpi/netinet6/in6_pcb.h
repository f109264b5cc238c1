/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a socket of IPv6 is bound and connected to: its pcb is that of
 * <netinet/in_pcb.h>.
 */

#ifndef _NETINET6_IN6_PCB_H_
#define	_NETINET6_IN6_PCB_H_

#include <netinet/in_pcb.h>

#ifdef _KERNEL
struct ip6_moptions;
struct ip6_pktopts;
struct lwp;
struct sockaddr;
struct sockaddr_in6;

/* IN6P_* of the pcb, as NetBSD has them. */
#define	in6p_route	inp_route
#define	in6p_laddr	inp_laddr
#define	in6p_faddr	inp_faddr
#define	in6p_outputopts	inp_outopts
#define	in6p_moptions	inp_6moptions

/*
 * bind(2), connect(2), as inpcb_bind4() and inpcb_connect4(); the address may
 * be one of IPv4, ::ffff:a.b.c.d, unless the socket is of IPv6 alone.
 */
int	in6pcb_bind(struct inpcb *, const struct sockaddr *, struct lwp *);
int	in6pcb_connect(struct inpcb *, const struct sockaddr *, struct lwp *);
void	in6pcb_fetch_sockaddr(const struct inpcb *, struct sockaddr *);
void	in6pcb_fetch_peeraddr(const struct inpcb *, struct sockaddr *);
/* What netinet6 keeps of a socket is given back. */
void	in6pcb_release(struct inpcb *);
#endif

#endif /* !_NETINET6_IN6_PCB_H_ */
