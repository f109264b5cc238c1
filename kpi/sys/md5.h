/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The MD5 message digest, RFC 1321.  Not for security.
 */

#ifndef _SYS_MD5_H_
#define	_SYS_MD5_H_

#include <sys/types.h>

#define	MD5_DIGEST_LENGTH		16
#define	MD5_DIGEST_STRING_LENGTH	33
#define	MD5_BLOCK_LENGTH		64ULL

typedef struct MD5Context {
	uint32_t	state[4];
	uint32_t	count[2];	/* bits so far, low word first */
	unsigned char	buffer[64];	/* an incomplete block */
} MD5_CTX;

void	MD5Init(MD5_CTX *);
void	MD5Update(MD5_CTX *, const unsigned char *, unsigned int);
void	MD5Final(unsigned char[MD5_DIGEST_LENGTH], MD5_CTX *);

#endif /* !_SYS_MD5_H_ */
