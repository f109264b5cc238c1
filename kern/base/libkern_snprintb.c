/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snprintb(3): a word, and the names of the bits set in it.
 *
 * The format starts with the base (\10 octal, \20 hexadecimal).  In the old
 * style each name follows a byte with the number of its bit, from 1.  A
 * \177 before the base announces the new style, bits from 0:
 *
 *	b N name	bit N
 *	f N W name	field of W bits at N, value printed
 *	F N W		the same, no name; then
 *	= V text	text if the last field has value V
 *	: V text	the same, for fields started with F
 *	* text		text with the value, if nothing matched
 *
 * Names end with a NUL in the new style, and the format with a second one.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <lib/libkern/libkern.h>

/* Where the text goes; o: owned by the caller throughout. */
struct out {
	char	*o_buf;		/* o */
	size_t	o_size;		/* o */
	size_t	o_len;		/* o: what it would be with room enough */
	size_t	o_max;		/* o: longest line, 0: one line */
	size_t	o_line;		/* o: length of the current line */
	char	o_word[24];	/* o: the number, repeated on each line */
	bool	o_open;		/* o: a bracket is open */
};

static void __printflike(2, 3)
emit(struct out *o, const char *fmt, ...)
{
	va_list ap;
	size_t room = o->o_len < o->o_size ? o->o_size - o->o_len : 0;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room != 0 ? o->o_buf + o->o_len : NULL, room, fmt, ap);
	va_end(ap);
	o->o_len += (size_t)n;
	o->o_line += (size_t)n;
}

static void
emit_nul(struct out *o)
{

	if (o->o_len < o->o_size)
		o->o_buf[o->o_len] = '\0';
	o->o_len++;
	o->o_line = 0;
}

/* The separator before a name, or a new line if it would get too long. */
static void
separate(struct out *o, size_t namelen)
{

	if (o->o_max != 0 && o->o_open &&
	    o->o_line + namelen + 2 > o->o_max) {
		emit(o, ">");
		emit_nul(o);
		emit(o, "%s", o->o_word);
		o->o_open = false;
	}
	emit(o, "%c", o->o_open ? ',' : '<');
	o->o_open = true;
}

static void
old_style(struct out *o, const char *f, uint64_t val)
{
	size_t len;
	int bit;

	while ((bit = (unsigned char)*f) != 0) {
		for (len = 0; (unsigned char)f[1 + len] > ' '; len++)
			continue;
		if (bit <= 32 && (val & (1ULL << (bit - 1))) != 0) {
			separate(o, len);
			emit(o, "%.*s", (int)len, f + 1);
		}
		f += 1 + len;
	}
}

static uint64_t
field(uint64_t val, int lo, int width)
{

	val = lo < 64 ? val >> lo : 0;
	return width < 64 ? val & ((1ULL << width) - 1) : val;
}

static void
new_style(struct out *o, const char *f, uint64_t val)
{
	uint64_t cur = 0;
	bool matched = false;
	char op;

	while ((op = *f) != '\0') {
		switch (op) {
		case 'b':
			if (field(val, (unsigned char)f[1], 1) != 0) {
				separate(o, strlen(f + 2));
				emit(o, "%s", f + 2);
			}
			f += 2;
			break;
		case 'f':
		case 'F':
			cur = field(val, (unsigned char)f[1],
			    (unsigned char)f[2]);
			matched = false;
			f += 3;
			if (op == 'f') {
				separate(o, strlen(f) + 8);
				emit(o, "%s=%#jx", f, (uintmax_t)cur);
			} else if (*f == '\0') {
				f--;	/* the name may be left out */
			}
			break;
		case '=':
		case ':':
			if (cur == (unsigned char)f[1]) {
				matched = true;
				if (op == ':')
					separate(o, strlen(f + 2));
				emit(o, op == '=' ? "=%s" : "%s", f + 2);
			}
			f += 2;
			break;
		case '*':
			f++;
			if (!matched) {
				separate(o, strlen(f));
				emit(o, "%s", f);
			}
			break;
		default:
			f++;
			break;
		}
		f += strlen(f) + 1;
	}
}

int
snprintb_m(char *buf, size_t size, const char *fmt, uint64_t val, size_t max)
{
	struct out o = { .o_buf = buf, .o_size = size, .o_max = max };
	bool newstyle = *fmt == '\177';

	if (newstyle)
		fmt++;
	switch (*fmt != '\0' ? (unsigned char)*fmt++ : 0) {
	case 8:
		snprintf(o.o_word, sizeof(o.o_word), "%#jo", (uintmax_t)val);
		break;
	case 10:
		snprintf(o.o_word, sizeof(o.o_word), "%ju", (uintmax_t)val);
		break;
	case 16:
		snprintf(o.o_word, sizeof(o.o_word), "%#jx", (uintmax_t)val);
		break;
	default:
		return -1;
	}
	emit(&o, "%s", o.o_word);
	if (newstyle)
		new_style(&o, fmt, val);
	else
		old_style(&o, fmt, val);
	if (o.o_open)
		emit(&o, ">");
	if (max != 0)
		emit_nul(&o);
	if (size != 0 && o.o_len >= size)
		buf[size - 1] = '\0';
	return (int)o.o_len;
}

int
snprintb(char *buf, size_t size, const char *fmt, uint64_t val)
{

	return snprintb_m(buf, size, fmt, val, 0);
}
