/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namecache(9): what is remembered never lies: names that came, went, moved
 * or changed their meaning between two lookups, also while others look.
 *
 * Covers: namecache(9)
 */
#include "vk.h"

#define	NFILES	3000

VK_CASE(negative)
{
	int i;

	vk_tmpfs("/t");
	for (i = 0; i < 3; i++) {
		RE(ENOENT, rump_sys_access("/t/f", 0));
		RE(ENOENT, rump_sys_access("/t/f", 0));
		vk_write("/t/f", "x");
		vk_holds("/t/f", "x");
		RL(rump_sys_access("/t/f", 0));
		RL(rump_sys_unlink("/t/f"));
	}
	RE(ENOENT, rump_sys_access("/t/g", 0));
	RL(rump_sys_mkdir("/t/g", 0755));
	RL(rump_sys_access("/t/g", 0));
	RE(ENOENT, rump_sys_access("/t/h", 0));
	RL(rump_sys_rename("/t/g", "/t/h"));
	RL(rump_sys_access("/t/h", 0));
	RE(ENOENT, rump_sys_access("/t/g", 0));
	RE(ENOENT, rump_sys_access("/t/i", 0));
	RL(rump_sys_symlink("h", "/t/i"));
	RL(rump_sys_access("/t/i/.", 0));
}

VK_CASE(moved)
{

	vk_tmpfs("/t");
	RL(rump_sys_mkdir("/t/a", 0755));
	RL(rump_sys_mkdir("/t/a/b", 0755));
	vk_write("/t/a/b/f", "one");
	RL(rump_sys_access("/t/a/b/f", 0));
	RL(rump_sys_rename("/t/a", "/t/z"));
	RE(ENOENT, rump_sys_access("/t/a/b/f", 0));
	vk_holds("/t/z/b/f", "one");
	RL(rump_sys_mkdir("/t/a", 0755));
	RE(ENOENT, rump_sys_access("/t/a/b/f", 0));
	vk_write("/t/z/b/g", "two");
	RL(rump_sys_rename("/t/z/b/g", "/t/z/b/f"));
	vk_holds("/t/z/b/f", "two");
	RL(rump_sys_rename("/t/z/b", "/t/a/b"));
	vk_holds("/t/a/b/f", "two");
	RE(ENOENT, rump_sys_access("/t/z/b", 0));
	/* The way up has changed, too. */
	ATF_REQUIRE_EQ(vk_stat("/t/a").st_ino, vk_stat("/t/a/b/..").st_ino);
}

/* Search permission taken away is noticed at the next lookup. */
VK_CASE(permission)
{

	vk_tmpfs("/t");
	RL(rump_sys_mkdir("/t/d", 0755));
	vk_write("/t/d/f", "x");
	RL(rump_sys_access("/t/d/f", 0));
	RL(rump_sys_seteuid(100));
	ATF_REQUIRE_EQ(0, vk_staterr("/t/d/f"));
	RL(rump_sys_seteuid(0));
	RL(rump_sys_chmod("/t/d", 0700));
	RL(rump_sys_seteuid(100));
	ATF_REQUIRE_EQ(RUMP_EACCES, vk_staterr("/t/d/f"));
	RL(rump_sys_seteuid(0));
	RL(rump_sys_chown("/t/d", 100, 100));
	RL(rump_sys_seteuid(100));
	ATF_REQUIRE_EQ(0, vk_staterr("/t/d/f"));
}

VK_CASE(many)
{
	char path[64];
	int i, round;

	vk_tmpfs("/t");
	for (round = 0; round < 2; round++) {
		for (i = 0; i < NFILES; i++) {
			snprintf(path, sizeof(path), "/t/file%d", i);
			RL(rump_sys_mknod(path, 0100644, 0));
		}
		for (i = 0; i < NFILES; i++) {
			snprintf(path, sizeof(path), "/t/file%d", i);
			RL(rump_sys_access(path, 0));
		}
		for (i = 0; i < NFILES; i++) {
			snprintf(path, sizeof(path), "/t/file%d", i);
			RL(rump_sys_unlink(path));
			RE(ENOENT, rump_sys_access(path, 0));
		}
	}
	RL(rump_sys_unmount("/t", 0));
}

static int stop;	/* atomic */

/* Whatever happens, a name is there or not; nothing else may come out. */
static void *
looker(void *arg)
{
	char path[64];
	int error, i = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		snprintf(path, sizeof(path), "/t/d%d/f%d", i & 1, i % 5);
		error = vk_staterr(path);
		if (error != 0 && error != RUMP_ENOENT)
			return (void *)(intptr_t)error;
		i++;
	}
	return NULL;
}

VK_CASE(race)
{
	pthread_t pt[2];
	char a[64], b[64];
	void *res;
	int i;

	vk_tmpfs("/t");
	RL(rump_sys_mkdir("/t/d0", 0755));
	RL(rump_sys_mkdir("/t/d1", 0755));
	for (i = 0; i < 2; i++)
		pthread_create(&pt[i], NULL, looker, NULL);
	for (i = 0; i < 4000; i++) {
		snprintf(a, sizeof(a), "/t/d%d/f%d", i & 1, i % 5);
		snprintf(b, sizeof(b), "/t/d%d/f%d", ~i & 1, (i + 2) % 5);
		vk_write(a, "x");
		if (i % 3 == 0)
			RL(rump_sys_rename(a, b));
		else
			RL(rump_sys_unlink(a));
		(void)rump_sys_unlink(b);
		if (i % 50 == 0) {
			RL(rump_sys_rename("/t/d0", "/t/x"));
			RL(rump_sys_rename("/t/x", "/t/d0"));
		}
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++) {
		pthread_join(pt[i], &res);
		ATF_REQUIRE_MSG(res == NULL, "a lookup gave error %d",
		    (int)(intptr_t)res);
	}
	RL(rump_sys_unmount("/t", 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, negative);
	ATF_TP_ADD_TC(tp, moved);
	ATF_TP_ADD_TC(tp, permission);
	ATF_TP_ADD_TC(tp, many);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
