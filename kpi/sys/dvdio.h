/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DVDs: reading their structures, and the authentication between a drive and
 * its host, as the SCSI multimedia commands have them.
 */

#ifndef _SYS_DVDIO_H_
#define	_SYS_DVDIO_H_

#include <sys/types.h>
#include <sys/ioccom.h>

#define	GPCMD_READ_DVD_STRUCTURE	0xad
#define	GPCMD_SEND_KEY			0xa3
#define	GPCMD_REPORT_KEY		0xa4

/* Structures of a disc, by type. */
#define	DVD_STRUCT_PHYSICAL	0x00
#define	DVD_STRUCT_COPYRIGHT	0x01
#define	DVD_STRUCT_DISCKEY	0x02
#define	DVD_STRUCT_BCA		0x03
#define	DVD_STRUCT_MANUFACT	0x04

struct dvd_layer {
	uint8_t		book_version:4;
	uint8_t		book_type:4;
	uint8_t		min_rate:4;
	uint8_t		disc_size:4;
	uint8_t		layer_type:4;
	uint8_t		track_path:1;
	uint8_t		nlayers:2;
	uint8_t		track_density:4;
	uint8_t		linear_density:4;
	uint8_t		bca:1;
	uint32_t	start_sector;
	uint32_t	end_sector;
	uint32_t	end_sector_l0;
};

#define	DVD_LAYERS	4
struct dvd_physical {
	uint8_t		type;
	uint8_t		layer_num;		/* in */
	struct dvd_layer layer[DVD_LAYERS];
};

struct dvd_copyright {
	uint8_t		type;
	uint8_t		layer_num;		/* in */
	uint8_t		cpst;
	uint8_t		rmi;
};

struct dvd_disckey {
	uint8_t		type;
	unsigned	agid:2;			/* in */
	uint8_t		value[2048];
};

struct dvd_bca {
	uint8_t		type;
	int		len;
	uint8_t		value[188];
};

struct dvd_manufact {
	uint8_t		type;
	int		len;
	uint8_t		value[2048];
};

typedef union dvd_struct {
	uint8_t			type;		/* in: DVD_STRUCT_* */
	struct dvd_physical	physical;
	struct dvd_copyright	copyright;
	struct dvd_disckey	disckey;
	struct dvd_bca		bca;
	struct dvd_manufact	manufact;
} dvd_struct;
#define	DVD_READ_STRUCT	_IOWR('d', 0, dvd_struct)

/* Authentication: LU is the drive; what it sends comes out. */
#define	DVD_LU_SEND_AGID	0
#define	DVD_HOST_SEND_CHALLENGE	1
#define	DVD_LU_SEND_KEY1	2
#define	DVD_LU_SEND_CHALLENGE	3
#define	DVD_HOST_SEND_KEY2	4
#define	DVD_AUTH_ESTABLISHED	5
#define	DVD_AUTH_FAILURE	6
#define	DVD_LU_SEND_TITLE_KEY	7
#define	DVD_LU_SEND_ASF		8
#define	DVD_INVALIDATE_AGID	9
#define	DVD_LU_SEND_RPC_STATE	10
#define	DVD_HOST_SEND_RPC_STATE	11

typedef uint8_t	dvd_key[5];
typedef uint8_t	dvd_challenge[10];

struct dvd_lu_send_agid {
	uint8_t		type;
	unsigned	agid:2;
};

struct dvd_host_send_challenge {
	uint8_t		type;
	unsigned	agid:2;
	dvd_challenge	chal;
};

struct dvd_send_key {
	uint8_t		type;
	unsigned	agid:2;
	dvd_key		key;
};

struct dvd_lu_send_challenge {
	uint8_t		type;
	unsigned	agid:2;
	dvd_challenge	chal;
};

struct dvd_lu_send_title_key {
	uint8_t		type;
	unsigned	agid:2;
	dvd_key		title_key;
	int		lba;			/* in */
	unsigned	cpm:1;
	unsigned	cp_sec:1;
	unsigned	cgms:2;
};

struct dvd_lu_send_asf {
	uint8_t		type;
	unsigned	agid:2;
	unsigned	asf:1;
};

struct dvd_host_send_rpcstate {
	uint8_t		type;
	uint8_t		pdrc;
};

struct dvd_lu_send_rpcstate {
	uint8_t		type:2;
	uint8_t		vra:3;
	uint8_t		ucca:3;
	uint8_t		region_mask;
	uint8_t		rpc_scheme;
};

typedef union dvd_authinfo {
	uint8_t				type;	/* in: DVD_LU_SEND_AGID ... */
	struct dvd_lu_send_agid		lsa;
	struct dvd_host_send_challenge	hsc;
	struct dvd_send_key		lsk;
	struct dvd_lu_send_challenge	lsc;
	struct dvd_send_key		hsk;
	struct dvd_lu_send_title_key	lstk;
	struct dvd_lu_send_asf		lsasf;
	struct dvd_host_send_rpcstate	hrpcs;
	struct dvd_lu_send_rpcstate	lrpcs;
} dvd_authinfo;
#define	DVD_AUTH	_IOWR('d', 2, dvd_authinfo)

#endif /* !_SYS_DVDIO_H_ */
