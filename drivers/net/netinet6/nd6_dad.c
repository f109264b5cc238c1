/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that somebody else may have: RFC 4862 section 5.4, with the nonces
 * of RFC 7527, by which a solicitation of our own that a link sends back is
 * known.  With net.inet6.ip6.dad_count an address is asked for so often before
 * it is used; otherwise it is used at once, as netinet does with IPv4's, but
 * for one that was made with IN6_IFF_TRYTENTATIVE, which is asked for once.
 * Neighbours are told of it in either case.
 *
 * An address that is being asked for is on a list, with a callout that has a
 * reference of it.  Lock order: dad_mtx alone.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/cprng.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>

#include <netinet/in.h>

#include <netinet6/in6_ifattach.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include "nd6_private.h"

/* Solicitations more, RFC 7527 section 4.1, for one that came back. */
#define	LOOP_EXTRA	3

int ip6_dad_count;

/* Locks: d, dad_mtx. */
struct dad {
	LIST_ENTRY(dad)	d_next;		/* d */
	struct in6_ifaddr *d_ia;	/* constant; a reference */
	struct callout	d_ch;
	int		d_probes;	/* d: to be sent yet */
	bool		d_looped;	/* d: one came back */
	uint8_t		d_nonce[ND_OPT_NONCE_LEN]; /* constant */
};

static LIST_HEAD(, dad) dads = LIST_HEAD_INITIALIZER(dads);	/* dad_mtx */
static kmutex_t dad_mtx;

void
nd6_dad_init(void)
{

	mutex_init(&dad_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
}

static struct dad *
find(const struct in6_ifaddr *ia)
{
	struct dad *d;

	KASSERT(mutex_owned(&dad_mtx));
	LIST_FOREACH(d, &dads, d_next) {
		if (d->d_ia == ia)
			break;
	}
	return d;
}

/* The lock is not held while anything is sent; who stops it waits. */
static void
dad_timer(void *arg)
{
	struct dad *d = arg;
	struct in6_ifaddr *ia = d->d_ia;
	bool was;

	mutex_enter(&dad_mtx);
	if (d->d_probes > 0) {
		d->d_probes--;
		callout_schedule(&d->d_ch, nd6_ticks(
		    ND_IFINFO(ia->ia_ifp)->retrans));
		mutex_exit(&dad_mtx);
		nd6_ns_output(ia->ia_ifp, NULL, IA6_IN6(ia), NULL, d->d_nonce);
		return;
	}
	/* A conflict leaves it without that flag. */
	was = in6_ia_flags(ia, 0, IN6_IFF_TENTATIVE);
	mutex_exit(&dad_mtx);
	if (was)
		rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
	nd6_announce(ia);
	/* Routers are asked from an address that can be answered. */
	if (was && IN6_IS_ADDR_LINKLOCAL(IA6_IN6(ia)))
		nd6_work_at(nd6_now());
}

/* How often it is to be asked for: once at least if it is tentative, as some
 * always are at first.  Others have an anycast one by right. */
int
nd6_dad_count(const struct in6_ifaddr *ia)
{
	const int flags = atomic_load_relaxed(&ia->ia6_flags);

	if ((flags & IN6_IFF_ANYCAST) != 0)
		return 0;
	return MAX(atomic_load_relaxed(&ip6_dad_count),
	    (flags & IN6_IFF_TENTATIVE) != 0 ? 1 : 0);
}

/*
 * One that is new is looked for elsewhere, after a random time of a second at
 * most, so that not all hosts of a link ask at once; of xtick ticks, if that
 * is not 0.
 */
void
nd6_dad_start(struct ifaddr *ifa, int xtick)
{
	struct in6_ifaddr *ia = ifatoia6(ifa);
	const int count = nd6_dad_count(ia);
	struct dad *d;

	if ((d = kmem_intr_zalloc(sizeof(*d), KM_NOSLEEP)) == NULL) {
		(void)in6_ia_flags(ia, 0, IN6_IFF_TENTATIVE);
		nd6_announce(ia);
		return;
	}
	d->d_ia = ia;
	d->d_probes = count;
	cprng_fast(d->d_nonce, sizeof(d->d_nonce));
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
	(void)in6_ia_flags(ia, count > 0 ? IN6_IFF_TENTATIVE : 0,
	    IN6_IFF_DUPLICATED | (count > 0 ? 0 : IN6_IFF_TENTATIVE));
	LIST_INSERT_HEAD(&dads, d, d_next);
	if (xtick == 0 && count > 0)
		xtick = (int)(cprng_fast32() % (u_int)(hz *
		    MAX_RTR_SOLICITATION_DELAY));
	callout_schedule(&d->d_ch, MAX(xtick, 1));
	mutex_exit(&dad_mtx);
}

/* Sleeps. */
void
nd6_dad_stop(struct ifaddr *ifa)
{
	struct dad *d;

	mutex_enter(&dad_mtx);
	if ((d = find(ifatoia6(ifa))) != NULL)
		LIST_REMOVE(d, d_next);
	mutex_exit(&dad_mtx);
	if (d == NULL)
		return;
	callout_halt(&d->d_ch, NULL);
	callout_destroy(&d->d_ch);
	ifafree(ifa);
	kmem_intr_free(d, sizeof(*d));
}

/* Is it the address that was made of the link's?  Then all of the link's
 * addresses may be somebody else's, too: section 5.4.5. */
static bool
is_of_hardware(const struct in6_ifaddr *ia)
{
	uint8_t id[8];

	return IN6_IS_ADDR_LINKLOCAL(IA6_IN6(ia)) &&
	    in6_ifid(ia->ia_ifp, id) &&
	    memcmp(&IA6_IN6(ia)->s6_addr[8], id, sizeof(id)) == 0;
}

static void
lost(struct in6_ifaddr *ia)
{
	struct nd_kifinfo *ndi = ND_IFINFO(ia->ia_ifp);
	char addr[INET6_ADDRSTRLEN];

	log(LOG_ERR, "%s: %s is already somebody else's\n",
	    if_name(ia->ia_ifp), IN6_PRINT(addr, IA6_IN6(ia)));
	if (is_of_hardware(ia))
		atomic_or_32(&ndi->flags, ND6_IFF_IFDISABLED);
	rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
	/* A temporary one gets a successor. */
	if ((atomic_load_relaxed(&ia->ia6_flags) & IN6_IFF_TEMPORARY) != 0)
		nd6_work_at(nd6_now());
}

/* False: it had been used already, or been lost. */
static bool
mark_lost(struct in6_ifaddr *ia)
{
	struct dad *d;

	KASSERT(mutex_owned(&dad_mtx));
	if ((atomic_load_relaxed(&ia->ia6_flags) & IN6_IFF_TENTATIVE) == 0)
		return false;
	(void)in6_ia_flags(ia, IN6_IFF_DUPLICATED, IN6_IFF_TENTATIVE);
	if ((d = find(ia)) != NULL) {
		d->d_probes = 0;
		(void)callout_stop(&d->d_ch);
	}
	return true;
}

void
nd6_dad_asked(struct in6_ifaddr *ia, const uint8_t *nonce)
{
	bool is_lost = false;
	struct dad *d;

	mutex_enter(&dad_mtx);
	d = find(ia);
	if (d != NULL && nonce != NULL &&
	    memcmp(nonce, d->d_nonce, sizeof(d->d_nonce)) == 0) {
		/* Ours; on such a link others may be slow to be heard. */
		if (!d->d_looped) {
			d->d_looped = true;
			d->d_probes += LOOP_EXTRA;
		}
	} else
		is_lost = mark_lost(ia);
	mutex_exit(&dad_mtx);
	if (is_lost)
		lost(ia);
}

void
nd6_dad_claimed(struct in6_ifaddr *ia)
{
	bool is_lost;

	mutex_enter(&dad_mtx);
	is_lost = mark_lost(ia);
	mutex_exit(&dad_mtx);
	if (is_lost)
		lost(ia);
}
