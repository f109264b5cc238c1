/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP over IPv6 inside the kernel: RFC 768, RFC 8200 section 8.1.
 */

#ifndef _NETINET6_UDP6_VAR_H_
#define	_NETINET6_UDP6_VAR_H_

/* net.inet6.udp6.stats: uint64_t counters in this order. */
#define	UDP6_STAT_IPACKETS	0
#define	UDP6_STAT_HDROPS	1
#define	UDP6_STAT_BADSUM	2
#define	UDP6_STAT_BADLEN	3
#define	UDP6_STAT_NOSUM		4	/* a checksum of 0 */
#define	UDP6_STAT_NOPORT	5
#define	UDP6_STAT_NOPORTMCAST	6
#define	UDP6_STAT_FULLSOCK	7
#define	UDP6_STAT_PCBCACHEMISS	8
#define	UDP6_STAT_OPACKETS	9
#define	UDP6_NSTATS		10

/* Names below net.inet6.udp6. */
#define	UDP6CTL_SENDSPACE	1
#define	UDP6CTL_RECVSPACE	2
#define	UDP6CTL_LOOPBACKCKSUM	3
#define	UDP6CTL_STATS		4
#define	UDP6CTL_MAXID		5

#ifdef _KERNEL
struct inpcb;
struct lwp;
struct mbuf;
struct sockaddr;
struct sockaddr_in6;
struct socket;
struct sockopt;

void	udp6_init(void);
int	udp6_input(struct mbuf **, int *, int);
void	*udp6_ctlinput(int, const struct sockaddr *, void *);
int	udp6_ctloutput(int, struct socket *, struct sockopt *);
/* As udp_output(). */
int	udp6_output(struct inpcb *, struct mbuf *, struct sockaddr_in6 *,
	    struct mbuf *, struct lwp *);
void	udp6_statinc(u_int);
#endif

#endif /* !_NETINET6_UDP6_VAR_H_ */
