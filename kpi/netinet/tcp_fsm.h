/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States of a connection, RFC 9293 section 3.3.2.
 */

#ifndef _NETINET_TCP_FSM_H_
#define	_NETINET_TCP_FSM_H_

#define	TCPS_CLOSED		0
#define	TCPS_LISTEN		1
#define	TCPS_SYN_SENT		2
#define	TCPS_SYN_RECEIVED	3	/* and sent */
#define	TCPS_ESTABLISHED	4
#define	TCPS_CLOSE_WAIT		5	/* a FIN came */
#define	TCPS_FIN_WAIT_1		6	/* closed, FIN sent */
#define	TCPS_CLOSING		7	/* both, ours is not acknowledged */
#define	TCPS_LAST_ACK		8	/* after CLOSE_WAIT: FIN sent */
#define	TCPS_FIN_WAIT_2		9	/* FIN acknowledged */
#define	TCPS_TIME_WAIT		10
#define	TCP_NSTATES		11

#define	TCPS_HAVERCVDSYN(s)	((s) >= TCPS_SYN_RECEIVED)
#define	TCPS_HAVEESTABLISHED(s)	((s) >= TCPS_ESTABLISHED)
#define	TCPS_HAVERCVDFIN(s)						\
	((s) == TCPS_CLOSE_WAIT || ((s) >= TCPS_CLOSING &&		\
	    (s) != TCPS_FIN_WAIT_2))

#endif /* !_NETINET_TCP_FSM_H_ */
