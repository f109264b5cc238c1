/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's side of the hypercall interface for tests, see fakehyp.h: one
 * virtual CPU, lwps that are mere addresses, and counters of what the platform
 * did with them.  Whatever is not needed for that stays NULL.
 */
#include <sys/resource.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "fakehyp.h"

/*
 *	m	cpu_mtx
 */
static pthread_mutex_t cpu_mtx = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cpu_cv = PTHREAD_COND_INITIALIZER;
static bool cpu_taken;			/* m: */
static __thread bool cpu_mine;
static __thread struct lwp lwp_mine;
static atomic_int naps, newlwps;

static void
cpu_take(void)
{

	ATF_REQUIRE(!cpu_mine);
	pthread_mutex_lock(&cpu_mtx);
	while (cpu_taken)
		pthread_cond_wait(&cpu_cv, &cpu_mtx);
	cpu_taken = true;
	pthread_mutex_unlock(&cpu_mtx);
	cpu_mine = true;
}

static void
cpu_drop(void)
{

	ATF_REQUIRE(cpu_mine);
	cpu_mine = false;
	pthread_mutex_lock(&cpu_mtx);
	cpu_taken = false;
	pthread_cond_signal(&cpu_cv);
	pthread_mutex_unlock(&cpu_mtx);
}

static void
hyp_schedule(void)
{

	cpu_take();
	if (rumpuser_curlwp() == NULL)
		rumpuser_curlwpop(RUMPUSER_LWP_SET, &lwp_mine);
}

static void
hyp_unschedule(void)
{

	cpu_drop();
}

static void
hyp_backend_unschedule(int nlocks, int *countp, void *interlock)
{

	ATF_REQUIRE_EQ(0, nlocks);
	*countp = FAKE_NLOCKS;
	cpu_drop();
}

static void
hyp_backend_schedule(int nlocks, void *interlock)
{

	ATF_REQUIRE_EQ(FAKE_NLOCKS, nlocks);
	cpu_take();
	naps++;
}

static int
hyp_lwproc_newlwp(pid_t pid)
{

	ATF_REQUIRE_EQ(0, pid);
	ATF_REQUIRE(cpu_mine);
	newlwps++;
	return 0;
}

static void
hyp_lwproc_switch(struct lwp *l)
{

	rumpuser_curlwp_tls = l;
}

static void
hyp_lwproc_release(void)
{

	ATF_REQUIRE(cpu_mine);
	rumpuser_curlwp_tls = NULL;
}

void
fake_init(void)
{
	static const struct rumpuser_hyperup hyp = {
		.hyp_schedule = hyp_schedule,
		.hyp_unschedule = hyp_unschedule,
		.hyp_backend_unschedule = hyp_backend_unschedule,
		.hyp_backend_schedule = hyp_backend_schedule,
		.hyp_lwproc_newlwp = hyp_lwproc_newlwp,
		.hyp_lwproc_switch = hyp_lwproc_switch,
		.hyp_lwproc_release = hyp_lwproc_release,
	};

	OK(rumpuser_init(RUMPUSER_VERSION, &hyp));
}

void
fake_enter(void)
{

	hyp_schedule();
}

void
fake_leave(void)
{

	hyp_unschedule();
}

bool
fake_running(void)
{

	return cpu_mine;
}

int
fake_naps(void)
{

	return naps;
}

int
fake_newlwps(void)
{

	return newlwps;
}

void
fake_pattern(void *buf, size_t len, int64_t off, unsigned int seed)
{
	unsigned char *p = buf;
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (unsigned char)((off + (int64_t)i) * 31 +
		    ((off + (int64_t)i) >> 9) + seed);
}

bool
fake_same(const void *buf, size_t len, int64_t off, unsigned int seed)
{
	const unsigned char *p = buf;
	unsigned char want;
	size_t i;

	for (i = 0; i < len; i++) {
		fake_pattern(&want, 1, off + (int64_t)i, seed);
		if (p[i] != want)
			return false;
	}
	return true;
}

void
fake_file(const char *path, size_t len)
{
	unsigned char *buf = malloc(len + 1);
	int fd;

	ATF_REQUIRE(buf != NULL);
	fake_pattern(buf, len, 0, 0);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ((ssize_t)len, write(fd, buf, len));
	close(fd);
	free(buf);
}

#if defined(__has_feature)
#define	FEATURE(x)	__has_feature(x)
#else
#define	FEATURE(x)	0
#endif

void
fake_limit_memory(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    FEATURE(address_sanitizer) || FEATURE(thread_sanitizer)
	atf_tc_skip("a checker needs more memory than that");
#else
	struct rlimit rl = { 1 << 20, 1 << 20 };

	if (getenv("AK_EMULATED") != NULL)
		atf_tc_skip("the emulator does not limit memory");
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_AS, &rl));
#endif
}
