/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables: numbers, growth, sharing and copying.
 *
 * Which numbers are taken is kept in a map of 32 bit words (fd_lomap) and a
 * map of full words (fd_himap).  The array of slots only grows; an outgrown
 * one stays readable until the table goes, since fd_getfile() does not lock.
 * Slots are allocated singly and never freed before the table.
 *
 * Most numbers are taken and given back in a section past fd_lock, by one
 * compare-and-swap of a word of fd_lomap.  Sections leave alone what the lock
 * holds: fd_himap, so they neither fill a word nor touch a full one, and the
 * lowest free number is that of the first word that is not full; fd_lastfile,
 * which therefore is too high at times; and the slots' allocation.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/bitops.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/bypass.h>

#include "fd_private.h"
#include "kern_proc_private.h"

static pool_cache_t filedesc_cache;
static pool_cache_t fdfile_cache;

static int
slot_ctor(void *arg, void *obj, int flags)
{
	fdfile_t *ff = obj;

	memset(ff, 0, sizeof(*ff));
	cv_init(&ff->ff_closing, "fdclose");
	return 0;
}

static void
slot_dtor(void *arg, void *obj)
{
	fdfile_t *ff = obj;

	cv_destroy(&ff->ff_closing);
}

static int
filedesc_ctor(void *arg, void *obj, int flags)
{
	filedesc_t *fdp = obj;
	int i;

	memset(fdp, 0, sizeof(*fdp));
	mutex_bypass_init(&fdp->fd_lock);
	for (i = 0; i < NDFDFILE; i++)
		(void)slot_ctor(NULL, &fdp->fd_dfdfile[i], 0);
	return 0;
}

static void
filedesc_dtor(void *arg, void *obj)
{
	filedesc_t *fdp = obj;
	int i;

	for (i = 0; i < NDFDFILE; i++)
		slot_dtor(NULL, &fdp->fd_dfdfile[i]);
	mutex_destroy(&fdp->fd_lock);
}

void
fd_table_sys_init(void)
{

	fdfile_cache = pool_cache_init(sizeof(fdfile_t), CACHE_LINE_SIZE, 0,
	    0, "fdfile", NULL, IPL_NONE, slot_ctor, slot_dtor, NULL);
	filedesc_cache = pool_cache_init(sizeof(filedesc_t), CACHE_LINE_SIZE,
	    0, 0, "filedesc", NULL, IPL_NONE, filedesc_ctor, filedesc_dtor,
	    NULL);
}

/* As many as the limits let this process have. */
static int
fd_limit(struct proc *p)
{
	rlim_t lim = lim_cur(p, RLIMIT_NOFILE);

	return (int)MIN(lim, (rlim_t)maxfiles);
}

static bool
map_taken(const filedesc_t *fdp, unsigned fd)
{

	return (fdp->fd_lomap[fd >> NDENTRYSHIFT] &
	    (1U << (fd & NDENTRYMASK))) != 0;
}

static void
map_take(filedesc_t *fdp, unsigned fd)
{
	unsigned off = fd >> NDENTRYSHIFT;

	KASSERT((fdp->fd_lomap[off] & (1U << (fd & NDENTRYMASK))) == 0);
	fdp->fd_lomap[off] |= 1U << (fd & NDENTRYMASK);
	if (fdp->fd_lomap[off] == ~0U)
		fdp->fd_himap[off >> NDENTRYSHIFT] |=
		    1U << (off & NDENTRYMASK);
}

static void
map_release(filedesc_t *fdp, unsigned fd)
{
	unsigned off = fd >> NDENTRYSHIFT;

	KASSERT((fdp->fd_lomap[off] & (1U << (fd & NDENTRYMASK))) != 0);
	fdp->fd_lomap[off] &= ~(1U << (fd & NDENTRYMASK));
	fdp->fd_himap[off >> NDENTRYSHIFT] &= ~(1U << (off & NDENTRYMASK));
}

/* The first word from off on that is not full, or -1 if all are. */
static int
map_word(const filedesc_t *fdp, int off)
{
	int hi, maxoff = NDLOSLOTS(fdp->fd_dt->dt_nfiles);
	uint32_t some;

	for (; off < maxoff; off = (hi + 1) << NDENTRYSHIFT) {
		hi = off >> NDENTRYSHIFT;
		some = ~fdp->fd_himap[hi] & (~0U << (off & NDENTRYMASK));
		if (some == 0)
			continue;
		off = (hi << NDENTRYSHIFT) + __builtin_ctz(some);
		return off < maxoff ? off : -1;
	}
	return -1;
}

/* What is free of a word that has this value, and not below want. */
static uint32_t
word_free(uint32_t word, int off, int want)
{

	return off == want >> NDENTRYSHIFT ?
	    ~word & (~0U << (want & NDENTRYMASK)) : ~word;
}

/*
 * The lowest free number not below want, or -1 if the table has none.
 */
static int
map_find(const filedesc_t *fdp, int want)
{
	int off = want >> NDENTRYSHIFT;
	uint32_t freebits;

	KASSERT(mutex_owned(&fdp->fd_lock));
	while ((off = map_word(fdp, off)) >= 0) {
		freebits = word_free(fdp->fd_lomap[off], off, want);
		if (freebits != 0)
			return (off << NDENTRYSHIFT) + __builtin_ctz(freebits);
		off++;
	}
	return -1;
}

/*
 * A slot for the number; may drop the lock to allocate.
 */
static fdfile_t *
slot_get(filedesc_t *fdp, unsigned fd)
{
	fdfile_t *ff;

	KASSERT(mutex_owned(&fdp->fd_lock));
	KASSERT(fd < fdp->fd_dt->dt_nfiles);
	ff = fdp->fd_dt->dt_ff[fd];
	if (ff != NULL)
		return ff;
	if (fd < NDFDFILE)
		ff = &fdp->fd_dfdfile[fd];
	else {
		/* The number is ours; only the table may be replaced. */
		mutex_exit(&fdp->fd_lock);
		ff = pool_cache_get(fdfile_cache, PR_WAITOK);
		mutex_enter(&fdp->fd_lock);
	}
	KASSERT(fdp->fd_dt->dt_ff[fd] == NULL);
	atomic_store_release(&fdp->fd_dt->dt_ff[fd], ff);
	return ff;
}

/* The slot of a number that was free and of one that will be. */
static void
slot_take(fdfile_t *ff)
{

	KASSERT(!ff->ff_allocated);
	KASSERT(atomic_load_relaxed(&ff->ff_file) == NULL);
	ff->ff_allocated = true;
	atomic_store_relaxed(&ff->ff_exclose, false);
}

static void
slot_release(fdfile_t *ff)
{

	KASSERT(ff->ff_allocated);
	KASSERT(atomic_load_relaxed(&ff->ff_file) == NULL);
	ff->ff_allocated = false;
	atomic_store_relaxed(&ff->ff_exclose, false);
}

static void
fd_take(filedesc_t *fdp, unsigned fd)
{
	fdfile_t *ff;

	map_take(fdp, fd);
	ff = slot_get(fdp, fd);
	if ((int)fd > fdp->fd_lastfile)
		fdp->fd_lastfile = (int)fd;
	slot_take(ff);
}

/*
 * In a section: the same as fd_alloc(), or -1 where the lock is needed.  One
 * word is looked at only, as others may change before that one is swapped.
 */
static int
section_take(filedesc_t *fdp, int want, int lim)
{
	int fd, off = map_word(fdp, want >> NDENTRYSHIFT);
	uint32_t word, bit;

	if (off < 0)
		return -1;
	word = atomic_load_relaxed(&fdp->fd_lomap[off]);
	do {
		bit = word_free(word, off, want);
		bit &= -bit;
		if (bit == 0 || (word | bit) == ~0U)
			return -1;
		fd = (off << NDENTRYSHIFT) + __builtin_ctz(bit);
		if (fd >= lim || fd > fdp->fd_lastfile ||
		    fdp->fd_dt->dt_ff[fd] == NULL)
			return -1;
	} while (!__atomic_compare_exchange_n(&fdp->fd_lomap[off], &word,
	    word | bit, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	slot_take(fdp->fd_dt->dt_ff[fd]);
	return fd;
}

/* In a section: give a number back; false where the lock is needed. */
static bool
section_release(filedesc_t *fdp, unsigned fd)
{
	uint32_t *wp = &fdp->fd_lomap[fd >> NDENTRYSHIFT];
	uint32_t word = atomic_load_relaxed(wp);
	uint32_t bit = 1U << (fd & NDENTRYMASK);

	/* Nobody fills it or makes it less than full but with the lock. */
	if (word == ~0U)
		return false;
	slot_release(fdp->fd_dt->dt_ff[fd]);
	word = __atomic_fetch_and(wp, ~bit, __ATOMIC_ACQ_REL);
	KASSERT((word & bit) != 0);
	return true;
}

bool
fd_unused_unwatched(filedesc_t *fdp, unsigned fd)
{
	bool done;

	if (__predict_false(!mutex_bypass_enter(&fdp->fd_lock)))
		return false;
	done = SLIST_EMPTY(&fdp->fd_dt->dt_ff[fd]->ff_knlist) &&
	    section_release(fdp, fd);
	mutex_bypass_exit();
	return done;
}

void
fd_unused(filedesc_t *fdp, unsigned fd)
{

	mutex_enter(&fdp->fd_lock);
	slot_release(fdp->fd_dt->dt_ff[fd]);
	map_release(fdp, fd);
	mutex_exit(&fdp->fd_lock);
}

/*
 * Find out what fd_lastfile should be.  Not by ff_allocated: others may be
 * busy with slots whose numbers they have taken.
 */
int
fd_lastused(filedesc_t *fdp)
{
	int last;

	mutex_enter(&fdp->fd_lock);
	last = fdp->fd_lastfile;
	while (last >= 0 && !map_taken(fdp, (unsigned)last))
		last--;
	fdp->fd_lastfile = last;
	mutex_exit(&fdp->fd_lock);
	return last;
}

/*
 * A free number, not below want.  ENOSPC: grow the table and try again.
 */
int
fd_alloc(struct proc *p, int want, int *result)
{
	filedesc_t *fdp = p->p_fd;
	int fd = -1, lim = fd_limit(p);

	KASSERT(want >= 0);
	if (__predict_true(mutex_bypass_enter(&fdp->fd_lock))) {
		fd = section_take(fdp, want, lim);
		mutex_bypass_exit();
	}
	if (__predict_true(fd >= 0)) {
		*result = fd;
		return 0;
	}
	mutex_enter(&fdp->fd_lock);
	fd = map_find(fdp, want);
	if (fd >= lim || (fd < 0 && (int)fdp->fd_dt->dt_nfiles >= lim) ||
	    want >= lim) {
		mutex_exit(&fdp->fd_lock);
		return EMFILE;
	}
	if (fd < 0 || fd >= (int)fdp->fd_dt->dt_nfiles) {
		mutex_exit(&fdp->fd_lock);
		return ENOSPC;
	}
	fd_take(fdp, (unsigned)fd);
	mutex_exit(&fdp->fd_lock);
	*result = fd;
	return 0;
}

int
fd_reserve(struct proc *p, unsigned fd)
{
	filedesc_t *fdp = p->p_fd;
	fdfile_t *ff;

	if (fd >= (unsigned)fd_limit(p))
		return EBADF;
	while (fd >= atomic_load_acquire(&fdp->fd_dt)->dt_nfiles)
		fd_tryexpand(p);
	mutex_enter(&fdp->fd_lock);
	ff = fdp->fd_dt->dt_ff[fd];
	if (map_taken(fdp, fd)) {
		mutex_exit(&fdp->fd_lock);
		return EBUSY;
	}
	KASSERT(ff == NULL || !ff->ff_allocated);
	fd_take(fdp, fd);
	mutex_exit(&fdp->fd_lock);
	return 0;
}

static size_t
dt_size(u_int nfiles_new)
{

	return offsetof(fdtab_t, dt_ff) + nfiles_new * sizeof(fdfile_t *);
}

static fdtab_t *
dt_alloc(u_int n)
{
	fdtab_t *dt;

	KASSERT(n > NDFILE);
	dt = kmem_zalloc(dt_size(n), KM_SLEEP);
	dt->dt_nfiles = n;
	return dt;
}

/* In lines of its own: CPUs meet there, and should not elsewhere. */
static size_t
lomap_size(u_int n)
{

	return roundup2(NDLOSLOTS(n) * sizeof(uint32_t), COHERENCY_UNIT);
}

static void
maps_free(filedesc_t *fdp, uint32_t *himap, uint32_t *lomap, u_int n)
{

	if (himap == fdp->fd_dhimap)
		return;
	kmem_free(himap, NDHISLOTS(n) * sizeof(uint32_t));
	kmem_free(lomap, lomap_size(n));
}

/*
 * Replace table and maps by ones of n slots.
 */
static void
fd_grow(filedesc_t *fdp, u_int n)
{
	uint32_t *himap, *lomap, *ohimap, *olomap;
	fdtab_t *dt, *odt;
	u_int on;

	dt = dt_alloc(n);
	himap = kmem_zalloc(NDHISLOTS(n) * sizeof(uint32_t), KM_SLEEP);
	lomap = kmem_zalloc(lomap_size(n), KM_SLEEP);

	mutex_enter(&fdp->fd_lock);
	odt = fdp->fd_dt;
	on = odt->dt_nfiles;
	if (on >= n) {
		mutex_exit(&fdp->fd_lock);
		kmem_free(dt, dt_size(n));
		maps_free(fdp, himap, lomap, n);
		return;
	}
	memcpy(dt->dt_ff, odt->dt_ff, on * sizeof(fdfile_t *));
	ohimap = fdp->fd_himap;
	olomap = fdp->fd_lomap;
	memcpy(himap, ohimap, NDHISLOTS(on) * sizeof(uint32_t));
	memcpy(lomap, olomap, NDLOSLOTS(on) * sizeof(uint32_t));
	fdp->fd_himap = himap;
	fdp->fd_lomap = lomap;
	dt->dt_link = odt;
	atomic_store_release(&fdp->fd_dt, dt);
	mutex_exit(&fdp->fd_lock);
	maps_free(fdp, ohimap, olomap, on);
}

/*
 * Make the table larger.  Sizes are multiples of 32 so that the maps have no
 * loose ends.
 */
void
fd_tryexpand(struct proc *p)
{
	u_int n = atomic_load_acquire(&p->p_fd->fd_dt)->dt_nfiles;

	n = n < NDEXTENT ? NDEXTENT : 2 * n;
	fd_grow(p->p_fd, roundup2(n, NDENTRIES));
}

/*
 * A fresh table; the argument is NULL, or memory for the first process.
 */
filedesc_t *
fd_init(filedesc_t *fdp)
{

	if (fdp == NULL)
		fdp = pool_cache_get(filedesc_cache, PR_WAITOK);
	else
		(void)filedesc_ctor(NULL, fdp, PR_WAITOK);
	fdp->fd_refcnt = 1;
	fdp->fd_dtbuiltin.dt_nfiles = NDFILE;
	fdp->fd_dtbuiltin.dt_link = NULL;
	memset(fdp->fd_dtbuiltin.dt_ff, 0, sizeof(fdp->fd_dtbuiltin.dt_ff));
	fdp->fd_dt = &fdp->fd_dtbuiltin;
	fdp->fd_lastfile = -1;
	fdp->fd_lastkqfile = -1;
	fdp->fd_exclose = false;
	fdp->fd_knhash = NULL;
	fdp->fd_knhashmask = 0;
	memset(fdp->fd_dhimap, 0, sizeof(fdp->fd_dhimap));
	memset(fdp->fd_dlomap, 0, sizeof(fdp->fd_dlomap));
	fdp->fd_himap = fdp->fd_dhimap;
	fdp->fd_lomap = fdp->fd_dlomap;
	return fdp;
}

void
fd_share(struct proc *p)
{
	filedesc_t *fdp = curlwp->l_fd;

	p->p_fd = fdp;
	atomic_inc_uint(&fdp->fd_refcnt);
}

/*
 * Another lwp uses the table of its process.
 */
void
fd_hold(struct lwp *l)
{
	filedesc_t *fdp = l->l_fd;

	KASSERT(fdp != NULL);
	atomic_inc_uint(&fdp->fd_refcnt);
}

/* Copy one descriptor for a child; kqueues are not inherited. */
static void
fd_copy_one(filedesc_t *newfdp, unsigned fd, const fdfile_t *off)
{
	file_t *fp = atomic_load_acquire(&off->ff_file);	/* fd_affix() */
	fdfile_t *ff;

	if (fp == NULL || fp->f_type == DTYPE_KQUEUE)
		return;
	mutex_enter(&newfdp->fd_lock);
	fd_take(newfdp, fd);
	ff = newfdp->fd_dt->dt_ff[fd];
	mutex_enter(&fp->f_lock);
	fp->f_count++;
	mutex_exit(&fp->f_lock);
	ff->ff_file = fp;
	ff->ff_exclose = atomic_load_relaxed(&off->ff_exclose);
	if (ff->ff_exclose)
		newfdp->fd_exclose = true;
	mutex_exit(&newfdp->fd_lock);
}

/*
 * A copy of the caller's table.
 */
filedesc_t *
fd_copy(void)
{
	filedesc_t *fdp = curlwp->l_fd, *newfdp;
	unsigned fd, n;
	fdfile_t *ff;

	newfdp = fd_init(NULL);
	mutex_enter(&fdp->fd_lock);
	while ((n = fdp->fd_dt->dt_nfiles) > newfdp->fd_dt->dt_nfiles) {
		mutex_exit(&fdp->fd_lock);
		fd_grow(newfdp, n);
		mutex_enter(&fdp->fd_lock);
	}
	for (fd = 0; (int)fd <= fdp->fd_lastfile; fd++) {
		ff = fdp->fd_dt->dt_ff[fd];
		if (ff != NULL && ff->ff_allocated)
			fd_copy_one(newfdp, fd, ff);
	}
	mutex_exit(&fdp->fd_lock);
	return newfdp;
}

static void
tables_free(filedesc_t *fdp)
{
	u_int n = fdp->fd_dt->dt_nfiles, fd;
	fdtab_t *dt = fdp->fd_dt, *next;
	fdfile_t *ff;

	for (fd = 0; fd < n; fd++) {
		ff = dt->dt_ff[fd];
		if (ff != NULL && fd >= NDFDFILE)
			pool_cache_put(fdfile_cache, ff);
	}
	maps_free(fdp, fdp->fd_himap, fdp->fd_lomap, n);
	for (; dt != &fdp->fd_dtbuiltin; dt = next) {
		next = dt->dt_link;
		kmem_free(dt, dt_size(dt->dt_nfiles));
	}
}

/*
 * The calling lwp stops using its table; the last one closes everything.
 */
void
fd_free(void)
{
	filedesc_t *fdp = curlwp->l_fd;
	unsigned fd;

	membar_release();
	if (atomic_dec_uint_nv(&fdp->fd_refcnt) > 0)
		return;
	membar_acquire();
	/* Closing works on a table with one user. */
	fdp->fd_refcnt = 1;
	for (fd = 0; (int)fd <= fdp->fd_lastfile; fd++) {
		if (fd_getfile(fd) != NULL)
			(void)fd_close(fd);
	}
	if (fdp->fd_knhash != NULL)
		kmem_free(fdp->fd_knhash, (fdp->fd_knhashmask + 1) *
		    sizeof(*fdp->fd_knhash));
	tables_free(fdp);
	fdp->fd_refcnt = 0;
	pool_cache_put(filedesc_cache, fdp);
}

/*
 * At exec: close what is marked so.
 */
void
fd_closeexec(void)
{
	filedesc_t *fdp = curlwp->l_fd;
	unsigned fd;
	fdfile_t *ff;

	if (!atomic_load_relaxed(&fdp->fd_exclose))
		return;
	atomic_store_relaxed(&fdp->fd_exclose, false);
	for (fd = 0; (int)fd <= fdp->fd_lastfile; fd++) {
		ff = fdp->fd_dt->dt_ff[fd];
		if (ff != NULL && atomic_load_relaxed(&ff->ff_exclose) &&
		    fd_getfile(fd) != NULL)
			(void)fd_close(fd);
	}
}

/*
 * Nothing to do: set-id programs are not executed here.
 */
int
fd_checkstd(void)
{

	return 0;
}
