/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking into a device_t.  These are in the base because every message
 * names its device; attaching devices is the device faction's part.
 * None sleeps or locks: what they return is constant while the device is
 * attached.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/device_impl.h>

devclass_t
device_class(device_t dev)
{

	return dev->dv_class;
}

cfdata_t
device_cfdata(device_t dev)
{

	return dev->dv_cfdata;
}

cfdriver_t
device_cfdriver(device_t dev)
{

	return dev->dv_cfdriver;
}

cfattach_t
device_cfattach(device_t dev)
{

	return dev->dv_cfattach;
}

int
device_unit(device_t dev)
{

	return dev->dv_unit;
}

const char *
device_xname(device_t dev)
{

	return dev->dv_xname;
}

device_t
device_parent(device_t dev)
{

	return dev->dv_parent;
}

/* A NULL device has a NULL softc, for drivers that look up before asking. */
void *
device_private(device_t dev)
{

	return dev == NULL ? NULL : dev->dv_private;
}

void
device_set_private(device_t dev, void *softc)
{

	KASSERT(dev->dv_private == NULL);
	dev->dv_private = softc;
}

prop_dictionary_t
device_properties(device_t dev)
{

	return dev->dv_properties;
}

bool
device_is_active(device_t dev)
{

	return (dev->dv_flags & DVF_ACTIVE) != 0;
}

bool
device_is_enabled(device_t dev)
{

	return (dev->dv_flags & DVF_ACTIVE) != 0;
}

bool
device_is_a(device_t dev, const char *driver)
{

	return dev->dv_cfdriver != NULL &&
	    strcmp(dev->dv_cfdriver->cd_name, driver) == 0;
}

/* The locator must exist: how many there are is told by its attribute. */
int
device_locator(device_t dev, u_int locnum)
{

	KASSERT(dev->dv_locators != NULL);
	KASSERTMSG((int)locnum < dev->dv_locators[-1],
	    "%s has no locator %u", dev->dv_xname, locnum);
	return dev->dv_locators[locnum];
}

devhandle_t
device_handle(device_t dev)
{

	return dev->dv_handle;
}

void
device_set_handle(device_t dev, devhandle_t handle)
{

	dev->dv_handle = handle;
}
