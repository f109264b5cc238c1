/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_prop: every function of proplib(3) that is not about text.
 * BEGIN and END enclose what must give all its memory back.
 */

#include <sys/device.h>
#include <sys/device_impl.h>
#include <sys/malloc.h>

#include <prop/proplib.h>

#include <rump-sys/mem.h>

#include "kt.h"

void rump_kt_prop_bool(void);
void rump_kt_prop_number(void);
void rump_kt_prop_string(void);
void rump_kt_prop_string_mutable(void);
void rump_kt_prop_data(void);
void rump_kt_prop_array(void);
void rump_kt_prop_dictionary(void);
void rump_kt_prop_keysym(void);
void rump_kt_prop_iterator(void);
void rump_kt_prop_equals(void);
void rump_kt_prop_deep(void);
void rump_kt_prop_array_util(void);
void rump_kt_prop_dictionary_util(void);
void rump_kt_prop_ingest(void);
void rump_kt_prop_wrong_type(void);
void rump_kt_prop_threads(void);
void rump_kt_prop_device(void);

extern volatile size_t prop_bytes;

#define BEGIN	size_t before_ = prop_bytes
#define END	KT_EQ(before_, prop_bytes)

/* A number, whose only reference is the caller's. */
static prop_number_t
num(int64_t v)
{
	prop_number_t pn = prop_number_create_signed(v);

	KT(pn != NULL);
	return pn;
}

void
rump_kt_prop_bool(void)
{
	BEGIN;
	prop_bool_t t = prop_bool_create(true), f = prop_bool_create(false);
	int i;

	KT(prop_bool_true(t) && prop_bool_value(t));
	KT(!prop_bool_true(f) && !prop_bool_value(f));
	KT_EQ(PROP_TYPE_BOOL, prop_object_type(t));
	KT(prop_bool_equals(t, prop_bool_create(true)));
	KT(!prop_bool_equals(t, f) && !prop_bool_equals(NULL, NULL));
	KT(prop_object_equals(f, prop_bool_copy(f)));
	for (i = 0; i < 10; i++)
		prop_object_release(t);
	prop_object_retain(t);
	KT(prop_bool_true(t));
	END;
}

static void
number_limits(void)
{
	prop_number_t pn = num(-129);
	int8_t i8 = 7;
	int16_t i16;
	uint8_t u8 = 7;
	uint64_t u64 = 7;

	KT(!prop_number_int8_value(pn, &i8) && i8 == 7);
	KT(prop_number_int16_value(pn, &i16) && i16 == -129);
	KT(!prop_number_uint64_value(pn, &u64) && u64 == 7);
	KT_EQ(16, prop_number_size(pn));
	prop_object_release(pn);
	pn = num(-128);
	KT(prop_number_int8_value(pn, &i8) && i8 == -128);
	KT_EQ(8, prop_number_size(pn));
	prop_object_release(pn);
	pn = num(255);
	KT(prop_number_uint8_value(pn, &u8) && u8 == 255);
	KT(!prop_number_schar_value(pn, &i8) && i8 == -128);
	KT_EQ(16, prop_number_size(pn));
	prop_object_release(pn);
	pn = prop_number_create_unsigned(256);
	KT(!prop_number_uchar_value(pn, &u8) && u8 == 255);
	prop_object_release(pn);
}

static void
number_extremes(void)
{
	prop_number_t big = prop_number_create_unsigned(UINT64_MAX);
	prop_number_t low = num(INT64_MIN);
	prop_number_t minus = num(-1);
	unsigned long long ull;
	int64_t i64 = 7;

	KT(prop_number_unsigned(big) && !prop_number_unsigned(low));
	KT_EQ(64, prop_number_size(big));
	KT_EQ(64, prop_number_size(low));
	KT(prop_number_ulonglong_value(big, &ull) && ull == UINT64_MAX);
	KT(!prop_number_int64_value(big, &i64) && i64 == 7);
	KT(prop_number_int64_value(low, &i64) && i64 == INT64_MIN);
	KT_EQ(-1, prop_number_signed_value(big));
	KT(prop_number_unsigned_value(minus) == UINT64_MAX);
	/* The same bits, and yet not the same number. */
	KT(!prop_number_equals(big, minus));
	KT(!prop_number_equals_signed(big, -1));
	KT(!prop_number_equals_unsigned(minus, UINT64_MAX));
	KT(prop_number_equals_signed(minus, -1));
	KT(prop_number_equals_unsigned(big, UINT64_MAX));
	prop_object_release(big);
	prop_object_release(low);
	prop_object_release(minus);
}

void
rump_kt_prop_number(void)
{
	BEGIN;
	prop_number_t s = prop_number_create_integer(42);
	prop_number_t u = prop_number_create_unsigned_integer(42);
	prop_number_t copy = prop_number_copy(u);

	KT_EQ(PROP_TYPE_NUMBER, prop_object_type(s));
	KT(prop_number_equals(s, u) && prop_number_unsigned(copy));
	KT(prop_object_equals(copy, s));
	KT(prop_number_equals_integer(u, 42));
	KT(prop_number_equals_unsigned_integer(s, 42));
	KT_EQ(42, prop_number_integer_value(s));
	KT_EQ(42, prop_number_unsigned_integer_value(copy));
	KT(!prop_number_equals_signed(s, 43));
	prop_object_release(s);
	prop_object_release(u);
	prop_object_release(copy);
	number_limits();
	number_extremes();
	END;
}

void
rump_kt_prop_string(void)
{
	static const char text[] = "a text";
	BEGIN;
	prop_string_t nocopy = prop_string_create_nocopy(text);
	prop_string_t copy = prop_string_create_copy(text);
	prop_string_t again = prop_string_copy(nocopy);
	prop_string_t fmt = prop_string_create_format("%s %d", "x", 12345);
	char buf[16];

	KT_EQ(PROP_TYPE_STRING, prop_object_type(copy));
	KT(prop_string_value(nocopy) == text);
	KT(prop_string_value(copy) != text);
	KT_EQ(6, prop_string_size(copy));
	KT(prop_string_equals(copy, nocopy) && prop_string_equals(copy, again));
	KT(prop_string_equals_string(fmt, "x 12345"));
	KT(!prop_string_copy_value(fmt, buf, 7));
	KT(prop_string_copy_value(fmt, buf, 8));
	kt_streq(buf, "x 12345");
	KT(prop_string_compare(copy, fmt) < 0);
	KT(prop_string_compare(fmt, copy) > 0);
	KT(prop_string_compare(copy, again) == 0);
	KT(prop_string_compare_string(copy, "a texts") < 0);
	KT(!prop_string_append_cstring(copy, "x"));
	KT(!prop_string_mutable(copy));
	prop_object_release(nocopy);
	prop_object_release(copy);
	prop_object_release(again);
	prop_object_release(fmt);
	END;
}

void
rump_kt_prop_string_mutable(void)
{
	BEGIN;
	prop_string_t s = prop_string_create();
	prop_string_t t = prop_string_create_cstring("tail");
	prop_string_t m;
	char *text;

	KT(prop_string_mutable(s) && prop_string_size(s) == 0);
	KT(prop_string_append_cstring(s, "head,"));
	KT(prop_string_append(s, t));
	KT(prop_string_append(s, s));
	kt_streq(prop_string_cstring_nocopy(s), "head,tailhead,tail");
	KT(prop_string_equals_cstring(s, "head,tailhead,tail"));
	text = prop_string_cstring(t);
	kt_streq(text, "tail");
	free(text, M_TEMP);
	m = prop_string_copy_mutable(t);
	KT(prop_string_append_cstring(m, "s"));
	KT_EQ(5, prop_string_size(m));
	KT_EQ(4, prop_string_size(t));
	KT(!prop_string_equals(m, t));
	prop_object_release(m);
	m = prop_string_copy(s);
	KT(!prop_string_mutable(m) && prop_string_equals(m, s));
	prop_object_release(m);
	m = prop_string_create_cstring_nocopy("const");
	KT(!prop_string_append(m, t));
	prop_object_release(m);
	prop_object_release(s);
	prop_object_release(t);
	END;
}

void
rump_kt_prop_data(void)
{
	static const uint8_t bytes[] = { 0, 1, 2, 3, 0xff };
	uint8_t buf[sizeof(bytes)];
	BEGIN;
	prop_data_t copy = prop_data_create_copy(bytes, sizeof(bytes));
	prop_data_t nocopy = prop_data_create_nocopy(bytes, sizeof(bytes));
	prop_data_t none = prop_data_create_data(NULL, 0), other;
	void *p;

	KT_EQ(PROP_TYPE_DATA, prop_object_type(copy));
	KT(prop_data_value(nocopy) == bytes && prop_data_value(copy) != bytes);
	KT(prop_data_data_nocopy(nocopy) == bytes);
	KT(prop_data_equals(copy, nocopy) && !prop_data_equals(copy, none));
	KT(prop_data_equals_data(copy, bytes, sizeof(bytes)));
	KT(!prop_data_equals_data(copy, bytes, sizeof(bytes) - 1));
	KT_EQ(sizeof(bytes), prop_data_size(copy));
	KT(!prop_data_copy_value(copy, buf, sizeof(buf) - 1));
	KT(prop_data_copy_value(copy, buf, sizeof(buf)));
	KT(memcmp(buf, bytes, sizeof(bytes)) == 0);
	KT(prop_data_value(none) == NULL && prop_data_data(none) == NULL);
	p = prop_data_data(copy);
	KT(memcmp(p, bytes, sizeof(bytes)) == 0);
	free(p, M_TEMP);
	other = prop_data_copy(nocopy);
	KT(prop_data_equals(other, copy));
	prop_object_release(other);
	other = prop_data_copy(copy);
	KT(prop_data_equals(other, nocopy));
	prop_object_release(other);
	prop_object_release(copy);
	prop_object_release(nocopy);
	prop_object_release(none);
	other = prop_data_create_data_nocopy(bytes, 2);
	KT_EQ(2, prop_data_size(other));
	prop_object_release(other);
	END;
}

/* The value of the number at an index. */
static int64_t
at(prop_array_t pa, u_int i)
{
	prop_object_t obj = prop_array_get(pa, i);

	KT(obj != NULL);
	return prop_number_signed_value(obj);
}

static void
array_copies(prop_array_t pa)
{
	prop_array_t frozen = prop_array_copy(pa);
	prop_array_t other = prop_array_copy_mutable(frozen);
	prop_number_t pn = num(5);

	KT(!prop_array_mutable(frozen) && prop_array_mutable(other));
	KT(prop_array_equals(pa, frozen) && prop_array_equals(pa, other));
	KT(prop_array_get(pa, 0) == prop_array_get(other, 0));
	KT(!prop_array_add(frozen, pn) && !prop_array_set(frozen, 0, pn));
	prop_array_remove(frozen, 0);
	KT(prop_array_equals(pa, frozen));
	KT(prop_array_add(other, pn));
	KT(!prop_array_equals(pa, other));
	prop_array_make_immutable(other);
	KT(!prop_array_add(other, pn));
	prop_object_release(pn);
	prop_object_release(other);
	prop_object_release(frozen);
}

void
rump_kt_prop_array(void)
{
	BEGIN;
	prop_array_t pa = prop_array_create_with_capacity(2);
	int i;

	KT_EQ(PROP_TYPE_ARRAY, prop_object_type(pa));
	KT_EQ(2, prop_array_capacity(pa));
	KT_EQ(0, prop_array_count(pa));
	for (i = 0; i < 100; i++)
		KT(prop_array_add_and_rel(pa, num(i)));
	KT_EQ(100, prop_array_count(pa));
	KT(prop_array_capacity(pa) >= 100);
	KT(prop_array_get(pa, 100) == NULL);
	KT(prop_array_set_and_rel(pa, 7, num(-7)));
	KT(prop_array_set_and_rel(pa, 100, num(100)));
	KT(!prop_array_set_and_rel(pa, 102, num(1)));
	KT(!prop_array_set_and_rel(pa, UINT_MAX, num(1)));
	KT(!prop_array_add(pa, NULL) && !prop_array_add(pa, pa));
	KT_EQ(101, prop_array_count(pa));
	prop_array_remove(pa, 0);
	prop_array_remove(pa, 100);
	KT_EQ(100, prop_array_count(pa));
	KT_EQ(1, at(pa, 0));
	KT_EQ(-7, at(pa, 6));
	KT_EQ(100, at(pa, 99));
	KT(prop_array_ensure_capacity(pa, 200));
	KT_EQ(200, prop_array_capacity(pa));
	KT(!prop_array_ensure_capacity(pa, UINT_MAX));
	KT(prop_array_create_with_capacity(UINT_MAX) == NULL);
	array_copies(pa);
	prop_object_release(pa);
	END;
}

static void
dictionary_copies(prop_dictionary_t pd)
{
	prop_dictionary_t frozen = prop_dictionary_copy(pd);
	prop_dictionary_t other = prop_dictionary_copy_mutable(frozen);

	KT(!prop_dictionary_mutable(frozen) && prop_dictionary_mutable(other));
	KT(prop_dictionary_equals(pd, other));
	KT(!prop_dictionary_set_bool(frozen, "new", true));
	KT(!prop_dictionary_set_bool(frozen, "k0", true));
	prop_dictionary_remove(frozen, "k0");
	KT(prop_dictionary_equals(pd, frozen));
	KT(prop_dictionary_set_bool(other, "new", true));
	KT(!prop_dictionary_equals(pd, other));
	prop_dictionary_make_immutable(other);
	KT(!prop_dictionary_mutable(other));
	prop_object_release(other);
	prop_object_release(frozen);
}

static void
dictionary_keys(prop_dictionary_t pd)
{
	char key[PROP_KEY_MAX + 2];

	memset(key, 'k', sizeof(key));
	key[PROP_KEY_MAX + 1] = '\0';
	KT(!prop_dictionary_set_bool(pd, key, true));
	key[PROP_KEY_MAX] = '\0';
	KT(prop_dictionary_set_bool(pd, key, true));
	KT(prop_dictionary_get(pd, key) != NULL);
	prop_dictionary_remove(pd, key);
	KT(!prop_dictionary_set_bool(pd, "", true));
}

void
rump_kt_prop_dictionary(void)
{
	BEGIN;
	prop_dictionary_t pd = prop_dictionary_create_with_capacity(3);
	prop_number_t pn = num(7);
	char key[8];
	int i;

	for (i = 99; i >= 0; i--) {
		snprintf(key, sizeof(key), "k%d", i * 37 % 100);
		KT(prop_dictionary_set_and_rel(pd, key, num(i * 37 % 100)));
	}
	KT_EQ(100, prop_dictionary_count(pd));
	for (i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		KT_EQ(i, prop_number_signed_value(
		    prop_dictionary_get(pd, key)));
	}
	KT(prop_dictionary_get(pd, "k") == NULL);
	KT(prop_dictionary_set(pd, "k5", pn));
	KT(prop_dictionary_get(pd, "k5") == pn);
	KT_EQ(100, prop_dictionary_count(pd));
	prop_dictionary_remove(pd, "k5");
	prop_dictionary_remove(pd, "k5");
	KT_EQ(99, prop_dictionary_count(pd));
	KT(!prop_dictionary_set(pd, "self", pd));
	KT(!prop_dictionary_set(pd, "null", NULL));
	KT(prop_dictionary_ensure_capacity(pd, 300));
	KT(!prop_dictionary_ensure_capacity(pd, UINT_MAX));
	dictionary_keys(pd);
	dictionary_copies(pd);
	prop_object_release(pn);
	prop_object_release(pd);
	END;
}

void
rump_kt_prop_keysym(void)
{
	BEGIN;
	prop_dictionary_t pd = prop_dictionary_create();
	prop_dictionary_t other = prop_dictionary_create();
	prop_dictionary_keysym_t pdk;
	prop_array_t keys;
	char buf[4];

	prop_dictionary_set_int(pd, "two", 2);
	prop_dictionary_set_int(pd, "one", 1);
	keys = prop_dictionary_all_keys(pd);
	KT_EQ(2, prop_array_count(keys));
	pdk = prop_array_get(keys, 0);
	KT_EQ(PROP_TYPE_DICT_KEYSYM, prop_object_type(pdk));
	kt_streq(prop_dictionary_keysym_value(pdk), "one");
	kt_streq(prop_dictionary_keysym_cstring_nocopy(pdk), "one");
	KT_EQ(3, prop_dictionary_keysym_size(pdk));
	KT(!prop_dictionary_keysym_copy_value(pdk, buf, 3));
	KT(prop_dictionary_keysym_copy_value(pdk, buf, 4));
	kt_streq(buf, "one");
	KT(prop_number_equals_signed(prop_dictionary_get_keysym(pd, pdk), 1));
	KT(prop_dictionary_set_keysym(other, pdk,
	    prop_dictionary_get(pd, "two")));
	KT(prop_number_equals_signed(prop_dictionary_get(other, "one"), 2));
	prop_dictionary_remove_keysym(pd, pdk);
	KT_EQ(1, prop_dictionary_count(pd));
	KT(!prop_dictionary_keysym_equals(pdk, prop_array_get(keys, 1)));
	KT(prop_dictionary_keysym_equals(pdk, pdk));
	prop_object_release(pd);
	prop_object_release(other);
	kt_streq(prop_dictionary_keysym_value(pdk), "one");
	prop_object_release(keys);
	END;
}

void
rump_kt_prop_iterator(void)
{
	BEGIN;
	prop_dictionary_t pd = prop_dictionary_create();
	prop_object_iterator_t pi;
	prop_array_t pa = prop_array_create();
	prop_object_t obj;
	int i;

	for (i = 0; i < 3; i++)
		KT(prop_array_add_int(pa, i));
	pi = prop_array_iterator(pa);
	for (i = 0; (obj = prop_object_iterator_next(pi)) != NULL; i++)
		KT_EQ(i, prop_number_signed_value(obj));
	KT_EQ(3, i);
	KT(prop_object_iterator_next(pi) == NULL);
	prop_object_iterator_reset(pi);
	KT(prop_object_iterator_next(pi) != NULL);
	KT(prop_array_set_int(pa, 2, 9));
	KT(prop_object_iterator_next(pi) != NULL);
	KT(prop_array_add_int(pa, 3));
	KT(prop_object_iterator_next(pi) == NULL);
	prop_object_iterator_reset(pi);
	/* It keeps the array. */
	prop_object_release(pa);
	for (i = 0; prop_object_iterator_next(pi) != NULL; i++)
		continue;
	KT_EQ(4, i);
	prop_object_iterator_release(pi);

	KT(prop_dictionary_set_int(pd, "b", 1));
	KT(prop_dictionary_set_int(pd, "a", 2));
	pi = prop_dictionary_iterator(pd);
	obj = prop_object_iterator_next(pi);
	kt_streq(prop_dictionary_keysym_value(obj), "a");
	KT(prop_dictionary_set_int(pd, "b", 3));
	KT(prop_object_iterator_next(pi) != NULL);
	prop_dictionary_remove(pd, "b");
	prop_object_iterator_release(pi);
	prop_object_release(pd);
	END;
}

/* n collections in each other, an array first. */
static prop_object_t
nested(u_int n)
{
	prop_dictionary_t pd;
	prop_object_t in = num(1);
	prop_array_t pa;

	for (; n > 0; n--) {
		if (n % 2 == 0) {
			pd = prop_dictionary_create();
			KT(prop_dictionary_set_and_rel(pd, "in", in));
			in = pd;
		} else {
			pa = prop_array_create();
			KT(prop_array_add_and_rel(pa, in));
			in = pa;
		}
	}
	return in;
}

void
rump_kt_prop_equals(void)
{
	BEGIN;
	prop_object_t a = nested(10), b = nested(10), c = nested(11);
	bool error = true;

	KT(prop_object_equals(a, b) && prop_object_equals(a, a));
	KT(!prop_object_equals(a, c));
	KT(!prop_object_equals(a, NULL) && !prop_object_equals(NULL, a));
	KT(!prop_object_equals_with_error(a, c, &error) && !error);
	rump_fault_alloc = 1;
	KT(!prop_object_equals_with_error(a, b, &error) && error);
	KT(prop_object_equals_with_error(a, b, &error) && !error);
	KT_EQ(PROP_TYPE_UNKNOWN, prop_object_type(NULL));
	prop_object_release(a);
	prop_object_release(b);
	prop_object_release(c);
	END;
}

/* Freeing has no bound, the rest does. */
void
rump_kt_prop_deep(void)
{
	BEGIN;
	prop_object_t a = nested(64), b = nested(64), c;
	bool error;
	char *text;

	KT(prop_object_equals(a, b));
	text = prop_object_externalize(a);
	KT(text != NULL);
	c = prop_object_internalize(text);
	free(text, M_TEMP);
	KT(prop_object_equals(a, c));
	prop_object_release(a);
	prop_object_release(b);
	prop_object_release(c);
	a = nested(65);
	b = nested(65);
	KT(!prop_object_equals_with_error(a, b, &error) && error);
	KT(prop_object_externalize(a) == NULL);
	prop_object_release(a);
	prop_object_release(b);
	prop_object_release(nested(200000));
	END;
}

/* Largest and smallest value of a type, and one too large for it. */
#define SIGNED_MAX(T)	((T)(((uint64_t)1 << (sizeof(T) * NBBY - 1)) - 1))
#define ARRAY_SIGNED(name, T)						\
	do {								\
		T v = 0, max = SIGNED_MAX(T), min = (T)(-max - 1);	\
		KT(prop_array_set_##name(pa, 0, min));			\
		KT(prop_array_add_##name(pa, max));			\
		KT(prop_array_get_##name(pa, 0, &v) && v == min);	\
		KT(prop_array_get_##name(pa, 1, &v) && v == max);	\
		KT(prop_array_set_uint64(pa, 1, (uint64_t)max + 1));	\
		KT(!prop_array_get_##name(pa, 1, &v) && v == max);	\
		KT(!prop_array_get_##name(pa, 2, &v));			\
		prop_array_remove(pa, 1);				\
	} while (0);
#define ARRAY_UNSIGNED(name, T)						\
	do {								\
		T v = 0, max = (T)-1;					\
		KT(prop_array_set_##name(pa, 0, 0));			\
		KT(prop_array_add_##name(pa, max));			\
		KT(prop_array_get_##name(pa, 1, &v) && v == max);	\
		KT(prop_array_get_##name(pa, 0, &v) && v == 0);		\
		KT(prop_array_set_int(pa, 1, -1));			\
		KT(!prop_array_get_##name(pa, 1, &v) && v == 0);	\
		prop_array_remove(pa, 1);				\
	} while (0);

static void
array_others(prop_array_t pa)
{
	const void *bytes;
	const char *s;
	size_t size;
	char *cs;
	bool b;

	KT(prop_array_set_bool(pa, 0, true));
	KT(prop_array_add_bool(pa, false));
	KT(prop_array_get_bool(pa, 0, &b) && b);
	KT(prop_array_get_bool(pa, 1, &b) && !b);
	KT(!prop_array_get_string(pa, 0, &s));
	KT(prop_array_set_string(pa, 0, "zero"));
	KT(prop_array_set_string_nocopy(pa, 1, "one"));
	KT(prop_array_add_string(pa, "two"));
	KT(prop_array_add_string_nocopy(pa, "three"));
	KT(prop_array_add_cstring(pa, "four"));
	KT(prop_array_add_cstring_nocopy(pa, "five"));
	KT(prop_array_get_string(pa, 3, &s));
	kt_streq(s, "three");
	KT(prop_array_get_cstring_nocopy(pa, 4, &s));
	kt_streq(s, "four");
	KT(prop_array_get_cstring(pa, 5, &cs));
	kt_streq(cs, "five");
	free(cs, M_TEMP);
	KT(prop_array_set_cstring(pa, 0, "0"));
	KT(prop_array_set_cstring_nocopy(pa, 1, "1"));
	KT(!prop_array_get_bool(pa, 0, &b) && !prop_array_get_bool(pa, 9, &b));
	KT(prop_array_set_data(pa, 0, "ab", 2));
	KT(prop_array_set_data_nocopy(pa, 1, "abc", 3));
	KT(prop_array_add_data(pa, "abcd", 4));
	KT(prop_array_add_data_nocopy(pa, "abcde", 5));
	KT(prop_array_get_data(pa, 7, &bytes, &size) && size == 5);
	KT(prop_array_get_data(pa, 6, &bytes, &size) && size == 4);
	KT(memcmp(bytes, "abcd", 4) == 0);
	KT(!prop_array_get_data(pa, 5, &bytes, &size));
	KT_EQ(8, prop_array_count(pa));
}

void
rump_kt_prop_array_util(void)
{
	BEGIN;
	prop_array_t pa = prop_array_create();

	_PROP_SIGNED_TYPES(ARRAY_SIGNED)
	_PROP_UNSIGNED_TYPES(ARRAY_UNSIGNED)
	array_others(pa);
	prop_object_release(pa);
	END;
}

#define DICTIONARY_SIGNED(name, T)					\
	do {								\
		T v = 0, max = SIGNED_MAX(T), min = (T)(-max - 1);	\
		KT(prop_dictionary_set_##name(pd, #name, min));		\
		KT(prop_dictionary_get_##name(pd, #name, &v) && v == min); \
		KT(prop_dictionary_set_uint64(pd, "x", (uint64_t)max + 1)); \
		KT(!prop_dictionary_get_##name(pd, "x", &v) && v == min); \
		KT(!prop_dictionary_get_##name(pd, "none", &v));	\
	} while (0);
#define DICTIONARY_UNSIGNED(name, T)					\
	do {								\
		T v = 0, max = (T)-1;					\
		KT(prop_dictionary_set_##name(pd, #name, max));		\
		KT(prop_dictionary_get_##name(pd, #name, &v) && v == max); \
		KT(prop_dictionary_set_int64(pd, "x", -1));		\
		KT(!prop_dictionary_get_##name(pd, "x", &v) && v == max); \
	} while (0);

static void
dictionary_others(prop_dictionary_t pd)
{
	const void *bytes;
	const char *s;
	size_t size;
	char *cs;
	bool b;

	KT(prop_dictionary_set_bool(pd, "b", true));
	KT(prop_dictionary_get_bool(pd, "b", &b) && b);
	KT(!prop_dictionary_get_bool(pd, "int", &b));
	KT(!prop_dictionary_get_string(pd, "b", &s));
	KT(prop_dictionary_set_string(pd, "s", "text"));
	KT(prop_dictionary_set_string_nocopy(pd, "n", "nocopy"));
	KT(prop_dictionary_set_cstring(pd, "c", "cstring"));
	KT(prop_dictionary_set_cstring_nocopy(pd, "cn", "cnocopy"));
	KT(prop_dictionary_get_string(pd, "cn", &s));
	kt_streq(s, "cnocopy");
	KT(prop_dictionary_get_cstring_nocopy(pd, "n", &s));
	kt_streq(s, "nocopy");
	KT(prop_dictionary_get_cstring(pd, "c", &cs));
	kt_streq(cs, "cstring");
	free(cs, M_TEMP);
	KT(!prop_dictionary_get_cstring(pd, "b", &cs));
	KT(prop_dictionary_set_data(pd, "d", "abc", 3));
	KT(prop_dictionary_set_data_nocopy(pd, "dn", "abcd", 4));
	KT(prop_dictionary_get_data(pd, "d", &bytes, &size) && size == 3);
	KT(memcmp(bytes, "abc", 3) == 0);
	KT(prop_dictionary_get_data(pd, "dn", &bytes, NULL));
	KT(!prop_dictionary_get_data(pd, "s", &bytes, &size));
}

void
rump_kt_prop_dictionary_util(void)
{
	BEGIN;
	prop_dictionary_t pd = prop_dictionary_create(), in = NULL;

	_PROP_SIGNED_TYPES(DICTIONARY_SIGNED)
	_PROP_UNSIGNED_TYPES(DICTIONARY_UNSIGNED)
	dictionary_others(pd);
	KT(!prop_dictionary_get_dict(pd, "s", &in) && in == NULL);
	KT(prop_dictionary_set_and_rel(pd, "in", prop_dictionary_create()));
	KT(prop_dictionary_get_dict(pd, "in", &in));
	KT_EQ(0, prop_dictionary_count(in));
	prop_object_release(pd);
	END;
}

static int ingested;

static bool
ingest_count(prop_ingest_context_t ctx, prop_object_t obj)
{

	kt_streq(prop_ingest_context_key(ctx), "count");
	KT_EQ(PROP_TYPE_NUMBER, prop_ingest_context_type(ctx));
	KT(prop_ingest_context_private(ctx) == &ingested);
	ingested = (int)prop_number_signed_value(obj);
	return ingested >= 0;
}

static bool
ingest_extra(prop_ingest_context_t ctx, prop_object_t obj)
{

	KT(obj != NULL ||
	    prop_ingest_context_type(ctx) == PROP_TYPE_UNKNOWN);
	return true;
}

void
rump_kt_prop_ingest(void)
{
	static const prop_ingest_table_entry rules[] = {
		PROP_INGEST_OPTIONAL("extra", PROP_TYPE_UNKNOWN, ingest_extra),
		PROP_INGEST("count", PROP_TYPE_NUMBER, ingest_count),
		PROP_INGEST_END
	};
	BEGIN;
	prop_ingest_context_t ctx = prop_ingest_context_alloc(&ingested);
	prop_dictionary_t pd = prop_dictionary_create();

	KT(!prop_dictionary_ingest(pd, rules, ctx));
	KT_EQ(PROP_INGEST_ERROR_NO_KEY, prop_ingest_context_error(ctx));
	kt_streq(prop_ingest_context_key(ctx), "count");
	prop_dictionary_set_string(pd, "count", "one");
	KT(!prop_dictionary_ingest(pd, rules, ctx));
	KT_EQ(PROP_INGEST_ERROR_WRONG_TYPE, prop_ingest_context_error(ctx));
	KT_EQ(PROP_TYPE_STRING, prop_ingest_context_type(ctx));
	prop_dictionary_set_int(pd, "count", -1);
	KT(!prop_dictionary_ingest(pd, rules, ctx));
	KT_EQ(PROP_INGEST_ERROR_HANDLER_FAILED,
	    prop_ingest_context_error(ctx));
	prop_dictionary_set_int(pd, "count", 3);
	prop_dictionary_set_bool(pd, "extra", 1);
	KT(prop_dictionary_ingest(pd, rules, ctx));
	KT_EQ(PROP_INGEST_ERROR_NO_ERROR, prop_ingest_context_error(ctx));
	KT_EQ(3, ingested);
	prop_ingest_context_free(ctx);
	prop_object_release(pd);
	END;
}

/* NULL and objects of another type: nothing happens. */
static void
wrong(void *obj)
{
	const void *bytes;
	uint64_t v;

	KT(prop_array_count(obj) == 0 && prop_array_get(obj, 0) == NULL);
	KT(prop_array_capacity(obj) == 0 && prop_array_iterator(obj) == NULL);
	KT(!prop_array_add_int(obj, 1) && !prop_array_mutable(obj));
	KT(prop_array_copy(obj) == NULL && !prop_array_equals(obj, obj));
	KT(prop_array_copy_mutable(obj) == NULL);
	KT(!prop_array_ensure_capacity(obj, 1));
	prop_array_make_immutable(obj);
	prop_array_remove(obj, 0);
	KT(prop_array_externalize(obj) == NULL);
	KT(prop_dictionary_count(obj) == 0 && !prop_dictionary_mutable(obj));
	KT(prop_dictionary_get(obj, "x") == NULL);
	KT(!prop_dictionary_set_bool(obj, "x", true));
	prop_dictionary_remove(obj, "x");
	prop_dictionary_make_immutable(obj);
	KT(prop_dictionary_copy(obj) == NULL);
	KT(prop_dictionary_all_keys(obj) == NULL);
	KT(prop_dictionary_iterator(obj) == NULL);
	KT(prop_dictionary_externalize(obj) == NULL);
	KT(prop_dictionary_keysym_value(obj) == NULL);
	KT(prop_string_value(obj) == NULL && prop_string_size(obj) == 0);
	KT(prop_string_copy(obj) == NULL && prop_string_cstring(obj) == NULL);
	KT(!prop_string_append_cstring(obj, "x"));
	KT(!prop_string_equals_string(obj, "x"));
	KT(prop_data_value(obj) == NULL && prop_data_copy(obj) == NULL);
	KT(!prop_data_equals_data(obj, &bytes, 0));
	KT(!prop_bool_true(obj) && prop_bool_copy(obj) == NULL);
	KT(!prop_number_uint64_value(obj, &v) && prop_number_size(obj) == 0);
	KT(prop_number_copy(obj) == NULL && !prop_number_unsigned(obj));
}

void
rump_kt_prop_wrong_type(void)
{
	BEGIN;
	prop_dictionary_t pd = prop_dictionary_create();
	prop_array_t keys;

	wrong(NULL);
	KT(prop_dictionary_set_bool(pd, "key", true));
	keys = prop_dictionary_all_keys(pd);
	KT(prop_number_copy(prop_array_get(keys, 0)) == NULL);
	KT(prop_string_value(prop_array_get(keys, 0)) == NULL);
	KT(prop_array_get((prop_array_t)pd, 0) == NULL);
	KT(prop_dictionary_get((prop_dictionary_t)keys, "key") == NULL);
	KT(!prop_dictionary_set_keysym(pd, (void *)keys, keys));
	prop_object_release(keys);
	prop_object_release(pd);
	END;
}

/* Readers, writers, walkers and copiers of one dictionary. */
static void
thread(void *arg)
{
	prop_dictionary_t pd = arg, copy;
	char key[8], *text;
	u_int i;
	int v;

	for (i = 0; i < 300; i++) {
		snprintf(key, sizeof(key), "k%u", i % 20);
		KT(prop_dictionary_set_int(pd, key, (int)i));
		(void)prop_dictionary_get_bool(pd, "fixed", &(bool){ false });
		copy = prop_dictionary_copy(pd);
		KT(prop_dictionary_get_int(copy, "fixed", &v) && v == 1);
		KT(prop_object_equals(copy, copy));
		(void)prop_object_equals(copy, pd);
		if (i % 16 == 0) {
			text = prop_dictionary_externalize(pd);
			KT(text != NULL);
			free(text, M_TEMP);
		}
		prop_object_release(copy);
		if (i % 3 == 0)
			prop_dictionary_remove(pd, key);
		if (i % 64 == 0)
			kt_pause(1);
	}
	kthread_exit(0);
}

void
rump_kt_prop_threads(void)
{
	BEGIN;
	prop_dictionary_t pd = prop_dictionary_create();
	struct kt_threads kt;

	KT(prop_dictionary_set_int(pd, "fixed", 1));
	kt_start(&kt, 6, thread, pd);
	kt_join(&kt);
	KT(prop_dictionary_count(pd) <= 21);
	prop_object_release(pd);
	END;
}

void
rump_kt_prop_device(void)
{
	struct device dev = { .dv_xname = "test0" };
	BEGIN;
	prop_dictionary_t pd = device_properties(&dev);
	uint32_t v;

	KT(pd != NULL && device_properties(&dev) == pd);
	KT(prop_dictionary_set_uint32(pd, "i82543-cfg1", 0xffffffff));
	KT(prop_dictionary_get_uint32(device_properties(&dev), "i82543-cfg1",
	    &v) && v == 0xffffffff);
	device_properties_fini(&dev);
	KT(dev.dv_properties == NULL);
	device_properties_fini(&dev);
	END;
}
