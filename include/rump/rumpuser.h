/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpuser(3), version 17: everything a rump kernel asks of its host.
 *
 * The kernel calls these functions; a platform (platform/posix, platform/sim,
 * platform/bare) implements them.  The header is read in both worlds, so it
 * uses nothing beyond <sys/types.h> and keeps kernel types opaque.
 *
 * Rules for all of it:
 * - An int result is 0 or a NetBSD errno number, never a host's number.
 * - "Sleeps" means: the call may block for long.  Such a call gives the
 *   caller's virtual CPU back (hyp_backend_unschedule) before it blocks and
 *   takes one again (hyp_backend_schedule) before it returns.  Every other call
 *   keeps the virtual CPU and is expected to take microseconds.
 * - "Any thread" means: also callable without a virtual CPU.
 */
#ifndef _RUMP_RUMPUSER_H_
#define	_RUMP_RUMPUSER_H_

#include <sys/types.h>
#ifndef _KERNEL
#include <stddef.h>
#include <stdint.h>
#endif

#define	RUMPUSER_VERSION	17

#ifdef __cplusplus
extern "C" {
#endif

struct lwp;
struct evcnt;
struct modinfo;
struct rump_component;

/*
 * The way back: what the kernel offers to the platform.
 *
 * A host thread that has no virtual CPU enters with hyp_schedule() and leaves
 * with hyp_unschedule(); a thread which enters often first makes itself an lwp
 * with hyp_lwproc_newlwp(0).  A hypercall that is about to block uses the
 * backend pair instead: hyp_backend_unschedule(0, &nlocks, interlock) drops
 * the kernel lock as often as it is held (stored in nlocks) and the virtual
 * CPU; hyp_backend_schedule(nlocks, interlock) restores both.  interlock is
 * the mutex of a condition variable wait, else NULL.  The remaining members
 * are for the server of remote clients.
 */
struct rumpuser_hyperup {
	void (*hyp_schedule)(void);
	void (*hyp_unschedule)(void);
	void (*hyp_backend_unschedule)(int, int *, void *);
	void (*hyp_backend_schedule)(int, void *);
	void (*hyp_lwproc_switch)(struct lwp *);
	void (*hyp_lwproc_release)(void);
	int (*hyp_lwproc_rfork)(void *, int, const char *);
	int (*hyp_lwproc_newlwp)(pid_t);
	struct lwp *(*hyp_lwproc_curlwp)(void);
	int (*hyp_syscall)(int, void *, long *);
	void (*hyp_lwpexit)(void);
	void (*hyp_execnotify)(const char *);
	pid_t (*hyp_getpid)(void);

	void *hyp__extra[8];
};

/*
 * rumpuser_init(version, hyperup): first call of all, once, before any other.
 * hyperup stays valid for the life of the process.
 * Errors: EPROGMISMATCH for a version other than RUMPUSER_VERSION (a line on
 * the console says which), EINVAL if hyperup is NULL.
 */
int	rumpuser_init(int, const struct rumpuser_hyperup *);

/*
 * Memory
 *
 * rumpuser_malloc(len, alignment, &mem): len bytes aligned to alignment, a
 *	power of two or 0 for the host's default.  Large memory is of the host's
 *	huge pages if it has some.  ENOMEM, EINVAL.  Any thread.
 * rumpuser_free(mem, len): gives back such memory; len as allocated.
 * rumpuser_anonmmap(prefaddr, size, alignbit, exec, &mem): zeroed pages,
 *	aligned to 2^alignbit (0: a page), executable if exec.  prefaddr is a
 *	wish and usually NULL.  The host's resource limits hold.
 *	ENOMEM, EINVAL.  Any thread.
 * rumpuser_unmap(addr, size): gives back pages of rumpuser_anonmmap(), whole or
 *	in part, page aligned.
 * rumpuser_prefault(mem, len): ours, not in version 17 elsewhere.  All of these
 *	pages are about to be written; the host may bring them in at once, as
 *	huge pages if mem and len are multiples of 2 MiB.
 *	Only a hint, contents stay.  mem and len are page aligned.  Any thread.
 * rumpuser_getpagesize(): the host's page size in bytes.
 */
int	rumpuser_malloc(size_t, int, void **);
void	rumpuser_free(void *, size_t);
int	rumpuser_anonmmap(void *, size_t, int, int, void **);
void	rumpuser_unmap(void *, size_t);
void	rumpuser_prefault(void *, size_t);
unsigned long rumpuser_getpagesize(void);

/*
 * Files of the host
 *
 * rumpuser_open(path, flags, &fd): opens path; the number is only good for the
 *	calls below.  With RUMPUSER_OPEN_BIO the file will carry block I/O: it
 *	must be a regular file or a block device (EISDIR, EINVAL), and if it is
 *	to be written it is locked for as long as it is open, so that no second
 *	kernel, of this process or of another one, can open it for writing:
 *	EBUSY, and a line on the console that names the file.  Other errors are
 *	the host's (ENOENT, EACCES, EROFS, EEXIST ...).  Sleeps.
 * rumpuser_close(fd): waits for the block I/O in flight on fd, then closes.
 *	Sleeps.  EBADF; a late write error of the host (EIO, ENOSPC).
 * rumpuser_getfileinfo(path, &size, &ft): size in bytes and the type, one of
 *	RUMPUSER_FT_*.  Either pointer may be NULL.  A block device tells its
 *	capacity; what has no size tells 0.  ENOENT and the like.
 */
#define	RUMPUSER_OPEN_RDONLY	0x00
#define	RUMPUSER_OPEN_WRONLY	0x01
#define	RUMPUSER_OPEN_RDWR	0x02
#define	RUMPUSER_OPEN_ACCMODE	0x03
#define	RUMPUSER_OPEN_CREATE	0x04	/* create it if it is not there */
#define	RUMPUSER_OPEN_EXCL	0x08	/* with CREATE: it must not exist */
#define	RUMPUSER_OPEN_BIO	0x10	/* for block I/O; lock if written */

#define	RUMPUSER_FT_OTHER	0
#define	RUMPUSER_FT_DIR		1
#define	RUMPUSER_FT_REG		2
#define	RUMPUSER_FT_BLK		3
#define	RUMPUSER_FT_CHR		4

int	rumpuser_open(const char *, int, int *);
int	rumpuser_close(int);
int	rumpuser_getfileinfo(const char *, uint64_t *, int *);

/*
 * Block I/O
 *
 * rumpuser_bio(fd, op, data, dlen, off, done, arg): one transfer of dlen bytes
 * at offset off, READ or WRITE.  Does not sleep: the request is queued, and
 * done(arg, count, error) is called exactly once, either
 * - before rumpuser_bio() returns, in the caller's context (it took the host
 *   no more than a copy, or the request was malformed), or
 * - later, from a thread of the platform that holds a virtual CPU and has an
 *   lwp of process 0.  It must not assume more.
 * So do not hold a lock across this call that done takes.  data belongs to
 * the host until then.
 * error is 0 or an errno (EIO, ENOSPC, EBADF, EINVAL ...).  With error 0, count
 * is dlen or, for a read that meets the end of the file, the bytes before it.
 * A write never ends short without an error.  Requests in flight together may
 * complete and reach the medium in any order; see rumpuser_syncfd().
 *
 * RUMPUSER_BIO_SYNC	a write is on stable storage before done is called
 * RUMPUSER_BIO_MORE	more requests of this thread follow right away, the
 *			host may hold this one back and submit all of them
 *			together.  The last of the batch comes without it (so
 *			the thread must not sleep in between);
 *			rumpuser_syncfd() and rumpuser_close() end a batch
 *			as well.
 */
#define	RUMPUSER_BIO_READ	0x01
#define	RUMPUSER_BIO_WRITE	0x02
#define	RUMPUSER_BIO_SYNC	0x04
#define	RUMPUSER_BIO_MORE	0x08	/* ours, not in version 17 elsewhere */

typedef void (*rump_biodone_fn)(void *, size_t, int);

void	rumpuser_bio(int, int, void *, size_t, int64_t, rump_biodone_fn,
	    void *);

/*
 * Plain I/O on host files that are not block devices of the kernel.
 *
 * rumpuser_iovread(fd, iov, iovcnt, off, &count) and rumpuser_iovwrite():
 *	at offset off, or at the file's position for RUMPUSER_IOV_NOSEEK.  count
 *	is what was moved; it may be short, and is 0 at the end of the file.
 *	Sleeps.  Errors of the host; EINVAL for a negative offset.
 * rumpuser_syncfd(fd, flags, start, len): orders and hardens I/O of fd.  len 0
 *	reaches to the end of the file; the range is a hint.
 *	READ and WRITE say which transfers are meant (at least one).
 *	BARRIER: transfers submitted earlier, also those of rumpuser_bio()
 *	still in flight, are on stable storage before any submitted later.
 *	SYNC: they are on stable storage when the call returns.
 *	Neither: the host is told to start writing, nothing is promised.
 *	Sleeps.  EBADF, EINVAL, EIO, ENOSPC; an error of the device that the
 *	host found only now is returned here, once.
 */
struct rumpuser_iovec {
	void *iov_base;
	size_t iov_len;
};

#define	RUMPUSER_IOV_NOSEEK	(-1)

int	rumpuser_iovread(int, struct rumpuser_iovec *, size_t, int64_t,
	    size_t *);
int	rumpuser_iovwrite(int, const struct rumpuser_iovec *, size_t, int64_t,
	    size_t *);

#define	RUMPUSER_SYNCFD_READ	0x01
#define	RUMPUSER_SYNCFD_WRITE	0x02
#define	RUMPUSER_SYNCFD_BOTH	(RUMPUSER_SYNCFD_READ | RUMPUSER_SYNCFD_WRITE)
#define	RUMPUSER_SYNCFD_BARRIER	0x04
#define	RUMPUSER_SYNCFD_SYNC	0x08

int	rumpuser_syncfd(int, int, uint64_t, uint64_t);

/*
 * Clocks
 *
 * rumpuser_clock_gettime(clock, &sec, &nsec): RELWALL is the wall clock,
 *	ABSMONO counts from some point and never steps.  EINVAL.  Any thread.
 * rumpuser_clock_sleep(clock, sec, nsec): RELWALL sleeps that long, ABSMONO
 *	until the monotonic clock shows that; a time gone by returns at once.
 *	Signals do not shorten it.  Sleeps.  EINVAL.
 */
enum rumpclock {
	RUMPUSER_CLOCK_RELWALL,
	RUMPUSER_CLOCK_ABSMONO
};

int	rumpuser_clock_gettime(int, int64_t *, long *);
int	rumpuser_clock_sleep(int, int64_t, long);

/*
 * Parameters
 *
 * rumpuser_getparam(name, buf, buflen): the value as a string with its NUL.
 *	RUMPUSER_PARAM_NCPU is the number of virtual CPUs to have (decimal) and
 *	RUMPUSER_PARAM_HOSTNAME a name for this kernel.  Other names mean what
 *	the platform has under that name, in posix the environment; names
 *	beginning with an underscore are kept for rumpuser.
 *	ENOENT unset, ERANGE buffer too small (it is left alone), EINVAL a
 *	reserved name or a value that makes no sense.
 */
#define	RUMPUSER_PARAM_NCPU	"_RUMPUSER_NCPU"
#define	RUMPUSER_PARAM_HOSTNAME	"_RUMPUSER_HOSTNAME"

int	rumpuser_getparam(const char *, void *, size_t);

/*
 * The process
 *
 * rumpuser_seterrno(error): error becomes the calling thread's errno, as it is.
 * rumpuser_kill(pid, sig): sends NetBSD's signal sig, translated, to the host's
 *	process pid or to RUMPUSER_PID_SELF.  EINVAL for a signal the host does
 *	not know, ESRCH, EPERM.
 * rumpuser_exit(value): ends the process; RUMPUSER_PANIC leaves a core.
 * rumpuser_putchar(c): one character to the console, written out at the end
 *	of a line.  Any thread.
 * rumpuser_dprintf(fmt, ...): debugging output, at once.  Any thread.
 * rumpuser_getrandom(buf, len, flags, &count): random bytes; HARD asks for the
 *	host's best source, NOWAIT fails with EAGAIN instead of waiting for it.
 *	count is len on success.  May wait shortly after the host's boot.
 */
#define	RUMPUSER_PID_SELF	((int64_t)-1)
#define	RUMPUSER_PANIC		(-1)
#define	RUMPUSER_RANDOM_HARD	0x01
#define	RUMPUSER_RANDOM_NOWAIT	0x02

void	rumpuser_seterrno(int);
int	rumpuser_kill(int64_t, int);
void	rumpuser_exit(int) __attribute__((__noreturn__));
void	rumpuser_putchar(int);
void	rumpuser_dprintf(const char *, ...)
	    __attribute__((__format__(__printf__, 1, 2)));
int	rumpuser_getrandom(void *, size_t, int, size_t *);

/*
 * Threads
 *
 * rumpuser_thread_create(f, arg, name, joinable, priority, cpuidx, &cookie):
 *	runs f(arg) on a new host thread that shows name in the host's tools.
 *	It starts without virtual CPU and lwp and has all signals blocked.
 *	priority and cpuidx are hints.  cookie (may be NULL unless joinable) is
 *	for rumpuser_thread_join().  EAGAIN if the host has no more threads.
 * rumpuser_thread_exit(): ends the calling thread, which was created by that.
 * rumpuser_thread_join(cookie): waits for the end of a joinable thread, once.
 *	Sleeps.  EINVAL, EDEADLK.
 * rumpuser_curlwpop(op, lwp): SET makes lwp the calling thread's (it must have
 *	none), CLEAR takes that same lwp away; CREATE and DESTROY announce an
 *	lwp's beginning and end.  A breach aborts the process.
 * rumpuser_curlwp(): the calling thread's lwp, or NULL.  Any thread.
 * rumpuser_curlwp_tls: the same without a call.  The kernel reads it and may
 *	write it, which is as good as SET and CLEAR.
 */
enum rumplwpop {
	RUMPUSER_LWP_CREATE,
	RUMPUSER_LWP_DESTROY,
	RUMPUSER_LWP_SET,
	RUMPUSER_LWP_CLEAR
};

int	rumpuser_thread_create(void *(*)(void *), void *, const char *, int,
	    int, int, void **);
void	rumpuser_thread_exit(void) __attribute__((__noreturn__));
int	rumpuser_thread_join(void *);
void	rumpuser_curlwpop(int, struct lwp *);
struct lwp *rumpuser_curlwp(void);

extern __thread struct lwp *rumpuser_curlwp_tls
    __attribute__((__tls_model__("initial-exec")));

/*
 * Waiting on a word (ours, not in version 17 elsewhere): what all of the
 * kernel's own locks and sleep queues rest upon.
 *
 * rumpuser_wait(word, value, deadline): blocks while *word == value, at most
 *	until the monotonic clock shows deadline (nanoseconds; negative: for
 *	ever).  Value and sleep are one step against rumpuser_wake().  Returns 0
 *	when woken or for no reason at all, EAGAIN if *word differed at entry,
 *	ETIMEDOUT.  It does not touch the virtual CPU: the caller gives it back
 *	before and takes it after.  Any thread.
 * rumpuser_wake(word, n): wakes up to n threads waiting on word.  Change *word
 *	first.  The word may be gone by the time of the call.  Any thread.
 */
int	rumpuser_wait(volatile uint32_t *, uint32_t, int64_t);
void	rumpuser_wake(volatile uint32_t *, int);

/*
 * rumpuser_membarrier() (ours): when it returns, every thread of the process
 * has gone through a full memory barrier since the call, as membarrier(2) of
 * Linux has it.  Returns 0, or ENOSYS where the host has no such thing, then
 * always; the kernel copes.  Does not sleep.  Any thread.
 */
int	rumpuser_membarrier(void);

/*
 * CPUs of the host (ours), numbered from 0.  Any thread; hints.
 *
 * rumpuser_hostcpu(): the one the calling thread is on, or was a moment ago;
 *	-1 if the host does not tell.  Called often: it should cost next to
 *	nothing.
 * rumpuser_movecpu(cpu): the calling thread goes on there, if it may run
 *	there and the host can do that.  It is not bound to it, the host may
 *	move it again.  Sleeps; it does not touch the virtual CPU.
 */
int	rumpuser_hostcpu(void);
void	rumpuser_movecpu(int);

/*
 * Locks of the contract.  Our kernel builds its own on rumpuser_wait(); these
 * serve components written against version 17.
 *
 * A mutex of kind KMUTEX has an owner (the lwp), one of kind SPIN is held
 * shortly.  mutex_enter, rw_enter, cv_wait and cv_timedwait sleep, but
 * mutex_enter on a SPIN mutex and the _nowrap calls keep the virtual CPU while
 * they wait.  tryenter and tryupgrade return 0 or EBUSY.  rw_tryupgrade
 * needs the only reader; rw_downgrade keeps the lock as a reader.  rw_held
 * tells through its result whether anybody reads (READER) or the calling lwp
 * writes (WRITER).  mutex_owner and the has_waiters result are only a snapshot.
 * cv_timedwait waits sec, nsec from now: 0 or ETIMEDOUT.  Wakeups without
 * reason do happen.
 * Initialisation aborts if the host has no memory; so does an exit by a
 * thread that is not the owner, where an owner is known.
 */
struct rumpuser_mtx;
struct rumpuser_rw;
struct rumpuser_cv;

#define	RUMPUSER_MTX_SPIN	0x01
#define	RUMPUSER_MTX_KMUTEX	0x02

enum rumprwlock {
	RUMPUSER_RW_READER,
	RUMPUSER_RW_WRITER
};

void	rumpuser_mutex_init(struct rumpuser_mtx **, int);
void	rumpuser_mutex_enter(struct rumpuser_mtx *);
void	rumpuser_mutex_enter_nowrap(struct rumpuser_mtx *);
int	rumpuser_mutex_tryenter(struct rumpuser_mtx *);
void	rumpuser_mutex_exit(struct rumpuser_mtx *);
void	rumpuser_mutex_destroy(struct rumpuser_mtx *);
void	rumpuser_mutex_owner(struct rumpuser_mtx *, struct lwp **);
int	rumpuser_mutex_spin_p(struct rumpuser_mtx *);

void	rumpuser_rw_init(struct rumpuser_rw **);
void	rumpuser_rw_enter(int, struct rumpuser_rw *);
int	rumpuser_rw_tryenter(int, struct rumpuser_rw *);
int	rumpuser_rw_tryupgrade(struct rumpuser_rw *);
void	rumpuser_rw_downgrade(struct rumpuser_rw *);
void	rumpuser_rw_exit(struct rumpuser_rw *);
void	rumpuser_rw_destroy(struct rumpuser_rw *);
void	rumpuser_rw_held(int, struct rumpuser_rw *, int *);

void	rumpuser_cv_init(struct rumpuser_cv **);
void	rumpuser_cv_destroy(struct rumpuser_cv *);
void	rumpuser_cv_wait(struct rumpuser_cv *, struct rumpuser_mtx *);
void	rumpuser_cv_wait_nowrap(struct rumpuser_cv *, struct rumpuser_mtx *);
int	rumpuser_cv_timedwait(struct rumpuser_cv *, struct rumpuser_mtx *,
	    int64_t, int64_t);
void	rumpuser_cv_signal(struct rumpuser_cv *);
void	rumpuser_cv_broadcast(struct rumpuser_cv *);
void	rumpuser_cv_has_waiters(struct rumpuser_cv *, int *);

/*
 * Components that came with the program
 *
 * rumpuser_dl_bootstrap(modinit, symload, compload, evcntattach): once, at
 *	boot.  Shared objects of our build announce their link sets themselves
 *	(rump_dso_register()); this call finds objects which do not, namely
 *	those whose link sets have visible bounds, and hands their modules,
 *	components and event counters to the callbacks.  symload gets the
 *	dynamic symbols of such an object.  Any callback may be NULL.
 */
typedef void (*rump_modinit_fn)(const struct modinfo *const *, size_t);
typedef int (*rump_symload_fn)(void *, uint64_t, char *, uint64_t);
typedef void (*rump_compload_fn)(const struct rump_component *);
typedef void (*rump_evcntattach_fn)(struct evcnt *);

void	rumpuser_dl_bootstrap(rump_modinit_fn, rump_symload_fn,
	    rump_compload_fn, rump_evcntattach_fn);

/*
 * Going to the background
 *
 * rumpuser_daemonize_begin(): forks before the kernel boots, while the process
 *	still has one thread.  It returns in the child only, which leads a new
 *	session; the parent waits for the verdict.  EALREADY, EAGAIN, ENOMEM.
 * rumpuser_daemonize_done(error): 0 detaches the child from the terminal and
 *	lets the parent exit with status 0; an errno makes the parent print it
 *	and exit with status 1, as does the death of the child.  EINVAL without
 *	a begin.
 */
int	rumpuser_daemonize_begin(void);
int	rumpuser_daemonize_done(int);

/*
 * Remote clients.  The library that serves them (the sysproxy server) defines
 * these; without it librumpuser's own answer ENOSYS and do nothing else.
 *
 * rumpuser_sp_init(url, ostype, osrelease, machine): listen at url.  The others
 * act on one client, named by the cookie the server passed to hyp_lwproc_rfork:
 * copyin(client, raddr, laddr, len), copyinstr(client, raddr, laddr, &len),
 * copyout(client, laddr, raddr, len), copyoutstr(client, laddr, raddr, &len),
 * anonmmap(client, len, &raddr), raise(client, sig).  All of them sleep.
 * rumpuser_sp_fini(client): the process is about to end.
 */
int	rumpuser_sp_init(const char *, const char *, const char *,
	    const char *);
int	rumpuser_sp_copyin(void *, const void *, void *, size_t);
int	rumpuser_sp_copyinstr(void *, const void *, void *, size_t *);
int	rumpuser_sp_copyout(void *, const void *, void *, size_t);
int	rumpuser_sp_copyoutstr(void *, const void *, void *, size_t *);
int	rumpuser_sp_anonmmap(void *, size_t, void **);
int	rumpuser_sp_raise(void *, int);
void	rumpuser_sp_fini(void *);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMPUSER_H_ */
