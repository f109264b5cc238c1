/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that send and receive.  All of them make a struct msghdr whose
 * vector is in the kernel's memory, while what it points to is the caller's;
 * address and control messages travel as mbufs beside it.
 */

#include <sys/param.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/socketvar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timearith.h>
#include <sys/uio.h>

#include "net_private.h"

/* Messages of one call, at most. */
#define	MMSG_MAX	1024

/* What a caller may see in msg_flags. */
#define	MSG_RESULTS							\
	(MSG_OOB | MSG_EOR | MSG_TRUNC | MSG_CTRUNC | MSG_BCAST |	\
	MSG_MCAST | MSG_NOTIFICATION)

/* A message of one of the calls, with what belongs to it. */
struct message {
	struct msghdr	ms_hdr;		/* msg_iov: the kernel's memory */
	struct iovec	ms_aiov[UIO_SMALLIOV];
	struct sockaddr_big ms_name;	/* to be sent to, if it has a length */
	struct mbuf	*ms_from;	/* received */
	struct mbuf	*ms_control;
};

static int
message_uio(const struct msghdr *mp, struct uio *uio, enum uio_rw rw)
{
	size_t sum = 0;
	int i;

	for (i = 0; i < mp->msg_iovlen; i++) {
		if (mp->msg_iov[i].iov_len > (size_t)SSIZE_MAX - sum)
			return EINVAL;
		sum += mp->msg_iov[i].iov_len;
	}
	uio->uio_iov = mp->msg_iov;
	uio->uio_iovcnt = mp->msg_iovlen;
	uio->uio_offset = 0;
	uio->uio_resid = sum;
	uio->uio_rw = rw;
	uio->uio_vmspace = curproc->p_vmspace;
	return 0;
}

/* One that recvfrom(2) or sendto(2) makes. */
static void
message_simple(struct message *ms, void *buf, size_t len)
{

	memset(&ms->ms_hdr, 0, sizeof(ms->ms_hdr));
	ms->ms_aiov[0].iov_base = buf;
	ms->ms_aiov[0].iov_len = len;
	ms->ms_hdr.msg_iov = ms->ms_aiov;
	ms->ms_hdr.msg_iovlen = 1;
	ms->ms_name.sb_len = 0;
	ms->ms_from = ms->ms_control = NULL;
}

/* One of a struct msghdr; message_free() follows. */
static int
message_copyin(struct message *ms, const struct msghdr *umsg)
{
	struct iovec *iov;
	int error;

	message_simple(ms, NULL, 0);
	error = copyin(umsg, &ms->ms_hdr, sizeof(ms->ms_hdr));
	if (error == 0 && (u_int)ms->ms_hdr.msg_iovlen > IOV_MAX)
		error = EMSGSIZE;
	if (error == 0 && ms->ms_hdr.msg_iovlen > 0)
		error = iovec_copyin(ms->ms_hdr.msg_iov, &iov, ms->ms_aiov,
		    (size_t)ms->ms_hdr.msg_iovlen);
	if (error != 0 || ms->ms_hdr.msg_iovlen == 0) {
		iov = ms->ms_aiov;
		ms->ms_hdr.msg_iovlen = error != 0 ? 0 :
		    ms->ms_hdr.msg_iovlen;
	}
	ms->ms_hdr.msg_iov = iov;
	return error;
}

static void
message_free(struct message *ms)
{

	if (ms->ms_hdr.msg_iov != ms->ms_aiov)
		iovec_free(ms->ms_hdr.msg_iov, ms->ms_aiov,
		    (size_t)ms->ms_hdr.msg_iovlen);
	m_freem(ms->ms_from);
	m_freem(ms->ms_control);
}

/* Before anything was moved, waiting in vain is an error; after, it is not. */
static int
partial_ok(int error, size_t moved)
{

	return moved > 0 && (error == ERESTART || error == EINTR ||
	    error == EWOULDBLOCK) ? 0 : error;
}

/*
 * Send a message; ms_control is taken.
 */
static int
message_send(struct lwp *l, int s, struct message *ms, int flags,
    register_t *retval)
{
	struct mbuf *control = ms->ms_control;
	struct socket *so;
	struct uio uio;
	file_t *fp;
	size_t len;
	int error;

	ms->ms_control = NULL;
	error = message_uio(&ms->ms_hdr, &uio, UIO_WRITE);
	if (error == 0)
		error = fd_getsock1((unsigned)s, &so, &fp);
	if (error != 0) {
		m_freem(control);
		return error;
	}
	len = uio.uio_resid;
	error = (*so->so_send)(so, ms->ms_name.sb_len != 0 ?
	    (struct sockaddr *)&ms->ms_name : NULL, &uio, NULL, control,
	    flags & MSG_USERFLAGS, l);
	if (error != 0)
		error = partial_ok(error, len - uio.uio_resid);
	if (error == EPIPE && (fp->f_flag & FNOSIGPIPE) == 0 &&
	    (flags & MSG_NOSIGNAL) == 0) {
		mutex_enter(&proc_lock);
		psignal(l->l_proc, SIGPIPE);
		mutex_exit(&proc_lock);
	}
	fd_putsock((unsigned)s);
	if (error == 0)
		*retval = (register_t)(len - uio.uio_resid);
	return error;
}

/* Address and control messages to send come from the program. */
static int
message_args(struct message *ms)
{
	const struct msghdr *mp = &ms->ms_hdr;
	int error;

	if (mp->msg_name != NULL) {
		error = sockaddr_copyin(&ms->ms_name, mp->msg_name,
		    mp->msg_namelen);
		if (error != 0)
			return error;
	}
	if (mp->msg_control == NULL)
		return 0;
	if (mp->msg_controllen < sizeof(struct cmsghdr))
		return EINVAL;
	return sockargs(&ms->ms_control, mp->msg_control, mp->msg_controllen,
	    UIO_USERSPACE, MT_CONTROL);
}

int
sys_sendto(struct lwp *l, const struct sys_sendto_args *uap,
    register_t *retval)
{
	struct message ms;
	int error;

	message_simple(&ms, __UNCONST(SCARG(uap, buf)), SCARG(uap, len));
	ms.ms_hdr.msg_name = __UNCONST(SCARG(uap, to));
	ms.ms_hdr.msg_namelen = SCARG(uap, tolen);
	error = message_args(&ms);
	return error != 0 ? error : message_send(l, SCARG(uap, s), &ms,
	    SCARG(uap, flags), retval);
}

static int
sendmsg1(struct lwp *l, int s, const struct msghdr *umsg, int flags,
    register_t *retval)
{
	struct message ms;
	int error;

	error = message_copyin(&ms, umsg);
	if (error == 0)
		error = message_args(&ms);
	if (error == 0)
		error = message_send(l, s, &ms, flags, retval);
	message_free(&ms);
	return error;
}

int
sys_sendmsg(struct lwp *l, const struct sys_sendmsg_args *uap,
    register_t *retval)
{

	return sendmsg1(l, SCARG(uap, s), SCARG(uap, msg), SCARG(uap, flags),
	    retval);
}

/* A socket it must be, even if there is nothing to do. */
static int
check_socket(int s)
{
	struct socket *so;
	int error;

	error = fd_getsock((unsigned)s, &so);
	if (error == 0)
		fd_putsock((unsigned)s);
	return error;
}

/*
 * Some messages were moved, the next was not: the error is for the call after
 * this one, if it is of a kind that lasts.
 */
static int
mmsg_result(int s, int error, unsigned int done, register_t *retval)
{
	struct socket *so;

	if (done == 0)
		return error;
	*retval = done;
	if (error != 0 && partial_ok(error, 1) != 0 && error != EFAULT &&
	    fd_getsock((unsigned)s, &so) == 0) {
		solock(so);
		so->so_error = (u_short)error;
		sounlock(so);
		fd_putsock((unsigned)s);
	}
	return 0;
}

int
sys_sendmmsg(struct lwp *l, const struct sys_sendmmsg_args *uap,
    register_t *retval)
{
	const unsigned int n = MIN(SCARG(uap, vlen), MMSG_MAX);
	struct mmsghdr *mm = SCARG(uap, mmsg);
	unsigned int i, len;
	register_t sent;
	int error;

	error = check_socket(SCARG(uap, s));
	if (error != 0)
		return error;
	for (i = 0; error == 0 && i < n; i++) {
		error = sendmsg1(l, SCARG(uap, s), &mm[i].msg_hdr,
		    (int)SCARG(uap, flags), &sent);
		if (error != 0)
			break;
		len = (unsigned int)sent;
		error = copyout(&len, &mm[i].msg_len, sizeof(len));
	}
	return mmsg_result(SCARG(uap, s), error, i, retval);
}

/* Receive into a message; address and control come as mbufs if wanted. */
static int
message_receive(int s, struct message *ms, bool from, bool control,
    register_t *retval)
{
	struct socket *so;
	struct uio uio;
	size_t len;
	int error, flags = ms->ms_hdr.msg_flags & MSG_USERFLAGS;

	error = message_uio(&ms->ms_hdr, &uio, UIO_READ);
	if (error == 0)
		error = fd_getsock((unsigned)s, &so);
	if (error != 0)
		return error;
	len = uio.uio_resid;
	error = (*so->so_receive)(so, from ? &ms->ms_from : NULL, &uio, NULL,
	    control ? &ms->ms_control : NULL, &flags);
	fd_putsock((unsigned)s);
	ms->ms_hdr.msg_flags = flags & MSG_RESULTS;
	if (error != 0)
		error = partial_ok(error, len - uio.uio_resid);
	if (error == 0)
		*retval = (register_t)(len - uio.uio_resid);
	return error;
}

/* Who sent it: as much as there is room for. */
static int
name_copyout(const struct message *ms, void *name, socklen_t *lenp)
{
	const struct mbuf *m = ms->ms_from;

	*lenp = m == NULL ? 0 : MIN(*lenp, (socklen_t)m->m_len);
	return *lenp == 0 ? 0 : copyout(mtod(m, void *), name, *lenp);
}

/* Descriptors in a message that the caller will not get. */
static void
rights_close(const struct mbuf *m)
{
	const struct cmsghdr *cm = mtod(m, const struct cmsghdr *);
	const int *fds = (const int *)(const void *)CCMSG_DATA(cm);
	size_t i, n;

	if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
		return;
	n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	for (i = 0; i < n; i++) {
		if (fd_getfile((unsigned)fds[i]) != NULL)
			(void)fd_close((unsigned)fds[i]);
	}
}

/* Whole control messages, as long as there is room. */
static int
control_copyout(struct message *ms)
{
	struct msghdr *mp = &ms->ms_hdr;
	size_t room = mp->msg_control != NULL ? mp->msg_controllen : 0;
	size_t done = 0;
	const struct mbuf *m;
	size_t len;
	int error = 0;

	for (m = ms->ms_control; m != NULL; m = m->m_next) {
		len = mtod(m, const struct cmsghdr *)->cmsg_len;
		if (error == 0 && len <= room - done) {
			error = copyout(mtod(m, void *),
			    (char *)mp->msg_control + done, len);
			if (error == 0) {
				done = MIN(done + CMSG_ALIGN(len), room);
				continue;
			}
		}
		mp->msg_flags |= MSG_CTRUNC;
		room = done;
		rights_close(m);
	}
	mp->msg_controllen = (socklen_t)done;
	return error;
}

int
sys_recvfrom(struct lwp *l, const struct sys_recvfrom_args *uap,
    register_t *retval)
{
	struct message ms;
	socklen_t len = 0;
	int error;

	message_simple(&ms, SCARG(uap, buf), SCARG(uap, len));
	ms.ms_hdr.msg_flags = SCARG(uap, flags);
	error = message_receive(SCARG(uap, s), &ms, SCARG(uap, from) != NULL,
	    false, retval);
	if (error == 0 && SCARG(uap, from) != NULL &&
	    SCARG(uap, fromlenaddr) != NULL) {
		error = copyin(SCARG(uap, fromlenaddr), &len, sizeof(len));
		if (error == 0)
			error = name_copyout(&ms, SCARG(uap, from), &len);
		if (error == 0)
			error = copyout(&len, SCARG(uap, fromlenaddr),
			    sizeof(len));
	}
	message_free(&ms);
	return error;
}

static int
recvmsg1(int s, struct msghdr *umsg, int flags, register_t *retval)
{
	struct message ms;
	struct msghdr *mp = &ms.ms_hdr;
	int error, err;

	error = message_copyin(&ms, umsg);
	if (error == 0) {
		mp->msg_flags = flags;
		error = message_receive(s, &ms, mp->msg_name != NULL,
		    mp->msg_control != NULL, retval);
	}
	if (error == 0) {
		error = control_copyout(&ms);
		err = name_copyout(&ms, mp->msg_name, &mp->msg_namelen);
		if (error == 0)
			error = err;
	}
	if (error == 0) {
		/* Only the results: the rest is as the caller has it. */
		error = copyout(&mp->msg_namelen, &umsg->msg_namelen,
		    sizeof(mp->msg_namelen));
		if (error == 0)
			error = copyout(&mp->msg_controllen,
			    &umsg->msg_controllen, sizeof(mp->msg_controllen) +
			    sizeof(mp->msg_flags));
	}
	message_free(&ms);
	return error;
}
_Static_assert(offsetof(struct msghdr, msg_flags) ==
    offsetof(struct msghdr, msg_controllen) + sizeof(socklen_t),
    "the two results are copied together");

int
sys_recvmsg(struct lwp *l, const struct sys_recvmsg_args *uap,
    register_t *retval)
{

	return recvmsg1(SCARG(uap, s), SCARG(uap, msg), SCARG(uap, flags),
	    retval);
}

/* Is the time up?  It is looked at after each message, never before one. */
static bool
time_up_p(const struct timespec *end)
{
	struct timespec now;

	nanouptime(&now);
	return timespeccmp(&now, end, >=);
}

int
sys_recvmmsg(struct lwp *l, const struct sys_recvmmsg_args *uap,
    register_t *retval)
{
	const unsigned int n = MIN(SCARG(uap, vlen), MMSG_MAX);
	struct mmsghdr *mm = SCARG(uap, mmsg);
	const bool timed = SCARG(uap, timeout) != NULL;
	int flags = (int)(SCARG(uap, flags) & MSG_USERFLAGS);
	unsigned int i, len;
	struct timespec ts, end;
	register_t got;
	int error = 0;

	if (timed) {
		error = copyin(SCARG(uap, timeout), &ts, sizeof(ts));
		if (error == 0)
			error = itimespecfix(&ts);
		if (error == 0) {
			nanouptime(&end);
			timespecadd(&end, &ts, &end);
		}
	}
	if (error == 0)
		error = check_socket(SCARG(uap, s));
	if (error != 0)
		return error;
	for (i = 0; i < n;) {
		error = recvmsg1(SCARG(uap, s), &mm[i].msg_hdr,
		    flags & ~MSG_WAITFORONE, &got);
		if (error != 0)
			break;
		len = (unsigned int)got;
		error = copyout(&len, &mm[i].msg_len, sizeof(len));
		if (error != 0)
			break;
		i++;
		if ((flags & MSG_WAITFORONE) != 0)
			flags |= MSG_DONTWAIT;
		if (timed && time_up_p(&end))
			break;
	}
	return mmsg_result(SCARG(uap, s), error, i, retval);
}
