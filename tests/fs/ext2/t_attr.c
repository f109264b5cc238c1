/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an inode says about a file: permissions for several credentials,
 * owners, times, flags, device numbers, symbolic links, extended attributes.
 * debugfs is asked whether the disk agrees.
 */
#include "e2.h"

#include <pthread.h>

/* One line of "debugfs stat" that has the pattern. */
static void
disk_says(const char *file, const char *pattern)
{

	e2_host("/sbin/debugfs -R 'stat /%s' " IMG " 2>/dev/null >stat.out; "
	    "grep -q -e '%s' stat.out || { cat stat.out >&2; false; }", file,
	    pattern);
}

static void
as_user(unsigned uid, unsigned gid)
{

	RL(rump_sys_setegid(gid));
	RL(rump_sys_seteuid(uid));
}

static void
as_root(void)
{

	RL(rump_sys_seteuid(0));
	RL(rump_sys_setegid(0));
}

E2_TC(perms, "permission checks with several credentials")
{
	int fd;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	e2_create("f", 100, 1);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	RL(rump_sys_chmod(MNT "/f", 0640));
	RL(rump_sys_chown(MNT "/f", 100, 200));
	as_user(300, 300);
	RE(EACCES, rump_sys_open(MNT "/f", RUMP_O_RDONLY));
	RE(EACCES, rump_sys_mkdir(MNT "/d/x", 0755));
	RE(EACCES, rump_sys_unlink(MNT "/f"));
	RE(EPERM, rump_sys_chmod(MNT "/f", 0777));
	RE(EPERM, rump_sys_chown(MNT "/f", 300, 300));
	as_root();
	as_user(300, 200);
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_RDONLY));
	RL(rump_sys_close(fd));
	RE(EACCES, rump_sys_open(MNT "/f", RUMP_O_RDWR));
	as_root();
	as_user(100, 100);
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_RDWR));
	RL(rump_sys_close(fd));
	RL(rump_sys_chmod(MNT "/f", 0600));
	RE(EPERM, rump_sys_chown(MNT "/f", 101, -1));
	as_root();
	e2_umount();
	e2_fsck();
}

E2_TC(sticky, "the sticky bit, set-id bits after a write")
{
	struct rump_stat st;
	char c = 'x';
	int fd;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/tmp", 0777));
	RL(rump_sys_chmod(MNT "/tmp", 01777));
	as_user(100, 100);
	e2_create("tmp/mine", 10, 1);
	as_root();
	as_user(200, 200);
	RE(EPERM, rump_sys_unlink(MNT "/tmp/mine"));
	RE(EPERM, rump_sys_rename(MNT "/tmp/mine", MNT "/tmp/yours"));
	as_root();
	as_user(100, 100);
	RL(rump_sys_chmod(MNT "/tmp/mine", 04755));
	RL(fd = rump_sys_open(MNT "/tmp/mine", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(1, rump_sys_write(fd, &c, 1));
	RL(rump_sys_close(fd));
	e2_stat("tmp/mine", &st);
	ATF_REQUIRE_EQ(0755, st.st_mode & 07777);
	RL(rump_sys_unlink(MNT "/tmp/mine"));
	as_root();
	e2_umount();
	e2_fsck();
}

E2_TC(owner, "32-bit owners and groups, modes")
{
	struct rump_stat st;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	e2_create("f", 10, 1);
	RL(rump_sys_chown(MNT "/f", 123456789, 987654321));
	RL(rump_sys_chmod(MNT "/f", 07421));
	e2_again();
	e2_stat("f", &st);
	ATF_REQUIRE_EQ(123456789, st.st_uid);
	ATF_REQUIRE_EQ(987654321, st.st_gid);
	ATF_REQUIRE_EQ(07421, st.st_mode & 07777);
	disk_says("f", "User: 123456789 *Group: 987654321");
	/* A new file has its directory's group. */
	RL(rump_sys_mkdir(MNT "/d", 0755));
	RL(rump_sys_chown(MNT "/d", 0, 4242));
	e2_create("d/f", 10, 1);
	e2_stat("d/f", &st);
	ATF_REQUIRE_EQ(4242, st.st_gid);
	e2_umount();
	e2_fsck();
}

static void
times_of(int isize, long nsec)
{
	struct rump_timespec ts[2] = {
		{ 1234567890, 123456789 }, { 4000000000, 987654321 },
	};
	struct rump_stat st;

	e2_mkfs("8M", "-t ext2 -I %d", isize);
	e2_mount(0);
	e2_create("f", 10, 1);
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, MNT "/f",
	    (const struct timespec *)ts, 0));
	e2_again();
	e2_stat("f", &st);
	ATF_REQUIRE_EQ(1234567890, st.st_atimespec.tv_sec);
	ATF_REQUIRE_EQ(nsec == 0 ? 0 : 123456789, st.st_atimespec.tv_nsec);
	if (isize > 128) {
		ATF_REQUIRE_EQ(4000000000, st.st_mtimespec.tv_sec);
		ATF_REQUIRE_EQ(987654321, st.st_mtimespec.tv_nsec);
		ATF_REQUIRE(st.st_birthtimespec.tv_sec > 1600000000);
		disk_says("f", "crtime:");
	}
	ATF_REQUIRE(st.st_ctimespec.tv_sec > 1600000000);
	e2_umount();
}

E2_TC(times, "time stamps with and without nanoseconds")
{

	times_of(256, 1);
	times_of(128, 0);
}

E2_TC(updates, "who changes which time")
{
	struct rump_timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	struct rump_stat st;
	char c;
	int fd;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	e2_create("f", 10, 1);
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, MNT "/f",
	    (const struct timespec *)old, 0));
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(1, rump_sys_read(fd, &c, 1));
	e2_stat("f", &st);
	ATF_REQUIRE(st.st_atimespec.tv_sec > 1000000000);
	ATF_REQUIRE_EQ(1000000000, st.st_mtimespec.tv_sec);
	ATF_REQUIRE_EQ(1, rump_sys_write(fd, &c, 1));
	e2_stat("f", &st);
	ATF_REQUIRE(st.st_mtimespec.tv_sec > 1000000000);
	RL(rump_sys_close(fd));
	RL(rump_sys_mkdir(MNT "/d", 0755));
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, MNT "/d",
	    (const struct timespec *)old, 0));
	e2_create("d/f", 1, 1);
	e2_stat("d", &st);
	ATF_REQUIRE(st.st_mtimespec.tv_sec > 1000000000);
	e2_umount();
	e2_mount(RUMP_MNT_NOATIME);
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, MNT "/f",
	    (const struct timespec *)old, 0));
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(1, rump_sys_read(fd, &c, 1));
	RL(rump_sys_close(fd));
	e2_stat("f", &st);
	ATF_REQUIRE_EQ(1000000000, st.st_atimespec.tv_sec);
	e2_umount();
	e2_fsck();
}

E2_TC(flags, "immutable, append-only, nodump")
{
	struct rump_stat st;
	int fd;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	e2_create("f", 10, 1);
	RL(rump_sys_chflags(MNT "/f", RUMP_SF_IMMUTABLE | RUMP_UF_NODUMP));
	e2_stat("f", &st);
	ATF_REQUIRE_EQ(RUMP_SF_IMMUTABLE | RUMP_UF_NODUMP, st.st_flags);
	RE(EPERM, rump_sys_open(MNT "/f", RUMP_O_RDWR));
	RE(EPERM, rump_sys_unlink(MNT "/f"));
	RE(EPERM, rump_sys_rename(MNT "/f", MNT "/g"));
	RE(EPERM, rump_sys_chmod(MNT "/f", 0600));
	RE(EPERM, rump_sys_link(MNT "/f", MNT "/g"));
	RL(rump_sys_chflags(MNT "/f", RUMP_SF_APPEND));
	RE(EPERM, rump_sys_open(MNT "/f", RUMP_O_RDWR));
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_WRONLY | RUMP_O_APPEND));
	ATF_REQUIRE_EQ(3, rump_sys_write(fd, "abc", 3));
	RE(EPERM, rump_sys_ftruncate(fd, 0));
	RL(rump_sys_close(fd));
	e2_again();
	disk_says("f", "Flags: 0x20$");
	RL(rump_sys_chflags(MNT "/f", 0));
	RL(rump_sys_unlink(MNT "/f"));
	e2_umount();
	e2_fsck();
}

E2_TC(special, "device nodes with both encodings, fifos, sockets")
{
	struct rump_stat st;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	/* NetBSD's device numbers: 12 bits of major at 8, the rest minor. */
	RL(rump_sys_mknod(MNT "/small", S_IFCHR | 0600, 5 << 8 | 7));
	RL(rump_sys_mknod(MNT "/large", S_IFBLK | 0600,
	    0x123 << 8 | 0x45 | 0x678ULL << 20));
	RL(rump_sys_mkfifo(MNT "/fifo", 0600));
	RL(rump_sys_mknod(MNT "/sock", S_IFSOCK | 0600, 0));
	e2_again();
	e2_stat("small", &st);
	ATF_REQUIRE_EQ(5 << 8 | 7, st.st_rdev);
	ATF_REQUIRE(S_ISCHR(st.st_mode));
	e2_stat("large", &st);
	ATF_REQUIRE_EQ(0x123 << 8 | 0x45 | 0x678ULL << 20, st.st_rdev);
	ATF_REQUIRE(S_ISBLK(st.st_mode));
	e2_stat("fifo", &st);
	ATF_REQUIRE(S_ISFIFO(st.st_mode));
	e2_stat("sock", &st);
	ATF_REQUIRE(S_ISSOCK(st.st_mode));
	disk_says("small", "Device major/minor number: 05:07");
	disk_says("large", "Device major/minor number: 291:");
	RL(rump_sys_unlink(MNT "/small"));
	RL(rump_sys_unlink(MNT "/large"));
	RL(rump_sys_unlink(MNT "/fifo"));
	RL(rump_sys_unlink(MNT "/sock"));
	e2_umount();
	e2_fsck();
}

E2_TC(symlinks, "targets of every length")
{
	char target[1200], got[1200], name[32];
	int bsize, len;

	for (bsize = 1024; bsize <= 4096; bsize *= 4) {
		e2_mkfs("8M", "-t ext2 -b %d", bsize);
		e2_mount(0);
		for (len = 1; len < 1023; len += len < 70 ? 1 : 317) {
			memset(target, 'a' + len % 26, len);
			target[len] = '\0';
			snprintf(name, sizeof(name), "l%d", len);
			RL(rump_sys_symlink(target, e2_path("%s", name)));
		}
		memset(target, 'a', 1150);
		target[1150] = '\0';
		if (bsize == 1024)
			RE(ENAMETOOLONG, rump_sys_symlink(target,
			    MNT "/toolong"));
		e2_again();
		for (len = 1; len < 1023; len += len < 70 ? 1 : 317) {
			memset(target, 'a' + len % 26, len);
			snprintf(name, sizeof(name), "l%d", len);
			ATF_REQUIRE_EQ(len, rump_sys_readlink(e2_path("%s",
			    name), got, sizeof(got)));
			ATF_REQUIRE(memcmp(target, got, len) == 0);
			RL(rump_sys_unlink(e2_path("%s", name)));
		}
		RL(rump_sys_symlink("b", MNT "/a"));
		RL(rump_sys_symlink("a", MNT "/b"));
		RE(ELOOP, rump_sys_open(MNT "/a", RUMP_O_RDONLY));
		e2_umount();
		e2_fsck();
	}
}

#define	NS_USER	1
#define	NS_SYS	2

static void
xattr_is(const char *file, const char *name, const char *value)
{
	char buf[5000];
	ssize_t n;

	n = rump_sys_extattr_get_file(e2_path("%s", file), NS_USER, name, buf,
	    sizeof(buf));
	if (value == NULL) {
		ATF_REQUIRE_EQ(-1, n);
		ATF_REQUIRE_EQ_MSG(RUMP_ENOATTR, errno, "%s",
		    rump_strerror(errno));
		return;
	}
	ATF_REQUIRE_MSG(n != -1, "%s: %s", name, rump_strerror(errno));
	ATF_REQUIRE_EQ_MSG((ssize_t)strlen(value), n, "%s: %zd", name, n);
	ATF_REQUIRE(memcmp(buf, value, n) == 0);
}

static void
xattr_set(const char *file, const char *name, const char *value)
{

	ATF_REQUIRE_MSG(rump_sys_extattr_set_file(e2_path("%s", file),
	    NS_USER, name, value, strlen(value)) != -1, "%s: %s", name,
	    rump_strerror(errno));
}

E2_TC(xattr, "extended attributes set here and by debugfs")
{
	char big[901];

	memset(big, 'v', 900);
	big[900] = '\0';
	e2_mkfs("8M", "-t ext2 -b 1024 -I 128");
	e2_host("echo x >f && /sbin/debugfs -w -R 'write f f' " IMG
	    " 2>/dev/null && /sbin/debugfs -w -R "
	    "'ea_set f user.theirs value1' " IMG " 2>/dev/null");
	e2_mount(0);
	xattr_is("f", "theirs", "value1");
	xattr_is("f", "none", NULL);
	xattr_set("f", "ours", "second value");
	xattr_set("f", "a", "");
	xattr_set("f", "theirs", "changed");
	e2_create("g", 10, 1);
	xattr_set("g", "big", big);
	RE(ENOSPC, rump_sys_extattr_set_file(MNT "/g", NS_USER, "more", big,
	    900));
	e2_again();
	xattr_is("f", "theirs", "changed");
	xattr_is("f", "ours", "second value");
	xattr_is("f", "a", "");
	xattr_is("g", "big", big);
	e2_host("/sbin/debugfs -R 'ea_get f user.ours' " IMG " 2>/dev/null | "
	    "grep -q 'second value'");
	RL(rump_sys_extattr_delete_file(MNT "/f", NS_USER, "ours"));
	xattr_is("f", "ours", NULL);
	RL(rump_sys_extattr_delete_file(MNT "/g", NS_USER, "big"));
	RL(rump_sys_unlink(MNT "/f"));
	e2_umount();
	e2_fsck();
}

static int
list_has(const char *list, ssize_t n, const char *name)
{
	const size_t len = strlen(name);
	ssize_t i;

	for (i = 0; i < n; i += 1 + (uint8_t)list[i])
		if ((uint8_t)list[i] == len &&
		    memcmp(list + i + 1, name, len) == 0)
			return 1;
	return 0;
}

E2_TC(xattr_inode, "attributes in the inode; both places listed")
{
	char list[200];
	ssize_t n;

	e2_mkfs("8M", "-t ext2 -b 1024 -I 256");
	e2_host("echo x >f && /sbin/debugfs -w -R 'write f f' " IMG
	    " 2>/dev/null && /sbin/debugfs -w -R "
	    "'ea_set f user.inside value1' " IMG " 2>/dev/null");
	e2_mount(0);
	xattr_is("f", "inside", "value1");
	xattr_set("f", "outside", "value2");
	xattr_is("f", "outside", "value2");
	RL(n = rump_sys_extattr_list_file(MNT "/f", NS_USER, list,
	    sizeof(list)));
	ATF_REQUIRE(list_has(list, n, "inside"));
	ATF_REQUIRE(list_has(list, n, "outside"));
	RL(rump_sys_chmod(MNT "/f", 0600));
	e2_again();
	xattr_is("f", "inside", "value1");
	RL(rump_sys_unlink(MNT "/f"));
	e2_umount();
	e2_fsck();
}

#define	NRACERS		4
#define	NTRIES		20000

/* Create and remove the same attribute; how many more often created. */
static void *
racer(void *arg)
{
	intptr_t made = 0;
	int i;

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	for (i = 0; i < NTRIES; i++) {
		if (rump_sys_setxattr(MNT "/f", "user.once", "v", 1, 1) == 0)
			made++;
		else
			ATF_REQUIRE_EQ(RUMP_EEXIST, errno);
		if (rump_sys_removexattr(MNT "/f", "user.once") == 0)
			made--;
		else
			ATF_REQUIRE_EQ(RUMP_ENODATA, errno);
	}
	rump_pub_lwproc_releaselwp();
	return (void *)made;
}

E2_TC(xattr_once, "of several who create an attribute one does")
{
	pthread_t threads[NRACERS];
	intptr_t made = 0;
	void *rv;
	int i;

	e2_mkfs("8M", "-t ext2 -b 1024");
	e2_mount(0);
	e2_create("f", 10, 1);
	for (i = 0; i < NRACERS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&threads[i], NULL, racer,
		    NULL));
	for (i = 0; i < NRACERS; i++) {
		ATF_REQUIRE_EQ(0, pthread_join(threads[i], &rv));
		made += (intptr_t)rv;
	}
	/* Each that was made was removed once. */
	ATF_CHECK_EQ(0, made);
	xattr_is("f", "once", NULL);
	e2_umount();
	e2_fsck();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, perms);
	ATF_TP_ADD_TC(tp, sticky);
	ATF_TP_ADD_TC(tp, owner);
	ATF_TP_ADD_TC(tp, times);
	ATF_TP_ADD_TC(tp, updates);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, special);
	ATF_TP_ADD_TC(tp, symlinks);
	ATF_TP_ADD_TC(tp, xattr);
	ATF_TP_ADD_TC(tp, xattr_inode);
	ATF_TP_ADD_TC(tp, xattr_once);
	return atf_no_error();
}
