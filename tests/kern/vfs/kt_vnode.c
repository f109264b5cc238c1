/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel half of t_vnode: references and states of vnodes, iteration, and
 * the cleaner, from inside.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/vnode_impl.h>

void	rump_kt_refs(void);
void	rump_kt_limit(int);
u_int	rump_kt_count(void);
void	rump_kt_drain(void);
int	rump_kt_iterate(const char *);
void	rump_kt_gone(const char *);
void	rump_kt_suspend(const char *);
int	rump_kt_names(int, int);

static struct vnode *
find(const char *path)
{
	struct vnode *vp;
	int error;

	error = namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp);
	if (error != 0)
		panic("%s: error %d", path, error);
	return vp;
}

void
rump_kt_refs(void)
{
	struct vnode *vp = find("/f");
	int n = vrefcnt(vp);

	KASSERT(n == 1);
	vref(vp);
	KASSERT(vrefcnt(vp) == 2);
	KASSERT(!vrecycle(vp));
	vrele(vp);
	KASSERT(vrefcnt(vp) == 1);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KASSERT(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	VOP_UNLOCK(vp);
	vn_lock(vp, LK_SHARED | LK_RETRY);
	KASSERT(VOP_ISLOCKED(vp) == LK_SHARED);
	VOP_UNLOCK(vp);
	KASSERT(fstrans_held(rootvnode->v_mount) == 0);
	vrele(vp);

	/* Nobody else uses it: it can go, and comes back when asked for. */
	vp = find("/f");
	KASSERT(vrecycle(vp));
	vp = find("/f");
	KASSERT(VSTATE_GET(vp) == VS_LOADED);
	vrele(vp);
}

void
rump_kt_limit(int n)
{

	desiredvnodes = n;
}

u_int
rump_kt_count(void)
{

	return vlru_count();
}

void
rump_kt_drain(void)
{

	vcache_drain(100);
}

/* Vnodes of the mount at a path. */
int
rump_kt_iterate(const char *path)
{
	struct vnode *vp = find(path), *each;
	struct vnode_iterator *iter;
	int n = 0;

	vfs_vnode_iterator_init(vp->v_mount, &iter);
	while ((each = vfs_vnode_iterator_next(iter, NULL, NULL)) != NULL) {
		KASSERT(each->v_mount == vp->v_mount);
		n++;
		vrele(each);
	}
	vfs_vnode_iterator_destroy(iter);
	vrele(vp);
	return n;
}

/* A vnode killed while referenced: operations fail, locking says so. */
void
rump_kt_gone(const char *path)
{
	struct vnode *vp = find(path);

	vref(vp);
	vgone(vp);
	KASSERT(VSTATE_GET(vp) == VS_RECLAIMED);
	KASSERT(vn_lock(vp, LK_EXCLUSIVE) == ENOENT);
	KASSERT(vn_lock(vp, LK_EXCLUSIVE | LK_RETRY) == 0);
	KASSERT(VOP_OPEN(vp, FREAD, curlwp->l_cred) == ENXIO);
	VOP_UNLOCK(vp);
	vrele(vp);
}

/* Suspension: we may, others may not; then they may again. */
void
rump_kt_suspend(const char *path)
{
	struct vnode *vp = find(path);
	struct mount *mp = vp->v_mount;

	vrele(vp);
	KASSERT(vfs_suspend(mp, 0) == 0);
	KASSERT(fstrans_getstate(mp) == FSTRANS_SUSPENDED);
	KASSERT(fstrans_is_owner(mp));
	KASSERT(vfs_busy(mp) == 0);
	vfs_unbusy(mp);
	kpause("ktsusp", false, mstohz(100), NULL);
	vfs_resume(mp);
	KASSERT(fstrans_getstate(mp) == FSTRANS_NORMAL);
}

/*
 * Enter n names of the root directory with a limit; how many of them are
 * known afterwards?  All are forgotten in the end.
 */
int
rump_kt_names(int n, int limit)
{
	const int before = desiredvnodes;
	struct vnode *vp;
	char name[32];
	int hits, i;

	desiredvnodes = limit;
	vn_lock(rootvnode, LK_EXCLUSIVE | LK_RETRY);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		cache_enter(rootvnode, rootvnode, name, strlen(name),
		    MAKEENTRY);
	}
	for (hits = i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		if (!cache_lookup_raw(rootvnode, name, strlen(name), 0, NULL,
		    &vp))
			continue;
		KASSERT(vp == rootvnode);
		vrele(vp);
		hits++;
	}
	cache_purge(rootvnode);
	VOP_UNLOCK(rootvnode);
	desiredvnodes = before;
	return hits;
}
