/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_quota1.c: records of the old quota files to and from quotactl(2)'s
 * values, for file systems that come without their quota1_subr.c.  Weak: one
 * that brings it has its own.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include "quota1_private.h"

static uint64_t
limit_from_disk(uint32_t lim)
{

	return lim == 0 ? QUOTA_NOLIMIT : lim - 1;
}

static uint32_t
limit_to_disk(uint64_t lim)
{

	return lim >= UINT32_MAX ? 0 : (uint32_t)lim + 1;
}

static int32_t
time_to_disk(time_t t)
{

	return (int32_t)MAX(MIN(t, INT32_MAX), INT32_MIN);
}

__attribute__((__weak__)) void
dqblk_to_quotavals(const struct dqblk *dq, struct quotaval *blocks,
    struct quotaval *files)
{

	blocks->qv_hardlimit = limit_from_disk(dq->dqb_bhardlimit);
	blocks->qv_softlimit = limit_from_disk(dq->dqb_bsoftlimit);
	blocks->qv_usage = dq->dqb_curblocks;
	blocks->qv_expiretime = dq->dqb_btime;
	files->qv_hardlimit = limit_from_disk(dq->dqb_ihardlimit);
	files->qv_softlimit = limit_from_disk(dq->dqb_isoftlimit);
	files->qv_usage = dq->dqb_curinodes;
	files->qv_expiretime = dq->dqb_itime;
}

__attribute__((__weak__)) void
quotavals_to_dqblk(const struct quotaval *blocks, const struct quotaval *files,
    struct dqblk *dq)
{

	dq->dqb_bhardlimit = limit_to_disk(blocks->qv_hardlimit);
	dq->dqb_bsoftlimit = limit_to_disk(blocks->qv_softlimit);
	dq->dqb_curblocks = (uint32_t)MIN(blocks->qv_usage, UINT32_MAX);
	dq->dqb_btime = time_to_disk(blocks->qv_expiretime);
	dq->dqb_ihardlimit = limit_to_disk(files->qv_hardlimit);
	dq->dqb_isoftlimit = limit_to_disk(files->qv_softlimit);
	dq->dqb_curinodes = (uint32_t)MIN(files->qv_usage, UINT32_MAX);
	dq->dqb_itime = time_to_disk(files->qv_expiretime);
}
