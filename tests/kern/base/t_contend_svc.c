/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registries and property lists, used by six threads on one, two and 64 CPUs.
 *
 * Covers: evcnt(9), kauth(9), module(9), prop_array(3), prop_dictionary(3)
 * Covers: specificdata(9), sysctl(9)
 */
#include "hk.h"
#include "contend.h"

CONTEND_KT(contend_sysctl)
CONTEND_KT(contend_module)
CONTEND_KT(contend_evcnt)
CONTEND_KT(contend_kauth)
CONTEND_KT(contend_specific)
CONTEND_KT(contend_prop)

ATF_TP_ADD_TCS(tp)
{

	CONTEND_ADD(contend_sysctl);
	CONTEND_ADD(contend_module);
	CONTEND_ADD(contend_evcnt);
	CONTEND_ADD(contend_kauth);
	CONTEND_ADD(contend_specific);
	CONTEND_ADD(contend_prop);
	return atf_no_error();
}
