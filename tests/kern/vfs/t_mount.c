/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mount(2), unmount(2), statvfs1(2), getvfsstat(2): errors, what holds a mount
 * back, what force does, mounts on mounts, and many rounds of it; what the
 * file system is told of it.
 *
 * Covers: vfsops(9)
 */
#include "vk.h"

#include <time.h>

static struct rump_tmpfs_args ta = {
	.ta_version = RUMP_TMPFS_ARGS_VERSION, .ta_root_mode = 0777
};

VK_CASE(errors)
{

	vk_write("/f", "x");
	RL(rump_sys_mkdir("/d", 0755));
	RE(ENODEV, rump_sys_mount("nosuchfs", "/d", 0, &ta, sizeof(ta)));
	RE(ENOENT, rump_sys_mount("tmpfs", "/none", 0, &ta, sizeof(ta)));
	RE(ENOTDIR, rump_sys_mount("tmpfs", "/f", 0, &ta, sizeof(ta)));
	RE(EINVAL, rump_sys_mount("tmpfs", "/d", 0, &ta, 100000));
	RE(EINVAL, rump_sys_unmount("/d", 0));
	RE(EINVAL, rump_sys_unmount("/", 0));
	RE(ENOENT, rump_sys_unmount("/none", 0));
	RE(EINVAL, rump_sys_mount("tmpfs", "/d", RUMP_MNT_UPDATE, &ta,
	    sizeof(ta)));
	RL(rump_sys_mount("tmpfs", "/d", 0, &ta, sizeof(ta)));
	RL(rump_sys_setuid(100));
	RE(EPERM, rump_sys_unmount("/d", 0));
	RE(EPERM, rump_sys_mount("tmpfs", "/d", 0, &ta, sizeof(ta)));
}

VK_CASE(busy)
{
	char buf[8];
	int fd;

	vk_tmpfs("/t");
	vk_write("/t/f", "x");
	fd = RL(rump_sys_open("/t/f", RUMP_O_RDONLY));
	RE(EBUSY, rump_sys_unmount("/t", 0));
	RL(rump_sys_close(fd));
	RL(rump_sys_chdir("/t"));
	RE(EBUSY, rump_sys_unmount("/t", 0));
	RL(rump_sys_chdir("/"));
	RL(rump_sys_mkdir("/t/in", 0755));
	RL(rump_sys_mount("tmpfs", "/t/in", 0, &ta, sizeof(ta)));
	RE(EBUSY, rump_sys_unmount("/t", 0));
	RE(EBUSY, rump_sys_rmdir("/t/in"));
	RL(rump_sys_unmount("/t/in", 0));
	fd = RL(rump_sys_open("/t/f", RUMP_O_RDONLY));
	RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
	/* The descriptor leads to a dead vnode now. */
	RE(EIO, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	ATF_REQUIRE(!vk_exists("/t/f"));
}

VK_CASE(stacked)
{

	vk_write("/below", "root");
	vk_tmpfs("/t");
	vk_write("/t/f", "first");
	RL(rump_sys_mount("tmpfs", "/t", 0, &ta, sizeof(ta)));
	ATF_REQUIRE(!vk_exists("/t/f"));
	vk_write("/t/f", "second");
	RL(rump_sys_unmount("/t", 0));
	vk_holds("/t/f", "first");
	RL(rump_sys_unmount("/t", 0));
	ATF_REQUIRE(!vk_exists("/t/f"));

	/* Whoever is in a directory that gets covered moves along. */
	RL(rump_sys_chdir("/t"));
	RL(rump_sys_mount("tmpfs", "/t", 0, &ta, sizeof(ta)));
	vk_write("f", "here");
	vk_holds("/t/f", "here");
	vk_cwd_is("/t");
}

VK_CASE(readonly)
{

	RL(rump_sys_mkdir("/t", 0755));
	RL(rump_sys_mount("tmpfs", "/t", RUMP_MNT_RDONLY, &ta, sizeof(ta)));
	RE(EROFS, rump_sys_mkdir("/t/d", 0755));
	RE(EROFS, rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EROFS, rump_sys_symlink("x", "/t/l"));
	RE(EROFS, rump_sys_chmod("/t", 0700));
	RE(ENOENT, rump_sys_unlink("/t/f"));
}

VK_CASE(statvfs)
{
	static struct rump_statvfs sv, all[4];
	int n;

	vk_tmpfs("/t");
	RL(rump_sys_statvfs1("/t", (struct statvfs *)&sv, 1));
	ATF_REQUIRE_STREQ("tmpfs", sv.f_fstypename);
	ATF_REQUIRE_STREQ("/t", sv.f_mntonname);
	ATF_REQUIRE_EQ(255, (int)sv.f_namemax);
	ATF_REQUIRE(sv.f_bfree <= sv.f_blocks);
	RE(ENOENT, rump_sys_statvfs1("/none", (struct statvfs *)&sv, 1));
	RE(EBADF, rump_sys_fstatvfs1(77, (struct statvfs *)&sv, 1));
	n = RL(rump_sys_getvfsstat(NULL, 0, 2));
	ATF_REQUIRE_EQ(2, n);
	n = RL(rump_sys_getvfsstat((struct statvfs *)all, sizeof(all), 1));
	ATF_REQUIRE_EQ(2, n);
	ATF_REQUIRE_STREQ("/", all[0].f_mntonname);
	ATF_REQUIRE_STREQ("rumpfs", all[0].f_fstypename);
	ATF_REQUIRE_STREQ("/t", all[1].f_mntonname);
	n = RL(rump_sys_getvfsstat((struct statvfs *)all, sizeof(all[0]), 1));
	ATF_REQUIRE_EQ(1, n);
	rump_sys_sync();
}

VK_CASE(rounds)
{
	int i;

	RL(rump_sys_mkdir("/t", 0755));
	for (i = 0; i < 300; i++) {
		RL(rump_sys_mount("tmpfs", "/t", 0, &ta, sizeof(ta)));
		vk_write("/t/f", "x");
		RL(rump_sys_mkdir("/t/d", 0755));
		RL(rump_sys_unmount("/t", 0));
	}
}

static int stop;	/* atomic */

static void *
user(void *arg)
{
	int error;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		error = vk_staterr("/t/f");
		if (error != 0 && error != RUMP_ENOENT)
			return (void *)(intptr_t)error;
	}
	return NULL;
}

/* Mounting and unmounting under the feet of lookups. */
VK_CASE(race)
{
	const time_t end = time(NULL) + 20;
	pthread_t pt[2];
	void *res;
	int i, rv = 0;

	RL(rump_sys_mkdir("/t", 0755));
	for (i = 0; i < 2; i++)
		pthread_create(&pt[i], NULL, user, NULL);
	/* How long it takes to find nobody inside is a matter of luck. */
	for (i = 0; i < 200 && time(NULL) < end; i++) {
		RL(rump_sys_mount("tmpfs", "/t", 0, &ta, sizeof(ta)));
		vk_write("/t/f", "x");
		do
			rv = rump_sys_unmount("/t", 0);
		while (rv == -1 && errno == RUMP_EBUSY && time(NULL) < end);
		if (rv == -1)
			ATF_REQUIRE_EQ(RUMP_EBUSY, errno);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++) {
		pthread_join(pt[i], &res);
		ATF_REQUIRE_MSG(res == NULL, "a lookup gave error %d",
		    (int)(intptr_t)res);
	}
	/* Now that nobody is left, what could not be unmounted can. */
	if (rv == -1)
		RL(rump_sys_unmount("/t", 0));
}

struct kt_seen { int flag, iflag; size_t len; int word, owner; };

void	rump_kt_watch(int);
void	rump_kt_seen(struct kt_seen *);

static void
watch(int error)
{

	rump_schedule();
	rump_kt_watch(error);
	rump_unschedule();
}

static struct kt_seen
seen(void)
{
	struct kt_seen s;

	rump_schedule();
	rump_kt_seen(&s);
	rump_unschedule();
	return s;
}

#define	WANTRDWR	0x4	/* of mnt_iflag */
#define	WANTRDONLY	0x8
#define	WANT(s)		((s).iflag & (WANTRDWR | WANTRDONLY))

/* The arguments' length is the caller's; 0 is that of today's. */
VK_CASE(length)
{
	struct { struct rump_tmpfs_args ta; char more[8]; } big = { .ta = ta };

	watch(0);
	RL(rump_sys_mkdir("/t", 0755));
	RE(EINVAL, rump_sys_mount("tmpfs", "/t", 0, &ta, 4));
	ATF_REQUIRE_EQ(4, seen().len);
	ATF_REQUIRE_EQ(ta.ta_version, seen().word);
	RE(EINVAL, rump_sys_mount("tmpfs", "/t", 0, NULL, 4));
	ATF_REQUIRE_EQ(0, seen().len);
	RL(rump_sys_mount("tmpfs", "/t", 0, &big, sizeof(big)));
	ATF_REQUIRE_EQ(sizeof(big), seen().len);
	RL(rump_sys_unmount("/t", 0));
	RL(rump_sys_mount("tmpfs", "/t", 0, &ta, 0));
	ATF_REQUIRE_EQ(sizeof(ta), seen().len);
}

VK_CASE(getargs)
{
	struct rump_tmpfs_args got = { .ta_version = 77 };

	watch(0);
	vk_tmpfs("/t");
	RE(EINVAL, rump_sys_mount("tmpfs", "/t", RUMP_MNT_GETARGS, &got, 4));
	ATF_REQUIRE_EQ(sizeof(got), rump_sys_mount("tmpfs", "/t",
	    RUMP_MNT_GETARGS, &got, sizeof(got)));
	/* It may look at what is there, such as a version. */
	ATF_REQUIRE_EQ(77, seen().word);
	ATF_REQUIRE_EQ(RUMP_MNT_GETARGS, seen().flag & RUMP_MNT_GETARGS);
	ATF_REQUIRE_EQ(RUMP_TMPFS_ARGS_VERSION, got.ta_version);
	ATF_REQUIRE_EQ(0777, (int)got.ta_root_mode & 0777);
	RE(EINVAL, rump_sys_mount("tmpfs", "/t", RUMP_MNT_GETARGS |
	    RUMP_MNT_UPDATE, &got, sizeof(got)));
}

/* MNT_RDONLY, as the file system sees it while it changes. */
VK_CASE(update)
{
	const int up = RUMP_MNT_UPDATE;

	watch(0);
	vk_tmpfs("/t");
	ATF_REQUIRE_EQ(0, seen().flag & (RUMP_MNT_RDONLY | up));
	RL(rump_sys_mount("tmpfs", "/t", up | RUMP_MNT_RDONLY, &ta,
	    sizeof(ta)));
	ATF_REQUIRE_EQ(up, seen().flag & (RUMP_MNT_RDONLY | up));
	ATF_REQUIRE_EQ(WANTRDONLY, WANT(seen()));
	ATF_REQUIRE(seen().owner);
	RE(EROFS, rump_sys_mkdir("/t/d", 0755));
	RL(rump_sys_mount("tmpfs", "/t", up | RUMP_MNT_RDONLY |
	    RUMP_MNT_NOEXEC, &ta, sizeof(ta)));
	ATF_REQUIRE_EQ(up | RUMP_MNT_RDONLY | RUMP_MNT_NOEXEC, seen().flag &
	    (RUMP_MNT_RDONLY | up | RUMP_MNT_NOEXEC));
	ATF_REQUIRE_EQ(0, WANT(seen()));

	/* It says no: all stays. */
	watch(RUMP_EROFS);
	RE(EROFS, rump_sys_mount("tmpfs", "/t", up, &ta, sizeof(ta)));
	ATF_REQUIRE_EQ(up, seen().flag & (RUMP_MNT_RDONLY | up));
	ATF_REQUIRE_EQ(WANTRDWR, WANT(seen()));
	RE(EROFS, rump_sys_mkdir("/t/d", 0755));
	watch(0);
	RL(rump_sys_mount("tmpfs", "/t", up, &ta, sizeof(ta)));
	ATF_REQUIRE_EQ(up, seen().flag & (RUMP_MNT_RDONLY | up |
	    RUMP_MNT_NOEXEC));
	RL(rump_sys_mkdir("/t/d", 0755));
	RE(EINVAL, rump_sys_mount("tmpfs", "/t/d", up, &ta, sizeof(ta)));
}

/* As <sys/quota.h> and <sys/quotactl.h> have them. */
struct quotakey { int idtype; uint32_t id; int objtype; };
struct quotaval {
	uint64_t hardlimit, softlimit, usage;
	int64_t expiretime, grace;
};
struct quotastat { char name[32]; int nid, nobj; unsigned restrictions; };
struct quotakcursor { _Alignas(16) char space[64]; };
struct quotactl_args {
	unsigned op;
	union {
		struct { struct quotastat *info; } stat;
		struct { struct quotakey *key; struct quotaval *val; } get;
		struct {
			struct quotakcursor *cursor;
			struct quotakey *keys;
			struct quotaval *vals;
			unsigned maxnum, *ret;
		} cursorget;
		struct { int idtype; const char *file; } quotaon;
	} u;
};
enum { QSTAT, QGET = 3, QPUT, QDEL, QCURSORGET = 9, QON = 12, QOFF, QNONE };

void	rump_kt_quota(void);

VK_CASE(quota)
{
	struct quotakey key = { .id = 3 }, keys[300];
	struct quotaval val = { .usage = 1 }, vals[300];
	struct quotakcursor cursor = { "a" };
	struct quotactl_args qa = { .op = QSTAT };
	struct quotastat qs;
	unsigned ret = 0;

	vk_tmpfs("/t");
	qa.u.stat.info = &qs;
	RE(ENOENT, rump_sys___quotactl("/none", &qa));
	RE(EOPNOTSUPP, rump_sys___quotactl("/t", &qa));
	rump_schedule();
	rump_kt_quota();
	rump_unschedule();
	RL(rump_sys___quotactl("/t", &qa));
	ATF_REQUIRE_STREQ("kt", qs.name);
	qa.op = QNONE;
	RE(EINVAL, rump_sys___quotactl("/t", &qa));

	qa = (struct quotactl_args){ .op = QGET, .u.get = { &key, &val } };
	RL(rump_sys___quotactl("/t", &qa));
	ATF_REQUIRE_EQ(30, val.usage);
	key.id = 2;
	RE(ESRCH, rump_sys___quotactl("/t", &qa));
	ATF_REQUIRE_EQ(30, val.usage);
	qa.u.get.val = NULL;
	key.id = 3;
	RE(EFAULT, rump_sys___quotactl("/t", &qa));
	qa = (struct quotactl_args){ .op = QPUT, .u.get = { &key, &val } };
	RE(EDOM, rump_sys___quotactl("/t", &qa));
	val.hardlimit = 77;
	RL(rump_sys___quotactl("/t", &qa));
	qa.op = QDEL;
	RE(EOPNOTSUPP, rump_sys___quotactl("/t", &qa));
	qa.u.get.key = NULL;
	RE(EFAULT, rump_sys___quotactl("/t", &qa));

	/* Only what there is is written, and not too much at a time. */
	memset(keys, 0xff, sizeof(keys));
	qa = (struct quotactl_args){ .op = QCURSORGET,
	    .u.cursorget = { &cursor, keys, vals, 5, &ret } };
	RL(rump_sys___quotactl("/t", &qa));
	ATF_REQUIRE_EQ(5, ret);
	ATF_REQUIRE_EQ(40, vals[4].usage);
	ATF_REQUIRE_EQ(0xffffffffu, keys[5].id);
	ATF_REQUIRE_EQ('b', cursor.space[0]);
	qa.u.cursorget.maxnum = 300;
	RL(rump_sys___quotactl("/t", &qa));
	ATF_REQUIRE(ret > 5 && ret < 300);
	ATF_REQUIRE_EQ(ret - 1, keys[ret - 1].id);
	ATF_REQUIRE_EQ(0xffffffffu, keys[ret].id);
	qa.u.cursorget.maxnum = 0;
	RE(EINVAL, rump_sys___quotactl("/t", &qa));

	qa = (struct quotactl_args){ .op = QON,
	    .u.quotaon.file = "/q/file" };
	RL(rump_sys___quotactl("/t", &qa));
	qa.u.quotaon.file = "/q/other";
	RE(EDOM, rump_sys___quotactl("/t", &qa));
	qa.op = QOFF;
	RL(rump_sys___quotactl("/t", &qa));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, busy);
	ATF_TP_ADD_TC(tp, stacked);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, statvfs);
	ATF_TP_ADD_TC(tp, rounds);
	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, length);
	ATF_TP_ADD_TC(tp, getargs);
	ATF_TP_ADD_TC(tp, update);
	ATF_TP_ADD_TC(tp, quota);
	return atf_no_error();
}
