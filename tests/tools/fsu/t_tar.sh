# SPDX-License-Identifier: BSD-2-Clause
#
# fsu tar, in and out: against tar(1), and with archives that mean harm.

. "$TOP/tests/tools/fsu/fsu.subr"

hostile() {
	python3 "$TOP/tests/tools/fsu/hostile_tar.py" "$1"
}

atf_test_case there_and_back
there_and_back_body() {
	tree
	ln -s "$(printf 'n%.0s' $(seq 150))" "t/$(printf 'l%.0s' $(seq 120))"
	: >"t/$(printf '\344\366')"
	: >t/ümlaut
	image
	atf_check fsu ecp -a t d.img:/t
	atf_check fsu xattr set user.k value d.img:/t/hello
	atf_check fsu mkdir d.img:/o
	for f in a.tar a.tar.gz a.txz a.tar.bz2 a.tar.zst; do
		atf_check fsu tar -c -f $f d.img:/t
		rm -f e.img
		mke2fs -q -t ext2 e.img 16M
		atf_check fsu tar -xf $f e.img:
		atf_check fsu diff -rp d.img:/t e.img:/t
		atf_check -o inline:'value\n' \
		    fsu xattr get user.k e.img:/t/hello
		clean e.img
	done
	for m in 'a.tar.gz 1f8b' 'a.txz fd377a' 'a.tar.bz2 425a68' \
	    'a.tar.zst 28b52f'; do
		atf_check -o match:"${m#* }" \
		    -x "od -An -tx1 -N6 ${m% *} | tr -d ' '"
	done
	# hard links are links, holes are holes
	atf_check -o inline:'2\n' fsu stat -c %h e.img:/t/a/hard
	[ "$(fsu du -k e.img:/t/sparse | cut -f1)" -lt 100 ] ||
	    atf_fail "the hole is filled"
	[ "$(stat -c %s a.tar)" -lt 500000 ] || atf_fail "the holes are stored"
	clean
}

atf_test_case with_tar
with_tar_head() {
	atf_set descr "what tar(1) makes is read, what is made tar(1) reads"
	atf_set require.user root
}
with_tar_body() {
	tree
	census t >want
	image
	for fmt in gnu pax ustar; do
		tar -S --format=$fmt --numeric-owner -cf a.tar -C t .
		atf_check fsu mkdir d.img:/$fmt
		atf_check -x "fsu tar -x d.img:/$fmt <a.tar"
		atf_check fsu ecp -a d.img:/$fmt out.$fmt
		census out.$fmt >got
		if [ $fmt = pax ]; then
			atf_check -o file:want cat got
		fi
		atf_check diff -r --no-dereference -x fifo -x null t out.$fmt
	done
	mkdir out
	atf_check -x "fsu tar -c d.img:/pax | tar -xf - -C out"
	census out/pax >got
	atf_check -o file:want cat got
	hostile cpio >a.cpio
	atf_check fsu mkdir d.img:/cpio
	atf_check fsu tar -xf a.cpio d.img:/cpio
	atf_check -o inline:'data' fsu cat d.img:/cpio/dir/file
	clean
}

atf_test_case owner
owner_body() {
	image
	atf_check fsu touch d.img:/f
	atf_check fsu chown 12:34 d.img:/f
	atf_check fsu tar -c -f a.tar d.img:/f
	atf_check fsu mkdir d.img:/x d.img:/y
	atf_check fsu tar -xf a.tar d.img:/x
	atf_check fsu tar -xf a.tar --owner=7:8 d.img:/y
	atf_check -o inline:'12 34\n7 8\n' fsu stat -c '%u %g' d.img:/x/f /y/f
	atf_check fsu tar -c -f b.tar --owner=5 d.img:/f
	atf_check -o match:' 5/34 ' tar --numeric-owner -tvf b.tar
	atf_check -s exit:1 -e match:'invalid user or group' \
	    fsu tar -c -f b.tar --owner=nosuchuser d.img:/f
	# a set-id bit survives the change of owner
	atf_check fsu chmod 4755 d.img:/f
	atf_check fsu tar -c -f a.tar d.img:/f
	atf_check fsu tar -xf a.tar d.img:/x
	atf_check -o inline:'4755\n' fsu stat -c %a d.img:/x/f
	# -k keeps what is there
	atf_check -x "echo mine | fsu write d.img:/x/f"
	atf_check -s exit:1 -e match:'File exists' \
	    fsu tar -xkf a.tar d.img:/x
	atf_check -o inline:'mine\n' fsu cat d.img:/x/f
	clean
}

atf_test_case escape
escape_body() {
	image
	atf_check fsu mkdir d.img:/victim d.img:/dest
	atf_check -x "echo safe | fsu write d.img:/victim/file"
	hostile escape >a.tar
	fsu ls -lR d.img:/victim >before
	atf_check -s exit:1 -e match:"'../out1' left out: it leads out" \
	    -e match:"'a/../../out2' left out" -e match:"'../' left out" \
	    -e match:"'link/out3' left out: a symbolic link" \
	    -e match:"'up/out4' left out: a symbolic link" \
	    -e match:"'../victim/file' left out: a hard link" \
	    -e match:"'hard2' left out: a symbolic link" \
	    fsu tar -xf a.tar d.img:/dest
	fsu ls -lR d.img:/victim >after
	atf_check cmp before after
	atf_check -o inline:'safe\n' fsu cat d.img:/victim/file
	atf_check -o inline:'dest\nlost+found\nvictim\n' fsu ls d.img:
	printf 'abs\ndot\nfilelink\nhard3\nlast\nlink\nup\n' >want
	atf_check -o file:want fsu ls d.img:/dest
	atf_check -o inline:fine fsu cat d.img:/dest/abs
	atf_check -o inline:fine fsu cat d.img:/dest/dot/slash
	# a hard link to a symbolic link is to the link itself
	atf_check -o inline:'symbolic link\n' fsu stat -c %F d.img:/dest/hard3
	clean
}

atf_test_case odd
odd_body() {
	image
	hostile nodir >a.tar
	atf_check fsu mkdir d.img:/x
	atf_check -s exit:1 -e match:"/x/file/below': Not a directory" \
	    -e match:"/x/dir': Is a directory" \
	    -e match:"/x/hard': No such file" fsu tar -xf a.tar d.img:/x
	atf_check -o inline:'dir\nfile\nlast\n' fsu ls d.img:/x
	hostile long >a.tar
	atf_check fsu mkdir d.img:/y
	atf_check -s exit:1 -e match:'File name too long' \
	    fsu tar -xf a.tar d.img:/y
	atf_check -o inline:fine fsu cat d.img:/y/last
	clean
}

atf_test_case damaged
damaged_body() {
	tree
	image ext2 32M
	tar -czf good.tgz t
	tar -cf good.tar t
	size=$(stat -c %s good.tgz)
	for cut in 0 1 9 500 $((size / 2)) $((size - 9)); do
		head -c $cut good.tgz >a.tgz
		atf_check fsu mkdir d.img:/$cut
		rc=0
		fsu tar -xf a.tgz d.img:/$cut >out 2>err || rc=$?
		atf_check_equal 1:$cut $rc:$cut
		atf_check -o match:'cannot read the archive' cat err
		clean
	done
	atf_check fsu mkdir d.img:/r
	for i in 1 2 3 4 5 6 7 8 9 10; do
		cp good.tar a.tar
		head -c 200 /dev/urandom | dd of=a.tar bs=1 \
		    seek=$((i * 937)) conv=notrunc status=none
		fsu tar -xf a.tar d.img:/r >out 2>err
		[ $? -le 1 ] || atf_fail "it ended with $?"
		clean
	done
	head -c 100K /dev/urandom >a.tar
	atf_check -s exit:1 -e match:'cannot read the archive' \
	    fsu tar -xf a.tar d.img:/r
	atf_check -s exit:1 -e match:"cannot open 'no.tar': No such" \
	    fsu tar -xf no.tar d.img:/r
	atf_check -s exit:1 -e match:"'d.img:/none': No such" \
	    fsu tar -xf good.tar d.img:/none
	atf_check -s exit:2 -e match:'^usage: fsu tar' \
	    fsu tar -xcf good.tar d.img:/r
	clean
}

atf_test_case limits
limits_body() {
	mkdir t
	head -c 3M /dev/urandom >t/big
	: >t/z_later
	tar -cf a.tar t
	image ext2 1M
	atf_check -s exit:1 -e match:'No space left on device' \
	    fsu tar -xf a.tar d.img:
	clean
	# a hole of more than a file can have
	image ext2 1M
	truncate -s 4T huge && tar -Scf a.tar huge
	atf_check -s exit:1 -e match:'File too large|No space left' \
	    fsu tar -xf a.tar d.img:
	clean
	image
	atf_check fsu ecp -a t d.img:/t
	cksum <d.img >before
	atf_check -s exit:1 -e match:'Read-only file system' \
	    fsu -r tar -xf a.tar d.img:
	# making an archive does not write to the image
	atf_check fsu tar -c -f b.tar d.img:
	cksum <d.img >after
	atf_check cmp before after
	atf_check -s exit:1 -e match:'cannot write the archive' \
	    -x "fsu tar -c d.img: >/dev/full"
	atf_check -o inline:'141\n' \
	    -x "(fsu tar -c d.img:; echo \$? >rc) | head -c 100 >/dev/null; \
	    cat rc"
	clean
	# who writes the archive dies, or is interrupted
	head -c 2M b.tar >part
	atf_check -s exit:1 -e match:'cannot read the archive' \
	    -x "cat part | fsu tar -x d.img:"
	clean
	mkfifo in
	fsu tar -x d.img: <in 2>err &
	pid=$!
	exec 3>in
	cat part >&3
	kill -INT $pid 2>/dev/null || kill -TERM $pid
	kill -TERM $pid
	rc=0
	wait $pid || rc=$?
	exec 3>&-
	atf_check_equal "$(kill -l $rc)" TERM
	clean
}

atf_init_test_cases() {
	for c in there_and_back with_tar owner escape odd damaged limits; do
		atf_add_test_case $c
	done
}
