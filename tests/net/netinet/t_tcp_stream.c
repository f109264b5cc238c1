/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP under load, over the loopback interface: streams of random sizes, many
 * connections, many that come and go, several threads at once.
 *
 * See tcp(4)
 */
#include "tcps.h"

/* Numbers that are the same at both ends. */
static uint32_t
next(uint32_t *seed)
{

	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

struct stream {
	int		st_s;
	uint32_t	st_seed;
	size_t		st_total;
	size_t		st_max;		/* of a piece */
};

static void
fill(uint8_t *buf, size_t n, uint32_t *seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf[i] = (uint8_t)(next(seed) >> 24);
}

static void *
writer(void *arg)
{
	struct stream *st = arg;
	uint32_t seed = st->st_seed, sizes = st->st_seed + 1;
	uint8_t *buf = malloc(st->st_max);
	size_t done, n;
	ssize_t r;

	for (done = 0; done < st->st_total; done += n) {
		n = next(&sizes) % st->st_max + 1;
		if (n > st->st_total - done)
			n = st->st_total - done;
		fill(buf, n, &seed);
		r = rump_sys_write(st->st_s, buf, n);
		ATF_REQUIRE_MSG(r == (ssize_t)n, "write: %zd %d", r, errno);
	}
	free(buf);
	return NULL;
}

static void *
reader(void *arg)
{
	struct stream *st = arg;
	uint32_t seed = st->st_seed, sizes = st->st_seed + 2;
	uint8_t *buf = malloc(st->st_max), *want = malloc(st->st_max);
	size_t done;
	ssize_t r;

	for (done = 0; done < st->st_total; done += (size_t)r) {
		r = rump_sys_read(st->st_s, buf, next(&sizes) % st->st_max +
		    1);
		ATF_REQUIRE_MSG(r > 0, "read: %zd %d at %zu", r, errno, done);
		fill(want, (size_t)r, &seed);
		ATF_REQUIRE_MSG(memcmp(buf, want, (size_t)r) == 0,
		    "wrong between %zu and %zu", done, done + (size_t)r);
	}
	free(buf);
	free(want);
	return NULL;
}

static void
both_ways(struct sk_pair p, size_t total, size_t max)
{
	struct stream ab = { p.a, 17, total, max }, ba = { p.b, 23, total,
	    max }, ra = { p.b, 17, total, max }, rb = { p.a, 23, total, max };
	pthread_t t[4];
	int i;

	t[0] = sk_thread(writer, &ab);
	t[1] = sk_thread(writer, &ba);
	t[2] = sk_thread(reader, &ra);
	t[3] = sk_thread(reader, &rb);
	for (i = 0; i < 4; i++)
		(void)sk_join(t[i]);
}

/* Both ways at once, pieces up to these sizes. */
ATF_TC_WITHOUT_HEAD(stream);
ATF_TC_BODY(stream, tc)
{
	struct sk_pair p;

	ATF_REQUIRE_EQ(0, rump_init());
	p = tcp_pair();
	both_ways(p, 8 << 20, 100000);
	both_ways(p, 1 << 20, 3000);
	both_ways(p, 20000, 5);
	sk_close(p);
}

/* Small buffers, small segments: the window closes again and again. */
ATF_TC_WITHOUT_HEAD(small);
ATF_TC_BODY(small, tc)
{
	struct sk_pair p;

	ATF_REQUIRE_EQ(0, rump_init());
	p = tcp_pair();
	ATF_REQUIRE_EQ(0, sk_set(p.a, RUMP_SO_SNDBUF, 9000));
	ATF_REQUIRE_EQ(0, sk_set(p.a, RUMP_SO_RCVBUF, 5000));
	ATF_REQUIRE_EQ(0, sk_set(p.b, RUMP_SO_SNDBUF, 4000));
	ATF_REQUIRE_EQ(0, sk_set(p.b, RUMP_SO_RCVBUF, 7000));
	ATF_REQUIRE_EQ(0, tcp_set(p.a, INET_TCP_MAXSEG, 500));
	ATF_REQUIRE_EQ(0, tcp_set(p.b, INET_TCP_MAXSEG, 700));
	both_ways(p, 300000, 10000);
	sk_close(p);
}

/* A thousand connections at once. */
ATF_TC_WITHOUT_HEAD(thousand);
ATF_TC_BODY(thousand, tc)
{
	static int c[1000], a[1000];
	struct nb_rlimit rl = { 3000, 3000 };
	char b = 0;
	int s, i;

	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(NB_RLIMIT_NOFILE,
	    (struct rlimit *)(void *)&rl));
	s = tcp_server(80, 128);
	for (i = 0; i < 1000; i++) {
		c[i] = tcp_client(80);
		a[i] = tcp_accept(s);
	}
	for (i = 0; i < 1000; i++)
		ATF_REQUIRE_EQ(1, rump_sys_write(c[i], &(char){ (char)i }, 1));
	for (i = 999; i >= 0; i--) {
		ATF_REQUIRE_EQ(1, rump_sys_read(a[i], &b, 1));
		ATF_REQUIRE_EQ((char)i, b);
	}
	for (i = 0; i < 1000; i++) {
		ATF_REQUIRE_EQ(0, rump_sys_close(i % 2 == 0 ? c[i] : a[i]));
		ATF_REQUIRE_EQ(0, rump_sys_close(i % 2 == 0 ? a[i] : c[i]));
	}
}

static void
come_and_go(int n)
{
	char b;
	int s, c, a, i;

	s = tcp_server(81, 5);
	for (i = 0; i < n; i++) {
		c = tcp_client(81);
		a = tcp_accept(s);
		ATF_REQUIRE_EQ(1, rump_sys_write(c, "x", 1));
		ATF_REQUIRE_EQ(0, rump_sys_close(c));
		ATF_REQUIRE_EQ(1, rump_sys_read(a, &b, 1));
		ATF_REQUIRE_EQ(0, rump_sys_read(a, &b, 1));
		ATF_REQUIRE_EQ(0, rump_sys_close(a));
	}
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
}

/* More than there are ports: those in TIME_WAIT are used again. */
ATF_TC_WITHOUT_HEAD(comego);
ATF_TC_BODY(comego, tc)
{

	ATF_REQUIRE_EQ(0, rump_init());
	come_and_go(20000);
}

static void *
worker(void *arg)
{
	const uint16_t port = (uint16_t)(uintptr_t)arg;
	struct stream w = { -1, port, 300000, 20000 }, r = w;
	pthread_t t;
	int s, i;

	s = tcp_server(port, 3);
	for (i = 0; i < 30; i++) {
		w.st_s = tcp_client(port);
		r.st_s = tcp_accept(s);
		t = sk_thread(writer, &w);
		(void)reader(&r);
		(void)sk_join(t);
		ATF_REQUIRE_EQ(0, rump_sys_close(r.st_s));
		ATF_REQUIRE_EQ(0, rump_sys_close(w.st_s));
	}
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	return NULL;
}

/* Four threads, each with connections of its own. */
ATF_TC_WITHOUT_HEAD(threads);
ATF_TC_BODY(threads, tc)
{
	pthread_t t[4];
	uintptr_t i;

	ATF_REQUIRE_EQ(0, rump_init());
	for (i = 0; i < 4; i++)
		t[i] = sk_thread(worker, (void *)(1000 + i));
	for (i = 0; i < 4; i++)
		(void)sk_join(t[i]);
}

static int listener;
static volatile int accepted;

static void *
acceptor(void *arg)
{
	int s;

	(void)arg;
	while ((s = rump_sys_accept(listener, NULL, NULL)) != -1) {
		__atomic_fetch_add(&accepted, 1, __ATOMIC_RELAXED);
		ATF_REQUIRE_EQ(0, rump_sys_close(s));
	}
	return NULL;
}

static void *
connector(void *arg)
{
	char b;
	int i, s;

	(void)arg;
	for (i = 0; i < 500; i++) {
		s = tcp_client(82);
		if (i % 3 == 0)
			(void)sk_send(s, "x", 1, SK_MSG_NOSIGNAL);
		else if (i % 3 == 1)
			(void)rump_sys_read(s, &b, 1);
		ATF_REQUIRE_EQ(0, rump_sys_close(s));
	}
	return NULL;
}

/* Two accept and close what two others connect and close. */
ATF_TC_WITHOUT_HEAD(race);
ATF_TC_BODY(race, tc)
{
	pthread_t t[4];
	int i;

	ATF_REQUIRE_EQ(0, rump_init());
	listener = tcp_server(82, 128);
	for (i = 0; i < 4; i++)
		t[i] = sk_thread(i < 2 ? acceptor : connector, NULL);
	for (i = 2; i < 4; i++)
		(void)sk_join(t[i]);
	ATF_REQUIRE_EQ(0, rump_sys_close(listener));
	for (i = 0; i < 2; i++)
		(void)sk_join(t[i]);
	ATF_CHECK(accepted > 0);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, stream);
	ATF_TP_ADD_TC(tp, small);
	ATF_TP_ADD_TC(tp, thousand);
	ATF_TP_ADD_TC(tp, comego);
	ATF_TP_ADD_TC(tp, threads);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
