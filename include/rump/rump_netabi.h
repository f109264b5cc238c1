/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces and routes for programs whose own headers have other ones:
 * NetBSD 10's requests of ioctl(2), and the messages of route(4), which dumps
 * by sysctl(7) of net.route consist of as well.  Meant for 64-bit machines,
 * as rump_abi.h is.
 */
#ifndef _RUMP_RUMP_NETABI_H_
#define	_RUMP_RUMP_NETABI_H_

#include <stddef.h>
#include <stdint.h>

#include <rump/rump_abi.h>

#define	RUMP_IFNAMSIZ		16

/* Flags of interfaces. */
#define	RUMP_IFF_UP		0x0001
#define	RUMP_IFF_BROADCAST	0x0002
#define	RUMP_IFF_DEBUG		0x0004
#define	RUMP_IFF_LOOPBACK	0x0008
#define	RUMP_IFF_POINTOPOINT	0x0010
#define	RUMP_IFF_UNNUMBERED	0x0020
#define	RUMP_IFF_RUNNING	0x0040
#define	RUMP_IFF_NOARP		0x0080
#define	RUMP_IFF_PROMISC	0x0100
#define	RUMP_IFF_ALLMULTI	0x0200
#define	RUMP_IFF_OACTIVE	0x0400
#define	RUMP_IFF_SIMPLEX	0x0800
#define	RUMP_IFF_LINK0		0x1000
#define	RUMP_IFF_LINK1		0x2000
#define	RUMP_IFF_LINK2		0x4000
#define	RUMP_IFF_MULTICAST	0x8000

struct rump_ifreq {
	char ifr_name[RUMP_IFNAMSIZ];
	union {
		struct rump_sockaddr_storage ifr_space;
		struct rump_sockaddr_in ifr_in;
		int16_t ifr_flags;
		int ifr_mtu;
	};
};

/* SIOCAIFADDR of IPv4. */
struct rump_in_aliasreq {
	char ifra_name[RUMP_IFNAMSIZ];
	struct rump_sockaddr_in ifra_addr;
	struct rump_sockaddr_in ifra_broadaddr;
	struct rump_sockaddr_in ifra_mask;
};

/* The string that names an interface's wire, its NUL in the length. */
struct rump_ifdrv {
	char ifd_name[RUMP_IFNAMSIZ];
	unsigned long ifd_cmd;
	size_t ifd_len;
	void *ifd_data;
};
#define	RUMP_IFLINKSTR_QUERYLEN	1
#define	RUMP_IFLINKSTR_UNSET	2

#define	RUMP__IOC(dir, n, type)						\
	((unsigned long)(dir) | sizeof(type) << 16 | 'i' << 8 | (n))
#define	RUMP__IOW(n, type)	RUMP__IOC(0x80000000u, n, type)
#define	RUMP__IOWR(n, type)	RUMP__IOC(0xc0000000u, n, type)
#define	RUMP_SIOCSIFFLAGS	RUMP__IOW(16, struct rump_ifreq)
#define	RUMP_SIOCGIFFLAGS	RUMP__IOWR(17, struct rump_ifreq)
#define	RUMP_SIOCDIFADDR	RUMP__IOW(25, struct rump_ifreq)
#define	RUMP_SIOCAIFADDR	RUMP__IOW(26, struct rump_in_aliasreq)
#define	RUMP_SIOCIFDESTROY	RUMP__IOW(121, struct rump_ifreq)
#define	RUMP_SIOCIFCREATE	RUMP__IOW(122, struct rump_ifreq)
#define	RUMP_SIOCGIFMTU		RUMP__IOWR(126, struct rump_ifreq)
#define	RUMP_SIOCSIFMTU		RUMP__IOW(127, struct rump_ifreq)
#define	RUMP_SIOCGLINKSTR	RUMP__IOWR(135, struct rump_ifdrv)
#define	RUMP_SIOCSLINKSTR	RUMP__IOW(136, struct rump_ifdrv)

/* sysctl(7): net.route.rtable, then family or 0, what, argument or 0. */
#define	RUMP_CTL_NET		4
#define	RUMP_NET_RT_DUMP	1	/* routes */
#define	RUMP_NET_RT_IFLIST	6	/* interfaces and their addresses */
/* net.inet.ip.forwarding, behind RUMP_CTL_NET and RUMP_PF_INET. */
#define	RUMP_IPCTL_FORWARDING	1

/* Name, then link address, in sdl_data. */
struct rump_sockaddr_dl {
	uint8_t sdl_len;
	uint8_t sdl_family;		/* RUMP_AF_LINK */
	uint16_t sdl_index;
	uint8_t sdl_type;
	uint8_t sdl_nlen;
	uint8_t sdl_alen;
	uint8_t sdl_slen;
	char sdl_data[24];
};

struct rump_if_data {
	uint8_t ifi_type;
	uint8_t ifi_addrlen;
	uint8_t ifi_hdrlen;
	int ifi_link_state;		/* 0 unknown, 1 down, 2 up */
	uint64_t ifi_mtu;
	uint64_t ifi_metric;
	uint64_t ifi_baudrate;
	uint64_t ifi_ipackets;
	uint64_t ifi_ierrors;
	uint64_t ifi_opackets;
	uint64_t ifi_oerrors;
	uint64_t ifi_collisions;
	uint64_t ifi_ibytes;
	uint64_t ifi_obytes;
	uint64_t ifi_imcasts;
	uint64_t ifi_omcasts;
	uint64_t ifi_iqdrops;
	uint64_t ifi_noproto;
	struct rump_timespec ifi_lastchange;
};

struct rump_if_msghdr {
	uint16_t ifm_msglen;
	uint8_t ifm_version;
	uint8_t ifm_type;		/* RUMP_RTM_IFINFO */
	int ifm_addrs;
	int ifm_flags;			/* RUMP_IFF_* */
	uint16_t ifm_index;
	struct rump_if_data ifm_data;
};

struct rump_ifa_msghdr {
	uint16_t ifam_msglen __attribute__((__aligned__(8)));
	uint8_t ifam_version;
	uint8_t ifam_type;		/* RUMP_RTM_NEWADDR */
	uint16_t ifam_index;
	int ifam_flags;
	int ifam_addrs;
	int32_t ifam_pid;
	int ifam_addrflags;
	int ifam_metric;
};

struct rump_rt_metrics {
	uint64_t rmx_locks;
	uint64_t rmx_mtu;
	uint64_t rmx_hopcount;
	uint64_t rmx_recvpipe;
	uint64_t rmx_sendpipe;
	uint64_t rmx_ssthresh;
	uint64_t rmx_rtt;
	uint64_t rmx_rttvar;
	int64_t rmx_expire;
	int64_t rmx_pksent;
};

struct rump_rt_msghdr {
	uint16_t rtm_msglen;
	uint8_t rtm_version;
	uint8_t rtm_type;		/* RUMP_RTM_* */
	uint16_t rtm_index;
	int rtm_flags;			/* RUMP_RTF_* */
	int rtm_addrs;			/* bit n: address RUMP_RTAX_n */
	int32_t rtm_pid;
	int rtm_seq;
	int rtm_errno;
	int rtm_use;
	int rtm_inits;
	struct rump_rt_metrics rtm_rmx;
};

#define	RUMP_RTM_VERSION	4
#define	RUMP_RTM_ADD		0x1
#define	RUMP_RTM_DELETE		0x2
#define	RUMP_RTM_CHANGE		0x3
#define	RUMP_RTM_GET		0x4
#define	RUMP_RTM_IFINFO		0x14
#define	RUMP_RTM_NEWADDR	0x16

#define	RUMP_RTF_UP		0x00001
#define	RUMP_RTF_GATEWAY	0x00002
#define	RUMP_RTF_HOST		0x00004
#define	RUMP_RTF_REJECT		0x00008
#define	RUMP_RTF_DYNAMIC	0x00010
#define	RUMP_RTF_MODIFIED	0x00020
#define	RUMP_RTF_DONE		0x00040
#define	RUMP_RTF_CONNECTED	0x00100
#define	RUMP_RTF_LLDATA		0x00400
#define	RUMP_RTF_STATIC		0x00800
#define	RUMP_RTF_BLACKHOLE	0x01000
#define	RUMP_RTF_LOCAL		0x40000
#define	RUMP_RTF_BROADCAST	0x80000

#define	RUMP_RTAX_DST		0
#define	RUMP_RTAX_GATEWAY	1
#define	RUMP_RTAX_NETMASK	2
#define	RUMP_RTAX_GENMASK	3
#define	RUMP_RTAX_IFP		4
#define	RUMP_RTAX_IFA		5
#define	RUMP_RTAX_AUTHOR	6
#define	RUMP_RTAX_BRD		7
#define	RUMP_RTAX_TAG		8
#define	RUMP_RTAX_MAX		9

/* The room an address takes in a message. */
#define	RUMP_RT_ROUNDUP(len)						\
	((len) > 0 ? ((size_t)(len) + 7) & ~(size_t)7 : 8)

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L && \
    __SIZEOF_LONG__ == 8
_Static_assert(sizeof(struct rump_ifreq) == 144, "ifreq");
_Static_assert(sizeof(struct rump_in_aliasreq) == 64, "in_aliasreq");
_Static_assert(sizeof(struct rump_ifdrv) == 40, "ifdrv");
_Static_assert(sizeof(struct rump_sockaddr_dl) == 32, "sockaddr_dl");
_Static_assert(sizeof(struct rump_if_msghdr) == 152, "if_msghdr");
_Static_assert(sizeof(struct rump_ifa_msghdr) == 32, "ifa_msghdr");
_Static_assert(sizeof(struct rump_rt_msghdr) == 120, "rt_msghdr");
#endif

#endif /* !_RUMP_RUMP_NETABI_H_ */
