/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(4) and bpf(9): packets as programs see them, the filter's machine, and
 * the calls by which interfaces show what they send and receive.  Interfaces
 * call through bpf_ops, which do nothing until bpf is there.
 */

#ifndef _NET_BPF_H_
#define	_NET_BPF_H_

#include <sys/ioccom.h>
#include <sys/time.h>
#include <sys/types.h>

#include <net/dlt.h>
#include <net/if.h>

typedef int	bpf_int32;
typedef u_int	bpf_u_int32;

#define	BPF_RELEASE	199606

/* Packets lie in a buffer, each with a header, aligned. */
#define	BPF_ALIGNMENT	sizeof(long)
#define	BPF_ALIGNMENT32	sizeof(int)
#define	BPF_WORDALIGN(x)						\
	(((x) + (BPF_ALIGNMENT - 1)) & ~(BPF_ALIGNMENT - 1))
#define	BPF_WORDALIGN32(x)						\
	(((x) + (BPF_ALIGNMENT32 - 1)) & ~(BPF_ALIGNMENT32 - 1))

#define	BPF_MAXINSNS	512
#define	BPF_DFLTBUFSIZE	(1024 * 1024)
#define	BPF_MAXBUFSIZE	(1024 * 1024 * 16)
#define	BPF_MINBUFSIZE	32

struct bpf_timeval {
	long		tv_sec;
	long		tv_usec;
};

/* Of programs of 32 bits. */
struct bpf_timeval32 {
	int32_t		tv_sec;
	int32_t		tv_usec;
};

struct bpf_hdr {
	struct bpf_timeval bh_tstamp;
	uint32_t	bh_caplen;	/* bytes that follow */
	uint32_t	bh_datalen;	/* bytes the packet had */
	uint16_t	bh_hdrlen;	/* from here to the packet */
};
#define	SIZEOF_BPF_HDR	sizeof(struct bpf_hdr)

struct bpf_hdr32 {
	struct bpf_timeval32 bh_tstamp;
	uint32_t	bh_caplen;
	uint32_t	bh_datalen;
	uint16_t	bh_hdrlen;
};
#define	SIZEOF_BPF_HDR32 sizeof(struct bpf_hdr32)

/* A program. */
struct bpf_insn {
	uint16_t	code;		/* BPF_* together */
	u_char		jt;		/* instructions to skip: true */
	u_char		jf;		/* and false */
	uint32_t	k;
};

struct bpf_program {
	u_int		bf_len;		/* instructions */
	struct bpf_insn	*bf_insns;
};

struct bpf_stat {
	uint64_t	bs_recv;	/* packets */
	uint64_t	bs_drop;	/* no room */
	uint64_t	bs_capt;	/* the filter took */
	uint64_t	bs_padding[13];
};

struct bpf_stat30 {
	u_int		bs_recv;
	u_int		bs_drop;
};

struct bpf_version {
	u_short		bv_major;
	u_short		bv_minor;
};
#define	BPF_MAJOR_VERSION	1
#define	BPF_MINOR_VERSION	1

struct bpf_dltlist {
	u_int		bfl_len;	/* room, then how many */
	u_int		*bfl_list;	/* DLT_* */
};

#define	BIOCGBLEN	_IOR('B', 102, u_int)		/* buffer size */
#define	BIOCSBLEN	_IOWR('B', 102, u_int)
#define	BIOCSETF	_IOW('B', 103, struct bpf_program)
#define	BIOCFLUSH	_IO('B', 104)
#define	BIOCPROMISC	_IO('B', 105)
#define	BIOCGDLT	_IOR('B', 106, u_int)
#define	BIOCGETIF	_IOR('B', 107, struct ifreq)
#define	BIOCSETIF	_IOW('B', 108, struct ifreq)
/* Before NetBSD 6: the same size on machines of 64 bits. */
#define	BIOCSORTIMEOUT	_IOW('B', 109, struct timeval)
#define	BIOCGORTIMEOUT	_IOR('B', 110, struct timeval)
#define	BIOCGSTATS	_IOR('B', 111, struct bpf_stat)
#define	BIOCGSTATS_30	_IOR('B', 111, struct bpf_stat30)
#define	BIOCIMMEDIATE	_IOW('B', 112, u_int)
#define	BIOCVERSION	_IOR('B', 113, struct bpf_version)
#define	BIOCSTCPF	_IOW('B', 114, struct bpf_program)
#define	BIOCSUDPF	_IOW('B', 115, struct bpf_program)
#define	BIOCGHDRCMPLT	_IOR('B', 116, u_int)
#define	BIOCSHDRCMPLT	_IOW('B', 117, u_int)
#define	BIOCSDLT	_IOW('B', 118, u_int)
#define	BIOCGDLTLIST	_IOWR('B', 119, struct bpf_dltlist)
#define	BIOCGDIRECTION	_IOR('B', 120, u_int)
#define	BIOCSDIRECTION	_IOW('B', 121, u_int)
#define	BIOCSRTIMEOUT	_IOW('B', 122, struct timeval)
#define	BIOCGRTIMEOUT	_IOR('B', 123, struct timeval)
#define	BIOCGFEEDBACK	_IOR('B', 124, u_int)
#define	BIOCSFEEDBACK	_IOW('B', 125, u_int)
#define	BIOCFEEDBACK	BIOCSFEEDBACK
#define	BIOCLOCK	_IO('B', 126)
#define	BIOCSETWF	_IOW('B', 127, struct bpf_program)

/* Packets of which direction. */
#define	BPF_D_IN	0
#define	BPF_D_INOUT	1
#define	BPF_D_OUT	2

/* The instruction's class, */
#define	BPF_CLASS(code)	((code) & 0x07)
#define	BPF_LD		0x00
#define	BPF_LDX		0x01
#define	BPF_ST		0x02
#define	BPF_STX		0x03
#define	BPF_ALU		0x04
#define	BPF_JMP		0x05
#define	BPF_RET		0x06
#define	BPF_MISC	0x07
/* for loads the size */
#define	BPF_SIZE(code)	((code) & 0x18)
#define	BPF_W		0x00
#define	BPF_H		0x08
#define	BPF_B		0x10
/* and from where, */
#define	BPF_MODE(code)	((code) & 0xe0)
#define	BPF_IMM		0x00
#define	BPF_ABS		0x20
#define	BPF_IND		0x40
#define	BPF_MEM		0x60
#define	BPF_LEN		0x80
#define	BPF_MSH		0xa0
/* for arithmetic and jumps what to do */
#define	BPF_OP(code)	((code) & 0xf0)
#define	BPF_ADD		0x00
#define	BPF_SUB		0x10
#define	BPF_MUL		0x20
#define	BPF_DIV		0x30
#define	BPF_OR		0x40
#define	BPF_AND		0x50
#define	BPF_LSH		0x60
#define	BPF_RSH		0x70
#define	BPF_NEG		0x80
#define	BPF_MOD		0x90
#define	BPF_XOR		0xa0
#define	BPF_JA		0x00
#define	BPF_JEQ		0x10
#define	BPF_JGT		0x20
#define	BPF_JGE		0x30
#define	BPF_JSET	0x40
/* and with what, */
#define	BPF_SRC(code)	((code) & 0x08)
#define	BPF_K		0x00
#define	BPF_X		0x08
/* what to return, */
#define	BPF_RVAL(code)	((code) & 0x18)
#define	BPF_A		0x10
/* and the rest: moves between registers, calls of coprocessor functions. */
#define	BPF_MISCOP(code) ((code) & 0xf8)
#define	BPF_TAX		0x00
#define	BPF_COP		0x20
#define	BPF_COPX	0x40
#define	BPF_TXA		0x80

#define	BPF_STMT(code, k)	{ (uint16_t)(code), 0, 0, k }
#define	BPF_JUMP(code, k, jt, jf) { (uint16_t)(code), jt, jf, k }

/* Memory of the machine; external memory may be more. */
#define	BPF_MEMWORDS	16
#define	BPF_MAX_MEMWORDS 30

typedef uint32_t bpf_memword_init_t;	/* a bit for each word */
#define	BPF_MEMWORD_INIT(k)	(UINT32_C(1) << (k))

struct bpf_ctx;
typedef struct bpf_ctx bpf_ctx_t;

typedef struct bpf_args {
	const uint8_t	*pkt;		/* data, or an mbuf if buflen is 0 */
	size_t		wirelen;	/* bytes the packet had */
	size_t		buflen;		/* bytes there are */
	uint32_t	*mem;
	void		*arg;		/* for coprocessor functions */
} bpf_args_t;

typedef uint32_t (*bpf_copfunc_t)(const bpf_ctx_t *, bpf_args_t *, uint32_t);

/* What a program can call, and its external memory. */
struct bpf_ctx {
	const bpf_copfunc_t *copfuncs;
	size_t		nfuncs;
	size_t		extwords;	/* 0: BPF_MEMWORDS of its own */
	bpf_memword_init_t preinited;	/* words set before it runs */
};

/* A program that was compiled, see <net/bpfjit.h>. */
typedef unsigned int (*bpfjit_func_t)(const bpf_ctx_t *, bpf_args_t *);

#ifdef _KERNEL
struct bpf_if;
struct mbuf;

typedef void (*bpf_track_event_t)(struct bpf_if *, struct ifnet *, int, int);

/* What bpf does for interfaces; all constant. */
struct bpf_ops {
	void	(*bpf_attach)(struct ifnet *, u_int, u_int, struct bpf_if **);
	void	(*bpf_detach)(struct ifnet *);
	void	(*bpf_change_type)(struct ifnet *, u_int, u_int);
	void	(*bpf_mtap)(struct bpf_if *, struct mbuf *, u_int);
	void	(*bpf_mtap2)(struct bpf_if *, void *, u_int, struct mbuf *,
		    u_int);
	void	(*bpf_mtap_af)(struct bpf_if *, uint32_t, struct mbuf *,
		    u_int);
	void	(*bpf_mtap_sl_in)(struct bpf_if *, u_char *, struct mbuf **);
	void	(*bpf_mtap_sl_out)(struct bpf_if *, u_char *, struct mbuf *);
	void	(*bpf_mtap_softint)(struct ifnet *, struct mbuf *);
	void	(*bpf_mtap_softint_init)(struct ifnet *);
	int	(*bpf_register_track_event)(struct bpf_if **,
		    void (*)(struct bpf_if *, struct ifnet *, int, int));
	int	(*bpf_deregister_track_event)(struct bpf_if **,
		    void (*)(struct bpf_if *, struct ifnet *, int, int));
};

/* Events of tracking: listeners came, or are gone. */
#define	BPF_TRACK_EVENT_ATTACH	1
#define	BPF_TRACK_EVENT_DETACH	2

extern struct bpf_ops *bpf_ops;

/* Interface, type of link, length of its header. */
static __inline void
bpf_attach(struct ifnet *ifp, u_int dlt, u_int hdrlen)
{
	(*bpf_ops->bpf_attach)(ifp, dlt, hdrlen, &ifp->if_bpf);
}

/* A further type of the same interface. */
static __inline void
bpf_attach2(struct ifnet *ifp, u_int dlt, u_int hdrlen, struct bpf_if **dp)
{
	(*bpf_ops->bpf_attach)(ifp, dlt, hdrlen, dp);
}

static __inline void
bpf_detach(struct ifnet *ifp)
{
	(*bpf_ops->bpf_detach)(ifp);
}

static __inline void
bpf_change_type(struct ifnet *ifp, u_int dlt, u_int hdrlen)
{
	(*bpf_ops->bpf_change_type)(ifp, dlt, hdrlen);
}

/* A packet, which stays the caller's.  The pointer is looked at once: it may
 * be NULL the next time. */
static __inline void
bpf_mtap(struct ifnet *ifp, struct mbuf *m, u_int direction)
{
	struct bpf_if *bp = atomic_load_consume(&ifp->if_bpf);

	if (bp != NULL)
		(*bpf_ops->bpf_mtap)(bp, m, direction);
}

static __inline void
bpf_mtap3(struct bpf_if *bp, struct mbuf *m, u_int direction)
{
	if (bp != NULL)
		(*bpf_ops->bpf_mtap)(bp, m, direction);
}

/* With something before it: a header that is not in the packet, */
static __inline void
bpf_mtap2(struct bpf_if *bp, void *data, u_int dlen, struct mbuf *m,
    u_int direction)
{
	if (bp != NULL)
		(*bpf_ops->bpf_mtap2)(bp, data, dlen, m, direction);
}

/* an address family, */
static __inline void
bpf_mtap_af(struct ifnet *ifp, uint32_t af, struct mbuf *m, u_int direction)
{
	struct bpf_if *bp = atomic_load_consume(&ifp->if_bpf);

	if (bp != NULL)
		(*bpf_ops->bpf_mtap_af)(bp, af, m, direction);
}

/* a header of SLIP. */
static __inline void
bpf_mtap_sl_in(struct ifnet *ifp, u_char *hdr, struct mbuf **mp)
{
	struct bpf_if *bp = atomic_load_consume(&ifp->if_bpf);

	if (bp != NULL)
		(*bpf_ops->bpf_mtap_sl_in)(bp, hdr, mp);
}

static __inline void
bpf_mtap_sl_out(struct ifnet *ifp, u_char *hdr, struct mbuf *m)
{
	struct bpf_if *bp = atomic_load_consume(&ifp->if_bpf);

	if (bp != NULL)
		(*bpf_ops->bpf_mtap_sl_out)(bp, hdr, m);
}

/* From where bpf must not be called: a soft interrupt shows it. */
static __inline void
bpf_mtap_softint(struct ifnet *ifp, struct mbuf *m)
{
	if (atomic_load_relaxed(&ifp->if_bpf) != NULL)
		(*bpf_ops->bpf_mtap_softint)(ifp, m);
}

static __inline void
bpf_mtap_softint_init(struct ifnet *ifp)
{
	(*bpf_ops->bpf_mtap_softint_init)(ifp);
}

static __inline int
bpf_register_track_event(struct bpf_if **dp, bpf_track_event_t func)
{
	return (*bpf_ops->bpf_register_track_event)(dp, func);
}

static __inline int
bpf_deregister_track_event(struct bpf_if **dp, bpf_track_event_t func)
{
	return (*bpf_ops->bpf_deregister_track_event)(dp, func);
}

void	bpf_setops(void);
void	bpf_ops_handover_enter(struct bpf_ops *);
void	bpf_ops_handover_exit(void);
void	bpfilterattach(int);

/* The machine. */
bpf_ctx_t *bpf_create(void);
void	bpf_destroy(bpf_ctx_t *);
int	bpf_set_cop(bpf_ctx_t *, const bpf_copfunc_t *, size_t);
int	bpf_set_extmem(bpf_ctx_t *, size_t, bpf_memword_init_t);
/* Not 0: it can be run. */
int	bpf_validate(const struct bpf_insn *, int);
int	bpf_validate_ext(const bpf_ctx_t *, const struct bpf_insn *, int);
/* Bytes of the packet to take. */
u_int	bpf_filter(const struct bpf_insn *, const u_char *, u_int, u_int);
u_int	bpf_filter_ext(const bpf_ctx_t *, const struct bpf_insn *,
	    bpf_args_t *);
bpfjit_func_t bpf_jit_generate(bpf_ctx_t *, void *, size_t);
void	bpf_jit_freecode(bpfjit_func_t);
#endif /* _KERNEL */

#endif /* !_NET_BPF_H_ */
