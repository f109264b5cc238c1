/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_contend_lock: what excludes and what wakes, with more
 * threads than can be inside.
 */
#include "kt.h"
#include "contend.h"

void	rump_kt_contend_mutex(void);
void	rump_kt_contend_rwlock(void);
void	rump_kt_contend_condvar(void);
void	rump_kt_contend_barrier(void);

#define	ROUNDS	3000

static kmutex_t mtx, spin;
static kcondvar_t cv, cv2;
static krwlock_t rw;

/* Plain memory: only right if whoever holds the lock is alone. */
static u_int inside, total, spins;

static void
mutex_body(u_int id)
{
	u_int seed = id, i;

	for (i = 0; i < ROUNDS; i++) {
		if (contend_rand(&seed, 3) != 0)
			mutex_enter(&mtx);
		else
			while (!mutex_tryenter(&mtx))
				yield();
		KT(mutex_owned(&mtx));
		KT_EQ(1, ++inside);
		if (contend_rand(&seed, 8) == 0)
			yield();
		total++;
		inside--;
		mutex_exit(&mtx);
		mutex_spin_enter(&spin);
		spins++;
		mutex_spin_exit(&spin);
	}
}

void
rump_kt_contend_mutex(void)
{

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	contend(CONTEND_THREADS, mutex_body);
	KT_EQ(CONTEND_THREADS * ROUNDS, total);
	KT_EQ(CONTEND_THREADS * ROUNDS, spins);
	mutex_destroy(&spin);
	mutex_destroy(&mtx);
}

/* Equal, except to the one writer. */
static u_int left, right;

static u_int
rw_write(void)
{

	KT(rw_write_held(&rw));
	KT_EQ(left, right);
	left++;
	yield();
	right++;
	return 1;
}

static void
rw_body(u_int id)
{
	u_int seed = id, writes = 0, i;

	for (i = 0; i < ROUNDS; i++) {
		switch (contend_rand(&seed, 8)) {
		case 0:
			rw_enter(&rw, RW_WRITER);
			writes += rw_write();
			break;
		case 1:
			rw_enter(&rw, RW_WRITER);
			writes += rw_write();
			rw_downgrade(&rw);
			KT_EQ(left, right);
			break;
		case 2:
			rw_enter(&rw, RW_READER);
			if (rw_tryupgrade(&rw))
				writes += rw_write();
			break;
		case 3:
			if (!rw_tryenter(&rw, RW_WRITER))
				continue;
			writes += rw_write();
			break;
		case 4:
			if (!rw_tryenter(&rw, RW_READER))
				continue;
			KT_EQ(left, right);
			break;
		default:
			rw_enter(&rw, RW_READER);
			KT_EQ(left, right);
			if (i % 8 == 0)
				yield();
			KT_EQ(left, right);
			break;
		}
		rw_exit(&rw);
	}
	atomic_add_int(&total, writes);
}

void
rump_kt_contend_rwlock(void)
{

	rw_init(&rw);
	contend(CONTEND_THREADS, rw_body);
	KT_EQ(left, right);
	KT_EQ(total, left);
	KT(total > ROUNDS);
	rw_destroy(&rw);
}

#define	SLOTS	3
static u_int slot[SLOTS], put, got, sum_put, sum_got;

/* Even threads fill slots, odd ones empty them; some waits have a timeout. */
static void
cv_body(u_int id)
{
	const bool filler = id % 2 == 0;
	kcondvar_t *mine = filler ? &cv : &cv2;
	u_int i;
	int error;

	for (i = 0; i < ROUNDS; i++) {
		mutex_enter(&mtx);
		while (filler ? put - got == SLOTS : put == got) {
			error = i % 4 != 0 ? (cv_wait(mine, &mtx), 0) :
			    cv_timedwait(mine, &mtx, 1 + hz / 50);
			KT(error == 0 || error == EWOULDBLOCK);
		}
		if (filler) {
			sum_put += slot[put++ % SLOTS] = id + i;
			cv_signal(&cv2);
		} else {
			sum_got += slot[got++ % SLOTS];
			cv_signal(&cv);
		}
		mutex_exit(&mtx);
	}
}

void
rump_kt_contend_condvar(void)
{

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "ktroom");
	cv_init(&cv2, "ktslot");
	contend(CONTEND_THREADS, cv_body);
	KT_EQ(CONTEND_THREADS / 2 * ROUNDS, put);
	KT_EQ(put, got);
	KT_EQ(sum_put, sum_got);
	KT(!cv_has_waiters(&cv) && !cv_has_waiters(&cv2));
	cv_destroy(&cv2);
	cv_destroy(&cv);
	mutex_destroy(&mtx);
}

/* Nobody may be a round ahead, and everybody is woken for the next one. */
static u_int arrived, round;

static void
barrier_body(u_int id)
{
	u_int i;

	for (i = 0; i < ROUNDS / 4; i++) {
		mutex_enter(&mtx);
		KT_EQ(i, round);
		if (++arrived == CONTEND_THREADS) {
			arrived = 0;
			round++;
			cv_broadcast(&cv);
		} else
			while (round == i)
				cv_wait(&cv, &mtx);
		mutex_exit(&mtx);
	}
}

void
rump_kt_contend_barrier(void)
{

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "ktround");
	contend(CONTEND_THREADS, barrier_body);
	KT_EQ(ROUNDS / 4, round);
	cv_destroy(&cv);
	mutex_destroy(&mtx);
}
