/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_stat.h: history logging hooks of UVM.  No history is kept here, so
 * they expand to nothing, as in a NetBSD kernel without UVMHIST.
 */
#ifndef _UVM_UVM_STAT_H_
#define	_UVM_UVM_STAT_H_

#define	UVMHIST_DECL(NAME)
#define	UVMHIST_INIT(NAME, N)
#define	UVMHIST_INIT_STATIC(NAME, BUF)
#define	UVMHIST_LINK_STATIC(NAME)
#define	UVMHIST_LOG(NAME, FMT, A, B, C, D)
#define	UVMHIST_CALLARGS(NAME, FMT, A, B, C, D)
#define	UVMHIST_CALLED(NAME)
#define	UVMHIST_FUNC(FNAME)
#define	UVMHIST_CALLARGS0(NAME)
#define	uvmhist_dump(NAME)

#endif /* !_UVM_UVM_STAT_H_ */
