/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_ingest(3): taking a dictionary apart by a table of rules.
 */

#ifndef _PROPLIB_PROP_INGEST_H_
#define	_PROPLIB_PROP_INGEST_H_

#include <prop/prop_dictionary.h>
#include <prop/prop_object.h>

typedef enum {
	PROP_INGEST_ERROR_NO_ERROR	= 0,
	PROP_INGEST_ERROR_NO_KEY	= 1,	/* a required key is missing */
	PROP_INGEST_ERROR_WRONG_TYPE	= 2,
	PROP_INGEST_ERROR_HANDLER_FAILED = 3
} prop_ingest_error_t;

typedef struct _prop_ingest_context *prop_ingest_context_t;

/* Returns false if it dislikes the object, which is NULL if optional. */
typedef bool (*prop_ingest_handler_t)(prop_ingest_context_t, prop_object_t);

typedef struct {
	const char		*pite_key;
	prop_type_t		pite_type;	/* or PROP_TYPE_UNKNOWN: any */
	unsigned int		pite_flags;
	prop_ingest_handler_t	pite_handler;
} prop_ingest_table_entry;

#define	PROP_INGEST_FLAG_OPTIONAL	0x01

#define	PROP_INGEST(key, type, handler)					\
	{ (key), (type), 0, (handler) }
#define	PROP_INGEST_OPTIONAL(key, type, handler)			\
	{ (key), (type), PROP_INGEST_FLAG_OPTIONAL, (handler) }
#define	PROP_INGEST_END							\
	{ NULL, PROP_TYPE_UNKNOWN, 0, NULL }

prop_ingest_context_t	prop_ingest_context_alloc(void *);
void			prop_ingest_context_free(prop_ingest_context_t);

/* How the last prop_dictionary_ingest() went, and at which rule it ended. */
prop_ingest_error_t	prop_ingest_context_error(prop_ingest_context_t);
prop_type_t		prop_ingest_context_type(prop_ingest_context_t);
const char		*prop_ingest_context_key(prop_ingest_context_t);
void			*prop_ingest_context_private(prop_ingest_context_t);

/* Call the rules' handlers in order, until one fails. */
bool	prop_dictionary_ingest(prop_dictionary_t,
	    const prop_ingest_table_entry[], prop_ingest_context_t);

#endif /* !_PROPLIB_PROP_INGEST_H_ */
