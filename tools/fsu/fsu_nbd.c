/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images behind a server of network block devices, through libnbd(3): remote
 * disks, and formats that qemu-nbd(8) or nbdkit(1) know.  The kernel's block
 * I/O comes here from threads of the platform (rump/rumpuser_blk.h): barriers
 * are flushes, synchronous writes FUA where the server has it, blocks of zeros
 * are sent as such.  A server that goes away makes every transfer fail with
 * EIO, after one message.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <libnbd.h>
#include <rump/rumpuser_blk.h>

#include "fsu.h"
#include "fsu_disk.h"

#define	NBD_SECTOR	512U		/* what the kernel reads at least */
#define	NBD_PIECE	((size_t)1 << 20)	/* of one request, at most */
#define	NBD_ZEROS	((size_t)4096)	/* of a request of zeros, at least */

/* Made by one thread; then constant but for the handle, which locks itself. */
struct fsu_nbd {
	struct fsu_nbd	*nb_next;
	char		*nb_uri;
	struct nbd_handle *nb_handle;
	uint64_t	 nb_size;
	size_t		 nb_piece;
	bool		 nb_readonly;
	bool		 nb_flush;
	bool		 nb_fua;
	bool		 nb_zero;
	bool		 nb_served;
	atomic_bool	 nb_told;	/* that the server has gone */
};

static struct fsu_nbd *servers;

/* Behind "host:port" or "[address]:port". */
static const char *
authority_end(const char *p)
{
	const char *digits;

	if (*p == '[')
		p += strcspn(p, "]");
	p += strcspn(p, ":/?#");
	if (*p != ':')
		return p;
	digits = p + 1 + strspn(p + 1, "0123456789");
	return digits != p + 1 && (*digits == '\0' ||
	    strchr(":/?#", *digits) != NULL) ? digits : p;
}

const char *
fsu_nbd_end(const char *text)
{
	static const char *const schemes[] = {
		"nbd://", "nbd+unix://", "nbds://", "nbds+unix://"
	};
	const char *p;
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (strncmp(text, schemes[i], strlen(schemes[i])) == 0) {
			p = authority_end(text + strlen(schemes[i]));
			return p + strcspn(p, ":");
		}
	}
	return NULL;
}

/* An error of the connection, once; then all that fails is EIO. */
static int
nbd_failed(struct fsu_nbd *nb)
{
	int error;

	error = nbd_get_errno();
	if (nbd_aio_is_ready(nb->nb_handle) != 1) {
		if (!atomic_exchange(&nb->nb_told, true))
			fsu_warn(0, "%s: the server has gone away",
			    nb->nb_uri);
		return EIO;
	}
	return error == ENOSPC || error == EROFS || error == EPERM ? error :
	    EIO;
}

static size_t
piece_of(const struct fsu_nbd *nb, size_t len)
{

	return len < nb->nb_piece ? len : nb->nb_piece;
}

int
fsu_nbd_read(struct fsu_nbd *nb, void *buf, size_t len, uint64_t off)
{
	char *p;
	size_t n;

	if (off > nb->nb_size || len > nb->nb_size - off)
		return EIO;
	for (p = buf; len != 0; p += n, off += n, len -= n) {
		n = piece_of(nb, len);
		if (nbd_pread(nb->nb_handle, p, n, off, 0) != 0)
			return nbd_failed(nb);
	}
	return 0;
}

static int
served_open(void *cookie, bool writing)
{
	const struct fsu_nbd *nb = cookie;

	return writing && nb->nb_readonly ? EROFS : 0;
}

static int
served_read(void *cookie, void *buf, size_t len, int64_t off)
{

	return fsu_nbd_read(cookie, buf, len, (uint64_t)off);
}

/* A server without a cache to flush writes through. */
static int
served_flush(void *cookie)
{
	struct fsu_nbd *nb = cookie;

	if (nb->nb_flush && nbd_flush(nb->nb_handle, 0) != 0)
		return nbd_failed(nb);
	return 0;
}

static bool
all_zeros(const char *p, size_t len)
{

	return p[0] == '\0' && memcmp(p, p + 1, len - 1) == 0;
}

static int
served_write(void *cookie, const void *buf, size_t len, int64_t off, bool fua)
{
	struct fsu_nbd *nb = cookie;
	const uint32_t flags = fua && nb->nb_fua ? LIBNBD_CMD_FLAG_FUA : 0;
	const char *p;
	size_t n;
	int rv;

	for (p = buf; len != 0; p += n, off += (int64_t)n, len -= n) {
		n = piece_of(nb, len);
		if (nb->nb_zero && n >= NBD_ZEROS && all_zeros(p, n))
			rv = nbd_zero(nb->nb_handle, n, (uint64_t)off, flags);
		else
			rv = nbd_pwrite(nb->nb_handle, p, n, (uint64_t)off,
			    flags);
		if (rv != 0)
			return nbd_failed(nb);
	}
	return fua && !nb->nb_fua ? served_flush(nb) : 0;
}

static const struct rumpuser_blkops served_ops = {
	.bo_open = served_open,
	.bo_read = served_read,
	.bo_write = served_write,
	.bo_flush = served_flush,
};

/* What the server offers; false, with a reason, if that is not enough. */
static const char *
nbd_features(struct fsu_nbd *nb)
{
	struct nbd_handle *h = nb->nb_handle;
	int64_t size, most;

	size = nbd_get_size(h);
	if (size < 0)
		return nbd_get_error();
	if (nbd_get_block_size(h, LIBNBD_SIZE_MINIMUM) > NBD_SECTOR)
		return "the server's blocks are larger than 512 bytes";
	nb->nb_size = (uint64_t)size;
	most = nbd_get_block_size(h, LIBNBD_SIZE_MAXIMUM);
	nb->nb_piece = most >= NBD_SECTOR && (uint64_t)most < NBD_PIECE ?
	    (size_t)most - (size_t)most % NBD_SECTOR : NBD_PIECE;
	nb->nb_readonly = nbd_is_read_only(h) != 0;
	nb->nb_flush = nbd_can_flush(h) == 1;
	nb->nb_fua = nbd_can_fua(h) == 1;
	nb->nb_zero = nbd_can_zero(h) == 1;
	return NULL;
}

static void
nbd_free(struct fsu_nbd *nb)
{

	nbd_close(nb->nb_handle);
	free(nb->nb_uri);
	free(nb);
}

int
fsu_nbd_open(const char *uri, struct fsu_nbd **nbp)
{
	struct fsu_nbd *nb;
	const char *why;

	for (nb = servers; nb != NULL; nb = nb->nb_next) {
		if (strcmp(nb->nb_uri, uri) == 0)
			goto out;
	}
	nb = fsu_alloc(sizeof(*nb));
	nb->nb_uri = fsu_strdup(uri);
	nb->nb_handle = nbd_create();
	if (nb->nb_handle == NULL)
		fsu_die(nbd_get_errno(), "%s", uri);
	why = nbd_connect_uri(nb->nb_handle, uri) != 0 ? nbd_get_error() :
	    nbd_features(nb);
	if (why != NULL) {
		fsu_warn(0, "cannot use the server of '%s': %s", uri, why);
		nbd_free(nb);
		return EIO;
	}
	nb->nb_next = servers;
	servers = nb;
out:
	*nbp = nb;
	return 0;
}

uint64_t
fsu_nbd_size(const struct fsu_nbd *nb)
{

	return nb->nb_size;
}

int
fsu_nbd_serve(struct fsu_nbd *nb)
{
	int error;

	if (nb->nb_served)
		return 0;
	error = rumpuser_blk_serve(nb->nb_uri, nb->nb_size, &served_ops, nb);
	nb->nb_served = error == 0;
	return error;
}

/* The kernel has let go of them. */
void
fsu_nbd_closeall(void)
{
	struct fsu_nbd *nb, *next;

	for (nb = servers; nb != NULL; nb = next) {
		next = nb->nb_next;
		if (nb->nb_served && rumpuser_blk_unserve(nb->nb_uri) != 0)
			continue;
		if (!atomic_load(&nb->nb_told))
			(void)nbd_shutdown(nb->nb_handle, 0);
		nbd_free(nb);
	}
	servers = NULL;
}
