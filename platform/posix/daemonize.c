/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Going to the background with a result.  The parent stays until the child,
 * in which the kernel boots, tells through a pipe how that went; so a shell
 * script sees a server that could not start fail.
 */
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rump/rumperr.h>

#include "rumpuser_int.h"

static int report_fd = -1;		/* the child's end; one thread only */

/*
 * The parent: waits for one int.  The pipe's end without it means that the
 * child died, and it said why itself.
 */
static void __attribute__((__noreturn__))
parent(int fd, pid_t child)
{
	int error, status;
	ssize_t n;

	do {
		n = read(fd, &error, sizeof(error));
	} while (n == -1 && errno == EINTR);
	if (n != sizeof(error)) {
		if (waitpid(child, &status, 0) == child &&
		    WIFEXITED(status) && WEXITSTATUS(status) != 0)
			_exit(WEXITSTATUS(status));
		rumpuser__complain("the server died while starting");
		_exit(EXIT_FAILURE);
	}
	if (error != 0) {
		rumpuser__complain("the server could not start: %s",
		    rump_strerror(error));
		_exit(EXIT_FAILURE);
	}
	_exit(EXIT_SUCCESS);
}

int
rumpuser_daemonize_begin(void)
{
	int fds[2], error;
	pid_t pid;

	if (report_fd != -1)
		return RUMP_EALREADY;
	if (pipe2(fds, O_CLOEXEC) == -1)
		return rumpuser__errtrans(errno);
	fflush(NULL);
	if ((pid = fork()) == -1) {
		error = errno;
		close(fds[0]);
		close(fds[1]);
		return rumpuser__errtrans(error);
	}
	if (pid != 0) {
		close(fds[1]);
		parent(fds[0], pid);
	}
	close(fds[0]);
	report_fd = fds[1];
	if (setsid() == -1)
		return rumpuser__errtrans(errno);
	return 0;
}

/*
 * Leaves the terminal.  The working directory stays, since names of host
 * files may be relative to it.
 */
static int
detach(void)
{
	int fd, i;

	if ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1)
		return rumpuser__errtrans(errno);
	for (i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
		if (dup2(fd, i) == -1) {
			close(fd);
			return rumpuser__errtrans(errno);
		}
	}
	if (fd > STDERR_FILENO)
		close(fd);
	return 0;
}

int
rumpuser_daemonize_done(int error)
{
	int rv = 0;
	ssize_t n;

	if (report_fd == -1)
		return RUMP_EINVAL;
	rumpuser__console_flush();
	if (error == 0)
		error = rv = detach();
	do {
		n = write(report_fd, &error, sizeof(error));
	} while (n == -1 && errno == EINTR);
	if (n != sizeof(error) && rv == 0)
		rv = RUMP_EPIPE;
	close(report_fd);
	report_fd = -1;
	return rv;
}
