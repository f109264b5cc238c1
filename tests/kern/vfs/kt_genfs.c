/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_genfs: what owner, group and mode allow, without asking
 * kauth's policies.
 */
#include "../base/kt.h"

#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

void	rump_kt_entries(void);
void	rump_kt_can_access(void);
void	rump_kt_can_change(void);
void	rump_kt_flags(void);

static kauth_cred_t
cred_of(uid_t uid, gid_t gid, gid_t extra)
{
	kauth_cred_t cred = kauth_cred_alloc();

	kauth_cred_setuid(cred, uid);
	kauth_cred_seteuid(cred, uid);
	kauth_cred_setgid(cred, gid);
	kauth_cred_setegid(cred, gid);
	KT_EQ(0, kauth_cred_setgroups(cred, &extra, 1, uid, UIO_SYSSPACE));
	return cred;
}

static int
can(kauth_cred_t cred, mode_t mode, accmode_t acc)
{

	return genfs_can_access(NULL, cred, 100, 200, mode, NULL, acc);
}

/* Owner, then group, then others: the first that fits decides. */
void
rump_kt_can_access(void)
{
	kauth_cred_t owner = cred_of(100, 999, 998);
	kauth_cred_t group = cred_of(101, 200, 998);
	kauth_cred_t extra = cred_of(101, 999, 200);
	kauth_cred_t other = cred_of(102, 999, 998);

	KT_EQ(0, can(owner, 0700, VREAD | VWRITE | VEXEC | VAPPEND));
	KT_EQ(EACCES, can(owner, 0077, VREAD));
	KT_EQ(EACCES, can(owner, 0400, VREAD | VWRITE));
	KT_EQ(0, can(owner, 0, VADMIN));
	KT_EQ(0, can(group, 0060, VREAD | VWRITE));
	KT_EQ(0, can(extra, 0060, VREAD | VWRITE));
	KT_EQ(EACCES, can(extra, 0707, VREAD));
	KT_EQ(EPERM, can(group, 0777, VADMIN));
	KT_EQ(0, can(other, 0001, VEXEC));
	KT_EQ(EACCES, can(other, 0770, VREAD));
	kauth_cred_free(owner);
	kauth_cred_free(group);
	kauth_cred_free(extra);
	kauth_cred_free(other);
}

void
rump_kt_can_change(void)
{
	kauth_cred_t owner = cred_of(100, 999, 998);
	kauth_cred_t other = cred_of(102, 200, 998);
	struct vnode *vp = rootvnode;

	KT(vp->v_type == VDIR);
	KT_EQ(0, genfs_can_chmod(vp, owner, 100, 200, 01755));
	KT_EQ(EPERM, genfs_can_chmod(vp, owner, 100, 200, 02755));
	KT_EQ(0, genfs_can_chmod(vp, owner, 100, 998, 02755));
	KT_EQ(EPERM, genfs_can_chmod(vp, other, 100, 200, 0755));

	KT_EQ(0, genfs_can_chown(vp, owner, 100, 200, 100, 998));
	KT_EQ(EPERM, genfs_can_chown(vp, owner, 100, 200, 100, 300));
	KT_EQ(EPERM, genfs_can_chown(vp, owner, 100, 200, 101, 200));
	KT_EQ(EPERM, genfs_can_chown(vp, other, 100, 200, 100, 200));

	KT_EQ(0, genfs_can_chtimes(vp, owner, 100, 0));
	KT_EQ(EPERM, genfs_can_chtimes(vp, other, 100, 0));

	KT_EQ(0, genfs_can_chflags(vp, owner, 100, false));
	KT_EQ(EPERM, genfs_can_chflags(vp, owner, 100, true));
	KT_EQ(EPERM, genfs_can_chflags(vp, other, 100, false));

	KT_EQ(0, genfs_can_sticky(vp, owner, 100, 5));
	KT_EQ(0, genfs_can_sticky(vp, owner, 5, 100));
	KT_EQ(EPERM, genfs_can_sticky(vp, owner, 5, 6));
	kauth_cred_free(owner);
	kauth_cred_free(other);
}

/* Immutable and append-only, as ufs has them. */
void
rump_kt_flags(void)
{
	const unsigned long imm = IMMUTABLE, app = APPEND;

	KT_EQ(0, genfs_ufslike_remove_check_possible(0, 0, imm, app));
	KT_EQ(EPERM, genfs_ufslike_remove_check_possible(app, 0, imm, app));
	KT_EQ(EPERM, genfs_ufslike_remove_check_possible(0, imm, imm, app));
	KT_EQ(0, genfs_ufslike_rename_check_possible(0, 0, app, 0, false,
	    imm, app));
	KT_EQ(EPERM, genfs_ufslike_rename_check_possible(0, 0, app, 0, true,
	    imm, app));
	KT_EQ(EPERM, genfs_ufslike_rename_check_possible(0, 0, imm, 0, false,
	    imm, app));
	KT_EQ(EPERM, genfs_ufslike_rename_check_possible(0, app, 0, 0, false,
	    imm, app));
	KT_EQ(EPERM, genfs_ufslike_rename_check_possible(0, 0, 0, imm, true,
	    imm, app));
}

static const struct vnodeopv_entry_desc spec_entries[] = {
	GENFS_SPECOP_ENTRIES
};
static const struct vnodeopv_entry_desc fifo_entries[] = {
	GENFS_FIFOOP_ENTRIES
};

static u_int
entries_of(const struct vnodeopv_entry_desc *e, u_int n,
    const struct vnodeop_desc *op)
{
	u_int i, found = 0;

	for (i = 0; i < n; i++)
		if (e[i].opve_op == op)
			found++;
	return found;
}

/*
 * A file system's tables for devices and fifos are complete with these macros
 * and the operations it has to list itself, and nothing is there twice.
 */
void
rump_kt_entries(void)
{
	static const struct vnodeop_desc *const both[] = {
		&vop_abortop_desc, &vop_advlock_desc, &vop_bmap_desc,
		&vop_create_desc, &vop_fallocate_desc, &vop_fdiscard_desc,
		&vop_getpages_desc, &vop_ioctl_desc, &vop_kqfilter_desc,
		&vop_link_desc, &vop_lookup_desc, &vop_mkdir_desc,
		&vop_mknod_desc, &vop_mmap_desc, &vop_open_desc,
		&vop_parsepath_desc, &vop_pathconf_desc, &vop_poll_desc,
		&vop_putpages_desc, &vop_readdir_desc, &vop_readlink_desc,
		&vop_remove_desc, &vop_rename_desc, &vop_revoke_desc,
		&vop_rmdir_desc, &vop_seek_desc, &vop_symlink_desc,
		&vop_whiteout_desc
	};
	u_int i;

	for (i = 0; i < __arraycount(both); i++) {
		KT_EQ(1, entries_of(spec_entries, __arraycount(spec_entries),
		    both[i]));
		KT_EQ(1, entries_of(fifo_entries, __arraycount(fifo_entries),
		    both[i]));
	}
	KT_EQ(1, entries_of(spec_entries, __arraycount(spec_entries),
	    &vop_strategy_desc));
	KT_EQ(i, __arraycount(fifo_entries));
	KT_EQ(i + 1, __arraycount(spec_entries));
}
