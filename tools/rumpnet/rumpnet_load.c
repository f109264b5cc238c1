/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components that only some descriptions ask for: they are loaded then, as
 * what they need of the host would take all others longer to start than the
 * kernel does to boot.
 */
#include <dlfcn.h>
#include <string.h>

#include "rumpnet.h"

/* An interface's kind is its component's name, but for one. */
static const struct kind {
	const char	*k_name, *k_library;
} kinds[] = {
	{ "bridge", "librumpnet_bridge.so.0" },
	{ "dump", "librumpnet_bpf.so.0" },
	{ "virt", "librumpnet_virtif.so.0" },
	{ "vlan", "librumpnet_vlan.so.0" },
};

int
rn_load(const char *name)
{
	const size_t len = strcspn(name, "0123456789");
	const struct kind *k;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		k = &kinds[i];
		if (strlen(k->k_name) == len &&
		    memcmp(k->k_name, name, len) == 0 &&
		    dlopen(k->k_library, RTLD_NOW | RTLD_GLOBAL) == NULL)
			return rn_failx("%s: %s", name, dlerror());
	}
	return RN_OK;
}
