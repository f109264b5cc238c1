/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client of DHCPv6 does when a message comes, when nothing comes for a
 * while, and when somebody else has the address: RFC 8415 section 18.2.  All
 * of it runs in the thread.
 */

#include <sys/param.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <netinet6/in6_var.h>

#include "dhcp.h"
#include "netconfig_in6.h"

#define	SEC		1000
#define	GIVEUP		(30 * SEC)	/* without a first lease */
#define	LOOK		20		/* at an address that is tentative */
#define	MAX_DELAY	(1 * SEC)	/* section 7.6 */
#define	REFRESH		(24 * 60 * 60)	/* seconds, section 21.23 */
#define	REFRESH_MIN	600
#define	LEASED		(RUMP_DHCP6_ADDRESS | RUMP_DHCP6_PREFIX)
#define	BEST		(255 + 256)	/* nothing better will come */

/* Section 15, with the numbers of section 7.6; 0: without such a limit. */
static const struct {
	int64_t	t_first, t_most, t_limit;
	u_int	t_count;
} timing[] = {
	[DHCP6_SOLICIT] = { 1 * SEC, 3600 * SEC, 0, 0 },
	[DHCP6_REQUEST] = { 1 * SEC, 30 * SEC, 0, 10 },
	[DHCP6_CONFIRM] = { 1 * SEC, 4 * SEC, 10 * SEC, 0 },
	[DHCP6_RENEW] = { 10 * SEC, 600 * SEC, 0, 0 },
	[DHCP6_REBIND] = { 10 * SEC, 600 * SEC, 0, 0 },
	[DHCP6_RELEASE] = { 1 * SEC, 0, 0, 4 },
	[DHCP6_DECLINE] = { 1 * SEC, 0, 0, 4 },
	[DHCP6_INFORM] = { 1 * SEC, 3600 * SEC, 0, 0 },
};

/*
 * Times.
 */

/* A tenth more or less; at least the time itself if that is said. */
static int64_t
about(int64_t ms, bool more)
{
	const int64_t part = ms / 10 + 1;
	const int64_t off = (int64_t)(cprng_fast32() % (uint64_t)part);

	return more || cprng_fast32() % 2 == 0 ? ms + off + more : ms - off;
}

static int64_t
into(const struct dhcp_client *c, uint32_t sec)
{

	return sec == UINT32_MAX ? DHCP_NEVER :
	    c->c_six.s_since + MAX((int64_t)sec * SEC, SEC / 2);
}

/* The first of what there is to end; with nothing the time does not matter. */
static int64_t
end_of(const struct dhcp_client *c)
{
	const struct rump_dhcp6_lease *dl = &c->c_six.s_have;
	const uint32_t a = dl->d6_seconds, p = dl->d6_prefix_seconds;

	return into(c, a == 0 ? p : p == 0 ? a : MIN(a, p));
}

/* The last of it. */
static int64_t
end_of_all(const struct dhcp_client *c)
{
	const struct rump_dhcp6_lease *dl = &c->c_six.s_have;

	return into(c, MAX(dl->d6_seconds, dl->d6_prefix_seconds));
}

static bool
has_lease(const struct rump_dhcp6_lease *dl)
{

	return dl->d6_seconds != 0 || dl->d6_prefix_seconds != 0;
}

/* Does one part of two end before the other? */
static bool
has_two_ends(const struct rump_dhcp6_lease *dl)
{

	return dl->d6_seconds != 0 && dl->d6_prefix_seconds != 0 &&
	    dl->d6_seconds != dl->d6_prefix_seconds;
}

/* What is left of seconds that began with what we have. */
static uint32_t
left_of(const struct dhcp_client *c, uint32_t sec)
{
	const int64_t gone = howmany(c->c_asked - c->c_six.s_since, SEC);

	KASSERT(gone >= 0);
	return sec == UINT32_MAX ? sec :
	    (uint32_t)MAX((int64_t)sec - gone, 0);
}

/*
 * Messages, out.
 */
static void
set_state(struct dhcp_client *c, enum rump_dhcp_state state, int64_t when)
{
	const struct dhcp6 *s = &c->c_six;
	const bool some = has_lease(&s->s_have) ||
	    state == RUMP_DHCP_INFORMED;

	KASSERT(dhcp_owned());
	c->c_state = state;
	c->c_when = when;
	dhcp_show(c, some && state != RUMP_DHCP_CHECKING ? &s->s_have : NULL,
	    state == RUMP_DHCP_INFORMED ? DHCP_NEVER : end_of(c));
}

/* Of a message that is sent for the first time after so many milliseconds. */
static void
start(struct dhcp_client *c, enum rump_dhcp_state state,
    enum dhcp6_type type, int64_t delay)
{
	struct dhcp6 *s = &c->c_six;
	const int64_t limit = timing[type].t_limit;

	s->s_type = type;
	s->s_xid = cprng_strong32() & 0xffffff;
	s->s_wait = 0;
	s->s_limit = limit != 0 ? dhcp_now() + limit : DHCP_NEVER;
	c->c_tries = 0;
	set_state(c, state, dhcp_now() + delay);
}

static void
send(struct dhcp_client *c)
{
	struct dhcp6 *s = &c->c_six;
	struct dhcp6_out out = { .d6o_type = s->s_type,
	    .d6o_xid = s->s_xid, .d6o_flags = c->c_flags,
	    .d6o_lease = &s->s_lease };
	uint8_t msg[DHCP6_OUT_MAX];
	size_t len;

	KASSERT(dhcp_owned() && c->c_ops == &dhcp6_ops);
	c->c_asked = dhcp_now();
	if (c->c_tries == 0)
		c->c_began = c->c_asked;
	out.d6o_elapsed = (uint16_t)MIN((c->c_asked - c->c_began) / 10,
	    UINT16_MAX);
	memcpy(out.d6o_lla, c->c_lla, sizeof(out.d6o_lla));
	len = dhcp6_make(&out, msg);
	dhcp6_send(dhcp_socket(c->c_ops), c->c_index, msg, len);
	c->c_tries++;
}

static int64_t
longest(const struct dhcp6 *s)
{
	const uint32_t told = s->s_type == DHCP6_SOLICIT ? s->s_sol_max :
	    s->s_type == DHCP6_INFORM ? s->s_inf_max : 0;

	return told != 0 ? (int64_t)told * SEC : timing[s->s_type].t_most;
}

/* Once more, if it may be.  False: it is given up. */
static bool
again(struct dhcp_client *c)
{
	struct dhcp6 *s = &c->c_six;
	const u_int count = timing[s->s_type].t_count;
	const int64_t most = longest(s);

	if ((count != 0 && c->c_tries == count) || dhcp_now() >= s->s_limit)
		return false;
	/* Who solicits first waits a little longer: section 18.2.1. */
	s->s_wait = s->s_wait == 0 ? about(timing[s->s_type].t_first,
	    s->s_type == DHCP6_SOLICIT) :
	    s->s_wait + about(s->s_wait, false);
	if (most != 0 && s->s_wait > most)
		s->s_wait = about(most, false);
	send(c);
	c->c_when = MIN(c->c_asked + s->s_wait, s->s_limit);
	return true;
}

/*
 * Without a lease.
 */

/* Asks anew; a server that refuses all the time is not hurried. */
static void
restart(struct dhcp_client *c)
{
	int64_t wait = 0;

	KASSERT(!c->c_six.s_set);
	c->c_six.s_score = -1;
	memset(&c->c_six.s_lease, 0, sizeof(c->c_six.s_lease));
	if (c->c_refusals != 0)
		wait = (int64_t)SEC << MIN(c->c_refusals - 1, 6);
	if ((c->c_flags & LEASED) != 0)
		start(c, RUMP_DHCP_SELECTING, DHCP6_SOLICIT, wait);
	else
		start(c, RUMP_DHCP_ASKING, DHCP6_INFORM, wait);
}

static void
lose(struct dhcp_client *c)
{

	dhcp6_unapply(c);
	restart(c);
}

static void
refused(struct dhcp_client *c)
{

	c->c_refusals++;
	lose(c);
}

/* Who has no address of the link yet cannot say where the answer shall go. */
static void
wait_link(struct dhcp_client *c)
{
	const int flags = netconfig_addr6_flags(c->c_name, NULL);

	if (flags == -1 || (flags & IN6_IFF_NOTREADY) != 0)
		c->c_when = dhcp_now() + LOOK;
	else
		restart(c);
}

/* Section 18.2.1: not all clients of a link at once. */
static void
begin(struct dhcp_client *c)
{

	KASSERT(c->c_state == 0);
	c->c_six.s_score = -1;
	c->c_giveup = dhcp_now() + GIVEUP;
	set_state(c, RUMP_DHCP_WAITING,
	    dhcp_now() + cprng_fast32() % MAX_DELAY);
}

static void
solicit(struct dhcp_client *c)
{

	if (c->c_six.s_score >= 0)
		start(c, RUMP_DHCP_REQUESTING, DHCP6_REQUEST, 0);
	(void)again(c);
}

/*
 * With one.
 */
static void
bound(struct dhcp_client *c)
{

	KASSERT(has_lease(&c->c_six.s_have));
	c->c_refusals = 0;
	c->c_giveup = DHCP_NEVER;
	set_state(c, RUMP_DHCP_BOUND, into(c, c->c_six.s_have.d6_renew));
	dhcp_result(c, 0);
}

/* Section 18.2.8: the server is told, whether it hears or not. */
static void
decline(struct dhcp_client *c)
{

	KASSERT(c->c_six.s_set);
	printf("%s: DHCPv6: somebody has the address that was given\n",
	    c->c_name);
	c->c_refusals++;
	c->c_six.s_lease = c->c_six.s_have;
	dhcp6_unapply(c);
	start(c, RUMP_DHCP_DECLINED, DHCP6_DECLINE, 0);
	(void)again(c);
}

static void
check(struct dhcp_client *c)
{

	switch (dhcp6_check(c)) {
	case 0:
		bound(c);
		break;
	case EAGAIN:
		c->c_when = dhcp_now() + LOOK;
		break;
	case EEXIST:
		decline(c);
		break;
	default:
		lose(c);
		break;
	}
}

/* Section 18.2.10.1: what an answer says nothing of lives on to its end, which
 * is counted from now; what it takes away does not. */
static void
keep_rest(struct dhcp_client *c, const struct dhcp6_in *in)
{
	const struct rump_dhcp6_lease *have = &c->c_six.s_have;
	struct rump_dhcp6_lease *dl = &c->c_six.s_lease;

	if (dl->d6_seconds == 0 && !in->d6i_na.ia_ended &&
	    left_of(c, have->d6_seconds) != 0) {
		memcpy(dl->d6_address, have->d6_address,
		    sizeof(dl->d6_address));
		dl->d6_seconds = left_of(c, have->d6_seconds);
		dl->d6_preferred = left_of(c, have->d6_preferred);
	}
	if (dl->d6_prefix_seconds == 0 && !in->d6i_pd.ia_ended &&
	    left_of(c, have->d6_prefix_seconds) != 0) {
		memcpy(dl->d6_prefix, have->d6_prefix, sizeof(dl->d6_prefix));
		dl->d6_prefix_bits = have->d6_prefix_bits;
		dl->d6_prefix_seconds = left_of(c, have->d6_prefix_seconds);
		dl->d6_prefix_preferred = left_of(c,
		    have->d6_prefix_preferred);
	}
}

static void
granted(struct dhcp_client *c, const struct dhcp6_in *in)
{
	struct dhcp6 *s = &c->c_six;
	int error;

	KASSERT(has_lease(&in->d6i_lease));
	s->s_lease = in->d6i_lease;
	keep_rest(c, in);
	if ((error = dhcp6_apply(c)) != 0) {
		printf("%s: DHCPv6: the address cannot be set: %d\n",
		    c->c_name, error);
		/* Who has a lease asks again. */
		if (!has_lease(&s->s_have))
			dhcp_over(c, error);
		return;
	}
	s->s_since = c->c_asked;
	set_state(c, RUMP_DHCP_CHECKING, 0);
	check(c);
}

static void
rebind(struct dhcp_client *c)
{

	KASSERT(has_lease(&c->c_six.s_have));
	start(c, RUMP_DHCP_REBINDING, DHCP6_REBIND, 0);
	c->c_six.s_limit = end_of_all(c);
	if (!again(c))
		lose(c);
}

static void
renew(struct dhcp_client *c)
{

	KASSERT(has_lease(&c->c_six.s_have));
	c->c_six.s_lease = c->c_six.s_have;
	start(c, RUMP_DHCP_RENEWING, DHCP6_RENEW, 0);
	c->c_six.s_limit = into(c, c->c_six.s_have.d6_rebind);
	if (!again(c))
		rebind(c);
}

/* Nothing came, for as long as this message is sent. */
static void
given_up(struct dhcp_client *c)
{

	switch (c->c_six.s_type) {
	case DHCP6_CONFIRM:
		bound(c);
		break;
	case DHCP6_REQUEST:
		/* Of what we have until its end: as before. */
		if (has_lease(&c->c_six.s_have))
			renew(c);
		else
			lose(c);
		break;
	case DHCP6_RENEW:
		rebind(c);
		break;
	case DHCP6_REBIND:
		printf("%s: DHCPv6: the lease has ended\n", c->c_name);
		lose(c);
		break;
	case DHCP6_RELEASE:
		c->c_over = true;
		break;
	default:
		lose(c);
		break;
	}
}

/*
 * Events.
 */

/* What would be later than the end, or that of one part, is not to be waited
 * for. */
static void
hurry(struct dhcp_client *c)
{

	if (c->c_state == RUMP_DHCP_CHECKING ||
	    c->c_state == RUMP_DHCP_RELEASING)
		return;
	c->c_when = MIN(c->c_when, c->c_giveup);
	if (has_two_ends(&c->c_six.s_have))
		c->c_when = MIN(c->c_when, end_of(c));
}

/* A part that ends alone; both of them do with the state they are in. */
static void
drop_ended(struct dhcp_client *c)
{
	const struct rump_dhcp6_lease *dl = &c->c_six.s_have;

	if (!has_two_ends(dl) || dhcp_now() < end_of(c))
		return;
	if (dl->d6_seconds < dl->d6_prefix_seconds)
		dhcp6_drop_address(c);
	else
		dhcp6_drop_prefix(c);
	dhcp_show(c, dl, end_of(c));
}

static void
timer_by_state(struct dhcp_client *c)
{

	switch (c->c_state) {
	case RUMP_DHCP_WAITING:
		wait_link(c);
		break;
	case RUMP_DHCP_SELECTING:
		solicit(c);
		break;
	case RUMP_DHCP_CHECKING:
		check(c);
		break;
	case RUMP_DHCP_BOUND:
		renew(c);
		break;
	case RUMP_DHCP_INFORMED:
		restart(c);
		break;
	default:
		if (!again(c))
			given_up(c);
		break;
	}
}

static void
timer(struct dhcp_client *c)
{

	KASSERT(dhcp_owned() && !c->c_over);
	if (!dhcp_attached(c))
		dhcp_over(c, ENXIO);
	else if (dhcp_now() >= c->c_giveup &&
	    c->c_state != RUMP_DHCP_CHECKING &&
	    c->c_state != RUMP_DHCP_RELEASING)
		dhcp_over(c, ETIMEDOUT);
	else {
		drop_ended(c);
		timer_by_state(c);
		hurry(c);
	}
}

/* Section 18.2.9: how good an offer is; -1: it is none. */
static int
score(const struct dhcp_client *c, const struct dhcp6_in *in)
{
	const struct rump_dhcp6_lease *dl = &in->d6i_lease;
	const bool addr = dl->d6_seconds != 0, prefix =
	    dl->d6_prefix_seconds != 0;
	const bool all = (addr || (c->c_flags & RUMP_DHCP6_ADDRESS) == 0) &&
	    (prefix || (c->c_flags & RUMP_DHCP6_PREFIX) == 0);

	if (in->d6i_status != DHCP6_SUCCESS || (!addr && !prefix))
		return -1;
	return in->d6i_preference + (all ? 256 : 0);
}

static void
offered(struct dhcp_client *c, const struct dhcp6_in *in)
{
	struct dhcp6 *s = &c->c_six;
	const int n = score(c, in);

	KASSERT(c->c_state == RUMP_DHCP_SELECTING);
	/* Nothing has been asked yet, or not for a while. */
	if (c->c_tries == 0 || n <= s->s_score)
		return;
	s->s_lease = in->d6i_lease;
	s->s_score = n;
	/* After the first message the first offer is the best. */
	if (n == BEST || c->c_tries > 1)
		solicit(c);
}

static bool
same_server(const struct dhcp_client *c, const struct dhcp6_in *in)
{
	const struct rump_dhcp6_lease *a = &c->c_six.s_lease,
	    *b = &in->d6i_lease;

	return a->d6_server_len == b->d6_server_len &&
	    memcmp(a->d6_server, b->d6_server, a->d6_server_len) == 0;
}

/* Section 18.2.10.1: the server does not know of what we have. */
static void
request_again(struct dhcp_client *c, const struct dhcp6_in *in)
{
	struct dhcp6 *s = &c->c_six;

	KASSERT(has_lease(&s->s_have));
	s->s_lease = s->s_have;
	s->s_lease.d6_server_len = in->d6i_lease.d6_server_len;
	memcpy(s->s_lease.d6_server, in->d6i_lease.d6_server,
	    sizeof(s->s_lease.d6_server));
	start(c, RUMP_DHCP_REQUESTING, DHCP6_REQUEST, 0);
	s->s_limit = end_of_all(c);
	if (!again(c))
		lose(c);
}

static void
replied(struct dhcp_client *c, const struct dhcp6_in *in)
{

	if (c->c_state != RUMP_DHCP_REBINDING && !same_server(c, in))
		return;
	switch (in->d6i_status) {
	case DHCP6_SUCCESS:
		break;
	case DHCP6_UNSPEC_FAIL:
	case DHCP6_USE_MULTICAST:
		/* Asked again in a while. */
		return;
	default:
		refused(c);
		return;
	}
	/* Also if the other part is prolonged: it comes with the answer. */
	if (c->c_state != RUMP_DHCP_REQUESTING &&
	    (in->d6i_na.ia_status == DHCP6_NO_BINDING ||
	    in->d6i_pd.ia_status == DHCP6_NO_BINDING))
		request_again(c, in);
	else if (has_lease(&in->d6i_lease))
		granted(c, in);
	else if (in->d6i_na.ia_ended || in->d6i_pd.ia_ended ||
	    c->c_state == RUMP_DHCP_REQUESTING)
		refused(c);
}

static void
informed(struct dhcp_client *c, const struct dhcp6_in *in)
{
	const uint32_t sec = in->d6i_refresh != 0 ?
	    MAX(in->d6i_refresh, REFRESH_MIN) : REFRESH;
	struct dhcp6 *s = &c->c_six;

	s->s_have = in->d6i_lease;
	/* An answer to who wanted to know brings nothing to have. */
	s->s_have.d6_seconds = s->s_have.d6_prefix_seconds = 0;
	s->s_since = c->c_asked;
	c->c_giveup = DHCP_NEVER;
	set_state(c, RUMP_DHCP_INFORMED, into(c, sec));
	dhcp_result(c, 0);
}

static void
confirmed(struct dhcp_client *c, const struct dhcp6_in *in)
{

	if (in->d6i_status == DHCP6_NOT_ON_LINK)
		lose(c);
	else if (in->d6i_status == DHCP6_SUCCESS)
		bound(c);
}

static void
reply(struct dhcp_client *c, const struct dhcp6_in *in)
{

	switch (c->c_state) {
	case RUMP_DHCP_SELECTING:
		/* Section 18.2.10: not without both sides' wish. */
		if (in->d6i_rapid && (c->c_flags & RUMP_DHCP6_RAPID) != 0 &&
		    c->c_tries != 0 && score(c, in) >= 0)
			granted(c, in);
		break;
	case RUMP_DHCP_REQUESTING:
	case RUMP_DHCP_RENEWING:
	case RUMP_DHCP_REBINDING:
		replied(c, in);
		break;
	case RUMP_DHCP_CONFIRMING:
		confirmed(c, in);
		break;
	case RUMP_DHCP_DECLINED:
		restart(c);
		break;
	case RUMP_DHCP_RELEASING:
		c->c_over = true;
		break;
	case RUMP_DHCP_ASKING:
		informed(c, in);
		break;
	default:
		break;
	}
}

static void
heard(struct dhcp_client *c, const struct dhcp6_in *in)
{
	struct dhcp6 *s = &c->c_six;

	KASSERT(dhcp_owned() && !c->c_over);
	if (in->d6i_sol_max != 0)
		s->s_sol_max = in->d6i_sol_max;
	if (in->d6i_inf_max != 0)
		s->s_inf_max = in->d6i_inf_max;
	if (in->d6i_type == DHCP6_REPLY)
		reply(c, in);
	else if (c->c_state == RUMP_DHCP_SELECTING)
		offered(c, in);
	hurry(c);
}

static bool
receive(struct socket *so)
{
	static uint8_t msg[DHCP6_IN_MAX];	/* of the thread, as the next */
	static struct dhcp6_in in;
	struct dhcp_client *c;
	u_int ifindex;
	size_t len;

	KASSERT(dhcp_owned());
	if (!dhcp6_receive(so, msg, sizeof(msg), &len, &ifindex))
		return false;
	for (c = dhcp_next(&dhcp6_ops, NULL); c != NULL;
	    c = dhcp_next(&dhcp6_ops, c)) {
		if (c->c_index == ifindex && !c->c_over && dhcp6_parse(msg,
		    len, c->c_six.s_xid, c->c_lla, &in))
			heard(c, &in);
	}
	return true;
}

/* Section 18.2.3, and 18.2.5 for who has a prefix alone. */
static void
confirm(struct dhcp_client *c)
{
	const struct rump_dhcp6_lease *dl = &c->c_six.s_have;

	if (c->c_state == RUMP_DHCP_INFORMED)
		restart(c);
	if (c->c_state != RUMP_DHCP_BOUND &&
	    c->c_state != RUMP_DHCP_RENEWING &&
	    c->c_state != RUMP_DHCP_REBINDING)
		return;
	c->c_six.s_lease = *dl;
	if (dl->d6_prefix_seconds != 0)
		rebind(c);
	else
		start(c, RUMP_DHCP_CONFIRMING, DHCP6_CONFIRM,
		    cprng_fast32() % MAX_DELAY);
}

/* Section 18.2.7: the address is not used any more when the server hears. */
static void
stop(struct dhcp_client *c)
{
	struct dhcp6 *s = &c->c_six;

	KASSERT(dhcp_owned() && !c->c_over);
	if (!has_lease(&s->s_have) || !dhcp_attached(c)) {
		c->c_over = true;
		return;
	}
	s->s_lease = s->s_have;
	dhcp6_unapply(c);
	start(c, RUMP_DHCP_RELEASING, DHCP6_RELEASE, 0);
}

const struct dhcp_ops dhcp6_ops = {
	.do_size = sizeof(struct rump_dhcp6_lease),
	.do_open = dhcp6_open,
	.do_receive = receive,
	.do_begin = begin,
	.do_timer = timer,
	.do_conflict = confirm,
	.do_stop = stop,
	.do_end = dhcp6_unapply,
};
