/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu_image.h: a mounted image, for the two files that know about the rump
 * kernel: fsu_image.c (booting, mounting) and fsu_imageops.c (file
 * operations), and for "info", which looks without mounting.
 */
#ifndef FSU_IMAGE_H
#define FSU_IMAGE_H

#include "fsu.h"

struct lwp;

struct fsu_image {
	struct fsu_image *im_next;
	char		*im_spec;	/* as on the command line */
	char		*im_file;	/* the same without a partition */
	struct fsu_side	 im_side;
	struct lwp	*im_lwp;	/* its process in the kernel */
	bool		 im_mounted;
	char		 im_dev[256];	/* etfs key */
	char		 im_dir[32];	/* mount point */
};

extern const struct fsu_ops fsu_image_ops;

void	fsu_image_enter(struct fsu_image *);

/* The file and the window in it that FILE[#N] names; the caller frees it. */
int	fsu_image_window(const char *spec, char **filep, uint64_t *offp,
	    uint64_t *sizep, struct fsu_probe *);

#endif /* FSU_IMAGE_H */
