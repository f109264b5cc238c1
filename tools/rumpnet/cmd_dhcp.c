/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet dhcp: an address for an interface, and what else the server said.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <rump/netconfig.h>

#include "rumpnet.h"

static void
show_servers(const char *what, const uint32_t *addr, uint32_t n)
{
	uint32_t i;

	if (n == 0)
		return;
	(void)printf("\t%s", what);
	for (i = 0; i < n; i++)
		(void)printf(" %s", rn_text(addr[i]));
	(void)putchar('\n');
}

static void
show_route(const struct rump_dhcp_route *dr)
{

	if (dr->dr_mask == 0)
		(void)printf("\troute default");
	else
		(void)printf("\troute %s/%d", rn_text(dr->dr_dst),
		    rn_bits(dr->dr_mask));
	(void)printf(" %s\n", dr->dr_gateway == 0 ? "link" :
	    rn_text(dr->dr_gateway));
}

static void
show(const char *name, const struct rump_dhcp_lease *dl)
{
	uint32_t i;

	(void)printf("%s: %s/%d from %s ", name, rn_text(dl->dl_address),
	    rn_bits(dl->dl_mask), rn_text(dl->dl_server));
	if (dl->dl_seconds == UINT32_MAX)
		(void)printf("for ever\n");
	else
		(void)printf("for %ju seconds\n", (uintmax_t)dl->dl_seconds);
	for (i = 0; i < dl->dl_nroutes; i++)
		show_route(&dl->dl_routes[i]);
	show_servers("resolver", dl->dl_dns, dl->dl_ndns);
	if (dl->dl_domain[0] != '\0')
		(void)printf("\tdomain %s\n", dl->dl_domain);
	if (dl->dl_host[0] != '\0')
		(void)printf("\thost %s\n", dl->dl_host);
	show_servers("ntp", dl->dl_ntp, dl->dl_nntp);
	if (dl->dl_mtu != 0)
		(void)printf("\tmtu %ju\n", (uintmax_t)dl->dl_mtu);
}

static int
get(const char *name, bool quiet)
{
	struct rump_dhcp_lease dl;

	errno = rump_pub_netconfig_dhcp_ipv4_oneshot(name);
	if (errno == 0)
		errno = rump_pub_netconfig_dhcp_ipv4_lease(name, &dl);
	if (errno != 0)
		return rn_fail("%s", name);
	if (!quiet)
		show(name, &dl);
	return RN_OK;
}

/*
 * IPv6.
 */
static const char *
text6(const uint8_t *addr)
{
	union rn_host h;

	rn_sin6(&h, addr);
	return rn_host_text(&h);
}

static void
show_time(uint32_t seconds)
{

	if (seconds == UINT32_MAX)
		(void)printf(" for ever\n");
	else
		(void)printf(" for %ju seconds\n", (uintmax_t)seconds);
}

static void
show6(const char *name, const struct rump_dhcp6_lease *dl)
{
	uint32_t i;

	if (dl->d6_seconds != 0) {
		(void)printf("%s: %s", name, text6(dl->d6_address));
		show_time(dl->d6_seconds);
	} else
		(void)printf("%s:\n", name);
	if (dl->d6_prefix_seconds != 0) {
		(void)printf("\tprefix %s/%ju", text6(dl->d6_prefix),
		    (uintmax_t)dl->d6_prefix_bits);
		show_time(dl->d6_prefix_seconds);
	}
	if (dl->d6_ndns != 0)
		(void)printf("\tresolver");
	for (i = 0; i < dl->d6_ndns; i++)
		(void)printf(" %s", text6(dl->d6_dns[i]));
	if (dl->d6_ndns != 0)
		(void)putchar('\n');
	if (dl->d6_search[0] != '\0')
		(void)printf("\tsearch %s\n", dl->d6_search);
}

static int
get6(const char *name, int flags, bool quiet)
{
	struct rump_dhcp6_lease dl;

	/* An address, if nothing is said. */
	if ((flags & ~RUMP_DHCP6_RAPID) == 0)
		flags |= RUMP_DHCP6_ADDRESS;
	errno = rump_pub_netconfig_dhcp_ipv6(name, flags);
	if (errno == 0)
		errno = rump_pub_netconfig_dhcp_ipv6_lease(name, &dl);
	if (errno != 0)
		return rn_fail("%s", name);
	if (!quiet)
		show6(name, &dl);
	return RN_OK;
}

int
rn_dhcp(int argc, char **argv)
{
	bool quiet = false, six = false;
	int opt, flags = 0;

	while ((opt = getopt(argc, argv, "+6aipqr")) != -1) {
		switch (opt) {
		case '6':
			six = true;
			break;
		case 'a':
			flags |= RUMP_DHCP6_ADDRESS;
			break;
		case 'i':
			flags |= RUMP_DHCP6_INFO;
			break;
		case 'p':
			flags |= RUMP_DHCP6_PREFIX;
			break;
		case 'q':
			quiet = true;
			break;
		case 'r':
			flags |= RUMP_DHCP6_RAPID;
			break;
		default:
			return RN_USAGE;
		}
	}
	if (argc - optind != 1)
		return rn_usage("which interface?");
	if (flags != 0 && !six)
		return rn_usage("-a, -i, -p and -r are for -6");
	return six ? get6(argv[optind], flags, quiet) :
	    get(argv[optind], quiet);
}
