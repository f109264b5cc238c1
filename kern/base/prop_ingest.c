/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_ingest(3): a dictionary's objects go to the handlers that a table
 * names for their keys.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include "prop_private.h"

/* Used by one thread. */
struct _prop_ingest_context {
	prop_ingest_error_t	pic_error;
	prop_type_t		pic_type;	/* of the rule's object */
	const char		*pic_key;	/* of the rule */
	void			*pic_private;	/* the caller's */
};

prop_ingest_context_t
prop_ingest_context_alloc(void *private)
{
	prop_ingest_context_t ctx = prop_alloc(sizeof(*ctx));

	if (ctx != NULL)
		ctx->pic_private = private;
	return ctx;
}

void
prop_ingest_context_free(prop_ingest_context_t ctx)
{

	prop_free(ctx, sizeof(*ctx));
}

prop_ingest_error_t
prop_ingest_context_error(prop_ingest_context_t ctx)
{

	return ctx->pic_error;
}

prop_type_t
prop_ingest_context_type(prop_ingest_context_t ctx)
{

	return ctx->pic_type;
}

const char *
prop_ingest_context_key(prop_ingest_context_t ctx)
{

	return ctx->pic_key;
}

void *
prop_ingest_context_private(prop_ingest_context_t ctx)
{

	return ctx->pic_private;
}

static prop_ingest_error_t
ingest_rule(prop_object_t obj, const prop_ingest_table_entry *rule,
    prop_ingest_context_t ctx)
{

	ctx->pic_key = rule->pite_key;
	ctx->pic_type = prop_object_type(obj);
	if (obj == NULL) {
		if ((rule->pite_flags & PROP_INGEST_FLAG_OPTIONAL) == 0)
			return PROP_INGEST_ERROR_NO_KEY;
	} else if (rule->pite_type != PROP_TYPE_UNKNOWN &&
	    rule->pite_type != ctx->pic_type)
		return PROP_INGEST_ERROR_WRONG_TYPE;
	return (*rule->pite_handler)(ctx, obj) ?
	    PROP_INGEST_ERROR_NO_ERROR : PROP_INGEST_ERROR_HANDLER_FAILED;
}

bool
prop_dictionary_ingest(prop_dictionary_t pd,
    const prop_ingest_table_entry rules[], prop_ingest_context_t ctx)
{
	const prop_ingest_table_entry *rule;

	ctx->pic_error = PROP_INGEST_ERROR_NO_ERROR;
	for (rule = rules; rule->pite_key != NULL; rule++) {
		ctx->pic_error = ingest_rule(prop_dictionary_get(pd,
		    rule->pite_key), rule, ctx);
		if (ctx->pic_error != PROP_INGEST_ERROR_NO_ERROR)
			return false;
	}
	return true;
}
