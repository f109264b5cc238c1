/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The open file: what a descriptor refers to, and its table of operations.
 *
 * struct file is shared by all descriptors made by dup(2) and fork(2) from
 * one open.  f_count counts descriptors and in-kernel holders; the last one
 * calls fo_close.
 */
#ifndef _SYS_FILE_H_
#define _SYS_FILE_H_

#include <sys/fcntl.h>
#include <sys/unistd.h>
#include <sys/types.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/queue.h>
#include <sys/kauth.h>

struct proc;
struct lwp;
struct uio;
struct iovec;
struct stat;
struct knote;
struct uvm_object;
struct file;
struct flock;

struct fileops {
	const char *fo_name;
	int	(*fo_read)(struct file *, off_t *, struct uio *,
		    kauth_cred_t, int);
	int	(*fo_write)(struct file *, off_t *, struct uio *,
		    kauth_cred_t, int);
	int	(*fo_ioctl)(struct file *, u_long, void *);
	int	(*fo_fcntl)(struct file *, u_int, void *);
	int	(*fo_poll)(struct file *, int);
	int	(*fo_stat)(struct file *, struct stat *);
	int	(*fo_close)(struct file *);
	int	(*fo_kqfilter)(struct file *, struct knote *);
	void	(*fo_restart)(struct file *);
	int	(*fo_mmap)(struct file *, off_t *, size_t, int, int *, int *,
		    struct uvm_object **, int *);
	int	(*fo_seek)(struct file *, off_t, int, off_t *, int);
	int	(*fo_advlock)(struct file *, void *, int, struct flock *,
		    int);
	int	(*fo_fpathconf)(struct file *, int, register_t *);
	int	(*fo_posix_fadvise)(struct file *, off_t, off_t, int);
	int	(*fo_truncate)(struct file *, off_t);
};

union file_data {
	struct vnode	*fd_vp;
	struct socket	*fd_so;
	struct pipe	*fd_pipe;
	struct kqueue	*fd_kq;
	struct eventfd	*fd_eventfd;
	struct timerfd	*fd_timerfd;
	void		*fd_data;
	struct rnd_ctx	*fd_rndctx;
	int		fd_devunit;
	struct bpf_d	*fd_bpf;
	struct fcrypt	*fd_fcrypt;
	struct mqueue	*fd_mq;
	struct ksem	*fd_ks;
};

/*
 * Lock legend: (:) set before the file can be found, (a) atomic, (f) f_lock,
 * (l) filelist_lock, (F) whoever fo_* says (vnodes: f_lock or vnode lock).
 */
struct file {
	off_t		f_offset;	/* F: position */
	kauth_cred_t	f_cred;		/* :  who opened it */
	const struct fileops *f_ops;	/* : */
	union file_data	f_undata;	/* : */
	LIST_ENTRY(file) f_list;	/* l: list of all files */
	kmutex_t	f_lock;
	int		f_flag;		/* f: FREAD, FNONBLOCK ... */
	u_int		f_marker;	/* : marker in a list walk */
	u_int		f_type;		/* : DTYPE_ */
	u_int		f_advice;	/* f: POSIX_FADV_ */
	u_int		f_count;	/* a: references */
	u_int		f_msgcount;	/* f: references from messages */
	u_int		f_unpcount;	/* f: used by descriptor passing */
	SLIST_ENTRY(file) f_unplist;	/* f: used by descriptor passing */
};
#define f_vnode		f_undata.fd_vp
#define f_socket	f_undata.fd_so
#define f_pipe		f_undata.fd_pipe
#define f_kqueue	f_undata.fd_kq
#define f_data		f_undata.fd_data
#define f_mqueue	f_undata.fd_mq
#define f_ksem		f_undata.fd_ks
#define f_eventfd	f_undata.fd_eventfd
#define f_timerfd	f_undata.fd_timerfd
#define f_rndctx	f_undata.fd_rndctx
#define f_devunit	f_undata.fd_devunit
#define f_bpf		f_undata.fd_bpf
#define f_fcrypt	f_undata.fd_fcrypt

typedef struct file file_t;

/* f_type */
#define DTYPE_VNODE	1
#define DTYPE_SOCKET	2
#define DTYPE_PIPE	3
#define DTYPE_KQUEUE	4
#define DTYPE_MISC	5
#define DTYPE_CRYPTO	6
#define DTYPE_MQUEUE	7
#define DTYPE_SEM	8
#define DTYPE_EVENTFD	9
#define DTYPE_TIMERFD	10
#define DTYPE_NAMES	\
	"0", "file", "socket", "pipe", "kqueue", "misc", "crypto", "mqueue", \
	"semaphore", "eventfd", "timerfd"

/* flags of fo_read, fo_write, fo_seek */
#define FOF_UPDATE_OFFSET	0x0001	/* advance the position */
LIST_HEAD(filelist, file);
extern kmutex_t		filelist_lock;
extern struct filelist	filehead;	/* all that have memory; those with
					   f_count 0 are not open */
extern u_int		maxfiles;	/* most files */
extern u_int		nfiles;		/* files on the list */

extern const struct fileops vnops;

int	dofileread(int, struct file *, void *, size_t, off_t *, int,
	    register_t *);
int	dofilewrite(int, struct file *, const void *, size_t, off_t *, int,
	    register_t *);
int	do_filereadv(int, const struct iovec *, int, off_t *, int,
	    register_t *);
int	do_filewritev(int, const struct iovec *, int, off_t *, int,
	    register_t *);

int	fsetown(pid_t *, u_long, const void *);
int	fgetown(pid_t, u_long, void *);
void	fownsignal(pid_t, int, int, int, void *);

/* Defaults for fileops. */
int	fbadop_read(struct file *, off_t *, struct uio *, kauth_cred_t, int);
int	fbadop_write(struct file *, off_t *, struct uio *, kauth_cred_t, int);
int	fbadop_ioctl(struct file *, u_long, void *);
int	fbadop_close(struct file *);
int	fbadop_stat(struct file *, struct stat *);
int	fnullop_fcntl(struct file *, u_int, void *);
int	fnullop_poll(struct file *, int);
int	fnullop_kqfilter(struct file *, struct knote *);
void	fnullop_restart(struct file *);

#endif /* _SYS_FILE_H_ */
