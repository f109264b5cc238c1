/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parameters come from the environment.  Two have names of their own:
 * the number of virtual CPUs is RUMP_NCPU, two if that is not set, and
 * "host" there means as many as the host has online; the host name is made of
 * the host's and our process number.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rumpuser_int.h"

#define	NCPU_DEFAULT	"2"

static int
copyout(const char *value, char *buf, size_t buflen)
{
	size_t len = strlen(value) + 1;

	if (len > buflen)
		return RUMP_ERANGE;
	memcpy(buf, value, len);
	return 0;
}

static int
param_ncpu(char *buf, size_t buflen)
{
	const char *value = getenv("RUMP_NCPU");
	char text[24], *end;
	long n;

	if (value == NULL || *value == '\0')
		return copyout(NCPU_DEFAULT, buf, buflen);
	if (strcmp(value, "host") == 0) {
		n = sysconf(_SC_NPROCESSORS_ONLN);
	} else {
		n = strtol(value, &end, 10);
		if (*end != '\0')
			n = 0;
	}
	if (n < 1 || n > INT_MAX) {
		rumpuser__complain("RUMP_NCPU is \"%s\", not a number of "
		    "virtual CPUs or \"host\"", value);
		return RUMP_EINVAL;
	}
	snprintf(text, sizeof(text), "%ld", n);
	return copyout(text, buf, buflen);
}

static int
param_hostname(char *buf, size_t buflen)
{
	char host[256], text[sizeof(host) + 32];

	if (gethostname(host, sizeof(host)) == -1)
		return rumpuser__errtrans(errno);
	host[sizeof(host) - 1] = '\0';
	snprintf(text, sizeof(text), "rump-%05d.%s", (int)getpid(), host);
	return copyout(text, buf, buflen);
}

int
rumpuser_getparam(const char *name, void *buf, size_t buflen)
{
	const char *value;

	if (strcmp(name, RUMPUSER_PARAM_NCPU) == 0)
		return param_ncpu(buf, buflen);
	if (strcmp(name, RUMPUSER_PARAM_HOSTNAME) == 0)
		return param_hostname(buf, buflen);
	if (name[0] == '_')
		return RUMP_EINVAL;

	value = getenv(name);
	return value == NULL ? RUMP_ENOENT : copyout(value, buf, buflen);
}
