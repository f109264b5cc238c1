/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local sockets without memory: each allocation that may fail fails once.
 * A call that fails leaves nothing behind, and works the next time.
 */
#include "../../kern/net/sk.h"

void	rump_kt_fault_set(unsigned int);
unsigned int rump_kt_fault_get(void);
int	rump_kt_files(void);

static int srv;

/* All of what local sockets do; how far it came, -1: to the end. */
static int
everything(void)
{
	struct rump_cmsghdr cm[4];
	struct rump_sockaddr_un un;
	struct iovec iov = { cm, 1 };
	struct rump_msghdr m;
	int fd[2], c = -1, a = -1, d = -1, step = 0, one = 1, err, got;
	socklen_t len = sk_un(&un, "/srv");
	char b;

	fd[0] = fd[1] = -1;
	if (rump_sys_socketpair(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0, fd) == -1)
		goto out;
	step++;
	if ((c = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0)) == -1)
		goto out;
	step++;
	if (rump_sys_connect(c, SK_SA(&un), len) == -1)
		goto out;
	step++;
	if ((a = rump_sys_accept(srv, NULL, NULL)) == -1)
		goto out;
	step++;
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(a, SK_SOL_LOCAL,
	    SK_LOCAL_CREDS, &one, sizeof(one)));
	/* Credentials are left out if there is no memory. */
	if (sk_send(c, "x", 1, 0) == -1)
		goto out;
	step++;
	if (sk_recv(a, &b, 1, 0) == -1)
		goto out;
	step++;
	memset(&m, 0, sizeof(m));
	memset(cm, 0, sizeof(cm));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = cm;
	m.msg_controllen = 24;
	cm[0].cmsg_len = 20;
	cm[0].cmsg_level = SK_SOL_SOCKET;
	cm[0].cmsg_type = RUMP_SCM_RIGHTS;
	memcpy((char *)cm + 16, &c, sizeof(c));
	if (sk_sendmsg(fd[0], &m, 0) == -1)
		goto out;
	step++;
	if (sk_recv(fd[1], &b, 1, SK_MSG_PEEK) == -1)
		goto out;
	step++;
	m.msg_controllen = sizeof(cm);
	if (sk_recvmsg(fd[1], &m, 0) == -1)
		goto out;
	memcpy(&got, (char *)cm + 16, sizeof(got));
	rump_sys_close(got);
	step++;
	if ((d = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM, 0)) == -1)
		goto out;
	step++;
	len = sk_un(&un, "/dg");
	if (rump_sys_sendto(d, "x", 1, 0, SK_SA(&un), len) == -1)
		goto out;
	step = -1;
 out:
	err = errno;
	rump_sys_close(fd[0]);
	rump_sys_close(fd[1]);
	rump_sys_close(c);
	rump_sys_close(d);
	if (a == -1) {
		/* What was connected is not left on the queue. */
		sk_nonblock(srv, 1);
		if ((a = rump_sys_accept(srv, NULL, NULL)) != -1)
			rump_sys_close(a);
		sk_nonblock(srv, 0);
	} else
		rump_sys_close(a);
	errno = err;
	return step;
}

ATF_TC_WITHOUT_HEAD(each_once);
ATF_TC_BODY(each_once, tc)
{
	struct rump_sockaddr_un un;
	unsigned int n, left, failed = 0;
	int files, dg, step, err;
	socklen_t len;
	char b;

	hk_boot("2");
	ATF_REQUIRE((srv = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_STREAM,
	    0)) != -1);
	len = sk_un(&un, "/srv");
	ATF_REQUIRE_EQ(0, rump_sys_bind(srv, SK_SA(&un), len));
	ATF_REQUIRE_EQ(0, rump_sys_listen(srv, 5));
	ATF_REQUIRE((dg = rump_sys_socket(RUMP_AF_LOCAL, RUMP_SOCK_DGRAM,
	    0)) != -1);
	len = sk_un(&un, "/dg");
	ATF_REQUIRE_EQ(0, rump_sys_bind(dg, SK_SA(&un), len));
	ATF_REQUIRE_EQ(-1, everything());
	ATF_REQUIRE_EQ(1, sk_recv(dg, &b, 1, 0));
	rump_schedule();
	files = rump_kt_files();
	rump_unschedule();
	for (n = 1;; n++) {
		rump_schedule();
		rump_kt_fault_set(n);
		rump_unschedule();
		step = everything();
		err = errno;
		rump_schedule();
		left = rump_kt_fault_get();
		ATF_CHECK_EQ_MSG(files, rump_kt_files(), "%u: step %d", n,
		    step);
		rump_unschedule();
		if (step == -1)
			ATF_REQUIRE_EQ(1, sk_recv(dg, &b, 1, 0));
		else {
			failed++;
			ATF_CHECK_MSG(err == RUMP_ENOBUFS ||
			    err == RUMP_ENOMEM || err == RUMP_ECONNREFUSED,
			    "%u: step %d: errno %d", n, step, err);
		}
		if (left != 0)
			break;
	}
	ATF_CHECK_EQ(-1, step);
	ATF_CHECK_MSG(failed >= 6, "%u of %u", failed, n);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, each_once);
	return atf_no_error();
}
