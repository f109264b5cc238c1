#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-layers.sh DIR COMP NEED...: fails when the component declares a need
# that its layer must not have: the base and platforms need nobody, a faction
# only the base; programs' side of the calls only the base, and no part of a
# kernel needs that. Called by component.mk with the first thing it does.

dir=$1 comp=$2
shift 2
bad=0
fail() {
	echo "$dir: error: layering: $*" >&2
	bad=1
}

# The layer shows in the name: rump, rumpvfs, rumpfs_ext2fs.
layer() {
	case $1 in
	rump) echo base ;;
	rumpuser*) echo platform ;;
	rumphost) echo client ;;
	rumpvfs|rumpnet|rumpdev) echo faction ;;
	*) echo driver ;;
	esac
}
mine=$(layer "$comp")
for n in "$@"; do
	case $mine:$(layer "$n") in
	base:*|platform:*) fail "$comp is the $mine and must not need $n" ;;
	client:base|client:platform) ;;
	client:*|*:client) fail "$comp must not need $n" ;;
	faction:base) ;;
	faction:*) fail "$comp is a faction and must not need $n" ;;
	esac
done
exit $bad
