/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device switch: major number to driver.
 *
 * devsw_attach() gives a driver its block and character majors; bdev_*() and
 * cdev_*() call it, under the kernel lock unless it said D_MPSAFE.
 */
#ifndef _SYS_CONF_H_
#define _SYS_CONF_H_

#include <sys/types.h>
#include <sys/queue.h>

struct buf;
struct knote;
struct lwp;
struct tty;
struct uio;
struct vnode;
struct uvm_object;
struct cfdriver;
struct localcount;

/* d_flag: type in the low byte */
#define D_OTHER		0x0000
#define D_TAPE		0x0001
#define D_DISK		0x0002
#define D_TTY		0x0003
#define D_TYPEMASK	0x00ff
#define D_MPSAFE	0x0100
#define D_NEGOFFSAFE	0x0200
#define D_UNUSED0	0x0400
#define D_MCLOSE	0x0800	/* close on every close, not only the last */

typedef int	dev_open_t(dev_t, int, int, struct lwp *);
typedef int	dev_cancel_t(dev_t, int, int, struct lwp *);
typedef int	dev_close_t(dev_t, int, int, struct lwp *);
typedef int	dev_read_t(dev_t, struct uio *, int);
typedef int	dev_write_t(dev_t, struct uio *, int);
typedef int	dev_ioctl_t(dev_t, u_long, void *, int, struct lwp *);
typedef void	dev_stop_t(struct tty *, int);
typedef struct tty *dev_tty_t(dev_t);
typedef int	dev_poll_t(dev_t, int, struct lwp *);
typedef paddr_t	dev_mmap_t(dev_t, off_t, int);
typedef void	dev_strategy_t(struct buf *);
typedef int	dev_dump_t(dev_t, daddr_t, void *, size_t);
typedef int	dev_size_t(dev_t);
typedef int	dev_kqfilter_t(dev_t, struct knote *);
typedef int	dev_discard_t(dev_t, off_t, off_t);

struct bdevsw {
	int		(*d_open)(dev_t, int, int, struct lwp *);
	int		(*d_cancel)(dev_t, int, int, struct lwp *);
	int		(*d_close)(dev_t, int, int, struct lwp *);
	void		(*d_strategy)(struct buf *);
	int		(*d_ioctl)(dev_t, u_long, void *, int, struct lwp *);
	int		(*d_dump)(dev_t, daddr_t, void *, size_t);
	int		(*d_psize)(dev_t);
	int		(*d_discard)(dev_t, off_t, off_t);
	int		(*d_devtounit)(dev_t);
	struct cfdriver	*d_cfdriver;
	int		d_flag;
};

struct cdevsw {
	int		(*d_open)(dev_t, int, int, struct lwp *);
	int		(*d_cancel)(dev_t, int, int, struct lwp *);
	int		(*d_close)(dev_t, int, int, struct lwp *);
	int		(*d_read)(dev_t, struct uio *, int);
	int		(*d_write)(dev_t, struct uio *, int);
	int		(*d_ioctl)(dev_t, u_long, void *, int, struct lwp *);
	void		(*d_stop)(struct tty *, int);
	struct tty *	(*d_tty)(dev_t);
	int		(*d_poll)(dev_t, int, struct lwp *);
	paddr_t		(*d_mmap)(dev_t, off_t, int);
	int		(*d_kqfilter)(dev_t, struct knote *);
	int		(*d_discard)(dev_t, off_t, off_t);
	int		(*d_devtounit)(dev_t);
	struct cfdriver	*d_cfdriver;
	int		d_flag;
};

#define dev_type_open(n)	dev_open_t n
#define dev_type_cancel(n)	dev_cancel_t n
#define dev_type_close(n)	dev_close_t n
#define dev_type_read(n)	dev_read_t n
#define dev_type_write(n)	dev_write_t n
#define dev_type_ioctl(n)	dev_ioctl_t n
#define dev_type_stop(n)	dev_stop_t n
#define dev_type_tty(n)		dev_tty_t n
#define dev_type_poll(n)	dev_poll_t n
#define dev_type_mmap(n)	dev_mmap_t n
#define dev_type_strategy(n)	dev_strategy_t n
#define dev_type_dump(n)	dev_dump_t n
#define dev_type_size(n)	dev_size_t n
#define dev_type_kqfilter(n)	dev_kqfilter_t n
#define dev_type_discard(n)	dev_discard_t n

/* Entries for what a driver does not do. */
int	devenodev(dev_t, ...);
int	devnullop(dev_t, ...);
void	voidop(void);
void	ttyvenodev(struct tty *, ...);
void	ttyvnullop(struct tty *, ...);
paddr_t	nommap(dev_t, off_t, int);
int	seltrue(dev_t, int, struct lwp *);
int	seltrue_kqfilter(dev_t, struct knote *);

#define noopen		((dev_open_t *)devenodev)
#define nocancel	((dev_cancel_t *)devenodev)
#define noclose		((dev_close_t *)devenodev)
#define noread		((dev_read_t *)devenodev)
#define nowrite		((dev_write_t *)devenodev)
#define noioctl		((dev_ioctl_t *)devenodev)
#define nostop		((dev_stop_t *)ttyvenodev)
#define notty		NULL
#define nopoll		seltrue
#define nodump		((dev_dump_t *)devenodev)
#define nosize		NULL
#define nokqfilter	seltrue_kqfilter
#define nodiscard	((dev_discard_t *)devenodev)
#define nullopen	((dev_open_t *)devnullop)
#define nullclose	((dev_close_t *)devnullop)
#define nullread	((dev_read_t *)devnullop)
#define nullwrite	((dev_write_t *)devnullop)
#define nullioctl	((dev_ioctl_t *)devnullop)
#define nullstop	((dev_stop_t *)ttyvnullop)
#define nullpoll	((dev_poll_t *)devnullop)
#define nullmmap	((dev_mmap_t *)devnullop)
#define nulldump	((dev_dump_t *)devnullop)
#define nullkqfilter	((dev_kqfilter_t *)devnullop)
#define nulldiscard	((dev_discard_t *)devnullop)

dev_type_open(bdev_open);
dev_type_cancel(bdev_cancel);
dev_type_close(bdev_close);
dev_type_strategy(bdev_strategy);
dev_type_ioctl(bdev_ioctl);
dev_type_dump(bdev_dump);
dev_type_size(bdev_size);
dev_type_discard(bdev_discard);
int	bdev_flags(dev_t);
int	bdev_type(dev_t);
void	bdev_detached(dev_t);

dev_type_open(cdev_open);
dev_type_cancel(cdev_cancel);
dev_type_close(cdev_close);
dev_type_read(cdev_read);
dev_type_write(cdev_write);
dev_type_ioctl(cdev_ioctl);
dev_type_tty(cdev_tty);
dev_type_poll(cdev_poll);
dev_type_mmap(cdev_mmap);
dev_type_kqfilter(cdev_kqfilter);
dev_type_discard(cdev_discard);
int	cdev_flags(dev_t);
int	cdev_type(dev_t);
void	cdev_detached(dev_t);

/* Known names and majors, before any driver attached. */
struct devsw_conv {
	const char	*d_name;
	devmajor_t	d_bmajor;
	devmajor_t	d_cmajor;
	int		d_class;	/* DEVNODE_ */
	int		d_flags;	/* DEVNODE_FLAG_ */
	int		d_vectdim[2];
};
#define DEVNODE_DONTBOTHER	0
#define DEVNODE_SINGLE		1
#define DEVNODE_VECTOR		2
#define DEVNODE_FLAG_LINKZERO	0x01
#define DEVNODE_FLAG_ISMINOR0	0x02
#define DEVNODE_FLAG_ISMINOR1	0x04

extern struct devsw_conv *devsw_conv;
extern int max_devsw_convs;

/* Set by the vfs faction to biodone(9). */
extern void (*biodone_vfs)(struct buf *);

/*
 * linesw(9): a line discipline stands between a terminal's driver and its
 * programs.  l_start is called with ttylock(), the others without.
 */
struct linesw {
	const char	*l_name;
	LIST_ENTRY(linesw) l_list;	/* the list's lock */
	u_int		l_refcnt;	/* likewise: terminals that use it */
	int		l_no;		/* for TIOCGETD */
	int		(*l_open)(dev_t, struct tty *);
	int		(*l_close)(struct tty *, int);
	int		(*l_read)(struct tty *, struct uio *, int);
	int		(*l_write)(struct tty *, struct uio *, int);
	int		(*l_ioctl)(struct tty *, u_long, void *, int,
			    struct lwp *);
	int		(*l_rint)(int, struct tty *);
	int		(*l_start)(struct tty *);
	int		(*l_modem)(struct tty *, int);
	int		(*l_poll)(struct tty *, int, struct lwp *);
};

/*
 * In rumpkern_tty.  Attach: EEXIST, a name or number in use.  Detach: ENOENT,
 * EBUSY while terminals use it.  Lookups return a reference, or NULL, for
 * release.  The default one, "termios", always is there and is not counted.
 */
void	ttyldisc_init(void);
int	ttyldisc_attach(struct linesw *);
int	ttyldisc_detach(struct linesw *);
struct linesw *ttyldisc_lookup(const char *);
struct linesw *ttyldisc_lookup_bynum(int);
struct linesw *ttyldisc_default(void);
void	ttyldisc_release(struct linesw *);

/* Entries for what a discipline does not do. */
int	ttyenodev(struct tty *, ...);
int	ttyerrinput(int, struct tty *);
int	ttyerrpoll(struct tty *, int, struct lwp *);
int	ttynullioctl(struct tty *, u_long, void *, int, struct lwp *);
#define ttynodisc	((int (*)(dev_t, struct tty *))devenodev)
#define ttyerrclose	((int (*)(struct tty *, int))ttyenodev)
#define ttyerrio	((int (*)(struct tty *, struct uio *, int))ttyenodev)
#define ttyerrstart	((int (*)(struct tty *))ttyenodev)

void	devsw_init(void);
int	devsw_attach(const char *, const struct bdevsw *, devmajor_t *,
	    const struct cdevsw *, devmajor_t *);
void	devsw_detach(const struct bdevsw *, const struct cdevsw *);
const struct bdevsw *bdevsw_lookup(dev_t);
const struct cdevsw *cdevsw_lookup(dev_t);
const struct bdevsw *bdevsw_lookup_acquire(dev_t, struct localcount **);
const struct cdevsw *cdevsw_lookup_acquire(dev_t, struct localcount **);
void	bdevsw_release(const struct bdevsw *, struct localcount *);
void	cdevsw_release(const struct cdevsw *, struct localcount *);
devmajor_t bdevsw_lookup_major(const struct bdevsw *);
devmajor_t cdevsw_lookup_major(const struct cdevsw *);
const char *devsw_blk2name(devmajor_t);
const char *cdevsw_getname(devmajor_t);
const char *bdevsw_getname(devmajor_t);
devmajor_t devsw_name2blk(const char *, char *, size_t);
devmajor_t devsw_name2chr(const char *, char *, size_t);
dev_t	devsw_chr2blk(dev_t);
dev_t	devsw_blk2chr(dev_t);

#endif /* _SYS_CONF_H_ */
