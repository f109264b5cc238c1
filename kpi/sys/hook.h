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

/* Interrupt level of the list's lock, and its name. */
khook_list_t	*simplehook_create(int, const char *);
void		simplehook_destroy(khook_list_t *);
int		simplehook_dohooks(khook_list_t *);
khook_t		*simplehook_establish(khook_list_t *, void (*)(void *),
		    void *);
/* The mutex is released while it waits for a running hook. */
void		simplehook_disestablish(khook_list_t *, khook_t *,
		    kmutex_t *);
bool		simplehook_has_hooks(khook_list_t *);

#endif /* !_SYS_HOOK_H_ */
