/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an interface gets of IPv6 by itself: a link-local address, or ::1.
 */

#ifndef _NETINET6_IN6_IFATTACH_H_
#define	_NETINET6_IN6_IFATTACH_H_

#ifdef _KERNEL
struct ifnet;

/* As soon as it is up; the second (NULL): one with the same link address. */
void	in6_ifattach(struct ifnet *, struct ifnet *);
void	in6_ifdetach(struct ifnet *);
#endif

#endif /* !_NETINET6_IN6_IFATTACH_H_ */
