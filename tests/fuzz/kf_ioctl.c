/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of target "ioctl": all requests about interfaces and addresses.
 */
#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet6/in6.h>

#include "kf_ioctl.h"

#define	PLAIN(cmd)	{ .k_cmd = cmd, .k_size = IOCPARM_LEN(cmd) }
#define	POINTS(cmd, type, ptr, len, unit) {				\
	.k_cmd = cmd, .k_size = IOCPARM_LEN(cmd),			\
	.k_pointer = offsetof(struct type, ptr),			\
	.k_length = offsetof(struct type, len), .k_unit = unit,		\
	.k_long = sizeof(((struct type *)0)->len) == 8 }

static const struct kf_ioctl requests[] = {
	PLAIN(SIOCSIFADDR), PLAIN(SIOCGIFADDR), PLAIN(SIOCGIFADDRPREF),
	PLAIN(SIOCSIFADDRPREF), PLAIN(SIOCSIFDSTADDR),
	PLAIN(SIOCGIFDSTADDR), PLAIN(SIOCSIFFLAGS), PLAIN(SIOCGIFFLAGS),
	PLAIN(SIOCGIFBRDADDR), PLAIN(SIOCSIFBRDADDR),
	POINTS(SIOCGIFCONF, ifconf, ifc_buf, ifc_len, 1),
	PLAIN(SIOCGIFNETMASK), PLAIN(SIOCSIFNETMASK), PLAIN(SIOCGIFMETRIC),
	PLAIN(SIOCSIFMETRIC), PLAIN(SIOCDIFADDR), PLAIN(SIOCAIFADDR),
	PLAIN(SIOCGIFALIAS), PLAIN(SIOCGIFAFLAG_IN), PLAIN(SIOCADDMULTI),
	PLAIN(SIOCDELMULTI), PLAIN(SIOCSIFMEDIA),
	POINTS(SIOCGIFMEDIA, ifmediareq, ifm_ulist, ifm_count, sizeof(int)),
	POINTS(SIOCSIFGENERIC, ifreq, ifr_buf, ifr_buflen, 1),
	POINTS(SIOCGIFGENERIC, ifreq, ifr_buf, ifr_buflen, 1),
	PLAIN(SIOCDIFPHYADDR), PLAIN(SIOCSIFPHYADDR),
	PLAIN(SIOCSLIFPHYADDR), PLAIN(SIOCALIFADDR), PLAIN(SIOCGLIFADDR),
	PLAIN(SIOCDLIFADDR), PLAIN(SIOCSIFMTU), PLAIN(SIOCGIFMTU),
	POINTS(SIOCSDRVSPEC, ifdrv, ifd_data, ifd_len, 1),
	POINTS(SIOCGDRVSPEC, ifdrv, ifd_data, ifd_len, 1),
	PLAIN(SIOCIFCREATE), PLAIN(SIOCIFDESTROY),
	POINTS(SIOCIFGCLONERS, if_clonereq, ifcr_buffer, ifcr_count,
	    IFNAMSIZ),
	PLAIN(SIOCGIFDLT), PLAIN(SIOCGIFCAP), PLAIN(SIOCSIFCAP),
	PLAIN(SIOCGIFDATA), PLAIN(SIOCZIFDATA),
	POINTS(SIOCGLINKSTR, ifdrv, ifd_data, ifd_len, 1),
	POINTS(SIOCSLINKSTR, ifdrv, ifd_data, ifd_len, 1),
	PLAIN(SIOCGETHERCAP), PLAIN(SIOCGIFINDEX), PLAIN(SIOCSETHERCAP),
	POINTS(SIOCSIFDESCR, ifreq, ifr_buf, ifr_buflen, 1),
	POINTS(SIOCGIFDESCR, ifreq, ifr_buf, ifr_buflen, 1),
	PLAIN(SIOCATMARK), PLAIN(SIOCGPGRP), PLAIN(FIONREAD),
	PLAIN(FIONWRITE), PLAIN(FIONSPACE), PLAIN(FIOASYNC),
};

const struct kf_ioctl *
rump_kt_ioctl(unsigned int n)
{

	return &requests[n % __arraycount(requests)];
}
