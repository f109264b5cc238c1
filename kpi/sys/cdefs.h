/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compiler definitions.  Every header of the kernel includes this one first;
 * it must not include anything that declares a type.  The spellings are the
 * kernel's own (__predict_true(), __unused, __BITS() ...), so that sources
 * do not name compiler attributes.
 */

#ifndef _SYS_CDEFS_H_
#define	_SYS_CDEFS_H_

#define	__GNUC_PREREQ__(x, y)						\
	((__GNUC__ == (x) && __GNUC_MINOR__ >= (y)) || (__GNUC__ > (x)))

#ifndef __has_feature
#define	__has_feature(x)	0
#endif
#ifndef __has_extension
#define	__has_extension		__has_feature
#endif
#ifndef __has_include
#define	__has_include(x)	0
#endif

/* Token pasting and strings, with (x) and without expansion first. */
#define	___STRING(x)		__STRING(x)
#define	___CONCAT(x, y)		__CONCAT(x, y)
#define	__STRING(x)		#x
#define	__CONCAT(x, y)		x ## y
#define	__P(protos)		protos

#define	__const			const
#define	__inline		inline
#define	__signed		signed
#define	__volatile		volatile

#include <sys/cdefs_elf.h>

#ifdef __cplusplus
#define	__BEGIN_DECLS		extern "C" {
#define	__END_DECLS		}
#define	__static_cast(x, y)	static_cast<x>(y)
#else
#define	__BEGIN_DECLS
#define	__END_DECLS
#define	__static_cast(x, y)	(x)y
#endif

/*
 * Attributes of functions, variables and types.
 */
#define	__dead			__attribute__((__noreturn__))
#define	__pure			__attribute__((__pure__))
#define	__constfunc		__attribute__((__const__))
#define	__noinline		__attribute__((__noinline__))
#define	__always_inline		__attribute__((__always_inline__))
#define	__attribute_used__	__attribute__((__used__))
#define	__used			__attribute__((__used__))
#define	__unused		__attribute__((__unused__))
#define	__returns_twice		__attribute__((__returns_twice__))
#define	__malloc_attr		__attribute__((__malloc__))
#define	__noreturn		__dead
#define	__packed		__attribute__((__packed__))
#define	__aligned(x)		__attribute__((__aligned__(x)))
#define	__section(x)		__attribute__((__section__(x)))
#define	__alloc_size(...)	__attribute__((__alloc_size__(__VA_ARGS__)))
#define	__alloc_align(n)	__attribute__((__alloc_align__(n)))
#define	__nonnull(args)		__attribute__((__nonnull__ args))
#define	__sentinel(n)		__attribute__((__sentinel__(n)))
#define	__fallthrough		__attribute__((__fallthrough__))
#define	__dso_public		__attribute__((__visibility__("default")))
#define	__dso_hidden		__attribute__((__visibility__("hidden")))
#define	__BEGIN_PUBLIC_DECLS	_Pragma("GCC visibility push(default)")	\
				__BEGIN_DECLS
#define	__END_PUBLIC_DECLS	__END_DECLS _Pragma("GCC visibility pop")
#define	__BEGIN_HIDDEN_DECLS	_Pragma("GCC visibility push(hidden)")	\
				__BEGIN_DECLS
#define	__END_HIDDEN_DECLS	__END_DECLS _Pragma("GCC visibility pop")

#define	__printflike(fmtarg, firstvararg)				\
	__attribute__((__format__(__printf__, fmtarg, firstvararg)))
#define	__scanflike(fmtarg, firstvararg)				\
	__attribute__((__format__(__scanf__, fmtarg, firstvararg)))
#define	__sysloglike		__printflike
#define	__format_arg(fmtarg)	__attribute__((__format_arg__(fmtarg)))

#define	__extension		__extension__
#define	__typeof		__typeof__
#define	__alignof(__t)		__alignof__(__t)
#define	__restrict		__restrict__
#define	__insn_barrier()	__asm__ __volatile__("" : : : "memory")

/* Variables used only by assertions, only by debug code, or on purpose. */
#ifdef DIAGNOSTIC
#define	__diagused
#else
#define	__diagused		__unused
#endif
#ifdef DEBUG
#define	__debugused
#else
#define	__debugused		__unused
#endif
#define	__USE(a)		(void)(a)
#define	__nothing		(/* nothing */(void)0)

/* Sanitizers can be told to leave a function alone. */
#define	__noasan		__attribute__((__no_sanitize__("address")))
#define	__nocsan		__attribute__((__no_sanitize__("thread")))
#define	__nomsan
#define	__noubsan		__attribute__((__no_sanitize__("undefined")))

#define	__predict_true(exp)	__builtin_expect((exp) != 0, 1)
#define	__predict_false(exp)	__builtin_expect((exp) != 0, 0)

/* Compile time assertion; also legal where statements are. */
#define	__CTASSERT(x)		_Static_assert((x), #x)
#define	__CTASSERT_SIGNED(x)	__CTASSERT(((typeof(x))-1) < 0)
#define	__CTASSERT_UNSIGNED(x)	__CTASSERT(((typeof(x))-1) > 0)

/* Casts that drop a qualifier or change a function's type on purpose. */
#define	__UNCONST(a)	((void *)(unsigned long)(const void *)(a))
#define	__UNVOLATILE(a)	((void *)(unsigned long)(volatile void *)(a))
#define	__FPTRCAST(t, f)	((t)(void *)(f))

#define	__arraycount(__x)	(sizeof(__x) / sizeof((__x)[0]))

/*
 * Bit masks.  __BIT(n) is 2^n, __BITS(m, n) has the bits from n to m set,
 * whichever of the two is larger; __SHIFTOUT() and __SHIFTIN() take a value
 * out of and put it into such a field.
 */
#define	__BIT(__n)							\
	(((unsigned long)(__n) >= 64) ? 0 :				\
	((unsigned long)1 << ((unsigned long)((__n) & 63))))
#define	__MASK(__n)		(__BIT(__n) - 1)
#define	__MACRO_LT(__a, __b)	((__a) < (__b) ? (__a) : (__b))
#define	__MACRO_GT(__a, __b)	((__a) > (__b) ? (__a) : (__b))
#define	__BITS(__m, __n)						\
	((__BIT(__MACRO_GT((__m), (__n)) + 1) - 1) ^			\
	(__BIT(__MACRO_LT((__m), (__n))) - 1))
#define	__LOWEST_SET_BIT(__mask)	((((__mask) - 1) & (__mask)) ^ (__mask))
#define	__PRIuBIT		"lu"
#define	__PRIuBITS		__PRIuBIT
#define	__PRIxBIT		"lx"
#define	__PRIxBITS		__PRIxBIT

#define	__SHIFTOUT(__x, __mask)	(((__x) & (__mask)) / __LOWEST_SET_BIT(__mask))
#define	__SHIFTIN(__x, __mask)	((__x) * __LOWEST_SET_BIT(__mask))
#define	__SHIFTOUT_MASK(__mask)	__SHIFTOUT((__mask), (__mask))

/* Limits of an integer type, and whether a value fits one. */
#define	__type_mask(t)							\
	(sizeof(t) < sizeof(long long) ?				\
	(~((1ULL << (sizeof(t) * 8)) - 1)) : 0ULL)
#define	__type_is_signed(t)	((t)-1 < (t)0)
#define	__zeroll()		(0LL)
#define	__negative_p(x)		((x) < 0)
#define	__type_min_s(t)							\
	((t)((1ULL << (sizeof(t) * 8 - 1))))
#define	__type_max_s(t)							\
	((t)~((1ULL << (sizeof(t) * 8 - 1))))
#define	__type_min_u(t)		((t)0ULL)
#define	__type_max_u(t)		((t)~0ULL)
#define	__type_min(t)							\
	(__type_is_signed(t) ? __type_min_s(t) : __type_min_u(t))
#define	__type_max(t)							\
	(__type_is_signed(t) ? __type_max_s(t) : __type_max_u(t))
#define	__type_fit_u(t, a)						\
	(((a) & ~(unsigned long long)__type_max_u(t)) == 0)
#define	__type_fit_s(t, a)						\
	((long long)(a) >= (long long)__type_min_s(t) &&		\
	(long long)(a) <= (long long)__type_max_s(t))
#define	__type_fit(t, a)						\
	(__type_is_signed(t) ? __type_fit_s(t, a) : __type_fit_u(t, a))

#define	__CAST(__dt, __st)	((__dt)(__st))
#define	__CASTV(__dt, __st)	__CAST(__dt, __CAST(void *, __st))
#define	__CASTCV(__dt, __st)	__CAST(__dt, __CAST(const void *, __st))

/* Some headers test it; this kernel has only current interfaces. */
#define	__RENAME(x)
#define	_NETBSD_REVISIONID	""

#endif /* !_SYS_CDEFS_H_ */
