/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many short connections leave nothing behind: the process does not grow once
 * the kernel's caches are filled.  SOAK_CONNECTIONS=100000 makes so many.
 */
#include "tcps.h"

#include <stdlib.h>
#include <unistd.h>

#define	PORT		80
#define	CONNECTIONS	3000
#define	GROWTH		(4 * 1024 * 1024)	/* bytes, of noise */
#define	PER_CONNECTION	8	/* and what waits: every 16th, TIME_WAIT */

static long
resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long all, pages;

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE_EQ(2, fscanf(f, "%ld %ld", &all, &pages));
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/* A request and an answer; then one end says that it is over, in a hurry or,
 * every 16th time, as it should. */
static void
once(int s, unsigned int i)
{
	const struct inet_linger hurry = { 1, 0 };
	int c = tcp_client(PORT), a = tcp_accept(s);
	char buf[600];

	memset(buf, 'r', sizeof(buf));
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_write(c, buf, sizeof(buf)));
	ATF_REQUIRE(rump_sys_read(a, buf, sizeof(buf)) > 0);
	ATF_REQUIRE_EQ(100, rump_sys_write(a, buf, 100));
	ATF_REQUIRE(rump_sys_read(c, buf, sizeof(buf)) > 0);
	if (i % 16 != 0)
		ATF_REQUIRE_EQ(0, rump_sys_setsockopt(c, SK_SOL_SOCKET,
		    RUMP_SO_LINGER, &hurry, sizeof(hurry)));
	ATF_REQUIRE_EQ(0, rump_sys_close(c));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
}

ATF_TC_WITHOUT_HEAD(short_connections);
ATF_TC_BODY(short_connections, tc)
{
	const char *env = getenv("SOAK_CONNECTIONS");
	const unsigned int n = env != NULL ? (unsigned int)atoi(env) :
	    CONNECTIONS;
	unsigned int i;
	long before, after;
	int s;

	ATF_REQUIRE_EQ(0, rump_init());
	s = tcp_server(PORT, 5);
	for (i = 0; i < CONNECTIONS / 3; i++)
		once(s, i);
	before = resident();
	for (i = 0; i < n; i++)
		once(s, i);
	after = resident();
	printf("%u connections, from %ld to %ld bytes\n", n, before, after);
	ATF_CHECK_MSG(after - before <= GROWTH + (long)n * PER_CONNECTION,
	    "%ld bytes more", after - before);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, short_connections);
	return atf_no_error();
}
