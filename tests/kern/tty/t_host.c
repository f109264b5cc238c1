/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same input and output through a pty of the host's and one of ours, where
 * POSIX (XBD 11, General Terminal Interface) says what comes of it: what the
 * program reads, read by read, and what the person sees, must be equal.
 */
#include "tty.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>

/* Modes both systems have, by numbers of our own. */
enum {
	M_ICANON = 1 << 0, M_ECHO = 1 << 1, M_ECHOE = 1 << 2,
	M_ECHOK = 1 << 3, M_ECHONL = 1 << 4, M_IEXTEN = 1 << 5,
	M_ICRNL = 1 << 6, M_INLCR = 1 << 7, M_IGNCR = 1 << 8,
	M_ISTRIP = 1 << 9, M_PARMRK = 1 << 10, M_OPOST = 1 << 11,
	M_ONLCR = 1 << 12, M_OCRNL = 1 << 13, M_ONOCR = 1 << 14,
	M_ONLRET = 1 << 15, M_IXON = 1 << 16,
};

static const struct {
	unsigned mode;
	uint32_t nb;
	tcflag_t host;
	int word;	/* 0: iflag, 1: oflag, 2: lflag */
} flags[] = {
	{ M_ICANON, NB_ICANON, ICANON, 2 }, { M_ECHO, NB_ECHO, ECHO, 2 },
	{ M_ECHOE, NB_ECHOE, ECHOE, 2 }, { M_ECHOK, NB_ECHOK, ECHOK, 2 },
	{ M_ECHONL, NB_ECHONL, ECHONL, 2 },
	{ M_IEXTEN, NB_IEXTEN, IEXTEN, 2 },
	{ M_ICRNL, NB_ICRNL, ICRNL, 0 }, { M_INLCR, NB_INLCR, INLCR, 0 },
	{ M_IGNCR, NB_IGNCR, IGNCR, 0 }, { M_ISTRIP, NB_ISTRIP, ISTRIP, 0 },
	{ M_PARMRK, NB_PARMRK, PARMRK, 0 }, { M_IXON, NB_IXON, IXON, 0 },
	{ M_OPOST, NB_OPOST, OPOST, 1 }, { M_ONLCR, NB_ONLCR, ONLCR, 1 },
	{ M_OCRNL, NB_OCRNL, OCRNL, 1 }, { M_ONOCR, NB_ONOCR, ONOCR, 1 },
	{ M_ONLRET, NB_ONLRET, ONLRET, 1 },
};

#define	CANON	M_ICANON
#define	CANONX	(M_ICANON | M_IEXTEN)
#define	LOOK	(M_ICANON | M_ECHO | M_ECHOE | M_ECHOK | M_OPOST)

/*
 * What is typed, and in which pieces it is read (0: as much as there is).  In
 * canonical mode a last line "~\n" is typed, which ends the comparison.
 */
static const struct {
	unsigned modes;
	const char *typed;
	size_t piece;
} typing[] = {
	{ CANON, "hello\n", 0 },
	{ CANON, "one\ntwo\nthree\n", 0 },
	{ CANON, "one\ntwo\nthree\n", 2 },
	{ CANON, "one\ntwo\nthree\n", 4 },
	{ CANON, "\n\n\n", 0 },
	{ CANON, "abc\004def\n", 0 },
	{ CANON, "\004", 0 },
	{ CANON, "\004\004x\004", 0 },
	{ CANON, "abc\n\004", 0 },
	{ CANON, "ab\177c\n", 0 },
	{ CANON, "\177\177a\n", 0 },
	{ CANON, "abc\177\177\177\177d\n", 0 },
	{ CANON, "abc\025def\n", 0 },
	{ CANON, "\025\025a\n", 0 },
	{ CANON, "a\nb\025c\n", 0 },
	{ CANON, "a\nb\177\177\177c\n", 0 },
	{ CANON, "a;b;c\n", 0 },
	{ CANON, "a;\177b;\025c\n", 0 },
	{ CANON, "\001\002\005\006\016\n", 0 },
	{ CANON, "\303\244\377\200\n", 0 },
	{ CANON, "tab\there\n", 0 },
	{ CANON | M_ICRNL, "cr\rnl\n", 0 },
	{ CANON | M_INLCR | M_ICRNL, "cr\rnl\nx\r", 0 },
	{ CANON | M_IGNCR, "c\rr\r\n", 0 },
	{ CANON | M_IGNCR | M_ICRNL, "c\rr\r\n", 0 },
	{ CANON | M_ISTRIP, "\341\342\343\n", 0 },
	{ CANON | M_ISTRIP | M_PARMRK, "a\377b\n", 0 },
	{ CANON | M_IXON, "a\023b\021c\n", 0 },
	{ CANON | M_IXON, "\021\021\n", 0 },
	{ CANON, "a\023b\021c\n", 0 },
	{ CANONX, "a\026\004b\n", 0 },
	{ CANONX, "a\026\177b\n", 0 },
	{ CANONX, "a\026\026b\n", 0 },
	{ CANONX, "a\026\025b\025c\n", 0 },
	{ CANONX, "foo bar\027baz\n", 0 },
	{ CANONX, "foo  bar  \027baz\n", 0 },
	{ CANONX, "\027\027a\n", 0 },
	{ CANON, "a\026b\027c\n", 0 },
	{ 0, "hello\n\004\177\025", 0 },
	{ 0, "\000\377\r\n", 0 },
	{ M_ICRNL, "a\rb\n", 0 },
	{ M_INLCR, "a\rb\n", 0 },
	{ M_IGNCR, "a\rb\n", 0 },
	{ M_ISTRIP, "\341\342", 0 },
	{ M_PARMRK, "x\377\377y", 0 },
};

/* What the person sees when that is typed. */
static const struct {
	unsigned modes;
	const char *typed;
} looking[] = {
	{ LOOK, "hello\n" },
	{ LOOK, "ab\177c\n" },
	{ LOOK, "abc\177\177\177d\n" },
	{ LOOK | M_ONLCR, "hello\n\n" },
	{ LOOK, "\177\177x\n" },
	{ LOOK & ~M_ECHOE, "plain\n" },
	{ M_ICANON | M_ECHONL | M_OPOST, "secret\n" },
	{ M_ICANON | M_ECHONL | M_OPOST | M_ONLCR, "secret\n" },
	{ M_ICANON, "nothing\n" },
	{ LOOK | M_ICRNL, "cr\r" },
	{ M_ECHO, "raw\r\n" },
	{ M_ECHO | M_OPOST | M_ONLCR, "raw\n" },
};

/* What the program writes, and the person sees. */
static const struct {
	unsigned modes;
	const char *written;
} cooking[] = {
	{ 0, "a\nb\rc\td" },
	{ M_OPOST, "a\nb\rc\td" },
	{ M_OPOST | M_ONLCR, "a\nb\rc\td\n\n" },
	{ M_ONLCR, "a\nb" },
	{ M_OPOST | M_OCRNL, "a\rb\n" },
	{ M_OCRNL, "a\rb\n" },
	{ M_OPOST | M_ONOCR, "\ra\r\rb" },
	{ M_OPOST | M_ONLRET | M_ONOCR, "a\n\rb" },
	{ M_OPOST | M_ONLRET, "a\n\rb" },
	{ M_OPOST | M_ONLCR, "\001\004\010\177\377" },
};

#define	COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define	SENTINEL	"~\n"

/* Either system's calls. */
struct world {
	const char	*name;
	ssize_t		(*read)(int, void *, size_t);
	ssize_t		(*write)(int, const void *, size_t);
	void		(*modes)(int, unsigned);
	int		m, s;
};

static void
our_modes(int fd, unsigned modes)
{
	struct nb_termios t = modes_get(fd);
	uint32_t *words[3] = { &t.c_iflag, &t.c_oflag, &t.c_lflag };
	size_t i;

	t.c_iflag = t.c_oflag = t.c_lflag = 0;
	for (i = 0; i < COUNT(flags); i++)
		if (modes & flags[i].mode)
			*words[flags[i].word] |= flags[i].nb;
	t.c_cc[NB_VERASE] = 0177;
	t.c_cc[NB_VEOL] = ';';
	t.c_cc[NB_VMIN] = 1;
	t.c_cc[NB_VTIME] = 0;
	modes_set(fd, &t);
}

static void
host_modes(int fd, unsigned modes)
{
	struct termios t;
	tcflag_t *words[3] = { &t.c_iflag, &t.c_oflag, &t.c_lflag };
	size_t i;

	ATF_REQUIRE_EQ(0, tcgetattr(fd, &t));
	t.c_iflag = t.c_oflag = t.c_lflag = 0;
	for (i = 0; i < COUNT(flags); i++)
		if (modes & flags[i].mode)
			*words[flags[i].word] |= flags[i].host;
	t.c_cc[VERASE] = 0177;
	t.c_cc[VKILL] = 025;
	t.c_cc[VEOF] = 004;
	t.c_cc[VWERASE] = 027;
	t.c_cc[VLNEXT] = 026;
	t.c_cc[VSTART] = 021;
	t.c_cc[VSTOP] = 023;
	t.c_cc[VEOL] = ';';
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	ATF_REQUIRE_EQ(0, tcsetattr(fd, TCSANOW, &t));
}

static void
worlds(struct world *w)
{
	struct pair p = pair_open();

	w[0] = (struct world){ "host", read, write, host_modes, 0, 0 };
	w[1] = (struct world){ "ours", rump_sys_read, rump_sys_write,
	    our_modes, p.m, p.s };
	w[0].m = posix_openpt(O_RDWR | O_NOCTTY);
	if (w[0].m == -1)
		atf_tc_skip("the host has no ptys");
	ATF_REQUIRE_EQ(0, grantpt(w[0].m));
	ATF_REQUIRE_EQ(0, unlockpt(w[0].m));
	w[0].s = open(ptsname(w[0].m), O_RDWR | O_NOCTTY);
	ATF_REQUIRE(w[0].s >= 0);
}

/* Reads one after the other, as text: "[abc\012][]", until the end is seen. */
static void
transcript(const struct world *w, int fd, size_t piece, const char *end,
    char *out, size_t size)
{
	char buf[256], all[1024];
	size_t len = 0, n = 0, i;
	ssize_t got;

	do {
		got = w->read(fd, buf, piece != 0 ? piece : sizeof(buf));
		ATF_REQUIRE_MSG(got >= 0, "%s: errno %d", w->name, errno);
		n += snprintf(out + n, size - n, "[");
		for (i = 0; i < (size_t)got; i++)
			n += snprintf(out + n, size - n, "\\%03o",
			    (unsigned char)buf[i]);
		n += snprintf(out + n, size - n, "]");
		ATF_REQUIRE(len + got < sizeof(all) && n + 4 < size);
		memcpy(all + len, buf, got);
		len += got;
	} while (len < strlen(end) ||
	    memcmp(all + len - strlen(end), end, strlen(end)) != 0);
}

/* In raw mode and at the master pieces mean nothing. */
static void
join(char *s)
{
	char *d = s;

	for (; *s != '\0'; s++)
		if (*s != '[' && *s != ']')
			*d++ = *s;
	*d = '\0';
}

static void
same(const char *what, size_t i, const char *host, const char *ours)
{

	ATF_CHECK_MSG(strcmp(host, ours) == 0, "%s %zu: host %s, ours %s",
	    what, i, host, ours);
}

TTY_CASE(input)
{
	char text[2][4096], typed[256];
	struct world w[2];
	const char *end;
	size_t i, k;

	worlds(w);
	for (i = 0; i < COUNT(typing); i++) {
		/* What ends the line differs with the mapping. */
		end = (typing[i].modes & M_INLCR) != 0 ? "~\r" : SENTINEL;
		for (k = 0; k < 2; k++) {
			w[k].modes(w[k].s, typing[i].modes);
			snprintf(typed, sizeof(typed), "%s~%s",
			    typing[i].typed,
			    (typing[i].modes & (M_INLCR | M_ICANON)) ==
			    (M_INLCR | M_ICANON) ? "\r" : "\n");
			if ((typing[i].modes & (M_INLCR | M_ICANON)) ==
			    (M_INLCR | M_ICANON))
				end = SENTINEL;
			ATF_REQUIRE_EQ((ssize_t)strlen(typed), w[k].write(
			    w[k].m, typed, strlen(typed)));
			transcript(&w[k], w[k].s, typing[i].piece, end,
			    text[k], sizeof(text[k]));
			if ((typing[i].modes & M_ICANON) == 0)
				join(text[k]);
		}
		same("typing", i, text[0], text[1]);
	}
}

TTY_CASE(echo)
{
	char text[2][4096];
	struct world w[2];
	size_t i, k;

	worlds(w);
	for (i = 0; i < COUNT(looking); i++) {
		for (k = 0; k < 2; k++) {
			w[k].modes(w[k].s, looking[i].modes);
			ATF_REQUIRE_EQ((ssize_t)strlen(looking[i].typed),
			    w[k].write(w[k].m, looking[i].typed,
			    strlen(looking[i].typed)));
			/* It was echoed when it can be read. */
			(void)w[k].read(w[k].s, text[k], sizeof(text[k]));
			ATF_REQUIRE_EQ(1, w[k].write(w[k].s, "~", 1));
			transcript(&w[k], w[k].m, 0, "~", text[k],
			    sizeof(text[k]));
			join(text[k]);
			w[k].modes(w[k].s, 0);
			(void)w[k].write(w[k].m, "~", 1);
			transcript(&w[k], w[k].s, 0, "~", (char[4096]){ 0 },
			    4096);
		}
		same("looking", i, text[0], text[1]);
	}
}

TTY_CASE(output)
{
	char text[2][4096];
	struct world w[2];
	size_t i, k;

	worlds(w);
	for (i = 0; i < COUNT(cooking); i++) {
		for (k = 0; k < 2; k++) {
			/* From the first column. */
			w[k].modes(w[k].s, M_OPOST);
			ATF_REQUIRE_EQ(1, w[k].write(w[k].s, "\r", 1));
			w[k].modes(w[k].s, cooking[i].modes);
			ATF_REQUIRE_EQ((ssize_t)strlen(cooking[i].written),
			    w[k].write(w[k].s, cooking[i].written,
			    strlen(cooking[i].written)));
			ATF_REQUIRE_EQ(1, w[k].write(w[k].s, "~", 1));
			transcript(&w[k], w[k].m, 0, "~", text[k],
			    sizeof(text[k]));
			join(text[k]);
		}
		same("cooking", i, text[0], text[1]);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, input);
	ATF_TP_ADD_TC(tp, echo);
	ATF_TP_ADD_TC(tp, output);
	return atf_no_error();
}
