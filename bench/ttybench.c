/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pseudo-terminal, or with the argument "host" Linux's: bytes typed at the
 * master and read by a program, raw and as lines; bytes written by a program
 * and shown to the master, raw and cooked.  One thread, so that it is the calls
 * that are measured.  A line per figure: "name value unit".
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "clock.h"

#define	TOTAL	(32L * 1024 * 1024)
#define	PIECE	1024
#define	LINE	64		/* bytes of a line, with its end */

/* NetBSD's, as far as they are needed here. */
struct nb_termios {
	uint32_t	iflag, oflag, cflag, lflag;
	uint8_t		cc[20];
	int32_t		ispeed, ospeed;
};
struct nb_ptmget {
	int32_t		cfd, sfd;
	char		cn[1024], sn[1024];
};
#define	NB_IOC(dir, n, t)	((dir) | sizeof(t) << 16 | 't' << 8 | (n))
#define	NB_TIOCGETA	NB_IOC(0x40000000UL, 19, struct nb_termios)
#define	NB_TIOCSETA	NB_IOC(0x80000000UL, 20, struct nb_termios)
#define	NB_TIOCPTMGET	NB_IOC(0x40000000UL, 70, struct nb_ptmget)
#define	NB_OPOST_ONLCR	0x3U
#define	NB_ICANON	0x100U
#define	NB_VMIN		16

enum mode { RAW, LINES, COOKED };

struct side {
	void	(*open)(int *, int *);
	void	(*mode)(int, enum mode);
	ssize_t	(*read)(int, void *, size_t);
	ssize_t	(*write)(int, const void *, size_t);
};

static void
host_open(int *m, int *s)
{

	*m = posix_openpt(O_RDWR | O_NOCTTY);
	if (*m == -1 || grantpt(*m) != 0 || unlockpt(*m) != 0)
		err(1, "posix_openpt");
	*s = open(ptsname(*m), O_RDWR | O_NOCTTY);
	if (*s == -1)
		err(1, "slave");
}

static void
host_mode(int fd, enum mode mode)
{
	struct termios t;

	if (tcgetattr(fd, &t) != 0)
		err(1, "tcgetattr");
	cfmakeraw(&t);
	if (mode == LINES)
		t.c_lflag |= ICANON;
	if (mode == COOKED)
		t.c_oflag |= OPOST | ONLCR;
	if (tcsetattr(fd, TCSANOW, &t) != 0)
		err(1, "tcsetattr");
}

static void
rump_open(int *m, int *s)
{
	static struct nb_ptmget pg;
	int fd = rump_sys_open("/dev/ptm", RUMP_O_RDWR);

	if (fd == -1 || rump_sys_ioctl(fd, NB_TIOCPTMGET, &pg) != 0)
		err(1, "/dev/ptm");
	*m = pg.cfd;
	*s = pg.sfd;
}

static void
rump_mode(int fd, enum mode mode)
{
	struct nb_termios t;

	if (rump_sys_ioctl(fd, NB_TIOCGETA, &t) != 0)
		err(1, "TIOCGETA");
	t.iflag = t.oflag = t.lflag = 0;
	t.cc[NB_VMIN] = 1;
	if (mode == LINES)
		t.lflag = NB_ICANON;
	if (mode == COOKED)
		t.oflag = NB_OPOST_ONLCR;
	if (rump_sys_ioctl(fd, NB_TIOCSETA, &t) != 0)
		err(1, "TIOCSETA");
}

static const struct side host = { host_open, host_mode, read, write };
static const struct side rump = { rump_open, rump_mode, rump_sys_read,
    rump_sys_write };
static const struct side *side = &rump;

/* Written at one end, read at the other, where it may be longer. */
static void
through(const char *name, int from, int to, size_t longer)
{
	char in[PIECE], out[2 * PIECE];
	size_t i, want;
	ssize_t n;
	double t0;
	long done;

	memset(in, 'x', sizeof(in));
	for (i = LINE; i <= PIECE; i += LINE)
		in[i - 1] = '\n';
	t0 = now();
	for (done = 0; done < TOTAL; done += PIECE) {
		if ((*side->write)(from, in, PIECE) != PIECE)
			err(1, "write");
		for (want = PIECE + longer; want > 0; want -= (size_t)n) {
			n = (*side->read)(to, out, sizeof(out));
			if (n <= 0 || (size_t)n > want)
				err(1, "read");
		}
	}
	printf("%s %.0f MB/s\n", name, (double)TOTAL / 1e6 / (now() - t0));
}

int
main(int argc, char **argv)
{
	int m, s;

	if (argc > 1 && strcmp(argv[1], "host") == 0)
		side = &host;
	else if (rump_init() != 0)
		errx(1, "no kernel");
	(*side->open)(&m, &s);
	(*side->mode)(s, RAW);
	through("type-raw", m, s, 0);
	through("write-raw", s, m, 0);
	(*side->mode)(s, LINES);
	through("type-lines", m, s, 0);
	(*side->mode)(s, COOKED);
	through("write-cooked", s, m, PIECE / LINE);
	return 0;
}
