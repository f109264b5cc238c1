/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of sockets of level IPPROTO_IP, ip(4).
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include "ip_private.h"

u_int
ip_optlen(const struct inpcb *inp)
{

	return inp->inp_options == NULL ? 0 : (u_int)inp->inp_options->m_len -
	    (u_int)sizeof(struct in_addr);
}

/* The first hop of a source route goes where the packet is sent. */
static int
take_first_hop(struct ipoption *io, u_int *lenp)
{
	uint8_t *cp = (uint8_t *)io->ipopt_list;
	u_int left = *lenp, len;

	for (; left > 0; left -= len, cp += len) {
		if (*cp == IPOPT_EOL)
			break;
		len = *cp == IPOPT_NOP ? 1 : cp[IPOPT_OLEN];
		if (*cp != IPOPT_LSRR && *cp != IPOPT_SSRR)
			continue;
		if (len < 3 + sizeof(struct in_addr) ||
		    !in_nullhost(io->ipopt_dst))
			return EINVAL;
		memcpy(&io->ipopt_dst, cp + 3, sizeof(struct in_addr));
		memmove(cp + 3, cp + 3 + sizeof(struct in_addr),
		    left - 3 - sizeof(struct in_addr));
		*lenp -= sizeof(struct in_addr);
		left -= sizeof(struct in_addr);
		len -= sizeof(struct in_addr);
		cp[IPOPT_OLEN] = (uint8_t)len;
	}
	return 0;
}

int
ip_pcbopts(struct inpcb *inp, const struct sockopt *sopt)
{
	u_int len = (u_int)sopt->sopt_size;
	struct ipoption *io;
	struct mbuf *m;
	int error;

	if (sopt->sopt_size > MAX_IPOPTLEN || len % 4 != 0)
		return EINVAL;
	if (len == 0) {
		m_freem(inp->inp_options);
		inp->inp_options = NULL;
		return 0;
	}
	if ((m = m_get(M_DONTWAIT, MT_SOOPTS)) == NULL)
		return ENOBUFS;
	io = mtod(m, struct ipoption *);
	memset(io, 0, sizeof(*io));
	memcpy(io->ipopt_list, sopt->sopt_data, len);
	error = ip_options_wellformed((uint8_t *)io->ipopt_list, len) ? 0 :
	    EINVAL;
	if (error == 0)
		error = take_first_hop(io, &len);
	if (error != 0) {
		m_free(m);
		return error;
	}
	m->m_len = (int)(sizeof(io->ipopt_dst) + len);
	m_freem(inp->inp_options);
	inp->inp_options = m;
	return 0;
}

/* The flag of an option that is one; 0: it is not. */
static int
option_flag(int name)
{

	switch (name) {
	case IP_RECVOPTS:
		return INP_RECVOPTS;
	case IP_RECVRETOPTS:
		return INP_RECVRETOPTS;
	case IP_RECVDSTADDR:
		return INP_RECVDSTADDR;
	case IP_RECVIF:
		return INP_RECVIF;
	case IP_RECVTTL:
		return INP_RECVTTL;
	case IP_PKTINFO:
	case IP_RECVPKTINFO:
		return INP_RECVPKTINFO;
	case IP_BINDANY:
		return INP_BINDANY;
	default:
		return 0;
	}
}

static int
set_flag(struct inpcb *inp, int flag, int on)
{

	if (flag == INP_BINDANY && kauth_authorize_network(curlwp->l_cred,
	    KAUTH_NETWORK_BIND, KAUTH_REQ_NETWORK_BIND_ANYADDR, inp->inp_so,
	    NULL, NULL) != 0)
		return EACCES;
	if (on)
		inp->inp_flags |= flag;
	else
		inp->inp_flags &= ~flag;
	return 0;
}

static int
set_int(struct inpcb *inp, int name, int v)
{

	switch (name) {
	case IP_TOS:
		if (v < 0 || v > 255)
			return EINVAL;
		inp->inp_tos = (uint8_t)v;
		return 0;
	case IP_TTL:
		if (v < 1 || v > MAXTTL)
			return EINVAL;
		inp->inp_ttl = (uint8_t)v;
		return 0;
	case IP_MINTTL:
		if (v < 0 || v > MAXTTL)
			return EINVAL;
		inp->inp_minttl = (uint8_t)v;
		return 0;
	case IP_PORTRANGE:
		if (v != IP_PORTRANGE_DEFAULT && v != IP_PORTRANGE_HIGH &&
		    v != IP_PORTRANGE_LOW)
			return EINVAL;
		inp->inp_portrange = (uint8_t)v;
		return 0;
	default:
		return set_flag(inp, option_flag(name), v);
	}
}

static bool
is_multicast(int name)
{

	switch (name) {
	case IP_MULTICAST_IF:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		return true;
	default:
		return false;
	}
}

static int
set_option(struct inpcb *inp, struct sockopt *sopt)
{
	const int name = sopt->sopt_name;
	int error, v;

	if (name == IP_OPTIONS || name == IP_RETOPTS)
		return ip_pcbopts(inp, sopt);
	if (is_multicast(name) && inp->inp_so->so_type == SOCK_STREAM)
		return EOPNOTSUPP;
	if (is_multicast(name))
		return ip_setmoptions(&inp->inp_moptions, sopt);
	if (option_flag(name) == 0 && name != IP_TOS && name != IP_TTL &&
	    name != IP_MINTTL && name != IP_PORTRANGE)
		return ENOPROTOOPT;
	if ((error = sockopt_getint(sopt, &v)) != 0)
		return error;
	return set_int(inp, name, v);
}

static int
get_options(const struct inpcb *inp, struct sockopt *sopt)
{
	struct mbuf *m;

	if (inp->inp_options == NULL)
		return 0;
	m = m_copym(inp->inp_options, 0, M_COPYALL, M_DONTWAIT);
	return m == NULL ? ENOBUFS : sockopt_setmbuf(sopt, m);
}

static int
get_option(struct inpcb *inp, struct sockopt *sopt)
{
	const int name = sopt->sopt_name;

	if (is_multicast(name) && inp->inp_so->so_type == SOCK_STREAM)
		return EOPNOTSUPP;
	if (is_multicast(name))
		return ip_getmoptions(inp->inp_moptions, sopt);
	switch (name) {
	case IP_OPTIONS:
	case IP_RETOPTS:
		return get_options(inp, sopt);
	case IP_TOS:
		return sockopt_setint(sopt, inp->inp_tos);
	case IP_TTL:
		return sockopt_setint(sopt, inp->inp_ttl);
	case IP_MINTTL:
		return sockopt_setint(sopt, inp->inp_minttl);
	case IP_ERRORMTU:
		return sockopt_setint(sopt, inp->inp_errormtu);
	case IP_PORTRANGE:
		return sockopt_setint(sopt, inp->inp_portrange);
	default:
		if (option_flag(name) == 0)
			return ENOPROTOOPT;
		return sockopt_setint(sopt,
		    (inp->inp_flags & option_flag(name)) != 0);
	}
}

int
ip_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);

	KASSERT(solocked(so));
	if (sopt->sopt_level != IPPROTO_IP)
		return ENOPROTOOPT;
	if (inp == NULL)
		return EINVAL;
	return op == PRCO_SETOPT ? set_option(inp, sopt) :
	    get_option(inp, sopt);
}
