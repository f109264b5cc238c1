/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files met before, by device and inode number: du counts them once, the copy
 * engine links them again.  A hash table that doubles; never shrinks.
 */
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

struct link_entry {
	struct link_entry	*le_next;
	uint64_t		 le_dev;
	uint64_t		 le_ino;
	char			 le_path[];
};

struct fsu_linktab {
	struct link_entry	**lt_bucket;
	size_t			 lt_mask;
	size_t			 lt_count;
};

static size_t
link_hash(uint64_t dev, uint64_t ino)
{
	uint64_t h;

	h = (ino + dev * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;
	return (size_t)(h >> 29);
}

struct fsu_linktab *
fsu_linktab_create(void)
{
	struct fsu_linktab *t;

	t = fsu_alloc(sizeof(*t));
	t->lt_mask = 255;
	t->lt_bucket = fsu_alloc((t->lt_mask + 1) * sizeof(*t->lt_bucket));
	return t;
}

static void
link_grow(struct fsu_linktab *t)
{
	struct link_entry **nb, *e, *next;
	size_t nmask, i, h;

	nmask = t->lt_mask * 2 + 1;
	nb = fsu_alloc((nmask + 1) * sizeof(*nb));
	for (i = 0; i <= t->lt_mask; i++) {
		for (e = t->lt_bucket[i]; e != NULL; e = next) {
			next = e->le_next;
			h = link_hash(e->le_dev, e->le_ino) & nmask;
			e->le_next = nb[h];
			nb[h] = e;
		}
	}
	free(t->lt_bucket);
	t->lt_bucket = nb;
	t->lt_mask = nmask;
}

/*
 * The path under which this file was entered before, or NULL: then it now is,
 * under the path given.
 */
const char *
fsu_linktab_enter(struct fsu_linktab *t, uint64_t dev, uint64_t ino,
    const char *path)
{
	struct link_entry *e;
	size_t h, len;

	h = link_hash(dev, ino);
	for (e = t->lt_bucket[h & t->lt_mask]; e != NULL; e = e->le_next) {
		if (e->le_dev == dev && e->le_ino == ino)
			return e->le_path;
	}
	if (t->lt_count++ > t->lt_mask)
		link_grow(t);
	len = strlen(path) + 1;
	e = fsu_alloc(sizeof(*e) + len);
	e->le_dev = dev;
	e->le_ino = ino;
	memcpy(e->le_path, path, len);
	e->le_next = t->lt_bucket[h & t->lt_mask];
	t->lt_bucket[h & t->lt_mask] = e;
	return NULL;
}

void
fsu_linktab_destroy(struct fsu_linktab *t)
{
	struct link_entry *e, *next;
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i <= t->lt_mask; i++) {
		for (e = t->lt_bucket[i]; e != NULL; e = next) {
			next = e->le_next;
			free(e);
		}
	}
	free(t->lt_bucket);
	free(t);
}
