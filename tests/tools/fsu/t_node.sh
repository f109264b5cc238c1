# SPDX-License-Identifier: BSD-2-Clause
#
# fsu mknod, mkfifo, write, chflags and xattr: against debugfs and e2fsck.

. "$TOP/tests/tools/fsu/fsu.subr"

atf_test_case nodes
nodes_body() {
	image
	umask 027
	atf_check fsu mknod d.img:/null c 1 3
	atf_check fsu mknod -m 606 d.img:/disk b 8 0x11
	atf_check fsu mknod d.img:/pipe p
	atf_check fsu mkfifo -m u=rw,g=r,o= d.img:/f1 /f2
	atf_check -o inline:'640 1 3 character special file\n606 8 11 block special file\n' \
	    fsu stat -c '%a %t %T %F' d.img:/null /disk
	atf_check -o inline:'640 fifo\n640 fifo\n640 fifo\n' \
	    fsu stat -c '%a %F' d.img:/pipe /f1 /f2
	atf_check -s exit:1 -e match:"cannot create 'd.img:/null': File exists" \
	    fsu mknod d.img:/null c 1 3
	atf_check -s exit:1 -e match:'No such file' fsu mkfifo d.img:/no/f
	atf_check -s exit:1 -e match:"invalid device type 'q'" \
	    fsu mknod d.img:/x q 1 2
	atf_check -s exit:1 -e match:"invalid minor device number '-3'" \
	    fsu mknod -- d.img:/x c 1 -3
	atf_check -s exit:1 -e match:"invalid major device number '1x'" \
	    fsu mknod d.img:/x c 1x 3
	atf_check -s exit:1 -e match:'Invalid argument' \
	    fsu mknod d.img:/x c 99999 3
	atf_check -s exit:2 -e match:'^usage: fsu mknod' fsu mknod d.img:/x c 1
	atf_check -s exit:2 -e match:'^usage: fsu mknod' \
	    fsu mknod d.img:/x p 1 2
	clean
}

atf_test_case write
write_body() {
	image
	seq 1 100000 >want
	atf_check -x "fsu write d.img:/f <want"
	atf_check -o file:want fsu cat d.img:/f
	atf_check -x "echo more | fsu write -a d.img:/f"
	echo more >>want
	atf_check -o file:want fsu cat d.img:/f
	atf_check -x "printf XYZ | fsu write -o 10 d.img:/f"
	printf XYZ | dd of=want bs=1 seek=10 conv=notrunc status=none
	atf_check -o file:want fsu cat d.img:/f
	atf_check -x "printf end | fsu write -o 1M d.img:/hole"
	atf_check -o inline:'1048579\n' fsu stat -c %s d.img:/hole
	[ "$(fsu du -k d.img:/hole | cut -f1)" -lt 20 ] || atf_fail "no hole"
	atf_check -x "printf short | fsu write d.img:/f"
	atf_check -o inline:short fsu cat d.img:/f
	atf_check -s exit:1 -e match:"'d.img:/no': No such file" \
	    -x "fsu write -c d.img:/no </dev/null"
	atf_check -s exit:1 -e match:'Is a directory' \
	    -x "fsu write d.img:/lost+found </dev/null"
	atf_check fsu mkfifo d.img:/pipe
	atf_check -s exit:1 -e match:'not supported' \
	    -x "echo x | fsu write d.img:/pipe"
	atf_check -s exit:1 -e match:"invalid offset 'ten'" \
	    -x "fsu write -o ten d.img:/f </dev/null"
	atf_check -s exit:1 -e match:'No space left on device' \
	    -x "head -c 20M /dev/zero | fsu write d.img:/big"
	atf_check -s exit:1 -e match:'Bad file descriptor' \
	    -x "fsu write d.img:/f <&-"
	clean
}

atf_test_case chflags
chflags_body() {
	image
	atf_check fsu mkdir -p d.img:/d/e
	atf_check fsu touch d.img:/d/f
	atf_check fsu ln -s f d.img:/d/l
	atf_check -o inline:'nodump,schg\t/d/f\n' \
	    fsu chflags -v schg,nodump d.img:/d/f
	debugfs -R 'stat /d/f' d.img 2>/dev/null >st
	atf_check -o match:'Flags: 0x50' cat st	# immutable, no dump
	atf_check -s exit:1 -e match:'not permitted' \
	    -x "echo x | fsu write d.img:/d/f"
	atf_check -s exit:1 -e match:'not permitted' fsu rm -f d.img:/d/f
	atf_check -o inline:'nodump\t/d/f\n' fsu chflags -v noschg d.img:/d/f
	atf_check -o inline:'none\t/d/f\n' fsu chflags -v dump d.img:/d/f
	atf_check -o inline:'sappnd\t/d/f\n' fsu chflags -v sappnd d.img:/d/f
	atf_check -x "echo x | fsu write -a d.img:/d/f"
	atf_check -s exit:1 -e match:'not permitted' \
	    -x "echo y | fsu write d.img:/d/f"
	atf_check fsu chflags none d.img:/d/f
	atf_check fsu chflags -R nodump d.img:/d/e
	atf_check -o inline:'nodump\t/d/e\n' fsu chflags -v nodump d.img:/d/e
	atf_check -o inline:'none\t/d/e\n' fsu chflags -v 0 d.img:/d/e
	atf_check -s exit:1 -e match:"invalid flag 'frob'" \
	    fsu chflags nodump,frob d.img:/d/f
	atf_check -s exit:1 -e match:"invalid flags '9'" \
	    fsu chflags 9 d.img:/d/f
	atf_check -s exit:1 -e match:"flags of 'd.img:/no': No such" \
	    fsu chflags nodump d.img:/no
	clean
}

atf_test_case xattr
xattr_body() {
	image
	atf_check fsu touch d.img:/f
	atf_check fsu xattr set user.text 'some text' d.img:/f
	atf_check fsu xattr -x set user.bytes 0x00ff7f d.img:/f
	atf_check fsu xattr set trusted.t v d.img:/f
	atf_check fsu xattr -n user set mine 5 d.img:/f
	printf 'trusted.t=v\nuser.bytes=0x00ff7f\nuser.mine=5\nuser.text=some text\n' >want
	atf_check -o file:want -x "fsu xattr list d.img:/f | sort"
	atf_check -o inline:'bytes=0x00ff7f\nmine=5\ntext=some text\n' \
	    -x "fsu xattr -n user list d.img:/f | sort"
	atf_check -o inline:'trusted.t=v\n' fsu xattr -n system list d.img:/f
	atf_check -o inline:'some text\n' fsu xattr get user.text d.img:/f
	atf_check -o inline:'736f6d652074657874\n' \
	    fsu xattr -x get user.text d.img:/f
	atf_check -x "fsu xattr get user.bytes d.img:/f >raw"
	printf '\0\377\177' >want
	atf_check cmp want raw
	debugfs -R 'ea_get /f user.mine' d.img 2>/dev/null >ea
	atf_check -o match:5 cat ea
	atf_check fsu xattr rm user.mine d.img:/f
	atf_check -s exit:1 -e match:'user.mine: No data available' \
	    fsu xattr get user.mine d.img:/f
	atf_check -s exit:1 -e match:'No data available' \
	    fsu xattr rm user.mine d.img:/f
	atf_check -s exit:1 -e match:'nosuch.x: Operation not supported' \
	    fsu xattr set nosuch.x v d.img:/f
	atf_check -s exit:1 -e match:"invalid hexadecimal value '123'" \
	    fsu xattr -x set user.x 123 d.img:/f
	atf_check -s exit:1 -e match:'No such file' fsu xattr list d.img:/no
	atf_check -s exit:1 -e match:'No space left' \
	    fsu xattr set user.big "$(head -c 60000 /dev/zero | tr '\0' x)" \
	    d.img:/f
	atf_check -s exit:2 -e match:'^usage: fsu xattr' \
	    fsu xattr frob d.img:/f
	# to read takes no write to the image
	cksum <d.img >before
	atf_check -o ignore fsu xattr list d.img:/f
	cksum <d.img >after
	atf_check cmp before after
	clean
}

atf_test_case readonly
readonly_body() {
	image
	atf_check fsu touch d.img:/f
	cksum <d.img >before
	for c in "mknod d.img:/n c 1 3" "mkfifo d.img:/n" "write d.img:/f" \
	    "chflags nodump d.img:/f" "xattr set user.a b d.img:/f" \
	    "xattr rm user.a d.img:/f"; do
		atf_check -s exit:1 -e match:'Read-only file system' \
		    -x "fsu -r $c </dev/null"
	done
	cksum <d.img >after
	atf_check cmp before after
}

atf_init_test_cases() {
	for c in nodes write chflags xattr readonly; do
		atf_add_test_case $c
	done
}
