/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of vnodes: references, recycling, death while in use, few vnodes
 * for many files, suspension, with threads.
 *
 * Covers: vnode(9), vfssubr(9), fstrans(9)
 */
#include "vk.h"

void	rump_kt_refs(void);
void	rump_kt_limit(int);
unsigned rump_kt_count(void);
void	rump_kt_drain(void);
int	rump_kt_iterate(const char *);
void	rump_kt_gone(const char *);
void	rump_kt_suspend(const char *);
int	rump_kt_names(int, int);

#define	KT(call)							\
	do { rump_schedule(); call; rump_unschedule(); } while (0)

VK_CASE(refs)
{

	vk_write("/f", "kept");
	KT(rump_kt_refs());
	vk_holds("/f", "kept");
}

VK_CASE(gone)
{

	vk_tmpfs("/t");
	vk_write("/t/f", "kept");
	KT(rump_kt_gone("/t/f"));
	vk_holds("/t/f", "kept");
	RL(rump_sys_unmount("/t", 0));
}

VK_CASE(iterate)
{
	char path[32];
	int i, n;

	vk_tmpfs("/t");
	for (i = 0; i < 50; i++) {
		snprintf(path, sizeof(path), "/t/f%d", i);
		vk_write(path, "x");
	}
	KT(n = rump_kt_iterate("/t"));
	ATF_REQUIRE_EQ(51, n);
	rump_sys_sync();
	KT(rump_kt_drain());
	KT(n = rump_kt_iterate("/t"));
	ATF_REQUIRE(n < 51);
	vk_holds("/t/f49", "x");
}

static void *
churn(void *arg)
{
	char path[32], text[32];
	int i, me = (int)(intptr_t)arg;

	for (i = 0; i < 3000; i++) {
		snprintf(path, sizeof(path), "/t/d%d/f%d", me, i % 1000);
		snprintf(text, sizeof(text), "%d", i % 1000);
		if (i < 1000)
			vk_write(path, text);
		else
			vk_holds(path, text);
	}
	return NULL;
}

/*
 * A thousand files each and room for far fewer vnodes.  How far the cleaner is
 * behind is the host's affair; it catches up, or this does not end.
 */
VK_CASE(pressure)
{
	pthread_t pt[4];
	unsigned count;
	char path[32], text[32];
	int i;

	vk_tmpfs("/t");
	KT(rump_kt_limit(150));
	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "/t/d%d", i);
		RL(rump_sys_mkdir(path, 0755));
	}
	for (i = 0; i < 4; i++)
		pthread_create(&pt[i], NULL, churn, (void *)(intptr_t)i);
	for (i = 0; i < 4; i++)
		pthread_join(pt[i], NULL);
	for (i = 0;; i++) {
		KT(count = rump_kt_count());
		if (count < 300)
			break;
		snprintf(path, sizeof(path), "/t/d%d/f%d", i % 4, i % 1000);
		snprintf(text, sizeof(text), "%d", i % 1000);
		vk_holds(path, text);
	}
	RL(rump_sys_unmount("/t", 0));
}

/* The limit of names is one of all, wherever they are. */
VK_CASE(names)
{
	int n;

	KT(n = rump_kt_names(5000, 5000));
	ATF_CHECK_MSG(n > 4900, "%d of 5000 names known", n);
	KT(n = rump_kt_names(5000, 1000));
	ATF_CHECK_MSG(n > 900 && n < 1100, "%d names known of at most 1000",
	    n);
	/* what was forgotten makes room */
	KT(n = rump_kt_names(1000, 1000));
	ATF_CHECK_MSG(n > 900, "%d of 1000 names known", n);
}

static int stop, ops;	/* atomic */

static void *
worker(void *arg)
{

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		vk_write("/t/w", "x");
		RL(rump_sys_unlink("/t/w"));
		__atomic_fetch_add(&ops, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

VK_CASE(suspend)
{
	pthread_t pt;
	int i, before;

	vk_tmpfs("/t");
	pthread_create(&pt, NULL, worker, NULL);
	for (i = 0; i < 5; i++) {
		KT(rump_kt_suspend("/t"));
		before = __atomic_load_n(&ops, __ATOMIC_RELAXED);
		while (__atomic_load_n(&ops, __ATOMIC_RELAXED) == before)
			usleep(1000);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(pt, NULL);
	RL(rump_sys_unmount("/t", 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, refs);
	ATF_TP_ADD_TC(tp, gone);
	ATF_TP_ADD_TC(tp, iterate);
	ATF_TP_ADD_TC(tp, pressure);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, suspend);
	return atf_no_error();
}
