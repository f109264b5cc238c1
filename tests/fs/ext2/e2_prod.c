/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Use every part of a mounted volume, whatever state it is in, without a
 * care for errors: for images that are damaged and devices that fail.  The
 * work is bounded, so that only the kernel can make it take long.
 */
#include "e2_prod.h"

#include <sys/mman.h>

#include <signal.h>

#include "fuzz.h"

void
e2_prod(const char *img, bool writing)
{
	if (e2_trymount(img, writing ? 0 : RUMP_MNT_RDONLY) == -1) {
		printf("refused: %s\n", rump_strerror(errno));
		return;
	}
	fuzz_fs_use(MNT, writing, 400);
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
