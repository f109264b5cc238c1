/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate that transactions pass and commits close, and the lists of dirty
 * inodes.  Both have a part for each CPU (struct ext2_cpu), so that threads
 * at work on different CPUs write to no memory in common; so has the number
 * of pending bits, which em_npend learns of in lots.
 *
 * A transaction counts itself in on one CPU and out on the one it is on then;
 * the sums tell how many are open.  Who closes the gate sets em_gateowner and
 * looks at the counts; who comes in counts and looks at em_gateowner.  With a
 * barrier between the two on either side one of them sees the other: either
 * the transaction is waited for, or it goes out again and waits.  A thread
 * inside must not enter once more.
 *
 * A dirty inode is on the list of the CPU where it became dirty.
 */

#include "ext2.h"

#include <sys/lwp.h>
#include <sys/percpu.h>

static void
ext2_cpu_init(void *p, void *arg, struct cpu_info *ci)
{
	struct ext2_mount *em = arg;
	struct ext2_cpu *ec;

	ec = kmem_zalloc(sizeof(*ec), KM_SLEEP);
	mutex_init(&ec->ec_lock, MUTEX_DEFAULT, IPL_NONE);
	TAILQ_INIT(&ec->ec_dirty);
	SLIST_INSERT_HEAD(&em->em_cpulist, ec, ec_entry);
	*(struct ext2_cpu **)p = ec;
}

static void
ext2_cpu_fini(void *p, void *arg, struct cpu_info *ci)
{
	struct ext2_cpu *ec = *(struct ext2_cpu **)p;

	KASSERT(TAILQ_EMPTY(&ec->ec_dirty));
	mutex_destroy(&ec->ec_lock);
	kmem_free(ec, sizeof(*ec));
}

void
ext2_gate_init(struct ext2_mount *em)
{

	SLIST_INIT(&em->em_cpulist);
	em->em_cpus = percpu_create(sizeof(struct ext2_cpu *), ext2_cpu_init,
	    ext2_cpu_fini, em);
	mutex_init(&em->em_gatelock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&em->em_gatecv, "ext2gate");
}

void
ext2_gate_destroy(struct ext2_mount *em)
{

	KASSERT(em->em_gateowner == NULL);
	cv_destroy(&em->em_gatecv);
	mutex_destroy(&em->em_gatelock);
	percpu_free(em->em_cpus, sizeof(struct ext2_cpu *));
}

/* Sleep while it is closed. */
static void
ext2_gate_wait(struct ext2_mount *em)
{

	mutex_enter(&em->em_gatelock);
	while (em->em_gateowner != NULL)
		cv_wait(&em->em_gatecv, &em->em_gatelock);
	mutex_exit(&em->em_gatelock);
}

/*
 * Come in; the gate cannot be closed before ext2_gate_leave().
 */
void
ext2_gate_enter(struct ext2_mount *em)
{
	struct ext2_cpu *ec;

	KASSERT(!ext2_gate_isclosed(em));
	for (;;) {
		ec = *(struct ext2_cpu **)percpu_getref(em->em_cpus);
		atomic_store_relaxed(&ec->ec_begun, ec->ec_begun + 1);
		percpu_putref(em->em_cpus);
		membar_sync();
		if (__predict_true(atomic_load_acquire(&em->em_gateowner) ==
		    NULL))
			return;
		ext2_gate_leave(em);
		ext2_gate_wait(em);
	}
}

void
ext2_gate_leave(struct ext2_mount *em)
{
	struct ext2_cpu *ec;

	ec = *(struct ext2_cpu **)percpu_getref(em->em_cpus);
	atomic_store_release(&ec->ec_ended, ec->ec_ended + 1);
	percpu_putref(em->em_cpus);
	membar_sync();
	if (__predict_true(atomic_load_relaxed(&em->em_gateowner) == NULL))
		return;
	mutex_enter(&em->em_gatelock);
	cv_broadcast(&em->em_gatecv);
	mutex_exit(&em->em_gatelock);
}

/*
 * How many left since the mount; a number that comes around.
 */
u_int
ext2_gate_count(const struct ext2_mount *em)
{
	const struct ext2_cpu *ec;
	u_int n = 0;

	SLIST_FOREACH(ec, &em->em_cpulist, ec_entry)
		n += atomic_load_acquire(&ec->ec_ended);
	return n;
}

/*
 * Is somebody inside?  Only a snapshot, unless the gate is closed.
 */
bool
ext2_gate_isused(const struct ext2_mount *em)
{
	const u_int ended = ext2_gate_count(em);
	const struct ext2_cpu *ec;
	u_int begun = 0;

	SLIST_FOREACH(ec, &em->em_cpulist, ec_entry)
		begun += atomic_load_relaxed(&ec->ec_begun);
	return begun != ended;
}

/*
 * Wait until nobody is inside and keep all out.  Sleeps.
 */
void
ext2_gate_close(struct ext2_mount *em)
{

	mutex_enter(&em->em_gatelock);
	while (em->em_gateowner != NULL)
		cv_wait(&em->em_gatecv, &em->em_gatelock);
	atomic_store_relaxed(&em->em_gateowner, curlwp);
	membar_sync();
	while (ext2_gate_isused(em))
		cv_wait(&em->em_gatecv, &em->em_gatelock);
	mutex_exit(&em->em_gatelock);
}

void
ext2_gate_open(struct ext2_mount *em)
{

	KASSERT(ext2_gate_isclosed(em));
	mutex_enter(&em->em_gatelock);
	atomic_store_release(&em->em_gateowner, NULL);
	cv_broadcast(&em->em_gatecv);
	mutex_exit(&em->em_gatelock);
}

/*
 * Did the caller close it?
 */
bool
ext2_gate_isclosed(const struct ext2_mount *em)
{

	return atomic_load_relaxed(&em->em_gateowner) == curlwp;
}

/*
 * Count the block an inode is in as one that the next commit has to write,
 * unless this CPU knows that it is counted.  What it forgets is counted twice.
 */
static void
ext2_dirty_count(struct ext2_mount *em, struct ext2_cpu *ec, ino_t ino)
{
	const uint32_t per = em->em_bsize / em->em_inodesize;
	const uint64_t block = (uint64_t)((ino - 1) / em->em_ipg) << 32 |
	    (ino - 1) % em->em_ipg / per;
	uint64_t *known = &ec->ec_known[block % EXT2_NKNOWN];

	KASSERT(mutex_owned(&ec->ec_lock));
	if (*known == block + 1)
		return;
	*known = block + 1;
	atomic_inc_uint(&em->em_nidirty);
}

/* Put an inode on a list; ei_lock or a closed gate keeps others away. */
static void
ext2_dirty_insert(struct ext2_inode *ip, struct ext2_cpu *ec)
{

	mutex_enter(&ec->ec_lock);
	KASSERT(!ip->ei_ondirty);
	ext2_dirty_count(ip->ei_em, ec, ip->ei_ino);
	TAILQ_INSERT_TAIL(&ec->ec_dirty, ip, ei_dirtyq);
	ip->ei_dirtycpu = ec;
	atomic_store_relaxed(&ip->ei_ondirty, true);
	mutex_exit(&ec->ec_lock);
}

/*
 * The inode in memory differs from the one on disk.  Who finds it on a list
 * need not wait for a commit that is about to take it off: that encodes the
 * inode after, with ei_lock or with the gate closed.
 */
void
ext2_idirty(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;
	struct ext2_cpu *ec;

	if (!ext2_writable(em) || atomic_load_relaxed(&ip->ei_ondirty))
		return;
	ec = *(struct ext2_cpu **)percpu_getref(em->em_cpus);
	percpu_putref(em->em_cpus);
	mutex_enter(&ip->ei_lock);
	if (!atomic_load_relaxed(&ip->ei_ondirty))
		ext2_dirty_insert(ip, ec);
	mutex_exit(&ip->ei_lock);
}

/* Take an inode that nobody makes dirty any more off its list, if any. */
static void
ext2_dirty_remove(struct ext2_inode *ip)
{
	struct ext2_cpu *ec = ip->ei_dirtycpu;

	if (ec == NULL)
		return;
	mutex_enter(&ec->ec_lock);
	if (ip->ei_ondirty) {
		TAILQ_REMOVE(&ec->ec_dirty, ip, ei_dirtyq);
		atomic_store_relaxed(&ip->ei_ondirty, false);
	}
	mutex_exit(&ec->ec_lock);
}

/*
 * The inode is about to go away: take it off the list, and wait for a
 * commit that is just writing it.
 */
void
ext2_iclean(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;

	mutex_enter(&em->em_lock);
	while (em->em_writing == ip)
		cv_wait(&em->em_cv, &em->em_lock);
	ext2_dirty_remove(ip);
	mutex_exit(&em->em_lock);
}

/*
 * The same in a transaction, which no commit goes on beside.
 */
void
ext2_iclean_tx(struct ext2_tx *tx, struct ext2_inode *ip)
{

	KASSERT(tx->tx_em == ip->ei_em);
	KASSERT(tx->tx_em->em_writing != ip);
	ext2_dirty_remove(ip);
}

/* The next inode of a list for the commit, which is then writing it. */
static struct ext2_inode *
ext2_dirty_next(struct ext2_mount *em, struct ext2_cpu *ec)
{
	struct ext2_inode *ip;

	mutex_enter(&em->em_lock);
	KASSERT(em->em_writing == NULL);
	mutex_enter(&ec->ec_lock);
	ip = TAILQ_FIRST(&ec->ec_dirty);
	if (ip != NULL) {
		TAILQ_REMOVE(&ec->ec_dirty, ip, ei_dirtyq);
		atomic_store_relaxed(&ip->ei_ondirty, false);
		em->em_writing = ip;
	}
	mutex_exit(&ec->ec_lock);
	mutex_exit(&em->em_lock);
	return ip;
}

/* Its times may have changed meanwhile, and it be on a list again. */
static int
ext2_dirty_write(struct ext2_mount *em, struct ext2_cpu *ec,
    struct ext2_inode *ip)
{
	int error;

	error = ext2_iwrite(ip);
	if (error != 0) {
		mutex_enter(&ip->ei_lock);
		if (!ip->ei_ondirty)
			ext2_dirty_insert(ip, ec);
		mutex_exit(&ip->ei_lock);
	}
	mutex_enter(&em->em_lock);
	em->em_writing = NULL;
	cv_broadcast(&em->em_cv);
	mutex_exit(&em->em_lock);
	return error;
}

/*
 * What is on a list, to the one that is last now: inodes read meanwhile come
 * back behind that, and could do so for ever.
 */
static int
ext2_dirty_write_all(struct ext2_mount *em, struct ext2_cpu *ec)
{
	struct ext2_inode *ip, *last;
	int error;

	mutex_enter(&ec->ec_lock);
	last = TAILQ_LAST(&ec->ec_dirty, ext2_inodelist);
	mutex_exit(&ec->ec_lock);
	if (last == NULL)
		return 0;
	do {
		ip = ext2_dirty_next(em, ec);
		if (ip == NULL)
			return 0;
		error = ext2_dirty_write(em, ec, ip);
	} while (error == 0 && ip != last);
	return error;
}

/*
 * Move all dirty inodes into their buffers.  One that cannot be moved stays
 * dirty and ends the commit; the next one begins with the others.
 */
int
ext2_commit_inodes(struct ext2_mount *em)
{
	struct ext2_cpu *ec;
	int error = 0;

	KASSERT(ext2_gate_isclosed(em));
	SLIST_FOREACH(ec, &em->em_cpulist, ec_entry)
		if (error == 0)
			error = ext2_dirty_write_all(em, ec);
	return error;
}

/*
 * The commit took all inodes: begin to count again.
 */
void
ext2_dirty_uncount(struct ext2_mount *em)
{
	struct ext2_cpu *ec;

	KASSERT(ext2_gate_isclosed(em));
	SLIST_FOREACH(ec, &em->em_cpulist, ec_entry) {
		mutex_enter(&ec->ec_lock);
		memset(ec->ec_known, 0, sizeof(ec->ec_known));
		mutex_exit(&ec->ec_lock);
	}
	atomic_store_relaxed(&em->em_nidirty, 0);
}

/*
 * So many bits more are pending.  Called in a transaction.
 */
void
ext2_npend_add(struct ext2_mount *em, u_long count)
{
	struct ext2_cpu *ec;

	KASSERT(!ext2_gate_isclosed(em));
	ec = *(struct ext2_cpu **)percpu_getref(em->em_cpus);
	count += ec->ec_npend;
	if (count >= EXT2_PENDLOT) {
		atomic_add_long(&em->em_npend, count);
		count = 0;
	}
	/* Nobody may see them gone from here and not come there. */
	atomic_store_release(&ec->ec_npend, count);
	percpu_putref(em->em_cpus);
}

/*
 * No transaction is open: make em_npend exact.
 */
void
ext2_npend_settle(struct ext2_mount *em)
{
	struct ext2_cpu *ec;

	KASSERT(ext2_gate_isclosed(em));
	SLIST_FOREACH(ec, &em->em_cpulist, ec_entry) {
		atomic_add_long(&em->em_npend, ec->ec_npend);
		atomic_store_release(&ec->ec_npend, 0);
	}
}

/*
 * How many bits are pending; while transactions are open it may be more than
 * there are, never less.
 */
u_long
ext2_npend(const struct ext2_mount *em)
{
	const struct ext2_cpu *ec;
	u_long n = 0;

	SLIST_FOREACH(ec, &em->em_cpulist, ec_entry)
		n += atomic_load_acquire(&ec->ec_npend);
	return n + atomic_load_relaxed(&em->em_npend);
}
