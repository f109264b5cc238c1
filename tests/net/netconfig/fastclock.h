/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel whose clock goes faster than the host's, for tests of what happens
 * when nothing comes for a long time.
 */
#ifndef _TESTS_NET_NETCONFIG_FASTCLOCK_H_
#define _TESTS_NET_NETCONFIG_FASTCLOCK_H_

/*
 * From now on (at first) the kernel's clock goes speed times as fast as the
 * host's.  Who sleeps already wakes when it would have, unless it is sooner.
 */
void	fastclock(int speed);

#endif /* !_TESTS_NET_NETCONFIG_FASTCLOCK_H_ */
