#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# cov.sh BUILD: a table of line coverage per folder, kernel code included, from
# what the tests of the coverage build left in BUILD. Called by "make cov".

build=$1
top=$(pwd)
find "$build/obj" -name '*.gcda' ! -path '*/obj/tests/*' |
    while read -r f; do
	(cd "$(dirname "$f")" && gcov -n -o . "$(basename "$f")" 2>/dev/null)
done | awk -v top="$top/" '
/^File / {
	f = $0
	sub(/^File ./, "", f)
	sub(/.$/, "", f)
	if (index(f, top) == 1)
		f = substr(f, length(top) + 1)
	ok = f ~ /^(kern|drivers|platform|remote|tools)\/.*\.c$/
	next
}
/^Lines executed:/ && ok {
	split($0, a, /[:% ]+/)
	n = a[5] + 0
	hit = a[3] * n / 100
	if (n > lines[f]) lines[f] = n
	if (hit > hits[f]) hits[f] = hit
	ok = 0
}
END {
	sort = "sort -k5"
	for (f in lines) {
		d = f
		sub(/\/[^\/]*$/, "", d)
		L[d] += lines[f]
		H[d] += hits[f]
		tl += lines[f]
		th += hits[f]
	}
	for (d in L)
		printf("%6.1f %%  %7d lines  %s\n", 100 * H[d] / L[d],
		    L[d], d) | sort
	close(sort)
	if (tl)
		printf "%6.1f %%  %7d lines  total\n", 100 * th / tl, tl
}'
