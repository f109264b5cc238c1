/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of fuzz_dhcp.c: messages are read and what comes of them is
 * looked at as the test of the parsers does it.
 */
#include "../net/netconfig/kt_dhcp_parse.c"
