/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening and closing files of the host, and what is known of the open ones.
 *
 * A file opened for block I/O is found by its descriptor, without a lock, on
 * each transfer; the table is indexed by descriptor and its entries live from
 * open to close.  Using a descriptor while closing it is the caller's error.
 */
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <unistd.h>

#include "bio.h"
#include "rumpuser_int.h"

#define	HOSTFILE_MAX	65536		/* descriptors we can know of */

/*
 * Entries are set by open and cleared by close (atomic).
 */
static _Atomic(struct hostfile *) hostfiles[HOSTFILE_MAX];

struct hostfile *
hostfile_get(int fd)
{

	if (fd < 0 || fd >= HOSTFILE_MAX)
		return NULL;
	return atomic_load_explicit(&hostfiles[fd], memory_order_acquire);
}

/*
 * A transfer begins: returns the class to end it with.
 */
unsigned int
hostfile_begin(struct hostfile *hf)
{
	unsigned int class;

	pthread_mutex_lock(&hf->hf_mtx);
	class = hf->hf_class;
	hf->hf_inflight[class]++;
	pthread_mutex_unlock(&hf->hf_mtx);
	return class;
}

void
hostfile_end(struct hostfile *hf, unsigned int class)
{

	pthread_mutex_lock(&hf->hf_mtx);
	if (--hf->hf_inflight[class] == 0)
		pthread_cond_broadcast(&hf->hf_cv);
	pthread_mutex_unlock(&hf->hf_mtx);
}

/*
 * Waits for the transfers submitted so far, not for those that come while we
 * wait.  Two at a time would need three classes, so they take turns.
 */
void
hostfile_drain(struct hostfile *hf)
{
	unsigned int class;

	pthread_mutex_lock(&hf->hf_mtx);
	while (hf->hf_draining)
		pthread_cond_wait(&hf->hf_cv, &hf->hf_mtx);
	hf->hf_draining = true;
	class = hf->hf_class;
	hf->hf_class = !class;
	while (hf->hf_inflight[class] != 0)
		pthread_cond_wait(&hf->hf_cv, &hf->hf_mtx);
	hf->hf_draining = false;
	pthread_cond_broadcast(&hf->hf_cv);
	pthread_mutex_unlock(&hf->hf_mtx);
}

/*
 * Such a file never makes anybody wait for a disk.
 */
static bool
inram(int fd)
{
	struct statfs sfs;

	return fstatfs(fd, &sfs) == 0 && (sfs.f_type == TMPFS_MAGIC ||
	    sfs.f_type == RAMFS_MAGIC);
}

static int
hostfile_enter(int fd, int flags, struct served *sv)
{
	struct hostfile *hf;

	if (fd >= HOSTFILE_MAX)
		return EMFILE;
	if ((hf = calloc(1, sizeof(*hf))) == NULL)
		return ENOMEM;
	hf->hf_fd = fd;
	hf->hf_flags = flags;
	hf->hf_served = sv;
	hf->hf_inram = sv == NULL && inram(fd);
	pthread_mutex_init(&hf->hf_mtx, NULL);
	pthread_cond_init(&hf->hf_cv, NULL);
	atomic_store_explicit(&hostfiles[fd], hf, memory_order_release);
	return 0;
}

static void
hostfile_leave(struct hostfile *hf)
{

	atomic_store(&hostfiles[hf->hf_fd], NULL);
	pthread_cond_destroy(&hf->hf_cv);
	pthread_mutex_destroy(&hf->hf_mtx);
	free(hf);
}

/*
 * One writer per file.  The lock belongs to this open of the file, so that it
 * excludes other opens in this very process, and the host drops it with the
 * last use.  A host file system without locks gives no such protection; the
 * user is told.
 */
static int
lock_for_writing(int fd, const char *path)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_OFD_SETLK, &fl) == 0)
		return 0;
	if (errno == EAGAIN || errno == EACCES) {
		rumpuser__complain("%s: is open for writing in another "
		    "kernel", path);
		return EBUSY;
	}
	rumpuser__complain("%s: cannot be locked here (error %d), make sure "
	    "that nothing else writes to it", path, errno);
	return 0;
}

/*
 * The host may still be busy with the end of a request that told us already
 * that it was done: whoever opens the file next must not find it locked.
 */
static void
unlock(int fd)
{
	struct flock fl = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	(void)fcntl(fd, F_OFD_SETLK, &fl);
}

static int
bio_check(int fd, int flags, const char *path)
{
	struct stat sb;

	if (fstat(fd, &sb) == -1)
		return errno;
	if (S_ISDIR(sb.st_mode))
		return EISDIR;
	if (!S_ISREG(sb.st_mode) && !S_ISBLK(sb.st_mode))
		return EINVAL;
	if (fcntl(fd, F_SETFL, 0) == -1)	/* O_NONBLOCK did its duty */
		return errno;
	if ((flags & RUMPUSER_OPEN_ACCMODE) == RUMPUSER_OPEN_RDONLY)
		return 0;
	return lock_for_writing(fd, path);
}

/*
 * The host's flags.  Block I/O must not hang in open(2) on a pipe; O_EXCL on
 * a block device fails while the host itself has it mounted.
 */
static int
openflags(int flags, const char *path)
{
	static const int accmode[] = { O_RDONLY, O_WRONLY, O_RDWR };
	int hflags = accmode[flags & RUMPUSER_OPEN_ACCMODE] | O_CLOEXEC;
	struct stat sb;

	if (flags & RUMPUSER_OPEN_CREATE)
		hflags |= O_CREAT;
	if (flags & RUMPUSER_OPEN_EXCL)
		hflags |= O_EXCL;
	if (flags & RUMPUSER_OPEN_BIO) {
		hflags |= O_NONBLOCK;
		if ((hflags & O_ACCMODE) != O_RDONLY &&
		    stat(path, &sb) == 0 && S_ISBLK(sb.st_mode))
			hflags |= O_EXCL;
	}
	return hflags;
}

static int
open_host(const char *path, int flags, int *fdp)
{
	int fd, error = 0;

	if (flags & RUMPUSER_OPEN_BIO)
		error = rumpuser__bio_choose();
	if (error != 0)
		return error;
	do {
		fd = open(path, openflags(flags, path), 0644);
	} while (fd == -1 && errno == EINTR);
	if (fd == -1) {
		if (errno == EBUSY)
			rumpuser__complain("%s: is in use by the host", path);
		return errno;
	}
	if (flags & RUMPUSER_OPEN_BIO) {
		if ((error = bio_check(fd, flags, path)) != 0)
			goto fail;
		if ((error = hostfile_enter(fd, flags, NULL)) != 0)
			goto fail;
	}
	*fdp = fd;
	return 0;
 fail:
	close(fd);
	return error;
}

static bool
writing(int flags)
{

	return (flags & RUMPUSER_OPEN_ACCMODE) != RUMPUSER_OPEN_RDONLY;
}

/*
 * A disk of the program carries block I/O and nothing else.
 */
static int
open_served(const char *path, int flags, int *fdp)
{
	struct served *sv;
	int error;

	if ((flags & RUMPUSER_OPEN_BIO) == 0)
		return EINVAL;
	if ((error = rumpuser__bio_choose()) != 0 ||
	    (error = served_open(path, writing(flags), &sv, fdp)) != 0)
		return error;
	if ((error = hostfile_enter(*fdp, flags, sv)) != 0) {
		close(*fdp);
		served_close(sv, writing(flags));
	}
	return error;
}

int
rumpuser_open(const char *path, int flags, int *fdp)
{
	struct rumpuser__nap nap;
	uint64_t size;
	int error;

	if ((flags & RUMPUSER_OPEN_ACCMODE) > RUMPUSER_OPEN_RDWR ||
	    ((flags & RUMPUSER_OPEN_EXCL) && !(flags & RUMPUSER_OPEN_CREATE)))
		return RUMP_EINVAL;
	rumpuser__unschedule(&nap, NULL);
	error = served_size(path, &size) ? open_served(path, flags, fdp) :
	    open_host(path, flags, fdp);
	rumpuser__schedule(&nap, NULL);
	return rumpuser__errtrans(error);
}

int
rumpuser_close(int fd)
{
	struct hostfile *hf = hostfile_get(fd);
	struct rumpuser__nap nap;
	int error = 0;

	rumpuser__unschedule(&nap, NULL);
	if (hf != NULL) {
		rumpuser__bio_flush();
		hostfile_drain(hf);
		if (hf->hf_served != NULL)
			served_close(hf->hf_served, writing(hf->hf_flags));
		hostfile_leave(hf);
		unlock(fd);
	}
	/* The descriptor is gone even if the host was interrupted. */
	if (close(fd) == -1 && errno != EINTR)
		error = errno;
	rumpuser__schedule(&nap, NULL);
	return rumpuser__errtrans(error);
}

static int
blksize(const char *path, uint64_t *sizep)
{
	int fd, error = 0;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return errno;
	if (ioctl(fd, BLKGETSIZE64, sizep) == -1)
		error = errno;
	close(fd);
	return error;
}

int
rumpuser_getfileinfo(const char *path, uint64_t *sizep, int *ftp)
{
	uint64_t size = 0;
	struct stat sb;
	int ft, error = 0;

	if (served_size(path, &size)) {
		if (sizep != NULL)
			*sizep = size;
		if (ftp != NULL)
			*ftp = RUMPUSER_FT_BLK;
		return 0;
	}
	if (stat(path, &sb) == -1)
		return rumpuser__errtrans(errno);
	switch (sb.st_mode & S_IFMT) {
	case S_IFDIR:
		ft = RUMPUSER_FT_DIR;
		break;
	case S_IFREG:
		ft = RUMPUSER_FT_REG;
		size = (uint64_t)sb.st_size;
		break;
	case S_IFBLK:
		ft = RUMPUSER_FT_BLK;
		if (sizep != NULL)
			error = blksize(path, &size);
		break;
	case S_IFCHR:
		ft = RUMPUSER_FT_CHR;
		break;
	default:
		ft = RUMPUSER_FT_OTHER;
		break;
	}
	if (error != 0)
		return rumpuser__errtrans(error);
	if (sizep != NULL)
		*sizep = size;
	if (ftp != NULL)
		*ftp = ft;
	return 0;
}
