/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strlist(9), and what autoconf(9) builds on it: the strings by which a device
 * says what it is compatible with, best first, looked up among a driver's.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>
#include <lib/libkern/strlist.h>

typedef bool (*same_t)(const char *, const char *);

static bool
same_string(const char *s, const char *want)
{

	return strcmp(s, want) == 0;
}

static bool
same_pattern(const char *s, const char *pattern)
{

	return pmatch(s, pattern, NULL) == 2;
}

const char *
strlist_next(const char *sl, size_t slsize, size_t *cursorp)
{
	const char *s;
	size_t len;

	if (sl == NULL || *cursorp >= slsize)
		return NULL;
	s = sl + *cursorp;
	len = strnlen(s, slsize - *cursorp);
	if (len == slsize - *cursorp)
		return NULL;
	*cursorp += len + 1;
	return s;
}

unsigned int
strlist_count(const char *sl, size_t slsize)
{
	size_t cursor = 0;
	unsigned int n = 0;

	while (strlist_next(sl, slsize, &cursor) != NULL)
		n++;
	return n;
}

const char *
strlist_string(const char *sl, size_t slsize, unsigned int idx)
{
	size_t cursor = 0;
	const char *s;

	while ((s = strlist_next(sl, slsize, &cursor)) != NULL && idx > 0)
		idx--;
	return s;
}

static int
find(const char *sl, size_t slsize, const char *want, same_t same)
{
	size_t cursor = 0;
	const char *s;
	int i;

	for (i = 0; (s = strlist_next(sl, slsize, &cursor)) != NULL; i++) {
		if ((*same)(s, want))
			return i;
	}
	return -1;
}

static int
weight(const char *sl, size_t slsize, const char *want, same_t same)
{
	int i = find(sl, slsize, want, same);

	return i < 0 ? 0 : (int)strlist_count(sl, slsize) - i;
}

int
strlist_match(const char *sl, size_t slsize, const char *str)
{

	return weight(sl, slsize, str, same_string);
}

int
strlist_pmatch(const char *sl, size_t slsize, const char *pattern)
{

	return weight(sl, slsize, pattern, same_pattern);
}

int
strlist_index(const char *sl, size_t slsize, const char *str)
{

	return find(sl, slsize, str, same_string);
}

bool
strlist_append(char **slp, size_t *slsizep, const char *str)
{
	const size_t add = strlen(str) + 1;
	char *sl;

	sl = kmem_alloc(*slsizep + add, KM_SLEEP);
	if (*slp != NULL) {
		memcpy(sl, *slp, *slsizep);
		kmem_free(*slp, *slsizep);
	}
	memcpy(sl + *slsizep, str, add);
	*slp = sl;
	*slsizep += add;
	return true;
}

/*
 * The first of the driver's entries that is in the list, and how early it is
 * there.  A driver's entries may be patterns.
 */
static int
list_weigh(const char *sl, size_t slsize,
    const struct device_compatible_entry *dce,
    const struct device_compatible_entry **dcep, same_t same)
{
	int w;

	for (; dce != NULL && dce->compat != NULL; dce++) {
		w = weight(sl, slsize, dce->compat, same);
		if (w != 0) {
			*dcep = dce;
			return w;
		}
	}
	*dcep = NULL;
	return 0;
}

/* The same for an array of so many strings. */
static int
array_weigh(const char **compats, int n,
    const struct device_compatible_entry *dce,
    const struct device_compatible_entry **dcep, same_t same)
{
	int i;

	for (; compats != NULL && dce != NULL && dce->compat != NULL; dce++) {
		for (i = 0; i < n; i++) {
			if ((*same)(compats[i], dce->compat)) {
				*dcep = dce;
				return n - i;
			}
		}
	}
	*dcep = NULL;
	return 0;
}

int
device_compatible_match(const char **compats, int n,
    const struct device_compatible_entry *entries)
{
	const struct device_compatible_entry *dce;

	return array_weigh(compats, n, entries, &dce, same_string);
}

int
device_compatible_pmatch(const char **compats, int n,
    const struct device_compatible_entry *entries)
{
	const struct device_compatible_entry *dce;

	return array_weigh(compats, n, entries, &dce, same_pattern);
}

const struct device_compatible_entry *
device_compatible_lookup(const char **compats, int n,
    const struct device_compatible_entry *entries)
{
	const struct device_compatible_entry *dce;

	(void)array_weigh(compats, n, entries, &dce, same_string);
	return dce;
}

const struct device_compatible_entry *
device_compatible_plookup(const char **compats, int n,
    const struct device_compatible_entry *entries)
{
	const struct device_compatible_entry *dce;

	(void)array_weigh(compats, n, entries, &dce, same_pattern);
	return dce;
}

int
device_compatible_match_strlist(const char *sl, size_t slsize,
    const struct device_compatible_entry *entries)
{
	const struct device_compatible_entry *dce;

	return list_weigh(sl, slsize, entries, &dce, same_string);
}

int
device_compatible_pmatch_strlist(const char *sl, size_t slsize,
    const struct device_compatible_entry *entries)
{
	const struct device_compatible_entry *dce;

	return list_weigh(sl, slsize, entries, &dce, same_pattern);
}

const struct device_compatible_entry *
device_compatible_lookup_strlist(const char *sl, size_t slsize,
    const struct device_compatible_entry *entries)
{
	const struct device_compatible_entry *dce;

	(void)list_weigh(sl, slsize, entries, &dce, same_string);
	return dce;
}

const struct device_compatible_entry *
device_compatible_plookup_strlist(const char *sl, size_t slsize,
    const struct device_compatible_entry *entries)
{
	const struct device_compatible_entry *dce;

	(void)list_weigh(sl, slsize, entries, &dce, same_pattern);
	return dce;
}

/* By number; the sentinel is the one that ends the entries. */
const struct device_compatible_entry *
device_compatible_lookup_id(uintptr_t id, uintptr_t sentinel,
    const struct device_compatible_entry *dce)
{

	for (; dce != NULL && dce->id != sentinel; dce++) {
		if (dce->id == id)
			return dce;
	}
	return NULL;
}

int
device_compatible_match_id(uintptr_t id, uintptr_t sentinel,
    const struct device_compatible_entry *entries)
{

	return device_compatible_lookup_id(id, sentinel, entries) != NULL;
}
