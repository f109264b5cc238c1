/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rbtree(3), radix trees and splay trees: random operations against a model.
 * KT_SEED in the environment chooses another sequence.
 *
 * Covers: radixtree(9), rbtree(3)
 */

#include "hk.h"

void	rump_kt_radix_twice(void);

HK_CASE(rbtree)
HK_CASE(splay)
HK_CASE(radix)
HK_CASE(radix_tags)

static void
insert_twice(void)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_radix_twice();
}

ATF_TC_WITHOUT_HEAD(radix_twice);
ATF_TC_BODY(radix_twice, tc)
{

	hk_panics(insert_twice, "radix_tree_lookup_node(t, idx) == NULL");
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(rbtree, 2);
	HK_ADD(splay, 2);
	HK_ADD(radix, 2);
	HK_ADD(radix_tags, 2);
	ATF_TP_ADD_TC(tp, radix_twice);
	return atf_no_error();
}
