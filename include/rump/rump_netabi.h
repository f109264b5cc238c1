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
		void *ifr_data;
	};
};

/* SIOCAIFADDR of IPv4. */
struct rump_in_aliasreq {
	char ifra_name[RUMP_IFNAMSIZ];
	struct rump_sockaddr_in ifra_addr;
	struct rump_sockaddr_in ifra_broadaddr;
	struct rump_sockaddr_in ifra_mask;
};

/* How long an address of IPv6 lasts: seconds, and when that is over. */
struct rump_in6_addrlifetime {
	int64_t ia6t_expire;
	int64_t ia6t_preferred;
	uint32_t ia6t_vltime;
	uint32_t ia6t_pltime;
};
#define	RUMP_ND6_INFINITE_LIFETIME	0xffffffffu

/* SIOCAIFADDR of IPv6. */
struct rump_in6_aliasreq {
	char ifra_name[RUMP_IFNAMSIZ];
	struct rump_sockaddr_in6 ifra_addr;
	struct rump_sockaddr_in6 ifra_dstaddr;
	struct rump_sockaddr_in6 ifra_prefixmask;
	int ifra_flags;			/* RUMP_IN6_IFF_* */
	struct rump_in6_addrlifetime ifra_lifetime;
};
#define	RUMP_IN6_IFF_ANYCAST	0x01
#define	RUMP_IN6_IFF_TENTATIVE	0x02
#define	RUMP_IN6_IFF_DUPLICATED	0x04
#define	RUMP_IN6_IFF_DETACHED	0x08
#define	RUMP_IN6_IFF_DEPRECATED	0x10
#define	RUMP_IN6_IFF_NODAD	0x20
#define	RUMP_IN6_IFF_AUTOCONF	0x40
#define	RUMP_IN6_IFF_TEMPORARY	0x80

/* SIOCDIFADDR of IPv6: the kernel's is a union with more in it. */
struct rump_in6_ifreq {
	char ifr_name[RUMP_IFNAMSIZ];
	union {
		struct rump_sockaddr_in6 ifr_addr;
		uint64_t ifr_room[34];
	};
};

/* What an interface has of IPv6 neighbours: times in milliseconds. */
struct rump_in6_ndireq {
	char ifname[RUMP_IFNAMSIZ];
	uint8_t chlim;
	uint32_t basereachable;
	uint32_t retrans;
	uint32_t flags;			/* RUMP_ND6_IFF_* */
};
#define	RUMP_ND6_IFF_PERFORMNUD		0x01
#define	RUMP_ND6_IFF_ACCEPT_RTADV	0x02
#define	RUMP_ND6_IFF_IFDISABLED		0x08
#define	RUMP_ND6_IFF_OVERRIDE_RTADV	0x10
#define	RUMP_ND6_IFF_AUTO_LINKLOCAL	0x20

/* A neighbour of IPv6: its state is 0 while it is asked for, then 1
 * (reachable), 2 (stale), 3 (delay), 4 (probe). */
struct rump_in6_nbrinfo {
	char ifname[RUMP_IFNAMSIZ];
	uint8_t addr[16];
	int64_t asked;
	int isrouter;
	int state;
	int expire;			/* seconds of the clock, 0: never */
};

/* A router and a prefix it told of, in net.inet6.icmp6.nd6_drlist and
 * nd6_prlist; routers' addresses follow each prefix. */
struct rump_in6_defrouter {
	struct rump_sockaddr_in6 rtaddr;
	uint8_t flags;
	uint16_t rtlifetime;		/* seconds */
	uint64_t expire;
	uint16_t if_index;
};
struct rump_in6_prefix {
	struct rump_sockaddr_in6 prefix;
	uint32_t raflags;		/* 1: on the link, 2: makes addresses */
	uint8_t prefixlen;
	uint8_t origin;
	uint32_t vltime;		/* seconds */
	uint32_t pltime;
	int64_t expire;			/* 0: never */
	uint32_t flags;
	int32_t refcnt;
	uint16_t if_index;
	uint16_t advrtrs;		/* how many addresses follow */
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

#define	RUMP__IOC(dir, group, n, type)					\
	((unsigned long)(dir) | sizeof(type) << 16 | (group) << 8 | (n))
#define	RUMP__IOW(n, type)	RUMP__IOC(0x80000000u, 'i', n, type)
#define	RUMP__IOWR(n, type)	RUMP__IOC(0xc0000000u, 'i', n, type)
#define	RUMP_SIOCSIFFLAGS	RUMP__IOW(16, struct rump_ifreq)
#define	RUMP_SIOCGIFFLAGS	RUMP__IOWR(17, struct rump_ifreq)
#define	RUMP_SIOCDIFADDR	RUMP__IOW(25, struct rump_ifreq)
#define	RUMP_SIOCAIFADDR	RUMP__IOW(26, struct rump_in_aliasreq)
#define	RUMP_SIOCDIFADDR_IN6	RUMP__IOW(25, struct rump_in6_ifreq)
#define	RUMP_SIOCAIFADDR_IN6	RUMP__IOW(107, struct rump_in6_aliasreq)
#define	RUMP_SIOCGNBRINFO_IN6	RUMP__IOWR(78, struct rump_in6_nbrinfo)
#define	RUMP_SIOCGIFINFO_IN6	RUMP__IOWR(113, struct rump_in6_ndireq)
#define	RUMP_SIOCSIFINFO_FLAGS	RUMP__IOWR(115, struct rump_in6_ndireq)
#define	RUMP_SIOCIFDESTROY	RUMP__IOW(121, struct rump_ifreq)
#define	RUMP_SIOCIFCREATE	RUMP__IOW(122, struct rump_ifreq)
#define	RUMP_SIOCGIFMTU		RUMP__IOWR(126, struct rump_ifreq)
#define	RUMP_SIOCSIFMTU		RUMP__IOW(127, struct rump_ifreq)
#define	RUMP_SIOCGLINKSTR	RUMP__IOWR(135, struct rump_ifdrv)
#define	RUMP_SIOCSLINKSTR	RUMP__IOW(136, struct rump_ifdrv)

/* bridge(4): what ifd_cmd is and ifd_data points to. */
struct rump_ifbreq {
	char ifbr_ifsname[RUMP_IFNAMSIZ];
	uint32_t ifbr_ifsflags;		/* RUMP_IFBIF_* */
	uint8_t ifbr_state;		/* RUMP_BSTP_IFSTATE_* */
	uint8_t ifbr_priority;
	uint8_t ifbr_path_cost;
	uint8_t ifbr_portno;
};

struct rump_ifbareq {
	char ifba_ifsname[RUMP_IFNAMSIZ];
	int64_t ifba_expire;		/* seconds left */
	uint8_t ifba_flags;		/* 1: it stays */
	uint8_t ifba_dst[6];
};

/* The other two are the same bytes as the first: BRDGSPRI, BRDGSHT ... */
struct rump_ifbrparam {
	union {
		uint32_t ifbrp_int32;
		uint16_t ifbrp_int16;
		uint8_t ifbrp_int8;
	};
};

#define	RUMP_BRDGADD		0	/* ifbreq */
#define	RUMP_BRDGDEL		1	/* ifbreq */
#define	RUMP_BRDGGIFFLGS	2	/* ifbreq, RUMP_SIOCGDRVSPEC */
#define	RUMP_BRDGSIFFLGS	3	/* ifbreq */
#define	RUMP_BRDGSCACHE		4	/* ifbrparam: most addresses */
#define	RUMP_BRDGGCACHE		5	/* ifbrparam, RUMP_SIOCGDRVSPEC */
#define	RUMP_BRDGSADDR		8	/* ifbareq */
#define	RUMP_BRDGSTO		9	/* ifbrparam: seconds */
#define	RUMP_BRDGGTO		10	/* ifbrparam, RUMP_SIOCGDRVSPEC */
#define	RUMP_BRDGDADDR		11	/* ifbareq */
#define	RUMP_BRDGFLUSH		12	/* ifbreq: flags 1, all of them */
/* Those with a G are asked by RUMP_SIOCGDRVSPEC. */
#define	RUMP_BRDGGPRI		13	/* ifbrparam, int16: of the bridge */
#define	RUMP_BRDGSPRI		14	/* ifbrparam, int16: of the bridge */
#define	RUMP_BRDGGHT		15	/* ifbrparam, int8 */
#define	RUMP_BRDGSHT		16	/* ifbrparam, int8: hello, seconds */
#define	RUMP_BRDGGFD		17	/* ifbrparam, int8 */
#define	RUMP_BRDGSFD		18	/* ifbrparam, int8: forward delay */
#define	RUMP_BRDGGMA		19	/* ifbrparam, int8 */
#define	RUMP_BRDGSMA		20	/* ifbrparam, int8: largest age */
#define	RUMP_BRDGSIFPRIO	21	/* ifbreq: priority of a port */
#define	RUMP_BRDGSIFCOST	22	/* ifbreq: path cost of a port */
#define	RUMP_BRDGGIFS		25	/* list of ifbreq, RUMP_SIOCGDRVSPEC */
#define	RUMP_BRDGRTS		26	/* list of ifbareq, RUMP_SIOCGDRVSPEC */
#define	RUMP_IFBIF_LEARNING	0x01
#define	RUMP_IFBIF_DISCOVER	0x02
#define	RUMP_IFBIF_STP		0x04
#define	RUMP_IFBIF_PROTECTED	0x08
#define	RUMP_BSTP_IFSTATE_DISABLED	0
#define	RUMP_BSTP_IFSTATE_LISTENING	1
#define	RUMP_BSTP_IFSTATE_LEARNING	2
#define	RUMP_BSTP_IFSTATE_FORWARDING	3
#define	RUMP_BSTP_IFSTATE_BLOCKING	4
#define	RUMP_SIOCSDRVSPEC	RUMP__IOW(123, struct rump_ifdrv)
#define	RUMP_SIOCGDRVSPEC	RUMP__IOWR(123, struct rump_ifdrv)

/* vlan(4): where ifr_data points; a parent "" is none. */
struct rump_vlanreq {
	char vlr_parent[RUMP_IFNAMSIZ];
	uint16_t vlr_tag;
};
#define	RUMP_SIOCSETVLAN	RUMP__IOW(57, struct rump_ifreq)
#define	RUMP_SIOCGETVLAN	RUMP__IOWR(58, struct rump_ifreq)

/* tap(4), tun(4): requests of their devices. */
#define	RUMP_TAPGIFNAME							\
	RUMP__IOC(0x40000000u, 'e', 0, struct rump_ifreq)
#define	RUMP_TUNSDEBUG		RUMP__IOC(0x80000000u, 't', 90, int)
#define	RUMP_TUNGDEBUG		RUMP__IOC(0x40000000u, 't', 89, int)
#define	RUMP_TUNSIFMODE		RUMP__IOC(0x80000000u, 't', 88, int)
#define	RUMP_TUNSLMODE		RUMP__IOC(0x80000000u, 't', 87, int)
#define	RUMP_TUNSIFHEAD		RUMP__IOC(0x80000000u, 't', 66, int)
#define	RUMP_TUNGIFHEAD		RUMP__IOC(0x40000000u, 't', 65, int)

/*
 * bpf(4): requests of /dev/bpf, and packets as a read gives them, each with a
 * header, at multiples of 8.
 */
struct rump_bpf_hdr {
	struct {
		int64_t tv_sec;
		int64_t tv_usec;
	} bh_tstamp;
	uint32_t bh_caplen;		/* bytes that follow */
	uint32_t bh_datalen;		/* bytes the packet had */
	uint16_t bh_hdrlen;		/* from here to the packet */
};
#define	RUMP_BPF_WORDALIGN(n)	(((n) + 7) & ~(size_t)7)

struct rump_bpf_insn {
	uint16_t code;
	uint8_t jt;
	uint8_t jf;
	uint32_t k;
};

struct rump_bpf_program {
	unsigned int bf_len;		/* instructions */
	struct rump_bpf_insn *bf_insns;
};

struct rump_bpf_stat {
	uint64_t bs_recv;		/* seen */
	uint64_t bs_drop;		/* there was no room for */
	uint64_t bs_capt;		/* the filter took */
	uint64_t bs_padding[13];
};

struct rump_bpf_version {
	uint16_t bv_major;
	uint16_t bv_minor;
};

struct rump_bpf_dltlist {
	unsigned int bfl_len;
	unsigned int *bfl_list;
};

#define	RUMP__BPF_R(n, type)	RUMP__IOC(0x40000000u, 'B', n, type)
#define	RUMP__BPF_W(n, type)	RUMP__IOC(0x80000000u, 'B', n, type)
#define	RUMP__BPF_WR(n, type)	RUMP__IOC(0xc0000000u, 'B', n, type)
#define	RUMP__BPF_V(n)		(0x20000000ul | 'B' << 8 | (n))
#define	RUMP_BIOCGBLEN		RUMP__BPF_R(102, unsigned int)
#define	RUMP_BIOCSBLEN		RUMP__BPF_WR(102, unsigned int)
#define	RUMP_BIOCSETF		RUMP__BPF_W(103, struct rump_bpf_program)
#define	RUMP_BIOCFLUSH		RUMP__BPF_V(104)
#define	RUMP_BIOCPROMISC	RUMP__BPF_V(105)
#define	RUMP_BIOCGDLT		RUMP__BPF_R(106, unsigned int)
#define	RUMP_BIOCGETIF		RUMP__BPF_R(107, struct rump_ifreq)
#define	RUMP_BIOCSETIF		RUMP__BPF_W(108, struct rump_ifreq)
#define	RUMP_BIOCGSTATS		RUMP__BPF_R(111, struct rump_bpf_stat)
#define	RUMP_BIOCIMMEDIATE	RUMP__BPF_W(112, unsigned int)
#define	RUMP_BIOCVERSION	RUMP__BPF_R(113, struct rump_bpf_version)
#define	RUMP_BIOCGHDRCMPLT	RUMP__BPF_R(116, unsigned int)
#define	RUMP_BIOCSHDRCMPLT	RUMP__BPF_W(117, unsigned int)
#define	RUMP_BIOCSDLT		RUMP__BPF_W(118, unsigned int)
#define	RUMP_BIOCGDLTLIST	RUMP__BPF_WR(119, struct rump_bpf_dltlist)
#define	RUMP_BIOCGDIRECTION	RUMP__BPF_R(120, unsigned int)
#define	RUMP_BIOCSDIRECTION	RUMP__BPF_W(121, unsigned int)
#define	RUMP_BIOCSRTIMEOUT	RUMP__BPF_W(122, struct rump_timeval)
#define	RUMP_BIOCGRTIMEOUT	RUMP__BPF_R(123, struct rump_timeval)
#define	RUMP_BIOCGFEEDBACK	RUMP__BPF_R(124, unsigned int)
#define	RUMP_BIOCSFEEDBACK	RUMP__BPF_W(125, unsigned int)
#define	RUMP_BIOCLOCK		RUMP__BPF_V(126)
#define	RUMP_BIOCSETWF		RUMP__BPF_W(127, struct rump_bpf_program)
/* BIOCSDIRECTION. */
#define	RUMP_BPF_D_IN		0
#define	RUMP_BPF_D_INOUT	1
#define	RUMP_BPF_D_OUT		2
/* BIOCGDLT: what a packet begins with. */
#define	RUMP_DLT_NULL		0	/* its family, in the machine's order */
#define	RUMP_DLT_EN10MB		1	/* Ethernet */

/* sysctl(7): net.route.rtable, then family or 0, what, argument or 0. */
#define	RUMP_CTL_NET		4
#define	RUMP_NET_RT_DUMP	1	/* routes */
#define	RUMP_NET_RT_FLAGS	2	/* those with a flag: neighbours */
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
#define	RUMP_RTM_LOCK		0x8
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
#define	RUMP_RTF_ANNOUNCE	0x20000
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

/*
 * A socket, in net.inet.tcp.pcblist and its like, whose names have behind
 * them: 0, 0, the size of this, how many at most.
 */
struct rump_kinfo_pcb {
	uint64_t ki_pcbaddr;
	uint64_t ki_ppcbaddr;
	uint64_t ki_sockaddr;
	uint32_t ki_family;
	uint32_t ki_type;
	uint32_t ki_protocol;
	uint32_t ki_pflags;
	uint32_t ki_sostate;
	uint32_t ki_prstate;
	int32_t ki_tstate;		/* TCP: RUMP_TCPS_* */
	uint32_t ki_tflags;
	uint64_t ki_rcvq;		/* bytes queued */
	uint64_t ki_sndq;
	union {
		struct rump_sockaddr ki_src;
		char ki_spad[256 + 8];
	};
	union {
		struct rump_sockaddr ki_dst;
		char ki_dpad[256 + 8];
	};
	uint64_t ki_inode;
	uint64_t ki_vnode;
	uint64_t ki_conn;
	uint64_t ki_refs;
	uint64_t ki_nextref;
};

/* A node of sysctl(7), as the query for a node's children gives them. */
struct rump_sysctlnode {
	uint32_t sysctl_flags;		/* RUMP_SYSCTL_VERSION, type */
	int32_t sysctl_num;
	char sysctl_name[32];
	uint32_t sysctl_ver;
	uint32_t sysctl_pad;
	uint64_t sysctl_un[2];
	size_t sysctl_size;
	uint64_t sysctl_ptr[3];
};
#define	RUMP_SYSCTL_VERSION	0x01000000
#define	RUMP_CTL_QUERY		(-2)

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L && \
    __SIZEOF_LONG__ == 8
_Static_assert(sizeof(struct rump_ifreq) == 144, "ifreq");
_Static_assert(sizeof(struct rump_in_aliasreq) == 64, "in_aliasreq");
_Static_assert(sizeof(struct rump_in6_aliasreq) == 128, "in6_aliasreq");
_Static_assert(sizeof(struct rump_in6_ifreq) == 288, "in6_ifreq");
_Static_assert(sizeof(struct rump_in6_ndireq) == 32, "in6_ndireq");
_Static_assert(sizeof(struct rump_in6_nbrinfo) == 56, "in6_nbrinfo");
_Static_assert(sizeof(struct rump_in6_defrouter) == 48, "in6_defrouter");
_Static_assert(sizeof(struct rump_in6_prefix) == 72, "in6_prefix");
_Static_assert(sizeof(struct rump_ifdrv) == 40, "ifdrv");
_Static_assert(sizeof(struct rump_sockaddr_dl) == 32, "sockaddr_dl");
_Static_assert(sizeof(struct rump_if_msghdr) == 152, "if_msghdr");
_Static_assert(sizeof(struct rump_ifa_msghdr) == 32, "ifa_msghdr");
_Static_assert(sizeof(struct rump_rt_msghdr) == 120, "rt_msghdr");
_Static_assert(sizeof(struct rump_kinfo_pcb) == 640, "kinfo_pcb");
_Static_assert(sizeof(struct rump_sysctlnode) == 96, "sysctlnode");
_Static_assert(sizeof(struct rump_ifbreq) == 24, "ifbreq");
_Static_assert(sizeof(struct rump_ifbareq) == 32, "ifbareq");
_Static_assert(sizeof(struct rump_bpf_hdr) == 32, "bpf_hdr");
_Static_assert(sizeof(struct rump_bpf_program) == 16, "bpf_program");
#endif

#endif /* !_RUMP_RUMP_NETABI_H_ */
