/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * psref(9): passive references.  Holding one costs no atomic operation and
 * lets its holder sleep; it belongs to the lwp and the CPU that took it.
 * psref_target_destroy() waits until nobody holds the target.
 */

#ifndef _SYS_PSREF_H_
#define	_SYS_PSREF_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/stdbool.h>

struct cpu_info;
struct lwp;

struct psref;
struct psref_class;
struct psref_target;

struct psref_target {
	struct psref_class	*prt_class;
	bool			prt_draining;	/* being destroyed */
};

/* Fields belong to the holder's CPU: read and written there only. */
struct psref {
	SLIST_ENTRY(psref)	psref_entry;	/* references of the CPU */
	const struct psref_target *psref_target;
	struct lwp		*psref_lwp;	/* holder */
	struct cpu_info		*psref_cpu;	/* where it was taken */
};

void	psref_init(void);
struct psref_class *psref_class_create(const char *, int);
void	psref_class_destroy(struct psref_class *);

void	psref_target_init(struct psref_target *, struct psref_class *);
void	psref_target_destroy(struct psref_target *, struct psref_class *);

void	psref_acquire(struct psref *, const struct psref_target *,
	    struct psref_class *);
void	psref_release(struct psref *, const struct psref_target *,
	    struct psref_class *);
void	psref_copy(struct psref *, const struct psref *,
	    struct psref_class *);

/* For assertions only: held by this lwp? */
bool	psref_held(const struct psref_target *, struct psref_class *);


#endif /* !_SYS_PSREF_H_ */
