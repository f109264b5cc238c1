/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In-memory hash of a directory's entries, for file systems whose directories
 * are plain lists (udf and others).  The caller serialises by its directory
 * lock; a dirhash that is held is not reclaimed.
 */
#ifndef _SYS_DIRHASH_H_
#define _SYS_DIRHASH_H_

#include <sys/param.h>
#include <sys/queue.h>
#include <sys/dirent.h>

#define	DIRHASH_HASHBITS	5
#define	DIRHASH_HASHSIZE	(1 << DIRHASH_HASHBITS)
#define	DIRHASH_HASHMASK	(DIRHASH_HASHSIZE - 1)
#define	DIRHASH_SIZE		(1024 * 1024)

struct dirhash_entry {
	uint32_t	hashvalue;
	uint64_t	offset;
	uint32_t	d_namlen;
	uint32_t	entry_size;
	LIST_ENTRY(dirhash_entry) next;
};

/* flags */
#define	DIRH_PURGED	0x0001	/* forgotten; the memory goes with refcnt */
#define	DIRH_COMPLETE	0x0002	/* every entry of the directory is in */
#define	DIRH_BROKEN	0x0004	/* the directory could not be read */
#define	DIRH_FLAGBITS	"\10\1DIRH_PURGED\2DIRH_COMPLETE\3DIRH_BROKEN"

/* Fields: d the directory's lock, g the global dirhash lock. */
struct dirhash {
	uint32_t	flags;		/* d */
	uint32_t	size;		/* d  bytes used */
	uint32_t	refcnt;		/* g */
	uint32_t	num_files;	/* d */
	LIST_HEAD(, dirhash_entry) entries[DIRHASH_HASHSIZE]; /* d */
	LIST_HEAD(, dirhash_entry) free_entries; /* d */
	TAILQ_ENTRY(dirhash) next;	/* g */
};

#ifdef _KERNEL
void	dirhash_init(void);
void	dirhash_purge(struct dirhash **);
void	dirhash_purge_entries(struct dirhash *);
void	dirhash_get(struct dirhash **);
void	dirhash_put(struct dirhash *);
void	dirhash_enter(struct dirhash *, struct dirent *, uint64_t, uint32_t,
	    int);
void	dirhash_enter_freed(struct dirhash *, uint64_t, uint32_t);
void	dirhash_remove(struct dirhash *, struct dirent *, uint64_t, uint32_t);
int	dirhash_lookup(struct dirhash *, const char *, int,
	    struct dirhash_entry **);
int	dirhash_lookup_freed(struct dirhash *, uint32_t,
	    struct dirhash_entry **);
bool	dirhash_dir_isempty(struct dirhash *);
#endif

#endif /* _SYS_DIRHASH_H_ */
