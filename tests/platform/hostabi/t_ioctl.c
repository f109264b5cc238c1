/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl: of any descriptor, beside the host's; of disks on host files; flags
 * of files.
 */
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "ha.h"

static const struct {
	const char *name;
	int	(*ioctl)(int, unsigned long, ...);
	int	(*isatty)(int);
	int	(*pipe2)(int *, int);
	ssize_t	(*write)(int, const void *, size_t);
	off_t	(*lseek)(int, off_t, int);
	int	(*open)(const char *, int, ...);
	int	(*fcntl)(int, int, ...);
	int	(*close)(int);
} w[2] = {
	{ "host", ioctl, isatty, pipe2, write, lseek, open, fcntl, close },
	{ "kernel", rump_host_ioctl, rump_host_isatty, rump_host_pipe2,
	    rump_host_write, rump_host_lseek, rump_host_open, rump_host_fcntl,
	    rump_host_close },
};

ATF_TC_WITHOUT_HEAD(common);
ATF_TC_BODY(common, tc)
{
	int fd, fds[2], k, n, on = 1;
	char t[64];

	ha_boot(false);
	for (k = 0; k < 2; k++) {
		RL(w[k].pipe2(fds, 0));
		ATF_CHECK_EQ(5, w[k].write(fds[1], "hello", 5));
		RL(w[k].ioctl(fds[0], FIONREAD, &n));
		ATF_CHECK_EQ_MSG(5, n, "%s: %d", w[k].name, n);
		RL(w[k].ioctl(fds[0], FIONBIO, &on));
		ATF_CHECK_EQ(O_NONBLOCK, w[k].fcntl(fds[0], F_GETFL) &
		    O_NONBLOCK);
		on = 0;
		RL(w[k].ioctl(fds[0], FIONBIO, &on));
		ATF_CHECK_EQ(0, w[k].fcntl(fds[0], F_GETFL) & O_NONBLOCK);
		on = 1;
		RL(w[k].ioctl(fds[0], FIOCLEX));
		ATF_CHECK_EQ(FD_CLOEXEC, w[k].fcntl(fds[0], F_GETFD));
		RL(w[k].ioctl(fds[0], FIONCLEX));
		ATF_CHECK_EQ(0, w[k].fcntl(fds[0], F_GETFD));
		RE(ENOTTY, w[k].ioctl(fds[0], TCGETS, t));
		RE(ENOTTY, w[k].ioctl(fds[0], TIOCGWINSZ, t));
		/* What the emulator does not know does not get to the host. */
		if (k == 1 || getenv("AK_EMULATED") == NULL)
			RE(ENOTTY, w[k].ioctl(fds[0], 0x12345678, t));
		RE(ENOTTY, w[k].ioctl(fds[0], BLKGETSIZE64, t));
		RE(EBADF, w[k].ioctl(999, FIONREAD, &n));
		RE(EBADF, w[k].ioctl(999, TCGETS, t));
		errno = 0;
		ATF_CHECK_EQ(0, w[k].isatty(fds[0]));
		ATF_CHECK_EQ(ENOTTY, errno);
		ATF_CHECK_EQ(0, w[k].isatty(999));
		ATF_CHECK_EQ(EBADF, errno);
		RL(w[k].close(fds[0]));
		RL(w[k].close(fds[1]));
		fd = RL(w[k].open("f", O_CREAT | O_RDWR, 0644));
		ATF_CHECK_EQ(5, w[k].write(fd, "hello", 5));
		RL(w[k].lseek(fd, 2, SEEK_SET));
		RL(w[k].ioctl(fd, FIONREAD, &n));
		ATF_CHECK_EQ_MSG(3, n, "%s: %d", w[k].name, n);
		RE(ENOTTY, w[k].ioctl(fd, BLKGETSIZE64, t));
		RE(ENOTTY, w[k].ioctl(fd, BLKGETSIZE, t));
		RE(ENOTTY, w[k].ioctl(fd, BLKFLSBUF, 0));
		RL(w[k].close(fd));
	}
	ha_done();
}

ATF_TC_WITHOUT_HEAD(disk);
ATF_TC_BODY(disk, tc)
{
	unsigned long sectors = 0;
	uint64_t size = 0;
	int fd, ss = 0;

	ATF_REQUIRE_EQ(0, system("truncate -s 1M disk.img"));
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/disk", "disk.img",
	    RUMP_ETFS_BLK));
	fd = RL(rump_host_open("/disk", O_RDWR));
	RL(rump_host_ioctl(fd, BLKGETSIZE64, &size));
	ATF_CHECK_EQ(1024 * 1024, size);
	RL(rump_host_ioctl(fd, BLKGETSIZE, &sectors));
	ATF_CHECK_EQ(2048, sectors);
	RL(rump_host_ioctl(fd, BLKSSZGET, &ss));
	ATF_CHECK_EQ(512, ss);
	ss = 0;
	RL(rump_host_ioctl(fd, BLKPBSZGET, &ss));
	ATF_CHECK_EQ(512, ss);
	RL(rump_host_ioctl(fd, BLKFLSBUF, 0));
	RE(ENOTTY, rump_host_ioctl(fd, BLKRRPART, 0));
	RE(EFAULT, rump_host_ioctl(fd, BLKGETSIZE, NULL));
	RL(rump_host_close(fd));
	RE(EBADF, rump_host_ioctl(fd, BLKGETSIZE, &sectors));
	RE(EBADF, rump_host_ioctl(fd, BLKGETSIZE, NULL));
}

ATF_TC_WITHOUT_HEAD(fsflags);
ATF_TC_BODY(fsflags, tc)
{
	struct rump_stat sb;
	int fd, flags = 77;

	ha_boot(true);
	fd = RL(rump_host_open("f", O_CREAT | O_RDWR, 0644));
	RL(rump_host_ioctl(fd, FS_IOC_GETFLAGS, &flags));
	ATF_CHECK_EQ(0, flags);
	flags = FS_NODUMP_FL | FS_APPEND_FL;
	RL(rump_host_ioctl(fd, FS_IOC_SETFLAGS, &flags));
	RL(rump_sys_fstat(fd, (struct stat *)(void *)&sb));
	ATF_CHECK_EQ(RUMP_UF_NODUMP | RUMP_SF_APPEND, sb.st_flags);
	flags = 77;
	RL(rump_host_ioctl(fd, FS_IOC_GETFLAGS, &flags));
	ATF_CHECK_EQ(FS_NODUMP_FL | FS_APPEND_FL, flags);
	RE(EPERM, rump_host_pwrite(fd, "x", 1, 0) == -1 ? -1 :
	    rump_host_truncate("f", 5));
	flags = FS_COMPR_FL;
	RE(EOPNOTSUPP, rump_host_ioctl(fd, FS_IOC_SETFLAGS, &flags));
	RE(EFAULT, rump_host_ioctl(fd, FS_IOC_GETFLAGS, NULL));
	flags = 0;
	RL(rump_host_ioctl(fd, FS_IOC_SETFLAGS, &flags));
	RL(rump_host_truncate("f", 5));
	RL(rump_host_close(fd));
	RE(EBADF, rump_host_ioctl(fd, FS_IOC_GETFLAGS, &flags));
	RE(EBADF, rump_host_ioctl(fd, FS_IOC_SETFLAGS, &flags));
	ha_done();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, common);
	ATF_TP_ADD_TC(tp, disk);
	ATF_TP_ADD_TC(tp, fsflags);
	return atf_no_error();
}
