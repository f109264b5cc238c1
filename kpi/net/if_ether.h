/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet: frames, and what all Ethernet interfaces have in common, struct
 * ethercom, which drivers have at the place of their struct ifnet.
 */

#ifndef _NET_IF_ETHER_H_
#define	_NET_IF_ETHER_H_

#include <sys/types.h>

#ifdef _KERNEL
#include <sys/hook.h>
#include <sys/mbuf.h>
#endif

#include <net/ethertypes.h>
#include <net/if.h>

#define	ETHER_ADDR_LEN	6
#define	ETHER_TYPE_LEN	2
#define	ETHER_CRC_LEN	4
#define	ETHER_HDR_LEN	(ETHER_ADDR_LEN * 2 + ETHER_TYPE_LEN)
#define	ETHER_MIN_LEN	64	/* of a frame, with the CRC */
#define	ETHER_MAX_LEN	1518
#define	ETHER_MAX_LEN_JUMBO 9018

#define	ETHERMTU	(ETHER_MAX_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define	ETHERMTU_JUMBO	(ETHER_MAX_LEN_JUMBO - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define	ETHERMIN	(ETHER_MIN_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)

/* A tag of 802.1Q. */
#define	ETHER_VLAN_ENCAP_LEN 4
#define	EVL_VLANOFTAG(tag)	((tag) & 4095)
#define	EVL_PRIOFTAG(tag)	(((tag) >> 13) & 7)
#define	EVL_CFIOFTAG(tag)	(((tag) >> 12) & 1)

/* Bytes that align what follows the header. */
#define	ETHER_ALIGN	2

struct ether_addr {
	uint8_t		ether_addr_octet[ETHER_ADDR_LEN];
};

struct ether_header {
	uint8_t		ether_dhost[ETHER_ADDR_LEN];
	uint8_t		ether_shost[ETHER_ADDR_LEN];
	uint16_t	ether_type;	/* network order */
};

#define	ETHER_IS_MULTICAST(addr) (*(addr) & 0x01)
#define	ETHER_IS_LOCAL(addr)	(*(addr) & 0x02)

/* The longest frame an interface takes, of a type, with CRC or without. */
#define	ETHER_MAX_FRAME(ifp, etype, hasfcs)				\
	((ifp)->if_mtu + ETHER_HDR_LEN +				\
	((hasfcs) ? ETHER_CRC_LEN : 0) +				\
	(((etype) == ETHERTYPE_VLAN) ? ETHER_VLAN_ENCAP_LEN : 0))

/* RFC 1112 and RFC 2464: multicast addresses of IP as Ethernet's. */
#define	ETHER_MAP_IP_MULTICAST(ipaddr, enaddr)				\
do {									\
	(enaddr)[0] = 0x01;						\
	(enaddr)[1] = 0x00;						\
	(enaddr)[2] = 0x5e;						\
	(enaddr)[3] = ((const uint8_t *)(ipaddr))[1] & 0x7f;		\
	(enaddr)[4] = ((const uint8_t *)(ipaddr))[2];			\
	(enaddr)[5] = ((const uint8_t *)(ipaddr))[3];			\
} while (/*CONSTCOND*/0)
#define	ETHER_MAP_IPV6_MULTICAST(ip6addr, enaddr)			\
do {									\
	(enaddr)[0] = 0x33;						\
	(enaddr)[1] = 0x33;						\
	(enaddr)[2] = ((const uint8_t *)(ip6addr))[12];			\
	(enaddr)[3] = ((const uint8_t *)(ip6addr))[13];			\
	(enaddr)[4] = ((const uint8_t *)(ip6addr))[14];			\
	(enaddr)[5] = ((const uint8_t *)(ip6addr))[15];			\
} while (/*CONSTCOND*/0)

/* ec_capabilities and ec_capenable. */
#define	ETHERCAP_VLAN_MTU	0x00000001	/* frames with a tag fit */
#define	ETHERCAP_VLAN_HWTAGGING	0x00000002	/* tags in hardware */
#define	ETHERCAP_JUMBO_MTU	0x00000004
#define	ETHERCAP_VLAN_HWFILTER	0x00000008
#define	ETHERCAP_EEE		0x00000010	/* 802.3az */
#define	ETHERCAP_MASK		0x0000001f
#define	ECCAPBITS							\
	"\020\1VLAN_MTU\2VLAN_HWTAGGING\3JUMBO_MTU\4VLAN_HWFILTER\5EEE"

struct eccapreq {
	char		eccr_name[IFNAMSIZ];
	int		eccr_capabilities;
	int		eccr_capenable;
};

/* A range of multicast addresses as sysctl(7) tells it. */
struct ether_multi_sysctl {
	u_int		enm_refcount;
	uint8_t		enm_addrlo[ETHER_ADDR_LEN];
	uint8_t		enm_addrhi[ETHER_ADDR_LEN];
};

#define	ETHER_CRC_POLY_LE	0xedb88320
#define	ETHER_CRC_POLY_BE	0x04c11db6

#ifdef _KERNEL
struct ethercom;
struct ifmedia;
struct mii_data;
struct sysctlnode;

/* A packet of an Ethernet interface: its CRC is there; not for us. */
#define	M_HASFCS	M_LINK0
#define	M_PROMISC	M_LINK1

/* The interface's flags changed: 0, ENETRESET to be initialised anew, ... */
typedef int (*ether_cb_t)(struct ethercom *);
/* A tag is wanted, or no longer. */
typedef int (*ether_vlancb_t)(struct ethercom *, uint16_t, bool);

struct vlanid_list {
	uint16_t	vid;
	SIMPLEQ_ENTRY(vlanid_list) vid_list;	/* ec_lock */
};

/*
 * Lock legend: e, ec_lock; c, constant once attached; i, IFNET_LOCK of the
 * interface.
 */
struct ethercom {
	struct ifnet	ec_if;			/* stays first */
	LIST_HEAD(, ether_multi) ec_multiaddrs;	/* e */
	int		ec_multicnt;		/* e: ranges in it */
	int		ec_capabilities;	/* c: ETHERCAP_* there are */
	int		ec_capenable;		/* i: and in use */
	int		ec_nvlans;		/* e */
	SIMPLEQ_HEAD(, vlanid_list) ec_vids;	/* e */
	struct mii_data	*ec_mii;		/* c */
	struct ifmedia	*ec_ifmedia;		/* c */
	ether_cb_t	ec_ifflags_cb;		/* c */
	ether_vlancb_t	ec_vlan_cb;		/* c */
	khook_list_t	*ec_ifdetach_hooks;	/* c */
	kmutex_t	*ec_lock;		/* c */
	int		ec_flags;		/* e: ETHER_F_* */
};
#define	ETHER_F_ALLMULTI	0x01

/* A range of multicast addresses and how often it was asked for. */
struct ether_multi {
	uint8_t		enm_addrlo[ETHER_ADDR_LEN];
	uint8_t		enm_addrhi[ETHER_ADDR_LEN];
	u_int		enm_refcount;		/* e */
	LIST_ENTRY(ether_multi) enm_list;	/* e */
};

/* Where a walk over them is; the caller has ec_lock. */
struct ether_multistep {
	struct ether_multi *e_enm;
};

#define	ETHER_LOCK(ec)		mutex_enter((ec)->ec_lock)
#define	ETHER_UNLOCK(ec)	mutex_exit((ec)->ec_lock)
#define	ETHER_LOCKED(ec)	mutex_owned((ec)->ec_lock)
#define	VLAN_ATTACHED(ec)	((ec)->ec_nvlans > 0)

static __inline struct ether_multi *
ether_next_multi(struct ether_multistep *step)
{
	struct ether_multi *enm = step->e_enm;

	if (enm != NULL)
		step->e_enm = LIST_NEXT(enm, enm_list);
	return enm;
}
#define	ETHER_NEXT_MULTI(step, enm)	((enm) = ether_next_multi(&(step)))

static __inline struct ether_multi *
ether_first_multi(struct ether_multistep *step, const struct ethercom *ec)
{
	step->e_enm = LIST_FIRST(&ec->ec_multiaddrs);
	return ether_next_multi(step);
}
#define	ETHER_FIRST_MULTI(step, ec, enm)				\
	((enm) = ether_first_multi(&(step), (ec)))

/* The very range, or NULL. */
static __inline struct ether_multi *
ether_lookup_multi(const uint8_t *addrlo, const uint8_t *addrhi,
    const struct ethercom *ec)
{
	struct ether_multi *enm;

	LIST_FOREACH(enm, &ec->ec_multiaddrs, enm_list) {
		if (memcmp(enm->enm_addrlo, addrlo, ETHER_ADDR_LEN) == 0 &&
		    memcmp(enm->enm_addrhi, addrhi, ETHER_ADDR_LEN) == 0)
			return enm;
	}
	return NULL;
}
#define	ETHER_LOOKUP_MULTI(addrlo, addrhi, ec, enm)			\
	((enm) = ether_lookup_multi((addrlo), (addrhi), (ec)))

/* The tag that travels beside a packet. */
static __inline void
vlan_set_tag(struct mbuf *m, uint16_t vlantag)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	m->m_pkthdr.ether_vtag = vlantag;
	m->m_flags |= M_VLANTAG;
}

static __inline bool
vlan_has_tag(struct mbuf *m)
{
	return (m->m_flags & M_VLANTAG) != 0;
}

static __inline uint16_t
vlan_get_tag(struct mbuf *m)
{
	KASSERT(vlan_has_tag(m));
	return m->m_pkthdr.ether_vtag;
}

static __inline bool
vlan_is_hwtag_enabled(struct ifnet *ifp)
{
	struct ethercom *ec = (void *)ifp;

	return (ec->ec_capenable & ETHERCAP_VLAN_HWTAGGING) != 0;
}

extern const uint8_t etherbroadcastaddr[ETHER_ADDR_LEN];
extern const uint8_t ethermulticastaddr_slowprotocols[ETHER_ADDR_LEN];
extern const uint8_t ether_ipmulticast_min[ETHER_ADDR_LEN];
extern const uint8_t ether_ipmulticast_max[ETHER_ADDR_LEN];

void	etherinit(void);
void	ether_ifattach(struct ifnet *, const uint8_t *);
void	ether_ifdetach(struct ifnet *);
int	ether_mediachange(struct ifnet *);
void	ether_mediastatus(struct ifnet *, struct ifmediareq *);
void	ether_input(struct ifnet *, struct mbuf *);
int	ether_ioctl(struct ifnet *, u_long, void *);
void	ether_set_ifflags_cb(struct ethercom *, ether_cb_t);
void	ether_set_vlan_cb(struct ethercom *, ether_vlancb_t);
void	*ether_ifdetachhook_establish(struct ifnet *, void (*)(void *),
	    void *);
void	ether_ifdetachhook_disestablish(struct ifnet *, void *, kmutex_t *);

/* ENETRESET: the hardware's filter has to be set anew. */
int	ether_addmulti(const struct sockaddr *, struct ethercom *);
int	ether_delmulti(const struct sockaddr *, struct ethercom *);
int	ether_multiaddr(const struct sockaddr *, uint8_t[ETHER_ADDR_LEN],
	    uint8_t[ETHER_ADDR_LEN]);

int	ether_enable_vlan_mtu(struct ifnet *);
int	ether_disable_vlan_mtu(struct ifnet *);
int	ether_add_vlantag(struct ifnet *, uint16_t, bool *);
int	ether_del_vlantag(struct ifnet *, uint16_t);
int	ether_inject_vlantag(struct mbuf **, uint16_t, uint16_t);
struct mbuf *ether_strip_vlantag(struct mbuf *);

uint32_t ether_crc32_le(const uint8_t *, size_t);
uint32_t ether_crc32_be(const uint8_t *, size_t);
/* As text; the first uses a buffer of its own, one for all. */
char	*ether_sprintf(const uint8_t *);
char	*ether_snprintf(char *, size_t, const uint8_t *);
int	ether_aton_r(u_char *, size_t, const char *);
#endif /* _KERNEL */

#endif /* !_NET_IF_ETHER_H_ */
