/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of DHCPv6 on the wire: by one socket of UDP for all interfaces, to
 * the group of all servers and relays of a link.  A server that wants to be
 * spoken to by its own address is spoken to all the same.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <netinet/in.h>

#include "dhcp.h"

static int
set_options(struct socket *so)
{
	struct sockaddr_in6 sin6 = { .sin6_len = sizeof(sin6),
	    .sin6_family = AF_INET6, .sin6_port = htons(DHCP6_CLIENT_PORT) };
	const int on = 1;
	int error;

	error = so_setsockopt(curlwp, so, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on,
	    sizeof(on));
	return error != 0 ? error : sobind(so, (struct sockaddr *)&sin6,
	    curlwp);
}

int
dhcp6_open(struct socket **sop)
{

	return dhcp_open_by(AF_INET6, set_options, sop);
}

bool
dhcp6_receive(struct socket *so, uint8_t *buf, size_t size, size_t *len,
    u_int *ifindex)
{
	struct in6_pktinfo pi = { .ipi6_ifindex = 0 };
	struct mbuf *nam, *control;

	if (!dhcp_read(so, buf, size, len, &nam, &control))
		return false;
	(void)dhcp_control(control, IPPROTO_IPV6, IPV6_PKTINFO, &pi,
	    sizeof(pi));
	*ifindex = pi.ipi6_ifindex;
	m_freem(nam);
	m_freem(control);
	return true;
}

void
dhcp6_send(struct socket *so, u_int ifindex, const uint8_t *msg, size_t len)
{
	struct sockaddr_in6 sin6 = { .sin6_len = sizeof(sin6),
	    .sin6_family = AF_INET6, .sin6_port = htons(DHCP6_SERVER_PORT),
	    .sin6_scope_id = ifindex };

	/* ff02::1:2 */
	sin6.sin6_addr.s6_addr[0] = 0xff;
	sin6.sin6_addr.s6_addr[1] = 2;
	sin6.sin6_addr.s6_addr[13] = 1;
	sin6.sin6_addr.s6_addr[15] = 2;
	dhcp_send_to(so, (struct sockaddr *)&sin6, msg, len);
}
