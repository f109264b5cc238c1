# SPDX-License-Identifier: BSD-2-Clause
#
# Components outside of the tree, with GNU make and what "make install" put in
# place: a makefile of three lines, and what goes wrong.

. "$TOP/tests/mk/kit.subr"

atf_test_case tmpfs
tmpfs_body() {
	kit
	mkdir work && cd work
	cp "$TOP"/drivers/fs/tmpfs/*.[ch] .
	threelines rumpfs_tmpfs '$(wildcard *.c)'
	atf_check -o match:'^CC +tmpfs_vnops.c' -o match:'^LD +librumpfs_tmpf' \
	    make
	[ -s librumpfs_tmpfs.a ] || atf_fail "no archive"
	atf_check -o empty make
	atf_check -o ignore make clean
	atf_check -o inline:'Makefile\n' sh -c 'ls | grep -v "\.[ch]$"'
}

atf_test_case ext2
ext2_head() {
	atf_set require.progs mke2fs
}
ext2_body() {
	kit
	small_image d.img
	mkdir work && cd work
	ext2_as mine
	threelines rumpfs_mine '$(wildcard *.c)'
	atf_check -o ignore make -j4
	cd ..
	cp d.img e.img
	atf_check -o inline:'hello\n' \
	    fsu -l work/librumpfs_mine.so -t mine cat d.img:/hello
	atf_check fsu -l work/librumpfs_mine.so -t mine mkdir d.img:/dir
	atf_check -o inline:'dir\nhello\nlost+found\n' fsu ls d.img:
	atf_check -o ignore -e ignore e2fsck -fn d.img
	atf_check -s exit:1 -e match:'no driver' fsu -t mine ls e.img:
	# and installed
	(cd work && atf_check -o ignore make install-component)
	atf_check -o inline:'hello\n' fsu -l librumpfs_mine.so -t mine \
	    cat e.img:/hello
	atf_check -o match:'^D rump' cat inst/share/anykernel/sym/rumpfs_mine
}

# The drivers among the examples, with their own makefiles.
atf_test_case examples
examples_body() {
	kit
	for d in veilfs logfs; do
		[ -e inst/lib/librumpfs_$d.so ] && atf_fail "$d is installed"
		cp -R "$TOP/examples/$d" .
		(cd $d && atf_check -o match:"^LD +librumpfs_$d.so" \
		    make AK="$mk" WARNS=5)
		atf_check -s exit:1 -o ignore -e not-match:'no driver' \
		    fsu -l $d/librumpfs_$d.so -t $d ls none:
	done
}

atf_test_case clang
clang_head() {
	atf_set require.progs clang mke2fs
}
clang_body() {
	kit
	small_image d.img
	mkdir work && cd work
	ext2_as mine
	threelines rumpfs_mine '$(wildcard *.c)'
	atf_check -o match:'^CC +ext2_alloc.c' make B=obj "$PWD/obj/ext2_alloc.o"
	atf_check -o not-match:'clang' readelf -p .comment obj/ext2_alloc.o
	# another compiler builds everything again
	atf_check -o match:'^CC +ext2_xattr.c' -o match:'^CC +ext2_alloc.c' \
	    make B=obj CC=clang
	atf_check -o match:'clang' readelf -p .comment obj/ext2_alloc.o
	cd ..
	atf_check -o inline:'hello\n' \
	    fsu -l work/librumpfs_mine.so -t mine cat d.img:/hello
}

atf_test_case rootfs
rootfs_head() {
	atf_set descr "the root file system uses nothing but the KPI"
}
rootfs_body() {
	kit
	mkdir work && cd work
	cp "$TOP"/kern/vfs/rumpfs*.[ch] .
	atf_check -o inline:'#include "rumpfs.h"\n' \
	    sh -c "grep -h '^#include \"' *.[ch] | sort -u"
	threelines rumpvfs_root '$(wildcard *.c)'
	sed -i '1i NEEDS=rumpvfs rump' Makefile
	atf_check -o match:'^CC +rumpfs_etfs.c' make
}

atf_test_case flags
flags_body() {
	kit
	cat >a.c <<'EOT'
#if !defined(ALL) || !defined(ONLY_A) || defined(ONLY_B) || defined(LINE)
#error wrong flags for a.c
#endif
int a_value = ALL + ONLY_A;
EOT
	cat >b.c <<'EOT'
#if !defined(ALL) || defined(ONLY_A) || !defined(ONLY_B) || !defined(__OPTIMIZE__)
#error wrong flags for b.c
#endif
const char *b_text = TEXT;
EOT
	module c.c c
	threelines rump_c 'a.c b.c c.c'
	cat >flags <<'EOT'
CPPFLAGS=-DALL=1 -DTEXT='"a text"'
CPPFLAGS.a.c=-DONLY_A=2
CFLAGS.b.c=-DONLY_B
COPTS=-O0
COPTS.b.c=-O1
EOT
	cat flags Makefile >m && mv m Makefile
	make V=1 >out 2>&1 || { cat out; atf_fail "make"; }
	for f in a b c; do
		grep -e " -c -o .*/$f.c" out >line.$f
		atf_check -o match:' -DALL=1 ' cat line.$f
	done
	atf_check -o match:' -DONLY_A=2 ' -o not-match:'DONLY_B' cat line.a
	atf_check -o match:' -DONLY_B ' -o match:' -O0 -O1 ' \
	    -o not-match:'ONLY_A' cat line.b
	atf_check -o not-match:'ONLY_' -o not-match:'-O1' cat line.c
	# one source's flag changes: all that is built depends on what is said
	atf_check -o empty make
	sed -i 's/ONLY_A=2/ONLY_A=3/' Makefile
	atf_check -o match:'^CC +a.c' make
	atf_check -o empty make
	# a change that says nothing else builds nothing
	sed -i '1i # a comment' Makefile
	atf_check -o empty make
}

atf_test_case depends
depends_body() {
	kit
	mkdir sub
	echo '#define VALUE 1' >sub/value.h
	printf '#include "value.h"\nint a = VALUE;\n' >sub/a.c
	module m.c m
	threelines rump_m 'sub/a.c m.c'
	atf_check -o match:'^CC +a.c' make
	age
	echo '#define VALUE 2' >sub/value.h
	atf_check -o match:'^CC +a.c' -o not-match:'m.c' make
	# a header of the installation
	age
	touch inst/include/rump-kpi/sys/module.h
	atf_check -o match:'^CC +m.c' -o not-match:'a.c' make
	# a source that is gone
	nm librump_m.so >syms
	atf_check -o match:'rumpns_a$' cat syms
	sed -i 's,sub/a.c,,' Makefile
	atf_check -o match:'^LD ' make
	nm librump_m.so >syms
	atf_check -o not-match:'rumpns_a$' cat syms
}

atf_test_case elsewhere
elsewhere_body() {
	kit
	mkdir -p tree/x/y tree/lib
	module tree/m.c m
	cd tree/x/y
	threelines rump_m '../../m.c'
	atf_check -o ignore make -j4 B=../../obj DESTLIB=../../lib
	atf_check -o inline:'Makefile\n' ls
	atf_check -o inline:'librump_m.a\nlibrump_m.so\n' ls ../../lib
	[ -f ../../obj/m.o ] || atf_fail "no objects there"
	atf_check -o ignore make clean B=../../obj DESTLIB=../../lib
	atf_check -o inline:'lib\nm.c\nx\n' ls ../..
	atf_check -o empty ls ../../lib
	# a folder that "make clean" must not remove
	fails_saying 'B=.*/tree holds more' make clean B=../..
	fails_saying 'B=.*/y holds more' make B=.
	module n.c n
	printf 'VPATH=../..:.\n' | cat - Makefile >m && mv m Makefile
	sed -i 's,^SRCS.*,SRCS=m.c n.c,; s/^COMP.*/COMP=rump_mn/' Makefile
	atf_check -o ignore make
	nm librump_mn.so >syms
	atf_check -o match:m_modcmd -o match:n_modcmd cat syms
}

atf_test_case refused
refused_body() {
	kit
	module m.c m
	mkdir sub 'a space'
	module sub/m.c m2
	threelines rump_m 'm.c sub/m.c'
	fails_saying 'two sources of the same name in SRCS' make
	threelines rump_m ''
	fails_saying 'SRCS is not set' make
	threelines '' m.c
	fails_saying 'COMP is not set' make
	threelines rump_m 'm.c n.cc'
	fails_saying 'no rule for n.cc: sources are .c and .S' make
	threelines rump_m 'none.c'
	fails_saying 'none.c' make
	threelines rump_m m.c
	cp m.c Makefile 'a space/'
	fails_saying 'a folder with spaces in its name: .*/a space' \
	    make -C 'a space'
	fails_saying "FLAVOUR is asan, tsan" make FLAVOUR=frob
	printf '#include <stdlib.h>\n' >>m.c
	fails_saying 'stdlib.h: No such file' make
	module m.c m '#include <rump/nothing.h>'
	fails_saying 'nothing.h: No such file' make
}

atf_test_case undefined
undefined_body() {
	kit
	module m.c m 'int frobnicate(int); int m_frob(void);
	    int m_frob(void) { return frobnicate(1); }'
	threelines rumpfs_m m.c
	fails_saying 'm.c: error: undefined symbol frobnicate: neither rumpfs_m' \
	    make
	[ ! -e librumpfs_m.so ] || atf_fail "it was linked"
	atf_check -o ignore -e match:'undefined symbol frobnicate' \
	    make UNDEFINED=allow
	[ -e librumpfs_m.so ] || atf_fail "it was not linked"
	# one that a component has which is not in NEEDS
	module m.c m '#include <sys/vnode.h>
	    int m_frob(struct vnode *);
	    int m_frob(struct vnode *vp) { vput(vp); return 0; }'
	sed -i '1i NEEDS=rump' Makefile
	fails_saying 'symbol vput used by rumpfs_m is in rumpvfs, which' make
	sed -i 's/^NEEDS=.*/NEEDS=rumpvfs rump/' Makefile
	atf_check -o ignore make
}

atf_test_case host_half
host_half_body() {
	kit
	cat >m_host.c <<'EOT'
#include <stdio.h>
int rumpcomp_m_write(char *, int);
int rumpcomp_m_write(char *buf, int len) { return snprintf(buf, len, "m"); }
EOT
	module m.c m 'int rumpcomp_m_write(char *, int);
	    int m_write(char *b); int m_write(char *b) {
	    return rumpcomp_m_write(b, 1); }'
	threelines rump_m 'm.c m_host.c'
	atf_check -o match:'^CC +m_host.c' make
	nm -D librump_m.so >syms
	atf_check -o match:' U snprintf' -o match:' T rumpcomp_m_write' cat syms
}

atf_test_case config
config_body() {
	kit
	cat >frag <<'EOT'
defflag opt_mine.h FOO
defparam opt_mine.h BAR
options FOO
options BAR=3
pseudo-device mine 4
EOT
	cat >a.h <<'EOT'
#include "opt_none.h"
EOT
	cat >a.c <<'EOT'
#include "opt_mine.h"
#include "mine.h"
#include "a.h"
#include <opt_other.h>
#if FOO != 1 || BAR != 3 || NMINE != 4 || defined(OTHER)
#error options do not arrive
#endif
int a;
EOT
	threelines rump_a a.c
	sed -i '1i IOCONF=frag' Makefile
	atf_check -o ignore make
	# an option changes
	age
	sed -i 's/FOO != 1/defined(FOO)/; s/BAR != 3/BAR != 4/' a.c
	sed -i '/^options FOO/d; s/BAR=3/BAR=4/' frag
	atf_check -o match:'^CC +a.c' make
	# the same words again build nothing
	age
	touch frag
	atf_check -o empty make
	age
	sed -i 's/|| defined(OTHER)/|| OTHER != 7/' a.c
	sed -i '1i OPTIONS=OTHER=7' Makefile
	atf_check -o ignore make
	# a header of that name which is there is not hidden
	age
	echo '#define OTHER 8' >opt_none.h
	sed -i '1i #ifdef OTHER\n#error too early\n#endif' a.c
	sed -i 's/OTHER != 7/OTHER != 8/; /^OPTIONS/d' a.c Makefile
	atf_check -o ignore make
	age
	echo 'options 3X' >>frag
	fails_saying 'frag: error: options: not a name: 3X' make
}

atf_test_case warnings
warnings_body() {
	kit
	module m.c m 'int m_old(); int unused_result(void);
	    int m_old(a, b) int a; char b; { int unused; return a; }
	    static int never(void) { return 1; }
	    int m_sign(int i) { unsigned u = 1; if (i < u) ; return i; }'
	threelines rump_m m.c
	for w in 0 1 2 3 4 5; do
		atf_check -o ignore -e ignore make WARNS=$w
		[ -e librump_m.so ] || atf_fail "WARNS=$w stops the build"
	done
	# they are given, and counted, with WARNS only
	atf_check -o ignore make WARNS=0
	atf_check -o ignore -e match:"unused" make WARNS=1
	atf_check -o ignore -e match:'prototype for' make WARNS=5
	fails_saying 'Werror' make WARNS=1 CWARNFLAGS=-Werror
}

atf_test_case flavour
flavour_body() {
	installed=$FLAVOUR
	kit
	module m.c m '#ifdef WANT
	    #ifndef LOCKDEBUG
	    #error no lock checker
	    #endif
	    #endif'
	threelines rump_m m.c
	case $installed in
	lockdebug) want=-DLOCKDEBUG ;;
	asan) want=-fsanitize=address ;;
	tsan) want=-fsanitize=thread ;;
	cov) want=--coverage ;;
	*) want=-DDIAGNOSTIC ;;
	esac
	atf_check -o match:" $want.* m.c|$want.*/m.c" make V=1
	atf_check -o ignore make FLAVOUR=lockdebug CPPFLAGS=-DWANT
	[ -d build-lockdebug ] || atf_fail "no folder of the flavour's own"
}

# The program in docs/porting.md.
atf_test_case program
program_head() {
	atf_set require.progs pkg-config
}
program_body() {
	case $FLAVOUR in
	asan|tsan|cov) atf_skip "cc needs the flavour's options" ;;
	esac
	kit
	sed -n '/^    #include/,/^    }/s/^    //p' "$TOP/docs/porting.md" \
	    >test.c
	atf_check -o match:'rump_sys_mkdir' cat test.c
	atf_check cc test.c $(PKG_CONFIG_PATH=inst/lib/pkgconfig \
	    pkg-config --cflags --libs rumpvfs) "-Wl,-rpath,$PWD/inst/lib"
	atf_check ./a.out
}

atf_test_case gdb
gdb_head() {
	atf_set require.progs gdb mke2fs
}
gdb_body() {
	kit
	small_image d.img
	mkdir work && cd work
	ext2_as mine
	threelines rumpfs_mine '$(wildcard *.c)'
	atf_check -o ignore make OPT='-O0 -g'
	gdb -batch -ex 'set breakpoint pending on' \
	    -ex 'break ext2_super_read' -ex run -ex bt --args \
	    fsu -l ./librumpfs_mine.so -t mine ls ../d.img: >out 2>&1
	if grep -q 'ptrace' out; then
		atf_skip "no debugging here"
	fi
	atf_check -o match:'^#0 +ext2_super_read \(.* at .*/ext2_super.c:' \
	    -o match:'ext2fs_mount \(' -o match:' in VFS_MOUNT \(' cat out
}

atf_test_case destdir
destdir_body() {
	make_install DESTDIR="$PWD/root" PREFIX=/usr
	mk=$PWD/root/usr/share/anykernel/mk
	module m.c m
	threelines rump_m m.c
	atf_check -o ignore make
	atf_check -o match:'RUNPATH.*:/usr/lib]' readelf -d librump_m.so
	atf_check -o ignore make install-component DESTDIR="$PWD/pkg"
	atf_check -o inline:'librump_m.a\nlibrump_m.so\nlibrump_m.so.0\n' \
	    ls pkg/usr/lib
	[ -f pkg/usr/share/anykernel/sym/rump_m ] || atf_fail "no symbols"
}

atf_init_test_cases() {
	for t in tmpfs ext2 examples clang rootfs flags depends elsewhere refused \
	    undefined host_half config warnings flavour program gdb destdir; do
		atf_add_test_case $t
	done
}
