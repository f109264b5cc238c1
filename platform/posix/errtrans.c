/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * This host's error numbers become NetBSD's: every hypercall result passes
 * here.  The table is in rump/rumperrno2host.h, which serves both directions.
 */
#include <rump/rumperrno2host.h>
#include <rump/rumpuser_component.h>

#include "rumpuser_int.h"

int
rumpuser__errtrans(int error)
{

	return rump_host2errno(error);
}

int
rumpuser_component_errtrans(int error)
{

	return rumpuser__errtrans(error);
}
