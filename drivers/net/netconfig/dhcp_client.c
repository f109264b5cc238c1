/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client does when a message comes, when nothing comes for a while, and
 * when somebody else has the address: RFC 2131 sections 3 and 4.4.  All of
 * it runs in the thread.
 */

#include <sys/param.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include "dhcp.h"

#define	SEC		1000
#define	GIVEUP		(30 * SEC)	/* without a first lease */
#define	RETRY_MIN	(60 * SEC)	/* of a lease: RFC 2131, 4.4.5 */
#define	DECLINE_WAIT	(10 * SEC)	/* RFC 2131, 3.1 point 5 */
#define	REQUESTS	4		/* before asking for another offer */
#define	PROBES		2
#define	PROBE_WAIT	100		/* a link's answer takes no longer */
#define	RELEASE_WAIT	10
#define	RELEASE_WAITS	10		/* a router is never resolved */

/* RFC 2131 section 4.1: 4, 8 ... 64 seconds, one more or less. */
static int64_t
backoff(u_int tries)
{

	return (4 << MIN(tries, 4)) * SEC - SEC +
	    (int64_t)(cprng_fast32() % (2 * SEC + 1));
}

/* RFC 2131 section 4.4, table 5: what is said when. */
static void
send(struct dhcp_client *c, enum dhcp_type type)
{
	const struct rump_dhcp_lease *dl = c->c_set ? &c->c_have : &c->c_lease;
	struct dhcp_out out = { .do_type = type, .do_xid = c->c_xid,
	    .do_secs = (uint16_t)MIN((dhcp_now() - c->c_began) / SEC,
		UINT16_MAX) };

	KASSERT(dhcp_owned() && c->c_ops == &dhcp4_ops);
	memcpy(out.do_lla, c->c_lla, sizeof(out.do_lla));
	if (c->c_set)
		out.do_ciaddr = dl->dl_address;
	else if (type != DHCP_DISCOVER)
		out.do_requested = dl->dl_address;
	if (type == DHCP_RELEASE || (type != DHCP_DISCOVER && !c->c_set))
		out.do_server = dl->dl_server;
	if (c->c_set && c->c_state != RUMP_DHCP_REBINDING)
		dhcp_unicast(dhcp_socket(c->c_ops), &out, dl->dl_server);
	else if (dhcp_broadcast(c, &out) == ENXIO)
		dhcp_over(c, ENXIO);
}

static void
show(struct dhcp_client *c)
{
	const struct rump_dhcp_lease *dl = &c->c_have;

	dhcp_show(c, c->c_set ? dl : NULL, dl->dl_seconds == UINT32_MAX ?
	    DHCP_NEVER : c->c_since + (int64_t)dl->dl_seconds * SEC);
}

static void
set_state(struct dhcp_client *c, enum rump_dhcp_state state, int64_t when)
{

	KASSERT(dhcp_owned());
	c->c_state = state;
	c->c_when = when;
	c->c_tries = 0;
	show(c);
}

static void
new_transaction(struct dhcp_client *c)
{

	c->c_xid = cprng_strong32();
	c->c_began = dhcp_now();
}

/*
 * Without an address.
 */

/* Asks for offers; a server that refuses what it offered is not hurried. */
static void
restart(struct dhcp_client *c)
{
	int64_t wait = 0;

	KASSERT(!c->c_set);
	if (c->c_refusals != 0)
		wait = (int64_t)SEC << MIN(c->c_refusals - 1, 6);
	set_state(c, RUMP_DHCP_SELECTING, dhcp_now() + wait);
}

static void
begin(struct dhcp_client *c)
{

	KASSERT(c->c_state == 0);
	c->c_giveup = dhcp_now() + GIVEUP;
	restart(c);
}

static void
discover(struct dhcp_client *c)
{

	KASSERT(!c->c_set);
	if (c->c_tries == 0)
		new_transaction(c);
	c->c_when = dhcp_now() + backoff(c->c_tries++);
	send(c, DHCP_DISCOVER);
}

static void
request(struct dhcp_client *c)
{

	if (c->c_tries == REQUESTS) {
		restart(c);
		return;
	}
	c->c_asked = dhcp_now();
	c->c_when = c->c_asked + backoff(c->c_tries++);
	send(c, DHCP_REQUEST);
}

static void
refused(struct dhcp_client *c)
{

	c->c_refusals++;
	dhcp_unapply(c);
	restart(c);
}

/*
 * With one.
 */

/* So many seconds into the lease, but not at once. */
static int64_t
into(const struct dhcp_client *c, uint32_t sec)
{

	return sec == UINT32_MAX ? DHCP_NEVER :
	    c->c_since + MAX((int64_t)sec * SEC, SEC / 2);
}

static void
bound(struct dhcp_client *c)
{
	int error;

	if ((error = dhcp_apply(c)) != 0) {
		printf("%s: DHCP: the address cannot be set: %d\n",
		    c->c_name, error);
		dhcp_over(c, error);
		return;
	}
	c->c_since = c->c_asked;
	c->c_refusals = 0;
	c->c_giveup = DHCP_NEVER;
	set_state(c, RUMP_DHCP_BOUND, into(c, c->c_have.dl_renew));
	dhcp_result(c, 0);
}

/* Asks again at half of what is left, as long as that is not too often. */
static void
prolong(struct dhcp_client *c, int64_t end)
{

	KASSERT(c->c_set);
	c->c_asked = dhcp_now();
	c->c_when = MIN(end, c->c_asked + MAX((end - c->c_asked) / 2,
	    RETRY_MIN));
	send(c, DHCP_REQUEST);
}

static void
renew(struct dhcp_client *c)
{
	const int64_t end = into(c, c->c_have.dl_rebind);

	KASSERT(c->c_set);
	if (dhcp_now() < end) {
		prolong(c, end);
		return;
	}
	set_state(c, RUMP_DHCP_REBINDING, 0);
	prolong(c, into(c, c->c_have.dl_seconds));
}

static void
rebind(struct dhcp_client *c)
{
	const int64_t end = into(c, c->c_have.dl_seconds);

	KASSERT(c->c_set);
	if (dhcp_now() < end) {
		prolong(c, end);
		return;
	}
	printf("%s: DHCP: the lease has ended\n", c->c_name);
	dhcp_unapply(c);
	restart(c);
}

/*
 * Whether it is free: RFC 2131 section 2.2, with the probes of RFC 5227.
 */
static void
check(struct dhcp_client *c)
{

	KASSERT(!c->c_set && c->c_tries <= PROBES);
	if (c->c_tries++ == PROBES) {
		dhcp_unwatch(c);
		bound(c);
		return;
	}
	c->c_when = dhcp_now() + PROBE_WAIT;
	if (dhcp_probe(c) != 0) {
		dhcp_unwatch(c);
		dhcp_over(c, ENXIO);
	}
}

static void
start_check(struct dhcp_client *c)
{

	KASSERT(!c->c_set);
	if (dhcp_watch(c) != 0) {
		dhcp_over(c, ENXIO);
		return;
	}
	set_state(c, RUMP_DHCP_CHECKING, 0);
	check(c);
}

static void
conflict(struct dhcp_client *c)
{

	if (c->c_state != RUMP_DHCP_CHECKING)
		return;
	dhcp_unwatch(c);
	printf("%s: DHCP: somebody has the address that was offered\n",
	    c->c_name);
	set_state(c, RUMP_DHCP_DECLINED, MIN(dhcp_now() + DECLINE_WAIT,
	    c->c_giveup));
	send(c, DHCP_DECLINE);
}

/*
 * Events.
 */

/* What would be later than the end is not to be waited for. */
static void
hurry(struct dhcp_client *c)
{

	if (c->c_state != RUMP_DHCP_CHECKING)
		c->c_when = MIN(c->c_when, c->c_giveup);
}

static void
timer(struct dhcp_client *c)
{

	KASSERT(dhcp_owned() && !c->c_over);
	if (!dhcp_attached(c)) {
		dhcp_over(c, ENXIO);
		return;
	}
	if (dhcp_now() >= c->c_giveup && c->c_state != RUMP_DHCP_CHECKING) {
		dhcp_over(c, ETIMEDOUT);
		return;
	}
	switch (c->c_state) {
	case RUMP_DHCP_SELECTING:
		discover(c);
		break;
	case RUMP_DHCP_REQUESTING:
		request(c);
		break;
	case RUMP_DHCP_CHECKING:
		check(c);
		break;
	case RUMP_DHCP_DECLINED:
		restart(c);
		break;
	case RUMP_DHCP_BOUND:
		new_transaction(c);
		set_state(c, RUMP_DHCP_RENEWING, 0);
		renew(c);
		break;
	case RUMP_DHCP_RENEWING:
		renew(c);
		break;
	case RUMP_DHCP_REBINDING:
		rebind(c);
		break;
	default:
		KASSERT(false);
	}
	hurry(c);
}

static void
offered(struct dhcp_client *c, const struct rump_dhcp_lease *dl)
{

	/* Nothing has been asked yet, or not for a while. */
	if (c->c_state != RUMP_DHCP_SELECTING || c->c_tries == 0)
		return;
	c->c_lease = *dl;
	set_state(c, RUMP_DHCP_REQUESTING, 0);
	request(c);
}

/* Is it what we asked for, and from whom we asked? */
static bool
answers(const struct dhcp_client *c, const struct rump_dhcp_lease *dl)
{

	switch (c->c_state) {
	case RUMP_DHCP_REQUESTING:
		return dl->dl_server == c->c_lease.dl_server;
	case RUMP_DHCP_RENEWING:
		return dl->dl_server == c->c_have.dl_server;
	case RUMP_DHCP_REBINDING:
		return true;
	default:
		return false;
	}
}

static void
granted(struct dhcp_client *c, const struct rump_dhcp_lease *dl)
{
	const struct rump_dhcp_lease *asked = c->c_set ? &c->c_have :
	    &c->c_lease;

	if (dl->dl_address != asked->dl_address)
		return;
	c->c_lease = *dl;
	if (c->c_set)
		bound(c);
	else
		start_check(c);
}

static void
heard(struct dhcp_client *c, enum dhcp_type type,
    const struct rump_dhcp_lease *dl)
{

	KASSERT(dhcp_owned() && !c->c_over);
	if (type == DHCP_OFFER)
		offered(c, dl);
	else if (!answers(c, dl))
		return;
	else if (type == DHCP_ACK)
		granted(c, dl);
	else if (type == DHCP_NAK)
		refused(c);
	hurry(c);
}

/*
 * Without the address the message would not get out, so if the server's link
 * address is not known any more it is waited for.
 */
static void
give_back(struct dhcp_client *c)
{
	int i;

	KASSERT(c->c_set);
	new_transaction(c);
	/* To the server alone, whatever the state. */
	c->c_state = RUMP_DHCP_BOUND;
	send(c, DHCP_RELEASE);
	for (i = 0; i < RELEASE_WAITS; i++) {
		if (netconfig_resolved(c->c_name,
		    (struct in_addr){ c->c_have.dl_server }))
			break;
		(void)kpause("dhcprel", false, MAX(mstohz(RELEASE_WAIT), 1),
		    NULL);
	}
}

/* The interface may have gone: one of that name has nothing of ours then. */
static void
end(struct dhcp_client *c)
{

	KASSERT(dhcp_owned());
	if (c->c_state == RUMP_DHCP_CHECKING)
		dhcp_unwatch(c);
	if (c->c_set && dhcp_attached(c))
		give_back(c);
	dhcp_unapply(c);
}

/* The address is needed until it is given back. */
static void
stop(struct dhcp_client *c)
{

	KASSERT(dhcp_owned() && !c->c_over);
	c->c_over = true;
}

static bool
receive(struct socket *so)
{
	static uint8_t msg[DHCP_IN_MAX];	/* of the thread */
	struct rump_dhcp_lease dl;
	struct dhcp_client *c;
	enum dhcp_type type;
	u_int ifindex;
	size_t len;

	KASSERT(dhcp_owned());
	if (!dhcp_receive(so, msg, sizeof(msg), &len, &ifindex))
		return false;
	for (c = dhcp_next(&dhcp4_ops, NULL); c != NULL && len > 0;
	    c = dhcp_next(&dhcp4_ops, c)) {
		if (c->c_index == ifindex && !c->c_over && dhcp_parse(msg,
		    len, c->c_xid, c->c_lla, &type, &dl))
			heard(c, type, &dl);
	}
	return true;
}

const struct dhcp_ops dhcp4_ops = {
	.do_size = sizeof(struct rump_dhcp_lease),
	.do_open = dhcp_open,
	.do_receive = receive,
	.do_begin = begin,
	.do_timer = timer,
	.do_conflict = conflict,
	.do_stop = stop,
	.do_end = end,
};
