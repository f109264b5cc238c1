/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sockets ask of TCP, <sys/protosw.h>: the socket is locked.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <netinet/ip_var.h>

#include "tcp_private.h"

static int
tcp_attach(struct socket *so, int proto)
{
	int error;

	KASSERT(so->so_pcb == NULL);
	error = inpcb_attach(so, tcbtable,
	    (sa_family_t)so->so_proto->pr_domain->dom_family);
	if (error != 0) {
		sosetlock(so);
		return error;
	}
	so->so_rcv.sb_flags |= SB_AUTOSIZE;
	so->so_snd.sb_flags |= SB_AUTOSIZE;
	if (so->so_snd.sb_hiwat == 0 || so->so_rcv.sb_hiwat == 0)
		error = soreserve(so, (u_long)tcp_sendspace,
		    (u_long)tcp_recvspace);
	if (error == 0)
		error = tcp_newtcpcb(so);
	if (error != 0)
		inpcb_detach(sotoinpcb(so));
	else
		(*tcp_family_af(sotoinpcb(so)->inp_family)->tf_attached)(so);
	return error;
}

/* Has the user been told that there is a connection, which there is not yet? */
static bool
opened_fast(const struct tcpcb *tp)
{

	return (tp->t_flags & TF_TFOPEND) != 0 ||
	    (tp->t_state == TCPS_SYN_SENT &&
	    (tcptoso(tp)->so_state & SS_ISCONNECTED) != 0);
}

/* The user will send no more: a FIN, as soon as there can be one. */
static void
user_closed(struct tcpcb *tp)
{
	struct socket *so = tcptoso(tp);

	tcp_clock(tp);
	switch (tp->t_state) {
	case TCPS_CLOSED:
	case TCPS_LISTEN:
		tcp_close(tp);
		return;
	case TCPS_SYN_SENT:
		if (!opened_fast(tp)) {
			tcp_close(tp);
			return;
		}
		tp->t_flags |= TF_WANTFIN;
		break;
	case TCPS_SYN_RECEIVED:
		tp->t_flags |= TF_WANTFIN;
		break;
	case TCPS_ESTABLISHED:
		tp->t_state = TCPS_FIN_WAIT_1;
		break;
	case TCPS_CLOSE_WAIT:
		tp->t_state = TCPS_LAST_ACK;
		break;
	case TCPS_FIN_WAIT_2:
		/* Closed after shutdown(2). */
		soisdisconnected(so);
		tcp_timer_arm(tp, TCPT_2MSL, 2 * tcp_msl);
		break;
	}
	(void)tcp_output(tp);
}

static void
disconnect(struct tcpcb *tp)
{
	struct socket *so = tcptoso(tp);

	tcp_clock(tp);
	/* Nobody has heard of it yet. */
	if (tp->t_state == TCPS_SYN_SENT && tp->snd_nxt == tp->iss) {
		tcp_close(tp);
		return;
	}
	if (!TCPS_HAVEESTABLISHED(tp->t_state) && !opened_fast(tp)) {
		user_closed(tp);
		return;
	}
	if ((so->so_options & SO_LINGER) != 0 && so->so_linger == 0) {
		tcp_drop(tp, 0);
		return;
	}
	soisdisconnecting(so);
	if ((so->so_rcv.sb_flags & SB_LOCK) == 0)
		sbflush(&so->so_rcv);
	user_closed(tp);
}

static void
tcp_detach(struct socket *so)
{
	struct tcpcb *tp = sototcpcb(so);

	if (tp != NULL)
		disconnect(tp);
}

static int
tcp_accept(struct socket *so, struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL)
		return ECONNABORTED;
	(*inp->inp_fam->pf_peeraddr)(inp, nam);
	inpcb_accepted(inp);
	return 0;
}

static int
tcp_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL)
		return EINVAL;
	return (*tcp_family_af(inp->inp_family)->tf_bind)(inp, nam, l);
}

static int
tcp_listen(struct socket *so, struct lwp *l)
{
	struct tcpcb *tp = sototcpcb(so);
	struct inpcb *inp = sotoinpcb(so);
	int error = 0;

	if (tp == NULL || (tp->t_state != TCPS_CLOSED &&
	    tp->t_state != TCPS_LISTEN))
		return EINVAL;
	if (inp->inp_lport == 0)
		error = (*inp->inp_fam->pf_bind)(inp, NULL, l);
	if (error == 0)
		tp->t_state = TCPS_LISTEN;
	return error;
}

/* Back to where it was, as nothing could be sent. */
static void
unconnect(struct tcpcb *tp)
{
	struct socket *so = tcptoso(tp);

	tcp_sent_free(tp);
	memset(tp->t_due, 0, sizeof(tp->t_due));
	tp->t_state = TCPS_CLOSED;
	so->so_state &= ~SS_ISCONNECTING;
	inpcb_disconnect(tp->t_inpcb);
	tp->t_fam = NULL;
}

static int
tcp_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcpcb *tp = sototcpcb(so);
	tcp_seq least;
	int error;

	if (tp == NULL)
		return EINVAL;
	if (tp->t_state != TCPS_CLOSED)
		return EISCONN;
	error = (*tcp_family_af(inp->inp_family)->tf_connect)(inp, nam, l);
	if (error != 0)
		return error;
	tcp_clock(tp);
	tcp_setpeer(tp);
	tp->iss = tcp_newiss(&inp->inp_addrs);
	if (tcp_tw_reuse(&inp->inp_addrs, &least) && SEQ_LT(tp->iss, least))
		tp->iss = least;
	tp->snd_una = tp->snd_nxt = tp->snd_up = tp->iss;
	soisconnecting(so);
	tcp_statinc(TCP_STAT_CONNATTEMPT);
	tp->t_state = TCPS_SYN_SENT;
	tcp_timer_arm(tp, TCPT_KEEP, (tp->t_keepinit != 0 ?
	    tp->t_keepinit : tcp_keepinit / 2) * hz);
	if ((tp->t_flags & TF_FASTOPEN) != 0 && tcp_fastopen_client &&
	    tcp_fastopen_known(&inp->inp_addrs)) {
		/* For no longer than an acknowledgement would wait. */
		tp->t_flags |= TF_TFOWAIT;
		tcp_timer_arm(tp, TCPT_DELACK, MAX(tcp_delack_ticks, 1));
		soisconnected(so);
		return 0;
	}
	error = tcp_output(tp);
	if (error != 0 && (error != ENOBUFS ||
	    TAILQ_EMPTY(&tp->t_flight->f_sent))) {
		unconnect(tp);
		return error;
	}
	return 0;
}

static int
tcp_connect2(struct socket *so __unused, struct socket *so2 __unused)
{

	return EOPNOTSUPP;
}

static int
tcp_disconnect(struct socket *so)
{
	struct tcpcb *tp = sototcpcb(so);

	if (tp == NULL)
		return EINVAL;
	disconnect(tp);
	return 0;
}

static int
tcp_shutdown(struct socket *so)
{
	struct tcpcb *tp = sototcpcb(so);

	if (tp == NULL || (!TCPS_HAVEESTABLISHED(tp->t_state) &&
	    !opened_fast(tp)))
		return ENOTCONN;
	socantsendmore(so);
	if (tp->t_state != TCPS_FIN_WAIT_2)
		user_closed(tp);
	return 0;
}

static int
tcp_abort(struct socket *so)
{
	struct tcpcb *tp = sototcpcb(so);

	if (tp == NULL)
		return EINVAL;
	tcp_clock(tp);
	tcp_drop(tp, ECONNABORTED);
	return 0;
}

static int
tcp_ioctl(struct socket *so, u_long cmd, void *data, struct ifnet *ifp)
{
	const struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL)
		return EINVAL;
	return (*inp->inp_fam->pf_control)(so, cmd, data, ifp);
}

static int
tcp_stat(struct socket *so __unused, struct stat *st __unused)
{

	return 0;
}

static int
tcp_peeraddr(struct socket *so, struct sockaddr *nam)
{
	const struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL)
		return EINVAL;
	(*inp->inp_fam->pf_peeraddr)(inp, nam);
	return 0;
}

static int
tcp_sockaddr(struct socket *so, struct sockaddr *nam)
{
	const struct inpcb *inp = sotoinpcb(so);

	if (inp == NULL)
		return EINVAL;
	(*inp->inp_fam->pf_sockaddr)(inp, nam);
	return 0;
}

/* The program has read: the window may be larger. */
static int
tcp_rcvd(struct socket *so, int flags __unused, struct lwp *l __unused)
{
	struct tcpcb *tp = sototcpcb(so);

	if (tp == NULL)
		return EINVAL;
	tcp_clock(tp);
	return tcp_output(tp);
}

static int
tcp_recvoob(struct socket *so, struct mbuf *m, int flags)
{
	struct tcpcb *tp = sototcpcb(so);

	if (tp == NULL)
		return EINVAL;
	if ((so->so_oobmark == 0 && (so->so_state & SS_RCVATMARK) == 0) ||
	    (so->so_options & SO_OOBINLINE) != 0 ||
	    (tp->t_flags & TF_OOBHAD) != 0)
		return EINVAL;
	if ((tp->t_flags & TF_OOBHAVE) == 0)
		return EWOULDBLOCK;
	m->m_len = 1;
	*mtod(m, uint8_t *) = tp->t_oobbyte;
	if ((flags & MSG_PEEK) == 0)
		tp->t_flags = (tp->t_flags & ~TF_OOBHAVE) | TF_OOBHAD;
	return 0;
}

/* True: it cannot be sent, and is freed. */
static bool
refuse(struct mbuf *m, struct mbuf *control, const struct tcpcb *tp,
    int *errorp)
{

	*errorp = tp == NULL ? ECONNRESET : 0;
	if (control != NULL) {
		if (control->m_len != 0)
			*errorp = EINVAL;
		m_freem(control);
	}
	if (*errorp == 0)
		return false;
	m_freem(m);
	return true;
}

/* What cannot go now goes later, so that this does not fail. */
static int
tcp_send(struct socket *so, struct mbuf *m, struct sockaddr *nam __unused,
    struct mbuf *control, struct lwp *l __unused)
{
	struct tcpcb *tp = sototcpcb(so);
	int error;

	if (refuse(m, control, tp, &error))
		return error;
	sbappendstream(&so->so_snd, m);
	tcp_clock(tp);
	(void)tcp_output(tp);
	return 0;
}

static int
tcp_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	struct tcpcb *tp = sototcpcb(so);
	int error;

	if (refuse(m, control, tp, &error))
		return error;
	if (so->so_snd.sb_cc > so->so_snd.sb_hiwat + 512) {
		m_freem(m);
		return ENOBUFS;
	}
	sbappendstream(&so->so_snd, m);
	tp->snd_up = tcp_dataseq(tp) + (uint32_t)so->so_snd.sb_cc;
	tp->t_flags |= TF_HAVEURG;
	tcp_clock(tp);
	(void)tcp_output(tp);
	return 0;
}

const struct pr_usrreqs tcp_usrreqs = {
	.pr_attach = tcp_attach,
	.pr_detach = tcp_detach,
	.pr_accept = tcp_accept,
	.pr_bind = tcp_bind,
	.pr_listen = tcp_listen,
	.pr_connect = tcp_connect,
	.pr_connect2 = tcp_connect2,
	.pr_disconnect = tcp_disconnect,
	.pr_shutdown = tcp_shutdown,
	.pr_abort = tcp_abort,
	.pr_ioctl = tcp_ioctl,
	.pr_stat = tcp_stat,
	.pr_peeraddr = tcp_peeraddr,
	.pr_sockaddr = tcp_sockaddr,
	.pr_rcvd = tcp_rcvd,
	.pr_recvoob = tcp_recvoob,
	.pr_send = tcp_send,
	.pr_sendoob = tcp_sendoob,
};
