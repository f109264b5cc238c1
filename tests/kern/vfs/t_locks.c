/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Advisory locks: fcntl(2) ranges of two processes, splitting and joining,
 * waiting and deadlock, and flock(2).
 */
#include "vk.h"

static struct lwp *proc[2];
static int fds[2];

static void
as(int who)
{

	rump_pub_lwproc_switch(proc[who]);
}

static int
lock(int who, int cmd, int type, off_t start, off_t len)
{
	struct rump_flock fl = {
		.l_start = start, .l_len = len, .l_type = type,
		.l_whence = RUMP_SEEK_SET
	};

	return rump_sys_fcntl(fds[who], cmd, &fl);
}

/* Who holds a lock in the way, as type, start, length. */
static void
probe(int who, off_t start, int type, off_t lstart, off_t llen)
{
	struct rump_flock fl = {
		.l_start = start, .l_len = 1, .l_type = RUMP_F_WRLCK,
		.l_whence = RUMP_SEEK_SET
	};

	RL(rump_sys_fcntl(fds[who], RUMP_F_GETLK, &fl));
	ATF_REQUIRE_EQ(type, fl.l_type);
	if (type != RUMP_F_UNLCK) {
		ATF_REQUIRE_EQ(lstart, fl.l_start);
		ATF_REQUIRE_EQ(llen, fl.l_len);
	}
}

static void
two_processes(const char *path)
{
	int i;

	vk_write(path, "0123456789");
	for (i = 0; i < 2; i++) {
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
		proc[i] = rump_pub_lwproc_curlwp();
		fds[i] = RL(rump_sys_open(path, RUMP_O_RDWR));
	}
}

static void
ranges_on(const char *path)
{

	two_processes(path);
	as(0);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_WRLCK, 10, 30));
	as(1);
	RE(EAGAIN, lock(1, RUMP_F_SETLK, RUMP_F_RDLCK, 39, 1));
	RL(lock(1, RUMP_F_SETLK, RUMP_F_RDLCK, 40, 1));
	probe(1, 20, RUMP_F_WRLCK, 10, 30);
	probe(1, 0, RUMP_F_UNLCK, 0, 0);

	/* Unlocking the middle leaves two. */
	as(0);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_UNLCK, 20, 10));
	as(1);
	probe(1, 10, RUMP_F_WRLCK, 10, 10);
	probe(1, 25, RUMP_F_UNLCK, 0, 0);
	probe(1, 30, RUMP_F_WRLCK, 30, 10);

	/* Filling it makes one again; a part changes its type. */
	as(0);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_WRLCK, 20, 10));
	as(1);
	probe(1, 10, RUMP_F_WRLCK, 10, 30);
	as(0);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_RDLCK, 15, 5));
	as(1);
	RL(lock(1, RUMP_F_SETLK, RUMP_F_RDLCK, 15, 5));
	RE(EAGAIN, lock(1, RUMP_F_SETLK, RUMP_F_RDLCK, 14, 1));
	RE(EINVAL, lock(1, RUMP_F_SETLK, RUMP_F_RDLCK, -5, 1));

	/* To the end of the file; all of a process go with any close. */
	as(0);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_WRLCK, 100, 0));
	as(1);
	RE(EAGAIN, lock(1, RUMP_F_SETLK, RUMP_F_WRLCK, 1000000, 1));
	as(0);
	vk_touch(path, RUMP_O_RDONLY);
	as(1);
	RL(lock(1, RUMP_F_SETLK, RUMP_F_WRLCK, 0, 0));
}

VK_CASE(ranges)
{

	ranges_on("/f");
}

VK_CASE(ranges_tmpfs)
{

	vk_tmpfs("/t");
	ranges_on("/t/f");
}

static int got;	/* atomic */

static void *
waiter(void *arg)
{

	as(1);
	RL(lock(1, RUMP_F_SETLKW, RUMP_F_WRLCK, 0, 10));
	__atomic_store_n(&got, 1, __ATOMIC_RELAXED);
	return NULL;
}

VK_CASE(waiting)
{
	pthread_t pt;

	two_processes("/f");
	as(1);
	RL(lock(1, RUMP_F_SETLK, RUMP_F_WRLCK, 50, 10));
	as(0);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_WRLCK, 0, 10));
	pthread_create(&pt, NULL, waiter, NULL);
	usleep(50000);
	ATF_REQUIRE_EQ(0, __atomic_load_n(&got, __ATOMIC_RELAXED));
	/* It waits for us: we must not wait for it. */
	RE(EDEADLK, lock(0, RUMP_F_SETLKW, RUMP_F_WRLCK, 50, 10));
	RL(lock(0, RUMP_F_SETLK, RUMP_F_UNLCK, 0, 10));
	pthread_join(pt, NULL);
	ATF_REQUIRE_EQ(1, got);
}

VK_CASE(flock)
{
	int a, b, c;

	vk_write("/f", "x");
	a = RL(rump_sys_open("/f", RUMP_O_RDWR));
	b = RL(rump_sys_open("/f", RUMP_O_RDWR));
	RL(rump_sys_flock(a, 2));
	RE(EAGAIN, rump_sys_flock(b, 2 | 4));
	RE(EAGAIN, rump_sys_flock(b, 1 | 4));
	RL(rump_sys_flock(a, 1));
	RL(rump_sys_flock(b, 1 | 4));
	RL(rump_sys_flock(a, 8));
	RL(rump_sys_flock(b, 2 | 4));
	RE(EINVAL, rump_sys_flock(a, 3));
	RE(EBADF, rump_sys_flock(99, 1));
	RE(EAGAIN, rump_sys_open("/f", RUMP_O_RDWR | RUMP_O_EXLOCK |
	    RUMP_O_NONBLOCK));
	/* the last close unlocks; who asks is none that could be mistaken */
	RE(EAGAIN, rump_sys_flock(a, 2 | 4));
	RL(rump_sys_close(b));
	RL(rump_sys_flock(a, 2 | 4));
	RL(rump_sys_flock(a, 8));
	b = RL(rump_sys_open("/f", RUMP_O_RDWR | RUMP_O_EXLOCK |
	    RUMP_O_NONBLOCK));
	RE(EAGAIN, rump_sys_flock(a, 1 | 4));
	c = RL(rump_sys_dup(b));
	RL(rump_sys_close(b));
	RE(EAGAIN, rump_sys_flock(a, 1 | 4));
	RL(rump_sys_close(c));
	RL(rump_sys_flock(a, 1 | 4));
}

/* Ranges from the end of the file, backwards, and out of bounds. */
VK_CASE(bounds)
{
	struct rump_flock fl = {
		.l_start = -4, .l_len = 2, .l_type = RUMP_F_WRLCK,
		.l_whence = RUMP_SEEK_END
	};

	two_processes("/f");
	as(0);
	RL(rump_sys_fcntl(fds[0], RUMP_F_SETLK, &fl));
	as(1);
	probe(1, 6, RUMP_F_WRLCK, 6, 2);
	probe(1, 8, RUMP_F_UNLCK, 0, 0);
	as(0);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_WRLCK, 6, -2));
	as(1);
	probe(1, 4, RUMP_F_WRLCK, 4, 4);
	RE(EINVAL, lock(1, RUMP_F_SETLK, RUMP_F_RDLCK, 1, -2));
	RE(EINVAL, lock(1, RUMP_F_SETLK, RUMP_F_RDLCK, 0, -1));
	RE(EINVAL, lock(1, RUMP_F_SETLK, RUMP_F_RDLCK, 10, INT64_MAX));
	RE(EINVAL, lock(1, RUMP_F_SETLK, 77, 0, 1));
	RL(lock(1, RUMP_F_SETLK, RUMP_F_WRLCK, INT64_MAX, 1));
}

/* Many small locks join to one, whatever their order. */
VK_CASE(joining)
{
	int i;

	two_processes("/f");
	as(0);
	for (i = 0; i < 100; i++)
		RL(lock(0, RUMP_F_SETLK, RUMP_F_WRLCK, (i * 37) % 100, 1));
	as(1);
	probe(1, 50, RUMP_F_WRLCK, 0, 100);
	as(0);
	for (i = 0; i < 100; i += 2)
		RL(lock(0, RUMP_F_SETLK, RUMP_F_UNLCK, i, 1));
	as(1);
	for (i = 0; i < 100; i++)
		probe(1, i, i % 2 ? RUMP_F_WRLCK : RUMP_F_UNLCK, i, 1);
	as(0);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_RDLCK, 0, 0));
	as(1);
	probe(1, 50, RUMP_F_RDLCK, 0, 0);
}

/* A user may not fill the kernel's memory. */
VK_CASE(limit)
{
	int i;

	RL(rump_sys_chmod("/", 0777));
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_setuid(100));
	proc[0] = rump_pub_lwproc_curlwp();
	fds[0] = RL(rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_RDWR, 0600));
	for (i = 0; i < 5000; i++)
		if (lock(0, RUMP_F_SETLK, RUMP_F_WRLCK, i * 2, 1) == -1)
			break;
	ATF_REQUIRE(i >= 500 && i < 5000);
	ATF_REQUIRE_EQ(RUMP_ENOLCK, errno);
	RL(lock(0, RUMP_F_SETLK, RUMP_F_UNLCK, 0, 0));
	RL(lock(0, RUMP_F_SETLK, RUMP_F_WRLCK, 0, 1));
}

static void *
sharer(void *arg)
{
	int fd = *(int *)arg;

	RL(rump_sys_flock(fd, 2));
	RL(rump_sys_flock(fd, 8));
	return NULL;
}

/* Two that hold it shared and both want it alone. */
VK_CASE(upgrade)
{
	pthread_t pt[2];
	int fd[2], i;

	vk_write("/f", "x");
	for (i = 0; i < 2; i++) {
		fd[i] = RL(rump_sys_open("/f", RUMP_O_RDWR));
		RL(rump_sys_flock(fd[i], 1));
	}
	for (i = 0; i < 2; i++)
		pthread_create(&pt[i], NULL, sharer, &fd[i]);
	for (i = 0; i < 2; i++)
		pthread_join(pt[i], NULL);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, ranges);
	ATF_TP_ADD_TC(tp, ranges_tmpfs);
	ATF_TP_ADD_TC(tp, waiting);
	ATF_TP_ADD_TC(tp, flock);
	ATF_TP_ADD_TC(tp, bounds);
	ATF_TP_ADD_TC(tp, joining);
	ATF_TP_ADD_TC(tp, limit);
	ATF_TP_ADD_TC(tp, upgrade);
	return atf_no_error();
}
