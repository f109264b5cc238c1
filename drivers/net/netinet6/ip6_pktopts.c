/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of packets that go out, RFC 3542: those a socket has for all of
 * them, and those of control messages for one.  Each is checked when it is
 * given, so that ip6_output() need not.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net_in.h>

#include "in6_private.h"

void
ip6_initpktopts(struct ip6_pktopts *opt)
{

	memset(opt, 0, sizeof(*opt));
	opt->ip6po_hlim = -1;
	opt->ip6po_tclass = -1;
	opt->ip6po_minmtu = IP6PO_MINMTU_MCASTONLY;
	opt->ip6po_prefer_tempaddr = IP6PO_TEMPADDR_SYSTEM;
}

/* Bytes of an extension header. */
static size_t
ext_size(const void *ext)
{

	return ((size_t)((const struct ip6_ext *)ext)->ip6e_len + 1) << 3;
}

static void
free_ext(void *extp)
{
	struct ip6_ext **ext = extp;

	if (*ext != NULL)
		kmem_intr_free(*ext, ext_size(*ext));
	*ext = NULL;
}

static void
free_sa(struct sockaddr **sa)
{

	if (*sa != NULL)
		kmem_intr_free(*sa, sizeof(struct sockaddr_in6));
	*sa = NULL;
}

static void
free_pktinfo(struct ip6_pktopts *opt)
{

	if (opt->ip6po_pktinfo != NULL)
		kmem_intr_free(opt->ip6po_pktinfo,
		    sizeof(*opt->ip6po_pktinfo));
	opt->ip6po_pktinfo = NULL;
}

/* One of them, or all: -1. */
void
ip6_clearpktopts(struct ip6_pktopts *opt, int name)
{

	if (opt == NULL)
		return;
	if (name == -1 || name == IPV6_PKTINFO)
		free_pktinfo(opt);
	if (name == -1 || name == IPV6_HOPLIMIT)
		opt->ip6po_hlim = -1;
	if (name == -1 || name == IPV6_TCLASS)
		opt->ip6po_tclass = -1;
	if (name == -1 || name == IPV6_NEXTHOP)
		free_sa(&opt->ip6po_nexthop);
	if (name == -1 || name == IPV6_HOPOPTS)
		free_ext(&opt->ip6po_hbh);
	if (name == -1 || name == IPV6_RTHDRDSTOPTS)
		free_ext(&opt->ip6po_dest1);
	if (name == -1 || name == IPV6_DSTOPTS)
		free_ext(&opt->ip6po_dest2);
}

/* False: no memory. */
static bool
dup(const void *from, size_t len, void *top)
{
	void **to = top;

	if (from == NULL)
		return true;
	if ((*to = kmem_intr_alloc(len, KM_NOSLEEP)) == NULL)
		return false;
	memcpy(*to, from, len);
	return true;
}

static bool
dup_ext(const void *from, void *top)
{

	return dup(from, from != NULL ? ext_size(from) : 0, top);
}

/* ENOBUFS: what there is has to be freed. */
static int
copy(const struct ip6_pktopts *from, struct ip6_pktopts *to)
{

	ip6_initpktopts(to);
	to->ip6po_hlim = from->ip6po_hlim;
	to->ip6po_tclass = from->ip6po_tclass;
	to->ip6po_minmtu = from->ip6po_minmtu;
	to->ip6po_prefer_tempaddr = from->ip6po_prefer_tempaddr;
	to->ip6po_flags = from->ip6po_flags;
	return dup(from->ip6po_pktinfo, sizeof(*from->ip6po_pktinfo),
	    &to->ip6po_pktinfo) &&
	    dup(from->ip6po_nexthop, sizeof(struct sockaddr_in6),
	    &to->ip6po_nexthop) &&
	    dup_ext(from->ip6po_hbh, &to->ip6po_hbh) &&
	    dup_ext(from->ip6po_dest1, &to->ip6po_dest1) &&
	    dup_ext(from->ip6po_dest2, &to->ip6po_dest2) ? 0 : ENOBUFS;
}

struct ip6_pktopts *
ip6_copypktopts(struct ip6_pktopts *from, int how __unused)
{
	struct ip6_pktopts *to = kmem_intr_alloc(sizeof(*to), KM_NOSLEEP);

	if (to != NULL && copy(from, to) != 0) {
		ip6_clearpktopts(to, -1);
		kmem_intr_free(to, sizeof(*to));
		to = NULL;
	}
	return to;
}

/* Bytes in each packet. */
u_int
ip6_optlen(const struct inpcb *inp)
{
	const struct ip6_pktopts *opt = inp->inp_outopts;

	if (opt == NULL)
		return 0;
	return (u_int)((opt->ip6po_hbh != NULL ?
	    ext_size(opt->ip6po_hbh) : 0) + (opt->ip6po_dest2 != NULL ?
	    ext_size(opt->ip6po_dest2) : 0));
}

/*
 * Setting one: the data is len bytes, wherever they lie.
 */
static int
set_pktinfo(struct ip6_pktopts *opt, const void *data, size_t len)
{
	struct in6_pktinfo pi, *new = NULL;
	bool there;
	int s;

	if (len != sizeof(pi))
		return EINVAL;
	memcpy(&pi, data, sizeof(pi));
	if (pi.ipi6_ifindex == 0 && IN6_IS_ADDR_UNSPECIFIED(&pi.ipi6_addr)) {
		free_pktinfo(opt);
		return 0;
	}
	if (IN6_IS_ADDR_MULTICAST(&pi.ipi6_addr) ||
	    IN6_IS_ADDR_V4MAPPED(&pi.ipi6_addr))
		return EADDRNOTAVAIL;
	if (pi.ipi6_ifindex != 0) {
		s = pserialize_read_enter();
		there = if_byindex(pi.ipi6_ifindex) != NULL;
		pserialize_read_exit(s);
		if (!there)
			return ENXIO;
	}
	if (!dup(&pi, sizeof(pi), &new))
		return ENOBUFS;
	free_pktinfo(opt);
	opt->ip6po_pktinfo = new;
	return 0;
}

static int
set_nexthop(struct ip6_pktopts *opt, const void *data, size_t len,
    kauth_cred_t cred)
{
	struct sockaddr_in6 sin6;
	struct sockaddr *new = NULL;
	int error;

	if (kauth_authorize_network(cred, KAUTH_NETWORK_IPV6,
	    KAUTH_REQ_NETWORK_IPV6_HOPBYHOP, NULL, NULL, NULL) != 0)
		return EPERM;
	if (len == 0) {
		free_sa(&opt->ip6po_nexthop);
		return 0;
	}
	if (len != sizeof(sin6))
		return EINVAL;
	memcpy(&sin6, data, sizeof(sin6));
	if (sin6.sin6_len != sizeof(sin6))
		return EINVAL;
	if (sin6.sin6_family != AF_INET6)
		return EAFNOSUPPORT;
	if (IN6_IS_ADDR_UNSPECIFIED(&sin6.sin6_addr) ||
	    IN6_IS_ADDR_MULTICAST(&sin6.sin6_addr))
		return EINVAL;
	if ((error = sa6_embedscope(&sin6, ip6_use_defzone)) != 0)
		return error;
	if (!dup(&sin6, sizeof(sin6), &new))
		return ENOBUFS;
	free_sa(&opt->ip6po_nexthop);
	opt->ip6po_nexthop = new;
	return 0;
}

/* Are they options that follow each other as they should? */
static bool
wellformed(const uint8_t *p, size_t left)
{
	size_t len;

	for (; left > 0; left -= len, p += len) {
		if (*p == IP6OPT_PAD1)
			len = 1;
		else if (left < IP6OPT_MINLEN ||
		    (len = (size_t)p[1] + 2) > left)
			return false;
	}
	return true;
}

static int
set_ext(void *extp, const void *data, size_t len)
{
	void *new = NULL;

	if (len != 0) {
		if (len < 8 || len != ext_size(data) ||
		    !wellformed((const uint8_t *)data + 2, len - 2))
			return EINVAL;
		if (!dup(data, len, &new))
			return ENOBUFS;
	}
	free_ext(extp);
	*(void **)extp = new;
	return 0;
}

static int
set_hopopts(struct ip6_pktopts *opt, const void *data, size_t len,
    kauth_cred_t cred)
{

	if (kauth_authorize_network(cred, KAUTH_NETWORK_IPV6,
	    KAUTH_REQ_NETWORK_IPV6_HOPBYHOP, NULL, NULL, NULL) != 0)
		return EPERM;
	return set_ext(&opt->ip6po_hbh, data, len);
}

static int
set_int(struct ip6_pktopts *opt, int name, int v)
{

	switch (name) {
	case IPV6_HOPLIMIT:
		if (v < -1 || v > IPV6_MAXHLIM)
			return EINVAL;
		opt->ip6po_hlim = v;
		return 0;
	case IPV6_TCLASS:
		if (v < -1 || v > 255)
			return EINVAL;
		opt->ip6po_tclass = v;
		return 0;
	case IPV6_USE_MIN_MTU:
		if (v < IP6PO_MINMTU_MCASTONLY || v > IP6PO_MINMTU_ALL)
			return EINVAL;
		opt->ip6po_minmtu = v;
		return 0;
	case IPV6_PREFER_TEMPADDR:
		if (v < IP6PO_TEMPADDR_SYSTEM || v > IP6PO_TEMPADDR_PREFER)
			return EINVAL;
		opt->ip6po_prefer_tempaddr = v;
		return 0;
	default:
		KASSERT(name == IPV6_DONTFRAG);
		if (v != 0 && v != 1)
			return EINVAL;
		opt->ip6po_flags = v != 0 ? IP6PO_DONTFRAG : 0;
		return 0;
	}
}

static int
set_one(struct ip6_pktopts *opt, int name, const void *data, size_t len,
    kauth_cred_t cred)
{
	int v;

	switch (name) {
	case IPV6_PKTINFO:
		return set_pktinfo(opt, data, len);
	case IPV6_NEXTHOP:
		return set_nexthop(opt, data, len, cred);
	case IPV6_HOPOPTS:
		return set_hopopts(opt, data, len, cred);
	case IPV6_DSTOPTS:
		return set_ext(&opt->ip6po_dest2, data, len);
	case IPV6_RTHDRDSTOPTS:
		return set_ext(&opt->ip6po_dest1, data, len);
	case IPV6_RTHDR:
		/* There is no type that may be sent: RFC 5095. */
		return len == 0 ? 0 : EINVAL;
	case IPV6_HOPLIMIT:
	case IPV6_TCLASS:
	case IPV6_USE_MIN_MTU:
	case IPV6_PREFER_TEMPADDR:
	case IPV6_DONTFRAG:
		if (len != sizeof(v))
			return EINVAL;
		memcpy(&v, data, sizeof(v));
		return set_int(opt, name, v);
	default:
		return ENOPROTOOPT;
	}
}

/*
 * A socket's.
 */
bool
ip6_is_pktopt(int name)
{

	switch (name) {
	case IPV6_PKTINFO:
	case IPV6_NEXTHOP:
	case IPV6_HOPOPTS:
	case IPV6_DSTOPTS:
	case IPV6_RTHDRDSTOPTS:
	case IPV6_RTHDR:
	case IPV6_USE_MIN_MTU:
	case IPV6_PREFER_TEMPADDR:
	case IPV6_DONTFRAG:
		return true;
	default:
		return false;
	}
}

int
ip6_set_sticky(struct inpcb *inp, const struct sockopt *sopt)
{

	if (inp->inp_outopts == NULL) {
		inp->inp_outopts = kmem_intr_alloc(sizeof(*inp->inp_outopts),
		    KM_NOSLEEP);
		if (inp->inp_outopts == NULL)
			return ENOBUFS;
		ip6_initpktopts(inp->inp_outopts);
	}
	return set_one(inp->inp_outopts, sopt->sopt_name, sopt->sopt_data,
	    sopt->sopt_size, curlwp->l_cred);
}

static int
get_ext(const void *ext, struct sockopt *sopt)
{

	return ext == NULL ? 0 : sockopt_set(sopt, ext, ext_size(ext));
}

static int
get_pktinfo(const struct ip6_pktopts *opt, struct sockopt *sopt)
{
	static const struct in6_pktinfo none;

	return sockopt_set(sopt, opt->ip6po_pktinfo != NULL ?
	    opt->ip6po_pktinfo : &none, sizeof(none));
}

static int
get_nexthop(const struct ip6_pktopts *opt, struct sockopt *sopt)
{
	struct sockaddr_in6 sin6;

	if (opt->ip6po_nexthop == NULL)
		return 0;
	sin6 = *satocsin6(opt->ip6po_nexthop);
	(void)sa6_recoverscope(&sin6);
	return sockopt_set(sopt, &sin6, sizeof(sin6));
}

int
ip6_get_sticky(const struct inpcb *inp, struct sockopt *sopt)
{
	const struct ip6_pktopts *opt = inp->inp_outopts;
	struct ip6_pktopts none;

	if (opt == NULL) {
		ip6_initpktopts(&none);
		opt = &none;
	}
	switch (sopt->sopt_name) {
	case IPV6_PKTINFO:
		return get_pktinfo(opt, sopt);
	case IPV6_NEXTHOP:
		return get_nexthop(opt, sopt);
	case IPV6_HOPOPTS:
		return get_ext(opt->ip6po_hbh, sopt);
	case IPV6_DSTOPTS:
		return get_ext(opt->ip6po_dest2, sopt);
	case IPV6_RTHDRDSTOPTS:
		return get_ext(opt->ip6po_dest1, sopt);
	case IPV6_RTHDR:
		return 0;
	case IPV6_USE_MIN_MTU:
		return sockopt_setint(sopt, opt->ip6po_minmtu);
	case IPV6_PREFER_TEMPADDR:
		return sockopt_setint(sopt, opt->ip6po_prefer_tempaddr);
	default:
		return sockopt_setint(sopt,
		    (opt->ip6po_flags & IP6PO_DONTFRAG) != 0);
	}
}

/*
 * A packet's.  Whatever is returned, opt is to be cleared.
 */
int
ip6_setpktopts(struct mbuf *control, struct ip6_pktopts *opt,
    struct ip6_pktopts *sticky, kauth_cred_t cred, int proto __unused)
{
	const struct cmsghdr *cm;
	size_t off = 0;
	int error;

	ip6_initpktopts(opt);
	if (sticky != NULL && (error = copy(sticky, opt)) != 0)
		return error;
	while ((error = in_cmsg_next(control, IPPROTO_IPV6, &off, &cm)) == 0 &&
	    cm != NULL) {
		if ((error = set_one(opt, cm->cmsg_type, CCMSG_DATA(cm),
		    cm->cmsg_len - CMSG_LEN(0), cred)) != 0)
			break;
	}
	return error;
}
