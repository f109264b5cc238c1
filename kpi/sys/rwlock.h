/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rwlock(9): locks held by many readers or one writer.
 *
 * One word holds either the number of readers or the writer; contention
 * sleeps in a turnstile and the lock is handed over by the one that leaves.
 * Waiting writers stop new readers, and readers that waited for a writer go
 * before the next writer, so that neither side starves.
 */
#ifndef _SYS_RWLOCK_H_
#define _SYS_RWLOCK_H_

#include <sys/types.h>

typedef enum krw_t {
	RW_READER = 0,
	RW_WRITER = 1
} krw_t;

typedef struct krwlock krwlock_t;

#ifdef _KERNEL
/* a: changed by atomic operations only; c: constant once initialised. */
struct krwlock {
	volatile uintptr_t rw_owner;	/* a: readers or writer, and flags */
	uint32_t rw_magic;		/* c: RW_MAGIC while initialised */
	volatile uint32_t rw_ldid;	/* a: lock checker's identity, or 0 */
};

#define	RW_HAS_WAITERS	((uintptr_t)0x01)	/* somebody sleeps */
#define	RW_WRITE_WANTED	((uintptr_t)0x02)	/* a writer among them */
#define	RW_WRITE_LOCKED	((uintptr_t)0x04)	/* the rest is an lwp */
#define	RW_READ_INCR	((uintptr_t)0x20)	/* one reader */
#define	RW_THREAD	(~(uintptr_t)0x1f)
#define	RW_MAGIC	0x72776c6b

void	rw_init(krwlock_t *);
void	rw_destroy(krwlock_t *);

int	rw_tryenter(krwlock_t *, const krw_t);
int	rw_tryupgrade(krwlock_t *);
void	rw_downgrade(krwlock_t *);

int	rw_read_held(krwlock_t *);
int	rw_write_held(krwlock_t *);
int	rw_lock_held(krwlock_t *);
krw_t	rw_lock_op(krwlock_t *);
bool	rw_owner_running(const krwlock_t *);

void	rw_enter(krwlock_t *, const krw_t);
void	rw_exit(krwlock_t *);

/* Reference counted locks for objects that share one; they may sleep. */
void	rw_obj_init(void);
krwlock_t *rw_obj_alloc(void);
krwlock_t *rw_obj_tryalloc(void);
void	rw_obj_hold(krwlock_t *);
bool	rw_obj_free(krwlock_t *);
u_int	rw_obj_refcnt(krwlock_t *);
#endif /* _KERNEL */

#include <machine/rwlock.h>

#endif /* !_SYS_RWLOCK_H_ */
