/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables (struct filedesc) and the directory context of a process
 * (struct cwdinfo).
 *
 * fd_getfile() takes a reference on a descriptor that fd_putfile() drops;
 * close(2) waits until nobody else holds it.  A new descriptor is made in two
 * steps: fd_allocfile() reserves number and file, fd_affix() publishes,
 * fd_abort() gives up.
 */
#ifndef _SYS_FILEDESC_H_
#define _SYS_FILEDESC_H_

#include <sys/param.h>
#include <sys/types.h>
#include <sys/queue.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>
#include <sys/condvar.h>

struct socket;
struct file;
struct fileops;
struct knote;
struct proc;
struct vnode;
struct socket;
struct lwp;
SLIST_HEAD(fd_klist, knote);

#define NDFILE		20	/* slots every process has */
#define NDEXTENT	50	/* least growth of a table */
#define NDENTRIES	32	/* descriptors per word of a map */
#define NDENTRYMASK	(NDENTRIES - 1)
#define NDENTRYSHIFT	5
#define NDLOSLOTS(x)	(((x) + NDENTRIES - 1) >> NDENTRYSHIFT)
#define NDHISLOTS(x)	((NDLOSLOTS(x) + NDENTRIES - 1) >> NDENTRYSHIFT)
#define NDFDFILE	6	/* slot structures that are built in */

/*
 * One descriptor.  Lock legend: (d) filedesc fd_lock, or a section past it by
 * who has taken or gives back the number; (a) atomic, or plain while the table
 * has one user; (k) fd_lock of the kqueue's table.
 */
typedef struct fdfile {
	bool		ff_exclose;	/* a: close on exec */
	bool		ff_allocated;	/* d: number in use */
	bool		ff_clofork;	/* d: close on fork */
	u_int		ff_refcnt;	/* a: users, and FR_CLOSING */
	struct file	*ff_file;	/* a: NULL while reserved */
	struct fd_klist	ff_knlist;	/* k: knotes on this descriptor */
	kcondvar_t	ff_closing;	/* d: last user gone */
} __aligned(COHERENCY_UNIT) fdfile_t;
#define FR_CLOSING	(0x80000000u)
#define FR_MASK		(~FR_CLOSING)

/* A table of slots; outgrown tables stay until the filedesc is freed. */
typedef struct fdtab {
	u_int		dt_nfiles;	/* : number of slots */
	struct fdtab	*dt_link;	/* d: the table before */
	fdfile_t	*dt_ff[NDFILE];	/* d: slots (dt_nfiles of them) */
} fdtab_t;

/*
 * Lock legend: (d) fd_lock, (a) atomic, (:) constant; (m) fd_lock, or atomic
 * in a section past it (<rump-sys/bypass.h>), which neither fills a word nor
 * makes a full one less than full.  What is read without the lock shares no
 * cache line with what is written often, and the maps share none with either.
 */
typedef struct filedesc {
	fdtab_t		*volatile fd_dt; /* d: written; read without lock */
	u_int		fd_refcnt;	/* a: processes and lwps sharing */
	kmutex_t	fd_lock __aligned(COHERENCY_UNIT);
	uint32_t	*fd_himap;	/* d: which words of lomap are full */
	uint32_t	*fd_lomap;	/* m: which descriptors are taken */
	int		fd_lastfile;	/* d: none above it is in use, -1 */
	uint32_t	fd_dhimap[NDHISLOTS(NDFILE)];	/* : first maps */
	bool		fd_exclose;	/* a: some slot has ff_exclose */
	int		fd_lastkqfile;	/* d: highest with knotes, -1 */
	struct fd_klist	*fd_knhash;	/* d: knotes not on a descriptor */
	u_long		fd_knhashmask;	/* d: */
	uint32_t	fd_dlomap[NDLOSLOTS(NDFILE)] __aligned(COHERENCY_UNIT);
	fdfile_t	fd_dfdfile[NDFDFILE];		/* : first slots */
	fdtab_t		fd_dtbuiltin __aligned(COHERENCY_UNIT);
							/* : first table */
} filedesc_t;

/*
 * Directory context.  The vnode references belong to the vfs faction, which
 * sets rump_proc_vfs_init and rump_proc_vfs_release.
 * Lock legend: (c) cwdi_lock, (a) atomic.
 */
struct cwdinfo {
	struct vnode	*cwdi_cdir;	/* c: current directory */
	struct vnode	*cwdi_rdir;	/* c: root directory, NULL: global */
	struct vnode	*cwdi_edir;	/* c: emulation root */
	krwlock_t	cwdi_lock;
	u_short		cwdi_cmask;	/* a: umask(2) */
	u_int		cwdi_refcnt;	/* a: sharing processes */
};

#define GETCWD_CHECK_ACCESS	0x0001

extern struct cwdinfo	cwdi0;

void	fd_sys_init(void);
int	fd_open(const char *, int, int, int *);
int	fd_dupopen(int, bool, int, int *);
int	fd_alloc(struct proc *, int, int *);
void	fd_tryexpand(struct proc *);
int	fd_allocfile(struct file **, int *);
void	fd_affix(struct proc *, struct file *, unsigned);
void	fd_abort(struct proc *, struct file *, unsigned);
struct filedesc *fd_copy(void);
struct filedesc *fd_init(struct filedesc *);
void	fd_share(struct proc *);
void	fd_hold(struct lwp *);
void	fd_free(void);
void	fd_closeexec(void);
void	fd_ktrexecfd(void);
int	fd_checkstd(void);
struct file *fd_getfile(unsigned);
struct file *fd_getfile2(struct proc *, unsigned);
void	fd_putfile(unsigned);
int	fd_getvnode(unsigned, struct file **);
int	fd_getsock(unsigned, struct socket **);
int	fd_getsock1(unsigned, struct socket **, struct file **);
void	fd_putvnode(unsigned);
void	fd_putsock(unsigned);
int	fd_close(unsigned);
void	fd_set_exclose(struct lwp *, int, bool);
int	fd_dup(struct file *, int, int *, bool);
int	fd_dup2(struct file *, unsigned, int);
int	fd_clone(struct file *, unsigned, int, const struct fileops *, void *);
int	closef(struct file *);
struct file *fgetdummy(void);
void	fputdummy(struct file *);
int	pipe1(struct lwp *, int *, int);
int	dodup(struct lwp *, int, int, int, register_t *);

struct cwdinfo *cwdinit(void);
void	cwdshare(struct proc *);
void	cwdunshare(struct proc *);
void	cwdfree(struct cwdinfo *);
void	cwdexec(struct proc *);
int	getcwd_common(struct vnode *, struct vnode *, char **, char *, int,
	    int, struct lwp *);
int	vnode_to_path(char *, size_t, struct vnode *, struct lwp *,
	    struct proc *);

#endif /* _SYS_FILEDESC_H_ */
