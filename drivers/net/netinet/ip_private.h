/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of IP, ip_*.c, have in common and no other.
 */

#ifndef _NETINET_IP_PRIVATE_H_
#define	_NETINET_IP_PRIVATE_H_

#include <sys/percpu.h>
#include <sys/types.h>

#include <net/pfil.h>

struct ifnet;
struct in_addr;
struct ip;
struct mbuf;

extern pfil_head_t *inet_pfil_hook;
extern int ip_sendredirects;
extern int ip_directedbcast;
extern int ip_forwsrcrt;

extern int ip_checkinterface;
extern percpu_t *ipstat_percpu;

/* Bytes of a packet that is forwarded kept for an error about it. */
#define	ICMP_ADVLENMAX_KEEP	(60 + 512)

void	ip_id_init(void);
void	ip_forward_init(void);
void	ip_output_init(void);
/* All of net.inet.ip. */
void	ip_sysctl_setup(void);

/* ip_fragment.c: what else a piece needs to be sent by an interface. */
void	ip_cksum_header(struct mbuf *, const struct ifnet *);

/*
 * ip_options.c: into a packet's header, behind its 20 bytes; the new length
 * of the header.  NULL: the packet is gone, and why.
 */
struct mbuf *ip_insertoptions(struct mbuf *, const struct mbuf *, int *,
	    int *);
/* Are the bytes options that follow each other as they should? */
bool	ip_options_wellformed(const uint8_t *, u_int);
/* Takes them out. */
void	ip_stripoptions(struct mbuf *);


#endif /* !_NETINET_IP_PRIVATE_H_ */
