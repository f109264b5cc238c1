/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocols above links, by Ethernet type and by address family.
 * net_input_register() is for the component of a protocol, when it is
 * initialised; none ever goes.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pktqueue.h>

#include <rump-sys/net.h>

#include "net_input.h"

/* All constant, once on the list. */
struct input {
	struct input	*in_next;
	struct net_input in_to;
};

static struct input *inputs;	/* changed with input_mtx, read without */
static kmutex_t input_mtx;

void
net_input_init(void)
{

	mutex_init(&input_mtx, MUTEX_DEFAULT, IPL_NONE);
}

static bool
same_protocol(const struct net_input *a, const struct net_input *b)
{

	return (a->ni_etype != 0 && a->ni_etype == b->ni_etype) ||
	    (a->ni_family != 0 && a->ni_family == b->ni_family);
}

int
net_input_register(const struct net_input *to)
{
	struct input *in, *new;

	if ((to->ni_etype == 0 && to->ni_family == 0) ||
	    (to->ni_pktq == NULL) == (to->ni_func == NULL))
		return EINVAL;
	new = kmem_alloc(sizeof(*new), KM_SLEEP);
	new->in_to = *to;
	mutex_enter(&input_mtx);
	for (in = inputs; in != NULL; in = in->in_next) {
		if (same_protocol(&in->in_to, to)) {
			mutex_exit(&input_mtx);
			kmem_free(new, sizeof(*new));
			return EEXIST;
		}
	}
	new->in_next = inputs;
	atomic_store_release(&inputs, new);
	mutex_exit(&input_mtx);
	return 0;
}

static bool
deliver(struct ifnet *ifp, struct mbuf *m, const struct net_input *key)
{
	const struct input *in;
	u_int hash;

	for (in = atomic_load_consume(&inputs); in != NULL; in = in->in_next) {
		if (same_protocol(&in->in_to, key))
			break;
	}
	if (in == NULL)
		return false;
	if (in->in_to.ni_func != NULL) {
		(*in->in_to.ni_func)(ifp, m);
		return true;
	}
	hash = pktq_rps_hash(in->in_to.ni_hash != NULL ? in->in_to.ni_hash :
	    &pktq_rps_hash_default, m);
	if (!pktq_enqueue(in->in_to.ni_pktq, m, hash)) {
		if_statinc(ifp, if_iqdrops);
		m_freem(m);
	}
	return true;
}

bool
net_input_ether(struct ifnet *ifp, struct mbuf *m, uint16_t etype)
{
	const struct net_input key = { .ni_etype = etype };

	return deliver(ifp, m, &key);
}

bool
net_input_family(struct ifnet *ifp, struct mbuf *m, int family)
{
	const struct net_input key = { .ni_family = family };

	return deliver(ifp, m, &key);
}
