/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logfs after a cut of the power behind any write, and with disks that fail:
 * names, sizes and links are those of some moment, not before the last sync,
 * and nothing is lost or used twice.
 *
 * Covers: wapbl(9)
 */
#include "lg.h"

int		rump_kt_disk_attach(void);
void		rump_kt_disk_load(const void *, size_t);
void		rump_kt_disk_image(void *);
unsigned	rump_kt_disk_record(void);
unsigned	rump_kt_disk_writes(void);
void		rump_kt_disk_cut(unsigned, unsigned);
void		rump_kt_disk_fail(unsigned);

#define	KT(expr) ({							\
	__typeof__(expr) kt_v;						\
	rump_schedule();						\
	kt_v = (expr);							\
	rump_unschedule();						\
	kt_v; })
#define	KTV(call) \
	do { rump_schedule(); call; rump_unschedule(); } while (0)

#define	NBLOCKS		600
#define	NOPS		400
#define	NNAMES		10

static char img[NBLOCKS * LF_BSIZE];

/* What the tree looked like before operation i, and when that was so. */
static struct moment {
	uint64_t	mo_sig;
	unsigned	mo_writes;
	unsigned	mo_synced;	/* the moment that is on the disk */
} moments[NOPS + 1];

static unsigned seed;

static unsigned
rnd(unsigned n)
{

	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static const char *
path(unsigned n)
{
	static char p[2][16];
	static unsigned which;

	which ^= 1;
	snprintf(p[which], sizeof(p[which]), n % 2 ? "/t/d/%u" : "/t/%u", n);
	return p[which];
}

/* One number for all names, types, sizes and links. */
static uint64_t
signature(void)
{
	struct rump_stat st;
	uint64_t sig = 14695981039346656037ULL;
	unsigned n;

	for (n = 0; n <= NNAMES; n++) {
		sig *= 1099511628211ULL;
		if (rump_sys_lstat(n == NNAMES ? "/t/d" : path(n),
		    (struct stat *)&st) == 0)
			sig ^= (uint64_t)st.st_mode << 40 ^
			    (uint64_t)st.st_nlink << 32 ^
			    (S_ISREG(st.st_mode) ? st.st_size : 0) ^ 1;
	}
	return sig;
}

/* An operation that the file system does in one transaction. */
static void
one_op(void)
{
	static char data[60000];
	const char *p = path(rnd(NNAMES));
	int fd;

	switch (rnd(7)) {
	case 0:
		fd = rump_sys_open(p, RUMP_O_CREAT | RUMP_O_EXCL |
		    RUMP_O_RDWR, 0644);
		if (fd != -1)
			RL(rump_sys_close(fd));
		break;
	case 1:
	case 2:
		fd = rump_sys_open(p, RUMP_O_RDWR);
		if (fd != -1) {
			RL(rump_sys_pwrite(fd, data, rnd(sizeof(data)), 0));
			RL(rump_sys_close(fd));
		}
		break;
	case 3:
		(void)rump_sys_unlink(p);
		break;
	case 4:
		(void)rump_sys_rename(p, path(rnd(NNAMES)));
		break;
	case 5:
		if (rump_sys_mkdir(p, 0755) == -1)
			(void)rump_sys_rmdir(p);
		break;
	default:
		(void)rump_sys_link(p, path(rnd(NNAMES)));
	}
}

static void
setup(void)
{

	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE(logfs_mkfs(img, NBLOCKS, 64, 100, 0) > 300);
	RL(rump_sys_mknod("/disk", S_IFBLK | 0600,
	    KT(rump_kt_disk_attach())));
	KTV(rump_kt_disk_load(img, sizeof(img)));
	RL(rump_sys_mkdir("/t", 0777));
	RL(lg_try_mount("/disk", "/t", 0));
	RL(rump_sys_mkdir("/t/d", 0777));
	rump_sys_sync();
}

/* Work, and note what there was when; some files stay open without names. */
static unsigned
work(void)
{
	unsigned i, synced = 0;
	int fd[2];

	fd[0] = RL(rump_sys_open("/t/open", RUMP_O_CREAT | RUMP_O_RDWR,
	    0644));
	RL(rump_sys_write(fd[0], img, 20000));
	rump_sys_sync();
	(void)KT(rump_kt_disk_record());
	for (i = 0; i <= NOPS; i++) {
		moments[i].mo_sig = signature();
		moments[i].mo_writes = KT(rump_kt_disk_writes());
		moments[i].mo_synced = synced;
		if (i == 20)
			RL(rump_sys_unlink("/t/open"));
		if (i % 10 == 9) {
			fd[1] = RL(rump_sys_open("/t", RUMP_O_RDONLY));
			RL(rump_sys_fsync(fd[1]));
			RL(rump_sys_close(fd[1]));
			synced = i;
		}
		if (i < NOPS)
			one_op();
	}
	rump_sys_sync();
	i = KT(rump_kt_disk_record());
	RL(rump_sys_close(fd[0]));
	RL(rump_sys_unmount("/t", 0));
	return i;
}

/* The last moment that is on the disk for certain after n writes. */
static unsigned
certain(unsigned n)
{
	unsigned i, least = 0;

	for (i = 0; i <= NOPS && moments[i].mo_writes <= n; i++)
		least = moments[i].mo_synced;
	return least;
}

static void
check_sig(unsigned n, unsigned s)
{
	const uint64_t sig = signature();
	unsigned i;

	for (i = certain(n); i <= NOPS; i++)
		if (moments[i].mo_sig == sig)
			return;
	atf_tc_fail("cut %u/%u: no moment since %u looks like this", n, s,
	    certain(n));
}

static void
check_cut(unsigned n, unsigned s)
{

	KTV(rump_kt_disk_cut(n, s));
	/* Read-only nothing is written: the log itself is read. */
	RL(lg_try_mount("/disk", "/t", RUMP_MNT_RDONLY));
	check_sig(n, s);
	RL(rump_sys_unmount("/t", 0));
	RL(lg_try_mount("/disk", "/t", 0));
	check_sig(n, s);
	ATF_CHECK(s != 0 || n < moments[21].mo_writes ||
	    certain(n) < 21 || !vk_exists("/t/open"));
	RL(rump_sys_unmount("/t", 0));
	KTV(rump_kt_disk_image(img));
	lg_fsck(img);
}

ATF_TC_WITHOUT_HEAD(cut);
ATF_TC_BODY(cut, tc)
{
	unsigned n, total;

	seed = 7;
	setup();
	total = work();
	KTV(rump_kt_disk_image(img));
	lg_fsck(img);
	ATF_REQUIRE_MSG(total > 100, "%u writes", total);
	for (n = 0; n <= total; n++) {
		check_cut(n, 0);
		check_cut(n, n * 2654435761u | 1);
	}
}

/*
 * A disk that fails from some write on: whoever syncs is told, nothing
 * panics, a forced unmount works, and what is on the disk can be replayed.
 */
ATF_TC_WITHOUT_HEAD(failing);
ATF_TC_BODY(failing, tc)
{
	static char after[sizeof(img)];
	unsigned i, n;
	int fd;

	setup();
	RL(rump_sys_unmount("/t", 0));
	KTV(rump_kt_disk_image(img));
	for (n = 1; n < 60; n++) {
		seed = n;
		KTV(rump_kt_disk_load(img, sizeof(img)));
		RL(lg_try_mount("/disk", "/t", 0));
		fd = RL(rump_sys_open("/t", RUMP_O_RDONLY));
		KTV(rump_kt_disk_fail(n));
		for (i = 0; i < 100; i++) {
			vk_staterr("/t/d");
			(void)rump_sys_mkdir(path(rnd(NNAMES)), 0755);
			(void)rump_sys_rename(path(rnd(NNAMES)),
			    path(rnd(NNAMES)));
			if (i % 5 == 4 && rump_sys_fsync(fd) == -1)
				break;
		}
		ATF_REQUIRE_MSG(i < 100, "%u: nobody is told", n);
		RE(EIO, rump_sys_fsync(fd));
		RE(EIO, rump_sys_mkdir("/t/new", 0755));
		RL(rump_sys_close(fd));
		RE(EIO, rump_sys_unmount("/t", 0));
		RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
		KTV(rump_kt_disk_fail(0));
		RL(lg_try_mount("/disk", "/t", 0));
		RL(rump_sys_unmount("/t", 0));
		KTV(rump_kt_disk_image(after));
		lg_fsck(after);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, cut);
	ATF_TP_ADD_TC(tp, failing);
	return atf_no_error();
}
