/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Semaphores in the kernel, which sem_init(3), sem_destroy(3), sem_open(3),
 * sem_close(3), sem_unlink(3), sem_post(3), sem_wait(3), sem_trywait(3),
 * sem_timedwait(3) and sem_getvalue(3) are made of.
 *
 * Covers: sem(3)
 */
#include "nb.h"

#define NB_SIGUSR1	30
#define NB_PSHARED	0x50535244
#define NB_SEM_VALUE_MAX 0xffffffffU
#define NB_SEMMAX	128
#define NB_NAMELEN	511	/* longest name, without the NUL */
#define CREAT		RUMP_O_CREAT
#define EXCL		RUMP_O_EXCL

void	rump_kt_ksem_mib(int *, int *);

static intptr_t
init(unsigned value, intptr_t kind)
{

	ATF_REQUIRE_EQ(0, rump_sys__ksem_init(value, &kind));
	return kind;
}

static int
sopen(const char *name, int flags, mode_t mode, unsigned value, intptr_t *id)
{

	*id = 0;
	return rump_sys__ksem_open(name, flags, mode, value, id);
}

static unsigned
value(intptr_t id)
{
	unsigned v = 4711;

	ATF_REQUIRE_EQ(0, rump_sys__ksem_getvalue(id, &v));
	return v;
}

/* A time of the wall clock so many milliseconds from now. */
static struct timespec
after(int ms)
{
	struct timespec ts;

	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(0, &ts));
	ts.tv_nsec += ms % 1000 * 1000000L;
	ts.tv_sec += ms / 1000 + ts.tv_nsec / 1000000000;
	ts.tv_nsec %= 1000000000;
	return ts;
}

/* sem_init(3), sem_post(3), sem_trywait(3), sem_destroy(3): both kinds. */
ATF_TC_WITHOUT_HEAD(unnamed);
ATF_TC_BODY(unnamed, tc)
{
	intptr_t id, kind;

	hk_boot("2");
	for (kind = 0; kind <= NB_PSHARED; kind += NB_PSHARED) {
		id = init(2, kind);
		ATF_CHECK_EQ(2, value(id));
		ATF_CHECK_EQ(0, rump_sys__ksem_wait(id));
		ATF_CHECK_EQ(0, rump_sys__ksem_trywait(id));
		NB_FAILS(RUMP_EAGAIN, rump_sys__ksem_trywait(id));
		ATF_CHECK_EQ(0, rump_sys__ksem_post(id));
		ATF_CHECK_EQ(1, value(id));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_close(id));
		ATF_CHECK_EQ(0, rump_sys__ksem_destroy(id));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_destroy(id));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_post(id));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_wait(id));
		id = init(NB_SEM_VALUE_MAX, kind);
		NB_FAILS(RUMP_EOVERFLOW, rump_sys__ksem_post(id));
		NB_FAILS(RUMP_EFAULT, rump_sys__ksem_getvalue(id, NULL));
		ATF_CHECK_EQ(0, rump_sys__ksem_destroy(id));
	}
	NB_FAILS(RUMP_EFAULT, rump_sys__ksem_init(0, NULL));
}

/* What is no semaphore is EINVAL. */
ATF_TC_WITHOUT_HEAD(invalid);
ATF_TC_BODY(invalid, tc)
{
	const intptr_t bad[] = { -1, 77, 0x70000003, INTPTR_MAX, 0 };
	struct timespec ts = { 0, 0 };
	struct nb_pipe p;
	unsigned v;
	size_t i;

	hk_boot("2");
	p = nb_pipe(0);
	ATF_REQUIRE_EQ(0, p.rd);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_post(bad[i]));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_wait(bad[i]));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_trywait(bad[i]));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_timedwait(bad[i], &ts));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_getvalue(bad[i], &v));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_close(bad[i]));
		NB_FAILS(RUMP_EINVAL, rump_sys__ksem_destroy(bad[i]));
	}
}

/* sem_open(3), sem_close(3), sem_unlink(3). */
ATF_TC_WITHOUT_HEAD(named);
ATF_TC_BODY(named, tc)
{
	char name[NB_NAMELEN + 2];
	intptr_t a, b, c;

	hk_boot("2");
	NB_FAILS(RUMP_ENOENT, sopen("/a", 0, 0, 0, &a));
	NB_FAILS(RUMP_ENOENT, sopen("/a", EXCL, 0, 0, &a));
	NB_FAILS(RUMP_ENOENT, rump_sys__ksem_unlink("/a"));
	NB_FAILS(RUMP_EINVAL, sopen("a", CREAT, 0600, 0, &a));
	NB_FAILS(RUMP_EINVAL, sopen("/", CREAT, 0600, 0, &a));
	NB_FAILS(RUMP_EINVAL, sopen("", CREAT, 0600, 0, &a));
	NB_FAILS(RUMP_EINVAL, sopen("/a/b", CREAT, 0600, 0, &a));
	NB_FAILS(RUMP_EINVAL, sopen("/a", RUMP_O_RDWR, 0600, 0, &a));
	NB_FAILS(RUMP_EFAULT, sopen(NULL, CREAT, 0600, 0, &a));
	NB_FAILS(RUMP_EFAULT, rump_sys__ksem_open("/a", CREAT, 0600, 0,
	    NULL));
	NB_FAILS(RUMP_ENOENT, sopen("/a", 0, 0, 0, &a));
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[NB_NAMELEN + 1] = '\0';
	NB_FAILS(RUMP_ENAMETOOLONG, sopen(name, CREAT, 0600, 0, &a));
	NB_FAILS(RUMP_ENAMETOOLONG, rump_sys__ksem_unlink(name));
	name[NB_NAMELEN] = '\0';
	ATF_CHECK_EQ(0, sopen(name, CREAT, 0600, 0, &a));
	ATF_CHECK_EQ(0, rump_sys__ksem_unlink(name));
	ATF_CHECK_EQ(0, rump_sys__ksem_close(a));

	ATF_REQUIRE_EQ(0, sopen("/a", CREAT | EXCL, 0600, 3, &a));
	ATF_CHECK_EQ(1, rump_sys_fcntl((int)a, NB_F_GETFD));
	NB_FAILS(RUMP_EEXIST, sopen("/a", CREAT | EXCL, 0600, 3, &b));
	ATF_REQUIRE_EQ(0, sopen("/a", CREAT, 0600, 9, &b));
	ATF_CHECK_EQ(3, value(b));
	NB_FAILS(RUMP_EINVAL, rump_sys__ksem_destroy(a));
	ATF_CHECK_EQ(0, rump_sys__ksem_post(a));
	ATF_CHECK_EQ(4, value(b));
	/* It outlives its descriptors. */
	ATF_CHECK_EQ(0, rump_sys__ksem_close(a));
	ATF_CHECK_EQ(0, rump_sys__ksem_close(b));
	NB_FAILS(RUMP_EINVAL, rump_sys__ksem_close(b));
	ATF_REQUIRE_EQ(0, sopen("/a", 0, 0, 0, &a));
	ATF_CHECK_EQ(4, value(a));
	/* And its name. */
	ATF_CHECK_EQ(0, rump_sys__ksem_unlink("/a"));
	NB_FAILS(RUMP_ENOENT, sopen("/a", 0, 0, 0, &b));
	ATF_REQUIRE_EQ(0, sopen("/a", CREAT, 0600, 1, &c));
	ATF_CHECK_EQ(4, value(a));
	ATF_CHECK_EQ(1, value(c));
}

/* sem_open(3), EACCES; processes and what they share. */
ATF_TC_WITHOUT_HEAD(access);
ATF_TC_BODY(access, tc)
{
	intptr_t mine, open, group, shared, id;
	gid_t gid = 77;
	struct lwp *l;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	l = rump_pub_lwproc_curlwp();
	ATF_REQUIRE_EQ(0, rump_sys_setgid(77));
	ATF_REQUIRE_EQ(0, sopen("/mine", CREAT, 0600, 1, &mine));
	ATF_REQUIRE_EQ(0, sopen("/none", CREAT, 0, 1, &id));
	ATF_REQUIRE_EQ(0, sopen("/none", 0, 0, 1, &id));
	ATF_REQUIRE_EQ(0, sopen("/open", CREAT, 0666, 1, &open));
	ATF_REQUIRE_EQ(0, sopen("/group", CREAT, 0660, 1, &group));
	shared = init(5, NB_PSHARED);
	/* Descriptors are inherited. */
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_COPY));
	ATF_CHECK_EQ(0, rump_sys__ksem_post(mine));
	ATF_CHECK_EQ(5, value(shared));
	ATF_REQUIRE_EQ(0, rump_sys_setgid(5));
	ATF_REQUIRE_EQ(0, rump_sys_setgroups(1, &gid));
	ATF_REQUIRE_EQ(0, rump_sys_setuid(6));
	NB_FAILS(RUMP_EACCES, sopen("/mine", 0, 0, 0, &id));
	NB_FAILS(RUMP_EACCES, sopen("/mine", CREAT, 0600, 0, &id));
	NB_FAILS(RUMP_EACCES, rump_sys__ksem_unlink("/mine"));
	NB_FAILS(RUMP_EACCES, sopen("/none", 0, 0, 0, &id));
	NB_FAILS(RUMP_EACCES, rump_sys__ksem_post(shared));
	ATF_CHECK_EQ(0, sopen("/open", 0, 0, 0, &id));
	ATF_CHECK_EQ(0, sopen("/group", 0, 0, 0, &id));
	ATF_CHECK_EQ(2, value(mine));
	id = init(1, NB_PSHARED);
	ATF_REQUIRE_EQ(0, sopen("/theirs", CREAT, 0200, 1, &open));
	rump_pub_lwproc_releaselwp();

	rump_pub_lwproc_switch(l);
	ATF_CHECK_EQ(2, value(mine));
	/* A shared one goes with the process that made it, a name does not. */
	NB_FAILS(RUMP_EINVAL, rump_sys__ksem_post(id));
	ATF_CHECK_EQ(0, sopen("/theirs", 0, 0, 0, &id));
	ATF_CHECK_EQ(0, rump_sys__ksem_unlink("/theirs"));
	ATF_CHECK_EQ(0, rump_sys__ksem_destroy(shared));
}

/* kern.posix.semmax: ENOSPC, ENFILE. */
ATF_TC_WITHOUT_HEAD(limit);
ATF_TC_BODY(limit, tc)
{
	intptr_t id[NB_SEMMAX], more;
	struct nb_rlimit rl = { 256, 256 };
	char name[32];
	int i;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&rl));
	for (i = 0; i < NB_SEMMAX; i++) {
		snprintf(name, sizeof(name), "/%d", i);
		if (i % 3 == 0)
			ATF_REQUIRE_EQ(0, sopen(name, CREAT, 0600, 1,
			    &id[i]));
		else
			id[i] = init(1, i % 3 == 1 ? 0 : NB_PSHARED);
	}
	NB_FAILS(RUMP_ENFILE, sopen("/more", CREAT, 0600, 1, &more));
	NB_FAILS(RUMP_ENOENT, sopen("/more", 0, 0600, 1, &more));
	more = 0;
	NB_FAILS(RUMP_ENOSPC, rump_sys__ksem_init(0, &more));
	more = NB_PSHARED;
	NB_FAILS(RUMP_ENOSPC, rump_sys__ksem_init(0, &more));
	ATF_CHECK_EQ(0, sopen("/3", 0, 0, 0, &more));
	ATF_CHECK_EQ(0, rump_sys__ksem_destroy(id[5]));
	ATF_CHECK_EQ(0, sopen("/more", CREAT, 0600, 1, &more));
	/* All that is left of a process is names. */
	rump_pub_lwproc_releaselwp();
	for (i = 0; i < NB_SEMMAX / 2; i++)
		(void)init(1, 0);
}

static int
sysctl_get(const int *mib)
{
	size_t len = sizeof(int);
	int v = -1;

	ATF_REQUIRE_EQ(0, rump_sys___sysctl(mib, 3, &v, &len, NULL, 0));
	return v;
}

static int
sysctl_set(const int *mib, int v)
{

	return rump_sys___sysctl(mib, 3, NULL, NULL, &v, sizeof(v));
}

/* kern.posix.semmax and semcnt. */
ATF_TC_WITHOUT_HEAD(sysctl);
ATF_TC_BODY(sysctl, tc)
{
	int semmax[3], semcnt[3];
	intptr_t a, b, c = 0;

	hk_boot("2");
	rump_schedule();
	rump_kt_ksem_mib(semmax, semcnt);
	rump_unschedule();
	ATF_CHECK_EQ(NB_SEMMAX, sysctl_get(semmax));
	ATF_CHECK_EQ(0, sysctl_get(semcnt));
	a = init(1, 0);
	b = init(1, NB_PSHARED);
	ATF_CHECK_EQ(2, sysctl_get(semcnt));
	NB_FAILS(RUMP_EPERM, sysctl_set(semcnt, 1));
	NB_FAILS(RUMP_EINVAL, sysctl_set(semmax, 0));
	NB_FAILS(RUMP_EBUSY, sysctl_set(semmax, 1));
	ATF_CHECK_EQ(0, sysctl_set(semmax, 2));
	NB_FAILS(RUMP_ENOSPC, rump_sys__ksem_init(1, &c));
	ATF_CHECK_EQ(0, sysctl_set(semmax, 3));
	ATF_CHECK_EQ(0, rump_sys__ksem_init(1, &c));
	ATF_CHECK_EQ(0, rump_sys__ksem_destroy(a));
	ATF_CHECK_EQ(0, rump_sys__ksem_destroy(b));
	ATF_CHECK_EQ(1, sysctl_get(semcnt));
}

struct waiter {
	pthread_t	thread;
	intptr_t	id;
	pid_t		pid;
	int		rv, error;
};

static void *
waiting(void *arg)
{
	struct waiter *w = arg;

	if (rump_pub_lwproc_newlwp(w->pid) != 0)
		abort();
	w->rv = rump_sys__ksem_wait(w->id);
	w->error = errno;
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
wait_start(struct waiter *w, intptr_t id)
{

	w->id = id;
	w->pid = rump_sys_getpid();
	ATF_REQUIRE_EQ(0, pthread_create(&w->thread, NULL, waiting, w));
	usleep(100000);
}

/* sem_wait(3), sem_destroy(3), EBUSY; a descriptor that goes. */
ATF_TC_WITHOUT_HEAD(wait);
ATF_TC_BODY(wait, tc)
{
	struct waiter w, w2;
	intptr_t id, id2, kind;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	for (kind = 0; kind <= NB_PSHARED; kind += NB_PSHARED) {
		id = init(0, kind);
		wait_start(&w, id);
		wait_start(&w2, id);
		NB_FAILS(RUMP_EBUSY, rump_sys__ksem_destroy(id));
		ATF_CHECK_EQ(0, rump_sys__ksem_post(id));
		ATF_CHECK_EQ(0, rump_sys__ksem_post(id));
		pthread_join(w.thread, NULL);
		pthread_join(w2.thread, NULL);
		ATF_CHECK_EQ(0, w.rv);
		ATF_CHECK_EQ(0, w2.rv);
		ATF_CHECK_EQ(0, rump_sys__ksem_destroy(id));
	}
	ATF_REQUIRE_EQ(0, sopen("/a", CREAT, 0600, 0, &id));
	ATF_REQUIRE_EQ(0, sopen("/a", 0, 0, 0, &id2));
	wait_start(&w, id);
	wait_start(&w2, id2);
	ATF_CHECK_EQ(0, rump_sys__ksem_close(id));
	pthread_join(w.thread, NULL);
	ATF_CHECK_EQ(-1, w.rv);
	ATF_CHECK_EQ(RUMP_EINVAL, w.error);
	/* Others wait on. */
	ATF_CHECK_EQ(0, rump_sys__ksem_post(id2));
	pthread_join(w2.thread, NULL);
	ATF_CHECK_EQ(0, w2.rv);
	ATF_CHECK_EQ(0, value(id2));
}

/* The process that made a shared one ends while another waits for it. */
ATF_TC_WITHOUT_HEAD(orphan);
ATF_TC_BODY(orphan, tc)
{
	struct waiter w;
	intptr_t id;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	id = init(0, NB_PSHARED);
	w.id = id;
	w.pid = 1;
	ATF_REQUIRE_EQ(0, pthread_create(&w.thread, NULL, waiting, &w));
	usleep(30000);
	rump_pub_lwproc_releaselwp();
	pthread_join(w.thread, NULL);
	ATF_CHECK_EQ(-1, w.rv);
	ATF_CHECK_EQ(RUMP_EINVAL, w.error);
}

/* sem_timedwait(3), ETIMEDOUT, EINVAL. */
ATF_TC_WITHOUT_HEAD(timedwait);
ATF_TC_BODY(timedwait, tc)
{
	struct timespec ts;
	intptr_t id;
	double t;

	hk_boot("2");
	id = init(1, 0);
	/* No time is needed, so none is looked at. */
	ts.tv_sec = 0;
	ts.tv_nsec = -1;
	ATF_CHECK_EQ(0, rump_sys__ksem_timedwait(id, &ts));
	NB_FAILS(RUMP_EINVAL, rump_sys__ksem_timedwait(id, &ts));
	ts.tv_nsec = 1000000000;
	NB_FAILS(RUMP_EINVAL, rump_sys__ksem_timedwait(id, &ts));
	NB_FAILS(RUMP_EFAULT, rump_sys__ksem_timedwait(id, NULL));
	ts.tv_nsec = 0;
	NB_FAILS(RUMP_ETIMEDOUT, rump_sys__ksem_timedwait(id, &ts));
	t = nb_now();
	ts = after(50);
	NB_FAILS(RUMP_ETIMEDOUT, rump_sys__ksem_timedwait(id, &ts));
	t = nb_now() - t;
	ATF_CHECK_MSG(t >= 0.049 && t < 5, "%f", t);
	ATF_CHECK_EQ(0, rump_sys__ksem_destroy(id));
}

/* sem_wait(3), EINTR: by the signal of a timer. */
ATF_TC_WITHOUT_HEAD(interrupt);
ATF_TC_BODY(interrupt, tc)
{
	struct { int notify, signo; void *v[3]; } ev = { 1, NB_SIGUSR1, {} };
	struct nb_itimerspec its = nb_its(30, 0);
	struct timespec ts;
	timer_t t = NULL;
	intptr_t id;

	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	id = init(0, 0);
	ATF_REQUIRE_EQ(0, rump_sys_timer_create(3, (void *)&ev, &t));
	ATF_REQUIRE_EQ(0, rump_sys_timer_settime(t, 0, (void *)&its, NULL));
	NB_FAILS(RUMP_EINTR, rump_sys__ksem_wait(id));
	ts = after(100000);
	NB_FAILS(RUMP_EINTR, rump_sys__ksem_timedwait(id, &ts));
	NB_FAILS(RUMP_EAGAIN, rump_sys__ksem_trywait(id));
	ATF_CHECK_EQ(0, rump_sys__ksem_destroy(id));
}

#define THREADS	4
#define ROUNDS	3000

static volatile int inside, worst;
static intptr_t lock_id, done_id;

static void *
exclude(void *arg)
{
	struct timespec ts;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		if (i % 3 == 0) {
			while (rump_sys__ksem_trywait(lock_id) != 0)
				sched_yield();
		} else if (i % 3 == 1) {
			ts = after(60000);
			if (rump_sys__ksem_timedwait(lock_id, &ts) != 0)
				abort();
		} else if (rump_sys__ksem_wait(lock_id) != 0)
			abort();
		if (__atomic_add_fetch(&inside, 1, __ATOMIC_RELAXED) > 2)
			worst = 1;
		__atomic_sub_fetch(&inside, 1, __ATOMIC_RELAXED);
		if (rump_sys__ksem_post(lock_id) != 0)
			abort();
	}
	if (rump_sys__ksem_post(done_id) != 0)
		abort();
	return NULL;
}

/* Two at a time of four are inside; none is left behind. */
ATF_TC_WITHOUT_HEAD(contention);
ATF_TC_BODY(contention, tc)
{
	pthread_t t[THREADS];
	int i;

	hk_boot("2");
	lock_id = init(2, 0);
	done_id = init(0, NB_PSHARED);
	for (i = 0; i < THREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, exclude, NULL));
	for (i = 0; i < THREADS; i++)
		ATF_CHECK_EQ(0, rump_sys__ksem_wait(done_id));
	for (i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	ATF_CHECK_EQ(0, worst);
	ATF_CHECK_EQ(2, value(lock_id));
}

static void *
names(void *arg)
{
	const char *name[] = { "/x", "/y" };
	intptr_t id;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		if (rump_sys__ksem_open(name[i % 2], i % 5 ? CREAT : 0, 0600,
		    1, &id) != 0)
			continue;
		if (rump_sys__ksem_wait(id) != 0 ||
		    rump_sys__ksem_post(id) != 0)
			abort();
		if (i % 7 == 0)
			(void)rump_sys__ksem_unlink(name[i % 2]);
		if (rump_sys__ksem_close(id) != 0)
			abort();
	}
	return NULL;
}

/* Names that come and go under others. */
ATF_TC_WITHOUT_HEAD(names_race);
ATF_TC_BODY(names_race, tc)
{
	pthread_t t[THREADS];
	int i;

	hk_boot("2");
	for (i = 0; i < THREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, names, NULL));
	for (i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	(void)rump_sys__ksem_unlink("/x");
	(void)rump_sys__ksem_unlink("/y");
	for (i = 0; i < 100; i++)
		(void)init(0, NB_PSHARED);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, unnamed);
	ATF_TP_ADD_TC(tp, invalid);
	ATF_TP_ADD_TC(tp, named);
	ATF_TP_ADD_TC(tp, access);
	ATF_TP_ADD_TC(tp, limit);
	ATF_TP_ADD_TC(tp, sysctl);
	ATF_TP_ADD_TC(tp, wait);
	ATF_TP_ADD_TC(tp, orphan);
	ATF_TP_ADD_TC(tp, timedwait);
	ATF_TP_ADD_TC(tp, interrupt);
	ATF_TP_ADD_TC(tp, contention);
	ATF_TP_ADD_TC(tp, names_race);
	return atf_no_error();
}
