/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_string(3): text, without NUL bytes.
 */

#ifndef _PROPLIB_PROP_STRING_H_
#define	_PROPLIB_PROP_STRING_H_

#include <sys/cdefs.h>

#include <prop/prop_object.h>

typedef struct _prop_string *prop_string_t;

/*
 * A string that never changes; "nocopy" refers to the caller's text, which
 * has to outlive it.
 */
prop_string_t	prop_string_create_copy(const char *);
prop_string_t	prop_string_create_nocopy(const char *);
prop_string_t	prop_string_create_format(const char *, ...)
		    __printflike(1, 2);
prop_string_t	prop_string_copy(prop_string_t);

/* Length without NUL; the text itself; a copy of it if buflen suffices. */
size_t		prop_string_size(prop_string_t);
const char	*prop_string_value(prop_string_t);
bool		prop_string_copy_value(prop_string_t, void *, size_t);

/* Byte order, as strcmp(); what is no string comes first. */
int		prop_string_compare(prop_string_t, prop_string_t);
int		prop_string_compare_string(prop_string_t, const char *);
bool		prop_string_equals(prop_string_t, prop_string_t);
bool		prop_string_equals_string(prop_string_t, const char *);

/*
 * Older interface, with strings that can be appended to: those of
 * prop_string_create(), _create_cstring() and _copy_mutable().  Appending to
 * another fails.  prop_string_cstring() allocates; free(text, M_TEMP).
 */
prop_string_t	prop_string_create(void);
prop_string_t	prop_string_create_cstring(const char *);
prop_string_t	prop_string_create_cstring_nocopy(const char *);
prop_string_t	prop_string_copy_mutable(prop_string_t);
bool		prop_string_mutable(prop_string_t);
char		*prop_string_cstring(prop_string_t);
const char	*prop_string_cstring_nocopy(prop_string_t);
bool		prop_string_append(prop_string_t, prop_string_t);
bool		prop_string_append_cstring(prop_string_t, const char *);
bool		prop_string_equals_cstring(prop_string_t, const char *);

#endif /* !_PROPLIB_PROP_STRING_H_ */
