/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proplib(3): objects and their references, collections, members by value,
 * and the dictionary of a device.  After each case nothing may be left.
 *
 * Covers: prop_array(3), prop_array_util(3), prop_bool(3), prop_data(3)
 * Covers: prop_dictionary(3), prop_dictionary_util(3), prop_ingest(3)
 * Covers: prop_number(3), prop_object(3), prop_string(3)
 */
#include "hk.h"

HK_CASE(prop_bool)
HK_CASE(prop_number)
HK_CASE(prop_string)
HK_CASE(prop_string_mutable)
HK_CASE(prop_data)
HK_CASE(prop_array)
HK_CASE(prop_dictionary)
HK_CASE(prop_keysym)
HK_CASE(prop_iterator)
HK_CASE(prop_equals)
HK_CASE(prop_deep)
HK_CASE(prop_array_util)
HK_CASE(prop_dictionary_util)
HK_CASE(prop_ingest)
HK_CASE(prop_wrong_type)
HK_CASE_NCPU(prop_threads, 1)
HK_CASE_NCPU(prop_threads, 4)
HK_CASE(prop_device)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(prop_bool, 2);
	HK_ADD(prop_number, 2);
	HK_ADD(prop_string, 2);
	HK_ADD(prop_string_mutable, 2);
	HK_ADD(prop_data, 2);
	HK_ADD(prop_array, 2);
	HK_ADD(prop_dictionary, 2);
	HK_ADD(prop_keysym, 2);
	HK_ADD(prop_iterator, 2);
	HK_ADD(prop_equals, 2);
	HK_ADD(prop_deep, 2);
	HK_ADD(prop_array_util, 2);
	HK_ADD(prop_dictionary_util, 2);
	HK_ADD(prop_ingest, 2);
	HK_ADD(prop_wrong_type, 2);
	HK_ADD(prop_threads, 1);
	HK_ADD(prop_threads, 4);
	HK_ADD(prop_device, 2);
	return atf_no_error();
}
