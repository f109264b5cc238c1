/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic_ops(3) and membar_ops(3) as functions, for callers that take an
 * address or were compiled without inlining.  The bodies are those of the
 * header.
 */

#define	_ATOMIC_DEFINE
#include <sys/atomic.h>
