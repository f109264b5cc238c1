/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_poll: a filter whose next event comes while it is asked
 * about the last one, and other readers get the time to take it.
 */
#include "kt.h"

#include <sys/event.h>

int	rump_kt_slow_filter(void);
void	rump_kt_slow_event(void);

#define	HINT	1	/* from an event, not from a reader */

static struct klist slow;
static bool happens;

static int
slow_attach(struct knote *kn)
{

	klist_insert(&slow, kn);
	return 0;
}

static void
slow_detach(struct knote *kn)
{

	(void)klist_remove(&slow, kn);
}

static int
slow_event(struct knote *kn, long hint)
{

	if (happens && hint != HINT) {
		knote(&slow, HINT);
		kt_pause(2);
	}
	return happens;
}

static const struct filterops slow_ops = {
	.f_flags = FILTEROP_MPSAFE,
	.f_attach = slow_attach,
	.f_detach = slow_detach,
	.f_event = slow_event,
};

/* Its number. */
int
rump_kt_slow_filter(void)
{
	int filter;

	klist_init(&slow);
	KT_EQ(0, kfilter_register("kt_slow", &slow_ops, &filter));
	return filter;
}

void
rump_kt_slow_event(void)
{

	happens = true;
	knote(&slow, HINT);
}
