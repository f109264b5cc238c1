/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Libraries of the host that are loaded when a link first needs them, and then
 * stay.  What they call is bound at once, so that nothing fails later.
 */

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "virtif_backend.h"

/* The pointers to functions are written by one thread at a time. */
static pthread_mutex_t library_lock = PTHREAD_MUTEX_INITIALIZER;

static int
fill_in(struct virtif *v, void *handle, const struct virtif_symbol *vs)
{
	void *func;

	for (; vs->vs_name != NULL; vs++) {
		if ((func = dlsym(handle, vs->vs_name)) == NULL)
			return virtif_why(v, ENODEV, "%s", dlerror());
		/* Who has them already may be calling. */
		if (memcmp(vs->vs_where, &func, sizeof(func)) != 0)
			memcpy(vs->vs_where, &func, sizeof(func));
	}
	return 0;
}

int
virtif_library(struct virtif *v, const char *soname,
    const struct virtif_symbol *vs)
{
	void *handle;
	int error;

	(void)pthread_mutex_lock(&library_lock);
	if ((handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL)) == NULL)
		error = virtif_why(v, ENODEV, "%s", dlerror());
	else if ((error = fill_in(v, handle, vs)) != 0)
		(void)dlclose(handle);
	(void)pthread_mutex_unlock(&library_lock);
	return error;
}

int
virtif_left_out(struct virtif *v, const char *arg, bool *offload)
{

	(void)arg;
	(void)offload;
	return virtif_why(v, ENODEV, "built without the library it needs");
}
