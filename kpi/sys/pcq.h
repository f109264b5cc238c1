/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcq(9): a bounded queue of pointers, many producers, one consumer, no
 * lock.  pcq_put() fails when it is full and never sleeps.
 */

#ifndef _SYS_PCQ_H_
#define	_SYS_PCQ_H_

#include <sys/types.h>
#include <sys/stdbool.h>
#include <sys/kmem.h>

struct pcq;
typedef struct pcq	pcq_t;

pcq_t	*pcq_create(size_t, km_flag_t);
void	pcq_destroy(pcq_t *);
void	*pcq_get(pcq_t *);
void	*pcq_peek(pcq_t *);
bool	pcq_put(pcq_t *, void *);
size_t	pcq_maxitems(pcq_t *);

#endif /* !_SYS_PCQ_H_ */
