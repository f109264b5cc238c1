/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty(9): the state of a terminal, for drivers and the device switch.  The
 * line discipline itself is a component of its own.
 */

#ifndef _SYS_TTY_H_
#define	_SYS_TTY_H_

#include <sys/types.h>
#include <sys/termios.h>
#include <sys/ttycom.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/select.h>

struct linesw;
struct pgrp;
struct session;

/* A ring of characters, with the tty's lock. */
struct clist {
	u_char	*c_cf;		/* first character */
	u_char	*c_cl;		/* last character */
	u_char	*c_cs;		/* start of the ring */
	u_char	*c_ce;		/* end of the ring */
	u_char	*c_cq;		/* quote bits */
	int	c_cc;		/* characters in it */
	int	c_cn;		/* size of the ring */
};

/* All fields by tty_lock unless told; c: constant after attaching. */
struct tty {
	TAILQ_ENTRY(tty) tty_link;	/* all terminals, global list lock */
	struct clist	t_rawq;		/* raw input */
	long		t_rawcc;	/* raw input, statistics */
	struct clist	t_canq;		/* canonical input */
	long		t_cancc;
	struct clist	t_outq;		/* output */
	kcondvar_t	t_outcv;
	long		t_outcc;
	struct linesw	*t_linesw;	/* line discipline */
	dev_t		t_dev;		/* c */
	int		t_state;	/* TS_* */
	int		t_wopen;	/* processes waiting for open */
	int		t_flags;
	int		t_column;	/* output column */
	struct pgrp	*t_pgrp;	/* foreground process group */
	struct session	*t_session;	/* whose controlling terminal it is */
	struct selinfo	t_rsel;		/* waiting to read */
	struct selinfo	t_wsel;		/* waiting to write */
	struct termios	t_termios;
	struct winsize	t_winsize;
	void		(*t_oproc)(struct tty *); /* start output; c */
	int		(*t_param)(struct tty *, struct termios *); /* c */
	int		(*t_hwiflow)(struct tty *, int); /* c */
	void		*t_sc;		/* the driver's; c */
	short		t_hiwat;	/* output high water mark */
	short		t_lowat;	/* output low water mark */
	kcondvar_t	t_rawcv;
	kcondvar_t	t_rawcvf;
};

#define	t_cc		t_termios.c_cc
#define	t_cflag		t_termios.c_cflag
#define	t_iflag		t_termios.c_iflag
#define	t_ispeed	t_termios.c_ispeed
#define	t_lflag		t_termios.c_lflag
#define	t_oflag		t_termios.c_oflag
#define	t_ospeed	t_termios.c_ospeed

/* t_state */
#define	TS_SIGINFO	0x00001
#define	TS_ASYNC	0x00002
#define	TS_BUSY		0x00004		/* output is going on */
#define	TS_CARR_ON	0x00008		/* carrier is there */
#define	TS_DIALOUT	0x00010
#define	TS_FLUSH	0x00020
#define	TS_ISOPEN	0x00040
#define	TS_TBLOCK	0x00080
#define	TS_TIMEOUT	0x00100
#define	TS_TTSTOP	0x00200		/* output was stopped */
#define	TS_XCLUDE	0x00400		/* exclusive use */

#ifdef _KERNEL
extern kmutex_t	tty_lock;
#endif

#endif /* !_SYS_TTY_H_ */
