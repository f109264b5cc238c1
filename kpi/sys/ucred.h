/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Credentials in the form that system calls and protocols carry.  Inside
 * the kernel they are kauth_cred_t, see kauth(9).
 */

#ifndef _SYS_UCRED_H_
#define	_SYS_UCRED_H_

#include <sys/types.h>
#include <sys/syslimits.h>

struct uucred {
	unsigned short	cr_unused;	/* not used, compat */
	uid_t		cr_uid;		/* effective user id */
	gid_t		cr_gid;		/* effective group id */
	short		cr_ngroups;	/* number of groups */
	gid_t		cr_groups[NGROUPS_MAX];	/* groups */
};

#endif /* !_SYS_UCRED_H_ */
