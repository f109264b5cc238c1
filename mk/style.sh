#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# style.sh: fails on what the rules of the tree forbid (long lines, trailing
# blanks, spaces for indentation, no purpose comment, files over 1000 lines,
# kernel functions over 100 lines in more than one of a hundred), lints the
# manual pages, compares the table of docs/kpi-coverage.md with the tests and
# reports how far clang-format would go. Called by "make check-style" with TOP
# set.

cd "$TOP" || exit 1
rc=0
list=$(mktemp) || exit 1
trap 'rm -f "$list" "$list".*' EXIT
find kern drivers platform remote tools include kpi tests bench examples mk \
    -name '*.[ch]' 2>/dev/null | LC_ALL=C sort >"$list"

xargs -r awk -f mk/purpose.awk <"$list" || rc=1
xargs -r awk -f mk/style.awk <"$list" || rc=1

if command -v clang-format >/dev/null 2>&1; then
	# Layout by hand is often better than the tool's: what counts is that
	# little differs, blanks not counted. Headers hold tables: left alone.
	grep -v -e '\.h$' "$list" | xargs -r -n 40 -P "$(nproc)" sh -c '
	for f; do
		n=$(clang-format --style=file "$f" | diff -bB "$f" - |
		    grep -c "^<.*[^\\]$")
		echo "$n $(wc -l <"$f") $f"
	done' sh >"$list.fmt"
	awk -v limit=10 '
	{ diff += $1; all += $2 }
	$1 * 100 > 60 * $2 && $1 > 20 {
		printf "%s: clang-format would change %d of %d lines\n", \
		    $3, $1, $2
		bad = 1
	}
	END {
		pct = all ? 100 * diff / all : 0
		printf "clang-format: %.1f %% of %d lines differ\n", pct, all
		exit bad || pct > limit
	}' "$list.fmt" || rc=1
fi
sh mk/coverage-table.sh || rc=1
if command -v mandoc >/dev/null 2>&1; then
	find man tools -name '*.[1-9]' 2>/dev/null |
	    xargs -r mandoc -T lint -W warning || rc=1
fi
[ $rc = 0 ] && echo "style: ok"
exit $rc
