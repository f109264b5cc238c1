/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fast part of namei(): walks as far as the name cache knows the way, in
 * one pserialize section, without a lock or a reference to anything but the
 * result.  Whatever is not plain (".." , symbolic links to follow, unknown
 * names or permissions, the last name of a create, delete or rename) is left
 * to vfs_lookup.c, which goes on from where the walk ended.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"

/* One walk. */
struct walk {
	struct vnode	*w_vp;		/* where we are */
	const char	*w_next;	/* what is left of the path */
	const struct namecache *w_ncp;	/* how we got here, or NULL */
	uint32_t	w_flags;	/* cn_flags */
	bool		w_wantlast;	/* walk the last name, too */
	kauth_cred_t	w_cred;
};

enum step { STEP_ON, STEP_END, STEP_STOP };

static inline const char *
walk_slashes(const char *p)
{

	while (*p == '/')
		p++;
	return p;
}

/* From a directory that is covered to the root of what covers it. */
static bool
walk_mounts(struct walk *w, struct vnode **vpp)
{
	struct vnode *vp = *vpp, *root;
	struct mount *mp;

	while (vp->v_type == VDIR &&
	    (mp = atomic_load_consume(&vp->v_mountedhere)) != NULL) {
		if ((w->w_flags & NOCROSSMOUNT) != 0)
			break;
		root = atomic_load_consume(&mp->mnt_rootcache);
		if (root == NULL ||
		    (atomic_load_relaxed(&mp->mnt_flag) & MNT_UNION) != 0 ||
		    (atomic_load_relaxed(&mp->mnt_iflag) & IMNT_GONE) != 0)
			return false;
		vp = root;
	}
	*vpp = vp;
	return true;
}

/* One name. */
static enum step
walk_step(struct walk *w)
{
	const char *name = w->w_next, *end, *next;
	struct namecache *ncp;
	struct vnode *vp;
	bool last;

	for (end = name; *end != '\0' && *end != '/'; end++)
		continue;
	next = walk_slashes(end);
	last = *next == '\0';
	if (name[0] == '.' && (end - name == 1 ||
	    (end - name == 2 && name[1] == '.')))
		return STEP_STOP;
	if ((last && !w->w_wantlast) || end - name > NCHNAMLEN)
		return STEP_STOP;
	if (w->w_vp->v_type != VDIR ||
	    !cache_may_search_rcu(w->w_vp, w->w_cred))
		return STEP_STOP;
	ncp = cache_find_rcu(VNODE_TO_VIMPL(w->w_vp), name, end - name,
	    cache_hash(name, end - name));
	if (ncp == NULL || (vp = cache_vnode_rcu(ncp)) == NULL)
		return STEP_STOP;
	if (vp->v_type == VLNK && (!last || next != end ||
	    (w->w_flags & FOLLOW) != 0))
		return STEP_STOP;
	if ((!last || next != end) && vp->v_type != VDIR)
		return STEP_STOP;
	if (!walk_mounts(w, &vp))
		return STEP_STOP;
	w->w_vp = vp;
	w->w_ncp = ncp;
	w->w_next = next;
	return last ? STEP_END : STEP_ON;
}

/* Where the path starts; none of this is referenced. */
static struct vnode *
walk_start(struct nameidata *ndp, const char *path)
{
	struct cwdinfo *cwdi = curlwp->l_proc->p_cwdi;
	struct vnode *vp;

	if (path[0] == '/') {
		if (ndp->ni_cnd.cn_flags & NOCHROOT)
			return rootvnode;
		vp = atomic_load_consume(&cwdi->cwdi_rdir);
		return vp != NULL ? vp : rootvnode;
	}
	if (ndp->ni_atdir != NULL)
		return ndp->ni_atdir;
	return atomic_load_consume(&cwdi->cwdi_cdir);
}

/*
 * Walk.  ni_next is set to what is left.  A negative entry is not an answer
 * here: the file system's lookup knows what else to check.
 */
enum namei_walk
namei_fast(struct nameidata *ndp, struct vnode **dvpp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	const char *path = ndp->ni_pnbuf;
	struct walk w = {
		.w_flags = cnp->cn_flags,
		.w_cred = cnp->cn_cred,
		.w_wantlast = cnp->cn_nameiop == LOOKUP &&
		    (cnp->cn_flags & (LOCKPARENT | NOCACHE)) == 0,
	};
	enum namei_walk result = WALK_NONE;
	enum step step;
	int s;

	w.w_next = walk_slashes(path);
	if (*w.w_next == '\0')
		return WALK_NONE;
	s = pserialize_read_enter();
	w.w_vp = walk_start(ndp, path);
	do
		step = walk_step(&w);
	while (step == STEP_ON);
	if (w.w_ncp != NULL && vcache_tryvget(w.w_vp) == 0)
		result = step == STEP_END ? WALK_DONE : WALK_PART;
	if (result != WALK_NONE && !cache_live_rcu(w.w_ncp)) {
		pserialize_read_exit(s);
		vrele(w.w_vp);
		return WALK_NONE;
	}
	pserialize_read_exit(s);
	if (result == WALK_NONE)
		return WALK_NONE;
	ndp->ni_next = w.w_next;
	if (result == WALK_DONE)
		ndp->ni_vp = w.w_vp;
	else
		*dvpp = w.w_vp;
	return result;
}
