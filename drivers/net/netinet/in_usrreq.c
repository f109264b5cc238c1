/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of sockets that all protocols of both families answer alike, or
 * none does; IN_USRREQS in <rump-sys/net_in.h> has them in a table.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>

#include <rump-sys/net_in.h>

#define	RAW_SPACE	8192

int
in_checkaddr(const struct sockaddr *sa, sa_family_t family)
{

	if (sa->sa_family != family)
		return EAFNOSUPPORT;
	return sa->sa_len != (family == AF_INET ? sizeof(struct sockaddr_in) :
	    sizeof(struct sockaddr_in6)) ? EINVAL : 0;
}

int
in_checkdst(const struct socket *so, const struct sockaddr *nam)
{
	const bool connected = (so->so_state & SS_ISCONNECTED) != 0;

	if (nam == NULL)
		return connected ? 0 : EDESTADDRREQ;
	return connected ? EISCONN :
	    in_checkaddr(nam, sotoinpcb(so)->inp_family);
}

void
in_detach(struct socket *so)
{

	inpcb_detach(sotoinpcb(so));
}

int
in_abort(struct socket *so)
{

	soisdisconnected(so);
	in_detach(so);
	return 0;
}

int
in_shutdown(struct socket *so)
{

	socantsendmore(so);
	return 0;
}

int
in_raw_attach(struct socket *so, int proto, struct inpcbtable *it,
    sa_family_t family)
{
	int error;

	if (proto < 0 || proto >= IPPROTO_MAX) {
		sosetlock(so);
		return EPROTONOSUPPORT;
	}
	if ((error = inpcb_attach(so, it, family)) != 0)
		return error;
	sotoinpcb(so)->inp_proto = (uint8_t)proto;
	if ((error = soreserve(so, RAW_SPACE, RAW_SPACE)) != 0)
		in_detach(so);
	return error;
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
	const struct inpcb *inp = sotoinpcb(so);

	(*inp->inp_fam->pf_peeraddr)(inp, nam);
	return 0;
}

int
in_sockaddr(struct socket *so, struct sockaddr *nam)
{
	const struct inpcb *inp = sotoinpcb(so);

	(*inp->inp_fam->pf_sockaddr)(inp, nam);
	return 0;
}
