/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sendmmsg and recvmmsg, which call the kernel once a message.  There may be
 * no networking in it, so the two calls it gets are answered here: a socket
 * that counts, holds some messages and then would block.
 */
#include <limits.h>

#include "ha.h"

static int calls, left, last_flags, oob_at;

/* As the kernel's: the message's bytes, or -1 and its errno. */
ssize_t
rump_sys_sendmsg(int s, const struct msghdr *m, int flags)
{
	const struct rump_msghdr *r = (const void *)m;

	calls++;
	last_flags = flags;
	if (left == 0) {
		errno = RUMP_EAGAIN;
		return -1;
	}
	left--;
	return (ssize_t)r->msg_iov[0].iov_len;
}

ssize_t
rump_sys_recvmsg(int s, struct msghdr *m, int flags)
{
	struct rump_msghdr *r = (void *)m;

	calls++;
	last_flags = flags;
	if (left == 0) {
		errno = RUMP_EAGAIN;
		return -1;
	}
	left--;
	r->msg_flags = calls == oob_at ? RUMP_MSG_OOB : 0;
	*(char *)r->msg_iov[0].iov_base = (char)calls;
	return 1;
}

#define	N	5

static char bytes[N];
static struct iovec iov[N];
static struct mmsghdr mm[N];

static void
set_up(int nleft)
{
	int i;

	for (i = 0; i < N; i++) {
		iov[i] = (struct iovec){ &bytes[i], 1 };
		mm[i] = (struct mmsghdr){ .msg_hdr.msg_iov = &iov[i],
		    .msg_hdr.msg_iovlen = 1, .msg_len = 77 };
	}
	calls = oob_at = 0;
	left = nleft;
}

ATF_TC_WITHOUT_HEAD(send);
ATF_TC_BODY(send, tc)
{
	static struct mmsghdr many[IOV_MAX + 1];
	int i;

	set_up(N);
	iov[3].iov_len = 9;
	ATF_CHECK_EQ(N, rump_host_sendmmsg(3, mm, N, MSG_NOSIGNAL));
	ATF_CHECK_EQ(N, calls);
	ATF_CHECK_EQ(RUMP_MSG_NOSIGNAL, last_flags);
	ATF_CHECK(mm[0].msg_len == 1 && mm[3].msg_len == 9);
	/* an error after some tells of those alone */
	set_up(2);
	ATF_CHECK_EQ(2, rump_host_sendmmsg(3, mm, N, 0));
	ATF_CHECK_EQ(3, calls);
	ATF_CHECK(mm[1].msg_len == 1 && mm[2].msg_len == 77);
	set_up(0);
	RE(EAGAIN, rump_host_sendmmsg(3, mm, N, 0));
	ATF_CHECK_EQ(1, calls);
	set_up(INT_MAX);
	for (i = 0; i < IOV_MAX + 1; i++)
		many[i] = mm[0];
	ATF_CHECK_EQ(IOV_MAX, rump_host_sendmmsg(3, many, IOV_MAX + 1, 0));
	ATF_CHECK_EQ(IOV_MAX, calls);
}

ATF_TC_WITHOUT_HEAD(receive);
ATF_TC_BODY(receive, tc)
{

	set_up(N);
	ATF_CHECK_EQ(3, rump_host_recvmmsg(3, mm, 3, 0, NULL));
	ATF_CHECK_EQ(0, last_flags);
	ATF_CHECK(bytes[0] == 1 && bytes[2] == 3);
	ATF_CHECK(mm[2].msg_len == 1 && mm[3].msg_len == 77);
	/* wait for the first, then take what is there */
	set_up(1);
	ATF_CHECK_EQ(1, rump_host_recvmmsg(3, mm, 1, MSG_WAITFORONE, NULL));
	ATF_CHECK_EQ(0, last_flags);
	set_up(2);
	ATF_CHECK_EQ(2, rump_host_recvmmsg(3, mm, N, MSG_WAITFORONE, NULL));
	ATF_CHECK_EQ(RUMP_MSG_DONTWAIT, last_flags);
	ATF_CHECK_EQ(3, calls);
	set_up(0);
	RE(EAGAIN, rump_host_recvmmsg(3, mm, N, MSG_DONTWAIT, NULL));
	/* out-of-band data is the last of a call */
	set_up(N);
	oob_at = 2;
	ATF_CHECK_EQ(2, rump_host_recvmmsg(3, mm, N, 0, NULL));
	ATF_CHECK_EQ(MSG_OOB, mm[1].msg_hdr.msg_flags);
}

ATF_TC_WITHOUT_HEAD(timeout);
ATF_TC_BODY(timeout, tc)
{
	struct timespec ts = { 0, 0 };

	ATF_REQUIRE_EQ(0, rump_init());
	/* looked at when there is a message */
	set_up(N);
	ATF_CHECK_EQ(1, rump_host_recvmmsg(3, mm, N, 0, &ts));
	ATF_CHECK(ts.tv_sec == 0 && ts.tv_nsec == 0);
	set_up(N);
	ts = (struct timespec){ 1000, 999999999 };
	ATF_CHECK_EQ(N, rump_host_recvmmsg(3, mm, N, 0, &ts));
	ATF_CHECK(ts.tv_sec <= 1000 && ts.tv_sec > 0);
	ATF_CHECK(ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000);
	set_up(N);
	ts = (struct timespec){ INT64_MAX, 999999999 };
	ATF_CHECK_EQ(N, rump_host_recvmmsg(3, mm, N, 0, &ts));
	ATF_CHECK(ts.tv_sec > INT64_MAX / 8);
	set_up(N);
	ts = (struct timespec){ -1, 0 };
	RE(EINVAL, rump_host_recvmmsg(3, mm, N, 0, &ts));
	ATF_CHECK_EQ(0, calls);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, send);
	ATF_TP_ADD_TC(tp, receive);
	ATF_TP_ADD_TC(tp, timeout);
	return atf_no_error();
}
