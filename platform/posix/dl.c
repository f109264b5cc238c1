/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components in shared objects that were not built by us.
 *
 * Objects of our build announce their link sets when they are loaded and hide
 * the sets' bounds.  Another object, say a driver linked with plain ld, has
 * __start_link_set_X and __stop_link_set_X among its dynamic symbols instead.
 * We look each name up in the hash table of each loaded object, without libdl:
 * that is quick, and works in static programs (where nothing is to be found).
 */
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rumpuser_int.h"

/* The callbacks of one bootstrap. */
struct boot {
	rump_modinit_fn b_modinit;
	rump_symload_fn b_symload;
	rump_compload_fn b_compload;
	rump_evcntattach_fn b_evcntattach;
};

/* The dynamic symbols of one object. */
struct symtab {
	const char *st_str;
	size_t st_strsize;
	const ElfW(Sym) *st_sym;
	const uint32_t *st_hash;	/* GNU's hash table */
	ElfW(Addr) st_base;
};

/*
 * GNU's hash table: four words (buckets, index of the first hashed symbol,
 * words of the filter, its shift), the filter, the buckets, the chains.
 */
static const uint32_t *
hash_buckets(const uint32_t *hash)
{

	return &hash[4] + hash[2] * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
}

static uint32_t
hash_name(const char *name)
{
	uint32_t h = 5381;

	for (; *name != '\0'; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

/*
 * How many symbols there are is only told by the end of the last chain.
 */
static size_t
symtab_count(const struct symtab *st)
{
	const uint32_t *hash = st->st_hash, *buckets = hash_buckets(hash);
	const uint32_t *chain = buckets + hash[0] - hash[1];
	uint32_t i, last = 0;

	for (i = 0; i < hash[0]; i++) {
		if (buckets[i] > last)
			last = buckets[i];
	}
	if (last < hash[1])
		return hash[1];
	while ((chain[last] & 1) == 0)
		last++;
	return last + 1;
}

/*
 * Tags hold addresses; the dynamic linker of some machines has relocated them
 * already, that of others not.
 */
static const void *
tagaddr(const struct symtab *st, const ElfW(Dyn) *dyn)
{
	ElfW(Addr) addr = dyn->d_un.d_ptr;

	if (addr < st->st_base)
		addr += st->st_base;
	return (const void *)addr;
}

static bool
symtab_find(const struct dl_phdr_info *info, struct symtab *st)
{
	const ElfW(Dyn) *dyn = NULL;
	int i;

	memset(st, 0, sizeof(*st));
	st->st_base = info->dlpi_addr;
	for (i = 0; i < info->dlpi_phnum; i++) {
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			dyn = (const ElfW(Dyn) *)(info->dlpi_addr +
			    info->dlpi_phdr[i].p_vaddr);
	}
	for (; dyn != NULL && dyn->d_tag != DT_NULL; dyn++) {
		switch (dyn->d_tag) {
		case DT_SYMTAB:
			st->st_sym = tagaddr(st, dyn);
			break;
		case DT_STRTAB:
			st->st_str = tagaddr(st, dyn);
			break;
		case DT_STRSZ:
			st->st_strsize = dyn->d_un.d_val;
			break;
		case DT_GNU_HASH:
			st->st_hash = tagaddr(st, dyn);
			break;
		}
	}
	return st->st_sym != NULL && st->st_str != NULL &&
	    st->st_hash != NULL && st->st_hash[0] != 0;
}

static const void *const *
symtab_lookup(const struct symtab *st, const char *prefix, const char *set)
{
	const uint32_t *hash = st->st_hash, *buckets = hash_buckets(hash);
	const uint32_t *chain = buckets + hash[0] - hash[1];
	const ElfW(Sym) *sym;
	char name[64];
	uint32_t h, i;

	snprintf(name, sizeof(name), "%s%s", prefix, set);
	h = hash_name(name);
	if ((i = buckets[h % hash[0]]) == 0)
		return NULL;
	do {
		sym = &st->st_sym[i];
		if ((chain[i] | 1) == (h | 1) && sym->st_shndx != SHN_UNDEF &&
		    strcmp(st->st_str + sym->st_name, name) == 0)
			return (const void *const *)(st->st_base +
			    sym->st_value);
	} while ((chain[i++] & 1) == 0);
	return NULL;
}

/*
 * The entries of a link set and their number.
 */
static size_t
linkset(const struct symtab *st, const char *set, const void *const **startp)
{
	const void *const *start, *const *stop;

	start = symtab_lookup(st, "__start_link_set_", set);
	stop = symtab_lookup(st, "__stop_link_set_", set);
	if (start == NULL || stop == NULL || stop < start)
		return 0;
	*startp = start;
	return (size_t)(stop - start);
}

/*
 * The callback gets copies whose values are addresses, not offsets.
 */
static void
load_symbols(const struct boot *b, const struct symtab *st)
{
	size_t i, n = symtab_count(st), size = n * sizeof(*st->st_sym);
	ElfW(Sym) *syms;
	char *strs;

	syms = malloc(size);
	strs = malloc(st->st_strsize);
	if (syms == NULL || strs == NULL) {
		rumpuser__complain("no memory for the symbols of a component");
		goto out;
	}
	memcpy(syms, st->st_sym, size);
	memcpy(strs, st->st_str, st->st_strsize);
	for (i = 1; i < n; i++)
		syms[i].st_value += st->st_base;
	if (b->b_symload(syms, size, strs, st->st_strsize) == 0)
		return;			/* they are the kernel's now */
 out:
	free(syms);
	free(strs);
}

static int
bootstrap_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	const struct boot *b = arg;
	const void *const *comps = NULL, *const *mods = NULL;
	const void *const *evs = NULL;
	size_t i, ncomps, nmods, nevs;
	struct symtab st;

	if (!symtab_find(info, &st))
		return 0;
	ncomps = linkset(&st, "rump_components", &comps);
	nmods = linkset(&st, "modules", &mods);
	nevs = linkset(&st, "evcnts", &evs);
	if (b->b_symload != NULL && ncomps + nmods + nevs > 0)
		load_symbols(b, &st);
	if (b->b_modinit != NULL && nmods > 0)
		b->b_modinit((const struct modinfo *const *)mods, nmods);
	for (i = 0; b->b_compload != NULL && i < ncomps; i++)
		b->b_compload(comps[i]);
	for (i = 0; b->b_evcntattach != NULL && i < nevs; i++)
		b->b_evcntattach((struct evcnt *)(uintptr_t)evs[i]);
	return 0;
}

void
rumpuser_dl_bootstrap(rump_modinit_fn modinit, rump_symload_fn symload,
	rump_compload_fn compload, rump_evcntattach_fn evcntattach)
{
	struct boot b = {
		.b_modinit = modinit, .b_symload = symload,
		.b_compload = compload, .b_evcntattach = evcntattach,
	};

	dl_iterate_phdr(bootstrap_object, &b);
}
