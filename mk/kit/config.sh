#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# config.sh OUT OPTIONS "FRAGMENT..." DIR...: the headers that config(1) would
# make, in OUT: what ioconf.awk makes of fragments and options, and an empty
# one for every opt_*.h that a source or header in one of the folders includes
# and none of them has, as no option in it is given. A header is only touched
# when its text changes, and goes when nobody asks for it. Called by
# component.mk.

set -e
mk=$(dirname "$0")
out=$1
options=$2
fragments=$3
shift 3
rm -rf "$out.new"
mkdir -p "$out" "$out.new"
awk -f "$mk/ioconf.awk" -v out="$out.new" -v options="$options" $fragments \
    /dev/null
for d in "$@"; do
	[ ! -d "$d" ] || find "$d/" -maxdepth 1 -name '*.[chS]'
done | LC_ALL=C sort -u | xargs -r sed -n \
    's/^[ \t]*#[ \t]*include[ \t]*[<"]\(opt_[A-Za-z0-9_]*\.h\)[>"].*/\1/p' |
LC_ALL=C sort -u | while read -r h; do
	found=
	for d in "$out.new" "$@"; do
		[ ! -e "$d/$h" ] || found=1
	done
	[ -n "$found" ] || echo "/* no option given */" >"$out.new/$h"
done
sh "$mk/update.sh" "$out.new" "$out"
for h in "$out"/*.h; do
	[ -e "$out.new/${h##*/}" ] || rm -f "$h"
done
rm -rf "$out.new"
