/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MPLS in the kernel: the label that a route says a packet should have.
 */

#ifndef _NETMPLS_MPLS_VAR_H_
#define	_NETMPLS_MPLS_VAR_H_

#include <netmpls/mpls.h>

/* Of a route whose tag, rt_gettag(), is an address of AF_MPLS. */
#define	MPLS_GETSADDR(rt)						\
	(((const struct sockaddr_mpls *)(rt)->rt_tag)->smpls_addr.s_addr)

#endif /* !_NETMPLS_MPLS_VAR_H_ */
