/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device switch: which driver has a major number, and calling it.
 *
 * Slots are written under device_lock and read without.  Calls count
 * themselves in ds_users before they look at the slot; devsw_detach() empties
 * the slot first and then waits until that count is zero.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#define MAXDEVSW	512	/* majors there are */
#define DYNMAJOR	256	/* first one given out */

/* One major of either kind.  Lock legend: (d) device_lock, (a) atomic. */
struct devslot {
	const void	*ds_sw;		/* d, read with acquire */
	volatile u_int	ds_users;	/* a: calls in progress */
	char		ds_name[16];	/* d: driver */
};

static kmutex_t device_lock;
static struct devslot *bdev_slots, *cdev_slots;	/* made by devsw_init() */
/* Block to character major; d. */
static devmajor_t *blk2chr;

/* biodone(9), if there is a vfs faction. */
void (*biodone_vfs)(struct buf *);

struct devsw_conv *devsw_conv;
int max_devsw_convs;

void
devsw_init(void)
{
	int i;

	mutex_init(&device_lock, MUTEX_DEFAULT, IPL_NONE);
	bdev_slots = kmem_zalloc(MAXDEVSW * sizeof(*bdev_slots), KM_SLEEP);
	cdev_slots = kmem_zalloc(MAXDEVSW * sizeof(*cdev_slots), KM_SLEEP);
	blk2chr = kmem_alloc(MAXDEVSW * sizeof(*blk2chr), KM_SLEEP);
	for (i = 0; i < MAXDEVSW; i++)
		blk2chr[i] = NODEVMAJOR;
}

static const void *
slot_sw(const struct devslot *slots, devmajor_t maj)
{

	if (maj < 0 || maj >= MAXDEVSW)
		return NULL;
	return atomic_load_consume(&slots[maj].ds_sw);
}

static devmajor_t
slot_find(const struct devslot *slots, const void *sw)
{
	devmajor_t maj;

	for (maj = 0; maj < MAXDEVSW; maj++) {
		if (slots[maj].ds_sw == sw)
			return maj;
	}
	return NODEVMAJOR;
}

/* The major to use: as asked, else a known one, else a free one. */
static int
major_choose(const struct devslot *slots, const char *name, const void *sw,
    bool blk, devmajor_t *majp)
{
	devmajor_t maj = *majp;
	int i;

	KASSERT(mutex_owned(&device_lock));
	for (i = 0; maj == NODEVMAJOR && i < max_devsw_convs; i++) {
		if (devsw_conv[i].d_name != NULL &&
		    strcmp(devsw_conv[i].d_name, name) == 0)
			maj = blk ? devsw_conv[i].d_bmajor :
			    devsw_conv[i].d_cmajor;
	}
	for (i = DYNMAJOR; maj == NODEVMAJOR && i < MAXDEVSW; i++) {
		if (slots[i].ds_sw == NULL)
			maj = i;
	}
	if (maj == NODEVMAJOR)
		return ENOMEM;
	if (maj < 0 || maj >= MAXDEVSW)
		return EINVAL;
	if (slots[maj].ds_sw != NULL && slots[maj].ds_sw != sw)
		return EEXIST;
	*majp = maj;
	return 0;
}

static void
slot_set(struct devslot *slot, const char *name, const void *sw)
{

	strlcpy(slot->ds_name, name, sizeof(slot->ds_name));
	atomic_store_release(&slot->ds_sw, sw);
}

/*
 * Give a driver majors, those in *bmajor and *cmajor or, for -1, any; both
 * are told.  EEXIST: the driver or its major is there already.
 */
int
devsw_attach(const char *devname, const struct bdevsw *bdev,
    devmajor_t *bmajor, const struct cdevsw *cdev, devmajor_t *cmajor)
{
	devmajor_t bmaj, cmaj;
	int error = 0;

	if (devname == NULL || cdev == NULL)
		return EINVAL;
	mutex_enter(&device_lock);
	if (slot_find(cdev_slots, cdev) != NODEVMAJOR ||
	    (bdev != NULL && slot_find(bdev_slots, bdev) != NODEVMAJOR)) {
		error = EEXIST;
		goto out;
	}
	cmaj = *cmajor;
	bmaj = bdev != NULL ? *bmajor : NODEVMAJOR;
	if (bdev != NULL)
		error = major_choose(bdev_slots, devname, bdev, true, &bmaj);
	if (error == 0)
		error = major_choose(cdev_slots, devname, cdev, false, &cmaj);
	if (error)
		goto out;
	if (bdev != NULL) {
		slot_set(&bdev_slots[bmaj], devname, bdev);
		blk2chr[bmaj] = cmaj;
		*bmajor = bmaj;
	}
	slot_set(&cdev_slots[cmaj], devname, cdev);
	*cmajor = cmaj;
 out:
	mutex_exit(&device_lock);
	return error;
}

static void
slot_clear(struct devslot *slots, const void *sw)
{
	devmajor_t maj;

	mutex_enter(&device_lock);
	maj = slot_find(slots, sw);
	if (maj != NODEVMAJOR) {
		if (slots == bdev_slots)
			blk2chr[maj] = NODEVMAJOR;
		__atomic_store_n(&slots[maj].ds_sw, NULL, __ATOMIC_SEQ_CST);
	}
	mutex_exit(&device_lock);
	if (maj == NODEVMAJOR)
		return;
	while (__atomic_load_n(&slots[maj].ds_users, __ATOMIC_SEQ_CST) != 0)
		(void)kpause("devdetach", false, 1, NULL);
}

/*
 * Take a driver away; calls in progress are waited for.
 */
void
devsw_detach(const struct bdevsw *bdev, const struct cdevsw *cdev)
{

	if (bdev != NULL)
		slot_clear(bdev_slots, bdev);
	if (cdev != NULL)
		slot_clear(cdev_slots, cdev);
}

const struct bdevsw *
bdevsw_lookup(dev_t dev)
{

	return dev == NODEV ? NULL : slot_sw(bdev_slots, major(dev));
}

const struct cdevsw *
cdevsw_lookup(dev_t dev)
{

	return dev == NODEV ? NULL : slot_sw(cdev_slots, major(dev));
}

devmajor_t
bdevsw_lookup_major(const struct bdevsw *bdev)
{

	return slot_find(bdev_slots, bdev);
}

devmajor_t
cdevsw_lookup_major(const struct cdevsw *cdev)
{

	return slot_find(cdev_slots, cdev);
}

const char *
bdevsw_getname(devmajor_t maj)
{

	return slot_sw(bdev_slots, maj) != NULL ? bdev_slots[maj].ds_name :
	    NULL;
}

const char *
cdevsw_getname(devmajor_t maj)
{

	return slot_sw(cdev_slots, maj) != NULL ? cdev_slots[maj].ds_name :
	    NULL;
}

const char *
devsw_blk2name(devmajor_t bmajor)
{

	return bdevsw_getname(bmajor);
}

/* "wd0a" begins with the name of the driver "wd". */
static devmajor_t
name2major(const struct devslot *slots, const char *name, char *devname,
    size_t len)
{
	devmajor_t maj;
	size_t n;

	for (maj = 0; maj < MAXDEVSW; maj++) {
		if (slots[maj].ds_sw == NULL)
			continue;
		n = strlen(slots[maj].ds_name);
		if (strncmp(slots[maj].ds_name, name, n) != 0)
			continue;
		if (name[n] != '\0' && (name[n] < '0' || name[n] > '9'))
			continue;
		if (devname != NULL)
			strlcpy(devname, slots[maj].ds_name, len);
		return maj;
	}
	return NODEVMAJOR;
}

devmajor_t
devsw_name2blk(const char *name, char *devname, size_t len)
{

	return name2major(bdev_slots, name, devname, len);
}

devmajor_t
devsw_name2chr(const char *name, char *devname, size_t len)
{

	return name2major(cdev_slots, name, devname, len);
}

dev_t
devsw_blk2chr(dev_t bdev)
{
	devmajor_t bmaj = major(bdev);

	if (slot_sw(bdev_slots, bmaj) == NULL || blk2chr[bmaj] == NODEVMAJOR)
		return NODEV;
	return makedev(blk2chr[bmaj], minor(bdev));
}

dev_t
devsw_chr2blk(dev_t cdev)
{
	devmajor_t cmaj = major(cdev), bmaj;

	if (slot_sw(cdev_slots, cmaj) == NULL)
		return NODEV;
	for (bmaj = 0; bmaj < MAXDEVSW; bmaj++) {
		if (blk2chr[bmaj] == cmaj)
			return makedev(bmaj, minor(cdev));
	}
	return NODEV;
}

/*
 * Hold the slot of a device for the length of a call, and the kernel lock if
 * the driver needs it.
 */
static const void *
slot_enter(struct devslot *slots, dev_t dev)
{
	devmajor_t maj = major(dev);
	const void *sw;

	if (dev == NODEV || maj < 0 || maj >= MAXDEVSW)
		return NULL;
	(void)__atomic_fetch_add(&slots[maj].ds_users, 1, __ATOMIC_SEQ_CST);
	sw = __atomic_load_n(&slots[maj].ds_sw, __ATOMIC_SEQ_CST);
	if (sw == NULL)
		(void)__atomic_fetch_sub(&slots[maj].ds_users, 1,
		    __ATOMIC_SEQ_CST);
	return sw;
}

static void
slot_exit(struct devslot *slots, dev_t dev)
{

	(void)__atomic_fetch_sub(&slots[major(dev)].ds_users, 1,
	    __ATOMIC_SEQ_CST);
}

const struct bdevsw *
bdevsw_lookup_acquire(dev_t dev, struct localcount **lcp)
{

	*lcp = NULL;
	return bdevsw_lookup(dev);
}

const struct cdevsw *
cdevsw_lookup_acquire(dev_t dev, struct localcount **lcp)
{

	*lcp = NULL;
	return cdevsw_lookup(dev);
}

void
bdevsw_release(const struct bdevsw *bdev, struct localcount *lc)
{
}

void
cdevsw_release(const struct cdevsw *cdev, struct localcount *lc)
{
}

/*
 * The calls themselves.  An open or close by a thread that sleeps in the
 * driver must not keep devsw_detach() waiting for ever; drivers see to it
 * that all is closed before they detach.
 */
#define DEV_CALL(slots, type, dev, noerr, rv, call) do {		\
	const struct type *d = slot_enter((slots), (dev));		\
	int mp;								\
									\
	if (d == NULL)							\
		return noerr;						\
	mp = d->d_flag & D_MPSAFE;					\
	if (!mp)							\
		KERNEL_LOCK(1, NULL);					\
	rv = call;							\
	if (!mp)							\
		KERNEL_UNLOCK_ONE(NULL);				\
	slot_exit((slots), (dev));					\
	return rv;							\
} while (0)
#define BDEV_CALL(noerr, rv, call)	\
	DEV_CALL(bdev_slots, bdevsw, dev, noerr, rv, call)
#define CDEV_CALL(noerr, rv, call)	\
	DEV_CALL(cdev_slots, cdevsw, dev, noerr, rv, call)

int
bdev_open(dev_t dev, int flag, int devtype, lwp_t *l)
{
	int rv;

	BDEV_CALL(ENXIO, rv, (*d->d_open)(dev, flag, devtype, l));
}

int
bdev_cancel(dev_t dev, int flag, int devtype, lwp_t *l)
{
	int rv;

	BDEV_CALL(ENXIO, rv, d->d_cancel == NULL ? ENODEV :
	    (*d->d_cancel)(dev, flag, devtype, l));
}

int
bdev_close(dev_t dev, int flag, int devtype, lwp_t *l)
{
	int rv;

	BDEV_CALL(ENXIO, rv, (*d->d_close)(dev, flag, devtype, l));
}

int
bdev_ioctl(dev_t dev, u_long cmd, void *data, int flag, lwp_t *l)
{
	int rv;

	BDEV_CALL(ENXIO, rv, (*d->d_ioctl)(dev, cmd, data, flag, l));
}

int
bdev_dump(dev_t dev, daddr_t addr, void *data, size_t sz)
{
	int rv;

	BDEV_CALL(ENXIO, rv, (*d->d_dump)(dev, addr, data, sz));
}

int
bdev_size(dev_t dev)
{
	int rv;

	BDEV_CALL(-1, rv, d->d_psize == NULL ? -1 : (*d->d_psize)(dev));
}

int
bdev_discard(dev_t dev, off_t pos, off_t len)
{
	int rv;

	BDEV_CALL(ENXIO, rv, (*d->d_discard)(dev, pos, len));
}

int
bdev_flags(dev_t dev)
{
	const struct bdevsw *d = bdevsw_lookup(dev);

	return d == NULL ? 0 : d->d_flag & ~D_TYPEMASK;
}

int
bdev_type(dev_t dev)
{
	const struct bdevsw *d = bdevsw_lookup(dev);

	return d == NULL ? D_OTHER : d->d_flag & D_TYPEMASK;
}

int
cdev_open(dev_t dev, int flag, int devtype, lwp_t *l)
{
	int rv;

	CDEV_CALL(ENXIO, rv, (*d->d_open)(dev, flag, devtype, l));
}

int
cdev_cancel(dev_t dev, int flag, int devtype, lwp_t *l)
{
	int rv;

	CDEV_CALL(ENXIO, rv, d->d_cancel == NULL ? ENODEV :
	    (*d->d_cancel)(dev, flag, devtype, l));
}

int
cdev_close(dev_t dev, int flag, int devtype, lwp_t *l)
{
	int rv;

	CDEV_CALL(ENXIO, rv, (*d->d_close)(dev, flag, devtype, l));
}

int
cdev_read(dev_t dev, struct uio *uio, int flag)
{
	int rv;

	CDEV_CALL(ENXIO, rv, (*d->d_read)(dev, uio, flag));
}

int
cdev_write(dev_t dev, struct uio *uio, int flag)
{
	int rv;

	CDEV_CALL(ENXIO, rv, (*d->d_write)(dev, uio, flag));
}

int
cdev_ioctl(dev_t dev, u_long cmd, void *data, int flag, lwp_t *l)
{
	int rv;

	CDEV_CALL(ENXIO, rv, (*d->d_ioctl)(dev, cmd, data, flag, l));
}

struct tty *
cdev_tty(dev_t dev)
{
	const struct cdevsw *d = cdevsw_lookup(dev);

	if (d == NULL || d->d_tty == NULL)
		return NULL;
	return (*d->d_tty)(dev);
}

int
cdev_poll(dev_t dev, int flag, lwp_t *l)
{
	int rv;

	CDEV_CALL(POLLERR, rv, (*d->d_poll)(dev, flag, l));
}

paddr_t
cdev_mmap(dev_t dev, off_t off, int flag)
{
	paddr_t rv;

	CDEV_CALL((paddr_t)-1, rv, (*d->d_mmap)(dev, off, flag));
}

int
cdev_kqfilter(dev_t dev, struct knote *kn)
{
	int rv;

	CDEV_CALL(ENXIO, rv, (*d->d_kqfilter)(dev, kn));
}

int
cdev_discard(dev_t dev, off_t pos, off_t len)
{
	int rv;

	CDEV_CALL(ENXIO, rv, (*d->d_discard)(dev, pos, len));
}

int
cdev_flags(dev_t dev)
{
	const struct cdevsw *d = cdevsw_lookup(dev);

	return d == NULL ? 0 : d->d_flag & ~D_TYPEMASK;
}

int
cdev_type(dev_t dev)
{
	const struct cdevsw *d = cdevsw_lookup(dev);

	return d == NULL ? D_OTHER : d->d_flag & D_TYPEMASK;
}

/*
 * A device that is not there ends the transfer, in the way buffers end.
 */
void
bdev_strategy(struct buf *bp)
{
	const struct bdevsw *d;
	dev_t dev = bp->b_dev;
	int mp;

	d = slot_enter(bdev_slots, dev);
	if (d == NULL) {
		bp->b_error = ENXIO;
		bp->b_resid = bp->b_bcount;
		if (biodone_vfs != NULL)
			(*biodone_vfs)(bp);
		return;
	}
	mp = d->d_flag & D_MPSAFE;
	if (!mp)
		KERNEL_LOCK(1, NULL);
	(*d->d_strategy)(bp);
	if (!mp)
		KERNEL_UNLOCK_ONE(NULL);
	slot_exit(bdev_slots, dev);
}

paddr_t
nommap(dev_t dev, off_t off, int prot)
{

	return (paddr_t)-1;
}

int
seltrue_kqfilter(dev_t dev, struct knote *kn)
{

	if (kn->kn_filter != EVFILT_READ && kn->kn_filter != EVFILT_WRITE)
		return EINVAL;
	kn->kn_fop = &seltrue_filtops;
	return 0;
}
