/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_object(3): what all property objects have in common.
 *
 * Objects count their references.  Creating one gives the caller the first;
 * a collection takes a reference of its own to what is put into it.  What a
 * "get" function returns is borrowed: it lives as long as the collection
 * holds it, and who wants it longer retains it.
 *
 * Everything may be called by any thread at any time, except where a function
 * that hands out an object's inside ("nocopy", "value") meets another thread
 * changing that object.  All functions may sleep.  A NULL object, or one of
 * the wrong type, gives NULL, false or 0.
 */

#ifndef _PROPLIB_PROP_OBJECT_H_
#define	_PROPLIB_PROP_OBJECT_H_

#include <sys/types.h>

typedef void *prop_object_t;
typedef struct _prop_object_iterator *prop_object_iterator_t;

typedef enum {
	PROP_TYPE_UNKNOWN	= 0x00000000,
	PROP_TYPE_BOOL		= 0x626f6f6c,	/* 'bool' */
	PROP_TYPE_NUMBER	= 0x6e6d6272,	/* 'nmbr' */
	PROP_TYPE_STRING	= 0x73746e67,	/* 'stng' */
	PROP_TYPE_DATA		= 0x64617461,	/* 'data' */
	PROP_TYPE_ARRAY		= 0x61726179,	/* 'aray' */
	PROP_TYPE_DICTIONARY	= 0x64696374,	/* 'dict' */
	PROP_TYPE_DICT_KEYSYM	= 0x646b6579	/* 'dkey' */
} prop_type_t;

/* Take and drop a reference; the last one frees, however deep it nests. */
void	prop_object_retain(prop_object_t);
void	prop_object_release(prop_object_t);

/* PROP_TYPE_UNKNOWN for NULL. */
prop_type_t	prop_object_type(prop_object_t);

/*
 * Same type and same contents, collections by their members.  Nesting beyond
 * what can be externalized (64) is never equal; the second form tells this,
 * and a lack of memory, through its last argument.
 */
bool	prop_object_equals(prop_object_t, prop_object_t);
bool	prop_object_equals_with_error(prop_object_t, prop_object_t, bool *);

/*
 * As a property list with any object at its root.  The text is freed with
 * free(text, M_TEMP).  NULL if there is no memory or the nesting is too deep,
 * and for text that is no property list.
 */
char		*prop_object_externalize(prop_object_t);
prop_object_t	prop_object_internalize(const char *);

/*
 * The next member of an array, or keysym of a dictionary in the order of
 * keys, borrowed.  NULL at the end, and once members came or went (replacing
 * one does not count) until the iterator is reset.  An iterator is used by
 * one thread and keeps its collection alive.
 */
prop_object_t	prop_object_iterator_next(prop_object_iterator_t);
void		prop_object_iterator_reset(prop_object_iterator_t);
void		prop_object_iterator_release(prop_object_iterator_t);

#endif /* !_PROPLIB_PROP_OBJECT_H_ */
