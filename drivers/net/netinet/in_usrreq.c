/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of sockets that all protocols of IPv4 answer alike, or none does.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include "in_pcb.h"
#include "in_private.h"

/* An address that a program gave, of this family. */
int
in_checksin(const struct sockaddr *sa)
{

	if (sa->sa_family != AF_INET)
		return EAFNOSUPPORT;
	return sa->sa_len != sizeof(struct sockaddr_in) ? EINVAL : 0;
}

/* May a socket of datagrams send to nam, or, if that is NULL, without? */
int
in_checkdst(const struct socket *so, const struct sockaddr *nam)
{
	const bool connected = (so->so_state & SS_ISCONNECTED) != 0;

	if (nam == NULL)
		return connected ? 0 : EDESTADDRREQ;
	return connected ? EISCONN : in_checksin(nam);
}

void
in_detach(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	ip_freemoptions(inp->inp_moptions);
	inp->inp_moptions = NULL;
	inpcb_detach(inp);
}

int
in_noaccept(struct socket *so __unused, struct sockaddr *nam __unused)
{

	return EOPNOTSUPP;
}

int
in_noconnect2(struct socket *so __unused, struct socket *so2 __unused)
{

	return EOPNOTSUPP;
}

int
in_nolisten(struct socket *so __unused, struct lwp *l __unused)
{

	return EOPNOTSUPP;
}

int
in_norcvd(struct socket *so __unused, int flags __unused,
    struct lwp *l __unused)
{

	return EOPNOTSUPP;
}

int
in_norecvoob(struct socket *so __unused, struct mbuf *m __unused,
    int flags __unused)
{

	return EOPNOTSUPP;
}

int
in_nosendoob(struct socket *so __unused, struct mbuf *m,
    struct mbuf *control)
{

	m_freem(m);
	m_freem(control);
	return EOPNOTSUPP;
}

/* Nothing more than any socket has. */
int
in_stat(struct socket *so __unused, struct stat *st __unused)
{

	return 0;
}

int
in_peeraddr(struct socket *so, struct sockaddr *nam)
{

	inpcb_peeraddr4(sotoinpcb(so), satosin(nam));
	return 0;
}

int
in_sockaddr(struct socket *so, struct sockaddr *nam)
{

	inpcb_sockaddr4(sotoinpcb(so), satosin(nam));
	return 0;
}
