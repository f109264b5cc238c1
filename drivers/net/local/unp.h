/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a local socket is to its protocol, for the sources of this folder.
 *
 * Locks.  All local sockets begin with one lock, uipc_lock.  Two that have
 * been connected as a stream, and accepted, get one of their own, for good:
 * from then on there is no other connection for them.  So uipc_lock covers
 * whoever can still be connected to, which is all a connect has to hold.
 *
 * Lock order: unp_gc_lock, the socket's, unp_name_lock, f_lock of a file.
 */

#ifndef _DRIVERS_NET_LOCAL_UNP_H_
#define	_DRIVERS_NET_LOCAL_UNP_H_

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/mutex.h>
#include <sys/protosw.h>
#include <sys/queue.h>
#include <sys/socketvar.h>
#include <sys/time.h>
#include <sys/un.h>

struct file;
struct vnode;

/* s: the socket's lock; g: unp_gc_lock; c: constant. */
struct unpcb {
	struct socket	*unp_socket;	/* c */
	struct vnode	*unp_vnode;	/* s: its name in the file tree */
	struct sockaddr_un *unp_addr;	/* s: the same, or NULL */
	struct unpcb	*unp_conn;	/* s: whom we are connected to */
	LIST_HEAD(, unpcb) unp_refs;	/* s: datagrams: who is to us */
	LIST_ENTRY(unpcb) unp_reflink;	/* s: on unp_refs of unp_conn */
	struct unpcbid	unp_eids;	/* s: of us, as a peer sees us */
	int		unp_flags;	/* s: UNP_* */
	ino_t		unp_ino;	/* c */
	struct timespec	unp_ctime;	/* c */

	/* While some message has a descriptor of ours. */
	LIST_ENTRY(unpcb) unp_inflight;	/* g */
	struct file	*unp_file;	/* g */
	struct file	*unp_garbage;	/* g: the same while it is collected */
	struct unpcb	*unp_next;	/* g: to be looked at, or garbage */
	u_int		unp_inner;	/* g: found in queues of candidates */
	u_int		unp_msgs;	/* g: f_msgcount at the beginning */
	bool		unp_cand;	/* g: only messages have it */
	bool		unp_live;	/* g: and somebody can get at one */
};

#define	UNP_BUSY	0x01	/* being bound or connected, unlocked */
#define	UNP_WANTCRED	0x02	/* LOCAL_CREDS */
#define	UNP_CONNWAIT	0x04	/* LOCAL_CONNWAIT */
#define	UNP_EIDS	0x08	/* unp_eids is valid */

#define	sotounpcb(so)	((struct unpcb *)(so)->so_pcb)

extern struct domain localdomain;
extern const struct pr_usrreqs unp_usrreqs;
extern kmutex_t *uipc_lock;

/* Limits of new sockets' buffers, by type; sysctl(7) net.local. */
struct unp_space {
	u_long	us_send;
	u_long	us_recv;
};
extern struct unp_space unp_stream_space;
extern struct unp_space unp_seqpacket_space;
extern struct unp_space unp_dgram_space;

/* unp_usrreq.c */
void	unp_disconnect(struct unpcb *);
void	unp_drop(struct unpcb *, int);
void	unp_mirror(struct unpcb *, struct socket *);

/* unp_connect.c: names and connections. */
void	unp_connect_init(void);
int	unp_bind(struct socket *, struct sockaddr *, struct lwp *);
void	unp_unbind(struct unpcb *, struct vnode **);
void	unp_release(struct vnode *);
int	unp_listen(struct socket *, struct lwp *);
int	unp_accept(struct socket *, struct sockaddr *);
int	unp_connect(struct socket *, struct sockaddr *, struct lwp *);
int	unp_connect2(struct socket *, struct socket *);
/* The socket of a name: the lock is given up and taken again; the vnode is to
 * be released without it. */
int	unp_find(struct socket *, const struct sockaddr *, struct socket **,
	    struct vnode **);
void	unp_setaddr(struct sockaddr *, const struct unpcb *);

/* unp_rights.c: descriptors in messages.  No lock is held. */
int	unp_internalize(struct mbuf **, struct lwp *);
int	unp_externalize(struct mbuf *, struct lwp *, int);
void	unp_dispose(struct mbuf *);
int	unp_rights_count(void);

/* unp_gc.c: sockets that only messages in their own queues refer to. */
void	unp_gc_init(void);
void	unp_gc(void);
/* With unp_gc_lock: the first message has it; the last had. */
void	unp_gc_enter(struct unpcb *, struct file *);
void	unp_gc_leave(struct unpcb *);
struct unpcb *unp_of_file(const struct file *);
extern kmutex_t unp_gc_lock;

/* Descriptors in a control message of the kernel's. */
struct file **unp_files(struct mbuf *, size_t *);

#endif /* !_DRIVERS_NET_LOCAL_UNP_H_ */
