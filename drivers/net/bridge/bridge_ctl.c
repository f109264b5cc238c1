/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4): what programs ask with SIOCSDRVSPEC and SIOCGDRVSPEC.
 */
#include "bridge_private.h"

#include <sys/ioctl.h>

union args {
	struct ifbreq	a_breq;
	struct ifbareq	a_bareq;
	struct ifbrparam a_param;
	struct ifbifconf a_ifconf;
	struct ifbaconf	a_aconf;
};

static int
member_add(struct bridge_softc *sc, union args *a)
{

	return bridge_member_add(sc, a->a_breq.ifbr_ifsname);
}

static int
member_remove(struct bridge_softc *sc, union args *a)
{
	struct bridge_iflist *bif;

	bif = bridge_member_find(sc, a->a_breq.ifbr_ifsname);
	if (bif == NULL)
		return ENOENT;
	bridge_member_remove(bif);
	return 0;
}

static void
fill_member(const struct bridge_iflist *bif, struct ifbreq *req)
{

	memset(req, 0, sizeof(*req));
	strlcpy(req->ifbr_ifsname, bif->bif_ifp->if_xname, IFNAMSIZ);
	req->ifbr_ifsflags = bif->bif_flags;
	req->ifbr_state = atomic_load_relaxed(&bif->bif_state);
	req->ifbr_priority = bif->bif_priority;
	req->ifbr_path_cost = bif->bif_pathcost;
	req->ifbr_portno = bif->bif_portno;
}

static int
member_get(struct bridge_softc *sc, union args *a)
{
	struct bridge_iflist *bif;

	bif = bridge_member_find(sc, a->a_breq.ifbr_ifsname);
	if (bif == NULL)
		return ENOENT;
	fill_member(bif, &a->a_breq);
	return 0;
}

static int
member_setflags(struct bridge_softc *sc, union args *a)
{
	const uint32_t flags = a->a_breq.ifbr_ifsflags;
	struct bridge_iflist *bif;

	bif = bridge_member_find(sc, a->a_breq.ifbr_ifsname);
	if (bif == NULL)
		return ENOENT;
	if ((flags & ~(IFBIF_LEARNING | IFBIF_DISCOVER | IFBIF_STP |
	    IFBIF_PROTECTED)) != 0)
		return EINVAL;
	/* With the flag off, the state does not matter. */
	if ((flags & IFBIF_STP) != 0)
		bridge_stp_add(bif);
	atomic_store_relaxed(&bif->bif_flags, flags);
	if ((flags & IFBIF_STP) == 0)
		bridge_stp_remove(bif);
	return 0;
}

/*
 * Of the spanning tree.
 */
static int
port_setpriority(struct bridge_softc *sc, union args *a)
{
	struct bridge_iflist *bif;

	bif = bridge_member_find(sc, a->a_breq.ifbr_ifsname);
	if (bif == NULL)
		return ENOENT;
	bridge_stp_enter(sc);
	bif->bif_priority = a->a_breq.ifbr_priority;
	bridge_stp_exit(sc);
	return 0;
}

/* A way that costs nothing would be as good as none. */
static int
port_setcost(struct bridge_softc *sc, union args *a)
{
	struct bridge_iflist *bif;

	bif = bridge_member_find(sc, a->a_breq.ifbr_ifsname);
	if (bif == NULL)
		return ENOENT;
	if (a->a_breq.ifbr_path_cost == 0)
		return EINVAL;
	bridge_stp_enter(sc);
	bif->bif_pathcost = a->a_breq.ifbr_path_cost;
	bridge_stp_exit(sc);
	return 0;
}

static int
priority_set(struct bridge_softc *sc, union args *a)
{

	bridge_stp_enter(sc);
	sc->sc_stp.st_priority = a->a_param.ifbrp_prio;
	bridge_stp_exit(sc);
	return 0;
}

static int
priority_get(struct bridge_softc *sc, union args *a)
{

	a->a_param.ifbrp_prio = sc->sc_stp.st_priority;
	return 0;
}

/* What is used when this bridge is the root: seconds in, and out. */
static int
time_set(struct bridge_softc *sc, uint8_t t, uint16_t *to)
{

	if (t == 0)
		return EINVAL;
	bridge_stp_enter(sc);
	*to = (uint16_t)(t * BRIDGE_SECOND);
	bridge_stp_exit(sc);
	return 0;
}

static int
hello_set(struct bridge_softc *sc, union args *a)
{

	return time_set(sc, a->a_param.ifbrp_hellotime,
	    &sc->sc_stp.st_own.bt_hello);
}

static int
hello_get(struct bridge_softc *sc, union args *a)
{

	a->a_param.ifbrp_hellotime =
	    (uint8_t)(sc->sc_stp.st_own.bt_hello / BRIDGE_SECOND);
	return 0;
}

static int
fwddelay_set(struct bridge_softc *sc, union args *a)
{

	return time_set(sc, a->a_param.ifbrp_fwddelay,
	    &sc->sc_stp.st_own.bt_fwddelay);
}

static int
fwddelay_get(struct bridge_softc *sc, union args *a)
{

	a->a_param.ifbrp_fwddelay =
	    (uint8_t)(sc->sc_stp.st_own.bt_fwddelay / BRIDGE_SECOND);
	return 0;
}

static int
maxage_set(struct bridge_softc *sc, union args *a)
{

	return time_set(sc, a->a_param.ifbrp_maxage,
	    &sc->sc_stp.st_own.bt_maxage);
}

static int
maxage_get(struct bridge_softc *sc, union args *a)
{

	a->a_param.ifbrp_maxage =
	    (uint8_t)(sc->sc_stp.st_own.bt_maxage / BRIDGE_SECOND);
	return 0;
}

static int
cache_set(struct bridge_softc *sc, union args *a)
{

	if (a->a_param.ifbrp_csize == 0 ||
	    a->a_param.ifbrp_csize > BRIDGE_RTMAX_LIMIT)
		return EINVAL;
	bridge_rt_trim(sc, a->a_param.ifbrp_csize);
	return 0;
}

static int
cache_get(struct bridge_softc *sc, union args *a)
{

	a->a_param.ifbrp_csize = sc->sc_rtmax;
	return 0;
}

static int
timeout_set(struct bridge_softc *sc, union args *a)
{

	if (a->a_param.ifbrp_ctime == 0)
		return EINVAL;
	atomic_store_relaxed(&sc->sc_rttimeout, a->a_param.ifbrp_ctime);
	return 0;
}

static int
timeout_get(struct bridge_softc *sc, union args *a)
{

	a->a_param.ifbrp_ctime = sc->sc_rttimeout;
	return 0;
}

static int
address_set(struct bridge_softc *sc, union args *a)
{
	struct bridge_iflist *bif;

	bif = bridge_member_find(sc, a->a_bareq.ifba_ifsname);
	return bif == NULL ? ENOENT : bridge_rt_static(bif, &a->a_bareq);
}

static int
address_delete(struct bridge_softc *sc, union args *a)
{

	return bridge_rt_delete(sc, a->a_bareq.ifba_dst);
}

static int
addresses_flush(struct bridge_softc *sc, union args *a)
{

	bridge_rt_flush(sc, (a->a_breq.ifbr_ifsflags & IFBF_FLUSHALL) != 0 ?
	    BRIDGE_ALL : BRIDGE_DYNAMIC);
	return 0;
}

/* Filters of pfil(9) on the bridge are always asked. */
static int
filter_get(struct bridge_softc *sc, union args *a)
{

	a->a_param.ifbrp_filter = IFBF_FILT_USEIPF;
	return 0;
}

/* A buffer that is too small is told how large it should be. */
static int
members_list(struct bridge_softc *sc, union args *a)
{
	struct ifbifconf *ifc = &a->a_ifconf;
	const uint32_t need = sc->sc_nmembers * sizeof(struct ifbreq);
	struct bridge_iflist *bif;
	struct ifbreq req, *to = ifc->ifbic_req;
	int error = 0;

	if (ifc->ifbic_len >= need) {
		PSLIST_WRITER_FOREACH(bif, &sc->sc_members,
		    struct bridge_iflist, bif_entry) {
			fill_member(bif, &req);
			error = copyout(&req, to++, sizeof(req));
			if (error != 0)
				break;
		}
	}
	ifc->ifbic_len = need;
	return error;
}

/* As many as there is room for; without any, how much there should be. */
static int
addresses_list(struct bridge_softc *sc, union args *a)
{
	struct ifbaconf *bac = &a->a_aconf;
	const u_int most = bridge_rt_list(sc, NULL, 0);
	const u_int room = MIN(bac->ifbac_len / sizeof(struct ifbareq), most);
	struct ifbareq *list;
	u_int n;
	int error;

	if (room == 0) {
		bac->ifbac_len = bac->ifbac_len == 0 ?
		    (uint32_t)(most * sizeof(*list)) : 0;
		return 0;
	}
	list = kmem_zalloc(room * sizeof(*list), KM_SLEEP);
	n = MIN(bridge_rt_list(sc, list, room), room);
	error = n == 0 ? 0 : copyout(list, bac->ifbac_req, n * sizeof(*list));
	bac->ifbac_len = (uint32_t)(n * sizeof(*list));
	kmem_free(list, room * sizeof(*list));
	return error;
}

#define	C_IN	1		/* the structure comes in */
#define	C_OUT	2		/* and goes out: SIOCGDRVSPEC only */
#define	C_LIST	4		/* ifd_data is a list, not a structure */

static const struct command {
	int		(*c_func)(struct bridge_softc *, union args *);
	size_t		c_size;
	int		c_how;
} commands[] = {
	[BRDGADD] = { member_add, sizeof(struct ifbreq), C_IN },
	[BRDGDEL] = { member_remove, sizeof(struct ifbreq), C_IN },
	[BRDGGIFFLGS] = { member_get, sizeof(struct ifbreq), C_IN | C_OUT },
	[BRDGSIFFLGS] = { member_setflags, sizeof(struct ifbreq), C_IN },
	[BRDGSCACHE] = { cache_set, sizeof(struct ifbrparam), C_IN },
	[BRDGGCACHE] = { cache_get, sizeof(struct ifbrparam), C_OUT },
	[OBRDGGIFS] = { members_list, sizeof(struct ifbifconf), C_IN | C_OUT },
	[OBRDGRTS] = { addresses_list, sizeof(struct ifbaconf), C_IN | C_OUT },
	[BRDGSADDR] = { address_set, sizeof(struct ifbareq), C_IN },
	[BRDGSTO] = { timeout_set, sizeof(struct ifbrparam), C_IN },
	[BRDGGTO] = { timeout_get, sizeof(struct ifbrparam), C_OUT },
	[BRDGDADDR] = { address_delete, sizeof(struct ifbareq), C_IN },
	[BRDGFLUSH] = { addresses_flush, sizeof(struct ifbreq), C_IN },
	[BRDGGPRI] = { priority_get, sizeof(struct ifbrparam), C_OUT },
	[BRDGSPRI] = { priority_set, sizeof(struct ifbrparam), C_IN },
	[BRDGGHT] = { hello_get, sizeof(struct ifbrparam), C_OUT },
	[BRDGSHT] = { hello_set, sizeof(struct ifbrparam), C_IN },
	[BRDGGFD] = { fwddelay_get, sizeof(struct ifbrparam), C_OUT },
	[BRDGSFD] = { fwddelay_set, sizeof(struct ifbrparam), C_IN },
	[BRDGGMA] = { maxage_get, sizeof(struct ifbrparam), C_OUT },
	[BRDGSMA] = { maxage_set, sizeof(struct ifbrparam), C_IN },
	[BRDGSIFPRIO] = { port_setpriority, sizeof(struct ifbreq), C_IN },
	[BRDGSIFCOST] = { port_setcost, sizeof(struct ifbreq), C_IN },
	[BRDGGFILT] = { filter_get, sizeof(struct ifbrparam), C_OUT },
	[BRDGGIFS] = { members_list, sizeof(struct ifbifconf),
	    C_LIST | C_OUT },
	[BRDGRTS] = { addresses_list, sizeof(struct ifbaconf),
	    C_LIST | C_OUT },
};

static int
run_list(struct bridge_softc *sc, const struct command *c, struct ifdrv *ifd)
{
	union args a;
	int error;

	/* Both lists begin alike. */
	memset(&a, 0, sizeof(a));
	a.a_ifconf.ifbic_len = (uint32_t)MIN(ifd->ifd_len, UINT32_MAX);
	a.a_ifconf.ifbic_buf = ifd->ifd_data;
	error = (*c->c_func)(sc, &a);
	ifd->ifd_len = a.a_ifconf.ifbic_len;
	return error;
}

/* EINVAL: there is no such command, or it is asked for in the wrong way. */
int
bridge_control(struct bridge_softc *sc, u_long cmd, struct ifdrv *ifd)
{
	const struct command *c;
	union args a;
	int error = 0;

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	if (ifd->ifd_cmd == BRDGSFILT)
		return EOPNOTSUPP;
	if (ifd->ifd_cmd >= __arraycount(commands))
		return EINVAL;
	c = &commands[ifd->ifd_cmd];
	if ((cmd == SIOCGDRVSPEC) != ((c->c_how & C_OUT) != 0))
		return EINVAL;
	if ((c->c_how & C_LIST) != 0)
		return run_list(sc, c, ifd);
	if (ifd->ifd_len != c->c_size)
		return EINVAL;
	memset(&a, 0, sizeof(a));
	if ((c->c_how & C_IN) != 0)
		error = copyin(ifd->ifd_data, &a, c->c_size);
	if (error == 0)
		error = (*c->c_func)(sc, &a);
	if (error == 0 && (c->c_how & C_OUT) != 0)
		error = copyout(&a, ifd->ifd_data, c->c_size);
	return error;
}
