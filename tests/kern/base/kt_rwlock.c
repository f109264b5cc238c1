/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_rwlock: rwlock(9).
 */
#include "kt.h"

void	rump_kt_semantics(void);
void	rump_kt_contend(void);
void	rump_kt_writerfirst(void);
void	rump_kt_downgrade(void);
void	rump_kt_misuse(int);

static krwlock_t rw;

void
rump_kt_semantics(void)
{

	rw_init(&rw);
	KT(!rw_lock_held(&rw));
	rw_enter(&rw, RW_READER);
	KT(rw_lock_held(&rw) && rw_read_held(&rw) && !rw_write_held(&rw));
	KT_EQ(RW_READER, rw_lock_op(&rw));
	KT(rw_tryenter(&rw, RW_READER));
	KT(!rw_tryenter(&rw, RW_WRITER));
	KT(!rw_tryupgrade(&rw));
	rw_exit(&rw);
	KT(rw_tryupgrade(&rw));
	KT(rw_write_held(&rw) && !rw_read_held(&rw));
	KT_EQ(RW_WRITER, rw_lock_op(&rw));
	KT(!rw_tryenter(&rw, RW_READER));
	rw_downgrade(&rw);
	KT(rw_read_held(&rw) && !rw_write_held(&rw));
	rw_exit(&rw);
	KT(rw_tryenter(&rw, RW_WRITER));
	rw_exit(&rw);
	KT(!rw_lock_held(&rw));
	rw_destroy(&rw);
}

#define	NTHREADS	8
#define	ROUNDS		2000

static _Atomic u_int readers, writers;
static u_int value;

static void
write_once(int i)
{

	KT_EQ(1, ++writers);
	KT_EQ(0, readers);
	value++;
	if (i % 100 == 0)
		kt_pause(1);
	KT_EQ(0, readers);
	writers--;
}

static void
contender(void *arg)
{
	u_int i;

	for (i = 0; i < ROUNDS; i++) {
		if (i % 4 == 0) {
			rw_enter(&rw, RW_WRITER);
			write_once(i);
			if (i % 8 == 0)
				rw_downgrade(&rw);
			rw_exit(&rw);
			continue;
		}
		rw_enter(&rw, RW_READER);
		readers++;
		KT_EQ(0, writers);
		if (i % 101 == 0)
			kt_pause(1);
		KT_EQ(0, writers);
		readers--;
		if (i % 8 == 3 && rw_tryupgrade(&rw))
			write_once(i);
		rw_exit(&rw);
	}
	kthread_exit(0);
}

void
rump_kt_contend(void)
{
	struct kt_threads kt;

	rw_init(&rw);
	kt_start(&kt, NTHREADS, contender, NULL);
	kt_join(&kt);
	KT(value >= NTHREADS * ROUNDS / 4);
	rw_destroy(&rw);
}

static _Atomic bool stop, written;

static void
reader(void *arg)
{

	while (!stop) {
		rw_enter(&rw, RW_READER);
		kt_pause(1);
		rw_exit(&rw);
	}
	kthread_exit(0);
}

static void
writer(void *arg)
{
	int i;

	for (i = 0; i < 5; i++) {
		rw_enter(&rw, RW_WRITER);
		rw_exit(&rw);
	}
	written = true;
	kthread_exit(0);
}

/* Readers that overlap all of the time do not keep a writer out. */
void
rump_kt_writerfirst(void)
{
	struct kt_threads r, w;

	rw_init(&rw);
	kt_start(&r, 4, reader, NULL);
	kt_pause(5);
	kt_start(&w, 1, writer, NULL);
	kt_join(&w);
	KT(written);
	stop = true;
	kt_join(&r);
	rw_destroy(&rw);
}

static _Atomic u_int got;

static void
getread(void *arg)
{

	rw_enter(&rw, RW_READER);
	got++;
	rw_exit(&rw);
	kthread_exit(0);
}

/* Readers waiting for a writer come in when it becomes a reader. */
void
rump_kt_downgrade(void)
{
	struct kt_threads kt;

	rw_init(&rw);
	rw_enter(&rw, RW_WRITER);
	kt_start(&kt, 3, getread, NULL);
	kt_pause(5);
	KT_EQ(0, got);
	rw_downgrade(&rw);
	kt_join(&kt);
	KT_EQ(3, got);
	KT(rw_read_held(&rw));
	rw_exit(&rw);
	rw_destroy(&rw);
}

void
rump_kt_misuse(int what)
{

	rw_init(&rw);
	switch (what) {
	case 0:
		rw_enter(&rw, RW_WRITER);
		rw_enter(&rw, RW_WRITER);
		break;
	case 1:
		rw_exit(&rw);
		break;
	case 2:
		rw_enter(&rw, RW_READER);
		rw_destroy(&rw);
		break;
	}
}
