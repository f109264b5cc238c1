/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_copyin_ioctl(9): property lists as arguments of system calls.
 *
 * The caller's memory holds the text.  Copying in gives a new object.
 * E2BIG: longer than the limit, 128 kB where none is named.  EFAULT: a bad
 * address, or an ioctl whose command does not copy that way.  EIO: no
 * property list, or one with another type of object at its root.  ENOMEM.
 *
 * Copying out maps memory into the calling process for the text and its NUL,
 * and fills in the reference; the process unmaps it.
 */

#ifndef _PROPLIB_PLISTREF_H_
#define	_PROPLIB_PLISTREF_H_

#include <sys/types.h>

#include <prop/prop_object.h>

struct plistref {
	void	*pref_plist;	/* the text */
	size_t	pref_len;	/* its length */
};

int	prop_object_copyin(const struct plistref *, prop_object_t *);
int	prop_object_copyin_size(const struct plistref *, prop_object_t *,
	    size_t);
int	prop_object_copyin_ioctl(const struct plistref *, const u_long,
	    prop_object_t *);
int	prop_object_copyin_ioctl_size(const struct plistref *, const u_long,
	    prop_object_t *, size_t);
int	prop_object_copyout(struct plistref *, prop_object_t);
int	prop_object_copyout_ioctl(struct plistref *, const u_long,
	    prop_object_t);

#endif /* !_PROPLIB_PLISTREF_H_ */
