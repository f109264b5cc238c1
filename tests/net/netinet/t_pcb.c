/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of pcbs: who walks along one sees each socket once, whatever is
 * closed meanwhile; errors find raw sockets.
 *
 * Sources: RFC 1122 section 3.2.2.1
 */
#include "../../kern/base/hk.h"

HK_CASE(pcb_walk)
HK_CASE(pcb_walk_port)
HK_CASE(pcb_raw_errors)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(pcb_walk, 2);
	HK_ADD(pcb_walk_port, 2);
	HK_ADD(pcb_raw_errors, 2);
	return atf_no_error();
}
