/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entropy(9): is there any, and has it been renewed?
 */
#ifndef _SYS_ENTROPY_H_
#define _SYS_ENTROPY_H_

#include <sys/types.h>

struct knote;

void	entropy_bootrequest(void);
unsigned int entropy_epoch(void);
bool	entropy_ready(void);
int	entropy_extract(void *, size_t, int);
int	entropy_poll(int);
int	entropy_kqfilter(struct knote *);

#define ENTROPY_WAIT	0x01
#define ENTROPY_SIG	0x02
#define ENTROPY_HARDFAIL 0x04

#endif /* _SYS_ENTROPY_H_ */
