/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pseudo-terminals: names, both ends' lives, what the master is told, limits,
 * and whatever a hostile program may ask of them.
 */
#include "tty.h"

#include <stdlib.h>

#include <rump/rumpkern_if_pub.h>

TTY_CASE(pair)
{
	struct pair p = pair_open();

	ATF_CHECK_STREQ("/dev/ttyp0", p.sn);
	put(p.m, "hello\n");
	GET(p.s, "hello\n");
	GET(p.m, "hello\r\n");
	put(p.s, "out\n");
	GET(p.m, "out\r\n");
	RL(rump_sys_close(p.m));
	RL(rump_sys_close(p.s));
}

TTY_CASE(ptmx)
{
	static struct nb_ptmget pg;
	int m, m2, s;

	m = RL(rump_sys_open("/dev/ptmx", RUMP_O_RDWR));
	m2 = RL(rump_sys_open("/dev/ptmx", RUMP_O_RDWR));
	RL(rump_sys_ioctl(m, NB_TIOCGRANTPT, NULL));
	RL(rump_sys_ioctl(m, NB_TIOCPTSNAME, &pg));
	ATF_CHECK_STREQ("/dev/ttyp0", pg.sn);
	ATF_CHECK_STREQ("/dev/ptyp0", pg.cn);
	ATF_CHECK_EQ(-1, pg.cfd);
	ATF_CHECK_EQ(-1, pg.sfd);
	s = RL(rump_sys_open(pg.sn, RUMP_O_RDWR));
	put(s, "x");
	GET(m, "x");
	RL(rump_sys_ioctl(m2, NB_TIOCPTSNAME, &pg));
	ATF_CHECK_STREQ("/dev/ttyp1", pg.sn);
	/* Not what the slave may ask. */
	RE(ENOTTY, rump_sys_ioctl(s, NB_TIOCPTSNAME, &pg));
	/* Masters are exclusive. */
	RE(EIO, rump_sys_open("/dev/ptyp0", RUMP_O_RDWR));
}

/* By their names; the slave first, without waiting. */
TTY_CASE(names)
{
	int m, s;

	s = RL(rump_sys_open("/dev/ttypf", RUMP_O_RDWR | RUMP_O_NONBLOCK));
	/* No carrier: end of file, and nowhere to write. */
	ATF_CHECK_EQ(0, rump_sys_read(s, &m, 1));
	RE(EIO, rump_sys_write(s, "x", 1));
	m = RL(rump_sys_open("/dev/ptypf", RUMP_O_RDWR));
	put(s, "y");
	GET(m, "y");
	RE(ENOENT, rump_sys_open("/dev/ttyq0", RUMP_O_RDWR));
}

TTY_CASE(slave_closes)
{
	struct pair p = pair_open();
	struct nb_pollfd pf = { p.m, NB_POLLIN, 0 };
	int n;

	put(p.s, "last\n");
	RL(rump_sys_close(p.s));
	RL(rump_sys_ioctl(p.m, NB_FIONREAD, &n));
	ATF_CHECK_EQ(6, n);
	/* Its output stays, then there is no more. */
	GET(p.m, "last\r\n");
	GET(p.m, "");
	RE(EIO, rump_sys_write(p.m, "x", 1));
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pf, 1, -1));
	ATF_CHECK_EQ(NB_POLLIN | NB_POLLHUP, pf.revents);
	/* The next one has modes of its own. */
	p.s = RL(rump_sys_open(p.sn, RUMP_O_RDWR));
	put(p.m, "again\n");
	GET(p.s, "again\n");
	GET(p.m, "again\r\n");
}

static void *
open_slave(void *arg)
{

	return (void *)(intptr_t)rump_sys_open(arg, RUMP_O_RDWR);
}

TTY_CASE(master_closes)
{
	struct pair p = pair_open();
	struct nb_pollfd pf;
	pthread_t pt;
	void *fd;
	int m, s;

	put(p.m, "lost\n");
	RL(rump_sys_close(p.m));
	GET(p.s, "");
	RE(EIO, rump_sys_write(p.s, "x", 1));
	pf = (struct nb_pollfd){ p.s, NB_POLLOUT, 0 };
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pf, 1, -1));
	ATF_CHECK_EQ(NB_POLLHUP, pf.revents);
	s = RL(rump_sys_open(p.sn, RUMP_O_RDWR | RUMP_O_NONBLOCK));
	GET(s, "");
	RL(rump_sys_close(s));
	RL(rump_sys_close(p.s));
	/* Who does not say so waits for a master. */
	pthread_create(&pt, NULL, open_slave, p.sn);
	usleep(20000);
	m = RL(rump_sys_open("/dev/ptyp0", RUMP_O_RDWR));
	pthread_join(pt, &fd);
	s = (int)(intptr_t)fd;
	ATF_REQUIRE(s >= 0);
	put(s, "here");
	GET(m, "here");
}

static void *
reader(void *arg)
{
	const struct pair *p = arg;
	char c;

	return (void *)(intptr_t)rump_sys_read(p->s, &c, 1);
}

static void *
master_reader(void *arg)
{
	const struct pair *p = arg;
	char c;

	return (void *)(intptr_t)rump_sys_read(p->m, &c, 1);
}

/* revoke(2) while others sleep in the terminal. */
TTY_CASE(revoked)
{
	struct pair p = pair_open();
	pthread_t pt[4];
	void *rv;
	int i;

	for (i = 0; i < 3; i++)
		pthread_create(&pt[i], NULL, reader, &p);
	pthread_create(&pt[3], NULL, master_reader, &p);
	usleep(20000);
	RL(rump_sys_revoke(p.sn));
	for (i = 0; i < 4; i++) {
		pthread_join(pt[i], &rv);
		ATF_CHECK_EQ(0, (intptr_t)rv);
	}
	GET(p.s, "");
	RE(EIO, rump_sys_write(p.s, "x", 1));
	RL(rump_sys_close(p.s));
	p.s = RL(rump_sys_open(p.sn, RUMP_O_RDWR));
	put(p.s, "new");
	GET(p.m, "new");
}

/* Both ends asleep, then the other one closes. */
TTY_CASE(hangup)
{
	struct pair p = pair_open();
	pthread_t pt;
	void *rv;

	pthread_create(&pt, NULL, reader, &p);
	usleep(20000);
	RL(rump_sys_close(p.m));
	pthread_join(pt, &rv);
	ATF_CHECK_EQ(0, (intptr_t)rv);
	RL(rump_sys_close(p.s));

	p = pair_open();
	pthread_create(&pt, NULL, master_reader, &p);
	usleep(20000);
	RL(rump_sys_close(p.s));
	pthread_join(pt, &rv);
	ATF_CHECK_EQ(0, (intptr_t)rv);
}

static void *
fill(void *arg)
{
	const struct pair *p = arg;
	static char buf[100000];

	return (void *)(intptr_t)rump_sys_write(p->s, buf, sizeof(buf));
}

/* A writer that waits for room is told. */
TTY_CASE(hangup_writer)
{
	struct pair p = pair_open();
	pthread_t pt;
	void *rv;

	pthread_create(&pt, NULL, fill, &p);
	usleep(20000);
	RL(rump_sys_close(p.m));
	pthread_join(pt, &rv);
	ATF_CHECK_EQ(-1, (intptr_t)rv);
}

TTY_CASE(packet)
{
	struct pair p = pair_open();
	int one = 1, both = 0;

	RL(rump_sys_ioctl(p.m, NB_TIOCPKT, &one));
	modes_l(p.s, 0, NB_ECHO);
	put(p.s, "data");
	{
		char buf[64];

		ATF_CHECK_EQ(5, RL(rump_sys_read(p.m, buf, sizeof(buf))));
		ATF_CHECK(memcmp(buf, "\0data", 5) == 0);
	}
	RL(rump_sys_ioctl(p.s, NB_TIOCFLUSH, &both));
	GET(p.m, "\003");
	RL(rump_sys_ioctl(p.s, NB_TIOCSTOP, NULL));
	GET(p.m, "\004");
	RL(rump_sys_ioctl(p.s, NB_TIOCSTART, NULL));
	GET(p.m, "\010");
	modes_i(p.s, 0, NB_IXON);
	GET(p.m, "\020");
	modes_i(p.s, NB_IXON, 0);
	GET(p.m, "\040");
	/* Either, not both. */
	RE(EINVAL, rump_sys_ioctl(p.m, NB_TIOCUCNTL, &one));
	NOTHING(p.m);
}

/* The line is edited elsewhere: the master sees the modes change. */
TTY_CASE(extproc)
{
	struct pair p = pair_open();
	struct nb_termios t;
	char buf[100];
	int on = 1;

	RL(rump_sys_ioctl(p.m, NB_TIOCPKT, &on));
	RL(rump_sys_ioctl(p.m, NB_TIOCEXT, &on));
	ATF_CHECK_EQ(1 + sizeof(t), RL(rump_sys_read(p.m, buf,
	    sizeof(buf))));
	ATF_CHECK_EQ(NB_PKT_IOCTL, buf[0]);
	modes_l(p.s, 0, NB_ISIG | NB_EXTPROC);
	ATF_CHECK_EQ(1 + sizeof(t), RL(rump_sys_read(p.m, buf,
	    sizeof(buf))));
	memcpy(&t, buf + 1, sizeof(t));
	ATF_CHECK_EQ(0, t.c_lflag & NB_ISIG);
	/* Programs cannot change it. */
	ATF_CHECK(t.c_lflag & NB_EXTPROC);
	/* Neither edited nor echoed. */
	put(p.m, "a\177b\n");
	GET(p.s, "a\177b\n");
	NOTHING(p.m);
}

TTY_CASE(remote)
{
	struct pair p = pair_open();
	int on = 1;

	RL(rump_sys_ioctl(p.m, NB_TIOCREMOTE, &on));
	put(p.m, "a\177\003\nb");
	GET(p.s, "a\177\003\nb");
	NOTHING(p.s);
	/* Nothing at all is end of file. */
	ATF_CHECK_EQ(0, rump_sys_write(p.m, "", 0));
	GET(p.s, "");
	put(p.m, "one");
	nonblock(p.m, 1);
	RE(EAGAIN, rump_sys_write(p.m, "two", 3));
	GET(p.s, "one");
	put(p.m, "two");
	GET(p.s, "two");
}

TTY_CASE(ucntl)
{
	struct pair p = pair_open();
	int on = 1;

	RE(ENOTTY, rump_sys_ioctl(p.s, NB_IO('u', 7), NULL));
	RL(rump_sys_ioctl(p.m, NB_TIOCUCNTL, &on));
	RL(rump_sys_ioctl(p.s, NB_IO('u', 7), NULL));
	GET(p.m, "\007");
	RE(EINVAL, rump_sys_ioctl(p.m, NB_TIOCPKT, &on));
}

/* As many as have names; each comes back. */
TTY_CASE(exhaustion)
{
	int fds[17], round;
	size_t i;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < 16; i++)
			fds[i] = RL(rump_sys_open("/dev/ptmx",
			    RUMP_O_RDWR));
		RE(EAGAIN, rump_sys_open("/dev/ptmx", RUMP_O_RDWR));
		for (i = 0; i < 16; i++)
			RL(rump_sys_close(fds[i]));
	}
}

/* No descriptor for the slave: the master does not stay behind. */
TTY_CASE(no_descriptors)
{
	struct { uint64_t cur, max; } rl = { 20, 20 };
	static struct nb_ptmget pg;
	int fd, i, last = -1;

	fd = RL(rump_sys_open("/dev/ptm", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(8, (void *)&rl));
	while ((i = rump_sys_dup(fd)) >= 0)
		last = i;
	RE(EMFILE, rump_sys_ioctl(fd, NB_TIOCPTMGET, &pg));
	RE(EMFILE, rump_sys_open("/dev/ptmx", RUMP_O_RDWR));
	RL(rump_sys_close(last));
	for (i = 0; i < 40; i++)
		RE(EMFILE, rump_sys_ioctl(fd, NB_TIOCPTMGET, &pg));
	RL(rump_sys_close(last - 1));
	RL(rump_sys_ioctl(fd, NB_TIOCPTMGET, &pg));
	ATF_CHECK_STREQ("/dev/ttyp0", pg.sn);
}

TTY_CASE(polling)
{
	struct pair p = pair_open();
	struct nb_pollfd m = { p.m, NB_POLLIN | NB_POLLOUT, 0 };
	struct nb_pollfd s = { p.s, NB_POLLIN | NB_POLLOUT, 0 };
	char buf[512];
	ssize_t n;

	modes_l(p.s, 0, NB_ECHO);
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&m, 1, 0));
	ATF_CHECK_EQ(NB_POLLOUT, m.revents);
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&s, 1, 0));
	ATF_CHECK_EQ(NB_POLLOUT, s.revents);
	/* A line that is not finished is nothing to read. */
	put(p.m, "abc");
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&s, 1, 0));
	ATF_CHECK_EQ(NB_POLLOUT, s.revents);
	put(p.m, "\n");
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&s, 1, -1));
	ATF_CHECK_EQ(NB_POLLIN | NB_POLLOUT, s.revents);
	GET(p.s, "abc\n");
	/* Fill it: no room until somebody reads. */
	nonblock(p.s, 1);
	memset(buf, 'x', sizeof(buf));
	while ((n = rump_sys_write(p.s, buf, sizeof(buf))) > 0)
		continue;
	ATF_CHECK_EQ(RUMP_EAGAIN, errno);
	ATF_CHECK_EQ(0, rump_sys_poll((void *)&s, 1, 0));
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&m, 1, -1));
	ATF_CHECK_EQ(NB_POLLIN | NB_POLLOUT, m.revents);
	nonblock(p.m, 1);
	while (rump_sys_read(p.m, buf, sizeof(buf)) > 0)
		continue;
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&s, 1, 0));
	ATF_CHECK_EQ(NB_POLLOUT, s.revents);
}

struct nb_kevent {
	uintptr_t	ident;
	uint32_t	filter, flags, fflags;
	int64_t		data;
	void		*udata;
	uint64_t	ext[4];
};
#define	NB_EV_ADD	0x0001
#define	NB_EV_EOF	0x8000

/* What kqueue(2) says of one filter: its data, or -1. */
static int64_t
event(int fd, int filter, uint32_t *flags)
{
	struct nb_kevent kev = { .ident = fd, .filter = filter,
	    .flags = NB_EV_ADD };
	struct timespec zero = { 0, 0 };
	int kq, n;

	kq = RL(rump_sys_kqueue());
	n = RL(rump_sys_kevent(kq, (void *)&kev, 1, (void *)&kev, 1,
	    (void *)&zero));
	RL(rump_sys_close(kq));
	*flags = kev.flags;
	return n == 0 ? -1 : kev.data;
}

TTY_CASE(events)
{
	struct pair p = pair_open();
	uint32_t flags;

	modes_l(p.s, 0, NB_ECHO);
	ATF_CHECK_EQ(-1, event(p.s, 0, &flags));
	ATF_CHECK_EQ(-1, event(p.m, 0, &flags));
	ATF_CHECK(event(p.s, 1, &flags) > 100);
	ATF_CHECK(event(p.m, 1, &flags) > 100);
	put(p.m, "abc\n");
	ATF_CHECK_EQ(4, event(p.s, 0, &flags));
	put(p.s, "de");
	ATF_CHECK_EQ(2, event(p.m, 0, &flags));
	RL(rump_sys_close(p.s));
	ATF_CHECK_EQ(2, event(p.m, 0, &flags));
	ATF_CHECK(flags & NB_EV_EOF);
	GET(p.m, "de");
	ATF_CHECK_EQ(0, event(p.m, 0, &flags));
	ATF_CHECK(flags & NB_EV_EOF);
}

/*
 * Every number with several sizes and directions and any content, on each kind
 * of descriptor: the terminal can be used again afterwards.
 */
TTY_CASE(hostile)
{
	static char buf[8192];
	struct pair p = pair_open();
	struct nb_termios t = modes_get(p.s);
	static const unsigned sizes[] = { 0, 1, 4, 8, 44, 2056, 4096 };
	static const char groups[] = "tfuT";
	int fds[4], f, n, fill, off = 0;
	unsigned long dir;
	size_t g, s;

	/* The slave first: the master can have it revoked. */
	fds[0] = p.s;
	fds[1] = p.m;
	fds[2] = RL(rump_sys_open("/dev/ptm", RUMP_O_RDWR));
	fds[3] = RL(rump_sys_open("/dev/ptmx", RUMP_O_RDWR));
	for (f = 0; f < 4; f++)
		nonblock(fds[f], 1);
	for (f = 0; f < 4; f++)
	for (g = 0; groups[g] != '\0'; g++)
	for (n = 0; n < 256; n++)
	for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
	for (dir = 1; dir < 8; dir++)
	for (fill = -1; fill <= 1; fill += 2) {
		memset(buf, fill, sizeof(buf));
		(void)rump_sys_ioctl(fds[f], dir << 29 |
		    (unsigned long)(sizes[s] & 0x1fff) << 16 |
		    (unsigned long)groups[g] << 8 | n, buf);
		/* Descriptors it may have given away. */
		if (n == 70 && groups[g] == 't') {
			for (off = 64; off > fds[3]; off--)
				(void)rump_sys_close(off);
		}
	}
	off = 0;
	RL(rump_sys_close(p.s));
	p.s = RL(rump_sys_open(p.sn, RUMP_O_RDWR));
	RL(rump_sys_ioctl(p.m, NB_TIOCPKT, &off));
	RL(rump_sys_ioctl(p.m, NB_TIOCUCNTL, &off));
	RL(rump_sys_ioctl(p.m, NB_TIOCREMOTE, &off));
	RL(rump_sys_ioctl(p.m, NB_TIOCEXT, &off));
	RL(rump_sys_ioctl(p.s, NB_TIOCSTART, NULL));
	t.c_lflag &= ~NB_ECHO;
	RL(rump_sys_ioctl(p.s, NB_TIOCSETAF, &t));
	RL(rump_sys_ioctl(p.s, NB_TIOCFLUSH, &off));
	nonblock(p.m, 0);
	nonblock(p.s, 0);
	put(p.m, "alive\n");
	GET(p.s, "alive\n");
	put(p.s, "too");
	GET(p.m, "too");
}

/* Four threads, one terminal, and one that changes its modes. */
static struct pair crowd;
static volatile int crowd_stop;
static size_t crowd_in, crowd_out;
#define	CROWD_BYTES	200000

static void *
crowd_write(void *arg)
{
	const int fd = *(int *)arg;
	static const char buf[777];
	size_t done;
	ssize_t n;

	for (done = 0; done < CROWD_BYTES; done += n) {
		n = rump_sys_write(fd, buf, CROWD_BYTES - done <
		    sizeof(buf) ? CROWD_BYTES - done : sizeof(buf));
		ATF_REQUIRE(n > 0);
	}
	return NULL;
}

static void *
crowd_read(void *arg)
{
	const int fd = *(int *)arg;
	size_t *count = fd == crowd.s ? &crowd_in : &crowd_out;
	char buf[1000];
	ssize_t n;

	while (__atomic_load_n(count, __ATOMIC_SEQ_CST) < CROWD_BYTES) {
		n = rump_sys_read(fd, buf, sizeof(buf));
		ATF_REQUIRE(n > 0);
		__atomic_add_fetch(count, n, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

static void *
crowd_ioctl(void *arg)
{
	struct nb_winsize ws = { 0, 0, 0, 0 };
	int n, size = 1024;

	while (!__atomic_load_n(&crowd_stop, __ATOMIC_SEQ_CST)) {
		ws.ws_row++;
		modes_raw(crowd.s, 1 + ws.ws_row % 3, 1);
		RL(rump_sys_ioctl(crowd.s, NB_TIOCSWINSZ, &ws));
		RL(rump_sys_ioctl(crowd.m, NB_FIONREAD, &n));
		RL(rump_sys_ioctl(crowd.s, NB_TIOCOUTQ, &n));
		size = size == 1024 ? 8192 : 1024;
		if (rump_sys_ioctl(crowd.s, NB_TIOCSQSIZE, &size) == -1)
			ATF_REQUIRE_EQ(RUMP_EBUSY, errno);
	}
	return NULL;
}

TTY_CASE(contention)
{
	pthread_t pt[5];
	int i;

	crowd = pair_open();
	modes_raw(crowd.s, 1, 0);
	pthread_create(&pt[0], NULL, crowd_write, &crowd.m);
	pthread_create(&pt[1], NULL, crowd_write, &crowd.s);
	pthread_create(&pt[2], NULL, crowd_read, &crowd.m);
	pthread_create(&pt[3], NULL, crowd_read, &crowd.s);
	pthread_create(&pt[4], NULL, crowd_ioctl, NULL);
	for (i = 0; i < 4; i++)
		pthread_join(pt[i], NULL);
	__atomic_store_n(&crowd_stop, 1, __ATOMIC_SEQ_CST);
	pthread_join(pt[4], NULL);
	ATF_CHECK_EQ(CROWD_BYTES, crowd_in);
	ATF_CHECK_EQ(CROWD_BYTES, crowd_out);
}

/* Opens and closes of one pty by all. */
static void *
churn(void *arg)
{
	int fd, i, s;
	static struct nb_ptmget pg[4];
	struct nb_ptmget *mine = &pg[(intptr_t)arg];
	char c;

	for (i = 0; i < 200; i++) {
		fd = rump_sys_open("/dev/ptmx", RUMP_O_RDWR);
		ATF_REQUIRE(fd >= 0);
		ATF_REQUIRE_EQ(0, rump_sys_ioctl(fd, NB_TIOCPTSNAME, mine));
		s = rump_sys_open(mine->sn, RUMP_O_RDWR);
		ATF_REQUIRE(s >= 0);
		ATF_REQUIRE_EQ(1, rump_sys_write(s, "z", 1));
		ATF_REQUIRE_EQ(1, rump_sys_read(fd, &c, 1));
		ATF_REQUIRE_EQ('z', c);
		rump_sys_close((i & 1) != 0 ? fd : s);
		rump_sys_close((i & 1) != 0 ? s : fd);
	}
	return NULL;
}

TTY_CASE(churning)
{
	pthread_t pt[4];
	intptr_t i;

	for (i = 0; i < 4; i++)
		pthread_create(&pt[i], NULL, churn, (void *)i);
	for (i = 0; i < 4; i++)
		pthread_join(pt[i], NULL);
}

TTY_CASE(sizes)
{
	struct pair p = pair_open();
	int n;

	modes_l(p.s, 0, NB_ECHO);
	put(p.m, "kept\n");
	n = 1000;
	RE(EINVAL, rump_sys_ioctl(p.s, NB_TIOCSQSIZE, &n));
	n = 131072;
	RE(EINVAL, rump_sys_ioctl(p.s, NB_TIOCSQSIZE, &n));
	n = -4096;
	RE(EINVAL, rump_sys_ioctl(p.s, NB_TIOCSQSIZE, &n));
	/* The same, and another. */
	n = 4096;
	RL(rump_sys_ioctl(p.s, NB_TIOCSQSIZE, &n));
	n = 16384;
	RL(rump_sys_ioctl(p.s, NB_TIOCSQSIZE, &n));
	RL(rump_sys_ioctl(p.s, NB_TIOCGQSIZE, &n));
	ATF_CHECK_EQ(16384, n);
	GET(p.s, "kept\n");
	n = 1024;
	RL(rump_sys_ioctl(p.s, NB_TIOCSQSIZE, &n));
}

/* Modes differ between users of one terminal that is exclusive. */
TTY_CASE(exclusive)
{
	struct pair p = pair_open();
	int fd;

	RL(rump_sys_ioctl(p.s, NB_TIOCEXCL, NULL));
	fd = RL(rump_sys_open(p.sn, RUMP_O_RDWR));
	RL(rump_sys_close(fd));
	RL(rump_sys_chmod(p.sn, 0666));
	RL(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_setuid(1000));
	RE(EBUSY, rump_sys_open(p.sn, RUMP_O_RDWR));
}

/* A master that is granted belongs to who asked. */
TTY_CASE(granted)
{
	static struct nb_ptmget pg;
	struct lwp *root;
	int m, s;

	m = RL(rump_sys_open("/dev/ptmx", RUMP_O_RDWR));
	RL(rump_sys_ioctl(m, NB_TIOCPTSNAME, &pg));
	s = RL(rump_sys_open(pg.sn, RUMP_O_RDWR));
	RL(rump_pub_lwproc_rfork(RUMP_RFFDG));
	root = rump_pub_lwproc_curlwp();
	RL(rump_pub_lwproc_rfork(RUMP_RFFDG));
	RL(rump_sys_setuid(1000));
	RL(rump_sys_ioctl(m, NB_TIOCGRANTPT, NULL));
	/* Who had it has it no more. */
	GET(s, "");
	RL(rump_sys_open(pg.sn, RUMP_O_RDWR));
	/* Nobody else can open it. */
	rump_pub_lwproc_switch(root);
	RL(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_setuid(1001));
	RE(EACCES, rump_sys_open(pg.sn, RUMP_O_RDWR));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, pair);
	ATF_TP_ADD_TC(tp, ptmx);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, slave_closes);
	ATF_TP_ADD_TC(tp, master_closes);
	ATF_TP_ADD_TC(tp, revoked);
	ATF_TP_ADD_TC(tp, hangup);
	ATF_TP_ADD_TC(tp, hangup_writer);
	ATF_TP_ADD_TC(tp, packet);
	ATF_TP_ADD_TC(tp, extproc);
	ATF_TP_ADD_TC(tp, remote);
	ATF_TP_ADD_TC(tp, ucntl);
	ATF_TP_ADD_TC(tp, exhaustion);
	ATF_TP_ADD_TC(tp, no_descriptors);
	ATF_TP_ADD_TC(tp, polling);
	ATF_TP_ADD_TC(tp, events);
	ATF_TP_ADD_TC(tp, hostile);
	ATF_TP_ADD_TC(tp, contention);
	ATF_TP_ADD_TC(tp, churning);
	ATF_TP_ADD_TC(tp, sizes);
	ATF_TP_ADD_TC(tp, exclusive);
	ATF_TP_ADD_TC(tp, granted);
	return atf_no_error();
}
