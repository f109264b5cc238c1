# SPDX-License-Identifier: BSD-2-Clause
#
# Drivers that -l names, and what fsu says of those that do not work. They are
# built with the installed kit.
# Covers: module(9)

. "$TOP/tests/mk/kit.subr"

# driver NAME [TEXT]: a library with a module, more code if given.
driver() {
	mkdir "$1" && cd "$1" || atf_fail "mkdir"
	[ -f "$1.c" ] || module "$1.c" "$1" "$2"
	threelines "rumpfs_$1" "$1.c"
	make UNDEFINED=allow >out 2>&1 || { cat out; atf_fail "make"; }
	cd ..
}
# says TEXT FSU-ARGUMENTS: it fails and these are its words.
says() {
	want=$1
	shift
	atf_check -s exit:1 -o empty -e match:"$want" fsu "$@"
}

atf_test_case undefined
undefined_body() {
	kit
	small_image d.img
	driver a '#include <sys/mount.h>
	    int frob(int); int a_frob(void);
	    int a_frob(void) { return frob(1); }'
	says '^fsu: ./a/librumpfs_a.so: needs frob, which no component has$' \
	    -l ./a/librumpfs_a.so ls d.img:
	# another component has it: installed, it is named
	driver b 'int frob(int); int frob(int i) { return i; }'
	says 'needs frob, which no component has' -l a/librumpfs_a.so ls d.img:
	(cd b && make install-component >/dev/null) || atf_fail "install"
	says 'a/librumpfs_a.so: needs frob, which component librumpfs_b has: load it first \(-l librumpfs_b.so\)$' \
	    -l a/librumpfs_a.so ls d.img:
	# in order, from wherever they are
	atf_check -o match:hello fsu -l librumpfs_b.so -l a/librumpfs_a.so \
	    ls d.img:
	says 'needs frob, .* load it first' -l a/librumpfs_a.so \
	    -l b/librumpfs_b.so ls d.img:
	atf_check -o match:hello fsu -l b/librumpfs_b.so -l a/librumpfs_a.so \
	    ls d.img:
}

atf_test_case needs
needs_body() {
	kit
	small_image d.img
	driver b 'int frob(int); int frob(int i) { return i; }'
	(cd b && make install-component >/dev/null) || atf_fail "install"
	mkdir a && cd a
	module a.c a 'int frob(int); int a_frob(void);
	    int a_frob(void) { return frob(1); }'
	threelines rumpfs_a a.c
	fails_saying 'symbol frob used by rumpfs_a is in rumpfs_b, which' make
	sed -i '1i NEEDS=rumpfs_b rumpvfs rump' Makefile
	atf_check -o ignore make
	cd ..
	# what is in NEEDS comes by itself
	atf_check -o match:hello fsu -l a/librumpfs_a.so ls d.img:
}

atf_test_case no_component
no_component_body() {
	kit
	small_image d.img
	says 'none.so: cannot open shared object' -l ./none.so ls d.img:
	echo text >text.so
	says 'text.so: .*(invalid ELF|too short)' -l ./text.so ls d.img:
	echo 'int x;' >x.c
	$cc -shared -fPIC -o x.so x.c || atf_fail "cc"
	says './x.so: it is no component of a rump kernel' -l ./x.so ls d.img:
	# not fooled by what such a library needs
	$cc -shared -fPIC -o y.so x.c -Wl,--no-as-needed -Linst/lib -lrump ||
	    atf_fail "cc"
	says './y.so: it is no component of a rump kernel' -l ./y.so ls d.img:
}

atf_test_case same_name
same_name_body() {
	kit
	small_image d.img
	driver ext2fs
	says "librumpfs_ext2fs.so: module 'ext2fs' is there already" \
	    -l ./ext2fs/librumpfs_ext2fs.so ls d.img:
	driver a
	mkdir other && cd other
	module a2.c a
	threelines rumpfs_a2 a2.c
	make >out 2>&1 || { cat out; atf_fail "make"; }
	cd ..
	atf_check -o match:hello fsu -l a/librumpfs_a.so ls d.img:
	says "librumpfs_a2.so: module 'a' is there already" \
	    -l a/librumpfs_a.so -l other/librumpfs_a2.so ls d.img:
	# the same library twice is one
	atf_check -o match:hello fsu -l a/librumpfs_a.so -l a/librumpfs_a.so \
	    ls d.img:
}

atf_test_case initialisation
initialisation_body() {
	kit
	small_image d.img
	mkdir a
	module a/a.c a
	sed -i 's/cmd == MODULE_CMD_INIT ||.*/EBUSY;/; s/: ENOTTY;//
	    s/return EBUSY.*/return cmd == MODULE_CMD_INIT ? EBUSY : 0;/' a/a.c
	(cd a && threelines rumpfs_a a.c && make >out 2>&1) ||
	    atf_fail "make"
	says "^fsu ls: a/librumpfs_a.so: module 'a' cannot be initialised: Device or resource busy$" \
	    -l a/librumpfs_a.so ls d.img:
	# an error that also says "no module"
	sed -i 's/EBUSY/ENOEXEC/' a/a.c
	(cd a && make >out 2>&1) || atf_fail "make"
	says "module 'a' cannot be initialised: Exec format error$" \
	    -l a/librumpfs_a.so ls d.img:
	# a requirement that is not there, then is
	mkdir b
	module b/b.c b
	sed -i 's/b, NULL/b, "c"/' b/b.c
	(cd b && threelines rumpfs_b b.c && make >out 2>&1) ||
	    atf_fail "make"
	says "module 'b' cannot be initialised: No such file" \
	    -l b/librumpfs_b.so ls d.img:
	atf_check -s exit:1 -o empty -e match:'needs .c., which is not there' \
	    fsu -l b/librumpfs_b.so ls d.img:
	driver c
	atf_check -o match:hello fsu -l b/librumpfs_b.so -l c/librumpfs_c.so \
	    ls d.img:
}

atf_test_case class_and_version
class_and_version_body() {
	kit
	small_image d.img
	mkdir a b
	module a/a.c a
	sed -i 's/MODULE_CLASS_MISC/MODULE_CLASS_MAX/' a/a.c
	(cd a && threelines rumpfs_a a.c && make >out 2>&1) ||
	    atf_fail "make"
	says "librumpfs_a.so: module 'a' has a wrong class" \
	    -l a/librumpfs_a.so ls d.img:
	module b/b.c b
	sed -i 's/^MODULE/#undef __NetBSD_Version__\n&/' b/b.c
	sed -i 's/^#undef.*/&\n#define __NetBSD_Version__ 800000000/' b/b.c
	(cd b && threelines rumpfs_b b.c && make >out 2>&1) ||
	    atf_fail "make"
	says "librumpfs_b.so: module 'b' is for another version" \
	    -l b/librumpfs_b.so ls d.img:
}

atf_test_case no_module
no_module_body() {
	kit
	small_image d.img
	mkdir a
	echo 'int a_value = 1;' >a/a.c
	(cd a && threelines rumpfs_a a.c && make >out 2>&1) ||
	    atf_fail "make"
	# others may need it
	atf_check -o match:hello fsu -l a/librumpfs_a.so ls d.img:
	# but it is no driver, and a module of another name is none either
	says 'a/librumpfs_a.so: there is no module in it' \
	    -l a/librumpfs_a.so -t a ls d.img:
	driver b
	says "b/librumpfs_b.so: it has module 'b'" \
	    -l b/librumpfs_b.so -t frob ls d.img:
	says 'd.img: there is no driver for frob' \
	    -l b/librumpfs_b.so -t frob ls d.img:
}

atf_init_test_cases() {
	for t in undefined needs no_component same_name initialisation \
	    class_and_version no_module; do
		atf_add_test_case $t
	done
}
