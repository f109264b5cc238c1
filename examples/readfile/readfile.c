/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * readfile IMAGE FILE: boots a kernel, mounts the ext2, ext3 or ext4 file
 * system in IMAGE for reading and prints FILE of it.  No privileges needed.
 */
#include <err.h>
#include <errno.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumperr.h>

int
main(int argc, char *argv[])
{
	struct rump_ufs_args args = { .fspec = "/dev/disk" };
	char buf[65536];
	ssize_t n;
	int fd, error;

	if (argc != 3)
		errx(2, "usage: readfile image file");
	if ((error = rump_init()) != 0 || (error = rump_pub_etfs_register(
	    args.fspec, argv[1], RUMP_ETFS_BLK)) != 0)
		errx(1, "%s: %s", argv[1], rump_strerror(error));
	if (rump_sys_mkdir("/mnt", 0755) == -1 ||
	    rump_sys_mount(RUMP_MOUNT_EXT2FS, "/mnt", RUMP_MNT_RDONLY,
	    &args, sizeof(args)) == -1 || rump_sys_chdir("/mnt") == -1)
		errx(1, "%s: %s", argv[1], rump_strerror(errno));
	if ((fd = rump_sys_open(argv[2], RUMP_O_RDONLY)) == -1)
		errx(1, "%s: %s", argv[2], rump_strerror(errno));
	while ((n = rump_sys_read(fd, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, (size_t)n) != n)
			err(1, "write");
	if (n == -1)
		errx(1, "%s: %s", argv[2], rump_strerror(errno));
	return 0;
}
