/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Process groups and sessions.  A group is as long as it has members, a
 * session as long as it has groups.  All of it under proc_lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/tty.h>

#include "kern_proc_private.h"

#define	PGHASH_SIZE	64
LIST_HEAD(pghashhead, pgrp);
static struct pghashhead pghash[PGHASH_SIZE];	/* proc_lock */

struct session session0 = {
	.s_count = 1,
	.s_sid = 0,
};
static struct pgrp pgrp0 = {
	.pg_members = LIST_HEAD_INITIALIZER(&pgrp0.pg_members),
	.pg_session = &session0,
};

static struct pghashhead *
pg_bucket(pid_t pgid)
{

	return &pghash[(u_int)pgid % PGHASH_SIZE];
}

struct pgrp *
pgrp_find(pid_t pgid)
{
	struct pgrp *pg;

	KASSERT(mutex_owned(&proc_lock));
	LIST_FOREACH(pg, pg_bucket(pgid), pg_hash)
		if (pg->pg_id == pgid)
			return pg;
	return NULL;
}

void
pgrp_init0(struct proc *p)
{

	mutex_enter(&proc_lock);
	LIST_INSERT_HEAD(pg_bucket(0), &pgrp0, pg_hash);
	session0.s_leader = p;
	p->p_pgrp = &pgrp0;
	LIST_INSERT_HEAD(&pgrp0.pg_members, p, p_pglist);
	mutex_exit(&proc_lock);
}

/* A new process is in its parent's group. */
void
pgrp_inherit(struct proc *p, struct proc *parent)
{

	KASSERT(mutex_owned(&proc_lock));
	p->p_pgrp = parent->p_pgrp;
	p->p_lflag |= parent->p_lflag & PL_CONTROLT;
	LIST_INSERT_HEAD(&p->p_pgrp->pg_members, p, p_pglist);
}

void
proc_sesshold(struct session *ss)
{

	KASSERT(mutex_owned(&proc_lock));
	ss->s_count++;
}

/* Drops proc_lock: the session's memory may go. */
void
proc_sessrele(struct session *ss)
{
	bool last;

	KASSERT(mutex_owned(&proc_lock));
	KASSERT(ss->s_count > 0);
	last = --ss->s_count == 0;
	mutex_exit(&proc_lock);
	if (last && ss != &session0)
		kmem_free(ss, sizeof(*ss));
}

/*
 * Take a process out of its group.  Returns the group if nobody is left, not
 * to be found any more, for pgrp_bury().
 */
static struct pgrp *
pgrp_part(struct proc *p)
{
	struct pgrp *pg = p->p_pgrp;
	struct tty *tp;

	KASSERT(mutex_owned(&proc_lock));
	LIST_REMOVE(p, p_pglist);
	p->p_pgrp = NULL;
	if (!LIST_EMPTY(&pg->pg_members) || pg == &pgrp0)
		return NULL;
	LIST_REMOVE(pg, pg_hash);
	if ((tp = pg->pg_session->s_ttyp) != NULL && tp->t_pgrp == pg) {
		/* ttylock(): there is one only with its component. */
		mutex_spin_enter(&tp->t_lock);
		tp->t_pgrp = NULL;
		mutex_spin_exit(&tp->t_lock);
	}
	return pg;
}

/* Free a group without members, if any; drops proc_lock. */
static void
pgrp_bury(struct pgrp *pg)
{

	KASSERT(mutex_owned(&proc_lock));
	if (pg == NULL) {
		mutex_exit(&proc_lock);
		return;
	}
	proc_sessrele(pg->pg_session);
	kmem_free(pg, sizeof(*pg));
}

/* The process ends; drops proc_lock. */
void
proc_leavepgrp(struct proc *p)
{

	KASSERT(mutex_owned(&proc_lock));
	if (p->p_pgrp->pg_session->s_leader == p)
		p->p_pgrp->pg_session->s_leader = NULL;
	pgrp_bury(pgrp_part(p));
}

/* May curp put p into the group pgid, as setpgid(2) has it? */
static int
pgrp_check(struct proc *curp, struct proc *p, pid_t pgid, bool mksess)
{
	struct pgrp *pg = pgrp_find(pgid);

	if (mksess) {
		if (curp != p || pgid != p->p_pid || pg != NULL)
			return EPERM;
		return 0;
	}
	if (p->p_session->s_leader == p)
		return EPERM;
	if (p != curp && (p->p_pptr != curp ||
	    p->p_session != curp->p_session))
		return p->p_pptr != curp ? ESRCH : EPERM;
	if (pg != NULL)
		return pg->pg_session == p->p_session ? 0 : EPERM;
	return pgid == p->p_pid ? 0 : EPERM;
}

/*
 * Put process pid into the group pgid, which is made if it is the process's
 * own; with mksess a session is made, too.
 */
int
proc_enterpgrp(struct proc *curp, pid_t pid, pid_t pgid, bool mksess)
{
	struct session *newss, *ss;
	struct pgrp *newpg, *pg, *old = NULL;
	struct proc *p;
	int error;

	newpg = kmem_zalloc(sizeof(*newpg), KM_SLEEP);
	newss = kmem_zalloc(sizeof(*newss), KM_SLEEP);
	mutex_enter(&proc_lock);
	p = pid == curp->p_pid ? curp : proc_find(pid);
	if (p == NULL)
		error = ESRCH;
	else
		error = pgrp_check(curp, p, pgid, mksess);
	if (error != 0 || (p->p_pgrp->pg_id == pgid && !mksess))
		goto out;
	if ((pg = pgrp_find(pgid)) == NULL) {
		pg = newpg;
		newpg = NULL;
		LIST_INIT(&pg->pg_members);
		pg->pg_id = pgid;
		if (mksess) {
			ss = newss;
			newss = NULL;
			ss->s_sid = p->p_pid;
			ss->s_leader = p;
			p->p_lflag &= ~PL_CONTROLT;
		} else
			ss = p->p_session;
		ss->s_count++;
		pg->pg_session = ss;
		LIST_INSERT_HEAD(pg_bucket(pgid), pg, pg_hash);
	}
	old = pgrp_part(p);
	p->p_pgrp = pg;
	LIST_INSERT_HEAD(&pg->pg_members, p, p_pglist);
out:
	pgrp_bury(old);
	if (newpg != NULL)
		kmem_free(newpg, sizeof(*newpg));
	if (newss != NULL)
		kmem_free(newss, sizeof(*newss));
	return error;
}

/* Is the group pgid in the session of p? */
int
pgid_in_session(struct proc *p, pid_t pgid)
{
	struct pgrp *pg;
	int error = 0;

	mutex_enter(&proc_lock);
	if (pgid <= 0)
		error = EINVAL;
	else if ((pg = pgrp_find(pgid)) == NULL ||
	    pg->pg_session != p->p_session)
		error = EPERM;
	mutex_exit(&proc_lock);
	return error;
}
