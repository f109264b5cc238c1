/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fifofs: the operations a file system's fifo vnodes fall back to.  A file
 * system lists GENFS_FIFOOP_ENTRIES in its own vector, which sends everything
 * it does not do itself through vn_fifo_bypass().
 */
#ifndef _MISCFS_FIFOFS_FIFO_H_
#define _MISCFS_FIFOFS_FIFO_H_

#ifdef _KERNEL

#include <sys/vnode.h>

extern int (**fifo_vnodeop_p)(void *);
extern const struct vnodeopv_desc fifo_vnodeop_opv_desc;

int	fifo_printinfo(struct vnode *);

#define	GENFS_FIFOOP_ENTRIES						\
	{ &vop_parsepath_desc,	genfs_badop },				\
	{ &vop_lookup_desc,	vn_fifo_bypass },			\
	{ &vop_create_desc,	vn_fifo_bypass },			\
	{ &vop_whiteout_desc,	vn_fifo_bypass },			\
	{ &vop_mknod_desc,	vn_fifo_bypass },			\
	{ &vop_open_desc,	vn_fifo_bypass },			\
	{ &vop_fallocate_desc,	vn_fifo_bypass },			\
	{ &vop_fdiscard_desc,	vn_fifo_bypass },			\
	{ &vop_ioctl_desc,	vn_fifo_bypass },			\
	{ &vop_poll_desc,	vn_fifo_bypass },			\
	{ &vop_kqfilter_desc,	vn_fifo_bypass },			\
	{ &vop_revoke_desc,	vn_fifo_bypass },			\
	{ &vop_mmap_desc,	vn_fifo_bypass },			\
	{ &vop_seek_desc,	vn_fifo_bypass },			\
	{ &vop_remove_desc,	vn_fifo_bypass },			\
	{ &vop_link_desc,	vn_fifo_bypass },			\
	{ &vop_rename_desc,	vn_fifo_bypass },			\
	{ &vop_mkdir_desc,	vn_fifo_bypass },			\
	{ &vop_rmdir_desc,	vn_fifo_bypass },			\
	{ &vop_symlink_desc,	vn_fifo_bypass },			\
	{ &vop_readdir_desc,	vn_fifo_bypass },			\
	{ &vop_readlink_desc,	vn_fifo_bypass },			\
	{ &vop_abortop_desc,	vn_fifo_bypass },			\
	{ &vop_bmap_desc,	vn_fifo_bypass },			\
	{ &vop_pathconf_desc,	vn_fifo_bypass },			\
	{ &vop_advlock_desc,	vn_fifo_bypass },			\
	{ &vop_getpages_desc,	genfs_badop },				\
	{ &vop_putpages_desc,	vn_fifo_bypass }

#endif /* _KERNEL */

#endif /* _MISCFS_FIFOFS_FIFO_H_ */
