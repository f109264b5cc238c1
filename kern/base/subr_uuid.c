/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UUIDs as text and as bytes: see sys/uuid.h.  The last eight bytes are bytes
 * in either order.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/systm.h>
#include <sys/uuid.h>

#define	TAIL	8			/* where the fields that are bytes begin */
#define	FORMAT	"%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x"
#define	ARGS(u)								\
	(u)->time_low, (u)->time_mid, (u)->time_hi_and_version,		\
	(u)->clock_seq_hi_and_reserved, (u)->clock_seq_low, (u)->node[0], \
	(u)->node[1], (u)->node[2], (u)->node[3], (u)->node[4], (u)->node[5]

int
uuid_snprintf(char *buf, size_t size, const struct uuid *u)
{

	return snprintf(buf, size, FORMAT, ARGS(u));
}

int
uuid_printf(const struct uuid *u)
{

	printf(FORMAT, ARGS(u));
	return 36;
}

static void
dec_tail(const uint8_t *p, struct uuid *u)
{

	u->clock_seq_hi_and_reserved = p[TAIL];
	u->clock_seq_low = p[TAIL + 1];
	memcpy(u->node, p + TAIL + 2, sizeof(u->node));
}

static void
enc_tail(uint8_t *p, const struct uuid *u)
{

	p[TAIL] = u->clock_seq_hi_and_reserved;
	p[TAIL + 1] = u->clock_seq_low;
	memcpy(p + TAIL + 2, u->node, sizeof(u->node));
}

void
uuid_dec_be(const void *buf, struct uuid *u)
{
	const uint8_t *p = buf;

	u->time_low = be32dec(p);
	u->time_mid = be16dec(p + 4);
	u->time_hi_and_version = be16dec(p + 6);
	dec_tail(p, u);
}

void
uuid_dec_le(const void *buf, struct uuid *u)
{
	const uint8_t *p = buf;

	u->time_low = le32dec(p);
	u->time_mid = le16dec(p + 4);
	u->time_hi_and_version = le16dec(p + 6);
	dec_tail(p, u);
}

void
uuid_enc_be(void *buf, const struct uuid *u)
{
	uint8_t *p = buf;

	be32enc(p, u->time_low);
	be16enc(p + 4, u->time_mid);
	be16enc(p + 6, u->time_hi_and_version);
	enc_tail(p, u);
}

void
uuid_enc_le(void *buf, const struct uuid *u)
{
	uint8_t *p = buf;

	le32enc(p, u->time_low);
	le16enc(p + 4, u->time_mid);
	le16enc(p + 6, u->time_hi_and_version);
	enc_tail(p, u);
}
