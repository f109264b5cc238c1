/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's part of mutex(9): nothing, since the mutex here is the same
 * on every machine.  Kept because drivers and headers include it by name.
 */
#ifndef _MACHINE_MUTEX_H_
#define _MACHINE_MUTEX_H_

#endif /* !_MACHINE_MUTEX_H_ */
