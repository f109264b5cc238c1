/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls of the vfs faction: a table of numbers and handlers that
 * goes into the kernel's own when the faction is there.  The handlers are in
 * vfs_syscalls_*.c.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/proc.h>
#include <sys/syscall.h>
#include <sys/syscallargs.h>

#include <rump-sys/kern.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

#define	CALL(number, handler)	{ number, (sy_call_t *)handler }

static const struct rump_onesyscall vfs_syscalls[] = {
	CALL(SYS_open, sys_open),
	CALL(SYS_link, sys_link),
	CALL(SYS_unlink, sys_unlink),
	CALL(SYS_chdir, sys_chdir),
	CALL(SYS_fchdir, sys_fchdir),
	CALL(SYS_chmod, sys_chmod),
	CALL(SYS_chown, sys_chown),
	CALL(SYS_unmount, sys_unmount),
	CALL(SYS_access, sys_access),
	CALL(SYS_chflags, sys_chflags),
	CALL(SYS_fchflags, sys_fchflags),
	CALL(SYS_sync, sys_sync),
	CALL(SYS_revoke, sys_revoke),
	CALL(SYS_symlink, sys_symlink),
	CALL(SYS_readlink, sys_readlink),
	CALL(SYS_umask, sys_umask),
	CALL(SYS_chroot, sys_chroot),
	CALL(SYS_fsync, sys_fsync),
	CALL(SYS_fchown, sys_fchown),
	CALL(SYS_fchmod, sys_fchmod),
	CALL(SYS_rename, sys_rename),
	CALL(SYS_flock, sys_flock),
	CALL(SYS_mkfifo, sys_mkfifo),
	CALL(SYS_mkdir, sys_mkdir),
	CALL(SYS_rmdir, sys_rmdir),
	CALL(SYS_pread, sys_pread),
	CALL(SYS_pwrite, sys_pwrite),
	CALL(SYS_pathconf, sys_pathconf),
	CALL(SYS_fpathconf, sys_fpathconf),
	CALL(SYS_lseek, sys_lseek),
	CALL(SYS_truncate, sys_truncate),
	CALL(SYS_ftruncate, sys_ftruncate),
	CALL(SYS_fdatasync, sys_fdatasync),
	CALL(SYS___posix_rename, sys___posix_rename),
	CALL(SYS_lchmod, sys_lchmod),
	CALL(SYS_lchown, sys_lchown),
	CALL(SYS___posix_chown, sys___posix_chown),
	CALL(SYS___posix_fchown, sys___posix_fchown),
	CALL(SYS___posix_lchown, sys___posix_lchown),
	CALL(SYS_preadv, sys_preadv),
	CALL(SYS_pwritev, sys_pwritev),
	CALL(SYS___getcwd, sys___getcwd),
	CALL(SYS_fchroot, sys_fchroot),
	CALL(SYS_lchflags, sys_lchflags),
	CALL(SYS_fsync_range, sys_fsync_range),
	CALL(SYS_extattrctl, sys_extattrctl),
	CALL(SYS_extattr_set_file, sys_extattr_set_file),
	CALL(SYS_extattr_get_file, sys_extattr_get_file),
	CALL(SYS_extattr_delete_file, sys_extattr_delete_file),
	CALL(SYS_extattr_set_fd, sys_extattr_set_fd),
	CALL(SYS_extattr_get_fd, sys_extattr_get_fd),
	CALL(SYS_extattr_delete_fd, sys_extattr_delete_fd),
	CALL(SYS_extattr_set_link, sys_extattr_set_link),
	CALL(SYS_extattr_get_link, sys_extattr_get_link),
	CALL(SYS_extattr_delete_link, sys_extattr_delete_link),
	CALL(SYS_extattr_list_fd, sys_extattr_list_fd),
	CALL(SYS_extattr_list_file, sys_extattr_list_file),
	CALL(SYS_extattr_list_link, sys_extattr_list_link),
	CALL(SYS_setxattr, sys_setxattr),
	CALL(SYS_lsetxattr, sys_lsetxattr),
	CALL(SYS_fsetxattr, sys_fsetxattr),
	CALL(SYS_getxattr, sys_getxattr),
	CALL(SYS_lgetxattr, sys_lgetxattr),
	CALL(SYS_fgetxattr, sys_fgetxattr),
	CALL(SYS_listxattr, sys_listxattr),
	CALL(SYS_llistxattr, sys_llistxattr),
	CALL(SYS_flistxattr, sys_flistxattr),
	CALL(SYS_removexattr, sys_removexattr),
	CALL(SYS_lremovexattr, sys_lremovexattr),
	CALL(SYS_fremovexattr, sys_fremovexattr),
	CALL(SYS___getdents30, sys___getdents30),
	CALL(SYS___getfh30, sys___getfh30),
	CALL(SYS___fhopen40, sys___fhopen40),
	CALL(SYS___quotactl, sys___quotactl),
	CALL(SYS___mount50, sys___mount50),
	CALL(SYS___posix_fadvise50, sys___posix_fadvise50),
	CALL(SYS___utimes50, sys___utimes50),
	CALL(SYS___futimes50, sys___futimes50),
	CALL(SYS___lutimes50, sys___lutimes50),
	CALL(SYS___stat50, sys___stat50),
	CALL(SYS___lstat50, sys___lstat50),
	CALL(SYS___mknod50, sys___mknod50),
	CALL(SYS___fhstat50, sys___fhstat50),
	CALL(SYS_linkat, sys_linkat),
	CALL(SYS_renameat, sys_renameat),
	CALL(SYS_mkfifoat, sys_mkfifoat),
	CALL(SYS_mknodat, sys_mknodat),
	CALL(SYS_mkdirat, sys_mkdirat),
	CALL(SYS_faccessat, sys_faccessat),
	CALL(SYS_fchmodat, sys_fchmodat),
	CALL(SYS_fchownat, sys_fchownat),
	CALL(SYS_fstatat, sys_fstatat),
	CALL(SYS_utimensat, sys_utimensat),
	CALL(SYS_openat, sys_openat),
	CALL(SYS_readlinkat, sys_readlinkat),
	CALL(SYS_symlinkat, sys_symlinkat),
	CALL(SYS_unlinkat, sys_unlinkat),
	CALL(SYS_futimens, sys_futimens),
	CALL(SYS_posix_fallocate, sys_posix_fallocate),
	CALL(SYS_fdiscard, sys_fdiscard),
	CALL(SYS___getvfsstat90, sys___getvfsstat90),
	CALL(SYS___statvfs190, sys___statvfs190),
	CALL(SYS___fstatvfs190, sys___fstatvfs190),
	CALL(SYS___fhstatvfs190, sys___fhstatvfs190),
	CALL(SYS_lpathconf, sys_lpathconf),
};

void
vfs_syscalls_establish(void)
{

	rump_file_fsync = vfs_file_fsync;
	rump_syscall_boot_establish(vfs_syscalls, __arraycount(vfs_syscalls));
}
