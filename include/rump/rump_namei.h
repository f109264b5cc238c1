/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flags of rump_pub_namei() and rump_pub_makecn(): namei(9) with a prefix.
 *
 * The numbers are NetBSD's and are shared with file system components, which
 * see them without the prefix in cn_flags.
 */
#ifndef _RUMP_RUMP_NAMEI_H_
#define	_RUMP_RUMP_NAMEI_H_

/* What the lookup is for. */
#define	RUMP_NAMEI_LOOKUP	0
#define	RUMP_NAMEI_CREATE	1
#define	RUMP_NAMEI_DELETE	2
#define	RUMP_NAMEI_RENAME	3
#define	RUMP_NAMEI_OPMASK	3

/* How to look, and in which state the result is wanted. */
#define	RUMP_NAMEI_NOFOLLOW	0
#define	RUMP_NAMEI_LOCKLEAF	0x4
#define	RUMP_NAMEI_LOCKPARENT	0x8
#define	RUMP_NAMEI_TRYEMULROOT	0x10
#define	RUMP_NAMEI_NOCACHE	0x20
#define	RUMP_NAMEI_FOLLOW	0x40
#define	RUMP_NAMEI_EMULROOTSET	0x80
#define	RUMP_NAMEI_LOCKSHARED	0x100
#define	RUMP_NAMEI_NOCHROOT	0x1000000
#define	RUMP_NAMEI_NONEXCLHACK	0x2000000
#define	RUMP_NAMEI_MODMASK	0x30001fc

/* What the lookup and the file system tell each other. */
#define	RUMP_NAMEI_NOCROSSMOUNT	0x800
#define	RUMP_NAMEI_RDONLY	0x1000
#define	RUMP_NAMEI_ISDOTDOT	0x2000
#define	RUMP_NAMEI_MAKEENTRY	0x4000
#define	RUMP_NAMEI_ISLASTCN	0x8000
#define	RUMP_NAMEI_WILLBEDIR	0x10000
#define	RUMP_NAMEI_ISWHITEOUT	0x20000
#define	RUMP_NAMEI_DOWHITEOUT	0x40000
#define	RUMP_NAMEI_REQUIREDIR	0x80000
#define	RUMP_NAMEI_CREATEDIR	0x200000
#define	RUMP_NAMEI_PARAMASK	0x2ff800

#endif /* !_RUMP_RUMP_NAMEI_H_ */
