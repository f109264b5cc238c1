/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Property lists, proplib(3): the handle of a dictionary.
 */

#ifndef _PROPLIB_PROP_DICTIONARY_H_
#define	_PROPLIB_PROP_DICTIONARY_H_

#include <prop/prop_object.h>

typedef struct _prop_dictionary *prop_dictionary_t;

#endif /* !_PROPLIB_PROP_DICTIONARY_H_ */
