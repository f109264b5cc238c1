/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_tcp_loss: a filter on what comes in that loses packets,
 * doubles them, and lets others pass them; allocations that fail.
 */
#include "../../kern/base/kt_fault.h"

#include "nt.h"

#include <netinet/tcp_var.h>

void	rump_kt_loss_begin(unsigned int, int, int, int);
void	rump_kt_loss_end(void);
unsigned long rump_kt_loss_stat(int);
void	rump_kt_loss_nosack(void);

static kmutex_t loss_mtx;
static uint32_t loss_seed;
static int loss_drop, loss_double, loss_hold;	/* of a thousand */
static struct mbuf *loss_held;

static u_int
choose(void)
{

	loss_seed ^= loss_seed << 13;
	loss_seed ^= loss_seed >> 17;
	loss_seed ^= loss_seed << 5;
	return loss_seed / 7 % 1000;
}

static int
loss_filter(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	struct mbuf *m = *mp, *again = NULL, *late = NULL;
	u_int n;

	mutex_enter(&loss_mtx);
	n = choose();
	if (n < (u_int)loss_drop) {
		m_freem(m);
		*mp = NULL;
	} else if ((n -= (u_int)loss_drop) < (u_int)loss_double)
		again = m_dup(m, 0, M_COPYALL, M_DONTWAIT);
	else if (n - (u_int)loss_double < (u_int)loss_hold &&
	    loss_held == NULL) {
		loss_held = m;
		*mp = NULL;
	} else if (loss_held != NULL && n % 4 == 0) {
		late = loss_held;
		loss_held = NULL;
	}
	mutex_exit(&loss_mtx);
	if (again != NULL && !pktq_enqueue(ip_pktq, again, 0))
		m_freem(again);
	if (late != NULL && !pktq_enqueue(ip_pktq, late, 0))
		m_freem(late);
	return 0;
}

/* So many of a thousand are lost, doubled, late. */
void
rump_kt_loss_begin(unsigned int seed, int drop, int twice, int hold)
{

	mutex_init(&loss_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	loss_seed = seed;
	loss_drop = drop;
	loss_double = twice;
	loss_hold = hold;
	KT_EQ(0, pfil_add_hook(loss_filter, NULL, PFIL_IN,
	    pfil_head_get(PFIL_TYPE_AF, (void *)AF_INET)));
}

void
rump_kt_loss_end(void)
{

	KT_EQ(0, pfil_remove_hook(loss_filter, NULL, PFIL_IN,
	    pfil_head_get(PFIL_TYPE_AF, (void *)AF_INET)));
	m_freem(loss_held);
	loss_held = NULL;
}

unsigned long
rump_kt_loss_stat(int n)
{

	return nt_stat(IPPROTO_TCP, TCPCTL_STATS, (u_int)n);
}

/* net.inet.tcp.sack.enable has no number of its own. */
void
rump_kt_loss_nosack(void)
{
	extern int tcp_do_sack;

	tcp_do_sack = 0;
}
