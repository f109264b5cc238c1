/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_svc: kauth(9), uiomove(9) and copyin(9), sysctl(9),
 * evcnt(9), module(9), the device switch, signals, random numbers.
 */

#include <sys/conf.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/evcnt.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/rndsource.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sysctl.h>
#include <sys/ucred.h>
#include <sys/uidinfo.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>

#include "kt.h"

void rump_kt_kauth(void);
void rump_kt_kauth_vnode(void);
void rump_kt_cred(void);
void rump_kt_uucred(void);
void rump_kt_lwp(void);
void rump_kt_uio(void);
void rump_kt_copy(void);
void rump_kt_sysctl(void);
void rump_kt_sysctl_log(void);
void rump_kt_evcnt(void);
void rump_kt_module(void);
void rump_kt_components(void);
void rump_kt_devsw(void);
void rump_kt_signal(void);
void rump_kt_trapsignal(void);
void rump_kt_donice(void);
void rump_kt_random(void);
void rump_kt_evcnt_static(void);
void rump_kt_kauth_more(void);
void rump_kt_cprng_words(void);

static int answer;
static u_int asked;

static int
listener(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	KT(cookie == &answer);
	asked++;
	return answer;
}

void
rump_kt_kauth(void)
{
	kauth_cred_t root, user;
	kauth_listener_t l1, l2;
	kauth_scope_t scope;

	root = rump_cred_create(0, 0, 0, NULL);
	user = rump_cred_create(100, 100, 0, NULL);
	KT_EQ(0, kauth_authorize_generic(root, KAUTH_GENERIC_ISSUSER, NULL));
	KT_EQ(EPERM, kauth_authorize_generic(user, KAUTH_GENERIC_ISSUSER,
	    NULL));
	KT_EQ(0, kauth_authorize_generic(NOCRED, KAUTH_GENERIC_ISSUSER,
	    NULL));
	KT_EQ(0, kauth_authorize_system(user, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_GET, NULL, NULL, NULL));
	KT_EQ(EPERM, kauth_authorize_system(user, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_NEW, NULL, NULL, NULL));
	KT_EQ(0, kauth_authorize_network(user, KAUTH_NETWORK_BIND,
	    KAUTH_REQ_NETWORK_BIND_PORT, NULL, NULL, NULL));
	KT_EQ(EPERM, kauth_authorize_network(user, KAUTH_NETWORK_BIND,
	    KAUTH_REQ_NETWORK_BIND_PRIVPORT, NULL, NULL, NULL));

	/* A listener may allow what others left open, and deny to root. */
	l1 = kauth_listen_scope(KAUTH_SCOPE_GENERIC, listener, &answer);
	KT(l1 != NULL);
	answer = KAUTH_RESULT_ALLOW;
	KT_EQ(0, kauth_authorize_generic(user, KAUTH_GENERIC_ISSUSER, NULL));
	answer = KAUTH_RESULT_DEFER;
	KT_EQ(EPERM, kauth_authorize_generic(user, KAUTH_GENERIC_ISSUSER,
	    NULL));
	answer = KAUTH_RESULT_DENY;
	KT_EQ(EPERM, kauth_authorize_generic(root, KAUTH_GENERIC_ISSUSER,
	    NULL));
	KT_EQ(3, asked);
	kauth_unlisten_scope(l1);
	KT_EQ(0, kauth_authorize_generic(root, KAUTH_GENERIC_ISSUSER, NULL));
	KT(kauth_listen_scope("nobody.knows.this", listener, NULL) == NULL);

	/* A scope of one's own; without listeners all is allowed. */
	scope = kauth_register_scope("kt", NULL, NULL);
	KT(scope != NULL);
	KT(kauth_register_scope("kt", NULL, NULL) == NULL);
	KT_EQ(0, kauth_authorize_action(scope, user, 1, NULL, NULL, NULL,
	    NULL));
	l2 = kauth_listen_scope("kt", listener, &answer);
	answer = KAUTH_RESULT_DEFER;
	KT_EQ(EPERM, kauth_authorize_action(scope, user, 1, NULL, NULL, NULL,
	    NULL));
	kauth_unlisten_scope(l2);
	kauth_deregister_scope(scope);
	rump_cred_put(root);
	rump_cred_put(user);
}

/* The file system's word counts unless somebody allows or denies. */
void
rump_kt_kauth_vnode(void)
{
	kauth_action_t read = KAUTH_ACCESS_ACTION(VREAD, VREG, 0600);
	kauth_action_t exec = KAUTH_ACCESS_ACTION(VEXEC, VREG, 0600);
	kauth_action_t xexec = KAUTH_ACCESS_ACTION(VEXEC, VREG, 0700);
	kauth_action_t search = KAUTH_ACCESS_ACTION(VEXEC, VDIR, 0);
	kauth_cred_t root, user;

	root = rump_cred_create(0, 0, 0, NULL);
	user = rump_cred_create(100, 100, 0, NULL);
	KT_EQ(0, kauth_authorize_vnode(user, read, NULL, NULL, 0));
	KT_EQ(EACCES, kauth_authorize_vnode(user, read, NULL, NULL, EACCES));
	KT_EQ(0, kauth_authorize_vnode(user, read, NULL, NULL,
	    KAUTH_VNODE_REMOTEFS));
	KT_EQ(0, kauth_authorize_vnode(root, read, NULL, NULL, EACCES));
	KT_EQ(EACCES, kauth_authorize_vnode(root, exec, NULL, NULL, EACCES));
	KT_EQ(0, kauth_authorize_vnode(root, xexec, NULL, NULL, EACCES));
	KT_EQ(0, kauth_authorize_vnode(root, search, NULL, NULL, EACCES));
	rump_cred_put(root);
	rump_cred_put(user);
}

void
rump_kt_cred(void)
{
	gid_t groups[] = { 7, 8, 9 }, out[3];
	kauth_cred_t a, b;
	int member;

	a = rump_cred_create(5, 6, 3, groups);
	KT_EQ(1, kauth_cred_getrefcnt(a));
	KT_EQ(3, kauth_cred_ngroups(a));
	KT_EQ(8, kauth_cred_group(a, 1));
	KT_EQ(0, kauth_cred_ismember_gid(a, 9, &member));
	KT_EQ(1, member);
	KT_EQ(0, kauth_cred_groupmember(a, 6));
	KT_EQ(-1, kauth_cred_groupmember(a, 10));
	KT_EQ(0, kauth_cred_getgroups(a, out, 3, UIO_SYSSPACE));
	KT_EQ(9, out[2]);
	KT_EQ(EINVAL, kauth_cred_getgroups(a, out, 4, UIO_SYSSPACE));
	KT_EQ(EINVAL, kauth_cred_setgroups(a, groups, NGROUPS_MAX + 1, 0,
	    UIO_SYSSPACE));
	b = kauth_cred_dup(a);
	kauth_cred_setuid(b, 77);
	KT_EQ(5, kauth_cred_getuid(a));
	KT_EQ(77, kauth_cred_getuid(b));
	KT_EQ(5, kauth_cred_geteuid(b));
	KT(kauth_cred_uidmatch(a, b));
	kauth_cred_seteuid(b, 78);
	KT(!kauth_cred_uidmatch(a, b));
	kauth_cred_free(b);
	kauth_cred_hold(a);
	b = kauth_cred_copy(a);		/* shared: a new one */
	KT(b != a);
	KT_EQ(1, kauth_cred_getrefcnt(a));
	KT(kauth_cred_copy(b) == b);
	kauth_cred_free(a);
	kauth_cred_free(b);
	KT(uid_find(4711) == uid_find(4711));
	KT_EQ(1, chgproccnt(4711, 1));
	KT_EQ(0, chgproccnt(4711, -1));
}

/* Credentials in NFS's form, and what others keep with credentials. */
void
rump_kt_uucred(void)
{
	struct uucred uuc = {
		.cr_uid = 5, .cr_gid = 6, .cr_ngroups = 2,
		.cr_groups = { 8, 7 }
	}, back;
	kauth_cred_t cred = kauth_cred_alloc();
	kauth_key_t key;
	int data;

	kauth_uucred_to_cred(cred, &uuc);
	KT_EQ(5, kauth_cred_geteuid(cred));
	KT_EQ(6, kauth_cred_getegid(cred));
	KT_EQ(2, kauth_cred_ngroups(cred));
	KT_EQ(0, kauth_cred_uucmp(cred, &uuc));
	kauth_cred_to_uucred(&back, cred);
	KT_EQ(0, kauth_cred_uucmp(cred, &back));
	back.cr_groups[1] = 9;
	KT(kauth_cred_uucmp(cred, &back) != 0);
	back = uuc;
	back.cr_gid++;
	KT(kauth_cred_uucmp(cred, &back) != 0);
	/* As many groups as there can be, whatever it says. */
	uuc.cr_ngroups = -1;
	kauth_uucred_to_cred(cred, &uuc);
	KT_EQ(0, kauth_cred_ngroups(cred));
	uuc.cr_ngroups = NGROUPS_MAX + 1;
	kauth_uucred_to_cred(cred, &uuc);
	KT_EQ(NGROUPS_MAX, kauth_cred_ngroups(cred));

	KT_EQ(0, kauth_register_key(NULL, &key));
	KT(kauth_cred_getdata(cred, key) == NULL);
	kauth_cred_setdata(cred, key, &data);
	KT(kauth_cred_getdata(cred, key) == &data);
	kauth_cred_setdata(cred, key, NULL);
	KT_EQ(0, kauth_deregister_key(key));
	kauth_cred_free(cred);
}

/* An lwp by its number, kept while somebody refers to it. */
void
rump_kt_lwp(void)
{
	struct proc *p = curproc;
	struct rusage ru;
	struct lwp *l;

	mutex_enter(p->p_lock);
	KT(lwp_find(p, curlwp->l_lid) == curlwp);
	KT(lwp_find(p, -1) == NULL);
	l = lwp_find_first(p);
	KT(l != NULL && lwp_alive(l));
	lwp_addref(l);
	mutex_exit(p->p_lock);
	lwp_delref(l);
	KT_EQ(0, l->l_refcnt);
	KT_EQ(0, do_sys_getrusage(RUSAGE_SELF, &ru));
	KT_EQ(0, do_sys_getrusage(RUSAGE_CHILDREN, &ru));
	KT_EQ(EINVAL, do_sys_getrusage(1, &ru));
}

void
rump_kt_uio(void)
{
	char src[100], dst[100];
	struct iovec iov[3];
	struct uio uio;
	int i;

	for (i = 0; i < 100; i++)
		src[i] = (char)i;
	memset(dst, 0, sizeof(dst));
	iov[0].iov_base = dst;
	iov[0].iov_len = 10;
	iov[1].iov_base = NULL;
	iov[1].iov_len = 0;
	iov[2].iov_base = dst + 10;
	iov[2].iov_len = 30;
	uio.uio_iov = iov;
	uio.uio_iovcnt = 3;
	uio.uio_resid = 40;
	uio.uio_offset = 1000;
	uio.uio_rw = UIO_READ;
	UIO_SETUP_SYSSPACE(&uio);

	KT_EQ(0, uiopeek(src, 20, &uio));
	KT_EQ(40, uio.uio_resid);
	KT_EQ(0, memcmp(src, dst, 20));
	memset(dst, 0, sizeof(dst));
	KT_EQ(0, uiomove(src, 5, &uio));
	KT_EQ(0, uiomove(src + 5, 15, &uio));
	KT_EQ(20, uio.uio_resid);
	KT_EQ(1020, uio.uio_offset);
	KT_EQ(0, ureadc(20, &uio));
	uioskip(4, &uio);
	KT_EQ(15, uio.uio_resid);
	/* More than there is room for. */
	KT_EQ(0, uiomove(src + 25, 75, &uio));
	KT_EQ(0, uio.uio_resid);
	KT_EQ(0, memcmp(src, dst, 21));
	KT_EQ(0, dst[21] | dst[24]);
	KT_EQ(0, memcmp(src + 25, dst + 25, 15));
	KT_EQ(0, dst[40]);

	/* From a buffer, by offset: in, across and beyond the end. */
	iov[0].iov_base = dst;
	iov[0].iov_len = 50;
	uio.uio_iov = iov;
	uio.uio_iovcnt = 1;
	uio.uio_resid = 50;
	uio.uio_offset = 90;
	KT_EQ(0, uiomove_frombuf(src, 100, &uio));
	KT_EQ(40, uio.uio_resid);
	KT_EQ(99, dst[9]);
	KT_EQ(0, uiomove_frombuf(src, 100, &uio));
	KT_EQ(40, uio.uio_resid);
	uio.uio_offset = -1;
	KT_EQ(EINVAL, uiomove_frombuf(src, 100, &uio));

	/* Bad memory of a program. */
	iov[0].iov_base = NULL;
	iov[0].iov_len = 5;
	uio.uio_iov = iov;
	uio.uio_iovcnt = 1;
	uio.uio_resid = 5;
	uio.uio_vmspace = curproc->p_vmspace;
	if (!VMSPACE_IS_KERNEL_P(uio.uio_vmspace))
		KT_EQ(EFAULT, uiomove(src, 5, &uio));
}

void
rump_kt_copy(void)
{
	struct iovec stk[UIO_SMALLIOV], *iov;
	char buf[16];
	uint32_t w;
	size_t n;

	KT_EQ(EFAULT, copyin(NULL, buf, 1));
	KT_EQ(EFAULT, copyout(buf, NULL, 1));
	KT_EQ(0, copyin(NULL, buf, 0));
	KT_EQ(EFAULT, copyin((void *)(uintptr_t)100, buf, 1));
	KT_EQ(0, copyinstr("hello", buf, sizeof(buf), &n));
	KT_EQ(6, n);
	KT_EQ(ENAMETOOLONG, copyinstr("hello", buf, 5, &n));
	KT_EQ(5, n);
	KT_EQ(ENAMETOOLONG, copystr("hello", buf, 0, &n));
	KT_EQ(EFAULT, copyinstr(NULL, buf, 5, NULL));
	KT_EQ(0, copyoutstr("abc", buf, 16, &n));
	KT_EQ(4, n);
	w = 0x12345678;
	KT_EQ(0, ustore_32(&w, 42));
	KT_EQ(0, ufetch_32(&w, &w));
	KT_EQ(42, w);
	KT_EQ(EFAULT, ufetch_32(NULL, &w));
	KT_EQ(EFAULT, ufetch_32((const uint32_t *)((const char *)&stk[0] + 1),
	    &w));
	KT_EQ(EINVAL, iovec_copyin(stk, &iov, stk, 0));
	KT_EQ(EINVAL, iovec_copyin(stk, &iov, stk, IOV_MAX + 1));
	KT_EQ(EFAULT, iovec_copyin(NULL, &iov, stk, 3));
	KT_EQ(EFAULT, iovec_copyin(NULL, &iov, stk, 300));
}

static int ktvar = 5;
static bool ktbool;
static char ktstring[16] = "abc";

static int
kt_helper(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int v = 2 * ktvar, error;

	node.sysctl_data = &v;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error || newp == NULL)
		return error;
	if (v < 0)
		return EINVAL;
	ktvar = v / 2;
	return 0;
}

static int
kt_sysctl(const int *name, u_int len, void *oldp, size_t *oldlen,
    const void *newp, size_t newlen)
{

	return old_sysctl(__UNCONST(name), len, oldp, oldlen, __UNCONST(newp),
	    newlen, NULL);
}

void
rump_kt_sysctl(void)
{
	const struct sysctlnode *top, *node, *again;
	int mib[4], v, new = 40;
	size_t len;
	char s[20];

	KT_EQ(0, sysctl_createv(NULL, 0, NULL, &top, 0, CTLTYPE_NODE, "kt",
	    SYSCTL_DESCR("tests"), NULL, 0, NULL, 0, CTL_KERN, CTL_CREATE,
	    CTL_EOL));
	KT_EQ(0, sysctl_createv(NULL, 0, NULL, &again, 0, CTLTYPE_NODE, "kt",
	    NULL, NULL, 0, NULL, 0, CTL_KERN, CTL_CREATE, CTL_EOL));
	KT(top == again);
	mib[0] = CTL_KERN;
	mib[1] = top->sysctl_num;
	KT_EQ(0, sysctl_createv(NULL, 0, &top, &node, CTLFLAG_READWRITE,
	    CTLTYPE_INT, "var", NULL, kt_helper, 0, NULL, 0, CTL_CREATE,
	    CTL_EOL));
	mib[2] = node->sysctl_num;
	KT(mib[2] >= CREATE_BASE);
	len = sizeof(v);
	KT_EQ(0, kt_sysctl(mib, 3, &v, &len, NULL, 0));
	KT_EQ(10, v);
	KT_EQ(0, kt_sysctl(mib, 3, &v, &len, &new, sizeof(new)));
	KT_EQ(20, ktvar);
	new = -1;
	KT_EQ(EINVAL, kt_sysctl(mib, 3, NULL, &len, &new, sizeof(new)));
	KT_EQ(EINVAL, kt_sysctl(mib, 3, NULL, &len, &new, 2));
	len = 2;
	KT_EQ(ENOMEM, kt_sysctl(mib, 3, &v, &len, NULL, 0));
	KT_EQ(sizeof(int), len);
	KT_EQ(EISDIR, kt_sysctl(mib, 2, &v, &len, NULL, 0));
	mib[3] = 1;
	KT(kt_sysctl(mib, 4, &v, &len, NULL, 0) != 0);
	mib[2] = 9999;
	KT_EQ(ENOENT, kt_sysctl(mib, 3, &v, &len, NULL, 0));

	KT_EQ(0, sysctl_createv(NULL, 0, &top, &node, CTLFLAG_READWRITE,
	    CTLTYPE_STRING, "str", NULL, NULL, 0, ktstring, sizeof(ktstring),
	    77, CTL_EOL));
	mib[2] = 77;
	len = sizeof(s);
	KT_EQ(0, kt_sysctl(mib, 3, s, &len, "wxyz", 4));
	kt_streq(s, "abc");
	KT_EQ(4, len);
	kt_streq(ktstring, "wxyz");
	KT_EQ(EINVAL, kt_sysctl(mib, 3, NULL, &len, "0123456789abcdef", 16));
	KT_EQ(0, kt_sysctl(mib, 3, NULL, &len, "0123456789abcde", 16));
	KT_EQ(0, sysctl_createv(NULL, 0, &top, NULL, CTLFLAG_READWRITE,
	    CTLTYPE_BOOL, "bool", NULL, NULL, 0, &ktbool, 0, 78, CTL_EOL));
	KT_EQ(0, sysctl_createv(NULL, 0, &top, NULL, CTLFLAG_IMMEDIATE,
	    CTLTYPE_INT, "imm", NULL, NULL, 1234, NULL, 0, 79, CTL_EOL));
	mib[2] = 79;
	len = sizeof(v);
	KT_EQ(0, kt_sysctl(mib, 3, &v, &len, NULL, 0));
	KT_EQ(1234, v);
	KT_EQ(EPERM, kt_sysctl(mib, 3, NULL, &len, &v, sizeof(v)));
	mib[2] = CTL_QUERY;
	len = 0;
	KT_EQ(0, kt_sysctl(mib, 3, NULL, &len, NULL, 0));
	KT_EQ(4 * sizeof(struct sysctlnode), len);

	/* Wrong ways to add. */
	KT_EQ(EEXIST, sysctl_createv(NULL, 0, &top, NULL, 0, CTLTYPE_INT,
	    "imm", NULL, NULL, 0, &ktvar, 0, CTL_CREATE, CTL_EOL));
	KT_EQ(EEXIST, sysctl_createv(NULL, 0, &top, NULL, 0, CTLTYPE_INT,
	    "other", NULL, NULL, 0, &ktvar, 0, 79, CTL_EOL));
	KT_EQ(EINVAL, sysctl_createv(NULL, 0, &top, NULL, 0, CTLTYPE_INT,
	    "bad name", NULL, NULL, 0, &ktvar, 0, CTL_CREATE, CTL_EOL));
	KT_EQ(ENOENT, sysctl_createv(NULL, 0, NULL, NULL, 0, CTLTYPE_INT,
	    "x", NULL, NULL, 0, &ktvar, 0, 99, CTL_CREATE, CTL_EOL));
	KT_EQ(0, sysctl_destroyv(NULL, CTL_KERN, mib[1], 79, CTL_EOL));
	KT_EQ(ENOENT, sysctl_destroyv(NULL, CTL_KERN, mib[1], 79, CTL_EOL));
	KT_EQ(EPERM, sysctl_destroyv(NULL, CTL_KERN, KERN_OSTYPE, CTL_EOL));
}

void
rump_kt_sysctl_log(void)
{
	const struct sysctlnode *top;
	struct sysctllog *log = NULL;
	int mib[3] = { CTL_HW, 0, 0 }, i, v;
	size_t len = sizeof(v);
	char name[10];

	sysctl_createv(&log, 0, NULL, &top, 0, CTLTYPE_NODE, "ktlog", NULL,
	    NULL, 0, NULL, 0, CTL_HW, CTL_CREATE, CTL_EOL);
	mib[1] = top->sysctl_num;
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		KT_EQ(0, sysctl_createv(&log, 0, NULL, NULL, 0, CTLTYPE_INT,
		    name, NULL, NULL, 0, &ktvar, 0, CTL_HW, mib[1],
		    1000 - i, CTL_EOL));
	}
	mib[2] = 950;
	KT_EQ(0, kt_sysctl(mib, 3, &v, &len, NULL, 0));
	KT_EQ(ktvar, v);
	sysctl_teardown(&log);
	KT(log == NULL);
	KT_EQ(ENOENT, kt_sysctl(mib, 3, &v, &len, NULL, 0));
}

void
rump_kt_evcnt(void)
{
	int mib[4] = { CTL_KERN, KERN_EVCNT, EVCNT_TYPE_MISC,
	    KERN_EVCNT_COUNT_NONZERO };
	struct evcnt ev;
	struct evcnt_sysctl *rec;
	char buf[4096];
	size_t len = sizeof(buf), off;
	bool seen = false;

	evcnt_attach_dynamic(&ev, EVCNT_TYPE_MISC, NULL, "kt", "events");
	ev.ev_count = 77;
	KT_EQ(0, kt_sysctl(mib, 4, buf, &len, NULL, 0));
	for (off = 0; off < len; off += rec->ev_len * sizeof(uint64_t)) {
		rec = (struct evcnt_sysctl *)(void *)(buf + off);
		KT(rec->ev_len > 0);
		if (strcmp(rec->ev_strings, "kt") == 0) {
			kt_streq(rec->ev_strings + rec->ev_grouplen + 1,
			    "events");
			KT_EQ(77, rec->ev_count);
			seen = true;
		}
	}
	KT(seen);
	rump_printevcnts();
	evcnt_detach(&ev);
}

static char order[20];
static int fini_error;

static int
modcmd(modcmd_t cmd, const char *name)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		strlcat(order, name, sizeof(order));
		return 0;
	case MODULE_CMD_FINI:
		if (fini_error)
			return fini_error;
		strlcat(order, "-", sizeof(order));
		strlcat(order, name, sizeof(order));
		return 0;
	default:
		return ENOTTY;
	}
}

#define KTMOD(n, req)							\
MODULE(MODULE_CLASS_MISC, ktmod##n, req);				\
static int								\
ktmod##n##_modcmd(modcmd_t cmd, void *arg)				\
{									\
									\
	return modcmd(cmd, #n);						\
}

/* Linked in, the first one needs those after it. */
KTMOD(a, "ktmodb,ktmodc")
KTMOD(b, "ktmodc")
KTMOD(c, NULL)

static int
latemodcmd(modcmd_t cmd, void *arg)
{

	return modcmd(cmd, "L");
}

static modinfo_t late[] = {
	{ __NetBSD_Version__, MODULE_CLASS_DRIVER, latemodcmd, "ktlate",
	    "ktmoda" },
	{ __NetBSD_Version__, MODULE_CLASS_DRIVER, latemodcmd, "ktx",
	    "kty" },
	{ __NetBSD_Version__, MODULE_CLASS_DRIVER, latemodcmd, "kty",
	    "ktx" },
	{ 100, MODULE_CLASS_DRIVER, latemodcmd, "ktold", NULL },
	{ __NetBSD_Version__, MODULE_CLASS_DRIVER, latemodcmd, "ktlost",
	    "nowhere" },
};

void
rump_kt_module(void)
{
	modinfo_t *mip[2];

	kt_streq(order, "cba");
	mip[0] = &late[0];
	KT_EQ(0, rump_module_init(mip, 1));
	kt_streq(order, "cbaL");
	KT_EQ(EEXIST, rump_module_init(mip, 1));
	KT_EQ(EBUSY, module_unload("ktmoda"));
	KT_EQ(0, module_hold("ktlate"));
	KT_EQ(EBUSY, rump_module_fini(mip[0]));
	module_rele("ktlate");
	fini_error = EBUSY;
	KT_EQ(EBUSY, rump_module_fini(mip[0]));
	fini_error = 0;
	KT_EQ(0, rump_module_fini(mip[0]));
	KT_EQ(ENOENT, rump_module_fini(mip[0]));
	KT_EQ(0, module_unload("ktmoda"));
	kt_streq(order, "cbaL-L-a");
	KT_EQ(EPERM, module_autoload("ktmoda", MODULE_CLASS_MISC));
	KT_EQ(0, module_load("ktmoda", 0, NULL, MODULE_CLASS_ANY));
	KT_EQ(EEXIST, module_load("ktmoda", 0, NULL, MODULE_CLASS_ANY));
	KT_EQ(0, module_autoload("ktmoda", MODULE_CLASS_MISC));
	KT_EQ(ENOENT, module_autoload("ktnone", MODULE_CLASS_ANY));
	mip[0] = &late[1];
	mip[1] = &late[2];
	KT_EQ(EDEADLK, rump_module_init(mip, 2));
	mip[0] = &late[3];
	KT_EQ(EPROGMISMATCH, rump_module_init(mip, 1));
	mip[0] = &late[4];
	KT_EQ(ENOENT, rump_module_init(mip, 1));
	KT_EQ(ENOENT, module_unload("ktlost"));
}

static int comp_runs;

RUMP_COMPONENT(RUMP_COMPONENT_POSTINIT)
{

	comp_runs++;
}

static void
late_init(void)
{

	comp_runs += 10;
}

static struct rump_component late_comp = {
	.rc_type = RUMP_COMPONENT_KERN,
	.rc_init = late_init,
};

void
rump_kt_components(void)
{

	KT_EQ(1, comp_runs);
	KT(rump_component_count(RUMP_COMPONENT_POSTINIT) >= 1);
	KT_EQ(0, rump_component_count(RUMP__FACTION_NET));
	rump_component_load(&late_comp);
	KT_EQ(11, comp_runs);
	rump_component_load(&late_comp);
	KT_EQ(11, comp_runs);
	rump_component_unload(&late_comp);
}

static int
ktdev_read(dev_t dev, struct uio *uio, int flag)
{

	return uiomove(__UNCONST("dev"), 3, uio);
}

static const struct cdevsw kt_cdevsw = {
	.d_open = nullopen, .d_close = nullclose, .d_read = ktdev_read,
	.d_write = nowrite, .d_ioctl = noioctl, .d_stop = nostop,
	.d_tty = notty, .d_poll = nopoll, .d_mmap = nommap,
	.d_kqfilter = nokqfilter, .d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};
static const struct cdevsw kt_cdevsw2;
static const struct bdevsw kt_bdevsw = {
	.d_open = nullopen, .d_close = nullclose, .d_ioctl = noioctl,
	.d_dump = nodump, .d_psize = nosize, .d_discard = nodiscard,
	.d_flag = D_DISK,
};

void
rump_kt_devsw(void)
{
	devmajor_t bmaj = NODEVMAJOR, cmaj = NODEVMAJOR, other;
	char buf[4] = "";
	struct uio *uio;
	dev_t dev;

	KT_EQ(0, devsw_attach("ktdev", &kt_bdevsw, &bmaj, &kt_cdevsw, &cmaj));
	KT(bmaj != NODEVMAJOR && cmaj != NODEVMAJOR);
	KT_EQ(EEXIST, devsw_attach("ktdev", NULL, NULL, &kt_cdevsw, &cmaj));
	other = cmaj;
	KT_EQ(EEXIST, devsw_attach("ktdev2", NULL, NULL, &kt_cdevsw2,
	    &other));
	dev = makedev(cmaj, 3);
	KT(cdevsw_lookup(dev) == &kt_cdevsw);
	KT(bdevsw_lookup(makedev(bmaj, 0)) == &kt_bdevsw);
	KT(bdevsw_lookup(NODEV) == NULL);
	KT_EQ(cmaj, cdevsw_lookup_major(&kt_cdevsw));
	KT_EQ(dev, devsw_blk2chr(makedev(bmaj, 3)));
	KT_EQ(makedev(bmaj, 3), devsw_chr2blk(dev));
	KT_EQ(cmaj, devsw_name2chr("ktdev0", NULL, 0));
	kt_streq(cdevsw_getname(cmaj), "ktdev");
	uio = rump_uio_setup(buf, 3, 0, RUMPUIO_READ);
	KT_EQ(0, cdev_read(dev, uio, 0));
	rump_uio_free(uio);
	kt_streq(buf, "dev");
	KT_EQ(ENODEV, cdev_ioctl(dev, 1, NULL, 0, curlwp));
	KT_EQ(-1, bdev_size(makedev(bmaj, 0)));
	KT_EQ(D_DISK, bdev_type(makedev(bmaj, 0)));
	KT_EQ(D_MPSAFE, cdev_flags(dev));
	devsw_detach(&kt_bdevsw, &kt_cdevsw);
	KT_EQ(ENXIO, cdev_read(dev, NULL, 0));
	KT_EQ(NODEV, devsw_blk2chr(makedev(bmaj, 3)));
}

/* With RUMP_SIGMODEL_RECORD: recorded, seen, ends sleeps, taken. */
void
rump_kt_signal(void)
{
	struct proc *p = curproc;
	struct timespec ts;
	sigset_t ss, mask;

	KT_EQ(0, sigispending(curlwp, 0));
	mutex_enter(&proc_lock);
	psignal(p, SIGUSR1);
	psignal(p, SIGCHLD);
	mutex_exit(&proc_lock);
	KT_EQ(SIGUSR1, sigispending(curlwp, 0));
	sigpending1(curlwp, &ss);
	KT(sigismember(&ss, SIGUSR1));
	KT(!sigismember(&ss, SIGCHLD));
	KT(tsleep(&ts, PCATCH, "kt", 0) != 0);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	KT_EQ(0, sigprocmask1(curlwp, SIG_BLOCK, &mask, &ss));
	KT_EQ(0, sigispending(curlwp, 0));
	KT_EQ(EWOULDBLOCK, tsleep(&ts, PCATCH, "kt", 1));
	KT_EQ(0, sigprocmask1(curlwp, SIG_SETMASK, &ss, NULL));
	KT_EQ(SIGUSR1, sigget(&p->p_sigpend, NULL, 0, NULL));
	KT_EQ(0, sigispending(curlwp, 0));
}

/* A trap is neither ignored nor masked. */
void
rump_kt_trapsignal(void)
{
	struct proc *p = curproc;
	struct sigaction sa = { .sa_handler = SIG_IGN }, osa;
	ksiginfo_t ksi;
	sigset_t mask;

	KT_EQ(0, sigaction1(curlwp, SIGSEGV, &sa, NULL, NULL, 0));
	sigemptyset(&mask);
	sigaddset(&mask, SIGSEGV);
	sigaddset(&mask, SIGUSR1);
	KT_EQ(0, sigprocmask1(curlwp, SIG_BLOCK, &mask, NULL));
	mutex_enter(&proc_lock);
	psignal(p, SIGSEGV);
	mutex_exit(&proc_lock);
	KT_EQ(0, sigget(&p->p_sigpend, NULL, 0, NULL));
	KSI_INIT_TRAP(&ksi);
	ksi.ksi_signo = SIGSEGV;
	trapsignal(curlwp, &ksi);
	KT_EQ(SIGSEGV, sigispending(curlwp, 0));
	KT_EQ(SIGSEGV, sigget(&p->p_sigpend, NULL, 0, NULL));
	KT(sigismember(&curlwp->l_sigmask, SIGUSR1));
	KT_EQ(0, sigaction1(curlwp, SIGSEGV, NULL, &osa, NULL, 0));
	KT(osa.sa_handler == SIG_DFL);
}

static int
nice_to(int n)
{
	int error;

	mutex_enter(curproc->p_lock);
	error = donice(curlwp, curproc, n);
	mutex_exit(curproc->p_lock);
	return error;
}

/* Remembered and inherited; only root takes it back. */
void
rump_kt_donice(void)
{
	struct lwp *me = curlwp;

	KT_EQ(NZERO, curproc->p_nice);
	KT_EQ(0, nice_to(-5));
	KT_EQ(NZERO - 5, curproc->p_nice);
	KT_EQ(0, nice_to(-100));
	KT_EQ(0, curproc->p_nice);
	KT_EQ(0, nice_to(1000));
	KT_EQ(2 * NZERO, curproc->p_nice);
	KT_EQ(0, nice_to(7));
	KT_EQ(0, rump_lwproc_rfork(RUMP_RFFDG));
	KT_EQ(NZERO + 7, curproc->p_nice);
	rump_allbetsareoff_setid(curproc->p_pid, 5);
	KT_EQ(EACCES, nice_to(6));
	KT_EQ(0, nice_to(7));
	KT_EQ(0, nice_to(8));
	KT_EQ(NZERO + 8, curproc->p_nice);
	rump_lwproc_releaselwp();
	rump_lwproc_switch(me);
	KT_EQ(NZERO + 7, curproc->p_nice);
}

void
rump_kt_random(void)
{
	uint64_t a[4], b[4];
	krndsource_t rs;
	int i, same = 0;

	memset(&rs, 0, sizeof(rs));
	rnd_attach_source(&rs, "kt", RND_TYPE_NET, RND_FLAG_DEFAULT);
	rnd_add_uint32(&rs, 1);
	rnd_add_data(&rs, "abc", 3, 5);
	KT_EQ(2, rs.samples);
	KT_EQ(5, rs.total);
	rnd_detach_source(&rs);
	KT_EQ(sizeof(a), cprng_strong(kern_cprng, a, sizeof(a), 0));
	KT_EQ(sizeof(b), cprng_fast(b, sizeof(b)));
	for (i = 0; i < 4; i++)
		same += a[i] == b[i];
	KT_EQ(0, same);
	KT(cprng_fast64() != cprng_fast64());
	KT(cprng_strong64() != cprng_strong64());
}

/* One that its owner counts and that is attached by itself. */
void
rump_kt_evcnt_static(void)
{
	static struct evcnt ev = EVCNT_INITIALIZER(EVCNT_TYPE_INTR, NULL,
	    "ktgroup", "ktname");
	struct evcnt *e;
	bool listed = false;

	evcnt_attach_static(&ev);
	ev.ev_count++;
	TAILQ_FOREACH(e, &allevents, ev_list)
		listed |= e == &ev;
	KT(listed && ev.ev_count == 1);
	kt_streq(ev.ev_group, "ktgroup");
	evcnt_detach(&ev);
	TAILQ_FOREACH(e, &allevents, ev_list)
		KT(e != &ev);
}

/* Signals among users, and devices. */
void
rump_kt_kauth_more(void)
{
	kauth_cred_t user = kauth_cred_alloc();

	kauth_cred_setuid(user, 1000);
	kauth_cred_seteuid(user, 1000);
	kauth_cred_setsvuid(user, 1000);
	KT_EQ(0, kauth_authorize_process(kauth_cred_get(),
	    KAUTH_PROCESS_SIGNAL, curproc, KAUTH_ARG(SIGTERM), NULL, NULL));
	KT_EQ(EPERM, kauth_authorize_process(user, KAUTH_PROCESS_SIGNAL,
	    initproc, KAUTH_ARG(SIGTERM), NULL, NULL));
	KT_EQ(0, kauth_authorize_device(kauth_cred_get(),
	    KAUTH_DEVICE_GPIO_PINSET, NULL, NULL, NULL, NULL));
	KT_EQ(EPERM, kauth_authorize_device(user, KAUTH_DEVICE_GPIO_PINSET,
	    NULL, NULL, NULL, NULL));
	kauth_cred_free(user);
}

/* Words differ from each other; that is all a test can know. */
void
rump_kt_cprng_words(void)
{
	uint32_t a = cprng_strong32(), b = cprng_fast32();
	int i, same = 0;

	for (i = 0; i < 16; i++)
		same += (cprng_strong32() == a) + (cprng_fast32() == b);
	KT(same <= 1);
}
