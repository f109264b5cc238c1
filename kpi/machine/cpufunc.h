/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions of the CPU that drivers use by name, as far as they need no
 * privilege.
 */
#ifndef _MACHINE_CPUFUNC_H_
#define	_MACHINE_CPUFUNC_H_

#if defined(_KERNEL) && defined(__x86_64__)
/* The hint of a loop that waits for another CPU's store. */
static inline void
x86_pause(void)
{

	__builtin_ia32_pause();
}
#endif

#endif /* !_MACHINE_CPUFUNC_H_ */
