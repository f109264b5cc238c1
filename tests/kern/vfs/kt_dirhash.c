/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_dirhash: dirhash(9) as a file system without an index of
 * its own uses it.
 */
#include "../base/kt.h"

#include <sys/dirent.h>
#include <sys/dirhash.h>

#define	ENTRY	40		/* bytes of an entry in our directory */

void	rump_kt_names(void);
void	rump_kt_places(void);
void	rump_kt_reclaim(void);

static struct dirent *
name_of(struct dirent *d, const char *fmt, int i)
{

	memset(d, 0, sizeof(*d));
	d->d_namlen = snprintf(d->d_name, sizeof(d->d_name), fmt, i);
	return d;
}

/* Is there an entry of that name at that place? */
static bool
find(struct dirhash *dirh, const struct dirent *d, uint64_t offset)
{
	struct dirhash_entry *e = NULL;

	while (dirhash_lookup(dirh, d->d_name, d->d_namlen, &e))
		if (e->offset == offset)
			return true;
	return false;
}

static void
fill(struct dirhash *dirh, int n)
{
	struct dirent d;
	int i;

	dirhash_enter(dirh, name_of(&d, "..", 0), 0, ENTRY, 0);
	for (i = 1; i <= n; i++)
		dirhash_enter(dirh, name_of(&d, "file%d", i), i * ENTRY,
		    ENTRY, 0);
	dirh->flags |= DIRH_COMPLETE;
}

void
rump_kt_names(void)
{
	struct dirhash *dirh = NULL;
	struct dirent d;
	int i;

	dirhash_get(&dirh);
	KT_EQ(1, (int)dirh->refcnt);
	fill(dirh, 500);
	for (i = 1; i <= 500; i++)
		KT_EQ(true, find(dirh, name_of(&d, "file%d", i), i * ENTRY));
	KT_EQ(false, find(dirh, name_of(&d, "file%d", 501), 501 * ENTRY));
	KT_EQ(false, dirhash_dir_isempty(dirh));
	for (i = 1; i <= 500; i++)
		dirhash_remove(dirh, name_of(&d, "file%d", i), i * ENTRY,
		    ENTRY);
	KT_EQ(true, dirhash_dir_isempty(dirh));
	KT_EQ(true, find(dirh, name_of(&d, "..", 0), 0));
	dirhash_put(dirh);
	dirhash_purge(&dirh);
	KT_EQ(true, dirh == NULL);
}

/* The place of a removed entry is found and used up. */
void
rump_kt_places(void)
{
	struct dirhash *dirh = NULL;
	struct dirhash_entry *e = NULL;
	struct dirent d;

	dirhash_get(&dirh);
	fill(dirh, 3);
	dirhash_enter_freed(dirh, 400, 16);
	KT_EQ(0, dirhash_lookup_freed(dirh, ENTRY, &e));
	dirhash_remove(dirh, name_of(&d, "file%d", 2), 2 * ENTRY, ENTRY);
	e = NULL;
	KT_EQ(1, dirhash_lookup_freed(dirh, ENTRY, &e));
	KT_EQ(2 * ENTRY, (int)e->offset);
	dirhash_enter(dirh, name_of(&d, "new%d", 1), 2 * ENTRY, ENTRY, 1);
	KT_EQ(true, find(dirh, &d, 2 * ENTRY));
	e = NULL;
	KT_EQ(0, dirhash_lookup_freed(dirh, ENTRY, &e));
	/* Reading the directory again adds nothing to what is complete. */
	dirhash_enter(dirh, name_of(&d, "ghost%d", 1), 900, ENTRY, 0);
	KT_EQ(false, find(dirh, &d, 900));
	dirhash_put(dirh);
	dirhash_purge(&dirh);
}

/* Too much memory: who is not held loses its entries, and says so. */
void
rump_kt_reclaim(void)
{
	static struct dirhash *hashes[8];
	int i, lost = 0;

	dirhash_get(&hashes[0]);
	fill(hashes[0], 6000);
	for (i = 1; i < 8; i++) {
		dirhash_get(&hashes[i]);
		fill(hashes[i], 6000);
		dirhash_put(hashes[i]);
	}
	for (i = 1; i < 8; i++)
		lost += (hashes[i]->flags & DIRH_COMPLETE) == 0;
	KT_EQ(true, lost >= 2);
	KT_EQ(true, (hashes[0]->flags & DIRH_COMPLETE) != 0);
	dirhash_put(hashes[0]);
	for (i = 0; i < 8; i++)
		dirhash_purge(&hashes[i]);
}
