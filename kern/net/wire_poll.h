/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wires (if_wire.c) that are looked at by threads about to sleep for a packet,
 * so that it needs no other thread to come to them.
 */

#ifndef _KERN_NET_WIRE_POLL_H_
#define	_KERN_NET_WIRE_POLL_H_

#include <sys/types.h>
#include <sys/mutex.h>
#include <sys/queue.h>

struct net_wire;
struct socket;

/* p: the lock of wire_poll.c; c: constant while it is added. */
struct wire_poll {
	TAILQ_ENTRY(wire_poll) wp_link;		/* p */
	const struct net_wire *wp_nw;		/* c: with nw_poll */
	void		*wp_wire;		/* c */
	/* Takes in what there is, not more than a batch; true: any. */
	bool		(*wp_receive)(struct wire_poll *); /* c */
	bool		wp_busy;		/* p: somebody looks */
	u_int		wp_misses;		/* p: in vain, in a row */
	u_int		wp_skip;		/* p: sleeps until the next */
};

void	wire_poll_init(void);
void	wire_poll_add(struct wire_poll *);
/* Nobody looks any more afterwards.  May sleep. */
void	wire_poll_remove(struct wire_poll *);

/*
 * For a thread that is about to sleep on a socket and its lock, and has no
 * other one but SB_LOCK.  True: the lock was released, and packets may have
 * come in, so that it has to look again.
 */
bool	wire_poll_socket(const struct socket *, kmutex_t *);

#endif /* !_KERN_NET_WIRE_POLL_H_ */
