/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disklabel(5): the partition table that a disk carries, and which minor
 * number is which partition.  The structure is what lies on the disk.
 */

#ifndef _SYS_DISKLABEL_H_
#define	_SYS_DISKLABEL_H_

#include <sys/types.h>
#include <sys/stdbool.h>
#include <machine/disklabel.h>

#define	DISKMAGIC	((uint32_t)0x82564557)
#define	DISKMAGIC_REV	((uint32_t)0x57455682)
#define	NDDATA		5
#define	NSPARE		5

struct partition {
	uint32_t p_size;		/* sectors */
	uint32_t p_offset;		/* first sector */
	union {
		uint32_t fsize;		/* FFS: fragment size */
		uint32_t cdsession;	/* ISO 9660: session */
	} __partition_u2;
	uint8_t	p_fstype;		/* FS_* */
	uint8_t	p_frag;			/* FFS: fragments per block */
	union {
		uint16_t cpg;		/* FFS: cylinders per group */
		uint16_t sgs;		/* LFS: segment shift */
	} __partition_u1;
};
#define	p_fsize		__partition_u2.fsize
#define	p_cdsession	__partition_u2.cdsession
#define	p_cpg		__partition_u1.cpg
#define	p_sgs		__partition_u1.sgs

struct disklabel {
	uint32_t d_magic;		/* DISKMAGIC */
	uint16_t d_type;		/* DKTYPE_* */
	uint16_t d_subtype;
	char	d_typename[16];		/* "eagle" */
	union {
		char	un_d_packname[16];	/* pack identifier */
		struct {
			char	*un_d_boot0;
			char	*un_d_boot1;
		} un_b;
		uint64_t un_d_pad;
	} d_un;
	uint32_t d_secsize;		/* bytes in a sector */
	uint32_t d_nsectors;		/* sectors in a track */
	uint32_t d_ntracks;		/* tracks in a cylinder */
	uint32_t d_ncylinders;
	uint32_t d_secpercyl;
	uint32_t d_secperunit;		/* sectors in all */
	uint16_t d_sparespertrack;
	uint16_t d_sparespercyl;
	uint32_t d_acylinders;
	uint16_t d_rpm;
	uint16_t d_interleave;
	uint16_t d_trackskew;
	uint16_t d_cylskew;
	uint32_t d_headswitch;		/* microseconds */
	uint32_t d_trkseek;		/* microseconds */
	uint32_t d_flags;		/* D_* */
	uint32_t d_drivedata[NDDATA];
	uint32_t d_spare[NSPARE];
	uint32_t d_magic2;		/* DISKMAGIC again */
	uint16_t d_checksum;		/* all 16-bit words xored are 0 */
	uint16_t d_npartitions;
	uint32_t d_bbsize;		/* boot area, bytes */
	uint32_t d_sbsize;		/* largest super block, bytes */
	struct partition d_partitions[MAXPARTITIONS];
};
#define	d_packname	d_un.un_d_packname
#define	d_boot0		d_un.un_b.un_d_boot0
#define	d_boot1		d_un.un_b.un_d_boot1

/* d_type */
enum {
	DKTYPE_UNKNOWN		= 0,
	DKTYPE_SMD		= 1,
	DKTYPE_MSCP		= 2,
	DKTYPE_DEC		= 3,
	DKTYPE_SCSI		= 4,
	DKTYPE_ESDI		= 5,
	DKTYPE_ST506		= 6,
	DKTYPE_HPIB		= 7,
	DKTYPE_HPFL		= 8,
	DKTYPE_FLOPPY		= 10,
	DKTYPE_CCD		= 11,
	DKTYPE_VND		= 12,
	DKTYPE_ATAPI		= 13,
	DKTYPE_RAID		= 14,
	DKTYPE_LD		= 15,
	DKTYPE_JFS2		= 16,
	DKTYPE_CGD		= 17,
	DKTYPE_VINUM		= 18,
	DKTYPE_FLASH		= 19,
	DKTYPE_DM		= 20,
	DKTYPE_RUMPD		= 21,
	DKTYPE_MD		= 22,
	DKMAXTYPES		= 23
};

/* p_fstype */
enum {
	FS_UNUSED		= 0,
	FS_SWAP			= 1,
	FS_V6			= 2,
	FS_V7			= 3,
	FS_SYSV			= 4,
	FS_V71K			= 5,
	FS_V8			= 6,
	FS_BSDFFS		= 7,
	FS_MSDOS		= 8,
	FS_BSDLFS		= 9,
	FS_OTHER		= 10,
	FS_HPFS			= 11,
	FS_ISO9660		= 12,
	FS_BOOT			= 13,
	FS_ADOS			= 14,
	FS_HFS			= 15,
	FS_FILECORE		= 16,
	FS_EX2FS		= 17,
	FS_NTFS			= 18,
	FS_RAID			= 19,
	FS_CCD			= 20,
	FS_JFS2			= 21,
	FS_APPLEUFS		= 22,
	FS_VINUM		= 23,
	FS_UDF			= 24,
	FS_SYSVBFS		= 25,
	FS_EFS			= 26,
	FS_NILFS		= 27,
	FS_CGD			= 28,
	FS_MINIXFS3		= 29,
	FS_VMKCORE		= 30,
	FS_VMFS			= 31,
	FS_VMWRESV		= 32,
	FS_ZFS			= 33,
	FSMAXTYPES		= 34
};

/* d_flags */
#define	D_REMOVABLE	0x01
#define	D_ECC		0x02
#define	D_BADSECT	0x04
#define	D_RAMDISK	0x08
#define	D_CHAIN		0x10
#define	D_SCSI_MMC	0x20	/* multimedia: may have sessions */

struct partinfo {
	struct disklabel *disklab;
	struct partition *part;
};

/* A minor number: unit and partition. */
#define	DISKUNIT(dev)		(minor(dev) / MAXPARTITIONS)
#define	DISKPART(dev)		(minor(dev) % MAXPARTITIONS)
#define	DISKMINOR(unit, part)	(((unit) * MAXPARTITIONS) + (part))
#define	MAKEDISKDEV(maj, unit, part)					\
	(makedev((maj), DISKMINOR((unit), (part))))

#ifdef _KERNEL
struct buf;
struct cpu_disklabel;
struct disk;

void	diskerr(const struct buf *, const char *, const char *, int, int,
	    const struct disklabel *);
/* The old label, the new one, open partitions; may it be used? */
int	setdisklabel(struct disklabel *, struct disklabel *, u_long,
	    struct cpu_disklabel *);
/* NULL, or the complaint about what is on the disk. */
const char *readdisklabel(dev_t, void (*)(struct buf *),
	    struct disklabel *, struct cpu_disklabel *);
int	writedisklabel(dev_t, void (*)(struct buf *), struct disklabel *,
	    struct cpu_disklabel *);
const char *convertdisklabel(struct disklabel *, void (*)(struct buf *),
	    struct buf *, uint32_t);
/* 1: the transfer is fine (maybe cut short); 0: done or b_error is set. */
int	bounds_check_with_label(struct disk *, struct buf *, int);
int	bounds_check_with_mediasize(struct buf *, int, uint64_t);
const char *getfstypename(int);
int	disklabel_dev_unit(dev_t);
uint16_t dkcksum(const struct disklabel *);
uint16_t dkcksum_sized(const struct disklabel *, size_t);
#endif

#endif /* !_SYS_DISKLABEL_H_ */
