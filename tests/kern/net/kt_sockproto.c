/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_sockproto: a domain of our own, whose protocol does what
 * the test says, so that the socket layer is seen from below.
 */
#include "../base/kt.h"

#include <sys/domain.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/poll.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/un.h>

#include <rump-sys/mem.h>

void	rump_kt_sockproto_init(void);
void	rump_kt_sockproto_find(void);
void	rump_kt_sockproto_buffer(void);
void	rump_kt_sockproto_control(void);
void	rump_kt_sockproto_oob(void);
void	rump_kt_sockproto_inline(void);
void	rump_kt_sockproto_upcall(void);
void	rump_kt_sockproto_mbufs(void);
void	rump_kt_sockproto_large(void);
void	rump_kt_sockproto_listen(void);
void	rump_kt_sockproto_address(void);
void	rump_kt_sockproto_timers(void);
int	rump_kt_sockproto_socket(void);
void	rump_kt_sockproto_urgent(void);

#define	AF_TEST		AF_ETHER

static struct domain testdomain;
static struct socket *test_so;		/* the last one made by a program */
static volatile u_int slow_calls, fast_calls;
static u_int ctl_calls;
static int attach_error;

static int
test_attach(struct socket *so, int proto)
{

	sosetlock(so);
	if (attach_error != 0)
		return attach_error;
	if (so->so_snd.sb_hiwat == 0)
		KT_EQ(0, soreserve(so, 8192, 8192));
	so->so_pcb = so;
	test_so = so;
	return 0;
}

static void
test_detach(struct socket *so)
{

	so->so_pcb = NULL;
}

static int
test_ok(struct socket *so)
{

	return 0;
}

static int
test_abort(struct socket *so)
{

	so->so_pcb = NULL;
	return 0;
}

static int
test_disconnect(struct socket *so)
{

	soisdisconnected(so);
	return 0;
}

static int
test_listen(struct socket *so, struct lwp *l)
{

	return 0;
}

static int
test_accept(struct socket *so, struct sockaddr *nam)
{

	nam->sa_len = 2;
	nam->sa_family = AF_TEST;
	return 0;
}

static int
test_recvoob(struct socket *so, struct mbuf *m, int flags)
{

	if (so->so_oobmark == 0 && (so->so_state & SS_RCVATMARK) == 0)
		return EINVAL;
	*mtod(m, char *) = '!';
	m->m_len = 1;
	return 0;
}

/* What is sent comes back. */
static int
test_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{

	KT(control == NULL);
	if (so->so_type == SOCK_STREAM)
		sbappendstream(&so->so_rcv, m);
	else
		sbappendrecord(&so->so_rcv, m);
	sorwakeup(so);
	return 0;
}

static const struct pr_usrreqs test_usrreqs = {
	.pr_attach = test_attach,
	.pr_detach = test_detach,
	.pr_accept = test_accept,
	.pr_listen = test_listen,
	.pr_disconnect = test_disconnect,
	.pr_shutdown = test_ok,
	.pr_abort = test_abort,
	.pr_recvoob = test_recvoob,
	.pr_send = test_send,
};

static void
test_slowtimo(void)
{

	atomic_inc_uint(&slow_calls);
}

static void
test_fasttimo(void)
{

	atomic_inc_uint(&fast_calls);
}

static void *
test_ctlinput(int cmd, const struct sockaddr *sa, void *arg)
{

	KT_EQ(PRC_MSGSIZE, cmd);
	ctl_calls++;
	return NULL;
}

static const struct protosw testsw[] = {
	{ .pr_type = SOCK_STREAM, .pr_domain = &testdomain, .pr_protocol = 7,
	  .pr_flags = PR_CONNREQUIRED | PR_LISTEN,
	  .pr_usrreqs = &test_usrreqs, .pr_slowtimo = test_slowtimo,
	  .pr_fasttimo = test_fasttimo },
	{ .pr_type = SOCK_DGRAM, .pr_domain = &testdomain, .pr_protocol = 8,
	  .pr_flags = PR_ATOMIC, .pr_usrreqs = &test_usrreqs,
	  .pr_ctlinput = test_ctlinput },
	{ .pr_type = SOCK_RAW, .pr_domain = &testdomain,
	  .pr_flags = PR_ATOMIC },
};

static struct domain testdomain = {
	.dom_family = AF_TEST,
	.dom_name = "test",
	.dom_protosw = testsw,
	.dom_protoswNPROTOSW = &testsw[__arraycount(testsw)],
};

void
rump_kt_sockproto_init(void)
{

	domain_attach(&testdomain);
}

void
rump_kt_sockproto_find(void)
{
	struct sockaddr sa = { .sa_len = 2, .sa_family = AF_TEST };
	struct socket *so;

	KT(pffinddomain(AF_TEST) == &testdomain);
	KT(pffinddomain(AF_MAX - 1) == NULL || AF_TEST == AF_MAX - 1);
	KT(pffindtype(AF_TEST, SOCK_STREAM) == &testsw[0]);
	KT(pffindtype(AF_TEST, SOCK_RDM) == NULL);
	KT(pffindtype(AF_TEST, 0) == NULL);
	KT(pffindtype(AF_INET, SOCK_STREAM) == NULL);
	KT(pffindproto(AF_TEST, 8, SOCK_DGRAM) == &testsw[1]);
	KT(pffindproto(AF_TEST, 8, SOCK_STREAM) == NULL);
	KT(pffindproto(AF_TEST, 99, SOCK_RAW) == &testsw[2]);
	KT(pffindproto(AF_INET, 8, SOCK_DGRAM) == NULL);
	KT_EQ(EPROTONOSUPPORT, socreate(AF_TEST, &so, SOCK_RAW, 99, curlwp,
	    NULL));
	attach_error = EACCES;
	KT_EQ(EACCES, socreate(AF_TEST, &so, SOCK_STREAM, 0, curlwp, NULL));
	attach_error = 0;
	pfctlinput(PRC_MSGSIZE, &sa);
	KT_EQ(1, ctl_calls);
	pfctlinput2(PRC_MSGSIZE, &sa, NULL);
	KT_EQ(2, ctl_calls);
	sa.sa_family = AF_INET;
	pfctlinput2(PRC_MSGSIZE, &sa, NULL);
	pfctlinput2(PRC_MSGSIZE, NULL, NULL);
	KT_EQ(2, ctl_calls);
}

static struct mbuf *
mb(const char *s, int type)
{
	struct mbuf *m = m_get(M_WAIT, type);

	m->m_len = (int)strlen(s);
	memcpy(mtod(m, char *), s, strlen(s));
	return m;
}

static struct socket *
open_test(int type)
{
	struct socket *so;

	KT_EQ(0, socreate(AF_TEST, &so, type, 0, curlwp, NULL));
	solock(so);
	so->so_state |= SS_ISCONNECTED;
	sounlock(so);
	return so;
}

/* The buffer's records and counts are what the chains say; the text of all. */
static void
buffer_is(struct sockbuf *sb, const char *want)
{
	struct mbuf *m, *n, *last = NULL, *tail = NULL;
	u_long cc = 0, mbcnt = 0;
	char text[256];
	size_t len = 0;

	for (m = sb->sb_mb; m != NULL; m = m->m_nextpkt) {
		last = m;
		if (m != sb->sb_mb)
			text[len++] = '|';
		for (n = m; n != NULL; n = n->m_next) {
			tail = n;
			KT(n == m || n->m_nextpkt == NULL);
			cc += n->m_len;
			mbcnt += MSIZE + ((n->m_flags & M_EXT) != 0 ?
			    n->m_ext.ext_size : 0);
			memcpy(text + len, mtod(n, char *), n->m_len);
			len += n->m_len;
		}
	}
	text[len] = '\0';
	kt_streq(text, want);
	KT_EQ(sb->sb_cc, cc);
	KT_EQ(sb->sb_mbcnt, mbcnt);
	KT(sb->sb_lastrecord == last);
	KT(sb->sb_mbtail == tail);
}

void
rump_kt_sockproto_buffer(void)
{
	struct socket *so = open_test(SOCK_STREAM);
	struct sockbuf *sb = &so->so_rcv;
	struct mbuf *m;

	solock(so);
	sbappend(sb, NULL);
	sbappendrecord(sb, NULL);
	sbinsertoob(sb, NULL);
	sbdroprecord(sb);
	buffer_is(sb, "");
	sbappendstream(sb, mb("abc", MT_DATA));
	sbappendstream(sb, mb("def", MT_DATA));
	buffer_is(sb, "abcdef");
	KT(sb->sb_mb->m_next == NULL);		/* small ones are one */
	/* Empty ones go; a large one stands alone. */
	sbappend(sb, mb("", MT_DATA));
	m = m_getcl(M_WAIT, MT_DATA, 0);
	m->m_len = 3;
	memcpy(mtod(m, char *), "ghi", 3);
	sbappend(sb, m);
	buffer_is(sb, "abcdefghi");
	sbdrop(sb, 2);
	buffer_is(sb, "cdefghi");
	sbappendrecord(sb, mb("jkl", MT_DATA));
	m = mb("mno", MT_DATA);
	m->m_flags |= M_EOR;
	sbappend(sb, m);
	sbappend(sb, mb("pqr", MT_DATA));	/* behind an end */
	buffer_is(sb, "cdefghi|jklmno|pqr");
	sbinsertoob(sb, mb("1", MT_OOBDATA));
	sbinsertoob(sb, mb("2", MT_OOBDATA));
	buffer_is(sb, "1|2|cdefghi|jklmno|pqr");
	sbdrop(sb, 1);
	buffer_is(sb, "2|cdefghi|jklmno|pqr");
	sbdrop(sb, 1 + 7 + 1);
	buffer_is(sb, "klmno|pqr");
	sbdroprecord(sb);
	buffer_is(sb, "pqr");
	sbinsertoob(sb, mb("3", MT_OOBDATA));
	buffer_is(sb, "3|pqr");
	sbdrop(sb, 4);
	buffer_is(sb, "");
	sbinsertoob(sb, mb("4", MT_OOBDATA));
	sbappendrecord(sb, mb("s", MT_DATA));
	buffer_is(sb, "4|s");
	sbflush(sb);
	buffer_is(sb, "");
	sounlock(so);
	KT_EQ(0, soclose(so));
}

/* Addresses and control messages, and no room or memory for them. */
void
rump_kt_sockproto_control(void)
{
	struct socket *so = open_test(SOCK_DGRAM);
	struct sockbuf *sb = &so->so_rcv;
	struct sockaddr sa = { .sa_len = 6, .sa_family = AF_TEST,
	    .sa_data = "addr" };
	struct mbuf *m, *c, **mp, *tail;
	struct cmsghdr *cm;
	char big[3000] = { 0 };
	int v = 5;

	solock(so);
	m = mb("data", MT_DATA);
	KT_EQ(1, sbappendaddr(sb, &sa, m, NULL));
	c = sbcreatecontrol(&v, sizeof(v), 9, 8);
	cm = mtod(c, struct cmsghdr *);
	KT(cm->cmsg_len == CMSG_LEN(sizeof(v)) && cm->cmsg_type == 9 &&
	    cm->cmsg_level == 8 && c->m_len == CMSG_SPACE(sizeof(v)));
	KT_EQ(5, *(int *)(void *)CMSG_DATA(cm));
	KT_EQ(1, sbappendaddr(sb, &sa, mb("more", MT_DATA), c));
	KT_EQ(6 + 4 + 6 + CMSG_SPACE(sizeof(v)) + 4, sb->sb_cc);
	KT_EQ(1, sbappendaddr(sb, &sa, NULL, NULL));
	sbflush(sb);

	/* No memory for the name: the data stays the caller's. */
	m = mb("data", MT_DATA);
	rump_fault_alloc = 1;
	KT_EQ(0, sbappendaddr(sb, &sa, m, NULL));
	KT_EQ(0, rump_fault_alloc);
	/* No room. */
	KT_EQ(1, sbreserve(sb, 9, so));
	KT_EQ(0, sbappendaddr(sb, &sa, m, NULL));
	c = sbcreatecontrol(&v, sizeof(v), 9, 8);
	KT_EQ(0, sbappendcontrol(sb, m, c));
	KT_EQ(1, sbreserve(sb, 100, so));
	KT_EQ(1, sbappendcontrol(sb, m, c));
	KT_EQ(CMSG_SPACE(sizeof(v)) + 4, sb->sb_cc);
	KT_EQ(0, sbreserve(sb, 0, so));
	KT_EQ(0, sbreserve(sb, sb_max + 1, so));
	sbflush(sb);
	sounlock(so);

	KT(sbcreatecontrol(big, sizeof(big), 1, 1) == NULL);
	KT(sbcreatecontrol(big, -1, 1, 1) == NULL);
	c = sbcreatecontrol(big, 1500, 1, 1);
	KT(c != NULL && (c->m_flags & M_EXT) != 0);
	m_freem(c);
	rump_fault_alloc = 1;
	KT(sbcreatecontrol(&v, sizeof(v), 1, 1) == NULL);
	/* When. */
	tail = NULL;
	mp = sbsavetimestamp(0, &tail);
	KT(mp == &tail && tail == NULL);
	mp = sbsavetimestamp(SO_TIMESTAMP, &tail);
	KT(tail != NULL && mp == &tail->m_next);
	cm = mtod(tail, struct cmsghdr *);
	KT(cm->cmsg_type == SCM_TIMESTAMP &&
	    cm->cmsg_len == CMSG_LEN(sizeof(struct timeval)));
	m_freem(tail);
	KT_EQ(0, soclose(so));
}

static size_t
receive(struct socket *so, char *buf, size_t len, int *flags)
{
	struct iovec iov = { buf, len };
	struct uio uio = { .uio_iov = &iov, .uio_iovcnt = 1,
	    .uio_resid = len, .uio_rw = UIO_READ };
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	error = soreceive(so, NULL, &uio, NULL, NULL, flags);
	KT_EQ(0, error);
	return len - uio.uio_resid;
}

static int
receive_error(struct socket *so, int flags)
{
	char buf[8];
	struct iovec iov = { buf, sizeof(buf) };
	struct uio uio = { .uio_iov = &iov, .uio_iovcnt = 1,
	    .uio_resid = sizeof(buf), .uio_rw = UIO_READ };

	UIO_SETUP_SYSSPACE(&uio);
	return soreceive(so, NULL, &uio, NULL, NULL, &flags);
}

/* A mark in the stream: reading stops there, for a look as well. */
void
rump_kt_sockproto_oob(void)
{
	struct socket *so = open_test(SOCK_STREAM);
	char buf[16];
	int flags = MSG_OOB;

	KT_EQ(EINVAL, receive_error(so, MSG_OOB));
	solock(so);
	sbappendstream(&so->so_rcv, mb("abcdef", MT_DATA));
	so->so_oobmark = 4;
	sounlock(so);
	KT_EQ(1, receive(so, buf, sizeof(buf), &flags));
	KT_EQ('!', buf[0]);
	flags = MSG_PEEK;
	KT_EQ(4, receive(so, buf, sizeof(buf), &flags));
	KT_EQ(4, so->so_oobmark);
	flags = 0;
	KT_EQ(1, receive(so, buf, 1, &flags));
	KT_EQ(3, so->so_oobmark);
	KT_EQ(POLLPRI, sopoll(so, POLLPRI));
	flags = MSG_WAITALL;
	KT_EQ(3, receive(so, buf, sizeof(buf), &flags));
	KT_EQ(0, memcmp(buf, "bcd", 3));
	KT_EQ(0, so->so_oobmark);
	KT((so->so_state & SS_RCVATMARK) != 0);
	KT_EQ(POLLPRI, sopoll(so, POLLPRI));
	flags = 0;
	KT_EQ(2, receive(so, buf, sizeof(buf), &flags));
	KT((so->so_state & SS_RCVATMARK) == 0);
	KT_EQ(0, sopoll(so, POLLPRI));
	KT_EQ(0, soclose(so));
}

/* Urgent bytes in the stream are not read together with others. */
void
rump_kt_sockproto_inline(void)
{
	struct socket *so = open_test(SOCK_STREAM);
	char buf[16];
	int flags = 0;

	solock(so);
	sbappend(&so->so_rcv, mb("ab", MT_DATA));
	sbappend(&so->so_rcv, mb("X", MT_OOBDATA));
	sbappend(&so->so_rcv, mb("cd", MT_DATA));
	sounlock(so);
	flags = MSG_PEEK;
	KT_EQ(2, receive(so, buf, sizeof(buf), &flags));
	flags = 0;
	KT_EQ(2, receive(so, buf, sizeof(buf), &flags));
	KT_EQ(1, receive(so, buf, sizeof(buf), &flags));
	KT_EQ('X', buf[0]);
	KT_EQ(2, receive(so, buf, sizeof(buf), &flags));
	/* Errors of the protocol come after the data, once. */
	solock(so);
	sbappend(&so->so_rcv, mb("e", MT_DATA));
	so->so_error = ECONNRESET;
	sounlock(so);
	KT_EQ(1, receive(so, buf, sizeof(buf), &flags));
	KT_EQ(ECONNRESET, receive_error(so, MSG_PEEK | MSG_DONTWAIT));
	KT_EQ(ECONNRESET, receive_error(so, MSG_DONTWAIT));
	KT_EQ(EWOULDBLOCK, receive_error(so, MSG_DONTWAIT));
	/* Lost data is an error if that is wanted. */
	solock(so);
	soroverflow(so);
	KT_EQ(0, so->so_rerror);
	so->so_options |= SO_RERROR;
	soroverflow(so);
	sounlock(so);
	KT_EQ(2, so->so_rcv.sb_overflowed);
	KT_EQ(ENOBUFS, receive_error(so, MSG_DONTWAIT));
	KT_EQ(EWOULDBLOCK, receive_error(so, MSG_DONTWAIT));
	KT_EQ(0, soclose(so));
}

static int upcalls, upcall_events;

static void
upcall(struct socket *so, void *arg, int events, int how)
{

	KT(solocked(so));
	KT(arg == &upcalls);
	KT_EQ(M_DONTWAIT, how);
	upcalls++;
	upcall_events = events;
}

void
rump_kt_sockproto_upcall(void)
{
	struct socket *so = open_test(SOCK_STREAM);

	solock(so);
	so->so_upcall = upcall;
	so->so_upcallarg = &upcalls;
	so->so_rcv.sb_flags |= SB_UPCALL;
	sorwakeup(so);
	KT_EQ(1, upcalls);
	KT(upcall_events & POLLIN);
	sowwakeup(so);
	KT_EQ(1, upcalls);
	so->so_snd.sb_flags |= SB_UPCALL;
	sowwakeup(so);
	KT_EQ(2, upcalls);
	KT(upcall_events & POLLOUT);
	sohasoutofband(so);
	soisconnecting(so);
	KT((so->so_state & (SS_ISCONNECTING | SS_ISCONNECTED)) ==
	    SS_ISCONNECTING);
	soisconnected(so);
	KT_EQ(4, upcalls);
	soisdisconnecting(so);
	KT_EQ(SS_ISDISCONNECTING | SS_CANTRCVMORE | SS_CANTSENDMORE,
	    so->so_state & (SS_ISDISCONNECTING | SS_CANTRCVMORE |
	    SS_CANTSENDMORE));
	soisdisconnected(so);
	KT((so->so_state & SS_ISDISCONNECTED) != 0);
	sounlock(so);
	KT_EQ(0, soclose(so));
}

/* Data as mbufs, both ways. */
void
rump_kt_sockproto_mbufs(void)
{
	struct socket *so = open_test(SOCK_STREAM);
	struct uio uio = { .uio_resid = 4 };
	struct mbuf *m, *top;
	char buf[8];
	int flags = 0;

	top = m_gethdr(M_WAIT, MT_DATA);
	top->m_len = top->m_pkthdr.len = 6;
	memcpy(mtod(top, char *), "abcdef", 6);
	KT_EQ(0, sosend(so, NULL, NULL, top, NULL, 0, curlwp));
	KT_EQ(0, soreceive(so, NULL, &uio, &m, NULL, &flags));
	KT_EQ(0, uio.uio_resid);
	KT(m != NULL);
	KT_EQ(4, m_length(m));
	m_copydata(m, 0, 4, buf);
	KT_EQ(0, memcmp(buf, "abcd", 4));
	m_freem(m);
	/* No memory for the part of an mbuf: nothing is lost. */
	uio.uio_resid = 1;
	rump_fault_alloc = 1;
	KT_EQ(ENOBUFS, soreceive(so, NULL, &uio, &m, NULL, &flags));
	KT(m == NULL);
	KT_EQ(2, so->so_rcv.sb_cc);
	uio.uio_resid = 10;
	KT_EQ(0, soreceive(so, NULL, &uio, &m, NULL, &flags));
	KT_EQ(8, uio.uio_resid);
	KT_EQ(2, m_length(m));
	m_freem(m);
	KT_EQ(0, soclose(so));

	/* Too much for the buffer, which is taken all the same. */
	so = open_test(SOCK_DGRAM);
	top = m_gethdr(M_WAIT, MT_DATA);
	MEXTMALLOC(top, 10000, M_WAITOK);
	top->m_len = top->m_pkthdr.len = 10000;
	KT_EQ(EMSGSIZE, sosend(so, NULL, NULL, top, NULL, 0, curlwp));
	KT_EQ(0, soclose(so));
}

/* len bytes go through a stream, and arrive; in so many mbufs. */
static int
through(struct socket *so, size_t len)
{
	uint8_t *buf = kmem_alloc(2 * len, KM_SLEEP);
	struct iovec iov = { buf, len };
	struct uio uio = { .uio_iov = &iov, .uio_iovcnt = 1,
	    .uio_resid = len, .uio_rw = UIO_WRITE };
	const struct mbuf *m;
	int flags = 0, n = 0;
	size_t i;

	UIO_SETUP_SYSSPACE(&uio);
	for (i = 0; i < len; i++)
		buf[i] = (uint8_t)(i * 7 + i / 256);
	KT_EQ(0, sosend(so, NULL, &uio, NULL, NULL, 0, curlwp));
	KT_EQ(len, so->so_rcv.sb_cc);
	for (m = so->so_rcv.sb_mb; m != NULL; m = m->m_next)
		n++;
	KT_EQ(len, receive(so, (char *)buf + len, len, &flags));
	KT_EQ(0, memcmp(buf, buf + len, len));
	KT_EQ(0, so->so_rcv.sb_mbcnt);
	kmem_free(buf, 2 * len);
	return n;
}

/* Much at once lies in large pieces, or in a cluster if there is none. */
void
rump_kt_sockproto_large(void)
{
	struct socket *so = open_test(SOCK_STREAM);

	solock(so);
	KT_EQ(0, soreserve(so, 65536, 65536));
	sounlock(so);
	KT_EQ(1, through(so, 16384));
	KT_EQ(3, through(so, 16384 + 2 * MCLBYTES));
	KT_EQ(4, through(so, 3 * 16384 + 12 * 1024));
	KT_EQ(4, through(so, 4 * MCLBYTES));
	rump_fault_alloc = 1;
	KT_EQ(2, through(so, 16384));
	KT_EQ(0, rump_fault_alloc);
	KT_EQ(0, soclose(so));
}

/* The two queues of a listening socket. */
void
rump_kt_sockproto_listen(void)
{
	struct socket *head, *so[3];
	struct sockaddr_big sb;

	KT_EQ(0, socreate(AF_TEST, &head, SOCK_STREAM, 7, curlwp, NULL));
	KT_EQ(0, solisten(head, 1000, curlwp));
	KT_EQ(SOMAXCONN, head->so_qlimit);
	KT_EQ(0, solisten(head, -1, curlwp));
	KT_EQ(0, head->so_qlimit);
	KT_EQ(0, solisten(head, 1, curlwp));
	solock(head);
	so[0] = sonewconn(head, false);
	KT(so[0] != NULL && solocked2(head, so[0]));
	KT(head->so_q0len == 1 && head->so_qlen == 0);
	so[1] = sonewconn(head, true);
	KT(so[1] != NULL && (so[1]->so_state & SS_ISCONNECTED) != 0);
	KT(head->so_q0len == 1 && head->so_qlen == 1);
	KT(sonewconn(head, true) == NULL);
	KT(soreadable(head));
	soisconnected(so[0]);
	KT(head->so_q0len == 0 && head->so_qlen == 2);
	KT(!soqremque(so[0], 0));
	KT(soqremque(so[1], 1));
	KT_EQ(0, soaccept(so[1], (struct sockaddr *)&sb));
	KT_EQ(AF_TEST, sb.sb_family);
	/* No memory for one, or for the protocol. */
	rump_fault_alloc = 1;
	so[2] = sonewconn(head, true);
	rump_fault_alloc = 0;
	attach_error = ENOBUFS;
	if (so[2] == NULL)
		KT(sonewconn(head, true) == NULL);
	attach_error = 0;
	KT_EQ(so[2] == NULL ? 1 : 2, head->so_qlen);
	sounlock(head);
	KT_EQ(0, soclose(head));
	KT_EQ(0, soclose(so[1]));
}

/* sockaddr(9) */
void
rump_kt_sockproto_address(void)
{
	struct sockaddr *sa, *dup;
	struct sockaddr_big sb;
	char buf[64];

	KT_EQ(16, sockaddr_getsize_by_family(AF_INET));
	KT_EQ(28, sockaddr_getsize_by_family(AF_INET6));
	KT_EQ(106, sockaddr_getsize_by_family(AF_LOCAL));
	KT_EQ(0, sockaddr_getsize_by_family(AF_MAX));
	sa = sockaddr_alloc(AF_TEST, 16, M_WAITOK);
	KT(sa->sa_len == 16 && sa->sa_family == AF_TEST &&
	    sa->sa_data[13] == 0);
	KT(sockaddr_alloc(AF_TEST, 256, M_NOWAIT) == NULL);
	rump_fault_alloc = 1;
	KT(sockaddr_alloc(AF_TEST, 16, M_NOWAIT) == NULL);
	rump_fault_alloc = 1;
	KT(sockaddr_dup(sa, M_NOWAIT) == NULL);
	dup = sockaddr_dup(sa, M_WAITOK);
	KT_EQ(0, sockaddr_cmp(sa, dup));
	dup->sa_data[3] = 1;
	KT(sockaddr_cmp(sa, dup) < 0 && sockaddr_cmp(dup, sa) > 0);
	dup->sa_data[3] = 0;
	dup->sa_len = 10;
	KT(sockaddr_cmp(dup, sa) < 0);
	dup->sa_family = AF_LOCAL;
	KT(sockaddr_cmp(dup, sa) < 0);
	KT(sockaddr_copy((struct sockaddr *)&sb, 15, sa) == NULL);
	KT(sockaddr_copy((struct sockaddr *)&sb, 16, sa) == (void *)&sb);
	KT(sockaddr_externalize((struct sockaddr *)&sb, 16, sa) != NULL);
	KT(sockaddr_const_addr(sa, NULL) == NULL);
	KT(sockaddr_addr(sa, NULL) == NULL);
	KT(sockaddr_anyaddr(sa, NULL) == NULL);
	memcpy(dup->sa_data, "/x", 2);
	dup->sa_len = 4;
	KT_EQ(2, sockaddr_format(dup, buf, sizeof(buf)));
	kt_streq(buf, "/x");
	KT_EQ(-1, sockaddr_format(sa, buf, sizeof(buf)));
	KT(sockaddr_format(NULL, buf, sizeof(buf)) > 0);
	sa->sa_family = AF_UNSPEC;
	KT(sockaddr_format(sa, buf, sizeof(buf)) > 0);
	sockaddr_free(sa);
	sockaddr_free(dup);
}

/* Both run, and the clock of slow timers with them. */
void
rump_kt_sockproto_timers(void)
{
	const u_int now = atomic_load_relaxed(&pfslowtimo_now);
	u_int t = 0;

	KT(!PRT_SLOW_ISARMED(t) && !PRT_SLOW_ISEXPIRED(t));
	PRT_SLOW_ARM(t, 1);
	KT(PRT_SLOW_ISARMED(t));
	while (atomic_load_relaxed(&fast_calls) < 2 ||
	    atomic_load_relaxed(&slow_calls) < 1 ||
	    atomic_load_relaxed(&pfslowtimo_now) == now)
		kt_pause(5);
	KT(PRT_SLOW_ISEXPIRED(t));
	PRT_SLOW_DISARM(t);
	KT(!PRT_SLOW_ISEXPIRED(t));
}

/* A program's socket, connected. */
int
rump_kt_sockproto_socket(void)
{
	struct socket *so;
	struct file *fp;
	int fd;

	KT_EQ(0, fsocreate(AF_TEST, &so, SOCK_STREAM, 0, &fd, &fp, NULL));
	fd_affix(curproc, fp, (unsigned)fd);
	solock(so);
	soisconnected(so);
	sounlock(so);
	return fd;
}

/* Urgent data for that. */
void
rump_kt_sockproto_urgent(void)
{
	struct socket *so = test_so;

	solock(so);
	sbappendstream(&so->so_rcv, mb("u", MT_DATA));
	so->so_oobmark = 1;
	sohasoutofband(so);
	sounlock(so);
}
