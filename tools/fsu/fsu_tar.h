/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu_tar.h: what the two directions of "fsu tar" share.
 */
#ifndef FSU_TAR_H
#define FSU_TAR_H

#include "fsu.h"

struct fsu_tar {
	char		 t_mode;	/* 'c' or 'x' */
	bool		 t_keep;	/* what is there stays */
	bool		 t_verbose;
	int		 t_filter;	/* option letter, 0: by the name */
	int		 t_fd;		/* the archive */
	int64_t		 t_uid;		/* owner of all, -1: the file's */
	int64_t		 t_gid;
	const char	*t_file;	/* NULL: standard input or output */
};

/* Take an archive apart below a directory.  The exit status. */
int	fsu_untar(const struct fsu_tar *, struct fsu_path *);

#endif /* FSU_TAR_H */
