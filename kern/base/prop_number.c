/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_number(3).  Signed numbers are written in decimal, others in
 * hexadecimal, which is how the sign survives a round trip.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "prop_private.h"

/* A number is constant, so there is no lock. */
struct _prop_number {
	struct prop_object	pn_obj;
	uint64_t		pn_bits;	/* two's complement */
	bool			pn_unsigned;
};

static bool
negative(const struct _prop_number *pn)
{

	return !pn->pn_unsigned && (int64_t)pn->pn_bits < 0;
}

static int
number_compare(struct prop_object *poa, struct prop_object *pob, u_int depth)
{
	struct _prop_number *a = (void *)poa, *b = (void *)pob;

	return a->pn_bits == b->pn_bits && negative(a) == negative(b) ?
	    PROP_SAME : PROP_DIFFERENT;
}

static bool
number_write(struct prop_out *pw, struct prop_object *po, u_int depth)
{
	struct _prop_number *pn = (void *)po;
	char buf[24];

	if (pn->pn_unsigned)
		snprintf(buf, sizeof(buf), "0x%" PRIx64, pn->pn_bits);
	else
		snprintf(buf, sizeof(buf), "%" PRId64, (int64_t)pn->pn_bits);
	return prop_out_tag(pw, "integer", 0) && prop_out_text(pw, buf) &&
	    prop_out_tag(pw, "integer", '/');
}

const struct prop_type prop_type_number = {
	.pt_type = PROP_TYPE_NUMBER,
	.pt_size = sizeof(struct _prop_number),
	.pt_compare = number_compare,
	.pt_write = number_write,
};

static prop_number_t
number_new(uint64_t bits, bool isunsigned)
{
	struct _prop_number *pn = prop_object_new(&prop_type_number);

	if (pn != NULL) {
		pn->pn_bits = bits;
		pn->pn_unsigned = isunsigned;
	}
	return pn;
}

prop_number_t
prop_number_create_signed(int64_t value)
{

	return number_new((uint64_t)value, false);
}

prop_number_t
prop_number_create_unsigned(uint64_t value)
{

	return number_new(value, true);
}

prop_number_t
prop_number_copy(prop_number_t pn)
{

	if (!prop_is(pn, &prop_type_number))
		return NULL;
	return number_new(pn->pn_bits, pn->pn_unsigned);
}

bool
prop_number_unsigned(prop_number_t pn)
{

	return prop_is(pn, &prop_type_number) && pn->pn_unsigned;
}

int
prop_number_size(prop_number_t pn)
{
	uint64_t bits;
	int size;

	if (!prop_is(pn, &prop_type_number))
		return 0;
	bits = negative(pn) ? ~pn->pn_bits : pn->pn_bits;
	for (size = 8; size < 64; size *= 2) {
		if (bits >> (pn->pn_unsigned ? size : size - 1) == 0)
			break;
	}
	return size;
}

int64_t
prop_number_signed_value(prop_number_t pn)
{

	return (int64_t)prop_number_unsigned_value(pn);
}

uint64_t
prop_number_unsigned_value(prop_number_t pn)
{

	return prop_is(pn, &prop_type_number) ? pn->pn_bits : 0;
}

bool
prop_number_equals(prop_number_t a, prop_number_t b)
{

	return prop_is(a, &prop_type_number) && prop_object_equals(a, b);
}

bool
prop_number_equals_signed(prop_number_t pn, int64_t value)
{

	return prop_is(pn, &prop_type_number) &&
	    pn->pn_bits == (uint64_t)value && negative(pn) == (value < 0);
}

bool
prop_number_equals_unsigned(prop_number_t pn, uint64_t value)
{

	return prop_is(pn, &prop_type_number) && pn->pn_bits == value &&
	    !negative(pn);
}

/*
 * Whether the value is one of a type of so many bits.
 */
static bool
number_fits(prop_number_t pn, u_int bits, bool tosigned)
{
	uint64_t magnitude;

	if (!prop_is(pn, &prop_type_number) || (negative(pn) && !tosigned))
		return false;
	magnitude = negative(pn) ? ~pn->pn_bits : pn->pn_bits;
	if (tosigned)
		bits--;
	return bits == 64 || magnitude >> bits == 0;
}

#define NUMBER_VALUE(name, T, tosigned)					\
bool									\
prop_number_##name##_value(prop_number_t pn, T *valuep)			\
{									\
									\
	if (!number_fits(pn, sizeof(T) * NBBY, tosigned))		\
		return false;						\
	*valuep = (T)pn->pn_bits;					\
	return true;							\
}
#define SIGNED_VALUE(name, T)	NUMBER_VALUE(name, T, true)
#define UNSIGNED_VALUE(name, T)	NUMBER_VALUE(name, T, false)
_PROP_SIGNED_TYPES(SIGNED_VALUE)
_PROP_UNSIGNED_TYPES(UNSIGNED_VALUE)

prop_number_t
prop_number_create_integer(int64_t value)
{

	return prop_number_create_signed(value);
}

prop_number_t
prop_number_create_unsigned_integer(uint64_t value)
{

	return prop_number_create_unsigned(value);
}

int64_t
prop_number_integer_value(prop_number_t pn)
{

	return prop_number_signed_value(pn);
}

uint64_t
prop_number_unsigned_integer_value(prop_number_t pn)
{

	return prop_number_unsigned_value(pn);
}

bool
prop_number_equals_integer(prop_number_t pn, int64_t value)
{

	return prop_number_equals_signed(pn, value);
}

bool
prop_number_equals_unsigned_integer(prop_number_t pn, uint64_t value)
{

	return prop_number_equals_unsigned(pn, value);
}
