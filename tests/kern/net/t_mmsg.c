/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many messages in one call.
 */
#include "sk.h"

#define	N	8

static struct sk_mmsghdr mm[2000];
static struct iovec iov[2000];
static char buf[2000][16];

static void
prepare(int n)
{
	int i;

	memset(mm, 0, sizeof(mm));
	for (i = 0; i < n; i++) {
		iov[i] = (struct iovec){ buf[i], 1 + (size_t)i % 16 };
		mm[i].msg_hdr.msg_iov = &iov[i];
		mm[i].msg_hdr.msg_iovlen = 1;
	}
}

static int
send_n(int s, unsigned n, unsigned flags)
{

	return rump_sys_sendmmsg(s, (void *)mm, n, flags);
}

static int
recv_n(int s, unsigned n, unsigned flags, struct timespec *ts)
{

	return rump_sys_recvmmsg(s, (void *)mm, n, flags, ts);
}

ATF_TC_WITHOUT_HEAD(both);
ATF_TC_BODY(both, tc)
{
	struct timespec ts = { 0, 0 };
	struct sk_pair p;
	int i;

	hk_boot("2");
	p = sk_pair(RUMP_SOCK_DGRAM);
	prepare(N);
	for (i = 0; i < N; i++)
		memset(buf[i], 'a' + i, 16);
	ATF_CHECK_EQ(0, send_n(p.a, 0, 0));
	ATF_CHECK_EQ(0, recv_n(p.b, 0, 0, NULL));
	ATF_REQUIRE_EQ(N, send_n(p.a, N, 0));
	for (i = 0; i < N; i++)
		ATF_CHECK_EQ(1u + i, mm[i].msg_len);
	prepare(N);
	memset(buf, 0, sizeof(buf));
	/* No more than there are, and one is waited for. */
	ATF_REQUIRE_EQ(N, recv_n(p.b, 100, SK_MSG_WAITFORONE, NULL));
	for (i = 0; i < N; i++) {
		ATF_CHECK_EQ(1u + i, mm[i].msg_len);
		ATF_CHECK_EQ('a' + i, buf[i][i]);
	}
	NB_FAILS(RUMP_EAGAIN, recv_n(p.b, N, SK_MSG_DONTWAIT, NULL));

	/* The time is looked at behind each message. */
	prepare(N);
	ATF_REQUIRE_EQ(N, send_n(p.a, N, 0));
	ATF_CHECK_EQ(1, recv_n(p.b, N, 0, &ts));
	ts.tv_sec = 1000;
	ATF_CHECK_EQ(N - 1, recv_n(p.b, N - 1, 0, &ts));
	ts.tv_nsec = 1000000000;
	NB_FAILS(RUMP_EINVAL, recv_n(p.b, N, 0, &ts));
	NB_FAILS(RUMP_EFAULT, recv_n(p.b, N, 0, (void *)1));
}

/* At most so many at once; and an error after some is told the next time. */
ATF_TC_WITHOUT_HEAD(limits);
ATF_TC_BODY(limits, tc)
{
	struct sk_pair p;
	int n;

	hk_boot("2");
	p = sk_pair(RUMP_SOCK_STREAM);
	prepare(2000);
	ATF_CHECK_EQ(1024, send_n(p.a, 2000, 0));
	p = sk_pair(RUMP_SOCK_DGRAM);
	prepare(2000);
	mm[3].msg_hdr.msg_name = buf;
	mm[3].msg_hdr.msg_namelen = 1;
	ATF_CHECK_EQ(3, send_n(p.a, 5, 0));
	NB_FAILS(RUMP_EINVAL, send_n(p.a, 1, 0));
	ATF_CHECK_EQ(1, send_n(p.a, 1, 0));
	/* One that passes is told at once, or not at all. */
	sk_nonblock(p.b, 1);
	prepare(10);
	ATF_CHECK_EQ(4, recv_n(p.b, 10, 0, NULL));
	NB_FAILS(RUMP_EAGAIN, recv_n(p.b, 10, 0, NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_sendmmsg(p.a, (void *)16, 1, 0));
	NB_FAILS(RUMP_EFAULT, rump_sys_recvmmsg(p.a, (void *)16, 1, 0, NULL));
	prepare(2000);
	/* Datagrams that do not fit. */
	n = send_n(p.a, 2000, 0);
	ATF_CHECK(n > 10 && n <= 1024);
}

static void *
sender(void *arg)
{
	int s = *(int *)arg;

	usleep(10000);
	ATF_REQUIRE_EQ(1, sk_send(s, "x", 1, 0));
	return NULL;
}

/* MSG_WAITFORONE sleeps for the first only. */
ATF_TC_WITHOUT_HEAD(waitforone);
ATF_TC_BODY(waitforone, tc)
{
	struct sk_pair p;
	pthread_t t;

	hk_boot("2");
	p = sk_pair(RUMP_SOCK_DGRAM);
	prepare(N);
	t = sk_thread(sender, &p.a);
	ATF_CHECK_EQ(1, recv_n(p.b, N, SK_MSG_WAITFORONE, NULL));
	sk_join(t);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, both);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, waitforone);
	return atf_no_error();
}
