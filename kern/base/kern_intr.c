/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spl(9): the interrupt level, kept with the lwp.  Nothing is blocked by it,
 * since no interrupt comes in between; see <sys/intr.h>.  Also here: in
 * what kind of context the caller runs.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/lwp.h>

int
splraise(int ipl)
{
	struct lwp *l = curlwp;
	int old = l->l_ipl;

	KASSERT(ipl >= IPL_NONE && ipl < NIPL);
	if (ipl > old)
		l->l_ipl = ipl;
	return old;
}

void
spllower(int ipl)
{
	struct lwp *l = curlwp;

	KASSERT(ipl >= IPL_NONE && ipl < NIPL);
	if (ipl < l->l_ipl)
		l->l_ipl = ipl;
}

bool
cpu_kpreempt_disabled(void)
{
	const struct lwp *l = curlwp;

	return l->l_ipl > IPL_NONE || l->l_spincount != 0;
}

/* Is this the thread of an interrupt handler? */
bool
cpu_intr_p(void)
{

	return (curlwp->l_pflag & LP_HARDINTR) != 0;
}

/* Or of a soft interrupt, callouts included? */
bool
cpu_softintr_p(void)
{

	return (curlwp->l_pflag & LP_INTR) != 0;
}
