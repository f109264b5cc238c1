/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpmount(3): what a type of file system wants to be told when it is
 * mounted, for programs that put names and values into its structure.
 *
 * A component carries a global const struct rump_mountargs whose name is
 * rump_mountargs_<type>, <type> being its vfs_name; fsu(1) finds it with
 * dlsym(3).  Read by the kernel's side and the host's: nothing but C.
 */
#ifndef _RUMP_RUMPMOUNT_H_
#define	_RUMP_RUMPMOUNT_H_

#include <sys/types.h>

#define	RUMP_MOUNTARGS_VERSION	1
#define	RUMP_MOUNTARGS_MAXSIZE	8192

/* What a name says of its field. */
enum rump_mountkind {
	RUMP_MOUNT_FLAG,	/* "x" sets mo_bits, "nox" clears them */
	RUMP_MOUNT_NOFLAG,	/* "x" clears mo_bits, "nox" sets them */
	RUMP_MOUNT_SET,		/* "x": the field becomes mo_bits */
	RUMP_MOUNT_INT,		/* "x=-5" */
	RUMP_MOUNT_UINT,	/* "x=5", "x=4k" */
	RUMP_MOUNT_MODE,	/* "x=755", octal */
	RUMP_MOUNT_UID,		/* "x=root" or "x=0" */
	RUMP_MOUNT_GID,
	RUMP_MOUNT_STRING,	/* "x=/path": a char * */
	RUMP_MOUNT_FSPEC	/* no name: a char *, the device's path */
};

struct rump_mountopt {
	const char	*mo_name;
	enum rump_mountkind mo_kind;
	unsigned int	mo_size;	/* of the field: 1, 2, 4 or 8 bytes */
	size_t		mo_offset;	/* of the field in the structure */
	unsigned long long mo_bits;
};

/*
 * ma_size 0: the type takes no structure.  ma_defaults: ma_size bytes to begin
 * with, NULL for zeros.
 */
struct rump_mountargs {
	unsigned int	ma_version;	/* RUMP_MOUNTARGS_VERSION */
	unsigned int	ma_nopts;
	size_t		ma_size;	/* of the structure */
	const void	*ma_defaults;
	const struct rump_mountopt *ma_opts;
};

/* An entry for field f of structure type s. */
#define	RUMP_MOUNTOPT(name, kind, s, f, bits)				\
	{ (name), RUMP_MOUNT_##kind, sizeof(((s *)0)->f),		\
	    __builtin_offsetof(s, f), (bits) }

/* The table of structure type s, from an array of entries. */
#define	RUMP_MOUNTARGS(s, defaults, opts)				\
	{ RUMP_MOUNTARGS_VERSION, sizeof(opts) / sizeof((opts)[0]),	\
	    sizeof(s), (defaults), (opts) }

#endif /* !_RUMP_RUMPMOUNT_H_ */
