/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel half of the registration tests: a component inside the program
 * itself that counts its initialisations, and a look at which file systems
 * are there.
 */

#include <sys/param.h>
#include <sys/mount.h>

#include <rump-sys/kern.h>

#include "kt_register.h"

static int own_count;

RUMP_COMPONENT(RUMP_COMPONENT_KERN)
{

	own_count++;
}

int
rump_kt_own_count(void)
{

	return own_count;
}

int
rump_kt_has_fs(const char *name)
{
	struct vfsops *vfs;

	vfs = vfs_getopsbyname(name);
	if (vfs == NULL)
		return 0;
	vfs_delref(vfs);
	return 1;
}
