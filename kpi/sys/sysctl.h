/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(9): a tree of named values.
 *
 * A subsystem adds nodes from a SYSCTL_SETUP() routine, or at any time with
 * sysctl_createv(); it may give a helper function, which answers by pointing
 * a copy of the node at a value and calling sysctl_lookup().  The whole tree
 * is under sysctl_treelock; helpers run with it held.
 */
#ifndef _SYS_SYSCTL_H_
#define _SYS_SYSCTL_H_

#include <sys/types.h>
#include <sys/param.h>
#include <sys/cdefs.h>
#include <sys/errno.h>
#include <sys/stdbool.h>
#include <sys/stddef.h>
#include <uvm/uvm_param.h>

struct proc;
struct lwp;
struct sysctlnode;

#define CTL_MAXNAME	12
#define SYSCTL_NAMELEN	32
#define CREATE_BASE	(1024)	/* numbers of dynamic nodes start here */
#define SYSCTL_DEFSIZE	8	/* first size of a node's child array */

/* types */
#define CTLTYPE_NODE	1
#define CTLTYPE_INT	2
#define CTLTYPE_STRING	3
#define CTLTYPE_QUAD	4
#define CTLTYPE_STRUCT	5
#define CTLTYPE_BOOL	6
#if defined(_LP64)
#define CTLTYPE_LONG	CTLTYPE_QUAD
#else
#define CTLTYPE_LONG	CTLTYPE_INT
#endif

/* flags */
#define CTLFLAG_READONLY	0x00000000
#define CTLFLAG_READWRITE	0x00000070
#define CTLFLAG_ANYWRITE	0x00000080
#define CTLFLAG_PRIVATE		0x00000100
#define CTLFLAG_PERMANENT	0x00000200
#define CTLFLAG_OWNDATA		0x00000400
#define CTLFLAG_IMMEDIATE	0x00000800
#define CTLFLAG_HEX		0x00001000
#define CTLFLAG_ROOT		0x00002000
#define CTLFLAG_ANYNUMBER	0x00004000
#define CTLFLAG_HIDDEN		0x00008000
#define CTLFLAG_ALIAS		0x00010000
#define CTLFLAG_MMAP		0x00020000
#define CTLFLAG_OWNDESC		0x00040000
#define CTLFLAG_UNSIGNED	0x00080000

#define SYSCTL_VERS_MASK	0xff000000
#define SYSCTL_VERS_0		0x00000000
#define SYSCTL_VERS_1		0x01000000
#define SYSCTL_VERSION		SYSCTL_VERS_1
#define SYSCTL_VERS(f)		((f) & SYSCTL_VERS_MASK)

#define SYSCTL_USERFLAGS (CTLFLAG_READWRITE | CTLFLAG_ANYWRITE |	\
	CTLFLAG_PRIVATE | CTLFLAG_OWNDATA | CTLFLAG_IMMEDIATE |		\
	CTLFLAG_HEX | CTLFLAG_HIDDEN)
#define SYSCTL_TYPEMASK		0x0000000f
#define SYSCTL_TYPE(x)		((x) & SYSCTL_TYPEMASK)
#define SYSCTL_FLAGMASK		0x00fffff0
#define SYSCTL_FLAGS(x)		((x) & SYSCTL_FLAGMASK)

/* numbers with a meaning of their own */
#define CTL_EOL		(-1)	/* end of a createv/destroyv path */
#define CTL_QUERY	(-2)	/* list the children */
#define CTL_CREATE	(-3)	/* add a node */
#define CTL_CREATESYM	(-4)	/* add one by kernel symbol: refused */
#define CTL_DESTROY	(-5)
#define CTL_MMAP	(-6)	/* refused */
#define CTL_DESCRIBE	(-7)	/* get or set descriptions */

/* top level */
#define CTL_UNSPEC	0
#define CTL_KERN	1
#define CTL_VM		2
#define CTL_VFS		3
#define CTL_NET		4
#define CTL_DEBUG	5
#define CTL_HW		6
#define CTL_MACHDEP	7
#define CTL_USER	8
#define CTL_DDB		9
#define CTL_PROC	10
#define CTL_VENDOR	11
#define CTL_EMUL	12
#define CTL_SECURITY	13

/* kern.* */
#define KERN_OSTYPE		1
#define KERN_OSRELEASE		2
#define KERN_OSREV		3
#define KERN_VERSION		4
#define KERN_MAXVNODES		5
#define KERN_MAXPROC		6
#define KERN_MAXFILES		7
#define KERN_ARGMAX		8
#define KERN_SECURELVL		9
#define KERN_HOSTNAME		10
#define KERN_HOSTID		11
#define KERN_CLOCKRATE		12
#define KERN_VNODE		13
#define KERN_PROC		14
#define KERN_FILE		15
#define KERN_PROF		16
#define KERN_POSIX1		17
#define KERN_NGROUPS		18
#define KERN_JOB_CONTROL	19
#define KERN_SAVED_IDS		20
#define KERN_OBOOTTIME		21
#define KERN_DOMAINNAME		22
#define KERN_MAXPARTITIONS	23
#define KERN_RAWPARTITION	24
#define KERN_NTPTIME		25
#define KERN_TIMEX		26
#define KERN_AUTONICETIME	27
#define KERN_AUTONICEVAL	28
#define KERN_RTC_OFFSET		29
#define KERN_ROOT_DEVICE	30
#define KERN_MSGBUFSIZE		31
#define KERN_FSYNC		32
#define KERN_SYNCHRONIZED_IO	37
#define KERN_IOV_MAX		38
#define KERN_MBUF		39
#define KERN_MAPPED_FILES	40
#define KERN_MEMLOCK		41
#define KERN_MEMLOCK_RANGE	42
#define KERN_MEMORY_PROTECTION	43
#define KERN_LOGIN_NAME_MAX	44
#define KERN_DEFCORENAME	45
#define KERN_LOGSIGEXIT		46
#define KERN_PROC2		47
#define KERN_PROC_ARGS		48
#define KERN_FSCALE		49
#define KERN_CCPU		50
#define KERN_CP_TIME		51
#define KERN_MSGBUF		53
#define KERN_CONSDEV		54
#define KERN_MAXPTYS		55
#define KERN_PIPE		56
#define KERN_MAXPHYS		57
#define KERN_SBMAX		58
#define KERN_TKSTAT		59
#define KERN_MONOTONIC_CLOCK	60
#define KERN_URND		61
#define KERN_LABELSECTOR	62
#define KERN_LABELOFFSET	63
#define KERN_LWP		64
#define KERN_FORKFSLEEP		65
#define KERN_POSIX_THREADS	66
#define KERN_POSIX_SEMAPHORES	67
#define KERN_POSIX_BARRIERS	68
#define KERN_POSIX_TIMERS	69
#define KERN_POSIX_SPIN_LOCKS	70
#define KERN_POSIX_READER_WRITER_LOCKS 71
#define KERN_DUMP_ON_PANIC	72
#define KERN_SOMAXKVA		73
#define KERN_ROOT_PARTITION	74
#define KERN_DRIVERS		75
#define KERN_BUF		76
#define KERN_FILE2		77
#define KERN_VERIEXEC		78
#define KERN_CP_ID		79
#define KERN_HARDCLOCK_TICKS	80
#define KERN_ARND		81
#define KERN_SYSVIPC		82
#define KERN_BOOTTIME		83
#define KERN_EVCNT		84
#define KERN_SOFIXEDBUF		85

/* kern.pipe.* */
#define KERN_PIPE_MAXKVASZ	1
#define KERN_PIPE_LIMITKVA	2
#define KERN_PIPE_MAXBIGPIPES	3
#define KERN_PIPE_NBIGPIPES	4
#define KERN_PIPE_KVASIZE	5

/* hw.* */
#define HW_MACHINE	1
#define HW_MODEL	2
#define HW_NCPU		3
#define HW_BYTEORDER	4
#define HW_PHYSMEM	5
#define HW_USERMEM	6
#define HW_PAGESIZE	7
#define HW_DISKNAMES	8
#define HW_IOSTATS	9
#define HW_MACHINE_ARCH	10
#define HW_ALIGNBYTES	11
#define HW_CNMAGIC	12
#define HW_PHYSMEM64	13
#define HW_USERMEM64	14
#define HW_IOSTATNAMES	15
#define HW_NCPUONLINE	16

/* A handler: name, its length, old value, new value, whole name, who, node. */
#define SYSCTLFN_PROTO const int *, u_int, void *, size_t *,		\
	const void *, size_t, const int *, struct lwp *,		\
	const struct sysctlnode *
#define SYSCTLFN_ARGS const int *name, u_int namelen, void *oldp,	\
	size_t *oldlenp, const void *newp, size_t newlen,		\
	const int *oname, struct lwp *l, const struct sysctlnode *rnode
#define SYSCTLFN_CALL(node) name, namelen, oldp, oldlenp, newp,		\
	newlen, oname, l, node
#define SYSCTLFN_RWPROTO const int *, u_int, void *, size_t *,		\
	const void *, size_t, const int *, struct lwp *,		\
	struct sysctlnode *
#define SYSCTLFN_RWARGS const int *name, u_int namelen, void *oldp,	\
	size_t *oldlenp, const void *newp, size_t newlen,		\
	const int *oname, struct lwp *l, struct sysctlnode *rnode

typedef int (*sysctlfn)(SYSCTLFN_PROTO);

/*
 * A node, in the form CTL_QUERY copies out as well.  Lock legend: all fields
 * are under sysctl_treelock.
 */
struct sysctlnode {
	uint32_t	sysctl_flags;	/* type, flags, version */
	int32_t		sysctl_num;
	char		sysctl_name[SYSCTL_NAMELEN];
	uint32_t	sysctl_ver;	/* changes when the subtree does */
	uint32_t	__rsvd;
	union {
		struct {
			uint32_t	suc_csize;	/* array size */
			uint32_t	suc_clen;	/* children in it */
			struct sysctlnode *suc_child;
		} scu_child;
		struct {
			void		*sud_data;
			size_t		sud_offset;
		} scu_data;
		int32_t		scu_alias;
		int32_t		scu_idata;
		bool		scu_bdata;
		u_quad_t	scu_qdata;
	} sysctl_un;
	size_t		_sysctl_size;
	sysctlfn	_sysctl_func;
	struct sysctlnode *_sysctl_parent;
	const char	*_sysctl_desc;
};
#define sysctl_child	sysctl_un.scu_child.suc_child
#define sysctl_csize	sysctl_un.scu_child.suc_csize
#define sysctl_clen	sysctl_un.scu_child.suc_clen
#define sysctl_data	sysctl_un.scu_data.sud_data
#define sysctl_offset	sysctl_un.scu_data.sud_offset
#define sysctl_alias	sysctl_un.scu_alias
#define sysctl_idata	sysctl_un.scu_idata
#define sysctl_bdata	sysctl_un.scu_bdata
#define sysctl_qdata	sysctl_un.scu_qdata
#define sysctl_size	_sysctl_size
#define sysctl_func	_sysctl_func
#define sysctl_parent	_sysctl_parent
#define sysctl_desc	_sysctl_desc

/* What CTL_DESCRIBE copies out. */
struct sysctldesc {
	int32_t		descr_num;
	uint32_t	descr_ver;
	uint32_t	descr_len;	/* with the NUL */
	char		descr_str[1];
};
#define __sysc_desc_roundup(x)	((((x) - 1) | (sizeof(int32_t) - 1)) + 1)
#define __sysc_desc_len(l)	(offsetof(struct sysctldesc, descr_str) + \
				__sysc_desc_roundup(l))
#define __sysc_desc_adv(d, l)	((struct sysctldesc *)(void *)		\
				(((char *)(d)) + __sysc_desc_len(l)))
#define NEXT_DESCR(d)		__sysc_desc_adv((d), (d)->descr_len)

/* Pointers in records for programs. */
#define PTRTOUINT64(p)	((uint64_t)(uintptr_t)(p))
#define UINT64TOPTR(u)	((void *)(uintptr_t)(u))

struct sysctllog;

#define SYSCTL_SETUP_PROTO(name)					\
	void name(struct sysctllog **)
#define SYSCTL_SETUP(name, desc)					\
	static SYSCTL_SETUP_PROTO(name);				\
	__link_set_add_text(sysctl_funcs, name);			\
	static void name(struct sysctllog **clog __unused)
#define SYSCTL_DESCR(s)	s

typedef void (*sysctl_setup_func)(struct sysctllog **);

extern struct sysctlnode	sysctl_root;
extern char	hostname[], domainname[];
extern int	hostnamelen, domainnamelen;
extern long	hostid;
extern int	securelevel;
extern const char ostype[], osrelease[], version[], kernel_ident[];
extern const int osrev;

void	sysctl_init(void);
void	sysctl_kern_setup(struct sysctllog **);
void	sysctl_basenode_init(void);
void	sysctl_finalize(void);
void	sysctl_setup_run(sysctl_setup_func);

int	sysctl_dispatch(SYSCTLFN_PROTO);
void	sysctl_lock(bool);
void	sysctl_relock(void);
void	sysctl_unlock(void);
int	old_sysctl(int *, u_int, void *, size_t *, void *, size_t,
	    struct lwp *);

int	sysctl_lookup(SYSCTLFN_PROTO);
int	sysctl_query(SYSCTLFN_PROTO);
int	sysctl_create(SYSCTLFN_RWPROTO);
int	sysctl_destroy(SYSCTLFN_RWPROTO);
int	sysctl_describe(SYSCTLFN_PROTO);
int	sysctl_locate(struct lwp *, const int *, u_int,
	    const struct sysctlnode **, int *);
int	sysctl_notavail(SYSCTLFN_PROTO);
int	sysctl_null(SYSCTLFN_PROTO);
int	sysctl_needfunc(SYSCTLFN_PROTO);
int	sysctl_net_inet_ip_ports(SYSCTLFN_PROTO);
int	sysctl_doeproc(SYSCTLFN_PROTO);

int	sysctl_createv(struct sysctllog **, int, const struct sysctlnode **,
	    const struct sysctlnode **, int, int, const char *, const char *,
	    sysctlfn, u_quad_t, void *, size_t, ...);
int	sysctl_destroyv(struct sysctlnode *, ...);

void	sysctl_teardown(struct sysctllog **);
void	sysctl_log_print(const struct sysctllog *);

int	sysctl_copyin(struct lwp *, const void *, void *, size_t);
int	sysctl_copyout(struct lwp *, const void *, void *, size_t);
int	sysctl_copyinstr(struct lwp *, const void *, void *, size_t,
	    size_t *);

u_int	sysctl_map_flags(const u_int *, u_int);
void	sysctl_free(struct sysctlnode *);

/*
 * sysctl_createv() is called through a macro that checks the type of the
 * variable against the node's type when both are constants.
 */
static __inline void *
__sysctl_verify_CTLTYPE_NODE_arg(struct sysctlnode *arg)
{
	return arg;
}

static __inline void *
__sysctl_verify_CTLTYPE_INT_arg(int *arg)
{
	return arg;
}

static __inline void *
__sysctl_verify_CTLTYPE_STRING_arg(char *arg)
{
	return arg;
}

static __inline void *
__sysctl_verify_CTLTYPE_QUAD_arg(int64_t *arg)
{
	return arg;
}

static __inline void *
__sysctl_verify_CTLTYPE_STRUCT_arg(void *arg)
{
	return arg;
}

static __inline void *
__sysctl_verify_CTLTYPE_BOOL_arg(bool *arg)
{
	return arg;
}

static __inline void *
__sysctl_verify_CTLTYPE_LONG_arg(long *arg)
{
	return arg;
}

#define sysctl_createv(lg, cfl, rn, cn, fl, type, nm, desc, fn, qv, newp, ...) \
	sysctl_createv((lg), (cfl), (rn), (cn), (fl), (type), (nm), (desc),  \
	    (fn), (qv), __sysctl_verify_##type##_arg(newp), __VA_ARGS__)

#endif /* _SYS_SYSCTL_H_ */
