/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of segments: RFC 9293 section 3.2, RFC 7323 (window scale,
 * timestamps), RFC 2018 (SACK), RFC 7413 (Fast Open).  One that is malformed
 * counts for nothing; one of a length that makes no sense ends the list.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/systm.h>

#include "tcp_private.h"

static void
parse_sack(const uint8_t *p, u_int len, struct tcp_opts *to)
{
	u_int n;

	if (len < 2 + 8 || (len - 2) % 8 != 0)
		return;
	n = MIN((len - 2) / 8, TCP_SACK_MAX);
	for (to->to_nsack = 0, p += 2; to->to_nsack < n; p += 8) {
		to->to_sack[to->to_nsack].r_start = be32dec(p);
		to->to_sack[to->to_nsack].r_end = be32dec(p + 4);
		to->to_nsack++;
	}
}

static void
parse_cookie(const uint8_t *p, u_int len, struct tcp_opts *to)
{

	if (len != 0 && (len < TCP_FASTOPEN_MINLEN ||
	    len > TCP_FASTOPEN_MAXLEN || len % 2 != 0))
		return;
	memcpy(to->to_cookie, p, len);
	to->to_cookielen = (uint8_t)len;
	to->to_flags |= TOF_COOKIE;
}

static void
parse_one(const uint8_t *p, u_int len, bool syn, struct tcp_opts *to)
{

	switch (p[0]) {
	case TCPOPT_MAXSEG:
		if (syn && len == TCPOLEN_MAXSEG) {
			to->to_mss = be16dec(p + 2);
			to->to_flags |= TOF_MSS;
		}
		break;
	case TCPOPT_WINDOW:
		if (syn && len == TCPOLEN_WINDOW) {
			to->to_scale = MIN(p[2], TCP_MAX_WINSHIFT);
			to->to_flags |= TOF_SCALE;
		}
		break;
	case TCPOPT_SACK_PERMITTED:
		if (syn && len == TCPOLEN_SACK_PERMITTED)
			to->to_flags |= TOF_SACKOK;
		break;
	case TCPOPT_SACK:
		if (!syn)
			parse_sack(p, len, to);
		break;
	case TCPOPT_FASTOPEN:
		if (syn)
			parse_cookie(p + 2, len - 2, to);
		break;
	case TCPOPT_TIMESTAMP:
		if (len == TCPOLEN_TIMESTAMP) {
			to->to_tsval = be32dec(p + 2);
			to->to_tsecr = be32dec(p + 6);
			to->to_flags |= TOF_TS;
		}
		break;
	}
}

void
tcp_options_parse(const uint8_t *p, u_int n, bool syn, struct tcp_opts *to)
{
	u_int len;

	to->to_flags = 0;
	to->to_nsack = 0;
	for (; n > 0; p += len, n -= len) {
		if (p[0] == TCPOPT_EOL)
			return;
		if (p[0] == TCPOPT_NOP) {
			len = 1;
			continue;
		}
		if (n < 2 || (len = p[1]) < 2 || len > n)
			return;
		parse_one(p, len, syn, to);
	}
}

u_int
tcp_options_timestamp(uint8_t *p, uint32_t val, uint32_t ecr)
{

	be32enc(p, TCPOPT_TSTAMP_HDR);
	be32enc(p + 4, val);
	be32enc(p + 8, ecr);
	return TCPOLEN_TSTAMP_APPA;
}

/* Those of a SYN; scale < 0: none. */
u_int
tcp_options_syn(uint8_t *p, u_int mss, int scale, bool ts, uint32_t val,
    uint32_t ecr, bool sack)
{
	uint8_t *const p0 = p;

	*p++ = TCPOPT_MAXSEG;
	*p++ = TCPOLEN_MAXSEG;
	be16enc(p, (uint16_t)mss);
	p += 2;
	if (scale >= 0) {
		*p++ = TCPOPT_NOP;
		*p++ = TCPOPT_WINDOW;
		*p++ = TCPOLEN_WINDOW;
		*p++ = (uint8_t)scale;
	}
	if (sack) {
		*p++ = TCPOPT_NOP;
		*p++ = TCPOPT_NOP;
		*p++ = TCPOPT_SACK_PERMITTED;
		*p++ = TCPOLEN_SACK_PERMITTED;
	}
	if (ts)
		p += tcp_options_timestamp(p, val, ecr);
	return (u_int)(p - p0);
}

u_int
tcp_options_fastopen(uint8_t *p, u_int room, const uint8_t *cookie, u_int len)
{
	const u_int n = roundup(TCPOLEN_FASTOPEN_EMPTY + len, 4);

	if (n > room)
		return 0;
	memset(p, TCPOPT_NOP, n);
	p += n - TCPOLEN_FASTOPEN_EMPTY - len;
	*p++ = TCPOPT_FASTOPEN;
	*p++ = (uint8_t)(TCPOLEN_FASTOPEN_EMPTY + len);
	if (len > 0)
		memcpy(p, cookie, len);
	return n;
}

static u_int
put_sack(const struct tcpcb *tp, uint8_t *p, u_int room)
{
	struct tcp_range r[TCP_SACK_MAX];
	u_int n, i;

	if (room < 4 + 8)
		return 0;
	n = tcp_sack_blocks(tp, r, MIN((room - 4) / 8, TCP_SACK_MAX));
	if (n == 0)
		return 0;
	p[0] = p[1] = TCPOPT_NOP;
	p[2] = TCPOPT_SACK;
	p[3] = (uint8_t)(2 + 8 * n);
	for (i = 0, p += 4; i < n; i++, p += 8) {
		be32enc(p, r[i].r_start);
		be32enc(p + 4, r[i].r_end);
	}
	return 4 + 8 * n;
}

/* Those of a segment of a connection, by its state and o_flags. */
void
tcp_options_build(struct tcpcb *tp, struct tcp_out *o)
{
	const uint32_t now = tp->t_msec + tp->ts_offset;
	const bool both = tp->t_state != TCPS_SYN_SENT;
	u_int n = 0;

	if ((tp->t_flags & TF_NOOPT) != 0 && (o->o_flags & TH_SYN) == 0)
		goto out;
	if ((o->o_flags & TH_SYN) != 0) {
		if ((tp->t_flags & TF_NOOPT) == 0)
			n = tcp_options_syn(o->o_opt, tp->t_ourmss,
			    (tp->t_flags & TF_SCALE) != 0 ? tp->rcv_scale :
			    -1, (tp->t_flags & TF_TS) != 0, now,
			    both ? tp->ts_recent : 0,
			    (tp->t_flags & TF_SACK) != 0);
		goto out;
	}
	if ((tp->t_flags & TF_TS) != 0)
		n = tcp_options_timestamp(o->o_opt, now, tp->ts_recent);
	if ((tp->t_flags & TF_SACK) != 0 && tp->t_recvq != NULL)
		n += put_sack(tp, o->o_opt + n, MAX_TCPOPTLEN - n);
 out:
	o->o_optlen = (uint8_t)n;
}
