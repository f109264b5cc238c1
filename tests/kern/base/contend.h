/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of one primitive under contention: a body run by several threads
 * that start together, each knowing its number, and a case for one, two and 64
 * virtual CPUs.  Bodies are bounded by counts, check an invariant of their own
 * and give the CPU away now and then: inside the kernel nobody is preempted.
 */
#ifndef _TESTS_KERN_BASE_CONTEND_H_
#define _TESTS_KERN_BASE_CONTEND_H_

#define	CONTEND_THREADS	6

struct contend {
	void		(*c_body)(u_int);
	u_int		c_n;
	volatile u_int	c_next, c_ready;
};

/* The caller's turn to be one of the threads; returns its number. */
static inline u_int
contend_number(struct contend *c)
{

	return __atomic_fetch_add(&c->c_next, 1, __ATOMIC_RELAXED);
}

/* Are all threads here? */
static inline bool
contend_ready_p(struct contend *c)
{

	return __atomic_load_n(&c->c_ready, __ATOMIC_ACQUIRE) == c->c_n;
}

static inline void
contend_arrive(struct contend *c)
{

	__atomic_fetch_add(&c->c_ready, 1, __ATOMIC_ACQ_REL);
}

/* 0 to n - 1, the same row of numbers for the same seed. */
static inline u_int
contend_rand(u_int *seed, u_int n)
{

	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

#ifdef _KERNEL

static inline void
contend_thread(void *arg)
{
	struct contend *c = arg;
	const u_int id = contend_number(c);

	contend_arrive(c);
	while (!contend_ready_p(c))
		yield();
	(*c->c_body)(id);
	kthread_exit(0);
}

/* Run it in n kernel threads and wait for them. */
static inline void
contend(u_int n, void (*body)(u_int))
{
	struct contend c = { .c_body = body, .c_n = n };
	struct kt_threads kt;

	kt_start(&kt, n, contend_thread, &c);
	kt_join(&kt);
}

#else

static inline void *
contend_thread(void *arg)
{
	struct contend *c = arg;
	const u_int id = contend_number(c);

	contend_arrive(c);
	while (!contend_ready_p(c))
		sched_yield();
	(*c->c_body)(id);
	return NULL;
}

/* Run it in n host threads and wait for them. */
static inline void
contend(u_int n, void (*body)(u_int))
{
	struct contend c = { .c_body = body, .c_n = n };
	pthread_t pt[64];
	u_int i;

	for (i = 0; i < n; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, contend_thread,
		    &c));
	for (i = 0; i < n; i++)
		pthread_join(pt[i], NULL);
}

/* Three cases which are one call of a kernel half. */
#define	CONTEND_KT(name)						\
	HK_CASE_NCPU(name, 1)						\
	HK_CASE_NCPU(name, 2)						\
	HK_CASE_NCPU(name, 64)

/* Three cases which are one call of name() in a booted kernel. */
#define	CONTEND_ONE(name, ncpu)						\
ATF_TC_WITHOUT_HEAD(name##_##ncpu);					\
ATF_TC_BODY(name##_##ncpu, tc)						\
{									\
									\
	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);			\
	hk_boot(#ncpu);							\
	name();								\
}
#define	CONTEND_HOST(name)						\
	CONTEND_ONE(name, 1)						\
	CONTEND_ONE(name, 2)						\
	CONTEND_ONE(name, 64)

#define	CONTEND_ADD(name)						\
	do {								\
		HK_ADD(name, 1);					\
		HK_ADD(name, 2);					\
		HK_ADD(name, 64);					\
	} while (0)

#endif /* !_KERNEL */

#endif /* !_TESTS_KERN_BASE_CONTEND_H_ */
