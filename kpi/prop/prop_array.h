/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_array(3), prop_array_util(3): ordered collections.
 */

#ifndef _PROPLIB_PROP_ARRAY_H_
#define	_PROPLIB_PROP_ARRAY_H_

#include <prop/plistref.h>
#include <prop/prop_number.h>
#include <prop/prop_object.h>

typedef struct _prop_array *prop_array_t;

prop_array_t	prop_array_create(void);
prop_array_t	prop_array_create_with_capacity(unsigned int);

/* Copies refer to the same members.  prop_array_copy()'s is immutable. */
prop_array_t	prop_array_copy(prop_array_t);
prop_array_t	prop_array_copy_mutable(prop_array_t);

unsigned int	prop_array_capacity(prop_array_t);
unsigned int	prop_array_count(prop_array_t);
bool		prop_array_ensure_capacity(prop_array_t, unsigned int);
void		prop_array_make_immutable(prop_array_t);
bool		prop_array_mutable(prop_array_t);
prop_object_iterator_t prop_array_iterator(prop_array_t);

/* NULL beyond the end. */
prop_object_t	prop_array_get(prop_array_t, unsigned int);

/*
 * Set may replace a member or append right after the last; false beyond, if
 * the array is immutable or without memory.  Removing closes the gap.  The
 * _and_rel forms drop the caller's reference in any case.
 */
bool	prop_array_set(prop_array_t, unsigned int, prop_object_t);
bool	prop_array_set_and_rel(prop_array_t, unsigned int, prop_object_t);
bool	prop_array_add(prop_array_t, prop_object_t);
bool	prop_array_add_and_rel(prop_array_t, prop_object_t);
void	prop_array_remove(prop_array_t, unsigned int);

bool	prop_array_equals(prop_array_t, prop_array_t);

/* See prop_object_externalize(); the root must be an array. */
char		*prop_array_externalize(prop_array_t);
prop_array_t	prop_array_internalize(const char *);

/*
 * Members by value.  Get is false, and stores nothing, if there is no such
 * member, it is of another type, or the number does not fit.
 */
bool	prop_array_get_bool(prop_array_t, unsigned int, bool *);
bool	prop_array_set_bool(prop_array_t, unsigned int, bool);
bool	prop_array_add_bool(prop_array_t, bool);

#define	_PROP_ARRAY_INTEGER(name, T)					\
bool	prop_array_get_##name(prop_array_t, unsigned int, T *);		\
bool	prop_array_set_##name(prop_array_t, unsigned int, T);		\
bool	prop_array_add_##name(prop_array_t, T);
_PROP_SIGNED_TYPES(_PROP_ARRAY_INTEGER)
_PROP_UNSIGNED_TYPES(_PROP_ARRAY_INTEGER)
#undef _PROP_ARRAY_INTEGER

bool	prop_array_get_string(prop_array_t, unsigned int, const char **);
bool	prop_array_set_string(prop_array_t, unsigned int, const char *);
bool	prop_array_add_string(prop_array_t, const char *);
bool	prop_array_set_string_nocopy(prop_array_t, unsigned int,
	    const char *);
bool	prop_array_add_string_nocopy(prop_array_t, const char *);

bool	prop_array_get_data(prop_array_t, unsigned int, const void **,
	    size_t *);
bool	prop_array_set_data(prop_array_t, unsigned int, const void *,
	    size_t);
bool	prop_array_add_data(prop_array_t, const void *, size_t);
bool	prop_array_set_data_nocopy(prop_array_t, unsigned int, const void *,
	    size_t);
bool	prop_array_add_data_nocopy(prop_array_t, const void *, size_t);

/* Former names.  get_cstring allocates; free(text, M_TEMP). */
bool	prop_array_get_cstring(prop_array_t, unsigned int, char **);
bool	prop_array_get_cstring_nocopy(prop_array_t, unsigned int,
	    const char **);
bool	prop_array_set_cstring(prop_array_t, unsigned int, const char *);
bool	prop_array_set_cstring_nocopy(prop_array_t, unsigned int,
	    const char *);
bool	prop_array_add_cstring(prop_array_t, const char *);
bool	prop_array_add_cstring_nocopy(prop_array_t, const char *);

/* See <prop/plistref.h>. */
int	prop_array_copyin(const struct plistref *, prop_array_t *);
int	prop_array_copyin_size(const struct plistref *, prop_array_t *,
	    size_t);
int	prop_array_copyin_ioctl(const struct plistref *, const u_long,
	    prop_array_t *);
int	prop_array_copyin_ioctl_size(const struct plistref *, const u_long,
	    prop_array_t *, size_t);
int	prop_array_copyout(struct plistref *, prop_array_t);
int	prop_array_copyout_ioctl(struct plistref *, const u_long,
	    prop_array_t);

#endif /* !_PROPLIB_PROP_ARRAY_H_ */
