/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls on the kernel's tmpfs beside the same calls on the host: results,
 * errors, attributes, entries, locks.
 */
#include <linux/falloc.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "cases.h"

ATF_TC_WITHOUT_HEAD(errors);
ATF_TC_BODY(errors, tc)
{

	ha_boot(false);
	case_errors();
	ha_done();
}

ATF_TC_WITHOUT_HEAD(attributes);
ATF_TC_BODY(attributes, tc)
{

	ha_boot(false);
	case_attributes();
	ha_done();
}

ATF_TC_WITHOUT_HEAD(entries);
ATF_TC_BODY(entries, tc)
{

	ha_boot(false);
	case_entries();
	ha_done();
}

ATF_TC_WITHOUT_HEAD(data);
ATF_TC_BODY(data, tc)
{

	ha_boot(false);
	case_data();
	ha_done();
}

/* Status flags, as a program sees them that knows the host's alone. */
ATF_TC_WITHOUT_HEAD(fcntl_flags);
ATF_TC_BODY(fcntl_flags, tc)
{
	const struct side *s;
	int fd, fd2;

	ha_boot(false);
	for (s = ha_sides; s < ha_sides + 2; s++) {
		fd = RL(s->s_open("f", O_CREAT | O_RDWR | O_APPEND | O_SYNC,
		    0644));
		ATF_CHECK_EQ(O_RDWR | O_APPEND | O_SYNC, s->s_fcntl(fd,
		    F_GETFL) & (O_ACCMODE | O_APPEND | O_SYNC | O_NONBLOCK));
		RL(s->s_fcntl(fd, F_SETFL, s->s_fcntl(fd, F_GETFL) |
		    O_NONBLOCK));
		ATF_CHECK_EQ(O_RDWR | O_APPEND | O_SYNC | O_NONBLOCK,
		    s->s_fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_SYNC |
		    O_NONBLOCK));
		RL(s->s_fcntl(fd, F_SETFL, 0));
		ATF_CHECK_EQ_MSG(O_RDWR | O_SYNC, s->s_fcntl(fd, F_GETFL) &
		    (O_ACCMODE | O_APPEND | O_SYNC | O_NONBLOCK), "%s",
		    s->s_name);
		ATF_CHECK_EQ(0, s->s_fcntl(fd, F_GETFD));
		RL(s->s_fcntl(fd, F_SETFD, FD_CLOEXEC));
		ATF_CHECK_EQ(FD_CLOEXEC, s->s_fcntl(fd, F_GETFD));
		fd2 = RL(s->s_fcntl(fd, F_DUPFD_CLOEXEC, 50));
		ATF_CHECK(fd2 >= 50);
		ATF_CHECK_EQ(FD_CLOEXEC, s->s_fcntl(fd2, F_GETFD));
		RE(EINVAL, s->s_fcntl(fd, 4711));
		RE(EBADF, s->s_fcntl(999, F_GETFL));
		RE(EINVAL, s->s_dup3(fd, fd, 0));
		RE(EINVAL, s->s_dup3(fd, fd2, O_APPEND));
		RL(s->s_close(fd2));
		RL(s->s_close(fd));
	}
	ha_done();
}

/* Record locks: only the kernel's processes can be had here, so one side. */
ATF_TC_WITHOUT_HEAD(locks);
ATF_TC_BODY(locks, tc)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = 10, .l_len = 5 };
	struct lwp *first;
	pid_t pid;
	int fd, fd2;

	ha_boot(false);
	fd = RL(rump_host_open("f", O_CREAT | O_RDWR, 0644));
	RL(rump_host_fcntl(fd, F_SETLK, &fl));
	RL(rump_host_fcntl(fd, F_GETLK, &fl));	/* one's own is none */
	ATF_CHECK_EQ(F_UNLCK, fl.l_type);
	pid = rump_host_getpid();
	first = rump_pub_lwproc_curlwp();
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	fd2 = RL(rump_host_open("/t/f", O_RDWR));
	fl = (struct flock){ .l_type = F_RDLCK, .l_whence = SEEK_SET };
	RL(rump_host_fcntl(fd2, F_GETLK, &fl));
	ATF_CHECK(fl.l_type == F_WRLCK && fl.l_start == 10 && fl.l_len == 5);
	ATF_CHECK(fl.l_pid == pid && fl.l_whence == SEEK_SET);
	fl.l_type = F_RDLCK;
	RE(EAGAIN, rump_host_fcntl(fd2, F_SETLK, &fl));
	fl.l_type = 99;
	RE(EINVAL, rump_host_fcntl(fd2, F_SETLK, &fl));
	RE(EINVAL, rump_host_fcntl(fd2, F_OFD_SETLK, &fl));
	/* to the kernel, unlike the host, both kinds of lock are one */
	RE(EAGAIN, rump_host_flock(fd2, LOCK_EX | LOCK_NB));
	RE(EINVAL, rump_host_flock(fd2, 0x40));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(first);
	RL(rump_host_close(fd));
	ha_done();
}

ATF_TC_WITHOUT_HEAD(place);
ATF_TC_BODY(place, tc)
{
	const struct side *s;
	char buf[256], *p;

	ha_boot(false);
	for (s = ha_sides; s < ha_sides + 2; s++) {
		RL(s->s_mkdir("sub", 0755));
		RL(s->s_chdir("sub"));
		ATF_REQUIRE(s->s_getcwd(buf, sizeof(buf)) == buf);
		ATF_CHECK_STREQ("/sub", strrchr(buf, '/'));
		p = s->s_getcwd(NULL, 0);
		ATF_REQUIRE(p != NULL);
		ATF_CHECK_STREQ(buf, p);
		free(p);
		errno = 0;
		ATF_CHECK(s->s_getcwd(buf, 3) == NULL && errno == ERANGE);
		errno = 0;
		ATF_CHECK(s->s_getcwd(buf, 0) == NULL && errno == EINVAL);
		RL(s->s_chdir(".."));
	}
	ha_done();
}

ATF_TC_WITHOUT_HEAD(processes);
ATF_TC_BODY(processes, tc)
{
	gid_t groups[4];
	const gid_t set[2] = { 5, 6 };

	ha_boot(false);
	ATF_CHECK(rump_host_getpid() > 0);
	ATF_CHECK_EQ(0, rump_host_getuid());
	ATF_CHECK_EQ(0, rump_host_getegid());
	RL(rump_host_setgroups(2, set));
	ATF_CHECK_EQ(2, rump_host_getgroups(4, groups));
	ATF_CHECK(groups[0] == 5 && groups[1] == 6);
	RE(ESRCH, rump_host_getpgid(4711));
	RL(rump_host_mkdir("/t/private", 0700));
	RL(rump_host_seteuid(10));
	RE(EACCES, rump_host_open("/t/private/x", O_RDONLY));
	RE(EPERM, rump_host_chown("/t", 1, 1));
	RL(rump_host_seteuid(0));
	ATF_CHECK_EQ(022, rump_host_umask(027));
	ATF_CHECK_EQ(027, rump_host_umask(022));
	ha_done();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, attributes);
	ATF_TP_ADD_TC(tp, entries);
	ATF_TP_ADD_TC(tp, data);
	ATF_TP_ADD_TC(tp, fcntl_flags);
	ATF_TP_ADD_TC(tp, locks);
	ATF_TP_ADD_TC(tp, place);
	ATF_TP_ADD_TC(tp, processes);
	return atf_no_error();
}
