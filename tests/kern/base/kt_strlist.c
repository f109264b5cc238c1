/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_strlist.
 */

#include <sys/device.h>
#include <sys/kmem.h>

#include <lib/libkern/libkern.h>
#include <lib/libkern/strlist.h>

#include "kt.h"

void rump_kt_pmatch(void);
void rump_kt_strlist(void);
void rump_kt_compatible(void);

/* What matches: want as returned, and how many bytes. */
static void
matches(const char *s, const char *pattern, int want, int len)
{
	const char *end = NULL;
	int rv = pmatch(s, pattern, &end);

	if (rv != want || (rv > 0 && end != s + len))
		panic("kt: \"%s\" \"%s\": %d, %zd", s, pattern, rv, end - s);
	KT_EQ(want, pmatch(s, pattern, NULL));
}

void
rump_kt_pmatch(void)
{

	matches("abc", "abc", 2, 3);
	matches("abcd", "abc", 1, 3);
	matches("ab", "abc", 0, 0);
	matches("", "", 2, 0);
	matches("a", "", 1, 0);
	matches("xabc", "abc", 0, 0);
	matches("abc", "a?c", 2, 3);
	matches("ab", "a??", 0, 0);
	matches("abc", "*", 2, 3);
	matches("", "**", 2, 0);
	matches("abcbx", "a*b", 1, 4);
	matches("abcbb", "a*b", 2, 5);
	matches("aXbYcZ", "*b*c?", 2, 6);
	matches("aaaa", "*ab", 0, 0);
	matches("PNP0401", "PNP04??", 2, 7);
	matches("b", "[a-c]", 2, 1);
	matches("d", "[a-c]", 0, 0);
	matches("d", "[^a-c]", 2, 1);
	matches("b", "[^a-c]", 0, 0);
	matches("", "[^a]", 0, 0);
	matches("-", "[a-]", 2, 1);
	matches("]", "[]]", 2, 1);
	matches("xy", "[a-fx-z]*", 2, 2);
	matches("x5", "*[0-9]", 2, 2);
	matches("a", "[a", -1, 0);
	matches("a", "[", -1, 0);
	matches("a", "[a-", -1, 0);
	matches("\xff", "[\x80-\xff]", 2, 1);
}

void
rump_kt_strlist(void)
{
	static const char list[] = "foo\0bar\0baz\0bar";
	const size_t size = sizeof(list);
	size_t cursor = 0, n = 0;
	char *sl = NULL;

	KT_EQ(4, strlist_count(list, size));
	kt_streq(strlist_next(list, size, &cursor), "foo");
	kt_streq(strlist_next(list, size, &cursor), "bar");
	kt_streq(strlist_next(list, size, &cursor), "baz");
	kt_streq(strlist_next(list, size, &cursor), "bar");
	KT(strlist_next(list, size, &cursor) == NULL);
	KT(strlist_next(list, size, &cursor) == NULL);
	kt_streq(strlist_string(list, size, 0), "foo");
	kt_streq(strlist_string(list, size, 3), "bar");
	KT(strlist_string(list, size, 4) == NULL);
	KT_EQ(4, strlist_match(list, size, "foo"));
	KT_EQ(3, strlist_match(list, size, "bar"));
	KT_EQ(2, strlist_match(list, size, "baz"));
	KT_EQ(0, strlist_match(list, size, "ba"));
	KT_EQ(0, strlist_match(list, size, "ba?"));
	KT_EQ(3, strlist_pmatch(list, size, "ba?"));
	KT_EQ(2, strlist_pmatch(list, size, "*z"));
	KT_EQ(0, strlist_pmatch(list, size, "b"));
	KT_EQ(1, strlist_index(list, size, "bar"));
	KT_EQ(-1, strlist_index(list, size, "quux"));

	/* No NUL at the end, empty strings, nothing at all. */
	KT_EQ(3, strlist_count(list, size - 1));
	KT_EQ(0, strlist_match(list, 7, "bar"));
	KT_EQ(1, strlist_match(list, 6, "foo"));
	KT_EQ(3, strlist_count("\0\0", 3));
	KT_EQ(0, strlist_count(list, 0));
	KT_EQ(0, strlist_count(NULL, 5));

	KT(strlist_append(&sl, &n, "one"));
	KT(strlist_append(&sl, &n, ""));
	KT(strlist_append(&sl, &n, "three"));
	KT_EQ(11, n);
	KT(memcmp(sl, "one\0\0three", 11) == 0);
	kmem_free(sl, n);
}

static const struct device_compatible_entry entries[] = {
	{ .compat = "acme,new", .value = 1 },
	{ .compat = "acme,old", .value = 2 },
	{ .compat = "other,*", .value = 3 },
	DEVICE_COMPAT_EOL
};

static const struct device_compatible_entry ids[] = {
	{ .id = 7, .value = 70 },
	{ .id = 9, .value = 90 },
	{ .id = 0 },
	{ .id = 11 },
};

/* The driver's order decides which entry, the device's how good it is. */
void
rump_kt_compatible(void)
{
	static const char list[] = "acme,old\0acme,new\0other,x";
	const char *array[] = { "acme,old", "acme,new", "other,x" };
	const size_t size = sizeof(list);

	KT_EQ(2, device_compatible_match(array, 3, entries));
	KT_EQ(1, device_compatible_match(array, 1, entries));
	KT_EQ(0, device_compatible_match(&array[2], 1, entries));
	KT_EQ(1, device_compatible_pmatch(&array[2], 1, entries));
	KT_EQ(0, device_compatible_match(array, 0, entries));
	KT_EQ(0, device_compatible_match(NULL, 3, entries));
	KT_EQ(0, device_compatible_match(array, 3, NULL));
	KT(device_compatible_lookup(array, 3, entries) == &entries[0]);
	KT(device_compatible_lookup(array, 1, entries) == &entries[1]);
	KT(device_compatible_lookup(&array[2], 1, entries) == NULL);
	KT(device_compatible_plookup(&array[2], 1, entries) == &entries[2]);

	KT_EQ(2, device_compatible_match_strlist(list, size, entries));
	KT_EQ(1, device_compatible_match_strlist(list, 9, entries));
	KT_EQ(0, device_compatible_match_strlist(list + 18, 8, entries));
	KT_EQ(1, device_compatible_pmatch_strlist(list + 18, 8, entries));
	KT_EQ(0, device_compatible_match_strlist(NULL, 0, entries));
	KT(device_compatible_lookup_strlist(list, size, entries) ==
	    &entries[0]);
	KT(device_compatible_lookup_strlist(list + 18, 8, entries) == NULL);
	KT(device_compatible_plookup_strlist(list + 18, 8, entries) ==
	    &entries[2]);

	KT_EQ(1, device_compatible_match_id(9, 0, ids));
	KT_EQ(0, device_compatible_match_id(8, 0, ids));
	KT_EQ(0, device_compatible_match_id(11, 0, ids));
	KT(device_compatible_lookup_id(7, 0, ids)->value == 70);
	KT(device_compatible_lookup_id(0, 0, ids) == NULL);
	KT(device_compatible_lookup_id(7, 0, NULL) == NULL);
}
