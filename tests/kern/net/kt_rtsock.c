/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_rtsock.
 */
#include "kif.h"

#include <sys/sysctl.h>

#include "../../../kern/net/rtsock_private.h"

void	rump_kt_rtsock_messages(void);
void	rump_kt_rtsock_routes(void);
void	rump_kt_rtsock_interfaces(void);
void	rump_kt_rtsock_refuse(void);
void	rump_kt_rtsock_queues(void);

/* The last messages, by type: how many, their addresses, family, errno. */
static int nmsgs[RTM_CHGADDR + 1], addrs, family, error;
static struct kif_sin msg_dst;

static void
listen(struct mbuf *m, int af)
{
	struct rt_msghdr rtm;
	const int len = m->m_pkthdr.len;

	memset(&rtm, 0, sizeof(rtm));
	m_copydata(m, 0, MIN(len, (int)sizeof(rtm)), &rtm);
	KT_EQ(len, rtm.rtm_msglen);
	KT_EQ(RTM_VERSION, rtm.rtm_version);
	KT(rtm.rtm_type <= RTM_CHGADDR);
	nmsgs[rtm.rtm_type]++;
	family = af;
	if (rtm.rtm_type <= RTM_MISS) {
		addrs = rtm.rtm_addrs;
		error = rtm.rtm_errno;
		m_copydata(m, sizeof(rtm), sizeof(msg_dst), &msg_dst);
	}
	m_freem(m);
}

static int
request(int cmd, uint32_t dst, int bits, struct rtentry **rtp)
{
	struct kif_sin d = kif_sin(dst), g = kif_sin(0x0a000002);
	struct kif_sin m = kif_sin(~0u << (32 - bits));

	return rtrequest(cmd, SA(&d), SA(&g), SA(&m), RTF_GATEWAY, rtp);
}

static int
through(struct rtentry *rt, void *arg)
{

	return rt->rt_ifp == arg;
}

void
rump_kt_rtsock_messages(void)
{
	struct kif_sin d = kif_sin(0x01020304);
	struct ifaddr *ifa;
	struct ifnet *ifp;

	/* Nobody listens: nothing is made. */
	ifp = kif_make("tst0");
	rt_ifmsg(ifp);
	rt_set_listener(listen);
	rt_ifmsg(ifp);
	KT_EQ(1, nmsgs[RTM_IFINFO]);
	kif_flags(ifp, IFF_UP);
	KT_EQ(2, nmsgs[RTM_IFINFO]);
	ifa = kif_addaddr(ifp, 0x0a000001, 8);
	rt_addrmsg(RTM_NEWADDR, ifa);
	KT_EQ(1, nmsgs[RTM_NEWADDR]);
	KT_EQ(AF_INET, family);
	KT_EQ(0, rtinit(ifa, RTM_ADD, 0));
	KT_EQ(2, nmsgs[RTM_NEWADDR]);
	KT_EQ(1, nmsgs[RTM_ADD]);
	KT(rtalloc1(SA(&d), 0) == NULL);
	KT_EQ(0, nmsgs[RTM_MISS]);
	KT(rtalloc1(SA(&d), 1) == NULL);
	KT_EQ(1, nmsgs[RTM_MISS]);
	KT_EQ(RTA_DST, addrs);
	KT_EQ(0, sockaddr_cmp(SA(&d), SA(&msg_dst)));
	KT_EQ(0, request(RTM_ADD, 0x0b000000, 8, NULL));
	rt_delete_matched_entries(AF_INET, through, ifp, true);
	KT_EQ(2, nmsgs[RTM_DELETE]);
	KT_EQ(RTA_DST | RTA_GATEWAY | RTA_NETMASK | RTA_IFP | RTA_IFA, addrs);
	/* A neighbour. */
	rt_clonedmsg(RTM_ADD, SA(&d), SA(&d), (const uint8_t *)"\2\0\0\0\0\7",
	    ifp);
	KT_EQ(RTA_DST | RTA_GATEWAY | RTA_AUTHOR, addrs);
	/* No memory: nobody hears, nothing else. */
	rump_fault_alloc = 1;
	rt_addrmsg(RTM_NEWADDR, ifa);
	KT_EQ(0, rump_fault_alloc);
	KT_EQ(2, nmsgs[RTM_NEWADDR]);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	KT_EQ(1, nmsgs[RTM_IFANNOUNCE]);
	/* Messages that follow each other stay aligned. */
	KT_EQ(32, sizeof(struct ifa_msghdr));
	rt_set_listener(NULL);
}

static int
dump(int af, int what, int arg, void *buf, size_t *lenp)
{
	int name[] = { CTL_NET, PF_ROUTE, 0, af, what, arg };

	return old_sysctl(name, __arraycount(name), buf, lenp, NULL, 0,
	    curlwp);
}

static int
count(const char *buf, size_t len, int type)
{
	const struct rt_msghdr *rtm;
	int n = 0;

	while (len > 0) {
		rtm = (const void *)buf;
		KT(rtm->rtm_msglen > 0 && rtm->rtm_msglen <= len);
		KT_EQ(RTM_VERSION, rtm->rtm_version);
		n += rtm->rtm_type == type;
		buf += rtm->rtm_msglen;
		len -= rtm->rtm_msglen;
	}
	return n;
}

static char buf[65536];

void
rump_kt_rtsock_routes(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct rtentry *rt;
	size_t len, all;
	int i;

	(void)kif_addaddr(ifp, 0x0a000001, 8);
	for (i = 0; i < 20; i++)
		KT_EQ(0, request(RTM_ADD, 0x0b000000 + (i << 8), 24, NULL));
	KT_EQ(0, request(RTM_ADD, 0x0c000000, 8, &rt));
	rt->rt_flags |= RTF_STATIC;
	rt_unref(rt);
	KT_EQ(0, dump(0, NET_RT_DUMP, 0, NULL, &len));
	KT(len > 21 * sizeof(struct rt_msghdr));
	len = sizeof(buf);
	KT_EQ(0, dump(AF_INET, NET_RT_DUMP, 0, buf, &len));
	KT_EQ(21, count(buf, len, RTM_GET));
	all = len;
	len = sizeof(buf);
	KT_EQ(0, dump(0, NET_RT_FLAGS, RTF_STATIC, buf, &len));
	KT_EQ(1, count(buf, len, RTM_GET));
	len = sizeof(buf);
	KT_EQ(0, dump(AF_INET6, NET_RT_DUMP, 0, buf, &len));
	KT_EQ(0, len);
	/* One byte too few, and none. */
	len = all - 1;
	KT_EQ(ENOMEM, dump(0, NET_RT_DUMP, 0, buf, &len));
	len = 0;
	KT_EQ(ENOMEM, dump(0, NET_RT_DUMP, 0, buf, &len));
	len = all;
	KT_EQ(0, dump(0, NET_RT_DUMP, 0, buf, &len));
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	len = sizeof(buf);
	KT_EQ(0, dump(0, NET_RT_DUMP, 0, buf, &len));
	KT_EQ(0, len);
}

void
rump_kt_rtsock_interfaces(void)
{
	struct ifnet *ifp = kif_make("tst0");
	size_t len;

	(void)kif_addaddr(ifp, 0x0a000001, 8);
	(void)kif_addaddr(ifp, 0x0b000001, 8);
	len = sizeof(buf);
	KT_EQ(0, dump(0, NET_RT_IFLIST, 0, buf, &len));
	KT_EQ(2, count(buf, len, RTM_IFINFO));
	KT_EQ(2, count(buf, len, RTM_NEWADDR));
	len = sizeof(buf);
	KT_EQ(0, dump(AF_INET6, NET_RT_IFLIST, ifp->if_index, buf, &len));
	KT_EQ(1, count(buf, len, RTM_IFINFO));
	KT_EQ(0, count(buf, len, RTM_NEWADDR));
	KT_EQ(ifp->if_index, ((struct if_msghdr *)buf)->ifm_index);
	KT_EQ(RTA_IFP, ((struct if_msghdr *)buf)->ifm_addrs);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

void
rump_kt_rtsock_refuse(void)
{
	int name[] = { CTL_NET, PF_ROUTE, 0, 0, NET_RT_DUMP, 0 };
	size_t len = sizeof(buf);

	kif_setup();
	KT_EQ(EINVAL, dump(0, 99, 0, buf, &len));
	KT_EQ(EINVAL, old_sysctl(name, 5, buf, &len, NULL, 0, curlwp));
	KT_EQ(EPERM, old_sysctl(name, 6, NULL, NULL, buf, 1, curlwp));
}

/* net.interfaces.tst0.sndq.maxlen, by numbers. */
void
rump_kt_rtsock_queues(void)
{
	struct ifnet *ifp = kif_make("tst0");
	int name[] = { CTL_NET, 0, ifp->if_index, 1, 2 };
	int len, new = 17, i, base = -1;
	size_t size;

	for (i = CREATE_BASE; i < CREATE_BASE + 100 && base < 0; i++) {
		name[1] = i;
		size = sizeof(len);
		if (old_sysctl(name, 5, &len, &size, NULL, 0, curlwp) == 0)
			base = i;
	}
	KT(base >= 0);
	KT_EQ(IFQ_MAXLEN, len);
	KT_EQ(0, old_sysctl(name, 5, NULL, NULL, &new, sizeof(new), curlwp));
	KT_EQ(17, ifp->if_snd.ifq_maxlen);
	new = 0;
	KT_EQ(EINVAL, old_sysctl(name, 5, NULL, NULL, &new, sizeof(new),
	    curlwp));
	KT_EQ(17, ifp->if_snd.ifq_maxlen);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	size = sizeof(len);
	KT(old_sysctl(name, 5, &len, &size, NULL, 0, curlwp) != 0);
}
