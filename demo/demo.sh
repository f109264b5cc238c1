#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# demo.sh: a rump kernel at work, on real input. Makes an ext2 and an ext4
# image from a directory of this machine with mke2fs, lists, reads and copies
# files with the kernel's own ext2 driver running in an ordinary process, and
# lets e2fsck and checksums judge the result. Run by "make demo".

set -eu
B=${B:-build}
PATH=$B/bin:$PATH
W=$(mktemp -d "${TMPDIR:-/tmp}/anykernel-demo.XXXXXX")
trap 'rm -rf "$W"' EXIT
trap 'exit 1' INT TERM
case $B in /*) ;; *) PATH=$PWD/$PATH ;; esac

if [ -t 1 ]; then
	bold=$(printf '\033[1m') dim=$(printf '\033[2m') off=$(printf '\033[0m')
else
	bold= dim= off=
fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$off"; }
show() {
	printf '%s  $ %s%s\n' "$dim" "$*" "$off"
	rc=0
	"$@" >"$W/shown" 2>&1 || rc=$?
	sed 's/^/    /' "$W/shown"
	return $rc
}
run() { printf '%s  $ %s%s\n' "$dim" "$*" "$off"; "$@"; }
ms() { echo $((($(date +%s%N) - $1) / 1000000)); }

cd "$W"
say "1. Two disk images, made by mke2fs from 1,000 files of this machine"
mkdir -p tree/docs
find /usr/include /usr/share/doc /usr/share/perl /usr/lib/python3 -type f \
    -size -200k 2>/dev/null | LC_ALL=C sort | head -1000 >list
n=0
while read -r f; do
	n=$((n + 1))
	d=tree/docs/$((n / 50))
	mkdir -p "$d"
	cp "$f" "$d/$n-${f##*/}"
done <list
ln -s docs/0 tree/first
echo "Hello from inside the image." >tree/hello.txt
files=$(find tree -type f | wc -l)
mke2fs -q -t ext2 -d tree ext2.img 96M >/dev/null
mke2fs -q -t ext4 -d tree ext4.img 96M >/dev/null
show fsu info ext2.img

say "2. No mount, no root: list and read, with a kernel driver in a process"
show fsu ls -l ext2.img:
show fsu cat ext2.img:/hello.txt
show fsu ls ext4.img:/docs
show fsu cat ext4.img:/hello.txt
show fsu df -h ext2.img ext4.img

say "3. Copy the tree of $files files into a fresh ext2 image, and out again"
mke2fs -q -t ext2 fresh.img 96M >/dev/null
t=$(date +%s%N)
run fsu ecp -a tree fresh.img:/tree
in=$(ms "$t")
t=$(date +%s%N)
run fsu ecp -a fresh.img:/tree out
out=$(ms "$t")
t=$(date +%s%N)
run fsu ecp -a ext4.img:/docs out4
out4=$(ms "$t")
echo "    in: $in ms, out: $out ms, out of ext4: $out4 ms" \
    "(booting, mounting and unmounting included)"
sums() { (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z |
    xargs -0 sha256sum | sha256sum); }
[ "$(sums tree)" = "$(sums out)" ] && [ "$(sums tree/docs)" = "$(sums out4)" ] ||
    { echo "    CHECKSUMS DIFFER" >&2; exit 1; }
echo "    checksums: all $files files are the same, both ways"

say "4. Change it, and let e2fsck judge"
run fsu mkdir -p fresh.img:/made/by/fsu
run fsu cp -a fresh.img:/tree/docs/3 fresh.img:/made/by/fsu
run fsu mv fresh.img:/made/by/fsu fresh.img:/made/it
run fsu rm -r fresh.img:/tree/docs/7
show fsu find fresh.img:/made -maxdepth 2
show e2fsck -fn fresh.img

say "5. What the kernel costs"
show boottime

say "Try next"
cat <<'END'
    fsu --help                          all commands; man man/fsu.1
    fsu ls -l YOUR.img:/etc             an image of your own (YOUR.img#2: partition 2)
    fsu ecp -a ./dir YOUR.img:/dir      copy a tree into it
    RUMP_VERBOSE=1 fsu ls YOUR.img:     watch the kernel boot
    examples/                           a 30-line program that mounts an image
    make check                          the tests
    make bench                          figures beside the host kernel's
END
