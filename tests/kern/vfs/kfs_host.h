/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the host halves of tests with kfs.c: cases that are one call of the
 * kernel half, in a kernel with a directory /k to mount on.
 */
#ifndef _TESTS_KERN_VFS_KFS_HOST_H_
#define _TESTS_KERN_VFS_KFS_HOST_H_

#include "../base/hk.h"

#include <rump/rump_syscalls.h>

static inline void
kfs_call(void (*func)(void))
{

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_sys_mkdir("/k", 0755));
	rump_schedule();
	(*func)();
	rump_unschedule();
}

/* Calls rump_kt_NAME(). */
#define	KFS_CASE(name)							\
void	rump_kt_##name(void);						\
ATF_TC_WITHOUT_HEAD(name);						\
ATF_TC_BODY(name, tc)							\
{									\
									\
	kfs_call(rump_kt_##name);					\
}

/* rump_kt_misuse(0), (1) ... must panic with these texts. */
#define	KFS_MISUSE(...)							\
void	rump_kt_misuse(int);						\
static int kfs_what;							\
									\
static void								\
kfs_misuse(void)							\
{									\
									\
	rump_kt_misuse(kfs_what);					\
}									\
									\
static void								\
kfs_misuser(void)							\
{									\
									\
	kfs_call(kfs_misuse);						\
}									\
									\
ATF_TC_WITHOUT_HEAD(misuse);						\
ATF_TC_BODY(misuse, tc)							\
{									\
	static const char *const text[] = { __VA_ARGS__ };		\
									\
	for (kfs_what = 0; kfs_what < (int)(sizeof(text) /		\
	    sizeof(text[0])); kfs_what++)				\
		hk_panics(kfs_misuser, text[kfs_what]);			\
}

#endif /* !_TESTS_KERN_VFS_KFS_HOST_H_ */
