/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_etfs.c: rump_etfs(3), the registrations of host files under names of
 * the root directory.
 *
 * The root's VOP_PARSEPATH and VOP_LOOKUP ask here before they look into the
 * directory; what is found is a node like any other, whose rn_etfs points
 * back to the registration.
 *
 * Locks: etfs_lock protects the list.  Registering also holds the root's
 * vnode lock, taken before, so that no lookup is under way.
 */

#include "rumpfs.h"

#include <rump/rumpuser.h>
#include <rump-sys/kern_if.h>

struct etfs {
	LIST_ENTRY(etfs) et_list;	/* etfs_lock */
	char		*et_key;	/* -  without the slash in front */
	size_t		et_keylen;	/* - */
	enum rump_etfs_type et_type;	/* - */
	devminor_t	et_minor;	/* -  BLK, CHR */
	ino_t		et_id;		/* -  of the node */
	bool		et_removing;	/* etfs_lock: no longer found */
};

static kmutex_t etfs_lock;
static LIST_HEAD(, etfs) etfs_list = LIST_HEAD_INITIALIZER(etfs_list);

/* Queued for the boot, by one thread, before there is a kernel. */
static struct rump_boot_etfs *etfs_bootlist;
static struct rump_boot_etfs **etfs_bootlast = &etfs_bootlist;

void
etfs_init(void)
{

	mutex_init(&etfs_lock, MUTEX_DEFAULT, IPL_NONE);
}

/*
 * The length of the longest key that a path begins with, 0 for none.
 */
size_t
etfs_match(const char *path)
{
	const struct etfs *et;
	size_t len = 0;

	mutex_enter(&etfs_lock);
	LIST_FOREACH(et, &etfs_list, et_list)
		if (et->et_keylen > len && !et->et_removing &&
		    strncmp(path, et->et_key, et->et_keylen) == 0 &&
		    (path[et->et_keylen] == '\0' ||
		    path[et->et_keylen] == '/'))
			len = et->et_keylen;
	mutex_exit(&etfs_lock);
	return len;
}

/*
 * Does a key begin with this name?
 */
bool
etfs_first_p(const char *name, size_t len)
{
	const struct etfs *et;

	mutex_enter(&etfs_lock);
	LIST_FOREACH(et, &etfs_list, et_list)
		if (et->et_keylen >= len &&
		    memcmp(et->et_key, name, len) == 0 &&
		    (et->et_keylen == len || et->et_key[len] == '/'))
			break;
	mutex_exit(&etfs_lock);
	return et != NULL;
}

static struct etfs *
etfs_find(const char *key, size_t len)
{
	struct etfs *et;

	KASSERT(mutex_owned(&etfs_lock));
	LIST_FOREACH(et, &etfs_list, et_list)
		if (et->et_keylen == len && memcmp(et->et_key, key, len) == 0)
			break;
	return et;
}

/*
 * The number of the node with exactly that key.
 */
bool
etfs_lookup(const char *key, size_t len, ino_t *idp)
{
	const struct etfs *et;

	mutex_enter(&etfs_lock);
	et = etfs_find(key, len);
	if (et != NULL && et->et_removing)
		et = NULL;
	if (et != NULL)
		*idp = et->et_id;
	mutex_exit(&etfs_lock);
	return et != NULL;
}

/*
 * Asked inside of a registered directory: is it on its way out?
 */
bool
etfs_alive(const struct etfs *et)
{
	bool alive;

	mutex_enter(&etfs_lock);
	alive = !et->et_removing;
	mutex_exit(&etfs_lock);
	return alive;
}

bool
etfs_subdirs_p(const struct etfs *et)
{

	return et->et_type == RUMP_ETFS_DIR_SUBDIRS;
}

/*
 * Skip the slashes in front.  EINVAL if it is no absolute path of a file.
 */
static int
key_check(const char **keyp, size_t *lenp)
{
	const char *key = *keyp;

	if (key == NULL || key[0] != '/')
		return EINVAL;
	while (*key == '/')
		key++;
	*lenp = strlen(key);
	if (*lenp == 0 || key[*lenp - 1] == '/')
		return EINVAL;
	if (*lenp > KERNEL_NAME_MAX)
		return ENAMETOOLONG;
	*keyp = key;
	return 0;
}

/*
 * A disk, as a block or a character device.
 */
static int
make_disk(struct etfs *et, const char *hostpath, uint64_t begin,
    uint64_t size, struct rumpfs_node **rnp)
{
	struct rumpfs_node *rn;
	int error;

	error = rumpblk_register(hostpath, &et->et_minor, begin, size);
	if (error != 0)
		return error;
	rn = rumpfs_node_alloc(et->et_type == RUMP_ETFS_BLK ? VBLK : VCHR,
	    0644, 0, 0);
	rn->rn_rdev = makedev(RUMPBLK_DEVMAJOR, et->et_minor);
	rn->rn_etfs = et;
	*rnp = rn;
	return 0;
}

static int
make_file(struct etfs *et, const char *hostpath, uint64_t begin,
    uint64_t size, struct rumpfs_node **rnp)
{
	const bool dir = et->et_type != RUMP_ETFS_REG;
	int error, ftype;

	if (begin != 0 || size != RUMP_ETFS_SIZE_ENDOFF)
		return EINVAL;
	error = rumpuser_getfileinfo(hostpath, NULL, &ftype);
	if (error != 0)
		return error;
	if ((ftype == RUMPUSER_FT_DIR) != dir)
		return dir ? ENOTDIR : EISDIR;
	*rnp = rumpfs_host_node(et, dir ? VDIR : VREG, hostpath);
	return 0;
}

static int
make_node(struct etfs *et, const char *hostpath, uint64_t begin,
    uint64_t size, struct rumpfs_node **rnp)
{

	switch (et->et_type) {
	case RUMP_ETFS_BLK:
	case RUMP_ETFS_CHR:
		return make_disk(et, hostpath, begin, size, rnp);
	case RUMP_ETFS_REG:
	case RUMP_ETFS_DIR:
	case RUMP_ETFS_DIR_SUBDIRS:
		return make_file(et, hostpath, begin, size, rnp);
	default:
		return EINVAL;
	}
}

static void
etfs_free(struct etfs *et)
{

	kmem_free(et->et_key, et->et_keylen + 1);
	kmem_free(et, sizeof(*et));
}

/*
 * Take the nodes of a registration, none of which has a vnode.
 */
static void
destroy_nodes(const struct etfs *et)
{
	struct rumpfs_node *rn;

	while ((rn = rumpfs_node_next(0, et)) != NULL)
		rumpfs_node_destroy(rn);
}

/*
 * Put a complete registration on the list.  The root is locked.
 */
static int
etfs_enter(struct vnode *dvp, struct etfs *et)
{
	const char *slash = strchr(et->et_key, '/');
	int error = 0;

	KASSERT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	mutex_enter(&etfs_lock);
	if (etfs_find(et->et_key, et->et_keylen) != NULL)
		error = EEXIST;
	else
		LIST_INSERT_HEAD(&etfs_list, et, et_list);
	mutex_exit(&etfs_lock);
	if (error == 0)
		/* see rumpfs_name.c */
		cache_purge1(dvp, et->et_key, slash != NULL ?
		    slash - et->et_key : et->et_keylen, 0);
	return error;
}

static bool
key_known(const char *key, size_t len)
{
	bool known;

	mutex_enter(&etfs_lock);
	known = etfs_find(key, len) != NULL;
	mutex_exit(&etfs_lock);
	return known;
}

int
rump_etfs_register_withsize(const char *key, const char *hostpath,
    enum rump_etfs_type type, uint64_t begin, uint64_t size)
{
	struct rumpfs_node *rn;
	struct vnode *dvp;
	struct etfs *et;
	size_t len;
	int error;

	error = key_check(&key, &len);
	if (error != 0)
		return error;
	if (key_known(key, len))
		return EEXIST;
	et = kmem_zalloc(sizeof(*et), KM_SLEEP);
	et->et_key = kmem_alloc(len + 1, KM_SLEEP);
	et->et_keylen = len;
	memcpy(et->et_key, key, len + 1);
	et->et_type = type;
	error = make_node(et, hostpath, begin, size, &rn);
	if (error != 0)
		goto free;
	rumpfs_node_enter(rn);
	rn->rn_nlink = 1;
	et->et_id = rn->rn_id;

	error = VFS_ROOT(rumpfs_rootmount, LK_EXCLUSIVE, &dvp);
	if (error == 0) {
		error = etfs_enter(dvp, et);
		if (error == 0 && rn->rn_type == VDIR)
			rumpfs_dir_setparent(rn, rumpfs_root);
		vput(dvp);
	}
	if (error == 0)
		return 0;
	destroy_nodes(et);
	if (type == RUMP_ETFS_BLK || type == RUMP_ETFS_CHR)
		(void)rumpblk_deregister_minor(et->et_minor);
free:
	etfs_free(et);
	return error;
}

int
rump_etfs_register(const char *key, const char *hostpath,
    enum rump_etfs_type type)
{

	return rump_etfs_register_withsize(key, hostpath, type, 0,
	    RUMP_ETFS_SIZE_ENDOFF);
}

/*
 * Take the vnodes away from the nodes of a registration that is not found
 * any more.  EBUSY if one of them is in use.
 */
static int
recycle_nodes(const struct etfs *et)
{
	struct rumpfs_node *rn;
	struct vnode *vp;
	ino_t id = 0;
	int error;

	KASSERT(et->et_removing);
	while ((rn = rumpfs_node_next(id, et)) != NULL) {
		id = rn->rn_id;
		error = rumpfs_node_vnode(id, &vp);
		if (error == 0 && !vrecycle(vp)) {
			vrele(vp);
			error = EBUSY;
		}
		if (error != 0 && error != ENOENT)
			return error;
		id++;
	}
	return 0;
}

/*
 * Claim a registration for removal.
 */
static int
etfs_hide(const char *key, size_t len, struct etfs **etp)
{
	struct etfs *et;
	int error = 0;

	mutex_enter(&etfs_lock);
	et = etfs_find(key, len);
	if (et == NULL)
		error = ENOENT;
	else if (et->et_removing)
		error = EBUSY;
	else
		et->et_removing = true;
	mutex_exit(&etfs_lock);
	*etp = et;
	return error;
}

static int
etfs_remove(struct vnode *dvp, struct etfs *et)
{
	struct rumpfs_node *rn;
	int error;

	error = recycle_nodes(et);
	if (error == 0 &&
	    (et->et_type == RUMP_ETFS_BLK || et->et_type == RUMP_ETFS_CHR))
		error = rumpblk_deregister_minor(et->et_minor);
	mutex_enter(&etfs_lock);
	if (error != 0)
		et->et_removing = false;
	else
		LIST_REMOVE(et, et_list);
	mutex_exit(&etfs_lock);
	if (error != 0)
		return error;
	rn = rumpfs_node_find(et->et_id);
	KASSERT(rn != NULL && rn->rn_etfs == et);
	if (rn->rn_type == VDIR) {
		vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
		rumpfs_dir_setparent(rn, NULL);
		VOP_UNLOCK(dvp);
	}
	destroy_nodes(et);
	etfs_free(et);
	return 0;
}

int
rump_etfs_remove(const char *key)
{
	struct vnode *dvp;
	struct etfs *et;
	size_t len;
	int error;

	error = key_check(&key, &len);
	if (error == 0)
		error = VFS_ROOT(rumpfs_rootmount, LK_EXCLUSIVE, &dvp);
	if (error != 0)
		return error;
	/* A lookup that finds the key still has its vnode before we go on. */
	error = etfs_hide(key, len, &et);
	VOP_UNLOCK(dvp);
	if (error == 0)
		error = etfs_remove(dvp, et);
	vrele(dvp);
	return error;
}

/*
 * Called by the host program or a constructor, before rump_init().
 */
void
rump_boot_etfs_register(struct rump_boot_etfs *eb)
{

	eb->_eb_next = NULL;
	eb->eb_status = -1;
	*etfs_bootlast = eb;
	etfs_bootlast = &eb->_eb_next;
}

/*
 * The root is mounted: register what was queued.
 */
void
etfs_boot(void)
{
	struct rump_boot_etfs *eb;

	for (eb = etfs_bootlist; eb != NULL; eb = eb->_eb_next)
		eb->eb_status = rump_etfs_register_withsize(eb->eb_key,
		    eb->eb_hostpath, eb->eb_type, eb->eb_begin, eb->eb_size);
}

int
rump_pub_etfs_register(const char *key, const char *hostpath,
    enum rump_etfs_type type)
{
	int error;

	rump_schedule();
	error = rump_etfs_register(key, hostpath, type);
	rump_unschedule();
	return error;
}

int
rump_pub_etfs_register_withsize(const char *key, const char *hostpath,
    enum rump_etfs_type type, uint64_t begin, uint64_t size)
{
	int error;

	rump_schedule();
	error = rump_etfs_register_withsize(key, hostpath, type, begin, size);
	rump_unschedule();
	return error;
}

int
rump_pub_etfs_remove(const char *key)
{
	int error;

	rump_schedule();
	error = rump_etfs_remove(key);
	rump_unschedule();
	return error;
}
