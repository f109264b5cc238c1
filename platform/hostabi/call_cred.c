/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setresuid and setresgid, out of what the kernel has: setreuid makes the
 * saved id the effective one whenever it sets the real one.
 */
#include <rump/rump_syscalls.h>

#include "hostabi.h"

#define	NOID	((id_t)-1)

/* The calls on one kind of id. */
struct ids {
	id_t	(*id_real)(void);
	id_t	(*id_eff)(void);
	int	(*id_setre)(id_t, id_t);
	int	(*id_sete)(id_t);
};

static const struct ids users = {
	rump_host_getuid, rump_host_geteuid, rump_host_setreuid,
	rump_host_seteuid
};
static const struct ids groups = {
	rump_host_getgid, rump_host_getegid, rump_host_setregid,
	rump_host_setegid
};

/*
 * Groups may be set to anything while the effective user is root, users only
 * if the saved one, which is effective in between, is.
 */
static bool
reachable(const struct ids *k, id_t r, id_t e, id_t s)
{

	return e == r || e == s || (k == &users ? s == 0 :
	    rump_host_geteuid() == 0);
}

static int
setres(const struct ids *k, id_t r, id_t e, id_t s)
{
	id_t oldr = (*k->id_real)(), olde = (*k->id_eff)();

	if (s == NOID) {
		if (r != NOID && r != oldr)
			return hostabi_fail(EINVAL);
		return e == NOID || e == olde ? 0 : (*k->id_sete)(e);
	}
	r = r == NOID ? oldr : r;
	e = e == NOID ? olde : e;
	if (!reachable(k, r, e, s))
		return hostabi_fail(EINVAL);
	if ((*k->id_setre)(r, s) == -1)
		return -1;
	return e == s ? 0 : (*k->id_sete)(e);
}

int
rump_host_setresuid(uid_t r, uid_t e, uid_t s)
{

	return setres(&users, r, e, s);
}

int
rump_host_setresgid(gid_t r, gid_t e, gid_t s)
{

	return setres(&groups, r, e, s);
}
