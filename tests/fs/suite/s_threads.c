/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any file system with several threads at once on one tree: directories that
 * move into and out of each other, names all of them fight for, and names of
 * each thread's own in the same directories, of which it keeps a model.  In the
 * end the tree equals the models, and every file has as many names as it says.
 *
 * STRESS_OPS=n is how much each thread does, or STRESS_SECONDS=n how long it
 * goes on; STRESS_SEED=n replays what it does, not how they interleave.
 */
#include "suite.h"

#include <stdbool.h>
#include <time.h>

#ifndef FS_THREADS
#define	FS_THREADS	8
#endif
#define	NDIRS		4
#define	NOWN		5		/* names of a thread's own */
#define	NSHARED		6
#define	MAXDATA		16384
#define	NSEEN		4096		/* names in all, at most */

struct own {
	int	o_links;
	size_t	o_size;
	char	o_data[MAXDATA];
};

struct worker {
	pthread_t	w_thread;
	int		w_id;
	uint64_t	w_state;
	struct own	w_files[NOWN];
	struct own	*w_names[NDIRS][NOWN];	/* NULL: none */
	char		w_buf[MAXDATA];
};

static struct worker workers[FS_THREADS];
static int dirs[NDIRS];		/* descriptors: wherever they move */
static unsigned long seed0, nops;
static time_t deadline;		/* 0: after nops */

#define	CHECK(cond)	ATF_REQUIRE_MSG(cond, "STRESS_SEED=%lu: %s, "	\
	"errno %d", seed0, #cond, errno)

static unsigned
rnd(struct worker *w, unsigned n)
{

	w->w_state = w->w_state * 6364136223846793005ULL + 1442695040888963407;
	return (unsigned)(w->w_state >> 33) % n;
}

static const char *
own_name(const struct worker *w, int n, char *buf)
{

	snprintf(buf, 32, "own%d.%d", w->w_id, n);
	return buf;
}

static struct own *
own_new(struct worker *w)
{
	int i;

	for (i = 0; i < NOWN; i++)
		if (w->w_files[i].o_links == 0) {
			w->w_files[i].o_links = 1;
			w->w_files[i].o_size = 0;
			return &w->w_files[i];
		}
	return NULL;
}

static void
own_create(struct worker *w, int d, int n)
{
	struct own *o = w->w_names[d][n];
	char name[32];
	int fd;

	if (o == NULL && (o = own_new(w)) == NULL)
		return;
	fd = rump_sys_openat(dirs[d], own_name(w, n, name), RUMP_O_CREAT |
	    RUMP_O_EXCL | RUMP_O_RDWR, 0644);
	if (w->w_names[d][n] != NULL) {
		CHECK(fd == -1 && errno == RUMP_EEXIST);
		return;
	}
	CHECK(fd != -1);
	RL(rump_sys_close(fd));
	w->w_names[d][n] = o;
}

static void
own_unlink(struct worker *w, int d, int n)
{
	char name[32];
	int rv = rump_sys_unlinkat(dirs[d], own_name(w, n, name), 0);

	if (w->w_names[d][n] == NULL) {
		CHECK(rv == -1 && errno == RUMP_ENOENT);
		return;
	}
	CHECK(rv == 0);
	w->w_names[d][n]->o_links--;
	w->w_names[d][n] = NULL;
}

static void
own_link(struct worker *w, int d, int n, int td, int tn)
{
	struct own *o = w->w_names[d][n];
	char from[32], to[32];
	int rv;

	rv = rump_sys_linkat(dirs[d], own_name(w, n, from), dirs[td],
	    own_name(w, tn, to), 0);
	if (o == NULL || w->w_names[td][tn] != NULL) {
		CHECK(rv == -1);
		return;
	}
	CHECK(rv == 0);
	w->w_names[td][tn] = o;
	o->o_links++;
}

static void
own_rename(struct worker *w, int d, int n, int td, int tn)
{
	struct own *o = w->w_names[d][n], *old = w->w_names[td][tn];
	char from[32], to[32];
	int rv;

	rv = rump_sys_renameat(dirs[d], own_name(w, n, from), dirs[td],
	    own_name(w, tn, to));
	if (o == NULL) {
		CHECK(rv == -1 && errno == RUMP_ENOENT);
		return;
	}
	CHECK(rv == 0);
	if (d == td && n == tn)
		return;
	/* of two names of one file the old one goes, as rename(2) says */
	if (old != NULL)
		old->o_links--;
	w->w_names[td][tn] = o;
	w->w_names[d][n] = NULL;
}

static void
own_compare(struct worker *w, const struct own *o, int fd)
{
	struct rump_stat st;

	RL(rump_sys_fstat(fd, (struct stat *)&st));
	CHECK(st.st_size == (off_t)o->o_size);
	CHECK(!FS_HAS(FS_LINKS) || st.st_nlink == (uint32_t)o->o_links);
	CHECK(rump_sys_pread(fd, w->w_buf, MAXDATA, 0) == (ssize_t)o->o_size);
	CHECK(memcmp(w->w_buf, o->o_data, o->o_size) == 0);
}

static void
own_change(struct worker *w, struct own *o, int fd)
{
	size_t i, len, off = rnd(w, MAXDATA);

	if (rnd(w, 4) == 0) {
		CHECK(rump_sys_ftruncate(fd, off) == 0);
		if (off > o->o_size)
			memset(o->o_data + o->o_size, 0, off - o->o_size);
		o->o_size = off;
		return;
	}
	len = 1 + rnd(w, MAXDATA - off);
	for (i = 0; i < len; i++)
		w->w_buf[i] = (char)(w->w_state + i * 11);
	CHECK(rump_sys_pwrite(fd, w->w_buf, len, off) == (ssize_t)len);
	if (off > o->o_size)
		memset(o->o_data + o->o_size, 0, off - o->o_size);
	memcpy(o->o_data + off, w->w_buf, len);
	if (off + len > o->o_size)
		o->o_size = off + len;
	if (rnd(w, 20) == 0)
		RL(rump_sys_fsync(fd));
}

static void
own_data(struct worker *w, int d, int n, bool change)
{
	struct own *o = w->w_names[d][n];
	char name[32];
	int fd;

	fd = rump_sys_openat(dirs[d], own_name(w, n, name), RUMP_O_RDWR);
	if (o == NULL) {
		CHECK(fd == -1 && errno == RUMP_ENOENT);
		return;
	}
	CHECK(fd != -1);
	if (change)
		own_change(w, o, fd);
	else
		own_compare(w, o, fd);
	RL(rump_sys_close(fd));
}

static void
own_op(struct worker *w)
{
	const int d = rnd(w, NDIRS), td = rnd(w, NDIRS);
	const int n = rnd(w, NOWN), tn = rnd(w, NOWN);

	switch (rnd(w, 8)) {
	case 0:
	case 1:
		own_create(w, d, n);
		break;
	case 2:
		own_unlink(w, d, n);
		break;
	case 3:
		if (FS_HAS(FS_LINKS))
			own_link(w, d, n, td, tn);
		break;
	case 4:
		/* two names of one file: rename(2) of NetBSD removes one */
		if (w->w_names[d][n] != w->w_names[td][tn] ||
		    (d == td && n == tn))
			own_rename(w, d, n, td, tn);
		break;
	case 5:
		own_data(w, d, n, false);
		break;
	default:
		own_data(w, d, n, true);
		break;
	}
}

/* Only these errors may come of fighting for a name. */
static void
may_fail(int rv)
{

	CHECK(rv != -1 || errno == RUMP_ENOENT || errno == RUMP_EEXIST ||
	    errno == RUMP_EISDIR || errno == RUMP_ENOTDIR ||
	    errno == RUMP_ENOTEMPTY || errno == RUMP_EPERM ||
	    errno == RUMP_EINVAL || errno == RUMP_ELOOP);
}

static int
shared_read(struct worker *w, int d, const char *name)
{
	int fd, rv;

	fd = rump_sys_openat(dirs[d], name, RUMP_O_RDONLY);
	if (fd == -1)
		return -1;
	rv = rump_sys_read(fd, w->w_buf, MAXDATA);
	if (rv == -1 && errno == RUMP_EISDIR)
		rv = rump_sys_getdents(fd, w->w_buf, MAXDATA);
	RL(rump_sys_close(fd));
	return rv;
}

static int
shared_write(struct worker *w, int d, const char *name)
{
	int fd, rv;

	fd = rump_sys_openat(dirs[d], name, RUMP_O_CREAT | RUMP_O_RDWR |
	    (rnd(w, 2) ? RUMP_O_TRUNC : RUMP_O_APPEND), 0644);
	if (fd == -1)
		return -1;
	memset(w->w_buf, w->w_id, 1000);
	rv = rnd(w, 3) == 0 ? rump_sys_ftruncate(fd, rnd(w, MAXDATA)) :
	    rump_sys_write(fd, w->w_buf, 1 + rnd(w, 1000));
	CHECK(rv != -1);
	RL(rump_sys_close(fd));
	return rv;
}

static void
shared_op(struct worker *w)
{
	const int d = rnd(w, NDIRS), td = rnd(w, NDIRS);
	char name[32], to[32];

	snprintf(name, sizeof(name), "s%d", rnd(w, NSHARED));
	snprintf(to, sizeof(to), "s%d", rnd(w, NSHARED));
	switch (rnd(w, 8)) {
	case 0:
		may_fail(shared_write(w, d, name));
		break;
	case 1:
		may_fail(rump_sys_unlinkat(dirs[d], name, 0));
		break;
	case 2:
		may_fail(rump_sys_mkdirat(dirs[d], name, 0755));
		break;
	case 3:
		may_fail(rump_sys_unlinkat(dirs[d], name, RUMP_AT_REMOVEDIR));
		break;
	case 4:
		if (FS_HAS(FS_LINKS))
			may_fail(rump_sys_linkat(dirs[d], name, dirs[td], to,
			    0));
		break;
	case 5:
		if (FS_HAS(FS_SYMLINKS))
			may_fail(rump_sys_symlinkat("s0/../s1", dirs[d],
			    name));
		break;
	case 6:
		may_fail(rump_sys_renameat(dirs[d], name, dirs[td], to));
		break;
	default:
		may_fail(shared_read(w, d, name));
		break;
	}
}

/* Move one of the directories into another, or back to the top. */
static void
move_dir(struct worker *w)
{
	char name[8];
	int from, to;

	from = rnd(w, NDIRS + 1);
	to = rnd(w, NDIRS + 1);
	snprintf(name, sizeof(name), "d%d", rnd(w, NDIRS));
	if (rump_sys_renameat(from == NDIRS ? RUMP_AT_FDCWD : dirs[from], name,
	    to == NDIRS ? RUMP_AT_FDCWD : dirs[to], name) == -1)
		CHECK(errno == RUMP_ENOENT || errno == RUMP_EINVAL ||
		    errno == RUMP_ENOTEMPTY);
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	unsigned long i;

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	for (i = 0; deadline != 0 ? time(NULL) < deadline : i < nops; i++) {
		if (rnd(w, 2) == 0)
			own_op(w);
		else
			shared_op(w);
		if (rnd(w, 40) == 0)
			move_dir(w);
		if (w->w_id == 0 && rnd(w, 200) == 0)
			(void)rump_sys_sync();
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/* What the final walk saw: inode numbers, one for each name. */
static struct {
	uint64_t	s_ino;
	uint32_t	s_nlink;
} seen[NSEEN];
static int nseen;

static void	walk(const char *);

/* Count a name; returns whether it is a directory. */
static bool
walk_name(const char *path)
{
	struct rump_stat st = fs_stat(path);

	if (S_ISDIR(st.st_mode))
		return true;
	ATF_REQUIRE(nseen < NSEEN);
	seen[nseen].s_ino = st.st_ino;
	seen[nseen++].s_nlink = st.st_nlink;
	return false;
}

static void
walk(const char *dir)
{
	static const char *const dots = "..";
	char buf[4096], path[1024];
	struct rump_dirent *de;
	unsigned subdirs = 0;
	int fd, n, pos;

	fd = RL(rump_sys_open(dir, RUMP_O_RDONLY));
	while ((n = RL(rump_sys_getdents(fd, buf, sizeof(buf)))) > 0)
		for (pos = 0; pos < n; pos += de->d_reclen) {
			de = (void *)(buf + pos);
			if (de->d_fileno == 0 ||
			    strncmp(de->d_name, dots, de->d_namlen) == 0)
				continue;
			snprintf(path, sizeof(path), "%s/%.255s", dir,
			    de->d_name);
			if (walk_name(path)) {
				subdirs++;
				walk(path);
			}
		}
	RL(rump_sys_close(fd));
	if (FS_HAS(FS_LINKS))
		ATF_CHECK_MSG(fs_stat(dir).st_nlink == 2 + subdirs,
		    "%s: %u links, %u directories in it", dir,
		    fs_stat(dir).st_nlink, subdirs);
}

static void
check_links(void)
{
	uint32_t found;
	int i, j;

	for (i = 0; i < nseen; i++) {
		for (found = j = 0; j < nseen; j++)
			found += seen[j].s_ino == seen[i].s_ino;
		ATF_CHECK_EQ(found, seen[i].s_nlink);
	}
}

static void
check_own(struct worker *w)
{
	int d, n;

	for (d = 0; d < NDIRS; d++)
		for (n = 0; n < NOWN; n++)
			own_data(w, d, n, false);
}

static unsigned long
number(const char *var, unsigned long dflt)
{
	const char *s = getenv(var);

	return s != NULL ? strtoul(s, NULL, 10) : dflt;
}

ATF_TC_WITHOUT_HEAD(tree);
ATF_TC_BODY(tree, tc)
{
	char name[8];
	int i;

	seed0 = number("STRESS_SEED", (unsigned long)time(NULL));
	nops = number("STRESS_OPS", 1500);
	if (getenv("STRESS_SECONDS") != NULL)
		deadline = time(NULL) + number("STRESS_SECONDS", 0);
	fprintf(stderr, "STRESS_SEED=%lu STRESS_OPS=%lu\n", seed0, nops);
	fs_boot();
	for (i = 0; i < NDIRS; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		RL(rump_sys_mkdir(name, 0755));
		dirs[i] = RL(rump_sys_open(name, RUMP_O_RDONLY |
		    RUMP_O_DIRECTORY));
	}
	for (i = 0; i < FS_THREADS; i++) {
		workers[i].w_id = i;
		workers[i].w_state = seed0 * 1000003 + i;
		ATF_REQUIRE_EQ(0, pthread_create(&workers[i].w_thread, NULL,
		    work, &workers[i]));
	}
	for (i = 0; i < FS_THREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_join(workers[i].w_thread, NULL));
	for (i = 0; i < FS_THREADS; i++)
		check_own(&workers[i]);
	for (i = 0; i < NDIRS; i++)
		RL(rump_sys_close(dirs[i]));
	RL(rump_sys_mkdir("top", 0755));
	for (i = 0; i < NDIRS; i++) {
		char to[16];

		snprintf(name, sizeof(name), "d%d", i);
		snprintf(to, sizeof(to), "top/%s", name);
		if (vk_exists(name))
			RL(rump_sys_rename(name, to));
	}
	walk("top");
	check_links();
	fs_done();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, tree);
	return atf_no_error();
}
