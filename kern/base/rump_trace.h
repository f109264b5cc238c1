/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RUMP_TRACE: a line for each system call.  trace_call() writes down who calls
 * what with which arguments, before the call changes them; trace_result()
 * adds what came of it and puts the line out.
 */
#ifndef _KERN_BASE_RUMP_TRACE_H_
#define _KERN_BASE_RUMP_TRACE_H_

#include <sys/types.h>

struct lwp;

#define TRACE_LINE	512

/* On the caller's stack. */
struct trace_line {
	size_t	tl_len;
	char	tl_text[TRACE_LINE];
};

/* At the end of booting: look whether RUMP_TRACE asks for it. */
void	trace_init(void);

/* Both on a virtual CPU; they may sleep. */
void	trace_call(struct trace_line *, struct lwp *, int, const void *);
void	trace_result(struct trace_line *, int, int, const register_t *);

#endif /* !_KERN_BASE_RUMP_TRACE_H_ */
