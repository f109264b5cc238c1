/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of terminals: NetBSD's structures and numbers, a pty, and
 * checks of what comes out at either end.
 */
#ifndef _TESTS_KERN_TTY_TTY_H_
#define _TESTS_KERN_TTY_TTY_H_

#include <sys/types.h>

#include <atf-c.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#define	RL(x) ({							\
	__typeof__(x) rl_v = (x);					\
	ATF_REQUIRE_MSG(rl_v != -1, "%s:%d: %s: errno %d", __FILE__,	\
	    __LINE__, #x, errno);					\
	rl_v; })

#define	RE(err, x) do {							\
	errno = 0;							\
	ATF_REQUIRE_MSG((x) == -1, "%s:%d: %s works", __FILE__,	\
	    __LINE__, #x);						\
	ATF_REQUIRE_MSG(errno == RUMP_##err, "%s:%d: %s: errno %d, "	\
	    "not " #err, __FILE__, __LINE__, #x, errno);		\
} while (0)

/* A case in a kernel that has booted; signals are recorded. */
#define	TTY_CASE(name)							\
static void name##_body(void);						\
ATF_TC_WITHOUT_HEAD(name);						\
ATF_TC_BODY(name, tc)							\
{									\
	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);			\
	ATF_REQUIRE_EQ(0, rump_init());				\
	name##_body();							\
}									\
static void								\
name##_body(void)

struct nb_termios {
	uint32_t	c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t		c_cc[20];
	int32_t		c_ispeed, c_ospeed;
};

struct nb_winsize {
	uint16_t	ws_row, ws_col, ws_xpixel, ws_ypixel;
};

struct nb_ptmget {
	int32_t		cfd, sfd;
	char		cn[1024], sn[1024];
};

struct nb_pollfd {
	int		fd;
	short		events, revents;
};

#define	NB_POLLIN	0x0001
#define	NB_POLLOUT	0x0004
#define	NB_POLLHUP	0x0010

/* c_cc */
enum {
	NB_VEOF = 0, NB_VEOL, NB_VEOL2, NB_VERASE, NB_VWERASE, NB_VKILL,
	NB_VREPRINT, NB_VINTR = 8, NB_VQUIT, NB_VSUSP, NB_VDSUSP, NB_VSTART,
	NB_VSTOP, NB_VLNEXT, NB_VDISCARD, NB_VMIN, NB_VTIME, NB_VSTATUS
};

/* c_iflag */
#define	NB_PARMRK	0x00000008U
#define	NB_ISTRIP	0x00000020U
#define	NB_INLCR	0x00000040U
#define	NB_IGNCR	0x00000080U
#define	NB_ICRNL	0x00000100U
#define	NB_IXON		0x00000200U
#define	NB_IXOFF	0x00000400U
#define	NB_IXANY	0x00000800U
#define	NB_IMAXBEL	0x00002000U
/* c_oflag */
#define	NB_OPOST	0x00000001U
#define	NB_ONLCR	0x00000002U
#define	NB_OXTABS	0x00000004U
#define	NB_ONOEOT	0x00000008U
#define	NB_OCRNL	0x00000010U
#define	NB_ONOCR	0x00000020U
#define	NB_ONLRET	0x00000040U
/* c_cflag */
#define	NB_CREAD	0x00000800U
#define	NB_CLOCAL	0x00008000U
/* c_lflag */
#define	NB_ECHOKE	0x00000001U
#define	NB_ECHOE	0x00000002U
#define	NB_ECHOK	0x00000004U
#define	NB_ECHO		0x00000008U
#define	NB_ECHONL	0x00000010U
#define	NB_ECHOPRT	0x00000020U
#define	NB_ECHOCTL	0x00000040U
#define	NB_ISIG		0x00000080U
#define	NB_ICANON	0x00000100U
#define	NB_ALTWERASE	0x00000200U
#define	NB_IEXTEN	0x00000400U
#define	NB_EXTPROC	0x00000800U
#define	NB_TOSTOP	0x00400000U
#define	NB_PENDIN	0x20000000U
#define	NB_NOFLSH	0x80000000U

/* Request codes: direction, size, number. */
#define	NB_IO(g, n)	(0x20000000UL | (g) << 8 | (n))
#define	NB_IOR(g, n, t)	(0x40000000UL | sizeof(t) << 16 | (g) << 8 | (n))
#define	NB_IOW(g, n, t)	(0x80000000UL | sizeof(t) << 16 | (g) << 8 | (n))

#define	NB_FIONREAD	NB_IOR('f', 127, int)
#define	NB_FIONBIO	NB_IOW('f', 126, int)
#define	NB_FIOASYNC	NB_IOW('f', 125, int)
#define	NB_TIOCEXCL	NB_IO('t', 13)
#define	NB_TIOCFLUSH	NB_IOW('t', 16, int)
#define	NB_TIOCGETA	NB_IOR('t', 19, struct nb_termios)
#define	NB_TIOCSETA	NB_IOW('t', 20, struct nb_termios)
#define	NB_TIOCSETAW	NB_IOW('t', 21, struct nb_termios)
#define	NB_TIOCSETAF	NB_IOW('t', 22, struct nb_termios)
#define	NB_TIOCGETD	NB_IOR('t', 26, int)
#define	NB_TIOCSETD	NB_IOW('t', 27, int)
#define	NB_TIOCGLINED	NB_IOR('t', 66, char[32])
#define	NB_TIOCSLINED	NB_IOW('t', 67, char[32])
#define	NB_TIOCPTMGET	NB_IOR('t', 70, struct nb_ptmget)
#define	NB_TIOCGRANTPT	NB_IO('t', 71)
#define	NB_TIOCPTSNAME	NB_IOR('t', 72, struct nb_ptmget)
#define	NB_TIOCDRAIN	NB_IO('t', 94)
#define	NB_TIOCSIG	NB_IO('t', 95)
#define	NB_TIOCEXT	NB_IOW('t', 96, int)
#define	NB_TIOCSCTTY	NB_IO('t', 97)
#define	NB_TIOCGSID	NB_IOR('t', 99, int)
#define	NB_TIOCSTAT	NB_IOW('t', 101, int)
#define	NB_TIOCUCNTL	NB_IOW('t', 102, int)
#define	NB_TIOCSWINSZ	NB_IOW('t', 103, struct nb_winsize)
#define	NB_TIOCGWINSZ	NB_IOR('t', 104, struct nb_winsize)
#define	NB_TIOCREMOTE	NB_IOW('t', 105, int)
#define	NB_TIOCSTART	NB_IO('t', 110)
#define	NB_TIOCSTOP	NB_IO('t', 111)
#define	NB_TIOCPKT	NB_IOW('t', 112, int)
#define	NB_TIOCNOTTY	NB_IO('t', 113)
#define	NB_TIOCSTI	NB_IOW('t', 114, char)
#define	NB_TIOCOUTQ	NB_IOR('t', 115, int)
#define	NB_TIOCSPGRP	NB_IOW('t', 118, int)
#define	NB_TIOCGPGRP	NB_IOR('t', 119, int)
#define	NB_TIOCSQSIZE	NB_IOW('t', 128, int)
#define	NB_TIOCGQSIZE	NB_IOR('t', 129, int)

#define	NB_PKT_FLUSHREAD	0x01
#define	NB_PKT_FLUSHWRITE	0x02
#define	NB_PKT_STOP		0x04
#define	NB_PKT_START		0x08
#define	NB_PKT_NOSTOP		0x10
#define	NB_PKT_DOSTOP		0x20
#define	NB_PKT_IOCTL		0x40

/* Both ends. */
struct pair {
	int	m, s;
	char	sn[1024];
};

static inline struct pair
pair_open(void)
{
	static struct nb_ptmget pg;
	struct pair p;
	int fd;

	fd = RL(rump_sys_open("/dev/ptm", RUMP_O_RDWR));
	RL(rump_sys_ioctl(fd, NB_TIOCPTMGET, &pg));
	RL(rump_sys_close(fd));
	p.m = pg.cfd;
	p.s = pg.sfd;
	memcpy(p.sn, pg.sn, sizeof(p.sn));
	return p;
}

static inline struct nb_termios
modes_get(int fd)
{
	struct nb_termios t;

	RL(rump_sys_ioctl(fd, NB_TIOCGETA, &t));
	return t;
}

static inline void
modes_set(int fd, const struct nb_termios *t)
{

	RL(rump_sys_ioctl(fd, NB_TIOCSETA, (void *)(uintptr_t)t));
}

/* Flags to set and to clear, in c_lflag, c_iflag and c_oflag. */
static inline void
modes_l(int fd, uint32_t set, uint32_t clr)
{
	struct nb_termios t = modes_get(fd);

	t.c_lflag = (t.c_lflag & ~clr) | set;
	modes_set(fd, &t);
}

static inline void
modes_i(int fd, uint32_t set, uint32_t clr)
{
	struct nb_termios t = modes_get(fd);

	t.c_iflag = (t.c_iflag & ~clr) | set;
	modes_set(fd, &t);
}

static inline void
modes_o(int fd, uint32_t set, uint32_t clr)
{
	struct nb_termios t = modes_get(fd);

	t.c_oflag = (t.c_oflag & ~clr) | set;
	modes_set(fd, &t);
}

/* Nothing is interpreted; VMIN and VTIME. */
static inline void
modes_raw(int fd, int vmin, int vtime)
{
	struct nb_termios t = modes_get(fd);

	t.c_iflag = 0;
	t.c_oflag = 0;
	t.c_lflag = 0;
	t.c_cc[NB_VMIN] = vmin;
	t.c_cc[NB_VTIME] = vtime;
	modes_set(fd, &t);
}

static inline void
put(int fd, const char *s)
{

	ATF_REQUIRE_EQ((ssize_t)strlen(s), RL(rump_sys_write(fd, s,
	    strlen(s))));
}

/* One read gives just this. */
static inline void
got(int fd, const char *want, const char *file, int line)
{
	char buf[512];
	ssize_t n;

	n = rump_sys_read(fd, buf, sizeof(buf) - 1);
	ATF_REQUIRE_MSG(n >= 0, "%s:%d: read: errno %d", file, line, errno);
	buf[n] = '\0';
	ATF_REQUIRE_MSG(strcmp(buf, want) == 0,
	    "%s:%d: read \"%s\", not \"%s\"", file, line, buf, want);
}
#define	GET(fd, want)	got(fd, want, __FILE__, __LINE__)

static inline void
nonblock(int fd, int on)
{

	RL(rump_sys_ioctl(fd, NB_FIONBIO, &on));
}

/* There is nothing to read. */
#define	NOTHING(fd) do {						\
	char nothing_;							\
	nonblock(fd, 1);						\
	RE(EAGAIN, rump_sys_read(fd, &nothing_, 1));			\
	nonblock(fd, 0);						\
} while (0)

#endif /* !_TESTS_KERN_TTY_TTY_H_ */
