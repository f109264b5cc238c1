/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic_ops(3), membar_ops(3) and atomic_loadstore(9).
 *
 * Read-modify-write operations are complete here as inlines, and exist as
 * functions too (kern/base/libkern_atomic.c, the only file that defines
 * _ATOMIC_DEFINE).  They are sequentially consistent, which is more than
 * the interface promises; portable code still says membar_release() and
 * membar_acquire() where it needs order.  The _ni variants need not be
 * atomic with respect to other CPUs, but are.
 *
 * atomic_add_*() and friends return nothing, the _nv variants the new
 * value, atomic_cas_*() and atomic_swap_*() the old one.
 */

#ifndef _SYS_ATOMIC_H_
#define	_SYS_ATOMIC_H_

#include <sys/types.h>
#include <sys/stdbool.h>

#ifdef _ATOMIC_DEFINE
#define	__atomic_inline
#else
#define	__atomic_inline	extern __inline __attribute__((__gnu_inline__))
#endif

/* Suffixes of the add functions and of the others, type, type of amount. */
#define	__ATOMIC_ARITH(sfx, nsfx, T, D)					\
void	atomic_add_##sfx(volatile T *, D);				\
T	atomic_add_##sfx##_nv(volatile T *, D);				\
void	atomic_inc_##nsfx(volatile T *);				\
T	atomic_inc_##nsfx##_nv(volatile T *);				\
void	atomic_dec_##nsfx(volatile T *);				\
T	atomic_dec_##nsfx##_nv(volatile T *);				\
									\
__atomic_inline void							\
atomic_add_##sfx(volatile T *p, D v)					\
{									\
	(void)__atomic_add_fetch(p, (T)v, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline T							\
atomic_add_##sfx##_nv(volatile T *p, D v)				\
{									\
	return __atomic_add_fetch(p, (T)v, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline void							\
atomic_inc_##nsfx(volatile T *p)					\
{									\
	(void)__atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline T							\
atomic_inc_##nsfx##_nv(volatile T *p)					\
{									\
	return __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline void							\
atomic_dec_##nsfx(volatile T *p)					\
{									\
	(void)__atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline T							\
atomic_dec_##nsfx##_nv(volatile T *p)					\
{									\
	return __atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST);		\
}

#define	__ATOMIC_BITS(sfx, T)						\
void	atomic_and_##sfx(volatile T *, T);				\
T	atomic_and_##sfx##_nv(volatile T *, T);				\
void	atomic_or_##sfx(volatile T *, T);				\
T	atomic_or_##sfx##_nv(volatile T *, T);				\
									\
__atomic_inline void							\
atomic_and_##sfx(volatile T *p, T v)					\
{									\
	(void)__atomic_and_fetch(p, v, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline T							\
atomic_and_##sfx##_nv(volatile T *p, T v)				\
{									\
	return __atomic_and_fetch(p, v, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline void							\
atomic_or_##sfx(volatile T *p, T v)					\
{									\
	(void)__atomic_or_fetch(p, v, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline T							\
atomic_or_##sfx##_nv(volatile T *p, T v)				\
{									\
	return __atomic_or_fetch(p, v, __ATOMIC_SEQ_CST);		\
}

#define	__ATOMIC_SWAPS(sfx, T)						\
T	atomic_swap_##sfx(volatile T *, T);				\
T	atomic_cas_##sfx(volatile T *, T, T);				\
T	atomic_cas_##sfx##_ni(volatile T *, T, T);			\
									\
__atomic_inline T							\
atomic_swap_##sfx(volatile T *p, T v)					\
{									\
	return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);		\
}									\
__atomic_inline T							\
atomic_cas_##sfx(volatile T *p, T old, T new)				\
{									\
	(void)__atomic_compare_exchange_n(p, &old, new, false,		\
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);			\
	return old;							\
}									\
__atomic_inline T							\
atomic_cas_##sfx##_ni(volatile T *p, T old, T new)			\
{									\
	(void)__atomic_compare_exchange_n(p, &old, new, false,		\
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);			\
	return old;							\
}

__ATOMIC_ARITH(32, 32, uint32_t, int32_t)
__ATOMIC_ARITH(64, 64, uint64_t, int64_t)
__ATOMIC_ARITH(int, uint, unsigned int, int)
__ATOMIC_ARITH(long, ulong, unsigned long, long)
__ATOMIC_BITS(32, uint32_t)
__ATOMIC_BITS(64, uint64_t)
__ATOMIC_BITS(uint, unsigned int)
__ATOMIC_BITS(ulong, unsigned long)
__ATOMIC_SWAPS(8, uint8_t)
__ATOMIC_SWAPS(16, uint16_t)
__ATOMIC_SWAPS(32, uint32_t)
__ATOMIC_SWAPS(64, uint64_t)
__ATOMIC_SWAPS(uint, unsigned int)
__ATOMIC_SWAPS(ulong, unsigned long)

#undef	__ATOMIC_ARITH
#undef	__ATOMIC_BITS
#undef	__ATOMIC_SWAPS

/* Pointers to pointers of any type. */
void	atomic_add_ptr(volatile void *, ssize_t);
void	*atomic_add_ptr_nv(volatile void *, ssize_t);
void	atomic_inc_ptr(volatile void *);
void	*atomic_inc_ptr_nv(volatile void *);
void	atomic_dec_ptr(volatile void *);
void	*atomic_dec_ptr_nv(volatile void *);
void	*atomic_swap_ptr(volatile void *, void *);
void	*atomic_cas_ptr(volatile void *, void *, void *);
void	*atomic_cas_ptr_ni(volatile void *, void *, void *);

__atomic_inline void
atomic_add_ptr(volatile void *p, ssize_t v)
{
	(void)__atomic_add_fetch((volatile uintptr_t *)p, (uintptr_t)v,
	    __ATOMIC_SEQ_CST);
}

__atomic_inline void *
atomic_add_ptr_nv(volatile void *p, ssize_t v)
{
	return (void *)__atomic_add_fetch((volatile uintptr_t *)p,
	    (uintptr_t)v, __ATOMIC_SEQ_CST);
}

__atomic_inline void
atomic_inc_ptr(volatile void *p)
{
	atomic_add_ptr(p, 1);
}

__atomic_inline void *
atomic_inc_ptr_nv(volatile void *p)
{
	return atomic_add_ptr_nv(p, 1);
}

__atomic_inline void
atomic_dec_ptr(volatile void *p)
{
	atomic_add_ptr(p, -1);
}

__atomic_inline void *
atomic_dec_ptr_nv(volatile void *p)
{
	return atomic_add_ptr_nv(p, -1);
}

__atomic_inline void *
atomic_swap_ptr(volatile void *p, void *v)
{
	return __atomic_exchange_n((void * volatile *)p, v, __ATOMIC_SEQ_CST);
}

__atomic_inline void *
atomic_cas_ptr(volatile void *p, void *old, void *new)
{
	(void)__atomic_compare_exchange_n((void * volatile *)p, &old, new,
	    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return old;
}

__atomic_inline void *
atomic_cas_ptr_ni(volatile void *p, void *old, void *new)
{
	return atomic_cas_ptr(p, old, new);
}

/*
 * Memory barriers.  acquire and release also go by their older names exit
 * and (stronger than it was documented) enter.
 */
void	membar_acquire(void);
void	membar_release(void);
void	membar_producer(void);
void	membar_consumer(void);
void	membar_sync(void);
void	membar_enter(void);
void	membar_exit(void);
void	membar_datadep_consumer(void);

__atomic_inline void
membar_acquire(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

__atomic_inline void
membar_release(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

__atomic_inline void
membar_producer(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

__atomic_inline void
membar_consumer(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

__atomic_inline void
membar_sync(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

__atomic_inline void
membar_enter(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

__atomic_inline void
membar_exit(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

__atomic_inline void
membar_datadep_consumer(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/*
 * Loads and stores that are one access and carry order themselves.
 */
#define	atomic_load_relaxed(p)	__atomic_load_n((p), __ATOMIC_RELAXED)
#define	atomic_load_consume(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define	atomic_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define	atomic_store_relaxed(p, v)					\
	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define	atomic_store_release(p, v)					\
	__atomic_store_n((p), (v), __ATOMIC_RELEASE)

#endif /* !_SYS_ATOMIC_H_ */
