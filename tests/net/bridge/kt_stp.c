/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_stp: bridges joined by wires that are a table here, and
 * seconds that pass when the test says so.  Bridge n has the interfaces 3n,
 * 3n + 1 and 3n + 2.  A second that passes by itself meanwhile does no harm.
 */
#define	KIF_NO_DOMAIN
#include "../../kern/net/kif.h"

#include <sys/endian.h>
#include <sys/proc.h>

#include "../../../drivers/net/bridge/bridge_private.h"

void	rump_kt_tree(void);
void	rump_kt_priority(void);
void	rump_kt_failover(void);
void	rump_kt_parallel(void);
void	rump_kt_selfloop(void);
void	rump_kt_message(void);
void	rump_kt_hostile(void);
void	rump_kt_params(void);
void	rump_kt_nomem(void);

#define	BRIDGES	3
#define	PORTS	(3 * BRIDGES)
#define	NONE	(-1)

static struct ifnet *br[BRIDGES];
static struct ifnet *port[PORTS];
static int wire[PORTS];			/* the other end, or NONE */
static uint8_t last[PORTS][60];		/* what came out last at an open end */
static int came[PORTS];			/* how much that is no message */

static const uint8_t stp[6] = { 0x01, 0x80, 0xc2, 0, 0, 0 };

/*
 * Setting up.
 */
static int
control(struct ifnet *ifp, u_long cmd, u_long what, void *data, size_t len)
{
	struct ifdrv ifd = { .ifd_cmd = what, .ifd_data = data,
	    .ifd_len = len };
	int error;

	IFNET_LOCK(ifp);
	error = if_ioctl(ifp, cmd, &ifd);
	IFNET_UNLOCK(ifp);
	return error;
}

static int
member(int p, u_long what, struct ifbreq req)
{

	strlcpy(req.ifbr_ifsname, port[p]->if_xname, IFNAMSIZ);
	return control(br[p / 3], SIOCSDRVSPEC, what, &req, sizeof(req));
}

static int
set_param(int b, u_long what, struct ifbrparam v)
{

	return control(br[b], SIOCSDRVSPEC, what, &v, sizeof(v));
}

static struct ifbrparam
param(int b, u_long what)
{
	struct ifbrparam v;

	memset(&v, 0xff, sizeof(v));
	KT_EQ(0, control(br[b], SIOCGDRVSPEC, what, &v, sizeof(v)));
	return v;
}

static struct ifbreq
look(int p)
{
	struct ifbreq req;

	memset(&req, 0, sizeof(req));
	strlcpy(req.ifbr_ifsname, port[p]->if_xname, IFNAMSIZ);
	KT_EQ(0, control(br[p / 3], SIOCGDRVSPEC, BRDGGIFFLGS, &req,
	    sizeof(req)));
	return req;
}

static int
state(int p)
{

	return look(p).ifbr_state;
}

static void
connect(int a, int b)
{

	wire[a] = b;
	wire[b] = a;
}

static void
cut(int a)
{

	wire[wire[a]] = NONE;
	wire[a] = NONE;
}

/* Bridges, not yet up, so that wires come first. */
static void
make(int n)
{
	char name[IFNAMSIZ];
	int i;

	for (i = 0; i < 3 * n; i++) {
		snprintf(name, sizeof(name), "tst%d", i);
		port[i] = kif_make(name);
		kif_flags(port[i], IFF_UP);
		wire[i] = NONE;
	}
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "bridge%d", i);
		KT_EQ(0, if_clone_create(name));
		br[i] = ifunit(name);
	}
	for (i = 0; i < 3 * n; i++) {
		KT_EQ(0, member(i, BRDGADD, (struct ifbreq){ 0 }));
		KT_EQ(0, member(i, BRDGSIFFLGS, (struct ifbreq){
		    .ifbr_ifsflags = IFBIF_LEARNING | IFBIF_DISCOVER |
		    IFBIF_STP }));
		KT_EQ(BSTP_IFSTATE_DISABLED, state(i));
	}
}

/*
 * Running.
 */
static void
arrive(int p, struct mbuf *m)
{

	m_set_rcvif(m, port[p]);
	(*port[p]->_if_input)(port[p], m);
}

static void
open_end(int p, struct mbuf *m)
{

	if (memcmp(mtod(m, uint8_t *), stp, 6) == 0) {
		KT_EQ(60, m->m_pkthdr.len);
		m_copydata(m, 0, 60, last[p]);
	} else {
		came[p]++;
	}
	m_freem(m);
}

/* Frames run until there are no more; in a loop there would always be. */
static void
pump(void)
{
	struct mbuf *m;
	int i, frames = 0;
	bool any;

	do {
		any = false;
		for (i = 0; i < PORTS && port[i] != NULL; i++) {
			IFQ_DEQUEUE(&port[i]->if_snd, m);
			if (m == NULL)
				continue;
			any = true;
			KT(++frames < 2000);
			if (wire[i] == NONE)
				open_end(i, m);
			else
				arrive(wire[i], m);
		}
	} while (any);
}

/* Addresses that have become wrong are forgotten by a thread. */
static void
settle(void)
{
	struct bridge_softc *sc;
	int i;

	for (i = 0; i < BRIDGES && br[i] != NULL; i++) {
		sc = br[i]->if_softc;
		workqueue_wait(sc->sc_rtwq, &sc->sc_flushwork);
	}
}

static void
up(void)
{
	int i;

	for (i = 0; i < BRIDGES && br[i] != NULL; i++)
		kif_flags(br[i], IFF_UP);
	pump();
}

static void
seconds(int n)
{
	int i;

	while (n-- > 0) {
		for (i = 0; i < BRIDGES && br[i] != NULL; i++) {
			bridge_stp_tick(br[i]->if_softc);
			pump();
		}
	}
	settle();
}

/* A broadcast frame of a station comes in. */
static void
broadcast(int at, int station)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);
	uint8_t f[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xb2, 0, 0, 0, 0,
	    (uint8_t)station, 0x88, 0xb5 };

	memset(came, 0, sizeof(came));
	m->m_len = m->m_pkthdr.len = 0;
	m_copyback(m, 0, sizeof(f), f);
	arrive(at, m);
	pump();
}

/* Where station is, at a bridge, and for how long; NONE: nobody knows. */
static int
where(int b, int station, int *left)
{
	static struct ifbareq list[16];
	struct ifbaconf bac = { .ifbac_len = sizeof(list) };
	u_int i;
	int p;

	bac.ifbac_req = list;
	KT_EQ(0, control(br[b], SIOCGDRVSPEC, OBRDGRTS, &bac, sizeof(bac)));
	for (i = 0; i < bac.ifbac_len / sizeof(list[0]); i++) {
		if (list[i].ifba_dst[5] != station ||
		    list[i].ifba_dst[0] != 0xb2)
			continue;
		if (left != NULL)
			*left = (int)list[i].ifba_expire;
		for (p = 0; p < PORTS; p++)
			if (port[p] != NULL && strcmp(port[p]->if_xname,
			    list[i].ifba_ifsname) == 0)
				return p;
	}
	return NONE;
}

/* A thread forgets, soon. */
static void
until_forgotten(int b, int station)
{
	int i;

	for (i = 0; i < 3000 && where(b, station, NULL) != NONE; i++)
		kpause("forget", false, MAX(1, hz / 100), NULL);
	KT_EQ(NONE, where(b, station, NULL));
}

static void
finish(void)
{
	char name[IFNAMSIZ];
	int i;

	for (i = 0; i < PORTS && port[i] != NULL; i += 2) {
		strlcpy(name, port[i]->if_xname, sizeof(name));
		KT_EQ(0, if_clone_destroy(name));
	}
	for (i = 0; i < BRIDGES && br[i] != NULL; i++) {
		strlcpy(name, br[i]->if_xname, sizeof(name));
		KT_EQ(0, if_clone_destroy(name));
	}
	for (i = 1; i < PORTS && port[i] != NULL; i += 2) {
		strlcpy(name, port[i]->if_xname, sizeof(name));
		KT_EQ(0, if_clone_destroy(name));
	}
}

/* Each with each; the third port of each is open. */
static void
triangle(void)
{

	make(3);
	connect(0, 3);
	connect(1, 6);
	connect(4, 7);
	up();
}

static void
check_states(const char *want)
{
	int i;

	for (i = 0; want[i] != '\0'; i++)
		if (state(i) != (want[i] == 'F' ? BSTP_IFSTATE_FORWARDING :
		    want[i] == 'B' ? BSTP_IFSTATE_BLOCKING :
		    BSTP_IFSTATE_DISABLED))
			panic("kt: port %d is %d, not as in %s", i, state(i),
			    want);
}

/* From anywhere to the others, once each. */
static void
check_connected(void)
{
	int at;

	for (at = 2; at < PORTS; at += 3) {
		broadcast(at, at);
		KT_EQ(at == 2 ? 0 : 1, came[2]);
		KT_EQ(at == 5 ? 0 : 1, came[5]);
		KT_EQ(at == 8 ? 0 : 1, came[8]);
	}
}

/*
 * The cases.
 */
void
rump_kt_tree(void)
{
	int i;

	triangle();
	/* Nothing passes before the others had time to answer. */
	seconds(4);
	for (i = 0; i < PORTS; i++)
		KT(state(i) == BSTP_IFSTATE_LISTENING ||
		    state(i) == BSTP_IFSTATE_BLOCKING);
	broadcast(2, 2);
	for (i = 0; i < PORTS; i++)
		KT_EQ(0, came[i]);
	KT_EQ(NONE, where(0, 2, NULL));
	/* Then it is learnt where who is, and nothing passes yet. */
	for (i = 0; i < 20 && state(2) != BSTP_IFSTATE_LEARNING; i++)
		seconds(1);
	KT_EQ(BSTP_IFSTATE_LEARNING, state(2));
	broadcast(2, 2);
	KT_EQ(2, where(0, 2, NULL));
	KT_EQ(0, came[5] + came[8]);
	seconds(40);
	/* The least address is that of bridge 0, then comes 1. */
	check_states("FFFFFFFBF");
	check_connected();
	/* Without the tree on it a port just forwards. */
	KT_EQ(0, member(2, BRDGSIFFLGS, (struct ifbreq){
	    .ifbr_ifsflags = IFBIF_LEARNING }));
	KT_EQ(BSTP_IFSTATE_FORWARDING, state(2));
	check_connected();
	/* Down, none is used. */
	kif_flags(br[2], 0);
	check_states("FFFFFFDDD");
	finish();
}

void
rump_kt_priority(void)
{

	triangle();
	seconds(40);
	KT_EQ(0, set_param(2, BRDGSPRI, (struct ifbrparam){
	    .ifbrp_prio = 0x1000 }));
	pump();
	seconds(60);
	check_states("FFFBFFFFF");
	check_connected();
	/* It says that it is the root. */
	KT_EQ(0x10000200, be32dec(last[8] + 14 + 3 + 5));
	/* And no more. */
	KT_EQ(0, set_param(2, BRDGSPRI, (struct ifbrparam){
	    .ifbrp_prio = 0xf000 }));
	seconds(80);
	check_states("FFFFFFFBF");
	check_connected();
	/* A way that costs more than the one around. */
	KT_EQ(0, member(6, BRDGSIFCOST, (struct ifbreq){
	    .ifbr_path_cost = 200 }));
	seconds(60);
	check_states("FFFFFFBFF");
	check_connected();
	finish();
}

void
rump_kt_failover(void)
{
	int left;

	triangle();
	seconds(80);
	check_states("FFFFFFFBF");
	broadcast(8, 8);
	KT_EQ(1, where(0, 8, &left));
	KT(left > 1100 && left <= 1200);
	/* Silence: what was heard is good for 20 seconds, then the other port
	 * has 15 to listen and 15 to learn. */
	cut(1);
	seconds(21);
	KT_EQ(BSTP_IFSTATE_LISTENING, state(7));
	seconds(32);
	check_states("FFFFFFFFF");
	/* The root was told by way of bridge 1, and told all. */
	until_forgotten(0, 8);
	check_connected();
	broadcast(8, 8);
	KT_EQ(0, where(0, 8, &left));
	/* For a while addresses are remembered for a shorter time. */
	KT(left <= 15);
	KT((last[2][14 + 7] & 1) != 0);
	seconds(60);
	KT((last[2][14 + 7] & 1) == 0);
	broadcast(8, 8);
	KT_EQ(0, where(0, 8, &left));
	KT(left > 15);
	/* A link that is seen to go is not waited for: 8 and its bridge are
	 * alone with what is left. */
	connect(1, 6);
	seconds(60);
	check_states("FFFFFFFBF");
	kif_flags(port[6], 0);
	seconds(2);
	KT_EQ(BSTP_IFSTATE_DISABLED, state(6));
	KT_EQ(BSTP_IFSTATE_LISTENING, state(7));
	seconds(32);
	check_connected();
	finish();
}

/* Two wires between two bridges: the port decides which. */
void
rump_kt_parallel(void)
{

	make(2);
	connect(0, 3);
	connect(1, 4);
	up();
	seconds(40);
	check_states("FFFFBF");
	KT_EQ(0, member(1, BRDGSIFPRIO, (struct ifbreq){
	    .ifbr_priority = 0x10 }));
	seconds(60);
	check_states("FFFBFF");
	finish();
}

/* Both ends of a wire at one bridge, which is the root and one which is not. */
void
rump_kt_selfloop(void)
{

	make(2);
	connect(0, 1);
	connect(2, 3);
	connect(4, 5);
	up();
	seconds(60);
	check_states("FBFFFB");
	finish();
}

/* What is sent, byte for byte: 802.1D-1998, 9.3.1. */
void
rump_kt_message(void)
{
	static const uint8_t config[60] = { 0x01, 0x80, 0xc2, 0, 0, 0,
	    0x02, 0, 0, 0, 0, 1, 0, 38, 0x42, 0x42, 0x03, 0, 0, 0, 0, 0,
	    0x80, 0, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    0x80, 0, 0x02, 0, 0, 0, 0, 0, 0x80, 0 /* port */, 0, 0, 20, 0,
	    2, 0, 15, 0 };
	static const uint8_t relayed[60] = { 0x01, 0x80, 0xc2, 0, 0, 0,
	    0x02, 0, 0, 0, 0, 4, 0, 38, 0x42, 0x42, 0x03, 0, 0, 0, 0, 0,
	    0x80, 0, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 55,
	    0x80, 0, 0x02, 0, 0, 0, 0, 3, 0x80, 0 /* port */, 1, 0, 20, 0,
	    2, 0, 15, 0 };
	static const uint8_t tcn[21] = { 0x01, 0x80, 0xc2, 0, 0, 0,
	    0x02, 0, 0, 0, 0, 3, 0, 7, 0x42, 0x42, 0x03, 0, 0, 0, 0x80 };
	uint8_t want[60];
	int i;

	make(2);
	connect(0, 3);
	up();
	seconds(5);
	memcpy(want, config, sizeof(want));
	want[43] = look(1).ifbr_portno;
	KT_EQ(0, memcmp(want, last[1], sizeof(want)));
	memcpy(want, relayed, sizeof(want));
	want[43] = look(4).ifbr_portno;
	KT_EQ(0, memcmp(want, last[4], sizeof(want)));
	/* Ports forward soon, which the root is told: where the way to it was,
	 * as what was heard there is not old yet. */
	seconds(20);
	cut(0);
	for (i = 0; i < 15 && last[3][13] != 7; i++)
		seconds(1);
	KT_EQ(0, memcmp(tcn, last[3], sizeof(tcn)));
	finish();
}

/* A message of a bridge that would be the root comes in, changed at a place. */
static void
inject(size_t at, uint8_t byte, int len)
{
	uint8_t f[60] = { 0x01, 0x80, 0xc2, 0, 0, 0, 0xb2, 1, 2, 3, 4, 5,
	    0, 38, 0x42, 0x42, 0x03, 0, 0, 0, 0, 0,
	    0, 1, 0xb2, 0, 0, 0, 0, 9, 0, 0, 0, 0,
	    0, 1, 0xb2, 0, 0, 0, 0, 9, 0x80, 1, 0, 0, 20, 0, 2, 0, 15, 0 };
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);

	f[at] = byte;
	m->m_len = m->m_pkthdr.len = 0;
	m_copyback(m, 0, len, f);
	arrive(2, m);
	seconds(3);
}

void
rump_kt_hostile(void)
{
	static const struct {
		size_t	at;
		uint8_t	byte;
		int	len;
	} bad[] = {
		{ 13, 37, 60 },		/* too short by its own words */
		{ 13, 61, 60 },		/* longer than it is */
		{ 12, 0x06, 60 },	/* a type of Ethernet's */
		{ 12, 0xff, 60 }, { 13, 0, 60 },
		{ 14, 0x43, 60 }, { 15, 0xaa, 60 }, { 16, 0x13, 60 },
		{ 17, 1, 60 }, { 18, 1, 60 },	/* another protocol */
		{ 20, 2, 60 },		/* of a rapid tree */
		{ 20, 0x7f, 60 },
		{ 44, 20, 60 },		/* old enough */
		{ 44, 0xff, 60 }, { 46, 0, 60 },
		{ 0, 0x01, 51 },	/* cut off */
		{ 0, 0x01, 14 }, { 0, 0x01, 17 }, { 0, 0x01, 20 },
		{ 0, 0x01, 21 }, { 0, 0x01, 40 },
		{ 6, 0x03, 60 },	/* from a group */
	};
	uint8_t own[60];
	struct mbuf *m;
	size_t i;

	make(1);
	up();
	seconds(40);
	check_states("FFF");
	KT_EQ(0, last[1][29]);
	for (i = 0; i < __arraycount(bad); i++) {
		inject(bad[i].at, bad[i].byte, bad[i].len);
		if (last[1][23] != 0)
			panic("kt: message %zu was taken", i);
		check_states("FFF");
	}
	/* Its own, come back. */
	memcpy(own, last[2], sizeof(own));
	m = m_gethdr(M_WAITOK, MT_DATA);
	m->m_len = m->m_pkthdr.len = 0;
	m_copyback(m, 0, sizeof(own), own);
	arrive(2, m);
	seconds(30);
	check_states("FFF");
	/* One that is right is taken, whatever costs say. */
	inject(30, 0xff, 60);
	KT_EQ(1, last[1][23]);
	KT_EQ(9, last[1][29]);
	inject(33, 0xff, 60);
	inject(0, 0x01, 52);
	KT_EQ(55, last[1][33]);
	/* A second more with each bridge. */
	KT_EQ(1, last[1][44]);
	/* A delay of nothing is one of a second. */
	inject(50, 0, 60);
	KT_EQ(0, last[1][50]);
	kif_flags(port[1], 0);
	seconds(1);
	kif_flags(port[1], IFF_UP);
	bridge_stp_tick(br[0]->if_softc);
	KT(state(1) != BSTP_IFSTATE_FORWARDING);
	/* Who said that is silent: all is as before. */
	seconds(30);
	KT_EQ(0x80, last[1][22]);
	finish();
}

void
rump_kt_params(void)
{

	make(1);
	KT_EQ(0x8000, param(0, BRDGGPRI).ifbrp_prio);
	KT_EQ(2, param(0, BRDGGHT).ifbrp_hellotime);
	KT_EQ(15, param(0, BRDGGFD).ifbrp_fwddelay);
	KT_EQ(20, param(0, BRDGGMA).ifbrp_maxage);
	KT_EQ(0, set_param(0, BRDGSHT, (struct ifbrparam){
	    .ifbrp_hellotime = 3 }));
	KT_EQ(0, set_param(0, BRDGSFD, (struct ifbrparam){
	    .ifbrp_fwddelay = 4 }));
	KT_EQ(0, set_param(0, BRDGSMA, (struct ifbrparam){
	    .ifbrp_maxage = 255 }));
	KT_EQ(EINVAL, set_param(0, BRDGSHT, (struct ifbrparam){ { 0 } }));
	KT_EQ(EINVAL, set_param(0, BRDGSFD, (struct ifbrparam){ { 0 } }));
	KT_EQ(EINVAL, set_param(0, BRDGSMA, (struct ifbrparam){ { 0 } }));
	KT_EQ(3, param(0, BRDGGHT).ifbrp_hellotime);
	KT_EQ(4, param(0, BRDGGFD).ifbrp_fwddelay);
	KT_EQ(255, param(0, BRDGGMA).ifbrp_maxage);
	KT_EQ(0x80, look(0).ifbr_priority);
	KT_EQ(55, look(0).ifbr_path_cost);
	KT(look(0).ifbr_portno != look(1).ifbr_portno);
	KT_EQ(EINVAL, member(0, BRDGSIFCOST, (struct ifbreq){ { 0 } }));
	KT_EQ(0, member(0, BRDGSIFCOST, (struct ifbreq){
	    .ifbr_path_cost = 7 }));
	KT_EQ(0, member(0, BRDGSIFPRIO, (struct ifbreq){
	    .ifbr_priority = 9 }));
	KT_EQ(9, look(0).ifbr_priority);
	KT_EQ(7, look(0).ifbr_path_cost);
	/* They are said. */
	up();
	KT_EQ(255, last[0][46]);
	KT_EQ(3, last[0][48]);
	KT_EQ(4, last[0][50]);
	KT_EQ(9, last[0][42]);
	KT_EQ(0, member(0, BRDGDEL, (struct ifbreq){ { 0 } }));
	KT_EQ(ENOENT, member(0, BRDGSIFCOST, (struct ifbreq){
	    .ifbr_path_cost = 7 }));
	KT_EQ(ENOENT, member(0, BRDGSIFPRIO, (struct ifbreq){ { 0 } }));
	finish();
}

/* Messages that cannot be made are lost, as on a wire: later ones tell. */
void
rump_kt_nomem(void)
{
	u_int i, failed = 0;

	triangle();
	for (i = 0; i < 60; i++) {
		rump_fault_alloc = 1 + i % 4;
		seconds(1);
		failed += rump_fault_alloc == 0;
		rump_fault_alloc = 0;
	}
	KT(failed > 10);
	seconds(80);
	check_states("FFFFFFFBF");
	check_connected();
	finish();
}
