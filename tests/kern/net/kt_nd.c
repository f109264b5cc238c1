/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_nd; knd.h has the family.
 */
#include "knd.h"

#include <sys/sysctl.h>

void	rump_kt_nd_unanswered(void);
void	rump_kt_nd_unreachable(void);
void	rump_kt_nd_reachable(void);
void	rump_kt_nd_hints(void);
void	rump_kt_nd_queue(void);
void	rump_kt_nd_gone(void);
void	rump_kt_nd_timers(void);
void	rump_kt_nd_free(void);
void	rump_kt_nd_table(void);
void	rump_kt_nd_route(void);
void	rump_kt_nd_dump(void);
void	rump_kt_nd_threads(void);

/* Asked for three times and once more; then it is forgotten. */
void
rump_kt_nd_unanswered(void)
{
	uint8_t ll[6];

	setup();
	KT_EQ(EWOULDBLOCK, resolve(A, 11, ll, NULL));
	expect("MMMMxF");
	KT_EQ(11, missed_len);
	KT_EQ(A, missed_addr);
	KT_EQ(ND_LLINFO_INCOMPLETE, missed_state);
	KT(find(A) == NULL);
	teardown();
}

/* Known, used, and silent. */
void
rump_kt_nd_unreachable(void)
{
	struct llentry *ln;
	uint8_t ll[6];

	setup();
	ln = entry(A);
	answer(ln);
	ln->ln_state = ND_LLINFO_STALE;
	unlock(ln);
	/* Three to its address, then to all, then a minute at WAITDELETE. */
	quick = 6;
	KT_EQ(0, resolve(A, 10, ll, NULL));
	KT_EQ(0, memcmp(ll, peer, 6));
	expect("UUUMMMMx");
	KT_EQ(0, memcmp(asked_lladdr, peer, 6));
	KT_EQ(0, asked_src);
	KT_EQ(ND_LLINFO_UNREACHABLE, missed_state);
	KT_EQ(0, missed_len);
	ln = find(A);
	KT(ln != NULL);
	KT_EQ(ND_LLINFO_WAITDELETE, ln->ln_state);
	KT_EQ(0, ln->la_flags & LLE_VALID);
	unlock(ln);
	/* As long as there are packets it is asked for. */
	KT_EQ(EHOSTDOWN, resolve(A, 12, ll, NULL));
	KT_EQ(EHOSTDOWN, resolve(A, 13, ll, NULL));
	ln = find(A);
	KT_EQ(2, ln->la_numheld);
	nd_set_timer(ln, ND_TIMER_IMMEDIATE);
	unlock(ln);
	/* Each packet that waited is told of. */
	expect("Mxx");
	KT_EQ(13, missed_len);
	KT_EQ(ND_LLINFO_WAITDELETE, missed_state);
	ln = find(A);
	KT_EQ(0, ln->la_numheld);
	KT(ln->ln_hold == NULL);
	nd_set_timer(ln, ND_TIMER_TICK);
	unlock(ln);
	expect("F");
	teardown();
}

/* Reachable for a while, then stale, then garbage unless it is used. */
void
rump_kt_nd_reachable(void)
{
	struct llentry *ln;
	uint8_t ll[6], two[2];

	setup();
	reachable = 5;
	ln = entry(A);
	answer(ln);
	unlock(ln);
	state_wait(A, ND_LLINFO_STALE);
	/* Nobody looks after it. */
	nud = false;
	KT_EQ(0, resolve(A, 10, ll, NULL));
	state_wait(A, ND_LLINFO_STALE);
	/* Whoever answers a probe is reachable. */
	nud = true;
	quick = 0;
	memset(two, 0xff, sizeof(two));
	ln = find(A);
	KT_EQ(0, nd_resolve(ln, NULL, NULL, two, 1));
	KT(two[0] == peer[0] && two[1] == 0xff);
	expect("U");
	ln = find(A);
	KT_EQ(ND_LLINFO_PROBE, ln->ln_state);
	nd_gctimer = 0;
	answer(ln);
	unlock(ln);
	expect("f");
	/* One that stays as it is. */
	ln = entry(A);
	answer(ln);
	ln->ln_expire = 0;
	KT(ND_IS_LLINFO_PERMANENT(ln));
	unlock(ln);
	ln = entry(B);
	answer(ln);
	unlock(ln);
	expect("f");
	KT_EQ(ND_LLINFO_REACHABLE, state(A));
	ln = find(A);
	ln->ln_state = ND_LLINFO_PURGE;
	nd_set_timer(ln, ND_TIMER_IMMEDIATE);
	unlock(ln);
	expect("F");
	teardown();
}

void
rump_kt_nd_hints(void)
{
	struct llentry *ln;

	setup();
	nd_nud_hint(NULL);
	ln = entry(A);
	nd_nud_hint(ln);
	KT_EQ(ND_LLINFO_NOSTATE, ln->ln_state);
	ln->ln_state = ND_LLINFO_INCOMPLETE;
	nd_nud_hint(ln);
	KT_EQ(ND_LLINFO_INCOMPLETE, ln->ln_state);
	answer(ln);
	ln->ln_state = ND_LLINFO_PROBE;
	nd_nud_hint(ln);
	KT_EQ(ND_LLINFO_REACHABLE, ln->ln_state);
	ln->ln_state = ND_LLINFO_UNREACHABLE;
	nd_nud_hint(ln);
	KT_EQ(ND_LLINFO_REACHABLE, ln->ln_state);
	/* Enough of them: let it answer. */
	ln->ln_state = ND_LLINFO_PROBE;
	nd_nud_hint(ln);
	KT_EQ(ND_LLINFO_PROBE, ln->ln_state);
	KT_EQ(2, ln->ln_byhint);
	answer(ln);
	nd_nud_hint(ln);
	KT_EQ(1, ln->ln_byhint);
	domain.nd_maxnudhint = 0;
	ln->ln_byhint = UINT16_MAX;
	ln->ln_state = ND_LLINFO_DELAY;
	nd_nud_hint(ln);
	KT_EQ(ND_LLINFO_REACHABLE, ln->ln_state);
	KT_EQ(UINT16_MAX, ln->ln_byhint);
	unlock(ln);
	teardown();
}

/* Packets wait, the oldest goes; who waits first is asked from. */
void
rump_kt_nd_queue(void)
{
	struct rtentry *rt = kmem_zalloc(sizeof(*rt), KM_SLEEP);
	struct llentry *ln;
	uint8_t ll[6];

	setup();
	quick = 0;
	KT_EQ(EWOULDBLOCK, resolve(A, 21, ll, NULL));
	expect("M");
	KT_EQ(21, asked_src);
	KT_EQ(EWOULDBLOCK, resolve(A, 22, ll, NULL));
	KT_EQ(EWOULDBLOCK, resolve(A, 23, ll, NULL));
	ln = find(A);
	KT_EQ(2, ln->la_numheld);
	KT_EQ(22, ln->ln_hold->m_pkthdr.len);
	KT_EQ(23, ln->ln_hold->m_nextpkt->m_pkthdr.len);
	KT(ln->ln_hold->m_nextpkt->m_nextpkt == NULL);
	/* Asked again, for who waits now. */
	nd_set_timer(ln, ND_TIMER_IMMEDIATE);
	unlock(ln);
	expect("M");
	KT_EQ(22, asked_src);
	/* Memory is short, but not while the table is in use. */
	IF_AFDATA_LOCK(ifp);
	lltable_drain(AF_INET);
	IF_AFDATA_UNLOCK(ifp);
	LLTABLE_WLOCK();
	lltable_drain(AF_INET);
	LLTABLE_WUNLOCK();
	lltable_drain(AF_INET6);
	ln = find(A);
	KT_EQ(2, ln->la_numheld);
	unlock(ln);
	lltable_drain(AF_INET);
	ln = find(A);
	KT_EQ(0, ln->la_numheld);
	KT(ln->ln_hold == NULL);
	/* Given up: what is said depends on whose neighbour it is. */
	ln->ln_state = ND_LLINFO_WAITDELETE;
	unlock(ln);
	KT_EQ(EHOSTDOWN, resolve(A, 24, ll, rt));
	rt->rt_flags = RTF_GATEWAY;
	KT_EQ(EHOSTUNREACH, resolve(A, 25, ll, rt));
	ln = find(A);
	KT_EQ(2, ln->la_numheld);
	unlock(ln);
	IF_AFDATA_LOCK(ifp);
	ln = lla_lookup(table, LLE_EXCLUSIVE, SA(&(struct kif_sin){
	    .sin_addr = htonl(A) }));
	KT_EQ(2, llentry_free(ln));
	IF_AFDATA_UNLOCK(ifp);
	/* None waits. */
	domain.nd_maxqueuelen = 0;
	KT_EQ(EWOULDBLOCK, resolve(B, 26, ll, NULL));
	expect("M");
	KT_EQ(0, asked_src);
	ln = find(B);
	KT_EQ(0, ln->la_numheld);
	unlock(ln);
	teardown();
	kmem_free(rt, sizeof(*rt));
}

/* Used by who looked it up before it was taken off its table. */
void
rump_kt_nd_gone(void)
{
	struct kif_sin a = kif_sin(A);
	struct llentry *ln;
	struct mbuf *m;
	uint8_t ll[6];

	setup();
	ln = entry(A);
	answer(ln);
	LLE_ADDREF(ln);
	unlock(ln);
	IF_AFDATA_LOCK(ifp);
	KT_EQ(0, lla_delete(table, 0, SA(&a)));
	KT_EQ(ENOENT, lla_delete(table, 0, SA(&a)));
	IF_AFDATA_UNLOCK(ifp);
	KT_EQ(0, freed);
	LLE_WLOCK(ln);
	KT_EQ(0, ln->la_flags & (LLE_LINKED | LLE_TIMED));
	KT_EQ(1, ln->lle_refcnt);
	nd_nud_hint(ln);
	KT_EQ(0, ln->la_flags & LLE_TIMED);
	m = m_gethdr(M_WAIT, MT_DATA);
	KT_EQ(ENETDOWN, nd_resolve(ln, NULL, m, ll, 6));
	LLE_FREE(ln);
	KT_EQ(1, freed);
	teardown();
}

static void
set(struct llentry *ln, int type, time_t most)
{
	time_t before = time_uptime;

	nd_set_timer(ln, type);
	KT(ln->ln_expire >= before + most);
	KT(ln->ln_expire <= time_uptime + most);
	KT(callout_pending(&ln->lle_timer));
	KT_EQ(2, ln->lle_refcnt);
	KT((ln->la_flags & LLE_TIMED) != 0);
}

/* How long each waits, and one longer than a callout can. */
void
rump_kt_nd_timers(void)
{
	struct llentry *ln;
	time_t rest;

	setup();
	domain.nd_delay = 17;
	retrans = 1000;
	ln = entry(A);
	answer(ln);
	set(ln, ND_TIMER_REACHABLE, 60);
	set(ln, ND_TIMER_DELAY, 17);
	set(ln, ND_TIMER_GC, nd_gctimer);
	set(ln, ND_TIMER_RETRANS, 1);
	ln->ln_asked = 0;
	set(ln, ND_TIMER_RETRANS_BACKOFF, 1);
	ln->ln_asked = 2;
	set(ln, ND_TIMER_RETRANS_BACKOFF, 9);
	ln->ln_asked = UINT16_MAX;
	set(ln, ND_TIMER_RETRANS_BACKOFF, 60);
	domain.nd_retransmultiple = 0;
	set(ln, ND_TIMER_RETRANS_BACKOFF, 1);
	ln->ln_expire = time_uptime + 100;
	set(ln, ND_TIMER_EXPIRE, 100);
	reachable = UINT_MAX;
	set(ln, ND_TIMER_REACHABLE, UINT_MAX / 1000 + 1);
	nd_gctimer = INT_MAX;
	set(ln, ND_TIMER_GC, INT_MAX);
	rest = ln->ln_ntick;
	KT_EQ((time_t)INT_MAX * (hz - 1), rest);
	/* The first part of it is over. */
	callout_schedule(&ln->lle_timer, 1);
	unlock(ln);
	for (;;) {
		ln = find(A);
		if (ln->ln_ntick != rest)
			break;
		unlock(ln);
		kt_pause(1);
	}
	KT_EQ(rest - INT_MAX, ln->ln_ntick);
	KT_EQ(ND_LLINFO_REACHABLE, ln->ln_state);
	KT_EQ(2, ln->lle_refcnt);
	/* That what is over already. */
	ln->ln_expire = 1;
	nd_set_timer(ln, ND_TIMER_EXPIRE);
	unlock(ln);
	state_wait(A, ND_LLINFO_STALE);
	teardown();
}

/* A table goes while timers of all kinds are set, and while they are called. */
void
rump_kt_nd_free(void)
{
	struct llentry *ln;
	uint8_t ll[6];
	u_int i, k;

	setup();
	reachable = 1;
	for (k = 0; k < 20; k++) {
		for (i = 0; i < 60; i++) {
			if (i % 3 == 0) {
				(void)resolve(A + i, 10, ll, NULL);
				continue;
			}
			ln = entry(A + i);
			answer(ln);
			if (i % 3 == 1)
				ln->ln_state = ND_LLINFO_STALE;
			unlock(ln);
			if (i % 3 == 1)
				(void)resolve(A + i, 10, ll, NULL);
		}
		if (k % 2 != 0)
			kt_pause(1 + (int)k / 8);
		lltable_free(table);
		table = table_make(ifp);
	}
	teardown();
}

static void
is_there(uint32_t addr, bool there)
{
	struct llentry *ln = find(addr);

	KT_EQ(there, ln != NULL);
	if (ln != NULL)
		unlock(ln);
}

static int
third(struct lltable *llt, struct llentry *lle, void *arg)
{

	return ++*(int *)arg == 3 ? EINTR : 0;
}

void
rump_kt_nd_table(void)
{
	struct kif_sin p = kif_sin(0x0a000000), m = kif_sin(0xffff0000);
	struct sockaddr_storage ss;
	struct llentry *ln, *same;
	u_int i;
	int n = 0;

	setup();
	for (i = 0; i < 20; i++)
		unlock(entry(0x0a000000 + (i << 15)));
	ln = find(0x0a008000);
	ln->la_flags |= LLE_STATIC;
	unlock(ln);
	KT_EQ(20, lltable_get_entry_count(table));
	IF_AFDATA_LOCK(ifp);
	KT_EQ(EINTR, lltable_foreach_lle(table, third, &n));
	KT_EQ(3, n);
	IF_AFDATA_UNLOCK(ifp);
	lltable_prefix_free(AF_INET6, SA(&p), SA(&m), LLE_STATIC);
	KT_EQ(20, lltable_get_entry_count(table));
	lltable_prefix_free(AF_INET, SA(&p), SA(&m), 0);
	KT_EQ(19, lltable_get_entry_count(table));
	is_there(0x0a000000, false);
	is_there(0x0a008000, true);
	lltable_prefix_free(AF_INET, SA(&p), SA(&m), LLE_STATIC);
	is_there(0x0a008000, false);
	is_there(0x0a010000, true);
	KT_EQ(18, lltable_get_entry_count(table));
	lltable_purge_entries(table);
	KT_EQ(0, lltable_get_entry_count(table));
	/* One for an address of any family. */
	memset(&ss, 0, sizeof(ss));
	p = kif_sin(A);
	memcpy(&ss, &p, sizeof(p));
	ln = llentry_alloc(ifp, table, &ss);
	KT_EQ(2, ln->lle_refcnt);
	unlock(ln);
	same = llentry_alloc(ifp, table, &ss);
	KT(same == ln);
	KT_EQ(3, ln->lle_refcnt);
	LLE_REMREF(ln);
	LLE_FREE_LOCKED(ln);
	nomem = true;
	p = kif_sin(B);
	memcpy(&ss, &p, sizeof(p));
	KT(llentry_alloc(ifp, table, &ss) == NULL);
	teardown();
}

static int
message(u_char type, int flags, time_t expire, uint32_t addr,
    const struct sockaddr *gw)
{
	struct kif_sin dst = kif_sin(addr);
	struct rt_addrinfo info;

	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_DST] = SA(&dst);
	info.rti_info[RTAX_GATEWAY] = gw;
	return lla_rt_output(type, flags, expire, &info, ifp->if_index);
}

/* What the routing socket is told. */
void
rump_kt_nd_route(void)
{
	union {
		struct sockaddr		sa;
		struct sockaddr_dl	sdl;
		char			room[64];
	} gw;
	struct kif_sin dst = kif_sin(A);
	struct rt_addrinfo info;
	struct llentry *ln;
	uint8_t ll[6];

	setup();
	(void)sockaddr_dl_init(&gw.sdl, sizeof(gw), 0, IFT_ETHER, NULL, 0,
	    peer, sizeof(peer));
	/* Refused. */
	memset(&info, 0, sizeof(info));
	KT_EQ(EINVAL, lla_rt_output(RTM_DELETE, 0, 0, &info, ifp->if_index));
	KT_EQ(EINVAL, message(RTM_ADD, 0, 0, A, NULL));
	KT_EQ(EINVAL, message(RTM_ADD, 0, 0, A, SA(&dst)));
	KT_EQ(EINVAL, message(RTM_GET, 0, 0, A, &gw.sa));
	info.rti_info[RTAX_DST] = SA(&dst);
	info.rti_info[RTAX_GATEWAY] = &gw.sa;
	KT_EQ(EINVAL, lla_rt_output(RTM_ADD, 0, 0, &info, 999));
	dst.sin_family = AF_INET6;
	KT_EQ(EINVAL, lla_rt_output(RTM_ADD, 0, 0, &info, ifp->if_index));
	gw.sdl.sdl_alen = 5;
	KT_EQ(EINVAL, message(RTM_ADD, 0, 0, A, &gw.sa));
	gw.sdl.sdl_alen = 6;
	gw.sdl.sdl_nlen = 60;
	KT_EQ(EINVAL, message(RTM_ADD, 0, 0, A, &gw.sa));
	gw.sdl.sdl_nlen = 0;
	gw.sa.sa_len = 2;
	KT_EQ(EINVAL, message(RTM_ADD, 0, 0, A, &gw.sa));
	(void)sockaddr_dl_init(&gw.sdl, sizeof(gw), 0, IFT_ETHER, NULL, 0,
	    peer, sizeof(peer));
	nomem = true;
	KT_EQ(ENOMEM, message(RTM_ADD, 0, 0, A, &gw.sa));
	nomem = false;
	KT_EQ(ENOENT, message(RTM_DELETE, 0, 0, A, NULL));
	is_there(A, false);
	/* For ever, while a packet waits for it. */
	quick = 0;
	KT_EQ(EWOULDBLOCK, resolve(A, 10, ll, NULL));
	expect("M");
	KT_EQ(0, message(RTM_ADD, RTF_ANNOUNCE, 0, A, &gw.sa));
	ln = find(A);
	KT_EQ(LLE_STATIC | LLE_PUB | LLE_VALID,
	    ln->la_flags & (LLE_STATIC | LLE_PUB | LLE_VALID));
	KT(ND_IS_LLINFO_PERMANENT(ln));
	KT_EQ(0, ln->la_numheld);
	unlock(ln);
	KT_EQ(0, resolve(A, 10, ll, NULL));
	KT_EQ(0, memcmp(ll, peer, 6));
	/* Until then, which is by the clock. */
	KT_EQ(0, message(RTM_ADD, 0, time_second + 100, A, &gw.sa));
	ln = find(A);
	KT_EQ(LLE_VALID | LLE_TIMED,
	    ln->la_flags & (LLE_STATIC | LLE_PUB | LLE_VALID | LLE_TIMED));
	KT(ln->ln_expire > time_uptime + 90 &&
	    ln->ln_expire <= time_uptime + 101);
	unlock(ln);
	KT_EQ(0, message(RTM_ADD, 0, 1, A, &gw.sa));
	state_wait(A, ND_LLINFO_STALE);
	KT_EQ(0, message(RTM_DELETE, 0, 0, A, NULL));
	is_there(A, false);
	/* One of ours. */
	ln = entry(B);
	ln->la_flags |= LLE_IFADDR;
	unlock(ln);
	KT_EQ(EEXIST, message(RTM_ADD, 0, 0, B, &gw.sa));
	teardown();
}

static char buf[16384];

static int
dump(size_t *lenp, void *to)
{
	int name[] = { CTL_NET, PF_ROUTE, 0, AF_INET, NET_RT_FLAGS,
	    RTF_LLDATA };

	return old_sysctl(name, __arraycount(name), to, lenp, NULL, 0, curlwp);
}

/* A message with the two addresses behind it. */
struct dumped {
	struct rt_msghdr	du_rtm;
	struct kif_sin		du_dst;
	struct sockaddr_dl	du_gw;
};

static const struct dumped *
dumped(uint32_t addr, size_t len)
{
	const struct dumped *du;
	size_t off;

	for (off = 0; off < len; off += du->du_rtm.rtm_msglen) {
		du = (const void *)(buf + off);
		KT(du->du_rtm.rtm_msglen > 0 &&
		    du->du_rtm.rtm_msglen <= len - off);
		KT_EQ(RTM_GET, du->du_rtm.rtm_type);
		KT_EQ(ifp->if_index, du->du_rtm.rtm_index);
		KT_EQ(RTA_DST | RTA_GATEWAY, du->du_rtm.rtm_addrs);
		if (du->du_dst.sin_addr == htonl(addr))
			return du;
	}
	return NULL;
}

void
rump_kt_nd_dump(void)
{
	const struct dumped *du;
	struct llentry *ln;
	size_t len, all;

	setup();
	len = sizeof(buf);
	KT_EQ(0, dump(&len, buf));
	KT_EQ(0, len);
	unlock(entry(A));
	ln = entry(B);
	answer(ln);
	ln->la_flags |= LLE_PUB;
	unlock(ln);
	ln = entry(B + 1);
	answer(ln);
	ln->la_flags |= LLE_STATIC | LLE_IFADDR;
	unlock(ln);
	ln = entry(B + 2);
	ln->la_flags |= LLE_DELETED;
	unlock(ln);
	len = sizeof(buf);
	KT_EQ(0, dump(&len, buf));
	all = len;
	du = dumped(A, len);
	KT_EQ(RTF_HOST | RTF_LLDATA, du->du_rtm.rtm_flags);
	KT_EQ(0, du->du_gw.sdl_alen);
	du = dumped(B, len);
	KT_EQ(RTF_HOST | RTF_LLDATA | RTF_ANNOUNCE, du->du_rtm.rtm_flags);
	KT_EQ(6, du->du_gw.sdl_alen);
	KT_EQ(0, memcmp(CLLADDR(&du->du_gw), peer, 6));
	KT(du->du_rtm.rtm_rmx.rmx_expire > time_second);
	du = dumped(B + 1, len);
	KT_EQ(RTF_HOST | RTF_LLDATA | RTF_STATIC | RTF_LOCAL,
	    du->du_rtm.rtm_flags);
	KT_EQ(0, du->du_rtm.rtm_rmx.rmx_expire);
	KT(dumped(B + 2, len) == NULL);
	len = all - 1;
	KT_EQ(ENOMEM, dump(&len, buf));
	len = 0;
	KT_EQ(0, dump(&len, NULL));
	KT(len >= all);
	teardown();
}

/* All of it at once. */
#define	OPS	3000
static _Atomic u_int seed;

static void
one_of_all(u_int what, uint32_t addr)
{
	struct kif_sin sin = kif_sin(addr), mask = kif_sin(0xffffffff);
	struct llentry *ln;
	uint8_t ll[6];
	size_t len;

	switch (what) {
	case 0:
		if ((ln = find(addr)) != NULL) {
			answer(ln);
			unlock(ln);
		}
		break;
	case 1:
		if ((ln = find(addr)) != NULL) {
			nd_nud_hint(ln);
			unlock(ln);
		}
		break;
	case 2:
		IF_AFDATA_LOCK(ifp);
		(void)lla_delete(table, 0, SA(&sin));
		IF_AFDATA_UNLOCK(ifp);
		break;
	case 3:
		lltable_drain(AF_INET);
		break;
	case 4:
		lltable_prefix_free(AF_INET, SA(&sin), SA(&mask), 0);
		break;
	case 5:
		len = 0;
		KT_EQ(0, dump(&len, NULL));
		kt_pause(1);
		break;
	default:
		(void)resolve(addr, 10, ll, NULL);
	}
}

static void
user(void *arg)
{
	u_int rnd = ++seed * 2654435761u, i;

	for (i = 0; i < OPS; i++) {
		rnd = rnd * 1664525 + 1013904223;
		one_of_all((rnd >> 16) % 16, A + (rnd >> 24) % 16);
	}
	kthread_exit(0);
}

void
rump_kt_nd_threads(void)
{
	struct kt_threads kt;

	setup();
	reachable = 1;
	nd_gctimer = 0;
	kt_start(&kt, 4, user, NULL);
	kt_join(&kt);
	teardown();
	KT(made > 16);
}
