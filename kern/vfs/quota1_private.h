/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota1_private.h: a record of the old quota files, and the two functions of
 * <ufs/ufs/quota1.h> on it.  That header comes with the file systems that have
 * such files; it is not ours to put before theirs.
 */
#ifndef _VFS_QUOTA1_PRIVATE_H_
#define	_VFS_QUOTA1_PRIVATE_H_

#include <sys/types.h>
#include <sys/quota.h>

/* Limits are one more than they say, 0 for none; quota(5). */
struct dqblk {
	uint32_t	dqb_bhardlimit;
	uint32_t	dqb_bsoftlimit;
	uint32_t	dqb_curblocks;
	uint32_t	dqb_ihardlimit;
	uint32_t	dqb_isoftlimit;
	uint32_t	dqb_curinodes;
	int32_t		dqb_btime;	/* seconds since 1970 */
	int32_t		dqb_itime;
};

/* Blocks, then files; qv_grace is left alone. */
void	dqblk_to_quotavals(const struct dqblk *, struct quotaval *,
	    struct quotaval *);
/* A limit or usage that has no room is none, or the largest there is. */
void	quotavals_to_dqblk(const struct quotaval *, const struct quotaval *,
	    struct dqblk *);

#endif /* !_VFS_QUOTA1_PRIVATE_H_ */
