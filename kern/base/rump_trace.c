/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RUMP_TRACE: system calls in a form to be read.
 *
 *	2.1 open("/etc/motd", O_RDONLY, 0) = 3
 *	2.1 read(7, 0x7ffc12345678, 100) = EBADF
 *
 * "1" traces to the console, a path to the end of that file of the host.
 * rump_syscallkinds[], which mksyscalls.awk makes, has a letter for the result
 * and for each argument: d int, u unsigned, l long, z size_t, q off_t, Q dev_t,
 * o mode_t, x flags, X u_long, f open(2)'s flags, s string, p pointer,
 * - padding, v nothing; 2 is a result of two descriptors.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/proc.h>
#include <sys/stdarg.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_svc.h"
#include "rump_trace.h"

#define TRACE_STRING	128	/* of a string, no more is shown */

/* Where to: -1 is the console.  Constant once calls are traced. */
static int trace_fd = -1;
static volatile uint64_t trace_off;	/* next byte of the file; atomic */

#define E(name)	[name] = #name
static const char *const errnames[] = {
	E(EPERM), E(ENOENT), E(ESRCH), E(EINTR), E(EIO), E(ENXIO), E(E2BIG),
	E(ENOEXEC), E(EBADF), E(ECHILD), E(EDEADLK), E(ENOMEM), E(EACCES),
	E(EFAULT), E(ENOTBLK), E(EBUSY), E(EEXIST), E(EXDEV), E(ENODEV),
	E(ENOTDIR), E(EISDIR), E(EINVAL), E(ENFILE), E(EMFILE), E(ENOTTY),
	E(ETXTBSY), E(EFBIG), E(ENOSPC), E(ESPIPE), E(EROFS), E(EMLINK),
	E(EPIPE), E(EDOM), E(ERANGE), E(EAGAIN), E(EINPROGRESS), E(EALREADY),
	E(ENOTSOCK), E(EDESTADDRREQ), E(EMSGSIZE), E(EPROTOTYPE),
	E(ENOPROTOOPT), E(EPROTONOSUPPORT), E(ESOCKTNOSUPPORT), E(EOPNOTSUPP),
	E(EPFNOSUPPORT), E(EAFNOSUPPORT), E(EADDRINUSE), E(EADDRNOTAVAIL),
	E(ENETDOWN), E(ENETUNREACH), E(ENETRESET), E(ECONNABORTED),
	E(ECONNRESET), E(ENOBUFS), E(EISCONN), E(ENOTCONN), E(ESHUTDOWN),
	E(ETOOMANYREFS), E(ETIMEDOUT), E(ECONNREFUSED), E(ELOOP),
	E(ENAMETOOLONG), E(EHOSTDOWN), E(EHOSTUNREACH), E(ENOTEMPTY),
	E(EPROCLIM), E(EUSERS), E(EDQUOT), E(ESTALE), E(EREMOTE), E(EBADRPC),
	E(ERPCMISMATCH), E(EPROGUNAVAIL), E(EPROGMISMATCH), E(EPROCUNAVAIL),
	E(ENOLCK), E(ENOSYS), E(EFTYPE), E(EAUTH), E(ENEEDAUTH), E(EIDRM),
	E(ENOMSG), E(EOVERFLOW), E(EILSEQ), E(ENOTSUP), E(ECANCELED),
	E(EBADMSG), E(ENODATA), E(ENOSR), E(ENOSTR), E(ETIME), E(ENOATTR),
	E(EMULTIHOP), E(ENOLINK), E(EPROTO), E(EOWNERDEAD),
	E(ENOTRECOVERABLE),
};
#undef E

static void __printflike(2, 3)
add(struct trace_line *tl, const char *fmt, ...)
{
	size_t left = sizeof(tl->tl_text) - tl->tl_len;
	va_list ap;
	int n;

	KASSERT(left > 0);
	va_start(ap, fmt);
	n = vsnprintf(tl->tl_text + tl->tl_len, left, fmt, ap);
	va_end(ap);
	tl->tl_len += MIN((size_t)n, left - 1);
}

/* In quotes; "..." after them: there is more. */
static void
add_string(struct trace_line *tl, const char *uaddr)
{
	char buf[TRACE_STRING + 1];
	size_t i;
	int error;

	error = copyinstr(uaddr, buf, sizeof(buf), NULL);
	if (error != 0 && error != ENAMETOOLONG) {
		add(tl, uaddr == NULL ? "NULL" : "%p", uaddr);
		return;
	}
	buf[TRACE_STRING] = '\0';
	add(tl, "\"");
	for (i = 0; buf[i] != '\0'; i++) {
		if (buf[i] == '"' || buf[i] == '\\')
			add(tl, "\\%c", buf[i]);
		else if (buf[i] >= ' ' && buf[i] <= '~')
			add(tl, "%c", buf[i]);
		else
			add(tl, "\\%03o", (u_char)buf[i]);
	}
	add(tl, error == 0 ? "\"" : "\"...");
}

static void
add_openflags(struct trace_line *tl, int flags)
{
	static const struct {
		int		bit;
		const char	*name;
	} names[] = {
		{ O_NONBLOCK, "O_NONBLOCK" }, { O_APPEND, "O_APPEND" },
		{ O_SHLOCK, "O_SHLOCK" }, { O_EXLOCK, "O_EXLOCK" },
		{ O_ASYNC, "O_ASYNC" }, { O_SYNC, "O_SYNC" },
		{ O_NOFOLLOW, "O_NOFOLLOW" }, { O_CREAT, "O_CREAT" },
		{ O_TRUNC, "O_TRUNC" }, { O_EXCL, "O_EXCL" },
		{ O_NOCTTY, "O_NOCTTY" }, { O_DIRECTORY, "O_DIRECTORY" },
		{ O_CLOEXEC, "O_CLOEXEC" }, { O_NOSIGPIPE, "O_NOSIGPIPE" },
	};
	static const char *const mode[] = {
		"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"
	};
	size_t i;

	add(tl, "%s", mode[flags & O_ACCMODE]);
	flags &= ~O_ACCMODE;
	for (i = 0; i < __arraycount(names); i++) {
		if ((flags & names[i].bit) != 0)
			add(tl, "|%s", names[i].name);
		flags &= ~names[i].bit;
	}
	if (flags != 0)
		add(tl, "|%#x", (u_int)flags);
}

static void
add_value(struct trace_line *tl, char kind, register_t v)
{

	switch (kind) {
	case 'd':
		add(tl, "%d", (int)v);
		break;
	case 'u':
		add(tl, "%u", (u_int)v);
		break;
	case 'l':
		add(tl, "%ld", (long)v);
		break;
	case 'z':
		add(tl, "%lu", (u_long)v);
		break;
	case 'o':
		add(tl, (mode_t)v == 0 ? "0" : "0%o", (u_int)(mode_t)v);
		break;
	case 'x':
		add(tl, "%#x", (u_int)v);
		break;
	case 'X':
		add(tl, "%#lx", (u_long)v);
		break;
	case 'f':
		add_openflags(tl, (int)v);
		break;
	case 's':
		add_string(tl, (const char *)v);
		break;
	default:
		KASSERT(kind == 'p');
		add(tl, v == 0 ? "NULL" : "%p", (void *)v);
		break;
	}
}

/* Arguments of 64 bits, which may be more than a register. */
static void
add_wide(struct trace_line *tl, char kind, int64_t v)
{

	add(tl, kind == 'q' ? "%jd" : "%#jx", (intmax_t)v);
}

static void
add_args(struct trace_line *tl, const char *kinds, const char *args)
{
	union { register_t r; int64_t q; } wide;
	const char *comma = "";
	register_t v;

	for (; *kinds != '\0'; kinds++) {
		if (*kinds == 'q' || *kinds == 'Q') {
			args = (const char *)roundup2((uintptr_t)args,
			    __alignof__(wide));
			memcpy(&wide, args, sizeof(wide));
			args += sizeof(wide);
			add(tl, "%s", comma);
			add_wide(tl, *kinds, wide.q);
		} else {
			memcpy(&v, args, sizeof(v));
			args += sizeof(v);
			if (*kinds == '-')
				continue;
			add(tl, "%s", comma);
			add_value(tl, *kinds, v);
		}
		comma = ", ";
	}
}

void
trace_call(struct trace_line *tl, struct lwp *l, int num, const void *args)
{

	tl->tl_len = 0;
	add(tl, "%d.%d ", l->l_proc->p_pid, l->l_lid);
	if (rump_syscallnames[num] == NULL) {
		add(tl, "syscall_%d()", num);
		return;
	}
	add(tl, "%s(", rump_syscallnames[num]);
	add_args(tl, rump_syscallkinds[num] + 1, args);
	add(tl, ")");
}

static void
add_result(struct trace_line *tl, char kind, const register_t *retval)
{

	switch (kind) {
	case 'v':
		add(tl, "0");
		break;
	case '2':
		add(tl, "[%d, %d]", (int)retval[0], (int)retval[1]);
		break;
	case 'q':
		add_wide(tl, kind, (int64_t)retval[0]);
		break;
	default:
		add_value(tl, kind, retval[0]);
		break;
	}
}

static void
trace_write(struct trace_line *tl)
{
	struct rumpuser_iovec iov = { tl->tl_text, tl->tl_len };
	uint64_t end;
	size_t done;

	KASSERT(tl->tl_len < sizeof(tl->tl_text));
	if (trace_fd == -1) {
		rumpuser_dprintf("%s", tl->tl_text);
		return;
	}
	/* Each line has its place; they may come in any order. */
	end = atomic_add_64_nv(&trace_off, (int64_t)tl->tl_len);
	(void)rumpuser_iovwrite(trace_fd, &iov, 1,
	    (int64_t)(end - tl->tl_len), &done);
}

void
trace_result(struct trace_line *tl, int num, int error,
    const register_t *retval)
{
	const char *kinds = rump_syscallkinds[num];

	/* Whatever the arguments needed, this has room. */
	tl->tl_len = MIN(tl->tl_len, sizeof(tl->tl_text) - 40);
	add(tl, " = ");
	if (error == 0)
		add_result(tl, kinds != NULL ? kinds[0] : 'd', retval);
	else if (error > 0 && (size_t)error < __arraycount(errnames))
		add(tl, "%s", errnames[error]);
	else
		add(tl, "error %d", error);
	add(tl, "\n");
	trace_write(tl);
}

void
trace_init(void)
{
	char where[MAXPATHLEN];
	uint64_t size = 0;
	int error;

	if (rumpuser_getparam("RUMP_TRACE", where, sizeof(where)) != 0 ||
	    where[0] == '\0' || strcmp(where, "0") == 0)
		return;
	if (strchr(where, '/') != NULL) {
		error = rumpuser_open(where, RUMPUSER_OPEN_WRONLY |
		    RUMPUSER_OPEN_CREATE, &trace_fd);
		if (error == 0)
			(void)rumpuser_getfileinfo(where, &size, NULL);
		else {
			trace_fd = -1;
			printf("RUMP_TRACE: %s: error %d\n", where, error);
		}
		trace_off = size;
	}
	syscall_trace_start();
}
