/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshots of logfs: whatever is done after one was taken, it is the disk of
 * that moment, and a file system that can be mounted.
 *
 * Covers: fstrans(9)
 */
#include "lg.h"
#include "../../fs/suite/suite.h"

#define	NFILES	20
#define	SIZE	30000

static int stop;

static void
fill(const char *dir, unsigned n, int what)
{
	static _Thread_local char buf[SIZE];
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "%s/f%u", dir, n);
	memset(buf, what, sizeof(buf));
	fd = RL(rump_sys_open(name, RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_REQUIRE_EQ(SIZE, rump_sys_pwrite(fd, buf, SIZE, 0));
	RL(rump_sys_close(fd));
}

static void
holds(const char *dir, unsigned n, int what)
{
	static char buf[SIZE + 1];
	char name[64];
	int fd, i;

	snprintf(name, sizeof(name), "%s/f%u", dir, n);
	fd = RL(rump_sys_open(name, RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(SIZE, rump_sys_read(fd, buf, SIZE + 1));
	for (i = 0; i < SIZE; i++)
		ATF_REQUIRE_MSG(buf[i] == what, "%s at %d: %d", name, i,
		    buf[i]);
	RL(rump_sys_close(fd));
}

/* Copy the snapshot to a file of the host's; how many blocks had changed. */
static unsigned
backup(int fd, uint32_t nblocks, const char *file)
{
	static char data[LF_BSIZE];
	struct logfs_snapblk lb = { .lb_data = data };
	unsigned copied = 0;
	int out;

	out = open(file, O_RDWR | O_CREAT | O_TRUNC, 0644);
	ATF_REQUIRE(out != -1);
	for (lb.lb_blk = 0; lb.lb_blk < nblocks; lb.lb_blk++) {
		RL(rump_sys_ioctl(fd, LFIOC_SNAPREAD, &lb));
		copied += lb.lb_copied;
		ATF_REQUIRE_EQ(LF_BSIZE, write(out, data, LF_BSIZE));
	}
	close(out);
	return copied;
}

/* The copy is what the disk was: files as they were, nothing amiss. */
static void
verify(const char *file, uint32_t nblocks)
{
	char *img = malloc((size_t)nblocks * LF_BSIZE);
	unsigned n;
	int fd;

	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/copy", file,
	    RUMP_ETFS_BLK));
	RL(rump_sys_mkdir("/b", 0777));
	RL(lg_try_mount("/copy", "/b", RUMP_MNT_RDONLY));
	for (n = 0; n < NFILES; n++)
		holds("/b", n, 'a' + n);
	ATF_REQUIRE(!vk_exists("/b/later"));
	RL(rump_sys_unmount("/b", 0));
	RL(lg_try_mount("/copy", "/b", 0));
	RL(rump_sys_unmount("/b", 0));
	fd = open(file, O_RDONLY);
	ATF_REQUIRE_EQ((ssize_t)nblocks * LF_BSIZE,
	    read(fd, img, (size_t)nblocks * LF_BSIZE));
	close(fd);
	lg_fsck(img);
	free(img);
}

static void
setup(int *fdp)
{
	unsigned n;

	fs_boot();
	for (n = 0; n < NFILES; n++)
		fill("/t", n, 'a' + n);
	*fdp = RL(rump_sys_open("/t", RUMP_O_RDONLY));
}

/* Everything changes between the snapshot and reading it. */
ATF_TC_WITHOUT_HEAD(changed);
ATF_TC_BODY(changed, tc)
{
	uint32_t nblocks;
	unsigned n;
	int fd;

	setup(&fd);
	RL(rump_sys_ioctl(fd, LFIOC_SNAPBEGIN, &nblocks));
	ATF_CHECK_EQ(0, backup(fd, nblocks, "first.img"));
	for (n = 0; n < NFILES; n++)
		if (n % 2 != 0)
			fill("/t", n, 'z');
	for (n = 0; n < NFILES; n += 2) {
		char name[32];

		snprintf(name, sizeof(name), "/t/f%u", n);
		RL(rump_sys_unlink(name));
	}
	rump_sys_sync();
	for (n = 0; n < 30; n++)
		fill("/t", 100 + n, 'y');
	vk_write("/t/later", "x");
	rump_sys_sync();
	ATF_CHECK(backup(fd, nblocks, "copy.img") > NFILES * SIZE / LF_BSIZE);
	RL(rump_sys_ioctl(fd, LFIOC_SNAPEND));
	ATF_CHECK_EQ(0, system("cmp first.img copy.img"));
	verify("copy.img", nblocks);
	RL(rump_sys_close(fd));
	fs_done();
}

static void *
writer(void *arg)
{
	const unsigned me = (unsigned)(uintptr_t)arg;
	char from[32], to[32];
	unsigned i;

	rump_pub_lwproc_rfork(RUMP_RFFDG);
	for (i = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++) {
		fill("/t", me + 2 * (i % (NFILES / 2)), 'A' + i % 26);
		snprintf(from, sizeof(from), "/t/w%u-%u", me, i % 3);
		snprintf(to, sizeof(to), "/t/w%u-%u", me, (i + 1) % 3);
		vk_write(from, "w");
		(void)rump_sys_rename(from, to);
		if (i % 7 == 0)
			rump_sys_sync();
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/* Writers that never stop: each copy is whole, and each is another one's. */
ATF_TC_WITHOUT_HEAD(writers);
ATF_TC_BODY(writers, tc)
{
	static char img[6000 * LF_BSIZE];
	pthread_t pt[2];
	uint32_t nblocks;
	uintptr_t i;
	int fd, in;

	setup(&fd);
	RL(rump_sys_mkdir("/b", 0777));
	for (i = 0; i < 2; i++)
		pthread_create(&pt[i], NULL, writer, (void *)i);
	for (i = 0; i < 10; i++) {
		while (rump_sys_ioctl(fd, LFIOC_SNAPBEGIN, &nblocks) == -1)
			ATF_REQUIRE_EQ(RUMP_EAGAIN, errno);
		ATF_REQUIRE(nblocks <= 6000);
		(void)backup(fd, nblocks, "copy.img");
		RL(rump_sys_ioctl(fd, LFIOC_SNAPEND));
		ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/copy", "copy.img",
		    RUMP_ETFS_BLK));
		RL(lg_try_mount("/copy", "/b", 0));
		RL(rump_sys_unmount("/b", 0));
		ATF_REQUIRE_EQ(0, rump_pub_etfs_remove("/copy"));
		in = open("copy.img", O_RDONLY);
		ATF_REQUIRE_EQ((ssize_t)nblocks * LF_BSIZE,
		    read(in, img, (size_t)nblocks * LF_BSIZE));
		close(in);
		lg_fsck(img);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		pthread_join(pt[i], NULL);
	RL(rump_sys_close(fd));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	static char data[LF_BSIZE];
	struct logfs_snapblk lb = { .lb_data = data };
	uint32_t nblocks;
	int fd;

	setup(&fd);
	RE(ENOENT, rump_sys_ioctl(fd, LFIOC_SNAPREAD, &lb));
	RE(ENOENT, rump_sys_ioctl(fd, LFIOC_SNAPEND));
	RE(ENOTTY, rump_sys_ioctl(fd, LF_IOC(0x20000000, 9, 0UL)));
	RL(rump_sys_ioctl(fd, LFIOC_SNAPBEGIN, &nblocks));
	RE(EBUSY, rump_sys_ioctl(fd, LFIOC_SNAPBEGIN, &nblocks));
	lb.lb_blk = nblocks;
	RE(EINVAL, rump_sys_ioctl(fd, LFIOC_SNAPREAD, &lb));
	/* it shows all files, so not to everybody */
	RL(rump_pub_lwproc_rfork(RUMP_RFFDG));
	RL(rump_sys_setuid(100));
	lb.lb_blk = 0;
	RE(EPERM, rump_sys_ioctl(fd, LFIOC_SNAPREAD, &lb));
	rump_pub_lwproc_releaselwp();
	RL(rump_sys_close(fd));
	/* with the mount it ends */
	fs_done();
	RL(lg_try_mount("/dev-t", "/t", RUMP_MNT_RDONLY));
	fd = RL(rump_sys_open("/t", RUMP_O_RDONLY));
	RE(EROFS, rump_sys_ioctl(fd, LFIOC_SNAPBEGIN, &nblocks));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/t", 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, changed);
	ATF_TP_ADD_TC(tp, writers);
	ATF_TP_ADD_TC(tp, refused);
	return atf_no_error();
}
