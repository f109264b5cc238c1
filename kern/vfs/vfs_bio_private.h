/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_bio_private.h: what the vfs_bio*.c files share.
 *
 * Lock order: bufcache_lock, then v_interlock or buffer_lock (b_objlock).
 */
#ifndef _VFS_VFS_BIO_PRIVATE_H_
#define	_VFS_VFS_BIO_PRIVATE_H_

#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/intr.h>
#include <sys/buf.h>

/* Free lists; a buffer's is b_freelistindex, -1 while it is on none. */
#define	BQ_LOCKED	0	/* must stay, B_LOCKED */
#define	BQ_LRU		1	/* useful, oldest first */
#define	BQ_AGE		2	/* useless */
#define	BQUEUES		3

/* vfs_bio.c */
void	bio_async_done(buf_t *);
void	bio_remfree(buf_t *);
buf_t	*bio_oldest_dirty(void);
bool	bio_dirty_over(void);
void	bio_dirty_count(int);

/* vfs_bio_iobuf.c */
void	bio_iobuf_init(void);

/* vfs_bio_write.c */
void	bio_write_init(void);
void	bio_write_start(buf_t *);
void	bio_write_batch(buf_t **, int);
int	bio_collect_dirty(struct vnode *, buf_t **, int);
void	bio_flusher_kick(void);
#define	BIO_BATCH	64

#endif /* !_VFS_VFS_BIO_PRIVATE_H_ */
