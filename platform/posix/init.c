/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first hypercall: agree on a version, remember the kernel's entry points.
 * Everything else in this library starts on demand, so this is all there is
 * to initialise.
 */
#include <string.h>

#include "rumpuser_int.h"

struct rumpuser_hyperup rumpuser__hyp;

int
rumpuser_init(int version, const struct rumpuser_hyperup *hyp)
{

	if (version != RUMPUSER_VERSION) {
		rumpuser__complain("the kernel speaks version %d of the "
		    "hypercalls, this library version %d", version,
		    RUMPUSER_VERSION);
		return RUMP_EPROGMISMATCH;
	}
	if (hyp == NULL)
		return RUMP_EINVAL;
	rumpuser__hyp = *hyp;
	return 0;
}
