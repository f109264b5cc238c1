# SPDX-License-Identifier: BSD-2-Clause
#
# fsu ecp: trees between the host and images, in every direction, with all
# that an archive copy keeps; sparse files; a large number of files.

. "$TOP/tests/tools/fsu/fsu.subr"

atf_test_case roundtrip
roundtrip_head() {
	atf_set require.user root
}
roundtrip_body() {
	tree
	census t >want
	image ext2 32M
	atf_check fsu ecp -a t d.img:/t
	clean
	atf_check fsu ecp -a d.img:/t out
	census out >got
	atf_check -o file:want cat got
	# and what debugfs sees
	debugfs -R 'dump /t/a/b/numbers n' d.img 2>/dev/null
	atf_check cmp n t/a/b/numbers
}

atf_test_case from_mke2fs
from_mke2fs_head() {
	atf_set require.user root
}
from_mke2fs_body() {
	tree
	census t >want
	for type in ext2 ext3 ext4; do
		rm -rf d.img out
		mke2fs -q -t $type -d t d.img 32M
		atf_check fsu ecp -a d.img:/ out
		census out | sed '1d' >got
		sed '1d' want >w
		atf_check -o file:w cat got
	done
}

atf_test_case into_directory
into_directory_body() {
	tree
	image
	atf_check fsu mkdir d.img:/dst
	atf_check fsu ecp t/hello t/a/zero d.img:/dst
	atf_check -o inline:'hello\nzero\n' fsu ls d.img:/dst
	atf_check -s exit:1 -e match:"target 'd.img:/none' is not a directory" \
	    fsu ecp t/hello t/a/zero d.img:/none
	atf_check fsu ecp -r t/empty d.img:/dst
	atf_check -o inline:'empty\nhello\nzero\n' fsu ls d.img:/dst
	mkdir host
	atf_check fsu ecp d.img:/dst/hello host
	atf_check -o inline:'hello\n' cat host/hello
	clean
}

atf_test_case sparse
sparse_body() {
	truncate -s 8M hole
	printf data | dd of=hole bs=1 seek=4000000 conv=notrunc status=none
	image
	atf_check fsu ecp hole d.img:/hole
	atf_check -o file:hole fsu cat d.img:/hole
	kb=$(fsu du d.img:/hole | cut -f1)
	[ "$kb" -lt 100 ] || atf_fail "$kb KiB used for a hole"
	atf_check fsu ecp d.img:/hole back
	atf_check cmp hole back
	[ "$(du -k back | cut -f1)" -lt 200 ] || atf_fail "the hole was filled"
	head -c 1M /dev/zero >zeros
	atf_check fsu ecp --sparse=never zeros d.img:/never
	atf_check fsu ecp --sparse=always zeros d.img:/always
	[ "$(fsu du d.img:/never | cut -f1)" -ge 1024 ] ||
	    atf_fail "--sparse=never made a hole"
	atf_check -o inline:'0	d.img:/always\n' fsu du d.img:/always
	clean
}

atf_test_case thousand
thousand_body() {
	mkdir t
	for i in $(seq 1 1000); do
		seq $i $((i + i)) >t/file$i
	done
	image ext2 64M
	atf_check fsu ecp -a t d.img:/t
	clean
	atf_check fsu ecp -a d.img:/t out
	atf_check diff -r t out
	atf_check fsu rm -r d.img:/t
	clean
}

atf_test_case image_to_image
image_to_image_body() {
	tree
	mke2fs -q -t ext4 -d t e.img 32M
	image ext2 32M
	atf_check fsu ecp -a e.img:/a d.img:/
	atf_check -o file:t/a/b/numbers fsu cat d.img:/a/b/numbers
	clean
}

atf_test_case attributes
attributes_head() {
	atf_set descr "extended attributes travel; set-id bits, modes, umask"
}
attributes_body() {
	mkdir t
	echo x >t/f
	chmod 444 t/f
	: >t/g
	chmod 777 t/g
	rm -f e.img
	mke2fs -q -t ext2 -d t e.img 8M
	debugfs -w -R 'ea_set /f user.color blue' e.img 2>/dev/null
	debugfs -w -R 'ea_set /f trusted.t two' e.img 2>/dev/null
	image
	atf_check fsu ecp -a e.img:/ d.img:/all
	atf_check -o match:'user.color .*"blue"' -o match:'trusted.t .*"two"' \
	    -e ignore debugfs -R 'ea_list /all/f' d.img
	# without -p the umask has a say, and read-only stays read-only
	umask 027
	atf_check fsu ecp -r t d.img:/t
	atf_check -o inline:'440\n750\n' \
	    fsu stat -c %a d.img:/t/f d.img:/t/g
	atf_check fsu mkdir -p d.img:/x/y
	atf_check fsu touch d.img:/x/z
	atf_check -o inline:'750\n750\n640\n' \
	    fsu stat -c %a d.img:/x /x/y /x/z
	clean
}

atf_test_case not_the_owner
not_the_owner_head() {
	atf_set descr "set-id bits do not go to another owner"
	atf_set require.user root
	atf_set require.progs setpriv
}
not_the_owner_body() {
	mkdir t out
	: >t/f
	chmod 6755 t/f
	image
	atf_check fsu ecp -a t d.img:/t
	chmod 777 . out
	chmod 666 d.img
	setpriv --reuid=65534 --regid=65534 --clear-groups true ||
	    atf_skip "cannot become another user"
	setpriv --reuid=65534 --regid=65534 --clear-groups \
	    sh -c 'test -r d.img && "$0" ecp --help' "$B/bin/fsu" \
	    >/dev/null 2>&1 || atf_skip "the tree is not for others"
	atf_check setpriv --reuid=65534 --regid=65534 --clear-groups \
	    fsu ecp -a d.img:/t/f out/f
	atf_check -o inline:'65534 755\n' stat -c '%u %a' out/f
}

atf_test_case in_use
in_use_head() {
	atf_set descr "an image is not written by two kernels at once"
}
in_use_body() {
	mkdir t
	for i in $(seq 1 3000); do
		: >t/a_file_with_a_rather_long_name_$i
	done
	rm -f d.img
	mke2fs -q -t ext2 -N 4000 -d t d.img 16M
	mkfifo out
	# keeps the image open for writing until its output is read
	fsu chmod -Rv 600 d.img:/ >out &
	pid=$!
	exec 3<out
	read -r line <&3 || atf_fail "chmod says nothing"
	atf_check -s exit:1 -o ignore -e match:'in use' fsu mkdir d.img:/y
	cat <&3 >/dev/null
	exec 3<&-
	wait $pid || atf_fail "chmod failed"
	atf_check fsu mkdir d.img:/y
	clean
}

atf_init_test_cases() {
	for c in roundtrip from_mke2fs into_directory sparse thousand \
	    image_to_image attributes not_the_owner in_use; do
		atf_add_test_case $c
	done
}
