/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inodes between disk and memory: finding and reading one, checking and
 * decoding it (ext2_iload), encoding it again (ext2_iwrite, called by commits
 * and when a vnode goes away), time stamps and size.
 *
 * ext2_iwrite() changes only the fields it knows: whatever else an inode of
 * 256 or more bytes holds, in-inode attributes above all, stays.
 */

#include "ext2.h"

/*
 * The buffer that holds inode ino, and the inode in it.
 */
int
ext2_iread(struct ext2_mount *em, ino_t ino, struct buf **bpp,
    struct e2_inode **dip)
{
	const uint32_t perblock = em->em_bsize / em->em_inodesize;
	struct ext2_group *eg;
	uint32_t g, idx;
	int error;

	if (ino == 0 || ino > em->em_ninodes)
		return ext2_damaged(em, "inode number %" PRIu64
		    " outside the file system", ino);
	g = (ino - 1) / em->em_ipg;
	idx = (ino - 1) % em->em_ipg;
	eg = &em->em_groups[g];
	if (eg->eg_itable == 0 || !ext2_iszone(em, eg->eg_itable, 1)) {
		ext2_warn(em, "inode %" PRIu64 ": group %u is damaged", ino,
		    g);
		return EXT2_EDAMAGE;
	}
	error = ext2_bread(em, eg->eg_itable + idx / perblock, bpp);
	if (error != 0)
		return error;
	*dip = (void *)((char *)(*bpp)->b_data +
	    (idx % perblock) * em->em_inodesize);
	return 0;
}

/* Seconds and the extra field's two bits of epoch and nanoseconds. */
static void
ext2_time_decode(struct timespec *ts, uint32_t sec, uint32_t extra)
{

	ts->tv_sec = (int32_t)le32toh(sec);
	ts->tv_sec += (int64_t)(le32toh(extra) & 3) << 32;
	ts->tv_nsec = le32toh(extra) >> 2;
	if (ts->tv_nsec >= 1000000000)
		ts->tv_nsec = 0;
}

static uint32_t
ext2_time_extra(const struct timespec *ts)
{
	const uint64_t epoch = ((uint64_t)ts->tv_sec -
	    (uint64_t)(int64_t)(int32_t)ts->tv_sec) >> 32;

	return htole32((uint32_t)ts->tv_nsec << 2 | (epoch & 3));
}

/* Is a field of the inode's second part there? */
#define	EXT2_HASEXTRA(isize, extra, f)					\
	((isize) > E2_OLDINODESIZE &&					\
	 E2_OLDINODESIZE + (extra) >= offsetof(struct e2_inode, f) +	\
	 sizeof(((struct e2_inode *)0)->f))

static void
ext2_times_decode(struct ext2_inode *ip, const struct e2_inode *di)
{
	const uint32_t isize = ip->ei_em->em_inodesize;
	const uint16_t extra = ip->ei_extraisize;

	ext2_time_decode(&ip->ei_ctime, di->i_ctime,
	    EXT2_HASEXTRA(isize, extra, i_ctime_extra) ?
	    di->i_ctime_extra : 0);
	ext2_time_decode(&ip->ei_mtime, di->i_mtime,
	    EXT2_HASEXTRA(isize, extra, i_mtime_extra) ?
	    di->i_mtime_extra : 0);
	ext2_time_decode(&ip->ei_atime, di->i_atime,
	    EXT2_HASEXTRA(isize, extra, i_atime_extra) ?
	    di->i_atime_extra : 0);
	if (EXT2_HASEXTRA(isize, extra, i_crtime_extra))
		ext2_time_decode(&ip->ei_btime, di->i_crtime,
		    di->i_crtime_extra);
	else
		ip->ei_btime.tv_sec = ip->ei_btime.tv_nsec = 0;
}

static void
ext2_times_encode(const struct ext2_inode *ip, struct e2_inode *di)
{
	const uint32_t isize = ip->ei_em->em_inodesize;
	const uint16_t extra = ip->ei_extraisize;

	di->i_atime = htole32((uint32_t)ip->ei_atime.tv_sec);
	di->i_mtime = htole32((uint32_t)ip->ei_mtime.tv_sec);
	di->i_ctime = htole32((uint32_t)ip->ei_ctime.tv_sec);
	if (EXT2_HASEXTRA(isize, extra, i_ctime_extra))
		di->i_ctime_extra = ext2_time_extra(&ip->ei_ctime);
	if (EXT2_HASEXTRA(isize, extra, i_mtime_extra))
		di->i_mtime_extra = ext2_time_extra(&ip->ei_mtime);
	if (EXT2_HASEXTRA(isize, extra, i_atime_extra))
		di->i_atime_extra = ext2_time_extra(&ip->ei_atime);
	if (EXT2_HASEXTRA(isize, extra, i_crtime_extra)) {
		di->i_crtime = htole32((uint32_t)ip->ei_btime.tv_sec);
		di->i_crtime_extra = ext2_time_extra(&ip->ei_btime);
	}
}

/* Device numbers: 8 + 8 bits in the first word, or 12 + 20 in the second. */
static void
ext2_rdev_decode(struct ext2_inode *ip)
{
	const uint32_t old = le32toh(ip->ei_block[0]);
	const uint32_t new = le32toh(ip->ei_block[1]);

	if (old != 0)
		ip->ei_rdev = makedev((old >> 8) & 0xff, old & 0xff);
	else
		ip->ei_rdev = makedev((new >> 8) & 0xfff,
		    (new & 0xff) | ((new >> 12) & 0xfff00));
}

static void
ext2_rdev_encode(struct ext2_inode *ip)
{
	const uint32_t maj = major(ip->ei_rdev), min = minor(ip->ei_rdev);

	if (maj < 256 && min < 256)
		ip->ei_block[0] = htole32(maj << 8 | min);
	else
		ip->ei_block[1] = htole32((min & 0xff) | (maj & 0xfff) << 8 |
		    (min & 0xfff00) << 12);
}

static int
ext2_ibad(struct ext2_inode *ip, const char *what, uint64_t value)
{

	return ext2_damaged(ip->ei_em, "inode %" PRIu64 ": bad %s 0x%" PRIx64,
	    ip->ei_ino, what, value);
}

/*
 * Has the inode blocks besides that of its attributes?
 */
bool
ext2_hasdata(const struct ext2_inode *ip)
{
	const uint64_t xa = ip->ei_xablock != 0 ?
	    ip->ei_em->em_clustersize / DEV_BSIZE : 0;

	return ip->ei_blocks > xa;
}

/* Checks that depend on the type of the file. */
static int
ext2_icheck_type(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;
	uint64_t max;

	switch (ip->ei_mode & S_IFMT) {
	case S_IFREG:
		if (ip->ei_size > ext2_maxsize(ip))
			return ext2_ibad(ip, "size", ip->ei_size);
		return ip->ei_map->mo_check(ip);
	case S_IFDIR:
		if (ip->ei_inline != NULL)
			return 0;
		if ((ip->ei_size & em->em_bmask) != 0 || ip->ei_size == 0 ||
		    ip->ei_size >> em->em_bshift > em->em_nblocks)
			return ext2_ibad(ip, "directory size", ip->ei_size);
		return ip->ei_map->mo_check(ip);
	case S_IFLNK:
		max = ext2_hasdata(ip) ? em->em_bsize : sizeof(ip->ei_block);
		if (ip->ei_size == 0 || (ip->ei_inline == NULL &&
		    ip->ei_size >= max))
			return ext2_ibad(ip, "symlink length", ip->ei_size);
		return ext2_hasdata(ip) ? ip->ei_map->mo_check(ip) : 0;
	case S_IFCHR:
	case S_IFBLK:
		ext2_rdev_decode(ip);
		return 0;
	case S_IFIFO:
	case S_IFSOCK:
		return 0;
	default:
		return ext2_ibad(ip, "mode", ip->ei_mode);
	}
}

static int
ext2_icheck(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;
	int error;

	if (ip->ei_mode == 0 || ip->ei_nlink == 0)
		return ESTALE;
	if (ip->ei_xablock != 0 && ext2_blockcheck(em, ip->ei_xablock, 1,
	    ip->ei_ino, "attribute block") != 0)
		return EXT2_EDAMAGE;
	if ((ip->ei_flags & E2_FL_EXTENTS) != 0 &&
	    !EXT2_HAS_I(em, EXTENTS))
		return ext2_ibad(ip, "flags", ip->ei_flags);
	if ((ip->ei_flags & E2_FL_INLINE_DATA) != 0 &&
	    (S_ISREG(ip->ei_mode) || S_ISDIR(ip->ei_mode) ||
	    S_ISLNK(ip->ei_mode)) && (error = ext2_inline_load(ip)) != 0)
		return error;
	return ext2_icheck_type(ip);
}

static void
ext2_idecode_ids(struct ext2_inode *ip, const struct e2_inode *di)
{

	ip->ei_uid = le16toh(di->i_uid) |
	    (uid_t)le16toh(di->i_uid_high) << 16;
	ip->ei_gid = le16toh(di->i_gid) |
	    (gid_t)le16toh(di->i_gid_high) << 16;
}

static void
ext2_idecode(struct ext2_inode *ip, const struct e2_inode *di)
{
	const struct ext2_mount *em = ip->ei_em;

	ip->ei_mode = le16toh(di->i_mode);
	ip->ei_nlink = le16toh(di->i_links_count);
	ext2_idecode_ids(ip, di);
	ip->ei_flags = le32toh(di->i_flags);
	ip->ei_gen = le32toh(di->i_generation);
	ip->ei_dtime = le32toh(di->i_dtime);
	ip->ei_size = le32toh(di->i_size);
	if (!S_ISDIR(ip->ei_mode) || EXT2_HAS_I(em, LARGEDIR))
		ip->ei_size |= (uint64_t)le32toh(di->i_size_high) << 32;
	ip->ei_blocks = le32toh(di->i_blocks);
	if (EXT2_HAS_R(em, HUGE_FILE)) {
		ip->ei_blocks |= (uint64_t)le16toh(di->i_blocks_high) << 32;
		if ((ip->ei_flags & E2_FL_HUGE_FILE) != 0)
			ip->ei_blocks <<= em->em_fsbtodb;
	}
	ip->ei_xablock = le32toh(di->i_file_acl);
	if (EXT2_HAS_I(em, 64BIT))
		ip->ei_xablock |=
		    (uint64_t)le16toh(di->i_file_acl_high) << 32;
	memcpy(ip->ei_block, di->i_block, sizeof(ip->ei_block));
	ip->ei_map = (ip->ei_flags & E2_FL_EXTENTS) != 0 ?
	    &ext2_map_extent : &ext2_map_indirect;
	ext2_times_decode(ip, di);
}

/*
 * Read the inode ip->ei_ino into ip.  ESTALE if it is not in use.
 */
int
ext2_iload(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;
	struct e2_inode *di;
	struct buf *bp;
	int error;

	error = ext2_iread(em, ip->ei_ino, &bp, &di);
	if (error != 0)
		return error;
	if (em->em_inodesize > E2_OLDINODESIZE) {
		ip->ei_extraisize = le16toh(di->i_extra_isize);
		if (ip->ei_extraisize > em->em_inodesize - E2_OLDINODESIZE ||
		    (ip->ei_extraisize & 3) != 0) {
			error = ext2_ibad(ip, "extra size",
			    ip->ei_extraisize);
			brelse(bp, 0);
			return error;
		}
	}
	if (di->i_mode == 0 && di->i_links_count == 0)
		error = ESTALE;
	else
		error = ext2_csum_inode(em, ip->ei_ino, di);
	if (error == 0)
		ext2_idecode(ip, di);
	brelse(bp, 0);
	return error != 0 ? error : ext2_icheck(ip);
}

/*
 * An inode that is read without a vnode: the file system's own.  To be given
 * to ext2_iput_private().
 */
int
ext2_iget_private(struct ext2_mount *em, ino_t ino, struct ext2_inode **ipp)
{
	struct ext2_inode *ip;
	int error;

	ip = kmem_zalloc(sizeof(*ip), KM_SLEEP);
	ip->ei_em = em;
	ip->ei_ino = ino;
	mutex_init(&ip->ei_lock, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&ip->ei_maplock);
	error = ext2_iload(ip);
	if (error != 0) {
		ext2_iput_private(ip);
		return error;
	}
	*ipp = ip;
	return 0;
}

void
ext2_iput_private(struct ext2_inode *ip)
{

	KASSERT(ip->ei_vnode == NULL && !ip->ei_ondirty);
	ext2_inline_free(ip);
	rw_destroy(&ip->ei_maplock);
	mutex_destroy(&ip->ei_lock);
	kmem_free(ip, sizeof(*ip));
}

static void
ext2_iencode(struct ext2_inode *ip, struct e2_inode *di)
{
	const struct ext2_mount *em = ip->ei_em;
	uint64_t blocks = ip->ei_blocks;

	KASSERT(rw_lock_held(&ip->ei_maplock));
	if (di->i_mode == 0 || le32toh(di->i_generation) != ip->ei_gen) {
		/* A new life of this inode: nothing of the old one stays. */
		memset(di, 0, em->em_inodesize);
		di->i_generation = htole32(ip->ei_gen);
		if (em->em_inodesize > E2_OLDINODESIZE)
			di->i_extra_isize = htole16(ip->ei_extraisize);
	}
	di->i_mode = htole16(ip->ei_mode);
	di->i_links_count = htole16(ip->ei_nlink);
	di->i_uid = htole16(ip->ei_uid & 0xffff);
	di->i_uid_high = htole16(ip->ei_uid >> 16);
	di->i_gid = htole16(ip->ei_gid & 0xffff);
	di->i_gid_high = htole16(ip->ei_gid >> 16);
	di->i_flags = htole32(ip->ei_flags);
	di->i_dtime = htole32(ip->ei_dtime);
	di->i_size = htole32((uint32_t)ip->ei_size);
	if (S_ISREG(ip->ei_mode))
		di->i_size_high = htole32((uint32_t)(ip->ei_size >> 32));
	if ((ip->ei_flags & E2_FL_HUGE_FILE) != 0)
		blocks >>= em->em_fsbtodb;
	di->i_blocks = htole32((uint32_t)blocks);
	if (EXT2_HAS_R(em, HUGE_FILE))
		di->i_blocks_high = htole16((uint16_t)(blocks >> 32));
	di->i_file_acl = htole32((uint32_t)ip->ei_xablock);
	memcpy(di->i_block, ip->ei_block, sizeof(di->i_block));
	ext2_times_encode(ip, di);
}

/*
 * Put the inode into its buffer.  The caller is a commit, or owns the vnode
 * for good.
 */
int
ext2_iwrite(struct ext2_inode *ip)
{
	struct e2_inode *di;
	struct buf *bp;
	int error;

	KASSERT(ip->ei_ino != 0);
	error = ext2_iread(ip->ei_em, ip->ei_ino, &bp, &di);
	if (error != 0)
		return error;
	rw_enter(&ip->ei_maplock, RW_READER);
	mutex_enter(&ip->ei_lock);
	ext2_iencode(ip, di);
	mutex_exit(&ip->ei_lock);
	rw_exit(&ip->ei_maplock);
	(void)ext2_log_pin(ip->ei_em, bp);
	bdwrite(bp);
	return 0;
}

/* Who owns a new file, and may it keep the set-group-id bit? */
static void
ext2_inew_owner(struct ext2_inode *ip, const struct ext2_inode *dip,
    const struct vattr *vap, kauth_cred_t cred)
{

	ip->ei_uid = vap->va_uid != (uid_t)VNOVAL ? vap->va_uid :
	    kauth_cred_geteuid(cred);
	ip->ei_gid = vap->va_gid != (gid_t)VNOVAL ? vap->va_gid :
	    dip->ei_gid;
	if ((ip->ei_mode & S_ISGID) != 0 && kauth_authorize_vnode(cred,
	    KAUTH_VNODE_RETAIN_SGID, ip->ei_vnode, NULL,
	    genfs_can_chmod(ip->ei_vnode, cred, ip->ei_uid, ip->ei_gid,
	    ip->ei_mode)) != 0)
		ip->ei_mode &= ~S_ISGID;
}

/*
 * Make ip, whose number is set, a new file of the given type in dip.
 */
void
ext2_ialloc_init(struct ext2_inode *ip, const struct ext2_inode *dip,
    const struct vattr *vap, kauth_cred_t cred, uint16_t type)
{
	struct ext2_mount *em = ip->ei_em;

	KASSERT(ip->ei_ino != 0);
	ip->ei_mode = type | (vap->va_mode & ALLPERMS);
	ip->ei_nlink = 0;
	ip->ei_flags = dip->ei_flags & E2_FL_INHERIT;
	if (S_ISLNK(type))
		ip->ei_flags &= E2_FL_NODUMP | E2_FL_NOATIME;
	do {
		ip->ei_gen = cprng_fast32();
	} while (ip->ei_gen == 0);
	ip->ei_map = &ext2_map_indirect;
	ip->ei_extraisize = em->em_extraisize;
	ext2_inew_owner(ip, dip, vap, cred);
	if ((type == S_IFCHR || type == S_IFBLK) && vap->va_rdev != VNOVAL) {
		ip->ei_rdev = vap->va_rdev;
		ext2_rdev_encode(ip);
	}
	vfs_timestamp(&ip->ei_btime);
	ip->ei_atime = ip->ei_mtime = ip->ei_ctime = ip->ei_btime;
}

/*
 * The times EIU_* are now.  The inode becomes dirty.
 */
void
ext2_imark(struct ext2_inode *ip, u_int what)
{
	struct timespec now;

	if (!ext2_writable(ip->ei_em))
		return;
	vfs_timestamp(&now);
	mutex_enter(&ip->ei_lock);
	if ((what & EIU_ACCESS) != 0)
		ip->ei_atime = now;
	if ((what & EIU_MODIFY) != 0) {
		ip->ei_mtime = now;
		ip->ei_modrev++;
	}
	if ((what & EIU_CHANGE) != 0)
		ip->ei_ctime = now;
	mutex_exit(&ip->ei_lock);
	ext2_idirty(ip);
}

/*
 * The file was read: honour noatime and relatime.
 */
void
ext2_imark_access(struct ext2_inode *ip)
{
	const int flags = ip->ei_em->em_mp->mnt_flag;
	struct timespec now;

	if ((flags & (MNT_NOATIME | MNT_RDONLY)) != 0 ||
	    (ip->ei_flags & E2_FL_NOATIME) != 0)
		return;
	if ((flags & MNT_RELATIME) != 0) {
		vfs_timestamp(&now);
		if (timespeccmp(&ip->ei_atime, &ip->ei_mtime, >) &&
		    timespeccmp(&ip->ei_atime, &ip->ei_ctime, >) &&
		    now.tv_sec - ip->ei_atime.tv_sec < 24 * 60 * 60)
			return;
	}
	ext2_imark(ip, EIU_ACCESS);
}

/* The first file of 2 GiB or more changes the format. */
static void
ext2_need_largefile(struct ext2_mount *em)
{

	mutex_enter(&em->em_lock);
	em->em_rocompat |= E2_R_LARGE_FILE;
	em->em_sb->s_feature_ro_compat = htole32(em->em_rocompat);
	em->em_sbdirty = true;
	mutex_exit(&em->em_lock);
}

void
ext2_isetsize(struct ext2_inode *ip, uint64_t size)
{

	if (size > INT32_MAX && !EXT2_HAS_R(ip->ei_em, LARGE_FILE))
		ext2_need_largefile(ip->ei_em);
	mutex_enter(&ip->ei_lock);
	ip->ei_size = size;
	mutex_exit(&ip->ei_lock);
}

/*
 * How large can this file get?
 */
uint64_t
ext2_maxsize(const struct ext2_inode *ip)
{
	const struct ext2_mount *em = ip->ei_em;
	uint64_t max;

	max = ip->ei_map->mo_maxblocks(em) << em->em_bshift;
	if (!EXT2_HAS_R(em, LARGE_FILE) && (em->em_flags & EMF_WRITE) != 0 &&
	    le32toh(em->em_sb->s_rev_level) == 0)
		max = MIN(max, INT32_MAX);
	/* i_blocks has 32 bits of 512 bytes unless huge_file. */
	if (!EXT2_HAS_R(em, HUGE_FILE))
		max = MIN(max, ((uint64_t)UINT32_MAX << DEV_BSHIFT) -
		    em->em_bsize);
	return max;
}
