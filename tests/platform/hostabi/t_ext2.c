/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same on ext2, which has extended attributes besides.
 */
#include "cases.h"

ATF_TC_WITHOUT_HEAD(errors);
ATF_TC_BODY(errors, tc)
{

	ha_boot(true);
	case_errors();
	ha_done();
}

ATF_TC_WITHOUT_HEAD(attributes);
ATF_TC_BODY(attributes, tc)
{

	ha_boot(true);
	case_attributes();
	ha_done();
}

ATF_TC_WITHOUT_HEAD(entries);
ATF_TC_BODY(entries, tc)
{

	ha_boot(true);
	case_entries();
	ha_done();
}

ATF_TC_WITHOUT_HEAD(data);
ATF_TC_BODY(data, tc)
{

	ha_boot(true);
	case_data();
	ha_done();
}

static void
xattr_side(const struct side *s)
{
	static char big[65537];
	char buf[64], name[300];
	int fd;

	fd = RL(s->s_open("x", O_CREAT | O_RDWR, 0644));
	RL(s->s_close(fd));
	ATF_CHECK_EQ(0, s->s_listxattr("x", buf, sizeof(buf)));
	RL(s->s_setxattr("x", "user.a", "value", 5, 0));
	ATF_CHECK_EQ(5, s->s_getxattr("x", "user.a", NULL, 0));
	ATF_CHECK_EQ(5, s->s_getxattr("x", "user.a", buf, sizeof(buf)));
	ATF_CHECK_EQ(0, memcmp(buf, "value", 5));
	RE(ERANGE, s->s_getxattr("x", "user.a", buf, 4));
	RE(EEXIST, s->s_setxattr("x", "user.a", "b", 1, XATTR_CREATE));
	RE(ENODATA, s->s_setxattr("x", "user.b", "b", 1, XATTR_REPLACE));
	RE(EINVAL, s->s_setxattr("x", "user.b", "b", 1, 0x40));
	RE(ENODATA, s->s_getxattr("x", "user.b", buf, sizeof(buf)));
	RE(ENODATA, s->s_removexattr("x", "user.b"));
	RL(s->s_setxattr("x", "user.b", "b", 1, XATTR_CREATE));
	RL(s->s_removexattr("x", "user.b"));
	RE(EOPNOTSUPP, s->s_setxattr("x", "other.b", "b", 1, 0));
	RE(EOPNOTSUPP, s->s_getxattr("x", "b", buf, 1));
	RE(ERANGE, s->s_getxattr("x", "", buf, 1));
	memset(name, 'n', sizeof(name));
	memcpy(name, "user.", 5);
	name[299] = '\0';
	RE(ERANGE, s->s_setxattr("x", name, "b", 1, 0));
	RE(E2BIG, s->s_setxattr("x", "user.c", big, sizeof(big), 0));
	RE(ENOENT, s->s_getxattr("nothing", "user.a", buf, 1));
	ATF_CHECK_EQ(7, s->s_listxattr("x", NULL, 0));
	RE(ERANGE, s->s_listxattr("x", buf, 3));
	ATF_CHECK_EQ(7, s->s_listxattr("x", buf, sizeof(buf)));
	ATF_CHECK_STREQ("user.a", buf);
	RL(s->s_removexattr("x", "user.a"));
	ATF_CHECK_EQ(0, s->s_listxattr("x", buf, sizeof(buf)));
}

ATF_TC_WITHOUT_HEAD(xattrs);
ATF_TC_BODY(xattrs, tc)
{
	int fd;

	ha_boot(true);
	xattr_side(&ha_sides[1]);
	/* not every host's tmpfs has these */
	fd = RL(open("probe", O_CREAT | O_RDWR, 0600));
	if (fsetxattr(fd, "user.probe", "", 0, 0) == 0)
		xattr_side(&ha_sides[0]);
	RL(close(fd));
	ha_done();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, attributes);
	ATF_TP_ADD_TC(tp, entries);
	ATF_TP_ADD_TC(tp, data);
	ATF_TP_ADD_TC(tp, xattrs);
	return atf_no_error();
}
