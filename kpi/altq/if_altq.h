/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output queue of an interface, struct ifnet.if_snd.  Alternate queueing
 * disciplines hang on it by the altq_ fields; none is attached here, so the
 * IFQ_* macros of <net/if.h> use the plain queue.
 */

#ifndef _ALTQ_IF_ALTQ_H_
#define	_ALTQ_IF_ALTQ_H_

#include <sys/mutex.h>

struct altq_pktattr;
struct ifnet;
struct mbuf;
struct tb_regulator;
struct top_cdnr;

/* Locks: q, ifq_lock; c, constant while the interface is attached. */
struct ifaltq {
	/* These come first, as in struct ifqueue. */
	struct mbuf	*ifq_head;	/* q */
	struct mbuf	*ifq_tail;	/* q */
	int		ifq_len;	/* q: packets */
	int		ifq_maxlen;	/* c */
	int		ifq_drops;	/* q */
	kmutex_t	*ifq_lock;	/* c */

	int		altq_type;	/* q */
	int		altq_flags;	/* q: ALTQF_* */
	void		*altq_disc;	/* q: the discipline's */
	struct ifnet	*altq_ifp;	/* c */
	int		(*altq_enqueue)(struct ifaltq *, struct mbuf *);
	struct mbuf	*(*altq_dequeue)(struct ifaltq *, int);
	int		(*altq_request)(struct ifaltq *, int, void *);
	void		*altq_clfier;	/* q: the classifier's */
	void		*(*altq_classify)(void *, struct mbuf *, int);
	struct tb_regulator *altq_tbr;	/* q */
	struct top_cdnr	*altq_cdnr;	/* q */
};

#define	ALTQF_READY	0x01	/* the driver knows IFQ_* */
#define	ALTQF_ENABLED	0x02
#define	ALTQF_CLASSIFY	0x04
#define	ALTQF_CNDTNING	0x08
#define	ALTQF_DRIVER1	0x40
#define	ALTQF_CANTCHANGE (ALTQF_READY)

#define	ALTQDQ_REMOVE	1	/* take the next packet */
#define	ALTQDQ_POLL	2	/* look at it */

#define	ALTQRQ_PURGE	1

#define	ALTQ_IS_READY(ifq)	((ifq)->altq_flags & ALTQF_READY)
#define	ALTQ_IS_ENABLED(ifq)	((ifq)->altq_flags & ALTQF_ENABLED)
#define	ALTQ_NEEDS_CLASSIFY(ifq) ((ifq)->altq_flags & ALTQF_CLASSIFY)
#define	ALTQ_IS_CNDTNING(ifq)	((ifq)->altq_flags & ALTQF_CNDTNING)
#define	ALTQ_IS_ATTACHED(ifq)	((ifq)->altq_disc != NULL)
#define	TBR_IS_ENABLED(ifq)	((ifq)->altq_tbr != NULL)

#endif /* !_ALTQ_IF_ALTQ_H_ */
