/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of local sockets and connections between them.
 *
 * A name is a vnode whose v_socket is the socket, as long as that is there;
 * unp_name_lock covers v_socket.  File system calls sleep, so no lock is held
 * around them and UNP_BUSY keeps others from doing the same to the socket.
 */

#include <sys/param.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>

#include "unp.h"

#define	PATH_OFS	offsetof(struct sockaddr_un, sun_path)
#define	PATH_MAXLEN	sizeof(((struct sockaddr_un *)0)->sun_path)

kmutex_t *uipc_lock;
static kmutex_t unp_name_lock;

void
unp_connect_init(void)
{

	uipc_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&unp_name_lock, MUTEX_DEFAULT, IPL_NONE);
}

/* The path of an address, as a string. */
static int
path_of(const struct sockaddr *nam, char path[PATH_MAXLEN + 1])
{
	size_t len;

	if (nam->sa_len < PATH_OFS || nam->sa_len > PATH_OFS + PATH_MAXLEN)
		return EINVAL;
	len = nam->sa_len - PATH_OFS;
	memcpy(path, (const char *)nam + PATH_OFS, len);
	path[len] = '\0';
	return path[0] == '\0' ? ENOENT : 0;
}

/* The address of a socket, or one without a path. */
void
unp_setaddr(struct sockaddr *nam, const struct unpcb *unp)
{
	static const struct sockaddr_un noname = {
		.sun_len = PATH_OFS, .sun_family = AF_LOCAL
	};
	const struct sockaddr_un *sun = &noname;

	if (unp != NULL && unp->unp_addr != NULL)
		sun = unp->unp_addr;
	memcpy(nam, sun, sun->sun_len);
}

void
unp_release(struct vnode *vp)
{

	(*rump_vfs_sockname->rso_release)(vp);
}

static int
bind_path(const char *path, struct vnode **vpp, struct sockaddr_un **sunp)
{
	const size_t len = strlen(path);
	struct sockaddr_un *sun;
	int error;

	if (rump_vfs_sockname == NULL)
		return EOPNOTSUPP;
	error = (*rump_vfs_sockname->rso_bind)(path, vpp);
	if (error != 0)
		return error;
	sun = kmem_zalloc(sizeof(*sun), KM_SLEEP);
	sun->sun_len = (uint8_t)(PATH_OFS + len);
	sun->sun_family = AF_LOCAL;
	memcpy(sun->sun_path, path, len);
	*sunp = sun;
	return 0;
}

int
unp_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so);
	char path[PATH_MAXLEN + 1];
	struct sockaddr_un *sun;
	struct vnode *vp;
	int error;

	KASSERT(solocked(so));
	if ((unp->unp_flags & UNP_BUSY) != 0)
		return EALREADY;
	if (unp->unp_vnode != NULL)
		return EINVAL;
	error = path_of(nam, path);
	if (error != 0)
		return error;
	unp->unp_flags |= UNP_BUSY;
	sounlock(so);
	error = bind_path(path, &vp, &sun);
	solock(so);
	unp->unp_flags &= ~UNP_BUSY;
	if (error != 0)
		return error;
	unp->unp_vnode = vp;
	unp->unp_addr = sun;
	mutex_enter(&unp_name_lock);
	vp->v_socket = so;
	mutex_exit(&unp_name_lock);
	return 0;
}

/* Nobody finds the socket any more; *vpp is for unp_release(), or NULL. */
void
unp_unbind(struct unpcb *unp, struct vnode **vpp)
{

	KASSERT(solocked(unp->unp_socket));
	*vpp = unp->unp_vnode;
	if (*vpp == NULL)
		return;
	unp->unp_vnode = NULL;
	mutex_enter(&unp_name_lock);
	KASSERT((*vpp)->v_socket == unp->unp_socket);
	(*vpp)->v_socket = NULL;
	mutex_exit(&unp_name_lock);
}

static void
eids_set(struct unpcb *unp, const struct lwp *l)
{

	unp->unp_eids.unp_pid = l->l_proc->p_pid;
	unp->unp_eids.unp_euid = kauth_cred_geteuid(l->l_cred);
	unp->unp_eids.unp_egid = kauth_cred_getegid(l->l_cred);
	unp->unp_flags |= UNP_EIDS;
}

int
unp_listen(struct socket *so, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so);

	KASSERT(solocked(so));
	if (unp->unp_vnode == NULL ||
	    (so->so_state & SS_ISDISCONNECTED) != 0)
		return EINVAL;
	eids_set(unp, l);
	return 0;
}

int
unp_find(struct socket *so, const struct sockaddr *nam, struct socket **sop,
    struct vnode **vpp)
{
	char path[PATH_MAXLEN + 1];
	struct socket *so2;
	struct vnode *vp;
	int error;

	KASSERT(so->so_lock == uipc_lock);
	if (nam->sa_family != AF_LOCAL)
		return EAFNOSUPPORT;
	error = path_of(nam, path);
	if (error == 0 && rump_vfs_sockname == NULL)
		error = EOPNOTSUPP;
	if (error != 0)
		return error;
	sounlock(so);
	error = (*rump_vfs_sockname->rso_lookup)(path, &vp);
	solock(so);
	KASSERT(so->so_lock == uipc_lock);
	if (error != 0)
		return error;
	*vpp = vp;
	mutex_enter(&unp_name_lock);
	so2 = vp->v_socket;
	/* With a lock of its own it has a connection, and takes no other. */
	if (so2 != NULL && atomic_load_relaxed(&so2->so_lock) == uipc_lock)
		*sop = so2;
	else
		error = ECONNREFUSED;
	mutex_exit(&unp_name_lock);
	return error;
}

/* Two sockets with the same lock become peers, or the first one's half. */
static int
connect_common(struct socket *so, struct socket *so2, bool wait)
{
	struct unpcb *unp = sotounpcb(so), *unp2 = sotounpcb(so2);

	KASSERT(solocked2(so, so2));
	if (so2->so_type != so->so_type)
		return EPROTOTYPE;
	KASSERT(unp->unp_conn == NULL);
	unp->unp_conn = unp2;
	if ((so->so_proto->pr_flags & PR_CONNREQUIRED) == 0) {
		LIST_INSERT_HEAD(&unp2->unp_refs, unp, unp_reflink);
		soisconnected(so);
		return 0;
	}
	unp2->unp_conn = unp;
	if (wait)
		soisconnecting(so);
	else
		soisconnected(so);
	soisconnected(so2);
	return 0;
}

/* A connection comes in at so2, which has to listen. */
static int
connect_stream(struct socket *so, struct socket *so2, struct lwp *l)
{
	struct unpcb *unp = sotounpcb(so), *unp2 = sotounpcb(so2), *unp3;
	struct sockaddr_un *sun;
	struct socket *so3;

	if (so2->so_type != so->so_type)
		return EPROTOTYPE;
	if ((so2->so_options & SO_ACCEPTCONN) == 0)
		return ECONNREFUSED;
	sun = kmem_alloc(sizeof(*sun), KM_NOSLEEP);
	if (sun == NULL)
		return ENOBUFS;
	so3 = sonewconn(so2, false);
	if (so3 == NULL) {
		kmem_free(sun, sizeof(*sun));
		return ECONNREFUSED;
	}
	unp3 = sotounpcb(so3);
	KASSERT(unp2->unp_addr != NULL);
	*sun = *unp2->unp_addr;
	unp3->unp_addr = sun;
	unp3->unp_flags |= unp2->unp_flags & (UNP_WANTCRED | UNP_CONNWAIT);
	unp3->unp_eids = unp2->unp_eids;
	unp3->unp_flags |= UNP_EIDS;
	eids_set(unp, l);
	return connect_common(so, so3,
	    ((unp->unp_flags | unp2->unp_flags) & UNP_CONNWAIT) != 0);
}

int
unp_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	const bool stream = (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0;
	struct unpcb *unp = sotounpcb(so);
	struct vnode *vp = NULL;
	struct socket *so2;
	int error;

	KASSERT(solocked(so));
	if ((unp->unp_flags & UNP_BUSY) != 0)
		return EALREADY;
	/* A connection that has ended is not followed by another one. */
	if (stream && (so->so_state & SS_ISDISCONNECTED) != 0)
		return EISCONN;
	unp->unp_flags |= UNP_BUSY;
	error = unp_find(so, nam, &so2, &vp);
	if (error == 0 && (so->so_options & SO_ACCEPTCONN) != 0)
		error = EOPNOTSUPP;
	if (error == 0)
		error = stream ? connect_stream(so, so2, l) :
		    connect_common(so, so2, false);
	if (vp != NULL) {
		sounlock(so);
		unp_release(vp);
		solock(so);
	}
	unp->unp_flags &= ~UNP_BUSY;
	return error;
}

/*
 * A lock for the two of a connection, which is held in the end instead of
 * uipc_lock.  Without memory for it they go on with that.
 */
static void
lock_own(struct socket *so, struct socket *so2)
{
	kmutex_t *lock;

	KASSERT(solocked2(so, so2));
	if (so->so_lock != uipc_lock)
		return;
	lock = mutex_obj_tryalloc(MUTEX_DEFAULT, IPL_NONE);
	if (lock == NULL)
		return;
	mutex_obj_hold(lock);
	mutex_enter(lock);
	solockreset(so, lock);
	solockreset(so2, lock);
	mutex_obj_free(uipc_lock);
	mutex_obj_free(uipc_lock);
	mutex_exit(uipc_lock);
}

/* socketpair(2) */
int
unp_connect2(struct socket *so, struct socket *so2)
{
	int error;

	error = connect_common(so, so2, false);
	if (error != 0 || (so->so_proto->pr_flags & PR_CONNREQUIRED) == 0)
		return error;
	eids_set(sotounpcb(so), curlwp);
	eids_set(sotounpcb(so2), curlwp);
	lock_own(so, so2);
	return 0;
}

int
unp_accept(struct socket *so, struct sockaddr *nam)
{
	struct unpcb *peer = sotounpcb(so)->unp_conn;

	KASSERT(solocked(so));
	unp_setaddr(nam, peer);
	/* It may have gone already. */
	if (peer == NULL)
		return 0;
	if ((peer->unp_socket->so_state & SS_ISCONNECTING) != 0)
		soisconnected(peer->unp_socket);
	lock_own(so, peer->unp_socket);
	return 0;
}
