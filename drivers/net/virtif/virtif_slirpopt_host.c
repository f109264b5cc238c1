/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of a link to libslirp, which stand between commas:
 *
 *	net=ADDRESS/BITS	the network's; 10.0.2.0/24 if it is not said
 *	restrict		nothing goes out but what a forward brought in
 *	hostfwd=tcp|udp:[ADDRESS]:PORT-[ADDRESS]:PORT
 *				from the host, 127.0.0.1 if it is not said, to
 *				us, the first address that DHCP gives
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "virtif_slirp.h"

#define	OPTION_MAX	128	/* bytes, with the NUL */
#define	BITS_MAX	27	/* SLIRP_FIRST is in there */

static bool
number(const char *text, unsigned long max, unsigned long *n)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*n = strtoul(text, &end, 10);
	return errno == 0 && *end == '\0' && *n <= max;
}

static int
set_net(struct virtif *v, char *text, struct slirp_options *so)
{
	char *slash = strchr(text, '/');
	unsigned long bits;

	if (slash != NULL)
		*slash++ = '\0';
	if (slash == NULL || inet_pton(AF_INET, text, &so->so_net) != 1 ||
	    !number(slash, BITS_MAX, &bits) || bits < 8)
		return virtif_why(v, EINVAL, "net= wants an address, a slash "
		    "and 8 to %d", BITS_MAX);
	so->so_mask.s_addr = htonl(~0u << (32 - bits));
	if ((so->so_net.s_addr & ~so->so_mask.s_addr) != 0)
		return virtif_why(v, EINVAL, "net=%s is no network of %lu "
		    "bits", text, bits);
	return 0;
}

/* "ADDRESS:PORT", the address perhaps empty: it stays as it is then. */
static bool
set_end(char *text, struct in_addr *in, uint16_t *port)
{
	char *colon = strchr(text, ':');
	unsigned long n;

	if (colon == NULL || !number(colon + 1, 65535, &n) || n == 0)
		return false;
	*colon = '\0';
	*port = (uint16_t)n;
	return text[0] == '\0' || inet_pton(AF_INET, text, in) == 1;
}

static int
add_forward(struct virtif *v, char *text, struct slirp_options *so)
{
	struct slirp_forward *sf = &so->so_forwards[so->so_nforwards];
	char *dash = strchr(text, '-');

	if (so->so_nforwards == SLIRP_FORWARDS)
		return virtif_why(v, EINVAL, "more than %d hostfwd=",
		    SLIRP_FORWARDS);
	sf->sf_udp = strncmp(text, "udp:", 4) == 0;
	sf->sf_host.s_addr = htonl(INADDR_LOOPBACK);
	sf->sf_guest.s_addr = INADDR_ANY;
	if (dash != NULL)
		*dash++ = '\0';
	if ((!sf->sf_udp && strncmp(text, "tcp:", 4) != 0) || dash == NULL ||
	    !set_end(text + 4, &sf->sf_host, &sf->sf_hostport) ||
	    !set_end(dash, &sf->sf_guest, &sf->sf_guestport))
		return virtif_why(v, EINVAL, "hostfwd= wants "
		    "tcp|udp:[address]:port-[address]:port");
	so->so_nforwards++;
	return 0;
}

static int
one_option(struct virtif *v, char *text, struct slirp_options *so)
{

	if (strncmp(text, "net=", 4) == 0)
		return set_net(v, text + 4, so);
	if (strncmp(text, "hostfwd=", 8) == 0)
		return add_forward(v, text + 8, so);
	if (strcmp(text, "restrict") != 0)
		return virtif_why(v, EINVAL, "no option of slirp: '%s'", text);
	so->so_restricted = true;
	return 0;
}

/* The ends of forwards that were not said, now that the network is known. */
static int
finish(struct virtif *v, struct slirp_options *so)
{
	struct slirp_forward *sf;
	size_t i;

	for (i = 0; i < so->so_nforwards; i++) {
		sf = &so->so_forwards[i];
		if (sf->sf_guest.s_addr == INADDR_ANY)
			sf->sf_guest = slirp_address(so, SLIRP_FIRST);
		if ((sf->sf_guest.s_addr & so->so_mask.s_addr) !=
		    so->so_net.s_addr)
			return virtif_why(v, EINVAL, "hostfwd= to an address "
			    "outside of the network");
	}
	return 0;
}

int
virtif_slirp_options(struct virtif *v, const char *arg,
    struct slirp_options *so)
{
	char text[OPTION_MAX];
	size_t len;
	int error;

	memset(so, 0, sizeof(*so));
	so->so_net.s_addr = htonl(0x0a000200);
	so->so_mask.s_addr = htonl(0xffffff00);
	while (*arg != '\0') {
		len = strcspn(arg, ",");
		if (len >= sizeof(text))
			return virtif_why(v, EINVAL, "an option is too long");
		memcpy(text, arg, len);
		text[len] = '\0';
		if ((error = one_option(v, text, so)) != 0)
			return error;
		arg += len;
		if (*arg == ',')
			arg++;
	}
	return finish(v, so);
}
