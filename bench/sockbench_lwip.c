/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP for sockbench, as Debian builds it: no loopback interface, but one of
 * ours on which what is sent to its own address comes back.
 */
#include <stddef.h>

#include "sockbench.h"

#ifdef HAVE_LWIP
#include <err.h>
#include <semaphore.h>

#include <lwip/netif.h>
#include <lwip/sockets.h>
#include <lwip/tcpip.h>

#define	PORT	5555
#define	ADDRESS	0x0a000001	/* 10.0.0.1 */

static sem_t started;

/* What is not for itself goes nowhere. */
static err_t
output(struct netif *n, struct pbuf *p, const ip4_addr_t *dst)
{

	(void)n;
	(void)p;
	(void)dst;
	return ERR_OK;
}

static err_t
init(struct netif *n)
{

	n->name[0] = 'b';
	n->name[1] = 'n';
	n->mtu = 65535;
	n->output = output;
	return ERR_OK;
}

/* In lwIP's thread. */
static void
start(void *arg)
{
	static struct netif netif;
	ip4_addr_t addr, mask;

	(void)arg;
	ip4_addr_set_u32(&addr, htonl(ADDRESS));
	ip4_addr_set_u32(&mask, htonl(0xffffff00));
	if (netif_add(&netif, &addr, &mask, &addr, NULL, init, tcpip_input) ==
	    NULL)
		errx(1, "lwIP: no interface");
	netif_set_default(&netif);
	netif_set_link_up(&netif);
	netif_set_up(&netif);
	sem_post(&started);
}

static int
pair(int *fd)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons(PORT), .sin_addr.s_addr = htonl(ADDRESS) };
	const struct sockaddr *sa = (const void *)&sin;
	static int lfd = -1;
	int one = 1;

	if (lfd == -1 && ((lfd = lwip_socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    lwip_bind(lfd, sa, sizeof(sin)) != 0 || lwip_listen(lfd, 5) != 0))
		err(1, "lwIP: listen");
	if ((fd[0] = lwip_socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    lwip_connect(fd[0], sa, sizeof(sin)) != 0 ||
	    (fd[1] = lwip_accept(lfd, NULL, NULL)) == -1)
		err(1, "lwIP: connect");
	lwip_setsockopt(fd[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	lwip_setsockopt(fd[1], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return 0;
}

const struct side *
lwip_side(void)
{
	static const struct side lwip = { pair, lwip_read, lwip_write,
	    lwip_close };

	sem_init(&started, 0, 0);
	tcpip_init(start, NULL);
	sem_wait(&started);
	return &lwip;
}
#else
const struct side *
lwip_side(void)
{

	return NULL;
}
#endif
