/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control messages of IP's sockets, recvmsg(2) and sendmsg(2): what came with
 * a packet, and what is wanted for one.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <rump-sys/net_in.h>

/* Behind the others; without memory it is not told. */
static void
add(struct mbuf ***mp, void *data, size_t len, int type)
{

	**mp = sbcreatecontrol(data, (int)len, type, IPPROTO_IP);
	if (**mp != NULL)
		*mp = &(**mp)->m_next;
}

static void
add_interface(struct mbuf ***mp, const struct mbuf *m)
{
	union {
		struct sockaddr_dl	sdl;
		struct sockaddr_storage	ss;
	} u;
	struct ifnet *ifp;
	int s;

	memset(&u, 0, sizeof(u));
	if ((ifp = m_get_rcvif(m, &s)) == NULL)
		return;
	(void)sockaddr_dl_init(&u.sdl, sizeof(u), ifp->if_index,
	    ifp->if_type, ifp->if_xname, (uint8_t)strlen(ifp->if_xname),
	    NULL, 0);
	m_put_rcvif(ifp, &s);
	add(mp, &u.sdl, u.sdl.sdl_len, IP_RECVIF);
}

void
ip_savecontrol(struct inpcb *inp, struct mbuf **mp, struct ip *ip,
    struct mbuf *m)
{
	const int flags = inp->inp_flags;
	struct in_pktinfo ipi;
	struct mbuf *way;
	int optlen;

	if (SOOPT_TIMESTAMP(inp->inp_so->so_options))
		mp = sbsavetimestamp(inp->inp_so->so_options, mp);
	if ((flags & INP_RECVDSTADDR) != 0)
		add(&mp, &ip->ip_dst, sizeof(ip->ip_dst), IP_RECVDSTADDR);
	if ((flags & INP_RECVPKTINFO) != 0) {
		ipi.ipi_addr = ip->ip_dst;
		ipi.ipi_ifindex = m->m_pkthdr.rcvif_index;
		add(&mp, &ipi, sizeof(ipi), IP_PKTINFO);
	}
	if ((flags & INP_RECVTTL) != 0)
		add(&mp, &ip->ip_ttl, sizeof(ip->ip_ttl), IP_RECVTTL);
	if ((flags & INP_RECVIF) != 0)
		add_interface(&mp, m);
	optlen = (ip->ip_hl << 2) - (int)sizeof(*ip);
	if ((flags & INP_RECVOPTS) != 0 && optlen > 0)
		add(&mp, ip + 1, (size_t)optlen, IP_RECVOPTS);
	if ((flags & INP_RECVRETOPTS) != 0 &&
	    (way = ip_srcroute(m)) != NULL) {
		add(&mp, mtod(way, void *), (size_t)way->m_len,
		    IP_RECVRETOPTS);
		m_free(way);
	}
}

/* Of ours, and not yet the socket's own already. */
static int
set_laddr(struct ip_pktopts *po, struct in_addr addr, const struct inpcb *inp)
{
	struct in_ifaddr *ia;
	int s, error = 0;

	if (in_nullhost(addr))
		return 0;
	s = pserialize_read_enter();
	if ((inp->inp_flags & INP_BINDANY) == 0 &&
	    ((ia = in_get_ia(addr)) == NULL ||
	    (ia4_flags_of(ia) & IN_IFF_NOTREADY) != 0))
		error = EADDRNOTAVAIL;
	pserialize_read_exit(s);
	if (error == 0)
		sockaddr_in_init(&po->ippo_laddr, &addr, inp->inp_lport);
	return error;
}

static int
set_pktinfo(struct ip_pktopts *po, const struct in_pktinfo *ipi, int *flags,
    const struct inpcb *inp)
{
	bool there;
	int s;

	if (ipi->ipi_ifindex != 0) {
		s = pserialize_read_enter();
		there = if_byindex(ipi->ipi_ifindex) != NULL;
		pserialize_read_exit(s);
		if (!there)
			return ENXIO;
		if (po->ippo_imo != NULL)
			po->ippo_imobuf = *po->ippo_imo;
		else {
			memset(&po->ippo_imobuf, 0, sizeof(po->ippo_imobuf));
			po->ippo_imobuf.imo_multicast_ttl =
			    IP_DEFAULT_MULTICAST_TTL;
			po->ippo_imobuf.imo_multicast_loop =
			    IP_DEFAULT_MULTICAST_LOOP;
		}
		po->ippo_imobuf.imo_multicast_if_index =
		    (if_index_t)ipi->ipi_ifindex;
		po->ippo_imo = &po->ippo_imobuf;
		*flags |= IP_ROUTETOIFINDEX;
	}
	return set_laddr(po, ipi->ipi_addr, inp);
}

static int
set_one(struct ip_pktopts *po, const struct cmsghdr *cm, size_t len,
    int *flags, const struct inpcb *inp)
{
	struct in_pktinfo ipi;
	struct in_addr addr;
	int v;

	switch (cm->cmsg_type) {
	case IP_PKTINFO:
		if (len != sizeof(ipi))
			return EINVAL;
		memcpy(&ipi, CCMSG_DATA(cm), sizeof(ipi));
		return set_pktinfo(po, &ipi, flags, inp);
	case IP_SENDSRCADDR:
		if (len != sizeof(addr))
			return EINVAL;
		memcpy(&addr, CCMSG_DATA(cm), sizeof(addr));
		return set_laddr(po, addr, inp);
	case IP_TOS:
	case IP_TTL:
		if (len != sizeof(v))
			return EINVAL;
		memcpy(&v, CCMSG_DATA(cm), sizeof(v));
		if (v < (cm->cmsg_type == IP_TTL ? 1 : 0) || v > 255)
			return EINVAL;
		if (cm->cmsg_type == IP_TOS)
			po->ippo_tos = v;
		else
			po->ippo_ttl = v;
		return 0;
	default:
		return ENOPROTOOPT;
	}
}

/* One after the other, in one piece. */
int
in_cmsg_next(struct mbuf *control, int level, size_t *off,
    const struct cmsghdr **cmp)
{
	const size_t all = (size_t)control->m_len;
	const struct cmsghdr *cm;

	*cmp = NULL;
	if (control->m_next != NULL)
		return EINVAL;
	while (all - *off >= sizeof(*cm)) {
		cm = (const void *)(mtod(control, const char *) + *off);
		if (cm->cmsg_len < CMSG_LEN(0) || cm->cmsg_len > all - *off)
			return EINVAL;
		*off += MIN(CMSG_ALIGN(cm->cmsg_len), all - *off);
		if (cm->cmsg_level == level) {
			*cmp = cm;
			break;
		}
	}
	return 0;
}

int
ip_setpktopts(struct mbuf *control, struct ip_pktopts *po, int *flags,
    struct inpcb *inp)
{
	const struct cmsghdr *cm;
	size_t off = 0;
	int error;

	memset(&po->ippo_laddr, 0, sizeof(po->ippo_laddr));
	po->ippo_tos = po->ippo_ttl = -1;
	if (control == NULL)
		return 0;
	while ((error = in_cmsg_next(control, IPPROTO_IP, &off, &cm)) == 0 &&
	    cm != NULL) {
		if ((error = set_one(po, cm, cm->cmsg_len - CMSG_LEN(0),
		    flags, inp)) != 0)
			break;
	}
	return error;
}
