/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces: finding them, references, cloners, addresses, ioctl(2), link
 * states, and their end while others use them.
 *
 * Covers: ifnet(9)
 */
#include "../base/hk.h"

HK_CASE(if_life)
HK_CASE(if_detach_waits)
HK_CASE(if_clone)
HK_CASE(if_addr)
HK_CASE(if_ioctl)
HK_CASE(if_conf)
HK_CASE(if_link)
HK_CASE(if_promisc)
HK_CASE(if_mcast)
HK_CASE(if_media)
HK_CASE(if_stats)
HK_CASE(if_many)
HK_CASE_NCPU(if_race, 1)
HK_CASE_NCPU(if_race, 2)
HK_CASE_NCPU(if_race, 4)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(if_life, 2);
	HK_ADD(if_detach_waits, 2);
	HK_ADD(if_clone, 2);
	HK_ADD(if_addr, 2);
	HK_ADD(if_ioctl, 2);
	HK_ADD(if_conf, 2);
	HK_ADD(if_link, 2);
	HK_ADD(if_promisc, 2);
	HK_ADD(if_mcast, 2);
	HK_ADD(if_media, 2);
	HK_ADD(if_stats, 2);
	HK_ADD(if_many, 2);
	HK_ADD(if_race, 1);
	HK_ADD(if_race, 2);
	HK_ADD(if_race, 4);
	return atf_no_error();
}
