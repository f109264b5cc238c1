/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of bpf(4) share: interfaces that can be listened to, and
 * listeners, which are open files.
 *
 * A listener has two buffers.  Packets go to the one that stores; when it is
 * full, or somebody wants it now, it is the one that holds, for a reader, and
 * the free one stores.  A reader takes the holding one away while he copies
 * it, and brings it back as the free one.
 */

#ifndef _DRIVERS_NET_BPF_PRIVATE_H_
#define	_DRIVERS_NET_BPF_PRIVATE_H_

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/file.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/pslist.h>
#include <sys/queue.h>
#include <sys/select.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>

#include <lib/libkern/libkern.h>

/* A program that was let through; constant. */
struct bpf_prog {
	size_t		bp_size;		/* of all of it, bytes */
	struct bpf_insn	bp_insns[];
};

struct bpf_track {
	SLIST_ENTRY(bpf_track) bt_entry;
	bpf_track_event_t bt_func;
};

/*
 * An interface, or a further link type of it.  Lock legend: m, bpf_mtx;
 * p, changed with bpf_mtx, read in a read section; s, bif_simtx.
 */
struct bpf_if {
	TAILQ_ENTRY(bpf_if) bif_entry;		/* m */
	struct pslist_head bif_dlist;		/* p: its listeners */
	struct bpf_if	**bif_driverp;		/* m: where its driver looks */
	struct ifnet	*bif_ifp;		/* constant */
	u_int		bif_dlt;		/* p: DLT_* */
	u_int		bif_linklen;		/* p: bytes of its header */
	SLIST_HEAD(, bpf_track) bif_tracks;	/* m */
	void		*bif_si;		/* m: soft interrupt, or NULL */
	kmutex_t	bif_simtx;
	struct ifqueue	bif_siq;		/* s */
};

enum bpf_state {
	BPF_IDLE,
	BPF_WAITING,		/* somebody polls until bd_callout */
	BPF_TIMED_OUT,		/* what there is shall be read */
};

/*
 * A listener.  Lock legend: m and p as above; d, bd_mtx; a, atomic;
 * f, bd_mtx to change, looked at without.
 */
struct bpf_d {
	struct pslist_entry bd_bifentry;	/* p */
	LIST_ENTRY(bpf_d) bd_entry;		/* m: all of them */
	struct bpf_if	*bd_bif;		/* m */
	pid_t		bd_pid;			/* constant: who opened it */
	struct timespec	bd_btime;		/* constant: and when */

	kmutex_t	bd_mtx;			/* spins */
	kcondvar_t	bd_cv;			/* d: there is something */
	u_char		*bd_sbuf;		/* d: stores */
	u_char		*bd_hbuf;		/* d: holds, or NULL */
	u_char		*bd_fbuf;		/* d: free, or NULL */
	u_int		bd_slen;		/* d: bytes used */
	u_int		bd_hlen;		/* d */
	u_int		bd_bufsize;		/* m; constant with buffers */
	int		bd_rtout;		/* d: ticks, 0: none */
	enum bpf_state	bd_state;		/* d */
	callout_t	bd_callout;
	bool		bd_gone;		/* d: its interface is */

	struct bpf_prog	*bd_rfilter;		/* p */
	struct bpf_prog	*bd_wfilter;		/* m */
	bool		bd_promisc;		/* m */
	bool		bd_hdrcmplt;		/* m */
	bool		bd_feedback;		/* m */
	bool		bd_locked;		/* m */
	bool		bd_immediate;		/* d */
	u_int		bd_direction;		/* a: BPF_D_* */

	volatile u_long	bd_rcount;		/* a: packets seen */
	u_long		bd_dcount;		/* d: there was no room for */
	u_long		bd_ccount;		/* d: the filter took */

	struct selinfo	bd_sel;			/* d */
	bool		bd_async;		/* d: SIGIO is wanted */
	pid_t		bd_pgid;		/* m: by whom */
	void		*bd_si;			/* m: to send it */
};

extern kmutex_t bpf_mtx;
extern pserialize_t bpf_psz;
extern LIST_HEAD(bpf_dlist, bpf_d) bpf_descriptors;	/* bpf_mtx */

/* bpf_if.c: with bpf_mtx. */
struct bpf_if *bpf_if_find(const char *, u_int dlt, bool anydlt);
struct bpf_if *bpf_if_next(const struct ifnet *, struct bpf_if *);
void	bpf_listen(struct bpf_d *, struct bpf_if *);
void	bpf_unlisten(struct bpf_d *);
int	bpf_promisc(struct bpf_d *, bool);
extern struct bpf_ops bpf_ops_kernel;
void	bpf_if_init(void);

/* bpf_buf.c */
void	bpf_buf_init(struct bpf_d *);
void	bpf_buf_fini(struct bpf_d *);
void	bpf_buf_alloc(struct bpf_d *);		/* bpf_mtx; sleeps */
void	bpf_buf_reset(struct bpf_d *);
void	bpf_buf_gone(struct bpf_d *);
bool	bpf_buf_ready(struct bpf_d *, bool start);	/* bd_mtx */
u_int	bpf_buf_nread(struct bpf_d *);
int	bpf_buf_take(struct bpf_d *, bool, u_char **, u_int *);
void	bpf_buf_return(struct bpf_d *, u_char *);
/* A packet for all listeners of an interface: pkt is buflen bytes, or if that
 * is 0 a chain of mbufs.  Does not sleep. */
void	bpf_deliver(struct bpf_if *, const void *pkt, u_int wirelen,
	    u_int buflen, u_int direction);

/* bpf_filters.c */
int	bpf_prog_copyin(const struct bpf_program *, struct bpf_prog **);
void	bpf_prog_free(struct bpf_prog *);

/* bpf_ioctl.c */
int	bpf_ioctl(struct file *, u_long, void *);

/* bpf_write.c */
int	bpf_write(struct file *, off_t *, struct uio *, kauth_cred_t, int);

/* bpf_sysctl.c: of all listeners. */
enum bpf_gstat { BPF_GRECV, BPF_GDROP, BPF_GCAPT, BPF_NGSTATS };
extern u_int bpf_maxbufsize;			/* atomic */
void	bpf_stat_inc(enum bpf_gstat);
void	bpf_sysctl_init(void);

#endif /* !_DRIVERS_NET_BPF_PRIVATE_H_ */
