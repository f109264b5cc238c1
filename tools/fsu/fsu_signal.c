/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Leaving early: a signal that asks the program to end is noted here, and
 * every operation on a side then fails with EINTR, so that the command
 * unwinds and the images are unmounted before the signal has its way.  A
 * second signal of the same kind is not caught: it ends the program at once,
 * as does a kernel that has not let go after a while.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"

static const int ending[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXCPU };

#define	PATIENCE	60	/* seconds to unwind and unmount */

static volatile sig_atomic_t caught;

/* The kernel is stuck: the signal has its way without an unmount. */
static void
give_up(int sig)
{

	(void)sig;
	(void)signal(caught, SIG_DFL);
	(void)raise(caught);
}

static void
note(int sig)
{

	caught = sig;
	(void)signal(SIGALRM, give_up);
	(void)alarm(PATIENCE);
}

/* Called first; what is ignored stays ignored, as nohup(1) wants it. */
void
fsu_signal_init(void)
{
	struct sigaction sa, old;
	size_t i;

	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		memset(&sa, 0, sizeof(sa));
		sa.sa_handler = note;
		sa.sa_flags = (int)SA_RESETHAND;
		if (sigaction(ending[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_DFL)
			(void)sigaction(ending[i], &sa, NULL);
	}
}

/* Has a signal come that ends the program? */
bool
fsu_stopped(void)
{

	return caught != 0;
}

/*
 * Descriptors 0 to 2 must not become an image's: a message would be written
 * into it.  Where one is closed, something takes its place that fails.
 */
void
fsu_fds_init(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_PATH);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

/* Put the images away and leave: by the signal, if one came. */
void
fsu_exit(int status)
{

	if (fsu_image_closeall() != 0 && status == 0)
		status = fsu_trouble;
	if (caught != 0) {	/* nobody may be reading: no flush */
		(void)signal(caught, SIG_DFL);
		(void)raise(caught);
	}
	exit(fsu_finish_stdout(status));
}
