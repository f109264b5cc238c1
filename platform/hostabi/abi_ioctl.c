/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of ioctl and the flags of files that two of them are about.
 */
#include <linux/fs.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "hostabi.h"

/*
 * The host has one number for FIONREAD, TIOCINQ and SIOCINQ.  Sizes of disks
 * in sectors and in bytes are one request of the kernel's, as are sectors as
 * the program and as the medium have them: what comes first is what it is
 * called on the way back.
 */
static const struct hostabi_row ioctl_rows[] = {
	{ FIOCLEX, RUMP_FIOCLEX, 0 },
	{ FIONCLEX, RUMP_FIONCLEX, 0 },
	{ FIONREAD, RUMP_FIONREAD, 0 },
	{ FIONBIO, (int)RUMP_FIONBIO, 0 },
	{ FIOASYNC, (int)RUMP_FIOASYNC, 0 },
	{ TIOCOUTQ, RUMP_FIONWRITE, 0 },
	{ FIOSETOWN, (int)RUMP_FIOSETOWN, 0 },
	{ FIOGETOWN, RUMP_FIOGETOWN, 0 },
	{ SIOCATMARK, RUMP_SIOCATMARK, 0 },
	{ SIOCSPGRP, (int)RUMP_SIOCSPGRP, 0 },
	{ SIOCGPGRP, RUMP_SIOCGPGRP, 0 },
	{ BLKGETSIZE64, RUMP_DIOCGMEDIASIZE, 0 },
	{ BLKGETSIZE, RUMP_DIOCGMEDIASIZE, 0 },
	{ BLKSSZGET, RUMP_DIOCGSECTORSIZE, 0 },
	{ BLKPBSZGET, RUMP_DIOCGSECTORSIZE, 0 },
	{ BLKFLSBUF, (int)RUMP_DIOCCACHESYNC, 0 },
};
const struct hostabi_table hostabi_ioctl = HOSTABI_VALUES(ioctl_rows, ENOTTY);

/* The kernel has two of some, the superuser's first; others show nowhere. */
static const struct hostabi_row fsflags_rows[] = {
	{ FS_IMMUTABLE_FL, RUMP_SF_IMMUTABLE, 0 },
	{ FS_IMMUTABLE_FL, RUMP_UF_IMMUTABLE, 0 },
	{ FS_APPEND_FL, RUMP_SF_APPEND, 0 },
	{ FS_APPEND_FL, RUMP_UF_APPEND, 0 },
	{ FS_NODUMP_FL, RUMP_UF_NODUMP, 0 },
};
const struct hostabi_table hostabi_fsflags =
    HOSTABI_BITS(fsflags_rows, EOPNOTSUPP);
