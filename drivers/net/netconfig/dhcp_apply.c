/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A lease is set on its interface, and taken away.  What was there before of
 * the same kind - an address, a default route - is left alone.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include <net/route.h>

#include "dhcp.h"

static struct in_addr
address(const struct rump_dhcp_lease *dl)
{

	return (struct in_addr){ dl->dl_address };
}

/*
 * Routes.
 */
static void
remove_routes(struct dhcp_client *c)
{
	const struct rump_dhcp_lease *dl = &c->c_have;
	u_int i;

	KASSERT(c->c_set);
	/* A router is taken away before the route to it. */
	for (i = dl->dl_nroutes; i-- > 0;) {
		if ((c->c_routes & (1u << i)) != 0)
			(void)netconfig_route(RTM_DELETE, &dl->dl_routes[i],
			    address(dl));
	}
	c->c_routes = 0;
}

static void
add_routes(struct dhcp_client *c)
{
	const struct rump_dhcp_lease *dl = &c->c_have;
	u_int i;
	int error;

	_Static_assert(RUMP_DHCP_ROUTES <= 32, "bits of c_routes");
	KASSERT(c->c_routes == 0 && dl->dl_nroutes <= RUMP_DHCP_ROUTES);
	for (i = 0; i < dl->dl_nroutes; i++) {
		error = netconfig_route(RTM_ADD, &dl->dl_routes[i],
		    address(dl));
		if (error == 0)
			c->c_routes |= 1u << i;
		else if (error != EEXIST)
			printf("%s: DHCP: a route cannot be set: %d\n",
			    c->c_name, error);
	}
}

static bool
same_routes(const struct rump_dhcp_lease *a, const struct rump_dhcp_lease *b)
{

	return a->dl_nroutes == b->dl_nroutes && memcmp(a->dl_routes,
	    b->dl_routes, a->dl_nroutes * sizeof(a->dl_routes[0])) == 0;
}

/*
 * The MTU.
 */
static void
restore_mtu(struct dhcp_client *c)
{

	if (c->c_oldmtu != 0)
		(void)netconfig_setmtu(c->c_name, c->c_oldmtu);
	c->c_oldmtu = 0;
}

/* One that the interface does not take is not ours to complain about. */
static void
set_mtu(struct dhcp_client *c, int mtu)
{
	int old;

	KASSERT(c->c_set && mtu >= 0);
	if (mtu == 0) {
		restore_mtu(c);
		return;
	}
	if (netconfig_getmtu(c->c_name, &old) == 0 && old != mtu &&
	    netconfig_setmtu(c->c_name, mtu) == 0 && c->c_oldmtu == 0)
		c->c_oldmtu = old;
}

/*
 * All of it.  c_lease is what shall be, c_have what is.
 */
static int
apply_first(struct dhcp_client *c)
{
	const struct in_addr mask = { c->c_lease.dl_mask };
	int error;

	/* One that somebody has set by hand is not ours to take away. */
	c->c_ours = !netconfig_addr_there(c->c_name, address(&c->c_lease));
	if (c->c_ours && (error = netconfig_addr_add(c->c_name,
	    address(&c->c_lease), mask)) != 0)
		return error;
	c->c_have = c->c_lease;
	c->c_set = true;
	add_routes(c);
	return 0;
}

static int
apply_again(struct dhcp_client *c)
{
	const struct in_addr mask = { c->c_lease.dl_mask };
	const bool routes = !same_routes(&c->c_lease, &c->c_have);
	int error;

	KASSERT(c->c_lease.dl_address == c->c_have.dl_address);
	if (c->c_ours && c->c_lease.dl_mask != c->c_have.dl_mask &&
	    (error = netconfig_addr_add(c->c_name, address(&c->c_lease),
	    mask)) != 0)
		return error;
	if (routes)
		remove_routes(c);
	c->c_have = c->c_lease;
	if (routes)
		add_routes(c);
	return 0;
}

int
dhcp_apply(struct dhcp_client *c)
{
	int error;

	KASSERT(dhcp_owned());
	error = c->c_set ? apply_again(c) : apply_first(c);
	if (error == 0)
		set_mtu(c, (int)c->c_have.dl_mtu);
	return error;
}

/* The interface may have gone, and all that was on it. */
void
dhcp_unapply(struct dhcp_client *c)
{

	KASSERT(dhcp_owned());
	if (!c->c_set)
		return;
	if (dhcp_attached(c)) {
		remove_routes(c);
		if (c->c_ours)
			(void)netconfig_addr_delete(c->c_name,
			    address(&c->c_have));
		restore_mtu(c);
	}
	c->c_routes = 0;
	c->c_oldmtu = 0;
	c->c_set = false;
	memset(&c->c_have, 0, sizeof(c->c_have));
}
