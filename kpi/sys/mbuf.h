/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbuf(9): memory of the network.  An mbuf of MSIZE bytes has a header and
 * data, inside or in external storage that several mbufs may share; m_next
 * makes a chain of them, the data of one packet, whose first mbuf has a packet
 * header (M_PKTHDR); m_nextpkt makes a queue of packets.
 *
 * An mbuf belongs to one thread at a time and needs no lock; what is shared is
 * storage, which is counted and must not be written unless M_READONLY() is
 * false.  "how" is M_WAIT, which may sleep and does not fail, or M_DONTWAIT.
 */

#ifndef _SYS_MBUF_H_
#define	_SYS_MBUF_H_

#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/queue.h>
#include <sys/types.h>

#ifdef _KERNEL
#include <sys/atomic.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <net/if.h>
#endif

struct mbuf;

/* Who owns memory; accounted for with option MBUFTRACE, which is not here. */
struct mowner {
	char		mo_name[16];	/* of the owner: "lo0" */
	char		mo_descr[16];	/* what for: "output" */
	LIST_ENTRY(mowner) mo_link;
	struct percpu	*mo_counters;
};
#define	MOWNER_INIT(x, y)	{ .mo_name = x, .mo_descr = y }

struct m_hdr {
	struct mbuf	*mh_next;	/* rest of the chain */
	struct mbuf	*mh_nextpkt;	/* next packet of the queue */
	char		*mh_data;	/* first byte */
	struct mowner	*mh_owner;
	int		mh_len;		/* bytes in this mbuf */
	int		mh_flags;	/* M_* */
	paddr_t		mh_paddr;	/* POOL_PADDR_INVALID: not known */
	short		mh_type;	/* MT_* */
};

/*
 * A tag: a few bytes of one protocol's that travel with a packet.  They are
 * behind the structure.
 */
struct m_tag {
	SLIST_ENTRY(m_tag) m_tag_link;
	uint16_t	m_tag_id;	/* PACKET_TAG_* */
	uint16_t	m_tag_len;	/* bytes behind */
};

/* In the first mbuf of a packet. */
struct pkthdr {
	union {
		void		*ctx;
		unsigned short	index;	/* 0: none */
	} _rcvif;			/* the interface it came from */
#define	rcvif_index	_rcvif.index
	SLIST_HEAD(packet_tags, m_tag) tags;
	int		len;		/* of all the chain */
	int		csum_flags;	/* M_CSUM_* */
	uint32_t	csum_data;	/* see there */
	u_int		segsz;		/* segment size, with M_CSUM_TSOv* */
	uint16_t	ether_vtag;	/* valid with M_VLANTAG */
	uint16_t	pkthdr_flags;	/* PKTHDR_FLAG_* */

	/* For queueing disciplines. */
	int		pattr_af;
	void		*pattr_class;
	void		*pattr_hdr;
};
#define	PKTHDR_FLAG_IPSEC_SKIP_PFIL	0x0001	/* came out of IPsec */

/*
 * Checksums.  Out: which the hardware shall compute, csum_data is two 16-bit
 * numbers; in: which it did, and M_CSUM_DATA: csum_data is the sum.
 */
#define	M_CSUM_TCPv4		0x00000001
#define	M_CSUM_UDPv4		0x00000002
#define	M_CSUM_TCP_UDP_BAD	0x00000004	/* in: wrong */
#define	M_CSUM_DATA		0x00000008
#define	M_CSUM_TCPv6		0x00000010
#define	M_CSUM_UDPv6		0x00000020
#define	M_CSUM_IPv4		0x00000040	/* the header's */
#define	M_CSUM_IPv4_BAD		0x00000080
#define	M_CSUM_TSOv4		0x00000100	/* cut into segments */
#define	M_CSUM_TSOv6		0x00000200
#define	M_CSUM_BLANK		0x40000000	/* none is there yet */
#define	M_CSUM_NO_PSEUDOHDR	0x80000000	/* M_CSUM_DATA is without */
#define	M_CSUM_BITS							\
	"\20\1TCPv4\2UDPv4\3TCP_UDP_BAD\4DATA\5TCPv6\6UDPv6\7IPv4"	\
	"\10IPv4_BAD\11TSOv4\12TSOv6\37BLANK\40NO_PSEUDOHDR"

/* csum_data: where the checksum is in the transport's header, and where that
 * begins in the packet. */
#define	M_CSUM_DATA_IPv4_IPHL(x)	((x) >> 16)
#define	M_CSUM_DATA_IPv4_OFFSET(x)	((x) & 0xffff)
#define	M_CSUM_DATA_IPv6_IPHL(x)	((x) >> 16)
#define	M_CSUM_DATA_IPv6_OFFSET(x)	((x) & 0xffff)
#define	M_CSUM_DATA_IPv6_SET(x, v)					\
	((x) = ((x) & 0xffff) | ((v) << 16))

/*
 * External storage.  The structure is in the mbuf that had the storage first;
 * others that share it point there by m_ext_ref.  That mbuf is not given back
 * to the pool before the last of them is freed.
 */
struct _m_ext_storage {
	unsigned int	ext_refcnt;	/* mbufs that share it; atomic */
	char		*ext_buf;
	/* NULL: a cluster, or from malloc(9).  See MEXTADD(). */
	void		(*ext_free)(struct mbuf *, void *, size_t, void *);
	void		*ext_arg;
	size_t		ext_size;
	paddr_t		ext_paddr;	/* POOL_PADDR_INVALID: not known */
};

struct _m_ext {
	struct mbuf	*ext_ref;	/* whose ext_storage counts */
	struct _m_ext_storage ext_storage;
};

#define	M_PADDR_INVALID	POOL_PADDR_INVALID

#define	MLEN	((int)(MSIZE - sizeof(struct m_hdr)))
#define	MHLEN	((int)(MSIZE - sizeof(struct m_hdr) - sizeof(struct pkthdr)))
#define	MINCLSIZE (MHLEN + MLEN + 1)	/* from here on take a cluster */

struct mbuf {
	struct m_hdr m_hdr;
	union {
		struct {
			struct pkthdr	MH_pkthdr;
			union {
				struct _m_ext	MH_ext;
				char		MH_databuf[MHLEN];
			} MH_dat;
		} MH;
		char	M_databuf[MLEN];
	} M_dat;
};
_Static_assert(sizeof(struct mbuf) == MSIZE, "an mbuf is of MSIZE bytes");

#define	m_next		m_hdr.mh_next
#define	m_nextpkt	m_hdr.mh_nextpkt
#define	m_data		m_hdr.mh_data
#define	m_owner		m_hdr.mh_owner
#define	m_len		m_hdr.mh_len
#define	m_flags		m_hdr.mh_flags
#define	m_paddr		m_hdr.mh_paddr
#define	m_type		m_hdr.mh_type
#define	m_pkthdr	M_dat.MH.MH_pkthdr
#define	m_ext_storage	M_dat.MH.MH_dat.MH_ext.ext_storage
#define	m_ext_ref	M_dat.MH.MH_dat.MH_ext.ext_ref
#define	m_ext		m_ext_ref->m_ext_storage
#define	m_pktdat	M_dat.MH.MH_dat.MH_databuf
#define	m_dat		M_dat.M_databuf

/* m_flags. */
#define	M_EXT		0x00000001	/* has external storage */
#define	M_PKTHDR	0x00000002	/* first of a packet */
#define	M_EOR		0x00000004	/* end of a record */
#define	M_PROTO1	0x00000008	/* the protocol's */

/* Of a packet. */
#define	M_AUTHIPHDR	0x00000010	/* IP header was authenticated */
#define	M_DECRYPTED	0x00000020	/* was confidential */
#define	M_LOOP		0x00000040	/* came back: loopback */
#define	M_BCAST		0x00000100	/* by the link's broadcast */
#define	M_MCAST		0x00000200	/* by the link's multicast */
#define	M_CANFASTFWD	0x00000400
#define	M_ANYCAST6	0x00000800	/* to an anycast address of ours */
#define	M_LINK0		0x00001000	/* the link's own */
#define	M_LINK1		0x00002000
#define	M_LINK2		0x00004000
#define	M_LINK3		0x00008000
#define	M_LINK4		0x00010000
#define	M_LINK5		0x00020000
#define	M_LINK6		0x00040000
#define	M_LINK7		0x00080000
#define	M_VLANTAG	0x00100000	/* ether_vtag is valid */
#define	M_NOTIFICATION	M_PROTO1	/* an event of SCTP */

/* Of external storage. */
#define	M_EXT_CLUSTER	0x01000000	/* of MCLBYTES, from the pool */
#define	M_EXT_PAGES	0x02000000	/* pages on loan */
#define	M_EXT_ROMAP	0x04000000	/* not to be written */
#define	M_EXT_RW	0x08000000	/* may be written if not shared */
#define	M_EXT_FLAGS							\
	(M_EXT_CLUSTER | M_EXT_PAGES | M_EXT_ROMAP | M_EXT_RW)
/* Those that go with the storage. */
#define	M_EXTCOPYFLAGS	(M_EXT | M_EXT_FLAGS)

/* Those that go with a packet's header. */
#define	M_COPYFLAGS							\
	(M_PKTHDR | M_EOR | M_BCAST | M_MCAST | M_CANFASTFWD |		\
	M_ANYCAST6 | M_LINK0 | M_LINK1 | M_LINK2 | M_AUTHIPHDR |	\
	M_DECRYPTED | M_LOOP | M_VLANTAG)

#define	M_FLAGS_BITS							\
	"\20\1EXT\2PKTHDR\3EOR\4PROTO1\5AUTHIPHDR\6DECRYPTED\7LOOP"	\
	"\11BCAST\12MCAST\13CANFASTFWD\14ANYCAST6\15LINK0\16LINK1"	\
	"\17LINK2\20LINK3\21LINK4\22LINK5\23LINK6\24LINK7\25VLANTAG"	\
	"\31EXT_CLUSTER\32EXT_PAGES\33EXT_ROMAP\34EXT_RW"

/* m_type. */
#define	MT_FREE		0	/* nobody's */
#define	MT_DATA		1
#define	MT_HEADER	2	/* of a packet */
#define	MT_SONAME	3	/* a socket's name */
#define	MT_SOOPTS	4	/* options of a socket */
#define	MT_FTABLE	5	/* head of a list of fragments */
#define	MT_CONTROL	6	/* beside the data of a message */
#define	MT_OOBDATA	7	/* out of band */
#define	MBUFTYPES	{ "free", "data", "header", "soname", "soopts",	\
			"ftable", "control", "oobdata" }

#define	M_DONTWAIT	M_NOWAIT
#define	M_WAIT		M_WAITOK

/* A length: to the end of the chain. */
#define	M_COPYALL	(-1)

/* m_tag_id. */
#define	PACKET_TAG_NONE			0
#define	PACKET_TAG_SO			4	/* socket that sends it */
#define	PACKET_TAG_NPF			10
#define	PACKET_TAG_PF			11
#define	PACKET_TAG_ALTQ_QID		12
#define	PACKET_TAG_IPSEC_OUT_DONE	18
#define	PACKET_TAG_IPSEC_NAT_T_PORTS	25	/* two uint16_t */
#define	PACKET_TAG_INET6		26
#define	PACKET_TAG_TUNNEL_INFO		28
#define	PACKET_TAG_MPLS			29
#define	PACKET_TAG_SRCROUTE		30
#define	PACKET_TAG_ETHERNET_SRC		31

/*
 * Statistics, kern.mbuf.stats.  Types are counted per virtual CPU, where one
 * alone may wrap below 0: the sums count.
 */
struct mbstat {
	u_long		_m_spare;
	u_long		_m_spare1;
	u_long		_m_spare2;
	u_long		_m_spare3;
	u_long		m_drops;	/* requests that failed */
	u_long		m_wait;		/* requests that waited */
	u_long		m_drain;	/* times that protocols were drained */
	u_short		m_mtypes[256];	/* mbufs in use, by type */
};

struct mbstat_cpu {
	u_int		m_mtypes[256];
};

/* Names below kern.mbuf. */
#define	MBUF_MSIZE		1	/* int: of an mbuf */
#define	MBUF_MCLBYTES		2	/* int: of a cluster */
#define	MBUF_NMBCLUSTERS	3	/* int: most clusters, can grow */
#define	MBUF_MBLOWAT		4	/* int: mbufs kept ready */
#define	MBUF_MCLLOWAT		5	/* int: clusters kept ready */
#define	MBUF_STATS		6	/* struct mbstat */
#define	MBUF_MOWNERS		7
#define	MBUF_NMBCLUSTERS_LIMIT	8	/* int: what MBUF_NMBCLUSTERS may be */

/* A pointer to the data, of a type. */
#define	mtod(m, t)	((t)((m)->m_data))

#ifdef _KERNEL
/*
 * A queue of packets without a count or lock.
 */
#define	MBUFQ_HEAD(name)						\
struct name {								\
	struct mbuf *mq_first;						\
	struct mbuf **mq_last;						\
}
#define	MBUFQ_INIT(q)							\
do {									\
	(q)->mq_first = NULL;						\
	(q)->mq_last = &(q)->mq_first;					\
} while (0)
#define	MBUFQ_ENQUEUE(q, m)						\
do {									\
	(m)->m_nextpkt = NULL;						\
	*(q)->mq_last = (m);						\
	(q)->mq_last = &(m)->m_nextpkt;					\
} while (0)
#define	MBUFQ_PREPEND(q, m)						\
do {									\
	if (((m)->m_nextpkt = (q)->mq_first) == NULL)			\
		(q)->mq_last = &(m)->m_nextpkt;				\
	(q)->mq_first = (m);						\
} while (0)
#define	MBUFQ_DEQUEUE(q, m)						\
do {									\
	if (((m) = (q)->mq_first) != NULL) {				\
		if (((q)->mq_first = (m)->m_nextpkt) == NULL)		\
			(q)->mq_last = &(q)->mq_first;			\
		else							\
			(m)->m_nextpkt = NULL;				\
	}								\
} while (0)
#define	MBUFQ_DRAIN(q)							\
do {									\
	struct mbuf *__m0;						\
									\
	while ((__m0 = (q)->mq_first) != NULL) {			\
		(q)->mq_first = __m0->m_nextpkt;			\
		m_freem(__m0);						\
	}								\
	(q)->mq_last = &(q)->mq_first;					\
} while (0)
#define	MBUFQ_FIRST(q)		((q)->mq_first)
#define	MBUFQ_NEXT(m)		((m)->m_nextpkt)
#define	MBUFQ_LAST(q)		(*(q)->mq_last)

/*
 * The buffer of an mbuf, wherever it is, and the room around its data; no
 * room is in storage that must not be written.
 */
#define	M_BUFADDR(m)							\
	(((m)->m_flags & M_EXT) ? (m)->m_ext.ext_buf :			\
	((m)->m_flags & M_PKTHDR) ? (m)->m_pktdat : (m)->m_dat)
#define	M_BUFSIZE(m)							\
	(((m)->m_flags & M_EXT) ? (int)(m)->m_ext.ext_size :		\
	((m)->m_flags & M_PKTHDR) ? MHLEN : MLEN)
#define	M_LEADINGSPACE(m)						\
	(M_READONLY(m) ? 0 : (int)((m)->m_data - M_BUFADDR(m)))
#define	M_TRAILINGSPACE(m)						\
	(M_READONLY(m) ? 0 : (int)(M_BUFADDR(m) + M_BUFSIZE(m) -	\
	((m)->m_data + (m)->m_len)))

static __inline bool
m_readonly(const struct mbuf *m)
{
	if ((m->m_flags & M_EXT) == 0)
		return false;
	return (m->m_flags & (M_EXT_ROMAP | M_EXT_RW)) != M_EXT_RW ||
	    atomic_load_acquire(&m->m_ext.ext_refcnt) > 1;
}
#define	M_READONLY(m)		m_readonly(m)
#define	M_UNWRITABLE(__m, __len)					\
	((__m)->m_len < (__len) || M_READONLY(__m))

/* Data back to the beginning of the buffer; behind it, for len bytes. */
#define	MRESETDATA(m)	((m)->m_data = M_BUFADDR(m))
#define	M_ALIGN(m, len)		m_align((m), (len))
#define	MH_ALIGN(m, len)	m_align((m), (len))

#define	MGET(m, how, type)	((m) = m_get((how), (type)))
#define	MGETHDR(m, how, type)	((m) = m_gethdr((how), (type)))
/* M_EXT is set if there was a cluster. */
#define	MCLGET(m, how)		m_clget((m), (how))
/* The same for size bytes from malloc(9). */
#define	MEXTMALLOC(m, size, how) m_extmalloc((m), (size), (how))

/*
 * External storage of the caller's, read-only unless he sets M_EXT_RW.  free
 * is called as free(m, buf, size, arg) when the last mbuf that shares it goes;
 * it has to put m, if that is not NULL, back to mb_cache.
 */
#define	MEXTADD(m, buf, size, type, free, arg)				\
	m_extadd((m), (buf), (size), (free), (arg))
#define	MCLINITREFERENCE(m)						\
do {									\
	(m)->m_ext_ref = (m);						\
	(m)->m_ext.ext_refcnt = 1;					\
} while (0)
#define	MCLADDREFERENCE(o, n)	m_ext_share((o), (n))
#define	MCLISREFERENCED(m)						\
	(atomic_load_acquire(&(m)->m_ext.ext_refcnt) > 1)

/* m becomes the chain with room for plen bytes before, or NULL: it is freed. */
#define	M_PREPEND(m, plen, how)						\
do {									\
	if (M_LEADINGSPACE(m) >= (plen)) {				\
		(m)->m_data -= (plen);					\
		(m)->m_len += (plen);					\
	} else								\
		(m) = m_prepend((m), (plen), (how));			\
	if ((m) != NULL && ((m)->m_flags & M_PKTHDR) != 0)		\
		(m)->m_pkthdr.len += (plen);				\
} while (0)

#define	MCHTYPE(m, t)		m_chtype((m), (t))

/* Owners are not accounted for. */
#define	MOWNER_ATTACH(mo)		__nothing
#define	MOWNER_DETACH(mo)		__nothing
#define	MCLAIM(m, mo)			__nothing
#define	m_claimm(m, mo)			__nothing
#define	mowner_ref(m, flags)		__nothing
#define	mowner_revoke(m, all, flags)	__nothing

#ifdef DIAGNOSTIC
#define	M_VERIFY_PACKET(m)	m_verify_packet(m)
#else
#define	M_VERIFY_PACKET(m)	__nothing
#endif

/*
 * val points to len bytes at off of the packet, in one piece; or val and m are
 * NULL, the packet is freed.
 */
#define	M_REGION_GET(val, typ, m, off, len)				\
do {									\
	struct mbuf *_t;						\
	int _tmp;							\
									\
	if ((m)->m_len >= (off) + (len))				\
		(val) = (typ)(void *)(mtod((m), char *) + (off));	\
	else if ((_t = m_pulldown((m), (off), (len), &_tmp)) != NULL)	\
		(val) = (typ)(void *)(mtod(_t, char *) + _tmp);		\
	else {								\
		(val) = (typ)NULL;					\
		(m) = NULL;						\
	}								\
} while (0)

/*
 * The first bytes of *m in one piece, for a structure of that type; 1: there
 * was no memory or no packet of that length, *m is freed and NULL.
 */
#define	M_GET_ALIGNED_HDR(m, type, linkhdr)				\
	m_get_aligned_hdr((m), _Alignof(type) - 1, sizeof(type), (linkhdr))

extern struct mbstat mbstat;
extern int nmbclusters;		/* most clusters */
extern int mblowat;		/* mbufs the pool keeps */
extern int mcllowat;		/* clusters the pool keeps */
extern int max_linkhdr;		/* largest header of a link, */
extern int max_protohdr;	/* of protocols, */
extern int max_hdr;		/* both */
extern int max_datalen;		/* MHLEN - max_hdr */
extern const int msize;		/* MSIZE */
extern const int mclbytes;	/* MCLBYTES */
extern pool_cache_t mb_cache;
extern pool_cache_t mcl_cache;

void	mbinit(void);

/* Allocation.  m_get_n: a buffer of alignbytes free, then nbytes of data;
 * m_len is nbytes.  NULL: also if that is more than a cluster. */
struct mbuf *m_get(int, int);
struct mbuf *m_gethdr(int, int);
struct mbuf *m_get_n(int, int, size_t, size_t);
struct mbuf *m_gethdr_n(int, int, size_t, size_t);
/* With a cluster; the third may be M_PKTHDR or 0. */
struct mbuf *m_getcl(int, int, int);
void	m_clget(struct mbuf *, int);
void	m_extmalloc(struct mbuf *, int, int);
/* The next of the chain. */
struct mbuf *m_free(struct mbuf *);
void	m_freem(struct mbuf *);
/* m_free() of an mbuf with M_EXT, for those who unlinked it. */
void	m_ext_free(struct mbuf *);
/* Gets memory back from protocols. */
void	m_reclaim(void *, int);
void	m_chtype(struct mbuf *, int);

/* Copies: chain, offset, length, how.  m_copym shares storage, m_dup has its
 * own.  The header comes along if the offset is 0. */
struct mbuf *m_copym(struct mbuf *, int, int, int);
struct mbuf *m_dup(struct mbuf *, int, int, int);
struct mbuf *m_copypacket(struct mbuf *, int);
void	m_copydata(struct mbuf *, int, int, void *);
/* Offset, length, from where.  Makes the chain longer; if there is no memory
 * for that, only what fits is written. */
void	m_copyback(struct mbuf *, int, int, const void *);
/* The same on shared storage, within the chain; NULL: the chain is freed. */
struct mbuf *m_copyback_cow(struct mbuf *, int, int, const void *, int);
/* Offset, length, how: ENOBUFS, the contents are as before. */
int	m_makewritable(struct mbuf **, int, int, int);
/* 1 if all the bytes are there now, 0 if there was no memory for all. */
int	m_append(struct mbuf *, int, const void *);
/* From memory of a device: length, offset of a trailer's header (RFC 893, else
 * 0), interface or NULL. */
struct mbuf *m_devget(char *, int, int, struct ifnet *);

/* Shape.  NULL from these: the chain is freed, except m_split and m_defrag,
 * which leave it as it was. */
struct mbuf *m_prepend(struct mbuf *, int, int);
struct mbuf *m_pullup(struct mbuf *, int);
struct mbuf *m_copyup(struct mbuf *, int, int);
struct mbuf *m_pulldown(struct mbuf *, int, int, int *);
bool	m_ensure_contig(struct mbuf **, int);
struct mbuf *m_split(struct mbuf *, int, int);
struct mbuf *m_defrag(struct mbuf *, int);
void	m_cat(struct mbuf *, struct mbuf *);
void	m_adj(struct mbuf *, int);
void	m_align(struct mbuf *, int);
int	m_apply(struct mbuf *, int, int,
	    int (*)(void *, void *, unsigned int), void *);
struct mbuf *m_getptr(struct mbuf *, int, int *);

/* Headers of packets: to, from. */
void	m_copy_pkthdr(struct mbuf *, struct mbuf *);
void	m_move_pkthdr(struct mbuf *, struct mbuf *);
void	m_remove_pkthdr(struct mbuf *);

/* Tags: id, length, how. */
struct m_tag *m_tag_get(int, int, int);
void	m_tag_free(struct m_tag *);
void	m_tag_prepend(struct mbuf *, struct m_tag *);
void	m_tag_unlink(struct mbuf *, struct m_tag *);
void	m_tag_delete(struct mbuf *, struct m_tag *);
void	m_tag_delete_chain(struct mbuf *);
struct m_tag *m_tag_find(const struct mbuf *, int);
struct m_tag *m_tag_copy(struct m_tag *);
/* 1: done; 0: no memory, there are none. */
int	m_tag_copy_chain(struct mbuf *, struct mbuf *);

/* Panics if the packet is not in order. */
void	m_verify_packet(struct mbuf *);
/* For a debugger; modifiers c: the chain, d: data. */
void	m_print(const struct mbuf *, const char *,
	    void (*)(const char *, ...) __printflike(1, 2));

static __inline u_int
m_length(const struct mbuf *m)
{
	const struct mbuf *m0;
	u_int pktlen = 0;

	if ((m->m_flags & M_PKTHDR) != 0)
		return m->m_pkthdr.len;
	for (m0 = m; m0 != NULL; m0 = m0->m_next)
		pktlen += m0->m_len;
	return pktlen;
}

static __inline void
m_extadd(struct mbuf *m, void *buf, size_t size,
    void (*func)(struct mbuf *, void *, size_t, void *), void *arg)
{
	MCLINITREFERENCE(m);
	m->m_data = m->m_ext.ext_buf = buf;
	m->m_flags = (m->m_flags & ~M_EXTCOPYFLAGS) | M_EXT;
	m->m_ext.ext_size = size;
	m->m_ext.ext_free = func;
	m->m_ext.ext_arg = arg;
	m->m_ext.ext_paddr = M_PADDR_INVALID;
}

/* n gets the storage of o too. */
static __inline void
m_ext_share(struct mbuf *o, struct mbuf *n)
{
	KASSERT((o->m_flags & M_EXT) != 0);
	KASSERT((n->m_flags & M_EXT) == 0);
	n->m_flags |= o->m_flags & M_EXTCOPYFLAGS;
	n->m_ext_ref = o->m_ext_ref;
	atomic_inc_uint(&n->m_ext.ext_refcnt);
}

static __inline int
m_get_aligned_hdr(struct mbuf **m, int mask, size_t hlen, bool linkhdr)
{
	if (!ALIGNED_POINTER((*m)->m_data, mask + 1))
		*m = m_copyup(*m, hlen,
		    linkhdr ? (max_linkhdr + mask) & ~mask : 0);
	else if ((size_t)(*m)->m_len < hlen)
		*m = m_pullup(*m, hlen);
	return *m == NULL;
}

/*
 * The interface a packet came from, by its index: it may be gone.  The one
 * that is got is valid until it is put.
 */
static __inline void
m_set_rcvif(struct mbuf *m, const struct ifnet *ifp)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	m->m_pkthdr.rcvif_index = ifp->if_index;
}

static __inline void
m_reset_rcvif(struct mbuf *m)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	/* Whatever ctx was, nothing of it stays. */
	m->m_pkthdr._rcvif.ctx = NULL;
}

static __inline void
m_copy_rcvif(struct mbuf *m, const struct mbuf *n)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	KASSERT((n->m_flags & M_PKTHDR) != 0);
	m->m_pkthdr.rcvif_index = n->m_pkthdr.rcvif_index;
}

/* In a pserialize(9) section, which must end before the caller sleeps. */
static __inline struct ifnet *
m_get_rcvif(const struct mbuf *m, int *s)
{
	struct ifnet *ifp;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	*s = pserialize_read_enter();
	ifp = if_byindex(m->m_pkthdr.rcvif_index);
	if (__predict_false(ifp == NULL))
		pserialize_read_exit(*s);
	return ifp;
}

static __inline void
m_put_rcvif(struct ifnet *ifp, int *s)
{
	if (ifp != NULL)
		pserialize_read_exit(*s);
}

static __inline struct ifnet *
m_get_rcvif_psref(const struct mbuf *m, struct psref *psref)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	return if_get_byindex(m->m_pkthdr.rcvif_index, psref);
}

static __inline void
m_put_rcvif_psref(struct ifnet *ifp, struct psref *psref)
{
	if (ifp != NULL)
		if_put(ifp, psref);
}

/* For those who hold the kernel lock, which keeps it. */
static __inline struct ifnet *
m_get_rcvif_NOMPSAFE(const struct mbuf *m)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	return if_byindex(m->m_pkthdr.rcvif_index);
}
#endif /* _KERNEL */

#endif /* !_SYS_MBUF_H_ */
