/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NetBSD's <aio.h> for tests of asynchronous I/O, on other hosts.
 */
#ifndef _TESTS_KERN_BASE_AIO_H_
#define _TESTS_KERN_BASE_AIO_H_

#include <sys/types.h>

#include <stdint.h>

#define NB_AIO_CANCELED		1
#define NB_AIO_NOTCANCELED	2
#define NB_AIO_ALLDONE		3
#define NB_LIO_NOP		0
#define NB_LIO_WRITE		1
#define NB_LIO_READ		2
#define NB_LIO_NOWAIT		0
#define NB_LIO_WAIT		1
#define NB_AIO_LISTIO_MAX	512
#define NB_AIO_MAX		8192

#define NB_SIGEV_NONE		0
#define NB_SIGEV_SIGNAL		1
#define NB_SIGEV_THREAD		2

struct nb_sigevent {
	int	notify, signo;
	void	*value, *func, *attr;
};

struct nb_aiocb {
	int64_t	offset;
	void	*buf;
	size_t	nbytes;
	int	fd;
	int	opcode;
	int	reqprio;
	struct nb_sigevent event;
	int	state;
	int	error;
	ssize_t	retval;
};
_Static_assert(sizeof(struct nb_aiocb) == 88, "aiocb");

#define AIOCB(cb)	((struct aiocb *)(void *)(cb))

static inline void
aio_fill(struct nb_aiocb *cb, int opcode, int fd, void *buf, size_t n,
    int64_t offset)
{

	*cb = (struct nb_aiocb){ .offset = offset, .buf = buf, .nbytes = n,
	    .fd = fd, .opcode = opcode };
}

static inline int
aio_read(struct nb_aiocb *cb, int fd, void *buf, size_t n, int64_t offset)
{

	aio_fill(cb, NB_LIO_READ, fd, buf, n, offset);
	return rump_sys_aio_read(AIOCB(cb));
}

static inline int
aio_write(struct nb_aiocb *cb, int fd, const void *buf, size_t n,
    int64_t offset)
{

	aio_fill(cb, NB_LIO_WRITE, fd, (void *)(uintptr_t)buf, n, offset);
	return rump_sys_aio_write(AIOCB(cb));
}

/* Wait for one; its error. */
static inline int
aio_wait(struct nb_aiocb *cb)
{
	const struct aiocb *list[1] = { AIOCB(cb) };

	ATF_REQUIRE_EQ(0, rump_sys_aio_suspend(list, 1, NULL));
	return rump_sys_aio_error(AIOCB(cb));
}

/* Wait for one that has to work; its result. */
static inline ssize_t
aio_result(struct nb_aiocb *cb)
{

	ATF_REQUIRE_EQ(0, aio_wait(cb));
	return rump_sys_aio_return(AIOCB(cb));
}

#endif /* !_TESTS_KERN_BASE_AIO_H_ */
