/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host that has no more memory to give, without RUMP_MEMLIMIT: the same as
 * reaching the limit.  What is there is used for what is needed now, and
 * threads that cannot be made are done without.
 */
#include "../base/hk.h"

#include <sys/resource.h>

#include <fcntl.h>

#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumperr.h>

#define	IMG	"fs.img"
#define	BUFLEN	(64 * 1024)
#define	SIZE	(48 * 1024 * 1024)

#define	RL(x)								\
	ATF_REQUIRE_MSG((x) != -1, "%s: %s", #x, rump_strerror(errno))

static unsigned char buf[BUFLEN], want[BUFLEN];

static void
mount_image(void)
{
	struct rump_ufs_args ua = { .fspec = "/dev/img" };

	RL(rump_sys_mount("ext2fs", "/m", 0, &ua, sizeof(ua)));
}

/* Private memory of this process, in bytes. */
static rlim_t
used(void)
{
	char line[128];
	unsigned long kib = 0;
	FILE *fp;

	ATF_REQUIRE((fp = fopen("/proc/self/status", "r")) != NULL);
	while (fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line, "VmData: %lu", &kib) == 1)
			break;
	fclose(fp);
	ATF_REQUIRE(kib > 0);
	return (rlim_t)kib * 1024;
}

/* From now on the host gives so much more. */
static void
only(rlim_t bytes)
{
	struct rlimit rl;

	ATF_REQUIRE_EQ(0, getrlimit(RLIMIT_DATA, &rl));
	rl.rlim_cur = used() + bytes;
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_DATA, &rl));
}

static void
enough(void)
{
	struct rlimit rl;

	ATF_REQUIRE_EQ(0, getrlimit(RLIMIT_DATA, &rl));
	rl.rlim_cur = rl.rlim_max;
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_DATA, &rl));
}

static void
pattern(unsigned char *p, size_t off)
{
	uint64_t word;
	size_t i;

	for (i = 0; i < BUFLEN; i += sizeof(word)) {
		word = (off + i) * UINT64_C(0x9e3779b97f4a7c15);
		memcpy(p + i, &word, sizeof(word));
	}
}

static void
check(int fd)
{
	size_t off;

	for (off = 0; off < SIZE; off += BUFLEN) {
		pattern(want, off);
		ATF_REQUIRE_EQ(BUFLEN, rump_sys_pread(fd, buf, BUFLEN, off));
		ATF_REQUIRE(memcmp(buf, want, BUFLEN) == 0);
	}
}

static void
poor(rlim_t bytes)
{
	size_t off;
	int fd;

	ATF_REQUIRE_EQ(0, system("truncate -s 64M " IMG
	    " && /sbin/mke2fs -q -F -t ext2 " IMG));
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev/img", IMG,
	    RUMP_ETFS_BLK));
	RL(rump_sys_mkdir("/m", 0777));
	mount_image();
	RL(fd = rump_sys_open("/m/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	only(bytes);
	for (off = 0; off < SIZE; off += BUFLEN) {
		pattern(buf, off);
		ATF_REQUIRE_EQ_MSG(BUFLEN, rump_sys_pwrite(fd, buf, BUFLEN,
		    off), "at %zu: %s", off, rump_strerror(errno));
	}
	check(fd);
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/m", 0));
	enough();
	mount_image();
	RL(fd = rump_sys_open("/m/f", RUMP_O_RDONLY));
	check(fd);
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/m", 0));
	ATF_CHECK_EQ(0, system("/sbin/e2fsck -fn " IMG " >fsck.out 2>&1 || "
	    "{ cat fsck.out; false; }"));
}

#define	POOR(name, bytes)						\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
									\
	atf_tc_set_md_var(tc, "require.progs", "/sbin/mke2fs /sbin/e2fsck");	\
}									\
ATF_TC_BODY(name, tc)							\
{									\
									\
	poor(bytes);							\
}

POOR(threads_and_memory, 24 << 20)	/* stacks take most of it */
POOR(memory, 4 << 20)			/* no stack fits */
POOR(little_memory, 2 << 20)

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, threads_and_memory);
	ATF_TP_ADD_TC(tp, memory);
	ATF_TP_ADD_TC(tp, little_memory);
	return atf_no_error();
}
