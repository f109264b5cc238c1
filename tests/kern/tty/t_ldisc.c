/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line discipline as the person at the terminal sees it, termios(4): lines
 * and their editing, echo, quoting, raw mode's counts and times, flow control,
 * and the cooking of output.
 */
#include "tty.h"

#include <stdlib.h>

/* What the master reads next is this, however it is cut. */
static void
screen(int fd, const char *want, const char *file, int line)
{
	char buf[1024];
	const size_t len = strlen(want);
	size_t n = 0;
	ssize_t got;

	while (n < len) {
		got = rump_sys_read(fd, buf + n, len - n);
		ATF_REQUIRE_MSG(got > 0, "%s:%d: read %zd", file, line, got);
		n += got;
	}
	buf[n] = '\0';
	ATF_REQUIRE_MSG(strcmp(buf, want) == 0,
	    "%s:%d: \"%s\", not \"%s\"", file, line, buf, want);
}
#define	SCREEN(fd, want)	screen(fd, want, __FILE__, __LINE__)

TTY_CASE(lines)
{
	struct pair p = pair_open();
	char buf[8];

	modes_l(p.s, 0, NB_ECHO);
	put(p.m, "one\ntwo\nthr");
	GET(p.s, "one\n");
	GET(p.s, "two\n");
	NOTHING(p.s);
	put(p.m, "ee\n");
	/* A line is read in pieces. */
	ATF_CHECK_EQ(2, rump_sys_read(p.s, buf, 2));
	GET(p.s, "ree\n");
	/* End of file: what there is, then nothing. */
	put(p.m, "abc\004\004");
	GET(p.s, "abc");
	GET(p.s, "");
	NOTHING(p.s);
	/* It belongs to what filled the buffer. */
	put(p.m, "abc\004");
	ATF_CHECK_EQ(3, rump_sys_read(p.s, buf, 3));
	NOTHING(p.s);
	/* Carriage return ends a line, too. */
	put(p.m, "cr\r");
	GET(p.s, "cr\n");
}

TTY_CASE(editing)
{
	struct pair p = pair_open();
	struct nb_termios t;

	put(p.m, "abx\177c\n");
	GET(p.s, "abc\n");
	SCREEN(p.m, "abx\b \bc\r\n");
	put(p.m, "xyz\025ok\n");
	GET(p.s, "ok\n");
	SCREEN(p.m, "xyz\b \b\b \b\b \bok\r\n");
	put(p.m, "foo bar \027baz\n");
	GET(p.s, "foo baz\n");
	SCREEN(p.m, "foo bar \b \b\b \b\b \b\b \bbaz\r\n");
	/* Beyond the start of the line there is nothing. */
	put(p.m, "\177\177\027\025a\177\177b\n");
	GET(p.s, "b\n");
	SCREEN(p.m, "a\b \bb\r\n");
	put(p.m, "re\022do\n");
	GET(p.s, "redo\n");
	SCREEN(p.m, "re^R\r\nredo\r\n");
	/* Control characters are two columns, tabs as many as they were. */
	put(p.m, "a\001\177\t\177b\n");
	GET(p.s, "ab\n");
	SCREEN(p.m, "a^A\b \b\b \b       \b\b\b\b\b\b\bb\r\n");
	/* Words of letters. */
	modes_l(p.s, NB_ALTWERASE, 0);
	put(p.m, "usr/lib/x1\027\027y\n");
	GET(p.s, "usr/liby\n");
	SCREEN(p.m, "usr/lib/x1\b \b\b \b\b \by\r\n");
	/* On paper. */
	modes_l(p.s, NB_ECHOPRT, NB_ECHOE | NB_ECHOKE);
	put(p.m, "abc\177\177d\n");
	GET(p.s, "ad\n");
	SCREEN(p.m, "abc\\cbd\r\n");
	modes_l(p.s, NB_ECHOK, NB_ECHOPRT);
	put(p.m, "ab\177c\025d\n");
	GET(p.s, "d\n");
	SCREEN(p.m, "ab^?c^U\r\nd\r\n");
	/* Characters that are none. */
	t = modes_get(p.s);
	t.c_cc[NB_VERASE] = 0xff;
	modes_set(p.s, &t);
	put(p.m, "a\377\177\n");
	GET(p.s, "a\377\177\n");
}

TTY_CASE(echo)
{
	struct pair p = pair_open();

	put(p.m, "a\tb\001\n");
	GET(p.s, "a\tb\001\n");
	SCREEN(p.m, "a       b^A\r\n");
	/* End of file leaves nothing on the screen. */
	put(p.m, "\004");
	GET(p.s, "");
	SCREEN(p.m, "^D\b\b");
	modes_l(p.s, 0, NB_ECHOCTL);
	put(p.m, "\001\n");
	GET(p.s, "\001\n");
	SCREEN(p.m, "\001\r\n");
	modes_l(p.s, NB_ECHONL, NB_ECHO);
	put(p.m, "secret\n");
	GET(p.s, "secret\n");
	SCREEN(p.m, "\r\n");
	modes_l(p.s, 0, NB_ECHONL);
	put(p.m, "more\n");
	GET(p.s, "more\n");
	NOTHING(p.m);
}

/* What the program writes does not confuse the editing. */
TTY_CASE(interrupted_line)
{
	struct pair p = pair_open();

	put(p.m, "typ");
	put(p.s, "[msg]");
	put(p.m, "\177\n");
	GET(p.s, "ty\n");
	SCREEN(p.m, "typ[msg]^R\r\nty\r\n");
}

TTY_CASE(literal)
{
	struct pair p = pair_open();

	modes_l(p.s, 0, NB_ECHO);
	put(p.m, "\026\026\026\004\026\n\026\177\026\025\026\021x\n");
	/* A literal newline does not end the line. */
	GET(p.s, "\026\004\n\177\025\021x\n");
	modes_l(p.s, 0, NB_IEXTEN);
	put(p.m, "a\026b\n");
	GET(p.s, "a\026b\n");
}

TTY_CASE(delimiters)
{
	struct pair p = pair_open();
	struct nb_termios t = modes_get(p.s);

	t.c_lflag &= ~NB_ECHO;
	t.c_cc[NB_VEOL] = ';';
	t.c_cc[NB_VEOL2] = ',';
	modes_set(p.s, &t);
	put(p.m, "a;b,c\n");
	GET(p.s, "a;");
	GET(p.s, "b,");
	GET(p.s, "c\n");
}

TTY_CASE(long_line)
{
	static char line[6000], buf[6000];
	struct pair p = pair_open();
	ssize_t n;

	/* The rest is dropped, with a bell, but the line can be ended. */
	modes_l(p.s, 0, NB_ECHO);
	memset(line, 'l', sizeof(line));
	nonblock(p.m, 1);
	ATF_CHECK_EQ(sizeof(line), rump_sys_write(p.m, line, sizeof(line)));
	put(p.m, "\n");
	n = RL(rump_sys_read(p.s, buf, sizeof(buf)));
	ATF_CHECK_EQ(4096, n);
	ATF_CHECK_EQ('\n', buf[n - 1]);
	ATF_CHECK_EQ(1, rump_sys_read(p.m, buf, 1));
	ATF_CHECK_EQ('\a', buf[0]);
}

TTY_CASE(no_bell)
{
	static char line[6000], buf[6000];
	struct pair p = pair_open();

	modes_l(p.s, 0, NB_ECHO);
	modes_i(p.s, 0, NB_IMAXBEL);
	memset(line, 'l', sizeof(line));
	ATF_CHECK_EQ(sizeof(line), rump_sys_write(p.m, line, sizeof(line)));
	put(p.m, "\177x\n");
	ATF_CHECK_EQ(4096, rump_sys_read(p.s, buf, sizeof(buf)));
	ATF_CHECK_EQ('x', buf[4094]);
	NOTHING(p.m);
}

/* Mode changes: no input is lost, and lines appear. */
TTY_CASE(switching)
{
	struct pair p = pair_open();
	struct nb_termios cooked, t;

	modes_l(p.s, 0, NB_ECHO);
	cooked = modes_get(p.s);
	put(p.m, "line\npart");
	modes_raw(p.s, 1, 0);
	GET(p.s, "line\npart");
	put(p.m, "ab\177c\nrest");
	modes_set(p.s, &cooked);
	GET(p.s, "ac\n");
	NOTHING(p.s);
	put(p.m, "\n");
	GET(p.s, "rest\n");
	/* With TIOCSETAF it is. */
	put(p.m, "gone\n");
	t = cooked;
	RL(rump_sys_ioctl(p.s, NB_TIOCSETAF, &t));
	NOTHING(p.s);
	/* Asked for by hand. */
	put(p.m, "xy");
	modes_l(p.s, NB_PENDIN, 0);
	put(p.m, "z\n");
	GET(p.s, "xyz\n");
	t.c_ospeed = -1;
	RE(EINVAL, rump_sys_ioctl(p.s, NB_TIOCSETA, &t));
}

static void *
type_later(void *arg)
{
	const struct pair *p = arg;

	usleep(20000);
	put(p->m, "b");
	usleep(20000);
	put(p->m, "cd");
	return NULL;
}

TTY_CASE(raw)
{
	struct pair p = pair_open();
	struct nb_pollfd pf = { p.s, NB_POLLIN, 0 };

	/* Neither: what there is. */
	modes_raw(p.s, 0, 0);
	GET(p.s, "");
	put(p.m, "ab");
	GET(p.s, "ab");
	/* So many, however long it takes. */
	modes_raw(p.s, 4, 0);
	put(p.m, "a");
	ATF_CHECK_EQ(0, rump_sys_poll((void *)&pf, 1, 0));
	put(p.m, "bcd");
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pf, 1, 0));
	GET(p.s, "abcd");
}

TTY_CASE(raw_min)
{
	struct pair p = pair_open();
	pthread_t pt;
	char buf[8];

	modes_raw(p.s, 4, 0);
	put(p.m, "a");
	pthread_create(&pt, NULL, type_later, &p);
	GET(p.s, "abcd");
	pthread_join(pt, NULL);
	/* Not more than is asked for. */
	put(p.m, "xyz");
	ATF_CHECK_EQ(2, rump_sys_read(p.s, buf, 2));
}

TTY_CASE(raw_time)
{
	struct pair p = pair_open();
	pthread_t pt;

	/* The first one in time, or nothing. */
	modes_raw(p.s, 0, 1);
	GET(p.s, "");
	put(p.m, "q");
	GET(p.s, "q");
	/* Until there is a pause after the first. */
	modes_raw(p.s, 100, 5);
	pthread_create(&pt, NULL, type_later, &p);
	GET(p.s, "bcd");
	pthread_join(pt, NULL);
}

TTY_CASE(flow)
{
	struct pair p = pair_open();
	struct nb_termios t;

	put(p.m, "\023");
	put(p.s, "held");
	NOTHING(p.m);
	put(p.m, "\021");
	GET(p.m, "held");
	/* Any character does it, and is input as well. */
	modes_l(p.s, 0, NB_ECHO);
	put(p.m, "\023");
	put(p.s, "again");
	put(p.m, "x\n");
	GET(p.m, "again");
	GET(p.s, "x\n");
	/* Only VSTART. */
	modes_i(p.s, 0, NB_IXANY);
	put(p.m, "\023");
	put(p.s, "third");
	put(p.m, "y\n");
	NOTHING(p.m);
	GET(p.s, "y\n");
	put(p.m, "\021");
	GET(p.m, "third");
	/* One character for both. */
	t = modes_get(p.s);
	t.c_cc[NB_VSTART] = t.c_cc[NB_VSTOP] = 035;
	modes_set(p.s, &t);
	put(p.m, "\035");
	put(p.s, "4th");
	NOTHING(p.m);
	put(p.m, "\035");
	GET(p.m, "4th");
	/* What is stopped goes on when there is no flow control any more. */
	put(p.m, "\035");
	put(p.s, "5th");
	modes_i(p.s, 0, NB_IXON);
	GET(p.m, "5th");
	put(p.m, "\035\n");
	GET(p.s, "\035\n");
}

/* The one who types is told to stop, and to go on. */
TTY_CASE(flow_input)
{
	static char buf[3000];
	struct pair p = pair_open();

	modes_raw(p.s, 1, 0);
	modes_i(p.s, NB_IXOFF, 0);
	memset(buf, 'i', sizeof(buf));
	ATF_CHECK_EQ(sizeof(buf), rump_sys_write(p.m, buf, sizeof(buf)));
	GET(p.m, "\023");
	ATF_CHECK_EQ(sizeof(buf), rump_sys_read(p.s, buf, sizeof(buf)));
	GET(p.m, "\021");
}

TTY_CASE(discard)
{
	struct pair p = pair_open();

	modes_l(p.s, 0, NB_ECHO);
	put(p.m, "\017");
	put(p.s, "unseen");
	NOTHING(p.m);
	put(p.m, "\017");
	put(p.s, "seen");
	GET(p.m, "seen");
}

TTY_CASE(output)
{
	struct pair p = pair_open();

	put(p.s, "a\tb\n");
	SCREEN(p.m, "a       b\r\n");
	modes_o(p.s, 0, NB_OXTABS | NB_ONLCR);
	put(p.s, "a\tb\n");
	SCREEN(p.m, "a\tb\n");
	modes_o(p.s, NB_OCRNL, 0);
	put(p.s, "c\rd");
	SCREEN(p.m, "c\nd");
	modes_o(p.s, NB_ONOCR | NB_ONLRET, NB_OCRNL);
	put(p.s, "\n\rx\r\ry");
	SCREEN(p.m, "\nx\ry");
	modes_o(p.s, NB_ONOEOT, NB_ONOCR);
	put(p.s, "e\004f");
	SCREEN(p.m, "ef");
	modes_o(p.s, 0, NB_OPOST);
	put(p.s, "\004\t\r\n");
	SCREEN(p.m, "\004\t\r\n");
}

/* More than all queues hold, cooked, to the byte. */
static void *
write_all(void *arg)
{
	const struct pair *p = arg;
	int i;

	for (i = 0; i < 3000; i++)
		put(p->s, "\t1234567\nabc\t.\t\n");
	RL(rump_sys_ioctl(p->s, NB_TIOCDRAIN, NULL));
	return NULL;
}

TTY_CASE(output_full)
{
	struct pair p = pair_open();
	pthread_t pt;
	int i, n;

	pthread_create(&pt, NULL, write_all, &p);
	for (i = 0; i < 3000; i++)
		SCREEN(p.m, "        1234567\r\nabc     .       \r\n");
	pthread_join(pt, NULL);
	RL(rump_sys_ioctl(p.s, NB_TIOCOUTQ, &n));
	ATF_CHECK_EQ(0, n);
}

TTY_CASE(mapping)
{
	struct pair p = pair_open();

	modes_l(p.s, 0, NB_ECHO);
	modes_i(p.s, NB_IGNCR, 0);
	put(p.m, "a\rb\n");
	GET(p.s, "ab\n");
	modes_i(p.s, NB_INLCR, NB_IGNCR | NB_ICRNL);
	put(p.m, "a\nb\004");
	GET(p.s, "a\rb");
	modes_i(p.s, NB_ISTRIP, NB_INLCR);
	put(p.m, "\341\n");
	GET(p.s, "a\n");
	modes_i(p.s, NB_PARMRK, NB_ISTRIP);
	put(p.m, "x\377y\n");
	GET(p.s, "x\377\377y\n");
}

TTY_CASE(disciplines)
{
	struct pair p = pair_open();
	char name[32];
	int n = -1;

	RL(rump_sys_ioctl(p.s, NB_TIOCGETD, &n));
	ATF_CHECK_EQ(0, n);
	RL(rump_sys_ioctl(p.s, NB_TIOCSETD, &n));
	RL(rump_sys_ioctl(p.s, NB_TIOCGLINED, name));
	ATF_CHECK_STREQ("termios", name);
	RL(rump_sys_ioctl(p.s, NB_TIOCSLINED, name));
	n = 77;
	RE(ENXIO, rump_sys_ioctl(p.s, NB_TIOCSETD, &n));
	/* A name without an end. */
	memset(name, 'n', sizeof(name));
	RE(ENXIO, rump_sys_ioctl(p.s, NB_TIOCSLINED, name));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, lines);
	ATF_TP_ADD_TC(tp, editing);
	ATF_TP_ADD_TC(tp, echo);
	ATF_TP_ADD_TC(tp, interrupted_line);
	ATF_TP_ADD_TC(tp, literal);
	ATF_TP_ADD_TC(tp, delimiters);
	ATF_TP_ADD_TC(tp, long_line);
	ATF_TP_ADD_TC(tp, no_bell);
	ATF_TP_ADD_TC(tp, switching);
	ATF_TP_ADD_TC(tp, raw);
	ATF_TP_ADD_TC(tp, raw_min);
	ATF_TP_ADD_TC(tp, raw_time);
	ATF_TP_ADD_TC(tp, flow);
	ATF_TP_ADD_TC(tp, flow_input);
	ATF_TP_ADD_TC(tp, discard);
	ATF_TP_ADD_TC(tp, output);
	ATF_TP_ADD_TC(tp, output_full);
	ATF_TP_ADD_TC(tp, mapping);
	ATF_TP_ADD_TC(tp, disciplines);
	return atf_no_error();
}
