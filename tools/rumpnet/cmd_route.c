/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet route: the table, by a dump of it; changes and questions, by a
 * routing socket.
 */
#include <arpa/inet.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rump_syscalls.h>
#include <rump/rumperr.h>

#include "rumpnet.h"

/* A request has at most these, in this order. */
struct request {
	struct rump_rt_msghdr hdr;
	union rn_host addr[4];
};

static void
add(struct request *rq, int which, union rn_host *h)
{

	rn_embed(h);
	memcpy((char *)rq + rq->hdr.rtm_msglen, h, h->sa.sa_len);
	rq->hdr.rtm_msglen += (uint16_t)RUMP_RT_ROUNDUP(h->sa.sa_len);
	rq->hdr.rtm_addrs |= 1 << which;
}

static void
begin(struct request *rq, int type)
{

	memset(rq, 0, sizeof(*rq));
	rq->hdr.rtm_msglen = sizeof(rq->hdr);
	rq->hdr.rtm_version = RUMP_RTM_VERSION;
	rq->hdr.rtm_type = (uint8_t)type;
	rq->hdr.rtm_seq = RN_SEQ;
}

int
rn_ask(const struct rump_rt_msghdr *rtm, union rn_answer *an)
{
	int s = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, 0), error = 0;
	ssize_t n;

	if (s == -1)
		return -1;
	if (rump_sys_write(s, rtm, rtm->rtm_msglen) == -1)
		error = errno;
	while (error == 0 && an != NULL) {
		n = rump_sys_read(s, an, sizeof(*an));
		if (n == -1)
			error = errno;
		else if ((size_t)n >= sizeof(an->hdr) &&
		    an->hdr.rtm_msglen == n &&
		    an->hdr.rtm_type == RUMP_RTM_GET &&
		    an->hdr.rtm_seq == RN_SEQ)
			break;
	}
	(void)rump_sys_close(s);
	errno = error;
	return error != 0 ? -1 : 0;
}

static bool
destination(const char *text, bool six, union rn_host *dst,
    union rn_host *mask)
{

	if (strcmp(text, "default") == 0)
		text = six ? "::/0" : "0.0.0.0/0";
	return rn_net(text, dst, mask);
}

/* "default" is of the gateway's family; without one, of IPv4. */
static int
change(int type, const char *dst_text, const char *gate_text)
{
	union rn_host dst, mask, gate;
	struct request rq;
	bool six = false;

	begin(&rq, type);
	if (gate_text != NULL && !rn_host(gate_text, &gate))
		return rn_usage("%s is no address", gate_text);
	if (gate_text != NULL)
		six = gate.sa.sa_family == RUMP_AF_INET6;
	if (!destination(dst_text, six, &dst, &mask))
		return rn_usage("%s is no destination", dst_text);
	rq.hdr.rtm_flags = RUMP_RTF_UP | RUMP_RTF_STATIC;
	add(&rq, RUMP_RTAX_DST, &dst);
	if (gate_text != NULL) {
		rq.hdr.rtm_flags |= RUMP_RTF_GATEWAY;
		add(&rq, RUMP_RTAX_GATEWAY, &gate);
	}
	if (rn_host_bits(&mask.sa, mask.sa.sa_family) ==
	    rn_host_bits(NULL, mask.sa.sa_family))
		rq.hdr.rtm_flags |= RUMP_RTF_HOST;
	else
		add(&rq, RUMP_RTAX_NETMASK, &mask);
	if (rn_ask(&rq.hdr, NULL) == 0)
		return RN_OK;
	/* A process that is not there would be no reason. */
	if (errno == RUMP_ESRCH)
		return rn_failx("%s: there is no such route", dst_text);
	return rn_fail("%s", dst_text);
}

/*
 * Showing.
 */
static void
show_flags(int flags)
{
	static const struct {
		int flag;
		char letter;
	} names[] = {
		{ RUMP_RTF_UP, 'U' }, { RUMP_RTF_GATEWAY, 'G' },
		{ RUMP_RTF_HOST, 'H' }, { RUMP_RTF_REJECT, 'R' },
		{ RUMP_RTF_BLACKHOLE, 'B' }, { RUMP_RTF_DYNAMIC, 'D' },
		{ RUMP_RTF_MODIFIED, 'M' }, { RUMP_RTF_CONNECTED, 'C' },
		{ RUMP_RTF_LLDATA, 'L' }, { RUMP_RTF_LOCAL, 'l' },
		{ RUMP_RTF_BROADCAST, 'b' }, { RUMP_RTF_STATIC, 'S' },
	};
	char text[sizeof(names) / sizeof(names[0]) + 1];
	size_t i, n = 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((flags & names[i].flag) != 0)
			text[n++] = names[i].letter;
	text[n] = '\0';
	(void)printf(" %-8s", text);
}

static void
show_destination(const union rn_host *dst, const struct rump_sockaddr *mask,
    int flags)
{
	const int bits = rn_host_bits(mask, dst->sa.sa_family);
	char text[96];

	if ((flags & RUMP_RTF_HOST) != 0)
		(void)snprintf(text, sizeof(text), "%s", rn_host_text(dst));
	else if (rn_host_is_any(dst) && bits == 0)
		(void)snprintf(text, sizeof(text), "default");
	else if (bits >= 0)
		(void)snprintf(text, sizeof(text), "%s/%d", rn_host_text(dst),
		    bits);
	else
		(void)snprintf(text, sizeof(text), "%s&%s", rn_host_text(dst),
		    rn_host_text(mask));
	(void)printf("%-18s", text);
}

static void
show_gateway(const struct rump_sockaddr *gate)
{
	const struct rump_sockaddr_dl *sdl = (const void *)gate;
	char text[96] = "-";

	if (gate != NULL && (gate->sa_family == RUMP_AF_INET ||
	    gate->sa_family == RUMP_AF_INET6))
		(void)snprintf(text, sizeof(text), "%s", rn_host_text(gate));
	else if (gate != NULL && gate->sa_family == RUMP_AF_LINK)
		(void)snprintf(text, sizeof(text), "link#%d", sdl->sdl_index);
	(void)printf(" %-15s", text);
}

static void
show_interface(const struct rump_sockaddr *sa)
{
	const struct rump_sockaddr_dl *sdl = (const void *)sa;

	if (sdl != NULL && sdl->sdl_family == RUMP_AF_LINK &&
	    sdl->sdl_nlen <= sizeof(sdl->sdl_data))
		(void)printf(" %.*s", sdl->sdl_nlen, sdl->sdl_data);
	(void)putchar('\n');
}

static void
show_route(const struct rump_rt_msghdr *rtm)
{
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];

	if (!rn_addrs(rtm, rtm->rtm_msglen, sizeof(*rtm), rtm->rtm_addrs,
	    sa) || sa[RUMP_RTAX_DST] == NULL ||
	    (sa[RUMP_RTAX_DST]->sa_family != RUMP_AF_INET &&
	    sa[RUMP_RTAX_DST]->sa_family != RUMP_AF_INET6))
		return;
	show_destination((const void *)sa[RUMP_RTAX_DST],
	    sa[RUMP_RTAX_NETMASK], rtm->rtm_flags);
	show_gateway(sa[RUMP_RTAX_GATEWAY]);
	show_flags(rtm->rtm_flags);
	show_interface(sa[RUMP_RTAX_IFP]);
}

static void
show_head(void)
{

	(void)printf("%-18s %-15s %-8s %s\n", "destination", "gateway",
	    "flags", "interface");
}

static int
show(void)
{
	size_t len, off;
	char *buf = rn_dump(RUMP_NET_RT_DUMP, &len);

	if (buf == NULL)
		return rn_fail("routes");
	show_head();
	for (off = 0; len - off >= sizeof(struct rump_rt_msghdr);) {
		const struct rump_rt_msghdr *rtm = (const void *)(buf + off);

		if (rtm->rtm_msglen < sizeof(*rtm) ||
		    rtm->rtm_msglen > len - off)
			break;
		show_route(rtm);
		off += rtm->rtm_msglen;
	}
	free(buf);
	return RN_OK;
}

static int
get(const char *text)
{
	union rn_host dst, ifp;
	struct request rq;
	union rn_answer an;

	if (!rn_host(text, &dst))
		return rn_usage("%s is no address", text);
	begin(&rq, RUMP_RTM_GET);
	add(&rq, RUMP_RTAX_DST, &dst);
	memset(&ifp, 0, sizeof(ifp));
	ifp.sa.sa_len = sizeof(ifp.in);
	ifp.sa.sa_family = RUMP_AF_LINK;
	add(&rq, RUMP_RTAX_IFP, &ifp);
	if (rn_ask(&rq.hdr, &an) == -1) {
		if (errno == RUMP_ESRCH)
			return rn_failx("%s: there is no route", text);
		return rn_fail("%s", text);
	}
	show_head();
	show_route(&an.hdr);
	return RN_OK;
}

int
rn_route(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "show";

	if (strcmp(what, "show") == 0 && argc <= 2)
		return show();
	if (strcmp(what, "add") == 0 && argc == 4)
		return change(RUMP_RTM_ADD, argv[2], argv[3]);
	if (strcmp(what, "change") == 0 && argc == 4)
		return change(RUMP_RTM_CHANGE, argv[2], argv[3]);
	if (strcmp(what, "delete") == 0 && argc == 3)
		return change(RUMP_RTM_DELETE, argv[2], NULL);
	if (strcmp(what, "get") == 0 && argc == 3)
		return get(argv[2]);
	return rn_usage("what about %s?", what);
}
