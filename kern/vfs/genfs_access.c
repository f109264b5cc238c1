/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_access.c: genfs_can_access(9).  What owner, group and mode alone allow
 * a credential to do; 0 or an errno.
 *
 * File systems hand the answer to kauth_authorize_vnode(), where the super-user
 * and other policies may override it.  Nothing here looks at the vnode but for
 * its type.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acl.h>
#include <sys/extattr.h>
#include <sys/kauth.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>

static bool
in_group_p(kauth_cred_t cred, gid_t gid)
{
	int ismember = 0;

	if (kauth_cred_getegid(cred) == gid)
		return true;
	return kauth_cred_ismember_gid(cred, gid, &ismember) == 0 &&
	    ismember;
}

/*
 * Three permission bits, as those of "other", as an access mode.
 */
static accmode_t
rwx_to_accmode(mode_t rwx)
{
	accmode_t acc = 0;

	if (rwx & S_IXOTH)
		acc |= VEXEC;
	if (rwx & S_IROTH)
		acc |= VREAD;
	if (rwx & S_IWOTH)
		acc |= VWRITE | VAPPEND;
	return acc;
}

static int
access_result(accmode_t wanted, accmode_t granted)
{

	if ((wanted & granted) == wanted)
		return 0;
	return (wanted & VADMIN) ? EPERM : EACCES;
}

/*
 * The class a credential falls in decides alone, even if another one would
 * allow more.
 */
int
genfs_can_access(struct vnode *vp, kauth_cred_t cred, uid_t file_uid,
    gid_t file_gid, mode_t file_mode, struct acl *acl, accmode_t accmode)
{
	accmode_t granted;

	if (acl != NULL)
		return genfs_can_access_acl_posix1e(vp, cred, file_uid,
		    file_gid, file_mode, acl, accmode);
	if (kauth_cred_geteuid(cred) == file_uid)
		granted = VADMIN | rwx_to_accmode(file_mode >> 6);
	else if (in_group_p(cred, file_gid))
		granted = rwx_to_accmode(file_mode >> 3);
	else
		granted = rwx_to_accmode(file_mode);
	return access_result(accmode, granted);
}

static mode_t
acl_rwx(const struct acl_entry *ae, acl_perm_t mask)
{

	return (mode_t)(ae->ae_perm & mask & ACL_PERM_BITS);
}

/*
 * POSIX.1e: owner, named users, groups (any that suffices), others; all but
 * the first and the last restricted by the mask.
 */
int
genfs_can_access_acl_posix1e(struct vnode *vp, kauth_cred_t cred,
    uid_t file_uid, gid_t file_gid, mode_t file_mode, struct acl *acl,
    accmode_t accmode)
{
	const uid_t euid = kauth_cred_geteuid(cred);
	const struct acl_entry *ae;
	acl_perm_t mask = ACL_PERM_BITS;
	mode_t other = 0;
	bool group = false;
	u_int i;

	KASSERT(acl != NULL && acl->acl_cnt <= ACL_MAX_ENTRIES);
	for (i = 0; i < acl->acl_cnt; i++)
		if (acl->acl_entry[i].ae_tag == ACL_MASK)
			mask = acl->acl_entry[i].ae_perm;
	for (i = 0; i < acl->acl_cnt; i++) {
		ae = &acl->acl_entry[i];
		if (ae->ae_tag == ACL_USER_OBJ && euid == file_uid)
			return access_result(accmode, VADMIN |
			    rwx_to_accmode(acl_rwx(ae, ACL_PERM_BITS)));
		if (ae->ae_tag == ACL_OTHER)
			other = acl_rwx(ae, ACL_PERM_BITS);
	}
	for (i = 0; i < acl->acl_cnt; i++) {
		ae = &acl->acl_entry[i];
		if (ae->ae_tag == ACL_USER && ae->ae_id == euid)
			return access_result(accmode,
			    rwx_to_accmode(acl_rwx(ae, mask)));
	}
	for (i = 0; i < acl->acl_cnt; i++) {
		ae = &acl->acl_entry[i];
		if (!(ae->ae_tag == ACL_GROUP_OBJ &&
		    in_group_p(cred, file_gid)) &&
		    !(ae->ae_tag == ACL_GROUP && in_group_p(cred, ae->ae_id)))
			continue;
		group = true;
		if (access_result(accmode,
		    rwx_to_accmode(acl_rwx(ae, mask))) == 0)
			return 0;
	}
	return access_result(accmode, group ? 0 : rwx_to_accmode(other));
}

/*
 * No file system here stores NFSv4 lists: there is none to grant anything
 * beyond what the mode does.
 */
int
genfs_can_access_acl_nfs4(struct vnode *vp, kauth_cred_t cred, uid_t file_uid,
    gid_t file_gid, mode_t file_mode, struct acl *acl, accmode_t accmode)
{
	int error;

	error = vfs_unixify_accmode(&accmode);
	if (error != 0 || accmode == 0)
		return error;
	return genfs_can_access(vp, cred, file_uid, file_gid, file_mode, NULL,
	    accmode);
}

/*
 * The owner may, but only set what makes sense for the type and the groups
 * he is in.
 */
int
genfs_can_chmod(struct vnode *vp, kauth_cred_t cred, uid_t cur_uid,
    gid_t cur_gid, mode_t new_mode)
{

	if (kauth_cred_geteuid(cred) != cur_uid)
		return EPERM;
	if (vp->v_type != VDIR && (new_mode & S_ISTXT))
		return EFTYPE;
	if ((new_mode & S_ISGID) && !in_group_p(cred, cur_gid))
		return EPERM;
	return 0;
}

/*
 * The owner may pass the file to a group he is in.
 */
int
genfs_can_chown(struct vnode *vp, kauth_cred_t cred, uid_t cur_uid,
    gid_t cur_gid, uid_t new_uid, gid_t new_gid)
{

	if (kauth_cred_geteuid(cred) != cur_uid || new_uid != cur_uid)
		return EPERM;
	if (new_gid != cur_gid && !in_group_p(cred, new_gid))
		return EPERM;
	return 0;
}

/*
 * The owner may; setting the current time takes only write permission.
 */
int
genfs_can_chtimes(struct vnode *vp, kauth_cred_t cred, uid_t owner_uid,
    u_int vaflags)
{

	if (kauth_cred_geteuid(cred) == owner_uid)
		return 0;
	if (vaflags & VA_UTIMES_NULL)
		return VOP_ACCESS(vp, VWRITE, cred);
	return EPERM;
}

int
genfs_can_chflags(struct vnode *vp, kauth_cred_t cred, uid_t owner_uid,
    bool changing_sysflags)
{

	if (kauth_cred_geteuid(cred) != owner_uid || changing_sysflags)
		return EPERM;
	return 0;
}

/*
 * May a name be taken out of a sticky directory?
 */
int
genfs_can_sticky(struct vnode *vp, kauth_cred_t cred, uid_t dir_uid,
    uid_t file_uid)
{
	const uid_t euid = kauth_cred_geteuid(cred);

	return euid == dir_uid || euid == file_uid ? 0 : EPERM;
}

/*
 * The kernel may; system attributes are the system's, user attributes follow
 * the file's permissions.
 */
int
genfs_can_extattr(struct vnode *vp, kauth_cred_t cred, accmode_t accmode,
    int attrnamespace)
{

	if (cred == NOCRED)
		return 0;
	switch (attrnamespace) {
	case EXTATTR_NAMESPACE_SYSTEM:
		return kauth_authorize_system(cred, KAUTH_SYSTEM_FS_EXTATTR,
		    0, vp->v_mount, NULL, NULL);
	case EXTATTR_NAMESPACE_USER:
		return VOP_ACCESS(vp, accmode, cred);
	default:
		return EPERM;
	}
}
