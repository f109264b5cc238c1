/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server of remote clients is a library of its own (the sysproxy server).
 * It defines these functions; the weak ones here answer in its absence, so
 * that a kernel without remote clients needs no networking code.  They are
 * the whole interface: nothing else of this library knows about clients.
 */
#include "rumpuser_int.h"

#pragma weak rumpuser_sp_init
#pragma weak rumpuser_sp_copyin
#pragma weak rumpuser_sp_copyinstr
#pragma weak rumpuser_sp_copyout
#pragma weak rumpuser_sp_copyoutstr
#pragma weak rumpuser_sp_anonmmap
#pragma weak rumpuser_sp_raise
#pragma weak rumpuser_sp_fini

int
rumpuser_sp_init(const char *url, const char *ostype, const char *osrelease,
	const char *machine)
{

	return RUMP_ENOSYS;
}

int
rumpuser_sp_copyin(void *client, const void *raddr, void *laddr, size_t len)
{

	return RUMP_ENOSYS;
}

int
rumpuser_sp_copyinstr(void *client, const void *raddr, void *laddr,
	size_t *lenp)
{

	return RUMP_ENOSYS;
}

int
rumpuser_sp_copyout(void *client, const void *laddr, void *raddr, size_t len)
{

	return RUMP_ENOSYS;
}

int
rumpuser_sp_copyoutstr(void *client, const void *laddr, void *raddr,
	size_t *lenp)
{

	return RUMP_ENOSYS;
}

int
rumpuser_sp_anonmmap(void *client, size_t len, void **raddrp)
{

	return RUMP_ENOSYS;
}

int
rumpuser_sp_raise(void *client, int sig)
{

	return RUMP_ENOSYS;
}

void
rumpuser_sp_fini(void *client)
{
}
