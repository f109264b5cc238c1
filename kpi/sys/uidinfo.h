/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each real user id uses: processes, threads, locks, socket buffers.
 * The counts are changed with atomic operations; entries live forever.
 */
#ifndef _SYS_UIDINFO_H_
#define _SYS_UIDINFO_H_

#include <sys/types.h>
#include <sys/resource.h>
#include <sys/queue.h>

/* Lock legend: (:) constant, (l) uidinfo_lock to add, (a) atomic. */
struct uidinfo {
	SLIST_ENTRY(uidinfo) ui_hash;	/* l */
	uid_t		ui_uid;		/* : */
	u_long		ui_proccnt;	/* a: processes */
	u_long		ui_lwpcnt;	/* a: threads */
	u_long		ui_lockcnt;	/* a: advisory locks */
	u_long		ui_semcnt;	/* a: semaphores */
	u_long		ui_sbsize;	/* a: socket buffer bytes */
};

struct uidinfo *uid_find(uid_t);
int	chgproccnt(uid_t, int);
int	chglwpcnt(uid_t, int);
int	chgsemcnt(uid_t, int);
int	chgsbsize(struct uidinfo *, u_long *, u_long, rlim_t);
void	uid_init(void);

#endif /* _SYS_UIDINFO_H_ */
