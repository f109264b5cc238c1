/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets of IPv6: ip6(4), icmp6(4), RFC 3542 section 3.
 */

#ifndef _NETINET6_RAW_IP6_H_
#define	_NETINET6_RAW_IP6_H_

/* net.inet6.raw6.stats: uint64_t counters in this order. */
#define	RIP6_STAT_IPACKETS	0
#define	RIP6_STAT_ISUM		1	/* checksums made */
#define	RIP6_STAT_BADSUM	2
#define	RIP6_STAT_NOSOCK	3
#define	RIP6_STAT_NOSOCKMCAST	4
#define	RIP6_STAT_FULLSOCK	5
#define	RIP6_STAT_OPACKETS	6
#define	RIP6_NSTATS		7

/* Names below net.inet6.raw6. */
#define	RAW6CTL_STATS		1

#ifdef _KERNEL
struct mbuf;
struct sockaddr;
struct sockaddr_in6;
struct socket;
struct sockopt;

void	rip6_init(void);
int	rip6_input(struct mbuf **, int *, int);
void	*rip6_ctlinput(int, const struct sockaddr *, void *);
int	rip6_ctloutput(int, struct socket *, struct sockopt *);
/* To that address; packet and messages are gone. */
int	rip6_output(struct mbuf *, struct socket *, struct sockaddr_in6 *,
	    struct mbuf *);
#endif

#endif /* !_NETINET6_RAW_IP6_H_ */
