/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_bio_private.h: what the vfs_bio*.c files share.
 *
 * Lock order: bufcache_lock, then v_interlock or buffer_lock (b_objlock).  None
 * may be taken between mutex_bypass_enter() and mutex_bypass_exit().
 */
#ifndef _VFS_VFS_BIO_PRIVATE_H_
#define	_VFS_VFS_BIO_PRIVATE_H_

#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/intr.h>
#include <sys/buf.h>

/*
 * Free lists; a buffer's is b_freelistindex.  One with an identity is on a list
 * even while it is busy; one without may be on none, -1.
 */
#define	BQ_LOCKED	0	/* must stay, B_LOCKED */
#define	BQ_LRU		1	/* useful, oldest first */
#define	BQ_AGE		2	/* useless */
#define	BQUEUES		3

/* What b_flags says of the last use, gone with the release. */
#define	B_RELEASED	(B_ASYNC | B_MORE | B_COWDONE)

/* vfs_bio.c */
extern u_int bio_needbuffer;	/* bufcache_lock: who waits for any buffer */
void	bio_async_done(buf_t *);
void	bio_remfree(buf_t *);
buf_t	*bio_oldest_dirty(void);
bool	bio_dirty_over(void);
void	bio_dirty_count(int);

/* vfs_bio_hash.c */
void	bio_hash_insert(buf_t *);
void	bio_hash_remove(buf_t *);
buf_t	*bio_claim(struct vnode *, daddr_t);
bool	bio_release(buf_t *);

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
