/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of local sockets: nodes of type VSOCK, for whoever has such sockets
 * (rump_vfs_sockname).  To this faction v_socket means nothing.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>

#include "vfs_private.h"

static int
sockname_bind(const char *path, struct vnode **vpp)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vattr va;
	int error;

	pb = pathbuf_create(path);
	NDINIT(&nd, CREATE, FOLLOW | LOCKPARENT, pb);
	error = namei(&nd);
	if (error == EEXIST)		/* the root itself */
		error = EADDRINUSE;
	if (error != 0)
		goto out;
	if (nd.ni_vp != NULL) {
		VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
		vput(nd.ni_dvp);
		vrele(nd.ni_vp);
		error = EADDRINUSE;
		goto out;
	}
	vattr_null(&va);
	va.va_type = VSOCK;
	va.va_mode = ACCESSPERMS & ~curproc->p_cwdi->cwdi_cmask;
	error = VOP_CREATE(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
	vput(nd.ni_dvp);
	if (error == 0)
		*vpp = nd.ni_vp;
 out:
	pathbuf_destroy(pb);
	return error;
}

static int
sockname_lookup(const char *path, struct vnode **vpp)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vnode *vp;
	int error;

	pb = pathbuf_create(path);
	NDINIT(&nd, LOOKUP, FOLLOW | LOCKLEAF, pb);
	error = namei(&nd);
	pathbuf_destroy(pb);
	if (error != 0)
		return error;
	vp = nd.ni_vp;
	if (vp->v_type != VSOCK)
		error = ENOTSOCK;
	else
		error = VOP_ACCESS(vp, VWRITE, curlwp->l_cred);
	if (error != 0) {
		vput(vp);
		return error;
	}
	VOP_UNLOCK(vp);
	*vpp = vp;
	return 0;
}

const struct rump_sockname_ops vfs_sockname_ops = {
	.rso_bind = sockname_bind,
	.rso_lookup = sockname_lookup,
	.rso_release = vrele,
};
