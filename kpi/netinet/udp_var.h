/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP inside the kernel: statistics, udp(4).
 */

#ifndef _NETINET_UDP_VAR_H_
#define	_NETINET_UDP_VAR_H_

#include <netinet/ip_var.h>
#include <netinet/udp.h>

struct udpiphdr {
	struct ipovly	ui_i;
	struct udphdr	ui_u;
} __packed;
#define	ui_x1		ui_i.ih_x1
#define	ui_pr		ui_i.ih_pr
#define	ui_len		ui_i.ih_len
#define	ui_src		ui_i.ih_src
#define	ui_dst		ui_i.ih_dst
#define	ui_sport	ui_u.uh_sport
#define	ui_dport	ui_u.uh_dport
#define	ui_ulen		ui_u.uh_ulen
#define	ui_sum		ui_u.uh_sum

/* net.inet.udp.stats: uint64_t counters in this order. */
#define	UDP_STAT_IPACKETS	0
#define	UDP_STAT_HDROPS		1	/* the header is not all there */
#define	UDP_STAT_BADSUM		2
#define	UDP_STAT_BADLEN		3	/* more than the packet */
#define	UDP_STAT_NOPORT		4
#define	UDP_STAT_NOPORTBCAST	5
#define	UDP_STAT_FULLSOCK	6
#define	UDP_STAT_PCBHASHMISS	7	/* not connected */
#define	UDP_STAT_OPACKETS	8
#define	UDP_NSTATS		9

/* Names below net.inet.udp. */
#define	UDPCTL_CHECKSUM		1
#define	UDPCTL_SENDSPACE	2
#define	UDPCTL_RECVSPACE	3
#define	UDPCTL_LOOPBACKCKSUM	4
#define	UDPCTL_STATS		5
#define	UDPCTL_MAXID		6

#ifdef _KERNEL
struct inpcb;
struct inpcbtable;
struct lwp;
struct mbuf;
struct pr_usrreqs;
struct sockaddr_in;
struct socket;
struct sockopt;

extern struct inpcbtable *udbtable;
extern const struct pr_usrreqs udp_usrreqs;
extern int udpcksum;

void	udp_init(void);
void	udp_input(struct mbuf *, int, int);
void	*udp_ctlinput(int, const struct sockaddr *, void *);
int	udp_ctloutput(int, struct socket *, struct sockopt *);
/* To a peer (NULL: the one it is connected to).  The pcb is locked; the
 * packet and the messages are gone afterwards. */
int	udp_output(struct mbuf *, struct inpcb *, const struct sockaddr_in *,
	    struct mbuf *, struct lwp *);
void	udp_statinc(u_int);
#endif

#endif /* !_NETINET_UDP_VAR_H_ */
