/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet ndp: neighbours of IPv6 and their link addresses, by a dump of them
 * and by a routing socket; routers and prefixes, by net.inet6.icmp6.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rumpnet.h"

#define	LLADDR_LEN	6
#define	ON_LINK		1	/* of raflags */
#define	AUTONOMOUS	2

struct request {
	struct rump_rt_msghdr hdr;
	struct rump_sockaddr_in6 dst;
	char room[4];		/* of RUMP_RT_ROUNDUP */
};

/* Till a time of the clock; 0: for ever. */
static const char *
left(int64_t expire)
{
	static char text[24];
	const int64_t sec = expire - time(NULL);

	if (expire == 0)
		return "never";
	(void)snprintf(text, sizeof(text), "%jds",
	    (intmax_t)(sec > 0 ? sec : 0));
	return text;
}

/*
 * Neighbours.
 */
static int
missing(const char *addr)
{

	if (errno == RUMP_ENOENT || errno == RUMP_ESRCH ||
	    errno == RUMP_ENETUNREACH)
		return rn_failx("%s: there is no such neighbour", addr);
	return rn_fail("%s", addr);
}

static int
delete(const union rn_host *h)
{
	struct request rq;

	memset(&rq, 0, sizeof(rq));
	rq.hdr.rtm_msglen = sizeof(rq.hdr) +
	    (uint16_t)RUMP_RT_ROUNDUP(sizeof(rq.dst));
	rq.hdr.rtm_version = RUMP_RTM_VERSION;
	rq.hdr.rtm_type = RUMP_RTM_DELETE;
	rq.hdr.rtm_seq = RN_SEQ;
	rq.hdr.rtm_flags = RUMP_RTF_HOST | RUMP_RTF_LLDATA;
	rq.hdr.rtm_addrs = 1 << RUMP_RTAX_DST;
	rq.dst = h->in6;
	return rn_ask(&rq.hdr, NULL) == 0 ? RN_OK : missing(rn_host_text(h));
}

static void
show(const struct rump_rt_msghdr *rtm, const struct rump_sockaddr_in6 *sin6,
    const struct rump_sockaddr_dl *sdl)
{
	static const char *const states[] = { "incomplete", "reachable",
	    "stale", "delay", "probe" };
	const char *ifname = rn_ifname(rtm->rtm_index), *state = "-";
	const uint8_t *p = (const uint8_t *)sdl->sdl_data + sdl->sdl_nlen;
	struct rump_in6_nbrinfo nbi = { .expire = 0 };
	char link[18] = "incomplete";

	if (sdl->sdl_alen == LLADDR_LEN)
		(void)snprintf(link, sizeof(link),
		    "%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2], p[3],
		    p[4], p[5]);
	(void)snprintf(nbi.ifname, sizeof(nbi.ifname), "%s", ifname);
	memcpy(nbi.addr, sin6->sin6_addr, sizeof(nbi.addr));
	/* It may go meanwhile; our own are in no state. */
	if ((rtm->rtm_flags & RUMP_RTF_LOCAL) == 0 && rn_control_by(
	    RUMP_AF_INET6, RUMP_SIOCGNBRINFO_IN6, &nbi) == 0 &&
	    nbi.state >= 0 && nbi.state < (int)(sizeof(states) /
	    sizeof(states[0])))
		state = states[nbi.state];
	(void)printf("%-31s %-17s %-10s %-8s %-10s %s%s%s\n",
	    rn_host_text(sin6), link, ifname, left(rtm->rtm_rmx.rmx_expire),
	    state, nbi.isrouter != 0 ? "R" : "",
	    (rtm->rtm_flags & RUMP_RTF_LOCAL) != 0 ? "l" : "",
	    (rtm->rtm_flags & RUMP_RTF_STATIC) != 0 ? "S" : "");
}

/* Is a message about a neighbour of IPv6, or that one?  Then it is shown. */
static bool
visit(const struct rump_rt_msghdr *rtm, const union rn_host *only)
{
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];
	const struct rump_sockaddr_in6 *sin6;
	const struct rump_sockaddr_dl *sdl;
	union rn_host h;

	if (!rn_addrs(rtm, rtm->rtm_msglen, sizeof(*rtm), rtm->rtm_addrs, sa))
		return false;
	sin6 = (const void *)sa[RUMP_RTAX_DST];
	sdl = (const void *)sa[RUMP_RTAX_GATEWAY];
	if (sin6 == NULL || sdl == NULL ||
	    sin6->sin6_family != RUMP_AF_INET6 ||
	    sdl->sdl_family != RUMP_AF_LINK)
		return false;
	h.in6 = *sin6;
	rn_embed(&h);
	if (only != NULL && memcmp(h.in6.sin6_addr, only->in6.sin6_addr,
	    sizeof(h.in6.sin6_addr)) != 0)
		return false;
	show(rtm, sin6, sdl);
	return true;
}

static int
show_neighbours(const union rn_host *only)
{
	const struct rump_rt_msghdr *rtm;
	size_t len, off;
	char *buf = rn_dump(RUMP_NET_RT_FLAGS, &len);
	bool seen = false;

	if (buf == NULL)
		return rn_fail("neighbours");
	for (off = 0; len - off >= sizeof(*rtm); off += rtm->rtm_msglen) {
		rtm = (const void *)(buf + off);
		if (rtm->rtm_msglen < sizeof(*rtm) ||
		    rtm->rtm_msglen > len - off)
			break;
		if (visit(rtm, only))
			seen = true;
	}
	free(buf);
	if (only == NULL || seen)
		return RN_OK;
	errno = RUMP_ENOENT;
	return missing(rn_host_text(only));
}

/*
 * What routers told.
 */
static void *
list(const char *node, size_t *lenp)
{
	int mib[RN_MIB], n = rn_mib(node, mib);

	return n == -1 ? NULL : rn_sysctl(mib, n, lenp);
}

static int
show_routers(void)
{
	size_t len, i;
	struct rump_in6_defrouter *dr = list("net.inet6.icmp6.nd6_drlist",
	    &len);

	if (dr == NULL)
		return rn_fail("routers");
	for (i = 0; i < len / sizeof(*dr); i++)
		(void)printf("%-31s %-10s %s\n", rn_host_text(&dr[i].rtaddr),
		    rn_ifname(dr[i].if_index), left((int64_t)dr[i].expire));
	free(dr);
	return RN_OK;
}

static void
show_seconds(uint32_t sec)
{

	if (sec == RUMP_ND6_INFINITE_LIFETIME)
		(void)printf(" %-8s", "ever");
	else
		(void)printf(" %-8ju", (uintmax_t)sec);
}

static void
show_prefix(const struct rump_in6_prefix *pr)
{
	char text[96];

	(void)snprintf(text, sizeof(text), "%s/%d", rn_host_text(&pr->prefix),
	    pr->prefixlen);
	(void)printf("%-31s %-10s", text, rn_ifname(pr->if_index));
	show_seconds(pr->vltime);
	show_seconds(pr->pltime);
	(void)printf(" %-8s %s%s\n", left(pr->expire),
	    (pr->raflags & ON_LINK) != 0 ? "L" : "",
	    (pr->raflags & AUTONOMOUS) != 0 ? "A" : "");
}

static int
show_prefixes(void)
{
	struct rump_in6_prefix pr;
	size_t len, off = 0, size;
	char *buf = list("net.inet6.icmp6.nd6_prlist", &len);

	if (buf == NULL)
		return rn_fail("prefixes");
	while (len - off >= sizeof(pr)) {
		memcpy(&pr, buf + off, sizeof(pr));
		size = sizeof(pr) + pr.advrtrs *
		    sizeof(struct rump_sockaddr_in6);
		if (size > len - off)
			break;
		show_prefix(&pr);
		off += size;
	}
	free(buf);
	return RN_OK;
}

int
rn_ndp(int argc, char **argv)
{
	union rn_host h;
	int opt, what = 0;

	while ((opt = getopt(argc, argv, "+adpr")) != -1) {
		if (opt == '?')
			return rn_usage("which option?");
		if (what != 0 && what != opt)
			return rn_usage("one thing at a time");
		what = opt;
	}
	argc -= optind;
	argv += optind;
	if (argc == 0 && what != 'd')
		return what == 'r' ? show_routers() :
		    what == 'p' ? show_prefixes() : show_neighbours(NULL);
	if (argc != 1 || (what != 0 && what != 'd'))
		return rn_usage("which neighbour?");
	if (!rn_host(argv[0], &h) || h.sa.sa_family != RUMP_AF_INET6)
		return rn_usage("%s is no address of IPv6", argv[0]);
	rn_embed(&h);
	return what == 'd' ? delete(&h) : show_neighbours(&h);
}
