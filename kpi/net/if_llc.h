/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logical link control, IEEE 802.2: the header of frames that have a length
 * in place of a type, and SNAP, by which they have a type after all.
 */

#ifndef _NET_IF_LLC_H_
#define	_NET_IF_LLC_H_

#include <sys/types.h>

struct llc {
	uint8_t		llc_dsap;	/* to and from which service */
	uint8_t		llc_ssap;
	union {
		struct {
			uint8_t		control;
			uint8_t		format_id;
			uint8_t		class;
			uint8_t		window_x2;
		} __packed type_u;
		struct {
			uint8_t		num_snd_x2;
			uint8_t		num_rcv_x2;
		} __packed type_i;
		struct {
			uint8_t		control;
			uint8_t		num_rcv_x2;
		} __packed type_s;
		struct {
			uint8_t		control;
			uint8_t		org_code[3];
			uint16_t	ether_type;	/* network order */
		} __packed type_snap;
		struct {
			uint8_t		control;
			uint8_t		control_ext;
		} __packed type_raw;
	} __packed llc_un;
} __packed;
#define	llc_control	llc_un.type_u.control
#define	llc_control_ext	llc_un.type_raw.control_ext
#define	llc_fid		llc_un.type_u.format_id
#define	llc_class	llc_un.type_u.class
#define	llc_window	llc_un.type_u.window_x2
#define	llc_snap	llc_un.type_snap

#define	LLC_UFRAMELEN	3	/* sizes on the wire */
#define	LLC_ISFRAMELEN	4
#define	LLC_SNAPFRAMELEN 8

/* llc_control of unnumbered frames. */
#define	LLC_UI		0x03
#define	LLC_DM		0x0f
#define	LLC_DISC	0x43
#define	LLC_UA		0x63
#define	LLC_SABME	0x6f
#define	LLC_FRMR	0x87
#define	LLC_XID		0xaf
#define	LLC_TEST	0xe3

/* Services. */
#define	LLC_8021D_LSAP	0x42	/* spanning tree */
#define	LLC_X25_LSAP	0x7e
#define	LLC_SNAP_LSAP	0xaa
#define	LLC_ISO_LSAP	0xfe

#endif /* !_NET_IF_LLC_H_ */
