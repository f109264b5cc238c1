/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_pcb: walks along tables of pcbs, whose sockets are closed
 * meanwhile, and errors that come to raw sockets.
 */
#include "nt.h"

#include <netinet/in_pcb.h>
#include "udp_private.h"

void	rump_kt_pcb_walk(void);
void	rump_kt_pcb_walk_port(void);
void	rump_kt_pcb_raw_errors(void);

#define	US	0x0a010001
#define	PEER	0x0a010002
#define	N	6

static struct socket *sos[N];

static int
number(const struct inpcb *inp)
{
	int i;

	for (i = 0; i < N; i++)
		if (sos[i] != NULL && sotoinpcb(sos[i]) == inp)
			return i;
	return -1;
}

static void
end(int i)
{

	KT_EQ(0, soclose(sos[i]));
	sos[i] = NULL;
}

static void
begin(int port)
{
	int i;

	for (i = 0; i < N; i++) {
		KT_EQ(0, socreate(AF_INET, &sos[i], SOCK_DGRAM, 0, curlwp,
		    NULL));
		sos[i]->so_options |= SO_REUSEPORT;
		if (port != 0) {
			struct sockaddr_in sin = nt_sin(0);

			sin.sin_port = htons((uint16_t)port);
			KT_EQ(0, sobind(sos[i], sintosa(&sin), curlwp));
		}
	}
}

/* Which are seen, if at each one another is closed: bits. */
static u_int
walk(const int *closes)
{
	struct inpcb *inp = NULL;
	u_int seen = 0;
	int i;

	while ((inp = inpcb_next(udbtable, inp)) != NULL) {
		i = number(inp);
		KT(i >= 0);
		KT((seen & 1u << i) == 0);
		seen |= 1u << i;
		if (closes[i] >= 0)
			end(closes[i]);
	}
	return seen;
}

void
rump_kt_pcb_walk(void)
{
	static const int nobody[N] = { -1, -1, -1, -1, -1, -1 };
	static const int itself[N] = { -1, 1, 2, -1, 4, -1 };
	static const int others[N] = { 0, -1, -1, 1, -1, 5 };
	int i;

	begin(0);
	KT_EQ(0x3f, walk(nobody));
	KT_EQ(0x3f, walk(itself));
	KT_EQ(0x29, walk(nobody));
	for (i = 0; i < N; i++)
		if (sos[i] != NULL)
			end(i);
	begin(0);
	/* The one before goes as well, and the last itself. */
	KT_EQ(0x3f, walk(others));
	KT_EQ(0x1c, walk(nobody));
	for (i = 2; i < 5; i++)
		end(i);
	KT_EQ(0, walk(nobody));
}

static bool
any(const struct inpcb *inp, const struct inaddrs *ia)
{

	return inp->inp_lport == ia->ia_lport;
}

void
rump_kt_pcb_walk_port(void)
{
	struct inaddrs ia = { .ia_lport = htons(700) };
	struct socket *late = NULL;
	struct inpcb *inp = NULL;
	u_int seen = 0;
	int i;

	ia.ia_laddr = in6_v4mapped(nt_in_addr(US));
	ia.ia_faddr = in6_v4mapped(nt_in_addr(PEER));
	begin(700);
	while ((inp = inpcb_next_match(udbtable, &ia, inp, any)) != NULL) {
		i = number(inp);
		KT(i >= 0);
		KT((seen & 1u << i) == 0);
		seen |= 1u << i;
		/* A new one is in front of those that are still to come. */
		if (late == NULL) {
			KT_EQ(0, socreate(AF_INET, &late, SOCK_DGRAM, 0,
			    curlwp, NULL));
			late->so_options |= SO_REUSEPORT;
			KT_EQ(0, sobind(late, sintosa(&((struct sockaddr_in){
			    .sin_len = 16, .sin_family = AF_INET,
			    .sin_port = htons(700) })), curlwp));
		}
		if (i != 3)
			end(i);
	}
	KT_EQ(0x3f, seen);
	end(3);
	KT_EQ(0, soclose(late));
}

/* An error of a host about a packet of ours to the peer. */
static void
error_about(struct ifnet *ifp, int proto, uint32_t dst)
{
	uint8_t msg[36] = { ICMP_UNREACH, ICMP_UNREACH_HOST };
	struct ip *ip = (struct ip *)(void *)(msg + 8);
	struct nt_ip n = { .src = PEER, .dst = US, .proto = IPPROTO_ICMP,
	    .data = msg, .len = sizeof(msg) };

	ip->ip_v = IPVERSION;
	ip->ip_hl = 5;
	ip->ip_p = (uint8_t)proto;
	ip->ip_len = htons(100);
	ip->ip_src.s_addr = htonl(US);
	ip->ip_dst.s_addr = htonl(dst);
	nt_cksum(msg, sizeof(msg), 2);
	nt_ip_in(ifp, &n);
}

/* A connected socket hears of errors about its own protocol and peer. */
static void
raw_error(struct ifnet *ifp, int proto)
{
	struct sockaddr_in sin = nt_sin(PEER);
	struct socket *so, *other;

	KT_EQ(0, socreate(AF_INET, &so, SOCK_RAW, proto, curlwp, NULL));
	KT_EQ(0, socreate(AF_INET, &other, SOCK_RAW, proto, curlwp, NULL));
	solock(so);
	KT_EQ(0, soconnect(so, sintosa(&sin), curlwp));
	sounlock(so);
	error_about(ifp, proto, PEER + 1);
	error_about(ifp, proto == IPPROTO_UDP ? IPPROTO_TCP : IPPROTO_UDP,
	    PEER);
	KT_EQ(0, so->so_error);
	error_about(ifp, proto, PEER);
	KT_EQ(EHOSTUNREACH, so->so_error);
	KT_EQ(0, other->so_error);
	KT_EQ(0, soclose(so));
	KT_EQ(0, soclose(other));
}

void
rump_kt_pcb_raw_errors(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);

	nt_learn(ifp, PEER, US);
	raw_error(ifp, IPPROTO_ICMP);
	raw_error(ifp, IPPROTO_IGMP);
	raw_error(ifp, IPPROTO_RAW);
	raw_error(ifp, 77);
	nt_destroy("tst0");
}
