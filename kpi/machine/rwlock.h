/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's part of rwlock(9): nothing, since the lock here is the same
 * on every machine.  Kept because drivers and headers include it by name.
 */
#ifndef _MACHINE_RWLOCK_H_
#define _MACHINE_RWLOCK_H_

#endif /* !_MACHINE_RWLOCK_H_ */
