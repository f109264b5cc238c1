/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast listener discovery: RFC 2710, RFC 3810.
 */

#ifndef _NETINET6_MLD6_VAR_H_
#define	_NETINET6_MLD6_VAR_H_

#ifdef _KERNEL
struct mbuf;

/* in6m_state. */
#define	MLD_OTHERLISTENER	0
#define	MLD_IREPORTEDLAST	1

void	mld_init(void);
/* A message of ICMPv6 at an offset; the packet is gone. */
void	mld_input(struct mbuf *, int);
#endif

#endif /* !_NETINET6_MLD6_VAR_H_ */
