/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an Ethernet driver with PHYs behind a MII tells of them: its media are
 * those of ether_ioctl(9) if ec_mii points here.  Drivers of PHYs are not here.
 */

#ifndef _DEV_MII_MIIVAR_H_
#define	_DEV_MII_MIIVAR_H_

#include <sys/types.h>
#include <sys/device.h>
#include <sys/queue.h>

#include <dev/mii/mii.h>

#include <net/if.h>
#include <net/if_media.h>

struct mii_softc;

/* PHY, register, value: 0 or an errno. */
typedef int (*mii_readreg_t)(device_t, int, int, uint16_t *);
typedef int (*mii_writereg_t)(device_t, int, int, uint16_t);
typedef void (*mii_statchg_t)(struct ifnet *);

/* All is the driver's, with the lock of its media. */
struct mii_data {
	struct ifmedia	mii_media;
	struct ifnet	*mii_ifp;
	int		mii_flags;
	LIST_HEAD(mii_listhead, mii_softc) mii_phys;
	u_int		mii_instance;
	int		mii_media_status;	/* IFM_AVALID, IFM_ACTIVE */
	u_int		mii_media_active;	/* IFM_* */
	mii_readreg_t	mii_readreg;
	mii_writereg_t	mii_writereg;
	mii_statchg_t	mii_statchg;
};

#endif /* !_DEV_MII_MIIVAR_H_ */
