/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lockdebug_abort(): how every lock ends that was misused.  In every build;
 * the checks that call it from the outside are in subr_lockcheck.c.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>

#ifdef LOCKDEBUG
#define	LOCKDEBUG_PREFIX	"LOCKDEBUG: "
#else
#define	LOCKDEBUG_PREFIX	"lock error: "
#endif

void
lockdebug_abort(const char *func, size_t line, const volatile void *lock,
    const lockops_t *ops, const char *msg)
{

	lockdebug_dismiss();
	printf("%s error: %s,%zu: %s\n"
	    "lock address : %p\ncurrent cpu  : %u\ncurrent lwp  : %p\n",
	    ops->lo_name, func, line, msg, (const void *)(uintptr_t)lock,
	    cpu_index(curcpu()), curlwp);
	(*ops->lo_dump)(lock, printf);
	panic(LOCKDEBUG_PREFIX "%s error: %s,%zu: %s: lock %p cpu %u lwp %p",
	    ops->lo_name, func, line, msg, (const void *)(uintptr_t)lock,
	    cpu_index(curcpu()), curlwp);
}
