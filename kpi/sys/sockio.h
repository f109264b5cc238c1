/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) requests for sockets and network interfaces.  A request's code
 * contains the size of its structure, which <net/if.h> and the protocols'
 * headers define; include those before using one.
 */

#ifndef _SYS_SOCKIO_H_
#define	_SYS_SOCKIO_H_

#include <sys/ioccom.h>

#define	SIOCSHIWAT	_IOW('s', 0, int)		/* high watermark */
#define	SIOCGHIWAT	_IOR('s', 1, int)
#define	SIOCSLOWAT	_IOW('s', 2, int)		/* low watermark */
#define	SIOCGLOWAT	_IOR('s', 3, int)
#define	SIOCATMARK	_IOR('s', 7, int)		/* at the mark? */
#define	SIOCSPGRP	_IOW('s', 8, int)		/* process group */
#define	SIOCGPGRP	_IOR('s', 9, int)
#define	SIOCPEELOFF	_IOWR('s', 10, int)		/* sctp association */

#define	SIOCADDRT	_IOW('r', 10, struct ortentry)
#define	SIOCDELRT	_IOW('r', 11, struct ortentry)

#define	SIOCSIFADDR	_IOW('i', 12, struct ifreq)	/* address */
#define	SIOCGIFADDR	_IOWR('i', 33, struct ifreq)
#define	SIOCGIFADDRPREF	_IOWR('i', 32, struct if_addrprefreq)
#define	SIOCSIFADDRPREF	_IOW('i', 31, struct if_addrprefreq)
#define	SIOCSIFDSTADDR	_IOW('i', 14, struct ifreq)	/* other end */
#define	SIOCGIFDSTADDR	_IOWR('i', 34, struct ifreq)
#define	SIOCSIFFLAGS	_IOW('i', 16, struct ifreq)	/* flags */
#define	SIOCGIFFLAGS	_IOWR('i', 17, struct ifreq)
#define	SIOCGIFBRDADDR	_IOWR('i', 35, struct ifreq)	/* broadcast */
#define	SIOCSIFBRDADDR	_IOW('i', 19, struct ifreq)
#define	SIOCGIFCONF	_IOWR('i', 38, struct ifconf)	/* list */
#define	SIOCGIFNETMASK	_IOWR('i', 37, struct ifreq)	/* netmask */
#define	SIOCSIFNETMASK	_IOW('i', 22, struct ifreq)
#define	SIOCGIFMETRIC	_IOWR('i', 23, struct ifreq)	/* metric */
#define	SIOCSIFMETRIC	_IOW('i', 24, struct ifreq)
#define	SIOCDIFADDR	_IOW('i', 25, struct ifreq)	/* delete address */
#define	SIOCAIFADDR	_IOW('i', 26, struct ifaliasreq) /* add alias */
#define	SIOCGIFALIAS	_IOWR('i', 27, struct ifaliasreq)
#define	SIOCGIFAFLAG_IN	_IOWR('i', 39, struct ifreq)

#define	SIOCALIFADDR	_IOW('i', 28, struct if_laddrreq)
#define	SIOCGLIFADDR	_IOWR('i', 29, struct if_laddrreq)
#define	SIOCDLIFADDR	_IOW('i', 30, struct if_laddrreq)

#define	SIOCADDMULTI	_IOW('i', 49, struct ifreq)	/* multicast */
#define	SIOCDELMULTI	_IOW('i', 50, struct ifreq)
#define	SIOCGETVIFCNT	_IOWR('u', 51, struct sioc_vif_req)
#define	SIOCGETSGCNT	_IOWR('u', 52, struct sioc_sg_req)

#define	SIOCSIFMEDIA	_IOWR('i', 55, struct ifreq)	/* media */
#define	SIOCGIFMEDIA	_IOWR('i', 56, struct ifmediareq)
#define	SIOCSIFGENERIC	_IOW('i', 57, struct ifreq)
#define	SIOCGIFGENERIC	_IOWR('i', 58, struct ifreq)

#define	SIOCSIFPHYADDR	_IOW('i', 70, struct ifaliasreq) /* tunnel ends */
#define	SIOCGIFPSRCADDR	_IOWR('i', 71, struct ifreq)
#define	SIOCGIFPDSTADDR	_IOWR('i', 72, struct ifreq)
#define	SIOCDIFPHYADDR	_IOW('i', 73, struct ifreq)
#define	SIOCSLIFPHYADDR	_IOW('i', 74, struct if_laddrreq)
#define	SIOCGLIFPHYADDR	_IOWR('i', 75, struct if_laddrreq)

#define	SIOCSIFMTU	_IOW('i', 127, struct ifreq)	/* packet size */
#define	SIOCGIFMTU	_IOWR('i', 126, struct ifreq)
#define	SIOCSDRVSPEC	_IOW('i', 123, struct ifdrv)	/* of the driver */
#define	SIOCGDRVSPEC	_IOWR('i', 123, struct ifdrv)

#define	SIOCIFCREATE	_IOW('i', 122, struct ifreq)	/* clone */
#define	SIOCIFDESTROY	_IOW('i', 121, struct ifreq)
#define	SIOCIFGCLONERS	_IOWR('i', 120, struct if_clonereq)
#define	SIOCGIFDLT	_IOWR('i', 119, struct ifreq)
#define	SIOCGIFCAP	_IOWR('i', 118, struct ifcapreq) /* capabilities */
#define	SIOCSIFCAP	_IOW('i', 117, struct ifcapreq)
#define	SIOCSVH		_IOWR('i', 130, struct ifreq)	/* carp */
#define	SIOCGVH		_IOWR('i', 131, struct ifreq)
#define	SIOCINITIFADDR	_IOWR('i', 132, struct ifaddr)
#define	SIOCGIFDATA	_IOWR('i', 133, struct ifdatareq) /* statistics */
#define	SIOCZIFDATA	_IOWR('i', 134, struct ifdatareq)
#define	SIOCGLINKSTR	_IOWR('i', 135, struct ifdrv)
#define	SIOCSLINKSTR	_IOW('i', 136, struct ifdrv)
#define	SIOCGETHERCAP	_IOWR('i', 139, struct eccapreq)
#define	SIOCGIFINDEX	_IOWR('i', 140, struct ifreq)
#define	SIOCSETHERCAP	_IOW('i', 141, struct eccapreq)
#define	SIOCSIFDESCR	_IOW('i', 142, struct ifreq)
#define	SIOCGIFDESCR	_IOWR('i', 143, struct ifreq)
#define	SIOCGUMBINFO	_IOWR('i', 190, struct ifdrv)
#define	SIOCSUMBPARAM	_IOW('i', 191, struct ifdrv)
#define	SIOCGUMBPARAM	_IOWR('i', 192, struct ifdrv)
#define	SIOCSETPFSYNC	_IOW('i', 247, struct ifreq)
#define	SIOCGETPFSYNC	_IOWR('i', 248, struct ifreq)
#define	SIOCGNBRINFO	_IOWR('i', 249, struct in_nbrinfo)

#endif /* !_SYS_SOCKIO_H_ */
