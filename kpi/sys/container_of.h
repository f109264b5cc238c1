/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * container_of(p, t, f): the structure of type t whose member f is at p.
 * The unevaluated part makes the compiler check that p points to something
 * of the member's type.
 */

#ifndef _SYS_CONTAINER_OF_H_
#define	_SYS_CONTAINER_OF_H_

#include <sys/stddef.h>

#define	__validate_container_of(PTR, TYPE, FIELD)			\
	(0 * sizeof((PTR) - &((TYPE *)(((char *)(PTR)) -		\
	    offsetof(TYPE, FIELD)))->FIELD))
#define	container_of(PTR, TYPE, FIELD)					\
	((TYPE *)(((char *)(PTR)) - offsetof(TYPE, FIELD))		\
	    + __validate_container_of(PTR, TYPE, FIELD))
#define	const_container_of(PTR, TYPE, FIELD)				\
	((const TYPE *)(((const char *)(PTR)) - offsetof(TYPE, FIELD))	\
	    + __validate_const_container_of(PTR, TYPE, FIELD))
#define	__validate_const_container_of(PTR, TYPE, FIELD)			\
	(0 * sizeof((PTR) - &((const TYPE *)(((const char *)(PTR)) -	\
	    offsetof(TYPE, FIELD)))->FIELD))

#endif /* !_SYS_CONTAINER_OF_H_ */
