/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Terminal modes: struct termios, its control characters and flags.
 */

#ifndef _SYS_TERMIOS_H_
#define	_SYS_TERMIOS_H_

#include <sys/ansi.h>
#include <sys/featuretest.h>
#include <sys/types.h>

#define	VEOF		0
#define	VEOL		1
#define	VEOL2		2
#define	VERASE		3
#define	VWERASE		4
#define	VKILL		5
#define	VREPRINT	6
#define	VINTR		8
#define	VQUIT		9
#define	VSUSP		10
#define	VDSUSP		11
#define	VSTART		12
#define	VSTOP		13
#define	VLNEXT		14
#define	VDISCARD	15
#define	VMIN		16
#define	VTIME		17
#define	VSTATUS		18
#define	NCCS		20

#ifndef _POSIX_VDISABLE
#define	_POSIX_VDISABLE	((unsigned char)'\377')
#endif

typedef unsigned int	tcflag_t;
typedef unsigned char	cc_t;
typedef unsigned int	speed_t;

struct termios {
	tcflag_t	c_iflag;	/* input */
	tcflag_t	c_oflag;	/* output */
	tcflag_t	c_cflag;	/* hardware */
	tcflag_t	c_lflag;	/* line discipline */
	cc_t		c_cc[NCCS];	/* control characters */
	int		c_ispeed;
	int		c_ospeed;
};

/* c_iflag */
#define	IGNBRK		0x00000001U
#define	BRKINT		0x00000002U
#define	IGNPAR		0x00000004U
#define	PARMRK		0x00000008U
#define	INPCK		0x00000010U
#define	ISTRIP		0x00000020U
#define	INLCR		0x00000040U
#define	IGNCR		0x00000080U
#define	ICRNL		0x00000100U
#define	IXON		0x00000200U
#define	IXOFF		0x00000400U
#define	IXANY		0x00000800U
#define	IMAXBEL		0x00002000U
/* c_oflag */
#define	OPOST		0x00000001U
#define	ONLCR		0x00000002U
#define	OXTABS		0x00000004U
#define	ONOEOT		0x00000008U
#define	OCRNL		0x00000010U
#define	ONOCR		0x00000020U
#define	ONLRET		0x00000040U
/* c_cflag */
#define	CIGNORE		0x00000001U
#define	CSIZE		0x00000300U
#define	CS5		0x00000000U
#define	CS6		0x00000100U
#define	CS7		0x00000200U
#define	CS8		0x00000300U
#define	CSTOPB		0x00000400U
#define	CREAD		0x00000800U
#define	PARENB		0x00001000U
#define	PARODD		0x00002000U
#define	HUPCL		0x00004000U
#define	CLOCAL		0x00008000U
#define	CRTSCTS		0x00010000U
#define	CDTRCTS		0x00020000U
#define	MDMBUF		0x00100000U
#define	CHWFLOW		(MDMBUF | CRTSCTS | CDTRCTS)
/* c_lflag */
#define	ECHOKE		0x00000001U
#define	ECHOE		0x00000002U
#define	ECHOK		0x00000004U
#define	ECHO		0x00000008U
#define	ECHONL		0x00000010U
#define	ECHOPRT		0x00000020U
#define	ECHOCTL		0x00000040U
#define	ISIG		0x00000080U
#define	ICANON		0x00000100U
#define	ALTWERASE	0x00000200U
#define	IEXTEN		0x00000400U
#define	EXTPROC		0x00000800U
#define	TOSTOP		0x00400000U
#define	FLUSHO		0x00800000U
#define	NOKERNINFO	0x02000000U
#define	PENDIN		0x20000000U
#define	NOFLSH		0x80000000U

/* Speeds are what they say, in bits a second. */
#define	B0		0U
#define	B50		50U
#define	B75		75U
#define	B110		110U
#define	B134		134U
#define	B150		150U
#define	B200		200U
#define	B300		300U
#define	B600		600U
#define	B1200		1200U
#define	B1800		1800U
#define	B2400		2400U
#define	B4800		4800U
#define	B9600		9600U
#define	B19200		19200U
#define	B38400		38400U
#define	B57600		57600U
#define	B115200		115200U
#define	B230400		230400U
#define	EXTA		19200U
#define	EXTB		38400U

#ifdef _KERNEL
#include <sys/ttydefaults.h>
#endif

#endif /* !_SYS_TERMIOS_H_ */
