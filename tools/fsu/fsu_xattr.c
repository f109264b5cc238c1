/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes of a file that is copied with all it has.  Those whose
 * value is the same on every system go: user, trusted and security.  What
 * the target cannot hold, or a user without privileges not set, is left out
 * silently, as cp -a does.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

#define	XATTR_MAX	((size_t)65536)	/* of a list, or of a value */

static bool
xattr_travels(const char *name)
{

	return strncmp(name, "user.", 5) == 0 ||
	    strncmp(name, "trusted.", 8) == 0 ||
	    strncmp(name, "security.", 9) == 0;
}

static bool
xattr_excused(int error)
{

	return error == EOPNOTSUPP || error == EPERM || error == EACCES ||
	    error == ENODATA || error == ENOSYS;
}

static int
xattr_one(struct fsu_side *src, const char *from, struct fsu_side *dst,
    const char *to, const char *name, char *value)
{
	size_t len;
	int error;

	error = src->s_ops->o_getxattr(src, from, name, value, XATTR_MAX,
	    &len);
	if (error == 0)
		error = dst->s_ops->o_setxattr(dst, to, name, value, len);
	return xattr_excused(error) ? 0 : error;
}

/* Copy what travels.  0 or the first errno that is worth a message. */
int
fsu_xattr_copy(struct fsu_side *src, const char *from, struct fsu_side *dst,
    const char *to)
{
	char *list, *value, *name;
	size_t len;
	int error, error1;

	/* most files have none: do not make room before asking */
	error = src->s_ops->o_listxattr(src, from, NULL, 0, &len);
	if (error != 0 || len == 0)
		return xattr_excused(error) ? 0 : error;
	list = fsu_alloc(XATTR_MAX + 1);
	error = src->s_ops->o_listxattr(src, from, list, XATTR_MAX, &len);
	if (error != 0 || len == 0) {
		free(list);
		return xattr_excused(error) ? 0 : error;
	}
	list[len] = '\0';
	value = fsu_alloc(XATTR_MAX);
	for (name = list; name < list + len; name += strlen(name) + 1) {
		if (!xattr_travels(name))
			continue;
		error1 = xattr_one(src, from, dst, to, name, value);
		if (error == 0)
			error = error1;
	}
	free(value);
	free(list);
	return error;
}
