/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What depends on the object format: symbol aliases, warnings, identification
 * strings, and link sets.  A link set X is the section "link_set_X", an array
 * of pointers; the linker supplies its bounds.  Included by <sys/cdefs.h>
 * only.
 *
 * Each library has its own instance of a set: the bounds are hidden, so code
 * that walks a set sees the members of the object it was linked into.  The
 * sets that the whole kernel shares (components, modules, sysctl nodes and
 * event counters) are handed over in <rump-sys/dsosets.h>.
 */

#ifndef _SYS_CDEFS_ELF_H_
#define	_SYS_CDEFS_ELF_H_

#define	_C_LABEL(x)		x
#define	_C_LABEL_STRING(x)	x

#define	__weak			__attribute__((__weak__))
#define	__weak_reference(sym)	__attribute__((__weakref__(#sym)))
#define	__strong_alias(alias, sym)					\
	__asm__(".global " #alias "\n" #alias " = " #sym);
#define	__weak_alias(alias, sym)					\
	__asm__(".weak " #alias "\n" #alias " = " #sym);
#define	__weak_extern(sym)						\
	__asm__(".weak " #sym);
#define	__warn_references(sym, msg)

/* Identification strings are not kept: the build records what it built. */
#define	__IDSTRING(_n, _s)						\
	struct __CONCAT(_n, _idstring_unused)
#define	__RCSID(_s)		struct _rcsid_unused
#define	__SCCSID(_s)
#define	__SCCSID2(_s)
#define	__COPYRIGHT(_s)		struct _copyright_unused
#define	__KERNEL_RCSID(_n, _s)	__IDSTRING(_rcsid_, _s)
#define	__KERNEL_SCCSID(_n, _s)
#define	__KERNEL_COPYRIGHT(_n, _s)	__IDSTRING(_copyright_, _s)

/*
 * Placement of variables: hardly ever written; written often by several
 * CPUs, so alone on its cache line.
 */
#define	__read_mostly		__section(".data.read_mostly")
#define	__cacheline_aligned						\
	__aligned(64) __section(".data.cacheline_aligned")

#if defined(__has_attribute) && __has_attribute(__retain__)
#define	__link_set_retain	__used __attribute__((__retain__))
#else
#define	__link_set_retain	__used
#endif

#define	__link_set_make_entry(set, sym)					\
	static void const * const					\
	    __link_set_##set##_sym_##sym				\
	    __section("link_set_" #set) __link_set_retain		\
	    = (const void *)&sym
#define	__link_set_make_entry2(set, sym, n)				\
	static void const * const					\
	    __link_set_##set##_sym_##sym##_##n				\
	    __section("link_set_" #set) __link_set_retain		\
	    = (const void *)&sym[n]

#define	__link_set_add_text(set, sym)	__link_set_make_entry(set, sym)
#define	__link_set_add_rodata(set, sym)	__link_set_make_entry(set, sym)
#define	__link_set_add_data(set, sym)	__link_set_make_entry(set, sym)
#define	__link_set_add_bss(set, sym)	__link_set_make_entry(set, sym)
#define	__link_set_add_text2(set, sym, n)				\
	__link_set_make_entry2(set, sym, n)
#define	__link_set_add_rodata2(set, sym, n)				\
	__link_set_make_entry2(set, sym, n)
#define	__link_set_add_data2(set, sym, n)				\
	__link_set_make_entry2(set, sym, n)
#define	__link_set_add_bss2(set, sym, n)				\
	__link_set_make_entry2(set, sym, n)

#define	__link_set_decl(set, ptype)					\
	extern ptype * const __start_link_set_##set[]			\
	    __dso_hidden __weak;					\
	extern ptype * const __stop_link_set_##set[]			\
	    __dso_hidden __weak
#define	__link_set_start(set)	(__start_link_set_##set)
#define	__link_set_end(set)	(__stop_link_set_##set)
#define	__link_set_count(set)						\
	(__link_set_end(set) - __link_set_start(set))

#endif /* !_SYS_CDEFS_ELF_H_ */
