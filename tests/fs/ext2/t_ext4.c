/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading ext3 and ext4: volumes of all feature sets, filled by the host's
 * own driver on a loop mount (e2_populate.py), and then compared with what
 * that driver says is there: names, attributes, times, extended attributes,
 * contents, holes.
 */
#include "e2.h"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <dirent.h>
#undef d_fileno

#define	HOST	"host"		/* where the host mounts */

struct both {			/* a file on both sides */
	char	b_name[2048];	/* below MNT */
	char	b_host[2048];
};

static unsigned nfiles, nattrs;

static void
host_mount(const char *opts)
{

	e2_host("mkdir -p " HOST " && mount -t ext4 -o loop%s " IMG " " HOST,
	    opts);
}

static void
host_umount(void)
{

	e2_host("umount " HOST);
}

static void
same(const struct both *b, const char *what, int64_t host, int64_t ours)
{

	ATF_CHECK_MSG(host == ours, "%s: %s is %jd, not %jd", b->b_name, what,
	    (intmax_t)ours, (intmax_t)host);
}

static void
cmp_time(const struct both *b, const char *what, int64_t sec, int64_t nsec,
    const struct rump_timespec *ts)
{

	same(b, what, sec, ts->tv_sec);
	same(b, what, nsec, ts->tv_nsec);
}

static void
cmp_stat(const struct both *b, const struct rump_stat *st)
{
	struct statx sx;

	ATF_REQUIRE_EQ(0, statx(AT_FDCWD, b->b_host, AT_SYMLINK_NOFOLLOW,
	    STATX_BASIC_STATS | STATX_BTIME, &sx));
	same(b, "mode", sx.stx_mode, st->st_mode);
	same(b, "link count", sx.stx_nlink, st->st_nlink);
	same(b, "uid", sx.stx_uid, st->st_uid);
	same(b, "gid", sx.stx_gid, st->st_gid);
	same(b, "size", sx.stx_size, st->st_size);
	same(b, "blocks", sx.stx_blocks, st->st_blocks);
	same(b, "inode", sx.stx_ino, st->st_ino);
	cmp_time(b, "atime", sx.stx_atime.tv_sec, sx.stx_atime.tv_nsec,
	    &st->st_atimespec);
	cmp_time(b, "mtime", sx.stx_mtime.tv_sec, sx.stx_mtime.tv_nsec,
	    &st->st_mtimespec);
	cmp_time(b, "ctime", sx.stx_ctime.tv_sec, sx.stx_ctime.tv_nsec,
	    &st->st_ctimespec);
	if ((sx.stx_mask & STATX_BTIME) != 0)
		cmp_time(b, "birth time", sx.stx_btime.tv_sec,
		    sx.stx_btime.tv_nsec, &st->st_birthtimespec);
	if (!S_ISCHR(sx.stx_mode) && !S_ISBLK(sx.stx_mode))
		return;
	same(b, "major", sx.stx_rdev_major, st->st_rdev >> 8 & 0xfff);
	same(b, "minor", sx.stx_rdev_minor, (st->st_rdev & 0xff) |
	    (st->st_rdev >> 12 & 0xfff00));
}

static void
cmp_attr(const struct both *b, const char *name)
{
	static char x[70000], y[70000];
	int ns = RUMP_EXTATTR_SYSTEM;
	const char *ours = name;
	ssize_t n, m;

	nattrs++;
	if (strncmp(name, "user.", 5) == 0) {
		ns = RUMP_EXTATTR_USER;
		ours = name + 5;
	} else if (strncmp(name, "system.", 7) == 0)
		ours = name + 7;
	n = lgetxattr(b->b_host, name, x, sizeof(x));
	m = rump_sys_extattr_get_link(b->b_name, ns, ours, y, sizeof(y));
	ATF_CHECK_MSG(m != -1, "%s: %s: %s", b->b_name, name,
	    rump_strerror(errno));
	/* The host has lists of rights in another form than the disk. */
	if (strncmp(name, "system.posix", 12) == 0)
		return;
	same(b, name, n, m);
	ATF_CHECK_MSG(n != m || memcmp(x, y, n) == 0, "%s: value of %s",
	    b->b_name, name);
}

/* How many names has a list, each with its length in front? */
static int
count_attrs(const struct both *b, int ns)
{
	static char list[65536];
	ssize_t n, at;
	int count = 0;

	n = rump_sys_extattr_list_link(b->b_name, ns, list, sizeof(list));
	ATF_REQUIRE_MSG(n != -1, "%s: %s", b->b_name, rump_strerror(errno));
	for (at = 0; at < n; at += (uint8_t)list[at] + 1)
		count++;
	return count;
}

static void
cmp_attrs(const struct both *b)
{
	static char list[65536];
	ssize_t n, at;
	int count = 0;

	n = llistxattr(b->b_host, list, sizeof(list));
	ATF_REQUIRE_MSG(n != -1, "%s", b->b_host);
	for (at = 0; at < n; at += strlen(list + at) + 1, count++)
		cmp_attr(b, list + at);
	same(b, "number of attributes", count,
	    count_attrs(b, RUMP_EXTATTR_USER) +
	    count_attrs(b, RUMP_EXTATTR_SYSTEM));
}

/*
 * Where data and holes are.  Not after reading: to the host, what it has in
 * its cache is data.
 */
static void
cmp_holes(const struct both *b, int hfd, int fd)
{
	off_t at = 0, data;

	while ((data = lseek(hfd, at, SEEK_DATA)) != -1) {
		same(b, "next data", data, rump_sys_lseek(fd, at,
		    RUMP_SEEK_DATA));
		at = lseek(hfd, data, SEEK_HOLE);
		same(b, "next hole", at, rump_sys_lseek(fd, data,
		    RUMP_SEEK_HOLE));
	}
	same(b, "next data", -1, rump_sys_lseek(fd, at, RUMP_SEEK_DATA));
}

static void
cmp_range(const struct both *b, int hfd, int fd, off_t at, off_t end)
{
	static char x[50000], y[50000];
	ssize_t n, m;

	for (; at < end; at += n) {
		n = pread(hfd, x, sizeof(x), at);
		m = rump_sys_pread(fd, y, sizeof(y), at);
		ATF_REQUIRE_MSG(m == n && n > 0 && memcmp(x, y, n) == 0,
		    "%s: differs at %jd", b->b_name, (intmax_t)at);
	}
}

/* Contents: the start with its holes, then what is data. */
static void
cmp_data(const struct both *b, off_t size)
{
	off_t at = 0, end;
	int fd, hfd;

	ATF_REQUIRE((hfd = open(b->b_host, O_RDONLY)) != -1);
	RL(fd = rump_sys_open(b->b_name, RUMP_O_RDONLY));
	cmp_holes(b, hfd, fd);
	cmp_range(b, hfd, fd, 0, size < 1 << 20 ? size : 1 << 20);
	while ((at = lseek(hfd, at, SEEK_DATA)) != -1) {
		end = lseek(hfd, at, SEEK_HOLE);
		cmp_range(b, hfd, fd, at, end);
		at = end;
	}
	close(hfd);
	RL(rump_sys_close(fd));
}

static void
cmp_link(const struct both *b)
{
	char x[8192], y[8192];
	ssize_t n, m;

	ATF_REQUIRE((n = readlink(b->b_host, x, sizeof(x))) != -1);
	RL(m = rump_sys_readlink(b->b_name, y, sizeof(y)));
	ATF_CHECK_MSG(n == m && memcmp(x, y, n) == 0, "%s: other text",
	    b->b_name);
}

static int count;

static void
count_one(const char *name, uint64_t ino, int type, void *arg)
{

	count++;
}

static void
cmp_tree(const struct both *b)
{
	struct rump_stat st;
	struct both sub;
	struct dirent *d;
	int n = 0;
	DIR *dp;

	nfiles++;
	ATF_REQUIRE_MSG(rump_sys_lstat(b->b_name, (struct stat *)&st) == 0,
	    "%s: %s", b->b_name, rump_strerror(errno));
	cmp_stat(b, &st);
	cmp_attrs(b);
	if (S_ISREG(st.st_mode))
		cmp_data(b, st.st_size);
	else if (S_ISLNK(st.st_mode))
		cmp_link(b);
	if (!S_ISDIR(st.st_mode))
		return;
	ATF_REQUIRE((dp = opendir(b->b_host)) != NULL);
	while ((d = readdir(dp)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 ||
		    strcmp(d->d_name, "..") == 0)
			continue;
		n++;
		snprintf(sub.b_name, sizeof(sub.b_name), "%.900s/%.255s",
		    b->b_name, d->d_name);
		snprintf(sub.b_host, sizeof(sub.b_host), "%.900s/%.255s",
		    b->b_host, d->d_name);
		cmp_tree(&sub);
	}
	closedir(dp);
	count = 0;
	e2_readdir(b->b_name + strlen(MNT), count_one, NULL);
	same(b, "number of names", n, count);
}

static void
compare(void)
{
	const struct both root = { MNT, HOST };

	host_mount(",ro,noload");
	e2_mount(RUMP_MNT_RDONLY);
	nfiles = nattrs = 0;
	cmp_tree(&root);
	e2_umount();
	host_umount();
	ATF_CHECK_MSG(nfiles > 400, "only %u files", nfiles);
	printf("%u files, %u attributes\n", nfiles, nattrs);
}

static void
compare_with(const atf_tc_t *tc, const char *size, const char *args,
    int names)
{

	e2_mkfs(size, "%s", args);
	host_mount("");
	e2_host("python3 %s/e2_populate.py " HOST " %d",
	    atf_tc_get_config_var(tc, "srcdir"), names);
	host_umount();
	compare();
}

#define	EXT4_HEAD(name, text)						\
ATF_TC_WITH_CLEANUP(name);						\
ATF_TC_HEAD(name, tc)							\
{									\
									\
	atf_tc_set_md_var(tc, "descr", "%s", text);			\
	atf_tc_set_md_var(tc, "require.user", "root");			\
	atf_tc_set_md_var(tc, "require.progs", "/sbin/mke2fs "		\
	    "/sbin/e2fsck /sbin/debugfs mount python3");		\
}									\
ATF_TC_CLEANUP(name, tc)						\
{									\
									\
	e2_try("umount " HOST " 2>/dev/null");				\
}

#define	EXT4_TC(name, text, size, names, args)				\
EXT4_HEAD(name, text)							\
ATF_TC_BODY(name, tc)							\
{									\
									\
	compare_with(tc, size, args, names);				\
}

EXT4_TC(ext2, "ext2 and old inodes", "64M", 300, "-t ext2 -I 128 -b 1024")
EXT4_TC(ext3, "ext3", "64M", 300, "-t ext3 -b 2048")
EXT4_TC(defaults, "ext4 as it is made", "64M", 500, "-t ext4")
EXT4_TC(small, "small blocks, metadata_csum_seed, large_dir", "64M", 3000,
    "-t ext4 -b 1024 -O metadata_csum_seed,large_dir")
EXT4_TC(groups, "meta_bg, no flex_bg, no 64bit, uninit_bg", "64M", 300,
    "-t ext4 -b 1024 -g 1024 -O meta_bg,^resize_inode,^flex_bg,^64bit,"
    "^metadata_csum,uninit_bg")
EXT4_TC(inlines, "inline_data in inodes of 256 bytes", "64M", 300,
    "-t ext4 -I 256 -O inline_data")
EXT4_TC(inlines1k, "inline_data in inodes of 1024 bytes", "64M", 300,
    "-t ext4 -b 1024 -I 1024 -O inline_data,ea_inode")
EXT4_TC(ea_inode, "large attributes in inodes", "64M", 300,
    "-t ext4 -O ea_inode")
EXT4_TC(ea_nocsum, "the same without checksums", "64M", 300,
    "-t ext4 -O ea_inode,^metadata_csum")
EXT4_TC(bigalloc, "clusters of blocks", "128M", 300,
    "-t ext4 -b 1024 -C 16384 -O bigalloc")
EXT4_TC(orphans, "orphan_file, fast_commit", "64M", 300,
    "-t ext4 -O orphan_file,fast_commit")
EXT4_TC(mmp, "mmp, not in use", "64M", 300, "-t ext4 -O mmp "
    "-E mmp_update_interval=1")

/*
 * Hosts without these features only read them: mke2fs fills the volume, from
 * a tree on ext4, which takes no more attributes than fit.
 */
EXT4_HEAD(quota, "quota, project, verity, stable_inodes")
ATF_TC_BODY(quota, tc)
{

	e2_mkfs("64M", "-t ext4 -b 4096");
	host_mount("");
	e2_host("python3 %s/e2_populate.py " HOST,
	    atf_tc_get_config_var(tc, "srcdir"));
	e2_host("/sbin/mke2fs -q -F -t ext4 -b 4096 "
	    "-O quota,project,verity,stable_inodes -d " HOST
	    " filled.img 64M >/dev/null");
	host_umount();
	RL(rename("filled.img", IMG));
	compare();
}

EXT4_HEAD(hashes, "indexes by each kind of hash")
ATF_TC_BODY(hashes, tc)
{
	static const char *const hash[] = { "legacy", "half_md4", "tea" };
	char seen[256];
	size_t i;
	int sign;

	for (i = 0; i < 3; i++) {
		for (sign = 0; sign < 2; sign++) {
			e2_mkfs("64M", "-t ext4 -b 1024");
			e2_host("/sbin/tune2fs -E hash_alg=%s " IMG
			    " >/dev/null && /sbin/debugfs -w -R 'ssv flags "
			    "%d' " IMG " >/dev/null 2>&1", hash[i], sign + 1);
			host_mount("");
			e2_host("python3 %s/e2_populate.py " HOST " 600",
			    atf_tc_get_config_var(tc, "srcdir"));
			host_umount();
			e2_out(seen, sizeof(seen), "/sbin/debugfs -R 'htree "
			    "/names' " IMG " 2>/dev/null | "
			    "sed -n 's/.*Hash Version: //p'");
			ATF_REQUIRE_EQ_MSG((int)i, atoi(seen), "%s: %s",
			    hash[i], seen);
			compare();
		}
	}
}

/* More levels than two need 15,000 leaves and more. */
EXT4_HEAD(largedir, "an index of three levels")
ATF_TC_BODY(largedir, tc)
{
	const struct both dir = { MNT "/d", HOST "/d" };
	char levels[256];

	e2_mkfs("256M", "-t ext4 -b 1024 -N 4096 -O large_dir");
	host_mount("");
	e2_host("mkdir " HOST "/d && python3 -c 'import os\n"
	    "os.chdir(\"" HOST "/d\")\n"
	    "open(\"f0\", \"w\").close()\n"
	    "for i in range(50000):\n"
	    " if i %% 60000 == 0: open(\"f%%d\" %% i, \"w\").close()\n"
	    " os.link(\"f0\", \"n\" * 240 + \"%%d\" %% i)'");
	host_umount();
	e2_out(levels, sizeof(levels), "/sbin/debugfs -R 'htree /d' " IMG
	    " 2>/dev/null | sed -n 's/.*Indirect levels: //p'");
	ATF_REQUIRE_EQ_MSG(2, atoi(levels), "levels: %s", levels);
	host_mount(",ro,noload");
	e2_mount(RUMP_MNT_RDONLY);
	cmp_tree(&dir);
	ATF_CHECK_EQ(50002, nfiles);
	RE(ENOENT, rump_sys_access(MNT "/d/not-there", 0));
	e2_umount();
	host_umount();
}

/* One line of a file, which must have it. */
static void
said(const char *text)
{

	fflush(NULL);
	e2_host("grep -q '%s' said || { cat said >&2; false; }", text);
}

/* Mounting must fail like this, with that line. */
static void
refused(int error, const char *text)
{
	int fd, save;

	fflush(NULL);
	ATF_REQUIRE((save = dup(STDERR_FILENO)) != -1);
	ATF_REQUIRE((fd = open("said", O_RDWR | O_CREAT | O_TRUNC, 0600)) !=
	    -1);
	ATF_REQUIRE(dup2(fd, STDERR_FILENO) != -1);
	errno = 0;
	ATF_CHECK_EQ(-1, e2_trymount(IMG, RUMP_MNT_RDONLY));
	ATF_CHECK_EQ_MSG(error, errno, "%s: %s", text, rump_strerror(errno));
	fflush(NULL);
	ATF_REQUIRE(dup2(save, STDERR_FILENO) != -1);
	close(save);
	close(fd);
	said(text);
}

E2_TC(encrypted, "encrypted files: listed, not opened")
{
	char name[32] = "";
	struct rump_stat st;
	int fd;

	e2_host("mkdir -p tree/d/sub && echo a >tree/d/a && echo b >tree/b && "
	    "ln -s target tree/d/link");
	e2_mkfs("1M", "-t ext4 -b 1024 -O encrypt,^has_journal -d tree");
	/* A name no program could use. */
	e2_host("/sbin/debugfs -w -R 'sif /d flags 0x80800' " IMG " 2>/dev/null"
	    " && /sbin/debugfs -w -R 'sif /d/a flags 0x80800' " IMG
	    " 2>/dev/null && /sbin/debugfs -w -R 'sif /d/link flags 0x800' "
	    IMG " 2>/dev/null");
	e2_mount(RUMP_MNT_RDONLY);
	ATF_CHECK_EQ(3, e2_count("d"));
	RL(fd = rump_sys_open(MNT "/d", RUMP_O_RDONLY));
	RL(rump_sys_close(fd));
	RE(ENOENT, rump_sys_lstat(MNT "/d/a", (struct stat *)&st));
	RE(ENOENT, rump_sys_lstat(MNT "/d/encrypted-", (struct stat *)&st));
	RE(ENOENT, rump_sys_lstat(MNT "/d/encrypted-0", (struct stat *)&st));
	RE(ENOENT, rump_sys_lstat(MNT "/d/encrypted-fffffffffffffffff",
	    (struct stat *)&st));
	RE(ENOENT, rump_sys_lstat(MNT "/d/encrypted-018",
	    (struct stat *)&st));
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "d/encrypted-%x", i);
		if (rump_sys_lstat(e2_path("%s", name), (struct stat *)&st) ==
		    -1) {
			ATF_CHECK_EQ(RUMP_ENOENT, errno);
			continue;
		}
		if (S_ISREG(st.st_mode))
			RE(ENEEDAUTH, rump_sys_open(e2_path("%s", name),
			    RUMP_O_RDONLY));
		else if (S_ISLNK(st.st_mode))
			RE(ENEEDAUTH, rump_sys_readlink(e2_path("%s", name),
			    name, sizeof(name)));
		count++;
	}
	ATF_CHECK_EQ(3, count);
	RL(fd = rump_sys_open(MNT "/b", RUMP_O_RDONLY));
	RL(rump_sys_close(fd));
	e2_umount();
}

E2_TC(refusals, "what is refused says why, and what helps")
{
	char where[64];

	e2_mkfs("4M", "-t ext4 -O casefold");
	refused(RUMP_EOPNOTSUPP, "cannot mount: feature casefold");
	e2_mkfs("4M", "-t ext4 -b 1024 -O ^has_journal");
	e2_host("/sbin/tune2fs -O mmp " IMG " >/dev/null");
	e2_out(where, sizeof(where), "/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
	    "sed -n 's/MMP block number: *//p'");
	ATF_REQUIRE(atoi(where) > 0);
	/* A count instead of "clean", without and with a right checksum. */
	e2_host("printf '\\007\\0\\0\\0' | dd of=" IMG " bs=1 "
	    "conv=notrunc seek=$((%s * 1024 + 4)) 2>/dev/null", where);
	refused(RUMP_EBADMSG, "mmp block: checksum mismatch; run e2fsck");
	e2_mkfs("4M", "-t ext4 -b 1024 -O ^has_journal,^metadata_csum");
	e2_host("/sbin/tune2fs -O mmp " IMG " >/dev/null");
	e2_out(where, sizeof(where), "/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
	    "sed -n 's/MMP block number: *//p'");
	e2_host("printf '\\007\\0\\0\\0' | dd of=" IMG " bs=1 "
	    "conv=notrunc seek=$((%s * 1024 + 4)) 2>/dev/null", where);
	refused(RUMP_EBUSY, "feature mmp: in use on .*run e2fsck");
	e2_mkfs("4M", "-t ext4 -b 1024");
	e2_host("/sbin/debugfs -w -R 'sif <2> mode 0100644' " IMG
	    " 2>/dev/null");
	refused(RUMP_EIO, "the root is no directory; run e2fsck");
	e2_host("/sbin/debugfs -w -R 'clri <2>' " IMG " 2>/dev/null");
	refused(RUMP_EIO, "no root directory; run e2fsck");
	e2_host("printf x | dd of=" IMG " bs=1 conv=notrunc seek=1160 "
	    "2>/dev/null");
	refused(RUMP_EBADMSG, "superblock: checksum mismatch; run e2fsck");
}

static void
edit(const char *cmd)
{

	e2_host("cp base.img " IMG "; /sbin/debugfs -w -R '%s' " IMG
	    " 2>/dev/null", cmd);
}

/* Change the first bytes like these, and mend the checksum of the inode. */
static void
patch_inode(const char *file, const char *from, const char *to)
{

	e2_host("cp base.img " IMG "; python3 -c 'd = open(\"" IMG "\", "
	    "\"rb\").read(); n = d.count(b\"%s\"); assert n == 1, n; "
	    "open(\"" IMG "\", \"wb\").write(d.replace(b\"%s\", "
	    "b\"%s\"))'; /sbin/debugfs -w -R 'sif %s mtime 0' " IMG
	    " 2>/dev/null", from, from, to, file);
}

E2_TC(inline_damage, "inline data that does not fit together")
{
	struct rump_stat st;
	char buf[256];
	int fd;

	e2_host("mkdir -p tree/dir tree/dir4 && head -c 120 /dev/zero | "
	    "tr '\\0' x >tree/file && ln -s $(printf %%0100d 7) tree/link "
	    "&& for i in 1 2 3; do touch tree/dir/name-$i; done");
	e2_mkfs("1M", "-t ext4 -b 1024 -I 256 -O inline_data,^has_journal,"
	    "^metadata_csum -d tree");
	e2_host("mv " IMG " base.img");

	edit("sif /file size 5000");
	e2_mount(RUMP_MNT_RDONLY);
	RE(EIO, rump_sys_lstat(MNT "/file", (struct stat *)&st));
	e2_umount();
	edit("sif /file flags 0x10080000");
	e2_mount(RUMP_MNT_RDONLY);
	RE(EIO, rump_sys_lstat(MNT "/file", (struct stat *)&st));
	e2_umount();
	edit("sif /file size 70");
	e2_mount(RUMP_MNT_RDONLY);
	RL(fd = rump_sys_open(MNT "/file", RUMP_O_RDONLY));
	ATF_CHECK_EQ(70, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	e2_umount();
	edit("sif /link size 0");
	e2_mount(RUMP_MNT_RDONLY);
	RE(EIO, rump_sys_readlink(MNT "/link", buf, sizeof(buf)));
	e2_umount();
	/* Records that end too early and too late: 16 bytes each. */
	patch_inode("/dir", "\\x10\\x00\\x06\\x01name-2",
	    "\\x14\\x00\\x06\\x01name-2");
	e2_mount(RUMP_MNT_RDONLY);
	RE(EIO, rump_sys_lstat(MNT "/dir/name-1", (struct stat *)&st));
	RL(rump_sys_lstat(MNT "/dir4", (struct stat *)&st));
	e2_umount();
	patch_inode("/dir", "\\x10\\x00\\x06\\x01name-2",
	    "\\x04\\x00\\x06\\x01name-2");
	e2_mount(RUMP_MNT_RDONLY);
	RL(fd = rump_sys_open(MNT "/dir", RUMP_O_RDONLY));
	RE(EIO, rump_sys_getdents(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	e2_umount();
}

E2_TC(value_damage, "values in inodes that are not what they should be")
{
	const char *ino = "13";		/* the first free one */
	char cmd[128], buf[8192];
	int n;

	e2_host("mkdir tree && touch tree/f && head -c 1024 /dev/zero | "
	    "tr '\\0' v >value");
	e2_mkfs("2M", "-t ext4 -b 1024 -O ea_inode,^has_journal -d tree");
	e2_host("/sbin/debugfs -w -R 'ea_set -f value /f user.big' " IMG
	    " 2>/dev/null; mv " IMG " base.img");

	e2_host("cp base.img " IMG);
	e2_mount(RUMP_MNT_RDONLY);
	ATF_CHECK_EQ(1024, rump_sys_extattr_get_link(MNT "/f", 1, "big", buf,
	    sizeof(buf)));
	for (n = 0; n < 1024 && buf[n] == 'v'; n++)
		continue;
	ATF_CHECK_EQ(1024, n);
	e2_umount();

	static const struct {
		const char *c_field;
		int c_error;
	} cases[] = {
		{ "atime 77", RUMP_EBADMSG }, { "size 1023", RUMP_EIO },
		{ "flags 0x80000", RUMP_EIO }, { "mode 040755", RUMP_EIO },
		{ "links_count 0", RUMP_EIO }, { "block[5] 0", RUMP_EIO },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(cmd, sizeof(cmd), "sif <%s> %s", ino,
		    cases[i].c_field);
		edit(cmd);
		e2_mount(RUMP_MNT_RDONLY);
		ATF_CHECK_EQ(-1, rump_sys_extattr_get_link(MNT "/f", 1, "big",
		    buf, sizeof(buf)));
		ATF_CHECK_EQ_MSG(cases[i].c_error, errno, "%s: %s", cmd,
		    rump_strerror(errno));
		e2_umount();
	}
	/* Nobody's file. */
	snprintf(cmd, sizeof(cmd), "ln <%s> /value", ino);
	edit(cmd);
	e2_mount(RUMP_MNT_RDONLY);
	RE(EIO, rump_sys_open(MNT "/value", RUMP_O_RDONLY));
	e2_umount();
}

/* As a crash leaves it: the host's journal has what nothing else has. */
EXT4_HEAD(fastcommit, "fast commits are not passed over")
ATF_TC_BODY(fastcommit, tc)
{

	e2_mkfs("64M", "-t ext4 -O fast_commit");
	host_mount("");
	e2_host("echo first >" HOST "/first && sync -f " HOST "/first && "
	    "cp --sparse=always " IMG " whole.img && "
	    "echo more >>" HOST "/first && sync " HOST "/first && "
	    "cp --sparse=always " IMG " fast.img");
	host_umount();
	e2_host("mv whole.img " IMG);
	e2_mount(RUMP_MNT_RDONLY);
	e2_umount();
	e2_host("mv fast.img " IMG);
	refused(RUMP_EOPNOTSUPP, "feature fast_commit: commits.*e2fsck");
	e2_host("/sbin/e2fsck -fp " IMG " >/dev/null 2>&1 || [ $? = 1 ]");
	e2_mount(RUMP_MNT_RDONLY);
	e2_host("printf 'first\nmore\n' >want");
	e2_umount();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, ext2);
	ATF_TP_ADD_TC(tp, ext3);
	ATF_TP_ADD_TC(tp, defaults);
	ATF_TP_ADD_TC(tp, small);
	ATF_TP_ADD_TC(tp, groups);
	ATF_TP_ADD_TC(tp, inlines);
	ATF_TP_ADD_TC(tp, inlines1k);
	ATF_TP_ADD_TC(tp, ea_inode);
	ATF_TP_ADD_TC(tp, ea_nocsum);
	ATF_TP_ADD_TC(tp, bigalloc);
	ATF_TP_ADD_TC(tp, orphans);
	ATF_TP_ADD_TC(tp, mmp);
	ATF_TP_ADD_TC(tp, quota);
	ATF_TP_ADD_TC(tp, hashes);
	ATF_TP_ADD_TC(tp, largedir);
	ATF_TP_ADD_TC(tp, encrypted);
	ATF_TP_ADD_TC(tp, refusals);
	ATF_TP_ADD_TC(tp, inline_damage);
	ATF_TP_ADD_TC(tp, value_damage);
	ATF_TP_ADD_TC(tp, fastcommit);
	return atf_no_error();
}
