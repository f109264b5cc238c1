/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_jobc.c: whose terminal it is, and job control.
 *
 * A session and its terminal know each other: t_session, with a reference, and
 * s_ttyp.  Made by TIOCSCTTY, undone when the terminal is closed or the
 * session's leader exits.  s_ttyvp is set by vn_ioctl() and goes with s_ttyp.
 *
 * Nobody is ever stopped in a rump kernel: who is in the background gets the
 * signal, and sleeps until that ends its call or it is in the foreground.
 * Parents are not known either, so a group counts as orphaned when its session
 * has no leader any more.
 */
#include "tty_private.h"

#include <sys/hook.h>
#include <sys/signalvar.h>

/* 0: it may go on; EAGAIN: look again. */
static int
background_wait(struct tty *tp, struct proc *p, int sig)
{
	int error;

	KASSERT(mutex_owned(&proc_lock));
	if (sigismasked(curlwp, sig))
		return sig == SIGTTIN ? EIO : 0;
	if (p->p_session->s_leader == NULL)
		return EIO;
	pgsignal(p->p_pgrp, sig, 1);
	error = cv_timedwait_sig(&tp->t_cancvf, &proc_lock, hz);
	return error == 0 || error == EWOULDBLOCK ? EAGAIN : error;
}

int
tty_foreground(struct tty *tp, int sig)
{
	struct proc *p = curproc;
	bool owned;
	int error = 0;

	ttylock(tp);
	owned = tp->t_session != NULL;
	ttyunlock(tp);
	if (!owned)
		return 0;
	mutex_enter(&proc_lock);
	while (isbackground(p, tp)) {
		error = background_wait(tp, p, sig);
		if (error != EAGAIN)
			break;
		error = 0;
	}
	mutex_exit(&proc_lock);
	return error;
}

struct session *
tty_session_leave(struct tty *tp, struct vnode **vpp)
{
	struct session *ss = tp->t_session;

	KASSERT(mutex_owned(&proc_lock));
	KASSERT(ttylocked(tp));
	*vpp = NULL;
	tp->t_pgrp = NULL;
	tp->t_session = NULL;
	cv_broadcast(&tp->t_cancvf);
	if (ss == NULL)
		return NULL;
	KASSERT(ss->s_ttyp == tp);
	ss->s_ttyp = NULL;
	*vpp = ss->s_ttyvp;
	ss->s_ttyvp = NULL;
	return ss;
}

static int
acquire(struct tty *tp, struct proc *p)
{
	struct session *ss = p->p_session;

	KASSERT(mutex_owned(&proc_lock));
	if (!SESS_LEADER(p) || (ss->s_ttyp != NULL && ss->s_ttyp != tp) ||
	    (tp->t_session != NULL && tp->t_session != ss))
		return EPERM;
	ttylock(tp);
	if (tp->t_session == NULL) {
		SESSHOLD(ss);
		tp->t_session = ss;
		ss->s_ttyp = tp;
	}
	tp->t_pgrp = p->p_pgrp;
	ttyunlock(tp);
	p->p_lflag |= PL_CONTROLT;
	cv_broadcast(&tp->t_cancvf);
	return 0;
}

static int
set_foreground(struct tty *tp, struct proc *p, pid_t pgid)
{
	struct pgrp *pg;

	KASSERT(mutex_owned(&proc_lock));
	if (!isctty(p, tp))
		return ENOTTY;
	if (pgid < 0)
		return EINVAL;
	pg = pgrp_find(pgid);
	if (pg == NULL || pg->pg_session != p->p_session)
		return EPERM;
	ttylock(tp);
	tp->t_pgrp = pg;
	ttyunlock(tp);
	cv_broadcast(&tp->t_cancvf);
	return 0;
}

static int
get_ids(struct tty *tp, struct proc *p, u_long cmd, int *idp)
{

	if (!isctty(p, tp))
		return ENOTTY;
	if (cmd == TIOCGPGRP)
		*idp = tp->t_pgrp != NULL ? tp->t_pgrp->pg_id : NO_PGID;
	else
		*idp = tp->t_session->s_leader != NULL ?
		    tp->t_session->s_sid : NO_PGID;
	return 0;
}

/* A leader would leave a session that has no terminal but is its terminal's. */
static int
give_up(struct tty *tp, struct proc *p)
{

	if (!isctty(p, tp))
		return ENOTTY;
	if (SESS_LEADER(p))
		return EINVAL;
	p->p_lflag &= ~PL_CONTROLT;
	return 0;
}

int
tty_ioctl_jobc(struct tty *tp, u_long cmd, void *data, struct lwp *l)
{
	struct proc *p = l->l_proc;
	int error;

	mutex_enter(&proc_lock);
	switch (cmd) {
	case TIOCSCTTY:
		error = acquire(tp, p);
		break;
	case TIOCNOTTY:
		error = give_up(tp, p);
		break;
	case TIOCSPGRP:
		error = set_foreground(tp, p, *(int *)data);
		break;
	case TIOCGPGRP:
	case TIOCGSID:
		error = get_ids(tp, p, cmd, data);
		break;
	default:
		error = EPASSTHROUGH;
		break;
	}
	mutex_exit(&proc_lock);
	return error;
}

/* All but the one that exits. */
static void
hang_up(struct pgrp *pg, struct proc *leader)
{
	struct proc *p;

	if (pg == NULL)
		return;
	LIST_FOREACH(p, &pg->pg_members, p_pglist)
		if (p != leader && ISSET(p->p_lflag, PL_CONTROLT))
			psignal(p, SIGHUP);
}

/*
 * The leader of a session exits: its terminal is nobody's, and is taken from
 * all who have it open.
 */
static void
leader_exit(struct proc *p, void *arg)
{
	struct session *ss;
	struct vnode *vp;
	struct tty *tp;

	mutex_enter(&proc_lock);
	tp = SESS_LEADER(p) ? p->p_session->s_ttyp : NULL;
	if (tp == NULL) {
		mutex_exit(&proc_lock);
		return;
	}
	hang_up(tp->t_pgrp, p);
	ttylock(tp);
	ss = tty_session_leave(tp, &vp);
	ttyunlock(tp);
	SESSRELE(ss);			/* drops proc_lock */
	if (vp == NULL)
		return;
	(void)VOP_REVOKE(vp, REVOKEALL);
	vrele(vp);
}

void
tty_jobc_init(void)
{

	if (exithook_establish(leader_exit, NULL) == NULL)
		panic("tty: no exit hook");
}
