/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of logfs: images of it as devices of the kernel, and what
 * suite.h wants to know.
 */
#ifndef _TESTS_EXAMPLES_LOGFS_LG_H_
#define _TESTS_EXAMPLES_LOGFS_LG_H_

#include "../../kern/vfs/vk.h"

#include <fcntl.h>
#include <time.h>

#include "logfs_args.h"
#include "logfs_mkfs.h"
#include "lg_fsck.h"

#define	FS_FAR		((off_t)1 << 31)
#define	FS_FAR_BLOCKS	24

#define	LG_LOG		256		/* blocks of log */

/* An image in a file of the host's. */
static inline void
lg_mkfs(const char *file, uint32_t nblocks, uint32_t ninodes)
{
	char *img = calloc(nblocks, LF_BSIZE);
	int fd;

	ATF_REQUIRE(img != NULL);
	ATF_REQUIRE(logfs_mkfs(img, nblocks, LG_LOG, ninodes, time(NULL)) >
	    0);
	fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0644);
	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ((ssize_t)nblocks * LF_BSIZE,
	    write(fd, img, (size_t)nblocks * LF_BSIZE));
	close(fd);
	free(img);
}

static inline int
lg_try_mount(const char *dev, const char *dir, int flags)
{
	char path[64];
	struct logfs_args la = { .la_fspec = path };

	snprintf(path, sizeof(path), "%s", dev);
	return rump_sys_mount("logfs", dir, flags, &la, sizeof(la));
}

/* /a/b has its image in a-b.img. */
static inline void
lg_file(const char *dir, char *file, size_t size)
{
	char *p;

	snprintf(file, size, "%s.img", dir + 1);
	for (p = file; *p != '\0'; p++)
		if (*p == '/')
			*p = '-';
}

/* Judge the image of what was mounted there. */
static inline void
lg_check(const char *dir)
{
	char file[64], *img;
	struct stat st;
	int fd;

	lg_file(dir, file, sizeof(file));
	ATF_REQUIRE((fd = open(file, O_RDONLY)) != -1);
	ATF_REQUIRE_EQ(0, fstat(fd, &st));
	ATF_REQUIRE((img = malloc(st.st_size)) != NULL);
	ATF_REQUIRE_EQ(st.st_size, read(fd, img, st.st_size));
	close(fd);
	lg_fsck(img);
	free(img);
}

#define	FS_CHECK(dir)	lg_check(dir)

/* As many blocks for contents as fit in size bytes. */
static inline void
fs_mount_args(const char *dir, uint64_t nodes, int64_t size, int flags)
{
	const uint32_t ninodes = nodes != 0 ? nodes : 4096;
	const uint32_t ndata = size != 0 ? size / LF_BSIZE : 4096;
	char dev[64], file[64];

	lg_file(dir, file, sizeof(file));
	snprintf(dev, sizeof(dev), "/dev-%.*s", (int)strlen(file) - 4, file);
	lg_mkfs(file, 1 + LG_LOG + 1 + ninodes / LF_IPERBLOCK + 1 + ndata,
	    ninodes);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register(dev, file, RUMP_ETFS_BLK));
	RL(rump_sys_mkdir(dir, 0777));
	RL(lg_try_mount(dev, dir, flags));
}

#endif /* !_TESTS_EXAMPLES_LOGFS_LG_H_ */
