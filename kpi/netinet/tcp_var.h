/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP inside the kernel: statistics and names of net.inet.tcp, tcp(4), and
 * what <sys/protosw.h> has of it.
 */

#ifndef _NETINET_TCP_VAR_H_
#define	_NETINET_TCP_VAR_H_

#include <netinet/tcp.h>

/* net.inet.tcp.stats: uint64_t counters in this order. */
#define	TCP_STAT_CONNATTEMPT	0	/* connect(2) */
#define	TCP_STAT_ACCEPTS	1
#define	TCP_STAT_CONNECTS	2	/* established, of both kinds */
#define	TCP_STAT_DROPS		3	/* ended by an error */
#define	TCP_STAT_CONNDROPS	4	/* before they were established */
#define	TCP_STAT_CLOSED		5	/* in any way */
#define	TCP_STAT_SEGSTIMED	6
#define	TCP_STAT_RTTUPDATED	7
#define	TCP_STAT_DELACK		8	/* delayed acknowledgements sent */
#define	TCP_STAT_TIMEOUTDROP	9	/* given up */
#define	TCP_STAT_REXMTTIMEO	10
#define	TCP_STAT_PERSISTTIMEO	11
#define	TCP_STAT_KEEPTIMEO	12
#define	TCP_STAT_KEEPPROBE	13
#define	TCP_STAT_KEEPDROPS	14
#define	TCP_STAT_PERSISTDROPS	15
#define	TCP_STAT_CONNSDRAINED	16	/* queues, for memory */
#define	TCP_STAT_PMTUBLACKHOLE	17
#define	TCP_STAT_SNDTOTAL	18	/* segments of all kinds */
#define	TCP_STAT_SNDPACK	19	/* with data, the first time */
#define	TCP_STAT_SNDBYTE	20
#define	TCP_STAT_SNDREXMITPACK	21
#define	TCP_STAT_SNDREXMITBYTE	22
#define	TCP_STAT_SNDACKS	23	/* nothing but an acknowledgement */
#define	TCP_STAT_SNDPROBE	24	/* of the window */
#define	TCP_STAT_SNDURG		25
#define	TCP_STAT_SNDWINUP	26	/* nothing but a window */
#define	TCP_STAT_SNDCTRL	27	/* SYN, FIN, RST */
#define	TCP_STAT_RCVTOTAL	28
#define	TCP_STAT_RCVPACK	29	/* in sequence */
#define	TCP_STAT_RCVBYTE	30
#define	TCP_STAT_RCVBADSUM	31
#define	TCP_STAT_RCVBADOFF	32
#define	TCP_STAT_RCVMEMDROP	33
#define	TCP_STAT_RCVSHORT	34
#define	TCP_STAT_RCVDUPPACK	35
#define	TCP_STAT_RCVDUPBYTE	36
#define	TCP_STAT_RCVPARTDUPPACK	37
#define	TCP_STAT_RCVPARTDUPBYTE	38
#define	TCP_STAT_RCVOOPACK	39	/* out of order */
#define	TCP_STAT_RCVOOBYTE	40
#define	TCP_STAT_RCVPACKAFTERWIN 41
#define	TCP_STAT_RCVBYTEAFTERWIN 42
#define	TCP_STAT_RCVAFTERCLOSE	43
#define	TCP_STAT_RCVWINPROBE	44
#define	TCP_STAT_RCVDUPACK	45
#define	TCP_STAT_RCVACKTOOMUCH	46	/* of what was not sent */
#define	TCP_STAT_RCVACKPACK	47
#define	TCP_STAT_RCVACKBYTE	48
#define	TCP_STAT_RCVWINUPD	49
#define	TCP_STAT_PAWSDROP	50
#define	TCP_STAT_PREDACK	51
#define	TCP_STAT_PREDDAT	52
#define	TCP_STAT_PCBHASHMISS	53	/* no connection */
#define	TCP_STAT_NOPORT		54
#define	TCP_STAT_BADSYN		55	/* ACK of no SYN we know */
#define	TCP_STAT_DELAYED_FREE	56
#define	TCP_STAT_SC_ADDED	57	/* the cache of SYNs, from here on */
#define	TCP_STAT_SC_COMPLETED	58
#define	TCP_STAT_SC_TIMED_OUT	59
#define	TCP_STAT_SC_OVERFLOWED	60
#define	TCP_STAT_SC_RESET	61
#define	TCP_STAT_SC_UNREACH	62
#define	TCP_STAT_SC_BUCKETOVERFLOW 63
#define	TCP_STAT_SC_ABORTED	64	/* no room or memory for a socket */
#define	TCP_STAT_SC_DUPESYN	65
#define	TCP_STAT_SC_DROPPED	66	/* SYNs */
#define	TCP_STAT_SC_COLLISIONS	67
#define	TCP_STAT_SC_RETRANSMITTED 68
#define	TCP_STAT_SC_DELAYED_FREE 69
#define	TCP_STAT_SELFQUENCH	70	/* the interface's queue was full */
#define	TCP_STAT_BADSIG		71
#define	TCP_STAT_GOODSIG	72
#define	TCP_STAT_ECN_SHS	73	/* connections with ECN */
#define	TCP_STAT_ECN_CE		74
#define	TCP_STAT_ECN_ECT	75
#define	TCP_NSTATS		76
/* Ours; net.inet.tcp.allstats has both. */
#define	TCP_STAT_DSACK_SENT	76	/* duplicates told, RFC 2883 */
#define	TCP_STAT_DSACK_RCVD	77
#define	TCP_STAT_TFO_SNDSYN	78	/* SYNs with data, RFC 7413 */
#define	TCP_STAT_TFO_ACCEPTS	79	/* whose data was taken */
#define	TCP_STAT_TFO_BADCOOKIE	80
#define	TCP_STAT_PMTUPROBE	81	/* of the path's MTU, RFC 4821 */
#define	TCP_STAT_PMTUPROBE_OK	82
#define	TCP_STAT_PMTUPROBE_LOST	83
#define	TCP_STAT_UNDO		84	/* windows, as nothing was lost */
#define	TCP_NALLSTATS		85

/* Names below net.inet.tcp. */
#define	TCPCTL_RFC1323		1
#define	TCPCTL_SENDSPACE	2
#define	TCPCTL_RECVSPACE	3
#define	TCPCTL_MSSDFLT		4
#define	TCPCTL_SYN_CACHE_LIMIT	5
#define	TCPCTL_SYN_BUCKET_LIMIT	6
#define	TCPCTL_INIT_WIN		8
#define	TCPCTL_MSS_IFMTU	9
#define	TCPCTL_SACK		10
#define	TCPCTL_WSCALE		11
#define	TCPCTL_TSTAMP		12
#define	TCPCTL_CWM		14
#define	TCPCTL_CWM_BURSTSIZE	15
#define	TCPCTL_ACK_ON_PUSH	16
#define	TCPCTL_KEEPIDLE		17
#define	TCPCTL_KEEPINTVL	18
#define	TCPCTL_KEEPCNT		19
#define	TCPCTL_SLOWHZ		20
#define	TCPCTL_LOG_REFUSED	22
#define	TCPCTL_RSTPPSLIMIT	24
#define	TCPCTL_DELACK_TICKS	25
#define	TCPCTL_INIT_WIN_LOCAL	26
#define	TCPCTL_IDENT		27
#define	TCPCTL_ACKDROPRATELIMIT	28
#define	TCPCTL_LOOPBACKCKSUM	29
#define	TCPCTL_STATS		30
#define	TCPCTL_ALLSTATS		31	/* ours */

#ifdef _KERNEL
struct inpcbtable;
struct mbuf;
struct pr_usrreqs;
struct sockaddr;
struct socket;
struct sockopt;

extern struct inpcbtable *tcbtable;
extern const struct pr_usrreqs tcp_usrreqs;

void	tcp_init(void);
/* A packet of IPv4, with its header, whose length comes next. */
void	tcp_input(struct mbuf *, int, int);
/* An error of ICMP about a packet of ours: PRC_*, where to, its header. */
void	*tcp_ctlinput(int, const struct sockaddr *, void *);
int	tcp_ctloutput(int, struct socket *, struct sockopt *);
/* Memory is short: what can be had again goes. */
void	tcp_drain(void);
void	tcp_statinc(u_int);
void	tcp_statadd(u_int, uint64_t);
#endif

#endif /* !_NETINET_TCP_VAR_H_ */
