/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories: entries by name and by sequence number, and readdir.  The
 * caller holds the vnode lock of the directory, exclusive for changes.
 */

#include "tmpfs.h"

#include <sys/hash.h>

#define	DIR_MINBUCKETS	8U
#define	DIR_MAXBUCKETS	(1U << 24)

/* the shortest record readdir makes: bounds the number of cookies */
#define	TMPFS_MINRECLEN	(roundup2(offsetof(struct dirent, d_name) + 2, 8))

static int
row_compare(void *ctx, const void *a, const void *b)
{
	const struct tmpfs_row *ra = a, *rb = b;

	return ra->tr_first < rb->tr_first ? -1 : ra->tr_first > rb->tr_first;
}

static int
row_compare_key(void *ctx, const void *a, const void *key)
{
	const struct tmpfs_row *ra = a;
	const uint64_t first = *(const uint64_t *)key;

	return ra->tr_first < first ? -1 : ra->tr_first > first;
}

static const rb_tree_ops_t tmpfs_row_ops = {
	.rbto_compare_nodes = row_compare,
	.rbto_compare_key = row_compare_key,
	.rbto_node_offset = offsetof(struct tmpfs_row, tr_rbnode),
	.rbto_context = NULL,
};

void
tmpfs_dir_init(struct tmpfs_node *dn)
{
	struct tmpfs_dir *td;

	td = dn->tn_dir = kmem_zalloc(sizeof(*td), KM_SLEEP);
	td->td_mask = DIR_MINBUCKETS - 1;
	td->td_bucket = kmem_zalloc(DIR_MINBUCKETS * sizeof(*td->td_bucket),
	    KM_SLEEP);
	td->td_nextseq = 2;
	rb_tree_init(&td->td_rows, &tmpfs_row_ops);
}

static void
row_free(struct tmpfs_dir *td, struct tmpfs_row *tr)
{

	rb_tree_remove_node(&td->td_rows, tr);
	kmem_free(tr, sizeof(*tr));
}

/* An empty directory, or one whose mount goes with everything in it. */
void
tmpfs_dir_fini(struct tmpfs_node *dn)
{
	struct tmpfs_dir *td = dn->tn_dir;
	struct tmpfs_row *tr;
	u_int i;

	while ((tr = RB_TREE_MIN(&td->td_rows)) != NULL) {
		for (i = 0; i < TMPFS_ROW; i++)
			if (tr->tr_entry[i] != NULL)
				tmpfs_dirent_free(dn->tn_mount,
				    tr->tr_entry[i]);
		row_free(td, tr);
	}
	kmem_free(td->td_bucket,
	    (td->td_mask + 1) * sizeof(*td->td_bucket));
	kmem_free(td, sizeof(*td));
}

/* The number of an entry, 2 and up: the cookie of readdir. */
static uint64_t
row_seq(const struct tmpfs_dirent *te)
{

	return te->te_row->tr_first + te->te_slot;
}

/* Give an entry the next number and its place in a row. */
static void
row_enter(struct tmpfs_dir *td, struct tmpfs_dirent *te)
{
	const uint64_t seq = td->td_nextseq++;
	struct tmpfs_row *tr = RB_TREE_MAX(&td->td_rows);

	if (tr == NULL || seq - tr->tr_first >= TMPFS_ROW) {
		if (tr != NULL && tr->tr_count == 0)
			row_free(td, tr);
		tr = kmem_zalloc(sizeof(*tr), KM_SLEEP);
		tr->tr_first = rounddown(seq, TMPFS_ROW);
		(void)rb_tree_insert_node(&td->td_rows, tr);
	}
	te->te_row = tr;
	te->te_slot = seq % TMPFS_ROW;
	tr->tr_entry[te->te_slot] = te;
	tr->tr_count++;
}

static void
row_exit(struct tmpfs_dir *td, struct tmpfs_dirent *te)
{
	struct tmpfs_row *tr = te->te_row;

	KASSERT(tr->tr_entry[te->te_slot] == te);
	tr->tr_entry[te->te_slot] = NULL;
	if (--tr->tr_count == 0 && tr != RB_TREE_MAX(&td->td_rows))
		row_free(td, tr);
}

/* The first entry with that number or a higher one. */
static struct tmpfs_dirent *
row_find(struct tmpfs_dir *td, uint64_t seq)
{
	const uint64_t first = rounddown(seq, TMPFS_ROW);
	struct tmpfs_row *tr;
	u_int i = 0;

	tr = rb_tree_find_node_geq(&td->td_rows, &first);
	if (tr != NULL && tr->tr_first == first)
		i = seq % TMPFS_ROW;
	for (; tr != NULL; tr = RB_TREE_NEXT(&td->td_rows, tr), i = 0)
		for (; i < TMPFS_ROW; i++)
			if (tr->tr_entry[i] != NULL)
				return tr->tr_entry[i];
	return NULL;
}

/* The entry after te. */
static struct tmpfs_dirent *
row_next(struct tmpfs_dir *td, const struct tmpfs_dirent *te)
{
	const struct tmpfs_row *tr = te->te_row;
	u_int i;

	for (i = te->te_slot + 1; i < TMPFS_ROW; i++)
		if (tr->tr_entry[i] != NULL)
			return tr->tr_entry[i];
	return row_find(td, tr->tr_first + TMPFS_ROW);
}

/*
 * Names that differ in the last byte alone get buckets next to each other, as
 * those of cache_enter(9) do, and are made and removed in turn most often.
 */
static uint32_t
dir_hash(const char *name, size_t len)
{
	const uint32_t last = (uint8_t)name[len - 1];

	return murmurhash2(name, len - 1, 0) ^ (last & 0xf) ^
	    (last >> 4) << 28;
}

struct tmpfs_dirent *
tmpfs_dir_lookup(struct tmpfs_node *dn, const char *name, size_t len)
{
	const struct tmpfs_dir *td = dn->tn_dir;
	const uint32_t hash = dir_hash(name, len);
	struct tmpfs_dirent *te;

	KASSERT(dn->tn_type == VDIR);
	for (te = td->td_bucket[hash & td->td_mask]; te != NULL;
	    te = te->te_next) {
		if (te->te_hash == hash && te->te_namelen == len &&
		    memcmp(te->te_name, name, len) == 0)
			return te;
	}
	return NULL;
}

/* Memory for an entry of this name, charged to the mount. */
int
tmpfs_dirent_alloc(struct tmpfs_mount *tm, const char *name, size_t len,
    struct tmpfs_dirent **tep)
{
	struct tmpfs_dirent *te;
	int error;

	KASSERT(len != 0 && len <= TMPFS_MAXNAMLEN);
	error = tmpfs_room();
	if (error == 0)
		error = tmpfs_charge(tm, TMPFS_DIRENT_CHARGE(len));
	if (error != 0)
		return error;
	te = kmem_alloc(TMPFS_DIRENT_BYTES(len), KM_SLEEP);
	te->te_node = NULL;
	te->te_namelen = len;
	te->te_hash = dir_hash(name, len);
	memcpy(te->te_name, name, len);
	*tep = te;
	return 0;
}

void
tmpfs_dirent_free(struct tmpfs_mount *tm, struct tmpfs_dirent *te)
{
	const size_t len = te->te_namelen;

	kmem_free(te, TMPFS_DIRENT_BYTES(len));
	tmpfs_uncharge(tm, TMPFS_DIRENT_CHARGE(len));
}

/* Twice the buckets; without memory the chains get longer, that is all. */
static void
dir_grow(struct tmpfs_dir *td)
{
	struct tmpfs_dirent **nb, *te;
	const size_t old = td->td_mask + 1;
	size_t i;

	if (old >= DIR_MAXBUCKETS)
		return;
	nb = kmem_zalloc(old * 2 * sizeof(*nb), KM_NOSLEEP);
	if (nb == NULL)
		return;
	for (i = 0; i < old; i++) {
		while ((te = td->td_bucket[i]) != NULL) {
			td->td_bucket[i] = te->te_next;
			te->te_next = nb[te->te_hash & (old * 2 - 1)];
			nb[te->te_hash & (old * 2 - 1)] = te;
		}
	}
	kmem_free(td->td_bucket, old * sizeof(*nb));
	td->td_bucket = nb;
	td->td_mask = old * 2 - 1;
}

/* The vnode is locked exclusively, but the number is looked at without. */
static void
link_count(struct tmpfs_node *tn, int n)
{

	atomic_store_relaxed(&tn->tn_nlink, tn->tn_nlink + n);
}

/* Enter te, naming tn, and count the link. */
void
tmpfs_dir_attach(struct tmpfs_node *dn, struct tmpfs_dirent *te,
    struct tmpfs_node *tn)
{
	struct tmpfs_dir *td = dn->tn_dir;

	KASSERT(tn->tn_nlink < TMPFS_LINK_MAX);
	if (td->td_count > td->td_mask)
		dir_grow(td);
	te->te_node = tn;
	te->te_id = tn->tn_id;
	te->te_type = vtype2dt(tn->tn_type);
	row_enter(td, te);
	te->te_next = td->td_bucket[te->te_hash & td->td_mask];
	td->td_bucket[te->te_hash & td->td_mask] = te;
	td->td_count++;
	dn->tn_size += te->te_namelen + 16;
	link_count(tn, 1);
	tmpfs_touch_linked(dn, tn);
}

/* Take te out and uncount the link; te stays the caller's. */
void
tmpfs_dir_detach(struct tmpfs_node *dn, struct tmpfs_dirent *te)
{
	struct tmpfs_dir *td = dn->tn_dir;
	struct tmpfs_node *tn = te->te_node;
	struct tmpfs_dirent **tep;

	for (tep = &td->td_bucket[te->te_hash & td->td_mask]; *tep != te;
	    tep = &(*tep)->te_next)
		KASSERT(*tep != NULL);
	*tep = te->te_next;
	row_exit(td, te);
	KASSERT(td->td_count != 0);
	td->td_count--;
	dn->tn_size -= te->te_namelen + 16;
	te->te_node = NULL;
	KASSERT(tn->tn_nlink != 0);
	link_count(tn, -1);
	tmpfs_touch_linked(dn, tn);
}

/*
 * Give a directory a parent, or take it away (NULL) when it is removed, and
 * keep the link counts of "." and ".." right.
 */
void
tmpfs_dir_setparent(struct tmpfs_node *dn, struct tmpfs_node *parent)
{
	struct tmpfs_mount *tm = dn->tn_mount;

	KASSERT(dn->tn_type == VDIR);
	mutex_enter(&tm->tm_lock);
	if (dn->tn_dir->td_parent != NULL)
		link_count(dn->tn_dir->td_parent, -1);
	else
		link_count(dn, 1);		/* "." */
	dn->tn_dir->td_parent = parent;
	if (parent != NULL)
		link_count(parent, 1);
	else
		link_count(dn, -1);
	mutex_exit(&tm->tm_lock);
}

static int
put_dirent(struct uio *uio, struct dirent *d, ino_t id, uint8_t type,
    const char *name, size_t len)
{

	memset(d, 0, offsetof(struct dirent, d_name));
	d->d_fileno = id;
	d->d_type = type;
	d->d_namlen = len;
	memcpy(d->d_name, name, len);
	d->d_reclen = _DIRENT_SIZE(d);
	memset(d->d_name + len, 0, (char *)d + d->d_reclen -
	    (d->d_name + len));
	if (uio->uio_resid < d->d_reclen)
		return -1;
	return uiomove(d, d->d_reclen, uio);
}

/* "." and "..", offsets 0 and 1. */
static int
put_dot(struct tmpfs_node *dn, struct uio *uio, struct dirent *d, off_t which)
{
	struct tmpfs_mount *tm = dn->tn_mount;
	ino_t id = dn->tn_id;

	if (which == 1) {
		mutex_enter(&tm->tm_lock);
		if (dn->tn_dir->td_parent != NULL)
			id = dn->tn_dir->td_parent->tn_id;
		mutex_exit(&tm->tm_lock);
	}
	return put_dirent(uio, d, id, DT_DIR, "..", which + 1);
}

struct readdir_state {
	struct uio	*rs_uio;
	off_t		rs_next;	/* offset of the next entry */
	off_t		*rs_cookies;	/* NULL: not wanted */
	int		rs_ncookies;
	int		rs_max;
};

static bool
put_done(struct readdir_state *rs, off_t next)
{

	rs->rs_next = next;
	if (rs->rs_cookies != NULL)
		rs->rs_cookies[rs->rs_ncookies] = next;
	rs->rs_ncookies++;
	return rs->rs_ncookies < rs->rs_max;
}

/* Entries from rs_next on.  0 at the end, -1 when full, or an errno. */
static int
readdir_entries(struct tmpfs_node *dn, struct readdir_state *rs)
{
	struct tmpfs_dir *td = dn->tn_dir;
	struct tmpfs_dirent *te, *next;
	struct dirent d;
	int error;

	while (rs->rs_next < 2) {
		error = put_dot(dn, rs->rs_uio, &d, rs->rs_next);
		if (error != 0)
			return error;
		if (!put_done(rs, rs->rs_next + 1))
			return -1;
	}
	for (te = row_find(td, rs->rs_next); te != NULL; te = next) {
		error = put_dirent(rs->rs_uio, &d, te->te_id, te->te_type,
		    te->te_name, te->te_namelen);
		if (error != 0)
			return error;
		next = row_next(td, te);
		if (!put_done(rs, row_seq(te) + 1))
			return next == NULL ? 0 : -1;
	}
	return 0;
}

/* VOP_READDIR. */
int
tmpfs_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(vp);
	struct readdir_state rs = { .rs_uio = uio, .rs_max = INT_MAX };
	const size_t want = uio->uio_resid;
	int error;

	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	rs.rs_next = uio->uio_offset;
	if (ap->a_cookies != NULL) {
		rs.rs_max = MAX(1, MIN(want, 1 << 20) /
		    TMPFS_MINRECLEN);
		rs.rs_cookies = malloc(rs.rs_max * sizeof(off_t), M_TEMP,
		    M_WAITOK);
	}
	error = readdir_entries(dn, &rs);
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = error == 0;
	if (error == -1)
		error = rs.rs_ncookies == 0 ? EINVAL : 0;
	uio->uio_offset = rs.rs_next;
	if (error == 0)
		tmpfs_accessed(vp);
	if (ap->a_cookies != NULL && error == 0) {
		*ap->a_cookies = rs.rs_cookies;
		*ap->a_ncookies = rs.rs_ncookies;
	} else if (rs.rs_cookies != NULL) {
		free(rs.rs_cookies, M_TEMP);
	}
	return error;
}
