#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# update.sh FROM TO: moves every file below FROM to the same place below TO,
# leaving alone those whose text is already there, so that nothing depending
# on them is built again. Called by component.mk after a generator ran.

from=$1
to=$2
cd "$from" || exit 1
find . -type f | while read -r f; do
	if ! cmp -s "$f" "$to/$f"; then
		mkdir -p "$to/$(dirname "$f")" || exit 1
		cp "$f" "$to/$f.new$$" && mv -f "$to/$f.new$$" "$to/$f" || exit 1
	fi
done
