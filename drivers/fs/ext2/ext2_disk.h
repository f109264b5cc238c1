/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of an ext2, ext3 or ext4 volume: the superblock, the group
 * descriptors, inodes, directory records, the hashed directory index, the
 * extent tree and extended attribute blocks.
 *
 * Everything is little endian and naturally aligned; fields are read and
 * written with leNtoh()/htoleN() where they are used.  Nothing in here may be
 * believed before it was checked: ext2_super.c, ext2_inode.c, ext2_dirblk.c,
 * ext2_map_*.c and ext2_xattr.c do that, each for its own structures.
 *
 * Source: the published ext4 data structure documentation.
 */

#ifndef _FS_EXT2_DISK_H_
#define	_FS_EXT2_DISK_H_

#include <sys/types.h>

#define	E2_SBOFF		1024	/* byte offset of the superblock */
#define	E2_SBSIZE		1024
#define	E2_MAGIC		0xef53
#define	E2_MINLOGBLK		10	/* 1 KiB */
#define	E2_MAXLOGBLK		16	/* 64 KiB */

#define	E2_ROOTINO		2
#define	E2_RESIZEINO		7
#define	E2_JOURNALINO		8
#define	E2_OLDFIRSTINO		11
#define	E2_OLDINODESIZE		128

#define	E2_NDADDR		12	/* direct blocks in an inode */
#define	E2_NIADDR		3
#define	E2_NADDR		(E2_NDADDR + E2_NIADDR)

#define	E2_LINK_MAX		65000
#define	E2_NAME_MAX		255

/* s_state */
#define	E2_STATE_CLEAN		0x0001
#define	E2_STATE_ERROR		0x0002
#define	E2_STATE_ORPHAN		0x0004

/* s_errors */
#define	E2_ERRORS_CONTINUE	1
#define	E2_ERRORS_RO		2
#define	E2_ERRORS_PANIC		3

/* s_flags */
#define	E2_SF_SIGNEDHASH	0x0001
#define	E2_SF_UNSIGNEDHASH	0x0002

/* s_feature_compat: may be ignored, even for writing */
#define	E2_C_DIR_PREALLOC	0x0001
#define	E2_C_IMAGIC		0x0002
#define	E2_C_HAS_JOURNAL	0x0004
#define	E2_C_EXT_ATTR		0x0008
#define	E2_C_RESIZE_INODE	0x0010
#define	E2_C_DIR_INDEX		0x0020
#define	E2_C_SPARSE_SUPER2	0x0200
#define	E2_C_FAST_COMMIT	0x0400
#define	E2_C_STABLE_INODES	0x0800
#define	E2_C_ORPHAN_FILE	0x1000

/* s_feature_incompat: an unknown one forbids mounting */
#define	E2_I_COMPRESSION	0x00001
#define	E2_I_FILETYPE		0x00002
#define	E2_I_RECOVER		0x00004
#define	E2_I_JOURNAL_DEV	0x00008
#define	E2_I_META_BG		0x00010
#define	E2_I_EXTENTS		0x00040
#define	E2_I_64BIT		0x00080
#define	E2_I_MMP		0x00100
#define	E2_I_FLEX_BG		0x00200
#define	E2_I_EA_INODE		0x00400
#define	E2_I_DIRDATA		0x01000
#define	E2_I_CSUM_SEED		0x02000
#define	E2_I_LARGEDIR		0x04000
#define	E2_I_INLINE_DATA	0x08000
#define	E2_I_ENCRYPT		0x10000
#define	E2_I_CASEFOLD		0x20000

/* s_feature_ro_compat: an unknown one forbids writing */
#define	E2_R_SPARSE_SUPER	0x00001
#define	E2_R_LARGE_FILE		0x00002
#define	E2_R_BTREE_DIR		0x00004
#define	E2_R_HUGE_FILE		0x00008
#define	E2_R_GDT_CSUM		0x00010
#define	E2_R_DIR_NLINK		0x00020
#define	E2_R_EXTRA_ISIZE	0x00040
#define	E2_R_HAS_SNAPSHOT	0x00080
#define	E2_R_QUOTA		0x00100
#define	E2_R_BIGALLOC		0x00200
#define	E2_R_METADATA_CSUM	0x00400
#define	E2_R_REPLICA		0x00800
#define	E2_R_READONLY		0x01000
#define	E2_R_PROJECT		0x02000
#define	E2_R_SHARED_BLOCKS	0x04000
#define	E2_R_VERITY		0x08000
#define	E2_R_ORPHAN_PRESENT	0x10000

/* The superblock: 1024 bytes at byte 1024 of the volume. */
struct e2_sb {
	uint32_t	s_inodes_count;
	uint32_t	s_blocks_count;
	uint32_t	s_r_blocks_count;	/* kept for the super-user */
	uint32_t	s_free_blocks_count;
	uint32_t	s_free_inodes_count;
	uint32_t	s_first_data_block;
	uint32_t	s_log_block_size;	/* 1024 << this */
	uint32_t	s_log_cluster_size;
	uint32_t	s_blocks_per_group;
	uint32_t	s_clusters_per_group;
	uint32_t	s_inodes_per_group;
	uint32_t	s_mtime;
	uint32_t	s_wtime;
	uint16_t	s_mnt_count;
	uint16_t	s_max_mnt_count;
	uint16_t	s_magic;
	uint16_t	s_state;
	uint16_t	s_errors;
	uint16_t	s_minor_rev_level;
	uint32_t	s_lastcheck;
	uint32_t	s_checkinterval;
	uint32_t	s_creator_os;
	uint32_t	s_rev_level;		/* 0: nothing below counts */
	uint16_t	s_def_resuid;
	uint16_t	s_def_resgid;
	uint32_t	s_first_ino;
	uint16_t	s_inode_size;
	uint16_t	s_block_group_nr;
	uint32_t	s_feature_compat;
	uint32_t	s_feature_incompat;
	uint32_t	s_feature_ro_compat;
	uint8_t		s_uuid[16];
	char		s_volume_name[16];
	char		s_last_mounted[64];
	uint32_t	s_algorithm_usage_bitmap;
	uint8_t		s_prealloc_blocks;
	uint8_t		s_prealloc_dir_blocks;
	uint16_t	s_reserved_gdt_blocks;
	uint8_t		s_journal_uuid[16];
	uint32_t	s_journal_inum;
	uint32_t	s_journal_dev;
	uint32_t	s_last_orphan;
	uint32_t	s_hash_seed[4];
	uint8_t		s_def_hash_version;
	uint8_t		s_jnl_backup_type;
	uint16_t	s_desc_size;
	uint32_t	s_default_mount_opts;
	uint32_t	s_first_meta_bg;
	uint32_t	s_mkfs_time;
	uint32_t	s_jnl_blocks[17];
	uint32_t	s_blocks_count_hi;	/* 0x150 */
	uint32_t	s_r_blocks_count_hi;
	uint32_t	s_free_blocks_count_hi;
	uint16_t	s_min_extra_isize;
	uint16_t	s_want_extra_isize;
	uint32_t	s_flags;
	uint16_t	s_raid_stride;
	uint16_t	s_mmp_interval;
	uint64_t	s_mmp_block;
	uint32_t	s_raid_stripe_width;
	uint8_t		s_log_groups_per_flex;
	uint8_t		s_checksum_type;	/* 1: crc32c */
	uint8_t		s_encryption_level;
	uint8_t		s_reserved_pad;
	uint64_t	s_kbytes_written;
	uint32_t	s_snapshot_inum;
	uint32_t	s_snapshot_id;
	uint64_t	s_snapshot_r_blocks_count;
	uint32_t	s_snapshot_list;
	uint32_t	s_error_count;		/* 0x194 */
	uint32_t	s_first_error_time;
	uint32_t	s_first_error_ino;
	uint64_t	s_first_error_block;
	uint8_t		s_first_error_func[32];
	uint32_t	s_first_error_line;
	uint32_t	s_last_error_time;
	uint32_t	s_last_error_ino;
	uint32_t	s_last_error_line;
	uint64_t	s_last_error_block;
	uint8_t		s_last_error_func[32];
	uint8_t		s_mount_opts[64];
	uint32_t	s_usr_quota_inum;
	uint32_t	s_grp_quota_inum;
	uint32_t	s_overhead_blocks;	/* 0x248 */
	uint32_t	s_backup_bgs[2];
	uint8_t		s_encrypt_algos[4];
	uint8_t		s_encrypt_pw_salt[16];
	uint32_t	s_lpf_ino;
	uint32_t	s_prj_quota_inum;
	uint32_t	s_checksum_seed;	/* 0x270 */
	uint8_t		s_time_hi[6];
	uint8_t		s_first_error_errcode;
	uint8_t		s_last_error_errcode;
	uint16_t	s_encoding;
	uint16_t	s_encoding_flags;
	uint32_t	s_orphan_file_inum;
	uint32_t	s_reserved[94];
	uint32_t	s_checksum;		/* 0x3fc */
};

/* The block of multiple mount protection. */
struct e2_mmp {
	uint32_t	mmp_magic;
	uint32_t	mmp_seq;		/* counts while in use */
	uint64_t	mmp_time;
	char		mmp_nodename[64];
	char		mmp_bdevname[32];
	uint16_t	mmp_interval;		/* seconds */
	uint16_t	mmp_pad1;
	uint32_t	mmp_pad2[226];
	uint32_t	mmp_checksum;
};

#define	E2_MMP_MAGIC		0x004d4d50
#define	E2_MMP_CLEAN		0xff4d4d50	/* mmp_seq: not in use */
#define	E2_MMP_FSCK		0xe24d4d50	/* being checked */

/* A group descriptor; the part from bg_block_bitmap_hi on only with 64bit. */
struct e2_gd {
	uint32_t	bg_block_bitmap;
	uint32_t	bg_inode_bitmap;
	uint32_t	bg_inode_table;
	uint16_t	bg_free_blocks_count;
	uint16_t	bg_free_inodes_count;
	uint16_t	bg_used_dirs_count;
	uint16_t	bg_flags;
	uint32_t	bg_exclude_bitmap;
	uint16_t	bg_block_bitmap_csum;
	uint16_t	bg_inode_bitmap_csum;
	uint16_t	bg_itable_unused;
	uint16_t	bg_checksum;
	uint32_t	bg_block_bitmap_hi;
	uint32_t	bg_inode_bitmap_hi;
	uint32_t	bg_inode_table_hi;
	uint16_t	bg_free_blocks_count_hi;
	uint16_t	bg_free_inodes_count_hi;
	uint16_t	bg_used_dirs_count_hi;
	uint16_t	bg_itable_unused_hi;
	uint32_t	bg_exclude_bitmap_hi;
	uint16_t	bg_block_bitmap_csum_hi;
	uint16_t	bg_inode_bitmap_csum_hi;
	uint32_t	bg_reserved;
};

#define	E2_GD_OLDSIZE		32
#define	E2_GD_SIZE64		64

/* bg_flags */
#define	E2_BG_INODE_UNINIT	0x0001
#define	E2_BG_BLOCK_UNINIT	0x0002
#define	E2_BG_INODE_ZEROED	0x0004

/* An inode.  The first 128 bytes always exist. */
struct e2_inode {
	uint16_t	i_mode;
	uint16_t	i_uid;
	uint32_t	i_size;
	uint32_t	i_atime;
	uint32_t	i_ctime;
	uint32_t	i_mtime;
	uint32_t	i_dtime;
	uint16_t	i_gid;
	uint16_t	i_links_count;
	uint32_t	i_blocks;		/* units of 512 bytes */
	uint32_t	i_flags;
	uint32_t	i_version;
	uint32_t	i_block[E2_NADDR];
	uint32_t	i_generation;
	uint32_t	i_file_acl;
	uint32_t	i_size_high;
	uint32_t	i_faddr;
	uint16_t	i_blocks_high;
	uint16_t	i_file_acl_high;
	uint16_t	i_uid_high;
	uint16_t	i_gid_high;
	uint16_t	i_checksum_lo;
	uint16_t	i_reserved;
	/* 128 */
	uint16_t	i_extra_isize;		/* bytes used from 128 on */
	uint16_t	i_checksum_hi;
	uint32_t	i_ctime_extra;		/* 2 bits epoch, 30 bits ns */
	uint32_t	i_mtime_extra;
	uint32_t	i_atime_extra;
	uint32_t	i_crtime;
	uint32_t	i_crtime_extra;
	uint32_t	i_version_hi;
	uint32_t	i_projid;
};

/* i_mode: the type bits are those of sys/stat.h */

/* i_flags */
#define	E2_FL_SYNC		0x00000008
#define	E2_FL_IMMUTABLE		0x00000010
#define	E2_FL_APPEND		0x00000020
#define	E2_FL_NODUMP		0x00000040
#define	E2_FL_NOATIME		0x00000080
#define	E2_FL_COMPRBLK		0x00000200
#define	E2_FL_ENCRYPT		0x00000800
#define	E2_FL_INDEX		0x00001000	/* hashed directory */
#define	E2_FL_TOPDIR		0x00020000
#define	E2_FL_HUGE_FILE		0x00040000	/* i_blocks in fs blocks */
#define	E2_FL_EXTENTS		0x00080000
#define	E2_FL_EA_INODE		0x00200000
#define	E2_FL_INLINE_DATA	0x10000000
#define	E2_FL_CASEFOLD		0x40000000
/* what a new inode inherits from its directory */
#define	E2_FL_INHERIT		(E2_FL_SYNC | E2_FL_NODUMP | E2_FL_NOATIME)

/* A directory record; records fill each block exactly. */
struct e2_dirent {
	uint32_t	d_ino;			/* 0: unused space */
	uint16_t	d_reclen;		/* to the next record */
	uint8_t		d_namlen;
	uint8_t		d_type;			/* E2_FT_*, with filetype */
	char		d_name[];
};

#define	E2_DIRHDR		8
#define	E2_DIRENT_SIZE(namlen)	((E2_DIRHDR + (unsigned)(namlen) + 3) & ~3U)

#define	E2_FT_UNKNOWN		0
#define	E2_FT_REG		1
#define	E2_FT_DIR		2
#define	E2_FT_CHR		3
#define	E2_FT_BLK		4
#define	E2_FT_FIFO		5
#define	E2_FT_SOCK		6
#define	E2_FT_LNK		7
#define	E2_FT_MAX		8
#define	E2_FT_CSUM		0xde		/* the checksum's own record */

/* End of a directory block with metadata_csum; looks like a record. */
struct e2_dirtail {
	uint32_t	dt_zero;
	uint16_t	dt_reclen;		/* 12 */
	uint8_t		dt_zero2;
	uint8_t		dt_type;		/* E2_FT_CSUM */
	uint32_t	dt_csum;
};

/*
 * The hashed index.  Block 0 of the directory holds the records "." and ".."
 * (the latter reaching to the end of the block), struct e2_dxinfo at byte 24
 * and the entries behind it; inner blocks hold an empty record over the whole
 * block and entries from byte 8 on.  Entry 0 has no hash: its place has the
 * count and the limit of the array.
 */
#define	E2_DX_INFOOFF		24
#define	E2_DX_NODEOFF		8

struct e2_dxinfo {
	uint32_t	dx_reserved;		/* 0 */
	uint8_t		dx_hashver;		/* E2_HASH_* */
	uint8_t		dx_infolen;		/* 8 */
	uint8_t		dx_levels;		/* inner levels below block 0 */
	uint8_t		dx_flags;		/* bit 0 set: unknown format */
};

struct e2_dxcount {
	uint16_t	dx_limit;
	uint16_t	dx_count;
	uint32_t	dx_block;
};

struct e2_dxent {
	uint32_t	dx_hash;		/* bit 0: run goes on here */
	uint32_t	dx_block;
};

struct e2_dxtail {
	uint32_t	dx_treserved;
	uint32_t	dx_csum;
};

#define	E2_HASH_LEGACY		0
#define	E2_HASH_HALFMD4		1
#define	E2_HASH_TEA		2
#define	E2_HASH_UNSIGNED	3		/* added to the above */

/* Extents: a tree of at most five levels below the inode. */
#define	E2_EXT_MAGIC		0xf30a
#define	E2_EXT_MAXDEPTH		5
#define	E2_EXT_MAXLEN		32768		/* longer: not yet written */

struct e2_exthdr {
	uint16_t	eh_magic;
	uint16_t	eh_entries;
	uint16_t	eh_max;
	uint16_t	eh_depth;		/* 0: leaf */
	uint32_t	eh_generation;
};

struct e2_extent {
	uint32_t	ee_block;		/* first logical block */
	uint16_t	ee_len;
	uint16_t	ee_start_hi;
	uint32_t	ee_start_lo;
};

struct e2_extidx {
	uint32_t	ei_block;
	uint32_t	ei_leaf_lo;
	uint16_t	ei_leaf_hi;
	uint16_t	ei_unused;
};

/* Extended attributes: in the inode's tail and in one shared block. */
#define	E2_XATTR_MAGIC		0xea020000
#define	E2_XATTR_REFMAX		1024

struct e2_xahdr {			/* of the block */
	uint32_t	h_magic;
	uint32_t	h_refcount;
	uint32_t	h_blocks;		/* 1 */
	uint32_t	h_hash;
	uint32_t	h_checksum;
	uint32_t	h_reserved[3];
};

struct e2_xaent {
	uint8_t		e_name_len;
	uint8_t		e_name_index;
	uint16_t	e_value_offs;
	uint32_t	e_value_inum;
	uint32_t	e_value_size;
	uint32_t	e_hash;
	char		e_name[];
};

#define	E2_XAENT_SIZE(namlen)	((16 + (unsigned)(namlen) + 3) & ~3U)
#define	E2_XA_USER		1
#define	E2_XA_POSIX_ACL		2
#define	E2_XA_POSIX_DEFACL	3
#define	E2_XA_TRUSTED		4
#define	E2_XA_SECURITY		6
#define	E2_XA_SYSTEM		7		/* the format's own */
#define	E2_XA_RICHACL		8
#define	E2_XA_HURD		10
#define	E2_XA_INLINE		"data"	/* inline_data, index 7 */
#define	E2_XA_MAXVALUE		65536		/* in an inode */

#endif /* !_FS_EXT2_DISK_H_ */
