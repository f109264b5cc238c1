/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sosend(): data from a program, or a chain of mbufs, to the protocol.
 *
 * With SB_LOCK of the send buffer a call waits for room, copies as much as
 * there is room for into clusters, without the socket's lock, and hands that
 * to pr_send; a protocol that keeps messages apart gets all at once.
 */

#include <sys/param.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/resource.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "net_private.h"

/* One call.  sd_top and sd_control are ours until the protocol has them. */
struct send {
	struct sockaddr	*sd_addr;
	struct uio	*sd_uio;	/* or sd_top is all there is */
	struct mbuf	*sd_top;
	struct mbuf	*sd_control;
	struct lwp	*sd_lwp;
	size_t		sd_resid;	/* bytes not handed over yet */
	size_t		sd_clen;	/* bytes of control */
	int		sd_flags;	/* MSG_* */
	bool		sd_atomic;
	bool		sd_locked;	/* we have SB_LOCK */
};

/* Why nothing can be sent in the state the socket is in. */
static int
send_state(struct socket *so, const struct send *sd)
{
	int error;

	if ((so->so_state & SS_CANTSENDMORE) != 0)
		return EPIPE;
	if (so->so_error != 0) {
		error = so->so_error;
		so->so_error = 0;
		return error;
	}
	if ((so->so_state & SS_ISCONNECTED) == 0) {
		if ((so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
			return ENOTCONN;
		if (sd->sd_addr == NULL)
			return EDESTADDRREQ;
	}
	return 0;
}

/* Wait for room, *spacep bytes of data. */
static int
send_wait(struct socket *so, struct send *sd, size_t *spacep)
{
	struct sockbuf *sb = &so->so_snd;
	size_t space;
	int error;

	for (;;) {
		error = send_state(so, sd);
		if (error != 0)
			return error;
		if ((sd->sd_atomic && sd->sd_resid > sb->sb_hiwat) ||
		    sd->sd_clen > sb->sb_hiwat)
			return EMSGSIZE;
		space = (sd->sd_flags & MSG_OOB) != 0 ? sbspace_oob(sb) :
		    sbspace(sb);
		if (space >= sd->sd_resid + sd->sd_clen)
			break;
		if (!sd->sd_atomic && space > sd->sd_clen &&
		    space >= (size_t)sb->sb_lowat)
			break;
		if ((so->so_state & SS_NBIO) != 0 ||
		    (sd->sd_flags & (MSG_DONTWAIT | MSG_NBIO)) != 0)
			return EWOULDBLOCK;
		sbunlock(sb);
		error = sbwait(sb);
		if (error == 0)
			error = sblock(sb, M_WAITOK);
		sd->sd_locked = error == 0;
		if (error != 0)
			return error;
	}
	*spacep = space - sd->sd_clen;
	return 0;
}

/* Copy len bytes into a chain, a packet if the message is one.  No lock. */
static int
send_copyin(struct send *sd, size_t len)
{
	struct mbuf **mp = &sd->sd_top, *m;
	const size_t all = len;
	size_t n;
	int error;

	KASSERT(sd->sd_top == NULL);
	do {
		if (sd->sd_top == NULL) {
			m = m_gethdr(M_WAIT, MT_DATA);
			n = MHLEN;
		} else {
			m = m_get(M_WAIT, MT_DATA);
			n = MLEN;
		}
		if (!sd->sd_atomic && mbuf_add_large(m, len))
			n = MBUF_LARGE;
		else if (len >= MINCLSIZE || len > n) {
			m_clget(m, M_WAIT);
			n = MCLBYTES;
		} else if (sd->sd_atomic && sd->sd_top == NULL)
			m_align(m, len);	/* room for headers */
		*mp = m;
		mp = &m->m_next;
		n = MIN(n, len);
		error = uiomove(mtod(m, void *), n, sd->sd_uio);
		if (error != 0) {
			m_freem(sd->sd_top);
			sd->sd_top = NULL;
			return error;
		}
		m->m_len = (int)n;
		len -= n;
	} while (len > 0);
	sd->sd_top->m_pkthdr.len = (int)all;
	return 0;
}

/* One piece to the protocol, of len bytes. */
static int
send_piece(struct socket *so, struct send *sd, size_t len)
{
	const bool dontroute = (sd->sd_flags & MSG_DONTROUTE) != 0 &&
	    (so->so_options & SO_DONTROUTE) == 0 && sd->sd_atomic;
	const struct pr_usrreqs *ur = so->so_proto->pr_usrreqs;
	struct mbuf *top, *last, *control = sd->sd_control;
	int error;

	if (sd->sd_uio != NULL) {
		sounlock(so);
		error = send_copyin(sd, len);
		solock(so);
		if (error != 0)
			return error;
		if ((so->so_state & SS_CANTSENDMORE) != 0)
			return EPIPE;
	}
	sd->sd_resid -= len;
	top = sd->sd_top;
	if ((sd->sd_flags & MSG_EOR) != 0 && sd->sd_resid == 0) {
		for (last = top; last->m_next != NULL; last = last->m_next)
			continue;
		last->m_flags |= M_EOR;
	}
	if (sd->sd_resid > 0)
		so->so_state |= SS_MORETOCOME;
	if (dontroute)
		so->so_options |= SO_DONTROUTE;
	sd->sd_top = sd->sd_control = NULL;
	sd->sd_clen = 0;
	if ((sd->sd_flags & MSG_OOB) != 0)
		error = (*ur->pr_sendoob)(so, top, control);
	else
		error = (*ur->pr_send)(so, top, sd->sd_addr, control,
		    sd->sd_lwp);
	if (dontroute)
		so->so_options &= ~SO_DONTROUTE;
	so->so_state &= ~SS_MORETOCOME;
	return error;
}

/* With both locks. */
static int
send_locked(struct socket *so, struct send *sd)
{
	size_t space, len;
	int error;

	do {
		error = send_wait(so, sd, &space);
		if (error != 0)
			return error;
		do {
			len = sd->sd_atomic ? sd->sd_resid :
			    MIN(sd->sd_resid, space);
			error = send_piece(so, sd, len);
			space -= MIN(space, len);
		} while (error == 0 && sd->sd_resid > 0 && space > 0);
	} while (error == 0 && sd->sd_resid > 0);
	return error;
}

/*
 * Takes top and control in any case.  What has not been sent is in uio_resid.
 */
int
sosend(struct socket *so, struct sockaddr *addr, struct uio *uio,
    struct mbuf *top, struct mbuf *control, int flags, struct lwp *l)
{
	struct send sd = { .sd_addr = addr, .sd_uio = uio, .sd_top = top,
	    .sd_control = control, .sd_flags = flags, .sd_lwp = l };
	int error;

	KASSERT((uio == NULL) != (top == NULL));
	sd.sd_atomic = (so->so_proto->pr_flags & PR_ATOMIC) != 0 ||
	    top != NULL;
	sd.sd_resid = uio != NULL ? uio->uio_resid : m_length(top);
	sd.sd_clen = control != NULL ? m_length(control) : 0;
	l->l_ru.ru_msgsnd++;
	solock(so);
	if (sd.sd_resid > INT_MAX && sd.sd_atomic)
		error = EMSGSIZE;
	else if (sd.sd_resid == 0 && !sd.sd_atomic && sd.sd_clen == 0)
		/* Nothing into a stream. */
		error = send_state(so, &sd);
	else {
		error = sblock(&so->so_snd, SBLOCKWAIT(flags));
		sd.sd_locked = error == 0;
		if (error == 0)
			error = send_locked(so, &sd);
		if (sd.sd_locked)
			sbunlock(&so->so_snd);
	}
	sounlock(so);
	m_freem(sd.sd_top);
	m_freem(sd.sd_control);
	return error;
}
