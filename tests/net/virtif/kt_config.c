/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half: an interface on a link, up, with an address.
 */
#include "../netinet/nt.h"

int	rump_kt_config(int, char *, uint32_t, int, int);
int	rump_kt_unlink(int);
int	rump_kt_state(int, uint64_t *);

static int
linkstr(struct ifnet *ifp, u_long how, char *link)
{
	struct ifdrv ifd = { .ifd_cmd = how, .ifd_data = link,
	    .ifd_len = link != NULL ? strlen(link) + 1 : 0 };
	int error;

	IFNET_LOCK(ifp);
	error = (*ifp->if_ioctl)(ifp, SIOCSLINKSTR, &ifd);
	IFNET_UNLOCK(ifp);
	return error;
}

static int
set_mtu(struct ifnet *ifp, int mtu)
{
	struct ifreq ifr = { .ifr_mtu = mtu };
	int error;

	IFNET_LOCK(ifp);
	error = (*ifp->if_ioctl)(ifp, SIOCSIFMTU, &ifr);
	IFNET_UNLOCK(ifp);
	return error;
}

int
rump_kt_config(int unit, char *link, uint32_t addr, int bits, int mtu)
{
	char name[IFNAMSIZ];
	struct ifnet *ifp;
	int error;

	snprintf(name, sizeof(name), "virt%d", unit);
	if ((error = if_clone_create(name)) != 0)
		return error;
	ifp = ifunit(name);
	if ((error = linkstr(ifp, 0, link)) == 0 && mtu != 0)
		error = set_mtu(ifp, mtu);
	if (error == 0)
		error = nt_addr(ifp, addr, bits);
	if (error != 0)
		(void)if_clone_destroy(name);
	return error;
}

int
rump_kt_unlink(int unit)
{
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), "virt%d", unit);
	return if_clone_destroy(name);
}

/* What LINK_STATE_* it has, and how many frames came in. */
int
rump_kt_state(int unit, uint64_t *in)
{
	struct if_data data;
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), "virt%d", unit);
	if_export_if_data(ifunit(name), &data, false);
	*in = data.ifi_ipackets;
	return data.ifi_link_state;
}
