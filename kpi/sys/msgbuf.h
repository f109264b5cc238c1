/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The message buffer: what the kernel printed, as a ring of characters.
 */

#ifndef _SYS_MSGBUF_H_
#define	_SYS_MSGBUF_H_

#include <sys/types.h>

#define	MSG_MAGIC	0x063061

struct kern_msgbuf {
	long	msg_magic;	/* MSG_MAGIC if in use */
	long	msg_bufx;	/* next character to write */
	long	msg_bufr;	/* next character to read */
	long	msg_bufs;	/* size of msg_bufc */
	char	msg_bufc[1];	/* the ring */
};

#ifdef _KERNEL
extern int	msgbufmapped;	/* the buffer is there */
extern int	msgbufenabled;	/* and messages go to it */
extern struct kern_msgbuf *msgbufp;
extern bool	log_open;	/* somebody reads it */

void	initmsgbuf(void *, size_t);
void	loginit(void);
void	logputchar(int);

static __inline int __unused
logenabled(const struct kern_msgbuf *mbp)
{
	return msgbufenabled && mbp->msg_magic == MSG_MAGIC;
}
#endif

#endif /* !_SYS_MSGBUF_H_ */
