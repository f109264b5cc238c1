/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a shared object hands to the kernel when it is loaded: the bounds of
 * its own link sets.  Filled in by mk/dsoglue.c, taken by rump_dso_register()
 * in librump, which queues before rump_init() and initialises at once after.
 * Usable from both worlds: includes nothing.
 */

#ifndef _RUMP_SYS_DSOSETS_H_
#define _RUMP_SYS_DSOSETS_H_

#define	RUMP_DSOSETS_VERSION	1

struct rump_dsosets {
	int ds_version;			/* RUMP_DSOSETS_VERSION */
	const void *const *ds_comp;	/* rump_components */
	const void *const *ds_comp_end;
	const void *const *ds_mod;	/* modules */
	const void *const *ds_mod_end;
	const void *const *ds_sysctl;	/* sysctl_funcs */
	const void *const *ds_sysctl_end;
	const void *const *ds_evcnt;	/* evcnts */
	const void *const *ds_evcnt_end;
};

extern struct rump_dsosets rump_dsosets;	/* each object has its own */

void	rump_dso_register(const struct rump_dsosets *);

#endif /* !_RUMP_SYS_DSOSETS_H_ */
