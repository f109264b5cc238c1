/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_printf: the formats of printf(9), snprintb(3), and sizes
 * for people.
 */

#include <sys/device.h>
#include <sys/device_impl.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/msgbuf.h>
#include <sys/stdarg.h>
#include <sys/syslog.h>
#include <lib/libkern/libkern.h>

#include "kt.h"

void rump_kt_formats(void);
void rump_kt_snprintb(void);
void rump_kt_humanize(void);
void rump_kt_msgbuf(void);
void rump_kt_panic(const char *);
void rump_kt_assert(int);
void rump_kt_print_forms(void);

static char buf[128];

/* Formats and compares; the length must be that of the text. */
#define	FMT(want, ...) do {						\
	int n_ = snprintf(buf, sizeof(buf), __VA_ARGS__);		\
									\
	kt_streq(buf, want);						\
	KT_EQ(strlen(want), n_);					\
} while (/*CONSTCOND*/0)

void
rump_kt_formats(void)
{
	void *p = (void *)0xdeadUL;

	FMT("plain", "plain");
	FMT("100%", "100%%");
	FMT("-1 1 +1  1", "%d %i %+d % d", -1, 1, 1, 1);
	FMT("   42|42   |00042", "%5d|%-5d|%05d", 42, 42, 42);
	FMT("-0042|   -42", "%05d|%6d", -42, -42);
	FMT("00042|  042", "%.5d|%5.3d", 42, 42);
	FMT("|", "%.0d|", 0);
	FMT("2147483648 4294967295", "%u %u", 0x80000000U, 0xffffffffU);
	FMT("ff FF 0xff 0XFF 377 0377", "%x %X %#x %#X %o %#o", 255, 255, 255,
	    255, 255, 255);
	FMT("0 0 0x00000f", "%#x %#o %#08x", 0, 0, 15);
	FMT("-9223372036854775808", "%jd", (intmax_t)INT64_MIN);
	FMT("18446744073709551615", "%ju", (uintmax_t)UINT64_MAX);
	FMT("1 2 3 4", "%ld %lld %zu %td", 1L, 2LL, (size_t)3, (ptrdiff_t)4);
	FMT("-1 65535 -1 255", "%hd %hu %hhd %hhu", (short)-1,
	    (unsigned short)-1, (signed char)-1, (unsigned char)-1);
	FMT("18446744073709551615", "%" PRIu64, UINT64_MAX);
	FMT("0xdead 0x0", "%p %p", p, (void *)NULL);
	FMT("abc|  abc|abc  |ab", "%s|%5s|%-5s|%.2s", "abc", "abc", "abc",
	    "abc");
	FMT("x|  x|x  ", "%c|%3c|%-3c", 'x', 'x', 'x');
	FMT("   42|42   |00042|abc", "%*d|%-*d|%.*d|%.*s", 5, 42, 5, 42, 5, 42,
	    3, "abcdef");
	FMT("42   |", "%*d|", -5, 42);
	KT_EQ(6, snprintf(buf, 4, "%s", "abcdef"));
	kt_streq(buf, "abc");
	KT_EQ(5, snprintf(NULL, 0, "%d", 12345));
}

void
rump_kt_snprintb(void)
{
	char small[8];

	KT_EQ(24,
	    snprintb(buf, sizeof(buf), "\20\1ONE\2TWO\40LAST", 0x80000003));
	kt_streq(buf, "0x80000003<ONE,TWO,LAST>");
	snprintb(buf, sizeof(buf), "\10\1A\2B", 2);
	kt_streq(buf, "02<B>");
	snprintb(buf, sizeof(buf), "\20\1A", 0);
	kt_streq(buf, "0");
	snprintb(buf, sizeof(buf), "\177\020b\0LSB\0b\x3fMSB\0", 1);
	kt_streq(buf, "0x1<LSB>");
	snprintb(buf, sizeof(buf),
	    "\177\020b\0A\0f\4\4F\0=\3three\0=\5five\0", 0x51);
	kt_streq(buf, "0x51<A,F=0x5=five>");
	snprintb(buf, sizeof(buf), "\177\020F\0\2\0:\1one\0:\2two\0", 2);
	kt_streq(buf, "0x2<two>");
	KT_EQ(-1, snprintb(buf, sizeof(buf), "\3\1A", 1));
	KT_EQ(13, snprintb(small, sizeof(small), "\20\1LONGNAME", 1));
	kt_streq(small, "0x1<LON");
}

void
rump_kt_humanize(void)
{

	format_bytes(buf, 10, 999);
	kt_streq(buf, "999 B");
	format_bytes(buf, 9, 10ULL << 20);
	kt_streq(buf, "10240 KB");
	format_bytes(buf, 8, 3ULL << 40);
	kt_streq(buf, "3072 GB");
	KT_EQ(-1, format_bytes(buf, 3, 5));
	humanize_number(buf, 7, 12345, "", 1000);
	kt_streq(buf, "12 K");
}

/* What is logged is in the ring, also when it has wrapped. */
void
rump_kt_msgbuf(void)
{
	const struct kern_msgbuf *mbp = msgbufp;
	const char *ring = mbp->msg_bufc;
	long at;
	int i;

	KT(logenabled(mbp));
	for (i = 0; i < 2000; i++)
		log(LOG_INFO, "message number %d\n", i);
	at = mbp->msg_bufx;
	KT(at >= 0 && at < mbp->msg_bufs);
	KT(ring[(at + mbp->msg_bufs - 1) % mbp->msg_bufs] == '\n');
	KT(ring[(at + mbp->msg_bufs - 2) % mbp->msg_bufs] == '9');
}

void
rump_kt_panic(const char *why)
{

	panic("test panic %s %d", why, 42);
}

void
rump_kt_assert(int n)
{

	KASSERTMSG(n == 1, "n is %d", n);
}

static int
by_list(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return n;
}

/* The other ways to the same formats. */
void
rump_kt_print_forms(void)
{
	struct device dev = { .dv_xname = "kt0" };
	static const char bits[] = "\177\020b\0A\0b\1B\0b\2C\0\0";

	KT_EQ(5, by_list("%d-%s", 12, "xy"));
	kt_streq(buf, "12-xy");
	/* A line of its own when the next name does not fit. */
	KT(snprintb_m(buf, sizeof(buf), bits, 7, 10) > 0);
	KT(strstr(buf, "A") != NULL && strstr(buf, "C>") != NULL);
	KT_EQ('\0', buf[strlen(buf) + 1]);
	printf_nolog("to the console only\n");
	uprintf("to the user\n");
	device_printf(&dev, "has a name\n");
	addlog("and to the log\n");
}
