/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous I/O on files: positions, writes that append in order, and
 * aio_fsync(2), which comes after what was asked for before it.
 */
#include "vk.h"
#include "../base/aio.h"

#define	N	64

VK_CASE(positions)
{
	struct nb_aiocb cb;
	char buf[16] = "";
	int fd;

	vk_tmpfs("/t");
	fd = RL(rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(aio_write(&cb, fd, "hello", 5, 100));
	ATF_CHECK_EQ(5, aio_result(&cb));
	ATF_CHECK_EQ(105, vk_stat("/t/f").st_size);
	ATF_CHECK_EQ(0, RL(rump_sys_lseek(fd, 0, RUMP_SEEK_CUR)));
	RL(aio_read(&cb, fd, buf, sizeof(buf), 102));
	ATF_CHECK_EQ(3, aio_result(&cb));
	ATF_CHECK_STREQ("llo", buf);
	RL(aio_read(&cb, fd, buf, sizeof(buf), 105));
	ATF_CHECK_EQ(0, aio_result(&cb));
	RL(aio_write(&cb, fd, buf, 0, 5));
	ATF_CHECK_EQ(0, aio_result(&cb));
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open("/t", RUMP_O_RDONLY));
	RE(EBADF, aio_write(&cb, fd, "x", 1, 0));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/t", 0));
}

VK_CASE(append)
{
	static struct nb_aiocb w[N], sync;
	static char what[N], got[N];
	int fd, i;

	vk_tmpfs("/t");
	fd = RL(rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_RDWR |
	    RUMP_O_APPEND, 0644));
	for (i = 0; i < N; i++) {
		what[i] = (char)i;
		RL(aio_write(&w[i], fd, &what[i], 1, 0));
	}
	aio_fill(&sync, 0, fd, NULL, 0, 0);
	RL(rump_sys_aio_fsync(RUMP_O_SYNC, AIOCB(&sync)));
	ATF_CHECK_EQ(0, aio_result(&sync));
	/* so all of them are done */
	for (i = 0; i < N; i++) {
		ATF_CHECK_EQ(0, rump_sys_aio_error(AIOCB(&w[i])));
		ATF_CHECK_EQ(1, rump_sys_aio_return(AIOCB(&w[i])));
	}
	ATF_CHECK_EQ(N, RL(rump_sys_pread(fd, got, N, 0)));
	ATF_CHECK_EQ(0, memcmp(what, got, N));
	RL(rump_sys_aio_fsync(RUMP_O_DSYNC, AIOCB(&sync)));
	ATF_CHECK_EQ(0, aio_result(&sync));
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open("/t/f", RUMP_O_RDONLY));
	aio_fill(&sync, 0, fd, NULL, 0, 0);
	RE(EBADF, rump_sys_aio_fsync(RUMP_O_SYNC, AIOCB(&sync)));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/t", 0));
}

/* Closed at once, the writes are done; then nothing keeps the file. */
VK_CASE(closed)
{
	static struct nb_aiocb w[N];
	struct aiocb *list[N];
	int fd, i;

	vk_tmpfs("/t");
	fd = RL(rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_WRONLY, 0644));
	for (i = 0; i < N; i++) {
		aio_fill(&w[i], NB_LIO_WRITE, fd, &w[i], 8, i * 4096);
		list[i] = AIOCB(&w[i]);
	}
	RL(rump_sys_lio_listio(NB_LIO_NOWAIT, list, N, NULL));
	RL(rump_sys_close(fd));
	for (i = 0; i < N; i++)
		ATF_CHECK_EQ(8, aio_result(&w[i]));
	ATF_CHECK_EQ((N - 1) * 4096 + 8, vk_stat("/t/f").st_size);
	RL(rump_sys_unmount("/t", 0));
}

/* A process that exits with requests under way leaves the file system free. */
VK_CASE(exit)
{
	static struct nb_aiocb w[N];
	static char big[N][16384];
	int fd, i;

	vk_tmpfs("/t");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	fd = RL(rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_WRONLY, 0644));
	for (i = 0; i < N; i++)
		RL(aio_write(&w[i], fd, big[i], sizeof(big[i]),
		    i * (int64_t)sizeof(big[i])));
	rump_pub_lwproc_releaselwp();
	RL(rump_sys_unmount("/t", 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, positions);
	ATF_TP_ADD_TC(tp, append);
	ATF_TP_ADD_TC(tp, closed);
	ATF_TP_ADD_TC(tp, exit);
	return atf_no_error();
}
