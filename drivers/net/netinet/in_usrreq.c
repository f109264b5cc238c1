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

#include "in_pcb.h"
#include "in_private.h"

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
