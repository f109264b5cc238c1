/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_dir.c: directories of the root file system: their entries, and
 * readdir.  The caller holds the vnode lock of the directory, exclusive for
 * changes.  The root holds a handful of names: a list is enough.
 */

#include "rumpfs.h"

#include <sys/dirent.h>
#include <sys/malloc.h>

struct rumpfs_dirent *
rumpfs_dir_lookup(struct rumpfs_node *dn, const char *name, size_t len)
{
	struct rumpfs_dirent *re;

	KASSERT(dn->rn_type == VDIR);
	TAILQ_FOREACH(re, &dn->rn_dir.rd_entries, re_list)
		if (re->re_namelen == len &&
		    memcmp(re->re_name, name, len) == 0)
			break;
	return re;
}

struct rumpfs_dirent *
rumpfs_dirent_alloc(const char *name, size_t len)
{
	struct rumpfs_dirent *re;

	KASSERT(len != 0 && len <= RUMPFS_MAXNAMLEN);
	re = kmem_zalloc(sizeof(*re) + len, KM_SLEEP);
	re->re_namelen = len;
	memcpy(re->re_name, name, len);
	return re;
}

void
rumpfs_dirent_free(struct rumpfs_dirent *re)
{

	kmem_free(re, sizeof(*re) + re->re_namelen);
}

/*
 * Enter re, naming rn, and count the link.
 */
void
rumpfs_dir_attach(struct rumpfs_node *dn, struct rumpfs_dirent *re,
    struct rumpfs_node *rn)
{

	KASSERT(rn->rn_nlink < RUMPFS_LINK_MAX);
	re->re_node = rn;
	re->re_seq = dn->rn_dir.rd_nextseq++;
	TAILQ_INSERT_TAIL(&dn->rn_dir.rd_entries, re, re_list);
	dn->rn_size += sizeof(*re) + re->re_namelen;
	mutex_enter(&rumpfs_lock);
	rn->rn_nlink++;
	mutex_exit(&rumpfs_lock);
	rumpfs_touch(rn, RUMPFS_CTIME);
	rumpfs_touch(dn, RUMPFS_MTIME | RUMPFS_CTIME);
}

/*
 * Take re out and uncount the link; re stays the caller's.
 */
void
rumpfs_dir_detach(struct rumpfs_node *dn, struct rumpfs_dirent *re)
{
	struct rumpfs_node *rn = re->re_node;

	TAILQ_REMOVE(&dn->rn_dir.rd_entries, re, re_list);
	dn->rn_size -= sizeof(*re) + re->re_namelen;
	re->re_node = NULL;
	rumpfs_touch(rn, RUMPFS_CTIME);
	rumpfs_touch(dn, RUMPFS_MTIME | RUMPFS_CTIME);
	mutex_enter(&rumpfs_lock);
	KASSERT(rn->rn_nlink != 0);
	rn->rn_nlink--;
	mutex_exit(&rumpfs_lock);
}

/*
 * Give a directory a parent, or take it away (NULL) when it is removed, and
 * keep the link counts of "." and ".." right.
 */
void
rumpfs_dir_setparent(struct rumpfs_node *dn, struct rumpfs_node *parent)
{
	struct rumpfs_dir *rd = &dn->rn_dir;

	KASSERT(dn->rn_type == VDIR);
	mutex_enter(&rumpfs_lock);
	if (rd->rd_parent != NULL)
		rd->rd_parent->rn_nlink--;
	else
		dn->rn_nlink++;			/* "." */
	rd->rd_parent = parent;
	if (parent != NULL)
		parent->rn_nlink++;
	else
		dn->rn_nlink--;
	mutex_exit(&rumpfs_lock);
}

/*
 * The number of the directory above, 0 if this one was removed.
 */
ino_t
rumpfs_dir_parent(struct rumpfs_node *dn)
{
	ino_t id = 0;

	mutex_enter(&rumpfs_lock);
	if (dn->rn_dir.rd_parent != NULL)
		id = dn->rn_dir.rd_parent->rn_id;
	mutex_exit(&rumpfs_lock);
	return id;
}

/* Where a readdir is. */
struct readdir {
	struct uio	*rd_uio;
	off_t		rd_next;	/* offset of the next entry */
	off_t		*rd_cookies;	/* NULL: not wanted */
	int		rd_ncookies;
	int		rd_max;
};

/*
 * One entry.  -1 if there is no room for it.
 */
static int
put_dirent(struct readdir *rd, ino_t id, enum vtype type, const char *name,
    size_t len, off_t next)
{
	struct dirent d;
	int error;

	memset(&d, 0, offsetof(struct dirent, d_name));
	d.d_fileno = id;
	d.d_type = vtype2dt(type);
	d.d_namlen = len;
	d.d_reclen = _DIRENT_SIZE(&d);
	if (rd->rd_uio->uio_resid < d.d_reclen ||
	    rd->rd_ncookies == rd->rd_max)
		return -1;
	memset(d.d_name, 0, d.d_reclen - offsetof(struct dirent, d_name));
	memcpy(d.d_name, name, len);
	error = uiomove(&d, d.d_reclen, rd->rd_uio);
	if (error != 0)
		return error;
	if (rd->rd_cookies != NULL)
		rd->rd_cookies[rd->rd_ncookies] = next;
	rd->rd_ncookies++;
	rd->rd_next = next;
	return 0;
}

/*
 * Entries from rd_next on.  0 at the end, -1 when full, or an errno.
 */
static int
put_entries(struct rumpfs_node *dn, struct readdir *rd)
{
	struct rumpfs_dirent *re;
	int error = 0;

	if (rd->rd_next == 0)
		error = put_dirent(rd, dn->rn_id, VDIR, ".", 1, 1);
	if (error == 0 && rd->rd_next == 1)
		error = put_dirent(rd, rumpfs_dir_parent(dn), VDIR, "..", 2,
		    2);
	if (dn->rn_host != NULL)
		return error;
	TAILQ_FOREACH(re, &dn->rn_dir.rd_entries, re_list) {
		if (error != 0)
			break;
		if ((off_t)re->re_seq >= rd->rd_next)
			error = put_dirent(rd, re->re_node->rn_id,
			    re->re_node->rn_type, re->re_name,
			    re->re_namelen, re->re_seq + 1);
	}
	return error;
}

/*
 * VOP_READDIR.
 */
int
rumpfs_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct readdir rd = { .rd_uio = uio, .rd_max = INT_MAX };
	int error;

	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	rd.rd_next = uio->uio_offset;
	if (ap->a_cookies != NULL) {
		rd.rd_max = 1 + MIN(uio->uio_resid, 1 << 20) /
		    offsetof(struct dirent, d_name);
		rd.rd_cookies = malloc(rd.rd_max * sizeof(off_t), M_TEMP,
		    M_WAITOK);
	}
	error = put_entries(VP_TO_RUMPFS(vp), &rd);
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = error == 0;
	if (error == -1)
		error = rd.rd_ncookies == 0 ? EINVAL : 0;
	uio->uio_offset = rd.rd_next;
	if (error == 0)
		rumpfs_touch(VP_TO_RUMPFS(vp), RUMPFS_ATIME);
	if (rd.rd_cookies != NULL && error != 0)
		free(rd.rd_cookies, M_TEMP);
	else if (rd.rd_cookies != NULL) {
		*ap->a_cookies = rd.rd_cookies;
		*ap->a_ncookies = rd.rd_ncookies;
	}
	return error;
}
