/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File handles: names of files that survive a rename and a reboot, for NFS
 * servers and the like.  getfh(2), fhopen(2), fhstat(2), fhstatvfs1(2) and
 * their in-kernel forms.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

/* Write the handle of a vnode; *fh_size is the room, then what is needed. */
int
vfs_composefh(struct vnode *vp, fhandle_t *fhp, size_t *fh_size)
{
	struct mount *mp = vp->v_mount;
	struct fid *fidp = NULL;
	size_t fidsize = 0, needed;
	int error;

	if (mp->mnt_op->vfs_vptofh == NULL)
		return EOPNOTSUPP;
	if (*fh_size >= FHANDLE_SIZE_MIN) {
		fidp = &fhp->fh_fid;
		memset(fhp, 0, *fh_size);
		fhp->fh_fsid = mp->mnt_stat.f_fsidx;
		fidsize = *fh_size - offsetof(fhandle_t, fh_fid);
	}
	error = VFS_VPTOFH(vp, fidp, &fidsize);
	needed = FHANDLE_SIZE_FROM_FILEID_SIZE(fidsize);
	if (error == 0 && *fh_size < needed)
		error = E2BIG;
	*fh_size = needed;
	return error;
}

int
vfs_composefh_alloc(struct vnode *vp, fhandle_t **fhpp)
{
	size_t size = 0;
	int error;

	*fhpp = NULL;
	error = vfs_composefh(vp, NULL, &size);
	if (error != E2BIG)
		return error != 0 ? error : EINVAL;
	*fhpp = kmem_zalloc(size, KM_SLEEP);
	error = vfs_composefh(vp, *fhpp, &size);
	if (error != 0) {
		kmem_free(*fhpp, size);
		*fhpp = NULL;
	}
	return error;
}

void
vfs_composefh_free(fhandle_t *fhp)
{

	kmem_free(fhp, FHANDLE_SIZE(fhp));
}

/* The vnode of a handle, locked exclusively. */
int
vfs_fhtovp(fhandle_t *fhp, struct vnode **vpp)
{
	struct mount *mp;
	int error;

	*vpp = NULL;
	mp = vfs_getvfs(FHANDLE_FSID(fhp));
	if (mp == NULL)
		return ESTALE;
	if (mp->mnt_op->vfs_fhtovp == NULL)
		error = EOPNOTSUPP;
	else
		error = VFS_FHTOVP(mp, FHANDLE_FILEID(fhp), LK_EXCLUSIVE,
		    vpp);
	vfs_rele(mp);
	return error;
}

/* A handle from user space; its own idea of its size is checked. */
int
vfs_copyinfh_alloc(const void *ufhp, size_t fhsize, fhandle_t **fhpp)
{
	fhandle_t *fhp;
	int error;

	*fhpp = NULL;
	if (fhsize > FHANDLE_SIZE_MAX || fhsize < FHANDLE_SIZE_MIN)
		return EINVAL;
	fhp = kmem_alloc(fhsize, KM_SLEEP);
	error = copyin(ufhp, fhp, fhsize);
	if (error == 0 && FHANDLE_SIZE(fhp) != fhsize)
		error = EINVAL;
	if (error != 0) {
		kmem_free(fhp, fhsize);
		return error;
	}
	*fhpp = fhp;
	return 0;
}

void
vfs_copyinfh_free(fhandle_t *fhp)
{

	vfs_composefh_free(fhp);
}

/* Who may use handles may go around the permissions of directories. */
static int
fh_authorize(struct lwp *l)
{

	return kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_FILEHANDLE, 0,
	    NULL, NULL, NULL);
}

int
sys___getfh30(struct lwp *l, const struct sys___getfh30_args *uap,
    register_t *retval)
{
	struct vnode *vp;
	fhandle_t *fh = NULL;
	size_t size, room;
	int error;

	error = fh_authorize(l);
	if (error == 0)
		error = copyin(SCARG(uap, fh_size), &room, sizeof(room));
	if (error == 0)
		error = namei_simple_user(SCARG(uap, fname),
		    NSM_FOLLOW_TRYEMULROOT, &vp);
	if (error != 0)
		return error;
	error = vfs_composefh_alloc(vp, &fh);
	vrele(vp);
	if (error != 0)
		return error;
	size = FHANDLE_SIZE(fh);
	error = copyout(&size, SCARG(uap, fh_size), sizeof(size));
	if (error == 0 && room < size)
		error = E2BIG;
	if (error == 0)
		error = copyout(fh, SCARG(uap, fhp), size);
	vfs_composefh_free(fh);
	return error;
}

/* The locked vnode of a user's handle. */
static int
fh_vnode(struct lwp *l, const void *ufhp, size_t fhsize, struct vnode **vpp)
{
	fhandle_t *fh;
	int error;

	error = fh_authorize(l);
	if (error == 0)
		error = vfs_copyinfh_alloc(ufhp, fhsize, &fh);
	if (error != 0)
		return error;
	error = vfs_fhtovp(fh, vpp);
	vfs_copyinfh_free(fh);
	return error;
}

static int
fh_open(struct vnode *vp, int flags, kauth_cred_t cred)
{
	struct vattr va;
	int error;

	error = vn_openchk(vp, cred, flags);
	if (error == 0 && (flags & O_TRUNC) != 0) {
		vattr_null(&va);
		va.va_size = 0;
		error = VOP_SETATTR(vp, &va, cred);
	}
	if (error == 0)
		error = VOP_OPEN(vp, flags, cred);
	if (error == 0 && (flags & FWRITE) != 0) {
		mutex_enter(vp->v_interlock);
		vp->v_writecount++;
		mutex_exit(vp->v_interlock);
	}
	return error;
}

int
sys___fhopen40(struct lwp *l, const struct sys___fhopen40_args *uap,
    register_t *retval)
{
	struct vnode *vp;
	struct file *fp;
	int error, flags, indx;

	flags = FFLAGS(SCARG(uap, flags) & O_MASK);
	if ((flags & (FREAD | FWRITE)) == 0 || (flags & O_CREAT) != 0)
		return EINVAL;
	error = fh_authorize(l);
	if (error == 0)
		error = fd_allocfile(&fp, &indx);
	if (error != 0)
		return error;
	error = fh_vnode(l, SCARG(uap, fhp), SCARG(uap, fh_size), &vp);
	if (error == 0) {
		error = fh_open(vp, flags, l->l_cred);
		if (error != 0)
			vput(vp);
	}
	if (error != 0) {
		fd_abort(l->l_proc, fp, indx);
		return error;
	}
	fp->f_flag = flags & FMASK;
	fp->f_type = DTYPE_VNODE;
	fp->f_ops = &vnops;
	fp->f_vnode = vp;
	VOP_UNLOCK(vp);
	if (flags & O_CLOEXEC)
		fd_set_exclose(l, indx, true);
	fd_affix(l->l_proc, fp, indx);
	*retval = indx;
	return 0;
}

int
sys___fhstat50(struct lwp *l, const struct sys___fhstat50_args *uap,
    register_t *retval)
{
	struct vnode *vp;
	struct stat sb;
	int error;

	error = fh_vnode(l, SCARG(uap, fhp), SCARG(uap, fh_size), &vp);
	if (error != 0)
		return error;
	error = vn_stat(vp, &sb);
	vput(vp);
	return error != 0 ? error : copyout(&sb, SCARG(uap, sb), sizeof(sb));
}

int
sys___fhstatvfs190(struct lwp *l, const struct sys___fhstatvfs190_args *uap,
    register_t *retval)
{
	struct statvfs *sb;
	struct vnode *vp;
	int error;

	error = fh_vnode(l, SCARG(uap, fhp), SCARG(uap, fh_size), &vp);
	if (error != 0)
		return error;
	VOP_UNLOCK(vp);
	sb = STATVFSBUF_GET();
	error = dostatvfs(vp->v_mount, sb, l, SCARG(uap, flags), 1);
	vrele(vp);
	if (error == 0)
		error = copyout(sb, SCARG(uap, buf), sizeof(*sb));
	STATVFSBUF_PUT(sb);
	return error;
}
