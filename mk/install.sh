#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# install.sh "LIB=NEED,NEED=PKG,PKG ...": copies headers, libraries, their
# pkg-config files, tools and manual pages to $DESTDIR$PREFIX. NEEDs are
# components, PKGs the host's libraries, where found. Called by "make install"
# with B, DESTDIR and PREFIX set, from the top of the tree.
#
# A component is linked whole (it registers itself, nothing refers to it by
# name): --no-as-needed does that for the shared library, --whole-archive for
# the archive, so one Libs line serves "cc" and "cc -static".

set -e
to=$DESTDIR$PREFIX
version=$(sed -n 's/^#define[ \t]*RUMP_VERSION_STRING[ \t]*"\(.*\)"/\1/p' \
    include/rump/rumpdefs.h 2>/dev/null || true)
: "${version:=0.1}"

copy_tree() {	# from to
	[ -d "$1" ] || return 0
	(cd "$1" && find . -name '*.h') | while read -r f; do
		install -D -m 644 "$1/$f" "$2/$f"
	done
}
copy_tree include "$to/include"
copy_tree "$B/include" "$to/include"
copy_tree kpi "$to/include/rump-kpi"
copy_tree "$B/kpi" "$to/include/rump-kpi"

# Kernel code sees these alone, even where $PREFIX/include is the host's own.
ln -sfn ../rump "$to/include/rump-kpi/rump"

mkdir -p "$to/lib/pkgconfig" "$to/bin"
for entry in $1; do
	lib=${entry%%=*}
	needs=${entry#*=}
	hostlibs=
	for p in $(echo "${needs#*=}" | tr , ' '); do
		hostlibs="$hostlibs $(sed -n 's/^PKG_LIBS[^=]*= *//p' \
		    "$B/pkg/$p.mk")"
	done
	needs=$(echo "${needs%%=*}" | tr , ' ')
	install -m 644 "$B/lib/lib$lib.a" "$to/lib/"
	install -m 755 "$B/lib/lib$lib.so.0" "$to/lib/"
	ln -sf "lib$lib.so.0" "$to/lib/lib$lib.so"
	cat >"$to/lib/pkgconfig/$lib.pc" <<EOT
prefix=$PREFIX
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: $lib
Description: Anykernel component $lib
Version: $version
Requires: $needs
Cflags: -I\${includedir}
Libs: -L\${libdir} -Wl,--push-state,--no-as-needed,--whole-archive,-l$lib,--pop-state
Libs.private: $hostlibs -pthread
EOT
done
# Flags for kernel code of others: a component that is built outside the tree.
cat >"$to/lib/pkgconfig/rump-kpi.pc" <<EOT
prefix=$PREFIX
includedir=\${prefix}/include

Name: rump-kpi
Description: NetBSD's kernel programming interface as Anykernel provides it
Version: $version
Cflags: -ffreestanding -nostdinc -D_KERNEL -DDIAGNOSTIC -fPIC -fno-common -fno-strict-aliasing -ftls-model=initial-exec -I\${includedir}/rump-kpi
EOT

# The same with rules: makefiles for GNU make and for bmake.
kit=$to/share/anykernel
mkdir -p "$kit/mk" "$kit/sym"
install -m 644 mk/flags.mk mk/join.sh mk/syms.sh mk/check-component.sh \
    mk/exempt-syms mk/dsoglue.c mk/update.sh mk/kit/*.mk mk/kit/*.awk mk/kit/*.sh "$kit/mk/"
install -m 644 "$B"/sym/* "$kit/sym/"
cat >"$kit/mk/installed.mk" <<EOT
# The kernel that is installed: a component has to be built like it.
PREFIX ?= $PREFIX
FLAVOUR ?= $FLAVOUR
ARCH ?= $ARCH
EOT

for f in "$B"/bin/*; do
	[ -e "$f" ] || continue
	case $f in *.t[0-9]*|*.log) continue ;; esac
	# Examples are to be read.
	[ -d "examples/${f##*/}" ] && continue
	if [ -L "$f" ]; then
		ln -sf "$(readlink "$f")" "$to/bin/${f##*/}"
	elif [ -f "$f" ]; then
		install -m 755 "$f" "$to/bin/"
	fi
done
find man tools -name "*.[1-9]" 2>/dev/null | while read -r f; do
	install -D -m 644 "$f" "$to/share/man/man${f##*.}/${f##*/}"
done
# Completion for bash: one file, found under each name of the program.
comp=$to/share/bash-completion/completions
for f in tools/*/*.bash; do
	[ -f "$f" ] || continue
	name=${f##*/}
	name=${name%.bash}
	install -D -m 644 "$f" "$comp/$name"
	for link in "$B/bin/${name}"_*; do
		[ ! -L "$link" ] || ln -sf "$name" "$comp/${link##*/}"
	done
done
echo "installed in $to"
