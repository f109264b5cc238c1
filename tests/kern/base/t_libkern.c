/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libkern: memory, strings, numbers, sorting, digests, bits.  The work is in
 * kt_libkern.c.
 *
 * Covers: bcdtobin(9), bitops(3), consttime_memequal(3), ffs(3), hash(9)
 * Covers: heapsort(3), memcpy(9), skpc(9), string(3), strtoul(3)
 */

#include "hk.h"

HK_CASE(memory)
HK_CASE(strings)
HK_CASE(numbers)
HK_CASE(sort)
HK_CASE(digests)
HK_CASE(bits)
HK_CASE(bytes)
HK_CASE(uuid)
HK_CASE(dates)
HK_CASE(bits_memory)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(memory, 2);
	HK_ADD(strings, 2);
	HK_ADD(numbers, 2);
	HK_ADD(sort, 2);
	HK_ADD(digests, 2);
	HK_ADD(bits, 2);
	HK_ADD(bytes, 2);
	HK_ADD(uuid, 2);
	HK_ADD(dates, 2);
	HK_ADD(bits_memory, 2);
	return atf_no_error();
}
