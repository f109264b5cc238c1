/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links over UNIX sockets, as QEMU has them: a datagram per frame, or a stream
 * with the length before each.  Either end may come first; a stream that ends
 * is the end of the link.
 */

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "virtif_backend.h"

#define	LENSIZE		4
#define	ACCEPT_MS	30000	/* who serves waits so long for a client */

static int
unix_address(struct sockaddr_un *sun, const char *path, size_t len)
{

	if (len == 0)
		return EINVAL;
	if (len >= sizeof(sun->sun_path))
		return ENAMETOOLONG;
	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	memcpy(sun->sun_path, path, len);
	return 0;
}

/* A socket of somebody who has gone may be replaced, another file not. */
static int
bind_anew(int fd, const struct sockaddr_un *sun, int type)
{
	struct stat st;
	int test, error;

	if (bind(fd, (const struct sockaddr *)sun, sizeof(*sun)) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return errno;
	if ((test = socket(AF_UNIX, type | SOCK_CLOEXEC, 0)) == -1)
		return errno;
	error = connect(test, (const struct sockaddr *)sun, sizeof(*sun)) ==
	    0 ? 0 : errno;
	(void)close(test);
	/* Files that are no sockets refuse as well. */
	if (error != ECONNREFUSED || lstat(sun->sun_path, &st) == -1 ||
	    !S_ISSOCK(st.st_mode))
		return EADDRINUSE;
	if (unlink(sun->sun_path) == -1)
		return errno;
	return bind(fd, (const struct sockaddr *)sun, sizeof(*sun)) == -1 ?
	    errno : 0;
}

/*
 * Datagrams.
 */
static int
dgram_open(struct virtif *v, const char *arg, bool *offload)
{
	const char *comma = strchr(arg, ',');
	struct sockaddr_un here, *there;
	int error;

	(void)offload;
	if (comma == NULL)
		return EINVAL;
	if ((there = malloc(sizeof(*there))) == NULL)
		return ENOMEM;
	v->v_private = there;
	if ((error = unix_address(&here, arg, (size_t)(comma - arg))) == 0)
		error = unix_address(there, comma + 1, strlen(comma + 1));
	if (error == 0 && (v->v_fd = socket(AF_UNIX,
	    SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		error = errno;
	if (error == 0)
		error = bind_anew(v->v_fd, &here, SOCK_DGRAM);
	if (error != 0) {
		free(there);
		v->v_private = NULL;
	}
	return error;
}

static void
dgram_close(struct virtif *v)
{
	struct sockaddr_un sun;
	socklen_t len = sizeof(sun);

	if (getsockname(v->v_fd, (struct sockaddr *)&sun, &len) == 0 &&
	    len > sizeof(sun.sun_family))
		(void)unlink(sun.sun_path);
	free(v->v_private);
}

static int
dgram_send(struct virtif *v, struct iovec *iov, size_t n)
{
	const struct msghdr msg = { .msg_name = v->v_private,
	    .msg_namelen = sizeof(struct sockaddr_un),
	    .msg_iov = iov, .msg_iovlen = n };

	while (sendmsg(v->v_fd, &msg, MSG_NOSIGNAL) == -1) {
		if (errno == EINTR)
			continue;
		/* Nobody is there: the frame is lost, as on a wire. */
		if (errno == ECONNREFUSED || errno == ENOENT)
			return ENETDOWN;
		/* Nothing would tell when it has room again. */
		return errno == EAGAIN ? ENOBUFS : errno;
	}
	return 0;
}

/*
 * Streams.
 */

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Until somebody connects; signals do not count. */
static int
await_client(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	const int64_t end = now_ms() + ACCEPT_MS;
	int64_t left;
	int n;

	do {
		left = end - now_ms();
		n = poll(&pfd, 1, left > 0 ? (int)left : 0);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno;
	return n == 0 ? ETIMEDOUT : 0;
}

static int
stream_serve(struct virtif *v, const struct sockaddr_un *sun)
{
	int fd, error;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return errno;
	if ((error = bind_anew(fd, sun, SOCK_STREAM)) != 0) {
		(void)close(fd);
		return error;
	}
	if (listen(fd, 1) == -1)
		error = errno;
	if (error == 0)
		error = await_client(fd);
	if (error == 0 && (v->v_fd = accept4(fd, NULL, NULL,
	    SOCK_CLOEXEC)) == -1)
		error = errno;
	(void)unlink(sun->sun_path);
	(void)close(fd);
	return error;
}

static int
stream_open(struct virtif *v, const char *arg, bool *offload)
{
	const char *comma = strchr(arg, ',');
	struct sockaddr_un sun;
	int error;

	(void)offload;
	error = unix_address(&sun, arg, comma != NULL ?
	    (size_t)(comma - arg) : strlen(arg));
	if (error != 0)
		return error;
	if (comma != NULL && strcmp(comma, ",server") != 0)
		return EINVAL;
	if ((v->v_out = malloc(VIRTIF_BUFSIZE)) == NULL)
		return ENOMEM;
	if (comma != NULL)
		return stream_serve(v, &sun);
	v->v_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (v->v_fd == -1 || connect(v->v_fd, (struct sockaddr *)&sun,
	    sizeof(sun)) == -1)
		return errno;
	return 0;
}

/* Sends what is left of the frame; EAGAIN: not all. */
static int
stream_flush(struct virtif *v)
{
	ssize_t n;

	while (v->v_outoff < v->v_outlen) {
		n = send(v->v_fd, v->v_out + v->v_outoff,
		    v->v_outlen - v->v_outoff, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno;
		v->v_outoff += (size_t)n;
	}
	v->v_outoff = v->v_outlen = 0;
	return 0;
}

static int
stream_send(struct virtif *v, struct iovec *iov, size_t n)
{
	size_t i, len = 0;
	int error;

	/* A part of it went out before: the caller is asked for the same one
	 * again until all of it did. */
	if (v->v_outlen != 0)
		return stream_flush(v);
	for (i = 1; i < n; i++)
		len += iov[i].iov_len;
	if (len + LENSIZE > VIRTIF_BUFSIZE)
		return EMSGSIZE;
	for (i = 0; i < LENSIZE; i++)
		v->v_out[i] = (uint8_t)(len >> (8 * (LENSIZE - 1 - i)));
	len = LENSIZE;
	for (i = 1; i < n; i++) {
		memcpy(v->v_out + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	v->v_outlen = len;
	error = stream_flush(v);
	if (error == EAGAIN && v->v_outoff == 0)
		v->v_outlen = 0;
	return error;
}

/* Bytes of the frame at the beginning of v_buf, or 0: not known yet. */
static size_t
stream_length(const struct virtif *v)
{
	size_t i, len = 0;

	if (v->v_have < LENSIZE)
		return 0;
	for (i = 0; i < LENSIZE; i++)
		len = len << 8 | v->v_buf[i];
	return len + LENSIZE;
}

/*
 * Reads a frame, never more: the next one has to begin at the buffer's
 * beginning.
 */
static long
stream_recv(struct virtif *v, const void **data)
{
	size_t want;
	ssize_t n;

	if (v->v_have != 0 && v->v_have == stream_length(v))
		v->v_have = 0;
	for (;;) {
		want = stream_length(v);
		if (want == 0)
			want = LENSIZE;
		else if (want > VIRTIF_BUFSIZE || want == LENSIZE)
			return -1;
		if (v->v_have >= LENSIZE && v->v_have == want) {
			*data = v->v_buf + LENSIZE;
			return (long)(want - LENSIZE);
		}
		n = read(v->v_fd, v->v_buf + v->v_have, want - v->v_have);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == -1 && errno == EAGAIN ? 0 : -1;
		v->v_have += (size_t)n;
	}
}

const struct virtif_kind virtif_dgram = {
	.vk_name = "dgram", .vk_open = dgram_open, .vk_close = dgram_close,
	.vk_send = dgram_send,
};
const struct virtif_kind virtif_stream = {
	.vk_name = "stream", .vk_open = stream_open, .vk_send = stream_send,
	.vk_recv = stream_recv,
};
