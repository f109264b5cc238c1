/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domain AF_LOCAL, its three protocols, and net.local in sysctl(7).
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include "unp.h"

static int	unp_ctloutput(int, struct socket *, struct sockopt *);

struct unp_space unp_stream_space = { 64 * 1024, 64 * 1024 };
struct unp_space unp_seqpacket_space = { 64 * 1024, 64 * 1024 };
struct unp_space unp_dgram_space = { 16 * 1024, 64 * 1024 };

static const struct protosw localsw[] = {
	{
		.pr_type = SOCK_STREAM,
		.pr_domain = &localdomain,
		.pr_flags = PR_CONNREQUIRED | PR_WANTRCVD | PR_RIGHTS |
		    PR_LISTEN,
		.pr_ctloutput = unp_ctloutput,
		.pr_usrreqs = &unp_usrreqs,
	}, {
		.pr_type = SOCK_DGRAM,
		.pr_domain = &localdomain,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_RIGHTS,
		.pr_ctloutput = unp_ctloutput,
		.pr_usrreqs = &unp_usrreqs,
	}, {
		.pr_type = SOCK_SEQPACKET,
		.pr_domain = &localdomain,
		.pr_flags = PR_ATOMIC | PR_CONNREQUIRED | PR_WANTRCVD |
		    PR_RIGHTS | PR_LISTEN,
		.pr_ctloutput = unp_ctloutput,
		.pr_usrreqs = &unp_usrreqs,
	}
};

struct domain localdomain = {
	.dom_family = AF_LOCAL,
	.dom_name = "local",
	.dom_externalize = unp_externalize,
	.dom_dispose = unp_dispose,
	.dom_protosw = localsw,
	.dom_protoswNPROTOSW = &localsw[__arraycount(localsw)],
	.dom_sa_cmpofs = offsetof(struct sockaddr_un, sun_path),
	.dom_sa_cmplen = sizeof(((struct sockaddr_un *)0)->sun_path),
};

static int
option_flag(int name)
{

	switch (name) {
	case LOCAL_CREDS:
		return UNP_WANTCRED;
	case LOCAL_CONNWAIT:
		return UNP_CONNWAIT;
	default:
		return 0;
	}
}

static int
get_peereid(const struct unpcb *unp, struct sockopt *sopt)
{
	const struct unpcb *peer = unp->unp_conn;

	if (peer == NULL)
		return ENOTCONN;
	if ((peer->unp_flags & UNP_EIDS) == 0)
		return EINVAL;
	return sockopt_set(sopt, &peer->unp_eids, sizeof(peer->unp_eids));
}

static int
unp_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct unpcb *unp = sotounpcb(so);
	const int flag = option_flag(sopt->sopt_name);
	int error, on;

	KASSERT(solocked(so));
	if (sopt->sopt_level != SOL_LOCAL)
		return ENOPROTOOPT;
	if (op == PRCO_GETOPT && sopt->sopt_name == LOCAL_PEEREID)
		return get_peereid(unp, sopt);
	if (flag == 0)
		return ENOPROTOOPT;
	if (op == PRCO_GETOPT)
		return sockopt_setint(sopt, (unp->unp_flags & flag) != 0);
	error = sockopt_getint(sopt, &on);
	if (error != 0)
		return error;
	if (on != 0)
		unp->unp_flags |= flag;
	else
		unp->unp_flags &= ~flag;
	return 0;
}

/* A buffer's limit: at least a byte, at most what a buffer may have. */
static int
sysctl_space(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	u_long *limit = rnode->sysctl_data;
	u_long value = *limit;
	int error;

	node.sysctl_data = &value;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (value == 0 || value > sb_max / 2)
		return EINVAL;
	*limit = value;
	return 0;
}

static int
sysctl_inflight(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int value = unp_rights_count();

	node.sysctl_data = &value;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static void
type_nodes(const char *name, int type, struct unp_space *us)
{

	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    name, NULL, NULL, 0, NULL, 0, CTL_NET, PF_LOCAL, type, CTL_EOL);
	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT |
	    CTLFLAG_READWRITE, CTLTYPE_LONG, "sendspace",
	    SYSCTL_DESCR("Size of a new send buffer"), sysctl_space, 0,
	    (void *)&us->us_send, sizeof(u_long), CTL_NET, PF_LOCAL, type,
	    CTL_CREATE, CTL_EOL);
	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT |
	    CTLFLAG_READWRITE, CTLTYPE_LONG, "recvspace",
	    SYSCTL_DESCR("Size of a new receive buffer"), sysctl_space, 0,
	    (void *)&us->us_recv, sizeof(u_long), CTL_NET, PF_LOCAL, type,
	    CTL_CREATE, CTL_EOL);
}

SYSCTL_SETUP(sysctl_net_local_setup, "net.local")
{

	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "local", SYSCTL_DESCR("Local sockets"), NULL, 0, NULL, 0,
	    CTL_NET, PF_LOCAL, CTL_EOL);
	type_nodes("stream", SOCK_STREAM, &unp_stream_space);
	type_nodes("seqpacket", SOCK_SEQPACKET, &unp_seqpacket_space);
	type_nodes("dgram", SOCK_DGRAM, &unp_dgram_space);
	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_INT,
	    "inflight", SYSCTL_DESCR("Descriptors in messages"),
	    sysctl_inflight, 0, NULL, sizeof(int), CTL_NET, PF_LOCAL,
	    CTL_CREATE, CTL_EOL);
}

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{

	unp_connect_init();
	unp_gc_init();
	domain_attach(&localdomain);
}
