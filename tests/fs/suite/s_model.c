/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any file system against a model in memory: random operations on a few names
 * and files, each result and all contents compared.  FS_SEED chooses another
 * sequence; the seed is part of every message.
 */
#include "suite.h"

#define	NNAMES		12
#define	NFILES		32
#define	MAXSIZE		40000
#define	NOPS		20000

/* What a file should hold; shared by the names that link it. */
static struct model {
	int	m_links;
	size_t	m_size;
	char	m_data[MAXSIZE];
} files[NFILES];

static struct model *names[NNAMES];	/* NULL: no such file */
static unsigned int seed, seed0;
static char buf[MAXSIZE];

#define	CHECK(cond)	ATF_REQUIRE_MSG(cond, "seed %u: %s, errno %d",	\
	seed0, #cond, errno)

static unsigned int
rnd(unsigned int n)
{

	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % n;
}

static const char *
path(int n)
{
	static char p[2][16];
	static int which;

	which ^= 1;
	snprintf(p[which], sizeof(p[which]), n % 2 ? "d/%d" : "%d", n);
	return p[which];
}

static struct model *
model_new(void)
{
	int i;

	for (i = 0; i < NFILES; i++)
		if (files[i].m_links == 0) {
			files[i].m_links = 1;
			files[i].m_size = 0;
			memset(files[i].m_data, 0, MAXSIZE);
			return &files[i];
		}
	abort();
}

static void
op_create(int n)
{
	int fd;

	fd = rump_sys_open(path(n), RUMP_O_CREAT | RUMP_O_EXCL | RUMP_O_RDWR,
	    0644);
	if (names[n] != NULL) {
		CHECK(fd == -1 && errno == RUMP_EEXIST);
		return;
	}
	CHECK(fd != -1);
	names[n] = model_new();
	RL(rump_sys_close(fd));
}

static void
op_unlink(int n)
{
	int error = rump_sys_unlink(path(n));

	if (names[n] == NULL) {
		CHECK(error == -1 && errno == RUMP_ENOENT);
		return;
	}
	CHECK(error == 0);
	names[n]->m_links--;
	names[n] = NULL;
}

static void
op_link(int n, int to)
{
	int error = rump_sys_link(path(n), path(to));

	if (names[n] == NULL || names[to] != NULL) {
		CHECK(error == -1);
		return;
	}
	CHECK(error == 0);
	names[to] = names[n];
	names[n]->m_links++;
}

static void
op_rename(int n, int to)
{
	int error = rump_sys_rename(path(n), path(to));

	if (names[n] == NULL) {
		CHECK(error == -1 && errno == RUMP_ENOENT);
		return;
	}
	CHECK(error == 0);
	if (n == to)
		return;
	if (names[to] != NULL)
		names[to]->m_links--;
	names[to] = names[n];
	names[n] = NULL;
}

static void
op_write(int n, int fd)
{
	struct model *m = names[n];
	size_t off = rnd(MAXSIZE), len = rnd(MAXSIZE - off), i;

	for (i = 0; i < len; i++)
		buf[i] = (char)rnd(256);
	CHECK(rump_sys_pwrite(fd, buf, len, off) == (ssize_t)len);
	memcpy(m->m_data + off, buf, len);
	if (len > 0 && off + len > m->m_size)
		m->m_size = off + len;
}

static void
op_truncate(int n, int fd)
{
	struct model *m = names[n];
	size_t size = rnd(MAXSIZE);

	CHECK(rump_sys_ftruncate(fd, size) == 0);
	memset(m->m_data + size, 0, MAXSIZE - size);
	m->m_size = size;
}

static void
op_read(int n, int fd)
{
	struct model *m = names[n];
	size_t off = rnd(MAXSIZE), want;
	ssize_t len;

	len = rump_sys_pread(fd, buf, sizeof(buf), off);
	want = off < m->m_size ? m->m_size - off : 0;
	CHECK(len == (ssize_t)want);
	CHECK(memcmp(buf, m->m_data + off, want) == 0);
}

static void
on_open_file(int n, void (*op)(int, int))
{
	struct rump_stat st;
	int fd;

	fd = rump_sys_open(path(n), RUMP_O_RDWR);
	if (names[n] == NULL) {
		CHECK(fd == -1 && errno == RUMP_ENOENT);
		return;
	}
	CHECK(fd != -1);
	(*op)(n, fd);
	RL(rump_sys_fstat(fd, (struct stat *)&st));
	CHECK(st.st_size == (off_t)names[n]->m_size);
	CHECK(!FS_HAS(FS_LINKS) ||
	    st.st_nlink == (uint32_t)names[n]->m_links);
	RL(rump_sys_close(fd));
}

static void
verify(void)
{
	int n;

	for (n = 0; n < NNAMES; n++)
		on_open_file(n, op_read);
}

static void
one_op(void)
{
	int n = rnd(NNAMES), to = rnd(NNAMES);

	switch (rnd(9)) {
	case 0:
	case 1:
		op_create(n);
		break;
	case 2:
		op_unlink(n);
		break;
	case 3:
		if (FS_HAS(FS_LINKS))
			op_link(n, to);
		break;
	case 4:
		/* two names of one file: another test */
		if (names[n] != names[to] || n == to)
			op_rename(n, to);
		break;
	case 5:
		on_open_file(n, op_truncate);
		break;
	case 6:
		on_open_file(n, op_read);
		break;
	default:
		on_open_file(n, op_write);
		break;
	}
}

ATF_TC_WITHOUT_HEAD(random);
ATF_TC_BODY(random, tc)
{
	const char *s = getenv("FS_SEED");
	int i;

	seed = seed0 = s != NULL ? strtoul(s, NULL, 10) : 20;
	fs_boot();
	RL(rump_sys_mkdir("d", 0755));
	for (i = 0; i < NOPS; i++)
		one_op();
	verify();
	for (i = 0; i < NNAMES; i++)
		op_unlink(i);
	RL(rump_sys_rmdir("d"));
	fs_done();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, random);
	return atf_no_error();
}
