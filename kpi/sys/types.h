/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system's types: sizes, identifiers, device numbers, times, and opaque
 * names of structures that many interfaces pass around.  A type that several
 * standard headers may define is a macro as well, so that the others can see
 * that it exists.
 */

#ifndef _SYS_TYPES_H_
#define	_SYS_TYPES_H_

#include <sys/featuretest.h>
#include <sys/cdefs.h>

#include <machine/types.h>
#include <machine/ansi.h>
#include <machine/int_types.h>

#include <sys/ansi.h>
#include <sys/stdint.h>
#include <sys/endian.h>
#include <sys/null.h>

typedef	uint8_t		u_int8_t;
typedef	uint16_t	u_int16_t;
typedef	uint32_t	u_int32_t;
typedef	uint64_t	u_int64_t;

typedef	unsigned char	u_char;
typedef	unsigned short	u_short;
typedef	unsigned int	u_int;
typedef	unsigned long	u_long;
typedef	unsigned char	unchar;		/* Sys V compatibility */
typedef	unsigned short	ushort;
typedef	unsigned int	uint;
typedef	unsigned long	ulong;

typedef	uint64_t	u_quad_t;
typedef	int64_t		quad_t;
typedef	quad_t *	qaddr_t;
typedef	int64_t		longlong_t;
typedef	uint64_t	u_longlong_t;

typedef	int64_t		blkcnt_t;	/* file system blocks */
typedef	int32_t		blksize_t;	/* preferred I/O size */
typedef	uint64_t	dev_t;		/* device number */
typedef	int64_t		daddr_t;	/* disk address, DEV_BSIZE units */
typedef	uint32_t	fixpt_t;	/* fixed point number */
typedef	uint32_t	id_t;		/* uid, gid or pid */
typedef	uint64_t	ino_t;		/* inode number */
typedef	uint32_t	nlink_t;	/* link count */
typedef	long		swblk_t;
typedef	int32_t		lwpid_t;	/* lwp id */
typedef	unsigned long	cpuid_t;
typedef	int		psetid_t;
typedef	int32_t		segsz_t;	/* size of a segment, in pages */
typedef	int		pri_t;		/* lwp priority */
typedef	volatile __cpu_simple_lock_nv_t	__cpu_simple_lock_t;

#ifndef	fsblkcnt_t
typedef	__fsblkcnt_t	fsblkcnt_t;
#define	fsblkcnt_t	__fsblkcnt_t
#endif
#ifndef	fsfilcnt_t
typedef	__fsfilcnt_t	fsfilcnt_t;
#define	fsfilcnt_t	__fsfilcnt_t
#endif
#ifndef	caddr_t
typedef	__caddr_t	caddr_t;
#define	caddr_t		__caddr_t
#endif
#ifndef	gid_t
typedef	__gid_t		gid_t;
#define	gid_t		__gid_t
#endif
#ifndef	uid_t
typedef	__uid_t		uid_t;
#define	uid_t		__uid_t
#endif
#ifndef	mode_t
typedef	__mode_t	mode_t;
#define	mode_t		__mode_t
#endif
#ifndef	accmode_t
typedef	__accmode_t	accmode_t;
#define	accmode_t	__accmode_t
#endif
#ifndef	off_t
typedef	__off_t		off_t;
#define	off_t		__off_t
#endif
#ifndef	pid_t
typedef	__pid_t		pid_t;
#define	pid_t		__pid_t
#endif
#ifndef	devmajor_t
typedef	__devmajor_t	devmajor_t;
#define	devmajor_t	__devmajor_t
#endif
#ifndef	devminor_t
typedef	__devminor_t	devminor_t;
#define	devminor_t	__devminor_t
#endif

typedef	_BSD_CLOCK_T_		clock_t;
typedef	_BSD_CLOCKID_T_		clockid_t;
typedef	_BSD_PTRDIFF_T_		ptrdiff_t;
typedef	_BSD_SIZE_T_		size_t;
typedef	_BSD_SSIZE_T_		ssize_t;
typedef	_BSD_SUSECONDS_T_	suseconds_t;
typedef	_BSD_TIME_T_		time_t;
typedef	_BSD_TIMER_T_		timer_t;
typedef	_BSD_USECONDS_T_	useconds_t;

#include <sys/stddef.h>
#include <sys/stdbool.h>

/* Truth as an int, from before C had bool. */
typedef	int		boolean_t;
#ifndef TRUE
#define	TRUE	1
#endif
#ifndef FALSE
#define	FALSE	0
#endif

/*
 * A device number holds a major of 12 bits (8 to 19) and a minor of 20 bits
 * (0 to 7 and 20 to 31).
 */
#define	major(x)	((devmajor_t)(((uint32_t)(x) & 0x000fff00) >> 8))
#define	minor(x)	((devminor_t)((((uint32_t)(x) & 0xfff00000) >> 12) | \
			    (((uint32_t)(x) & 0x000000ff) >> 0)))
#define	makedev(x, y)	((dev_t)((((dev_t)(x) << 8) & 0x000fff00U) |	\
			    (((dev_t)(y) << 12) & 0xfff00000U) |	\
			    (((dev_t)(y) << 0) & 0x000000ffU)))
#define	NODEVMAJOR	(-1)

#define	__BITS_PER_BYTE	8
#define	NBBY		__BITS_PER_BYTE

#include <sys/fd_set.h>

/* Flag words. */
#define	SET(t, f)	((t) |= (f))
#define	ISSET(t, f)	((t) & (f))
#define	CLR(t, f)	((t) &= ~(f))

/* Structures other headers define, under the names interfaces use. */
struct lwp;
typedef	struct lwp	lwp_t;
struct buf;
typedef	struct buf	buf_t;
struct file;
typedef	struct file	file_t;
struct uio;
struct kauth_cred;
typedef	struct kauth_cred *kauth_cred_t;
struct __ucontext;
typedef	struct __ucontext ucontext_t;
struct bintime;
struct cpu_info;
struct proc;

#endif /* !_SYS_TYPES_H_ */
