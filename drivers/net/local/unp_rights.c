/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors in messages, SCM_RIGHTS.  On the way, a message has references
 * to files instead of numbers: each counts in f_count, and in f_msgcount so
 * that it can be told how many there are of those.
 *
 * Closing a file may throw away other messages, so files that nobody will
 * receive are put on a list; who closes what is there closes what that adds,
 * one after the other and not one within the other.
 */

#include <sys/param.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include "unp.h"

/* unp_gc_lock: */
static int unp_rights;		/* files in messages */
static SLIST_HEAD(, file) unp_discarded =
    SLIST_HEAD_INITIALIZER(unp_discarded);

/* A thread that closes what is there. */
struct drainer {
	LIST_ENTRY(drainer) dr_entry;
	struct lwp	*dr_lwp;
};
static LIST_HEAD(, drainer) unp_drainers = LIST_HEAD_INITIALIZER(unp_drainers);

int
unp_rights_count(void)
{

	return atomic_load_relaxed(&unp_rights);
}

/* The files of one mbuf, if there are such. */
struct file **
unp_files(struct mbuf *m, size_t *np)
{
	struct cmsghdr *cm = mtod(m, struct cmsghdr *);

	*np = 0;
	if (m->m_type != MT_CONTROL || cm->cmsg_level != SOL_SOCKET ||
	    cm->cmsg_type != SCM_RIGHTS)
		return NULL;
	*np = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(struct file *);
	return (struct file **)(void *)CMSG_DATA(cm);
}

/* A message has the file; f_count is the caller's business. */
static void
file_enter(struct file *fp)
{
	struct unpcb *unp = unp_of_file(fp);
	bool first;

	KASSERT(mutex_owned(&unp_gc_lock));
	mutex_enter(&fp->f_lock);
	first = fp->f_msgcount++ == 0;
	mutex_exit(&fp->f_lock);
	if (first && unp != NULL)
		unp_gc_enter(unp, fp);
	atomic_store_relaxed(&unp_rights, unp_rights + 1);
}

static void
file_leave(struct file *fp)
{
	struct unpcb *unp = unp_of_file(fp);
	bool last;

	KASSERT(mutex_owned(&unp_gc_lock));
	mutex_enter(&fp->f_lock);
	KASSERT(fp->f_msgcount > 0);
	last = --fp->f_msgcount == 0;
	mutex_exit(&fp->f_lock);
	if (last && unp != NULL)
		unp_gc_leave(unp);
	KASSERT(unp_rights > 0);
	atomic_store_relaxed(&unp_rights, unp_rights - 1);
}

/* A file for a descriptor, with a reference. */
static int
file_get(int fd, struct file **fpp)
{
	struct file *fp;

	fp = fd_getfile((unsigned)fd);
	if (fp == NULL)
		return EBADF;
	/* A kqueue watches descriptors of its own process. */
	if (fp->f_type == DTYPE_KQUEUE) {
		fd_putfile((unsigned)fd);
		return EOPNOTSUPP;
	}
	mutex_enter(&fp->f_lock);
	fp->f_count++;
	mutex_exit(&fp->f_lock);
	fd_putfile((unsigned)fd);
	*fpp = fp;
	return 0;
}

/* Is there room for so many more, or can some be made? */
static int
rights_limit(size_t n)
{
	const u_int max = maxfiles / 2;

	if (unp_rights_count() + n <= max)
		return 0;
	unp_gc();
	return unp_rights_count() + n <= max ? 0 : ENFILE;
}

/* An mbuf for n files. */
static struct mbuf *
rights_mbuf(size_t n)
{
	const size_t len = CMSG_SPACE(n * sizeof(struct file *));
	struct cmsghdr *cm;
	struct mbuf *m;

	m = m_get(M_WAIT, MT_CONTROL);
	if (len > (size_t)MLEN)
		MEXTMALLOC(m, (int)len, M_WAITOK);
	m->m_len = (int)len;
	cm = mtod(m, struct cmsghdr *);
	memset(cm, 0, len);
	cm->cmsg_len = CMSG_LEN(n * sizeof(struct file *));
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	return m;
}

/*
 * What a program gave becomes what travels.  One control message of rights is
 * all that may be sent.
 */
int
unp_internalize(struct mbuf **controlp, struct lwp *l)
{
	struct mbuf *old = *controlp, *m;
	const struct cmsghdr *cm = mtod(old, const struct cmsghdr *);
	const int *fds = (const int *)(const void *)CCMSG_DATA(cm);
	struct file **fpp;
	size_t i, n;
	int error;

	if (old->m_next != NULL || old->m_len < (int)sizeof(*cm) ||
	    cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS ||
	    cm->cmsg_len < CMSG_LEN(0) ||
	    CMSG_ALIGN(cm->cmsg_len) != CMSG_ALIGN((size_t)old->m_len) ||
	    cm->cmsg_len > (size_t)old->m_len)
		return EINVAL;
	n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	error = rights_limit(n);
	if (error != 0)
		return error;
	m = rights_mbuf(n);
	fpp = unp_files(m, &n);
	for (i = 0; i < n; i++) {
		error = file_get(fds[i], &fpp[i]);
		if (error != 0)
			break;
	}
	if (error != 0) {
		while (i-- > 0)
			(void)closef(fpp[i]);
		m_free(m);
		return error;
	}
	mutex_enter(&unp_gc_lock);
	for (i = 0; i < n; i++)
		file_enter(fpp[i]);
	mutex_exit(&unp_gc_lock);
	m_free(old);
	*controlp = m;
	return 0;
}

/* Close what is on the list, unless that is what we do. */
static void
drain(void)
{
	struct drainer me = { .dr_lwp = curlwp }, *dr;
	struct file *fp;
	u_int n;

	KASSERT(mutex_owned(&unp_gc_lock));
	LIST_FOREACH(dr, &unp_drainers, dr_entry) {
		if (dr->dr_lwp == curlwp)
			return;
	}
	LIST_INSERT_HEAD(&unp_drainers, &me, dr_entry);
	while ((fp = SLIST_FIRST(&unp_discarded)) != NULL) {
		SLIST_REMOVE_HEAD(&unp_discarded, f_unplist);
		n = fp->f_unpcount;
		fp->f_unpcount = 0;
		mutex_exit(&unp_gc_lock);
		while (n-- > 0)
			(void)closef(fp);
		mutex_enter(&unp_gc_lock);
	}
	LIST_REMOVE(&me, dr_entry);
}

static void
discard(struct file *fp)
{

	file_leave(fp);
	if (fp->f_unpcount++ == 0)
		SLIST_INSERT_HEAD(&unp_discarded, fp, f_unplist);
}

/* Nobody will receive what is in the chain; the caller frees it. */
void
unp_dispose(struct mbuf *m)
{
	struct file **fpp;
	bool any = false;
	size_t i, n;

	mutex_enter(&unp_gc_lock);
	for (; m != NULL; m = m->m_next) {
		fpp = unp_files(m, &n);
		for (i = 0; i < n; i++)
			discard(fpp[i]);
		any |= n > 0;
	}
	if (any)
		drain();
	mutex_exit(&unp_gc_lock);
	if (any)
		unp_gc();
}

/* A number for each file; all or none. */
static int
numbers_get(struct proc *p, int *fds, size_t n)
{
	size_t i;
	int error;

	for (i = 0; i < n; i++) {
		while ((error = fd_alloc(p, 0, &fds[i])) == ENOSPC)
			fd_tryexpand(p);
		if (error != 0) {
			while (i-- > 0)
				fd_abort(p, NULL, (unsigned)fds[i]);
			return error;
		}
	}
	return 0;
}

/* The message is received: descriptors, in place of the files. */
int
unp_externalize(struct mbuf *m, struct lwp *l, int flags)
{
	struct cmsghdr *cm = mtod(m, struct cmsghdr *);
	struct file **fpp;
	size_t i, n;
	int *fds, error;

	fpp = unp_files(m, &n);
	if (n == 0)
		return 0;
	fds = kmem_alloc(n * sizeof(*fds), KM_SLEEP);
	error = numbers_get(l->l_proc, fds, n);
	if (error != 0) {
		kmem_free(fds, n * sizeof(*fds));
		unp_dispose(m);
		return error;
	}
	mutex_enter(&unp_gc_lock);
	for (i = 0; i < n; i++) {
		fd_set_exclose(l, fds[i], (flags & O_CLOEXEC) != 0);
		fd_affix(l->l_proc, fpp[i], (unsigned)fds[i]);
		file_leave(fpp[i]);
	}
	mutex_exit(&unp_gc_lock);
	/* The message's references; the descriptors may be closed by now. */
	for (i = 0; i < n; i++)
		(void)closef(fpp[i]);
	memcpy(CMSG_DATA(cm), fds, n * sizeof(*fds));
	cm->cmsg_len = CMSG_LEN(n * sizeof(*fds));
	m->m_len = CMSG_SPACE(n * sizeof(*fds));
	kmem_free(fds, n * sizeof(*fds));
	return 0;
}
