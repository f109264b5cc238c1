/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partition tables: MBR with logical partitions, and GPT.  Numbers are those
 * that Linux gives: primaries 1-4, logical ones from 5.  Entries that do not
 * lie inside the image are left out; chains are bounded.  Source: UEFI
 * specification 2.10, chapter 5.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"
#include "fsu_bytes.h"
#include "fsu_disk.h"

#define	SECTOR		512ULL
#define	MAXLOGICAL	128
#define	MAXGPT		1024

struct parts {
	struct fsu_part	*p_part;
	size_t		 p_count;
	uint64_t	 p_size;	/* of the image */
};

static const struct {
	uint8_t		id;
	const char	*name;
} mbr_types[] = {
	{ 0x01, "FAT12" }, { 0x04, "FAT16" }, { 0x06, "FAT16" },
	{ 0x07, "NTFS/exFAT" }, { 0x0b, "FAT32" }, { 0x0c, "FAT32" },
	{ 0x0e, "FAT16" }, { 0x82, "Linux swap" }, { 0x83, "Linux" },
	{ 0x8e, "Linux LVM" }, { 0xa5, "FreeBSD" }, { 0xa6, "OpenBSD" },
	{ 0xa9, "NetBSD" }, { 0xee, "GPT protective" },
	{ 0xef, "EFI system" },
};

static void
mbr_typename(uint8_t id, char *buf, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(mbr_types) / sizeof(mbr_types[0]); i++) {
		if (mbr_types[i].id == id) {
			(void)snprintf(buf, len, "%s", mbr_types[i].name);
			return;
		}
	}
	(void)snprintf(buf, len, "type 0x%02x", id);
}

static struct fsu_part *
part_add(struct parts *ps, unsigned number, uint64_t lba, uint64_t sectors)
{
	struct fsu_part *p;

	if (sectors == 0 || lba == 0 || lba >= ps->p_size / SECTOR ||
	    sectors > ps->p_size / SECTOR - lba)
		return NULL;
	ps->p_part = fsu_realloc(ps->p_part,
	    (ps->p_count + 1) * sizeof(*ps->p_part));
	p = &ps->p_part[ps->p_count++];
	*p = (struct fsu_part){
		.pt_number = number, .pt_start = lba * SECTOR,
		.pt_size = sectors * SECTOR,
	};
	return p;
}

static bool
is_extended(uint8_t id)
{

	return id == 0x05 || id == 0x0f || id == 0x85;
}

/* The chain of logical partitions; each link points behind the last. */
static void
mbr_logical(const struct fsu_disk *d, struct parts *ps, uint64_t first)
{
	uint8_t b[512];
	const uint8_t *e;
	struct fsu_part *p;
	uint64_t at, next;
	unsigned number;

	number = 5;
	for (at = first; number < 5 + MAXLOGICAL; at = next) {
		if (!fsu_read_at(d, 0, ps->p_size, at * SECTOR, b,
		    sizeof(b)) || get16(b + 510) != 0xaa55)
			return;
		e = b + 446;
		p = part_add(ps, number++, at + get32(e + 8), get32(e + 12));
		if (p != NULL)
			mbr_typename(e[4], p->pt_type, sizeof(p->pt_type));
		next = first + get32(b + 462 + 8);
		if (!is_extended(b[462 + 4]) || next <= at)
			return;
	}
}

static const char *
mbr_read(const struct fsu_disk *d, const uint8_t *b, struct parts *ps)
{
	const uint8_t *e;
	struct fsu_part *p;
	unsigned i;
	bool any;

	any = false;
	for (i = 0; i < 4; i++) {
		e = b + 446 + 16 * i;
		if ((e[0] & 0x7f) != 0)
			return NULL;	/* not a table: a boot sector */
		any |= e[4] != 0;
	}
	for (i = 0; i < 4; i++) {
		e = b + 446 + 16 * i;
		if (e[4] == 0)
			continue;
		if (is_extended(e[4])) {
			mbr_logical(d, ps, get32(e + 8));
			continue;
		}
		p = part_add(ps, i + 1, get32(e + 8), get32(e + 12));
		if (p != NULL)
			mbr_typename(e[4], p->pt_type, sizeof(p->pt_type));
	}
	return any ? "MBR" : NULL;
}

static void
gpt_names(struct fsu_part *p, const uint8_t *e)
{
	static const uint8_t linuxfs[16] = { 0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84,
	    0x72, 0x47, 0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4 };
	static const uint8_t efisys[16] = { 0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8,
	    0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b };
	uint8_t u[16];
	unsigned i, c;

	if (memcmp(e, linuxfs, 16) == 0)
		(void)strcpy(p->pt_type, "Linux");
	else if (memcmp(e, efisys, 16) == 0)
		(void)strcpy(p->pt_type, "EFI system");
	else {
		/* the first three fields of a GUID are little-endian */
		memcpy(u, e, 16);
		for (i = 0; i < 4; i++)
			u[i] = e[3 - i];
		u[4] = e[5];
		u[5] = e[4];
		u[6] = e[7];
		u[7] = e[6];
		fsu_put_uuid(p->pt_type, sizeof(p->pt_type), u);
	}
	for (i = 0; i < 36; i++) {
		c = get16(e + 56 + 2 * i);
		if (c == 0)
			break;
		p->pt_name[i] = c >= ' ' && c < 0x7f ? (char)c : '?';
	}
}

static const char *
gpt_read(const struct fsu_disk *d, struct parts *ps)
{
	uint8_t h[512], e[128];
	struct fsu_part *p;
	uint64_t table, first, last;
	uint32_t i, count, esize;

	if (!fsu_read_at(d, 0, ps->p_size, SECTOR, h, sizeof(h)) ||
	    memcmp(h, "EFI PART", 8) != 0)
		return NULL;
	table = get64(h + 72);
	count = get32(h + 80);
	esize = get32(h + 84);
	if (esize < 128 || esize > 4096 || table >= ps->p_size / SECTOR)
		return NULL;
	for (i = 0; i < count && i < MAXGPT; i++) {
		if (!fsu_read_at(d, 0, ps->p_size, table * SECTOR +
		    (uint64_t)i * esize, e, sizeof(e)))
			break;
		first = get64(e + 32);
		last = get64(e + 40);
		if ((get64(e) | get64(e + 8)) == 0 || last < first)
			continue;
		p = part_add(ps, i + 1, first, last - first + 1);
		if (p != NULL)
			gpt_names(p, e);
	}
	return "GPT";
}

/*
 * The partitions of an image; *tablep says what kind of table there is, NULL
 * for none.  The caller frees *partsp.  0 or an errno.
 */
int
fsu_partitions(const struct fsu_disk *d, uint64_t size, const char **tablep,
    struct fsu_part **partsp, size_t *np)
{
	struct parts ps = { .p_size = size };
	uint8_t b[512];

	*tablep = NULL;
	if (fsu_read_at(d, 0, size, 0, b, sizeof(b)) &&
	    get16(b + 510) == 0xaa55) {
		*tablep = gpt_read(d, &ps);
		if (*tablep == NULL)
			*tablep = mbr_read(d, b, &ps);
	}
	*partsp = ps.p_part;
	*np = ps.p_count;
	return 0;
}
