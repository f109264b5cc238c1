/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes of net.inet and net.inet6 in sysctl(7): variables within limits, tables
 * of counters, and lists of pcbs.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/net_stats.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>

#include <lib/libkern/libkern.h>

#include "in_private.h"

void
in_sysctl_node(int pf, int proto, const char *name, const char *descr)
{

	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "net", NULL, NULL, 0, NULL, 0, CTL_NET, CTL_EOL);
	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, pf == PF_INET ? "inet" : "inet6",
	    SYSCTL_DESCR("Internet protocols"), NULL, 0, NULL, 0, CTL_NET, pf,
	    CTL_EOL);
	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, name, descr, NULL, 0, NULL, 0, CTL_NET, pf, proto,
	    CTL_EOL);
}

static int
var_handler(SYSCTLFN_ARGS)
{
	const struct in_sysctl_var *iv = rnode->sysctl_data;
	struct sysctlnode node = *rnode;
	int value = *iv->iv_value, error;

	node.sysctl_data = &value;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (value < iv->iv_min || value > iv->iv_max)
		return EINVAL;
	if (iv->iv_set != NULL && (error = (*iv->iv_set)(value)) != 0)
		return error;
	atomic_store_relaxed(iv->iv_value, value);
	return 0;
}

void
in_sysctl_vars(int pf, int proto, const struct in_sysctl_var *iv, u_int n)
{

	for (; n > 0; n--, iv++) {
		(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT |
		    CTLFLAG_READWRITE, CTLTYPE_INT, iv->iv_name, iv->iv_descr,
		    var_handler, 0, __UNCONST(iv), sizeof(int), CTL_NET,
		    pf, proto, iv->iv_num != 0 ? iv->iv_num : CTL_CREATE,
		    CTL_EOL);
	}
}

static int
stats_handler(SYSCTLFN_ARGS)
{
	const struct in_sysctl_stats *is = rnode->sysctl_data;

	return netstat_sysctl(*is->is_stats, is->is_n, SYSCTLFN_CALL(rnode));
}

void
in_sysctl_stats(int pf, int proto, const struct in_sysctl_stats *is)
{

	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "stats", SYSCTL_DESCR("Counters"), stats_handler,
	    0, __UNCONST(is), 0, CTL_NET, pf, proto, is->is_num != 0 ?
	    is->is_num : CTL_CREATE, CTL_EOL);
}

/*
 * Lists of pcbs: each as a struct kinfo_pcb.
 */
static void
fill_pcb(const struct inpcb *inp, struct kinfo_pcb *ki)
{
	const struct socket *so = inp->inp_so;
	const bool anon = !get_expose_address(curproc);

	memset(ki, 0, sizeof(*ki));
	ki->ki_pcbaddr = anon ? 0 : (uintptr_t)inp;
	ki->ki_sockaddr = anon ? 0 : (uintptr_t)so;
	ki->ki_family = inp->inp_family;
	ki->ki_type = (uint32_t)so->so_type;
	ki->ki_protocol = (uint32_t)so->so_proto->pr_protocol;
	ki->ki_pflags = (uint32_t)inp->inp_flags;
	ki->ki_sostate = (uint32_t)so->so_state;
	ki->ki_rcvq = so->so_rcv.sb_cc;
	ki->ki_sndq = so->so_snd.sb_cc;
	(*inp->inp_fam->pf_sockaddr)(inp, &ki->ki_src);
	(*inp->inp_fam->pf_peeraddr)(inp, &ki->ki_dst);
}

static int
pcblist_handler(SYSCTLFN_ARGS)
{
	const struct in_sysctl_pcbs *ip = rnode->sysctl_data;
	struct inpcb *inp = NULL;
	struct kinfo_pcb *ki;
	size_t size, room, used = 0;
	u_int n = 0;
	int error = 0;

	if (namelen != 4)
		return namelen == 1 && name[0] == CTL_QUERY ?
		    sysctl_query(SYSCTLFN_CALL(rnode)) : EINVAL;
	if (oldp != NULL && (name[2] <= 0 || name[3] < 0))
		return EINVAL;
	if (newp != NULL)
		return EPERM;
	size = MIN((size_t)MAX(name[2], 0), sizeof(*ki));
	room = oldp != NULL ? *oldlenp : 0;
	ki = kmem_alloc(sizeof(*ki), KM_SLEEP);
	while ((inp = inpcb_next(*ip->ip_table, inp)) != NULL) {
		if (inp->inp_family != ip->ip_family || !inpcb_lock(inp))
			continue;
		fill_pcb(inp, ki);
		if (ip->ip_fill != NULL)
			(*ip->ip_fill)(inp, ki);
		inpcb_unlock(inp);
		n++;
		if (oldp == NULL)
			continue;
		if (room < used + size || n > (u_int)name[3]) {
			error = room < used + size ? ENOMEM : 0;
			inpcb_unref(inp);
			break;
		}
		error = sysctl_copyout(l, ki, (char *)oldp + used, size);
		if (error != 0) {
			inpcb_unref(inp);
			break;
		}
		used += size;
	}
	kmem_free(ki, sizeof(*ki));
	*oldlenp = oldp != NULL ? used : (n + PCB_SLOP) * sizeof(*ki);
	return error;
}

void
in_sysctl_pcblist(int proto, const struct in_sysctl_pcbs *ip)
{

	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "pcblist", SYSCTL_DESCR("Sockets"),
	    pcblist_handler, 0, __UNCONST(ip), 0, CTL_NET, ip->ip_family,
	    proto, CTL_CREATE, CTL_EOL);
}
