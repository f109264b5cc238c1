/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_copyin_ioctl(9): property lists in and out of processes.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/ioccom.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <uvm/uvm_extern.h>

#include "prop_private.h"

#define COPYIN_LIMIT	(128 * 1024)	/* where the caller names none */

int
prop_copyin(const struct plistref *pref, const struct prop_type *type,
    void **objp, size_t limit)
{
	size_t len = pref->pref_len;
	char *text;
	int error;

	if (len >= limit)
		return E2BIG;
	text = prop_alloc(len + 1);
	if (text == NULL)
		return ENOMEM;
	error = copyin(pref->pref_plist, text, len);
	text[len] = '\0';
	if (error == 0)
		error = prop_parse(text, type, objp);
	prop_free(text, len + 1);
	return error;
}

/*
 * A client has no call to free memory of ours, so it gets pages of its own.
 */
int
prop_copyout(struct plistref *pref, void *obj, const struct prop_type *type)
{
	void *uaddr;
	char *text;
	size_t len;
	int error;

	text = prop_externalize(obj, type);
	if (text == NULL)
		return ENOMEM;
	len = strlen(text) + 1;
	error = uvm_mmap_anon(curproc, &uaddr, round_page(len));
	if (error == 0)
		error = copyout(text, uaddr, len);
	if (error == 0) {
		pref->pref_plist = uaddr;
		pref->pref_len = len;
	}
	free(text, M_TEMP);
	return error;
}

static int
copyin_ioctl(const struct plistref *pref, u_long cmd,
    const struct prop_type *type, void **objp, size_t limit)
{

	return (cmd & IOC_IN) == 0 ? EFAULT :
	    prop_copyin(pref, type, objp, limit);
}

static int
copyout_ioctl(struct plistref *pref, u_long cmd, void *obj,
    const struct prop_type *type)
{

	return (cmd & IOC_OUT) == 0 ? EFAULT : prop_copyout(pref, obj, type);
}

/* The six functions of a kind of object. */
#define COPYFUNCS(kind, T, type)					\
int									\
prop_##kind##_copyin_size(const struct plistref *pref, T *objp,		\
    size_t limit)							\
{									\
	void *obj;							\
	int error;							\
									\
	error = prop_copyin(pref, type, &obj, limit);			\
	if (error == 0)							\
		*objp = obj;						\
	return error;							\
}									\
									\
int									\
prop_##kind##_copyin(const struct plistref *pref, T *objp)		\
{									\
									\
	return prop_##kind##_copyin_size(pref, objp, COPYIN_LIMIT);	\
}									\
									\
int									\
prop_##kind##_copyin_ioctl_size(const struct plistref *pref,		\
    const u_long cmd, T *objp, size_t limit)				\
{									\
	void *obj;							\
	int error;							\
									\
	error = copyin_ioctl(pref, cmd, type, &obj, limit);		\
	if (error == 0)							\
		*objp = obj;						\
	return error;							\
}									\
									\
int									\
prop_##kind##_copyin_ioctl(const struct plistref *pref,			\
    const u_long cmd, T *objp)						\
{									\
									\
	return prop_##kind##_copyin_ioctl_size(pref, cmd, objp,		\
	    COPYIN_LIMIT);						\
}									\
									\
int									\
prop_##kind##_copyout(struct plistref *pref, T obj)			\
{									\
									\
	return prop_copyout(pref, obj, type);				\
}									\
									\
int									\
prop_##kind##_copyout_ioctl(struct plistref *pref, const u_long cmd,	\
    T obj)								\
{									\
									\
	return copyout_ioctl(pref, cmd, obj, type);			\
}

COPYFUNCS(object, prop_object_t, NULL)
COPYFUNCS(array, prop_array_t, &prop_type_array)
COPYFUNCS(dictionary, prop_dictionary_t, &prop_type_dictionary)
