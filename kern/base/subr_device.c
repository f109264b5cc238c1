/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking into a device_t.  These are in the base because every message
 * names its device; attaching devices is the device faction's part.
 * None but device_properties() sleeps or locks: what they return is constant
 * while the device is attached.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/device.h>
#include <sys/device_impl.h>

#include <prop/proplib.h>

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

/*
 * Made when first asked for, whoever attached the device; of two threads that
 * ask at once one gives its own back.
 */
prop_dictionary_t
device_properties(device_t dev)
{
	prop_dictionary_t pd, other;

	pd = atomic_load_acquire(&dev->dv_properties);
	if (pd != NULL || (pd = prop_dictionary_create()) == NULL)
		return pd;
	membar_release();
	other = atomic_cas_ptr(&dev->dv_properties, NULL, pd);
	if (other == NULL)
		return pd;
	membar_acquire();
	prop_object_release(pd);
	return other;
}

void
device_properties_fini(device_t dev)
{
	prop_dictionary_t pd = dev->dv_properties;

	dev->dv_properties = NULL;
	if (pd != NULL)
		prop_object_release(pd);
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
