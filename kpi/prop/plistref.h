/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A property list in external form, as an ioctl(2) passes it.
 */

#ifndef _PROPLIB_PLISTREF_H_
#define	_PROPLIB_PLISTREF_H_

#include <sys/types.h>

struct plistref {
	void	*pref_plist;	/* the text */
	size_t	pref_len;	/* its length */
};

#endif /* !_PROPLIB_PLISTREF_H_ */
