/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * open(2) and fcntl(2): flags and commands.  In the kernel, FREAD and
 * FWRITE are bits of a file's flags; programs pass O_RDONLY (0) and so on,
 * and FFLAGS()/OFLAGS() convert.
 */

#ifndef _SYS_FCNTL_H_
#define	_SYS_FCNTL_H_

#include <sys/featuretest.h>
#include <sys/types.h>
#include <sys/stat.h>

#define	O_RDONLY	0x00000000
#define	O_WRONLY	0x00000001
#define	O_RDWR		0x00000002
#define	O_ACCMODE	0x00000003
#define	O_NONBLOCK	0x00000004	/* do not wait */
#define	O_APPEND	0x00000008	/* writes go to the end */
#define	O_SHLOCK	0x00000010	/* open with a shared flock(2) */
#define	O_EXLOCK	0x00000020	/* open with an exclusive one */
#define	O_ASYNC		0x00000040	/* SIGIO when I/O is possible */
#define	O_SYNC		0x00000080	/* writes are on disk on return */
#define	O_NOFOLLOW	0x00000100	/* fail on a symbolic link */
#define	O_CREAT		0x00000200	/* create if absent */
#define	O_TRUNC		0x00000400	/* make it empty */
#define	O_EXCL		0x00000800	/* fail if it exists */
#define	O_NOCTTY	0x00008000	/* no controlling terminal */
#define	O_DSYNC		0x00010000	/* data is on disk on return */
#define	O_RSYNC		0x00020000	/* and so is what is read */
#define	O_ALT_IO	0x00040000
#define	O_DIRECT	0x00080000	/* bypass caches if possible */
#define	O_DIRECTORY	0x00200000	/* fail if it is no directory */
#define	O_CLOEXEC	0x00400000	/* close on exec */
#define	O_SEARCH	0x00800000	/* directory for lookups only */
#define	O_NOSIGPIPE	0x01000000	/* EPIPE without SIGPIPE */
#define	O_REGULAR	0x02000000	/* fail if it is no regular file */
#define	O_EXEC		0x04000000	/* for execution only */

#ifdef _KERNEL
#define	FFLAGS(oflags)	((oflags) + 1)
#define	OFLAGS(fflags)	((fflags) - 1)
#define	FREAD		0x00000001
#define	FWRITE		0x00000002
#define	FAPPEND		O_APPEND
#define	FASYNC		O_ASYNC
#define	FFSYNC		O_SYNC
#define	FNDELAY		O_NONBLOCK
#define	FNONBLOCK	O_NONBLOCK
#define	FDSYNC		O_DSYNC
#define	FRSYNC		O_RSYNC
#define	FALTIO		O_ALT_IO
#define	FDIRECT		O_DIRECT
#define	FEXEC		O_EXEC
#define	FNOSIGPIPE	O_NOSIGPIPE
#define	FREGULAR	O_REGULAR
#define	FSILENT		0x40000000	/* device: no console noise */
#define	FKIOCTL		0x80000000	/* ioctl from inside the kernel */

/* What open(2) accepts, what stays with the file, what F_SETFL changes. */
#define	O_MASK		(O_ACCMODE | O_NONBLOCK | O_APPEND | O_SHLOCK |	\
			O_EXLOCK | O_ASYNC | O_SYNC | O_CREAT | O_TRUNC |	\
			O_EXCL | O_DSYNC | O_RSYNC | O_NOCTTY |		\
			O_ALT_IO | O_NOFOLLOW | O_DIRECT | O_DIRECTORY |	\
			O_CLOEXEC | O_NOSIGPIPE | O_REGULAR | O_EXEC)
#define	FMARK		0x00001000
#define	FDEFER		0x00002000
#define	FHASLOCK	0x00004000	/* holds a flock(2) */
#define	FSCAN		0x00100000
#define	FMASK		(FREAD | FWRITE | FCNTLFLAGS | FEXEC)
#define	FCNTLFLAGS	(FAPPEND | FASYNC | FFSYNC | FNONBLOCK | FDSYNC |	\
			FRSYNC | FALTIO | FDIRECT | FNOSIGPIPE)
#endif

#define	F_DUPFD		0	/* duplicate, at or above the argument */
#define	F_GETFD		1	/* descriptor flags */
#define	F_SETFD		2
#define	F_GETFL		3	/* file status flags */
#define	F_SETFL		4
#define	F_GETOWN	5	/* who gets SIGIO */
#define	F_SETOWN	6
#define	F_GETLK		7	/* byte range locks */
#define	F_SETLK		8
#define	F_SETLKW	9
#define	F_CLOSEM	10	/* close all from this one on */
#define	F_MAXFD		11
#define	F_DUPFD_CLOEXEC	12
#define	F_GETNOSIGPIPE	13
#define	F_SETNOSIGPIPE	14
#define	F_GETPATH	15
#define	F_ADD_SEALS	16
#define	F_GET_SEALS	17
#define	F_DUPFD_CLOBOTH	18
#define	F_FSCTL		(int)0x80000000	/* commands of the file system */
#define	F_FSVOID	(int)0x40000000
#define	F_FSOUT		(int)0x20000000
#define	F_FSIN		(int)0x10000000
#define	F_FSDIRMASK	(F_FSIN | F_FSOUT | F_FSVOID)
#define	F_PARAM_MASK	0xfff
#define	F_PARAM_LEN(x)	(((x) >> 16) & F_PARAM_MASK)

#define	FD_CLOEXEC	1

#define	F_RDLCK		1
#define	F_UNLCK		2
#define	F_WRLCK		3
#ifdef _KERNEL
#define	F_WAIT		0x010	/* wait until the lock is granted */
#define	F_FLOCK		0x020	/* flock(2) semantics */
#define	F_POSIX		0x040	/* POSIX semantics */
#endif

struct flock {
	off_t	l_start;	/* first byte, relative to l_whence */
	off_t	l_len;		/* 0: to the end of the file */
	pid_t	l_pid;		/* owner */
	short	l_type;		/* F_RDLCK, F_UNLCK, F_WRLCK */
	short	l_whence;	/* SEEK_* */
};

#define	LOCK_SH		0x01
#define	LOCK_EX		0x02
#define	LOCK_NB		0x04
#define	LOCK_UN		0x08

#define	SEEK_SET	0
#define	SEEK_CUR	1
#define	SEEK_END	2

#define	POSIX_FADV_NORMAL	0
#define	POSIX_FADV_RANDOM	1
#define	POSIX_FADV_SEQUENTIAL	2
#define	POSIX_FADV_WILLNEED	3
#define	POSIX_FADV_DONTNEED	4
#define	POSIX_FADV_NOREUSE	5

/* The *at(2) calls. */
#define	AT_FDCWD		-100	/* the current directory */
#define	AT_EACCESS		0x100	/* check with the effective ids */
#define	AT_SYMLINK_NOFOLLOW	0x200
#define	AT_SYMLINK_FOLLOW	0x400
#define	AT_REMOVEDIR		0x800	/* unlinkat(2) as rmdir(2) */

#endif /* !_SYS_FCNTL_H_ */
