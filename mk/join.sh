#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# join.sh OUT OBJ...: joins kernel objects into one and gives every global
# symbol, defined or not, the prefix rumpns_, except those that exempt-syms
# lists. Called by component.mk and program.mk with LD, NM and OBJCOPY set.

out=$1
shift
tmp=$out.tmp$$
trap 'rm -f "$tmp" "$tmp.map"' EXIT
"$LD" -r -o "$tmp" "$@" || exit 1
"$NM" -g -P "$tmp" | awk '
NR == FNR { if ($0 !~ /^#/ && NF) keep[n++] = $1; next }
{
	for (i = 0; i < n; i++)
		if ($1 ~ keep[i])
			next
	if ($1 !~ /^rumpns_/)
		print $1, "rumpns_" $1
}' "$(dirname "$0")/exempt-syms" - >"$tmp.map" || exit 1
"$OBJCOPY" --redefine-syms="$tmp.map" "$tmp" || exit 1
mv -f "$tmp" "$out"
