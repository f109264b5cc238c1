/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksums that senders on a bus leave to whoever needs them: RFC 1071, over
 * the pseudo header of IPv4 (RFC 9293 section 3.1) or IPv6 (RFC 8200 section
 * 8.1) and all from sf_csumstart on.
 */
#include <string.h>

#include "shmif_finish.h"

#define	ETHER_HEADER	14
#define	VLAN_TAG	4
#define	PROTO_TCP	6
#define	PROTO_UDP	17

/* An even number of bytes, but for the last call. */
static uint32_t
add(uint32_t sum, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	return (sum & 0xffff) + (sum >> 16);
}

/* Where both addresses are, and how long; NULL: this is not IP. */
static const uint8_t *
addresses(const uint8_t *frame, size_t upto, size_t *len)
{
	size_t l3 = ETHER_HEADER;

	if (upto > l3 + VLAN_TAG && frame[12] == 0x81 && frame[13] == 0)
		l3 += VLAN_TAG;
	if (upto >= l3 + 20 && frame[l3] >> 4 == 4) {
		*len = 8;
		return frame + l3 + 12;
	}
	if (upto >= l3 + 40 && frame[l3] >> 4 == 6) {
		*len = 32;
		return frame + l3 + 8;
	}
	return NULL;
}

void
shmif_finish(uint8_t *frame, size_t len, const struct shmif_frame *meta)
{
	const size_t start = meta->sf_csumstart;
	const size_t at = start + meta->sf_csumoff;
	const bool udp = (meta->sf_flags & SHMIF_FRAME_UDP) != 0;
	const uint8_t *addrs;
	size_t addrlen;
	uint32_t sum;

	if ((meta->sf_flags & SHMIF_FRAME_CSUM) == 0 || at + 2 > len ||
	    (addrs = addresses(frame, start, &addrlen)) == NULL)
		return;
	frame[at] = frame[at + 1] = 0;
	sum = (uint32_t)(len - start) + (udp ? PROTO_UDP : PROTO_TCP);
	sum = add(sum, addrs, addrlen);
	sum = add(sum, frame + start, len - start);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff;
	if (udp && sum == 0)
		sum = 0xffff;
	frame[at] = (uint8_t)(sum >> 8);
	frame[at + 1] = (uint8_t)sum;
}
