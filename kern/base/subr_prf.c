/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf(9): to the console and the message buffer, and into memory.  A
 * message is one piece: others wait until it is out, except in a panic,
 * which must never wait.  Callable from any context that has a stack of a
 * kilobyte left; never sleeps and never allocates.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/tprintf.h>
#include <sys/device.h>
#include <lib/libkern/libkern.h>

#include <rump/rumpuser.h>

#include "kspin.h"
#include "subr_prf_private.h"

/* Keeps messages apart; nothing else is taken while it is held. */
static struct kspin prf_lock = KSPIN_INITIALIZER;

/* o: owned by the one caller; c: constant. */
struct message_sink {
	struct prf_sink	ms_sink;	/* c */
	int		ms_flags;	/* c: PRF_* */
};

/* Memory of a given size; counts on when it is full. */
struct memory_sink {
	struct prf_sink	mm_sink;	/* c */
	char		*mm_next;	/* o */
	size_t		mm_left;	/* o: room, without the NUL */
};

static void
message_put(struct prf_sink *sink, const char *s, size_t n)
{
	const struct message_sink *ms =
	    container_of(sink, struct message_sink, ms_sink);
	size_t i;

	if ((ms->ms_flags & PRF_LOG) != 0)
		msgbuf_write(s, n);
	if ((ms->ms_flags & PRF_CONS) == 0)
		return;
	for (i = 0; i < n; i++)
		rumpuser_putchar(s[i]);
}

void
prf_message(int flags, const char *fmt, va_list ap)
{
	struct message_sink ms = {
		.ms_sink.ps_put = message_put,
		.ms_flags = flags,
	};
	bool locked = panicstr == NULL;

	if (locked)
		kspin_enter(&prf_lock);
	prf_format(&ms.ms_sink, fmt, ap);
	if (locked)
		kspin_exit(&prf_lock);
}

static void
memory_put(struct prf_sink *sink, const char *s, size_t n)
{
	struct memory_sink *mm =
	    container_of(sink, struct memory_sink, mm_sink);

	n = MIN(n, mm->mm_left);
	memcpy(mm->mm_next, s, n);
	mm->mm_next += n;
	mm->mm_left -= n;
}

int
vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	char nowhere;
	struct memory_sink mm = {
		.mm_sink.ps_put = memory_put,
		.mm_next = size != 0 ? buf : &nowhere,
		.mm_left = size != 0 ? size - 1 : 0,
	};
	size_t n;

	n = prf_format(&mm.mm_sink, fmt, ap);
	*mm.mm_next = '\0';
	return (int)MIN(n, (size_t)INT_MAX);
}

int
snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

void
vprintf(const char *fmt, va_list ap)
{

	prf_message(PRF_CONS | PRF_LOG, fmt, ap);
}

void
printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prf_message(PRF_CONS | PRF_LOG, fmt, ap);
	va_end(ap);
}

void
printf_nolog(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prf_message(PRF_CONS, fmt, ap);
	va_end(ap);
}

/* Messages carry no time stamp, so this is the same as printf(). */
void
printf_nostamp(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prf_message(PRF_CONS | PRF_LOG, fmt, ap);
	va_end(ap);
}

void
printf_tolog(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prf_message(PRF_LOG, fmt, ap);
	va_end(ap);
}

/*
 * A process' terminal.  Clients have none inside the kernel: what a person
 * sees is the program's own output, which is where the console goes.
 */
void
uprintf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prf_message(PRF_CONS, fmt, ap);
	va_end(ap);
}

void
uprintf_locked(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prf_message(PRF_CONS, fmt, ap);
	va_end(ap);
}

tpr_t
tprintf_open(struct proc *p)
{

	KASSERT(p != NULL);
	return NULL;
}

void
tprintf_close(tpr_t sess)
{

	KASSERT(sess == NULL);
}

void
tprintf(tpr_t sess, const char *fmt, ...)
{
	va_list ap;

	KASSERT(sess == NULL);
	va_start(ap, fmt);
	prf_message(PRF_CONS | PRF_LOG, fmt, ap);
	va_end(ap);
}

void
tablefull(const char *tab, const char *hint)
{

	printf("%s: table is full%s%s\n", tab, hint != NULL ? " - " : "",
	    hint != NULL ? hint : "");
}

void
device_printf(device_t dev, const char *fmt, ...)
{
	va_list ap;

	printf("%s: ", device_xname(dev));
	va_start(ap, fmt);
	prf_message(PRF_CONS | PRF_LOG, fmt, ap);
	va_end(ap);
}
