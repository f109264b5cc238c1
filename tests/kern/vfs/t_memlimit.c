/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files with little memory (RUMP_MEMLIMIT): whatever is asked of the kernel
 * ends, data arrives, and what does not fit is refused with the right error.
 * The image is judged by e2fsck, contents are compared after a new mount.  A
 * hang ends as the case's timeout.
 */
#include "../base/hk.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdbool.h>

#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumperr.h>

#define	IMG	"fs.img"
#define	BUFLEN	(64 * 1024)
#define	NTHREADS	4
#define	NAMELEN	32

void	rump_kt_memlimit_fault(unsigned int);
unsigned int rump_kt_memlimit_fault_left(void);
void	rump_kt_memlimit_drain(void);
void	rump_kt_memlimit_hog(int);
void	rump_kt_memlimit_nosleep(void);
void	rump_kt_memlimit_promise(void);

#define	RL(x)								\
	ATF_REQUIRE_MSG((x) != -1, "%s: %s", #x, rump_strerror(errno))

static void
mount_image(void)
{
	struct rump_ufs_args ua = { .fspec = "/dev/img" };

	RL(rump_sys_mount("ext2fs", "/m", 0, &ua, sizeof(ua)));
}

static void
start(const char *limit, const char *size, const char *opts)
{
	char cmd[256];

	snprintf(cmd, sizeof(cmd), "truncate -s %s " IMG
	    " && /sbin/mke2fs -q -F %s " IMG, size, opts);
	ATF_REQUIRE_EQ(0, system(cmd));
	if (limit != NULL)
		setenv("RUMP_MEMLIMIT", limit, 1);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/img", IMG,
	    RUMP_ETFS_BLK));
	RL(rump_sys_mkdir("/m", 0777));
	mount_image();
}

static void
finish(void)
{

	RL(rump_sys_unmount("/m", 0));
	ATF_CHECK_EQ(0, system("/sbin/e2fsck -fn " IMG " >fsck.out 2>&1 || "
	    "{ cat fsck.out; false; }"));
}

/* What byte lies where, for files told apart by a number. */
static void
pattern(unsigned char *buf, size_t len, size_t off, unsigned int file)
{
	uint64_t word;
	size_t i;

	for (i = 0; i < len; i += sizeof(word)) {
		word = (off + i) * UINT64_C(0x9e3779b97f4a7c15) + file;
		memcpy(buf + i, &word, sizeof(word));
	}
}

static void
name_of(char *name, unsigned int file)
{

	snprintf(name, NAMELEN, "/m/f%u", file);
}

static void
write_file(unsigned int file, size_t size)
{
	unsigned char *buf = malloc(BUFLEN);
	char name[NAMELEN];
	size_t off;
	int fd;

	name_of(name, file);
	RL(fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	for (off = 0; off < size; off += BUFLEN) {
		pattern(buf, BUFLEN, off, file);
		ATF_REQUIRE_EQ_MSG(BUFLEN, rump_sys_pwrite(fd, buf, BUFLEN,
		    off), "at %zu: %s", off, rump_strerror(errno));
	}
	RL(rump_sys_close(fd));
	free(buf);
}

static void
check_file(unsigned int file, size_t size)
{
	unsigned char *buf = malloc(BUFLEN), *want = malloc(BUFLEN);
	char name[NAMELEN];
	size_t off;
	int fd;

	name_of(name, file);
	RL(fd = rump_sys_open(name, RUMP_O_RDONLY));
	for (off = 0; off < size; off += BUFLEN) {
		pattern(want, BUFLEN, off, file);
		ATF_REQUIRE_EQ_MSG(BUFLEN, rump_sys_pread(fd, buf, BUFLEN,
		    off), "at %zu: %s", off, rump_strerror(errno));
		ATF_REQUIRE_MSG(memcmp(buf, want, BUFLEN) == 0,
		    "%s differs at %zu", name, off);
	}
	ATF_REQUIRE_EQ(0, rump_sys_pread(fd, buf, 1, size));
	RL(rump_sys_close(fd));
	free(buf);
	free(want);
}

/* A file far larger than the limit, there and back. */
static void
sequential(const char *limit, const char *opts)
{
	const size_t size = 40 << 20;

	start(limit, "64M", opts);
	write_file(1, size);
	check_file(1, size);
	RL(rump_sys_unmount("/m", 0));
	mount_image();
	check_file(1, size);
	RL(rump_sys_truncate("/m/f1", BUFLEN));
	check_file(1, BUFLEN);
	finish();
}

#define	CASE(name)							\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
									\
	atf_tc_set_md_var(tc, "require.progs", "/sbin/mke2fs /sbin/e2fsck");	\
}									\
ATF_TC_BODY(name, tc)

#define	SEQUENTIAL(name, limit, opts)					\
CASE(name)								\
{									\
									\
	sequential(limit, opts);					\
}

SEQUENTIAL(seq_min, "768k", "-t ext2 -b 4096")
SEQUENTIAL(seq_1m, "1m", "-t ext2 -b 4096")
SEQUENTIAL(seq_1m_1k, "1m", "-t ext2 -b 1024")
SEQUENTIAL(seq_2m, "2m", "-t ext2 -b 4096")
SEQUENTIAL(seq_4m, "4m", "-t ext2 -b 4096 -I 128")
SEQUENTIAL(seq_8m, "8m", "-t ext2 -b 2048")

struct writer {
	pthread_t	w_thread;
	unsigned int	w_file;
	size_t		w_size;
};

static void *
writer(void *arg)
{
	struct writer *w = arg;
	int i;

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	for (i = 0; i < 2; i++) {
		write_file(w->w_file, w->w_size);
		check_file(w->w_file, w->w_size);
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/* Several threads at once, each with a file larger than its share. */
static void
crowd(const char *limit, const char *opts)
{
	struct writer w[NTHREADS];
	unsigned int i;

	start(limit, "64M", opts);
	for (i = 0; i < NTHREADS; i++) {
		w[i].w_file = i;
		w[i].w_size = 6 << 20;
		ATF_REQUIRE_EQ(0, pthread_create(&w[i].w_thread, NULL, writer,
		    &w[i]));
	}
	for (i = 0; i < NTHREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_join(w[i].w_thread, NULL));
	RL(rump_sys_unmount("/m", 0));
	mount_image();
	for (i = 0; i < NTHREADS; i++)
		check_file(i, w[i].w_size);
	finish();
}

CASE(crowd_min)
{

	crowd("768k", "-t ext2 -b 4096");
}

CASE(crowd_1k)
{

	crowd("1m", "-t ext2 -b 1024");
}

CASE(crowd_4m)
{

	crowd("4m", "-t ext2 -b 4096");
}

/* Blocks of many pages: each needs all of its pages at once. */
CASE(crowd_16k)
{

	crowd("4m", "-t ext2 -b 16384");
}

/* Many small files: vnodes, names, inodes and directories must make room. */
static void
tree(const char *limit)
{
	enum { DIRS = 20, FILES = 1000 };
	char name[NAMELEN], buf[NAMELEN];
	int d, f, fd;

	start(limit, "64M", "-t ext2 -b 1024 -N 24000");
	for (d = 0; d < DIRS; d++) {
		snprintf(name, sizeof(name), "/m/%d", d);
		RL(rump_sys_mkdir(name, 0755));
		for (f = 0; f < FILES; f++) {
			snprintf(name, sizeof(name), "/m/%d/%d", d, f);
			RL(fd = rump_sys_open(name, RUMP_O_CREAT |
			    RUMP_O_WRONLY, 0644));
			ATF_REQUIRE_EQ(NAMELEN, rump_sys_write(fd, name,
			    NAMELEN));
			RL(rump_sys_close(fd));
		}
	}
	for (d = DIRS - 1; d >= 0; d--) {
		for (f = 0; f < FILES; f++) {
			snprintf(name, sizeof(name), "/m/%d/%d", d, f);
			RL(fd = rump_sys_open(name, RUMP_O_RDONLY));
			ATF_REQUIRE_EQ(NAMELEN, rump_sys_read(fd, buf,
			    NAMELEN));
			ATF_REQUIRE_STREQ(name, buf);
			RL(rump_sys_close(fd));
			if (f % 2 == 0)
				RL(rump_sys_unlink(name));
		}
	}
	finish();
}

CASE(tree_min)
{

	tree("768k");
}

CASE(tree_4m)
{

	tree("4m");
}

/* The pagedaemon drains everything there is to drain. */
CASE(drain)
{
	char name[NAMELEN];
	int fd, i;

	start("8m", "64M", "-t ext2 -b 1024");
	write_file(1, 4 << 20);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "/m/%d", i);
		RL(fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_WRONLY,
		    0644));
		RL(rump_sys_close(fd));
	}
	rump_sys_sync();
	check_file(1, 4 << 20);
	rump_schedule();
	rump_kt_memlimit_drain();
	rump_unschedule();
	check_file(1, 4 << 20);
	finish();
}

/*
 * Caches that are as full as they get, with something else in the way, leave
 * something.
 */
CASE(nosleep)
{
	int i;

	start("4m", "64M", "-t ext2 -b 1024");
	rump_schedule();
	rump_kt_memlimit_hog(1);
	rump_unschedule();
	write_file(1, 16 << 20);
	for (i = 0; i < 5; i++) {
		check_file(1, 16 << 20);
		rump_schedule();
		rump_kt_memlimit_nosleep();
		rump_unschedule();
		write_file(2 + i, 1 << 20);
	}
	rump_schedule();
	rump_kt_memlimit_hog(0);
	rump_unschedule();
	finish();
}

static void
mount_tmpfs(void)
{
	struct rump_tmpfs_args ta = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION,
		.ta_root_mode = 0777,
	};

	RL(rump_sys_mkdir("/t", 0777));
	RL(rump_sys_mount("tmpfs", "/t", 0, &ta, sizeof(ta)));
}

/* Write to a file of tmpfs until there is no room.  Returns how much fitted. */
static size_t
fill(const char *name, size_t most)
{
	static unsigned char buf[BUFLEN];
	size_t done = 0;
	ssize_t n;
	int fd;

	RL(fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_WRONLY, 0644));
	while ((n = rump_sys_write(fd, buf, sizeof(buf))) > 0) {
		done += (size_t)n;
		ATF_REQUIRE_MSG(done <= most, "%zu bytes fit", done);
	}
	ATF_CHECK_EQ_MSG(RUMP_ENOSPC, errno, "%s", rump_strerror(errno));
	RL(rump_sys_close(fd));
	return done;
}

/* Files in memory fill it; those on disk work all the same. */
static void
tmpfs_data(const char *limit, size_t most)
{
	const size_t size = 8 << 20;
	size_t first, again;

	start(limit, "24M", "-t ext2");
	mount_tmpfs();
	first = fill("/t/a", most);
	ATF_CHECK_MSG(first >= most / 8, "only %zu bytes fit", first);
	write_file(1, size);
	check_file(1, size);
	(void)fill("/t/b", most);
	RL(rump_sys_unlink("/t/a"));
	RL(rump_sys_unlink("/t/b"));
	again = fill("/t/a", most);
	ATF_CHECK_MSG(again >= first / 2, "%zu bytes, then %zu", first, again);
	RL(rump_sys_unmount("/t", 0));
	check_file(1, size);
	finish();
}

CASE(tmpfs_data_1m)
{

	tmpfs_data("1m", 1 << 20);
}

CASE(tmpfs_data_4m)
{

	tmpfs_data("4m", 4 << 20);
}

/* So do files without data; removing them is always possible. */
CASE(tmpfs_nodes)
{
	char name[NAMELEN];
	int fd, i, links, n;

	start("2m", "24M", "-t ext2");
	mount_tmpfs();
	for (n = 0; n < 100000; n++) {
		snprintf(name, sizeof(name), "/t/%d", n);
		fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_WRONLY, 0644);
		if (fd == -1)
			break;
		RL(rump_sys_close(fd));
	}
	ATF_REQUIRE_EQ_MSG(RUMP_ENOSPC, errno, "%s", rump_strerror(errno));
	ATF_CHECK_MSG(n > 500 && n < 20000, "%d files", n);
	for (links = 0; links < 20000; links++) {
		snprintf(name, sizeof(name), "/t/l%d", links);
		if (rump_sys_symlink("x", name) == -1)
			break;
	}
	ATF_CHECK_EQ_MSG(RUMP_ENOSPC, errno, "%s", rump_strerror(errno));
	write_file(1, 4 << 20);
	check_file(1, 4 << 20);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "/t/%d", i);
		RL(rump_sys_unlink(name));
	}
	RL(rump_sys_symlink("x", "/t/0"));
	RL(rump_sys_unmount("/t", 0));
	finish();
}

/*
 * Allocations that fail while pages are written: nothing of what was accepted
 * is lost.
 */
CASE(fault)
{
	enum { ROUNDS = 300, PER = 4 };
	static unsigned char buf[BUFLEN];
	unsigned int faults = 0, i, j;
	ssize_t n;
	size_t off;
	int fd;

	start("2m", "64M", "-t ext2");
	RL(fd = rump_sys_open("/m/f1", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	for (i = 0; i < ROUNDS; i++) {
		rump_schedule();
		rump_kt_memlimit_fault(1 + i % 23);
		rump_unschedule();
		for (j = 0; j < PER; j++) {
			/* Some apart, so that pages are not neighbours. */
			off = ((size_t)(i * PER + j) * 7 % (ROUNDS * PER)) *
			    (BUFLEN / 2);
			pattern(buf, BUFLEN / 2, off, 1);
			do {
				n = rump_sys_pwrite(fd, buf, BUFLEN / 2, off);
			} while (n == -1 && errno == RUMP_ENOMEM &&
			    faults++ < ROUNDS);
			ATF_REQUIRE_EQ_MSG(BUFLEN / 2, n, "%s",
			    rump_strerror(errno));
		}
		rump_schedule();
		faults += rump_kt_memlimit_fault_left() == 0;
		rump_unschedule();
	}
	ATF_CHECK_MSG(faults > ROUNDS / 10, "only %u faults", faults);
	rump_schedule();
	rump_kt_memlimit_fault(0);
	rump_unschedule();
	RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
	check_file(1, ROUNDS * PER * (BUFLEN / 2));
	RL(rump_sys_unmount("/m", 0));
	mount_image();
	check_file(1, ROUNDS * PER * (BUFLEN / 2));
	finish();
}

/*
 * Anonymous memory can have what uvm_availmem() says, with nothing cached and
 * with as much as there may be.
 */
static void
promise(const char *limit)
{
	int i;

	start(limit, "64M", "-t ext2 -b 1024");
	for (i = 0; i < 3; i++) {
		rump_schedule();
		rump_kt_memlimit_promise();
		rump_unschedule();
		write_file(1, 16 << 20);
		rump_sys_sync();
		check_file(1, 16 << 20);
	}
	finish();
}

CASE(promise_4m)
{
	promise("4m");
}

CASE(promise_16m)
{
	promise("16m");
}

/* Too little for a kernel with files, and too little to make sense of. */
ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{

	setenv("RUMP_MEMLIMIT", "767k", 1);
	ATF_CHECK_EQ(RUMP_ENOMEM, rump_init());
	/* There is no second try. */
	setenv("RUMP_MEMLIMIT", "4m", 1);
	ATF_CHECK_EQ(RUMP_ENOMEM, rump_init());
}

ATF_TC_WITHOUT_HEAD(nonsense);
ATF_TC_BODY(nonsense, tc)
{

	setenv("RUMP_MEMLIMIT", "much", 1);
	ATF_CHECK_EQ(RUMP_EINVAL, rump_init());
}

/* A file system whose blocks do not fit a few times is not mounted. */
CASE(refused_mount)
{
	struct rump_ufs_args ua = { .fspec = "/dev/img" };

	ATF_REQUIRE_EQ(0, system("truncate -s 64M " IMG
	    " && /sbin/mke2fs -q -F -t ext2 -b 65536 " IMG " 2>mke2fs.err"));
	setenv("RUMP_MEMLIMIT", "1m", 1);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/img", IMG,
	    RUMP_ETFS_BLK));
	RL(rump_sys_mkdir("/m", 0777));
	errno = 0;
	ATF_CHECK_EQ(-1, rump_sys_mount("ext2fs", "/m", 0, &ua, sizeof(ua)));
	ATF_CHECK_EQ_MSG(RUMP_ENOMEM, errno, "%s", rump_strerror(errno));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, seq_min);
	ATF_TP_ADD_TC(tp, seq_1m);
	ATF_TP_ADD_TC(tp, seq_1m_1k);
	ATF_TP_ADD_TC(tp, seq_2m);
	ATF_TP_ADD_TC(tp, seq_4m);
	ATF_TP_ADD_TC(tp, seq_8m);
	ATF_TP_ADD_TC(tp, crowd_min);
	ATF_TP_ADD_TC(tp, crowd_1k);
	ATF_TP_ADD_TC(tp, crowd_4m);
	ATF_TP_ADD_TC(tp, crowd_16k);
	ATF_TP_ADD_TC(tp, tree_min);
	ATF_TP_ADD_TC(tp, tree_4m);
	ATF_TP_ADD_TC(tp, drain);
	ATF_TP_ADD_TC(tp, nosleep);
	ATF_TP_ADD_TC(tp, promise_4m);
	ATF_TP_ADD_TC(tp, promise_16m);
	ATF_TP_ADD_TC(tp, tmpfs_data_1m);
	ATF_TP_ADD_TC(tp, tmpfs_data_4m);
	ATF_TP_ADD_TC(tp, tmpfs_nodes);
	ATF_TP_ADD_TC(tp, fault);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, nonsense);
	ATF_TP_ADD_TC(tp, refused_mount);
	return atf_no_error();
}
