/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directory entries, and the names of extended attributes.
 */
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "hostabi.h"

#define	RHEAD	offsetof(struct rump_dirent, d_name)
#define	HHEAD	offsetof(struct dirent64, d_name)

/* The host's record: header, name, NUL, to the next multiple of 8. */
static size_t
host_reclen(size_t namlen)
{

	return (HHEAD + namlen + 1 + 7) & ~(size_t)7;
}

/* Is what is at d, of left bytes, an entry as the kernel writes them? */
static bool
entry_ok(const struct rump_dirent *d, size_t left)
{

	return left > RHEAD && d->d_reclen > RHEAD && d->d_reclen <= left &&
	    d->d_namlen < d->d_reclen - RHEAD &&
	    d->d_namlen < sizeof(((struct dirent64 *)NULL)->d_name) &&
	    d->d_name[d->d_namlen] == '\0';
}

static void
put_entry(const struct rump_dirent *d, char *out, size_t reclen)
{
	struct dirent64 *h = (struct dirent64 *)(void *)out;

	h->d_ino = d->d_fileno;
	h->d_off = -1;
	h->d_reclen = (unsigned short)reclen;
	h->d_type = d->d_type;		/* the same numbers everywhere */
	memset(h->d_name, 0, reclen - HHEAD);
	memcpy(h->d_name, d->d_name, d->d_namlen);
}

ssize_t
rump_hostabi_dirents_to_host(const void *buf, size_t len, off_t next,
    void *out, size_t room)
{
	const struct rump_dirent *d;
	char *last = NULL;
	size_t at, used, reclen;

	for (at = used = 0; at < len; at += d->d_reclen) {
		d = (const void *)((const char *)buf + at);
		if (!entry_ok(d, len - at))
			return hostabi_fail(EIO);
		if (d->d_fileno == 0)
			continue;	/* removed */
		reclen = host_reclen(d->d_namlen);
		if (reclen > room - used)
			return hostabi_fail(EINVAL);
		last = (char *)out + used;
		put_entry(d, last, reclen);
		used += reclen;
	}
	if (last != NULL)
		((struct dirent64 *)(void *)last)->d_off = next;
	return (ssize_t)used;
}

/* Prefixes of attribute names: where they are kept, and if with the prefix. */
static const struct {
	const char	*xp_prefix;
	int		 xp_nspace;
	bool		 xp_whole;
} prefixes[] = {
	{ "user.", RUMP_EXTATTR_USER, false },
	{ "trusted.", RUMP_EXTATTR_SYSTEM, true },
	{ "security.", RUMP_EXTATTR_SYSTEM, true },
	{ "system.", RUMP_EXTATTR_SYSTEM, false },
};

int
rump_hostabi_xattr_from_host(const char *full, int *nspace,
    const char **name)
{
	size_t i, len;

	for (i = 0; i < NITEMS(prefixes); i++) {
		len = strlen(prefixes[i].xp_prefix);
		if (strncmp(full, prefixes[i].xp_prefix, len) != 0)
			continue;
		if (full[len] == '\0')
			return EINVAL;
		*nspace = prefixes[i].xp_nspace;
		*name = prefixes[i].xp_whole ? full : full + len;
		return 0;
	}
	return EOPNOTSUPP;
}

/* The row of a name inside the kernel; NULL: no such namespace. */
static const char *
xattr_prefix(int nspace, const char *name)
{
	size_t i;

	for (i = 0; i < NITEMS(prefixes); i++) {
		if (prefixes[i].xp_nspace != nspace)
			continue;
		if (!prefixes[i].xp_whole)
			return prefixes[i].xp_prefix;
		if (strncmp(name, prefixes[i].xp_prefix,
		    strlen(prefixes[i].xp_prefix)) == 0)
			return "";
	}
	return NULL;
}

int
rump_hostabi_xattr_to_host(int nspace, const char *name, char *full,
    size_t room)
{
	const char *prefix;
	int n;

	prefix = xattr_prefix(nspace, name);
	if (prefix == NULL)
		return EOPNOTSUPP;
	n = snprintf(full, room, "%s%s", prefix, name);
	return n < 0 || (size_t)n >= room ? ERANGE : 0;
}
