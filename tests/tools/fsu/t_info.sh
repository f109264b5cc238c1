# SPDX-License-Identifier: BSD-2-Clause
#
# fsu info and partitions: what is said of an image, and files in partitions
# of MBR and GPT disks, made with sfdisk.

. "$TOP/tests/tools/fsu/fsu.subr"

atf_test_case types
types_body() {
	mke2fs -q -t ext2 -L mylabel -U 01234567-89ab-cdef-0123-456789abcdef \
	    d.img 8M
	atf_check -o match:'type: +ext2$' -o match:'driver: +ext2fs$' \
	    -o match:'label: +mylabel$' -o match:'state: +clean$' \
	    -o match:'UUID: +01234567-89ab-cdef-0123-456789abcdef$' \
	    -o match:'features:.*dir_index' fsu info d.img
	image ext3
	atf_check -o match:'type: +ext3$' fsu info d.img
	image ext4
	atf_check -o match:'type: +ext4$' -o match:'metadata_csum' \
	    fsu info d.img
	truncate -s 4M d.img
	atf_check -o match:'damaged: +the image ends' fsu info d.img
	head -c 64K /dev/zero >z
	atf_check -o match:'no file system found' fsu info z
	atf_check -s exit:1 -e match:'cannot open image' fsu info none
}

atf_test_case mbr
mbr_body() {
	truncate -s 40M disk
	printf 'label: dos\nstart=2048,size=16384,type=83\nstart=20480,size=57344,type=5\nstart=22528,size=20480,type=83\n' |
	    sfdisk -q disk || atf_fail sfdisk
	mke2fs -q -t ext2 p1 8M
	mke2fs -q -t ext2 p5 10M
	echo one >f1
	echo five >f5
	debugfs -w -R 'write f1 f' p1 2>/dev/null
	debugfs -w -R 'write f5 f' p5 2>/dev/null
	dd if=p1 of=disk bs=512 seek=2048 conv=notrunc status=none
	dd if=p5 of=disk bs=512 seek=22528 conv=notrunc status=none
	atf_check -o match:'MBR' -o match:'disk#1: Linux' \
	    -o match:'disk#5: Linux' fsu info disk
	atf_check -o inline:'one\n' fsu cat disk#1:/f
	atf_check -o inline:'five\n' fsu cat disk#5:/f
	atf_check -s exit:1 -e match:'no partition 3' fsu cat disk#3:/f
	atf_check -s exit:1 -e match:'disk#5: ' fsu ls disk:
	atf_check fsu mkdir disk#5:/new
	dd if=disk of=p5 bs=512 skip=22528 count=20480 status=none
	clean p5
	# nothing outside of the partition was touched
	dd if=disk of=q1 bs=512 skip=2048 count=16384 status=none
	atf_check cmp p1 q1
}

atf_test_case gpt
gpt_body() {
	truncate -s 40M disk
	printf 'label: gpt\nstart=2048,size=16384,name=first\nstart=20480,size=40960,name=second\n' |
	    sfdisk -q disk || atf_fail sfdisk
	mke2fs -q -t ext2 p2 20M
	echo two >f2
	debugfs -w -R 'write f2 f' p2 2>/dev/null
	dd if=p2 of=disk bs=512 seek=20480 conv=notrunc status=none
	atf_check -o match:'GPT' -o match:'disk#2: Linux "second"' \
	    fsu info disk
	atf_check -o inline:'two\n' fsu cat disk#2:/f
	atf_check -o match:'type: +ext2$' fsu info disk#2
}

atf_test_case hostile_table
hostile_table_body() {
	# a chain of logical partitions that bites its tail, absurd sizes
	head -c 1M /dev/urandom >disk
	printf '\125\252' | dd of=disk bs=1 seek=510 conv=notrunc status=none
	head -c 64 /dev/zero | dd of=disk bs=1 seek=446 conv=notrunc status=none
	printf '\0\0\0\0\005\0\0\0\1\0\0\0\377\377\377\377' |
	    dd of=disk bs=1 seek=446 conv=notrunc status=none
	dd if=disk of=disk bs=512 count=1 seek=1 conv=notrunc status=none
	atf_check -o ignore -e ignore fsu info disk
	for i in 1 2 3 4 5 6 7 8; do
		head -c 4K /dev/urandom | dd of=disk bs=512 seek=1 \
		    conv=notrunc status=none
		printf 'EFI PART' | dd of=disk bs=1 seek=512 conv=notrunc \
		    status=none
		atf_check -o ignore -e ignore fsu info disk
	done
}

atf_init_test_cases() {
	for c in types mbr gpt hostile_table; do
		atf_add_test_case $c
	done
}
