/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_private.h: what the files of the terminal layer share.  All of it is
 * called with ttylock() held, unless told.
 */
#ifndef _TTY_PRIVATE_H_
#define	_TTY_PRIVATE_H_

#define	TTY_ALLOW_PRIVATE

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/tty.h>
#include <sys/vnode.h>

struct lwp;
struct uio;

#define	TTY_QSIZE	4096	/* input kept, unless TIOCSQSIZE */
#define	TTY_QSIZE_MIN	1024
#define	TTY_QSIZE_MAX	65536

/* Is somebody at the other end? */
static inline bool
tty_connected(const struct tty *tp)
{

	return ISSET(tp->t_state, TS_CARR_ON) || ISSET(tp->t_cflag, CLOCAL);
}

/* Is c, which was not quoted, the control character? */
static inline bool
tty_ctrl_is(const struct tty *tp, unsigned which, int c)
{

	return c == tp->t_cc[which] && c != _POSIX_VDISABLE;
}

static inline int
tty_input_count(const struct tty *tp)
{

	return tp->t_rawq.c_cc + tp->t_canq.c_cc;
}

/* tty_subr.c: a ring of the size for so much input or output. */
int	tty_outsize(int);

/* tty_input.c: does c end a line?  Tell the other side to go on. */
bool	tty_breakc(const struct tty *, int);
void	tty_unblock(struct tty *);
/*
 * Is there room for input that is not dropped?  Take a piece as if each
 * character came by ttyinput(), while there is: returns how many.
 */
bool	tty_input_room(const struct tty *);
int	tty_input_piece(struct tty *, const u_char *, int);
/* Output goes on, whatever stopped it. */
void	tty_restart(struct tty *);

/* tty_echo.c */
void	tty_echo(int, struct tty *);
void	tty_kill(struct tty *, int);
void	tty_wordrub(struct tty *);

/* tty_output.c: cook a piece; returns how much was taken. */
int	tty_outpiece(struct tty *, const u_char *, int);

/* tty_poll.c: what a read would get now. */
int	tty_nread(struct tty *);

/*
 * tty_jobc.c; without locks.  Wait until the process may use its terminal, as
 * SIGTTIN or SIGTTOU has it: 0, EIO, or who ended the sleep.
 */
int	tty_foreground(struct tty *, int);
int	tty_ioctl_jobc(struct tty *, u_long, void *, struct lwp *);
void	tty_sig_init(void);
void	tty_jobc_init(void);
/*
 * With proc_lock and ttylock(): cut off from its session, which is returned
 * for SESSRELE(), and its vnode for vrele().
 */
struct session *tty_session_leave(struct tty *, struct vnode **);
/* Forget signals that are not sent yet: the terminal is freed. */
void	tty_sig_forget(struct tty *);

/* tty_conf.c */
int	tty_setdisc(struct tty *, struct linesw *, int);

/* tty_ctty.c, tty_pty.c: attach the devices; no locks. */
void	tty_ctty_init(void);
void	tty_pty_init(void);

#endif /* !_TTY_PRIVATE_H_ */
