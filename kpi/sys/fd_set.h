/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bit sets of select(2).
 */
#ifndef _SYS_FD_SET_H_
#define _SYS_FD_SET_H_

#include <sys/types.h>

#ifndef FD_SETSIZE
#define FD_SETSIZE	256
#endif

#define __NFDBITS	(32U)
#define __NFDSHIFT	(5)
#define __NFDMASK	(__NFDBITS - 1)
#define __NFD_LEN(a)	(((a) + (__NFDBITS - 1)) / __NFDBITS)
#define __NFD_SIZE	__NFD_LEN(FD_SETSIZE)
#define __NFD_BYTES(a)	(__NFD_LEN(a) * sizeof(uint32_t))
#define NFD_BYTES(a)	__NFD_BYTES(a)
#define NFD_LEN(a)	__NFD_LEN(a)
#define NFDBITS		__NFDBITS

typedef struct fd_set {
	uint32_t	fds_bits[__NFD_SIZE];
} fd_set;

#define FD_SET(n, p)	\
    ((p)->fds_bits[(unsigned)(n) >> __NFDSHIFT] |= (1U << ((n) & __NFDMASK)))
#define FD_CLR(n, p)	\
    ((p)->fds_bits[(unsigned)(n) >> __NFDSHIFT] &= ~(1U << ((n) & __NFDMASK)))
#define FD_ISSET(n, p)	\
    ((p)->fds_bits[(unsigned)(n) >> __NFDSHIFT] & (1U << ((n) & __NFDMASK)))
#define FD_ZERO(p)	memset((p), 0, sizeof(*(p)))
#define FD_COPY(f, t)	memcpy((t), (f), sizeof(*(f)))

#endif /* _SYS_FD_SET_H_ */
