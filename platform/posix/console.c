/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's console: standard error, a line at a time, so that a program's
 * own output on standard output stays its own.  Lines of several threads are
 * not mixed within a line of one putchar sequence longer than the buffer.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rumpuser_int.h"

/*
 *	m	line_mtx
 */
static pthread_mutex_t line_mtx = PTHREAD_MUTEX_INITIALIZER;
static char line_buf[256];		/* m: not written yet */
static size_t line_len;			/* m: */

/*
 * A console that is gone or full is nobody's error: the text is lost.
 */
static void
put(const char *buf, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(STDERR_FILENO, buf, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		buf += n;
		len -= (size_t)n;
	}
}

static void
flush_locked(void)
{
	int saved = errno;

	put(line_buf, line_len);
	line_len = 0;
	errno = saved;
}

void
rumpuser_putchar(int c)
{

	pthread_mutex_lock(&line_mtx);
	line_buf[line_len++] = (char)c;
	if (c == '\n' || line_len == sizeof(line_buf))
		flush_locked();
	pthread_mutex_unlock(&line_mtx);
}

void
rumpuser__console_flush(void)
{

	/* Also on the way out of a crash, when the lock may be held. */
	if (pthread_mutex_trylock(&line_mtx) != 0)
		return;
	flush_locked();
	pthread_mutex_unlock(&line_mtx);
}

void
rumpuser_dprintf(const char *fmt, ...)
{
	va_list ap;

	rumpuser__console_flush();
	va_start(ap, fmt);
	vdprintf(STDERR_FILENO, fmt, ap);
	va_end(ap);
}

static void
complain(const char *fmt, va_list ap)
{
	char text[512];

	rumpuser__console_flush();
	vsnprintf(text, sizeof(text), fmt, ap);
	dprintf(STDERR_FILENO, "rumpuser: %s\n", text);
}

void
rumpuser__complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
}

void
rumpuser__die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	abort();
}
