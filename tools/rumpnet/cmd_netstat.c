/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet netstat: sockets, interfaces, routes or counters, one list a time.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rumpnet.h"

static bool
name_of(const struct rump_if_msghdr *ifm, char name[RUMP_IFNAMSIZ])
{
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];
	const struct rump_sockaddr_dl *sdl;

	if (!rn_addrs(ifm, ifm->ifm_msglen, sizeof(*ifm), ifm->ifm_addrs,
	    sa) || (sdl = (const void *)sa[RUMP_RTAX_IFP]) == NULL ||
	    sdl->sdl_nlen >= RUMP_IFNAMSIZ)
		return false;
	memcpy(name, sdl->sdl_data, sdl->sdl_nlen);
	name[sdl->sdl_nlen] = '\0';
	return true;
}

static void
show_interface(const struct rump_if_msghdr *ifm)
{
	const struct rump_if_data *d = &ifm->ifm_data;
	char name[RUMP_IFNAMSIZ];

	if (!name_of(ifm, name))
		return;
	(void)printf("%-10s %6ju %10ju %6ju %6ju %10ju %6ju %6ju\n", name,
	    (uintmax_t)d->ifi_mtu, (uintmax_t)d->ifi_ipackets,
	    (uintmax_t)d->ifi_ierrors, (uintmax_t)d->ifi_iqdrops,
	    (uintmax_t)d->ifi_opackets, (uintmax_t)d->ifi_oerrors,
	    (uintmax_t)d->ifi_collisions);
}

static int
show_interfaces(void)
{
	const struct rump_if_msghdr *ifm;
	size_t len, off;
	char *buf = rn_dump(RUMP_NET_RT_IFLIST, &len);

	if (buf == NULL)
		return rn_fail("interfaces");
	(void)printf("%-10s %6s %10s %6s %6s %10s %6s %6s\n", "interface",
	    "mtu", "in", "errors", "drops", "out", "errors", "colls");
	for (off = 0; len - off >= sizeof(struct rump_ifa_msghdr);
	    off += ifm->ifm_msglen) {
		ifm = (const void *)(buf + off);
		if (ifm->ifm_msglen < sizeof(struct rump_ifa_msghdr) ||
		    ifm->ifm_msglen > len - off)
			break;
		if (ifm->ifm_type == RUMP_RTM_IFINFO &&
		    ifm->ifm_msglen >= sizeof(*ifm))
			show_interface(ifm);
	}
	free(buf);
	return RN_OK;
}

int
rn_netstat(int argc, char **argv)
{
	char route[] = "route", *routes[] = { route, NULL };
	int opt, what = RN_CONNECTED | RN_QUEUES, list = 0;
	const char *only = NULL;

	while ((opt = getopt(argc, argv, "+aip:rs")) != -1) {
		if (opt == '?')
			return rn_usage("which option?");
		if (opt == 'a')
			what |= RN_LISTENING;
		else if (opt == 'p')
			only = optarg;
		else if (list != 0 && list != opt)
			return rn_usage("one list at a time");
		else
			list = opt;
	}
	if (optind != argc)
		return rn_usage("too many words");
	if (only != NULL && list != 's')
		return rn_usage("-p goes with -s");
	switch (list) {
	case 'i':
		return show_interfaces();
	case 'r':
		return rn_route(1, routes);
	case 's':
		return rn_show_stats(only);
	default:
		return rn_show_sockets(what);
	}
}
