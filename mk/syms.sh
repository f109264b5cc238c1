#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# syms.sh OUT KERNELOBJ HOSTOBJ...: writes the symbol list of a component, one
# "D name" (defined) or "U name" (used; "W" when weakly) a line, for the layer
# checks. What the host half uses is libc's affair and left out. OUT is only
# touched when the list changes, so that others are not checked again.

out=$1
kobj=$2
shift 2
# Hidden from checks of other components that read the folder meanwhile.
tmp=${out%/*}/.${out##*/}.tmp$$
trap 'rm -f "$tmp"' EXIT
{
	[ -z "$kobj" ] || "$NM" -g -P "$kobj"
	[ $# = 0 ] || "$NM" -g -P --defined-only "$@"
} | awk 'NF >= 2 {
	t = $2
	print (t == "U" ? "U" : t == "w" || t == "v" ? "W" : "D"), $1
}' | LC_ALL=C sort -u >"$tmp" || exit 1
cmp -s "$tmp" "$out" || mv -f "$tmp" "$out"
