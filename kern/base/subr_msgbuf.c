/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The message buffer and log(9).  The ring is static and small, and becomes
 * resident only as it is written.  Writers come through prf_message(), one
 * at a time; a reader (kern.msgbuf, kernfs) may see a message half written.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/msgbuf.h>
#include <sys/syslog.h>
#include <sys/reboot.h>

#include "subr_prf_private.h"

#define	MSGBUF_BYTES	16384

static struct {
	struct kern_msgbuf	mb_head;
	char			mb_more[MSGBUF_BYTES];
} msgbuf_space = {
	.mb_head = {
		.msg_magic = MSG_MAGIC,
		.msg_bufs = MSGBUF_BYTES,
	},
};

int msgbufmapped = 1;
int msgbufenabled = 1;
struct kern_msgbuf *msgbufp = &msgbuf_space.mb_head;
bool log_open;

void
initmsgbuf(void *buf, size_t size)
{
	struct kern_msgbuf *mbp = buf;

	KASSERT(size > sizeof(*mbp));
	memset(mbp, 0, sizeof(*mbp));
	mbp->msg_bufs = (long)(size - offsetof(struct kern_msgbuf, msg_bufc));
	mbp->msg_magic = MSG_MAGIC;
	msgbufp = mbp;
}

static void
put1(struct kern_msgbuf *mbp, char *ring, char c)
{

	if (c == '\0')
		return;
	ring[mbp->msg_bufx] = c;
	if (++mbp->msg_bufx >= mbp->msg_bufs)
		mbp->msg_bufx = 0;
	if (mbp->msg_bufr == mbp->msg_bufx && ++mbp->msg_bufr >= mbp->msg_bufs)
		mbp->msg_bufr = 0;
}

void
msgbuf_write(const char *s, size_t n)
{
	struct kern_msgbuf *mbp = msgbufp;
	char *ring = (char *)mbp + offsetof(struct kern_msgbuf, msg_bufc);
	size_t i;

	if (!logenabled(mbp))
		return;
	KASSERT(mbp->msg_bufx >= 0 && mbp->msg_bufx < mbp->msg_bufs);
	for (i = 0; i < n; i++)
		put1(mbp, ring, s[i]);
}

void
logputchar(int c)
{

	printf_tolog("%c", c);
}

/*
 * Log messages go to the buffer; when the boot is verbose a person wants to
 * see them as well.
 */
static int
log_destinations(void)
{

	return bootverbose ? PRF_LOG | PRF_CONS : PRF_LOG;
}

void
logpri(int level)
{

	printf_tolog("<%d>", LOG_PRI(level));
}

void
vlog(int level, const char *fmt, va_list ap)
{
	char line[256];

	if ((log_destinations() & PRF_CONS) != 0) {
		prf_message(log_destinations(), fmt, ap);
		return;
	}
	snprintf(line, sizeof(line), "<%d>%s", LOG_PRI(level), fmt);
	prf_message(PRF_LOG, line, ap);
}

void
log(int level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vlog(level, fmt, ap);
	va_end(ap);
}

void
addlog(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	prf_message(log_destinations(), fmt, ap);
	va_end(ap);
}
