/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap(4): Ethernet interfaces whose frames a program reads and writes.
 *
 * /dev/tap makes an interface for each open, which goes when it is closed;
 * /dev/tap0 is of the interface tap0 and there must be one.  Both, and what is
 * waiting, are the same to if_user.c.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/uio.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_tap.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>
#include <rump-sys/vfs.h>

#define	TAP_MAJOR	169		/* as in NetBSD */
#define	TAP_CLONER	0xfffff		/* minor number of /dev/tap */
#define	TAP_UNITS	4096		/* interfaces that opens may make */
#define	TAP_NODES	4		/* of /dev/tap0, ... */
#define	TAP_QLEN	256

/* All constant. */
struct tap_softc {
	struct ethercom	sc_ec;		/* first: it is the ifnet */
	struct net_user	*sc_nu;
};

static int	tap_clone_create(struct if_clone *, int);
static int	tap_clone_destroy(struct ifnet *);
static int	tap_open(int, int, struct lwp *);
static int	tap_write(struct ifnet *, struct uio *);
static int	tap_user_ioctl(struct ifnet *, u_long, void *);
static void	tap_opened(struct ifnet *, bool);

static struct if_clone tap_cloner =
    IF_CLONE_INITIALIZER("tap", tap_clone_create, tap_clone_destroy);

static struct net_userdev tap_userdev = {
	.ud_name = "tap",
	.ud_open = tap_open,
	.ud_write = tap_write,
	.ud_ioctl = tap_user_ioctl,
	.ud_opened = tap_opened,
	.ud_tap = true,
};

/*
 * The interface.
 */

/* Without a reader a frame is lost as on a wire with nobody at its end. */
static void
tap_start(struct ifnet *ifp)
{
	struct tap_softc *sc = ifp->if_softc;
	struct mbuf *m;

	if (net_user_isopen(sc->sc_nu)) {
		net_user_start(sc->sc_nu);
		return;
	}
	for (;;) {
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m == NULL)
			return;
		if_statinc(ifp, if_opackets);
		bpf_mtap(ifp, m, BPF_D_OUT);
		m_freem(m);
	}
}

static int
tap_init(struct ifnet *ifp)
{

	KASSERT(IFNET_LOCKED(ifp));
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags | IFF_RUNNING);
	return 0;
}

static void
tap_stop(struct ifnet *ifp, int disable)
{

	KASSERT(IFNET_LOCKED(ifp));
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_RUNNING);
}

/* Another link address. */
static int
set_address(struct ifnet *ifp, const struct ifaliasreq *ifra)
{
	const struct sockaddr *sa = &ifra->ifra_addr;

	KASSERT(IFNET_LOCKED(ifp));
	if (sa->sa_family != AF_LINK)
		return EINVAL;
	net_set_lladdr(ifp, (const uint8_t *)sa->sa_data);
	return 0;
}

static int
tap_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	int error;

	if (cmd == SIOCSIFPHYADDR)
		return set_address(ifp, data);
	error = ether_ioctl(ifp, cmd, data);
	return error == ENETRESET ? 0 : error;
}

static void
make_address(uint8_t lla[ETHER_ADDR_LEN])
{
	static const uint8_t prefix[3] = { 0xf2, 0x0b, 0xa4 };

	memcpy(lla, prefix, sizeof(prefix));
	(void)cprng_fast(lla + sizeof(prefix), ETHER_ADDR_LEN -
	    sizeof(prefix));
}

static int
tap_clone_create(struct if_clone *ifc, int unit)
{
	struct tap_softc *sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	uint8_t lla[ETHER_ADDR_LEN];
	int error;

	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_init = tap_init;
	ifp->if_stop = tap_stop;
	ifp->if_start = tap_start;
	ifp->if_ioctl = tap_ioctl;
	IFQ_SET_MAXLEN(&ifp->if_snd, TAP_QLEN);
	IFQ_SET_READY(&ifp->if_snd);
	sc->sc_ec.ec_capabilities = ETHERCAP_VLAN_MTU | ETHERCAP_JUMBO_MTU;
	make_address(lla);
	error = net_user_attach(&tap_userdev, unit, &sc->sc_nu);
	if (error != 0) {
		kmem_free(sc, sizeof(*sc));
		return error;
	}
	if_initialize(ifp);
	ether_ifattach(ifp, lla);
	if_register(ifp);
	if_link_state_change(ifp, LINK_STATE_DOWN);
	net_user_ready(sc->sc_nu, ifp);
	return 0;
}

static int
tap_clone_destroy(struct ifnet *ifp)
{
	struct tap_softc *sc = ifp->if_softc;

	IFNET_LOCK(ifp);
	if_stop(ifp, 1);
	/* Nothing is sent any more by who comes now. */
	if_deactivate(ifp);
	IFNET_UNLOCK(ifp);
	ether_ifdetach(ifp);
	net_user_detach(sc->sc_nu);
	if_detach(ifp);
	net_user_release(sc->sc_nu);
	kmem_free(sc, sizeof(*sc));
	return 0;
}

/*
 * What a program does.
 */
static void
tap_opened(struct ifnet *ifp, bool opened)
{

	if_link_state_change(ifp, opened ? LINK_STATE_UP : LINK_STATE_DOWN);
}

static int
tap_write(struct ifnet *ifp, struct uio *uio)
{
	struct mbuf *m;
	int error;

	if (uio->uio_resid < ETHER_HDR_LEN)
		return EINVAL;
	error = net_user_packet(uio, atomic_load_relaxed(&ifp->if_mtu) +
	    ETHER_HDR_LEN + ETHER_VLAN_ENCAP_LEN, &m);
	if (error != 0)
		return error;
	m_set_rcvif(m, ifp);
	if_input(ifp, m);
	return 0;
}

static int
tap_user_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifreq *ifr = data;

	if (cmd != TAPGIFNAME)
		return ENOTTY;
	memset(ifr, 0, sizeof(*ifr));
	strlcpy(ifr->ifr_name, ifp->if_xname, IFNAMSIZ);
	return 0;
}

/*
 * /dev/tap: the file has the state; the interface's name is that of its unit.
 */
struct tap_clone {
	struct net_user	*tc_nu;
	char		tc_name[IFNAMSIZ];
	struct timespec	tc_btime;
};

static int
fop_read(struct file *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct tap_clone *tc = fp->f_data;

	return net_user_read(tc->tc_nu, uio, (fp->f_flag & FNONBLOCK) != 0);
}

static int
fop_write(struct file *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct tap_clone *tc = fp->f_data;

	return net_user_write(tc->tc_nu, uio);
}

static int
fop_ioctl(struct file *fp, u_long cmd, void *data)
{
	struct tap_clone *tc = fp->f_data;

	return net_user_ioctl(tc->tc_nu, cmd, data);
}

static int
fop_poll(struct file *fp, int events)
{
	struct tap_clone *tc = fp->f_data;

	return net_user_poll(tc->tc_nu, events, curlwp);
}

static int
fop_kqfilter(struct file *fp, struct knote *kn)
{
	struct tap_clone *tc = fp->f_data;

	return net_user_kqfilter(tc->tc_nu, kn);
}

static int
fop_stat(struct file *fp, struct stat *st)
{
	struct tap_clone *tc = fp->f_data;

	net_clonefile_stat(fp, makedev(TAP_MAJOR, TAP_CLONER), &tc->tc_btime,
	    st);
	return 0;
}

/*
 * Somebody may have destroyed the interface already.  As long as the unit is
 * ours there is no other one of this name.
 */
static int
fop_close(struct file *fp)
{
	struct tap_clone *tc = fp->f_data;
	int off = 0;

	KASSERT(tc != NULL && tc->tc_nu != NULL);
	fp->f_data = NULL;
	/* That it ends is no news for who ends it. */
	(void)net_user_ioctl(tc->tc_nu, FIOASYNC, &off);
	(void)if_clone_destroy(tc->tc_name);
	net_user_close(tc->tc_nu);
	kmem_free(tc, sizeof(*tc));
	return 0;
}

static const struct fileops tap_fileops = {
	.fo_name = "tap",
	.fo_read = fop_read,
	.fo_write = fop_write,
	.fo_ioctl = fop_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = fop_poll,
	.fo_stat = fop_stat,
	.fo_close = fop_close,
	.fo_kqfilter = fop_kqfilter,
	.fo_restart = fnullop_restart,
};

/*
 * An interface of the first unit that is free, opened; one that somebody else
 * opens or destroys first is his.
 */
static int
clone_interface(struct tap_clone *tc)
{
	int error = ENXIO, unit;

	for (unit = 0; unit < TAP_UNITS; unit++) {
		snprintf(tc->tc_name, sizeof(tc->tc_name), "tap%d", unit);
		error = if_clone_create(tc->tc_name);
		if (error == 0) {
			error = net_user_open(&tap_userdev, unit, &tc->tc_nu);
			if (error == 0)
				return 0;
		} else if (error != EEXIST && error != EBUSY)
			break;
	}
	return error;
}

static int
clone_open(int flag)
{
	struct tap_clone *tc;
	struct file *fp;
	int error, fd;

	if ((error = fd_allocfile(&fp, &fd)) != 0)
		return error;
	tc = kmem_zalloc(sizeof(*tc), KM_SLEEP);
	getnanotime(&tc->tc_btime);
	if ((error = clone_interface(tc)) != 0) {
		kmem_free(tc, sizeof(*tc));
		fd_abort(curproc, fp, (unsigned)fd);
		return error;
	}
	return fd_clone(fp, (unsigned)fd, flag, &tap_fileops, tc);
}

static int
tap_open(int unit, int flag, struct lwp *l)
{

	return unit == TAP_CLONER ? clone_open(flag) :
	    net_user_open(&tap_userdev, unit, NULL);
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	net_userdev_init(&tap_userdev);
	if_clone_attach(&tap_cloner);
}

RUMP_COMPONENT(RUMP_COMPONENT_VFS)
{

	net_userdev_attach(&tap_userdev, TAP_MAJOR, TAP_NODES);
	rump_vfs_devnode("/dev/tap", TAP_MAJOR, TAP_CLONER);
}
