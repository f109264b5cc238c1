/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_vop: the lock protocol of vnodeops(9) and its assertions,
 * what genfs(9) answers, and genfs_rename(9) with a file system that has
 * names and nothing else.
 */
#include "kfs.h"

#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/poll.h>
#include <sys/unistd.h>

void	rump_kt_locks(void);
void	rump_kt_nowait(void);
void	rump_kt_defaults(void);
void	rump_kt_answers(void);
void	rump_kt_releases(void);
void	rump_kt_glock(void);
void	rump_kt_rename(void);
void	rump_kt_renameerr(void);
void	rump_kt_insane(void);
void	rump_kt_purge(void);
void	rump_kt_permitted(void);
void	rump_kt_misuse(int);
int	rump_kt_checked(void);

static struct mount *
mounted(void)
{
	struct vnode *vp;
	struct mount *mp;

	KT_EQ(0, kfs_mount_on("/k", 0));
	vp = kt_namei("/k");
	mp = vp->v_mount;
	vrele(vp);
	return mp;
}

/* The lock has a mode, and whoever has it is inside of a transaction. */
void
rump_kt_locks(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 5);

	KT_EQ(LK_NONE, VOP_ISLOCKED(vp));
	KT_EQ(0, VOP_LOCK(vp, LK_SHARED));
	KT_EQ(LK_SHARED, VOP_ISLOCKED(vp));
	KT(fstrans_held(mp));
	KT_EQ(0, VOP_LOCK(vp, LK_UPGRADE));
	KT_EQ(LK_EXCLUSIVE, VOP_ISLOCKED(vp));
	KT_EQ(0, VOP_LOCK(vp, LK_DOWNGRADE));
	KT_EQ(LK_SHARED, VOP_ISLOCKED(vp));
	KT_EQ(0, VOP_UNLOCK(vp));
	KT_EQ(LK_NONE, VOP_ISLOCKED(vp));
	KT_EQ(0, fstrans_held(mp));
	KT_EQ(0, vn_lock(vp, LK_NONE));
	KT_EQ(LK_NONE, VOP_ISLOCKED(vp));
	vrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

static struct vnode *held;
static volatile u_int stage;
static int held_mode;

static void
holder(void *arg)
{

	KT_EQ(0, vn_lock(held, held_mode));
	atomic_inc_uint(&stage);
	while (atomic_load_relaxed(&stage) < 2)
		kt_pause(1);
	VOP_UNLOCK(held);
	kthread_exit(0);
}

/* LK_NOWAIT: EBUSY instead of waiting, also to upgrade. */
void
rump_kt_nowait(void)
{
	struct mount *mp = mounted();
	struct kt_threads kt;

	held = kfs_get(mp, 6);
	for (held_mode = LK_SHARED;; held_mode = LK_EXCLUSIVE) {
		stage = 0;
		kt_start(&kt, 1, holder, NULL);
		while (atomic_load_relaxed(&stage) < 1)
			kt_pause(1);
		KT_EQ(EBUSY, vn_lock(held, LK_EXCLUSIVE | LK_NOWAIT));
		if (held_mode == LK_SHARED) {
			KT_EQ(0, vn_lock(held, LK_SHARED | LK_NOWAIT));
			KT_EQ(EBUSY, VOP_LOCK(held, LK_UPGRADE | LK_NOWAIT));
			KT_EQ(LK_SHARED, VOP_ISLOCKED(held));
			VOP_UNLOCK(held);
		} else
			KT_EQ(EBUSY, vn_lock(held, LK_SHARED | LK_NOWAIT));
		KT_EQ(0, fstrans_held(mp));
		KT(!vrecycle(held));
		atomic_inc_uint(&stage);
		kt_join(&kt);
		if (held_mode == LK_EXCLUSIVE)
			break;
	}
	KT_EQ(0, vn_lock(held, LK_EXCLUSIVE | LK_NOWAIT));
	VOP_UNLOCK(held);
	vrele(held);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* What a file system does not list is vn_default_error()'s. */
void
rump_kt_defaults(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 7), *dvp = kt_namei("/k");
	register_t ret = 0;
	struct flock fl;
	struct vattr va;
	daddr_t bn;
	u_long arg = 0;
	size_t len;
	int run;

	KT_EQ(EOPNOTSUPP, VOP_IOCTL(vp, 1, &arg, FREAD, kauth_cred_get()));
	KT_EQ(EOPNOTSUPP, VOP_FCNTL(vp, F_SETFL, &arg, 0, kauth_cred_get()));
	KT_EQ(EOPNOTSUPP, VOP_ADVLOCK(vp, NULL, F_SETLK, &fl, 0));
	KT_EQ(EOPNOTSUPP, VOP_BMAP(vp, 0, NULL, &bn, &run));
	KT_EQ(EOPNOTSUPP, VOP_SEEK(vp, 0, 1, kauth_cred_get()));
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	vattr_null(&va);
	KT_EQ(EOPNOTSUPP, VOP_SETATTR(vp, &va, kauth_cred_get()));
	KT_EQ(EOPNOTSUPP, VOP_FALLOCATE(vp, 0, 1));
	KT_EQ(EOPNOTSUPP, VOP_FDISCARD(vp, 0, 1));
	KT_EQ(0, VOP_OPEN(vp, FREAD, kauth_cred_get()));
	KT_EQ(0, VOP_ACCESS(vp, VREAD, kauth_cred_get()));
	KT_EQ(0, VOP_ACCESSX(vp, VREAD | VREAD_ATTRIBUTES,
	    kauth_cred_get()));
	KT_EQ(EPERM, VOP_ACCESSX(vp, VDELETE, kauth_cred_get()));
	KT_EQ(0, VOP_FSYNC(vp, kauth_cred_get(), FSYNC_WAIT, 0, 0));
	KT_EQ(0, VOP_CLOSE(vp, FREAD, kauth_cred_get()));
	KT_EQ(0, VOP_PATHCONF(vp, _PC_PATH_MAX, &ret));
	KT_EQ(PATH_MAX, ret);
	KT_EQ(EINVAL, VOP_PATHCONF(vp, _PC_LINK_MAX, &ret));
	VOP_UNLOCK(vp);
	KT_EQ(0, VOP_PARSEPATH(dvp, "one/two", &len));
	KT_EQ(3, len);
	KT_EQ(0, VOP_PRINT(vp));
	vrele(dvp);
	vrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* genfs(9)'s ready answers. */
void
rump_kt_answers(void)
{
	struct vop_fcntl_args fa = { .a_command = F_SETFL };
	struct vop_seek_args sa = { .a_newoff = -1 };
	struct vop_poll_args pa = { .a_events = POLLIN | POLLERR | POLLPRI };
	struct vop_parsepath_args na;
	char *name = kmem_alloc(NAME_MAX + 2, KM_SLEEP);
	size_t len = 0;

	KT_EQ(0, genfs_nullop(NULL));
	KT_EQ(EINVAL, genfs_einval(NULL));
	KT_EQ(EBADF, genfs_ebadf(NULL));
	KT_EQ(EPASSTHROUGH, genfs_enoioctl(NULL));
	KT_EQ(0, genfs_abortop(NULL));
	KT_EQ(0, genfs_mmap(NULL));
	KT_EQ(0, genfs_fcntl(&fa));
	fa.a_command = F_GETLK;
	KT_EQ(EOPNOTSUPP, genfs_fcntl(&fa));
	KT_EQ(EINVAL, genfs_seek(&sa));
	sa.a_newoff = INT64_MAX;
	KT_EQ(0, genfs_seek(&sa));
	KT_EQ(POLLIN, genfs_poll(&pa));
	KT_EQ(0, genfs_nolock(NULL));
	KT_EQ(0, genfs_nounlock(NULL));
	KT_EQ(LK_NONE, genfs_noislocked(NULL));
	na.a_retval = &len;
	memset(name, 'n', NAME_MAX + 1);
	name[NAME_MAX] = '/';
	name[NAME_MAX + 1] = '\0';
	na.a_name = name;
	KT_EQ(0, genfs_parsepath(&na));
	KT_EQ(NAME_MAX, len);
	name[NAME_MAX] = 'n';
	KT_EQ(ENAMETOOLONG, genfs_parsepath(&na));
	na.a_name = "";
	KT_EQ(0, genfs_parsepath(&na));
	KT_EQ(0, len);
	kmem_free(name, NAME_MAX + 2);
}

/* genfs_eopnotsupp() and its like drop what the operation would have. */
void
rump_kt_releases(void)
{
	struct mount *mp = mounted();
	struct vnode *dvp = kt_namei("/k"), *vp = kfs_get(mp, 8);
	struct vnode *fvp = kfs_get(mp, 9);
	struct vop_rmdir_v2_args ra = {
		.a_desc = VDESC(vop_rmdir), .a_dvp = dvp, .a_vp = vp
	};
	struct vop_rename_args na = {
		.a_desc = VDESC(vop_rename), .a_fdvp = dvp, .a_fvp = fvp,
		.a_tdvp = dvp, .a_tvp = NULL
	};
	struct vop_getattr_args ga = {
		.a_desc = VDESC(vop_getattr), .a_vp = vp
	};
	struct vop_link_v2_args la = { .a_dvp = dvp };
	const int refs = vrefcnt(dvp);

	vref(vp);
	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(EOPNOTSUPP, genfs_eopnotsupp(&ga));
	KT_EQ(2, vrefcnt(vp));
	KT_EQ(EOPNOTSUPP, genfs_eopnotsupp(&ra));
	KT_EQ(1, vrefcnt(vp));
	KT_EQ(LK_NONE, VOP_ISLOCKED(vp));
	KT_EQ(LK_EXCLUSIVE, VOP_ISLOCKED(dvp));
	KT_EQ(EROFS, genfs_erofs_link(&la));
	KT_EQ(LK_EXCLUSIVE, VOP_ISLOCKED(dvp));

	/* rename: everything, the directory's lock with it */
	vref(dvp);
	vref(dvp);
	vref(fvp);
	KT_EQ(EOPNOTSUPP, genfs_eopnotsupp(&na));
	KT_EQ(LK_NONE, VOP_ISLOCKED(dvp));
	KT_EQ(1, vrefcnt(fvp));
	KT_EQ(refs, vrefcnt(dvp));
	vrele(fvp);
	vrele(vp);
	vrele(dvp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

void
rump_kt_glock(void)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 10);
	off_t lo, hi, size;

	KT(!genfs_node_wrlocked(vp));
	genfs_node_wrlock(vp);
	KT(genfs_node_wrlocked(vp));
	genfs_node_unlock(vp);
	genfs_node_rdlock(vp);
	KT(!genfs_node_wrlocked(vp));
	KT(genfs_node_rdtrylock(vp));
	genfs_node_unlock(vp);
	genfs_node_unlock(vp);
	genfs_size(vp, 1, &size, 0);
	KT_EQ(DEV_BSIZE, size);		/* whole blocks */
	genfs_size(vp, 2 * DEV_BSIZE, &size, GOP_SIZE_MEM);
	KT_EQ(2 * DEV_BSIZE, size);
	genfs_gop_putrange(vp, 12345, &lo, &hi);
	KT(lo <= 12345 && (hi == 0 || hi > 12345));
	vrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* Names of one directory; 0: there is none. */
static uint32_t name_key[4];		/* of "0", "1", "2", "3" */
static int rn_possible, rn_permitted, rn_renames, rn_removes;
static bool rn_empty;

static bool
rn_directory_empty_p(struct mount *mp, kauth_cred_t cred, struct vnode *vp,
    struct vnode *dvp)
{

	return rn_empty;
}

static int
rn_check_possible(struct mount *mp, struct vnode *fdvp, struct vnode *fvp,
    struct vnode *tdvp, struct vnode *tvp)
{

	KT(VOP_ISLOCKED(fdvp) == LK_EXCLUSIVE);
	KT(VOP_ISLOCKED(fvp) == LK_EXCLUSIVE);
	KT(tvp == NULL || VOP_ISLOCKED(tvp) == LK_EXCLUSIVE);
	return rn_possible;
}

static int
rn_check_permitted(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{

	return rn_permitted;
}

static int
rn_remove_possible(struct mount *mp, struct vnode *dvp, struct vnode *vp)
{

	return rn_possible;
}

static int
rn_remove_permitted(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct vnode *vp)
{

	return rn_permitted;
}

static int
rn_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp, nlink_t *nlinkp)
{

	rn_renames++;
	KT(fde == &name_key[0] && tde == &name_key[1]);
	name_key[tcnp->cn_nameptr[0] - '0'] =
	    name_key[fcnp->cn_nameptr[0] - '0'];
	name_key[fcnp->cn_nameptr[0] - '0'] = 0;
	*nlinkp = 0;
	return 0;
}

static int
rn_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp, nlink_t *nlinkp)
{

	rn_removes++;
	name_key[cnp->cn_nameptr[0] - '0'] = 0;
	*nlinkp = 1;
	return 0;
}

static int
rn_lookup(struct mount *mp, struct vnode *dvp, struct componentname *cnp,
    void *de, struct vnode **vpp)
{
	const uint32_t key = name_key[cnp->cn_nameptr[0] - '0'];

	KT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	if (key == 0)
		return ENOENT;
	*vpp = kfs_get(mp, key);
	return 0;
}

static int
rn_genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **vpp)
{

	panic("kt: one directory has no ancestors here");
}

static int rn_lock_error;

static int
rn_lock_directory(struct mount *mp, struct vnode *dvp)
{

	if (rn_lock_error == 0)
		vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	return rn_lock_error;
}

static const struct genfs_rename_ops rn_ops = {
	.gro_directory_empty_p = rn_directory_empty_p,
	.gro_rename_check_possible = rn_check_possible,
	.gro_rename_check_permitted = rn_check_permitted,
	.gro_remove_check_possible = rn_remove_possible,
	.gro_remove_check_permitted = rn_remove_permitted,
	.gro_rename = rn_rename,
	.gro_remove = rn_remove,
	.gro_lookup = rn_lookup,
	.gro_genealogy = rn_genealogy,
	.gro_lock_directory = rn_lock_directory,
};

static void
cn_init(struct componentname *cnp, int op, const char *name)
{

	memset(cnp, 0, sizeof(*cnp));
	cnp->cn_nameiop = op;
	cnp->cn_cred = kauth_cred_get();
	cnp->cn_nameptr = name;
	cnp->cn_namelen = strlen(name);
}

static int
rn_do(struct vnode *fdvp, const char *from, struct vnode *tdvp,
    const char *to, bool posix)
{
	struct componentname fcn, tcn;
	const int frefs = vrefcnt(fdvp), trefs = vrefcnt(tdvp);
	int error;

	cn_init(&fcn, DELETE, from);
	cn_init(&tcn, RENAME, to);
	error = genfs_sane_rename(&rn_ops, fdvp, &fcn, &name_key[0], tdvp,
	    &tcn, &name_key[1], kauth_cred_get(), posix);
	KT_EQ(LK_NONE, VOP_ISLOCKED(fdvp));
	KT_EQ(LK_NONE, VOP_ISLOCKED(tdvp));
	KT_EQ(frefs, vrefcnt(fdvp));
	KT_EQ(trefs, vrefcnt(tdvp));
	return error;
}

void
rump_kt_rename(void)
{
	struct vnode *dvp;

	(void)mounted();
	dvp = kt_namei("/k");
	name_key[0] = 20;
	KT_EQ(0, rn_do(dvp, "0", dvp, "1", false));
	KT_EQ(1, rn_renames);
	KT_EQ(20, name_key[1]);
	name_key[2] = 21;
	KT_EQ(0, rn_do(dvp, "2", dvp, "1", false));	/* over another */
	KT_EQ(21, name_key[1]);
	/* two names of one file: the first goes, or nothing for POSIX */
	name_key[2] = 21;
	KT_EQ(0, rn_do(dvp, "2", dvp, "1", true));
	KT_EQ(0, rn_removes);
	KT_EQ(0, rn_do(dvp, "1", dvp, "1", false));
	KT_EQ(0, rn_removes);
	KT_EQ(0, rn_do(dvp, "2", dvp, "1", false));
	KT_EQ(1, rn_removes);
	KT_EQ(0, name_key[2]);
	KT_EQ(2, rn_renames);
	vrele(dvp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

void
rump_kt_renameerr(void)
{
	struct vnode *dvp, *root = kt_namei("/");

	(void)mounted();
	dvp = kt_namei("/k");
	name_key[1] = 21;
	KT_EQ(ENOENT, rn_do(dvp, "0", dvp, "1", false));
	name_key[0] = 20;
	KT_EQ(EINVAL, rn_do(dvp, ".", dvp, "1", false));
	KT_EQ(EINVAL, rn_do(dvp, "..", dvp, "1", false));
	KT_EQ(EINVAL, rn_do(dvp, "0", dvp, ".", false));
	KT_EQ(EXDEV, rn_do(dvp, "0", root, "1", false));
	rn_lock_error = ENOENT;
	KT_EQ(ENOENT, rn_do(dvp, "0", dvp, "1", false));
	rn_lock_error = 0;
	rn_possible = EPERM;
	KT_EQ(EPERM, rn_do(dvp, "0", dvp, "1", false));
	name_key[2] = name_key[0];
	KT_EQ(EPERM, rn_do(dvp, "0", dvp, "2", false));
	rn_possible = 0;
	rn_permitted = EACCES;
	KT_EQ(EACCES, rn_do(dvp, "0", dvp, "1", false));
	KT_EQ(EACCES, rn_do(dvp, "0", dvp, "2", false));
	rn_permitted = 0;
	/* the directory itself cannot move into itself, nor be replaced */
	name_key[3] = KFS_ROOT;
	KT_EQ(EINVAL, rn_do(dvp, "3", dvp, "1", false));
	KT_EQ(ENOTEMPTY, rn_do(dvp, "0", dvp, "3", false));
	KT_EQ(0, rn_renames + rn_removes);
	vrele(dvp);
	vrele(root);
	KT_EQ(0, kfs_unmount_from("/k"));
}

static int
sane(struct vnode *fdvp, struct componentname *fcnp, struct vnode *tdvp,
    struct componentname *tcnp, kauth_cred_t cred, bool posix)
{

	KT_EQ(LK_NONE, VOP_ISLOCKED(tdvp));
	KT(!posix && cred == fcnp->cn_cred);
	return ENOSPC;
}

/* From VOP_RENAME's protocol to one where nothing is locked. */
void
rump_kt_insane(void)
{
	struct mount *mp = mounted();
	struct vnode *dvp = kt_namei("/k"), *fvp = kfs_get(mp, 22);
	struct vnode *tvp = kfs_get(mp, 23);
	struct componentname fcn, tcn;
	struct vop_rename_args ra = {
		.a_desc = VDESC(vop_rename), .a_fdvp = dvp, .a_fvp = fvp,
		.a_fcnp = &fcn, .a_tdvp = dvp, .a_tvp = tvp, .a_tcnp = &tcn
	};

	cn_init(&fcn, DELETE, "22");
	cn_init(&tcn, RENAME, "23");
	vref(dvp);
	vref(dvp);
	vref(fvp);
	vref(tvp);
	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	vn_lock(tvp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(ENOSPC, genfs_insane_rename(&ra, sane));
	KT_EQ(1, vrefcnt(fvp));
	KT_EQ(1, vrefcnt(tvp));
	KT_EQ(LK_NONE, VOP_ISLOCKED(tvp));
	vrele(fvp);
	vrele(tvp);
	vrele(dvp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

void
rump_kt_purge(void)
{
	struct mount *mp = mounted();
	struct vnode *dvp = kt_namei("/k"), *vp = kfs_get(mp, 24), *got;

	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	cache_enter(dvp, vp, "24", 2, MAKEENTRY);
	KT(cache_lookup_raw(dvp, "24", 2, MAKEENTRY, NULL, &got));
	vrele(got);
	genfs_rename_cache_purge(dvp, vp, dvp, NULL);
	KT(!cache_lookup_raw(dvp, "24", 2, MAKEENTRY, NULL, &got));
	genfs_rename_knote(dvp, vp, dvp, NULL, 0);
	VOP_UNLOCK(dvp);
	vrele(vp);
	vrele(dvp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* Sticky directories: only who owns it or the file takes a name away. */
void
rump_kt_permitted(void)
{
	struct mount *mp = mounted();
	struct vnode *dvp = kt_namei("/k"), *vp = kfs_get(mp, 25);
	kauth_cred_t cred = kauth_cred_alloc();
	const mode_t sticky = 01777;

	kauth_cred_setuid(cred, 100);
	kauth_cred_seteuid(cred, 100);
	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, genfs_ufslike_remove_check_permitted(cred, dvp, 0777, 1, vp,
	    2));
	KT_EQ(EPERM, genfs_ufslike_remove_check_permitted(cred, dvp, sticky,
	    1, vp, 2));
	KT_EQ(0, genfs_ufslike_remove_check_permitted(cred, dvp, sticky, 100,
	    vp, 2));
	KT_EQ(0, genfs_ufslike_remove_check_permitted(cred, dvp, sticky, 1,
	    vp, 100));
	KT_EQ(0, genfs_ufslike_rename_check_permitted(cred, dvp, sticky, 1,
	    vp, 100, dvp, sticky, 1, NULL, 0));
	KT_EQ(EPERM, genfs_ufslike_rename_check_permitted(cred, dvp, sticky,
	    1, vp, 2, dvp, sticky, 1, NULL, 0));
	KT_EQ(EPERM, genfs_ufslike_rename_check_permitted(cred, dvp, sticky,
	    1, vp, 100, dvp, sticky, 1, vp, 2));
	vput(vp);
	vput(dvp);
	kauth_cred_free(cred);
	KT_EQ(0, kfs_unmount_from("/k"));
}

/* Does this kernel check its locks? */
int
rump_kt_checked(void)
{

#ifdef LOCKDEBUG
	return 1;
#else
	return 0;
#endif
}

/* Each ends in the panic that t_vop.c has the text of. */
void
rump_kt_misuse(int what)
{
	struct mount *mp = mounted();
	struct vnode *vp = kfs_get(mp, 30), *dvp = kt_namei("/k"), *got;
	kauth_cred_t cred = kauth_cred_get();
	struct componentname cn;
	struct vattr va;
	u_long arg;

	vattr_null(&va);
	cn_init(&cn, LOOKUP, "30");
	switch (what) {
	case 0:
		(void)VOP_GETATTR(vp, &va, cred);
		break;
	case 1:
		vn_lock(vp, LK_SHARED | LK_RETRY);
		(void)VOP_SETATTR(vp, &va, cred);
		break;
	case 2:
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		(void)VOP_FCNTL(vp, F_SETFL, &arg, 0, cred);
		break;
	case 3:
		(void)VOP_LOOKUP(dvp, &got, &cn);
		break;
	case 4:
		vn_lock(dvp, LK_SHARED | LK_RETRY);
		(void)VOP_MKDIR(dvp, &got, &cn, &va);
		break;
	case 5:
		vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
		(void)VOP_REMOVE(dvp, vp, &cn);
		break;
	case 6:
		vp = kt_namei("/dev/null");
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		(void)VOP_READLINK(vp, NULL, cred);
		break;
	case 7:
		(void)VOP_LOCK(vp, LK_NOWAIT);
		break;
	case 8:
		mutex_enter(vp->v_interlock);
		(void)vn_lock(vp, LK_EXCLUSIVE);
		break;
	case 9:
		(void)VOP_LOCK(vp, LK_UPGRADE);
		break;
	case 10:
		(void)VOP_UNLOCK(vp);
		break;
	case 11:
		(void)VOP_REVOKE(vp, 0);
		break;
	case 12:	/* these two without the checker hang */
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		break;
	case 13:
		vn_lock(vp, LK_SHARED | LK_RETRY);
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		break;
	}
}
