#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# seeds_ext2.sh DIR: makes small images of ext2, ext3 and ext4 in DIR, one for
# each set of features, and in DIR/inputs the inputs that mount them as they
# are: the image's number, then flags (fuzz_ext2.c). If ANYKERNEL_CORPUS names a folder with images in
# ext/ and syz/ (xz files), those not larger than 4 MiB come along.

PATH=$PATH:/sbin:/usr/sbin
dir=$1
[ -n "$dir" ] && mkdir -p "$dir" && cd "$dir" || exit 1
# In memory, if there is such a folder: each tool waits for the disk.
tree=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT

# Files of all kinds: holes, several blocks, links long and short, attributes.
mkdir -p "$tree/t/d/e" "$tree/t/empty" || exit 1
for i in $(seq 60); do
	echo "contents $i" >"$tree/t/d/name-of-file-$i"
done
yes data | head -c 40000 >"$tree/t/big"
truncate -s 300k "$tree/t/sparse"
echo tail >>"$tree/t/sparse"
printf tiny >"$tree/t/tiny"
head -c 120 /dev/zero | tr '\0' x >"$tree/t/inline"
ln -s d "$tree/t/short"
ln -s "$(printf '%0100d' 1)" "$tree/t/long"
ln "$tree/t/tiny" "$tree/t/d/e/hard"
mkfifo "$tree/t/fifo"
head -c 3000 /dev/zero | tr '\0' v >"$tree/value"

# image NAME SIZE MKE2FS-ARGUMENTS...: makes $img, which keep NAME moves.
img=$tree/img
image() {
	name=$1 size=$2
	shift 2
	rm -f "$img"
	mke2fs -q -F -d "$tree/t" "$@" "$img" "$size" >"$tree/log" 2>&1 || {
		echo "seeds_ext2.sh: $name: $(tail -n 1 "$tree/log")" >&2
		exit 1
	}
	{
		echo 'ea_set /big a value'
		echo 'ea_set /big security.selinux label'
		echo 'ea_set /d user.a value'
		echo 'ea_set /tiny user.b a-longer-value-than-that'
		echo "ea_set -f $tree/value /d/e/hard user.big"
	} >"$tree/cmds"
	debugfs -w -f "$tree/cmds" "$img" >/dev/null 2>&1
}

keep() {
	mv "$img" "$name.img" || exit 1
}

# More names than a block has, and an index: 1 KiB blocks hold about 40.
indexed() {
	e2fsck -fyD "$img" >/dev/null 2>&1
	keep
}

# Leave transactions in the journal, one with a revoked block.
journalled() {
	head -c 2048 /dev/zero | tr '\0' j >"$tree/blocks"
	{
		echo 'jo -c'
		echo "jw -b 1500,1501 $tree/blocks"
		echo "jw -r 1500"
		echo "jw -b 1502 $tree/blocks"
		echo 'jc'
	} >"$tree/cmds"
	debugfs -w -f "$tree/cmds" "$img" >/dev/null 2>&1
	keep
}

small='^has_journal,^resize_inode'
image ext2 512k -t ext2 -b 1024 -N 128 && keep
image ext2-4k 1m -t ext2 -b 4096 -N 128 && keep
image ext2-old 512k -t ext2 -b 1024 -r 0 -N 128 && keep
image ext2-index 512k -t ext2 -b 1024 -N 128 -I 256 && indexed
image ext2-space 3m -t ext2 -b 1024 -N 128 && keep
image ext3 4m -t ext3 -b 1024 -N 128 -J size=1 && journalled
image ext4 512k -t ext4 -b 1024 -N 128 -O "$small" && indexed
image ext4-nocsum 512k -t ext4 -b 1024 -N 128 \
    -O "$small,^metadata_csum,uninit_bg" && indexed
image ext4-32 512k -t ext4 -b 1024 -N 128 -O "$small,^64bit,meta_bg" && keep
image ext4-groups 1m -t ext4 -b 1024 -g 256 -N 128 \
    -O "$small,meta_bg,^flex_bg" && keep
image ext4-inline 512k -t ext4 -b 1024 -I 256 -N 128 \
    -O "$small,inline_data" && keep
image ext4-inline1k 512k -t ext4 -b 1024 -I 1024 -N 96 \
    -O "$small,inline_data,ea_inode" && keep
image ext4-eainode 512k -t ext4 -b 1024 -N 128 \
    -O "$small,ea_inode,large_dir,metadata_csum_seed" && keep
image ext4-cluster 2m -t ext4 -b 1024 -C 4096 -N 128 \
    -O "$small,bigalloc" && keep
image ext4-journal 4m -t ext4 -b 1024 -N 128 -J size=1 && journalled
image ext4-fast 4m -t ext4 -b 1024 -N 128 -J size=1 \
    -O fast_commit,orphan_file && journalled
image ext4-mmp 512k -t ext4 -b 1024 -N 128 -O "$small"
# Afterwards, as with it each tool waits for seconds.
tune2fs -O mmp "$img" >/dev/null 2>&1
keep
image ext4-misc 1m -t ext4 -b 1024 -N 128 \
    -O "$small,encrypt,quota,project,verity"
# 0x800: encrypted.
debugfs -w -R 'sif /d flags 0x80800' "$img" >/dev/null 2>&1
debugfs -w -R 'sif /big flags 0x80800' "$img" >/dev/null 2>&1
keep

if [ -n "$ANYKERNEL_CORPUS" ]; then
	for f in "$ANYKERNEL_CORPUS"/ext/*.xz "$ANYKERNEL_CORPUS"/syz/ext4*.xz
	do
		[ -f "$f" ] || continue
		to=z-$(basename "$f" .xz)
		to=${to%.img}.img
		xz -dc "$f" | head -c 4194305 >"$to"
		[ "$(wc -c <"$to")" -le 4194304 ] || rm -f "$to"
	done
fi

n=0
mkdir -p inputs
for f in ./*.img; do
	[ -f "$f" ] || exit 1
	for flags in 0 1 5; do
		printf "\\$(printf %03o $n)\\00$flags" >"inputs/$n-$flags"
	done
	n=$((n + 1))
done
