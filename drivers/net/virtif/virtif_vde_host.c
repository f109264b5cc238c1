/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links to a switch of VDE (Virtual Distributed Ethernet), or whatever else
 * libvdeplug reaches: a frame is a message of its descriptor.
 */

#include "virtif_backend.h"

#if __has_include(<libvdeplug.h>)

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libvdeplug.h>

#define	VDE_ABI	"libvdeplug.so.2"

/* A frame in one piece, as the library wants them. */
struct port {
	VDECONN		*p_conn;
	bool		p_stream;	/* it is no socket of datagrams */
	uint8_t		p_buf[VDE_ETHBUFSIZE];
};

static struct {
	__typeof__(&vde_open_real)	open;
	__typeof__(&vde_send)		send;
	__typeof__(&vde_recv)		recv;
	__typeof__(&vde_datafd)		fd;
	__typeof__(&vde_close)		close;
} lib;

static const struct virtif_symbol symbols[] = {
	{ "vde_open_real", &lib.open },
	{ "vde_send", &lib.send },
	{ "vde_recv", &lib.recv },
	{ "vde_datafd", &lib.fd },
	{ "vde_close", &lib.close },
	{ NULL, NULL },
};

/* The strings are not changed, although the library does not say so. */
static VDECONN *
connect_to(const char *path)
{
	char name[] = "virt";
	char *copy = strdup(path);
	VDECONN *conn;
	int error;

	if (copy == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	errno = 0;
	conn = (*lib.open)(*copy != '\0' ? copy : NULL, name,
	    LIBVDEPLUG_INTERFACE_VERSION, NULL);
	error = errno != 0 ? errno : EINVAL;
	free(copy);
	errno = error;
	return conn;
}

static int
vde_begin(struct virtif *v, const char *path, bool *offload)
{
	struct port *p;
	socklen_t len = sizeof(int);
	int error, type;

	(void)offload;
	if ((error = virtif_library(v, VDE_ABI, symbols)) != 0)
		return error;
	if ((p = malloc(sizeof(*p))) == NULL)
		return ENOMEM;
	if ((p->p_conn = connect_to(path)) == NULL) {
		error = errno;
		free(p);
		return virtif_why(v, error, "no switch: %s", strerror(error));
	}
	v->v_private = p;
	v->v_fd = (*lib.fd)(p->p_conn);
	p->p_stream = getsockopt(v->v_fd, SOL_SOCKET, SO_TYPE, &type,
	    &len) == -1 || type != SOCK_DGRAM;
	return 0;
}

static void
vde_end(struct virtif *v)
{
	struct port *p = v->v_private;

	/* It is the library's. */
	v->v_fd = -1;
	(void)(*lib.close)(p->p_conn);
	free(p);
}

static int
vde_put(struct virtif *v, struct iovec *iov, size_t n)
{
	struct port *p = v->v_private;
	size_t i, len = 0;

	for (i = 1; i < n; i++) {
		if (iov[i].iov_len > sizeof(p->p_buf) - len)
			return EMSGSIZE;
		memcpy(p->p_buf + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	while ((*lib.send)(p->p_conn, p->p_buf, len, MSG_DONTWAIT) == -1) {
		if (errno == EINTR)
			continue;
		/* Nothing would tell when a switch has room again. */
		return errno == EAGAIN ? ENOBUFS : errno;
	}
	return 0;
}

static long
vde_get(struct virtif *v, const void **data)
{
	struct port *p = v->v_private;
	ssize_t n;

	do {
		n = (*lib.recv)(p->p_conn, v->v_buf, VIRTIF_BUFSIZE,
		    MSG_DONTWAIT);
	} while (n == -1 && errno == EINTR);
	*data = v->v_buf;
	/* Nothing ends a stream, but a datagram may have nothing in it. */
	if (n == 0)
		return p->p_stream ? -1 : 0;
	if (n > 0)
		return n;
	return errno == EAGAIN || errno == ECONNREFUSED ? 0 : -1;
}

const struct virtif_kind virtif_vde = {
	.vk_name = "vde", .vk_open = vde_begin, .vk_close = vde_end,
	.vk_send = vde_put, .vk_recv = vde_get,
};

#else

const struct virtif_kind virtif_vde = {
	.vk_name = "vde", .vk_open = virtif_left_out,
};
#endif
