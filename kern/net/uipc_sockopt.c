/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of sockets: the values on their way between a program and a
 * protocol (struct sockopt), and those of SOL_SOCKET.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "net_private.h"

/* Memory for the value, which may fail if it may not sleep. */
static int
sopt_alloc(struct sockopt *sopt, size_t size, km_flag_t how)
{

	KASSERT(sopt->sopt_size == 0);
	if (size > sizeof(sopt->sopt_buf)) {
		sopt->sopt_data = kmem_zalloc(size, how);
		if (sopt->sopt_data == NULL)
			return ENOMEM;
	} else
		sopt->sopt_data = sopt->sopt_buf;
	sopt->sopt_size = size;
	return 0;
}

/* With room for size bytes; 0: the one who sets it makes room. */
void
sockopt_init(struct sockopt *sopt, int level, int name, size_t size)
{

	memset(sopt, 0, sizeof(*sopt));
	sopt->sopt_level = level;
	sopt->sopt_name = name;
	(void)sopt_alloc(sopt, size, KM_SLEEP);
}

void
sockopt_destroy(struct sockopt *sopt)
{

	if (sopt->sopt_data != sopt->sopt_buf && sopt->sopt_size > 0)
		kmem_free(sopt->sopt_data, sopt->sopt_size);
	memset(sopt, 0, sizeof(*sopt));
}

int
sockopt_set(struct sockopt *sopt, const void *buf, size_t len)
{
	int error;

	if (sopt->sopt_size == 0 && len > 0) {
		error = sopt_alloc(sopt, len, KM_NOSLEEP);
		if (error != 0)
			return error;
	}
	if (sopt->sopt_size < len)
		return EINVAL;
	memcpy(sopt->sopt_data, buf, len);
	sopt->sopt_retsize = len;
	return 0;
}

int
sockopt_setint(struct sockopt *sopt, int val)
{

	return sockopt_set(sopt, &val, sizeof(val));
}

/* A value of just that size. */
int
sockopt_get(const struct sockopt *sopt, void *buf, size_t len)
{

	if (sopt->sopt_size != len)
		return EINVAL;
	memcpy(buf, sopt->sopt_data, len);
	return 0;
}

int
sockopt_getint(const struct sockopt *sopt, int *valp)
{

	return sockopt_get(sopt, valp, sizeof(*valp));
}

/* The mbufs are taken in any case. */
int
sockopt_setmbuf(struct sockopt *sopt, struct mbuf *m)
{
	const size_t len = m_length(m);
	int error = 0;

	if (sopt->sopt_size == 0 && len > 0)
		error = sopt_alloc(sopt, len, KM_NOSLEEP);
	if (error == 0 && sopt->sopt_size < len)
		error = EINVAL;
	if (error == 0) {
		m_copydata(m, 0, (int)len, sopt->sopt_data);
		sopt->sopt_retsize = len;
	}
	m_freem(m);
	return error;
}

/* A copy in mbufs; NULL: no memory, or more than a cluster. */
struct mbuf *
sockopt_getmbuf(const struct sockopt *sopt)
{
	struct mbuf *m;

	m = m_get_n(M_DONTWAIT, MT_SOOPTS, 0, sopt->sopt_size);
	if (m != NULL)
		memcpy(mtod(m, void *), sopt->sopt_data, sopt->sopt_size);
	return m;
}

static int
set_linger(struct socket *so, const struct sockopt *sopt)
{
	struct linger l;
	int error;

	error = sockopt_get(sopt, &l, sizeof(l));
	if (error != 0)
		return error;
	if (l.l_linger < 0 || l.l_linger > USHRT_MAX ||
	    l.l_linger > INT_MAX / hz)
		return EDOM;
	so->so_linger = (u_short)l.l_linger;
	if (l.l_onoff != 0)
		so->so_options |= SO_LINGER;
	else
		so->so_options &= ~SO_LINGER;
	return 0;
}

static int
set_flag(struct socket *so, const struct sockopt *sopt)
{
	int error, on;

	error = sockopt_getint(sopt, &on);
	if (error != 0)
		return error;
	if (on != 0)
		so->so_options |= (short)sopt->sopt_name;
	else
		so->so_options &= (short)~sopt->sopt_name;
	return 0;
}

static int
set_buf(struct socket *so, const struct sockopt *sopt)
{
	struct sockbuf *sb = sopt->sopt_name == SO_SNDBUF ||
	    sopt->sopt_name == SO_SNDLOWAT ? &so->so_snd : &so->so_rcv;
	int error, val;

	error = sockopt_getint(sopt, &val);
	if (error != 0)
		return error;
	if (val < 1)
		return EINVAL;
	if (sopt->sopt_name == SO_SNDLOWAT || sopt->sopt_name == SO_RCVLOWAT) {
		sb->sb_lowat = MIN((u_long)val, sb->sb_hiwat);
		return 0;
	}
	if (!sbreserve(sb, (u_long)val, so))
		return ENOBUFS;
	sb->sb_flags &= ~SB_AUTOSIZE;
	/* There may be room now. */
	if (sb == &so->so_snd)
		sowwakeup(so);
	return 0;
}

static int
set_timeo(struct socket *so, const struct sockopt *sopt)
{
	struct sockbuf *sb = sopt->sopt_name == SO_SNDTIMEO ? &so->so_snd :
	    &so->so_rcv;
	struct timeval tv;
	int error;

	error = sockopt_get(sopt, &tv, sizeof(tv));
	if (error != 0)
		return error;
	if (tv.tv_usec < 0 || tv.tv_usec >= 1000000)
		return EDOM;
	if (tv.tv_sec < 0 || tv.tv_sec > INT_MAX / hz - 1)
		return EDOM;
	sb->sb_timeo = (int)(tv.tv_sec * hz + tv.tv_usec / tick);
	if (sb->sb_timeo == 0 && tv.tv_usec > 0)
		sb->sb_timeo = 1;
	return 0;
}

/* There are no accept filters, so any name is unknown; none may be taken. */
static int
set_acceptfilter(const struct socket *so, const struct sockopt *sopt)
{

	if ((so->so_options & SO_ACCEPTCONN) == 0)
		return EINVAL;
	return sopt->sopt_size == 0 ? 0 : ENOENT;
}

static int
set_socket(struct socket *so, const struct sockopt *sopt)
{

	KASSERT(solocked(so));
	switch (sopt->sopt_name) {
	case SO_ACCEPTFILTER:
		return set_acceptfilter(so, sopt);
	case SO_LINGER:
		return set_linger(so, sopt);
	case SO_DEBUG:
	case SO_KEEPALIVE:
	case SO_DONTROUTE:
	case SO_USELOOPBACK:
	case SO_BROADCAST:
	case SO_REUSEADDR:
	case SO_REUSEPORT:
	case SO_OOBINLINE:
	case SO_NOSIGPIPE:
	case SO_TIMESTAMP:
	case SO_RERROR:
		return set_flag(so, sopt);
	case SO_SNDBUF:
	case SO_RCVBUF:
	case SO_SNDLOWAT:
	case SO_RCVLOWAT:
		return set_buf(so, sopt);
	case SO_SNDTIMEO:
	case SO_RCVTIMEO:
		return set_timeo(so, sopt);
	default:
		return ENOPROTOOPT;
	}
}

static int
protocol_option(struct socket *so, int how, struct sockopt *sopt)
{

	if (so->so_proto->pr_ctloutput == NULL)
		return ENOPROTOOPT;
	return (*so->so_proto->pr_ctloutput)(how, so, sopt);
}

/* The protocol sees the socket's options as well, and has its own there. */
int
sosetopt(struct socket *so, struct sockopt *sopt)
{
	int error;

	solock(so);
	if (sopt->sopt_level != SOL_SOCKET)
		error = protocol_option(so, PRCO_SETOPT, sopt);
	else {
		error = set_socket(so, sopt);
		if (error == ENOPROTOOPT)
			error = protocol_option(so, PRCO_SETOPT, sopt);
		else if (error == 0)
			(void)protocol_option(so, PRCO_SETOPT, sopt);
	}
	sounlock(so);
	return error;
}

/* From inside the kernel. */
int
so_setsockopt(struct lwp *l, struct socket *so, int level, int name,
    const void *val, size_t valsize)
{
	struct sockopt sopt;
	int error;

	KASSERT(valsize == 0 || val != NULL);
	sockopt_init(&sopt, level, name, valsize);
	error = valsize == 0 ? 0 : sockopt_set(&sopt, val, valsize);
	if (error == 0)
		error = sosetopt(so, &sopt);
	sockopt_destroy(&sopt);
	return error;
}

static int
get_timeo(const struct sockbuf *sb, struct sockopt *sopt)
{
	struct timeval tv;

	memset(&tv, 0, sizeof(tv));
	tv.tv_sec = sb->sb_timeo / hz;
	tv.tv_usec = sb->sb_timeo % hz * tick;
	return sockopt_set(sopt, &tv, sizeof(tv));
}

static int
get_error(struct socket *so, struct sockopt *sopt)
{
	u_short *errorp = so->so_error != 0 ? &so->so_error : &so->so_rerror;
	int error;

	error = sockopt_setint(sopt, *errorp);
	if (error == 0)
		*errorp = 0;
	return error;
}

static int
get_linger(const struct socket *so, struct sockopt *sopt)
{
	struct linger l;

	l.l_onoff = (so->so_options & SO_LINGER) != 0;
	l.l_linger = so->so_linger;
	return sockopt_set(sopt, &l, sizeof(l));
}

static int
get_socket(struct socket *so, struct sockopt *sopt)
{

	KASSERT(solocked(so));
	switch (sopt->sopt_name) {
	case SO_ACCEPTFILTER:
		return EINVAL;		/* none is set, ever */
	case SO_LINGER:
		return get_linger(so, sopt);
	case SO_DEBUG:
	case SO_KEEPALIVE:
	case SO_DONTROUTE:
	case SO_USELOOPBACK:
	case SO_BROADCAST:
	case SO_REUSEADDR:
	case SO_REUSEPORT:
	case SO_OOBINLINE:
	case SO_NOSIGPIPE:
	case SO_TIMESTAMP:
	case SO_RERROR:
	case SO_ACCEPTCONN:
		return sockopt_setint(sopt,
		    (so->so_options & sopt->sopt_name) != 0);
	case SO_TYPE:
		return sockopt_setint(sopt, so->so_type);
	case SO_ERROR:
		return get_error(so, sopt);
	case SO_SNDBUF:
		return sockopt_setint(sopt, (int)so->so_snd.sb_hiwat);
	case SO_RCVBUF:
		return sockopt_setint(sopt, (int)so->so_rcv.sb_hiwat);
	case SO_SNDLOWAT:
		return sockopt_setint(sopt, (int)so->so_snd.sb_lowat);
	case SO_RCVLOWAT:
		return sockopt_setint(sopt, (int)so->so_rcv.sb_lowat);
	case SO_SNDTIMEO:
		return get_timeo(&so->so_snd, sopt);
	case SO_RCVTIMEO:
		return get_timeo(&so->so_rcv, sopt);
	case SO_OVERFLOWED:
		return sockopt_setint(sopt, (int)so->so_rcv.sb_overflowed);
	default:
		return ENOPROTOOPT;
	}
}

int
sogetopt(struct socket *so, struct sockopt *sopt)
{
	int error;

	solock(so);
	error = sopt->sopt_level == SOL_SOCKET ? get_socket(so, sopt) :
	    ENOPROTOOPT;
	if (error == ENOPROTOOPT)
		error = protocol_option(so, PRCO_GETOPT, sopt);
	sounlock(so);
	return error;
}
