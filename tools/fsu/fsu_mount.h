/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu_mount.h: from the words behind -o to what mount(2) takes. fsu_image.c
 * asks for it when it mounts; the tables are in fsu_mounttab.c.
 */
#ifndef FSU_MOUNT_H
#define FSU_MOUNT_H

#include <stddef.h>

struct rump_mountargs;

struct fsu_mount {
	int	mt_flags;		/* RUMP_MNT_* */
	void	*mt_args;		/* NULL: the type takes none */
	size_t	mt_size;
	char	*mt_words;		/* strings in mt_args point here */
};

void	fsu_mount_args(const char *type, char *fspec, struct fsu_mount *);
void	fsu_mount_free(struct fsu_mount *);

const struct rump_mountargs *fsu_mounttab(const char *type);

#endif /* FSU_MOUNT_H */
