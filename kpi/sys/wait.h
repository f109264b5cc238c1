/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The status word and the options of wait(2).
 */

#ifndef _SYS_WAIT_H_
#define	_SYS_WAIT_H_

#include <sys/featuretest.h>
#include <sys/types.h>

#define	_W_INT(i)	(i)
#define	_WSTATUS(x)	(_W_INT(x) & 0177)
#define	_WSTOPPED	0177
#define	_WCONTINUED	0xffffU

#define	WIFSIGNALED(x)	(!WIFSTOPPED(x) && !WIFCONTINUED(x) && !WIFEXITED(x))
#define	WTERMSIG(x)	(_WSTATUS(x))
#define	WIFEXITED(x)	(_WSTATUS(x) == 0)
#define	WEXITSTATUS(x)	((int)((unsigned int)_W_INT(x) >> 8) & 0xff)
#define	WIFSTOPPED(x)	(_WSTATUS(x) == _WSTOPPED && !WIFCONTINUED(x))
#define	WSTOPSIG(x)	((int)((unsigned int)_W_INT(x) >> 8) & 0xff)
#define	WIFCONTINUED(x)	(_W_INT(x) == _WCONTINUED)
#define	WCOREFLAG	0200
#define	WCOREDUMP(x)	(_W_INT(x) & WCOREFLAG)
#define	W_EXITCODE(ret, sig)	((ret) << 8 | (sig))
#define	W_STOPCODE(sig)		((sig) << 8 | _WSTOPPED)

#define	WAIT_ANY	(-1)
#define	WAIT_MYPGRP	0

#define	WNOHANG		0x00000001	/* do not wait */
#define	WSTOPPED	0x00000002	/* stopped children too */
#define	WUNTRACED	WSTOPPED
#define	WALTSIG		0x00000004
#define	WALLSIG		0x00000008
#define	WCONTINUED	0x00000010
#define	WEXITED		0x00000020
#define	WNOWAIT		0x00010000	/* leave the child as it is */
#define	WNOZOMBIE	0x00020000
#define	WTRAPPED	0x00000040
#define	WALLOPTS	(WNOHANG | WSTOPPED | WALTSIG | WALLSIG |	\
			WCONTINUED | WEXITED | WTRAPPED | WNOWAIT | WNOZOMBIE)
#define	WSELECTOPTS	(WEXITED | WUNTRACED | WCONTINUED | WTRAPPED)

#endif /* !_SYS_WAIT_H_ */
