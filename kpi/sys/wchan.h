/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wait channel: the address that an lwp sleeps on.  Any address the
 * sleeper and the waker agree about will do; it is never dereferenced.
 */
#ifndef _SYS_WCHAN_H_
#define _SYS_WCHAN_H_

#ifdef _KERNEL
typedef volatile const void *wchan_t;
#endif

#endif /* !_SYS_WCHAN_H_ */
