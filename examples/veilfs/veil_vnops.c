/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vnode operations of veilfs: names that begin with the mount's prefix are
 * neither found, nor made, nor listed.  All else goes to the layer below.
 */

#include "veilfs.h"

#include <sys/dirent.h>
#include <sys/malloc.h>

#define	VEIL_MAXREAD	(64 * 1024)	/* of a directory at once */

static bool
veil_hides_p(struct mount *mp, const char *name, size_t len)
{
	const struct veil_mount *vm = MOUNTTOVEIL(mp);

	/* Whatever the prefix, a directory has these. */
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		return false;
	return len >= vm->vm_prefixlen &&
	    memcmp(name, vm->vm_prefix, vm->vm_prefixlen) == 0;
}

static int
veil_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	const struct componentname *cnp = ap->a_cnp;

	if (!veil_hides_p(ap->a_dvp->v_mount, cnp->cn_nameptr,
	    cnp->cn_namelen))
		return layer_lookup(v);
	*ap->a_vpp = NULL;
	/* It may be there, so it must not be made. */
	return (cnp->cn_flags & ISLASTCN) != 0 &&
	    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME) ?
	    EPERM : ENOENT;
}

/* Entries on their way from the lower directory to the caller. */
struct veil_dir {
	struct mount	*vd_mp;
	char		*vd_buf;
	size_t		vd_size;	/* of vd_buf, then of what is in it */
	off_t		*vd_cookies;	/* the lower ones, one an entry */
	int		vd_ncookies;
};

/* Read entries of the lower directory from off on. */
static int
veil_read(struct veil_dir *vd, struct vop_readdir_args *ap, off_t *offp,
    int *eofp)
{
	struct iovec iov = { .iov_base = vd->vd_buf, .iov_len = vd->vd_size };
	struct uio uio = {
		.uio_iov = &iov, .uio_iovcnt = 1, .uio_offset = *offp,
		.uio_resid = vd->vd_size, .uio_rw = UIO_READ
	};
	struct vop_readdir_args a = *ap;
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	a.a_uio = &uio;
	a.a_eofflag = eofp;
	if (ap->a_cookies != NULL) {
		a.a_cookies = &vd->vd_cookies;
		a.a_ncookies = &vd->vd_ncookies;
	}
	error = LAYERFS_DO_BYPASS(ap->a_vp, &a);
	vd->vd_size -= uio.uio_resid;
	*offp = uio.uio_offset;
	return error;
}

/*
 * Close the gaps that hidden entries leave.  EINVAL if this is no directory's
 * contents.
 */
static int
veil_filter(struct veil_dir *vd)
{
	struct dirent *d;
	size_t from, to, reclen;
	int i, n;

	for (from = to = 0, i = n = 0; from < vd->vd_size;
	    from += reclen, i++) {
		d = (struct dirent *)(vd->vd_buf + from);
		reclen = d->d_reclen;
		if (reclen < offsetof(struct dirent, d_name) ||
		    reclen > vd->vd_size - from)
			return EINVAL;
		if (veil_hides_p(vd->vd_mp, d->d_name, d->d_namlen))
			continue;
		memmove(vd->vd_buf + to, d, reclen);
		to += reclen;
		if (vd->vd_cookies != NULL)
			vd->vd_cookies[n++] = vd->vd_cookies[i];
	}
	vd->vd_size = to;
	vd->vd_ncookies = n;
	return 0;
}

static int
veil_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct veil_dir vd = { .vd_mp = ap->a_vp->v_mount };
	const size_t size = MIN(ap->a_uio->uio_resid, VEIL_MAXREAD);
	off_t off = ap->a_uio->uio_offset;
	int eof = 0, error;

	if (size == 0)
		return EINVAL;
	vd.vd_buf = kmem_alloc(size, KM_SLEEP);
	/* Nothing at all would mean the end: go on behind hidden ones. */
	do {
		if (vd.vd_cookies != NULL)
			free(vd.vd_cookies, M_TEMP);
		vd.vd_cookies = NULL;
		vd.vd_size = size;
		error = veil_read(&vd, ap, &off, &eof);
		if (error != 0 || vd.vd_size == 0)
			break;
		error = veil_filter(&vd);
	} while (error == 0 && vd.vd_size == 0 && !eof);
	if (error == 0)
		error = uiomove(vd.vd_buf, vd.vd_size, ap->a_uio);
	kmem_free(vd.vd_buf, size);
	if (error != 0) {
		if (vd.vd_cookies != NULL)
			free(vd.vd_cookies, M_TEMP);
		return error;
	}
	ap->a_uio->uio_offset = off;
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = eof;
	if (ap->a_cookies != NULL) {
		*ap->a_cookies = vd.vd_cookies;
		*ap->a_ncookies = vd.vd_ncookies;
	}
	return 0;
}

int (**veil_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc veil_vnodeop_entries[] = {
	{ &vop_default_desc,	layer_bypass },
	{ &vop_access_desc,	layer_access },
	{ &vop_accessx_desc,	genfs_accessx },
	{ &vop_bmap_desc,	layer_bmap },
	{ &vop_fsync_desc,	layer_fsync },
	{ &vop_getattr_desc,	layer_getattr },
	{ &vop_getpages_desc,	layer_getpages },
	{ &vop_inactive_desc,	layer_inactive },
	{ &vop_lookup_desc,	veil_lookup },
	{ &vop_open_desc,	layer_open },
	{ &vop_print_desc,	layer_print },
	{ &vop_putpages_desc,	layer_putpages },
	{ &vop_readdir_desc,	veil_readdir },
	{ &vop_reclaim_desc,	layer_reclaim },
	{ &vop_remove_desc,	layer_remove },
	{ &vop_rename_desc,	layer_rename },
	{ &vop_revoke_desc,	layer_revoke },
	{ &vop_rmdir_desc,	layer_rmdir },
	{ &vop_setattr_desc,	layer_setattr },
	{ NULL, NULL }
};
static const struct vnodeopv_desc veil_vnodeop_opv_desc = {
	&veil_vnodeop_p, veil_vnodeop_entries
};
const struct vnodeopv_desc *const veil_vnodeopv_descs[] = {
	&veil_vnodeop_opv_desc, NULL
};
