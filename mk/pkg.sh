#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# pkg.sh NAME [must]: prints makefile lines with the compiler and linker flags
# of the host library NAME. Called by pkgs.mk. An absent library gives empty
# flags, or with "must" an error that names it.

name=$1
upper=$(printf %s "$name" | tr 'a-z.+-' 'A-Z___')
if [ -n "$CROSS" ]; then
	export PKG_CONFIG_SYSROOT_DIR="$SYSROOT"
	export PKG_CONFIG_LIBDIR="$SYSROOT/usr/lib/${CROSS%-}/pkgconfig"
fi
if pkg-config --exists "$name" 2>/dev/null; then
	echo "PKG_CFLAGS.$name := -DHAVE_$upper=1 $(pkg-config --cflags "$name")"
	echo "PKG_LIBS.$name := $(pkg-config --libs "$name")"
elif [ "$2" = must ]; then
	echo "the library $name is missing: run 'make deps'" >&2
	exit 1
else
	echo "PKG_CFLAGS.$name :="
	echo "PKG_LIBS.$name :="
fi
