/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of a journal as ext3 and ext4 have it (jbd2).  Everything in it
 * is big endian.
 *
 * Block 0 of the journal is its superblock.  A transaction is a descriptor
 * block, whose tags name the home of each block that follows, more of these,
 * perhaps revoke blocks, and a commit block.  Blocks 1 to maxlen - 1 are
 * used as a ring.
 *
 * Source: the published ext4 data structure documentation.
 */

#ifndef _FS_EXT2_JBD_H_
#define	_FS_EXT2_JBD_H_

#include <sys/types.h>

#define	JBD_MAGIC		0xc03b3998U
#define	JBD_MINBLOCKS		1024	/* shorter ones are refused */

struct jbd_header {
	uint32_t	h_magic;
	uint32_t	h_type;			/* JBD_DESCRIPTOR ... */
	uint32_t	h_sequence;		/* of the transaction */
};

#define	JBD_DESCRIPTOR		1
#define	JBD_COMMIT		2
#define	JBD_SUPER1		3		/* ends before the features */
#define	JBD_SUPER2		4
#define	JBD_REVOKE		5

struct jbd_super {
	struct jbd_header s_header;
	uint32_t	s_blocksize;
	uint32_t	s_maxlen;		/* blocks in the journal */
	uint32_t	s_first;		/* first one of the ring */
	uint32_t	s_sequence;		/* first transaction wanted */
	uint32_t	s_start;		/* where it begins, 0: empty */
	uint32_t	s_errno;
	uint32_t	s_feature_compat;
	uint32_t	s_feature_incompat;
	uint32_t	s_feature_ro_compat;
	uint8_t		s_uuid[16];
	uint32_t	s_nr_users;
	uint32_t	s_dynsuper;
	uint32_t	s_max_transaction;
	uint32_t	s_max_trans_data;
	uint8_t		s_checksum_type;	/* 4: crc32c */
	uint8_t		s_pad[3];
	uint32_t	s_num_fc_blks;
	uint32_t	s_head;
	uint32_t	s_reserved[40];
	uint32_t	s_checksum;
	uint8_t		s_users[16 * 48];
};

#define	JBD_CSUM_CRC32C		4

/* s_feature_incompat */
#define	JBD_I_REVOKE		0x01
#define	JBD_I_64BIT		0x02
#define	JBD_I_ASYNC		0x04
#define	JBD_I_CSUM_V2		0x08
#define	JBD_I_CSUM_V3		0x10
#define	JBD_I_FAST_COMMIT	0x20

/*
 * With fast commits the last s_num_fc_blks blocks (0: this many) are no part
 * of the ring.  From the second of them on they hold little endian records;
 * the first record tells which transaction they follow.
 */
#define	JBD_FC_BLOCKS		256

struct jbd_fc_head {
	uint16_t	fc_tag;			/* JBD_FC_HEAD */
	uint16_t	fc_len;			/* of what follows: 8 */
	uint32_t	fc_features;
	uint32_t	fc_tid;
};

#define	JBD_FC_HEAD		9

/*
 * A tag.  This one with csum_v3; else the fields are packed: block, 16 bits
 * of checksum and 16 of flags, 32 more of block with 64bit, and two bytes of
 * nothing with csum_v2.  16 bytes of UUID follow unless JBD_T_SAMEUUID.
 */
struct jbd_tag3 {
	uint32_t	t_block;
	uint32_t	t_flags;
	uint32_t	t_block_high;
	uint32_t	t_checksum;
};

#define	JBD_TAG_SIZE		8		/* without any feature */
#define	JBD_UUID_SIZE		16

#define	JBD_T_ESCAPE		1	/* began with the magic: now with 0 */
#define	JBD_T_SAMEUUID		2
#define	JBD_T_DELETED		4
#define	JBD_T_LAST		8

struct jbd_revoke {
	struct jbd_header r_header;
	uint32_t	r_count;		/* bytes used, with these */
};

struct jbd_commit {
	struct jbd_header c_header;
	uint8_t		c_chksum_type;
	uint8_t		c_chksum_size;
	uint8_t		c_pad[2];
	uint32_t	c_chksum[8];
	uint64_t	c_sec;
	uint32_t	c_nsec;
};

#endif /* !_FS_EXT2_JBD_H_ */
