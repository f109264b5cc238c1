/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk(9): what every disk driver keeps about a disk, and wedges, the
 * dynamic partitions.
 */

#ifndef _SYS_DISK_H_
#define	_SYS_DISK_H_

#include <sys/device_if.h>
#include <sys/types.h>
#include <sys/dkio.h>
#include <sys/time.h>
#include <sys/queue.h>
#include <sys/mutex.h>
#include <sys/iostat.h>
#include <prop/proplib.h>

struct buf;
struct buf_queue;
struct disk;
struct disklabel;
struct cpu_disklabel;
struct lwp;
struct vnode;

/* A wedge as ioctl(2) tells it. */
struct dkwedge_info {
	char		dkw_devname[16];	/* e.g. dk0 */
	uint8_t		dkw_wname[128];		/* name, UTF-8 */
	char		dkw_parent[16];		/* its disk */
	daddr_t		dkw_offset;		/* first block */
	uint64_t	dkw_size;		/* blocks */
	char		dkw_ptype[32];		/* DKW_PTYPE_* */
};

struct dkwedge_list {
	void		*dkwl_buf;		/* room for the list */
	size_t		dkwl_bufsize;
	u_int		dkwl_nwedges;		/* how many there are */
	u_int		dkwl_ncopied;		/* how many fit */
};

#define	DKW_PTYPE_UNKNOWN	""
#define	DKW_PTYPE_UNUSED	"unused"
#define	DKW_PTYPE_SWAP		"swap"
#define	DKW_PTYPE_FFS		"ffs"
#define	DKW_PTYPE_LFS		"lfs"
#define	DKW_PTYPE_EXT2FS	"ext2fs"
#define	DKW_PTYPE_ISO9660	"cd9660"
#define	DKW_PTYPE_AMIGADOS	"ados"
#define	DKW_PTYPE_APPLEHFS	"hfs"
#define	DKW_PTYPE_FAT		"msdos"
#define	DKW_PTYPE_FILECORE	"filecore"
#define	DKW_PTYPE_RAIDFRAME	"raidframe"
#define	DKW_PTYPE_CCD		"ccd"
#define	DKW_PTYPE_APPLEUFS	"appleufs"
#define	DKW_PTYPE_NTFS		"ntfs"
#define	DKW_PTYPE_CGD		"cgd"
#define	DKW_PTYPE_VMKCORE	"vmkcore"
#define	DKW_PTYPE_VMFS		"vmfs"
#define	DKW_PTYPE_VMWRESV	"vmwresv"
#define	DKW_PTYPE_SYSVBFS	"sysvbfs"
#define	DKW_PTYPE_UDF		"udf"
#define	DKW_PTYPE_ZFS		"zfs"

/* How the sectors of a drive relate to its physical ones. */
struct disk_sectoralign {
	uint32_t	dsa_firstaligned;	/* first aligned sector */
	uint32_t	dsa_alignment;		/* sectors */
};

struct disk_geom {
	int64_t		dg_secperunit;	/* sectors in all */
	uint32_t	dg_secsize;	/* bytes in a sector */
	uint32_t	dg_nsectors;	/* sectors in a track */
	uint32_t	dg_ntracks;	/* tracks in a cylinder */
	uint32_t	dg_ncylinders;
	uint32_t	dg_physsecsize;	/* bytes in a physical sector */
	uint32_t	dg_alignedsec;	/* first aligned sector */
	uint32_t	dg_sparespertrack;
	uint32_t	dg_sparespercyl;
	uint32_t	dg_acylinders;
};

#define	DK_STRATEGYNAMELEN	32
struct disk_strategy {
	char	dks_name[DK_STRATEGYNAMELEN];	/* bufq(9) strategy */
	char	*dks_param;			/* its parameters */
	size_t	dks_paramlen;
};

struct dkdriver {
	void	(*d_strategy)(struct buf *);
	void	(*d_minphys)(struct buf *);
	int	(*d_open)(dev_t, int, int, struct lwp *);
	int	(*d_close)(dev_t, int, int, struct lwp *);
	int	(*d_diskstart)(device_t, struct buf *);
	void	(*d_iosize)(device_t, int *);
	int	(*d_dumpblocks)(device_t, void *, daddr_t, int);
	int	(*d_lastclose)(device_t);
	int	(*d_discard)(device_t, off_t, off_t);
	int	(*d_firstopen)(device_t, dev_t, int, int);
	void	(*d_label)(device_t, struct disklabel *);
};

/*
 * Locks: d, the driver's; o, dk_openlock; r, dk_rawlock; c, constant while
 * attached; s, statistics (inside iostat(9)).
 */
struct disk {
	TAILQ_ENTRY(disk)	dk_link;	/* all disks, iostat's lock */
	const char		*dk_name;	/* c */
	prop_dictionary_t	dk_info;	/* o: geometry for programs */
	struct disk_geom	dk_geom;	/* d */
	int			dk_bopenmask;	/* o: open block devices */
	int			dk_copenmask;	/* o: open raw devices */
	int			dk_openmask;	/* o: both */
	int			dk_state;	/* d */
	int			dk_blkshift;	/* c: DEV_BSIZE to sector */
	int			dk_byteshift;	/* c: byte to sector */
	struct io_stats		*dk_stats;	/* s */
	const struct dkdriver	*dk_driver;	/* c */
	kmutex_t		dk_rawlock;	/* raw opens and wedges */
	u_int			dk_rawopens;	/* r */
	struct vnode		*dk_rawvp;	/* r */
	kmutex_t		dk_openlock;
	u_int			dk_nwedges;	/* o */
	LIST_HEAD(, dkwedge_softc) dk_wedges;	/* o */
	daddr_t			dk_labelsector;	/* c */
	struct disklabel	*dk_label;	/* d */
	struct cpu_disklabel	*dk_cpulabel;	/* d */
	struct {
		int	dklabel_flags;
	} dk_labelstate;			/* o */
};

#define	DK_CLOSED	0
#define	DK_WANTOPEN	1
#define	DK_WANTOPENRAW	2
#define	DK_RDLABEL	3
#define	DK_OPEN		4
#define	DK_OPENRAW	5


#define	DK_BSIZE2BLKSHIFT(b)	((ffs((b) / DEV_BSIZE)) - 1)
#define	DK_BSIZE2BYTESHIFT(b)	(ffs((b)) - 1)
/* Whether a sector size is one that can be handled. */
#define	DK_DEV_BSIZE_OK(b)						\
	((b) >= DEV_BSIZE && (b) <= MAXPHYS &&				\
	((b) & ((b) - 1)) == 0)

/* Ways to find wedges on a disk, link set dkwedge_methods. */
struct dkwedge_discovery_method {
	LIST_ENTRY(dkwedge_discovery_method) ddm_list;
	const char	*ddm_name;
	int		ddm_priority;	/* lower is tried first */
	int		(*ddm_discover)(struct disk *, struct vnode *);
};
#define	DKWEDGE_DISCOVERY_METHOD_DECL(name, prio, discover)		\
static struct dkwedge_discovery_method name ## _ddm = {			\
	{ 0, 0 }, #name, prio, discover					\
};									\
__link_set_add_data(dkwedge_methods, name ## _ddm)

#ifdef _KERNEL

void	disk_init(struct disk *, const char *, const struct dkdriver *);
void	disk_attach(struct disk *);
/* May it be detached? 0, or an error; calls the function if it may. */
int	disk_begindetach(struct disk *, int (*)(device_t), device_t, int);
void	disk_detach(struct disk *);
void	disk_destroy(struct disk *);
void	disk_rename(struct disk *, const char *);
void	disk_wait(struct disk *);
void	disk_busy(struct disk *);
/* Bytes moved, and whether by a read. */
void	disk_unbusy(struct disk *, long, int);
bool	disk_isbusy(struct disk *);
struct disk *disk_find(const char *);
int	disk_ioctl(struct disk *, dev_t, u_long, void *, int, struct lwp *);
void	disk_set_info(device_t, struct disk *, const char *);

void	dkwedge_init(void);
int	dkwedge_add(struct dkwedge_info *);
int	dkwedge_del(struct dkwedge_info *);
void	dkwedge_delall(struct disk *);
int	dkwedge_list(struct disk *, struct dkwedge_list *, struct lwp *);
void	dkwedge_discover(struct disk *);
int	dkwedge_read(struct disk *, struct vnode *, daddr_t, void *, size_t);
device_t dkwedge_find_by_wname(const char *);
device_t dkwedge_find_by_parent(const char *, size_t *);
const char *dkwedge_get_parent_name(dev_t);
void	dkwedge_print_wnames(void);
#endif

#endif /* !_SYS_DISK_H_ */
