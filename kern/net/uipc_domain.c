/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of domains.  A component of a protocol attaches its domain when it
 * is initialised; none ever goes, so that who has a domain in hand may go on
 * to the next without a lock.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/protosw.h>
#include <sys/systm.h>

#include "net_private.h"

/* Changed by domain_attach() alone, under the kernel lock. */
struct domainhead domains = STAILQ_HEAD_INITIALIZER(domains);

void
domain_attach(struct domain *dp)
{
	const struct protosw *pr;

	KERNEL_LOCK(1, NULL);
	KASSERT(pffinddomain(dp->dom_family) == NULL);
	STAILQ_INSERT_TAIL(&domains, dp, dom_link);
	if (dp->dom_init != NULL)
		(*dp->dom_init)();
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if (pr->pr_init != NULL)
			(*pr->pr_init)();
	}
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
