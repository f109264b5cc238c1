/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sessions and their terminals: who may have which, what is sent to whom, and
 * what becomes of those in the background.
 */
#include "tty.h"

#include <rump/rumpkern_if_pub.h>

int	rump_kt_take(int);
void	rump_kt_ignore(int, int);

/* NetBSD's numbers. */
#define	SIG_HUP		1
#define	SIG_INT		2
#define	SIG_QUIT	3
#define	SIG_TSTP	18
#define	SIG_TTIN	21
#define	SIG_TTOU	22
#define	SIG_IO		23
#define	SIG_WINCH	28
#define	SIG_INFO	29

static int
take(int sig)
{
	int rv;

	rump_schedule();
	rv = rump_kt_take(sig);
	rump_unschedule();
	return rv;
}

static void
ignore(int sig, int on)
{

	rump_schedule();
	rump_kt_ignore(sig, on);
	rump_unschedule();
}

/* Signals of a terminal come soon, from another thread. */
static void
await(int sig)
{

	while (!take(sig))
		usleep(1000);
}

/* A new process, which is in the caller's group and has its descriptors. */
static struct lwp *
process(void)
{

	RL(rump_pub_lwproc_rfork(RUMP_RFFDG));
	return rump_pub_lwproc_curlwp();
}

/* A process that leads a session of which the slave is the terminal. */
static struct lwp *
leader(const struct pair *p)
{
	struct lwp *l = process();

	RL(rump_sys_setsid());
	RL(rump_sys_ioctl(p->s, NB_TIOCSCTTY, NULL));
	return l;
}

TTY_CASE(acquire)
{
	struct pair p = pair_open(), q = pair_open();
	struct lwp *one, *two;
	int id, pid;

	one = process();
	/* Not a leader yet. */
	RE(EPERM, rump_sys_ioctl(p.s, NB_TIOCSCTTY, NULL));
	RE(ENOTTY, rump_sys_ioctl(p.s, NB_TIOCGPGRP, &id));
	RE(ENOTTY, rump_sys_ioctl(p.s, NB_TIOCGSID, &id));
	RE(ENXIO, rump_sys_open("/dev/tty", RUMP_O_RDWR));
	pid = RL(rump_sys_setsid());
	RE(ENXIO, rump_sys_open("/dev/tty", RUMP_O_RDWR));
	RL(rump_sys_ioctl(p.s, NB_TIOCSCTTY, NULL));
	RL(rump_sys_ioctl(p.s, NB_TIOCSCTTY, NULL));
	RL(rump_sys_ioctl(p.s, NB_TIOCGPGRP, &id));
	ATF_CHECK_EQ(pid, id);
	RL(rump_sys_ioctl(p.s, NB_TIOCGSID, &id));
	ATF_CHECK_EQ(pid, id);
	RL(rump_sys_ioctl(p.m, NB_TIOCGPGRP, &id));
	ATF_CHECK_EQ(pid, id);
	/* One terminal a session, one session a terminal. */
	RE(EPERM, rump_sys_ioctl(q.s, NB_TIOCSCTTY, NULL));
	two = process();
	RL(rump_sys_setsid());
	RE(EPERM, rump_sys_ioctl(p.s, NB_TIOCSCTTY, NULL));
	RL(rump_sys_ioctl(q.s, NB_TIOCSCTTY, NULL));
	RE(ENOTTY, rump_sys_ioctl(p.s, NB_TIOCGPGRP, &id));
	ATF_CHECK(one != two);
}

TTY_CASE(devtty)
{
	struct pair p = pair_open();
	int fd, fd2, pid;

	(void)leader(&p);
	pid = rump_sys_getpid();
	fd = RL(rump_sys_open("/dev/tty", RUMP_O_RDWR));
	put(fd, "by name");
	GET(p.m, "by name");
	/* It keeps the terminal open. */
	RL(rump_sys_close(p.s));
	put(p.m, "line\n");
	GET(fd, "line\n");
	/* A child has it, too. */
	(void)process();
	fd2 = RL(rump_sys_open("/dev/tty", RUMP_O_WRONLY));
	put(fd2, "x");
	RL(rump_sys_close(fd2));
	/* Until it gives it up, which the leader cannot. */
	RL(rump_sys_ioctl(fd, NB_TIOCNOTTY, NULL));
	RE(ENXIO, rump_sys_open("/dev/tty", RUMP_O_RDWR));
	RE(ENOTTY, rump_sys_ioctl(fd, NB_TIOCNOTTY, NULL));
	ATF_CHECK(rump_sys_getpid() != pid);
}

TTY_CASE(leader_keeps)
{
	struct pair p = pair_open();

	(void)leader(&p);
	RE(EINVAL, rump_sys_ioctl(p.s, NB_TIOCNOTTY, NULL));
	/* The last close ends it. */
	RL(rump_sys_open("/dev/tty", RUMP_O_RDWR));
	RL(rump_sys_revoke(p.sn));
	RE(ENXIO, rump_sys_open("/dev/tty", RUMP_O_RDWR));
	/* And another can be had. */
	p = pair_open();
	RL(rump_sys_ioctl(p.s, NB_TIOCSCTTY, NULL));
}

TTY_CASE(keys)
{
	struct pair p = pair_open();
	struct nb_termios t;
	struct lwp *main = rump_pub_lwproc_curlwp();

	(void)leader(&p);
	put(p.m, "lost\003");
	await(SIG_INT);
	put(p.m, "\034");
	await(SIG_QUIT);
	put(p.m, "\032");
	await(SIG_TSTP);
	/* What was typed before is gone, unless NOFLSH. */
	put(p.m, "a\n");
	GET(p.s, "a\n");
	modes_l(p.s, NB_NOFLSH, 0);
	put(p.m, "kept\003\n");
	await(SIG_INT);
	GET(p.s, "kept\n");
	/* Quoted, disabled or without ISIG they are characters. */
	put(p.m, "\026\003\n");
	GET(p.s, "\003\n");
	t = modes_get(p.s);
	t.c_cc[NB_VINTR] = 0xff;
	modes_set(p.s, &t);
	put(p.m, "\003\377\n");
	GET(p.s, "\003\377\n");
	t.c_cc[NB_VINTR] = 3;
	t.c_lflag &= ~NB_ISIG;
	modes_set(p.s, &t);
	put(p.m, "\003\n");
	GET(p.s, "\003\n");
	ATF_CHECK(!take(SIG_INT));
	/* Nobody else was meant. */
	rump_pub_lwproc_switch(main);
	ATF_CHECK(!take(SIG_INT) && !take(SIG_QUIT) && !take(SIG_TSTP));
}

TTY_CASE(signals_by_master)
{
	struct pair p = pair_open();

	(void)leader(&p);
	RL(rump_sys_ioctl(p.m, NB_TIOCSIG, (void *)(uintptr_t)SIG_INT));
	await(SIG_INT);
	RE(EINVAL, rump_sys_ioctl(p.m, NB_TIOCSIG, (void *)0));
	RE(EINVAL, rump_sys_ioctl(p.m, NB_TIOCSIG, (void *)64));
	RE(EINVAL, rump_sys_ioctl(p.m, NB_TIOCSIG, (void *)(intptr_t)-1));
	RE(ENOTTY, rump_sys_ioctl(p.s, NB_TIOCSIG,
	    (void *)(uintptr_t)SIG_INT));
}

TTY_CASE(window)
{
	struct pair p = pair_open();
	struct nb_winsize ws = { 24, 80, 0, 0 }, is;

	(void)leader(&p);
	ignore(SIG_WINCH, 0);
	RL(rump_sys_ioctl(p.m, NB_TIOCSWINSZ, &ws));
	await(SIG_WINCH);
	RL(rump_sys_ioctl(p.s, NB_TIOCGWINSZ, &is));
	ATF_CHECK_EQ(0, memcmp(&is, &ws, sizeof(is)));
	/* Not when it is as it was. */
	RL(rump_sys_ioctl(p.s, NB_TIOCSWINSZ, &ws));
	put(p.m, "\003");
	await(SIG_INT);
	ATF_CHECK(!take(SIG_WINCH));
}

TTY_CASE(status)
{
	struct pair p = pair_open();
	char buf[300];
	ssize_t n;
	int zero = 0;

	(void)leader(&p);
	ignore(SIG_INFO, 0);
	put(p.m, "\024");
	await(SIG_INFO);
	n = RL(rump_sys_read(p.m, buf, sizeof(buf) - 1));
	buf[n] = '\0';
	ATF_CHECK_MSG(strstr(buf, "cmd: ") != NULL, "%s", buf);
	RL(rump_sys_ioctl(p.s, NB_TIOCSTAT, &zero));
	n = RL(rump_sys_read(p.m, buf, sizeof(buf) - 1));
	buf[n] = '\0';
	ATF_CHECK_MSG(strstr(buf, "cmd: ") != NULL, "%s", buf);
}

/* Asynchronous input. */
TTY_CASE(sigio)
{
	struct pair p = pair_open();
	int on = 1;

	(void)leader(&p);
	ignore(SIG_IO, 0);
	RL(rump_sys_ioctl(p.s, NB_FIOASYNC, &on));
	put(p.m, "a\n");
	await(SIG_IO);
}

static void *
foreground_soon(void *arg)
{
	void **a = arg;
	const struct pair *p = a[1];
	int pgid;

	rump_pub_lwproc_switch(a[0]);
	usleep(20000);
	pgid = *(int *)a[2];
	RL(rump_sys_ioctl(p->s, NB_TIOCSPGRP, &pgid));
	rump_pub_lwproc_switch(NULL);
	return NULL;
}

TTY_CASE(background)
{
	struct pair p = pair_open();
	struct lwp *lead, *child;
	int bogus = 12345, neg = -5, pgid;
	char c;

	lead = leader(&p);
	child = process();
	RL(rump_sys_setpgid(0, 0));
	pgid = rump_sys_getpid();
	put(p.m, "abc\n");
	/* Reading is for the foreground. */
	RE(EINTR, rump_sys_read(p.s, &c, 1));
	ATF_CHECK(take(SIG_TTIN));
	ignore(SIG_TTIN, 1);
	RE(EIO, rump_sys_read(p.s, &c, 1));
	ignore(SIG_TTIN, 0);
	/* Writing is not, unless it is said so. */
	put(p.s, "w");
	rump_pub_lwproc_switch(lead);
	modes_l(p.s, NB_TOSTOP, 0);
	rump_pub_lwproc_switch(child);
	RE(EINTR, rump_sys_write(p.s, "w", 1));
	ATF_CHECK(take(SIG_TTOU));
	ignore(SIG_TTOU, 1);
	put(p.s, "w");
	ignore(SIG_TTOU, 0);
	/* Nor is changing things. */
	RE(EINTR, rump_sys_ioctl(p.s, NB_TIOCSPGRP, &pgid));
	ATF_CHECK(take(SIG_TTOU));
	ignore(SIG_TTOU, 1);
	RE(EPERM, rump_sys_ioctl(p.s, NB_TIOCSPGRP, &bogus));
	RE(EINVAL, rump_sys_ioctl(p.s, NB_TIOCSPGRP, &neg));
	RL(rump_sys_ioctl(p.s, NB_TIOCSPGRP, &pgid));
	ATF_CHECK_EQ(1, RL(rump_sys_read(p.s, &c, 1)));
	ATF_CHECK_EQ('a', c);
	/* Now the leader is in the background. */
	rump_pub_lwproc_switch(lead);
	RE(EINTR, rump_sys_read(p.s, &c, 1));
	ATF_CHECK(take(SIG_TTIN));
	put(p.m, "\003");
	rump_pub_lwproc_switch(child);
	await(SIG_INT);
	rump_pub_lwproc_switch(lead);
	ATF_CHECK(!take(SIG_INT));
}

/* With signals that do nothing, who is in the background waits. */
ATF_TC_WITHOUT_HEAD(background_waits);
ATF_TC_BODY(background_waits, tc)
{
	struct pair p;
	struct lwp *lead;
	pthread_t pt;
	void *arg[3];
	int pgid;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	ATF_REQUIRE_EQ(0, rump_init());
	p = pair_open();
	lead = leader(&p);
	(void)process();
	RL(rump_sys_setpgid(0, 0));
	pgid = rump_sys_getpid();
	put(p.m, "now\n");
	arg[0] = lead;
	arg[1] = &p;
	arg[2] = &pgid;
	pthread_create(&pt, NULL, foreground_soon, arg);
	GET(p.s, "now\n");
	pthread_join(pt, NULL);
}

TTY_CASE(master_hangs_up)
{
	struct pair p = pair_open();
	struct lwp *main = rump_pub_lwproc_curlwp(), *lead;
	char c;

	lead = leader(&p);
	/* The master is the other one's alone. */
	RL(rump_sys_close(p.m));
	rump_pub_lwproc_switch(main);
	RL(rump_sys_close(p.m));
	rump_pub_lwproc_switch(lead);
	await(SIG_HUP);
	ATF_CHECK_EQ(0, RL(rump_sys_read(p.s, &c, 1)));
}

/* The leader exits: its group is hung up, the terminal taken away. */
TTY_CASE(leader_exits)
{
	struct pair p = pair_open(), q;
	struct lwp *lead, *child, *main = rump_pub_lwproc_curlwp();
	int id;

	lead = leader(&p);
	child = process();
	rump_pub_lwproc_switch(lead);
	put(p.s, "bye");
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(child);
	ATF_CHECK(take(SIG_HUP));
	GET(p.s, "");
	RE(ENXIO, rump_sys_open("/dev/tty", RUMP_O_RDWR));
	/* In a session without a leader nothing is to be had. */
	q = pair_open();
	RE(EPERM, rump_sys_ioctl(q.s, NB_TIOCSCTTY, NULL));
	RE(ENOTTY, rump_sys_ioctl(q.s, NB_TIOCGSID, &id));
	rump_pub_lwproc_switch(main);
	GET(p.m, "bye");
	GET(p.m, "");
	/* The terminal is for anybody. */
	p.s = RL(rump_sys_open(p.sn, RUMP_O_RDWR));
	(void)leader(&p);
}

/* The foreground group ends before its session. */
TTY_CASE(group_ends)
{
	struct pair p = pair_open();
	struct lwp *lead;
	int pgid;

	lead = leader(&p);
	(void)process();
	RL(rump_sys_setpgid(0, 0));
	pgid = rump_sys_getpid();
	ignore(SIG_TTOU, 1);
	RL(rump_sys_ioctl(p.s, NB_TIOCSPGRP, &pgid));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(lead);
	RL(rump_sys_ioctl(p.s, NB_TIOCGPGRP, &pgid));
	ATF_CHECK_EQ(-1, pgid);
	put(p.m, "\003\024");
	ignore(SIG_TTOU, 1);
	pgid = rump_sys_getpid();
	RL(rump_sys_ioctl(p.s, NB_TIOCSPGRP, &pgid));
	put(p.m, "\034");
	await(SIG_QUIT);
}

/* TIOCSTI: one's own terminal, and open for reading. */
TTY_CASE(simulate)
{
	struct pair p = pair_open();
	char c = 'i', nl = '\n';
	int fd;

	(void)leader(&p);
	RL(rump_sys_ioctl(p.s, NB_TIOCSTI, &c));
	RL(rump_sys_ioctl(p.s, NB_TIOCSTI, &nl));
	GET(p.s, "i\n");
	RL(rump_sys_chmod(p.sn, 0666));
	(void)process();
	RL(rump_sys_setuid(1000));
	RL(rump_sys_ioctl(p.s, NB_TIOCSTI, &c));
	fd = RL(rump_sys_open(p.sn, RUMP_O_WRONLY));
	RE(EPERM, rump_sys_ioctl(fd, NB_TIOCSTI, &c));
	RL(rump_sys_setsid());
	RE(EACCES, rump_sys_ioctl(p.s, NB_TIOCSTI, &c));
}

/* Sessions come and go while others type at their terminals. */
static void *
come_and_go(void *arg)
{
	static struct nb_ptmget pg[4];
	struct nb_ptmget *mine = &pg[(intptr_t)arg];
	int fd, i;

	RL(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	fd = RL(rump_sys_open("/dev/ptm", RUMP_O_RDWR));
	for (i = 0; i < 100; i++) {
		struct lwp *base = rump_pub_lwproc_curlwp();

		RL(rump_sys_ioctl(fd, NB_TIOCPTMGET, mine));
		RL(rump_pub_lwproc_rfork(RUMP_RFFDG));
		RL(rump_sys_setsid());
		RL(rump_sys_ioctl(mine->sfd, NB_TIOCSCTTY, NULL));
		put(mine->cfd, "\003\034\024\032");
		rump_pub_lwproc_releaselwp();
		rump_pub_lwproc_switch(base);
		RL(rump_sys_close(mine->cfd));
		RL(rump_sys_close(mine->sfd));
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TTY_CASE(contention)
{
	pthread_t pt[4];
	intptr_t i;

	for (i = 0; i < 4; i++)
		pthread_create(&pt[i], NULL, come_and_go, (void *)i);
	for (i = 0; i < 4; i++)
		pthread_join(pt[i], NULL);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, acquire);
	ATF_TP_ADD_TC(tp, devtty);
	ATF_TP_ADD_TC(tp, leader_keeps);
	ATF_TP_ADD_TC(tp, keys);
	ATF_TP_ADD_TC(tp, signals_by_master);
	ATF_TP_ADD_TC(tp, window);
	ATF_TP_ADD_TC(tp, status);
	ATF_TP_ADD_TC(tp, sigio);
	ATF_TP_ADD_TC(tp, background);
	ATF_TP_ADD_TC(tp, background_waits);
	ATF_TP_ADD_TC(tp, master_hangs_up);
	ATF_TP_ADD_TC(tp, leader_exits);
	ATF_TP_ADD_TC(tp, group_ends);
	ATF_TP_ADD_TC(tp, simulate);
	ATF_TP_ADD_TC(tp, contention);
	return atf_no_error();
}
