/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct kqueue itself; only kern_event*.c look inside.
 */
#ifndef _SYS_EVENTVAR_H_
#define _SYS_EVENTVAR_H_

#include <sys/selinfo.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/filedesc.h>

#define KQ_NEVENTS	8	/* events copied in one go */

/*
 * Lock legend: (q) kq_lock, (d) fd_lock of kq_fdp, (n) kq_nest_lock,
 * (:) constant.
 */
struct kqueue {
	TAILQ_HEAD(kqlist, knote) kq_head; /* q: ready knotes */
	kmutex_t	kq_lock;	/* a spin lock, after objects' locks */
	filedesc_t	*kq_fdp;	/* : table it belongs to */
	struct selinfo	kq_sel;		/* q: pollers of the kqueue */
	kcondvar_t	kq_cv;		/* q: something is ready */
	u_int		kq_count;	/* q: length of kq_head */
	u_int		kq_restart;	/* q: times a scan was to return */
	u_int		kq_nested;	/* n: kqueues it watches */
	u_int		kq_level;	/* n: above all of these; 0: none */
};

#endif /* _SYS_EVENTVAR_H_ */
