/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of RFC 6724 section 2.1: labels and precedences of prefixes.  The
 * kernel uses labels for the source of a packet; programs use all of it, and
 * may change it: ip6addrctl(8), SIOCAADDRCTL_POLICY, SIOCDADDRCTL_POLICY.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/pslist.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>

#include "in6_private.h"

/* More than anybody needs. */
#define	POLICIES_MAX	64

/* An entry; all constant but the use, which is not exact. */
struct policy {
	struct pslist_entry pl_entry;	/* policy_mtx */
	struct in6_addrpolicy pl_policy;
	int		pl_plen;
};

static struct pslist_head policies;	/* pserialize(9), policy_mtx */
static u_int npolicies;			/* policy_mtx */
static kmutex_t policy_mtx;
static pserialize_t policy_psz;

/* Section 2.1. */
static const struct {
	struct in6_addr	addr;
	int		plen, preced, label;
} defaults[] = {
	{ IN6ADDR_LOOPBACK_INIT, 128, 50, 0 },
	{ IN6ADDR_ANY_INIT, 0, 40, 1 },
	{ { { { [10] = 0xff, [11] = 0xff } } }, 96, 35, 4 },
	{ { { { 0x20, 0x02 } } }, 16, 30, 2 },
	{ { { { 0x20, 0x01 } } }, 32, 5, 5 },
	{ { { { 0xfc } } }, 7, 3, 13 },
	{ IN6ADDR_ANY_INIT, 96, 1, 3 },
	{ { { { 0xfe, 0xc0 } } }, 10, 1, 11 },
	{ { { { 0x3f, 0xfe } } }, 16, 1, 12 },
};

static bool
matches(const struct policy *pl, const struct in6_addr *addr)
{

	return IN6_ARE_MASKED_ADDR_EQUAL(addr, &pl->pl_policy.addr.sin6_addr,
	    &pl->pl_policy.addrmask.sin6_addr);
}

/* The longest prefix that matches. */
int
in6_policy_label(const struct in6_addr *addr)
{
	struct policy *pl, *best = NULL;
	int s = pserialize_read_enter(), label;

	PSLIST_READER_FOREACH(pl, &policies, struct policy, pl_entry) {
		if (matches(pl, addr) &&
		    (best == NULL || pl->pl_plen > best->pl_plen))
			best = pl;
	}
	label = best != NULL ? best->pl_policy.label : -1;
	if (best != NULL)
		atomic_store_relaxed(&best->pl_policy.use,
		    atomic_load_relaxed(&best->pl_policy.use) + 1);
	pserialize_read_exit(s);
	return label;
}

/* One with the same prefix; NULL. */
static struct policy *
find(const struct policy *key)
{
	struct policy *pl;

	KASSERT(mutex_owned(&policy_mtx));
	PSLIST_WRITER_FOREACH(pl, &policies, struct policy, pl_entry) {
		if (pl->pl_plen == key->pl_plen && matches(pl,
		    &key->pl_policy.addr.sin6_addr))
			break;
	}
	return pl;
}

/* From what a program gave.  EINVAL: that is no prefix. */
static int
make(const struct in6_addrpolicy *ap, struct policy *pl)
{
	struct in6_addr mask = ap->addrmask.sin6_addr;

	if (ap->addr.sin6_family != AF_INET6 ||
	    ap->addrmask.sin6_family != AF_INET6)
		return EINVAL;
	memset(pl, 0, sizeof(*pl));
	pl->pl_plen = in6_mask2len(&mask, NULL);
	if (pl->pl_plen < 0)
		return EINVAL;
	pl->pl_policy = *ap;
	pl->pl_policy.use = 0;
	IN6_MASK_ADDR(&pl->pl_policy.addr.sin6_addr, &mask);
	return 0;
}

static int
add(const struct in6_addrpolicy *ap)
{
	struct policy *new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	int error = make(ap, new);

	if (error != 0) {
		kmem_free(new, sizeof(*new));
		return error;
	}
	mutex_enter(&policy_mtx);
	if (find(new) != NULL)
		error = EEXIST;
	else if (npolicies >= POLICIES_MAX)
		error = ENOSPC;
	else {
		PSLIST_ENTRY_INIT(new, pl_entry);
		PSLIST_WRITER_INSERT_HEAD(&policies, new, pl_entry);
		npolicies++;
	}
	mutex_exit(&policy_mtx);
	if (error != 0)
		kmem_free(new, sizeof(*new));
	return error;
}

static int
delete(const struct in6_addrpolicy *ap)
{
	struct policy key, *pl;
	int error = make(ap, &key);

	if (error != 0)
		return error;
	mutex_enter(&policy_mtx);
	if ((pl = find(&key)) != NULL) {
		PSLIST_WRITER_REMOVE(pl, pl_entry);
		npolicies--;
		pserialize_perform(policy_psz);
	}
	mutex_exit(&policy_mtx);
	if (pl == NULL)
		return ESRCH;
	PSLIST_ENTRY_DESTROY(pl, pl_entry);
	kmem_free(pl, sizeof(*pl));
	return 0;
}

/* SIOCAADDRCTL_POLICY, SIOCDADDRCTL_POLICY; who may is checked before. */
int
in6_src_ioctl(u_long cmd, void *data)
{

	return cmd == SIOCAADDRCTL_POLICY ? add(data) :
	    cmd == SIOCDADDRCTL_POLICY ? delete(data) : EOPNOTSUPP;
}

static int
sysctl_policies(SYSCTLFN_ARGS)
{
	struct in6_addrpolicy *copy;
	struct policy *pl;
	u_int n = 0, i;
	size_t room = oldp != NULL ? *oldlenp : 0;
	int error = 0;

	if (newp != NULL)
		return EPERM;
	copy = kmem_alloc(POLICIES_MAX * sizeof(*copy), KM_SLEEP);
	mutex_enter(&policy_mtx);
	PSLIST_WRITER_FOREACH(pl, &policies, struct policy, pl_entry)
		copy[n++] = pl->pl_policy;
	mutex_exit(&policy_mtx);
	*oldlenp = n * sizeof(*copy);
	for (i = 0; oldp != NULL && i < n && error == 0; i++) {
		if (room < (i + 1) * sizeof(*copy))
			error = ENOMEM;
		else
			error = sysctl_copyout(l, &copy[i], (char *)oldp +
			    i * sizeof(*copy), sizeof(*copy));
	}
	kmem_free(copy, POLICIES_MAX * sizeof(*copy));
	return error;
}

void
in6_policy_sysctl(void)
{

	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "addrctlpolicy",
	    SYSCTL_DESCR("Table of RFC 6724"), sysctl_policies, 0, NULL, 0,
	    CTL_NET, PF_INET6, IPPROTO_IPV6, IPV6CTL_ADDRCTLPOLICY, CTL_EOL);
}

void
in6_policy_init(void)
{
	struct in6_addrpolicy ap;
	u_int i;

	PSLIST_INIT(&policies);
	mutex_init(&policy_mtx, MUTEX_DEFAULT, IPL_NONE);
	policy_psz = pserialize_create();
	for (i = 0; i < __arraycount(defaults); i++) {
		memset(&ap, 0, sizeof(ap));
		sockaddr_in6_init(&ap.addr, &defaults[i].addr, 0, 0, 0);
		sockaddr_in6_init(&ap.addrmask, &in6addr_any, 0, 0, 0);
		in6_prefixlen2mask(&ap.addrmask.sin6_addr, defaults[i].plen);
		ap.preced = defaults[i].preced;
		ap.label = defaults[i].label;
		(void)add(&ap);
	}
}
