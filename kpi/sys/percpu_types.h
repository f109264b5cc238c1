/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handle of per-CPU storage and the type of its callbacks.
 */
#ifndef _SYS_PERCPU_TYPES_H_
#define _SYS_PERCPU_TYPES_H_

#include <sys/types.h>

struct cpu_info;
struct percpu;

typedef struct percpu percpu_t;
typedef void (*percpu_callback_t)(void *, void *, struct cpu_info *);

#endif /* !_SYS_PERCPU_TYPES_H_ */
