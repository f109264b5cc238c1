/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * byteorder(3): conversion between the machine's byte order and a given
 * one, of values (htobe32() ...), of variables in place (HTOBE32() ...),
 * and at addresses that need not be aligned (be32enc(), le16dec() ...).
 */

#ifndef _SYS_ENDIAN_H_
#define	_SYS_ENDIAN_H_

#include <sys/featuretest.h>

/* Byte number from low addresses. */
#define	_LITTLE_ENDIAN	1234
#define	_BIG_ENDIAN	4321
#define	_PDP_ENDIAN	3412

#include <sys/cdefs.h>
#include <sys/stdint.h>
#include <sys/ansi.h>
#include <machine/endian_machdep.h>

#define	LITTLE_ENDIAN	_LITTLE_ENDIAN
#define	BIG_ENDIAN	_BIG_ENDIAN
#define	PDP_ENDIAN	_PDP_ENDIAN
#define	BYTE_ORDER	_BYTE_ORDER

/* Which half of a 64-bit value comes first. */
#define	_QUAD_HIGHWORD	1
#define	_QUAD_LOWWORD	0

#ifndef	in_addr_t
typedef __in_addr_t	in_addr_t;
#define	in_addr_t	__in_addr_t
#endif
#ifndef	in_port_t
typedef __in_port_t	in_port_t;
#define	in_port_t	__in_port_t
#endif

#include <sys/bswap.h>

#define	htonl(x)	bswap32(x)
#define	htons(x)	bswap16(x)
#define	ntohl(x)	bswap32(x)
#define	ntohs(x)	bswap16(x)
#define	NTOHL(x)	((x) = ntohl(x))
#define	NTOHS(x)	((x) = ntohs(x))
#define	HTONL(x)	((x) = htonl(x))
#define	HTONS(x)	((x) = htons(x))

#define	htobe16(x)	bswap16(x)
#define	htobe32(x)	bswap32(x)
#define	htobe64(x)	bswap64(x)
#define	htole16(x)	((uint16_t)(x))
#define	htole32(x)	((uint32_t)(x))
#define	htole64(x)	((uint64_t)(x))
#define	be16toh(x)	htobe16(x)
#define	be32toh(x)	htobe32(x)
#define	be64toh(x)	htobe64(x)
#define	le16toh(x)	htole16(x)
#define	le32toh(x)	htole32(x)
#define	le64toh(x)	htole64(x)

#define	HTOBE16(x)	((x) = htobe16(x))
#define	HTOBE32(x)	((x) = htobe32(x))
#define	HTOBE64(x)	((x) = htobe64(x))
#define	BE16TOH(x)	((x) = be16toh(x))
#define	BE32TOH(x)	((x) = be32toh(x))
#define	BE64TOH(x)	((x) = be64toh(x))
#define	HTOLE16(x)	((void)(x))
#define	HTOLE32(x)	((void)(x))
#define	HTOLE64(x)	((void)(x))
#define	LE16TOH(x)	((void)(x))
#define	LE32TOH(x)	((void)(x))
#define	LE64TOH(x)	((void)(x))

/*
 * The copy of fixed size becomes one unaligned load or store.
 */
#define	__ENDIAN_CODEC(order, bits)					\
static __inline void __unused						\
order##bits##enc(void *buf, uint##bits##_t u)				\
{									\
	u = hto##order##bits(u);					\
	__builtin_memcpy(buf, &u, sizeof(u));				\
}									\
									\
static __inline uint##bits##_t __unused				\
order##bits##dec(const void *buf)					\
{									\
	uint##bits##_t u;						\
									\
	__builtin_memcpy(&u, buf, sizeof(u));				\
	return order##bits##toh(u);					\
}

__ENDIAN_CODEC(be, 16)
__ENDIAN_CODEC(be, 32)
__ENDIAN_CODEC(be, 64)
__ENDIAN_CODEC(le, 16)
__ENDIAN_CODEC(le, 32)
__ENDIAN_CODEC(le, 64)

#undef	__ENDIAN_CODEC

#endif /* !_SYS_ENDIAN_H_ */
