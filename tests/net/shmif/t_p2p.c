/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wires with two ends, shmif_bus.h, without a kernel: traffic in one process
 * and in two, ends that go, die, do not read or are hostile.
 */
#include <sys/wait.h>

#include <atf-c.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frames.h"

#define	WIRE	SHMIF_P2P "wire"
#define	NFRAMES	20000

static struct shmif_bus *
end(int i)
{
	struct shmif_bus *b;

	ATF_REQUIRE_EQ(0, shmif_bus_open(WIRE, mac[i], &b));
	return b;
}

ATF_TC_WITHOUT_HEAD(ends);
ATF_TC_BODY(ends, tc)
{
	struct shmif_bus *a = end(0), *b = end(1), *c;
	uint32_t len = 0;

	ATF_CHECK_EQ(EMFILE, shmif_bus_open(WIRE, mac[0], &c));
	ATF_CHECK_EQ(EINVAL, shmif_bus_open(WIRE, NULL, &c));
	/* One kind of file is not the other. */
	ATF_CHECK_EQ(EINVAL, shmif_bus_open("wire", mac[0], &c));
	ATF_REQUIRE_EQ(0, shmif_bus_open("bus", mac[0], &c));
	shmif_bus_close(c);
	ATF_CHECK_EQ(EINVAL, shmif_bus_open(SHMIF_P2P "bus", mac[0], &c));
	ATF_CHECK_EQ(EMSGSIZE, try_send(a, everyone, 0, SHMIF_FRAMEMIN - 1));
	ATF_CHECK_EQ(EMSGSIZE, try_send(a, everyone, 0, SHMIF_FRAMEMAX + 1));
	ATF_CHECK_EQ(0, try_send(a, everyone, 1, 60));
	ATF_CHECK_EQ(0, try_send(b, everyone, 2, SHMIF_FRAMEMAX));
	ATF_CHECK_EQ(1, receive(b, &len));
	ATF_CHECK_EQ(60, len);
	ATF_CHECK_EQ(-1, receive(b, &len));
	ATF_CHECK_EQ(2, receive(a, &len));
	ATF_CHECK_EQ(SHMIF_FRAMEMAX, len);
	/* An end that is alone sends to nobody, and is not stopped. */
	shmif_bus_close(b);
	for (len = 0; len < 1000; len++)
		ATF_REQUIRE_EQ(0, try_send(a, everyone, len, 9000));
	b = end(1);
	ATF_CHECK_EQ(-1, receive(b, &len));
	ATF_CHECK_EQ(0, try_send(a, everyone, 3, 60));
	ATF_CHECK_EQ(3, receive(b, &len));
	shmif_bus_close(a);
	shmif_bus_close(b);
}

ATF_TC_WITHOUT_HEAD(undone);
ATF_TC_BODY(undone, tc)
{
	struct shmif_bus *a = end(0), *b = end(1);

	ATF_CHECK(shmif_bus_undone(a));
	shmif_bus_setplain(b, true);
	ATF_CHECK(!shmif_bus_undone(a));
	ATF_CHECK(shmif_bus_undone(b));
	shmif_bus_setplain(b, false);
	ATF_CHECK(shmif_bus_undone(a));
	shmif_bus_setplain(b, true);
	shmif_bus_close(b);
	ATF_CHECK(shmif_bus_undone(a));
	shmif_bus_close(a);
}

static void
producer(void)
{
	struct shmif_bus *b = end(1);
	uint32_t n;
	int error;

	for (n = 0; n < NFRAMES; n++) {
		while ((error = try_send(b, everyone, n,
		    60 + n * 37 % 60000)) == EAGAIN)
			shmif_bus_wait(b, 1000);
		if (error != 0)
			_exit(1);
	}
	/* What was sent stays for who reads. */
	shmif_bus_close(b);
	_exit(0);
}

/* All that one process sends comes to the other, in order. */
ATF_TC_WITHOUT_HEAD(processes);
ATF_TC_BODY(processes, tc)
{
	struct shmif_bus *b = end(0);
	uint32_t len, n = 0;
	int64_t number;
	int status;
	pid_t pid;

	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0)
		producer();
	while (n < NFRAMES) {
		if ((number = receive(b, &len)) == -1) {
			shmif_bus_wait(b, 10000);
			continue;
		}
		ATF_REQUIRE_EQ(n, number);
		ATF_REQUIRE_EQ(60 + n * 37 % 60000, len);
		n++;
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_CHECK_EQ(0, status);
	shmif_bus_close(b);
}

static uint32_t
slot_flags(int i)
{
	const int fd = open("wire", O_RDONLY);
	uint32_t flags;

	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ(sizeof(flags), pread(fd, &flags, sizeof(flags),
	    4096 + i * (off_t)sizeof(struct shmif_slot)));
	(void)close(fd);
	return flags;
}

/* Who does not read is waited for; who is dead is not. */
ATF_TC_WITHOUT_HEAD(dead);
ATF_TC_BODY(dead, tc)
{
	struct shmif_bus *a = end(0);
	int p[2], status, i;
	uint32_t n = 0;
	pid_t pid;
	char c;

	ATF_REQUIRE_EQ(0, pipe(p));
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		(void)end(1);
		if (write(p[1], "x", 1) == 1)
			(void)pause();
		_exit(1);
	}
	ATF_REQUIRE_EQ(1, read(p[0], &c, 1));
	while (try_send(a, everyone, n, 9000) == 0)
		ATF_REQUIRE(++n < 1000);
	ATF_CHECK_EQ(EAGAIN, try_send(a, everyone, n, 9000));
	ATF_CHECK_EQ(SHMIF_SLOT_USED | SHMIF_SLOT_WANTROOM, slot_flags(0));
	ATF_REQUIRE_EQ(0, kill(pid, SIGKILL));
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	for (i = 0; i < 1000 && try_send(a, everyone, n, 9000) == EAGAIN; i++)
		shmif_bus_wait(a, 1000);
	ATF_CHECK(i < 1000);
	/* Who has room does not go on looking for it. */
	ATF_CHECK_EQ(SHMIF_SLOT_USED, slot_flags(0));
	ATF_CHECK_EQ(0, slot_flags(1));
	for (i = 0; i < 1000; i++)
		ATF_REQUIRE_EQ(0, try_send(a, everyone, n, 9000));
	shmif_bus_close(a);
}

/* The other end writes whatever it likes. */
static void
spoil(uint8_t *map)
{
	const uint64_t word = (uint64_t)random() << (random() % 40);

	if (random() % 2 == 0)	/* slots */
		memcpy(map + 4096 + random() % 16 * 8, &word, 8);
	else			/* frames */
		memcpy(map + 8192 + random() % (2 * SHMIF_RINGSIZE - 8),
		    &word, 8);
}

ATF_TC_WITHOUT_HEAD(hostile);
ATF_TC_BODY(hostile, tc)
{
	struct shmif_bus *a = end(0), *b = end(1);

	srandom(5);
	survive(a, b, map_file("wire"), spoil);
	shmif_bus_close(b);
	shmif_bus_close(a);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, ends);
	ATF_TP_ADD_TC(tp, undone);
	ATF_TP_ADD_TC(tp, processes);
	ATF_TP_ADD_TC(tp, dead);
	ATF_TP_ADD_TC(tp, hostile);
	return atf_no_error();
}
