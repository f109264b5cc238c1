/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything at once: threads that make random system calls, use random
 * primitives of the kernel and change who they are, all on the same objects.
 * Whatever a call answers is right; wrong are a panic, a sanitizer's report,
 * somebody asleep for ever, and books that do not balance in the end.
 *
 * STRESS_SEED=n replays what each thread does, not how they interleave;
 * STRESS_OPS=n is how much each does.
 */
#include "nb.h"
#include "contend.h"

#include <sys/stat.h>
#include <sys/uio.h>

#define	N		CONTEND_THREADS
#define	OPS		60000
#define	MONOTONIC	3
#define	NFD		40

void	rump_kt_stress_begin(void);
void	rump_kt_stress_op(unsigned int, unsigned int);
void	rump_kt_stress_end(void);

static unsigned int seed, ops;
static pid_t shared_pid;

/* A thread: the numbers it draws, who it is. */
struct actor {
	u_int		seed;
	struct lwp	*lwp;		/* of its own; NULL: implicit */
	struct lwp	*spare;		/* first one of the process, put away */
	intptr_t	sem[4];
};

static u_int
draw(struct actor *a, u_int n)
{

	return contend_rand(&a->seed, n);
}

static int
any_fd(struct actor *a)
{

	return (int)draw(a, NFD);
}

static void
release(struct actor *a)
{

	if (a->lwp != NULL)
		rump_pub_lwproc_releaselwp();
	if (a->spare != NULL) {
		rump_pub_lwproc_switch(a->spare);
		rump_pub_lwproc_releaselwp();
	}
	a->lwp = a->spare = NULL;
}

/* Nobody of its own, in the shared process, in a new one with two lwps. */
static void
become(struct actor *a)
{

	switch (draw(a, 6)) {
	case 0:
		release(a);
		break;
	case 1:
	case 2:
		release(a);
		if (rump_pub_lwproc_newlwp(shared_pid) == 0)
			a->lwp = rump_pub_lwproc_curlwp();
		break;
	case 3:
		if (a->spare != NULL)
			break;
		if (a->lwp != NULL)
			release(a);
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork((int)draw(a, 3)));
		a->lwp = rump_pub_lwproc_curlwp();
		if (draw(a, 2) == 0) {
			a->spare = a->lwp;
			ATF_REQUIRE_EQ(0,
			    rump_pub_lwproc_newlwp(rump_sys_getpid()));
			a->lwp = rump_pub_lwproc_curlwp();
		}
		break;
	default:
		if (a->lwp != NULL) {
			rump_pub_lwproc_switch(NULL);
			(void)rump_sys_getpid();
			rump_pub_lwproc_switch(a->lwp);
		}
		break;
	}
}

static void
make_fd(struct actor *a)
{
	int fd[2];

	switch (draw(a, 7)) {
	case 0:
		(void)rump_sys_pipe2(fd, RUMP_O_NONBLOCK);
		break;
	case 1:
		(void)rump_sys_kqueue();
		break;
	case 2:
		(void)rump_sys_eventfd(draw(a, 3), RUMP_O_NONBLOCK |
		    (draw(a, 2) ? RUMP_EFD_SEMAPHORE : 0));
		break;
	case 3:
		(void)rump_sys_timerfd_create(MONOTONIC, RUMP_O_NONBLOCK);
		break;
	case 4:
		(void)rump_sys_dup(any_fd(a));
		break;
	case 5:
		(void)rump_sys_dup2(any_fd(a), any_fd(a));
		break;
	case 6:
		(void)rump_sys_fcntl(any_fd(a), draw(a, 2) ? NB_F_DUPFD :
		    NB_F_DUPFD_CLOEXEC, any_fd(a));
		break;
	}
}

static void
use_fd(struct actor *a)
{
	char buf[300] = "";
	struct iovec iov[3] = { { buf, 8 }, { buf + 8, 100 }, { buf, 1 } };
	struct nb_itimerspec its = nb_its(draw(a, 20), draw(a, 10));
	struct stat sb[2];
	int n;

	switch (draw(a, 9)) {
	case 0:
		(void)rump_sys_read(any_fd(a), buf, draw(a, sizeof(buf)));
		break;
	case 1:
		memset(buf, 0, 8);
		buf[0] = 1;
		(void)rump_sys_write(any_fd(a), buf, draw(a, sizeof(buf)));
		break;
	case 2:
		buf[0] = 1;
		(void)rump_sys_write(any_fd(a), buf, 8);
		break;
	case 3:
		(void)rump_sys_readv(any_fd(a), iov, 3);
		break;
	case 4:
		(void)rump_sys_writev(any_fd(a), iov, 3);
		break;
	case 5:
		(void)rump_sys_ioctl(any_fd(a), 0x4004667fUL, &n);
		break;
	case 6:
		(void)rump_sys_fstat(any_fd(a), sb);
		break;
	case 7:
		(void)rump_sys_timerfd_settime(any_fd(a), (int)draw(a, 2),
		    (void *)&its, NULL);
		break;
	case 8:
		(void)rump_sys_fcntl(any_fd(a), NB_F_SETFD, draw(a, 2));
		break;
	}
}

static void
use_kqueue(struct actor *a)
{
	static const uint32_t filters[] = { 0, 1, 4, 5, 6, 8 };
	static const uint32_t flags[] = {
		0x01, 0x01, 0x01, 0x02, 0x04, 0x08, 0x11, 0x21, 0x81,
	};
	struct timespec ts = { 0, draw(a, 8) == 0 ? 1000000 : 0 };
	struct nb_kevent k[4];
	int i, n = (int)draw(a, 4);

	for (i = 0; i < n; i++) {
		memset(&k[i], 0, sizeof(k[i]));
		k[i].filter = filters[draw(a, 6)];
		k[i].flags = flags[draw(a, 9)];
		k[i].ident = any_fd(a);
		k[i].fflags = k[i].filter == 8 ? 0x01000000 * draw(a, 2) :
		    k[i].filter == 4 ? 0x80000000 : 0;
		k[i].data = draw(a, 20);
	}
	(void)rump_sys_kevent(any_fd(a), (void *)k, n, (void *)k, 4,
	    (void *)&ts);
}

static void
await(struct actor *a)
{
	struct timespec ts = { 0, draw(a, 8) == 0 ? 1000000 : 0 };
	struct nb_pollfd pf[5];
	uint32_t set[3][2];
	int i;

	if (draw(a, 2) == 0) {
		for (i = 0; i < 5; i++)
			pf[i] = (struct nb_pollfd){ any_fd(a),
			    NB_POLLIN | NB_POLLOUT * draw(a, 2), 0 };
		(void)rump_sys_pollts((void *)pf, 5, (void *)&ts, NULL);
		return;
	}
	for (i = 0; i < 3; i++) {
		set[i][0] = 1U << draw(a, 32) | 1U << draw(a, 32);
		set[i][1] = 0;
	}
	(void)rump_sys_pselect(32, (void *)set[0], (void *)set[1],
	    (void *)set[2], (void *)&ts, NULL);
}

static void
use_timer(struct actor *a)
{
	struct { int notify, signo; void *v[3]; } ev = { 1, 30, {} };
	struct nb_itimerspec its = nb_its(draw(a, 20), draw(a, 10)), old;
	timer_t id = (timer_t)(intptr_t)draw(a, 6);

	switch (draw(a, 6)) {
	case 0:
		ev.notify = draw(a, 2);
		(void)rump_sys_timer_create(draw(a, 2) ? MONOTONIC : 0,
		    (void *)&ev, &id);
		break;
	case 1:
		(void)rump_sys_timer_delete(id);
		break;
	case 2:
		(void)rump_sys_timer_gettime(id, (void *)&old);
		(void)rump_sys_timer_getoverrun(id);
		break;
	default:
		(void)rump_sys_timer_settime(id, 0, (void *)&its,
		    (void *)&old);
		break;
	}
}

static void
use_ksem(struct actor *a)
{
	static const char *const name[] = { "/a", "/b", "/c" };
	intptr_t *id = &a->sem[draw(a, 4)];
	struct timespec ts;
	unsigned int v;

	switch (draw(a, 8)) {
	case 0:
		*id = 0;
		if (rump_sys__ksem_init(draw(a, 3), id) != 0)
			*id = 0;
		break;
	case 1:
		if (rump_sys__ksem_open(name[draw(a, 3)], RUMP_O_CREAT, 0666,
		    1, id) != 0)
			*id = 0;
		break;
	case 2:
		(void)rump_sys__ksem_close(*id);
		(void)rump_sys__ksem_destroy(*id);
		break;
	case 3:
		(void)rump_sys__ksem_unlink(name[draw(a, 3)]);
		break;
	case 4:
		(void)rump_sys__ksem_trywait(*id);
		break;
	case 5:
		(void)rump_sys_clock_gettime(0, &ts);
		(void)rump_sys__ksem_timedwait(*id, &ts);
		break;
	case 6:
		(void)rump_sys__ksem_post(*id);
		break;
	case 7:
		(void)rump_sys__ksem_getvalue(*id, &v);
		break;
	}
}

static void
use_process(struct actor *a)
{
	static const gid_t gids[4] = { 1, 2, 3, 4 };
	int mib[4] = { 1 + (int)draw(a, 6), (int)draw(a, 90), -1, -1 };
	struct timespec ts = { 0, 1000 };
	struct nb_rlimit lim;
	char buf[2000];
	size_t len = sizeof(buf);

	switch (draw(a, 8)) {
	case 0:
		(void)rump_sys_setgroups(draw(a, 5), gids);
		break;
	case 1:
		(void)rump_sys_setpgid(0, 0);
		break;
	case 2:
		(void)rump_sys_setsid();
		break;
	case 3:
		(void)rump_sys_getrlimit(NB_RLIMIT_NOFILE, (void *)&lim);
		lim.rlim_cur = 30 + draw(a, 20);
		(void)rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&lim);
		break;
	case 4:
		(void)rump_sys___sysctl(mib, 2, buf, &len, NULL, 0);
		break;
	case 5:
		mib[1] = -2 - (int)draw(a, 3);
		(void)rump_sys___sysctl(mib, 2, buf, &len, NULL, 0);
		break;
	case 6:
		(void)rump_sys_getrandom(buf, draw(a, 200), 0);
		break;
	case 7:
		if (draw(a, 16) == 0)
			(void)rump_sys_nanosleep(&ts, NULL);
		break;
	}
}

static void
kernel_op(struct actor *a)
{
	u_int which = draw(a, 1000), r = draw(a, 1 << 20);

	rump_schedule();
	rump_kt_stress_op(which, r);
	rump_unschedule();
}

static void
stress_body(u_int id)
{
	struct actor a = { .seed = seed + id };
	u_int i;

	for (i = 0; i < ops; i++) {
		switch (draw(&a, 16)) {
		case 0:
			become(&a);
			break;
		case 1:
			make_fd(&a);
			break;
		case 2:
			(void)rump_sys_close(any_fd(&a));
			break;
		case 3:
		case 4:
			use_fd(&a);
			break;
		case 5:
		case 6:
			use_kqueue(&a);
			break;
		case 7:
			await(&a);
			break;
		case 8:
			use_timer(&a);
			break;
		case 9:
			use_ksem(&a);
			break;
		case 10:
			use_process(&a);
			break;
		default:
			kernel_op(&a);
			break;
		}
	}
	release(&a);
}

static unsigned int
number(const char *name, unsigned int otherwise)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0' ? (unsigned int)strtoul(s, NULL, 0) :
	    otherwise;
}

static void
stress(void)
{
	struct lwp *l;

	ops = number("STRESS_OPS", OPS);
	seed = number("STRESS_SEED",
	    (unsigned int)(nb_now() * 1000) ^ (unsigned int)getpid() << 16);
	fprintf(stderr, "STRESS_SEED=%u STRESS_OPS=%u\n", seed, ops);
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	shared_pid = rump_sys_getpid();
	l = rump_pub_lwproc_curlwp();
	rump_pub_lwproc_switch(NULL);
	rump_schedule();
	rump_kt_stress_begin();
	rump_unschedule();
	contend(N, stress_body);
	rump_pub_lwproc_switch(l);
	rump_pub_lwproc_releaselwp();
	rump_schedule();
	rump_kt_stress_end();
	rump_unschedule();
}
CONTEND_HOST(stress)

ATF_TP_ADD_TCS(tp)
{

	CONTEND_ADD(stress);
	return atf_no_error();
}
