/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_vnsubr: files opened, named and remembered from inside the
 * kernel, on whatever is mounted on /t.  There is a file f of four bytes.
 */
#include "../base/kt.h"

#include <sys/dirent.h>
#include <sys/extattr.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <uvm/uvm.h>

void	rump_kt_open(void);
void	rump_kt_openerr(void);
void	rump_kt_text(void);
void	rump_kt_rdwr(void);
void	rump_kt_stat(void);
void	rump_kt_under(void);
void	rump_kt_pathbuf(void);
void	rump_kt_namei(void);
void	rump_kt_relookup(void);
void	rump_kt_cache(void);
void	rump_kt_cacheid(void);
void	rump_kt_revlookup(void);
void	rump_kt_scope(void);
void	rump_kt_access(void);
void	rump_kt_fileops(void);
void	rump_kt_xattr(void);
void	rump_kt_tables(void);
void	rump_kt_vops(void);

static struct vnode *
find(const char *path)
{
	struct vnode *vp;

	KT_EQ(0, namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp));
	return vp;
}

static int
open_at(struct vnode *at, const char *path, int fmode, int cmode,
    struct vnode **vpp)
{
	struct pathbuf *pb = pathbuf_create(path);
	int error;

	error = vn_open(at, pb, 0, fmode, cmode, vpp, NULL, NULL);
	pathbuf_destroy(pb);
	return error;
}

static off_t
size_of(struct vnode *vp)
{
	struct vattr va;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	KT_EQ(0, VOP_GETATTR(vp, &va, curlwp->l_cred));
	VOP_UNLOCK(vp);
	return (off_t)va.va_size;
}

/* Locked and referenced; a writer counts till it closes. */
void
rump_kt_open(void)
{
	struct vnode *vp, *dvp = find("/t");

	KT_EQ(0, open_at(NULL, "/t/f", FREAD | FWRITE, 0, &vp));
	KT(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	KT_EQ(1, vrefcnt(vp));
	KT_EQ(1, vp->v_writecount);
	VOP_UNLOCK(vp);
	KT_EQ(0, vn_close(vp, FREAD | FWRITE, curlwp->l_cred));
	KT_EQ(0, open_at(dvp, "f", FREAD, 0, &vp));
	KT_EQ(0, vp->v_writecount);
	VOP_UNLOCK(vp);
	KT_EQ(0, vn_close(vp, FREAD, curlwp->l_cred));

	/* a new one, and what became of it */
	KT_EQ(0, open_at(dvp, "new", FWRITE | O_CREAT | O_EXCL, 0640, &vp));
	VOP_UNLOCK(vp);
	KT_EQ(0, vn_rdwr(UIO_WRITE, vp, __UNCONST("text"), 4, 0,
	    UIO_SYSSPACE, 0, curlwp->l_cred, NULL, curlwp));
	KT_EQ(4, size_of(vp));
	KT_EQ(0, vn_close(vp, FWRITE, curlwp->l_cred));
	KT_EQ(EEXIST, open_at(dvp, "new", FWRITE | O_CREAT | O_EXCL, 0640,
	    &vp));
	KT_EQ(0, open_at(dvp, "new", FWRITE | O_CREAT | O_TRUNC, 0, &vp));
	VOP_UNLOCK(vp);
	KT_EQ(0, size_of(vp));
	KT_EQ(0, vn_close(vp, FWRITE, curlwp->l_cred));
	vrele(dvp);
}

void
rump_kt_openerr(void)
{
	struct vnode *vp;

	KT_EQ(ENOENT, open_at(NULL, "/t/none", FREAD, 0, &vp));
	KT(vp == NULL);
	KT_EQ(EISDIR, open_at(NULL, "/t", FWRITE, 0, &vp));
	KT_EQ(ENOTDIR, open_at(NULL, "/t/f", FREAD | O_DIRECTORY, 0, &vp));
	KT_EQ(EFTYPE, open_at(NULL, "/t", FREAD | O_REGULAR, 0, &vp));
	KT_EQ(EINVAL, open_at(NULL, "/t/x", FWRITE | O_CREAT | O_DIRECTORY,
	    0644, &vp));
	KT(vp == NULL);
	vp = find("/t/f");
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, vn_openchk(vp, curlwp->l_cred, FREAD | FWRITE));
	KT_EQ(ENOTDIR, vn_openchk(vp, curlwp->l_cred, FREAD | O_DIRECTORY));
	vput(vp);
	KT_EQ(0, namei_simple_kernel("/t/l", NSM_NOFOLLOW_NOEMULROOT, &vp));
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(EFTYPE, vn_openchk(vp, curlwp->l_cred, FREAD));
	vput(vp);
}

/* A program that runs is not written, one that is written does not run. */
void
rump_kt_text(void)
{
	struct vnode *vp = find("/t/f"), *wp;

	KT_EQ(0, vn_writechk(vp));
	KT_EQ(0, open_at(NULL, "/t/f", FWRITE, 0, &wp));
	VOP_UNLOCK(wp);
	KT(wp == vp);
	KT_EQ(ETXTBSY, vn_marktext(vp));
	KT_EQ(0, vn_close(wp, FWRITE, curlwp->l_cred));
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	vn_markexec(vp);
	KT_EQ(VI_EXECMAP, vp->v_iflag & (VI_TEXT | VI_EXECMAP));
	KT_EQ(0, vn_marktext(vp));
	KT_EQ(VI_TEXT, vp->v_iflag & VI_TEXT);
	VOP_UNLOCK(vp);
	KT_EQ(ETXTBSY, vn_writechk(vp));
	KT_EQ(ETXTBSY, open_at(NULL, "/t/f", FWRITE, 0, &wp));
	KT_EQ(0, open_at(NULL, "/t/f", FREAD, 0, &wp));
	VOP_UNLOCK(wp);
	KT_EQ(0, vn_close(wp, FREAD, curlwp->l_cred));
	vrele(vp);
	/* the last release ends that */
	vp = find("/t/f");
	KT_EQ(0, vn_writechk(vp));
	vrele(vp);
}

void
rump_kt_rdwr(void)
{
	struct vnode *vp = find("/t/f");
	kauth_cred_t cred = curlwp->l_cred;
	size_t resid = 99;
	char buf[8];

	KT_EQ(0, vn_rdwr(UIO_READ, vp, buf, 4, 0, UIO_SYSSPACE, 0, cred, NULL,
	    curlwp));
	KT(memcmp(buf, "text", 4) == 0);
	/* short: told, or an error for who does not ask */
	KT_EQ(0, vn_rdwr(UIO_READ, vp, buf, 8, 1, UIO_SYSSPACE, 0, cred,
	    &resid, curlwp));
	KT_EQ(5, resid);
	KT_EQ(EIO, vn_rdwr(UIO_READ, vp, buf, 8, 1, UIO_SYSSPACE, 0, cred,
	    NULL, curlwp));
	KT_EQ(EINVAL, vn_rdwr(UIO_READ, vp, buf, -1, 0, UIO_SYSSPACE, 0, cred,
	    &resid, curlwp));
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, vn_rdwr(UIO_WRITE, vp, __UNCONST("TE"), 2, 0, UIO_SYSSPACE,
	    IO_NODELOCKED, cred, NULL, curlwp));
	KT_EQ(0, vn_rdwr(UIO_WRITE, vp, __UNCONST("er"), 2, 0, UIO_SYSSPACE,
	    IO_NODELOCKED | IO_APPEND, cred, NULL, curlwp));
	KT_EQ(0, vn_rdwr(UIO_READ, vp, buf, 6, 0, UIO_SYSSPACE,
	    IO_NODELOCKED, cred, NULL, curlwp));
	VOP_UNLOCK(vp);
	KT(memcmp(buf, "TExter", 6) == 0);
	vrele(vp);
	vp = find("/t");
	KT_EQ(EISDIR, vn_rdwr(UIO_READ, vp, buf, 1, 0, UIO_SYSSPACE, 0, cred,
	    NULL, curlwp));
	vrele(vp);
}

void
rump_kt_stat(void)
{
	struct vnode *vp = find("/t/f");
	struct stat st;
	struct vattr va;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	KT_EQ(0, vn_stat(vp, &st));
	KT_EQ(0, VOP_GETATTR(vp, &va, curlwp->l_cred));
	VOP_UNLOCK(vp);
	KT_EQ(S_IFREG | va.va_mode, st.st_mode);
	KT_EQ(va.va_fileid, st.st_ino);
	KT_EQ(4, st.st_size);
	KT_EQ(va.va_bytes / 512, st.st_blocks);
	KT_EQ(va.va_blocksize, st.st_blksize);
	KT_EQ(0, st.st_gen);
	vref(vp);
	vgone(vp);
	vn_lock(vp, LK_SHARED | LK_RETRY);
	KT_EQ(EBADF, vn_stat(vp, &st));
	VOP_UNLOCK(vp);
	vrele(vp);
}

void
rump_kt_under(void)
{
	struct vnode *root = find("/"), *t = find("/t"), *sub = find("/t/d");

	KT_EQ(1, vn_isunder(t, root, curlwp));
	KT_EQ(1, vn_isunder(sub, t, curlwp));
	KT_EQ(1, vn_isunder(t, t, curlwp));
	KT_EQ(0, vn_isunder(t, sub, curlwp));
	KT_EQ(0, vn_isunder(root, t, curlwp));
	vrele(root);
	vrele(t);
	vrele(sub);
}

void
rump_kt_pathbuf(void)
{
	struct pathbuf *pb, *none = NULL;
	const char *copy;
	char buf[8], *pn;

	pb = pathbuf_create("/a/path");
	pathbuf_copystring(pb, buf, sizeof(buf));
	kt_streq(buf, "/a/path");
	pathbuf_copystring(pb, buf, 4);
	kt_streq(buf, "/a/");
	copy = pathbuf_stringcopy_get(pb);
	kt_streq(copy, "/a/path");
	pathbuf_stringcopy_put(pb, copy);
	pathbuf_destroy(pb);
	pn = PNBUF_GET();
	strlcpy(pn, "own", MAXPATHLEN);
	pb = pathbuf_assimilate(pn);
	pathbuf_copystring(pb, buf, sizeof(buf));
	kt_streq(buf, "own");
	pathbuf_destroy(pb);
	KT_EQ(0, pathbuf_copyin("user", &pb));
	pathbuf_destroy(pb);
	KT_EQ(0, pathbuf_maybe_copyin("kern", UIO_SYSSPACE, &pb));
	pathbuf_destroy(pb);
	KT_EQ(EFAULT, pathbuf_copyin(NULL, &none));
	pn = kmem_alloc(MAXPATHLEN + 1, KM_SLEEP);
	memset(pn, 'x', MAXPATHLEN);
	pn[MAXPATHLEN] = '\0';
	KT_EQ(ENAMETOOLONG, pathbuf_copyin(pn, &none));
	KT_EQ(ENAMETOOLONG, pathbuf_maybe_copyin(pn, UIO_SYSSPACE, &none));
	KT(none == NULL);
	kmem_free(pn, MAXPATHLEN + 1);
}

/* What each flag leaves: locks, the directory, the link itself. */
void
rump_kt_namei(void)
{
	struct vnode *dvp = find("/t"), *vp;
	struct pathbuf *pb;
	struct nameidata nd;
	const int refs = vrefcnt(dvp);

	pb = pathbuf_create("/t/f");
	NDINIT(&nd, LOOKUP, LOCKLEAF, pb);
	KT_EQ(0, namei(&nd));
	KT(VOP_ISLOCKED(nd.ni_vp) == LK_EXCLUSIVE);
	vput(nd.ni_vp);
	pathbuf_destroy(pb);

	pb = pathbuf_create("/t/f");
	NDINIT(&nd, LOOKUP, LOCKPARENT | LOCKLEAF, pb);
	KT_EQ(0, namei(&nd));
	KT(nd.ni_dvp == dvp && VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	KT_EQ(1, nd.ni_cnd.cn_namelen);
	KT(nd.ni_cnd.cn_nameptr[0] == 'f' && nd.ni_cnd.cn_flags & ISLASTCN);
	vput(nd.ni_vp);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);

	/* a name to create is no error but has no vnode */
	pb = pathbuf_create("/t/none");
	NDINIT(&nd, CREATE, LOCKPARENT, pb);
	KT_EQ(0, namei(&nd));
	KT(nd.ni_vp == NULL && nd.ni_dvp == dvp);
	VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);

	pb = pathbuf_create("d/../f");
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	KT_EQ(0, nameiat(&nd, dvp));
	KT(VOP_ISLOCKED(nd.ni_vp) == LK_NONE);
	vp = nd.ni_vp;
	pathbuf_destroy(pb);
	KT_EQ(0, nameiat_simple_kernel(dvp, "l", NSM_FOLLOW_NOEMULROOT,
	    &nd.ni_vp));
	KT(nd.ni_vp == vp);
	vrele(nd.ni_vp);
	KT_EQ(0, nameiat_simple_user(dvp, "l", NSM_NOFOLLOW_NOEMULROOT,
	    &nd.ni_vp));
	KT(nd.ni_vp != vp && nd.ni_vp->v_type == VLNK);
	vrele(nd.ni_vp);
	pb = pathbuf_create("f");
	KT_EQ(0, nameiat_simple(dvp, pb, NSM_FOLLOW_TRYEMULROOT, &nd.ni_vp));
	KT(nd.ni_vp == vp);
	vrele(nd.ni_vp);
	pathbuf_destroy(pb);
	KT_EQ(0, namei_simple_user("/t/f", NSM_NOFOLLOW_TRYEMULROOT,
	    &nd.ni_vp));
	KT(nd.ni_vp == vp);
	vrele(nd.ni_vp);
	vrele(vp);

	KT_EQ(ENOENT, namei_simple_kernel("", NSM_FOLLOW_NOEMULROOT, &vp));
	KT_EQ(ENOENT, namei_simple_kernel("/t/no/f", NSM_FOLLOW_NOEMULROOT,
	    &vp));
	KT_EQ(ENOTDIR, namei_simple_kernel("/t/f/", NSM_FOLLOW_NOEMULROOT,
	    &vp));
	KT(vp == NULL);
	KT_EQ(ELOOP, namei_simple_kernel("/t/loop", NSM_FOLLOW_NOEMULROOT,
	    &vp));
	KT_EQ(refs, vrefcnt(dvp));
	vrele(dvp);
}

void
rump_kt_relookup(void)
{
	struct vnode *dvp = find("/t"), *vp = dvp;
	struct componentname cn = {
		.cn_nameiop = DELETE, .cn_flags = ISLASTCN | LOCKLEAF,
		.cn_cred = curlwp->l_cred, .cn_nameptr = "f", .cn_namelen = 1
	};

	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, relookup(dvp, &vp, &cn, 0));
	KT(vp->v_type == VREG && VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	KT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	vput(vp);
	cn.cn_nameptr = "gone";
	cn.cn_namelen = 4;
	KT_EQ(ENOENT, relookup(dvp, &vp, &cn, 0));
	KT(vp == NULL);
	cn.cn_nameiop = CREATE;
	KT_EQ(0, relookup(dvp, &vp, &cn, 0));
	KT(vp == NULL);
	vput(dvp);
}

static u_int printed;

static void
counter(const char *fmt, ...)
{

	printed++;
}

/* namecache(9): names, names that do not exist, and forgetting them. */
void
rump_kt_cache(void)
{
	const uint32_t on = MAKEENTRY;
	struct vnode *dvp = find("/t"), *vp = find("/t/f"), *got;
	int wht = 7;

	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	cache_purge(vp);
	KT(!cache_lookup(dvp, "alias", 5, LOOKUP, on, &wht, &got));
	KT(got == NULL && wht == 0);
	cache_enter(dvp, vp, "alias", 5, 0);	/* not to be remembered */
	KT(!cache_lookup_raw(dvp, "alias", 5, on, NULL, &got));
	cache_enter(dvp, vp, "alias", 5, on);
	KT(cache_lookup(dvp, "alias", 5, LOOKUP, on, NULL, &got));
	KT(got == vp);
	vrele(got);
	KT(!cache_lookup(dvp, "alia", 4, LOOKUP, on, NULL, &got));
	printed = 0;
	namecache_print(vp, counter);
	KT_EQ(1, printed);

	/* one that does not exist, but may be created */
	cache_enter(dvp, NULL, "nope", 4, on);
	KT(cache_lookup(dvp, "nope", 4, LOOKUP, on | ISLASTCN, NULL, &got));
	KT(got == NULL);
	KT(!cache_lookup(dvp, "nope", 4, CREATE, on | ISLASTCN, NULL, &got));
	KT(!cache_lookup_raw(dvp, "nope", 4, on, NULL, &got));
	cache_enter(dvp, NULL, "white", 5, on | ISWHITEOUT);
	KT(cache_lookup(dvp, "white", 5, LOOKUP, on, &wht, &got));
	KT(got == NULL && wht != 0);

	/* without MAKEENTRY a lookup forgets */
	KT(!cache_lookup(dvp, "alias", 5, LOOKUP, 0, NULL, &got));
	KT(!cache_lookup_raw(dvp, "alias", 5, on, NULL, &got));

	cache_enter(dvp, vp, "alias", 5, on);
	cache_purge1(dvp, "alias", 5, 0);
	KT(!cache_lookup_raw(dvp, "alias", 5, on, NULL, &got));
	cache_enter(dvp, vp, "alias", 5, on);
	cache_purge1(vp, NULL, 0, PURGE_CHILDREN);	/* it is no directory */
	KT(cache_lookup_raw(dvp, "alias", 5, on, NULL, &got));
	vrele(got);
	cache_purge1(vp, NULL, 0, PURGE_PARENTS);
	KT(!cache_lookup_raw(dvp, "alias", 5, on, NULL, &got));
	cache_enter(dvp, vp, "alias", 5, on);
	cache_purge1(dvp, NULL, 0, PURGE_CHILDREN);
	KT(!cache_lookup_raw(dvp, "alias", 5, on, NULL, &got));
	cache_enter(dvp, vp, "alias", 5, on);
	cache_purgevfs(dvp->v_mount);
	KT(!cache_lookup_raw(dvp, "alias", 5, on, NULL, &got));
	namecache_count_pass2();
	namecache_count_2passes();
	VOP_UNLOCK(dvp);
	vrele(vp);
	vrele(dvp);
}

/* Who may search, for those lookups that do not ask the file system. */
void
rump_kt_cacheid(void)
{
	struct vnode *dvp = find("/t"), *vp = find("/t/f");

	cache_enter_id(dvp, 0755, 1, 2, true);
	KT(cache_have_id(dvp));
	cache_enter_id(dvp, 0755, 1, 2, false);
	KT(!cache_have_id(dvp));
	cache_enter_id(vp, 0755, 1, 2, true);	/* only of directories */
	KT(!cache_have_id(vp));
	vrele(vp);
	vrele(dvp);
}

/* From a directory to the one it is in. */
void
rump_kt_revlookup(void)
{
	struct vnode *dvp = find("/t"), *vp = find("/t/d"), *up;
	char buf[8], *bp = buf + sizeof(buf);

	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	cache_enter(dvp, vp, "d", 1, MAKEENTRY);
	VOP_UNLOCK(dvp);
	KT_EQ(0, cache_revlookup(vp, &up, &bp, buf, false, 0));
	KT(up == dvp && bp == buf + sizeof(buf) - 1 && *bp == 'd');
	vrele(up);
	bp = buf;
	KT_EQ(ERANGE, cache_revlookup(vp, &up, &bp, buf, false, 0));
	KT(up == NULL);
	cache_purge(vp);
	KT_EQ(-1, cache_revlookup(vp, &up, NULL, NULL, false, 0));
	KT(up == NULL);
	vrele(vp);
	vrele(dvp);
}

static int scope_result, scope_calls;
static kauth_action_t scope_action;
static struct vnode *scope_vp;

static int
scope_listener(kauth_cred_t cred, kauth_action_t action, void *cookie,
    void *arg0, void *arg1, void *arg2, void *arg3)
{

	KT(cookie == &scope_calls);
	if (arg0 != scope_vp)
		return KAUTH_RESULT_DEFER;
	scope_calls++;
	scope_action = action;
	return scope_result;
}

/*
 * The vnode scope: a listener allows or denies; all deferring, the file
 * system's own opinion decides.  Root is allowed by the security model.
 */
void
rump_kt_scope(void)
{
	struct vnode *vp = find("/t/f");
	kauth_cred_t user = kauth_cred_alloc();
	kauth_listener_t l;

	kauth_cred_setuid(user, 100);
	kauth_cred_seteuid(user, 100);
	scope_vp = vp;
	l = kauth_listen_scope(KAUTH_SCOPE_VNODE, scope_listener,
	    &scope_calls);
	KT(l != NULL);
	scope_result = KAUTH_RESULT_DEFER;
	KT_EQ(0, kauth_authorize_vnode(user, KAUTH_VNODE_READ_DATA, vp, NULL,
	    0));
	KT_EQ(EACCES, kauth_authorize_vnode(user, KAUTH_VNODE_READ_DATA, vp,
	    NULL, EACCES));
	KT_EQ(2, scope_calls);
	KT_EQ(KAUTH_VNODE_READ_DATA, scope_action);
	scope_result = KAUTH_RESULT_ALLOW;
	KT_EQ(0, kauth_authorize_vnode(user, KAUTH_VNODE_WRITE_DATA, vp, NULL,
	    EACCES));
	scope_result = KAUTH_RESULT_DENY;
	KT(kauth_authorize_vnode(user, KAUTH_VNODE_READ_DATA, vp, NULL, 0) !=
	    0);
	KT(vaccess(vp, VREG, 0777, 100, 0, VREAD, user) != 0);
	scope_result = KAUTH_RESULT_DEFER;
	KT_EQ(0, vaccess(vp, VREG, 0400, 100, 0, VREAD, user));
	KT_EQ(EACCES, vaccess(vp, VREG, 0400, 100, 0, VWRITE, user));
	KT_EQ(0, vaccess(vp, VREG, 0, 100, 0, VWRITE, kauth_cred_get()));
	KT_EQ(KAUTH_VNODE_WRITE_DATA, scope_action);
	KT_EQ(KAUTH_VNODE_READ_DATA | KAUTH_VNODE_EXECUTE,
	    kauth_accmode_to_action(VREAD | VEXEC));
	kauth_unlisten_scope(l);
	scope_calls = 0;
	KT_EQ(0, kauth_authorize_vnode(user, KAUTH_VNODE_READ_DATA, vp, NULL,
	    0));
	KT_EQ(0, scope_calls);
	kauth_cred_free(user);
	vrele(vp);
}

void
rump_kt_access(void)
{
	accmode_t mode;

	mode = VREAD | VSYNCHRONIZE | VREAD_ACL;
	KT_EQ(0, vfs_unixify_accmode(&mode));
	KT_EQ(VREAD, mode);
	mode = VWRITE_ACL;
	KT_EQ(0, vfs_unixify_accmode(&mode));
	KT_EQ(VADMIN, mode);
	mode = VDELETE;
	KT_EQ(EPERM, vfs_unixify_accmode(&mode));
	mode = VEXPLICIT_DENY | VREAD;
	KT_EQ(0, vfs_unixify_accmode(&mode));
	KT_EQ(0, mode);
}

/* vnfileops(9): what read(2) and its like become. */
void
rump_kt_fileops(void)
{
	struct file *fp;
	struct stat st;
	off_t off = 2;
	char buf[64];
	int fd, done, n;

	KT_EQ(0, fd_open("/t/f", O_RDWR, 0, &fd));
	KT((fp = fd_getfile(fd)) != NULL);
	KT(fp->f_type == DTYPE_VNODE && fp->f_ops == &vnops);
	KT_EQ(0, (*fp->f_ops->fo_stat)(fp, &st));
	KT_EQ(4, st.st_size);
	KT_EQ(0, (*fp->f_ops->fo_ioctl)(fp, FIONREAD, &n));
	KT_EQ(4, n);
	KT_EQ(0, (*fp->f_ops->fo_ioctl)(fp, FIONBIO, &n));
	KT((*fp->f_ops->fo_ioctl)(fp, _IO('x', 77), &n) != 0);
	KT((*fp->f_ops->fo_poll)(fp, POLLIN | POLLOUT) ==
	    (POLLIN | POLLOUT));
	KT_EQ(0, (*fp->f_ops->fo_seek)(fp, 3, SEEK_SET, &off,
	    FOF_UPDATE_OFFSET));
	KT_EQ(3, fp->f_offset);
	KT_EQ(EINVAL, (*fp->f_ops->fo_seek)(fp, -1, SEEK_SET, &off, 0));
	KT_EQ(ENOTDIR, vn_readdir(fp, buf, UIO_SYSSPACE, sizeof(buf), &done,
	    curlwp, NULL, NULL));
	KT_EQ(0, fd_close((unsigned)fd));	/* fd_getfile()'s too */
	KT_EQ(0, fd_open("/t", O_RDONLY, 0, &fd));
	KT((fp = fd_getfile(fd)) != NULL);
	KT_EQ(0, vn_readdir(fp, buf, UIO_SYSSPACE, sizeof(buf), &done, curlwp,
	    NULL, NULL));
	KT(done > 0 && fp->f_offset > 0);
	KT_EQ(0, fd_close((unsigned)fd));
}

static struct uio *
value_uio(const char *value, size_t len)
{
	static struct iovec iov;
	static struct uio uio;

	iov.iov_base = __UNCONST(value);
	iov.iov_len = len;
	uio = (struct uio){ .uio_iov = &iov, .uio_iovcnt = 1,
	    .uio_resid = len, .uio_rw = UIO_WRITE };
	UIO_SETUP_SYSSPACE(&uio);
	return &uio;
}

/* Attributes of files, where the file system has them. */
void
rump_kt_xattr(void)
{
	const int ns = EXTATTR_NAMESPACE_USER;
	struct vnode *vp = find("/t/f");
	kauth_cred_t user = kauth_cred_alloc();
	char buf[8];
	size_t len = sizeof(buf);
	int error;

	kauth_cred_setuid(user, 100);
	kauth_cred_seteuid(user, 100);
	error = vn_extattr_set(vp, 0, ns, "a", 3, "val", curlwp);
	if (error == EOPNOTSUPP) {
		KT_EQ(EOPNOTSUPP, vn_extattr_get(vp, 0, ns, "a", &len, buf,
		    curlwp));
		KT_EQ(EOPNOTSUPP, vn_extattr_rm(vp, 0, ns, "a", curlwp));
	} else {
		KT_EQ(0, error);
		KT_EQ(0, vn_extattr_get(vp, 0, ns, "a", &len, buf, curlwp));
		KT_EQ(3, len);
		KT(memcmp(buf, "val", 3) == 0);
		KT_EQ(0, vn_extattr_rm(vp, 0, ns, "a", curlwp));
		len = sizeof(buf);
		KT_EQ(ENOATTR, vn_extattr_get(vp, 0, ns, "a", &len, buf,
		    curlwp));
		KT_EQ(ENOATTR, vn_extattr_rm(vp, 0, ns, "a", curlwp));
	}
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(error, VOP_SETEXTATTR(vp, ns, "b", value_uio("xy", 2),
	    curlwp->l_cred));
	len = 0;
	KT_EQ(error, VOP_GETEXTATTR(vp, ns, "b", NULL, &len,
	    curlwp->l_cred));
	KT_EQ(error == 0 ? 2 : 0, len);
	len = 0;
	KT_EQ(error, VOP_LISTEXTATTR(vp, ns, NULL, &len, EXTATTR_LIST_LENPREFIX,
	    curlwp->l_cred));
	KT_EQ(error == 0 ? 2 : 0, len);		/* a length, and "b" */
	KT_EQ(0, extattr_check_cred(vp, ns, NOCRED, VWRITE));
	KT_EQ(0, extattr_check_cred(vp, ns, user, VREAD));
	KT_EQ(EACCES, extattr_check_cred(vp, ns, user, VWRITE));
	KT(extattr_check_cred(vp, EXTATTR_NAMESPACE_SYSTEM, user, VREAD) !=
	    0);
	KT_EQ(0, extattr_check_cred(vp, EXTATTR_NAMESPACE_SYSTEM,
	    kauth_cred_get(), VREAD));
	KT_EQ(EPERM, extattr_check_cred(vp, 77, kauth_cred_get(), VREAD));
	KT_EQ(0, genfs_can_extattr(vp, kauth_cred_get(), VREAD,
	    EXTATTR_NAMESPACE_SYSTEM));
	KT_EQ(EPERM, genfs_can_extattr(vp, user, VREAD,
	    EXTATTR_NAMESPACE_SYSTEM));
	KT_EQ(0, genfs_can_extattr(vp, user, VREAD, ns));
	vput(vp);
	kauth_cred_free(user);
}

void
rump_kt_tables(void)
{
	static const struct { enum vtype vt; mode_t mode; int dt; } all[] = {
		{ VREG, S_IFREG, DT_REG }, { VDIR, S_IFDIR, DT_DIR },
		{ VBLK, S_IFBLK, DT_BLK }, { VCHR, S_IFCHR, DT_CHR },
		{ VLNK, S_IFLNK, DT_LNK }, { VSOCK, S_IFSOCK, DT_SOCK },
		{ VFIFO, S_IFIFO, DT_FIFO }, { VNON, 0, DT_UNKNOWN },
	};
	struct vnode *vp = find("/t/f");
	struct timespec before, ts;
	u_int i;

	for (i = 0; i < __arraycount(all); i++) {
		KT_EQ(all[i].dt, vtype2dt(all[i].vt));
		KT_EQ(all[i].mode, VTTOIF(all[i].vt));
		KT(IFTOVT(all[i].mode | 0644) == all[i].vt);
	}
	getnanotime(&before);
	vfs_timestamp(&ts);
	KT(timespeccmp(&ts, &before, >=));
	vprint("kt", vp);
	vprint(NULL, vp);
	KT_EQ(EOPNOTSUPP, vn_default_error(NULL));
	vrele(vp);
}

static void
cn_make(struct componentname *cnp, uint32_t op, const char *name)
{

	memset(cnp, 0, sizeof(*cnp));
	cnp->cn_nameiop = op;
	cnp->cn_flags = ISLASTCN;
	cnp->cn_cred = curlwp->l_cred;
	cnp->cn_nameptr = name;
	cnp->cn_namelen = strlen(name);
}

static void
vattr_of(struct vattr *vap, enum vtype type, mode_t mode)
{

	vattr_null(vap);
	vap->va_type = type;
	vap->va_mode = mode;
}

/* Look the name up as VOP_CREATE and its like want it done before. */
static void
want_new(struct vnode *dvp, struct componentname *cnp, const char *name)
{
	struct vnode *vp;

	cn_make(cnp, CREATE, name);
	KT_EQ(EJUSTRETURN, VOP_LOOKUP(dvp, &vp, cnp));
	KT(vp == NULL);
}

/* An entry to go, locked. */
static struct vnode *
want_gone(struct vnode *dvp, struct componentname *cnp, const char *name)
{
	struct vnode *vp;

	cn_make(cnp, DELETE, name);
	KT_EQ(0, VOP_LOOKUP(dvp, &vp, cnp));
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	return vp;
}

static int
transfer(struct vnode *vp, char *data, size_t len, enum uio_rw rw)
{
	struct iovec iov = { .iov_base = data, .iov_len = len };
	struct uio uio = {
		.uio_iov = &iov, .uio_iovcnt = 1, .uio_resid = len,
		.uio_rw = rw
	};
	int error, eof = 0;

	UIO_SETUP_SYSSPACE(&uio);
	if (vp->v_type == VDIR) {
		error = VOP_READDIR(vp, &uio, curlwp->l_cred, &eof, NULL,
		    NULL);
		KT(error != 0 || eof != 0);
	} else if (vp->v_type == VLNK)
		error = VOP_READLINK(vp, &uio, curlwp->l_cred);
	else if (rw == UIO_READ)
		error = VOP_READ(vp, &uio, 0, curlwp->l_cred);
	else
		error = VOP_WRITE(vp, &uio, 0, curlwp->l_cred);
	return error != 0 ? -error : (int)(len - uio.uio_resid);
}

/* Names made and removed by the operations themselves. */
static void
vops_names(struct vnode *dvp)
{
	struct componentname cn, tcn;
	struct vnode *vp, *tvp;
	struct vattr va;
	char buf[16];

	vattr_of(&va, VREG, 0644);
	want_new(dvp, &cn, "reg");
	KT_EQ(0, VOP_CREATE(dvp, &vp, &cn, &va));
	KT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE && VOP_ISLOCKED(vp) == LK_NONE);
	want_new(dvp, &cn, "hard");
	KT_EQ(0, VOP_LINK(dvp, vp, &cn));
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, VOP_GETATTR(vp, &va, curlwp->l_cred));
	KT_EQ(2, va.va_nlink);
	VOP_UNLOCK(vp);
	vrele(vp);

	vattr_of(&va, VFIFO, 0600);
	want_new(dvp, &cn, "fifo");
	KT_EQ(0, VOP_MKNOD(dvp, &vp, &cn, &va));
	KT(vp->v_type == VFIFO);
	vrele(vp);
	vattr_of(&va, VLNK, 0777);
	want_new(dvp, &cn, "sym");
	KT_EQ(0, VOP_SYMLINK(dvp, &vp, &cn, &va, __UNCONST("to")));
	vn_lock(vp, LK_SHARED | LK_RETRY);
	KT_EQ(2, transfer(vp, buf, sizeof(buf), UIO_READ));
	KT(memcmp(buf, "to", 2) == 0);
	vput(vp);
	vattr_of(&va, VDIR, 0755);
	want_new(dvp, &cn, "dir");
	KT_EQ(0, VOP_MKDIR(dvp, &vp, &cn, &va));
	KT(vp->v_type == VDIR);
	vrele(vp);

	/* everything of a rename is consumed */
	vp = want_gone(dvp, &cn, "hard");
	VOP_UNLOCK(vp);
	tvp = want_gone(dvp, &tcn, "fifo");
	vref(dvp);
	vref(dvp);
	KT_EQ(0, VOP_RENAME(dvp, vp, &cn, dvp, tvp, &tcn));
	KT(VOP_ISLOCKED(dvp) == LK_NONE);
	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);

	vp = want_gone(dvp, &cn, "dir");
	KT_EQ(0, VOP_RMDIR(dvp, vp, &cn));
	vp = want_gone(dvp, &cn, "sym");
	KT_EQ(0, VOP_REMOVE(dvp, vp, &cn));
	vp = want_gone(dvp, &cn, "fifo");
	KT_EQ(0, VOP_REMOVE(dvp, vp, &cn));
	vp = want_gone(dvp, &cn, "d");
	VOP_ABORTOP(dvp, &cn);
	vput(vp);
	cn_make(&cn, LOOKUP, "white");
	KT_EQ(EOPNOTSUPP, VOP_WHITEOUT(dvp, &cn, LOOKUP));
}

/* The page with the contents, busy; or none where another object has them. */
static void
pages_of(struct vnode *vp)
{
	struct vm_page *pg = NULL;
	int error, n = 1;

	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	error = VOP_GETPAGES(vp, 0, &pg, &n, 0, VM_PROT_READ, UVM_ADV_NORMAL,
	    PGO_SYNCIO);
	KT(!rw_write_held(vp->v_uobj.vmobjlock));
	if (error != 0) {
		KT(error == EOPNOTSUPP);
		return;
	}
	KT(memcmp(VM_PAGE_VA(pg), "hello", 6) == 0);
	rw_enter(pg->uobject->vmobjlock, RW_WRITER);
	uvm_page_unbusy(&pg, 1);
	rw_exit(pg->uobject->vmobjlock);
}

/* vnodeops(9), one after the other, with what the page says is locked. */
void
rump_kt_vops(void)
{
	struct vnode *dvp = find("/t"), *vp;
	char *dirents = kmem_alloc(4096, KM_SLEEP), buf[8];

	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	vops_names(dvp);
	KT(transfer(dvp, dirents, 4096, UIO_READ) > 0);
	VOP_UNLOCK(dvp);
	vp = find("/t/reg");
	KT_EQ(POLLIN | POLLOUT, VOP_POLL(vp, POLLIN | POLLOUT));
	KT_EQ(0, VOP_MMAP(vp, VM_PROT_READ, curlwp->l_cred));
	KT_EQ(EINVAL, VOP_SEEK(vp, 0, -1, curlwp->l_cred));
	KT_EQ(0, VOP_SEEK(vp, 0, 1, curlwp->l_cred));
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(5, transfer(vp, __UNCONST("hello"), 5, UIO_WRITE));
	KT_EQ(5, transfer(vp, buf, sizeof(buf), UIO_READ));
	KT(memcmp(buf, "hello", 5) == 0);
	pages_of(vp);
	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	KT_EQ(0, VOP_PUTPAGES(vp, 0, 0, PGO_CLEANIT | PGO_SYNCIO |
	    PGO_ALLPAGES));
	KT(!rw_write_held(vp->v_uobj.vmobjlock));
	KT_EQ(0, VOP_FSYNC(vp, curlwp->l_cred, FSYNC_WAIT, 0, 0));
	VOP_UNLOCK(vp);
	vrele(vp);
	vrele(dvp);
	kmem_free(dirents, 4096);
}
