/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where packets go that came in: protocols are components, so each says which
 * queue, or function, is that of its Ethernet type or address family.
 */

#ifndef _KERN_NET_NET_INPUT_H_
#define	_KERN_NET_NET_INPUT_H_

#include <sys/types.h>

struct ifnet;
struct mbuf;

void	net_input_init(void);
/* The packet is taken, or false: no such protocol here, it is the caller's. */
bool	net_input_ether(struct ifnet *, struct mbuf *, uint16_t);

#endif /* !_KERN_NET_NET_INPUT_H_ */
