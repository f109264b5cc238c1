/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cprng_fast(9): unpredictable numbers, quickly, not for long-lived keys.
 * Callable up to IPL_SOFTSERIAL; never sleeps.
 */

#ifndef _CRYPTO_CPRNG_FAST_CPRNG_FAST_H_
#define	_CRYPTO_CPRNG_FAST_CPRNG_FAST_H_

#include <sys/types.h>

size_t		cprng_fast(void *, size_t);
uint32_t	cprng_fast32(void);
uint64_t	cprng_fast64(void);

#endif /* !_CRYPTO_CPRNG_FAST_CPRNG_FAST_H_ */
