/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Universally unique identifiers, RFC 4122: as text, and in the two orders of
 * bytes that disks have them in.  None of these functions sleeps.
 */
#ifndef _SYS_UUID_H_
#define	_SYS_UUID_H_

#include <sys/types.h>

#define	_UUID_NODE_LEN	6
#define	_UUID_STR_LEN	38		/* with braces, without a NUL */

struct uuid {
	uint32_t	time_low;
	uint16_t	time_mid;
	uint16_t	time_hi_and_version;
	uint8_t		clock_seq_hi_and_reserved;
	uint8_t		clock_seq_low;
	uint8_t		node[_UUID_NODE_LEN];
};

#ifdef _KERNEL

#define	UUID_NODE_LEN	_UUID_NODE_LEN
#define	UUID_STR_LEN	_UUID_STR_LEN

/*
 * Write it as 36 characters, section 3, and a NUL, cut to so many bytes;
 * returns 36, as snprintf() does.
 * uuid_printf() writes to the console.
 */
int	uuid_snprintf(char *, size_t, const struct uuid *);
int	uuid_printf(const struct uuid *);

/* From and to 16 bytes at any address: big-endian as section 4.1.2 has it, and
 * with the first three fields little-endian as in a GPT. */
void	uuid_dec_be(const void *, struct uuid *);
void	uuid_dec_le(const void *, struct uuid *);
void	uuid_enc_be(void *, const struct uuid *);
void	uuid_enc_le(void *, const struct uuid *);

#endif /* _KERNEL */

#endif /* !_SYS_UUID_H_ */
