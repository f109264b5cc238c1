/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The requests of sysctl(7): describing, making and removing nodes, from
 * inside and by users who may not.
 *
 * Covers: sysctl(9)
 */
#include "nb.h"

HK_CASE(sysctl_describe)
HK_CASE(sysctl_create)
HK_CASE(sysctl_refuse)
HK_CASE(sysctl_values)

/* struct sysctlnode, as far as is needed to ask. */
struct node {
	uint32_t	flags;
	int32_t		num;
	char		name[32];
	char		rest[56];
};
_Static_assert(sizeof(struct node) == 96, "size of NetBSD's structure");

#define	TYPE_INT	2
#define	IMMEDIATE	0x00000800
#define	VERSION		0x01000000
#define	CTL_CREATE	(-3)
#define	CTL_DESTROY	(-5)

ATF_TC_WITHOUT_HEAD(users);
ATF_TC_BODY(users, tc)
{
	struct node n = { .flags = VERSION | TYPE_INT | IMMEDIATE,
	    .num = 5000, .name = "node" };
	int mib[2] = { 1, CTL_CREATE };
	size_t len = 0;

	hk_boot("2");
	NB_FAILS(RUMP_EFAULT, rump_sys___sysctl(mib, 2, NULL, &len, (void *)1,
	    sizeof(n)));
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(mib, 2, NULL, &len, &n,
	    sizeof(n)));
	NB_FAILS(RUMP_EEXIST, rump_sys___sysctl(mib, 2, NULL, &len, &n,
	    sizeof(n)));
	ATF_REQUIRE_EQ(0, rump_sys_setegid(100));
	ATF_CHECK_EQ(100, rump_sys_getegid());
	ATF_REQUIRE_EQ(0, rump_sys_setuid(100));
	NB_FAILS(RUMP_EPERM, rump_sys_setegid(7));
	n.num++;
	n.name[0] = 'm';
	NB_FAILS(RUMP_EPERM, rump_sys___sysctl(mib, 2, NULL, &len, &n,
	    sizeof(n)));
	n.num--;
	n.name[0] = '\0';
	mib[1] = CTL_DESTROY;
	NB_FAILS(RUMP_EPERM, rump_sys___sysctl(mib, 2, NULL, &len, &n,
	    sizeof(n)));
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(sysctl_describe, 2);
	HK_ADD(sysctl_create, 2);
	HK_ADD(sysctl_refuse, 2);
	HK_ADD(sysctl_values, 2);
	ATF_TP_ADD_TC(tp, users);
	return atf_no_error();
}
