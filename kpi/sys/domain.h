/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A communications domain: the protocols of one address family, and what the
 * stack has to know of its addresses.
 */

#ifndef _SYS_DOMAIN_H_
#define	_SYS_DOMAIN_H_

#include <sys/atomic.h>
#include <sys/mbuf.h>
#include <sys/socket.h>

#include <net/route.h>

struct ifnet;
struct lwp;
struct protosw;

/* All constant, except dom_link, the list's. */
struct domain {
	int		dom_family;		/* AF_* */
	const char	*dom_name;
	void		(*dom_init)(void);
	/* Rights in a message that is received; in one that is thrown away. */
	int		(*dom_externalize)(struct mbuf *, struct lwp *, int);
	void		(*dom_dispose)(struct mbuf *);
	const struct protosw *dom_protosw;	/* the first */
	const struct protosw *dom_protoswNPROTOSW; /* behind the last */
	int		(*dom_rtattach)(rtbl_t **, int);
	int		dom_rtoffset;		/* of the key, in bits */
	int		dom_maxrtkey;
	/* The domain's data of an interface, if_afdata. */
	void		*(*dom_ifattach)(struct ifnet *);
	void		(*dom_ifdetach)(struct ifnet *, void *);
	void		(*dom_if_up)(struct ifnet *);
	void		(*dom_if_down)(struct ifnet *);
	void		(*dom_if_link_state_change)(struct ifnet *, int);
	/* The address in a struct sockaddr, and its size. */
	const void	*(*dom_sockaddr_const_addr)(const struct sockaddr *,
			    socklen_t *);
	void		*(*dom_sockaddr_addr)(struct sockaddr *, socklen_t *);
	int		(*dom_sockaddr_cmp)(const struct sockaddr *,
			    const struct sockaddr *);
	struct sockaddr	*(*dom_sockaddr_externalize)(struct sockaddr *,
			    socklen_t, const struct sockaddr *);
	const struct sockaddr *dom_sa_any;	/* the wildcard */
	STAILQ_ENTRY(domain) dom_link;
	struct mowner	dom_mowner;
	/* The part of a struct sockaddr that makes it differ. */
	uint_fast8_t	dom_sa_cmpofs;
	uint_fast8_t	dom_sa_cmplen;
};

STAILQ_HEAD(domainhead, domain);

#ifdef _KERNEL
#define	DOMAIN_DEFINE(name)						\
	extern struct domain name;					\
	__link_set_add_data(domains, name)

/* Without a lock: one may be attached meanwhile. */
#define	DOMAIN_FOREACH(dom)						\
	for ((dom) = atomic_load_consume(&STAILQ_FIRST(&domains));	\
	    (dom) != NULL;						\
	    (dom) = atomic_load_consume(&STAILQ_NEXT((dom), dom_link)))
extern struct domainhead domains;

/* Puts it on the list and initialises it and its protocols.  For good. */
void	domain_attach(struct domain *);
struct domain *pffinddomain(int);
#endif

#endif /* !_SYS_DOMAIN_H_ */
