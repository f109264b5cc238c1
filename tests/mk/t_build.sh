# SPDX-License-Identifier: BSD-2-Clause
#
# What the build makes: registration in dynamic and static programs, symbols
# renamed, needs recorded, only what changed built again, files installed.

. "$TOP/tests/mk/minitree.subr"

atf_test_case registration
registration_body() {
	minitree
	tinyprog
	atf_check -o ignore ./domake
	printf 'own\nrump\nrumpfs_foo\nrumpvfs\n' >expect
	build/bin/show | LC_ALL=C sort >dynamic
	atf_check -o file:expect cat dynamic
	build/bin/show_static | LC_ALL=C sort >static
	atf_check -o file:expect cat static
	atf_check -s exit:1 -o ignore -e ignore \
	    sh -c 'readelf -d build/bin/show_static | grep NEEDED'
}

atf_test_case renamed
renamed_body() {
	minitree
	atf_check -o ignore ./domake
	nm build/lib/librump.a >syms
	atf_check -o ignore grep -w 'T rumpns_tiny_add' syms
	atf_check -o ignore grep -w 'T rump_dso_register' syms
	atf_check -s exit:1 grep -w 'T tiny_add' syms
}

atf_test_case needed
needed_body() {
	minitree
	atf_check -o ignore ./domake
	readelf -d build/lib/librumpfs_foo.so |
	    sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | LC_ALL=C sort >got
	printf 'librump.so.0\nlibrumpuser.so.0\nlibrumpvfs.so.0\n' >expect
	atf_check -o file:expect cat got
	readelf -d build/lib/librumpfs_foo.so >dyn
	atf_check -o ignore grep 'SONAME.*librumpfs_foo.so.0' dyn
	atf_check -o ignore grep 'RUNPATH.*\$ORIGIN' dyn
}

atf_test_case incremental
incremental_body() {
	minitree
	tinyprog
	atf_check -o ignore ./domake
	atf_check -o empty ./domake
	sleep 1
	touch kpi/tiny.h
	./domake >out
	atf_check -o ignore grep 'kern/vfs/main.c' out
	atf_check -s exit:1 grep '/show.c' out
	sleep 1
	touch kern/net/main.c
	./domake >out
	atf_check -o ignore grep 'kern/net/main.c' out
	atf_check -s exit:1 grep -e base -e foo -e show out
}

atf_test_case by_hand
by_hand_body() {
	minitree
	atf_check -o ignore ./domake -C drivers/fs/foo
	[ -e build/lib/librumpfs_foo.so ] || atf_fail "not built"
	[ ! -e build/lib/librumpnet.so ] || atf_fail "too much was built"
}

atf_test_case installation
installation_head() {
	atf_set require.progs pkg-config
}
installation_body() {
	minitree
	tinyprog
	atf_check -o ignore ./domake install DESTDIR="$PWD/root" PREFIX=/usr
	for f in lib/librump.a lib/librump.so lib/pkgconfig/rumpfs_foo.pc \
	    include/rump-kpi/tiny.h bin/show; do
		[ -e "root/usr/$f" ] || atf_fail "$f is not installed"
	done
	atf_check -o match:'-lrumpvfs' env \
	    PKG_CONFIG_PATH=root/usr/lib/pkgconfig \
	    pkg-config --libs rumpfs_foo
	atf_check -o match:rumpfs_foo root/usr/bin/show
}

atf_init_test_cases() {
	for t in registration renamed needed incremental by_hand \
	    installation; do
		atf_add_test_case $t
	done
}
