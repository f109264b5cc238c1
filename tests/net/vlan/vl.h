/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of vlan(4): an interface's parent and tag.
 */
#ifndef _TESTS_NET_VLAN_VL_H_
#define _TESTS_NET_VLAN_VL_H_

#include "../bpf/dv.h"

static inline int
vl_set(const char *name, const char *parent, unsigned tag)
{
	struct rump_ifreq ifr = dv_ifreq(name);
	struct rump_vlanreq vlr;

	memset(&vlr, 0, sizeof(vlr));
	(void)memccpy(vlr.vlr_parent, parent, 0, sizeof(vlr.vlr_parent));
	vlr.vlr_tag = (uint16_t)tag;
	ifr.ifr_data = &vlr;
	return dv_control(RUMP_SIOCSETVLAN, &ifr);
}

static inline struct rump_vlanreq
vl_get(const char *name)
{
	struct rump_ifreq ifr = dv_ifreq(name);
	struct rump_vlanreq vlr;

	memset(&vlr, 'x', sizeof(vlr));
	ifr.ifr_data = &vlr;
	ATF_REQUIRE_EQ(0, dv_control(RUMP_SIOCGETVLAN, &ifr));
	return vlr;
}

static inline void
vl_make(const char *name, const char *parent, unsigned tag)
{

	dv_create(name);
	ATF_REQUIRE_EQ_MSG(0, vl_set(name, parent, tag), "%s: error %d", name,
	    errno);
	dv_up(name);
}

#endif
