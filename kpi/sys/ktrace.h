/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ktrace(2) of the kernel's events.  Nothing is recorded: the points below
 * are where a recorder would hook in, and cost nothing.
 */

#ifndef _SYS_KTRACE_H_
#define	_SYS_KTRACE_H_

#include <sys/types.h>

#define	KTROP_SET	0
#define	KTROP_CLEAR	1
#define	KTROP_CLEARFILE	2
#define	KTRFLAG_DESCEND	4

#ifdef _KERNEL
#define	ktrenter(l)
#define	ktrexit(l)
#define	ktrpoint(fac)			0
#define	ktrsyscall(code, args, narg)
#define	ktrsysret(code, error, retval)
#define	ktrnamei(path, pathlen)
#define	ktrnamei2(epath, elen, path, len)
#define	ktrgenio(fd, rw, iov, len, error)
#define	ktrgeniov(fd, rw, iov, len, error)
#define	ktrcsw(out, user)
#define	ktrmibio(fd, rw, iov, len, error)
#define	ktrkmem(type, addr, len)
#define	ktrmem(key, addr, len)
#define	ktrkuser(id, addr, len)
#define	ktr_psig(sig, action, mask, ksi)
#define	ktrpsig(sig, action, mask, ksi)
#endif

#endif /* !_SYS_KTRACE_H_ */
