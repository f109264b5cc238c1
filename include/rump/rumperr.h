/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts for the error numbers of a rump kernel.
 *
 * rump_sys calls leave NetBSD's numbers in errno, for which a host's
 * strerror(3) has the wrong words.  The function is inline so that the header
 * is all a program needs; the texts are constants, nobody frees them.
 */
#ifndef _RUMP_RUMPERR_H_
#define	_RUMP_RUMPERR_H_

#include <rump/rumpdefs.h>

static __inline const char *
rump_strerror(int error)
{
	static const char *const text[] = {
		"No error",
		/*  1 EPERM */ "Operation needs a privilege",
		/*  2 ENOENT */ "No such file or directory",
		/*  3 ESRCH */ "No such process",
		/*  4 EINTR */ "Interrupted by a signal",
		/*  5 EIO */ "Input or output error",
		/*  6 ENXIO */ "No device behind that name",
		/*  7 E2BIG */ "Arguments are too long",
		/*  8 ENOEXEC */ "Not an executable format",
		/*  9 EBADF */ "Not an open descriptor",
		/* 10 ECHILD */ "No child processes",
		/* 11 EDEADLK */ "Would deadlock",
		/* 12 ENOMEM */ "Out of memory",
		/* 13 EACCES */ "Access denied",
		/* 14 EFAULT */ "Bad memory address",
		/* 15 ENOTBLK */ "Not a block device",
		/* 16 EBUSY */ "Device or resource is busy",
		/* 17 EEXIST */ "File exists already",
		/* 18 EXDEV */ "Link across file systems",
		/* 19 ENODEV */ "Device does not do that",
		/* 20 ENOTDIR */ "Not a directory",
		/* 21 EISDIR */ "Is a directory",
		/* 22 EINVAL */ "Invalid argument",
		/* 23 ENFILE */ "Too many open files in the system",
		/* 24 EMFILE */ "Too many open files in the process",
		/* 25 ENOTTY */ "Not the right kind of device for this control",
		/* 26 ETXTBSY */ "Program text is in use",
		/* 27 EFBIG */ "File is too large",
		/* 28 ENOSPC */ "No space left on the device",
		/* 29 ESPIPE */ "Cannot seek",
		/* 30 EROFS */ "File system is read-only",
		/* 31 EMLINK */ "Too many links",
		/* 32 EPIPE */ "Broken pipe",
		/* 33 EDOM */ "Argument outside the domain",
		/* 34 ERANGE */ "Result does not fit",
		/* 35 EAGAIN */ "Not available right now",
		/* 36 EINPROGRESS */ "Operation now in progress",
		/* 37 EALREADY */ "Operation in progress already",
		/* 38 ENOTSOCK */ "Not a socket",
		/* 39 EDESTADDRREQ */ "Destination address required",
		/* 40 EMSGSIZE */ "Message is too long",
		/* 41 EPROTOTYPE */ "Wrong protocol for the type of socket",
		/* 42 ENOPROTOOPT */ "Option not known to the protocol",
		/* 43 EPROTONOSUPPORT */ "Protocol not supported",
		/* 44 ESOCKTNOSUPPORT */ "Socket type not supported",
		/* 45 EOPNOTSUPP */ "Operation not supported",
		/* 46 EPFNOSUPPORT */ "Protocol family not supported",
		/* 47 EAFNOSUPPORT */ "Address family not supported",
		/* 48 EADDRINUSE */ "Address is in use",
		/* 49 EADDRNOTAVAIL */ "Address is not available",
		/* 50 ENETDOWN */ "Network is down",
		/* 51 ENETUNREACH */ "Network is out of reach",
		/* 52 ENETRESET */ "Connection dropped by the network",
		/* 53 ECONNABORTED */ "Connection aborted",
		/* 54 ECONNRESET */ "Connection reset by the peer",
		/* 55 ENOBUFS */ "No buffer space",
		/* 56 EISCONN */ "Socket is connected",
		/* 57 ENOTCONN */ "Socket is not connected",
		/* 58 ESHUTDOWN */ "Socket was shut down for sending",
		/* 59 ETOOMANYREFS */ "Too many references",
		/* 60 ETIMEDOUT */ "Timed out",
		/* 61 ECONNREFUSED */ "Connection refused",
		/* 62 ELOOP */ "Too many symbolic links",
		/* 63 ENAMETOOLONG */ "Name is too long",
		/* 64 EHOSTDOWN */ "Host is down",
		/* 65 EHOSTUNREACH */ "No route to the host",
		/* 66 ENOTEMPTY */ "Directory is not empty",
		/* 67 EPROCLIM */ "Too many processes",
		/* 68 EUSERS */ "Too many users",
		/* 69 EDQUOT */ "Quota exceeded",
		/* 70 ESTALE */ "Stale file handle",
		/* 71 EREMOTE */ "Too many levels of remote paths",
		/* 72 EBADRPC */ "Bad RPC structure",
		/* 73 ERPCMISMATCH */ "Wrong RPC version",
		/* 74 EPROGUNAVAIL */ "RPC program is not available",
		/* 75 EPROGMISMATCH */ "Wrong version of the program",
		/* 76 EPROCUNAVAIL */ "Procedure is not known to the program",
		/* 77 ENOLCK */ "No locks available",
		/* 78 ENOSYS */ "Function is not implemented",
		/* 79 EFTYPE */ "File type or format does not fit",
		/* 80 EAUTH */ "Authentication failed",
		/* 81 ENEEDAUTH */ "Authentication needed",
		/* 82 EIDRM */ "Identifier was removed",
		/* 83 ENOMSG */ "No message of that type",
		/* 84 EOVERFLOW */ "Value does not fit its type",
		/* 85 EILSEQ */ "Illegal byte sequence",
		/* 86 ENOTSUP */ "Not supported",
		/* 87 ECANCELED */ "Canceled",
		/* 88 EBADMSG */ "Message is damaged",
		/* 89 ENODATA */ "No message available",
		/* 90 ENOSR */ "No stream resources",
		/* 91 ENOSTR */ "Not a stream",
		/* 92 ETIME */ "Stream control timed out",
		/* 93 ENOATTR */ "No such attribute",
		/* 94 EMULTIHOP */ "More than one hop",
		/* 95 ENOLINK */ "Link was severed",
		/* 96 EPROTO */ "Protocol error",
	};

	if (error < 0 || error > RUMP_ELAST)
		return "Unknown error number";
	return text[error];
}

#endif /* !_RUMP_RUMPERR_H_ */
