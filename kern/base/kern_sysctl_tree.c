/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(9): adding and removing nodes.
 *
 * Children of a node are an array sorted by number.  When it grows or an
 * entry is inserted, nodes move; whoever keeps a pointer into the tree must
 * not rely on it across changes.  A struct sysctllog remembers what a module
 * added, as paths of numbers, so that sysctl_teardown() can remove it.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/stdarg.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "sysctl_private.h"

#undef sysctl_createv

/* One added node; newest first. */
struct sysctllog {
	struct sysctllog	*log_next;
	u_int			log_len;
	int			log_path[CTL_MAXNAME];
};

struct sysctlnode sysctl_root = {
	.sysctl_flags = SYSCTL_VERSION | CTLFLAG_ROOT | CTLTYPE_NODE |
	    CTLFLAG_READWRITE,
	.sysctl_name = "(root)",
};

static uint32_t sysctl_version_next = 1;

/* Everything above the node has changed. */
static void
bump_versions(struct sysctlnode *node)
{
	uint32_t ver = ++sysctl_version_next;

	for (; node != NULL; node = node->sysctl_parent)
		node->sysctl_ver = ver;
}

/* The children of moved nodes point at where these are now. */
static void
fix_parents(struct sysctlnode *parent)
{
	struct sysctlnode *node;
	u_int i, j;

	for (i = 0; i < parent->sysctl_clen; i++) {
		node = &parent->sysctl_child[i];
		node->sysctl_parent = parent;
		if (!sysctl_node_p(node))
			continue;
		for (j = 0; j < node->sysctl_clen; j++)
			node->sysctl_child[j].sysctl_parent = node;
	}
}

static void
child_array_grow(struct sysctlnode *parent)
{
	u_int n = parent->sysctl_csize;
	struct sysctlnode *new;

	n = n == 0 ? SYSCTL_DEFSIZE : 2 * n;
	new = kmem_zalloc(n * sizeof(*new), KM_SLEEP);
	if (parent->sysctl_csize > 0) {
		memcpy(new, parent->sysctl_child,
		    parent->sysctl_clen * sizeof(*new));
		kmem_free(parent->sysctl_child,
		    parent->sysctl_csize * sizeof(*new));
	}
	parent->sysctl_child = new;
	parent->sysctl_csize = n;
}

/* Names are letters, digits, '_' and '-', and begin with a letter or '_'. */
static bool
name_ok(const char *name)
{
	size_t i, len = strnlen(name, SYSCTL_NAMELEN);

	if (len == 0 || len == SYSCTL_NAMELEN)
		return false;
	for (i = 0; i < len; i++) {
		if ((name[i] >= 'a' && name[i] <= 'z') ||
		    (name[i] >= 'A' && name[i] <= 'Z') || name[i] == '_' ||
		    (name[i] >= '0' && name[i] <= '9') ||
		    (i > 0 && name[i] == '-'))
			continue;
		return false;
	}
	return true;
}

static size_t
type_size(int type)
{

	switch (type) {
	case CTLTYPE_INT:
		return sizeof(int);
	case CTLTYPE_QUAD:
		return sizeof(u_quad_t);
	case CTLTYPE_BOOL:
		return sizeof(bool);
	default:
		return 0;
	}
}

/*
 * Is what is asked for a sensible node?
 */
static int
node_check(const struct sysctlnode *n)
{
	int type = SYSCTL_TYPE(n->sysctl_flags);
	size_t fixed = type_size(type);

	if (SYSCTL_VERS(n->sysctl_flags) != SYSCTL_VERSION)
		return EINVAL;
	if (!name_ok(n->sysctl_name))
		return EINVAL;
	/* Negative ones are requests; after the last there is no next. */
	if ((n->sysctl_num < 0 && n->sysctl_num != CTL_CREATE) ||
	    n->sysctl_num == INT_MAX)
		return EINVAL;
	if (type < CTLTYPE_NODE || type > CTLTYPE_BOOL)
		return EINVAL;
	if (n->sysctl_flags & CTLFLAG_ALIAS)
		return 0;
	if (fixed != 0 && n->sysctl_size != 0 && n->sysctl_size != fixed)
		return EINVAL;
	if ((n->sysctl_flags & CTLFLAG_IMMEDIATE) != 0 && fixed == 0)
		return EINVAL;
	if (type == CTLTYPE_STRUCT && n->sysctl_size == 0 &&
	    n->sysctl_func == NULL)
		return EINVAL;
	return 0;
}

/* A number for a node that does not care. */
static int
free_number(const struct sysctlnode *parent)
{
	int num = CREATE_BASE;
	u_int i;

	for (i = 0; i < parent->sysctl_clen; i++)
		num = MAX(num, parent->sysctl_child[i].sysctl_num + 1);
	return num;
}

/*
 * Add a copy of `tmpl' below parent.  EEXIST with *result set if the number
 * or the name is taken; other errors leave *result alone.
 */
int
sysctl_node_add(struct sysctlnode *parent, const struct sysctlnode *tmpl,
    struct sysctlnode **result)
{
	struct sysctlnode new = *tmpl, *child;
	u_int at;
	int error;

	KASSERT(sysctl_locked_p(true));
	if (!sysctl_node_p(parent))
		return ENOTDIR;
	error = node_check(tmpl);
	if (error)
		return error;
	*result = sysctl_child_byname(parent, tmpl->sysctl_name);
	if (*result == NULL && tmpl->sysctl_num != CTL_CREATE)
		*result = sysctl_child_bynum(parent, tmpl->sysctl_num);
	if (*result != NULL)
		return EEXIST;
	if (new.sysctl_num == CTL_CREATE)
		new.sysctl_num = free_number(parent);
	if (new.sysctl_size == 0)
		new.sysctl_size = type_size(SYSCTL_TYPE(new.sysctl_flags));
	if (sysctl_node_p(&new)) {
		new.sysctl_size = sizeof(struct sysctlnode);
		new.sysctl_csize = new.sysctl_clen = 0;
		new.sysctl_child = NULL;
	}
	if (parent->sysctl_clen == parent->sysctl_csize)
		child_array_grow(parent);
	child = parent->sysctl_child;
	for (at = parent->sysctl_clen;
	    at > 0 && child[at - 1].sysctl_num > new.sysctl_num; at--)
		child[at] = child[at - 1];
	child[at] = new;
	parent->sysctl_clen++;
	fix_parents(parent);
	bump_versions(&child[at]);
	*result = &child[at];
	return 0;
}

static void
node_freedata(struct sysctlnode *node)
{
	const uint32_t own = CTLFLAG_OWNDATA | CTLFLAG_IMMEDIATE;

	if ((node->sysctl_flags & own) == CTLFLAG_OWNDATA &&
	    !sysctl_node_p(node) && node->sysctl_data != NULL)
		kmem_free(node->sysctl_data, node->sysctl_size);
	if ((node->sysctl_flags & CTLFLAG_OWNDESC) != 0 &&
	    node->sysctl_desc != NULL)
		kmem_strfree(__UNCONST(node->sysctl_desc));
	if (sysctl_node_p(node) && node->sysctl_csize > 0)
		kmem_free(node->sysctl_child,
		    node->sysctl_csize * sizeof(*node));
}

/*
 * Remove a node that has no children.
 */
int
sysctl_node_remove(struct sysctlnode *node)
{
	struct sysctlnode *parent = node->sysctl_parent;
	u_int at;

	KASSERT(sysctl_locked_p(true));
	if (parent == NULL || (node->sysctl_flags & CTLFLAG_PERMANENT) != 0)
		return EPERM;
	if (sysctl_node_p(node) && node->sysctl_clen > 0)
		return ENOTEMPTY;
	node_freedata(node);
	at = (u_int)(node - parent->sysctl_child);
	KASSERT(at < parent->sysctl_clen);
	parent->sysctl_clen--;
	for (; at < parent->sysctl_clen; at++)
		parent->sysctl_child[at] = parent->sysctl_child[at + 1];
	fix_parents(parent);
	bump_versions(parent);
	return 0;
}

/*
 * Free a whole subtree's memory, for trees that were never linked in.
 */
void
sysctl_free(struct sysctlnode *rnode)
{
	u_int i;

	if (!sysctl_node_p(rnode))
		return;
	for (i = 0; i < rnode->sysctl_clen; i++) {
		sysctl_free(&rnode->sysctl_child[i]);
		node_freedata(&rnode->sysctl_child[i]);
	}
	rnode->sysctl_clen = 0;
}

/*
 * CTL_CREATE by a program: values live in the kernel.
 */
int
sysctl_create(SYSCTLFN_RWARGS)
{
	struct sysctlnode nnode, *node = NULL, out;
	int error;

	if (namelen != 1 || name[0] != CTL_CREATE || !sysctl_node_p(rnode))
		return EINVAL;
	if (newp == NULL || newlen != sizeof(nnode))
		return EINVAL;
	if (l != NULL) {
		error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_SYSCTL,
		    KAUTH_REQ_SYSTEM_SYSCTL_ADD, NULL, NULL, NULL);
		if (error)
			return error;
	}
	error = sysctl_copyin(l, newp, &nnode, sizeof(nnode));
	if (error)
		return error;
	/* Addresses make no sense from outside. */
	nnode.sysctl_func = NULL;
	nnode.sysctl_desc = NULL;
	nnode.sysctl_name[SYSCTL_NAMELEN - 1] = '\0';
	nnode.sysctl_flags &= SYSCTL_VERS_MASK | SYSCTL_TYPEMASK |
	    SYSCTL_USERFLAGS;
	if (!sysctl_node_p(&nnode) &&
	    (nnode.sysctl_flags & CTLFLAG_IMMEDIATE) == 0)
		return EINVAL;
	error = sysctl_node_add(rnode, &nnode, &node);
	if (node != NULL && oldp != NULL) {
		sysctl_node_export(node, &out);
		if (sysctl_copyout(l, &out, oldp, MIN(*oldlenp,
		    sizeof(out))) != 0 && error == 0)
			error = EFAULT;
	}
	*oldlenp = sizeof(out);
	return error;
}

/*
 * CTL_DESTROY: the child that newp names by number (and name, if given).
 */
int
sysctl_destroy(SYSCTLFN_RWARGS)
{
	struct sysctlnode nnode, *node;
	int error;

	if (namelen != 1 || name[0] != CTL_DESTROY || !sysctl_node_p(rnode))
		return EINVAL;
	if (newp == NULL || newlen != sizeof(nnode))
		return EINVAL;
	if (l != NULL) {
		error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_SYSCTL,
		    KAUTH_REQ_SYSTEM_SYSCTL_DELETE, NULL, NULL, NULL);
		if (error)
			return error;
	}
	error = sysctl_copyin(l, newp, &nnode, sizeof(nnode));
	if (error)
		return error;
	if (SYSCTL_VERS(nnode.sysctl_flags) != SYSCTL_VERSION)
		return EINVAL;
	node = sysctl_child_bynum(rnode, nnode.sysctl_num);
	if (node == NULL)
		return ENOENT;
	nnode.sysctl_name[SYSCTL_NAMELEN - 1] = '\0';
	if (nnode.sysctl_name[0] != '\0' &&
	    strcmp(nnode.sysctl_name, node->sysctl_name) != 0)
		return EINVAL;
	*oldlenp = 0;
	return sysctl_node_remove(node);
}

/* Remember the way from the root to a node. */
static void
log_add(struct sysctllog **logp, const struct sysctlnode *node)
{
	const struct sysctlnode *n;
	struct sysctllog *log;
	u_int len = 0, i;

	for (n = node; n->sysctl_parent != NULL; n = n->sysctl_parent)
		len++;
	KASSERT(len > 0 && len <= CTL_MAXNAME);
	log = kmem_alloc(sizeof(*log), KM_SLEEP);
	log->log_len = len;
	for (i = len, n = node; i > 0; n = n->sysctl_parent)
		log->log_path[--i] = n->sysctl_num;
	log->log_next = *logp;
	*logp = log;
}

/*
 * Remove what was added through this log, newest first; directories that
 * others have put something into stay.
 */
void
sysctl_teardown(struct sysctllog **logp)
{
	const struct sysctlnode *node;
	struct sysctllog *log;
	int ni;

	sysctl_lock(true);
	while ((log = *logp) != NULL) {
		*logp = log->log_next;
		node = NULL;
		if (sysctl_locate(NULL, log->log_path, log->log_len, &node,
		    &ni) == 0 && (u_int)ni == log->log_len)
			(void)sysctl_node_remove(__UNCONST(node));
		kmem_free(log, sizeof(*log));
	}
	sysctl_unlock();
}

void
sysctl_log_print(const struct sysctllog *log)
{
	u_int i;

	for (; log != NULL; log = log->log_next) {
		for (i = 0; i < log->log_len; i++)
			printf(".%d", log->log_path[i]);
		printf("\n");
	}
}

/*
 * The path in the arguments, up to CTL_EOL; returns its length, 0: too long.
 */
static u_int
path_args(va_list ap, int *path)
{
	u_int n = 0;
	int num;

	while ((num = va_arg(ap, int)) != CTL_EOL) {
		if (n == CTL_MAXNAME)
			return 0;
		path[n++] = num;
	}
	return n;
}

/* Where the template's value is, and whose. */
static void
createv_data(struct sysctlnode *n, u_quad_t qv, void *newp, size_t newlen)
{
	int type = SYSCTL_TYPE(n->sysctl_flags);

	n->sysctl_size = newlen;
	if (n->sysctl_flags & CTLFLAG_ALIAS) {
		n->sysctl_alias = (int32_t)qv;
		return;
	}
	if (type == CTLTYPE_NODE)
		return;
	if ((n->sysctl_flags & CTLFLAG_IMMEDIATE) == 0) {
		n->sysctl_data = newp;
		if ((n->sysctl_flags & CTLFLAG_OWNDATA) != 0 && newlen > 0) {
			n->sysctl_data = kmem_zalloc(newlen, KM_SLEEP);
			if (newp != NULL)
				memcpy(n->sysctl_data, newp, newlen);
		}
		return;
	}
	switch (type) {
	case CTLTYPE_INT:
		n->sysctl_idata = newp != NULL ? *(int *)newp : (int)qv;
		break;
	case CTLTYPE_BOOL:
		n->sysctl_bdata = newp != NULL ? *(bool *)newp : qv != 0;
		break;
	case CTLTYPE_QUAD:
		n->sysctl_qdata = newp != NULL ? *(u_quad_t *)newp : qv;
		break;
	default:
		break;
	}
}

/*
 * Add a node.  The variable arguments are numbers from *rnode (or the root)
 * on, the last being the node's own or CTL_CREATE, then CTL_EOL.  It is no
 * error if it is a node that exists already.
 */
int
sysctl_createv(struct sysctllog **log, int cflags,
    const struct sysctlnode **rnode, const struct sysctlnode **cnode,
    int flags, int type, const char *namep, const char *descr, sysctlfn func,
    u_quad_t qv, void *newp, size_t newlen, ...)
{
	const struct sysctlnode *root = NULL;
	struct sysctlnode tmpl, *node = NULL;
	int path[CTL_MAXNAME], error, ni;
	u_int len;
	va_list ap;

	va_start(ap, newlen);
	len = path_args(ap, path);
	va_end(ap);
	if (len == 0)
		return EINVAL;
	if (rnode != NULL && *rnode != NULL)
		root = *rnode;

	memset(&tmpl, 0, sizeof(tmpl));
	tmpl.sysctl_flags = SYSCTL_VERSION | (uint32_t)SYSCTL_FLAGS(flags) |
	    (uint32_t)SYSCTL_TYPE(type);
	if (type == CTLTYPE_NODE)
		tmpl.sysctl_flags |= CTLFLAG_READWRITE;
	tmpl.sysctl_num = path[len - 1];
	tmpl.sysctl_func = func;
	tmpl.sysctl_desc = descr;
	strlcpy(tmpl.sysctl_name, namep, sizeof(tmpl.sysctl_name));

	sysctl_lock(true);
	error = sysctl_locate(NULL, path, len - 1, &root, &ni);
	if (error == 0 && (u_int)ni != len - 1)
		error = ENOTDIR;
	if (error)
		goto out;
	createv_data(&tmpl, qv, newp, newlen);
	error = sysctl_node_add(__UNCONST(root), &tmpl, &node);
	if (error) {
		if ((tmpl.sysctl_flags & (CTLFLAG_OWNDATA | CTLFLAG_ALIAS |
		    CTLFLAG_IMMEDIATE)) == CTLFLAG_OWNDATA &&
		    type != CTLTYPE_NODE && newlen > 0)
			kmem_free(tmpl.sysctl_data, newlen);
		/* A directory may be made by everybody who needs it. */
		if (error == EEXIST && type == CTLTYPE_NODE &&
		    sysctl_node_p(node) &&
		    strcmp(node->sysctl_name, namep) == 0)
			error = 0;
	} else if (log != NULL)
		log_add(log, node);
 out:
	if (error == 0 && cnode != NULL)
		*cnode = node;
	sysctl_unlock();
	if (error)
		printf("sysctl_createv: %s: error %d\n", namep, error);
	return error;
}

int
sysctl_destroyv(struct sysctlnode *rnode, ...)
{
	const struct sysctlnode *node = rnode;
	int path[CTL_MAXNAME], error, ni;
	va_list ap;
	u_int len;

	va_start(ap, rnode);
	len = path_args(ap, path);
	va_end(ap);
	sysctl_lock(true);
	error = sysctl_locate(NULL, path, len, &node, &ni);
	if (error == 0 && (u_int)ni != len)
		error = ENOTDIR;
	if (error == 0)
		error = sysctl_node_remove(__UNCONST(node));
	sysctl_unlock();
	return error;
}

void
sysctl_finalize(void)
{

	sysctl_lock(true);
	sysctl_root.sysctl_flags |= CTLFLAG_PERMANENT;
	sysctl_unlock();
}
