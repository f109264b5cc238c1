/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of DHCP on the wire.  They come in by a socket of UDP, and go out by
 * it to a server that is known; what is for all on the link is made by hand
 * and given to the interface, as without an address there is no route.
 *
 * While an address is looked for, a filter of the interface's packets sees all
 * of ARP.
 */

#include <sys/param.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/psref.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <net/if.h>
#include <net/if_arp.h>
#include <net/if_ether.h>
#include <net/pfil.h>

#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <netinet/udp_var.h>

#include "dhcp.h"

#define	TTL		64
#define	ARP_LEN		(ETHER_HDR_LEN + sizeof(struct arphdr) + 20)

/*
 * The socket.
 */
static void
upcall(struct socket *so, void *arg, int events, int waitflag)
{

	dhcp_wake();
}

static int
set_options(struct socket *so)
{
	struct sockaddr_in sin;
	const struct in_addr any = { INADDR_ANY };
	const int on = 1;
	int error;

	error = so_setsockopt(curlwp, so, IPPROTO_IP, IP_RECVPKTINFO, &on,
	    sizeof(on));
	if (error != 0)
		return error;
	sockaddr_in_init(&sin, &any, htons(DHCP_CLIENT_PORT));
	return sobind(so, sintosa(&sin), curlwp);
}

int
dhcp_open_by(int family, int (*prepare)(struct socket *), struct socket **sop)
{
	struct socket *so;
	int error;

	error = socreate(family, &so, SOCK_DGRAM, 0, curlwp, NULL);
	if (error != 0)
		return error;
	if ((error = (*prepare)(so)) != 0) {
		(void)soclose(so);
		return error;
	}
	solock(so);
	so->so_upcall = upcall;
	so->so_upcallarg = NULL;
	so->so_rcv.sb_flags |= SB_UPCALL;
	sounlock(so);
	*sop = so;
	return 0;
}

int
dhcp_open(struct socket **sop)
{

	return dhcp_open_by(AF_INET, set_options, sop);
}

void
dhcp_close(struct socket *so)
{

	solock(so);
	so->so_rcv.sb_flags &= ~SB_UPCALL;
	so->so_upcall = NULL;
	sounlock(so);
	(void)soclose(so);
}

bool
dhcp_control(struct mbuf *control, int level, int type, void *to, size_t len)
{
	const struct cmsghdr *cm;
	struct mbuf *m;

	for (m = control; m != NULL; m = m->m_next) {
		cm = mtod(m, const struct cmsghdr *);
		if (m->m_len < (int)CMSG_LEN(len) ||
		    cm->cmsg_level != level || cm->cmsg_type != type)
			continue;
		memcpy(to, CCMSG_DATA(cm), len);
		return true;
	}
	return false;
}

static bool
from_server(struct mbuf *nam)
{

	return nam != NULL && nam->m_len >= (int)sizeof(struct sockaddr_in) &&
	    mtod(nam, const struct sockaddr_in *)->sin_port ==
	    htons(DHCP_SERVER_PORT);
}

bool
dhcp_read(struct socket *so, uint8_t *buf, size_t size, size_t *len,
    struct mbuf **nam, struct mbuf **control)
{
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct uio uio = { .uio_iov = &iov, .uio_iovcnt = 1,
	    .uio_resid = size, .uio_rw = UIO_READ };
	int flags = MSG_DONTWAIT;

	UIO_SETUP_SYSSPACE(&uio);
	if (soreceive(so, nam, &uio, NULL, control, &flags) != 0)
		return false;
	*len = (flags & MSG_TRUNC) != 0 ? 0 : size - uio.uio_resid;
	return true;
}

bool
dhcp_receive(struct socket *so, uint8_t *buf, size_t size, size_t *len,
    u_int *ifindex)
{
	struct in_pktinfo ipi = { .ipi_ifindex = 0 };
	struct mbuf *nam, *control;

	if (!dhcp_read(so, buf, size, len, &nam, &control))
		return false;
	(void)dhcp_control(control, IPPROTO_IP, IP_PKTINFO, &ipi,
	    sizeof(ipi));
	*ifindex = ipi.ipi_ifindex;
	if (!from_server(nam))
		*len = 0;
	m_freem(nam);
	m_freem(control);
	return true;
}

void
dhcp_send_to(struct socket *so, struct sockaddr *to, const uint8_t *msg,
    size_t len)
{
	struct iovec iov = { .iov_base = __UNCONST(msg), .iov_len = len };
	struct uio uio = { .uio_iov = &iov, .uio_iovcnt = 1,
	    .uio_resid = len, .uio_rw = UIO_WRITE };

	UIO_SETUP_SYSSPACE(&uio);
	(void)sosend(so, to, &uio, NULL, NULL, 0, curlwp);
}

void
dhcp_unicast(struct socket *so, const struct dhcp_out *out, uint32_t to)
{
	const struct in_addr addr = { to };
	struct sockaddr_in sin;
	uint8_t buf[DHCP_OUT_MAX];

	sockaddr_in_init(&sin, &addr, htons(DHCP_SERVER_PORT));
	dhcp_send_to(so, sintosa(&sin), buf, dhcp_make(out, buf));
}

/*
 * To all on the link.
 */
static struct mbuf *
make_packet(const struct dhcp_out *out)
{
	struct mbuf *m = m_getcl(M_WAITOK, MT_DATA, M_PKTHDR);
	struct udpiphdr *ui;
	struct ip *ip;
	size_t len;

	m->m_data += max_linkhdr;
	ui = mtod(m, struct udpiphdr *);
	KASSERT(M_TRAILINGSPACE(m) >= (int)sizeof(*ui) + DHCP_OUT_MAX);
	len = dhcp_make(out, (uint8_t *)(ui + 1)) + sizeof(struct udphdr);
	m->m_len = m->m_pkthdr.len = (int)(len + sizeof(*ip));
	memset(ui, 0, sizeof(*ui));
	ui->ui_sport = htons(DHCP_CLIENT_PORT);
	ui->ui_dport = htons(DHCP_SERVER_PORT);
	ui->ui_ulen = htons((uint16_t)len);
	ip = (struct ip *)ui;
	ip->ip_v = IPVERSION;
	ip->ip_hl = sizeof(*ip) >> 2;
	ip->ip_len = htons((uint16_t)m->m_pkthdr.len);
	ip->ip_id = htons((uint16_t)cprng_fast32());
	ip->ip_ttl = TTL;
	ip->ip_p = IPPROTO_UDP;
	ip->ip_src.s_addr = out->do_ciaddr;
	ip->ip_dst.s_addr = INADDR_BROADCAST;
	ip->ip_sum = (uint16_t)in_cksum(m, sizeof(*ip));
	ui->ui_sum = (uint16_t)in4_cksum(m, IPPROTO_UDP, sizeof(*ip),
	    (int)len);
	if (ui->ui_sum == 0)
		ui->ui_sum = 0xffff;
	m->m_flags |= M_BCAST;
	return m;
}

int
dhcp_broadcast(const struct dhcp_client *c, const struct dhcp_out *out)
{
	const struct in_addr all = { INADDR_BROADCAST };
	const int bound = curlwp_bind();
	struct sockaddr_in sin;
	struct psref psref;
	struct ifnet *ifp;
	int error = ENXIO;

	sockaddr_in_init(&sin, &all, 0);
	if ((ifp = if_get_byindex(c->c_index, &psref)) != NULL) {
		error = if_output_lock(ifp, ifp, make_packet(out),
		    sintosa(&sin), NULL);
		/* Of an interface that is there all others will pass. */
		if (error == ENXIO)
			error = ENETDOWN;
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

/*
 * Looking for others.
 */

/* One that says it has the address, or wants it as well: RFC 5227, 2.1.1. */
static bool
is_conflict(const struct dhcp_client *c, struct arphdr *ah)
{
	const uint32_t none = INADDR_ANY;

	if (ah->ar_hrd != htons(ARPHRD_ETHER) ||
	    ah->ar_pro != htons(ETHERTYPE_IP) ||
	    ah->ar_hln != ETHER_ADDR_LEN || ah->ar_pln != sizeof(none) ||
	    memcmp(ar_sha(ah), c->c_lla, ETHER_ADDR_LEN) == 0)
		return false;
	return memcmp(ar_spa(ah), &c->c_check, sizeof(none)) == 0 ||
	    (memcmp(ar_spa(ah), &none, sizeof(none)) == 0 &&
	    memcmp(ar_tpa(ah), &c->c_check, sizeof(none)) == 0);
}

static int
arp_hook(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	struct {
		struct ether_header eh;
		struct arphdr	ah;
		uint8_t		addrs[20];
	} __packed f;

	_Static_assert(sizeof(f) == ARP_LEN, "a frame's beginning");
	if ((*mp)->m_pkthdr.len < (int)sizeof(f))
		return 0;
	m_copydata(*mp, 0, sizeof(f), &f);
	if (f.eh.ether_type == htons(ETHERTYPE_ARP))
		dhcp_arp_seen(ifp->if_index, is_conflict,
		    (struct arphdr *)((uint8_t *)&f + ETHER_HDR_LEN));
	return 0;
}

/* Calls the function with the interface, or gives ENXIO. */
static int
with_interface(const struct dhcp_client *c,
    int (*func)(struct ifnet *, struct in_addr), uint32_t addr)
{
	const int bound = curlwp_bind();
	struct psref psref;
	struct ifnet *ifp;
	int error = ENXIO;

	if ((ifp = if_get_byindex(c->c_index, &psref)) != NULL) {
		error = (*func)(ifp, (struct in_addr){ addr });
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

static int
nothing(struct ifnet *ifp, struct in_addr addr)
{

	return 0;
}

bool
dhcp_attached(struct dhcp_client *c)
{

	return !dhcp_detached(c) && with_interface(c, nothing, 0) == 0;
}

static int
add_hook(struct ifnet *ifp, struct in_addr addr)
{

	return pfil_add_hook(arp_hook, NULL, PFIL_IN, ifp->if_pfil);
}

static int
remove_hook(struct ifnet *ifp, struct in_addr addr)
{

	return pfil_remove_hook(arp_hook, NULL, PFIL_IN, ifp->if_pfil);
}

static int
probe(struct ifnet *ifp, struct in_addr addr)
{

	arpwhohas(ifp, &addr);
	return 0;
}

int
dhcp_watch(struct dhcp_client *c)
{

	dhcp_set_check(c, c->c_lease.dl_address);
	return with_interface(c, add_hook, 0);
}

/* With an interface go its hooks. */
void
dhcp_unwatch(struct dhcp_client *c)
{

	(void)with_interface(c, remove_hook, 0);
	dhcp_set_check(c, 0);
}

int
dhcp_probe(const struct dhcp_client *c)
{

	return with_interface(c, probe, c->c_lease.dl_address);
}
