/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Use every part of a mounted volume, whatever state it is in, without a
 * care for errors: for images that are damaged and devices that fail.  The
 * work is bounded, so that only the kernel can make it take long.
 */
#include "e2_prod.h"

#include <sys/mman.h>

#include <signal.h>

struct prod {
	unsigned	p_left;		/* operations to go */
	bool		p_write;
	char		p_path[1024];
};

static void
prod_file(struct prod *p, const struct rump_stat *st)
{
	static char buf[65536];
	int fd, i;

	(void)rump_sys_extattr_list_link(p->p_path, 1, buf, sizeof(buf));
	(void)rump_sys_extattr_get_link(p->p_path, 1, "x", buf, sizeof(buf));
	if (S_ISLNK(st->st_mode)) {
		(void)rump_sys_readlink(p->p_path, buf, sizeof(buf));
		return;
	}
	if (!S_ISREG(st->st_mode))
		return;
	fd = rump_sys_open(p->p_path, p->p_write ? RUMP_O_RDWR :
	    RUMP_O_RDONLY);
	if (fd == -1)
		return;
	for (i = 0; i < 4; i++)
		if (rump_sys_read(fd, buf, sizeof(buf)) <= 0)
			break;
	(void)rump_sys_pread(fd, buf, 4096, st->st_size - 2000);
	(void)rump_sys_pread(fd, buf, 4096, st->st_size / 2);
	if (p->p_write) {
		(void)rump_sys_pwrite(fd, buf, 5000, st->st_size / 2);
		(void)rump_sys_pwrite(fd, buf, 5000, st->st_size);
		(void)rump_sys_fsync(fd);
		(void)rump_sys_ftruncate(fd, st->st_size / 3);
	}
	(void)rump_sys_close(fd);
}

static void prod_dir(struct prod *, unsigned);

static void
prod_entry(struct prod *p, const struct rump_dirent *d, unsigned depth)
{
	const size_t len = strlen(p->p_path);
	struct rump_stat st;

	if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0 ||
	    len + strlen(d->d_name) + 2 > sizeof(p->p_path))
		return;
	snprintf(p->p_path + len, sizeof(p->p_path) - len, "/%s", d->d_name);
	if (rump_sys_lstat(p->p_path, (struct stat *)&st) == 0) {
		if (S_ISDIR(st.st_mode))
			prod_dir(p, depth + 1);
		else
			prod_file(p, &st);
		if (p->p_write && p->p_left % 3 == 0 &&
		    rump_sys_unlink(p->p_path) == -1)
			(void)rump_sys_rmdir(p->p_path);
	}
	p->p_path[len] = '\0';
}

static void
prod_dir(struct prod *p, unsigned depth)
{
	const size_t len = strlen(p->p_path);
	struct rump_dirent *d;
	char buf[4096];
	ssize_t n, at;
	int fd;

	if (depth > 8)
		return;
	fd = rump_sys_open(p->p_path, RUMP_O_RDONLY);
	if (fd == -1)
		return;
	while (p->p_left > 0 &&
	    (n = rump_sys_getdents(fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n && p->p_left > 0; at += d->d_reclen) {
			d = (void *)(buf + at);
			p->p_left--;
			prod_entry(p, d, depth);
		}
	}
	(void)rump_sys_close(fd);
	if (!p->p_write || len + 8 > sizeof(p->p_path))
		return;
	strcat(p->p_path, "/e2new");
	fd = rump_sys_open(p->p_path, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
	if (fd != -1) {
		(void)rump_sys_write(fd, buf, sizeof(buf));
		(void)rump_sys_close(fd);
	}
	strcat(p->p_path, "d");
	(void)rump_sys_mkdir(p->p_path, 0755);
	p->p_path[len] = '\0';
}

void
e2_prod(const char *img, bool writing)
{
	struct prod p = { .p_left = 400, .p_write = writing };
	struct rump_statvfs sv;

	if (e2_trymount(img, writing ? 0 : RUMP_MNT_RDONLY) == -1) {
		printf("refused: %s\n", rump_strerror(errno));
		return;
	}
	strcpy(p.p_path, MNT);
	prod_dir(&p, 0);
	(void)rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT);
	if (writing)
		(void)rump_sys_sync();
	if (rump_sys_unmount(MNT, 0) == -1)
		(void)rump_sys_unmount(MNT, RUMP_MNT_FORCE);
}

const char *
e2_memory_image(void)
{
	static char path[32];
	int fd;

	ATF_REQUIRE((fd = memfd_create("image", 0)) != -1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

int
e2_prod_child(const char *img, bool writing, unsigned seconds)
{
	int status;
	pid_t pid;

	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		if (freopen("prod.out", "w", stdout) == NULL ||
		    dup2(1, 2) == -1)
			_exit(99);
		alarm(seconds);
		e2_prod(img, writing);
		fflush(NULL);
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	return status;
}
