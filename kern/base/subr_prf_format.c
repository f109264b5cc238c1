/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The formatter of the printf(9) family: reads a format and hands runs of
 * characters to a sink.  No locks, no allocation; callable from anywhere,
 * including a panic.  Conversions: c d i o p s u x X %, with the flags
 * "#0- +", width, precision and the length modifiers of C.  An unknown
 * conversion is printed as it stands and ends the formatting, because the
 * arguments after it cannot be told apart any more.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <lib/libkern/libkern.h>

#include "subr_prf_private.h"

/* One conversion specification, parsed. */
struct spec {
	bool		sp_alt;		/* # */
	bool		sp_zero;	/* 0 */
	bool		sp_left;	/* - */
	char		sp_sign;	/* '+', ' ' or 0 */
	int		sp_width;
	int		sp_prec;	/* -1: none */
	int		sp_size;	/* size of the argument in bytes */
	char		sp_conv;
};

/* Longest number: 64 bits in octal. */
#define	NUMBUF	24

const char hexdigits[] = "0123456789abcdef";
const char HEXDIGITS[] = "0123456789ABCDEF";

static size_t
put(struct prf_sink *sink, const char *s, size_t n)
{

	if (n != 0)
		sink->ps_put(sink, s, n);
	return n;
}

static size_t
pad(struct prf_sink *sink, char c, int n)
{
	char buf[16];
	size_t total = 0, step;

	memset(buf, c, sizeof(buf));
	for (; n > 0; n -= (int)step) {
		step = MIN((size_t)n, sizeof(buf));
		total += put(sink, buf, step);
	}
	return total;
}

static const char *
parse_flags(const char *f, struct spec *sp)
{

	for (;; f++) {
		switch (*f) {
		case '#':
			sp->sp_alt = true;
			break;
		case '0':
			sp->sp_zero = true;
			break;
		case '-':
			sp->sp_left = true;
			break;
		case '+':
			sp->sp_sign = '+';
			break;
		case ' ':
			if (sp->sp_sign == 0)
				sp->sp_sign = ' ';
			break;
		default:
			return f;
		}
	}
}

static const char *
parse_number(const char *f, int *n)
{

	for (*n = 0; isdigit((unsigned char)*f); f++) {
		if (*n < 100000)
			*n = *n * 10 + (*f - '0');
	}
	return f;
}

static const char *
parse_length(const char *f, struct spec *sp)
{

	sp->sp_size = sizeof(int);
	switch (*f) {
	case 'h':
		sp->sp_size = f[1] == 'h' ? sizeof(char) : sizeof(short);
		return f + (f[1] == 'h' ? 2 : 1);
	case 'l':
		sp->sp_size = sizeof(long);
		return f + (f[1] == 'l' ? 2 : 1);
	case 'j':
	case 't':
	case 'z':
	case 'q':
		sp->sp_size = sizeof(long);
		return f + 1;
	}
	return f;
}

/*
 * A number as digits, from the end of the buffer backwards.
 */
static char *
digits(uint64_t v, unsigned int base, const char *set, char *end)
{

	do {
		*--end = set[v % base];
		v /= base;
	} while (v != 0);
	return end;
}

/* Prefix, then zeros, then digits, with blanks on one side. */
static size_t
emit_number(struct prf_sink *sink, const struct spec *sp, const char *prefix,
    const char *d, size_t nd)
{
	size_t np = strlen(prefix), total = 0;
	int zeros = 0, blanks;

	if (sp->sp_prec > (int)nd)
		zeros = sp->sp_prec - (int)nd;
	blanks = sp->sp_width - (int)(np + nd) - zeros;
	if (sp->sp_zero && !sp->sp_left && sp->sp_prec < 0 && blanks > 0) {
		zeros = blanks;
		blanks = 0;
	}
	if (!sp->sp_left)
		total += pad(sink, ' ', blanks);
	total += put(sink, prefix, np);
	total += pad(sink, '0', zeros);
	total += put(sink, d, nd);
	if (sp->sp_left)
		total += pad(sink, ' ', blanks);
	return total;
}

static size_t
do_unsigned(struct prf_sink *sink, struct spec *sp, uint64_t v)
{
	char buf[NUMBUF], *end = buf + sizeof(buf), *p = end;
	const char *prefix = "";

	switch (sp->sp_conv) {
	case 'o':
		p = digits(v, 8, hexdigits, end);
		if (sp->sp_alt && *p != '0')
			*--p = '0';
		break;
	case 'X':
		p = digits(v, 16, HEXDIGITS, end);
		if (sp->sp_alt && v != 0)
			prefix = "0X";
		break;
	case 'x':
		p = digits(v, 16, hexdigits, end);
		if (sp->sp_alt && v != 0)
			prefix = "0x";
		break;
	default:
		p = digits(v, 10, hexdigits, end);
		break;
	}
	if (v == 0 && sp->sp_prec == 0 &&
	    !(sp->sp_conv == 'o' && sp->sp_alt))
		p = end;
	return emit_number(sink, sp, prefix, p, (size_t)(end - p));
}

static size_t
do_signed(struct prf_sink *sink, struct spec *sp, int64_t v)
{
	char buf[NUMBUF], *end = buf + sizeof(buf), *p;
	char sign[2] = { v < 0 ? '-' : sp->sp_sign, '\0' };

	p = digits(v < 0 ? -(uint64_t)v : (uint64_t)v, 10, hexdigits, end);
	if (v == 0 && sp->sp_prec == 0)
		p = end;
	return emit_number(sink, sp, sign, p, (size_t)(end - p));
}

static size_t
do_string(struct prf_sink *sink, const struct spec *sp, const char *s)
{
	size_t len, total = 0;
	int blanks;

	if (s == NULL)
		s = "(null)";
	len = sp->sp_prec >= 0 ? strnlen(s, (size_t)sp->sp_prec) : strlen(s);
	blanks = sp->sp_width > (int)len ? sp->sp_width - (int)len : 0;
	if (!sp->sp_left)
		total += pad(sink, ' ', blanks);
	total += put(sink, s, len);
	if (sp->sp_left)
		total += pad(sink, ' ', blanks);
	return total;
}

static int64_t
narrow_signed(const struct spec *sp, int64_t v)
{

	switch (sp->sp_size) {
	case sizeof(char):
		return (signed char)v;
	case sizeof(short):
		return (short)v;
	case sizeof(int):
		return (int)v;
	}
	return v;
}

static uint64_t
narrow_unsigned(const struct spec *sp, uint64_t v)
{

	switch (sp->sp_size) {
	case sizeof(char):
		return (unsigned char)v;
	case sizeof(short):
		return (unsigned short)v;
	case sizeof(int):
		return (unsigned int)v;
	}
	return v;
}

/* Everything between the % and the conversion letter. */
static const char *
parse_spec(const char *f, struct spec *sp, va_list *ap)
{

	*sp = (struct spec){ .sp_prec = -1 };
	f = parse_flags(f, sp);
	if (*f == '*') {
		f++;
		if ((sp->sp_width = va_arg(*ap, int)) < 0) {
			sp->sp_left = true;
			sp->sp_width = sp->sp_width == INT_MIN ? 0 :
			    -sp->sp_width;
		}
	} else {
		f = parse_number(f, &sp->sp_width);
	}
	if (*f == '.') {
		f++;
		if (*f == '*') {
			f++;
			if ((sp->sp_prec = va_arg(*ap, int)) < 0)
				sp->sp_prec = -1;
		} else {
			f = parse_number(f, &sp->sp_prec);
		}
	}
	f = parse_length(f, sp);
	sp->sp_conv = *f;
	return f;
}

/* false: not a conversion. */
static bool
convert(struct prf_sink *sink, struct spec *sp, va_list *ap, size_t *total)
{
	uint64_t v;
	char c;

	switch (sp->sp_conv) {
	case '%':
		*total += put(sink, "%", 1);
		return true;
	case 'c':
		c = (char)va_arg(*ap, int);
		if (!sp->sp_left)
			*total += pad(sink, ' ', sp->sp_width - 1);
		*total += put(sink, &c, 1);
		if (sp->sp_left)
			*total += pad(sink, ' ', sp->sp_width - 1);
		return true;
	case 's':
		*total += do_string(sink, sp, va_arg(*ap, const char *));
		return true;
	case 'p':
		sp->sp_alt = true;
		sp->sp_conv = 'x';
		v = (uintptr_t)va_arg(*ap, void *);
		*total += v != 0 ? do_unsigned(sink, sp, v) :
		    do_string(sink, sp, "0x0");
		return true;
	case 'd':
	case 'i':
		v = sp->sp_size == sizeof(long) ? va_arg(*ap, uint64_t) :
		    (uint64_t)(int64_t)va_arg(*ap, int);
		*total += do_signed(sink, sp, narrow_signed(sp, (int64_t)v));
		return true;
	case 'o':
	case 'u':
	case 'x':
	case 'X':
		v = sp->sp_size == sizeof(long) ? va_arg(*ap, uint64_t) :
		    va_arg(*ap, unsigned int);
		*total += do_unsigned(sink, sp, narrow_unsigned(sp, v));
		return true;
	}
	return false;
}

size_t
prf_format(struct prf_sink *sink, const char *fmt, va_list ap0)
{
	const char *f = fmt, *run;
	struct spec sp;
	size_t total = 0;
	va_list ap;

	va_copy(ap, ap0);
	for (;;) {
		for (run = f; *f != '\0' && *f != '%'; f++)
			continue;
		total += put(sink, run, (size_t)(f - run));
		if (*f == '\0')
			break;
		run = f;
		f = parse_spec(f + 1, &sp, &ap);
		if (!convert(sink, &sp, &ap, &total)) {
			total += put(sink, run, strlen(run));
			break;
		}
		f++;
	}
	va_end(ap);
	return total;
}
