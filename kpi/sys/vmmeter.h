/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Totals of memory and load, the old way, vm.vmmeter of sysctl(7).
 */

#ifndef _SYS_VMMETER_H_
#define	_SYS_VMMETER_H_

#include <sys/types.h>

struct vmtotal {
	int16_t	t_rq;		/* run queue */
	int16_t	t_dw;		/* jobs in disk wait */
	int16_t	t_pw;		/* jobs in page wait */
	int16_t	t_sl;		/* sleeping in core */
	int16_t	_reserved1;
	int32_t	t_vm;		/* virtual memory, pages */
	int32_t	t_avm;		/* active */
	int32_t	t_rm;		/* real memory in use */
	int32_t	t_arm;
	int32_t	t_vmshr;	/* shared */
	int32_t	t_avmshr;
	int32_t	t_rmshr;
	int32_t	t_armshr;
	int32_t	t_free;		/* free pages */
};

#endif /* !_SYS_VMMETER_H_ */
