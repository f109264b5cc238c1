/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wapbl(9) where there is no log: a mount that asks for one is refused, and
 * everything else a file system calls only while it has one.  The real thing
 * can take the place of this file without a change elsewhere.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/wapbl.h>

/* Only reached with a log, which nobody can have got. */
static void __dead
wapbl_none(const char *func)
{

	panic("%s: there is no log", func);
}

int
wapbl_start(struct wapbl **wlp, struct mount *mp, struct vnode *devvp,
    daddr_t off, size_t count, size_t blksize, struct wapbl_replay *wr,
    wapbl_flush_fn_t flushfn, wapbl_flush_fn_t flushabortfn)
{

	*wlp = NULL;
	return EOPNOTSUPP;
}

int
wapbl_replay_start(struct wapbl_replay **wrp, struct vnode *vp, daddr_t off,
    size_t count, size_t blksize)
{

	*wrp = NULL;
	return EOPNOTSUPP;
}

int
wapbl_stop(struct wapbl *wl, int force)
{

	wapbl_none(__func__);
}

int
wapbl_begin(struct wapbl *wl, const char *file, int line)
{

	wapbl_none(__func__);
}

void
wapbl_end(struct wapbl *wl)
{

	wapbl_none(__func__);
}

int
wapbl_flush(struct wapbl *wl, int wait)
{

	wapbl_none(__func__);
}

void
wapbl_jlock_assert(struct wapbl *wl)
{

	wapbl_none(__func__);
}

void
wapbl_junlock_assert(struct wapbl *wl)
{

	wapbl_none(__func__);
}

int
wapbl_register_deallocation(struct wapbl *wl, daddr_t blk, int len,
    bool force, void **cookiep)
{

	wapbl_none(__func__);
}

void
wapbl_unregister_deallocation(struct wapbl *wl, void *cookie)
{

	wapbl_none(__func__);
}

void
wapbl_register_inode(struct wapbl *wl, ino_t ino, mode_t mode)
{

	wapbl_none(__func__);
}

void
wapbl_unregister_inode(struct wapbl *wl, ino_t ino, mode_t mode)
{

	wapbl_none(__func__);
}

void
wapbl_replay_stop(struct wapbl_replay *wr)
{

	wapbl_none(__func__);
}

void
wapbl_replay_free(struct wapbl_replay *wr)
{

	wapbl_none(__func__);
}

int
wapbl_replay_write(struct wapbl_replay *wr, struct vnode *fsdevvp)
{

	wapbl_none(__func__);
}

const struct wapbl_ops wapbl_ops;
