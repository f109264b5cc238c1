/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mount arguments of the types NetBSD has, for drivers that carry no table of
 * their own (rumpmount(3)).  The structures are those of mount_x(8): our
 * header's where there is one, else mirrors with NetBSD's members, laid out
 * as on every 64-bit machine.  Defaults are what mount_x(8) would say for a
 * mount point that belongs to root.
 */
#include <stdint.h>
#include <string.h>

#include <rump/rump_abi.h>
#include <rump/rumpdefs.h>
#include <rump/rumpmount.h>

#include "fsu_mount.h"

/* Space that once held what an NFS server exports. */
struct export_pad {
	uint64_t	words[16];
};

#define	FSPEC(s)	RUMP_MOUNTOPT(NULL, FSPEC, s, fspec, 0)

/* ffs, lfs, ext2fs, hfs, sysvbfs */
static const struct rump_mountopt ufs_opts[] = {
	FSPEC(struct rump_ufs_args),
};
static const struct rump_mountargs ufs =
    RUMP_MOUNTARGS(struct rump_ufs_args, NULL, ufs_opts);

struct msdosfs_args {
	char		*fspec;
	struct export_pad pad;
	uint32_t	uid;
	uint32_t	gid;
	uint32_t	mask;		/* permissions that files may have */
	int		flags;
	int		version;
	uint32_t	dirmask;
	int		gmtoff;		/* seconds */
};
static const struct msdosfs_args msdosfs_defaults = {
	.mask = 0755, .dirmask = 0755, .version = 3, .flags = 0x10,
};
static const struct rump_mountopt msdosfs_opts[] = {
	FSPEC(struct msdosfs_args),
	RUMP_MOUNTOPT("uid", UID, struct msdosfs_args, uid, 0),
	RUMP_MOUNTOPT("gid", GID, struct msdosfs_args, gid, 0),
	RUMP_MOUNTOPT("mask", MODE, struct msdosfs_args, mask, 0),
	RUMP_MOUNTOPT("dirmask", MODE, struct msdosfs_args, dirmask, 0),
	RUMP_MOUNTOPT("gmtoff", INT, struct msdosfs_args, gmtoff, 0),
	RUMP_MOUNTOPT("version", INT, struct msdosfs_args, version, 0),
	RUMP_MOUNTOPT("shortname", FLAG, struct msdosfs_args, flags, 0x01),
	RUMP_MOUNTOPT("longname", FLAG, struct msdosfs_args, flags, 0x02),
	RUMP_MOUNTOPT("win95", NOFLAG, struct msdosfs_args, flags, 0x04),
	RUMP_MOUNTOPT("gemdosfs", FLAG, struct msdosfs_args, flags, 0x08),
	RUMP_MOUNTOPT("utf8", FLAG, struct msdosfs_args, flags, 0x20),
};
static const struct rump_mountargs msdosfs =
    RUMP_MOUNTARGS(struct msdosfs_args, &msdosfs_defaults, msdosfs_opts);

struct iso_args {
	const char	*fspec;
	struct export_pad pad;
	int		flags;
};
static const struct rump_mountopt iso_opts[] = {
	FSPEC(struct iso_args),
	RUMP_MOUNTOPT("rrip", NOFLAG, struct iso_args, flags, 0x01),
	RUMP_MOUNTOPT("nrr", FLAG, struct iso_args, flags, 0x01),
	RUMP_MOUNTOPT("gens", FLAG, struct iso_args, flags, 0x02),
	RUMP_MOUNTOPT("extatt", FLAG, struct iso_args, flags, 0x04),
	RUMP_MOUNTOPT("joliet", NOFLAG, struct iso_args, flags, 0x08),
	RUMP_MOUNTOPT("casetrans", NOFLAG, struct iso_args, flags, 0x10),
	RUMP_MOUNTOPT("maplcase", NOFLAG, struct iso_args, flags, 0x10),
	RUMP_MOUNTOPT("rrcaseins", FLAG, struct iso_args, flags, 0x20),
};
static const struct rump_mountargs iso =
    RUMP_MOUNTARGS(struct iso_args, NULL, iso_opts);

struct ntfs_args {
	char		*fspec;
	struct export_pad pad;
	uint32_t	uid;
	uint32_t	gid;
	uint32_t	mode;
	unsigned long	flag;
};
static const struct ntfs_args ntfs_defaults = { .mode = 0755 };
static const struct rump_mountopt ntfs_opts[] = {
	FSPEC(struct ntfs_args),
	RUMP_MOUNTOPT("uid", UID, struct ntfs_args, uid, 0),
	RUMP_MOUNTOPT("gid", GID, struct ntfs_args, gid, 0),
	RUMP_MOUNTOPT("mask", MODE, struct ntfs_args, mode, 0),
	RUMP_MOUNTOPT("caseins", FLAG, struct ntfs_args, flag, 0x1),
	RUMP_MOUNTOPT("allnames", FLAG, struct ntfs_args, flag, 0x2),
};
static const struct rump_mountargs ntfs =
    RUMP_MOUNTARGS(struct ntfs_args, &ntfs_defaults, ntfs_opts);

struct udf_args {
	uint32_t	version;
	char		*fspec;
	int32_t		sessionnr;
	uint32_t	udfmflags;
	int32_t		gmtoff;		/* minutes */
	uint32_t	anon_uid;
	uint32_t	anon_gid;
	uint32_t	nobody_uid;
	uint32_t	nobody_gid;
	uint32_t	sector_size;
	uint8_t		reserved[32];
};
static const struct udf_args udf_defaults = { .version = 1 };
static const struct rump_mountopt udf_opts[] = {
	FSPEC(struct udf_args),
	RUMP_MOUNTOPT("session", INT, struct udf_args, sessionnr, 0),
	RUMP_MOUNTOPT("closesession", FLAG, struct udf_args, udfmflags, 0x1),
	RUMP_MOUNTOPT("gmtoff", INT, struct udf_args, gmtoff, 0),
	RUMP_MOUNTOPT("uid", UID, struct udf_args, anon_uid, 0),
	RUMP_MOUNTOPT("gid", GID, struct udf_args, anon_gid, 0),
	RUMP_MOUNTOPT("nobodyuid", UID, struct udf_args, nobody_uid, 0),
	RUMP_MOUNTOPT("nobodygid", GID, struct udf_args, nobody_gid, 0),
	RUMP_MOUNTOPT("sectorsize", UINT, struct udf_args, sector_size, 0),
};
static const struct rump_mountargs udf =
    RUMP_MOUNTARGS(struct udf_args, &udf_defaults, udf_opts);

/* efs and v7fs: a number behind the device */
struct fspec_int_args {
	char		*fspec;
	int		number;		/* efs: version; v7fs: byte order */
};
static const struct rump_mountopt efs_opts[] = {
	FSPEC(struct fspec_int_args),
	RUMP_MOUNTOPT("version", INT, struct fspec_int_args, number, 0),
};
static const struct rump_mountargs efs =
    RUMP_MOUNTARGS(struct fspec_int_args, NULL, efs_opts);

static const struct fspec_int_args v7fs_defaults = { .number = 1234 };
static const struct rump_mountopt v7fs_opts[] = {
	FSPEC(struct fspec_int_args),
	RUMP_MOUNTOPT("le", SET, struct fspec_int_args, number, 1234),
	RUMP_MOUNTOPT("be", SET, struct fspec_int_args, number, 4321),
	RUMP_MOUNTOPT("pdp", SET, struct fspec_int_args, number, 3412),
};
static const struct rump_mountargs v7fs =
    RUMP_MOUNTARGS(struct fspec_int_args, &v7fs_defaults, v7fs_opts);

struct nilfs_args {
	uint32_t	version;
	char		*fspec;
	uint32_t	nilfsmflags;
	int32_t		gmtoff;		/* minutes */
	int64_t		cpno;		/* checkpoint; 0: the newest */
	uint8_t		reserved[32];
};
static const struct nilfs_args nilfs_defaults = { .version = 1 };
static const struct rump_mountopt nilfs_opts[] = {
	FSPEC(struct nilfs_args),
	RUMP_MOUNTOPT("gmtoff", INT, struct nilfs_args, gmtoff, 0),
	RUMP_MOUNTOPT("checkpoint", INT, struct nilfs_args, cpno, 0),
};
static const struct rump_mountargs nilfs =
    RUMP_MOUNTARGS(struct nilfs_args, &nilfs_defaults, nilfs_opts);

static const struct rump_tmpfs_args tmpfs_defaults = {
	.ta_version = RUMP_TMPFS_ARGS_VERSION, .ta_root_mode = 01777,
};
static const struct rump_mountopt tmpfs_opts[] = {
	RUMP_MOUNTOPT("size", UINT, struct rump_tmpfs_args, ta_size_max, 0),
	RUMP_MOUNTOPT("inodes", UINT, struct rump_tmpfs_args, ta_nodes_max, 0),
	RUMP_MOUNTOPT("uid", UID, struct rump_tmpfs_args, ta_root_uid, 0),
	RUMP_MOUNTOPT("gid", GID, struct rump_tmpfs_args, ta_root_gid, 0),
	RUMP_MOUNTOPT("mode", MODE, struct rump_tmpfs_args, ta_root_mode, 0),
};
static const struct rump_mountargs tmpfs =
    RUMP_MOUNTARGS(struct rump_tmpfs_args, &tmpfs_defaults, tmpfs_opts);

struct ptyfs_args {
	int		version;
	uint32_t	gid;
	uint32_t	mode;
	int		flags;
};
static const struct ptyfs_args ptyfs_defaults = {
	.version = 2, .gid = 4, .mode = 0620,
};
static const struct rump_mountopt ptyfs_opts[] = {
	RUMP_MOUNTOPT("gid", GID, struct ptyfs_args, gid, 0),
	RUMP_MOUNTOPT("group", GID, struct ptyfs_args, gid, 0),
	RUMP_MOUNTOPT("mode", MODE, struct ptyfs_args, mode, 0),
	RUMP_MOUNTOPT("chroot", FLAG, struct ptyfs_args, flags, 0x1),
};
static const struct rump_mountargs ptyfs =
    RUMP_MOUNTARGS(struct ptyfs_args, &ptyfs_defaults, ptyfs_opts);

static const struct rump_mountargs kernfs = {
	.ma_version = RUMP_MOUNTARGS_VERSION,
};

/* null, overlay: a directory that shows up again */
struct layer_args {
	char		*target;
	struct export_pad pad;
};
static const struct rump_mountopt layer_opts[] = {
	RUMP_MOUNTOPT("target", STRING, struct layer_args, target, 0),
};
static const struct rump_mountargs layer =
    RUMP_MOUNTARGS(struct layer_args, NULL, layer_opts);

struct umap_args {
	struct layer_args la;
	int		nentries;
	int		gnentries;
	void		*mapdata;
	void		*gmapdata;
	unsigned long	fsid;
};
static const struct rump_mountopt umap_opts[] = {
	RUMP_MOUNTOPT("target", STRING, struct umap_args, la.target, 0),
	RUMP_MOUNTOPT("fsid", UINT, struct umap_args, fsid, 0),
};
static const struct rump_mountargs umap =
    RUMP_MOUNTARGS(struct umap_args, NULL, umap_opts);

struct union_args {
	char		*target;
	int		mntflags;
};
static const struct union_args union_defaults = { .mntflags = 1 };
static const struct rump_mountopt union_opts[] = {
	RUMP_MOUNTOPT("target", STRING, struct union_args, target, 0),
	RUMP_MOUNTOPT("above", SET, struct union_args, mntflags, 1),
	RUMP_MOUNTOPT("below", SET, struct union_args, mntflags, 2),
	RUMP_MOUNTOPT("replace", SET, struct union_args, mntflags, 3),
};
static const struct rump_mountargs union_ =
    RUMP_MOUNTARGS(struct union_args, &union_defaults, union_opts);

static const struct {
	const char	*t_type;
	const struct rump_mountargs *t_args;
} types[] = {
	{ "cd9660", &iso }, { "efs", &efs }, { "ext2fs", &ufs },
	{ "ffs", &ufs }, { "hfs", &ufs }, { "kernfs", &kernfs },
	{ "lfs", &ufs }, { "msdos", &msdosfs }, { "nilfs", &nilfs },
	{ "ntfs", &ntfs }, { "null", &layer }, { "overlay", &layer },
	{ "ptyfs", &ptyfs }, { "sysvbfs", &ufs }, { "tmpfs", &tmpfs },
	{ "udf", &udf }, { "umap", &umap }, { "union", &union_ },
	{ "v7fs", &v7fs },
};

/* The table for a type, or NULL. */
const struct rump_mountargs *
fsu_mounttab(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].t_type, type) == 0)
			return types[i].t_args;
	}
	return NULL;
}
