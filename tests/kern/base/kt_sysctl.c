/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_sysctl: what CTL_QUERY, CTL_DESCRIBE, CTL_CREATE and
 * CTL_DESTROY do, and what they refuse.
 */
#include "kt.h"

#include <sys/errno.h>
#include <sys/sysctl.h>

#include <uvm/uvm_extern.h>

void	rump_kt_sysctl_describe(void);
void	rump_kt_sysctl_create(void);
void	rump_kt_sysctl_refuse(void);
void	rump_kt_sysctl_values(void);

#define	NTOP	2		/* numbers that lead to the tests' own node */

static int mib[NTOP + 1];
static const struct sysctlnode *top;
static int value = 7;

static int
call(int last, void *oldp, size_t *oldlen, const void *newp, size_t newlen)
{

	mib[NTOP] = last;
	return old_sysctl(mib, NTOP + 1, oldp, oldlen, __UNCONST(newp),
	    newlen, NULL);
}

static void
own_node(void)
{

	KT_EQ(0, sysctl_createv(NULL, 0, NULL, &top, CTLFLAG_READWRITE,
	    CTLTYPE_NODE, "kt", NULL, NULL, 0, NULL, 0, CTL_KERN, CTL_CREATE,
	    CTL_EOL));
	mib[0] = CTL_KERN;
	mib[1] = top->sysctl_num;
}

void
rump_kt_sysctl_describe(void)
{
	struct sysctlnode want = { .sysctl_flags = SYSCTL_VERSION };
	union {
		struct sysctldesc d;
		char room[200];
	} u;
	struct sysctldesc *second;
	size_t len, all;

	own_node();
	KT_EQ(0, sysctl_createv(NULL, 0, &top, NULL, 0, CTLTYPE_INT, "a",
	    SYSCTL_DESCR("words"), NULL, 0, &value, 0, 20, CTL_EOL));
	KT_EQ(0, sysctl_createv(NULL, 0, &top, NULL, 0, CTLTYPE_INT, "b",
	    NULL, NULL, 0, &value, 0, 21, CTL_EOL));
	all = 0;
	KT_EQ(0, call(CTL_DESCRIBE, NULL, &all, NULL, 0));
	len = sizeof(u);
	KT_EQ(0, call(CTL_DESCRIBE, &u, &len, NULL, 0));
	KT_EQ(all, len);
	KT_EQ(20, u.d.descr_num);
	KT_EQ(sizeof("words"), u.d.descr_len);
	kt_streq(u.room + offsetof(struct sysctldesc, descr_str), "words");
	second = NEXT_DESCR(&u.d);
	KT_EQ(21, second->descr_num);
	KT_EQ(1, second->descr_len);
	/* Room for one of two. */
	len = all - 1;
	KT_EQ(ENOMEM, call(CTL_DESCRIBE, &u, &len, NULL, 0));
	KT_EQ(all, len);
	/* One alone. */
	want.sysctl_num = 21;
	len = sizeof(u);
	KT_EQ(0, call(CTL_DESCRIBE, &u, &len, &want, sizeof(want)));
	KT_EQ(21, u.d.descr_num);
	KT_EQ(__sysc_desc_len(1), len);
	want.sysctl_num = 22;
	KT_EQ(ENOENT, call(CTL_DESCRIBE, &u, &len, &want, sizeof(want)));
	KT_EQ(EINVAL, call(CTL_DESCRIBE, &u, &len, &want, 3));
	want.sysctl_flags = SYSCTL_VERS_0;
	KT_EQ(EINVAL, call(CTL_DESCRIBE, &u, &len, &want, sizeof(want)));
}

static struct sysctlnode
immediate(const char *name, int num)
{
	struct sysctlnode n = {
		.sysctl_flags = SYSCTL_VERSION | CTLTYPE_INT |
		    CTLFLAG_IMMEDIATE | CTLFLAG_READWRITE | CTLFLAG_OWNDATA,
		.sysctl_num = num,
		.sysctl_idata = 1234,
	};

	strlcpy(n.sysctl_name, name, sizeof(n.sysctl_name));
	return n;
}

void
rump_kt_sysctl_create(void)
{
	struct sysctlnode n, out;
	int v, num;
	size_t len = sizeof(out);

	own_node();
	n = immediate("made", CTL_CREATE);
	KT_EQ(0, call(CTL_CREATE, &out, &len, &n, sizeof(n)));
	KT_EQ(sizeof(out), len);
	kt_streq(out.sysctl_name, "made");
	num = out.sysctl_num;
	KT(num >= CREATE_BASE);
	len = sizeof(v);
	KT_EQ(0, call(num, &v, &len, NULL, 0));
	KT_EQ(1234, v);
	v = 5;
	KT_EQ(0, call(num, NULL, NULL, &v, sizeof(v)));
	v = 0;
	KT_EQ(0, call(num, &v, &len, NULL, 0));
	KT_EQ(5, v);

	/* The name must be right, if there is one. */
	n = immediate("other", num);
	KT_EQ(EINVAL, call(CTL_DESTROY, NULL, &len, &n, sizeof(n)));
	n = immediate("made", num);
	n.sysctl_flags &= ~SYSCTL_VERS_MASK;
	KT_EQ(EINVAL, call(CTL_DESTROY, NULL, &len, &n, sizeof(n)));
	n.sysctl_flags |= SYSCTL_VERSION;
	KT_EQ(0, call(CTL_DESTROY, NULL, &len, &n, sizeof(n)));
	KT_EQ(ENOENT, call(CTL_DESTROY, NULL, &len, &n, sizeof(n)));
	KT_EQ(ENOENT, call(num, &v, &len, NULL, 0));

	/* A node that has children stays. */
	n = immediate("folder", 40);
	n.sysctl_flags = SYSCTL_VERSION | CTLTYPE_NODE | CTLFLAG_READWRITE;
	KT_EQ(0, call(CTL_CREATE, NULL, &len, &n, sizeof(n)));
	KT_EQ(0, sysctl_createv(NULL, 0, NULL, NULL, 0, CTLTYPE_INT, "leaf",
	    NULL, NULL, 0, &value, 0, CTL_KERN, mib[1], 40, 1, CTL_EOL));
	KT_EQ(ENOTEMPTY, call(CTL_DESTROY, NULL, &len, &n, sizeof(n)));
	KT_EQ(0, sysctl_destroyv(NULL, CTL_KERN, mib[1], 40, 1, CTL_EOL));
	KT_EQ(0, call(CTL_DESTROY, NULL, &len, &n, sizeof(n)));
}

void
rump_kt_sysctl_refuse(void)
{
	struct sysctlnode n, out;
	size_t len = sizeof(out);

	own_node();
	KT_EQ(EINVAL, call(CTL_CREATE, NULL, &len, NULL, 0));
	n = immediate("n", CTL_CREATE);
	KT_EQ(EINVAL, call(CTL_CREATE, NULL, &len, &n, sizeof(n) - 1));
	KT_EQ(EINVAL, call(CTL_DESTROY, NULL, &len, NULL, 0));
	/* Nothing comes back of a node that was not made. */
	memset(&out, 0x5a, sizeof(out));
	n = immediate("bad name", CTL_CREATE);
	KT_EQ(EINVAL, call(CTL_CREATE, &out, &len, &n, sizeof(n)));
	KT_EQ(0x5a5a5a5a, out.sysctl_num);
	n = immediate("n", CTL_QUERY);
	KT_EQ(EINVAL, call(CTL_CREATE, &out, &len, &n, sizeof(n)));
	n = immediate("n", INT_MAX);
	KT_EQ(EINVAL, call(CTL_CREATE, &out, &len, &n, sizeof(n)));
	/* Values of others' making, and sizes. */
	n = immediate("n", CTL_CREATE);
	n.sysctl_flags &= ~CTLFLAG_IMMEDIATE;
	KT_EQ(EINVAL, call(CTL_CREATE, &out, &len, &n, sizeof(n)));
	n = immediate("n", CTL_CREATE);
	n.sysctl_size = 4096;
	KT_EQ(EINVAL, call(CTL_CREATE, &out, &len, &n, sizeof(n)));
	n = immediate("n", CTL_CREATE);
	n.sysctl_flags += CTLTYPE_STRING - CTLTYPE_INT;
	KT_EQ(EINVAL, call(CTL_CREATE, &out, &len, &n, sizeof(n)));
	/* One that is there is told, without where its value is. */
	KT_EQ(0, sysctl_createv(NULL, 0, &top, NULL, 0, CTLTYPE_INT, "var",
	    SYSCTL_DESCR("text"), NULL, 0, &value, 0, 30, CTL_EOL));
	n = immediate("var", CTL_CREATE);
	len = sizeof(out);
	KT_EQ(EEXIST, call(CTL_CREATE, &out, &len, &n, sizeof(n)));
	KT_EQ(30, out.sysctl_num);
	KT(out.sysctl_data == NULL && out.sysctl_desc == NULL);
	KT(out.sysctl_parent == NULL);
}

static u_quad_t
quad(int first, int second)
{
	int name[2] = { first, second };
	size_t len = sizeof(u_quad_t);
	u_quad_t q;

	KT_EQ(0, old_sysctl(name, 2, &q, &len, NULL, 0, NULL));
	KT_EQ(sizeof(q), len);
	return q;
}

void
rump_kt_sysctl_values(void)
{
	int name[2] = { CTL_HW, HW_PHYSMEM }, v;
	size_t len = sizeof(v);
	struct uvmexp u;

	KT_EQ((u_quad_t)physmem * PAGE_SIZE, quad(CTL_HW, HW_PHYSMEM64));
	KT_EQ(0, old_sysctl(name, 2, &v, &len, NULL, 0, NULL));
	KT_EQ(MIN((u_quad_t)physmem * PAGE_SIZE, (u_quad_t)INT_MAX), v);
	name[0] = CTL_VM;
	name[1] = VM_UVMEXP;
	len = sizeof(u);
	KT_EQ(0, old_sysctl(name, 2, &u, &len, NULL, 0, NULL));
	KT_EQ(sizeof(u), len);
	KT_EQ(PAGE_SIZE, u.pagesize);
	KT(u.free > 0);
}
