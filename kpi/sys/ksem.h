/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library that makes semaphore(3) of _ksem_*(2) has to know.
 *
 * The id of a semaphore is a descriptor, unless _ksem_init() found
 * KSEM_PSHARED where it puts the id: then it is a number, which is good in
 * all processes and has KSEM_PSHARED_MARKER under KSEM_MARKER_MASK.
 */
#ifndef _SYS_KSEM_H_
#define _SYS_KSEM_H_

#define KSEM_PSHARED		0x50535244U
#define KSEM_MARKER_MASK	0xff000001U
#define KSEM_PSHARED_MARKER	0x70000001U

#endif /* !_SYS_KSEM_H_ */
