#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# coverage-table.sh [-w]: fails if the table in docs/kpi-coverage.md is not what
# mk/coverage.awk makes of the tests; with -w, writes it. Called with TOP set
# by "make check-style" and "make coverage-table".

cd "$TOP" || exit 1
doc=docs/kpi-coverage.md
new=$(mktemp) || exit 1
trap 'rm -f "$new"' EXIT
{
	sed '/^<!-- made -->$/q' $doc
	awk -f mk/coverage.awk docs/kpi-pages.txt \
	    $(find tests -name 't_*.c' -o -name 'kt_*.c' | LC_ALL=C sort)
} >"$new" || exit 1
if [ "$1" = -w ]; then
	cat "$new" >$doc
elif ! cmp -s "$new" $doc; then
	echo "$doc is out of date: make coverage-table"
	exit 1
fi
