/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pserialize(9).  A reader does not sleep, so it keeps its virtual CPU until
 * it leaves its section.  The writer therefore only has to get hold of each
 * CPU once: see subr_xcall.c.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/pserialize.h>
#include <sys/xcall.h>

/* All constant; kept so that misuse after destruction shows. */
struct pserialize {
	u_int	psz_magic;
};
#define	PSZ_MAGIC	0x70737a31

void
pserialize_init(void)
{

	KASSERT(curcpu()->ci_psz_read_depth == 0);
}

pserialize_t
pserialize_create(void)
{
	pserialize_t psz;

	psz = kmem_zalloc(sizeof(*psz), KM_SLEEP);
	psz->psz_magic = PSZ_MAGIC;
	return psz;
}

void
pserialize_destroy(pserialize_t psz)
{

	KASSERT(psz->psz_magic == PSZ_MAGIC);
	psz->psz_magic = 0;
	kmem_free(psz, sizeof(*psz));
}

void
pserialize_perform(pserialize_t psz)
{

	KASSERT(psz->psz_magic == PSZ_MAGIC);
	KASSERT(pserialize_not_in_read_section());
	if (__predict_false(panicstr != NULL))
		return;
	xc_barrier(0);
}

int
pserialize_read_enter(void)
{

	curcpu()->ci_psz_read_depth++;
	__insn_barrier();
	return 0;
}

void
pserialize_read_exit(int s)
{
	struct cpu_info *ci = curcpu();

	KASSERT(ci->ci_psz_read_depth > 0);
	__insn_barrier();
	ci->ci_psz_read_depth--;
}

bool
pserialize_in_read_section(void)
{

	return curcpu()->ci_psz_read_depth != 0;
}

bool
pserialize_not_in_read_section(void)
{

	return curcpu()->ci_psz_read_depth == 0;
}

/* Called where a CPU is given up. */
void
pserialize_switchpoint(void)
{

	KASSERT(curcpu()->ci_psz_read_depth == 0);
}
