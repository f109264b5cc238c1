/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_array_util(3), prop_dictionary_util(3): members by value.
 *
 * The two families differ in how a member is named, so one set of macros
 * makes both: C is "array" or "dictionary", K the type of an index or key.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include "prop_private.h"

/* The object's text, or bytes, if it is of that type. */
static bool
string_of(prop_object_t obj, const char **textp)
{

	if (!prop_is(obj, &prop_type_string))
		return false;
	*textp = prop_string_value(obj);
	return true;
}

static bool
cstring_of(prop_object_t obj, char **textp)
{
	char *text = prop_string_cstring(obj);

	if (text == NULL)
		return false;
	*textp = text;
	return true;
}

static bool
bool_of(prop_object_t obj, bool *valuep)
{

	if (!prop_is(obj, &prop_type_bool))
		return false;
	*valuep = prop_bool_true(obj);
	return true;
}

static bool
data_of(prop_object_t obj, const void **bytesp, size_t *sizep)
{

	if (!prop_is(obj, &prop_type_data))
		return false;
	*bytesp = prop_data_value(obj);
	if (sizep != NULL)
		*sizep = prop_data_size(obj);
	return true;
}

/* Get by, and set to, a value of type T. */
#define UTIL_GET(C, K, name, T, convert)				\
bool									\
prop_##C##_get_##name(prop_##C##_t coll, K at, T *valuep)		\
{									\
									\
	return convert(prop_##C##_get(coll, at), valuep);		\
}
#define UTIL_SET(C, K, name, T, create)					\
bool									\
prop_##C##_set_##name(prop_##C##_t coll, K at, T value)			\
{									\
									\
	return prop_##C##_set_and_rel(coll, at, create(value));		\
}
#define UTIL_ADD(name, T, create)					\
bool									\
prop_array_add_##name(prop_array_t pa, T value)				\
{									\
									\
	return prop_array_add_and_rel(pa, create(value));		\
}

/* All of one collection that is not about numbers. */
#define UTIL(C, K)							\
UTIL_GET(C, K, bool, bool, bool_of)					\
UTIL_SET(C, K, bool, bool, prop_bool_create)				\
UTIL_GET(C, K, string, const char *, string_of)				\
UTIL_SET(C, K, string, const char *, prop_string_create_copy)		\
UTIL_SET(C, K, string_nocopy, const char *, prop_string_create_nocopy)	\
UTIL_GET(C, K, cstring, char *, cstring_of)				\
UTIL_GET(C, K, cstring_nocopy, const char *, string_of)			\
UTIL_SET(C, K, cstring, const char *, prop_string_create_cstring)	\
UTIL_SET(C, K, cstring_nocopy, const char *, prop_string_create_nocopy)	\
									\
bool									\
prop_##C##_get_data(prop_##C##_t coll, K at, const void **bytesp,	\
    size_t *sizep)							\
{									\
									\
	return data_of(prop_##C##_get(coll, at), bytesp, sizep);	\
}									\
									\
bool									\
prop_##C##_set_data(prop_##C##_t coll, K at, const void *bytes,		\
    size_t size)							\
{									\
									\
	return prop_##C##_set_and_rel(coll, at,				\
	    prop_data_create_copy(bytes, size));			\
}									\
									\
bool									\
prop_##C##_set_data_nocopy(prop_##C##_t coll, K at, const void *bytes,	\
    size_t size)							\
{									\
									\
	return prop_##C##_set_and_rel(coll, at,				\
	    prop_data_create_nocopy(bytes, size));			\
}

UTIL(array, unsigned int)
UTIL(dictionary, const char *)

UTIL_ADD(bool, bool, prop_bool_create)
UTIL_ADD(string, const char *, prop_string_create_copy)
UTIL_ADD(string_nocopy, const char *, prop_string_create_nocopy)
UTIL_ADD(cstring, const char *, prop_string_create_cstring)
UTIL_ADD(cstring_nocopy, const char *, prop_string_create_nocopy)

bool
prop_array_add_data(prop_array_t pa, const void *bytes, size_t size)
{

	return prop_array_add_and_rel(pa, prop_data_create_copy(bytes, size));
}

bool
prop_array_add_data_nocopy(prop_array_t pa, const void *bytes, size_t size)
{

	return prop_array_add_and_rel(pa,
	    prop_data_create_nocopy(bytes, size));
}

bool
prop_dictionary_get_dict(prop_dictionary_t pd, const char *key,
    prop_dictionary_t *dictp)
{
	prop_object_t obj = prop_dictionary_get(pd, key);

	if (!prop_is(obj, &prop_type_dictionary))
		return false;
	*dictp = obj;
	return true;
}

/* And the numbers. */
#define NUMBER_UTIL(name, T, create)					\
UTIL_GET(array, unsigned int, name, T, prop_number_##name##_value)	\
UTIL_SET(array, unsigned int, name, T, create)				\
UTIL_ADD(name, T, create)						\
UTIL_GET(dictionary, const char *, name, T, prop_number_##name##_value)	\
UTIL_SET(dictionary, const char *, name, T, create)
#define SIGNED_UTIL(name, T)						\
	NUMBER_UTIL(name, T, prop_number_create_signed)
#define UNSIGNED_UTIL(name, T)						\
	NUMBER_UTIL(name, T, prop_number_create_unsigned)
_PROP_SIGNED_TYPES(SIGNED_UTIL)
_PROP_UNSIGNED_TYPES(UNSIGNED_UTIL)
