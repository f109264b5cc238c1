/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of the fuzzer's network: IPv6 on the interface of kf_net.c.
 */
#include "../net/netinet6/n6.h"

#include "../../drivers/net/netinet6/nd6_private.h"
#include "kf_net.h"

/* Addresses are used at once, not after somebody could have objected. */
void
rump_kt_six_boot(void)
{

	ip6_dad_count = 0;
}

/* The neighbour has said where it is. */
void
rump_kt_six_make(void)
{
	struct ifnet *ifp = ifunit("tst0");
	const struct n6_packet p = { .src = N6_GLOBAL(2),
	    .dst = n6_solicited(N6_GLOBAL(1)) };
	struct in6_ndireq ndi;
	uint8_t msg[64];

	KT(ifp != NULL);
	KT_EQ(0, n6_add(ifp, N6_GLOBAL(1), 64));
	memset(&ndi, 0, sizeof(ndi));
	strlcpy(ndi.ifname, "tst0", sizeof(ndi.ifname));
	KT_EQ(0, n6_ioctl(SIOCGIFINFO_IN6, &ndi));
	ndi.ndi.flags |= ND6_IFF_ACCEPT_RTADV | ND6_IFF_OVERRIDE_RTADV;
	KT_EQ(0, n6_ioctl(SIOCSIFINFO_FLAGS, &ndi));
	n6_in(ifp, &p, msg, n6_ns(msg, N6_GLOBAL(1), n6_peer));
	n6_drain(ifp);
	KT_EQ(0, soclose(n6_so));
	n6_so = NULL;
}

void
rump_kt_six_settle(void)
{

	n6_settle();
}
