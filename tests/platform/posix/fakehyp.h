/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel of nothing but one virtual CPU, for tests of the hypercalls alone.
 *
 * fake_init() announces it.  A thread that holds the CPU and blocks in a
 * hypercall which should have given it back deadlocks the test, which is how
 * such a mistake shows.
 */
#ifndef _FAKEHYP_H_
#define	_FAKEHYP_H_

#include <sys/types.h>

#include <atf-c.h>
#include <stdbool.h>
#include <stdint.h>

#include <rump/rumpdefs.h>
#include <rump/rumpuser.h>

/* An lwp here is just something with an address. */
struct lwp {
	int l_dummy;
};

/* The kernel lock is held that often; each nap must hand the number back. */
#define	FAKE_NLOCKS	3

void	fake_init(void);
void	fake_enter(void);		/* take the CPU, as a new lwp maybe */
void	fake_leave(void);
bool	fake_running(void);		/* does this thread hold the CPU? */
int	fake_naps(void);		/* times it was given back */
int	fake_newlwps(void);		/* calls of hyp_lwproc_newlwp(0) */

/* No more memory for this process; skips the test if a checker needs it. */
void	fake_limit_memory(void);

/* A file of the test's own folder with len bytes of a pattern. */
void	fake_file(const char *, size_t);
void	fake_pattern(void *, size_t, int64_t, unsigned int);
bool	fake_same(const void *, size_t, int64_t, unsigned int);

#define	OK(call)	ATF_REQUIRE_EQ(0, (call))

#endif /* !_FAKEHYP_H_ */
