/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a logfs looks on the disk, for the driver and for programs.  In blocks
 * of 4096 bytes, numbers in the host's byte order:
 *   0        struct lf_super
 *   then     the log of wapbl(9)
 *   then     the bitmap, one bit a block of the whole disk, set: in use
 *   then     struct lf_dinode by number, from inode 0, which nobody has
 *   then     contents
 */
#ifndef _LOGFS_DISK_H_
#define	_LOGFS_DISK_H_

#define	LF_MAGIC	0x4c6f6746
#define	LF_BSHIFT	12
#define	LF_BSIZE	(1 << LF_BSHIFT)
#define	LF_ROOTINO	1
#define	LF_MAXNAMLEN	255
#define	LF_LINK_MAX	32767

struct lf_super {
	uint32_t	ls_magic;
	uint32_t	ls_clean;	/* unmounted in order, no log */
	uint32_t	ls_nblocks;	/* of the disk */
	uint32_t	ls_ninodes;	/* numbers from 1 on */
	uint32_t	ls_log, ls_nlog;
	uint32_t	ls_bitmap, ls_nbitmap;
	uint32_t	ls_inodes, ls_ninodeblocks;
	uint32_t	ls_data;	/* the first block for contents */
	uint32_t	ls_pad;
};

#define	LF_NDIRECT	8
#define	LF_NPTR		(LF_BSIZE / 4)	/* pointers in a block */
#define	LF_MAXBLOCKS	(LF_NDIRECT + LF_NPTR + LF_NPTR * LF_NPTR)

struct lf_time {
	int64_t		lt_sec;
	int32_t		lt_nsec;
	int32_t		lt_pad;
};

/* Free if ld_mode is 0; 192 bytes, of which a block has 21. */
struct lf_dinode {
	uint32_t	ld_mode;
	uint32_t	ld_nlink;
	uint32_t	ld_uid;
	uint32_t	ld_gid;
	uint32_t	ld_flags;
	uint32_t	ld_gen;
	uint64_t	ld_size;
	struct lf_time	ld_atime, ld_mtime, ld_ctime, ld_birthtime;
	uint64_t	ld_rdev;
	uint32_t	ld_nblocks;	/* in use, with those of pointers */
	uint32_t	ld_pad[5];
	uint32_t	ld_direct[LF_NDIRECT];	/* 0: a hole */
	uint32_t	ld_ind;		/* block of pointers */
	uint32_t	ld_ind2;	/* block of pointers to such */
	uint32_t	ld_pad2[6];
};

#define	LF_IPERBLOCK	(LF_BSIZE / (int)sizeof(struct lf_dinode))

/* Directories are blocks full of these. */
struct lf_dirent {
	uint32_t	le_ino;		/* 0: free */
	uint16_t	le_reclen;	/* up to the next, in units of 4 */
	uint8_t		le_type;	/* DT_ */
	uint8_t		le_namelen;
	char		le_name[];
};

#define	LF_RECLEN(namelen)	((8 + (namelen) + 3) / 4 * 4)

#endif /* !_LOGFS_DISK_H_ */
