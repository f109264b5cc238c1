/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket layer as a protocol sees it: buffers, control messages, urgent
 * data, upcalls, queues, addresses, timers.
 */
#include "sk.h"

void	rump_kt_sockproto_init(void);
int	rump_kt_sockproto_socket(void);
void	rump_kt_sockproto_urgent(void);

#define	CASE(name)							\
void	rump_kt_sockproto_##name(void);					\
ATF_TC_WITHOUT_HEAD(name);						\
ATF_TC_BODY(name, tc)							\
{									\
									\
	hk_boot("2");							\
	rump_schedule();						\
	rump_kt_sockproto_init();					\
	rump_kt_sockproto_##name();					\
	rump_unschedule();						\
}

CASE(find)
CASE(buffer)
CASE(control)
CASE(oob)
CASE(inline)
CASE(upcall)
CASE(mbufs)
CASE(large)
CASE(listen)
CASE(address)
CASE(timers)

static void *
poll_pri(void *arg)
{
	struct nb_pollfd pf = { *(int *)arg, SK_POLLPRI, 0 };

	ATF_REQUIRE_EQ(1, rump_sys_poll((void *)&pf, 1, -1));
	ATF_CHECK_EQ(SK_POLLPRI, pf.revents);
	return NULL;
}

/* Who polls for urgent data is woken; then one is at the mark. */
ATF_TC_WITHOUT_HEAD(urgent);
ATF_TC_BODY(urgent, tc)
{
	pthread_t t;
	char c;
	int s;

	hk_boot("2");
	rump_schedule();
	rump_kt_sockproto_init();
	s = rump_kt_sockproto_socket();
	rump_unschedule();
	NB_FAILS(RUMP_EINVAL, (int)sk_recv(s, &c, 1, SK_MSG_OOB));
	t = sk_thread(poll_pri, &s);
	usleep(5000);
	rump_schedule();
	rump_kt_sockproto_urgent();
	rump_unschedule();
	sk_join(t);
	ATF_CHECK_EQ(1, sk_recv(s, &c, 1, SK_MSG_OOB));
	ATF_CHECK_EQ('!', c);
	ATF_CHECK_EQ(0, sk_ioctl(s, SK_SIOCATMARK));
	ATF_CHECK_EQ(1, sk_recv(s, &c, 1, 0));
	ATF_CHECK_EQ(1, sk_ioctl(s, SK_SIOCATMARK));
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, find);
	ATF_TP_ADD_TC(tp, buffer);
	ATF_TP_ADD_TC(tp, control);
	ATF_TP_ADD_TC(tp, oob);
	ATF_TP_ADD_TC(tp, inline);
	ATF_TP_ADD_TC(tp, upcall);
	ATF_TP_ADD_TC(tp, mbufs);
	ATF_TP_ADD_TC(tp, large);
	ATF_TP_ADD_TC(tp, listen);
	ATF_TP_ADD_TC(tp, address);
	ATF_TP_ADD_TC(tp, timers);
	ATF_TP_ADD_TC(tp, urgent);
	return atf_no_error();
}
