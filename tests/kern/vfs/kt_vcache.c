/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_vcache: a vnode's life as vnode(9) tells it, seen from a
 * file system that knows its keys.
 */
#include "kfs.h"

#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/vnode_impl.h>

#include <miscfs/specfs/specdev.h>

void	rump_kt_get(void);
void	rump_kt_new(void);
void	rump_kt_rekey(void);
void	rump_kt_inactive(void);
void	rump_kt_hold(void);
void	rump_kt_dead(void);
void	rump_kt_flush(void);
void	rump_kt_share(void);
void	rump_kt_async(void);
void	rump_kt_waitload(void);
void	rump_kt_revoke(void);
void	rump_kt_misuse(int);

static struct mount *
mounted(void)
{
	struct vnode *vp;
	struct mount *mp;

	KT_EQ(0, kfs_mount_on("/k", 0));
	vp = kt_namei("/k");
	mp = vp->v_mount;
	vrele(vp);
	memset(&kfs_counts, 0, sizeof(kfs_counts));
	return mp;
}

/* One vnode per key; what the file system refuses is not in the cache. */
void
rump_kt_get(void)
{
	struct mount *mp = mounted();
	struct vnode *vp, *again;
	uint32_t key;
	int i;

	vp = kfs_get(mp, 5);
	KT_EQ(1, vrefcnt(vp));
	KT(vp->v_type == VREG && VTOKFS(vp)->kn_key == 5);
	again = kfs_get(mp, 5);
	KT(again == vp);
	KT_EQ(2, vrefcnt(vp));
	KT_EQ(1, kfs_counts.kc_load);
	KT_EQ(LK_NONE, VOP_ISLOCKED(vp));
	for (i = 0; i < 2; i++) {
		key = KFS_NFILES + 1;
		again = vp;
		KT_EQ(ENOENT, vcache_get(mp, &key, sizeof(key), &again));
		KT(again == NULL);
		key = KFS_EIO;
		KT_EQ(EIO, vcache_get(mp, &key, sizeof(key), &again));
		KT(again == NULL);
	}
	KT_EQ(5, kfs_counts.kc_load);
	vrele(vp);
	vrele(vp);
	/* cached without references, until it is recycled */
	again = kfs_get(mp, 5);
	KT(again == vp);
	KT_EQ(5, kfs_counts.kc_load);
	KT(vrecycle(vp));
	KT_EQ(1, kfs_counts.kc_reclaim);
	vp = kfs_get(mp, 5);
	KT_EQ(6, kfs_counts.kc_load);
	vrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

void
rump_kt_new(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = NULL, *dvp, *again;
	struct vattr va;
	uint32_t key = 400;

	dvp = kt_namei("/k");
	vattr_null(&va);
	va.va_type = VREG;
	KT_EQ(ENOSPC, vcache_new(mp, dvp, &va, kauth_cred_get(), NULL, &vp));
	KT(vp == NULL);
	KT_EQ(0, vcache_new(mp, dvp, &va, kauth_cred_get(), &key, &vp));
	KT_EQ(2, kfs_counts.kc_new);
	KT_EQ(1, vrefcnt(vp));
	KT(VSTATE_GET(vp) == VS_LOADED);
	/* found by its key, though the file system would not load it */
	KT_EQ(0, vcache_get(mp, &key, sizeof(key), &again));
	KT(again == vp);
	KT_EQ(0, kfs_counts.kc_load);
	vrele(again);
	VTOKFS(vp)->kn_removed = true;
	vrele(vp);
	KT_EQ(1, kfs_counts.kc_reclaim);
	KT_EQ(ENOENT, vcache_get(mp, &key, sizeof(key), &again));
	vrele(dvp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

void
rump_kt_rekey(void)
{
	const uint32_t five = 5, six = 6, far = 1000;
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 5), *other = kfs_get(mp, 6), *got;

	KT_EQ(EEXIST, vcache_rekey_enter(mp, vp, &five, sizeof(five), &six,
	    sizeof(six)));
	KT_EQ(0, vcache_rekey_enter(mp, vp, &five, sizeof(five), &far,
	    sizeof(far)));
	VTOKFS(vp)->kn_key = far;
	vcache_rekey_exit(mp, vp, &five, sizeof(five), &VTOKFS(vp)->kn_key,
	    sizeof(far));
	KT_EQ(0, vcache_get(mp, &far, sizeof(far), &got));
	KT(got == vp);
	vrele(got);
	/* the old key is another file now */
	got = kfs_get(mp, 5);
	KT(got != vp);
	vrele(got);
	vrele(other);
	vrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* VOP_INACTIVE at the last release after an exclusive lock, locked. */
void
rump_kt_inactive(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 7);

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	vref(vp);
	vput(vp);
	KT_EQ(0, kfs_counts.kc_inactive);
	vrele(vp);
	KT_EQ(1, kfs_counts.kc_inactive);
	KT_EQ(LK_EXCLUSIVE, kfs_counts.kc_locked);
	KT_EQ(0, kfs_counts.kc_reclaim);

	vp = kfs_get(mp, 7);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	VTOKFS(vp)->kn_removed = true;
	vput(vp);
	KT_EQ(2, kfs_counts.kc_inactive);
	KT_EQ(1, kfs_counts.kc_reclaim);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* A hold keeps the vnode's memory, not its file. */
void
rump_kt_hold(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 8), *again;

	vhold(vp);
	mutex_enter(vp->v_interlock);
	vholdl(vp);
	KT_EQ(2, vp->v_holdcnt);
	holdrelel(vp);
	KT_EQ(1, vp->v_holdcnt);
	mutex_exit(vp->v_interlock);
	KT(vrecycle(vp));
	KT_EQ(1, kfs_counts.kc_reclaim);
	KT(VSTATE_GET(vp) == VS_RECLAIMED);
	mutex_enter(vp->v_interlock);
	KT_EQ(ENOENT, vdead_check(vp, VDEAD_NOWAIT));
	KT_EQ(ENOENT, vget(vp));		/* lets go of the interlock */
	again = kfs_get(mp, 8);
	KT(again != vp);
	vrele(again);
	holdrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

void
rump_kt_dead(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 9);
	struct vattr va;

	mutex_enter(vp->v_interlock);
	KT_EQ(0, vdead_check(vp, 0));
	KT_EQ(0, vget(vp));
	KT_EQ(2, vrefcnt(vp));
	KT(!vrecycle(vp));
	vref(vp);
	vgone(vp);
	KT_EQ(2, vrefcnt(vp));
	KT_EQ(1, kfs_counts.kc_inactive);
	KT_EQ(1, kfs_counts.kc_reclaim);
	KT(vp->v_data == NULL && vp->v_mount != mp);
	mutex_enter(vp->v_interlock);
	KT_EQ(ENOENT, vdead_check(vp, 0));
	mutex_exit(vp->v_interlock);
	KT_EQ(ENOENT, vn_lock(vp, LK_SHARED));
	KT_EQ(0, vn_lock(vp, LK_SHARED | LK_RETRY));
	KT_EQ(EBADF, VOP_GETATTR(vp, &va, kauth_cred_get()));
	VOP_UNLOCK(vp);
	vgone(vp);		/* a second time only drops the reference */
	KT_EQ(1, vrefcnt(vp));
	KT_EQ(1, kfs_counts.kc_reclaim);
	vrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* vflush(9): who is in use stays, by the flags. */
void
rump_kt_flush(void)
{
	struct mount *mp = mounted();
	struct vnode *busy = kfs_get(mp, 10), *skip = kfs_get(mp, 11);
	struct vnode *writer = kfs_get(mp, 12);

	vrele(kfs_get(mp, 13));
	KT_EQ(EBUSY, vflush(mp, NULL, 0));
	KT_EQ(1, kfs_counts.kc_reclaim - 1);		/* 13 and the root */
	KT_EQ(EBUSY, vflush(mp, skip, 0));

	/* only what is open for writing, and the system's own */
	mutex_enter(writer->v_interlock);
	writer->v_writecount++;
	mutex_exit(writer->v_interlock);
	vn_lock(skip, LK_EXCLUSIVE | LK_RETRY);
	skip->v_vflag |= VV_SYSTEM;
	VOP_UNLOCK(skip);
	KT_EQ(EBUSY, vflush(mp, NULL, WRITECLOSE | SKIPSYSTEM));
	KT(VSTATE_GET(busy) == VS_LOADED && VSTATE_GET(skip) == VS_LOADED);
	mutex_enter(writer->v_interlock);
	writer->v_writecount--;
	mutex_exit(writer->v_interlock);

	KT_EQ(EBUSY, kfs_unmount_from("/k"));
	KT_EQ(0, vflush(mp, NULL, FORCECLOSE | SKIPSYSTEM));
	KT(VSTATE_GET(busy) == VS_RECLAIMED && VSTATE_GET(skip) == VS_LOADED);
	vrele(skip);
	vrele(writer);
	vrele(busy);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* Stacked vnodes: one interlock, one object lock, one list of watchers. */
void
rump_kt_share(void)
{
	struct mount *mp = mounted();
	struct vnode *low = kfs_get(mp, 14), *up = kfs_get(mp, 15);

	KT(low->v_interlock != up->v_interlock);
	vshareilock(up, low);
	KT(low->v_interlock == up->v_interlock);
	KT_EQ(2, mutex_obj_refcnt(low->v_interlock));
	vshareklist(up, low);
	KT(low->v_klist == up->v_klist);
	KT(vrecycle(up));
	KT_EQ(1, mutex_obj_refcnt(low->v_interlock));
	vrele(low);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* The last reference dropped where the file system must not be called. */
void
rump_kt_async(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 16);

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	VTOKFS(vp)->kn_removed = true;
	VOP_UNLOCK(vp);
	vref(vp);
	vrele_async(vp);
	KT_EQ(1, vrefcnt(vp));
	KT_EQ(0, kfs_counts.kc_inactive);
	vrele_async(vp);
	vrele_flush(mp);
	KT_EQ(1, kfs_counts.kc_inactive);
	KT_EQ(1, kfs_counts.kc_reclaim);
	KT_EQ(0, kfs_unmount_from("/k"));
}

static struct mount *wl_mp;
static volatile u_int wl_got;

static void
getter(void *arg)
{
	struct vnode *vp;
	uint32_t key = 20;
	int i;

	for (i = 0; i < 2000; i++) {
		KT_EQ(0, vcache_get(wl_mp, &key, sizeof(key), &vp));
		KT_EQ(20, VTOKFS(vp)->kn_key);
		if (i % 3 != 0 || !vrecycle(vp))
			vrele(vp);
		atomic_inc_uint(&wl_got);
	}
	kthread_exit(0);
}

/* Threads that get and recycle one file see it whole or wait. */
void
rump_kt_waitload(void)
{
	struct kt_threads kt;

	wl_mp = mounted();
	kt_start(&kt, 4, getter, NULL);
	kt_join(&kt);
	KT_EQ(8000, wl_got);
	KT_EQ(kfs_counts.kc_load - kfs_counts.kc_reclaim <= 1, 1);
	KT_EQ(0, kfs_unmount_from("/k"));
	KT_EQ(kfs_counts.kc_load + 1, kfs_counts.kc_reclaim);
}

/* VOP_REVOKE of a file ends it for all who have it. */
void
rump_kt_revoke(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 17);

	vref(vp);
	KT_EQ(0, VOP_REVOKE(vp, REVOKEALL));
	KT(VSTATE_GET(vp) == VS_RECLAIMED);
	KT_EQ(2, vrefcnt(vp));
	vrevoke(vp);		/* nothing left to do */
	KT_EQ(2, vrefcnt(vp));
	vrele(vp);
	vrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* Each ends in the panic that t_vcache.c has the text of. */
void
rump_kt_misuse(int what)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 30);

	switch (what) {
	case 0:
		vrele(vp);
		vrele(vp);
		break;
	case 1:
		holdrele(vp);
		break;
	case 2:
		vrele(vp);
		vn_lock(vp, LK_EXCLUSIVE);
		break;
	case 3:
		vrele(vp);
		vref(vp);
		break;
	case 4:
		(void)vdead_check(vp, 0);
		break;
	case 5:
		fstrans_done(mp);
		break;
	case 6:
		mountlist_remove(mp);
		mountlist_remove(mp);
		break;
	}
}
