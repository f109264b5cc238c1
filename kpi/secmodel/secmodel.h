/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secmodel(9): security models by name, so that one can ask another.  What a
 * model does it does with listeners of kauth(9).
 */
#ifndef _SECMODEL_SECMODEL_H_
#define _SECMODEL_SECMODEL_H_

#include <prop/proplib.h>

typedef struct secmodel_descr *secmodel_t;

/* A question to a model: what, about what, the answer.  0 or an errno. */
typedef int (*secmodel_eval_t)(const char *, void *, void *);
typedef int (*secmodel_setinfo_t)(void *);

void	secmodel_registry_init(void);

/*
 * Both strings stay the caller's and must last.  The behaviour, a dictionary,
 * and setinfo may be NULL and are only kept.  EFAULT, EEXIST.
 */
int	secmodel_register(secmodel_t *, const char *, const char *,
	    prop_dictionary_t, secmodel_eval_t, secmodel_setinfo_t);
/* Returns when nobody is in its eval.  EFAULT, ENOENT. */
int	secmodel_deregister(secmodel_t);
/*
 * Ask a model by its id.  EFAULT, ENOENT: there is none, or it does not
 * answer; a negative number: its own error.
 */
int	secmodel_eval(const char *, const char *, void *, void *);

#endif /* !_SECMODEL_SECMODEL_H_ */
