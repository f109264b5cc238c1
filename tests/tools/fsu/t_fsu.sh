# SPDX-License-Identifier: BSD-2-Clause
#
# The commands of fsu on one image: what they print, what they change, how
# they fail. e2fsck and debugfs see the result.

. "$TOP/tests/tools/fsu/fsu.subr"

atf_test_case ls
ls_body() {
	tree
	rm -f d.img
	mke2fs -q -t ext2 -d t d.img 16M
	printf 'a\nabs\nempty\nhello\nlost+found\nsparse\n' >expect
	atf_check -o file:expect fsu ls d.img:
	atf_check -o file:expect fsu_ls d.img
	atf_check -o match:'^-rw-r--r-- +2 .* 6 Feb  3  2001 /hello$' \
	    fsu ls -l d.img:/hello
	atf_check -o match:'^-rw.* abs$' -o match:'dangling -> nowhere$' \
	    fsu ls -lL d.img:/ d.img:/a
	atf_check -o match:' abs -> /hello$' -o match:'^total ' \
	    fsu ls -l d.img:/
	atf_check -o match:'numbers\*$' -o match:'^d.img:/a/b:$' \
	    fsu ls -RF d.img:/a
	atf_check -o inline:'/a\n' fsu ls -d d.img:/a
	printf '..\n.\nabs\na\nempty\nhello\nlost+found\nsparse\n' | sort >want
	fsu ls -a d.img: | sort >got
	atf_check -o file:want cat got
	printf 'sparse\nlost+found\nhello\nempty\nabs\na\n' >rev
	atf_check -o file:rev fsu ls -r d.img:
	atf_check -o match:'^sparse$' sh -c 'fsu ls -S d.img: | head -1'
	inode=$(debugfs -R 'stat /hello' d.img 2>/dev/null |
	    sed -n 's/^Inode: \([0-9]*\).*/\1/p')
	atf_check -o match:"^ *$inode /hello" fsu ls -i d.img:/hello
	clean
}

atf_test_case errors
errors_body() {
	image
	atf_check -s exit:2 -o empty \
	    -e match:"fsu ls: cannot access 'd.img:/no': No such file" \
	    fsu ls d.img:/no
	atf_check -s exit:1 -e match:"cannot open image 'none.img': No such" \
	    fsu ls none.img:/
	atf_check -s exit:1 -e match:'d.img:/lost.found: Is a directory' \
	    fsu cat d.img:/lost+found
	atf_check -s exit:1 -e match:"cannot remove 'd.img:/lost.found': Is a" \
	    fsu rm d.img:/lost+found
	mkdir dir
	atf_check -s exit:1 -e match:'not a disk image: it is a directory' \
	    fsu ls dir:/x
	atf_check -s exit:2 -e match:"'frob' is not a command" fsu frob
	atf_check -s exit:2 -e match:'^usage: fsu ls' fsu ls
	atf_check -s exit:0 -o match:'^usage: fsu cp' fsu cp --help
	atf_check -s exit:0 -o match:'^usage: fsu ls' fsu ls -l --help
	atf_check -s exit:0 -o match:'Commands:' fsu --help
	head -c 1M /dev/zero >zero.img
	atf_check -s exit:1 -e match:'zero.img: no file system found' \
	    fsu ls zero.img:
	: >empty.img
	atf_check -s exit:1 -e match:'empty.img: no file system found' \
	    fsu ls empty.img:
	atf_check -s exit:1 -e match:'d.img: cannot mount it as nosuchfs|no driver' \
	    fsu -t nosuchfs ls d.img:
	clean
}

atf_test_case cat
cat_body() {
	tree
	rm -f d.img
	mke2fs -q -t ext4 -d t d.img 16M
	atf_check -o inline:'hello\n' fsu cat d.img:/hello
	atf_check -o inline:'hello\n' fsu cat d.img:/abs
	atf_check -o inline:'hello\n' fsu cat d.img:/a/soft
	atf_check -o file:t/a/b/numbers fsu cat d.img:a/b/numbers
	atf_check -o inline:'hello\nhello\n' fsu cat d.img:/hello /abs
	atf_check -o file:t/sparse fsu cat d.img:/sparse
}

atf_test_case change
change_body() {
	image
	atf_check fsu mkdir -p d.img:/x/y/z
	atf_check fsu mkdir -m 2750 d.img:/x/m
	atf_check -o inline:'2750\n' fsu stat -c %a d.img:/x/m
	atf_check -s exit:1 -e match:'File exists' fsu mkdir d.img:/x
	atf_check fsu touch -d '2020-01-02 03:04:05' d.img:/x/f
	atf_check -o inline:'1577934245 1577934245 0 regular empty file\n' \
	    fsu stat -c '%X %Y %s %F' d.img:/x/f
	atf_check fsu touch -a -d @7 d.img:/x/f
	atf_check -o inline:'7 1577934245\n' fsu stat -c '%X %Y' d.img:/x/f
	atf_check fsu touch -c d.img:/x/none
	atf_check -s exit:2 -e ignore fsu ls d.img:/x/none
	atf_check fsu chmod u=rwx,g=rx,o= d.img:/x/f
	atf_check -o inline:'750\n' fsu stat -c %a d.img:/x/f
	atf_check fsu chmod a-x,u+s d.img:/x/f
	atf_check -o inline:'4640\n' fsu stat -c %a d.img:/x/f
	atf_check -s exit:1 -e match:"invalid mode: 'u=q'" \
	    fsu chmod u=q d.img:/x/f
	atf_check fsu chown 12:34 d.img:/x/f
	atf_check -o inline:'12 34\n' fsu stat -c '%u %g' d.img:/x/f
	atf_check fsu chown -R :77777 d.img:/x
	atf_check -o inline:'12 77777\n' fsu stat -c '%u %g' d.img:/x/f
	atf_check fsu chmod -w d.img:/x/f
	atf_check -o inline:'440\n' fsu stat -c %a d.img:/x/f
	atf_check -o inline:"mode of 'd.img:/x/f' changed from 0440 (r--r-----) to 0644 (rw-r--r--)\n" \
	    fsu chmod -v 644 d.img:/x/f
	atf_check fsu chmod 755 d.img:/x/m
	atf_check fsu chmod 00711 d.img:/x/y
	atf_check -o inline:'2755\n711\n' fsu stat -c %a d.img:/x/m /x/y
	atf_check fsu touch -t 200102030405.06 d.img:/x/f
	atf_check -o inline:'981173106 2001-02-03 04:05:06.000000000 +0000\n' \
	    fsu stat -c '%Y %y' d.img:/x/f
	atf_check fsu touch -d '2001-02-03T04:05:06+01:00' d.img:/x/f
	atf_check -o inline:'981169506\n' fsu stat -c %Y d.img:/x/f
	atf_check -s exit:1 -e match:'invalid date format' \
	    fsu touch -t 13010000 d.img:/x/f
	atf_check fsu ln d.img:/x/f d.img:/x/g
	atf_check -s exit:1 -e match:"'d.img:/x/f' and 'd.img:/x/g' are the" \
	    fsu mv d.img:/x/f d.img:/x/g
	atf_check -o inline:'2\n' fsu stat -c %h d.img:/x/g
	atf_check fsu ln -s f d.img:/x/s
	atf_check -o match:'s -> f$' fsu ls -l d.img:/x
	atf_check -s exit:1 -e match:'File exists' fsu ln -s g d.img:/x/s
	atf_check fsu ln -sf g d.img:/x/s
	atf_check fsu mv d.img:/x/g d.img:/x/y
	atf_check -o inline:'g\nz\n' fsu ls d.img:/x/y
	atf_check -s exit:1 -e match:'Directory not empty' \
	    fsu rmdir d.img:/x/y
	atf_check -s exit:1 -e match:'Invalid argument' \
	    fsu mv d.img:/x d.img:/x/y/z
	atf_check fsu rmdir d.img:/x/y/z
	echo n | atf_check -e match:"remove file 'd.img:/x/f'" \
	    fsu rm -i d.img:/x/f
	atf_check fsu rm d.img:/x/s /x/f
	atf_check -s exit:1 -e match:'No such file' fsu rm d.img:/x/f
	atf_check fsu rm -f d.img:/x/f
	atf_check fsu rm -r d.img:/x
	atf_check -o inline:'lost+found\n' fsu ls d.img:
	clean
}

atf_test_case cp
cp_body() {
	tree
	rm -f d.img
	mke2fs -q -t ext2 -d t d.img 32M
	atf_check fsu cp d.img:/hello d.img:/copy
	atf_check -o inline:'hello\n' fsu cat d.img:/copy
	atf_check -s exit:1 -e match:'-r not specified; omitting directory' \
	    fsu cp d.img:/a d.img:/a2
	atf_check fsu cp -a d.img:/a d.img:/a2
	atf_check -o file:t/a/b/numbers fsu cat d.img:/a2/b/numbers
	atf_check -o inline:'4751\n' fsu stat -c %a d.img:/a2/b/numbers
	atf_check -s exit:1 -e match:'cannot copy a directory into itself' \
	    fsu cp -r d.img:/a d.img:/a/b
	atf_check -s exit:1 -e match:'are the same file' \
	    fsu cp d.img:/hello d.img:/hello
	atf_check -s exit:1 -e match:"'d.img:/none/': Not a directory" \
	    fsu cp d.img:/hello d.img:/none/
	atf_check fsu cp -n d.img:/a/b/numbers d.img:/hello
	atf_check -o inline:'hello\n' fsu cat d.img:/hello
	mke2fs -q -t ext2 e.img 16M
	atf_check fsu cp -a d.img:/a e.img:/
	atf_check -o file:t/a/b/numbers fsu cat e.img:/a/b/numbers
	atf_check fsu mv d.img:/a e.img:/moved
	atf_check -s exit:2 -e ignore fsu ls d.img:/a
	atf_check -o file:t/a/b/numbers fsu cat e.img:/moved/b/numbers
	clean
	clean e.img
}

atf_test_case find
find_body() {
	tree
	rm -f d.img
	mke2fs -q -t ext2 -d t d.img 16M
	(cd t && find . | sed 's/^\.//' | sort) >want
	fsu find d.img:/ -path '*lost+found*' -o -print |
	    sed 's/^d.img://; s,^/$,,' | sort >got
	atf_check -o file:want cat got
	atf_check -o inline:'d.img:/a/b/numbers\n' \
	    fsu find d.img:/a -type f -size +10k
	atf_check -o inline:'d.img:/a/soft\nd.img:/a/dangling\n' -x \
	    "fsu find d.img:/a -type l | sort -r"
	atf_check -o match:'/a/zero$' -o not-match:'/hello$' \
	    fsu find d.img: -type f -empty
	atf_check -o inline:'d.img:/a/b/numbers\n' \
	    fsu find d.img: -perm -4000
	atf_check -o inline:'2\n' -x \
	    "fsu find d.img: -links 2 -type f | wc -l"
	atf_check -o inline:'d.img:/a\n' \
	    fsu find d.img:/ -maxdepth 1 -name a
	atf_check -o inline:'d.img:/a/b\nd.img:/a/b/c\n' \
	    fsu find d.img:/a -mindepth 1 -type d ! -name x
	atf_check -o inline:'d.img:/a/zero\n' fsu find d.img:/a \
	    -name b -prune -o -name '[nz]*[so]' -print
	atf_check -s exit:1 -e match:"unknown predicate '-frob'" \
	    fsu find d.img: -frob
	atf_check fsu find d.img:/a -mindepth 1 -delete
	atf_check -o empty fsu ls -A d.img:/a
	clean
}

atf_test_case du_df
du_df_body() {
	tree
	rm -f d.img
	mke2fs -q -t ext2 -b 1024 -d t d.img 16M
	debugfs -R 'stat /a/b/numbers' d.img 2>/dev/null >inode
	blocks=$(sed -n 's/.*Blockcount: \([0-9]*\).*/\1/p' inode)
	atf_check -o inline:"$((blocks / 2))	d.img:/a/b/numbers\n" \
	    fsu du d.img:/a/b/numbers
	# a file with two names counts once
	one=$(fsu du -s d.img:/hello | cut -f1)
	all=$(fsu du -sc d.img:/hello d.img:/a/hard | tail -1 | cut -f1)
	atf_check_equal "$one" "$all"
	atf_check -o inline:"$one	d.img:/hello\n" \
	    fsu du d.img:/hello /hello
	atf_check -o match:'total$' fsu du -c d.img:
	free=$(dumpe2fs -h d.img 2>/dev/null |
	    sed -n 's/^Free blocks: *//p')
	resv=$(dumpe2fs -h d.img 2>/dev/null |
	    sed -n 's/^Reserved block count: *//p')
	avail=$(fsu df d.img | awk 'NR == 2 { print $5 }')
	atf_check_equal "$((free - resv))" "$avail"
	inodes=$(dumpe2fs -h d.img 2>/dev/null | sed -n 's/^Free inodes: *//p')
	atf_check_equal "$inodes" \
	    "$(fsu df -i d.img | awk 'NR == 2 { print $5 }')"
}

atf_test_case readonly
readonly_body() {
	image
	cksum <d.img >before
	atf_check -o ignore fsu ls -l d.img:
	atf_check -o ignore fsu find d.img:
	cksum <d.img >after
	atf_check -o file:before cat after
	atf_check -s exit:1 -e match:'Read-only file system' \
	    fsu -r mkdir d.img:/x
	cksum <d.img >after
	atf_check -o file:before cat after
	# an ext4 image is not written, and the reason is named
	image ext4
	cksum <d.img >before
	atf_check -s exit:1 -e match:'has_journal|extent|metadata_csum|64bit' \
	    fsu mkdir d.img:/x
	cksum <d.img >after
	atf_check -o file:before cat after
}

atf_test_case full
full_body() {
	image ext2 1M
	head -c 3M /dev/urandom >big
	atf_check -s exit:1 -e match:'No space left on device' \
	    fsu ecp big d.img:/big
	atf_check fsu rm -f d.img:/big
	clean
	head -c 300K /dev/urandom >small
	atf_check fsu ecp small d.img:/small
	atf_check -o file:small fsu cat d.img:/small
	clean
}

atf_test_case staying_inside
staying_inside_head() {
	atf_set descr "links and dots of an image never lead out of it"
}
staying_inside_body() {
	image
	fsu ln -s /../../../etc d.img:/up || atf_fail "ln"
	fsu mkdir d.img:/etc
	fsu touch d.img:/etc/inside
	atf_check -o inline:'inside\n' fsu ls d.img:/up/
	atf_check -o inline:'inside\n' fsu ls d.img:/../../etc
}

atf_init_test_cases() {
	for c in ls errors cat change cp find du_df readonly full \
	    staying_inside; do
		atf_add_test_case $c
	done
}
