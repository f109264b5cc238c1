/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links to libslirp, a network inside the process: its router makes of what we
 * send connections and datagrams of the host's sockets, so that no rights are
 * needed.  It answers DHCP, too.
 *
 * One thread, slirp_loop(), owns the library's instance from its making on;
 * frames go through a pair of sockets, of which the link has the other end.
 * When that end is closed the thread ends.
 */

#include "virtif_slirp.h"

#if __has_include(<slirp/libslirp.h>)

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <slirp/libslirp.h>

#define	SLIRP_ABI	"libslirp.so.0"
#define	CONFIG_VERSION	1	/* all we say is in the first */
#define	BATCH		64	/* frames in before sockets are looked at */
#define	POLL_MS		1000	/* at most, as the library likes it */

struct timer {
	struct timer	*t_next;
	SlirpTimerCb	t_func;
	void		*t_arg;
	int64_t		t_when;		/* in ms of its clock; -1: never */
};

/* o: of who opens and closes; all else of the thread. */
struct net {
	pthread_t	n_thread;	/* o */
	Slirp		*n_slirp;
	int		n_fd;		/* frames; -1: ends */
	struct timer	*n_timers;
	struct pollfd	*n_pfd;		/* [0] is of n_fd */
	size_t		n_npfd, n_size;
	uint8_t		n_buf[VIRTIF_BUFSIZE];
};

static struct {
	__typeof__(&slirp_new)		new;
	__typeof__(&slirp_cleanup)	cleanup;
	__typeof__(&slirp_input)	input;
	__typeof__(&slirp_pollfds_fill)	fill;
	__typeof__(&slirp_pollfds_poll)	poll;
	__typeof__(&slirp_add_hostfwd)	forward;
} lib;

static const struct virtif_symbol symbols[] = {
	{ "slirp_new", &lib.new },
	{ "slirp_cleanup", &lib.cleanup },
	{ "slirp_input", &lib.input },
	{ "slirp_pollfds_fill", &lib.fill },
	{ "slirp_pollfds_poll", &lib.poll },
	{ "slirp_add_hostfwd", &lib.forward },
	{ NULL, NULL },
};

/*
 * What the library calls.
 */

/* Waits for room: we are slower than it, and it would only lose the frame. */
static ssize_t
to_kernel(const void *frame, size_t len, void *arg)
{
	struct net *n = arg;
	struct pollfd pfd = { .fd = n->n_fd, .events = POLLOUT };

	while (send(n->n_fd, frame, len, MSG_NOSIGNAL) == -1) {
		if (errno == EAGAIN)
			(void)poll(&pfd, 1, -1);
		else if (errno != EINTR)
			break;	/* The other end has gone. */
	}
	return (ssize_t)len;
}

/* A frame it makes no sense of: it has dropped it. */
static void
odd_frame(const char *what, void *arg)
{

	(void)what;
	(void)arg;
}

static int64_t
clock_ns(void *arg)
{
	struct timespec ts;

	(void)arg;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void *
timer_new(SlirpTimerCb func, void *func_arg, void *arg)
{
	struct net *n = arg;
	struct timer *t = malloc(sizeof(*t));

	/* It knows no failure here, as its own allocations do not. */
	if (t == NULL)
		abort();
	t->t_func = func;
	t->t_arg = func_arg;
	t->t_when = -1;
	t->t_next = n->n_timers;
	n->n_timers = t;
	return t;
}

static void
timer_free(void *timer, void *arg)
{
	struct net *n = arg;
	struct timer **tp;

	for (tp = &n->n_timers; *tp != NULL; tp = &(*tp)->t_next) {
		if (*tp == timer) {
			*tp = (*tp)->t_next;
			free(timer);
			return;
		}
	}
}

static void
timer_mod(void *timer, int64_t when, void *arg)
{
	struct timer *t = timer;

	(void)arg;
	t->t_when = when;
}

/* Descriptors are asked for anew each time: nothing to remember. */
static void
fd_known(int fd, void *arg)
{

	(void)fd;
	(void)arg;
}

/* It is called in the thread alone, which looks again anyway. */
static void
notify(void *arg)
{

	(void)arg;
}

static const SlirpCb callbacks = {
	.send_packet = to_kernel,
	.guest_error = odd_frame,
	.clock_get_ns = clock_ns,
	.timer_new = timer_new,
	.timer_free = timer_free,
	.timer_mod = timer_mod,
	.register_poll_fd = fd_known,
	.unregister_poll_fd = fd_known,
	.notify = notify,
};

/*
 * The thread.
 */
static const struct {
	int	slirp;
	short	host;
} events[] = {
	{ SLIRP_POLL_IN, POLLIN }, { SLIRP_POLL_OUT, POLLOUT },
	{ SLIRP_POLL_PRI, POLLPRI }, { SLIRP_POLL_ERR, POLLERR },
	{ SLIRP_POLL_HUP, POLLHUP },
};
#define	NEVENTS	(sizeof(events) / sizeof(events[0]))

/* One more to poll: its number, or -1 when there is no memory. */
static int
add_fd(int fd, int want, void *arg)
{
	struct net *n = arg;
	struct pollfd *pfd;
	size_t i;

	if (n->n_npfd == n->n_size) {
		pfd = realloc(n->n_pfd, (n->n_size + 64) * sizeof(*pfd));
		if (pfd == NULL)
			return -1;
		n->n_pfd = pfd;
		n->n_size += 64;
	}
	pfd = &n->n_pfd[n->n_npfd];
	pfd->fd = fd;
	pfd->events = pfd->revents = 0;
	for (i = 0; i < NEVENTS; i++) {
		if ((want & events[i].slirp) != 0)
			pfd->events |= events[i].host;
	}
	return (int)n->n_npfd++;
}

static int
get_revents(int idx, void *arg)
{
	const struct net *n = arg;
	int got = 0;
	size_t i;

	for (i = 0; idx >= 0 && i < NEVENTS; i++) {
		if ((n->n_pfd[idx].revents & events[i].host) != 0)
			got |= events[i].slirp;
	}
	return got;
}

static void
from_kernel(struct net *n)
{
	ssize_t len;
	int i;

	for (i = 0; i < BATCH; i++) {
		len = recv(n->n_fd, n->n_buf, sizeof(n->n_buf), 0);
		if (len == 0 || (len == -1 && errno != EAGAIN &&
		    errno != EINTR))
			n->n_fd = -1;
		if (len <= 0)
			return;
		(*lib.input)(n->n_slirp, n->n_buf, (int)len);
	}
}

/* Until the first timer, at most ms. */
static uint32_t
until_timer(const struct net *n, uint32_t ms)
{
	const int64_t now = clock_ns(NULL) / 1000000;
	const struct timer *t;

	for (t = n->n_timers; t != NULL; t = t->t_next) {
		if (t->t_when != -1 && t->t_when - now < (int64_t)ms)
			ms = t->t_when > now ? (uint32_t)(t->t_when - now) : 0;
	}
	return ms;
}

static void
run_timers(struct net *n)
{
	const int64_t now = clock_ns(NULL) / 1000000;
	struct timer *t, *next;

	for (t = n->n_timers; t != NULL; t = next) {
		next = t->t_next;
		if (t->t_when == -1 || t->t_when > now)
			continue;
		t->t_when = -1;
		(*t->t_func)(t->t_arg);
	}
}

static void *
slirp_loop(void *arg)
{
	struct net *n = arg;
	const int fd = n->n_fd;
	uint32_t ms;
	int rv;

	while (n->n_fd != -1) {
		n->n_npfd = 0;
		(void)add_fd(n->n_fd, SLIRP_POLL_IN, n);
		ms = POLL_MS;
		(*lib.fill)(n->n_slirp, &ms, add_fd, n);
		rv = poll(n->n_pfd, n->n_npfd, (int)until_timer(n, ms));
		(*lib.poll)(n->n_slirp, rv == -1, get_revents, n);
		run_timers(n);
		from_kernel(n);
	}
	(*lib.cleanup)(n->n_slirp);
	(void)close(fd);
	return NULL;
}

/*
 * Opening and closing.
 */
static void
configure(SlirpConfig *sc, const struct slirp_options *so)
{
	/* The addresses that QEMU has. */
	static const struct in6_addr net6 = { { { 0xfe, 0xc0 } } };

	memset(sc, 0, sizeof(*sc));
	sc->version = CONFIG_VERSION;
	sc->restricted = so->so_restricted;
	sc->in_enabled = true;
	sc->vnetwork = so->so_net;
	sc->vnetmask = so->so_mask;
	sc->vhost = slirp_address(so, SLIRP_ROUTER);
	sc->vnameserver = slirp_address(so, SLIRP_RESOLVER);
	sc->vdhcp_start = slirp_address(so, SLIRP_FIRST);
	sc->in6_enabled = true;
	sc->vprefix_addr6 = sc->vhost6 = sc->vnameserver6 = net6;
	sc->vprefix_len = 64;
	sc->vhost6.s6_addr[15] = SLIRP_ROUTER;
	sc->vnameserver6.s6_addr[15] = SLIRP_RESOLVER;
}

static int
add_forwards(struct virtif *v, struct net *n, const struct slirp_options *so)
{
	const struct slirp_forward *sf;
	size_t i;

	for (i = 0; i < so->so_nforwards; i++) {
		sf = &so->so_forwards[i];
		errno = EADDRINUSE;
		if ((*lib.forward)(n->n_slirp, sf->sf_udp, sf->sf_host,
		    sf->sf_hostport, sf->sf_guest, sf->sf_guestport) == -1)
			return virtif_why(v, errno, "hostfwd= of port %u: %s",
			    (unsigned int)sf->sf_hostport, strerror(errno));
	}
	return 0;
}

/* Signals are for the program's own threads. */
static int
start_thread(struct net *n)
{
	sigset_t all, old;
	int error;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&n->n_thread, NULL, slirp_loop, n);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return error;
}

static int
make_net(struct virtif *v, const struct slirp_options *so)
{
	struct net *n = v->v_private;
	SlirpConfig sc;
	int error;

	configure(&sc, so);
	if ((n->n_slirp = (*lib.new)(&sc, &callbacks, n)) == NULL)
		return virtif_why(v, ENODEV, "libslirp refuses");
	if ((error = add_forwards(v, n, so)) == 0)
		error = start_thread(n);
	if (error != 0)
		(*lib.cleanup)(n->n_slirp);
	return error;
}

static void
free_net(struct virtif *v)
{
	struct net *n = v->v_private;

	free(n->n_pfd);
	free(n);
	v->v_private = NULL;
}

static int
slirp_open(struct virtif *v, const char *arg, bool *offload)
{
	struct slirp_options so;
	struct net *n;
	int error, pair[2];

	(void)offload;
	if ((error = virtif_slirp_options(v, arg, &so)) != 0 ||
	    (error = virtif_library(v, SLIRP_ABI, symbols)) != 0)
		return error;
	if ((n = calloc(1, sizeof(*n))) == NULL)
		return ENOMEM;
	v->v_private = n;
	n->n_size = 64;
	n->n_pfd = calloc(n->n_size, sizeof(*n->n_pfd));
	if (n->n_pfd == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET |
	    SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == -1) {
		error = n->n_pfd == NULL ? ENOMEM : errno;
		free_net(v);
		return error;
	}
	v->v_fd = pair[0];
	n->n_fd = pair[1];
	if ((error = make_net(v, &so)) != 0) {
		(void)close(n->n_fd);
		free_net(v);
	}
	return error;
}

static void
slirp_close(struct virtif *v)
{
	struct net *n = v->v_private;

	(void)close(v->v_fd);
	v->v_fd = -1;
	(void)pthread_join(n->n_thread, NULL);
	free_net(v);
}

const struct virtif_kind virtif_slirp = {
	.vk_name = "slirp", .vk_open = slirp_open, .vk_close = slirp_close,
};

#else

const struct virtif_kind virtif_slirp = {
	.vk_name = "slirp", .vk_open = virtif_left_out,
};
#endif
