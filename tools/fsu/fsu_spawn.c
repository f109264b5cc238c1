/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes: this program again with another command, for "console" and "exec",
 * which have no kernel of their own, and programs of the host.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fsu.h"

extern char **environ;

void
fsu_words_add(struct fsu_words *w, const char *word)
{

	w->w_word = fsu_realloc(w->w_word,
	    sizeof(*w->w_word) * (w->w_count + 2));
	w->w_word[w->w_count++] = fsu_strdup(word);
	w->w_word[w->w_count] = NULL;
}

/* This program, with the common options it was given; dir: for -C, or NULL. */
void
fsu_words_self(struct fsu_words *w, const char *dir)
{
	size_t i;

	*w = (struct fsu_words){ 0 };
	fsu_words_add(w, "/proc/self/exe");
	for (i = 0; i < fsu_opt_common.w_count; i++)
		fsu_words_add(w, fsu_opt_common.w_word[i]);
	if (dir != NULL) {
		fsu_words_add(w, "-C");
		fsu_words_add(w, dir);
	}
}

void
fsu_words_free(struct fsu_words *w)
{
	size_t i;

	for (i = 0; i < w->w_count; i++)
		free(w->w_word[i]);
	free(w->w_word);
	*w = (struct fsu_words){ 0 };
}

/* Signals as they are when a program begins, whatever this one does. */
static int
start(char *const argv[], posix_spawn_file_actions_t *fa, pid_t *pidp)
{
	posix_spawnattr_t attr;
	sigset_t all, none;
	int error;

	error = posix_spawnattr_init(&attr);
	if (error != 0)
		return error;
	(void)sigemptyset(&none);
	(void)sigemptyset(&all);
	(void)sigaddset(&all, SIGINT);
	(void)sigaddset(&all, SIGQUIT);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	error = posix_spawnp(pidp, argv[0], fa, &attr, argv, environ);
	(void)posix_spawnattr_destroy(&attr);
	return error;
}

static int
finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return 127;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

/*
 * A ^C of the terminal reaches the child as well: it is the one to end.
 */
int
fsu_run(char *const argv[])
{
	struct sigaction ign, oldint, oldquit;
	pid_t pid;
	int error, status;

	memset(&ign, 0, sizeof(ign));
	ign.sa_handler = SIG_IGN;
	(void)fflush(stdout);
	(void)sigaction(SIGINT, &ign, &oldint);
	(void)sigaction(SIGQUIT, &ign, &oldquit);
	error = start(argv, NULL, &pid);
	status = error == 0 ? finish(pid) : 127;
	(void)sigaction(SIGINT, &oldint, NULL);
	(void)sigaction(SIGQUIT, &oldquit, NULL);
	if (error != 0)
		fsu_warn(error, "cannot run '%s'", argv[0]);
	return status;
}

static char *
read_all(int fd)
{
	size_t len, room;
	ssize_t n;
	char *text;

	text = fsu_alloc(room = 4096);
	for (len = 0;; len += (size_t)n) {
		if (room - len < 2)
			text = fsu_realloc(text, room *= 2);
		n = read(fd, text + len, room - len - 1);
		if (n < 0 && errno == EINTR && !fsu_stopped()) {
			n = 0;
			continue;
		}
		if (n <= 0)
			break;
	}
	text[len] = '\0';
	return text;
}

int
fsu_run_output(char *const argv[], bool quiet, char **outp)
{
	posix_spawn_file_actions_t fa;
	int error, fd[2], status;
	pid_t pid;

	*outp = NULL;
	if (pipe2(fd, O_CLOEXEC) != 0)
		fsu_die(errno, "pipe");
	error = posix_spawn_file_actions_init(&fa);
	if (error != 0)
		fsu_die(error, "pipe");
	(void)posix_spawn_file_actions_adddup2(&fa, fd[1], STDOUT_FILENO);
	if (quiet)
		(void)posix_spawn_file_actions_addopen(&fa, STDERR_FILENO,
		    "/dev/null", O_WRONLY, 0);
	error = start(argv, &fa, &pid);
	(void)posix_spawn_file_actions_destroy(&fa);
	(void)close(fd[1]);
	status = 127;
	if (error == 0) {
		*outp = read_all(fd[0]);
		status = finish(pid);
	} else
		fsu_warn(error, "cannot run '%s'", argv[0]);
	(void)close(fd[0]);
	return status;
}
