/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu_disk.h: where an image's bytes come from, a file of the host or a server
 * of network block devices, for those who look at them before a kernel does.
 */
#ifndef FSU_DISK_H
#define FSU_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fsu_nbd;

struct fsu_disk {
	int		 d_fd;		/* -1: d_nbd */
	struct fsu_nbd	*d_nbd;
	uint64_t	 d_size;	/* bytes */
};

/* 0, or an errno of the host after a message that names the file. */
int	fsu_disk_open(const char *file, struct fsu_disk *);
void	fsu_disk_close(struct fsu_disk *);

/*
 * Who else uses an image's file: a word that says it ("attached to /dev/loop0,
 * mounted on /mnt"), or NULL; the caller frees it.  writers: only those that
 * may write to it.
 */
char	*fsu_disk_user(const char *file, bool writers);

/*
 * Addresses of servers, as libnbd takes them: nbd://, nbd+unix:// and, with
 * encryption, nbds://, nbds+unix://.  fsu_nbd_end() is where such an address
 * ends in a text that begins with one, at its colon or at the text's end;
 * NULL for any other text.
 */
const char *fsu_nbd_end(const char *text);
/* One connection for each address, kept until the program ends. */
int	fsu_nbd_open(const char *uri, struct fsu_nbd **);
uint64_t fsu_nbd_size(const struct fsu_nbd *);
int	fsu_nbd_read(struct fsu_nbd *, void *, size_t, uint64_t off);
/* The kernel finds it under its address from now on. */
int	fsu_nbd_serve(struct fsu_nbd *);
void	fsu_nbd_closeall(void);

#endif /* FSU_DISK_H */
