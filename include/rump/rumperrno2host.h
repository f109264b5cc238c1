/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the error numbers of a rump kernel to those of the host.
 *
 * Programs that pass a kernel's errors on to code of the host use it; the
 * way back is the platform's business.  An error the host has no word for
 * becomes the closest one, and an unknown number EINVAL.
 */
#ifndef _RUMP_RUMPERRNO2HOST_H_
#define	_RUMP_RUMPERRNO2HOST_H_

#include <errno.h>
#include <rump/rumpdefs.h>

static __inline int
rump_errno2host(int error)
{
	static const int host[] = {
		0,
		EPERM,
		ENOENT,
		ESRCH,
		EINTR,
		EIO,
		ENXIO,
		E2BIG,
		ENOEXEC,
		EBADF,
		ECHILD,
		EDEADLK,
		ENOMEM,
		EACCES,
		EFAULT,
		ENOTBLK,
		EBUSY,
		EEXIST,
		EXDEV,
		ENODEV,
		ENOTDIR,
		EISDIR,
		EINVAL,
		ENFILE,
		EMFILE,
		ENOTTY,
		ETXTBSY,
		EFBIG,
		ENOSPC,
		ESPIPE,
		EROFS,
		EMLINK,
		EPIPE,
		EDOM,
		ERANGE,
		EAGAIN,
		EINPROGRESS,
		EALREADY,
		ENOTSOCK,
		EDESTADDRREQ,
		EMSGSIZE,
		EPROTOTYPE,
		ENOPROTOOPT,
		EPROTONOSUPPORT,
		ESOCKTNOSUPPORT,
		EOPNOTSUPP,
		EPFNOSUPPORT,
		EAFNOSUPPORT,
		EADDRINUSE,
		EADDRNOTAVAIL,
		ENETDOWN,
		ENETUNREACH,
		ENETRESET,
		ECONNABORTED,
		ECONNRESET,
		ENOBUFS,
		EISCONN,
		ENOTCONN,
		ESHUTDOWN,
		ETOOMANYREFS,
		ETIMEDOUT,
		ECONNREFUSED,
		ELOOP,
		ENAMETOOLONG,
		EHOSTDOWN,
		EHOSTUNREACH,
		ENOTEMPTY,
		EAGAIN,	/* 67 EPROCLIM */
		EUSERS,
		EDQUOT,
		ESTALE,
		EREMOTE,
		EPROTO,	/* 72 EBADRPC */
		EPROTO,	/* 73 ERPCMISMATCH */
		EPROTONOSUPPORT,	/* 74 EPROGUNAVAIL */
		EPROTONOSUPPORT,	/* 75 EPROGMISMATCH */
		EOPNOTSUPP,	/* 76 EPROCUNAVAIL */
		ENOLCK,
		ENOSYS,
		EINVAL,	/* 79 EFTYPE */
		EACCES,	/* 80 EAUTH */
		EACCES,	/* 81 ENEEDAUTH */
		EIDRM,
		ENOMSG,
		EOVERFLOW,
		EILSEQ,
		ENOTSUP,
		ECANCELED,
		EBADMSG,
		ENODATA,
		ENOSR,
		ENOSTR,
		ETIME,
		ENODATA,	/* 93 ENOATTR */
		EMULTIHOP,
		ENOLINK,
		EPROTO,
	};

	if (error < 0 || error > RUMP_ELAST)
		return EINVAL;
	return host[error];
}

#endif /* !_RUMP_RUMPERRNO2HOST_H_ */
