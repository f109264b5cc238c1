/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linked into every shared object (and into dynamic programs that carry
 * kernel code): when the object is loaded, hands its own link sets to the
 * kernel's registry.  The section bounds are hidden, so each object sees only
 * its own; without this, only the first object's sets would be found.  The
 * registry queues before rump_init() and initialises at once after it.
 * Nothing else may be called from here: libc and the kernel may not be up.
 */

#include <rump-sys/dsosets.h>

#define	BOUNDS(set)							\
	extern const void *const __start_link_set_##set[]		\
	    __attribute__((__weak__, __visibility__("hidden")));	\
	extern const void *const __stop_link_set_##set[]		\
	    __attribute__((__weak__, __visibility__("hidden")))

BOUNDS(rump_components);
BOUNDS(modules);
BOUNDS(sysctl_funcs);
BOUNDS(evcnts);

/* By this name a program finds them, for rump_dso_error(). */
struct rump_dsosets rump_dsosets
    __attribute__((__visibility__("protected"))) = {
	.ds_version = RUMP_DSOSETS_VERSION,
};

static void __attribute__((__constructor__))
dsoglue_register(void)
{

	rump_dsosets.ds_comp = __start_link_set_rump_components;
	rump_dsosets.ds_comp_end = __stop_link_set_rump_components;
	rump_dsosets.ds_mod = __start_link_set_modules;
	rump_dsosets.ds_mod_end = __stop_link_set_modules;
	rump_dsosets.ds_sysctl = __start_link_set_sysctl_funcs;
	rump_dsosets.ds_sysctl_end = __stop_link_set_sysctl_funcs;
	rump_dsosets.ds_evcnt = __start_link_set_evcnts;
	rump_dsosets.ds_evcnt_end = __stop_link_set_evcnts;
	rump_dso_register(&rump_dsosets);
}
