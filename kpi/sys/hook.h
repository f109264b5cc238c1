/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simplehook(9): lists of functions called on an event.
 */

#ifndef _SYS_HOOK_H_
#define	_SYS_HOOK_H_

#include <sys/types.h>
#include <sys/stdbool.h>
#include <sys/mutex.h>

#define	HOOKNAMSIZ	128

struct khook_list;
struct hook_desc;
typedef struct khook_list	khook_list_t;
typedef struct hook_desc	khook_t;

/*
 * A list with the interrupt level of its lock, and a name.  It must be empty
 * when it is destroyed.
 */
khook_list_t	*simplehook_create(int, const char *);
void		simplehook_destroy(khook_list_t *);

/* Call all, the last established first.  EBUSY if that happens already. */
int		simplehook_dohooks(khook_list_t *);

/*
 * Establishing sleeps for memory.  A hook may disestablish itself; others
 * wait until it does not run, and the mutex, if there is one, is released
 * meanwhile.
 */
khook_t		*simplehook_establish(khook_list_t *, void (*)(void *),
		    void *);
void		simplehook_disestablish(khook_list_t *, khook_t *,
		    kmutex_t *);
bool		simplehook_has_hooks(khook_list_t *);

#endif /* !_SYS_HOOK_H_ */
