/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hooks that a module sets and code outside of it calls.  A call counts as
 * a reference, so that unsetting a hook waits until nobody is inside.
 */

#ifndef _SYS_MODULE_HOOK_H_
#define	_SYS_MODULE_HOOK_H_

#include <sys/param.h>
#include <sys/mutex.h>
#include <sys/localcount.h>
#include <sys/stdbool.h>

void	module_hook_init(void);
bool	module_hook_tryenter(bool *, struct localcount *);
void	module_hook_exit(struct localcount *);
void	module_hook_set(bool *, struct localcount *);
void	module_hook_unset(bool *, struct localcount *);

/* locks: hooked is atomic, the function is stable while it is set. */
#define	MODULE_HOOK(hook, type, args)					\
extern struct hook ## _t {						\
	bool		hooked;						\
	struct localcount lc;						\
	type		(*f) args;					\
} hook

#define	MODULE_HOOK_SET(hook, func)					\
do {									\
	(hook).f = func;						\
	module_hook_set(&(hook).hooked, &(hook).lc);			\
} while (/*CONSTCOND*/0)

#define	MODULE_HOOK_UNSET(hook)						\
do {									\
	module_hook_unset(&(hook).hooked, &(hook).lc);			\
	(hook).f = NULL;						\
} while (/*CONSTCOND*/0)

#define	MODULE_HOOK_CALL(hook, args, default, retval)			\
do {									\
	if (module_hook_tryenter(&(hook).hooked, &(hook).lc)) {		\
		(retval) = (*(hook).f) args;				\
		module_hook_exit(&(hook).lc);				\
	} else								\
		(retval) = (default);					\
} while (/*CONSTCOND*/0)

#define	MODULE_HOOK_CALL_VOID(hook, args, default)			\
do {									\
	if (module_hook_tryenter(&(hook).hooked, &(hook).lc)) {		\
		(*(hook).f) args;					\
		module_hook_exit(&(hook).lc);				\
	} else								\
		default;						\
} while (/*CONSTCOND*/0)

#endif /* !_SYS_MODULE_HOOK_H_ */
