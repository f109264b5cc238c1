/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(9): finding a node by its numbers, reading and writing values,
 * listing.  The tree itself is changed in kern_sysctl_tree.c.
 *
 * sysctl_treelock is held for reading, or for writing if a new value comes,
 * from sys___sysctl() on; helpers may drop it with sysctl_unlock() and retake
 * it with sysctl_relock().
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/syscallargs.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "base_svc.h"
#include "sysctl_private.h"

static krwlock_t sysctl_treelock;

void
sysctl_init(void)
{

	rw_init(&sysctl_treelock);
	sysctl_basenode_init();
	rump_dsosets_sysctls();
	sysctl_finalize();
}

void
sysctl_setup_run(sysctl_setup_func func)
{

	(*func)(NULL);
}

void
sysctl_lock(bool write)
{

	if (write) {
		rw_enter(&sysctl_treelock, RW_WRITER);
		curlwp->l_pflag |= LP_SYSCTLWRITE;
	} else {
		rw_enter(&sysctl_treelock, RW_READER);
		curlwp->l_pflag &= ~LP_SYSCTLWRITE;
	}
}

void
sysctl_relock(void)
{

	rw_enter(&sysctl_treelock, (curlwp->l_pflag & LP_SYSCTLWRITE) ?
	    RW_WRITER : RW_READER);
}

void
sysctl_unlock(void)
{

	rw_exit(&sysctl_treelock);
}

bool
sysctl_locked_p(bool write)
{

	return write ? rw_write_held(&sysctl_treelock) :
	    rw_lock_held(&sysctl_treelock);
}

/*
 * For callers in the kernel l is NULL and all memory is the kernel's.
 */
int
sysctl_copyin(struct lwp *l, const void *uaddr, void *kaddr, size_t len)
{

	if (l != NULL)
		return copyin(uaddr, kaddr, len);
	return kcopy(uaddr, kaddr, len);
}

int
sysctl_copyout(struct lwp *l, const void *kaddr, void *uaddr, size_t len)
{

	if (l != NULL)
		return copyout(kaddr, uaddr, len);
	return kcopy(kaddr, uaddr, len);
}

int
sysctl_copyinstr(struct lwp *l, const void *uaddr, void *kaddr, size_t len,
    size_t *done)
{

	if (l != NULL)
		return copyinstr(uaddr, kaddr, len, done);
	return copystr(uaddr, kaddr, len, done);
}

struct sysctlnode *
sysctl_child_bynum(const struct sysctlnode *parent, int num)
{
	struct sysctlnode *child = parent->sysctl_child;
	u_int i;

	KASSERT(sysctl_locked_p(false));
	for (i = 0; i < parent->sysctl_clen; i++) {
		if (child[i].sysctl_num == num)
			return &child[i];
	}
	return NULL;
}

struct sysctlnode *
sysctl_child_byname(const struct sysctlnode *parent, const char *name)
{
	struct sysctlnode *child = parent->sysctl_child;
	u_int i;

	KASSERT(sysctl_locked_p(false));
	for (i = 0; i < parent->sysctl_clen; i++) {
		if (strcmp(child[i].sysctl_name, name) == 0)
			return &child[i];
	}
	return NULL;
}

static int
check_private(struct lwp *l, const struct sysctlnode *node)
{

	if (l == NULL || (node->sysctl_flags & CTLFLAG_PRIVATE) == 0)
		return 0;
	return kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_SYSCTL,
	    KAUTH_REQ_SYSTEM_SYSCTL_PRVT, NULL, NULL, NULL);
}

/*
 * Follow the numbers from *rnode on as far as there are nodes without a
 * function of their own.  *rnode is the last one, *nip how many numbers were
 * used.  A negative number ends it; it means an operation on the node.
 */
int
sysctl_locate(struct lwp *l, const int *name, u_int namelen,
    const struct sysctlnode **rnode, int *nip)
{
	const struct sysctlnode *node, *next;
	int error = 0;
	u_int ni;

	node = *rnode != NULL ? *rnode : &sysctl_root;
	for (ni = 0; ni < namelen && name[ni] >= 0; ni++) {
		if (!sysctl_node_p(node)) {
			error = ENOTDIR;
			break;
		}
		if (node->sysctl_func != NULL)
			break;
		next = sysctl_child_bynum(node, name[ni]);
		if (next == NULL && node->sysctl_clen > 0 &&
		    (node->sysctl_flags & CTLFLAG_ANYNUMBER) != 0)
			next = &node->sysctl_child[0];
		if (next == NULL) {
			error = ENOENT;
			break;
		}
		error = check_private(l, next);
		if (error)
			break;
		if (next->sysctl_flags & CTLFLAG_ALIAS) {
			next = sysctl_child_bynum(node, next->sysctl_alias);
			if (next == NULL) {
				error = ENOENT;
				break;
			}
		}
		node = next;
	}
	*rnode = node;
	if (nip != NULL)
		*nip = (int)ni;
	return error;
}

/*
 * Operations on a node, asked for by a negative number at the end.
 */
static sysctlfn
special_function(int num)
{

	switch (num) {
	case CTL_QUERY:
		return sysctl_query;
	case CTL_CREATE:
		return (sysctlfn)(void *)sysctl_create;
	case CTL_DESTROY:
		return (sysctlfn)(void *)sysctl_destroy;
	case CTL_DESCRIBE:
		return sysctl_describe;
	default:
		return NULL;
	}
}

int
sysctl_dispatch(SYSCTLFN_ARGS)
{
	sysctlfn fn;
	int error, ni;

	KASSERT(sysctl_locked_p(false));
	error = sysctl_locate(l, name, namelen, &rnode, &ni);
	/* A helper may know what the rest of a name means. */
	if (error != 0 && (error != ENOTDIR || rnode->sysctl_func == NULL))
		return error;
	name += ni;
	namelen -= (u_int)ni;

	fn = rnode->sysctl_func;
	if (fn == NULL && namelen == 1 && name[0] < 0) {
		fn = special_function(name[0]);
		if (fn == NULL)
			return EOPNOTSUPP;
	}
	if (fn == NULL && namelen > 0)
		return sysctl_node_p(rnode) ? ENOENT : ENOTDIR;
	if (fn == NULL)
		fn = sysctl_lookup;
	return (*fn)(SYSCTLFN_CALL(rnode));
}

void *
sysctl_dataptr(const struct sysctlnode *node)
{

	if ((node->sysctl_flags & CTLFLAG_IMMEDIATE) == 0)
		return node->sysctl_data;
	switch (SYSCTL_TYPE(node->sysctl_flags)) {
	case CTLTYPE_INT:
		return __UNCONST(&node->sysctl_idata);
	case CTLTYPE_BOOL:
		return __UNCONST(&node->sysctl_bdata);
	case CTLTYPE_QUAD:
		return __UNCONST(&node->sysctl_qdata);
	default:
		return NULL;
	}
}

/* May the caller change the value? */
static int
check_write(struct lwp *l, const struct sysctlnode *node)
{

	if ((node->sysctl_flags & CTLFLAG_READWRITE) == 0)
		return EPERM;
	if (l == NULL || (node->sysctl_flags & CTLFLAG_ANYWRITE) != 0)
		return 0;
	return kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_SYSCTL,
	    KAUTH_REQ_SYSTEM_SYSCTL_MODIFY, NULL, NULL, NULL);
}

static int
value_out(struct lwp *l, const void *data, size_t size, void *oldp,
    size_t *oldlenp)
{
	size_t room = *oldlenp;
	int error = 0;

	if (oldp != NULL)
		error = sysctl_copyout(l, data, oldp, MIN(room, size));
	*oldlenp = size;
	if (error == 0 && oldp != NULL && room < size)
		error = ENOMEM;
	return error;
}

/*
 * Take a new value; first into memory of ours, so that a fault leaves the
 * old one.
 */
static int
value_in(struct lwp *l, const struct sysctlnode *node, void *data,
    const void *newp, size_t newlen)
{
	size_t size = node->sysctl_size;
	char stkbuf[64], *buf = stkbuf;
	int error;

	if (SYSCTL_TYPE(node->sysctl_flags) == CTLTYPE_STRING) {
		/* With or without a NUL. */
		if (newlen > size)
			return EINVAL;
	} else if (newlen != size)
		return EINVAL;
	if (size > sizeof(stkbuf))
		buf = kmem_alloc(size, KM_SLEEP);
	error = sysctl_copyin(l, newp, buf, newlen);
	if (error == 0 && SYSCTL_TYPE(node->sysctl_flags) == CTLTYPE_STRING) {
		if (newlen == size && (newlen == 0 || buf[newlen - 1] != '\0'))
			error = EINVAL;
		else if (newlen < size)
			buf[newlen++] = '\0';
	}
	if (error == 0 && SYSCTL_TYPE(node->sysctl_flags) == CTLTYPE_BOOL &&
	    (buf[0] & ~1) != 0)
		error = EINVAL;
	if (error == 0)
		memcpy(data, buf, newlen);
	if (buf != stkbuf)
		kmem_free(buf, size);
	return error;
}

/*
 * Read and perhaps write the value of a leaf.  Helpers call it with a copy of
 * the node that points at a variable of theirs.
 */
int
sysctl_lookup(SYSCTLFN_ARGS)
{
	size_t size = rnode->sysctl_size;
	void *data;
	int error;

	if (namelen != 0)
		return sysctl_node_p(rnode) ? ENOENT : ENOTDIR;
	if (sysctl_node_p(rnode))
		return EISDIR;
	if (newp != NULL) {
		error = check_write(l, rnode);
		if (error)
			return error;
	}
	data = sysctl_dataptr(rnode);
	if (data == NULL)
		return EOPNOTSUPP;
	if (SYSCTL_TYPE(rnode->sysctl_flags) == CTLTYPE_STRING)
		size = strnlen(data, size > 0 ? size : SIZE_MAX) + 1;
	error = value_out(l, data, size, oldp, oldlenp);
	if (error == 0 && newp != NULL)
		error = value_in(l, rnode, data, newp, newlen);
	return error;
}

void
sysctl_node_export(const struct sysctlnode *node, struct sysctlnode *out)
{

	*out = *node;
	out->sysctl_desc = NULL;
	out->sysctl_parent = NULL;
	if (out->sysctl_func != NULL)
		out->sysctl_func = (sysctlfn)1;
	if (sysctl_node_p(node))
		out->sysctl_child = NULL;
	else if ((node->sysctl_flags & (CTLFLAG_IMMEDIATE | CTLFLAG_ALIAS))
	    == 0) {
		out->sysctl_data = NULL;
		out->sysctl_offset = 0;
	}
}

static int
check_version(struct lwp *l, const void *newp, size_t newlen)
{
	struct sysctlnode qnode;
	int error;

	if (newp == NULL)
		return 0;
	if (newlen != sizeof(qnode))
		return EINVAL;
	error = sysctl_copyin(l, newp, &qnode, sizeof(qnode));
	if (error)
		return error;
	return SYSCTL_VERS(qnode.sysctl_flags) == SYSCTL_VERSION ? 0 : EINVAL;
}

/*
 * CTL_QUERY: the children.
 */
int
sysctl_query(SYSCTLFN_ARGS)
{
	size_t room = *oldlenp, len = 0;
	struct sysctlnode out;
	int error;
	u_int i;

	if (namelen != 1 || name[0] != CTL_QUERY || !sysctl_node_p(rnode))
		return EINVAL;
	error = check_version(l, newp, newlen);
	for (i = 0; i < rnode->sysctl_clen && error == 0; i++) {
		if (oldp != NULL && len + sizeof(out) <= room) {
			sysctl_node_export(&rnode->sysctl_child[i], &out);
			error = sysctl_copyout(l, &out, (char *)oldp + len,
			    sizeof(out));
		}
		len += sizeof(out);
	}
	*oldlenp = len;
	if (error == 0 && oldp != NULL && len > room)
		error = ENOMEM;
	return error;
}

static int
describe_one(struct lwp *l, const struct sysctlnode *node, char *dst,
    size_t room, size_t *used)
{
	const char *text = node->sysctl_desc != NULL ? node->sysctl_desc : "";
	size_t len = strlen(text) + 1, total = __sysc_desc_len(len);
	struct sysctldesc *d;
	int error;

	*used = total;
	if (dst == NULL || total > room)
		return 0;
	d = kmem_zalloc(total, KM_SLEEP);
	d->descr_num = node->sysctl_num;
	d->descr_ver = node->sysctl_ver;
	d->descr_len = (uint32_t)len;
	memcpy(d->descr_str, text, len);
	error = sysctl_copyout(l, d, dst, total);
	kmem_free(d, total);
	return error;
}

/*
 * CTL_DESCRIBE: the texts of all children, or of the one given in newp.
 */
int
sysctl_describe(SYSCTLFN_ARGS)
{
	size_t room = *oldlenp, len = 0, one;
	struct sysctlnode want;
	int error = 0;
	u_int i;

	if (namelen != 1 || name[0] != CTL_DESCRIBE || !sysctl_node_p(rnode))
		return EINVAL;
	error = check_version(l, newp, newlen);
	if (error)
		return error;
	want.sysctl_num = -1;
	if (newp != NULL)
		error = sysctl_copyin(l, newp, &want, sizeof(want));
	for (i = 0; i < rnode->sysctl_clen && error == 0; i++) {
		if (newp != NULL &&
		    rnode->sysctl_child[i].sysctl_num != want.sysctl_num)
			continue;
		error = describe_one(l, &rnode->sysctl_child[i],
		    oldp == NULL ? NULL : (char *)oldp + len,
		    len < room ? room - len : 0, &one);
		len += one;
	}
	if (error == 0 && newp != NULL && len == 0)
		error = ENOENT;
	*oldlenp = len;
	if (error == 0 && oldp != NULL && len > room)
		error = ENOMEM;
	return error;
}

int
sysctl_notavail(SYSCTLFN_ARGS)
{

	return EOPNOTSUPP;
}

int
sysctl_null(SYSCTLFN_ARGS)
{

	*oldlenp = 0;
	return 0;
}

int
sysctl_needfunc(SYSCTLFN_ARGS)
{

	printf("sysctl: %s has no function\n", rnode->sysctl_name);
	return EOPNOTSUPP;
}

/* Combine flags by a table of pairs (mask in, mask out). */
u_int
sysctl_map_flags(const u_int *map, u_int word)
{
	u_int rv = 0;

	for (; map[0] != 0; map += 2) {
		if (word & map[0])
			rv |= map[1];
	}
	return rv;
}

int
old_sysctl(int *name, u_int namelen, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen, struct lwp *l)
{
	size_t oldlen = 0;
	int error;

	if (oldlenp != NULL)
		oldlen = *oldlenp;
	sysctl_lock(newp != NULL);
	error = sysctl_dispatch(name, namelen, oldp, &oldlen, newp, newlen,
	    name, l, NULL);
	sysctl_unlock();
	if (oldlenp != NULL)
		*oldlenp = oldlen;
	return error;
}

int
sys___sysctl(struct lwp *l, const struct sys___sysctl_args *uap,
    register_t *retval)
{
	u_int namelen = SCARG(uap, namelen);
	int error, error1, name[CTL_MAXNAME];
	size_t oldlen = 0;

	if (namelen < 1 || namelen > CTL_MAXNAME)
		return EINVAL;
	error = copyin(SCARG(uap, name), name, namelen * sizeof(int));
	if (error == 0 && SCARG(uap, oldlenp) != NULL)
		error = copyin(SCARG(uap, oldlenp), &oldlen, sizeof(oldlen));
	if (error)
		return error;
	/* Without a length nothing is read. */
	sysctl_lock(SCARG(uap, newv) != NULL);
	error = sysctl_dispatch(name, namelen,
	    SCARG(uap, oldlenp) != NULL ? SCARG(uap, oldv) : NULL, &oldlen,
	    SCARG(uap, newv), SCARG(uap, newlen), name, l, NULL);
	sysctl_unlock();

	if (SCARG(uap, oldlenp) != NULL &&
	    (error == 0 || error == ENOMEM)) {
		error1 = copyout(&oldlen, SCARG(uap, oldlenp),
		    sizeof(oldlen));
		if (error1)
			error = error1;
	}
	return error;
}
