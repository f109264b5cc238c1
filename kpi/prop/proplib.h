/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Property lists, proplib(3): the whole library's declarations.
 */

#ifndef _PROPLIB_PROPLIB_H_
#define	_PROPLIB_PROPLIB_H_

#include <prop/prop_object.h>
#include <prop/prop_dictionary.h>

#endif /* !_PROPLIB_PROPLIB_H_ */
