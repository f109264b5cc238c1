/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_route.
 */
#include "kif.h"

void	rump_kt_rt_match(void);
void	rump_kt_rt_refuse(void);
void	rump_kt_rt_nomem(void);
void	rump_kt_rt_init(void);
void	rump_kt_rt_local(void);
void	rump_kt_rt_cache(void);
void	rump_kt_rt_percpu(void);
void	rump_kt_rt_ref(void);
void	rump_kt_rt_gate(void);
void	rump_kt_rt_redirect(void);
void	rump_kt_rt_timer(void);
void	rump_kt_rt_detach(void);
void	rump_kt_rt_race(void);

static struct ifnet *ifp;

/* An interface with 10.0.0.1/8. */
static struct ifaddr *
setup(void)
{

	ifp = kif_make("tst0");
	return kif_addaddr(ifp, 0x0a000001, 8);
}

/* Takes all back: no route through it is left. */
static void
teardown(void)
{

	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	KT_EQ(0, kif_count);
}

static int
request(int cmd, uint32_t dst, int bits, uint32_t gate, int flags,
    struct rtentry **rtp)
{
	struct kif_sin d = kif_sin(dst), g = kif_sin(gate);
	struct kif_sin m = kif_sin(bits <= 0 ? 0 : ~0u << (32 - bits));

	return rtrequest(cmd, SA(&d), SA(&g), bits < 0 ? NULL : SA(&m),
	    flags | (bits < 0 ? RTF_HOST : 0), rtp);
}

/* The gateway that a packet goes to, 0: none. */
static uint32_t
lookup(uint32_t dst)
{
	struct kif_sin sin = kif_sin(dst);
	struct rtentry *rt = rtalloc1(SA(&sin), 1);
	uint32_t gate;

	if (rt == NULL)
		return 0;
	rt_assert_referenced(rt);
	gate = ntohl(((struct kif_sin *)rt->rt_gateway)->sin_addr);
	rt_unref(rt);
	return gate;
}

#define	HOST	(-1)

void
rump_kt_rt_match(void)
{
	struct rtentry *rt;

	(void)setup();
	KT_EQ(0, lookup(0x01020304));
	KT_EQ(0, request(RTM_ADD, 0, 0, 0x0a000002, RTF_GATEWAY, NULL));
	/* Bits behind the mask do not count. */
	KT_EQ(0, request(RTM_ADD, 0xc0a8ffff, 16, 0x0a000003, RTF_GATEWAY,
	    NULL));
	KT_EQ(0, request(RTM_ADD, 0xc0a80100, 24, 0x0a000004, RTF_GATEWAY,
	    NULL));
	KT_EQ(0, request(RTM_ADD, 0xc0a80107, HOST, 0x0a000005, RTF_GATEWAY,
	    &rt));
	KT_EQ(1, rt->rt_refcnt);
	KT(rt->rt_ifp == ifp && (rt->rt_flags & RTF_UP) != 0);
	KT_EQ(RTF_HOST, rt->rt_flags & RTF_HOST);
	rt_unref(rt);
	KT_EQ(0x0a000002, lookup(0x01020304));
	KT_EQ(0x0a000003, lookup(0xc0a80201));
	KT_EQ(0x0a000004, lookup(0xc0a80101));
	KT_EQ(0x0a000005, lookup(0xc0a80107));
	/* A host's and a net's of all bits are two. */
	KT_EQ(0, request(RTM_ADD, 0xc0a80107, 32, 0x0a000006, RTF_GATEWAY,
	    NULL));
	KT_EQ(0x0a000005, lookup(0xc0a80107));
	KT_EQ(0, request(RTM_GET, 0xc0a80155, 24, 0, 0, &rt));
	KT_EQ(0x0a000004,
	    ntohl(((struct kif_sin *)rt->rt_gateway)->sin_addr));
	rt_unref(rt);
	KT_EQ(ESRCH, request(RTM_GET, 0xc0a80155, 25, 0, 0, &rt));

	KT_EQ(0, request(RTM_DELETE, 0xc0a80107, HOST, 0, 0, NULL));
	KT_EQ(0x0a000006, lookup(0xc0a80107));
	KT_EQ(0, request(RTM_DELETE, 0xc0a80107, 32, 0, 0, NULL));
	KT_EQ(0x0a000004, lookup(0xc0a80107));
	KT_EQ(0, request(RTM_DELETE, 0xc0a80123, 24, 0, 0, NULL));
	KT_EQ(0x0a000003, lookup(0xc0a80107));
	KT_EQ(0, request(RTM_DELETE, 0xc0a80000, 16, 0, 0, NULL));
	KT_EQ(0x0a000002, lookup(0xc0a80107));
	KT_EQ(0, request(RTM_DELETE, 0, 0, 0, 0, &rt));
	KT_EQ(0, rt->rt_flags & RTF_UP);
	rt_unref(rt);
	rt_free(rt);
	KT_EQ(0, lookup(0xc0a80107));
	teardown();
}

void
rump_kt_rt_refuse(void)
{
	struct kif_sin sin = kif_sin(0x0b000000), six = kif_sin(0);
	struct rt_addrinfo info;

	(void)setup();
	KT_EQ(0, request(RTM_ADD, 0x0b000000, 8, 0x0a000002, RTF_GATEWAY,
	    NULL));
	KT_EQ(EEXIST, request(RTM_ADD, 0x0b000000, 8, 0x0a000003, RTF_GATEWAY,
	    NULL));
	KT_EQ(0x0a000002, lookup(0x0b000001));
	KT_EQ(ESRCH, request(RTM_DELETE, 0x0b000000, 9, 0, 0, NULL));
	KT_EQ(ESRCH, request(RTM_DELETE, 0x0b000000, HOST, 0, 0, NULL));
	/* The gateway is not on a net of ours. */
	KT_EQ(ENETUNREACH, request(RTM_ADD, 0x0c000000, 8, 0x0d000001,
	    RTF_GATEWAY, NULL));
	KT_EQ(EINVAL, rtrequest(RTM_ADD, SA(&sin), NULL, NULL, RTF_GATEWAY |
	    RTF_HOST, NULL));
	KT_EQ(EINVAL, rtrequest(RTM_ADD, SA(&sin), SA(&sin), NULL, 0, NULL));
	KT_EQ(EOPNOTSUPP, request(RTM_CHANGE, 0x0b000000, 8, 0, 0, NULL));
	/* A family without routes, one that is none. */
	six.sin_family = AF_INET6;
	KT_EQ(EAFNOSUPPORT, rtrequest(RTM_ADD, SA(&six), SA(&sin), NULL,
	    RTF_HOST, NULL));
	six.sin_family = 255;
	KT_EQ(ESRCH, rtrequest(RTM_DELETE, SA(&six), SA(&sin), NULL,
	    RTF_HOST, NULL));
	KT(rtalloc1(SA(&six), 0) == NULL);
	memset(&info, 0, sizeof(info));
	KT_EQ(EINVAL, rtrequest1(RTM_ADD, &info, NULL));
	KT_EQ(0, request(RTM_DELETE, 0x0b000000, 8, 0, 0, NULL));
	teardown();
}

/* Whichever allocation fails, nothing is there and nothing is lost. */
void
rump_kt_rt_nomem(void)
{
	int n, error;

	(void)setup();
	for (n = 1;; n++) {
		rump_fault_alloc = n;
		error = request(RTM_ADD, 0x0b000000, 8, 0x0a000002,
		    RTF_GATEWAY, NULL);
		if (rump_fault_alloc != 0)
			break;
		KT_EQ(ENOBUFS, error);
		KT_EQ(0, lookup(0x0b000001));
	}
	rump_fault_alloc = 0;
	KT_EQ(0, error);
	KT(n > 3);
	KT_EQ(0x0a000002, lookup(0x0b000001));
	rump_fault_alloc = 1;
	error = request(RTM_DELETE, 0x0b000000, 8, 0, 0, NULL);
	KT_EQ(0, rump_fault_alloc);
	KT_EQ(ENOBUFS, error);
	KT_EQ(0x0a000002, lookup(0x0b000001));
	KT_EQ(0, request(RTM_DELETE, 0x0b000000, 8, 0, 0, NULL));
	teardown();
}

static int rtrequests[RTM_GET + 1];

static void
on_rtrequest(int cmd, struct rtentry *rt, const struct rt_addrinfo *info)
{

	rt_assert_referenced(rt);
	KT_EQ(cmd == RTM_ADD ? RTF_UP : 0, rt->rt_flags & RTF_UP);
	rtrequests[cmd]++;
}

void
rump_kt_rt_init(void)
{
	struct ifaddr *ifa = setup(), *ifa2;

	ifa->ifa_rtrequest = on_rtrequest;
	KT_EQ(0, rtinit(ifa, RTM_ADD, RTF_CONNECTED));
	KT_EQ(1, rtrequests[RTM_ADD]);
	KT_EQ(0x0a000001, lookup(0x0a010101));
	KT_EQ(EEXIST, rtinit(ifa, RTM_ADD, RTF_CONNECTED));
	/* Another address of the same net: the route is not its own. */
	ifa2 = kif_addaddr(ifp, 0x0a000009, 8);
	KT_EQ(ENETUNREACH, rtinit(ifa2, RTM_DELETE, 0));
	KT_EQ(0x0a000001, lookup(0x0a010101));
	KT_EQ(0, rtinit(ifa, RTM_DELETE, 0));
	KT_EQ(1, rtrequests[RTM_DELETE]);
	KT_EQ(0, lookup(0x0a010101));
	KT_EQ(ESRCH, rtinit(ifa, RTM_DELETE, 0));
	/* A host, at the other end. */
	KT_EQ(0, rtinit(ifa, RTM_ADD, RTF_HOST));
	KT_EQ(0x0a000001, lookup(0x0affffff));
	KT_EQ(0, lookup(0x0afffffe));
	KT_EQ(EHOSTUNREACH, rtinit(ifa2, RTM_DELETE, RTF_HOST));
	KT_EQ(0, rtinit(ifa, RTM_DELETE, RTF_HOST));
	teardown();
}

void
rump_kt_rt_local(void)
{
	struct ifaddr *ifa = setup(), *alt = kif_addaddr(ifp, 0x0a000001, 16);
	struct kif_sin sin = kif_sin(0x0a000001);
	struct rtentry *rt;

	KT_EQ(0, rt_ifa_addlocal(ifa));
	KT_EQ(0, rt_ifa_addlocal(ifa));
	KT((rt = rtalloc1(SA(&sin), 0)) != NULL);
	KT_EQ(RTF_LOCAL | RTF_HOST, rt->rt_flags & (RTF_LOCAL | RTF_HOST));
	KT(rt->rt_ifa == ifa);
	KT_EQ(AF_LINK, rt->rt_gateway->sa_family);
	KT_EQ(0, rt_ifa_remlocal(ifa, alt));
	KT(rt->rt_ifa == alt);
	rt_unref(rt);
	KT_EQ(0, rt_ifa_remlocal(alt, NULL));
	KT(rtalloc1(SA(&sin), 0) == NULL);
	KT_EQ(0, rt_ifa_remlocal(alt, NULL));
	teardown();
}

void
rump_kt_rt_cache(void)
{
	struct kif_sin a = kif_sin(0x0b000001), b = kif_sin(0x0c000001);
	struct route ro = { ._ro_rt = NULL }, copy = { ._ro_rt = NULL };
	struct rtentry *rt, *rt2;
	int hit;

	(void)setup();
	KT_EQ(0, request(RTM_ADD, 0x0b000000, 8, 0x0a000002, RTF_GATEWAY,
	    NULL));
	KT(rtcache_validate(&ro) == NULL);
	KT(rtcache_init(&ro) == NULL);
	KT_EQ(0, rtcache_setdst(&ro, SA(&a)));
	KT((rt = rtcache_init(&ro)) != NULL);
	KT_EQ(0, rt->rt_refcnt);
	rtcache_unref(rt, &ro);
	KT((rt2 = rtcache_validate(&ro)) == rt);
	rtcache_unref(rt2, &ro);
	KT((rt2 = rtcache_lookup2(&ro, SA(&a), 1, &hit)) == rt && hit);
	rtcache_unref(rt2, &ro);
	rtcache_copy(&copy, &ro);
	KT(sockaddr_cmp(rtcache_getdst(&copy), SA(&a)) == 0);
	KT((rt2 = rtcache_validate(&copy)) == rt);
	rtcache_unref(rt2, &copy);
	/* A change anywhere: it has to be looked up. */
	KT_EQ(0, request(RTM_ADD, 0x0b000000, 16, 0x0a000003, RTF_GATEWAY,
	    NULL));
	KT(rtcache_validate(&ro) == NULL);
	KT((rt2 = rtcache_lookup2(&ro, SA(&a), 1, &hit)) != NULL && !hit);
	KT(rt2 != rt);
	rtcache_unref(rt2, &ro);
	KT(rtcache_validate(&copy) == NULL);
	/* Another destination, which nothing leads to. */
	KT(rtcache_lookup(&ro, SA(&b)) == NULL);
	KT(rtcache_update(&ro, 1) == NULL);
	rtcache_unref(NULL, &ro);
	/* No memory for a destination. */
	rump_fault_alloc = 1;
	KT(rtcache_lookup(&ro, SA(&a)) == NULL);
	KT_EQ(0, rump_fault_alloc);
	KT(rtcache_getdst(&ro) == NULL);
	/* One in use when it goes is there until it is given back. */
	KT((rt = rtcache_lookup(&ro, SA(&a))) != NULL);
	KT_EQ(0, request(RTM_DELETE, 0x0b000000, 16, 0, 0, NULL));
	KT_EQ(0, rt->rt_flags & RTF_UP);
	KT(rt_getkey(rt)->sa_family == AF_INET);
	rtcache_unref(rt, &ro);
	KT(rtcache_validate(&ro) == NULL);
	rtcache_free(&ro);
	rtcache_free(&copy);
	KT_EQ(0, request(RTM_DELETE, 0x0b000000, 8, 0, 0, NULL));
	teardown();
}

void
rump_kt_rt_percpu(void)
{
	percpu_t *pc = rtcache_percpu_alloc();
	struct kif_sin a = kif_sin(0x0b000001);
	struct rtentry *rt;
	struct route *ro;
	int bound;

	(void)setup();
	KT_EQ(0, request(RTM_ADD, 0x0b000000, 8, 0x0a000002, RTF_GATEWAY,
	    NULL));
	bound = curlwp_bind();
	ro = rtcache_percpu_getref(pc);
	KT((rt = rtcache_lookup(ro, SA(&a))) != NULL);
	rtcache_unref(rt, ro);
	rtcache_percpu_putref(pc);
	curlwp_bindx(bound);
	percpu_free(pc, sizeof(struct route *));
	KT_EQ(0, request(RTM_DELETE, 0x0b000000, 8, 0, 0, NULL));
	teardown();
}

/* Who deletes a route may be using it, more than once. */
void
rump_kt_rt_ref(void)
{
	struct kif_sin a = kif_sin(0x0b000001);
	struct route ro = { ._ro_rt = NULL };
	struct rtentry *rt, *rt2;

	(void)setup();
	KT_EQ(0, request(RTM_ADD, 0x0b000000, 8, 0x0a000002, RTF_GATEWAY,
	    &rt));
	KT((rt2 = rtcache_lookup(&ro, SA(&a))) == rt);
	KT_EQ(0, request(RTM_DELETE, 0x0b000000, 8, 0, 0, NULL));
	/* The thread that frees it comes, and waits. */
	kt_pause(2);
	KT_EQ(0, memcmp(rt_getkey(rt), SA(&a), 4));
	KT(rt_mask(rt) != NULL && rt_mask(rt)->sa_len == sizeof(a));
	rt_unref(rt);
	kt_pause(2);
	KT_EQ(0, memcmp(rt_getkey(rt), SA(&a), 4));
	rtcache_unref(rt2, &ro);
	rtcache_free(&ro);
	teardown();
}

static int
any(struct rtentry *rt, void *arg)
{

	return rt->rt_ifp == ifp;
}

void
rump_kt_rt_gate(void)
{
	struct kif_sin a = kif_sin(0x0b000001), g = kif_sin(0x0a000077);
	struct ifaddr *ifa = setup(), *ifa2;
	struct rtentry *rt;

	ifa2 = kif_addaddr(ifp, 0x0a000002, 8);
	KT_EQ(0, request(RTM_ADD, 0x0b000000, 8, 0x0a000002, RTF_GATEWAY,
	    NULL));
	KT((rt = rtalloc1(SA(&a), 0)) != NULL);
	KT_EQ(0, rt_setgate(rt, SA(&g)));
	KT_EQ(0x0a000077, lookup(0x0b000001));
	rump_fault_alloc = 1;
	KT_EQ(ENOMEM, rt_setgate(rt, SA(&a)));
	KT_EQ(0x0a000077, lookup(0x0b000001));
	KT(rt->rt_ifa == ifa);
	rt_replace_ifa_matched_entries(AF_INET, any, NULL, ifa2);
	KT(rt->rt_ifa == ifa2);
	KT(rt_gettag(rt) == NULL);
	KT_EQ(0, rt_check_reject_route(rt, ifp));
	rt->rt_flags |= RTF_REJECT;
	KT_EQ(ENETUNREACH, rt_check_reject_route(rt, ifp));
	rt->rt_rmx.rmx_expire = 1;
	while (time_uptime < 1)
		kt_pause(1);
	KT_EQ(0, rt_check_reject_route(rt, ifp));
	rt_unref(rt);
	rt_delete_matched_entries(AF_INET, any, NULL, true);
	KT_EQ(0, lookup(0x0b000001));
	teardown();
}

static void
redirect(uint32_t dst, uint32_t gate, uint32_t src, int flags)
{
	struct kif_sin d = kif_sin(dst), g = kif_sin(gate), s = kif_sin(src);

	rtredirect(SA(&d), SA(&g), NULL, flags, SA(&s), NULL);
}

void
rump_kt_rt_redirect(void)
{
	const uint64_t bad = rtstat.rts_badredirect;
	struct kif_sin d = kif_sin(0x0b000001);
	struct rtentry *rt;

	KT_EQ(0, rtinit(setup(), RTM_ADD, 0));
	KT_EQ(0, request(RTM_ADD, 0, 0, 0x0a000002, RTF_GATEWAY, NULL));
	/* Not from our router; to a net that is not ours; to ourselves; for a
	 * neighbour. */
	redirect(0x0b000001, 0x0a000003, 0x0a000009, RTF_HOST | RTF_GATEWAY);
	redirect(0x0b000001, 0x0c000003, 0x0a000002, RTF_HOST | RTF_GATEWAY);
	redirect(0x0b000001, 0x0a000001, 0x0a000002, RTF_HOST | RTF_GATEWAY);
	redirect(0x0a000008, 0x0a000003, 0x0a000001, RTF_HOST | RTF_GATEWAY);
	KT_EQ(bad + 4, rtstat.rts_badredirect);
	KT_EQ(0x0a000002, lookup(0x0b000001));
	redirect(0x0b000001, 0x0a000003, 0x0a000002, RTF_HOST | RTF_GATEWAY);
	KT_EQ(bad + 4, rtstat.rts_badredirect);
	KT_EQ(0x0a000003, lookup(0x0b000001));
	KT_EQ(0x0a000002, lookup(0x0b000002));
	KT((rt = rtalloc1(SA(&d), 0)) != NULL);
	KT_EQ(RTF_DYNAMIC, rt->rt_flags & (RTF_DYNAMIC | RTF_MODIFIED));
	/* Once more: the host's own changes. */
	redirect(0x0b000001, 0x0a000004, 0x0a000003, RTF_HOST | RTF_GATEWAY);
	KT_EQ(0x0a000004, lookup(0x0b000001));
	KT_EQ(RTF_MODIFIED, rt->rt_flags & RTF_MODIFIED);
	rt_unref(rt);
	teardown();
	KT_EQ(0, lookup(0x0b000001));
}

static volatile u_int fired;

static void
on_timer(struct rtentry *rt, struct rttimer *r)
{

	atomic_inc_uint(&fired);
}

void
rump_kt_rt_timer(void)
{
	struct rttimer_queue *rtq;
	struct kif_sin a = kif_sin(0x0b000001);
	struct rtentry *rt;

	(void)setup();
	KT_EQ(0, request(RTM_ADD, 0x0b000000, 8, 0x0a000002, RTF_GATEWAY,
	    NULL));
	KT((rt = rtalloc1(SA(&a), 0)) != NULL);
	rtq = rt_timer_queue_create(1);
	KT_EQ(0, rt_timer_add(rt, on_timer, rtq));
	KT_EQ(0, rt_timer_add(rt, on_timer, rtq));
	KT_EQ(1, rt_timer_count(rtq));
	while (atomic_load_acquire(&fired) == 0)
		kt_pause(10);
	KT_EQ(0, rt_timer_count(rtq));
	rump_fault_alloc = 1;
	KT_EQ(ENOBUFS, rt_timer_add(rt, on_timer, rtq));
	KT_EQ(0, rump_fault_alloc);
	/* The end of the queue comes first, or that of the route. */
	rt_timer_queue_change(rtq, 1000);
	KT_EQ(0, rt_timer_add(rt, on_timer, rtq));
	rt_timer_queue_destroy(rtq);
	KT_EQ(2, fired);
	rtq = rt_timer_queue_create(1000);
	KT_EQ(0, rt_timer_add(rt, on_timer, rtq));
	KT_EQ(0, request(RTM_DELETE, 0x0b000000, 8, 0, 0, NULL));
	KT_EQ(0, rt_timer_count(rtq));
	KT_EQ(0, rt_timer_add(rt, on_timer, rtq));
	rt_unref(rt);
	teardown();
	KT_EQ(0, rt_timer_count(rtq));
	rt_timer_queue_destroy(rtq);
	KT_EQ(2, fired);
}

/* An interface takes its routes with it. */
void
rump_kt_rt_detach(void)
{
	int i;

	KT_EQ(0, rtinit(setup(), RTM_ADD, 0));
	for (i = 0; i < 50; i++)
		KT_EQ(0, request(RTM_ADD, 0x0b000000 + (i << 8), 24,
		    0x0a000002, RTF_GATEWAY, NULL));
	KT_EQ(0x0a000002, lookup(0x0b003101));
	teardown();
	for (i = 0; i < 50; i++)
		KT_EQ(0, lookup(0x0b000001 + (i << 8)));
	KT_EQ(0, lookup(0x0a000005));
}

/*
 * Some add and delete, others look up: what they find is right.
 */
#define	NETS	8
static volatile u_int changing;

static void
changer(void *arg)
{
	const int first = *(int *)arg;
	int i, net, error;

	for (i = 0; i < 400; i++) {
		net = (first + i * 7) % NETS;
		/* Net n is by gateway n + 16; another one may be first. */
		error = request(RTM_ADD, 0x0b000000 + (net << 16), 16,
		    0x0a000010 + net, RTF_GATEWAY, NULL);
		KT(error == 0 || error == EEXIST);
		error = request(RTM_DELETE, 0x0b000000 +
		    (((net + i) % NETS) << 16), 16, 0, 0, NULL);
		KT(error == 0 || error == ESRCH);
	}
	atomic_dec_uint(&changing);
	kthread_exit(0);
}

static void
looker(void *arg)
{
	struct route ro = { ._ro_rt = NULL };
	struct kif_sin sin;
	struct rtentry *rt;
	uint32_t gate;
	u_int n = 0, net;

	while (atomic_load_acquire(&changing) != 0) {
		net = n++ % NETS;
		sin = kif_sin(0x0b000001 + (net << 16));
		gate = lookup(0x0b000001 + (net << 16));
		KT(gate == 0x0a000002 || gate == 0x0a000010 + net);
		rt = rtcache_lookup(&ro, SA(&sin));
		KT(rt != NULL);
		if (n % 4 == 0)
			yield();
		gate = ntohl(((struct kif_sin *)rt->rt_gateway)->sin_addr);
		KT(gate == 0x0a000002 || gate == 0x0a000010 + net);
		KT(rt->rt_ifp == ifp);
		rtcache_unref(rt, &ro);
	}
	rtcache_free(&ro);
	kthread_exit(0);
}

void
rump_kt_rt_race(void)
{
	static int first[2] = { 0, 3 };
	struct kt_threads a, b, c;

	(void)setup();
	KT_EQ(0, request(RTM_ADD, 0, 0, 0x0a000002, RTF_GATEWAY, NULL));
	changing = 2;
	kt_start(&c, 3, looker, NULL);
	kt_start(&a, 1, changer, &first[0]);
	kt_start(&b, 1, changer, &first[1]);
	kt_join(&a);
	kt_join(&b);
	kt_join(&c);
	teardown();
	KT_EQ(0, lookup(0x0b000001));
}
