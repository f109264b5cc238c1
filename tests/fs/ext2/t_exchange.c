/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images exchanged with other implementations in both directions: debugfs
 * always, the host kernel's own driver where a loop mount is possible.
 */
#include "e2.h"

E2_TC(debugfs, "debugfs reads what was written here, and the other way")
{

	e2_mkfs("16M", "-t ext2 -b 1024");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	e2_create("d/small", 10, 1);
	e2_create("d/large", 3000000, 2);
	e2_write("d/sparse", "end", 3, 2000000);
	e2_umount();
	e2_fsck();
	e2_host("mkdir got && /sbin/debugfs -R 'rdump /d got' " IMG
	    " 2>/dev/null");
	e2_mount(RUMP_MNT_RDONLY);
	e2_cmptree("d", "got/d");
	e2_umount();
	e2_host("dd if=/dev/urandom of=rnd bs=1000 count=900 2>/dev/null && "
	    "{ echo 'mkdir x'; echo 'write rnd x/f'; "
	    "echo 'symlink x/l target'; echo 'rm d/large'; } >cmds && "
	    "/sbin/debugfs -w -f cmds " IMG " >/dev/null 2>&1 && "
	    "mkdir y && cp rnd y/f && ln -s target y/l");
	e2_mount(0);
	e2_cmptree("x", "y");
	ATF_REQUIRE_EQ(2, e2_count("d"));
	e2_umount();
	e2_fsck();
}

/* Mount the image with the host's kernel, or skip the case. */
static void
host_mount(const char *opts)
{

	e2_host("mkdir -p hostmnt");
	if (e2_try("mount -o loop%s " IMG " hostmnt 2>/dev/null", opts) != 0)
		atf_tc_skip("no loop mount here");
}

ATF_TC(loop);
ATF_TC_HEAD(loop, tc)
{

	atf_tc_set_md_var(tc, "descr", "a loop mount reads what was written "
	    "here, and the other way; df agrees");
	atf_tc_set_md_var(tc, "require.user", "root");
	E2_REQUIRE_TOOLS(tc);
}
ATF_TC_BODY(loop, tc)
{
	struct rump_statvfs sv;
	char buf[64];
	int i;

	e2_mkfs("32M", "-t ext2");
	host_mount("");
	e2_host("umount hostmnt");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	for (i = 0; i < 500; i++)
		e2_create(e2_path("d/f%d", i) + sizeof(MNT), 100 * i, i);
	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	e2_umount();
	e2_fsck();
	host_mount("");
	e2_host("cp -a hostmnt/d copy && mkdir hostmnt/theirs && "
	    "for i in $(seq 600); do echo $i >hostmnt/theirs/name-$i; done; "
	    "df -B1024 --output=size,used hostmnt | tail -1 >df.out; "
	    "cp -a hostmnt/theirs copy2; rm hostmnt/d/f17; umount hostmnt");
	e2_out(buf, sizeof(buf), "cat df.out");
	ATF_REQUIRE_EQ_MSG(strtoul(buf, NULL, 10), sv.f_blocks *
	    (sv.f_frsize / 1024), "df says %s", buf);
	e2_mount(0);
	e2_cmptree("theirs", "copy2");
	RE(ENOENT, rump_sys_unlink(MNT "/d/f17"));
	e2_host("rm copy/f17");
	e2_cmptree("d", "copy");
	e2_umount();
	e2_fsck();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, debugfs);
	ATF_TP_ADD_TC(tp, loop);
	return atf_no_error();
}
