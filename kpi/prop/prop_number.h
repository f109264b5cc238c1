/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_number(3): 64-bit integers, signed or not.  They never change.
 */

#ifndef _PROPLIB_PROP_NUMBER_H_
#define	_PROPLIB_PROP_NUMBER_H_

#include <prop/prop_object.h>

typedef struct _prop_number *prop_number_t;

/*
 * The integer types that numbers convert to, by name.  The functions made for
 * each are prop_number_<name>_value(), prop_dictionary_get_<name>() and
 * _set_<name>(), prop_array_get_<name>(), _set_<name>() and _add_<name>().
 */
#define	_PROP_SIGNED_TYPES(X)						\
	X(schar, signed char)						\
	X(short, short)							\
	X(int, int)							\
	X(long, long)							\
	X(longlong, long long)						\
	X(intptr, intptr_t)						\
	X(int8, int8_t)							\
	X(int16, int16_t)						\
	X(int32, int32_t)						\
	X(int64, int64_t)
#define	_PROP_UNSIGNED_TYPES(X)						\
	X(uchar, unsigned char)						\
	X(ushort, unsigned short)					\
	X(uint, unsigned int)						\
	X(ulong, unsigned long)						\
	X(ulonglong, unsigned long long)				\
	X(uintptr, uintptr_t)						\
	X(uint8, uint8_t)						\
	X(uint16, uint16_t)						\
	X(uint32, uint32_t)						\
	X(uint64, uint64_t)

prop_number_t	prop_number_create_signed(int64_t);
prop_number_t	prop_number_create_unsigned(uint64_t);
prop_number_t	prop_number_copy(prop_number_t);

/* Bits needed to hold it: 8, 16, 32 or 64. */
int		prop_number_size(prop_number_t);
bool		prop_number_unsigned(prop_number_t);

/* The value, converted as C does where it does not fit. */
int64_t		prop_number_signed_value(prop_number_t);
uint64_t	prop_number_unsigned_value(prop_number_t);

/* By value: a signed 1 is an unsigned 1. */
bool	prop_number_equals(prop_number_t, prop_number_t);
bool	prop_number_equals_signed(prop_number_t, int64_t);
bool	prop_number_equals_unsigned(prop_number_t, uint64_t);

/* False, and nothing stored, if the number does not fit the type. */
#define	_PROP_NUMBER_VALUE(name, T)					\
bool	prop_number_##name##_value(prop_number_t, T *);
_PROP_SIGNED_TYPES(_PROP_NUMBER_VALUE)
_PROP_UNSIGNED_TYPES(_PROP_NUMBER_VALUE)
#undef _PROP_NUMBER_VALUE

/* Former names of the above. */
prop_number_t	prop_number_create_integer(int64_t);
prop_number_t	prop_number_create_unsigned_integer(uint64_t);
int64_t		prop_number_integer_value(prop_number_t);
uint64_t	prop_number_unsigned_integer_value(prop_number_t);
bool		prop_number_equals_integer(prop_number_t, int64_t);
bool		prop_number_equals_unsigned_integer(prop_number_t, uint64_t);

#endif /* !_PROPLIB_PROP_NUMBER_H_ */
