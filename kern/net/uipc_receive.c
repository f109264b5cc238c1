/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * soreceive(): data from the receive buffer to a program, or as mbufs.
 *
 * With SB_LOCK a call waits for a record, takes address and control messages
 * off it, and then data: how much, and in how many mbufs, is found out with
 * the socket's lock, the bytes are copied without, and then they are taken
 * off.  Meanwhile others only append, so of the last mbuf nothing but the
 * bytes that were there is looked at.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/fcntl.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/resource.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <rump-sys/kern.h>

#include "net_private.h"

/* One call. */
struct recv {
	struct uio	*rv_uio;	/* where to, or how much */
	struct mbuf	**rv_mp;	/* where to, if not NULL */
	struct mbuf	**rv_addr;	/* wanted, if not NULL */
	struct mbuf	**rv_control;
	size_t		rv_offset;	/* MSG_PEEK: bytes seen */
	size_t		rv_want;	/* bytes asked for */
	int		rv_flags;	/* MSG_*, in and out */
	bool		rv_locked;	/* we have SB_LOCK */
};

static bool
rights_p(const struct mbuf *m)
{
	const struct cmsghdr *cm = mtod(m, const struct cmsghdr *);

	return m->m_len >= (int)sizeof(*cm) && cm->cmsg_level == SOL_SOCKET &&
	    cm->cmsg_type == SCM_RIGHTS;
}

/* Rights in a chain, which the caller frees then. */
void
so_dispose(struct socket *so, struct mbuf *m)
{
	const struct protosw *pr = so->so_proto;

	if ((pr->pr_flags & PR_RIGHTS) != 0 &&
	    pr->pr_domain->dom_dispose != NULL)
		(*pr->pr_domain->dom_dispose)(m);
}

static int
receive_oob(struct socket *so, struct recv *rv)
{
	const struct pr_usrreqs *ur = so->so_proto->pr_usrreqs;
	struct uio *uio = rv->rv_uio;
	struct mbuf *m, *n;
	int error;

	m = m_get(M_WAIT, MT_DATA);
	solock(so);
	error = (*ur->pr_recvoob)(so, m, rv->rv_flags & MSG_PEEK);
	sounlock(so);
	if (error == 0 && rv->rv_mp != NULL) {
		uio->uio_resid -= MIN(uio->uio_resid, m_length(m));
		*rv->rv_mp = m;
		return 0;
	}
	for (n = m; n != NULL && error == 0 && uio->uio_resid > 0;
	    n = n->m_next)
		error = uiomove(mtod(n, void *),
		    MIN(uio->uio_resid, (size_t)n->m_len), uio);
	m_freem(m);
	return error;
}

/* Shall the call go on with what is in the buffer? */
static bool
enough_p(const struct socket *so, const struct recv *rv)
{
	const struct sockbuf *sb = &so->so_rcv;
	const struct mbuf *m = sb->sb_mb;
	const size_t resid = rv->rv_uio->uio_resid;

	if (m == NULL)
		return false;
	if ((so->so_proto->pr_flags & PR_ATOMIC) != 0 ||
	    m->m_nextpkt != NULL || sb->sb_cc >= resid ||
	    (rv->rv_flags & MSG_DONTWAIT) != 0 ||
	    (so->so_state & SS_CANTRCVMORE) != 0 || so->so_error != 0 ||
	    so->so_rerror != 0)
		return true;
	for (; m != NULL; m = m->m_next) {
		if (m->m_type == MT_OOBDATA || (m->m_flags & M_EOR) != 0)
			return true;
	}
	return sb->sb_cc >= (u_long)sb->sb_lowat;
}

/* The error that is waiting; a look leaves it there. */
static int
pending_error(struct socket *so, const struct recv *rv)
{
	u_short *errorp = so->so_error != 0 ? &so->so_error : &so->so_rerror;
	const int error = *errorp;

	if ((rv->rv_flags & MSG_PEEK) == 0)
		*errorp = 0;
	return error;
}

/* Where such data comes from is worth to be near to. */
#define	MUCH	4096

static void
follow_data(struct socket *so)
{
	kmutex_t *lock = so->so_lock;

	rump_sched_follow(lock);
	solockretry(so, lock);
}

/* Sleep without SB_LOCK; it is ours again only if there is no error. */
static int
wait_unlocked(struct socket *so, struct recv *rv)
{
	int error;

	sbunlock(&so->so_rcv);
	error = sbwait(&so->so_rcv);
	if (error == 0 && so->so_rcv.sb_cc >= MUCH)
		follow_data(so);
	if (error == 0)
		error = sblock(&so->so_rcv, M_WAITOK);
	rv->rv_locked = error == 0;
	return error;
}

/* Until there is a record, sb_mb; NULL with 0: end of file. */
static int
receive_wait(struct socket *so, struct recv *rv)
{
	struct sockbuf *sb = &so->so_rcv;
	int error;

	while (!enough_p(so, rv)) {
		if (sb->sb_mb == NULL) {
			if (so->so_error != 0 || so->so_rerror != 0)
				return pending_error(so, rv);
			if ((so->so_state & SS_CANTRCVMORE) != 0)
				return 0;
			if ((so->so_state & (SS_ISCONNECTED |
			    SS_ISCONNECTING)) == 0 &&
			    (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
				return ENOTCONN;
		}
		if (rv->rv_want == 0 &&
		    (so->so_proto->pr_flags & PR_ATOMIC) == 0)
			return 0;
		if ((so->so_state & SS_NBIO) != 0 ||
		    (rv->rv_flags & (MSG_DONTWAIT | MSG_NBIO)) != 0)
			return EWOULDBLOCK;
		error = wait_unlocked(so, rv);
		if (error != 0)
			return error;
	}
	return 0;
}

/* The first mbuf of the first record leaves the buffer alone. */
static struct mbuf *
front_unlink(struct sockbuf *sb)
{
	struct mbuf *m = sb->sb_mb;

	sb_count_sub(sb, m);
	if (m->m_next != NULL) {
		m->m_next->m_nextpkt = m->m_nextpkt;
		sb->sb_mb = m->m_next;
	} else
		sb->sb_mb = m->m_nextpkt;
	m->m_next = m->m_nextpkt = NULL;
	sb_front_changed(sb);
	return m;
}

static int
peek_mbuf(struct mbuf *m, struct mbuf **mp)
{

	*mp = m_copym(m, 0, m->m_len, M_DONTWAIT);
	return *mp != NULL ? 0 : ENOBUFS;
}

/* Looked at: copies, and no rights; *mp is the first mbuf of the data. */
static int
peek_head(struct sockbuf *sb, struct recv *rv, struct mbuf **mp)
{
	struct mbuf *m = sb->sb_mb, **cp = rv->rv_control;
	int error = 0;

	if (m->m_type == MT_SONAME) {
		if (rv->rv_addr != NULL)
			error = peek_mbuf(m, rv->rv_addr);
		m = m->m_next;
	}
	for (; error == 0 && m != NULL && m->m_type == MT_CONTROL;
	    m = m->m_next) {
		if (cp != NULL && !rights_p(m) &&
		    (error = peek_mbuf(m, cp)) == 0)
			cp = &(*cp)->m_next;
	}
	*mp = m;
	return error;
}

/* A control message that is off the buffer is for the program. */
static int
control_deliver(struct socket *so, struct recv *rv, struct mbuf *m,
    struct mbuf **tail)
{
	const struct domain *dom = so->so_proto->pr_domain;
	int error = 0;

	if ((so->so_proto->pr_flags & PR_RIGHTS) != 0 && rights_p(m)) {
		sounlock(so);
		if (rv->rv_control == NULL)
			so_dispose(so, m);
		else if (dom->dom_externalize != NULL)
			error = (*dom->dom_externalize)(m, curlwp,
			    (rv->rv_flags & MSG_CMSG_CLOEXEC) != 0 ?
			    O_CLOEXEC : 0);
		solock(so);
	}
	if (error == 0 && rv->rv_control != NULL)
		*tail = m;
	else
		m_freem(m);
	return error;
}

/*
 * Address and control messages off the front; *donep: there was nothing else
 * in the record.
 */
static int
take_head(struct socket *so, struct recv *rv, bool *donep)
{
	struct sockbuf *sb = &so->so_rcv;
	struct mbuf *m, *next, **tail = rv->rv_control;
	int error = 0, one;

	*donep = false;
	if (sb->sb_mb->m_type == MT_SONAME) {
		*donep = sb->sb_mb->m_next == NULL;
		m = front_unlink(sb);
		if (rv->rv_addr != NULL)
			*rv->rv_addr = m;
		else
			m_freem(m);
	}
	while (!*donep && (m = sb->sb_mb)->m_type == MT_CONTROL) {
		next = m->m_next;
		*donep = next == NULL;
		m = front_unlink(sb);
		one = control_deliver(so, rv, m, tail);
		if (one != 0)
			error = one;
		else if (tail != NULL)
			tail = &m->m_next;
	}
	return error;
}

/*
 * How much of a record, from m on and off bytes in it, can be had at once:
 * bytes of one kind, up to the mark or the end of a message.  *np: in how many
 * mbufs.
 */
static size_t
run_length(const struct socket *so, const struct recv *rv,
    const struct mbuf *m, size_t off, u_int *np, bool *eorp)
{
	const int type = m->m_type;
	size_t max = rv->rv_uio->uio_resid, len = 0, n;

	if (so->so_oobmark != 0)
		max = MIN(max, so->so_oobmark - rv->rv_offset);
	*np = 0;
	*eorp = false;
	for (; m != NULL && (m->m_type == MT_OOBDATA) == (type == MT_OOBDATA);
	    m = m->m_next) {
		n = MIN((size_t)m->m_len - off, max - len);
		len += n;
		(*np)++;
		if (n < (size_t)m->m_len - off)
			break;
		off = 0;
		if ((m->m_flags & M_EOR) != 0) {
			*eorp = true;
			break;
		}
		if (len == max)
			break;
	}
	return len;
}

/* Copy such a run out; no lock. */
static int
run_copyout(const struct mbuf *m, size_t off, size_t len, u_int n,
    struct uio *uio)
{
	size_t one;
	int error = 0;

	for (; n > 0 && error == 0; n--) {
		one = n == 1 ? len : (size_t)m->m_len - off;
		error = uiomove(mtod(m, char *) + off, one, uio);
		len -= one;
		off = 0;
		/* There is a next one only if it was there before. */
		if (n > 1)
			m = m->m_next;
	}
	return error;
}

/* Take such a run off as mbufs; the last one may be a copy of a part. */
static int
run_take(struct sockbuf *sb, size_t len, struct mbuf ***mpp)
{
	struct mbuf *part = NULL, *m, **mp = *mpp;
	size_t whole = 0;

	for (m = sb->sb_mb; m != NULL && whole + m->m_len <= len;
	    m = m->m_next)
		whole += m->m_len;
	if (whole < len) {
		part = m_copym(m, 0, (int)(len - whole), M_DONTWAIT);
		if (part == NULL)
			return ENOBUFS;
	}
	*mp = sb_take(sb, len);
	while (*mp != NULL)
		mp = &(*mp)->m_next;
	*mp = part;
	if (part != NULL)
		mp = &part->m_next;
	*mpp = mp;
	return 0;
}

/* len bytes have been had: where is the mark now? */
static bool
mark_passed(struct socket *so, struct recv *rv, size_t len)
{

	if (so->so_oobmark == 0)
		return false;
	if ((rv->rv_flags & MSG_PEEK) != 0) {
		rv->rv_offset += len;
		return rv->rv_offset == so->so_oobmark;
	}
	so->so_oobmark -= len;
	if (so->so_oobmark != 0)
		return false;
	so->so_state |= SS_RCVATMARK;
	return true;
}

/* One run of the first record; *stopp: no more after it. */
static int
receive_run(struct socket *so, struct recv *rv, struct mbuf *m, size_t off,
    size_t *lenp, bool *stopp)
{
	struct uio *uio = rv->rv_uio;
	struct mbuf *used = NULL;
	size_t len, resid;
	bool eor, peek = (rv->rv_flags & MSG_PEEK) != 0;
	u_int n;
	int error;

	*lenp = 0;
	so->so_state &= ~SS_RCVATMARK;
	len = run_length(so, rv, m, off, &n, &eor);
	if (rv->rv_mp != NULL) {
		error = run_take(&so->so_rcv, len, &rv->rv_mp);
		if (error != 0)
			return error;
		uio->uio_resid -= len;
	} else {
		resid = uio->uio_resid;
		sounlock(so);
		error = run_copyout(m, off, len, n, uio);
		solock(so);
		/* Of a message the rest goes as well. */
		if (error != 0) {
			eor = false;
			len = resid - uio->uio_resid;
		}
		if (!peek)
			used = sb_take(&so->so_rcv, len);
	}
	*stopp = mark_passed(so, rv, len) || eor;
	if (eor)
		rv->rv_flags |= MSG_EOR;
	*lenp = len;
	if (used != NULL) {
		/* To free memory needs no lock. */
		sounlock(so);
		m_freem(used);
		solock(so);
	}
	return error;
}

/* Look at a record from its first data on, without taking anything. */
static int
peek_data(struct socket *so, struct recv *rv, struct mbuf *m)
{
	const bool oob = m != NULL && m->m_type == MT_OOBDATA;
	size_t off = 0, len;
	bool stop = false;
	int error = 0;

	while (m != NULL && rv->rv_uio->uio_resid > 0 && error == 0 && !stop &&
	    (m->m_type == MT_OOBDATA) == oob) {
		error = receive_run(so, rv, m, off, &len, &stop);
		off += len;
		while (m != NULL && off >= (size_t)m->m_len) {
			off -= m->m_len;
			m = m->m_next;
		}
		if (off == 0 && m == NULL)
			break;
	}
	if (m != NULL && (so->so_proto->pr_flags & PR_ATOMIC) != 0)
		rv->rv_flags |= MSG_TRUNC;
	return error;
}

static void
tell_protocol(struct socket *so, int flags)
{

	if ((so->so_proto->pr_flags & PR_WANTRCVD) != 0 && so->so_pcb != NULL)
		(*so->so_proto->pr_usrreqs->pr_rcvd)(so, flags, curlwp);
}

/* MSG_WAITALL: the record may get longer yet.  True: it did. */
static bool
wait_for_all(struct socket *so, struct recv *rv)
{
	struct sockbuf *sb = &so->so_rcv;

	if ((rv->rv_flags & MSG_WAITALL) == 0)
		return false;
	tell_protocol(so, rv->rv_flags);
	while (sb->sb_mb == NULL) {
		if (so->so_error != 0 || so->so_rerror != 0 ||
		    (so->so_state & (SS_CANTRCVMORE | SS_NBIO)) != 0 ||
		    (rv->rv_flags & (MSG_DONTWAIT | MSG_NBIO)) != 0)
			return false;
		/* What there is counts, whatever happens. */
		if (wait_unlocked(so, rv) != 0)
			return false;
	}
	return sb->sb_mb->m_type == MT_DATA;
}

/*
 * Data off a stream: up to the next control message, or with MSG_WAITALL all
 * that was asked for.
 */
static int
take_stream(struct socket *so, struct recv *rv)
{
	struct sockbuf *sb = &so->so_rcv;
	const short type = sb->sb_mb->m_type;
	bool stop = false;
	size_t len;
	int error = 0;

	while (rv->rv_uio->uio_resid > 0 && error == 0 && !stop) {
		if (sb->sb_mb == NULL &&
		    (type == MT_OOBDATA || !wait_for_all(so, rv)))
			break;
		if (sb->sb_mb->m_type != type)
			break;
		error = receive_run(so, rv, sb->sb_mb, 0, &len, &stop);
	}
	return error;
}

/* Data of a message: the caller gets what he has room for, all of it goes. */
static int
take_message(struct socket *so, struct recv *rv)
{
	struct sockbuf *sb = &so->so_rcv;
	struct mbuf *m;
	size_t total = 0, len = 0;
	bool stop;
	int error = 0;

	for (m = sb->sb_mb; m != NULL; m = m->m_next)
		total += m->m_len;
	if (MIN(total, rv->rv_uio->uio_resid) > 0)
		error = receive_run(so, rv, sb->sb_mb, 0, &len, &stop);
	if (len < total)
		rv->rv_flags |= MSG_TRUNC;
	if (len < total || total == 0)
		sbdroprecord(sb);
	return error;
}

/* A record is there; with both locks. */
static int
receive_record(struct socket *so, struct recv *rv)
{
	struct sockbuf *sb = &so->so_rcv;
	struct mbuf *m;
	bool done;
	int error;

	if ((rv->rv_flags & MSG_PEEK) != 0) {
		error = peek_head(sb, rv, &m);
		return error != 0 ? error : peek_data(so, rv, m);
	}
	error = take_head(so, rv, &done);
	if (!done) {
		if ((so->so_proto->pr_flags & PR_ATOMIC) == 0) {
			if (error == 0)
				error = take_stream(so, rv);
		} else if (error == 0)
			error = take_message(so, rv);
		else
			sbdroprecord(sb);
	}
	tell_protocol(so, rv->rv_flags);
	return error;
}

/* A record, but not one of a stream in which nothing is for the caller. */
static int
receive_locked(struct socket *so, struct recv *rv)
{
	const bool atomic = (so->so_proto->pr_flags & PR_ATOMIC) != 0;
	int error;

	do {
		error = receive_wait(so, rv);
		if (error != 0 || so->so_rcv.sb_mb == NULL ||
		    (rv->rv_want == 0 && !atomic && rv->rv_control == NULL))
			return error;
		error = receive_record(so, rv);
	} while (error == 0 && rv->rv_locked && !atomic && rv->rv_want > 0 &&
	    rv->rv_uio->uio_resid == rv->rv_want &&
	    (rv->rv_flags & (MSG_PEEK | MSG_EOR)) == 0 &&
	    (rv->rv_control == NULL || *rv->rv_control == NULL));
	return error;
}

/*
 * With mp0 the data comes as mbufs, uio tells only how much.  Address and
 * control are the caller's to free.
 */
int
soreceive(struct socket *so, struct mbuf **paddr, struct uio *uio,
    struct mbuf **mp0, struct mbuf **controlp, int *flagsp)
{
	struct recv rv = { .rv_uio = uio, .rv_mp = mp0, .rv_addr = paddr,
	    .rv_control = controlp, .rv_want = uio->uio_resid,
	    .rv_flags = flagsp != NULL ? *flagsp & ~(MSG_EOR | MSG_TRUNC) :
	    0 };
	int error;

	if (paddr != NULL)
		*paddr = NULL;
	if (controlp != NULL)
		*controlp = NULL;
	if (mp0 != NULL) {
		*mp0 = NULL;
		rv.rv_flags &= ~MSG_PEEK;
	}
	if ((rv.rv_flags & MSG_OOB) != 0)
		return receive_oob(so, &rv);
	curlwp->l_ru.ru_msgrcv++;
	solock(so);
	error = sblock(&so->so_rcv, SBLOCKWAIT(rv.rv_flags));
	rv.rv_locked = error == 0;
	if (error == 0)
		error = receive_locked(so, &rv);
	if (rv.rv_locked)
		sbunlock(&so->so_rcv);
	sounlock(so);
	if (flagsp != NULL)
		*flagsp = rv.rv_flags;
	return error;
}
