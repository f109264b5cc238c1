/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous I/O on pipes: aio_read(2), aio_write(2), aio_error(2),
 * aio_return(2), aio_cancel(2), aio_suspend(2), lio_listio(2), limits,
 * signals, and processes that exit meanwhile.
 *
 * Covers: aio(3)
 */
#include "nb.h"
#include "aio.h"

#include <sched.h>

#define NB_SIGUSR1	30
#define FIRST_TRIES	10000

void	rump_kt_aio_mib(const char *, int *);
void	rump_kt_aio_signal(int);
void	rump_kt_aio_exec(void);

static int
sysctl_set(const char *name, int v)
{
	int mib[2];

	rump_schedule();
	rump_kt_aio_mib(name, mib);
	rump_unschedule();
	return rump_sys___sysctl(mib, 2, NULL, NULL, &v, sizeof(v));
}

static int
sysctl_get(const char *name)
{
	size_t len = sizeof(int);
	int mib[2], v = -1;

	rump_schedule();
	rump_kt_aio_mib(name, mib);
	rump_unschedule();
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(mib, 2, &v, &len, NULL, 0));
	return v;
}

/* A read of an empty pipe that a thread sleeps over: it cannot be cancelled. */
static void
read_under_way(struct nb_aiocb *cb, int fd, void *buf, size_t n)
{
	int i, how = NB_AIO_CANCELED;

	for (i = 0; i < FIRST_TRIES && how != NB_AIO_NOTCANCELED; i++) {
		ATF_REQUIRE_EQ(0, aio_read(cb, fd, buf, n, 0));
		sched_yield();
		how = rump_sys_aio_cancel(fd, AIOCB(cb));
	}
	ATF_REQUIRE_EQ(NB_AIO_NOTCANCELED, how);
}

ATF_TC_WITHOUT_HEAD(readwrite);
ATF_TC_BODY(readwrite, tc)
{
	struct nb_aiocb r, w;
	struct nb_pipe p;
	char buf[8] = "";

	hk_boot("2");
	p = nb_pipe(0);
	ATF_CHECK_EQ(0, aio_read(&r, p.rd, buf, sizeof(buf), 0));
	ATF_CHECK_EQ(RUMP_EINPROGRESS, rump_sys_aio_error(AIOCB(&r)));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_return(AIOCB(&r)));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_read(AIOCB(&r)));
	ATF_CHECK_EQ(0, aio_write(&w, p.wr, "hello", 5, 0));
	ATF_CHECK_EQ(5, aio_result(&w));
	ATF_CHECK_EQ(5, aio_result(&r));
	ATF_CHECK_STREQ("hello", buf);
	/* that was the end of them */
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_return(AIOCB(&r)));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_error(AIOCB(&r)));
	/* and the beginning of others */
	ATF_CHECK_EQ(0, aio_read(&r, p.rd, buf, sizeof(buf), 0));
	ATF_CHECK_EQ(0, rump_sys_close(p.wr));
	ATF_CHECK_EQ(0, aio_result(&r));
}

/* What is on one file is done in order, more files than threads at once. */
ATF_TC_WITHOUT_HEAD(order);
ATF_TC_BODY(order, tc)
{
	enum { N = 40 };
	static struct nb_aiocb r[N][3], w[N];
	static char got[N][3];
	struct nb_pipe p[N];
	int i, j;

	hk_boot("2");
	for (i = 0; i < N; i++) {
		p[i] = nb_pipe(0);
		for (j = 0; j < 3; j++)
			ATF_REQUIRE_EQ(0, aio_read(&r[i][j], p[i].rd,
			    &got[i][j], 1, 0));
	}
	/* The last ones have no thread before the first are done. */
	for (i = 0; i < N; i++) {
		ATF_REQUIRE_EQ(3, rump_sys_write(p[i].wr, "abc", 3));
		for (j = 0; i < 8 && j < 3; j++)
			ATF_CHECK_EQ(1, aio_result(&r[i][j]));
	}
	for (i = 8; i < N; i++) {
		for (j = 0; j < 3; j++)
			ATF_CHECK_EQ(1, aio_result(&r[i][j]));
	}
	for (i = 0; i < N; i++) {
		ATF_CHECK_EQ(0, memcmp(got[i], "abc", 3));
		ATF_REQUIRE_EQ(0, aio_write(&w[i], p[i].wr, "x", 1, 0));
	}
	for (i = 0; i < N; i++)
		ATF_CHECK_EQ(1, aio_result(&w[i]));
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	struct nb_aiocb cb;
	struct nb_pipe p;
	char c;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	hk_boot("2");
	p = nb_pipe(0);
	NB_FAILS(RUMP_EBADF, aio_read(&cb, 999, &c, 1, 0));
	NB_FAILS(RUMP_EBADF, aio_read(&cb, -1, &c, 1, 0));
	NB_FAILS(RUMP_EBADF, aio_read(&cb, p.wr, &c, 1, 0));
	NB_FAILS(RUMP_EBADF, aio_write(&cb, p.rd, &c, 1, 0));
	NB_FAILS(RUMP_EINVAL, aio_read(&cb, p.rd, &c, 1, -1));
	NB_FAILS(RUMP_EINVAL, aio_read(&cb, p.rd, &c, (size_t)-1, 0));
	NB_FAILS(RUMP_EFAULT, rump_sys_aio_read(NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_aio_error(NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_aio_return(NULL));
	aio_fill(&cb, NB_LIO_WRITE, p.wr, &c, 1, 0);
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_fsync(0, AIOCB(&cb)));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_fsync(RUMP_O_SYNC, AIOCB(&cb)));
	cb.event.notify = NB_SIGEV_THREAD;
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_write(AIOCB(&cb)));
	cb.event.notify = NB_SIGEV_SIGNAL;
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_write(AIOCB(&cb)));
	cb.event.signo = 64;
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_write(AIOCB(&cb)));
	/* Nothing of that was begun. */
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_error(AIOCB(&cb)));
	ATF_CHECK_EQ(NB_AIO_ALLDONE, rump_sys_aio_cancel(p.wr, NULL));
	/* These fail when they are done. */
	ATF_CHECK_EQ(0, aio_write(&cb, p.wr, NULL, 1, 0));
	ATF_CHECK_EQ(RUMP_EFAULT, aio_wait(&cb));
	ATF_CHECK_EQ(-1, rump_sys_aio_return(AIOCB(&cb)));
	ATF_CHECK_EQ(0, rump_sys_close(p.rd));
	ATF_CHECK_EQ(0, aio_write(&cb, p.wr, &c, 1, 0));
	ATF_CHECK_EQ(RUMP_EPIPE, aio_wait(&cb));
	ATF_CHECK_EQ(-1, rump_sys_aio_return(AIOCB(&cb)));
}

ATF_TC_WITHOUT_HEAD(cancel);
ATF_TC_BODY(cancel, tc)
{
	struct nb_aiocb r[4];
	struct nb_pipe p, q;
	char c[4];
	int i;

	hk_boot("2");
	p = nb_pipe(0);
	q = nb_pipe(0);
	NB_FAILS(RUMP_EBADF, rump_sys_aio_cancel(999, NULL));
	ATF_CHECK_EQ(NB_AIO_ALLDONE, rump_sys_aio_cancel(p.rd, NULL));
	read_under_way(&r[0], p.rd, &c[0], 1);
	for (i = 1; i < 4; i++)
		ATF_REQUIRE_EQ(0, aio_read(&r[i], p.rd, &c[i], 1, 0));
	NB_FAILS(RUMP_EBADF, rump_sys_aio_cancel(q.rd, AIOCB(&r[1])));
	ATF_CHECK_EQ(NB_AIO_ALLDONE, rump_sys_aio_cancel(q.rd, NULL));
	ATF_CHECK_EQ(NB_AIO_CANCELED, rump_sys_aio_cancel(p.rd,
	    AIOCB(&r[1])));
	ATF_CHECK_EQ(RUMP_ECANCELED, rump_sys_aio_error(AIOCB(&r[1])));
	ATF_CHECK_EQ(-1, rump_sys_aio_return(AIOCB(&r[1])));
	ATF_CHECK_EQ(NB_AIO_ALLDONE, rump_sys_aio_cancel(p.rd, AIOCB(&r[1])));
	ATF_CHECK_EQ(RUMP_EINPROGRESS, rump_sys_aio_error(AIOCB(&r[2])));
	ATF_CHECK_EQ(NB_AIO_NOTCANCELED, rump_sys_aio_cancel(p.rd, NULL));
	ATF_CHECK_EQ(RUMP_ECANCELED, rump_sys_aio_error(AIOCB(&r[2])));
	ATF_CHECK_EQ(RUMP_ECANCELED, rump_sys_aio_error(AIOCB(&r[3])));
	ATF_CHECK_EQ(1, rump_sys_write(p.wr, "x", 1));
	ATF_CHECK_EQ(1, aio_result(&r[0]));
	ATF_CHECK_EQ('x', c[0]);
}

ATF_TC_WITHOUT_HEAD(suspend);
ATF_TC_BODY(suspend, tc)
{
	static const struct aiocb *many[NB_AIO_LISTIO_MAX + 1];
	struct timespec zero = { 0, 0 }, soon = { 0, 3000000 },
	    bad = { 0, 1000000000 };
	struct nb_aiocb a, b, never = { .fd = 0 };
	const struct aiocb *list[3] = { NULL, AIOCB(&a), AIOCB(&b) };
	struct nb_pipe p, q;
	char c[2];

	hk_boot("2");
	p = nb_pipe(0);
	q = nb_pipe(0);
	ATF_REQUIRE_EQ(0, aio_read(&a, p.rd, &c[0], 1, 0));
	ATF_REQUIRE_EQ(0, aio_read(&b, q.rd, &c[1], 1, 0));
	NB_FAILS(RUMP_EAGAIN, rump_sys_aio_suspend(list, 3, &zero));
	NB_FAILS(RUMP_EAGAIN, rump_sys_aio_suspend(list, 3, &soon));
	NB_FAILS(RUMP_EAGAIN, rump_sys_aio_suspend(list, 1, &soon));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_suspend(list, 3, &bad));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_suspend(list, 0, NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_suspend(list, -1, NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_suspend(many,
	    NB_AIO_LISTIO_MAX + 1, &zero));
	NB_FAILS(RUMP_EAGAIN, rump_sys_aio_suspend(many, NB_AIO_LISTIO_MAX,
	    &zero));
	NB_FAILS(RUMP_EFAULT, rump_sys_aio_suspend(NULL, 1, NULL));
	ATF_REQUIRE_EQ(1, rump_sys_write(q.wr, "x", 1));
	ATF_CHECK_EQ(0, rump_sys_aio_suspend(list, 3, NULL));
	ATF_CHECK_EQ(0, rump_sys_aio_error(AIOCB(&b)));
	ATF_CHECK_EQ(0, rump_sys_aio_suspend(list, 3, &zero));
	list[0] = AIOCB(&never);
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_suspend(list, 2, NULL));
}

ATF_TC_WITHOUT_HEAD(list);
ATF_TC_BODY(list, tc)
{
	struct nb_aiocb r, w, nop, bad;
	struct aiocb *all[5] = { NULL, AIOCB(&nop), AIOCB(&r), AIOCB(&w),
	    AIOCB(&bad) };
	struct nb_pipe p;
	char c;

	hk_boot("2");
	p = nb_pipe(0);
	aio_fill(&nop, NB_LIO_NOP, 999, NULL, 0, -5);
	aio_fill(&r, NB_LIO_READ, p.rd, &c, 1, 0);
	aio_fill(&w, NB_LIO_WRITE, p.wr, (char[]){ "x" }, 1, 0);
	ATF_CHECK_EQ(0, rump_sys_lio_listio(NB_LIO_WAIT, all, 4, NULL));
	ATF_CHECK_EQ(1, rump_sys_aio_return(AIOCB(&r)));
	ATF_CHECK_EQ(1, rump_sys_aio_return(AIOCB(&w)));
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_error(AIOCB(&nop)));
	/* one that cannot be begun, one that fails, the others are done */
	aio_fill(&bad, NB_LIO_READ, 999, &c, 1, 0);
	NB_FAILS(RUMP_EIO, rump_sys_lio_listio(NB_LIO_WAIT, all, 5, NULL));
	ATF_CHECK_EQ(RUMP_EBADF, rump_sys_aio_error(AIOCB(&bad)));
	ATF_CHECK_EQ(-1, rump_sys_aio_return(AIOCB(&bad)));
	ATF_CHECK_EQ(1, rump_sys_aio_return(AIOCB(&r)));
	aio_fill(&bad, NB_LIO_WRITE, p.wr, NULL, 1, 0);
	NB_FAILS(RUMP_EIO, rump_sys_lio_listio(NB_LIO_WAIT, all, 5, NULL));
	ATF_CHECK_EQ(RUMP_EFAULT, rump_sys_aio_error(AIOCB(&bad)));
	aio_fill(&bad, 77, p.wr, &c, 1, 0);
	NB_FAILS(RUMP_EIO, rump_sys_lio_listio(NB_LIO_NOWAIT, all + 4, 1,
	    NULL));
	ATF_CHECK_EQ(RUMP_EINVAL, rump_sys_aio_error(AIOCB(&bad)));
	NB_FAILS(RUMP_EINVAL, rump_sys_lio_listio(2, all, 4, NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_lio_listio(NB_LIO_WAIT, all, 0, NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_lio_listio(NB_LIO_WAIT, all,
	    NB_AIO_LISTIO_MAX + 1, NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_lio_listio(NB_LIO_WAIT, NULL, 1,
	    NULL));
	/* a list with one that is busy leaves that alone */
	ATF_REQUIRE_EQ(0, aio_read(&r, p.rd, &c, 1, 0));
	NB_FAILS(RUMP_EIO, rump_sys_lio_listio(NB_LIO_NOWAIT, all + 2, 1,
	    NULL));
	ATF_CHECK_EQ(RUMP_EINPROGRESS, rump_sys_aio_error(AIOCB(&r)));
}

/* Signals of requests and of a list; one of them ends a wait. */
ATF_TC_WITHOUT_HEAD(signals);
ATF_TC_BODY(signals, tc)
{
	struct nb_aiocb a, b;
	struct aiocb *all[2] = { AIOCB(&a), AIOCB(&b) };
	const struct aiocb *one[1] = { AIOCB(&b) };
	struct nb_sigevent ev = { NB_SIGEV_SIGNAL, NB_SIGUSR1, NULL, NULL,
	    NULL };
	struct nb_pipe p, q;
	char c[2];

	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	p = nb_pipe(0);
	q = nb_pipe(0);
	/* the request's own */
	aio_fill(&a, NB_LIO_WRITE, p.wr, (char[]){ "x" }, 1, 0);
	a.event = ev;
	ATF_REQUIRE_EQ(0, rump_sys_aio_write(AIOCB(&a)));
	rump_schedule();
	rump_kt_aio_signal(NB_SIGUSR1);
	rump_unschedule();
	ATF_CHECK_EQ(0, rump_sys_aio_error(AIOCB(&a)));
	/* one that is cancelled notifies, too; there is a byte to read first */
	ATF_REQUIRE_EQ(0, aio_read(&a, p.rd, &c[0], 1, 0));
	ATF_REQUIRE_EQ(1, aio_result(&a));
	read_under_way(&a, p.rd, &c[0], 1);
	aio_fill(&b, NB_LIO_READ, p.rd, &c[1], 1, 0);
	b.event = ev;
	ATF_REQUIRE_EQ(0, rump_sys_aio_read(AIOCB(&b)));
	ATF_CHECK_EQ(NB_AIO_CANCELED, rump_sys_aio_cancel(p.rd, AIOCB(&b)));
	rump_schedule();
	rump_kt_aio_signal(NB_SIGUSR1);
	rump_unschedule();
	ATF_REQUIRE_EQ(1, rump_sys_write(p.wr, "x", 1));
	ATF_REQUIRE_EQ(1, aio_result(&a));
	/* the list's, after the last of it */
	aio_fill(&a, NB_LIO_READ, p.rd, &c[0], 1, 0);
	aio_fill(&b, NB_LIO_READ, q.rd, &c[1], 1, 0);
	ATF_REQUIRE_EQ(0, rump_sys_lio_listio(NB_LIO_NOWAIT, all, 2,
	    (void *)&ev));
	ATF_REQUIRE_EQ(1, rump_sys_write(p.wr, "x", 1));
	ATF_REQUIRE_EQ(1, aio_result(&a));
	ATF_REQUIRE_EQ(1, rump_sys_write(q.wr, "x", 1));
	rump_schedule();
	rump_kt_aio_signal(NB_SIGUSR1);
	rump_unschedule();
	ATF_CHECK_EQ(0, rump_sys_aio_error(AIOCB(&b)));
	/* a signal while waiting */
	ATF_REQUIRE_EQ(0, aio_read(&b, q.rd, &c[1], 1, 0));
	aio_fill(&a, NB_LIO_WRITE, p.wr, (char[]){ "x" }, 1, 0);
	a.event = ev;
	ATF_REQUIRE_EQ(0, rump_sys_aio_write(AIOCB(&a)));
	NB_FAILS(RUMP_EINTR, rump_sys_aio_suspend(one, 1, NULL));
	all[0] = AIOCB(&b);
	NB_FAILS(RUMP_EIO, rump_sys_lio_listio(NB_LIO_NOWAIT, all, 1, NULL));
	aio_fill(&a, NB_LIO_READ, q.rd, &c[0], 1, 0);
	all[0] = AIOCB(&a);
	NB_FAILS(RUMP_EINTR, rump_sys_lio_listio(NB_LIO_WAIT, all, 1, NULL));
	ATF_CHECK_EQ(RUMP_EINPROGRESS, rump_sys_aio_error(AIOCB(&a)));
	ev.notify = NB_SIGEV_THREAD;
	NB_FAILS(RUMP_EINVAL, rump_sys_lio_listio(NB_LIO_NOWAIT, all, 1,
	    (void *)&ev));
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(limits);
ATF_TC_BODY(limits, tc)
{
	struct nb_aiocb r[4];
	struct aiocb *all[4];
	struct nb_pipe p;
	char c[4];
	int i;

	hk_boot("2");
	p = nb_pipe(0);
	ATF_CHECK_EQ(200112, sysctl_get("posix_aio"));
	ATF_CHECK_EQ(NB_AIO_MAX, sysctl_get("aio_max"));
	ATF_CHECK_EQ(NB_AIO_LISTIO_MAX, sysctl_get("aio_listio_max"));
	NB_FAILS(RUMP_EINVAL, sysctl_set("aio_listio_max", 0));
	NB_FAILS(RUMP_EINVAL, sysctl_set("aio_listio_max", NB_AIO_MAX + 1));
	NB_FAILS(RUMP_EINVAL, sysctl_set("aio_max", NB_AIO_LISTIO_MAX - 1));
	ATF_CHECK_EQ(0, sysctl_set("aio_listio_max", 3));
	ATF_CHECK_EQ(0, sysctl_set("aio_max", 3));
	ATF_CHECK_EQ(3, sysctl_get("aio_listio_max"));
	for (i = 0; i < 4; i++) {
		aio_fill(&r[i], NB_LIO_READ, p.rd, &c[i], 1, 0);
		all[i] = AIOCB(&r[i]);
	}
	NB_FAILS(RUMP_EINVAL, rump_sys_lio_listio(NB_LIO_NOWAIT, all, 4,
	    NULL));
	ATF_REQUIRE_EQ(0, rump_sys_aio_read(all[0]));
	ATF_REQUIRE_EQ(0, rump_sys_aio_read(all[1]));
	/* room for one of two */
	NB_FAILS(RUMP_EAGAIN, rump_sys_lio_listio(NB_LIO_NOWAIT, all + 2, 2,
	    NULL));
	ATF_CHECK_EQ(RUMP_EINPROGRESS, rump_sys_aio_error(all[2]));
	ATF_CHECK_EQ(RUMP_EAGAIN, rump_sys_aio_error(all[3]));
	NB_FAILS(RUMP_EAGAIN, rump_sys_aio_read(all[3]));
	ATF_REQUIRE_EQ(3, rump_sys_write(p.wr, "abc", 3));
	for (i = 0; i < 3; i++)
		ATF_CHECK_EQ(1, aio_result(&r[i]));
	ATF_CHECK_EQ(0, rump_sys_aio_read(all[3]));
}

/* Closing the descriptor leaves requests alone. */
ATF_TC_WITHOUT_HEAD(close_meanwhile);
ATF_TC_BODY(close_meanwhile, tc)
{
	struct nb_aiocb r[2];
	struct nb_pipe p;
	char c[2];

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	hk_boot("2");
	p = nb_pipe(0);
	read_under_way(&r[0], p.rd, &c[0], 1);
	ATF_REQUIRE_EQ(0, aio_read(&r[1], p.rd, &c[1], 1, 0));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.rd));
	NB_FAILS(RUMP_EBADF, rump_sys_aio_cancel(p.rd, NULL));
	ATF_CHECK_EQ(2, rump_sys_write(p.wr, "ab", 2));
	ATF_CHECK_EQ(1, aio_result(&r[0]));
	ATF_CHECK_EQ(1, aio_result(&r[1]));
	ATF_CHECK(c[0] == 'a' && c[1] == 'b');
	/* the last one was the end of the file */
	NB_FAILS(RUMP_EPIPE, rump_sys_write(p.wr, "c", 1));
}

/* A process exits: nothing is left of its requests, and nobody waits. */
ATF_TC_WITHOUT_HEAD(exit);
ATF_TC_BODY(exit, tc)
{
	struct nb_sigevent ev = { NB_SIGEV_SIGNAL, NB_SIGUSR1, NULL, NULL,
	    NULL };
	struct nb_aiocb r[4], last;
	struct aiocb *all[3] = { AIOCB(&r[1]), AIOCB(&r[2]), AIOCB(&r[3]) };
	struct nb_pipe p, q;
	char c[4];
	int i;

	hk_boot("2");
	p = nb_pipe(0);
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_COPY));
	q = nb_pipe(0);
	read_under_way(&r[0], p.rd, &c[0], 1);
	for (i = 1; i < 4; i++) {
		aio_fill(&r[i], NB_LIO_READ, i == 3 ? q.rd : p.rd, &c[i], 1,
		    0);
		r[i].event = ev;
	}
	ATF_REQUIRE_EQ(0, rump_sys_lio_listio(NB_LIO_NOWAIT, all, 3,
	    (void *)&ev));
	rump_pub_lwproc_releaselwp();
	/* No signal came, which would be a panic; nothing was told. */
	ATF_CHECK_EQ(RUMP_EINPROGRESS, r[1].error);
	ATF_CHECK_EQ(0, sysctl_set("aio_listio_max", 1));
	ATF_CHECK_EQ(0, sysctl_set("aio_max", 1));
	ATF_REQUIRE_EQ(0, aio_read(&last, p.rd, &c[0], 1, 0));
	ATF_CHECK_EQ(1, rump_sys_write(p.wr, "x", 1));
	ATF_CHECK_EQ(1, aio_result(&last));
}

/* Another program in the process: it has no requests, and may make some. */
ATF_TC_WITHOUT_HEAD(exec);
ATF_TC_BODY(exec, tc)
{
	struct nb_aiocb r;
	struct nb_pipe p;
	char c = '-';

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	p = nb_pipe(0);
	read_under_way(&r, p.rd, &c, 1);
	rump_schedule();
	rump_kt_aio_exec();
	rump_unschedule();
	NB_FAILS(RUMP_EINVAL, rump_sys_aio_error(AIOCB(&r)));
	ATF_CHECK_EQ(1, rump_sys_write(p.wr, "x", 1));
	ATF_CHECK_EQ('-', c);
	ATF_REQUIRE_EQ(0, aio_read(&r, p.rd, &c, 1, 0));
	ATF_CHECK_EQ(1, aio_result(&r));
	rump_pub_lwproc_releaselwp();
}

#define THREADS	4
#define ROUNDS	300

/* Each lwp has a pipe of its own and one that all share. */
static struct nb_pipe shared;

static void *
busy(void *arg)
{
	struct nb_aiocb r, w, s;
	struct nb_pipe p = nb_pipe(0);
	unsigned in, i, out;
	char c;

	for (i = 0; i < ROUNDS; i++) {
		out = i;
		ATF_REQUIRE_EQ(0, aio_read(&r, p.rd, &in, sizeof(in), 0));
		ATF_REQUIRE_EQ(0, aio_write(&s, shared.wr, "s", 1, 0));
		ATF_REQUIRE_EQ(0, aio_write(&w, p.wr, &out, sizeof(out), 0));
		ATF_REQUIRE_EQ(sizeof(in), aio_result(&r));
		ATF_REQUIRE_EQ(i, in);
		ATF_REQUIRE_EQ(sizeof(in), aio_result(&w));
		ATF_REQUIRE_EQ(1, aio_result(&s));
		ATF_REQUIRE_EQ(0, aio_read(&s, shared.rd, &c, 1, 0));
		if (i % 3 == 0)
			(void)rump_sys_aio_cancel(shared.rd, NULL);
		(void)aio_wait(&s);
		(void)rump_sys_aio_return(AIOCB(&s));
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(threads);
ATF_TC_BODY(threads, tc)
{
	pthread_t t[THREADS];
	int i;

	hk_boot("2");
	shared = nb_pipe(0);
	for (i = 0; i < THREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, busy, NULL));
	for (i = 0; i < THREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_join(t[i], NULL));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, readwrite);
	ATF_TP_ADD_TC(tp, order);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, cancel);
	ATF_TP_ADD_TC(tp, suspend);
	ATF_TP_ADD_TC(tp, list);
	ATF_TP_ADD_TC(tp, signals);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, close_meanwhile);
	ATF_TP_ADD_TC(tp, exit);
	ATF_TP_ADD_TC(tp, exec);
	ATF_TP_ADD_TC(tp, threads);
	return atf_no_error();
}
