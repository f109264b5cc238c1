/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory objects and pages: see kt_uvmobj.c.
 *
 * Covers: uvm(9), ubc(9)
 */
#include "kfs_host.h"

KFS_CASE(object)
KFS_CASE(lock)
KFS_CASE(page)
KFS_CASE(tags)
KFS_CASE(status)
KFS_CASE(wire)
KFS_CASE(find)
KFS_CASE(size)
KFS_CASE(zero)
KFS_CASE(partial)
KFS_CASE(ahead)
KFS_MISUSE(
    "rw_lock_held(uobj->vmobjlock)",
    "rw_lock_held(uo->vmobjlock)",
    "uo->uo_npages == 0",
    "pg->flags & PG_BUSY",
    "pg->wire_count > 0",
    "wire_count == 0",
    "(off & PAGE_MASK) == 0",
    "rw_write_held(uobj->vmobjlock)")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, object);
	ATF_TP_ADD_TC(tp, lock);
	ATF_TP_ADD_TC(tp, page);
	ATF_TP_ADD_TC(tp, tags);
	ATF_TP_ADD_TC(tp, status);
	ATF_TP_ADD_TC(tp, wire);
	ATF_TP_ADD_TC(tp, find);
	ATF_TP_ADD_TC(tp, size);
	ATF_TP_ADD_TC(tp, zero);
	ATF_TP_ADD_TC(tp, partial);
	ATF_TP_ADD_TC(tp, ahead);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
