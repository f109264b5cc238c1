/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What targets about the network share: inputs that are lists of records, the
 * kernel with an Ethernet interface "tst0", whose other end is the fuzzer.
 *
 * An input is records of a kind (1 byte), a length (1 byte) and so much data;
 * a last one that is cut has what is there.  So whatever the bytes are they
 * mean something, and what is changed in one record moves no other.
 */
#ifndef _FUZZ_FUZZ_NET_H_
#define _FUZZ_FUZZ_NET_H_

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rec {
	uint8_t		r_kind;
	const uint8_t	*r_data;
	size_t		r_len;
};

/* The next record; false: there is none. */
bool	rec_next(const uint8_t **, size_t *, struct rec *);
/* Numbers from the front of a record's data, 0 when there is no more. */
uint8_t	rec_8(struct rec *);
uint16_t rec_16(struct rec *);
/* As many bytes as are there, at most; the rest of the buffer is 0. */
size_t	rec_bytes(struct rec *, void *, size_t);
/* Changes to what is in a buffer: pairs of a place and what is flipped. */
void	rec_edit(struct rec *, unsigned, void *, size_t);
/* A change of an input for ft_mutate. */
size_t	rec_mutate(uint8_t *, size_t, size_t max);

/* 10.1.0.1/24 is ours, 10.1.0.2 the fuzzer's. */
#define	NET_US		0x0a010001
#define	NET_PEER	0x0a010002

/* Boots the kernel and makes the interface, once. */
void	net_boot(void);
/* As after net_boot(): interface, routes and neighbours are made anew. */
void	net_reset(void);
/* And after net_reset(): 2001:db8::1/64 is ours, 2001:db8::2 the fuzzer's. */
void	net_make6(void);
/* Is the interface still there? */
bool	net_there(void);

/* A frame comes in; csum: M_CSUM_* that the interface says of it. */
void	net_frame(const void *, size_t, int csum);
/* What came has been looked at. */
void	net_settle(void);
/* The next frame that goes out, and its length; 0: none. */
size_t	net_out(void *, size_t);
void	net_drain(void);
/* What a socket has got is read, with all messages about it. */
void	net_drain_socket(int);

/* A number of two bytes in network order. */
void	net_put16(uint8_t *, size_t);
/* RFC 1071, of a sum so far and more bytes; then as it is stored. */
uint32_t net_sum(uint32_t, const void *, size_t);
uint16_t net_fold(uint32_t);
/* Sets the checksum of a packet of IPv4, and of what it carries, if all of it
 * is there and it is ICMP, IGMP, TCP or UDP. */
void	net_fix_ip(uint8_t *, size_t);
void	net_fix_payload(uint8_t *, size_t);
/* In a packet of IPv6: where what it carries begins, and what that is; false:
 * all of it is not there. */
bool	net_find6(const uint8_t *, size_t, size_t *, uint8_t *);
/* As net_fix_payload(). */
void	net_fix_payload6(uint8_t *, size_t);

#endif /* !_FUZZ_FUZZ_NET_H_ */
