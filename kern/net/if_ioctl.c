/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) requests about interfaces.  ifioctl() is for sockets: it finds the
 * interface, asks the driver, and if that does not know the request (ENOTTY),
 * the socket's protocol.  Drivers leave what they do not do themselves to
 * ether_ioctl() and ifioctl_common().
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/ioctl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/siginfo.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "if_private.h"

#define	DESCR_MAX	64	/* bytes of a description, with its NUL */

static int	doifioctl(struct socket *, u_long, void *, struct lwp *);
int (*ifioctl)(struct socket *, u_long, void *, struct lwp *) = doifioctl;

/* With the interface's lock; the kernel lock if it needs that. */
int
if_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	int error;

	KERNEL_LOCK_UNLESS_IFP_MPSAFE(ifp);
	error = (*ifp->if_ioctl)(ifp, cmd, data);
	KERNEL_UNLOCK_UNLESS_IFP_MPSAFE(ifp);
	return error;
}

int
if_init(struct ifnet *ifp)
{
	int error;

	KERNEL_LOCK_UNLESS_IFP_MPSAFE(ifp);
	error = (*ifp->if_init)(ifp);
	KERNEL_UNLOCK_UNLESS_IFP_MPSAFE(ifp);
	return error;
}

void
if_stop(struct ifnet *ifp, int disable)
{

	KERNEL_LOCK_UNLESS_IFP_MPSAFE(ifp);
	(*ifp->if_stop)(ifp, disable);
	KERNEL_UNLOCK_UNLESS_IFP_MPSAFE(ifp);
}

/* The address goes where the request has it; EINVAL if it is too long. */
int
ifreq_setaddr(u_long cmd, struct ifreq *ifr, const struct sockaddr *sa)
{

	if (sa->sa_len > sizeof(ifr->ifr_ifru))
		return EINVAL;
	memset(&ifr->ifr_ifru, 0, sizeof(ifr->ifr_ifru));
	(void)sockaddr_copy(&ifr->ifr_addr, sizeof(ifr->ifr_ifru), sa);
	return 0;
}

void
if_export_if_data(struct ifnet *ifp, struct if_data *ifi, bool zero)
{

	memset(ifi, 0, sizeof(*ifi));
	ifi->ifi_type = ifp->if_type;
	ifi->ifi_addrlen = ifp->if_addrlen;
	ifi->ifi_hdrlen = ifp->if_hdrlen;
	/* Whoever asks need not have the lock. */
	ifi->ifi_link_state = atomic_load_relaxed(&ifp->if_link_state);
	ifi->ifi_mtu = atomic_load_relaxed(&ifp->if_mtu);
	ifi->ifi_metric = ifp->if_metric;
	ifi->ifi_baudrate = ifp->if_baudrate;
	ifi->ifi_lastchange = ifp->if_lastchange;
	if_stats_to_if_data(ifp, ifi, zero);
}

/*
 * Of all interfaces.
 */
void
if_capabilities_csum(struct ifnet *ifp)
{
	static const struct {
		uint64_t	cap;
		int		tx, rx;
	} map[] = {
		{ IFCAP_CSUM_IPv4_Tx, M_CSUM_IPv4, 0 },
		{ IFCAP_CSUM_IPv4_Rx, 0, M_CSUM_IPv4 },
		{ IFCAP_CSUM_TCPv4_Tx, M_CSUM_TCPv4, 0 },
		{ IFCAP_CSUM_TCPv4_Rx, 0, M_CSUM_TCPv4 },
		{ IFCAP_CSUM_UDPv4_Tx, M_CSUM_UDPv4, 0 },
		{ IFCAP_CSUM_UDPv4_Rx, 0, M_CSUM_UDPv4 },
		{ IFCAP_CSUM_TCPv6_Tx, M_CSUM_TCPv6, 0 },
		{ IFCAP_CSUM_TCPv6_Rx, 0, M_CSUM_TCPv6 },
		{ IFCAP_CSUM_UDPv6_Tx, M_CSUM_UDPv6, 0 },
		{ IFCAP_CSUM_UDPv6_Rx, 0, M_CSUM_UDPv6 },
		{ IFCAP_TSOv4, M_CSUM_TSOv4, 0 },
		{ IFCAP_TSOv6, M_CSUM_TSOv6, 0 },
	};
	int tx = 0, rx = 0;
	u_int i;

	for (i = 0; i < __arraycount(map); i++) {
		if ((ifp->if_capenable & map[i].cap) == 0)
			continue;
		tx |= map[i].tx;
		rx |= map[i].rx;
	}
	atomic_store_relaxed(&ifp->if_csum_flags_tx, tx);
	ifp->if_csum_flags_rx = rx;
}

static int
set_capabilities(struct ifnet *ifp, const struct ifcapreq *ifcr)
{

	if ((ifcr->ifcr_capenable & ~ifp->if_capabilities) != 0)
		return EINVAL;
	if (ifcr->ifcr_capenable == ifp->if_capenable)
		return 0;
	ifp->if_capenable = ifcr->ifcr_capenable;
	if_capabilities_csum(ifp);
	return ENETRESET;
}

static int
set_flags(struct ifnet *ifp, const struct ifreq *ifr)
{
	const u_short flags = ifr->ifr_flags;

	if ((ifp->if_flags & IFF_UP) != 0 && (flags & IFF_UP) == 0)
		if_down_locked(ifp);
	else if ((ifp->if_flags & IFF_UP) == 0 && (flags & IFF_UP) != 0)
		if_up_locked(ifp);
	atomic_store_relaxed(&ifp->if_flags, (ifp->if_flags &
	    IFF_CANTCHANGE) | (flags & ~IFF_CANTCHANGE));
	return 0;
}

static int
set_mtu(struct ifnet *ifp, const struct ifreq *ifr)
{

	if (ifr->ifr_mtu <= 0)
		return EINVAL;
	if (ifp->if_mtu == (uint64_t)ifr->ifr_mtu)
		return 0;
	/* Packets look at it without the lock. */
	atomic_store_relaxed(&ifp->if_mtu, (uint64_t)ifr->ifr_mtu);
	KASSERT(IFNET_LOCKED(ifp));
	if_link_hooks(ifp);
	return ENETRESET;
}

static int
set_description(struct ifnet *ifp, const struct ifreq *ifr)
{
	char text[DESCR_MAX], *old = ifp->if_description;
	int error;

	if (ifr->ifr_buflen > sizeof(text))
		return ENAMETOOLONG;
	if (ifr->ifr_buf == NULL || ifr->ifr_buflen == 0) {
		ifp->if_description = NULL;
	} else {
		error = copyinstr(ifr->ifr_buf, text, ifr->ifr_buflen, NULL);
		if (error != 0)
			return error;
		ifp->if_description = kmem_strdup(text, KM_SLEEP);
	}
	if (old != NULL)
		kmem_strfree(old);
	return 0;
}

static int
get_description(struct ifnet *ifp, const struct ifreq *ifr)
{
	size_t len;

	if (ifp->if_description == NULL)
		return ENOMSG;
	len = strlen(ifp->if_description) + 1;
	if (ifr->ifr_buf == NULL || ifr->ifr_buflen < len)
		return EINVAL;
	return copyout(ifp->if_description, ifr->ifr_buf, len);
}

/* Requests that change nothing. */
static int
get_common(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifreq *ifr = data;
	struct ifcapreq *ifcr = data;
	struct ifdatareq *ifdr = data;

	switch (cmd) {
	case SIOCGIFFLAGS:
		ifr->ifr_flags = ifp->if_flags;
		return 0;
	case SIOCGIFMETRIC:
		ifr->ifr_metric = (int)ifp->if_metric;
		return 0;
	case SIOCGIFMTU:
		ifr->ifr_mtu = (int)ifp->if_mtu;
		return 0;
	case SIOCGIFDLT:
		ifr->ifr_dlt = ifp->if_dlt;
		return 0;
	case SIOCGIFINDEX:
		ifr->ifr_index = ifp->if_index;
		return 0;
	case SIOCGIFCAP:
		ifcr->ifcr_capabilities = ifp->if_capabilities;
		ifcr->ifcr_capenable = ifp->if_capenable;
		return 0;
	case SIOCGIFDATA:
		if_export_if_data(ifp, &ifdr->ifdr_data, false);
		return 0;
	case SIOCGIFDESCR:
		return get_description(ifp, ifr);
	default:
		return ENOTTY;
	}
}

int
ifioctl_common(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifreq *ifr = data;
	struct ifdatareq *ifdr = data;

	switch (cmd) {
	case SIOCSIFFLAGS:
		return set_flags(ifp, ifr);
	case SIOCSIFCAP:
		return set_capabilities(ifp, data);
	case SIOCSIFMETRIC:
		ifp->if_metric = ifr->ifr_metric;
		return 0;
	case SIOCSIFMTU:
		return set_mtu(ifp, ifr);
	case SIOCZIFDATA:
		if_export_if_data(ifp, &ifdr->ifdr_data, true);
		getnanotime(&ifp->if_lastchange);
		return 0;
	case SIOCSIFDESCR:
		return set_description(ifp, ifr);
	default:
		return get_common(ifp, cmd, data);
	}
}

int
net_authorize(struct ifnet *ifp, u_long cmd)
{

	return kauth_authorize_network(curlwp->l_cred,
	    KAUTH_NETWORK_INTERFACE, KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, ifp,
	    KAUTH_ARG(cmd), NULL);
}

/* How much an address is preferred as a source, for a protocol's ioctl. */
int
ifaddrpref_ioctl(struct socket *so, u_long cmd, void *data, struct ifnet *ifp)
{
	struct if_addrprefreq *ifap = data;
	const struct sockaddr *sa = (const struct sockaddr *)&ifap->ifap_addr;
	struct ifaddr *ifa;
	int error;

	if (cmd != SIOCSIFADDRPREF && cmd != SIOCGIFADDRPREF)
		return EOPNOTSUPP;
	if (ifp == NULL)
		return EINVAL;
	KASSERT(IFNET_LOCKED(ifp));
	if (cmd == SIOCSIFADDRPREF && (error = net_authorize(ifp, cmd)) != 0)
		return error;
	IFADDR_FOREACH(ifa, ifp) {
		if (sockaddr_cmp(sa, ifa->ifa_addr) == 0)
			break;
	}
	if (ifa == NULL)
		return EADDRNOTAVAIL;
	if (cmd == SIOCSIFADDRPREF) {
		ifa->ifa_preference = ifap->ifap_preference;
		return 0;
	}
	strlcpy(ifap->ifap_name, ifp->if_xname, sizeof(ifap->ifap_name));
	(void)sockaddr_copy((struct sockaddr *)&ifap->ifap_addr,
	    sizeof(ifap->ifap_addr), ifa->ifa_addr);
	ifap->ifap_preference = ifa->ifa_preference;
	return 0;
}

/*
 * SIOCGIFCONF: an entry for each address, or one for an interface without.
 */
struct conf {
	struct ifreq	*c_req;
	u_int		c_room;		/* entries */
	u_int		c_n;		/* there are */
};

static void
conf_add(struct conf *c, const struct ifnet *ifp, const struct ifaddr *ifa)
{
	static const struct sockaddr none = { .sa_len = sizeof(none) };
	struct ifreq *ifr;

	if (c->c_n++ >= c->c_room)
		return;
	ifr = &c->c_req[c->c_n - 1];
	strlcpy(ifr->ifr_name, ifp->if_xname, sizeof(ifr->ifr_name));
	(void)ifreq_setaddr(SIOCGIFCONF, ifr, ifa == NULL ? &none :
	    ifa->ifa_addr);
}

static void
conf_fill(struct conf *c)
{
	struct ifnet *ifp;
	struct ifaddr *ifa;

	mutex_enter(&ifnet_mtx);
	c->c_n = 0;
	IFNET_WRITER_FOREACH(ifp) {
		if (IFADDR_EMPTY(ifp))
			conf_add(c, ifp, NULL);
		IFADDR_FOREACH(ifa, ifp)
			conf_add(c, ifp, ifa);
	}
	mutex_exit(&ifnet_mtx);
}

static int
ifconf(struct ifconf *ifc)
{
	struct conf c = { .c_room = 0 };
	size_t size;
	u_int n;
	int error;

	if (ifc->ifc_len < 0)
		return EINVAL;
	conf_fill(&c);
	if (ifc->ifc_req == NULL) {
		ifc->ifc_len = c.c_n * sizeof(struct ifreq);
		return 0;
	}
	/* More may come meanwhile; they are not told. */
	c.c_room = MIN(c.c_n, ifc->ifc_len / sizeof(struct ifreq));
	if (c.c_room == 0) {
		ifc->ifc_len = 0;
		return 0;
	}
	size = c.c_room * sizeof(struct ifreq);
	c.c_req = kmem_zalloc(size, KM_SLEEP);
	conf_fill(&c);
	n = MIN(c.c_n, c.c_room);
	error = copyout(c.c_req, ifc->ifc_req, n * sizeof(struct ifreq));
	if (error == 0)
		ifc->ifc_len = n * sizeof(struct ifreq);
	kmem_free(c.c_req, size);
	return error;
}

/*
 * Of sockets.
 */
static bool
is_privileged(u_long cmd)
{

	switch (cmd) {
	case SIOCSIFFLAGS:
	case SIOCSIFCAP:
	case SIOCSIFMETRIC:
	case SIOCZIFDATA:
	case SIOCSIFMTU:
	case SIOCSIFPHYADDR:
	case SIOCDIFPHYADDR:
	case SIOCSLIFPHYADDR:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
	case SIOCSETHERCAP:
	case SIOCSIFMEDIA:
	case SIOCSIFGENERIC:
	case SIOCSDRVSPEC:
	case SIOCSIFDESCR:
	case SIOCSLINKSTR:
		return true;
	default:
		return false;
	}
}

/* With a reference. */
static int
ioctl_of_if(struct socket *so, struct ifnet *ifp, u_long cmd, void *data)
{
	const struct pr_usrreqs *pr;
	u_short oflags;
	int error;

	IFNET_LOCK(ifp);
	oflags = ifp->if_flags;
	error = if_ioctl(ifp, cmd, data);
	if (error == ENOTTY) {
		pr = so->so_proto == NULL ? NULL : so->so_proto->pr_usrreqs;
		error = pr == NULL || pr->pr_ioctl == NULL ? EOPNOTSUPP :
		    (*pr->pr_ioctl)(so, cmd, data, ifp);
	}
	/* An address brought it up, which is to be told as well. */
	if (cmd != SIOCSIFFLAGS && (oflags & IFF_UP) == 0 &&
	    (ifp->if_flags & IFF_UP) != 0)
		if_up_locked(ifp);
	IFNET_UNLOCK(ifp);
	return error;
}

static int
doifioctl(struct socket *so, u_long cmd, void *data, struct lwp *l)
{
	struct ifreq *ifr = data;
	struct ifnet *ifp;
	struct psref psref;
	int error = 0, bound;

	switch (cmd) {
	case SIOCGIFCONF:
		return ifconf(data);
	case SIOCIFGCLONERS:
		return if_clone_list(data);
	case SIOCINITIFADDR:		/* the kernel's own */
		return EPERM;
	case SIOCIFCREATE:
	case SIOCIFDESTROY:
		if ((error = net_authorize(NULL, cmd)) != 0)
			return error;
		return cmd == SIOCIFCREATE ? if_clone_create(ifr->ifr_name) :
		    if_clone_destroy(ifr->ifr_name);
	}
	/* All others begin with a name. */
	bound = curlwp_bind();
	if ((ifp = if_get(ifr->ifr_name, &psref)) == NULL) {
		curlwp_bindx(bound);
		return ENXIO;
	}
	if (is_privileged(cmd))
		error = net_authorize(ifp, cmd);
	if (error == 0)
		error = ioctl_of_if(so, ifp, cmd, data);
	if_put(ifp, &psref);
	curlwp_bindx(bound);
	return error;
}
