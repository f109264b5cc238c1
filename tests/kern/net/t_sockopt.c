/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of sockets: every one of SOL_SOCKET, with its limits and errors.
 */
#include "sk.h"

static int
pair_a(void)
{

	return sk_pair(RUMP_SOCK_STREAM).a;
}

ATF_TC_WITHOUT_HEAD(onoff);
ATF_TC_BODY(onoff, tc)
{
	static const int opts[] = {
		RUMP_SO_DEBUG, RUMP_SO_KEEPALIVE, RUMP_SO_DONTROUTE,
		RUMP_SO_USELOOPBACK, RUMP_SO_BROADCAST, RUMP_SO_REUSEADDR,
		RUMP_SO_REUSEPORT, RUMP_SO_OOBINLINE, RUMP_SO_NOSIGPIPE,
		RUMP_SO_TIMESTAMP, SK_SO_RERROR
	};
	unsigned i, j;
	char c = 1;
	int s;

	hk_boot("2");
	s = pair_a();
	for (i = 0; i < sizeof(opts) / sizeof(opts[0]); i++) {
		ATF_CHECK_EQ(0, sk_get(s, opts[i]));
		ATF_REQUIRE_EQ(0, sk_set(s, opts[i], 5));
		for (j = 0; j < sizeof(opts) / sizeof(opts[0]); j++)
			ATF_CHECK_EQ(i == j, sk_get(s, opts[j]));
		NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(s, SK_SOL_SOCKET,
		    opts[i], &c, 1));
		ATF_REQUIRE_EQ(0, sk_set(s, opts[i], 0));
		ATF_CHECK_EQ(0, sk_get(s, opts[i]));
	}
	ATF_CHECK_EQ(0, sk_get(s, RUMP_SO_ACCEPTCONN));
	NB_FAILS(RUMP_ENOPROTOOPT, sk_set(s, RUMP_SO_ACCEPTCONN, 1));
	NB_FAILS(RUMP_ENOPROTOOPT, sk_set(s, RUMP_SO_TYPE, 1));
	NB_FAILS(RUMP_ENOPROTOOPT, sk_set(s, RUMP_SO_ERROR, 1));
	NB_FAILS(RUMP_ENOPROTOOPT, sk_set(s, 0x1fff, 1));
	NB_FAILS(RUMP_ENOPROTOOPT, rump_sys_setsockopt(s, 6, 1, &s,
	    sizeof(s)));
}

ATF_TC_WITHOUT_HEAD(values);
ATF_TC_BODY(values, tc)
{
	struct { int l_onoff, l_linger; } l;
	socklen_t len;
	char c, name[256];
	int s, v;

	hk_boot("2");
	s = pair_a();
	ATF_CHECK_EQ(RUMP_SOCK_STREAM, sk_get(s, RUMP_SO_TYPE));
	ATF_CHECK_EQ(0, sk_get(s, RUMP_SO_ERROR));
	ATF_CHECK_EQ(0, sk_get(s, SK_SO_OVERFLOWED));

	l.l_onoff = 1;
	l.l_linger = 7;
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET, RUMP_SO_LINGER,
	    &l, sizeof(l)));
	memset(&l, 0, sizeof(l));
	len = sizeof(l);
	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(s, SK_SOL_SOCKET, RUMP_SO_LINGER,
	    &l, &len));
	ATF_CHECK(l.l_onoff == 1 && l.l_linger == 7 && len == sizeof(l));
	l.l_linger = -1;
	NB_FAILS(RUMP_EDOM, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_LINGER, &l, sizeof(l)));
	l.l_linger = 65536;
	NB_FAILS(RUMP_EDOM, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_LINGER, &l, sizeof(l)));
	NB_FAILS(RUMP_EINVAL, sk_set(s, RUMP_SO_LINGER, 1));

	/* No room, no memory, too long. */
	len = 1;
	NB_FAILS(RUMP_EINVAL, rump_sys_getsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_TYPE, &c, &len));
	NB_FAILS(RUMP_EFAULT, rump_sys_getsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_TYPE, &v, NULL));
	len = 4;
	NB_FAILS(RUMP_EFAULT, rump_sys_getsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_TYPE, (void *)1, &len));
	ATF_CHECK_EQ(0, rump_sys_getsockopt(s, SK_SOL_SOCKET, RUMP_SO_TYPE,
	    NULL, &len));
	NB_FAILS(RUMP_EFAULT, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_DEBUG, NULL, 4));
	NB_FAILS(RUMP_EFAULT, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_DEBUG, (void *)1, 4));
	NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_DEBUG, &v, 1 << 20));

	/* There are no accept filters. */
	memset(name, 'x', sizeof(name));
	NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_ACCEPTFILTER, name, sizeof(name)));
	len = sizeof(name);
	NB_FAILS(RUMP_EINVAL, rump_sys_getsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_ACCEPTFILTER, name, &len));
}

ATF_TC_WITHOUT_HEAD(buffers);
ATF_TC_BODY(buffers, tc)
{
	static const int bufs[] = { RUMP_SO_SNDBUF, RUMP_SO_RCVBUF };
	static const int lows[] = { RUMP_SO_SNDLOWAT, RUMP_SO_RCVLOWAT };
	struct nb_rlimit rl = { 300000, 300000 };
	int i, s;

	hk_boot("2");
	s = pair_a();
	ATF_CHECK_EQ(2048, sk_get(s, RUMP_SO_SNDLOWAT));
	ATF_CHECK_EQ(1, sk_get(s, RUMP_SO_RCVLOWAT));
	for (i = 0; i < 2; i++) {
		ATF_REQUIRE_EQ(0, sk_set(s, bufs[i], 5000));
		ATF_CHECK_EQ(5000, sk_get(s, bufs[i]));
		NB_FAILS(RUMP_EINVAL, sk_set(s, bufs[i], 0));
		NB_FAILS(RUMP_EINVAL, sk_set(s, bufs[i], -1));
		NB_FAILS(RUMP_ENOBUFS, sk_set(s, bufs[i], 1 << 30));
		ATF_CHECK_EQ(5000, sk_get(s, bufs[i]));
		ATF_REQUIRE_EQ(0, sk_set(s, lows[i], 3000));
		ATF_CHECK_EQ(3000, sk_get(s, lows[i]));
		ATF_REQUIRE_EQ(0, sk_set(s, lows[i], 30000));
		ATF_CHECK_EQ(5000, sk_get(s, lows[i]));
		/* It follows the buffer down. */
		ATF_REQUIRE_EQ(0, sk_set(s, bufs[i], 1000));
		ATF_CHECK_EQ(1000, sk_get(s, lows[i]));
		NB_FAILS(RUMP_EINVAL, sk_set(s, lows[i], 0));
	}
	/* The user's limit, of all sockets. */
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(9, (void *)&rl));
	NB_FAILS(RUMP_ENOBUFS, sk_set(s, RUMP_SO_SNDBUF, 190000));
	for (i = 0; i < 10; i++) {
		if (rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0) == -1)
			break;
	}
	ATF_CHECK_MSG(i == 1 && errno == RUMP_ENOBUFS, "%d %d", i, errno);
}

ATF_TC_WITHOUT_HEAD(times);
ATF_TC_BODY(times, tc)
{
	static const int opts[] = { RUMP_SO_SNDTIMEO, RUMP_SO_RCVTIMEO };
	struct sk_timeval tv;
	socklen_t len;
	int i, s;

	hk_boot("2");
	s = pair_a();
	for (i = 0; i < 2; i++) {
		tv = (struct sk_timeval){ 3, 250000 };
		ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
		    opts[i], &tv, sizeof(tv)));
		memset(&tv, 0, sizeof(tv));
		len = sizeof(tv);
		ATF_REQUIRE_EQ(0, rump_sys_getsockopt(s, SK_SOL_SOCKET,
		    opts[i], &tv, &len));
		ATF_CHECK(tv.tv_sec == 3 && tv.tv_usec == 250000);
		tv = (struct sk_timeval){ 0, 1 };
		ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
		    opts[i], &tv, sizeof(tv)));
		ATF_REQUIRE_EQ(0, rump_sys_getsockopt(s, SK_SOL_SOCKET,
		    opts[i], &tv, &len));
		ATF_CHECK(tv.tv_sec == 0 && tv.tv_usec == 10000);
		tv = (struct sk_timeval){ 0, 1000000 };
		NB_FAILS(RUMP_EDOM, rump_sys_setsockopt(s, SK_SOL_SOCKET,
		    opts[i], &tv, sizeof(tv)));
		tv = (struct sk_timeval){ 0, -1 };
		NB_FAILS(RUMP_EDOM, rump_sys_setsockopt(s, SK_SOL_SOCKET,
		    opts[i], &tv, sizeof(tv)));
		tv = (struct sk_timeval){ -1, 0 };
		NB_FAILS(RUMP_EDOM, rump_sys_setsockopt(s, SK_SOL_SOCKET,
		    opts[i], &tv, sizeof(tv)));
		tv = (struct sk_timeval){ INT64_MAX, 0 };
		NB_FAILS(RUMP_EDOM, rump_sys_setsockopt(s, SK_SOL_SOCKET,
		    opts[i], &tv, sizeof(tv)));
		NB_FAILS(RUMP_EINVAL, sk_set(s, opts[i], 1));
	}
}

HK_CASE(sockopt_memory)

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, onoff);
	ATF_TP_ADD_TC(tp, values);
	ATF_TP_ADD_TC(tp, buffers);
	ATF_TP_ADD_TC(tp, times);
	HK_ADD(sockopt_memory, 2);
	return atf_no_error();
}
