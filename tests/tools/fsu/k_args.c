/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File systems that print what mount(2) hands them and mount nothing: one of
 * each type in the list.  Built with the kit by t_mount.sh.  Printed are the
 * flags, the length and every word of four bytes that is not zero, with its
 * offset; for a pointer, the string.
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/systm.h>

#include <rump/rumpmount.h>

static const struct args_type {
	const char	*at_name;
	int		 at_string;	/* offset of a string, or -1 */
} types[] = {
	{ "msdos", 0 }, { "cd9660", 0 }, { "ntfs", 0 }, { "udf", 8 },
	{ "hfs", 0 }, { "efs", 0 }, { "v7fs", 0 }, { "sysvbfs", 0 },
	{ "nilfs", 8 }, { "ptyfs", -1 }, { "kernfs", -1 }, { "null", 0 },
	{ "union", 0 }, { "overlay", 0 }, { "umap", 0 }, { "ffs", 0 },
	{ "lfs", 0 }, { "mine", 0 }, { "own", 32 }, { "broken1", -1 },
	{ "broken2", -1 }, { "broken3", -1 }, { "broken4", -1 },
};

/* A structure and table of its own. */
struct own_args {
	int8_t		i1;
	int16_t		i2;
	int32_t		i4;
	int64_t		i8;
	uint8_t		u1;
	uint16_t	u2;
	uint32_t	u4;
	uint64_t	u8;
	char		*text;
	char		*dev;
	uint16_t	mode;
	uint16_t	flags;
	uint32_t	uid;
	uint32_t	gid;
	uint32_t	choice;
};

#define	OWN(name, kind, field, bits)					\
	RUMP_MOUNTOPT(name, kind, struct own_args, field, bits)
static const struct rump_mountopt own_opts[] = {
	OWN("i1", INT, i1, 0), OWN("i2", INT, i2, 0), OWN("i4", INT, i4, 0),
	OWN("i8", INT, i8, 0), OWN("u1", UINT, u1, 0), OWN("u2", UINT, u2, 0),
	OWN("u4", UINT, u4, 0), OWN("u8", UINT, u8, 0),
	OWN("text", STRING, text, 0), OWN(NULL, FSPEC, dev, 0),
	OWN("mode", MODE, mode, 0), OWN("on", FLAG, flags, 0x8001),
	OWN("off", NOFLAG, flags, 0x10), OWN("uid", UID, uid, 0),
	OWN("gid", GID, gid, 0), OWN("seven", SET, choice, 7),
	OWN("nine", SET, choice, 9), OWN("log", SET, choice, 1),
};
static const struct own_args own_defaults = { .flags = 0x111, .choice = 5 };
extern const struct rump_mountargs rump_mountargs_own,
    rump_mountargs_broken1, rump_mountargs_broken2, rump_mountargs_broken3,
    rump_mountargs_broken4;
const struct rump_mountargs rump_mountargs_own =
    RUMP_MOUNTARGS(struct own_args, &own_defaults, own_opts);

static const struct rump_mountopt broken_opts[] = {
	{ "past", RUMP_MOUNT_INT, 4, 6, 0 },
	{ "odd", RUMP_MOUNT_INT, 3, 0, 0 },
	{ "short", RUMP_MOUNT_STRING, 4, 0, 0 },
};
const struct rump_mountargs rump_mountargs_broken1 = { 1, 1, 8, NULL,
	&broken_opts[0] };
const struct rump_mountargs rump_mountargs_broken2 = { 1, 1, 8, NULL,
	&broken_opts[1] };
const struct rump_mountargs rump_mountargs_broken3 = { 1, 1, 8, NULL,
	&broken_opts[2] };
const struct rump_mountargs rump_mountargs_broken4 = { 2, 0, 8, NULL, NULL };

static void
print_string(const char *data, int off)
{
	char buf[64];
	const char *p;

	memcpy(&p, data + off, sizeof(p));
	if (p != NULL && copyinstr(p, buf, sizeof(buf), NULL) == 0)
		printf("%d: '%s'\n", off, buf);
}

static int
args_mount(struct mount *mp, const char *path, void *data, size_t *lenp)
{
	const struct args_type *at;
	uint32_t word;
	int off;

	for (at = types; strcmp(at->at_name, mp->mnt_op->vfs_name) != 0; at++)
		continue;
	printf("%s: flags 0x%x length %zu\n", at->at_name,
	    mp->mnt_flag & MNT_BASIC_FLAGS, data != NULL ? *lenp : 0);
	for (off = 0; data != NULL && off + 4 <= (int)*lenp; off += 4) {
		memcpy(&word, (char *)data + off, sizeof(word));
		if (off == at->at_string)
			print_string(data, off);
		else if (word != 0 && off != at->at_string + 4)
			printf("%d: 0x%x\n", off, word);
	}
	return EFTYPE;
}

static void
args_init(void)
{

}

MODULE(MODULE_CLASS_VFS, args, NULL);

static struct vfsops args_vfsops[__arraycount(types)];
static const struct vnodeopv_desc *const args_opvs[] = { NULL };

static int
args_modcmd(modcmd_t cmd, void *arg)
{
	size_t i;
	int error = 0;

	if (cmd != MODULE_CMD_INIT)
		return ENOTTY;
	for (i = 0; i < __arraycount(types) && error == 0; i++) {
		args_vfsops[i].vfs_name = types[i].at_name;
		args_vfsops[i].vfs_init = args_init;
		args_vfsops[i].vfs_mount = args_mount;
		args_vfsops[i].vfs_opv_descs = args_opvs;
		error = vfs_attach(&args_vfsops[i]);
	}
	return error;
}
