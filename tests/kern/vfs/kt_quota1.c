/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_quota1, which sees the functions as a file system with
 * <ufs/ufs/quota1.h> of its own does.
 */
#include "../base/kt.h"

#include <sys/quota.h>

struct dqblk {
	u_int32_t dqb_bhardlimit, dqb_bsoftlimit, dqb_curblocks;
	u_int32_t dqb_ihardlimit, dqb_isoftlimit, dqb_curinodes;
	int32_t dqb_btime, dqb_itime;
};

void	dqblk_to_quotavals(const struct dqblk *, struct quotaval *,
	    struct quotaval *);
void	quotavals_to_dqblk(const struct quotaval *, const struct quotaval *,
	    struct dqblk *);
void	rump_kt_quota1(void);

static void
there_and_back(const struct dqblk *dq)
{
	struct quotaval b, f;
	struct dqblk back;

	memset(&b, 0x55, sizeof(b));
	memset(&f, 0x55, sizeof(f));
	dqblk_to_quotavals(dq, &b, &f);
	KT_EQ(0x5555555555555555LL, b.qv_grace);
	KT_EQ(0x5555555555555555LL, f.qv_grace);
	quotavals_to_dqblk(&b, &f, &back);
	KT(memcmp(&back, dq, sizeof(back)) == 0);
}

void
rump_kt_quota1(void)
{
	const struct dqblk dq = { 101, 51, 20, 0, 1, 7, 1000, -1 };
	const struct dqblk top = { UINT32_MAX, UINT32_MAX, UINT32_MAX,
	    UINT32_MAX, UINT32_MAX, UINT32_MAX, INT32_MAX, INT32_MIN };
	struct quotaval b, f;
	struct dqblk out;

	there_and_back(&dq);
	there_and_back(&top);
	dqblk_to_quotavals(&dq, &b, &f);
	KT_EQ(100, b.qv_hardlimit);
	KT_EQ(50, b.qv_softlimit);
	KT_EQ(20, b.qv_usage);
	KT_EQ(1000, b.qv_expiretime);
	KT(f.qv_hardlimit == QUOTA_NOLIMIT);
	KT_EQ(0, f.qv_softlimit);
	KT_EQ(7, f.qv_usage);
	KT_EQ(QUOTA_NOTIME, f.qv_expiretime);
	/* More than fits. */
	b.qv_hardlimit = UINT32_MAX - 1ULL;
	b.qv_softlimit = UINT32_MAX;
	b.qv_usage = 1ULL << 40;
	b.qv_expiretime = 1LL << 40;
	f.qv_expiretime = -(1LL << 40);
	quotavals_to_dqblk(&b, &f, &out);
	KT_EQ(UINT32_MAX, out.dqb_bhardlimit);
	KT_EQ(0, out.dqb_bsoftlimit);
	KT_EQ(UINT32_MAX, out.dqb_curblocks);
	KT_EQ(INT32_MAX, out.dqb_btime);
	KT_EQ(INT32_MIN, out.dqb_itime);
}
