/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page cache over a real file system: several threads, each with a file
 * and a model of it in memory, reading, writing, truncating and syncing with
 * less memory than the files take; everything compared, also after a new
 * mount.  And late write errors: fsync must tell.
 */
#include "../base/hk.h"

#include <sys/stat.h>

#include <fcntl.h>

#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>

#define	IMG		"fs.img"
#define	NTHREADS	4
#define	FILESIZE	(1500 * 1024)
#define	MAXLEN		(80 * 1024)
#define	NOPS		1500
#define	N_EIO		5

struct worker {
	pthread_t	w_thread;
	unsigned int	w_seed;
	char		w_name[16];
	size_t		w_size;
	unsigned char	*w_model;
	unsigned char	*w_buf;
};

static void
mkimage(const char *opts)
{
	char cmd[256];

	snprintf(cmd, sizeof(cmd), "truncate -s 24M " IMG
	    " && /sbin/mke2fs -q -F -t ext2 %s " IMG, opts);
	ATF_REQUIRE_EQ(0, system(cmd));
}

static void
mount_image(void)
{
	struct rump_ufs_args ua = { .fspec = "/dev/img" };

	ATF_REQUIRE_EQ_MSG(0, rump_sys_mount("ext2fs", "/m", 0, &ua,
	    sizeof(ua)), "errno %d", errno);
}

static void
start(const char *opts)
{

	mkimage(opts);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/img", IMG,
	    RUMP_ETFS_BLK));
	ATF_REQUIRE_EQ(0, rump_sys_mkdir("/m", 0777));
	mount_image();
}

static unsigned int
rnd(struct worker *w, unsigned int n)
{

	w->w_seed = w->w_seed * 1103515245 + 12345;
	return (w->w_seed >> 8) % n;
}

static void
do_write(struct worker *w, int fd)
{
	size_t off = rnd(w, FILESIZE - MAXLEN), len = 1 + rnd(w, MAXLEN), i;

	if (rnd(w, 3) == 0) {
		off &= ~(size_t)4095;
		len = (len + 4095) & ~(size_t)4095;
	}
	for (i = 0; i < len; i++)
		w->w_buf[i] = (unsigned char)(w->w_seed + i * 31);
	ATF_REQUIRE_EQ_MSG((ssize_t)len, rump_sys_pwrite(fd, w->w_buf, len,
	    off), "errno %d", errno);
	memcpy(w->w_model + off, w->w_buf, len);
	if (off + len > w->w_size)
		w->w_size = off + len;
}

static void
do_read(struct worker *w, int fd, size_t off, size_t len)
{
	size_t want = off >= w->w_size ? 0 : w->w_size - off, i;
	ssize_t n;

	if (want > len)
		want = len;
	n = rump_sys_pread(fd, w->w_buf, len, off);
	ATF_REQUIRE_EQ((ssize_t)want, n);
	for (i = 0; i < want; i++)
		ATF_REQUIRE_MSG(w->w_buf[i] == w->w_model[off + i],
		    "%s: byte %zu is %#x, not %#x", w->w_name, off + i,
		    w->w_buf[i], w->w_model[off + i]);
}

static void
do_truncate(struct worker *w, int fd)
{
	size_t size = rnd(w, FILESIZE);

	ATF_REQUIRE_EQ(0, rump_sys_ftruncate(fd, size));
	memset(w->w_model + size, 0, FILESIZE - size);
	w->w_size = size;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	int fd, i;

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	fd = rump_sys_open(w->w_name, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
	ATF_REQUIRE(fd != -1);
	for (i = 0; i < NOPS; i++) {
		switch (rnd(w, 20)) {
		case 0:
			do_truncate(w, fd);
			break;
		case 1:
			ATF_REQUIRE_EQ(0, rump_sys_fsync(fd));
			break;
		case 2: case 3: case 4: case 5: case 6: case 7:
			do_read(w, fd, rnd(w, FILESIZE), 1 + rnd(w, MAXLEN));
			break;
		default:
			do_write(w, fd);
			break;
		}
	}
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
check_all(struct worker *w)
{
	size_t off;
	int fd;

	fd = rump_sys_open(w->w_name, RUMP_O_RDONLY);
	ATF_REQUIRE(fd != -1);
	for (off = 0; off < FILESIZE; off += MAXLEN)
		do_read(w, fd, off, MAXLEN);
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
}

static void
crowd(const char *opts, const char *limit)
{
	struct worker w[NTHREADS];
	int i;

	if (limit != NULL)
		setenv("RUMP_MEMLIMIT", limit, 1);
	start(opts);
	for (i = 0; i < NTHREADS; i++) {
		w[i].w_seed = 17 + i;
		w[i].w_size = 0;
		w[i].w_model = calloc(1, FILESIZE);
		w[i].w_buf = malloc(MAXLEN + 4096);
		snprintf(w[i].w_name, sizeof(w[i].w_name), "/m/f%d", i);
		ATF_REQUIRE_EQ(0, pthread_create(&w[i].w_thread, NULL, work,
		    &w[i]));
	}
	for (i = 0; i < NTHREADS; i++)
		pthread_join(w[i].w_thread, NULL);
	for (i = 0; i < NTHREADS; i++)
		check_all(&w[i]);
	ATF_REQUIRE_EQ(0, rump_sys_unmount("/m", 0));
	mount_image();
	for (i = 0; i < NTHREADS; i++)
		check_all(&w[i]);
	ATF_REQUIRE_EQ(0, rump_sys_unmount("/m", 0));
	ATF_CHECK_EQ(0, system("/sbin/e2fsck -fn " IMG " >fsck.out 2>&1 || "
	    "{ cat fsck.out; false; }"));
}

#define	CROWD(name, opts, limit)					\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
									\
	atf_tc_set_md_var(tc, "require.progs", "/sbin/mke2fs /sbin/e2fsck");	\
}									\
ATF_TC_BODY(name, tc)							\
{									\
									\
	crowd(opts, limit);						\
}

CROWD(plenty, "-b 4096", NULL)
CROWD(little, "-b 4096", "6m")
CROWD(little1k, "-b 1024", "6m")

/* Data that cannot be written back: fsync says so, once. */
ATF_TC(lateerror);
ATF_TC_HEAD(lateerror, tc)
{

	atf_tc_set_md_var(tc, "require.progs", "/sbin/mke2fs");
}
ATF_TC_BODY(lateerror, tc)
{
	static char buf[65536];
	int fd, i, failed = 0;

	setenv("RUMP_BLKFAIL", "1500", 1);
	setenv("RUMP_BLKFAIL_SEED", "3", 1);
	/* Few inodes, as mounting reads all of them after a failure. */
	mkimage("-b 4096 -N 16");
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/img", IMG,
	    RUMP_ETFS_BLK));
	ATF_REQUIRE_EQ(0, rump_sys_mkdir("/m", 0777));
	for (i = 0; i < 50; i++) {
		struct rump_ufs_args ua = { .fspec = "/dev/img" };

		if (rump_sys_mount("ext2fs", "/m", 0, &ua, sizeof(ua)) == 0)
			break;
		ATF_REQUIRE_EQ(N_EIO, errno);
	}
	ATF_REQUIRE_MSG(i < 50, "not mounted in 50 attempts");
	for (fd = -1, i = 0; fd == -1; i++) {
		fd = rump_sys_open("/m/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		ATF_REQUIRE(fd != -1 || (errno == N_EIO && i < 50));
	}
	for (i = 0; i < 40; i++) {
		(void)rump_sys_pwrite(fd, buf, sizeof(buf), 0);
		if (rump_sys_fsync(fd) == -1) {
			ATF_REQUIRE_MSG(errno == N_EIO || errno == 30,
			    "errno %d", errno);
			failed++;
		}
	}
	ATF_CHECK_MSG(failed > 0, "no write failed in 40");
	rump_sys_close(fd);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, plenty);
	ATF_TP_ADD_TC(tp, little);
	ATF_TP_ADD_TC(tp, little1k);
	ATF_TP_ADD_TC(tp, lateerror);
	return atf_no_error();
}
