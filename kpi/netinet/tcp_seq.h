/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sequence numbers of TCP: modulo 2^32, RFC 9293 section 3.4.
 */

#ifndef _NETINET_TCP_SEQ_H_
#define	_NETINET_TCP_SEQ_H_

#define	SEQ_LT(a, b)	((int)((a) - (b)) < 0)
#define	SEQ_LEQ(a, b)	((int)((a) - (b)) <= 0)
#define	SEQ_GT(a, b)	((int)((a) - (b)) > 0)
#define	SEQ_GEQ(a, b)	((int)((a) - (b)) >= 0)
#define	SEQ_SUB(a, b)	((int)((a) - (b)))
#define	SEQ_MIN(a, b)	(SEQ_LT(a, b) ? (a) : (b))
#define	SEQ_MAX(a, b)	(SEQ_GT(a, b) ? (a) : (b))

/* Of timestamps, RFC 7323 section 5. */
#define	TSTMP_LT(a, b)	SEQ_LT(a, b)
#define	TSTMP_GEQ(a, b)	SEQ_GEQ(a, b)

#endif /* !_NETINET_TCP_SEQ_H_ */
