/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls on sockets: making, naming, connecting, options.  Those that
 * carry data are in uipc_syscalls_msg.c.
 */

#include <sys/param.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/signalvar.h>
#include <sys/socketvar.h>
#include <sys/syscall.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include "net_private.h"

#define	SB_HDRLEN	offsetof(struct sockaddr_big, sb_data)
#define	SB_MAXLEN	(sizeof(struct sockaddr_big) - 1)

/* An address from a program. */
int
sockaddr_copyin(struct sockaddr_big *sb, const struct sockaddr *name,
    size_t len)
{
	int error;

	if (len < SB_HDRLEN || len > SB_MAXLEN)
		return EINVAL;
	memset(sb, 0, sizeof(*sb));
	error = copyin(name, sb, len);
	if (error == 0)
		sb->sb_len = (uint8_t)len;
	return error;
}

/* And to one: what there is room for, and how much that was. */
int
sockaddr_copyout(struct sockaddr *name, socklen_t *lenp,
    const struct sockaddr *sa)
{
	socklen_t len;
	int error;

	if (name == NULL)
		return 0;
	error = copyin(lenp, &len, sizeof(len));
	if (error != 0)
		return error;
	len = MIN(len, sa->sa_len);
	error = copyout(sa, name, len);
	return error != 0 ? error : copyout(&len, lenp, sizeof(len));
}

static void
sockaddr_empty(struct sockaddr_big *sb)
{

	memset(sb, 0, sizeof(*sb));
	sb->sb_len = SB_MAXLEN;
}

/* What a program gives beside data: an address or control messages. */
int
sockargs(struct mbuf **mp, const void *buf, size_t len, enum uio_seg seg,
    int type)
{
	struct mbuf *m;
	int error = 0;

	if (len > (type == MT_SONAME ? UINT8_MAX : PAGE_SIZE))
		return EINVAL;
	m = m_get(M_WAIT, type);
	if (len > (size_t)MLEN)
		MEXTMALLOC(m, (int)len, M_WAITOK);
	m->m_len = (int)len;
	if (seg == UIO_SYSSPACE)
		memcpy(mtod(m, void *), buf, len);
	else
		error = copyin(buf, mtod(m, void *), len);
	if (error == 0 && type == MT_SONAME && len < SB_HDRLEN)
		error = EINVAL;
	if (error != 0) {
		m_free(m);
		return error;
	}
	if (type == MT_SONAME)
		mtod(m, struct sockaddr *)->sa_len = (uint8_t)len;
	*mp = m;
	return 0;
}

int
sys___socket30(struct lwp *l, const struct sys___socket30_args *uap,
    register_t *retval)
{
	file_t *fp;
	int error, fd;

	error = fsocreate(SCARG(uap, domain), NULL, SCARG(uap, type),
	    SCARG(uap, protocol), &fd, &fp, NULL);
	if (error != 0)
		return error;
	fd_affix(l->l_proc, fp, (unsigned)fd);
	*retval = fd;
	return 0;
}

static void
unmake(struct lwp *l, struct socket *so, file_t *fp, int fd)
{

	(void)soclose(so);
	fd_abort(l->l_proc, fp, (unsigned)fd);
}

int
sys_socketpair(struct lwp *l, const struct sys_socketpair_args *uap,
    register_t *retval)
{
	const int type = SCARG(uap, type);
	struct socket *so1, *so2;
	file_t *fp1, *fp2;
	int error, fd[2];

	error = fsocreate(SCARG(uap, domain), &so1, type,
	    SCARG(uap, protocol), &fd[0], &fp1, NULL);
	if (error != 0)
		return error;
	error = fsocreate(SCARG(uap, domain), &so2, type,
	    SCARG(uap, protocol), &fd[1], &fp2, so1);
	if (error != 0)
		goto fail1;
	solock(so1);
	error = soconnect2(so1, so2);
	/* Without real connections, the other way as well. */
	if (error == 0 && (so1->so_proto->pr_flags & PR_CONNREQUIRED) == 0)
		error = soconnect2(so2, so1);
	sounlock(so1);
	if (error == 0)
		error = copyout(fd, SCARG(uap, rsv), sizeof(fd));
	if (error != 0)
		goto fail2;
	fd_affix(l->l_proc, fp1, (unsigned)fd[0]);
	fd_affix(l->l_proc, fp2, (unsigned)fd[1]);
	return 0;
 fail2:
	unmake(l, so2, fp2, fd[1]);
 fail1:
	unmake(l, so1, fp1, fd[0]);
	return error;
}

int
sys_bind(struct lwp *l, const struct sys_bind_args *uap, register_t *retval)
{
	struct sockaddr_big sb;
	struct socket *so;
	int error;

	error = fd_getsock((unsigned)SCARG(uap, s), &so);
	if (error != 0)
		return error;
	error = sockaddr_copyin(&sb, SCARG(uap, name), SCARG(uap, namelen));
	if (error == 0)
		error = sobind(so, (struct sockaddr *)&sb, l);
	fd_putsock((unsigned)SCARG(uap, s));
	return error;
}

int
sys_listen(struct lwp *l, const struct sys_listen_args *uap,
    register_t *retval)
{
	struct socket *so;
	int error;

	error = fd_getsock((unsigned)SCARG(uap, s), &so);
	if (error != 0)
		return error;
	error = solisten(so, SCARG(uap, backlog), l);
	fd_putsock((unsigned)SCARG(uap, s));
	return error;
}

/* A connection off the queue, with the lock; or why there is none. */
static int
accept_wait(struct socket *so, struct socket **sop)
{
	int error;

	if ((so->so_proto->pr_flags & PR_LISTEN) == 0)
		return EOPNOTSUPP;
	if ((so->so_options & SO_ACCEPTCONN) == 0)
		return EINVAL;
	while (so->so_qlen == 0 && so->so_error == 0) {
		if ((so->so_state & SS_NBIO) != 0)
			return EWOULDBLOCK;
		if ((so->so_state & SS_CANTRCVMORE) != 0)
			return ECONNABORTED;
		error = sowait(so, true, 0);
		if (error != 0)
			return error;
	}
	if (so->so_error != 0) {
		error = so->so_error;
		so->so_error = 0;
		return error;
	}
	*sop = TAILQ_FIRST(&so->so_q);
	(void)soqremque(*sop, 1);
	return 0;
}

/* Give a connection its file; flags are SOCK_*, clear those not inherited. */
static void
accept_file(file_t *fp, struct socket *so, int flags, int clear)
{

	if ((flags & SOCK_NOSIGPIPE) != 0)
		so->so_options |= SO_NOSIGPIPE;
	else if ((clear & SOCK_NOSIGPIPE) != 0)
		so->so_options &= ~SO_NOSIGPIPE;
	if ((flags & SOCK_NONBLOCK) != 0)
		so->so_state |= SS_NBIO;
	else if ((clear & SOCK_NONBLOCK) != 0)
		so->so_state &= ~SS_NBIO;
	fp->f_type = DTYPE_SOCKET;
	fp->f_flag = FREAD | FWRITE |
	    ((so->so_state & SS_NBIO) != 0 ? FNONBLOCK : 0) |
	    ((so->so_options & SO_NOSIGPIPE) != 0 ? FNOSIGPIPE : 0);
	fp->f_ops = &socketops;
	fp->f_socket = so;
}

static int
do_accept(struct lwp *l, int s, struct sockaddr *nam, register_t *retval,
    const sigset_t *mask, int flags, int clear)
{
	struct socket *so, *new;
	file_t *fp;
	int error, fd;

	error = fd_getsock((unsigned)s, &so);
	if (error != 0)
		return error;
	error = fd_allocfile(&fp, &fd);
	if (error != 0)
		goto put;
	if (mask != NULL)
		sigsuspendsetup(l, mask);
	solock(so);
	error = accept_wait(so, &new);
	if (error == 0) {
		accept_file(fp, new, flags, clear);
		/* It may have a lock of its own from here on. */
		error = soaccept(new, nam);
		sounlock(new);
		if (error != 0)
			(void)soclose(new);
	} else
		sounlock(so);
	if (mask != NULL)
		sigsuspendteardown(l);
	if (error == 0) {
		fd_set_exclose(l, fd, (flags & SOCK_CLOEXEC) != 0);
		fd_affix(l->l_proc, fp, (unsigned)fd);
		*retval = fd;
	} else
		fd_abort(l->l_proc, fp, (unsigned)fd);
 put:
	fd_putsock((unsigned)s);
	return error;
}

/* The name of who connected goes out; or the connection is given up. */
static int
accept_name(struct sockaddr *name, socklen_t *lenp, const struct sockaddr *sa,
    int fd)
{
	int error;

	error = sockaddr_copyout(name, lenp, sa);
	if (error != 0 && fd_getfile((unsigned)fd) != NULL)
		(void)fd_close((unsigned)fd);
	return error;
}

int
sys_accept(struct lwp *l, const struct sys_accept_args *uap,
    register_t *retval)
{
	struct sockaddr_big sb;
	int error;

	sockaddr_empty(&sb);
	error = do_accept(l, SCARG(uap, s), (struct sockaddr *)&sb, retval,
	    NULL, 0, 0);
	return error != 0 ? error : accept_name(SCARG(uap, name),
	    SCARG(uap, anamelen), (struct sockaddr *)&sb, (int)*retval);
}

int
sys_paccept(struct lwp *l, const struct sys_paccept_args *uap,
    register_t *retval)
{
	const int flags = SCARG(uap, flags);
	struct sockaddr_big sb;
	sigset_t mask;
	int error = 0;

	if ((flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK | SOCK_NOSIGPIPE)) != 0)
		return EINVAL;
	if (SCARG(uap, mask) != NULL)
		error = copyin(SCARG(uap, mask), &mask, sizeof(mask));
	if (error != 0)
		return error;
	sockaddr_empty(&sb);
	error = do_accept(l, SCARG(uap, s), (struct sockaddr *)&sb, retval,
	    SCARG(uap, mask) != NULL ? &mask : NULL, flags,
	    SOCK_NONBLOCK | SOCK_NOSIGPIPE);
	return error != 0 ? error : accept_name(SCARG(uap, name),
	    SCARG(uap, anamelen), (struct sockaddr *)&sb, (int)*retval);
}

/* Begin to connect and wait for the end of that. */
static int
do_connect(struct lwp *l, struct socket *so, struct sockaddr *nam)
{
	int error;

	if ((so->so_state & SS_ISCONNECTING) != 0)
		return EALREADY;
	error = soconnect(so, nam, l);
	if (error != 0) {
		so->so_state &= ~SS_ISCONNECTING;
		return error;
	}
	if ((so->so_state & (SS_NBIO | SS_ISCONNECTING)) ==
	    (SS_NBIO | SS_ISCONNECTING))
		return EINPROGRESS;
	while ((so->so_state & SS_ISCONNECTING) != 0 && so->so_error == 0) {
		error = sowait(so, true, 0);
		/* It goes on without us; a second call tells EALREADY. */
		if (error != 0)
			return error == ERESTART ? EINTR : error;
	}
	error = so->so_error;
	so->so_error = 0;
	so->so_state &= ~SS_ISCONNECTING;
	return error;
}

int
sys_connect(struct lwp *l, const struct sys_connect_args *uap,
    register_t *retval)
{
	struct sockaddr_big sb;
	struct socket *so;
	int error;

	error = fd_getsock((unsigned)SCARG(uap, s), &so);
	if (error != 0)
		return error;
	error = sockaddr_copyin(&sb, SCARG(uap, name), SCARG(uap, namelen));
	if (error == 0) {
		solock(so);
		error = do_connect(l, so, (struct sockaddr *)&sb);
		sounlock(so);
	}
	fd_putsock((unsigned)SCARG(uap, s));
	return error;
}

int
sys_shutdown(struct lwp *l, const struct sys_shutdown_args *uap,
    register_t *retval)
{
	struct socket *so;
	int error;

	error = fd_getsock((unsigned)SCARG(uap, s), &so);
	if (error != 0)
		return error;
	error = soshutdown(so, SCARG(uap, how));
	fd_putsock((unsigned)SCARG(uap, s));
	return error;
}

int
sys_setsockopt(struct lwp *l, const struct sys_setsockopt_args *uap,
    register_t *retval)
{
	const size_t size = SCARG(uap, valsize);
	struct sockopt sopt;
	struct socket *so;
	file_t *fp;
	int error;

	if (SCARG(uap, val) == NULL && size > 0)
		return EFAULT;
	if (size > MCLBYTES)
		return EINVAL;
	error = fd_getsock1((unsigned)SCARG(uap, s), &so, &fp);
	if (error != 0)
		return error;
	sockopt_init(&sopt, SCARG(uap, level), SCARG(uap, name), size);
	if (size > 0)
		error = copyin(SCARG(uap, val), sopt.sopt_data, size);
	if (error == 0)
		error = sosetopt(so, &sopt);
	/* write(2) asks the file. */
	if (error == 0 && SCARG(uap, level) == SOL_SOCKET &&
	    SCARG(uap, name) == SO_NOSIGPIPE) {
		mutex_enter(&fp->f_lock);
		if ((so->so_options & SO_NOSIGPIPE) != 0)
			fp->f_flag |= FNOSIGPIPE;
		else
			fp->f_flag &= ~FNOSIGPIPE;
		mutex_exit(&fp->f_lock);
	}
	sockopt_destroy(&sopt);
	fd_putsock((unsigned)SCARG(uap, s));
	return error;
}

/* With `in', what is in the caller's memory goes to the protocol first. */
static int
do_getsockopt(int s, int level, int name, void *val, socklen_t *lenp, bool in)
{
	struct sockopt sopt;
	struct socket *so;
	socklen_t len = 0;
	int error;

	if (val != NULL) {
		error = copyin(lenp, &len, sizeof(len));
		if (error != 0)
			return error;
	}
	error = fd_getsock((unsigned)s, &so);
	if (error != 0)
		return error;
	sockopt_init(&sopt, level, name, MIN(len, MCLBYTES));
	if (in && len > 0)
		error = copyin(val, sopt.sopt_data, sopt.sopt_size);
	if (error == 0)
		error = sogetopt(so, &sopt);
	fd_putsock((unsigned)s);
	if (error == 0 && val != NULL) {
		len = (socklen_t)MIN(sopt.sopt_retsize, len);
		error = copyout(sopt.sopt_data, val, len);
		if (error == 0)
			error = copyout(&len, lenp, sizeof(len));
	}
	sockopt_destroy(&sopt);
	return error;
}

int
sys_getsockopt(struct lwp *l, const struct sys_getsockopt_args *uap,
    register_t *retval)
{

	return do_getsockopt(SCARG(uap, s), SCARG(uap, level),
	    SCARG(uap, name), SCARG(uap, val), SCARG(uap, avalsize), false);
}

int
sys_getsockopt2(struct lwp *l, const struct sys_getsockopt2_args *uap,
    register_t *retval)
{

	return do_getsockopt(SCARG(uap, s), SCARG(uap, level),
	    SCARG(uap, name), SCARG(uap, val), SCARG(uap, avalsize), true);
}

static int
do_name(int s, struct sockaddr *name, socklen_t *lenp, bool peer)
{
	struct sockaddr_big sb;
	struct socket *so;
	int error;

	error = fd_getsock((unsigned)s, &so);
	if (error != 0)
		return error;
	sockaddr_empty(&sb);
	solock(so);
	if (!peer)
		error = (*so->so_proto->pr_usrreqs->pr_sockaddr)(so,
		    (struct sockaddr *)&sb);
	else if ((so->so_state & SS_ISCONNECTED) == 0)
		error = ENOTCONN;
	else
		error = (*so->so_proto->pr_usrreqs->pr_peeraddr)(so,
		    (struct sockaddr *)&sb);
	sounlock(so);
	fd_putsock((unsigned)s);
	if (error != 0)
		return error;
	return name == NULL ? EFAULT : sockaddr_copyout(name, lenp,
	    (struct sockaddr *)&sb);
}

int
sys_getsockname(struct lwp *l, const struct sys_getsockname_args *uap,
    register_t *retval)
{

	return do_name(SCARG(uap, fdes), SCARG(uap, asa), SCARG(uap, alen),
	    false);
}

int
sys_getpeername(struct lwp *l, const struct sys_getpeername_args *uap,
    register_t *retval)
{

	return do_name(SCARG(uap, fdes), SCARG(uap, asa), SCARG(uap, alen),
	    true);
}

#define	CALL(number, handler)	{ number, (sy_call_t *)handler }

static const struct rump_onesyscall net_syscalls[] = {
	CALL(SYS_recvmsg, sys_recvmsg),
	CALL(SYS_sendmsg, sys_sendmsg),
	CALL(SYS_recvfrom, sys_recvfrom),
	CALL(SYS_accept, sys_accept),
	CALL(SYS_getpeername, sys_getpeername),
	CALL(SYS_getsockname, sys_getsockname),
	CALL(SYS_connect, sys_connect),
	CALL(SYS_bind, sys_bind),
	CALL(SYS_setsockopt, sys_setsockopt),
	CALL(SYS_listen, sys_listen),
	CALL(SYS_getsockopt, sys_getsockopt),
	CALL(SYS_sendto, sys_sendto),
	CALL(SYS_shutdown, sys_shutdown),
	CALL(SYS_socketpair, sys_socketpair),
	CALL(SYS_getsockopt2, sys_getsockopt2),
	CALL(SYS___socket30, sys___socket30),
	CALL(SYS_paccept, sys_paccept),
	CALL(SYS_recvmmsg, sys_recvmmsg),
	CALL(SYS_sendmmsg, sys_sendmmsg),
};

void
net_syscalls_establish(void)
{

	rump_syscall_boot_establish(net_syscalls, __arraycount(net_syscalls));
}
