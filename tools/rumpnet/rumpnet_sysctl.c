/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes of sysctl(7) by name: most have numbers that were given when the
 * kernel started.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rump_syscalls.h>

#include "rumpnet.h"

#define	ROOM_MAX	((size_t)1 << 30)

void *
rn_sysctl(const int *name, int n, size_t *lenp)
{
	size_t room = 4096;
	char *buf = NULL, *more;

	/* It may grow while one looks. */
	for (; room < ROOM_MAX; room *= 2) {
		if ((more = realloc(buf, room)) == NULL)
			break;
		buf = more;
		*lenp = room;
		if (rump_sys___sysctl(name, (unsigned int)n, buf, lenp, NULL,
		    0) == 0)
			return buf;
		if (errno != RUMP_ENOMEM) {
			free(buf);
			return NULL;
		}
	}
	free(buf);
	errno = RUMP_ENOMEM;
	return NULL;
}

/* The number of a child of that name, -1: errno. */
static int
child(int *mib, int n, const char *name, size_t len)
{
	struct rump_sysctlnode query = { .sysctl_flags =
	    RUMP_SYSCTL_VERSION }, nodes[256];
	size_t size = sizeof(nodes), i;

	mib[n] = RUMP_CTL_QUERY;
	if (rump_sys___sysctl(mib, (unsigned int)n + 1, nodes, &size, &query,
	    sizeof(query)) == -1)
		return -1;
	for (i = 0; i < size / sizeof(nodes[0]); i++)
		if (strncmp(nodes[i].sysctl_name, name, len) == 0 &&
		    nodes[i].sysctl_name[len] == '\0') {
			mib[n] = nodes[i].sysctl_num;
			return 0;
		}
	errno = RUMP_ENOENT;
	return -1;
}

int
rn_mib(const char *name, int mib[RN_MIB])
{
	size_t len;
	int n = 0;

	for (;; name += len + 1) {
		len = strcspn(name, ".");
		if (len >= sizeof(((struct rump_sysctlnode *)0)->sysctl_name)
		    || n == RN_MIB - 4) {
			errno = RUMP_ENOENT;
			return -1;
		}
		if (child(mib, n++, name, len) == -1)
			return -1;
		if (name[len] == '\0')
			return n;
	}
}
