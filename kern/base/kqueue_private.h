/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by kern_event*.c only.
 */
#ifndef _KERN_BASE_KQUEUE_PRIVATE_H_
#define _KERN_BASE_KQUEUE_PRIVATE_H_

#include <sys/event.h>
#include <sys/eventvar.h>

struct kfilter {
	const char		*kf_name;
	uint32_t		kf_filter;	/* EVFILT_ number */
	const struct filterops	*kf_fop;	/* NULL: unused */
	unsigned		kf_refcnt;	/* knotes; kfilter_lock */
};

/* kern_event.c */
void	knote_activate(struct knote *);
int	knote_event(struct knote *, long);
uint32_t knote_status(struct knote *);
void	knote_copy(const struct knote *, struct kevent *);

/* kern_event_filter.c */
void	kfilter_sysinit(void);
struct kfilter *kfilter_hold(uint32_t);
void	kfilter_rele(struct kfilter *);

/* kern_event_knote.c: registrations. */
int	kqueue_register(struct kqueue *, struct kevent *);
void	knote_drop_held(struct kqueue *, struct knote *);
void	kqueue_purge(struct kqueue *);
void	knote_sysinit(void);

#endif /* _KERN_BASE_KQUEUE_PRIVATE_H_ */
