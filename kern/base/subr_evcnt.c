/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evcnt(9): the list of event counters.
 *
 * Counters of link sets are attached at boot or when their object is loaded,
 * others at any time.  The counts themselves are incremented by their owners
 * without a lock, so printed figures may be slightly behind.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/evcnt.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>

#include "base_svc.h"

struct evcntlist allevents = TAILQ_HEAD_INITIALIZER(allevents);
static kmutex_t evcnt_lock;
static bool evcnt_ready;

void
evcnt_init(void)
{

	KASSERT(!evcnt_ready);
	mutex_init(&evcnt_lock, MUTEX_DEFAULT, IPL_NONE);
	evcnt_ready = true;
	rump_dsosets_evcnts();
}

void
evcnt_attach_static(struct evcnt *ev)
{
	size_t len;

	len = strlen(ev->ev_group);
	KASSERT(len <= EVCNT_STRING_MAX);
	ev->ev_grouplen = (unsigned char)len;
	len = strlen(ev->ev_name);
	KASSERT(len <= EVCNT_STRING_MAX);
	ev->ev_namelen = (unsigned char)len;
	mutex_enter(&evcnt_lock);
	TAILQ_INSERT_TAIL(&allevents, ev, ev_list);
	mutex_exit(&evcnt_lock);
}

void
evcnt_attach_dynamic_nozero(struct evcnt *ev, int type,
    const struct evcnt *parent, const char *group, const char *name)
{

	ev->ev_type = (unsigned char)type;
	ev->ev_parent = parent;
	ev->ev_group = group;
	ev->ev_name = name;
	evcnt_attach_static(ev);
}

void
evcnt_attach_dynamic(struct evcnt *ev, int type, const struct evcnt *parent,
    const char *group, const char *name)
{

	memset(ev, 0, sizeof(*ev));
	evcnt_attach_dynamic_nozero(ev, type, parent, group, name);
}

void
evcnt_detach(struct evcnt *ev)
{

	mutex_enter(&evcnt_lock);
	TAILQ_REMOVE(&allevents, ev, ev_list);
	mutex_exit(&evcnt_lock);
}

/*
 * Print all that are not zero.
 */
void
rump_printevcnts(void)
{
	struct evcnt *ev;
	uint64_t count;

	mutex_enter(&evcnt_lock);
	TAILQ_FOREACH(ev, &allevents, ev_list) {
		if ((count = atomic_load_relaxed(&ev->ev_count)) != 0)
			rumpuser_dprintf("%s / %s: %llu\n", ev->ev_group,
			    ev->ev_name, (unsigned long long)count);
	}
	mutex_exit(&evcnt_lock);
}

/* One record of kern.evcnt, with both names behind it. */
static int
evcnt_export(struct lwp *l, const struct evcnt *ev, char *dst, size_t room,
    size_t *used)
{
	size_t total = roundup2(offsetof(struct evcnt_sysctl, ev_strings) +
	    ev->ev_grouplen + 1 + ev->ev_namelen + 1, sizeof(uint64_t));
	union {
		struct evcnt_sysctl rec;
		char bytes[sizeof(struct evcnt_sysctl) +
		    2 * (EVCNT_STRING_MAX + 1) + sizeof(uint64_t)];
	} u;

	*used = total;
	if (dst == NULL || room < total)
		return 0;
	memset(&u, 0, sizeof(u));
	u.rec.ev_count = atomic_load_relaxed(&ev->ev_count);
	u.rec.ev_type = ev->ev_type;
	u.rec.ev_grouplen = ev->ev_grouplen;
	u.rec.ev_namelen = ev->ev_namelen;
	u.rec.ev_len = (uint8_t)(total / sizeof(uint64_t));
	memcpy(u.rec.ev_strings, ev->ev_group, ev->ev_grouplen);
	memcpy(u.rec.ev_strings + ev->ev_grouplen + 1, ev->ev_name,
	    ev->ev_namelen);
	return sysctl_copyout(l, &u, dst, total);
}

/*
 * kern.evcnt.<type>.<any or nonzero>
 */
static int
sysctl_doevcnt(SYSCTLFN_ARGS)
{
	size_t room = *oldlenp, len = 0, one;
	struct evcnt *ev;
	int error = 0;

	if (namelen != 2 || name[1] < KERN_EVCNT_COUNT_ANY ||
	    name[1] > KERN_EVCNT_COUNT_NONZERO)
		return EINVAL;
	if (newp != NULL)
		return EPERM;
	mutex_enter(&evcnt_lock);
	TAILQ_FOREACH(ev, &allevents, ev_list) {
		if (name[0] != EVCNT_TYPE_ANY && name[0] != ev->ev_type)
			continue;
		if (name[1] == KERN_EVCNT_COUNT_NONZERO &&
		    atomic_load_relaxed(&ev->ev_count) == 0)
			continue;
		error = evcnt_export(l, ev,
		    oldp == NULL ? NULL : (char *)oldp + len,
		    len < room ? room - len : 0, &one);
		if (error)
			break;
		len += one;
	}
	mutex_exit(&evcnt_lock);
	*oldlenp = len;
	if (error == 0 && oldp != NULL && len > room)
		error = ENOMEM;
	return error;
}

SYSCTL_SETUP(sysctl_evcnt_setup, "event counters")
{

	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "evcnt", SYSCTL_DESCR("Kernel evcnt information"),
	    sysctl_doevcnt, 0, NULL, 0, CTL_KERN, KERN_EVCNT, CTL_EOL);
}
