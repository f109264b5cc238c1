/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.inet.tcp in sysctl(7), tcp(4).
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/net_stats.h>

#include <netinet/in_offload.h>

#include "in_private.h"
#include "tcp_private.h"

int tcp_sendspace = 32 * 1024;
int tcp_recvspace = 32 * 1024;
int tcp_mssdflt = TCP_MSS;
int tcp_minmss = TCP_MINMSS;
int tcp_do_rfc1323 = 1;
int tcp_do_win_scale = 1;
int tcp_do_timestamps = 1;
int tcp_do_sack = 1;
int tcp_do_dsack = 1;
int tcp_do_ecn = 0;
int tcp_init_win = TCP_INIT_WIN;
int tcp_delack_ticks = 20;
int tcp_keepinit = 150;			/* half seconds, as the next two */
int tcp_keepidle = 14400;
int tcp_keepintvl = 150;
int tcp_keepcnt = 8;
int tcp_log_refused = 0;
int tcp_rst_ppslim = 100;
int tcp_ackdrop_ppslim = 100;
int tcp_do_autosndbuf = 1;
int tcp_autosndbuf_max = 256 * 1024;
int tcp_autosndbuf_inc = 8 * 1024;
int tcp_do_autorcvbuf = 1;
int tcp_autorcvbuf_max = 512 * 1024;
int tcp_autorcvbuf_inc = 16 * 1024;
int tcp_msl = 30 * 100;			/* ticks */

static int slowhz = PR_SLOWHZ;

static const struct in_sysctl_var vars[] = {
	{ "rfc1323", "Timestamps and scaled windows", &tcp_do_rfc1323, 0, 1,
	    TCPCTL_RFC1323, NULL },
	{ "sendspace", "Bytes of a send buffer", &tcp_sendspace, 1024,
	    SB_MAX, TCPCTL_SENDSPACE, NULL },
	{ "recvspace", "Bytes of a receive buffer", &tcp_recvspace, 1024,
	    SB_MAX, TCPCTL_RECVSPACE, NULL },
	{ "mssdflt", "Segment size of peers that tell none", &tcp_mssdflt,
	    32, UINT16_MAX, TCPCTL_MSSDFLT, NULL },
	{ "minmss", "Least segment size that is believed", &tcp_minmss, 32,
	    UINT16_MAX, 0, NULL },
	{ "syn_cache_limit", "Entries of the cache of SYNs", &tcp_syn_limit,
	    0, INT_MAX, TCPCTL_SYN_CACHE_LIMIT, NULL },
	{ "init_win", "Segments sent at first", &tcp_init_win, 1, 100,
	    TCPCTL_INIT_WIN, NULL },
	{ "win_scale", "Scaled windows", &tcp_do_win_scale, 0, 1,
	    TCPCTL_WSCALE, NULL },
	{ "timestamps", "Timestamps", &tcp_do_timestamps, 0, 1,
	    TCPCTL_TSTAMP, NULL },
	{ "keepidle", "Half seconds before a probe", &tcp_keepidle, 1,
	    INT_MAX, TCPCTL_KEEPIDLE, NULL },
	{ "keepintvl", "Half seconds between probes", &tcp_keepintvl, 1,
	    INT_MAX, TCPCTL_KEEPINTVL, NULL },
	{ "keepcnt", "Probes", &tcp_keepcnt, 1, INT16_MAX, TCPCTL_KEEPCNT,
	    NULL },
	{ "keepinit", "Half seconds to be established", &tcp_keepinit, 2,
	    INT16_MAX, 0, NULL },
	{ "slowhz", "Units of the keepalive timers in a second", &slowhz,
	    PR_SLOWHZ, PR_SLOWHZ, TCPCTL_SLOWHZ, NULL },
	{ "log_refused", "Say so when a connection is refused",
	    &tcp_log_refused, 0, 1, TCPCTL_LOG_REFUSED, NULL },
	{ "rstppslimit", "RSTs in a second", &tcp_rst_ppslim, -1, INT_MAX,
	    TCPCTL_RSTPPSLIMIT, NULL },
	{ "delack_ticks", "Ticks an acknowledgement may wait",
	    &tcp_delack_ticks, 0, 50, TCPCTL_DELACK_TICKS, NULL },
	{ "ackdropppslimit", "Acknowledgements in a second of what is "
	    "thrown away", &tcp_ackdrop_ppslim, -1, INT_MAX,
	    TCPCTL_ACKDROPRATELIMIT, NULL },
	{ "do_loopback_cksum", "Checksums on the loopback interface",
	    &tcp_do_loopback_cksum, 0, 1, TCPCTL_LOOPBACKCKSUM, NULL },
	{ "sendbuf_auto", "Send buffers grow", &tcp_do_autosndbuf, 0, 1, 0,
	    NULL },
	{ "sendbuf_inc", "Bytes they grow at once", &tcp_autosndbuf_inc, 1,
	    SB_MAX, 0, NULL },
	{ "sendbuf_max", "Bytes they grow to", &tcp_autosndbuf_max, 1,
	    INT_MAX, 0, NULL },
	{ "recvbuf_auto", "Receive buffers grow", &tcp_do_autorcvbuf, 0, 1,
	    0, NULL },
	{ "recvbuf_inc", "Bytes they grow at once", &tcp_autorcvbuf_inc, 1,
	    SB_MAX, 0, NULL },
	{ "recvbuf_max", "Bytes they grow to", &tcp_autorcvbuf_max, 1,
	    INT_MAX, 0, NULL },
	{ "msl", "Ticks a segment may live", &tcp_msl, 1, INT_MAX / 4, 0,
	    NULL },
	{ "mtu_probing", "Search for the path's MTU: never, where segments "
	    "vanish, always", &tcp_mtu_probing, 0, 2, 0, NULL },
	{ "mtu_probe_base", "Segment size that it begins with",
	    &tcp_mtu_base, 256, UINT16_MAX, 0, NULL },
	{ "mtu_probe_interval", "Seconds until it begins anew",
	    &tcp_mtu_interval, 1, INT_MAX / 1000, 0, NULL },
	{ "vtw_limit", "Connections kept in TIME_WAIT", &tcp_tw_limit, 0,
	    INT_MAX, 0, NULL },
};

static percpu_t *stats;

static const struct in_sysctl_stats stat_node = {
	.is_stats = &stats,
	.is_n = TCP_NSTATS,
	.is_num = TCPCTL_STATS,
};

/* All counters: those that NetBSD has come first. */
static int
allstats_handler(SYSCTLFN_ARGS)
{

	return netstat_sysctl(stats, TCP_NALLSTATS, SYSCTLFN_CALL(rnode));
}

static void
fill_ki(const struct inpcb *inp, struct kinfo_pcb *ki)
{
	const struct tcpcb *tp = inp->inp_ppcb;

	ki->ki_tstate = tp->t_state;
	ki->ki_tflags = tp->t_flags;
}

static const struct in_sysctl_pcbs pcbs = {
	.ip_family = AF_INET,
	.ip_table = &tcbtable,
	.ip_fill = fill_ki,
};

static const struct in_sysctl_pcbs pcbs6 = {
	.ip_family = AF_INET6,
	.ip_table = &tcbtable,
	.ip_fill = fill_ki,
};

/* Nodes below net.inet.tcp.PARENT. */
static const struct sysctlnode *
subnode(const char *name, const char *descr)
{
	const struct sysctlnode *node = NULL;

	(void)sysctl_createv(NULL, 0, NULL, &node, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, name, descr, NULL, 0, NULL, 0, CTL_NET, PF_INET,
	    IPPROTO_TCP, CTL_CREATE, CTL_EOL);
	return node;
}

static int
selected_handler(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	const struct tcp_congctl *cc;
	char buf[sizeof(cc->cc_name)];
	int error;

	strlcpy(buf, atomic_load_relaxed(&tcp_congctl_default)->cc_name,
	    sizeof(buf));
	node.sysctl_data = buf;
	node.sysctl_size = sizeof(buf);
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if ((cc = tcp_congctl_find(buf, sizeof(buf))) == NULL)
		return EINVAL;
	atomic_store_relaxed(&tcp_congctl_default, cc);
	return 0;
}

static int
available_handler(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	char names[64];

	tcp_congctl_names(names, sizeof(names));
	node.sysctl_data = names;
	node.sysctl_size = strlen(names) + 1;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

/* An int that is a flag, below a node that may be missing. */
static void
flag_node(const struct sysctlnode *node, const char *name, const char *descr,
    int *flag)
{

	if (node != NULL)
		(void)sysctl_createv(NULL, 0, &node, NULL, CTLFLAG_PERMANENT |
		    CTLFLAG_READWRITE, CTLTYPE_INT, name, descr, NULL, 0,
		    flag, 0, CTL_CREATE, CTL_EOL);
}

/* net.inet.tcp.sack.*, and so on. */
static void
flag_nodes(void)
{
	const struct sysctlnode *node;

	node = subnode("sack", SYSCTL_DESCR("Selective acknowledgements"));
	flag_node(node, "enable", SYSCTL_DESCR("They are used"),
	    &tcp_do_sack);
	flag_node(node, "dsack", SYSCTL_DESCR("They tell of duplicates"),
	    &tcp_do_dsack);
	node = subnode("fastopen", SYSCTL_DESCR("Data in SYNs, RFC 7413"));
	flag_node(node, "client_enable", SYSCTL_DESCR("It is sent"),
	    &tcp_fastopen_client);
	flag_node(node, "server_enable", SYSCTL_DESCR("It is taken"),
	    &tcp_fastopen_server);
	flag_node(node, "pending_max", SYSCTL_DESCR("Connections at a time "
	    "of which nothing but that has come"), &tcp_fastopen_pending_max);
	node = subnode("ecn", SYSCTL_DESCR("Congestion notification"));
	flag_node(node, "enable", SYSCTL_DESCR("It is asked for"),
	    &tcp_do_ecn);
}

static void
congctl_nodes(void)
{
	const struct sysctlnode *node;

	node = subnode("congctl", SYSCTL_DESCR("Congestion"));
	if (node == NULL)
		return;
	(void)sysctl_createv(NULL, 0, &node, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRING, "available", SYSCTL_DESCR("Algorithms"),
	    available_handler, 0, NULL, 64, CTL_CREATE, CTL_EOL);
	(void)sysctl_createv(NULL, 0, &node, NULL, CTLFLAG_PERMANENT |
	    CTLFLAG_READWRITE, CTLTYPE_STRING, "selected",
	    SYSCTL_DESCR("The one of new connections"), selected_handler, 0,
	    NULL, 16, CTL_CREATE, CTL_EOL);
}

void
tcp_sysctl_init(percpu_t *counters)
{

	stats = counters;
	in_sysctl_node(PF_INET, IPPROTO_TCP, "tcp", SYSCTL_DESCR("TCP"));
	in_sysctl_vars(PF_INET, IPPROTO_TCP, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET, IPPROTO_TCP, &stat_node);
	(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRUCT, "allstats", SYSCTL_DESCR("Counters, with those "
	    "that NetBSD has not"), allstats_handler, 0, NULL, 0, CTL_NET,
	    PF_INET, IPPROTO_TCP, TCPCTL_ALLSTATS, CTL_EOL);
	in_sysctl_pcblist(IPPROTO_TCP, &pcbs);
	flag_nodes();
	congctl_nodes();
}

/* The same variables and counters under another name, and other sockets. */
void
tcp_sysctl_init6(void)
{

	in_sysctl_node(PF_INET6, IPPROTO_TCP, "tcp6",
	    SYSCTL_DESCR("TCP over IPv6"));
	in_sysctl_vars(PF_INET6, IPPROTO_TCP, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET6, IPPROTO_TCP, &stat_node);
	in_sysctl_pcblist(IPPROTO_TCP, &pcbs6);
}
