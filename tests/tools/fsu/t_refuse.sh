# SPDX-License-Identifier: BSD-2-Clause
#
# Images that cannot be used, and what is said then: in use, no file system,
# partitions, damage, no permission.

. "$TOP/tests/tools/fsu/fsu.subr"

# a second program has the image open for writing, until the fifo closes
hold() {
	mkfifo in
	fsu write d.img:/held <in &
	echo $! >pid
	exec 3>in
	echo x >&3
	# it has read that once the file is there for a reader of the image
	for i in $(seq 200); do
		[ "$(ls -l /proc/"$(cat pid)"/fd 2>/dev/null |
		    grep -c 'd\.img$')" -gt 0 ] && return
		sleep 0.05
	done
	atf_fail "the image is not opened"
}

atf_test_case two_fsu
two_fsu_body() {
	image
	hold
	pid=$(cat pid)
	atf_check -s exit:1 \
	    -e match:"d.img: the image is in use: open in fsu, process $pid" \
	    fsu mkdir d.img:/x
	# a reader is told, and reads
	atf_check -o match:'lost.found' -e match:'warning.*middle of a change' \
	    fsu ls d.img:
	atf_check -o match:"in use: +open in fsu, process $pid" fsu info d.img
	exec 3>&-
	wait $pid
	atf_check fsu mkdir d.img:/x
	clean
}

atf_test_case qemu
qemu_head() {
	atf_set descr "QEMU's locks and ours exclude each other"
}
qemu_body() {
	image
	qemu-nbd -t -f raw -k "$PWD/s" d.img >qemu.out 2>&1 &
	pid=$!
	while [ ! -S s ]; do
		kill -0 $pid || atf_fail "qemu-nbd: $(cat qemu.out)"
		sleep 0.05
	done
	atf_check -s exit:1 \
	    -e match:"d.img: the image is in use: open in qemu-nbd, process" \
	    fsu mkdir d.img:/x
	atf_check -o match:'lost.found' -e match:'warning: .* qemu-nbd' \
	    fsu ls d.img:
	kill $pid
	wait $pid || true
	# one that only reads leaves the image to readers
	rm -f s
	qemu-nbd -r -t -f raw -k "$PWD/s" d.img >qemu.out 2>&1 &
	pid=$!
	while [ ! -S s ]; do
		kill -0 $pid || atf_fail "qemu-nbd: $(cat qemu.out)"
		sleep 0.05
	done
	atf_check -o match:'lost.found' fsu ls d.img:
	atf_check -s exit:1 -e match:'the image is in use' \
	    fsu mkdir d.img:/x
	kill $pid
	wait $pid || true
	# the other way round
	hold
	atf_check -s not-exit:0 -o ignore -e match:'lock' \
	    qemu-img resize -f raw d.img 32M
	exec 3>&-
	wait $(cat pid)
	clean
}

atf_test_case loop cleanup
loop_head() {
	atf_set require.user root
}
loop_body() {
	image
	dev=$(losetup -f --show d.img) || atf_skip "no loop devices here"
	echo $dev >dev
	atf_check -s exit:1 -e match:"in use: attached to $dev \\(losetup" \
	    fsu mkdir d.img:/x
	atf_check -o match:'lost.found' -e match:"warning: .*$dev" fsu ls d.img:
	mkdir mnt
	if mount $dev mnt; then
		atf_check -s exit:1 -e match:"$dev and mounted on $PWD/mnt" \
		    fsu mkdir d.img:/x
		umount mnt
	fi
	losetup -d $dev
	# one that cannot write is no danger
	dev=$(losetup -r -f --show d.img)
	echo $dev >dev
	atf_check -o match:'lost.found' fsu ls d.img:
	losetup -d $dev
	rm -f dev
	clean
}
loop_cleanup() {
	umount mnt 2>/dev/null || true
	[ ! -f dev ] || losetup -d "$(cat dev)" 2>/dev/null || true
}

# at OFFSET BYTES TEXT: such an image is called TEXT
is_called() {
	rm -f x
	truncate -s 2M x
	printf "$2" | dd of=x bs=1 seek=$1 conv=notrunc status=none
	atf_check -s exit:1 -e match:"x: it is $3" fsu ls x:
}

atf_test_case known
known_body() {
	is_called 0 'LUKS\272\276' 'LUKS.*cryptsetup open'
	is_called 0 XFSB 'XFS, for which there is no driver'
	is_called 65600 _BHRfS_M 'btrfs'
	is_called 3 'NTFS    ' 'NTFS'
	is_called 3 'EXFAT   ' 'exFAT'
	is_called 512 LABELONE 'a physical volume of LVM.*vgchange'
	is_called 4096 '\374\116\053\251' 'a member of a RAID.*mdadm'
	is_called 0 'KDMV' 'a VMDK image.*qemu-nbd -r -f vmdk'
	is_called 0 'PK\003\004' 'a zip archive.*unzip'
	is_called 0 '7z\274\257\047\034' 'a 7z archive'
	is_called 4086 SWAPSPACE2 'Linux swap'
	is_called 32 NXSB APFS
	is_called 1024 'H+' 'HFS\+'
	is_called 131072 '\014\261\272\0\0\0\0\0' ZFS
	head -c 100K /dev/zero >z
	gzip -k z && bzip2 -k z && xz -k z
	atf_check -s exit:1 -e match:'compressed by gzip.*gunzip' fsu ls z.gz:
	atf_check -s exit:1 -e match:'compressed by bzip2' fsu ls z.bz2:
	atf_check -s exit:1 -e match:'compressed by xz.*unxz' fsu ls z.xz:
	tar -cf z.tar z
	atf_check -s exit:1 -e match:'a tar archive.*fsu tar -x' fsu ls z.tar:
	qemu-img create -q -f qcow2 q 1M
	atf_check -s exit:1 -e match:'a qcow2 image.*qemu-nbd -r -f qcow2' \
	    fsu ls q:
	for f in vdi vpc vhdx; do
		qemu-img create -q -f $f q.$f 4M
		atf_check -s exit:1 -e match:"qemu-nbd -r -f $f" fsu ls q.$f:
	done
	atf_check -s exit:1 -e match:'it is a program' fsu ls /bin/sh:
	atf_check -o match:'to use it: +serve it' fsu info q
}

atf_test_case partitions
partitions_body() {
	truncate -s 40M disk
	printf 'label: gpt\nstart=2048,size=16384\nstart=20480,size=40960,name=data\n' |
	    sfdisk -q disk || atf_fail sfdisk
	mke2fs -q -t ext2 p2 20M
	dd if=p2 of=disk bs=512 seek=20480 conv=notrunc status=none
	atf_check -s exit:1 -e match:'disk: it has a partition table; name' \
	    -e match:'disk#1: +8.0M, Linux, no file system found' \
	    -e match:'disk#2: +20M, Linux, ext2' fsu ls disk:/x
	atf_check -s exit:1 -e match:'disk#1: no file system found' \
	    fsu ls disk#1:
	atf_check -o inline:'lost+found\n' fsu ls disk#2:
}

atf_test_case damaged
damaged_body() {
	image
	debugfs -w -R 'set_super_value blocks_per_group 0' d.img 2>/dev/null
	atf_check -s exit:1 -e match:'cannot mount it as ext2fs' \
	    -e match:"\"e2fsck -f 'd.img'\" may repair it" fsu ls d.img:
	# in a partition, e2fsck is told where
	truncate -s 30M disk
	printf 'label: dos\nstart=2048,type=83\n' | sfdisk -q disk ||
	    atf_fail sfdisk
	dd if=d.img of=disk bs=512 seek=2048 conv=notrunc status=none
	atf_check -s exit:1 -e match:"e2fsck -f 'disk.offset=1048576'" \
	    fsu ls disk#1:
	# shorter than the file system
	image
	truncate -s 1M d.img
	atf_check -s exit:1 -e not-empty fsu ls d.img:
	atf_check -o match:'damaged: +the image ends' fsu info d.img
}

atf_test_case permission
permission_body() {
	image
	# root without what lets root pass
	as=
	[ "$(id -u)" != 0 ] ||
	    as="setpriv --bounding-set=-dac_override,-dac_read_search"
	chmod 444 d.img
	atf_check -o match:'lost.found' $as fsu ls d.img:
	atf_check -s exit:1 -e match:'cannot be written to: Permission' \
	    $as fsu mkdir d.img:/x
	chmod 0 d.img
	atf_check -s exit:1 -e match:"'d.img': Permission denied" $as fsu ls d.img:
}

atf_init_test_cases() {
	for c in two_fsu qemu loop known partitions damaged permission; do
		atf_add_test_case $c
	done
}
