/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scopes of addresses, RFC 4007.  A zone of links is the index of its
 * interface.  Inside the kernel an address of a link, or of an interface, has
 * its zone in the second 16 bits, network order; packets and programs never
 * see that.
 */

#ifndef _NETINET6_SCOPE6_VAR_H_
#define	_NETINET6_SCOPE6_VAR_H_

#ifdef _KERNEL
#include <sys/types.h>

#include <netinet/in.h>

struct ifnet;

#define	SCOPE6_ID_MAX	16

/* Zones of an interface, by IPV6_ADDR_SCOPE_*. */
struct scope6_id {
	uint32_t	s6id_list[SCOPE6_ID_MAX];
};

void	scope6_init(void);
/* An interface comes: memory to be given back by the second. */
struct scope6_id *scope6_ifattach(struct ifnet *);
void	scope6_ifdetach(struct scope6_id *);
/* The zone of an address: by default, or of an interface; 0: it has none. */
uint32_t scope6_addr2default(const struct in6_addr *);
uint32_t in6_addr2scopeid(const struct ifnet *, const struct in6_addr *);
/* IPV6_ADDR_SCOPE_*. */
int	in6_addrscope(const struct in6_addr *);
/* An interface for addresses whose zone is not said, if sysctl lets them be;
 * 0: none. */
void	scope6_setdefault(u_int);

/*
 * From what a program gave: sin6_scope_id goes into the address.  defaultok:
 * without one there may be a default.  ENXIO: no such zone.
 */
int	sa6_embedscope(struct sockaddr_in6 *, int defaultok);
/* Back; ENXIO: the interface is gone. */
int	sa6_recoverscope(struct sockaddr_in6 *);
/*
 * Into an address that belongs to the interface; its zone to the third, if
 * that is not NULL.  EINVAL: ::1 of another interface than a loopback one.
 */
int	in6_setscope(struct in6_addr *, const struct ifnet *, uint32_t *);
/* Out of it: 1, there was one. */
int	in6_clearscope(struct in6_addr *);
#endif /* _KERNEL */

#endif /* !_NETINET6_SCOPE6_VAR_H_ */
