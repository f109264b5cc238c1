/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kqueue(2) and kfilter(9): events, and knotes that connect an object to the
 * kqueue that watches it.
 *
 * An object keeps a klist of knotes, protected by its own lock, and calls
 * KNOTE() with that lock held when something happened; f_event then says
 * whether the knote is ready.
 */
#ifndef _SYS_EVENT_H_
#define _SYS_EVENT_H_

#include <sys/featuretest.h>
#include <sys/types.h>
#include <sys/systm.h>
#include <sys/inttypes.h>
#include <sys/null.h>
#include <sys/queue.h>
#include <sys/mutex.h>

#define EVFILT_READ		0U
#define EVFILT_WRITE		1U
#define EVFILT_AIO		2U
#define EVFILT_VNODE		3U
#define EVFILT_PROC		4U
#define EVFILT_SIGNAL		5U
#define EVFILT_TIMER		6U
#define EVFILT_FS		7U
#define EVFILT_USER		8U
#define EVFILT_EMPTY		9U
#define EVFILT_SYSCOUNT		10U

struct kevent {
	uintptr_t	ident;
	uint32_t	filter;
	uint32_t	flags;
	uint32_t	fflags;
	int64_t		data;
	void		*udata;
	uint64_t	ext[4];
};

#define EV_SET(kevp, a, b, c, d, e, f)	do {				\
	struct kevent *_kevp = (kevp);					\
	memset(_kevp, 0, sizeof(*_kevp));				\
	_kevp->ident = (a);						\
	_kevp->filter = (b);						\
	_kevp->flags = (c);						\
	_kevp->fflags = (d);						\
	_kevp->data = (e);						\
	_kevp->udata = (__typeof__(_kevp->udata))(f);					\
} while (0)

/* actions */
#define EV_ADD		0x0001U
#define EV_DELETE	0x0002U
#define EV_ENABLE	0x0004U
#define EV_DISABLE	0x0008U
/* flags */
#define EV_ONESHOT	0x0010U
#define EV_CLEAR	0x0020U
#define EV_RECEIPT	0x0040U
#define EV_DISPATCH	0x0080U
#define EV_SYSFLAGS	0xF000U
#define EV_FLAG1	0x2000U
/* returned */
#define EV_EOF		0x8000U
#define EV_ERROR	0x4000U

/* EVFILT_USER */
#define NOTE_FFNOP	0x00000000U
#define NOTE_FFAND	0x40000000U
#define NOTE_FFOR	0x80000000U
#define NOTE_FFCOPY	0xc0000000U
#define NOTE_FFCTRLMASK	0xc0000000U
#define NOTE_FFLAGSMASK	0x00ffffffU
#define NOTE_TRIGGER	0x01000000U

/* hint to f_event: the owner's lock is held */
#define NOTE_SUBMIT	0x01000000U

/* hint: the low bits are a signal; not seen by programs */
#define NOTE_SIGNAL	0x08000000U

/* EVFILT_READ and EVFILT_WRITE */
#define NOTE_LOWAT	0x0001U

/* EVFILT_VNODE */
#define NOTE_DELETE	0x0001U
#define NOTE_WRITE	0x0002U
#define NOTE_EXTEND	0x0004U
#define NOTE_ATTRIB	0x0008U
#define NOTE_LINK	0x0010U
#define NOTE_RENAME	0x0020U
#define NOTE_REVOKE	0x0040U
#define NOTE_OPEN	0x0080U
#define NOTE_CLOSE	0x0100U
#define NOTE_CLOSE_WRITE 0x0200U
#define NOTE_READ	0x0400U

/* EVFILT_PROC */
#define NOTE_EXIT	0x80000000U
#define NOTE_FORK	0x40000000U
#define NOTE_EXEC	0x20000000U
#define NOTE_PDATAMASK	0x000fffffU
#define NOTE_PCTRLMASK	0xf0000000U
#define NOTE_TRACK	0x00000001U
#define NOTE_TRACKERR	0x00000002U
#define NOTE_CHILD	0x00000004U

/* EVFILT_TIMER */
#define NOTE_MSECONDS	0x00000000U
#define NOTE_SECONDS	0x00000001U
#define NOTE_USECONDS	0x00000002U
#define NOTE_NSECONDS	0x00000003U
#define NOTE_ABSTIME	0x00000010U

/* ioctl on a kqueue descriptor: names of filters */
struct kfilter_mapping {
	char		*name;
	size_t		len;
	uint32_t	filter;
};
#define KFILTER_BYFILTER	_IOWR('k', 0, struct kfilter_mapping)
#define KFILTER_BYNAME		_IOWR('k', 1, struct kfilter_mapping)

struct knote;
SLIST_HEAD(klist, knote);

struct lwp;
struct timespec;
struct kqueue;
struct kfilter;

struct filterops {
	int	f_flags;			/* FILTEROP_ */
	int	(*f_attach)(struct knote *);	/* for ident not a file */
	void	(*f_detach)(struct knote *);
	int	(*f_event)(struct knote *, long);	/* ready? */
	int	(*f_touch)(struct knote *, struct kevent *, long);
};
/* type of f_touch */
#define EVENT_REGISTER	1L
#define EVENT_PROCESS	2L

#define FILTEROP_ISFD	0x0001	/* ident is a descriptor */
#define FILTEROP_MPSAFE	0x0002	/* no kernel lock needed */

/*
 * One registration.  Lock legend: (q) kq_lock, (o) the watched object's
 * lock, (d) fd_lock of the kqueue's table, (:) constant.
 */
struct knote {
	SLIST_ENTRY(knote) kn_link;	/* d: of one ident */
	SLIST_ENTRY(knote) kn_selnext;	/* o: of one object */
	TAILQ_ENTRY(knote) kn_tqe;	/* q: ready queue */
	struct kqueue	*kn_kq;		/* : */
	struct kevent	kn_kevent;	/* q: what the user gave */
	uint32_t	kn_status;	/* q: KN_ */
	uint32_t	kn_sfflags;	/* o: saved fflags */
	uintptr_t	kn_sdata;	/* o: saved data */
	void		*kn_obj;	/* : file, proc ... */
	const struct filterops *kn_fop;	/* : */
	struct kfilter	*kn_kfilter;	/* : */
	void		*kn_hook;	/* o: the filter's */
	int		kn_hookid;	/* o: the filter's */
	u_int		kn_influx;	/* q: being worked on */

#define KN_ACTIVE	0x01U	/* event happened */
#define KN_QUEUED	0x02U	/* on the ready queue */
#define KN_DISABLED	0x04U	/* not to be queued */
#define KN_DETACHED	0x08U	/* the object is gone */
#define KN_BUSY		0x20U	/* a scan has it; queued after that */
#define KN_WILLDETACH	0x40U	/* about to be freed */
#define KN_ATTACHING	0x80U	/* not complete yet */

#define kn_id		kn_kevent.ident
#define kn_filter	kn_kevent.filter
#define kn_flags	kn_kevent.flags
#define kn_fflags	kn_kevent.fflags
#define kn_data		kn_kevent.data
};

/* Where kevent1() gets and puts events. */
typedef int (*kevent_fetch_changes_t)(void *, const struct kevent *,
    struct kevent *, size_t, int);
typedef int (*kevent_put_events_t)(void *, struct kevent *, struct kevent *,
    size_t, int);
struct kevent_ops {
	void	*keo_private;
	copyin_t keo_fetch_timeout;
	kevent_fetch_changes_t keo_fetch_changes;
	kevent_put_events_t keo_put_events;
};

#define KNOTE(list, hint)	knote((list), (hint))

int	kevent_fetch_changes(void *, const struct kevent *, struct kevent *,
	    size_t, int);
int	kevent_put_events(void *, struct kevent *, struct kevent *, size_t,
	    int);
int	kevent1(register_t *, int, const struct kevent *, size_t,
	    struct kevent *, size_t, const struct timespec *,
	    const struct kevent_ops *);

void	kqueue_init(void);
void	knote(struct klist *, long);
void	knote_fdclose(int);
void	knote_proc_exec(struct proc *);
void	knote_proc_fork(struct proc *, struct proc *);
void	knote_proc_exit(struct proc *);
void	knote_set_eof(struct knote *, uint32_t);
void	knote_clear_eof(struct knote *);

void	klist_init(struct klist *);
void	klist_fini(struct klist *);
void	klist_insert(struct klist *, struct knote *);
bool	klist_remove(struct klist *, struct knote *);

int	kfilter_register(const char *, const struct filterops *, int *);
int	kfilter_unregister(const char *);
int	filt_seltrue(struct knote *, long);

extern const struct filterops seltrue_filtops;
extern const struct filterops sig_filtops;
extern kmutex_t kqueue_misc_lock;

#endif /* _SYS_EVENT_H_ */
