/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path buffers: a path name in kernel memory, from user space or from the
 * kernel, for namei(9).
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/namei.h>
#include <sys/pool.h>

#include "vfs_private.h"

pool_cache_t pnbuf_cache;

/* Belongs to one thread. */
struct pathbuf {
	char	*pb_path;	/* of MAXPATHLEN bytes */
	char	*pb_copy;	/* as it was before namei, or NULL */
};

static pool_cache_t pathbuf_pool;

void
pathbuf_init(void)
{

	/* Every call writes to both: no two CPUs have the same line. */
	pnbuf_cache = pool_cache_init(MAXPATHLEN, COHERENCY_UNIT, 0, 0,
	    "pnbufpl", NULL, IPL_NONE, NULL, NULL, NULL);
	pathbuf_pool = pool_cache_init(sizeof(struct pathbuf), COHERENCY_UNIT,
	    0, 0, "pathbuf", NULL, IPL_NONE, NULL, NULL, NULL);
}

/* Takes over memory from PNBUF_GET(). */
struct pathbuf *
pathbuf_assimilate(char *pnbuf)
{
	struct pathbuf *pb;

	pb = pool_cache_get(pathbuf_pool, PR_WAITOK);
	pb->pb_path = pnbuf;
	pb->pb_copy = NULL;
	return pb;
}

void
pathbuf_destroy(struct pathbuf *pb)
{

	if (pb->pb_copy != NULL)
		PNBUF_PUT(pb->pb_copy);
	PNBUF_PUT(pb->pb_path);
	pool_cache_put(pathbuf_pool, pb);
}

/* The path must be shorter than MAXPATHLEN; kernel callers know that. */
struct pathbuf *
pathbuf_create(const char *path)
{
	struct pathbuf *pb = pathbuf_assimilate(PNBUF_GET());
	size_t len __diagused;

	len = strlcpy(pb->pb_path, path, MAXPATHLEN);
	KASSERT(len < MAXPATHLEN);
	return pb;
}

int
pathbuf_copyin(const char *userpath, struct pathbuf **ret)
{

	return pathbuf_maybe_copyin(userpath, UIO_USERSPACE, ret);
}

int
pathbuf_maybe_copyin(const char *path, enum uio_seg seg, struct pathbuf **ret)
{
	struct pathbuf *pb = pathbuf_assimilate(PNBUF_GET());
	int error;

	if (seg == UIO_USERSPACE)
		error = copyinstr(path, pb->pb_path, MAXPATHLEN, NULL);
	else
		error = copystr(path, pb->pb_path, MAXPATHLEN, NULL);
	if (error != 0) {
		pathbuf_destroy(pb);
		return error;
	}
	*ret = pb;
	return 0;
}

void
pathbuf_copystring(const struct pathbuf *pb, char *buf, size_t maxlen)
{

	strlcpy(buf, pb->pb_path, maxlen);
}

/* The path as it is now; namei changes the buffer, not the copy. */
const char *
pathbuf_stringcopy_get(struct pathbuf *pb)
{

	if (pb->pb_copy == NULL) {
		pb->pb_copy = PNBUF_GET();
		strlcpy(pb->pb_copy, pb->pb_path, MAXPATHLEN);
	}
	return pb->pb_copy;
}

void
pathbuf_stringcopy_put(struct pathbuf *pb, const char *str)
{

	KASSERT(str == pb->pb_copy);
}

/* The buffer itself, for namei. */
char *
pathbuf_buffer(struct pathbuf *pb)
{

	return pb->pb_path;
}
