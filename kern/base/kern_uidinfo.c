/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each user id uses.  Entries are made on first need and stay; lookups
 * walk the chain without a lock, since entries are only ever added in front.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/resource.h>
#include <sys/systm.h>
#include <sys/uidinfo.h>

#include <lib/libkern/libkern.h>

#define UIHASH	32

static kmutex_t uidinfo_lock;
static SLIST_HEAD(uihashhead, uidinfo) uihash[UIHASH];
static struct uidinfo ui_root;

static struct uihashhead *
uid_head(uid_t uid)
{

	return &uihash[uid % UIHASH];
}

void
uid_init(void)
{

	mutex_init(&uidinfo_lock, MUTEX_DEFAULT, IPL_NONE);
	/* Root's is built in: booting needs it. */
	SLIST_INSERT_HEAD(uid_head(0), &ui_root, ui_hash);
}

static struct uidinfo *
uid_lookup(uid_t uid)
{
	struct uidinfo *uip;

	uip = atomic_load_consume(&SLIST_FIRST(uid_head(uid)));
	while (uip != NULL && uip->ui_uid != uid)
		uip = SLIST_NEXT(uip, ui_hash);
	return uip;
}

struct uidinfo *
uid_find(uid_t uid)
{
	struct uidinfo *uip, *new;

	uip = uid_lookup(uid);
	if (__predict_true(uip != NULL))
		return uip;
	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	new->ui_uid = uid;
	mutex_enter(&uidinfo_lock);
	uip = uid_lookup(uid);
	if (uip == NULL) {
		SLIST_NEXT(new, ui_hash) = SLIST_FIRST(uid_head(uid));
		atomic_store_release(&SLIST_FIRST(uid_head(uid)), new);
		uip = new;
		new = NULL;
	}
	mutex_exit(&uidinfo_lock);
	if (new != NULL)
		kmem_free(new, sizeof(*new));
	return uip;
}

static int
count_change(u_long *count, int diff)
{
	long now;

	now = (long)atomic_add_long_nv(count, diff);
	KASSERT(now >= 0);
	return (int)now;
}

/* Each returns the new count. */
int
chgproccnt(uid_t uid, int diff)
{

	return count_change(&uid_find(uid)->ui_proccnt, diff);
}

int
chglwpcnt(uid_t uid, int diff)
{

	return count_change(&uid_find(uid)->ui_lwpcnt, diff);
}

int
chgsemcnt(uid_t uid, int diff)
{

	return count_change(&uid_find(uid)->ui_semcnt, diff);
}

/*
 * Change a socket buffer's size from *hiwat to `to'; nonzero if the user may.
 */
int
chgsbsize(struct uidinfo *uip, u_long *hiwat, u_long to, rlim_t xmax)
{
	long diff = (long)to - (long)*hiwat;
	u_long now;

	now = atomic_add_long_nv(&uip->ui_sbsize, diff);
	if (diff > 0 && now > xmax) {
		atomic_add_long(&uip->ui_sbsize, -diff);
		return 0;
	}
	*hiwat = to;
	return 1;
}
