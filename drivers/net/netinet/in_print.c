/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and ports as text: numbers and dots, for messages.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <netinet/in.h>

int
in_print(char *buf, size_t len, const struct in_addr *ia)
{
	const uint8_t *b = (const uint8_t *)&ia->s_addr;

	return snprintf(buf, len, "%d.%d.%d.%d", b[0], b[1], b[2], b[3]);
}

int
sin_print(char *buf, size_t len, const void *v)
{
	const struct sockaddr_in *sin = v;
	char addr[INET_ADDRSTRLEN];

	(void)in_print(addr, sizeof(addr), &sin->sin_addr);
	if (sin->sin_port == 0)
		return snprintf(buf, len, "%s", addr);
	return snprintf(buf, len, "%s:%d", addr, ntohs(sin->sin_port));
}

/* The buffer has INET_ADDRSTRLEN bytes. */
char *
in_fmtaddr(char *buf, struct in_addr addr)
{

	(void)in_print(buf, INET_ADDRSTRLEN, &addr);
	return buf;
}
