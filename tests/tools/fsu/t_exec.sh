# SPDX-License-Identifier: BSD-2-Clause
#
# fsu exec: programs of the host on copies of what is in an image.

. "$TOP/tests/tools/fsu/fsu.subr"

setup() {
	image
	# not for atf_check, which makes files of its own there
	exec="env TMPDIR=$PWD/tmp fsu exec"
	mkdir tmp t
	echo text >t/file
	mkdir -m 500 t/locked
	: >t/locked/inside
	atf_check fsu ecp -a t d.img:/t
	atf_check fsu chmod 4751 d.img:/t/file
	atf_check fsu chown 7:8 d.img:/t/file
}

# nothing is left behind, and the image is as it should be
finished() {
	atf_check -o empty ls -A tmp
	clean
}

atf_test_case read
read_body() {
	setup
	cksum <d.img >before
	atf_check -o inline:'text\n' $exec d.img:/t/file cat
	atf_check -o inline:'text\nend\n' \
	    $exec d.img:/t/file sh -c 'cat "$1"; echo end' x {}
	atf_check -o inline:'file\nlocked\n' $exec d.img:/t -- ls
	atf_check -o match:'^-rw' -o not-match:rws \
	    $exec d.img:/t/file ls -l
	atf_check -o match:'lost.found' $exec d.img: ls
	# what is done to the copy is not done to the image
	atf_check $exec d.img:/t/file -- sh -c 'echo more >>"$1"' x
	atf_check $exec d.img:/t -- rm -rf
	cksum <d.img >after
	atf_check cmp before after
	finished
}

atf_test_case status
status_body() {
	setup
	atf_check -s exit:3 $exec d.img:/t/file sh -c 'exit 3'
	atf_check -s exit:143 $exec d.img:/t/file sh -c 'kill $$'
	atf_check -s exit:127 -e match:"cannot run 'nosuchprogram'" \
	    $exec d.img:/t/file nosuchprogram
	atf_check -s exit:1 -e match:'No such file' \
	    $exec d.img:/none cat
	atf_check -s exit:1 -e match:'is no file of an image' \
	    $exec /etc/passwd cat
	atf_check -s exit:2 -e match:'^usage: fsu exec' $exec d.img:/t
	atf_check -s exit:2 -e match:'^usage: fsu exec' $exec d.img:/t --
	atf_check -s exit:1 -e match:'cannot make a directory' \
	    env TMPDIR="$PWD/none" fsu exec d.img:/t/file cat
	# the words behind the file are the program's
	atf_check -o match:'Usage: cat' $exec d.img:/t/file cat --help
	finished
}

atf_test_case write
write_body() {
	setup
	atf_check $exec -w d.img:/t/file -- sh -c 'echo more >>"$1"' x
	atf_check -o inline:'text\nmore\n' fsu cat d.img:/t/file
	# owner and links stay, also if the program makes a new file
	atf_check $exec -w d.img:/t/file sed -i s/more/less/ {}
	atf_check -o inline:'text\nless\n' fsu cat d.img:/t/file
	atf_check -o inline:'7 8\n' fsu stat -c '%u %g' d.img:/t/file
	# a program that fails, or changes nothing, writes nothing
	cksum <d.img >before
	atf_check -s exit:1 $exec -w d.img:/t/file \
	    sh -c 'echo no >"$1"; exit 1' x {}
	atf_check -o ignore $exec -w d.img:/t/file cat
	cksum <d.img >after
	atf_check cmp before after
	atf_check -s exit:1 -e match:'only a regular file' \
	    $exec -w d.img:/t true
	finished
	# what cannot be written back is not lost
	atf_check -s exit:1 -e match:'No space left' \
	    -e match:'the changed file is kept as' \
	    $exec -w d.img:/t/file \
	    sh -c 'head -c 20M /dev/zero >"$1"' x {}
	atf_check -o inline:'20971520\n' -x 'stat -c %s tmp/fsu.*/file'
	clean
}

atf_init_test_cases() {
	for c in read status write; do
		atf_add_test_case $c
	done
}
