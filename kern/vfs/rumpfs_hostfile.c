/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_hostfile.c: files and directories of the host as nodes of the root
 * file system, for rump_etfs(3).
 *
 * Nothing of a file is kept here but descriptors while it is open: reads,
 * writes and sizes go to the host.  Names in a directory are looked up on the
 * host each time; nodes are kept as entries so that a file keeps its node.
 */

#include "rumpfs.h"

#include <sys/file.h>
#include <sys/uio.h>

#include <rump/rumpuser.h>

#define	HOST_IOSIZE	(64 * 1024)

/*
 * A node without links, for et, that shows a path of the host.
 */
struct rumpfs_node *
rumpfs_host_node(struct etfs *et, enum vtype type, const char *path)
{
	struct rumpfs_node *rn;
	struct rumpfs_host *rh;

	KASSERT(type == VREG || type == VDIR);
	rh = kmem_zalloc(sizeof(*rh), KM_SLEEP);
	mutex_init(&rh->rh_lock, MUTEX_DEFAULT, IPL_NONE);
	rh->rh_path = kmem_strdupsize(path, NULL, KM_SLEEP);
	rh->rh_rfd = rh->rh_wfd = -1;
	rn = rumpfs_node_alloc(type, type == VDIR ? 0755 : 0644, 0, 0);
	rn->rn_etfs = et;
	rn->rn_host = rh;
	return rn;
}

static int
close_fds(struct rumpfs_host *rh)
{
	int error = 0, error2 = 0;

	KASSERT(mutex_owned(&rh->rh_lock));
	if (rh->rh_wfd != -1)
		error = rumpuser_close(rh->rh_wfd);
	if (rh->rh_rfd != -1)
		error2 = rumpuser_close(rh->rh_rfd);
	rh->rh_rfd = rh->rh_wfd = -1;
	return error != 0 ? error : error2;
}

void
rumpfs_host_free(struct rumpfs_host *rh)
{

	mutex_enter(&rh->rh_lock);
	(void)close_fds(rh);	/* open only if its vnode was revoked */
	mutex_exit(&rh->rh_lock);
	mutex_destroy(&rh->rh_lock);
	kmem_strfree(rh->rh_path);
	kmem_free(rh, sizeof(*rh));
}

/*
 * The size the host tells, or told when it still had the file.
 */
off_t
rumpfs_host_size(struct rumpfs_host *rh)
{
	uint64_t size;
	off_t result;

	mutex_enter(&rh->rh_lock);
	if (rumpuser_getfileinfo(rh->rh_path, &size, NULL) == 0)
		rh->rh_size = MIN(size, INT64_MAX);
	result = rh->rh_size;
	mutex_exit(&rh->rh_lock);
	return result;
}

int
rumpfs_host_open(struct rumpfs_host *rh, int mode)
{
	const bool write = (mode & FWRITE) != 0;
	int error = 0, *fdp;

	mutex_enter(&rh->rh_lock);
	fdp = write ? &rh->rh_wfd : &rh->rh_rfd;
	if (*fdp == -1) {
		error = rumpuser_open(rh->rh_path, write ?
		    RUMPUSER_OPEN_RDWR : RUMPUSER_OPEN_RDONLY, fdp);
		if (error != 0)
			*fdp = -1;
	}
	if (error == 0)
		rh->rh_opens++;
	mutex_exit(&rh->rh_lock);
	return error;
}

/*
 * The host may find out here that it could not keep what was written.
 */
int
rumpfs_host_close(struct rumpfs_host *rh)
{
	int error = 0;

	mutex_enter(&rh->rh_lock);
	KASSERT(rh->rh_opens > 0);
	if (--rh->rh_opens == 0)
		error = close_fds(rh);
	mutex_exit(&rh->rh_lock);
	return error;
}

static int
host_read(int fd, void *buf, size_t len, struct uio *uio, size_t *done)
{
	struct rumpuser_iovec iov = { .iov_base = buf, .iov_len = len };
	int error;

	error = rumpuser_iovread(fd, &iov, 1, uio->uio_offset, done);
	if (error == 0)
		error = uiomove(buf, *done, uio);
	return error;
}

/*
 * What the host did not take is given back to the uio.
 */
static int
host_write(int fd, void *buf, size_t len, struct uio *uio, size_t *done)
{
	struct rumpuser_iovec iov = { .iov_base = buf, .iov_len = len };
	const off_t offset = uio->uio_offset;
	int error;

	error = uiomove(buf, len, uio);
	if (error != 0)
		return error;
	*done = 0;
	error = rumpuser_iovwrite(fd, &iov, 1, offset, done);
	uio->uio_resid += len - *done;
	uio->uio_offset -= len - *done;
	if (error == 0 && *done < len)
		error = *done == 0 ? EIO : -1;
	return error;
}

/*
 * Read or write as the uio says.  The vnode lock is held, and the file open.
 */
int
rumpfs_host_rdwr(struct rumpfs_host *rh, struct uio *uio)
{
	const size_t bufsize = MIN(uio->uio_resid, HOST_IOSIZE);
	size_t done = 1, len;
	void *buf;
	int error = 0, fd;

	mutex_enter(&rh->rh_lock);
	fd = rh->rh_wfd;
	if (fd == -1 && uio->uio_rw == UIO_READ)
		fd = rh->rh_rfd;
	mutex_exit(&rh->rh_lock);
	if (fd == -1)
		return EBADF;
	if (bufsize == 0)
		return 0;
	buf = kmem_alloc(bufsize, KM_SLEEP);
	while (error == 0 && done != 0 && uio->uio_resid > 0) {
		len = MIN(uio->uio_resid, bufsize);
		error = uio->uio_rw == UIO_READ ?
		    host_read(fd, buf, len, uio, &done) :
		    host_write(fd, buf, len, uio, &done);
	}
	kmem_free(buf, bufsize);
	return error == -1 ? 0 : error;
}

int
rumpfs_host_fsync(struct rumpfs_host *rh)
{
	int fd;

	mutex_enter(&rh->rh_lock);
	fd = rh->rh_wfd;
	mutex_exit(&rh->rh_lock);
	if (fd == -1)
		return 0;
	return rumpuser_syncfd(fd, RUMPUSER_SYNCFD_BOTH | RUMPUSER_SYNCFD_SYNC,
	    0, 0);
}

/*
 * What of a host directory is shown: its regular files, and if so registered
 * its directories.
 */
static int
host_type(const struct etfs *et, const char *path, enum vtype *typep)
{
	int error, ftype;

	error = rumpuser_getfileinfo(path, NULL, &ftype);
	if (error != 0)
		return error;
	if (ftype == RUMPUSER_FT_REG)
		*typep = VREG;
	else if (ftype == RUMPUSER_FT_DIR && etfs_subdirs_p(et))
		*typep = VDIR;
	else
		return ENOENT;
	return 0;
}

/*
 * The entry that is no longer so on the host goes, with all below it; nodes
 * end with their vnodes.
 */
static void
forget_entry(struct rumpfs_node *dn, struct rumpfs_dirent *re)
{
	struct rumpfs_node *rn = re->re_node;
	struct vnode *vp;

	if (rumpfs_node_vnode(rn->rn_id, &vp) != 0)
		return;
	if (vn_lock(vp, LK_EXCLUSIVE) != 0) {
		vrele(vp);
		return;
	}
	if (rn->rn_type == VDIR) {
		struct rumpfs_dirent *sub, *next;

		TAILQ_FOREACH_SAFE(sub, &rn->rn_dir.rd_entries, re_list, next)
			forget_entry(rn, sub);
	}
	if (rn->rn_type != VDIR || TAILQ_EMPTY(&rn->rn_dir.rd_entries)) {
		rumpfs_dir_detach(dn, re);
		rumpfs_dirent_free(re);
		if (rn->rn_type == VDIR)
			rumpfs_dir_setparent(rn, NULL);
	}
	vput(vp);
}

static struct rumpfs_node *
add_entry(struct rumpfs_node *dn, struct componentname *cnp, enum vtype type,
    const char *path)
{
	struct rumpfs_node *rn;

	rn = rumpfs_host_node(dn->rn_etfs, type, path);
	rumpfs_node_enter(rn);
	rumpfs_dir_attach(dn, rumpfs_dirent_alloc(cnp->cn_nameptr,
	    cnp->cn_namelen), rn);
	if (type == VDIR)
		rumpfs_dir_setparent(rn, dn);
	return rn;
}

/*
 * Look a name up in a directory of the host, which is locked exclusively.
 */
int
rumpfs_host_lookup(struct vnode *dvp, struct componentname *cnp,
    struct vnode **vpp)
{
	struct rumpfs_node *dn = VP_TO_RUMPFS(dvp), *rn;
	struct rumpfs_dirent *re;
	enum vtype type = VNON;
	char *path;
	int error;

	KASSERT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	if (cnp->cn_namelen > RUMPFS_MAXNAMLEN)
		return ENAMETOOLONG;
	if (!etfs_alive(dn->rn_etfs))
		return ENOENT;
	path = kmem_asprintf("%s/%.*s", dn->rn_host->rh_path,
	    (int)cnp->cn_namelen, cnp->cn_nameptr);
	error = host_type(dn->rn_etfs, path, &type);
	re = rumpfs_dir_lookup(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (re != NULL && (error == ENOENT ||
	    (error == 0 && re->re_node->rn_type != type))) {
		forget_entry(dn, re);
		re = rumpfs_dir_lookup(dn, cnp->cn_nameptr, cnp->cn_namelen);
		if (re != NULL && error == 0)
			error = ESTALE;
	}
	if (error == 0) {
		rn = re != NULL ? re->re_node :
		    add_entry(dn, cnp, type, path);
		error = rumpfs_node_vnode(rn->rn_id, vpp);
	}
	kmem_strfree(path);
	if ((cnp->cn_flags & ISLASTCN) != 0 && (cnp->cn_nameiop == DELETE ||
	    cnp->cn_nameiop == RENAME ||
	    (cnp->cn_nameiop == CREATE && error == ENOENT)))
		error = EROFS;
	return error;
}
