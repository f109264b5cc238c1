#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fuzz.sh [TARGET]: runs the fuzzer on a target for TIME seconds (60). Called
# by "make fuzz" with B and TOP set. What it learnt stays in
# $B/fuzz/TARGET/corpus for the next time; inputs that ended it are in found/.
# Exits 1 when there was one.

target=${1:-ext2}
dir=$B/fuzz/$target
seeds=$TOP/tests/fuzz/seeds_$target.sh
fuzz=$B/tests/fuzz/fuzz

mkdir -p "$dir/corpus" "$dir/found" || exit 1
if [ -f "$seeds" ]; then
	sh "$seeds" "$dir/seeds" || exit 1
fi
FUZZ_TARGET=$target FUZZ_SEEDS=$dir/seeds
ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1}
UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
LSAN_OPTIONS=${LSAN_OPTIONS:-print_suppressions=0}
export FUZZ_TARGET FUZZ_SEEDS ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS

cd "$dir/found" || exit 1
"$fuzz" -max_len=402 -max_total_time="${TIME:-60}" -timeout=5 \
    -rss_limit_mb=3000 -close_fd_mask=1 -print_final_stats=1 \
    -artifact_prefix="$dir/found/" "$dir/corpus" \
    $(ls -d "$dir/seeds/inputs" 2>/dev/null) >"$dir/log" 2>&1
rc=$?
if [ $rc != 0 ]; then
	grep -v -e '^#' -e '^ext2fs:' "$dir/log" | tail -n 60
	input=$(sed -n 's/.*Test unit written to //p' "$dir/log")
	echo "Replay: FUZZ_TARGET=$target FUZZ_SEEDS=$dir/seeds $fuzz $input"
	exit 1
fi
awk '/^stat::number_of_executed_units/ { runs = $2 }
/^#.*cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
END { printf "%d runs, %d places reached, nothing found\n", runs, cov }' \
    "$dir/log"
