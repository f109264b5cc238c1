/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls of the base that are not about descriptors: identity, time,
 * sysctl, modules, random numbers; and calls of parts that are not present.
 */
#include "nb.h"

#include <time.h>

ATF_TC_WITHOUT_HEAD(ids);
ATF_TC_BODY(ids, tc)
{
	gid_t groups[3] = { 10, 20, 30 }, out[3];
	char name[32];

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	ATF_CHECK(rump_sys_getpid() > 1);
	ATF_CHECK(rump_sys_getppid() >= 0);
	ATF_CHECK_EQ(0, rump_sys_getuid());
	ATF_CHECK_EQ(0, rump_sys_geteuid());
	ATF_CHECK_EQ(0, rump_sys_getgid());
	ATF_CHECK_EQ(0, rump_sys_getegid());
	ATF_CHECK_EQ(0, rump_sys_issetugid());
	ATF_CHECK_EQ(0, rump_sys_setgroups(3, groups));
	ATF_CHECK_EQ(3, rump_sys_getgroups(0, NULL));
	ATF_CHECK_EQ(3, rump_sys_getgroups(3, out));
	ATF_CHECK_EQ(30, out[2]);
	NB_FAILS(RUMP_EINVAL, rump_sys_getgroups(2, out));
	NB_FAILS(RUMP_EINVAL, rump_sys_setgroups(-1, groups));
	NB_FAILS(RUMP_EINVAL, rump_sys_setgroups(100, groups));
	NB_FAILS(RUMP_EFAULT, rump_sys_setgroups(3, NULL));
	ATF_CHECK_EQ(0, rump_sys___setlogin("fred"));
	ATF_CHECK_EQ(0, rump_sys___getlogin(name, sizeof(name)));
	ATF_CHECK_STREQ("fred", name);

	ATF_CHECK_EQ(0, rump_sys_setgid(6));
	ATF_CHECK_EQ(6, rump_sys_getegid());
	ATF_CHECK_EQ(0, rump_sys_seteuid(5));
	ATF_CHECK_EQ(5, rump_sys_geteuid());
	ATF_CHECK_EQ(0, rump_sys_getuid());
	NB_FAILS(RUMP_EPERM, rump_sys_seteuid(7));
	NB_FAILS(RUMP_EPERM, rump_sys_setgroups(1, groups));
	NB_FAILS(RUMP_EPERM, rump_sys___setlogin("x"));
	NB_FAILS(RUMP_EPERM, rump_sys_setgid(9));
	ATF_CHECK_EQ(0, rump_sys_seteuid(0));
	ATF_CHECK_EQ(0, rump_sys_setreuid(3, 4));
	ATF_CHECK_EQ(3, rump_sys_getuid());
	ATF_CHECK_EQ(4, rump_sys_geteuid());
	ATF_CHECK_EQ(0, rump_sys_setreuid(-1, 3));
	ATF_CHECK_EQ(3, rump_sys_geteuid());
	NB_FAILS(RUMP_EPERM, rump_sys_setuid(0));
	NB_FAILS(RUMP_EPERM, rump_sys_setregid(0, 0));
	ATF_CHECK_EQ(1, rump_sys_issetugid());
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(pgrp);
ATF_TC_BODY(pgrp, tc)
{
	struct lwp *l1, *l2;
	pid_t p1, p2;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	l1 = rump_pub_lwproc_curlwp();
	p1 = rump_sys_getpid();
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	l2 = rump_pub_lwproc_curlwp();
	p2 = rump_sys_getpid();
	ATF_CHECK_EQ(p2, rump_sys_setsid());
	ATF_CHECK_EQ(p2, rump_sys_getpgrp());
	ATF_CHECK_EQ(p2, rump_sys_getsid(0));
	ATF_CHECK_EQ(rump_sys_getpgid(p1), rump_sys_getpgid(p1));
	NB_FAILS(RUMP_EPERM, rump_sys_setsid());
	NB_FAILS(RUMP_EPERM, rump_sys_setpgid(0, p1));
	NB_FAILS(RUMP_ESRCH, rump_sys_getpgid(31000));
	NB_FAILS(RUMP_EINVAL, rump_sys_getsid(-5));
	NB_FAILS(RUMP_EINVAL, rump_sys_setpgid(0, -5));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l1);
	NB_FAILS(RUMP_ESRCH, rump_sys_getsid(p2));
	(void)l2;
	ATF_CHECK_EQ(0, rump_sys_setpgid(0, 0));
	ATF_CHECK_EQ(p1, rump_sys_getpgrp());
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(time);
ATF_TC_BODY(time, tc)
{
	struct timespec ts, ts2, host;
	struct timeval tv;
	clockid_t clk;

	hk_boot("2");
	ATF_CHECK_EQ(0, rump_sys_clock_gettime(0, &ts));
	clock_gettime(CLOCK_REALTIME, &host);
	ATF_CHECK(host.tv_sec - ts.tv_sec <= 1 && host.tv_sec >= ts.tv_sec);
	ATF_CHECK_EQ(0, rump_sys_gettimeofday(&tv, NULL));
	ATF_CHECK(tv.tv_sec - host.tv_sec <= 1);
	ATF_CHECK_EQ(0, rump_sys_gettimeofday(NULL, NULL));
	ATF_CHECK_EQ(0, rump_sys_clock_getres(3, &ts));
	NB_FAILS(RUMP_EINVAL, rump_sys_clock_gettime(99, &ts));
	NB_FAILS(RUMP_EFAULT, rump_sys_clock_gettime(0, NULL));
	ATF_CHECK_EQ(0, rump_sys_clock_gettime(3, &ts));
	ts2.tv_sec = 0;
	ts2.tv_nsec = 20000000;
	ATF_CHECK_EQ(0, rump_sys_nanosleep(&ts2, NULL));
	ATF_CHECK_EQ(0, rump_sys_clock_gettime(3, &ts2));
	ATF_CHECK((ts2.tv_sec - ts.tv_sec) * 1000000000LL + ts2.tv_nsec -
	    ts.tv_nsec >= 20000000);
	ts.tv_nsec = 1000000000;
	NB_FAILS(RUMP_EINVAL, rump_sys_nanosleep(&ts, NULL));
	ATF_CHECK_EQ(RUMP_EINVAL, rump_sys_clock_nanosleep(99, 0, &ts2,
	    NULL));
	/* Long ago in absolute time. */
	ts.tv_sec = 1;
	ts.tv_nsec = 0;
	ATF_CHECK_EQ(0, rump_sys_clock_nanosleep(0, 1, &ts, NULL));
	ATF_CHECK_EQ(0, rump_sys_clock_getcpuclockid2(1, 0, &clk));
	NB_FAILS(RUMP_ESRCH, rump_sys_clock_getcpuclockid2(1, 31000, &clk));
	NB_FAILS(RUMP_EINVAL, rump_sys_clock_getcpuclockid2(9, 0, &clk));
}

ATF_TC_WITHOUT_HEAD(sysctl);
ATF_TC_BODY(sysctl, tc)
{
	int mib[2] = { 1, 1 }, ncpu;
	char buf[256];
	size_t len = sizeof(buf);

	hk_boot("3");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	ATF_CHECK_EQ(0, rump_sys___sysctl(mib, 2, buf, &len, NULL, 0));
	ATF_CHECK_STREQ("NetBSD", buf);
	ATF_CHECK_EQ(7, len);
	NB_FAILS(RUMP_EPERM, rump_sys___sysctl(mib, 2, NULL, NULL, "x", 1));
	mib[1] = 2;
	len = sizeof(buf);
	ATF_CHECK_EQ(0, rump_sys___sysctl(mib, 2, buf, &len, NULL, 0));
	ATF_CHECK_STREQ("10.99.12", buf);
	len = 3;
	NB_FAILS(RUMP_ENOMEM, rump_sys___sysctl(mib, 2, buf, &len, NULL, 0));
	ATF_CHECK_EQ(9, len);
	mib[1] = 10;
	ATF_CHECK_EQ(0, rump_sys___sysctl(mib, 2, NULL, NULL, "box", 3));
	len = sizeof(buf);
	ATF_CHECK_EQ(0, rump_sys___sysctl(mib, 2, buf, &len, NULL, 0));
	ATF_CHECK_STREQ("box", buf);
	mib[0] = 6;
	mib[1] = 3;
	len = sizeof(ncpu);
	ATF_CHECK_EQ(0, rump_sys___sysctl(mib, 2, &ncpu, &len, NULL, 0));
	ATF_CHECK_EQ(3, ncpu);
	NB_FAILS(RUMP_EINVAL, rump_sys___sysctl(mib, 0, buf, &len, NULL, 0));
	NB_FAILS(RUMP_EINVAL, rump_sys___sysctl(mib, 13, buf, &len, NULL,
	    0));
	NB_FAILS(RUMP_EFAULT, rump_sys___sysctl(NULL, 2, buf, &len, NULL,
	    0));
	mib[1] = 9999;
	NB_FAILS(RUMP_ENOENT, rump_sys___sysctl(mib, 2, buf, &len, NULL, 0));

	/* Others may look but not change. */
	ATF_CHECK_EQ(0, rump_sys_setuid(5));
	mib[0] = 1;
	mib[1] = 10;
	len = sizeof(buf);
	NB_FAILS(RUMP_EPERM, rump_sys___sysctl(mib, 2, buf, &len, "evil", 4));
	ATF_CHECK_EQ(0, rump_sys___sysctl(mib, 2, buf, &len, NULL, 0));
	ATF_CHECK_STREQ("box", buf);
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(misc);
ATF_TC_BODY(misc, tc)
{
	uint8_t a[600], b[600];
	char name[] = "nosuchmodule";

	hk_boot("2");
	memset(a, 0, sizeof(a));
	ATF_CHECK_EQ(600, rump_sys_getrandom(a, 600, 0));
	ATF_CHECK_EQ(600, rump_sys_getrandom(b, 600, 0));
	ATF_CHECK(memcmp(a, b, 600) != 0);
	ATF_CHECK_EQ(256, rump_sys_getrandom(a, 600, 2));
	NB_FAILS(RUMP_EINVAL, rump_sys_getrandom(a, 1, 0x80));
	NB_FAILS(RUMP_EFAULT, rump_sys_getrandom(NULL, 1, 0));
	NB_FAILS(RUMP_ENOENT, rump_sys_modctl(1, name));
	NB_FAILS(RUMP_EINVAL, rump_sys_modctl(99, NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_modctl(1, NULL));
}

/* Calls whose part is not there, of every kind. */
ATF_TC_WITHOUT_HEAD(absent);
ATF_TC_BODY(absent, tc)
{
	char buf[256];

	hk_boot("2");
	NB_FAILS(RUMP_ENOSYS, rump_sys_open("/x", RUMP_O_RDWR, 0644));
	NB_FAILS(RUMP_ENOSYS, rump_sys_mkdir("/x", 0755));
	NB_FAILS(RUMP_ENOSYS, rump_sys_stat("/x", (void *)buf));
	NB_FAILS(RUMP_ENOSYS, rump_sys_mount("tmpfs", "/", 0, buf, 10));
	NB_FAILS(RUMP_ENOSYS, rump_sys_lseek(0, 0, 0));
	NB_FAILS(RUMP_ENOSYS, rump_sys_socket(2, 1, 0));
	NB_FAILS(RUMP_ENOSYS, rump_sys_nfssvc(0, buf));
	NB_FAILS(RUMP_ENOSYS, rump_sys_ktrace("/x", 0, 0, 0));
	rump_sys_sync();
}

/* From several threads at once, without and with lwps of their own. */
static void *
caller(void *arg)
{
	int i;

	if (arg != NULL && rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR) != 0)
		abort();
	for (i = 0; i < 20000; i++) {
		if (rump_sys_getpid() <= 0)
			abort();
		if (rump_sys_close(12345) != -1 || errno != RUMP_EBADF)
			abort();
	}
	if (arg != NULL)
		rump_pub_lwproc_releaselwp();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(threads);
ATF_TC_BODY(threads, tc)
{
	pthread_t t[8];
	int i;

	hk_boot("2");
	for (i = 0; i < 8; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, caller,
		    (void *)(uintptr_t)(i & 1)));
	for (i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, ids);
	ATF_TP_ADD_TC(tp, pgrp);
	ATF_TP_ADD_TC(tp, time);
	ATF_TP_ADD_TC(tp, sysctl);
	ATF_TP_ADD_TC(tp, misc);
	ATF_TP_ADD_TC(tp, absent);
	ATF_TP_ADD_TC(tp, threads);
	return atf_no_error();
}
