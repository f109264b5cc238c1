/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty(9): terminals.  The functions are in the component rumpkern_tty; the
 * line disciplines they meet are in <sys/conf.h>, linesw(9).
 *
 * Each terminal has a lock of its own, a spin mutex, taken by ttylock().  "L"
 * marks the functions that want it held, "U" those that take it themselves
 * and may not be called with it; those that sleep give it up meanwhile.  Lock
 * order: proc_lock, ttylock(), locks of a driver's hardware.  There is no
 * tty_lock that is every terminal's.
 */

#ifndef _SYS_TTY_H_
#define	_SYS_TTY_H_

#include <sys/types.h>
#include <sys/termios.h>
#include <sys/ttycom.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/select.h>
#include <sys/selinfo.h>
#include <sys/sigtypes.h>

struct knote;
struct linesw;
struct lwp;
struct pgrp;
struct session;
struct uio;

/*
 * A ring of characters, under the lock of the terminal.  Only c_cc is for
 * others than its own functions.
 */
struct clist {
	u_char	*c_cf;		/* first character */
	u_char	*c_cl;		/* where the next one goes */
	u_char	*c_cs;		/* start of the ring */
	u_char	*c_ce;		/* its end */
	u_char	*c_cq;		/* a bit for each: quoted; or NULL */
	int	c_cc;		/* characters in it */
	int	c_cn;		/* size of the ring */
};

/* Whom a signal is for. */
enum ttysigtype {
	TTYSIG_PG1,		/* foreground group, of those it controls */
	TTYSIG_PG2,		/* foreground group */
	TTYSIG_LEADER,		/* leader of the session */
	TTYSIG_COUNT
};

/*
 * t: ttylock(); p: proc_lock to read, ttylock() as well to write; c: constant
 * once attached; l: the list of terminals; s: the queue of signals.
 */
struct tty {
	TAILQ_ENTRY(tty) tty_link;	/* l: all terminals */
	struct clist	t_rawq;		/* t: input, as it comes */
	long		t_rawcc;	/* t: characters ever, raw */
	kcondvar_t	t_rawcv;	/* t: input, or the carrier, is there */
	kcondvar_t	t_rawcvf;	/* t: there is room for input */
	struct clist	t_canq;		/* t: lines of input */
	long		t_cancc;	/* t: characters ever, canonical */
	kcondvar_t	t_cancv;	/* t */
	kcondvar_t	t_cancvf;	/* p: the foreground group changed */
	struct clist	t_outq;		/* t: output */
	long		t_outcc;	/* t: characters ever */
	kcondvar_t	t_outcv;	/* t: there is room for output */
	kcondvar_t	t_outcvf;	/* t: there is output */
	callout_t	t_rstrt_ch;	/* itself: delayed start of output */
	struct linesw	*t_linesw;	/* t: line discipline */
	dev_t		t_dev;		/* c */
	int		t_state;	/* t: TS_* */
	int		t_wopen;	/* t: processes waiting in open */
	int		t_flags;	/* t: TIOCSFLAGS */
	int		t_qsize;	/* t: how much input is kept */
	struct pgrp	*t_pgrp;	/* p: foreground process group */
	struct session	*t_session;	/* p: whose it is; referenced */
	struct selinfo	t_rsel;		/* t: waiting to read */
	struct selinfo	t_wsel;		/* t: waiting to write */
	struct termios	t_termios;	/* t */
	struct winsize	t_winsize;	/* t */
	void		(*t_oproc)(struct tty *); /* t: start output, L */
	int		(*t_param)(struct tty *, struct termios *); /* c */
	int		(*t_hwiflow)(struct tty *, int); /* c: L */
	void		*t_sc;		/* c: the driver's */
	short		t_column;	/* t: of the output */
	short		t_rocount;	/* t: echoed characters of the line */
	short		t_rocol;	/* t: column it began in */
	int		t_hiwat;	/* t: output, high water mark */
	int		t_lowat;	/* t: low water mark */
	short		t_gen;		/* t: counts closings */
	sigset_t	t_sigs[TTYSIG_COUNT]; /* t: to be sent */
	int		t_sigcount;	/* t: how many */
	TAILQ_ENTRY(tty) t_sigqueue;	/* s: terminals with signals */
	bool		t_sigqueued;	/* s: it is there */
	void		*t_softc;	/* c: the driver's */
	volatile u_int	t_refcnt;	/* a: tty_acquire() */
	struct clist	t_pendq;	/* t: for ttypend() */
	kmutex_t	t_lock;		/* ttylock() */
};

#ifdef TTY_ALLOW_PRIVATE
#define	t_cc		t_termios.c_cc
#endif
#define	t_cflag		t_termios.c_cflag
#define	t_iflag		t_termios.c_iflag
#define	t_ispeed	t_termios.c_ispeed
#define	t_lflag		t_termios.c_lflag
#define	t_oflag		t_termios.c_oflag
#define	t_ospeed	t_termios.c_ospeed

#define	TTIPRI		25
#define	TTOPRI		26
#define	TTMASK		15
#define	OBUFSIZ		100	/* output is cooked in such pieces */

#ifdef _KERNEL
/* With a variable tp: limits of queues. */
#define	TTYHOG		tp->t_qsize
#define	TTMAXHIWAT	roundup(tp->t_qsize << 1, 64)
#define	TTMINHIWAT	roundup(tp->t_qsize >> 3, 64)
#define	TTMAXLOWAT	(tp->t_qsize >> 2)
#define	TTMINLOWAT	(tp->t_qsize >> 5)
#define	TTROUND		64
#define	TTDIALOUT_MASK	0x80000
#define	TTCALLUNIT_MASK	0x40000
#define	TTUNIT_MASK	0x3ffff
#define	TTDIALOUT(d)	(minor(d) & TTDIALOUT_MASK)
#define	TTCALLUNIT(d)	(minor(d) & TTCALLUNIT_MASK)
#define	TTUNIT(d)	(minor(d) & TTUNIT_MASK)
#endif

/* t_state */
#define	TS_SIGINFO	0x00001		/* for drivers; not used here */
#define	TS_ASYNC	0x00002		/* SIGIO is wanted */
#define	TS_BUSY		0x00004		/* output is going on */
#define	TS_CARR_ON	0x00008		/* carrier is there */
#define	TS_DIALOUT	0x00010		/* open for dialling out */
#define	TS_FLUSH	0x00020		/* output was flushed while busy */
#define	TS_ISOPEN	0x00040
#define	TS_TBLOCK	0x00080		/* the other side was told to stop */
#define	TS_TIMEOUT	0x00100		/* output is delayed */
#define	TS_TTSTOP	0x00200		/* output was stopped */
#define	TS_XCLUDE	0x00400		/* exclusive use */
#define	TS_BKSL		0x00800
#define	TS_CNTTB	0x01000
#define	TS_ERASE	0x02000		/* within \.../ of ECHOPRT */
#define	TS_LNCH		0x04000		/* the next character is literal */
#define	TS_TYPEN	0x08000		/* in ttypend() */
#define	TS_LOCAL	(TS_BKSL | TS_CNTTB | TS_ERASE | TS_LNCH | TS_TYPEN)
#define	TS_KERN_ONLY	0x10000		/* not for programs */
#define	TS_CANCEL	0x20000		/* ttycancel() */

/* Kinds of characters. */
#define	ORDINARY	0
#define	CONTROL		1
#define	BACKSPACE	2
#define	NEWLINE		3
#define	TAB		4
#define	VTAB		5
#define	RETURN		6

struct speedtab {
	int	sp_speed;
	int	sp_code;	/* the hardware's; end of table: -1, -1 */
};

/* Modem control. */
#define	DMSET		0
#define	DMBIS		1
#define	DMBIC		2
#define	DMGET		3

/* A character of ttyinput(), with what went wrong. */
#define	TTY_CHARMASK	0x000000ff
#define	TTY_QUOTE	0x00000100	/* it is literal */
#define	TTY_ERRORMASK	0xff000000
#define	TTY_FE		0x01000000	/* framing error; with 0, a break */
#define	TTY_PE		0x02000000	/* parity error */

/* With proc_lock held. */
#define	isctty(p, tp)							\
	((p)->p_session == (tp)->t_session && ((p)->p_lflag & PL_CONTROLT))
#define	isbackground(p, tp)						\
	(isctty((p), (tp)) && (p)->p_pgrp != (tp)->t_pgrp)

TAILQ_HEAD(ttylist_head, tty);

#ifdef _KERNEL
extern int	tty_count;	/* attached terminals */
extern const char ttclos[];

/*
 * Rings; L.  clalloc(ring, size, with quotes?) may sleep and returns 0.  getc()
 * and unputc(), from the front and the back, are -1 for an empty ring, else
 * the character, with TTY_QUOTE.  putc() is -1 for a full one.  q_to_b() says
 * how many it took, b_to_q() how many it did not.  ndqb(): how many are in one
 * piece at c_cf, up to one that has a bit of the mask.  ndflush() drops from
 * the front.  catq() moves all that the second has room for.  firstc() and
 * nextc() look without taking: NULL at the end.
 */
int	clalloc(struct clist *, int, int);
void	clfree(struct clist *);
int	getc(struct clist *);
int	putc(int, struct clist *);
int	unputc(struct clist *);
int	q_to_b(struct clist *, u_char *, int);
int	b_to_q(const u_char *, int, struct clist *);
int	ndqb(struct clist *, int);
void	ndflush(struct clist *, int);
void	catq(struct clist *, struct clist *);
u_char	*firstc(struct clist *, int *);
u_char	*nextc(struct clist *, u_char *, int *);

/*
 * Life.  tty_alloc() may sleep, never fails, and gives the default line
 * discipline; the driver sets t_oproc, t_param, t_dev.  tty_free() wants it
 * closed and detached.  tty_acquire() and tty_release() only count.
 */
struct tty *tty_alloc(void);
void	tty_free(struct tty *);
void	tty_attach(struct tty *);
void	tty_detach(struct tty *);
void	tty_init(void);
int	tty_unit(dev_t);
void	tty_acquire(struct tty *);
void	tty_release(struct tty *);

void	ttylock(struct tty *);
void	ttyunlock(struct tty *);
bool	ttylocked(struct tty *);

/*
 * Opening and closing; U.  ttyopen(tp, dialout, nonblock) waits for the
 * carrier: EBUSY, EINTR.  ttyclose() takes the terminal from its session.
 * ttycancel() makes sleepers fail until then.  ttylopen() and ttylclose() are
 * the default discipline's; the latter waits for output unless FNONBLOCK.
 */
int	ttyopen(struct tty *, int, int);
int	ttyclose(struct tty *);
void	ttycancel(struct tty *);
int	ttylopen(dev_t, struct tty *);
int	ttylclose(struct tty *, int);

/* Modes.  ttychars(), ttsetwater(): L or nobody knows the terminal yet. */
void	ttychars(struct tty *);
void	ttsetwater(struct tty *);
int	ttspeedtab(int, const struct speedtab *);
unsigned char tty_getctrlchar(struct tty *, unsigned);
void	tty_setctrlchar(struct tty *, unsigned, unsigned char);

/*
 * Programs' calls; U, may sleep.  ttread(): 0 without data is a hangup or end
 * of file.  Flags IO_NDELAY.  EWOULDBLOCK, EIO (hung up; background and
 * SIGTTIN is ignored or the session has no leader), EINTR, ERESTART, EFAULT.
 * ttioctl(): EPASSTHROUGH for what is the driver's.
 */
int	ttread(struct tty *, struct uio *, int);
int	ttwrite(struct tty *, struct uio *, int);
int	ttioctl(struct tty *, u_long, void *, int, struct lwp *);
int	ttpoll(struct tty *, int, struct lwp *);
int	ttykqfilter(dev_t, struct knote *);

/*
 * Drivers' calls.  ttyinput() (U) and ttyinput_wlock() (L) take a character;
 * ttyoutput() (L) returns -1, or the character if there is no room;
 * tputchar(c, flags, tp) is U.  ttymodem() (U) tells of the carrier: 0, hung
 * up.  ttstart() (L) starts output, as ttrstrt() (U) does after a delay.
 * ttypull() (L) does so for who polls.
 */
int	ttyinput(int, struct tty *);
int	ttyinput_wlock(int, struct tty *);
int	ttyoutput(int, struct tty *);
int	tputchar(int, int, struct tty *);
int	ttymodem(struct tty *, int);
int	nullmodem(struct tty *, int);
int	ttstart(struct tty *);
void	ttrstrt(void *);
bool	ttypull(struct tty *);
int	tty_try_xonxoff(struct tty *, unsigned char);

/*
 * Queues and sleeping; L but for ttywait() and ttywflush() (U), which wait
 * until output is out.  ttyflush(tp, FREAD | FWRITE) drops.  ttysleep(tp, cv,
 * interruptible?, ticks, 0 for ever) is ERESTART if the terminal was closed.
 * ttycheckoutq(tp, wait?): is there room?
 */
void	ttyflush(struct tty *, int);
int	ttywait(struct tty *);
int	ttywflush(struct tty *);
int	ttysleep(struct tty *, kcondvar_t *, bool, int);
int	ttypause(struct tty *, int);
int	ttycheckoutq(struct tty *, int);
void	ttwakeup(struct tty *);

/* Editing; L. */
void	ttypend(struct tty *);
void	ttyretype(struct tty *);
void	ttyrub(int, struct tty *);

/*
 * ttysig() (L) has a signal sent soon.  ttygetinfo(tp, after SIGINFO?, buffer,
 * size), with proc_lock held, and ttyputinfo() (U) are the status line.
 */
void	ttysig(struct tty *, enum ttysigtype, int);
void	ttygetinfo(struct tty *, int, char *, size_t);
void	ttyputinfo(struct tty *, char *);
#endif /* _KERNEL */

#endif /* !_SYS_TTY_H_ */
