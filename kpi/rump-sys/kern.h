/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a rump kernel, for the base, the factions and the glue of
 * components: registration, virtual CPUs, lwps and processes made on behalf
 * of clients, host memory, remote clients' memory.  Drivers that follow the
 * manual's section 9 need none of it.
 */

#ifndef _SYS_RUMP_KERN_H_
#define	_SYS_RUMP_KERN_H_

#include <sys/param.h>
#include <sys/types.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/proc.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/stdbool.h>
#include <sys/systm.h>

#include <uvm/uvm_extern.h>

#include <rump/rumpuser.h>
#include <rump/rump.h>
#include <rump-sys/kern_if.h>

struct file;
struct uio;
struct vnode;
struct sysent;
struct modinfo;

/*
 * Components.  A type's components are initialised together, types in the
 * order the boot sequence asks for them; the factions come first of all.
 * A component loaded after boot is initialised when it arrives.
 */
enum rump_component_type {
	RUMP_COMPONENT_DEV,
		RUMP_COMPONENT_DEV_AFTERMAINBUS,
	RUMP_COMPONENT_NET,
		RUMP_COMPONENT_NET_ROUTE,
		RUMP_COMPONENT_NET_IF,
		RUMP_COMPONENT_NET_IFCFG,
	RUMP_COMPONENT_VFS,
	RUMP_COMPONENT_KERN,
		RUMP_COMPONENT_KERN_VFS,
	RUMP_COMPONENT_POSTINIT,
	RUMP_COMPONENT_SYSCALL,

	RUMP__FACTION_DEV,
	RUMP__FACTION_VFS,
	RUMP__FACTION_NET,

	RUMP_COMPONENT_MAX,
};

/* Locks: r, the component registry's; c, constant. */
struct rump_component {
	enum rump_component_type	rc_type;	/* c */
	void				(*rc_init)(void); /* c */
	LIST_ENTRY(rump_component)	rc_entries;	/* r */
};

/*
 * RUMP_COMPONENT(type) { ... } defines a component whose initialisation is
 * the block; at most one of a type in a source file.
 */
#define	_RUMP_COMPONENT_REGISTER(type)					\
	__link_set_add_data(rump_components, rumpcomp##type);

#define	RUMP_COMPONENT(type)						\
static void rumpcompinit##type(void);					\
static struct rump_component rumpcomp##type = {				\
	.rc_type = type,						\
	.rc_init = rumpcompinit##type,					\
};									\
_RUMP_COMPONENT_REGISTER(type)						\
static void								\
rumpcompinit##type(void)

/* A call that cannot fail, or the kernel makes no sense. */
#define	FLAWLESSCALL(call)						\
do {									\
	int att_error;							\
									\
	if ((att_error = call) != 0)					\
		panic("\"%s\" failed: %d", #call, att_error);		\
} while (/*CONSTCOND*/0)

void	rump_component_load(const struct rump_component *);
void	rump_component_unload(struct rump_component *);
void	rump_component_init(enum rump_component_type);
int	rump_component_count(enum rump_component_type);

/* System calls a faction or driver brings along. */
struct rump_onesyscall {
	int		ros_num;
	sy_call_t	*ros_handler;
};
void	rump_syscall_boot_establish(const struct rump_onesyscall *, size_t);
/* Number, arguments, their size, result. */
int	rump_syscall(int, void *, size_t, register_t *);

extern struct sysent	rump_sysent[];
extern const uint32_t	rump_sysent_nomodbits[];
extern const char *const rump_syscallnames[];
extern const char *const rump_syscallkinds[];	/* see rump_trace.c */

/*
 * Virtual CPUs.  rump_schedule() may be called without an lwp: a temporary
 * one is made and given back by rump_unschedule().  The _cpu forms take and
 * give a CPU for an lwp that exists, around anything that may block.
 */
extern struct cpu_info	rump_bootcpu;

void	rump_schedule(void);
void	rump_unschedule(void);
void	rump_schedule_cpu(struct lwp *);
void	rump_schedule_cpu_interlock(struct lwp *, void *);
void	rump_unschedule_cpu(struct lwp *);
void	rump_unschedule_cpu_interlock(struct lwp *, void *);
void	rump_unschedule_cpu1(struct lwp *, void *);
void	rump_user_schedule(int, void *);
void	rump_user_unschedule(int, int *, void *);
void	rump_cpus_bootstrap(int *);
void	rump_cpu_attach(struct cpu_info *);
void	rump_scheduler_init(int);

/* Soft interrupts and threads: set up. */
extern int	rump_threads;		/* 0: no kernel threads are made */
void	rump_intr_init(int);
/*
 * Runs soft interrupts that the caller would run on leaving the kernel, with
 * the mutex, unless it is NULL, released: for one about to sleep who has no
 * other lock that a handler wants.  False: there were none.
 */
bool	softint_poll(kmutex_t *);

/*
 * The caller was woken, if it slept, and has got a lot of data: when that came
 * from another CPU of the host a few times, while there were too few virtual
 * CPUs, the thread moves there, with the mutex released meanwhile.
 */
void	rump_sched_follow(kmutex_t *);

/* The kernel lock around a block of client code. */
void	rump_biglock_init(void);
void	rump_kernel_bigwrap(int *);
void	rump_kernel_bigunwrap(int);

/*
 * lwps and processes, see rump_lwproc(3).
 */
void	rump_lwproc_init(void);
int	rump_lwproc_rfork_vmspace(struct vmspace *, int);
void	rump_lwproc_curlwp_set(struct lwp *);
void	rump_lwproc_curlwp_clear(struct lwp *);
void	rump__lwproc_lwphold(void);
void	rump__lwproc_lwprele(void);
struct lwp *rump__lwproc_alloclwp(struct proc *);

/* What the vfs faction does to a new process and to a dying one. */
typedef void	(*rump_proc_vfs_init_fn)(struct proc *);
typedef void	(*rump_proc_vfs_release_fn)(struct proc *);
extern rump_proc_vfs_init_fn	rump_proc_vfs_init;
extern rump_proc_vfs_release_fn	rump_proc_vfs_release;
/* Write a vnode's file, or just its data, through to the medium. */
extern int	(*rump_file_fsync)(struct file *, bool);
extern void	(*rump_lwp_vfs_release)(struct lwp *);
extern void	(*rump_vfs_shutdown)(int);
/*
 * Names of local sockets in the file tree, NULL without it: make a node
 * (EADDRINUSE if there is one), find one (ENOTSOCK if it is none), both with a
 * reference to the vnode; and let it go.  May sleep.
 */
struct rump_sockname_ops {
	int	(*rso_bind)(const char *, struct vnode **);
	int	(*rso_lookup)(const char *, struct vnode **);
	void	(*rso_release)(struct vnode *);
};
extern const struct rump_sockname_ops *rump_vfs_sockname;
/* Is a file system mounted from this disk, block or character device? */
extern bool	(*rump_vfs_diskmounted)(struct vnode *);

extern struct device	rump_rootdev;
extern bool		rump_ttycomponent;

/*
 * Memory from the host: size, alignment, may it wait, what for.  It is NULL
 * only if it may not wait.
 */
#define	RUMPMEM_UNLIMITED	((unsigned long)-1)
extern unsigned long	rump_physmemlimit;
void	*rump_hypermalloc(size_t, int, bool, const char *);
void	rump_hyperfree(void *, size_t);

/*
 * Address spaces.  A local client's memory is the kernel's own; that of a
 * remote client is reached through the sysproxy operations.
 */
struct rump_spctl {
	struct vmspace	spctl_vm;	/* must be first */
	void		*spctl;		/* the client, for the operations */
};
#define	RUMP_SPVM2CTL(vm)	(((struct rump_spctl *)vm)->spctl)

extern struct vmspace	*rump_vmspace_local;
extern struct pmap	rump_pmap_local;
#define	RUMP_PMAP_KERNEL	pmap_kernel()
#define	RUMP_PMAP_LOCAL		((struct pmap *)-1)
#define	RUMP_LOCALPROC_P(p)						\
	(p->p_vmspace == vmspace_kernel() || p->p_vmspace == rump_vmspace_local)

struct rump_sysproxy_ops {
	int	(*rspo_copyin)(void *, const void *, void *, size_t);
	int	(*rspo_copyinstr)(void *, const void *, void *, size_t *);
	int	(*rspo_copyout)(void *, const void *, void *, size_t);
	int	(*rspo_copyoutstr)(void *, const void *, void *, size_t *);
	int	(*rspo_anonmmap)(void *, size_t, void **);
	int	(*rspo_raise)(void *, int);
	void	(*rspo_fini)(void *);

	pid_t	(*rspo_hyp_getpid)(void);
	int	(*rspo_hyp_syscall)(int, void *, long *);
	int	(*rspo_hyp_rfork)(void *, int, const char *);
	void	(*rspo_hyp_lwpexit)(void);
	void	(*rspo_hyp_execnotify)(const char *);
};
extern struct rump_sysproxy_ops	rump_sysproxy_ops;

#define	rump_sysproxy_copyin(arg, raddr, laddr, len)			\
	rump_sysproxy_ops.rspo_copyin(arg, raddr, laddr, len)
#define	rump_sysproxy_copyinstr(arg, raddr, laddr, lenp)		\
	rump_sysproxy_ops.rspo_copyinstr(arg, raddr, laddr, lenp)
#define	rump_sysproxy_copyout(arg, laddr, raddr, len)			\
	rump_sysproxy_ops.rspo_copyout(arg, laddr, raddr, len)
#define	rump_sysproxy_copyoutstr(arg, laddr, raddr, lenp)		\
	rump_sysproxy_ops.rspo_copyoutstr(arg, laddr, raddr, lenp)
#define	rump_sysproxy_anonmmap(arg, howmuch, addr)			\
	rump_sysproxy_ops.rspo_anonmmap(arg, howmuch, addr)
#define	rump_sysproxy_raise(arg, signo)					\
	rump_sysproxy_ops.rspo_raise(arg, signo)
#define	rump_sysproxy_fini(arg)						\
	rump_sysproxy_ops.rspo_fini(arg)
#define	rump_sysproxy_hyp_getpid()					\
	rump_sysproxy_ops.rspo_hyp_getpid()
#define	rump_sysproxy_hyp_syscall(num, arg, retval)			\
	rump_sysproxy_ops.rspo_hyp_syscall(num, arg, retval)
#define	rump_sysproxy_hyp_rfork(priv, flag, comm)			\
	rump_sysproxy_ops.rspo_hyp_rfork(priv, flag, comm)
#define	rump_sysproxy_hyp_lwpexit()					\
	rump_sysproxy_ops.rspo_hyp_lwpexit()
#define	rump_sysproxy_hyp_execnotify(comm)				\
	rump_sysproxy_ops.rspo_hyp_execnotify(comm)

#endif /* !_SYS_RUMP_KERN_H_ */
