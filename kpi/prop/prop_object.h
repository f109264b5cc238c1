/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Property lists, proplib(3): the handle types, which interfaces such as
 * device_properties(9) pass around.
 */

#ifndef _PROPLIB_PROP_OBJECT_H_
#define	_PROPLIB_PROP_OBJECT_H_

typedef void *prop_object_t;

#endif /* !_PROPLIB_PROP_OBJECT_H_ */
