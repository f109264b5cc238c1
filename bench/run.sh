#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh [kernel|chain|prims|socket|flows|shmif|tap|tty|tmpfs|ext2|million|fsu|
# memlimit ...]: figures of a rump kernel beside the host's and fuse2fs's, all in one run,
# each the median of RUNS runs (default 3).  million and memlimit only if asked for.
# ratio = ours / the peer's, so that above 1 ours is faster (times and sizes
# are printed without one where the host has no such figure). What cannot be
# measured on this machine is said.

B=${B:-build}
RUNS=${RUNS:-3}
W=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX") || exit 1
mounted=
fusing=
cleanup() {
	[ -z "$mounted" ] || umount "$W/mnt" 2>/dev/null
	[ -z "$fusing" ] || fusermount -u "$W/fuse" 2>/dev/null ||
	    umount "$W/fuse" 2>/dev/null
	rm -rf "$W" "/dev/shm/bench.$$"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# repeat OUT COMMAND...: run it RUNS times, keep each figure's median
repeat() {
	out=$1
	shift
	: >"$W/all"
	i=0
	while [ $i -lt "$RUNS" ]; do
		"$@" >>"$W/all" || return 1
		i=$((i + 1))
	done
	awk '{ if (!($1 in n)) order[++k] = $1; v[$1, ++n[$1]] = $2; u[$1] = $3 }
	    END { for (i = 1; i <= k; i++) { m = order[i]; c = n[m];
		for (a = 1; a <= c; a++) for (b = a + 1; b <= c; b++)
		    if (v[m, b] + 0 < v[m, a] + 0) {
			x = v[m, a]; v[m, a] = v[m, b]; v[m, b] = x }
		print m, v[m, int((c + 1) / 2)], u[m] } }' "$W/all" >"$out"
}

# compare TITLE OURS PEER [PEER2 NAME]: a table with ratios
compare() {
	echo
	echo "== $1"
	awk -v peer2="$5" '
	function fmt(x) { return x == "" ? "-" : x }
	function ratio(a, b, u) {
		if (a == "" || b == "" || a + 0 == 0 || b + 0 == 0)
			return "-"
		return sprintf("%.2fx", u == "ns" || u == "ms" ? b / a : a / b)
	}
	FNR == 1 { file++ }
	{ if (file == 1) { order[++k] = $1; unit[$1] = $3 }
	  v[file, $1] = $2 }
	END { printf "%-26s %12s %12s %8s", "figure", "rump", "host", "ratio"
	    if (peer2) printf " %12s %8s", peer2, "ratio"
	    print ""
	    for (i = 1; i <= k; i++) { m = order[i]
		printf "%-26s %12s %12s %8s", m, fmt(v[1, m]), fmt(v[2, m]),
		    ratio(v[1, m], v[2, m], unit[m])
		if (peer2) printf " %12s %8s", fmt(v[3, m]),
		    ratio(v[1, m], v[3, m], unit[m])
		print "  " unit[m] } }' "$2" "$3" ${4:+"$4"}
}

bench_kernel() {
	RUNS=11 repeat "$W/k" "$B/bench/kbench" || return 1
	RUNS=11 repeat "$W/kv" "$B/bench/kbench_vfs" || return 1
	RUNS=11 repeat "$W/kn" "$B/bench/kbench_net" || return 1
	echo
	echo "== kernel (medians of 11 boots)"
	awk 'FNR == 1 { file++ }
	    { if (file == 1) order[++k] = $1; v[file, $1] = $2; u[$1] = $3 }
	    END { printf "%-16s %12s %20s %14s\n", "figure", "base alone",
		"vfs, tmpfs, ext2", "net, netinet"
		for (i = 1; i <= k; i++) { m = order[i]
		printf "%-16s %12s %20s %14s  %s\n", m, v[1, m], v[2, m],
		    v[3, m], u[m] }
		printf "getpid: own lwp / host = %.3f, implicit / host = %.3f\n",
		    v[1, "getpid-own-lwp"] / v[1, "getpid-host"],
		    v[1, "getpid-implicit"] / v[1, "getpid-host"] }' \
	    "$W/k" "$W/kv" "$W/kn"
}

# Kernels in a row, each a process, from nothing to an answer of the last.
bench_chain() {
	for n in 255 1000; do
		i=0
		while [ $i -lt "$RUNS" ]; do
			B=$B sh examples/chain/chain.sh -n $n >"$W/out" ||
			    { cat "$W/out" >&2; return 1; }
			tail -n 1 "$W/out" | sed 's/ kernels:/-kernels/'
			i=$((i + 1))
		done
	done >"$W/c"
	echo
	echo "== a chain of routers, each a process: boot, set up, ping through"
	RUNS=1 repeat "$W/mc" cat "$W/c"
	cat "$W/mc"
}

bench_prims() {
	RUNS=5 repeat "$W/p1" "$B/bench/kprim" || return 1
	RUNS=5 repeat "$W/p2" "$B/bench/kprim" host || return 1
	compare "primitives against Linux's and glibc's" "$W/p1" "$W/p2"
}

bench_socket() {
	RUNS=5 repeat "$W/s1" "$B/bench/sockbench" || return 1
	RUNS=5 repeat "$W/s2" "$B/bench/sockbench" host || return 1
	compare "local streams against Linux's" "$W/s1" "$W/s2"
	RUNS=5 repeat "$W/c1" "$B/bench/sockbench" tcp || return 1
	RUNS=5 repeat "$W/c2" "$B/bench/sockbench" host tcp || return 1
	RUNS=3 repeat "$W/c3" "$B/bench/sockbench" lwip 2>"$W/err" || {
		: >"$W/c3"
		cat "$W/err"; }
	compare "TCP on loopback against Linux's and lwIP's" \
	    "$W/c1" "$W/c2" "$W/c3" lwIP
	RUNS=5 repeat "$W/u1" "$B/bench/udpbench" || return 1
	RUNS=5 repeat "$W/u2" "$B/bench/udpbench" host || return 1
	compare "UDP on loopback against Linux's" "$W/u1" "$W/u2"
}

# shmif_wire PREFIX: two kernels on a new file
shmif_wire() {
	rm -f "/dev/shm/bench.$$"
	"$B/bench/wirebench" shmif "$1/dev/shm/bench.$$"
}

bench_shmif() {
	RUNS=5 repeat "$W/w1" shmif_wire "" || return 1
	RUNS=5 repeat "$W/w2" shmif_wire p2p: || return 1
	RUNS=5 repeat "$W/w3" "$B/bench/wirebench" tcp || return 1
	RUNS=5 repeat "$W/w4" "$B/bench/wirebench" unix || return 1
	rm -f "/dev/shm/bench.$$"
	compare "TCP between processes: kernels on a bus against Linux's TCP \
and local sockets" "$W/w1" "$W/w3" "$W/w4" local
	compare "TCP between processes: kernels on a wire with two ends \
against the same" "$W/w2" "$W/w3" "$W/w4" local
}

bench_tap() {
	unshare -n true 2>/dev/null || {
		echo "no network namespaces here: tap is not measured"
		return; }
	RUNS=5 repeat "$W/w1" "$B/bench/wirebench" tap || return 1
	RUNS=5 repeat "$W/w2" "$B/bench/wirebench" veth || return 1
	compare "TCP between processes: a kernel on tap and Linux against \
Linux twice over veth" "$W/w1" "$W/w2"
	RUNS=5 repeat "$W/w1" "$B/bench/wirebench" tap reno || return 1
	RUNS=5 repeat "$W/w2" "$B/bench/wirebench" veth reno || return 1
	compare "the same, Linux without a pace (reno)" "$W/w1" "$W/w2"
}

# Eight connections on loopback, on one CPU and on two; the host's beside.
bench_flows() {
	RUMP_NCPU=2 RUNS=5 repeat "$W/f2" "$B/bench/sockbench" flows || return 1
	RUMP_NCPU=1 RUNS=5 repeat "$W/f1" taskset 1 "$B/bench/sockbench" \
	    flows || return 1
	RUNS=5 repeat "$W/h2" "$B/bench/sockbench" host flows || return 1
	RUNS=5 repeat "$W/h1" taskset 1 "$B/bench/sockbench" host flows ||
	    return 1
	compare "8 connections, two CPUs against Linux's" "$W/f2" "$W/h2"
	compare "8 connections, one CPU against Linux's" "$W/f1" "$W/h1"
	compare "8 connections, two CPUs (under rump) against one (under host)" \
	    "$W/f2" "$W/f1"
	compare "the same of Linux" "$W/h2" "$W/h1"
}

bench_tty() {
	RUNS=5 repeat "$W/y1" "$B/bench/ttybench" || return 1
	RUNS=5 repeat "$W/y2" "$B/bench/ttybench" host || return 1
	compare "pseudo-terminals against Linux's" "$W/y1" "$W/y2"
}

bench_tmpfs() {
	mkdir -p "/dev/shm/bench.$$" || return 1
	repeat "$W/t1" "$B/bench/fsbench" tmpfs || return 1
	repeat "$W/t2" "$B/bench/fsbench" host "/dev/shm/bench.$$" || return 1
	repeat "$W/p1" "$B/bench/fsbench" -w pair tmpfs || return 1
	repeat "$W/p2" "$B/bench/fsbench" -w pair host "/dev/shm/bench.$$" ||
	    return 1
	rmdir "/dev/shm/bench.$$"
	compare "tmpfs against the host's tmpfs" "$W/t1" "$W/t2"
	compare "tmpfs, two threads in two directories against one (at most 2)" \
	    "$W/p1" "$W/p2"
}

# An image in memory, so that no disk is measured, and a new one for each run:
# a driver that avoids inodes freed a moment ago would search for others.
fresh_image() {
	rm -f "$1"
	truncate -s 1G "$1" && mke2fs -q -F -t ext2 "$1"
}

# ext2_rump IMAGE, ext2_host IMAGE, ext2_fuse IMAGE: one run each
ext2_rump() {
	fresh_image "$1" && "$B/bench/fsbench" ext2 "$1" || return 1
	e2fsck -fn "$1" >"$W/fsck" 2>&1 && return
	cat "$W/fsck" >&2
	echo "the image is not clean" >&2
	return 1
}

ext2_host() {
	fresh_image "$1" && mount -o loop "$1" "$W/mnt" 2>/dev/null || return 1
	mounted=1
	"$B/bench/fsbench" host "$W/mnt"
	rc=$?
	umount "$W/mnt" && mounted=
	return $rc
}

ext2_fuse() {
	fresh_image "$1" && fuse2fs -o fakeroot "$1" "$W/fuse" \
	    >/dev/null 2>&1 || return 1
	fusing=1
	"$B/bench/fsbench" host "$W/fuse"
	rc=$?
	{ fusermount -u "$W/fuse" 2>/dev/null || umount "$W/fuse"; } && fusing=
	return $rc
}

bench_ext2() {
	M=/dev/shm/bench.$$
	mkdir -p "$M" "$W/mnt" "$W/fuse" || return 1
	repeat "$W/e1" ext2_rump "$M/img" || return 1
	repeat "$W/e2" ext2_host "$M/img" || { : >"$W/e2"
		echo "no loop mount here: the host's driver is not measured"; }
	RUNS=1 repeat "$W/e3" ext2_fuse "$M/img" || { : >"$W/e3"
		echo "no fuse2fs here"; }
	compare "ext2 image in memory against the host's driver on a loop \
mount, and fuse2fs" "$W/e1" "$W/e2" "$W/e3" fuse2fs
	fresh_image "$M/img" && "$B/bench/fsbench" boot "$M/img" || return 1
	rm -rf "$M"
}

# A tree of FSU_FILES small files, 100 to a directory: a few sizes in turn.
fsu_tree() {
	mkdir -p "$1" && (cd "$1" && awk -v n="${FSU_FILES:-100000}" 'BEGIN {
	split("0 100 700 1500 3000 4096 9000", size, " ")
	for (i = 0; i < n; i++) {
		if (i % 100 == 0) {
			d = sprintf("d%03d/e%03d", i / 10000, i / 100 % 100)
			system("mkdir -p " d)
		}
		f = d "/file" i % 100
		printf "%*s", size[(i * 5 + int(i / 7)) % 7 + 1], "" >f
		close(f)
	} }')
}

# timed FIGURE COMMAND...: its wall time and its CPU time, also that of the
# kernel on its behalf, in milliseconds
timed() {
	python3 - "$@" <<'EOT'
import os, resource, subprocess, sys, time
t = time.monotonic()
rc = subprocess.call(sys.argv[2:])
t = time.monotonic() - t
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print(sys.argv[1], round(t * 1000), "ms")
print(sys.argv[1] + "-cpu", round((u.ru_utime + u.ru_stime) * 1000), "ms")
sys.exit(rc)
EOT
}

fsu_image() {
	rm -f "$1"
	truncate -s 2G "$1" && mke2fs -q -F -t ext2 \
	    -N $((${FSU_FILES:-100000} * 2 + 1000)) "$1"
}

fsu_ours() {
	fsu_image "$M/a" || return 1
	timed copy-in "$B/bin/fsu" ecp -aq "$M/t" "$M/a:/t" || return 1
	timed copy-out "$B/bin/fsu" ecp -aq "$M/a:/t" "$M/out" || return 1
	diff -r "$M/t" "$M/out" >&2 && e2fsck -fn "$M/a" >"$W/fsck" 2>&1 ||
	    { cat "$W/fsck" >&2; return 1; }
	rm -rf "$M/out"
}

# What is in the host's memory counts as copied once it is in the image.
fsu_theirs() {
	fsu_image "$M/b" && mount -o loop "$M/b" "$W/mnt" 2>/dev/null ||
	    return 1
	mounted=1
	timed copy-in sh -c 'cp -a "$1/t" "$2" && umount "$2"' x \
	    "$M" "$W/mnt" || return 1
	mount -o loop "$M/b" "$W/mnt" || return 1
	timed copy-out cp -a "$W/mnt/t" "$M/out" || return 1
	umount "$W/mnt" && mounted=
	rm -rf "$M/out"
}

# The two take turns, so that a busy machine is busy for both.
bench_fsu() {
	M=/dev/shm/bench.$$
	mkdir -p "$M" "$W/mnt" && fsu_tree "$M/t" || return 1
	: >"$W/f1"
	: >"$W/f2"
	i=0
	while [ $i -lt "$RUNS" ]; do
		fsu_ours >>"$W/f1" || return 1
		fsu_theirs >>"$W/f2" || {
			echo "no loop mount here: the host is not measured"
			: >"$W/f2"; }
		i=$((i + 1))
	done
	for f in f1 f2; do
		RUNS=1 repeat "$W/m$f" cat "$W/$f"
	done
	compare "fsu ecp -a of ${FSU_FILES:-100000} files against cp -a on a \
loop mount" "$W/mf1" "$W/mf2"
	rm -rf "$M"
}

# tree_of IMAGE [LIMIT]: the large tree on a new image
tree_of() {
	rm -f "$1"
	truncate -s 2G "$1" && mke2fs -q -F -t ext2 -N 110000 "$1" || return 1
	if [ -n "$2" ]; then
		RUMP_MEMLIMIT=$2 "$B/bench/fsbench" -c -w tree ext2 "$1"
	else
		"$B/bench/fsbench" -c -w tree ext2 "$1"
	fi
}

bench_memlimit() {
	M=/dev/shm/bench.$$
	mkdir -p "$M" || return 1
	repeat "$W/l1" tree_of "$M/img" 8m || return 1
	repeat "$W/l2" tree_of "$M/img" || return 1
	compare "ext2, 100,000 files and 1 GiB by CPU time: in 8 MiB (rump) \
against no limit (host)" "$W/l1" "$W/l2"
	rm -rf "$M"
}

# million_rump COUNT IMAGE
million_rump() {
	rm -f "$2"
	truncate -s 2G "$2" && mke2fs -q -F -t ext2 -N 1100000 "$2" &&
	    "$B/bench/fsbench" -n "$1" ext2 "$2"
}

bench_million() {
	M=/dev/shm/bench.$$
	mkdir -p "$M" || return 1
	repeat "$W/m1" million_rump 1000000 "$M/img" || return 1
	repeat "$W/m2" million_rump 10000 "$M/img" || return 1
	compare "ext2: 1,000,000 files (under rump) against 10,000 (under \
host)" "$W/m1" "$W/m2"
	rm -rf "$M"
}

[ $# != 0 ] || set -- kernel chain prims socket flows shmif tap tty tmpfs ext2 fsu
echo "$(nproc) CPUs, $(uname -sr); medians; ratio above 1: ours is faster"
for b; do
	"bench_$b" || { echo "bench $b failed" >&2; exit 1; }
done
