/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet resolver: servers of names and the search list, as resolv.conf(5)
 * has them.
 */
#include <errno.h>
#include <string.h>

#include <rump/netconfig.h>

#include "rumpnet.h"

static void
show_server(const char *name, const uint8_t *addr)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	union rn_host h;
	uint32_t four;

	if (memcmp(addr, mapped, sizeof(mapped)) == 0) {
		memcpy(&four, addr + sizeof(mapped), sizeof(four));
		(void)printf("nameserver %s\n", rn_text(four));
		return;
	}
	rn_sin6(&h, addr);
	(void)printf("nameserver %s", rn_host_text(&h));
	/* One of the link has to say which. */
	if (addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80)
		(void)printf("%%%s", name);
	(void)putchar('\n');
}

int
rn_resolver(int argc, char **argv)
{
	struct rump_resolver re;
	uint32_t i;

	if (argc != 2)
		return rn_usage("which interface?");
	errno = rump_pub_netconfig_resolver(argv[1], &re);
	if (errno != 0)
		return rn_fail("%s", argv[1]);
	if (re.re_search[0] != '\0')
		(void)printf("search %s\n", re.re_search);
	for (i = 0; i < re.re_nservers; i++)
		show_server(argv[1], re.re_servers[i].rs_addr);
	return RN_OK;
}
