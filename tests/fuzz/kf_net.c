/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of the fuzzer's network: an Ethernet interface whose wire is
 * the program.
 */
#include "../net/netinet/nt.h"

#include "kf_net.h"

static struct ifnet *ifp;

/* Known for good, so that what goes there is not kept waiting. */
static void
add_neighbour(void)
{
	struct sockaddr_in dst = nt_sin(0x0a010002);
	struct rt_addrinfo info;
	union {
		struct sockaddr		sa;
		struct sockaddr_dl	sdl;
		struct sockaddr_storage	ss;
	} gw;

	memset(&info, 0, sizeof(info));
	memset(&gw, 0, sizeof(gw));
	KT(sockaddr_dl_init(&gw.sdl, sizeof(gw.ss), ifp->if_index,
	    ifp->if_type, NULL, 0, nt_peer, ETHER_ADDR_LEN) != NULL);
	info.rti_info[RTAX_DST] = sintosa(&dst);
	info.rti_info[RTAX_GATEWAY] = &gw.sa;
	KT_EQ(0, lla_rt_output(RTM_ADD, RTF_LLDATA, 0, &info, ifp->if_index));
}

void
rump_kt_net_make(void)
{
	const struct sockaddr_in lo = nt_sin(INADDR_LOOPBACK);

	ifp = nt_make("tst0", 0x0a010001, 24);
	kif_flags(lo0ifp, lo0ifp->if_flags | IFF_UP);
	if (ifa_ifwithaddr(sintocsa(&lo)) == NULL)
		KT_EQ(0, nt_addr(lo0ifp, INADDR_LOOPBACK, 8));
	add_neighbour();
	nt_drain(ifp);
}

static int
not_ours(struct rtentry *rt, void *arg)
{

	return (rt->rt_flags & (RTF_LOCAL | RTF_CONNECTED)) == 0;
}

/* One that is not lo0, its name in name. */
static bool
other_interface(char *name)
{
	struct ifnet *it;
	bool found = false;
	int s;

	s = pserialize_read_enter();
	IFNET_READER_FOREACH(it) {
		if (it != lo0ifp) {
			strlcpy(name, it->if_xname, IFNAMSIZ);
			found = true;
			break;
		}
	}
	pserialize_read_exit(s);
	return found;
}

void
rump_kt_net_end(void)
{
	char name[IFNAMSIZ];

	if (nt_so != NULL)
		KT_EQ(0, soclose(nt_so));
	nt_so = NULL;
	rt_delete_matched_entries(AF_UNSPEC, not_ours, NULL, false);
	while (other_interface(name))
		KT_EQ(0, kif_clone(SIOCIFDESTROY, name));
}

int
rump_kt_net_there(void)
{

	return ifunit("tst0") == ifp;
}

/* The first bytes in an mbuf of their own, so that who wants a header in one
 * piece has to ask for it. */
void
rump_kt_net_frame(const void *p, int len, int csum)
{
	const char *bytes = p;
	const int first = MIN(len, ETHER_HDR_LEN + 2);
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA), *n;

	KT(len <= MCLBYTES);
	if (len < ETHER_HDR_LEN) {
		m_freem(m);
		return;
	}
	/* As drivers do, for the header of IP to be aligned. */
	MH_ALIGN(m, first + 2);
	m->m_data += 2;
	m->m_len = first;
	m->m_pkthdr.len = len;
	memcpy(mtod(m, char *), bytes, (size_t)first);
	if (len > first) {
		n = m_get(M_WAIT, MT_DATA);
		m_clget(n, M_WAIT);
		n->m_len = len - first;
		memcpy(mtod(n, char *), bytes + first, (size_t)n->m_len);
		m->m_next = n;
	}
	m_set_rcvif(m, ifp);
	m->m_pkthdr.csum_flags = csum;
	ether_input(ifp, m);
}

void
rump_kt_net_settle(void)
{

	pktq_barrier(ip_pktq);
}

int
rump_kt_net_out(void *buf, int size)
{
	struct mbuf *m;
	int len;

	if (!rump_kt_net_there())
		return 0;
	IFQ_DEQUEUE(&ifp->if_snd, m);
	if (m == NULL)
		return 0;
	len = m->m_pkthdr.len;
	KT(m_length(m) == (u_int)len && len > 0);
	if (size > 0)
		m_copydata(m, 0, MIN(len, size), buf);
	m_freem(m);
	return len;
}
