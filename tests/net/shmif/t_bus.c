/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bus of shmif(4) without a kernel: members in one process and in several,
 * those that stall, die or are hostile, and files that are no bus.
 */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frames.h"

#define	BUS	"bus"

static struct shmif_bus *
member(int i)
{
	struct shmif_bus *b;

	ATF_REQUIRE_EQ(0, shmif_bus_open(BUS, i < 0 ? NULL : mac[i], &b));
	return b;
}

#define	SEND(b, dst, number, len)					\
	ATF_REQUIRE_EQ(0, try_send(b, dst, number, len))

static uint64_t
members(struct shmif_bus *b)
{
	struct shmif_stats st;

	shmif_bus_stats(b, &st);
	return st.st_members;
}

static uint64_t
lost(struct shmif_bus *b)
{
	struct shmif_stats st;

	shmif_bus_stats(b, &st);
	return st.st_lost;
}

static void
nap(int ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	(void)nanosleep(&ts, NULL);
}

ATF_TC_WITHOUT_HEAD(two);
ATF_TC_BODY(two, tc)
{
	struct shmif_bus *a = member(0), *b = member(1);
	uint32_t len;

	ATF_CHECK_EQ(2, members(a));
	ATF_CHECK_EQ(-1, receive(b, NULL));
	SEND(a, mac[1], 5, 60);
	SEND(a, mac[1], 6, SHMIF_FRAMEMAX);
	ATF_CHECK_EQ(5, receive(b, &len));
	ATF_CHECK_EQ(60, len);
	ATF_CHECK_EQ(6, receive(b, &len));
	ATF_CHECK_EQ(SHMIF_FRAMEMAX, len);
	ATF_CHECK_EQ(-1, receive(b, NULL));
	ATF_CHECK_EQ(-1, receive(a, NULL));
	ATF_CHECK_EQ(EMSGSIZE, try_send(a, mac[1], 0, SHMIF_FRAMEMIN - 1));
	ATF_CHECK_EQ(EMSGSIZE, try_send(a, mac[1], 0, SHMIF_FRAMEMAX + 1));
	shmif_bus_close(b);
	ATF_CHECK_EQ(1, members(a));
	/* What was sent before is not for who comes later. */
	SEND(a, mac[1], 7, 60);
	b = member(1);
	ATF_CHECK_EQ(-1, receive(b, NULL));
	shmif_bus_close(b);
	shmif_bus_close(a);
}

ATF_TC_WITHOUT_HEAD(addressed);
ATF_TC_BODY(addressed, tc)
{
	struct shmif_bus *b[4];
	int i;

	for (i = 0; i < 4; i++)
		b[i] = member(i);
	SEND(b[0], mac[2], 1, 60);
	ATF_CHECK_EQ(-1, receive(b[1], NULL));
	ATF_CHECK_EQ(1, receive(b[2], NULL));
	SEND(b[0], everyone, 2, 60);
	for (i = 1; i < 4; i++)
		ATF_CHECK_EQ(2, receive(b[i], NULL));
	shmif_bus_setpromisc(b[3], true);
	SEND(b[0], mac[1], 3, 60);
	ATF_CHECK_EQ(3, receive(b[3], NULL));
	shmif_bus_setpromisc(b[3], false);
	SEND(b[0], mac[1], 4, 60);
	ATF_CHECK_EQ(-1, receive(b[3], NULL));
	shmif_bus_setmac(b[3], mac[1]);
	SEND(b[0], mac[1], 5, 60);
	ATF_CHECK_EQ(5, receive(b[3], NULL));
	for (i = 0; i < 4; i++)
		shmif_bus_close(b[i]);
}

/* Round and round, with all that one can read ahead. */
ATF_TC_WITHOUT_HEAD(wrap);
ATF_TC_BODY(wrap, tc)
{
	struct shmif_bus *a = member(0), *b = member(1);
	uint32_t number, len, got, sent[256], in = 0, out = 0;
	int error;

	srandom(1);
	for (number = 0; number < 20000; number++) {
		len = SHMIF_FRAMEMIN + (uint32_t)random() %
		    ((random() & 7) != 0 ? 1500 :
		    SHMIF_FRAMEMAX - SHMIF_FRAMEMIN + 1);
		error = in - out == 256 ? EAGAIN :
		    try_send(a, mac[1], number, len);
		while (error == EAGAIN) {
			ATF_REQUIRE(out != in);
			ATF_REQUIRE_EQ(number - (in - out),
			    receive(b, &got));
			ATF_REQUIRE_EQ(sent[out++ % 256], got);
			/* Each has to read what it sends as well. */
			ATF_REQUIRE_EQ(-1, receive(a, NULL));
			error = in - out == 256 ? EAGAIN :
			    try_send(a, mac[1], number, len);
		}
		ATF_REQUIRE_EQ(0, error);
		sent[in++ % 256] = len;
	}
	ATF_CHECK_EQ(0, lost(b));
	shmif_bus_close(b);
	shmif_bus_close(a);
}

/* Processes that send, and one that receives: none is lost, all in order. */
#define	NPROC		3
#define	NFRAMES		4000

static void
producer(int who)
{
	struct shmif_bus *b = member(who);
	uint32_t n;
	int error;

	for (n = 0; n < NFRAMES; n++) {
		while ((error = try_send(b, mac[0], (uint32_t)who << 24 | n,
		    60 + n * 37 % 9000)) == EAGAIN) {
			shmif_bus_wait(b, 1000);
			(void)receive(b, NULL);
		}
		if (error != 0)
			_exit(1);
		(void)receive(b, NULL);
	}
	shmif_bus_close(b);
	_exit(0);
}

ATF_TC_WITHOUT_HEAD(processes);
ATF_TC_BODY(processes, tc)
{
	uint32_t next[NPROC + 1] = { 0 }, total = 0;
	struct shmif_bus *b = member(0);
	pid_t pid[NPROC + 1];
	int64_t number;
	int i, status;

	for (i = 1; i <= NPROC; i++) {
		ATF_REQUIRE((pid[i] = fork()) != -1);
		if (pid[i] == 0)
			producer(i);
	}
	while (total < NPROC * NFRAMES) {
		if ((number = receive(b, NULL)) == -1) {
			shmif_bus_wait(b, 10000);
			continue;
		}
		ATF_REQUIRE_MSG(number >= 0, "a frame was damaged");
		i = (int)(number >> 24);
		ATF_REQUIRE(i >= 1 && i <= NPROC);
		ATF_REQUIRE_EQ(next[i], number & 0xffffff);
		next[i]++;
		total++;
	}
	for (i = 1; i <= NPROC; i++) {
		ATF_REQUIRE_EQ(pid[i], waitpid(pid[i], &status, 0));
		ATF_CHECK_EQ(0, status);
	}
	ATF_CHECK_EQ(0, lost(b));
	ATF_CHECK_EQ(1, members(b));
	shmif_bus_close(b);
}

/* More than the ring has, to somebody who does not read. */
static int
flood(struct shmif_bus *a, int frames, int tries)
{
	int i, refused = 0;

	for (i = 0; i < frames; i++) {
		int t = 0;

		(void)receive(a, NULL);
		while (try_send(a, mac[1], (uint32_t)i, 8192) == EAGAIN) {
			refused++;
			ATF_REQUIRE(++t < tries);
			shmif_bus_wait(a, 1000);
			(void)receive(a, NULL);
		}
	}
	return refused;
}

ATF_TC_WITHOUT_HEAD(stalled);
ATF_TC_BODY(stalled, tc)
{
	struct shmif_bus *a = member(0), *b = member(1);

	ATF_CHECK(flood(a, 1000, 1000) > 0);
	/* Whole frames again, after the loss. */
	ATF_CHECK(receive(b, NULL) > 0);
	ATF_CHECK(lost(b) > 0);
	while (receive(b, NULL) >= 0)
		continue;
	SEND(a, mac[1], 77, 60);
	ATF_CHECK_EQ(77, receive(b, NULL));
	/* And it is waited for as before. */
	ATF_CHECK(flood(a, 1000, 1000) > 0);
	shmif_bus_close(b);
	shmif_bus_close(a);
}

/* A child that is a member, and then is killed. */
static void
killed_member(void (*f)(struct shmif_bus *))
{
	int p[2], status;
	pid_t pid;
	char c;

	ATF_REQUIRE_EQ(0, pipe(p));
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		f(member(1));
		if (write(p[1], "x", 1) == 1)
			(void)pause();
		_exit(1);
	}
	ATF_REQUIRE_EQ(1, read(p[0], &c, 1));
	ATF_REQUIRE_EQ(0, kill(pid, SIGKILL));
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	(void)close(p[0]);
	(void)close(p[1]);
}

static void
no_more(struct shmif_bus *b)
{

	(void)b;
}

static void
has_lock(struct shmif_bus *b)
{
	void *p;

	if (shmif_bus_begin(b, 1000, &p) != 0)
		_exit(1);
	memset(p, 0xff, 1000);
}

ATF_TC_WITHOUT_HEAD(dead);
ATF_TC_BODY(dead, tc)
{
	struct shmif_bus *a = member(0), *b;

	killed_member(no_more);
	ATF_CHECK_EQ(2, members(a));
	(void)flood(a, 1000, 1000);
	ATF_CHECK_EQ(1, members(a));
	/* Its place is free. */
	killed_member(no_more);
	b = member(1);
	ATF_CHECK_EQ(2, members(a));
	shmif_bus_close(b);
	shmif_bus_close(a);
}

ATF_TC_WITHOUT_HEAD(dead_owner);
ATF_TC_BODY(dead_owner, tc)
{
	struct shmif_bus *a = member(0), *b = member(2);

	killed_member(has_lock);
	SEND(a, mac[2], 9, 60);
	ATF_CHECK_EQ(9, receive(b, NULL));
	ATF_CHECK_EQ(-1, receive(b, NULL));
	shmif_bus_close(b);
	shmif_bus_close(a);
}

/* Nobody else was there, so that the next one has the same place. */
ATF_TC_WITHOUT_HEAD(dead_alone);
ATF_TC_BODY(dead_alone, tc)
{
	struct shmif_bus *a, *b;

	killed_member(has_lock);
	a = member(0);
	b = member(2);
	SEND(a, mac[2], 9, 60);
	ATF_CHECK_EQ(9, receive(b, NULL));
	shmif_bus_close(b);
	shmif_bus_close(a);
}

/* Killed between making the file and writing its header. */
ATF_TC_WITHOUT_HEAD(half_made);
ATF_TC_BODY(half_made, tc)
{
	struct shmif_bus *b = member(0);
	struct stat st;
	int fd;

	shmif_bus_close(b);
	ATF_REQUIRE_EQ(0, stat(BUS, &st));
	ATF_REQUIRE((fd = open(BUS, O_RDWR | O_TRUNC)) != -1);
	ATF_REQUIRE_EQ(0, ftruncate(fd, st.st_size));
	ATF_REQUIRE_EQ(0, close(fd));
	b = member(0);
	ATF_CHECK_EQ(1, members(b));
	shmif_bus_close(b);
}

static void *
waiter(void *arg)
{
	struct shmif_bus *b = arg;
	int64_t number;

	while ((number = receive(b, NULL)) == -1)
		shmif_bus_wait(b, -1);
	return (void *)(intptr_t)number;
}

/* Nobody who waits is forgotten; one ping-pong after the other. */
ATF_TC_WITHOUT_HEAD(wakes);
ATF_TC_BODY(wakes, tc)
{
	struct shmif_bus *a = member(0), *b = member(1);
	pthread_t td;
	void *rv;
	int i;

	for (i = 0; i < 2000; i++) {
		ATF_REQUIRE_EQ(0, pthread_create(&td, NULL, waiter, b));
		if (i % 100 == 0)
			nap(1);
		SEND(a, mac[1], (uint32_t)i, 60);
		ATF_REQUIRE_EQ(0, pthread_join(td, &rv));
		ATF_REQUIRE_EQ(i, (int)(intptr_t)rv);
	}
	shmif_bus_close(b);
	shmif_bus_close(a);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* How long one waits, at most so many milliseconds. */
static int64_t
waits(struct shmif_bus *b, int ms)
{
	const int64_t start = now_ms();

	shmif_bus_wait(b, ms);
	return now_ms() - start;
}

/* What one has sent oneself is nothing to wait for, or to look at. */
ATF_TC_WITHOUT_HEAD(own);
ATF_TC_BODY(own, tc)
{
	struct shmif_bus *a = member(0), *b = member(1);

	SEND(a, mac[1], 1, 60);
	SEND(a, mac[1], 2, 60);
	ATF_CHECK(waits(a, 100) >= 99);
	/* But before it, between and behind there is something. */
	SEND(b, mac[0], 3, 60);
	ATF_CHECK(waits(a, 60000) < 50000);
	SEND(a, mac[1], 4, 60);
	ATF_CHECK(waits(a, 60000) < 50000);
	ATF_CHECK_EQ(3, receive(a, NULL));
	ATF_CHECK(waits(a, 100) >= 99);
	ATF_CHECK_EQ(-1, receive(a, NULL));
	SEND(a, mac[1], 5, 60);
	ATF_CHECK(waits(a, 100) >= 99);
	SEND(b, mac[0], 6, 60);
	ATF_CHECK(waits(a, 60000) < 50000);
	ATF_CHECK_EQ(6, receive(a, NULL));
	shmif_bus_close(b);
	shmif_bus_close(a);
}

ATF_TC_WITHOUT_HEAD(watches);
ATF_TC_BODY(watches, tc)
{
	struct shmif_bus *a = member(0), *b = member(1), *w;
	int i, n;

	for (i = 0; i < 10; i++)
		SEND(a, mac[1], (uint32_t)i, 60);
	w = member(-1);
	ATF_CHECK_EQ(2, members(a));
	ATF_CHECK_EQ(-1, receive(w, NULL));
	shmif_bus_rewind(w);
	for (i = 0; i < 10; i++)
		ATF_CHECK_EQ(i, receive(w, NULL));
	SEND(b, mac[0], 100, 60);
	ATF_CHECK_EQ(100, receive(w, NULL));
	/* Nobody waits for it, and what it sees is whole. */
	for (i = 0; i < 1000; i++) {
		SEND(a, mac[1], (uint32_t)i, 8000);
		while (receive(b, NULL) >= 0 || receive(a, NULL) >= 0)
			continue;
	}
	for (n = 0; (i = (int)receive(w, NULL)) >= 0; n++)
		ATF_REQUIRE(i < 1000);
	ATF_CHECK_EQ(-1, i);
	ATF_CHECK(n > 50 && n < 1000);
	shmif_bus_close(w);
	shmif_bus_close(b);
	shmif_bus_close(a);
}

ATF_TC_WITHOUT_HEAD(full);
ATF_TC_BODY(full, tc)
{
	static struct shmif_bus *all[SHMIF_NSLOTS];
	const struct rlimit rl = { SHMIF_NSLOTS + 64, SHMIF_NSLOTS + 64 };
	struct shmif_bus *b;
	int i;

	if (setrlimit(RLIMIT_NOFILE, &rl) == -1)
		atf_tc_skip("no %d descriptors", SHMIF_NSLOTS + 64);
	for (i = 0; i < SHMIF_NSLOTS; i++)
		all[i] = member(i % 4);
	ATF_CHECK_EQ(EMFILE, shmif_bus_open(BUS, mac[0], &b));
	SEND(all[0], everyone, 3, 60);
	for (i = 1; i < SHMIF_NSLOTS; i++)
		ATF_REQUIRE_EQ(3, receive(all[i], NULL));
	for (i = 0; i < SHMIF_NSLOTS; i++)
		shmif_bus_close(all[i]);
	b = member(0);
	ATF_CHECK_EQ(1, members(b));
	shmif_bus_close(b);
}

/*
 * Files that are no bus.
 */
static void
write_file(const void *data, size_t len, off_t size)
{
	int fd = open(BUS, O_RDWR | O_CREAT | O_TRUNC, 0666);

	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ((ssize_t)len, write(fd, data, len));
	ATF_REQUIRE_EQ(0, ftruncate(fd, size));
	ATF_REQUIRE_EQ(0, close(fd));
}

ATF_TC_WITHOUT_HEAD(no_bus);
ATF_TC_BODY(no_bus, tc)
{
	const uint32_t bad[] = { 0, 1, 3, 63, 4095, 0x7fffffff, 0x80000000,
	    0xffffffff };
	struct shmif_bus *b = member(0);
	struct shmif_header h;
	struct stat st;
	uint32_t words[6], save;
	size_t i, j;
	int fd;

	shmif_bus_close(b);
	ATF_REQUIRE((fd = open(BUS, O_RDONLY)) != -1);
	ATF_REQUIRE_EQ(sizeof(h), read(fd, &h, sizeof(h)));
	ATF_REQUIRE_EQ(0, fstat(fd, &st));
	ATF_REQUIRE_EQ(0, close(fd));
	memcpy(words, &h, sizeof(words));
	for (i = 0; i < 6; i++) {
		save = words[i];
		for (j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
			if (bad[j] == save || (i == 1 && bad[j] == 1))
				continue;
			/* Fewer slots, at another place, are a bus. */
			if ((i == 3 && (bad[j] == 3 || bad[j] == 63)))
				continue;
			words[i] = bad[j];
			write_file(words, sizeof(words), st.st_size);
			ATF_CHECK_EQ_MSG(EINVAL, shmif_bus_open(BUS, mac[0],
			    &b), "word %zu = %#x", i, bad[j]);
		}
		words[i] = save;
	}
	write_file(words, sizeof(words), st.st_size - 1);
	ATF_CHECK_EQ(EINVAL, shmif_bus_open(BUS, mac[0], &b));
	write_file("x", 1, 1);
	ATF_CHECK_EQ(EINVAL, shmif_bus_open(BUS, mac[0], &b));
	ATF_CHECK_EQ(ENOENT, shmif_bus_open("no/such", mac[0], &b));
	ATF_CHECK_EQ(EISDIR, shmif_bus_open(".", mac[0], &b));
	ATF_CHECK_EQ(EINVAL, shmif_bus_open("/dev/null", mac[0], &b));
}

/* Somebody writes whatever he likes where he can. */
static void
spoil(uint8_t *map)
{
	const uint64_t words = (uint64_t)random() << (random() % 40);

	switch (random() % 4) {
	case 0:			/* head, tail, frames */
		memcpy(map + 128 + random() % 3 * 8, &words, 8);
		break;
	case 1:			/* slots, but not forever asleep */
		memcpy(map + 4096 + random() % 2 * 64 + random() % 6 * 8,
		    &words, 8);
		break;
	case 2:			/* the number of those that are used */
		memcpy(map + 68 + random() % 2 * 4, &words, 4);
		break;
	default:		/* frames */
		memcpy(map + 4096 + SHMIF_NSLOTS * 64 +
		    random() % (SHMIF_RINGSIZE - 8), &words, 8);
		break;
	}
}

ATF_TC_WITHOUT_HEAD(hostile);
ATF_TC_BODY(hostile, tc)
{
	struct shmif_bus *a = member(0), *b = member(1);

	srandom(3);
	survive(a, b, map_file(BUS), spoil);
	ATF_CHECK(members(a) <= SHMIF_NSLOTS);
	/* It can be used again by who starts anew. */
	shmif_bus_close(b);
	shmif_bus_close(a);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, two);
	ATF_TP_ADD_TC(tp, addressed);
	ATF_TP_ADD_TC(tp, wrap);
	ATF_TP_ADD_TC(tp, processes);
	ATF_TP_ADD_TC(tp, stalled);
	ATF_TP_ADD_TC(tp, dead);
	ATF_TP_ADD_TC(tp, dead_owner);
	ATF_TP_ADD_TC(tp, dead_alone);
	ATF_TP_ADD_TC(tp, half_made);
	ATF_TP_ADD_TC(tp, wakes);
	ATF_TP_ADD_TC(tp, own);
	ATF_TP_ADD_TC(tp, watches);
	ATF_TP_ADD_TC(tp, full);
	ATF_TP_ADD_TC(tp, no_bus);
	ATF_TP_ADD_TC(tp, hostile);
	return atf_no_error();
}
