/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RUN_ONCE(): call a function the first time only; others who come while
 * it runs wait for it.  The error it returned is given to everybody.
 */

#ifndef _SYS_ONCE_H_
#define	_SYS_ONCE_H_

#include <sys/cdefs.h>
#include <sys/types.h>

typedef struct {
	int		o_error;	/* result of the function */
	uint16_t	o_refcnt;	/* users; INIT and FINI */
	uint8_t		o_status;	/* ONCE_* */
#define	ONCE_VIRGIN	0
#define	ONCE_RUNNING	1
#define	ONCE_DONE	2
} once_t;

void	once_init(void);
int	_init_once(once_t *, int (*)(void));
void	_fini_once(once_t *, void (*)(void));

#define	ONCE_DECL(o)							\
	once_t (o) = {							\
		.o_status = 0,						\
		.o_refcnt = 0,						\
	};

/* Who finds it done also finds what the function did. */
#define	RUN_ONCE(o, fn)							\
	(__predict_true(__atomic_load_n(&(o)->o_status,			\
	    __ATOMIC_ACQUIRE) == ONCE_DONE) ?				\
	    ((o)->o_error) : _init_once((o), (fn)))
#define	INIT_ONCE(o, fn)	_init_once((o), (fn))
#define	FINI_ONCE(o, fn)	_fini_once((o), (fn))

#endif /* !_SYS_ONCE_H_ */
