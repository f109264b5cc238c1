/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_pty.h: pseudo-terminals, and descriptors that are made for terminals.
 */
#ifndef _TTY_PTY_H_
#define	_TTY_PTY_H_

#include <sys/kauth.h>
#include <sys/pty.h>
#include <sys/selinfo.h>
#include <sys/tty.h>

/*
 * The master's half of a pty; the slave's is the terminal.  The master has it
 * open while pt_tty->t_oproc is set.  Made by pty_check(), never freed.
 * t: ttylock(pt_tty); c: constant.
 */
struct pt_softc {
	struct tty	*pt_tty;	/* c */
	int		pt_flags;	/* t: PF_* */
	struct selinfo	pt_selr;	/* t: master waits to read */
	struct selinfo	pt_selw;	/* t: master waits to write */
	struct clist	pt_tail;	/* t: output of slaves that closed */
	u_char		pt_send;	/* t: TIOCPKT_* to tell the master */
	u_char		pt_ucntl;	/* t: user control to tell it */
};

#define	PF_PKT		0x08	/* TIOCPKT */
#define	PF_STOPPED	0x10	/* the master was told of TIOCPKT_STOP */
#define	PF_REMOTE	0x20	/* TIOCREMOTE */
#define	PF_NOSTOP	0x40	/* and of TIOCPKT_NOSTOP */
#define	PF_UCNTL	0x80	/* TIOCUCNTL */

/* tty_pty.c: the pty of a device, or NULL; no locks. */
struct pt_softc *pty_softc(dev_t);
struct tty *pty_tty(dev_t);	/* d_tty of both ends */
/* The lowest number nobody has a master or slave of; -1: there is none. */
int	pty_getfree(void);

/* Tell the master: data to read (FREAD), room to write (FWRITE).  Locked. */
void	pty_wakeup(struct pt_softc *, int);

/* tty_ptc.c, tty_pts.c, tty_ptm.c */
extern const struct cdevsw ptc_cdevsw, pts_cdevsw, ptm_cdevsw;
void	pts_start(struct tty *);

/* tty_ptyioctl.c: for either end. */
int	pty_ioctl(struct pt_softc *, bool, u_long, void *, int,
	    struct lwp *);

/*
 * tty_ptm.c: open a locked vnode, whose reference and lock are used up, and
 * give it a descriptor.  Flags FREAD, FWRITE, O_*.
 */
int	tty_fd_open(struct vnode *, int, kauth_cred_t, int *);

#endif /* !_TTY_PTY_H_ */
