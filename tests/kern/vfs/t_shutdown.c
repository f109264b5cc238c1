/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a kernel and the syncer, with ext2 as the file system that has
 * something to lose: reboot(2) with files open writes and unmounts all, and
 * what nobody syncs gets to the device in time all the same.
 */
#include <sys/wait.h>

#include <signal.h>

#include "vk.h"

void	rump_kt_sync_soon(void);

static void
host(const char *cmd)
{
	int status = system(cmd);

	ATF_REQUIRE_MSG(status == 0, "%s: status %d", cmd, status);
}

static void
child_mount(void)
{
	struct { const char *fspec; } args = { "/img" };

	if (rump_init() != 0 ||
	    rump_pub_etfs_register("/img", "img", RUMP_ETFS_BLK) != 0 ||
	    rump_sys_mkdir("/m", 0755) != 0 ||
	    rump_sys_mount("ext2fs", "/m", 0, &args, sizeof(args)) != 0)
		_exit(10);
}

static int
child_file(const char *path)
{
	static char data[100000];
	int fd;

	memset(data, 'z', sizeof(data));
	fd = rump_sys_open(path, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
	if (fd == -1 ||
	    rump_sys_write(fd, data, sizeof(data)) != sizeof(data))
		_exit(11);
	return fd;
}

/* Whether the image has what child_file() wrote. */
static bool
in_image(const char *file)
{
	char cmd[200];

	snprintf(cmd, sizeof(cmd), "/sbin/debugfs -R 'cat %s' img "
	    "2>/dev/null | tr -d z | wc -c | grep -qx 0 && "
	    "test $(/sbin/debugfs -R 'cat %s' img 2>/dev/null | wc -c) "
	    "= 100000", file, file);
	return system(cmd) == 0;
}

static void
make_image(void)
{

	host("truncate -s 16M img && /sbin/mke2fs -q -F -t ext2 img "
	    "2>/dev/null");
}

ATF_TC(reboot);
ATF_TC_HEAD(reboot, tc)
{

	atf_tc_set_md_var(tc, "require.progs", "/sbin/mke2fs /sbin/e2fsck");
}
ATF_TC_BODY(reboot, tc)
{
	int status;
	pid_t pid;

	make_image();
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		child_mount();
		rump_sys_mkdir("/m/dir", 0755);
		rump_sys_chdir("/m/dir");
		child_file("f");
		rump_sys_unlink("none");
		(void)rump_sys_unlink("gone");
		child_file("gone");
		rump_sys_unlink("gone");
		rump_sys_reboot(0, NULL);
		_exit(12);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "status %x", status);
	host("/sbin/e2fsck -fn img >fsck.out 2>&1 || { cat fsck.out; "
	    "false; }");
	ATF_REQUIRE(in_image("/dir/f"));
}

ATF_TC(syncer);
ATF_TC_HEAD(syncer, tc)
{

	atf_tc_set_md_var(tc, "require.progs", "/sbin/mke2fs /sbin/e2fsck");
}
ATF_TC_BODY(syncer, tc)
{
	int alive[2], i, status;
	pid_t pid;
	char c;

	make_image();
	ATF_REQUIRE_EQ(0, pipe(alive));
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		close(alive[1]);
		child_mount();
		rump_schedule();
		rump_kt_sync_soon();
		rump_unschedule();
		rump_sys_close(child_file("/m/f"));
		/* The kernel is idle until it is killed. */
		_exit(read(alive[0], &c, 1) == 0 ? 0 : 13);
	}
	/* Without what rump_kt_sync_soon() said it would take half a minute. */
	for (i = 0; i < 200 && !in_image("/f"); i++)
		usleep(100000);
	kill(pid, SIGKILL);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFSIGNALED(status), "status %x", status);
	status = system("/sbin/e2fsck -fp img >fsck.out 2>&1");
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) <= 1,
	    "e2fsck: %x", status);
	ATF_REQUIRE(in_image("/f"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, reboot);
	ATF_TP_ADD_TC(tp, syncer);
	return atf_no_error();
}
