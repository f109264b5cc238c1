#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# optheaders.sh OUT VPATH SOURCE...: an empty header in OUT for every opt_*.h
# that a source includes and that is nowhere: no option in it is given.

out=$1
vpath=$(echo "$2" | tr ':' ' ')
shift 2
for s in "$@"; do
	[ -e "$s" ] && { echo "$s"; continue; }
	for d in $vpath; do
		[ -e "$d/$s" ] && { echo "$d/$s"; break; }
	done
done | xargs -r sed -n \
    's/^[ \t]*#[ \t]*include[ \t]*"\(opt_[A-Za-z0-9_]*\.h\)".*/\1/p' |
sort -u | while read -r h; do
	[ -e "$out/$h" ] && continue
	found=
	for d in . $vpath; do
		[ -e "$d/$h" ] && found=1
	done
	[ -n "$found" ] || echo "/* no option given */" >"$out/$h"
done
