/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RUMP_TRACE, see ENVIRONMENT of rumpkernel(7): what lines look like, and
 * where they go.
 */
#include "nb.h"

#include <fcntl.h>
#include <sys/stat.h>

int	rump_syscall(int, void *, size_t, long *);

static char text[65536];

/* The whole of a file of the host. */
static void
slurp(const char *path)
{
	ssize_t n;
	int fd;

	ATF_REQUIRE((fd = open(path, O_RDONLY)) >= 0);
	ATF_REQUIRE((n = read(fd, text, sizeof(text) - 1)) >= 0);
	text[n] = '\0';
	close(fd);
}

static void
expect(const char *line)
{

	ATF_CHECK_MSG(strstr(text, line) != NULL, "no \"%s\" in:\n%s", line,
	    text);
}

/* Every call of the test, with odd arguments, and its line. */
static void
calls(void)
{
	char path[300], buf[4];
	struct nb_pipe p;
	int fd[2];

	memset(path, 'a', sizeof(path));
	path[299] = '\0';
	(void)rump_sys_getpid();
	(void)rump_sys_read(77, buf, 3);
	(void)rump_sys_open("/etc/\"x\"\n", RUMP_O_RDWR | RUMP_O_CREAT |
	    RUMP_O_EXCL | 0x10000000, 0640);
	(void)rump_sys_open(NULL, 0);
	(void)rump_sys_unlink(path);
	(void)rump_sys_pipe(fd);
	p = nb_pipe(RUMP_O_CLOEXEC);
	(void)rump_sys_write(p.wr, "abc", 3);
	(void)rump_sys_lseek(p.wr, -1, 1);
	(void)rump_sys_setuid((uid_t)-1);
	(void)rump_sys_sync();
	(void)rump_sys_clock_settime(3, NULL);
}

static void
check_lines(void)
{

	expect("2.1 getpid() = 2\n");
	expect("2.1 read(77, 0x");
	expect(", 3) = EBADF\n");
	expect("2.1 open(\"/etc/\\\"x\\\"\\012\", "
	    "O_RDWR|O_CREAT|O_EXCL|0x10000000, 0640) = ENOSYS\n");
	expect("2.1 open(NULL, O_RDONLY, ");
	expect("2.1 unlink(\"aaaa");
	expect("aaaa\"...) = ENOSYS\n");
	expect("2.1 pipe() = [0, 1]\n");
	expect(", O_RDONLY|O_CLOEXEC) = 0\n");
	expect("2.1 write(3, 0x");
	expect(", 3) = 3\n");
	expect("2.1 lseek(3, -1, 1) = ENOSYS\n");
	expect("2.1 setuid(-1) = ");
	expect("2.1 sync() = ENOSYS\n");
	expect("2.1 clock_settime(3, NULL) = EFAULT\n");
}

ATF_TC_WITHOUT_HEAD(file);
ATF_TC_BODY(file, tc)
{
	int fd;

	/* It is added to. */
	ATF_REQUIRE((fd = open("./trace", O_WRONLY | O_CREAT, 0600)) >= 0);
	ATF_REQUIRE_EQ(6, write(fd, "first\n", 6));
	close(fd);
	setenv("RUMP_TRACE", "./trace", 1);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	calls();
	slurp("./trace");
	ATF_CHECK_EQ(0, strncmp(text, "first\n2.1 getpid() = 2\n", 23));
	check_lines();
}

static void
console_child(void)
{

	hk_boot("2");
	if (rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR) != 0)
		_exit(1);
	calls();
	_exit(0);
}

/* Run it in a child whose stderr is the file "err". */
static void
run_child(void)
{
	int status, fd;
	pid_t pid;

	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		fd = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(fd, 1);
		dup2(fd, 2);
		console_child();
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	slurp("err");
}

ATF_TC_WITHOUT_HEAD(console);
ATF_TC_BODY(console, tc)
{

	setenv("RUMP_TRACE", "1", 1);
	run_child();
	check_lines();
	setenv("RUMP_TRACE", "0", 1);
	run_child();
	ATF_CHECK_STREQ("", text);
	/* A file that cannot be: it is said, and the console has the lines. */
	setenv("RUMP_TRACE", "./no/such/folder", 1);
	run_child();
	check_lines();
}

static void *
many(void *arg)
{
	int i;

	for (i = 0; i < 200; i++)
		(void)rump_sys_getppid();
	return NULL;
}

/* Lines of several threads stay whole; unknown calls. */
ATF_TC_WITHOUT_HEAD(threads);
ATF_TC_BODY(threads, tc)
{
	pthread_t t[4];
	long rv[2];
	char *s;
	int i, n;

	setenv("RUMP_TRACE", "./trace", 1);
	hk_boot("2");
	for (i = 0; i < 4; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, many, NULL));
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	ATF_CHECK_EQ(78, rump_syscall(500, NULL, 0, rv));
	ATF_CHECK_EQ(78, rump_syscall(5000, NULL, 0, rv));
	ATF_CHECK_EQ(78, rump_syscall(-1, NULL, 0, rv));
	slurp("./trace");
	for (n = 0, s = text; (s = strstr(s, " getppid() = 0\n")) != NULL; n++)
		s++;
	ATF_CHECK_EQ(800, n);
	expect(" syscall_500() = ENOSYS\n");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, file);
	ATF_TP_ADD_TC(tp, console);
	ATF_TP_ADD_TC(tp, threads);
	return atf_no_error();
}
