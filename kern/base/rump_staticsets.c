/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Only in librump.a: registers the link sets of a statically linked program.
 *
 * There the linker has merged the sets of all components, so one walk finds
 * everything.  Shared objects carry mk/dsoglue.c instead.  A constructor like
 * that one: nothing but rump_dso_register() may be called.
 */
#include <sys/cdefs.h>
#include <sys/types.h>

#include <rump-sys/dsosets.h>

#define BOUNDS(set)							\
	extern const void *const __start_link_set_##set[] __weak;	\
	extern const void *const __stop_link_set_##set[] __weak

BOUNDS(rump_components);
BOUNDS(modules);
BOUNDS(sysctl_funcs);
BOUNDS(evcnts);

static void __attribute__((__constructor__))
staticsets_register(void)
{
	static struct rump_dsosets ds = {
		.ds_version = RUMP_DSOSETS_VERSION,
	};

	ds.ds_comp = __start_link_set_rump_components;
	ds.ds_comp_end = __stop_link_set_rump_components;
	ds.ds_mod = __start_link_set_modules;
	ds.ds_mod_end = __stop_link_set_modules;
	ds.ds_sysctl = __start_link_set_sysctl_funcs;
	ds.ds_sysctl_end = __stop_link_set_sysctl_funcs;
	ds.ds_evcnt = __start_link_set_evcnts;
	ds.ds_evcnt_end = __stop_link_set_evcnts;
	rump_dso_register(&ds);
}
