/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fast Open, RFC 7413: data in a SYN.  A server gives a cookie to who asks for
 * one, and believes that a SYN which shows it comes from there: its data goes
 * to a socket at once.  A client keeps the cookies it was given, and how large
 * a segment their givers take.
 *
 * Cookies are a digest of both addresses and of the day, so that none is good
 * for longer than two.  Where a SYN with data was lost, the next ones have
 * none, until a cookie is given anew.
 */

#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include "tcp_private.h"

#define	COOKIELEN	8		/* of ours */
#define	COOKIE_LIFE	(24 * 60 * 60)	/* seconds, and as many more */
#define	PEERS		64		/* whose cookies are kept */

int tcp_fastopen_client;
int tcp_fastopen_server;
int tcp_fastopen_pending_max = 100;
int tcp_fastopen_reset_life = 60;	/* seconds */

/* All: mtx. */
struct peer {
	struct in6_addr	p_addr[2];	/* ours, the other's */
	uint16_t	p_mss;
	uint8_t		p_len;		/* of the cookie; 0: none */
	uint8_t		p_cookie[TCP_FASTOPEN_MAXLEN];
};

static kmutex_t mtx;
static struct peer peers[PEERS];
static u_int pending;			/* mtx: accepted, not established */
/* mtx: those that were reset in the time before this one and in this one. */
static u_int resets[2];
static time_t resets_when;

void
tcp_fastopen_init(void)
{

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_SOFTNET);
}

/*
 * The server.
 */
static void
make_cookie(const struct inaddrs *ia, uint32_t age, uint8_t *cookie)
{
	struct {
		struct in6_addr	addr[2];
		uint32_t	day, half;
	} in;
	uint32_t digest;

	memset(&in, 0, sizeof(in));
	in.addr[0] = ia->ia_laddr;
	in.addr[1] = ia->ia_faddr;
	in.day = (uint32_t)(time_uptime / COOKIE_LIFE) - age;
	for (in.half = 0; in.half < COOKIELEN / 4; in.half++) {
		digest = tcp_digest(&in, sizeof(in));
		memcpy(cookie + 4 * in.half, &digest, sizeof(digest));
	}
}

bool
tcp_fastopen_valid(const struct inaddrs *ia, const struct tcp_opts *to)
{
	uint8_t cookie[COOKIELEN];
	uint32_t age;

	if (to->to_cookielen != COOKIELEN)
		return false;
	for (age = 0; age < 2; age++) {
		make_cookie(ia, age, cookie);
		if (consttime_memequal(cookie, to->to_cookie, COOKIELEN))
			return true;
	}
	return false;
}

u_int
tcp_fastopen_give(const struct inaddrs *ia, uint8_t *p, u_int room)
{
	uint8_t cookie[COOKIELEN];

	make_cookie(ia, 0, cookie);
	return tcp_options_fastopen(p, room, cookie, COOKIELEN);
}

/*
 * Who floods us with SYNs of hosts whose cookies he knows has their RSTs make
 * room for the next: those that were reset count for a while (RFC 7413 section
 * 5.1).
 */
static u_int
recent_resets(void)
{
	const time_t now = time_uptime / tcp_fastopen_reset_life;

	KASSERT(mutex_owned(&mtx));
	if (now != resets_when) {
		resets[0] = now == resets_when + 1 ? resets[1] : 0;
		resets[1] = 0;
		resets_when = now;
	}
	return resets[0] + resets[1];
}

bool
tcp_fastopen_room(void)
{
	u_int n;

	mutex_enter(&mtx);
	n = pending + recent_resets();
	mutex_exit(&mtx);
	return (int)MIN(n, INT_MAX) < tcp_fastopen_pending_max;
}

void
tcp_fastopen_enter(struct tcpcb *tp)
{

	KASSERT((tp->t_flags & TF_TFOPEND) == 0);
	tp->t_flags |= TF_TFOPEND;
	mutex_enter(&mtx);
	pending++;
	mutex_exit(&mtx);
}

void
tcp_fastopen_leave(struct tcpcb *tp)
{

	if ((tp->t_flags & TF_TFOPEND) == 0)
		return;
	tp->t_flags &= ~TF_TFOPEND;
	mutex_enter(&mtx);
	KASSERT(pending > 0);
	pending--;
	mutex_exit(&mtx);
}

void
tcp_fastopen_reset(struct tcpcb *tp)
{

	if ((tp->t_flags & TF_TFOPEND) == 0)
		return;
	tcp_fastopen_leave(tp);
	mutex_enter(&mtx);
	(void)recent_resets();
	resets[1]++;
	mutex_exit(&mtx);
}

/*
 * The client.  Another peer may take an entry.
 */
static struct peer *
peer_of(const struct inaddrs *ia)
{
	struct inaddrs ends = *ia;

	KASSERT(mutex_owned(&mtx));
	ends.ia_lport = ends.ia_fport = 0;
	return &peers[tcp_hash(&ends, 0) % PEERS];
}

static bool
same_peer(const struct peer *p, const struct inaddrs *ia)
{

	return p->p_len != 0 &&
	    IN6_ARE_ADDR_EQUAL(&p->p_addr[0], &ia->ia_laddr) &&
	    IN6_ARE_ADDR_EQUAL(&p->p_addr[1], &ia->ia_faddr);
}

void
tcp_fastopen_learn(const struct inaddrs *ia, const struct tcp_opts *to,
    u_int mss)
{
	struct peer *p;

	if (to->to_cookielen == 0)
		return;
	mutex_enter(&mtx);
	p = peer_of(ia);
	p->p_addr[0] = ia->ia_laddr;
	p->p_addr[1] = ia->ia_faddr;
	p->p_mss = (uint16_t)mss;
	p->p_len = to->to_cookielen;
	memcpy(p->p_cookie, to->to_cookie, p->p_len);
	mutex_exit(&mtx);
}

void
tcp_fastopen_forget(const struct inaddrs *ia)
{
	struct peer *p;

	mutex_enter(&mtx);
	p = peer_of(ia);
	if (same_peer(p, ia))
		p->p_len = 0;
	mutex_exit(&mtx);
}

u_int
tcp_fastopen_ask(const struct inaddrs *ia, uint8_t *opt, u_int room,
    u_int *mssp)
{
	const struct peer *p;
	u_int n = 0;

	*mssp = 0;
	mutex_enter(&mtx);
	p = peer_of(ia);
	if (same_peer(p, ia)) {
		n = tcp_options_fastopen(opt, room, p->p_cookie, p->p_len);
		if (n != 0)
			*mssp = p->p_mss;
	}
	mutex_exit(&mtx);
	return n != 0 ? n : tcp_options_fastopen(opt, room, NULL, 0);
}

bool
tcp_fastopen_known(const struct inaddrs *ia)
{
	bool known;

	mutex_enter(&mtx);
	known = same_peer(peer_of(ia), ia);
	mutex_exit(&mtx);
	return known;
}
