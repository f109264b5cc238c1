# SPDX-License-Identifier: BSD-2-Clause
#
# The build must fail, and say why, on a layering breach, a host header in
# kernel code, an undefined symbol and a file without a purpose comment.

. "$TOP/tests/mk/minitree.subr"

fails_with() {
	./domake >out 2>&1 && atf_fail "the build went through"
	grep -q -- "$1" out || {
		cat out
		atf_fail "no such message: $1"
	}
}

atf_test_case sound
sound_body() {
	minitree
	atf_check -o ignore ./domake
}

atf_test_case base_uses_faction
base_uses_faction_body() {
	minitree
	echo 'int rumpvfs_value(void); int b(void);
	    int b(void) { return rumpvfs_value(); }' >>kern/base/main.c
	./domake >/dev/null 2>&1
	fails_with 'kern/base/main.c: error: layering: symbol rumpvfs_value used by rump is in rumpvfs, which rump does not declare'
	[ ! -e build/lib/librump.so ] || atf_fail "librump was linked"
}

atf_test_case base_declares_faction
base_declares_faction_body() {
	minitree
	sed -i 's/^NEEDS=.*/NEEDS=rumpvfs/' kern/base/Makefile
	sed -i 's/^NEEDS=.*/NEEDS=/' kern/vfs/Makefile
	fails_with 'layering: rump is the base and must not need rumpvfs'
}

atf_test_case faction_declares_faction
faction_declares_faction_body() {
	minitree
	sed -i 's/^NEEDS=.*/NEEDS=rumpvfs rump/' kern/net/Makefile
	fails_with 'layering: rumpnet is a faction and must not need rumpvfs'
}

# Programs' side of the calls: of the base only, and nobody's need in a kernel.
atf_test_case client
client_body() {
	layers="sh $TOP/mk/check-layers.sh x"
	atf_check $layers rumphost rump
	atf_check -s exit:1 -e match:'rumphost must not need rumpvfs' \
	    $layers rumphost rumpvfs
	atf_check -s exit:1 -e match:'rumpfs_foo must not need rumphost' \
	    $layers rumpfs_foo rumphost
	atf_check -s exit:1 -e match:'must not need rumphost' \
	    $layers rump rumphost
}

atf_test_case driver_undeclared
driver_undeclared_body() {
	minitree
	echo 'int rumpnet_value(void); int d(void);
	    int d(void) { return rumpnet_value(); }' >>drivers/fs/foo/main.c
	./domake >/dev/null 2>&1
	fails_with 'symbol rumpnet_value used by rumpfs_foo is in rumpnet, which rumpfs_foo does not declare'
	sed -i 's/^NEEDS=.*/NEEDS=rumpvfs rump rumpnet/' \
	    drivers/fs/foo/Makefile
	atf_check -o ignore ./domake
}

atf_test_case weak_hook
weak_hook_body() {
	minitree
	echo 'int rumpnet_value(void) __attribute__((weak)); int d(void);
	    int d(void) { return rumpnet_value ? rumpnet_value() : 0; }' \
	    >>kern/vfs/main.c
	atf_check -o ignore ./domake
}

atf_test_case undefined_symbol
undefined_symbol_body() {
	minitree
	echo 'int strtol(const char *); int d(void);
	    int d(void) { return strtol("1"); }' >>drivers/fs/foo/main.c
	fails_with 'drivers/fs/foo/main.c: error: undefined symbol strtol'
	[ ! -e build/lib/librumpfs_foo.a ] || atf_fail "an archive was made"
}

atf_test_case host_header
host_header_body() {
	minitree
	echo '#include "/usr/include/asm-generic/errno-base.h"' >>drivers/fs/foo/main.c
	fails_with 'drivers/fs/foo/main.c: error: kernel code includes /usr/include/asm-generic/errno-base.h'
}

atf_test_case host_header_by_name
host_header_by_name_body() {
	minitree
	echo '#include <stdlib.h>' >>drivers/fs/foo/main.c
	fails_with 'stdlib.h: No such file'
}

atf_test_case private_header
private_header_body() {
	minitree
	{ say_purpose; echo 'extern int x;'; } >kern/vfs/private.h
	echo '#include "../../../kern/vfs/private.h"' >>drivers/fs/foo/main.c
	fails_with 'drivers/fs/foo/main.c: error: kernel code includes .*kern/vfs/private.h'
}

atf_test_case no_purpose
no_purpose_body() {
	minitree
	sed -i 2d drivers/fs/foo/main.c
	fails_with 'drivers/fs/foo/main.c: error: no purpose comment in the first twelve lines'
}

atf_test_case no_purpose_kpi
no_purpose_kpi_body() {
	minitree
	echo 'int x(void);' >kpi/nothing.h
	fails_with 'kpi/nothing.h: error: no purpose comment'
	fails_with 'kpi/nothing.h: error: no SPDX'
}

atf_test_case long_makefile
long_makefile_body() {
	minitree
	for i in 1 2 3 4 5 6 7 8; do
		echo "X$i=$i"
	done >>kern/vfs/Makefile
	fails_with 'kern/vfs/Makefile: error: a component.s makefile has at most ten lines'
}

atf_init_test_cases() {
	for t in sound base_uses_faction base_declares_faction \
	    faction_declares_faction client driver_undeclared weak_hook \
	    undefined_symbol host_header host_header_by_name private_header \
	    no_purpose no_purpose_kpi long_makefile; do
		atf_add_test_case $t
	done
}
