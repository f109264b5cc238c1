/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_dictionary(3), prop_dictionary_util(3): objects by name.
 *
 * Keys are strings of 1 to PROP_KEY_MAX bytes; setting a longer one fails.
 */

#ifndef _PROPLIB_PROP_DICTIONARY_H_
#define	_PROPLIB_PROP_DICTIONARY_H_

#include <prop/plistref.h>
#include <prop/prop_array.h>
#include <prop/prop_number.h>
#include <prop/prop_object.h>

#define	PROP_KEY_MAX	128

typedef struct _prop_dictionary *prop_dictionary_t;
/* A key as an object: what iterators and prop_dictionary_all_keys() give. */
typedef struct _prop_dictionary_keysym *prop_dictionary_keysym_t;

prop_dictionary_t prop_dictionary_create(void);
prop_dictionary_t prop_dictionary_create_with_capacity(unsigned int);

/* Copies refer to the same objects.  The first one's is immutable. */
prop_dictionary_t prop_dictionary_copy(prop_dictionary_t);
prop_dictionary_t prop_dictionary_copy_mutable(prop_dictionary_t);

unsigned int	prop_dictionary_count(prop_dictionary_t);
bool		prop_dictionary_ensure_capacity(prop_dictionary_t,
		    unsigned int);
void		prop_dictionary_make_immutable(prop_dictionary_t);
bool		prop_dictionary_mutable(prop_dictionary_t);
prop_object_iterator_t prop_dictionary_iterator(prop_dictionary_t);
/* An array of keysyms, the caller's. */
prop_array_t	prop_dictionary_all_keys(prop_dictionary_t);

/*
 * Set replaces what had that key; false if the dictionary is immutable, the
 * key too long or there is no memory.  set_and_rel drops the caller's
 * reference to the object in any case.
 */
prop_object_t	prop_dictionary_get(prop_dictionary_t, const char *);
bool	prop_dictionary_set(prop_dictionary_t, const char *, prop_object_t);
bool	prop_dictionary_set_and_rel(prop_dictionary_t, const char *,
	    prop_object_t);
void	prop_dictionary_remove(prop_dictionary_t, const char *);

prop_object_t	prop_dictionary_get_keysym(prop_dictionary_t,
		    prop_dictionary_keysym_t);
bool	prop_dictionary_set_keysym(prop_dictionary_t,
	    prop_dictionary_keysym_t, prop_object_t);
void	prop_dictionary_remove_keysym(prop_dictionary_t,
	    prop_dictionary_keysym_t);

const char	*prop_dictionary_keysym_value(prop_dictionary_keysym_t);
size_t		prop_dictionary_keysym_size(prop_dictionary_keysym_t);
bool		prop_dictionary_keysym_copy_value(prop_dictionary_keysym_t,
		    void *, size_t);
bool		prop_dictionary_keysym_equals(prop_dictionary_keysym_t,
		    prop_dictionary_keysym_t);
/* Former name of prop_dictionary_keysym_value(). */
const char	*prop_dictionary_keysym_cstring_nocopy(
		    prop_dictionary_keysym_t);

bool	prop_dictionary_equals(prop_dictionary_t, prop_dictionary_t);

/* See prop_object_externalize(); the root must be a dictionary. */
char	*prop_dictionary_externalize(prop_dictionary_t);
prop_dictionary_t prop_dictionary_internalize(const char *);

/*
 * Values by key.  Get is false, and stores nothing, if there is no such key,
 * its object is of another type, or the number does not fit.
 */
bool	prop_dictionary_get_dict(prop_dictionary_t, const char *,
	    prop_dictionary_t *);
bool	prop_dictionary_get_bool(prop_dictionary_t, const char *, bool *);
bool	prop_dictionary_set_bool(prop_dictionary_t, const char *, bool);

#define	_PROP_DICTIONARY_INTEGER(name, T)				\
bool	prop_dictionary_get_##name(prop_dictionary_t, const char *, T *); \
bool	prop_dictionary_set_##name(prop_dictionary_t, const char *, T);
_PROP_SIGNED_TYPES(_PROP_DICTIONARY_INTEGER)
_PROP_UNSIGNED_TYPES(_PROP_DICTIONARY_INTEGER)
#undef _PROP_DICTIONARY_INTEGER

bool	prop_dictionary_get_string(prop_dictionary_t, const char *,
	    const char **);
bool	prop_dictionary_set_string(prop_dictionary_t, const char *,
	    const char *);
bool	prop_dictionary_set_string_nocopy(prop_dictionary_t, const char *,
	    const char *);

bool	prop_dictionary_get_data(prop_dictionary_t, const char *,
	    const void **, size_t *);
bool	prop_dictionary_set_data(prop_dictionary_t, const char *,
	    const void *, size_t);
bool	prop_dictionary_set_data_nocopy(prop_dictionary_t, const char *,
	    const void *, size_t);

/* Former names.  get_cstring allocates; free(text, M_TEMP). */
bool	prop_dictionary_get_cstring(prop_dictionary_t, const char *,
	    char **);
bool	prop_dictionary_get_cstring_nocopy(prop_dictionary_t, const char *,
	    const char **);
bool	prop_dictionary_set_cstring(prop_dictionary_t, const char *,
	    const char *);
bool	prop_dictionary_set_cstring_nocopy(prop_dictionary_t, const char *,
	    const char *);

/* See <prop/plistref.h>. */
int	prop_dictionary_copyin(const struct plistref *, prop_dictionary_t *);
int	prop_dictionary_copyin_size(const struct plistref *,
	    prop_dictionary_t *, size_t);
int	prop_dictionary_copyin_ioctl(const struct plistref *, const u_long,
	    prop_dictionary_t *);
int	prop_dictionary_copyin_ioctl_size(const struct plistref *,
	    const u_long, prop_dictionary_t *, size_t);
int	prop_dictionary_copyout(struct plistref *, prop_dictionary_t);
int	prop_dictionary_copyout_ioctl(struct plistref *, const u_long,
	    prop_dictionary_t);

#endif /* !_PROPLIB_PROP_DICTIONARY_H_ */
