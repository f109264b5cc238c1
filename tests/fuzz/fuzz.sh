#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fuzz.sh [TARGET]: runs the fuzzer on a target, or on each, for TIME seconds
# (60). Called by "make fuzz" with B and TOP set. What it learnt stays in
# $B/fuzz/TARGET/corpus for the next time; inputs that ended it are in found/.
# Exits 1 when there was one.

fuzz=$B/tests/fuzz/fuzz
ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1}
UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
LSAN_OPTIONS=${LSAN_OPTIONS:-print_suppressions=0}
export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS

run() {
	target=$1
	dir=$B/fuzz/$target
	seeds=$TOP/tests/fuzz/seeds_$target.sh
	mkdir -p "$dir/corpus" "$dir/found" || return 1
	if [ -f "$seeds" ]; then
		sh "$seeds" "$dir/seeds" || return 1
	fi
	FUZZ_TARGET=$target FUZZ_SEEDS=$dir/seeds
	export FUZZ_TARGET FUZZ_SEEDS
	(cd "$dir/found" && exec "$fuzz" -max_len=402 \
	    -max_total_time="${TIME:-60}" -timeout=5 -rss_limit_mb=3000 \
	    -close_fd_mask=1 -print_final_stats=1 \
	    -artifact_prefix="$dir/found/" "$dir/corpus" \
	    $(ls -d "$dir/seeds/inputs" 2>/dev/null) >"$dir/log" 2>&1) ||
	    { tell_found; return 1; }
	awk -v target="$target" '
	/^stat::number_of_executed_units/ { runs = $2 }
	/^#.*cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
	END { printf "%s: %d runs, %d places reached, nothing found\n",
	    target, runs, cov }' "$dir/log"
}

tell_found() {
	grep -v -e '^#' -e '^ext2fs:' "$dir/log" | tail -n 60
	input=$(sed -n 's/.*Test unit written to //p' "$dir/log")
	echo "Replay: FUZZ_TARGET=$target FUZZ_SEEDS=$dir/seeds $fuzz $input"
}

rc=0
for t in ${1:-bpf dhcp eth ext2 ioctl ip4 ip6 route sock tcp udp}; do
	run "$t" || rc=1
done
exit $rc
