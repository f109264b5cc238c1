/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a device, for autoconf(9) itself and the accessors.  Drivers
 * see device_t only.
 */

#ifndef _SYS_DEVICE_IMPL_H_
#define	_SYS_DEVICE_IMPL_H_

#include <sys/types.h>
#include <sys/device.h>
#include <sys/queue.h>

/*
 * Locks: c, constant once the device is attached; a, autoconf's lock; p, the
 * device's own power management lock.
 */
struct device {
	TAILQ_ENTRY(device)	dv_list;	/* a: all devices */
	devclass_t		dv_class;	/* c */
	int			dv_flags;	/* a: DVF_* */
	cfdata_t		dv_cfdata;	/* c: its configuration */
	cfdriver_t		dv_cfdriver;	/* c */
	cfattach_t		dv_cfattach;	/* c */
	int			dv_unit;	/* c */
	char			dv_xname[16];	/* c: name and unit */
	device_t		dv_parent;	/* c */
	int			dv_depth;	/* c: distance from the root */
	int			*dv_locators;	/* c: count is at [-1] */
	void			*dv_private;	/* c: softc */
	devhandle_t		dv_handle;	/* c: of the firmware */
	prop_dictionary_t	dv_properties;	/* atomic: NULL, then c */
	int			dv_pending;	/* a: deferred attachments */
	bool	(*dv_driver_suspend)(device_t, const pmf_qual_t *); /* p */
	bool	(*dv_driver_resume)(device_t, const pmf_qual_t *); /* p */
	bool	(*dv_driver_shutdown)(device_t, int);	/* p */
};

TAILQ_HEAD(devicelist, device);

/* Who frees a device drops its properties with this. */
void	device_properties_fini(device_t);

#endif /* !_SYS_DEVICE_IMPL_H_ */
