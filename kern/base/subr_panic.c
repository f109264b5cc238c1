/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * panic(9): the end.  Prints why and ends the process through the platform,
 * which leaves a core.  Takes no lock, allocates nothing, does not come
 * back, and a panic during a panic ends at once.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <lib/libkern/libkern.h>

#include <rump/rumpuser.h>

#include "subr_prf_private.h"

const char *panicstr;
static char panictext[256];
static volatile unsigned int panics;

void
vpanic(const char *fmt, va_list ap)
{

	if (atomic_inc_uint_nv(&panics) != 1)
		rumpuser_exit(RUMPUSER_PANIC);

	vsnprintf(panictext, sizeof(panictext), fmt, ap);
	panicstr = panictext;
	printf("panic: %s%s", panictext,
	    panictext[0] != '\0' &&
	    panictext[strlen(panictext) - 1] == '\n' ? "" : "\n");
	rumpuser_exit(RUMPUSER_PANIC);
}

void
panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vpanic(fmt, ap);
	va_end(ap);
}

/* A failed KASSERT(). */
void
kern_assert(const char *fmt, ...)
{
	va_list ap;

	if (panicstr != NULL)
		return;
	va_start(ap, fmt);
	vpanic(fmt, ap);
	va_end(ap);
}

/* There is no debugger inside: the host's gets the process. */
void
Debugger(void)
{

	panic("Debugger() was called");
}
