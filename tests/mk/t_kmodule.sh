# SPDX-License-Identifier: BSD-2-Clause
#
# Makefiles of NetBSD kernel modules, as they are, through bmake and what
# "make install" put in place.

. "$TOP/tests/mk/kit.subr"

# A tree in NetBSD's layout: sys/fs/foo, sys/modules/foo.
nbtree() {
	mkdir -p sys/fs/foo sys/modules/foo
	cat >sys/modules/Makefile.inc <<'EOT'
S!=	cd ${.PARSEDIR}/..;pwd

CPPFLAGS+=	-I${NETBSDSRCDIR}/common/include -DINC_SEEN
USE_FORT=	no
WARNS?=		5
EOT
	cat >sys/modules/foo/Makefile <<'EOT'
.include "../Makefile.inc"

.PATH:	${S}/fs/foo

KMOD=	foo
SRCS=	foo_vfsops.c foo_vnops.c foo.h

.include <bsd.kmodule.mk>
EOT
	echo 'int foo_vnops(void);' >sys/fs/foo/foo.h
	module sys/fs/foo/foo_vfsops.c foo '#include <fs/foo/foo.h>
	    int foo_call(void); int foo_call(void) { return foo_vnops(); }
	    #ifndef INC_SEEN
	    #error Makefile.inc is not seen
	    #endif'
	cat >sys/fs/foo/foo_vnops.c <<'EOT'
#include "foo.h"
int
foo_vnops(void)
{
	return 1;
}
EOT
	cd sys/modules/foo
}
# edit <LINES: adds them to the makefile, before its last line.
edit() {
	{ sed '/kmodule/d' Makefile; cat; tail -n 1 Makefile; } >m
	mv m Makefile
}

atf_test_case plain
plain_head() {
	atf_set require.progs bmake
}
plain_body() {
	kit
	nbtree
	atf_check -o match:'^CC +foo_vnops.c' -o match:'^LD +librumpfs_foo.so' \
	    bmake -m "$mk"
	[ -s librumpfs_foo.so ] || atf_fail "not built"
	atf_check -o empty bmake -m "$mk"
	(cd ../../.. && age)
	touch ../../fs/foo/foo.h
	atf_check -o match:vfsops -o match:vnops bmake -m "$mk" -j4
	atf_check -o empty bmake -m "$mk" dependall
	# the makefile says something else
	echo 'CPPFLAGS.foo_vnops.c=-DX' | edit
	atf_check -o match:'^CC +foo_vnops.c' bmake -m "$mk"
	atf_check -o ignore bmake -m "$mk" clean
	atf_check -o inline:'Makefile\n' ls
	atf_check -o ignore bmake -m "$mk" install
	[ -e "$mk/../../../lib/librumpfs_foo.so" ] || atf_fail "not installed"
}

atf_test_case ext2
ext2_head() {
	atf_set require.progs bmake mke2fs
}
ext2_body() {
	kit
	small_image d.img
	mkdir -p sys/fs/mine sys/modules/mine
	printf 'S!= cd ${.PARSEDIR}/..;pwd\n' >sys/modules/Makefile.inc
	(cd sys/fs/mine && ext2_as mine)
	cat >sys/modules/mine/Makefile <<EOT
.include "../Makefile.inc"
.PATH: \${S}/fs/mine
KMOD= mine
SRCS= $(cd sys/fs/mine && echo *.c)
.include <bsd.kmodule.mk>
EOT
	(cd sys/modules/mine && atf_check -o ignore bmake -m "$mk" -j4)
	atf_check -o inline:'hello\n' \
	    fsu -l sys/modules/mine/librumpfs_mine.so -t mine cat d.img:/hello
}

atf_test_case flags
flags_head() {
	atf_set require.progs bmake
}
flags_body() {
	kit
	nbtree
	edit <<'EOT'
CPPFLAGS+=	-DTEXT='"some text"' -DALL=1
CPPFLAGS.foo_vnops.c+=	-DONLY_VNOPS
COPTS+=		-fno-inline
COPTS.foo_vnops.c+=	-O1
CFLAGS+=	-fno-builtin
CFLAGS.foo_vfsops.c=	-fwrapv
CWARNFLAGS+=	-Wno-all-of-them
CWARNFLAGS.gcc=	-Wno-for-gcc
CWARNFLAGS.clang= -Wno-for-clang
EOT
	cat >>../../fs/foo/foo_vnops.c <<'EOT'
const char *foo_text = TEXT;
#if !defined(ALL) || !defined(ONLY_VNOPS)
#error flags for foo_vnops.c
#endif
EOT
	bmake -m "$mk" V=1 CC=gcc >out 2>&1 || { cat out; atf_fail "bmake"; }
	for f in foo_vnops foo_vfsops; do
		grep -e " -c -o .*/$f.c" out >line.$f
		atf_check -o match:' -DALL=1 ' -o match:' -fno-inline ' \
		    -o match:' -fno-builtin ' -o match:' -Wno-all-of-them ' \
		    -o match:' -Wno-for-gcc ' -o not-match:'for-clang' \
		    cat line.$f
	done
	atf_check -o match:' -DONLY_VNOPS ' -o match:' -O1 ' \
	    -o not-match:fwrapv cat line.foo_vnops
	atf_check -o match:' -fwrapv ' -o not-match:ONLY_VNOPS \
	    -o not-match:' -O1 ' cat line.foo_vfsops
	if command -v clang >/dev/null; then
		bmake -m "$mk" V=1 CC=clang >out 2>&1 || atf_fail "clang"
		atf_check -o match:'^clang .* -Wno-for-clang' \
		    -o not-match:'for-gcc' grep -e ' -c -o ' out
	fi
}

atf_test_case warnings
warnings_head() {
	atf_set require.progs bmake
}
warnings_body() {
	kit
	nbtree
	cat >>../../fs/foo/foo_vnops.c <<'EOT'
int foo_old();
int foo_old(a, b)
	int a;
	char *b;
{
	int unused;
	unsigned char *s = b;
	return s != 0 ? a : 0;
}
static int foo_never(void) { return 1; }
EOT
	echo 'CFLAGS+= -Werror' | edit
	# WARNS=5 is Makefile.inc's: warnings are given and do not stop it
	atf_check -o ignore -e match:unused bmake -m "$mk"
	atf_check -o ignore bmake -m "$mk" WARNS=0
	if command -v clang >/dev/null; then
		atf_check -o ignore -e match:unused bmake -m "$mk" CC=clang
	fi
}

atf_test_case config
config_head() {
	atf_set require.progs bmake
}
config_body() {
	kit
	nbtree
	cat >foo.ioconf <<'EOT'
ioconf foo
include "conf/files"
pseudo-device foo
options FOO_DEBUG
EOT
	cat >>../../fs/foo/foo_vnops.c <<'EOT'
#ifdef _KERNEL_OPT
#include "opt_foo_debug.h"
#include "opt_absent.h"
#endif
#if defined(ABSENT) || FOO_DEBUG != 1
#error options
#endif
EOT
	cat >>../../fs/foo/foo.h <<'EOT'
#ifdef _KERNEL_OPT
#include "opt_header_only.h"
#endif
EOT
	printf 'IOCONF= foo.ioconf\nCPPFLAGS+= -D_KERNEL_OPT\n' | edit
	atf_check -o ignore bmake -m "$mk"
	# given in the makefile, with the header there
	mkdir opt
	echo '#define ABSENT 5' >opt/opt_absent.h
	(cd ../../.. && age)
	sed -i 's/defined(ABSENT)/ABSENT != 5/' ../../fs/foo/foo_vnops.c
	echo 'CPPFLAGS+= -I${.CURDIR}/opt' | edit
	atf_check -o ignore bmake -m "$mk"
	# without _KERNEL_OPT nobody asks
	sed -i '/_KERNEL_OPT/d' Makefile
	echo 'CPPFLAGS+= -DABSENT=5 -DFOO_DEBUG' | edit
	atf_check -o ignore bmake -m "$mk"
}

atf_test_case told
told_head() {
	atf_set require.progs bmake
}
told_body() {
	kit
	nbtree
	echo 'KMODSCRIPT= foo.sh' | edit
	atf_check -o ignore -e match:'foo: KMODSCRIPT is ignored' \
	    bmake -m "$mk"
	sed -i '/^KMOD=/d; /^KMODSCRIPT/d' Makefile
	fails_saying 'KMOD is not set' bmake -m "$mk"
}

atf_test_case paths
paths_head() {
	atf_set require.progs bmake
}
paths_body() {
	kit
	nbtree
	mkdir ../../fs/foo/sub ../../lib
	echo 'int sub_a = 1;' >../../fs/foo/sub/sub_a.c
	echo 'int up = 1;' >../../lib/up.c
	printf 'SRCS+= sub/sub_a.c\nSRCS+= ../../lib/up.c\n' | edit
	atf_check -o ignore bmake -m "$mk"
	nm librumpfs_foo.so >syms
	atf_check -o match:rumpns_sub_a -o match:rumpns_up cat syms
	echo 'int x;' >../../lib/foo_vnops.c
	echo 'SRCS+= ../../lib/foo_vnops.c' | edit
	fails_saying 'two sources of the same name' bmake -m "$mk"
	sed -i '/lib.foo_vnops/d' Makefile
	echo 'SRCS+= none.c' | edit
	fails_saying 'none.c' bmake -m "$mk"
}

atf_test_case objdir
objdir_head() {
	atf_set require.progs bmake
}
objdir_body() {
	kit
	nbtree
	mkdir ../../../obj
	obj=$(cd ../../../obj && pwd)
	atf_check -o ignore env MAKEOBJDIR="$obj" bmake -m "$mk"
	atf_check -o inline:'Makefile\n' ls
	atf_check -o inline:'build\nlibrumpfs_foo.a\nlibrumpfs_foo.so\n' \
	    ls "$obj"
	atf_check -o empty env MAKEOBJDIR="$obj" bmake -m "$mk"
	atf_check -o ignore env MAKEOBJDIR="$obj" bmake -m "$mk" clean
	atf_check -o empty ls "$obj"
}

atf_test_case spaces
spaces_head() {
	atf_set require.progs bmake
}
spaces_body() {
	kit
	nbtree
	cd ../../..
	mkdir 'a space'
	mv sys 'a space/'
	cd 'a space/sys/modules/foo'
	fails_saying 'spaces in its name' bmake -m "$mk"
}

atf_test_case undefined
undefined_head() {
	atf_set require.progs bmake
}
undefined_body() {
	kit
	nbtree
	echo 'int frob(void); int foo_frob(void) { return frob(); }' \
	    >>../../fs/foo/foo_vnops.c
	fails_saying 'foo_vnops.c: error: undefined symbol frob: neither' \
	    bmake -m "$mk" WARNS=0
	atf_check -o ignore -e match:'undefined symbol frob' \
	    bmake -m "$mk" WARNS=0 UNDEFINED=allow
	# another faction's name, and what it needs
	sed -i '/frob/d' ../../fs/foo/foo_vnops.c
	echo 'RUMP_NEEDS= rump' | edit
	atf_check -o ignore bmake -m "$mk" KMODCLASS=dev
	readelf -d librumpdev_foo.so | grep NEEDED >needed
	atf_check -o match:librump.so -o not-match:librumpvfs cat needed
}

atf_init_test_cases() {
	for t in plain ext2 flags warnings config told paths objdir spaces \
	    undefined; do
		atf_add_test_case $t
	done
}
