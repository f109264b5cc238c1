/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(7) about interfaces: net.interfaces.NAME.sndq and .rcvq.  An
 * interface's node has its index as number.
 */

#include <sys/param.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>

#include "if_private.h"

enum { Q_NODE_SND = 1, Q_NODE_RCV };
enum { Q_LEN = 1, Q_MAXLEN, Q_DROPS };

#define	INTERFACES	"interfaces"

static int interfaces_num = -1;		/* constant once there */

SYSCTL_SETUP(sysctl_net_interfaces_setup, "sysctl net.interfaces")
{
	const struct sysctlnode *node = NULL;

	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "net", "Networking", NULL, 0, NULL, 0, CTL_NET,
	    CTL_EOL);
	if (sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, INTERFACES, "By interface", NULL, 0, NULL, 0,
	    CTL_NET, CTL_CREATE, CTL_EOL) == 0)
		interfaces_num = node->sysctl_num;
}

static int
sysctl_maxlen(SYSCTLFN_ARGS)
{
	struct ifaltq *ifq = rnode->sysctl_data;
	struct sysctlnode node = *rnode;
	int error, len = ifq->ifq_maxlen;

	node.sysctl_data = &len;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (len <= 0)
		return EINVAL;
	IFQ_LOCK(ifq);
	ifq->ifq_maxlen = len;
	IFQ_UNLOCK(ifq);
	return 0;
}

/* Packets that did not fit into the queues of the CPUs. */
static int
sysctl_rcvdrops(SYSCTLFN_ARGS)
{
	struct ifnet *ifp = rnode->sysctl_data;
	struct sysctlnode node = *rnode;
	struct if_data ifi;
	int64_t drops;

	if_stats_to_if_data(ifp, &ifi, false);
	drops = (int64_t)ifi.ifi_iqdrops;
	node.sysctl_data = &drops;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

/* Without memory for a node, or with the name taken, it is not there. */
void
if_sysctl_setup(struct ifnet *ifp)
{
	struct ifaltq *ifq = &ifp->if_snd;
	const int num = ifp->if_index;

	if (interfaces_num < 0 || sysctl_createv(NULL, 0, NULL, NULL, 0,
	    CTLTYPE_NODE, ifp->if_xname, NULL, NULL, 0, NULL, 0, CTL_NET,
	    interfaces_num, num, CTL_EOL) != 0)
		return;
	(void)sysctl_createv(NULL, 0, NULL, NULL, 0, CTLTYPE_NODE, "sndq",
	    "Output queue", NULL, 0, NULL, 0, CTL_NET, interfaces_num, num,
	    Q_NODE_SND, CTL_EOL);
	(void)sysctl_createv(NULL, 0, NULL, NULL, 0, CTLTYPE_INT, "len",
	    "Packets in it", NULL, 0, &ifq->ifq_len, 0, CTL_NET,
	    interfaces_num, num, Q_NODE_SND, Q_LEN, CTL_EOL);
	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_READWRITE,
	    CTLTYPE_INT, "maxlen", "Packets it has room for", sysctl_maxlen,
	    0, (void *)ifq, 0, CTL_NET, interfaces_num, num, Q_NODE_SND,
	    Q_MAXLEN, CTL_EOL);
	(void)sysctl_createv(NULL, 0, NULL, NULL, 0, CTLTYPE_INT, "drops",
	    "Packets there was no room for", NULL, 0, &ifq->ifq_drops, 0,
	    CTL_NET, interfaces_num, num, Q_NODE_SND, Q_DROPS, CTL_EOL);
	(void)sysctl_createv(NULL, 0, NULL, NULL, 0, CTLTYPE_NODE, "rcvq",
	    "Input queues", NULL, 0, NULL, 0, CTL_NET, interfaces_num, num,
	    Q_NODE_RCV, CTL_EOL);
	(void)sysctl_createv(NULL, 0, NULL, NULL, 0, CTLTYPE_QUAD, "drops",
	    "Packets there was no room for", sysctl_rcvdrops, 0, (void *)ifp,
	    0, CTL_NET, interfaces_num, num, Q_NODE_RCV, Q_DROPS, CTL_EOL);
}

/* The leaves first: a node with children stays. */
void
if_sysctl_teardown(struct ifnet *ifp)
{
	static const int leaves[][2] = {
		{ Q_NODE_SND, Q_LEN }, { Q_NODE_SND, Q_MAXLEN },
		{ Q_NODE_SND, Q_DROPS }, { Q_NODE_SND, CTL_EOL },
		{ Q_NODE_RCV, Q_DROPS }, { Q_NODE_RCV, CTL_EOL },
		{ CTL_EOL, CTL_EOL },
	};
	u_int i;

	if (interfaces_num < 0)
		return;
	for (i = 0; i < __arraycount(leaves); i++)
		(void)sysctl_destroyv(NULL, CTL_NET, interfaces_num,
		    (int)ifp->if_index, leaves[i][0], leaves[i][1], CTL_EOL);
}
