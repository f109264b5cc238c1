/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strlist(9): lists of strings as firmware has them, one NUL-terminated string
 * behind the other, in so many bytes.  What is at the end without a NUL is
 * no string and is passed over.
 */
#ifndef _LIB_LIBKERN_STRLIST_H_
#define _LIB_LIBKERN_STRLIST_H_

#include <sys/types.h>

/* The string at the cursor, which begins with 0 and moves on; NULL at last. */
const char *strlist_next(const char *, size_t, size_t *);

unsigned int strlist_count(const char *, size_t);

/* The n-th string, from 0, or NULL. */
const char *strlist_string(const char *, size_t, unsigned int);

/*
 * How early the first string is that equals this one, or all of which matches
 * this pattern: the number of strings for the first, 1 for the last, else 0.
 */
int	strlist_match(const char *, size_t, const char *);
int	strlist_pmatch(const char *, size_t, const char *);

/* Its index, or -1. */
int	strlist_index(const char *, size_t, const char *);

/* Make a list longer; NULL and 0 are an empty one.  kmem_free(9) it. */
bool	strlist_append(char **, size_t *, const char *);

#endif /* !_LIB_LIBKERN_STRLIST_H_ */
