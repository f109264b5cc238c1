/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fifos between threads of one kernel: who waits for whom at open, data, end
 * of file, a writer without readers.
 */
#include <poll.h>

#include "vk.h"

#define	AMOUNT	(300 * 1024)

static void *
writer(void *arg)
{
	char buf[1000];
	int fd, i;

	/* Opening waits for the reader. */
	fd = RL(rump_sys_open("/fifo", RUMP_O_WRONLY));
	for (i = 0; i < AMOUNT; i += sizeof(buf)) {
		memset(buf, i / sizeof(buf), sizeof(buf));
		ATF_REQUIRE_EQ((ssize_t)sizeof(buf), rump_sys_write(fd, buf,
		    sizeof(buf)));
	}
	RL(rump_sys_close(fd));
	return NULL;
}

VK_CASE(data)
{
	char buf[4096];
	pthread_t pt;
	ssize_t n;
	size_t total = 0, j;
	int fd;

	RL(rump_sys_mkfifo("/fifo", 0600));
	ATF_REQUIRE_EQ(0010600, (int)vk_stat("/fifo").st_mode);
	pthread_create(&pt, NULL, writer, NULL);
	fd = RL(rump_sys_open("/fifo", RUMP_O_RDONLY));
	while ((n = RL(rump_sys_read(fd, buf, sizeof(buf)))) > 0) {
		for (j = 0; j < (size_t)n; j++)
			ATF_REQUIRE_EQ((char)((total + j) / 1000), buf[j]);
		total += n;
	}
	pthread_join(pt, NULL);
	ATF_REQUIRE(total >= AMOUNT);
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("/fifo"));
}

VK_CASE(nonblock)
{
	char buf[16];
	int rfd, wfd;

	RL(rump_sys_mkfifo("/fifo", 0600));
	RE(ENXIO, rump_sys_open("/fifo", RUMP_O_WRONLY | RUMP_O_NONBLOCK));
	rfd = RL(rump_sys_open("/fifo", RUMP_O_RDONLY | RUMP_O_NONBLOCK));
	ATF_REQUIRE_EQ(0, rump_sys_read(rfd, buf, sizeof(buf)));
	wfd = RL(rump_sys_open("/fifo", RUMP_O_WRONLY | RUMP_O_NONBLOCK));
	RE(EAGAIN, rump_sys_read(rfd, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(3, rump_sys_write(wfd, "abc", 3));
	ATF_REQUIRE_EQ(3, rump_sys_read(rfd, buf, sizeof(buf)));
	RE(ESPIPE, rump_sys_lseek(rfd, 0, RUMP_SEEK_SET));
	RL(rump_sys_close(wfd));
	ATF_REQUIRE_EQ(0, rump_sys_read(rfd, buf, sizeof(buf)));
	RL(rump_sys_close(rfd));
}

ATF_TC_WITHOUT_HEAD(nobody);
ATF_TC_BODY(nobody, tc)
{
	int rfd, wfd;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	ATF_REQUIRE_EQ(0, rump_init());
	RL(rump_sys_mkfifo("/fifo", 0600));
	rfd = RL(rump_sys_open("/fifo", RUMP_O_RDONLY | RUMP_O_NONBLOCK));
	wfd = RL(rump_sys_open("/fifo", RUMP_O_WRONLY));
	RL(rump_sys_close(rfd));
	RE(EPIPE, rump_sys_write(wfd, "x", 1));
	RL(rump_sys_close(wfd));
}

/* A write of up to PIPE_BUF is all or nothing, larger ones are not. */
VK_CASE(atomic)
{
	static char buf[20000];
	ssize_t n, full;
	int avail, rfd, wfd;

	RL(rump_sys_mkfifo("/fifo", 0600));
	rfd = RL(rump_sys_open("/fifo", RUMP_O_RDONLY | RUMP_O_NONBLOCK));
	wfd = RL(rump_sys_open("/fifo", RUMP_O_WRONLY | RUMP_O_NONBLOCK));
	full = RL(rump_sys_write(wfd, buf, sizeof(buf)));
	ATF_REQUIRE(full >= 512 && full < (ssize_t)sizeof(buf));
	RE(EAGAIN, rump_sys_write(wfd, buf, 1));
	RL(rump_sys_ioctl(rfd, RUMP_FIONREAD, &avail));
	ATF_REQUIRE_EQ(full, avail);
	ATF_REQUIRE_EQ(500, rump_sys_read(rfd, buf, 500));
	RE(EAGAIN, rump_sys_write(wfd, buf, 512));
	ATF_REQUIRE_EQ(500, rump_sys_write(wfd, buf, 500));
	ATF_REQUIRE_EQ(500, rump_sys_read(rfd, buf, 500));
	ATF_REQUIRE_EQ(500, rump_sys_write(wfd, buf, 513));
	for (avail = 0; (n = rump_sys_read(rfd, buf, 777)) > 0; avail += n)
		continue;
	ATF_REQUIRE_EQ(-1, n);
	ATF_REQUIRE_EQ(full, avail);
	ATF_REQUIRE_EQ(0, rump_sys_read(rfd, buf, 0));
	RE(EFAULT, rump_sys_write(wfd, NULL, 10));
	RL(rump_sys_close(rfd));
	RL(rump_sys_close(wfd));
	/* What was left in it is gone. */
	rfd = RL(rump_sys_open("/fifo", RUMP_O_RDWR));
	RL(rump_sys_ioctl(rfd, RUMP_FIONREAD, &avail));
	ATF_REQUIRE_EQ(0, avail);
}

static int
polled(int fd, int events)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	RL(rump_sys_poll(&pfd, 1, 0));
	return pfd.revents;
}

VK_CASE(poll)
{
	char buf[8];
	int rfd, wfd;

	RL(rump_sys_mkfifo("/fifo", 0600));
	rfd = RL(rump_sys_open("/fifo", RUMP_O_RDONLY | RUMP_O_NONBLOCK));
	ATF_REQUIRE_EQ(0, polled(rfd, POLLIN));
	wfd = RL(rump_sys_open("/fifo", RUMP_O_WRONLY));
	ATF_REQUIRE_EQ(0, polled(rfd, POLLIN));
	ATF_REQUIRE_EQ(POLLOUT, polled(wfd, POLLOUT));
	ATF_REQUIRE_EQ(2, rump_sys_write(wfd, "ab", 2));
	ATF_REQUIRE_EQ(POLLIN, polled(rfd, POLLIN));
	RL(rump_sys_close(wfd));
	ATF_REQUIRE_EQ(POLLIN | POLLHUP, polled(rfd, POLLIN));
	ATF_REQUIRE_EQ(2, rump_sys_read(rfd, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(POLLHUP, polled(rfd, POLLIN));
	wfd = RL(rump_sys_open("/fifo", RUMP_O_WRONLY));
	RL(rump_sys_close(rfd));
	ATF_REQUIRE(polled(wfd, POLLOUT) & POLLERR);
}

static void *
poller(void *arg)
{
	struct pollfd pfd = { .fd = *(int *)arg, .events = POLLIN };

	ATF_REQUIRE_EQ(1, rump_sys_poll(&pfd, 1, 20000));
	ATF_REQUIRE_EQ(POLLIN, pfd.revents);
	return NULL;
}

/* Whoever polls or reads is woken by a write. */
VK_CASE(wakeup)
{
	pthread_t pt;
	int fd;

	RL(rump_sys_mkfifo("/fifo", 0600));
	fd = RL(rump_sys_open("/fifo", RUMP_O_RDWR));
	pthread_create(&pt, NULL, poller, &fd);
	usleep(30000);
	ATF_REQUIRE_EQ(1, rump_sys_write(fd, "w", 1));
	pthread_join(pt, NULL);
}

#define	NWRITERS	4
#define	NRECORDS	300
#define	RECORD		100

static void *
recorder(void *arg)
{
	char buf[RECORD];
	int fd, i;

	fd = RL(rump_sys_open("/fifo", RUMP_O_WRONLY));
	memset(buf, (int)(intptr_t)arg, sizeof(buf));
	for (i = 0; i < NRECORDS; i++)
		ATF_REQUIRE_EQ(RECORD, rump_sys_write(fd, buf, RECORD));
	RL(rump_sys_close(fd));
	return NULL;
}

/* Records of several writers do not mix. */
VK_CASE(writers)
{
	pthread_t pt[NWRITERS];
	char buf[RECORD];
	int count[NWRITERS] = { 0 }, fd, hold, i, j;

	RL(rump_sys_mkfifo("/fifo", 0600));
	hold = RL(rump_sys_open("/fifo", RUMP_O_RDWR));
	for (i = 0; i < NWRITERS; i++)
		pthread_create(&pt[i], NULL, recorder, (void *)(intptr_t)i);
	fd = RL(rump_sys_open("/fifo", RUMP_O_RDONLY));
	for (i = 0; i < NWRITERS * NRECORDS; i++) {
		for (j = 0; j < RECORD;)
			j += RL(rump_sys_read(fd, buf + j, RECORD - j));
		for (j = 1; j < RECORD; j++)
			ATF_REQUIRE_EQ(buf[0], buf[j]);
		count[(int)buf[0]]++;
	}
	for (i = 0; i < NWRITERS; i++) {
		pthread_join(pt[i], NULL);
		ATF_REQUIRE_EQ(NRECORDS, count[i]);
	}
	RL(rump_sys_close(hold));
	ATF_REQUIRE_EQ(0, rump_sys_read(fd, buf, 1));
	RL(rump_sys_close(fd));
}

static void *
revoked(void *arg)
{
	char buf[8];
	ssize_t n;

	n = rump_sys_read(*(int *)arg, buf, sizeof(buf));
	ATF_REQUIRE(n <= 0);
	return NULL;
}

/* A reader does not keep sleeping on a fifo whose file system is gone. */
VK_CASE(unmounted)
{
	pthread_t pt;
	int fd;

	vk_tmpfs("/t");
	RL(rump_sys_mkfifo("/t/fifo", 0600));
	fd = RL(rump_sys_open("/t/fifo", RUMP_O_RDWR));
	pthread_create(&pt, NULL, revoked, &fd);
	usleep(30000);
	RE(EBUSY, rump_sys_unmount("/t", 0));
	RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
	pthread_join(pt, NULL);
	RL(rump_sys_close(fd));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, data);
	ATF_TP_ADD_TC(tp, nonblock);
	ATF_TP_ADD_TC(tp, nobody);
	ATF_TP_ADD_TC(tp, atomic);
	ATF_TP_ADD_TC(tp, poll);
	ATF_TP_ADD_TC(tp, wakeup);
	ATF_TP_ADD_TC(tp, writers);
	ATF_TP_ADD_TC(tp, unmounted);
	return atf_no_error();
}
