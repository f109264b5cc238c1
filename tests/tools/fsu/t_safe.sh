# SPDX-License-Identifier: BSD-2-Clause
#
# fsu when things go wrong: signals, closed and full outputs, odd names,
# images made to lead a copy astray. The image is clean after all of it.

. "$TOP/tests/tools/fsu/fsu.subr"

# an image full of names, and a command that waits for a reader of them
many() {
	mkdir t
	for i in $(seq 1 3000); do
		: >t/a_file_with_a_rather_long_name_$i
	done
	rm -f d.img
	mke2fs -q -t ext2 -N 4000 -d t d.img 16M
	mkfifo out
}

atf_test_case signals
signals_body() {
	many
	for s in TERM HUP; do
		fsu chmod -Rv 60$((${#s} % 8)) d.img:/ >out &
		pid=$!
		exec 3<out
		head -c 1 <&3 >/dev/null
		kill -$s $pid
		rc=0
		wait $pid || rc=$?
		atf_check_equal "$s $rc" "$(kill -l $rc) $rc"
		exec 3<&-
		clean
		atf_check -o match:'state: +clean' fsu info d.img
	done
}

atf_test_case interrupt
interrupt_head() {
	atf_set descr "^C in the middle of writing leaves a clean image"
}
interrupt_body() {
	many
	tar -cf a.tar t
	for c in 'ecp -av t e.img:/t' 'tar -xvf a.tar e.img:' \
	    'mv -v d.img:/a_file_with_a_rather_long_name_1 e.img:/' \
	    'find d.img: -type f -print -delete'; do
		rm -f e.img
		mke2fs -q -t ext2 -N 4000 e.img 16M
		env --default-signal=INT fsu $c >out 2>&1 &
		pid=$!
		exec 3<out
		head -c 1 <&3 >/dev/null
		kill -INT $pid 2>/dev/null || true
		rc=0
		wait $pid || rc=$?
		exec 3<&-
		case $c in
		# over before it is interrupted, perhaps
		mv*) [ $rc = 0 ] || [ $rc = 130 ] || atf_fail "mv: $rc" ;;
		*) atf_check_equal "$c 130" "$c $rc" ;;
		esac
		clean
		clean e.img
		atf_check -o match:'state: +clean' fsu info e.img
	done
	# waiting for what is to be written
	mkfifo in
	env --default-signal=INT fsu write e.img:/f <in >got 2>&1 &
	pid=$!
	exec 3>in
	head -c 1M /dev/zero >&3
	kill -INT $pid
	rc=0
	wait $pid || rc=$?
	exec 3>&-
	atf_check_equal 130 $rc
	atf_check -o empty cat got
	clean e.img
	atf_check -o match:'^[0-9]+$' fsu stat -c %s e.img:/f
}

atf_test_case reader_leaves
reader_leaves_body() {
	many
	(fsu chmod -Rv 600 d.img:/; echo $? >rc) | head -n 1 >/dev/null
	atf_check -o inline:'141\n' cat rc
	clean
	atf_check -o match:'state: +clean' fsu info d.img
}

atf_test_case outputs
outputs_body() {
	image
	atf_check fsu mkdir d.img:/x d.img:/y
	# what is printed must not land in the image
	atf_check -s exit:1 -e match:'write error: Bad file' \
	    sh -c 'fsu rmdir -v d.img:/x >&-'
	clean
	atf_check -o inline:'lost+found\ny\n' fsu ls d.img:
	atf_check -s exit:1 sh -c 'fsu rmdir -v d.img:/y >&- 2>&- <&-'
	clean
	atf_check -s exit:1 -e match:'write error: No space left' \
	    sh -c 'fsu ls d.img: >/dev/full'
}

atf_test_case names
names_body() {
	nl='new
line'
	bytes=$(printf '\377\376')
	mkdir t
	for f in "$nl" "$bytes" -dash 'a:b' 'x#1' 'sp ace' ...; do
		printf '%s' "$f" >"t/$f"
	done
	image
	atf_check fsu ecp -a t d.img:/t
	atf_check fsu ecp -a d.img:/t out
	atf_check diff -r t out
	for f in "$nl" "$bytes" -dash 'a:b' 'x#1' 'sp ace'; do
		atf_check -o "inline:$f" fsu cat "d.img:/t/$f"
	done
	(cd t && find . -print0 | sort -z) >want
	fsu find d.img:/t -print0 | sed -z 's,^d.img:/t,.,' | sort -z >got
	atf_check cmp want got
	atf_check fsu rm -r d.img:/t/...
	# images of odd names
	mv d.img 'i:m#2'
	atf_check -o inline:-dash fsu cat 'i:m#2:/t/-dash'
	atf_check fsu mv 'i:m#2:/t/a:b' 'i:m#2:/c:d'
	atf_check -o inline:'a:b' fsu cat 'i:m#2:/c:d'
	clean 'i:m#2'
}

atf_test_case astray
astray_head() {
	atf_set descr "links and names of images do not lead a copy out"
}
astray_body() {
	mkdir a b out victim
	ln -s ../../victim a/d
	ln -s ../../victim/file a/f
	mkdir b/d
	echo evil >b/d/file
	echo evil >b/f
	mke2fs -q -t ext2 -d a a.img 8M
	mke2fs -q -t ext2 -d b b.img 8M
	mkdir out/t
	atf_check fsu ecp -a a.img:/ out/t
	atf_check -s exit:1 -e match:'cannot overwrite non-directory' \
	    fsu ecp -a b.img:/ out/t
	atf_check -o empty ls victim
	atf_check -o inline:'evil\n' cat out/t/f
	# a name that is a path
	mkdir c
	echo evil >c/Q_Q
	mke2fs -q -t ext2 -d c c.img 8M
	sed -i 's,Q_Q,Q/Q,' c.img
	atf_check -s exit:1 -e match:'cannot read directory' \
	    fsu ecp -a c.img:/ out/c
	atf_check -o empty ls -A out/c
}

atf_test_case devices
devices_head() {
	atf_set descr "device nodes of an image are data, not devices"
	atf_set require.user root
}
devices_body() {
	mkdir t
	mknod t/null c 1 3
	mknod t/disk b 8 0
	mke2fs -q -t ext2 -d t d.img 8M
	atf_check -s exit:1 -e match:'No such device|not supported' \
	    fsu cat d.img:/null
	atf_check -s exit:1 -e match:'No such device|not supported' \
	    fsu cat d.img:/disk
	atf_check -o match:'^crw.* 1, 3 .*null$' -o match:'^brw.* 8, 0 ' \
	    fsu ls -l d.img:/
}

atf_init_test_cases() {
	for c in signals interrupt reader_leaves outputs names astray devices; do
		atf_add_test_case $c
	done
}
