/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening files for block I/O: what kinds are taken, and that one file has at
 * most one writing kernel, of this process or another one.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

#define	RDONLY	(RUMPUSER_OPEN_RDONLY | RUMPUSER_OPEN_BIO)
#define	WRONLY	(RUMPUSER_OPEN_WRONLY | RUMPUSER_OPEN_BIO)
#define	RDWR	(RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_BIO)

ATF_TC_WITHOUT_HEAD(kinds);
ATF_TC_BODY(kinds, tc)
{
	int fd;

	fake_init();
	ATF_REQUIRE_EQ(0, mkfifo("fifo", 0600));
	ATF_CHECK_EQ(RUMP_EISDIR, rumpuser_open(".", RDONLY, &fd));
	ATF_CHECK_EQ(RUMP_EISDIR, rumpuser_open(".", RDWR, &fd));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_open("fifo", RDONLY, &fd));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_open("/dev/zero", RDONLY, &fd));
	ATF_CHECK_EQ(RUMP_ENOENT, rumpuser_open("no", RDWR, &fd));
	OK(rumpuser_open("new", RDWR | RUMPUSER_OPEN_CREATE, &fd));
	OK(rumpuser_close(fd));
}

ATF_TC_WITHOUT_HEAD(two_writers);
ATF_TC_BODY(two_writers, tc)
{
	char text[512] = "";
	int w, w2, r;
	FILE *fp;

	fake_init();
	fake_file("disk.img", 4096);
	ATF_REQUIRE(freopen("err", "w", stderr) != NULL);
	OK(rumpuser_open("disk.img", RDWR, &w));
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_open("disk.img", RDWR, &w2));
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_open("disk.img", WRONLY, &w2));
	ATF_REQUIRE((fp = fopen("err", "r")) != NULL);
	ATF_REQUIRE(fgets(text, sizeof(text), fp) != NULL);
	ATF_CHECK_MSG(strstr(text, "disk.img") != NULL, "%s", text);
	fclose(fp);
	OK(rumpuser_open("disk.img", RDONLY, &r));
	OK(rumpuser_close(r));
	/* Another descriptor's end must not end the lock. */
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_open("disk.img", RDWR, &w2));
	OK(rumpuser_close(w));
	OK(rumpuser_open("disk.img", RDWR, &w2));
	OK(rumpuser_close(w2));
}

static int
open_in_child(int flags)
{
	int fd, status;
	pid_t pid;

	if ((pid = fork()) == 0)
		_exit(rumpuser_open("disk.img", flags, &fd));
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE(WIFEXITED(status));
	return WEXITSTATUS(status);
}

ATF_TC_WITHOUT_HEAD(two_processes);
ATF_TC_BODY(two_processes, tc)
{
	int fd;

	fake_init();
	fake_file("disk.img", 4096);
	OK(open_in_child(RDWR));
	OK(rumpuser_open("disk.img", RDWR, &fd));
	ATF_CHECK_EQ(RUMP_EBUSY, open_in_child(RDWR));
	ATF_CHECK_EQ(0, open_in_child(RDONLY));
	OK(rumpuser_close(fd));
	OK(open_in_child(RDWR));
}

ATF_TC_WITHOUT_HEAD(bad_choice);
ATF_TC_BODY(bad_choice, tc)
{
	int fd;

	fake_init();
	fake_file("disk.img", 4096);
	setenv("RUMP_BIO", "telepathy", 1);
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_open("disk.img", RDWR, &fd));
	OK(rumpuser_open("disk.img", RUMPUSER_OPEN_RDWR, &fd));
	OK(rumpuser_close(fd));
}

/* The host mounts nothing here, so only a loop device can show this. */
ATF_TC(blockdev);
ATF_TC_HEAD(blockdev, tc)
{
	atf_tc_set_md_var(tc, "require.user", "root");
	atf_tc_set_md_var(tc, "require.progs", "losetup");
}
ATF_TC_BODY(blockdev, tc)
{
	char dev[64] = "", cmd[128];
	uint64_t size;
	int fd, fd2, ft;
	FILE *fp;

	fake_init();
	fake_file("disk.img", 1 << 20);
	ATF_REQUIRE((fp = popen("losetup -f --show disk.img 2>/dev/null",
	    "r")) != NULL);
	if (fgets(dev, sizeof(dev), fp) == NULL)
		atf_tc_skip("no loop device to be had");
	pclose(fp);
	dev[strcspn(dev, "\n")] = '\0';
	ATF_CHECK_EQ(0, rumpuser_getfileinfo(dev, &size, &ft));
	ATF_CHECK_EQ(RUMPUSER_FT_BLK, ft);
	ATF_CHECK_EQ(1 << 20, size);
	ATF_CHECK_EQ(0, rumpuser_open(dev, RDWR, &fd));
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_open(dev, RDWR, &fd2));
	ATF_CHECK_EQ(0, rumpuser_close(fd));
	snprintf(cmd, sizeof(cmd), "losetup -d %s", dev);
	ATF_CHECK_EQ(0, system(cmd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, kinds);
	ATF_TP_ADD_TC(tp, two_writers);
	ATF_TP_ADD_TC(tp, two_processes);
	ATF_TP_ADD_TC(tp, bad_choice);
	ATF_TP_ADD_TC(tp, blockdev);
	return atf_no_error();
}
