/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources about routes have in common and no other.
 */

#ifndef _KERN_NET_ROUTE_PRIVATE_H_
#define	_KERN_NET_ROUTE_PRIVATE_H_

#include <sys/rwlock.h>

#include <net/route.h>
#include <net/rtbl.h>

/* rtbl.c: tables and what is marked r in <net/route.h>. */
extern krwlock_t	rt_lock;
#define	RT_RLOCK()	rw_enter(&rt_lock, RW_READER)
#define	RT_WLOCK()	rw_enter(&rt_lock, RW_WRITER)
#define	RT_UNLOCK()	rw_exit(&rt_lock)
struct rtentry *rt_search(sa_family_t, int (*)(struct rtentry *, void *),
	    void *);

/* rt_entry.c */
extern pserialize_t	rt_psz;
extern struct psref_class *rt_psref_class;
void	rt_entry_init(void);
struct rtentry *rt_alloc(const struct sockaddr *, const struct sockaddr *);
void	rt_destroy(struct rtentry *);
void	rt_ref(struct rtentry *);
int	rt_settag(struct rtentry *, const struct sockaddr *);
void	rt_set_ifa(struct rtentry *, struct ifaddr *);
/* Until all that rt_free() was called with are gone. */
void	rt_free_wait(void);

/* route.c: the address a request leads to; the caller is bound to his CPU. */
struct ifaddr *rt_getifa(struct rt_addrinfo *, struct psref *);
void	rt_call_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);

/* rtcache.c: all caches look anew. */
void	rtcache_invalidate(void);

/* rt_timer.c */
void	rt_timer_init(void);

/* if_addr.c */
struct ifaddr *ifa_ifwithroute_psref(int, const struct sockaddr *,
	    const struct sockaddr *, struct psref *);

#endif /* !_KERN_NET_ROUTE_PRIVATE_H_ */
