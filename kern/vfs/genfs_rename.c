/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_rename.c: genfs_rename(9), rename without races or deadlocks.
 *
 * VOP_RENAME comes with a locked target directory and vnodes looked up before,
 * which may have changed since.  genfs_insane_rename() lets go of all that;
 * genfs_sane_rename() locks both directories, looks both names up again, locks
 * what it found, checks, and has the file system do it.
 *
 * Lock order: an ancestor before its descendant; directories that are no
 * relatives, and the two files, by address; directories before the files in
 * them.  Who is whose ancestor cannot change: renames between directories
 * hold the mount's rename lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>

/* One rename; private to its thread. */
struct rename_state {
	const struct genfs_rename_ops *rs_ops;
	struct mount	*rs_mp;
	kauth_cred_t	rs_cred;
	struct vnode	*rs_fdvp;
	struct componentname *rs_fcnp;
	void		*rs_fde;
	struct vnode	*rs_tdvp;
	struct componentname *rs_tcnp;
	void		*rs_tde;
	struct vnode	*rs_fvp;	/* what is renamed */
	struct vnode	*rs_tvp;	/* what is in the way, or NULL */
};

int
genfs_insane_rename(void *v,
    int (*sane_rename)(struct vnode *, struct componentname *, struct vnode *,
    struct componentname *, kauth_cred_t, bool))
{
	struct vop_rename_args *ap = v;
	struct vnode *fdvp = ap->a_fdvp, *fvp = ap->a_fvp;
	struct vnode *tdvp = ap->a_tdvp, *tvp = ap->a_tvp;
	kauth_cred_t cred = ap->a_fcnp->cn_cred;
	int error;

	KASSERT(fdvp != NULL && fvp != NULL && tdvp != NULL);
	KASSERT(VOP_ISLOCKED(tdvp) == LK_EXCLUSIVE);
	VOP_UNLOCK(tdvp);
	if (tvp != NULL && tvp != tdvp)
		VOP_UNLOCK(tvp);
	vrele(fvp);
	if (tvp != NULL)
		vrele(tvp);
	error = (*sane_rename)(fdvp, ap->a_fcnp, tdvp, ap->a_tcnp, cred,
	    false);
	vrele(tdvp);
	vrele(fdvp);
	return error;
}

static bool
dot_p(const struct componentname *cnp)
{

	return (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') ||
	    (cnp->cn_namelen == 2 && cnp->cn_nameptr[0] == '.' &&
	    cnp->cn_nameptr[1] == '.');
}

static bool
same_name_p(const struct componentname *a, const struct componentname *b)
{

	return a->cn_namelen == b->cn_namelen &&
	    memcmp(a->cn_nameptr, b->cn_nameptr, a->cn_namelen) == 0;
}

static int
lock_dir(struct rename_state *rs, struct vnode *dvp)
{

	return (*rs->rs_ops->gro_lock_directory)(rs->rs_mp, dvp);
}

/*
 * Lock both directories, first before second.
 */
static int
lock_dirs_ordered(struct rename_state *rs, struct vnode *first,
    struct vnode *second)
{
	int error;

	error = lock_dir(rs, first);
	if (error != 0)
		return error;
	error = lock_dir(rs, second);
	if (error != 0)
		VOP_UNLOCK(first);
	return error;
}

static void
unlock_dirs(struct rename_state *rs)
{

	VOP_UNLOCK(rs->rs_fdvp);
	if (rs->rs_tdvp != rs->rs_fdvp)
		VOP_UNLOCK(rs->rs_tdvp);
}

/*
 * Lock the directories.  If one is the other's ancestor, *fip or *tip is the
 * ancestor's child on the way down to the other, referenced.
 */
static int
lock_dirs(struct rename_state *rs, struct vnode **fip, struct vnode **tip)
{
	struct vnode *fdvp = rs->rs_fdvp, *tdvp = rs->rs_tdvp;
	int error;

	*fip = *tip = NULL;
	if (fdvp == tdvp)
		return lock_dir(rs, fdvp);
	error = (*rs->rs_ops->gro_genealogy)(rs->rs_mp, rs->rs_cred, fdvp,
	    tdvp, fip);
	if (error != 0)
		return error;
	if (*fip != NULL)
		return lock_dirs_ordered(rs, fdvp, tdvp);
	error = (*rs->rs_ops->gro_genealogy)(rs->rs_mp, rs->rs_cred, tdvp,
	    fdvp, tip);
	if (error != 0)
		return error;
	if (*tip != NULL || (uintptr_t)tdvp < (uintptr_t)fdvp)
		return lock_dirs_ordered(rs, tdvp, fdvp);
	return lock_dirs_ordered(rs, fdvp, tdvp);
}

/*
 * Look both names up in the locked directories.  Neither a directory above
 * the other one can be moved below itself (EINVAL) nor one that has something
 * in it be replaced (ENOTEMPTY).
 */
static int
lookup_both(struct rename_state *rs, struct vnode *fi, struct vnode *ti)
{
	const struct genfs_rename_ops *ops = rs->rs_ops;
	int error;

	error = (*ops->gro_lookup)(rs->rs_mp, rs->rs_fdvp, rs->rs_fcnp,
	    rs->rs_fde, &rs->rs_fvp);
	if (error != 0) {
		rs->rs_fvp = NULL;
		return error;
	}
	if (rs->rs_fvp == rs->rs_fdvp || rs->rs_fvp == rs->rs_tdvp ||
	    rs->rs_fvp == fi)
		return EINVAL;
	error = (*ops->gro_lookup)(rs->rs_mp, rs->rs_tdvp, rs->rs_tcnp,
	    rs->rs_tde, &rs->rs_tvp);
	if (error != 0) {
		rs->rs_tvp = NULL;
		return error == ENOENT ? 0 : error;
	}
	if (rs->rs_tvp == rs->rs_fdvp || rs->rs_tvp == rs->rs_tdvp ||
	    rs->rs_tvp == ti)
		return ENOTEMPTY;
	return 0;
}

static void
lock_files(struct rename_state *rs)
{
	struct vnode *a = rs->rs_fvp, *b = rs->rs_tvp, *t;

	if (b != NULL && b != a && (uintptr_t)b < (uintptr_t)a) {
		t = a;
		a = b;
		b = t;
	}
	vn_lock(a, LK_EXCLUSIVE | LK_RETRY);
	if (b != NULL && b != a)
		vn_lock(b, LK_EXCLUSIVE | LK_RETRY);
}

static void
unlock_files(struct rename_state *rs)
{

	VOP_UNLOCK(rs->rs_fvp);
	if (rs->rs_tvp != NULL && rs->rs_tvp != rs->rs_fvp)
		VOP_UNLOCK(rs->rs_tvp);
}

static void
release_files(struct rename_state *rs)
{

	if (rs->rs_fvp != NULL)
		vrele(rs->rs_fvp);
	if (rs->rs_tvp != NULL)
		vrele(rs->rs_tvp);
}

/*
 * Everything locked and looked up, or an error and nothing.
 */
static int
rename_enter(struct rename_state *rs)
{
	struct vnode *fi, *ti;
	int error;

	error = lock_dirs(rs, &fi, &ti);
	if (error == 0) {
		error = lookup_both(rs, fi, ti);
		if (error == 0)
			lock_files(rs);
		else
			unlock_dirs(rs);
	}
	if (fi != NULL)
		vrele(fi);
	if (ti != NULL)
		vrele(ti);
	if (error != 0)
		release_files(rs);
	return error;
}

static void
rename_exit(struct rename_state *rs)
{

	unlock_files(rs);
	unlock_dirs(rs);
	release_files(rs);
}

/*
 * Whoever watches what was replaced learns of it; the rest is told by the
 * hooks around VOP_RENAME.
 */
static void
replaced_knote(struct vnode *tvp, nlink_t nlink)
{

	if (tvp != NULL)
		VN_KNOTE(tvp, nlink == 0 ? NOTE_DELETE : NOTE_LINK);
}

/*
 * Two names of one file: the first goes, unless POSIX is wanted, which does
 * nothing.
 */
static int
rename_same_file(struct rename_state *rs, bool posixly_correct)
{
	const struct genfs_rename_ops *ops = rs->rs_ops;
	nlink_t nlink;
	int error;

	if (posixly_correct || (rs->rs_fdvp == rs->rs_tdvp &&
	    same_name_p(rs->rs_fcnp, rs->rs_tcnp)))
		return 0;
	error = (*ops->gro_remove_check_possible)(rs->rs_mp, rs->rs_fdvp,
	    rs->rs_fvp);
	if (error != 0)
		return error;
	error = (*ops->gro_remove_check_permitted)(rs->rs_mp, rs->rs_cred,
	    rs->rs_fdvp, rs->rs_fvp);
	if (error != 0)
		return error;
	error = (*ops->gro_remove)(rs->rs_mp, rs->rs_cred, rs->rs_fdvp,
	    rs->rs_fcnp, rs->rs_fde, rs->rs_fvp, &nlink);
	if (error == 0)
		replaced_knote(rs->rs_fvp, nlink);
	return error;
}

/*
 * Do the types go together?
 */
static int
check_types(struct rename_state *rs)
{
	struct vnode *fvp = rs->rs_fvp, *tvp = rs->rs_tvp;

	if (fvp->v_mount != rs->rs_mp ||
	    (tvp != NULL && tvp->v_mount != rs->rs_mp))
		return EXDEV;
	if (fvp->v_type == VDIR && fvp->v_mountedhere != NULL)
		return EBUSY;
	if (tvp == NULL)
		return 0;
	if (tvp->v_type == VDIR && tvp->v_mountedhere != NULL)
		return EBUSY;
	if (fvp->v_type != VDIR)
		return tvp->v_type == VDIR ? EISDIR : 0;
	if (tvp->v_type != VDIR)
		return ENOTDIR;
	return (*rs->rs_ops->gro_directory_empty_p)(rs->rs_mp, rs->rs_cred,
	    tvp, rs->rs_tdvp) ? 0 : ENOTEMPTY;
}

static int
rename_locked(struct rename_state *rs)
{
	const struct genfs_rename_ops *ops = rs->rs_ops;
	nlink_t nlink = 0;
	int error;

	error = (*ops->gro_rename_check_possible)(rs->rs_mp, rs->rs_fdvp,
	    rs->rs_fvp, rs->rs_tdvp, rs->rs_tvp);
	if (error != 0)
		return error;
	error = check_types(rs);
	if (error != 0)
		return error;
	error = (*ops->gro_rename_check_permitted)(rs->rs_mp, rs->rs_cred,
	    rs->rs_fdvp, rs->rs_fvp, rs->rs_tdvp, rs->rs_tvp);
	if (error != 0)
		return error;
	error = (*ops->gro_rename)(rs->rs_mp, rs->rs_cred, rs->rs_fdvp,
	    rs->rs_fcnp, rs->rs_fde, rs->rs_fvp, rs->rs_tdvp, rs->rs_tcnp,
	    rs->rs_tde, rs->rs_tvp, &nlink);
	if (error == 0)
		replaced_knote(rs->rs_tvp, nlink);
	return error;
}

int
genfs_sane_rename(const struct genfs_rename_ops *ops, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *tdvp,
    struct componentname *tcnp, void *tde, kauth_cred_t cred,
    bool posixly_correct)
{
	struct rename_state rs = {
		.rs_ops = ops,
		.rs_mp = fdvp->v_mount,
		.rs_cred = cred,
		.rs_fdvp = fdvp,
		.rs_fcnp = fcnp,
		.rs_fde = fde,
		.rs_tdvp = tdvp,
		.rs_tcnp = tcnp,
		.rs_tde = tde,
	};
	int error;

	KASSERT(fdvp->v_type == VDIR && tdvp->v_type == VDIR);
	if (fdvp->v_mount != tdvp->v_mount)
		return EXDEV;
	if (dot_p(fcnp) || dot_p(tcnp))
		return EINVAL;
	error = rename_enter(&rs);
	if (error != 0)
		return error;
	if (rs.rs_fvp == rs.rs_tvp)
		error = rename_same_file(&rs, posixly_correct);
	else
		error = rename_locked(&rs);
	rename_exit(&rs);
	return error;
}

/*
 * Tell all who watch; for file systems that do not come through VOP_RENAME.
 */
void
genfs_rename_knote(struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp, nlink_t nlink)
{

	VN_KNOTE(fdvp, NOTE_WRITE);
	VN_KNOTE(fvp, NOTE_RENAME);
	replaced_knote(tvp, nlink);
	VN_KNOTE(tdvp, NOTE_WRITE);
}

/*
 * Forget the names that are not true any more.
 */
void
genfs_rename_cache_purge(struct vnode *fdvp, struct vnode *fvp,
    struct vnode *tdvp, struct vnode *tvp)
{

	KASSERT(fdvp != NULL && fvp != NULL && tdvp != NULL);
	cache_purge(fdvp);
	cache_purge(fvp);
	if (tdvp != fdvp)
		cache_purge(tdvp);
	if (tvp != NULL && tvp != fvp)
		cache_purge(tvp);
}

/*
 * Flags of ufs-like file systems: nothing immutable or append-only may lose
 * or get a name.
 */
int
genfs_ufslike_rename_check_possible(unsigned long fdflags,
    unsigned long fflags, unsigned long tdflags, unsigned long tflags,
    bool clobber, unsigned long immutable, unsigned long append)
{

	if ((fdflags | fflags) & (immutable | append))
		return EPERM;
	if (tdflags & immutable)
		return EPERM;
	if (clobber && ((tdflags | tflags) & (immutable | append)))
		return EPERM;
	return 0;
}

int
genfs_ufslike_remove_check_possible(unsigned long dflags, unsigned long flags,
    unsigned long immutable, unsigned long append)
{

	return ((dflags | flags) & (immutable | append)) ? EPERM : 0;
}

static int
sticky_check(kauth_cred_t cred, struct vnode *dvp, mode_t dmode, uid_t duid,
    struct vnode *vp, uid_t uid)
{
	int fs_decision;

	if ((dmode & S_ISTXT) == 0)
		return 0;
	fs_decision = genfs_can_sticky(vp, cred, duid, uid);
	return kauth_authorize_vnode(cred, KAUTH_VNODE_DELETE, vp, dvp,
	    fs_decision);
}

/*
 * Taking vp's name out of dvp.
 */
int
genfs_ufslike_remove_check_permitted(kauth_cred_t cred, struct vnode *dvp,
    mode_t dmode, uid_t duid, struct vnode *vp, uid_t uid)
{
	int error;

	error = VOP_ACCESS(dvp, VWRITE, cred);
	if (error != 0)
		return error;
	return sticky_check(cred, dvp, dmode, duid, vp, uid);
}

/*
 * Both directories change; a directory that gets another parent changes, too.
 */
int
genfs_ufslike_rename_check_permitted(kauth_cred_t cred, struct vnode *fdvp,
    mode_t fdmode, uid_t fduid, struct vnode *fvp, uid_t fuid,
    struct vnode *tdvp, mode_t tdmode, uid_t tduid, struct vnode *tvp,
    uid_t tuid)
{
	int error;

	error = genfs_ufslike_remove_check_permitted(cred, fdvp, fdmode,
	    fduid, fvp, fuid);
	if (error != 0)
		return error;
	if (tdvp != fdvp) {
		error = VOP_ACCESS(tdvp, VWRITE, cred);
		if (error == 0 && fvp->v_type == VDIR)
			error = VOP_ACCESS(fvp, VWRITE, cred);
		if (error != 0)
			return error;
	}
	if (tvp == NULL)
		return 0;
	return sticky_check(cred, tdvp, tdmode, tduid, tvp, tuid);
}
