/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slow protocols, IEEE 802.3 annex 57A: subtypes, the first byte behind the
 * type of the frame.
 */

#ifndef _NET_ETHER_SLOWPROTOCOLS_H_
#define	_NET_ETHER_SLOWPROTOCOLS_H_

#define	SLOWPROTOCOLS_SUBTYPE_LACP	1
#define	SLOWPROTOCOLS_SUBTYPE_MARKER	2

#endif /* !_NET_ETHER_SLOWPROTOCOLS_H_ */
