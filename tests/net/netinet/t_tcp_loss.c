/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Streams of TCP that lose packets, get them twice or late, or run out of
 * memory: all of the data arrives, and nothing else.
 *
 * See tcp(4)
 */
#include "tcps.h"

void	rump_kt_loss_begin(unsigned int, int, int, int);
void	rump_kt_loss_end(void);
unsigned long rump_kt_loss_stat(int);
void	rump_kt_loss_nosack(void);
void	rump_kt_fault_set(unsigned int);
unsigned int rump_kt_fault_get(void);

/* On a virtual CPU. */
#define	INSIDE(call)							\
do {									\
	rump_schedule();						\
	call;								\
	rump_unschedule();						\
} while (0)

#define	STAT_SNDREXMITPACK	21
#define	STAT_RCVDUPPACK		35
#define	STAT_RCVOOPACK		39

static size_t total;

static uint8_t
byte_at(size_t i)
{

	return (uint8_t)(i * 31 + (i >> 8) * 17 + (i >> 16));
}

static void *
writer(void *arg)
{
	const int s = *(int *)arg;
	uint8_t buf[5000];
	size_t done, n, i;

	for (done = 0; done < total; done += n) {
		n = done * 7 % sizeof(buf) + 1;
		if (n > total - done)
			n = total - done;
		for (i = 0; i < n; i++)
			buf[i] = byte_at(done + i);
		ATF_REQUIRE_EQ((ssize_t)n, rump_sys_write(s, buf, n));
	}
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(s, RUMP_SHUT_WR));
	return NULL;
}

static void
read_all(int s)
{
	static uint8_t buf[7000];
	size_t done = 0;
	ssize_t r, i;

	while ((r = rump_sys_read(s, buf, sizeof(buf))) > 0) {
		for (i = 0; i < r; i++)
			ATF_REQUIRE_EQ_MSG(byte_at(done + (size_t)i), buf[i],
			    "at %zu", done + (size_t)i);
		done += (size_t)r;
	}
	ATF_REQUIRE_EQ_MSG(0, r, "read: %d", errno);
	ATF_CHECK_EQ(total, done);
}

static unsigned long
stat_of(int n)
{
	unsigned long v;

	INSIDE(v = rump_kt_loss_stat(n));
	return v;
}

static void
stream(size_t n, int maxseg)
{
	struct sk_pair p = tcp_pair();
	pthread_t t;

	total = n;
	ATF_REQUIRE_EQ(0, tcp_set(p.a, INET_TCP_MAXSEG, maxseg));
	t = sk_thread(writer, &p.a);
	read_all(p.b);
	(void)sk_join(t);
	sk_close(p);
}

/* One packet of fifty is lost. */
ATF_TC_WITHOUT_HEAD(lost);
ATF_TC_BODY(lost, tc)
{

	ATF_REQUIRE_EQ(0, rump_init());
	INSIDE(rump_kt_loss_begin(4711, 20, 0, 0));
	stream(2000000, 1012);
	ATF_CHECK(stat_of(STAT_SNDREXMITPACK) > 0);
	ATF_CHECK(stat_of(STAT_RCVOOPACK) > 0);
	INSIDE(rump_kt_loss_end());
}

/* Some are late, some come twice. */
ATF_TC_WITHOUT_HEAD(mixed);
ATF_TC_BODY(mixed, tc)
{

	ATF_REQUIRE_EQ(0, rump_init());
	INSIDE(rump_kt_loss_begin(17, 5, 50, 50));
	stream(2000000, 1012);
	ATF_CHECK(stat_of(STAT_RCVDUPPACK) > 0);
	ATF_CHECK(stat_of(STAT_RCVOOPACK) > 0);
	INSIDE(rump_kt_loss_end());
}

/* Without SACK, and without timestamps and scaled windows. */
ATF_TC_WITHOUT_HEAD(plain);
ATF_TC_BODY(plain, tc)
{
	const int rfc1323[] = { 4, 2, 6, 1 };
	int zero = 0;

	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(rfc1323, 4, NULL, NULL, &zero,
	    sizeof(zero)));
	INSIDE(rump_kt_loss_nosack());
	INSIDE(rump_kt_loss_begin(99, 10, 10, 20));
	stream(500000, 1000);
	ATF_CHECK(stat_of(STAT_SNDREXMITPACK) > 0);
	INSIDE(rump_kt_loss_end());
}

/* One of five: connections come and go nevertheless. */
ATF_TC_WITHOUT_HEAD(heavy);
ATF_TC_BODY(heavy, tc)
{

	ATF_REQUIRE_EQ(0, rump_init());
	INSIDE(rump_kt_loss_begin(1, 200, 20, 20));
	stream(30000, 1012);
	INSIDE(rump_kt_loss_end());
}

/* A connection and some data, with calls made again that lacked memory. */
static void
once(int srv, uint16_t port)
{
	char buf[3000];
	ssize_t r;
	size_t got;
	int c, a, i;

	do
		c = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);
	while (c == -1 && (errno == RUMP_ENOBUFS || errno == RUMP_ENOMEM));
	ATF_REQUIRE_MSG(c != -1, "socket: %d", errno);
	/* Without memory to look one up, there is no route. */
	while (tcp_connect(c, LOOPBACK, port) == -1)
		ATF_REQUIRE_MSG(errno == RUMP_ENOBUFS || errno == RUMP_ENOMEM ||
		    errno == RUMP_EHOSTUNREACH, "connect: %d", errno);
	while ((a = rump_sys_accept(srv, NULL, NULL)) == -1)
		ATF_REQUIRE_MSG(errno == RUMP_ENOBUFS || errno == RUMP_ENOMEM,
		    "accept: %d", errno);
	for (i = 0; i < (int)sizeof(buf); i++)
		buf[i] = (char)byte_at((size_t)i);
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_write(c, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(c, RUMP_SHUT_WR));
	for (got = 0; got < sizeof(buf); got += (size_t)r) {
		r = rump_sys_read(a, buf, sizeof(buf));
		ATF_REQUIRE_MSG(r > 0, "read: %zd %d", r, errno);
		for (i = 0; i < r; i++)
			ATF_REQUIRE_EQ((char)byte_at(got + (size_t)i), buf[i]);
	}
	ATF_REQUIRE_EQ(0, rump_sys_read(a, buf, 1));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	ATF_REQUIRE_EQ(0, rump_sys_close(c));
}

/* Each allocation that may fail fails once. */
ATF_TC_WITHOUT_HEAD(memory);
ATF_TC_BODY(memory, tc)
{
	unsigned int n, left = 0;
	int srv;

	ATF_REQUIRE_EQ(0, rump_init());
	srv = tcp_server(90, 5);
	once(srv, 90);
	for (n = 1; left == 0 && n < 1000; n++) {
		rump_kt_fault_set(n);
		once(srv, 90);
		left = rump_kt_fault_get();
	}
	ATF_CHECK_MSG(n > 5 && n < 1000, "%u", n);
	once(srv, 90);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, lost);
	ATF_TP_ADD_TC(tp, mixed);
	ATF_TP_ADD_TC(tp, plain);
	ATF_TP_ADD_TC(tp, heavy);
	ATF_TP_ADD_TC(tp, memory);
	return atf_no_error();
}
