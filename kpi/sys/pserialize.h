/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pserialize(9): read sections that take no lock.  A reader must not sleep
 * between enter and exit; pserialize_perform() returns once every reader
 * that was inside when it was called has left.
 */

#ifndef _SYS_PSERIALIZE_H_
#define	_SYS_PSERIALIZE_H_

#include <sys/types.h>
#include <sys/stdbool.h>

struct pserialize;
typedef struct pserialize *pserialize_t;

void		pserialize_init(void);
void		pserialize_switchpoint(void);
pserialize_t	pserialize_create(void);
void		pserialize_destroy(pserialize_t);
void		pserialize_perform(pserialize_t);

int		pserialize_read_enter(void);
void		pserialize_read_exit(int);

/* For assertions. */
bool		pserialize_in_read_section(void);
bool		pserialize_not_in_read_section(void);

#endif /* !_SYS_PSERIALIZE_H_ */
