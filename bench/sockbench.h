/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What streams sockbench measures: a pair of ends, connected, and what reads
 * and writes them, with errno's numbers of the system they are of.
 */
#ifndef _SOCKBENCH_H_
#define	_SOCKBENCH_H_

#include <sys/types.h>

struct side {
	int	(*pair)(int *);
	ssize_t	(*read)(int, void *, size_t);
	ssize_t	(*write)(int, const void *, size_t);
	int	(*close)(int);
};

/* lwIP's TCP on an interface that loops; NULL where it is not installed. */
const struct side *lwip_side(void);

/* What is measured, and a thread that enters and leaves its system. */
extern const struct side *side;
void	enter(void);
void	leave(void);

/* Prints what many connections do at once. */
void	flows(void);

#endif /* !_SOCKBENCH_H_ */
