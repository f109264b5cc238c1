/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages, memory and path strings for every command of fsu(1).  Messages
 * look as the host's own tools print them: "fsu ls: cannot ...: reason".
 * Running out of memory in this small program ends it.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"

/* A name with control characters must not reach a terminal as it is. */
static char
harmless(char c)
{

	return (unsigned char)c < ' ' || c == 0x7f ? '?' : c;
}

static void
put_name(FILE *f, bool tty, const char *name)
{

	if (!tty)
		(void)fputs(name, f);
	for (; tty && *name != '\0'; name++)
		(void)fputc(harmless(*name), f);
}

/* Print a name of an image to standard output. */
void
fsu_print_name(const char *name)
{
	static int tty = -1;

	if (tty == -1)
		tty = isatty(STDOUT_FILENO) != 0;
	put_name(stdout, tty, name);
}

/* A line with a name, where standard output is data. */
void
fsu_tell_name(const char *name)
{

	put_name(stderr, isatty(STDERR_FILENO) != 0, name);
	(void)fputc('\n', stderr);
}

static void
vmsg(int error, const char *fmt, va_list ap)
{
	char *text, *p;

	(void)fflush(stdout);
	(void)fprintf(stderr, "fsu%s%s: ", fsu_cmd != NULL ? " " : "",
	    fsu_cmd != NULL ? fsu_cmd->c_name : "");
	if (vasprintf(&text, fmt, ap) >= 0) {
		for (p = text; *p != '\0'; p++)
			*p = harmless(*p);
		(void)fputs(text, stderr);
		free(text);
	}
	if (error != 0)
		(void)fprintf(stderr, ": %s", strerror(error));
	(void)fputc('\n', stderr);
}

/* Print a message; a non-zero error adds its text. */
void
fsu_warn(int error, const char *fmt, ...)
{
	va_list ap;

	if (fsu_stopped())	/* the signal says it all */
		return;
	va_start(ap, fmt);
	vmsg(error, fmt, ap);
	va_end(ap);
}

/* Print a message, put the images away and leave with status 1. */
void
fsu_die(int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!fsu_stopped())
		vmsg(error, fmt, ap);
	va_end(ap);
	fsu_exit(fsu_trouble);
}

/* The mask that new files and modes without a "who" obey, as on the host. */
uint32_t
fsu_umask(void)
{
	mode_t mask;

	mask = umask(0);
	(void)umask(mask);
	return mask;
}

void *
fsu_realloc(void *old, size_t len)
{
	void *p;

	p = realloc(old, len != 0 ? len : 1);
	if (p == NULL)
		fsu_die(ENOMEM, "%zu bytes", len);
	return p;
}

void *
fsu_alloc(size_t len)
{
	void *p;

	p = fsu_realloc(NULL, len);
	memset(p, 0, len);
	return p;
}

char *
fsu_strdup(const char *s)
{
	size_t len;

	len = strlen(s) + 1;
	return memcpy(fsu_alloc(len), s, len);
}

/* dir/name, without doubling a slash; the caller frees it. */
char *
fsu_join(const char *dir, const char *name)
{
	size_t dlen, nlen;
	char *p;

	dlen = strlen(dir);
	nlen = strlen(name);
	if (dlen != 0 && dir[dlen - 1] == '/')
		dlen--;
	p = fsu_alloc(dlen + nlen + 2);
	memcpy(p, dir, dlen);
	p[dlen] = '/';
	memcpy(p + dlen + 1, name, nlen);
	return p;
}

/* The last component, as the text behind the last slash that has text. */
const char *
fsu_base(const char *path)
{
	const char *p, *base;

	base = path;
	for (p = path; *p != '\0'; p++) {
		if (*p == '/' && p[1] != '/' && p[1] != '\0')
			base = p + 1;
	}
	return base;
}

/* dir/name for the last name of a path; the caller frees it. */
char *
fsu_target_in(const char *dir, const char *path)
{
	char *to;

	to = fsu_join(dir, fsu_base(path));
	while (to[1] != '\0' && to[strlen(to) - 1] == '/')
		to[strlen(to) - 1] = '\0';
	return to;
}

/* All but the last component; the caller frees it. */
char *
fsu_dirname(const char *path)
{
	size_t len;
	char *p;

	len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	if (len == 0)
		return fsu_strdup(".");
	p = fsu_alloc(len + 1);
	memcpy(p, path, len);
	return p;
}

/* 1.5K, 23M: the form of ls -h and df -h (powers of 1024, rounded up). */
void
fsu_human(char *buf, size_t buflen, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	uint64_t unit, tenths;
	int i;

	if (bytes < 1024) {
		(void)snprintf(buf, buflen, "%ju",
		    (uintmax_t)bytes);
		return;
	}
	for (i = 0, unit = 1024; i < 5 && bytes / unit >= 1024; i++)
		unit *= 1024;
	tenths = (bytes / unit) * 10 +
	    ((bytes % unit) * 10 + unit - 1) / unit;
	if (tenths >= 10240 && i < 5) {
		tenths = 10;
		i++;
	}
	if (tenths < 100)
		(void)snprintf(buf, buflen, "%ju.%ju%c",
		    (uintmax_t)(tenths / 10), (uintmax_t)(tenths % 10),
		    units[i]);
	else
		(void)snprintf(buf, buflen, "%ju%c",
		    (uintmax_t)((tenths + 9) / 10), units[i]);
}

/* Flush standard output; a full disk or closed pipe must not go unseen. */
int
fsu_finish_stdout(int status)
{

	bool earlier;

	/* errno is only known for what fails now */
	earlier = ferror(stdout) != 0;
	errno = 0;
	if (fflush(stdout) != 0 || earlier) {
		fsu_warn(errno, "write error");
		return status > fsu_trouble ? status : fsu_trouble;
	}
	return status;
}
