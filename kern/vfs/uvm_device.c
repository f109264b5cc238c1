/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_device.c: memory objects over device memory.  Clients of a rump kernel
 * cannot map its devices, so there are none: whoever asks is told so.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <uvm/uvm.h>

const struct uvm_pagerops uvm_deviceops;

struct uvm_object *
udv_attach(dev_t device, vm_prot_t accessprot, voff_t off, vsize_t size)
{

	return NULL;
}
