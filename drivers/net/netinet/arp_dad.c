/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that somebody else may have: RFC 5227.  With net.inet.ip.dad_count
 * an address is asked for so often before it is used; one that is in use is
 * defended, at most once in DEFEND_INTERVAL.
 *
 * An address that is being asked for is on a list, with a callout that has a
 * reference of it.  Lock order: dad_mtx alone.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/cprng.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/route.h>

#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/in_var.h>

#include "arp_private.h"
#include "in_private.h"

int ip_dad_count;

/* Locks: d, dad_mtx. */
struct dad {
	LIST_ENTRY(dad)	d_next;		/* d */
	struct in_ifaddr *d_ia;		/* constant; a reference */
	struct callout	d_ch;
	int		d_probes;	/* d: to be sent yet */
	int		d_announces;	/* d */
};

static LIST_HEAD(, dad) dads = LIST_HEAD_INITIALIZER(dads);	/* dad_mtx */
static kmutex_t dad_mtx;

void
arp_dad_init(void)
{

	mutex_init(&dad_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
}

static struct dad *
find(const struct in_ifaddr *ia)
{
	struct dad *d;

	KASSERT(mutex_owned(&dad_mtx));
	LIST_FOREACH(d, &dads, d_next) {
		if (d->d_ia == ia)
			break;
	}
	return d;
}

/* Between so many seconds and so many, in ticks. */
static int
between(int min, int max)
{

	return MAX(min * hz + (int)(cprng_fast32() %
	    (u_int)((max - min) * hz + 1)), 1);
}

static void
probe(struct in_ifaddr *ia)
{
	const struct in_addr none = { .s_addr = INADDR_ANY };
	struct ifnet *ifp = ia->ia_ifp;

	arprequest(ifp, &none, &ia->ia_addr.sin_addr,
	    (const uint8_t *)CLLADDR(ifp->if_sadl), NULL);
}

/* The lock is not held while anything is sent; who stops it waits. */
static void
dad_timer(void *arg)
{
	struct dad *d = arg;
	struct in_ifaddr *ia = d->d_ia;
	bool was = false;

	mutex_enter(&dad_mtx);
	if (d->d_probes > 0) {
		d->d_probes--;
		callout_schedule(&d->d_ch, d->d_probes > 0 ?
		    between(PROBE_MIN, PROBE_MAX) : ANNOUNCE_WAIT * hz);
		mutex_exit(&dad_mtx);
		probe(ia);
		return;
	}
	if ((ia4_flags_of(ia) & IN_IFF_TENTATIVE) != 0) {
		ia4_flags_clear(ia, IN_IFF_TENTATIVE);
		was = true;
	}
	if (--d->d_announces > 0)
		callout_schedule(&d->d_ch, ANNOUNCE_INTERVAL * hz);
	mutex_exit(&dad_mtx);
	if (was)
		rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
	arpannounce1(&ia->ia_ifa);
}

/* One that has not yet been used is looked for elsewhere; without probes it
 * is told of in a moment, when the interface is ready. */
void
arp_dad_start(struct ifaddr *ifa)
{
	struct in_ifaddr *ia = ifatoia(ifa);
	struct dad *d;

	if ((d = kmem_intr_zalloc(sizeof(*d), KM_NOSLEEP)) == NULL) {
		ia4_flags_clear(ia, IN_IFF_TENTATIVE);
		arpannounce1(ifa);
		return;
	}
	d->d_ia = ia;
	d->d_probes = ip_dad_count;
	d->d_announces = ANNOUNCE_NUM;
	callout_init(&d->d_ch, CALLOUT_MPSAFE);
	callout_setfunc(&d->d_ch, dad_timer, d);
	mutex_enter(&dad_mtx);
	if (find(ia) != NULL) {
		mutex_exit(&dad_mtx);
		callout_destroy(&d->d_ch);
		kmem_intr_free(d, sizeof(*d));
		return;
	}
	ifaref(ifa);
	ia4_flags_clear(ia, IN_IFF_DUPLICATED);
	if (d->d_probes > 0)
		ia4_flags_set(ia, IN_IFF_TENTATIVE);
	else
		ia4_flags_clear(ia, IN_IFF_TENTATIVE);
	LIST_INSERT_HEAD(&dads, d, d_next);
	callout_schedule(&d->d_ch, d->d_probes > 0 ?
	    between(0, PROBE_WAIT) : 1);
	mutex_exit(&dad_mtx);
}

/* May sleep. */
void
arp_dad_stop(struct ifaddr *ifa)
{
	struct dad *d;

	mutex_enter(&dad_mtx);
	if ((d = find(ifatoia(ifa))) != NULL)
		LIST_REMOVE(d, d_next);
	mutex_exit(&dad_mtx);
	if (d == NULL)
		return;
	callout_halt(&d->d_ch, NULL);
	callout_destroy(&d->d_ch);
	ifafree(ifa);
	kmem_intr_free(d, sizeof(*d));
}

static void
tell(const struct in_ifaddr *ia, const uint8_t *lla)
{
	char addr[INET_ADDRSTRLEN], ether[3 * ETHER_ADDR_LEN];

	log(LOG_ERR, "%s: %s is also that of %s\n", if_name(ia->ia_ifp),
	    IN_PRINT(addr, &ia->ia_addr.sin_addr),
	    ether_snprintf(ether, sizeof(ether), lla));
}

/* False: it was not so long ago that it was defended. */
static bool
may_defend(struct in_ifaddr *ia)
{

	if (ia->ia_dad_defended != 0 &&
	    time_uptime - ia->ia_dad_defended < DEFEND_INTERVAL)
		return false;
	ia->ia_dad_defended = time_uptime;
	return true;
}

void
arp_dad_conflict(struct in_ifaddr *ia, const uint8_t *lla, bool asks)
{
	bool lost = false, defend = false;
	struct dad *d;

	mutex_enter(&dad_mtx);
	if ((ia4_flags_of(ia) & IN_IFF_TENTATIVE) != 0) {
		/* We were not the first. */
		ia4_flags_clear(ia, IN_IFF_TENTATIVE);
		ia4_flags_set(ia, IN_IFF_DUPLICATED);
		if ((d = find(ia)) != NULL)
			(void)callout_stop(&d->d_ch);
		lost = true;
	} else if (!asks && (ia4_flags_of(ia) & IN_IFF_NOTREADY) == 0)
		defend = may_defend(ia);
	mutex_exit(&dad_mtx);
	if (lost || defend)
		tell(ia, lla);
	if (lost)
		rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
	if (defend)
		arpannounce1(&ia->ia_ifa);
}
