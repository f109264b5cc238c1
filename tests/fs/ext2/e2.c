/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Helpers of the ext2 tests; see e2.h.  Each case runs in a directory of its
 * own, so the image has one fixed name.
 */
#include "e2.h"

#include <dirent.h>
#undef d_fileno				/* glibc: d_ino */

static unsigned ndev;			/* devices registered so far */

static int
run(char *cmd, const char *fmt, va_list ap)
{
	int status;

	vsnprintf(cmd, 4096, fmt, ap);
	fflush(NULL);
	status = system(cmd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
e2_host(const char *fmt, ...)
{
	char cmd[4096];
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = run(cmd, fmt, ap);
	va_end(ap);
	ATF_REQUIRE_MSG(rc == 0, "%s: status %d", cmd, rc);
}

int
e2_try(const char *fmt, ...)
{
	char cmd[4096];
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = run(cmd, fmt, ap);
	va_end(ap);
	return rc;
}

char *
e2_out(char *buf, size_t size, const char *fmt, ...)
{
	char cmd[4096];
	va_list ap;
	FILE *fp;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	ATF_REQUIRE((fp = popen(cmd, "r")) != NULL);
	buf[0] = '\0';
	if (fgets(buf, size, fp) != NULL)
		buf[strcspn(buf, "\n")] = '\0';
	pclose(fp);
	return buf;
}

void
e2_mkfs(const char *size, const char *args, ...)
{
	char buf[2048];
	va_list ap;

	va_start(ap, args);
	vsnprintf(buf, sizeof(buf), args, ap);
	va_end(ap);
	e2_host("rm -f " IMG "; /sbin/mke2fs -q -F %s " IMG " %s 2>mkfs.err "
	    "|| { cat mkfs.err >&2; false; }", buf, size);
}

void
e2_fsck(void)
{

	e2_host("/sbin/e2fsck -fn " IMG " >fsck.out 2>&1 || "
	    "{ cat fsck.out >&2; false; }");
}

void
e2_boot(void)
{

	ATF_REQUIRE_EQ(0, rump_init());
	if (rump_sys_mkdir(MNT, 0755) == -1)
		ATF_REQUIRE_EQ(RUMP_EEXIST, errno);
}

int
e2_trymount(const char *img, int flags)
{
	struct rump_ufs_args args;
	char dev[32], path[4096] = "";
	int rv, save;

	e2_boot();
	snprintf(dev, sizeof(dev), "/e2img%u", ndev++);
	if (img[0] != '/')
		ATF_REQUIRE(getcwd(path, sizeof(path) / 2) != NULL);
	snprintf(path + strlen(path), sizeof(path) / 2, "/%s", img);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register(dev, path, RUMP_ETFS_BLK));
	args.fspec = dev;
	rv = rump_sys_mount("ext2fs", MNT, flags, &args, sizeof(args));
	save = errno;
	if (rv == -1)
		ATF_REQUIRE_EQ(0, rump_pub_etfs_remove(dev));
	errno = save;
	return rv;
}

void
e2_mount(int flags)
{

	RL(e2_trymount(IMG, flags));
}

void
e2_umount(void)
{

	RL(rump_sys_unmount(MNT, 0));
}

void
e2_again(void)
{

	e2_umount();
	e2_fsck();
	e2_mount(0);
}

const char *
e2_path(const char *fmt, ...)
{
	static char bufs[8][1100];
	static unsigned next;
	char *buf = bufs[next++ % 8];
	va_list ap;
	int n;

	n = snprintf(buf, sizeof(bufs[0]), MNT "/");
	va_start(ap, fmt);
	vsnprintf(buf + n, sizeof(bufs[0]) - n, fmt, ap);
	va_end(ap);
	return buf;
}

void
e2_fill(void *buf, size_t len, unsigned seed, off_t at)
{
	uint8_t *p = buf;
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (uint8_t)((at + i) * 31 + ((at + i) >> 9) + seed);
}

void
e2_write(const char *name, const void *data, size_t len, off_t off)
{
	int fd;

	RL(fd = rump_sys_open(e2_path("%s", name),
	    RUMP_O_WRONLY | RUMP_O_CREAT, 0644));
	ATF_REQUIRE_EQ((ssize_t)len, rump_sys_pwrite(fd, data, len, off));
	RL(rump_sys_close(fd));
}

void
e2_create(const char *name, size_t size, unsigned seed)
{
	static char buf[65536];
	size_t at, n;
	int fd;

	RL(fd = rump_sys_open(e2_path("%s", name),
	    RUMP_O_WRONLY | RUMP_O_CREAT | RUMP_O_TRUNC, 0644));
	for (at = 0; at < size; at += n) {
		n = size - at < sizeof(buf) ? size - at : sizeof(buf);
		e2_fill(buf, n, seed, at);
		ATF_REQUIRE_EQ((ssize_t)n, rump_sys_write(fd, buf, n));
	}
	RL(rump_sys_close(fd));
}

void
e2_check(const char *name, size_t size, unsigned seed)
{
	static char buf[65536], want[65536];
	size_t at = 0;
	ssize_t n;
	int fd;

	RL(fd = rump_sys_open(e2_path("%s", name), RUMP_O_RDONLY));
	while ((n = rump_sys_read(fd, buf, sizeof(buf))) > 0) {
		e2_fill(want, n, seed, at);
		ATF_REQUIRE_MSG(memcmp(buf, want, n) == 0,
		    "%s differs in %zu+%zd", name, at, n);
		at += n;
	}
	ATF_REQUIRE_MSG(n == 0, "%s: %s", name, rump_strerror(errno));
	ATF_REQUIRE_EQ_MSG(size, at, "%s has %zu bytes", name, at);
	RL(rump_sys_close(fd));
}

void
e2_stat(const char *name, struct rump_stat *st)
{

	ATF_REQUIRE_MSG(rump_sys_lstat(e2_path("%s", name),
	    (struct stat *)st) == 0, "%s: %s", name, rump_strerror(errno));
}

void
e2_readdir(const char *name, void (*func)(const char *, uint64_t, int,
    void *), void *arg)
{
	char buf[4096];
	struct rump_dirent *d;
	ssize_t n, at;
	int fd;

	RL(fd = rump_sys_open(e2_path("%s", name), RUMP_O_RDONLY));
	while ((n = rump_sys_getdents(fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; at += d->d_reclen) {
			d = (void *)(buf + at);
			if (strcmp(d->d_name, ".") != 0 &&
			    strcmp(d->d_name, "..") != 0)
				func(d->d_name, d->d_fileno, d->d_type, arg);
		}
	}
	ATF_REQUIRE_MSG(n == 0, "%s: %s", name, rump_strerror(errno));
	RL(rump_sys_close(fd));
}

static void
count_one(const char *name, uint64_t ino, int type, void *arg)
{

	++*(int *)arg;
}

void
e2_fillup(void)
{
	char chunk[8192];
	off_t at = 0;
	ssize_t n;
	int fd;

	memset(chunk, 0xa5, sizeof(chunk));
	RL(fd = rump_sys_open(MNT "/fill", RUMP_O_CREAT | RUMP_O_WRONLY,
	    0644));
	while ((n = rump_sys_pwrite(fd, chunk, sizeof(chunk), at)) > 0)
		at += n;
	ATF_REQUIRE_EQ(RUMP_ENOSPC, errno);
	RL(rump_sys_close(fd));
}

int
e2_count(const char *dir)
{
	int n = 0;

	e2_readdir(dir, count_one, &n);
	return n;
}

static void
cmp_file(const char *name, const char *host)
{
	static char a[65536], b[65536];
	ssize_t n, m;
	int fd, hfd;

	ATF_REQUIRE((hfd = open(host, O_RDONLY)) != -1);
	RL(fd = rump_sys_open(e2_path("%s", name), RUMP_O_RDONLY));
	do {
		n = rump_sys_read(fd, a, sizeof(a));
		ATF_REQUIRE_MSG(n != -1, "%s: %s", name,
		    rump_strerror(errno));
		m = read(hfd, b, sizeof(b));
		ATF_REQUIRE_EQ_MSG(m, n, "%s: %zd for %zd bytes", name, n, m);
		ATF_REQUIRE_MSG(memcmp(a, b, n) == 0, "%s differs", name);
	} while (n > 0);
	close(hfd);
	RL(rump_sys_close(fd));
}

static void
cmp_link(const char *name, const char *host)
{
	char a[4096], b[4096];
	ssize_t n, m;

	m = readlink(host, b, sizeof(b));
	RL(n = rump_sys_readlink(e2_path("%s", name), a, sizeof(a)));
	ATF_REQUIRE_EQ_MSG(m, n, "%s: link of %zd for %zd bytes", name, n, m);
	ATF_REQUIRE_MSG(memcmp(a, b, n) == 0, "%s differs", name);
}

void
e2_cmptree(const char *name, const char *hostdir)
{
	char sub[1024], hsub[4096];
	struct rump_stat st;
	struct dirent *d;
	struct stat hst;
	int n = 0;
	DIR *dp;

	ATF_REQUIRE_MSG((dp = opendir(hostdir)) != NULL, "%s", hostdir);
	while ((d = readdir(dp)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 ||
		    strcmp(d->d_name, "..") == 0 ||
		    strcmp(d->d_name, "lost+found") == 0)
			continue;
		n++;
		snprintf(sub, sizeof(sub), "%s/%s", name, d->d_name);
		snprintf(hsub, sizeof(hsub), "%s/%s", hostdir, d->d_name);
		ATF_REQUIRE_EQ(0, lstat(hsub, &hst));
		e2_stat(sub, &st);
		/* The permissions of symbolic links mean nothing. */
		if (S_ISLNK(hst.st_mode) && S_ISLNK(st.st_mode))
			st.st_mode = hst.st_mode;
		ATF_REQUIRE_EQ_MSG(hst.st_mode, st.st_mode, "%s: mode 0%o "
		    "for 0%o", sub, st.st_mode, hst.st_mode);
		if (S_ISDIR(hst.st_mode)) {
			e2_cmptree(sub, hsub);
			continue;
		}
		ATF_REQUIRE_EQ_MSG(hst.st_nlink, st.st_nlink, "%s", sub);
		if (S_ISREG(hst.st_mode))
			cmp_file(sub, hsub);
		else if (S_ISLNK(hst.st_mode))
			cmp_link(sub, hsub);
	}
	closedir(dp);
	if (strcmp(name, ".") != 0)
		ATF_REQUIRE_EQ_MSG(n, e2_count(name), "%s", name);
}

unsigned
e2_pieces(const char *name)
{
	char buf[32];

	return strtoul(e2_out(buf, sizeof(buf), "/sbin/debugfs -R "
	    "'blocks /%s' " IMG " 2>/dev/null | tr ' ' '\n' | "
	    "awk 'NF && $1 != last + 1 { n++ } NF { last = $1 } "
	    "END { print n }'", name), NULL, 10);
}
