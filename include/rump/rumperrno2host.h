/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The error numbers of a rump kernel and those of the host: the one table,
 * for both directions.
 *
 * Platforms turn the host's errors into the kernel's, programs the kernel's
 * into the host's.  An error the other side has no word for becomes the one
 * it would report in the same situation, and an unknown number EINVAL.
 */
#ifndef _RUMP_RUMPERRNO2HOST_H_
#define	_RUMP_RUMPERRNO2HOST_H_

#include <errno.h>
#include <rump/rumpdefs.h>

/* What both sides know. */
#define	_RUMP_ERRNO_BOTH(X)						\
	X(EPERM) X(ENOENT) X(ESRCH) X(EINTR) X(EIO) X(ENXIO) X(E2BIG)	\
	X(ENOEXEC) X(EBADF) X(ECHILD) X(EAGAIN) X(ENOMEM) X(EACCES)	\
	X(EFAULT) X(ENOTBLK) X(EBUSY) X(EEXIST) X(EXDEV) X(ENODEV)	\
	X(ENOTDIR) X(EISDIR) X(EINVAL) X(ENFILE) X(EMFILE) X(ENOTTY)	\
	X(ETXTBSY) X(EFBIG) X(ENOSPC) X(ESPIPE) X(EROFS) X(EMLINK)	\
	X(EPIPE) X(EDOM) X(ERANGE) X(EDEADLK) X(ENAMETOOLONG)		\
	X(ENOLCK) X(ENOSYS) X(ENOTEMPTY) X(ELOOP) X(ENOMSG) X(EIDRM)	\
	X(ENOSTR) X(ENODATA) X(ETIME) X(ENOSR) X(EREMOTE) X(ENOLINK)	\
	X(EPROTO) X(EMULTIHOP) X(EBADMSG) X(EOVERFLOW) X(EILSEQ)	\
	X(EUSERS) X(ENOTSOCK) X(EDESTADDRREQ) X(EMSGSIZE)		\
	X(EPROTOTYPE) X(ENOPROTOOPT) X(EPROTONOSUPPORT)			\
	X(ESOCKTNOSUPPORT) X(EOPNOTSUPP) X(EPFNOSUPPORT)		\
	X(EAFNOSUPPORT) X(EADDRINUSE) X(EADDRNOTAVAIL) X(ENETDOWN)	\
	X(ENETUNREACH) X(ENETRESET) X(ECONNABORTED) X(ECONNRESET)	\
	X(ENOBUFS) X(EISCONN) X(ENOTCONN) X(ESHUTDOWN)			\
	X(ETOOMANYREFS) X(ETIMEDOUT) X(ECONNREFUSED) X(EHOSTDOWN)	\
	X(EHOSTUNREACH) X(EALREADY) X(EINPROGRESS) X(ESTALE)		\
	X(EDQUOT) X(ECANCELED)

#define	_RUMP_ERRNO_TO(name)	[RUMP_##name] = name,
#define	_RUMP_ERRNO_FROM(name)	[name] = RUMP_##name,

/* An errno of the kernel; the host's. */
static __inline int
rump_errno2host(int error)
{
	static const unsigned char host[RUMP_ELAST + 1] = {
		_RUMP_ERRNO_BOTH(_RUMP_ERRNO_TO)

		/* Only the kernel has these. */
		[RUMP_EPROCLIM] = EAGAIN,
		[RUMP_EBADRPC] = EPROTO,
		[RUMP_ERPCMISMATCH] = EPROTO,
		[RUMP_EPROGUNAVAIL] = EPROTONOSUPPORT,
		[RUMP_EPROGMISMATCH] = EPROTONOSUPPORT,
		[RUMP_EPROCUNAVAIL] = EOPNOTSUPP,
		[RUMP_EFTYPE] = EINVAL,
		[RUMP_EAUTH] = EACCES,
		[RUMP_ENEEDAUTH] = EACCES,
		[RUMP_ENOTSUP] = ENOTSUP,
		[RUMP_ENOATTR] = ENODATA,
	};

	if (error == 0)
		return 0;
	if (error < 0 || error > RUMP_ELAST)
		return EINVAL;
	return host[error];
}

#ifdef __linux__
/* An errno of the host; the kernel's. */
static __inline int
rump_host2errno(int error)
{
	static const unsigned char kernel[] = {
		_RUMP_ERRNO_BOTH(_RUMP_ERRNO_FROM)

		/* Only this host has these. */
		[ECHRNG] = RUMP_EINVAL,		[EL2NSYNC] = RUMP_EIO,
		[EL3HLT] = RUMP_EIO,		[EL3RST] = RUMP_EIO,
		[ELNRNG] = RUMP_EINVAL,		[EUNATCH] = RUMP_EIO,
		[ENOCSI] = RUMP_EINVAL,		[EL2HLT] = RUMP_EIO,
		[EBADE] = RUMP_EINVAL,		[EBADR] = RUMP_EINVAL,
		[EXFULL] = RUMP_ENOSPC,		[ENOANO] = RUMP_EINVAL,
		[EBADRQC] = RUMP_EINVAL,	[EBADSLT] = RUMP_EINVAL,
		[EBFONT] = RUMP_EFTYPE,		[ENONET] = RUMP_ENETUNREACH,
		[ENOPKG] = RUMP_ENOSYS,		[EADV] = RUMP_EREMOTE,
		[ESRMNT] = RUMP_EREMOTE,	[ECOMM] = RUMP_EIO,
		[EDOTDOT] = RUMP_EREMOTE,	[ENOTUNIQ] = RUMP_EADDRINUSE,
		[EBADFD] = RUMP_EBADF,		[EREMCHG] = RUMP_ENETRESET,
		[ELIBACC] = RUMP_ENOENT,	[ELIBBAD] = RUMP_EFTYPE,
		[ELIBSCN] = RUMP_EFTYPE,	[ELIBMAX] = RUMP_E2BIG,
		[ELIBEXEC] = RUMP_ENOEXEC,	[ERESTART] = RUMP_EINTR,
		[ESTRPIPE] = RUMP_EPIPE,	[EUCLEAN] = RUMP_EIO,
		[ENOTNAM] = RUMP_EFTYPE,	[ENAVAIL] = RUMP_EFTYPE,
		[EISNAM] = RUMP_EFTYPE,		[EREMOTEIO] = RUMP_EIO,
		[ENOMEDIUM] = RUMP_ENODEV,	[EMEDIUMTYPE] = RUMP_EFTYPE,
		[ENOKEY] = RUMP_ENEEDAUTH,	[EKEYEXPIRED] = RUMP_EAUTH,
		[EKEYREVOKED] = RUMP_EAUTH,	[EKEYREJECTED] = RUMP_EAUTH,
		[EOWNERDEAD] = RUMP_EIO,	[ENOTRECOVERABLE] = RUMP_EIO,
		[ERFKILL] = RUMP_ENETDOWN,	[EHWPOISON] = RUMP_EIO,
	};

	if (error == 0)
		return 0;
	if (error < 0 || (size_t)error >= sizeof(kernel) ||
	    kernel[error] == 0)
		return RUMP_EINVAL;
	return kernel[error];
}
#endif

#endif /* !_RUMP_RUMPERRNO2HOST_H_ */
