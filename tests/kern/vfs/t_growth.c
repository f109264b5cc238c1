/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing grows: kernel memory in use is the same but for a table or two, and
 * the process's hardly more, after many mounts and after many operations: less
 * than if any of them had left a single item.  GROWTH_ROUNDS=n
 * and GROWTH_OPS=n are how many; 2000 and 1000000 are what counts.
 */
#include "vk.h"

#include <rump/rumpdefs.h>

#define	TABLES		(16 * 1024)	/* grown once, or of a CPU */
#define	HOST_SLACK	(512 * 1024)	/* fragments */
#define	RSS_SLACK	(2 * 1024 * 1024)

size_t	rump_kt_growth_used(void);
size_t	rump_kt_growth_host(void);

static size_t used0, host0;
static long rss0;
static unsigned seed = 1;

static int
number(const char *var, int dflt)
{
	const char *s = getenv(var);

	return s != NULL ? atoi(s) : dflt;
}

static long
rss(void)
{
	long pages = 0, skip;
	FILE *f = fopen("/proc/self/statm", "r");

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE_EQ(2, fscanf(f, "%ld %ld", &skip, &pages));
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/*
 * Some tables are made when they are used first, and an lwp remembers the
 * mount it was in last.
 */
static void
use_tables(void)
{
	char path[32];
	int i;

	for (i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "/u%d", i);
		RL(rump_sys_mkdir(path, 0755));
		snprintf(path, sizeof(path), "/u%d/x", i);
		RL(rump_sys_mkdir(path, 0755));
		RL(rump_sys_rmdir(path));
	}
	for (i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "/u%d", i);
		RL(rump_sys_rmdir(path));
	}
}

static size_t
used(size_t *host)
{
	size_t n;

	use_tables();
	rump_schedule();
	n = rump_kt_growth_used();
	*host = rump_kt_growth_host();
	rump_unschedule();
	return n;
}

static void
begin(void)
{

	used0 = used(&host0);
	rss0 = rss();
}

static void
end(void)
{
	size_t host, now = used(&host);

	ATF_CHECK_MSG(now <= used0 + TABLES, "%zu bytes in use, %zu before",
	    now, used0);
	ATF_CHECK_MSG(host <= host0 + HOST_SLACK, "%zu bytes from the host, "
	    "%zu before", host, host0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	ATF_CHECK_MSG(rss() <= rss0 + RSS_SLACK, "%ld bytes resident, %ld "
	    "before", rss(), rss0);
#endif
}

static unsigned
rnd(unsigned n)
{

	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static const char *
any(const char *dir)
{
	static char path[2][64];
	static int which;

	which ^= 1;
	snprintf(path[which], sizeof(path[0]), "%s/%c%u", dir, "fdl"[rnd(3)],
	    rnd(30));
	return path[which];
}

/* Any of many calls; most work, some fail, and both must leave nothing. */
static void
op(const char *dir)
{
	static char buf[20000];
	struct rump_stat st;
	const char *p = any(dir);
	int fd;

	switch (rnd(10)) {
	case 0:
		(void)rump_sys_unlink(p);
		break;
	case 1:
		(void)rump_sys_mkdir(p, 0755);
		break;
	case 2:
		(void)rump_sys_rmdir(p);
		break;
	case 3:
		(void)rump_sys_rename(p, any(dir));
		break;
	case 4:
		(void)rump_sys_link(p, any(dir));
		break;
	case 5:
		(void)rump_sys_symlink(p, any(dir));
		break;
	case 6:
		(void)rump_sys_stat(p, (struct stat *)&st);
		break;
	case 7:
		(void)rump_sys_truncate(p, rnd(50000));
		break;
	default:
		fd = rump_sys_open(p, RUMP_O_RDWR | (rnd(2) ? RUMP_O_CREAT :
		    0), 0644);
		if (fd == -1)
			break;
		(void)rump_sys_pwrite(fd, buf, rnd(sizeof(buf)), rnd(50000));
		(void)rump_sys_pread(fd, buf, rnd(sizeof(buf)), rnd(50000));
		(void)rump_sys_flock(fd, 1 /* LOCK_SH */);
		RL(rump_sys_close(fd));
		break;
	}
}

static void
mount_tmpfs(void)
{
	struct rump_tmpfs_args ta = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION, .ta_root_mode = 0777
	};

	RL(rump_sys_mount("tmpfs", "/t", 0, &ta, sizeof(ta)));
}

static void
mount_ext2(void)
{
	static char dev[] = "/dev0";
	struct rump_ufs_args ua = { .fspec = dev };

	RL(rump_sys_mount("ext2fs", "/t", 0, &ua, sizeof(ua)));
}

static void
make_image(void)
{

	ATF_REQUIRE_EQ(0, system("/sbin/mke2fs -q -F -t ext2 img 8M"));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev0", "img",
	    RUMP_ETFS_BLK));
}

static void
rounds(void (*mount)(void))
{
	int i, j, n = number("GROWTH_ROUNDS", 300);

	RL(rump_sys_mkdir("/t", 0755));
	for (i = 0; i < n; i++) {
		if (i == n / 10)
			begin();
		mount();
		for (j = 0; j < 10; j++)
			op("/t");
		RL(rump_sys_unmount("/t", 0));
	}
	end();
}

static void
many(void (*mount)(void))
{
	int i, j, n = number("GROWTH_OPS", 30000);

	RL(rump_sys_mkdir("/t", 0755));
	for (j = 0; j < 2; j++) {
		mount();
		for (i = 0; i < (j == 0 ? n / 10 : n); i++)
			op("/t");
		RL(rump_sys_unmount("/t", 0));
		if (j == 0)
			begin();
	}
	end();
}

VK_CASE(rounds_tmpfs)
{

	rounds(mount_tmpfs);
}

VK_CASE(many_tmpfs)
{

	many(mount_tmpfs);
}

static void
stamp(uint64_t *p, size_t n, uint64_t at)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (at + i) * UINT64_C(0x9e3779b97f4a7c15);
}

/* So much that memory is taken in large pieces, which all go back. */
VK_CASE(large_cache)
{
	static uint64_t buf[8192], want[8192];
	const int n = (48 << 20) / sizeof(buf);
	int fd, i;

	RL(rump_sys_mkdir("/t", 0755));
	mount_tmpfs();
	begin();
	RL(fd = rump_sys_open("/t/f", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	for (i = 0; i < n; i++) {
		stamp(buf, 8192, (uint64_t)i << 32);
		ATF_REQUIRE_EQ(sizeof(buf), rump_sys_write(fd, buf,
		    sizeof(buf)));
	}
	/* Pieces with and without pages in use lie side by side. */
	RL(rump_sys_ftruncate(fd, sizeof(buf) * n / 2));
	(void)used(&(size_t){ 0 });
	for (i = 0; i < n / 2; i++) {
		stamp(want, 8192, (uint64_t)i << 32);
		ATF_REQUIRE_EQ(sizeof(buf), rump_sys_pread(fd, buf,
		    sizeof(buf), (off_t)sizeof(buf) * i));
		ATF_REQUIRE_EQ(0, memcmp(buf, want, sizeof(buf)));
	}
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("/t/f"));
	end();
}

#define	EXT2_CASE(name)							\
static void name##_body(void);						\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
	atf_tc_set_md_var(tc, "require.progs", "/sbin/mke2fs /sbin/e2fsck"); \
}									\
ATF_TC_BODY(name, tc)							\
{									\
	ATF_REQUIRE_EQ(0, rump_init());				\
	make_image();							\
	name##_body();							\
	ATF_REQUIRE_EQ(0, system("/sbin/e2fsck -fn img >fsck.out 2>&1"));	\
}									\
static void								\
name##_body(void)

EXT2_CASE(rounds_ext2)
{

	rounds(mount_ext2);
}

EXT2_CASE(many_ext2)
{

	many(mount_ext2);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, large_cache);
	ATF_TP_ADD_TC(tp, rounds_tmpfs);
	ATF_TP_ADD_TC(tp, many_tmpfs);
	ATF_TP_ADD_TC(tp, rounds_ext2);
	ATF_TP_ADD_TC(tp, many_ext2);
	return atf_no_error();
}
