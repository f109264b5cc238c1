/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * miscfs/specfs/specdev.h: device special files.  Any number of vnodes, on
 * any number of file systems, may name one device; they share a specdev.
 *
 * Locks: d device_lock (spec_vnops.c); - fixed once made; a atomic.
 */
#ifndef _MISCFS_SPECFS_SPECDEV_H_
#define	_MISCFS_SPECFS_SPECDEV_H_

#include <sys/mutex.h>
#include <sys/vnode.h>

typedef struct specnode {
	vnode_t		*sn_next;	/* d: hash chain of vnodes */
	struct specdev	*sn_dev;	/* -: the device they share */
	u_int		sn_opencnt;	/* d: opens by this vnode */
	dev_t		sn_rdev;	/* -: its number */
	bool		sn_gone;	/* d: being destroyed */
} specnode_t;

typedef struct specdev {
	struct mount	*sd_mountpoint;	/* d: file system mounted from it */
	struct lockf	*sd_lockf;	/* of lf_advlock() */
	vnode_t		*sd_bdevvp;	/* d: the vnode open for blocks */
	u_int		sd_opencnt;	/* d: opens by all its vnodes */
	u_int		sd_refcnt;	/* d: specnodes */
	volatile u_int	sd_iocnt;	/* a: operations in the driver */
	bool		sd_opened;	/* d: driver has it open */
	bool		sd_closing;	/* d: last close under way */
	dev_t		sd_rdev;	/* -: */
} specdev_t;

#define	v_specnext	v_specnode->sn_next
#define	v_rdev		v_specnode->sn_rdev
#define	v_speclockf	v_specnode->sn_dev->sd_lockf

#define	SPECHSZ		64
#define	SPECHASH(rdev)	(((unsigned)((rdev) >> 5) + (rdev)) & (SPECHSZ - 1))

extern int (**spec_vnodeop_p)(void *);
extern const struct vnodeopv_desc spec_vnodeop_opv_desc;

void	spec_node_init(vnode_t *, dev_t);
void	spec_node_destroy(vnode_t *);
void	spec_node_revoke(vnode_t *);
int	spec_node_lookup_by_dev(enum vtype, dev_t, int, vnode_t **);
int	spec_node_lookup_by_mount(struct mount *, vnode_t **);
struct mount *spec_node_getmountedfs(vnode_t *);
void	spec_node_setmountedfs(vnode_t *, struct mount *);
void	spec_init(void);

int	spec_lookup(void *);
int	spec_open(void *);
int	spec_close(void *);
int	spec_read(void *);
int	spec_write(void *);
int	spec_fdiscard(void *);
int	spec_ioctl(void *);
int	spec_poll(void *);
int	spec_kqfilter(void *);
int	spec_mmap(void *);
int	spec_fsync(void *);
int	spec_inactive(void *);
int	spec_reclaim(void *);
int	spec_bmap(void *);
int	spec_strategy(void *);
int	spec_print(void *);
int	spec_pathconf(void *);
int	spec_advlock(void *);

/* What the special files of every file system do the same way. */
#define	GENFS_SPECOP_ENTRIES						\
	{ &vop_lookup_desc, spec_lookup },				\
	{ &vop_create_desc, genfs_badop },				\
	{ &vop_whiteout_desc, genfs_badop },				\
	{ &vop_mknod_desc, genfs_badop },				\
	{ &vop_open_desc, spec_open },					\
	{ &vop_fallocate_desc, genfs_eopnotsupp },			\
	{ &vop_fdiscard_desc, spec_fdiscard },				\
	{ &vop_ioctl_desc, spec_ioctl },				\
	{ &vop_poll_desc, spec_poll },					\
	{ &vop_kqfilter_desc, spec_kqfilter },				\
	{ &vop_revoke_desc, genfs_revoke },				\
	{ &vop_mmap_desc, spec_mmap },					\
	{ &vop_seek_desc, genfs_nullop },				\
	{ &vop_remove_desc, genfs_badop },				\
	{ &vop_link_desc, genfs_badop },				\
	{ &vop_rename_desc, genfs_badop },				\
	{ &vop_mkdir_desc, genfs_badop },				\
	{ &vop_rmdir_desc, genfs_badop },				\
	{ &vop_symlink_desc, genfs_badop },				\
	{ &vop_readdir_desc, genfs_badop },				\
	{ &vop_readlink_desc, genfs_badop },				\
	{ &vop_abortop_desc, genfs_badop },				\
	{ &vop_bmap_desc, spec_bmap },					\
	{ &vop_strategy_desc, spec_strategy },				\
	{ &vop_pathconf_desc, spec_pathconf },				\
	{ &vop_advlock_desc, spec_advlock },				\
	{ &vop_getpages_desc, genfs_getpages },				\
	{ &vop_putpages_desc, genfs_putpages },				\
	{ &vop_parsepath_desc, genfs_badop }

#endif /* !_MISCFS_SPECFS_SPECDEV_H_ */
