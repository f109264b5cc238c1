/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parameters of the machine: its name, page size, stack size, mbuf sizes,
 * and alignment.  Machine-independent code reads these, so a name that
 * <sys/param.h> has a default for is only here where amd64 or aarch64 has
 * a value of its own.
 */

#ifndef _MACHINE_PARAM_H_
#define	_MACHINE_PARAM_H_

#include <machine/vmparam.h>

#if defined(_KERNEL) && !defined(_LOCORE)
#include <machine/cpu.h>	/* curlwp, curcpu() */
#endif

#ifdef __aarch64__
#define	_MACHINE	evbarm
#define	MACHINE		"evbarm"
#define	_MACHINE_ARCH	aarch64
#define	MACHINE_ARCH	"aarch64"
#define	MID_MACHINE	MID_AARCH64
#else
#define	_MACHINE	amd64
#define	MACHINE		"amd64"
#define	_MACHINE_ARCH	x86_64
#define	MACHINE_ARCH	"x86_64"
#define	MID_MACHINE	MID_X86_64
#endif

/* Any alignment a C type can need; and whether p is aligned enough for t. */
#define	ALIGNBYTES		__ALIGNBYTES
#define	__ALIGNBYTES		(sizeof(long) - 1)
#define	ALIGN(p)		(((u_long)(p) + ALIGNBYTES) & ~ALIGNBYTES)
#define	ALIGNED_POINTER(p, t)	1
#define	ALIGNED_POINTER_LOAD(q, p, t)	(*(q) = *(p))

#define	PGSHIFT		12
#define	NBPG		(1 << PGSHIFT)
#define	PGOFSET		(NBPG - 1)
#define	NPTEPG		(NBPG / 8)

#define	UPAGES		5
#define	USPACE		(UPAGES * NBPG)
#define	MAXIOMEM	0xffffffffffff

/* Memory for mbufs(9). */
#define	MSIZE		512
#define	MCLSHIFT	11
#define	MCLBYTES	(1 << MCLSHIFT)
#define	NMBCLUSTERS_MAX	(4 * 1024 * 1024)

#define	MSGBUFSIZE	(32 * NBPG)
#define	NFS_RSIZE	32768
#define	NFS_WSIZE	32768
#define	BLKDEV_IOSIZE	2048
#define	MAXPHYS		(64 * 1024)
#define	COHERENCY_UNIT	64
#define	CACHE_LINE_SIZE	64
#define	MAXCPUS		256
#define	SSIZE		1
#define	SINCR		1

#endif /* !_MACHINE_PARAM_H_ */
