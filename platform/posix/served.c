/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disks that the program serves (rumpuser_blk.h): their table, which hostfile.c
 * asks by path before the host, and which bio.c and io.c reach through the open
 * file.
 */
#include <sys/queue.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "bio.h"
#include "rumpuser_int.h"

/*
 *	-	constant
 *	s	served_mtx
 */
struct served {
	LIST_ENTRY(served) sv_list;	/* s: */
	const char *sv_path;		/* -: */
	uint64_t sv_size;		/* -: bytes */
	const struct rumpuser_blkops *sv_ops;	/* -: */
	void *sv_cookie;		/* -: */
	unsigned int sv_opens;		/* s: */
	bool sv_writer;			/* s: open for writing */
};

static pthread_mutex_t served_mtx = PTHREAD_MUTEX_INITIALIZER;
static LIST_HEAD(, served) served_list = LIST_HEAD_INITIALIZER(served_list);
static atomic_bool served_any;

/* Caller holds served_mtx. */
static struct served *
find(const char *path)
{
	struct served *sv;

	LIST_FOREACH(sv, &served_list, sv_list)
		if (strcmp(sv->sv_path, path) == 0)
			break;
	return sv;
}

int
rumpuser_blk_serve(const char *path, uint64_t size,
	const struct rumpuser_blkops *ops, void *cookie)
{
	struct served *sv;
	int error = 0;

	if ((sv = calloc(1, sizeof(*sv))) == NULL)
		return ENOMEM;
	sv->sv_path = path;
	sv->sv_size = size;
	sv->sv_ops = ops;
	sv->sv_cookie = cookie;
	pthread_mutex_lock(&served_mtx);
	if (find(path) != NULL)
		error = EEXIST;
	else
		LIST_INSERT_HEAD(&served_list, sv, sv_list);
	pthread_mutex_unlock(&served_mtx);
	if (error != 0)
		free(sv);
	else
		atomic_store(&served_any, true);
	return error;
}

int
rumpuser_blk_unserve(const char *path)
{
	struct served *sv;
	int error = 0;

	pthread_mutex_lock(&served_mtx);
	sv = find(path);
	if (sv == NULL)
		error = ENOENT;
	else if (sv->sv_opens != 0)
		error = EBUSY;
	else
		LIST_REMOVE(sv, sv_list);
	pthread_mutex_unlock(&served_mtx);
	if (error == 0)
		free(sv);
	return error;
}

bool
served_size(const char *path, uint64_t *sizep)
{
	const struct served *sv;

	if (!served_flushes())
		return false;
	pthread_mutex_lock(&served_mtx);
	sv = find(path);
	if (sv != NULL)
		*sizep = sv->sv_size;
	pthread_mutex_unlock(&served_mtx);
	return sv != NULL;
}

static int
enter(struct served *sv, bool writing)
{

	if (writing && sv->sv_writer)
		return EBUSY;
	sv->sv_opens++;
	sv->sv_writer |= writing;
	return 0;
}

/*
 * The descriptor is a placeholder: a number that nobody else has, and that
 * neither reads nor writes.
 */
int
served_open(const char *path, bool writing, struct served **svp, int *fdp)
{
	struct served *sv;
	int error;

	pthread_mutex_lock(&served_mtx);
	sv = find(path);
	error = sv == NULL ? ENOENT : enter(sv, writing);
	pthread_mutex_unlock(&served_mtx);
	if (error != 0)
		return error;
	error = sv->sv_ops->bo_open(sv->sv_cookie, writing);
	if (error == 0 && (*fdp = open("/dev/null", O_PATH | O_CLOEXEC)) == -1)
		error = errno;
	if (error != 0)
		served_close(sv, writing);
	else
		*svp = sv;
	return error;
}

void
served_close(struct served *sv, bool writing)
{

	pthread_mutex_lock(&served_mtx);
	sv->sv_opens--;
	if (writing)
		sv->sv_writer = false;
	pthread_mutex_unlock(&served_mtx);
}

bool
served_flushes(void)
{

	return atomic_load_explicit(&served_any, memory_order_relaxed);
}

static ssize_t
transfer(const struct served *sv, const struct bioreq *br, size_t len)
{
	int error;

	if (br->br_op & RUMPUSER_BIO_READ)
		error = sv->sv_ops->bo_read(sv->sv_cookie, br->br_data, len,
		    br->br_off);
	else
		error = sv->sv_ops->bo_write(sv->sv_cookie, br->br_data, len,
		    br->br_off, (br->br_op & RUMPUSER_BIO_SYNC) != 0);
	return error != 0 ? -error : (ssize_t)len;
}

/*
 * A read beyond the end is short, as that of a file; a write there fails.
 */
ssize_t
served_step(const struct served *sv, const struct bioreq *br)
{
	const uint64_t off = (uint64_t)br->br_off;
	size_t len = br->br_left;

	if (off >= sv->sv_size)
		return br->br_op & RUMPUSER_BIO_READ ? 0 : -ENOSPC;
	if (len > sv->sv_size - off)
		len = (size_t)(sv->sv_size - off);
	return transfer(sv, br, len);
}

int
served_flush(const struct served *sv)
{

	return sv->sv_ops->bo_flush(sv->sv_cookie);
}
