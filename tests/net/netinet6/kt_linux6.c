/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_linux6: virt0 on a link of the host, with 2001:db8::2/64
 * and a default route by 2001:db8::1.
 */
#include "n6.h"

#include <sys/sockio.h>

int	rump_kt_linux6(char *, int);
unsigned int rump_kt_linux6_index(void);

static int
linkstr(struct ifnet *ifp, char *link)
{
	struct ifdrv ifd = { .ifd_data = link, .ifd_len = strlen(link) + 1 };
	int error;

	IFNET_LOCK(ifp);
	error = (*ifp->if_ioctl)(ifp, SIOCSLINKSTR, &ifd);
	IFNET_UNLOCK(ifp);
	return error;
}

static int
default_route(void)
{
	struct sockaddr_in6 any = n6_sin6(N6_ANY), mask = n6_sin6(N6_ANY);
	struct sockaddr_in6 gw = n6_sin6(N6_GLOBAL(1));

	return rtrequest(RTM_ADD, sin6tosa(&any), sin6tosa(&gw),
	    sin6tosa(&mask), RTF_GATEWAY, NULL);
}

int
rump_kt_linux6(char *link, int mtu)
{
	struct ifreq ifr;
	struct ifnet *ifp;
	int error;

	if ((error = if_clone_create("virt0")) != 0)
		return error;
	ifp = ifunit("virt0");
	if ((error = linkstr(ifp, link)) != 0)
		return error;
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "virt0", sizeof(ifr.ifr_name));
	ifr.ifr_mtu = mtu;
	if ((error = n6_ioctl(SIOCSIFMTU, &ifr)) != 0)
		return error;
	if ((error = n6_add(ifp, N6_GLOBAL(2), 64)) != 0)
		return error;
	return default_route();
}

unsigned int
rump_kt_linux6_index(void)
{

	return ifunit("virt0")->if_index;
}
