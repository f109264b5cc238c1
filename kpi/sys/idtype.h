/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an id_t means: the first argument of wait6(2) and relatives.
 */
#ifndef _SYS_IDTYPE_H_
#define _SYS_IDTYPE_H_

typedef enum {
	P_MYID = -1,	/* the caller */
	P_ALL = 0,
	P_PID = 1,
	P_LWPID = 2,
	P_PPID = 3,
	P_PGID = 4,
	P_SID = 5,
	P_CID = 6,
	P_UID = 7,
	P_GID = 8,
	P_TASKID = 9,
	P_PROJID = 10,
	P_POOLID = 11,
	P_ZONEID = 12,
	P_CTID = 13,
	P_CPUID = 14,
	P_PSETID = 15,
	P_MAXIDTYPE = 0x7fffffff
} idtype_t;

#endif /* _SYS_IDTYPE_H_ */
