/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting: poll and select on pipes beside the host's, and clocks.
 */
#include "ha.h"

static const struct {
	const char *name;
	int	(*poll)(struct pollfd *, nfds_t, int);
	int	(*select)(int, fd_set *, fd_set *, fd_set *, struct timeval *);
	int	(*pipe2)(int *, int);
	ssize_t	(*write)(int, const void *, size_t);
	int	(*close)(int);
} w[2] = {
	{ "host", poll, select, pipe2, write, close },
	{ "kernel", rump_host_poll, rump_host_select, rump_host_pipe2,
	    rump_host_write, rump_host_close },
};

/* Three states of a pipe: what poll says of both ends, one more in the air. */
static void
states(int k, short events, short *out)
{
	struct pollfd p[3];
	int fds[2], i;

	ATF_REQUIRE_EQ(0, w[k].pipe2(fds, O_CLOEXEC));
	for (i = 0; i < 3; i++) {
		p[0] = (struct pollfd){ fds[0], events, 77 };
		p[1] = (struct pollfd){ i < 2 ? fds[1] : 999, events, 77 };
		p[2] = (struct pollfd){ -1, events, 77 };
		RL(w[k].poll(p, 3, 0));
		out[i * 3] = p[0].revents;
		out[i * 3 + 1] = p[1].revents;
		out[i * 3 + 2] = p[2].revents;
		if (i == 0)
			ATF_CHECK_EQ(1, w[k].write(fds[1], "x", 1));
		if (i == 1)
			RL(w[k].close(fds[1]));
	}
	RL(w[k].close(fds[0]));
}

ATF_TC_WITHOUT_HEAD(poll);
ATF_TC_BODY(poll, tc)
{
	static const short events[] = { 0, POLLIN, POLLOUT, POLLWRNORM,
	    POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM };
	short out[2][9];
	size_t i, j;

	ha_boot(false);
	for (i = 0; i < NITEMS(events); i++) {
		states(0, events[i], out[0]);
		states(1, events[i], out[1]);
		for (j = 0; j < 9; j++)
			ATF_CHECK_EQ_MSG(out[0][j], out[1][j],
			    "%#x, %zu: %#x, host %#x", events[i], j, out[1][j],
			    out[0][j]);
	}
	ha_done();
}

ATF_TC_WITHOUT_HEAD(poll_many);
ATF_TC_BODY(poll_many, tc)
{
	struct pollfd p[100];
	struct timespec ts = { 0, 1000 };
	sigset_t mask;
	int fds[2], i;

	ha_boot(false);
	RL(rump_host_pipe(fds));
	for (i = 0; i < 100; i++)
		p[i] = (struct pollfd){ fds[1], POLLOUT, 0 };
	ATF_CHECK_EQ(100, rump_host_poll(p, 100, -1));
	ATF_CHECK_EQ(POLLOUT, p[99].revents);
	p[0].events = POLLRDHUP;
	RE(EINVAL, rump_host_poll(p, 1, 0));
	p[0] = (struct pollfd){ fds[0], POLLIN, 0 };
	sigfillset(&mask);
	ATF_CHECK_EQ(0, rump_host_ppoll(p, 1, &ts, &mask));
	ha_done();
}

ATF_TC_WITHOUT_HEAD(select);
ATF_TC_BODY(select, tc)
{
	struct timeval tv;
	fd_set in, out;
	int fds[2], k, max;

	ha_boot(false);
	for (k = 0; k < 2; k++) {
		RL(w[k].pipe2(fds, 0));
		max = (fds[0] > fds[1] ? fds[0] : fds[1]) + 1;
		FD_ZERO(&in);
		FD_SET(fds[0], &in);
		tv = (struct timeval){ 0, 1000 };
		ATF_CHECK_EQ(0, w[k].select(max, &in, NULL, NULL, &tv));
		ATF_CHECK(!FD_ISSET(fds[0], &in));
		ATF_CHECK(tv.tv_sec == 0 && tv.tv_usec == 0);
		RL(w[k].write(fds[1], "x", 1));
		FD_ZERO(&out);
		FD_SET(fds[0], &in);
		FD_SET(fds[1], &out);
		ATF_CHECK_EQ(2, w[k].select(max, &in, &out, NULL, NULL));
		ATF_CHECK(FD_ISSET(fds[0], &in) && FD_ISSET(fds[1], &out));
		RE(EINVAL, w[k].select(-1, NULL, NULL, NULL, NULL));
		FD_ZERO(&in);
		FD_SET(fds[0], &in);
		RL(w[k].close(fds[0]));
		RE(EBADF, w[k].select(max, &in, NULL, NULL, NULL));
	}
	ha_done();
}

ATF_TC_WITHOUT_HEAD(clocks);
ATF_TC_BODY(clocks, tc)
{
	struct timespec ts, a, b;
	struct timeval tv;

	ha_boot(false);
	RL(rump_host_clock_gettime(CLOCK_REALTIME, &ts));
	RL(rump_host_gettimeofday(&tv, NULL));
	ATF_CHECK(tv.tv_sec - ts.tv_sec >= 0 && tv.tv_sec - ts.tv_sec < 60);
	RL(rump_host_clock_gettime(CLOCK_MONOTONIC, &a));
	ts = (struct timespec){ 0, 1000000 };
	RL(rump_host_nanosleep(&ts, NULL));
	ATF_CHECK_EQ(0, rump_host_clock_nanosleep(CLOCK_MONOTONIC,
	    TIMER_ABSTIME, &a, NULL));
	RL(rump_host_clock_gettime(CLOCK_MONOTONIC, &b));
	ATF_CHECK(b.tv_sec > a.tv_sec || b.tv_nsec - a.tv_nsec >= 1000000);
	RL(rump_host_clock_getres(CLOCK_MONOTONIC_COARSE, &ts));
	RE(EINVAL, rump_host_clock_gettime(CLOCK_BOOTTIME, &ts));
	ATF_CHECK_EQ(EINVAL, rump_host_clock_nanosleep(CLOCK_TAI, 0, &ts,
	    NULL));
	ts.tv_nsec = -1;
	RE(EINVAL, rump_host_nanosleep(&ts, NULL));
	ha_done();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, poll);
	ATF_TP_ADD_TC(tp, poll_many);
	ATF_TP_ADD_TC(tp, select);
	ATF_TP_ADD_TC(tp, clocks);
	return atf_no_error();
}
