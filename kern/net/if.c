/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ifnet(9): the list of interfaces and their life.
 *
 * The states of an interface: allocated (if_alloc), with an index and locks
 * but not to be found (if_initialize), on the list (if_register), and in
 * if_detach() off the list, without references, emptied, and the driver's
 * again.  Who looks for one is in a pserialize(9) section and takes a passive
 * reference there; if_detach() waits for both.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/pfil.h>
#include <net/pktqueue.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include "if_private.h"
#include "route_private.h"

#define	INDEX_MAX	UINT16_MAX
#define	INDEX_FIRST	8	/* entries of the first table */

/* Where an index leads; replaced as a whole when it grows. */
struct if_table {
	u_int		it_size;	/* constant */
	struct ifnet	*it_ifp[];	/* ifnet_mtx, or a read section */
};

struct pslist_head ifnet_pslist = PSLIST_INITIALIZER;
kmutex_t ifnet_mtx;
pserialize_t ifnet_psz;
struct psref_class *ifnet_psref_class;
pfil_head_t *if_pfil;

static struct if_table *if_table;	/* ifnet_mtx, or a read section */
static u_int if_lastindex;		/* ifnet_mtx */

int ifqmaxlen = IFQ_MAXLEN;

void
ifinit1(void)
{

	mutex_init(&ifnet_mtx, MUTEX_DEFAULT, IPL_NONE);
	ifnet_psz = pserialize_create();
	ifnet_psref_class = psref_class_create("ifnet", IPL_SOFTNET);
	ifa_psref_class = psref_class_create("ifa", IPL_SOFTNET);
	pfil_init();
	if_pfil = pfil_head_create(PFIL_TYPE_IFNET, NULL);
	KASSERT(if_pfil != NULL);
}

/*
 * The table of indices.
 */
static size_t
table_bytes(u_int size)
{

	return offsetof(struct if_table, it_ifp[size]);
}

/* Twice as large; who reads the old one is waited for. */
static void
table_grow(void)
{
	struct if_table *old = if_table, *new;
	u_int size = old == NULL ? INDEX_FIRST : old->it_size * 2;

	KASSERT(mutex_owned(&ifnet_mtx));
	size = MIN(size, INDEX_MAX + 1);
	new = kmem_zalloc(table_bytes(size), KM_SLEEP);
	new->it_size = size;
	if (old != NULL)
		memcpy(new->it_ifp, old->it_ifp,
		    old->it_size * sizeof(old->it_ifp[0]));
	atomic_store_release(&if_table, new);
	if (old == NULL)
		return;
	pserialize_perform(ifnet_psz);
	kmem_free(old, table_bytes(old->it_size));
}

/* One that was not in use lately: packets may still have the number. */
static if_index_t
index_get(void)
{
	u_int i, n;

	KASSERT(mutex_owned(&ifnet_mtx));
	for (;;) {
		n = if_table == NULL ? 0 : if_table->it_size;
		for (i = if_lastindex + 1; i < n; i++) {
			if (if_table->it_ifp[i] == NULL)
				return if_lastindex = i;
		}
		if (n <= INDEX_MAX) {
			table_grow();
			continue;
		}
		if (if_lastindex == 0)
			panic("%s: %u interfaces", __func__, INDEX_MAX);
		if_lastindex = 0;
	}
}

/* In a read section, or with the kernel lock or the list's. */
ifnet_t *
if_byindex(u_int idx)
{
	struct if_table *it = atomic_load_consume(&if_table);
	struct ifnet *ifp;

	if (it == NULL || idx >= it->it_size)
		return NULL;
	ifp = atomic_load_consume(&it->it_ifp[idx]);
	return ifp;
}

/*
 * Finding one.
 */
static bool
name_ok(const char *name)
{

	return name[0] != '\0' && strnlen(name, IFNAMSIZ) < IFNAMSIZ;
}

struct ifnet *
ifunit(const char *name)
{
	struct ifnet *ifp;
	int s;

	if (!name_ok(name))
		return NULL;
	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp) {
		if (strcmp(ifp->if_xname, name) == 0)
			break;
	}
	pserialize_read_exit(s);
	return ifp;
}

struct ifnet *
if_get(const char *name, struct psref *psref)
{
	struct ifnet *ifp;
	int s;

	s = pserialize_read_enter();
	if ((ifp = ifunit(name)) != NULL)
		if_acquire(ifp, psref);
	pserialize_read_exit(s);
	return ifp;
}

ifnet_t *
if_get_byindex(u_int idx, struct psref *psref)
{
	struct ifnet *ifp;
	int s;

	s = pserialize_read_enter();
	if ((ifp = if_byindex(idx)) != NULL)
		if_acquire(ifp, psref);
	pserialize_read_exit(s);
	return ifp;
}

/* The one whose link address this is. */
ifnet_t *
if_get_bylla(const void *lla, unsigned char len, struct psref *psref)
{
	const struct sockaddr_dl *sdl;
	struct ifnet *ifp;
	int s;

	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp) {
		sdl = ifp->if_sadl;
		if (sdl != NULL && ifp->if_addrlen == len &&
		    sdl->sdl_alen == len &&
		    memcmp(CLLADDR(sdl), lla, len) == 0) {
			if_acquire(ifp, psref);
			break;
		}
	}
	pserialize_read_exit(s);
	return ifp;
}

void
if_acquire(struct ifnet *ifp, struct psref *psref)
{

	psref_acquire(psref, &ifp->if_psref, ifnet_psref_class);
}

void
if_put(const struct ifnet *ifp, struct psref *psref)
{

	if (ifp != NULL)
		psref_release(psref, &ifp->if_psref, ifnet_psref_class);
}

bool
if_held(struct ifnet *ifp)
{

	return psref_held(&ifp->if_psref, ifnet_psref_class);
}

/*
 * Life.
 */
struct ifnet *
if_alloc(u_char type)
{

	/* The driver sets if_type, with the rest. */
	return kmem_zalloc(sizeof(struct ifnet), KM_SLEEP);
}

void
if_free(struct ifnet *ifp)
{

	kmem_free(ifp, sizeof(*ifp));
}

void
if_initname(struct ifnet *ifp, const char *name, int unit)
{
	int n __diagused;

	n = snprintf(ifp->if_xname, sizeof(ifp->if_xname), "%s%d", name, unit);
	KASSERT(n < (int)sizeof(ifp->if_xname));
}

void
if_initialize(struct ifnet *ifp)
{

	KASSERTMSG(name_ok(ifp->if_xname), "an interface without a name");
	TAILQ_INIT(&ifp->if_addrlist);
	PSLIST_INIT(&ifp->if_addr_pslist);
	PSLIST_ENTRY_INIT(ifp, if_pslist_entry);
	LIST_INIT(&ifp->if_multiaddrs);
	ifp->if_ioctl_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	IF_AFDATA_LOCK_INIT(ifp);
	IFQ_LOCK_INIT(&ifp->if_snd);
	ifp->if_snd.altq_ifp = ifp;
	if (ifp->if_snd.ifq_maxlen == 0)
		ifp->if_snd.ifq_maxlen = ifqmaxlen;
	if (ifp->if_metric == 0)
		ifp->if_metric = 1;
	ifp->if_broadcastaddr = NULL;
	ifp->if_link_state = LINK_STATE_UNKNOWN;
	ifp->if_capenable = 0;
	ifp->if_csum_flags_tx = ifp->if_csum_flags_rx = 0;
	if_stats_init(ifp);
	if_link_init(ifp);
	psref_target_init(&ifp->if_psref, ifnet_psref_class);
	ifp->if_pfil = pfil_head_create(PFIL_TYPE_IFNET, ifp);
	mutex_enter(&ifnet_mtx);
	ifp->if_index = index_get();
	atomic_store_release(&if_table->it_ifp[ifp->if_index], ifp);
	mutex_exit(&ifnet_mtx);
}

/* What the driver does not do itself. */
static void
if_defaults(struct ifnet *ifp)
{

	if (ifp->if_output == NULL)
		ifp->if_output = if_nulloutput;
	if (ifp->if_start == NULL)
		ifp->if_start = if_nullstart;
	if (ifp->if_transmit == NULL)
		ifp->if_transmit = if_transmit;
	if (ifp->if_ioctl == NULL)
		ifp->if_ioctl = ifioctl_common;
	if (ifp->if_init == NULL)
		ifp->if_init = if_nullinit;
	if (ifp->if_stop == NULL)
		ifp->if_stop = if_nullstop;
}

static void
if_attachdomain1(struct ifnet *ifp)
{
	struct domain *dp;

	IFNET_LOCK(ifp);
	DOMAIN_FOREACH(dp) {
		if (dp->dom_ifattach != NULL &&
		    ifp->if_afdata[dp->dom_family] == NULL)
			ifp->if_afdata[dp->dom_family] =
			    (*dp->dom_ifattach)(ifp);
	}
	IFNET_UNLOCK(ifp);
}

/* There are more domains: they get their data of the interfaces so far. */
void
if_attachdomain(void)
{
	struct ifnet *ifp;
	struct psref psref;
	int s, bound;

	bound = curlwp_bind();
	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp) {
		if_acquire(ifp, &psref);
		pserialize_read_exit(s);
		if_attachdomain1(ifp);
		s = pserialize_read_enter();
		if_put(ifp, &psref);
	}
	pserialize_read_exit(s);
	curlwp_bindx(bound);
}

void
if_register(struct ifnet *ifp)
{
	struct ifnet *last, *other;

	if_defaults(ifp);
	if_sysctl_setup(ifp);
	if_slowtimo_start(ifp);
	if_attachdomain1(ifp);
	mutex_enter(&ifnet_mtx);
	last = NULL;
	IFNET_WRITER_FOREACH(other)
		last = other;
	if (last == NULL)
		PSLIST_WRITER_INSERT_HEAD(&ifnet_pslist, ifp, if_pslist_entry);
	else
		PSLIST_WRITER_INSERT_AFTER(last, ifp, if_pslist_entry);
	mutex_exit(&ifnet_mtx);
	rt_ifannouncemsg(ifp, IFAN_ARRIVAL);
	pfil_run_ifhooks(if_pfil, PFIL_IFNET_ATTACH, ifp);
}

/* For drivers that hand packets in from interrupts. */
void
if_attach(struct ifnet *ifp)
{

	if_initialize(ifp);
	ifp->if_percpuq = if_percpuq_create(ifp);
	if_register(ifp);
}

static void
if_nullinput(struct ifnet *ifp, struct mbuf *m)
{

	m_freem(m);
}

static int
if_nulltransmit(struct ifnet *ifp, struct mbuf *m)
{

	m_freem(m);
	return ENXIO;
}

/* The driver is called no more, but by who is inside it. */
void
if_deactivate(struct ifnet *ifp)
{

	/* Who sends or receives finds the one or the other. */
	atomic_store_relaxed(&ifp->if_output, if_nulloutput);
	atomic_store_relaxed(&ifp->_if_input, if_nullinput);
	atomic_store_relaxed(&ifp->if_start, if_nullstart);
	atomic_store_relaxed(&ifp->if_transmit, if_nulltransmit);
	ifp->if_ioctl = if_nullioctl;
	ifp->if_init = if_nullinit;
	ifp->if_stop = if_nullstop;
	if (ifp->if_slowtimo != NULL)
		ifp->if_slowtimo = if_nullstart;
	ifp->if_drain = if_nulldrain;
}

bool
if_is_deactivated(const struct ifnet *ifp)
{

	return ifp->if_output == if_nulloutput;
}

/* Nobody finds it from here on, and who found it is gone. */
static void
if_unlist(struct ifnet *ifp)
{

	mutex_enter(&ifnet_mtx);
	KASSERT(if_byindex(ifp->if_index) == ifp);
	PSLIST_WRITER_REMOVE(ifp, if_pslist_entry);
	atomic_store_relaxed(&if_table->it_ifp[ifp->if_index], NULL);
	pserialize_perform(ifnet_psz);
	mutex_exit(&ifnet_mtx);
	PSLIST_ENTRY_DESTROY(ifp, if_pslist_entry);
	psref_target_destroy(&ifp->if_psref, ifnet_psref_class);
}

static int
route_is_through(struct rtentry *rt, void *arg)
{

	return rt->rt_ifp == arg;
}

static void
if_detach_domains(struct ifnet *ifp)
{
	struct domain *dp;

	ifa_purge_all(ifp);
	rt_delete_matched_entries(AF_UNSPEC, route_is_through, ifp, true);
	rt_free_wait();
	DOMAIN_FOREACH(dp) {
		if (dp->dom_ifdetach == NULL ||
		    ifp->if_afdata[dp->dom_family] == NULL)
			continue;
		(*dp->dom_ifdetach)(ifp, ifp->if_afdata[dp->dom_family]);
		ifp->if_afdata[dp->dom_family] = NULL;
	}
}

/* All of if_initialize(), from the end. */
static void
if_finish(struct ifnet *ifp)
{

	if (ifp->if_percpuq != NULL) {
		if_percpuq_destroy(ifp->if_percpuq);
		ifp->if_percpuq = NULL;
	}
	if_deferred_start_fini(ifp);
	IFQ_PURGE(&ifp->if_snd);
	pfil_head_destroy(ifp->if_pfil);
	ifp->if_pfil = NULL;
	if_link_fini(ifp);
	if_stats_fini(ifp);
	if (ifp->if_description != NULL) {
		kmem_strfree(ifp->if_description);
		ifp->if_description = NULL;
	}
	PSLIST_DESTROY(&ifp->if_addr_pslist);
	IFQ_LOCK_DESTROY(&ifp->if_snd);
	IF_AFDATA_LOCK_DESTROY(ifp);
	mutex_obj_free(ifp->if_ioctl_lock);
	ifp->if_ioctl_lock = NULL;
}

/*
 * The driver sends and takes in nothing any more and has called
 * ether_ifdetach() or bpf_detach().  Sleeps until all others have let go.
 */
void
if_detach(struct ifnet *ifp)
{

	ASSERT_SLEEPABLE();
	if_sysctl_teardown(ifp);
	if_slowtimo_stop(ifp);
	IFNET_LOCK(ifp);
	if_deactivate(ifp);
	IFNET_UNLOCK(ifp);
	if_unlist(ifp);
	pfil_run_ifhooks(if_pfil, PFIL_IFNET_DETACH, ifp);
	if_down(ifp);
	if_detach_domains(ifp);
	if_free_sadl(ifp, 1);
	/* Packets that came in by it may be anywhere in the stack. */
	pktq_ifdetach();
	rt_ifannouncemsg(ifp, IFAN_DEPARTURE);
	if_finish(ifp);
}

/*
 * What a driver can say if it has no function.
 */
int
if_nulloutput(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{

	m_freem(m);
	return ENXIO;
}

void
if_nulloutput_init(struct ifnet *ifp)
{

	ifp->if_output = if_nulloutput;
}

int
if_nullioctl(struct ifnet *ifp, u_long cmd, void *data)
{

	return ENXIO;
}

int
if_nullinit(struct ifnet *ifp)
{

	return ENXIO;
}

void
if_nullstop(struct ifnet *ifp, int disable)
{

}

void
if_nullstart(struct ifnet *ifp)
{

}

void
if_nulldrain(struct ifnet *ifp)
{

}
