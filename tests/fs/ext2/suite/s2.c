/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images for the suite on ext2; see s2.h.
 */
#include "../e2.h"

const char *s2_image(const char *, const char *, uint64_t, int64_t);
void	s2_check(const char *);

/* /a/b has a-b.img, in the case's own directory. */
static void
name_of(const char *dir, char *name, size_t size)
{
	char *p;

	snprintf(name, size, "%s", dir + 1);
	for (p = name; *p != '\0'; p++)
		if (*p == '/')
			*p = '-';
}

const char *
s2_image(const char *dir, const char *mkfs, uint64_t nodes, int64_t size)
{
	static char dev[64];
	char name[32], img[64];

	name_of(dir, name, sizeof(name));
	snprintf(img, sizeof(img), "%s.img", name);
	snprintf(dev, sizeof(dev), "/dev-%s", name);
	/* Ten inodes are reserved, one is lost+found's. */
	e2_host("rm -f %s; /sbin/mke2fs -q -F -m 0 -N %ju %s %s %jdk", img,
	    nodes != 0 ? (uintmax_t)nodes + 10 : size != 0 ? 32 : 4096, mkfs,
	    img, (intmax_t)(size != 0 ? size / 1024 : 32768));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register(dev, img, RUMP_ETFS_BLK));
	return dev;
}

void
s2_check(const char *dir)
{
	char name[32];

	name_of(dir, name, sizeof(name));
	e2_host("/sbin/e2fsck -fn %s.img >fsck.out 2>&1 || "
	    "{ cat fsck.out >&2; false; }", name);
}
