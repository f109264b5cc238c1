/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secmodel(9): the security models there are, by id.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <secmodel/secmodel.h>

/* m: secmodel_lock; c: constant. */
struct secmodel_descr {
	const char		*sm_id;		/* c */
	const char		*sm_name;	/* c */
	prop_dictionary_t	sm_behavior;	/* c */
	secmodel_eval_t		sm_eval;	/* c: or NULL */
	secmodel_setinfo_t	sm_setinfo;	/* c */
	LIST_ENTRY(secmodel_descr) sm_entry;	/* m */
};

static LIST_HEAD(, secmodel_descr) secmodels =
    LIST_HEAD_INITIALIZER(secmodels);		/* secmodel_lock */
static krwlock_t secmodel_lock;		/* read-held during evaluations */

void
secmodel_registry_init(void)
{

	rw_init(&secmodel_lock);
}

static secmodel_t
secmodel_lookup(const char *id)
{
	secmodel_t sm;

	KASSERT(rw_lock_held(&secmodel_lock));
	LIST_FOREACH(sm, &secmodels, sm_entry)
		if (strcmp(sm->sm_id, id) == 0)
			return sm;
	return NULL;
}

int
secmodel_register(secmodel_t *smp, const char *id, const char *name,
    prop_dictionary_t behavior, secmodel_eval_t eval,
    secmodel_setinfo_t setinfo)
{
	secmodel_t sm;
	bool exists;

	if (smp == NULL || id == NULL || name == NULL)
		return EFAULT;
	sm = kmem_zalloc(sizeof(*sm), KM_SLEEP);
	sm->sm_id = id;
	sm->sm_name = name;
	sm->sm_behavior = behavior;
	sm->sm_eval = eval;
	sm->sm_setinfo = setinfo;
	rw_enter(&secmodel_lock, RW_WRITER);
	exists = secmodel_lookup(id) != NULL;
	if (!exists)
		LIST_INSERT_HEAD(&secmodels, sm, sm_entry);
	rw_exit(&secmodel_lock);
	if (exists) {
		kmem_free(sm, sizeof(*sm));
		return EEXIST;
	}
	*smp = sm;
	return 0;
}

int
secmodel_deregister(secmodel_t sm)
{
	secmodel_t each;

	if (sm == NULL)
		return EFAULT;
	rw_enter(&secmodel_lock, RW_WRITER);
	LIST_FOREACH(each, &secmodels, sm_entry)
		if (each == sm)
			break;
	if (each != NULL)
		LIST_REMOVE(sm, sm_entry);
	rw_exit(&secmodel_lock);
	if (each == NULL)
		return ENOENT;
	kmem_free(sm, sizeof(*sm));
	return 0;
}

int
secmodel_eval(const char *id, const char *what, void *arg, void *ret)
{
	int error = ENOENT;
	secmodel_t sm;

	if (id == NULL || what == NULL || ret == NULL)
		return EFAULT;
	rw_enter(&secmodel_lock, RW_READER);
	sm = secmodel_lookup(id);
	if (sm != NULL && sm->sm_eval != NULL) {
		error = (*sm->sm_eval)(what, arg, ret);
		if (error > 0)
			error = -error;
	}
	rw_exit(&secmodel_lock);
	return error;
}
