/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine of bpf(4): programs on flat packets and chains, those that are
 * refused, and random ones.
 *
 * Covers: bpf(9)
 */
#include "../base/hk.h"

HK_CASE_NCPU(bpf_run, 1)
HK_CASE_NCPU(bpf_refuse, 1)
HK_CASE_NCPU(bpf_ext, 1)
HK_CASE_NCPU(bpf_random, 1)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(bpf_run, 1);
	HK_ADD(bpf_refuse, 1);
	HK_ADD(bpf_ext, 1);
	HK_ADD(bpf_random, 1);
	return atf_no_error();
}
