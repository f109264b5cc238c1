/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel half of t_mount: stands between mount(2) and tmpfs, to see what
 * a file system is told and to answer for it.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fstrans.h>
#include <sys/mount.h>

/* The last VFS_MOUNT. */
struct kt_seen {
	int	flag;
	int	iflag;
	size_t	len;
	int	word;			/* the first of the arguments */
	int	owner;			/* nobody else is inside */
};

void	rump_kt_watch(int);
void	rump_kt_seen(struct kt_seen *);

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
