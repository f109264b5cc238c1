/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of the net faction have in common and no other.
 */

#ifndef _KERN_NET_NET_PRIVATE_H_
#define	_KERN_NET_NET_PRIVATE_H_

#include <sys/types.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>

struct file;
struct fileops;
struct iovec;
struct lwp;
struct mbuf;
struct msghdr;
struct stat;

/* pr_drain of all protocols. */
void	domain_drain(void);

/*
 * m_copy_pkthdr() that may sleep for memory of tags and tells if there was
 * none, when the second mbuf has no header yet.
 */
bool	mbuf_copy_pkthdr(struct mbuf *, struct mbuf *, int);

/*
 * Storage larger than a cluster, as most of the work of a stream is for each
 * mbuf: for len bytes or some of them.  False: they are few, or there is no
 * memory.
 */
#define	MBUF_LARGE	(16 * 1024)
bool	mbuf_add_large(struct mbuf *, size_t);

/* Are there so many bytes in the chain? */
bool	mbuf_has_bytes(const struct mbuf *, int);

/* uipc_sockbuf.c: an mbuf leaves the buffer; the first one is another now;
 * bytes off the front, as a chain. */
void	sb_count_sub(struct sockbuf *, const struct mbuf *);
void	sb_front_changed(struct sockbuf *);
struct mbuf *sb_take(struct sockbuf *, size_t);

/* uipc_socket2.c: sleepers are to begin anew, see fo_restart. */
void	sorestart(struct socket *);

/* uipc_receive.c: control messages of a record nobody will read. */
void	so_dispose(struct socket *, struct mbuf *);

/* uipc_syscalls.c: an address from a program, checked; to one, cut. */
int	sockaddr_copyin(struct sockaddr_big *, const struct sockaddr *, size_t);
int	sockaddr_copyout(struct sockaddr *, socklen_t *,
	    const struct sockaddr *);

/* uipc_syscalls_msg.c, uipc_syscalls.c. */
void	net_syscalls_establish(void);

/* sys_socket.c */
extern const struct fileops socketops;

/* Can a call send without waiting? */
static __inline bool
sowritable(const struct socket *so)
{

	KASSERT(solocked(so));
	return (sbspace(&so->so_snd) >= (u_long)so->so_snd.sb_lowat &&
	    ((so->so_state & SS_ISCONNECTED) != 0 ||
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) == 0)) ||
	    (so->so_state & SS_CANTSENDMORE) != 0 || so->so_error != 0;
}

#endif /* !_KERN_NET_NET_PRIVATE_H_ */
