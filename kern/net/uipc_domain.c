/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of domains.  A component of a protocol attaches its domain when it
 * is initialised; none ever goes, so that who has a domain in hand may go on
 * to the next without a lock.  The timers of protocols run from the first
 * protocol on that has one, and call those of a domain when all of it is
 * initialised.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/protosw.h>
#include <sys/systm.h>

#include "net_private.h"

/* Changed by domain_attach() alone, under the kernel lock. */
struct domainhead domains = STAILQ_HEAD_INITIALIZER(domains);

/* Those that are initialised; changed as the list is. */
static struct domain *ready[AF_MAX];
static u_int nready;

u_int pfslowtimo_now;		/* changed by the slow timer alone */

/* One of the two timers: which function of a protocol, how often. */
struct pftimer {
	callout_t	pt_callout;
	int		pt_hz;
	bool		pt_running;	/* the kernel lock */
};
static struct pftimer slow = { .pt_hz = PR_SLOWHZ };
static struct pftimer fast = { .pt_hz = PR_FASTHZ };

static void
pftimer_run(void *arg)
{
	struct pftimer *pt = arg;
	void (*timo)(void);
	const struct protosw *pr;
	const u_int n = atomic_load_acquire(&nready);
	const struct domain *dp;
	u_int i;

	if (pt == &slow)
		atomic_store_relaxed(&pfslowtimo_now, pfslowtimo_now + 1);
	for (i = 0; i < n; i++) {
		dp = ready[i];
		for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
			timo = pt == &slow ? pr->pr_slowtimo :
			    pr->pr_fasttimo;
			if (timo != NULL)
				(*timo)();
		}
	}
	callout_schedule(&pt->pt_callout, hz / pt->pt_hz);
}

static void
pftimer_start(struct pftimer *pt)
{

	if (pt->pt_running)
		return;
	pt->pt_running = true;
	callout_init(&pt->pt_callout, CALLOUT_MPSAFE);
	callout_setfunc(&pt->pt_callout, pftimer_run, pt);
	callout_schedule(&pt->pt_callout, hz / pt->pt_hz);
}

/* Others may be walking the list. */
static void
append(struct domain *dp)
{

	STAILQ_NEXT(dp, dom_link) = NULL;
	atomic_store_release(domains.stqh_last, dp);
	domains.stqh_last = &STAILQ_NEXT(dp, dom_link);
}

void
domain_attach(struct domain *dp)
{
	const struct protosw *pr;

	KERNEL_LOCK(1, NULL);
	KASSERT(pffinddomain(dp->dom_family) == NULL);
	append(dp);
	if (dp->dom_init != NULL)
		(*dp->dom_init)();
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if (pr->pr_init != NULL)
			(*pr->pr_init)();
		if (pr->pr_slowtimo != NULL)
			pftimer_start(&slow);
		if (pr->pr_fasttimo != NULL)
			pftimer_start(&fast);
	}
	KASSERT(nready < AF_MAX);
	ready[nready] = dp;
	atomic_store_release(&nready, nready + 1);
	/* They may have told of larger headers. */
	max_hdr = max_linkhdr + max_protohdr;
	max_datalen = MHLEN - max_hdr;
	KERNEL_UNLOCK_ONE(NULL);
}

struct domain *
pffinddomain(int family)
{
	struct domain *dp;

	DOMAIN_FOREACH(dp) {
		if (dp->dom_family == family)
			return dp;
	}
	return NULL;
}

const struct protosw *
pffindtype(int family, int type)
{
	const struct domain *dp = pffinddomain(family);
	const struct protosw *pr;

	if (dp == NULL || type == 0)
		return NULL;
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if (pr->pr_type == type)
			return pr;
	}
	return NULL;
}

/* A raw protocol without a number is for all that have no other. */
const struct protosw *
pffindproto(int family, int protocol, int type)
{
	const struct domain *dp = pffinddomain(family);
	const struct protosw *pr, *raw = NULL;

	if (dp == NULL)
		return NULL;
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if (pr->pr_type != type)
			continue;
		if (pr->pr_protocol == protocol)
			return pr;
		if (type == SOCK_RAW && pr->pr_protocol == 0 && raw == NULL)
			raw = pr;
	}
	return raw;
}

static void
domain_ctlinput(const struct domain *dp, int cmd, const struct sockaddr *sa,
    void *arg)
{
	const struct protosw *pr;

	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if (pr->pr_ctlinput != NULL)
			(*pr->pr_ctlinput)(cmd, sa, arg);
	}
}

void
pfctlinput(int cmd, const struct sockaddr *sa)
{
	const struct domain *dp;

	DOMAIN_FOREACH(dp)
		domain_ctlinput(dp, cmd, sa, NULL);
}

/* The same for the domain of the address alone. */
void
pfctlinput2(int cmd, const struct sockaddr *sa, void *arg)
{
	const struct domain *dp;

	if (sa != NULL && (dp = pffinddomain(sa->sa_family)) != NULL)
		domain_ctlinput(dp, cmd, sa, arg);
}

void
domain_drain(void)
{
	struct domain *dp;
	const struct protosw *pr;

	KERNEL_LOCK(1, NULL);
	DOMAIN_FOREACH(dp) {
		for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
			if (pr->pr_drain != NULL)
				(*pr->pr_drain)();
		}
	}
	KERNEL_UNLOCK_ONE(NULL);
}
