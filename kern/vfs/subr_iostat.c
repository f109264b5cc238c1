/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * subr_iostat.c: counting what devices and network file systems transfer.
 * A driver brackets each transfer with iostat_busy() and iostat_unbusy()
 * under its own lock; the list of all is iostatlist_lock's.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/iostat.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/time.h>

static kmutex_t iostatlist_lock;
static struct iostatlist_head iostatlist =
    TAILQ_HEAD_INITIALIZER(iostatlist);	/* iostatlist_lock */

void
iostat_init(void)
{

	mutex_init(&iostatlist_lock, MUTEX_DEFAULT, IPL_BIO);
}

struct io_stats *
iostat_alloc(int32_t type, void *parent, const char *name)
{
	struct io_stats *ios;

	KASSERT(type >= IOSTAT_DISK && type <= IOSTAT_NFS);
	ios = kmem_zalloc(sizeof(*ios), KM_SLEEP);
	ios->io_type = type;
	ios->io_parent = parent;
	strlcpy(ios->io_name, name, sizeof(ios->io_name));
	getmicrouptime(&ios->io_attachtime);
	mutex_enter(&iostatlist_lock);
	TAILQ_INSERT_TAIL(&iostatlist, ios, io_link);
	mutex_exit(&iostatlist_lock);
	return ios;
}

void
iostat_free(struct io_stats *ios)
{

	KASSERT(ios->io_busy == 0);
	mutex_enter(&iostatlist_lock);
	TAILQ_REMOVE(&iostatlist, ios, io_link);
	mutex_exit(&iostatlist_lock);
	kmem_free(ios, sizeof(*ios));
}

void
iostat_rename(struct io_stats *ios, const char *name)
{

	mutex_enter(&iostatlist_lock);
	strlcpy(ios->io_name, name, sizeof(ios->io_name));
	mutex_exit(&iostatlist_lock);
}

struct io_stats *
iostat_find(const char *name)
{
	struct io_stats *ios;

	mutex_enter(&iostatlist_lock);
	TAILQ_FOREACH(ios, &iostatlist, io_link)
		if (strcmp(ios->io_name, name) == 0)
			break;
	mutex_exit(&iostatlist_lock);
	return ios;
}

/*
 * Add the time since *stamp, weighted by count, to the sums.
 */
static void
iostat_account(struct timeval *stamp, struct timeval *total,
    struct timeval *weighted, int count)
{
	struct timeval now, diff;

	getmicrouptime(&now);
	timersub(&now, stamp, &diff);
	*stamp = now;
	if (count > 0)
		timeradd(total, &diff, total);
	while (count-- > 0)
		timeradd(weighted, &diff, weighted);
}

/* A transfer waits in a queue. */
void
iostat_wait(struct io_stats *ios)
{

	KASSERT(ios->io_wait >= 0);
	iostat_account(&ios->io_waitstamp, &ios->io_waittime,
	    &ios->io_waitsum, ios->io_wait);
	ios->io_wait++;
}

void
iostat_busy(struct io_stats *ios)
{

	KASSERT(ios->io_busy >= 0);
	iostat_account(&ios->io_busystamp, &ios->io_busytime,
	    &ios->io_busysum, ios->io_busy);
	if (ios->io_wait > 0) {
		iostat_account(&ios->io_waitstamp, &ios->io_waittime,
		    &ios->io_waitsum, ios->io_wait);
		ios->io_wait--;
	}
	ios->io_busy++;
}

void
iostat_unbusy(struct io_stats *ios, long bcount, int read)
{

	KASSERT(ios->io_busy > 0);
	iostat_account(&ios->io_busystamp, &ios->io_busytime,
	    &ios->io_busysum, ios->io_busy);
	ios->io_busy--;
	ios->io_timestamp = ios->io_busystamp;
	if (bcount <= 0)
		return;
	if (read) {
		ios->io_rxfer++;
		ios->io_rbytes += bcount;
	} else {
		ios->io_wxfer++;
		ios->io_wbytes += bcount;
	}
}

bool
iostat_isbusy(struct io_stats *ios)
{

	return ios->io_busy != 0;
}

void
iostat_seek(struct io_stats *ios)
{

	ios->io_seek++;
}
