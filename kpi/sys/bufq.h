/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys/bufq.h: queues of struct buf in front of a device, bufq(9).
 * Strategies: "fcfs" (first come) and "disksort" (one-way elevator).
 * The caller serialises calls on one queue; nothing here sleeps but
 * bufq_alloc() and bufq_free().
 */
#ifndef _SYS_BUFQ_H_
#define	_SYS_BUFQ_H_

struct buf;
struct bufq_state;

#define	BUFQ_STRATEGY_MAX	32	/* strategy name, with the NUL */

#define	BUFQ_SORT_RAWBLOCK	0x0001	/* sort by b_rawblkno */
#define	BUFQ_SORT_CYLINDER	0x0002	/* sort by b_cylinder, b_rawblkno */
#define	BUFQ_SORT_MASK		0x000f
#define	BUFQ_EXACT		0x0100	/* the named strategy or ENOENT */

#define	BUFQ_STRAT_ANY		"*"
#define	BUFQ_DISK_DEFAULT_STRAT	_bufq_disk_default_strat
#define	BUFQ_DISK_DEFAULT_STRAT_NAME	"disksort"

#ifdef _KERNEL
extern const char *_bufq_disk_default_strat;

int	bufq_alloc(struct bufq_state **, const char *, int);
void	bufq_free(struct bufq_state *);
void	bufq_put(struct bufq_state *, struct buf *);
struct buf *bufq_get(struct bufq_state *);
struct buf *bufq_peek(struct bufq_state *);
struct buf *bufq_cancel(struct bufq_state *, struct buf *);
void	bufq_drain(struct bufq_state *);
void	bufq_move(struct bufq_state *, struct bufq_state *);
void	bufq_fini(struct bufq_state *);
const char *bufq_getstrategyname(struct bufq_state *);
#endif /* _KERNEL */

#endif /* !_SYS_BUFQ_H_ */
