/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of names on an interface, from all who tell of it: leases of
 * DHCP and of DHCPv6 come before routers, RFC 8106 section 5.3.1.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include <lib/libkern/libkern.h>

#include "dhcp.h"
#include "netconfig.h"

/* One that is there already is so from who is believed more. */
static void
add_server(struct rump_resolver *re, const uint8_t addr[16], uint32_t left)
{
	struct rump_resolver_server *rs = re->re_servers;

	for (; rs < &re->re_servers[re->re_nservers]; rs++) {
		if (memcmp(rs->rs_addr, addr, sizeof(rs->rs_addr)) == 0)
			return;
	}
	if (re->re_nservers == RUMP_RESOLVER_SERVERS)
		return;
	memcpy(rs->rs_addr, addr, sizeof(rs->rs_addr));
	rs->rs_left = left;
	re->re_nservers++;
}

static bool
has_name(const char *search, const char *name, size_t len)
{
	const char *p = search;
	size_t n;

	for (; *p != '\0'; p += n + (p[n] == ' ')) {
		for (n = 0; p[n] != '\0' && p[n] != ' '; n++)
			continue;
		if (n == len && strncasecmp(p, name, len) == 0)
			return true;
	}
	return false;
}

/* One that does not fit is left out. */
static void
add_name(struct rump_resolver *re, const char *name, size_t len)
{
	size_t used = strlen(re->re_search);

	if (len == 0 || has_name(re->re_search, name, len) ||
	    used + 1 + len >= sizeof(re->re_search))
		return;
	if (used > 0)
		re->re_search[used++] = ' ';
	memcpy(re->re_search + used, name, len);
	re->re_search[used + len] = '\0';
}

/* Parted by spaces. */
static void
add_names(struct rump_resolver *re, const char *names)
{
	const char *end;

	for (;;) {
		for (end = names; *end != '\0' && *end != ' '; end++)
			continue;
		add_name(re, names, (size_t)(end - names));
		if (*end == '\0')
			return;
		names = end + 1;
	}
}

static void
add_lease4(struct rump_resolver *re, const struct rump_dhcp_lease *dl)
{
	uint8_t addr[16] = { [10] = 0xff, [11] = 0xff };
	uint32_t i;

	for (i = 0; i < dl->dl_ndns; i++) {
		memcpy(addr + 12, &dl->dl_dns[i], sizeof(dl->dl_dns[i]));
		add_server(re, addr, dl->dl_left);
	}
	add_names(re, dl->dl_domain);
}

static void
add_lease6(struct rump_resolver *re, const struct rump_dhcp6_lease *dl)
{
	uint32_t i;

	for (i = 0; i < dl->d6_ndns; i++)
		add_server(re, dl->d6_dns[i], dl->d6_left);
	add_names(re, dl->d6_search);
}

/*
 * Routers: tables of net.inet6.icmp6, of all interfaces.
 */

/* NULL: it is empty, or not there.  *size is what is to be freed. */
static void *
read_table(int node, size_t *size, size_t *len)
{
	int name[] = { CTL_NET, PF_INET6, IPPROTO_ICMPV6, node };
	void *buf;

	*size = 0;
	if (old_sysctl(name, __arraycount(name), NULL, size, NULL, 0,
	    NULL) != 0 || *size == 0)
		return NULL;
	buf = kmem_zalloc(*size, KM_SLEEP);
	*len = *size;
	/* There may be more by now: those that fit are there. */
	(void)old_sysctl(name, __arraycount(name), buf, len, NULL, 0, NULL);
	return buf;
}

static uint32_t
left_of(time_t expire)
{

	return expire == 0 ? UINT32_MAX :
	    (uint32_t)MIN(MAX(expire - time_second, 0), UINT32_MAX - 1);
}

static void
add_told_servers(struct rump_resolver *re, u_int index)
{
	size_t size, len, i;
	struct in6_nddns *rec = read_table(ICMPV6CTL_ND6_DNS, &size, &len);

	if (rec == NULL)
		return;
	for (i = 0; i < len / sizeof(*rec); i++) {
		if (rec[i].if_index == index)
			add_server(re, rec[i].server.sin6_addr.s6_addr,
			    left_of(rec[i].expire));
	}
	kmem_free(rec, size);
}

static void
add_told_names(struct rump_resolver *re, u_int index)
{
	size_t size, len, i;
	struct in6_ndsearch *rec = read_table(ICMPV6CTL_ND6_SEARCH, &size,
	    &len);

	if (rec == NULL)
		return;
	for (i = 0; i < len / sizeof(*rec); i++) {
		if (rec[i].if_index == index)
			add_names(re, rec[i].name);
	}
	kmem_free(rec, size);
}

int
netconfig_resolver(const char *ifname, struct rump_resolver *re)
{
	union dhcp_shown *shown;
	u_int index;
	int error;

	memset(re, 0, sizeof(*re));
	if ((error = dhcp_identify(ifname, &index, NULL)) != 0)
		return error;
	shown = kmem_alloc(sizeof(*shown), KM_SLEEP);
	if (dhcp_lease(ifname, &dhcp4_ops, shown) == 0)
		add_lease4(re, &shown->ds_four);
	if (dhcp_lease(ifname, &dhcp6_ops, shown) == 0)
		add_lease6(re, &shown->ds_six);
	kmem_free(shown, sizeof(*shown));
	add_told_servers(re, index);
	add_told_names(re, index);
	return 0;
}
