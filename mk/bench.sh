#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# bench.sh [NAME...]: runs the benchmarks. bench/run.sh decides when it is
# there; otherwise every program of $B/bench runs in turn. Called by
# "make bench" with B and TOP set.

if [ -x "$TOP/bench/run.sh" ]; then
	exec "$TOP/bench/run.sh" "$@"
fi
found=0
for p in "$B"/bench/*; do
	[ -f "$p" ] && [ -x "$p" ] || continue
	[ $# = 0 ] || case " $* " in *" ${p##*/} "*) ;; *) continue ;; esac
	found=1
	"$p" || exit 1
done
[ $found = 1 ] || { echo "no benchmarks were built" >&2; exit 1; }
