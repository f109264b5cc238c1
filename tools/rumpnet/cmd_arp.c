/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet arp: neighbours and their link addresses, by a dump of them and by
 * a routing socket.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "rumpnet.h"

#define	LLADDR_LEN	6
#define	TEMPORARY	(20 * 60)	/* seconds */

struct request {
	struct rump_rt_msghdr hdr;
	char room[128];
};

static void
begin(struct request *rq, int type, const struct rump_sockaddr_in *sin)
{

	memset(rq, 0, sizeof(*rq));
	rq->hdr.rtm_msglen = sizeof(rq->hdr);
	rq->hdr.rtm_version = RUMP_RTM_VERSION;
	rq->hdr.rtm_type = (uint8_t)type;
	rq->hdr.rtm_seq = RN_SEQ;
	rq->hdr.rtm_flags = RUMP_RTF_HOST | RUMP_RTF_LLDATA;
	rq->hdr.rtm_addrs = 1 << RUMP_RTAX_DST;
	memcpy(rq->room, sin, sizeof(*sin));
	rq->hdr.rtm_msglen += sizeof(*sin);
}

/* Six numbers of one or two digits of base 16. */
static bool
link_address(const char *s, uint8_t addr[LLADDR_LEN])
{
	int i;

	for (i = 0; i < LLADDR_LEN; i++) {
		char *end;
		unsigned long n;

		if (!isxdigit((unsigned char)*s))
			return false;
		n = strtoul(s, &end, 16);
		if (end - s > 2 || *end != (i == LLADDR_LEN - 1 ? '\0' : ':'))
			return false;
		addr[i] = (uint8_t)n;
		s = end + 1;
	}
	return true;
}

/* Neither a process nor a file is missing, whatever the number says. */
static int
refused(const char *addr)
{

	if (errno == RUMP_ENETUNREACH)
		return rn_failx("%s is in no net of an interface", addr);
	if (errno == RUMP_ENOENT || errno == RUMP_ESRCH)
		return rn_failx("%s: there is no such neighbour", addr);
	return rn_fail("%s", addr);
}

/* "auto": that of the interface by which one would get there. */
static bool
own_link_address(const struct rump_sockaddr_in *sin, uint8_t *addr)
{
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];
	const struct rump_sockaddr_dl *sdl;
	struct rump_sockaddr_dl any = { .sdl_len = sizeof(any),
	    .sdl_family = RUMP_AF_LINK };
	union rn_answer an;
	struct request rq;

	begin(&rq, RUMP_RTM_GET, sin);
	rq.hdr.rtm_addrs |= 1 << RUMP_RTAX_IFP;
	memcpy((char *)&rq + rq.hdr.rtm_msglen, &any, sizeof(any));
	rq.hdr.rtm_msglen += sizeof(any);
	if (rn_ask(&rq.hdr, &an) == -1 || !rn_addrs(&an, an.hdr.rtm_msglen,
	    sizeof(an.hdr), an.hdr.rtm_addrs, sa) ||
	    (sdl = (const void *)sa[RUMP_RTAX_IFP]) == NULL ||
	    sdl->sdl_alen != LLADDR_LEN || sdl->sdl_nlen + LLADDR_LEN >
	    sdl->sdl_len - (int)offsetof(struct rump_sockaddr_dl, sdl_data))
		return false;
	memcpy(addr, sdl->sdl_data + sdl->sdl_nlen, LLADDR_LEN);
	return true;
}

static int
set(int argc, char **argv)
{
	struct rump_sockaddr_dl sdl = { .sdl_len = sizeof(sdl),
	    .sdl_family = RUMP_AF_LINK, .sdl_alen = LLADDR_LEN };
	struct rump_sockaddr_in sin;
	struct request rq;
	int i;

	if (argc < 2)
		return rn_usage("-s wants an address and a link address");
	if (!rn_address(argv[0], &sin))
		return rn_usage("%s is no address", argv[0]);
	if (strcmp(argv[1], "auto") == 0) {
		if (!own_link_address(&sin, (uint8_t *)sdl.sdl_data))
			return rn_failx("%s: no interface with a link "
			    "address leads there", argv[0]);
	} else if (!link_address(argv[1], (uint8_t *)sdl.sdl_data))
		return rn_usage("%s is no link address", argv[1]);
	begin(&rq, RUMP_RTM_ADD, &sin);
	for (i = 2; i < argc; i++) {
		if (strcmp(argv[i], "temp") == 0)
			rq.hdr.rtm_rmx.rmx_expire = time(NULL) + TEMPORARY;
		else if (strcmp(argv[i], "pub") == 0)
			rq.hdr.rtm_flags |= RUMP_RTF_ANNOUNCE;
		else
			return rn_usage("%s: temp or pub?", argv[i]);
	}
	rq.hdr.rtm_inits = 1 << 2;	/* of rmx_expire */
	rq.hdr.rtm_addrs |= 1 << RUMP_RTAX_GATEWAY;
	memcpy((char *)&rq + rq.hdr.rtm_msglen, &sdl, sizeof(sdl));
	rq.hdr.rtm_msglen += sizeof(sdl);
	return rn_ask(&rq.hdr, NULL) == 0 ? RN_OK : refused(argv[0]);
}

static int
delete(const struct rump_sockaddr_in *sin)
{
	struct request rq;

	begin(&rq, RUMP_RTM_DELETE, sin);
	return rn_ask(&rq.hdr, NULL) == 0 ? RN_OK :
	    refused(rn_text(sin->sin_addr));
}

static void
show_head(void)
{

	(void)printf("%-15s %-17s %-10s %-8s %s\n", "address", "link address",
	    "interface", "expires", "flags");
}

static void
show(const struct rump_rt_msghdr *rtm, const struct rump_sockaddr_in *sin,
    const struct rump_sockaddr_dl *sdl)
{
	const uint8_t *p = (const uint8_t *)sdl->sdl_data + sdl->sdl_nlen;
	int64_t left = rtm->rtm_rmx.rmx_expire - time(NULL);
	char link[18] = "incomplete", when[24] = "never";

	if (sdl->sdl_alen == LLADDR_LEN)
		(void)snprintf(link, sizeof(link),
		    "%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2], p[3],
		    p[4], p[5]);
	if (rtm->rtm_rmx.rmx_expire != 0)
		(void)snprintf(when, sizeof(when), "%jds",
		    (intmax_t)(left > 0 ? left : 0));
	(void)printf("%-15s %-17s %-10s %-8s %s%s%s\n",
	    rn_text(sin->sin_addr), link, rn_ifname(rtm->rtm_index), when,
	    (rtm->rtm_flags & RUMP_RTF_LOCAL) != 0 ? "l" : "",
	    (rtm->rtm_flags & RUMP_RTF_STATIC) != 0 ? "S" : "",
	    (rtm->rtm_flags & RUMP_RTF_ANNOUNCE) != 0 ? "P" : "");
}

/* What is done with one: shown; or deleted, if it is not our own. */
static int
visit(const struct rump_rt_msghdr *rtm, const struct rump_sockaddr_in *only,
    bool deletes, bool *seen)
{
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];
	const struct rump_sockaddr_in *sin;
	const struct rump_sockaddr_dl *sdl;

	if (!rn_addrs(rtm, rtm->rtm_msglen, sizeof(*rtm), rtm->rtm_addrs, sa))
		return RN_OK;
	sin = (const void *)sa[RUMP_RTAX_DST];
	sdl = (const void *)sa[RUMP_RTAX_GATEWAY];
	if (sin == NULL || sdl == NULL || sin->sin_family != RUMP_AF_INET ||
	    sdl->sdl_family != RUMP_AF_LINK || (only != NULL &&
	    only->sin_addr != sin->sin_addr))
		return RN_OK;
	if (!deletes && !*seen)
		show_head();
	*seen = true;
	if (!deletes)
		show(rtm, sin, sdl);
	else if ((rtm->rtm_flags & RUMP_RTF_LOCAL) == 0)
		return delete(sin);
	return RN_OK;
}

static int
walk(const struct rump_sockaddr_in *only, bool deletes)
{
	const struct rump_rt_msghdr *rtm;
	size_t len, off;
	char *buf = rn_dump(RUMP_NET_RT_FLAGS, &len);
	bool seen = false;
	int rv = RN_OK;

	if (buf == NULL)
		return rn_fail("neighbours");
	for (off = 0; rv == RN_OK && len - off >= sizeof(*rtm);
	    off += rtm->rtm_msglen) {
		rtm = (const void *)(buf + off);
		if (rtm->rtm_msglen < sizeof(*rtm) ||
		    rtm->rtm_msglen > len - off)
			break;
		rv = visit(rtm, only, deletes, &seen);
	}
	free(buf);
	if (only != NULL && !seen) {
		errno = RUMP_ENOENT;
		return refused(rn_text(only->sin_addr));
	}
	return rv;
}

int
rn_arp(int argc, char **argv)
{
	struct rump_sockaddr_in sin;
	bool all = false, deletes = false, sets = false;
	int opt;

	while ((opt = getopt(argc, argv, "+ads")) != -1) {
		if (opt == '?')
			return rn_usage("which option?");
		all = all || opt == 'a';
		deletes = deletes || opt == 'd';
		sets = sets || opt == 's';
	}
	argc -= optind;
	argv += optind;
	if (sets)
		return all || deletes ? rn_usage("-s is alone") :
		    set(argc, argv);
	if (argc == 0 && (all || !deletes))
		return walk(NULL, deletes);
	if (argc != 1 || all)
		return rn_usage("which neighbour?");
	if (!rn_address(argv[0], &sin))
		return rn_usage("%s is no address", argv[0]);
	return deletes ? delete(&sin) : walk(&sin, false);
}
