/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct selinfo: embedded in whatever can be polled.
 */
#ifndef _SYS_SELINFO_H_
#define _SYS_SELINFO_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/event.h>

struct lwp;

/*
 * Lock legend: (o) the lock of the object it is in, (s) the selector lock in
 * sys_select.c.
 */
struct selinfo {
	struct klist	sel_klist;	/* o: knotes */
	struct lwp	*sel_lwp;	/* s: the one that polls, or NULL */
	SLIST_ENTRY(selinfo) sel_chain;	/* s: what sel_lwp polls */
	bool		sel_collision;	/* s: more than one polls */
};

#endif /* _SYS_SELINFO_H_ */
