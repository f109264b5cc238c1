/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random sequences of operations here and, as the model, on the host's own
 * file system: results, and in the end names, sizes and contents must agree
 * and e2fsck must find nothing.  The seed is printed with a failure and
 * taken from E2_SEED.
 */
#include "e2.h"

#define	HOST	"model"
#define	NNAMES	12

static unsigned seed, step;

static unsigned
rnd(unsigned n)
{

	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* Names are few, so that operations meet. */
static const char *
rnd_name(char *buf)
{
	static const char *const dirs[] = { "", "d1/", "d1/d2/", "d3/" };

	sprintf(buf, "%sn%u", dirs[rnd(4)], rnd(NNAMES));
	return buf;
}

/* Both results: an error or none; which one is not compared here. */
static void
same(const char *what, const char *a, const char *b, int here, int there)
{

	ATF_REQUIRE_MSG((here == -1) == (there == -1), "step %u: %s %s %s: "
	    "%d (%s) here, %d there", step, what, a, b, here,
	    here == -1 ? rump_strerror(errno) : "", there);
}

static const char *
hostpath(const char *name)
{
	static char bufs[4][256];
	static unsigned next;
	char *buf = bufs[next++ % 4];

	snprintf(buf, 256, HOST "/%s", name);
	return buf;
}

static void
op_write(const char *name)
{
	static char buf[70000];
	const size_t len = 1 + rnd(sizeof(buf));
	const off_t off = rnd(3) == 0 ? rnd(400000) : rnd(30000);
	int fd, hfd;

	fd = rump_sys_open(e2_path("%s", name), RUMP_O_WRONLY | RUMP_O_CREAT,
	    0644);
	hfd = open(hostpath(name), O_WRONLY | O_CREAT, 0644);
	same("open", name, "", fd, hfd);
	if (fd == -1)
		return;
	e2_fill(buf, len, rnd(256), off);
	ATF_REQUIRE_EQ((ssize_t)len, rump_sys_pwrite(fd, buf, len, off));
	ATF_REQUIRE_EQ((ssize_t)len, pwrite(hfd, buf, len, off));
	if (rnd(8) == 0)
		RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
	close(hfd);
}

static void
op_read(const char *name)
{
	static char a[50000], b[50000];
	const off_t off = rnd(300000);
	ssize_t n, m;
	int fd, hfd;

	fd = rump_sys_open(e2_path("%s", name), RUMP_O_RDONLY);
	hfd = open(hostpath(name), O_RDONLY);
	same("open", name, "", fd, hfd);
	if (fd == -1)
		return;
	n = rump_sys_pread(fd, a, sizeof(a), off);
	m = pread(hfd, b, sizeof(b), off);
	/* Only one of the two reads directories. */
	if (n != -1 && m != -1) {
		ATF_REQUIRE_EQ_MSG(m, n, "step %u: %s", step, name);
		ATF_REQUIRE_MSG(memcmp(a, b, n) == 0, "step %u: %s", step,
		    name);
	}
	RL(rump_sys_close(fd));
	close(hfd);
}

/* Is the name one of a directory on the host? */
static bool
isdir(const char *name)
{
	struct stat st;

	return lstat(hostpath(name), &st) == 0 && S_ISDIR(st.st_mode);
}

static void
one_step(void)
{
	char a[64], b[64];
	off_t len;

	rnd_name(a);
	rnd_name(b);
	switch (rnd(12)) {
	case 0: case 1: case 2:
		op_write(a);
		break;
	case 3: case 4:
		op_read(a);
		break;
	case 5:
		len = rnd(300000);
		same("truncate", a, "", rump_sys_truncate(e2_path("%s", a),
		    len), truncate(hostpath(a), len));
		break;
	case 6:
		same("unlink", a, "", rump_sys_unlink(e2_path("%s", a)),
		    unlink(hostpath(a)));
		break;
	case 7:
		same("mkdir", a, "", rump_sys_mkdir(e2_path("%s", a), 0755),
		    mkdir(hostpath(a), 0755));
		break;
	case 8:
		same("rmdir", a, "", rump_sys_rmdir(e2_path("%s", a)),
		    rmdir(hostpath(a)));
		break;
	case 9: case 10:
		same("rename", a, b, rump_sys_rename(e2_path("%s", a),
		    e2_path("%s", b)), rename(hostpath(a), hostpath(b)));
		break;
	default:
		if (rnd(2) == 0 && !isdir(a))
			same("symlink", a, b, rump_sys_symlink(b,
			    e2_path("%s", a)), symlink(b, hostpath(a)));
		else
			op_read(b);
		break;
	}
}

static void
sequence(unsigned first, int bsize, const char *opts, unsigned nsteps)
{

	seed = first;
	printf("seed %u, blocks of %d\n", first, bsize);
	e2_host("rm -rf " HOST "; mkdir -p " HOST "/d1/d2 " HOST "/d3");
	e2_mkfs("32M", "-t ext2 -b %d %s", bsize, opts);
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d1", 0755));
	RL(rump_sys_mkdir(MNT "/d1/d2", 0755));
	RL(rump_sys_mkdir(MNT "/d3", 0755));
	for (step = 0; step < nsteps; step++) {
		one_step();
		if (step % 250 == 249)
			e2_again();
	}
	e2_cmptree(".", HOST);
	e2_umount();
	e2_fsck();
	e2_mount(RUMP_MNT_RDONLY);
	e2_cmptree(".", HOST);
	e2_umount();
}

static void
sequences(int bsize, const char *opts)
{
	const char *env = getenv("E2_SEED");
	unsigned i, first = env != NULL ? strtoul(env, NULL, 10) : 20260;

	for (i = 0; i < 3; i++)
		sequence(first + i, bsize, opts, 1000);
}

E2_TC(blocks1k, "blocks of 1 KiB")
{

	sequences(1024, "");
}

E2_TC(blocks2k, "blocks of 2 KiB, no index, no types")
{

	sequences(2048, "-O ^dir_index,^filetype -I 128");
}

E2_TC(blocks4k, "blocks of 4 KiB")
{

	sequences(4096, "");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, blocks1k);
	ATF_TP_ADD_TC(tp, blocks2k);
	ATF_TP_ADD_TC(tp, blocks4k);
	return atf_no_error();
}
