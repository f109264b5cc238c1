/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock checker.  Locks report here what is done to them; in kernels
 * built with LOCKDEBUG ownership, recursion, order and life time are checked
 * and a mistake ends in a panic that names the lock and the place.  Without
 * LOCKDEBUG the macros are empty and lockdebug_abort() is what is left.
 */
#ifndef _SYS_LOCKDEBUG_H_
#define _SYS_LOCKDEBUG_H_

#include <sys/types.h>

#ifdef _KERNEL

#define	LOCKOPS_SLEEP	0
#define	LOCKOPS_SPIN	1
#define	LOCKOPS_CV	2

typedef void (*lockop_printer_t)(const char *, ...) __printflike(1, 2);

typedef struct lockops {
	const char	*lo_name;	/* as in panic messages */
	int		lo_type;	/* LOCKOPS_* */
	void		(*lo_dump)(const volatile void *, lockop_printer_t);
} lockops_t;

#define	LOCKDEBUG_ABORT(f, ln, l, o, m) lockdebug_abort(f, ln, l, o, m)

void	lockdebug_abort(const char *, size_t, const volatile void *,
	    const lockops_t *, const char *) __dead;

#ifdef LOCKDEBUG
void	lockdebug_init(void);
bool	lockdebug_alloc(const char *, size_t, volatile void *, lockops_t *,
	    uintptr_t);
void	lockdebug_free(const char *, size_t, volatile void *);
void	lockdebug_wantlock(const char *, size_t, const volatile void *,
	    uintptr_t, int);
void	lockdebug_locked(const char *, size_t, volatile void *, void *,
	    uintptr_t, int);
void	lockdebug_unlocked(const char *, size_t, volatile void *, uintptr_t,
	    int);
void	lockdebug_barrier(const char *, size_t, const volatile void *, int);
void	lockdebug_mem_check(const char *, size_t, void *, size_t);
void	lockdebug_dismiss(void);
void	lockdebug_unordered(const volatile void *);

#define	LOCKDEBUG_ALLOC(lock, ops, addr) \
	lockdebug_alloc(__func__, __LINE__, lock, ops, addr)
#define	LOCKDEBUG_FREE(dodebug, lock) \
	do { if (dodebug) lockdebug_free(__func__, __LINE__, lock); } while (0)
#define	LOCKDEBUG_WANTLOCK(dodebug, lock, where, shared)		\
	do { if (dodebug) lockdebug_wantlock(__func__, __LINE__, lock,	\
	    where, shared); } while (0)
#define	LOCKDEBUG_LOCKED(dodebug, lock, al, where, shared)		\
	do { if (dodebug) lockdebug_locked(__func__, __LINE__, lock, al, \
	    where, shared); } while (0)
#define	LOCKDEBUG_UNLOCKED(dodebug, lock, where, shared)		\
	do { if (dodebug) lockdebug_unlocked(__func__, __LINE__, lock,	\
	    where, shared); } while (0)
#define	LOCKDEBUG_BARRIER(lock, slp) \
	lockdebug_barrier(__func__, __LINE__, lock, slp)
#define	LOCKDEBUG_MEM_CHECK(base, sz) \
	lockdebug_mem_check(__func__, __LINE__, base, sz)
/*
 * The order among locks so marked is not learnt, because it changes: that of
 * vnodes is the order of the file tree, which rename(2) turns round.
 */
#define	LOCKDEBUG_UNORDERED(lock)	lockdebug_unordered(lock)
#else /* !LOCKDEBUG */
#define	LOCKDEBUG_ALLOC(lock, ops, addr)			false
#define	LOCKDEBUG_FREE(dodebug, lock)				((void)0)
#define	LOCKDEBUG_WANTLOCK(dodebug, lock, where, shared)	((void)0)
#define	LOCKDEBUG_LOCKED(dodebug, lock, al, where, shared)	((void)0)
#define	LOCKDEBUG_UNLOCKED(dodebug, lock, where, shared)	((void)0)
#define	LOCKDEBUG_BARRIER(lock, slp)				((void)0)
#define	LOCKDEBUG_MEM_CHECK(base, sz)				((void)0)
#define	LOCKDEBUG_UNORDERED(lock)				((void)0)
#define	lockdebug_init()					((void)0)
#define	lockdebug_dismiss()					((void)0)
#endif /* !LOCKDEBUG */

#endif /* _KERNEL */

#endif /* !_SYS_LOCKDEBUG_H_ */
