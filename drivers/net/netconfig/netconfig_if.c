/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces and addresses, by the requests that ifconfig(8) would make.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/nd.h>

#include <netinet/in.h>
#include <netinet/in_var.h>

#include <lib/libkern/libkern.h>

#include "netconfig.h"

int
netconfig_ioctl(int family, u_long cmd, void *data)
{
	struct socket *so;
	int error;

	error = socreate(family, &so, SOCK_DGRAM, 0, curlwp, NULL);
	if (error != 0)
		return error;
	error = (*ifioctl)(so, cmd, data, curlwp);
	(void)soclose(so);
	return error;
}

int
netconfig_name(char to[IFNAMSIZ], const char *name)
{

	return name[0] == '\0' || strlcpy(to, name, IFNAMSIZ) >= IFNAMSIZ ?
	    ENXIO : 0;
}

int
netconfig_flag(const char *ifname, int flag, bool on)
{
	struct ifreq ifr = { .ifr_flags = 0 };
	int error;

	if ((error = netconfig_name(ifr.ifr_name, ifname)) != 0 ||
	    (error = netconfig_ioctl(AF_INET, SIOCGIFFLAGS, &ifr)) != 0)
		return error;
	ifr.ifr_flags = (short)(on ? ifr.ifr_flags | flag :
	    ifr.ifr_flags & ~flag);
	return netconfig_ioctl(AF_INET, SIOCSIFFLAGS, &ifr);
}

int
netconfig_setmtu(const char *ifname, int mtu)
{
	struct ifreq ifr = { .ifr_mtu = mtu };
	int error;

	if ((error = netconfig_name(ifr.ifr_name, ifname)) != 0)
		return error;
	ifr.ifr_mtu = mtu;
	error = netconfig_ioctl(AF_INET, SIOCSIFMTU, &ifr);
	return error == ENETRESET ? 0 : error;
}

int
netconfig_getmtu(const char *ifname, int *mtu)
{
	struct ifreq ifr = { .ifr_mtu = 0 };
	int error;

	if ((error = netconfig_name(ifr.ifr_name, ifname)) != 0 ||
	    (error = netconfig_ioctl(AF_INET, SIOCGIFMTU, &ifr)) != 0)
		return error;
	*mtu = ifr.ifr_mtu;
	return 0;
}

int
netconfig_addr_add(const char *ifname, struct in_addr addr,
    struct in_addr mask)
{
	const struct in_addr all = { addr.s_addr | ~mask.s_addr };
	struct in_aliasreq ifra = { .ifra_name = "" };
	int error;

	if ((error = netconfig_name(ifra.ifra_name, ifname)) != 0)
		return error;
	sockaddr_in_init(&ifra.ifra_addr, &addr, 0);
	sockaddr_in_init(&ifra.ifra_mask, &mask, 0);
	sockaddr_in_init(&ifra.ifra_broadaddr, &all, 0);
	return netconfig_ioctl(AF_INET, SIOCAIFADDR, &ifra);
}

int
netconfig_addr_delete(const char *ifname, struct in_addr addr)
{
	struct ifreq ifr = { .ifr_flags = 0 };
	int error;

	if ((error = netconfig_name(ifr.ifr_name, ifname)) != 0)
		return error;
	sockaddr_in_init(satosin(&ifr.ifr_addr), &addr, 0);
	return netconfig_ioctl(AF_INET, SIOCDIFADDR, &ifr);
}

bool
netconfig_addr_there(const char *ifname, struct in_addr addr)
{
	const int bound = curlwp_bind();
	struct sockaddr_in sin;
	struct psref psref;
	struct ifnet *ifp;
	struct ifaddr *ifa;
	bool there = false;
	int s;

	sockaddr_in_init(&sin, &addr, 0);
	if ((ifp = if_get(ifname, &psref)) != NULL) {
		s = pserialize_read_enter();
		IFADDR_READER_FOREACH(ifa, ifp) {
			if (ifa->ifa_addr->sa_family == AF_INET &&
			    sockaddr_cmp(ifa->ifa_addr, sintosa(&sin)) == 0)
				there = true;
		}
		pserialize_read_exit(s);
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return there;
}

bool
netconfig_resolved(const char *ifname, struct in_addr addr)
{
	struct in_nbrinfo nbi = { .addr = addr };

	return netconfig_name(nbi.ifname, ifname) == 0 &&
	    netconfig_ioctl(AF_INET, SIOCGNBRINFO, &nbi) == 0 &&
	    nbi.state > ND_LLINFO_INCOMPLETE;
}

/* Four numbers of at most three digits: inet_addr() takes much more. */
int
netconfig_address(const char *text, struct in_addr *in)
{
	uint32_t addr = 0;
	u_int i, n, digits;

	for (i = 0; i < 4; i++) {
		for (n = digits = 0; *text >= '0' && *text <= '9' &&
		    digits < 3; text++, digits++)
			n = n * 10 + (u_int)(*text - '0');
		if (digits == 0 || n > 255 || *text != (i < 3 ? '.' : '\0'))
			return EINVAL;
		text++;
		addr = addr << 8 | n;
	}
	in->s_addr = htonl(addr);
	return 0;
}
