/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel half of t_mount: stands between mount(2) and tmpfs, to see what
 * a file system is told and to answer for it.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fstrans.h>
#include <sys/mount.h>
#include <sys/quotactl.h>

/* The last VFS_MOUNT. */
struct kt_seen {
	int	flag;
	int	iflag;
	size_t	len;
	int	word;			/* the first of the arguments */
	int	owner;			/* nobody else is inside */
};

void	rump_kt_quota(void);
void	rump_kt_watch(int);
void	rump_kt_seen(struct kt_seen *);

extern int doforce;	/* as file systems have it */

static struct kt_seen seen;
static int answer;
static int (*tmpfs_mount)(struct mount *, const char *, void *, size_t *);

static int
watch_mount(struct mount *mp, const char *path, void *data, size_t *len)
{

	seen.flag = mp->mnt_flag;
	seen.iflag = mp->mnt_iflag;
	seen.len = *len;
	seen.word = data != NULL ? *(int *)data : -1;
	seen.owner = fstrans_getstate(mp) == FSTRANS_SUSPENDED &&
	    fstrans_is_owner(mp);
	if (answer != 0)
		return answer;
	return (*tmpfs_mount)(mp, path, data, len);
}

/* From now on; an error instead of tmpfs's answer if it is not 0. */
void
rump_kt_watch(int error)
{
	struct vfsops *vfs = vfs_getopsbyname("tmpfs");

	KASSERT(vfs != NULL);
	KASSERT(doforce == 1);
	if (tmpfs_mount == NULL) {
		tmpfs_mount = vfs->vfs_mount;
		vfs->vfs_mount = watch_mount;
	}
	answer = error;
	vfs_delref(vfs);
}

void
rump_kt_seen(struct kt_seen *s)
{

	*s = seen;
}

/* A quota of 10 * id for everyone; the second user cannot be asked. */
static int
watch_quotactl(struct mount *mp, struct quotactl_args *args)
{
	unsigned i, *ret;

	switch (args->qc_op) {
	case QUOTACTL_STAT:
		strlcpy(args->u.stat.qc_info->qs_implname, "kt",
		    QUOTA_NAMELEN);
		return 0;
	case QUOTACTL_GET:
		if (args->u.get.qc_key->qk_id == 2)
			return ESRCH;
		args->u.get.qc_val->qv_usage = args->u.get.qc_key->qk_id * 10;
		return 0;
	case QUOTACTL_PUT:
		return args->u.put.qc_val->qv_hardlimit == 77 ? 0 : EDOM;
	case QUOTACTL_CURSORGET:
		ret = args->u.cursorget.qc_ret;
		for (i = 0; i < args->u.cursorget.qc_maxnum && i < 300; i++) {
			args->u.cursorget.qc_keys[i].qk_id = i;
			args->u.cursorget.qc_vals[i].qv_usage = i * 10;
		}
		args->u.cursorget.qc_cursor->u.qkc_space[0]++;
		*ret = i;
		return 0;
	case QUOTACTL_QUOTAON:
		return strcmp(args->u.quotaon.qc_quotafile, "/q/file") == 0 ?
		    0 : EDOM;
	case QUOTACTL_QUOTAOFF:
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

/* tmpfs has quotas now. */
void
rump_kt_quota(void)
{
	struct vfsops *vfs = vfs_getopsbyname("tmpfs");

	KASSERT(vfs != NULL);
	vfs->vfs_quotactl = watch_quotactl;
	vfs_delref(vfs);
}
