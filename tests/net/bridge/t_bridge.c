/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4) between three buses: shmif0, 1 and 2 are members; shmif3, 4 and 5
 * of the same kernel are stations on the buses, seen and used by bpf(4).
 */
#include "../bpf/dv.h"

#define	MEMBERS	3

static struct dv_packets packets[MEMBERS];
static int station[MEMBERS];
static const uint8_t addr[MEMBERS][6] = { { 0xb2, 0, 0, 0, 0, 1 },
    { 0xb2, 0, 0, 0, 0, 2 }, { 0xb2, 0, 0, 0, 0, 3 } };
static const uint8_t nobody[6] = { 0xb2, 9, 9, 9, 9, 9 };
static const uint8_t stp[6] = { 0x01, 0x80, 0xc2, 0, 0, 0 };

static int
control(unsigned long cmd, unsigned int what, void *data, size_t len)
{
	struct rump_ifdrv ifd;

	memset(&ifd, 0, sizeof(ifd));
	strcpy(ifd.ifd_name, "bridge0");
	ifd.ifd_cmd = what;
	ifd.ifd_data = data;
	ifd.ifd_len = len;
	return dv_control(cmd, &ifd);
}

static int
member(unsigned int what, const char *name, uint32_t flags)
{
	struct rump_ifbreq req;

	memset(&req, 0, sizeof(req));
	(void)memccpy(req.ifbr_ifsname, name, 0, sizeof(req.ifbr_ifsname));
	req.ifbr_ifsflags = flags;
	return control(RUMP_SIOCSDRVSPEC, what, &req, sizeof(req));
}

static uint32_t
param(unsigned int what)
{
	struct rump_ifbrparam p;

	ATF_REQUIRE_EQ(0, control(RUMP_SIOCGDRVSPEC, what, &p, sizeof(p)));
	return p.ifbrp_int32;
}

static int
set_param(unsigned int what, uint32_t value)
{
	struct rump_ifbrparam p = { .ifbrp_int32 = value };

	return control(RUMP_SIOCSDRVSPEC, what, &p, sizeof(p));
}

/* Addresses that are known, with room for so many. */
static size_t
addresses(struct rump_ifbareq *list, size_t room)
{
	struct rump_ifdrv ifd;

	memset(&ifd, 0, sizeof(ifd));
	strcpy(ifd.ifd_name, "bridge0");
	ifd.ifd_cmd = RUMP_BRDGRTS;
	ifd.ifd_data = list;
	ifd.ifd_len = room * sizeof(*list);
	ATF_REQUIRE_EQ(0, dv_control(RUMP_SIOCGDRVSPEC, &ifd));
	return ifd.ifd_len / sizeof(*list);
}

/* Behind which member an address is; "": it is not known. */
static const char *
behind(const uint8_t *a)
{
	static struct rump_ifbareq list[64];
	size_t n = addresses(list, 64), i;

	for (i = 0; i < n; i++) {
		if (memcmp(list[i].ifba_dst, a, 6) == 0)
			return list[i].ifba_ifsname;
	}
	return "";
}

static void
boot(void)
{
	static const char *const bus[] = { "a", "b", "c" };
	char name[16];
	int i;

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	for (i = 0; i < 2 * MEMBERS; i++)
		dv_shmif(i, bus[i % MEMBERS]);
	for (i = 0; i < MEMBERS; i++) {
		snprintf(name, sizeof(name), "shmif%d", MEMBERS + i);
		station[i] = dv_bpf(name);
		ATF_REQUIRE_EQ(0, rump_sys_ioctl(station[i],
		    RUMP_BIOCPROMISC, NULL));
		ATF_REQUIRE_EQ(0, dv_bpf_set(station[i], RUMP_BIOCSHDRCMPLT,
		    1));
		ATF_REQUIRE_EQ(0, dv_bpf_set(station[i],
		    RUMP_BIOCSDIRECTION, RUMP_BPF_D_IN));
	}
}

static void
bridge(void)
{
	char name[16];
	int i;

	boot();
	dv_create("bridge0");
	for (i = 0; i < MEMBERS; i++) {
		snprintf(name, sizeof(name), "shmif%d", i);
		ATF_REQUIRE_EQ_MSG(0, member(RUMP_BRDGADD, name, 0),
		    "error %d", errno);
	}
	dv_up("bridge0");
}

static void
send_frame(int from, const uint8_t *dst, const uint8_t *src, uint8_t seed,
    size_t n)
{
	uint8_t f[2048];
	size_t len = dv_frame(f, dst, src, DV_ETYPE, seed, n);

	ATF_REQUIRE_EQ_MSG((ssize_t)len, rump_sys_write(station[from], f, len),
	    "error %d", errno);
}

/* The next frame at a station is this one. */
static void
arrives(int at, uint8_t seed, size_t n)
{
	const uint8_t *p;
	size_t len;

	p = dv_next_type(station[at], &packets[at], DV_ETYPE, &len);
	ATF_REQUIRE_EQ(DV_FRAME(n), len);
	dv_check_data(p + 14, n, seed);
}

ATF_TC_WITHOUT_HEAD(config);
ATF_TC_BODY(config, tc)
{
	struct rump_ifbreq req, list[4];
	struct rump_ifdrv ifd;

	boot();
	dv_create("bridge0");
	dv_create("bridge1");
	DV_FAILS(RUMP_ENOENT, member(RUMP_BRDGADD, "shmif9", 0));
	DV_FAILS(RUMP_ENOENT, member(RUMP_BRDGADD, "xxxxxxxxxxxxxxxxx", 0));
	DV_FAILS(RUMP_EINVAL, member(RUMP_BRDGADD, "lo0", 0));
	DV_FAILS(RUMP_EINVAL, member(RUMP_BRDGADD, "bridge1", 0));
	DV_FAILS(RUMP_ENOENT, member(RUMP_BRDGDEL, "shmif0", 0));
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGADD, "shmif0", 0));
	DV_FAILS(RUMP_EEXIST, member(RUMP_BRDGADD, "shmif0", 0));
	ATF_REQUIRE_EQ(0, dv_setmtu("shmif1", 1400));
	DV_FAILS(RUMP_EINVAL, member(RUMP_BRDGADD, "shmif1", 0));
	DV_FAILS(RUMP_EINVAL, dv_setmtu("bridge0", 1400));
	ATF_REQUIRE_EQ(0, dv_setmtu("shmif1", 1500));
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGADD, "shmif1", 0));
	ATF_CHECK((dv_flags("shmif0") & RUMP_IFF_PROMISC) != 0);
	/* Of one bridge only. */
	memset(&ifd, 0, sizeof(ifd));
	strcpy(ifd.ifd_name, "bridge1");
	memset(&req, 0, sizeof(req));
	strcpy(req.ifbr_ifsname, "shmif0");
	ifd.ifd_cmd = RUMP_BRDGADD;
	ifd.ifd_data = &req;
	ifd.ifd_len = sizeof(req);
	DV_FAILS(RUMP_EBUSY, dv_control(RUMP_SIOCSDRVSPEC, &ifd));
	/* Flags. */
	ATF_REQUIRE_EQ(0, control(RUMP_SIOCGDRVSPEC, RUMP_BRDGGIFFLGS, &req,
	    sizeof(req)));
	ATF_CHECK_EQ(RUMP_IFBIF_LEARNING | RUMP_IFBIF_DISCOVER,
	    req.ifbr_ifsflags);
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGSIFFLGS, "shmif0",
	    RUMP_IFBIF_PROTECTED));
	DV_FAILS(RUMP_EINVAL, member(RUMP_BRDGSIFFLGS, "shmif0", 0x1000));
	DV_FAILS(RUMP_ENOENT, member(RUMP_BRDGSIFFLGS, "shmif2", 0));
	ATF_REQUIRE_EQ(0, control(RUMP_SIOCGDRVSPEC, RUMP_BRDGGIFFLGS, &req,
	    sizeof(req)));
	ATF_CHECK_EQ(RUMP_IFBIF_PROTECTED, req.ifbr_ifsflags);
	/* Lists: how long they are, and what they are. */
	strcpy(ifd.ifd_name, "bridge0");
	ifd.ifd_cmd = RUMP_BRDGGIFS;
	ifd.ifd_data = list;
	ifd.ifd_len = 0;
	ATF_REQUIRE_EQ(0, dv_control(RUMP_SIOCGDRVSPEC, &ifd));
	ATF_CHECK_EQ(2 * sizeof(list[0]), ifd.ifd_len);
	ifd.ifd_len = sizeof(list);
	ATF_REQUIRE_EQ(0, dv_control(RUMP_SIOCGDRVSPEC, &ifd));
	ATF_CHECK_EQ(2 * sizeof(list[0]), ifd.ifd_len);
	ATF_CHECK_STREQ("shmif1", list[0].ifbr_ifsname);
	ATF_CHECK_STREQ("shmif0", list[1].ifbr_ifsname);
	/* Wrong ways to ask. */
	DV_FAILS(RUMP_EINVAL, control(RUMP_SIOCSDRVSPEC, RUMP_BRDGADD, &req,
	    sizeof(req) - 1));
	DV_FAILS(RUMP_EINVAL, control(RUMP_SIOCGDRVSPEC, RUMP_BRDGADD, &req,
	    sizeof(req)));
	DV_FAILS(RUMP_EINVAL, control(RUMP_SIOCSDRVSPEC, RUMP_BRDGGIFFLGS,
	    &req, sizeof(req)));
	DV_FAILS(RUMP_EINVAL, control(RUMP_SIOCSDRVSPEC, 99, &req,
	    sizeof(req)));
	/* Filters cannot be chosen. */
	DV_FAILS(RUMP_EOPNOTSUPP, set_param(24, 1));
	/* Parameters. */
	ATF_CHECK_EQ(100, param(RUMP_BRDGGCACHE));
	ATF_CHECK_EQ(1200, param(RUMP_BRDGGTO));
	ATF_REQUIRE_EQ(0, set_param(RUMP_BRDGSCACHE, 7));
	ATF_REQUIRE_EQ(0, set_param(RUMP_BRDGSTO, 8));
	ATF_CHECK_EQ(7, param(RUMP_BRDGGCACHE));
	ATF_CHECK_EQ(8, param(RUMP_BRDGGTO));
	DV_FAILS(RUMP_EINVAL, set_param(RUMP_BRDGSCACHE, 0));
	DV_FAILS(RUMP_EINVAL, set_param(RUMP_BRDGSCACHE, UINT32_MAX));
	DV_FAILS(RUMP_EINVAL, set_param(RUMP_BRDGSTO, 0));
	/* All is as before without it. */
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGDEL, "shmif1", 0));
	ATF_CHECK((dv_flags("shmif1") & RUMP_IFF_PROMISC) == 0);
	dv_destroy("bridge0");
	ATF_CHECK((dv_flags("shmif0") & RUMP_IFF_PROMISC) == 0);
	dv_destroy("bridge1");
}

ATF_TC_WITHOUT_HEAD(learning);
ATF_TC_BODY(learning, tc)
{

	bridge();
	/* Not known yet: to all others. */
	send_frame(0, addr[1], addr[0], 1, 50);
	arrives(1, 1, 50);
	arrives(2, 1, 50);
	ATF_CHECK_STREQ("shmif0", behind(addr[0]));
	ATF_CHECK_STREQ("", behind(addr[1]));
	/* Known: to it and nobody else. */
	send_frame(1, addr[0], addr[1], 2, 60);
	arrives(0, 2, 60);
	send_frame(0, addr[1], addr[0], 3, 1500);
	arrives(1, 3, 1500);
	send_frame(0, dv_broadcast, addr[0], 4, 50);
	arrives(2, 4, 50);
	arrives(1, 4, 50);
	/* It goes elsewhere. */
	send_frame(2, dv_broadcast, addr[0], 5, 50);
	arrives(1, 5, 50);
	arrives(0, 5, 50);
	ATF_CHECK_STREQ("shmif2", behind(addr[0]));
	send_frame(1, addr[0], addr[1], 6, 50);
	arrives(2, 6, 50);
	/* On the same side: nobody else hears of it. */
	send_frame(2, addr[0], addr[2], 7, 50);
	send_frame(2, dv_broadcast, addr[2], 8, 50);
	arrives(1, 8, 50);
	arrives(0, 8, 50);
	/* For the next bridge only. */
	send_frame(0, stp, addr[0], 9, 50);
	send_frame(0, dv_broadcast, addr[0], 10, 50);
	arrives(1, 10, 50);
	/* A source that is a group is nobody's. */
	send_frame(0, dv_broadcast, dv_broadcast, 11, 50);
	send_frame(0, dv_broadcast, addr[0], 12, 50);
	arrives(1, 12, 50);
	ATF_CHECK_STREQ("", behind(dv_broadcast));
}

/* Members that do not learn, discover, or hear one another. */
ATF_TC_WITHOUT_HEAD(flags);
ATF_TC_BODY(flags, tc)
{
	static struct dv_packets seen;
	size_t len;
	int member2;

	bridge();
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGSIFFLGS, "shmif0", 0));
	send_frame(0, dv_broadcast, addr[0], 1, 50);
	arrives(1, 1, 50);
	ATF_CHECK_STREQ("", behind(addr[0]));
	send_frame(1, nobody, addr[1], 2, 50);
	send_frame(1, dv_broadcast, addr[1], 3, 50);
	arrives(0, 3, 50);
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGSIFFLGS, "shmif0",
	    RUMP_IFBIF_PROTECTED | RUMP_IFBIF_LEARNING));
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGSIFFLGS, "shmif1",
	    RUMP_IFBIF_PROTECTED | RUMP_IFBIF_LEARNING));
	send_frame(0, addr[1], addr[0], 4, 50);
	send_frame(0, dv_broadcast, addr[0], 5, 50);
	send_frame(2, dv_broadcast, addr[2], 6, 50);
	arrives(1, 6, 50);
	arrives(2, 1, 50);
	/* Down, it passes nothing. */
	ATF_REQUIRE_EQ(0, dv_setflags("bridge0", 0, RUMP_IFF_UP));
	member2 = dv_bpf("shmif2");
	send_frame(2, dv_broadcast, addr[2], 7, 50);
	/* When the next one comes, that one has been and gone. */
	send_frame(2, nobody, addr[2], 7, 51);
	do {
		(void)dv_next_type(member2, &seen, DV_ETYPE, &len);
	} while (len != DV_FRAME(51));
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGSIFFLGS, "shmif1",
	    RUMP_IFBIF_LEARNING));
	ATF_REQUIRE_EQ(0, dv_setflags("bridge0", RUMP_IFF_UP, 0));
	send_frame(2, dv_broadcast, addr[2], 8, 50);
	arrives(1, 8, 50);
}

ATF_TC_WITHOUT_HEAD(table);
ATF_TC_BODY(table, tc)
{
	struct rump_ifbareq req, list[16];
	uint8_t src[6] = { 0xb2, 7, 7, 7, 7, 0 };
	int i;

	bridge();
	ATF_REQUIRE_EQ(0, set_param(RUMP_BRDGSCACHE, 4));
	memset(&req, 0, sizeof(req));
	strcpy(req.ifba_ifsname, "shmif1");
	req.ifba_flags = 1;
	memcpy(req.ifba_dst, nobody, 6);
	ATF_REQUIRE_EQ(0, control(RUMP_SIOCSDRVSPEC, RUMP_BRDGSADDR, &req,
	    sizeof(req)));
	/* However many there are outside, the table has its size. */
	for (i = 0; i < 20; i++) {
		src[5] = (uint8_t)i;
		send_frame(0, dv_broadcast, src, (uint8_t)i, 50);
		arrives(1, (uint8_t)i, 50);
	}
	ATF_CHECK_EQ(4, addresses(list, 16));
	ATF_CHECK_EQ(4, addresses(NULL, 0));
	ATF_CHECK_EQ(2, addresses(list, 2));
	/* One that is static does not move. */
	send_frame(2, dv_broadcast, nobody, 1, 50);
	arrives(1, 1, 50);
	ATF_CHECK_STREQ("shmif1", behind(nobody));
	send_frame(0, nobody, addr[0], 2, 50);
	arrives(1, 2, 50);
	/* Smaller: learnt ones go. */
	ATF_REQUIRE_EQ(0, set_param(RUMP_BRDGSCACHE, 2));
	ATF_CHECK_EQ(2, addresses(list, 16));
	ATF_CHECK_STREQ("shmif1", behind(nobody));
	strcpy(req.ifba_ifsname, "shmif0");
	req.ifba_dst[0] = 0xb6;
	DV_FAILS(RUMP_ENOSPC, control(RUMP_SIOCSDRVSPEC, RUMP_BRDGSADDR, &req,
	    sizeof(req)));
	DV_FAILS(RUMP_ENOENT, control(RUMP_SIOCSDRVSPEC, RUMP_BRDGDADDR, &req,
	    sizeof(req)));
	req.ifba_dst[0] = 0xb3;
	DV_FAILS(RUMP_EINVAL, control(RUMP_SIOCSDRVSPEC, RUMP_BRDGSADDR, &req,
	    sizeof(req)));
	strcpy(req.ifba_ifsname, "shmif5");
	DV_FAILS(RUMP_ENOENT, control(RUMP_SIOCSDRVSPEC, RUMP_BRDGSADDR, &req,
	    sizeof(req)));
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGFLUSH, "", 0));
	ATF_CHECK_EQ(1, addresses(list, 16));
	memcpy(req.ifba_dst, nobody, 6);
	ATF_REQUIRE_EQ(0, control(RUMP_SIOCSDRVSPEC, RUMP_BRDGDADDR, &req,
	    sizeof(req)));
	ATF_CHECK_EQ(0, addresses(list, 16));
	/* Those of a member go with it. */
	send_frame(0, dv_broadcast, addr[0], 3, 50);
	arrives(1, 3, 50);
	ATF_CHECK_STREQ("shmif0", behind(addr[0]));
	ATF_REQUIRE_EQ(0, member(RUMP_BRDGDEL, "shmif0", 0));
	ATF_CHECK_EQ(0, addresses(list, 16));
}

/* This machine is on the network too, by any of its members. */
ATF_TC_WITHOUT_HEAD(local);
ATF_TC_BODY(local, tc)
{
	uint8_t arp[46] = { 0, 1, 8, 0, 6, 4, 0, 1, 0xb2, 0, 0, 0, 0, 3, 10,
	    0, 0, 3, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1 };
	uint8_t f[64];
	const uint8_t *p;
	size_t len, i;
	int s;

	bridge();
	ATF_REQUIRE_EQ(0, dv_address("shmif0", "10.0.0.1"));
	/* A station on another bus asks for the address of shmif0. */
	(void)dv_frame(f, dv_broadcast, addr[2], 0x0806, 0, 46);
	memcpy(f + 14, arp, sizeof(arp));
	ATF_REQUIRE_EQ(60, rump_sys_write(station[2], f, 60));
	for (i = 0; i < 64; i++) {
		p = dv_next_type(station[2], &packets[2], 0x0806, &len);
		if (p[21] == 2)
			break;
	}
	ATF_CHECK_EQ(0, memcmp(p, addr[2], 6));
	ATF_CHECK_EQ(0, memcmp(p + 28, "\012\000\000\001", 4));
	/* And is sent a datagram there. */
	s = in_udp("10.0.0.1");
	ATF_REQUIRE_EQ(2, in_sendto(s, "hi", 2, "10.0.0.3", 9));
	do {
		p = dv_next_type(station[2], &packets[2], 0x0800, &len);
	} while (p[23] != IN_UDP);
	ATF_CHECK_EQ(0, memcmp(p, addr[2], 6));
	ATF_CHECK_EQ(0, memcmp(p + 42, "hi", 2));
}

ATF_TC_WITHOUT_HEAD(sizes);
ATF_TC_BODY(sizes, tc)
{
	uint8_t f[2100];
	size_t len;
	int i;

	bridge();
	/* A station may send more than members carry. */
	ATF_REQUIRE_EQ(0, dv_setmtu("shmif3", 2000));
	send_frame(0, dv_broadcast, addr[0], 1, 1501);
	send_frame(0, dv_broadcast, addr[0], 2, 1500);
	arrives(1, 2, 1500);
	/* With a tag it is four bytes longer. */
	len = dv_frame(f, dv_broadcast, addr[0], 0x8100, 3, 1504);
	ATF_REQUIRE_EQ((ssize_t)len, rump_sys_write(station[0], f, len));
	ATF_CHECK(dv_next_type(station[1], &packets[1], 0x8100, &len) != NULL);
	ATF_CHECK_EQ(1518, len);
	/* Short ones. */
	for (i = 14; i < 20; i++)
		ATF_REQUIRE_EQ(i, rump_sys_write(station[0], f, (size_t)i));
	send_frame(0, dv_broadcast, addr[0], 4, 50);
	arrives(1, 4, 50);
}

static void *
changes_members(void *arg)
{
	int i;

	for (i = 0; i < 200; i++) {
		(void)member(RUMP_BRDGDEL, "shmif1", 0);
		(void)member(RUMP_BRDGADD, "shmif1", 0);
		(void)member(RUMP_BRDGFLUSH, "", 1);
		(void)member(RUMP_BRDGSIFFLGS, i % 2 == 0 ? "shmif1" : "shmif2",
		    RUMP_IFBIF_LEARNING | (i % 3 == 0 ? RUMP_IFBIF_STP : 0));
		(void)set_param(RUMP_BRDGSPRI, (uint32_t)i << 8);
	}
	return NULL;
}

static void *
replugs(void *arg)
{
	int i, unit;

	for (i = 0; i < 50; i++) {
		(void)dv_simple(RUMP_SIOCIFDESTROY, "shmif2");
		ATF_REQUIRE_EQ(0, rump_pub_shmif_create("c", &unit));
		ATF_REQUIRE_EQ(2, unit);
		(void)dv_setflags("shmif2", RUMP_IFF_UP, 0);
		(void)member(RUMP_BRDGADD, "shmif2", 0);
	}
	return NULL;
}

/* Members go while frames of many stations run. */
ATF_TC_WITHOUT_HEAD(race);
ATF_TC_BODY(race, tc)
{
	uint8_t src[6] = { 0xb2, 7, 7, 7, 0, 0 };
	pthread_t pt[2];
	int i;

	bridge();
	ATF_REQUIRE_EQ(0, pthread_create(&pt[0], NULL, changes_members, NULL));
	ATF_REQUIRE_EQ(0, pthread_create(&pt[1], NULL, replugs, NULL));
	for (i = 0; i < 3000; i++) {
		src[5] = (uint8_t)(i % 50);
		send_frame(i % 3, i % 2 ? dv_broadcast : addr[i % 3], src,
		    (uint8_t)i, 50);
	}
	pthread_join(pt[0], NULL);
	pthread_join(pt[1], NULL);
	dv_destroy("bridge0");
	dv_destroy("shmif1");
}

HK_CASE(offload)
HK_CASE(offload6)
HK_CASE(offload6_mem)

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, config);
	ATF_TP_ADD_TC(tp, learning);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, table);
	ATF_TP_ADD_TC(tp, local);
	ATF_TP_ADD_TC(tp, sizes);
	ATF_TP_ADD_TC(tp, race);
	HK_ADD(offload, 2);
	HK_ADD(offload6, 2);
	HK_ADD(offload6_mem, 2);
	return atf_no_error();
}
