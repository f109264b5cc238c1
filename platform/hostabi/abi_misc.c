/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of what calls beside the usual ones take: advice, limits of paths,
 * files that count, random bytes.
 */
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "hostabi.h"

static const struct hostabi_row advice_rows[] = {
	{ POSIX_FADV_NORMAL, RUMP_POSIX_FADV_NORMAL, 0 },
	{ POSIX_FADV_RANDOM, RUMP_POSIX_FADV_RANDOM, 0 },
	{ POSIX_FADV_SEQUENTIAL, RUMP_POSIX_FADV_SEQUENTIAL, 0 },
	{ POSIX_FADV_WILLNEED, RUMP_POSIX_FADV_WILLNEED, 0 },
	{ POSIX_FADV_DONTNEED, RUMP_POSIX_FADV_DONTNEED, 0 },
	{ POSIX_FADV_NOREUSE, RUMP_POSIX_FADV_NOREUSE, 0 },
};
const struct hostabi_table hostabi_advice =
    HOSTABI_VALUES(advice_rows, EINVAL);

#define	PC(name)	{ _PC_##name, RUMP__PC_##name, 0 }
static const struct hostabi_row pathconf_rows[] = {
	PC(LINK_MAX), PC(MAX_CANON), PC(MAX_INPUT), PC(NAME_MAX), PC(PATH_MAX),
	PC(PIPE_BUF), PC(CHOWN_RESTRICTED), PC(NO_TRUNC), PC(VDISABLE),
	PC(SYNC_IO), PC(FILESIZEBITS), PC(SYMLINK_MAX), PC(2_SYMLINKS),
};
const struct hostabi_table hostabi_pathconf =
    HOSTABI_VALUES(pathconf_rows, EINVAL);

static const struct hostabi_row eventfd_rows[] = {
	{ EFD_SEMAPHORE, RUMP_EFD_SEMAPHORE, 0 },
	{ EFD_NONBLOCK, RUMP_EFD_NONBLOCK, 0 },
	{ EFD_CLOEXEC, RUMP_EFD_CLOEXEC, 0 },
};
const struct hostabi_table hostabi_eventfd =
    HOSTABI_BITS(eventfd_rows, EINVAL);

static const struct hostabi_row timerfd_rows[] = {
	{ TFD_NONBLOCK, RUMP_TFD_NONBLOCK, 0 },
	{ TFD_CLOEXEC, RUMP_TFD_CLOEXEC, 0 },
};
const struct hostabi_table hostabi_timerfd =
    HOSTABI_BITS(timerfd_rows, EINVAL);

static const struct hostabi_row timerfd_set_rows[] = {
	{ TFD_TIMER_ABSTIME, RUMP_TFD_TIMER_ABSTIME, 0 },
	{ TFD_TIMER_CANCEL_ON_SET, RUMP_TFD_TIMER_CANCEL_ON_SET, 0 },
};
const struct hostabi_table hostabi_timerfd_set =
    HOSTABI_BITS(timerfd_set_rows, EINVAL);

static const struct hostabi_row random_rows[] = {
	{ GRND_NONBLOCK, RUMP_GRND_NONBLOCK, 0 },
	{ GRND_RANDOM, RUMP_GRND_RANDOM, 0 },
	{ GRND_INSECURE, RUMP_GRND_INSECURE, 0 },
};
const struct hostabi_table hostabi_random = HOSTABI_BITS(random_rows, EINVAL);
