/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address resolution: the packet of RFC 826, its operations, and the counters
 * of the protocol, net.inet.arp.stats.
 */

#ifndef _NET_IF_ARP_H_
#define	_NET_IF_ARP_H_

#include <sys/endian.h>
#include <sys/null.h>
#include <sys/socket.h>
#include <sys/types.h>

/* All in network order; four addresses of the lengths told follow. */
struct arphdr {
	uint16_t	ar_hrd;		/* kind of hardware address */
#define	ARPHRD_ETHER		1
#define	ARPHRD_IEEE802		6
#define	ARPHRD_ARCNET		7
#define	ARPHRD_FRELAY		15
#define	ARPHRD_STRIP		23
#define	ARPHRD_IEEE1394		24
	uint16_t	ar_pro;		/* kind of protocol address */
	uint8_t		ar_hln;		/* length of a hardware address */
	uint8_t		ar_pln;		/* length of a protocol address */
	uint16_t	ar_op;
#define	ARPOP_REQUEST		1
#define	ARPOP_REPLY		2
#define	ARPOP_REVREQUEST	3	/* RFC 903 */
#define	ARPOP_REVREPLY		4
#define	ARPOP_INVREQUEST	8	/* RFC 2390 */
#define	ARPOP_INVREPLY		9
} __packed;

/* The addresses: of the sender (s) and target (t), hardware and protocol. */
static __inline uint8_t *
ar_data(struct arphdr *ap)
{
	return (uint8_t *)(ap + 1);
}

static __inline uint8_t *
ar_sha(struct arphdr *ap)
{
	return ar_data(ap);
}

static __inline uint8_t *
ar_spa(struct arphdr *ap)
{
	return ar_data(ap) + ap->ar_hln;
}

/* IEEE 1394 has no target hardware address. */
static __inline uint8_t *
ar_tha(struct arphdr *ap)
{
	if (ap->ar_hrd == htons(ARPHRD_IEEE1394))
		return NULL;
	return ar_data(ap) + ap->ar_hln + ap->ar_pln;
}

static __inline uint8_t *
ar_tpa(struct arphdr *ap)
{
	if (ap->ar_hrd == htons(ARPHRD_IEEE1394))
		return ar_data(ap) + ap->ar_hln + ap->ar_pln;
	return ar_data(ap) + 2 * ap->ar_hln + ap->ar_pln;
}

/* A request of ioctl(2) about an entry. */
struct arpreq {
	struct sockaddr	arp_pa;		/* protocol address */
	struct sockaddr	arp_ha;		/* hardware address */
	int		arp_flags;
};
#define	ATF_INUSE	0x01
#define	ATF_COM		0x02		/* complete */
#define	ATF_PERM	0x04
#define	ATF_PUBL	0x08
#define	ATF_USETRAILERS	0x10

/* uint64_t counters, an array in this order. */
#define	ARP_STAT_SNDTOTAL	0
#define	ARP_STAT_SNDREPLY	1
#define	ARP_STAT_SENDREQUEST	2
#define	ARP_STAT_RCVTOTAL	3
#define	ARP_STAT_RCVREQUEST	4
#define	ARP_STAT_RCVREPLY	5
#define	ARP_STAT_RCVMCAST	6
#define	ARP_STAT_RCVBADPROTO	7
#define	ARP_STAT_RCVBADLEN	8
#define	ARP_STAT_RCVZEROTPA	9
#define	ARP_STAT_RCVZEROSPA	10
#define	ARP_STAT_RCVNOINT	11
#define	ARP_STAT_RCVLOCALSHA	12
#define	ARP_STAT_RCVBCASTSHA	13
#define	ARP_STAT_RCVLOCALSPA	14
#define	ARP_STAT_RCVOVERPERM	15
#define	ARP_STAT_RCVOVERINT	16
#define	ARP_STAT_RCVOVER	17
#define	ARP_STAT_RCVLCLOVER	18
#define	ARP_STAT_DFRTOTAL	19
#define	ARP_STAT_DFRSENT	20
#define	ARP_STAT_DFRDROPPED	21
#define	ARP_STAT_ALLOCFAIL	22
#define	ARP_NSTATS		23

#ifdef _KERNEL
void	arp_stat_add(int, uint64_t);
#endif

#endif /* !_NET_IF_ARP_H_ */
