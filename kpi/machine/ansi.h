/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of C's standard headers on this machine.
 */

#ifndef _MACHINE_ANSI_H_
#define	_MACHINE_ANSI_H_

#include <sys/common_ansi.h>

typedef __builtin_va_list	__va_list;

#endif /* !_MACHINE_ANSI_H_ */
