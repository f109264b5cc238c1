/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets inside the kernel.  A socket has the lock of its protocol: one of
 * its own, or one for all of a kind (softnet_lock); solock() takes it.
 */

#ifndef _SYS_SOCKETVAR_H_
#define	_SYS_SOCKETVAR_H_

#include <sys/queue.h>
#include <sys/select.h>
#include <sys/selinfo.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef _KERNEL
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/kauth.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/siginfo.h>
#include <sys/systm.h>
#include <sys/uio.h>

struct ifnet;
struct knote;
struct lwp;
struct mbuf;
struct msghdr;
struct protosw;
struct sockaddr;
struct socket;
struct stat;
struct uidinfo;

TAILQ_HEAD(soqhead, socket);

/* An address in the kernel: room for the longest there is. */
struct sockaddr_big {
	__uint8_t	sb_len;
	sa_family_t	sb_family;
	char		sb_data[254];	/* the last one: a NUL behind */
};

/*
 * What is to be sent or read.  Records are linked by m_nextpkt, the data of
 * one by m_next.  Lock: the socket's.
 */
struct sockbuf {
	struct selinfo	sb_sel;		/* who polls */
	struct socket	*sb_so;		/* constant */
	kcondvar_t	sb_cv;		/* who waits for data or room */
	u_long		sb_cc;		/* bytes of data */
	u_long		sb_hiwat;	/* at most */
	u_long		sb_mbcnt;	/* bytes of memory */
	u_long		sb_mbmax;	/* at most */
	struct mbuf	*sb_mb;		/* first record */
	struct mbuf	*sb_mbtail;	/* last mbuf of the last record */
	struct mbuf	*sb_lastrecord;
	int		sb_flags;	/* SB_* */
	int		sb_timeo;	/* ticks a call waits, 0: for ever */
	int		sb_lowat;	/* at least, to wake */
	u_int		sb_overflowed;	/* times data did not fit */
};

#ifndef SB_MAX
#define	SB_MAX		(256 * 1024)	/* sb_max begins with more */
#endif
#define	SB_LOCK		0x001	/* one call at a time */
#define	SB_NOTIFY	0x004	/* somebody waits or polls */
#define	SB_ASYNC	0x010	/* signals are wanted */
#define	SB_UPCALL	0x020	/* so_upcall is */
#define	SB_NOINTR	0x040	/* signals do not interrupt */
#define	SB_KNOTE	0x100	/* kqueue(2) watches */
#define	SB_AUTOSIZE	0x800	/* grows by itself */

/*
 * Locks: s, so_lock; c, constant; h, so_lock of so_head, which is the same.
 */
struct socket {
	kmutex_t *volatile so_lock;	/* s: changes with both held */
	kcondvar_t	so_cv;		/* s: connecting, closing */
	short		so_type;	/* c: SOCK_* */
	short		so_options;	/* s: SO_* */
	u_short		so_linger;	/* s: seconds */
	short		so_state;	/* s: SS_* */
	void		*so_pcb;	/* s: the protocol's */
	const struct protosw *so_proto;	/* c */

	/* A listening socket has two queues: connections not complete,
	 * connections nobody has accepted. */
	struct socket	*so_head;	/* h: the listening one */
	struct soqhead	*so_onq;	/* h: on which of its queues */
	struct soqhead	so_q0;		/* s */
	struct soqhead	so_q;		/* s */
	TAILQ_ENTRY(socket) so_qe;	/* h */
	short		so_q0len;	/* s */
	short		so_qlen;	/* s */
	short		so_qlimit;	/* s: listen(2) */

	short		so_timeo;	/* s */
	u_short		so_error;	/* s: for the next call */
	u_short		so_rerror;	/* s: for the next read */
	u_short		so_aborting;	/* s */
	u_short		so_restarts;	/* s: times sleepers were sent away */
	pid_t		so_pgid;	/* s: whom to signal */
	u_int		so_oobmark;	/* s: bytes to the mark, 0: none */
	struct sockbuf	so_snd;		/* s */
	struct sockbuf	so_rcv;		/* s */
	void		(*so_upcall)(struct socket *, void *, int, int);
	void		*so_upcallarg;	/* s */
	int		(*so_send)(struct socket *, struct sockaddr *,
			    struct uio *, struct mbuf *, struct mbuf *, int,
			    struct lwp *);	/* c */
	int		(*so_receive)(struct socket *, struct mbuf **,
			    struct uio *, struct mbuf **, struct mbuf **,
			    int *);	/* c */
	struct uidinfo	*so_uidinfo;	/* c: whose memory it is */
	kauth_cred_t	so_cred;	/* c: of who made it */
};

/* so_state. */
#define	SS_NOFDREF		0x0001	/* no descriptor has it */
#define	SS_ISCONNECTED		0x0002
#define	SS_ISCONNECTING		0x0004
#define	SS_ISDISCONNECTING	0x0008
#define	SS_CANTSENDMORE		0x0010
#define	SS_CANTRCVMORE		0x0020
#define	SS_RCVATMARK		0x0040	/* at the mark */
#define	SS_ISABORTING		0x0080
#define	SS_RESTARTSYS		0x0100	/* calls shall be started anew */
#define	SS_POLLRDBAND		0x0200	/* out of band data was polled for */
#define	SS_MORETOCOME		0x0400	/* a hint: more will be sent at once */
#define	SS_ISDISCONNECTED	0x0800
#define	SS_ISAPIPE		0x1000
#define	SS_NBIO			0x2000

/* An option of get- or setsockopt(2).  Small values need no memory. */
struct sockopt {
	int		sopt_level;	/* SOL_SOCKET, IPPROTO_* */
	int		sopt_name;
	size_t		sopt_size;
	size_t		sopt_retsize;	/* what was got */
	void		*sopt_data;
	uint8_t		sopt_buf[sizeof(int)];
};

/* SO_TIMESTAMP, under all its names. */
#define	SOOPT_TIMESTAMP(o)	((o) & SO_TIMESTAMP)

/* How long sblock() waits, by MSG_*. */
#define	SBLOCKWAIT(flags)						\
	(((flags) & (MSG_DONTWAIT | MSG_NBIO)) != 0 ? M_NOWAIT : M_WAITOK)

extern u_long	sb_max;
extern int	somaxkva;
extern int	sock_loan_thresh;
extern kmutex_t	*softnet_lock;

/* Sockets: making, connecting, ending. */
void	soinit(void);
int	socreate(int, struct socket **, int, int, struct lwp *,
	    struct socket *);
int	fsocreate(int, struct socket **, int, int, int *, struct file **,
	    struct socket *);
struct socket *soget(bool);
void	soput(struct socket *);
int	sobind(struct socket *, struct sockaddr *, struct lwp *);
int	solisten(struct socket *, int, struct lwp *);
int	soaccept(struct socket *, struct sockaddr *);
int	soconnect(struct socket *, struct sockaddr *, struct lwp *);
int	soconnect2(struct socket *, struct socket *);
int	sodisconnect(struct socket *);
int	soshutdown(struct socket *, int);
int	soclose(struct socket *);
int	soabort(struct socket *);
void	sofree(struct socket *);
struct socket *sonewconn(struct socket *, bool);
void	soqinsque(struct socket *, struct socket *, int);
bool	soqremque(struct socket *, int);

/* Protocols tell of states. */
void	soisconnecting(struct socket *);
void	soisconnected(struct socket *);
void	soisdisconnecting(struct socket *);
void	soisdisconnected(struct socket *);
void	socantsendmore(struct socket *);
void	socantrcvmore(struct socket *);
void	soroverflow(struct socket *);
void	sohasoutofband(struct socket *);

/* Data. */
int	sosend(struct socket *, struct sockaddr *, struct uio *,
	    struct mbuf *, struct mbuf *, int, struct lwp *);
int	soreceive(struct socket *, struct mbuf **, struct uio *,
	    struct mbuf **, struct mbuf **, int *);
void	sorflush(struct socket *);
int	sopoll(struct socket *, int);
int	sockargs(struct mbuf **, const void *, size_t, enum uio_seg, int);

/* Options. */
int	sosetopt(struct socket *, struct sockopt *);
int	sogetopt(struct socket *, struct sockopt *);
int	so_setsockopt(struct lwp *, struct socket *, int, int, const void *,
	    size_t);
void	sockopt_init(struct sockopt *, int, int, size_t);
void	sockopt_destroy(struct sockopt *);
int	sockopt_set(struct sockopt *, const void *, size_t);
int	sockopt_setint(struct sockopt *, int);
int	sockopt_get(const struct sockopt *, void *, size_t);
int	sockopt_getint(const struct sockopt *, int *);
int	sockopt_setmbuf(struct sockopt *, struct mbuf *);
struct mbuf *sockopt_getmbuf(const struct sockopt *);

/* Buffers.  Those that append take what they are given; 0: no room, it is
 * still the caller's. */
int	soreserve(struct socket *, u_long, u_long);
int	sbreserve(struct sockbuf *, u_long, struct socket *);
void	sbrelease(struct sockbuf *, struct socket *);
void	sbappend(struct sockbuf *, struct mbuf *);
void	sbappendstream(struct sockbuf *, struct mbuf *);
void	sbappendrecord(struct sockbuf *, struct mbuf *);
int	sbappendaddr(struct sockbuf *, const struct sockaddr *,
	    struct mbuf *, struct mbuf *);
int	sbappendcontrol(struct sockbuf *, struct mbuf *, struct mbuf *);
void	sbinsertoob(struct sockbuf *, struct mbuf *);
void	sbcompress(struct sockbuf *, struct mbuf *, struct mbuf *);
void	sbdrop(struct sockbuf *, int);
void	sbdroprecord(struct sockbuf *);
void	sbflush(struct sockbuf *);
struct mbuf *sbcreatecontrol(void *, int, int, int);
struct mbuf **sbsavetimestamp(int, struct mbuf **);
int	sblock(struct sockbuf *, int);
void	sbunlock(struct sockbuf *);
int	sbwait(struct sockbuf *);
int	sowait(struct socket *, bool, int);
void	sowakeup(struct socket *, struct sockbuf *, int);

/* Locks. */
void	solockreset(struct socket *, kmutex_t *);
void	solockretry(struct socket *, kmutex_t *);
void	sosetlock(struct socket *);
bool	solocked(const struct socket *);
bool	solocked2(const struct socket *, const struct socket *);

static __inline void
solock(struct socket *so)
{
	kmutex_t *lock = atomic_load_consume(&so->so_lock);

	mutex_enter(lock);
	if (__predict_false(lock != atomic_load_relaxed(&so->so_lock)))
		solockretry(so, lock);
}

static __inline void
sounlock(struct socket *so)
{
	mutex_exit(so->so_lock);
}

/*
 * Room for so many bytes of data, given the limits on data and on memory.
 */
static __inline u_long
sbspace(const struct sockbuf *sb)
{
	KASSERT(solocked(sb->sb_so));
	if (sb->sb_hiwat <= sb->sb_cc || sb->sb_mbmax <= sb->sb_mbcnt)
		return 0;
	return MIN(sb->sb_hiwat - sb->sb_cc, sb->sb_mbmax - sb->sb_mbcnt);
}

/* Urgent data may exceed the limit by a little. */
static __inline u_long
sbspace_oob(const struct sockbuf *sb)
{
	const u_long hiwat = sb->sb_hiwat + 1024;

	KASSERT(solocked(sb->sb_so));
	if (hiwat <= sb->sb_cc || sb->sb_mbmax <= sb->sb_mbcnt)
		return 0;
	return MIN(hiwat - sb->sb_cc, sb->sb_mbmax - sb->sb_mbcnt);
}

static __inline bool
soreadable(const struct socket *so)
{
	KASSERT(solocked(so));
	return so->so_rcv.sb_cc >= (u_long)so->so_rcv.sb_lowat ||
	    (so->so_state & SS_CANTRCVMORE) != 0 || so->so_qlen != 0 ||
	    so->so_error != 0 || so->so_rerror != 0;
}

/* Somebody cares for the buffer. */
static __inline bool
sb_notify(const struct sockbuf *sb)
{
	KASSERT(solocked(sb->sb_so));
	return (sb->sb_flags &
	    (SB_NOTIFY | SB_ASYNC | SB_UPCALL | SB_KNOTE)) != 0;
}

static __inline void
sorwakeup(struct socket *so)
{
	KASSERT(solocked(so));
	if (sb_notify(&so->so_rcv))
		sowakeup(so, &so->so_rcv, POLL_IN);
}

static __inline void
sowwakeup(struct socket *so)
{
	KASSERT(solocked(so));
	if (sb_notify(&so->so_snd))
		sowakeup(so, &so->so_snd, POLL_OUT);
}
#endif /* _KERNEL */

#endif /* !_SYS_SOCKETVAR_H_ */
