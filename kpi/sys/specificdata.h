/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data attached to an object (a process, an lwp, a mount ...) by subsystems
 * that the object knows nothing of.  A domain is a kind of object; a key
 * stands for one subsystem's datum.  A destructor runs for each datum that is
 * not NULL when its object or its key goes.
 */
#ifndef _SYS_SPECIFICDATA_H_
#define _SYS_SPECIFICDATA_H_

#include <sys/types.h>
#include <sys/mutex.h>

typedef unsigned int specificdata_key_t;
typedef void (*specificdata_dtor_t)(void *);
typedef struct specificdata_domain *specificdata_domain_t;

#ifdef _KERNEL
struct specificdata_container;

/* r: specdataref_lock. */
typedef struct {
	struct specificdata_container *specdataref_container;	/* r */
	kmutex_t specdataref_lock;
} specificdata_reference;

specificdata_domain_t specificdata_domain_create(void);
void	specificdata_domain_delete(specificdata_domain_t);

int	specificdata_key_create(specificdata_domain_t, specificdata_key_t *,
	    specificdata_dtor_t);
void	specificdata_key_delete(specificdata_domain_t, specificdata_key_t);

int	specificdata_init(specificdata_domain_t,
	    specificdata_reference *);
void	specificdata_fini(specificdata_domain_t, specificdata_reference *);

void	*specificdata_getspecific(specificdata_domain_t,
	    specificdata_reference *, specificdata_key_t);
void	*specificdata_getspecific_unlocked(specificdata_domain_t,
	    specificdata_reference *, specificdata_key_t);
void	specificdata_setspecific(specificdata_domain_t,
	    specificdata_reference *, specificdata_key_t, void *);
int	specificdata_setspecific_nowait(specificdata_domain_t,
	    specificdata_reference *, specificdata_key_t, void *);
#endif /* _KERNEL */

#endif /* !_SYS_SPECIFICDATA_H_ */
