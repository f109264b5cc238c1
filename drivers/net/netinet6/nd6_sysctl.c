/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(7) about routers and prefixes: the lists of net.inet6.icmp6, as
 * NetBSD has them before version 10, with servers of names besides; and the
 * variables of this part of net.inet6.ip6 and net.inet6.icmp6.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net_in.h>

#include "nd6_private.h"

/* A table as it is copied out. */
struct out {
	struct lwp	*o_l;
	char		*o_buf;		/* NULL: only the size is asked */
	size_t		o_room, o_used;
	int		o_error;
};

static void
put(struct out *o, const void *rec, size_t len)
{

	if (o->o_error != 0)
		return;
	if (o->o_buf != NULL) {
		if (o->o_room - o->o_used < len)
			o->o_error = ENOMEM;
		else
			o->o_error = sysctl_copyout(o->o_l, rec,
			    o->o_buf + o->o_used, len);
	}
	if (o->o_error == 0)
		o->o_used += len;
}

static struct sockaddr_in6
outside(const struct in6_addr *addr)
{
	struct sockaddr_in6 sin6;

	sockaddr_in6_init(&sin6, addr, 0, 0, 0);
	(void)sa6_recoverscope(&sin6);
	return sin6;
}

/*
 * Each interface's; IFNET_LOCK is held.
 */
static void
put_router(struct nd6_if *nx, struct out *o, u_int n)
{
	struct in6_defrouter rec;
	struct nd6_router *nr;

	memset(&rec, 0, sizeof(rec));
	mutex_enter(&nd6_rtr_lock);
	LIST_FOREACH(nr, &nx->nx_routers, nr_next) {
		if (n-- == 0)
			break;
	}
	if (nr != NULL) {
		rec.rtaddr = outside(&nr->nr_addr);
		rec.flags = nr->nr_flags;
		rec.rtlifetime = nr->nr_lifetime;
		rec.expire = (u_long)nd6_wall(nr->nr_expire);
		rec.if_index = nx->nx_ifp->if_index;
	}
	mutex_exit(&nd6_rtr_lock);
	if (nr != NULL)
		put(o, &rec, sizeof(rec));
}

/* Lists change only with IFNET_LOCK, but flags of routers. */
static void
put_routers(struct nd6_if *nx, struct out *o)
{
	u_int n;

	for (n = 0; n < nx->nx_nrouters; n++)
		put_router(nx, o, n);
}

static void
put_prefix(const struct nd6_if *nx, const struct nd6_prefix *np, struct out *o)
{
	const bool forever = np->np_vltime == ND6_INFINITE_LIFETIME;
	const struct sockaddr_in6 router = outside(&np->np_router);
	struct in6_prefix rec;

	memset(&rec, 0, sizeof(rec));
	rec.prefix = outside(&np->np_prefix);
	rec.raflags.onlink =
	    (np->np_flags & ND_OPT_PI_FLAG_ONLINK) != 0;
	rec.raflags.autonomous = (np->np_flags & ND_OPT_PI_FLAG_AUTO) != 0;
	rec.prefixlen = np->np_plen;
	rec.origin = PR_ORIG_RA;
	rec.vltime = np->np_vltime;
	rec.pltime = np->np_pltime;
	rec.expire = forever ? 0 :
	    nd6_wall(np->np_update + (time_t)np->np_vltime);
	rec.flags = np->np_onlink ? NDPRF_ONLINK : 0;
	rec.if_index = nx->nx_ifp->if_index;
	rec.advrtrs = 1;
	put(o, &rec, sizeof(rec));
	put(o, &router, sizeof(router));
}

static void
put_prefixes(struct nd6_if *nx, struct out *o)
{
	const struct nd6_prefix *np;

	LIST_FOREACH(np, &nx->nx_prefixes, np_next)
		put_prefix(nx, np, o);
}

static time_t
dns_expire(time_t uptime)
{

	return uptime == ND6_DNS_FOREVER ? 0 : nd6_wall(uptime);
}

static void
put_dns(struct nd6_if *nx, struct out *o)
{
	const struct nd6_dns *nd;
	struct in6_nddns rec;

	for (nd = nx->nx_dns; nd < &nx->nx_dns[ND6_DNS_MAX]; nd++) {
		if (nd->nd_expire <= time_uptime)
			continue;
		memset(&rec, 0, sizeof(rec));
		rec.server = outside(&nd->nd_addr);
		rec.expire = dns_expire(nd->nd_expire);
		rec.if_index = nx->nx_ifp->if_index;
		put(o, &rec, sizeof(rec));
	}
}

static void
put_search(struct nd6_if *nx, struct out *o)
{
	const struct nd6_search *ns;
	struct in6_ndsearch rec;

	LIST_FOREACH(ns, &nx->nx_search, ns_next) {
		if (ns->ns_expire <= time_uptime)
			continue;
		memset(&rec, 0, sizeof(rec));
		rec.expire = dns_expire(ns->ns_expire);
		rec.if_index = nx->nx_ifp->if_index;
		strlcpy(rec.name, ns->ns_name, sizeof(rec.name));
		put(o, &rec, sizeof(rec));
	}
}

static void
each(void (*func)(struct nd6_if *, struct out *), struct out *o)
{
	struct psref psref;
	struct ifnet *ifp;
	int s, bound = curlwp_bind();

	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp) {
		if (if_is_deactivated(ifp))
			continue;
		if_acquire(ifp, &psref);
		pserialize_read_exit(s);
		IFNET_LOCK(ifp);
		if (nd6_if(ifp) != NULL)
			(*func)(nd6_if(ifp), o);
		IFNET_UNLOCK(ifp);
		s = pserialize_read_enter();
		if_release(ifp, &psref);
	}
	pserialize_read_exit(s);
	curlwp_bindx(bound);
}

static int
table(void (*func)(struct nd6_if *, struct out *), SYSCTLFN_ARGS)
{
	struct out o = {
		.o_l = l,
		.o_buf = oldp,
		.o_room = oldp != NULL ? *oldlenp : 0,
	};

	if (namelen != 0)
		return EINVAL;
	if (newp != NULL)
		return EPERM;
	each(func, &o);
	*oldlenp = o.o_used;
	return o.o_error;
}

static int
drlist_handler(SYSCTLFN_ARGS)
{

	return table(put_routers, SYSCTLFN_CALL(rnode));
}

static int
prlist_handler(SYSCTLFN_ARGS)
{

	return table(put_prefixes, SYSCTLFN_CALL(rnode));
}

static int
dns_handler(SYSCTLFN_ARGS)
{

	return table(put_dns, SYSCTLFN_CALL(rnode));
}

static int
search_handler(SYSCTLFN_ARGS)
{

	return table(put_search, SYSCTLFN_CALL(rnode));
}

/*
 * Variables.
 */
static const struct in_sysctl_var ip6_vars[] = {
	{ "accept_rtadv", SYSCTL_DESCR("Believe routers"),
	    &ip6_accept_rtadv, 0, 1, IPV6CTL_ACCEPT_RTADV, NULL },
	{ "auto_linklocal", SYSCTL_DESCR("A link-local address by itself"),
	    &ip6_auto_linklocal, 0, 1, IPV6CTL_AUTO_LINKLOCAL, NULL },
	{ "dad_count", SYSCTL_DESCR("Probes for duplicate addresses"),
	    &ip6_dad_count, 0, 32, IPV6CTL_DAD_COUNT, NULL },
	{ "maxifprefixes", SYSCTL_DESCR("Prefixes routers can tell of"),
	    &ip6_maxifprefixes, 0, ND6_PREFIXES_MAX, 0, NULL },
	{ "use_tempaddr", SYSCTL_DESCR("Temporary addresses"),
	    &ip6_use_tempaddr, 0, 1, 0, NULL },
	{ "temppltime", SYSCTL_DESCR(
	    "Seconds a temporary address is preferred"),
	    &ip6_temppltime, 1, INT_MAX, 0, NULL },
	{ "tempvltime", SYSCTL_DESCR("Seconds a temporary address is valid"),
	    &ip6_tempvltime, 1, INT_MAX, 0, NULL },
};

static const struct in_sysctl_var icmp6_vars[] = {
	{ "rediraccept", SYSCTL_DESCR("Believe redirects"),
	    &icmp6_rediraccept, 0, 1, ICMPV6CTL_REDIRACCEPT, NULL },
	{ "redirtimeout", SYSCTL_DESCR("Seconds a redirect is good"),
	    &icmp6_redirtimeout, 1, INT_MAX, ICMPV6CTL_REDIRTIMEOUT, NULL },
	{ "nd6_debug", SYSCTL_DESCR("Log what neighbours do wrong"),
	    &nd6_debug, 0, 1, ICMPV6CTL_ND6_DEBUG, NULL },
};

static void
list(const char *name, const char *descr, int num, sysctlfn func)
{

	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, name, descr, func, 0, NULL, 0, CTL_NET, PF_INET6,
	    IPPROTO_ICMPV6, num, CTL_EOL);
}

void
nd6_sysctl_setup(void)
{

	in_sysctl_node(PF_INET6, IPPROTO_IPV6, "ip6", SYSCTL_DESCR("IPv6"));
	in_sysctl_vars(PF_INET6, IPPROTO_IPV6, ip6_vars,
	    __arraycount(ip6_vars));
	in_sysctl_node(PF_INET6, IPPROTO_ICMPV6, "icmp6",
	    SYSCTL_DESCR("ICMPv6"));
	in_sysctl_vars(PF_INET6, IPPROTO_ICMPV6, icmp6_vars,
	    __arraycount(icmp6_vars));
	list("nd6_drlist", SYSCTL_DESCR("Default routers"),
	    ICMPV6CTL_ND6_DRLIST, drlist_handler);
	list("nd6_prlist", SYSCTL_DESCR("Prefixes"), ICMPV6CTL_ND6_PRLIST,
	    prlist_handler);
	list("nd6_dns", SYSCTL_DESCR("Servers of names"),
	    ICMPV6CTL_ND6_DNS, dns_handler);
	list("nd6_search", SYSCTL_DESCR("Domains to search names in"),
	    ICMPV6CTL_ND6_SEARCH, search_handler);
}
