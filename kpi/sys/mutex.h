/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutex(9): mutual exclusion between lwps.
 *
 * A mutex is a word holding its owner.  Taking and releasing it without
 * contention is one atomic operation in kernel memory.  An adaptive mutex
 * sleeps in a turnstile when contended; a spin mutex never gives its virtual
 * CPU away, so whoever holds one must not sleep.
 */
#ifndef _SYS_MUTEX_H_
#define _SYS_MUTEX_H_

#include <sys/types.h>

typedef enum kmutex_type_t {
	MUTEX_SPIN = 0,		/* to be taken at any ipl */
	MUTEX_ADAPTIVE = 1,	/* thread context only */
	MUTEX_DEFAULT = 2,	/* chosen by the ipl */
	MUTEX_DRIVER = 3,	/* chosen by the ipl */
	MUTEX_NODEBUG = 4	/* adaptive, outside the lock checker */
} kmutex_type_t;

typedef struct kmutex kmutex_t;

#ifdef _KERNEL
#include <sys/intr.h>

/*
 * a: changed by atomic operations only; c: constant once initialised.
 * The owner word is 0, or the owner's lwp address, with MTX_WAITERS in bit
 * 0 if the exit has to look for sleepers.
 */
struct kmutex {
	volatile uintptr_t mtx_owner;	/* a: owner and flags */
	uint8_t mtx_type;		/* c: MTX_T_* */
	uint8_t mtx_ipl;		/* c: level a spin mutex raises to */
	uint16_t mtx_magic;		/* c: MTX_MAGIC while initialised */
	volatile uint32_t mtx_ldid;	/* a: lock checker's identity, or 0 */
};

#define	MTX_WAITERS	((uintptr_t)1)
#define	MTX_FLAGS	((uintptr_t)15)
#define	MTX_T_ADAPTIVE	0
#define	MTX_T_SPIN	1
#define	MTX_T_BYPASS	2	/* adaptive; <rump-sys/bypass.h> */
#define	MTX_MAGIC	0x6d74

void	mutex_init(kmutex_t *, kmutex_type_t, int);
void	mutex_destroy(kmutex_t *);

void	mutex_enter(kmutex_t *);
void	mutex_exit(kmutex_t *);
int	mutex_tryenter(kmutex_t *);

void	mutex_spin_enter(kmutex_t *);
void	mutex_spin_exit(kmutex_t *);

int	mutex_owned(const kmutex_t *);
int	mutex_ownable(const kmutex_t *);
lwp_t	*mutex_owner(const kmutex_t *);
bool	mutex_owner_running(const kmutex_t *);

/* Reference counted mutexes for objects that share one; they may sleep. */
void	mutex_obj_init(void);
kmutex_t *mutex_obj_alloc(kmutex_type_t, int);
kmutex_t *mutex_obj_tryalloc(kmutex_type_t, int);
void	mutex_obj_hold(kmutex_t *);
bool	mutex_obj_free(kmutex_t *);
u_int	mutex_obj_refcnt(kmutex_t *);
#endif /* _KERNEL */

#include <machine/mutex.h>

#endif /* !_SYS_MUTEX_H_ */
