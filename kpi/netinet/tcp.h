/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Transmission Control Protocol: RFC 9293, its options (RFC 7323,
 * RFC 2018), and those of its sockets, tcp(4).
 */

#ifndef _NETINET_TCP_H_
#define	_NETINET_TCP_H_

#include <sys/endian.h>
#include <sys/types.h>

typedef uint32_t tcp_seq;

/* In network order. */
struct tcphdr {
	uint16_t	th_sport;
	uint16_t	th_dport;
	tcp_seq		th_seq;
	tcp_seq		th_ack;
#if _BYTE_ORDER == _LITTLE_ENDIAN
	uint8_t		th_x2:4,
			th_off:4;	/* where data begin / 4 */
#else
	uint8_t		th_off:4,
			th_x2:4;
#endif
	uint8_t		th_flags;
#define	TH_FIN		0x01
#define	TH_SYN		0x02
#define	TH_RST		0x04
#define	TH_PUSH		0x08
#define	TH_ACK		0x10
#define	TH_URG		0x20
#define	TH_ECE		0x40
#define	TH_CWR		0x80
	uint16_t	th_win;
	uint16_t	th_sum;
	uint16_t	th_urp;
} __packed;

/* Options: kind, length of all but for the first two. */
#define	TCPOPT_EOL		0
#define	TCPOPT_NOP		1
#define	TCPOPT_PAD		1
#define	TCPOPT_MAXSEG		2
#define	TCPOLEN_MAXSEG		4
#define	TCPOPT_WINDOW		3
#define	TCPOLEN_WINDOW		3
#define	TCPOPT_SACK_PERMITTED	4
#define	TCPOLEN_SACK_PERMITTED	2
#define	TCPOPT_SACK		5
#define	TCPOPT_TIMESTAMP	8
#define	TCPOLEN_TIMESTAMP	10
#define	TCPOLEN_TSTAMP_APPA	(TCPOLEN_TIMESTAMP + 2)
#define	TCPOPT_SIGNATURE	19	/* RFC 2385 */
#define	TCPOLEN_SIGNATURE	18
#define	TCPOLEN_SIGLEN		(TCPOLEN_SIGNATURE + 2)
#define	TCPOPT_FASTOPEN		34	/* RFC 7413 */
#define	TCPOLEN_FASTOPEN_EMPTY	2	/* asks for a cookie */
#define	TCP_FASTOPEN_MINLEN	4	/* bytes of a cookie */
#define	TCP_FASTOPEN_MAXLEN	16
#define	TCPOPT_TSTAMP_HDR						\
	(TCPOPT_NOP << 24 | TCPOPT_NOP << 16 | TCPOPT_TIMESTAMP << 8 |	\
	    TCPOLEN_TIMESTAMP)
#define	TCPOPT_TSTAMP_HDR_APPA	TCPOPT_TSTAMP_HDR

#define	MAX_TCPOPTLEN		40
#define	TCP_MSS			536	/* RFC 9293 section 3.7.1 */
#define	TCP_MINMSS		216
#define	TCP_MAXWIN		65535	/* without scaling */
#define	TCP_MAX_WINSHIFT	14
#define	TCP_MAXBURST		4

/* Options of level IPPROTO_TCP. */
#define	TCP_NODELAY		1	/* int */
#define	TCP_MAXSEG		2	/* int */
#define	TCP_KEEPIDLE		3	/* int, seconds */
#define	TCP_NOPUSH		4	/* int */
#define	TCP_KEEPINTVL		5	/* int, seconds */
#define	TCP_KEEPCNT		6	/* int */
#define	TCP_KEEPINIT		7	/* int, seconds */
#define	TCP_NOOPT		8
#define	TCP_INFO		9	/* struct tcp_info, get only */
#define	TCP_MD5SIG		0x10	/* int */
#define	TCP_CONGCTL		0x20	/* name of an algorithm */
/* int; NetBSD has none, the number is FreeBSD's.  Where connections are
 * accepted: data of a SYN is taken.  Else, before connect(2): if the other end
 * gave a cookie once, connect(2) succeeds at once, and what is written first
 * goes with the SYN.  net.inet.tcp.fastopen.{server,client}_enable. */
#define	TCP_FASTOPEN		0x401

/* Of TCP_INFO: what is not known is 0; times are microseconds. */
#define	TCPI_OPT_TIMESTAMPS	0x01
#define	TCPI_OPT_SACK		0x02
#define	TCPI_OPT_WSCALE		0x04
#define	TCPI_OPT_ECN		0x08
#define	TCPI_OPT_TOE		0x10
struct tcp_info {
	uint8_t		tcpi_state;		/* TCPS_* */
	uint8_t		__tcpi_ca_state;
	uint8_t		__tcpi_retransmits;
	uint8_t		__tcpi_probes;
	uint8_t		__tcpi_backoff;
	uint8_t		tcpi_options;		/* TCPI_OPT_* */
	uint8_t		tcpi_snd_wscale:4,
			tcpi_rcv_wscale:4;
	uint32_t	tcpi_rto;
	uint32_t	__tcpi_ato;
	uint32_t	tcpi_snd_mss;
	uint32_t	tcpi_rcv_mss;
	uint32_t	__tcpi_unacked;
	uint32_t	__tcpi_sacked;
	uint32_t	__tcpi_lost;
	uint32_t	__tcpi_retrans;
	uint32_t	__tcpi_fackets;
	uint32_t	__tcpi_last_data_sent;
	uint32_t	__tcpi_last_ack_sent;
	uint32_t	tcpi_last_data_recv;
	uint32_t	__tcpi_last_ack_recv;
	uint32_t	__tcpi_pmtu;
	uint32_t	__tcpi_rcv_ssthresh;
	uint32_t	tcpi_rtt;
	uint32_t	tcpi_rttvar;
	uint32_t	tcpi_snd_ssthresh;		/* bytes */
	uint32_t	tcpi_snd_cwnd;			/* bytes */
	uint32_t	__tcpi_advmss;
	uint32_t	__tcpi_reordering;
	uint32_t	__tcpi_rcv_rtt;
	uint32_t	tcpi_rcv_space;			/* bytes */
	uint32_t	tcpi_snd_wnd;			/* bytes */
	uint32_t	tcpi_snd_bwnd;
	uint32_t	tcpi_snd_nxt;
	uint32_t	tcpi_rcv_nxt;
	uint32_t	tcpi_toe_tid;
	uint32_t	tcpi_snd_rexmitpack;		/* segments */
	uint32_t	tcpi_rcv_ooopack;
	uint32_t	tcpi_snd_zerowin;
	uint32_t	__tcpi_pad[26];
};

#endif /* !_NETINET_TCP_H_ */
