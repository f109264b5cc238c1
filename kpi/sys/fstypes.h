/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File system identifiers, file handles and mount flags (NetBSD's values).
 * Included by <sys/mount.h> and <sys/statvfs.h>; the numbers are part of the
 * system call interface, so none of them may change.
 */
#ifndef _SYS_FSTYPES_H_
#define _SYS_FSTYPES_H_

#include <sys/types.h>

typedef struct { int32_t __fsid_val[2]; } fsid_t;

#define	_VFS_NAMELEN	32
#define	_VFS_MNAMELEN	1024

/* The part of a file handle only its file system understands. */
struct fid {
	unsigned short	fid_len;
	unsigned short	fid_reserved;
	char		fid_data[0];
};

struct fhandle {
	fsid_t		fh_fsid;
	struct fid	fh_fid;
};
typedef struct fhandle fhandle_t;

#define	FHANDLE_FSID(fh)	(&(fh)->fh_fsid)
#define	FHANDLE_FILEID(fh)	(&(fh)->fh_fid)
#define	FHANDLE_SIZE_FROM_FILEID_SIZE(fidsize) \
	MAX(FHANDLE_SIZE_MIN, (offsetof(fhandle_t, fh_fid) + (fidsize)))
#define	FHANDLE_SIZE(fh) \
	FHANDLE_SIZE_FROM_FILEID_SIZE(FHANDLE_FILEID(fh)->fid_len)
#define	FHANDLE_SIZE_COMPAT	28
#define	FHANDLE_SIZE_MIN	28
#define	FHANDLE_SIZE_MAX	1024

/* What a user asks for and sees. */
#define	MNT_RDONLY	0x00000001
#define	MNT_SYNCHRONOUS	0x00000002
#define	MNT_NOEXEC	0x00000004
#define	MNT_NOSUID	0x00000008
#define	MNT_NODEV	0x00000010
#define	MNT_UNION	0x00000020
#define	MNT_ASYNC	0x00000040
#define	MNT_NOCOREDUMP	0x00008000
#define	MNT_RELATIME	0x00020000
#define	MNT_IGNORE	0x00100000
#define	MNT_NFS4ACLS	0x00200000
#define	MNT_DISCARD	0x00800000
#define	MNT_EXTATTR	0x01000000
#define	MNT_LOG		0x02000000
#define	MNT_NOATIME	0x04000000
#define	MNT_AUTOMOUNTED	0x10000000
#define	MNT_SYMPERM	0x20000000
#define	MNT_NODEVMTIME	0x40000000
#define	MNT_SOFTDEP	0x80000000
#define	MNT_POSIX1EACLS	0x00000800
#define	MNT_ACLS	MNT_NFS4ACLS

#define	MNT_BASIC_FLAGS	(MNT_RDONLY | MNT_SYNCHRONOUS | MNT_NOEXEC | \
			 MNT_NOSUID | MNT_NODEV | MNT_UNION | MNT_ASYNC | \
			 MNT_NOCOREDUMP | MNT_RELATIME | MNT_IGNORE | \
			 MNT_NFS4ACLS | MNT_DISCARD | MNT_EXTATTR | MNT_LOG | \
			 MNT_NOATIME | MNT_AUTOMOUNTED | MNT_SYMPERM | \
			 MNT_NODEVMTIME | MNT_SOFTDEP | MNT_POSIX1EACLS)

/* Export flags. */
#define	MNT_EXRDONLY	0x00000080
#define	MNT_EXPORTED	0x00000100
#define	MNT_DEFEXPORTED	0x00000200
#define	MNT_EXPORTANON	0x00000400
#define	MNT_EXKERB	0x00000800
#define	MNT_EXNORESPORT	0x08000000
#define	MNT_EXPUBLIC	0x10000000

/* Set by the file system or the kernel. */
#define	MNT_LOCAL	0x00001000
#define	MNT_QUOTA	0x00002000
#define	MNT_ROOTFS	0x00004000

#define	MNT_VISFLAGMASK	(MNT_BASIC_FLAGS | MNT_EXRDONLY | MNT_EXPORTED | \
			 MNT_DEFEXPORTED | MNT_EXPORTANON | MNT_EXKERB | \
			 MNT_EXNORESPORT | MNT_EXPUBLIC | MNT_LOCAL | \
			 MNT_QUOTA | MNT_ROOTFS)

/* Commands of mount(2); never kept in a mount. */
#define	MNT_UPDATE	0x00010000
#define	MNT_RELOAD	0x00040000
#define	MNT_FORCE	0x00080000
#define	MNT_GETARGS	0x00400000
#define	MNT_OP_FLAGS	(MNT_UPDATE | MNT_RELOAD | MNT_FORCE | MNT_GETARGS)

/* mnt_iflag: inside the kernel only. */
#define	IMNT_GONE	0x00000001
#define	IMNT_UNMOUNT	0x00000002
#define	IMNT_WANTRDWR	0x00000004
#define	IMNT_WANTRDONLY	0x00000008
#define	IMNT_NCLOOKUP	0x00000020
#define	IMNT_DTYPE	0x00000040
#define	IMNT_SHRLOOKUP	0x00000080
#define	IMNT_MPSAFE	0x00000100
#define	IMNT_CAN_RWTORO	0x00000200
#define	IMNT_ONWORKLIST	0x00000400

/* How to wait in VFS_SYNC and statvfs1(2). */
#define	MNT_WAIT	1
#define	MNT_NOWAIT	2
#define	MNT_LAZY	3

#endif /* _SYS_FSTYPES_H_ */
