/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The switch of protocols: what each has for the layer below it (input,
 * control), for sockets (struct pr_usrreqs) and for the kernel (timers,
 * memory).  Domains have tables of them, <sys/domain.h>.
 */

#ifndef _SYS_PROTOSW_H_
#define	_SYS_PROTOSW_H_

#include <sys/types.h>

struct domain;
struct ifnet;
struct lwp;
struct mbuf;
struct pr_usrreqs;
struct sockaddr;
struct socket;
struct sockopt;
struct stat;

struct protosw {
	int		pr_type;	/* SOCK_* */
	struct domain	*pr_domain;
	short		pr_protocol;	/* number of it */
	short		pr_flags;	/* PR_* */

	/* From below: a packet, the header's length, the protocol. */
	void		(*pr_input)(struct mbuf *, int, int);
	/* From below: PRC_*, whose address, what it is about. */
	void		*(*pr_ctlinput)(int, const struct sockaddr *, void *);
	/* From above: PRCO_*. */
	int		(*pr_ctloutput)(int, struct socket *,
			    struct sockopt *);
	const struct pr_usrreqs *pr_usrreqs;

	void		(*pr_init)(void);
	void		(*pr_fasttimo)(void);	/* PR_FASTHZ times a second */
	void		(*pr_slowtimo)(void);	/* PR_SLOWHZ */
	void		(*pr_drain)(void);	/* memory is short */
};

#define	PR_SLOWHZ	2
#define	PR_FASTHZ	5

/* pr_flags. */
#define	PR_ATOMIC	0x0001	/* keeps messages apart */
#define	PR_ADDR		0x0002	/* addresses come with messages */
#define	PR_CONNREQUIRED	0x0004	/* nothing without a connection */
#define	PR_WANTRCVD	0x0008	/* wants pr_rcvd calls */
#define	PR_RIGHTS	0x0010	/* passes descriptors */
#define	PR_LISTEN	0x0020	/* listen(2) and accept(2) */
#define	PR_LASTHDR	0x0040	/* the last header: IPsec looks at it */
#define	PR_ABRTACPTDIS	0x0080	/* accept(2) of what is gone: ECONNABORTED */
#define	PR_PURGEIF	0x0100	/* has pr_purgeif */
#define	PR_ADDR_OPT	0x0200	/* addresses may come with messages */

/* Requests of sockets by number, for tracing. */
#define	PRU_ATTACH	0
#define	PRU_DETACH	1
#define	PRU_BIND	2
#define	PRU_LISTEN	3
#define	PRU_CONNECT	4
#define	PRU_ACCEPT	5
#define	PRU_DISCONNECT	6
#define	PRU_SHUTDOWN	7
#define	PRU_RCVD	8
#define	PRU_SEND	9
#define	PRU_ABORT	10
#define	PRU_CONTROL	11
#define	PRU_SENSE	12
#define	PRU_RCVOOB	13
#define	PRU_SENDOOB	14
#define	PRU_SOCKADDR	15
#define	PRU_PEERADDR	16
#define	PRU_CONNECT2	17
#define	PRU_FASTTIMO	18
#define	PRU_SLOWTIMO	19
#define	PRU_PROTORCV	20
#define	PRU_PROTOSEND	21
#define	PRU_PURGEIF	22
#define	PRU_NREQ	23

/* pr_ctlinput. */
#define	PRC_IFDOWN		0
#define	PRC_ROUTEDEAD		1
#define	PRC_QUENCH2		3
#define	PRC_QUENCH		4
#define	PRC_MSGSIZE		5
#define	PRC_HOSTDEAD		6
#define	PRC_HOSTUNREACH		7
#define	PRC_UNREACH_NET		8
#define	PRC_UNREACH_HOST	9
#define	PRC_UNREACH_PROTOCOL	10
#define	PRC_UNREACH_PORT	11
#define	PRC_UNREACH_SRCFAIL	13
#define	PRC_REDIRECT_NET	14
#define	PRC_REDIRECT_HOST	15
#define	PRC_REDIRECT_TOSNET	16
#define	PRC_REDIRECT_TOSHOST	17
#define	PRC_TIMXCEED_INTRANS	18
#define	PRC_TIMXCEED_REASS	19
#define	PRC_PARAMPROB		20
#define	PRC_NCMDS		21
#define	PRC_IS_REDIRECT(cmd)						\
	((cmd) >= PRC_REDIRECT_NET && (cmd) <= PRC_REDIRECT_TOSHOST)

/* pr_ctloutput. */
#define	PRCO_GETOPT	0
#define	PRCO_SETOPT	1
#define	PRCO_NCMDS	2

#ifdef _KERNEL
#include <sys/atomic.h>
#include <sys/systm.h>

/* Called with the socket's lock; attach makes it. */
struct pr_usrreqs {
	int	(*pr_attach)(struct socket *, int);
	void	(*pr_detach)(struct socket *);
	int	(*pr_accept)(struct socket *, struct sockaddr *);
	int	(*pr_connect)(struct socket *, struct sockaddr *,
		    struct lwp *);
	int	(*pr_connect2)(struct socket *, struct socket *);
	int	(*pr_bind)(struct socket *, struct sockaddr *, struct lwp *);
	int	(*pr_listen)(struct socket *, struct lwp *);
	int	(*pr_disconnect)(struct socket *);
	int	(*pr_shutdown)(struct socket *);
	int	(*pr_abort)(struct socket *);
	int	(*pr_ioctl)(struct socket *, u_long, void *, struct ifnet *);
	int	(*pr_stat)(struct socket *, struct stat *);
	int	(*pr_peeraddr)(struct socket *, struct sockaddr *);
	int	(*pr_sockaddr)(struct socket *, struct sockaddr *);
	int	(*pr_rcvd)(struct socket *, int, struct lwp *);
	int	(*pr_recvoob)(struct socket *, struct mbuf *, int);
	int	(*pr_send)(struct socket *, struct mbuf *, struct sockaddr *,
		    struct mbuf *, struct lwp *);
	int	(*pr_sendoob)(struct socket *, struct mbuf *, struct mbuf *);
	int	(*pr_purgeif)(struct socket *, struct ifnet *);
};

/*
 * Timers that slow timeouts look at: 0 is not armed, else the tick at which
 * it ends.
 */
extern u_int pfslowtimo_now;	/* ticks of PR_SLOWHZ */
#define	PRT_SLOW_ARM(t, nticks)						\
do {									\
	const u_int _end = (nticks) +					\
	    atomic_load_relaxed(&pfslowtimo_now);			\
									\
	(t) = _end != 0 ? _end : 1;					\
} while (/*CONSTCOND*/0)
#define	PRT_SLOW_DISARM(t)	((t) = 0)
#define	PRT_SLOW_ISARMED(t)	((t) != 0)
#define	PRT_SLOW_ISEXPIRED(t)						\
	(PRT_SLOW_ISARMED(t) &&						\
	(int)((u_int)(t) - atomic_load_relaxed(&pfslowtimo_now)) <= 0)

/*
 * Wrappers that hold the kernel lock around a protocol's functions, all of
 * pr_usrreqs or one.
 */
#define	_PR_WRAP(type, func, params, args)				\
static type func##_wrapper params					\
{									\
	type _rv;							\
									\
	KERNEL_LOCK(1, NULL);						\
	_rv = func args;						\
	KERNEL_UNLOCK_ONE(NULL);					\
	return _rv;							\
}
#define	_PR_WRAP_VOID(func, params, args)				\
static void func##_wrapper params					\
{									\
									\
	KERNEL_LOCK(1, NULL);						\
	func args;							\
	KERNEL_UNLOCK_ONE(NULL);					\
}
#define	PR_WRAP_USRREQS(name)						\
_PR_WRAP(int, name##_attach, (struct socket *a, int b), (a, b))	\
_PR_WRAP_VOID(name##_detach, (struct socket *a), (a))			\
_PR_WRAP(int, name##_accept, (struct socket *a, struct sockaddr *b),	\
    (a, b))								\
_PR_WRAP(int, name##_bind, (struct socket *a, struct sockaddr *b,	\
    struct lwp *c), (a, b, c))						\
_PR_WRAP(int, name##_connect, (struct socket *a, struct sockaddr *b,	\
    struct lwp *c), (a, b, c))						\
_PR_WRAP(int, name##_connect2, (struct socket *a, struct socket *b),	\
    (a, b))								\
_PR_WRAP(int, name##_listen, (struct socket *a, struct lwp *b), (a, b)) \
_PR_WRAP(int, name##_disconnect, (struct socket *a), (a))		\
_PR_WRAP(int, name##_shutdown, (struct socket *a), (a))			\
_PR_WRAP(int, name##_abort, (struct socket *a), (a))			\
_PR_WRAP(int, name##_ioctl, (struct socket *a, u_long b, void *c,	\
    struct ifnet *d), (a, b, c, d))					\
_PR_WRAP(int, name##_stat, (struct socket *a, struct stat *b), (a, b))	\
_PR_WRAP(int, name##_peeraddr, (struct socket *a, struct sockaddr *b),	\
    (a, b))								\
_PR_WRAP(int, name##_sockaddr, (struct socket *a, struct sockaddr *b),	\
    (a, b))								\
_PR_WRAP(int, name##_rcvd, (struct socket *a, int b, struct lwp *c),	\
    (a, b, c))								\
_PR_WRAP(int, name##_recvoob, (struct socket *a, struct mbuf *b,	\
    int c), (a, b, c))							\
_PR_WRAP(int, name##_send, (struct socket *a, struct mbuf *b,		\
    struct sockaddr *c, struct mbuf *d, struct lwp *e),			\
    (a, b, c, d, e))							\
_PR_WRAP(int, name##_sendoob, (struct socket *a, struct mbuf *b,	\
    struct mbuf *c), (a, b, c))						\
_PR_WRAP(int, name##_purgeif, (struct socket *a, struct ifnet *b),	\
    (a, b))
#define	PR_WRAP_CTLOUTPUT(name)						\
_PR_WRAP(int, name, (int a, struct socket *b, struct sockopt *c),	\
    (a, b, c))
#define	PR_WRAP_CTLINPUT(name)						\
_PR_WRAP(void *, name, (int a, const struct sockaddr *b, void *c),	\
    (a, b, c))

const struct protosw *pffindproto(int, int, int);
const struct protosw *pffindtype(int, int);
void	pfctlinput(int, const struct sockaddr *);
void	pfctlinput2(int, const struct sockaddr *, void *);
#endif /* _KERNEL */

#endif /* !_SYS_PROTOSW_H_ */
