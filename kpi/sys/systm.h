/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What nearly every kernel source needs: printing and panicking, moving
 * bytes between kernel and user memory, hash tables, the kernel lock, hooks
 * on boot and shutdown, and the system's global variables.
 */

#ifndef _SYS_SYSTM_H_
#define	_SYS_SYSTM_H_

#include <sys/param.h>
#include <sys/types.h>
#include <sys/stdarg.h>
#include <sys/stdbool.h>
#include <sys/device_if.h>
#include <machine/endian.h>
#include <lib/libkern/libkern.h>

struct clockframe;
struct lwp;
struct proc;
struct uio;
struct vmspace;
struct vnode;
struct timeval;
struct tty;

extern const char	*panicstr;	/* what the kernel panicked with */
extern int		doing_shutdown;

extern const char	copyright[];
extern char		cpu_model[];
extern char		machine[];
extern char		machine_arch[];
extern const char	osrelease[];
extern const char	ostype[];
extern const char	kernel_ident[];
extern const char	version[];
extern const char	buildinfo[];

extern int		autonicetime;
extern int		autoniceval;
extern int		selwait;
extern int		maxmem;		/* pages the kernel may use */
extern psize_t		physmem;	/* pages of memory there are */
extern dev_t		dumpdev;
extern dev_t		rootdev;	/* device of the root file system */
extern struct vnode	*rootvp;	/* and its vnode */
extern device_t		root_device;
extern const char	*rootspec;
extern int		ncpu;		/* virtual CPUs configured */
extern int		ncpuonline;
extern bool		mp_online;
extern int		boothowto;	/* RB_* of reboot(2) */
extern const char	hexdigits[];	/* "0123456789abcdef" */
extern const char	HEXDIGITS[];

#define	bootverbose	(boothowto & AB_VERBOSE)
#define	bootquiet	(boothowto & AB_QUIET)
#define	BOOTVERBOSE	bootverbose

/*
 * System calls.
 */
typedef int	sy_call_t(struct lwp *, const void *, register_t *);

/* One entry of the system call table. */
struct sysent {
	short		sy_narg;	/* number of arguments */
	short		sy_argsize;	/* their size in bytes */
	int		sy_flags;	/* SYCALL_* */
	sy_call_t	*sy_call;	/* handler */
	uint32_t	sy_entry;	/* trace point on entry, 0: none */
	uint32_t	sy_return;	/* and on return */
};

#define	SYCALL_INDIRECT		0x0000002 /* syscall(2), __syscall(2) */
#define	SYCALL_NARGS64_MASK	0x000f000 /* how many are 64 bits wide */
#define	SYCALL_NARGS64(n)	((n) << 12)
#define	SYCALL_RET_64		0x0010000 /* so is the result */
#define	SYCALL_ARG0_64		0x0020000
#define	SYCALL_ARG1_64		0x0040000
#define	SYCALL_ARG2_64		0x0080000
#define	SYCALL_ARG3_64		0x0100000
#define	SYCALL_ARG4_64		0x0200000
#define	SYCALL_ARG5_64		0x0400000

extern struct sysent	sysent[];
extern const uint32_t	sysent_nomodbits[];
extern int		nsysent;

/* Operations that always fail; they take any arguments. */
int	nullop(void *);
void	*nullret(void);
int	enodev(void);
int	enosys(void);
int	enoioctl(void);
int	enxio(void);
int	eopnotsupp(void);

/* Tables of list heads; the mask is the number of heads less one. */
enum hashtype {
	HASH_LIST,
	HASH_SLIST,
	HASH_TAILQ,
	HASH_PSLIST
};

void	*hashinit(u_int, enum hashtype, bool, u_long *);
void	hashdone(void *, enum hashtype, u_long);

#ifdef _KERNEL
#define	COND_SET_VALUE(dst, src, allow)					\
do {									\
	if (allow)							\
		dst = src;						\
	else								\
		hash_value_ensure_initialized(),			\
		hash_value(&(dst), sizeof(dst), &(src), sizeof(src));	\
} while (/*CONSTCOND*/0)
#define	COND_SET_PTR(dst, src, allow)					\
do {									\
	if (allow)							\
		dst = src;						\
	else								\
		hash_value_ensure_initialized(),			\
		hash_value(&(dst), sizeof(dst), &(src), sizeof(src));	\
} while (/*CONSTCOND*/0)
#endif

/* Replaces an address shown to somebody who must not see it. */
void	hash_value_ensure_initialized(void);
void	hash_value(void *, size_t, const void *, size_t);
bool	get_expose_address(struct proc *);

/*
 * Printing.  printf() goes to the console and the message buffer and never
 * sleeps.  The aprint family is for devices found at boot: naive is for
 * everybody, normal for a normal boot, verbose and debug only when asked,
 * error also counts.
 */
void	panic(const char *, ...) __dead __printflike(1, 2);
void	vpanic(const char *, va_list) __dead __printflike(1, 0);
void	printf(const char *, ...) __printflike(1, 2);
void	vprintf(const char *, va_list) __printflike(1, 0);
void	printf_nolog(const char *, ...) __printflike(1, 2);
void	printf_nostamp(const char *, ...) __printflike(1, 2);
int	snprintf(char *, size_t, const char *, ...) __printflike(3, 4);
int	vsnprintf(char *, size_t, const char *, va_list) __printflike(3, 0);
void	printf_tolog(const char *, ...) __printflike(1, 2);
void	uprintf(const char *, ...) __printflike(1, 2);
void	uprintf_locked(const char *, ...) __printflike(1, 2);
void	ttyprintf(struct tty *, const char *, ...) __printflike(2, 3);
void	device_printf(device_t, const char *, ...) __printflike(2, 3);

void	aprint_normal(const char *, ...) __printflike(1, 2);
void	aprint_error(const char *, ...) __printflike(1, 2);
void	aprint_naive(const char *, ...) __printflike(1, 2);
void	aprint_verbose(const char *, ...) __printflike(1, 2);
void	aprint_debug(const char *, ...) __printflike(1, 2);
void	aprint_normal_dev(device_t, const char *, ...) __printflike(2, 3);
void	aprint_error_dev(device_t, const char *, ...) __printflike(2, 3);
void	aprint_naive_dev(device_t, const char *, ...) __printflike(2, 3);
void	aprint_verbose_dev(device_t, const char *, ...) __printflike(2, 3);
void	aprint_debug_dev(device_t, const char *, ...) __printflike(2, 3);
struct ifnet;
void	aprint_normal_ifnet(struct ifnet *, const char *, ...)
	    __printflike(2, 3);
void	aprint_error_ifnet(struct ifnet *, const char *, ...)
	    __printflike(2, 3);
void	aprint_verbose_ifnet(struct ifnet *, const char *, ...)
	    __printflike(2, 3);
void	aprint_debug_ifnet(struct ifnet *, const char *, ...)
	    __printflike(2, 3);
int	aprint_get_error_count(void);

void	printf_lock_init(void);
void	tablefull(const char *, const char *);

/* A byte count with a unit, in a buffer. */
int	format_bytes(char *, size_t, uint64_t);
int	humanize_number(char *, size_t, uint64_t, const char *, int);

/*
 * User memory.  Each returns EFAULT if an address is bad; the ...str forms
 * ENAMETOOLONG if no NUL was found in the length given.
 */
int	copystr(const void *, void *, size_t, size_t *);
int	copyinstr(const void *, void *, size_t, size_t *);
int	copyoutstr(const void *, void *, size_t, size_t *);
int	copyin(const void *, void *, size_t);
int	copyout(const void *, void *, size_t);
int	copyin_proc(struct proc *, const void *, void *, size_t);
int	copyout_proc(struct proc *, const void *, void *, size_t);
int	copyin_pid(pid_t, const void *, void *, size_t);
int	copyin_vmspace(struct vmspace *, const void *, void *, size_t);
int	copyout_vmspace(struct vmspace *, const void *, void *, size_t);
int	kcopy(const void *, void *, size_t);

/* Like copyin() and copyout(), but plain copies when flag has IO_SYSSPACE. */
typedef int	(*copyin_t)(const void *, void *, size_t);
typedef int	(*copyout_t)(const void *, void *, size_t);
int	ioctl_copyin(int, const void *, void *, size_t);
int	ioctl_copyout(int, const void *, void *, size_t);

/* One access of fixed size; ufetch and ustore: EFAULT as above. */
int	ufetch_8(const uint8_t *, uint8_t *);
int	ufetch_16(const uint16_t *, uint16_t *);
int	ufetch_32(const uint32_t *, uint32_t *);
int	ufetch_64(const uint64_t *, uint64_t *);
int	ufetch_char(const unsigned char *, unsigned char *);
int	ufetch_short(const unsigned short *, unsigned short *);
int	ufetch_int(const unsigned int *, unsigned int *);
int	ufetch_long(const unsigned long *, unsigned long *);
int	ufetch_ptr(const void **, void **);
int	ustore_8(uint8_t *, uint8_t);
int	ustore_16(uint16_t *, uint16_t);
int	ustore_32(uint32_t *, uint32_t);
int	ustore_64(uint64_t *, uint64_t);
int	ustore_char(unsigned char *, unsigned char);
int	ustore_short(unsigned short *, unsigned short);
int	ustore_int(unsigned int *, unsigned int);
int	ustore_long(unsigned long *, unsigned long);
int	ustore_ptr(void **, void *);

/*
 * Compare and swap: the old value goes to the last argument.  EFAULT, or
 * ENOSYS for memory of a remote client, which nothing atomic can reach.
 */
int	ucas_32(volatile uint32_t *, uint32_t, uint32_t, uint32_t *);
int	ucas_64(volatile uint64_t *, uint64_t, uint64_t, uint64_t *);
int	ucas_int(volatile int *, int, int, int *);
int	ucas_ptr(volatile void *, void *, void *, void *);

int	uiomove(void *, size_t, struct uio *);
int	uiomove_frombuf(void *, size_t, struct uio *);
int	uiopeek(void *, size_t, struct uio *);
void	uioskip(size_t, struct uio *);

/*
 * Clock.
 */
void	hardclock(struct clockframe *);
void	softclock(void *);
void	statclock(struct clockframe *);
int	tshzto(const struct timespec *);
int	tvhzto(const struct timeval *);
void	inittodr(time_t);
void	resettodr(void);
void	cpu_initclocks(void);
void	initclocks(void);
void	setrootfstime(time_t);
void	setstatclockrate(int);

/*
 * Hooks: functions called at shutdown, after mounting root, before a power
 * change, when a process execs, exits or forks.  Shutdown hooks are called
 * once, the last established first, unless the kernel panics.  Power hooks are
 * called in the order they came when power returns, else the last one first.
 * Power, exec, exit, fork and critical poll hooks may not change the lists.
 */
void	*shutdownhook_establish(void (*)(void *), void *);
void	shutdownhook_disestablish(void *);
void	doshutdownhooks(void);
void	*powerhook_establish(const char *, void (*)(int, void *), void *);
void	powerhook_disestablish(void *);
void	dopowerhooks(int);
#define	PWR_RESUME	0
#define	PWR_SUSPEND	1
#define	PWR_STANDBY	2
#define	PWR_SOFTRESUME	3
#define	PWR_SOFTSUSPEND	4
#define	PWR_SOFTSTANDBY	5
#define	PWR_NAMES	"resume", "suspend", "standby",			\
			"softresume", "softsuspend", "softstandby"
void	*mountroothook_establish(void (*)(device_t), device_t);
void	mountroothook_disestablish(void *);
void	mountroothook_destroy(void);
void	domountroothook(device_t);
void	*exechook_establish(void (*)(struct proc *, void *), void *);
void	exechook_disestablish(void *);
void	doexechooks(struct proc *);
void	*exithook_establish(void (*)(struct proc *, void *), void *);
void	exithook_disestablish(void *);
void	doexithooks(struct proc *);
void	*forkhook_establish(void (*)(struct proc *, struct proc *));
void	forkhook_disestablish(void *);
void	doforkhooks(struct proc *, struct proc *);
void	*critpollhook_establish(void (*)(void *), void *);
void	critpollhook_disestablish(void *);
void	docritpollhooks(void);

/*
 * The kernel lock: recursive, given up while its holder sleeps.
 */
void	kernel_lock_init(void);
void	_kernel_lock(int);
void	_kernel_unlock(int, int *);
bool	_kernel_locked_p(void);
void	kernel_lock_plug_leak(void);

#define	KERNEL_LOCK(count, lwp)						\
do {									\
	if ((count) != 0)						\
		_kernel_lock((count));					\
} while (/*CONSTCOND*/0)
#define	KERNEL_UNLOCK(all, lwp, p)	_kernel_unlock((all), (p))
#define	KERNEL_LOCKED_P()	_kernel_locked_p()
#define	KERNEL_UNLOCK_LAST(l)	KERNEL_UNLOCK(-1, (l), NULL)
#define	KERNEL_UNLOCK_ALL(l, p)	KERNEL_UNLOCK(0, (l), (p))
#define	KERNEL_UNLOCK_ONE(l)	KERNEL_UNLOCK(1, (l), NULL)

/* Threads are not preempted inside the kernel, yet these must balance. */
void	kpreempt_disable(void);
void	kpreempt_enable(void);
bool	kpreempt_disabled(void);
void	assert_sleepable(void);
#if defined(DEBUG) || defined(DIAGNOSTIC)
#define	ASSERT_SLEEPABLE()	assert_sleepable()
#else
#define	ASSERT_SLEEPABLE()	do { } while (/*CONSTCOND*/0)
#endif

int	seltrue(dev_t, int, struct lwp *);
void	Debugger(void);
void	setroot(device_t, int);
void	rootconf(void);
void	md_root_setconf(void *, size_t);

struct knote;
int	seltrue_kqfilter(dev_t, struct knote *);

#endif /* !_SYS_SYSTM_H_ */
