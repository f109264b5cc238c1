/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several threads at once on one tree: random operations on names they
 * share, files of their own that must keep their contents, and a sync now
 * and then; e2fsck must find nothing afterwards.  STRESS_SECONDS=n is for how
 * long, of each case.
 */
#include "e2.h"

#include <pthread.h>
#include <time.h>

#define	NTHREADS	8
#define	SECONDS		5

static time_t deadline;

struct worker {
	pthread_t	w_thread;
	unsigned	w_id, w_state;
	unsigned	w_size, w_seed;	/* of its own file */
};

static unsigned
rnd(struct worker *w, unsigned n)
{

	w->w_state = w->w_state * 1103515245 + 12345;
	return (w->w_state >> 16) % n;
}

static const char *
rnd_path(struct worker *w, char *buf)
{

	sprintf(buf, MNT "/d%u/d%u/n%u", rnd(w, 3), rnd(w, 2), rnd(w, 20));
	return buf;
}

/* A file nobody else touches. */
static void
own_file(struct worker *w)
{
	char path[64], buf[30000], want[30000];
	unsigned len = 1 + rnd(w, sizeof(buf)), at = rnd(w, sizeof(buf));
	ssize_t n;
	int fd;

	sprintf(path, MNT "/own%u", w->w_id);
	RL(fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT |
	    RUMP_O_TRUNC, 0644));
	e2_fill(buf, len, w->w_state, at);
	memcpy(want, buf, len);
	n = rump_sys_pwrite(fd, buf, len, at);
	ATF_REQUIRE_MSG(n == (ssize_t)len, "%zd of %u bytes written: %s", n,
	    len, n == -1 ? rump_strerror(errno) : "");
	if (rnd(w, 10) == 0)
		RL(rump_sys_fsync(fd));
	memset(buf, 0, len);
	ATF_REQUIRE_EQ((ssize_t)len, rump_sys_pread(fd, buf, len, at));
	ATF_REQUIRE(memcmp(buf, want, len) == 0);
	RL(rump_sys_close(fd));
}

static void
shared_ops(struct worker *w)
{
	char a[64], b[64], buf[9000];
	struct rump_stat st;
	int fd;

	rnd_path(w, a);
	rnd_path(w, b);
	switch (rnd(w, 10)) {
	case 0: case 1:
		fd = rump_sys_open(a, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
		if (fd == -1)
			break;
		(void)rump_sys_pwrite(fd, buf, rnd(w, sizeof(buf)),
		    rnd(w, 40000));
		(void)rump_sys_close(fd);
		break;
	case 2:
		(void)rump_sys_unlink(a);
		break;
	case 3:
		(void)rump_sys_mkdir(a, 0755);
		break;
	case 4:
		(void)rump_sys_rmdir(a);
		break;
	case 5: case 6:
		(void)rump_sys_rename(a, b);
		break;
	case 7:
		(void)rump_sys_link(a, b);
		break;
	case 8:
		(void)rump_sys_truncate(a, rnd(w, 50000));
		break;
	default:
		if (rnd(w, 4) == 0)
			a[strlen(MNT "/d0/d0")] = '\0';
		fd = rump_sys_open(a, RUMP_O_RDONLY);
		if (fd == -1)
			break;
		if (rump_sys_read(fd, buf, sizeof(buf)) == -1)
			(void)rump_sys_getdents(fd, buf, sizeof(buf));
		(void)rump_sys_fstat(fd, (struct stat *)&st);
		(void)rump_sys_close(fd);
		break;
	}
}

static void *
work(void *arg)
{
	struct worker *w = arg;

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	while (time(NULL) < deadline) {
		shared_ops(w);
		if (rnd(w, 5) == 0)
			own_file(w);
		if (w->w_id == 0 && rnd(w, 50) == 0)
			(void)rump_sys_sync();
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
storm(int bsize, const char *ncpu)
{
	struct worker w[NTHREADS];
	char path[64];
	unsigned i, j;

	setenv("RUMP_NCPU", ncpu, 1);
	e2_mkfs("32M", "-t ext2 -b %d", bsize);
	e2_mount(0);
	for (i = 0; i < 3; i++) {
		sprintf(path, MNT "/d%u", i);
		RL(rump_sys_mkdir(path, 0755));
		for (j = 0; j < 2; j++) {
			sprintf(path, MNT "/d%u/d%u", i, j);
			RL(rump_sys_mkdir(path, 0755));
		}
	}
	deadline = time(NULL) + (getenv("STRESS_SECONDS") != NULL ?
	    atoi(getenv("STRESS_SECONDS")) : SECONDS);
	for (i = 0; i < NTHREADS; i++) {
		w[i] = (struct worker){ .w_id = i, .w_state = i * 977 + 1 };
		ATF_REQUIRE_EQ(0, pthread_create(&w[i].w_thread, NULL, work,
		    &w[i]));
	}
	for (i = 0; i < NTHREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_join(w[i].w_thread, NULL));
	e2_umount();
	e2_fsck();
}

E2_TC(storm_1k, "eight threads, blocks of 1 KiB")
{

	storm(1024, "2");
}

E2_TC(storm_4k, "eight threads, blocks of 4 KiB, more virtual CPUs")
{

	storm(4096, "4");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, storm_1k);
	ATF_TP_ADD_TC(tp, storm_4k);
	return atf_no_error();
}
